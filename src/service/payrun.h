/* service/payrun - what the operations on payment runs share.
 *
 * A run pays one fund's benefits of one kind in one month. Which benefit is of which run, and which
 * account each item of it is booked under, stands in packs/ledger/payroll.csv; the parts of a run's
 * lines are those accounts.
 *
 * Prefix   payrun_
 */
#ifndef SERVICE_PAYRUN_H
#define SERVICE_PAYRUN_H

#include "registry/registry.h"
#include "service/ledger.h"

extern const err_kind PAYRUN_NO_TABLE, PAYRUN_BAD_TABLE, PAYRUN_UNKNOWN_KIND, PAYRUN_NOT_A_RUN,
    PAYRUN_ACCOUNT_CHANGED, PAYRUN_OTHER_BATCH, PAYRUN_NO_ENTRIES, PAYRUN_DRAFTED_BEFORE,
    PAYRUN_NOT_SENT_YET, PAYRUN_NOTHING_WAITS, PAYRUN_NO_SETTING;

typedef struct {
    text benefit, fund, kind, item; /* item: of a decision; empty: what no item says */
    int64_t account;                /* of 5001 */
    size_t part;                    /* of the run's lines */
} payrun_row;

typedef struct {
    payrun_row *rows;
    size_t count, capacity;
} payrun_table;
MUST_USE err payrun_table_read(county *office, payrun_table *table);
/* The parts of a run of this kind: accounts as texts, and the fund; gives each of its rows its part. */
MUST_USE err payrun_parts(arena *a, payrun_table *table, text kind, text *fund, text **parts, size_t *count);

/* Which benefit a line pays, by the account of its first amount; empty when the table no longer knows it. */
text payrun_benefit_of(const payrun_table *table, const payment_run *run, const payment_line *line);

/* A supplementary run (补发) of a kind is of the kind with this behind its name. */
#define PAYRUN_SUPPLEMENT ".supplement"
bool payrun_is_supplement(text kind);
text payrun_base_kind(text kind);
/* Runs that give contributions back (退费) are of kinds that begin with this; their items are of benefit "refund". */
#define PAYRUN_REFUND "refund"
bool payrun_is_refund(text kind);
/* Runs that pay employers what they get without asking are of kinds that begin with this. */
#define PAYRUN_GRANT "grant"
bool payrun_is_grant(text kind);
/* Whether a run pays one-off items alone, to whoever has one: people and employers. */
bool payrun_pays_items(text kind);
/* As a person calls it, by packs/ledger/runs.csv; the kind itself where that table says nothing. */
MUST_USE err payrun_kind_shown(county *office, text kind, text *shown);
text payrun_fund_shown(county *office, text fund);
/* A whole number of packs/ledger/paying.csv; PAYRUN_NO_SETTING. */
MUST_USE err payrun_setting(county *office, const char *name, int64_t *value);

/* What every operation on one run begins with: RUN, an open county and, for writing, its actor. */
typedef struct {
    service_call *call;
    county *office;
    payment *runs;
    payment_run run;
    payment_act act;
} payrun;
#define PAYRUN_RUN_FIELD                                                                         \
    { .name = "run", .type = SERVICE_COUNT, .shows = "RUN", .is_required = true,                 \
      .is_positional = true, .summary = "number of the payment run", .summary_zh = "支付批次编号" }
MUST_USE err payrun_open(service_call *call, county_need need, payrun *p);
/* The step may be taken by the actor: their roles, and who did what before. */
MUST_USE err payrun_may(payrun *p, payment_step step);
/* Takes it, with a signature when it is one. */
MUST_USE err payrun_step(payrun *p, payment_step step);
/* An error that names the run's state names it in the caller's language. */
err payrun_says_state(const payrun *p, err e);
/* Whether the actor has taken it of these lines: told again it changes nothing, and payrun_again answers so. */
MUST_USE err payrun_was_taken(payrun *p, payment_step step, bool *is_so);
MUST_USE err payrun_again(payrun *p);

/* payrun_accounts.c: what was paid out of individual accounts leaves the register, once a run is booked; what the
 * bank returned is put back. Each line once. */
MUST_USE err payrun_accounts_draw(payrun *p);
MUST_USE err payrun_accounts_return(payrun *p);
/* Of what was overpaid out of an individual account, what came back is put back. Once a key and person. */
MUST_USE err payrun_accounts_restore(county *office, text fund_code, int64_t person_id, int64_t fen, int32_t day, text key);
/* What a receipt known then had put back never came: it is taken out again, as far as the account still holds it. */
MUST_USE err payrun_accounts_take_back(county *office, text fund_code, int64_t person_id, int64_t known_ms, int32_t day, text key);

/* Lines, steps and signatures fit, and each signature is by the key its signer had then: else
 * PAYMENT_BROKEN or PAYMENT_BAD_SIGNATURE. */
MUST_USE err payrun_verify(county *office, int64_t run_id);
/* The same of a change of accounts. */
MUST_USE err payrun_verify_account(county *office, int64_t change_id);

/* "P12-1": what the bank calls version 1 of run 12. */
text payrun_batch(arena *a, const payment_run *run);
bool payrun_of_batch(text batch, int64_t *run_id, int64_t *version);
/* The account number's keyed hash as the lines hold it: > 0. */
int64_t payrun_account_of(const registry_account *account);

/* ---- what an answer shows of a run ---- */
#define PAYRUN_OUTPUT                                                                            \
    { .name = "run", .type = SERVICE_COUNT, .summary = "run", .summary_zh = "批次" },            \
    { .name = "batch", .type = SERVICE_TEXT, .summary = "batch", .summary_zh = "批次号" },       \
    { .name = "kind", .type = SERVICE_TEXT }, { .name = "fund", .type = SERVICE_TEXT },          \
    { .name = "kind_name", .type = SERVICE_TEXT, .summary = "kind", .summary_zh = "类别" },      \
    { .name = "fund_name", .type = SERVICE_TEXT, .summary = "fund", .summary_zh = "基金" },      \
    { .name = "month", .type = SERVICE_TEXT, .summary = "month", .summary_zh = "月份" },         \
    { .name = "payer", .type = SERVICE_TEXT, .summary = "paid from", .summary_zh = "付款账户" }, \
    { .name = "state", .type = SERVICE_STATE, .summary = "state", .summary_zh = "状态" },         \
    { .name = "lines", .type = SERVICE_COUNT, .summary = "lines", .summary_zh = "笔数" },        \
    { .name = "total", .type = SERVICE_TEXT, .summary = "total, yuan", .summary_zh = "合计（元）" }, \
    { .name = "paid", .type = SERVICE_TEXT, .summary = "paid, yuan", .summary_zh = "已付（元）" }, \
    { .name = "refused", .type = SERVICE_TEXT, .summary = "refused, yuan", .summary_zh = "拒付（元）" }, \
    { .name = "returned", .type = SERVICE_TEXT, .summary = "returned, yuan", .summary_zh = "退票（元）" }
MUST_USE err payrun_put(service_call *call, service_value *into, const payment_run *run);
/* The run as it is now, into the reply. */
MUST_USE err payrun_reply(payrun *p);
/* The reply as lines and tables: fields without a summary are for programs, and empty columns are left out. */
void payrun_print(const service_call *call, text_builder *out);

#endif
