/* exact - one lane of an enclosed node, worked out from the exact forms it stands on. */
#include "vm/big.h"

typedef struct {
    uint64_t stamp;
    size_t lane;
    vm_big_fraction value;
} memo;

typedef struct vm_exact {
    vm_big_pool *pool;
    memo *memos; /* by node */
    uint64_t stamp;
} vm_exact;

/* Where a value is wanted: a lane of a node's own space, in the body of `fold` or outside. */
typedef struct {
    vm_state *s;
    vm_exact *x;
    const vm_fold *fold;
    size_t fold_lane;
} place;

static vm_big_fraction value_of(const place *at, uint32_t node, size_t lane);

static vm_big_fraction zero(const place *at)
{
    return vm_big_fraction_of(at->x->pool, 0, 1);
}

static const vm_form *form_of(const place *at, uint32_t node)
{
    bool is_body = at->fold && at->fold->is_body[node];
    return is_body ? &at->fold->forms[node] : &at->s->tier->forms[node];
}

static vm_big_fraction leaf(const place *at, const vm_form *f, size_t lane)
{
    vm_big_pool *p = at->x->pool;
    i128 num = f->num ? vm_lane(at->s, f->num, lane) : 1, den = f->den ? vm_lane(at->s, f->den, lane) : 1;
    return vm_big_fraction_mul(p, vm_big_fraction_of(p, f->factor.num, f->factor.den),
                               vm_big_fraction_of(p, num, den));
}

/* What the body of a fold reads from its row stays outside the fold: the row of a lane there. */
static size_t row_of(const place *at, uint32_t node, size_t lane)
{
    if (!at->fold || at->fold->is_body[node]) return lane;
    return at->s->fold_rows[at->fold->space - at->s->program->space_count][lane];
}

static bool is_true(const place *at, uint32_t node, size_t lane)
{
    const vm_form *f = form_of(at, node);
    return f->num ? vm_lane(at->s, f->num, row_of(at, node, lane)) != 0 : f->factor.num != 0;
}

static uint32_t mark_of(const place *at, uint32_t node, size_t lane)
{
    return vm_mark_at(at->s, form_of(at, node)->mark, row_of(at, node, lane));
}

static size_t subject_of(const vm_state *s, uint16_t space, size_t row)
{
    const uint32_t *start = s->row_start[space - 1];
    size_t from = 0, until = s->lanes[0];
    while (until - from > 1) { /* start[from] <= row < start[until] */
        size_t middle = from + (until - from) / 2;
        if (start[middle] <= row) from = middle;
        else until = middle;
    }
    return from;
}

/* The sum, or the best, or an end of a over the rows that take part. */
static vm_big_fraction over_rows(const place *at, const vm_node *n, size_t subject)
{
    uint16_t space = at->s->program->plan->nodes[n->a].space;
    const uint32_t *start = at->s->row_start[space - 1];
    vm_big_fraction out = zero(at);
    bool is_first = true;
    for (size_t row = start[subject]; row < start[subject + 1]; row++) {
        if (n->b != VM_NONE && !is_true(at, n->b, row)) continue;
        vm_big_fraction here = value_of(at, n->a, row);
        int order = is_first ? 0 : vm_big_fraction_compare(at->x->pool, here, out);
        if (n->op == VM_SUM) out = vm_big_fraction_add(at->x->pool, out, here);
        else if (is_first || n->op == VM_LAST || (n->op == VM_AGG_MIN && order < 0) ||
                 (n->op == VM_AGG_MAX && order > 0))
            out = here;
        is_first = false;
    }
    return out;
}

static bool is_same_key(const place *at, uint32_t node, size_t row, size_t other)
{
    const vm_form *f = form_of(at, node);
    i128 num[2] = { 1, 1 }, den[2] = { 1, 1 };
    size_t rows[2] = { row, other };
    for (int k = 0; k < 2; k++) {
        if (f->num) num[k] = vm_lane(at->s, f->num, rows[k]);
        if (f->den) den[k] = vm_lane(at->s, f->den, rows[k]);
    }
    return vm_same_fraction(num[0], den[0], num[1], den[1]);
}

static vm_big_fraction same_key(const place *at, const vm_node *n, size_t own_row)
{
    const uint32_t *start = at->s->row_start[n->space - 1];
    size_t subject = subject_of(at->s, n->space, own_row);
    vm_big_fraction out = zero(at);
    for (size_t row = start[subject]; row < start[subject + 1]; row++) {
        if (n->b != VM_NONE && !is_true(at, n->b, row)) continue;
        if (!is_same_key(at, n->c, row, own_row)) continue;
        out = vm_big_fraction_add(at->x->pool, out, value_of(at, n->a, row));
    }
    return out;
}

static vm_big_fraction negated(vm_big_fraction a)
{
    a.num = vm_big_negate(a.num);
    return a;
}

static vm_big_fraction of_two(const place *at, const vm_node *n, size_t lane)
{
    vm_big_pool *p = at->x->pool;
    vm_big_fraction a = value_of(at, n->a, lane), b = value_of(at, n->b, lane);
    switch (n->op) {
    case VM_ADD: return vm_big_fraction_add(p, a, b);
    case VM_SUB: return vm_big_fraction_add(p, a, negated(b));
    case VM_MUL: return vm_big_fraction_mul(p, a, b);
    case VM_DIV: return b.num.count ? vm_big_fraction_divide(p, a, b) : a;
    case VM_MIN: return vm_big_fraction_compare(p, a, b) <= 0 ? a : b;
    default: return vm_big_fraction_compare(p, a, b) >= 0 ? a : b;
    }
}

static vm_big_fraction inner(const place *at, uint32_t node, size_t lane)
{
    const vm_node *n = &at->s->program->plan->nodes[node];
    vm_big_fraction a;
    switch (n->op) {
    case VM_ADD: case VM_SUB: case VM_MUL: case VM_DIV: case VM_MIN: case VM_MAX:
        return of_two(at, n, lane);
    case VM_NEG: return negated(value_of(at, n->a, lane));
    case VM_ABS:
        a = value_of(at, n->a, lane);
        return a.num.is_negative ? negated(a) : a;
    case VM_BOUND: return value_of(at, n->a, lane);
    case VM_IF: /* both branches are equal where the condition is unknown */
        return value_of(at, mark_of(at, n->a, lane) || is_true(at, n->a, lane) ? n->b : n->c, lane);
    case VM_ELSE: return value_of(at, mark_of(at, n->a, lane) ? n->b : n->a, lane);
    case VM_SPREAD: return value_of(at, n->a, subject_of(at->s, n->space, lane));
    case VM_PREVIOUS: return lane ? value_of(at, n->a, lane - 1) : zero(at);
    case VM_SUM_SAME: return same_key(at, n, lane);
    default: return over_rows(at, n, lane);
    }
}

static vm_big_fraction value_of(const place *at, uint32_t node, size_t lane)
{
    place outside = *at;
    if (at->fold && !at->fold->is_body[node]) {
        lane = row_of(at, node, lane);
        outside.fold = NULL;
        at = &outside;
    }
    const vm_form *f = form_of(at, node);
    if (!f->is_enclosed) return leaf(at, f, lane);
    memo *m = &at->x->memos[node];
    if (m->stamp == at->x->stamp && m->lane == lane) return m->value;
    vm_big_fraction value = inner(at, node, lane);
    *m = (memo){ at->x->stamp, lane, value };
    return value;
}

static place begin(vm_state *s, uint16_t space)
{
    vm_machine *m = s->machine;
    vm_fusion_make_up(s);
    if (!m->exact) {
        m->exact = ARENA_NEW(m->memory, vm_exact);
        m->exact->pool = vm_big_pool_open(m->memory);
        m->exact->memos = ARENA_ARRAY(m->memory, memo, m->program->plan->node_count);
    }
    vm_big_reset(m->exact->pool);
    m->exact->stamp++;
    m->exact_count++;
    bool is_fold = space >= m->program->space_count;
    return (place){ s, m->exact, is_fold ? s->tier->folds[space - m->program->space_count] : NULL, 0 };
}

int vm_exact_compare(vm_state *s, uint16_t space, size_t lane, uint32_t a, uint32_t b,
                     vm_fraction k)
{
    place at = begin(s, space);
    vm_big_fraction left = value_of(&at, a, lane);
    vm_big_fraction right = b == VM_NONE ? vm_big_fraction_of(at.x->pool, k.num, k.den)
                                         : value_of(&at, b, lane);
    return vm_big_fraction_compare(at.x->pool, left, right);
}

i128 vm_exact_round(vm_state *s, uint16_t space, size_t lane, uint32_t node, vm_fraction unit,
                    int mode)
{
    place at = begin(s, space);
    vm_big_pool *p = at.x->pool;
    vm_big_fraction value = vm_big_fraction_divide(p, value_of(&at, node, lane),
                                                   vm_big_fraction_of(p, unit.num, unit.den));
    vm_big rest, quotient = vm_big_divide(p, value.num, value.den, &rest);
    bool is_negative = value.num.is_negative;
    vm_big twice = vm_big_add(p, rest, rest);
    twice.is_negative = false;
    int to_half = vm_big_compare(twice, value.den);
    bool is_odd = quotient.count && (quotient.digits[0] & 1);
    bool is_away = mode == MONEY_HALF_UP     ? to_half >= 0
                   : mode == MONEY_HALF_EVEN ? to_half > 0 || (to_half == 0 && is_odd)
                   : mode == MONEY_UP        ? rest.count > 0
                                             : false;
    i128 out = 0;
    bool fits = vm_big_small(quotient, &out);
    assert(fits);
    return out + (is_away ? (is_negative ? -1 : 1) : 0);
}

static vm_big common_of(vm_big_pool *p, vm_big a, vm_big b)
{
    a.is_negative = b.is_negative = false;
    while (b.count) {
        vm_big rest;
        vm_big_divide(p, a, b, &rest);
        a = b, b = rest;
    }
    return a;
}

bool vm_exact_value(vm_state *s, uint16_t space, size_t lane, uint32_t node, vm_fraction *out)
{
    enum { SHOWN_DECIMALS = 15 };
    place at = begin(s, space);
    vm_big_pool *p = at.x->pool;
    vm_big_fraction value = value_of(&at, node, lane);
    vm_big common = common_of(p, value.num, value.den);
    vm_big num = vm_big_divide(p, value.num, common, NULL), den = vm_big_divide(p, value.den, common, NULL);
    if (vm_big_small(num, &out->num) && vm_big_small(den, &out->den)) return true;
    i128 unit = i128_pow10(SHOWN_DECIMALS), shown;
    for (; unit > 1; unit /= 10)
        if (vm_big_small(vm_big_divide(p, vm_big_mul(p, num, vm_big_of(p, unit)), den, NULL), &shown))
            break;
    if (unit == 1 && !vm_big_small(vm_big_divide(p, num, den, NULL), &shown)) shown = 0;
    vm_fraction_make(shown, unit, out);
    return false;
}
