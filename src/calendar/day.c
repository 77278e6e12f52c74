#include "calendar/calendar.h"

const err_kind CALENDAR_NOT_A_DATE = {
    "calendar.not_a_date", ERR_BAD_INPUT,
    "{} is not a date; write it as 2026-03-05.",
    "{} 不是日期，请写成 2026-03-05。",
};
const err_kind CALENDAR_NOT_A_MONTH = {
    "calendar.not_a_month", ERR_BAD_INPUT,
    "{} is not a month; write it as 2026-03.",
    "{} 不是月份，请写成 2026-03。",
};
const err_kind CALENDAR_NO_SUCH_DAY = {
    "calendar.no_such_day", ERR_BAD_INPUT,
    "The calendar has no such day or month: {}.",
    "日历上没有这一天或这个月: {}。",
};
const err_kind CALENDAR_OUT_OF_RANGE = {
    "calendar.out_of_range", ERR_BAD_INPUT,
    "{} lies outside the years 1800 to 2299.",
    "{} 不在 1800 年至 2299 年之间。",
};

bool calendar_is_leap_year(int32_t year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

bool calendar_day_of(int32_t year, int32_t month_of_year, int32_t day_of_month, int32_t *day)
{
    if (year < CALENDAR_YEAR_MIN || year > CALENDAR_YEAR_MAX) return false;
    if (month_of_year < 1 || month_of_year > 12) return false;
    int32_t month = calendar_month_of(year, month_of_year);
    if (day_of_month < 1 || day_of_month > calendar_days_in_month(month)) return false;
    *day = calendar_first_day_of_month(month) + day_of_month - 1;
    return true;
}

calendar_date calendar_split_day(int32_t day)
{
    int32_t month = calendar_month_of_day(day);
    return (calendar_date){
        .year = calendar_year_of_month(month),
        .month_of_year = calendar_month_of_year(month),
        .day_of_month = day - calendar_first_day_of_month(month) + 1,
    };
}

bool calendar_add_months_to_day(int32_t day, int64_t months, int32_t *result)
{
    if (!calendar_is_day(day)) return false;
    if (months < INT16_MIN || months > INT16_MAX) return false;
    if (!calendar_is_month(calendar_month_of_day(day) + months)) return false;
    *result = calendar_step_months(day, (int32_t)months);
    return true;
}
