/* service/month - what the operations on a county's month share: bills, receipts, awards, closing.
 *
 * A month is opened in order (charter: month.open), billed once a purpose, received against any
 * number of times, and closed fund by fund. Every step is one transaction; taken again it changes
 * nothing and says so.
 *
 * Who decides   the packs, through decide_plan; here people are walked bucket by bucket and the
 *               answers handed to collection, ledger and registry.
 * Figures of the office that no law fixes (due day, order of clearing, where unknown money waits)
 * stand in packs/ledger/collecting.csv; how receipts are booked, in packs/ledger/receipts.csv.
 * Prefix   month_
 */
#ifndef SERVICE_MONTH_H
#define SERVICE_MONTH_H

#include "service/decide.h"
#include "service/ledger_csv.h"
#include "service/roster.h"

extern const err_kind MONTH_NOT_FIRST, MONTH_GAP, MONTH_NOT_OPEN, MONTH_UNKNOWN_PURPOSE, MONTH_NO_TABLE,
    MONTH_BAD_TABLE, MONTH_NO_SETTING, MONTH_NOT_BOOKED, MONTH_NO_RECEIPTS,
    MONTH_UNKNOWN_AWARD, MONTH_NOT_BEFORE, MONTH_HAS_OPEN_RUNS, MONTH_UNBILLED;

/* ---- the month at hand ---- */

#define MONTH_FIELD                                                                              \
    { .name = "month", .type = SERVICE_TEXT, .shows = "YYYY-MM", .is_required = true,            \
      .summary = "the month of business", .summary_zh = "业务月份" }

typedef struct {
    service_call *call;
    county *office;
    charter *charter;
    arena *memory; /* of the office */
    int32_t month, open_month; /* open_month INT32_MIN: none was opened */
    text region;
    int64_t region_code;
    const roster_employers *employers; /* as of employers_day; NULL: not asked for yet */
    int32_t employers_day;
    bool walks_aside;        /* everybody may be read beside the transaction: month_walk.h */
    int64_t *changed;        /* persons of whom the transaction wrote since */
    size_t changed_count, changed_capacity;
    struct award_holders *holders; /* who draws and who has died, as award.h reads them; NULL: not asked for yet */
} month_call;
/* Opens the county, logs the actor in for a write, reads the charter; begins a transaction. */
MUST_USE err month_begin(service_call *call, county_need need, month_call *m);
/* The open month of an office opened by others, inside their transaction. */
MUST_USE err month_of_office(county *office, month_call *m);
/* MONTH_NOT_OPEN when the month at hand is not the open one. */
MUST_USE err month_need_open(const month_call *m);
MUST_USE err month_say(month_call *m, const char *name, text value);
/* A key of idempotency: "bill/employee/2026-11". */
text month_key(const month_call *m, const char *what, text of);

/* ---- purposes ---- */

typedef struct {
    const char *name;    /* "employee": bill.employee */
    const char *en, *zh;
    bool is_yearly;      /* one bill a calendar year, in whichever month */
} month_purpose;
/* All that are billed. */
const month_purpose *month_purposes(size_t *count);
MUST_USE err month_purpose_of(const month_call *m, text said, const month_purpose **purpose);

/* ---- tables of packs/ledger ---- */

/* MONTH_NO_TABLE; as adopted, when the call writes. */
MUST_USE err month_table(const month_call *m, const char *file, const service_csv_column *columns, service_csv *csv);
/* A figure of collecting.csv. */
MUST_USE err month_setting(const month_call *m, const char *name, text *value);

/* ---- deciding everybody ---- */

typedef struct {
    int64_t done, refused, undecided, nothing;
} month_tally;

typedef struct {
    const decide_law *law;
    const decide_plan *plan;
    decider *with;
    const roster_employers *employers;
    int32_t facts_day; /* facts that hold on it, where that is not the day whose law holds; else 0 */
    bool has_subjects; /* of the next bucket only those of `subjects`, in the order of ids */
    const int64_t *subjects;
    size_t subject_count;
    decide_results *results;
    arena *block_memory;
} month_deciding;
/* A plan of the purpose on the first day of the month, in the office's region. */
MUST_USE err month_deciding_open(month_call *m, text purpose, int32_t on_day, month_deciding *d);
void month_deciding_close(month_deciding *d);
/* All lanes of a bucket, a block at a time. `fill` (or NULL) adds facts the registry does not hold;
 * `take` is told of each decided block. */
typedef struct {
    err (*fill)(void *context, uint32_t bucket, roster_block *block);
    err (*take)(void *context, uint32_t bucket, const roster_block *block);
    /* Whether the decision of a person is asked for at all; NULL: of everybody. With it, whoever a gate shuts out by
     * age and sex alone, and whoever is not asked, is told first as refused, without facts. */
    bool (*asks)(void *context, uint32_t bucket, int64_t person_id);
    /* By month_decide_everybody: before each time a bucket's rows are looked at, which may be twice, and behind the last.
     * Either may be NULL. */
    err (*begin)(void *context, uint32_t bucket);
    err (*end)(void *context, uint32_t bucket);
    void *context;
} month_hands;
MUST_USE err month_decide_bucket(month_call *m, month_deciding *d, uint32_t bucket, const month_hands *hands);
/* All buckets: first all of whom a first look is enough, then the others, in the order of buckets each time. */
MUST_USE err month_decide_everybody(month_call *m, month_deciding *d, const month_hands *hands);
/* Several purposes of one day, each by its own hands: who is everybody's is read once for all of them. */
typedef struct {
    month_deciding *d;
    const month_hands *hands;
} month_decided;
MUST_USE err month_decide_together(month_call *m, const month_decided *purposes, size_t count);

/* ---- the lines of a purpose, as the keys of an issue ---- */

typedef struct {
    collection_key keys[COLLECTION_KEYS_MAX];
    size_t answer_of[COLLECTION_KEYS_MAX]; /* by key */
    size_t count, base;                    /* base: an answer, SIZE_MAX: none */
    bool is_of_employers;
    collection_payer_kind payer_kind; /* who hands the bill in: packs/ledger/billing.csv, else employer or person */
    int64_t payer_id;                 /* of a fund */
} month_keys;
MUST_USE err month_keys_find(month_call *m, const month_deciding *d, collection_charge charge, month_keys *k);
/* Fills payer_kind and payer_id for a purpose ("unemployed"). */
MUST_USE err month_billing_find(month_call *m, text purpose, month_keys *k);
/* 0: not known, as the village of a person without a place. */
int64_t month_payer_id(const month_keys *k, const roster_block *block, size_t lane);
/* 政府, 集体 <code of a village>; false: said otherwise. */
bool month_payer_said(const month_call *m, text said, collection_payer *payer);
const char *month_share_name(const service_call *call, decide_payer payer);
/* --due, else the month's, by collecting.csv. */
MUST_USE err month_due_day(month_call *m, int32_t *due_day);
/* Keeps the law, and under which digest an issue of this purpose and month was decided. */
MUST_USE err month_keep_law(month_call *m, const decide_law *law, text purpose, int32_t month);
text month_law_name(const month_call *m, text purpose, int32_t month);
/* Of a difference ("employee+2026-12", "employee-2026-12") the purpose it is of ("employee"). */
text month_purpose_base(text purpose);

/* ---- who could not be decided: counted by reason, listed in a file when asked ---- */

typedef struct month_undecided month_undecided;
month_undecided *month_undecided_open(month_call *m);
/* Purposes are told in the order they are begun in, or first met. */
void month_undecided_begin(month_undecided *list, text purpose);
void month_undecided_add(month_undecided *list, text purpose, int64_t person_id, int64_t employer_id, text reason);
/* Kept in the charter for who asks later, of a write: how many were left of the call's month, by purpose; of purposes
 * that were not asked now stands what was said before. */
MUST_USE err month_undecided_keep(month_undecided *list);
#define MONTH_UNDECIDED_KEPT "undecided."
/* What the operation ("month.bill") last left of a month, of all purposes. */
MUST_USE err month_undecided_count(county *office, const char *op, int32_t month, int64_t *count);
/* Puts `undecided` (reasons and how many) into the reply, and writes --undecided. */
MUST_USE err month_undecided_close(month_undecided *list, service_value *into);

#define MONTH_UNDECIDED_FIELD                                                                    \
    { .name = "undecided", .type = SERVICE_FILE_OUT, .shows = "FILE.csv",                        \
      .summary = "list here who could not be decided, and why",                                  \
      .summary_zh = "将无法核定的人员及原因写入此文件" }
#define MONTH_REASONS_OUTPUT                                                                     \
    { .name = "undecided_reasons", .type = SERVICE_OBJECT, .is_list = true, .is_optional = true, \
      .summary = "why not", .summary_zh = "无法核定的原因", .fields = MONTH_REASON,              \
      .field_count = 3 }
extern const service_field MONTH_REASON[3];

/* ---- booking what came in: packs/ledger/receipts.csv ---- */

typedef struct {
    month_call *m;
    struct month_booking_row *rows;
    size_t count;
    text key;         /* of the step: each voucher's key begins with it */
    int32_t day;
    text reference;
    int64_t voucher_count;
    struct month_posting *items; /* gathered, posted by month_post */
    size_t item_count, item_capacity;
} month_booking;
MUST_USE err month_booking_open(month_call *m, text key, int32_t day, month_booking *b);
/* One amount of a fund: "premium", "current". MONTH_NOT_BOOKED: the table has no row for it. */
MUST_USE err month_book(month_booking *b, int32_t fund, const char *what, const char *when, int64_t fen);
/* Whether the table has a row for it. */
bool month_books(const month_booking *b, int32_t fund, const char *what, const char *when);
/* The account such an amount is credited to; MONTH_BAD_TABLE when the table leaves it open. */
MUST_USE err month_booked_under(const month_booking *b, int32_t fund, const char *what, const char *when,
                                int64_t *account);
/* One voucher a fund and business of all amounts gathered; with `is_moved` what came into the
 * treasury goes on to the special account. */
MUST_USE err month_post(month_booking *b, bool is_moved);

/* For demonstrations: a receipt a payer of what the month's bills ask, but --simulate in 1000, who pay half or
 * nothing. */
MUST_USE err month_simulate(month_call *m, collection *bills,
                            err (*add)(void *context, const collection_receipt *receipt), void *context);

/* ---- what is paid in full: individual accounts and months ---- */

typedef struct {
    int64_t people, postings, credited_fen, spells;
} month_settled;
/* Of all issues, whatever became whole since last time. */
MUST_USE err month_settle(month_call *m, text key, int32_t day, collection_whole *whole, month_settled *settled);

/* A list of the reply under the heads of its fields; the first `text_count` are words, the rest numbers. */
void month_print_list(const service_call *call, const char *name, const service_field *fields, size_t count,
                      size_t text_count, text_builder *out);

/* The digest of the packs that decided, and the seconds since: into the reply, and as its last line. */
MUST_USE err month_put_law(const month_call *m, int64_t begun_ns);
void month_print_law(const service_call *call, text_builder *out);
/* Seconds since, "0.42". */
text month_seconds(const month_call *m, int64_t begun_ns);

#endif
