/* service/benefit - what happens to a benefit after it was awarded: what the operations share.
 *
 * What was due and what was paid are held against each other, person by person and month by month. In
 * months that are suspended or stopped nothing is due, and what the bank has paid of them, less what was
 * recovered, is an overpayment. Months that were withheld and are made good (entitled) are due in full,
 * and what was not paid of them is arrears; so are months that are paid now, but were not by their run.
 * What one-off items of before cover is taken off, so the order
 * in which things became known does not matter, and the same again finds nothing.
 *
 * Reasons  packs/ledger/stops.csv: which state a reason brings, whether months withheld are made good,
 *          how an overpayment comes back.
 * Writing  in the transaction benefit_begin has begun. What only lessens payment (a suspension, a stop)
 *          stands at once; what pays or asks for money waits in a batch for its approval.
 * Prefix   benefit_
 */
#ifndef SERVICE_BENEFIT_H
#define SERVICE_BENEFIT_H

#include "service/benefit_state.h"
#include "service/ledger.h"
#include "service/payrun.h"

extern const err_kind BENEFIT_UNKNOWN_REASON, BENEFIT_NO_STOPS, BENEFIT_BAD_STOPS, BENEFIT_NOT_SUSPENDED,
    BENEFIT_NO_MONTH, BENEFIT_NOT_STOPPED, BENEFIT_STILL_TOLD, BENEFIT_WAITS,
    BENEFIT_FROM_OR_UNTIL;

typedef struct {
    text reason, name, name_en;
    registry_benefit_state state; /* suspended or stopped */
    bool is_made_good;
    oneoff_way way;
    bool is_next_month; /* the month it happened in is still due */
    text told_by;       /* the attribute that tells it, or empty */
} benefit_reason;

typedef struct {
    service_call *call;
    county *office;
    arena *memory; /* of the office */
    oneoff_book *items;
    payment *runs;
    decision_book *decisions;
    payrun_table table;
    payment_run *all_runs;
    size_t run_count;
    benefit_reason *reasons;
    size_t reason_count;
    oneoff_closing *closings; /* that wait for their approval; read once */
    size_t closing_count;
    bool has_closings;
    int32_t open_month; /* whose supplementary runs can still pay it; INT32_MAX: none was opened yet */
} benefit_call;

/* Opens the county, logs the actor in for a write, and begins a transaction. */
MUST_USE err benefit_begin(service_call *call, county_need need, benefit_call *b);
MUST_USE err benefit_tables(benefit_call *b); /* of a county opened by others */
/* By name or Chinese; BENEFIT_UNKNOWN_REASON lists those there are. */
MUST_USE err benefit_reason_of(benefit_call *b, text said, const benefit_reason **reason);
/* Of a word of the registry; NULL when the table has no such reason. */
MUST_USE err benefit_reason_known(benefit_call *b, int64_t word, const benefit_reason **reason);
/* Fund and kind of run that pay a benefit; NULL: no run pays it. */
const payrun_row *benefit_row(const benefit_call *b, text benefit);

/* Whether a run that pays the benefit was made for the month; and the last such month before the open one,
 * INT32_MIN: none. What the open month's run left out its supplement pays. */
bool benefit_has_run(const benefit_call *b, text benefit, int32_t month);
int32_t benefit_last_run(const benefit_call *b, text benefit);

/* ---- settling ---- */

typedef struct {
    text purpose, key; /* of the batch */
    int64_t batch_id;  /* 0 until the first item or change */
    int64_t people, arrears_fen, recovery_fen;
    size_t item_count, change_count, closing_count;
    int64_t pending_run; /* a run that holds a month which is no longer due, not answered yet; 0: none */
} benefit_batch;

typedef struct {
    int32_t from, until;
} benefit_span;
typedef struct {
    int64_t person_id;
    text benefit, reason;  /* reason: of the items */
    oneoff_way way;        /* of a recovery */
    int64_t limit_fen;
    const benefit_span *good; /* months that count as due whatever they are: an approval will say so */
    size_t good_count;
    text undone; /* the reason of a stop that is taken back: what it asked for within `good` is cancelled; empty: none */
    /* Months that were closed: what was in payment then is due of them too where no run was drafted at all. Both 0: only
     * months that had a run are looked at. */
    int32_t closed_from, closed_until;
} benefit_settling;

/* Items for all that is between due and paid, into the batch; and what was approved and must not be carried out any
 * more is cancelled with it: arrears of months that are not due, recoveries of a stop that is taken back. */
MUST_USE err benefit_settle(benefit_call *b, benefit_batch *batch, const benefit_settling *s);
MUST_USE err benefit_propose_change(benefit_call *b, benefit_batch *batch, const benefit_change *change);
/* Hands the batch on to those who review it; nothing where there is none. */
MUST_USE err benefit_batch_end(benefit_call *b, benefit_batch *batch);

/* What the bank has paid of one benefit in one month, and which parts. */
typedef struct {
    int32_t month;
    int64_t fen;       /* kept by the person: answered, not refused or returned */
    int64_t drafted_fen; /* of all lines, whatever the bank said */
    int64_t pending_run; /* one the bank has not answered */
    oneoff_line lines[PAYMENT_PARTS_MAX + 1];
    size_t line_count;
} benefit_paid;
MUST_USE err benefit_paid_months(benefit_call *b, int64_t person_id, text benefit, benefit_paid **months, size_t *count);

/* ---- stopping ---- */

typedef struct {
    int64_t person_id;
    text benefit;
    const benefit_reason *reason;
    int32_t from_month; /* the first month that is not due */
    int64_t limit_fen;
} benefit_stopping;
/* The state at once; what was overpaid, and what was withheld and is still due up to then, into the batch.
 * *changed: 0 when it stood so already; months in which the benefit has stopped already stay as they are. */
MUST_USE err benefit_stop(benefit_call *b, benefit_batch *batch, const benefit_stopping *stop, int64_t *changed);
/* Paid again from a month on, months withheld before it made good where their reason says so: all of it
 * waits in the batch. BENEFIT_NOT_SUSPENDED. */
MUST_USE err benefit_resume(benefit_call *b, benefit_batch *batch, int64_t person_id, text benefit, int32_t from_month);

/* A stop or suspension that stands in `month` was wrong: as if it had not been, as the registry knew it before. Paid
 * again from `from_month` on, months before it made good; with `until_month` it stands from then on after all (a later
 * day of death). All of it waits in the batch. BENEFIT_NOT_STOPPED, BENEFIT_STILL_TOLD, BENEFIT_WAITS. */
typedef struct {
    int64_t person_id;
    text benefit;
    int32_t from_month, until_month; /* REGISTRY_OPEN: taken back whole */
} benefit_reinstating;
MUST_USE err benefit_reinstate(benefit_call *b, benefit_batch *batch, const benefit_reinstating *r);
/* The first month without payment by what the registry tells for the reason; INT32_MAX: it tells nothing. */
MUST_USE err benefit_month_told(benefit_call *b, int64_t person_id, const benefit_reason *reason, int32_t *month);
/* From which month on runs that are there will not pay it any more: the month said, or behind the last run. */
int32_t benefit_unpaid_until(const benefit_call *b, text benefit, int32_t from_month);

/* A batch that waits with a change of this benefit; 0: none. */
MUST_USE err benefit_waiting(benefit_call *b, int64_t person_id, text benefit, int64_t *batch_id);

/* ---- what answers show ---- */

/* Of items for months that are paid, but not by their run. */
#define BENEFIT_UNPAID "unpaid"
#define BENEFIT_BATCH_OUTPUT                                                                     \
    { .name = "batch", .type = SERVICE_COUNT, .summary = "batch that waits for review (0: none)", \
      .summary_zh = "待审核的补扣批次（0 表示没有）" },                                          \
    { .name = "items", .type = SERVICE_COUNT, .summary = "items", .summary_zh = "补扣项目" },    \
    { .name = "arrears", .type = SERVICE_TEXT, .summary = "to pay, yuan", .summary_zh = "应补发（元）" }, \
    { .name = "recovery", .type = SERVICE_TEXT, .summary = "to recover, yuan", .summary_zh = "应追回（元）" }
void benefit_put_batch(benefit_call *b, const benefit_batch *batch);

#endif
