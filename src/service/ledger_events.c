#include "calendar/calendar.h"
#include "service/ledger.h"
#include "service/operations.h"

static const service_field EVENTS_INPUT[] = {
    SERVICE_FUND_FIELD,
    { .name = "month", .type = SERVICE_TEXT, .shows = "YYYY-MM", .summary = "the month whose rules hold (default: this month)",
      .summary_zh = "按哪个月的记账规则（默认本月）" },
    SERVICE_PACKS_FIELD,
};
static const service_field EVENTS_EVENT[] = {
    { .name = "event", .type = SERVICE_TEXT }, { .name = "part", .type = SERVICE_TEXT },
    { .name = "name", .type = SERVICE_TEXT },  { .name = "debit", .type = SERVICE_TEXT },
    { .name = "credit", .type = SERVICE_TEXT }, { .name = "law", .type = SERVICE_TEXT },
};
static const service_field EVENTS_OUTPUT[] = {
    { .name = "events", .type = SERVICE_OBJECT, .is_list = true, .fields = EVENTS_EVENT,
      .field_count = ARRAY_COUNT(EVENTS_EVENT) },
};

static text account_list(arena *a, const int64_t *numbers, size_t count)
{
    text_builder out = text_builder_open(a);
    for (size_t i = 0; i < count; i++)
        text_add_format(&out, "%s%lld", i ? "、" : "", (long long)numbers[i]);
    return text_built(&out);
}

static err ledger_events_run(service_call *call)
{
    arena *a = call->request;
    ledger_chart *chart;
    const ledger_fund *fund;
    const ledger_rule *rules;
    size_t count;
    int32_t month;
    TRY(service_ledger_chart(call, call->request, &chart));
    TRY(service_ledger_fund(call, chart, &fund));
    TRY(service_month_of(call, "month", calendar_month_of_day(call->office->settings.today_day), &month));
    TRY(ledger_rules(a, chart, fund->number, month, &rules, &count));
    service_value *list = service_put_list(a, call->reply, "events");
    for (size_t i = 0; i < count; i++) {
        service_value *v = service_put_object(a, list, NULL);
        service_put_cstr(a, v, "event", rules[i].kind);
        service_put_cstr(a, v, "part", rules[i].part);
        service_put_cstr(a, v, "name", service_say(call, rules[i].name, rules[i].name_zh));
        service_put_text(a, v, "debit", account_list(a, rules[i].debit, rules[i].debit_count));
        service_put_text(a, v, "credit", account_list(a, rules[i].credit, rules[i].credit_count));
        service_put_cstr(a, v, "law", rules[i].law);
    }
    return ERR_NONE;
}

static const char *const EVENTS_EXAMPLES[] = { "doudi ledger events --fund 企业养老", NULL };

const service_op LEDGER_EVENTS_OP = {
    .name = "ledger.events",
    .summary = "List the business events of a fund and the accounts they debit and credit",
    .summary_zh = "列出一只基金的业务事件及其借贷科目",
    .law = "财会〔2017〕28号",
    .kind = SERVICE_READ,
    .permission = "ledger.read",
    .input = EVENTS_INPUT,
    .input_count = ARRAY_COUNT(EVENTS_INPUT),
    .output = EVENTS_OUTPUT,
    .output_count = ARRAY_COUNT(EVENTS_OUTPUT),
    .examples = EVENTS_EXAMPLES,
    .run = ledger_events_run,
};
