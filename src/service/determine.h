/* service/determine - a purpose being determined: what is decided, and what becomes of it.
 *
 *   month_determine   everybody decided, by the law of a day
 *   determine_propose decisions and proposals of a bucket; stops
 *   determine_fill    facts that the registry does not hold
 *   determine_ended   who draws and is asked no more, since the fact it hangs on has ended
 *   determine_dependants  several people who draw by one death, each asked with all of them at hand
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
    int64_t only_person;         /* nobody else is asked; 0: everybody */
    text_builder why[2];         /* of them alone: what left them undecided, in English and in Chinese */
    int64_t only_subject;        /* they, or their household; 0: nobody is asked */
    decision_terms terms;
    size_t answer_of[DECISION_KEYS_MAX];
    arena *memory;               /* of the buckets at hand */
    award_drawers drawers[EVENTLOG_BUCKETS];
    bool are_dead_stopped[EVENTLOG_BUCKETS]; /* once a purpose, however often who draws is read */
    determined_list made[EVENTLOG_BUCKETS];
    struct determine_dependants *dependants; /* NULL: the purpose asks nothing of them */
    determine_tally tally;
} determining;

/* By the law of which day a benefit that is paid by the month is determined in a month: one that is renewed by that of the
 * month it is paid for, which is the next; one that is decided once by that in which it fell due. */
int32_t determine_law_day(const award_row *award, int32_t month);

/* Of whom several draw by one death: what the lane's own record does not say. NULL where no fact asks for it. */
MUST_USE err determine_dependants_read(determining *d);
/* Fills the rows of the record `dependants` and the facts of the deceased into a block. */
MUST_USE err determine_dependants_fill(determining *d, roster_block *block);

/* Facts of a block that the registry does not hold: balances of accounts, dependants; `context` is a determining. */
MUST_USE err determine_fill(void *context, uint32_t bucket, roster_block *block);

/* What the office pays of a lane's lines; an employer's share is not ours. */
int64_t determine_sum(const determining *d, size_t lane);

/* Whose award of this purpose waits, or of a benefit that stands in its place. */
MUST_USE err determine_open_awards(determining *d);
/* Who draws, and who has died, in a bucket; what the dead draw is stopped. */
MUST_USE err determine_drawers(determining *d, uint32_t bucket);
/* Stops a benefit from a month on, for a reason of words.h. */
MUST_USE err determine_stop(determining *d, int64_t person_id, const char *reason, int32_t from_month);
/* What the fact says by which an award is asked of somebody: `disability.grade`. Of an award without one, untold. */
typedef enum { DETERMINE_UNTOLD, DETERMINE_TOLD, DETERMINE_ENDED } determine_title_state;
MUST_USE err determine_title(const determining *d, int64_t person_id, determine_title_state *state);
/* Who draws in a bucket (of a household's benefit: in all) and is asked by no fact any more: stopped where it has ended, else told
 * as not decided. Behind the decisions, while who draws is at hand. */
MUST_USE err determine_ended(determining *d, uint32_t bucket);
/* Decisions and proposals of a bucket. */
MUST_USE err determine_keep(determining *d, uint32_t bucket);
/* The household whose member a person is, or itself; 0: none. */
MUST_USE err determine_household_of(month_call *m, int64_t person_id, int64_t *household_id);
/* What was read and made of buckets. */
void determine_forget(determining *d);
/* An award of awards.csv, by purpose or Chinese name, determined for one person in the open month, inside the
 * transaction at hand: what is proposed waits for its review. `reasons`: why it was not decided, joined; or empty. */
MUST_USE err month_determine_person(month_call *m, text award, int64_t person_id, determine_tally *tally, const char **reasons);
/* The head of the list. */
text_builder determine_list(month_call *m);

#endif
