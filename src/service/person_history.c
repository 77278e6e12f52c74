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
    { .name = "known_from", .type = SERVICE_TEXT }, { .name = "known_until", .type = SERVICE_TEXT },
    { .name = "kind", .type = SERVICE_TEXT },       RECORD_ROW_FIELDS,
    { .name = "event", .type = SERVICE_TEXT },
};
static const service_field EVENT[] = {
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
    return text_equal(of(fact, "event"), of(event, "event"));
}

/* Under each event what it said; a row that is no longer believed says since when. */
static void history_print(const service_call *call, text_builder *out)
{
    const service_value *facts = service_member(call->reply, "facts");
    text_add_format(out, service_say(call, "id %lld\n", "编号 %lld\n"), (long long)service_member(call->reply, "id")->count);
    for (const service_value *event = service_member(call->reply, "events")->first; event; event = event->next) {
        int64_t actor = service_member(event, "actor")->count;
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

static err person_history_run(service_call *call)
{
    county *c;
    int64_t id;
    registry_record record;
    eventlog_entry *entries;
    size_t count;
    arena *a = call->request;
    TRY(county_open(call, reveal_need(call), &c));
    TRY(record_find_person(c, service_text_of(call, "who", TEXT_NONE), &id));
    TRY(reveal_ask(c, id, TEXT("history")));
    TRY(registry_history_read(a, c->people, id, &record));
    TRY(registry_events_of(a, c->people, id, &entries, &count));
    service_put_count(a, call->reply, "id", id);
    service_value *list = service_put_list(a, call->reply, "events");
    for (size_t i = 0; i < count; i++) {
        service_value *event = service_put_object(a, list, NULL);
        service_put_text(a, event, "event", text_format(a, "%u/%lld", entries[i].event.bucket, (long long)entries[i].sequence));
        service_put_text(a, event, "known", record_instant_text(a, entries[i].event.known_ms));
        service_put_cstr(a, event, "kind", entries[i].event.kind);
        service_put_count(a, event, "actor", entries[i].event.actor_id);
        service_put_text(a, event, "why", entries[i].event.why);
    }
    record_view view = { .office = c, .reveals = service_is_given(call, "reveal"), .is_history = true };
    return record_rows(&view, &record, service_put_list(a, call->reply, "facts"));
}

static const char *const HISTORY_EXAMPLES[] = { "doudi person history 1024", NULL };

const service_op PERSON_HISTORY_OP = {
    .name = "person.history",
    .summary = "What the office ever believed of one person, when, and by which event",
    .summary_zh = "一个人登记信息的全部变动：何时、由哪个事件、改了什么",
    .kind = SERVICE_READ,
    .permission = "person.read",
    .input = HISTORY_INPUT,
    .input_count = ARRAY_COUNT(HISTORY_INPUT),
    .output = HISTORY_OUTPUT,
    .output_count = ARRAY_COUNT(HISTORY_OUTPUT),
    .examples = HISTORY_EXAMPLES,
    .run = person_history_run,
    .print = history_print,
};
