#include "support/exact.h"

#include <assert.h>
#include <stdlib.h>

enum { POOL_BLOCK = 256 };

typedef struct block {
    struct block *next;
    mpq_t items[POOL_BLOCK];
} block;

struct exact_pool {
    block *first, *current;
    size_t used; /* of current */
    size_t used_count;
};

static block *block_open(void)
{
    block *b = malloc(sizeof *b);
    assert(b);
    b->next = NULL;
    for (int i = 0; i < POOL_BLOCK; i++) mpq_init(b->items[i]);
    return b;
}

exact_pool *exact_pool_open(void)
{
    exact_pool *pool = calloc(1, sizeof *pool);
    assert(pool);
    pool->first = pool->current = block_open();
    return pool;
}

void exact_pool_close(exact_pool *pool)
{
    for (block *b = pool->first; b;) {
        block *next = b->next;
        for (int i = 0; i < POOL_BLOCK; i++) mpq_clear(b->items[i]);
        free(b);
        b = next;
    }
    free(pool);
}

void exact_pool_reset(exact_pool *pool)
{
    pool->current = pool->first;
    pool->used = 0;
}

size_t exact_pool_used_count(const exact_pool *pool)
{
    return pool->used_count;
}

static mpq_ptr pool_next(exact_pool *pool)
{
    if (pool->used == POOL_BLOCK) {
        if (!pool->current->next) pool->current->next = block_open();
        pool->current = pool->current->next;
        pool->used = 0;
    }
    pool->used_count++;
    return pool->current->items[pool->used++];
}

/* ---- between i128 and GMP ---- */

static void mpz_of(mpz_ptr out, i128 value)
{
    u128 size = value < 0 ? -(u128)value : (u128)value;
    uint64_t words[2] = { (uint64_t)size, (uint64_t)(size >> 64) };
    mpz_import(out, 2, -1, sizeof words[0], 0, 0, words);
    if (value < 0) mpz_neg(out, out);
}

static bool mpz_fits(mpz_srcptr value, i128 *out)
{
    if (mpz_sizeinbase(value, 2) > 127) return false;
    uint64_t words[2] = { 0, 0 };
    mpz_export(words, NULL, -1, sizeof words[0], 0, 0, value);
    i128 size = (i128)((u128)words[1] << 64 | words[0]);
    *out = mpz_sgn(value) < 0 ? -size : size;
    return true;
}

static mpq_srcptr big_of(exact_pool *pool, exact a)
{
    if (a.big) return a.big;
    mpq_ptr q = pool_next(pool);
    mpz_of(mpq_numref(q), a.num);
    mpz_of(mpq_denref(q), a.den);
    mpq_canonicalize(q);
    return q;
}

/* Back to two i128 where they fit, so that the fast path is taken again. */
static exact settle(mpq_srcptr q)
{
    exact small = { .big = NULL };
    if (mpz_fits(mpq_numref(q), &small.num) && mpz_fits(mpq_denref(q), &small.den)) return small;
    return (exact){ .num = 0, .den = 1, .big = q };
}

/* ---- small fractions ---- */

static u128 divisor_of(u128 x, u128 y)
{
    while (y > UINT64_MAX || x > UINT64_MAX) {
        if (y == 0) return x;
        u128 rest = x % y;
        x = y;
        y = rest;
    }
    uint64_t p = (uint64_t)x, q = (uint64_t)y;
    while (q) {
        uint64_t rest = p % q;
        p = q;
        q = rest;
    }
    return p;
}

static exact reduce(exact a)
{
    if (a.big || a.den == 1) return a;
    u128 size = a.num < 0 ? -(u128)a.num : (u128)a.num;
    u128 divisor = divisor_of(size, (u128)a.den);
    if (divisor > 1) {
        a.num /= (i128)divisor;
        a.den /= (i128)divisor;
    }
    return a;
}

static bool small_add(exact a, exact b, exact *sum)
{
    i128 left, right;
    sum->big = NULL;
    sum->den = a.den;
    if (a.den == b.den) return !__builtin_add_overflow(a.num, b.num, &sum->num);
    return !__builtin_mul_overflow(a.num, b.den, &left) &&
           !__builtin_mul_overflow(b.num, a.den, &right) &&
           !__builtin_add_overflow(left, right, &sum->num) &&
           !__builtin_mul_overflow(a.den, b.den, &sum->den);
}

static bool small_multiply(exact a, exact b, exact *product)
{
    product->big = NULL;
    return !__builtin_mul_overflow(a.num, b.num, &product->num) &&
           !__builtin_mul_overflow(a.den, b.den, &product->den);
}

static bool small_compare(exact a, exact b, int *order)
{
    i128 left = a.num, right = b.num;
    if (a.den != b.den && (__builtin_mul_overflow(a.num, b.den, &left) ||
                           __builtin_mul_overflow(b.num, a.den, &right)))
        return false;
    *order = (left > right) - (left < right);
    return true;
}

/* ---- operations: the small form, then in lowest terms, then GMP ---- */

exact exact_add(exact_pool *pool, exact a, exact b)
{
    exact sum;
    if (!a.big && !b.big) {
        if (small_add(a, b, &sum)) return sum;
        if (small_add(reduce(a), reduce(b), &sum)) return sum;
    }
    mpq_srcptr left = big_of(pool, a), right = big_of(pool, b);
    mpq_ptr q = pool_next(pool);
    mpq_add(q, left, right);
    return settle(q);
}

exact exact_negate(exact_pool *pool, exact a)
{
    if (!a.big && a.num != I128_MIN) return exact_of(-a.num, a.den);
    mpq_srcptr of = big_of(pool, a);
    mpq_ptr q = pool_next(pool);
    mpq_neg(q, of);
    return settle(q);
}

exact exact_subtract(exact_pool *pool, exact a, exact b)
{
    return exact_add(pool, a, exact_negate(pool, b));
}

exact exact_multiply(exact_pool *pool, exact a, exact b)
{
    exact product;
    if (!a.big && !b.big) {
        if (small_multiply(a, b, &product)) return product;
        if (small_multiply(reduce(a), reduce(b), &product)) return product;
    }
    mpq_srcptr left = big_of(pool, a), right = big_of(pool, b);
    mpq_ptr q = pool_next(pool);
    mpq_mul(q, left, right);
    return settle(q);
}

exact exact_divide(exact_pool *pool, exact a, exact b)
{
    assert(exact_sign(b) != 0);
    if (!b.big && b.num != I128_MIN) {
        exact inverse = b.num > 0 ? exact_of(b.den, b.num) : exact_of(-b.den, -b.num);
        return exact_multiply(pool, a, inverse);
    }
    mpq_srcptr left = big_of(pool, a), right = big_of(pool, b);
    mpq_ptr q = pool_next(pool);
    mpq_div(q, left, right);
    return settle(q);
}

int exact_sign(exact a)
{
    return a.big ? mpq_sgn(a.big) : (a.num > 0) - (a.num < 0);
}

int exact_compare(exact_pool *pool, exact a, exact b)
{
    int order;
    if (!a.big && !b.big) {
        if (small_compare(a, b, &order)) return order;
        if (small_compare(reduce(a), reduce(b), &order)) return order;
    }
    order = mpq_cmp(big_of(pool, a), big_of(pool, b));
    return (order > 0) - (order < 0);
}

/* The whole part of a, toward zero, and twice the rest as compared with one whole. */
static exact whole_part(exact_pool *pool, exact a, int *rest_sign, int *rest_to_half)
{
    if (!a.big) {
        i128 quotient = a.num / a.den, rest = a.num % a.den;
        u128 size = rest < 0 ? -(u128)rest : (u128)rest, left = (u128)a.den - size;
        *rest_sign = (rest > 0) - (rest < 0);
        *rest_to_half = (size > left) - (size < left);
        return exact_of(quotient, 1);
    }
    mpq_ptr q = pool_next(pool);
    mpz_t rest;
    mpz_init(rest);
    mpz_tdiv_qr(mpq_numref(q), rest, mpq_numref(a.big), mpq_denref(a.big));
    mpz_set_ui(mpq_denref(q), 1);
    *rest_sign = mpz_sgn(rest);
    mpz_mul_2exp(rest, rest, 1);
    int order = mpz_cmpabs(rest, mpq_denref(a.big));
    *rest_to_half = (order > 0) - (order < 0);
    mpz_clear(rest);
    return settle(q);
}

static bool is_odd(exact whole)
{
    return whole.big ? mpz_odd_p(mpq_numref(whole.big)) : (whole.num & 1) != 0;
}

exact exact_round(exact_pool *pool, exact a, exact unit, money_rounding mode)
{
    int rest_sign, rest_to_half;
    exact whole = whole_part(pool, exact_divide(pool, a, unit), &rest_sign, &rest_to_half);
    bool is_away = false;
    switch (mode) {
    case MONEY_HALF_UP: is_away = rest_to_half >= 0; break;
    case MONEY_HALF_EVEN:
        is_away = rest_to_half > 0 || (rest_to_half == 0 && is_odd(whole));
        break;
    case MONEY_UP: is_away = rest_sign != 0; break;
    case MONEY_DOWN: break;
    default: assert(!"no such rounding");
    }
    if (is_away) whole = exact_add(pool, whole, exact_of(rest_sign, 1));
    return exact_multiply(pool, whole, unit);
}

bool exact_is_tie(exact_pool *pool, exact a, exact unit)
{
    int rest_sign, rest_to_half;
    whole_part(pool, exact_divide(pool, a, unit), &rest_sign, &rest_to_half);
    return rest_to_half == 0;
}

bool exact_scaled(exact_pool *pool, exact a, int decimals, i128 *out)
{
    i128 ten_power = 1;
    for (int i = 0; i < decimals; i++) ten_power *= 10;
    int rest_sign, rest_to_half;
    exact scaled = exact_multiply(pool, a, exact_of(ten_power, 1));
    exact whole = whole_part(pool, scaled, &rest_sign, &rest_to_half);
    if (whole.big || rest_sign != 0) return false;
    *out = whole.num;
    return true;
}

bool exact_lowest_terms(exact_pool *pool, exact a, i128 *num, i128 *den)
{
    (void)pool;
    if (a.big) return false;
    exact lowest = reduce(a);
    *num = lowest.num;
    *den = lowest.den;
    return true;
}
