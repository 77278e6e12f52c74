#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "column/column.h"

static void a_new_column_is_zero_and_valid(void **state)
{
    (void)state;
    arena *scratch = arena_open();
    column c = column_open(scratch, 3);
    assert_int_equal(c.count, 3);
    assert_null(c.reason);
    for (size_t lane = 0; lane < 3; lane++) {
        assert_true(column_is_valid(&c, lane));
        assert_int_equal(c.value[lane], 0);
    }
    assert_int_equal(column_failed_count(&c), 0);
    arena_close(scratch);
}

static void a_failed_lane_keeps_its_first_reason_and_leaves_the_others(void **state)
{
    (void)state;
    arena *scratch = arena_open();
    column c = column_open(scratch, 3);
    c.value[0] = 10, c.value[1] = 20, c.value[2] = 30;
    column_fail(scratch, &c, 1, 5);
    column_fail(scratch, &c, 1, 6);
    assert_int_equal(column_reason(&c, 1), 5);
    assert_int_equal(c.value[1], 0);
    assert_true(column_is_valid(&c, 0) && column_is_valid(&c, 2));
    assert_int_equal(c.value[2], 30);
    assert_int_equal(column_failed_count(&c), 1);
    arena_close(scratch);
}

static void a_slice_shares_lanes_and_reasons(void **state)
{
    (void)state;
    arena *scratch = arena_open();
    column c = column_open(scratch, 5);
    column_ensure_reasons(scratch, &c);
    column part = column_slice(&c, 2, 3);
    part.value[0] = 7;
    column_fail(scratch, &part, 2, 9);
    assert_int_equal(c.value[2], 7);
    assert_int_equal(column_reason(&c, 4), 9);
    assert_int_equal(column_slice(&c, 5, 0).count, 0);
    arena_close(scratch);
}

static void joining_takes_over_the_reasons(void **state)
{
    (void)state;
    arena *scratch = arena_open();
    column target = column_open(scratch, 3), source = column_open(scratch, 3);
    column_join_reasons(scratch, &target, &source);
    assert_null(target.reason);
    column_fail(scratch, &source, 0, 3);
    column_fail(scratch, &source, 2, 4);
    column_fail(scratch, &target, 2, 8);
    column_join_reasons(scratch, &target, &source);
    assert_int_equal(column_reason(&target, 0), 3);
    assert_int_equal(column_reason(&target, 1), 0);
    assert_int_equal(column_reason(&target, 2), 8);
    arena_close(scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_column_is_zero_and_valid),
        cmocka_unit_test(a_failed_lane_keeps_its_first_reason_and_leaves_the_others),
        cmocka_unit_test(a_slice_shares_lanes_and_reasons),
        cmocka_unit_test(joining_takes_over_the_reasons),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
