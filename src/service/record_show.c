/* One subject as a clerk sees it: what person show and employer show share. */
#include "calendar/calendar.h"
#include "service/ledger.h"
#include "service/record_rows.h"

const service_field RECORD_SHOW_ROW[RECORD_SHOW_ROW_COUNT] = { { .name = "kind", .type = SERVICE_TEXT }, RECORD_ROW_FIELDS };

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
        return err_of(&RECORD_OTHER_KIND, kind == REGISTRY_PERSON ? service_say(call, "person", "人员编号")
                                                                  : service_say(call, "employer", "单位编号"));
    service_put_count(call->request, call->reply, "id", id);
    service_put_text(call->request, call->reply, "on", service_day_text(call->request, (int32_t)view.day));
    if (known_ms != REGISTRY_NOW)
        service_put_text(call->request, call->reply, "known", record_instant_text(call->request, known_ms));
    return record_rows(&view, &record, service_put_list(call->request, call->reply, "facts"));
}

