/* kernel_loops - the loops over lanes, included once for each instruction set and width.
 *
 * The includer defines LANE (int64_t or i128), LANE_DIVIDE, KERNEL_TABLE, and KERNEL_NARROW for
 * 64 bits.
 * Each loop is plain, so that the compiler makes vectors of it; constants are taken out of the
 * instruction first, because a store through dst might change them for all the compiler knows.
 */
#ifndef KERNEL_LOOPS_TWICE
#define KERNEL_LOOPS_TWICE

#include "vm/vm_internal.h"

#define KERNEL_ARGS                                                                              \
    const vm_instr *i, void *restrict dst_, const void *restrict a_, const void *restrict b_,    \
        const void *restrict c_, size_t count
#define KERNEL_OPEN                                                                              \
    LANE *restrict dst = __builtin_assume_aligned(dst_, 8);                                      \
    const LANE *restrict a = a_;                                                                 \
    const LANE *restrict b = b_;                                                                 \
    const LANE k1 = (LANE)i->k1, k2 = (LANE)i->k2, k3 = (LANE)i->k3;                             \
    (void)dst, (void)a, (void)b, (void)c_, (void)k1, (void)k2, (void)k3
/* Few numbers need their whole width, and a narrow division is several times faster. */
static inline __attribute__((unused)) void vm_divide_wide(i128 num, i128 den, i128 *quotient, i128 *rest)
{
    if (i128_fits_i64(num) && i128_fits_i64(den)) {
        *quotient = (int64_t)num / (int64_t)den, *rest = (int64_t)num % (int64_t)den;
    } else {
        *quotient = num / den, *rest = num % den;
    }
}
static inline __attribute__((unused)) void vm_divide_narrow(int64_t num, int64_t den, int64_t *quotient, int64_t *rest)
{
    if (((uint64_t)num | (uint64_t)den) >> 32 == 0) {
        *quotient = (uint32_t)num / (uint32_t)den, *rest = (uint32_t)num % (uint32_t)den;
    } else {
        *quotient = num / den, *rest = num % den;
    }
}
#define EACH_LANE(...)                                                                           \
    for (size_t n = 0; n < count; n++) {                                                         \
        __VA_ARGS__;                                                                             \
    }
#endif

static void vm_run_linear(KERNEL_ARGS)
{
    KERNEL_OPEN;
    if (b && k1 == 1 && k2 == 1) EACH_LANE(dst[n] = a[n] + b[n] + k3)
    else if (b && k1 == 1 && k2 == -1) EACH_LANE(dst[n] = a[n] - b[n] + k3)
    else if (b && k1 == 1) EACH_LANE(dst[n] = a[n] + b[n] * k2 + k3)
    else if (b) EACH_LANE(dst[n] = a[n] * k1 + b[n] * k2 + k3)
    else if (k1 == 1) EACH_LANE(dst[n] = a[n] + k3)
    else if (k1 == -1) EACH_LANE(dst[n] = k3 - a[n])
    else EACH_LANE(dst[n] = a[n] * k1 + k3)
}

static void vm_run_mul(KERNEL_ARGS)
{
    KERNEL_OPEN;
    EACH_LANE(dst[n] = a[n] * b[n])
}

static void vm_run_abs(KERNEL_ARGS)
{
    KERNEL_OPEN;
    EACH_LANE(dst[n] = a[n] < 0 ? -a[n] : a[n])
}

/* Most factors are 1, and 64-bit products are dear. */
#define BY_FACTORS(statement)                                                                    \
    if (k1 == 1 && (!b || k2 == 1)) EACH_LANE(LANE x = a[n]; LANE y = b ? b[n] : k2; statement)  \
    else EACH_LANE(LANE x = a[n] * k1; LANE y = b ? b[n] * k2 : k2; statement)

static void vm_run_min(KERNEL_ARGS)
{
    KERNEL_OPEN;
    BY_FACTORS(dst[n] = x < y ? x : y)
}

static void vm_run_max(KERNEL_ARGS)
{
    KERNEL_OPEN;
    BY_FACTORS(dst[n] = x > y ? x : y)
}

static void vm_run_clamp(KERNEL_ARGS)
{
    KERNEL_OPEN;
    if (k1 == 1) EACH_LANE(LANE x = a[n]; x = x > k2 ? x : k2; dst[n] = x < k3 ? x : k3)
    else EACH_LANE(LANE x = a[n] * k1; x = x > k2 ? x : k2; dst[n] = x < k3 ? x : k3)
}

static inline LANE vm_round_lane(LANE num, LANE den, int mode)
{
    LANE quotient, rest;
    LANE_DIVIDE(num, den, &quotient, &rest);
    LANE size = rest < 0 ? -rest : rest, left = den - size, outward = num < 0 ? -1 : 1;
    switch (mode) {
    case MONEY_HALF_UP: return quotient + (size >= left ? outward : 0);
    case MONEY_HALF_EVEN:
        return quotient + (size > left || (size == left && (quotient & 1)) ? outward : 0);
    case MONEY_UP: return quotient + (size > 0 ? outward : 0);
    case VM_FLOOR: return quotient - (rest < 0);
    case VM_CEILING: return quotient + (rest > 0);
    default: return quotient;
    }
}

#ifdef KERNEL_NARROW
#include "vm/kernel_divide.h"
#endif

static void vm_run_round(KERNEL_ARGS)
{
    KERNEL_OPEN;
    int mode = i->mode;
#ifdef KERNEL_NARROW
    if (!b && vm_divide_by_constant(i, dst, a, count)) return;
#endif
    if (b) EACH_LANE(dst[n] = vm_round_lane(a[n] * k1, b[n] * k2, mode))
    else EACH_LANE(dst[n] = vm_round_lane(a[n] * k1, k2, mode))
}

static void vm_run_compare(KERNEL_ARGS)
{
    KERNEL_OPEN;
    int64_t *restrict flag = dst_;
#define COMPARE_BY(sign)                                                                         \
    BY_FACTORS(flag[n] = x sign y)                                                               \
    break
    switch ((vm_op)i->mode) {
    case VM_EQ: COMPARE_BY(==);
    case VM_NE: COMPARE_BY(!=);
    case VM_LT: COMPARE_BY(<);
    case VM_LE: COMPARE_BY(<=);
    case VM_GT: COMPARE_BY(>);
    default: COMPARE_BY(>=);
    }
#undef COMPARE_BY
}

static void vm_run_select(KERNEL_ARGS)
{
    KERNEL_OPEN;
    const int64_t *restrict c = c_;
    if (a && b && k1 == 1 && k2 == 1) EACH_LANE(dst[n] = c[n] ? a[n] : b[n])
    else if (a && b) EACH_LANE(LANE x = a[n] * k1; LANE y = b[n] * k2; dst[n] = c[n] ? x : y)
    else if (a) EACH_LANE(LANE x = a[n] * k1; dst[n] = c[n] ? x : k2)
    else if (b) EACH_LANE(LANE y = b[n] * k2; dst[n] = c[n] ? k1 : y)
    else EACH_LANE(dst[n] = c[n] ? k1 : k2)
}

static void vm_run_sign(KERNEL_ARGS)
{
    KERNEL_OPEN;
    if (a) EACH_LANE(LANE x = a[n] * k1; dst[n] = b[n] < 0 ? -x : x)
    else EACH_LANE(dst[n] = b[n] < 0 ? -k1 : k1)
}

#ifdef KERNEL_NARROW
/* x * y >> 32 of a product below 2^95 */
static inline uint64_t vm_high_product(uint64_t x, uint64_t y)
{
    uint64_t x0 = (uint32_t)x, x1 = x >> 32, y0 = (uint32_t)y, y1 = y >> 32;
    return (x0 * y0 >> 32) + x1 * y0 + x0 * y1 + (x1 * y1 << 32);
}

static void vm_run_mul_shift(KERNEL_ARGS)
{
    KERNEL_OPEN;
    const int shift = (int)k1 - 32;
    EACH_LANE(dst[n] = (int64_t)(vm_high_product((uint64_t)a[n], (uint64_t)b[n]) >> shift))
}

static void vm_run_scan(KERNEL_ARGS)
{
    (void)i, (void)b_, (void)c_;
    const int64_t *restrict a = a_;
    int64_t min = INT64_MAX, max = INT64_MIN, *both = dst_;
    EACH_LANE(min = a[n] < min ? a[n] : min; max = a[n] > max ? a[n] : max)
    both[0] = min, both[1] = max;
}

static void vm_run_total(KERNEL_ARGS)
{
    (void)i, (void)b_, (void)c_;
    const int64_t *restrict a = a_;
    int64_t total = 0;
    EACH_LANE(total += a[n])
    *(int64_t *)dst_ = total;
}

static void vm_run_total_taken(KERNEL_ARGS)
{
    const int64_t *restrict a = a_, *restrict key = b_, *restrict cells = c_;
    const int shift = (int)i->k1 - 32;
    const int64_t base = (int64_t)i->k2;
    uint64_t total = 0;
    if (i->mode) EACH_LANE(uint64_t x = (uint64_t)(uint32_t)a[n]; uint64_t y = (uint64_t)cells[key[n] - base];
                           total += ((x * (uint32_t)y >> 32) + x * (y >> 32)) >> shift)
    else EACH_LANE(total += vm_high_product((uint64_t)a[n], (uint64_t)cells[key[n] - base]) >> shift)
    *(int64_t *)dst_ = (int64_t)total;
}

static void vm_run_take(KERNEL_ARGS)
{
    (void)i, (void)c_;
    int64_t *restrict dst = dst_;
    const int64_t *restrict index = a_, *restrict cells = b_;
    EACH_LANE(dst[n] = cells[index[n]])
}

static void vm_run_offset(KERNEL_ARGS)
{
    KERNEL_OPEN;
    const uint64_t base = (uint64_t)k1, limit = (uint64_t)k2;
    int64_t outside = 0;
    EACH_LANE(uint64_t at = (uint64_t)a[n] - base; bool is_out = at >= limit; outside += is_out;
              dst[n] = is_out ? 0 : (int64_t)at)
    *(int64_t *)(uintptr_t)c_ = outside;
}
#endif

const vm_kernel KERNEL_TABLE[VM_I_LANE_COUNT] = {
    [VM_I_LINEAR] = vm_run_linear, [VM_I_MUL] = vm_run_mul,     [VM_I_ABS] = vm_run_abs,
    [VM_I_MIN] = vm_run_min,       [VM_I_MAX] = vm_run_max,     [VM_I_CLAMP] = vm_run_clamp,
    [VM_I_ROUND] = vm_run_round,   [VM_I_COMPARE] = vm_run_compare,
    [VM_I_SELECT] = vm_run_select, [VM_I_SIGN] = vm_run_sign,
#ifdef KERNEL_NARROW
    [VM_I_MUL_SHIFT] = vm_run_mul_shift, [VM_I_SCAN] = vm_run_scan,
    [VM_I_TAKE] = vm_run_take,         [VM_I_OFFSET] = vm_run_offset,
    [VM_I_TOTAL] = vm_run_total,       [VM_I_TOTAL_TAKEN] = vm_run_total_taken,
#endif
};
