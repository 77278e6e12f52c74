/* doudi employer statement, person statement: a payer's account over months, every line to the fen.
 *
 * Read from the log, entry by entry; what it comes to is held against the tables of dues when the
 * period reaches the last entry. */
#include "calendar/calendar.h"
#include "service/dues_tally.h"
#include "service/grid.h"
#include "service/operations.h"

#define STATEMENT_FIELDS                                                                         \
    { .name = "from", .type = SERVICE_TEXT, .shows = "YYYY-MM", .summary = "first month of business (default: January of this year)", \
      .summary_zh = "起始业务月（默认本年一月）" },                                              \
    { .name = "until", .type = SERVICE_TEXT, .shows = "YYYY-MM", .summary = "last month of business (default: the open one)", \
      .summary_zh = "截止业务月，含当月（默认当前月份）" },                                      \
    { .name = "out", .type = SERVICE_FILE_OUT, .shows = "FILE.csv|xlsx|html", .summary = "write it here", \
      .summary_zh = "写入此文件（CSV、XLSX 或可打印的 HTML）" },                                 \
    SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD

static const service_field STATEMENT_INPUT[] = { DUES_PAYER_FIELD, STATEMENT_FIELDS };
static const service_field STATEMENT_LINE[] = {
    { .name = "booked", .type = SERVICE_TEXT, .summary = "booked in", .summary_zh = "业务月" },
    { .name = "what", .type = SERVICE_TEXT, .summary = "what", .summary_zh = "事项" },
    { .name = "month", .type = SERVICE_TEXT, .summary = "for", .summary_zh = "所属月" },
    { .name = "fund", .type = SERVICE_TEXT, .summary = "fund", .summary_zh = "基金" },
    { .name = "charge", .type = SERVICE_TEXT, .summary = "charge", .summary_zh = "款项" },
    { .name = "day", .type = SERVICE_TEXT, .summary = "day", .summary_zh = "日期" },
    { .name = "reference", .type = SERVICE_TEXT, .summary = "reference", .summary_zh = "凭证号、事由" },
    { .name = "more", .type = SERVICE_TEXT, .summary = "owed", .summary_zh = "应缴（元）" },
    { .name = "less", .type = SERVICE_TEXT, .summary = "paid or taken off", .summary_zh = "缴入、减免（元）" },
    { .name = "balance", .type = SERVICE_TEXT, .summary = "open then", .summary_zh = "未缴余额（元）" },
    { .name = "credit", .type = SERVICE_TEXT, .summary = "credit then", .summary_zh = "留存余额（元）" },
};
enum { LINE_COLUMNS = sizeof STATEMENT_LINE / sizeof STATEMENT_LINE[0], FIRST_NUMBER = 7 };
static const service_field STATEMENT_FUND[] = {
    { .name = "fund", .type = SERVICE_TEXT, .summary = "fund", .summary_zh = "基金" },
    { .name = "opening", .type = SERVICE_TEXT, .summary = "open before", .summary_zh = "期初未缴" },
    { .name = "billed", .type = SERVICE_TEXT, .summary = "billed", .summary_zh = "账单" },
    { .name = "charged", .type = SERVICE_TEXT, .summary = "late fees", .summary_zh = "滞纳金等" },
    { .name = "taken_off", .type = SERVICE_TEXT, .summary = "taken off", .summary_zh = "减免核销退收" },
    { .name = "received", .type = SERVICE_TEXT, .summary = "received", .summary_zh = "缴入" },
    { .name = "freed", .type = SERVICE_TEXT, .summary = "freed again", .summary_zh = "释放" },
    { .name = "closing", .type = SERVICE_TEXT, .summary = "open after", .summary_zh = "期末未缴" },
};
static const service_field STATEMENT_OUTPUT[] = {
    { .name = "payer", .type = SERVICE_TEXT, .summary = "payer", .summary_zh = "缴费人" },
    { .name = "from", .type = SERVICE_TEXT, .summary = "from", .summary_zh = "起" },
    { .name = "until", .type = SERVICE_TEXT, .summary = "until", .summary_zh = "止" },
    { .name = "opening", .type = SERVICE_TEXT, .summary = "open before, yuan", .summary_zh = "期初未缴（元）" },
    { .name = "closing", .type = SERVICE_TEXT, .summary = "open after, yuan", .summary_zh = "期末未缴（元）" },
    { .name = "credit", .type = SERVICE_TEXT, .summary = "credit after, yuan", .summary_zh = "期末留存（元）" },
    { .name = "is_equal", .type = SERVICE_VALUE, .summary = "equal to what is owed now", .summary_zh = "与台账现欠相符" },
    { .name = "funds", .type = SERVICE_OBJECT, .is_list = true, .summary = "funds", .summary_zh = "各基金",
      .fields = STATEMENT_FUND, .field_count = ARRAY_COUNT(STATEMENT_FUND) },
    { .name = "lines", .type = SERVICE_OBJECT, .is_list = true, .summary = "lines", .summary_zh = "明细",
      .fields = STATEMENT_LINE, .field_count = LINE_COLUMNS },
};

typedef struct {
    dues_call *d;
    int32_t from, until;
    dues_tally before, during;
    int64_t balance_fen, credit_fen, opening_fen;
    bool is_last; /* nothing lies behind the period */
    grid grid;
    service_value *lines;
} stating;

/* ---- a line ---- */

static void put_line(stating *s, const text cells[LINE_COLUMNS])
{
    arena *a = s->d->m.call->request;
    service_value *v = service_put_object(a, s->lines, NULL);
    for (size_t c = 0; c < LINE_COLUMNS; c++) {
        service_put_text(a, v, STATEMENT_LINE[c].name, cells[c]);
        grid_add(&s->grid, cells[c]);
    }
}

static text what_of(const stating *s, const collection_entry *entry)
{
    service_call *call = s->d->m.call;
    switch (entry->kind) {
    case COLLECTION_ENTRY_BILLED: return dues_purpose_text(call, entry->due.purpose);
    case COLLECTION_ENTRY_CHARGED: return text_of(service_say(call, "charged", "计收"));
    case COLLECTION_ENTRY_ADJUSTED:
        return entry->as.size_bytes ? dues_kind_text(call, entry->as) : text_of(service_say(call, "adjusted", "调整"));
    case COLLECTION_ENTRY_DEFERRED: return text_of(service_say(call, "deferred until", "缓缴至"));
    case COLLECTION_ENTRY_RECEIVED: return text_of(service_say(call, "receipt", "到账"));
    case COLLECTION_ENTRY_ALLOTTED: return text_of(service_say(call, "laid over", "冲抵"));
    case COLLECTION_ENTRY_CREDITED: return text_of(service_say(call, "credit used", "留存抵缴"));
    case COLLECTION_ENTRY_REFUNDED: return text_of(service_say(call, "refunded", "退费"));
    case COLLECTION_ENTRY_AGREED: return text_of(service_say(call, "instalments agreed", "签订分期协议"));
    }
    return TEXT_NONE;
}

/* What the entry does to what is open, and to the credit. */
static void effect(const collection_entry *entry, int64_t *more, int64_t *less, int64_t *credit)
{
    *more = *less = *credit = 0;
    switch (entry->kind) {
    case COLLECTION_ENTRY_BILLED:
    case COLLECTION_ENTRY_CHARGED: *more = entry->fen; break;
    case COLLECTION_ENTRY_ADJUSTED:
        if (entry->fen > 0) *more = entry->fen;
        else *less = -entry->fen - entry->freed_fen;
        *credit = entry->freed_fen;
        break;
    case COLLECTION_ENTRY_RECEIVED: *credit = entry->freed_fen; break;
    case COLLECTION_ENTRY_ALLOTTED: *less = entry->fen; break;
    case COLLECTION_ENTRY_CREDITED:
        *less = entry->fen;
        *credit = -entry->fen;
        break;
    case COLLECTION_ENTRY_REFUNDED: *credit = -entry->fen; break;
    case COLLECTION_ENTRY_DEFERRED:
    case COLLECTION_ENTRY_AGREED: break;
    }
}

static void tell_line(stating *s, const collection_entry *entry)
{
    arena *a = s->d->m.call->request;
    int64_t more, less, credit;
    bool has_due = entry->due.fund > 0, is_receipt = entry->kind == COLLECTION_ENTRY_RECEIVED;
    int32_t day = entry->kind == COLLECTION_ENTRY_DEFERRED ? entry->due.due_day : entry->day;
    effect(entry, &more, &less, &credit);
    s->balance_fen += more - less;
    s->credit_fen += credit;
    text reference = entry->reference.size_bytes ? entry->reference : has_due && entry->as.size_bytes ? entry->why : TEXT_NONE;
    text amount = is_receipt ? text_format(a, "%.*s: %.*s", TEXT_ARG(reference), TEXT_ARG(service_yuan(a, entry->fen)))
                             : text_copy(a, reference);
    bool has_month = has_due || entry->kind == COLLECTION_ENTRY_DEFERRED;
    text cells[LINE_COLUMNS] = {
        service_month_text(a, entry->booked_month), what_of(s, entry),
        has_month ? service_month_text(a, entry->due.month) : TEXT(""),
        has_due ? dues_fund_text(&s->d->m, entry->due.fund) : TEXT(""),
        has_due ? dues_charge_text(s->d->m.call, entry->due.charge) : TEXT(""),
        day ? service_day_text(a, day) : TEXT(""), amount,
        more ? service_yuan(a, more) : TEXT(""), less ? service_yuan(a, less) : TEXT(""),
        service_yuan(a, s->balance_fen), service_yuan(a, s->credit_fen) };
    put_line(s, cells);
}

static err note(void *context, const collection_entry *entry)
{
    stating *s = context;
    int64_t more, less, credit;
    if (entry->booked_month > s->until) {
        s->is_last = false;
        return ERR_NONE;
    }
    dues_tally_add(s->d->m.memory, entry->booked_month < s->from ? &s->before : &s->during, entry);
    if (entry->booked_month < s->from) {
        effect(entry, &more, &less, &credit);
        s->opening_fen += more - less;
        s->balance_fen += more - less;
        s->credit_fen += credit;
    }
    return ERR_NONE;
}

static err note_line(void *context, const collection_entry *entry)
{
    stating *s = context;
    if (entry->booked_month >= s->from && entry->booked_month <= s->until) tell_line(s, entry);
    return ERR_NONE;
}

/* ---- sums ---- */

static err put_sums(stating *s, service_value *list)
{
    static const dues_tally_row NOTHING;
    size_t count;
    arena *a = s->d->m.call->request;
    const ledger_fund *funds = ledger_funds(s->d->m.office->chart, &count);
    for (size_t i = 0; i < count; i++) {
        const dues_tally_row *was = dues_tally_of(&s->before, funds[i].number), *is = dues_tally_of(&s->during, funds[i].number);
        if (!was && !is) continue;
        if (!was) was = &NOTHING;
        if (!is) is = &NOTHING;
        service_value *v = service_put_object(a, list, NULL);
        service_put_text(a, v, "fund", dues_fund_text(&s->d->m, funds[i].number));
        service_put_text(a, v, "opening", service_yuan(a, dues_tally_open(was)));
        service_put_text(a, v, "billed", service_yuan(a, is->billed_fen));
        service_put_text(a, v, "charged", service_yuan(a, is->charged_fen));
        service_put_text(a, v, "taken_off", service_yuan(a, is->relief_fen + is->write_off_fen + is->correction_fen));
        service_put_text(a, v, "received", service_yuan(a, is->laid_fen + is->credited_fen));
        service_put_text(a, v, "freed", service_yuan(a, is->freed_fen));
        service_put_text(a, v, "closing", service_yuan(a, dues_tally_open(was) + dues_tally_open(is)));
    }
    return ERR_NONE;
}

/* The tables, which the statement was not made from. */
static err compare(stating *s)
{
    collection_due *dues;
    size_t count;
    int64_t open_fen = 0, credit;
    service_call *call = s->d->m.call;
    if (!s->is_last) {
        service_put_null(call->request, call->reply, "is_equal");
        return ERR_NONE;
    }
    TRY(collection_dues_of(s->d->m.memory, s->d->bills, s->d->payer, true, &dues, &count));
    for (size_t i = 0; i < count; i++) open_fen += dues[i].due_fen - dues[i].received_fen;
    TRY(collection_credit_of(s->d->bills, s->d->payer, &credit));
    bool is_equal = open_fen == s->balance_fen && credit == s->credit_fen;
    service_put_cstr(call->request, call->reply, "is_equal", is_equal ? service_say(call, "yes", "是") : service_say(call, "no", "否"));
    call->has_failures = !is_equal;
    return ERR_NONE;
}

static err statement_run(service_call *call)
{
    dues_call d;
    text payer;
    arena *a = call->request;
    TRY(dues_begin(call, COUNTY_READ, &d));
    stating s = { .d = &d, .is_last = true };
    int32_t last = d.m.open_month == INT32_MIN ? calendar_month_of_day(call->office->settings.today_day) : d.m.open_month;
    TRY(service_month_of(call, "until", last, &s.until));
    TRY(service_month_of(call, "from", calendar_month_of(calendar_year_of_month(s.until), 1), &s.from));
    TRY(dues_payer_text(&d.m, d.payer, &payer));
    s.grid = grid_open(call, text_of(service_say(call, "Statement of contributions", "社会保险缴费对账单")), STATEMENT_LINE, LINE_COLUMNS, FIRST_NUMBER);
    s.lines = service_list(a);
    TRY(collection_history(d.bills, eventlog_bucket_of(d.payer.id), d.payer, note, &s));
    text opening[LINE_COLUMNS] = { service_month_text(a, s.from), text_of(service_say(call, "open before", "期初")), TEXT(""), TEXT(""),
                                   TEXT(""), TEXT(""), TEXT(""), TEXT(""), TEXT(""), service_yuan(a, s.balance_fen), service_yuan(a, s.credit_fen) };
    put_line(&s, opening);
    TRY(collection_history(d.bills, eventlog_bucket_of(d.payer.id), d.payer, note_line, &s));
    service_put_text(a, call->reply, "payer", payer);
    service_put_text(a, call->reply, "from", service_month_text(a, s.from));
    service_put_text(a, call->reply, "until", service_month_text(a, s.until));
    service_put_text(a, call->reply, "opening", service_yuan(a, s.opening_fen));
    service_put_text(a, call->reply, "closing", service_yuan(a, s.balance_fen));
    service_put_text(a, call->reply, "credit", service_yuan(a, s.credit_fen));
    TRY(compare(&s));
    TRY(put_sums(&s, service_put_list(a, call->reply, "funds")));
    service_put(a, call->reply, "lines", s.lines);
    if (!service_is_given(call, "out")) return ERR_NONE;
    grid_line(&s.grid, payer);
    grid_line(&s.grid, text_format(a, "%.*s – %.*s", TEXT_ARG(service_month_text(a, s.from)), TEXT_ARG(service_month_text(a, s.until))));
    return grid_write(&s.grid, service_text_of(call, "out", TEXT_NONE));
}

static void statement_print(const service_call *call, text_builder *out)
{
    for (size_t i = 0; i < 7; i++) {
        const service_value *v = service_member(call->reply, STATEMENT_OUTPUT[i].name);
        text says = v->kind == SERVICE_VALUE_NULL ? TEXT("-") : v->word;
        text_add_format(out, "%s%s%.*s\n", service_say(call, STATEMENT_OUTPUT[i].summary, STATEMENT_OUTPUT[i].summary_zh),
                        service_say(call, ": ", "："), TEXT_ARG(says));
    }
    month_print_list(call, "funds", STATEMENT_FUND, ARRAY_COUNT(STATEMENT_FUND), 1, out);
    if (!service_is_given(call, "out")) month_print_list(call, "lines", STATEMENT_LINE, LINE_COLUMNS, FIRST_NUMBER, out);
}

static const char *const STATEMENT_EXAMPLES[] = {
    "doudi employer statement 12 --from 2026-01 --until 2026-12 --out statement.xlsx", NULL };

const service_op EMPLOYER_STATEMENT_OP = {
    .name = "employer.statement",
    .summary = "A payer's account over months: bills, fees, receipts, what is open and to the credit",
    .summary_zh = "缴费对账单：账单、滞纳金、到账、冲抵、未缴和留存余额",
    .law = "社会保险费征缴暂行条例 第十七条",
    .kind = SERVICE_READ,
    .permission = "employer.read",
    .own_employer = "payer",
    .scope = SERVICE_SCOPE_ID,
    .input = STATEMENT_INPUT,
    .input_count = ARRAY_COUNT(STATEMENT_INPUT),
    .output = STATEMENT_OUTPUT,
    .output_count = ARRAY_COUNT(STATEMENT_OUTPUT),
    .examples = STATEMENT_EXAMPLES,
    .run = statement_run,
    .print = statement_print,
};
