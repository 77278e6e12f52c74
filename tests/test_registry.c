/* The registry, one script for each driver: people, facts, two times, duplicates, secrets.
 * test_registry_bulk.c loads and lists, test_registry_random.c holds it against a naive replay. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/checked.h"
#include "ident/ident.h"
#include "support/registered.h"

static registry_person li_si(const char *number)
{
    return (registry_person){ .name = TEXT("李四"),
                              .number.plain = text_of(number),
                              .sex = 1,
                              .birth_day = 20000,
                              .region = 130182,
                              .phone.plain = TEXT("13800000000") };
}

static int64_t new_person(registered *o, const char *number)
{
    int64_t id;
    registry_person p = li_si(number);
    OK(registry_person_new(o->r, &o->act, &p, REGISTRY_REFUSE, &id));
    return id;
}

static registry_record record_of(registered *o, int64_t id, int64_t known_ms)
{
    registry_record record;
    OK(registry_record_read(o->memory, o->r, id, known_ms, &record));
    registry_record who; /* without the rest it is the same one */
    OK(registry_record_who(o->memory, o->r, id, &who));
    assert_int_equal(who.kind, record.kind);
    if (known_ms == REGISTRY_NOW) assert_int_equal(who.count[who.kind], record.count[who.kind]);
    int64_t place;
    OK(registry_place(o->r, id, &place, &(bool){ false })); /* and its place that of the last */
    if (who.kind == REGISTRY_PERSON) assert_int_equal(place, ((const registry_person *)who.facts[REGISTRY_PERSON] + who.count[REGISTRY_PERSON] - 1)->region);
    return record;
}

static const registry_person *person_of(const registry_record *record)
{
    assert_int_equal(record->count[REGISTRY_PERSON], 1);
    return record->facts[REGISTRY_PERSON];
}

/* ---- people ---- */

static void a_person_is_found_by_number_name_and_phone(void **state)
{
    registered o = registered_create(*state);
    int64_t id = new_person(&o, " 130182196708280017 "), *ids;
    size_t count;
    OK(registry_find_number(o.memory, o.r, TEXT("１３０１８２１９６７０８２８００１７"), &ids,
                            &count));
    assert_int_equal(count, 1);
    assert_int_equal(ids[0], id);
    OK(registry_find_number(o.memory, o.r, TEXT("130182670828001"), &ids, &count));
    assert_int_equal(count, 1); /* the same in 15 places */
    OK(registry_find_phone(o.memory, o.r, TEXT("13800000000"), &ids, &count));
    assert_int_equal(count, 1);
    OK(registry_find_name(o.memory, o.r, TEXT("李"), 10, &ids, &count));
    assert_int_equal(count, 1);
    OK(registry_find_name(o.memory, o.r, TEXT("王"), 10, &ids, &count));
    assert_int_equal(count, 0);
    int64_t people;
    OK(registry_person_count(o.r, &people));
    assert_int_equal(people, 1);
    registered_close(&o);
}

static void a_number_of_15_places_is_kept_as_18(void **state)
{
    registered o = registered_create(*state);
    int64_t id = new_person(&o, "130182670828001");
    registry_record record = record_of(&o, id, REGISTRY_NOW);
    registry_secret number = person_of(&record)->number;
    assert_int_equal(number.plain.size_bytes, 0);
    OK(registry_reveal(o.memory, o.r, id, &number));
    assert_true(text_equal(number.plain, TEXT("130182196708280017")));
    registered_close(&o);
}

static void a_wrong_number_is_refused_or_reviewed(void **state)
{
    registered o = registered_create(*state);
    int64_t id, people;
    registry_person p = li_si("130182196708280015");
    IS(registry_person_new(o.r, &o.act, &p, REGISTRY_REFUSE, &id), IDENT_WRONG_CHECK);
    OK(registry_person_count(o.r, &people));
    assert_int_equal(people, 0);
    OK(registry_person_new(o.r, &o.act, &p, REGISTRY_TO_REVIEW, &id));
    registry_review *reviews;
    size_t count;
    OK(registry_reviews(o.memory, o.r, &reviews, &count));
    assert_int_equal(count, 1);
    text word;
    OK(registry_word_read(o.memory, o.r, reviews[0].reason, &word));
    assert_true(text_equal(word, TEXT("wrong_number")));
    registered_close(&o);
}

/* What was asked ahead answers as the store would, until something of it is written or the transaction ends. */
static void what_is_expected_changes_no_answer(void **state)
{
    registered o = registered_create(*state);
    const text numbers[] = { TEXT("130182196708280017"), TEXT("11010519491231002X"), TEXT("130182670828001"), TEXT("no number"), TEXT("") };
    int64_t first = new_person(&o, "130182196708280017"), *ids;
    size_t count;
    for (int round = 0; round < 2; round++) {
        OK(registry_expect_numbers(o.r, numbers, ARRAY_COUNT(numbers)));
        OK(registry_find_number(o.memory, o.r, numbers[0], &ids, &count));
        assert_int_equal(count, 1);
        assert_int_equal(ids[0], first);
        OK(registry_find_number(o.memory, o.r, numbers[1], &ids, &count));
        assert_int_equal(count, 0);
        registry_account account = { .fact = { .subject_id = first, .from = REGISTRY_EVER, .until = REGISTRY_OPEN },
                                     .number = { .plain = TEXT("6222021234567890123") } };
        OK(registry_account_say(o.r, &o.act, &account)); /* whether the person is there is expected too */
        registered_check(&o); /* another transaction */
        OK(registry_find_number(o.memory, o.r, numbers[0], &ids, &count));
        assert_int_equal(count, 1);
    }
    OK(registry_expect_numbers(o.r, numbers, ARRAY_COUNT(numbers)));
    int64_t second = new_person(&o, "11010519491231002X"); /* expected to be nobody's, and now is */
    OK(registry_find_number(o.memory, o.r, numbers[1], &ids, &count));
    assert_int_equal(count, 1);
    assert_int_equal(ids[0], second);
    OK(registry_expect_numbers(o.r, numbers, ARRAY_COUNT(numbers)));
    int64_t conflicts;
    OK(registry_person_merge(o.r, &o.act, first, second, NULL, &conflicts));
    registry_account late = { .fact = { .subject_id = second, .from = REGISTRY_EVER, .until = REGISTRY_OPEN } };
    IS(registry_account_say(o.r, &o.act, &late), REGISTRY_MERGED);
    registered_close(&o);
}

static void a_number_that_is_taken_is_refused_or_reviewed(void **state)
{
    registered o = registered_create(*state);
    int64_t first = new_person(&o, "130182196708280017"), second, *ids;
    registry_person p = li_si("130182196708280017");
    err e = registry_person_new(o.r, &o.act, &p, REGISTRY_REFUSE, &second);
    IS(e, REGISTRY_DUPLICATE);
    assert_int_equal(atoll(e.detail), first);
    OK(registry_person_new(o.r, &o.act, &p, REGISTRY_TO_REVIEW, &second));
    registry_review *reviews;
    size_t count;
    OK(registry_reviews(o.memory, o.r, &reviews, &count));
    assert_int_equal(count, 2);
    OK(registry_find_number(o.memory, o.r, TEXT("130182196708280017"), &ids, &count));
    assert_int_equal(count, 2);
    registered_close(&o);
}

static void what_was_known_before_a_correction_stays(void **state)
{
    registered o = registered_create(*state);
    int64_t id = new_person(&o, "130182196708280017");
    int64_t before = o.act.known_ms;
    registry_record was = record_of(&o, id, before);
    registry_person p = *person_of(&was);
    p.name = TEXT("李肆");
    registered_later(&o);
    OK(registry_person_correct(o.r, &o.act, &p));
    registry_record now = record_of(&o, id, REGISTRY_NOW), then = record_of(&o, id, before);
    assert_true(text_equal(person_of(&now)->name, TEXT("李肆")));
    assert_true(text_equal(person_of(&then)->name, TEXT("李四")));
    assert_int_equal(person_of(&now)->number.key, p.number.key);
    registry_record history;
    OK(registry_history_read(o.memory, o.r, id, &history));
    assert_int_equal(history.count[REGISTRY_PERSON], 2);
    const registry_person *rows = history.facts[REGISTRY_PERSON];
    assert_int_equal(rows[0].fact.known_until_ms, rows[1].fact.known_from_ms);
    eventlog_entry *entries;
    size_t count;
    OK(registry_events_of(o.memory, o.r, id, &entries, &count));
    assert_int_equal(count, 2);
    assert_string_equal(entries[0].event.kind, "registry.person_new");
    assert_string_equal(entries[1].event.kind, "registry.person_corrected");
    registered_close(&o);
}

static void saying_what_is_so_writes_no_event(void **state)
{
    registered o = registered_create(*state);
    int64_t id = new_person(&o, "130182196708280017"), events = registered_event_count(&o);
    registry_record record = record_of(&o, id, REGISTRY_NOW);
    OK(registry_person_correct(o.r, &o.act, person_of(&record)));
    assert_int_equal(registered_event_count(&o), events);
    registered_close(&o);
}

static void nobody_is_not_found(void **state)
{
    registered o = registered_create(*state);
    registry_record record;
    IS(registry_record_read(o.memory, o.r, 77, REGISTRY_NOW, &record), REGISTRY_NOT_FOUND);
    registry_enrolment e = { .fact = { .subject_id = 77, .from = 100, .until = REGISTRY_OPEN },
                             .scheme = 1 };
    IS(registry_enrol(o.r, &o.act, &e), REGISTRY_NOT_FOUND);
    IS(registry_benefit_move(o.r, &o.act, new_person(&o, ""), 1, REGISTRY_PAYING, 10, 0),
       REGISTRY_NOT_FOUND);
    registered_close(&o);
}

/* ---- facts that cannot be ---- */

static void what_cannot_be_is_refused(void **state)
{
    registered o = registered_create(*state);
    int64_t id = new_person(&o, ""), events = registered_event_count(&o);
    registry_enrolment e = { .fact = { .subject_id = id, .from = 100, .until = 100 }, .scheme = 1 };
    IS(registry_enrol(o.r, &o.act, &e), REGISTRY_BAD_FACT);
    e.fact.until = REGISTRY_OPEN + 1;
    IS(registry_enrol(o.r, &o.act, &e), REGISTRY_BAD_FACT);
    e.fact.until = REGISTRY_OPEN;
    e.scheme = 0;
    IS(registry_enrol(o.r, &o.act, &e), REGISTRY_BAD_FACT);
    e.scheme = 1;
    e.base_fen = -1;
    IS(registry_enrol(o.r, &o.act, &e), REGISTRY_BAD_FACT);
    registry_spell s = { .fact = { .subject_id = id, .from = 100, .until = 5000 },
                         .scheme = 1,
                         .kind = 1 };
    IS(registry_spell_say(o.r, &o.act, &s), REGISTRY_BAD_FACT); /* no such month */
    registry_person nameless = { .sex = 1 };
    IS(registry_person_new(o.r, &o.act, &nameless, REGISTRY_REFUSE, &id), REGISTRY_BAD_FACT);
    IS(registry_benefit_move(o.r, &o.act, id, 1, (registry_benefit_state)9, 10, 0),
       REGISTRY_BAD_FACT);
    assert_int_equal(registered_event_count(&o), events);
    registered_close(&o);
}

/* ---- enrolments, benefits, accounts, attributes ---- */

static void an_enrolment_begins_changes_and_stops(void **state)
{
    registered o = registered_create(*state);
    int64_t id = new_person(&o, "130182196708280017"), *ids;
    size_t count;
    registry_enrolment e = { .fact = { .subject_id = id, .from = 40000, .until = REGISTRY_OPEN },
                             .scheme = 1,
                             .employer_id = 500,
                             .base_fen = 400000 };
    OK(registry_enrol(o.r, &o.act, &e));
    e.fact.from = 40365;
    e.base_fen = 450000;
    registered_later(&o);
    OK(registry_enrol(o.r, &o.act, &e));
    registered_later(&o);
    OK(registry_stop(o.r, &o.act, id, 1, 500, 40500));
    registry_record record = record_of(&o, id, REGISTRY_NOW);
    assert_int_equal(record.count[REGISTRY_ENROLMENT], 2);
    const registry_enrolment *rows = record.facts[REGISTRY_ENROLMENT];
    assert_int_equal(rows[0].fact.from, 40000);
    assert_int_equal(rows[0].fact.until, 40365);
    assert_int_equal(rows[0].base_fen, 400000);
    assert_int_equal(rows[1].fact.until, 40500);
    assert_int_equal(rows[1].base_fen, 450000);
    OK(registry_find_staff(o.memory, o.r, 500, &ids, &count));
    assert_int_equal(count, 1);
    registered_close(&o);
}

static void a_benefit_is_suspended_and_resumed(void **state)
{
    registered o = registered_create(*state);
    int64_t id = new_person(&o, "130182196708280017");
    registry_benefit b = { .fact = { .subject_id = id, .from = 1500, .until = REGISTRY_OPEN },
                           .benefit = 3,
                           .state = REGISTRY_PAYING,
                           .amount_fen = 312345,
                           .decision_id = 9 };
    OK(registry_say(o.r, &o.act, "benefit_granted", REGISTRY_BENEFIT, &b, 1, NULL));
    OK(registry_benefit_move(o.r, &o.act, id, 3, REGISTRY_SUSPENDED, 1510, 7));
    OK(registry_benefit_move(o.r, &o.act, id, 3, REGISTRY_PAYING, 1513, 0));
    registry_record record = record_of(&o, id, REGISTRY_NOW);
    assert_int_equal(record.count[REGISTRY_BENEFIT], 3);
    const registry_benefit *rows = record.facts[REGISTRY_BENEFIT];
    assert_int_equal(rows[1].state, REGISTRY_SUSPENDED);
    assert_int_equal(rows[1].reason, 7);
    assert_int_equal(rows[1].fact.until, 1513);
    assert_int_equal(rows[2].amount_fen, 312345);
    assert_int_equal(rows[2].decision_id, 9);
    registered_close(&o);
}

static void an_account_is_sealed_and_found(void **state)
{
    registered o = registered_create(*state);
    int64_t id = new_person(&o, "130182196708280017"), *ids;
    size_t count;
    registry_account a = { .fact = { .subject_id = id, .from = 40000, .until = REGISTRY_OPEN },
                           .bank = 4,
                           .number.plain = TEXT("6222020000000000000"),
                           .holder = TEXT("李四") };
    OK(registry_account_say(o.r, &o.act, &a));
    OK(registry_account_say(o.r, &o.act, &a));
    registry_record record = record_of(&o, id, REGISTRY_NOW);
    assert_int_equal(record.count[REGISTRY_ACCOUNT], 1);
    registry_secret number = ((const registry_account *)record.facts[REGISTRY_ACCOUNT])->number;
    assert_true(text_find(number.sealed, TEXT("62220200")) == SIZE_MAX);
    OK(registry_reveal(o.memory, o.r, id, &number));
    assert_true(text_equal(number.plain, TEXT("6222020000000000000")));
    OK(registry_find_account(o.memory, o.r, TEXT("6222020000000000000"), &ids, &count));
    assert_int_equal(count, 1);
    registered_close(&o);
}

static void an_attribute_holds_over_its_span(void **state)
{
    registered o = registered_create(*state);
    int64_t id = new_person(&o, ""), name;
    OK(registry_word_add(o.r, &o.act, TEXT("disability_grade"), &name));
    registry_attribute a = { .fact = { .subject_id = id, .from = 40000, .until = 41000 },
                             .name = name,
                             .value = 2,
                             .note = TEXT("证 12") };
    OK(registry_attribute_say(o.r, &o.act, &a));
    a.fact =
        (registry_fact){ .subject_id = id, .from = 40500, .until = REGISTRY_OPEN, .is_void = true };
    OK(registry_attribute_say(o.r, &o.act, &a));
    registry_record record = record_of(&o, id, REGISTRY_NOW);
    const registry_attribute *rows = record.facts[REGISTRY_ATTRIBUTE];
    assert_int_equal(record.count[REGISTRY_ATTRIBUTE], 1);
    assert_int_equal(rows[0].fact.until, 40500);
    assert_true(text_equal(rows[0].note, TEXT("证 12")));
    registered_close(&o);
}

/* ---- households, employers, words ---- */

static void employers_and_households_are_subjects_too(void **state)
{
    registered o = registered_create(*state);
    int64_t person = new_person(&o, ""), household, employer, found, *ids;
    size_t count;
    registry_household h = { .region = 130182, .address = TEXT("东街 3 号") };
    OK(registry_household_new(o.r, &o.act, &h, &household));
    registry_member m = { .fact = { .subject_id = person, .from = 0, .until = REGISTRY_OPEN },
                          .household_id = household,
                          .relation = 1 };
    OK(registry_say(o.r, &o.act, "member_said", REGISTRY_MEMBER, &m, 1, NULL));
    OK(registry_find_members(o.memory, o.r, household, &ids, &count));
    assert_int_equal(count, 1);
    registry_employer e = { .name = TEXT("红星纺织厂"), .code = TEXT("91350100m000100y43") };
    OK(registry_employer_new(o.r, &o.act, &e, &employer));
    OK(registry_find_code(o.memory, o.r, TEXT("91350100M000100Y43"), &found));
    assert_int_equal(found, employer);
    IS(registry_employer_new(o.r, &o.act, &e, &found), REGISTRY_DUPLICATE);
    e.code = TEXT("91350100M000100Y44");
    IS(registry_employer_new(o.r, &o.act, &e, &found), IDENT_WRONG_CHECK);
    IS(registry_find_code(o.memory, o.r, e.code, &found), REGISTRY_NOT_FOUND);
    registry_record record = record_of(&o, employer, REGISTRY_NOW);
    assert_int_equal(record.kind, REGISTRY_EMPLOYER);
    registered_close(&o);
}

static void a_correction_takes_nobody_elses_number(void **state)
{
    registered o = registered_create(*state);
    new_person(&o, "130182196708280017");
    registry_person p = { .name = TEXT("王五") };
    int64_t other, employer, found;
    OK(registry_person_new(o.r, &o.act, &p, REGISTRY_REFUSE, &other));
    p.fact = (registry_fact){ .subject_id = other, .from = REGISTRY_EVER, .until = REGISTRY_OPEN };
    p.number.plain = TEXT("130182670828001");
    IS(registry_person_correct(o.r, &o.act, &p), REGISTRY_DUPLICATE);
    p.number.plain = TEXT("130182196708280016");
    IS(registry_person_correct(o.r, &o.act, &p), IDENT_WRONG_CHECK);
    registry_employer e = { .name = TEXT("厂"), .code = TEXT("91350100M000100Y43") };
    OK(registry_employer_new(o.r, &o.act, &e, &employer));
    e.fact =
        (registry_fact){ .subject_id = employer, .from = REGISTRY_EVER, .until = REGISTRY_OPEN };
    e.name = TEXT("新厂");
    OK(registry_say(o.r, &o.act, "employer_corrected", REGISTRY_EMPLOYER, &e, 1, NULL));
    e.code = TEXT("");
    OK(registry_employer_new(o.r, &o.act, &e, &e.fact.subject_id));
    e.code = TEXT("91350100M000100Y43");
    IS(registry_say(o.r, &o.act, "employer_corrected", REGISTRY_EMPLOYER, &e, 1, NULL),
       REGISTRY_DUPLICATE);
    OK(registry_find_code(o.memory, o.r, e.code, &found));
    assert_int_equal(found, employer);
    registered_close(&o);
}

static void a_word_has_one_number(void **state)
{
    registered o = registered_create(*state);
    int64_t first, again, other, none;
    text word;
    OK(registry_word_add(o.r, &o.act, TEXT("养老"), &first));
    OK(registry_word_add(o.r, &o.act, TEXT("养老"), &again));
    OK(registry_word_add(o.r, &o.act, TEXT("医疗"), &other));
    OK(registry_word_find(o.r, TEXT("工伤"), &none));
    assert_int_equal(first, again);
    assert_int_not_equal(first, other);
    assert_int_equal(none, 0);
    OK(registry_word_read(o.memory, o.r, other, &word));
    assert_true(text_equal(word, TEXT("医疗")));
    IS(registry_word_read(o.memory, o.r, 99, &word), REGISTRY_NOT_FOUND);
    IS(registry_word_add(o.r, &o.act, TEXT(""), &none), REGISTRY_BAD_FACT);
    registered_close(&o);
}

/* ---- keys of acts ---- */

static void an_act_tried_again_changes_nothing(void **state)
{
    registered o = registered_create(*state);
    int64_t first, again;
    registry_person p = li_si("130182196708280017");
    o.act.key = TEXT("form 17");
    OK(registry_person_new(o.r, &o.act, &p, REGISTRY_REFUSE, &first));
    int64_t events = registered_event_count(&o);
    registered_later(&o);
    OK(registry_person_new(o.r, &o.act, &p, REGISTRY_REFUSE, &again));
    assert_int_equal(first, again);
    registry_enrolment e = { .fact = { .subject_id = first, .from = 100, .until = REGISTRY_OPEN },
                             .scheme = 1,
                             .base_fen = 10 };
    o.act.key = TEXT("form 18");
    OK(registry_enrol(o.r, &o.act, &e));
    o.act.key = TEXT("form 19");
    e.base_fen = 20;
    OK(registry_enrol(o.r, &o.act, &e));
    o.act.key = TEXT("form 18"); /* late, and no longer what is so */
    e.base_fen = 10;
    OK(registry_enrol(o.r, &o.act, &e));
    assert_int_equal(registered_event_count(&o), events + 2);
    registry_record record = record_of(&o, first, REGISTRY_NOW);
    assert_int_equal(((const registry_enrolment *)record.facts[REGISTRY_ENROLMENT])->base_fen, 20);
    e.base_fen = 30;
    IS(registry_enrol(o.r, &o.act, &e), EVENTLOG_KEY_REUSED);
    registered_close(&o);
}

/* ---- keys of secrets ---- */

static void the_forgotten_stay_sealed(void **state)
{
    registered o = registered_create(*state);
    int64_t id = new_person(&o, "130182196708280017");
    registry_record record = record_of(&o, id, REGISTRY_NOW);
    registry_secret number = person_of(&record)->number;
    OK(registry_forget(o.r, &o.act, id));
    IS(registry_reveal(o.memory, o.r, id, &number), REGISTRY_FORGOTTEN);
    registry_account a = { .fact = { .subject_id = id, .from = 0, .until = REGISTRY_OPEN },
                           .number.plain = TEXT("6222020000000000000") };
    IS(registry_account_say(o.r, &o.act, &a), REGISTRY_FORGOTTEN);
    registered_check(&o);
    registered_close(&o);
}

static void without_keys_secrets_stay_shut(void **state)
{
    registered o = registered_create(*state);
    int64_t id = new_person(&o, "130182196708280017");
    registry *blind;
    OK(registry_open(o.memory, o.db, o.log, NULL, &blind));
    registry_record record;
    OK(registry_record_read(o.memory, blind, id, REGISTRY_NOW, &record));
    registry_secret number = person_of(&record)->number;
    IS(registry_reveal(o.memory, blind, id, &number), REGISTRY_FORGOTTEN);
    registry_close(blind);
    registered_close(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST_EACH(a_person_is_found_by_number_name_and_phone),
        STORE_TEST_EACH(a_number_of_15_places_is_kept_as_18),
        STORE_TEST_EACH(a_wrong_number_is_refused_or_reviewed),
        STORE_TEST_EACH(what_is_expected_changes_no_answer),
        STORE_TEST_EACH(a_number_that_is_taken_is_refused_or_reviewed),
        STORE_TEST_EACH(what_was_known_before_a_correction_stays),
        STORE_TEST_EACH(saying_what_is_so_writes_no_event),
        STORE_TEST_EACH(nobody_is_not_found),
        STORE_TEST_EACH(what_cannot_be_is_refused),
        STORE_TEST_EACH(an_enrolment_begins_changes_and_stops),
        STORE_TEST_EACH(a_benefit_is_suspended_and_resumed),
        STORE_TEST_EACH(an_account_is_sealed_and_found),
        STORE_TEST_EACH(an_attribute_holds_over_its_span),
        STORE_TEST_EACH(employers_and_households_are_subjects_too),
        STORE_TEST_EACH(a_correction_takes_nobody_elses_number),
        STORE_TEST_EACH(a_word_has_one_number),
        STORE_TEST_EACH(an_act_tried_again_changes_nothing),
        STORE_TEST_EACH(the_forgotten_stay_sealed),
        STORE_TEST_EACH(without_keys_secrets_stay_shut),
    };
    return cmocka_run_group_tests_name("registry", tests, NULL, NULL);
}
