/* doudi indicator run, enter, figures: a month's figures of every place, computed and kept; what others hand in. */
#include "calendar/calendar.h"
#include "os/os.h"
#include "service/decide_internal.h"
#include "service/indicator.h"
#include "service/operations.h"
#include "service/record_rows.h"
#include "service/sheet.h"

/* ---- run ---- */

static const service_field RUN_INPUT[] = {
    { .name = "month", .type = SERVICE_TEXT, .shows = "YYYY-MM", .is_required = true,
      .summary = "as it stands at the end of this month", .summary_zh = "截至哪个月末" },
    SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field RUN_UNCOUNTED[] = {
    { .name = "figure", .type = SERVICE_TEXT, .summary = "figure", .summary_zh = "数" },
    { .name = "people", .type = SERVICE_COUNT, .summary = "of whom it cannot be told", .summary_zh = "无法判断的人数" },
};
static const service_field RUN_OUTPUT[] = {
    { .name = "month", .type = SERVICE_TEXT, .summary = "month", .summary_zh = "月份" },
    { .name = "places", .type = SERVICE_COUNT, .summary = "places", .summary_zh = "地区数" },
    { .name = "indicators", .type = SERVICE_COUNT, .summary = "indicators", .summary_zh = "指标数" },
    { .name = "values", .type = SERVICE_COUNT, .summary = "values", .summary_zh = "值" },
    { .name = "unknown", .type = SERVICE_COUNT, .summary = "of them not to be told", .summary_zh = "其中算不出的" },
    { .name = "raised", .type = SERVICE_COUNT, .summary = "alerts of places, new", .summary_zh = "新报地区预警" },
    { .name = "alarms", .type = SERVICE_COUNT, .summary = "alerts of places that stand", .summary_zh = "地区预警未结" },
    { .name = "ended", .type = SERVICE_COUNT, .summary = "alerts of places, ended", .summary_zh = "地区预警结束" },
    { .name = "changed", .type = SERVICE_FLAG, .summary = "anything was written", .summary_zh = "本次有变动" },
    { .name = "uncounted", .type = SERVICE_OBJECT, .is_list = true, .summary = "not counted in these figures",
      .summary_zh = "没有计入的人", .fields = RUN_UNCOUNTED, .field_count = ARRAY_COUNT(RUN_UNCOUNTED) },
    { .name = "law", .type = SERVICE_TEXT, .summary = "digest of packs and tables", .summary_zh = "政策包和适配表的摘要" },
    { .name = "seconds", .type = SERVICE_TEXT, .summary = "seconds", .summary_zh = "用时（秒）" },
};

static const char **facts_of(arena *a, const indicator_plans *plans, size_t *count)
{
    const char **facts = NULL;
    size_t capacity = 0;
    *count = 0;
    for (size_t p = 0; p < plans->count; p++)
        for (size_t f = 0; f < plans->items[p].plan->fact_count; f++)
            ARENA_PUSH(a, facts, *count, capacity, plans->items[p].plan->facts[f].name);
    return facts;
}

static void put_uncounted(service_call *call, const indicator_count *counted, const char *const *facts, size_t count)
{
    arena *a = call->request;
    service_value *list = service_put_list(a, call->reply, "uncounted");
    for (size_t i = 0; i < count; i++) {
        int64_t unknown;
        bool is_told = false;
        if (!indicator_count_has(counted, facts[i]) || text_find(text_of(facts[i]), TEXT("/")) != SIZE_MAX) continue;
        for (size_t j = 0; j < i; j++) is_told |= text_equal_cstr(text_of(facts[i]), facts[j]);
        (void)indicator_count_of(counted, facts[i], 0, &unknown);
        if (is_told || !unknown) continue;
        service_value *v = service_put_object(a, list, NULL);
        service_put_text(a, v, "figure", text_copy(a, text_of(facts[i])));
        service_put_count(a, v, "people", unknown);
    }
}

static err keep_law(month_call *m)
{
    const decide_law *law;
    charter_act act = { .actor_id = m->office->actor_id, .known_ms = m->office->now_ms, .why = text_of(m->call->op->name) };
    TRY(decide_law_open(m->call, &law));
    return charter_keep_law(m->charter, &act, decide_pack_digest(law), decide_law_bytes(law));
}

static err indicator_run_run(service_call *call)
{
    month_call m;
    indicator_plans plans;
    indicator_one *ones;
    indicator_count *counted;
    indicator_tally tally;
    indicator_alarms alarms;
    size_t fact_count, one_count;
    arena *a = call->request;
    int64_t begun_ns = os_monotonic_ns();
    TRY(month_begin(call, COUNTY_WRITE, &m));
    TRY(indicator_plans_open(&m, &plans));
    TRY(indicator_all(&m, &plans, &ones, &one_count));
    const char *const *facts = facts_of(m.memory, &plans, &fact_count);
    m.walks_aside = true;
    TRY(indicator_count_all(m.memory, &m, facts, fact_count, &counted));
    TRY(indicator_measure(&m, &plans, counted, &tally));
    TRY(indicator_alarm(&m, ones, one_count, &alarms));
    if (tally.changed || alarms.is_written) TRY(keep_law(&m)); /* values and alerts are explained by it */
    TRY(store_commit(m.office->db));
    service_put_text(a, call->reply, "month", service_month_text(a, m.month));
    service_put_count(a, call->reply, "places", tally.places);
    service_put_count(a, call->reply, "indicators", (int64_t)one_count);
    service_put_count(a, call->reply, "values", tally.values);
    service_put_count(a, call->reply, "unknown", tally.unknown);
    service_put_count(a, call->reply, "raised", alarms.raised);
    service_put_count(a, call->reply, "alarms", alarms.stands);
    service_put_count(a, call->reply, "ended", alarms.ended);
    service_put_bool(a, call->reply, "changed", tally.changed > 0 || alarms.is_written);
    put_uncounted(call, counted, facts, fact_count);
    return month_put_law(&m, begun_ns);
}

static const char *const RUN_EXAMPLES[] = { "doudi indicator run --month 2026-11 --as audrey", NULL };
const service_op INDICATOR_RUN_OP = {
    .name = "indicator.run",
    .summary = "Compute every indicator of the packs for the county, its townships and villages, and keep them",
    .summary_zh = "按政策包计算全县、各乡镇、各村的每一项指标，并留存",
    .law = "社会保险法 第七十条",
    .kind = SERVICE_WRITE,
    .permission = "indicator.run",
    .input = RUN_INPUT,
    .input_count = ARRAY_COUNT(RUN_INPUT),
    .output = RUN_OUTPUT,
    .output_count = ARRAY_COUNT(RUN_OUTPUT),
    .examples = RUN_EXAMPLES,
    .run = indicator_run_run,
};

/* ---- enter ---- */

const err_kind INDICATOR_BAD_FIGURE = {
    "indicator.bad_figure", ERR_BAD_INPUT,
    "This row cannot be taken: {}. A row reads figure,place,month,value,source; nothing was written.",
    "这一行无法采用：{}。每行为 figure,place,month,value,source（数、地区、月份、值、出处）；本次没有写入。"
};

static const service_field ENTER_INPUT[] = {
    { .name = "file", .type = SERVICE_FILE, .is_positional = true, .is_required = true, .shows = "FILE.csv|xlsx",
      .summary = "rows of figure,place,month,value,source", .summary_zh = "每行：figure,place,month,value,source（数、地区、月份、值、出处）" },
    SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field ENTER_OUTPUT[] = {
    { .name = "rows", .type = SERVICE_COUNT, .summary = "rows read", .summary_zh = "读入行数" },
    { .name = "written", .type = SERVICE_COUNT, .summary = "written", .summary_zh = "写入" },
    { .name = "same", .type = SERVICE_COUNT, .summary = "so already", .summary_zh = "无变化" },
};
enum { AT_FIGURE, AT_PLACE, AT_MONTH, AT_VALUE, AT_SOURCE, AT_COUNT };
static const char *const COLUMNS[AT_COUNT] = { "figure", "place", "month", "value", "source" };
static const char *const COLUMNS_ZH[AT_COUNT] = { "数", "地区", "月份", "值", "出处" };

typedef struct {
    month_call m;
    const decide_law *law;
    sheet *file;
    size_t column[AT_COUNT];
    gauge_figure *figures;
    size_t count, capacity;
} entering;

static err bad(const entering *e, const char *says, const char *says_zh, text detail)
{
    arena *a = e->m.call->request;
    text shown = text_format(a, service_say(e->m.call, "%s (%.*s)", "%s（%.*s）"), service_say(e->m.call, says, says_zh),
                             TEXT_ARG(detail));
    return err_at(&INDICATOR_BAD_FIGURE, sheet_position(e->file, 0), shown.bytes);
}

static err bind_columns(entering *e)
{
    size_t count;
    const text *names = sheet_columns(e->file, &count);
    for (int c = 0; c < AT_COUNT; c++) {
        e->column[c] = SIZE_MAX;
        for (size_t i = 0; i < count; i++)
            if (text_equal_cstr(names[i], COLUMNS[c]) || text_equal_cstr(names[i], COLUMNS_ZH[c])) e->column[c] = i;
        if (e->column[c] == SIZE_MAX) return bad(e, "a column is missing", "缺少列", text_of(COLUMNS[c]));
        TRY(sheet_once(e->file, e->column[c]));
    }
    return ERR_NONE;
}

/* A figure is a whole number, an amount or a share: digits with at most one point, and % of a rate. */
static bool is_number(text value)
{
    size_t digits = 0, points = 0;
    for (size_t i = 0; i < value.size_bytes; i++) {
        char c = value.bytes[i];
        bool is_end = i + 1 == value.size_bytes;
        if (c >= '0' && c <= '9') digits++;
        else if (c == '.') points++;
        else if (!(c == '-' && i == 0) && !(c == '%' && is_end)) return false;
    }
    return digits && points <= 1;
}

static err check_figure(entering *e, const gauge_figure *f)
{
    bool is_counted;
    const decide_known_fact *fact = decide_table_fact(e->law->table, f->figure);
    if (!fact) return bad(e, "no figure has this name; packs/adapters/office-facts.csv lists them", "没有这个数，见 packs/adapters/office-facts.csv", f->figure);
    TRY(indicator_count_knows(e->m.call, f->figure, &is_counted));
    if (is_counted || indicator_is_booked(f->figure) || indicator_is_surveyed(f->figure))
        return bad(e, "this is counted by the office itself", "该数由本系统计算，不能另报", f->figure);
    if (!f->value.size_bytes) return bad(e, "the value is empty", "值为空", f->figure);
    if (!text_equal_cstr(fact->type, "word") && !is_number(f->value)) return bad(e, "no number", "不是数", f->value);
    if (!f->source.size_bytes) return bad(e, "it does not say who publishes it", "没有写出处", f->figure);
    return ERR_NONE;
}

static err add_row(entering *e, const codec_csv_row *row)
{
    arena *a = e->m.memory;
    text cell[AT_COUNT];
    gauge_figure f = { 0 };
    TRY(sheet_fits(e->file, row));
    for (int c = 0; c < AT_COUNT; c++)
        cell[c] = e->column[c] < row->count ? text_copy(a, text_trim(row->field[e->column[c]])) : TEXT_NONE;
    f = (gauge_figure){ .figure = cell[AT_FIGURE], .value = cell[AT_VALUE], .source = cell[AT_SOURCE] };
    if (calendar_parse_month(cell[AT_MONTH], &f.month).kind) return bad(e, "no month as 2026-11", "月份应写作 2026-11", cell[AT_MONTH]);
    if (indicator_place_of(&e->m, cell[AT_PLACE], &f.region).kind) return bad(e, "no place", "不是区划代码", cell[AT_PLACE]);
    if (indicator_level_of(&e->m, f.region) == INDICATOR_ELSEWHERE)
        return bad(e, "a place of another county", "不属本县", cell[AT_PLACE]);
    TRY(check_figure(e, &f));
    for (size_t i = 0; i < e->count; i++)
        if (e->figures[i].region == f.region && e->figures[i].month == f.month && text_equal(e->figures[i].figure, f.figure))
            return bad(e, "it stands twice in the file", "文件中重复", f.figure);
    ARENA_PUSH(a, e->figures, e->count, e->capacity, f);
    return ERR_NONE;
}

static err read_rows(entering *e)
{
    for (;;) {
        bool has_row;
        codec_csv_row row;
        TRY(sheet_next(e->file, &row, &has_row));
        if (!has_row) return ERR_NONE;
        TRY(add_row(e, &row));
    }
}

static err indicator_enter_run(service_call *call)
{
    entering e = { 0 };
    gauge *book;
    size_t said;
    arena *a = call->request;
    TRY(month_begin(call, COUNTY_WRITE, &e.m));
    TRY(decide_law_open(call, &e.law));
    TRY(sheet_open(call, service_text_of(call, "file", TEXT_NONE), &e.file));
    err read = bind_columns(&e);
    if (!read.kind) read = read_rows(&e);
    sheet_close(e.file);
    TRY(read);
    gauge_act act = { .actor_id = e.m.office->actor_id, .known_ms = e.m.office->now_ms, .why = text_of(call->op->name) };
    TRY(county_gauge(e.m.office, &book));
    TRY(gauge_say(book, &act, e.figures, e.count, &said));
    TRY(store_commit(e.m.office->db));
    service_put_count(a, call->reply, "rows", (int64_t)e.count);
    service_put_count(a, call->reply, "written", (int64_t)said);
    service_put_count(a, call->reply, "same", (int64_t)(e.count - said));
    return ERR_NONE;
}

static const char *const ENTER_EXAMPLES[] = { "doudi indicator enter figures-2026-11.csv --as audrey", NULL };
const service_op INDICATOR_ENTER_OP = {
    .name = "indicator.enter",
    .summary = "Take in figures that others publish (population, budgets, cards), with their source",
    .summary_zh = "录入外部公布的数（人口、预算、持卡等），须注明出处",
    .kind = SERVICE_WRITE,
    .permission = "indicator.enter",
    .input = ENTER_INPUT,
    .input_count = ARRAY_COUNT(ENTER_INPUT),
    .output = ENTER_OUTPUT,
    .output_count = ARRAY_COUNT(ENTER_OUTPUT),
    .examples = ENTER_EXAMPLES,
    .run = indicator_enter_run,
};
