#include "service/ledger_csv.h"
#include "service/operations.h"

static const service_field BEGIN_INPUT[] = {
    SERVICE_FUND_FIELD,
    { .name = "month", .type = SERVICE_TEXT, .is_required = true, .shows = "YYYY-MM",
      .summary = "the first month of the books", .summary_zh = "建账的第一个月" },
    { .name = "opening", .type = SERVICE_FILE, .shows = "OPENING.csv",
      .summary = "what was there before: account,debit,credit (default: nothing)",
      .summary_zh = "启动资金和期初余额：科目,借方,贷方（默认没有）" },
    SERVICE_KEY_FIELD,
    SERVICE_WHY_FIELD,
    SERVICE_AS_FIELD,
    SERVICE_COUNTY_FIELD,
    SERVICE_PACKS_FIELD,
};
static const service_field BEGIN_OUTPUT[] = {
    { .name = "fund", .type = SERVICE_TEXT, .summary = "books begun", .summary_zh = "已建账" },
    { .name = "month", .type = SERVICE_TEXT, .summary = "first month", .summary_zh = "首月" },
};

const err_kind LEDGER_OPENING_TWICE = {
    "ledger_begin.twice", ERR_BAD_INPUT,
    "Account {} stands in the opening on both sides or in two rows; it has one balance, on one side.",
    "期初数中科目 {} 借贷两方都有数，或出现两行；一个科目只有一个余额、一个方向。"
};

static bool is_there(const ledger_line *lines, size_t count, int64_t account)
{
    for (size_t i = 0; i < count; i++)
        if (lines[i].account == account) return true;
    return false;
}

static err read_opening(service_call *call, ledger_line **lines, size_t *count)
{
    enum { ACCOUNT, SIDES };
    static const service_csv_column COLUMNS[] = { { "科目", "account", false }, { "借方", "debit", false },
                                                  { "贷方", "credit", false }, { 0 } };
    size_t capacity = 0;
    service_csv csv;
    TRY(service_csv_open(call, service_text_of(call, "opening", TEXT_NONE), COLUMNS, &csv));
    for (;;) {
        bool has_row;
        int64_t account;
        TRY(service_csv_next(&csv, &has_row));
        if (!has_row) return ERR_NONE;
        TRY(service_csv_number(&csv, ACCOUNT, &account));
        for (int side = LEDGER_DEBIT; side <= LEDGER_CREDIT; side++) {
            ledger_line line = { account, (ledger_side)side, 0 };
            TRY(service_csv_fen(&csv, (size_t)(SIDES + side), &line.amount_fen));
            if (line.amount_fen && is_there(*lines, *count, account))
                return service_csv_blame(&csv, ACCOUNT, err_of(&LEDGER_OPENING_TWICE,
                                                               text_format(call->request, "%lld", (long long)account).bytes));
            if (line.amount_fen) ARENA_PUSH(call->request, *lines, *count, capacity, line);
        }
    }
}

static err begin(service_ledger *l)
{
    service_call *call = l->call;
    ledger_line *lines = NULL;
    size_t count = 0;
    int32_t month;
    TRY(service_month_of(call, "month", 0, &month));
    if (service_is_given(call, "opening")) TRY(read_opening(call, &lines, &count));
    ledger_stamp stamp = service_stamp(l, TEXT("begin"));
    err e = ledger_begin(l->books, &stamp, l->fund->number, month, lines, count);
    if (e.kind == &LEDGER_KEY_REUSED && !service_is_given(call, "key"))
        return err_of(&LEDGER_HAS_BOOKS, text_format(call->request, ERR_SAID("%s", "%s"), l->fund->name, l->fund->name_zh).bytes);
    TRY(e);
    service_put_cstr(call->request, call->reply, "fund", service_say(l->call, l->fund->name, l->fund->name_zh));
    service_put_text(call->request, call->reply, "month", service_month_text(call->request, month));
    return ERR_NONE;
}

/* All funds of the chart whose books have not begun, with nothing there before. */
static err begin_all(service_call *call)
{
    county *office;
    ledger *books;
    size_t count, begun = 0;
    int32_t month;
    arena *a = call->request;
    TRY(service_month_of(call, "month", 0, &month));
    if (service_is_given(call, "opening"))
        return err_of(&SERVICE_BAD_ARGUMENT, ERR_SAID("--opening is of one fund: --fund FUND", "--opening 只适用于一只基金：--fund 基金"));
    TRY(county_open(call, COUNTY_WRITE, &office));
    TRY(county_ask_who(office, NULL));
    TRY(county_books(office, &books));
    TRY(county_begin(office));
    const ledger_fund *funds = ledger_funds(office->chart, &count);
    text_builder names = text_builder_open(a);
    for (size_t i = 0; i < count; i++) {
        ledger_months months;
        service_ledger l = { .call = call, .county = office, .books = books, .chart = office->chart, .fund = &funds[i] };
        ledger_stamp stamp = service_stamp(&l, TEXT("begin"));
        err e = ledger_months_of(books, funds[i].number, &months);
        if (!e.kind) continue;
        if (e.kind != &LEDGER_NO_BOOKS) return e;
        TRY(ledger_begin(books, &stamp, funds[i].number, month, NULL, 0));
        text_add_format(&names, "%s%s", begun++ ? ", " : "", service_say(call, funds[i].name, funds[i].name_zh));
    }
    if (!begun) service_note(call, "the books of all funds have begun; nothing changed", "各基金均已建账，未作改动", TEXT(""));
    service_put_text(a, call->reply, "fund", begun ? text_built(&names) : TEXT("-"));
    service_put_text(a, call->reply, "month", service_month_text(a, month));
    return store_commit(office->db);
}

static err ledger_begin_run(service_call *call)
{
    service_ledger l;
    text fund = service_text_of(call, "fund", TEXT_NONE);
    if (text_equal_cstr(fund, "all") || text_equal_cstr(fund, "全部")) return begin_all(call);
    TRY(service_ledger_open(call, COUNTY_WRITE, &l));
    TRY(begin(&l));
    return service_ledger_commit(&l);
}

static const char *const BEGIN_EXAMPLES[] = {
    "doudi ledger begin --fund 企业养老 --month 2026-01 --opening opening.csv",
                                              "doudi ledger begin --fund all --month 2026-01", NULL };

const service_op LEDGER_BEGIN_OP = {
    .name = "ledger.begin",
    .summary = "Begin a fund's books with what was there before, or those of all funds with nothing",
    .summary_zh = "为一只基金建账，登记启动资金和期初余额；--fund all 为全部基金建账",
    .law = "财会〔2017〕28号",
    .kind = SERVICE_WRITE,
    .permission = "ledger.book",
    .input = BEGIN_INPUT,
    .input_count = ARRAY_COUNT(BEGIN_INPUT),
    .output = BEGIN_OUTPUT,
    .output_count = ARRAY_COUNT(BEGIN_OUTPUT),
    .examples = BEGIN_EXAMPLES,
    .run = ledger_begin_run,
};
