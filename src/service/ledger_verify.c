#include "service/ledger.h"
#include "service/operations.h"

static const service_field VERIFY_INPUT[] = { SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD };
static const service_field VERIFY_OUTPUT[] = {
    { .name = "vouchers", .type = SERVICE_COUNT, .summary = "vouchers", .summary_zh = "凭证" },
    { .name = "lines", .type = SERVICE_COUNT, .summary = "lines", .summary_zh = "分录" },
    { .name = "balances", .type = SERVICE_COUNT, .summary = "balances", .summary_zh = "余额" },
    { .name = "postings", .type = SERVICE_COUNT, .summary = "postings to accounts", .summary_zh = "个人账户记账" },
    { .name = "persons", .type = SERVICE_COUNT, .summary = "persons", .summary_zh = "人" },
    { .name = "fits", .type = SERVICE_FLAG, .summary = "all fits", .summary_zh = "全部相符" },
    { .name = "bad_record", .type = SERVICE_TEXT, .is_optional = true, .summary = "first that does not fit",
      .summary_zh = "第一处不符" },
    { .name = "says", .type = SERVICE_TEXT, .is_optional = true, .summary = "because it", .summary_zh = "原因" },
};

static err verify(service_ledger *l)
{
    service_call *call = l->call;
    arena *a = call->request;
    ledger_verdict v;
    TRY(ledger_verify(a, l->books, &v));
    service_put_count(a, call->reply, "vouchers", v.voucher_count);
    service_put_count(a, call->reply, "lines", v.line_count);
    service_put_count(a, call->reply, "balances", v.balance_count);
    service_put_count(a, call->reply, "postings", v.posting_count);
    service_put_count(a, call->reply, "persons", v.person_count);
    service_put_bool(a, call->reply, "fits", !v.bad_record);
    call->has_failures = v.bad_record;
    if (!v.bad_record) return ERR_NONE;
    service_put_cstr(a, call->reply, "bad_record", v.bad_record);
    service_put_cstr(a, call->reply, "says", service_say(call, v.says, v.says_zh));
    return ERR_NONE;
}

static err ledger_verify_run(service_call *call)
{
    service_ledger l;
    TRY(service_ledger_open(call, COUNTY_READ, &l));
    return verify(&l);
}

static const char *const VERIFY_EXAMPLES[] = { "doudi ledger verify", NULL };

const service_op LEDGER_VERIFY_OP = {
    .name = "ledger.verify",
    .summary = "Derive every balance again from vouchers, and vouchers from events",
    .summary_zh = "由事件重算凭证，由凭证重算余额，找出第一处不符",
    .kind = SERVICE_READ,
    .permission = "ledger.read",
    .input = VERIFY_INPUT,
    .input_count = ARRAY_COUNT(VERIFY_INPUT),
    .output = VERIFY_OUTPUT,
    .output_count = ARRAY_COUNT(VERIFY_OUTPUT),
    .examples = VERIFY_EXAMPLES,
    .run = ledger_verify_run,
};
