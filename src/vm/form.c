/* form - exact arithmetic on forms: what can stay in the constant factor does. */
#include "vm/vm_internal.h"

vm_form vm_form_constant(vm_fraction value)
{
    return (vm_form){ .factor = value, .is_made = true };
}

vm_form vm_form_of(uint32_t num, vm_fraction factor)
{
    return (vm_form){ .num = num, .factor = factor, .is_made = true };
}

vm_fraction vm_form_unit(int decimals)
{
    return (vm_fraction){ 1, i128_pow10(decimals) };
}

uint32_t vm_form_whole(vm_lowering *l, const vm_form *f, vm_fraction unit)
{
    vm_fraction k;
    if (f->den || f->is_enclosed || !vm_fraction_div(f->factor, unit, &k) || k.den != 1) return 0;
    if (!f->num) return vm_build_fill(l, vm_build_space(l), k.num);
    return vm_build_linear(l, f->num, k.num, 0, 0, 0);
}

bool vm_form_is_fraction(const vm_form *f, vm_fraction unit)
{
    vm_fraction k;
    return f->den || (!f->is_enclosed && vm_fraction_div(f->factor, unit, &k) && k.den != 1);
}

uint32_t vm_form_flag(vm_lowering *l, const vm_form *f)
{
    return vm_form_whole(l, f, (vm_fraction){ 1, 1 });
}

static vm_fraction whole(i128 n)
{
    return (vm_fraction){ n, 1 };
}

static vm_fraction power_of_two(int exponent)
{
    return exponent >= 0 ? (vm_fraction){ (i128)1 << exponent, 1 }
                         : (vm_fraction){ 1, (i128)1 << -exponent };
}

bool vm_form_limits(const vm_tier *t, const vm_form *f, vm_fraction *min, vm_fraction *max)
{
    if (f->is_enclosed) {
        vm_fraction unit = power_of_two(-f->exponent);
        return vm_fraction_mul(whole(t->regs[f->low].min), unit, min) &&
               vm_fraction_mul(whole(t->regs[f->high].max), unit, max);
    }
    i128 num[2] = { 1, 1 }, den[2] = { 1, 1 };
    if (f->num) num[0] = t->regs[f->num].min, num[1] = t->regs[f->num].max;
    if (f->den) den[0] = t->regs[f->den].min, den[1] = t->regs[f->den].max;
    for (int n = 0; n < 4; n++) {
        vm_fraction corner;
        if (!vm_fraction_make(num[n & 1], den[n >> 1], &corner) ||
            !vm_fraction_mul(corner, f->factor, &corner))
            return false;
        if (n == 0 || vm_fraction_compare(corner, *min) < 0) *min = corner;
        if (n == 0 || vm_fraction_compare(corner, *max) > 0) *max = corner;
    }
    return true;
}

bool vm_form_mul(vm_lowering *l, const vm_form *a, const vm_form *b, vm_form *out)
{
    if (a->is_enclosed || b->is_enclosed) return false;
    vm_fraction factor;
    if (!vm_fraction_mul(a->factor, b->factor, &factor)) return false;
    *out = vm_form_constant(factor);
    if (factor.num == 0) return true;
    uint32_t num[2] = { a->num, b->num }, den[2] = { a->den, b->den };
    for (int n = 0; n < 2; n++)
        if (num[n] && num[n] == den[1 - n]) num[n] = den[1 - n] = 0; /* x/y * y */
    out->num = vm_build_mul(l, num[0], num[1]);
    out->den = vm_build_mul(l, den[0], den[1]);
    return (out->num || !(num[0] || num[1])) && (out->den || !(den[0] || den[1]));
}

bool vm_form_div(vm_lowering *l, const vm_form *a, const vm_form *b, vm_form *out)
{
    if (a->is_enclosed || b->is_enclosed) return false;
    vm_form turned = { .num = b->den, .is_made = true };
    if (!vm_fraction_div((vm_fraction){ 1, 1 }, b->factor, &turned.factor)) return false;
    uint32_t sign = 0;
    if (b->num) {
        const vm_register reg = *vm_reg(l, b->num);
        if (reg.min < 0) sign = b->num;
        turned.den = vm_build_abs(l, b->num);
        vm_register *size = &l->tier->regs[turned.den];
        if (size->min < 1) size->min = 1; /* b is nowhere 0 */
        if (reg.max < 0) turned.factor.num = -turned.factor.num, sign = 0;
    }
    vm_form numerator = *a;
    if (a->den && a->den == turned.num) numerator.den = turned.num = 0; /* (x/d) / (y/d) */
    if (!vm_form_mul(l, &numerator, &turned, out)) return false;
    if (!sign || out->factor.num == 0) return true;
    out->num = vm_build_sign(l, out->num, 1, sign);
    return out->num != 0;
}

/* Brings two forms to one denominator: a = k1 * num1 * g / den, b = k2 * num2 * g / den. */
typedef struct {
    uint32_t num1, num2, den;
    i128 k1, k2;
    vm_fraction g;
} alignment;

static bool align(vm_lowering *l, const vm_form *a, const vm_form *b, alignment *out)
{
    if (a->is_enclosed || b->is_enclosed) return false;
    if (!vm_fraction_common(a->factor, b->factor, &out->k1, &out->k2, &out->g)) return false;
    out->num1 = a->factor.num ? a->num : 0;
    out->num2 = b->factor.num ? b->num : 0;
    out->den = a->den;
    if (a->den == b->den) return true;
    if (b->den && out->k1) {
        out->num1 = vm_build_mul(l, out->num1, b->den);
        if (!out->num1) return false;
    }
    if (a->den && out->k2) {
        out->num2 = vm_build_mul(l, out->num2, a->den);
        if (!out->num2) return false;
    }
    out->den = vm_build_mul(l, a->den, b->den);
    return out->den != 0;
}

bool vm_form_add(vm_lowering *l, const vm_form *a, const vm_form *b, bool is_sub, vm_form *out)
{
    vm_form right = *b;
    if (is_sub) right.factor.num = -right.factor.num;
    if (!right.is_enclosed && right.factor.num == 0) {
        *out = *a;
        return !a->is_enclosed;
    }
    if (!a->is_enclosed && a->factor.num == 0) {
        *out = right;
        return !right.is_enclosed;
    }
    if (vm_form_is_constant(a) && vm_form_is_constant(b)) {
        *out = vm_form_constant(a->factor);
        return vm_fraction_add(a->factor, right.factor, &out->factor);
    }
    alignment to;
    if (!align(l, a, &right, &to)) return false;
    *out = (vm_form){ .den = to.den, .factor = to.g, .is_made = true };
    if (to.num1 && to.num2) out->num = vm_build_linear(l, to.num1, to.k1, to.num2, to.k2, 0);
    else if (to.num1) out->num = vm_build_linear(l, to.num1, to.k1, 0, 0, to.k2);
    else if (to.num2) out->num = vm_build_linear(l, to.num2, to.k2, 0, 0, to.k1);
    else out->num = vm_build_fill(l, vm_build_space(l), to.k1 + to.k2);
    return out->num != 0;
}

bool vm_form_extreme(vm_lowering *l, bool is_max, const vm_form *a, const vm_form *b,
                     vm_form *out)
{
    if (vm_form_is_constant(a) && vm_form_is_constant(b)) {
        bool is_left = (vm_fraction_compare(a->factor, b->factor) > 0) == is_max;
        *out = vm_form_constant(is_left ? a->factor : b->factor);
        return true;
    }
    alignment to;
    if (!align(l, a, b, &to)) return false;
    *out = (vm_form){ .den = to.den, .factor = to.g, .is_made = true };
    if (to.num1) out->num = vm_build_extreme(l, is_max, to.num1, to.k1, to.num2, to.k2);
    else if (to.num2) out->num = vm_build_extreme(l, is_max, to.num2, to.k2, 0, to.k1);
    else out->num = vm_build_fill(l, vm_build_space(l), (to.k1 > to.k2) == is_max ? to.k1 : to.k2);
    return out->num != 0;
}

bool vm_form_select(vm_lowering *l, uint32_t condition, const vm_form *a, const vm_form *b,
                    vm_form *out)
{
    vm_form left = *a, right = *b;
    if (left.is_enclosed || right.is_enclosed) return false;
    left.den = right.den = 0;
    alignment to;
    if (!align(l, &left, &right, &to)) return false;
    *out = (vm_form){ .factor = to.g, .is_made = true };
    out->num = vm_build_select(l, condition, to.num1, to.k1, to.num2, to.k2);
    if (!out->num) return false;
    if (!a->den && !b->den) return true;
    out->den = vm_build_select(l, condition, a->den, 1, b->den, 1);
    return out->den != 0;
}

static const vm_op TURNED[VM_OP_COUNT] = {
    [VM_EQ] = VM_EQ, [VM_NE] = VM_NE, [VM_LT] = VM_GT, [VM_LE] = VM_GE, [VM_GT] = VM_LT,
    [VM_GE] = VM_LE,
};

static bool compare_holds(vm_op op, int order)
{
    switch (op) {
    case VM_EQ: return order == 0;
    case VM_NE: return order != 0;
    case VM_LT: return order < 0;
    case VM_LE: return order <= 0;
    case VM_GT: return order > 0;
    default: return order >= 0;
    }
}

uint32_t vm_form_compare(vm_lowering *l, vm_op op, const vm_form *a, const vm_form *b)
{
    if (vm_form_is_constant(a) && vm_form_is_constant(b)) {
        bool holds = compare_holds(op, vm_fraction_compare(a->factor, b->factor));
        return vm_build_fill(l, vm_build_space(l), holds);
    }
    alignment to;
    if (!align(l, a, b, &to)) return 0;
    if (to.num1) return vm_build_compare(l, op, to.num1, to.k1, to.num2, to.k2);
    if (to.num2) return vm_build_compare(l, TURNED[op], to.num2, to.k2, 0, to.k1);
    bool holds = compare_holds(op, to.k1 < to.k2 ? -1 : to.k1 > to.k2);
    return vm_build_fill(l, vm_build_space(l), holds);
}

vm_form vm_form_each(vm_lowering *l, const vm_form *f, vm_form_map map, const void *context)
{
    vm_form out = *f;
    uint32_t *regs[4] = { &out.num, &out.den, &out.low, &out.high };
    for (int n = 0; n < 4; n++)
        if (*regs[n]) *regs[n] = map(l, *regs[n], context);
    return out;
}
