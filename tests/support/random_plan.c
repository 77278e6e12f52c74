#include "support/random_plan.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "support/random_maker.h"

typedef vm_node_id (*make_row)(maker *m, vm_op op, vm_kind kind, uint16_t space);

/* ---- every way to make a node: one row each ---- */

static vm_node_id make_fold(maker *m, vm_op op, vm_kind kind, uint16_t space);

enum { OF_NUMBER = 1 << VM_NUMBER, OF_BOOL = 1 << VM_BOOL, OF_DAY = 1 << VM_DAY,
       OF_MONTH = 1 << VM_MONTH, OF_CODE = 1 << VM_CODE,
       OF_ORDERED = OF_NUMBER | OF_DAY | OF_MONTH, OF_ALL = (1 << VM_KIND_COUNT) - 1 };
enum { ANYWHERE, SUBJECT_ONLY, ROWS_ONLY };

static const struct {
    uint8_t weight;
    uint8_t kinds; /* of the result */
    uint8_t where;
    bool in_fold;  /* may stand in the body of a fold */
    make_row make;
} WAYS[] = {
    [VM_CONST] = { 2, OF_ALL, ANYWHERE, true, maker_constant },
    [VM_INPUT] = { 4, OF_ALL, ANYWHERE, true, maker_input },
    [VM_UNKNOWN] = { 1, OF_ALL, ANYWHERE, true, maker_reason },
    [VM_FAIL] = { 1, OF_ALL, ANYWHERE, true, maker_reason },
    [VM_CARRY] = { 0, OF_NUMBER, ROWS_ONLY, false, NULL },
    [VM_ADD] = { 6, OF_NUMBER, ANYWHERE, true, maker_sum },
    [VM_SUB] = { 4, OF_NUMBER, ANYWHERE, true, maker_sum },
    [VM_MUL] = { 6, OF_NUMBER, ANYWHERE, true, maker_product },
    [VM_DIV] = { 6, OF_NUMBER, ANYWHERE, true, maker_quotient },
    [VM_NEG] = { 2, OF_NUMBER, ANYWHERE, true, maker_sign },
    [VM_ABS] = { 2, OF_NUMBER, ANYWHERE, true, maker_sign },
    [VM_MIN] = { 3, OF_ORDERED, ANYWHERE, true, maker_extreme },
    [VM_MAX] = { 3, OF_ORDERED, ANYWHERE, true, maker_extreme },
    [VM_ROUND] = { 6, OF_NUMBER, ANYWHERE, true, maker_round },
    [VM_BOUND] = { 3, OF_NUMBER, ANYWHERE, true, maker_bound },
    [VM_EQ] = { 2, OF_BOOL, ANYWHERE, true, maker_compare },
    [VM_NE] = { 2, OF_BOOL, ANYWHERE, true, maker_compare },
    [VM_LT] = { 2, OF_BOOL, ANYWHERE, true, maker_compare },
    [VM_LE] = { 2, OF_BOOL, ANYWHERE, true, maker_compare },
    [VM_GT] = { 2, OF_BOOL, ANYWHERE, true, maker_compare },
    [VM_GE] = { 2, OF_BOOL, ANYWHERE, true, maker_compare },
    [VM_AND] = { 3, OF_BOOL, ANYWHERE, true, maker_logic },
    [VM_OR] = { 3, OF_BOOL, ANYWHERE, true, maker_logic },
    [VM_NOT] = { 2, OF_BOOL, ANYWHERE, true, maker_logic },
    [VM_IF] = { 8, OF_ALL, ANYWHERE, true, maker_if },
    [VM_KNOWN] = { 2, OF_BOOL, ANYWHERE, true, maker_known },
    [VM_ELSE] = { 5, OF_ALL, ANYWHERE, true, maker_else },
    [VM_MONTH_OF_DAY] = { 1, OF_MONTH, ANYWHERE, true, maker_calendar },
    [VM_YEAR_OF_MONTH] = { 1, OF_NUMBER, ANYWHERE, true, maker_calendar },
    [VM_MONTH_IN_YEAR] = { 1, OF_NUMBER, ANYWHERE, true, maker_calendar },
    [VM_DAY_IN_MONTH] = { 1, OF_NUMBER, ANYWHERE, true, maker_calendar },
    [VM_FIRST_DAY] = { 1, OF_DAY, ANYWHERE, true, maker_calendar },
    [VM_LAST_DAY] = { 1, OF_DAY, ANYWHERE, true, maker_calendar },
    [VM_MONTH_FROM] = { 2, OF_MONTH, ANYWHERE, true, maker_calendar },
    [VM_MONTH_ADD] = { 1, OF_MONTH, ANYWHERE, true, maker_calendar },
    [VM_MONTH_DIFF] = { 1, OF_NUMBER, ANYWHERE, true, maker_calendar },
    [VM_DAY_ADD] = { 1, OF_DAY, ANYWHERE, true, maker_calendar },
    [VM_DAY_DIFF] = { 1, OF_NUMBER, ANYWHERE, true, maker_calendar },
    [VM_DAY_ADD_MONTHS] = { 1, OF_DAY, ANYWHERE, true, maker_calendar },
    [VM_FULL_MONTHS] = { 2, OF_NUMBER, ANYWHERE, true, maker_calendar },
    [VM_LOOKUP] = { 6, OF_ALL, ANYWHERE, true, maker_lookup },
    [VM_SPREAD] = { 3, OF_ALL, ROWS_ONLY, true, maker_spread },
    [VM_SUM] = { 6, OF_NUMBER, SUBJECT_ONLY, false, maker_aggregate },
    [VM_COUNT] = { 2, OF_NUMBER, SUBJECT_ONLY, false, maker_aggregate },
    [VM_AGG_MIN] = { 3, OF_ORDERED, SUBJECT_ONLY, false, maker_aggregate },
    [VM_AGG_MAX] = { 3, OF_ORDERED, SUBJECT_ONLY, false, maker_aggregate },
    [VM_FIRST] = { 4, OF_ALL, SUBJECT_ONLY, false, maker_aggregate },
    [VM_LAST] = { 4, OF_ALL, SUBJECT_ONLY, false, maker_aggregate },
    [VM_ANY] = { 2, OF_BOOL, SUBJECT_ONLY, false, maker_aggregate },
    [VM_ALL] = { 2, OF_BOOL, SUBJECT_ONLY, false, maker_aggregate },
    [VM_FOLD] = { 3, OF_NUMBER, SUBJECT_ONLY, false, make_fold },
    [VM_PREVIOUS] = { 4, OF_ALL, ROWS_ONLY, false, maker_within_rows },
    [VM_SUM_SAME] = { 4, OF_NUMBER, ROWS_ONLY, false, maker_within_rows },
    [VM_ROW_INDEX] = { 1, OF_NUMBER, ROWS_ONLY, false, maker_within_rows },
};
_Static_assert(ARRAY_COUNT(WAYS) == VM_OP_COUNT, "an operator is never made");

static vm_kind choose_kind_of(maker *m, uint8_t kinds)
{
    vm_kind kind;
    do kind = (vm_kind)choose(m->c, VM_KIND_COUNT);
    while (!(kinds & 1 << kind) && !(m->c->bytes && m->c->at >= m->c->size_bytes));
    while (!(kinds & 1 << kind)) kind = (vm_kind)((kind + 1) % VM_KIND_COUNT);
    return kind == VM_NUMBER || !(kinds & OF_NUMBER) || choose_percent(m->c, 50) ? kind : VM_NUMBER;
}

static uint16_t choose_space(maker *m, int where)
{
    if (where == SUBJECT_ONLY || m->b->record_count == 0) return 0;
    if (where == ROWS_ONLY) return maker_choose_rows(m);
    return choose_percent(m->c, 50) ? maker_choose_rows(m) : 0;
}

static vm_node_id make_step(maker *m, bool in_fold, uint16_t fold_space)
{
    uint32_t total = 0;
    for (size_t op = 0; op < VM_OP_COUNT; op++)
        if (!in_fold || WAYS[op].in_fold) total += WAYS[op].weight;
    uint32_t at = choose(m->c, total);
    vm_op op = 0;
    for (;; op++) {
        if (in_fold && !WAYS[op].in_fold) continue;
        if (at < WAYS[op].weight) break;
        at -= WAYS[op].weight;
    }
    if (WAYS[op].where != ANYWHERE && m->b->record_count == 0) op = VM_ADD;
    vm_kind kind = choose_kind_of(m, WAYS[op].kinds);
    uint16_t space = in_fold ? fold_space : choose_space(m, WAYS[op].where);
    return WAYS[op].make(m, op, kind, space);
}

static vm_node_id make_fold(maker *m, vm_op op, vm_kind kind, uint16_t space)
{
    if (m->in_fold) return maker_number_constant(m, space);
    uint16_t rows = maker_choose_rows(m);
    int decimals = (int)choose(m->c, 5);
    vm_node_id start = maker_pick(m, VM_NUMBER, 0);
    if (m->facts[start].decimals < 0 || m->facts[start].decimals > decimals)
        start = maker_round_to(m, start, decimals);
    start = maker_bound_to(m, start, decimals, maker_choose_limit(m));
    vm_node_id mask = maker_pick_mask(m, rows);
    int64_t limit = maker_choose_limit(m);
    m->in_fold = true;
    m->hidden_from = m->b->node_count;
    vm_node_id carry = plan_op(m->b, VM_CARRY, VM_NUMBER, rows, VM_NONE, VM_NONE, VM_NONE);
    double bits = fmax(m->facts[start].bits, maker_bits_of((double)limit) - maker_decimal_bits(decimals));
    maker_note(m, carry, fmax(bits, 1), maker_decimal_bits(decimals), decimals);
    size_t steps = 1 + choose(m->c, 5);
    for (size_t i = 0; i < steps; i++) make_step(m, true, rows);
    vm_node_id body = VM_NONE; /* the last number that depends on the carry */
    for (vm_node_id n = (vm_node_id)m->b->node_count; n-- > carry && body == VM_NONE;)
        if (m->facts[n].is_carried && maker_node(m, n)->kind == VM_NUMBER) body = n;
    if (body == carry || choose_percent(m->c, 30)) {
        vm_node_id row_value = maker_narrowed(m, maker_pick(m, VM_NUMBER, rows), 80);
        body = maker_narrowed(m, body, 80);
        body = maker_note(m, plan_op(m->b, VM_ADD, VM_NUMBER, rows, body, row_value, VM_NONE),
                    fmax(m->facts[body].bits, m->facts[row_value].bits) + 1,
                    m->facts[body].den_bits + m->facts[row_value].den_bits, -1);
    }
    body = maker_round_to(m, body, decimals);
    body = maker_bound_to(m, body, decimals, limit);
    m->in_fold = false;
    vm_node_id n = plan_op(m->b, op, kind, space, body, mask, start);
    return maker_note(m, n, fmax(bits, 1), maker_decimal_bits(decimals), decimals);
}

static void choose_outputs(maker *m)
{
    vm_node_id until = (vm_node_id)m->b->node_count;
    for (vm_node_id n = 0; n < until; n++) {
        bool is_wanted = !m->facts[n].is_used || choose_percent(m->c, 15);
        if (!is_wanted || m->facts[n].is_carried) continue;
        if (maker_node(m, n)->kind == VM_NUMBER) {
            vm_node_id stored = maker_stored(m, n);
            plan_output(m->b, stored);
        } else {
            plan_output(m->b, n);
        }
    }
    if (m->b->output_count == 0) plan_output(m->b, maker_stored(m, maker_pick(m, VM_NUMBER, 0)));
}

const vm_plan *random_plan(arena *memory, choices *c)
{
    static const int32_t ROWS_MAX[] = { 6, 3, 12, 1, 30, 400 };
    size_t record_count = choose(c, 10) ? 1 + choose(c, 2) : 0;
    int32_t rows_max = ROWS_MAX[choose(c, ARRAY_COUNT(ROWS_MAX))];
    maker m = { .b = plan_builder_open(memory, record_count, rows_max), .c = c };
    maker_number_constant(&m, 0);
    size_t steps = 4 + choose(c, choose(c, 4) ? 14 : 40);
    for (size_t i = 0; i < steps; i++) make_step(&m, false, 0);
    choose_outputs(&m);
    return plan_built(m.b);
}
