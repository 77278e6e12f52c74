/* What vm.h promises, each promise as a small plan by hand; and what the differential test found. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "support/plan_words.h"

static arena *memory;

static int open_memory(void **state)
{
    (void)state;
    memory = arena_open();
    return 0;
}

static int close_memory(void **state)
{
    (void)state;
    arena_close(memory);
    return 0;
}

/* ---- numbers ---- */

static void rounding_is_symmetric_about_zero_in_every_mode(void **state)
{
    (void)state;
    plan_builder *b = plan_builder_open(memory, 0, 1);
    vm_node_id a = number(b, 0, 1, -1000, 1000);
    for (int mode = 0; mode < MONEY_ROUNDING_COUNT; mode++)
        plan_output(b, whole(b, plan_round(b, a, (money_rounding)mode, 1, 1)));
    plan_expect(b, 9, NULL, PLAN_TEXTS("-25 -15 -5 -1 0 5 14 15 25"),
                PLAN_TEXTS("-3 -2 -1 0 0 1 1 2 3", "-2 -2 0 0 0 0 1 2 2",
                           "-3 -2 -1 -1 0 1 2 2 3", "-2 -1 0 0 0 0 1 1 2"));
}

static void rounding_goes_to_multiples_of_any_unit(void **state)
{
    (void)state;
    plan_builder *b = plan_builder_open(memory, 0, 1);
    vm_node_id a = number(b, 0, 2, -1000, 1000);
    plan_output(b, plan_bound(b, plan_round(b, a, MONEY_HALF_UP, 1, 20), 2, -2000, 2000));
    plan_output(b, whole(b, plan_round(b, a, MONEY_UP, 12, 1)));
    plan_output(b, plan_bound(b, plan_round(b, a, MONEY_HALF_EVEN, 3, 100), 2, -2000, 2000));
    plan_expect(b, 5, NULL, PLAN_TEXTS("7 8 -13 1000 0"),
                PLAN_TEXTS("5 10 -15 1000 0", "12 12 -12 12 0", "6 9 -12 999 0"));
}

static void division_by_zero_is_a_fault_of_its_lane_alone(void **state)
{
    (void)state;
    plan_builder *b = plan_builder_open(memory, 0, 1);
    vm_node_id a = number(b, 0, 0, -9, 9), d = number(b, 0, 0, -9, 9);
    plan_output(b, whole(b, plan_round(b, op2(b, VM_DIV, VM_NUMBER, a, d), MONEY_HALF_UP, 1, 1)));
    plan_expect(b, 5, NULL, PLAN_TEXTS("7 7 0 -7 ?", "2 0 0 -2 0"),
                PLAN_TEXTS("4 divided_by_zero@2 divided_by_zero@2 4 not_known@0"));
}

static void figures_of_64_bits_multiply_in_128(void **state)
{
    (void)state;
    plan_builder *b = plan_builder_open(memory, 0, 1);
    vm_node_id a = number(b, 0, 0, -INT64_MAX, INT64_MAX);
    vm_node_id c = number(b, 0, 0, -((int64_t)1 << 61), (int64_t)1 << 61);
    vm_node_id product = op2(b, VM_MUL, VM_NUMBER, a, c);
    vm_node_id big = plan_number(b, (i128)1 << 61, 1);
    vm_node_id share = plan_round(b, op2(b, VM_DIV, VM_NUMBER, product, big), MONEY_DOWN, 1, 1);
    plan_output(b, plan_bound(b, share, 0, -INT64_MAX, INT64_MAX));
    plan_output(b, plan_bound(b, op1(b, VM_NEG, VM_NUMBER, a), 0, -INT64_MAX, INT64_MAX));
    plan_expect(b, 3, NULL, PLAN_TEXTS("-9223372036854775807 -9223372036854775807 9223372036854775807",
                                       "2305843009213693952 -2305843009213693952 3"),
                PLAN_TEXTS("-9223372036854775807 9223372036854775807 11",
                           "9223372036854775807 9223372036854775807 -9223372036854775807"));
}

static void three_thirds_are_one(void **state)
{
    (void)state;
    plan_builder *b = plan_builder_open(memory, 1, 400);
    vm_node_id a = number(b, 1, 0, 0, 1000000), d = number(b, 1, 0, 1, 1000000);
    vm_node_id sum = over_rows(b, VM_SUM, VM_NUMBER, op2(b, VM_DIV, VM_NUMBER, a, d), VM_NONE);
    plan_output(b, whole(b, plan_round(b, sum, MONEY_UP, 1, 1)));
    plan_output(b, whole(b, plan_round(b, sum, MONEY_DOWN, 1, 1)));
    plan_output(b, whole(b, plan_round(b, sum, MONEY_HALF_UP, 1, 1)));
    plan_output(b, whole(b, plan_round(b, sum, MONEY_HALF_EVEN, 1, 1)));
    plan_output(b, op2(b, VM_EQ, VM_BOOL, sum, plan_number(b, 1, 2)));
    /* 1/3 + 1/3 + 1/3; 1/6 + 1/3; 1/6 + 1/3 + 2; 2/14 + 5/14; no row */
    plan_expect(b, 5, PLAN_TEXTS("3 2 3 2 0"),
                PLAN_TEXTS("1 1 1  1 1  1 1 2  2 5", "3 3 3  6 3  6 3 1  14 14"),
                PLAN_TEXTS("1 1 3 1 0", "1 0 2 0 0", "1 1 3 1 0", "1 0 2 0 0", "0 1 0 1 0"));
}

/* ---- reasons ---- */

static void faults_win_over_unknowns_and_left_over_right(void **state)
{
    (void)state;
    plan_builder *b = plan_builder_open(memory, 0, 1);
    vm_node_id a = number(b, 0, 0, 0, 9), c = number(b, 0, 0, 0, 9);
    plan_output(b, whole(b, op2(b, VM_ADD, VM_NUMBER, a, c)));
    plan_expect(b, 7, NULL, PLAN_TEXTS("1 ? x ? x 10 1", "2 ? x x ? x -1"),
                PLAN_TEXTS("3 not_known@0 bad_cell@0 bad_cell@1 bad_cell@0 out_of_range@0 out_of_range@1"));
}

static void truth_is_lazy_both_ways(void **state)
{
    (void)state;
    plan_builder *b = plan_builder_open(memory, 0, 1);
    vm_node_id a = flag(b, 0), c = flag(b, 0);
    plan_output(b, op2(b, VM_AND, VM_BOOL, a, c));
    plan_output(b, op2(b, VM_OR, VM_BOOL, a, c));
    plan_expect(b, 8, NULL, PLAN_TEXTS("0 x 1 ? 1 ? x ?", "x 0 ? 1 x x ? ?"),
                PLAN_TEXTS("0 0 not_known@1 not_known@0 bad_cell@1 bad_cell@1 bad_cell@0 not_known@0",
                           "bad_cell@1 bad_cell@0 1 1 1 bad_cell@1 bad_cell@0 not_known@0"));
}

static void an_unknown_condition_decides_nothing_unless_both_ways_agree(void **state)
{
    (void)state;
    plan_builder *b = plan_builder_open(memory, 0, 1);
    vm_node_id a = flag(b, 0), c = number(b, 0, 0, 0, 9), d = number(b, 0, 0, 0, 9);
    plan_output(b, whole(b, plan_op(b, VM_IF, VM_NUMBER, 0, a, c, d)));
    plan_expect(b, 8, NULL, PLAN_TEXTS("1 0 ? ? ? x 1 0", "3 x 5 5 x 5 ? 4", "x 4 5 6 5 5 1 ?"),
                PLAN_TEXTS("3 4 5 not_known@0 not_known@0 bad_cell@0 not_known@1 not_known@2"));
}

static void else_and_known_catch_unknowns_but_no_fault(void **state)
{
    (void)state;
    plan_builder *b = plan_builder_open(memory, 0, 1);
    vm_node_id a = number(b, 0, 0, 0, 9), c = number(b, 0, 0, 0, 9);
    plan_output(b, whole(b, op2(b, VM_ELSE, VM_NUMBER, a, c)));
    plan_output(b, op1(b, VM_KNOWN, VM_BOOL, a));
    plan_expect(b, 6, NULL, PLAN_TEXTS("1 ? x ? ? 1", "2 2 2 ? x x"),
                PLAN_TEXTS("1 2 bad_cell@0 not_known@1 bad_cell@1 1", "1 0 bad_cell@0 0 0 1"));
}

static void a_cell_outside_its_bounds_is_out_of_range_for_every_kind(void **state)
{
    (void)state;
    plan_builder *b = plan_builder_open(memory, 0, 1);
    plan_output(b, whole(b, number(b, 0, 0, 1, 3)));
    plan_output(b, flag(b, 0));
    plan_output(b, of_kind(b, VM_DAY, 0, 100, 200));
    plan_output(b, of_kind(b, VM_CODE, 0, 0, 3));
    plan_expect(b, 3, NULL, PLAN_TEXTS("0 1 4", "0 2 -1", "99 200 201", "3 4 -1"),
                PLAN_TEXTS("out_of_range@0 1 out_of_range@0", "0 out_of_range@2 out_of_range@2",
                           "out_of_range@3 200 out_of_range@3", "3 out_of_range@4 out_of_range@4"));
}

/* ---- calendar ---- */

static void a_month_is_full_when_its_last_day_is_reached(void **state)
{
    (void)state;
    plan_builder *b = plan_builder_open(memory, 0, 1);
    vm_node_id from = day(b, 0), to = day(b, 0);
    plan_output(b, whole(b, op2(b, VM_FULL_MONTHS, VM_NUMBER, from, to)));
    /* 2023-01-31 is day 44955: until 02-27, 02-28, 03-30, 03-31, back to 2022-12-31, itself */
    plan_expect(b, 6, NULL, PLAN_TEXTS("44955 44955 44955 44955 44955 44955",
                                       "44982 44983 45013 45014 44924 44955"),
                PLAN_TEXTS("0 1 1 2 -1 0"));
}

static void dates_outside_1800_to_2299_are_faults(void **state)
{
    (void)state;
    plan_builder *b = plan_builder_open(memory, 0, 1);
    vm_node_id d = day(b, 0), n = number(b, 0, 0, -INT64_MAX, INT64_MAX);
    plan_output(b, op2(b, VM_DAY_ADD, VM_DAY, d, n));
    plan_output(b, op2(b, VM_DAY_ADD_MONTHS, VM_DAY, d, n));
    vm_node_id month = op1(b, VM_MONTH_OF_DAY, VM_MONTH, d);
    plan_output(b, op2(b, VM_MONTH_ADD, VM_MONTH, month, n));
    plan_output(b, op2(b, VM_MONTH_FROM, VM_MONTH, n, n));
    plan_expect(b, 5, NULL,
                PLAN_TEXTS("146096 -36524 0 0 44955", "1 -1 9223372036854775807 -9223372036854775807 1"),
                PLAN_TEXTS("date_out_of_range@2 date_out_of_range@2 date_out_of_range@2 date_out_of_range@2 44956",
                           "date_out_of_range@3 date_out_of_range@3 date_out_of_range@3 date_out_of_range@3 44983",
                           "date_out_of_range@5 date_out_of_range@5 date_out_of_range@5 date_out_of_range@5 1477",
                           "date_out_of_range@6 date_out_of_range@6 date_out_of_range@6 date_out_of_range@6 date_out_of_range@6"));
}

/* ---- tables ---- */

static vm_table table_of(vm_key_mode mode, const vm_cell *cells, size_t count)
{
    return (vm_table){ .kind = VM_NUMBER, .key_count = 1, .key_kind = { VM_NUMBER },
                       .key_mode = { mode }, .cells = cells, .cell_count = count };
}

static void a_table_is_read_exactly_by_bands_or_along_lines(void **state)
{
    (void)state;
    static const vm_cell CELLS[] = { { .key = { 10 }, .value = 100 }, { .key = { 20 }, .value = 110 },
                                     { .key = { 30 }, .is_absent = true },
                                     { .key = { 40 }, .value = 7 } };
    plan_builder *b = plan_builder_open(memory, 0, 1);
    vm_node_id key = number(b, 0, 1, 0, 1000);
    vm_node_id exact = plan_lookup(b, 0, table_of(VM_KEY_EXACT, CELLS, 4), key, VM_NONE, VM_NONE);
    vm_node_id band = plan_lookup(b, 0, table_of(VM_KEY_BAND, CELLS, 4), key, VM_NONE, VM_NONE);
    vm_node_id line = plan_lookup(b, 0, table_of(VM_KEY_LINEAR, CELLS, 4), key, VM_NONE, VM_NONE);
    plan_output(b, whole(b, exact));
    plan_output(b, whole(b, band));
    plan_output(b, plan_bound(b, plan_round(b, line, MONEY_HALF_UP, 1, 100), 2, -100000, 100000));
    plan_expect(b, 9, NULL, PLAN_TEXTS("99 100 123 200 201 300 399 400 401"),
                PLAN_TEXTS("not_in_table@1 100 not_in_table@1 110 not_in_table@1 not_in_table@1 "
                           "not_in_table@1 7 not_in_table@1",
                           "not_in_table@2 100 100 110 110 not_in_table@2 not_in_table@2 7 7",
                           "not_in_table@3 10000 10230 11000 not_in_table@3 not_in_table@3 "
                           "not_in_table@3 700 not_in_table@3"));
}

static void a_later_key_is_sought_only_within_the_band_of_the_first(void **state)
{
    (void)state;
    static const vm_cell CELLS[] = { { .key = { 10, 1 }, .value = 1 }, { .key = { 10, 2 }, .value = 2 },
                                     { .key = { 20, 2 }, .value = 3 } };
    vm_table table = { .kind = VM_NUMBER, .key_count = 2, .key_kind = { VM_NUMBER, VM_NUMBER },
                       .key_mode = { VM_KEY_BAND, VM_KEY_EXACT }, .cells = CELLS, .cell_count = 3 };
    plan_builder *b = plan_builder_open(memory, 0, 1);
    vm_node_id first = number(b, 0, 0, 0, 100), second = number(b, 0, 0, 0, 100);
    plan_output(b, whole(b, plan_lookup(b, 0, table, first, second, VM_NONE)));
    plan_expect(b, 5, NULL, PLAN_TEXTS("15 15 25 25 5", "1 2 2 1 1"),
                PLAN_TEXTS("1 2 3 not_in_table@2 not_in_table@2"));
}

static void an_absent_cell_gives_its_own_fault(void **state)
{
    (void)state;
    static const vm_cell CELLS[] = { { .key = { 10, 0 }, .is_absent = true, .why = VM_NOT_SET },
                                     { .key = { 20, 0 }, .is_absent = true, .why = VM_NOT_IN_FORCE },
                                     { .key = { 20, 2 }, .value = 3 } };
    vm_table table = { .kind = VM_NUMBER, .key_count = 2, .key_kind = { VM_NUMBER, VM_NUMBER },
                       .key_mode = { VM_KEY_BAND, VM_KEY_EXACT }, .cells = CELLS, .cell_count = 3 };
    vm_table dated = table_of(VM_KEY_BAND, CELLS, 2), lone = table_of(VM_KEY_EXACT, CELLS, 1);
    plan_builder *b = plan_builder_open(memory, 0, 1);
    vm_node_id first = number(b, 0, 0, 0, 100), second = number(b, 0, 0, 0, 100);
    plan_output(b, whole(b, plan_lookup(b, 0, table, first, second, VM_NONE)));
    plan_output(b, whole(b, plan_lookup(b, 0, dated, first, VM_NONE, VM_NONE)));
    plan_output(b, whole(b, plan_lookup(b, 0, lone, first, VM_NONE, VM_NONE)));
    plan_expect(b, 6, NULL, PLAN_TEXTS("5 15 15 25 25 25", "0 0 7 0 2 7"),
                PLAN_TEXTS("not_in_table@2 not_set@2 not_set@2 not_in_force@2 3 not_in_table@2",
                           "not_in_table@4 not_set@4 not_set@4 not_in_force@4 not_in_force@4 "
                           "not_in_force@4",
                           "not_set@6 not_set@6 not_set@6 not_set@6 not_set@6 not_set@6"));
}

/* ---- rows ---- */

static void rows_that_are_masked_take_no_part_whatever_they_hold(void **state)
{
    (void)state;
    plan_builder *b = plan_builder_open(memory, 1, 10);
    vm_node_id a = number(b, 1, 0, 0, 99), mask = flag(b, 1);
    plan_output(b, whole(b, over_rows(b, VM_SUM, VM_NUMBER, a, mask)));
    plan_output(b, whole(b, over_rows(b, VM_AGG_MIN, VM_NUMBER, a, mask)));
    plan_output(b, whole(b, over_rows(b, VM_FIRST, VM_NUMBER, a, mask)));
    plan_output(b, whole(b, over_rows(b, VM_LAST, VM_NUMBER, a, mask)));
    plan_expect(b, 5, PLAN_TEXTS("3 2 2 0 1"),
                PLAN_TEXTS("5 x 3  ? 4  1 x  ?", "1 0 1  1 1  ? 1  0"),
                PLAN_TEXTS("8 not_known@0 bad_cell@0 0 0",
                           "3 not_known@0 bad_cell@0 empty@4 empty@4",
                           "5 not_known@0 bad_cell@0 empty@6 empty@6",
                           "3 not_known@0 bad_cell@0 empty@8 empty@8"));
}

static void any_and_all_are_decided_by_one_row(void **state)
{
    (void)state;
    plan_builder *b = plan_builder_open(memory, 1, 10);
    vm_node_id a = flag(b, 1), mask = flag(b, 1);
    plan_output(b, over_rows(b, VM_ANY, VM_BOOL, a, mask));
    plan_output(b, over_rows(b, VM_ALL, VM_BOOL, a, mask));
    plan_output(b, whole(b, over_rows(b, VM_COUNT, VM_NUMBER, a, VM_NONE)));
    plan_expect(b, 5, PLAN_TEXTS("2 2 2 0 1"), PLAN_TEXTS("x 1  ? 0  ? x  0", "1 1  1 1  1 1  0"),
                PLAN_TEXTS("1 not_known@0 bad_cell@0 empty@2 empty@2",
                           "bad_cell@0 0 bad_cell@0 empty@3 empty@3",
                           "bad_cell@0 not_known@0 bad_cell@0 0 0"));
}

static void a_fold_carries_its_stored_value_from_row_to_row(void **state)
{
    (void)state;
    plan_builder *b = plan_builder_open(memory, 1, 10);
    vm_node_id start = plan_bound(b, number(b, 0, 2, 0, 100000), 2, 0, 100000);
    vm_node_id paid = number(b, 1, 2, 0, 100000), mask = flag(b, 1);
    vm_node_id carry = plan_op(b, VM_CARRY, VM_NUMBER, 1, VM_NONE, VM_NONE, VM_NONE);
    vm_node_id rate = plan_constant(b, VM_NUMBER, 1, 103, 100);
    vm_node_id grown = op2(b, VM_MUL, VM_NUMBER, carry, rate);
    vm_node_id sum = op2(b, VM_ADD, VM_NUMBER, grown, paid);
    vm_node_id body = plan_bound(b, plan_round(b, sum, MONEY_HALF_UP, 1, 100), 2, 0, 100000);
    plan_output(b, plan_bound(b, plan_op(b, VM_FOLD, VM_NUMBER, 0, body, mask, start), 2, 0, 100000));
    /* 10.50 * 1.03 = 10.815 -> 10.82, + 1 = 11.82; a masked row is passed over; an empty one ends */
    plan_expect(b, 6, PLAN_TEXTS("1 2 0 2 2 1"),
                PLAN_TEXTS("1050 1050 7 1050 99999 x", "100  x 100  ? 100  0 0  0",
                           "1  0 1  1 1  1 1  1"),
                PLAN_TEXTS("1182 1182 7 not_known@2 overflow@9 bad_cell@0"));
}

static void too_many_rows_are_a_fault_of_every_look_at_them(void **state)
{
    (void)state;
    plan_builder *b = plan_builder_open(memory, 1, 2);
    vm_node_id a = number(b, 1, 0, 0, 99);
    plan_output(b, whole(b, over_rows(b, VM_SUM, VM_NUMBER, a, VM_NONE)));
    plan_output(b, whole(b, plan_op(b, VM_ROW_INDEX, VM_NUMBER, 1, VM_NONE, VM_NONE, VM_NONE)));
    plan_output(b, whole(b, op1(b, VM_PREVIOUS, VM_NUMBER, a)));
    plan_output(b, whole(b, op1(b, VM_NEG, VM_NUMBER, a)));
    plan_expect(b, 3, PLAN_TEXTS("2 3 0"), PLAN_TEXTS("1 2  3 4 5"),
                PLAN_TEXTS("3 too_many_rows@1 0",
                           "1 2 too_many_rows@3 too_many_rows@3 too_many_rows@3",
                           "empty@5 1 too_many_rows@5 too_many_rows@5 too_many_rows@5",
                           "-1 -2 -3 -4 -5"));
}

static void rows_of_the_same_key_are_summed_within_their_subject(void **state)
{
    (void)state;
    plan_builder *b = plan_builder_open(memory, 1, 10);
    vm_node_id a = number(b, 1, 0, 0, 99), key = of_kind(b, VM_CODE, 1, 0, 3), mask = flag(b, 1);
    plan_output(b, whole(b, plan_op(b, VM_SUM_SAME, VM_NUMBER, 1, a, VM_NONE, key)));
    plan_output(b, whole(b, plan_op(b, VM_SUM_SAME, VM_NUMBER, 1, a, mask, key)));
    plan_expect(b, 3, PLAN_TEXTS("4 1 2"), PLAN_TEXTS("1 2 4 8  16  1 2", "0 1 0 2  0  ? 1", "1 1 0 0  1  1 1"),
                PLAN_TEXTS("5 2 5 8 16 not_known@1 not_known@1", "1 2 1 0 16 not_known@1 not_known@1"));
}

/* ---- what vm_seal refuses ---- */

static const err_kind *sealed(plan_builder *b)
{
    vm_program *program;
    return vm_seal(memory, plan_built(b), &program).kind;
}

static void a_value_that_may_not_fit_128_bits_is_too_wide(void **state)
{
    (void)state;
    plan_builder *b = plan_builder_open(memory, 0, 1);
    vm_node_id a = number(b, 0, 0, -INT64_MAX, INT64_MAX);
    vm_node_id cube = op2(b, VM_MUL, VM_NUMBER, op2(b, VM_MUL, VM_NUMBER, a, a), a);
    plan_output(b, plan_bound(b, cube, 0, 0, 9));
    assert_ptr_equal(sealed(b), &VM_TOO_WIDE);
}

static void plans_that_break_the_rules_are_bad(void **state)
{
    (void)state;
    plan_builder *b = plan_builder_open(memory, 1, 1);
    vm_node_id a = number(b, 0, 0, 0, 9);
    plan_output(b, a); /* a number that is no VM_BOUND */
    assert_ptr_equal(sealed(b), &VM_BAD_PLAN);

    b = plan_builder_open(memory, 1, 1);
    a = number(b, 0, 0, 0, 9);
    vm_node_id row = number(b, 1, 0, 0, 9);
    plan_output(b, whole(b, op2(b, VM_ADD, VM_NUMBER, a, row))); /* two spaces */
    assert_ptr_equal(sealed(b), &VM_BAD_PLAN);

    b = plan_builder_open(memory, 0, 1);
    a = number(b, 0, 0, 0, 9);
    plan_output(b, whole(b, op2(b, VM_ADD, VM_NUMBER, a, 7))); /* an argument that is not there */
    assert_ptr_equal(sealed(b), &VM_BAD_PLAN);

    b = plan_builder_open(memory, 0, 1);
    a = of_kind(b, VM_CODE, 0, 0, 3);
    plan_output(b, op2(b, VM_LT, VM_BOOL, a, a)); /* codes have no order */
    assert_ptr_equal(sealed(b), &VM_BAD_PLAN);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, open_memory, close_memory)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(rounding_is_symmetric_about_zero_in_every_mode),
        CASE(rounding_goes_to_multiples_of_any_unit),
        CASE(division_by_zero_is_a_fault_of_its_lane_alone),
        CASE(figures_of_64_bits_multiply_in_128),
        CASE(three_thirds_are_one),
        CASE(faults_win_over_unknowns_and_left_over_right),
        CASE(truth_is_lazy_both_ways),
        CASE(an_unknown_condition_decides_nothing_unless_both_ways_agree),
        CASE(else_and_known_catch_unknowns_but_no_fault),
        CASE(a_cell_outside_its_bounds_is_out_of_range_for_every_kind),
        CASE(a_month_is_full_when_its_last_day_is_reached),
        CASE(dates_outside_1800_to_2299_are_faults),
        CASE(a_table_is_read_exactly_by_bands_or_along_lines),
        CASE(a_later_key_is_sought_only_within_the_band_of_the_first),
        CASE(an_absent_cell_gives_its_own_fault),
        CASE(rows_that_are_masked_take_no_part_whatever_they_hold),
        CASE(any_and_all_are_decided_by_one_row),
        CASE(a_fold_carries_its_stored_value_from_row_to_row),
        CASE(too_many_rows_are_a_fault_of_every_look_at_them),
        CASE(rows_of_the_same_key_are_summed_within_their_subject),
        CASE(a_value_that_may_not_fit_128_bits_is_too_wide),
        CASE(plans_that_break_the_rules_are_bad),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
