/* collection/ - bills, what came in for them, and what is still open.
 *
 * A bill is what one payer owes for one month on one purpose ("employee", "flexible", "resident"):
 * dues, one a fund and charge. Bills are issued from lines of persons, whose amounts come decided;
 * a payer's dues are their sums. Receipts are allocated to dues in an order that is handed in; what
 * is left stands to the payer's credit. Knows no law, no accounts and no fund's name but as a
 * number: `service` maps them.
 *
 * Payers    a kind and an id: an employer, a person, a government office that pays on behalf, a
 *           village, another fund. Their rows stand in the bucket of the id.
 * Money     int64_t fen. A due is never negative; received never exceeds due.
 * Months    int32_t months since 1900-01; days since 1900-01-01. A due is in arrears from the day
 *           after its due day.
 * Writing   inside the caller's transaction; events and their projection together. Every write has a
 *           key: the same again succeeds and changes nothing.
 * Memory    answers live in the arena passed first.
 * Errors    only the kinds below, the log's or the store's; after an error the caller rolls back.
 * Threads   one handle a store handle, so one a thread.
 */
#ifndef COLLECTION_COLLECTION_H
#define COLLECTION_COLLECTION_H

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"
#include "eventlog/eventlog.h"
#include "store/store.h"

extern const err_kind COLLECTION_BAD_LINE, COLLECTION_EMPTY, COLLECTION_ISSUED, COLLECTION_NO_DUE,
    COLLECTION_BAD_AMOUNT, COLLECTION_NO_CREDIT, COLLECTION_BAD_PLAN, COLLECTION_BROKEN,
    COLLECTION_NO_CASE, COLLECTION_BAD_MOVE;

typedef struct collection collection;
MUST_USE err collection_open(arena *process, store *db, eventlog *log, collection **bills);
/* This room's tables, for rebuilding them from the log and checking them against it. */
eventlog_room collection_room(collection *bills);

typedef struct {
    int64_t actor_id, known_ms;
    text why, key;
    int32_t month; /* of business in which it is done; 0: the month it is about */
} collection_act;

typedef enum {
    COLLECTION_EMPLOYER = 1,
    COLLECTION_PERSON,
    COLLECTION_GOVERNMENT, /* 代缴: a department that pays on behalf */
    COLLECTION_COLLECTIVE, /* a village or other body that adds */
    COLLECTION_FUND,       /* another fund that pays on behalf; the id is its number */
} collection_payer_kind;

typedef struct {
    collection_payer_kind kind;
    int64_t id;
} collection_payer;

typedef enum {
    COLLECTION_PREMIUM = 1, /* 当期保费 */
    COLLECTION_BACK_PAYMENT, /* 补缴 */
    COLLECTION_LATE_FEE,     /* 滞纳金 */
    COLLECTION_LEVY,         /* 残保金 and others that are no premium */
    COLLECTION_HELP,         /* 集体补助 */
    COLLECTION_SUBSIDY,      /* 财政对缴费的补贴，不是代缴 */
} collection_charge;

/* ---- issuing: a month's bills --------------------------------------------------------------- */

#define COLLECTION_KEYS_MAX 24

/* Who hands the money in for a column of amounts; who bears it is the column's name. */
typedef enum {
    COLLECTION_BY_PAYER,      /* the line's payer: an employer withholds its people's share */
    COLLECTION_BY_PERSON,     /* the line's own person */
    COLLECTION_BY_GOVERNMENT, /* terms.government_id */
} collection_remitter;

typedef struct {
    const char *name;  /* "pension.employer", at most 63 bytes, unique */
    int32_t fund;      /* > 0 */
    collection_charge charge;
    collection_remitter remitter;
} collection_key;

typedef struct {
    text purpose;      /* "employee" */
    int32_t month;     /* contributed for */
    int32_t due_day;   /* last day to pay in time */
    int64_t government_id;
    const collection_key *keys;
    size_t key_count;
    bool is_reduction; /* lines taken off again: kept, but nobody owes them; the caller adjusts the dues */
} collection_terms;

typedef struct {
    int64_t person_id;
    collection_payer payer; /* the same kind in all lines of an issue */
    int64_t base_fen;
    int64_t decision;       /* what decided it: of the caller, 0 none */
    int64_t fen[COLLECTION_KEYS_MAX]; /* each >= 0; a person with nothing to pay is no line */
} collection_line;

/* All bills of one purpose and month, once: COLLECTION_ISSUED when they stand already under another
 * key. Lines bucket by bucket and in order of person, at most one a person and payer. */
typedef struct collection_issue collection_issue;
MUST_USE err collection_issue_open(arena *a, collection *bills, const collection_terms *terms,
                                   const collection_act *act, collection_issue **issue);
MUST_USE err collection_issue_add(collection_issue *issue, const collection_line *line);
typedef struct {
    int64_t issue_id, line_count, payer_count, total_fen;
    bool is_new;
} collection_issued;
MUST_USE err collection_issue_finish(collection_issue *issue, collection_issued *issued);
void collection_issue_cancel(collection_issue *issue); /* instead of finishing */

/* The lines again, of one bucket (or, with EVENTLOG_BUCKETS, of all), in their order. */
typedef struct collection_cursor collection_cursor;
MUST_USE err collection_lines(arena *a, collection *bills, int64_t issue_id, uint32_t bucket,
                              collection_cursor **cursor);
MUST_USE err collection_next_line(collection_cursor *cursor, const collection_line **line);
const collection_terms *collection_cursor_terms(const collection_cursor *cursor);
void collection_lines_close(collection_cursor *cursor);

typedef struct {
    int64_t issue_id;
    text purpose;
    int32_t month, due_day;
    int64_t line_count, payer_count, total_fen;
} collection_issue_row;
/* Of one month, or with month INT32_MIN all, oldest first. */
MUST_USE err collection_issues(arena *a, collection *bills, int32_t month,
                               collection_issue_row **issues, size_t *count);

/* ---- dues ------------------------------------------------------------------------------------ */

typedef struct {
    collection_payer payer;
    text purpose;
    int32_t month;
    int32_t fund;
    collection_charge charge;
    int32_t due_day;
    int64_t due_fen, received_fen;
    bool is_told; /* answered: people have been told it is paid (collection_settle) */
} collection_due;

/* All of one payer, oldest first; only what is open when asked so. */
MUST_USE err collection_dues_of(arena *a, collection *bills, collection_payer payer, bool only_open,
                                collection_due **dues, size_t *count);
/* What is in arrears on a day, by payer, a callback a due. */
MUST_USE err collection_arrears(collection *bills, int32_t on_day,
                                err (*tell)(void *context, const collection_due *due), void *context);
typedef struct {
    text purpose;
    int32_t fund;
    collection_charge charge;
    int64_t payer_count, due_fen, received_fen;
} collection_total;
/* Due and received for a month, by purpose, fund and charge: what the collection rate is made of. */
MUST_USE err collection_totals(arena *a, collection *bills, int32_t month, collection_total **totals,
                               size_t *count);

/* One due besides the issued ones: a late fee, a back payment, a levy. Adds to one that stands. */
MUST_USE err collection_charge_due(collection *bills, const collection_due *due,
                                   const collection_act *act);
/* Relief or correction: changes what is due by `delta_fen`. What was received above the new due goes
 * to the payer's credit. COLLECTION_BAD_AMOUNT when the due would be negative. */
MUST_USE err collection_adjust(collection *bills, const collection_due *due, int64_t delta_fen,
                               const collection_act *act);
/* The same under a name ("relief", "write_off", "correction"), and how much was freed to the credit
 * (0 for an act done before). */
MUST_USE err collection_adjust_as(collection *bills, const collection_due *due, int64_t delta_fen, text as,
                                  const collection_act *act, int64_t *freed_fen);
/* Deferral (缓缴): all open dues of one payer and month get another due day. */
MUST_USE err collection_defer(collection *bills, collection_payer payer, int32_t month, int32_t due_day,
                              const collection_act *act);
/* The same under an agreement that runs from a day on (0: from the due day). */
MUST_USE err collection_defer_from(collection *bills, collection_payer payer, int32_t month, int32_t from_day,
                                   int32_t due_day, const collection_act *act);

/* ---- receipts -------------------------------------------------------------------------------- */

/* The order in which money clears dues (清欠顺序), a parameter of the region: by month, oldest first
 * or the month named first; then charges; then all funds of one month in proportion to what is
 * open, whole fen, the largest remainders first and of equal ones the lower fund. */
typedef struct {
    bool is_named_month_first; /* the receipt's for_month before older ones */
    bool is_late_fee_last;     /* late fees after all else of the payer; else with their month */
} collection_order;

/* Puts into fen[i] what of `amount_fen` would go to dues[i]; answers what would be left. */
int64_t collection_allocate(arena *scratch, const collection_due *dues, size_t count,
                            const collection_order *order, int32_t for_month, int64_t amount_fen,
                            int64_t *fen);
/* Puts into rank[i] the place of dues[i] in that order, from 1; dues of one place share what comes;
 * 0: nothing is open. */
void collection_ranks(arena *scratch, const collection_due *dues, size_t count, const collection_order *order,
                      int32_t for_month, size_t *rank);

typedef struct {
    collection_payer payer;
    int64_t amount_fen;  /* > 0 */
    int32_t day;         /* on which it came */
    int32_t for_month;   /* as the payer says; INT32_MIN: does not say */
    text reference;      /* of the treasury or the bank */
} collection_receipt;

/* What happened to the money of one or many receipts, for the vouchers: by fund and charge, and
 * apart what is for this month and what for earlier ones. */
typedef struct {
    int32_t fund;
    collection_charge charge;
    int64_t current_fen, earlier_fen, later_fen; /* against terms.month of the batch */
} collection_allocated;

/* Many receipts at once, in any order of payers; receipts of one payer in the order handed in. */
typedef struct collection_receiving collection_receiving;
MUST_USE err collection_receive_open(arena *a, collection *bills, int32_t month,
                                     const collection_order *order, const collection_act *act,
                                     collection_receiving **receiving);
MUST_USE err collection_receive_add(collection_receiving *receiving, const collection_receipt *receipt);
typedef struct {
    const collection_allocated *allocated;
    size_t allocated_count;
    int64_t receipt_count, received_fen, allocated_fen;
    int64_t credit_fen;    /* above what was due: to the payers' credit */
    int64_t unmatched_count, unmatched_fen; /* of it, of payers without any due */
    bool is_new;
} collection_received;
MUST_USE err collection_receive_finish(collection_receiving *receiving, collection_received *received);
/* Before finishing: dues of an issue that become whole are noted as told with the receipt itself, and kept in
 * `whole`, which collection_settle of each issue must be given in the same transaction. It saves a second change of
 * each due, nothing else. */
typedef struct collection_whole collection_whole;
collection_whole *collection_whole_open(arena *a);
void collection_receive_tells(collection_receiving *receiving, collection_whole *whole);
void collection_receive_cancel(collection_receiving *receiving); /* instead of finishing */

/* What stands to a payer's credit, from money above the dues. */
MUST_USE err collection_credit_of(collection *bills, collection_payer payer, int64_t *credit_fen);
typedef struct {
    collection_payer payer;
    int64_t credit_fen;
} collection_credit;
/* All payers to whose credit something stands. */
MUST_USE err collection_credits(arena *a, collection *bills, collection_credit **credits, size_t *count);
/* Uses the credit for open dues, or gives it back (退费): COLLECTION_NO_CREDIT when it is less. */
MUST_USE err collection_use_credit(arena *a, collection *bills, collection_payer payer, int32_t month,
                                   const collection_order *order, const collection_act *act,
                                   collection_received *received);
MUST_USE err collection_refund(collection *bills, collection_payer payer, int64_t amount_fen,
                               const collection_act *act);
/* A refund that will not be paid after all: the credit stands again, in the fund it was held by. */
MUST_USE err collection_refund_undo(collection *bills, collection_payer payer, int32_t fund, int64_t amount_fen,
                                    const collection_act *act);

typedef struct {
    collection_receipt receipt;
    int64_t known_ms, allocated_fen;
} collection_received_row;
MUST_USE err collection_receipts_of(arena *a, collection *bills, collection_payer payer,
                                    collection_received_row **receipts, size_t *count);

/* ---- what has been paid in full ---------------------------------------------------------------- */

/* Persons whose contribution of an issue is paid: all dues of their payer for that month, purpose
 * and fund (premiums and back payments; late fees do not hold a person's months back). Each line and
 * fund is told once, ever: the telling is recorded. `funds` are those newly paid. `whole`: what receipts of this
 * transaction noted already (collection_receive_tells); NULL: none did. */
typedef struct {
    const collection_line *line;
    const collection_terms *terms;
    const bool *is_paid;   /* by key of the terms: newly */
} collection_settled;
MUST_USE err collection_settle(collection *bills, int64_t issue_id, const collection_act *act, collection_whole *whole,
                               err (*tell)(void *context, const collection_settled *settled),
                               void *context, int64_t *told_count);

/* ---- agreements to pay by instalments (分期) ---------------------------------------------------- */

typedef struct {
    int32_t day;
    int64_t amount_fen;
} collection_instalment;
/* The instalments must come to what is open and due before `made_day`: COLLECTION_BAD_PLAN. While an
 * agreement is kept, its dues and the fees that follow them are not told as arrears; those of later months are. A new one
 * replaces the old. */
MUST_USE err collection_agree(collection *bills, collection_payer payer, int32_t made_day,
                              const collection_instalment *instalments, size_t count,
                              const collection_act *act);
typedef struct {
    collection_payer payer;
    int32_t made_day;
    int64_t agreed_fen;       /* all instalments up to the day */
    int64_t received_fen;     /* of what it is about, since it was made */
    bool is_kept;
    collection_instalment *instalments;
    size_t count;
} collection_agreement;
MUST_USE err collection_agreements(arena *a, collection *bills, int32_t on_day,
                                   collection_agreement **agreements, size_t *count);

/* ---- what happened, from the log alone --------------------------------------------------------- */

typedef enum {
    COLLECTION_ENTRY_BILLED = 1, /* a due of an issue */
    COLLECTION_ENTRY_CHARGED,    /* a due besides */
    COLLECTION_ENTRY_ADJUSTED,   /* `fen` is the change, `freed_fen` what of it went to the credit */
    COLLECTION_ENTRY_DEFERRED,   /* all open dues of due.month to due.due_day; `day`: from, or 0 */
    COLLECTION_ENTRY_RECEIVED,   /* a receipt; `freed_fen` of it found no due */
    COLLECTION_ENTRY_ALLOTTED,   /* what of a receipt was laid over this due */
    COLLECTION_ENTRY_CREDITED,   /* the same of the payer's credit */
    COLLECTION_ENTRY_REFUNDED,   /* `fen` < 0: not paid after all, held by due.fund again */
    COLLECTION_ENTRY_AGREED      /* `day`: made */
} collection_entry_kind;
typedef struct {
    collection_entry_kind kind;
    collection_due due;   /* its key and due day, as far as the entry has one; no amounts */
    int32_t booked_month; /* of business */
    int32_t day;          /* on which the money came; 0: none */
    int64_t fen, freed_fen;
    text as, reference, why;
    int64_t sequence, known_ms, actor_id;
} collection_entry;
/* All of one payer or, with payer.id 0, of all payers of a bucket, in the order of the log: the
 * tables above are not asked. What is told stands until the next is. */
MUST_USE err collection_history(collection *bills, uint32_t bucket, collection_payer payer,
                                err (*tell)(void *context, const collection_entry *entry), void *context);

/* ---- proposals: what one person enters, a second reviews, and a third lets be done -------------- */

typedef enum {
    COLLECTION_CASE_ENTERED = 1,
    COLLECTION_CASE_REVIEWED,
    COLLECTION_CASE_DONE,
    COLLECTION_CASE_REFUSED,
    COLLECTION_CASE_WITHDRAWN
} collection_case_state;
typedef struct {
    int64_t case_id;
    text kind; /* "relief", of the caller */
    collection_case_state state;
    collection_payer payer;
    int32_t month; /* of business in which it was entered */
    int64_t total_fen;
    text body, why; /* the body is the caller's: what will be done */
    int64_t entered_by, entered_ms, reviewed_by, reviewed_ms, ended_by, ended_ms;
} collection_case;
MUST_USE err collection_case_enter(arena *a, collection *bills, const collection_case *wanted,
                                   const collection_act *act, int64_t *case_id, bool *is_new);
/* COLLECTION_BAD_MOVE unless entered > reviewed > done, or refused or withdrawn before done. To the
 * state it is in: changes nothing. */
MUST_USE err collection_case_move(collection *bills, int64_t case_id, collection_case_state state,
                                  const collection_act *act, bool *is_new);
MUST_USE err collection_case_find(arena *a, collection *bills, int64_t case_id, collection_case *found);
/* Of a payer (id 0: of all) in a state (0: any), oldest first. */
MUST_USE err collection_cases(arena *a, collection *bills, collection_payer payer, collection_case_state state,
                              collection_case **cases, size_t *count);

#endif
