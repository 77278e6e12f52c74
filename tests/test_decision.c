#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/checked.h"
#include "decision/decision.h"
#include "support/office.h"

#define ok office_ok
#define refused office_refused

typedef struct {
    office *house;
    arena *memory;
    decision_book *book;
} decision_office;

static int set_up(void **state)
{
    office *house = office_open(state);
    decision_office *o = ARENA_NEW(house->memory, decision_office);
    *o = (decision_office){ .house = house, .memory = house->memory };
    ok(decision_open(o->memory, house->db, house->log, &o->book));
    *state = o;
    return 0;
}

static int tear_down(void **state)
{
    decision_office *o = *state;
    return office_close(o->house, state);
}

OFFICE_SET_UPS

static const char *const KEYS[] = { "pension.basic", "pension.account" };
static decision_terms terms(void)
{
    return (decision_terms){ .purpose = TEXT("award.retirement"), .law = TEXT("aa01"), .on_day = 46000,
                             .for_month = 1511, .keys = KEYS, .key_count = 2 };
}

/* People of the bucket of person 1. */
static size_t neighbours(decision_row *rows, size_t wanted)
{
    size_t count = 0;
    for (int64_t id = 1; count < wanted; id++)
        if (eventlog_bucket_of(id) == eventlog_bucket_of(1))
            rows[count++] = (decision_row){ .person_id = id, .record = id % 2 ? TEXT("{\"a\":1}") : TEXT("{\"a\":2}"),
                                            .fen = { 100 * id, id % 3 ? EVENTLOG_NONE : 5 } };
    return count;
}

static err make(decision_office *o, const char *key, const decision_row *rows, size_t count, int64_t *ids)
{
    decision_terms t = terms();
    decision_act act = { .actor_id = 1, .known_ms = ++o->house->now_ms, .why = TEXT("test"), .key = text_of(key) };
    office_begin(o->house);
    return office_end(o->house, decision_make(o->book, &act, eventlog_bucket_of(1), &t, rows, count, ids));
}

static void a_decision_is_read_back_with_its_inputs(void **state)
{
    decision_office *o = *state;
    decision_row rows[5];
    int64_t ids[5];
    size_t count = neighbours(rows, 5);
    ok(make(o, "", rows, count, ids));
    for (size_t i = 0; i < count; i++) {
        decision_made made;
        ok(decision_read(o->memory, o->book, rows[i].person_id, ids[i], &made));
        assert_true(text_equal(made.row.record, rows[i].record));
        assert_int_equal(made.row.fen[0], rows[i].fen[0]);
        assert_int_equal(made.row.fen[1], rows[i].fen[1]);
        assert_true(text_equal_cstr(made.terms.purpose, "award.retirement"));
        assert_string_equal(made.terms.keys[1], "pension.account");
        assert_int_equal(made.terms.for_month, 1511);
        refused(decision_read(o->memory, o->book, rows[i].person_id, ids[i] + 7, &made), &DECISION_NOT_FOUND);
    }
    decision_made other;
    refused(decision_read(o->memory, o->book, rows[1].person_id, ids[0], &other), &DECISION_NOT_FOUND);
    refused(decision_read(o->memory, o->book, rows[1].person_id, 5, &other), &DECISION_NOT_FOUND);
}

static void the_same_batch_again_changes_nothing(void **state)
{
    decision_office *o = *state;
    decision_row rows[3];
    int64_t ids[3], again[3];
    size_t count = neighbours(rows, 3);
    ok(make(o, "2026-01", rows, count, ids));
    ok(make(o, "2026-01", rows, count, again));
    assert_memory_equal(ids, again, sizeof ids);
    rows[0].fen[0]++;
    refused(make(o, "2026-01", rows, count, again), &EVENTLOG_KEY_REUSED);
    decision_made *made;
    size_t made_count;
    ok(decision_of_person(o->memory, o->book, rows[0].person_id, TEXT_NONE, &made, &made_count));
    assert_int_equal(made_count, 1);
}

static void later_decisions_stand_beside_earlier_ones(void **state)
{
    decision_office *o = *state;
    decision_row rows[1];
    int64_t ids[2];
    neighbours(rows, 1);
    ok(make(o, "", rows, 1, &ids[0]));
    rows[0].fen[0] = 777;
    ok(make(o, "", rows, 1, &ids[1]));
    assert_true(ids[1] > ids[0]);
    decision_made *made;
    size_t count;
    ok(decision_of_person(o->memory, o->book, 1, TEXT("award.retirement"), &made, &count));
    assert_int_equal(count, 2);
    assert_int_equal(made[1].row.fen[0], 777);
    ok(decision_of_person(o->memory, o->book, 1, TEXT("award.injury"), &made, &count));
    assert_int_equal(count, 0);
}

static void a_batch_out_of_order_is_refused(void **state)
{
    decision_office *o = *state;
    decision_row rows[3];
    int64_t ids[3];
    neighbours(rows, 3);
    decision_row first = rows[0];
    rows[0] = rows[1];
    rows[1] = first;
    refused(make(o, "", rows, 3, ids), &DECISION_BAD_BATCH);
    refused(make(o, "", rows, 0, ids), &DECISION_BAD_BATCH);
    rows[0].person_id = 2;
    while (eventlog_bucket_of(rows[0].person_id) == eventlog_bucket_of(1)) rows[0].person_id++;
    refused(make(o, "", rows, 1, ids), &DECISION_BAD_BATCH);
}

/* ---- awards ---- */

enum { MONTH = 1522 };

static size_t propose(decision_office *o, decision_award *awards)
{
    decision_row rows[3];
    int64_t ids[3];
    size_t count = neighbours(rows, 3);
    ok(make(o, "", rows, count, ids));
    decision_act act = { .actor_id = 11, .known_ms = ++o->house->now_ms, .why = TEXT("test") };
    for (size_t i = 0; i < count; i++)
        awards[i] = (decision_award){ .person_id = rows[i].person_id, .decision_id = ids[i], .kind = DECISION_BEGINS,
                                      .amount_fen = 1000 + (int64_t)i, .from_month = MONTH + 1, .due_month = MONTH };
    office_begin(o->house);
    ok(office_end(o->house, decision_propose(o->book, &act, eventlog_bucket_of(1), MONTH, TEXT("award.retirement"),
                                             TEXT("employee_pension"), awards, count)));
    return count;
}

static decision_award *awards_in(decision_office *o, decision_award_state state, size_t *count)
{
    decision_award *awards;
    decision_award_filter filter = { .month = MONTH, .purpose = TEXT(""), .states = 1u << state };
    ok(decision_awards(o->memory, o->book, &filter, &awards, count));
    return awards;
}

static err move(decision_office *o, int64_t actor_id, decision_award_state to, const decision_award *awards, size_t count)
{
    decision_act act = { .actor_id = actor_id, .known_ms = ++o->house->now_ms, .why = TEXT("mend it") };
    decision_award_step step = { .to = to };
    ok(decision_award_digest(o->memory, awards, count, &step.shown));
    office_begin(o->house);
    return office_end(o->house, decision_award_move(o->book, &act, &step, awards, count));
}

static void three_people_stand_for_an_award(void **state)
{
    decision_office *o = *state;
    decision_award made[3], *awards;
    size_t count, left;
    propose(o, made);
    awards = awards_in(o, DECISION_PROPOSED, &count);
    assert_int_equal(count, 3);
    assert_int_equal(awards[1].amount_fen, 1001);
    assert_int_equal(awards[1].maker_id, 11);
    assert_true(text_equal_cstr(awards[1].benefit, "employee_pension"));
    /* Not whoever made it, not before its turn; and after a refusal all is as it was. */
    refused(move(o, 11, DECISION_REVIEWED, awards, count), &DECISION_SAME_PERSON);
    refused(move(o, 13, DECISION_APPROVED, awards, count), &DECISION_AWARD_STATE);
    (void)awards_in(o, DECISION_PROPOSED, &left);
    assert_int_equal(left, 3);
    ok(move(o, 12, DECISION_REVIEWED, awards, count));
    awards = awards_in(o, DECISION_REVIEWED, &count);
    refused(move(o, 11, DECISION_APPROVED, awards, count), &DECISION_SAME_PERSON);
    refused(move(o, 12, DECISION_APPROVED, awards, count), &DECISION_SAME_PERSON);
    ok(move(o, 12, DECISION_RETURNED, awards, 1));
    ok(move(o, 13, DECISION_APPROVED, awards + 1, 2));
    awards = awards_in(o, DECISION_APPROVED, &count);
    assert_int_equal(count, 2);
    assert_int_equal(awards[0].reviewer_id, 12);
    assert_int_equal(awards[0].decider_id, 13);
    refused(move(o, 14, DECISION_RETURNED, awards, 1), &DECISION_AWARD_STATE);
    awards = awards_in(o, DECISION_RETURNED, &count);
    assert_int_equal(count, 1);
    assert_true(text_equal_cstr(awards[0].why, "mend it"));
    office_tables_are_the_logs(o->house, decision_room(o->book));
}

static void a_digest_tells_every_amount_apart(void **state)
{
    decision_office *o = *state;
    decision_award awards[3];
    crypto_digest before, after;
    size_t count = propose(o, awards);
    ok(decision_award_digest(o->memory, awards, count, &before));
    awards[2].amount_fen++;
    ok(decision_award_digest(o->memory, awards, count, &after));
    assert_false(crypto_digest_equal(before, after));
    ok(decision_award_digest(o->memory, awards, count - 1, &after));
    assert_false(crypto_digest_equal(before, after));
}

static void an_award_of_nothing_is_refused(void **state)
{
    decision_office *o = *state;
    decision_award award = { .person_id = 1, .decision_id = 1, .kind = DECISION_ONCE };
    decision_act act = { .actor_id = 11, .known_ms = ++o->house->now_ms, .why = TEXT("test") };
    office_begin(o->house);
    refused(office_end(o->house, decision_propose(o->book, &act, eventlog_bucket_of(1), MONTH, TEXT("award.x"), TEXT("x"),
                                                  &award, 1)),
            &DECISION_BAD_BATCH);
}

/* Persons of one bucket or of several: a step's events belong together by what was signed. */
static void what_was_signed_is_answered_with_its_awards(void **state)
{
    decision_office *o = *state;
    decision_award made[3], *awards;
    decision_award_signed *steps;
    size_t count, step_count;
    crypto_digest digest;
    propose(o, made);
    awards = awards_in(o, DECISION_PROPOSED, &count);
    decision_act act = { .actor_id = 12, .known_ms = ++o->house->now_ms };
    decision_award_step step = { .to = DECISION_REVIEWED, .signature = TEXT("one signature"), .public_key = TEXT("one key") };
    ok(decision_award_digest(o->memory, awards, count, &step.shown));
    office_begin(o->house);
    ok(office_end(o->house, decision_award_move(o->book, &act, &step, awards, count)));
    ok(decision_award_steps(o->memory, o->book, &steps, &step_count));
    assert_int_equal(step_count, 1);
    assert_true(steps[0].is_said_well);
    assert_int_equal(steps[0].count, count);
    assert_int_equal(steps[0].actor_id, 12);
    assert_true(text_equal(steps[0].step.signature, step.signature));
    ok(decision_award_digest(o->memory, steps[0].awards, steps[0].count, &digest));
    assert_true(crypto_digest_equal(digest, step.shown));
}

static void tables_rebuilt_from_the_log_are_the_same(void **state)
{
    decision_office *o = *state;
    a_decision_is_read_back_with_its_inputs(state);
    office_tables_are_the_logs(o->house, decision_room(o->book));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OFFICE_TEST_EACH(a_decision_is_read_back_with_its_inputs),
        OFFICE_TEST_EACH(the_same_batch_again_changes_nothing),
        OFFICE_TEST_EACH(later_decisions_stand_beside_earlier_ones),
        OFFICE_TEST_EACH(a_batch_out_of_order_is_refused),
        OFFICE_TEST_EACH(three_people_stand_for_an_award),
        OFFICE_TEST_EACH(a_digest_tells_every_amount_apart),
        OFFICE_TEST_EACH(an_award_of_nothing_is_refused),
        OFFICE_TEST_EACH(what_was_signed_is_answered_with_its_awards),
        OFFICE_TEST_EACH(tables_rebuilt_from_the_log_are_the_same),
    };
    return cmocka_run_group_tests_name("decision", tests, NULL, NULL);
}
