#include "support/naive_calendar.h"

#include <assert.h>
#include <pthread.h>

enum { YEAR_MIN = 1800, YEAR_MAX = 2299, MONTH_COUNT = (YEAR_MAX - YEAR_MIN + 1) * 12 };
enum { MONTHS_BEFORE_1900 = 100 * 12 };

static const int LENGTH[12] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

/* first[m]: days from 1900-01-01 to the first of the m-th month since 1800; one past the end. */
static int64_t first[MONTH_COUNT + 1];
static pthread_once_t is_counted = PTHREAD_ONCE_INIT;

static void count_days(void)
{
    for (int m = 0; m < MONTH_COUNT; m++) {
        int year = YEAR_MIN + m / 12;
        bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
        first[m + 1] = first[m] + LENGTH[m % 12] + (m % 12 == 1 && is_leap ? 1 : 0);
    }
    int64_t days_before_1900 = first[MONTHS_BEFORE_1900];
    for (int m = 0; m <= MONTH_COUNT; m++) first[m] -= days_before_1900;
}

static const int64_t *firsts(void)
{
    pthread_once(&is_counted, count_days);
    return first + MONTHS_BEFORE_1900;
}

bool naive_is_month(i128 month)
{
    return month >= -MONTHS_BEFORE_1900 && month < MONTH_COUNT - MONTHS_BEFORE_1900;
}

bool naive_is_day(i128 day)
{
    const int64_t *month_first = firsts();
    return day >= month_first[-MONTHS_BEFORE_1900] &&
           day < month_first[MONTH_COUNT - MONTHS_BEFORE_1900];
}

int64_t naive_first_day(int64_t month)
{
    assert(naive_is_month(month));
    return firsts()[month];
}

int64_t naive_last_day(int64_t month)
{
    assert(naive_is_month(month));
    return firsts()[month + 1] - 1;
}

int64_t naive_month_of_day(int64_t day)
{
    assert(naive_is_day(day));
    int64_t low = -MONTHS_BEFORE_1900, high = MONTH_COUNT - MONTHS_BEFORE_1900;
    while (high - low > 1) {
        int64_t middle = low + (high - low) / 2;
        if (firsts()[middle] <= day)
            low = middle;
        else
            high = middle;
    }
    return low;
}

bool naive_step_months(int64_t day, i128 months, int64_t *out)
{
    int64_t month = naive_month_of_day(day);
    if (months > 2 * MONTH_COUNT || months < -2 * MONTH_COUNT) return false;
    int64_t wanted = month + (int64_t)months;
    if (!naive_is_month(wanted)) return false;
    int64_t stepped = naive_first_day(wanted) + (day - naive_first_day(month));
    *out = stepped > naive_last_day(wanted) ? naive_last_day(wanted) : stepped;
    return true;
}

int64_t naive_full_months(int64_t from_day, int64_t to_day)
{
    if (to_day < from_day) return -naive_full_months(to_day, from_day);
    /* The months between the firsts, or one less when the day is not reached. */
    int64_t months = naive_month_of_day(to_day) - naive_month_of_day(from_day);
    int64_t reached;
    if (naive_step_months(from_day, months, &reached) && reached > to_day) months--;
    return months;
}
