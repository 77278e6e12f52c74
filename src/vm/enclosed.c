/* enclosed - kernels of enclosures, and the lanes they leave to exact.c. */
#include "vm/vm_internal.h"

static i128 shift_down(i128 value, int bits, bool is_up)
{
    if (bits <= 0) return value * ((i128)1 << -bits);
    if (bits > 126) bits = 126;
    return is_up ? -(-value >> bits) : value >> bits;
}

static void enclose(vm_state *s, const vm_instr *i)
{
    size_t count = s->lanes[i->space];
    int shift = (int)i->k3;
    bool is_turned = i->k1 < 0;
    uint32_t low = is_turned ? i->c : i->a, high = is_turned ? i->a : i->c;
    for (size_t n = 0; n < count; n++) {
        i128 den = i->b ? vm_lane(s, i->b, n) * i->k2 : i->k2;
        i128 least = shift_down(vm_lane(s, low, n), -shift, is_turned) * i->k1;
        i128 most = shift_down(vm_lane(s, high, n), -shift, !is_turned) * i->k1;
        vm_lane_put(s, i->dst, n, vm_divide(least, den, VM_FLOOR));
        vm_lane_put(s, i->dst2, n, vm_divide(most, den, VM_CEILING));
    }
}

static void size_of_pair(vm_state *s, const vm_instr *i)
{
    size_t count = s->lanes[i->space];
    for (size_t n = 0; n < count; n++) {
        i128 low = vm_lane(s, i->a, n), high = vm_lane(s, i->b, n);
        i128 most = -low > high ? -low : high;
        vm_lane_put(s, i->dst, n, low > 0 ? low : high < 0 ? -high : 0);
        vm_lane_put(s, i->dst2, n, most < 0 ? 0 : most);
    }
}

static void multiply(vm_state *s, const vm_instr *i)
{
    size_t count = s->lanes[i->space];
    for (size_t n = 0; n < count; n++) {
        i128 a[2] = { vm_lane(s, i->a, n), vm_lane(s, i->b, n) };
        i128 b[2] = { vm_lane(s, i->c, n), vm_lane(s, i->d, n) };
        i128 low = a[0] * b[0], high = low;
        for (int k = 1; k < 4; k++) {
            i128 corner = a[k & 1] * b[k >> 1];
            if (corner < low) low = corner;
            if (corner > high) high = corner;
        }
        vm_lane_put(s, i->dst, n, low);
        vm_lane_put(s, i->dst2, n, high);
    }
}

static void divide(vm_state *s, const vm_instr *i)
{
    size_t count = s->lanes[i->space];
    for (size_t n = 0; n < count; n++) {
        i128 unit = (i128)1 << (int)i->k1, low = vm_lane(s, i->a, n), high = vm_lane(s, i->b, n);
        i128 least = vm_lane(s, i->c, n), most = vm_lane(s, i->d, n);
        vm_lane_put(s, i->dst, n, vm_divide(low * unit, low < 0 ? least : most, VM_FLOOR));
        vm_lane_put(s, i->dst2, n, vm_divide(high * unit, high < 0 ? most : least, VM_CEILING));
    }
}

static void round_pair(vm_state *s, const vm_instr *i)
{
    size_t count = s->lanes[i->space];
    const vm_plan *plan = s->program->plan;
    vm_constant step = plan->constants[plan->nodes[i->node].aux];
    for (size_t n = 0; n < count; n++) {
        i128 low = vm_divide(vm_lane(s, i->a, n) * i->k1, i->k2, i->mode);
        i128 high = vm_divide(vm_lane(s, i->b, n) * i->k1, i->k2, i->mode);
        if (low != high && !vm_mark_at(s, i->ma, n))
            low = vm_exact_round(s, i->space, n, plan->nodes[i->node].a,
                                 (vm_fraction){ step.num, step.den }, i->mode);
        vm_lane_put(s, i->dst, n, low);
    }
}

static bool holds(vm_op op, int order)
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

static void compare(vm_state *s, const vm_instr *i)
{
    size_t count = s->lanes[i->space];
    for (size_t n = 0; n < count; n++) {
        i128 low = vm_lane(s, i->a, n), high = vm_lane(s, i->b, n);
        i128 least = vm_lane(s, i->c, n), most = vm_lane(s, i->d, n);
        int order = high < least ? -1 : low > most;
        bool is_open = !(high < least || low > most);
        if (is_open && !vm_mark_at(s, i->ma, n) && !vm_mark_at(s, i->mb, n))
            order = vm_exact_compare(s, i->space, n, i->node, i->aux,
                                     (vm_fraction){ i->k2, i->k3 });
        vm_i64(s, i->dst)[n] = holds((vm_op)i->mode, order);
    }
}

void vm_execute_enclosed(vm_state *s, const vm_instr *i)
{
    switch ((vm_code)i->code) {
    case VM_I_ENCLOSE: enclose(s, i); break;
    case VM_I_E_ABS: size_of_pair(s, i); break;
    case VM_I_E_MUL: multiply(s, i); break;
    case VM_I_E_DIV: divide(s, i); break;
    case VM_I_E_ROUND: round_pair(s, i); break;
    default: compare(s, i); break;
    }
}
