/* What a roll writes in another form: birthdays by the moon, villages with their divisions, houses in words, telephones. */
#include "calendar/calendar.h"
#include "sample/sample_internal.h"

static const char *const DIGITS[] = { "〇", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十" };

/* 1..99 as it is said. */
static text in_words(arena *a, int32_t n)
{
    if (n <= 10) return text_of(DIGITS[n]);
    const char *tens = n < 20 ? "" : DIGITS[n / 10], *ones = n % 10 ? DIGITS[n % 10] : "";
    return text_format(a, "%s十%s", tens, ones);
}

static text moon_day(arena *a, int32_t day)
{
    if (day <= 10) return text_format(a, "初%s", DIGITS[day]);
    if (day == 20 || day == 30) return text_format(a, "%s十", DIGITS[day / 10]);
    return text_format(a, "%s%s", day < 20 ? "十" : "廿", DIGITS[day % 10]);
}

text sample_moon_date(arena *a, sample_dice *dice, int32_t day, bool is_said)
{
    static const char *const MONTHS[] = { "正", "二", "三", "四", "五", "六", "七", "八", "九", "十", "冬", "腊" };
    calendar_lunar moon;
    if (!calendar_lunar_split(day, &moon)) return TEXT_NONE;
    int32_t y = moon.year, m = moon.month_of_year, d = moon.day_of_month;
    if (!is_said) return text_format(a, "%04d-%02d-%02d", y, m, d);
    const char *leap = moon.is_leap ? "闰" : "";
    text says = moon_day(a, d);
    int32_t form = sample_below(dice, 3);
    if (form == 0) return text_format(a, "农历%d年%s%d月%d日", y, leap, m, d);
    if (form == 1) return text_format(a, "%d年%s%s月%.*s", y, leap, MONTHS[m - 1], TEXT_ARG(says));
    return text_format(a, "%s%s%s%s年%s%s月%.*s", DIGITS[y / 1000], DIGITS[y / 100 % 10], DIGITS[y / 10 % 10], DIGITS[y % 10], leap,
                       MONTHS[m - 1], TEXT_ARG(says));
}

text sample_village_form(arena *a, sample_dice *dice, int32_t village, text name)
{
    const char *town = sample_surname_at((size_t)(village / 12 % 89 + 5));
    int32_t form = sample_below(dice, 4);
    bool is_village = text_ends(name, TEXT("村"));
    text stem = text_sub(name, 0, name.size_bytes - (is_village ? 3 : 6));
    if (form == 0) return text_format(a, "永安县%s桥镇%.*s", town, TEXT_ARG(name));
    if (form == 1) return text_format(a, "青州省永安县%s桥镇%.*s", town, TEXT_ARG(name));
    if (form == 2) return text_format(a, "%.*s%s", TEXT_ARG(stem), is_village ? "村民委员会" : "社区居委会");
    return text_format(a, "%s桥镇%.*s%s", town, TEXT_ARG(stem), is_village ? "村委会" : "社区居民委员会");
}

text sample_house_form(arena *a, sample_dice *dice, int32_t group, int32_t number)
{
    int32_t form = sample_below(dice, 4);
    text words = in_words(a, group), house = number < 100 ? in_words(a, number) : text_format(a, "%d", number);
    if (form == 0) return text_format(a, "%.*s组%.*s号", TEXT_ARG(words), TEXT_ARG(house));
    if (form == 1) return text_format(a, "第%.*s村民小组%d号", TEXT_ARG(words), number);
    if (form == 2) return text_format(a, "%d社%d号", group, number);
    return text_format(a, "第%d组门牌%d号", group, number);
}

text sample_phone_form(arena *a, sample_dice *dice, const char *phone)
{
    int32_t form = sample_below(dice, 4);
    if (form == 0) return text_format(a, "+86 %.3s %.4s %.4s", phone, phone + 3, phone + 7);
    if (form == 1) return text_format(a, "%.3s-%.4s-%.4s", phone, phone + 3, phone + 7);
    if (form == 2) return text_format(a, "0%s", phone);
    return text_format(a, "%s/028-8555%04d", phone, sample_below(dice, 10000));
}
