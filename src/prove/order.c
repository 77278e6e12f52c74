/* Order: is one node never less than another, by the shape of the graph, the ranges, and the
 * conditions under which a branch is taken? Sound, not complete: false says only 'not seen'. */
#include "prove/prove_internal.h"

enum { WORK_MAX = 20000, DEPTH_MAX = 60, PATH_MAX = 16 };

/* What is known on the way down: conditions with their truth. */
typedef struct {
    const prove_property *p;
    const vm_plan *plan;
    vm_node_id condition[PATH_MAX];
    bool is_true[PATH_MAX];
    size_t path_count;
    int work;
} ordering;

static const vm_node *at(const ordering *o, vm_node_id id)
{
    return &o->plan->nodes[id];
}

static bool is_leaf_op(vm_op op)
{
    return op == VM_CONST || op == VM_INPUT || op == VM_UNKNOWN || op == VM_FAIL ||
           op == VM_CARRY || op == VM_ROW_INDEX;
}

static vm_node_id bare(const ordering *o, vm_node_id id)
{
    while (at(o, id)->op == VM_BOUND || at(o, id)->op == VM_SPREAD)
        id = at(o, id)->a;
    return id;
}

static bool is_same(ordering *o, vm_node_id a, vm_node_id b, int depth)
{
    if (a != VM_NONE) a = bare(o, a);
    if (b != VM_NONE) b = bare(o, b);
    if (a == b) return true;
    if (a == VM_NONE || b == VM_NONE || depth > DEPTH_MAX || o->work++ > WORK_MAX) return false;
    const vm_node *x = at(o, a), *y = at(o, b);
    if (x->op != y->op || x->kind != y->kind || x->space != y->space || x->mode != y->mode)
        return false;
    if (x->op == VM_CONST) {
        vm_constant c = o->plan->constants[x->aux], d = o->plan->constants[y->aux];
        return c.num == d.num && c.den == d.den;
    }
    if (x->op == VM_ROUND) {
        vm_constant c = o->plan->constants[x->aux], d = o->plan->constants[y->aux];
        return c.num == d.num && c.den == d.den && is_same(o, x->a, y->a, depth + 1);
    }
    if (x->aux != y->aux) return false;
    if (is_leaf_op(x->op)) return x->op == VM_INPUT;
    return is_same(o, x->a, y->a, depth + 1) && is_same(o, x->b, y->b, depth + 1) &&
           is_same(o, x->c, y->c, depth + 1);
}

/* From more >= less: does it follow that a >= b, also with a divisor brought over? */
static bool follows(ordering *o, vm_node_id more, vm_node_id less, vm_node_id a, vm_node_id b,
                    int depth)
{
    more = bare(o, more);
    less = bare(o, less);
    if (is_same(o, more, a, depth) && is_same(o, less, b, depth)) return true;
    const vm_node *x = at(o, a), *y = at(o, b), *m = at(o, more), *l = at(o, less);
    if (l->op == VM_DIV && x->op == VM_MUL && vm_node_range(o->p->program, l->b).min >= 0)
        /* more >= b / n with n > 0: more · n >= b */
        return is_same(o, l->a, b, depth) &&
               ((is_same(o, more, x->a, depth) && is_same(o, l->b, x->b, depth)) ||
                (is_same(o, more, x->b, depth) && is_same(o, l->b, x->a, depth)));
    if (m->op == VM_DIV && y->op == VM_MUL && vm_node_range(o->p->program, m->b).min >= 0)
        return is_same(o, m->a, a, depth) &&
               ((is_same(o, less, y->a, depth) && is_same(o, m->b, y->b, depth)) ||
                (is_same(o, less, y->b, depth) && is_same(o, m->b, y->a, depth)));
    return false;
}

/* Is the node always a multiple of the step of this rounding? */
static bool is_multiple(const ordering *o, vm_node_id id, const vm_node *rounding)
{
    vm_constant step = o->plan->constants[rounding->aux];
    vm_range range = vm_node_range(o->p->program, id);
    if (at(o, id)->kind != VM_NUMBER || range.decimals < 0 || range.decimals > 18) return false;
    /* 10^-decimals is a multiple of num/den when den / (10^decimals · num) is whole */
    i128 unit = i128_pow10(range.decimals) * step.num;
    return step.den % unit == 0;
}

/* Does the path say a >= b? */
static bool path_says(ordering *o, vm_node_id a, vm_node_id b, int depth)
{
    for (size_t i = 0; i < o->path_count; i++) {
        const vm_node *c = at(o, o->condition[i]);
        bool is_true = o->is_true[i];
        bool left_is_more = is_true ? c->op == VM_GE || c->op == VM_GT || c->op == VM_EQ
                                    : c->op == VM_LT || c->op == VM_LE || c->op == VM_NE;
        bool right_is_more = is_true ? c->op == VM_LE || c->op == VM_LT || c->op == VM_EQ
                                     : c->op == VM_GT || c->op == VM_GE || c->op == VM_NE;
        if (left_is_more && follows(o, c->a, c->b, a, b, depth)) return true;
        if (right_is_more && follows(o, c->b, c->a, a, b, depth)) return true;
    }
    return false;
}

static bool is_constant(const ordering *o, vm_node_id id, vm_constant *value)
{
    id = bare(o, id);
    if (at(o, id)->op != VM_CONST || at(o, id)->kind != VM_NUMBER) return false;
    *value = o->plan->constants[at(o, id)->aux];
    return true;
}

static bool is_at_least(vm_constant a, vm_constant b)
{
    i128 left, right;
    return i128_mul(a.num, b.den, &left) && i128_mul(b.num, a.den, &right) && left >= right;
}

static bool is_not_less(ordering *o, vm_node_id a, vm_node_id b, int depth);
static bool factors_say(ordering *o, vm_node_id a, vm_node_id b, int depth);

static bool range_says(const ordering *o, vm_node_id a, vm_node_id b)
{
    vm_range x = sign_range(o->p, a), y = sign_range(o->p, b);
    if (y.max <= 0 && sign_is_not_negative(o->p, a)) return true;
    if (x.min >= 0 && y.max <= 0) return true;
    if (x.decimals == y.decimals) return x.min >= y.max;
    i128 left = 0, right = 0;
    if (x.decimals < 0 || y.decimals < 0) return false;
    return i128_mul(x.min, i128_pow10(y.decimals), &left) &&
           i128_mul(y.max, i128_pow10(x.decimals), &right) && left >= right;
}

/* x·k >= x·l for x >= 0 and k >= l; also with a quotient by the same or a larger divisor. */
static bool product_says(ordering *o, vm_node_id a, vm_node_id b, int depth)
{
    const vm_node *x = at(o, a), *y = at(o, b);
    vm_constant k = { 1, 1 }, l = { 1, 1 };
    vm_node_id left = a, right = b;
    if (x->op == VM_MUL && is_constant(o, x->b, &k)) left = x->a;
    else if (x->op == VM_MUL && is_constant(o, x->a, &k)) left = x->b;
    if (y->op == VM_MUL && is_constant(o, y->b, &l)) right = y->a;
    else if (y->op == VM_MUL && is_constant(o, y->a, &l)) right = y->b;
    if (left == a && right == b) return factors_say(o, a, b, depth);
    return vm_node_range(o->p->program, bare(o, left)).min >= 0 && is_at_least(k, l) &&
           l.num >= 0 && is_not_less(o, left, right, depth + 1);
}

static bool is_not_negative(const ordering *o, vm_node_id id)
{
    return sign_is_not_negative(o->p, id);
}

/* x·y >= u·v where x >= u >= 0 and y >= v >= 0, in either order of the factors. */
static bool factors_say(ordering *o, vm_node_id a, vm_node_id b, int depth)
{
    const vm_node *x = at(o, a), *y = at(o, b);
    if (x->op != VM_MUL || y->op != VM_MUL) return false;
    if (!is_not_negative(o, y->a) || !is_not_negative(o, y->b)) return false;
    return (is_not_less(o, x->a, y->a, depth + 1) && is_not_less(o, x->b, y->b, depth + 1)) ||
           (is_not_less(o, x->a, y->b, depth + 1) && is_not_less(o, x->b, y->a, depth + 1));
}

static bool under(ordering *o, vm_node_id condition, bool is_true, vm_node_id a, vm_node_id b,
                  int depth)
{
    /* where the condition is unknown, equal branches still give a value: neither truth holds */
    if (o->path_count == PATH_MAX || prove_may_be_unknown(o->plan, condition)) return false;
    o->condition[o->path_count] = condition;
    o->is_true[o->path_count++] = is_true;
    bool is_shown = is_not_less(o, a, b, depth + 1);
    o->path_count--;
    return is_shown;
}

/* What the path says of one row need not hold of the others. */
static bool has_path_of_rows(const ordering *o)
{
    for (size_t i = 0; i < o->path_count; i++)
        if (at(o, o->condition[i])->space != 0) return true;
    return false;
}

/* The same of the same rows: sums, greatest, least, first and last keep the order of the rows. */
static bool rows_say(ordering *o, const vm_node *x, const vm_node *y, int depth)
{
    bool is_kept = x->op == VM_SUM || x->op == VM_AGG_MIN || x->op == VM_AGG_MAX ||
                   x->op == VM_FIRST || x->op == VM_LAST;
    if (!is_kept || x->op != y->op || has_path_of_rows(o)) return false;
    if (at(o, x->a)->space != at(o, y->a)->space) return false;
    bool is_same_rows = x->b == VM_NONE || y->b == VM_NONE ? x->b == y->b
                                                           : is_same(o, x->b, y->b, depth + 1);
    return is_same_rows && is_not_less(o, x->a, y->a, depth + 1);
}

/* Never more than 1; a divisor is not 0 where its quotient has a value. */
static bool is_at_most_one(const ordering *o, vm_node_id id)
{
    vm_range range = sign_range(o->p, id);
    return range.decimals >= 0 && range.decimals <= 18 ? range.max <= i128_pow10(range.decimals)
                                                       : range.max <= 1;
}

/* a >= u·v where a >= u >= 0 and v <= 1; a >= u·v/w where v <= w; a >= u/w where w >= 1. */
static bool share_says(ordering *o, vm_node_id a, vm_node_id b, int depth)
{
    const vm_node *y = at(o, b), *x = at(o, a);
    if (x->kind != VM_NUMBER) return false;
    if (x->op == VM_ADD &&
        ((is_not_negative(o, x->b) && is_not_less(o, x->a, b, depth + 1)) ||
         (is_not_negative(o, x->a) && is_not_less(o, x->b, b, depth + 1))))
        return true;
    if (y->op == VM_SUB && is_not_negative(o, y->b)) return is_not_less(o, a, y->a, depth + 1);
    const vm_node *product = y->op == VM_DIV ? at(o, bare(o, y->a)) : y;
    if (product->op != VM_MUL) return false;
    if (y->op == VM_DIV && !is_not_negative(o, y->b)) return false;
    const vm_node_id factors[] = { product->a, product->b };
    for (size_t k = 0; k < 2; k++) {
        vm_node_id whole = factors[k], share = factors[1 - k];
        bool is_share = y->op == VM_DIV ? is_not_less(o, y->b, share, depth + 1)
                                        : is_at_most_one(o, share);
        if (is_share && is_not_negative(o, whole) && is_not_less(o, a, whole, depth + 1))
            return true;
    }
    return false;
}

static bool shape_says(ordering *o, vm_node_id a, vm_node_id b, int depth)
{
    const vm_node *x = at(o, a), *y = at(o, b);
    bool is_none = x->op == VM_FAIL || x->op == VM_UNKNOWN || y->op == VM_FAIL ||
                   y->op == VM_UNKNOWN;
    if (is_none) return true; /* no value: nothing to compare */
    if (x->op == VM_IF)
        return under(o, x->a, true, x->b, b, depth) && under(o, x->a, false, x->c, b, depth);
    if (y->op == VM_IF)
        return under(o, y->a, true, a, y->b, depth) && under(o, y->a, false, a, y->c, depth);
    if (x->op == VM_MIN)
        return is_not_less(o, x->a, b, depth + 1) && is_not_less(o, x->b, b, depth + 1);
    if (y->op == VM_MAX)
        return is_not_less(o, a, y->a, depth + 1) && is_not_less(o, a, y->b, depth + 1);
    if (x->op == VM_MAX &&
        (is_not_less(o, x->a, b, depth + 1) || is_not_less(o, x->b, b, depth + 1)))
        return true;
    if (y->op == VM_MIN &&
        (is_not_less(o, a, y->a, depth + 1) || is_not_less(o, a, y->b, depth + 1)))
        return true;
    if (x->op == VM_ROUND && y->op == VM_ROUND && x->mode == y->mode) {
        vm_constant s = o->plan->constants[x->aux], t = o->plan->constants[y->aux];
        if (s.num == t.num && s.den == t.den) return is_not_less(o, x->a, y->a, depth + 1);
    }
    if (x->op == VM_ROUND && is_multiple(o, b, x)) return is_not_less(o, x->a, b, depth + 1);
    if (y->op == VM_ROUND && is_multiple(o, a, y)) return is_not_less(o, a, y->a, depth + 1);
    if (x->op == VM_SUB && y->op == VM_CONST && o->plan->constants[y->aux].num == 0)
        return is_not_less(o, x->a, x->b, depth + 1);
    if (x->op == VM_ROUND && y->op == VM_CONST && o->plan->constants[y->aux].num == 0)
        return is_not_less(o, x->a, b, depth + 1);
    if (rows_say(o, x, y, depth) || share_says(o, a, b, depth)) return true;
    bool is_difference = x->op == VM_SUB || x->op == VM_MONTH_DIFF || x->op == VM_DAY_DIFF;
    if (is_difference && x->op == y->op)
        return is_not_less(o, x->a, y->a, depth + 1) && is_not_less(o, y->b, x->b, depth + 1);
    if (x->op == VM_ADD && y->op == VM_ADD)
        return is_not_less(o, x->a, y->a, depth + 1) && is_not_less(o, x->b, y->b, depth + 1);
    return false;
}

static bool is_not_less(ordering *o, vm_node_id a, vm_node_id b, int depth)
{
    if (depth > DEPTH_MAX || o->work++ > WORK_MAX) return false;
    a = bare(o, a);
    b = bare(o, b);
    vm_kind kind = at(o, a)->kind;
    if (kind != at(o, b)->kind || kind == VM_CODE) return false;
    if (is_same(o, a, b, 0)) return true;
    if (kind == VM_NUMBER &&
        (range_says(o, a, b) || path_says(o, a, b, 0) || product_says(o, a, b, depth)))
        return true;
    return shape_says(o, a, b, depth);
}

bool order_not_less(const prove_property *p, vm_node_id a, vm_node_id b)
{
    ordering o = { .p = p, .plan = prove_plan(p) };
    return is_not_less(&o, a, b, 0);
}

bool order_not_less_when(const prove_property *p, vm_node_id condition, bool is_true, vm_node_id a,
                         vm_node_id b)
{
    ordering o = { .p = p, .plan = prove_plan(p) };
    return under(&o, condition, is_true, a, b, 0);
}
