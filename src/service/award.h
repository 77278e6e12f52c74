/* service/award - what becomes of a determination: packs/ledger/awards.csv, and the steps of an award.
 *
 *   award_table        the table: which benefit a purpose is, how it is paid, what ends with it
 *   month_determine    a purpose decided for everybody; what comes of it is proposed
 *   award_candidates   who is asked: who draws, who has died, what happened on which day
 *   award_list         shown, exceptions first
 *   award              reviewed, approved or returned
 *   award_owed         months paid by an old standard
 *   award_apply        in payment
 *   award_facts        what is asked of the person in later years: packs/ledger/award-facts.csv
 *
 * Prefix   award_
 */
#ifndef SERVICE_AWARD_H
#define SERVICE_AWARD_H

#include "service/month.h"

/* Texts live in the office's memory. Names stand for words of the registry, 0 where it knows none. */
typedef struct {
    text purpose, zh, en, benefit;
    bool is_once, is_renewed;
    bool is_stop_only; /* not determined here; what the dead draw of it is stopped */
    text event; /* the fact that holds the day; empty: none */
    text begin; /* the answer that says since when it is due; empty: from the first month paid */
    const text *others; /* benefits that stand in its place */
    const text *ends;   /* schemes that are not paid for any more ... */
    const text *retires; /* ... those of them that go on without paying */
    const text *stops;  /* benefits that end with it */
    size_t other_count, end_count, retire_count, stop_count;
} award_row;

extern const err_kind AWARD_CHANGED_SINCE, /* what was listed is not what waits now */
    AWARD_OF_THE_DEAD;

MUST_USE err award_table_read(month_call *m, const award_row **rows, size_t *count);
/* MONTH_UNKNOWN_AWARD when the table has no such purpose. */
MUST_USE err award_row_find(month_call *m, text purpose, const award_row **row);

/* ---- who is asked ---- */

/* Somebody who draws the benefit or one that stands in its place, or has died. */
typedef struct {
    int64_t person_id;
    bool is_dead, draws, draws_other, is_paying;
    int64_t amount_fen, from_month; /* of the benefit itself */
    int32_t death_month;
} award_drawer;
typedef struct {
    award_drawer *items;
    size_t count, capacity;
} award_drawers;
typedef struct award_holders award_holders;
/* Of a bucket, in order of persons, in the month `month`. Read of everybody once a call: what the call itself stops it
 * says by award_drawers_stopped. */
MUST_USE err award_drawers_read(arena *a, month_call *m, const award_row *row, uint32_t bucket, int32_t month,
                                award_drawers *drawers);
void award_drawers_stopped(month_call *m, int64_t person_id, int64_t benefit, int32_t from_month);
/* NULL: neither. */
const award_drawer *award_drawers_find(const award_drawers *drawers, int64_t person_id);

/* What happened to whom, of which the sum is not yet proposed. */
typedef struct {
    int64_t person_id;
    int32_t day;
} award_event;
typedef struct {
    award_event *items; /* by bucket, then person */
    size_t count, capacity;
    int64_t settled_before; /* left out: before the office began its business, and told before */
} award_events;
/* `since_month`: events from then on also when they were told before; INT32_MIN: from the office's first month. */
MUST_USE err award_events_read(month_call *m, const award_row *row, int32_t since_month, award_events *events);
/* The day of a person's event; 0: none. */
int32_t award_events_find(const award_events *events, int64_t person_id);

/* A household and to whom its benefit is paid: the head, else the first of those alive. */
typedef struct {
    int64_t household_id, person_id;
    bool is_head;
} award_payee;
typedef struct {
    award_payee *items; /* by household */
    size_t count, capacity;
} award_payees;
MUST_USE err award_payees_read(month_call *m, award_payees *payees);
int64_t award_payees_find(const award_payees *payees, int64_t household_id);

/* ---- the steps of an award ---- */

/* Why one is looked at before the others. */
enum {
    AWARD_DEAD = 1 << 0,       /* died since */
    AWARD_NO_ACCOUNT = 1 << 1, /* nowhere to be paid to */
    AWARD_IN_DOUBT = 1 << 2,   /* a review of the person's identity is open */
    AWARD_RETURNED = 1 << 3,   /* was returned before */
    AWARD_CHANGED = 1 << 4,    /* another amount than is paid now */
    AWARD_OWED = 1 << 5,       /* due since an earlier month */
    AWARD_LARGEST = 1 << 6,    /* among the largest of its purpose */
    AWARD_SAMPLE = 1 << 7      /* drawn by the digest */
};
typedef struct {
    const decision_award *award;
    uint32_t flags;
    text name; /* whose it is, once it was looked at */
} award_view;
typedef struct {
    month_call m;
    decision_award *awards;
    award_view *views; /* by award */
    size_t count;
    int64_t sum_fen;
    crypto_digest digest;
} award_batch;
/* The awards of the call's month and purpose in one state. */
MUST_USE err award_batch_read(service_call *call, county_need need, decision_award_state state, award_batch *batch);
/* Why each is looked at; `sample_count` of the rest are drawn. */
MUST_USE err award_batch_look(award_batch *batch, size_t sample_count);
void award_put_state(const service_call *call, service_value *into, decision_award_state state);
text award_kind_says(const service_call *call, decision_award_kind kind);
void award_put(service_call *call, service_value *v, const decision_award *award);

/* Puts approved awards into payment: benefits, ends of contributions, months owed (补发) as one-off items that the
 * same three people have approved. `digest` is that of the awards. */
typedef struct {
    int64_t people, fen;
} award_owed;
MUST_USE err award_apply(month_call *m, const decision_award *awards, size_t count, text digest, award_owed *owed);

/* Tells the registry what approved awards determined and later years ask for. */
MUST_USE err award_keep_facts(month_call *m, const registry_act *act, const decision_award *awards, size_t count);

#define AWARD_FIELDS                                                                             \
    { .name = "person", .type = SERVICE_COUNT, .summary = "person", .summary_zh = "人员" },        \
    { .name = "decision", .type = SERVICE_COUNT, .summary = "decision", .summary_zh = "核定编号" },   \
    { .name = "purpose", .type = SERVICE_TEXT, .summary = "purpose", .summary_zh = "用途" },       \
    { .name = "kind", .type = SERVICE_TEXT, .summary = "kind", .summary_zh = "类别" },             \
    { .name = "amount", .type = SERVICE_TEXT, .summary = "yuan", .summary_zh = "金额（元）" },       \
    { .name = "before", .type = SERVICE_VALUE, .summary = "before", .summary_zh = "原金额" },       \
    { .name = "from", .type = SERVICE_TEXT, .summary = "paid from", .summary_zh = "起发月份" },      \
    { .name = "due", .type = SERVICE_TEXT, .summary = "due from", .summary_zh = "应发起月" },        \
    { .name = "event", .type = SERVICE_VALUE, .summary = "event", .summary_zh = "事由日期" },        \
    { .name = "state", .type = SERVICE_STATE, .summary = "state", .summary_zh = "状态" }

/* All signatures of reviews and approvals again; `tell` is told of each that does not fit: bucket/sequence. */
MUST_USE err award_verify(county *office, int64_t *batches, void (*tell)(void *context, text where), void *context);

#endif
