#include "vm/big.h"

struct vm_big_pool {
    arena *memory;
    uint32_t *digits;
    size_t used, capacity;
};

vm_big_pool *vm_big_pool_open(arena *memory)
{
    vm_big_pool *p = ARENA_NEW(memory, vm_big_pool);
    p->memory = memory;
    return p;
}

void vm_big_reset(vm_big_pool *p)
{
    p->used = 0;
}

/* When the pool is full a larger one takes its place; the old digits stay where they are. */
static uint32_t *new_digits(vm_big_pool *p, size_t count)
{
    if (p->used + count > p->capacity) {
        p->capacity = 2 * p->capacity + count + 4096;
        p->digits = ARENA_ARRAY(p->memory, uint32_t, p->capacity);
        p->used = 0;
    }
    uint32_t *made = p->digits + p->used;
    p->used += count;
    memset(made, 0, count * sizeof *made);
    return made;
}

static vm_big trimmed(const uint32_t *digits, size_t count, bool is_negative)
{
    while (count && digits[count - 1] == 0) count--;
    return (vm_big){ digits, count, count && is_negative };
}

vm_big vm_big_of(vm_big_pool *p, i128 value)
{
    u128 size = value < 0 ? -(u128)value : (u128)value;
    uint32_t *digits = new_digits(p, 4);
    for (int n = 0; n < 4; n++, size >>= 32) digits[n] = (uint32_t)size;
    return trimmed(digits, 4, value < 0);
}

vm_big vm_big_negate(vm_big a)
{
    a.is_negative = a.count && !a.is_negative;
    return a;
}

static int compare_sizes(vm_big a, vm_big b)
{
    if (a.count != b.count) return a.count < b.count ? -1 : 1;
    for (size_t n = a.count; n-- > 0;)
        if (a.digits[n] != b.digits[n]) return a.digits[n] < b.digits[n] ? -1 : 1;
    return 0;
}

int vm_big_compare(vm_big a, vm_big b)
{
    if (a.is_negative != b.is_negative) return a.is_negative ? -1 : 1;
    int order = compare_sizes(a, b);
    return a.is_negative ? -order : order;
}

static vm_big add_sizes(vm_big_pool *p, vm_big a, vm_big b)
{
    if (a.count < b.count) {
        vm_big old = a;
        a = b, b = old;
    }
    uint32_t *digits = new_digits(p, a.count + 1);
    uint64_t carry = 0;
    for (size_t n = 0; n < a.count; n++) {
        carry += (uint64_t)a.digits[n] + (n < b.count ? b.digits[n] : 0);
        digits[n] = (uint32_t)carry;
        carry >>= 32;
    }
    digits[a.count] = (uint32_t)carry;
    return trimmed(digits, a.count + 1, false);
}

static vm_big subtract_sizes(vm_big_pool *p, vm_big a, vm_big b) /* a >= b */
{
    uint32_t *digits = new_digits(p, a.count);
    int64_t borrow = 0;
    for (size_t n = 0; n < a.count; n++) {
        int64_t left = (int64_t)a.digits[n] - (n < b.count ? b.digits[n] : 0) + borrow;
        digits[n] = (uint32_t)left;
        borrow = left < 0 ? -1 : 0;
    }
    return trimmed(digits, a.count, false);
}

vm_big vm_big_add(vm_big_pool *p, vm_big a, vm_big b)
{
    vm_big out;
    if (a.is_negative == b.is_negative) {
        out = add_sizes(p, a, b);
        out.is_negative = out.count && a.is_negative;
        return out;
    }
    bool is_first = compare_sizes(a, b) >= 0;
    out = is_first ? subtract_sizes(p, a, b) : subtract_sizes(p, b, a);
    out.is_negative = out.count && (is_first ? a.is_negative : b.is_negative);
    return out;
}

vm_big vm_big_mul(vm_big_pool *p, vm_big a, vm_big b)
{
    uint32_t *digits = new_digits(p, a.count + b.count + 1);
    for (size_t i = 0; i < a.count; i++) {
        uint64_t carry = 0;
        for (size_t k = 0; k < b.count; k++) {
            carry += (uint64_t)a.digits[i] * b.digits[k] + digits[i + k];
            digits[i + k] = (uint32_t)carry;
            carry >>= 32;
        }
        digits[i + b.count] = (uint32_t)carry;
    }
    return trimmed(digits, a.count + b.count, a.is_negative != b.is_negative);
}

static vm_big divide_by_digit(vm_big_pool *p, vm_big a, uint32_t by, uint32_t *rest)
{
    uint32_t *digits = new_digits(p, a.count + 1);
    uint64_t left = 0;
    for (size_t n = a.count; n-- > 0;) {
        left = left << 32 | a.digits[n];
        digits[n] = (uint32_t)(left / by);
        left %= by;
    }
    *rest = (uint32_t)left;
    return trimmed(digits, a.count, false);
}

static uint32_t *shifted_up(vm_big_pool *p, vm_big a, int bits, size_t count)
{
    uint32_t *digits = new_digits(p, count);
    uint64_t carry = 0;
    for (size_t n = 0; n < count; n++) {
        uint64_t here = n < a.count ? a.digits[n] : 0;
        carry |= here << bits;
        digits[n] = (uint32_t)carry;
        carry >>= 32;
    }
    return digits;
}

/* One digit of the quotient of the running rest u[0..count] by v[0..count). */
static uint32_t divide_step(uint32_t *u, const uint32_t *v, size_t count)
{
    uint64_t top = (uint64_t)u[count] << 32 | u[count - 1];
    uint64_t guess = top / v[count - 1], left = top % v[count - 1];
    while (guess >> 32 || guess * v[count - 2] > (left << 32 | u[count - 2])) {
        guess--;
        left += v[count - 1];
        if (left >> 32) break;
    }
    int64_t borrow = 0;
    uint64_t carry = 0;
    for (size_t n = 0; n < count; n++) {
        carry += guess * v[n];
        int64_t digit = (int64_t)u[n] - (int64_t)(uint32_t)carry + borrow;
        u[n] = (uint32_t)digit;
        borrow = digit < 0 ? -1 : 0;
        carry >>= 32;
    }
    int64_t digit = (int64_t)u[count] - (int64_t)carry + borrow;
    u[count] = (uint32_t)digit;
    if (digit >= 0) return (uint32_t)guess;
    carry = 0; /* one too many: give it back */
    for (size_t n = 0; n < count; n++) {
        carry += (uint64_t)u[n] + v[n];
        u[n] = (uint32_t)carry;
        carry >>= 32;
    }
    u[count] += (uint32_t)carry;
    return (uint32_t)guess - 1;
}

static vm_big divide_long(vm_big_pool *p, vm_big a, vm_big b, vm_big *rest)
{
    int bits = __builtin_clz(b.digits[b.count - 1]);
    uint32_t *u = shifted_up(p, a, bits, a.count + 1), *v = shifted_up(p, b, bits, b.count);
    size_t steps = a.count - b.count + 1;
    uint32_t *digits = new_digits(p, steps);
    for (size_t n = steps; n-- > 0;) digits[n] = divide_step(u + n, v, b.count);
    uint32_t *left = new_digits(p, b.count);
    for (size_t n = 0; n < b.count; n++) {
        uint64_t pair = (uint64_t)(n + 1 < b.count ? u[n + 1] : 0) << 32 | u[n];
        left[n] = (uint32_t)(pair >> bits);
    }
    *rest = trimmed(left, b.count, false);
    return trimmed(digits, steps, false);
}

vm_big vm_big_divide(vm_big_pool *p, vm_big a, vm_big b, vm_big *rest)
{
    vm_big quotient = { NULL, 0, false }, left = a;
    assert(b.count);
    left.is_negative = false;
    if (compare_sizes(a, b) >= 0) {
        if (b.count == 1) {
            uint32_t *digit = new_digits(p, 1);
            quotient = divide_by_digit(p, a, b.digits[0], digit);
            left = trimmed(digit, 1, false);
        } else {
            quotient = divide_long(p, a, b, &left);
        }
    }
    quotient.is_negative = quotient.count && a.is_negative != b.is_negative;
    left.is_negative = left.count && a.is_negative;
    if (rest) *rest = left;
    return quotient;
}

bool vm_big_small(vm_big a, i128 *out)
{
    if (a.count > 4 || (a.count == 4 && a.digits[3] >> 31)) return false;
    u128 size = 0;
    for (size_t n = a.count; n-- > 0;) size = size << 32 | a.digits[n];
    *out = a.is_negative ? -(i128)size : (i128)size;
    return true;
}

vm_big_fraction vm_big_fraction_of(vm_big_pool *p, i128 num, i128 den)
{
    return (vm_big_fraction){ vm_big_of(p, num), vm_big_of(p, den) };
}

/* Sums run over few denominators: one that divides the other does not make it grow. */
vm_big_fraction vm_big_fraction_add(vm_big_pool *p, vm_big_fraction a, vm_big_fraction b)
{
    if (vm_big_compare(a.den, b.den) < 0) {
        vm_big_fraction old = a;
        a = b, b = old;
    }
    vm_big rest, times = vm_big_divide(p, a.den, b.den, &rest);
    if (rest.count == 0)
        return (vm_big_fraction){ vm_big_add(p, a.num, vm_big_mul(p, b.num, times)), a.den };
    vm_big left = vm_big_mul(p, a.num, b.den), right = vm_big_mul(p, b.num, a.den);
    return (vm_big_fraction){ vm_big_add(p, left, right), vm_big_mul(p, a.den, b.den) };
}

vm_big_fraction vm_big_fraction_mul(vm_big_pool *p, vm_big_fraction a, vm_big_fraction b)
{
    return (vm_big_fraction){ vm_big_mul(p, a.num, b.num), vm_big_mul(p, a.den, b.den) };
}

vm_big_fraction vm_big_fraction_divide(vm_big_pool *p, vm_big_fraction a, vm_big_fraction b)
{
    vm_big num = vm_big_mul(p, a.num, b.den), den = vm_big_mul(p, a.den, b.num);
    if (den.is_negative) num = vm_big_negate(num), den = vm_big_negate(den);
    return (vm_big_fraction){ num, den };
}

int vm_big_fraction_compare(vm_big_pool *p, vm_big_fraction a, vm_big_fraction b)
{
    return vm_big_compare(vm_big_mul(p, a.num, b.den), vm_big_mul(p, b.num, a.den));
}
