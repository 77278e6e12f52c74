#include "calendar/calendar.h"
#include "service/ledger.h"
#include "service/operations.h"

/* ---- accounts ---- */

static const service_field ACCOUNTS_INPUT[] = {
    { .name = "fund", .type = SERVICE_NAME, .shows = "FUND",
      .summary = "the fund whose accounts to list (default: list the funds)",
      .summary_zh = "列出哪只基金的科目（默认列出各基金）" },
    { .name = "month", .type = SERVICE_TEXT, .shows = "YYYY-MM", .summary = "the month whose chart holds (default: this month)",
      .summary_zh = "按哪个月的科目表（默认本月）" },
    SERVICE_PACKS_FIELD,
};
static const service_field ACCOUNTS_FUND[] = {
    { .name = "number", .type = SERVICE_COUNT }, { .name = "code", .type = SERVICE_TEXT },
    { .name = "name", .type = SERVICE_TEXT },    { .name = "en", .type = SERVICE_TEXT },
    { .name = "has_accounts", .type = SERVICE_FLAG },
};
static const service_field ACCOUNTS_ACCOUNT[] = {
    { .name = "account", .type = SERVICE_TEXT }, { .name = "name", .type = SERVICE_TEXT },
    { .name = "en", .type = SERVICE_TEXT },      { .name = "class", .type = SERVICE_TEXT },
    { .name = "side", .type = SERVICE_TEXT },    { .name = "takes_lines", .type = SERVICE_FLAG },
    { .name = "closes_into", .type = SERVICE_VALUE }, { .name = "law", .type = SERVICE_TEXT },
};
static const service_field ACCOUNTS_OUTPUT[] = {
    { .name = "funds", .type = SERVICE_OBJECT, .is_list = true, .fields = ACCOUNTS_FUND,
      .field_count = ARRAY_COUNT(ACCOUNTS_FUND), .is_optional = true },
    { .name = "accounts", .type = SERVICE_OBJECT, .is_list = true, .fields = ACCOUNTS_ACCOUNT,
      .field_count = ARRAY_COUNT(ACCOUNTS_ACCOUNT), .is_optional = true },
};

static void put_funds(service_call *call, const ledger_chart *chart)
{
    arena *a = call->request;
    size_t count;
    const ledger_fund *funds = ledger_funds(chart, &count);
    service_value *list = service_put_list(a, call->reply, "funds");
    for (size_t i = 0; i < count; i++) {
        service_value *v = service_put_object(a, list, NULL);
        service_put_count(a, v, "number", funds[i].number);
        service_put_cstr(a, v, "code", funds[i].code);
        service_put_cstr(a, v, "name", funds[i].name_zh);
        service_put_cstr(a, v, "en", funds[i].name);
        service_put_bool(a, v, "has_accounts", funds[i].has_register);
    }
}

static void put_account(service_call *call, service_value *list, const ledger_account *account)
{
    static const char *const CLASSES[LEDGER_CLASS_COUNT][2] = {
        [LEDGER_ASSET] = { "asset", "资产" },   [LEDGER_LIABILITY] = { "liability", "负债" },
        [LEDGER_NET] = { "net assets", "净资产" }, [LEDGER_INCOME] = { "income", "收入" },
        [LEDGER_EXPENSE] = { "expense", "支出" },
    };
    arena *a = call->request;
    service_value *v = service_put_object(a, list, NULL);
    bool is_debit = account->normal_side == LEDGER_DEBIT;
    service_put_text(a, v, "account", text_format(a, "%lld", (long long)account->number));
    service_put_cstr(a, v, "name", account->name_zh);
    service_put_cstr(a, v, "en", account->name);
    service_put_cstr(a, v, "class", CLASSES[account->class][call->is_chinese]);
    service_put_cstr(a, v, "side", is_debit ? service_say(call, "debit", "借") : service_say(call, "credit", "贷"));
    service_put_bool(a, v, "takes_lines", account->is_leaf);
    if (account->carries_to)
        service_put_text(a, v, "closes_into", text_format(a, "%lld", (long long)account->carries_to));
    else
        service_put_null(a, v, "closes_into");
    service_put_cstr(a, v, "law", account->law);
}

static err ledger_accounts_run(service_call *call)
{
    ledger_chart *chart;
    const ledger_fund *fund;
    const ledger_account *accounts;
    size_t count;
    int32_t month;
    TRY(service_ledger_chart(call, call->request, &chart));
    if (!service_is_given(call, "fund")) return put_funds(call, chart), ERR_NONE;
    TRY(service_ledger_fund(call, chart, &fund));
    TRY(service_month_of(call, "month", calendar_month_of_day(call->office->settings.today_day), &month));
    TRY(ledger_accounts(call->request, chart, fund->number, month, &accounts, &count));
    service_value *list = service_put_list(call->request, call->reply, "accounts");
    for (size_t i = 0; i < count; i++) put_account(call, list, &accounts[i]);
    return ERR_NONE;
}

static const char *const ACCOUNTS_EXAMPLES[] = { "doudi ledger accounts", "doudi ledger accounts --fund 企业养老",
                                                 "doudi ledger accounts --fund work_injury --json", NULL };

const service_op LEDGER_ACCOUNTS_OP = {
    .name = "ledger.accounts",
    .summary = "List the funds, or the accounts of one fund",
    .summary_zh = "列出各基金，或一只基金的会计科目",
    .law = "财会〔2017〕28号",
    .kind = SERVICE_READ,
    .permission = "ledger.read",
    .input = ACCOUNTS_INPUT,
    .input_count = ARRAY_COUNT(ACCOUNTS_INPUT),
    .output = ACCOUNTS_OUTPUT,
    .output_count = ARRAY_COUNT(ACCOUNTS_OUTPUT),
    .examples = ACCOUNTS_EXAMPLES,
    .run = ledger_accounts_run,
};
