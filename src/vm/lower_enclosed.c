/* lower_enclosed - binary enclosures [low, high] * 2^-exponent for what 128 bits do not hold exactly:
 * sums of quotients above all. Precision is lost here, never correctness: where an enclosure does
 * not settle a rounding or a comparison, exact.c does that lane anew. */
#include "vm/vm_internal.h"

enum {
    STEP_BITS = 124,  /* of the products inside an instruction */
    VALUE_BITS = 110, /* of low and high */
    FINE_EXPONENT = 64,
    NARROW_EXPONENT = 32 /* fine enough to stay in 64 bits */
};

static int bits_of(i128 value)
{
    u128 size = value < 0 ? -(u128)value : (u128)value;
    int bits = 0;
    for (; size; size >>= 1) bits++;
    return bits;
}

static int bits_of_register(const vm_lowering *l, uint32_t reg)
{
    if (!reg) return 1;
    int low = bits_of(vm_reg(l, reg)->min), high = bits_of(vm_reg(l, reg)->max);
    return low > high ? low : high;
}

static int bits_of_pair(const vm_lowering *l, const vm_form *f)
{
    int low = bits_of_register(l, f->low), high = bits_of_register(l, f->high);
    return low > high ? low : high;
}

typedef struct {
    i128 low_min, low_max, high_min, high_max;
} pair_range;

/* An instruction with two results. */
static vm_instr *make_pair(vm_lowering *l, vm_code code, uint16_t space, pair_range r, vm_form *out)
{
    bool is_narrow = i128_fits_i64(r.low_min) && i128_fits_i64(r.high_max) &&
                     i128_fits_i64(r.low_max) && i128_fits_i64(r.high_min);
    int32_t exponent = out->exponent;
    uint32_t mark = out->mark;
    *out = (vm_form){ .factor = { 1, 1 }, .is_enclosed = true, .is_made = true,
                      .exponent = exponent, .mark = mark };
    out->low = vm_build_register(l, space, !is_narrow, r.low_min, r.low_max);
    out->high = vm_build_register(l, space, !is_narrow, r.high_min, r.high_max);
    vm_instr *i = vm_build_instr(l, code, space);
    i->dst = out->low, i->dst2 = out->high, i->is_wide = !is_narrow;
    return i;
}

static i128 shift_down(i128 value, int bits, bool is_up)
{
    if (bits <= 0) return value * ((i128)1 << -bits);
    if (bits > 126) bits = 126;
    return is_up ? -(-value >> bits) : value >> bits;
}

/* low*2^shift*k1/(den*k2) rounded down, high's rounded up; low and high may be one register. */
typedef struct {
    uint32_t low, high, den;
    i128 k1, k2;
    int shift;
} scaling;

static i128 scale_value(i128 value, int shift, i128 k, i128 den, bool is_up)
{
    i128 moved = shift_down(value, -shift, k < 0 ? !is_up : is_up) * k;
    return vm_divide(moved, den, is_up ? VM_CEILING : VM_FLOOR);
}

static bool scale(vm_lowering *l, uint16_t space, scaling s, vm_form *out)
{
    const vm_register low = *vm_reg(l, s.low), high = *vm_reg(l, s.high);
    i128 den_min = s.k2, den_max = s.k2;
    if (s.den && !vm_build_scaled(l, s.den, s.k2, &den_min, &den_max)) return false;
    if (den_min <= 0) return false;
    i128 smallest = s.k1 < 0 ? high.max : low.min, greatest = s.k1 < 0 ? low.min : high.max;
    pair_range r;
    i128 min = smallest * 1, max = greatest * 1;
    bool min_is_negative = (min < 0) != (s.k1 < 0), max_is_negative = (max < 0) != (s.k1 < 0);
    r.low_min = scale_value(min, s.shift, s.k1, min_is_negative ? den_min : den_max, false);
    r.high_max = scale_value(max, s.shift, s.k1, max_is_negative ? den_max : den_min, true);
    r.low_max = r.high_max, r.high_min = r.low_min;
    if (bits_of(r.low_min) > VALUE_BITS + 1 || bits_of(r.high_max) > VALUE_BITS + 1) return false;
    vm_instr *i = make_pair(l, VM_I_ENCLOSE, space, r, out);
    i->a = s.low, i->b = s.den, i->c = s.high, i->k1 = s.k1, i->k2 = s.k2, i->k3 = s.shift;
    return true;
}

/* The finest shift at which steps and result keep to their bits. */
static int choose_shift(const vm_lowering *l, const scaling *s, bool may_be_narrow)
{
    int low = bits_of_register(l, s->low), high = bits_of_register(l, s->high);
    int num = (low > high ? low : high) + bits_of(s->k1);
    int den = (s->den ? bits_of(vm_reg(l, s->den)->min) : 1) + bits_of(s->k2) - 2;
    if (den < 0) den = 0;
    int shift = STEP_BITS - num;
    if (shift > VALUE_BITS - num + den) shift = VALUE_BITS - num + den;
    int narrow = 62 - bits_of(l->plan->rows_max) - (num - den);
    if (may_be_narrow && narrow >= NARROW_EXPONENT && narrow <= shift) return narrow;
    return shift > FINE_EXPONENT ? FINE_EXPONENT : shift;
}

bool vm_enclose(vm_lowering *l, const vm_form *f, vm_form *out)
{
    if (f->is_enclosed) {
        *out = *f;
        return true;
    }
    vm_form from = *f;
    uint16_t space = from.num   ? vm_reg(l, from.num)->space
                     : from.den ? vm_reg(l, from.den)->space
                                : vm_build_space(l);
    if (!from.num) from.num = vm_build_fill(l, space, 1);
    scaling s = { from.num, from.num, from.den, from.factor.num, from.factor.den, 0 };
    if (bits_of(s.k1) > 110) return false;
    s.shift = choose_shift(l, &s, from.den != 0);
    *out = (vm_form){ .exponent = s.shift, .mark = f->mark };
    return scale(l, space, s, out);
}

/* The pair moved by whole bits: down loses precision. */
static bool shift_pair(vm_lowering *l, const vm_form *f, int bits_down, vm_form *out)
{
    *out = *f;
    if (bits_down == 0) return true;
    scaling s = { f->low, f->high, 0, 1, 1, -bits_down };
    out->exponent = f->exponent - bits_down;
    return scale(l, vm_reg(l, f->low)->space, s, out);
}

static bool coarsen(vm_lowering *l, vm_form *f, int bits)
{
    int excess = bits_of_pair(l, f) - bits;
    vm_form old = *f;
    return excess <= 0 || shift_pair(l, &old, excess, f);
}

bool vm_enclosed_align(vm_lowering *l, vm_form *a, vm_form *b)
{
    if (a->exponent == b->exponent) return true;
    vm_form *fine = a->exponent > b->exponent ? a : b, *coarse = fine == a ? b : a;
    int apart = fine->exponent - coarse->exponent;
    int room = VALUE_BITS - 1 - bits_of_pair(l, coarse);
    int up = apart < room ? apart : room > 0 ? room : 0;
    vm_form old = *coarse;
    if (!shift_pair(l, &old, -up, coarse)) return false;
    old = *fine;
    return shift_pair(l, &old, apart - up, fine);
}

static bool both(vm_lowering *l, const vm_form *a, const vm_form *b, vm_form *left, vm_form *right)
{
    return vm_enclose(l, a, left) && vm_enclose(l, b, right);
}

static void join(vm_form *out, uint32_t low, uint32_t high, int32_t exponent)
{
    uint32_t mark = out->mark;
    *out = (vm_form){ .factor = { 1, 1 }, .low = low, .high = high, .exponent = exponent,
                      .is_enclosed = true, .is_made = true, .mark = mark };
}

static void negate(vm_lowering *l, vm_form *f)
{
    uint32_t low = vm_build_linear(l, f->high, -1, 0, 0, 0);
    f->high = vm_build_linear(l, f->low, -1, 0, 0, 0);
    f->low = low;
}

static bool enclosed_add(vm_lowering *l, vm_form a, vm_form b, bool is_sub, vm_form *out)
{
    if (is_sub) negate(l, &b);
    if (!vm_enclosed_align(l, &a, &b)) return false;
    join(out, vm_build_linear(l, a.low, 1, b.low, 1, 0), vm_build_linear(l, a.high, 1, b.high, 1, 0),
         a.exponent);
    return out->low && out->high && coarsen(l, out, VALUE_BITS);
}

static bool enclosed_extreme(vm_lowering *l, bool is_max, vm_form a, vm_form b, vm_form *out)
{
    if (!vm_enclosed_align(l, &a, &b)) return false;
    join(out, vm_build_extreme(l, is_max, a.low, 1, b.low, 1),
         vm_build_extreme(l, is_max, a.high, 1, b.high, 1), a.exponent);
    return out->low && out->high;
}

/* Makes room for a product; the longer one loses first, since it has precision to spare. */
static bool share_bits(vm_lowering *l, vm_form *a, vm_form *b)
{
    for (int tries = 0; tries < 4; tries++) {
        int left = bits_of_pair(l, a), right = bits_of_pair(l, b);
        int excess = left + right - VALUE_BITS, apart = left > right ? left - right : right - left;
        if (excess <= 0) return true;
        int drop = excess <= apart ? excess : apart + (excess - apart + 1) / 2;
        vm_form *wide = left > right ? a : b;
        if (!coarsen(l, wide, (left > right ? left : right) - drop)) return false;
    }
    return bits_of_pair(l, a) + bits_of_pair(l, b) <= VALUE_BITS + 2;
}

static bool enclosed_mul(vm_lowering *l, vm_form a, vm_form b, vm_form *out)
{
    if (!share_bits(l, &a, &b)) return false;
    i128 size = (i128)1 << (bits_of_pair(l, &a) + bits_of_pair(l, &b));
    bool is_positive = vm_reg(l, a.low)->min >= 0 && vm_reg(l, b.low)->min >= 0;
    pair_range r = { is_positive ? 0 : -size, size, is_positive ? 0 : -size, size };
    if (is_positive) {
        r.low_min = vm_reg(l, a.low)->min * vm_reg(l, b.low)->min;
        r.low_max = vm_reg(l, a.low)->max * vm_reg(l, b.low)->max;
        r.high_min = r.low_min, r.high_max = vm_reg(l, a.high)->max * vm_reg(l, b.high)->max;
    }
    out->exponent = a.exponent + b.exponent;
    vm_instr *i = make_pair(l, VM_I_E_MUL, vm_reg(l, a.low)->space, r, out);
    i->a = a.low, i->b = a.high, i->c = b.low, i->d = b.high;
    return true;
}

/* By a constant: no second enclosure needed. */
static bool enclosed_times(vm_lowering *l, const vm_form *a, vm_fraction k, uint32_t den, vm_form *out)
{
    vm_form from = *a;
    if (bits_of(k.num) > 60 && !coarsen(l, &from, STEP_BITS - bits_of(k.num) - 1)) return false;
    scaling s = { from.low, from.high, den, k.num, k.den, 0 };
    s.shift = choose_shift(l, &s, false);
    if (from.exponent + s.shift > FINE_EXPONENT) s.shift = FINE_EXPONENT - from.exponent;
    out->exponent = from.exponent + s.shift;
    return scale(l, vm_reg(l, from.low)->space, s, out);
}

/* By an exact form: its whole numerator first, its constant and denominator after. */
static bool enclosed_by_form(vm_lowering *l, const vm_form *a, const vm_form *b, vm_form *out)
{
    vm_form product = { .mark = out->mark };
    vm_form num = { .low = b->num, .high = b->num, .factor = { 1, 1 }, .is_enclosed = true };
    if (!b->num) return enclosed_times(l, a, b->factor, b->den, out);
    if (!enclosed_mul(l, *a, num, &product)) return false;
    return enclosed_times(l, &product, b->factor, b->den, out);
}

static bool enclosed_by_pair(vm_lowering *l, vm_form a, vm_form b, vm_form *out)
{
    if (vm_reg(l, b.high)->max < 0) negate(l, &a), negate(l, &b);
    if (vm_reg(l, b.low)->min <= 0) return false; /* may come near to 0: nothing bounds it */
    if (!coarsen(l, &b, 50)) return false;
    i128 den_min = vm_reg(l, b.low)->min;
    if (den_min <= 0) return false;
    int shift = VALUE_BITS - 1 - bits_of_pair(l, &a) + bits_of(den_min) - 1;
    if (shift > STEP_BITS - bits_of_pair(l, &a)) shift = STEP_BITS - bits_of_pair(l, &a);
    if (shift > 90) shift = 90;
    if (shift < 0) shift = 0;
    int bits = bits_of_pair(l, &a) + shift - bits_of(den_min) + 2;
    i128 size = (i128)1 << bits;
    bool is_positive = vm_reg(l, a.low)->min >= 0;
    pair_range r = { is_positive ? 0 : -size, size, is_positive ? 0 : -size, size };
    out->exponent = a.exponent - b.exponent + shift;
    vm_instr *i = make_pair(l, VM_I_E_DIV, vm_reg(l, a.low)->space, r, out);
    i->a = a.low, i->b = a.high, i->c = b.low, i->d = b.high, i->k1 = shift;
    return true;
}

static bool enclosed_div(vm_lowering *l, const vm_form *fa, const vm_form *fb, vm_form *out)
{
    vm_form a, b = *fb, middle = { .mark = out->mark };
    if (!vm_enclose(l, fa, &a)) return false;
    if (b.is_enclosed) return enclosed_by_pair(l, a, b, out);
    uint32_t mark = out->mark, sign = 0;
    if (b.num) vm_lower_divisor_check(l, &b, &mark);
    vm_fraction turned;
    if (!vm_fraction_div((vm_fraction){ 1, 1 }, b.factor, &turned)) return false;
    if (b.den) {
        vm_form factor = vm_form_of(b.den, (vm_fraction){ 1, 1 });
        if (!vm_enclose(l, &factor, &factor) || !enclosed_mul(l, a, factor, &middle)) return false;
        a = middle;
    }
    if (b.num && vm_reg(l, b.num)->min < 0) sign = b.num;
    uint32_t size = b.num ? vm_build_abs(l, b.num) : 0;
    if (size && vm_reg(l, size)->min < 1) l->tier->regs[size].min = 1; /* nowhere 0 */
    if (!enclosed_times(l, &a, turned, size, out)) return false;
    out->mark = mark;
    if (!sign) return true;
    vm_form minus = *out;
    negate(l, &minus);
    uint32_t flag = vm_build_compare(l, VM_LT, sign, 1, 0, 0);
    join(out, vm_build_select(l, flag, minus.low, 1, out->low, 1),
         vm_build_select(l, flag, minus.high, 1, out->high, 1), out->exponent);
    return out->low && out->high;
}

static void enclosed_abs(vm_lowering *l, vm_form a, vm_form *out)
{
    i128 most = -vm_reg(l, a.low)->min > vm_reg(l, a.high)->max ? -vm_reg(l, a.low)->min
                                                              : vm_reg(l, a.high)->max;
    if (most < 0) most = 0;
    out->exponent = a.exponent;
    vm_instr *i = make_pair(l, VM_I_E_ABS, vm_reg(l, a.low)->space,
                            (pair_range){ 0, most, 0, most }, out);
    i->a = a.low, i->b = a.high;
}

void vm_enclosed_arithmetic(vm_lowering *l, uint32_t node, vm_form *out)
{
    const vm_node *n = &l->plan->nodes[node];
    const vm_form fa = *vm_lower_form(l, n->a);
    vm_form fb = { 0 }, a = { 0 }, b = { 0 };
    if (n->b != VM_NONE) fb = *vm_lower_form(l, n->b);
    bool is_done = false;
    if (n->op == VM_DIV) {
        is_done = enclosed_div(l, &fa, &fb, out);
    } else if (n->op == VM_MUL && fa.is_enclosed && !fb.is_enclosed) {
        is_done = enclosed_by_form(l, &fa, &fb, out);
    } else if (n->op == VM_MUL && fb.is_enclosed && !fa.is_enclosed) {
        is_done = enclosed_by_form(l, &fb, &fa, out);
    } else if (n->b == VM_NONE && vm_enclose(l, &fa, &a)) {
        is_done = true;
        if (n->op == VM_ABS) {
            enclosed_abs(l, a, out);
        } else {
            negate(l, &a);
            join(out, a.low, a.high, a.exponent);
        }
    } else if (n->b != VM_NONE && both(l, &fa, &fb, &a, &b)) {
        is_done = n->op == VM_MUL                        ? enclosed_mul(l, a, b, out)
                  : n->op == VM_MIN || n->op == VM_MAX   ? enclosed_extreme(l, n->op == VM_MAX, a, b, out)
                                                         : enclosed_add(l, a, b, n->op == VM_SUB, out);
    }
    if (!is_done) vm_lower_fail(l, NULL);
}

bool vm_enclosed_select(vm_lowering *l, uint32_t condition, const vm_form *a, const vm_form *b,
                        vm_form *out)
{
    vm_form left, right;
    if (!both(l, a, b, &left, &right) || !vm_enclosed_align(l, &left, &right)) return false;
    join(out, vm_build_select(l, condition, left.low, 1, right.low, 1),
         vm_build_select(l, condition, left.high, 1, right.high, 1), left.exponent);
    return out->low && out->high;
}

/* The quotients' lower ends by a table of reciprocals: a*k / cell >= low * 2^-exponent, less than
 * slack units above. For numerators >= 0 over one column of a table; else 0. */
uint32_t vm_enclose_by_reciprocals(vm_lowering *l, const vm_form *f, int32_t *exponent, i128 *slack)
{
    const vm_tier *t = l->tier;
    const vm_instr *cell = NULL;
    for (size_t n = t->instr_count; n-- > 0 && !cell;)
        if (t->instrs[n].dst == f->den) cell = &t->instrs[n];
    if (!cell || cell->code != VM_I_CELL || !f->num || vm_reg(l, f->num)->is_wide ||
        vm_reg(l, f->num)->min < 0 || vm_reg(l, f->den)->min < 1 || f->factor.num <= 0)
        return 0;
    i128 unit; /* the least divisor */
    if (!i128_mul(vm_reg(l, f->den)->min, f->factor.den, &unit)) return 0;
    int bits = bits_of_register(l, f->num), over = bits_of(f->factor.num) - (bits_of(unit) - 1);
    int fine = 61 - bits_of(l->plan->rows_max) - bits - over;
    if (fine > 50) fine = 50;
    int room = 95 - bits < 62 ? 95 - bits : 62;
    if (fine > room - over - 32) fine = room - over - 32; /* the product drops at least 32 bits */
    int shift = room - over - fine;
    if (fine < NARROW_EXPONENT - 4 || shift < 32 || shift > 90) return 0;
    if (bits_of(f->factor.num) + shift + fine > 124 || bits_of(f->factor.den) > 60) return 0;
    size_t count = vm_reg(l, cell->a)->max < 0 ? 0 : (size_t)vm_reg(l, cell->a)->max + 1;
    int64_t *reciprocal = ARENA_ARRAY(l->memory, int64_t, count);
    for (size_t n = 0; n < count; n++) {
        i128 divisor = (i128)t->cells[cell->aux][n] * f->factor.den;
        reciprocal[n] = (int64_t)((f->factor.num << (shift + fine)) / divisor);
    }
    uint32_t column_reg = vm_build_cell(l, cell->a, reciprocal, count);
    *exponent = fine;
    *slack = (vm_reg(l, f->num)->max >> shift) + 2;
    return vm_build_mul_shift(l, f->num, column_reg, shift);
}
