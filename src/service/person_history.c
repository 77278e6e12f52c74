#include "codec/codec.h"
#include "service/case.h"
#include "service/ledger.h"
#include "service/operations.h"
#include "service/record_rows.h"
#include "service/reveal.h"

static const service_field HISTORY_INPUT[] = {
    RECORD_WHO_FIELD("citizen number, id, or whole name", "证件号码、编号，或完整姓名"),
    RECORD_REVEAL_FIELD,
    SERVICE_WHY_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD,
};
static const service_field ROW[] = {
    { .name = "record", .type = SERVICE_COUNT },
    { .name = "known_from", .type = SERVICE_TEXT }, { .name = "known_until", .type = SERVICE_TEXT },
    { .name = "kind", .type = SERVICE_TEXT },       RECORD_ROW_FIELDS,
    { .name = "event", .type = SERVICE_TEXT },
};
static const service_field EVENT[] = {
    { .name = "record", .type = SERVICE_COUNT },
    { .name = "event", .type = SERVICE_TEXT }, { .name = "known", .type = SERVICE_TEXT },
    { .name = "kind", .type = SERVICE_TEXT },  { .name = "actor", .type = SERVICE_COUNT },
    { .name = "why", .type = SERVICE_TEXT },
};
static const service_field HISTORY_OUTPUT[] = {
    { .name = "id", .type = SERVICE_COUNT, .summary = "id", .summary_zh = "编号" },
    { .name = "events", .type = SERVICE_OBJECT, .is_list = true, .fields = EVENT, .field_count = ARRAY_COUNT(EVENT) },
    { .name = "facts", .type = SERVICE_OBJECT, .is_list = true, .fields = ROW, .field_count = ARRAY_COUNT(ROW) },
};

static text of(const service_value *row, const char *name)
{
    const service_value *v = service_member(row, name);
    return v ? v->word : TEXT_NONE;
}

static bool is_of_event(const service_value *fact, const service_value *event)
{
    return text_equal(of(fact, "event"), of(event, "event")) &&
           service_member(fact, "record")->count == service_member(event, "record")->count;
}

/* Under each event what it said; a row that is no longer believed says since when. */
static void history_print(const service_call *call, text_builder *out)
{
    const service_value *facts = service_member(call->reply, "facts");
    int64_t at = service_member(call->reply, "id")->count;
    text_add_format(out, service_say(call, "id %lld\n", "编号 %lld\n"), (long long)service_member(call->reply, "id")->count);
    for (const service_value *event = service_member(call->reply, "events")->first; event; event = event->next) {
        int64_t actor = service_member(event, "actor")->count, record = service_member(event, "record")->count;
        if (record != at)
            text_add_format(out, service_say(call, "merged into it: id %lld\n", "并入的记录：编号 %lld\n"), (long long)record);
        at = record;
        text_add_format(out, "%.*s  %.*s  %.*s  %.*s", TEXT_ARG(of(event, "known")), TEXT_ARG(of(event, "event")),
                        TEXT_ARG(of(event, "kind")), TEXT_ARG(of(event, "why")));
        if (actor) text_add_format(out, service_say(call, "  user %lld", "  用户 %lld"), (long long)actor);
        text_add_char(out, '\n');
        for (const service_value *row = facts->first; row; row = row->next) {
            if (!is_of_event(row, event)) continue;
            text until = of(row, "known_until");
            text_add_format(out, "    %.*s: %.*s", TEXT_ARG(of(row, "what")), TEXT_ARG(of(row, "says")));
            if (of(row, "from").size_bytes || of(row, "until").size_bytes)
                text_add_format(out, "  [%.*s, %.*s)", TEXT_ARG(of(row, "from")), TEXT_ARG(of(row, "until")));
            if (until.size_bytes)
                text_add_format(out, service_say(call, "  (believed until %.*s)", "（%.*s 起更正）"), TEXT_ARG(until));
            text_add_char(out, '\n');
        }
    }
}

typedef struct {
    case_call cases;
    county *office;
    service_value *events, *facts;
} telling;

/* An event of a case that is protected would say that there is one, and to the second when it was opened. */
static err is_kept_back(telling *t, const eventlog_entry *entry, bool *is)
{
    case_call *c = &t->cases;
    const codec_json *body;
    cases_row row;
    *is = false;
    if (!text_begins(text_of(entry->event.kind), TEXT("cases."))) return ERR_NONE;
    if (!c->call) {
        *c = (case_call){ .call = t->office->call, .office = t->office, .memory = t->office->memory };
        TRY(decide_law_open(c->call, &c->law));
        TRY(county_cases(t->office, &c->book));
    }
    TRY(codec_json_parse(c->memory, entry->event.body, (codec_json_options){ .file = "event" }, &body));
    TRY(cases_read(c->memory, c->book, eventlog_body_int(body, "case"), &row));
    return case_hides(c, row.type, row.subject_id, is);
}

/* Of the rows behind the first `from`. */
static void name_record(service_value *rows, size_t from, arena *a, int64_t id)
{
    size_t at = 0;
    for (service_value *row = rows->first; row; row = row->next)
        if (at++ >= from) service_put_count(a, row, "record", id);
}

static err tell_record(telling *t, int64_t id)
{
    arena *a = t->office->call->request;
    registry_record record;
    eventlog_entry *entries;
    size_t count, before = t->facts->child_count;
    TRY(registry_history_read(a, t->office->people, id, &record));
    TRY(registry_events_of(a, t->office->people, id, &entries, &count));
    for (size_t i = 0; i < count; i++) {
        bool is_hidden;
        TRY(is_kept_back(t, &entries[i], &is_hidden));
        if (is_hidden) continue;
        service_value *event = service_put_object(a, t->events, NULL);
        service_put_count(a, event, "record", id);
        service_put_text(a, event, "event", text_format(a, "%u/%lld", entries[i].event.bucket, (long long)entries[i].sequence));
        service_put_text(a, event, "known", record_instant_text(a, entries[i].event.known_ms));
        service_put_cstr(a, event, "kind", entries[i].event.kind);
        service_put_count(a, event, "actor", entries[i].event.actor_id);
        service_put_text(a, event, "why", entries[i].event.why);
    }
    record_view view = { .office = t->office, .reveals = service_is_given(t->office->call, "reveal"), .is_history = true };
    TRY(record_rows(&view, &record, t->facts));
    name_record(t->facts, before, a, id);
    return ERR_NONE;
}

/* The person, then the records merged into them, each with its own events. */
static err person_history_run(service_call *call)
{
    telling t = { 0 };
    int64_t id, *ids;
    size_t count;
    TRY(county_open(call, reveal_need(call), &t.office));
    TRY(record_find_person(t.office, service_text_of(call, "who", TEXT_NONE), &id));
    TRY(record_ids_of(t.office, id, &ids, &count));
    for (size_t i = 0; i < count; i++) TRY(reveal_ask(t.office, ids[i], TEXT("history")));
    service_put_count(call->request, call->reply, "id", id);
    t.events = service_put_list(call->request, call->reply, "events");
    t.facts = service_put_list(call->request, call->reply, "facts");
    for (size_t i = 0; i < count; i++) TRY(tell_record(&t, ids[i]));
    return ERR_NONE;
}

static const char *const HISTORY_EXAMPLES[] = { "doudi person history 1024", NULL };

const service_op PERSON_HISTORY_OP = {
    .name = "person.history",
    .summary = "What the office ever believed of one person, when, and by which event",
    .summary_zh = "一个人登记信息的全部变动：何时、由哪个事件、改了什么",
    .kind = SERVICE_READ,
    .permission = "person.read",
    .scope = SERVICE_SCOPE_ID, .scope_of = "who",
    .input = HISTORY_INPUT,
    .input_count = ARRAY_COUNT(HISTORY_INPUT),
    .output = HISTORY_OUTPUT,
    .output_count = ARRAY_COUNT(HISTORY_OUTPUT),
    .examples = HISTORY_EXAMPLES,
    .run = person_history_run,
    .print = history_print,
};
