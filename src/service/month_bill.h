/* service/month_bill - a purpose being billed, and what is billed ahead of its month.
 *
 * Who pays by the quarter, half year or year is billed once a period: when its first bill is made, each later month of
 * the period becomes an issue of its own ("flexible+2026-10" of November), and the bill of that month leaves out whom it
 * holds. Months, accounts, corrections and explanations are of a month, as everybody's.
 *
 * Prefix   month_bill_
 */
#ifndef SERVICE_MONTH_BILL_H
#define SERVICE_MONTH_BILL_H

#include "service/month_net.h"

typedef struct {
    collection_line line;
    int32_t last_month; /* of the period */
} month_bill_ahead;

typedef struct {
    month_call *m;
    const month_purpose *purpose;
    collection *bills;
    const collection_issue_row *found; /* that stands already; or NULL */
    month_deciding d;
    month_hands hands;
    bool is_decided;
    month_undecided *undecided;
    month_keys keys;
    int64_t sum_fen[COLLECTION_KEYS_MAX];
    int32_t due_day;
    collection_issue *issue; /* NULL: billed before, only looked at again */
    month_tally tally;
    size_t months;           /* the answer that says how many months a period has; SIZE_MAX: none */
    month_net net;           /* what was billed ahead of this month */
    arena *net_memory;
    uint32_t net_bucket;
    month_bill_ahead *ahead;
    size_t later_count, later_capacity;
    int64_t ahead_count, ahead_fen; /* lanes left out; what was billed ahead now */
} billing;

MUST_USE err month_bill_open_ahead(billing *b);
MUST_USE err month_bill_read_ahead(billing *b, uint32_t bucket);
/* Whether this person's month was billed before its time. */
bool month_bill_is_ahead(billing *b, const collection_line *line);
void month_bill_note_ahead(billing *b, size_t lane, const collection_line *line);
MUST_USE err month_bill_issue_ahead(billing *b);
void month_bill_close_ahead(billing *b);

#endif
