/* service/payrun_fill - who is paid by a run, and who is left out of it.
 *
 * Walks the people bucket by bucket: their benefits in payment, what earlier runs could not pay and can be
 * paid now, and items paid or withheld once (room oneoff). A run of a month pays all of it; a supplementary
 * run pays what the month's runs have not. Nobody gets a benefit of a month twice: a line is drafted only
 * where no run that stands has one.
 *
 * Prefix   payrun_
 */
#ifndef SERVICE_PAYRUN_FILL_H
#define SERVICE_PAYRUN_FILL_H

#include "service/payrun_items.h"

/* What a run was made of. */
typedef struct {
    int64_t without_account, refused_before, payee_dead, held; /* left out */
    int64_t suspended, still_waiting, not_due;
    int64_t paid_again, picked_up, item_lines, withheld_lines, withheld_fen;
    int64_t not_withheld; /* overpayments of which the packs cannot say how much; why, of the last */
    text why_not_withheld;
    payrun_items items; /* to be taken when the run is there */
} payrun_fill_tally;

typedef struct {
    county *office;
    text kind; /* of packs/ledger/payroll.csv */
    int32_t month;
    bool is_supplement;
    int64_t run_id;      /* drafted anew; 0: a new run */
    payrun_table *table; /* with its parts */
    text fund;
    const text *parts;
    size_t part_count;
    payment_draft *draft;
} payrun_fill;

/* All buckets. After an error the draft is cancelled. */
MUST_USE err payrun_fill_all(const payrun_fill *fill, payrun_fill_tally *tally);

/* Why what waits cannot be paid into this account; none: it can. */
MUST_USE err payrun_hindrance(county *office, const payment_waiting *waiting, const registry_account *account,
                              payment_left_reason *hindrance);
/* Whether the benefit of that month is still due, as the office knows it now. */
MUST_USE err payrun_still_due(county *office, arena *a, const payment_waiting *waiting, int64_t benefit, bool *is_due,
                              bool *is_suspended);

#endif
