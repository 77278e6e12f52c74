/* service/determine - a purpose being determined: what is decided, and what becomes of it.
 *
 *   month_determine   everybody decided, by the law of a day
 *   determine_propose decisions and proposals of a bucket; stops
 *
 * Prefix   determine_
 */
#ifndef SERVICE_DETERMINE_H
#define SERVICE_DETERMINE_H

#include "service/award.h"

typedef struct {
    decision_row row;
    decision_award award;
} determined;
typedef struct {
    determined *items;
    size_t count, capacity;
} determined_list;

typedef struct {
    int64_t awarded, amount_fen, changed, stopped, waiting, drawing, dead, refused, settled, undecided;
} determine_tally;

typedef struct {
    month_call *m;
    const award_row *award;
    month_deciding d;
    month_undecided *undecided;
    text_builder *list;          /* what was proposed, as CSV; NULL: not asked for */
    int32_t on_day, from_month, event_month;
    bool is_household;
    size_t begin;                /* the answer that says since when it is due; SIZE_MAX: none */
    int64_t *open;               /* persons whose award waits for approval, in order */
    int64_t *open_other;         /* the same of benefits that stand in its place */
    size_t open_count, open_other_count;
    award_events events;
    award_payees payees;
    decision_terms terms;
    size_t answer_of[DECISION_KEYS_MAX];
    arena *memory;               /* of the buckets at hand */
    award_drawers drawers[EVENTLOG_BUCKETS];
    determined_list made[EVENTLOG_BUCKETS];
    determine_tally tally;
} determining;

/* Whose award of this purpose waits, or of a benefit that stands in its place. */
MUST_USE err determine_open_awards(determining *d);
/* Who draws, and who has died, in a bucket; what the dead draw is stopped. */
MUST_USE err determine_drawers(determining *d, uint32_t bucket);
/* Stops a benefit from a month on, for a reason of words.h. */
MUST_USE err determine_stop(determining *d, int64_t person_id, const char *reason, int32_t from_month);
/* Decisions and proposals of a bucket. */
MUST_USE err determine_keep(determining *d, uint32_t bucket);
/* What was read and made of buckets. */
void determine_forget(determining *d);
/* The head of the list. */
text_builder determine_list(month_call *m);

#endif
