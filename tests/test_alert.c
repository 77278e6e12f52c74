#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "alert/alert.h"
#include "base/checked.h"
#include "support/office.h"

#define ok office_ok
#define refused office_refused

typedef struct {
    office *house;
    arena *memory;
    alert_book *book;
} alert_office;

static int set_up(void **state)
{
    office *house = office_open(state);
    alert_office *o = ARENA_NEW(house->memory, alert_office);
    *o = (alert_office){ .house = house, .memory = house->memory };
    ok(alert_open(o->memory, house->db, house->log, &o->book));
    *state = o;
    return 0;
}

static int tear_down(void **state)
{
    alert_office *o = *state;
    return office_close(o->house, state);
}

OFFICE_SET_UPS

enum { DAY = 46350 };

static alert_terms terms(int64_t subject, const char *watch, int64_t risk_fen)
{
    return (alert_terms){ .subject_id = subject, .watch = text_of(watch), .cause = 7, .severity = 2, .action = 1,
                          .target = TEXT("payment"), .owner = TEXT("稽核股"), .region = 590121001001,
                          .since_day = DAY - 30, .due_day = DAY + 5, .risk_fen = risk_fen, .law = TEXT("第四十六条"),
                          .says = TEXT("死后仍在发放"), .evidence = TEXT("{\"死亡日\":\"2026-08-03\"}"),
                          .record = TEXT("{}") };
}

static err look(alert_office *o, int64_t subject, const alert_look *found, int64_t *first)
{
    alert_act act = { .actor_id = 3, .known_ms = ++o->house->now_ms, .why = TEXT("test") };
    office_begin(o->house);
    return office_end(o->house, alert_seen(o->book, &act, eventlog_bucket_of(subject), found, first));
}

static int64_t raised(alert_office *o, int64_t subject, const char *watch, int64_t risk_fen)
{
    alert_terms t = terms(subject, watch, risk_fen);
    alert_look found = { .day = DAY, .law = TEXT("aa01"), .purpose = TEXT("watch.payment"), .raised = &t,
                         .raised_count = 1 };
    int64_t id;
    ok(look(o, subject, &found, &id));
    return id;
}

static err change(alert_office *o, int64_t subject, int64_t alert_id, alert_step what, int64_t risk_fen)
{
    alert_change c = { .alert_id = alert_id, .what = what, .terms = terms(subject, "R01", risk_fen) };
    alert_look found = { .day = DAY + 30, .law = TEXT("aa02"), .purpose = TEXT("watch.payment"), .changed = &c,
                         .changed_count = 1 };
    return look(o, subject, &found, NULL);
}

static err step(alert_office *o, int64_t alert_id, alert_step what)
{
    alert_act act = { .actor_id = 4 + what, .known_ms = ++o->house->now_ms, .why = TEXT("test") };
    office_begin(o->house);
    return office_end(o->house, alert_move(o->book, &act, alert_id, what, 9, TEXT("说明")));
}

static alert_row read(alert_office *o, int64_t alert_id)
{
    alert_row row;
    ok(alert_read(o->memory, o->book, alert_id, &row));
    return row;
}

static void an_alert_is_read_back_with_what_it_says(void **state)
{
    alert_office *o = *state;
    int64_t id = raised(o, 11, "R01", 123456);
    assert_int_equal(id, 1);
    alert_row row = read(o, id);
    assert_int_equal(row.state, ALERT_OPEN);
    assert_int_equal(row.terms.risk_fen, 123456);
    assert_int_equal(row.terms.since_day, DAY - 30);
    assert_int_equal(row.opened_day, DAY);
    assert_true(text_equal_cstr(row.terms.evidence, "{\"死亡日\":\"2026-08-03\"}"));
    assert_true(text_equal_cstr(row.terms.says, "死后仍在发放"));
    assert_true(text_equal_cstr(row.digest, "aa01"));
    assert_true(text_equal_cstr(row.purpose, "watch.payment"));
    alert_row none;
    refused(alert_read(o->memory, o->book, 99, &none), &ALERT_NOT_FOUND);
    refused(step(o, 99, ALERT_WORK), &ALERT_NOT_FOUND);
}

static void a_look_that_finds_nothing_writes_nothing(void **state)
{
    alert_office *o = *state;
    eventlog_head before[EVENTLOG_BUCKETS + 1], after[EVENTLOG_BUCKETS + 1];
    alert_look nothing = { .day = DAY };
    ok(eventlog_heads(o->house->log, before));
    ok(look(o, 11, &nothing, NULL));
    ok(eventlog_heads(o->house->log, after));
    assert_memory_equal(before, after, sizeof before);
}

static void a_look_of_another_bucket_is_refused(void **state)
{
    alert_office *o = *state;
    int64_t other = 12;
    while (eventlog_bucket_of(other) == eventlog_bucket_of(11)) other++;
    alert_terms t = terms(other, "R01", 1);
    alert_look found = { .day = DAY, .raised = &t, .raised_count = 1 };
    refused(look(o, 11, &found, NULL), &ALERT_BAD_LOOK);
    int64_t id = raised(o, 11, "R01", 1);
    refused(change(o, 11, id, ALERT_MEND, 1), &ALERT_BAD_LOOK);
    refused(change(o, 11, id, ALERT_AGAIN, 1), &ALERT_NO_MOVE);
    assert_int_equal(read(o, id).state, ALERT_OPEN);
}

static void an_alert_goes_away_with_its_cause_and_comes_again(void **state)
{
    alert_office *o = *state;
    int64_t id = raised(o, 11, "R01", 100);
    ok(step(o, id, ALERT_ASSIGN));
    assert_int_equal(read(o, id).user_id, 9);
    ok(change(o, 11, id, ALERT_VARY, 200));
    assert_int_equal(read(o, id).terms.risk_fen, 200);
    assert_int_equal(read(o, id).state, ALERT_ASSIGNED);
    assert_int_equal(read(o, id).opened_day, DAY);
    assert_true(text_equal_cstr(read(o, id).digest, "aa02"));
    ok(change(o, 11, id, ALERT_LEAVE, 0));
    assert_int_equal(read(o, id).state, ALERT_GONE);
    assert_int_equal(read(o, id).terms.risk_fen, 200);
    ok(change(o, 11, id, ALERT_AGAIN, 300));
    assert_int_equal(read(o, id).state, ALERT_OPEN);
    assert_int_equal(read(o, id).opened_day, DAY + 30);
    alert_mark *marks;
    size_t count;
    static const alert_step WANTED[] = { ALERT_RAISE, ALERT_ASSIGN, ALERT_VARY, ALERT_LEAVE, ALERT_AGAIN };
    ok(alert_marks(o->memory, o->book, id, &marks, &count));
    assert_int_equal(count, ARRAY_COUNT(WANTED));
    for (size_t i = 0; i < count; i++) assert_int_equal(marks[i].what, WANTED[i]);
    assert_int_equal(marks[1].actor_id, 4 + ALERT_ASSIGN);
}

static void said_to_be_mended_and_seen_again_it_is_open(void **state)
{
    alert_office *o = *state;
    int64_t id = raised(o, 11, "R01", 100);
    ok(step(o, id, ALERT_MEND));
    assert_true(alert_is_over(read(o, id).state));
    refused(step(o, id, ALERT_WORK), &ALERT_NO_MOVE);
    ok(change(o, 11, id, ALERT_AGAIN, 100));
    assert_int_equal(read(o, id).state, ALERT_OPEN);
}

/* What one person did is not enough to let a hold go. */
static void a_hold_is_let_go_by_three_steps(void **state)
{
    alert_office *o = *state;
    int64_t id = raised(o, 11, "R01", 100);
    alert_held held[] = { { .alert_id = id, .person_id = 11, .month = 1522, .benefit = TEXT("a"), .fen = 300 },
                          { .alert_id = id, .person_id = 12, .month = 1522, .benefit = TEXT("a"), .fen = 400 } };
    alert_act act = { .known_ms = ++o->house->now_ms };
    for (int twice = 0; twice < 2; twice++) {
        office_begin(o->house);
        ok(office_end(o->house, alert_hold(o->book, &act, held, 2)));
    }
    refused(step(o, id, ALERT_RELEASE), &ALERT_NO_MOVE);
    ok(step(o, id, ALERT_DOUBT));
    refused(step(o, id, ALERT_RELEASE), &ALERT_NO_MOVE);
    ok(step(o, id, ALERT_REVIEW));
    alert_held *kept;
    size_t count;
    ok(alert_held_of(o->memory, o->book, id, &kept, &count));
    assert_int_equal(count, 2);
    assert_int_equal(kept[0].released_ms, 0);
    ok(step(o, id, ALERT_RELEASE));
    ok(alert_held_of(o->memory, o->book, id, &kept, &count));
    assert_int_equal(kept[1].fen, 400);
    assert_true(kept[0].released_ms > 0 && kept[1].released_ms > 0);
    ok(change(o, 11, id, ALERT_VARY, 500));
    assert_int_equal(read(o, id).state, ALERT_DISMISSED);
}

static void alerts_come_by_money_at_risk(void **state)
{
    alert_office *o = *state;
    int64_t small = raised(o, 11, "R01", 100), unknown = raised(o, 12, "R02", ALERT_NO_RISK);
    int64_t large = raised(o, 13, "R01", 900);
    alert_row *rows;
    size_t count;
    alert_filter all = { .has_open = true };
    ok(alert_list(o->memory, o->book, &all, &rows, &count));
    assert_int_equal(count, 3);
    assert_int_equal(rows[0].alert_id, large);
    assert_int_equal(rows[1].alert_id, small);
    assert_int_equal(rows[2].alert_id, unknown);
    ok(step(o, small, ALERT_DISMISS));
    alert_filter few = { .has_open = true, .watch = TEXT("R01"), .region_from = 590121001000,
                         .region_until = 590121002000, .owner = TEXT("稽核股"), .limit = 5 };
    ok(alert_list(o->memory, o->book, &few, &rows, &count));
    assert_int_equal(count, 1);
    few.has_over = true;
    ok(alert_list(o->memory, o->book, &few, &rows, &count));
    assert_int_equal(count, 2);
    few.region_until = 590121001001;
    ok(alert_list(o->memory, o->book, &few, &rows, &count));
    assert_int_equal(count, 0);
    /* A few of them, one by one, each behind the last, are all in their order. */
    int64_t more = raised(o, 14, "R01", 900), found, ids[4];
    alert_filter one = { .has_open = true, .has_over = true, .limit = 1 };
    for (size_t i = 0; i < 4; i++) {
        ok(alert_list(o->memory, o->book, &one, &rows, &count));
        assert_int_equal(count, 1);
        ids[i] = one.after_id = rows[0].alert_id;
    }
    assert_true(ids[0] == large && ids[1] == more && ids[2] == small && ids[3] == unknown);
    ok(alert_list(o->memory, o->book, &one, &rows, &count));
    assert_int_equal(count, 0);
    one.after_id = 999;
    refused(alert_list(o->memory, o->book, &one, &rows, &count), &ALERT_NOT_FOUND);
    ok(alert_count(o->book, &one, &found));
    assert_int_equal(found, 4);
    alert_filter filters[] = { { .has_open = true }, { .has_over = true }, { .has_open = true, .watch = TEXT("R01") }, { .has_open = true, .subject_id = 13 },
                               { .has_open = true, .has_over = true, .owner = TEXT("稽核股") }, { .has_open = true, .region_from = 590121001000, .region_until = 590121002000 },
                               { .has_open = true, .user_id = 9 }, { .has_open = true, .watch_from = TEXT("R01"), .watch_until = TEXT("R02") },
                               { .has_open = true, .action = 1 }, { .has_open = true, .has_over = true, .action = 99 }, { .watch = TEXT("R01") } };
    for (size_t i = 0; i < sizeof filters / sizeof *filters; i++) {
        ok(alert_list(o->memory, o->book, &filters[i], &rows, &count));
        ok(alert_count(o->book, &filters[i], &found));
        assert_int_equal(found, count);
        filters[i].limit = 1;
        alert_row *first;
        size_t first_count;
        ok(alert_list(o->memory, o->book, &filters[i], &first, &first_count));
        assert_int_equal(first_count, count ? 1 : 0);
        if (count) assert_int_equal(first[0].alert_id, rows[0].alert_id);
    }
    ok(step(o, more, ALERT_DISMISS));
    alert_sum *sums;
    ok(alert_sums(o->memory, o->book, &sums, &count));
    assert_int_equal(count, 2);
    assert_int_equal(sums[0].risk_fen, 900);
    assert_int_equal(sums[0].count[ALERT_DISMISSED], 2);
    assert_int_equal(sums[1].risk_fen, 0);
    ok(alert_of_bucket(o->memory, o->book, eventlog_bucket_of(13), &rows, &count));
    assert_true(count >= 1);
}

/* Asked by subjects, the list is what a walk of all alerts keeps of these, in its order; of other kinds and closed ones too. */
static void alerts_of_some_subjects_are_those_of_the_whole_list(void **state)
{
    enum { SUBJECTS = 1300, ASKED = 900 };
    alert_office *o = *state;
    alert_row *all, *some;
    size_t all_count, some_count, at = 0, asked = 0;
    int64_t ids[ASKED];
    for (int64_t subject = 1; subject <= SUBJECTS; subject += 7) {
        int64_t id = raised(o, subject, "R01", (subject * 37) % 5 * 100);
        if (subject % 3 == 0) ok(step(o, id, ALERT_WORK));
        if (subject % 5 == 0) ok(change(o, subject, id, ALERT_LEAVE, 0));
        if (subject % 2 == 0) raised(o, subject, "R02", ALERT_NO_RISK);
    }
    for (int64_t subject = SUBJECTS; subject > 0 && asked < ASKED; subject--)
        if (subject % 10 != 3) ids[asked++] = subject;
    ok(alert_list(o->memory, o->book, &(alert_filter){ .has_open = true, .has_over = true }, &all, &all_count));
    ok(alert_of_subjects(o->memory, o->book, ids, asked, &some, &some_count));
    for (size_t i = 0; i < all_count; i++) {
        bool is_asked = false;
        for (size_t k = 0; k < asked; k++) is_asked |= ids[k] == all[i].terms.subject_id;
        if (!is_asked) continue;
        assert_true(at < some_count);
        assert_int_equal(some[at].alert_id, all[i].alert_id);
        assert_int_equal(some[at].state, all[i].state);
        assert_int_equal(some[at++].terms.risk_fen, all[i].terms.risk_fen);
    }
    assert_int_equal(at, some_count);
    assert_true(some_count > 100 && some_count < all_count);
    ok(alert_of_subjects(o->memory, o->book, ids, 0, &some, &some_count));
    assert_int_equal(some_count, 0);
}

static void every_state_and_step_has_its_words(void **state)
{
    (void)state;
    for (int s = 0; s < ALERT_STATE_COUNT; s++) assert_non_null(alert_state_word((alert_state)s)->says_zh);
    for (int s = 0; s < ALERT_STEP_COUNT; s++) assert_non_null(alert_step_word((alert_step)s)->says_zh);
    assert_int_equal(alert_next(ALERT_GONE, ALERT_WORK), ALERT_NONE);
    assert_int_equal(alert_next(ALERT_STATE_COUNT, ALERT_WORK), ALERT_NONE);
}

static void tables_rebuilt_from_the_log_are_the_same(void **state)
{
    alert_office *o = *state;
    an_alert_goes_away_with_its_cause_and_comes_again(state);
    int64_t id = raised(o, 12, "R01", 100);
    alert_held held = { .alert_id = id, .person_id = 14, .month = 1522, .benefit = TEXT("a"), .fen = 300 };
    alert_act act = { .known_ms = ++o->house->now_ms };
    office_begin(o->house);
    ok(office_end(o->house, alert_hold(o->book, &act, &held, 1)));
    ok(step(o, id, ALERT_DOUBT));
    ok(step(o, id, ALERT_REVIEW));
    ok(step(o, id, ALERT_RELEASE));
    office_tables_are_the_logs(o->house, alert_room(o->book));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OFFICE_TEST_EACH(an_alert_is_read_back_with_what_it_says),
        OFFICE_TEST_EACH(a_look_that_finds_nothing_writes_nothing),
        OFFICE_TEST_EACH(a_look_of_another_bucket_is_refused),
        OFFICE_TEST_EACH(an_alert_goes_away_with_its_cause_and_comes_again),
        OFFICE_TEST_EACH(said_to_be_mended_and_seen_again_it_is_open),
        OFFICE_TEST_EACH(a_hold_is_let_go_by_three_steps),
        OFFICE_TEST_EACH(alerts_come_by_money_at_risk),
        OFFICE_TEST_EACH(alerts_of_some_subjects_are_those_of_the_whole_list),
        { "every_state_and_step_has_its_words", every_state_and_step_has_its_words, NULL, NULL, NULL },
        OFFICE_TEST_EACH(tables_rebuilt_from_the_log_are_the_same),
    };
    return cmocka_run_group_tests_name("alert", tests, NULL, NULL);
}
