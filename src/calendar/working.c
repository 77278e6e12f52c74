/* Working days. Which days are off, and which Sundays are worked, is told year by year and handed in. */
#include "calendar/calendar.h"

bool calendar_is_worked(const calendar_working *working, int32_t day)
{
    enum { FRIDAY = 5 };
    size_t low = 0, high = working->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (working->items[middle].day < day) low = middle + 1;
        else high = middle;
    }
    if (low < working->count && working->items[low].day == day) return working->items[low].is_worked;
    return calendar_weekday(day) <= FRIDAY;
}

int32_t calendar_step_working_days(const calendar_working *working, int32_t day, int32_t count)
{
    while (count > 0 && day < CALENDAR_DAY_MAX) {
        day++;
        count -= calendar_is_worked(working, day);
    }
    return day;
}

int32_t calendar_working_days_between(const calendar_working *working, int32_t from_day, int32_t to_day)
{
    int32_t count = 0;
    for (int32_t day = from_day + 1; day <= to_day; day++) count += calendar_is_worked(working, day);
    return count;
}
