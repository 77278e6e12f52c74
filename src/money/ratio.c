/* Exact fractions. */
#include "money/money.h"

const err_kind MONEY_ZERO_DIVISOR = {
    "money.zero_divisor", ERR_BAD_INPUT,
    "{} divides by zero.",
    "{} 的除数为零。",
};

bool money_ratio_of(i128 num, i128 den, money_ratio *out)
{
    if (den == 0) return false;
    if (num == I128_MIN || den == I128_MIN) {
        /* Halving keeps the fraction and leaves values whose sign can be turned. */
        if ((num & 1) || (den & 1)) return false;
        num /= 2;
        den /= 2;
    }
    i128 common = i128_gcd(num, den);
    if (den < 0) common = -common;
    *out = (money_ratio){ .num = num / common, .den = den / common };
    return true;
}

bool money_ratio_multiply(money_ratio a, money_ratio b, money_ratio *out)
{
    money_ratio left, right;
    /* Crosswise first: the terms stay as small as the result allows. */
    if (!money_ratio_of(a.num, b.den, &left) || !money_ratio_of(b.num, a.den, &right))
        return false;
    i128 num, den;
    if (!i128_mul(left.num, right.num, &num) || !i128_mul(left.den, right.den, &den))
        return false;
    return money_ratio_of(num, den, out);
}

bool money_ratio_add(money_ratio a, money_ratio b, money_ratio *out)
{
    i128 common = i128_gcd(a.den, b.den);
    i128 left, right, num, den;
    if (!i128_mul(a.num, b.den / common, &left) || !i128_mul(b.num, a.den / common, &right) ||
        !i128_add(left, right, &num) || !i128_mul(a.den, b.den / common, &den))
        return false;
    return money_ratio_of(num, den, out);
}

/* The whole part toward minus infinity, and the rest in [0, den). */
static i128 floor_part(money_ratio r, i128 *rest)
{
    i128 whole = r.num / r.den;
    *rest = r.num % r.den;
    if (*rest < 0) {
        *rest += r.den;
        whole--;
    }
    return whole;
}

int money_ratio_compare(money_ratio a, money_ratio b)
{
    /* Whole parts are compared, then the rests turned upside down, as in a continued fraction;
     * cross products might not fit. */
    int sign = 1;
    for (;;) {
        i128 rest_a, rest_b;
        i128 whole_a = floor_part(a, &rest_a);
        i128 whole_b = floor_part(b, &rest_b);
        if (whole_a != whole_b) return whole_a < whole_b ? -sign : sign;
        if (rest_a == 0 || rest_b == 0) {
            if (rest_a == rest_b) return 0;
            return rest_a == 0 ? -sign : sign;
        }
        a = (money_ratio){ .num = a.den, .den = rest_a };
        b = (money_ratio){ .num = b.den, .den = rest_b };
        sign = -sign;
    }
}

bool money_ratio_round(money_ratio r, int decimals, money_rounding mode, i128 *scaled)
{
    assert(decimals >= 0 && decimals <= 38);
    money_ratio shifted;
    if (!money_ratio_multiply(r, (money_ratio){ .num = i128_pow10(decimals), .den = 1 }, &shifted))
        return false;
    *scaled = money_divide_round(shifted.num, shifted.den, mode);
    return true;
}

size_t money_ratio_print(money_ratio r, char *out)
{
    /* A decimal ends exactly when the denominator has no factors but 2 and 5. */
    i128 rest = r.den;
    int twos = 0, fives = 0;
    while (rest % 2 == 0) rest /= 2, twos++;
    while (rest % 5 == 0) rest /= 5, fives++;
    int decimals = twos > fives ? twos : fives;
    i128 scaled;
    if (rest == 1 && decimals <= 38 && money_ratio_round(r, decimals, MONEY_DOWN, &scaled))
        return money_print(scaled, (money_style){ .decimals = decimals }, out);
    size_t size_bytes = i128_print(r.num, out);
    out[size_bytes++] = '/';
    return size_bytes + i128_print(r.den, out + size_bytes);
}
