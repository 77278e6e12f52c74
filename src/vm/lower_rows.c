/* lower_rows - between a subject and its rows: spreading, aggregates, neighbours. */
#include "vm/vm_internal.h"

/* A boolean of the rows as a register, also when it is a constant. */
static uint32_t flag_of(vm_lowering *l, uint32_t node)
{
    if (node == VM_NONE) return 0;
    const vm_form f = *vm_lower_form(l, node);
    if (!f.num) return vm_build_fill(l, l->plan->nodes[node].space, f.factor.num);
    return vm_form_flag(l, &f);
}

/* At least 1: a subject with too many rows is still computed row by row. */
static i128 rows_limit(const vm_lowering *l)
{
    return l->plan->rows_max > 1 ? l->plan->rows_max : 1;
}

static uint32_t mark_of(vm_lowering *l, uint32_t node)
{
    return node == VM_NONE ? 0 : vm_lower_form(l, node)->mark;
}

static uint16_t rows_of(const vm_lowering *l)
{
    return l->plan->nodes[l->plan->nodes[l->node].a].space;
}

static uint32_t one_to_one(vm_lowering *l, vm_code code, uint16_t space, uint32_t reg)
{
    const vm_register old = *vm_reg(l, reg);
    uint32_t dst = vm_build_register(l, space, old.is_wide, old.min, old.max);
    vm_instr *i = vm_build_instr(l, code, space);
    i->dst = dst, i->a = reg, i->is_wide = old.is_wide, i->k1 = vm_near_zero(old.min, old.max);
    return dst;
}

static uint32_t spread_register(vm_lowering *l, uint32_t reg, const void *context)
{
    return one_to_one(l, VM_I_SPREAD, *(const uint16_t *)context, reg);
}

static uint32_t previous_register(vm_lowering *l, uint32_t reg, const void *context)
{
    return one_to_one(l, VM_I_PREVIOUS, *(const uint16_t *)context, reg);
}

static uint32_t pick_register(vm_lowering *l, uint32_t reg, const void *context)
{
    uint32_t dst = one_to_one(l, VM_I_PICK, 0, reg);
    vm_build_last(l)->b = *(const uint32_t *)context;
    return dst;
}

/* What an aggregate's lane has for a reason: its rows', or no rows. */
static uint32_t rows_mark(vm_lowering *l, const vm_node *n, bool is_empty_unknown)
{
    uint32_t filter = flag_of(l, n->b);
    uint32_t mark = vm_build_mark(l, 0);
    vm_instr *i = vm_build_instr(l, VM_I_ROWS_MARK, 0);
    i->aux = rows_of(l), i->mode = is_empty_unknown, i->c = filter;
    i->ma = mark_of(l, n->a), i->mb = mark_of(l, n->b), i->mark = mark;
    return mark;
}

static uint32_t sum_register(vm_lowering *l, uint32_t reg, uint32_t filter)
{
    const vm_register old = *vm_reg(l, reg);
    i128 rows = rows_limit(l), min, max;
    if (!i128_mul(old.min < 0 ? old.min : 0, rows, &min) ||
        !i128_mul(old.max > 0 ? old.max : 0, rows, &max) || min < -VM_WIDE_MAX ||
        max > VM_WIDE_MAX)
        return 0;
    bool is_wide = old.is_wide || !i128_fits_i64(min) || !i128_fits_i64(max);
    uint32_t dst = vm_build_register(l, 0, is_wide, min, max);
    vm_instr *i = vm_build_instr(l, VM_I_SUM, 0);
    i->dst = dst, i->a = reg, i->c = filter, i->aux = old.space, i->is_wide = is_wide;
    if (!filter && !is_wide && old.min == old.max) i->a = 0, i->k1 = old.min; /* so many times */
    return vm_build_narrowest(l, dst);
}

/* A sum of quotients by a table's column: only the lower ends are summed, row by row. */
static bool sum_by_reciprocals(vm_lowering *l, const vm_form *a, uint32_t filter, vm_form *out)
{
    i128 slack;
    int32_t exponent;
    uint32_t low = vm_enclose_by_reciprocals(l, a, &exponent, &slack);
    if (!low) return false;
    uint32_t mark = out->mark, sum = sum_register(l, low, filter);
    *out = (vm_form){ .factor = { 1, 1 }, .low = sum, .exponent = exponent, .is_enclosed = true,
                      .is_made = true, .mark = mark };
    out->high = vm_build_linear(l, sum, 1, 0, 0, slack * rows_limit(l));
    return sum && out->high;
}

static void lower_sum(vm_lowering *l, const vm_node *n, vm_form *out)
{
    vm_form a = *vm_lower_form(l, n->a);
    uint32_t filter = flag_of(l, n->b);
    *out = a;
    out->mark = rows_mark(l, n, false);
    if (vm_form_is_constant(&a) && a.factor.num) a.num = vm_build_fill(l, rows_of(l), 1);
    else if (vm_form_is_constant(&a)) return;
    if (a.den && sum_by_reciprocals(l, &a, filter, out)) return;
    if (a.den && !vm_enclose(l, &a, &a)) {
        vm_lower_fail(l, NULL);
        return;
    }
    uint32_t mark = out->mark;
    *out = a;
    out->mark = mark;
    if (a.is_enclosed) {
        out->low = sum_register(l, a.low, filter);
        out->high = sum_register(l, a.high, filter);
    } else {
        out->num = sum_register(l, a.num, filter);
    }
    if (!out->num && !(out->low && out->high)) vm_lower_fail(l, NULL);
}

static void lower_count(vm_lowering *l, const vm_node *n, vm_form *out)
{
    uint32_t flag = flag_of(l, n->a);
    uint32_t dst = vm_build_register(l, 0, false, 0, rows_limit(l));
    vm_instr *i = vm_build_instr(l, VM_I_SUM, 0);
    i->dst = dst, i->a = flag, i->aux = rows_of(l);
    if (vm_reg(l, flag)->min == vm_reg(l, flag)->max) i->a = 0, i->k1 = vm_reg(l, flag)->min;
    uint32_t mark = rows_mark(l, n, false);
    *out = vm_form_of(dst, (vm_fraction){ 1, 1 });
    out->mark = mark;
}

/* The row with the first, last, least or greatest value, by one register or a quotient of two. */
static uint32_t best_row(vm_lowering *l, const vm_node *n, uint32_t num, uint32_t den, bool is_max)
{
    uint32_t filter = flag_of(l, n->b);
    uint32_t dst = vm_build_register(l, 0, false, -1, UINT32_MAX);
    vm_instr *i = vm_build_instr(l, VM_I_BEST, 0);
    i->dst = dst, i->a = num, i->b = den, i->c = filter, i->mode = is_max, i->aux = rows_of(l);
    return dst;
}

static uint32_t edge_row(vm_lowering *l, const vm_node *n)
{
    uint32_t filter = flag_of(l, n->b);
    uint32_t dst = vm_build_register(l, 0, false, -1, UINT32_MAX);
    vm_instr *i = vm_build_instr(l, VM_I_EDGE, 0);
    i->dst = dst, i->c = filter, i->mode = n->op == VM_LAST, i->aux = rows_of(l);
    return dst;
}

static void lower_pick(vm_lowering *l, const vm_node *n, vm_form *out)
{
    const vm_form a = *vm_lower_form(l, n->a);
    bool is_max = (n->op == VM_AGG_MAX) == (a.factor.num >= 0);
    uint32_t index;
    if (n->op == VM_FIRST || n->op == VM_LAST) {
        index = edge_row(l, n);
        *out = vm_form_each(l, &a, pick_register, &index);
    } else if (a.is_enclosed) {
        *out = a;
        index = best_row(l, n, a.low, 0, is_max);
        out->low = pick_register(l, a.low, &index);
        index = best_row(l, n, a.high, 0, is_max);
        out->high = pick_register(l, a.high, &index);
    } else {
        uint32_t num = a.num ? a.num : vm_build_fill(l, rows_of(l), 1), den = a.den;
        uint32_t product;
        if (den && !(product = vm_build_mul(l, num, den))) { /* cross products must fit */
            vm_lower_fail(l, NULL);
            return;
        }
        index = best_row(l, n, num, den, is_max);
        *out = vm_form_each(l, &a, pick_register, &index);
    }
    out->mark = rows_mark(l, n, true);
}

static void lower_any(vm_lowering *l, const vm_node *n, vm_form *out)
{
    uint32_t flag = flag_of(l, n->a), filter = flag_of(l, n->b);
    uint32_t dst = vm_build_register(l, 0, false, 0, 1), mark = vm_build_mark(l, 0);
    vm_instr *i = vm_build_instr(l, VM_I_ANY, 0);
    i->dst = dst, i->a = flag, i->c = filter, i->mode = (uint8_t)n->op, i->aux = rows_of(l);
    i->ma = mark_of(l, n->a), i->mb = mark_of(l, n->b), i->mark = mark;
    *out = vm_form_of(dst, (vm_fraction){ 1, 1 });
    out->mark = mark;
}

static uint32_t group_of(vm_lowering *l, const vm_node *n)
{
    vm_form key = *vm_lower_form(l, n->c);
    if (key.is_enclosed) {
        vm_lower_fail(l, NULL);
        return 0;
    }
    uint32_t num = key.num ? key.num : vm_build_fill(l, n->space, 1);
    uint32_t dst = vm_build_register(l, n->space, false, 0, UINT32_MAX);
    vm_instr *i = vm_build_instr(l, VM_I_SAME_GROUP, n->space);
    i->dst = dst, i->a = num, i->b = key.den;
    return dst;
}

static uint32_t sum_same(vm_lowering *l, const vm_node *n, uint32_t reg, uint32_t group)
{
    const vm_register old = *vm_reg(l, reg);
    i128 rows = rows_limit(l), min, max;
    if (!i128_mul(old.min < 0 ? old.min : 0, rows, &min) ||
        !i128_mul(old.max > 0 ? old.max : 0, rows, &max) || min < -VM_WIDE_MAX ||
        max > VM_WIDE_MAX)
        return 0;
    uint32_t filter = flag_of(l, n->b);
    bool is_wide = old.is_wide || !i128_fits_i64(min) || !i128_fits_i64(max);
    uint32_t dst = vm_build_register(l, n->space, is_wide, min, max);
    vm_instr *i = vm_build_instr(l, VM_I_SUM_SAME, n->space);
    i->dst = dst, i->a = reg, i->b = group, i->c = filter, i->is_wide = is_wide;
    i->mb = mark_of(l, n->b), i->mc = mark_of(l, n->c);
    return dst;
}

static void lower_sum_same(vm_lowering *l, const vm_node *n, vm_form *out)
{
    vm_form a = *vm_lower_form(l, n->a);
    uint32_t group = group_of(l, n), filter = flag_of(l, n->b);
    if (l->is_failed) return;
    uint32_t mark = vm_build_mark(l, n->space);
    vm_instr *i = vm_build_instr(l, VM_I_SUM_SAME_MARK, n->space);
    i->b = group, i->c = filter, i->mark = mark;
    i->ma = a.mark, i->mb = mark_of(l, n->b), i->mc = mark_of(l, n->c);
    if (vm_form_is_constant(&a)) a.num = vm_build_fill(l, n->space, 1);
    if (a.den && !vm_enclose(l, &a, &a)) {
        vm_lower_fail(l, NULL);
        return;
    }
    *out = a;
    out->mark = mark;
    if (a.is_enclosed) {
        out->low = sum_same(l, n, a.low, group);
        out->high = sum_same(l, n, a.high, group);
    } else {
        out->num = sum_same(l, n, a.num, group);
    }
    if (!out->num && !(out->low && out->high)) vm_lower_fail(l, NULL);
}

static void lower_neighbour(vm_lowering *l, const vm_node *n, vm_form *out)
{
    const vm_form a = *vm_lower_form(l, n->a);
    bool is_spread = n->op == VM_SPREAD;
    *out = vm_form_each(l, &a, is_spread ? spread_register : previous_register, &n->space);
    out->mark = 0;
    if (is_spread && !a.mark) return;
    uint32_t mark = vm_build_mark(l, n->space);
    vm_instr *i = vm_build_instr(l, is_spread ? VM_I_SPREAD_MARK : VM_I_PREVIOUS_MARK, n->space);
    i->ma = a.mark, i->mark = mark;
    out->mark = mark;
}

static void lower_row_index(vm_lowering *l, const vm_node *n, vm_form *out)
{
    uint32_t dst = vm_build_register(l, n->space, false, 1, rows_limit(l));
    uint32_t mark = vm_build_mark(l, n->space);
    vm_instr *i = vm_build_instr(l, VM_I_ROW_INDEX, n->space);
    i->dst = dst, i->mark = mark;
    *out = vm_form_of(dst, (vm_fraction){ 1, 1 });
    out->mark = mark;
}

void vm_lower_rows(vm_lowering *l, uint32_t node, vm_form *out)
{
    const vm_node *n = &l->plan->nodes[node];
    switch (n->op) {
    case VM_SPREAD: case VM_PREVIOUS: lower_neighbour(l, n, out); break;
    case VM_SUM: lower_sum(l, n, out); break;
    case VM_COUNT: lower_count(l, n, out); break;
    case VM_ANY: case VM_ALL: lower_any(l, n, out); break;
    case VM_SUM_SAME: lower_sum_same(l, n, out); break;
    case VM_ROW_INDEX: lower_row_index(l, n, out); break;
    default: lower_pick(l, n, out); break;
    }
}
