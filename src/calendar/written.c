/* How dates are written: reading and printing. */
#include <assert.h>

#include "calendar/calendar.h"

/* A reader over the text; `digits` counts what the last number took. */
typedef struct {
    text t;
    size_t at;
    int digits;
} cursor;

static const uint32_t YEAR = 0x5E74, MONTH = 0x6708, DAY_RI = 0x65E5, DAY_HAO = 0x53F7;

static int digit_of(uint32_t rune)
{
    if (rune >= '0' && rune <= '9') return (int)(rune - '0');
    if (rune >= 0xFF10 && rune <= 0xFF19) return (int)(rune - 0xFF10);
    return -1;
}

/* Reads up to `digits_max` digits; the number is -1 when there is none. */
static int32_t read_number(cursor *c, int digits_max)
{
    int32_t number = 0;
    c->digits = 0;
    while (c->digits < digits_max && c->at < c->t.size_bytes) {
        size_t next = c->at;
        int digit = digit_of(text_next_rune(c->t, &next));
        if (digit < 0) break;
        number = number * 10 + digit;
        c->at = next;
        c->digits++;
    }
    return c->digits > 0 ? number : -1;
}

/* The next code point, or 0 at the end. */
static uint32_t read_mark(cursor *c)
{
    return c->at < c->t.size_bytes ? text_next_rune(c->t, &c->at) : 0;
}

static bool is_at_end(const cursor *c)
{
    return c->at >= c->t.size_bytes;
}

static bool is_separator(uint32_t mark)
{
    return mark == '-' || mark == '/' || mark == '.' || mark == 0xFF0D || mark == 0xFF0F;
}

/* Eight (or six) digits without a mark: the shape is fixed. */
static bool read_solid(text t, bool has_day, calendar_date *d)
{
    cursor c = { .t = t };
    d->year = read_number(&c, 4);
    if (c.digits != 4) return false;
    d->month_of_year = read_number(&c, 2);
    if (c.digits != 2) return false;
    d->day_of_month = has_day ? read_number(&c, 2) : 1;
    return (!has_day || c.digits == 2) && is_at_end(&c);
}

static bool read_marked(text t, bool has_day, calendar_date *d)
{
    cursor c = { .t = t };
    d->year = read_number(&c, 4);
    if (c.digits != 4) return false;
    uint32_t mark = read_mark(&c);
    if (mark != YEAR && !is_separator(mark)) return false;
    d->month_of_year = read_number(&c, 2);
    if (d->month_of_year < 0) return false;
    uint32_t second = read_mark(&c);
    if (!has_day) {
        d->day_of_month = 1;
        return second == (mark == YEAR ? MONTH : 0) && is_at_end(&c);
    }
    if (second != (mark == YEAR ? MONTH : mark)) return false;
    d->day_of_month = read_number(&c, 2);
    if (d->day_of_month < 0) return false;
    uint32_t third = read_mark(&c);
    bool is_closed = mark == YEAR ? third == DAY_RI || third == DAY_HAO : third == 0;
    return is_closed && is_at_end(&c);
}

static err range_check(const calendar_date *d, int32_t *day)
{
    if (calendar_day_of(d->year, d->month_of_year, d->day_of_month, day)) return ERR_NONE;
    bool is_year_known = d->year >= CALENDAR_YEAR_MIN && d->year <= CALENDAR_YEAR_MAX;
    return err_of(is_year_known ? &CALENDAR_NO_SUCH_DAY : &CALENDAR_OUT_OF_RANGE, NULL);
}

/* The common shape 2026-03-05, without the detour over code points: files of millions of rows
 * are read with this. False when the text has another shape. */
static bool read_plain(text t, calendar_date *d)
{
    if (t.size_bytes != 10 || t.bytes[4] != '-' || t.bytes[7] != '-') return false;
    uint32_t digit[10];
    uint32_t worst = 0;
    for (int i = 0; i < 10; i++) {
        digit[i] = (uint32_t)(unsigned char)t.bytes[i] - '0';
        if (i != 4 && i != 7 && digit[i] > worst) worst = digit[i];
    }
    if (worst > 9) return false;
    d->year = (int32_t)(digit[0] * 1000 + digit[1] * 100 + digit[2] * 10 + digit[3]);
    d->month_of_year = (int32_t)(digit[5] * 10 + digit[6]);
    d->day_of_month = (int32_t)(digit[8] * 10 + digit[9]);
    return true;
}

err calendar_parse_day(text t, int32_t *day)
{
    calendar_date d;
    if (read_plain(t, &d)) return range_check(&d, day);
    t = text_trim(t);
    if (!read_solid(t, true, &d) && !read_marked(t, true, &d))
        return err_of(&CALENDAR_NOT_A_DATE, NULL);
    return range_check(&d, day);
}

err calendar_parse_month(text t, int32_t *month)
{
    calendar_date d;
    t = text_trim(t);
    if (!read_solid(t, false, &d) && !read_marked(t, false, &d))
        return err_of(&CALENDAR_NOT_A_MONTH, NULL);
    int32_t day;
    TRY(range_check(&d, &day));
    *month = calendar_month_of(d.year, d.month_of_year);
    return ERR_NONE;
}

static char *put_two(char *out, int32_t number)
{
    out[0] = (char)('0' + number / 10 % 10);
    out[1] = (char)('0' + number % 10);
    return out + 2;
}

/* Without a leading zero. */
static char *put_short(char *out, int32_t number)
{
    if (number >= 10) *out++ = (char)('0' + number / 10 % 10);
    *out++ = (char)('0' + number % 10);
    return out;
}

static char *put_mark(char *out, const char *utf8)
{
    while (*utf8) *out++ = *utf8++;
    return out;
}

static size_t close_print(char *begin, char *end)
{
    *end = '\0';
    return (size_t)(end - begin);
}

size_t calendar_print_day(int32_t day, char *out)
{
    assert(calendar_is_day(day));
    calendar_date d = calendar_split_day(day);
    char *end = put_two(put_two(out, d.year / 100), d.year % 100);
    *end++ = '-';
    end = put_two(end, d.month_of_year);
    *end++ = '-';
    return close_print(out, put_two(end, d.day_of_month));
}

size_t calendar_print_month(int32_t month, char *out)
{
    assert(calendar_is_month(month));
    int32_t year = calendar_year_of_month(month);
    char *end = put_two(put_two(out, year / 100), year % 100);
    *end++ = '-';
    return close_print(out, put_two(end, calendar_month_of_year(month)));
}

size_t calendar_print_month_zh(int32_t month, char *out)
{
    assert(calendar_is_month(month));
    int32_t year = calendar_year_of_month(month);
    char *end = put_two(put_two(out, year / 100), year % 100);
    end = put_short(put_mark(end, "年"), calendar_month_of_year(month));
    return close_print(out, put_mark(end, "月"));
}

size_t calendar_print_day_zh(int32_t day, char *out)
{
    assert(calendar_is_day(day));
    size_t size_bytes = calendar_print_month_zh(calendar_month_of_day(day), out);
    char *end = put_short(out + size_bytes, calendar_day_of_month(day));
    return close_print(out, put_mark(end, "日"));
}
