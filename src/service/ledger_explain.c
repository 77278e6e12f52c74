/* doudi ledger explain: the vouchers that an account's figure comes of, and the accounts a statement's figure comes of. */
#include <string.h>

#include "calendar/calendar.h"
#include "service/amount.h"
#include "service/ledger.h"
#include "service/operations.h"

static const char *const FIGURES[] = { "closing", "opening", "debit", "credit", NULL };
static const char *const COLUMNS[] = { "first", "second", NULL };

static const service_field EXPLAIN_INPUT[] = {
    SERVICE_FUND_FIELD,
    SERVICE_MONTH_FIELD,
    { .name = "from", .type = SERVICE_TEXT, .shows = "YYYY-MM", .summary = "from this month on (default: the month itself)",
      .summary_zh = "从哪个月起（默认本月）" },
    { .name = "account", .type = SERVICE_COUNT, .shows = "ACCOUNT", .summary = "a figure of this account",
      .summary_zh = "某一科目的数" },
    { .name = "of", .type = SERVICE_TEXT, .choices = FIGURES, .summary = "which of it (default: closing)",
      .summary_zh = "哪个数：closing 期末余额（默认）、opening 期初余额、debit 借方、credit 贷方" },
    { .name = "form", .type = SERVICE_TEXT, .shows = "FORM", .summary = "a figure of this statement instead: 01, 02 …",
      .summary_zh = "改为解释某张报表的数：01、02 等" },
    { .name = "line", .type = SERVICE_COUNT, .shows = "LINE", .summary = "of the statement: the line", .summary_zh = "报表行次" },
    { .name = "column", .type = SERVICE_TEXT, .choices = COLUMNS, .summary = "of the statement: its first or second column (default: first)",
      .summary_zh = "报表的第一栏 first（默认）或第二栏 second" },
    { .name = "yearly", .type = SERVICE_FLAG, .summary = "of the month's whole year", .summary_zh = "年报" },
    SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field EXPLAIN_OUTPUT[] = { AMOUNT_OUTPUT };

const err_kind LEDGER_NO_FIGURE = {
    "ledger.no_figure", ERR_BAD_INPUT, "Say whose figure: --account NUMBER, or --form 01 --line NUMBER{}.",
    "请指明是哪个数：--account 科目编号，或 --form 01 --line 行次{}。"
};

typedef struct {
    service_ledger l;
    amount amount;
    int32_t month, from;
} explaining;

/* ---- of an account ---- */

static bool is_carried(const ledger_voucher *voucher)
{
    return strcmp(voucher->kind, "ledger.closed") == 0 || strcmp(voucher->kind, "ledger.begun") == 0;
}

static void ask_voucher(explaining *x, service_value *part, text id)
{
    arena *a = x->l.call->request;
    amount_asks(&x->amount, part, "ledger.vouchers", text_format(a, "fund=%s", x->l.fund->code));
    amount_asks(&x->amount, part, "ledger.vouchers", text_format(a, "voucher=%.*s", TEXT_ARG(id)));
}

/* The voucher's lines of the account, each with its side in its sign; turnovers are what no closing carried. */
static void add_voucher(explaining *x, const ledger_voucher *voucher, int64_t account, text of)
{
    arena *a = x->l.call->request;
    bool is_debit = text_equal_cstr(of, "debit"), is_credit = text_equal_cstr(of, "credit");
    if ((is_debit || is_credit) && is_carried(voucher)) return;
    for (size_t i = 0; i < voucher->line_count; i++) {
        const ledger_line *line = &voucher->lines[i];
        bool is_left = line->side == LEDGER_DEBIT;
        if (line->account != account || (is_debit && !is_left) || (is_credit && is_left)) continue;
        int32_t month = voucher->id.month + (strcmp(voucher->kind, "ledger.begun") == 0);
        text id = service_voucher_text(a, voucher->id), day = service_day_text(a, voucher->day);
        text name = text_format(a, "%.*s %s", TEXT_ARG(id), service_business_name(&x->l, month, voucher->kind));
        text how = text_format(a, "%.*s %.*s", TEXT_ARG(day), TEXT_ARG(voucher->reference));
        int64_t fen = is_credit || is_left ? line->amount_fen : -line->amount_fen;
        ask_voucher(x, amount_add(&x->amount, name, how, fen), id);
    }
}

/* What stood before: of the first month of the books it is the voucher that began them. */
static err add_opening(explaining *x, int64_t account, int64_t fen)
{
    ledger_months months;
    service_call *call = x->l.call;
    arena *a = call->request;
    if (!fen) return ERR_NONE;
    TRY(ledger_months_of(x->l.books, x->l.fund->number, &months));
    service_value *part = amount_add(&x->amount, text_of(service_say(call, "opening balance", "期初余额")), service_month_text(a, x->from), fen);
    text with[] = { text_format(a, "fund=%s", x->l.fund->code), text_format(a, "account=%lld", (long long)account), TEXT("of=opening"),
                    text_format(a, "month=%.*s", TEXT_ARG(service_month_text(a, x->from))) };
    for (size_t i = 0; i < ARRAY_COUNT(with) && x->from > months.first_month; i++) amount_asks(&x->amount, part, "ledger.explain", with[i]);
    return ERR_NONE;
}

static err add_vouchers(explaining *x, int64_t account, text of, int32_t from, int32_t until)
{
    const ledger_voucher *vouchers;
    size_t count;
    TRY(ledger_vouchers(x->l.call->request, x->l.books, x->l.fund->number, from, until, &vouchers, &count));
    for (size_t i = 0; i < count; i++) add_voucher(x, &vouchers[i], account, of);
    return ERR_NONE;
}

static err find_balance(explaining *x, int64_t account, ledger_balance *found)
{
    const ledger_balance *b;
    size_t count;
    *found = (ledger_balance){ .account = account };
    TRY(ledger_balances(x->l.call->request, x->l.books, x->l.fund->number, x->from, x->month + 1, &b, &count));
    for (size_t i = 0; i < count; i++)
        if (b[i].account == account) *found = b[i];
    return ERR_NONE;
}

static const char *name_of(const service_call *call, text of)
{
    if (text_equal_cstr(of, "opening")) return service_say(call, "opening balance", "期初余额");
    if (text_equal_cstr(of, "debit")) return service_say(call, "debits", "借方发生额");
    return text_equal_cstr(of, "credit") ? service_say(call, "credits", "贷方发生额")
                                         : service_say(call, "closing balance, debit above 0", "期末余额（借方为正）");
}

static err explain_account(explaining *x)
{
    ledger_balance b;
    ledger_months months;
    service_call *call = x->l.call;
    arena *a = call->request;
    int64_t account = (int64_t)service_size_of(call, "account", 0);
    text of = service_text_of(call, "of", TEXT("closing"));
    bool is_opening = text_equal_cstr(of, "opening");
    TRY(find_balance(x, account, &b));
    TRY(ledger_months_of(x->l.books, x->l.fund->number, &months));
    x->amount = amount_begin(call, text_format(a, "%s · %lld %s · %.*s – %.*s · %s", service_say(call, x->l.fund->name, x->l.fund->name_zh),
                                               (long long)account, service_account_name(&x->l, x->month, account),
                                               TEXT_ARG(service_month_text(a, x->from)), TEXT_ARG(service_month_text(a, x->month)), name_of(call, of)));
    if (text_equal_cstr(of, "closing")) TRY(add_opening(x, account, b.opening_fen));
    /* The voucher that begins the books stands in the month before their first. */
    if (is_opening) TRY(add_vouchers(x, account, TEXT("closing"), months.first_month - 1, x->from));
    else TRY(add_vouchers(x, account, of, x->from, x->month + 1));
    int64_t fen = is_opening ? b.opening_fen : text_equal_cstr(of, "debit") ? b.debit_fen
                : text_equal_cstr(of, "credit") ? b.credit_fen : b.closing_fen;
    return amount_end(&x->amount, fen, "no voucher tells it", "没有凭证说明");
}

/* ---- of a statement ---- */

static void add_account(explaining *x, const ledger_statement_part *part)
{
    service_call *call = x->l.call;
    arena *a = call->request;
    text from = service_month_text(a, part->is_balance ? part->until_month - 1 : part->from_month);
    text until = service_month_text(a, part->until_month - 1);
    text name = text_format(a, "%lld %s", (long long)part->account, service_account_name(&x->l, x->month, part->account));
    text how = text_format(a, part->is_balance ? "%.*s%.*s" : "%.*s – %.*s", TEXT_ARG(part->is_balance ? TEXT("") : from), TEXT_ARG(until));
    service_value *v = amount_add(&x->amount, name, how, part->fen);
    text with[] = { text_format(a, "fund=%s", x->l.fund->code), text_format(a, "account=%lld", (long long)part->account),
                    text_format(a, "from=%.*s", TEXT_ARG(from)), text_format(a, "month=%.*s", TEXT_ARG(until)) };
    for (size_t i = 0; i < ARRAY_COUNT(with); i++) amount_asks(&x->amount, v, "ledger.explain", with[i]);
}

static err explain_line(explaining *x)
{
    service_call *call = x->l.call;
    arena *a = call->request;
    const ledger_statement_part *parts;
    ledger_statement s;
    size_t count;
    bool is_yearly = service_is_given(call, "yearly"), is_second = text_equal_cstr(service_text_of(call, "column", TEXT_NONE), "second");
    int32_t line = (int32_t)service_size_of(call, "line", 0);
    TRY(ledger_statement_of(a, x->l.books, x->l.fund->number, service_form_of(call), x->month, is_yearly, &s));
    TRY(ledger_statement_parts(a, x->l.books, x->l.fund->number, service_form_of(call), x->month, is_yearly, line, is_second, &parts, &count));
    const ledger_statement_row *row = s.rows;
    while (row->line != line) row++; /* it has parts, so it is there */
    x->amount = amount_begin(call, text_format(a, "%s · %s · %.*s · %s", service_say(call, s.title, s.title_zh),
                                               service_say(call, row->item, row->item_zh), TEXT_ARG(service_month_text(a, x->month)),
                                               is_second ? service_say(call, s.second, s.second_zh) : service_say(call, s.first, s.first_zh)));
    for (size_t i = 0; i < count; i++) add_account(x, &parts[i]);
    return amount_end(&x->amount, is_second ? row->second_fen : row->first_fen, "no account tells it", "没有科目说明");
}

static err ledger_explain_run(service_call *call)
{
    explaining x = { .month = 0 };
    bool is_line = service_is_given(call, "form") && service_is_given(call, "line");
    if (!is_line && !service_is_given(call, "account")) return err_of(&LEDGER_NO_FIGURE, "");
    TRY(service_ledger_open(call, COUNTY_READ, &x.l));
    TRY(service_ledger_month(&x.l, &x.month));
    TRY(service_month_of(call, "from", x.month, &x.from));
    if (x.from > x.month) return err_of(&SERVICE_BAD_ARGUMENT, text_cstr(call->request, service_month_text(call->request, x.from)));
    return is_line ? explain_line(&x) : explain_account(&x);
}

static const char *const EXPLAIN_EXAMPLES[] = { "doudi ledger explain --fund 企业养老 --month 2026-01 --account 500101 --of debit",
                                                "doudi ledger explain --fund 企业养老 --month 2026-01 --form 02 --line 1 --column second", NULL };

const service_op LEDGER_EXPLAIN_OP = {
    .name = "ledger.explain",
    .summary = "Why a figure of the books or of a statement is what it is: the vouchers, or the accounts, that come to it",
    .summary_zh = "账上或报表上的数为何是这个数：列出组成它的凭证或科目",
    .law = "财会〔2017〕28号",
    .kind = SERVICE_READ,
    .permission = "ledger.read",
    .input = EXPLAIN_INPUT,
    .input_count = ARRAY_COUNT(EXPLAIN_INPUT),
    .output = EXPLAIN_OUTPUT,
    .output_count = ARRAY_COUNT(EXPLAIN_OUTPUT),
    .examples = EXPLAIN_EXAMPLES,
    .run = ledger_explain_run,
    .print = amount_print,
};
