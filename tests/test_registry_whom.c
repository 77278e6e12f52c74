/* A roster of some of a bucket, and who they are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/registered.h"

enum { PEOPLE = 600, PENSION = 11, GRANT = 12, DISABLED = 21 };

static registry_fact over(int64_t id, int64_t from)
{
    return (registry_fact){ .subject_id = id, .from = from, .until = REGISTRY_OPEN };
}

static void load_people(registered *o)
{
    registry_load *load;
    registry_load_options options = { .trusts_numbers = true };
    OK(registry_load_open(o->memory, o->r, &o->act, "imported", &options, &load));
    for (int n = 0; n < PEOPLE; n++) {
        int64_t id;
        registry_person p = { .name = TEXT("人"), .sex = 1, .birth_day = 20000 + n };
        OK(registry_load_new(load, REGISTRY_PERSON, &p, &id));
        registry_benefit b = { .fact = over(id, 1300), .benefit = n % 2 ? PENSION : GRANT, .state = REGISTRY_PAYING, .amount_fen = n };
        if (n % 3) OK(registry_load_say(load, REGISTRY_BENEFIT, &b));
        registry_attribute t = { .fact = over(id, n % 5 ? 40000 : 50000), .name = DISABLED, .value = n };
        if (n % 4 == 0) OK(registry_load_say(load, REGISTRY_ATTRIBUTE, &t));
    }
    OK(registry_load_close(load, NULL));
}

typedef struct {
    int64_t ids[PEOPLE], sum_fen;
    size_t count;
} seen;

static seen walk(registered *o, uint32_t bucket, const registry_roster_options *options)
{
    seen s = { .count = 0 };
    registry_roster *roster;
    const registry_roster_row *row;
    OK(registry_roster_open(o->memory, o->r, bucket, options, &roster));
    for (OK(registry_roster_next(roster, &row)); row; OK(registry_roster_next(roster, &row))) {
        for (size_t i = 0; i < row->benefit_count; i++) s.sum_fen += row->benefits[i].amount_fen;
        s.ids[s.count++] = row->subject_id;
    }
    registry_roster_close(roster);
    return s;
}

/* Of subjects that are asked for a roster shows what one of everybody shows; ids of nobody are passed over. */
static void a_roster_is_of_whom_it_is_asked_for(void **state)
{
    registered o = registered_create(*state);
    load_people(&o);
    for (uint32_t bucket = 0; bucket < EVENTLOG_BUCKETS; bucket++) {
        registry_roster_options all = { .day = 40100, .month = 1315, .known_ms = REGISTRY_NOW, .wants = 1u << REGISTRY_BENEFIT };
        seen everybody = walk(&o, bucket, &all), half = { .count = 0 };
        int64_t wanted[PEOPLE * 2];
        size_t count = 0;
        for (size_t i = 0; i < everybody.count; i += 2) {
            wanted[count++] = everybody.ids[i];
            wanted[count++] = everybody.ids[i] + 1; /* of another bucket */
            half.ids[half.count++] = everybody.ids[i];
        }
        registry_roster_options some = all;
        some.has_subjects = true;
        some.subjects = wanted;
        some.subject_count = count;
        seen got = walk(&o, bucket, &some);
        assert_int_equal(got.count, half.count);
        assert_memory_equal(got.ids, half.ids, half.count * sizeof *half.ids);
        some.subjects = everybody.ids;
        some.subject_count = everybody.count;
        assert_int_equal(walk(&o, bucket, &some).sum_fen, everybody.sum_fen);
        some.subject_count = 0;
        assert_int_equal(walk(&o, bucket, &some).count, 0);
    }
    registered_close(&o);
}

/* 600 people: two of three draw, half of them a pension; of a quarter something is told, of a fifth of these only later. */
static void who_draws_and_of_whom_it_is_told_is_found(void **state)
{
    registered o = registered_create(*state);
    size_t drawing = 0, told = 0, before = 0;
    load_people(&o);
    for (uint32_t bucket = 0; bucket < EVENTLOG_BUCKETS; bucket++) {
        int64_t *ids;
        size_t count;
        OK(registry_roster_who(o.memory, o.r, bucket, (registry_holding){ REGISTRY_BENEFIT, PENSION, 1315, REGISTRY_NOW }, &ids, &count));
        for (size_t i = 1; i < count; i++) assert_true(ids[i - 1] < ids[i]);
        drawing += count;
        OK(registry_roster_who(o.memory, o.r, bucket, (registry_holding){ REGISTRY_ATTRIBUTE, DISABLED, 40100, REGISTRY_NOW }, &ids, &count));
        told += count;
        OK(registry_roster_who(o.memory, o.r, bucket, (registry_holding){ REGISTRY_BENEFIT, PENSION, 1299, REGISTRY_NOW }, &ids, &count));
        before += count;
    }
    assert_int_equal(drawing, 200);
    assert_int_equal(told, 120);
    assert_int_equal(before, 0);
    registered_close(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST_EACH(a_roster_is_of_whom_it_is_asked_for),
        STORE_TEST_EACH(who_draws_and_of_whom_it_is_told_is_found),
    };
    return cmocka_run_group_tests_name("rosters of some", tests, NULL, NULL);
}
