/* kernel_loops - the loops over lanes, included once for each instruction set and width.
 *
 * The includer defines LANE (int64_t or i128), VARIANT (the suffix of names) and KERNEL_TABLE.
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
#define EACH_LANE(statement)                                                                     \
    for (size_t n = 0; n < count; n++) {                                                         \
        statement;                                                                               \
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

static void vm_run_min(KERNEL_ARGS)
{
    KERNEL_OPEN;
    if (b) EACH_LANE(LANE x = a[n] * k1; LANE y = b[n] * k2; dst[n] = x < y ? x : y)
    else EACH_LANE(LANE x = a[n] * k1; dst[n] = x < k2 ? x : k2)
}

static void vm_run_max(KERNEL_ARGS)
{
    KERNEL_OPEN;
    if (b) EACH_LANE(LANE x = a[n] * k1; LANE y = b[n] * k2; dst[n] = x > y ? x : y)
    else EACH_LANE(LANE x = a[n] * k1; dst[n] = x > k2 ? x : k2)
}

static void vm_run_clamp(KERNEL_ARGS)
{
    KERNEL_OPEN;
    EACH_LANE(LANE x = a[n] * k1; x = x > k2 ? x : k2; dst[n] = x < k3 ? x : k3)
}

static inline LANE vm_round_lane(LANE num, LANE den, int mode)
{
    LANE quotient = num / den, rest = num % den;
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

static void vm_run_round(KERNEL_ARGS)
{
    KERNEL_OPEN;
    int mode = i->mode;
    if (b) EACH_LANE(dst[n] = vm_round_lane(a[n] * k1, b[n] * k2, mode))
    else EACH_LANE(dst[n] = vm_round_lane(a[n] * k1, k2, mode))
}

static void vm_run_compare(KERNEL_ARGS)
{
    KERNEL_OPEN;
    int64_t *restrict flag = dst_;
#define COMPARE_BY(sign)                                                                         \
    if (b) EACH_LANE(flag[n] = a[n] * k1 sign b[n] * k2)                                         \
    else EACH_LANE(flag[n] = a[n] * k1 sign k2)                                                  \
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
    if (a && b) EACH_LANE(LANE x = a[n] * k1; LANE y = b[n] * k2; dst[n] = c[n] ? x : y)
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

const vm_kernel KERNEL_TABLE[VM_I_LANE_COUNT] = {
    [VM_I_LINEAR] = vm_run_linear, [VM_I_MUL] = vm_run_mul,     [VM_I_ABS] = vm_run_abs,
    [VM_I_MIN] = vm_run_min,       [VM_I_MAX] = vm_run_max,     [VM_I_CLAMP] = vm_run_clamp,
    [VM_I_ROUND] = vm_run_round,   [VM_I_COMPARE] = vm_run_compare,
    [VM_I_SELECT] = vm_run_select, [VM_I_SIGN] = vm_run_sign,
};
