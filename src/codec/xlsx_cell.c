/* Numbers of cells as a person sees them; in decimal digits throughout, nothing is floating. */
#include <string.h>

#include "base/checked.h"
#include "codec/xlsx.h"

enum { SHOWN_DIGITS = 15, DIGITS_MAX = 40 };

/* 0.digits * 10^point, without leading or trailing zeros. */
typedef struct {
    bool is_negative;
    char digits[DIGITS_MAX];
    int count, point;
} decimal;

static void add_digit(decimal *d, char c, bool is_fraction, int *dropped)
{
    if (d->count == 0 && c == '0') {
        d->point -= is_fraction;
        return;
    }
    if (d->count < DIGITS_MAX) d->digits[d->count++] = c;
    else (*dropped)++;
    d->point += !is_fraction;
}

/* [-]digits[.digits][E[+-]digits], with an exponent of at most three digits. */
static bool parse_decimal(text t, decimal *d)
{
    *d = (decimal){ 0 };
    size_t i = 0, digits = 0;
    int dropped = 0;
    bool is_fraction = false;
    if (i < t.size_bytes && t.bytes[i] == '-') d->is_negative = true, i++;
    for (; i < t.size_bytes; i++) {
        char c = t.bytes[i];
        if (c == '.' && !is_fraction) is_fraction = true;
        else if (c >= '0' && c <= '9') add_digit(d, c, is_fraction, &dropped), digits++;
        else break;
    }
    if (digits == 0 || digits > 1000) return false;
    if (i == t.size_bytes) return true;
    if (t.bytes[i] != 'E' && t.bytes[i] != 'e') return false;
    i++;
    bool is_below = i < t.size_bytes && t.bytes[i] == '-';
    if (i < t.size_bytes && (t.bytes[i] == '-' || t.bytes[i] == '+')) i++;
    int64_t exponent;
    text rest = text_sub(t, i, t.size_bytes);
    if (rest.size_bytes == 0 || rest.size_bytes > 3 || !codec_parse_scaled(rest, 0, &exponent))
        return false;
    d->point += (int)(is_below ? -exponent : exponent);
    return true;
}

/* To the digits Excel shows: 3456.7800000000002 is 3456.78. */
static void round_decimal(decimal *d)
{
    bool is_up = d->count > SHOWN_DIGITS && d->digits[SHOWN_DIGITS] >= '5';
    if (d->count > SHOWN_DIGITS) d->count = SHOWN_DIGITS;
    int at = d->count;
    while (is_up && at > 0 && d->digits[at - 1] == '9') at--;
    if (is_up && at == 0) {
        d->digits[0] = '1';
        d->count = 1;
        d->point++;
        return;
    }
    if (is_up) {
        d->digits[at - 1]++;
        d->count = at;
    }
    while (d->count > 0 && d->digits[d->count - 1] == '0') d->count--;
}

static void add_plain(text_builder *out, const decimal *d)
{
    if (d->count == 0) {
        text_add_char(out, '0');
        return;
    }
    if (d->is_negative) text_add_char(out, '-');
    if (d->point <= 0) text_add_char(out, '0');
    for (int i = 0; i < d->point; i++) text_add_char(out, i < d->count ? d->digits[i] : '0');
    if (d->count <= d->point) return;
    text_add_char(out, '.');
    for (int i = d->point; i < 0; i++) text_add_char(out, '0');
    for (int i = d->point > 0 ? d->point : 0; i < d->count; i++) text_add_char(out, d->digits[i]);
}

/* Places that are not known are not written as noughts: they would pass for an identity or an account number. */
static void add_scientific(text_builder *out, const decimal *d)
{
    if (d->is_negative) text_add_char(out, '-');
    text_add_char(out, d->digits[0]);
    if (d->count > 1) text_add_char(out, '.');
    for (int i = 1; i < d->count; i++) text_add_char(out, d->digits[i]);
    text_add_format(out, "E+%d", d->point - 1);
}

/* ---- days ---- */

/* Year, month, day of the days since 1600-03-01, by counting eras of 400 years. */
static void add_civil(text_builder *out, int64_t days)
{
    int64_t era = days / 146097, of_era = days % 146097;
    int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
    int64_t month = (5 * of_year + 2) / 153;
    int64_t day = of_year - (153 * month + 2) / 5 + 1;
    month = month < 10 ? month + 3 : month - 9;
    year += 1600 + era * 400 + (month <= 2);
    text_add_format(out, "%04d-%02d-%02d", (int)year, (int)month, (int)day);
}

/* Whole days and seconds of a serial number, rounded to the second; false outside Excel's range. */
static bool split_serial(const decimal *d, int64_t *days, int64_t *seconds)
{
    if (d->is_negative || d->point > 7) return false;
    int64_t whole = 0;
    for (int i = 0; i < d->point; i++) whole = whole * 10 + (i < d->count ? d->digits[i] - '0' : 0);
    i128 fraction = 0, unit = 1;
    int first = d->point > 0 ? d->point : 0;
    for (int i = d->point; i < 0 && i > -20; i++) unit *= 10;
    if (d->point <= -20) unit = i128_pow10(20);
    for (int i = first; i < d->count && unit < i128_pow10(20); i++) {
        unit *= 10;
        fraction = fraction * 10 + (d->digits[i] - '0');
    }
    *seconds = (int64_t)((fraction * 86400 * 2 + unit) / (2 * unit));
    *days = whole + *seconds / 86400;
    *seconds %= 86400;
    return *days <= 2958465;
}

static bool add_date(text_builder *out, const decimal *d, bool is_1904)
{
    int64_t days, seconds;
    if (!split_serial(d, &days, &seconds)) return false;
    /* Excel's calendar has a 29 February 1900, which is number 60. */
    if (!is_1904 && days == 60) return false;
    static const int64_t FROM_1600 = 109512; /* 1899-12-31 as days since 1600-03-01 */
    bool is_time_only = days == 0;
    if (!is_time_only)
        add_civil(out, is_1904 ? FROM_1600 + 1461 + days : FROM_1600 + days - (days > 60));
    if (is_time_only || seconds > 0)
        text_add_format(out, "%s%02d:%02d:%02d", is_time_only ? "" : " ", (int)(seconds / 3600),
                        (int)(seconds / 60 % 60), (int)(seconds % 60));
    return true;
}

void codec_xlsx_add_number(text_builder *out, text number, xlsx_look look, bool is_1904)
{
    decimal d;
    bool is_number = parse_decimal(number, &d);
    if (is_number) round_decimal(&d);
    if (is_number && look == XLSX_DATE && add_date(out, &d, is_1904)) return;
    bool has_exponent = memchr(number.bytes, 'E', number.size_bytes) || memchr(number.bytes, 'e', number.size_bytes);
    if (is_number && d.point > SHOWN_DIGITS && !has_exponent) add_scientific(out, &d);
    else if (is_number && d.point <= SHOWN_DIGITS && d.point > -30) add_plain(out, &d);
    else text_add(out, number);
}
