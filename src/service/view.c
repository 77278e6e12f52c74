/* Views of lists that a user keeps: filters under a name, theirs alone, at whichever desk they sit. */
#include "service/county.h"
#include "service/operations.h"

#define PLACE_WORDS .summary = "of which list: the page and its tab, alert.alerts", .summary_zh = "哪个列表：栏目和页签，如 alert.alerts"
#define PLACE_FIELD                                                                              \
    { .name = "place", .type = SERVICE_TEXT, .shows = "LIST", .is_positional = true, .is_required = true, PLACE_WORDS }
#define NAME_FIELD                                                                               \
    { .name = "name", .type = SERVICE_TEXT, .shows = "NAME", .is_positional = true, .is_required = true, \
      .summary = "what the view is called", .summary_zh = "视图名称" }
static const service_field KEEP_INPUT[] = {
    PLACE_FIELD, NAME_FIELD,
    { .name = "filter", .type = SERVICE_FACT, .is_list = true, .shows = "FILTER=VALUE",
      .summary = "a filter of the list as it is set; yes for one that is on or off", .summary_zh = "列表的一个筛选条件；开关类的写 yes" },
    SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD,
};
static const service_field DROP_INPUT[] = { PLACE_FIELD, NAME_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD };
static const service_field LIST_INPUT[] = {
    { .name = "place", .type = SERVICE_TEXT, .shows = "LIST", PLACE_WORDS }, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD,
};
static const service_field LIST_VIEW[] = {
    { .name = "place", .type = SERVICE_TEXT, .summary = "list", .summary_zh = "列表" },
    { .name = "name", .type = SERVICE_TEXT, .summary = "name", .summary_zh = "名称" },
    { .name = "filters", .type = SERVICE_TEXT, .is_list = true, .summary = "filters", .summary_zh = "筛选条件" },
};
static const service_field LIST_OUTPUT[] = {
    { .name = "views", .type = SERVICE_OBJECT, .is_list = true, .fields = LIST_VIEW, .field_count = ARRAY_COUNT(LIST_VIEW),
      .summary = "views", .summary_zh = "视图" },
};

static err open_views(service_call *call, county_need need, county **office, staff_session **session)
{
    TRY(county_open(call, need, office));
    return county_login(*office, session);
}

/* What is kept of the list afterwards, so that a page need not ask again. */
static err answer(service_call *call, staff_session *session, text place)
{
    arena *a = call->request;
    staff_view *views;
    size_t count;
    TRY(staff_views(a, session, place, &views, &count));
    service_value *list = service_put_list(a, call->reply, "views");
    for (size_t i = 0; i < count; i++) {
        service_value *v = service_put_object(a, list, NULL);
        service_put_text(a, v, "place", views[i].place);
        service_put_text(a, v, "name", views[i].name);
        service_value *filters = service_put_list(a, v, "filters");
        for (size_t k = 0; k < views[i].filter_count; k++) service_put_text(a, filters, NULL, views[i].filters[k]);
    }
    return ERR_NONE;
}

static void print_views(const service_call *call, text_builder *out)
{
    for (const service_value *v = service_member(call->reply, "views")->first; v; v = v->next) {
        text_add_format(out, "%.*s  %.*s ", TEXT_ARG(service_member(v, "place")->word), TEXT_ARG(service_member(v, "name")->word));
        for (const service_value *f = service_member(v, "filters")->first; f; f = f->next) text_add_format(out, " %.*s", TEXT_ARG(f->word));
        text_add_char(out, '\n');
    }
    if (!service_member(call->reply, "views")->first) text_add_cstr(out, service_say(call, "no view is kept\n", "没有保存的视图\n"));
}

static err list_run(service_call *call)
{
    county *office;
    staff_session *session;
    TRY(open_views(call, COUNTY_READ, &office, &session));
    return answer(call, session, service_text_of(call, "place", TEXT_NONE));
}

static err keep_run(service_call *call)
{
    county *office;
    staff_session *session;
    const service_argument *filter = service_argument_of(call, "filter");
    staff_view view = { .place = service_text_of(call, "place", TEXT_NONE), .name = service_text_of(call, "name", TEXT_NONE) };
    size_t capacity = 0;
    for (size_t i = 0; filter && i < filter->count; i++)
        ARENA_PUSH(call->request, view.filters, view.filter_count, capacity, filter->values[i]);
    TRY(open_views(call, COUNTY_WRITE, &office, &session));
    TRY(county_begin(office));
    TRY(staff_view_keep(session, &view));
    TRY(store_commit(office->db));
    return answer(call, session, view.place);
}

static err drop_run(service_call *call)
{
    county *office;
    staff_session *session;
    text place = service_text_of(call, "place", TEXT_NONE);
    TRY(open_views(call, COUNTY_WRITE, &office, &session));
    TRY(county_begin(office));
    TRY(staff_view_drop(session, place, service_text_of(call, "name", TEXT_NONE)));
    TRY(store_commit(office->db));
    return answer(call, session, place);
}

#define VIEW_OP(NAME, KIND, EN, ZH, FIELDS, EXAMPLE, RUN)                                        \
    { .name = NAME, .summary = EN, .summary_zh = ZH, .kind = KIND, .permission = "user.self", .scope = SERVICE_SCOPE_FREE, \
      .input = FIELDS, .input_count = ARRAY_COUNT(FIELDS), .output = LIST_OUTPUT, .output_count = ARRAY_COUNT(LIST_OUTPUT), \
      .examples = (const char *const[]){ EXAMPLE, NULL }, .run = RUN, .print = print_views }
const service_op VIEW_KEEP_OP = VIEW_OP("view.keep", SERVICE_WRITE, "Keep the filters of a list under a name, for yourself",
                                        "把列表的筛选条件存为本人的视图", KEEP_INPUT,
                                        "doudi view keep alert.alerts 急办 --filter state=open --as clara", keep_run);
const service_op VIEW_LIST_OP = VIEW_OP("view.list", SERVICE_READ, "List the views you keep", "列出本人保存的视图", LIST_INPUT,
                                        "doudi view list --as clara", list_run);
const service_op VIEW_DROP_OP = VIEW_OP("view.drop", SERVICE_WRITE, "Drop a view you keep", "删除本人的一个视图", DROP_INPUT,
                                        "doudi view drop alert.alerts 急办 --as clara", drop_run);
