#include <stdlib.h>

#include "os/os.h"
#include "service/ledger.h"
#include "service/operations.h"
#include "service/record_rows.h"

static const service_field STATUS_INPUT[] = { SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD };
static const service_field SETTING[] = {
    { .name = "name", .type = SERVICE_TEXT }, { .name = "value", .type = SERVICE_TEXT },
};
static const service_field FUND[] = {
    { .name = "fund", .type = SERVICE_TEXT },  { .name = "first", .type = SERVICE_TEXT },
    { .name = "last", .type = SERVICE_TEXT },  { .name = "open_from", .type = SERVICE_TEXT },
};
static const service_field EVENT[] = {
    { .name = "known", .type = SERVICE_TEXT }, { .name = "event", .type = SERVICE_TEXT },
    { .name = "kind", .type = SERVICE_TEXT },  { .name = "why", .type = SERVICE_TEXT },
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
    { .name = "settings", .type = SERVICE_OBJECT, .is_list = true, .fields = SETTING, .field_count = ARRAY_COUNT(SETTING) },
    { .name = "funds", .type = SERVICE_OBJECT, .is_list = true, .fields = FUND, .field_count = ARRAY_COUNT(FUND) },
    { .name = "last_events", .type = SERVICE_OBJECT, .is_list = true, .fields = EVENT, .field_count = ARRAY_COUNT(EVENT) },
};

/* ---- what it is ---- */

static err tell_state(county *c)
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
        bool is_key = text_begins(settings[i].name, TEXT("key."));
        service_value *v = service_put_object(call->request, list, NULL);
        service_put_text(call->request, v, "name", settings[i].name);
        service_put_text(call->request, v, "value",
                         is_key ? text_of(service_say(call, "(wrapped by the master key)", "（由主密钥包裹）")) : settings[i].value);
    }
    bool is_loading = text_equal_cstr(state, "loading");
    if (is_loading)
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
        registry_roster *roster;
        const registry_roster_row *row;
        TRY(registry_roster_open(c->memory, c->people, bucket, &options, &roster));
        err e;
        do {
            e = registry_roster_next(roster, &row);
            *count += !e.kind && row;
        } while (!e.kind && row);
        registry_roster_close(roster);
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
        service_put_text(a, v, "why", entry.event.why);
    }
    return ERR_NONE;
}

static err county_status_run(service_call *call)
{
    county *c;
    TRY(county_open(call, COUNTY_LOOK, &c));
    service_put_cstr(call->request, call->reply, "county", c->url);
    service_put_count(call->request, call->reply, "schema", store_schema_version(c->db));
    tell_size(c);
    TRY(tell_state(c));
    TRY(tell_key(c));
    TRY(tell_counts(c));
    TRY(tell_funds(c));
    return tell_events(c);
}

static const char *const STATUS_EXAMPLES[] = { "doudi county status", "doudi county status --county my.db --json", NULL };

const service_op COUNTY_STATUS_OP = {
    .name = "county.status",
    .summary = "What the office holds: people, months of the books, last events, keys, settings",
    .summary_zh = "机构概况：人数、账期、最近事件、密钥、设置",
    .kind = SERVICE_READ,
    .permission = "county.read",
    .input = STATUS_INPUT,
    .input_count = ARRAY_COUNT(STATUS_INPUT),
    .output = STATUS_OUTPUT,
    .output_count = ARRAY_COUNT(STATUS_OUTPUT),
    .examples = STATUS_EXAMPLES,
    .run = county_status_run,
};
