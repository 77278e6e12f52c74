/* Decimals: what is read and printed reads the same; the fast and the full reader agree; a
 * fraction read from the text is the number; rounding is never more than one unit off. */
#include <assert.h>

#include "money/money.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size_bytes);

static void hold_rounding(i128 num, i128 den)
{
    if (den == 0 || (num == I128_MIN && den == -1)) return;
    i128 down = money_divide_round(num, den, MONEY_DOWN);
    i128 up = money_divide_round(num, den, MONEY_UP);
    i128 half_up = money_divide_round(num, den, MONEY_HALF_UP);
    i128 half_even = money_divide_round(num, den, MONEY_HALF_EVEN);
    i128 step = up - down;
    assert(step == ((num % den) != 0 ? ((num < 0) == (den < 0) ? 1 : -1) : 0));
    assert(half_up == down || half_up == up);
    assert(half_even == half_up || (half_up == up && half_even == down && down % 2 == 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size_bytes)
{
    if (size_bytes < 2) return 0;
    int decimals = bytes[0] % 39;
    unsigned allowed = bytes[1] % 8;
    text t = { (const char *)bytes + 2, size_bytes - 2 };
    i128 scaled = 0, again = 0;
    err e = money_parse_decimal(t, decimals, allowed, &scaled);
    if (e.kind) {
        assert(scaled == 0);
        return 0;
    }
    char out[MONEY_PRINT_BYTES];
    money_style style = { .decimals = decimals, .decimals_min = bytes[1] >> 3,
                          .has_separators = allowed & MONEY_ALLOW_SEPARATORS };
    if (style.decimals_min > decimals) style.decimals_min = decimals;
    size_t printed = money_print(scaled, style, out);
    assert(printed < MONEY_PRINT_BYTES);
    e = money_parse_decimal((text){ out, printed }, decimals, allowed, &again);
    assert(!e.kind && again == scaled);
    money_ratio r;
    if (!money_parse_ratio(t, allowed, &r).kind)
        assert(money_ratio_round(r, decimals, MONEY_DOWN, &again) && again == scaled);
    hold_rounding(scaled, (i128)(bytes[0] + 1) << (bytes[1] % 64));
    return 0;
}
