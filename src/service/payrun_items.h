/* service/payrun_items - what is paid or withheld once (room oneoff), as runs take it, settle it and let it go.
 *
 * An item paid out is a line of its own; an overpayment is withheld from a line of its person (agreed as a
 * grant: from what is paid once), from the line's largest part, as much as the packs say (recovery.h), and one a
 * line: the line stays above zero. What a run has taken is
 * settled when the bank has paid the line; until then, also when it was refused, it is the run's, as long as the line is due.
 *
 * Prefix   payrun_items_
 */
#ifndef SERVICE_PAYRUN_ITEMS_H
#define SERVICE_PAYRUN_ITEMS_H

#include "service/payrun.h"

/* What a draft has taken, by bucket of the subjects. */
typedef struct {
    oneoff_taking *of[EVENTLOG_BUCKETS];
    size_t count[EVENTLOG_BUCKETS], capacity[EVENTLOG_BUCKETS];
} payrun_items;

void payrun_items_add(arena *a, payrun_items *items, const oneoff_taking *taking);
/* Keeps what was taken as the run's. */
MUST_USE err payrun_items_take(county *office, int64_t run_id, payrun_items *items);
/* The run was withdrawn, or is drafted anew: what it had taken is free. */
MUST_USE err payrun_items_release(county *office, int64_t run_id);
/* After answers of the bank: settles what was paid, and books what was withheld. An item whose line came back just
 * now (`returned`: numbers of lines, rising) is open again, and a later run pays it. */
/* Whether the run still holds what it withheld from the line a chain of payments began with, and whether that has gone
 * against the debt. */
MUST_USE err payrun_items_withheld(county *office, int64_t run_id, const payment_line *root, bool *is_taken, bool *is_settled);
/* What was withheld from lines of the person that the bank has refused and that are not due any more, so that no run
 * pays them: free again, to be repaid or withheld elsewhere. */
MUST_USE err payrun_items_free(county *office, int64_t person_id);
MUST_USE err payrun_items_settle(payrun *p, const int64_t *returned, size_t returned_count);

#endif
