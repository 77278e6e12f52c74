#include "calendar/calendar.h"
#include "service/decide.h"
#include "service/county_sample.h"

const err_kind COUNTY_RETIRE_UNDECIDED = {
    "county.retire_undecided", ERR_CONFLICT,
    "The packs do not say in which month the people of a sample county retire: {}.",
    "政策包未能给出示例县人员的退休月份：{}。"
};

/* The sample asks on any thread for any month: every month it can ask for is asked of the packs
 * before, in one block. */
enum { FIRST_MONTH = -240 /* 1880-01 */, MONTH_COUNT = 2400 };
/* The packs' own inputs begin later; who was born before retired long ago, at the same age. */
enum { PACKS_FROM_MONTH = 0 };

struct county_retire {
    int32_t month[SAMPLE_WORKER_COUNT][MONTH_COUNT];
};

static err fill(county_retire *t, arena *a, const decide_plan *plan)
{
    size_t fact_count, lanes = (size_t)SAMPLE_WORKER_COUNT * MONTH_COUNT;
    decider *with = decide_open(a, plan);
    (void)decide_facts(plan, &fact_count);
    size_t category = decide_fact_index(plan, "person.category");
    size_t birth = decide_fact_index(plan, "person.birth_month");
    size_t out = decide_answer_index(plan, "month");
    column *facts = ARENA_ARRAY(a, column, fact_count + 1);
    for (size_t i = 0; i < fact_count; i++) facts[i] = column_open(a, lanes);
    for (size_t lane = 0; lane < lanes; lane++) {
        size_t worker = lane / MONTH_COUNT;
        int32_t month = FIRST_MONTH + (int32_t)(lane % MONTH_COUNT);
        int64_t code;
        TRY(decide_code(with, category, sample_word(SAMPLE_LIST_WORKER, worker), &code));
        facts[category].value[lane] = code;
        facts[birth].value[lane] = month < PACKS_FROM_MONTH ? PACKS_FROM_MONTH : month;
    }
    decide_block block = { .count = lanes, .facts = facts };
    decide_results *results = decide_results_open(a, plan, lanes);
    decide_run(with, &block, results);
    const column *answer = &results->answers[out];
    for (size_t lane = 0; lane < lanes; lane++) {
        int32_t month = FIRST_MONTH + (int32_t)(lane % MONTH_COUNT);
        int32_t before = month < PACKS_FROM_MONTH ? PACKS_FROM_MONTH - month : 0;
        if (!column_is_valid(answer, lane))
            return err_of(&COUNTY_RETIRE_UNDECIDED, decide_reason_said(a, plan, results->reason[lane]));
        t->month[lane / MONTH_COUNT][lane % MONTH_COUNT] = (int32_t)answer->value[lane] - before;
    }
    return ERR_NONE;
}

err county_retire_open(county *office, text region, int32_t month, county_retire **table)
{
    const decide_law *law;
    const decide_plan *plan;
    decide_request asked = { .purpose = TEXT("county.retire"), .region = region,
                             .on_day = calendar_first_day_of_month(month) };
    *table = ARENA_NEW(office->memory, county_retire);
    TRY(decide_law_open(office->call, &law));
    arena *scratch = arena_open();
    err e = decide_plan_open(scratch, law, &asked, &plan);
    if (!e.kind) e = fill(*table, scratch, plan);
    if (e.kind && e.detail) e.detail = text_cstr(office->call->request, text_of(e.detail));
    arena_close(scratch);
    return e;
}

int32_t county_retire_month(void *table, sample_worker worker, int32_t birth_month)
{
    const county_retire *t = table;
    int32_t at = birth_month - FIRST_MONTH;
    if (at < 0) return SAMPLE_UNKNOWN;
    return at < MONTH_COUNT ? t->month[worker][at] : CALENDAR_MONTH_MAX;
}

/* ---- what the jobless draw ---- */

static err ask_unemployment(arena *a, const decide_plan *plan, int64_t *fen)
{
    static const struct {
        const char *fact;
        int64_t value;
    } SAID[] = { { "unemployment.months", 12 }, { "unemployment.involuntary", 1 }, { "unemployment.is_seeking", 1 } };
    size_t fact_count, out = decide_answer_index(plan, "benefit");
    (void)decide_facts(plan, &fact_count);
    column *facts = ARENA_ARRAY(a, column, fact_count + 1);
    for (size_t i = 0; i < fact_count; i++) facts[i] = column_open(a, 1);
    for (size_t i = 0; i < ARRAY_COUNT(SAID); i++) {
        size_t at = decide_fact_index(plan, SAID[i].fact);
        if (at != SIZE_MAX) facts[at].value[0] = SAID[i].value;
    }
    decide_block block = { .count = 1, .facts = facts };
    decide_results *results = decide_results_open(a, plan, 1);
    decide_run(decide_open(a, plan), &block, results);
    const column *answer = &results->answers[out];
    *fen = column_is_valid(answer, 0) ? answer->value[0] : 0;
    return ERR_NONE;
}

err county_unemployment_fen(county *office, text region, int32_t month, int64_t *fen)
{
    const decide_law *law;
    const decide_plan *plan;
    decide_request asked = { .purpose = TEXT("county.unemployment"), .region = region,
                             .on_day = calendar_first_day_of_month(month) };
    *fen = 0;
    TRY(decide_law_open(office->call, &law));
    arena *scratch = arena_open();
    err e = decide_plan_open(scratch, law, &asked, &plan);
    if (!e.kind) e = ask_unemployment(scratch, plan, fen);
    if (e.kind && e.detail) e.detail = text_cstr(office->call->request, text_of(e.detail));
    arena_close(scratch);
    return e;
}
