/* service/dues - what the operations on what payers owe share: who pays, words, proposals.
 *
 * What only raises what is owed (a late fee) is entered at once. What lowers it or puts it off is a
 * proposal: one person enters it, a second reviews it, a third approves it, and only then the dues
 * change, with the vouchers of what was freed, in one transaction (packs/duties: dues.enter,
 * dues.review, dues.approve). A proposal says fen by fen what will be done; when the dues have
 * changed since, it is refused whole.
 *
 * Month    of business: the open one. It is the month in which a change is told in statements.
 * Prefix   dues_
 */
#ifndef SERVICE_DUES_H
#define SERVICE_DUES_H

#include "service/month.h"

extern const err_kind DUES_NO_PAYER, DUES_NOTHING_OPEN, DUES_BAD_PLAN, DUES_CHANGED, DUES_CLASS, DUES_DAY, DUES_NO_FUND,
    DUES_UNDECIDED, DUES_NO_RELIEF, DUES_RELIEVED;

#define DUES_PAYER_FIELD                                                                         \
    { .name = "payer", .type = SERVICE_TEXT, .is_positional = true, .is_required = true,         \
      .shows = "CODE|NUMBER|ID", .summary = "who pays: credit code, citizen number, id, or government", \
      .summary_zh = "缴费人：统一社会信用代码、证件号码、编号，或“政府”" }
#define DUES_OF_FIELD                                                                            \
    { .name = "of", .type = SERVICE_TEXT, .shows = "YYYY-MM",                                    \
      .summary = "only what is owed for this month", .summary_zh = "只限所属月" }
#define DUES_DRY_FIELD                                                                           \
    { .name = "dry-run", .type = SERVICE_FLAG, .summary = "show, and write nothing",             \
      .summary_zh = "只看结果，不写入" }

typedef struct {
    month_call m; /* its month: the open one */
    collection *bills;
    collection_payer payer; /* of --payer, where the operation has one */
    collection_act act;     /* of this operation */
} dues_call;

/* Opens the county, logs the actor in for a write, begins a transaction; finds the payer when the
 * operation has one. MONTH_NOT_OPEN for a write before a month is open. */
MUST_USE err dues_begin(service_call *call, county_need need, dues_call *d);
/* DUES_NO_PAYER. */
MUST_USE err dues_payer_of(month_call *m, collection *bills, text said, collection_payer *payer);
/* "12 某某公司", for a person. */
MUST_USE err dues_payer_text(month_call *m, collection_payer payer, text *shown);
/* A person's or an employer's name alone, beside their id. */
MUST_USE err dues_payer_name(month_call *m, int64_t id, text *name);
/* What a clerk types to meet the payer again: credit code, masked number, id. */
text dues_charge_text(const service_call *call, collection_charge charge);
/* "premium": as receipts.csv and options say it; DUES words of `said` to the charge, 0: none. */
const char *dues_charge_code(collection_charge charge);
collection_charge dues_charge_of(text said);
text dues_fund_text(const month_call *m, int32_t fund);
/* employee -> 单位职工; what is no purpose of a bill as it is. */
text dues_purpose_text(const service_call *call, text purpose);
/* The order of clearing, by collecting.csv. */
MUST_USE err dues_order(const month_call *m, collection_order *order);

/* ---- proposals ---- */

typedef enum { DUES_ADJUST, DUES_DEFER, DUES_AGREE, DUES_PAY } dues_op;
typedef struct {
    dues_op op;
    collection_due due;  /* ADJUST: key, and as it was when entered; DEFER: month, due_day the new one */
    int64_t fen;         /* ADJUST: the change; AGREE: an instalment; PAY: what is open */
    int32_t day;         /* DEFER: the agreement runs from; AGREE: of the instalment */
} dues_item;
typedef struct {
    dues_item *items;
    size_t count, capacity;
} dues_items;
void dues_item_add(dues_call *d, dues_items *items, dues_item item);
/* Enters a proposal and answers it in the reply, with its items; with --dry-run only shows. */
MUST_USE err dues_propose(dues_call *d, const char *kind, const dues_items *items, int64_t total_fen);
/* What every proposal answers, and how it is printed. */
extern const service_field DUES_CASE_ITEM[6];
#define DUES_CASE_OUTPUT                                                                         \
    { .name = "case", .type = SERVICE_COUNT, .is_optional = true, .summary = "proposal", .summary_zh = "单据编号" }, \
    { .name = "kind", .type = SERVICE_TEXT, .summary = "kind", .summary_zh = "类别" },           \
    { .name = "state", .type = SERVICE_STATE, .summary = "state", .summary_zh = "状态" },         \
    { .name = "payer", .type = SERVICE_TEXT, .summary = "payer", .summary_zh = "缴费人" },       \
    { .name = "total", .type = SERVICE_TEXT, .summary = "total, yuan", .summary_zh = "合计（元）" }, \
    { .name = "why", .type = SERVICE_TEXT, .summary = "why", .summary_zh = "事由" },             \
    { .name = "freed", .type = SERVICE_TEXT, .is_optional = true, .summary = "freed to the credit, yuan", \
      .summary_zh = "转为多缴留存（元）" },                                                      \
    { .name = "law", .type = SERVICE_TEXT, .is_optional = true, .summary = "law", .summary_zh = "依据" }, \
    { .name = "is_new", .type = SERVICE_FLAG, .summary = "done now", .summary_zh = "本次办理" }, \
    { .name = "items", .type = SERVICE_OBJECT, .is_list = true, .summary = "items", .summary_zh = "明细", \
      .fields = DUES_CASE_ITEM, .field_count = 6 }
MUST_USE err dues_put_case(dues_call *d, const collection_case *one, bool is_new);
void dues_case_print(const service_call *call, text_builder *out);
text dues_kind_text(const service_call *call, text kind);
void dues_put_state(const service_call *call, service_value *into, collection_case_state state);
MUST_USE err dues_items_parse(arena *a, text body, dues_items *items);
/* Carries the items out: DUES_CHANGED. Books what was freed. */
MUST_USE err dues_carry_out(dues_call *d, const collection_case *one, int64_t *freed_fen);

/* What a fund owes on behalf of people is paid: its expense, and the other funds' income. */
MUST_USE err dues_pay_on_behalf(dues_call *d, const collection_case *one, const dues_items *items);

/* ---- what is freed: booked back from where it was booked to ---- */

typedef struct {
    int32_t month; /* of business, in which it was booked */
    int64_t fen;
} dues_laid;
typedef struct {
    dues_call *d;
    collection_due key;
    dues_laid *laid;
    size_t count, capacity;
} dues_freed;
/* What has been laid over a due so far: ask before it is adjusted. */
MUST_USE err dues_freed_open(dues_call *d, const collection_due *key, dues_freed *f);
/* Books so much of it out of income: the last that came first. `what`: of receipts.csv. */
MUST_USE err dues_freed_book(dues_freed *f, month_booking *b, const char *what, int64_t fen);
err dues_changed(const dues_call *d, const collection_due *due);

/* ---- deciding a few amounts by the packs ---- */

typedef struct {
    const decide_law *law;
    const decide_plan *plan;
    decider *with;
    column *facts;
    size_t count; /* lanes */
    decide_results *results;
    arena *memory;
} dues_deciding;
/* `count` lanes of which nothing is known yet. */
MUST_USE err dues_deciding_open(dues_call *d, const char *purpose, int32_t on_day, size_t count, dues_deciding *o);
/* What the plan does not need is passed over. */
void dues_fact(dues_deciding *o, const char *name, size_t lane, int64_t value);
MUST_USE err dues_fact_word(dues_deciding *o, const char *name, size_t lane, text word);
void dues_decide(dues_deciding *o);
/* The value of an answer; DUES_UNDECIDED with the reason where there is none. */
MUST_USE err dues_answer(const dues_call *d, const dues_deciding *o, const char *key, size_t lane, int64_t *value);
/* The article an answer comes from. */
text dues_law(const dues_deciding *o, const char *key);

/* ---- credit: in which fund's suspense a payer's credit stands ---- */

typedef struct {
    int32_t fund;
    int64_t fen;
} dues_held;
MUST_USE err dues_held_of(dues_call *d, collection_payer payer, dues_held **held, size_t *count);
/* The fund in which receipts above the dues wait, by collecting.csv. */
MUST_USE err dues_suspense_fund(month_call *m, int32_t *fund);

#endif
