/* Two records of one person are merged, and split again; and what the tables may not say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/checked.h"
#include "support/registered.h"

enum { PENSION = 1, MEDICAL = 2 };

static int64_t new_person(registered *o, const char *name)
{
    int64_t id;
    registry_person p = { .name = text_of(name) };
    OK(registry_person_new(o->r, &o->act, &p, REGISTRY_REFUSE, &id));
    return id;
}

static void enrol(registered *o, int64_t id, int64_t scheme, int64_t from, int64_t until)
{
    registry_enrolment e = { .fact = { .subject_id = id, .from = from, .until = until },
                             .scheme = scheme,
                             .base_fen = 1000 * id };
    OK(registry_enrol(o->r, &o->act, &e));
}

static void pay(registered *o, int64_t id, int64_t from, int64_t until)
{
    registry_spell s = { .fact = { .subject_id = id, .from = from, .until = until },
                         .scheme = PENSION,
                         .kind = 1,
                         .base_fen = 300000 };
    OK(registry_spell_say(o->r, &o->act, &s));
}

static void account(registered *o, int64_t id, const char *number)
{
    registry_account a = { .fact = { .subject_id = id, .from = 0, .until = REGISTRY_OPEN },
                           .number.plain = text_of(number) };
    OK(registry_account_say(o->r, &o->act, &a));
}

static registry_record record_of(registered *o, int64_t id)
{
    registry_record record;
    OK(registry_record_read(o->memory, o->r, id, REGISTRY_NOW, &record));
    return record;
}

/* Two records: one with years of work, the other with later ones and an account. */
static void two_records(registered *o, int64_t *person, int64_t *other)
{
    *person = new_person(o, "王小明");
    *other = new_person(o, "王晓明");
    enrol(o, *person, PENSION, 30000, 32000);
    enrol(o, *other, PENSION, 31000, 33000); /* meets the other's: a conflict */
    enrol(o, *other, MEDICAL, 31000, 33000);
    pay(o, *person, 1200, 1260);
    pay(o, *other, 1300, 1330);
    pay(o, *other, 1260, 1270);
    account(o, *other, "62220212");
}

static void a_merge_brings_what_is_free_and_reviews_the_rest(void **state)
{
    registered o = registered_create(*state);
    int64_t person, other, conflicts, *ids;
    size_t count;
    two_records(&o, &person, &other);
    registered_later(&o);
    OK(registry_person_merge(o.r, &o.act, person, other, NULL, &conflicts));
    assert_int_equal(conflicts, 1);
    registry_record record = record_of(&o, person);
    assert_int_equal(record.count[REGISTRY_ENROLMENT], 2);
    assert_int_equal(record.count[REGISTRY_SPELL], 2);
    const registry_spell *spells = record.facts[REGISTRY_SPELL];
    assert_int_equal(spells[0].fact.until, 1270); /* joined with what came */
    registry_secret number = ((const registry_account *)record.facts[REGISTRY_ACCOUNT])->number;
    OK(registry_reveal(o.memory, o.r, person, &number));
    assert_true(text_equal(number.plain, TEXT("62220212")));
    registry_review *reviews;
    OK(registry_reviews(o.memory, o.r, &reviews, &count));
    assert_int_equal(count, 1);
    assert_int_equal(reviews[0].other_id, other);
    OK(registry_find_name(o.memory, o.r, TEXT("王晓"), 5, &ids, &count));
    assert_int_equal(ids[0], other); /* still found, and its record says into whom it went */
    record = record_of(&o, other);
    assert_int_equal(((const registry_person *)record.facts[REGISTRY_PERSON])->merged_into, person);
    int64_t region;
    bool is_merged;
    OK(registry_place(o.r, other, &region, &is_merged));
    assert_true(is_merged);
    OK(registry_place(o.r, person, &region, &is_merged));
    assert_false(is_merged);
    OK(registry_place(o.r, 999999999, &region, &is_merged));
    assert_int_equal(region, 0);
    registered_close(&o);
}

static size_t people_on_roster(registered *o, bool has_merged)
{
    registry_roster_options options = { .day = 31500,
                                        .known_ms = REGISTRY_NOW,
                                        .has_merged = has_merged };
    size_t people = 0;
    for (uint32_t bucket = 0; bucket < EVENTLOG_BUCKETS; bucket++) {
        registry_roster *roster;
        const registry_roster_row *row;
        OK(registry_roster_open(o->memory, o->r, bucket, &options, &roster));
        for (OK(registry_roster_next(roster, &row)); row; OK(registry_roster_next(roster, &row)))
            people++;
        registry_roster_close(roster);
    }
    return people;
}

static void the_merged_take_no_more_facts_and_leave_the_roster(void **state)
{
    registered o = registered_create(*state);
    int64_t person, other;
    two_records(&o, &person, &other);
    assert_int_equal(people_on_roster(&o, false), 2);
    OK(registry_person_merge(o.r, &o.act, person, other, NULL, NULL));
    assert_int_equal(people_on_roster(&o, false), 1);
    assert_int_equal(people_on_roster(&o, true), 2);
    IS(registry_stop(o.r, &o.act, other, MEDICAL, 0, 32000), REGISTRY_MERGED);
    IS(registry_person_merge(o.r, &o.act, person, other, NULL, NULL), REGISTRY_MERGED);
    IS(registry_person_merge(o.r, &o.act, person, person, NULL, NULL), REGISTRY_BAD_FACT);
    IS(registry_person_merge(o.r, &o.act, person, 999, NULL, NULL), REGISTRY_NOT_FOUND);
    registered_close(&o);
}

/* Cells of both records as text, without what only says when and by which event. */
static text summary_of(registered *o, int64_t id)
{
    registry_record record = record_of(o, id);
    text_builder out = text_builder_open(o->memory);
    const registry_enrolment *e = record.facts[REGISTRY_ENROLMENT];
    const registry_spell *s = record.facts[REGISTRY_SPELL];
    for (size_t i = 0; i < record.count[REGISTRY_ENROLMENT]; i++)
        text_add_format(&out, "%d-%d %d; ", (int)e[i].fact.from, (int)e[i].fact.until,
                        (int)e[i].base_fen);
    for (size_t i = 0; i < record.count[REGISTRY_SPELL]; i++)
        text_add_format(&out, "%d-%d; ", (int)s[i].fact.from, (int)s[i].fact.until);
    text_add_format(&out, "%zu accounts", record.count[REGISTRY_ACCOUNT]);
    return text_copy(o->memory, text_built(&out));
}

static void a_split_takes_back_what_the_merge_brought(void **state)
{
    registered o = registered_create(*state);
    int64_t person, other;
    size_t count;
    two_records(&o, &person, &other);
    text was = summary_of(&o, person), other_was = summary_of(&o, other);
    for (int round = 0; round < 2; round++) {
        registered_later(&o);
        OK(registry_person_merge(o.r, &o.act, person, other, NULL, NULL));
        assert_false(text_equal(summary_of(&o, person), was));
        registered_later(&o);
        OK(registry_person_split(o.r, &o.act, person, other));
        assert_true(text_equal(summary_of(&o, person), was));
        assert_true(text_equal(summary_of(&o, other), other_was));
    }
    registry_review *reviews;
    OK(registry_reviews(o.memory, o.r, &reviews, &count));
    assert_int_equal(count, 0);
    assert_int_equal(people_on_roster(&o, false), 2);
    IS(registry_person_split(o.r, &o.act, person, other), REGISTRY_NOT_MERGED);
    registered_close(&o);
}

static void what_was_said_after_the_merge_stays_after_the_split(void **state)
{
    registered o = registered_create(*state);
    int64_t person, other;
    two_records(&o, &person, &other);
    OK(registry_person_merge(o.r, &o.act, person, other, NULL, NULL));
    registered_later(&o);
    pay(&o, person, 1325, 1340); /* over the end of what came, and on */
    OK(registry_person_split(o.r, &o.act, person, other));
    registry_record record = record_of(&o, person);
    const registry_spell *spells = record.facts[REGISTRY_SPELL];
    assert_int_equal(record.count[REGISTRY_SPELL], 2);
    assert_int_equal(spells[0].fact.until, 1260);
    assert_int_equal(spells[1].fact.from, 1325);
    assert_int_equal(spells[1].fact.until, 1340);
    registered_close(&o);
}

static void a_merge_tried_again_changes_nothing(void **state)
{
    registered o = registered_create(*state);
    int64_t person, other;
    two_records(&o, &person, &other);
    o.act.key = TEXT("case 12");
    OK(registry_person_merge(o.r, &o.act, person, other, NULL, NULL));
    int64_t events = registered_event_count(&o);
    OK(registry_person_merge(o.r, &o.act, person, other, NULL, NULL));
    assert_int_equal(registered_event_count(&o), events);
    o.act.key = TEXT("");
    int64_t third = new_person(&o, "王");
    o.act.key = TEXT("case 12");
    IS(registry_person_merge(o.r, &o.act, third, other, NULL, NULL), EVENTLOG_KEY_REUSED);
    o.act.key = TEXT("case 13");
    OK(registry_person_split(o.r, &o.act, person, other));
    events = registered_event_count(&o);
    OK(registry_person_split(o.r, &o.act, person, other));
    assert_int_equal(registered_event_count(&o), events);
    registered_close(&o);
}

/* ---- tables against events ---- */

static void a_table_that_says_otherwise_is_found(void **state)
{
    static const char *const ALTERED[] = {
        "UPDATE registry_enrolment SET base_fen = base_fen + 1",
        "DELETE FROM registry_spell WHERE item = 0",
        "UPDATE registry_account SET known_until_ms = 5",
        "UPDATE registry_lookup SET key = key + 1 WHERE kind = 3",
        "DELETE FROM registry_name",
        "UPDATE registry_person SET merged_into = 1 WHERE merged_into = 0",
    };
    registered o = registered_create(*state);
    int64_t person, other;
    two_records(&o, &person, &other);
    OK(store_commit(o.db));
    for (size_t i = 0; i < ARRAY_COUNT(ALTERED); i++) {
        crypto_digest before, after;
        size_t found = 0;
        for (int round = 0; round < 2; round++) {
            /* The second time tables are made anew from events, and fit again. */
            OK(store_begin(o.db));
            if (!round) OK(store_run(o.db, ALTERED[i]));
            for (uint32_t bucket = 0; round && bucket <= EVENTLOG_OFFICE; bucket++)
                OK(registry_rebuild(o.r, bucket));
            OK(store_commit(o.db));
            found = 0;
            for (uint32_t bucket = 0; bucket <= EVENTLOG_OFFICE; bucket++) {
                err e = registry_verify(o.r, bucket, NULL);
                if (e.kind) IS(e, REGISTRY_BROKEN);
                found += e.kind != NULL;
            }
            if (!round) assert_true(found >= 1);
        }
        assert_int_equal(found, 0);
        OK(registry_export(o.r, eventlog_bucket_of(person), NULL, NULL, &before, NULL));
        OK(registry_export(o.r, eventlog_bucket_of(person), NULL, NULL, &after, NULL));
        assert_true(crypto_digest_equal(before, after));
    }
    OK(store_begin(o.db));
    registered_close(&o);
}

static err count_lines(void *context, text line)
{
    assert_true(text_ends(line, TEXT("\n")));
    ++*(size_t *)context;
    return ERR_NONE;
}

static void an_export_is_a_line_a_row(void **state)
{
    registered o = registered_create(*state);
    int64_t person, other, rows = 0;
    size_t lines = 0;
    crypto_digest hash;
    two_records(&o, &person, &other);
    for (uint32_t bucket = 0; bucket <= EVENTLOG_OFFICE; bucket++) {
        int64_t some;
        OK(registry_export(o.r, bucket, count_lines, &lines, &hash, &some));
        rows += some;
    }
    /* 2 people, 3 enrolments, 3 spells, an account; 1 look-up, 2 names */
    assert_int_equal(rows, 12);
    assert_int_equal(lines, 12);
    registered_close(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST_EACH(a_merge_brings_what_is_free_and_reviews_the_rest),
        STORE_TEST_EACH(the_merged_take_no_more_facts_and_leave_the_roster),
        STORE_TEST_EACH(a_split_takes_back_what_the_merge_brought),
        STORE_TEST_EACH(what_was_said_after_the_merge_stays_after_the_split),
        STORE_TEST_EACH(a_merge_tried_again_changes_nothing),
        STORE_TEST_EACH(a_table_that_says_otherwise_is_found),
        STORE_TEST_EACH(an_export_is_a_line_a_row),
    };
    return cmocka_run_group_tests_name("registry merge", tests, NULL, NULL);
}
