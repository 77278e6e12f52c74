/* The reference evaluator's own parts, held against the rooms that it must not use. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "calendar/calendar.h"
#include "support/choices.h"
#include "support/exact.h"
#include "support/naive_calendar.h"

static void naive_days_and_months_are_those_of_the_calendar(void **state)
{
    (void)state;
    for (int32_t day = CALENDAR_DAY_MIN; day <= CALENDAR_DAY_MAX; day++) {
        assert_true(naive_is_day(day));
        assert_int_equal(naive_month_of_day(day), calendar_month_of_day(day));
    }
    for (int32_t month = CALENDAR_MONTH_MIN; month <= CALENDAR_MONTH_MAX; month++) {
        assert_true(naive_is_month(month));
        assert_int_equal(naive_first_day(month), calendar_first_day_of_month(month));
        assert_int_equal(naive_last_day(month), calendar_last_day_of_month(month));
    }
    assert_false(naive_is_day(CALENDAR_DAY_MIN - 1));
    assert_false(naive_is_day(CALENDAR_DAY_MAX + 1));
    assert_false(naive_is_month(CALENDAR_MONTH_MIN - 1));
    assert_false(naive_is_month(CALENDAR_MONTH_MAX + 1));
}

static void naive_steps_and_full_months_are_those_of_the_calendar(void **state)
{
    (void)state;
    choices c = choose_by_seed(1);
    for (int i = 0; i < 300000; i++) {
        int32_t from = (int32_t)choose_between(&c, CALENDAR_DAY_MIN, CALENDAR_DAY_MAX);
        int32_t until = choose(&c, 2) ? (int32_t)choose_between(&c, CALENDAR_DAY_MIN, CALENDAR_DAY_MAX)
                                      : from + (int32_t)choose(&c, 800);
        if (until > CALENDAR_DAY_MAX) until = CALENDAR_DAY_MAX;
        assert_int_equal(naive_full_months(from, until), calendar_full_months_between(from, until));
        int64_t months = choose_between(&c, -7000, 7000), naive = 0;
        int32_t stepped = 0;
        bool is_inside = calendar_add_months_to_day(from, months, &stepped);
        assert_int_equal(naive_step_months(from, months, &naive), is_inside);
        if (is_inside) assert_int_equal(naive, stepped);
    }
}

static void exact_rounding_is_that_of_money_where_it_fits(void **state)
{
    (void)state;
    choices c = choose_by_seed(2);
    exact_pool *pool = exact_pool_open();
    for (int i = 0; i < 200000; i++) {
        int64_t num = choose_between(&c, -1000, 1000), den = choose_between(&c, 1, 30);
        if (choose(&c, 4) == 0) num = choose_between(&c, INT64_MIN, INT64_MAX);
        money_rounding mode = (money_rounding)choose(&c, MONEY_ROUNDING_COUNT);
        i128 whole;
        exact rounded = exact_round(pool, exact_of(num, den), exact_of(1, 1), mode);
        assert_true(exact_scaled(pool, rounded, 0, &whole));
        assert_true(whole == money_divide_round(num, den, mode));
        exact_pool_reset(pool);
    }
    exact_pool_close(pool);
}

static exact chosen(choices *c)
{
    int64_t num = choose(c, 3) ? choose_between(c, INT64_MIN, INT64_MAX) : choose_between(c, -9, 9);
    return exact_of((i128)num * ((i128)1 << choose(c, 60)), choose_between(c, 1, choose(c, 2) ? INT64_MAX : 9));
}

/* The same sums along two ways, through fractions that 128 bits do not hold and back. */
static void exact_laws_hold_past_128_bits(void **state)
{
    (void)state;
    choices c = choose_by_seed(3);
    exact_pool *pool = exact_pool_open();
    for (int i = 0; i < 50000; i++) {
        exact x = chosen(&c), y = chosen(&c), z = chosen(&c);
        exact left = exact_multiply(pool, exact_add(pool, x, y), z);
        exact right = exact_add(pool, exact_multiply(pool, x, z), exact_multiply(pool, y, z));
        assert_int_equal(exact_compare(pool, left, right), 0);
        exact back = exact_subtract(pool, exact_add(pool, x, y), y);
        assert_int_equal(exact_compare(pool, back, x), 0);
        if (exact_sign(y) != 0) {
            back = exact_multiply(pool, exact_divide(pool, x, y), y);
            assert_int_equal(exact_compare(pool, back, x), 0);
        }
        assert_int_equal(exact_compare(pool, x, y), -exact_compare(pool, y, x));
        exact down = exact_round(pool, left, exact_of(1, 100), MONEY_DOWN);
        exact up = exact_round(pool, left, exact_of(1, 100), MONEY_UP);
        exact gap = exact_subtract(pool, up, down);
        if (exact_sign(gap) < 0) gap = exact_negate(pool, gap);
        assert_true(exact_compare(pool, gap, exact_of(1, 100)) <= 0);
        exact_pool_reset(pool);
    }
    assert_true(exact_pool_used_count(pool) > 0);
    exact_pool_close(pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(naive_days_and_months_are_those_of_the_calendar),
        cmocka_unit_test(naive_steps_and_full_months_are_those_of_the_calendar),
        cmocka_unit_test(exact_rounding_is_that_of_money_where_it_fits),
        cmocka_unit_test(exact_laws_hold_past_128_bits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
