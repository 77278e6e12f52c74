/* tests/support/naive_calendar - days and months by counting, for the reference evaluator.
 *
 * Knows only how long each month is, and adds up from 1800-01-01. Shares nothing with calendar/.
 * Values outside 1800..2299 are refused by every function (false).
 */
#ifndef SUPPORT_NAIVE_CALENDAR_H
#define SUPPORT_NAIVE_CALENDAR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/checked.h"

bool naive_is_day(i128 day);
bool naive_is_month(i128 month);
/* All take values inside the range. */
int64_t naive_month_of_day(int64_t day);
int64_t naive_first_day(int64_t month);
int64_t naive_last_day(int64_t month);
/* False when the result is outside the range. */
bool naive_step_months(int64_t day, i128 months, int64_t *out);
int64_t naive_full_months(int64_t from_day, int64_t to_day);

#endif
