#include "support/random_maker.h"

#include <math.h>

double maker_bits_of(double value)
{
    double size = fabs(value);
    return size < 1 ? 0 : log2(size) + 0.01;
}

double maker_decimal_bits(int decimals)
{
    return decimals * 3.3219281;
}

static bool is_in_fold(const maker *m, const vm_node *node)
{
    if (node->op == VM_CARRY) return true;
    if (node->op == VM_FOLD) return false;
    const vm_node_id args[3] = { node->a, node->b, node->c };
    for (int i = 0; i < 3; i++)
        if (args[i] != VM_NONE && m->facts[args[i]].is_carried) return true;
    return false;
}

/* Notes the facts of the node just made. */
vm_node_id maker_note(maker *m, vm_node_id n, double bits, double den_bits, int decimals)
{
    while (m->fact_capacity <= n) m->facts = arena_grow(m->b->memory, m->facts, &m->fact_capacity, sizeof *m->facts);
    const vm_node *node = &m->b->nodes[n];
    m->facts[n] = (fact){ .bits = bits, .den_bits = den_bits, .decimals = decimals };
    m->facts[n].is_carried = is_in_fold(m, node);
    const vm_node_id args[3] = { node->a, node->b, node->c };
    for (int i = 0; i < 3; i++)
        if (args[i] != VM_NONE) m->facts[args[i]].is_used = true;
    return n;
}

vm_node_id maker_note_plain(maker *m, vm_node_id n, double bits)
{
    return maker_note(m, n, bits, 0, 0);
}

vm_node_id maker_note_like(maker *m, vm_node_id n, vm_node_id like)
{
    return maker_note(m, n, m->facts[like].bits, m->facts[like].den_bits, m->facts[like].decimals);
}

double maker_kind_bits(vm_kind kind)
{
    return kind == VM_DAY ? 18 : kind == VM_MONTH ? 13 : kind == VM_CODE ? 2 : 1;
}

const vm_node *maker_node(const maker *m, vm_node_id n)
{
    return &m->b->nodes[n];
}

/* ---- leaves ---- */

int64_t maker_power10(int power)
{
    int64_t value = 1;
    while (power-- > 0) value *= 10;
    return value;
}

vm_node_id maker_number_constant(maker *m, uint16_t space)
{
    static const struct { int64_t num, den; int decimals; } FIXED[] = {
        { 0, 1, 0 }, { 1, 1, 0 }, { 12, 1, 0 }, { 1, 2, 1 }, { 1, 100, 2 }, { 1, 139, -1 },
        { 2, 37, -1 }, { 2175, 100, 2 }, { -1, 1, 0 }, { 1, 3, -1 }, { 8, 100, 2 }, { -5, 2, 1 },
        { 1000000000000, 1, 0 }, { 999999999999999999, 1, 0 }, { 1, 1000000, 6 },
    };
    i128 num, den;
    int decimals;
    if (choose_percent(m->c, 60)) {
        size_t i = choose(m->c, ARRAY_COUNT(FIXED));
        num = FIXED[i].num, den = FIXED[i].den, decimals = FIXED[i].decimals;
    } else if (choose_percent(m->c, 30)) {
        den = choose_between(m->c, 1, 40);
        num = choose_between(m->c, -100, 100);
        i128 common = i128_gcd(num, den);
        num /= common, den /= common;
        decimals = den == 1 ? 0 : -1;
    } else {
        decimals = (int)choose(m->c, 5);
        num = choose_between(m->c, -1000000, 1000000);
        den = maker_power10(decimals);
    }
    vm_node_id n = plan_constant(m->b, VM_NUMBER, space, num, den);
    double den_bits = maker_bits_of((double)den);
    return maker_note(m, n, fmax(0, maker_bits_of((double)num) - den_bits) + 1, den_bits, decimals);
}

int64_t maker_choose_of_kind(maker *m, vm_kind kind)
{
    switch (kind) {
    case VM_BOOL: return choose(m->c, 2);
    case VM_CODE: return choose(m->c, CODE_COUNT);
    case VM_MONTH:
        if (choose_percent(m->c, 10)) return choose(m->c, 2) ? MONTH_MIN : MONTH_MAX;
        return choose_percent(m->c, 20) ? choose_between(m->c, MONTH_MIN, MONTH_MAX)
                                        : choose_between(m->c, 1200, 1560);
    default:
        if (choose_percent(m->c, 10)) return choose(m->c, 2) ? DAY_MIN : DAY_MAX;
        return choose_percent(m->c, 20) ? choose_between(m->c, DAY_MIN, DAY_MAX)
                                        : choose_between(m->c, 36524, 47482);
    }
}

vm_node_id maker_constant(maker *m, vm_op op, vm_kind kind, uint16_t space)
{
    (void)op;
    if (kind == VM_NUMBER) return maker_number_constant(m, space);
    return maker_note_plain(m, plan_constant(m->b, kind, space, maker_choose_of_kind(m, kind), 1),
                      maker_kind_bits(kind));
}

static vm_input choose_input(maker *m, vm_kind kind, uint16_t space)
{
    vm_input input = { .kind = kind, .space = space };
    switch (kind) {
    case VM_BOOL: input.max = 1; break;
    case VM_CODE: input.max = CODE_COUNT - 1; break;
    case VM_DAY:
    case VM_MONTH:
        input.min = maker_choose_of_kind(m, kind);
        input.max = maker_choose_of_kind(m, kind);
        if (input.min > input.max) {
            int64_t swap = input.min;
            input.min = input.max;
            input.max = swap;
        }
        break;
    default: {
        static const struct { int64_t min, max; } BOUNDS[] = {
            { 0, 100 }, { -5, 5 }, { 0, 3 }, { 0, 100000000 }, { 1, 360 }, { -1000000, 1000000 },
            { 1, 1000000000 }, { 0, 100000000000000 }, { -1000000000000, 1000000000000 },
            { -1000000000000000000, 1000000000000000000 }, { -INT64_MAX, INT64_MAX }, { 7, 7 },
        };
        static const uint8_t DECIMALS[] = { 2, 0, 2, 4, 1, 0, 3, 6, 0, 2 };
        input.decimals = DECIMALS[choose(m->c, ARRAY_COUNT(DECIMALS))];
        size_t i = choose(m->c, ARRAY_COUNT(BOUNDS) - (choose_percent(m->c, 90) ? 3 : 0));
        input.min = BOUNDS[i].min, input.max = BOUNDS[i].max;
    }
    }
    return input;
}

vm_node_id maker_input(maker *m, vm_op op, vm_kind kind, uint16_t space)
{
    (void)op;
    plan_builder *b = m->b;
    size_t same = SIZE_MAX;
    if (choose_percent(m->c, 25))
        for (size_t i = 0; i < b->input_count; i++)
            if (b->inputs[i].kind == kind && b->inputs[i].space == space) same = i;
    vm_node_id n = same == SIZE_MAX
                       ? plan_input(b, choose_input(m, kind, space))
                       : plan_node(b, (vm_node){ .op = VM_INPUT, .kind = kind, .space = space,
                                                 .a = VM_NONE, .b = VM_NONE, .c = VM_NONE,
                                                 .aux = (uint32_t)same });
    const vm_input *input = &b->inputs[maker_node(m, n)->aux];
    if (kind != VM_NUMBER) return maker_note_plain(m, n, maker_kind_bits(kind));
    double bits = fmax(maker_bits_of((double)input->min), maker_bits_of((double)input->max));
    double den_bits = maker_decimal_bits(input->decimals);
    return maker_note(m, n, fmax(1, bits - den_bits), den_bits, input->decimals);
}

vm_node_id maker_reason(maker *m, vm_op op, vm_kind kind, uint16_t space)
{
    uint32_t fault = VM_OVERFLOW + choose(m->c, VM_REASON_KIND_COUNT - VM_OVERFLOW);
    vm_node_id n = plan_node(m->b, (vm_node){ .op = op, .kind = kind, .space = space, .a = VM_NONE,
                                              .b = VM_NONE, .c = VM_NONE,
                                              .aux = op == VM_FAIL ? fault : 0 });
    return maker_note_plain(m, n, maker_kind_bits(kind));
}

/* ---- choosing arguments ---- */

vm_node_id maker_pick(maker *m, vm_kind kind, uint16_t space);

static bool is_seen(const maker *m, vm_node_id n)
{
    if (m->facts[n].is_carried) return m->in_fold && n >= m->hidden_from;
    return true;
}

/* The average wage of the row's month or year in a table, which mostly has all of them. */
static vm_node_id make_average(maker *m, uint16_t rows)
{
    enum { YEARS = 14, FIRST_YEAR = 1990 };
    bool is_year_of_month = choose(m->c, 3) > 0;
    int64_t first = is_year_of_month ? (FIRST_YEAR - 1900) * 12 : FIRST_YEAR, months = is_year_of_month ? 12 : 1;
    vm_input key = { .kind = is_year_of_month ? VM_MONTH : VM_NUMBER, .space = rows, .min = first,
                     .max = first + YEARS * months - 1 };
    if (choose_percent(m->c, 15)) key.max += 5, key.min -= 3;
    vm_node_id at = maker_note(m, plan_input(m->b, key), 12, 0, 0);
    if (is_year_of_month) at = maker_note(m, plan_op(m->b, VM_YEAR_OF_MONTH, VM_NUMBER, rows, at, VM_NONE, VM_NONE), 12, 0, 0);
    vm_cell *cells = ARENA_ARRAY(m->b->memory, vm_cell, YEARS);
    size_t count = 0;
    bool has_gaps = choose_percent(m->c, 20), is_small = choose_percent(m->c, 20);
    for (int y = 0; y < YEARS; y++) {
        if (has_gaps && choose_percent(m->c, 20)) continue;
        cells[count].key[0] = FIRST_YEAR + y;
        cells[count].is_absent = has_gaps && choose_percent(m->c, 10);
        cells[count++].value = is_small ? choose_between(m->c, 1, 30) : choose_between(m->c, 1000, 2000000);
    }
    vm_table table = { .name = "averages", .kind = VM_NUMBER, .decimals = 2, .key_count = 1,
                       .key_kind = { VM_NUMBER }, .cells = cells, .cell_count = count,
                       .key_mode = { choose(m->c, 2) ? VM_KEY_BAND : VM_KEY_EXACT } };
    if (!count) return maker_note(m, plan_constant(m->b, VM_NUMBER, rows, 7, 1), 3, 0, 0);
    return maker_note(m, plan_lookup(m->b, rows, table, at, VM_NONE, VM_NONE), 15, maker_decimal_bits(2), 2);
}

/* A wage by an average wage, as the index of a year: each row has a denominator of its own. */
vm_node_id maker_index(maker *m, uint16_t rows)
{
    vm_input wage = { .kind = VM_NUMBER, .space = rows, .decimals = 2, .min = 0, .max = 10000000 };
    vm_input average = { .kind = VM_NUMBER, .space = rows, .decimals = 2, .max = 2000000 };
    if (choose_percent(m->c, 25)) wage.min = -10000000;
    average.min = choose(m->c, 3) ? 1 : -2;
    if (choose_percent(m->c, 50)) average.max = 30; /* sums that are whole, or ties, now and then */
    vm_node_id a = maker_note(m, plan_input(m->b, wage), 17, maker_decimal_bits(2), 2);
    vm_node_id b = choose_percent(m->c, 40) ? make_average(m, rows)
                                            : maker_note(m, plan_input(m->b, average), 15, maker_decimal_bits(2), 2);
    return maker_note(m, plan_op(m->b, VM_DIV, VM_NUMBER, rows, a, b, VM_NONE), 24, 28, -1);
}

/* The sum of such indexes: what only an enclosure can hold. */
static vm_node_id make_sum_of_indexes(maker *m, uint16_t space)
{
    uint16_t rows = (uint16_t)(1 + choose(m->c, (uint32_t)m->b->record_count));
    vm_node_id index = maker_index(m, rows);
    vm_node_id n = plan_op(m->b, VM_SUM, VM_NUMBER, 0, index, VM_NONE, VM_NONE);
    maker_note(m, n, m->facts[index].bits + maker_bits_of(m->b->rows_max), 60, -1);
    if (space == 0) return n;
    return maker_note_like(m, plan_op(m->b, VM_SPREAD, VM_NUMBER, space, n, VM_NONE, VM_NONE), n);
}

static vm_node_id make_leaf(maker *m, vm_kind kind, uint16_t space)
{
    if (space > 0 && choose_percent(m->c, 15)) {
        vm_node_id a = maker_pick(m, kind, 0);
        return maker_note_like(m, plan_op(m->b, VM_SPREAD, kind, space, a, VM_NONE, VM_NONE), a);
    }
    if (kind == VM_NUMBER && m->b->record_count && choose_percent(m->c, m->in_fold ? 15 : 5))
        return make_sum_of_indexes(m, space);
    if (choose_percent(m->c, 4)) return maker_reason(m, choose(m->c, 3) ? VM_UNKNOWN : VM_FAIL, kind, space);
    if (choose_percent(m->c, 30)) return maker_constant(m, VM_CONST, kind, space);
    return maker_input(m, VM_INPUT, kind, space);
}

/* A node of that kind and space: one made before, those unused and late ones rather, or a leaf. */
vm_node_id maker_pick(maker *m, vm_kind kind, uint16_t space)
{
    if (m->depth > 8 || choose_percent(m->c, 12)) {
        m->depth++;
        vm_node_id leaf = make_leaf(m, kind, m->depth > 10 ? 0 : space);
        m->depth--;
        if (maker_node(m, leaf)->space == space) return leaf;
        return maker_note_like(m, plan_op(m->b, VM_SPREAD, kind, space, leaf, VM_NONE, VM_NONE), leaf);
    }
    vm_node_id best = VM_NONE;
    uint32_t best_score = 0;
    for (vm_node_id n = 0; n < m->b->node_count; n++) {
        const vm_node *node = maker_node(m, n);
        if (node->kind != kind || node->space != space || !is_seen(m, n)) continue;
        uint32_t score = 1 + choose(m->c, 100) + (m->facts[n].is_used ? 0 : 40) +
                         (m->facts[n].is_carried ? 60 : 0);
        if (n == m->last || node->op == VM_CONST) score = score / 4 + 1;
        if (score > best_score) best = n, best_score = score;
    }
    if (best != VM_NONE) return m->last = best;
    m->depth++;
    vm_node_id leaf = make_leaf(m, kind, space);
    m->depth--;
    return leaf;
}

money_rounding maker_choose_rounding(maker *m)
{
    return (money_rounding)choose(m->c, MONEY_ROUNDING_COUNT);
}

/* Rounds to a decimal unit. */
vm_node_id maker_round_to(maker *m, vm_node_id a, int decimals)
{
    vm_node_id n = plan_round(m->b, a, maker_choose_rounding(m), 1, maker_power10(decimals));
    return maker_note(m, n, m->facts[a].bits + 1, maker_decimal_bits(decimals), decimals);
}

vm_node_id maker_bound_to(maker *m, vm_node_id a, int decimals, int64_t limit)
{
    int64_t min = choose_percent(m->c, 30) ? 0 : -limit;
    vm_node_id n = plan_bound(m->b, a, (uint8_t)decimals, min, limit);
    double bits = fmax(1, maker_bits_of((double)limit) - maker_decimal_bits(decimals));
    return maker_note(m, n, bits, m->facts[a].den_bits, m->facts[a].decimals);
}

int64_t maker_choose_limit(maker *m)
{
    static const int64_t LIMITS[] = { 1000000000000, 1000000, 1000, 100000000, 10000000000,
                                      1000000000000000, 1000000000000000000 };
    return LIMITS[choose(m->c, ARRAY_COUNT(LIMITS))];
}

/* A variable of the law: rounded where it is a fraction or has too many places, and bounded. */
vm_node_id maker_stored(maker *m, vm_node_id a)
{
    if (maker_node(m, a)->op == VM_BOUND && m->facts[a].decimals >= 0 &&
        m->facts[a].decimals <= m->b->bounds[maker_node(m, a)->aux].decimals)
        return a;
    int decimals = (int)choose(m->c, 5);
    if (m->facts[a].decimals < 0 || m->facts[a].decimals > decimals) a = maker_round_to(m, a, decimals);
    return maker_bound_to(m, a, decimals, maker_choose_limit(m));
}

double maker_width(const maker *m, vm_node_id a)
{
    return m->facts[a].bits + m->facts[a].den_bits;
}

/* The same value, or one made narrower when it has more than `bits` bits. */
vm_node_id maker_narrowed(maker *m, vm_node_id a, double bits)
{
    if (maker_width(m, a) <= bits) return a;
    return maker_stored(m, a);
}

vm_node_id maker_pick_number(maker *m, uint16_t space, double bits)
{
    return maker_narrowed(m, maker_pick(m, VM_NUMBER, space), bits);
}

/* A whole number, for the calendar. */
vm_node_id maker_pick_whole(maker *m, uint16_t space)
{
    if (choose_percent(m->c, 40)) {
        vm_input input = { .kind = VM_NUMBER, .space = space, .min = -400, .max = 400 };
        return maker_note(m, plan_input(m->b, input), 9, 0, 0);
    }
    vm_node_id a = maker_pick(m, VM_NUMBER, space);
    return m->facts[a].decimals == 0 && maker_width(m, a) < 100 ? a : maker_narrowed(m, maker_round_to(m, a, 0), 100);
}

vm_kind maker_choose_kind(maker *m)
{
    static const vm_kind KINDS[] = { VM_NUMBER, VM_NUMBER, VM_NUMBER, VM_BOOL, VM_DAY, VM_MONTH,
                                     VM_CODE };
    return KINDS[choose(m->c, ARRAY_COUNT(KINDS))];
}
