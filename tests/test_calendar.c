#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/checked.h"
#include "calendar/calendar.h"

static int32_t day(int32_t year, int32_t month_of_year, int32_t day_of_month)
{
    int32_t answer = INT32_MIN;
    assert_true(calendar_day_of(year, month_of_year, day_of_month, &answer));
    return answer;
}

static void every_day_of_the_range_follows_the_one_before(void **state)
{
    (void)state;
    static const int LENGTH[12] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    int32_t expected = CALENDAR_DAY_MIN;
    for (int32_t year = CALENDAR_YEAR_MIN; year <= CALENDAR_YEAR_MAX; year++) {
        for (int32_t m = 1; m <= 12; m++) {
            int length = LENGTH[m - 1] + (m == 2 && calendar_is_leap_year(year));
            int32_t month = calendar_month_of(year, m);
            assert_int_equal(calendar_first_day_of_month(month), expected);
            assert_int_equal(calendar_days_in_month(month), length);
            assert_int_equal(calendar_year_of_month(month), year);
            assert_int_equal(calendar_month_of_year(month), m);
            for (int d = 1; d <= length; d++, expected++) {
                calendar_date split = calendar_split_day(expected);
                if (split.year != year || split.month_of_year != m || split.day_of_month != d ||
                    calendar_month_of_day(expected) != month)
                    fail_msg("%d-%d-%d", year, m, d);
            }
            assert_int_equal(calendar_last_day_of_month(month), expected - 1);
        }
    }
    assert_int_equal(expected - 1, CALENDAR_DAY_MAX);
    assert_int_equal(day(1900, 1, 1), 0);
    assert_int_equal(day(1970, 1, 1), 25567);
    assert_int_equal(calendar_weekday(day(2026, 11, 28)), 6);
    assert_int_equal(calendar_weekday(CALENDAR_DAY_MIN), 3);
}

static void dates_that_do_not_exist_are_refused(void **state)
{
    (void)state;
    static const calendar_date NONE[] = {
        { 1799, 12, 31 }, { 2300, 1, 1 }, { 1900, 2, 29 }, { 2026, 0, 1 },
        { 2026, 13, 1 },  { 2026, 4, 31 }, { 2026, 4, 0 }, { INT32_MAX, 1, 1 },
        { INT32_MIN, 1, 1 },
    };
    for (size_t i = 0; i < ARRAY_COUNT(NONE); i++) {
        int32_t answer = 7;
        assert_false(calendar_day_of(NONE[i].year, NONE[i].month_of_year, NONE[i].day_of_month,
                                     &answer));
        assert_int_equal(answer, 7);
    }
    assert_true(calendar_is_day(CALENDAR_DAY_MIN));
    assert_false(calendar_is_day((int64_t)CALENDAR_DAY_MIN - 1));
    assert_true(calendar_is_month(CALENDAR_MONTH_MAX));
    assert_false(calendar_is_month((int64_t)CALENDAR_MONTH_MAX + 1));
}

static void adding_months_clamps_to_the_last_day(void **state)
{
    (void)state;
    int32_t answer = 7;
    assert_true(calendar_add_months_to_day(day(2025, 1, 31), 1, &answer));
    assert_int_equal(answer, day(2025, 2, 28));
    assert_true(calendar_add_months_to_day(day(2024, 1, 31), 1, &answer));
    assert_int_equal(answer, day(2024, 2, 29));
    assert_true(calendar_add_months_to_day(day(2024, 3, 31), -1, &answer));
    assert_int_equal(answer, day(2024, 2, 29));
    assert_true(calendar_add_months_to_day(day(2024, 2, 29), -12, &answer));
    assert_int_equal(answer, day(2023, 2, 28));
    assert_true(calendar_add_months_to_day(CALENDAR_DAY_MIN, 5999, &answer));
    assert_int_equal(answer, day(2299, 12, 1));
    answer = 7;
    assert_false(calendar_add_months_to_day(CALENDAR_DAY_MIN, 6000, &answer));
    assert_false(calendar_add_months_to_day(0, INT64_MAX, &answer));
    assert_false(calendar_add_months_to_day(CALENDAR_DAY_MAX + 1, -1, &answer));
    assert_int_equal(answer, 7);
}

static void a_month_is_full_when_its_day_or_its_last_day_is_reached(void **state)
{
    (void)state;
    assert_int_equal(calendar_full_months_between(day(2025, 1, 31), day(2025, 2, 28)), 1);
    assert_int_equal(calendar_full_months_between(day(2025, 1, 31), day(2025, 2, 27)), 0);
    assert_int_equal(calendar_full_months_between(day(2024, 1, 31), day(2024, 2, 28)), 0);
    assert_int_equal(calendar_full_months_between(day(2025, 2, 28), day(2025, 3, 28)), 1);
    assert_int_equal(calendar_full_months_between(day(2025, 3, 15), day(2025, 3, 15)), 0);
    assert_int_equal(calendar_full_months_between(day(1965, 9, 10), day(2025, 9, 9)), 719);
    assert_int_equal(calendar_full_months_between(day(1965, 9, 10), day(2025, 9, 10)), 720);
    assert_int_equal(calendar_full_months_between(day(2025, 2, 28), day(2025, 1, 31)), -1);
    assert_int_equal(calendar_full_years_between(day(2004, 2, 29), day(2022, 2, 28)), 18);
    assert_int_equal(calendar_full_years_between(day(2004, 2, 29), day(2022, 2, 27)), 17);
}

static void full_months_are_the_largest_step_not_past_the_end(void **state)
{
    (void)state;
    for (int32_t from = day(2023, 12, 1); from < day(2025, 4, 1); from++) {
        for (int32_t to = from; to < from + 460; to += 1) {
            int32_t months = calendar_full_months_between(from, to);
            if (calendar_step_months(from, months) > to ||
                calendar_step_months(from, months + 1) <= to)
                fail_msg("from %d to %d: %d", from, to, months);
            assert_int_equal(calendar_full_months_between(to, from), -months);
        }
    }
}

static void many_ways_of_writing_a_day_are_read(void **state)
{
    (void)state;
    static const char *const SAME[] = {
        "2026-03-05", "2026-3-5", "2026/3/5", "2026/03/05", "2026.3.5", "20260305",
        "2026年3月5日", "2026年03月05号", " 2026-03-05\r\n", "２０２６－０３－０５", "　2026年3月5日",
    };
    for (size_t i = 0; i < ARRAY_COUNT(SAME); i++) {
        int32_t answer = 0;
        err e = calendar_parse_day(text_of(SAME[i]), &answer);
        if (e.kind || answer != day(2026, 3, 5)) fail_msg("%s", SAME[i]);
    }
    static const char *const SAME_MONTH[] = {
        "2026-03", "2026-3", "2026/3", "2026.3", "202603", "2026年3月", " 2026-03 ",
    };
    for (size_t i = 0; i < ARRAY_COUNT(SAME_MONTH); i++) {
        int32_t answer = 0;
        err e = calendar_parse_month(text_of(SAME_MONTH[i]), &answer);
        if (e.kind || answer != calendar_month_of(2026, 3)) fail_msg("%s", SAME_MONTH[i]);
    }
}

static void what_is_no_day_or_month_is_refused_with_its_reason(void **state)
{
    (void)state;
    static const struct {
        const char *written;
        bool has_day;
        const err_kind *kind;
    } CASES[] = {
        { "", true, &CALENDAR_NOT_A_DATE },
        { "2026-03", true, &CALENDAR_NOT_A_DATE },
        { "2026-03-05x", true, &CALENDAR_NOT_A_DATE },
        { "2026-03/05", true, &CALENDAR_NOT_A_DATE },
        { "2026-0x-05", true, &CALENDAR_NOT_A_DATE },
        { "2026-003-05", true, &CALENDAR_NOT_A_DATE },
        { "26-03-05", true, &CALENDAR_NOT_A_DATE },
        { "2026年3月5", true, &CALENDAR_NOT_A_DATE },
        { "2026-03-05日", true, &CALENDAR_NOT_A_DATE },
        { "202603051", true, &CALENDAR_NOT_A_DATE },
        { "-026-03-05", true, &CALENDAR_NOT_A_DATE },
        { "2025-02-29", true, &CALENDAR_NO_SUCH_DAY },
        { "20260231", true, &CALENDAR_NO_SUCH_DAY },
        { "2026年13月5日", true, &CALENDAR_NO_SUCH_DAY },
        { "1799-12-31", true, &CALENDAR_OUT_OF_RANGE },
        { "9999-12-31", true, &CALENDAR_OUT_OF_RANGE },
        { "", false, &CALENDAR_NOT_A_MONTH },
        { "2026-03-05", false, &CALENDAR_NOT_A_MONTH },
        { "2026年3", false, &CALENDAR_NOT_A_MONTH },
        { "20263", false, &CALENDAR_NOT_A_MONTH },
        { "2026-13", false, &CALENDAR_NO_SUCH_DAY },
        { "2300-01", false, &CALENDAR_OUT_OF_RANGE },
    };
    for (size_t i = 0; i < ARRAY_COUNT(CASES); i++) {
        int32_t answer = 7;
        text t = text_of(CASES[i].written);
        err e = CASES[i].has_day ? calendar_parse_day(t, &answer)
                                 : calendar_parse_month(t, &answer);
        if (e.kind != CASES[i].kind) fail_msg("%s", CASES[i].written);
        if (answer != 7) fail_msg("%s changed the answer", CASES[i].written);
    }
}

static void printing_then_parsing_gives_the_same_day(void **state)
{
    (void)state;
    char out[CALENDAR_PRINT_BYTES];
    for (int32_t d = CALENDAR_DAY_MIN; d <= CALENDAR_DAY_MAX; d += 13) {
        int32_t answer = 0;
        size_t size_bytes = calendar_print_day(d, out);
        assert_null(calendar_parse_day((text){ out, size_bytes }, &answer).kind);
        assert_int_equal(answer, d);
        size_bytes = calendar_print_day_zh(d, out);
        assert_true(size_bytes < CALENDAR_PRINT_BYTES);
        assert_null(calendar_parse_day((text){ out, size_bytes }, &answer).kind);
        assert_int_equal(answer, d);
        int32_t month = calendar_month_of_day(d);
        size_bytes = calendar_print_month(month, out);
        assert_null(calendar_parse_month((text){ out, size_bytes }, &answer).kind);
        assert_int_equal(answer, month);
    }
    calendar_print_day(day(2026, 3, 5), out);
    assert_string_equal(out, "2026-03-05");
    calendar_print_day_zh(day(2026, 3, 5), out);
    assert_string_equal(out, "2026年3月5日");
    calendar_print_month_zh(calendar_month_of(1898, 12), out);
    assert_string_equal(out, "1898年12月");
}

/* A week with a feast on its Wednesday, for which the Saturday is worked. */
static void working_days_leave_out_feasts_and_take_in_worked_weekends(void **state)
{
    (void)state;
    calendar_exception told[] = { { day(2026, 5, 6), false }, { day(2026, 5, 9), true } };
    calendar_working working = { told, ARRAY_COUNT(told) };
    calendar_working plain = { NULL, 0 };
    assert_true(calendar_is_worked(&plain, day(2026, 5, 6)) && !calendar_is_worked(&plain, day(2026, 5, 9)));
    assert_true(!calendar_is_worked(&working, day(2026, 5, 6)) && calendar_is_worked(&working, day(2026, 5, 9)));
    assert_int_equal(calendar_step_working_days(&plain, day(2026, 5, 4), 5), day(2026, 5, 11));
    assert_int_equal(calendar_step_working_days(&working, day(2026, 5, 4), 4), day(2026, 5, 9));
    assert_int_equal(calendar_step_working_days(&working, day(2026, 5, 4), 0), day(2026, 5, 4));
    assert_int_equal(calendar_working_days_between(&working, day(2026, 5, 4), day(2026, 5, 11)), 5);
    assert_int_equal(calendar_working_days_between(&working, day(2026, 5, 11), day(2026, 5, 4)), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_day_of_the_range_follows_the_one_before),
        cmocka_unit_test(dates_that_do_not_exist_are_refused),
        cmocka_unit_test(adding_months_clamps_to_the_last_day),
        cmocka_unit_test(a_month_is_full_when_its_day_or_its_last_day_is_reached),
        cmocka_unit_test(full_months_are_the_largest_step_not_past_the_end),
        cmocka_unit_test(many_ways_of_writing_a_day_are_read),
        cmocka_unit_test(what_is_no_day_or_month_is_refused_with_its_reason),
        cmocka_unit_test(printing_then_parsing_gives_the_same_day),
        cmocka_unit_test(working_days_leave_out_feasts_and_take_in_worked_weekends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
