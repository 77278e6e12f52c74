#include "service/ledger.h"
#include "service/operations.h"

static const service_field VOUCHER_OUTPUT[] = { SERVICE_VOUCHER_OUTPUT };

static const service_field POST_INPUT[] = {
    SERVICE_FUND_FIELD,
    { .name = "event", .type = SERVICE_NAME, .is_required = true, .shows = "EVENT",
      .summary = "the business: doudi ledger events lists them", .summary_zh = "业务事件：用 doudi ledger events 查看" },
    { .name = "day", .type = SERVICE_DATE, .is_required = true, .shows = "DATE",
      .summary = "day of the voucher", .summary_zh = "凭证日期" },
    { .name = "amount", .type = SERVICE_TEXT, .is_required = true, .shows = "YUAN",
      .summary = "amount in yuan", .summary_zh = "金额（元）" },
    { .name = "part", .type = SERVICE_TEXT, .summary = "part of the business, where it has several",
      .summary_zh = "业务的哪一部分（有多个部分时）" },
    { .name = "debit", .type = SERVICE_COUNT, .shows = "ACCOUNT", .summary = "which account is debited, where there is a choice",
      .summary_zh = "借方科目（有多个可选时）" },
    { .name = "credit", .type = SERVICE_COUNT, .shows = "ACCOUNT", .summary = "which account is credited, where there is a choice",
      .summary_zh = "贷方科目（有多个可选时）" },
    { .name = "reference", .type = SERVICE_TEXT, .summary = "the business's own number", .summary_zh = "业务单号" },
    { .name = "key", .type = SERVICE_TEXT, .is_required = true, .shows = "KEY",
      .summary = "idempotency key: the same again changes nothing",
      .summary_zh = "幂等键：同样的业务再提交一次不会重复" },
    SERVICE_WHY_FIELD,
    SERVICE_AS_FIELD,
    SERVICE_COUNTY_FIELD,
    SERVICE_PACKS_FIELD,
};

static err post(service_ledger *l)
{
    service_call *call = l->call;
    arena *a = call->request;
    text part = service_text_of(call, "part", TEXT_NONE);
    ledger_amount amount = { .part = part.size_bytes ? text_cstr(a, part) : NULL,
                             .debit = (int64_t)service_size_of(call, "debit", 0),
                             .credit = (int64_t)service_size_of(call, "credit", 0) };
    TRY(service_fen_of(a, service_text_of(call, "amount", TEXT_NONE), &amount.amount_fen));
    ledger_business business = { .fund = l->fund->number, .day = service_day_of(call, "day"),
                                 .kind = text_cstr(a, service_text_of(call, "event", TEXT_NONE)),
                                 .reference = service_text_of(call, "reference", TEXT("")),
                                 .amounts = &amount, .amount_count = 1 };
    ledger_stamp stamp = service_stamp(l, TEXT(""));
    ledger_voucher_id id;
    TRY(ledger_post(l->books, &stamp, &business, &id));
    service_put_voucher(l, id);
    return ERR_NONE;
}

static err ledger_post_run(service_call *call)
{
    service_ledger l;
    TRY(service_ledger_open(call, COUNTY_WRITE, &l));
    TRY(post(&l));
    return service_ledger_commit(&l);
}

static const char *const POST_EXAMPLES[] = {
    "doudi ledger post --fund 企业养老 --event plan.funded --day 2026-01-08 --amount 3600000 --key plan-1",
    "doudi ledger post --fund 1 --event benefit.paid --day 2026-01-10 --amount 2300000 --debit 50010101 --key run-1", NULL };

const service_op LEDGER_POST_OP = {
    .name = "ledger.post",
    .summary = "Post one business event: its voucher is made by the rules",
    .summary_zh = "登记一笔业务，凭证按规则自动生成",
    .law = "财会〔2017〕28号",
    .kind = SERVICE_WRITE,
    .permission = "ledger.book",
    .input = POST_INPUT,
    .input_count = ARRAY_COUNT(POST_INPUT),
    .output = VOUCHER_OUTPUT,
    .output_count = ARRAY_COUNT(VOUCHER_OUTPUT),
    .examples = POST_EXAMPLES,
    .run = ledger_post_run,
};
