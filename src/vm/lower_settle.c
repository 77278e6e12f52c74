/* lower_settle - where an enclosure becomes an answer: rounding and comparing. The instruction keeps
 * the registers from which exact.c can do a lane anew. */
#include "vm/vm_internal.h"

typedef struct {
    vm_lowering *l;
    bool *is_seen;
    uint32_t *regs;
    size_t count, capacity;
} region;

static void keep(region *r, uint32_t reg)
{
    if (reg) ARENA_PUSH(r->l->memory, r->regs, r->count, r->capacity, reg);
}

/* Down from a node to the exact forms its enclosure was made of. */
static void walk(region *r, uint32_t node)
{
    if (node == VM_NONE || r->is_seen[node]) return;
    r->is_seen[node] = true;
    const vm_fold *fold = r->l->fold;
    bool is_body = fold && fold->is_body[node];
    const vm_form *f = is_body ? &fold->forms[node] : &r->l->tier->forms[node];
    if (!f->is_enclosed) {
        keep(r, f->num);
        keep(r, f->den);
        return;
    }
    const vm_node *n = &r->l->plan->nodes[node];
    walk(r, n->a);
    walk(r, n->b);
    walk(r, n->c);
}

static void keep_region(vm_lowering *l, vm_instr *i, uint32_t a, uint32_t b)
{
    region r = { .l = l, .is_seen = ARENA_ARRAY(l->memory, bool, l->plan->node_count) };
    walk(&r, a);
    walk(&r, b);
    i->keep = r.regs, i->keep_count = r.count;
}

static int bits_of(i128 value)
{
    int bits = 0;
    for (u128 size = value < 0 ? -(u128)value : (u128)value; size; size >>= 1) bits++;
    return bits;
}

/* value = n * k1 / k2 of the unit, for n of the pair. */
static bool unit_scale(const vm_form *f, vm_fraction unit, i128 *k1, i128 *k2)
{
    *k1 = unit.den, *k2 = unit.num;
    int exponent = f->exponent;
    for (; exponent > 0 && (*k1 & 1) == 0; exponent--) *k1 /= 2;
    for (; exponent < 0 && (*k2 & 1) == 0; exponent++) *k2 /= 2;
    if (exponent > 0 && bits_of(*k2) + exponent > 122) return false;
    if (exponent < 0 && bits_of(*k1) - exponent > 122) return false;
    if (exponent > 0) *k2 <<= exponent;
    else *k1 <<= -exponent;
    return true;
}

void vm_enclosed_round(vm_lowering *l, uint32_t node, vm_form *out)
{
    const vm_node *n = &l->plan->nodes[node];
    const vm_form a = *vm_lower_form(l, n->a);
    vm_constant step = l->plan->constants[n->aux];
    vm_fraction unit;
    vm_form pair;
    i128 k1, k2, min, max, other;
    if (!vm_fraction_make(step.num, step.den, &unit) || !vm_enclose(l, &a, &pair) ||
        !unit_scale(&pair, unit, &k1, &k2) || !vm_build_scaled(l, pair.low, k1, &min, &other) ||
        !vm_build_scaled(l, pair.high, k1, &other, &max)) {
        vm_lower_fail(l, NULL);
        return;
    }
    min = vm_divide(min, k2, n->mode), max = vm_divide(max, k2, n->mode);
    bool is_wide = !i128_fits_i64(min) || !i128_fits_i64(max);
    uint16_t space = vm_reg(l, pair.low)->space;
    uint32_t dst = vm_build_register(l, space, is_wide, min, max);
    vm_instr *i = vm_build_instr(l, VM_I_E_ROUND, space);
    i->dst = dst, i->a = pair.low, i->b = pair.high, i->mode = (uint8_t)n->mode;
    i->k1 = k1, i->k2 = k2, i->ma = a.mark, i->node = node;
    keep_region(l, i, n->a, VM_NONE);
    *out = vm_form_of(dst, unit);
    out->mark = a.mark;
}

uint32_t vm_enclosed_compare(vm_lowering *l, vm_op op, uint32_t a, uint32_t b, vm_fraction k)
{
    vm_form left = *vm_lower_form(l, a), right = vm_form_constant(k);
    if (b != VM_NONE) right = *vm_lower_form(l, b);
    uint32_t ma = left.mark, mb = b == VM_NONE ? 0 : right.mark;
    uint16_t space = vm_build_space(l);
    vm_form x, y;
    if (!vm_enclose(l, &left, &x) || !vm_enclose(l, &right, &y) || !vm_enclosed_align(l, &x, &y)) {
        vm_lower_fail(l, NULL);
        return 0;
    }
    uint32_t dst = vm_build_register(l, space, false, 0, 1);
    vm_instr *i = vm_build_instr(l, VM_I_E_COMPARE, space);
    i->dst = dst, i->mode = (uint8_t)op, i->a = x.low, i->b = x.high, i->c = y.low, i->d = y.high;
    i->node = a, i->aux = b, i->k2 = k.num, i->k3 = k.den, i->ma = ma, i->mb = mb;
    keep_region(l, i, a, b);
    return dst;
}
