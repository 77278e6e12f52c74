/* Decimal text to scaled integers and back. */
#include <string.h>

#include "money/money.h"

const err_kind MONEY_NOT_A_NUMBER = {
    "money.not_a_number", ERR_BAD_INPUT,
    "{} is not a number.",
    "{} 不是数字。",
};
const err_kind MONEY_TOO_MANY_DECIMALS = {
    "money.too_many_decimals", ERR_BAD_INPUT,
    "{} has more decimals than are kept here.",
    "{} 的小数位数超过了这里保留的位数。",
};
const err_kind MONEY_OUT_OF_RANGE = {
    "money.out_of_range", ERR_BAD_INPUT,
    "{} is too large a number.",
    "{} 超出了可以表示的范围。",
};

/* What the digits say: mantissa * 10^power, without zeros at the mantissa's end. When the
 * mantissa has more digits than fit, `is_too_long` stands and `power` is still that of the last
 * digit that is not zero. */
typedef struct {
    u128 mantissa;
    int64_t power;
    bool is_negative;
    bool is_too_long;
} decimal;

typedef struct {
    text t;
    size_t at;
    unsigned allowed;
} cursor;

/* No more than this many digits before or behind the point are counted as different. */
static const int64_t POWER_LIMIT = 1000000000;

static uint32_t peek_rune(const cursor *c, size_t *next)
{
    *next = c->at;
    return c->at < c->t.size_bytes ? text_next_rune(c->t, next) : 0;
}

/* Full-width forms mean what the narrow ones do. */
static uint32_t narrow(uint32_t rune)
{
    return rune >= 0xFF01 && rune <= 0xFF5E ? rune - 0xFF01 + '!' : rune;
}

static bool take_mark(cursor *c, uint32_t mark)
{
    size_t next;
    if (narrow(peek_rune(c, &next)) != mark) return false;
    c->at = next;
    return true;
}

static int take_digit(cursor *c)
{
    size_t next;
    uint32_t rune = narrow(peek_rune(c, &next));
    if (rune < '0' || rune > '9') return -1;
    c->at = next;
    return (int)(rune - '0');
}

/* Appends a digit whose place is 10^power. Zeros wait (in the gap between the powers) until a
 * digit that is not zero follows, so that any number of them costs nothing. */
static void add_digit(decimal *d, int digit, int64_t power)
{
    if (digit == 0) return;
    int64_t gap = d->mantissa == 0 ? 0 : d->power - power;
    if (gap > 38) d->is_too_long = true;
    if (!d->is_too_long) {
        u128 shifted = 0;
        d->is_too_long =
            __builtin_mul_overflow(d->mantissa, (u128)i128_pow10((int)gap), &shifted) ||
            __builtin_add_overflow(shifted, (u128)digit, &shifted);
        if (!d->is_too_long) d->mantissa = shifted;
    }
    d->power = power;
}

/* The digits before the point; their powers are counted from the number's beginning and moved
 * by the caller once the point is known. Answers how many, or -1 for wrong separators. */
static int64_t take_whole(cursor *c, decimal *d)
{
    int64_t digits = 0;
    int64_t in_group = 0;
    bool has_groups = false;
    for (;;) {
        int digit = take_digit(c);
        if (digit >= 0) {
            add_digit(d, digit, -digits - 1);
            digits++;
            in_group++;
            continue;
        }
        size_t next;
        bool is_mark = narrow(peek_rune(c, &next)) == ',';
        if (has_groups ? in_group != 3 : is_mark && (in_group < 1 || in_group > 3)) return -1;
        if (!is_mark || !(c->allowed & MONEY_ALLOW_SEPARATORS)) return digits;
        c->at = next;
        has_groups = true;
        in_group = 0;
    }
}

static bool take_exponent(cursor *c, int64_t *exponent)
{
    *exponent = 0;
    if (!(c->allowed & MONEY_ALLOW_EXPONENT)) return true;
    if (!take_mark(c, 'e') && !take_mark(c, 'E')) return true;
    bool is_negative = take_mark(c, '-');
    if (!is_negative) (void)take_mark(c, '+');
    int digit = take_digit(c);
    if (digit < 0) return false;
    for (; digit >= 0; digit = take_digit(c))
        if (*exponent < POWER_LIMIT) *exponent = *exponent * 10 + digit;
    if (is_negative) *exponent = -*exponent;
    return true;
}

static bool take_number(cursor *c, decimal *d)
{
    *d = (decimal){ 0 };
    d->is_negative = take_mark(c, '-') || take_mark(c, 0x2212);
    if (!d->is_negative) (void)take_mark(c, '+');
    int64_t digits = take_whole(c, d);
    if (digits < 0) return false;
    d->power += digits;
    int64_t places = 0;
    if (take_mark(c, '.')) {
        for (int digit = take_digit(c); digit >= 0; digit = take_digit(c))
            add_digit(d, digit, -++places);
        if (places == 0) return false;
    }
    if (digits + places == 0) return false;
    int64_t exponent;
    if (!take_exponent(c, &exponent)) return false;
    d->power += exponent;
    if (c->allowed & MONEY_ALLOW_PERCENT) {
        if (take_mark(c, '%')) d->power -= 2;
        else if (take_mark(c, 0x2030)) d->power -= 3;
    }
    return true;
}

static err scale(const decimal *d, int decimals, i128 *scaled)
{
    if (d->mantissa == 0) {
        *scaled = 0;
        return ERR_NONE;
    }
    int64_t shift = d->power + decimals;
    if (shift < 0) return err_of(&MONEY_TOO_MANY_DECIMALS, NULL);
    u128 size = 0;
    u128 size_max = (u128)I128_MAX + d->is_negative;
    if (d->is_too_long || shift > 38 ||
        __builtin_mul_overflow(d->mantissa, (u128)i128_pow10((int)shift), &size) ||
        size > size_max)
        return err_of(&MONEY_OUT_OF_RANGE, NULL);
    *scaled = d->is_negative ? (i128)(0 - size) : (i128)size;
    return ERR_NONE;
}

/* The shape nearly every amount has: a few plain digits and perhaps a point. False sends the
 * text to the full reader. */
static bool parse_plain(text t, int decimals, i128 *scaled)
{
    if (t.size_bytes == 0 || t.size_bytes > 18) return false;
    size_t at = t.bytes[0] == '-';
    size_t first = at;
    int64_t value = 0;
    for (; at < t.size_bytes && t.bytes[at] >= '0' && t.bytes[at] <= '9'; at++)
        value = value * 10 + (t.bytes[at] - '0');
    if (at == first) return false;
    size_t places = 0;
    if (at < t.size_bytes) {
        if (t.bytes[at] != '.') return false;
        size_t point = at++;
        for (; at < t.size_bytes && t.bytes[at] >= '0' && t.bytes[at] <= '9'; at++)
            value = value * 10 + (t.bytes[at] - '0');
        places = at - point - 1;
        if (places == 0 || at < t.size_bytes) return false;
    }
    if ((int)places > decimals || decimals > 19) return false;
    *scaled = (t.bytes[0] == '-' ? -(i128)value : (i128)value) *
              i128_pow10(decimals - (int)places);
    return true;
}

err money_parse_decimal(text t, int decimals, unsigned allowed, i128 *scaled)
{
    assert(decimals >= 0 && decimals <= 38);
    if (parse_plain(t, decimals, scaled)) return ERR_NONE;
    cursor c = { .t = text_trim(t), .allowed = allowed };
    decimal d;
    if (!take_number(&c, &d) || c.at != c.t.size_bytes)
        return err_of(&MONEY_NOT_A_NUMBER, NULL);
    return scale(&d, decimals, scaled);
}

err money_parse_i64(text t, int decimals, unsigned allowed, int64_t *scaled)
{
    i128 wide;
    TRY(money_parse_decimal(t, decimals, allowed, &wide));
    if (!i128_fits_i64(wide)) return err_of(&MONEY_OUT_OF_RANGE, NULL);
    *scaled = (int64_t)wide;
    return ERR_NONE;
}

static err parse_fraction_part(cursor *c, money_ratio *out)
{
    decimal d;
    if (!take_number(c, &d)) return err_of(&MONEY_NOT_A_NUMBER, NULL);
    int decimals = d.mantissa == 0 || d.power > 0 ? 0 : d.power < -38 ? 38 : (int)-d.power;
    i128 scaled;
    TRY(scale(&d, decimals, &scaled));
    bool is_fit = money_ratio_of(scaled, i128_pow10(decimals), out);
    assert(is_fit);
    return ERR_NONE;
}

err money_parse_ratio(text t, unsigned allowed, money_ratio *out)
{
    cursor c = { .t = text_trim(t), .allowed = allowed };
    money_ratio top;
    TRY(parse_fraction_part(&c, &top));
    if (take_mark(&c, '/')) {
        money_ratio bottom;
        TRY(parse_fraction_part(&c, &bottom));
        if (c.at != c.t.size_bytes) return err_of(&MONEY_NOT_A_NUMBER, NULL);
        if (bottom.num == 0) return err_of(&MONEY_ZERO_DIVISOR, NULL);
        money_ratio turned;
        if (!money_ratio_of(bottom.den, bottom.num, &turned) ||
            !money_ratio_multiply(top, turned, &top))
            return err_of(&MONEY_OUT_OF_RANGE, NULL);
    }
    if (c.at != c.t.size_bytes) return err_of(&MONEY_NOT_A_NUMBER, NULL);
    *out = top;
    return ERR_NONE;
}

size_t money_print(i128 scaled, money_style style, char *out)
{
    assert(style.decimals >= 0 && style.decimals <= 38);
    char digits[48];
    size_t count = i128_print(scaled, digits);
    const char *first = digits;
    char *end = out;
    if (*first == '-') {
        *end++ = '-';
        first++;
        count--;
    }
    size_t decimals = (size_t)style.decimals;
    size_t whole = count > decimals ? count - decimals : 0;
    if (whole == 0) *end++ = '0';
    for (size_t i = 0; i < whole; i++) {
        if (style.has_separators && i > 0 && (whole - i) % 3 == 0) *end++ = ',';
        *end++ = first[i];
    }
    size_t places = decimals;
    size_t places_min = style.decimals_min > 0 ? (size_t)style.decimals_min : 0;
    size_t missing = count < decimals ? decimals - count : 0; /* zeros behind the point */
    while (places > places_min &&
           (places <= missing || first[whole + places - missing - 1] == '0'))
        places--;
    if (places > 0) *end++ = '.';
    for (size_t i = 0; i < places; i++) *end++ = i < missing ? '0' : first[whole + i - missing];
    *end = '\0';
    return (size_t)(end - out);
}

size_t money_print_fen(int64_t fen, char *out)
{
    return money_print(fen, (money_style){ .decimals = 2, .decimals_min = 2 }, out);
}
