/* The table of lunar years, and days from it and back. */
#include "calendar/calendar.h"

/* Of a year: bits 0..12, in order, whether its months have 30 days, not 29; bits 13..16 which month is followed by a
 * leap month; bits 17..21 how many days after 20 January it begins. Worked out from mean and true places of moon and
 * sun; where a new moon falls within minutes of midnight, and before 1914, as the calendars of the time had it. */
static const uint32_t YEARS[CALENDAR_LUNAR_YEAR_MAX - CALENDAR_LUNAR_YEAR_MIN + 1] = {
    0x1716D2, 0x3C0752, 0x260EA5, 0x12B64A, 0x36064B, 0x1E0A9B, 0x0A9556, 0x30056A, 0x1A0B59, 0x045752, 0x2A0752, 0x14DB25,
    0x3A0B25, 0x220A4B, 0x0CB4AB, 0x3202AD, 0x1C056B, 0x064B69, 0x2C0DA9, 0x18FD92, 0x3E0E92, 0x260D25, 0x10BA4D, 0x360A56,
    0x2002B6, 0x0895B5, 0x3006D4, 0x1A0EA9, 0x065E92, 0x2A0E92, 0x14CD26, 0x38052B, 0x220A57, 0x0CB2B6, 0x320B5A, 0x1E06D4,
    0x086EC9, 0x2C0749, 0x16F693, 0x3C0A93, 0x26052B, 0x0ECA5B, 0x340AAD, 0x20056A, 0x0A9B55, 0x300BA4, 0x1A0B49, 0x045A93,
    0x2A0A95, 0x12F52D, 0x380536, 0x220AAD, 0x0EB5AA, 0x3205B2, 0x1C0DA5, 0x087D4A, 0x2E0D4A, 0x170A95, 0x3A0A97, 0x260556,
    0x10CAB5, 0x340AD5, 0x2006D2, 0x0A8EA5, 0x300EA5, 0x1A064A, 0x026C97, 0x280A9B, 0x14F55A, 0x38056A, 0x220B69, 0x0EB752,
    0x340B52, 0x1C0B25, 0x06964B, 0x2C0A4B, 0x1714AB, 0x3A02AD, 0x24056D, 0x10CB69, 0x360DA9, 0x200D92, 0x0A9D25, 0x300D25,
    0x1B5A4D, 0x3E0A56, 0x2802B6, 0x12C5B5, 0x3806D5, 0x220EA9, 0x0EBE92, 0x340E92, 0x1E0D26, 0x066A56, 0x2A0A57, 0x1714D6,
    0x3C035A, 0x2406D5, 0x10B6C9, 0x360749, 0x200693, 0x08952B, 0x2E052B, 0x180A5B, 0x04555A, 0x28056A, 0x12FB55, 0x3A0BA4,
    0x240B49, 0x0CBA93, 0x320A95, 0x1C052D, 0x068AAD, 0x2A0AB5, 0x1735AA, 0x3C05D2, 0x260DA5, 0x10DD4A, 0x360D4A, 0x200C95,
    0x0A952E, 0x2E0556, 0x180AB5, 0x0455B2, 0x2A06D2, 0x12CEA5, 0x380725, 0x22064B, 0x0CAC97, 0x300CAB, 0x1C055A, 0x066AD6,
    0x2C0B69, 0x177752, 0x3C0B52, 0x260B25, 0x10DA4B, 0x340A4B, 0x1E04AB, 0x08A55B, 0x2E05AD, 0x180B6A, 0x045B52, 0x2A0D92,
    0x14FD25, 0x380D25, 0x220A55, 0x0CB4AD, 0x3204B6, 0x1A05B5, 0x066DAA, 0x2C0EC9, 0x191E92, 0x3C0E92, 0x260D26, 0x10CA56,
    0x340A57, 0x1E04D6, 0x0886D5, 0x2E0755, 0x1A0749, 0x026E93, 0x280693, 0x12F52B, 0x38052B, 0x200A5B, 0x0CB55A, 0x32056A,
    0x1C0B65, 0x06974A, 0x2C0B4A, 0x171A95, 0x3C0A95, 0x24052D, 0x0ECAAD, 0x340AB5, 0x2005AA, 0x088BA5, 0x2E0DA5, 0x1A0D4A,
    0x047C95, 0x280C96, 0x12F94E, 0x380556, 0x220AB5, 0x0CB5B2, 0x3206D2, 0x1C0EA5, 0x088E4A, 0x2A068B, 0x150C97, 0x3A04AB,
    0x24055B, 0x0ECAD6, 0x340B6A, 0x200752, 0x0A9725, 0x2E0B45, 0x180A8B, 0x02549B, 0x2804AB,
};

static uint32_t row_of(int32_t year)
{
    return YEARS[year - CALENDAR_LUNAR_YEAR_MIN];
}

static bool is_year(int32_t year)
{
    return year >= CALENDAR_LUNAR_YEAR_MIN && year <= CALENDAR_LUNAR_YEAR_MAX;
}

int32_t calendar_lunar_leap_month(int32_t year)
{
    return is_year(year) ? (int32_t)(row_of(year) >> 13 & 15) : 0;
}

/* The day its first month begins. */
static int32_t first_day(int32_t year)
{
    return calendar_first_day_of_month(calendar_month_of(year, 1)) + 19 + (int32_t)(row_of(year) >> 17);
}

static int32_t days_of(int32_t year, int32_t place)
{
    return 29 + (int32_t)(row_of(year) >> place & 1);
}

bool calendar_lunar_day(const calendar_lunar *date, int32_t *day)
{
    bool is_month = is_year(date->year) && date->month_of_year >= 1 && date->month_of_year <= 12;
    int32_t leap = calendar_lunar_leap_month(date->year);
    if (!is_month || (date->is_leap && date->month_of_year != leap)) return false;
    int32_t place = date->month_of_year - 1 + (date->is_leap || (leap && date->month_of_year > leap));
    if (date->day_of_month < 1 || date->day_of_month > days_of(date->year, place)) return false;
    int32_t sum = first_day(date->year) + date->day_of_month - 1;
    for (int32_t i = 0; i < place; i++) sum += days_of(date->year, i);
    *day = sum;
    return true;
}

bool calendar_lunar_split(int32_t day, calendar_lunar *date)
{
    if (!calendar_is_day(day)) return false;
    int32_t year = calendar_year_of_day(day);
    if (is_year(year) && day < first_day(year)) year--;
    if (year == CALENDAR_LUNAR_YEAR_MAX + 1) year--;
    if (!is_year(year)) return false;
    int32_t left = day - first_day(year), place = 0, leap = calendar_lunar_leap_month(year), months = 12 + (leap > 0);
    while (place < months && left >= days_of(year, place)) left -= days_of(year, place++);
    if (place == months) return false;
    bool is_leap = leap && place == leap;
    *date = (calendar_lunar){ year, place + 1 - (leap && place >= leap), left + 1, is_leap };
    return true;
}
