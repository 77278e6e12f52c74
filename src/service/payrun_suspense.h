/* service/payrun_suspense - what a fund holds in suspense (暂收款), item by item, and how old it is.
 *
 * Prefix   payrun_
 */
#ifndef SERVICE_PAYRUN_SUSPENSE_H
#define SERVICE_PAYRUN_SUSPENSE_H

#include "service/payrun.h"

typedef struct {
    int64_t account;
    payment_item item; /* what is left of it; its reference is the voucher's */
} payrun_suspense;
/* Of the run's fund, by the vouchers, oldest first. What went out again is taken off the item of its reference, else
 * off the oldest of the account. */
MUST_USE err payrun_suspense_read(payrun *p, payrun_suspense **items, size_t *count);

/* Items by age: the bands of packs/ledger/paying.csv. */
enum { PAYRUN_BANDS = 4 };
typedef struct {
    int64_t until_days[PAYRUN_BANDS - 1]; /* the last band has no end */
    int64_t count[PAYRUN_BANDS], fen[PAYRUN_BANDS];
} payrun_ages;
MUST_USE err payrun_ages_open(county *office, payrun_ages *ages);
/* Answers the item's age. */
int64_t payrun_ages_add(payrun_ages *ages, int32_t today, const payment_item *item);
/* "31-90", "366-". */
text payrun_band_text(arena *a, const payrun_ages *ages, size_t band);
void payrun_sort_by_day(payment_item *items, size_t count);

#endif
