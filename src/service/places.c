#include "service/places.h"

#include <stdlib.h>

#include "calendar/calendar.h"
#include "codec/codec.h"
#include "service/dockets.h"
#include "service/ledger.h"
#include "service/month.h"

#define LEAST_WHOLE 100000000000 /* of twelve digits */

typedef struct {
    int64_t region;
    text name;
} place;
struct places {
    place *items;
    size_t count, capacity;
};

int64_t places_whole(int64_t region)
{
    enum { BELOW = 1000 };
    while (region > 0 && region < LEAST_WHOLE) region *= BELOW;
    return region;
}

static place *find(const places *all, int64_t region)
{
    for (size_t i = 0; i < all->count; i++)
        if (all->items[i].region == region) return &all->items[i];
    return NULL;
}

/* What is said later goes first. */
static void say(arena *a, places *all, int64_t region, text name)
{
    place *known = find(all, region);
    if (known) known->name = name;
    else ARENA_PUSH(a, all->items, all->count, all->capacity, ((place){ region, name }));
}

static err read_areas(county *office, places *all)
{
    const dockets_type *type;
    dockets_row *rows;
    size_t count;
    err known = dockets_find(office->call, TEXT("area"), &type);
    if (known.kind == &DOCKETS_UNKNOWN) return ERR_NONE; /* these packs declare none */
    TRY(known);
    size_t at = dockets_column_of(type, TEXT("place")), name = dockets_column_of(type, TEXT("name"));
    if (at == SIZE_MAX || name == SIZE_MAX) return ERR_NONE;
    TRY(dockets_rows(office, type, &rows, &count));
    for (size_t i = 0; i < count; i++) {
        int64_t region;
        if (codec_parse_scaled(rows[i].cells[at], 0, &region) && region > 0 && rows[i].cells[name].size_bytes)
            say(office->memory, all, places_whole(region), rows[i].cells[name]);
    }
    return ERR_NONE;
}

err places_open(county *office, int32_t month, places **made)
{
    gauge *book;
    gauge_figure *figures;
    size_t count;
    places *all = *made = ARENA_NEW(office->memory, places);
    *all = (places){ 0 };
    TRY(read_areas(office, all));
    TRY(county_gauge(office, &book));
    TRY(gauge_figures(office->memory, book, TEXT("place.name"), month, &figures, &count)); /* their months rise */
    for (size_t i = 0; i < count; i++) say(office->memory, all, places_whole(figures[i].region), figures[i].value);
    return ERR_NONE;
}

text places_name(const places *all, int64_t region)
{
    const place *known = find(all, places_whole(region));
    return known ? known->name : TEXT_NONE;
}

/* ---- doudi place list ---- */

static const service_field LIST_INPUT[] = { SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD };
static const service_field LIST_ROW[] = {
    { .name = "place", .type = SERVICE_TEXT, .summary = "digits", .summary_zh = "区划代码" },
    { .name = "name", .type = SERVICE_TEXT, .summary = "name", .summary_zh = "名称" },
};
static const service_field LIST_OUTPUT[] = {
    { .name = "places", .type = SERVICE_OBJECT, .is_list = true, .summary = "townships and villages that have a name here", .summary_zh = "已有名称的乡镇、村",
      .fields = LIST_ROW, .field_count = ARRAY_COUNT(LIST_ROW) },
};

static int by_region(const void *a, const void *b)
{
    const place *x = a, *y = b;
    return (x->region > y->region) - (x->region < y->region);
}

/* Without the noughts behind them: nine digits of a township, as people write it. */
static text digits(arena *a, int64_t region)
{
    enum { BELOW = 1000, COUNTY_MOST = 1000000 };
    while (region >= COUNTY_MOST && region % BELOW == 0) region /= BELOW;
    return text_format(a, "%lld", (long long)region);
}

static err list_run(service_call *call)
{
    county *office;
    places *all;
    scope_span span;
    arena *a = call->request;
    TRY(county_open(call, COUNTY_READ, &office));
    TRY(scope_of(office, &span));
    TRY(places_open(office, calendar_month_of_day(call->office->settings.today_day), &all));
    if (all->count) qsort(all->items, all->count, sizeof *all->items, by_region);
    scope_say(call, span);
    service_value *list = service_put_list(a, call->reply, "places");
    for (size_t i = 0; i < all->count; i++) {
        if (!scope_has_place(span, all->items[i].region)) continue;
        service_value *v = service_put_object(a, list, NULL);
        service_put_text(a, v, "place", digits(a, all->items[i].region));
        service_put_text(a, v, "name", text_copy(a, all->items[i].name));
    }
    return ERR_NONE;
}

static void list_print(const service_call *call, text_builder *out)
{
    const service_value *list = service_member(call->reply, "places");
    for (const service_value *v = list->first; v; v = v->next)
        text_add_format(out, "%.*s  %.*s\n", TEXT_ARG(service_member(v, "place")->word), TEXT_ARG(service_member(v, "name")->word));
    if (!list->first)
        text_add_cstr(out, service_say(call, "No place has a name yet: doudi docket enter area, or the figure place.name of doudi indicator enter.\n",
                                       "还没有登记乡镇、村的名称：用 doudi docket enter area 登记，或用 doudi indicator enter 登记 place.name。\n"));
}

static const char *const LIST_EXAMPLES[] = { "doudi place list", NULL };
const service_op PLACES_LIST_OP = {
    .name = "place.list",
    .summary = "What townships and villages are called here",
    .summary_zh = "本地乡镇、村的名称",
    .kind = SERVICE_READ,
    .permission = "desk.read",
    .scope = SERVICE_SCOPE_LIST,
    .input = LIST_INPUT,
    .input_count = ARRAY_COUNT(LIST_INPUT),
    .output = LIST_OUTPUT,
    .output_count = ARRAY_COUNT(LIST_OUTPUT),
    .examples = LIST_EXAMPLES,
    .run = list_run,
    .print = list_print,
};
