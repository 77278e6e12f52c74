/* Plain decimal text to scaled integers and back, for files of millions of rows. */
#include <assert.h>
#include <string.h>

#include "codec/codec.h"

static const int64_t POW10[] = {
    1,
    10,
    100,
    1000,
    10000,
    100000,
    1000000,
    10000000,
    100000000,
    1000000000,
    10000000000,
    100000000000,
    1000000000000,
    10000000000000,
    100000000000000,
    1000000000000000,
    10000000000000000,
    100000000000000000,
    1000000000000000000,
};

bool codec_parse_scaled(text t, int decimals, int64_t *scaled)
{
    assert(decimals >= 0 && decimals <= 18);
    const char *at = t.bytes, *end = t.bytes + t.size_bytes;
    bool is_negative = at < end && *at == '-';
    at += is_negative;
    if (at == end || end - at > 19) return false;
    const char *first = at;
    uint64_t value = 0;
    unsigned digit;
    for (; at < end && (digit = (unsigned char)*at - '0') <= 9; at++) value = value * 10 + digit;
    ptrdiff_t digits = at - first, places = 0;
    if (digits == 0) return false;
    if (at < end) {
        if (*at++ != '.') return false;
        first = at;
        for (; at < end && (digit = (unsigned char)*at - '0') <= 9; at++)
            value = value * 10 + digit;
        places = at - first;
        if (places == 0 || at < end) return false;
    }
    if (digits + places > 18 || places > decimals) return false;
    int64_t size;
    if (__builtin_mul_overflow((int64_t)value, POW10[decimals - places], &size)) return false;
    *scaled = is_negative ? -size : size;
    return true;
}

/* Two digits at once halve the divisions. */
static const char PAIRS[] =
    "0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243444546"
    "4748495051525354555657585960616263646566676869707172737475767778798081828384858687888990919293"
    "949596979899";
_Static_assert(sizeof PAIRS == 201, "a hundred pairs");

/* Writes the digits so that they end at `end`; answers where they begin. */
static char *put_digits(uint64_t value, char *end)
{
    while (value >= 100) {
        end -= 2;
        memcpy(end, PAIRS + value % 100 * 2, 2);
        value /= 100;
    }
    if (value >= 10) {
        end -= 2;
        memcpy(end, PAIRS + value * 2, 2);
        return end;
    }
    *--end = (char)('0' + value);
    return end;
}

size_t codec_print_scaled(int64_t scaled, int decimals, char *out)
{
    assert(decimals >= 0 && decimals <= 18);
    char digits[CODEC_SCALED_BYTES];
    char *end = digits + sizeof digits;
    char *begin = put_digits(scaled < 0 ? 0 - (uint64_t)scaled : (uint64_t)scaled, end);
    while (end - begin <= decimals) *--begin = '0';
    size_t whole = (size_t)(end - begin - decimals), size = 0;
    if (scaled < 0) out[size++] = '-';
    memcpy(out + size, begin, whole);
    size += whole;
    if (decimals == 0) return size;
    out[size++] = '.';
    memcpy(out + size, begin + whole, (size_t)decimals);
    return size + (size_t)decimals;
}
