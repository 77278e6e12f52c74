#include "service/ledger.h"
#include "service/operations.h"

static const service_field BALANCE_INPUT[] = {
    SERVICE_FUND_FIELD,
    SERVICE_MONTH_FIELD,
    { .name = "from", .type = SERVICE_TEXT, .shows = "YYYY-MM", .summary = "turnovers from this month on (default: the month itself)",
      .summary_zh = "发生额从哪个月起（默认本月）" },
    SERVICE_COUNTY_FIELD,
    SERVICE_PACKS_FIELD,
};
static const service_field BALANCE_ROW[] = {
    { .name = "account", .type = SERVICE_TEXT }, { .name = "name", .type = SERVICE_TEXT },
    { .name = "opening", .type = SERVICE_TEXT }, { .name = "debit", .type = SERVICE_TEXT },
    { .name = "credit", .type = SERVICE_TEXT },  { .name = "carried", .type = SERVICE_TEXT },
    { .name = "closing", .type = SERVICE_TEXT },
};
static const service_field BALANCE_OUTPUT[] = {
    { .name = "fund", .type = SERVICE_TEXT },
    { .name = "from", .type = SERVICE_TEXT },
    { .name = "month", .type = SERVICE_TEXT },
    { .name = "is_closed", .type = SERVICE_FLAG },
    { .name = "accounts", .type = SERVICE_OBJECT, .is_list = true, .fields = BALANCE_ROW,
      .field_count = ARRAY_COUNT(BALANCE_ROW) },
    { .name = "debit", .type = SERVICE_TEXT },
    { .name = "credit", .type = SERVICE_TEXT },
    { .name = "is_balanced", .type = SERVICE_FLAG },
};

static err put_balances(service_ledger *l, int32_t from, int32_t month)
{
    service_call *call = l->call;
    arena *a = call->request;
    const ledger_balance *b;
    size_t count;
    int64_t debit = 0, credit = 0, closing = 0;
    TRY(ledger_balances(a, l->books, l->fund->number, from, month + 1, &b, &count));
    service_value *list = service_put_list(a, call->reply, "accounts");
    for (size_t i = 0; i < count; i++) {
        service_value *v = service_put_object(a, list, NULL);
        service_put_text(a, v, "account", text_format(a, "%lld", (long long)b[i].account));
        service_put_cstr(a, v, "name", service_account_name(l, month, b[i].account));
        service_put_text(a, v, "opening", service_yuan(a, b[i].opening_fen));
        service_put_text(a, v, "debit", service_yuan(a, b[i].debit_fen));
        service_put_text(a, v, "credit", service_yuan(a, b[i].credit_fen));
        service_put_text(a, v, "carried", service_yuan(a, b[i].carried_fen));
        service_put_text(a, v, "closing", service_yuan(a, b[i].closing_fen));
        debit += b[i].debit_fen;
        credit += b[i].credit_fen;
        closing += b[i].closing_fen;
    }
    service_put_text(a, call->reply, "debit", service_yuan(a, debit));
    service_put_text(a, call->reply, "credit", service_yuan(a, credit));
    call->has_failures = debit != credit || closing != 0;
    service_put_bool(a, call->reply, "is_balanced", !call->has_failures);
    return ERR_NONE;
}

static err answer(service_ledger *l)
{
    arena *a = l->call->request;
    ledger_months months;
    int32_t month, from;
    TRY(service_ledger_month(l, &month));
    TRY(service_month_of(l->call, "from", month, &from));
    if (from > month) return err_of(&SERVICE_BAD_ARGUMENT, text_cstr(a, service_month_text(a, from)));
    TRY(ledger_months_of(l->books, l->fund->number, &months));
    service_put_cstr(a, l->call->reply, "fund", service_say(l->call, l->fund->name, l->fund->name_zh));
    service_put_text(a, l->call->reply, "from", service_month_text(a, from));
    service_put_text(a, l->call->reply, "month", service_month_text(a, month));
    service_put_bool(a, l->call->reply, "is_closed", month < months.closed_until);
    return put_balances(l, from, month);
}

static err ledger_balance_run(service_call *call)
{
    service_ledger l;
    TRY(service_ledger_open(call, COUNTY_READ, &l));
    return answer(&l);
}

/* "贷 8500000.00": a balance by its side, as accountants write it. */
static text by_side(const service_call *call, const service_value *row, const char *member)
{
    text yuan = service_member(row, member)->word;
    bool is_credit = text_begins(yuan, TEXT("-"));
    if (text_equal(yuan, TEXT("0.00"))) return TEXT("0.00");
    return text_format(call->request, "%s %.*s",
                       is_credit ? service_say(call, "cr", "贷") : service_say(call, "dr", "借"),
                       TEXT_ARG(text_sub(yuan, is_credit, yuan.size_bytes)));
}

static void ledger_balance_print(const service_call *call, text_builder *out)
{
    static const char *const MEMBERS[] = { "account", "name", "opening", "debit", "credit", "carried", "closing" };
    static const bool IS_NUMBER[] = { false, false, true, true, true, true, true };
    static const bool IS_SIDED[] = { false, false, true, false, false, true, true };
    static const char *const HEADS[2][7] = {
        { "account", "name", "opening", "debit", "credit", "carried", "closing" },
        { "科目", "名称", "期初", "借方", "贷方", "结转", "期末" },
    };
    enum { COLUMNS = ARRAY_COUNT(MEMBERS) };
    arena *a = call->request;
    const service_value *list = service_member(call->reply, "accounts");
    text *cells = ARENA_ARRAY(a, text, (list->child_count + 2) * COLUMNS), *at = cells;
    for (size_t c = 0; c < COLUMNS; c++) *at++ = text_of(HEADS[call->is_chinese][c]);
    for (const service_value *row = list->first; row; row = row->next)
        for (size_t c = 0; c < COLUMNS; c++)
            *at++ = IS_SIDED[c] ? by_side(call, row, MEMBERS[c]) : service_member(row, MEMBERS[c])->word;
    for (size_t c = 0; c < COLUMNS; c++) at[c] = TEXT("");
    at[1] = text_of(service_say(call, "total", "合计"));
    at[3] = service_member(call->reply, "debit")->word;
    at[4] = service_member(call->reply, "credit")->word;
    const char *state = service_member(call->reply, "is_closed")->is_true
                            ? service_say(call, "closed", "已结账") : service_say(call, "open", "未结账");
    text_add_format(out, "%.*s  %.*s  %s\n", TEXT_ARG(service_member(call->reply, "fund")->word),
                    TEXT_ARG(service_member(call->reply, "month")->word), state);
    service_table(out, cells, list->child_count + 2, COLUMNS, IS_NUMBER);
    text_add_format(out, "%s\n", service_member(call->reply, "is_balanced")->is_true
                                     ? service_say(call, "debits equal credits", "借贷相等")
                                     : service_say(call, "DEBITS ARE NOT EQUAL TO CREDITS", "借贷不平！"));
}

static const char *const BALANCE_EXAMPLES[] = { "doudi ledger balance --fund 企业养老",
                                                "doudi ledger balance --fund 1 --month 2026-03 --from 2026-01 --json", NULL };

const service_op LEDGER_BALANCE_OP = {
    .name = "ledger.balance",
    .summary = "The trial balance of a fund",
    .summary_zh = "一只基金的科目余额表（试算平衡）",
    .law = "财会〔2017〕28号",
    .kind = SERVICE_READ,
    .permission = "ledger.read",
    .input = BALANCE_INPUT,
    .input_count = ARRAY_COUNT(BALANCE_INPUT),
    .output = BALANCE_OUTPUT,
    .output_count = ARRAY_COUNT(BALANCE_OUTPUT),
    .examples = BALANCE_EXAMPLES,
    .run = ledger_balance_run,
    .print = ledger_balance_print,
};
