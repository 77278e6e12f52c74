/* service/ledger - what the operations on the books share: tables, fund, month, words.
 *
 * Prefix   service_
 */
#ifndef SERVICE_LEDGER_H
#define SERVICE_LEDGER_H

#include "ledger/ledger.h"
#include "service/county.h"

extern const err_kind SERVICE_NO_LEDGER_TABLES, SERVICE_BAD_AMOUNT, LEDGER_INTEREST_FIRST;

#define SERVICE_FUND_FIELD                                                                       \
    { .name = "fund", .type = SERVICE_NAME, .shows = "FUND", .is_required = true,                \
      .summary = "the fund: 企业养老, employee_pension or its number",                           \
      .summary_zh = "基金：企业养老、employee_pension 或编号" }
#define SERVICE_MONTH_FIELD                                                                      \
    { .name = "month", .type = SERVICE_TEXT, .shows = "YYYY-MM",                                 \
      .summary = "the month (default: the last of the books)",                                   \
      .summary_zh = "月份（默认账上最后一个月）" }
#define SERVICE_KEY_FIELD                                                                        \
    { .name = "key", .type = SERVICE_TEXT, .shows = "KEY",                                       \
      .summary = "idempotency key: the same again changes nothing",                              \
      .summary_zh = "幂等键：同样的业务再提交一次不会重复" }
#define SERVICE_WHY_FIELD                                                                        \
    { .name = "why", .type = SERVICE_TEXT, .shows = "TEXT",                                      \
      .summary = "case or document behind it", .summary_zh = "事由或文号" }

typedef struct {
    service_call *call;
    county *county;
    const ledger_chart *chart;
    ledger *books;
    const ledger_fund *fund;
    int64_t turn; /* before anything was written */
} service_ledger;

/* The tables of packs/ledger, from the folders the packs are taken from. */
MUST_USE err service_ledger_chart(service_call *call, arena *a, ledger_chart **chart);
/* A fund by what somebody wrote; LEDGER_UNKNOWN_FUND tells the nearest and all there are. */
MUST_USE err service_fund_find(service_call *call, const ledger_chart *chart, text said, const ledger_fund **fund);
MUST_USE err service_ledger_fund(service_call *call, const ledger_chart *chart, const ledger_fund **fund);
/* The county's books in a transaction, and the fund when the operation has one. */
MUST_USE err service_ledger_open(service_call *call, county_need need, service_ledger *l);
/* Keeps what was written. */
MUST_USE err service_ledger_commit(service_ledger *l);

MUST_USE err service_month_of(const service_call *call, const char *name, int32_t otherwise, int32_t *month);
/* The month asked for, else the last of the fund's books. */
MUST_USE err service_ledger_month(service_ledger *l, int32_t *month);
MUST_USE err service_fen_of(arena *a, text word, int64_t *fen);
text service_yuan(arena *a, int64_t fen);
text service_month_text(arena *a, int32_t month);
text service_day_text(arena *a, int32_t day);
/* "企业养老 2026-01 记-17", and "2026-01/17" of the caller. */
text service_voucher_text(arena *a, ledger_voucher_id id);
MUST_USE err service_voucher_of(const service_call *call, const char *name, int32_t fund, ledger_voucher_id *id);
ledger_stamp service_stamp(const service_ledger *l, text key_otherwise);
/* Names by the caller's language; "" when there is none. */
const char *service_account_name(const service_ledger *l, int32_t month, int64_t number);
const char *service_business_name(const service_ledger *l, int32_t month, const char *kind);
const char *service_kind_name(const service_ledger *l, int32_t number); /* of the register */
/* The form asked for: 01 stands for 会社保01表. */
text service_form_of(const service_call *call);
/* Months the balance would last, by the pack; or null and the reason. */
MUST_USE err service_put_support(service_ledger *l, int32_t month, text region, const ledger_bulletin *figures,
                                 service_value *v);
/* The collection rate, by the pack, as member `rate`; null where nothing was due. */
MUST_USE err service_put_rate(service_call *call, int32_t month, text region, int64_t due_fen, int64_t received_fen,
                              service_value *v);
/* A fund's December closes its year, and only once the year's interest stands in its accounts where the packs let
 * them bear any: LEDGER_INTEREST_FIRST. Of other months nothing is asked. */
MUST_USE err service_year_may_close(county *office, const ledger_fund *fund, int32_t month);
/* The year's interest was posted; *is_new: not before. */
/* What stood in an account when the books began bears interest from there on: LEDGER_YEAR_BEFORE_BOOKS. */
MUST_USE err service_interest_check(county *office, const ledger_fund *fund, int32_t year);
MUST_USE err service_interest_mark(county *office, const ledger_fund *fund, int32_t year, bool *is_new);
/* What every write of a voucher answers. */
#define SERVICE_VOUCHER_OUTPUT                                                                   \
    { .name = "voucher", .type = SERVICE_TEXT, .summary = "voucher", .summary_zh = "凭证" }
void service_put_voucher(service_ledger *l, ledger_voucher_id id);
/* Words of a table under each other: `rows` of `columns` texts; right-aligned where is_number. */
void service_table(text_builder *out, const text *cells, size_t rows, size_t columns,
                   const bool *is_number);

#endif
