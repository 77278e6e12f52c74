/* service/payrun_fill_internal - what the files that fill a run share. */
#ifndef SERVICE_PAYRUN_FILL_INTERNAL_H
#define SERVICE_PAYRUN_FILL_INTERNAL_H

#include "service/award.h"
#include "service/payrun_fill.h"
#include "service/payrun_holds.h"
#include "service/recovery.h"
#include "service/revise.h"

/* Lines that runs of the kind already have for the month, met in the order of people. */
typedef struct {
    payment_run run;
    payment_cursor *cursor;
    payment_numbered head;
    bool has_head;
} payrun_fill_source;

typedef struct {
    const payrun_fill *of;
    county *office;
    registry *people;
    decision_book *decisions;
    revision_book *revision_rows;
    revision_reader *revisions; /* of the bucket; NULL: nobody was divided yet */
    payment *runs;
    payrun_fill_tally *tally;
    int64_t *benefit_ids; /* by row of the table */
    payrun_fill_source *sources;
    size_t source_count;
    arena *scratch, *memory; /* of one person, of one bucket */
    payment_waiting *waiting;
    size_t waiting_count, waiting_at;
    oneoff_book *items;
    oneoff_standing *due, *others; /* of the bucket; of all buckets, to be paid to somebody else */
    size_t due_count, due_at, other_count;
    recovery *recovery;
    const award_row *awards; /* read when first asked */
    size_t award_count;
    const registry_roster_row *who;
    bool reads_payees; /* of a bucket they alone, not everybody */
    payrun_holds *holds;
    payment_left_reason hindrance; /* of this person; none: may be paid */
    int64_t account;
    text paid_benefits[8]; /* of the month, by lines of other runs */
    size_t paid_count;
} payrun_filling;

/* The person's account, or why it cannot be paid into. */
MUST_USE err payrun_fill_account(payrun_filling *f);
/* Adds an amount to the line's part; false when the table has none for it. */
bool payrun_fill_part(const payrun_filling *f, int64_t benefit, text item, int64_t fen, payment_line *line);
/* A line, or where the person cannot be paid one that is left out. */
MUST_USE err payrun_fill_line(payrun_filling *f, payment_line *line, bool is_left);
bool payrun_fill_is_of_run(const payrun_filling *f, int64_t benefit);
MUST_USE err payrun_fill_items_open(payrun_filling *f);
MUST_USE err payrun_fill_items_bucket(payrun_filling *f, uint32_t bucket);
/* Keeps back from the line what this person owes, one overpayment at most: from a benefit a month what is withheld
 * so, from what is paid once (also an item: no benefit) what was agreed for it. */
MUST_USE err payrun_fill_withhold(payrun_filling *f, text benefit, payment_line *line);
/* What this person is paid once. */
MUST_USE err payrun_fill_items(payrun_filling *f);
/* What waits of this person and can be paid now. */
MUST_USE err payrun_fill_waiting(payrun_filling *f);
/* Benefits of the month this person has a line for already. */
MUST_USE err payrun_fill_find_paid(payrun_filling *f, int64_t person_id);
bool payrun_fill_is_paid(const payrun_filling *f, text benefit);

#endif
