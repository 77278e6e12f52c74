#include "service/indicator_told.h"

#include <stdlib.h>

#include "calendar/calendar.h"
#include "service/decide_internal.h"
#include "service/document.h"
#include "service/ledger.h"

err indicator_told_open(service_call *call, indicator_told *t)
{
    *t = (indicator_told){ 0 };
    TRY(month_begin(call, COUNTY_READ, &t->m));
    TRY(county_gauge(t->m.office, &t->book));
    bool is_asked = service_is_given(call, "month");
    int32_t last;
    TRY(gauge_last_month(t->book, is_asked ? t->m.month : INT32_MAX, &last));
    if (last == INT32_MIN || (is_asked && last != t->m.month)) {
        text month = is_asked ? service_month_text(call->request, t->m.month) : text_of(service_say(call, "any month", "任何月份"));
        return err_of(&INDICATOR_NO_MONTH, text_cstr(call->request, month));
    }
    t->m.month = last;
    TRY(indicator_plans_open(&t->m, &t->plans));
    TRY(indicator_all(&t->m, &t->plans, &t->ones, &t->one_count));
    return indicator_names_open(&t->m, &t->names);
}

err indicator_law_of(month_call *m, text digest, const decide_law **law)
{
    text bytes;
    err e = decide_law_open(m->call, law);
    if (!e.kind && text_equal(decide_pack_digest(*law), digest)) return ERR_NONE;
    TRY(charter_law(m->memory, m->charter, digest, &bytes));
    return decide_law_of(m->memory, bytes, law);
}

/* ---- a place ---- */

enum { MONTHS_A_YEAR = 12 };

err indicator_path_of(indicator_told *t, const indicator_one *one, int64_t place, indicator_path *path)
{
    gauge_asked asked = { .indicator = text_of(one->name), .region = place, .from_month = t->m.month - MONTHS_A_YEAR,
                          .until_month = t->m.month };
    TRY(gauge_values(t->m.memory, t->book, &asked, &path->items, &path->count));
    if (path->count && path->items[path->count - 1].month != t->m.month) path->count = 0;
    return ERR_NONE;
}

const gauge_value *indicator_before(const indicator_path *path)
{
    return path->count > 1 ? &path->items[path->count - 2] : NULL;
}

static text value_text(const indicator_told *t, const indicator_one *one, const gauge_value *v)
{
    return v && v->is_known ? indicator_value_text(t->m.call->request, one, v->value) : TEXT("-");
}

/* Why a value is not known, by the packs that tried to compute it. */
err indicator_told_text(indicator_told *t, const indicator_one *one, const gauge_value *v, text *said)
{
    text record;
    decide_replay replay;
    const decide_law *law;
    arena *a = t->m.call->request;
    *said = value_text(t, one, v);
    if (!v || v->is_known) return ERR_NONE;
    TRY(gauge_record(a, t->book, v->indicator, v->region, v->month, &record));
    TRY(decide_law_open(t->m.call, &law));
    TRY(decide_record_replay(a, law, record, t->m.call->is_chinese, &replay));
    const char *key = one->plan->plan->answers[one->answer].key;
    for (size_t i = 0; i < replay.answer_count; i++)
        if (text_equal_cstr(text_of(replay.keys[i]), key)) *said = replay.reasons[i];
    return ERR_NONE;
}

text indicator_goal_text(const indicator_told *t, const indicator_one *one, const indicator_goal *goal)
{
    arena *a = t->m.call->request;
    if (!goal || !goal->has_goal) return TEXT("-");
    text shown = indicator_value_text(a, one, goal->goal);
    if (goal->goal_day == INT32_MIN) return shown;
    return text_format(a, "%.*s (%.*s)", TEXT_ARG(shown), TEXT_ARG(service_day_text(a, goal->goal_day)));
}

const service_field INDICATOR_ROW[INDICATOR_ROW_COUNT] = {
    { .name = "indicator", .type = SERVICE_TEXT, .summary = "indicator", .summary_zh = "指标" },
    { .name = "key", .type = SERVICE_TEXT, .summary = "name", .summary_zh = "名称" },
    { .name = "value", .type = SERVICE_TEXT, .summary = "value", .summary_zh = "值" },
    { .name = "before", .type = SERVICE_TEXT, .summary = "before", .summary_zh = "上次" },
    { .name = "change", .type = SERVICE_TEXT, .summary = "change", .summary_zh = "变化" },
    { .name = "goal", .type = SERVICE_TEXT, .summary = "goal", .summary_zh = "目标" },
    { .name = "gap", .type = SERVICE_TEXT, .summary = "gap", .summary_zh = "差距" },
    { .name = "forecast", .type = SERVICE_TEXT, .summary = "forecast", .summary_zh = "按进度预测" },
    { .name = "state", .type = SERVICE_STATE, .summary = "state", .summary_zh = "进度" },
    { .name = "alarm", .type = SERVICE_TEXT, .summary = "alarm", .summary_zh = "告警" },
};

static text change_text(const indicator_told *t, const indicator_one *one, const indicator_path *path)
{
    const gauge_value *before = indicator_before(path), *now = path->count ? &path->items[path->count - 1] : NULL;
    if (!before || !before->is_known || !now->is_known) return TEXT("-");
    return indicator_value_text(t->m.call->request, one, now->value - before->value);
}

static text alarm_text(const service_call *call, const indicator_goal *goal)
{
    return goal->is_alarm ? text_of(service_say(call, "alarm", "告警")) : TEXT("-");
}

err indicator_put_row(indicator_told *t, const indicator_one *one, const indicator_path *path, service_value *list)
{
    service_call *call = t->m.call;
    arena *a = call->request;
    text said;
    const gauge_value *now = path->count ? &path->items[path->count - 1] : NULL;
    indicator_goal goal = indicator_goal_of(one, path->items, path->count);
    TRY(indicator_told_text(t, one, now, &said));
    service_value *v = service_put_object(a, list, NULL);
    service_put_text(a, v, "indicator", indicator_title(call, one));
    service_put_cstr(a, v, "key", one->said->symbol->name);
    service_put_text(a, v, "value", said);
    service_put_text(a, v, "before", value_text(t, one, indicator_before(path)));
    service_put_text(a, v, "change", change_text(t, one, path));
    service_put_text(a, v, "goal", indicator_goal_text(t, one, &goal));
    service_put_text(a, v, "gap", goal.has_goal ? indicator_value_text(a, one, goal.gap) : TEXT("-"));
    service_put_text(a, v, "forecast", goal.has_forecast ? indicator_value_text(a, one, goal.forecast) : TEXT("-"));
    service_put_state(call, v, "state", indicator_state_code(goal.state), indicator_state_word(call, goal.state),
                      indicator_state_word(call, goal.state));
    service_put_text(a, v, "alarm", alarm_text(call, &goal));
    return ERR_NONE;
}

const service_field INDICATOR_RANK[INDICATOR_RANK_COUNT] = {
    { .name = "rank", .type = SERVICE_TEXT, .summary = "rank", .summary_zh = "名次" },
    { .name = "code", .type = SERVICE_TEXT, .summary = "digits", .summary_zh = "区划代码" },
    { .name = "place", .type = SERVICE_TEXT, .summary = "place", .summary_zh = "地区" },
    { .name = "value", .type = SERVICE_TEXT, .summary = "value", .summary_zh = "值" },
    { .name = "before", .type = SERVICE_TEXT, .summary = "before", .summary_zh = "上次" },
    { .name = "change", .type = SERVICE_TEXT, .summary = "change", .summary_zh = "变化" },
    { .name = "gap", .type = SERVICE_TEXT, .summary = "gap", .summary_zh = "差距" },
    { .name = "state", .type = SERVICE_STATE, .summary = "state", .summary_zh = "进度" },
    { .name = "alarm", .type = SERVICE_TEXT, .summary = "alarm", .summary_zh = "告警" },
};

/* ---- ranks ---- */

static int by_place(const void *a, const void *b)
{
    const gauge_value *left = a, *right = b;
    if (left->region != right->region) return left->region < right->region ? -1 : 1;
    return (left->month > right->month) - (left->month < right->month);
}

typedef struct {
    indicator_ranked row;
    int64_t value;
    bool is_known, less_is_better;
} candidate;

static int by_value(const void *a, const void *b)
{
    const candidate *left = a, *right = b;
    if (left->is_known != right->is_known) return left->is_known ? -1 : 1;
    bool is_less = left->value < right->value;
    if (left->is_known && left->value != right->value) return is_less == left->less_is_better ? -1 : 1;
    return (left->row.place > right->row.place) - (left->row.place < right->row.place);
}

static bool is_within(const indicator_told *t, int64_t place, indicator_level level, int64_t within)
{
    enum { VILLAGES = 1000 };
    if (indicator_level_of(&t->m, place) != level) return false;
    return indicator_level_of(&t->m, within) == INDICATOR_COUNTY || place / VILLAGES == within / VILLAGES;
}

err indicator_rank_of(indicator_told *t, const indicator_one *one, indicator_level level, int64_t within,
                      indicator_ranked **rows, size_t *count)
{
    arena *a = t->m.memory;
    gauge_value *all;
    size_t all_count, capacity = 0;
    candidate *found = NULL;
    gauge_asked asked = { .indicator = text_of(one->name), .region = GAUGE_ANY_REGION,
                          .from_month = t->m.month - MONTHS_A_YEAR, .until_month = t->m.month };
    *count = 0;
    TRY(gauge_values(a, t->book, &asked, &all, &all_count));
    if (all_count) qsort(all, all_count, sizeof *all, by_place);
    for (size_t i = 0, end; i < all_count; i = end) {
        for (end = i; end < all_count && all[end].region == all[i].region;) end++;
        const gauge_value *now = &all[end - 1];
        if (now->month != t->m.month || !is_within(t, now->region, level, within)) continue;
        candidate c = { .value = now->value, .is_known = now->is_known,
                        .less_is_better = one->said->has_above && !one->said->has_below };
        c.row = (indicator_ranked){ .place = now->region, .path = { &all[i], end - i },
                                    .goal = indicator_goal_of(one, &all[i], end - i) };
        ARENA_PUSH(a, found, *count, capacity, c);
    }
    if (*count) qsort(found, *count, sizeof *found, by_value);
    *rows = ARENA_ARRAY(a, indicator_ranked, *count + 1);
    for (size_t i = 0; i < *count; i++) {
        bool is_equal = i && found[i].is_known && found[i - 1].value == found[i].value;
        (*rows)[i] = found[i].row;
        (*rows)[i].rank = !found[i].is_known ? 0 : is_equal ? (*rows)[i - 1].rank : (int32_t)i + 1;
    }
    return ERR_NONE;
}

void indicator_put_ranked(indicator_told *t, const indicator_one *one, const indicator_ranked *row, service_value *list)
{
    service_call *call = t->m.call;
    arena *a = call->request;
    service_value *v = service_put_object(a, list, NULL);
    service_put_text(a, v, "rank", row->rank ? text_format(a, "%d", row->rank) : TEXT("-"));
    service_put_text(a, v, "code", indicator_place_text(a, row->place));
    service_put_text(a, v, "place", text_copy(a, indicator_name_of(t->names, row->place)));
    service_put_text(a, v, "value", value_text(t, one, &row->path.items[row->path.count - 1]));
    service_put_text(a, v, "before", value_text(t, one, indicator_before(&row->path)));
    service_put_text(a, v, "change", change_text(t, one, &row->path));
    service_put_text(a, v, "gap", row->goal.has_goal ? indicator_value_text(a, one, row->goal.gap) : TEXT("-"));
    service_put_state(call, v, "state", indicator_state_code(row->goal.state), indicator_state_word(call, row->goal.state),
                      indicator_state_word(call, row->goal.state));
    service_put_text(a, v, "alarm", alarm_text(call, &row->goal));
}

void indicator_table(service_call *call, paper_node *into, const service_value *list, const service_field *fields,
                     size_t count, size_t word_count)
{
    arena *a = call->request;
    size_t rows = list->child_count + 1;
    text *cells = ARENA_ARRAY(a, text, rows * count), *at = cells;
    bool *is_number = ARENA_ARRAY(a, bool, count);
    for (size_t c = 0; c < count; c++) {
        is_number[c] = c >= word_count;
        *at++ = text_of(service_say(call, fields[c].summary, fields[c].summary_zh));
    }
    for (const service_value *v = list->first; v; v = v->next)
        for (size_t c = 0; c < count; c++) *at++ = service_member(v, fields[c].name)->word;
    document_table(call, into, cells, rows, count, is_number, NULL);
}
