/* calendar/ - days and months as whole numbers, and the spans between them.
 *
 * Turns dates into numbers and back, steps by months, counts full months. Does not know what
 * day it is today, nor holidays: dates are handed in.
 *
 * Days     int32_t days since 1900-01-01 (day 0), negative before; Gregorian throughout.
 * Months   int32_t months since 1900-01 (month 0), negative before.
 * Range    1800-01-01 to 2299-12-31. The inline functions below take values inside the range
 *          without asking; outside it they answer a meaningless number but never fault, so that
 *          a loop over lanes needs no branch. Check once with calendar_is_day, calendar_is_month.
 * Errors   only the kinds below; `detail` is left to the caller, who knows the field.
 * Threads  nothing is kept; call from anywhere.
 */
#ifndef CALENDAR_CALENDAR_H
#define CALENDAR_CALENDAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"

extern const err_kind CALENDAR_NOT_A_DATE, CALENDAR_NOT_A_MONTH, CALENDAR_NO_SUCH_DAY,
    CALENDAR_OUT_OF_RANGE;

#define CALENDAR_YEAR_MIN 1800
#define CALENDAR_YEAR_MAX 2299
#define CALENDAR_DAY_MIN INT32_C(-36524) /* 1800-01-01 */
#define CALENDAR_DAY_MAX INT32_C(146096) /* 2299-12-31 */
#define CALENDAR_MONTH_MIN INT32_C(-1200)
#define CALENDAR_MONTH_MAX INT32_C(4799)

typedef struct {
    int32_t year;
    int32_t month_of_year; /* 1..12 */
    int32_t day_of_month;  /* 1..31 */
} calendar_date;

/* Inside, years begin in March, so that the leap day is a year's last day, and are counted from
 * March 1600, the beginning of a cycle of 400 years: every value in range is then positive. */
#define CALENDAR_DAYS_FROM_MARCH_1600 109513u
#define CALENDAR_MONTHS_FROM_MARCH_1600 3598u

static inline bool calendar_is_day(int64_t day)
{
    return day >= CALENDAR_DAY_MIN && day <= CALENDAR_DAY_MAX;
}

static inline bool calendar_is_month(int64_t month)
{
    return month >= CALENDAR_MONTH_MIN && month <= CALENDAR_MONTH_MAX;
}

static inline int32_t calendar_first_day_of_month(int32_t month)
{
    uint32_t months = (uint32_t)month + CALENDAR_MONTHS_FROM_MARCH_1600;
    uint32_t years = months / 12;
    uint32_t days = years * 365 + years / 4 - years / 100 + years / 400;
    /* From March on, five months have 153 days, in the rhythm 31 30 31 30 31. */
    days += (153 * (months % 12) + 2) / 5;
    return (int32_t)(days - CALENDAR_DAYS_FROM_MARCH_1600);
}

static inline int32_t calendar_last_day_of_month(int32_t month)
{
    return calendar_first_day_of_month(month + 1) - 1;
}

static inline int32_t calendar_days_in_month(int32_t month)
{
    return calendar_first_day_of_month(month + 1) - calendar_first_day_of_month(month);
}

static inline int32_t calendar_month_of_day(int32_t day)
{
    uint32_t quarter_days = 4 * ((uint32_t)day + CALENDAR_DAYS_FROM_MARCH_1600) + 3;
    uint32_t century = quarter_days / 146097;
    quarter_days = (quarter_days % 146097) | 3;
    uint32_t year_of_century = quarter_days / 1461;
    uint32_t day_of_year = (quarter_days % 1461) / 4;
    uint32_t months = 12 * (100 * century + year_of_century) + (5 * day_of_year + 2) / 153;
    return (int32_t)(months - CALENDAR_MONTHS_FROM_MARCH_1600);
}

static inline int32_t calendar_year_of_month(int32_t month)
{
    return (int32_t)(((uint32_t)month + 3600u) / 12) + 1600;
}

/* 1..12. */
static inline int32_t calendar_month_of_year(int32_t month)
{
    return (int32_t)(((uint32_t)month + 3600u) % 12) + 1;
}

static inline int32_t calendar_month_of(int32_t year, int32_t month_of_year)
{
    return (year - 1900) * 12 + month_of_year - 1;
}

static inline int32_t calendar_year_of_day(int32_t day)
{
    return calendar_year_of_month(calendar_month_of_day(day));
}

/* 1..31. */
static inline int32_t calendar_day_of_month(int32_t day)
{
    return day - calendar_first_day_of_month(calendar_month_of_day(day)) + 1;
}

/* 1 Monday .. 7 Sunday; 1900-01-01 was a Monday. */
static inline int32_t calendar_weekday(int32_t day)
{
    return (int32_t)(((uint32_t)day + 7u * 1000000u) % 7) + 1;
}

/* The same day of the month so many months on, or that month's last day where it is shorter;
 * inside the range only. */
static inline int32_t calendar_step_months(int32_t day, int32_t months)
{
    int32_t month = calendar_month_of_day(day);
    int32_t past_first = day - calendar_first_day_of_month(month);
    int32_t first = calendar_first_day_of_month(month + months);
    int32_t past_first_max = calendar_first_day_of_month(month + months + 1) - first - 1;
    return first + (past_first < past_first_max ? past_first : past_first_max);
}

/* The whole months that have passed from one day to the other: the largest n for which
 * calendar_step_months(from, n) is not after `to`. A month is full when the day of the month
 * is reached, or the month's last day where the day does not exist: 31 January to 28 February
 * of a common year is one month, to 27 February none. When `to` is the earlier day the answer
 * is minus that of the days exchanged. */
static inline int32_t calendar_full_months_between(int32_t from_day, int32_t to_day)
{
    int32_t early = from_day < to_day ? from_day : to_day;
    int32_t late = from_day < to_day ? to_day : from_day;
    int32_t months = calendar_month_of_day(late) - calendar_month_of_day(early);
    months -= calendar_step_months(early, months) > late;
    return from_day <= to_day ? months : -months;
}

/* Whole years, by the same rule: born on 29 February, a year older on 28 February. */
static inline int32_t calendar_full_years_between(int32_t from_day, int32_t to_day)
{
    return calendar_full_months_between(from_day, to_day) / 12;
}

/* ---- working days: Monday to Friday, but for the days that somebody with power to has said otherwise of ---- */

typedef struct {
    int32_t day;
    bool is_worked; /* a Saturday or Sunday that is worked; else a day off */
} calendar_exception;
typedef struct {
    const calendar_exception *items; /* by day, each once */
    size_t count;
} calendar_working;
bool calendar_is_worked(const calendar_working *working, int32_t day);
/* The last day of a time of so many working days that begins on the day after `day`. */
int32_t calendar_step_working_days(const calendar_working *working, int32_t day, int32_t count);
/* Working days after `from_day`, up to and with `to_day`; 0 when that is not later. */
int32_t calendar_working_days_between(const calendar_working *working, int32_t from_day, int32_t to_day);

bool calendar_is_leap_year(int32_t year);
/* False, with *day untouched, when there is no such date or it is out of range. */
bool calendar_day_of(int32_t year, int32_t month_of_year, int32_t day_of_month, int32_t *day);
calendar_date calendar_split_day(int32_t day);
/* As calendar_step_months, for any numbers; false when start or result is out of range. */
bool calendar_add_months_to_day(int32_t day, int64_t months, int32_t *result);

/* Reads 2026-03-05, 2026-3-5, 2026/3/5, 2026.3.5, 20260305 and 2026年3月5日; digits may be
 * full-width, and blanks may surround. */
MUST_USE err calendar_parse_day(text t, int32_t *day);
/* Reads 2026-03, 2026-3, 2026/3, 2026.3, 202603 and 2026年3月. */
MUST_USE err calendar_parse_month(text t, int32_t *month);

/* These write NUL-terminated text and answer its size; `out` holds CALENDAR_PRINT_BYTES. */
#define CALENDAR_PRINT_BYTES 24
size_t calendar_print_day(int32_t day, char *out);           /* 2026-03-05 */
size_t calendar_print_month(int32_t month, char *out);       /* 2026-03 */
size_t calendar_print_day_zh(int32_t day, char *out);        /* 2026年3月5日 */
size_t calendar_print_month_zh(int32_t month, char *out);    /* 2026年3月 */

/* ---- 农历: the calendar of moons, by which many birthdays are kept ----
 * Months begin on the day of the new moon in China; the first month without one of the sun's twelve stations is a leap
 * month, named as the one before it. By a table: the lunar years 1900 (from 1900-01-31) to 2100 (until 2101-01-28). */
#define CALENDAR_LUNAR_YEAR_MIN 1900
#define CALENDAR_LUNAR_YEAR_MAX 2100
typedef struct {
    int32_t year;
    int32_t month_of_year; /* 1..12 */
    int32_t day_of_month;  /* 1..30 */
    bool is_leap;          /* 闰: the second of two months of one number */
} calendar_lunar;
/* False, with *day untouched, when there is no such date; a year has at most one leap month. */
bool calendar_lunar_day(const calendar_lunar *date, int32_t *day);
/* False when the day lies outside of the table. */
bool calendar_lunar_split(int32_t day, calendar_lunar *date);
/* 0: the year has none. */
int32_t calendar_lunar_leap_month(int32_t year);

#endif
