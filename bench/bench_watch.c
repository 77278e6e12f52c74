/* bench_watch - watches of a million people on the vector engine, held against the same questions asked in SQL.
 *
 * The facts of purpose watch.payment (paid after death, paid twice, in prison, unemployed and employed) of
 * invented people: once as columns under the plan of the packs, once as a table of the store under four
 * statements written by hand. Both must find the same number. Figures by this process's own time.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/checked.h"
#include "calendar/calendar.h"
#include "service/alerts.h"
#include "store/store.h"
#include "support/figures.h"

enum { PEOPLE = 1 << 20, BLOCK = 2048, DAY = 46354 /* 2026-11-30 */, MONTH = 1522, PER_MILLE = 1000 };

static void must(err e)
{
    if (!e.kind) return;
    arena *a = arena_open();
    fprintf(stderr, "bench_watch: %s\n", err_sentence(a, e, false).bytes);
    exit(1);
}

static uint64_t next(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return *seed >> 33;
}

/* ---- people ---- */

enum { DEATH, PRISON, EMPLOYED, EMPLOYEES, RESIDENTS, UNEMPLOYMENT, LAST_MONTH, AMOUNT, PENSION, RESIDENT, BENEFIT,
       FACTS };
static const char *const NAMES[FACTS] = {
    [DEATH] = "person.death_day", [PRISON] = "person.in_prison", [EMPLOYED] = "enrolled.by_employer",
    [EMPLOYEES] = "benefit.employee_pension", [RESIDENTS] = "benefit.resident_pension",
    [UNEMPLOYMENT] = "benefit.unemployment", [LAST_MONTH] = "benefit.last_month", [AMOUNT] = "benefit.amount",
    [PENSION] = "benefit.pension_amount", [RESIDENT] = "benefit.resident_amount",
    [BENEFIT] = "benefit.unemployment_amount",
};
static int64_t *facts[FACTS]; /* -1: not known, of a day or month */

static bool chance(uint64_t *seed, unsigned per_mille)
{
    return next(seed) % PER_MILLE < per_mille;
}

static void make_people(arena *a)
{
    uint64_t seed = 11;
    for (int f = 0; f < FACTS; f++) facts[f] = ARENA_ARRAY(a, int64_t, PEOPLE);
    for (size_t i = 0; i < PEOPLE; i++) {
        bool draws = chance(&seed, 200), works = !draws && chance(&seed, 500), is_dead = chance(&seed, 20);
        facts[DEATH][i] = is_dead ? DAY - (int64_t)(next(&seed) % 1000) : -1;
        facts[PRISON][i] = chance(&seed, 2);
        facts[EMPLOYED][i] = works;
        facts[EMPLOYEES][i] = draws && !(is_dead && chance(&seed, 900));
        facts[RESIDENTS][i] = facts[EMPLOYEES][i] ? chance(&seed, 3) : chance(&seed, 150);
        facts[UNEMPLOYMENT][i] = chance(&seed, 10);
        facts[PENSION][i] = facts[EMPLOYEES][i] * 310000 + facts[RESIDENTS][i] * 20500;
        facts[RESIDENT][i] = facts[RESIDENTS][i] * 20500;
        facts[BENEFIT][i] = facts[UNEMPLOYMENT][i] * 150000;
        facts[AMOUNT][i] = facts[PENSION][i] + facts[BENEFIT][i];
        facts[LAST_MONTH][i] = facts[AMOUNT][i] ? MONTH : -1;
    }
}

/* ---- by the packs ---- */

static decide_block block_of(arena *a, const decide_plan *plan, size_t from)
{
    size_t count;
    (void)decide_facts(plan, &count);
    column *columns = ARENA_ARRAY(a, column, count + 1);
    for (size_t i = 0; i < count; i++) columns[i] = (column){ 0 };
    for (int f = 0; f < FACTS; f++) {
        size_t at = decide_fact_index(plan, NAMES[f]);
        if (at == SIZE_MAX) continue;
        columns[at] = column_open(a, BLOCK);
        memcpy(columns[at].value, facts[f] + from, BLOCK * sizeof(int64_t));
        if (f != DEATH && f != LAST_MONTH) continue;
        column_ensure_reasons(a, &columns[at]);
        for (size_t lane = 0; lane < BLOCK; lane++)
            if (columns[at].value[lane] < 0) {
                columns[at].value[lane] = 0;
                columns[at].reason[lane] = VM_REASON(VM_NOT_KNOWN, 0);
            }
    }
    return (decide_block){ .count = BLOCK, .facts = columns };
}

static double watch_all(size_t *found)
{
    arena *a = arena_open(), *scratch = arena_open();
    service_settings settings = { .packs = "packs", .thread_count = 1 };
    service *office = service_open(a, &settings);
    service_call *call = service_call_open(office, a, service_find(TEXT("check")), false);
    const decide_law *law;
    const decide_plan *plan;
    decide_request asked = { TEXT("watch.payment"), DAY, TEXT("中国/示例省/示例市/示例县") };
    must(decide_law_open(call, &law));
    must(decide_plan_open(a, law, &asked, &plan));
    alerts *list = alerts_open(a, plan, false);
    uint64_t subjects[BLOCK];
    double seconds = 0;
    *found = 0;
    for (size_t from = 0; from < PEOPLE; from += BLOCK) {
        for (size_t i = 0; i < BLOCK; i++) subjects[i] = from + i + 1;
        alerts_block block = { .people = block_of(scratch, plan, from), .subjects = subjects };
        double began = figure_seconds();
        *found += alerts_run(scratch, list, &block).raised;
        seconds += figure_seconds() - began;
        arena_reset(scratch);
    }
    service_close(office);
    arena_close(scratch);
    arena_close(a);
    return seconds;
}

/* ---- by hand ---- */

/* What the watches of the packs say, with the month of a day looked up in a column of its own. */
static const char *const QUERIES[] = {
    "SELECT COUNT(*) FROM bench_person WHERE death_day >= 0 AND last_month >= 0 AND last_month > death_month",
    "SELECT COUNT(*) FROM bench_person WHERE employees = 1 AND residents = 1",
    "SELECT COUNT(*) FROM bench_person WHERE prison = 1 AND (employees = 1 OR residents = 1)",
    "SELECT COUNT(*) FROM bench_person WHERE unemployment = 1 AND (employed = 1 OR employees = 1 OR residents = 1)",
};

static void fill_table(store *db)
{
    static const char *const COLUMNS[] = { "id", "death_day", "death_month", "last_month", "employees", "residents",
                                           "prison", "unemployment", "employed" };
    enum { CELLS = sizeof COLUMNS / sizeof COLUMNS[0] };
    store_column_type types[CELLS] = { 0 };
    store_bulk *bulk;
    must(store_begin(db));
    must(store_run(db, "CREATE TABLE bench_person (id BIGINT PRIMARY KEY, death_day BIGINT, death_month BIGINT, "
                       "last_month BIGINT, employees BIGINT, residents BIGINT, prison BIGINT, unemployment BIGINT, "
                       "employed BIGINT)"));
    must(store_bulk_open(db, "bench_person", COLUMNS, types, CELLS, &bulk));
    for (size_t i = 0; i < PEOPLE; i++) {
        int64_t death = facts[DEATH][i];
        const int64_t cells[CELLS] = { (int64_t)i + 1, death,
                                       death < 0 ? -1 : calendar_month_of_day((int32_t)death), facts[LAST_MONTH][i],
                                       facts[EMPLOYEES][i], facts[RESIDENTS][i], facts[PRISON][i],
                                       facts[UNEMPLOYMENT][i], facts[EMPLOYED][i] };
        for (size_t c = 0; c < CELLS; c++) must(store_bulk_int(bulk, cells[c]));
    }
    must(store_bulk_close(bulk, NULL));
    must(store_commit(db));
}

static double ask_all(size_t *found)
{
    arena *a = arena_open();
    char file[] = "/tmp/bench_watch_XXXXXX";
    store *db;
    int at = mkstemp(file);
    if (at < 0 || close(at) || unlink(file)) exit(1);
    store_options options = { .url = file, .mode = STORE_CREATE, .cache_bytes = (size_t)1 << 30 };
    must(store_open(a, &options, &db));
    fill_table(db);
    *found = 0;
    double began = figure_seconds();
    for (size_t i = 0; i < sizeof QUERIES / sizeof QUERIES[0]; i++) {
        int64_t count;
        must(store_scalar(db, QUERIES[i], &count));
        *found += (size_t)count;
    }
    double seconds = figure_seconds() - began;
    store_close(db);
    static const char *const BESIDE[] = { "", "-wal", "-shm", "-lock" };
    for (size_t i = 0; i < sizeof BESIDE / sizeof BESIDE[0]; i++) (void)unlink(text_format(a, "%s%s", file, BESIDE[i]).bytes);
    arena_close(a);
    return seconds;
}

int main(void)
{
    arena *a = arena_open();
    size_t found, asked;
    make_people(a);
    double seconds = watch_all(&found), by_hand = ask_all(&asked);
    if (found != asked) {
        fprintf(stderr, "bench_watch: the watches find %zu, SQL finds %zu\n", found, asked);
        return 1;
    }
    figure_print((figure){ "4 watches", "M persons/s", PEOPLE / seconds / 1e6, PEOPLE / by_hand / 1e6, 1.0, 0 });
    printf("    %zu alerts of %d people in %.2f s; by four SQL statements %.2f s\n", found, PEOPLE, seconds, by_hand);
    arena_close(a);
    return 0;
}
