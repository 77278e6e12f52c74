#include "support/random_plan.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "support/plan_build.h"

/* Sizes are counted in bits, roughly, as doubles: they only steer which plans are tried. */
enum {
    WIDTH_MAX = 118, /* bits of a numerator that are risked without bounding it first */
    SPACES_MAX = 3,
    DAY_MIN = -36524, DAY_MAX = 146096, MONTH_MIN = -1200, MONTH_MAX = 4799,
    CODE_COUNT = 4
};

/* What is known of a node that was made. */
typedef struct {
    double bits;     /* of the greatest absolute value */
    double den_bits; /* of the denominator */
    int decimals;    /* -1: not a decimal of fixed places */
    bool is_carried;
    bool is_used;
} fact;

typedef struct {
    plan_builder *b;
    choices *c;
    fact *facts;
    size_t fact_capacity;
    size_t hidden_from, hidden_until; /* the body of a fold is not seen from outside */
    bool in_fold;
    int depth;
    vm_node_id last; /* picked before; not the same again, mostly */
} maker;

typedef vm_node_id (*make_row)(maker *m, vm_op op, vm_kind kind, uint16_t space);

static double bits_of(double value)
{
    double size = fabs(value);
    return size < 1 ? 0 : log2(size) + 0.01;
}

static double decimal_bits(int decimals)
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
static vm_node_id note(maker *m, vm_node_id n, double bits, double den_bits, int decimals)
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

static vm_node_id note_plain(maker *m, vm_node_id n, double bits)
{
    return note(m, n, bits, 0, 0);
}

static vm_node_id note_like(maker *m, vm_node_id n, vm_node_id like)
{
    return note(m, n, m->facts[like].bits, m->facts[like].den_bits, m->facts[like].decimals);
}

static double kind_bits(vm_kind kind)
{
    return kind == VM_DAY ? 18 : kind == VM_MONTH ? 13 : kind == VM_CODE ? 2 : 1;
}

static const vm_node *node_of(const maker *m, vm_node_id n)
{
    return &m->b->nodes[n];
}

/* ---- leaves ---- */

static int64_t power10(int power)
{
    int64_t value = 1;
    while (power-- > 0) value *= 10;
    return value;
}

static vm_node_id make_number_constant(maker *m, uint16_t space)
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
        den = power10(decimals);
    }
    vm_node_id n = plan_constant(m->b, VM_NUMBER, space, num, den);
    double den_bits = bits_of((double)den);
    return note(m, n, fmax(0, bits_of((double)num) - den_bits) + 1, den_bits, decimals);
}

static int64_t choose_of_kind(maker *m, vm_kind kind)
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

static vm_node_id make_constant(maker *m, vm_op op, vm_kind kind, uint16_t space)
{
    (void)op;
    if (kind == VM_NUMBER) return make_number_constant(m, space);
    return note_plain(m, plan_constant(m->b, kind, space, choose_of_kind(m, kind), 1),
                      kind_bits(kind));
}

static vm_input choose_input(maker *m, vm_kind kind, uint16_t space)
{
    vm_input input = { .kind = kind, .space = space };
    switch (kind) {
    case VM_BOOL: input.max = 1; break;
    case VM_CODE: input.max = CODE_COUNT - 1; break;
    case VM_DAY:
    case VM_MONTH:
        input.min = choose_of_kind(m, kind);
        input.max = choose_of_kind(m, kind);
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

static vm_node_id make_input(maker *m, vm_op op, vm_kind kind, uint16_t space)
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
    const vm_input *input = &b->inputs[node_of(m, n)->aux];
    if (kind != VM_NUMBER) return note_plain(m, n, kind_bits(kind));
    double bits = fmax(bits_of((double)input->min), bits_of((double)input->max));
    double den_bits = decimal_bits(input->decimals);
    return note(m, n, fmax(1, bits - den_bits), den_bits, input->decimals);
}

static vm_node_id make_reason(maker *m, vm_op op, vm_kind kind, uint16_t space)
{
    uint32_t fault = VM_OVERFLOW + choose(m->c, VM_REASON_KIND_COUNT - VM_OVERFLOW);
    vm_node_id n = plan_node(m->b, (vm_node){ .op = op, .kind = kind, .space = space, .a = VM_NONE,
                                              .b = VM_NONE, .c = VM_NONE,
                                              .aux = op == VM_FAIL ? fault : 0 });
    return note_plain(m, n, kind_bits(kind));
}

/* ---- choosing arguments ---- */

static vm_node_id pick(maker *m, vm_kind kind, uint16_t space);

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
    vm_node_id at = note(m, plan_input(m->b, key), 12, 0, 0);
    if (is_year_of_month) at = note(m, plan_op(m->b, VM_YEAR_OF_MONTH, VM_NUMBER, rows, at, VM_NONE, VM_NONE), 12, 0, 0);
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
    if (!count) return note(m, plan_constant(m->b, VM_NUMBER, rows, 7, 1), 3, 0, 0);
    return note(m, plan_lookup(m->b, rows, table, at, VM_NONE, VM_NONE), 15, decimal_bits(2), 2);
}

/* A wage by an average wage, as the index of a year: each row has a denominator of its own. */
static vm_node_id make_index(maker *m, uint16_t rows)
{
    vm_input wage = { .kind = VM_NUMBER, .space = rows, .decimals = 2, .min = 0, .max = 10000000 };
    vm_input average = { .kind = VM_NUMBER, .space = rows, .decimals = 2, .max = 2000000 };
    if (choose_percent(m->c, 25)) wage.min = -10000000;
    average.min = choose(m->c, 3) ? 1 : -2;
    if (choose_percent(m->c, 50)) average.max = 30; /* sums that are whole, or ties, now and then */
    vm_node_id a = note(m, plan_input(m->b, wage), 17, decimal_bits(2), 2);
    vm_node_id b = choose_percent(m->c, 40) ? make_average(m, rows)
                                            : note(m, plan_input(m->b, average), 15, decimal_bits(2), 2);
    return note(m, plan_op(m->b, VM_DIV, VM_NUMBER, rows, a, b, VM_NONE), 24, 28, -1);
}

/* The sum of such indexes: what only an enclosure can hold. */
static vm_node_id make_sum_of_indexes(maker *m, uint16_t space)
{
    uint16_t rows = (uint16_t)(1 + choose(m->c, (uint32_t)m->b->record_count));
    vm_node_id index = make_index(m, rows);
    vm_node_id n = plan_op(m->b, VM_SUM, VM_NUMBER, 0, index, VM_NONE, VM_NONE);
    note(m, n, m->facts[index].bits + bits_of(m->b->rows_max), 60, -1);
    if (space == 0) return n;
    return note_like(m, plan_op(m->b, VM_SPREAD, VM_NUMBER, space, n, VM_NONE, VM_NONE), n);
}

static vm_node_id make_leaf(maker *m, vm_kind kind, uint16_t space)
{
    if (space > 0 && choose_percent(m->c, 15)) {
        vm_node_id a = pick(m, kind, 0);
        return note_like(m, plan_op(m->b, VM_SPREAD, kind, space, a, VM_NONE, VM_NONE), a);
    }
    if (kind == VM_NUMBER && m->b->record_count && choose_percent(m->c, m->in_fold ? 15 : 5))
        return make_sum_of_indexes(m, space);
    if (choose_percent(m->c, 4)) return make_reason(m, choose(m->c, 3) ? VM_UNKNOWN : VM_FAIL, kind, space);
    if (choose_percent(m->c, 30)) return make_constant(m, VM_CONST, kind, space);
    return make_input(m, VM_INPUT, kind, space);
}

/* A node of that kind and space: one made before, those unused and late ones rather, or a leaf. */
static vm_node_id pick(maker *m, vm_kind kind, uint16_t space)
{
    if (m->depth > 8 || choose_percent(m->c, 12)) {
        m->depth++;
        vm_node_id leaf = make_leaf(m, kind, m->depth > 10 ? 0 : space);
        m->depth--;
        if (node_of(m, leaf)->space == space) return leaf;
        return note_like(m, plan_op(m->b, VM_SPREAD, kind, space, leaf, VM_NONE, VM_NONE), leaf);
    }
    vm_node_id best = VM_NONE;
    uint32_t best_score = 0;
    for (vm_node_id n = 0; n < m->b->node_count; n++) {
        const vm_node *node = node_of(m, n);
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

static money_rounding choose_rounding(maker *m)
{
    return (money_rounding)choose(m->c, MONEY_ROUNDING_COUNT);
}

/* Rounds to a decimal unit. */
static vm_node_id round_to(maker *m, vm_node_id a, int decimals)
{
    vm_node_id n = plan_round(m->b, a, choose_rounding(m), 1, power10(decimals));
    return note(m, n, m->facts[a].bits + 1, decimal_bits(decimals), decimals);
}

static vm_node_id bound_to(maker *m, vm_node_id a, int decimals, int64_t limit)
{
    int64_t min = choose_percent(m->c, 30) ? 0 : -limit;
    vm_node_id n = plan_bound(m->b, a, (uint8_t)decimals, min, limit);
    double bits = fmax(1, bits_of((double)limit) - decimal_bits(decimals));
    return note(m, n, bits, m->facts[a].den_bits, m->facts[a].decimals);
}

static int64_t choose_limit(maker *m)
{
    static const int64_t LIMITS[] = { 1000000000000, 1000000, 1000, 100000000, 10000000000,
                                      1000000000000000, 1000000000000000000 };
    return LIMITS[choose(m->c, ARRAY_COUNT(LIMITS))];
}

/* A variable of the law: rounded where it is a fraction or has too many places, and bounded. */
static vm_node_id make_stored(maker *m, vm_node_id a)
{
    if (node_of(m, a)->op == VM_BOUND && m->facts[a].decimals >= 0 &&
        m->facts[a].decimals <= m->b->bounds[node_of(m, a)->aux].decimals)
        return a;
    int decimals = (int)choose(m->c, 5);
    if (m->facts[a].decimals < 0 || m->facts[a].decimals > decimals) a = round_to(m, a, decimals);
    return bound_to(m, a, decimals, choose_limit(m));
}

static double width(const maker *m, vm_node_id a)
{
    return m->facts[a].bits + m->facts[a].den_bits;
}

/* The same value, or one made narrower when it has more than `bits` bits. */
static vm_node_id narrowed(maker *m, vm_node_id a, double bits)
{
    if (width(m, a) <= bits) return a;
    return make_stored(m, a);
}

static vm_node_id pick_number(maker *m, uint16_t space, double bits)
{
    return narrowed(m, pick(m, VM_NUMBER, space), bits);
}

/* A whole number, for the calendar. */
static vm_node_id pick_whole(maker *m, uint16_t space)
{
    if (choose_percent(m->c, 40)) {
        vm_input input = { .kind = VM_NUMBER, .space = space, .min = -400, .max = 400 };
        return note(m, plan_input(m->b, input), 9, 0, 0);
    }
    vm_node_id a = pick(m, VM_NUMBER, space);
    return m->facts[a].decimals == 0 && width(m, a) < 100 ? a : narrowed(m, round_to(m, a, 0), 100);
}

static vm_kind choose_kind(maker *m)
{
    static const vm_kind KINDS[] = { VM_NUMBER, VM_NUMBER, VM_NUMBER, VM_BOOL, VM_DAY, VM_MONTH,
                                     VM_CODE };
    return KINDS[choose(m->c, ARRAY_COUNT(KINDS))];
}

/* ---- numbers ---- */

static vm_node_id make_sum(maker *m, vm_op op, vm_kind kind, uint16_t space)
{
    vm_node_id a = pick_number(m, space, 100), b = pick_number(m, space, 100);
    const fact *x = &m->facts[a], *y = &m->facts[b];
    bool is_decimal = x->decimals >= 0 && y->decimals >= 0;
    int decimals = is_decimal ? (int)fmax(x->decimals, y->decimals) : -1;
    double den_bits = is_decimal ? decimal_bits(decimals) : x->den_bits + y->den_bits;
    double bits = fmax(x->bits, y->bits) + 1;
    if (bits + den_bits > WIDTH_MAX && choose_percent(m->c, 90)) {
        a = make_stored(m, a), b = make_stored(m, b);
        decimals = (int)fmax(m->facts[a].decimals, m->facts[b].decimals);
        den_bits = decimal_bits(decimals);
        bits = fmax(m->facts[a].bits, m->facts[b].bits) + 1;
    }
    return note(m, plan_op(m->b, op, kind, space, a, b, VM_NONE), bits, den_bits, decimals);
}

static vm_node_id make_product(maker *m, vm_op op, vm_kind kind, uint16_t space)
{
    vm_node_id a = pick_number(m, space, 90), b = pick_number(m, space, 90);
    if (width(m, a) + width(m, b) > WIDTH_MAX) a = make_stored(m, a);
    if (width(m, a) + width(m, b) > WIDTH_MAX) b = make_stored(m, b);
    if (width(m, a) + width(m, b) > WIDTH_MAX) b = make_number_constant(m, space);
    const fact *x = &m->facts[a], *y = &m->facts[b];
    int decimals = x->decimals >= 0 && y->decimals >= 0 ? x->decimals + y->decimals : -1;
    if (decimals > 12) decimals = -1;
    double bits = x->bits + y->bits, den_bits = x->den_bits + y->den_bits;
    return note(m, plan_op(m->b, op, kind, space, a, b, VM_NONE), bits, den_bits, decimals);
}

static vm_node_id make_quotient(maker *m, vm_op op, vm_kind kind, uint16_t space)
{
    vm_node_id a = pick_number(m, space, 80), b = pick_number(m, space, 60);
    if (width(m, a) + width(m, b) > 100) a = make_stored(m, a);
    if (width(m, a) + width(m, b) > 100) {
        vm_input input = { .kind = VM_NUMBER, .space = space, .min = -3, .max = 60 };
        b = note(m, plan_input(m->b, input), 6, 0, 0);
    }
    const fact *x = &m->facts[a], *y = &m->facts[b];
    double bits = x->bits + y->den_bits, den_bits = x->den_bits + y->bits + y->den_bits;
    return note(m, plan_op(m->b, op, kind, space, a, b, VM_NONE), bits, den_bits, -1);
}

static vm_node_id make_sign(maker *m, vm_op op, vm_kind kind, uint16_t space)
{
    vm_node_id a = pick(m, VM_NUMBER, space);
    return note_like(m, plan_op(m->b, op, kind, space, a, VM_NONE, VM_NONE), a);
}

static vm_node_id make_extreme(maker *m, vm_op op, vm_kind kind, uint16_t space)
{
    vm_node_id a = pick(m, kind, space), b = pick(m, kind, space);
    if (kind != VM_NUMBER)
        return note_like(m, plan_op(m->b, op, kind, space, a, b, VM_NONE), a);
    a = narrowed(m, a, 100), b = narrowed(m, b, 100);
    const fact *x = &m->facts[a], *y = &m->facts[b];
    bool is_decimal = x->decimals >= 0 && y->decimals >= 0;
    return note(m, plan_op(m->b, op, kind, space, a, b, VM_NONE), fmax(x->bits, y->bits),
                is_decimal ? fmax(x->den_bits, y->den_bits) : x->den_bits + y->den_bits,
                is_decimal ? (int)fmax(x->decimals, y->decimals) : -1);
}

static vm_node_id make_round(maker *m, vm_op op, vm_kind kind, uint16_t space)
{
    (void)op, (void)kind;
    static const struct { int64_t num, den; int decimals; } UNITS[] = {
        { 1, 100, 2 }, { 1, 1, 0 }, { 1, 10, 1 }, { 1, 1000, 3 }, { 10, 1, 0 }, { 100, 1, 0 },
        { 1, 20, 2 }, { 1, 2, 1 }, { 5, 1, 0 }, { 12, 1, 0 }, { 3, 100, 2 }, { 1, 3, -1 },
    };
    vm_node_id a = pick(m, VM_NUMBER, space);
    size_t i = choose(m->c, ARRAY_COUNT(UNITS) - (choose_percent(m->c, 90) ? 1 : 0));
    vm_node_id n = plan_round(m->b, a, choose_rounding(m), UNITS[i].num, UNITS[i].den);
    return note(m, n, fmax(m->facts[a].bits, 7) + 1, bits_of((double)UNITS[i].den), UNITS[i].decimals);
}

static vm_node_id make_bound(maker *m, vm_op op, vm_kind kind, uint16_t space)
{
    (void)op, (void)kind;
    vm_node_id a = pick(m, VM_NUMBER, space);
    int decimals = (int)choose(m->c, 5);
    if (m->facts[a].decimals > decimals) decimals = m->facts[a].decimals > 8 ? decimals : m->facts[a].decimals;
    return bound_to(m, a, decimals, choose_limit(m));
}

/* ---- truth ---- */

/* A number of the size that the node may have, so that a comparison is not always decided. */
static vm_node_id make_near(maker *m, vm_node_id a)
{
    const vm_node *node = node_of(m, a);
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
    double den_bits = bits_of((double)den);
    return note(m, n, fmax(0, bits_of((double)num) - den_bits) + 1, den_bits,
                (int)(den_bits / 3.3 + 0.5));
}

static vm_node_id make_compare(maker *m, vm_op op, vm_kind kind, uint16_t space)
{
    (void)kind;
    vm_kind of = choose_kind(m);
    if (of == VM_CODE && op > VM_NE) of = VM_BOOL;
    vm_node_id a = pick(m, of, space);
    vm_node_id b = of == VM_NUMBER && choose_percent(m->c, 40) ? make_near(m, a) : pick(m, of, space);
    if (of == VM_NUMBER) a = narrowed(m, a, 100), b = narrowed(m, b, 100);
    return note_plain(m, plan_op(m->b, op, VM_BOOL, space, a, b, VM_NONE), 1);
}

static vm_node_id make_logic(maker *m, vm_op op, vm_kind kind, uint16_t space)
{
    (void)kind;
    vm_node_id a = pick(m, VM_BOOL, space);
    vm_node_id b = op == VM_NOT ? VM_NONE : pick(m, VM_BOOL, space);
    return note_plain(m, plan_op(m->b, op, VM_BOOL, space, a, b, VM_NONE), 1);
}

static vm_node_id note_either(maker *m, vm_node_id n, vm_node_id a, vm_node_id b)
{
    const fact *x = &m->facts[a], *y = &m->facts[b];
    bool is_decimal = x->decimals >= 0 && y->decimals >= 0;
    return note(m, n, fmax(x->bits, y->bits),
                is_decimal ? fmax(x->den_bits, y->den_bits) : x->den_bits + y->den_bits,
                is_decimal ? (int)fmax(x->decimals, y->decimals) : -1);
}

static vm_node_id make_if(maker *m, vm_op op, vm_kind kind, uint16_t space)
{
    vm_node_id a = pick(m, VM_BOOL, space), b = pick(m, kind, space);
    vm_node_id c = choose_percent(m->c, 15) ? b : pick(m, kind, space);
    if (kind == VM_NUMBER) b = narrowed(m, b, 100), c = narrowed(m, c, 100);
    return note_either(m, plan_op(m->b, op, kind, space, a, b, c), b, c);
}

static vm_node_id make_known(maker *m, vm_op op, vm_kind kind, uint16_t space)
{
    (void)kind;
    vm_node_id a = pick(m, choose_kind(m), space);
    return note_plain(m, plan_op(m->b, op, VM_BOOL, space, a, VM_NONE, VM_NONE), 1);
}

static vm_node_id make_else(maker *m, vm_op op, vm_kind kind, uint16_t space)
{
    vm_node_id a = pick(m, kind, space), b = pick(m, kind, space);
    if (kind == VM_NUMBER) a = narrowed(m, a, 100), b = narrowed(m, b, 100);
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
    if (kind != VM_NUMBER) return pick(m, kind, space);
    if (op != VM_MONTH_FROM || choose_percent(m->c, 30)) return pick_whole(m, space);
    vm_input input = { .kind = VM_NUMBER, .space = space, .min = index == 0 ? 1790 : -2,
                       .max = index == 0 ? 2310 : 14 };
    return note(m, plan_input(m->b, input), 12, 0, 0);
}

static vm_node_id make_calendar(maker *m, vm_op op, vm_kind kind, uint16_t space)
{
    vm_node_id a = calendar_argument(m, op, 0, space);
    vm_node_id b = CALENDAR[op].has_b ? calendar_argument(m, op, 1, space) : VM_NONE;
    return note_plain(m, plan_op(m->b, op, kind, space, a, b, VM_NONE), 18);
}

/* ---- tables ---- */

static int compare_cells(const vm_cell *a, const vm_cell *b)
{
    for (int k = 0; k < VM_TABLE_KEYS_MAX; k++)
        if (a->key[k] != b->key[k]) return a->key[k] < b->key[k] ? -1 : 1;
    return 0;
}

static void sort_cells(vm_cell *cells, size_t *count)
{
    for (size_t i = 1; i < *count; i++)
        for (size_t j = i; j > 0 && compare_cells(&cells[j], &cells[j - 1]) < 0; j--) {
            vm_cell swap = cells[j];
            cells[j] = cells[j - 1];
            cells[j - 1] = swap;
        }
    size_t kept = 0;
    for (size_t i = 0; i < *count; i++)
        if (kept == 0 || compare_cells(&cells[i], &cells[kept - 1]) != 0) cells[kept++] = cells[i];
    *count = kept;
}

typedef struct {
    int64_t min, max;
} key_span;

/* Where the keys of a table lie: close together where only an equal key is found. */
static key_span span_of_keys(maker *m, const vm_table *table, int k)
{
    bool is_exact = table->key_mode[k] == VM_KEY_EXACT;
    int64_t base = is_exact ? choose_of_kind(m, table->key_kind[k]) : 0;
    switch (table->key_kind[k]) {
    case VM_BOOL: return (key_span){ 0, 1 };
    case VM_CODE: return (key_span){ 0, CODE_COUNT - 1 };
    case VM_MONTH:
        if (!is_exact) return (key_span){ 1200, 1560 };
        return (key_span){ base, base + 3 < MONTH_MAX ? base + 3 : MONTH_MAX };
    case VM_DAY:
        if (!is_exact) return (key_span){ 36524, 47482 };
        return (key_span){ base, base + 3 < DAY_MAX ? base + 3 : DAY_MAX };
    default:
        if (is_exact) return (key_span){ choose_percent(m->c, 30) ? -4 : 0, 5 };
        return choose_percent(m->c, 70) ? (key_span){ -500, 12000 } : (key_span){ -1000000, 100000000 };
    }
}

static int64_t choose_key(maker *m, const vm_table *table, int k, key_span span)
{
    bool is_number = table->key_kind[k] == VM_NUMBER && table->key_mode[k] != VM_KEY_EXACT;
    if (is_number && choose_percent(m->c, 50)) /* a whole figure, as laws have */
        return choose_between(m->c, -5, 100) * power10(table->key_decimals[k]);
    return choose_between(m->c, span.min, span.max);
}

static void choose_keys(maker *m, vm_table *table)
{
    table->key_count = (uint8_t)(1 + choose(m->c, VM_TABLE_KEYS_MAX));
    for (int k = 0; k < table->key_count; k++) {
        table->key_kind[k] = choose_kind(m);
        bool is_ordered = table->key_kind[k] != VM_CODE && table->key_kind[k] != VM_BOOL;
        bool can_be_linear = is_ordered && table->kind == VM_NUMBER && k == table->key_count - 1;
        table->key_mode[k] = (vm_key_mode)choose(m->c, can_be_linear ? 3 : is_ordered ? 2 : 1);
        table->key_decimals[k] = table->key_kind[k] == VM_NUMBER ? (uint8_t)choose(m->c, 3) : 0;
    }
}

static int64_t choose_cell_value(maker *m, vm_kind kind)
{
    if (kind != VM_NUMBER) return choose_of_kind(m, kind);
    if (choose_percent(m->c, 5)) return choose_between(m->c, -1000000000000, 1000000000000);
    return choose_between(m->c, -100, 10000);
}

static vm_table make_table(maker *m, vm_kind kind, key_span *spans)
{
    vm_table table = { .kind = kind, .decimals = kind == VM_NUMBER ? (uint8_t)choose(m->c, 5) : 0 };
    choose_keys(m, &table);
    for (int k = 0; k < table.key_count; k++) spans[k] = span_of_keys(m, &table, k);
    size_t count = 1 + choose(m->c, 8u << table.key_count);
    vm_cell *cells = ARENA_ARRAY(m->b->memory, vm_cell, count);
    for (size_t i = 0; i < count; i++) {
        for (int k = 0; k < table.key_count; k++)
            cells[i].key[k] = i > 0 && choose_percent(m->c, k + 1 < table.key_count ? 60 : 5)
                                  ? cells[i - 1].key[k]
                                  : choose_key(m, &table, k, spans[k]);
        cells[i].is_absent = choose_percent(m->c, 12);
        if (!cells[i].is_absent) cells[i].value = choose_cell_value(m, kind);
        else if (choose_percent(m->c, 60)) cells[i].why = VM_OVERFLOW + (vm_reason_kind)choose(m->c, 8);
    }
    sort_cells(cells, &count);
    table.cells = cells;
    table.cell_count = count;
    return table;
}

/* An input that often hits the table, or any node. */
static vm_node_id make_key(maker *m, const vm_table *table, int k, key_span span, uint16_t space)
{
    vm_kind kind = table->key_kind[k];
    if (choose_percent(m->c, 25)) {
        vm_node_id any = pick(m, kind, space);
        return kind == VM_NUMBER ? narrowed(m, any, 70) : any;
    }
    vm_input input = { .kind = kind, .space = space, .min = span.min, .max = span.max,
                       .decimals = table->key_decimals[k] };
    if (kind == VM_NUMBER) input.min -= 2, input.max += 2;
    if (kind == VM_NUMBER && choose_percent(m->c, 10)) input.decimals++;
    double den_bits = decimal_bits(input.decimals);
    double bits = kind == VM_NUMBER ? bits_of((double)input.max) : kind_bits(kind);
    return note(m, plan_input(m->b, input), bits, den_bits, input.decimals);
}

static vm_node_id make_lookup(maker *m, vm_op op, vm_kind kind, uint16_t space)
{
    (void)op;
    key_span spans[VM_TABLE_KEYS_MAX];
    vm_table table = make_table(m, kind, spans);
    vm_node_id keys[VM_TABLE_KEYS_MAX] = { VM_NONE, VM_NONE, VM_NONE };
    for (int k = 0; k < table.key_count; k++) keys[k] = make_key(m, &table, k, spans[k], space);
    bool is_linear = table.key_mode[table.key_count - 1] == VM_KEY_LINEAR;
    double key_width = width(m, keys[table.key_count - 1]);
    vm_node_id n = plan_lookup(m->b, space, table, keys[0], keys[1], keys[2]);
    if (kind != VM_NUMBER) return note_plain(m, n, kind_bits(kind));
    double den_bits = decimal_bits(table.decimals) + (is_linear ? key_width + 20 : 0);
    return note(m, n, 40, den_bits, is_linear ? -1 : table.decimals);
}

/* ---- between spaces and over rows ---- */

static uint16_t choose_rows(maker *m)
{
    return (uint16_t)(1 + choose(m->c, (uint32_t)m->b->record_count));
}

static vm_node_id make_spread(maker *m, vm_op op, vm_kind kind, uint16_t space)
{
    vm_node_id a = pick(m, kind, 0);
    return note_like(m, plan_op(m->b, op, kind, space, a, VM_NONE, VM_NONE), a);
}

static vm_node_id pick_mask(maker *m, uint16_t rows)
{
    return choose_percent(m->c, 50) ? VM_NONE : pick(m, VM_BOOL, rows);
}

static vm_node_id make_aggregate(maker *m, vm_op op, vm_kind kind, uint16_t space)
{
    uint16_t rows = choose_rows(m);
    if (op == VM_COUNT) {
        vm_node_id a = pick(m, VM_BOOL, rows);
        return note_plain(m, plan_op(m->b, op, kind, space, a, VM_NONE, VM_NONE), 9);
    }
    vm_node_id a = pick(m, kind, rows);
    if (op == VM_SUM && choose_percent(m->c, 30)) a = make_index(m, rows);
    if (kind == VM_NUMBER) a = narrowed(m, a, 100);
    vm_node_id mask = pick_mask(m, rows);
    vm_node_id n = plan_op(m->b, op, kind, space, a, mask, VM_NONE);
    if (op != VM_SUM) return note_like(m, n, a);
    /* A sum of quotients has no denominator of its own size; it is taken as rounded next. */
    const fact *x = &m->facts[a];
    double bits = x->bits + bits_of(m->b->rows_max);
    return x->decimals >= 0 ? note(m, n, bits, x->den_bits, x->decimals) : note(m, n, bits, 60, -1);
}

static vm_node_id make_within_rows(maker *m, vm_op op, vm_kind kind, uint16_t space)
{
    if (op == VM_ROW_INDEX)
        return note_plain(m, plan_op(m->b, op, kind, space, VM_NONE, VM_NONE, VM_NONE), 9);
    vm_node_id a = pick(m, kind, space);
    if (op == VM_PREVIOUS)
        return note_like(m, plan_op(m->b, op, kind, space, a, VM_NONE, VM_NONE), a);
    a = narrowed(m, a, 90);
    vm_node_id mask = pick_mask(m, space), key = pick(m, choose_kind(m), space);
    /* Keys are told apart as stored values: no fractions, nothing wider than is stored. */
    if (node_of(m, key)->kind == VM_NUMBER) key = make_stored(m, key);
    const fact *x = &m->facts[a];
    return note(m, plan_op(m->b, op, kind, space, a, mask, key), x->bits + bits_of(m->b->rows_max),
                x->decimals >= 0 ? x->den_bits : 60, x->decimals);
}

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
    [VM_CONST] = { 2, OF_ALL, ANYWHERE, true, make_constant },
    [VM_INPUT] = { 4, OF_ALL, ANYWHERE, true, make_input },
    [VM_UNKNOWN] = { 1, OF_ALL, ANYWHERE, true, make_reason },
    [VM_FAIL] = { 1, OF_ALL, ANYWHERE, true, make_reason },
    [VM_CARRY] = { 0, OF_NUMBER, ROWS_ONLY, false, NULL },
    [VM_ADD] = { 6, OF_NUMBER, ANYWHERE, true, make_sum },
    [VM_SUB] = { 4, OF_NUMBER, ANYWHERE, true, make_sum },
    [VM_MUL] = { 6, OF_NUMBER, ANYWHERE, true, make_product },
    [VM_DIV] = { 6, OF_NUMBER, ANYWHERE, true, make_quotient },
    [VM_NEG] = { 2, OF_NUMBER, ANYWHERE, true, make_sign },
    [VM_ABS] = { 2, OF_NUMBER, ANYWHERE, true, make_sign },
    [VM_MIN] = { 3, OF_ORDERED, ANYWHERE, true, make_extreme },
    [VM_MAX] = { 3, OF_ORDERED, ANYWHERE, true, make_extreme },
    [VM_ROUND] = { 6, OF_NUMBER, ANYWHERE, true, make_round },
    [VM_BOUND] = { 3, OF_NUMBER, ANYWHERE, true, make_bound },
    [VM_EQ] = { 2, OF_BOOL, ANYWHERE, true, make_compare },
    [VM_NE] = { 2, OF_BOOL, ANYWHERE, true, make_compare },
    [VM_LT] = { 2, OF_BOOL, ANYWHERE, true, make_compare },
    [VM_LE] = { 2, OF_BOOL, ANYWHERE, true, make_compare },
    [VM_GT] = { 2, OF_BOOL, ANYWHERE, true, make_compare },
    [VM_GE] = { 2, OF_BOOL, ANYWHERE, true, make_compare },
    [VM_AND] = { 3, OF_BOOL, ANYWHERE, true, make_logic },
    [VM_OR] = { 3, OF_BOOL, ANYWHERE, true, make_logic },
    [VM_NOT] = { 2, OF_BOOL, ANYWHERE, true, make_logic },
    [VM_IF] = { 8, OF_ALL, ANYWHERE, true, make_if },
    [VM_KNOWN] = { 2, OF_BOOL, ANYWHERE, true, make_known },
    [VM_ELSE] = { 5, OF_ALL, ANYWHERE, true, make_else },
    [VM_MONTH_OF_DAY] = { 1, OF_MONTH, ANYWHERE, true, make_calendar },
    [VM_YEAR_OF_MONTH] = { 1, OF_NUMBER, ANYWHERE, true, make_calendar },
    [VM_MONTH_IN_YEAR] = { 1, OF_NUMBER, ANYWHERE, true, make_calendar },
    [VM_DAY_IN_MONTH] = { 1, OF_NUMBER, ANYWHERE, true, make_calendar },
    [VM_FIRST_DAY] = { 1, OF_DAY, ANYWHERE, true, make_calendar },
    [VM_LAST_DAY] = { 1, OF_DAY, ANYWHERE, true, make_calendar },
    [VM_MONTH_FROM] = { 2, OF_MONTH, ANYWHERE, true, make_calendar },
    [VM_MONTH_ADD] = { 1, OF_MONTH, ANYWHERE, true, make_calendar },
    [VM_MONTH_DIFF] = { 1, OF_NUMBER, ANYWHERE, true, make_calendar },
    [VM_DAY_ADD] = { 1, OF_DAY, ANYWHERE, true, make_calendar },
    [VM_DAY_DIFF] = { 1, OF_NUMBER, ANYWHERE, true, make_calendar },
    [VM_DAY_ADD_MONTHS] = { 1, OF_DAY, ANYWHERE, true, make_calendar },
    [VM_FULL_MONTHS] = { 2, OF_NUMBER, ANYWHERE, true, make_calendar },
    [VM_LOOKUP] = { 6, OF_ALL, ANYWHERE, true, make_lookup },
    [VM_SPREAD] = { 3, OF_ALL, ROWS_ONLY, true, make_spread },
    [VM_SUM] = { 6, OF_NUMBER, SUBJECT_ONLY, false, make_aggregate },
    [VM_COUNT] = { 2, OF_NUMBER, SUBJECT_ONLY, false, make_aggregate },
    [VM_AGG_MIN] = { 3, OF_ORDERED, SUBJECT_ONLY, false, make_aggregate },
    [VM_AGG_MAX] = { 3, OF_ORDERED, SUBJECT_ONLY, false, make_aggregate },
    [VM_FIRST] = { 4, OF_ALL, SUBJECT_ONLY, false, make_aggregate },
    [VM_LAST] = { 4, OF_ALL, SUBJECT_ONLY, false, make_aggregate },
    [VM_ANY] = { 2, OF_BOOL, SUBJECT_ONLY, false, make_aggregate },
    [VM_ALL] = { 2, OF_BOOL, SUBJECT_ONLY, false, make_aggregate },
    [VM_FOLD] = { 3, OF_NUMBER, SUBJECT_ONLY, false, make_fold },
    [VM_PREVIOUS] = { 4, OF_ALL, ROWS_ONLY, false, make_within_rows },
    [VM_SUM_SAME] = { 4, OF_NUMBER, ROWS_ONLY, false, make_within_rows },
    [VM_ROW_INDEX] = { 1, OF_NUMBER, ROWS_ONLY, false, make_within_rows },
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
    if (where == ROWS_ONLY) return choose_rows(m);
    return choose_percent(m->c, 50) ? choose_rows(m) : 0;
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
    if (m->in_fold) return make_number_constant(m, space);
    uint16_t rows = choose_rows(m);
    int decimals = (int)choose(m->c, 5);
    vm_node_id start = pick(m, VM_NUMBER, 0);
    if (m->facts[start].decimals < 0 || m->facts[start].decimals > decimals)
        start = round_to(m, start, decimals);
    start = bound_to(m, start, decimals, choose_limit(m));
    vm_node_id mask = pick_mask(m, rows);
    int64_t limit = choose_limit(m);
    m->in_fold = true;
    m->hidden_from = m->b->node_count;
    vm_node_id carry = plan_op(m->b, VM_CARRY, VM_NUMBER, rows, VM_NONE, VM_NONE, VM_NONE);
    double bits = fmax(m->facts[start].bits, bits_of((double)limit) - decimal_bits(decimals));
    note(m, carry, fmax(bits, 1), decimal_bits(decimals), decimals);
    size_t steps = 1 + choose(m->c, 5);
    for (size_t i = 0; i < steps; i++) make_step(m, true, rows);
    vm_node_id body = VM_NONE; /* the last number that depends on the carry */
    for (vm_node_id n = (vm_node_id)m->b->node_count; n-- > carry && body == VM_NONE;)
        if (m->facts[n].is_carried && node_of(m, n)->kind == VM_NUMBER) body = n;
    if (body == carry || choose_percent(m->c, 30)) {
        vm_node_id row_value = narrowed(m, pick(m, VM_NUMBER, rows), 80);
        body = narrowed(m, body, 80);
        body = note(m, plan_op(m->b, VM_ADD, VM_NUMBER, rows, body, row_value, VM_NONE),
                    fmax(m->facts[body].bits, m->facts[row_value].bits) + 1,
                    m->facts[body].den_bits + m->facts[row_value].den_bits, -1);
    }
    body = round_to(m, body, decimals);
    body = bound_to(m, body, decimals, limit);
    m->in_fold = false;
    vm_node_id n = plan_op(m->b, op, kind, space, body, mask, start);
    return note(m, n, fmax(bits, 1), decimal_bits(decimals), decimals);
}

static void choose_outputs(maker *m)
{
    vm_node_id until = (vm_node_id)m->b->node_count;
    for (vm_node_id n = 0; n < until; n++) {
        bool is_wanted = !m->facts[n].is_used || choose_percent(m->c, 15);
        if (!is_wanted || m->facts[n].is_carried) continue;
        if (node_of(m, n)->kind == VM_NUMBER) {
            vm_node_id stored = make_stored(m, n);
            plan_output(m->b, stored);
        } else {
            plan_output(m->b, n);
        }
    }
    if (m->b->output_count == 0) plan_output(m->b, make_stored(m, pick(m, VM_NUMBER, 0)));
}

const vm_plan *random_plan(arena *memory, choices *c)
{
    static const int32_t ROWS_MAX[] = { 6, 3, 12, 1, 30, 400 };
    size_t record_count = choose(c, 10) ? 1 + choose(c, 2) : 0;
    int32_t rows_max = ROWS_MAX[choose(c, ARRAY_COUNT(ROWS_MAX))];
    maker m = { .b = plan_builder_open(memory, record_count, rows_max), .c = c };
    make_number_constant(&m, 0);
    size_t steps = 4 + choose(c, choose(c, 4) ? 14 : 40);
    for (size_t i = 0; i < steps; i++) make_step(&m, false, 0);
    choose_outputs(&m);
    return plan_built(m.b);
}
