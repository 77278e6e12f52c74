/* What each of a household would pay and get, to be shown at the door: choices of a table, reckoned by the packs in steps.
 * An answer of one step is a fact of the next by its name, so that nothing is computed here. */
#include <string.h>

#include "calendar/calendar.h"
#include "service/decide.h"
#include "service/surveys_forecast.h"

const err_kind SURVEYS_BAD_OFFER = {
    "surveys.bad_offer", ERR_BAD_INPUT, "This row of packs/adapters/office-offers.csv cannot be used: {}.",
    "packs/adapters/office-offers.csv 的这一行无法使用：{}。"
};

enum { AT_SCHEME, AT_FACT, AT_CHOICES, AT_STEPS, AT_ZH, AT_EN, AT_COUNT };
enum { STEPS_MAX = 6, CHOICES_MAX = 20, POOL_MAX = 48, LAWS_MAX = 40 };

typedef struct {
    text scheme, fact, zh, en;
    text choices[CHOICES_MAX], steps[STEPS_MAX];
    size_t choice_count, step_count;
} offer;
typedef struct {
    text zh, en;
} assumption;

/* A column of every lane, under the name a step knows it by. */
typedef struct {
    text name;
    column of;
    const decider *with; /* of a word: whose code it is */
    size_t answer;
} pooled;
typedef struct {
    pooled items[POOL_MAX];
    size_t count;
} pool;

typedef struct {
    int64_t birth_day, sex;
    text category; /* registered, or empty */
} asker;

/* One choice of one asker. */
typedef struct {
    bool is_shown;
    text cells[SURVEYS_FORECAST_CELLS];
    text why_zh, why_en;
} outcome;

struct surveys_forecast {
    surveys *s;
    arena *a;
    const decide_law *law;
    text region, why_zh, why_en; /* why: there are no steps to ask */
    offer *offers;
    assumption *assumptions;
    size_t offer_count, offer_capacity, assumption_count, assumption_capacity;
    asker *askers;
    size_t count, capacity;
    outcome **outcomes; /* by offer; asker by asker, choice by choice */
    text laws[LAWS_MAX];
    size_t law_count;
};

/* The cells of a row: the answers they are of. */
static const char *const CELLS[SURVEYS_FORECAST_CELLS] = { "year", "survey.years", "survey.back_years", "total", "month", "from", "back" };

/* ---- the table ---- */

static err bad(surveys_forecast *f, codec_csv_reader *reader, text what)
{
    return err_at(&SURVEYS_BAD_OFFER, codec_csv_position(reader, 0), text_cstr(f->s->call->request, text_shown(f->a, what, 60)));
}

static bool split(arena *a, text said, char by, text *items, size_t most, size_t *count)
{
    *count = 0;
    for (size_t from = 0, at = 0; at <= said.size_bytes; at++) {
        if (at < said.size_bytes && said.bytes[at] != by) continue;
        text one = text_trim(text_sub(said, from, at));
        from = at + 1;
        if (!one.size_bytes) continue;
        if (*count == most) return false;
        items[(*count)++] = text_copy(a, one);
    }
    return *count > 0;
}

static err take_row(surveys_forecast *f, codec_csv_reader *reader, const codec_csv_row *row)
{
    text cell[AT_COUNT];
    if (row->count != AT_COUNT) return bad(f, reader, TEXT("scheme,fact,choices,steps,zh,en"));
    for (int c = 0; c < AT_COUNT; c++) cell[c] = text_copy(f->a, text_trim(row->field[c]));
    if (!cell[AT_ZH].size_bytes || !cell[AT_EN].size_bytes || !cell[AT_SCHEME].size_bytes) return bad(f, reader, TEXT("zh, en"));
    if (text_equal_cstr(cell[AT_SCHEME], "assume")) {
        assumption one = { cell[AT_ZH], cell[AT_EN] };
        ARENA_PUSH(f->a, f->assumptions, f->assumption_count, f->assumption_capacity, one);
        return ERR_NONE;
    }
    offer one = { .scheme = cell[AT_SCHEME], .fact = cell[AT_FACT], .zh = cell[AT_ZH], .en = cell[AT_EN] };
    if (!one.fact.size_bytes || !split(f->a, cell[AT_CHOICES], '|', one.choices, CHOICES_MAX, &one.choice_count))
        return bad(f, reader, cell[AT_CHOICES]);
    if (!split(f->a, cell[AT_STEPS], ' ', one.steps, STEPS_MAX, &one.step_count)) return bad(f, reader, cell[AT_STEPS]);
    ARENA_PUSH(f->a, f->offers, f->offer_count, f->offer_capacity, one);
    return ERR_NONE;
}

err surveys_forecast_open(surveys *s, surveys_forecast **made)
{
    text bytes;
    surveys_forecast *f = ARENA_NEW(s->office->memory, surveys_forecast);
    *f = (surveys_forecast){ .s = s, .a = s->office->memory };
    *made = f;
    TRY(decide_law_open(s->call, &f->law));
    TRY(county_setting(s->office, "office.region", &f->region));
    TRY(decide_law_aside(f->a, f->law, "office-offers.csv", &bytes));
    codec_csv_reader *reader = codec_csv_open_text(f->a, bytes, (codec_csv_options){ .file = "office-offers.csv" });
    for (;;) {
        codec_csv_row row;
        bool has_row;
        TRY(codec_csv_next(reader, &row, &has_row));
        if (!has_row) break;
        bool is_head = row.count > 1 && text_equal_cstr(row.field[0], "scheme") && text_equal_cstr(row.field[1], "fact");
        if (!is_head && !text_begins(row.field[0], TEXT("#"))) TRY(take_row(f, reader, &row));
    }
    if (f->offer_count) return ERR_NONE;
    f->why_zh = TEXT("本局采用的政策包还没有入户测算（office-offers.csv），采用新的政策包以后就有。");
    f->why_en = TEXT("The law this office has adopted has no forecasts for the door yet (office-offers.csv); adopt newer packs.");
    return ERR_NONE;
}

/* ---- whose ---- */

err surveys_forecast_add(surveys_forecast *f, const surveys_member *m, size_t *at)
{
    asker one = { m->birth_day, m->sex, m->category };
    *at = SIZE_MAX;
    if (!m->birth_day || !m->sex || text_equal(m->enrolled, SURVEYS_IN_EMPLOYEE)) return ERR_NONE;
    *at = f->count;
    ARENA_PUSH(f->a, f->askers, f->count, f->capacity, one);
    return ERR_NONE;
}

/* ---- a step ---- */

static pooled *find(pool *p, const char *name)
{
    for (size_t i = 0; i < p->count; i++)
        if (text_equal_cstr(p->items[i].name, name)) return &p->items[i];
    return NULL;
}

/* Of one asker, what the registry knows; false: it does not. */
static err known_of(decider *with, size_t fact, const char *name, const asker *one, const offer *o, text choice, int64_t *value, bool *is_known)
{
    *is_known = true;
    if (text_equal_cstr(o->fact, name)) return decide_code(with, fact, choice, value);
    if (!strcmp(name, "person.birth_day")) *value = one->birth_day;
    else if (!strcmp(name, "person.birth_month")) *value = calendar_month_of_day((int32_t)one->birth_day);
    else if (!strcmp(name, "survey.woman")) *value = one->sex == 2;
    else if (!strcmp(name, "person.category") && one->category.size_bytes) *is_known = !decide_code(with, fact, one->category, value).kind;
    else *is_known = false;
    return ERR_NONE;
}

static err fill_lane(surveys_forecast *f, decider *with, size_t fact, const decide_fact *of, pooled *before, const offer *o, size_t lane, column *c)
{
    bool is_known;
    const asker *one = &f->askers[lane / o->choice_count];
    TRY(known_of(with, fact, of->name, one, o, o->choices[lane % o->choice_count], &c->value[lane], &is_known));
    if (!is_known && before && column_is_valid(&before->of, lane)) {
        c->value[lane] = before->of.value[lane];
        is_known = true;
        if (of->is_word) TRY(decide_code(with, fact, decide_word(before->with, before->answer, before->of.value[lane]), &c->value[lane]));
    }
    if (!is_known) column_fail(f->a, c, lane, VM_REASON(VM_NOT_KNOWN, 0));
    return ERR_NONE;
}

static void note_law(surveys_forecast *f, const char *law)
{
    if (!law) return;
    for (size_t i = 0; i < f->law_count; i++)
        if (text_equal_cstr(f->laws[i], law)) return;
    if (f->law_count < LAWS_MAX) f->laws[f->law_count++] = text_of(law);
}

/* The first reason stands: what follows of it says only that something is not known. */
static void note_failures(surveys_forecast *f, const decide_plan *plan, const decide_results *results, const column *offered, outcome *rows, size_t lanes)
{
    size_t count;
    const decide_answer *answers = decide_answers(plan, &count);
    for (size_t i = 0; i < count; i++) {
        note_law(f, answers[i].law);
        for (size_t lane = 0; lane < lanes; lane++) {
            uint32_t reason = column_reason(&results->answers[i], lane);
            bool is_out = offered && column_is_valid(offered, lane) && !offered->value[lane];
            if (!reason || is_out || rows[lane].why_zh.size_bytes) continue;
            rows[lane].why_zh = decide_reason(f->a, plan, reason, true);
            rows[lane].why_en = decide_reason(f->a, plan, reason, false);
        }
    }
}

static err run_step(surveys_forecast *f, const offer *o, text step, pool *p, outcome *rows)
{
    const decide_plan *plan;
    size_t fact_count, answer_count, lanes = f->count * o->choice_count;
    decide_request asked = { .purpose = step, .on_day = f->s->call->office->settings.today_day, .region = f->region };
    TRY(decide_plan_open(f->a, f->law, &asked, &plan));
    decider *with = decide_open(f->a, plan);
    const decide_fact *facts = decide_facts(plan, &fact_count);
    column *columns = ARENA_ARRAY(f->a, column, fact_count + 1);
    for (size_t i = 0; i < fact_count; i++) {
        columns[i] = column_open(f->a, lanes);
        column_ensure_reasons(f->a, &columns[i]);
        pooled *before = find(p, facts[i].name);
        for (size_t lane = 0; lane < lanes; lane++) TRY(fill_lane(f, with, i, &facts[i], before, o, lane, &columns[i]));
    }
    decide_block block = { .count = lanes, .facts = columns };
    decide_results *results = decide_results_open(f->a, plan, lanes);
    decide_run(with, &block, results);
    const decide_answer *answers = decide_answers(plan, &answer_count);
    for (size_t i = 0; i < answer_count; i++) {
        if (p->count == POOL_MAX) return err_of(&SURVEYS_BAD_OFFER, text_cstr(f->s->call->request, step));
        p->items[p->count++] = (pooled){ text_of(answers[i].key), results->answers[i], with, i };
    }
    const pooled *offered = find(p, "offered");
    note_failures(f, plan, results, offered ? &offered->of : NULL, rows, lanes);
    return ERR_NONE;
}

static void take_cells(surveys_forecast *f, pool *p, size_t lanes, outcome *rows)
{
    const pooled *offered = find(p, "offered");
    for (size_t lane = 0; lane < lanes; lane++) {
        bool is_out = offered && column_is_valid(&offered->of, lane) && !offered->of.value[lane];
        rows[lane].is_shown = !is_out;
        for (size_t c = 0; c < SURVEYS_FORECAST_CELLS && !is_out; c++) {
            const pooled *cell = find(p, CELLS[c]);
            bool is_known = cell && column_is_valid(&cell->of, lane);
            rows[lane].cells[c] = is_known ? text_copy(f->a, decide_word(cell->with, cell->answer, cell->of.value[lane])) : TEXT("");
        }
    }
}

err surveys_forecast_run(surveys_forecast *f)
{
    f->outcomes = ARENA_ARRAY(f->a, outcome *, f->offer_count + 1);
    for (size_t i = 0; f->count && i < f->offer_count; i++) {
        pool p = { .count = 0 };
        const offer *o = &f->offers[i];
        f->outcomes[i] = ARENA_ARRAY(f->a, outcome, f->count * o->choice_count);
        memset(f->outcomes[i], 0, f->count * o->choice_count * sizeof *f->outcomes[i]);
        for (size_t s = 0; s < o->step_count; s++) TRY(run_step(f, o, o->steps[s], &p, f->outcomes[i]));
        take_cells(f, &p, f->count * o->choice_count, f->outcomes[i]);
    }
    return ERR_NONE;
}

/* ---- told ---- */

static void write_outcome(codec_json_writer *w, const offer *o, text choice, const outcome *row)
{
    static const char *const NAMES[SURVEYS_FORECAST_CELLS] = { "year", "years", "back_years", "total", "month", "from", "back" };
    codec_json_begin_object(w);
    eventlog_body_add_text(w, "choice", choice);
    eventlog_body_add_text(w, "scheme", o->scheme);
    for (size_t c = 0; c < SURVEYS_FORECAST_CELLS; c++) eventlog_body_add_text(w, NAMES[c], row->why_zh.size_bytes ? TEXT("") : row->cells[c]);
    eventlog_body_add_text(w, "why_en", row->why_en);
    eventlog_body_add_text(w, "why_zh", row->why_zh);
    codec_json_end_object(w);
}

/* Where every choice of an offer fails for one reason, it is told once. */
static bool is_told(const outcome *rows, size_t at)
{
    return rows[at].why_zh.size_bytes && at && text_equal(rows[at - 1].why_zh, rows[at].why_zh);
}

void surveys_forecast_write(const surveys_forecast *f, codec_json_writer *w, size_t at)
{
    codec_json_key(w, TEXT("offers"));
    codec_json_begin_array(w);
    for (size_t i = 0; at != SIZE_MAX && i < f->offer_count; i++) {
        const offer *o = &f->offers[i];
        const outcome *rows = &f->outcomes[i][at * o->choice_count];
        for (size_t c = 0; c < o->choice_count; c++)
            if (rows[c].is_shown && !is_told(rows, c)) write_outcome(w, o, o->choices[c], &rows[c]);
    }
    codec_json_end_array(w);
}

static void write_words(codec_json_writer *w, const char *key, text key_value, text zh, text en)
{
    codec_json_begin_object(w);
    eventlog_body_add_text(w, "en", en);
    if (key) eventlog_body_add_text(w, key, key_value);
    eventlog_body_add_text(w, "zh", zh);
    codec_json_end_object(w);
}

void surveys_forecast_write_head(const surveys_forecast *f, codec_json_writer *w)
{
    codec_json_begin_object(w);
    codec_json_key(w, TEXT("assumptions"));
    codec_json_begin_array(w);
    for (size_t i = 0; i < f->assumption_count; i++) write_words(w, NULL, TEXT(""), f->assumptions[i].zh, f->assumptions[i].en);
    codec_json_end_array(w);
    codec_json_key(w, TEXT("laws"));
    codec_json_begin_array(w);
    for (size_t i = 0; i < f->law_count; i++) codec_json_add_text(w, f->laws[i]);
    codec_json_end_array(w);
    codec_json_key(w, TEXT("schemes"));
    codec_json_begin_array(w);
    for (size_t i = 0; i < f->offer_count; i++) write_words(w, "scheme", f->offers[i].scheme, f->offers[i].zh, f->offers[i].en);
    codec_json_end_array(w);
    eventlog_body_add_text(w, "why_en", f->why_en);
    eventlog_body_add_text(w, "why_zh", f->why_zh);
    codec_json_end_object(w);
}
