/* Composition: how a node moves when one input rises, inferred node by node.
 *
 * Every rounding mode of money/ is monotone, so a rounding keeps the direction; a product keeps it
 * where the signs of the factors are known from the ranges. A branch whose condition itself moves
 * is monotone when the value it switches to is on the right side at every crossing, which is shown
 * here only where the ranges of the two branches say so; the rest is left to the other ways. */
#include "prove/prove_internal.h"

#include <string.h>

/* Bits: may rise, may fall. 0: does not depend on the input. */
enum { TABLE_CELLS_MAX = 2000, RECTANGLE_CELLS_MAX = 150 };

typedef enum { STILL = 0, RISES = 1, FALLS = 2, MOVES = 3 } direction;

typedef struct {
    const prove_property *p;
    const vm_plan *plan;
    const bool *depends;  /* by node: on `along`, in value or in having one */
    unsigned char *known; /* by node: direction + 1; 0: not yet */
    direction carry;      /* of the fold whose body is being looked at */
} mover;

static direction move(mover *m, vm_node_id id);

static direction turned(direction d)
{
    return (direction)((d & RISES ? FALLS : 0) | (d & FALLS ? RISES : 0));
}

static bool is_not_negative(const mover *m, vm_node_id id)
{
    return sign_is_not_negative(m->p, id);
}
static bool is_not_positive(const mover *m, vm_node_id id)
{
    return vm_node_range(m->p->program, id).max <= 0;
}

/* d, seen through a factor of the sign of `by`. */
static direction through_sign(const mover *m, direction d, vm_node_id by)
{
    if (d == STILL) return STILL;
    if (is_not_negative(m, by)) return d;
    if (is_not_positive(m, by)) return turned(d);
    return MOVES;
}

static direction move_product(mover *m, const vm_node *n)
{
    return through_sign(m, move(m, n->a), n->b) | through_sign(m, move(m, n->b), n->a);
}

static direction move_quotient(mover *m, const vm_node *n)
{
    direction above = through_sign(m, move(m, n->a), n->b);
    direction below = move(m, n->b);
    if (below == STILL) return above;
    bool is_one_sign = is_not_negative(m, n->b) || is_not_positive(m, n->b);
    if (!is_one_sign) return MOVES;
    /* d(a/b)/db = -a/b²: the sign of a alone */
    return above | turned(through_sign(m, below, n->a));
}

/* a = b, where a is never less than b: the same as a <= b. */
static direction move_equal(mover *m, const vm_node *n, direction left, direction right)
{
    direction same = MOVES;
    bool has_order = m->plan->nodes[n->a].kind == VM_NUMBER;
    if (!(left | right)) return STILL;
    if (has_order && order_not_less(m->p, n->a, n->b)) same = turned(left) | right;
    else if (has_order && order_not_less(m->p, n->b, n->a)) same = left | turned(right);
    return n->op == VM_EQ ? same : turned(same);
}

/* A comparison as a number 0 or 1. */
static direction move_compare(mover *m, const vm_node *n)
{
    direction left = move(m, n->a), right = move(m, n->b);
    switch (n->op) {
    case VM_LT:
    case VM_LE: return turned(left) | right;
    case VM_GT:
    case VM_GE: return left | turned(right);
    default: return move_equal(m, n, left, right);
    }
}

/* IF: where the condition moves, the branch it moves to must lie on the right side. */
static direction move_choice(mover *m, const vm_node *n)
{
    /* a branch that only fails has no value to compare with */
    vm_op yes = m->plan->nodes[n->b].op, no = m->plan->nodes[n->c].op;
    if (yes == VM_FAIL || yes == VM_UNKNOWN) return move(m, n->c);
    if (no == VM_FAIL || no == VM_UNKNOWN) return move(m, n->b);
    direction condition = move(m, n->a);
    direction both = move(m, n->b) | move(m, n->c);
    if (condition == STILL) return both;
    if (m->plan->nodes[n->b].kind != VM_NUMBER && m->plan->nodes[n->b].kind != VM_BOOL)
        return MOVES;
    /* Where both branches move the same way, it is enough that at the crossing one lies above the
     * other: seen on either side of the condition. */
    direction seen = MOVES; /* each of the two is a bound of its own */
    if (order_not_less_when(m->p, n->a, true, n->b, n->c) ||
        order_not_less_when(m->p, n->a, false, n->b, n->c))
        seen &= both | condition;
    if (order_not_less_when(m->p, n->a, true, n->c, n->b) ||
        order_not_less_when(m->p, n->a, false, n->c, n->b))
        seen &= both | turned(condition);
    return seen;
}

/* a else b: a may come to be known, or cease to be, as the input moves. */
static direction move_else(mover *m, const vm_node *n)
{
    if (!prove_may_be_unknown(m->plan, n->a)) return move(m, n->a);
    if (m->plan->nodes[n->a].op == VM_UNKNOWN) return move(m, n->b);
    return m->depends[n->a] ? MOVES : move(m, n->a) | move(m, n->b);
}

static direction move_known(mover *m, const vm_node *n)
{
    return prove_may_be_unknown(m->plan, n->a) && m->depends[n->a] ? MOVES : STILL;
}

static bool has_same_keys(const vm_table *table, size_t i, size_t j, size_t but)
{
    for (size_t k = 0; k < table->key_count; k++)
        if (k != but && table->cells[i].key[k] != table->cells[j].key[k]) return false;
    return true;
}

/* A band or a line is sought within its group: groups can be laid side by side, cell by cell, only
 * where each has the same keys. */
static bool is_rectangular(const vm_table *table, size_t moving)
{
    bool is_exact = true;
    for (size_t k = 0; k < table->key_count; k++)
        is_exact = is_exact && (k == moving || table->key_mode[k] == VM_KEY_EXACT);
    if (is_exact) return true;
    if (table->cell_count > RECTANGLE_CELLS_MAX) return false;
    for (size_t i = 0; i < table->cell_count; i++)
        for (size_t j = 0; j < table->cell_count; j++) {
            bool is_there = false;
            for (size_t n = 0; n < table->cell_count && !is_there; n++)
                is_there = table->cells[n].key[moving] == table->cells[j].key[moving] &&
                           has_same_keys(table, i, n, moving);
            if (!is_there) return false;
        }
    return true;
}

/* How the values move along one key while the other keys stand still. */
static direction table_direction(const vm_table *table, size_t key)
{
    direction d = STILL;
    if (table->cell_count > TABLE_CELLS_MAX || !is_rectangular(table, key)) return MOVES;
    for (size_t i = 0; i < table->cell_count; i++) {
        size_t next = table->cell_count;
        for (size_t j = i + 1; j < table->cell_count; j++) {
            bool is_nearer =
                next == table->cell_count || table->cells[j].key[key] < table->cells[next].key[key];
            if (has_same_keys(table, i, j, key) && is_nearer) next = j;
        }
        if (next == table->cell_count) continue;
        if (table->cells[i].is_absent || table->cells[next].is_absent) return MOVES;
        if (table->cells[next].value > table->cells[i].value) d |= RISES;
        if (table->cells[next].value < table->cells[i].value) d |= FALLS;
    }
    return d;
}

static direction move_lookup(mover *m, const vm_node *n)
{
    const vm_table *table = &m->plan->tables[n->aux];
    const vm_node_id keys[] = { n->a, n->b, n->c };
    direction d = STILL;
    size_t moving = 0;
    for (size_t k = 0; k < table->key_count; k++) {
        direction key = move(m, keys[k]);
        if (key == STILL) continue;
        if (moving++) return MOVES;
        direction along = table_direction(table, k);
        if (along & RISES) d |= key;
        if (along & FALLS) d |= turned(key);
    }
    return d;
}

static direction move_fold(mover *m, const vm_node *n)
{
    if (n->b != VM_NONE && move(m, n->b)) return MOVES;
    direction start = move(m, n->c), kept = m->carry;
    /* Suppose the value so far moves as the start does, look whether the body then agrees. Its
     * nodes are looked at again under the supposition, so nothing of them may be remembered. */
    unsigned char *remembered = m->known;
    direction supposed = start, found = MOVES;
    for (int round = 0; round < 3; round++) {
        unsigned char fresh[1 << 12];
        if (m->plan->node_count > sizeof fresh) break;
        memset(fresh, 0, sizeof fresh);
        m->known = fresh;
        m->carry = supposed;
        found = move(m, n->a);
        if ((found | supposed) == supposed) break;
        supposed |= found;
        found = MOVES;
    }
    m->known = remembered;
    m->carry = kept;
    return found == MOVES ? MOVES : supposed;
}

static direction move_node(mover *m, const vm_node *n)
{
    switch (n->op) {
    case VM_CONST:
    case VM_UNKNOWN:
    case VM_FAIL:
    case VM_ROW_INDEX: return STILL;
    case VM_INPUT: return n->aux == m->p->along ? RISES : STILL;
    case VM_CARRY: return m->carry;
    case VM_ADD:
    case VM_MIN:
    case VM_MAX:
    case VM_AND:
    case VM_OR:
    case VM_MONTH_ADD:
    case VM_DAY_ADD:
    case VM_DAY_ADD_MONTHS: return move(m, n->a) | move(m, n->b);
    case VM_ELSE: return move_else(m, n);
    case VM_SUB:
    case VM_MONTH_DIFF:
    case VM_DAY_DIFF: return move(m, n->a) | turned(move(m, n->b));
    case VM_FULL_MONTHS: return turned(move(m, n->a)) | move(m, n->b);
    case VM_NEG:
    case VM_NOT: return turned(move(m, n->a));
    case VM_ROUND:
    case VM_BOUND:
    case VM_SPREAD:
    case VM_MONTH_OF_DAY:
    case VM_YEAR_OF_MONTH:
    case VM_FIRST_DAY:
    case VM_LAST_DAY:
    case VM_PREVIOUS: return move(m, n->a);
    case VM_KNOWN: return move_known(m, n);
    case VM_MUL: return move_product(m, n);
    case VM_DIV: return move_quotient(m, n);
    case VM_EQ:
    case VM_NE:
    case VM_LT:
    case VM_LE:
    case VM_GT:
    case VM_GE: return move_compare(m, n);
    case VM_IF: return move_choice(m, n);
    case VM_LOOKUP: return move_lookup(m, n);
    case VM_ABS: return through_sign(m, move(m, n->a), n->a);
    case VM_SUM:
    case VM_AGG_MIN:
    case VM_AGG_MAX:
    case VM_FIRST:
    case VM_LAST:
    case VM_ANY:
    case VM_ALL: return n->b != VM_NONE && move(m, n->b) ? MOVES : move(m, n->a);
    case VM_COUNT: return move(m, n->a);
    case VM_SUM_SAME:
        return (n->b != VM_NONE && move(m, n->b)) || move(m, n->c) ? MOVES : move(m, n->a);
    case VM_FOLD: return move_fold(m, n);
    default: /* months within a year wrap round */
        return (n->a != VM_NONE && move(m, n->a)) || (n->b != VM_NONE && move(m, n->b)) ? MOVES
                                                                                        : STILL;
    }
}

static direction move(mover *m, vm_node_id id)
{
    if (id == VM_NONE) return STILL;
    if (m->known[id]) return (direction)(m->known[id] - 1);
    direction d = move_node(m, &m->plan->nodes[id]);
    m->known[id] = (unsigned char)(d + 1);
    return d;
}

static bool proved(prove_result *result)
{
    result->verdict = PROVE_PROVED;
    result->way = "composition";
    return true;
}

/* Which nodes look, however far back, at the input that moves. */
static bool *depending(arena *a, const prove_property *p)
{
    const vm_plan *plan = prove_plan(p);
    bool *depends = ARENA_ARRAY(a, bool, plan->node_count + 1);
    for (size_t i = 0; i < plan->node_count; i++) {
        const vm_node *n = &plan->nodes[i];
        const vm_node_id args[] = { n->a, n->b, n->c };
        depends[i] = n->op == VM_INPUT && n->aux == p->along;
        for (size_t k = 0; k < 3; k++)
            if (n->op >= VM_ADD && args[k] != VM_NONE && depends[args[k]]) depends[i] = true;
    }
    return depends;
}

bool compose_monotone(arena *a, const prove_property *p, prove_result *result)
{
    if (p->is_strict) return false; /* a rounding may stand still: left to the other ways */
    mover m = { .p = p, .plan = prove_plan(p), .depends = depending(a, p) };
    m.known = ARENA_ARRAY(a, unsigned char, m.plan->node_count + 1);
    direction d = move(&m, prove_node(p, p->subject));
    bool is_shown = p->is_rising ? !(d & FALLS) : !(d & RISES);
    return is_shown && proved(result);
}

/* Between and always, where the shape of the graph and its ranges say it. */
bool compose_range(arena *a, const prove_property *p, prove_result *result)
{
    (void)a;
    const vm_plan *plan = prove_plan(p);
    if (p->kind == PROVE_BETWEEN)
        return order_not_less(p, prove_node(p, p->subject), prove_node(p, p->low)) &&
               order_not_less(p, prove_node(p, p->high), prove_node(p, p->subject)) &&
               proved(result);
    const vm_node *n = &plan->nodes[prove_node(p, p->subject)];
    bool is_shown = n->op == VM_GE   ? order_not_less(p, n->a, n->b)
                    : n->op == VM_LE ? order_not_less(p, n->b, n->a)
                                     : false;
    return is_shown && proved(result);
}
