#include "service/ledger.h"
#include "service/operations.h"

static const service_field REGISTER_INPUT[] = { SERVICE_FUND_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD };
static const service_field REGISTER_TOTAL[] = {
    { .name = "kind", .type = SERVICE_TEXT },
    { .name = "postings", .type = SERVICE_COUNT },
    { .name = "amount", .type = SERVICE_TEXT },
};
static const service_field REGISTER_OUTPUT[] = {
    { .name = "fund", .type = SERVICE_TEXT, .summary = "fund", .summary_zh = "基金" },
    { .name = "totals", .type = SERVICE_OBJECT, .is_list = true, .fields = REGISTER_TOTAL,
      .field_count = ARRAY_COUNT(REGISTER_TOTAL) },
    { .name = "control", .type = SERVICE_TEXT, .summary = "control total", .summary_zh = "控制总数" },
    { .name = "persons", .type = SERVICE_TEXT, .summary = "sum of persons", .summary_zh = "个人账户合计" },
    { .name = "is_equal", .type = SERVICE_FLAG, .summary = "equal", .summary_zh = "相等" },
};

static err tell_totals(service_ledger *l)
{
    service_call *call = l->call;
    arena *a = call->request;
    const ledger_control *totals;
    size_t count;
    int64_t persons, control = 0;
    TRY(ledger_controls(a, l->books, l->fund->number, &totals, &count, &persons));
    service_put_cstr(a, call->reply, "fund", service_say(l->call, l->fund->name, l->fund->name_zh));
    service_value *list = service_put_list(a, call->reply, "totals");
    for (size_t i = 0; i < count; i++) {
        service_value *v = service_put_object(a, list, NULL);
        service_put_cstr(a, v, "kind", service_kind_name(l, totals[i].kind));
        service_put_count(a, v, "postings", totals[i].posting_count);
        service_put_text(a, v, "amount", service_yuan(a, totals[i].amount_fen));
        control += totals[i].amount_fen;
    }
    call->has_failures = control != persons;
    service_put_text(a, call->reply, "control", service_yuan(a, control));
    service_put_text(a, call->reply, "persons", service_yuan(a, persons));
    service_put_bool(a, call->reply, "is_equal", control == persons);
    return ERR_NONE;
}

static err ledger_register_run(service_call *call)
{
    service_ledger l;
    TRY(service_ledger_open(call, COUNTY_READ, &l));
    return tell_totals(&l);
}

static const char *const REGISTER_EXAMPLES[] = { "doudi ledger register --fund 居民养老", NULL };

const service_op LEDGER_REGISTER_OP = {
    .name = "ledger.register",
    .summary = "Control totals of a fund's individual accounts, against the sum of persons",
    .summary_zh = "个人账户控制总数，与各人余额之和核对",
    .law = "社会保险法 第十四条",
    .kind = SERVICE_READ,
    .permission = "ledger.read",
    .input = REGISTER_INPUT,
    .input_count = ARRAY_COUNT(REGISTER_INPUT),
    .output = REGISTER_OUTPUT,
    .output_count = ARRAY_COUNT(REGISTER_OUTPUT),
    .examples = REGISTER_EXAMPLES,
    .run = ledger_register_run,
};
