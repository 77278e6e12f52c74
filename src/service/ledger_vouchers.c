#include "service/ledger.h"
#include "service/operations.h"

static const service_field VOUCHERS_INPUT[] = {
    SERVICE_FUND_FIELD,
    SERVICE_MONTH_FIELD,
    { .name = "from", .type = SERVICE_TEXT, .shows = "YYYY-MM", .summary = "from this month on (default: the month itself)",
      .summary_zh = "从哪个月起（默认本月）" },
    { .name = "voucher", .type = SERVICE_TEXT, .shows = "YYYY-MM/N", .summary = "only this one",
      .summary_zh = "只看这一张" },
    SERVICE_COUNTY_FIELD,
    SERVICE_PACKS_FIELD,
};
static const service_field VOUCHERS_LINE[] = {
    { .name = "account", .type = SERVICE_TEXT }, { .name = "name", .type = SERVICE_TEXT },
    { .name = "debit", .type = SERVICE_VALUE },  { .name = "credit", .type = SERVICE_VALUE },
};
static const service_field VOUCHERS_VOUCHER[] = {
    { .name = "voucher", .type = SERVICE_TEXT },   { .name = "day", .type = SERVICE_DATE },
    { .name = "event", .type = SERVICE_TEXT },     { .name = "name", .type = SERVICE_TEXT },
    { .name = "reference", .type = SERVICE_TEXT }, { .name = "key", .type = SERVICE_TEXT },
    { .name = "takes_back", .type = SERVICE_VALUE }, { .name = "actor", .type = SERVICE_COUNT },
    { .name = "lines", .type = SERVICE_OBJECT, .is_list = true, .fields = VOUCHERS_LINE,
      .field_count = ARRAY_COUNT(VOUCHERS_LINE) },
};
static const service_field VOUCHERS_OUTPUT[] = {
    { .name = "fund", .type = SERVICE_TEXT },
    { .name = "vouchers", .type = SERVICE_OBJECT, .is_list = true, .fields = VOUCHERS_VOUCHER,
      .field_count = ARRAY_COUNT(VOUCHERS_VOUCHER) },
};

static void put_line(service_ledger *l, service_value *list, int32_t month, const ledger_line *line)
{
    arena *a = l->call->request;
    service_value *v = service_put_object(a, list, NULL);
    bool is_debit = line->side == LEDGER_DEBIT;
    text yuan = service_yuan(a, line->amount_fen);
    service_put_text(a, v, "account", text_format(a, "%lld", (long long)line->account));
    service_put_cstr(a, v, "name", service_account_name(l, month, line->account));
    if (is_debit) service_put_text(a, v, "debit", yuan);
    else service_put_null(a, v, "debit");
    if (is_debit) service_put_null(a, v, "credit");
    else service_put_text(a, v, "credit", yuan);
}

static void put_voucher(service_ledger *l, service_value *list, const ledger_voucher *voucher)
{
    arena *a = l->call->request;
    /* Opening balances stand in the month before the books begin, perhaps before the chart. */
    int32_t month = voucher->id.month + (text_equal_cstr(text_of(voucher->kind), "ledger.begun") ? 1 : 0);
    service_value *v = service_put_object(a, list, NULL);
    service_put_text(a, v, "voucher", service_voucher_text(a, voucher->id));
    service_put_text(a, v, "day", service_day_text(a, voucher->day));
    service_put_cstr(a, v, "event", voucher->kind);
    service_put_cstr(a, v, "name", service_business_name(l, month, voucher->kind));
    service_put_text(a, v, "reference", voucher->reference);
    service_put_text(a, v, "key", voucher->key);
    if (voucher->reverses.number) service_put_text(a, v, "takes_back", service_voucher_text(a, voucher->reverses));
    else service_put_null(a, v, "takes_back");
    service_put_count(a, v, "actor", voucher->actor_id);
    service_value *lines = service_put_list(a, v, "lines");
    for (size_t i = 0; i < voucher->line_count; i++) put_line(l, lines, month, &voucher->lines[i]);
}

static err answer(service_ledger *l)
{
    arena *a = l->call->request;
    const ledger_voucher *vouchers;
    size_t count = 1;
    int32_t month, from;
    ledger_voucher_id id;
    TRY(service_ledger_month(l, &month));
    TRY(service_month_of(l->call, "from", month, &from));
    if (service_is_given(l->call, "voucher")) {
        TRY(service_voucher_of(l->call, "voucher", l->fund->number, &id));
        TRY(ledger_voucher_read(a, l->books, id, &vouchers));
    } else {
        TRY(ledger_vouchers(a, l->books, l->fund->number, from, month + 1, &vouchers, &count));
    }
    service_put_cstr(a, l->call->reply, "fund", service_say(l->call, l->fund->name, l->fund->name_zh));
    service_value *list = service_put_list(a, l->call->reply, "vouchers");
    for (size_t i = 0; i < count; i++) put_voucher(l, list, &vouchers[i]);
    return ERR_NONE;
}

static err ledger_vouchers_run(service_call *call)
{
    service_ledger l;
    TRY(service_ledger_open(call, COUNTY_READ, &l));
    return answer(&l);
}

static void ledger_vouchers_print(const service_call *call, text_builder *out)
{
    static const bool IS_NUMBER[] = { false, false, false, true, true };
    arena *a = call->request;
    text_add_format(out, "%.*s\n", TEXT_ARG(service_member(call->reply, "fund")->word));
    const service_value *list = service_member(call->reply, "vouchers");
    for (const service_value *v = list->first; v; v = v->next) {
        const service_value *lines = service_member(v, "lines");
        const service_value *back = service_member(v, "takes_back");
        text_add_format(out, "\n%s %.*s  %.*s  %.*s  %.*s%s%.*s\n", service_say(call, "voucher", "记字"),
                        TEXT_ARG(service_member(v, "voucher")->word), TEXT_ARG(service_member(v, "day")->word),
                        TEXT_ARG(service_member(v, "name")->word), TEXT_ARG(service_member(v, "reference")->word),
                        back->word.size_bytes ? "  ← " : "", TEXT_ARG(back->word));
        text *cells = ARENA_ARRAY(a, text, lines->child_count * 5 + 1), *at = cells;
        for (const service_value *line = lines->first; line; line = line->next) {
            *at++ = text_of(service_member(line, "debit")->kind == SERVICE_VALUE_NULL
                                ? service_say(call, "    cr", "　贷") : service_say(call, "  dr", "借"));
            *at++ = service_member(line, "account")->word;
            *at++ = service_member(line, "name")->word;
            *at++ = service_member(line, "debit")->word;
            *at++ = service_member(line, "credit")->word;
        }
        service_table(out, cells, lines->child_count, 5, IS_NUMBER);
    }
}

static const char *const VOUCHERS_EXAMPLES[] = { "doudi ledger vouchers --fund 企业养老 --month 2026-01",
                                                 "doudi ledger vouchers --fund 1 --voucher 2026-01/17", NULL };

const service_op LEDGER_VOUCHERS_OP = {
    .name = "ledger.vouchers",
    .summary = "The vouchers of a fund with their lines",
    .summary_zh = "一只基金的记账凭证及分录",
    .law = "财会〔2017〕28号",
    .kind = SERVICE_READ,
    .permission = "ledger.read",
    .input = VOUCHERS_INPUT,
    .input_count = ARRAY_COUNT(VOUCHERS_INPUT),
    .output = VOUCHERS_OUTPUT,
    .output_count = ARRAY_COUNT(VOUCHERS_OUTPUT),
    .examples = VOUCHERS_EXAMPLES,
    .run = ledger_vouchers_run,
    .print = ledger_vouchers_print,
};
