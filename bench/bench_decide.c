/* bench_decide - bills and awards of invented people, block by block.
 *
 * Packs: packs/, region of the sample county. Figures a core are by this process's own time.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "service/decide.h"
#include "support/figures.h"

enum { BLOCK = 4096, PEOPLE = 4 << 20, YEARS = 30 };

static void must(err e)
{
    if (!e.kind) return;
    arena *a = arena_open();
    fprintf(stderr, "bench_decide: %s\n", err_sentence(a, e, false).bytes);
    exit(1);
}

static uint64_t next(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return *seed >> 33;
}

/* A lane of a fact that is likely: by its type alone, except where the bounds are narrow. */
static int64_t likely(decider *worker, size_t index, const decide_fact *fact, uint64_t *seed)
{
    static const struct {
        const char *name, *word;
    } WORDS[] = {
        { "employer.trade", "机械汽车" },
        { "person.category", "男职工" },
        { "years.place", "示例县" },
    };
    static const struct {
        const char *name;
        int64_t value;
    } VALUES[] = {
        { "employer.injury_rate", 400000 },
        { "resident.medical_year", 2026 },
    };
    int64_t code = 0;
    for (size_t i = 0; i < ARRAY_COUNT(VALUES); i++)
        if (strcmp(VALUES[i].name, fact->name) == 0) return VALUES[i].value;
    for (size_t i = 0; i < ARRAY_COUNT(WORDS); i++)
        if (strcmp(WORDS[i].name, fact->name) == 0)
            must(decide_code(worker, index, text_of(WORDS[i].word), &code));
    if (fact->is_word) return code;
    switch (fact->type->base) {
    case POLICY_MONEY: return 200000 + (int64_t)(next(seed) % 2000000);
    case POLICY_RATE: return 100000000;
    case POLICY_BOOL: return next(seed) % 8 != 0;
    case POLICY_MONTH: return 60 * 12 + (int64_t)(next(seed) % 300);
    case POLICY_YEAR: return 1996 + (int64_t)(next(seed) % 29);
    default: return (int64_t)(next(seed) % 12);
    }
}

static decide_block block_of(arena *a, const decide_plan *plan, decider *worker, uint64_t seed)
{
    size_t fact_count, record_count;
    const decide_fact *facts = decide_facts(plan, &fact_count);
    decide_records(plan, &record_count);
    column *columns = ARENA_ARRAY(a, column, fact_count + 1);
    for (size_t i = 0; i < fact_count; i++) {
        size_t lanes = facts[i].record == SIZE_MAX ? BLOCK : (size_t)BLOCK * YEARS;
        columns[i] = column_open(a, lanes);
        if (strcmp(facts[i].name, "person.chosen_month") == 0) {
            columns[i].count = 0; /* known of nobody */
            continue;
        }
        int64_t first = likely(worker, i, &facts[i], &seed);
        for (size_t lane = 0; lane < lanes; lane++)
            columns[i].value[lane] = facts[i].is_word ? first : likely(worker, i, &facts[i], &seed);
    }
    uint32_t *until = ARENA_ARRAY(a, uint32_t, BLOCK);
    for (size_t lane = 0; lane < BLOCK; lane++)
        until[lane] = (uint32_t)(lane + 1) * YEARS;
    const uint32_t **untils = ARENA_ARRAY(a, const uint32_t *, record_count + 1);
    for (size_t r = 0; r < record_count; r++)
        untils[r] = until;
    return (decide_block){ .count = BLOCK, .facts = columns, .row_until = untils };
}

static void bench_purpose(const decide_law *law, const char *purpose, double goal)
{
    arena *a = arena_open();
    const decide_plan *plan;
    decide_request asked = { text_of(purpose), 46325,
                             TEXT("中国/示例省/示例市/示例县") }; /* 2026-11-01 */
    double began = figure_seconds();
    must(decide_plan_open(a, law, &asked, &plan));
    decider *worker = decide_open(a, plan);
    double opened = figure_seconds() - began;
    decide_block block = block_of(a, plan, worker, 7);
    decide_results *results = decide_results_open(a, plan, BLOCK);
    size_t done = 0, undecided = 0, count = block.row_until[0] && goal < 1 ? PEOPLE / 8 : PEOPLE;
    began = figure_seconds();
    for (size_t at = 0; at < count; at += BLOCK) {
        decide_run(worker, &block, results);
        done += results->done;
        undecided += results->undecided;
    }
    double seconds = figure_seconds() - began;
    if (undecided) {
        size_t lane = 0;
        while (results->status[lane] != DECIDE_UNDECIDED)
            lane++;
        fprintf(stderr, "%s\n", decide_reason(a, plan, results->reason[lane], false).bytes);
    }
    figure_print((figure){ purpose, "M persons/s", (double)count / seconds / 1e6, 0, goal, 0 });
    arena *scratch = arena_open();
    began = figure_seconds();
    for (size_t lane = 0; lane < BLOCK; lane++) {
        (void)decide_record(scratch, worker, &block, lane);
        if (lane % 64 == 0) arena_reset(scratch);
    }
    printf("    %.0f k records/s to be kept\n", BLOCK / (figure_seconds() - began) / 1e3);
    arena_close(scratch);
    printf("    plan %.1f ms, %zu of %zu decided, %zu not\n", opened * 1e3, done, count, undecided);
    arena_close(a);
}

int main(void)
{
    arena *a = arena_open();
    service_settings settings = { .packs = "packs", .thread_count = 1 };
    service *office = service_open(a, &settings);
    service_call *call = service_call_open(office, a, service_find(TEXT("check")), false);
    const decide_law *law;
    must(decide_law_open(call, &law));
    printf("    law of %.2f MB\n", (double)decide_law_bytes(law).size_bytes / 1e6);
    bench_purpose(law, "bill.employee", 1.0);
    bench_purpose(law, "bill.flexible", 1.0);
    bench_purpose(law, "bill.resident", 1.0);
    bench_purpose(law, "award.resident", 1.0);
    bench_purpose(law, "award.retirement", 0.1);
    service_close(office);
    arena_close(a);
    return 0;
}
