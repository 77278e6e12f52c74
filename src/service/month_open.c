/* doudi month open, month status: which month the office is at, and how far. */
#include "calendar/calendar.h"
#include "service/month.h"
#include "service/operations.h"

const err_kind MONTH_UNBILLED = {
    "month.unbilled", ERR_CONFLICT,
    "Nothing was billed for {} yet, and once the next month is open it cannot be; bill it first.",
    "{} 尚未开出任何账单，开启下月后将无法补开；请先开账单。"
};

static const service_field OPEN_INPUT[] = {
    MONTH_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field OPEN_OUTPUT[] = {
    { .name = "month", .type = SERVICE_TEXT, .summary = "open month", .summary_zh = "当前月份" },
    { .name = "is_new", .type = SERVICE_FLAG, .summary = "opened now", .summary_zh = "本次开启" },
};

/* The month that may be opened now: the office's first, or the one behind the open one. */
static err next_month(const month_call *m, int32_t *next)
{
    text first;
    *next = m->open_month + 1;
    if (m->open_month != INT32_MIN) return ERR_NONE;
    TRY(county_setting(m->office, "office.month", &first));
    return calendar_parse_month(first, next);
}

/* Months do not open backwards: one slip would leave a whole month without its bills. */
static err need_bills(month_call *m)
{
    collection *bills;
    collection_issue_row *issues;
    size_t count;
    if (m->open_month == INT32_MIN) return ERR_NONE;
    TRY(county_bills(m->office, &bills));
    TRY(collection_issues(m->memory, bills, m->open_month, &issues, &count));
    for (size_t i = 0; i < count; i++) /* what was billed ahead, or of single people, is no bill of the month */
        if (text_equal(month_purpose_base(issues[i].purpose), issues[i].purpose)) return ERR_NONE;
    return err_of(&MONTH_UNBILLED, service_month_text(m->call->request, m->open_month).bytes);
}

static err month_open_run(service_call *call)
{
    month_call m;
    int32_t next;
    TRY(month_begin(call, COUNTY_WRITE, &m));
    bool is_new = m.month != m.open_month;
    TRY(next_month(&m, &next));
    if (is_new && m.month != next)
        return err_of(m.open_month == INT32_MIN ? &MONTH_NOT_FIRST : &MONTH_GAP,
                      service_month_text(call->request, next).bytes);
    if (is_new) TRY(need_bills(&m));
    if (is_new) TRY(month_say(&m, "month.open", service_month_text(m.memory, m.month)));
    TRY(store_commit(m.office->db));
    service_put_text(call->request, call->reply, "month", service_month_text(call->request, m.month));
    service_put_bool(call->request, call->reply, "is_new", is_new);
    if (!is_new) service_note(call, "it was open already; nothing changed", "该月此前已经开启，未作改动", TEXT_NONE);
    return ERR_NONE;
}

static const char *const OPEN_EXAMPLES[] = { "doudi month open --month 2026-11 --as zhangwei", NULL };

const service_op MONTH_OPEN_OP = {
    .name = "month.open",
    .summary = "Open the next month of business",
    .summary_zh = "开启下一个业务月份",
    .kind = SERVICE_WRITE,
    .permission = "month.open",
    .input = OPEN_INPUT,
    .input_count = ARRAY_COUNT(OPEN_INPUT),
    .output = OPEN_OUTPUT,
    .output_count = ARRAY_COUNT(OPEN_OUTPUT),
    .examples = OPEN_EXAMPLES,
    .run = month_open_run,
};

/* ---- status ---- */

static const service_field STATUS_INPUT[] = {
    { .name = "month", .type = SERVICE_TEXT, .shows = "YYYY-MM", .summary = "the month (default: the open one)",
      .summary_zh = "月份（默认当前月份）" },
    SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field STATUS_BILL[] = {
    { .name = "purpose", .type = SERVICE_TEXT, .summary = "purpose", .summary_zh = "用途" },
    { .name = "payers", .type = SERVICE_COUNT, .summary = "payers", .summary_zh = "缴费主体" },
    { .name = "people", .type = SERVICE_COUNT, .summary = "lines", .summary_zh = "人次" },
    { .name = "due", .type = SERVICE_TEXT, .summary = "due, yuan", .summary_zh = "应缴（元）" },
    { .name = "received", .type = SERVICE_TEXT, .summary = "received, yuan", .summary_zh = "实缴（元）" },
};
static const service_field STATUS_FUND[] = {
    { .name = "fund", .type = SERVICE_TEXT, .summary = "fund", .summary_zh = "基金" },
    { .name = "closed_until", .type = SERVICE_TEXT, .summary = "open from", .summary_zh = "未结账起始月" },
};
static const service_field STATUS_OUTPUT[] = {
    { .name = "month", .type = SERVICE_VALUE, .summary = "month", .summary_zh = "月份" },
    { .name = "bills", .type = SERVICE_OBJECT, .is_list = true, .summary = "bills", .summary_zh = "账单",
      .fields = STATUS_BILL, .field_count = ARRAY_COUNT(STATUS_BILL) },
    { .name = "funds", .type = SERVICE_OBJECT, .is_list = true, .summary = "books", .summary_zh = "账簿",
      .fields = STATUS_FUND, .field_count = ARRAY_COUNT(STATUS_FUND) },
};

static void sums_of(const collection_total *totals, size_t count, text purpose, int64_t *due, int64_t *received)
{
    *due = *received = 0;
    for (size_t i = 0; i < count; i++) {
        if (!text_equal(totals[i].purpose, purpose)) continue;
        *due += totals[i].due_fen;
        *received += totals[i].received_fen;
    }
}

static err put_bills(month_call *m, service_value *list)
{
    arena *a = m->call->request;
    collection *bills;
    collection_issue_row *issues;
    collection_total *totals;
    size_t count, total_count;
    TRY(county_bills(m->office, &bills));
    TRY(collection_issues(m->memory, bills, m->month, &issues, &count));
    TRY(collection_totals(m->memory, bills, m->month, &totals, &total_count));
    for (size_t i = 0; i < count; i++) {
        int64_t due, received;
        service_value *v = service_put_object(a, list, NULL);
        sums_of(totals, total_count, issues[i].purpose, &due, &received);
        service_put_text(a, v, "purpose", text_copy(a, issues[i].purpose));
        service_put_count(a, v, "payers", issues[i].payer_count);
        service_put_count(a, v, "people", issues[i].line_count);
        service_put_text(a, v, "due", service_yuan(a, due));
        service_put_text(a, v, "received", service_yuan(a, received));
    }
    return ERR_NONE;
}

static err put_funds(month_call *m, service_value *list)
{
    arena *a = m->call->request;
    ledger *books;
    size_t count;
    TRY(county_books(m->office, &books));
    const ledger_fund *funds = ledger_funds(m->office->chart, &count);
    for (size_t i = 0; i < count; i++) {
        ledger_months of;
        err e = ledger_months_of(books, funds[i].number, &of);
        if (e.kind == &LEDGER_NO_BOOKS) continue;
        TRY(e);
        service_value *v = service_put_object(a, list, NULL);
        service_put_cstr(a, v, "fund", service_say(m->call, funds[i].name, funds[i].name_zh));
        service_put_text(a, v, "closed_until", service_month_text(a, of.closed_until));
    }
    return ERR_NONE;
}

static err month_status_run(service_call *call)
{
    month_call m;
    arena *a = call->request;
    TRY(month_begin(call, COUNTY_READ, &m));
    if (m.month == INT32_MIN) m.month = m.open_month;
    if (m.month == INT32_MIN) service_put_null(a, call->reply, "month");
    else service_put_text(a, call->reply, "month", service_month_text(a, m.month));
    service_value *bills = service_put_list(a, call->reply, "bills");
    if (m.month != INT32_MIN) TRY(put_bills(&m, bills));
    else service_note(call, "no month was opened yet", "尚未开启任何月份", TEXT_NONE);
    return put_funds(&m, service_put_list(a, call->reply, "funds"));
}

static const char *const STATUS_EXAMPLES[] = { "doudi month status", NULL };

const service_op MONTH_STATUS_OP = {
    .name = "month.status",
    .summary = "The open month: bills, what came in for them, books",
    .summary_zh = "查看当前月份：账单、到账、账簿",
    .kind = SERVICE_READ,
    .permission = "ledger.read",
    .input = STATUS_INPUT,
    .input_count = ARRAY_COUNT(STATUS_INPUT),
    .output = STATUS_OUTPUT,
    .output_count = ARRAY_COUNT(STATUS_OUTPUT),
    .examples = STATUS_EXAMPLES,
    .run = month_status_run,
};
