/* money/ - exact decimals: text to scaled integers and back, and the house's one rounding.
 *
 * A value with `decimals` places is kept as the integer value * 10^decimals: fen are yuan with
 * two decimals. Nothing here is floating point, and nothing rounds unless the caller names how.
 *
 * Values   i128 where a sum or product may pass through; int64_t fen where money is kept.
 * Rounding symmetric about zero in every mode: rounding -x is minus rounding x.
 * Errors   only the kinds below; after an error the result is untouched. `detail` is left to the
 *          caller, who knows the field.
 * Threads  nothing is kept; call from anywhere.
 */
#ifndef MONEY_MONEY_H
#define MONEY_MONEY_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/checked.h"
#include "base/err.h"
#include "base/text.h"

extern const err_kind MONEY_NOT_A_NUMBER, MONEY_TOO_MANY_DECIMALS, MONEY_OUT_OF_RANGE,
    MONEY_ZERO_DIVISOR;

/* ---- rounding ---- */

typedef enum {
    MONEY_HALF_UP,   /* to the nearest; a tie goes away from zero (四舍五入) */
    MONEY_HALF_EVEN, /* to the nearest; a tie goes to the even neighbour */
    MONEY_UP,        /* away from zero (进一法) */
    MONEY_DOWN,      /* toward zero (去尾法) */
    MONEY_ROUNDING_COUNT
} money_rounding;

/* num / den as a whole number. `den` is not 0, and the quotient fits: only I128_MIN / -1 does
 * not, and asking for it is a mistake of ours. */
i128 money_divide_round(i128 num, i128 den, money_rounding mode);
/* Brings a value from one number of decimals to another; rounds when places are dropped. False
 * when it does not fit. Decimals are 0..38. */
bool money_rescale(i128 scaled, int decimals, int decimals_wanted, money_rounding mode, i128 *out);

/* The same for 64 bits, inline for loops over lanes; not for INT64_MIN / -1. */
static inline int64_t money_divide_round_i64(int64_t num, int64_t den, money_rounding mode)
{
    int64_t quotient = num / den;
    int64_t rest = num % den;
    uint64_t rest_size = rest < 0 ? 0 - (uint64_t)rest : (uint64_t)rest;
    uint64_t den_size = den < 0 ? 0 - (uint64_t)den : (uint64_t)den;
    uint64_t left = den_size - rest_size; /* compared with this, twice the rest cannot overflow */
    bool is_away = mode == MONEY_UP          ? rest_size > 0
                   : mode == MONEY_HALF_UP   ? rest_size >= left
                   : mode == MONEY_HALF_EVEN ? rest_size > left ||
                                                   (rest_size == left && (quotient & 1))
                                             : false;
    int64_t outward = (num < 0) == (den < 0) ? 1 : -1;
    return quotient + (is_away ? outward : 0);
}

/* ---- reading ---- */

/* What may stand in a number besides a sign, digits (also full-width) and one point; blanks
 * around it are passed over. */
enum {
    MONEY_PLAIN = 0,
    MONEY_ALLOW_SEPARATORS = 1, /* 1,234,567.89: groups of three, or none */
    MONEY_ALLOW_PERCENT = 2,    /* 8%, 4‰: shifted by two or three places */
    MONEY_ALLOW_EXPONENT = 4,   /* 1e3, as JSON writes numbers */
    MONEY_ALLOW_ALL = 7
};

/* Reads a decimal exactly. Zeros past `decimals` (0..38) are no error; other digits there are. */
MUST_USE err money_parse_decimal(text t, int decimals, unsigned allowed, i128 *scaled);
/* The same into 64 bits. */
MUST_USE err money_parse_i64(text t, int decimals, unsigned allowed, int64_t *scaled);

/* ---- printing ---- */

typedef struct {
    int decimals;        /* 0..38 */
    int decimals_min;    /* zeros at the end go down to so many places; == decimals keeps all */
    bool has_separators; /* 1,234,567.89 */
} money_style;

#define MONEY_PRINT_BYTES 64
/* Writes NUL-terminated text into MONEY_PRINT_BYTES bytes; returns its size. */
size_t money_print(i128 scaled, money_style style, char *out);
/* Fen as yuan with two decimals, 1234.50. */
size_t money_print_fen(int64_t fen, char *out);

/* ---- fractions ---- */

/* An exact fraction in lowest terms; den > 0. */
typedef struct {
    i128 num;
    i128 den;
} money_ratio;

/* False when den is 0 or the lowest terms do not fit. */
bool money_ratio_of(i128 num, i128 den, money_ratio *out);
/* Reads a decimal, or two of them as a fraction: 8%, 0.5‰, 1/139, 21.75. */
MUST_USE err money_parse_ratio(text t, unsigned allowed, money_ratio *out);
bool money_ratio_multiply(money_ratio a, money_ratio b, money_ratio *out);
bool money_ratio_add(money_ratio a, money_ratio b, money_ratio *out);
/* <0, 0, >0; exact for all values. */
int money_ratio_compare(money_ratio a, money_ratio b);
/* The ratio as a value with so many decimals; false when it does not fit. */
bool money_ratio_round(money_ratio r, int decimals, money_rounding mode, i128 *scaled);
/* As a decimal where it is one of at most 38 places, else as num/den, into
 * MONEY_RATIO_PRINT_BYTES bytes; returns the size. */
#define MONEY_RATIO_PRINT_BYTES 96
size_t money_ratio_print(money_ratio r, char *out);

#endif
