/* kernel_divide - rounding to a constant step by multiplication, included by kernel_loops.
 *
 * For x < 2^bits and a divisor d, floor(x / d) is x * m >> s with m = floor(2^s / d) + 1 and
 * s = bits + ceil(log2 d): the error x * (m*d - 2^s) / (d * 2^s) stays below 1 / d. Every rounding is
 * the floor of |x| plus a bias, with the sign put back. Products are made of 32-bit halves, which
 * every vector unit multiplies.
 */

enum { VM_DIVIDE_LANES_MIN = 8 };

#define DIVIDE_SMALL(x) ((x) * multiplier >> shift)
#define DIVIDE_LARGE(x) vm_divide_large(x, multiplier, shift - 64)

/* x * m >> (64 + shift), for x < 2^62 and m < 2^63 */
static inline uint64_t vm_divide_large(uint64_t x, uint64_t m, int shift)
{
    uint64_t x0 = (uint32_t)x, x1 = x >> 32, m0 = (uint32_t)m, m1 = m >> 32;
    uint64_t low = x1 * m0 + (x0 * m0 >> 32);
    uint64_t cross = x0 * m1 + (uint32_t)low;
    return (x1 * m1 + (low >> 32) + (cross >> 32)) >> shift;
}

#define DIVIDE_POSITIVE(divide)                                                                  \
    for (size_t n = 0; n < count; n++) {                                                         \
        uint64_t x = (uint64_t)(a[n] * k1) + above;                                              \
        dst[n] = (int64_t)divide(x);                                                             \
    }
#define DIVIDE_SIGNED(divide)                                                                    \
    for (size_t n = 0; n < count; n++) {                                                         \
        int64_t value = a[n] * k1, sign = value >> 63;                                           \
        uint64_t x = (uint64_t)((value ^ sign) - sign) + (sign ? below : above);                 \
        int64_t quotient = (int64_t)divide(x);                                                   \
        dst[n] = (quotient ^ sign) - sign;                                                       \
    }
#define DIVIDE_EVEN(divide)                                                                      \
    for (size_t n = 0; n < count; n++) {                                                         \
        int64_t value = a[n] * k1, sign = value >> 63;                                           \
        uint64_t x = (uint64_t)((value ^ sign) - sign) + above, q = divide(x);                   \
        bool is_odd_tie = q * den == x && (q & 1) && !(den & 1);                                 \
        dst[n] = (int64_t)((q - is_odd_tie) ^ (uint64_t)sign) - sign;                            \
    }

static bool vm_divide_by_constant(const vm_instr *i, int64_t *restrict dst,
                                  const int64_t *restrict a, size_t count)
{
    if (count < VM_DIVIDE_LANES_MIN || i->bits > 62 || i->k2 < 2) return false;
    const int64_t k1 = (int64_t)i->k1;
    const uint64_t den = (uint64_t)i->k2;
    const bool is_small = i->bits <= 30; /* so that the multiplier has 32 bits */
    int shift = i->bits + (64 - __builtin_clzll(den - 1));
    if (!is_small && shift < 64) shift = 64;
    const uint64_t multiplier = (uint64_t)(((u128)1 << shift) / den) + 1;
    const uint64_t half = den / 2, most = den - 1;
    const uint64_t above = i->mode == MONEY_HALF_UP || i->mode == MONEY_HALF_EVEN ? half
                           : i->mode == MONEY_UP || i->mode == VM_CEILING         ? most
                                                                                  : 0;
    const uint64_t below = i->mode == VM_CEILING ? 0 : i->mode == VM_FLOOR ? most : above;
    if (i->mode == MONEY_HALF_EVEN) {
        if (is_small) DIVIDE_EVEN(DIVIDE_SMALL)
        else DIVIDE_EVEN(DIVIDE_LARGE)
    } else if (i->is_positive) {
        if (is_small && k1 <= UINT32_MAX) {
            const uint32_t factor = (uint32_t)k1, bias = (uint32_t)above, m = (uint32_t)multiplier;
            for (size_t n = 0; n < count; n++) { /* a*k1 + bias < 2^30 */
                uint64_t x = (uint64_t)(uint32_t)a[n] * factor + bias;
                dst[n] = (int64_t)((uint64_t)(uint32_t)x * m >> shift);
            }
        } else if (is_small) {
            DIVIDE_POSITIVE(DIVIDE_SMALL)
        } else {
            DIVIDE_POSITIVE(DIVIDE_LARGE)
        }
    } else {
        if (is_small) DIVIDE_SIGNED(DIVIDE_SMALL)
        else DIVIDE_SIGNED(DIVIDE_LARGE)
    }
    return true;
}
