/* doudi survey list, progress: how far each round, township, village and surveyor is. */
#include <stdlib.h>

#include "calendar/calendar.h"
#include "service/alert.h"
#include "service/grid.h"
#include "service/indicator.h"
#include "service/ledger.h"
#include "service/month.h"
#include "service/operations.h"
#include "service/surveys_progress.h"

/* ---- counting ---- */

static bool is_surveyed(const surveys_cell *cell)
{
    const survey_question *q = cell->question;
    for (size_t i = 0; i < cell->count; i++)
        if (q->choice_count && text_equal(cell->words[i].value, q->choices[0].value)) return true;
    return false;
}

static bool is_met(const surveys_cell *cell)
{
    for (size_t i = 0; i < cell->count; i++)
        if (cell->words[i].value.size_bytes) return true;
    return false;
}

static int by_cell_household(const void *key, const void *item)
{
    int64_t id = *(const int64_t *)key, other = ((const surveys_cell *)item)->household_id;
    return (id > other) - (id < other);
}

err surveys_standings(surveys *s, surveys_standing **standings, size_t *count)
{
    survey_visit *visits;
    surveys_cell *cells;
    size_t visit_count, cell_count;
    TRY(survey_visits(s->office->memory, s->book, s->round.round_id, &visits, &visit_count));
    const survey_question *outcome = survey_question_for(&s->form, SURVEYS_OUTCOME);
    TRY(surveys_cells(s, 0, outcome ? outcome->name : SURVEYS_OUTCOME, &cells, &cell_count));
    *standings = ARENA_ARRAY(s->office->memory, surveys_standing, visit_count + 1);
    *count = 0;
    for (size_t i = 0; i < visit_count; i++) {
        if (!scope_has_place(s->span, visits[i].region)) continue;
        const surveys_cell *cell = cell_count ? bsearch(&visits[i].household_id, cells, cell_count, sizeof *cells, by_cell_household) : NULL;
        surveys_standing one = { .visit = visits[i] };
        if (cell) {
            one.is_met = is_met(cell);
            one.is_surveyed = is_surveyed(cell);
            for (size_t h = 0; h < cell->count; h++)
                if (!one.first_ms || cell->heads[h].known_ms < one.first_ms) one.first_ms = cell->heads[h].known_ms;
        }
        (*standings)[(*count)++] = one;
    }
    return ERR_NONE;
}

static text share_text(arena *a, int64_t part, int64_t whole)
{
    enum { THOUSAND = 1000, TEN = 10 };
    if (!whole) return TEXT("-");
    int64_t by_thousand = part * THOUSAND / whole;
    return text_format(a, "%lld.%lld%%", (long long)(by_thousand / TEN), (long long)(by_thousand % TEN));
}

/* ---- list ---- */

static const service_field LIST_INPUT[] = { SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD };
static const service_field LIST_ROW[] = {
    { .name = "round", .type = SERVICE_COUNT, .summary = "round", .summary_zh = "编号" },
    { .name = "name", .type = SERVICE_TEXT, .summary = "name", .summary_zh = "名称" },
    { .name = "from", .type = SERVICE_TEXT, .summary = "from", .summary_zh = "开始" },
    { .name = "until", .type = SERVICE_TEXT, .summary = "until", .summary_zh = "截止" },
    { .name = "assigned", .type = SERVICE_COUNT, .summary = "households", .summary_zh = "应入户" },
    { .name = "met", .type = SERVICE_COUNT, .summary = "visited", .summary_zh = "已入户" },
    { .name = "surveyed", .type = SERVICE_COUNT, .summary = "surveyed", .summary_zh = "已调查" },
    { .name = "share", .type = SERVICE_TEXT, .summary = "share surveyed", .summary_zh = "完成率" },
};
static const service_field LIST_OUTPUT[] = {
    { .name = "rounds", .type = SERVICE_OBJECT, .is_list = true, .summary = "rounds", .summary_zh = "轮次", .fields = LIST_ROW,
      .field_count = ARRAY_COUNT(LIST_ROW) },
};

static err list_rounds(surveys *s)
{
    survey_round *rounds;
    size_t count;
    arena *a = s->call->request;
    TRY(survey_rounds(s->office->memory, s->book, &rounds, &count));
    service_value *list = service_put_list(a, s->call->reply, "rounds");
    for (size_t i = count; i-- > 0;) {
        surveys_standing *all;
        size_t all_count;
        int64_t met = 0, surveyed = 0;
        s->round = rounds[i];
        TRY(survey_form_read(s->office->memory, s->round.form, &s->form));
        TRY(surveys_standings(s, &all, &all_count));
        for (size_t v = 0; v < all_count; v++) {
            met += all[v].is_met;
            surveyed += all[v].is_surveyed;
        }
        service_value *v = service_put_object(a, list, NULL);
        service_put_count(a, v, "round", rounds[i].round_id);
        service_put_text(a, v, "name", rounds[i].name);
        service_put_text(a, v, "from", service_day_text(a, rounds[i].from_day));
        service_put_text(a, v, "until", service_day_text(a, rounds[i].until_day));
        service_put_count(a, v, "assigned", (int64_t)all_count);
        service_put_count(a, v, "met", met);
        service_put_count(a, v, "surveyed", surveyed);
        service_put_text(a, v, "share", share_text(a, surveyed, (int64_t)all_count));
    }
    scope_say(s->call, s->span);
    return ERR_NONE;
}

static err survey_list_run(service_call *call)
{
    surveys s;
    err e = surveys_open(call, COUNTY_READ, TEXT(""), &s);
    if (!e.kind) e = list_rounds(&s);
    return surveys_close(&s, e);
}

static const char *const LIST_EXAMPLES[] = { "doudi survey list", NULL };
const service_op SURVEYS_LIST_OP = {
    .name = "survey.list",
    .summary = "Rounds of the household survey, the newest first, and how far each is",
    .summary_zh = "入户调查各轮次及进度",
    .kind = SERVICE_READ,
    .permission = "desk.read",
    .scope = SERVICE_SCOPE_LIST,
    .input = LIST_INPUT,
    .input_count = ARRAY_COUNT(LIST_INPUT),
    .output = LIST_OUTPUT,
    .output_count = ARRAY_COUNT(LIST_OUTPUT),
    .examples = LIST_EXAMPLES,
    .run = survey_list_run,
};

/* ---- progress ---- */

static const char *const BY_WORDS[] = { "town", "village", "surveyor", NULL };
static const service_field PROGRESS_INPUT[] = {
    SURVEYS_ROUND_FIELD,
    { .name = "by", .type = SERVICE_TEXT, .shows = "town|village|surveyor", .choices = BY_WORDS, .summary = "a row for each of these (default: town)",
      .summary_zh = "按乡镇、村或入户人员分列（默认乡镇）" },
    { .name = "out", .type = SERVICE_FILE_OUT, .shows = "FILE.csv|xlsx|html", .summary = "also write it here", .summary_zh = "另存为" },
    SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field PROGRESS_ROW[] = {
    { .name = "by", .type = SERVICE_TEXT, .summary = "of", .summary_zh = "分列" },
    { .name = "name", .type = SERVICE_TEXT, .summary = "name", .summary_zh = "名称" },
    { .name = "assigned", .type = SERVICE_COUNT, .summary = "households", .summary_zh = "应入户" },
    { .name = "met", .type = SERVICE_COUNT, .summary = "visited", .summary_zh = "已入户" },
    { .name = "surveyed", .type = SERVICE_COUNT, .summary = "surveyed", .summary_zh = "已调查" },
    { .name = "share", .type = SERVICE_TEXT, .summary = "share surveyed", .summary_zh = "完成率" },
};
static const service_field PROGRESS_OUTPUT[] = {
    { .name = "round", .type = SERVICE_TEXT, .summary = "round", .summary_zh = "轮次" },
    { .name = "assigned", .type = SERVICE_COUNT, .summary = "households", .summary_zh = "应入户" },
    { .name = "met", .type = SERVICE_COUNT, .summary = "visited", .summary_zh = "已入户" },
    { .name = "surveyed", .type = SERVICE_COUNT, .summary = "surveyed", .summary_zh = "已调查" },
    { .name = "rows", .type = SERVICE_OBJECT, .is_list = true, .summary = "rows", .summary_zh = "明细", .fields = PROGRESS_ROW,
      .field_count = ARRAY_COUNT(PROGRESS_ROW) },
};

typedef struct {
    int64_t key, assigned, met, surveyed;
} place_row;

enum { VILLAGES_A_TOWN = 1000 };
static int64_t key_of(text by, const surveys_standing *one)
{
    if (text_equal_cstr(by, "surveyor")) return one->visit.surveyor_id;
    int64_t place = one->visit.region;
    while (place > 0 && place < INT64_C(100000000000)) place *= 10;
    return text_equal_cstr(by, "village") ? place : place / VILLAGES_A_TOWN;
}

static int by_key(const void *a, const void *b)
{
    const place_row *x = a, *y = b;
    return (x->key > y->key) - (x->key < y->key);
}

static size_t gather(place_row *rows, size_t count)
{
    size_t kept = 0;
    if (count) qsort(rows, count, sizeof *rows, by_key);
    for (size_t i = 0; i < count; i++) {
        if (!kept || rows[kept - 1].key != rows[i].key) {
            rows[kept++] = rows[i];
            continue;
        }
        rows[kept - 1].assigned += rows[i].assigned;
        rows[kept - 1].met += rows[i].met;
        rows[kept - 1].surveyed += rows[i].surveyed;
    }
    return kept;
}

static text name_of(surveys *s, const indicator_names *names, text by, int64_t key)
{
    if (text_equal_cstr(by, "surveyor")) return alert_user_name(s->office, key);
    return indicator_name_of(names, text_equal_cstr(by, "village") ? key : key * VILLAGES_A_TOWN);
}

static err put_rows(surveys *s, const indicator_names *names, text by, const place_row *rows, size_t count)
{
    arena *a = s->call->request;
    service_value *list = service_put_list(a, s->call->reply, "rows");
    grid g = grid_open(s->call, s->round.name, PROGRESS_ROW, ARRAY_COUNT(PROGRESS_ROW), 2);
    for (size_t i = 0; i < count; i++) {
        service_value *v = service_put_object(a, list, NULL);
        text key = text_format(a, "%lld", (long long)rows[i].key), name = name_of(s, names, by, rows[i].key);
        text share = share_text(a, rows[i].surveyed, rows[i].assigned);
        service_put_text(a, v, "by", key);
        service_put_text(a, v, "name", name);
        service_put_count(a, v, "assigned", rows[i].assigned);
        service_put_count(a, v, "met", rows[i].met);
        service_put_count(a, v, "surveyed", rows[i].surveyed);
        service_put_text(a, v, "share", share);
        grid_add(&g, key);
        grid_add(&g, name);
        grid_add(&g, text_format(a, "%lld", (long long)rows[i].assigned));
        grid_add(&g, text_format(a, "%lld", (long long)rows[i].met));
        grid_add(&g, text_format(a, "%lld", (long long)rows[i].surveyed));
        grid_add(&g, share);
    }
    return service_is_given(s->call, "out") ? grid_write(&g, service_text_of(s->call, "out", TEXT_NONE)) : ERR_NONE;
}

static err progress(surveys *s)
{
    surveys_standing *all;
    indicator_names *names;
    size_t count;
    place_row total = { 0 };
    arena *a = s->call->request;
    text by = service_text_of(s->call, "by", TEXT("town"));
    month_call m;
    TRY(month_of_office(s->office, &m));
    m.month = calendar_month_of_day(s->call->office->settings.today_day);
    TRY(surveys_standings(s, &all, &count));
    TRY(indicator_names_open(&m, &names));
    place_row *rows = ARENA_ARRAY(s->office->memory, place_row, count + 1);
    for (size_t i = 0; i < count; i++) {
        rows[i] = (place_row){ key_of(by, &all[i]), 1, all[i].is_met, all[i].is_surveyed };
        total.met += all[i].is_met;
        total.surveyed += all[i].is_surveyed;
    }
    service_put_text(a, s->call->reply, "round", s->round.name);
    service_put_count(a, s->call->reply, "assigned", (int64_t)count);
    service_put_count(a, s->call->reply, "met", total.met);
    service_put_count(a, s->call->reply, "surveyed", total.surveyed);
    scope_say(s->call, s->span);
    return put_rows(s, names, by, rows, gather(rows, count));
}

static err survey_progress_run(service_call *call)
{
    surveys s;
    err e = surveys_open(call, COUNTY_READ, service_text_of(call, "round", TEXT_NONE), &s);
    if (!e.kind) e = progress(&s);
    return surveys_close(&s, e);
}

static const char *const PROGRESS_EXAMPLES[] = { "doudi survey progress 1 --by village", NULL };
const service_op SURVEYS_PROGRESS_OP = {
    .name = "survey.progress",
    .summary = "How far a round is, by township, village or surveyor",
    .summary_zh = "一轮入户调查按乡镇、村、入户人员的进度",
    .kind = SERVICE_READ,
    .permission = "desk.read",
    .scope = SERVICE_SCOPE_LIST,
    .input = PROGRESS_INPUT,
    .input_count = ARRAY_COUNT(PROGRESS_INPUT),
    .output = PROGRESS_OUTPUT,
    .output_count = ARRAY_COUNT(PROGRESS_OUTPUT),
    .examples = PROGRESS_EXAMPLES,
    .run = survey_progress_run,
};
