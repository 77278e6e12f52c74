/* Properties that are false in one corner only - a band off by one, a cliff of one fen, a sign - must
 * never come out proved, by whatever way. Each stands beside the true one it was made from. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "prove/prove.h"
#include "support/plan_build.h"

typedef struct {
    plan_builder *b;
    prove_property p;
    int64_t *codes;
} claim;

static vm_node_id money(claim *c, int64_t min, int64_t max)
{
    return plan_input(c->b, (vm_input){ .name = "x", .kind = VM_NUMBER, .decimals = 2, .min = min,
                                        .max = max });
}
static vm_node_id whole(claim *c, int64_t min, int64_t max)
{
    return plan_input(c->b, (vm_input){ .name = "n", .kind = VM_NUMBER, .min = min, .max = max });
}
static vm_node_id row(claim *c, int64_t min, int64_t max)
{
    return plan_input(c->b, (vm_input){ .name = "r", .kind = VM_NUMBER, .space = 1, .decimals = 2,
                                        .min = min, .max = max });
}
static vm_node_id fen(claim *c, int64_t amount) { return plan_number(c->b, amount, 100); }
static vm_node_id num(claim *c, vm_op op, vm_node_id x, vm_node_id y)
{
    return plan_op(c->b, op, VM_NUMBER, 0, x, y, VM_NONE);
}
static vm_node_id is(claim *c, vm_op op, vm_node_id x, vm_node_id y)
{
    return plan_op(c->b, op, VM_BOOL, 0, x, y, VM_NONE);
}
static vm_node_id pick(claim *c, vm_node_id when, vm_node_id yes, vm_node_id no)
{
    return plan_op(c->b, VM_IF, VM_NUMBER, 0, when, yes, no);
}
static vm_node_id none(claim *c, vm_op op)
{
    return plan_node(c->b, (vm_node){ .op = op, .kind = VM_NUMBER, .a = VM_NONE, .b = VM_NONE,
                                      .c = VM_NONE, .aux = op == VM_FAIL ? VM_NOT_SET : 0 });
}
static vm_node_id stored(claim *c, vm_node_id x, money_rounding mode)
{
    return plan_bound(c->b, plan_round(c->b, x, mode, 1, 100), 2, -(int64_t)1000000000000,
                      (int64_t)1000000000000);
}
static void says(claim *c, vm_node_id x) { plan_output(c->b, stored(c, x, MONEY_HALF_UP)); }
static void always(claim *c, vm_node_id truth)
{
    c->p.kind = PROVE_ALWAYS;
    plan_output(c->b, truth);
}
static void moves(claim *c, bool is_rising, vm_node_id x)
{
    c->p.kind = PROVE_MONOTONE;
    c->p.is_rising = is_rising;
    says(c, x);
}
static vm_node_id look(claim *c, vm_key_mode mode, vm_node_id key, const int64_t (*cells)[2],
                       size_t count, size_t absent)
{
    vm_cell *made = ARENA_ARRAY(c->b->memory, vm_cell, count);
    for (size_t i = 0; i < count; i++)
        made[i] = (vm_cell){ .key = { cells[i][0] }, .value = i == absent ? 0 : cells[i][1],
                             .is_absent = i == absent };
    vm_table t = { .name = "t", .kind = VM_NUMBER, .decimals = 2, .key_count = 1,
                   .key_kind = { VM_NUMBER }, .key_mode = { mode }, .cells = made,
                   .cell_count = count };
    return plan_lookup(c->b, 0, t, key, VM_NONE, VM_NONE);
}

/* ---- the claims; `m` is 0 for the true one ---- */

static void clamped(claim *c, int m)
{
    vm_node_id wage = money(c, 0, 100000000), average = money(c, 100000, 3000000);
    vm_node_id low = num(c, VM_MUL, average, plan_number(c->b, 60, 100));
    vm_node_id high = num(c, VM_MUL, average, plan_number(c->b, 3, 1));
    vm_node_id base = num(c, m == 3 ? VM_MAX : VM_MIN, num(c, VM_MAX, wage, low), high);
    c->p.kind = PROVE_BETWEEN;
    says(c, base);
    says(c, m == 1 ? num(c, VM_ADD, low, fen(c, 1)) : low);
    says(c, m == 2 ? num(c, VM_SUB, high, fen(c, 1)) : high);
}

static void relief(claim *c, int m)
{
    vm_node_id income = money(c, 0, 10000000), people = whole(c, 1, 20);
    vm_node_id due = num(c, VM_MUL, plan_number(c->b, 700, 1), people);
    vm_node_id edge = m == 1 ? num(c, VM_ADD, due, fen(c, 2)) : due;
    vm_node_id below = is(c, m == 2 ? VM_GE : VM_LT, income, edge);
    vm_node_id gap = m == 3 ? num(c, VM_SUB, income, due) : num(c, VM_SUB, due, income);
    vm_node_id benefit = stored(c, pick(c, below, gap, fen(c, 0)), MONEY_HALF_UP);
    always(c, is(c, VM_GE, benefit, fen(c, 0)));
}

static void bands(claim *c, int m)
{
    const int64_t cells[][2] = { { 0, 100 }, { 15, 200 }, { 20, m == 1 ? 199 : 250 }, { 30, 250 } };
    vm_node_id years = whole(c, 0, 400000), more = money(c, 0, 1000000000);
    vm_node_id value = look(c, VM_KEY_BAND, years, cells, ARRAY_COUNT(cells), SIZE_MAX);
    moves(c, true, num(c, VM_ADD, value, more));
}

static void gaps(claim *c, int m)
{
    const int64_t cells[][2] = { { m == 1, 100 }, { 15, 200 }, { 20, 250 } };
    vm_node_id years = whole(c, 0, 400000), more = money(c, 0, 1000000000);
    vm_node_id value = look(c, VM_KEY_BAND, years, cells, 3, m == 2 ? 2 : SIZE_MAX);
    c->p.kind = PROVE_TOTAL;
    says(c, num(c, VM_ADD, value, more));
}

static void lines(claim *c, int m)
{
    const int64_t cells[][2] = { { 40, 23300 }, { 50, 19500 }, { 60, m == 1 ? 19501 : 13900 },
                                 { 70, 5600 } };
    vm_node_id age = whole(c, 40, m == 2 ? 71 : 70), money_ = money(c, 0, 10000000000);
    vm_node_id months = look(c, VM_KEY_LINEAR, age, cells, ARRAY_COUNT(cells), SIZE_MAX);
    if (m != 2) {
        moves(c, true, num(c, VM_DIV, money_, months));
        return;
    }
    c->p.kind = PROVE_TOTAL;
    says(c, num(c, VM_DIV, money_, months));
}

static void shares(claim *c, int m)
{
    vm_node_id all = money(c, 0, 100000000000), years = whole(c, 0, 80);
    vm_node_id kept = num(c, VM_MIN, years, plan_number(c->b, m == 2 ? 9 : 8, 1));
    vm_node_id part = num(c, VM_DIV, num(c, VM_MUL, all, kept), plan_number(c->b, m == 1 ? 7 : 8, 1));
    vm_node_id given = stored(c, part, MONEY_DOWN);
    always(c, is(c, m == 3 ? VM_LT : VM_LE, given, all));
}

static void between_two(claim *c, int m)
{
    vm_node_id old = money(c, 0, 100000000), new_ = money(c, 0, 100000000);
    vm_node_id gain = num(c, VM_MAX, num(c, VM_SUB, new_, old), fen(c, m == 2));
    vm_node_id rate = plan_number(c->b, m == 1 ? 101 : 90, 100);
    vm_node_id paid = stored(c, num(c, VM_ADD, old, num(c, VM_MUL, gain, rate)), MONEY_HALF_UP);
    always(c, is(c, VM_LE, paid, num(c, VM_MAX, old, new_)));
}

static void nothing_at_zero(claim *c, int m)
{
    vm_node_id x = money(c, m == 2 ? -9 : 0, 100000000), rate = money(c, 50, 100);
    vm_node_id value = num(c, VM_MUL, x, rate);
    moves(c, true, pick(c, is(c, VM_EQ, x, fen(c, 0)), fen(c, m == 1 ? 2 : m == 2 ? -9 : 0), value));
}

static void unknown_first(claim *c, int m)
{
    vm_node_id x = money(c, 0, 100000000), more = money(c, 0, 100000000);
    vm_node_id early = is(c, VM_LT, x, plan_number(c->b, 5, 1));
    vm_node_id one = pick(c, early, fen(c, 100), none(c, VM_UNKNOWN));
    vm_node_id other = fen(c, m == 1 ? 1000 : 100);
    vm_node_id known = plan_op(c->b, VM_KNOWN, VM_BOOL, 0, one, VM_NONE, VM_NONE);
    vm_node_id value = m == 2 ? pick(c, known, fen(c, 1), fen(c, 2))
                              : num(c, VM_ELSE, one, other);
    if (m) moves(c, false, num(c, VM_ADD, value, more));
    else moves(c, true, num(c, VM_ADD, x, more));
}

static void sums(claim *c, int m)
{
    vm_node_id a = row(c, m == 1 ? -1 : 0, 1000), b = row(c, 0, 1000);
    vm_node_id more = plan_op(c->b, VM_ADD, VM_NUMBER, 1, a, b, VM_NONE);
    vm_node_id is_late = plan_op(c->b, VM_GT, VM_BOOL, 1, b,
                                 plan_constant(c->b, VM_NUMBER, 1, 2, 1), VM_NONE);
    vm_node_id big = plan_op(c->b, VM_SUM, VM_NUMBER, 0, more, is_late, VM_NONE);
    vm_node_id small = plan_op(c->b, VM_SUM, VM_NUMBER, 0, b, m == 2 ? VM_NONE : is_late, VM_NONE);
    always(c, is(c, VM_GE, m == 3 ? small : big, m == 3 ? big : small));
}

static void months(claim *c, int m)
{
    vm_node_id x = plan_input(c->b, (vm_input){ .name = "m", .kind = VM_MONTH, .min = 0, .max = 4799 });
    vm_node_id more = money(c, 0, 1000000000);
    vm_op op = m == 1 ? VM_MONTH_IN_YEAR : VM_YEAR_OF_MONTH;
    vm_node_id value = plan_op(c->b, op, VM_NUMBER, 0, x, VM_NONE, VM_NONE);
    if (m == 2) value = num(c, VM_SUB, more, value);
    moves(c, true, num(c, VM_ADD, value, more));
}

static void calendar_end(claim *c, int m)
{
    vm_node_id x = plan_input(c->b, (vm_input){ .name = "m", .kind = VM_MONTH, .min = 0, .max = 4700 });
    vm_node_id later = plan_op(c->b, VM_MONTH_ADD, VM_MONTH, 0, x, whole(c, 0, m == 1 ? 100 : 99),
                               VM_NONE);
    c->p.kind = PROVE_TOTAL;
    says(c, num(c, VM_ADD, plan_op(c->b, VM_MONTH_DIFF, VM_NUMBER, 0, later, x, VM_NONE),
                money(c, 0, 100000000)));
}

static void cliffs(claim *c, int m)
{
    vm_node_id income = money(c, 0, 1000000), more = money(c, 0, 1000000);
    vm_node_id poor = is(c, VM_LE, income, plan_number(c->b, 1000, 1));
    c->p.slack = m == 1 ? 49998 : 49999;
    moves(c, true, num(c, VM_ADD, num(c, VM_ADD, income, more),
                       pick(c, poor, plan_number(c->b, 500, 1), fen(c, 0))));
}

static void words(claim *c, int m)
{
    vm_node_id kind = plan_input(c->b, (vm_input){ .name = "k", .kind = VM_CODE, .min = 0, .max = 100 });
    vm_node_id x = money(c, 0, 1000000000);
    vm_node_id last = is(c, VM_EQ, kind, plan_constant(c->b, VM_CODE, 0, m == 1 ? 2 : 3, 1));
    vm_node_id rate = pick(c, last, plan_number(c->b, 101, 100), plan_number(c->b, 9, 10));
    vm_node_id paid = stored(c, num(c, VM_MUL, x, rate), MONEY_DOWN);
    prove_members *members = ARENA_ARRAY(c->b->memory, prove_members, 3);
    c->codes = ARENA_ARRAY(c->b->memory, int64_t, 3);
    c->codes[1] = 1;
    c->codes[2] = 2;
    members[0] = (prove_members){ c->codes, 3 };
    c->p.members = members;
    always(c, is(c, VM_LE, paid, x));
}

static void heads(claim *c, int m)
{
    vm_node_id fund = money(c, 0, 1000000), people = whole(c, -1, 2000000);
    c->p.kind = PROVE_TOTAL;
    says(c, num(c, VM_DIV, fund, people));
    c->p.where = 1;
    plan_output(c->b, is(c, m == 1 ? VM_GE : VM_GT, people, m == 2 ? fen(c, -50) : fen(c, 0)));
}

static void fits(claim *c, int m)
{
    vm_node_id x = money(c, 0, 1000000000), y = whole(c, 0, 20);
    c->p.kind = PROVE_TOTAL;
    plan_output(c->b, plan_bound(c->b, num(c, VM_MUL, x, y), 2, 0, 20000000000 - (m == 1)));
}

static void strictly(claim *c, int m)
{
    vm_node_id x = money(c, 0, 4000000), y = money(c, 0, 400);
    c->p.is_strict = m == 1;
    moves(c, true, num(c, VM_ADD, num(c, VM_DIV, x, plan_number(c->b, 2, 1)), y));
}

static void one_bound(claim *c, int m)
{
    vm_node_id x = money(c, 0, 1000000000), y = money(c, 0, 1000000000);
    c->p.kind = PROVE_BETWEEN;
    says(c, num(c, VM_SUB, num(c, VM_ADD, x, y), x));
    says(c, num(c, VM_ADD, y, fen(c, m == 1)));
    says(c, m == 1 ? pick(c, is(c, VM_LT, x, fen(c, -1)), x, none(c, VM_FAIL)) : y);
}

/* Two groups of bands with other keys: the lesser group's second band is reached earlier. */
static void ragged(claim *c, int m)
{
    static const vm_cell EVEN[] = { { .key = { 0, 0 }, .value = 1 }, { .key = { 0, 10 }, .value = 5 },
                                    { .key = { 1, 0 }, .value = 1 }, { .key = { 1, 10 }, .value = 5 } };
    static const vm_cell RAGGED[] = { { .key = { 0, 0 }, .value = 1 }, { .key = { 0, 5 }, .value = 5 },
                                      { .key = { 1, 0 }, .value = 1 }, { .key = { 1, 10 }, .value = 5 } };
    vm_node_id step = whole(c, 0, 1), years = whole(c, 0, 4000000), more = money(c, 0, 1000000);
    vm_table t = { .name = "t", .kind = VM_NUMBER, .key_count = 2,
                   .key_kind = { VM_NUMBER, VM_NUMBER }, .key_mode = { VM_KEY_BAND, VM_KEY_BAND },
                   .cells = m == 1 ? RAGGED : EVEN, .cell_count = 4 };
    moves(c, true, num(c, VM_ADD, plan_lookup(c->b, 0, t, step, years, VM_NONE), more));
}

static vm_node_id day_op(claim *c, vm_op op, vm_kind kind, vm_node_id x, vm_node_id y)
{
    return plan_op(c->b, op, kind, 0, x, y, VM_NONE);
}

static void last_days(claim *c, int m)
{
    vm_node_id day = plan_input(c->b, (vm_input){ .name = "d", .kind = VM_DAY, .min = 36524, .max = 73048 });
    vm_node_id month = day_op(c, VM_MONTH_OF_DAY, VM_MONTH, day, VM_NONE);
    vm_node_id last = day_op(c, m == 1 ? VM_FIRST_DAY : VM_LAST_DAY, VM_DAY, month, VM_NONE);
    vm_node_id left = day_op(c, VM_DAY_DIFF, VM_NUMBER, last, day);
    vm_node_id in_month = day_op(c, VM_DAY_IN_MONTH, VM_NUMBER, day, VM_NONE);
    vm_node_id days = num(c, VM_ADD, left, in_month);
    always(c, plan_op(c->b, VM_AND, VM_BOOL, 0, is(c, VM_GE, left, plan_number(c->b, 0, 1)),
                      is(c, VM_GE, days, plan_number(c->b, m == 2 ? 29 : 28, 1)), VM_NONE));
}

static void steps_of_months(claim *c, int m)
{
    vm_node_id day = plan_input(c->b, (vm_input){ .name = "d", .kind = VM_DAY, .min = 36524, .max = 73048 });
    vm_node_id later = day_op(c, VM_DAY_ADD_MONTHS, VM_DAY, day, plan_number(c->b, 1, 1));
    vm_node_id days = day_op(c, VM_DAY_DIFF, VM_NUMBER, later, day);
    always(c, plan_op(c->b, VM_AND, VM_BOOL, 0, is(c, VM_GE, days, plan_number(c->b, m == 1 ? 29 : 28, 1)),
                      is(c, VM_LE, days, plan_number(c->b, m == 2 ? 30 : 31, 1)), VM_NONE));
}

static void half_even(claim *c, int m)
{
    vm_node_id x = money(c, m == 2 ? -100000000 : 0, 100000000), more = money(c, 0, 100000000);
    vm_node_id half = num(c, VM_DIV, x, plan_number(c->b, 2, 1));
    vm_node_id even = stored(c, half, MONEY_HALF_EVEN), up = stored(c, half, MONEY_HALF_UP);
    vm_node_id sum = num(c, VM_ADD, more, even), other = num(c, VM_ADD, up, more);
    always(c, is(c, m == 1 ? VM_GE : VM_LE, num(c, VM_SUB, sum, other), fen(c, 0)));
}

static void everyone_with_rows(claim *c, int m)
{
    vm_node_id paid = row(c, 0, 1000);
    vm_node_id sum = plan_op(c->b, VM_SUM, VM_NUMBER, 0, paid, VM_NONE, VM_NONE);
    vm_node_id first = plan_op(c->b, VM_FIRST, VM_NUMBER, 0, paid, VM_NONE, VM_NONE);
    if (m != 2) first = num(c, VM_ELSE, first, fen(c, 0));
    if (m == 3) first = num(c, VM_DIV, first, sum);
    c->p.kind = PROVE_TOTAL;
    plan_output(c->b, plan_bound(c->b, plan_round(c->b, num(c, VM_ADD, sum, first), MONEY_DOWN, 1, 100),
                                 2, 0, m == 1 ? 100999 : 101000));
}

static const struct {
    const char *name;
    void (*make)(claim *c, int m);
    int mutants;
    uint16_t records;
} CLAIMS[] = {
    { "a clamped base", clamped, 3, 0 },       { "relief is not negative", relief, 3, 0 },
    { "bands rise", bands, 1, 0 },             { "bands without a gap", gaps, 2, 0 },
    { "lines fall", lines, 2, 0 },             { "a share of the whole", shares, 3, 0 },
    { "between old and new", between_two, 2, 0 }, { "nothing at zero", nothing_at_zero, 2, 0 },
    { "unknown, then known", unknown_first, 2, 0 }, { "sums of rows", sums, 3, 1 },
    { "months and years", months, 2, 0 },      { "the end of the calendar", calendar_end, 1, 0 },
    { "a cliff of so many fen", cliffs, 1, 0 }, { "each word", words, 1, 0 },
    { "heads to divide by", heads, 2, 0 },     { "fits its bounds", fits, 1, 0 },
    { "strictly", strictly, 1, 0 },            { "one bound has no value", one_bound, 1, 0 },
    { "groups of bands", ragged, 1, 0 },       { "the last day of a month", last_days, 2, 0 },
    { "a month on", steps_of_months, 2, 0 },   { "half even, half up", half_even, 2, 0 },
    { "everyone with rows", everyone_with_rows, 3, 1 },
};

static prove_verdict verdict_of(size_t i, int mutant, bool is_unscanned, bool has_z3)
{
    arena *memory = arena_open();
    claim c = { .b = plan_builder_open(memory, CLAIMS[i].records, 100), .p = { .where = -1 } };
    c.p.low = 1;
    c.p.high = 2;
    CLAIMS[i].make(&c, mutant);
    vm_program *program = NULL;
    assert_null(vm_seal(memory, plan_built(c.b), &program).kind);
    c.p.program = program;
    c.p.has_z3 = has_z3;
    c.p.is_unscanned = is_unscanned;
    prove_result r = prove_run(memory, &c.p);
    arena_close(memory);
    return r.verdict;
}

static void a_false_corner_is_never_proved(void **state)
{
    (void)state;
    size_t mutants = 0;
    for (size_t i = 0; i < ARRAY_COUNT(CLAIMS); i++)
        for (int m = 1; m <= CLAIMS[i].mutants; m++, mutants++)
            for (int unscanned = 0; unscanned < 2; unscanned++) {
                prove_verdict v = verdict_of(i, m, unscanned, !unscanned);
                if (v == PROVE_PROVED) printf("proved: %s, mutant %d\n", CLAIMS[i].name, m);
                assert_int_not_equal(v, PROVE_PROVED);
            }
    assert_true(mutants >= 20);
}

static void the_true_ones_are_proved_without_looking_at_anyone(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(CLAIMS); i++) {
        prove_verdict v = verdict_of(i, 0, true, true);
        if (v != PROVE_PROVED) printf("%s: %s\n", prove_verdict_name(v, false), CLAIMS[i].name);
        assert_int_equal(v, PROVE_PROVED);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_false_corner_is_never_proved),
        cmocka_unit_test(the_true_ones_are_proved_without_looking_at_anyone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
