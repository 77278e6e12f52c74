/* One subject as a clerk sees it: what person show and employer show share. */
#include "calendar/calendar.h"
#include "service/ledger.h"
#include "service/record_rows.h"

const service_field RECORD_SHOW_ROW[RECORD_SHOW_ROW_COUNT] = { { .name = "kind", .type = SERVICE_TEXT }, RECORD_ROW_FIELDS };

const service_field RECORD_MERGED_ROW[RECORD_MERGED_COUNT] = {
    { .name = "id", .type = SERVICE_COUNT, .summary = "record", .summary_zh = "编号" },
    { .name = "since", .type = SERVICE_TEXT, .summary = "since", .summary_zh = "并入时间" },
};

static text member_text(const service_value *row, const char *name)
{
    const service_value *v = service_member(row, name);
    return v ? v->word : TEXT_NONE;
}

/* What, its words, and the span where there is one. */
void record_show_print(const service_call *call, text_builder *out)
{
    enum { WHAT_WIDTH = 24 };
    const service_value *known = service_member(call->reply, "known"), *enrolled = service_member(call->reply, "staff");
    text_add_format(out, service_say(call, "%lld, on %.*s", "编号 %lld，%.*s"),
                    (long long)service_member(call->reply, "id")->count, TEXT_ARG(member_text(call->reply, "on")));
    if (known) text_add_format(out, service_say(call, ", as known on %.*s", "，按 %.*s 所知"), TEXT_ARG(known->word));
    text_add_char(out, '\n');
    if (enrolled) text_add_format(out, service_say(call, "people enrolled: %lld\n", "参保人数：%lld\n"), (long long)enrolled->count);
    for (const service_value *row = service_member(call->reply, "facts")->first; row; row = row->next) {
        text what = member_text(row, "what"), from = member_text(row, "from"), until = member_text(row, "until");
        text_add(out, what);
        for (int at = text_width(what); at < WHAT_WIDTH; at++) text_add_char(out, ' ');
        text_add_format(out, "  %.*s", TEXT_ARG(member_text(row, "says")));
        if (from.size_bytes || until.size_bytes) text_add_format(out, "  [%.*s, %.*s)", TEXT_ARG(from), TEXT_ARG(until));
        text_add_char(out, '\n');
    }
    const service_value *merged = service_member(call->reply, "merged");
    for (const service_value *one = merged ? merged->first : NULL; one; one = one->next)
        text_add_format(out, service_say(call, "record %lld was merged into this one on %.*s (doudi person history)\n",
                                         "编号 %lld 已于 %.*s 并入本记录（doudi person history）\n"),
                        (long long)service_member(one, "id")->count, TEXT_ARG(member_text(one, "since")));
}

static err put_merged(county *office, int64_t id, int64_t known_ms)
{
    arena *a = office->call->request;
    registry_merged *merged;
    service_value *list = NULL;
    size_t count;
    TRY(registry_merged_of(office->memory, office->people, id, &merged, &count));
    for (size_t i = 0; i < count; i++) {
        int64_t into, since_ms;
        TRY(registry_merged_into(office->people, merged[i].other_id, known_ms, &into, &since_ms));
        if (into != id) continue;
        if (!list) list = service_put_list(a, office->call->reply, "merged");
        service_value *v = service_put_object(a, list, NULL);
        service_put_count(a, v, "id", merged[i].other_id);
        service_put_text(a, v, "since", record_instant_text(a, since_ms));
    }
    return ERR_NONE;
}

/* Each by itself, for papers that have a place for it. */
static err put_person(const record_view *view, const registry_record *record)
{
    service_call *call = view->office->call;
    arena *a = call->request;
    text number;
    size_t count = record->count[REGISTRY_PERSON];
    if (record->kind != REGISTRY_PERSON || !count) return ERR_NONE;
    registry_person person = ((const registry_person *)record->facts[REGISTRY_PERSON])[count - 1];
    TRY(record_secret(view, person.fact.subject_id, &person.number, &number));
    service_put_text(a, call->reply, "name", text_copy(a, person.name));
    service_put_text(a, call->reply, "number", text_copy(a, number));
    service_put_text(a, call->reply, "sex", record_sex_text(call, person.sex));
    service_put_text(a, call->reply, "born", person.birth_day ? service_day_text(a, (int32_t)person.birth_day) : TEXT_NONE);
    return ERR_NONE;
}

err record_show(county *office, int64_t id, registry_kind kind, bool reveals)
{
    service_call *call = office->call;
    registry_record record;
    int64_t known_ms;
    record_view view = { .office = office, .reveals = reveals, .day = service_day_of(call, "on") };
    TRY(record_known(call, &known_ms));
    TRY(registry_record_read(call->request, office->people, id, known_ms, &record));
    if (record.kind != kind)
        return err_of(&RECORD_OTHER_KIND, kind == REGISTRY_PERSON ? ERR_SAID("person", "人员编号")
                                                                  : ERR_SAID("employer", "单位编号"));
    service_put_count(call->request, call->reply, "id", id);
    service_put_text(call->request, call->reply, "on", service_day_text(call->request, (int32_t)view.day));
    if (known_ms != REGISTRY_NOW)
        service_put_text(call->request, call->reply, "known", record_instant_text(call->request, known_ms));
    TRY(record_rows(&view, &record, service_put_list(call->request, call->reply, "facts")));
    TRY(put_person(&view, &record));
    return kind == REGISTRY_PERSON ? put_merged(office, id, known_ms) : ERR_NONE;
}

