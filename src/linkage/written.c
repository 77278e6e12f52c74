/* Dates as people write them in characters: 一九六五年八月十五日, and by the calendar of moons 农历八月十五, 闰四月初一, 冬月廿三. */
#include "calendar/calendar.h"
#include "linkage/linkage_internal.h"

enum { NUMBERS_MAX = 4 };
typedef struct {
    uint32_t number[NUMBERS_MAX];
    bool is_year[NUMBERS_MAX], is_month[NUMBERS_MAX];
    int count;
    bool is_marked, is_leap, is_of_words, ends_as_sun; /* 农历; 闰; day in characters; 日 or 号 behind it */
    uint32_t held;                                     /* of a number in characters that is being read */
    bool holds;
} written;

static void put_number(written *w)
{
    if (w->holds && w->count < NUMBERS_MAX) w->number[w->count++] = w->held;
    w->holds = false;
    w->held = 0;
}

static int digit_of(uint32_t rune)
{
    static const uint32_t DIGITS[] = { 0x96F6, 0x4E00, 0x4E8C, 0x4E09, 0x56DB, 0x4E94, 0x516D, 0x4E03, 0x516B, 0x4E5D };
    for (int i = 0; i < 10; i++)
        if (rune == DIGITS[i]) return i;
    return rune == 0x3007 ? 0 : -1;
}

/* 十 as ten, twenty; 廿 and 卅 alone. After a ten a digit is added, else put behind. */
static bool take_word(written *w, uint32_t rune)
{
    int digit = digit_of(rune);
    uint32_t tens = rune == 0x5EFF ? 2 : rune == 0x5345 ? 3 : 0;
    if (digit < 0 && rune != 0x5341 && !tens) return false;
    bool follows_ten = w->holds && w->held >= 10 && w->held % 10 == 0 && w->held < 100;
    if (digit >= 0) w->held = follows_ten ? w->held + (uint32_t)digit : w->held * 10 + (uint32_t)digit;
    else if (tens) w->held = tens * 10;
    else w->held = w->holds && w->held ? w->held * 10 : 10;
    w->is_marked |= tens > 0;
    w->holds = w->is_of_words = true;
    if (w->held > 99999999) w->held = 0;
    return true;
}

static void end_unit(written *w, uint32_t rune)
{
    put_number(w);
    int last = w->count - 1;
    if (last < 0) return;
    if (rune == 0x5E74) w->is_year[last] = true;
    if (rune == 0x6708) w->is_month[last] = true;
    w->ends_as_sun |= (rune == 0x65E5 || rune == 0x53F7) && last >= 1;
}

/* 正月 is the first month, 冬月 the eleventh, 腊月 the twelfth: of moons, all three. */
static uint32_t named_month(uint32_t rune)
{
    return rune == 0x6B63 ? 1 : rune == 0x51AC ? 11 : rune == 0x814A || rune == 0x81D8 ? 12 : 0;
}

static written read_written(text t)
{
    written w = { .count = 0 };
    for (size_t at = 0; at < t.size_bytes;) {
        uint32_t rune = linkage_next_rune(t, &at);
        size_t next = at;
        uint32_t follows = at < t.size_bytes ? linkage_next_rune(t, &next) : 0;
        if (rune >= 0xFF10 && rune <= 0xFF19) rune = rune - 0xFF10 + '0';
        if (rune >= '0' && rune <= '9') {
            w.held = w.held < 10000000 ? w.held * 10 + (rune - '0') : 0;
            w.holds = true;
        } else if (named_month(rune) && follows == 0x6708) {
            put_number(&w);
            w.held = named_month(rune);
            w.holds = w.is_marked = true;
        } else if (!take_word(&w, rune)) {
            end_unit(&w, rune);
            bool is_calendar = follows == 0x5386 || follows == 0x66C6; /* 历 */
            w.is_marked |= is_calendar && (rune == 0x519C || rune == 0x8FB2 || rune == 0x9634 || rune == 0x9670 || rune == 0x65E7 || rune == 0x53E4);
            w.is_marked |= rune == 0x521D || rune == 0x95F0 || rune == 0x958F; /* 初, 闰 */
            w.is_leap |= rune == 0x95F0 || rune == 0x958F;
        }
    }
    put_number(&w);
    return w;
}

uint32_t linkage_date_written(text t)
{
    written w = read_written(t);
    if (!w.is_marked && !w.is_of_words) return 0;
    uint32_t *n = w.number;
    if (w.count == 1 && n[0] >= 10000101) { /* 农历19650815 */
        n[2] = n[0] % 100;
        n[1] = n[0] / 100 % 100;
        n[0] /= 10000;
        w.count = 3;
    }
    if (w.count < 3 || w.is_year[1] || w.is_year[2] || w.is_month[0] || w.is_month[2]) return 0;
    if (n[0] < 100) n[0] += n[0] > 26 ? 1900 : 2000;
    if (n[0] < 1000 || n[0] > 2299 || n[1] < 1 || n[1] > 12 || n[2] < 1 || n[2] > 31) return 0;
    if (!w.is_marked && w.ends_as_sun) return n[0] * 10000 + n[1] * 100 + n[2];
    return linkage_date_of_moons(n[0] * 10000 + n[1] * 100 + n[2], w.is_leap);
}

uint32_t linkage_date_of_moons(uint32_t date, bool is_leap)
{
    calendar_lunar moon = { (int32_t)(date / 10000), (int32_t)(date / 100 % 100), (int32_t)(date % 100), is_leap };
    moon.is_leap = is_leap && calendar_lunar_leap_month(moon.year) == moon.month_of_year;
    int32_t day;
    if (!calendar_lunar_day(&moon, &day)) return 0;
    calendar_date sun = calendar_split_day(day);
    return (uint32_t)(sun.year * 10000 + sun.month_of_year * 100 + sun.day_of_month);
}

/* The earlier of the two is the later's date by the moon, in an ordinary month or a leap month: 18 to 51 days before it. */
bool linkage_is_same_by_moon(uint32_t x, uint32_t y)
{
    uint32_t moon = x < y ? x : y, sun = x < y ? y : x;
    int months = ((int)(sun / 10000) - (int)(moon / 10000)) * 12 + (int)(sun / 100 % 100) - (int)(moon / 100 % 100);
    int days = months * 30 + (int)(sun % 100) - (int)(moon % 100);
    if (days < 16 || days > 55) return false;
    return linkage_date_of_moons(moon, false) == sun || linkage_date_of_moons(moon, true) == sun;
}
