/* tests/support/exact - fractions without bounds, for the reference evaluator.
 *
 * A small fraction is two i128, not always in lowest terms; one that does not fit is a GMP
 * rational. Every operation is exact; there is no overflow to report.
 *
 * Memory   big fractions live in the pool passed first, until exact_pool_reset.
 * Threads  a pool belongs to one thread.
 */
#ifndef SUPPORT_EXACT_H
#define SUPPORT_EXACT_H

#include <gmp.h>
#include <stdbool.h>

#include "base/checked.h"
#include "money/money.h"

typedef struct {
    i128 num, den;  /* den > 0; used while big is NULL */
    mpq_srcptr big; /* in lowest terms */
} exact;

typedef struct exact_pool exact_pool;
exact_pool *exact_pool_open(void);
void exact_pool_close(exact_pool *pool);
/* Forgets all big fractions made so far. */
void exact_pool_reset(exact_pool *pool);

static inline exact exact_of(i128 num, i128 den)
{
    return (exact){ .num = num, .den = den };
}
exact exact_add(exact_pool *pool, exact a, exact b);
exact exact_subtract(exact_pool *pool, exact a, exact b);
exact exact_multiply(exact_pool *pool, exact a, exact b);
/* b is not 0. */
exact exact_divide(exact_pool *pool, exact a, exact b);
exact exact_negate(exact_pool *pool, exact a);
int exact_sign(exact a);
int exact_compare(exact_pool *pool, exact a, exact b); /* -1, 0, 1 */
/* The nearest multiple of `unit` (> 0) as `mode` says; symmetric about zero. */
exact exact_round(exact_pool *pool, exact a, exact unit, money_rounding mode);
/* Whether a lies midway between two multiples of `unit`. */
bool exact_is_tie(exact_pool *pool, exact a, exact unit);
/* a * 10^decimals as a whole number; false when it is none, or does not fit. */
bool exact_scaled(exact_pool *pool, exact a, int decimals, i128 *out);
/* Lowest terms; false when they do not fit. */
bool exact_lowest_terms(exact_pool *pool, exact a, i128 *num, i128 *den);
/* How often the pool was needed: shows that both paths are tested. */
size_t exact_pool_used_count(const exact_pool *pool);

#endif
