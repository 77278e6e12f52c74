#include <stdlib.h>

#include "calendar/calendar.h"
#include "os/os.h"
#include "service/county_tables.h"
#include "service/event_words.h"
#include "service/ledger.h"
#include "service/month.h"
#include "service/operations.h"
#include "service/record_rows.h"
#include "service/waiting.h"

static const service_field STATUS_INPUT[] = { SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD };
static const service_field SETTING[] = {
    { .name = "name", .type = SERVICE_TEXT, .summary = "setting", .summary_zh = "设置" },
    { .name = "what", .type = SERVICE_TEXT, .summary = "what it is", .summary_zh = "内容" },
    { .name = "value", .type = SERVICE_TEXT, .summary = "value", .summary_zh = "值" },
};
static const service_field FUND[] = {
    { .name = "fund", .type = SERVICE_TEXT },  { .name = "first", .type = SERVICE_TEXT },
    { .name = "last", .type = SERVICE_TEXT },  { .name = "open_from", .type = SERVICE_TEXT },
};
static const service_field EVENT[] = {
    { .name = "known", .type = SERVICE_TEXT }, { .name = "event", .type = SERVICE_TEXT },
    { .name = "kind", .type = SERVICE_TEXT },  { .name = "done", .type = SERVICE_TEXT },
    { .name = "why", .type = SERVICE_TEXT },
};
static const service_field WAITS[] = {
    { .name = "what", .type = SERVICE_TEXT, .summary = "what waits", .summary_zh = "待办" },
    { .name = "count", .type = SERVICE_COUNT, .summary = "how many", .summary_zh = "件数" },
    { .name = "yuan", .type = SERVICE_VALUE, .summary = "yuan", .summary_zh = "金额（元）" },
    { .name = "duty", .type = SERVICE_TEXT, .summary = "for", .summary_zh = "岗位职责" },
    { .name = "command", .type = SERVICE_TEXT, .summary = "by", .summary_zh = "办理命令" },
};
static const service_field STATUS_OUTPUT[] = {
    { .name = "county", .type = SERVICE_TEXT, .summary = "store", .summary_zh = "数据库" },
    { .name = "state", .type = SERVICE_STATE, .summary = "state", .summary_zh = "状态" },
    { .name = "schema", .type = SERVICE_COUNT, .summary = "schema", .summary_zh = "结构版本" },
    { .name = "bytes", .type = SERVICE_COUNT, .summary = "bytes", .summary_zh = "字节", .is_optional = true },
    { .name = "key", .type = SERVICE_TEXT, .summary = "master key", .summary_zh = "主密钥" },
    { .name = "people", .type = SERVICE_COUNT, .summary = "people", .summary_zh = "人员" },
    { .name = "households", .type = SERVICE_COUNT, .summary = "households", .summary_zh = "家庭" },
    { .name = "employers", .type = SERVICE_COUNT, .summary = "employers", .summary_zh = "单位" },
    { .name = "events", .type = SERVICE_COUNT, .summary = "events", .summary_zh = "事件" },
    { .name = "month", .type = SERVICE_VALUE, .summary = "open month", .summary_zh = "当前月份" },
    { .name = "waits", .type = SERVICE_OBJECT, .is_list = true, .summary = "what waits", .summary_zh = "待办",
      .fields = WAITS, .field_count = ARRAY_COUNT(WAITS) },
    { .name = "settings", .type = SERVICE_OBJECT, .is_list = true, .fields = SETTING, .field_count = ARRAY_COUNT(SETTING) },
    { .name = "funds", .type = SERVICE_OBJECT, .is_list = true, .fields = FUND, .field_count = ARRAY_COUNT(FUND) },
    { .name = "last_events", .type = SERVICE_OBJECT, .is_list = true, .fields = EVENT, .field_count = ARRAY_COUNT(EVENT) },
};

/* ---- what it is ---- */

static err tell_state(county *c, bool *is_loading)
{
    service_call *call = c->call;
    charter *room;
    charter_setting *settings;
    size_t count;
    text state = TEXT("new");
    TRY(county_charter(c, &room));
    TRY(charter_list(call->request, room, &settings, &count));
    service_value *list = service_put_list(call->request, call->reply, "settings");
    for (size_t i = 0; i < count; i++) {
        if (text_equal_cstr(settings[i].name, COUNTY_STATE)) state = settings[i].value;
        if (text_begins(settings[i].name, TEXT(MONTH_UNDECIDED_KEPT))) continue; /* shown as what waits */
        bool is_key = text_begins(settings[i].name, TEXT("key.")), is_signed = text_begins(settings[i].value, TEXT("{"));
        service_value *v = service_put_object(call->request, list, NULL);
        service_put_text(call->request, v, "name", settings[i].name);
        service_put_text(call->request, v, "what", event_setting_said(call, settings[i].name));
        service_put_text(call->request, v, "value",
                         is_key ? text_of(service_say(call, "(wrapped by the master key)", "（由主密钥包裹）"))
                         : is_signed ? text_of(service_say(call, "(with its signatures)", "（附签名）")) : settings[i].value);
    }
    *is_loading = text_equal_cstr(state, "loading");
    if (*is_loading)
        service_put_state(call, call->reply, "state", "unfinished", "unfinished: making it was stopped in the middle",
                          "未建完：建立过程被中断");
    else if (text_equal_cstr(state, "open")) service_put_state(call, call->reply, "state", "open", "open", "正常");
    else service_put_state(call, call->reply, "state", "new", "new", "新建");
    return ERR_NONE;
}

static err tell_key(county *c)
{
    crypto_key key;
    err e = county_key(c, "key.field", false, &key);
    crypto_wipe(&key, sizeof key);
    const char *says = !e.kind ? service_say(c->call, "present", "在")
                       : e.kind == &COUNTY_KEY_MISSING ? service_say(c->call, "missing", "缺失")
                       : e.kind == &COUNTY_NOT_FOUNDED ? service_say(c->call, "none yet", "尚未生成")
                       : service_say(c->call, "not the one of this office", "与本机构不符");
    service_put_cstr(c->call->request, c->call->reply, "key", says);
    return ERR_NONE;
}

static void tell_size(county *c)
{
    int64_t bytes;
    if (store_driver_of(c->db) == STORE_SQLITE && os_file_bytes(c->url, &bytes))
        service_put_count(c->call->request, c->call->reply, "bytes", bytes);
}

/* ---- what is in it ---- */

static err count_subjects(county *c, registry_kind kind, int64_t *count)
{
    registry_roster_options options = { .day = c->call->office->settings.today_day, .known_ms = REGISTRY_NOW, .of = kind };
    *count = 0;
    for (uint32_t bucket = 0; bucket < EVENTLOG_BUCKETS; bucket++) {
        registry_roster *everybody;
        const registry_roster_row *row;
        TRY(registry_roster_open(c->memory, c->people, bucket, &options, &everybody));
        err e;
        do {
            e = registry_roster_next(everybody, &row);
            *count += !e.kind && row;
        } while (!e.kind && row);
        registry_roster_close(everybody);
        TRY(e);
    }
    return ERR_NONE;
}

static err tell_counts(county *c)
{
    registry *people;
    int64_t count;
    TRY(county_people(c, &people));
    TRY(registry_person_count(people, &count));
    service_put_count(c->call->request, c->call->reply, "people", count);
    TRY(count_subjects(c, REGISTRY_HOUSEHOLD, &count));
    service_put_count(c->call->request, c->call->reply, "households", count);
    TRY(count_subjects(c, REGISTRY_EMPLOYER, &count));
    service_put_count(c->call->request, c->call->reply, "employers", count);
    return ERR_NONE;
}

static err tell_funds(county *c)
{
    arena *a = c->call->request;
    ledger *books;
    size_t count;
    service_value *list = service_put_list(a, c->call->reply, "funds");
    TRY(county_books(c, &books));
    const ledger_fund *funds = ledger_funds(c->chart, &count);
    for (size_t i = 0; i < count; i++) {
        ledger_months months;
        err e = ledger_months_of(books, funds[i].number, &months);
        if (e.kind == &LEDGER_NO_BOOKS) continue;
        TRY(e);
        service_value *v = service_put_object(a, list, NULL);
        service_put_cstr(a, v, "fund", service_say(c->call, funds[i].name, funds[i].name_zh));
        service_put_text(a, v, "first", service_month_text(a, months.first_month));
        service_put_text(a, v, "last", service_month_text(a, months.last_month));
        service_put_text(a, v, "open_from", service_month_text(a, months.closed_until));
    }
    return ERR_NONE;
}

/* ---- what waits: of the month, and for signatures ---- */

static void put_wait(county *c, service_value *list, const waiting_row *row, text command)
{
    arena *a = c->call->request;
    service_value *v = service_put_object(a, list, NULL);
    service_put_cstr(a, v, "what", service_say(c->call, row->what, row->what_zh));
    service_put_count(a, v, "count", row->count);
    if (row->fen) service_put_text(a, v, "yuan", service_yuan(a, row->fen));
    else service_put_null(a, v, "yuan");
    service_put_text(a, v, "duty", waiting_duty_shown(c, text_of(row->duty)));
    service_put_text(a, v, "command", command);
}

/* Of the open month: not billed yet, or people left undecided; and books of months before that stand open. */
static err tell_month(county *c, service_value *list, text open)
{
    static const struct { const char *op, *duty, *what, *zh; } UNDECIDED[] = {
        { "month.bill", "collection.enter", "people no bill could be decided for", "无法核定应缴的人次" },
        { "month.determine", "award.enter", "people no award could be decided for", "无法核定待遇的人次" },
    };
    arena *a = c->call->request;
    collection *bills;
    collection_issue_row *issues;
    ledger *books;
    size_t count;
    int32_t month, earliest;
    TRY(calendar_parse_month(open, &month));
    TRY(county_bills(c, &bills));
    TRY(collection_issues(c->memory, bills, month, &issues, &count));
    if (!count)
        put_wait(c, list, &(waiting_row){ "collection.enter", "the month is not billed", "本月尚未开账单", NULL, 1, 0 },
                 text_format(a, "doudi month bill --month %.*s", TEXT_ARG(open)));
    for (size_t i = 0; i < ARRAY_COUNT(UNDECIDED); i++) {
        waiting_row row = { UNDECIDED[i].duty, UNDECIDED[i].what, UNDECIDED[i].zh, NULL, 0, 0 };
        TRY(month_undecided_count(c, UNDECIDED[i].op, month, &row.count));
        if (row.count)
            put_wait(c, list, &row, text_format(a, "doudi month %s --month %.*s --undecided FILE.csv", UNDECIDED[i].op + 6, TEXT_ARG(open)));
    }
    TRY(county_books(c, &books));
    const ledger_fund *funds = ledger_funds(c->chart, &count);
    waiting_row late = { "ledger.book", "funds with months to close", "有月份待结账的基金", NULL, 0, 0 };
    earliest = month;
    for (size_t i = 0; i < count; i++) {
        ledger_months of;
        err e = ledger_months_of(books, funds[i].number, &of);
        if (e.kind == &LEDGER_NO_BOOKS) continue;
        TRY(e);
        late.count += of.closed_until < month;
        if (of.closed_until < earliest) earliest = of.closed_until;
    }
    if (late.count)
        put_wait(c, list, &late, text_format(a, "doudi month close --month %.*s", TEXT_ARG(service_month_text(a, earliest))));
    return ERR_NONE;
}

static err tell_cases(county *c, service_value *list)
{
    cases_book *book;
    cases_sum *sums;
    size_t count;
    waiting_row open = { "case.take", "cases in hand", "在办办件", NULL, 0, 0 };
    waiting_row late = { "case.take", "of them late", "其中超期", NULL, 0, 0 };
    TRY(county_cases(c, &book));
    TRY(cases_sums(c->memory, book, c->call->office->settings.today_day, &sums, &count));
    for (size_t i = 0; i < count; i++) {
        open.count += sums[i].open;
        late.count += sums[i].late;
    }
    if (open.count) put_wait(c, list, &open, TEXT("doudi case list"));
    if (late.count) put_wait(c, list, &late, TEXT("doudi case list"));
    return ERR_NONE;
}

/* Of the program, not of the office: three people take them over. */
static err tell_tables(county *c, service_value *list)
{
    county_tables t;
    TRY(county_tables_compare(c, &t));
    waiting_row duties = { "staff.propose", "files of the duty table that this program has otherwise", "本程序所附与本机构不同的岗位职责表文件", NULL, t.duty_count, 0 };
    waiting_row law = { "parameter.enter", "packs and tables that the office has not adopted", "本机构尚未采用的政策包和表", NULL, t.law_count, 0 };
    if (t.duty_count) put_wait(c, list, &duties, TEXT("doudi user table"));
    if (t.law_count) put_wait(c, list, &law, TEXT("doudi packs adopt"));
    return ERR_NONE;
}

static err tell_waiting(county *c, bool is_loading)
{
    charter *room;
    text open;
    waiting_row *rows;
    size_t count;
    arena *a = c->call->request;
    TRY(county_charter(c, &room));
    TRY(charter_read(a, room, TEXT("month.open"), CHARTER_NOW, &open));
    if (open.size_bytes) service_put_text(a, c->call->reply, "month", open);
    else service_put_null(a, c->call->reply, "month");
    service_value *list = service_put_list(a, c->call->reply, "waits");
    if (is_loading) return ERR_NONE;
    if (open.size_bytes) TRY(tell_month(c, list, open));
    TRY(waiting_read(c, &rows, &count));
    for (size_t i = 0; i < count; i++) put_wait(c, list, &rows[i], text_of(rows[i].command));
    TRY(tell_cases(c, list));
    return tell_tables(c, list);
}

static int newest_first(const void *left, const void *right)
{
    const eventlog_head *a = left, *b = right;
    if (a->known_ms != b->known_ms) return a->known_ms < b->known_ms ? 1 : -1;
    return (a->bucket < b->bucket) - (a->bucket > b->bucket);
}

static err tell_events(county *c)
{
    enum { SHOWN_MAX = 5 };
    arena *a = c->call->request;
    eventlog_head heads[EVENTLOG_BUCKETS + 1];
    int64_t count = 0;
    TRY(eventlog_heads(c->log, heads));
    for (size_t i = 0; i <= EVENTLOG_BUCKETS; i++) count += heads[i].sequence;
    service_put_count(a, c->call->reply, "events", count);
    qsort(heads, EVENTLOG_BUCKETS + 1, sizeof *heads, newest_first);
    service_value *list = service_put_list(a, c->call->reply, "last_events");
    for (size_t i = 0; i < SHOWN_MAX && heads[i].sequence; i++) {
        eventlog_entry entry;
        TRY(eventlog_entry_read(a, c->log, heads[i].bucket, heads[i].sequence, &entry));
        service_value *v = service_put_object(a, list, NULL);
        service_put_text(a, v, "known", record_instant_text(a, entry.event.known_ms));
        service_put_text(a, v, "event", text_format(a, "%u/%lld", entry.event.bucket, (long long)entry.sequence));
        service_put_cstr(a, v, "kind", entry.event.kind);
        service_put_cstr(a, v, "done", event_said(c->call, entry.event.kind));
        service_put_text(a, v, "why", entry.event.why);
    }
    return ERR_NONE;
}

static err county_status_run(service_call *call)
{
    county *c;
    bool is_loading;
    TRY(county_open(call, COUNTY_LOOK, &c));
    service_put_cstr(call->request, call->reply, "county", c->url);
    service_put_count(call->request, call->reply, "schema", store_schema_version(c->db));
    tell_size(c);
    TRY(tell_state(c, &is_loading));
    TRY(tell_key(c));
    TRY(tell_counts(c));
    TRY(tell_waiting(c, is_loading));
    TRY(tell_funds(c));
    return tell_events(c);
}

static const char *const STATUS_EXAMPLES[] = { "doudi county status", "doudi county status --county my.db --json", NULL };

const service_op COUNTY_STATUS_OP = {
    .name = "county.status",
    .summary = "What the office holds and what waits: people, open month, signatures, months of the books, last events, settings",
    .summary_zh = "机构概况：人数、当前月份、待办与待签、账期、最近事件、密钥、设置",
    .kind = SERVICE_READ,
    .permission = "county.read",
    .input = STATUS_INPUT,
    .input_count = ARRAY_COUNT(STATUS_INPUT),
    .output = STATUS_OUTPUT,
    .output_count = ARRAY_COUNT(STATUS_OUTPUT),
    .examples = STATUS_EXAMPLES,
    .run = county_status_run,
};
