/* doudi indicator show, people: why a value is what it is, its path, and whom it is made of. */
#include "calendar/calendar.h"
#include "explain/explain.h"
#include "service/decide_internal.h"
#include "service/files.h"
#include "service/indicator_told.h"
#include "service/operations.h"

enum { LINES_ALL = 100000, PEOPLE_SHOWN = 20 };

/* ---- show ---- */

static const service_field SHOW_INPUT[] = {
    { .name = "indicator", .type = SERVICE_NAME, .is_positional = true, .is_required = true, .shows = "INDICATOR",
      .summary = "of the list", .summary_zh = "指标名" },
    INDICATOR_MONTH_FIELD, INDICATOR_REGION_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field SHOW_PATH[] = {
    { .name = "month", .type = SERVICE_TEXT, .summary = "month", .summary_zh = "月份" },
    { .name = "value", .type = SERVICE_TEXT, .summary = "value", .summary_zh = "值" },
};
static const service_field SHOW_OUTPUT[] = {
    { .name = "indicator", .type = SERVICE_TEXT, .summary = "indicator", .summary_zh = "指标" },
    { .name = "law", .type = SERVICE_TEXT, .summary = "law", .summary_zh = "依据" },
    { .name = "place", .type = SERVICE_TEXT, .summary = "place", .summary_zh = "地区" },
    { .name = "month", .type = SERVICE_TEXT, .summary = "month", .summary_zh = "月份" },
    { .name = "value", .type = SERVICE_TEXT, .summary = "value", .summary_zh = "值" },
    { .name = "path", .type = SERVICE_OBJECT, .is_list = true, .summary = "path", .summary_zh = "历月",
      .fields = SHOW_PATH, .field_count = ARRAY_COUNT(SHOW_PATH) },
    { .name = "explanation", .type = SERVICE_ANY, .summary = "why", .summary_zh = "理由" },
};

static err explain_told(indicator_told *t, const indicator_one *one, const gauge_value *now)
{
    service_call *call = t->m.call;
    arena *a = call->request;
    text record;
    decide_replay replay;
    const decide_law *law;
    explain_answer answer;
    explain_options options = { .is_chinese = call->is_chinese, .lines_max = LINES_ALL };
    TRY(gauge_record(a, t->book, now->indicator, now->region, now->month, &record));
    TRY(decide_law_open(call, &law));
    TRY(decide_record_replay(a, law, record, call->is_chinese, &replay));
    TRY(indicator_law_of(&t->m, replay.digest, &law));
    TRY(decide_record_explain(a, law, record, one->plan->plan->answers[one->answer].key, options, &answer));
    text *shown = ARENA_NEW(a, text);
    *shown = explain_text(a, &answer, options);
    call->answer = shown;
    service_put_json(a, call->reply, "explanation", explain_json(a, &answer, options));
    return ERR_NONE;
}

static err indicator_show_run(service_call *call)
{
    indicator_told t;
    const indicator_one *one;
    int64_t place;
    indicator_path path;
    text said;
    arena *a = call->request;
    TRY(indicator_told_open(call, &t));
    TRY(indicator_find(&t.m, t.ones, t.one_count, service_text_of(call, "indicator", TEXT_NONE), &one));
    TRY(indicator_place_asked(&t.m, &place));
    TRY(indicator_path_of(&t, one, place, &path));
    if (!path.count) return err_of(&GAUGE_NO_VALUE, text_cstr(a, text_format(a, "%s, %.*s", one->said->symbol->name, TEXT_ARG(indicator_name_of(t.names, place)))));
    const gauge_value *now = &path.items[path.count - 1];
    TRY(indicator_told_text(&t, one, now, &said));
    service_put_text(a, call->reply, "indicator", indicator_title(call, one));
    service_put_cstr(a, call->reply, "law", one->said->symbol->law ? one->said->symbol->law : "-");
    service_put_text(a, call->reply, "place", text_copy(a, indicator_name_of(t.names, place)));
    service_put_text(a, call->reply, "month", service_month_text(a, t.m.month));
    service_put_text(a, call->reply, "value", said);
    service_value *list = service_put_list(a, call->reply, "path");
    for (size_t i = 0; i < path.count; i++) {
        service_value *v = service_put_object(a, list, NULL);
        service_put_text(a, v, "month", service_month_text(a, path.items[i].month));
        service_put_text(a, v, "value", path.items[i].is_known ? indicator_value_text(a, one, path.items[i].value) : TEXT("-"));
    }
    return explain_told(&t, one, now);
}

static void indicator_show_print(const service_call *call, text_builder *out)
{
    const service_value *r = call->reply;
    text_add_format(out, "%.*s  %.*s  %.*s = %.*s\n%.*s\n", TEXT_ARG(service_member(r, "place")->word),
                    TEXT_ARG(service_member(r, "month")->word), TEXT_ARG(service_member(r, "indicator")->word),
                    TEXT_ARG(service_member(r, "value")->word), TEXT_ARG(service_member(r, "law")->word));
    month_print_list(call, "path", SHOW_PATH, ARRAY_COUNT(SHOW_PATH), ARRAY_COUNT(SHOW_PATH), out);
    text_add(out, *(const text *)call->answer);
}

static const char *const SHOW_EXAMPLES[] = { "doudi indicator show 示例县养老参保率 --place 590121001", NULL };
const service_op INDICATOR_SHOW_OP = {
    .name = "indicator.show",
    .summary = "Why an indicator is what it is in a place, with the articles, and its path by month",
    .summary_zh = "一项指标在一个地方为什么是这个数，附依据和历月变化",
    .law = "社会保险法 第七十条",
    .kind = SERVICE_READ,
    .permission = "desk.read",
    .scope = SERVICE_SCOPE_LIST,
    .input = SHOW_INPUT,
    .input_count = ARRAY_COUNT(SHOW_INPUT),
    .output = SHOW_OUTPUT,
    .output_count = ARRAY_COUNT(SHOW_OUTPUT),
    .examples = SHOW_EXAMPLES,
    .run = indicator_show_run,
    .print = indicator_show_print,
};

/* ---- people ---- */

const err_kind INDICATOR_NO_FIGURE = {
    "indicator.no_figure", ERR_NOT_FOUND,
    "No figure {} is counted from people; out rows of count. purposes in packs/adapters/office-indicator.csv name those that are.",
    "没有逐人计的数 {}；见 packs/adapters/office-indicator.csv 中 count. 用途的 out 行。"
};

static const service_field PEOPLE_INPUT[] = {
    { .name = "figure", .type = SERVICE_NAME, .is_positional = true, .is_required = true, .shows = "FIGURE",
      .summary = "who is of this figure: pension.legal ...", .summary_zh = "属于这个数的人：pension.legal 等" },
    { .name = "without", .type = SERVICE_NAME, .shows = "FIGURE", .summary = "and not of this one: pension.insured ...",
      .summary_zh = "但不属于这个数：pension.insured 等" },
    MONTH_FIELD, INDICATOR_REGION_FIELD,
    { .name = "out", .type = SERVICE_FILE_OUT, .shows = "FILE.csv", .summary = "write all of them here", .summary_zh = "全部写入此文件" },
    SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field PEOPLE_ROW[] = {
    { .name = "person", .type = SERVICE_COUNT, .summary = "person", .summary_zh = "人员编号" },
    { .name = "place", .type = SERVICE_TEXT, .summary = "place", .summary_zh = "地区" },
};
static const service_field PEOPLE_OUTPUT[] = {
    { .name = "found", .type = SERVICE_COUNT, .summary = "people", .summary_zh = "人数" },
    { .name = "unknown", .type = SERVICE_COUNT, .summary = "of whom it cannot be told", .summary_zh = "无法判断的人数" },
    { .name = "people", .type = SERVICE_OBJECT, .is_list = true, .summary = "the first of them", .summary_zh = "前 20 人",
      .fields = PEOPLE_ROW, .field_count = ARRAY_COUNT(PEOPLE_ROW) },
};

typedef struct {
    month_call m;
    month_deciding d;
    size_t of, without; /* answers; SIZE_MAX: not asked */
    int64_t from, until, found, unknown;
    text_builder csv;
    service_value *list;
} seeking;

static err take(void *context, uint32_t bucket, const roster_block *block)
{
    seeking *s = context;
    arena *a = s->m.call->request;
    const decide_results *r = s->d.results;
    (void)bucket;
    for (size_t lane = 0; lane < block->people.count; lane++) {
        int64_t place = block->region ? block->region[lane] : 0;
        if (s->until && (place < s->from || place >= s->until)) continue;
        bool is_known = column_is_valid(&r->answers[s->of], lane) &&
                        (s->without == SIZE_MAX || column_is_valid(&r->answers[s->without], lane));
        s->unknown += !is_known;
        if (!is_known || !r->answers[s->of].value[lane]) continue;
        if (s->without != SIZE_MAX && r->answers[s->without].value[lane]) continue;
        if (s->found++ < PEOPLE_SHOWN) {
            service_value *v = service_put_object(a, s->list, NULL);
            service_put_count(a, v, "person", block->subject_id[lane]);
            service_put_text(a, v, "place", indicator_place_text(a, place));
        }
        text_add_format(&s->csv, "%lld,%lld\n", (long long)block->subject_id[lane], (long long)place);
    }
    return ERR_NONE;
}

/* The counting purpose that has the figure, opened. */
static err open_purpose(seeking *s, text figure)
{
    const decide_law *law;
    size_t count;
    TRY(decide_law_open(s->m.call, &law));
    const char *const *all = decide_purposes(law, &count);
    for (size_t i = 0; i < count; i++) {
        if (!text_begins(text_of(all[i]), TEXT("count."))) continue;
        TRY(month_deciding_open(&s->m, text_of(all[i]), calendar_last_day_of_month(s->m.month), &s->d));
        s->of = decide_answer_index(s->d.plan, text_cstr(s->m.memory, figure));
        if (s->of != SIZE_MAX) return ERR_NONE;
        month_deciding_close(&s->d);
    }
    return err_of(&INDICATOR_NO_FIGURE, text_cstr(s->m.call->request, figure));
}

static void set_place(seeking *s, int64_t place)
{
    enum { VILLAGES = 1000 };
    if (indicator_level_of(&s->m, place) == INDICATOR_COUNTY) return;
    s->from = place;
    s->until = place + (place % VILLAGES ? 1 : VILLAGES);
}

static err seek(seeking *s)
{
    text without = service_text_of(s->m.call, "without", TEXT_NONE);
    month_hands hands = { .take = take, .context = s };
    s->without = SIZE_MAX;
    if (without.size_bytes) s->without = decide_answer_index(s->d.plan, text_cstr(s->m.memory, without));
    if (without.size_bytes && s->without == SIZE_MAX)
        return err_of(&INDICATOR_NO_FIGURE, text_cstr(s->m.call->request, without));
    text_add_cstr(&s->csv, "person,place\n");
    return month_decide_everybody(&s->m, &s->d, &hands);
}

static err indicator_people_run(service_call *call)
{
    seeking s = { 0 };
    int64_t place;
    arena *a = call->request;
    s.list = service_list(a);
    s.csv = text_builder_open(a);
    TRY(month_begin(call, COUNTY_READ, &s.m));
    TRY(indicator_place_asked(&s.m, &place));
    set_place(&s, place);
    TRY(open_purpose(&s, service_text_of(call, "figure", TEXT_NONE)));
    err e = seek(&s);
    month_deciding_close(&s.d);
    TRY(e);
    service_put_count(a, call->reply, "found", s.found);
    service_put_count(a, call->reply, "unknown", s.unknown);
    service_put(a, call->reply, "people", s.list);
    return service_is_given(call, "out") ? service_write_file(a, service_text_of(call, "out", TEXT_NONE), text_built(&s.csv)) : ERR_NONE;
}

static const char *const PEOPLE_EXAMPLES[] = {
    "doudi indicator people pension.legal --without pension.insured --month 2026-11 --place 590121001 --out missed.csv", NULL };
const service_op INDICATOR_PEOPLE_OP = {
    .name = "indicator.people",
    .summary = "Whom a figure is made of, by number: who should be insured and is not",
    .summary_zh = "一个数由哪些人组成（按编号）：应参保而未参保的是谁",
    .law = "社会保险法 第十条、第二十条",
    .kind = SERVICE_READ,
    .permission = "desk.read",
    .scope = SERVICE_SCOPE_LIST,
    .input = PEOPLE_INPUT,
    .input_count = ARRAY_COUNT(PEOPLE_INPUT),
    .output = PEOPLE_OUTPUT,
    .output_count = ARRAY_COUNT(PEOPLE_OUTPUT),
    .examples = PEOPLE_EXAMPLES,
    .run = indicator_people_run,
};
