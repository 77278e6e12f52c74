/* Room calendar: the table of lunar years, held against the sky and against dates that everybody knows. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "calendar/calendar.h"

static double sine(double degrees)
{
    return sin(fmod(degrees, 360) * 3.14159265358979323846 / 180);
}

/* Seconds by which the earth's turning is behind even time (Espenak and Meeus), near enough for a minute. */
static double slowness(double year)
{
    double t = year - 2000, u = (year - 1820) / 100;
    if (year < 1920) return -2.8 + 1.2 * (year - 1900);
    if (year < 1970) return 21.2 + 0.38 * (year - 1920);
    if (year < 2005) return 63.9 + 0.78 * t + (year < 1990 ? 0.008 * t * t : 0);
    return year < 2050 ? 62.9 + 0.32 * t + 0.0056 * t * t : -20 + 32 * u * u - 0.56 * (2150 - year);
}

/* The k-th new moon after that of January 2000, in days of even time from 1900-01-01 0h (J. Meeus, chapter 49; the terms
 * of a minute and more). */
static double new_moon(int k)
{
    double T = k / 1236.85, E = 1 - 0.002516 * T;
    double day = 2451550.09766 + 29.530588861 * k + 0.00015437 * T * T - 2415020.5;
    double M = 2.5534 + 29.1053567 * k, P = 201.5643 + 385.81693528 * k + 0.0107582 * T * T;
    double F = 160.7108 + 390.67050284 * k - 0.0016118 * T * T, O = 124.7746 - 1.56375588 * k;
    day += -0.40720 * sine(P) + 0.17241 * E * sine(M) + 0.01608 * sine(2 * P) + 0.01039 * sine(2 * F) + 0.00739 * E * sine(P - M);
    day += -0.00514 * E * sine(P + M) + 0.00208 * E * E * sine(2 * M) - 0.00111 * sine(P - 2 * F) - 0.00057 * sine(P + 2 * F);
    day += 0.00056 * E * sine(2 * P + M) - 0.00042 * sine(3 * P) + 0.00042 * E * sine(M + 2 * F) + 0.00038 * E * sine(M - 2 * F);
    day += -0.00024 * E * sine(2 * P - M) - 0.00017 * sine(O) + 0.000325 * sine(299.77 + 0.107408 * k) + 0.000165 * sine(251.88 + 0.016321 * k);
    return day;
}

/* Where the sun stands, in degrees from the spring equinox; to a hundredth (chapter 25). */
static double sun(double even_day)
{
    double T = (even_day - 36524.5) / 36525, M = 357.52911 + 35999.05029 * T, O = 125.04 - 1934.136 * T;
    double place = 280.46646 + 36000.76983 * T + 0.0003032 * T * T - 0.00569 - 0.00478 * sine(O);
    place += (1.914602 - 0.004817 * T) * sine(M) + (0.019993 - 0.000101 * T) * sine(2 * M) + 0.000289 * sine(3 * M);
    return fmod(fmod(place, 360) + 360, 360);
}

/* Days of China's clock: Beijing's own noon before 1929. */
static double to_china(double even_day)
{
    double year = 1900 + even_day / 365.25;
    return even_day - slowness(year) / 86400 + (year < 1929 ? 7 + 46 / 60.0 : 8) / 24;
}

static double stations(int32_t day)
{
    return sun(day - (to_china(day) - day)) / 30;
}

/* Each month begins on the day of a new moon, unless that is within a quarter of an hour of midnight; a leap month holds
 * no station of the sun, unless one is within an hour and a half of its ends; and of two months that hold none, within
 * thirteen between two winters, the first is the leap month. */
static void months_begin_with_the_new_moon_and_leap_without_a_station(void **state)
{
    (void)state;
    int32_t day = 30, months = 0, at_midnight = 0;
    calendar_lunar date;
    for (int k = -1236; calendar_lunar_split(day, &date); k++, months++) {
        double moon = to_china(new_moon(k)), past = moon - floor(moon);
        assert_int_equal(date.day_of_month, 1);
        bool is_near = past < 15.0 / 1440 || past > 1 - 15.0 / 1440;
        at_midnight += is_near;
        bool is_it = (int32_t)floor(moon - 15.0 / 1440) == day || (int32_t)floor(moon + 15.0 / 1440) == day;
        if (!is_it) fail_msg("month %d of %d, %.4f is not %d", date.month_of_year, date.year, moon, day);
        int32_t next = day + 29;
        calendar_lunar after;
        if (!calendar_lunar_split(next, &after)) break;
        if (after.day_of_month != 1) next++;
        double begins = stations(day), ends = stations(next);
        if (ends < begins) ends += 12;
        if (date.is_leap && floor(begins + 0.003) != floor(ends - 0.003)) fail_msg("leap month %d of %d has a station", date.month_of_year, date.year);
        day = next;
    }
    assert_int_equal(months, 2485);
    assert_true(at_midnight < 80);
}

/* The eleventh month holds the winter solstice, in every year. */
static void the_eleventh_month_has_the_solstice(void **state)
{
    (void)state;
    for (int32_t year = CALENDAR_LUNAR_YEAR_MIN; year <= CALENDAR_LUNAR_YEAR_MAX; year++) {
        int32_t first, last;
        assert_true(calendar_lunar_day(&(calendar_lunar){ year, 11, 1, false }, &first));
        assert_true(calendar_lunar_day(&(calendar_lunar){ year, 11, 29, false }, &last));
        if (stations(first) > 9.003 || stations(last + 2) < 8.997) fail_msg("%d: %.3f to %.3f", year, stations(first), stations(last + 2));
    }
}

static void every_day_goes_there_and_back(void **state)
{
    (void)state;
    int32_t first = 30, last = 0, day, count = 0;
    assert_true(calendar_day_of(2101, 1, 28, &last));
    calendar_lunar before = { 0 }, date;
    for (int32_t d = first; d <= last; d++, count++) {
        assert_true(calendar_lunar_split(d, &date) && calendar_lunar_day(&date, &day));
        assert_int_equal(day, d);
        bool follows = date.day_of_month == before.day_of_month + 1 || date.day_of_month == 1;
        assert_true(follows);
        before = date;
    }
    assert_int_equal(count, 73412);
    assert_false(calendar_lunar_split(first - 1, &date));
    assert_false(calendar_lunar_split(last + 1, &date));
    assert_false(calendar_lunar_split(INT32_MAX, &date));
}

/* New years, mid-autumn days and leap months that were kept; among them those that simpler tables have wrong. */
static void days_that_were_kept(void **state)
{
    (void)state;
    static const struct {
        calendar_lunar date;
        int32_t year, month, day;
    } KEPT[] = {
        { { 1912, 1, 1, false }, 1912, 2, 18 },  { { 1949, 8, 15, false }, 1949, 10, 6 },  { { 1954, 1, 1, false }, 1954, 2, 3 },
        { { 1965, 8, 15, false }, 1965, 9, 10 }, { { 1976, 8, 14, true }, 1976, 10, 7 },  { { 1978, 8, 15, false }, 1978, 9, 17 },
        { { 1987, 6, 1, true }, 1987, 7, 26 },   { { 2020, 4, 1, true }, 2020, 5, 23 },   { { 2024, 1, 1, false }, 2024, 2, 10 },
        { { 2025, 6, 1, true }, 2025, 7, 25 },   { { 2026, 1, 1, false }, 2026, 2, 17 },  { { 2033, 11, 1, true }, 2033, 12, 22 },
        { { 2100, 1, 1, false }, 2100, 2, 9 },
    };
    for (size_t i = 0; i < sizeof KEPT / sizeof *KEPT; i++) {
        int32_t is = 0, wanted;
        assert_true(calendar_day_of(KEPT[i].year, KEPT[i].month, KEPT[i].day, &wanted));
        assert_true(calendar_lunar_day(&KEPT[i].date, &is));
        assert_int_equal(is, wanted);
    }
}

static void what_is_no_date_is_refused(void **state)
{
    (void)state;
    static const calendar_lunar WRONG[] = { { 1899, 12, 1, false }, { 2101, 1, 1, false }, { 1965, 13, 1, false }, { 1965, 0, 1, false },
                                            { 1965, 8, 31, false }, { 1965, 8, 0, false }, { 1965, 8, 1, true },   { 2033, 7, 1, true } };
    for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++) {
        int32_t day = 7;
        assert_false(calendar_lunar_day(&WRONG[i], &day));
        assert_int_equal(day, 7);
    }
    assert_int_equal(calendar_lunar_leap_month(2025), 6);
    assert_int_equal(calendar_lunar_leap_month(2026), 0);
    assert_int_equal(calendar_lunar_leap_month(3000), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(months_begin_with_the_new_moon_and_leap_without_a_station),
        cmocka_unit_test(the_eleventh_month_has_the_solstice),
        cmocka_unit_test(every_day_goes_there_and_back),
        cmocka_unit_test(days_that_were_kept),
        cmocka_unit_test(what_is_no_date_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
