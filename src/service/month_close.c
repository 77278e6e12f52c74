/* doudi month close: every fund's month is carried forward and closed, when nothing of it is open. */
#include "calendar/calendar.h"
#include "codec/codec.h"
#include "os/os.h"
#include "service/month_unpaid.h"
#include "service/operations.h"
#include "service/seal.h"

const err_kind MONTH_HAS_OPEN_RUNS = {
    "month.has_open_runs", ERR_CONFLICT,
    "The month cannot be closed: {}.", "不能结账：{}。"
};

static const service_field CLOSE_INPUT[] = {
    MONTH_FIELD, SEAL_HEADS_FIELD, SERVICE_WHY_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field CLOSE_FUND[] = {
    { .name = "fund", .type = SERVICE_TEXT, .summary = "fund", .summary_zh = "基金" },
    { .name = "income", .type = SERVICE_TEXT, .summary = "income", .summary_zh = "本月收入（元）" },
    { .name = "expense", .type = SERVICE_TEXT, .summary = "expense", .summary_zh = "本月支出（元）" },
    { .name = "surplus", .type = SERVICE_TEXT, .summary = "surplus", .summary_zh = "本月结余（元）" },
    { .name = "balance", .type = SERVICE_TEXT, .summary = "accumulated", .summary_zh = "累计结余（元）" },
    { .name = "due", .type = SERVICE_TEXT, .summary = "billed", .summary_zh = "应收（元）" },
    { .name = "received", .type = SERVICE_TEXT, .summary = "received", .summary_zh = "实收（元）" },
    { .name = "rate", .type = SERVICE_VALUE, .summary = "collection rate", .summary_zh = "征缴率" },
    { .name = "support_months", .type = SERVICE_VALUE, .summary = "months of support", .summary_zh = "可支付月数" },
    { .name = "reason", .type = SERVICE_TEXT, .is_optional = true, .summary = "why not", .summary_zh = "不能计算的原因" },
    { .name = "is_new", .type = SERVICE_FLAG, .summary = "closed now", .summary_zh = "本次结账" },
};
static const service_field CLOSE_OUTPUT[] = {
    { .name = "month", .type = SERVICE_TEXT, .summary = "month", .summary_zh = "月份" },
    { .name = "funds", .type = SERVICE_OBJECT, .is_list = true, .summary = "funds", .summary_zh = "各基金",
      .fields = CLOSE_FUND, .field_count = ARRAY_COUNT(CLOSE_FUND) },
    { .name = "due", .type = SERVICE_TEXT, .summary = "billed in all, yuan", .summary_zh = "应收合计（元）" },
    { .name = "received", .type = SERVICE_TEXT, .summary = "received in all, yuan", .summary_zh = "实收合计（元）" },
    { .name = "rate", .type = SERVICE_VALUE, .summary = "collection rate", .summary_zh = "征缴率" },
    { .name = "seal", .type = SERVICE_TEXT, .is_optional = true, .summary = "digest of the sealed heads",
      .summary_zh = "链头签封摘要" },
    MONTH_UNPAID_OUTPUT,
};

/* What the collection rate is of: the month's contributions, also those paid on somebody's behalf. Late fees, and what
 * government and villages add, are none. Of one fund, or of all with 0. */
static void sum_contributions(const collection_total *totals, size_t count, int32_t fund, int64_t *due_fen, int64_t *received_fen)
{
    *due_fen = *received_fen = 0;
    for (size_t i = 0; i < count; i++) {
        bool is_contribution = totals[i].charge == COLLECTION_PREMIUM || totals[i].charge == COLLECTION_BACK_PAYMENT;
        if (!is_contribution || (fund && totals[i].fund != fund)) continue;
        *due_fen += totals[i].due_fen;
        *received_fen += totals[i].received_fen;
    }
}

/* ---- what is open ---- */

static bool is_done(payment_state state)
{
    return state == PAYMENT_BOOKED || state == PAYMENT_RECONCILED || state == PAYMENT_CLOSED ||
           state == PAYMENT_WITHDRAWN;
}

static err check_runs(month_call *m)
{
    payment *runs;
    payment_run *found;
    size_t count, open_count = 0;
    text_builder open = text_builder_open(m->call->request);
    TRY(county_runs(m->office, &runs));
    TRY(payment_list(m->memory, runs, m->month, &found, &count));
    for (size_t i = 0; i < count; i++) {
        if (is_done(found[i].state)) continue;
        const payment_word *state = payment_state_word(found[i].state);
        text_add_format(&open, service_say(m->call, "%spayment run %lld is %s", "%s支付批次 %lld %s"),
                        open_count++ ? service_say(m->call, "; ", "；") : "", (long long)found[i].run_id,
                        service_say(m->call, state->says, state->says_zh));
    }
    return open_count ? err_of(&MONTH_HAS_OPEN_RUNS, text_built(&open).bytes) : ERR_NONE;
}

/* ---- a fund ---- */

static err close_fund(month_call *m, ledger *books, const ledger_fund *fund, bool *is_new)
{
    ledger_months months;
    ledger_voucher_id id;
    err e = ledger_months_of(books, fund->number, &months);
    *is_new = false;
    if (e.kind) return e;
    if (months.closed_until > m->month) return ERR_NONE;
    TRY(service_year_may_close(m->office, fund, m->month));
    ledger_stamp stamp = { .key = text_format(m->memory, "close %.*s", TEXT_ARG(service_month_text(m->memory, m->month))),
                           .known_ms = m->office->now_ms, .actor_id = m->office->actor_id,
                           .why = service_text_of(m->call, "why", TEXT("month.close")) };
    *is_new = true;
    return ledger_close_month(books, &stamp, fund->number, m->month, &id);
}

static err put_fund(month_call *m, const ledger_fund *fund, const collection_total *totals, size_t total_count,
                    bool is_new, service_value *list)
{
    ledger_bulletin b;
    service_ledger l = { .call = m->call, .county = m->office, .chart = m->office->chart, .fund = fund };
    arena *a = m->call->request;
    int64_t due_fen, received_fen;
    TRY(county_books(m->office, &l.books));
    TRY(ledger_bulletin_of(a, l.books, fund->number, m->month, &b));
    sum_contributions(totals, total_count, fund->number, &due_fen, &received_fen);
    service_value *v = service_put_object(a, list, NULL);
    service_put_cstr(a, v, "fund", service_say(m->call, fund->name, fund->name_zh));
    service_put_text(a, v, "income", service_yuan(a, b.income_fen[0]));
    service_put_text(a, v, "expense", service_yuan(a, b.expense_fen[0]));
    service_put_text(a, v, "surplus", service_yuan(a, b.surplus_fen[0]));
    service_put_text(a, v, "balance", service_yuan(a, b.balance_fen));
    service_put_text(a, v, "due", service_yuan(a, due_fen));
    service_put_text(a, v, "received", service_yuan(a, received_fen));
    TRY(service_put_rate(m->call, m->month, m->region, due_fen, received_fen, v));
    TRY(service_put_support(&l, m->month, m->region, &b, v));
    service_put_bool(a, v, "is_new", is_new);
    return ERR_NONE;
}

static err close_funds(month_call *m, const collection_total *totals, size_t total_count, bool *any_new)
{
    size_t count;
    ledger *books;
    *any_new = false;
    TRY(county_books(m->office, &books));
    const ledger_fund *funds = ledger_funds(m->office->chart, &count);
    service_value *list = service_put_list(m->call->request, m->call->reply, "funds");
    for (size_t i = 0; i < count; i++) {
        bool is_new;
        err e = close_fund(m, books, &funds[i], &is_new);
        if (e.kind == &LEDGER_NO_BOOKS) continue;
        TRY(e);
        TRY(put_fund(m, &funds[i], totals, total_count, is_new, list));
        *any_new |= is_new;
    }
    return ERR_NONE;
}

/* What was closed is sealed: the heads of all chains, signed by who closed it. The file is written when
 * all is kept, so that the same command, taken again, writes it. */
static err seal_month(month_call *m, const char *path, bool any_new, seal **made)
{
    bool is_new;
    text digest;
    *made = NULL;
    if (!any_new && !path) return ERR_NONE;
    text why = text_format(m->memory, "month.close %.*s", TEXT_ARG(service_month_text(m->memory, m->month)));
    TRY(seal_make(m->office, why, made, &is_new));
    if (path) TRY(seal_spare(m->office, path, *made));
    TRY(seal_digest(m->call->request, *made, &digest));
    service_put_text(m->call->request, m->call->reply, "seal", digest);
    return ERR_NONE;
}

static err month_close_run(service_call *call)
{
    month_call m;
    collection *bills;
    collection_total *totals;
    size_t count;
    bool any_new;
    int64_t due_fen, received_fen;
    seal *made;
    const char *path = service_is_given(call, "heads") ? text_cstr(call->request, service_text_of(call, "heads", TEXT_NONE)) : NULL;
    TRY(month_begin(call, COUNTY_WRITE, &m));
    if (path) TRY(seal_spare(m.office, path, NULL));
    if (m.month > m.open_month) TRY(month_need_open(&m));
    TRY(check_runs(&m));
    TRY(county_bills(m.office, &bills));
    TRY(collection_totals(m.memory, bills, m.month, &totals, &count));
    service_put_text(call->request, call->reply, "month", service_month_text(call->request, m.month));
    TRY(close_funds(&m, totals, count, &any_new));
    TRY(seal_month(&m, path, any_new, &made));
    TRY(store_commit(m.office->db));
    if (path) TRY(seal_write(m.office, made, path));
    sum_contributions(totals, count, 0, &due_fen, &received_fen);
    service_put_text(call->request, call->reply, "due", service_yuan(call->request, due_fen));
    service_put_text(call->request, call->reply, "received", service_yuan(call->request, received_fen));
    TRY(service_put_rate(call, m.month, m.region, due_fen, received_fen, call->reply));
    if (any_new && calendar_month_of_year(m.month) == 12)
        service_note(call, "the year is closed; its statement: doudi ledger statement 02 --yearly --month ",
                     "已年结；全年收支表：doudi ledger statement 02 --yearly --month ",
                     service_month_text(call->request, m.month));
    TRY(month_unpaid_put(&m));
    if (!any_new) service_note(call, "it was closed already; nothing changed", "该月此前已经结账，未作改动", TEXT_NONE);
    return ERR_NONE;
}

/* ---- as a page ---- */

static void month_close_print(const service_call *call, text_builder *out)
{
    enum { SHOWN = 9 };
    arena *a = call->request;
    const service_value *funds = service_member(call->reply, "funds");
    text *cells = ARENA_ARRAY(a, text, SHOWN * (funds->child_count + 1));
    static const bool IS_NUMBER[SHOWN] = { false, true, true, true, true, true, true, true, true };
    size_t rows = 1;
    for (size_t c = 0; c < SHOWN; c++) cells[c] = text_of(service_say(call, CLOSE_FUND[c].summary, CLOSE_FUND[c].summary_zh));
    for (const service_value *v = funds->first; v; v = v->next, rows++)
        for (size_t c = 0; c < SHOWN; c++) {
            const service_value *cell = service_member(v, CLOSE_FUND[c].name);
            cells[SHOWN * rows + c] = cell->kind == SERVICE_VALUE_NULL ? TEXT("-") : cell->word;
        }
    const service_value *rate = service_member(call->reply, "rate");
    service_table(out, cells, rows, SHOWN, IS_NUMBER);
    text_add_format(out, service_say(call, "billed %.*s yuan, received %.*s yuan, collection rate %.*s\n",
                                     "应收 %.*s 元，实收 %.*s 元，征缴率 %.*s\n"),
                    TEXT_ARG(service_member(call->reply, "due")->word),
                    TEXT_ARG(service_member(call->reply, "received")->word),
                    TEXT_ARG(rate->kind == SERVICE_VALUE_NULL ? TEXT("-") : rate->word));
    const service_value *sealed = service_member(call->reply, "seal");
    if (sealed) text_add_format(out, service_say(call, "sealed: %.*s\n", "链头签封：%.*s\n"), TEXT_ARG(sealed->word));
}

static const char *const CLOSE_EXAMPLES[] = { "doudi month close --month 2026-11 --as wangfang", NULL };

const service_op MONTH_CLOSE_OP = {
    .name = "month.close",
    .summary = "Close the month of all funds, and tell income, expense, collection rate and support",
    .summary_zh = "各基金月末结账，并报告收支、征缴率和可支付月数",
    .law = "财会〔2017〕28号",
    .kind = SERVICE_WRITE,
    .permission = "ledger.close",
    .input = CLOSE_INPUT,
    .input_count = ARRAY_COUNT(CLOSE_INPUT),
    .output = CLOSE_OUTPUT,
    .output_count = ARRAY_COUNT(CLOSE_OUTPUT),
    .examples = CLOSE_EXAMPLES,
    .run = month_close_run,
    .print = month_close_print,
};
