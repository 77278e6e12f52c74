#include "support/random_maker.h"

#include <math.h>

/* ---- numbers ---- */

vm_node_id maker_sum(maker *m, vm_op op, vm_kind kind, uint16_t space)
{
    vm_node_id a = maker_pick_number(m, space, 100), b = maker_pick_number(m, space, 100);
    const fact *x = &m->facts[a], *y = &m->facts[b];
    bool is_decimal = x->decimals >= 0 && y->decimals >= 0;
    int decimals = is_decimal ? (int)fmax(x->decimals, y->decimals) : -1;
    double den_bits = is_decimal ? maker_decimal_bits(decimals) : x->den_bits + y->den_bits;
    double bits = fmax(x->bits, y->bits) + 1;
    if (bits + den_bits > WIDTH_MAX && choose_percent(m->c, 90)) {
        a = maker_stored(m, a), b = maker_stored(m, b);
        decimals = (int)fmax(m->facts[a].decimals, m->facts[b].decimals);
        den_bits = maker_decimal_bits(decimals);
        bits = fmax(m->facts[a].bits, m->facts[b].bits) + 1;
    }
    return maker_note(m, plan_op(m->b, op, kind, space, a, b, VM_NONE), bits, den_bits, decimals);
}

vm_node_id maker_product(maker *m, vm_op op, vm_kind kind, uint16_t space)
{
    vm_node_id a = maker_pick_number(m, space, 90), b = maker_pick_number(m, space, 90);
    if (maker_width(m, a) + maker_width(m, b) > WIDTH_MAX) a = maker_stored(m, a);
    if (maker_width(m, a) + maker_width(m, b) > WIDTH_MAX) b = maker_stored(m, b);
    if (maker_width(m, a) + maker_width(m, b) > WIDTH_MAX) b = maker_number_constant(m, space);
    const fact *x = &m->facts[a], *y = &m->facts[b];
    int decimals = x->decimals >= 0 && y->decimals >= 0 ? x->decimals + y->decimals : -1;
    if (decimals > 12) decimals = -1;
    double bits = x->bits + y->bits, den_bits = x->den_bits + y->den_bits;
    return maker_note(m, plan_op(m->b, op, kind, space, a, b, VM_NONE), bits, den_bits, decimals);
}

vm_node_id maker_quotient(maker *m, vm_op op, vm_kind kind, uint16_t space)
{
    vm_node_id a = maker_pick_number(m, space, 80), b = maker_pick_number(m, space, 60);
    if (maker_width(m, a) + maker_width(m, b) > 100) a = maker_stored(m, a);
    if (maker_width(m, a) + maker_width(m, b) > 100) {
        vm_input input = { .kind = VM_NUMBER, .space = space, .min = -3, .max = 60 };
        b = maker_note(m, plan_input(m->b, input), 6, 0, 0);
    }
    const fact *x = &m->facts[a], *y = &m->facts[b];
    double bits = x->bits + y->den_bits, den_bits = x->den_bits + y->bits + y->den_bits;
    return maker_note(m, plan_op(m->b, op, kind, space, a, b, VM_NONE), bits, den_bits, -1);
}

vm_node_id maker_sign(maker *m, vm_op op, vm_kind kind, uint16_t space)
{
    vm_node_id a = maker_pick(m, VM_NUMBER, space);
    return maker_note_like(m, plan_op(m->b, op, kind, space, a, VM_NONE, VM_NONE), a);
}

vm_node_id maker_extreme(maker *m, vm_op op, vm_kind kind, uint16_t space)
{
    vm_node_id a = maker_pick(m, kind, space), b = maker_pick(m, kind, space);
    if (kind != VM_NUMBER)
        return maker_note_like(m, plan_op(m->b, op, kind, space, a, b, VM_NONE), a);
    a = maker_narrowed(m, a, 100), b = maker_narrowed(m, b, 100);
    const fact *x = &m->facts[a], *y = &m->facts[b];
    bool is_decimal = x->decimals >= 0 && y->decimals >= 0;
    return maker_note(m, plan_op(m->b, op, kind, space, a, b, VM_NONE), fmax(x->bits, y->bits),
                is_decimal ? fmax(x->den_bits, y->den_bits) : x->den_bits + y->den_bits,
                is_decimal ? (int)fmax(x->decimals, y->decimals) : -1);
}

vm_node_id maker_round(maker *m, vm_op op, vm_kind kind, uint16_t space)
{
    (void)op, (void)kind;
    static const struct { int64_t num, den; int decimals; } UNITS[] = {
        { 1, 100, 2 }, { 1, 1, 0 }, { 1, 10, 1 }, { 1, 1000, 3 }, { 10, 1, 0 }, { 100, 1, 0 },
        { 1, 20, 2 }, { 1, 2, 1 }, { 5, 1, 0 }, { 12, 1, 0 }, { 3, 100, 2 }, { 1, 3, -1 },
    };
    vm_node_id a = maker_pick(m, VM_NUMBER, space);
    size_t i = choose(m->c, ARRAY_COUNT(UNITS) - (choose_percent(m->c, 90) ? 1 : 0));
    vm_node_id n = plan_round(m->b, a, maker_choose_rounding(m), UNITS[i].num, UNITS[i].den);
    return maker_note(m, n, fmax(m->facts[a].bits, 7) + 1, maker_bits_of((double)UNITS[i].den), UNITS[i].decimals);
}

vm_node_id maker_bound(maker *m, vm_op op, vm_kind kind, uint16_t space)
{
    (void)op, (void)kind;
    vm_node_id a = maker_pick(m, VM_NUMBER, space);
    int decimals = (int)choose(m->c, 5);
    if (m->facts[a].decimals > decimals) decimals = m->facts[a].decimals > 8 ? decimals : m->facts[a].decimals;
    return maker_bound_to(m, a, decimals, maker_choose_limit(m));
}

/* ---- truth ---- */

/* A number of the size that the node may have, so that a comparison is not always decided. */
static vm_node_id make_near(maker *m, vm_node_id a)
{
    const vm_node *node = maker_node(m, a);
    int64_t min = -100, max = 100;
    i128 den = 1;
    switch (node->op) {
    case VM_YEAR_OF_MONTH: min = 1990, max = 2040; break;
    case VM_MONTH_IN_YEAR: min = 0, max = 13; break;
    case VM_DAY_IN_MONTH: min = 0, max = 32; break;
    case VM_COUNT: case VM_ROW_INDEX: min = 0, max = 4; break;
    case VM_INPUT: {
        const vm_input *input = &m->b->inputs[node->aux];
        bool has_room = input->min > -INT64_MAX && input->max < INT64_MAX;
        min = input->min - has_room, max = input->max + has_room;
        for (int i = 0; i < input->decimals; i++) den *= 10;
        if (choose_percent(m->c, 50)) min = max = choose(m->c, 2) ? min : max;
        break;
    }
    default: break;
    }
    int64_t num = choose_between(m->c, min, max);
    vm_node_id n = plan_constant(m->b, VM_NUMBER, node->space, num, den);
    double den_bits = maker_bits_of((double)den);
    return maker_note(m, n, fmax(0, maker_bits_of((double)num) - den_bits) + 1, den_bits,
                (int)(den_bits / 3.3 + 0.5));
}

vm_node_id maker_compare(maker *m, vm_op op, vm_kind kind, uint16_t space)
{
    (void)kind;
    vm_kind of = maker_choose_kind(m);
    if (of == VM_CODE && op > VM_NE) of = VM_BOOL;
    vm_node_id a = maker_pick(m, of, space);
    vm_node_id b = of == VM_NUMBER && choose_percent(m->c, 40) ? make_near(m, a) : maker_pick(m, of, space);
    if (of == VM_NUMBER) a = maker_narrowed(m, a, 100), b = maker_narrowed(m, b, 100);
    return maker_note_plain(m, plan_op(m->b, op, VM_BOOL, space, a, b, VM_NONE), 1);
}

vm_node_id maker_logic(maker *m, vm_op op, vm_kind kind, uint16_t space)
{
    (void)kind;
    vm_node_id a = maker_pick(m, VM_BOOL, space);
    vm_node_id b = op == VM_NOT ? VM_NONE : maker_pick(m, VM_BOOL, space);
    return maker_note_plain(m, plan_op(m->b, op, VM_BOOL, space, a, b, VM_NONE), 1);
}

static vm_node_id note_either(maker *m, vm_node_id n, vm_node_id a, vm_node_id b)
{
    const fact *x = &m->facts[a], *y = &m->facts[b];
    bool is_decimal = x->decimals >= 0 && y->decimals >= 0;
    return maker_note(m, n, fmax(x->bits, y->bits),
                is_decimal ? fmax(x->den_bits, y->den_bits) : x->den_bits + y->den_bits,
                is_decimal ? (int)fmax(x->decimals, y->decimals) : -1);
}

vm_node_id maker_if(maker *m, vm_op op, vm_kind kind, uint16_t space)
{
    vm_node_id a = maker_pick(m, VM_BOOL, space), b = maker_pick(m, kind, space);
    vm_node_id c = choose_percent(m->c, 15) ? b : maker_pick(m, kind, space);
    if (kind == VM_NUMBER) b = maker_narrowed(m, b, 100), c = maker_narrowed(m, c, 100);
    return note_either(m, plan_op(m->b, op, kind, space, a, b, c), b, c);
}

vm_node_id maker_known(maker *m, vm_op op, vm_kind kind, uint16_t space)
{
    (void)kind;
    vm_node_id a = maker_pick(m, maker_choose_kind(m), space);
    return maker_note_plain(m, plan_op(m->b, op, VM_BOOL, space, a, VM_NONE, VM_NONE), 1);
}

vm_node_id maker_else(maker *m, vm_op op, vm_kind kind, uint16_t space)
{
    vm_node_id a = maker_pick(m, kind, space), b = maker_pick(m, kind, space);
    if (kind == VM_NUMBER) a = maker_narrowed(m, a, 100), b = maker_narrowed(m, b, 100);
    return note_either(m, plan_op(m->b, op, kind, space, a, b, VM_NONE), a, b);
}

/* ---- calendar ---- */

/* The kinds of the arguments of each operator of the calendar. */
static const struct { vm_kind a, b; bool has_b; } CALENDAR[VM_OP_COUNT] = {
    [VM_MONTH_OF_DAY] = { VM_DAY, VM_NUMBER, false },
    [VM_YEAR_OF_MONTH] = { VM_MONTH, VM_NUMBER, false },
    [VM_MONTH_IN_YEAR] = { VM_MONTH, VM_NUMBER, false },
    [VM_DAY_IN_MONTH] = { VM_DAY, VM_NUMBER, false },
    [VM_FIRST_DAY] = { VM_MONTH, VM_NUMBER, false },
    [VM_LAST_DAY] = { VM_MONTH, VM_NUMBER, false },
    [VM_MONTH_FROM] = { VM_NUMBER, VM_NUMBER, true },
    [VM_MONTH_ADD] = { VM_MONTH, VM_NUMBER, true },
    [VM_MONTH_DIFF] = { VM_MONTH, VM_MONTH, true },
    [VM_DAY_ADD] = { VM_DAY, VM_NUMBER, true },
    [VM_DAY_DIFF] = { VM_DAY, VM_DAY, true },
    [VM_DAY_ADD_MONTHS] = { VM_DAY, VM_NUMBER, true },
    [VM_FULL_MONTHS] = { VM_DAY, VM_DAY, true },
};

static vm_node_id calendar_argument(maker *m, vm_op op, int index, uint16_t space)
{
    vm_kind kind = index == 0 ? CALENDAR[op].a : CALENDAR[op].b;
    if (kind != VM_NUMBER) return maker_pick(m, kind, space);
    if (op != VM_MONTH_FROM || choose_percent(m->c, 30)) return maker_pick_whole(m, space);
    vm_input input = { .kind = VM_NUMBER, .space = space, .min = index == 0 ? 1790 : -2,
                       .max = index == 0 ? 2310 : 14 };
    return maker_note(m, plan_input(m->b, input), 12, 0, 0);
}

vm_node_id maker_calendar(maker *m, vm_op op, vm_kind kind, uint16_t space)
{
    vm_node_id a = calendar_argument(m, op, 0, space);
    vm_node_id b = CALENDAR[op].has_b ? calendar_argument(m, op, 1, space) : VM_NONE;
    return maker_note_plain(m, plan_op(m->b, op, kind, space, a, b, VM_NONE), 18);
}
