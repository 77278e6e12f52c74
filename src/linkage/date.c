/* Dates in many forms, also those that lack a part. */
#include "linkage/linkage_internal.h"

typedef struct {
    uint32_t number[6];
    int digits[6];
    int count;
    int named; /* place among the numbers of a month written in letters; -1 */
} parts;

static int month_named(const char *three)
{
    static const char MONTHS[] = "janfebmaraprmayjunjulaugsepoctnovdec";
    for (int i = 0; i < 12; i++)
        if (!memcmp(MONTHS + 3 * i, three, 3)) return i + 1;
    return 0;
}

static void add_number(parts *p, uint32_t number, int digits)
{
    if (p->count == 6) return;
    p->number[p->count] = number;
    p->digits[p->count++] = digits;
}

static uint32_t plain_digit(uint32_t rune)
{
    return rune >= 0xFF10 && rune <= 0xFF19 ? rune - 0xFF10 + '0' : rune;
}

static parts split(text t)
{
    parts p = { .named = -1 };
    uint32_t number = 0;
    int digits = 0, letters = 0;
    char three[3];
    for (size_t at = 0; at < t.size_bytes;) {
        uint32_t rune = plain_digit(linkage_next_rune(t, &at));
        bool is_digit = rune >= '0' && rune <= '9', is_letter = (rune | 32) >= 'a' && (rune | 32) <= 'z';
        if (is_digit && digits < 8) {
            number = number * 10 + (rune - '0');
            digits++;
            continue;
        }
        if (digits) add_number(&p, number, digits);
        number = is_digit ? rune - '0' : 0;
        digits = is_digit;
        if (p.count >= 3 && (rune == 'T' || rune == ' ')) break; /* a time follows */
        letters = is_letter ? letters + 1 : 0;
        if (letters && letters <= 3) three[letters - 1] = (char)(rune | 32);
        if (letters == 3 && month_named(three)) {
            p.named = p.count;
            add_number(&p, (uint32_t)month_named(three), 2);
        }
    }
    if (digits) add_number(&p, number, digits);
    return p;
}

static uint32_t dated(uint32_t year, uint32_t month, uint32_t day)
{
    if (month > 12 && day <= 12) {
        uint32_t other = month;
        month = day;
        day = other;
    }
    if (year < 100) year += year > 26 ? 1900 : 2000;
    bool is_date = year >= 1000 && year < 2300 && month <= 12 && day <= 31;
    return is_date ? year * 10000 + month * 100 + day : 0;
}

uint32_t linkage_date_of(text t)
{
    parts p = split(t);
    const uint32_t *n = p.number;
    if (p.count == 1 && p.digits[0] == 8) {
        uint32_t date = dated(n[0] / 10000, n[0] / 100 % 100, n[0] % 100);
        return date ? date : dated(n[0] % 10000, n[0] / 10000 % 100, n[0] / 1000000);
    }
    if (p.count == 1 && p.digits[0] == 6 && n[0] / 100 >= 1800 && n[0] / 100 < 2100 && n[0] % 100 <= 12)
        return dated(n[0] / 100, n[0] % 100, 0);
    if (p.count == 1 && p.digits[0] == 6) return dated(n[0] / 10000, n[0] / 100 % 100, n[0] % 100);
    if (p.count == 1 && p.digits[0] == 4) return dated(n[0], 0, 0);
    if (p.count == 2 && p.digits[0] == 4) return dated(n[0], n[1], 0);
    if (p.count == 2 && p.digits[1] == 4) return dated(n[1], n[0], 0);
    if (p.count < 3) return 0;
    if (p.digits[0] == 4 || n[0] > 31) return dated(n[0], n[1], n[2]);
    if (p.named == 0) return dated(n[2], n[0], n[1]);
    return dated(n[2], n[1], n[0]); /* the day before the month, where both can be */
}

static int digit_at(uint32_t date, int place)
{
    static const uint32_t TEN[] = { 10000000, 1000000, 100000, 10000, 1000, 100, 10, 1 };
    return (int)(date / TEN[place] % 10);
}

/* 1 the same; 2 a digit or two neighbours changed, or day and month; 3 another day; 4 another year or month, or of one
 * no more is given than the year (1 January); 5 two digits changed; 6 a year near, or what is known of an incomplete
 * date agrees; 7 far. */
int linkage_level_date(uint32_t x, uint32_t y)
{
    if (x == y) return 1;
    uint32_t xy = x / 10000, xm = x / 100 % 100, xd = x % 100, yy = y / 10000, ym = y / 100 % 100, yd = y % 100;
    bool is_partial = !xd || !yd;
    if (is_partial) return xy == yy && (xm == ym || !xm || !ym) ? 6 : 7;
    if (xy == yy && xm == yd && xd == ym) return 2;
    int wrong[8], count = 0;
    for (int i = 0; i < 8; i++)
        if (digit_at(x, i) != digit_at(y, i)) wrong[count++] = i;
    if (count == 1) return 2;
    bool is_swap = count == 2 && wrong[1] == wrong[0] + 1 && digit_at(x, wrong[0]) == digit_at(y, wrong[1]) &&
                   digit_at(x, wrong[1]) == digit_at(y, wrong[0]);
    if (is_swap) return 2;
    if (xy == yy && xm == ym) return 3;
    bool is_year_only = xy == yy && (x % 10000 == 101 || y % 10000 == 101);
    if ((xy == yy && xd == yd) || (xm == ym && xd == yd) || is_year_only) return 4;
    if (count == 2) return 5;
    int years = (int)xy - (int)yy;
    return xy == yy || (years >= -1 && years <= 1) ? 6 : 7;
}
