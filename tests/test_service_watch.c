#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "calendar/calendar.h"
#include "sample/sample.h"
#include "service/county.h"
#include "service/county_sample.h"
#include "service/watch_look.h"
#include "support/store_place.h"

/* The watches of packs/ over a sample county, held against what the sample says is true: whom a rule
 * should find it finds, and whom else it finds is told. */

enum { PEOPLE = 7300, MONTH = 1522 /* 2026-11 */, SEED = 1, FINDS_MAX = 4096 };

static err (*deed)(county *c);
static err open_and_do(service_call *call)
{
    county *c;
    TRY(county_open(call, COUNTY_WRITE, &c));
    return deed(c);
}
static const service_field INPUT[] = { SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD };
static const service_op OP = { .name = "test.watch", .input = INPUT, .input_count = 2, .run = open_and_do };

/* ---- what was found ---- */

typedef struct {
    const char *key;
    int64_t id; /* of the registry */
    bool is_unchecked;
} find;
static find finds[FINDS_MAX];
static size_t find_count;
static int64_t *people, *employers; /* ids of the registry, rising: by the sample's ids */
static size_t person_count, employer_count;
static const watch_look *looked;

static void note(size_t rule, int64_t id, bool is_unchecked)
{
    assert_true(find_count < FINDS_MAX);
    finds[find_count++] = (find){ strdup(alerts_key(watch_look_alerts(looked), rule)), id, is_unchecked };
}

static void note_unchecked(void *context, size_t rule, int64_t id, text reason)
{
    (void)context;
    assert_true(reason.size_bytes > 0);
    note(rule, id, true);
}

static void look_at(county *c, watch_known *known, const char *purpose)
{
    watch_look *look;
    err e = watch_look_open(c, text_of(purpose), MONTH, known, &look);
    if (e.kind) fail_msg("%s: %s", purpose, e.kind->code);
    looked = look;
    watch_look_tell_unchecked(look, note_unchecked, NULL);
    for (uint32_t bucket = 0; bucket < EVENTLOG_BUCKETS; bucket++) {
        size_t count;
        assert_null(watch_look_bucket(look, bucket).kind);
        const watch_stands_now *now = watch_look_standing(look, &count);
        for (size_t i = 0; i < count; i++) {
            assert_true(now[i].alert_id > 0);
            note(now[i].rule, now[i].subject_id, false);
        }
    }
    watch_look_close(look);
}

static int by_number(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static int64_t *ids_of(county *c, registry_kind kind, size_t *count)
{
    registry *r;
    size_t capacity = 0;
    int64_t *ids = NULL;
    registry_roster_options wants = { .day = calendar_first_day_of_month(MONTH), .month = MONTH,
                                      .known_ms = REGISTRY_NOW, .of = kind };
    assert_null(county_people(c, &r).kind);
    *count = 0;
    for (uint32_t bucket = 0; bucket < EVENTLOG_BUCKETS; bucket++) {
        registry_roster *roster;
        const registry_roster_row *row;
        assert_null(registry_roster_open(c->memory, r, bucket, &wants, &roster).kind);
        for (;;) {
            assert_null(registry_roster_next(roster, &row).kind);
            if (!row) break;
            ARENA_PUSH(c->memory, ids, *count, capacity, row->subject_id);
        }
        registry_roster_close(roster);
    }
    qsort(ids, *count, sizeof *ids, by_number);
    return ids;
}

static bool is_found(int64_t id, const char *const keys[], bool is_unchecked)
{
    for (size_t i = 0; i < find_count; i++)
        for (size_t k = 0; keys[k]; k++)
            if (finds[i].id == id && finds[i].is_unchecked == is_unchecked && strcmp(finds[i].key, keys[k]) == 0)
                return true;
    return false;
}

/* ---- what is true ---- */

static sample_county *truth_of(county *c, arena *a)
{
    county_retire *retire;
    sample_county *sample;
    assert_null(county_retire_open(c, TEXT("中国/示例省/示例市/示例县"), MONTH, &retire).kind);
    sample_options options = { .seed = SEED, .size = PEOPLE, .as_of_month = MONTH, .measures_staff = true,
                               .retire_month = county_retire_month, .retire_context = retire };
    assert_null(sample_open(a, &options, &sample).kind);
    return sample;
}

static bool is_true(const sample_county *sample, arena *a, sample_truth_kind kind, int64_t sample_id)
{
    static sample_maker *maker;
    static const sample_county *of;
    static const sample_block *b;
    static int64_t made;
    int64_t block = (sample_id - 1) / SAMPLE_BLOCK_PEOPLE;
    if (of != sample) maker = sample_maker_open(a, of = sample), b = NULL;
    if (!b || block != made) b = sample_make(maker, made = block);
    for (size_t i = 0; i < b->truth_count; i++)
        if (b->truths[i].person_id == sample_id && b->truths[i].kind == kind) return true;
    return false;
}

/* Each rule, the truth it should tell, and whether it also finds others. Of age and unpaid is law, and the sample
 * knows none: by its habit a resident with a few years is due, by the packs who lacks years must pay them first;
 * and by the packs also those are due who came of age last month, or were past it when the scheme began. */
static const struct {
    const char *const keys[3];
    sample_truth_kind kind;
    bool finds_others, is_by_law;
} RULES[] = {
    { { "R01" }, SAMPLE_PAID_AFTER_DEATH, false, false },
    { { "R02" }, SAMPLE_PAID_TWICE, false, false },
    { { "R03" }, SAMPLE_PAID_IN_PRISON, false, false },
    { { "R04" }, SAMPLE_UNEMPLOYED_BUT_EMPLOYED, false, false },
    { { "due.employee", "due.resident" }, SAMPLE_DUE_BUT_UNPAID, true, true },
    { { "insured_twice.pension" }, SAMPLE_INSURED_TWICE, false, false },
    { { "R08" }, SAMPLE_DUPLICATE, true, false },
    { { "R08.number", "R08" }, SAMPLE_NUMBER_LETTER, true, false },
};

static void judge_people(const sample_county *sample, arena *a)
{
    for (size_t r = 0; r < ARRAY_COUNT(RULES); r++) {
        int64_t told = 0, met = 0, unchecked = 0, others = 0;
        for (size_t i = 0; i < person_count; i++) {
            bool is = is_true(sample, a, RULES[r].kind, (int64_t)i + 1);
            bool seen = is_found(people[i], RULES[r].keys, false);
            told += is;
            met += is && seen;
            unchecked += is && !seen && is_found(people[i], RULES[r].keys, true);
            others += !is && seen;
        }
        print_message("%-22s true %3lld  found %3lld  not to be checked %2lld  others %3lld\n", RULES[r].keys[0],
                      (long long)told, (long long)met, (long long)unchecked, (long long)others);
        assert_true(told > 0);
        assert_true(RULES[r].is_by_law ? met > 0 : met + unchecked == told);
        if (!RULES[r].finds_others) {
            assert_int_equal(unchecked, 0);
            assert_int_equal(others, 0);
        }
    }
}

/* Who insures fewer than it employs: exactly those who hide somebody. */
static void judge_employers(const sample_county *sample)
{
    static const char *const KEYS[] = { "staff.missing", NULL };
    int64_t told = 0;
    assert_int_equal(employer_count, sample_employer_count(sample));
    for (size_t i = 0; i < employer_count; i++) {
        sample_employer e = sample_employer_at(sample, (int64_t)i + 1);
        assert_int_equal(e.hidden_staff > 0, is_found(employers[i], KEYS, false));
        told += e.hidden_staff > 0;
    }
    print_message("%-22s true %3lld  found %3lld\n", "staff.missing", (long long)told, (long long)told);
    assert_true(told > 0);
}

static err watch_and_judge(county *c)
{
    static const char *const PURPOSES[] = { "watch.payment", "watch.person", "watch.identity", "watch.employer" };
    arena *a = arena_open();
    assert_null(store_begin(c->db).kind);
    watch_known *known = watch_known_open(c, MONTH);
    for (size_t i = 0; i < ARRAY_COUNT(PURPOSES); i++) look_at(c, known, PURPOSES[i]);
    people = ids_of(c, REGISTRY_PERSON, &person_count);
    employers = ids_of(c, REGISTRY_EMPLOYER, &employer_count);
    assert_int_equal(person_count, PEOPLE);
    const sample_county *sample = truth_of(c, a);
    judge_people(sample, a);
    judge_employers(sample);
    for (size_t i = 0; i < find_count; i++) free((char *)(uintptr_t)finds[i].key);
    watch_known_close(known);
    store_rollback(c->db);
    arena_close(a);
    return ERR_NONE;
}

static err run(const service_settings *settings, const service_op *op, const char *const said[][2])
{
    arena *request = arena_open(), *process = arena_open();
    service *s = service_open(process, settings);
    service_call *call = service_call_open(s, request, op, false);
    for (size_t i = 0; said && said[i][0]; i++)
        assert_null(service_give(call, text_of(said[i][0]), text_of(said[i][1])).kind);
    err e = service_run(call);
    if (e.kind) print_message("%s\n", text_cstr(request, err_sentence(request, e, false)));
    service_close(s);
    arena_close(request);
    arena_close(process);
    e.detail = NULL;
    return e;
}

static void the_watches_find_what_is_true_of_a_sample_county(void **state)
{
    store_place *place = *state;
    service_settings settings = { .packs = "packs", .county = place->url, .thread_count = 1, .today_day = 46326,
                                  .key_file = store_place_file(place, "master.key") };
    static const char *const NEW[][2] = { { "people", "7300" }, { "month", "2026-11" }, { "seed", "1" }, { NULL } };
    assert_null(run(&settings, service_find(TEXT("county.new")), NEW).kind);
    deed = watch_and_judge;
    assert_null(run(&settings, &OP, NULL).kind);
}

int main(void)
{
    const struct CMUnitTest tests[] = { STORE_TEST_SQLITE(the_watches_find_what_is_true_of_a_sample_county) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
