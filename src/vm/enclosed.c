/* enclosed - kernels of enclosures, and the lanes they leave to exact.c. */
#include "vm/vm_internal.h"

enum { SMALL_DIVISORS = 1024 };

/* A register, looked up once for all its lanes. */
typedef struct {
    void *at;
    bool is_wide;
} view;

static view view_of(const vm_state *s, uint32_t reg)
{
    return (view){ s->regs[reg], s->tier->regs[reg].is_wide };
}

static inline i128 get(view v, size_t n)
{
    return v.is_wide ? ((const i128 *)v.at)[n] : (i128)((const int64_t *)v.at)[n];
}

static inline void put(view v, size_t n, i128 value)
{
    if (v.is_wide) ((i128 *)v.at)[n] = value;
    else ((int64_t *)v.at)[n] = (int64_t)value;
}

static int bits_below(i128 power_of_two)
{
    uint64_t low = (uint64_t)power_of_two;
    return low ? __builtin_ctzll(low) : 64 + __builtin_ctzll((uint64_t)(power_of_two >> 64));
}

static i128 shift_down(i128 value, int bits, bool is_up)
{
    if (bits <= 0) return value * ((i128)1 << -bits);
    if (bits > 126) bits = 126;
    return is_up ? -(-value >> bits) : value >> bits;
}

/* floor((2^128 - 1) / den) */
static u128 reciprocal_of(uint64_t den)
{
    return ~(u128)0 / den;
}

/* Small divisors, such as months, come again and again. */
static const u128 *small_reciprocals(vm_machine *m)
{
    if (m->reciprocals) return m->reciprocals;
    m->reciprocals = arena_alloc(m->memory, SMALL_DIVISORS * sizeof(u128));
    for (uint64_t den = 1; den < SMALL_DIVISORS; den++) m->reciprocals[den] = reciprocal_of(den);
    return m->reciprocals;
}

/* floor(x / den) for x < 2^127, by the reciprocal m; the product is at most 1 below. */
static inline u128 divide_by(u128 x, uint64_t den, u128 m)
{
    uint64_t x0 = (uint64_t)x, x1 = (uint64_t)(x >> 64), m0 = (uint64_t)m, m1 = (uint64_t)(m >> 64);
    u128 low = (u128)x1 * m0 + (uint64_t)((u128)x0 * m0 >> 64);
    u128 middle = (u128)x0 * m1 + (uint64_t)low;
    u128 quotient = (u128)x1 * m1 + (low >> 64) + (middle >> 64);
    return quotient + (x - quotient * den >= den);
}

/* floor(least / den) and the ceiling of most / den, for den > 0; reciprocal 0: not at hand. */
static inline void divide_pair(i128 least, i128 most, i128 den, u128 reciprocal, i128 *low, i128 *high)
{
    if (reciprocal && least >= 0 && most >= 0) {
        *low = (i128)divide_by((u128)least, (uint64_t)den, reciprocal);
        *high = (i128)divide_by((u128)(most + den - 1), (uint64_t)den, reciprocal);
    } else {
        *low = vm_divide(least, den, VM_FLOOR);
        *high = vm_divide(most, den, VM_CEILING);
    }
}

/* By a power of two, and by nothing else. */
static void enclose_shifted(view low, view high, view dst, view dst2, int right, size_t count)
{
    if (right > 126) right = 126;
    for (size_t n = 0; n < count && right >= 0; n++) {
        put(dst, n, get(low, n) >> right);
        put(dst2, n, -(-get(high, n) >> right));
    }
    for (size_t n = 0; n < count && right < 0; n++) {
        put(dst, n, get(low, n) * ((i128)1 << -right));
        put(dst2, n, get(high, n) * ((i128)1 << -right));
    }
}

static void enclose(vm_state *s, const vm_instr *i)
{
    size_t count = s->lanes[i->space];
    int shift = (int)i->k3;
    bool is_turned = i->k1 < 0, has_den = i->b != 0;
    view low = view_of(s, is_turned ? i->c : i->a), high = view_of(s, is_turned ? i->a : i->c);
    view divisor = view_of(s, i->b), dst = view_of(s, i->dst), dst2 = view_of(s, i->dst2);
    if (!has_den && i->k1 == 1 && (i->k2 & (i->k2 - 1)) == 0) {
        enclose_shifted(low, high, dst, dst2, bits_below(i->k2) - shift, count);
        return;
    }
    const u128 *small = small_reciprocals(s->machine);
    const i128 k1 = i->k1, k2 = i->k2;
    bool is_constant = !has_den && k2 >= SMALL_DIVISORS && k2 <= INT64_MAX && count > 3;
    u128 reciprocal = is_constant ? reciprocal_of((uint64_t)k2) : 0;
    for (size_t n = 0; n < count; n++) {
        i128 least = shift_down(get(low, n), -shift, is_turned) * k1;
        i128 most = shift_down(get(high, n), -shift, !is_turned) * k1;
        i128 den = has_den ? get(divisor, n) * k2 : k2;
        divide_pair(least, most, den, den < SMALL_DIVISORS ? small[den] : reciprocal, &least, &most);
        put(dst, n, least);
        put(dst2, n, most);
    }
}

static void size_of_pair(vm_state *s, const vm_instr *i)
{
    size_t count = s->lanes[i->space];
    view a = view_of(s, i->a), b = view_of(s, i->b), dst = view_of(s, i->dst), dst2 = view_of(s, i->dst2);
    for (size_t n = 0; n < count; n++) {
        i128 low = get(a, n), high = get(b, n);
        i128 most = -low > high ? -low : high;
        put(dst, n, low > 0 ? low : high < 0 ? -high : 0);
        put(dst2, n, most < 0 ? 0 : most);
    }
}

static void multiply(vm_state *s, const vm_instr *i)
{
    size_t count = s->lanes[i->space];
    view va = view_of(s, i->a), vb = view_of(s, i->b), vc = view_of(s, i->c), vd = view_of(s, i->d), dst = view_of(s, i->dst), dst2 = view_of(s, i->dst2);
    const vm_register *regs = s->tier->regs;
    if (regs[i->a].min >= 0 && regs[i->b].min >= 0 && regs[i->c].min >= 0 && regs[i->d].min >= 0) {
        for (size_t n = 0; n < count; n++) {
            put(dst, n, get(va, n) * get(vc, n));
            put(dst2, n, get(vb, n) * get(vd, n));
        }
        return;
    }
    for (size_t n = 0; n < count; n++) {
        i128 a[2] = { get(va, n), get(vb, n) };
        i128 b[2] = { get(vc, n), get(vd, n) };
        i128 low = a[0] * b[0], high = low;
        for (int k = 1; k < 4; k++) {
            i128 corner = a[k & 1] * b[k >> 1];
            if (corner < low) low = corner;
            if (corner > high) high = corner;
        }
        put(dst, n, low);
        put(dst2, n, high);
    }
}

static void divide(vm_state *s, const vm_instr *i)
{
    size_t count = s->lanes[i->space];
    view va = view_of(s, i->a), vb = view_of(s, i->b), vc = view_of(s, i->c), vd = view_of(s, i->d), dst = view_of(s, i->dst), dst2 = view_of(s, i->dst2);
    for (size_t n = 0; n < count; n++) {
        i128 unit = (i128)1 << (int)i->k1, low = get(va, n), high = get(vb, n);
        i128 least = get(vc, n), most = get(vd, n);
        put(dst, n, vm_divide(low * unit, low < 0 ? least : most, VM_FLOOR));
        put(dst2, n, vm_divide(high * unit, high < 0 ? most : least, VM_CEILING));
    }
}

/* The whole number after floor(x / den) that a rounding takes, by what is over; x >= 0. */
static inline bool is_rounded_up(int mode, bool is_odd, i128 rest, i128 den)
{
    switch (mode) {
    case MONEY_HALF_UP: return rest >= den - rest;
    case MONEY_HALF_EVEN: return rest > den - rest || (rest == den - rest && is_odd);
    case MONEY_UP:
    case VM_CEILING: return rest > 0;
    default: return false;
    }
}

/* Rounds both ends by one division where they have the same floor; false where it settles nothing. */
static inline bool round_near(i128 least, i128 most, i128 den, int power, int mode, i128 *low,
                              i128 *high)
{
    if (least < 0 || most < least) return false;
    bool is_narrow = i128_fits_i64(least) && i128_fits_i64(den);
    i128 quotient = power >= 0  ? least >> power
                    : is_narrow ? (i128)((int64_t)least / (int64_t)den)
                                : (i128)((u128)least / (u128)den);
    i128 rest = least - quotient * den, over = rest + (most - least);
    if (over >= den) return false;
    *low = quotient + is_rounded_up(mode, quotient & 1, rest, den);
    *high = quotient + is_rounded_up(mode, quotient & 1, over, den);
    return true;
}

static void round_pair(vm_state *s, const vm_instr *i)
{
    size_t count = s->lanes[i->space];
    view va = view_of(s, i->a), vb = view_of(s, i->b), dst = view_of(s, i->dst);
    const i128 k1 = i->k1, k2 = i->k2;
    int power = (k2 & (k2 - 1)) == 0 ? bits_below(k2) : -1;
    const vm_plan *plan = s->program->plan;
    vm_constant step = plan->constants[plan->nodes[i->node].aux];
    for (size_t n = 0; n < count; n++) {
        i128 least = get(va, n) * k1, most = get(vb, n) * k1, low, high;
        if (!round_near(least, most, k2, power, i->mode, &low, &high)) {
            low = vm_divide(least, k2, i->mode);
            high = vm_divide(most, k2, i->mode);
        }
        if (low != high && !vm_mark_at(s, i->ma, n))
            low = vm_exact_round(s, i->space, n, plan->nodes[i->node].a,
                                 (vm_fraction){ step.num, step.den }, i->mode);
        put(dst, n, low);
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
    view va = view_of(s, i->a), vb = view_of(s, i->b), vc = view_of(s, i->c), vd = view_of(s, i->d);
    for (size_t n = 0; n < count; n++) {
        i128 low = get(va, n), high = get(vb, n);
        i128 least = get(vc, n), most = get(vd, n);
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
