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

/* Three numbers of which neither the first is a year nor one a month in letters: which of the first two is the day. */
static bool is_short(const parts *p)
{
    return p->count >= 3 && p->digits[0] != 4 && p->number[0] <= 31 && p->named < 0;
}

int linkage_date_order(text t)
{
    parts p = split(t);
    if (!is_short(&p)) return 0;
    bool is_first = p.number[0] > 12 && p.number[1] <= 12, is_second = p.number[0] <= 12 && p.number[1] > 12 && p.number[1] <= 31;
    return is_second - is_first;
}

uint32_t linkage_date_of(text t, bool is_month_first)
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
    if (is_month_first && is_short(&p)) return dated(n[2], n[0], n[1]);
    return dated(n[2], n[1], n[0]); /* the day before the month, where both can be */
}

uint64_t linkage_date_pack(uint32_t date)
{
    uint64_t digits = 0;
    uint32_t left = date;
    for (int shift = 0; shift < 32; shift += 4, left /= 10) digits |= (uint64_t)(left % 10) << shift;
    return date ? digits << 32 | date : 0;
}

/* Two neighbours of the eight digits exchanged, where two differ. */
static bool is_swap(uint32_t x, uint32_t y, uint32_t differ)
{
    int low = __builtin_ctz(differ), high = 31 - __builtin_clz(differ);
    uint32_t one = x >> low & 0xFF, other = y >> low & 0xFF;
    return high == low + 4 && (one >> 4 | (one << 4 & 0xF0)) == other;
}

/* Of packed dates. 1 the same; 2 a digit or two neighbours changed, or day and month; 3 another day; 4 another year or month,
 * or of one no more is given than the year (1 January); 5 two digits changed; 6 a year near, or what is known of an incomplete
 * date agrees; 7 far. */
int linkage_level_date(uint64_t px, uint64_t py)
{
    enum { NEW_YEAR = 0x0101 };
    if (px == py) return 1;
    uint32_t x = (uint32_t)(px >> 32), y = (uint32_t)(py >> 32); /* a digit in four bits */
    uint32_t xy = x >> 16, xm = x >> 8 & 0xFF, xd = x & 0xFF, yy = y >> 16, ym = y >> 8 & 0xFF, yd = y & 0xFF;
    bool is_partial = !xd || !yd;
    if (is_partial) return xy == yy && (xm == ym || !xm || !ym) ? 6 : 7;
    if (xy == yy && xm == yd && xd == ym) return 2;
    uint32_t bits = x ^ y, differ = (bits | bits >> 1 | bits >> 2 | bits >> 3) & UINT32_C(0x11111111);
    int count = (int)(differ * UINT32_C(0x11111111) >> 28); /* of digits that differ, eight at most */
    if (count == 1 || (count == 2 && is_swap(x, y, differ))) return 2;
    if (xy == yy && xm == ym) return 3;
    bool is_year_only = xy == yy && ((x & 0xFFFF) == NEW_YEAR || (y & 0xFFFF) == NEW_YEAR);
    if ((xy == yy && xd == yd) || (xm == ym && xd == yd) || is_year_only) return 4;
    if (count == 2) return 5;
    int years = (int)((uint32_t)px / 10000) - (int)((uint32_t)py / 10000);
    return xy == yy || (years >= -1 && years <= 1) ? 6 : 7;
}
