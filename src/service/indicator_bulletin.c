/* doudi indicator bulletin: the month's notice - every indicator against its goal, townships by rank, who is behind. */
#include "service/document.h"
#include "service/indicator_told.h"
#include "service/operations.h"

static const service_field BULLETIN_INPUT[] = { INDICATOR_MONTH_FIELD, DOCUMENT_OUT_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD };
static const service_field RANKING[] = {
    { .name = "indicator", .type = SERVICE_TEXT, .summary = "indicator", .summary_zh = "指标" },
    { .name = "goal", .type = SERVICE_TEXT, .summary = "goal", .summary_zh = "目标" },
    { .name = "places", .type = SERVICE_OBJECT, .is_list = true, .summary = "places", .summary_zh = "排名", .fields = INDICATOR_RANK,
      .field_count = INDICATOR_RANK_COUNT },
};
static const service_field BEHIND[] = {
    { .name = "place", .type = SERVICE_TEXT, .summary = "place", .summary_zh = "地区" },
    { .name = "indicators", .type = SERVICE_TEXT, .summary = "behind in", .summary_zh = "滞后的指标" },
    { .name = "count", .type = SERVICE_COUNT, .summary = "how many", .summary_zh = "项数" },
};
static const service_field BULLETIN_OUTPUT[] = {
    { .name = "month", .type = SERVICE_TEXT, .summary = "month", .summary_zh = "月份" },
    { .name = "indicators", .type = SERVICE_OBJECT, .is_list = true, .summary = "the whole county", .summary_zh = "全县",
      .fields = INDICATOR_ROW, .field_count = INDICATOR_ROW_COUNT },
    { .name = "rankings", .type = SERVICE_OBJECT, .is_list = true, .summary = "townships", .summary_zh = "乡镇排名", .fields = RANKING,
      .field_count = ARRAY_COUNT(RANKING) },
    { .name = "behind", .type = SERVICE_OBJECT, .is_list = true, .summary = "who is behind", .summary_zh = "滞后的乡镇", .fields = BEHIND,
      .field_count = ARRAY_COUNT(BEHIND) },
    DOCUMENT_OUTPUT,
};

/* ---- figures ---- */

typedef struct {
    int64_t place, count;
    text_builder says;
} lagging;

typedef struct {
    indicator_told t;
    lagging *behind;
    size_t behind_count, behind_capacity;
} bulletin;

static void add_behind(bulletin *b, const indicator_one *one, int64_t place)
{
    service_call *call = b->t.m.call;
    size_t at = 0;
    while (at < b->behind_count && b->behind[at].place != place) at++;
    if (at == b->behind_count) {
        lagging new = { .place = place, .says = text_builder_open(call->request) };
        ARENA_PUSH(b->t.m.memory, b->behind, b->behind_count, b->behind_capacity, new);
    }
    if (b->behind[at].count++) text_add_cstr(&b->behind[at].says, service_say(call, ", ", "、"));
    text_add(&b->behind[at].says, indicator_title(call, one));
}

static err put_ranking(bulletin *b, const indicator_one *one, service_value *list)
{
    indicator_ranked *rows;
    size_t count;
    arena *a = b->t.m.call->request;
    TRY(indicator_rank_of(&b->t, one, INDICATOR_TOWN, indicator_own_place(&b->t.m), &rows, &count));
    if (!count) return ERR_NONE; /* of the county alone */
    service_value *v = service_put_object(a, list, NULL);
    service_put_text(a, v, "indicator", indicator_title(b->t.m.call, one));
    service_put_text(a, v, "goal", indicator_goal_text(&b->t, one, &rows[0].goal));
    service_value *places = service_put_list(a, v, "places");
    for (size_t i = 0; i < count; i++) {
        indicator_put_ranked(&b->t, one, &rows[i], places);
        if (rows[i].goal.state == INDICATOR_BEHIND) add_behind(b, one, rows[i].place);
    }
    return ERR_NONE;
}

static err put_county(bulletin *b, service_value *list)
{
    for (size_t i = 0; i < b->t.one_count; i++) {
        indicator_path path;
        TRY(indicator_path_of(&b->t, &b->t.ones[i], indicator_own_place(&b->t.m), &path));
        TRY(indicator_put_row(&b->t, &b->t.ones[i], &path, list));
    }
    return ERR_NONE;
}

/* ---- as pages ---- */

static err write(bulletin *b)
{
    document d;
    service_call *call = b->t.m.call;
    arena *a = call->request;
    const service_value *r = call->reply;
    paper_node *body = document_begin(call, &d, text_format(a, service_say(call, "Notice of %.*s", "%.*s 月度通报"),
                                                            TEXT_ARG(service_member(r, "month")->word)));
    TRY(document_office(b->t.m.office, &d));
    paper_heading(a, body, 2, TEXT_NONE, text_of(service_say(call, "The whole county", "全县")));
    indicator_table(call, body, service_member(r, "indicators"), INDICATOR_ROW, INDICATOR_ROW_COUNT, INDICATOR_ROW_WORDS);
    for (const service_value *v = service_member(r, "rankings")->first; v; v = v->next) {
        paper_heading(a, body, 2, TEXT_NONE, text_format(a, service_say(call, "%.*s, goal %.*s", "%.*s，目标 %.*s"),
                                                         TEXT_ARG(service_member(v, "indicator")->word), TEXT_ARG(service_member(v, "goal")->word)));
        indicator_table(call, body, service_member(v, "places"), INDICATOR_RANK, INDICATOR_RANK_COUNT, INDICATOR_RANK_WORDS);
    }
    paper_heading(a, body, 2, TEXT_NONE, text_of(service_say(call, "Who is behind", "滞后的乡镇")));
    if (!b->behind_count) document_say(call, body, text_of(service_say(call, "Nobody.", "没有。")));
    for (size_t i = 0; i < b->behind_count; i++)
        document_say(call, body, text_format(a, service_say(call, "%.*s: %.*s", "%.*s：%.*s"), TEXT_ARG(indicator_name_of(b->t.names, b->behind[i].place)),
                                             TEXT_ARG(text_built(&b->behind[i].says))));
    return document_write(call, &d);
}

static err indicator_bulletin_run(service_call *call)
{
    bulletin b = { 0 };
    arena *a = call->request;
    TRY(indicator_told_open(call, &b.t));
    service_put_text(a, call->reply, "month", service_month_text(a, b.t.m.month));
    TRY(put_county(&b, service_put_list(a, call->reply, "indicators")));
    service_value *rankings = service_put_list(a, call->reply, "rankings");
    for (size_t i = 0; i < b.t.one_count; i++) TRY(put_ranking(&b, &b.t.ones[i], rankings));
    service_value *list = service_put_list(a, call->reply, "behind");
    for (size_t i = 0; i < b.behind_count; i++) {
        service_value *v = service_put_object(a, list, NULL);
        service_put_text(a, v, "place", text_copy(a, indicator_name_of(b.t.names, b.behind[i].place)));
        service_put_text(a, v, "indicators", text_built(&b.behind[i].says));
        service_put_count(a, v, "count", b.behind[i].count);
    }
    return service_is_given(call, "out") ? write(&b) : ERR_NONE;
}

static void indicator_bulletin_print(const service_call *call, text_builder *out)
{
    const service_value *r = call->reply;
    month_print_list(call, "indicators", INDICATOR_ROW, INDICATOR_ROW_COUNT, INDICATOR_ROW_COUNT, out);
    text_add_format(out, "%s\n", service_say(call, "townships behind:", "滞后的乡镇："));
    for (const service_value *v = service_member(r, "behind")->first; v; v = v->next)
        text_add_format(out, "%.*s (%lld): %.*s\n", TEXT_ARG(service_member(v, "place")->word), (long long)service_member(v, "count")->count,
                        TEXT_ARG(service_member(v, "indicators")->word));
}

static const char *const BULLETIN_EXAMPLES[] = { "doudi indicator bulletin --out 通报.pdf", NULL };
const service_op INDICATOR_BULLETIN_OP = {
    .name = "indicator.bulletin",
    .summary = "The month's notice: indicators against their goals, townships by rank, who is behind",
    .summary_zh = "月度通报：各指标与目标、乡镇排名、滞后的乡镇",
    .law = "社会保险法 第七十条",
    .kind = SERVICE_READ,
    .permission = "desk.read",
    .input = BULLETIN_INPUT,
    .input_count = ARRAY_COUNT(BULLETIN_INPUT),
    .output = BULLETIN_OUTPUT,
    .output_count = ARRAY_COUNT(BULLETIN_OUTPUT),
    .examples = BULLETIN_EXAMPLES,
    .run = indicator_bulletin_run,
    .print = indicator_bulletin_print,
};
