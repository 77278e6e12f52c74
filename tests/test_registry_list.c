/* Long lists: a load that goes on behind a commit, and facts of people who lie near one another or far apart. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "support/registered.h"

enum { PEOPLE = 4000, BANK = 7 };

static registry_load *open_load(registered *o)
{
    registry_load *load;
    OK(registry_load_open(o->memory, o->r, &o->act, "imported", NULL, &load));
    return load;
}

/* 130182 19670828 001 7, counted on within a day and over the days of a month. */
static text number_of(arena *a, int n)
{
    static const int WEIGHTS[17] = { 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2 };
    char out[32];
    int sum = 0;
    snprintf(out, sizeof out, "130182196708%02d%03d", 1 + n / 1000, n % 1000);
    for (int i = 0; i < 17; i++) sum += (out[i] - '0') * WEIGHTS[i];
    return text_format(a, "%s%c", out, "10X98765432"[sum % 11]);
}

static err load_person(registered *o, registry_load *load, int n, int64_t *id)
{
    registry_person p = { .name = text_format(o->memory, "人%d", n % 50), .number.plain = number_of(o->memory, n) };
    return registry_load_new(load, REGISTRY_PERSON, &p, id);
}

static int64_t load_people(registered *o)
{
    registry_load *load = open_load(o);
    int64_t first = 0, id;
    for (int n = 0; n < PEOPLE; n++) {
        OK(load_person(o, load, n, &id));
        if (!n) first = id;
    }
    OK(registry_load_close(load, NULL));
    return first;
}

static registry_account account_of(registered *o, int64_t id)
{
    return (registry_account){ .fact = { .subject_id = id, .from = 30000, .until = REGISTRY_OPEN },
                               .bank = BANK, .number.plain = text_format(o->memory, "6222%lld", (long long)id / 2) };
}

/* Of every step-th person; each person twice, as lists do. */
static registry_load_tally load_accounts(registered *o, int64_t first, int step)
{
    registry_load_tally tally;
    registry_load *load = open_load(o);
    for (int n = 0; n < PEOPLE; n += step)
        for (int twice = 0; twice < 2; twice++) {
            registry_account a = account_of(o, first + n);
            OK(registry_load_say(load, REGISTRY_ACCOUNT, &a));
        }
    OK(registry_load_close(load, &tally));
    return tally;
}

static void expect_holders(registered *o, int64_t first, int step)
{
    for (int n = 0; n < PEOPLE; n += step * 37) {
        int64_t *ids;
        size_t count, wanted = 0;
        OK(registry_find_account(o->memory, o->r, account_of(o, first + n).number.plain, &ids, &count));
        for (int64_t id = (first + n) / 2 * 2; id < (first + n) / 2 * 2 + 2; id++) {
            bool has_one = id >= first && id < first + PEOPLE && (id - first) % step == 0;
            if (!has_one) continue;
            assert_true(wanted < count);
            assert_int_equal(ids[wanted++], id);
        }
        assert_int_equal(count, wanted);
    }
}

static void say_accounts(registered *o, int step)
{
    int64_t first = load_people(o);
    registered_later(o);
    registry_load_tally tally = load_accounts(o, first, step);
    int64_t told = (PEOPLE + step - 1) / step;
    assert_int_equal(tally.changed_count, told);
    expect_holders(o, first, step);
    registered_later(o);
    tally = load_accounts(o, first, step);
    assert_int_equal(tally.changed_count, 0);
    assert_int_equal(tally.same_count, 2 * told);
    /* All of a sudden everybody: most are new, some are so already, and lie between. */
    registered_later(o);
    tally = load_accounts(o, first, 1);
    assert_int_equal(tally.changed_count, PEOPLE - told);
    expect_holders(o, first, 1);
}

static void facts_of_all_people_are_the_same_again(void **state)
{
    registered o = registered_create(*state);
    say_accounts(&o, 1);
    registered_close(&o);
}

static void facts_of_a_third_are_the_same_again(void **state)
{
    registered o = registered_create(*state);
    say_accounts(&o, 3);
    registered_close(&o);
}

static void facts_of_a_few_are_the_same_again(void **state)
{
    registered o = registered_create(*state);
    say_accounts(&o, 60);
    registered_close(&o);
}

static void a_load_goes_on_behind_a_commit(void **state)
{
    registered o = registered_create(*state);
    registry_load *load = open_load(&o);
    registry_load_tally tally;
    int64_t id, twice, people;
    for (int n = 0; n < 300; n++) {
        OK(load_person(&o, load, n, &id));
        if (n % 100 != 99) continue;
        OK(registry_load_flush(load));
        OK(store_commit(o.db));
        OK(store_begin(o.db));
        IS(load_person(&o, load, n - 50, &twice), REGISTRY_DUPLICATE);
        registry_account a = account_of(&o, id - 20);
        OK(registry_load_say(load, REGISTRY_ACCOUNT, &a));
    }
    OK(registry_load_close(load, &tally));
    assert_int_equal(tally.new_count, 300);
    assert_int_equal(tally.changed_count, 303);
    OK(registry_person_count(o.r, &people));
    assert_int_equal(people, 300);
    for (uint32_t bucket = 0; bucket < EVENTLOG_BUCKETS; bucket++) OK(registry_rebuild(o.r, bucket));
    registered_close(&o);
}

/* What was asked for of many at once says who was merged, and stands no longer when that changes. */
static void whom_a_list_is_about_may_be_merged(void **state)
{
    enum { ASKED = 500 };
    registered o = registered_create(*state);
    int64_t first = load_people(&o), into, since_ms;
    text numbers[ASKED];
    for (int n = 0; n < ASKED; n++) numbers[n] = number_of(o.memory, n * 2);
    OK(registry_expect_numbers(o.r, numbers, ASKED));
    OK(registry_merged_into(o.r, first + 40, REGISTRY_NOW, &into, &since_ms));
    assert_int_equal(into, 0);
    registered_later(&o);
    OK(registry_person_merge(o.r, &o.act, first + 2, first + 40, NULL, NULL));
    OK(registry_merged_into(o.r, first + 40, REGISTRY_NOW, &into, &since_ms));
    assert_int_equal(into, first + 2);
    OK(registry_expect_numbers(o.r, numbers, ASKED));
    OK(registry_merged_into(o.r, first + 40, REGISTRY_NOW, &into, &since_ms));
    assert_int_equal(into, first + 2);
    assert_int_equal(since_ms, o.act.known_ms);
    OK(registry_merged_into(o.r, first + 42, REGISTRY_NOW, &into, &since_ms));
    assert_int_equal(into, 0);
    registered_close(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST_EACH(facts_of_all_people_are_the_same_again),
        STORE_TEST_EACH(facts_of_a_third_are_the_same_again),
        STORE_TEST_EACH(facts_of_a_few_are_the_same_again),
        STORE_TEST_EACH(a_load_goes_on_behind_a_commit),
        STORE_TEST_EACH(whom_a_list_is_about_may_be_merged),
    };
    return cmocka_run_group_tests_name("registry, long lists", tests, NULL, NULL);
}
