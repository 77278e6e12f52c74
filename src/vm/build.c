/* build - makes registers and instructions, and proves the range of each. */
#include "vm/vm_internal.h"

uint16_t vm_build_space(const vm_lowering *l)
{
    return l->fold ? l->fold->space : l->plan->nodes[l->node].space;
}

uint32_t vm_build_register(vm_lowering *l, uint16_t space, bool is_wide, i128 min, i128 max)
{
    assert(min <= max && min >= -VM_WIDE_MAX && max <= VM_WIDE_MAX);
    assert(is_wide || (i128_fits_i64(min) && i128_fits_i64(max)));
    vm_tier *t = l->tier;
    vm_register reg = { .space = space, .is_wide = is_wide, .min = min, .max = max,
                        .slot = VM_NONE, .output = VM_NONE };
    ARENA_PUSH(l->memory, t->regs, t->reg_count, t->reg_capacity, reg);
    return (uint32_t)(t->reg_count - 1);
}

uint32_t vm_build_mark(vm_lowering *l, uint16_t space)
{
    vm_tier *t = l->tier;
    ARENA_PUSH(l->memory, t->mark_spaces, t->mark_count, t->mark_capacity, space);
    return (uint32_t)(t->mark_count - 1);
}

vm_instr *vm_build_instr(vm_lowering *l, vm_code code, uint16_t space)
{
    vm_tier *t = l->tier;
    vm_instr instr = { .code = (uint8_t)code, .space = space, .node = l->node };
    if (code != VM_I_WIDEN) instr.guard = l->guard; /* a widened twin serves others too */
    ARENA_PUSH(l->memory, t->instrs, t->instr_count, t->instr_capacity, instr);
    return &t->instrs[t->instr_count - 1];
}

vm_instr *vm_build_last(vm_lowering *l)
{
    return &l->tier->instrs[l->tier->instr_count - 1];
}

uint32_t vm_build_merge(vm_lowering *l, uint16_t space, uint32_t a, uint32_t b, uint32_t c)
{
    if (b == a) b = 0;
    if (c == a || c == b) c = 0;
    if (!b) b = c, c = 0;
    if (!a) a = b, b = c, c = 0;
    if (!b) return a;
    vm_tier *t = l->tier;
    for (size_t n = t->instr_count, seen = 0; n-- > 0 && seen < 64; seen++) {
        const vm_instr *old = &t->instrs[n];
        if (old->code == VM_I_MERGE && old->space == space && !old->guard && old->ma == a && old->mb == b &&
            old->mc == c)
            return old->mark;
    }
    uint32_t mark = vm_build_mark(l, space);
    vm_instr *i = vm_build_instr(l, VM_I_MERGE, space);
    i->ma = a, i->mb = b, i->mc = c, i->mark = mark;
    return mark;
}

uint32_t vm_build_wide(vm_lowering *l, uint32_t reg)
{
    vm_register old = *vm_reg(l, reg);
    if (old.is_wide) return reg;
    if (old.wide_twin) return old.wide_twin;
    uint32_t wide = vm_build_register(l, old.space, true, old.min, old.max);
    vm_instr *i = vm_build_instr(l, VM_I_WIDEN, old.space);
    i->dst = wide, i->a = reg;
    l->tier->regs[reg].wide_twin = wide;
    return wide;
}

uint32_t vm_build_narrowest(vm_lowering *l, uint32_t reg)
{
    if (!reg) return 0;
    vm_register old = *vm_reg(l, reg);
    if (!old.is_wide || !i128_fits_i64(old.min) || !i128_fits_i64(old.max)) return reg;
    if (old.narrow_twin) return old.narrow_twin;
    uint32_t narrow = vm_build_register(l, old.space, false, old.min, old.max);
    vm_instr *i = vm_build_instr(l, VM_I_NARROW, old.space);
    i->dst = narrow, i->a = reg;
    if (!l->guard) l->tier->regs[narrow].wide_twin = reg, l->tier->regs[reg].narrow_twin = narrow;
    return narrow;
}

static bool is_within(i128 value)
{
    return value >= -VM_WIDE_MAX && value <= VM_WIDE_MAX;
}

bool vm_build_scaled(const vm_lowering *l, uint32_t a, i128 k, i128 *min, i128 *max)
{
    i128 low = k, high = k;
    if (a) {
        const vm_register *reg = vm_reg(l, a);
        if (!i128_mul(reg->min, k, &low) || !i128_mul(reg->max, k, &high)) return false;
    }
    *min = low < high ? low : high;
    *max = low < high ? high : low;
    return is_within(*min) && is_within(*max);
}

static bool is_small(i128 min, i128 max)
{
    return i128_fits_i64(min) && i128_fits_i64(max);
}

enum { SAME_VALUE_SEARCH = 128 };

/* The register that holds the same already, or 0. */
static uint32_t same_value(const vm_lowering *l, const vm_instr *wanted)
{
    const vm_tier *t = l->tier;
    for (size_t n = t->instr_count, seen = 0; n-- > 0 && seen < SAME_VALUE_SEARCH; seen++) {
        const vm_instr *old = &t->instrs[n];
        if (old->code == wanted->code && old->mode == wanted->mode && old->a == wanted->a &&
            old->b == wanted->b && old->c == wanted->c && old->space == wanted->space &&
            old->k1 == wanted->k1 && old->k2 == wanted->k2 && old->k3 == wanted->k3 &&
            old->is_wide == wanted->is_wide && (!old->guard || old->guard == l->guard))
            return old->dst;
    }
    return 0;
}

/* Makes the instruction in the least width that holds arguments, steps and result. */
static uint32_t make(vm_lowering *l, vm_instr wanted, bool is_narrow, i128 min, i128 max)
{
    uint32_t *args[3] = { &wanted.a, &wanted.b, wanted.code == VM_I_SELECT ? NULL : &wanted.c };
    for (int n = 0; n < 3; n++)
        if (args[n] && *args[n] && vm_reg(l, *args[n])->is_wide) is_narrow = false;
    if (!is_small(min, max)) is_narrow = false;
    for (int n = 0; n < 3 && !is_narrow; n++)
        if (args[n] && *args[n]) *args[n] = vm_build_wide(l, *args[n]);
    bool is_flag = wanted.code == VM_I_COMPARE;
    wanted.is_wide = !is_narrow;
    uint32_t known = same_value(l, &wanted);
    if (known) return is_flag ? known : vm_build_narrowest(l, known);
    uint32_t dst = vm_build_register(l, wanted.space, !is_narrow && !is_flag, min, max);
    vm_instr *i = vm_build_instr(l, (vm_code)wanted.code, wanted.space);
    wanted.node = i->node;
    wanted.dst = dst;
    wanted.guard = i->guard;
    *i = wanted;
    return is_flag ? dst : vm_build_narrowest(l, dst);
}

static uint16_t space_of(const vm_lowering *l, uint32_t a, uint32_t b)
{
    return vm_reg(l, a ? a : b)->space;
}

uint32_t vm_build_linear(vm_lowering *l, uint32_t a, i128 k1, uint32_t b, i128 k2, i128 k3)
{
    assert(a);
    if (k1 == 1 && !b && k3 == 0) return a;
    i128 min1, max1, min2 = 0, max2 = 0, min, max;
    if (!vm_build_scaled(l, a, k1, &min1, &max1)) return 0;
    if (b && !vm_build_scaled(l, b, k2, &min2, &max2)) return 0;
    if (!is_within(k3) || !is_within(min1 + min2) || !is_within(max1 + max2)) return 0;
    min = min1 + min2 + k3, max = max1 + max2 + k3;
    if (!is_within(min) || !is_within(max)) return 0;
    bool is_narrow = is_small(min1, max1) && is_small(min2, max2) && is_small(k1, k2) &&
                     is_small(k3, min1 + min2) && is_small(max1 + max2, 0);
    vm_instr i = { .code = VM_I_LINEAR, .space = space_of(l, a, b), .a = a, .b = b,
                   .k1 = k1, .k2 = b ? k2 : 0, .k3 = k3 };
    return make(l, i, is_narrow, min, max);
}

uint32_t vm_build_mul(vm_lowering *l, uint32_t a, uint32_t b)
{
    if (!a || !b) return a ? a : b;
    const vm_register *left = vm_reg(l, a), *right = vm_reg(l, b);
    i128 corner[4];
    if (!i128_mul(left->min, right->min, &corner[0]) ||
        !i128_mul(left->min, right->max, &corner[1]) ||
        !i128_mul(left->max, right->min, &corner[2]) ||
        !i128_mul(left->max, right->max, &corner[3]))
        return 0;
    i128 min = corner[0], max = corner[0];
    for (int n = 1; n < 4; n++) {
        if (corner[n] < min) min = corner[n];
        if (corner[n] > max) max = corner[n];
    }
    if (a == b && min < 0) min = 0;
    if (!is_within(min) || !is_within(max)) return 0;
    vm_instr i = { .code = VM_I_MUL, .space = left->space, .a = a, .b = b };
    return make(l, i, true, min, max);
}

uint32_t vm_build_abs(vm_lowering *l, uint32_t a)
{
    const vm_register *reg = vm_reg(l, a);
    if (reg->min >= 0) return a;
    i128 max = -reg->min > reg->max ? -reg->min : reg->max;
    i128 min = reg->max < 0 ? -reg->max : 0;
    vm_instr i = { .code = VM_I_ABS, .space = reg->space, .a = a };
    return make(l, i, true, min, max);
}

uint32_t vm_build_extreme(vm_lowering *l, bool is_max, uint32_t a, i128 k1, uint32_t b, i128 k2)
{
    assert(a);
    i128 min1, max1, min2, max2;
    if (!vm_build_scaled(l, a, k1, &min1, &max1) || !vm_build_scaled(l, b, k2, &min2, &max2))
        return 0;
    bool is_first = is_max ? min1 >= max2 : max1 <= min2;
    bool is_second = is_max ? min2 >= max1 : max2 <= min1;
    if (is_first) return vm_build_linear(l, a, k1, 0, 0, 0);
    if (is_second && b) return vm_build_linear(l, b, k2, 0, 0, 0);
    i128 min = is_max ? (min1 > min2 ? min1 : min2) : (min1 < min2 ? min1 : min2);
    i128 max = is_max ? (max1 > max2 ? max1 : max2) : (max1 < max2 ? max1 : max2);
    bool is_narrow = is_small(min1, max1) && is_small(min2, max2) && is_small(k1, k2);
    if (!is_max && !b && k1 == 1 && is_narrow) {
        const vm_instr inner = *vm_build_last(l);
        if (inner.code == VM_I_MAX && inner.dst == a && !inner.b && !inner.is_wide &&
            inner.guard == l->guard) { /* the max alone is left to traces */
            vm_instr clamp = inner;
            clamp.code = VM_I_CLAMP, clamp.k3 = k2;
            return make(l, clamp, true, min, max);
        }
    }
    vm_instr i = { .code = is_max ? VM_I_MAX : VM_I_MIN, .space = space_of(l, a, b), .a = a,
                   .b = b, .k1 = k1, .k2 = k2 };
    return make(l, i, is_narrow, min, max);
}

/* The outermost quotients of [min, max] by [den_min, den_max], den_min > 0. */
static void quotient_range(i128 min, i128 max, i128 den_min, i128 den_max, int mode,
                           i128 *low, i128 *high)
{
    *low = vm_divide(min, min < 0 ? den_min : den_max, mode);
    *high = vm_divide(max, max < 0 ? den_max : den_min, mode);
}

uint32_t vm_build_round(vm_lowering *l, int mode, uint32_t a, i128 k1, uint32_t b,
                        i128 k2)
{
    if (!b && k2 == 1) return a ? vm_build_linear(l, a, k1, 0, 0, 0) : 0;
    i128 min, max, den_min = k2, den_max = k2, low, high;
    if (!vm_build_scaled(l, a, k1, &min, &max)) return 0;
    if (b && !vm_build_scaled(l, b, k2, &den_min, &den_max)) return 0;
    if (!is_within(k2)) return 0;
    assert(den_min > 0);
    quotient_range(min, max, den_min, den_max, mode, &low, &high);
    bool is_narrow = is_small(min, max) && is_small(den_min, den_max) && is_small(k1, k2);
    vm_instr i = { .code = VM_I_ROUND, .mode = (uint8_t)mode, .space = space_of(l, a, b),
                   .a = a, .b = b, .k1 = k1, .k2 = k2 };
    i128 most = (max > -min ? max : -min) + k2;
    while (i.bits < 127 && most >> i.bits) i.bits++;
    i.is_positive = min >= 0;
    return make(l, i, is_narrow, low, high);
}

uint32_t vm_build_compare(vm_lowering *l, vm_op op, uint32_t a, i128 k1, uint32_t b, i128 k2)
{
    i128 min1, max1, min2, max2;
    if (!vm_build_scaled(l, a, k1, &min1, &max1) || !vm_build_scaled(l, b, k2, &min2, &max2))
        return 0;
    bool is_same = a && a == b && k1 == k2;
    if (is_same) return vm_build_fill(l, vm_reg(l, a)->space, op == VM_EQ || op == VM_LE || op == VM_GE);
    bool is_narrow = is_small(min1, max1) && is_small(min2, max2) && is_small(k1, k2);
    vm_instr i = { .code = VM_I_COMPARE, .mode = (uint8_t)op, .space = space_of(l, a, b),
                   .a = a, .b = b, .k1 = k1, .k2 = k2 };
    return make(l, i, is_narrow, 0, 1);
}

uint32_t vm_build_select(vm_lowering *l, uint32_t condition, uint32_t a, i128 k1, uint32_t b,
                         i128 k2)
{
    if (a == b && k1 == k2) {
        uint16_t space = vm_reg(l, condition)->space;
        return a ? vm_build_linear(l, a, k1, 0, 0, 0) : vm_build_fill(l, space, k1);
    }
    i128 min1, max1, min2, max2;
    if (!vm_build_scaled(l, a, k1, &min1, &max1) || !vm_build_scaled(l, b, k2, &min2, &max2))
        return 0;
    i128 min = min1 < min2 ? min1 : min2, max = max1 > max2 ? max1 : max2;
    vm_instr i = { .code = VM_I_SELECT, .space = vm_reg(l, condition)->space, .a = a, .b = b,
                   .c = condition, .k1 = k1, .k2 = k2 };
    return make(l, i, is_small(k1, k2), min, max);
}

/* b < 0 ? -a : a, where a may be the constant k1. */
uint32_t vm_build_sign(vm_lowering *l, uint32_t a, i128 k1, uint32_t b)
{
    i128 min, max;
    if (!vm_build_scaled(l, a, k1, &min, &max)) return 0;
    if (-min > max) max = -min;
    vm_instr i = { .code = VM_I_SIGN, .space = vm_reg(l, b)->space, .a = a, .b = b, .k1 = k1 };
    return make(l, i, is_small(k1, 0), -max, max);
}

uint32_t vm_build_fill(vm_lowering *l, uint16_t space, i128 value)
{
    if (!is_within(value)) return 0;
    uint32_t dst = vm_build_register(l, space, !i128_fits_i64(value), value, value);
    vm_instr *i = vm_build_instr(l, VM_I_FILL, space);
    i->dst = dst, i->k1 = value, i->is_wide = vm_reg(l, dst)->is_wide;
    return dst;
}

uint32_t vm_build_mul_shift(vm_lowering *l, uint32_t a, uint32_t b, int shift)
{
    const vm_register *left = vm_reg(l, a), *right = vm_reg(l, b);
    assert(left->min >= 0 && right->min >= 0 && !left->is_wide && !right->is_wide && shift >= 32);
    i128 min = left->min * right->min >> shift, max = left->max * right->max >> shift;
    vm_instr i = { .code = VM_I_MUL_SHIFT, .space = left->space, .a = a, .b = b, .k1 = shift };
    return make(l, i, true, min, max);
}
