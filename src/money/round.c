#include "money/money.h"

static u128 size_of(i128 value)
{
    return value < 0 ? 0 - (u128)value : (u128)value;
}

i128 money_divide_round(i128 num, i128 den, money_rounding mode)
{
    assert(den != 0 && !(num == I128_MIN && den == -1));
    /* 64-bit division is several times faster, and nearly every amount fits. */
    if (i128_fits_i64(num) && i128_fits_i64(den) && num != INT64_MIN)
        return money_divide_round_i64((int64_t)num, (int64_t)den, mode);
    i128 quotient = num / den;
    u128 rest = size_of(num % den);
    u128 left = size_of(den) - rest;
    bool is_away = false;
    switch (mode) {
    case MONEY_HALF_UP: is_away = rest >= left; break;
    case MONEY_HALF_EVEN: is_away = rest > left || (rest == left && (quotient & 1)); break;
    case MONEY_UP: is_away = rest > 0; break;
    case MONEY_DOWN: break;
    case MONEY_ROUNDING_COUNT: assert(!"no such rounding");
    }
    if (!is_away) return quotient;
    return (num < 0) == (den < 0) ? quotient + 1 : quotient - 1;
}

bool money_rescale(i128 scaled, int decimals, int decimals_wanted, money_rounding mode, i128 *out)
{
    assert(decimals >= 0 && decimals <= 38 && decimals_wanted >= 0 && decimals_wanted <= 38);
    if (decimals_wanted >= decimals)
        return i128_mul(scaled, i128_pow10(decimals_wanted - decimals), out);
    *out = money_divide_round(scaled, i128_pow10(decimals - decimals_wanted), mode);
    return true;
}
