/* doudi indicator assess: the assessment of townships - points by the packs' rule, part by part, the townships by rank. */
#include "service/decide_internal.h"
#include "service/document.h"
#include "service/indicator_told.h"
#include "service/operations.h"

static const err_kind INDICATOR_NO_ASSESSMENT = {
    "indicator.no_assessment", ERR_NOT_FOUND,
    "The packs of this region assess no townships: none of their indicators is {} (docs/indicators.md says how it is declared).",
    "本地区的政策包没有规定乡镇考核：没有指标 {}（声明办法见 docs/indicators.md）。"
};

/* Of the table of indicators: points of a part, of all, and the grade that they make. */
#define PARTS TEXT("assess.")
#define TOTAL TEXT("assess.total")
#define GRADE TEXT("assess.grade")

static const service_field ASSESS_INPUT[] = { INDICATOR_MONTH_FIELD, INDICATOR_REGION_FIELD, DOCUMENT_OUT_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD };
static const service_field POINTS[] = {
    { .name = "code", .type = SERVICE_TEXT, .summary = "digits", .summary_zh = "区划代码" },
    { .name = "place", .type = SERVICE_TEXT, .summary = "place", .summary_zh = "地区" },
    { .name = "part", .type = SERVICE_TEXT, .summary = "part", .summary_zh = "项目" },
    { .name = "key", .type = SERVICE_TEXT, .summary = "name", .summary_zh = "名称" },
    { .name = "points", .type = SERVICE_TEXT, .summary = "points", .summary_zh = "得分" },
};
static const service_field GRADES[] = {
    { .name = "code", .type = SERVICE_TEXT, .summary = "digits", .summary_zh = "区划代码" },
    { .name = "place", .type = SERVICE_TEXT, .summary = "place", .summary_zh = "地区" },
    { .name = "grade", .type = SERVICE_TEXT, .summary = "grade", .summary_zh = "等次" },
};
static const service_field ASSESS_OUTPUT[] = {
    { .name = "month", .type = SERVICE_TEXT, .summary = "at the end of", .summary_zh = "截至" },
    { .name = "title", .type = SERVICE_TEXT, .summary = "assessment", .summary_zh = "考核" },
    { .name = "key", .type = SERVICE_TEXT, .summary = "name", .summary_zh = "名称" },
    { .name = "goal", .type = SERVICE_TEXT, .summary = "wanted", .summary_zh = "目标" },
    { .name = "places", .type = SERVICE_OBJECT, .is_list = true, .summary = "townships", .summary_zh = "名次", .fields = INDICATOR_RANK,
      .field_count = INDICATOR_RANK_COUNT },
    { .name = "points", .type = SERVICE_OBJECT, .is_list = true, .summary = "points by part", .summary_zh = "各项得分", .fields = POINTS,
      .field_count = ARRAY_COUNT(POINTS) },
    { .name = "grades", .type = SERVICE_OBJECT, .is_list = true, .summary = "grades, where the region has them", .summary_zh = "等次（地方定的）", .fields = GRADES,
      .field_count = ARRAY_COUNT(GRADES) },
    DOCUMENT_OUTPUT,
};

static bool is_part(const indicator_one *one)
{
    text key = text_of(one->plan->plan->answers[one->answer].key);
    return text_begins(key, PARTS) && !text_equal(key, TOTAL) && !text_equal(key, GRADE);
}

static const indicator_one *one_of(const indicator_told *t, text key)
{
    for (size_t i = 0; i < t->one_count; i++)
        if (text_equal(text_of(t->ones[i].plan->plan->answers[t->ones[i].answer].key), key)) return &t->ones[i];
    return NULL;
}

/* What a part came to in a place, or why it is not known. */
static err points_of(indicator_told *t, const indicator_one *part, int64_t place, text *points)
{
    indicator_path path;
    TRY(indicator_path_of(t, part, place, &path));
    return indicator_told_text(t, part, path.count ? &path.items[path.count - 1] : NULL, points);
}

static err put_points(indicator_told *t, int64_t place, service_value *list)
{
    arena *a = t->m.call->request;
    for (size_t i = 0; i < t->one_count; i++) {
        text points;
        if (!is_part(&t->ones[i])) continue;
        TRY(points_of(t, &t->ones[i], place, &points));
        service_value *v = service_put_object(a, list, NULL);
        service_put_text(a, v, "code", indicator_place_text(a, place));
        service_put_text(a, v, "place", text_copy(a, indicator_name_of(t->names, place)));
        service_put_text(a, v, "part", indicator_title(t->m.call, &t->ones[i]));
        service_put_cstr(a, v, "key", t->ones[i].said->symbol->name);
        service_put_text(a, v, "points", points);
    }
    return ERR_NONE;
}

/* In words; where it is not known, why. */
static err grade_of(indicator_told *t, int64_t place, text *grade)
{
    static const char *const WORDS[][2] = { { "first", "一等" }, { "second", "二等" }, { "third", "三等" }, { "none", "未入等" } };
    const indicator_one *one = one_of(t, GRADE);
    *grade = TEXT("-");
    if (!one) return ERR_NONE;
    TRY(points_of(t, one, place, grade));
    bool is_known = grade->size_bytes == 1 && grade->bytes[0] >= '1' && grade->bytes[0] < '1' + (int)ARRAY_COUNT(WORDS);
    if (is_known) *grade = text_of(service_say(t->m.call, WORDS[grade->bytes[0] - '1'][0], WORDS[grade->bytes[0] - '1'][1]));
    return ERR_NONE;
}

static err put_grade(indicator_told *t, int64_t place, service_value *list)
{
    arena *a = t->m.call->request;
    text grade;
    if (!one_of(t, GRADE)) return ERR_NONE;
    TRY(grade_of(t, place, &grade));
    service_value *v = service_put_object(a, list, NULL);
    service_put_text(a, v, "code", indicator_place_text(a, place));
    service_put_text(a, v, "place", text_copy(a, indicator_name_of(t->names, place)));
    service_put_text(a, v, "grade", grade);
    return ERR_NONE;
}

/* A row a township: rank, name, points of each part, the sum, the grade, and how it stands. */
static err write(indicator_told *t, const indicator_one *total, const indicator_ranked *rows, size_t count)
{
    service_call *call = t->m.call;
    arena *a = call->request;
    document d;
    size_t parts = 0, at = 0;
    for (size_t i = 0; i < t->one_count; i++) parts += is_part(&t->ones[i]);
    size_t width = parts + 5;
    text *cells = ARENA_ARRAY(a, text, (count + 1) * width);
    bool *is_number = ARENA_ARRAY(a, bool, width);
    for (size_t c = 0; c < width; c++) is_number[c] = c > 1 && c + 2 < width;
    cells[at++] = text_of(service_say(call, "rank", "名次"));
    cells[at++] = text_of(service_say(call, "township", "乡镇"));
    for (size_t i = 0; i < t->one_count; i++)
        if (is_part(&t->ones[i])) cells[at++] = indicator_title(call, &t->ones[i]);
    cells[at++] = indicator_title(call, total);
    cells[at++] = text_of(service_say(call, "grade", "等次"));
    cells[at++] = text_of(service_say(call, "stands", "结果"));
    const service_value *ranked = service_member(call->reply, "places")->first;
    for (size_t r = 0; r < count; r++, ranked = ranked->next) {
        cells[at++] = service_member(ranked, "rank")->word;
        cells[at++] = service_member(ranked, "place")->word;
        for (size_t i = 0; i < t->one_count; i++)
            if (is_part(&t->ones[i])) TRY(points_of(t, &t->ones[i], rows[r].place, &cells[at++]));
        cells[at++] = service_member(ranked, "value")->word;
        TRY(grade_of(t, rows[r].place, &cells[at++]));
        cells[at++] = service_member(ranked, rows[r].goal.is_alarm ? "alarm" : "state")->word;
    }
    paper_node *body = document_begin(call, &d, text_format(a, service_say(call, "Assessment of townships, %.*s", "乡镇考核  截至 %.*s"),
                                                            TEXT_ARG(service_member(call->reply, "month")->word)));
    TRY(document_office(t->m.office, &d));
    document_say(call, body, text_format(a, service_say(call, "%.*s; wanted: %.*s", "%.*s；目标：%.*s"), TEXT_ARG(indicator_title(call, total)),
                                         TEXT_ARG(service_member(call->reply, "goal")->word)));
    document_table(call, body, cells, count + 1, width, is_number, NULL);
    return document_write(call, &d);
}

static err indicator_assess_run(service_call *call)
{
    indicator_told t;
    int64_t within;
    indicator_ranked *rows;
    size_t count;
    arena *a = call->request;
    TRY(indicator_told_open(call, &t));
    TRY(indicator_place_asked(&t.m, &within));
    const indicator_one *total = one_of(&t, TOTAL);
    if (!total) return err_of(&INDICATOR_NO_ASSESSMENT, TOTAL.bytes);
    TRY(indicator_rank_of(&t, total, INDICATOR_TOWN, within, &rows, &count));
    service_put_text(a, call->reply, "month", service_month_text(a, t.m.month));
    service_put_text(a, call->reply, "title", indicator_title(call, total));
    service_put_cstr(a, call->reply, "key", total->said->symbol->name);
    service_put_text(a, call->reply, "goal", indicator_goal_text(&t, total, count ? &rows[0].goal : NULL));
    service_value *places = service_put_list(a, call->reply, "places"), *points = service_put_list(a, call->reply, "points"),
                  *grades = service_put_list(a, call->reply, "grades");
    for (size_t i = 0; i < count; i++) {
        indicator_put_ranked(&t, total, &rows[i], places);
        TRY(put_points(&t, rows[i].place, points));
        TRY(put_grade(&t, rows[i].place, grades));
    }
    return service_is_given(call, "out") ? write(&t, total, rows, count) : ERR_NONE;
}

static void indicator_assess_print(const service_call *call, text_builder *out)
{
    const service_value *r = call->reply;
    text_add_format(out, service_say(call, "%.*s, at the end of %.*s; wanted: %.*s\n", "%.*s，截至 %.*s 月末；目标：%.*s\n"), TEXT_ARG(service_member(r, "title")->word),
                    TEXT_ARG(service_member(r, "month")->word), TEXT_ARG(service_member(r, "goal")->word));
    month_print_list(call, "places", INDICATOR_RANK, INDICATOR_RANK_COUNT, INDICATOR_RANK_COUNT, out);
    month_print_list(call, "points", POINTS, ARRAY_COUNT(POINTS), ARRAY_COUNT(POINTS), out);
    month_print_list(call, "grades", GRADES, ARRAY_COUNT(GRADES), ARRAY_COUNT(GRADES), out);
}

static const char *const ASSESS_EXAMPLES[] = { "doudi indicator assess", "doudi indicator assess --month 2026-12 --out 考核.pdf", NULL };
const service_op INDICATOR_ASSESS_OP = {
    .name = "indicator.assess",
    .summary = "The assessment of townships: points by the packs' rule, part by part, and by rank",
    .summary_zh = "乡镇考核：按政策包的计分办法，各项得分、合计和名次",
    .law = "龙政办发〔2022〕67号",
    .kind = SERVICE_READ,
    .permission = "desk.read",
    .scope = SERVICE_SCOPE_LIST,
    .input = ASSESS_INPUT,
    .input_count = ARRAY_COUNT(ASSESS_INPUT),
    .output = ASSESS_OUTPUT,
    .output_count = ARRAY_COUNT(ASSESS_OUTPUT),
    .examples = ASSESS_EXAMPLES,
    .run = indicator_assess_run,
    .print = indicator_assess_print,
};
