/* doudi indicator list, rank: what indicators came to, and how far each place is from its goals. */
#include <stdlib.h>

#include "service/decide_internal.h"
#include "service/document.h"
#include "service/indicator.h"
#include "service/indicator_told.h"
#include "service/operations.h"

/* ---- list ---- */

static const service_field LIST_INPUT[] = {
    INDICATOR_MONTH_FIELD, INDICATOR_REGION_FIELD, DOCUMENT_OUT_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field LIST_OUTPUT[] = {
    { .name = "month", .type = SERVICE_TEXT, .summary = "month", .summary_zh = "月份" },
    { .name = "place", .type = SERVICE_TEXT, .summary = "place", .summary_zh = "地区" },
    { .name = "code", .type = SERVICE_TEXT, .summary = "digits", .summary_zh = "区划代码" },
    { .name = "indicators", .type = SERVICE_OBJECT, .is_list = true, .summary = "indicators", .summary_zh = "指标",
      .fields = INDICATOR_ROW, .field_count = INDICATOR_ROW_COUNT },
    DOCUMENT_OUTPUT,
};

static err indicator_list_run(service_call *call)
{
    indicator_told t;
    int64_t place;
    arena *a = call->request;
    TRY(indicator_told_open(call, &t));
    TRY(indicator_place_asked(&t.m, &place));
    service_put_text(a, call->reply, "month", service_month_text(a, t.m.month));
    service_put_text(a, call->reply, "place", text_copy(a, indicator_name_of(t.names, place)));
    service_put_text(a, call->reply, "code", indicator_place_text(a, place));
    service_value *list = service_put_list(a, call->reply, "indicators");
    for (size_t i = 0; i < t.one_count; i++) {
        indicator_path path;
        TRY(indicator_path_of(&t, &t.ones[i], place, &path));
        TRY(indicator_put_row(&t, &t.ones[i], &path, list));
    }
    if (!service_is_given(call, "out")) return ERR_NONE;
    document d;
    paper_node *body = document_begin(call, &d, text_format(a, service_say(call, "Indicators, %.*s, %.*s", "指标  %.*s  %.*s"),
                                                            TEXT_ARG(service_member(call->reply, "place")->word),
                                                            TEXT_ARG(service_member(call->reply, "month")->word)));
    TRY(document_office(t.m.office, &d));
    indicator_table(call, body, list, INDICATOR_ROW, INDICATOR_ROW_COUNT, INDICATOR_ROW_WORDS);
    return document_write(call, &d);
}

static void indicator_list_print(const service_call *call, text_builder *out)
{
    const service_value *r = call->reply;
    text_add_format(out, service_say(call, "%.*s (%.*s), at the end of %.*s\n", "%.*s（%.*s），截至 %.*s 月末\n"),
                    TEXT_ARG(service_member(r, "place")->word), TEXT_ARG(service_member(r, "code")->word),
                    TEXT_ARG(service_member(r, "month")->word));
    month_print_list(call, "indicators", INDICATOR_ROW, INDICATOR_ROW_COUNT, INDICATOR_ROW_COUNT, out);
}

static const char *const LIST_EXAMPLES[] = { "doudi indicator list", "doudi indicator list --place 590121001 --out 指标.pdf", NULL };
const service_op INDICATOR_LIST_OP = {
    .name = "indicator.list",
    .summary = "What every indicator came to in a place, its goal, the gap, and where the path leads",
    .summary_zh = "一个地方各项指标的值、目标、差距和按进度的预测",
    .law = "社会保险法 第七十条",
    .kind = SERVICE_READ,
    .permission = "desk.read",
    .scope = SERVICE_SCOPE_LIST,
    .input = LIST_INPUT,
    .input_count = ARRAY_COUNT(LIST_INPUT),
    .output = LIST_OUTPUT,
    .output_count = ARRAY_COUNT(LIST_OUTPUT),
    .examples = LIST_EXAMPLES,
    .run = indicator_list_run,
    .print = indicator_list_print,
};

/* ---- rank ---- */

static const char *const LEVELS[] = { "town", "village", NULL };
static const service_field RANK_INPUT[] = {
    { .name = "indicator", .type = SERVICE_NAME, .is_positional = true, .is_required = true, .shows = "INDICATOR",
      .summary = "of the list", .summary_zh = "指标名" },
    INDICATOR_MONTH_FIELD,
    { .name = "level", .type = SERVICE_NAME, .shows = "town|village", .choices = LEVELS,
      .summary = "townships (default) or villages", .summary_zh = "town 乡镇（默认）、village 村" },
    INDICATOR_REGION_FIELD, DOCUMENT_OUT_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field RANK_OUTPUT[] = {
    { .name = "indicator", .type = SERVICE_TEXT, .summary = "indicator", .summary_zh = "指标" },
    { .name = "month", .type = SERVICE_TEXT, .summary = "month", .summary_zh = "月份" },
    { .name = "goal", .type = SERVICE_TEXT, .summary = "goal", .summary_zh = "目标" },
    { .name = "reached", .type = SERVICE_COUNT, .summary = "places that reached it", .summary_zh = "已达标地区" },
    { .name = "places", .type = SERVICE_OBJECT, .is_list = true, .summary = "places", .summary_zh = "排名",
      .fields = INDICATOR_RANK, .field_count = INDICATOR_RANK_COUNT },
    DOCUMENT_OUTPUT,
};

static err indicator_rank_run(service_call *call)
{
    indicator_told t;
    const indicator_one *one;
    int64_t within;
    indicator_ranked *rows;
    size_t count;
    document d;
    arena *a = call->request;
    TRY(indicator_told_open(call, &t));
    TRY(indicator_find(&t.m, t.ones, t.one_count, service_text_of(call, "indicator", TEXT_NONE), &one));
    TRY(indicator_place_asked(&t.m, &within));
    bool is_village = text_equal_cstr(service_text_of(call, "level", TEXT("town")), "village");
    TRY(indicator_rank_of(&t, one, is_village ? INDICATOR_VILLAGE : INDICATOR_TOWN, within, &rows, &count));
    service_put_text(a, call->reply, "indicator", indicator_title(call, one));
    service_put_text(a, call->reply, "month", service_month_text(a, t.m.month));
    service_put_text(a, call->reply, "goal", indicator_goal_text(&t, one, count ? &rows[0].goal : NULL));
    int64_t reached = 0;
    for (size_t i = 0; i < count; i++) reached += rows[i].goal.state == INDICATOR_REACHED;
    service_put_count(a, call->reply, "reached", reached);
    service_value *list = service_put_list(a, call->reply, "places");
    for (size_t i = 0; i < count; i++) indicator_put_ranked(&t, one, &rows[i], list);
    if (!service_is_given(call, "out")) return ERR_NONE;
    paper_node *body = document_begin(call, &d, text_format(a, "%.*s  %.*s", TEXT_ARG(indicator_title(call, one)),
                                                            TEXT_ARG(service_month_text(a, t.m.month))));
    TRY(document_office(t.m.office, &d));
    indicator_table(call, body, list, INDICATOR_RANK, INDICATOR_RANK_COUNT, INDICATOR_RANK_WORDS);
    return document_write(call, &d);
}

static void indicator_rank_print(const service_call *call, text_builder *out)
{
    const service_value *r = call->reply;
    text_add_format(out, service_say(call, "%.*s, at the end of %.*s; goal: %.*s; reached by %lld\n", "%.*s，截至 %.*s 月末；目标：%.*s；已达标 %lld 个\n"),
                    TEXT_ARG(service_member(r, "indicator")->word), TEXT_ARG(service_member(r, "month")->word),
                    TEXT_ARG(service_member(r, "goal")->word), (long long)service_member(r, "reached")->count);
    month_print_list(call, "places", INDICATOR_RANK, INDICATOR_RANK_COUNT, INDICATOR_RANK_COUNT, out);
}

static const char *const RANK_EXAMPLES[] = { "doudi indicator rank 示例县养老参保率",
                                             "doudi indicator rank 示例县养老参保率 --level village --place 590121001", NULL };
const service_op INDICATOR_RANK_OP = {
    .name = "indicator.rank",
    .summary = "Townships, or the villages of one, by an indicator: the best first, with change and gap",
    .summary_zh = "各乡镇或一个乡镇各村按指标排名，附变化和差距",
    .law = "社会保险法 第七十条",
    .kind = SERVICE_READ,
    .permission = "desk.read",
    .scope = SERVICE_SCOPE_LIST,
    .input = RANK_INPUT,
    .input_count = ARRAY_COUNT(RANK_INPUT),
    .output = RANK_OUTPUT,
    .output_count = ARRAY_COUNT(RANK_OUTPUT),
    .examples = RANK_EXAMPLES,
    .run = indicator_rank_run,
    .print = indicator_rank_print,
};
