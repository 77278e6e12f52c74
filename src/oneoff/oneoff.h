/* oneoff/ - what somebody is to get, or to give back, once: arrears (补发), lump sums, refunds (退费) and
 * overpayments to recover (追回).
 *
 * An item is of one subject and one fund, made of lines: a month, a part of the benefit, an amount.
 * Items are proposed in a batch, which is reviewed and approved by others or refused; from then on
 * they are taken into payment runs, or (recoveries) paid back, until nothing remains. A batch may also
 * hold changes of benefits, which the caller carries out once it is approved, and closings: items to be
 * cancelled or written off. Knows neither
 * law, people nor runs: benefits, parts and reasons are names, runs are numbers, and who may take
 * which step the caller knows (oneoff_marks).
 *
 * Money     int64_t fen, > 0. An item's amount is the sum of its lines; of it is settled what was paid
 *           or came back, closed what was cancelled or written off; the rest remains. What a run has
 *           taken is settled or released when the bank has answered, and meanwhile nobody else's.
 * Order     what is settled covers an item's lines from the first on; see oneoff_share. The part that a repayment
 *           covered which never came is owed again, behind all others: oneoff_lines.
 * Ids       of an item: unique in the subject's bucket, and rising with time. Of a batch: > 0.
 * Writing   inside the caller's transaction; an event and its projection together. With a key the same
 *           act again succeeds and changes nothing.
 * Memory    answers live in the arena passed first.
 * Errors    only the kinds below, the log's or the store's; after an error the caller rolls back.
 * Threads   one handle a store handle, so one a thread.
 */
#ifndef ONEOFF_ONEOFF_H
#define ONEOFF_ONEOFF_H

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"
#include "eventlog/eventlog.h"
#include "store/store.h"

extern const err_kind ONEOFF_NO_BATCH, ONEOFF_NO_ITEM, ONEOFF_NO_MOVE, ONEOFF_BAD_ITEM, ONEOFF_EMPTY,
    ONEOFF_NOT_APPROVED, ONEOFF_IN_RUN, ONEOFF_TOO_MUCH, ONEOFF_CLOSING_WAITS, ONEOFF_NO_RECEIPT;

typedef struct oneoff_book oneoff_book;
MUST_USE err oneoff_open(arena *process, store *db, eventlog *log, oneoff_book **book);
/* This room's tables, for rebuilding them from the log and checking them against it. */
eventlog_room oneoff_room(oneoff_book *book);

typedef struct {
    int64_t actor_id, known_ms;
    text why, key;
} oneoff_act;

typedef struct {
    const char *name, *says, *says_zh; /* "recovery", "overpayment to recover", "追回" */
} oneoff_word;

/* ---- batches: proposed, reviewed, approved ---- */

typedef enum {
    ONEOFF_NONE,
    ONEOFF_DRAFTED,  /* items may still be added */
    ONEOFF_PROPOSED, /* 经办 */
    ONEOFF_REVIEWED, /* 审核 */
    ONEOFF_APPROVED, /* 审批 */
    ONEOFF_REFUSED,
    ONEOFF_BATCH_STATE_COUNT
} oneoff_batch_state;

/* CONFIRM alone ends a batch of undoings, in the place of REVIEW and APPROVE; what the two steps mean is kept in events. */
typedef enum { ONEOFF_PROPOSE, ONEOFF_REVIEW, ONEOFF_APPROVE, ONEOFF_REFUSE, ONEOFF_CONFIRM, ONEOFF_STEP_COUNT } oneoff_step;

const oneoff_word *oneoff_batch_word(oneoff_batch_state state);
const oneoff_word *oneoff_step_word(oneoff_step step);
/* ONEOFF_NONE when there is no such move. */
oneoff_batch_state oneoff_next(oneoff_batch_state from, oneoff_step step);

typedef struct {
    int64_t batch_id;
    text purpose; /* "adjust.yearly", "certify.restore": what the items come of */
    oneoff_batch_state state;
    int64_t item_count, pay_fen, recover_fen;
    int64_t change_count, closing_count, undoing_count;
    int64_t known_ms;
} oneoff_batch;

/* Opens a batch to which items are added in the same or later transactions. */
MUST_USE err oneoff_batch_begin(oneoff_book *book, const oneoff_act *act, text purpose, int64_t *batch_id,
                                bool *is_new);
/* ONEOFF_NO_MOVE; ONEOFF_EMPTY when a batch without items is proposed. */
MUST_USE err oneoff_move(oneoff_book *book, const oneoff_act *act, int64_t batch_id, oneoff_step step);
MUST_USE err oneoff_batch_find(arena *a, oneoff_book *book, int64_t batch_id, oneoff_batch *batch);
/* Oldest first; only those in `state`, or with ONEOFF_NONE all. */
MUST_USE err oneoff_batch_list(arena *a, oneoff_book *book, oneoff_batch_state state, oneoff_batch **batches,
                               size_t *count);
typedef struct {
    oneoff_step step;
    int64_t actor_id, known_ms;
} oneoff_mark;
/* Who did what, oldest first. */
MUST_USE err oneoff_marks(arena *a, oneoff_book *book, int64_t batch_id, oneoff_mark **marks, size_t *count);

/* ---- items ---- */

typedef enum {
    ONEOFF_ARREARS,  /* 补发: months of a benefit, or of a rise, not paid yet */
    ONEOFF_LUMP_SUM, /* 一次性待遇: a grant paid once */
    ONEOFF_REFUND,   /* 退费: contributions to give back */
    ONEOFF_RECOVERY, /* 追回: paid, and not due */
    ONEOFF_KIND_COUNT
} oneoff_kind;
const oneoff_word *oneoff_kind_word(oneoff_kind kind);
static inline bool oneoff_is_paid_out(oneoff_kind kind)
{
    return kind != ONEOFF_RECOVERY;
}

/* How an overpayment comes back; the others are paid. */
typedef enum {
    ONEOFF_WAY_OPEN,     /* not settled yet: no run takes it */
    ONEOFF_WAY_WITHHELD, /* 抵扣: from what is paid monthly, up to the limit a month */
    ONEOFF_WAY_GRANT,    /* from a grant or arrears of the same fund */
    ONEOFF_WAY_REPAID,   /* by the person, heirs or a bank, at once or by instalments */
    ONEOFF_WAY_COUNT
} oneoff_way;
const oneoff_word *oneoff_way_word(oneoff_way way);

typedef struct {
    int32_t month;      /* of the benefit or the contribution */
    int32_t paid_month; /* recovery, refund: when it was paid; its year decides how it is booked. 0: not paid */
    text part;          /* line of the award: "basic", "funeral"; empty: undivided */
    bool is_account;    /* out of, or back into, the individual account; else the pool */
    int64_t fen;        /* > 0 */
} oneoff_line;

#define ONEOFF_LINES_MAX 4096       /* of one item */
#define ONEOFF_ITEMS_MAX (1 << 20)  /* in one bucket of one act */

typedef struct {
    int64_t subject_id; /* a person; of a refund also an employer */
    int64_t payee_id;   /* 0: the subject */
    oneoff_kind kind;
    text fund, benefit; /* "employee_pension"; benefit: as payroll.csv names it */
    text reason;        /* a word: "death", "lapse", "rise", "late_award" */
    int64_t decision_id; /* of room decision, or 0 */
    oneoff_way way;
    int64_t limit_fen;  /* withheld or repaid a month at most; 0: no limit */
    const oneoff_line *lines; /* in order of month */
    size_t line_count;
} oneoff_item;

/* Items of one bucket, in order of subjects, into a batch that is being drafted. ids[i] is what became
 * of items[i]. ONEOFF_BAD_ITEM names the first that does not fit. */
MUST_USE err oneoff_propose(oneoff_book *book, const oneoff_act *act, int64_t batch_id, uint32_t bucket,
                            const oneoff_item *items, size_t count, int64_t *ids);

typedef enum {
    ONEOFF_STATE_PROPOSED, /* its batch is not approved yet */
    ONEOFF_STATE_APPROVED, /* something remains, and no run has it */
    ONEOFF_STATE_IN_RUN,
    ONEOFF_STATE_SETTLED,   /* paid, or recovered */
    ONEOFF_STATE_CANCELLED, /* also: refused with its batch */
    ONEOFF_STATE_WRITTEN_OFF,
    ONEOFF_STATE_COUNT
} oneoff_state;
const oneoff_word *oneoff_state_word(oneoff_state state);

typedef struct {
    int64_t item_id, batch_id;
    oneoff_item item;     /* without its lines: oneoff_lines */
    int32_t from_month, until_month;
    oneoff_state state;
    int64_t amount_fen, settled_fen, closed_fen;
    int64_t remaining_fen;       /* amount less settled and closed; what a run has is in it */
    int64_t run_id, run_fen;     /* the run that has taken it now; 0: none */
} oneoff_standing;

MUST_USE err oneoff_read(arena *a, oneoff_book *book, int64_t subject_id, int64_t item_id, oneoff_standing *item);
/* All of a subject, oldest first. */
MUST_USE err oneoff_of_subject(arena *a, oneoff_book *book, int64_t subject_id, oneoff_standing **items,
                               size_t *count);
MUST_USE err oneoff_of_batch(arena *a, oneoff_book *book, int64_t batch_id, oneoff_standing **items, size_t *count);
/* In the order in which they are settled. */
MUST_USE err oneoff_lines(arena *a, oneoff_book *book, int64_t subject_id, int64_t item_id, oneoff_line **lines,
                          size_t *count);
/* As they were proposed: each whole, in order of month. */
MUST_USE err oneoff_lines_proposed(arena *a, oneoff_book *book, int64_t subject_id, int64_t item_id, oneoff_line **lines,
                                   size_t *count);
/* The lines, or parts of lines, that `fen` settles when `settled_fen` was settled before: what is to be
 * booked. `into` has room for as many as there are lines. Answers their count. */
size_t oneoff_share(const oneoff_line *lines, size_t count, int64_t settled_fen, int64_t fen, oneoff_line *into);

/* ---- changes and closings of a batch ---- */

/* A benefit in another state; the caller says it to the registry when the batch is approved. */
typedef struct {
    int64_t subject_id;
    text benefit;
    int64_t state; /* registry_benefit_state */
    int32_t from_month, until_month;
    text reason;
} oneoff_change;
/* Of one bucket, in order of subjects, into a batch that is being drafted. */
MUST_USE err oneoff_propose_changes(oneoff_book *book, const oneoff_act *act, int64_t batch_id, uint32_t bucket,
                                    const oneoff_change *changes, size_t count);
MUST_USE err oneoff_changes(arena *a, oneoff_book *book, int64_t batch_id, oneoff_change **changes, size_t *count);

/* An item of which nothing more is to be paid or recovered. */
typedef struct {
    int64_t subject_id, item_id;
    oneoff_state as; /* ONEOFF_STATE_CANCELLED or ONEOFF_STATE_WRITTEN_OFF */
    text reason;
} oneoff_closing;
/* ONEOFF_NOT_APPROVED, ONEOFF_IN_RUN, and ONEOFF_TOO_MUCH where nothing remains, refuse. */
MUST_USE err oneoff_propose_closing(oneoff_book *book, const oneoff_act *act, int64_t batch_id,
                                    const oneoff_closing *closing);
MUST_USE err oneoff_closings(arena *a, oneoff_book *book, int64_t batch_id, oneoff_closing **closings, size_t *count);
/* Carries out a closing of a batch that has been approved: what remains then is closed. */
MUST_USE err oneoff_close_item(oneoff_book *book, const oneoff_act *act, int64_t batch_id,
                               const oneoff_closing *closing);

/* ---- what a debtor brings, and agrees ---- */

/* How a recovery is to come back: who approved the item settled that it must. */
MUST_USE err oneoff_plan(oneoff_book *book, const oneoff_act *act, int64_t subject_id, int64_t item_id, oneoff_way way,
                         int64_t limit_fen);

typedef struct {
    int64_t receipt_id;
    int32_t day;
    int64_t fen;
    text reference;
    int64_t actor_id;
    int64_t subject_id, item_id;
    int64_t undone_in, waits_in; /* batches that took it back, or propose to; 0: none */
} oneoff_receipt;
/* Part of a recovery came in. ONEOFF_NOT_APPROVED, ONEOFF_IN_RUN, ONEOFF_TOO_MUCH refuse; is_new (or NULL)
 * is false for a key told before. */
MUST_USE err oneoff_repay(oneoff_book *book, const oneoff_act *act, int64_t subject_id, int64_t item_id,
                          const oneoff_receipt *receipt, bool *is_new);
MUST_USE err oneoff_receipts(arena *a, oneoff_book *book, int64_t subject_id, int64_t item_id,
                             oneoff_receipt **receipts, size_t *count);
/* Of all subjects, those of the last day first. */
MUST_USE err oneoff_receipts_all(arena *a, oneoff_book *book, oneoff_receipt **receipts, size_t *count);

/* ---- a repayment that never came ---- */

typedef struct {
    int64_t subject_id, item_id, receipt_id;
    int64_t fen;              /* the receipt's; of a proposal passed over */
    int32_t from_day, on_day; /* the days of the bank's lines it was held against */
    text lines;               /* digest of the file */
    text reason;
} oneoff_undoing;
/* Into a batch that is being drafted. ONEOFF_NO_RECEIPT unless there is such a receipt that stands; ONEOFF_IN_RUN; ONEOFF_CLOSING_WAITS,
 * as more would be given up than was proposed. */
MUST_USE err oneoff_propose_undoing(oneoff_book *book, const oneoff_act *act, int64_t batch_id,
                                    const oneoff_undoing *undoing);
MUST_USE err oneoff_undoings(arena *a, oneoff_book *book, int64_t batch_id, oneoff_undoing **undoings, size_t *count);
/* Carries out one of a batch that was confirmed: what the receipt settled remains again. The same kinds refuse. */
MUST_USE err oneoff_undo(oneoff_book *book, const oneoff_act *act, int64_t batch_id, const oneoff_undoing *undoing);

/* ---- payment runs ---- */

/* Approved items of a bucket with something left, that no run has; by subject, oldest first. */
MUST_USE err oneoff_due(arena *a, oneoff_book *book, uint32_t bucket, oneoff_standing **items, size_t *count);

typedef struct {
    int64_t subject_id, item_id;
    int64_t fen;     /* taken; of a recovery: withheld */
    bool is_settled; /* answered: the bank has paid */
} oneoff_taking;
/* A run takes (part of) items. ONEOFF_NOT_APPROVED, ONEOFF_IN_RUN, ONEOFF_TOO_MUCH refuse. */
MUST_USE err oneoff_take(oneoff_book *book, const oneoff_act *act, int64_t run_id, uint32_t bucket,
                         const oneoff_taking *takings, size_t count);
/* What a run has taken in a bucket, by subject and item. */
MUST_USE err oneoff_takings(arena *a, oneoff_book *book, int64_t run_id, uint32_t bucket, oneoff_taking **takings,
                            size_t *count);
/* Ends takings of the run: where is_settled is said it was paid (or withheld), else it is free again:
 * refused by the bank, withdrawn, drafted anew. `fen` is passed over. */
MUST_USE err oneoff_answer(oneoff_book *book, const oneoff_act *act, int64_t run_id, uint32_t bucket,
                           const oneoff_taking *takings, size_t count);
/* What the bank had paid for the run came back: not settled any more, and the run's until it is paid again
 * (oneoff_answer). ONEOFF_NO_ITEM unless the run's taking is settled and nobody has the item since. */
MUST_USE err oneoff_reopen(oneoff_book *book, const oneoff_act *act, int64_t run_id, uint32_t bucket,
                           const oneoff_taking *takings, size_t count);

#endif
