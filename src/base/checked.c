#include "base/checked.h"

#include <assert.h>
#include <string.h>

i128 i128_pow10(int power)
{
    assert(power >= 0 && power <= 38);
    i128 value = 1;
    for (int i = 0; i < power; i++) value *= 10;
    return value;
}

i128 i128_gcd(i128 a, i128 b)
{
    u128 x = a < 0 ? -(u128)a : (u128)a;
    u128 y = b < 0 ? -(u128)b : (u128)b;
    while (y) {
        u128 rest = x % y;
        x = y;
        y = rest;
    }
    return (i128)x;
}

size_t i128_print(i128 value, char *out)
{
    char digits[48];
    size_t count = 0, size = 0;
    u128 left = value < 0 ? -(u128)value : (u128)value;
    do {
        digits[count++] = (char)('0' + (int)(left % 10));
        left /= 10;
    } while (left);
    if (value < 0) out[size++] = '-';
    while (count) out[size++] = digits[--count];
    out[size] = 0;
    return size;
}
