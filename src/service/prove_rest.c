#include "service/prove_rest.h"

#include "calendar/calendar.h"

enum { SHOWN_MAX = 10 };

const service_field REST_CLASH_FIELDS[REST_CLASH_FIELD_COUNT] = {
    { .name = "name", .type = SERVICE_TEXT },   { .name = "pack", .type = SERVICE_TEXT },
    { .name = "region", .type = SERVICE_TEXT }, { .name = "file", .type = SERVICE_TEXT },
    { .name = "line", .type = SERVICE_COUNT },  { .name = "condition", .type = SERVICE_TEXT },
    { .name = "other", .type = SERVICE_TEXT },  { .name = "other_line", .type = SERVICE_COUNT },
};
const service_field REST_GAP_FIELDS[REST_GAP_FIELD_COUNT] = {
    { .name = "name", .type = SERVICE_TEXT },   { .name = "pack", .type = SERVICE_TEXT },
    { .name = "region", .type = SERVICE_TEXT }, { .name = "file", .type = SERVICE_TEXT },
    { .name = "line", .type = SERVICE_COUNT },  { .name = "from", .type = SERVICE_DATE },
    { .name = "until", .type = SERVICE_DATE }, /* inclusive, as the law writes it */
};

static service_value *put_head(arena *a, service_value *list, const char *name, const char *pack,
                               const char *region, source_pos at)
{
    service_value *v = service_put_object(a, list, NULL);
    service_put_cstr(a, v, "name", name);
    service_put_cstr(a, v, "pack", pack);
    service_put_cstr(a, v, "region", region);
    service_put_cstr(a, v, "file", at.file ? at.file : "");
    service_put_count(a, v, "line", at.line);
    return v;
}

static void put_day(arena *a, service_value *into, const char *name, int32_t day)
{
    char out[CALENDAR_PRINT_BYTES];
    calendar_print_day(day, out);
    service_put_cstr(a, into, name, out);
}

void rest_put(service_call *call, const policy_book *book, text only_pack)
{
    arena *a = call->request;
    size_t count;
    const policy_clash *clashes = policy_clashes(a, book, only_pack, &count);
    service_value *list = service_put_list(a, call->reply, "clashes");
    for (size_t i = 0; i < count; i++) {
        const policy_clash *c = &clashes[i];
        service_value *v = put_head(a, list, c->name, c->pack, c->region, c->at);
        service_put_cstr(a, v, "condition", c->condition ? c->condition : "");
        service_put_cstr(a, v, "other", c->other ? c->other : "");
        service_put_count(a, v, "other_line", c->other_at.line);
    }
    const policy_gap *gaps = policy_gaps(a, book, only_pack, &count);
    list = service_put_list(a, call->reply, "gaps");
    for (size_t i = 0; i < count; i++) {
        const policy_gap *g = &gaps[i];
        service_value *v = put_head(a, list, g->name, g->pack, g->region, g->at);
        put_day(a, v, "from", g->from_day);
        put_day(a, v, "until", g->until_day);
    }
}

static text word(const service_value *v, const char *name)
{
    return service_member(v, name)->word;
}

static void print_clash(const service_call *call, const service_value *v, text_builder *out)
{
    text_add_format(out,
                    service_say(call, "open %.*s:%lld: %.*s: “%.*s” may meet “%.*s” of line %lld\n",
                                "待看 %.*s:%lld：%.*s：“%.*s”可能与“%.*s”（第 %lld 行）同时成立\n"),
                    TEXT_ARG(word(v, "file")), (long long)service_member(v, "line")->count,
                    TEXT_ARG(word(v, "name")), TEXT_ARG(word(v, "condition")),
                    TEXT_ARG(word(v, "other")), (long long)service_member(v, "other_line")->count);
}

static void print_gap(const service_call *call, const service_value *v, text_builder *out)
{
    text_add_format(out,
                    service_say(call,
                                "gap  %.*s:%lld: %.*s says nothing from %.*s to %.*s in %.*s\n",
                                "空档 %.*s:%lld：%.*s自 %.*s 至 %.*s 在%.*s没有规定\n"),
                    TEXT_ARG(word(v, "file")), (long long)service_member(v, "line")->count,
                    TEXT_ARG(word(v, "name")), TEXT_ARG(word(v, "from")),
                    TEXT_ARG(word(v, "until")), TEXT_ARG(word(v, "region")));
}

static void print_list(const service_call *call, const char *name, bool is_all,
                       void (*print)(const service_call *, const service_value *, text_builder *),
                       text_builder *out)
{
    const service_value *list = service_member(call->reply, name);
    size_t shown = 0;
    for (const service_value *v = list->first; v; v = v->next, shown++) {
        if (shown == SHOWN_MAX && !is_all) {
            text_add_format(out,
                            service_say(call, "     … %zu more (--verbose)\n",
                                        "     …… 另 %zu 处（--verbose）\n"),
                            list->child_count - shown);
            return;
        }
        print(call, v, out);
    }
}

void rest_print(const service_call *call, bool is_all, text_builder *out)
{
    print_list(call, "clashes", is_all, print_clash, out);
    print_list(call, "gaps", is_all, print_gap, out);
}
