/* base/checked - integers that say when they do not fit, and 128-bit help.
 *
 * `i128` is the compiler's __int128. Division by zero and overflow answer false and leave *out
 * untouched; nothing here wraps silently.
 *
 * Prefix   i128_
 */
#ifndef BASE_CHECKED_H
#define BASE_CHECKED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

__extension__ typedef __int128 i128;
__extension__ typedef unsigned __int128 u128;

#define I128_MAX ((i128)(((u128)1 << 127) - 1))
#define I128_MIN (-I128_MAX - 1)
#define ARRAY_COUNT(a) (sizeof(a) / sizeof((a)[0]))

static inline bool i128_add(i128 a, i128 b, i128 *out)
{
    i128 result;
    if (__builtin_add_overflow(a, b, &result)) return false;
    *out = result;
    return true;
}
static inline bool i128_sub(i128 a, i128 b, i128 *out)
{
    i128 result;
    if (__builtin_sub_overflow(a, b, &result)) return false;
    *out = result;
    return true;
}
static inline bool i128_mul(i128 a, i128 b, i128 *out)
{
    i128 result;
    if (__builtin_mul_overflow(a, b, &result)) return false;
    *out = result;
    return true;
}
static inline bool i128_fits_i64(i128 a)
{
    return a >= INT64_MIN && a <= INT64_MAX;
}

/* 10^power; power 0..38. */
i128 i128_pow10(int power);
/* Greatest common divisor, >= 0; gcd(0, 0) = 0. */
i128 i128_gcd(i128 a, i128 b);
/* Decimal digits with a leading '-' into `out` (at least 41 bytes), NUL-terminated; returns size. */
size_t i128_print(i128 value, char *out);

#endif
