#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/checked.h"
#include "calendar/calendar.h"
#include "payment/payment.h"
#include "support/pay_office.h"

#define ok office_ok
#define refused office_refused

static int set_up(void **state)
{
    office *house = office_open(state);
    pay_office *o = ARENA_NEW(house->memory, pay_office);
    *o = (pay_office){ .house = house, .memory = house->memory, .db = house->db, .log = house->log };
    ok(payment_open(o->memory, o->db, o->log, &o->runs));
    for (int i = 0; i < PEOPLE; i++) {
        uint8_t seed[CRYPTO_SM2_SEED_BYTES] = { (uint8_t)(i + 1), 7 };
        crypto_sm2_from_seed(seed, &o->own[i], &o->shown[i]);
    }
    *state = o;
    return 0;
}

static int tear_down(void **state)
{
    pay_office *o = *state;
    payment_close(o->runs);
    return office_close(o->house, state);
}

OFFICE_SET_UPS

/* ---- the table of moves ---- */

static bool reaches_bank_without(payment_state from, payment_step left_out, int depth)
{
    if (from == PAYMENT_SENT) return true;
    for (int s = 0; depth && s < PAYMENT_STEP_COUNT; s++) {
        if (s == (int)left_out) continue;
        payment_state next = payment_next(from, (payment_step)s);
        if (next != PAYMENT_NONE && next != from && reaches_bank_without(next, left_out, depth - 1)) return true;
    }
    return false;
}

static void no_way_to_the_bank_leaves_a_signature_out(void **state)
{
    (void)state;
    assert_true(reaches_bank_without(PAYMENT_NONE, PAYMENT_STEP_COUNT, PAYMENT_STATE_COUNT));
    for (int s = 0; s < PAYMENT_STEP_COUNT; s++)
        if (payment_is_signature((payment_step)s) || s == PAYMENT_DRAFT || s == PAYMENT_SEND)
            assert_false(reaches_bank_without(PAYMENT_NONE, (payment_step)s, PAYMENT_STATE_COUNT));
}

static void what_moves_money_takes_more_than_two_people(void **state)
{
    (void)state;
    static const payment_step NEEDED[] = { PAYMENT_DRAFT, PAYMENT_CHECK, PAYMENT_SIGN_SECTION,
                                           PAYMENT_SIGN_LEADER, PAYMENT_AUTHORISE, PAYMENT_SEND };
    for (size_t i = 0; i < ARRAY_COUNT(NEEDED); i++)
        for (size_t k = 0; k < i; k++) assert_false(payment_may_share(NEEDED[i], NEEDED[k]));
}

static void every_state_and_step_has_its_words(void **state)
{
    (void)state;
    for (int s = 0; s < PAYMENT_STATE_COUNT; s++) assert_true(payment_state_word((payment_state)s)->says_zh[0]);
    for (int s = 0; s < PAYMENT_STEP_COUNT; s++) assert_true(payment_step_word((payment_step)s)->says_zh[0]);
    for (int s = 0; s < PAYMENT_STEP_COUNT; s++) {
        assert_int_equal(payment_next(PAYMENT_CLOSED, (payment_step)s), PAYMENT_NONE);
        assert_int_equal(payment_next(PAYMENT_WITHDRAWN, (payment_step)s), PAYMENT_NONE);
    }
}

/* ---- drafting ---- */

static void a_draft_holds_its_lines_in_order(void **state)
{
    pay_office *o = *state;
    lines_of lines = pay_some_lines(200);
    int64_t run_id = pay_draft(o, 200);
    payment_run run = pay_run_of(o, run_id);
    assert_int_equal(run.state, PAYMENT_DRAFTED);
    assert_int_equal(run.line_count, 200);
    assert_int_equal(run.total_fen, pay_total_of(&lines));
    assert_int_equal(run.terms.part_count, 2);
    assert_true(text_equal_cstr(run.terms.parts[1], "account"));
    payment_cursor *cursor;
    ok(payment_lines(o->memory, o->runs, run_id, &cursor));
    for (size_t i = 0; i <= lines.count; i++) {
        const payment_numbered *line;
        ok(payment_next_line(cursor, &line));
        if (i == lines.count) { assert_null(line); break; }
        assert_int_equal(line->number, i + 1);
        assert_memory_equal(&line->line, &lines.lines[i], sizeof line->line);
    }
    payment_lines_close(cursor);
    ok(payment_verify(o->runs, run_id));
}

static void lines_that_do_not_fit_are_refused(void **state)
{
    pay_office *o = *state;
    int64_t run_id;
    bool is_new;
    for (int fault = 0; fault < 6; fault++) {
        lines_of lines = pay_some_lines(20);
        payment_line *line = &lines.lines[fault == 4 ? 1 : 9];
        if (fault == 0) line->part_fen[0] = line->part_fen[1] = 0;
        if (fault == 1) line->part_fen[0] = -1;
        if (fault == 2) line->part_fen[5] = 1;
        if (fault == 3) line->account = 0;
        if (fault == 4) { payment_line first = lines.lines[0]; lines.lines[0] = *line; *line = first; }
        if (fault == 5) line->part_fen[0] = line->part_fen[1] = INT64_MAX;
        ok(store_begin(o->db));
        refused(pay_try_draft(o, &lines, "", &run_id, &is_new), &PAYMENT_BAD_LINE);
        store_rollback(o->db);
    }
    lines_of none = { .count = 0 };
    ok(store_begin(o->db));
    refused(pay_try_draft(o, &none, "", &run_id, &is_new), &PAYMENT_EMPTY);
    store_rollback(o->db);
    refused(payment_find(o->memory, o->runs, 1, &(payment_run){ 0 }), &PAYMENT_NO_SUCH_RUN);
}

static void the_same_draft_again_changes_nothing(void **state)
{
    pay_office *o = *state;
    lines_of lines = pay_some_lines(100);
    int64_t first, again;
    bool is_new;
    for (int i = 0; i < 2; i++) {
        payment_draft *d;
        payment_terms t = pay_terms();
        payment_act act = { .actor_id = 1, .known_ms = 5000, .why = TEXT("test"), .key = TEXT("2026-01") };
        ok(store_begin(o->db));
        ok(payment_draft_open(o->memory, o->runs, &t, &act, &d));
        ok(pay_draft_lines(o, d, &lines, i ? &again : &first, &is_new));
        ok(store_commit(o->db));
        assert_int_equal(is_new, i == 0);
    }
    assert_int_equal(first, again);
    lines.lines[3].part_fen[0]++;
    payment_draft *d;
    payment_terms t = pay_terms();
    payment_act act = { .actor_id = 1, .known_ms = 5000, .why = TEXT("test"), .key = TEXT("2026-01") };
    ok(store_begin(o->db));
    ok(payment_draft_open(o->memory, o->runs, &t, &act, &d));
    refused(pay_draft_lines(o, d, &lines, &again, &is_new), &EVENTLOG_KEY_REUSED);
    store_rollback(o->db);
    assert_int_equal(pay_run_of(o, first).line_count, 100);
}

/* ---- signatures ---- */

static void a_run_is_signed_step_by_step(void **state)
{
    pay_office *o = *state;
    int64_t run_id = pay_draft(o, 50);
    refused(pay_step_by(o, run_id, PAYMENT_SEND, CASHIER, ""), &PAYMENT_NO_MOVE);
    refused(pay_step_by(o, run_id, PAYMENT_SIGN_LEADER, LEADER, ""), &PAYMENT_NO_MOVE);
    pay_send(o, run_id);
    assert_int_equal(pay_run_of(o, run_id).state, PAYMENT_SENT);
    ok(payment_verify(o->runs, run_id));
    payment_mark *marks;
    size_t count;
    ok(payment_marks(o->memory, o->runs, run_id, &marks, &count));
    assert_int_equal(count, 6);
    assert_int_equal(marks[0].step, PAYMENT_DRAFT);
    assert_int_equal(marks[4].step, PAYMENT_AUTHORISE);
    assert_int_equal(marks[4].signature.size_bytes, 64);
    refused(pay_step_by(o, run_id, PAYMENT_WITHDRAW, MAKER, ""), &PAYMENT_NO_MOVE);
}

static void nobody_takes_two_duties_of_one_run(void **state)
{
    pay_office *o = *state;
    int64_t run_id = pay_draft(o, 10);
    for (size_t i = 0; i < PAY_WAY_STEPS; i++) {
        for (int who = MAKER; who < PAY_TO_THE_BANK[i].who; who++)
            refused(pay_step_by(o, run_id, PAY_TO_THE_BANK[i].step, who, ""), &PAYMENT_SAME_PERSON);
        ok(pay_step_by(o, run_id, PAY_TO_THE_BANK[i].step, PAY_TO_THE_BANK[i].who, ""));
    }
}

static void a_step_done_again_by_its_key_changes_nothing(void **state)
{
    pay_office *o = *state;
    int64_t run_id = pay_draft(o, 10);
    ok(pay_step_by(o, run_id, PAYMENT_CHECK, REVIEWER, "check-1"));
    ok(pay_step_by(o, run_id, PAYMENT_CHECK, REVIEWER, "check-1"));
    payment_mark *marks;
    size_t count;
    ok(payment_marks(o->memory, o->runs, run_id, &marks, &count));
    assert_int_equal(count, 2);
    refused(pay_step_by(o, run_id, PAYMENT_CHECK, REVIEWER, "check-2"), &PAYMENT_NO_MOVE);
}

static void a_signature_of_something_else_is_refused(void **state)
{
    pay_office *o = *state;
    int64_t run_id = pay_draft(o, 10), other = pay_draft(o, 11);
    crypto_digest digest;
    crypto_signer *signer;
    ok(payment_signing_digest(o->runs, other, PAYMENT_CHECK, &digest));
    ok(crypto_signer_open(o->memory, &o->own[REVIEWER], &signer));
    crypto_signature made = crypto_sign(signer, (text){ (const char *)digest.bytes, CRYPTO_DIGEST_BYTES });
    crypto_signer_close(signer);
    text signature = { (const char *)made.bytes, sizeof made.bytes };
    text shown = { (const char *)o->shown[REVIEWER].bytes, sizeof o->shown[REVIEWER].bytes };
    payment_act act = pay_act_of(o, REVIEWER, "");
    ok(store_begin(o->db));
    refused(payment_move(o->runs, run_id, PAYMENT_CHECK, &act, signature, shown), &PAYMENT_BAD_SIGNATURE);
    refused(payment_move(o->runs, run_id, PAYMENT_CHECK, &act, TEXT_NONE, TEXT_NONE), &PAYMENT_BAD_SIGNATURE);
    store_rollback(o->db);
    assert_int_equal(pay_run_of(o, run_id).state, PAYMENT_DRAFTED);
}

static void a_change_of_the_lines_voids_what_was_signed(void **state)
{
    pay_office *o = *state;
    int64_t run_id = pay_draft(o, 30), same;
    bool is_new;
    ok(pay_step_by(o, run_id, PAYMENT_CHECK, REVIEWER, ""));
    ok(pay_step_by(o, run_id, PAYMENT_SIGN_SECTION, HEAD, ""));
    lines_of lines = pay_some_lines(29);
    payment_draft *d;
    payment_act act = pay_act_of(o, REVIEWER, "");
    refused(payment_redraft_open(o->memory, o->runs, run_id, &act, &d), &PAYMENT_SAME_PERSON);
    act = pay_act_of(o, MAKER, "");
    ok(store_begin(o->db));
    ok(payment_redraft_open(o->memory, o->runs, run_id, &act, &d));
    ok(pay_draft_lines(o, d, &lines, &same, &is_new));
    ok(store_commit(o->db));
    assert_int_equal(same, run_id);
    payment_run run = pay_run_of(o, run_id);
    assert_int_equal(run.state, PAYMENT_DRAFTED);
    assert_int_equal(run.version, 2);
    assert_int_equal(run.line_count, 29);
    payment_mark *marks;
    size_t count;
    ok(payment_marks(o->memory, o->runs, run_id, &marks, &count));
    assert_true(marks[1].is_void && marks[2].is_void && !marks[3].is_void);
    pay_send(o, run_id);
    ok(payment_verify(o->runs, run_id));
}

static void a_withdrawn_run_is_at_its_end(void **state)
{
    pay_office *o = *state;
    int64_t run_id = pay_draft(o, 5);
    ok(pay_step_by(o, run_id, PAYMENT_CHECK, REVIEWER, ""));
    ok(pay_step_by(o, run_id, PAYMENT_WITHDRAW, MAKER, ""));
    assert_int_equal(pay_run_of(o, run_id).state, PAYMENT_WITHDRAWN);
    refused(pay_step_by(o, run_id, PAYMENT_SIGN_SECTION, HEAD, ""), &PAYMENT_NO_MOVE);
}

static void rows_that_were_tampered_with_cannot_be_signed(void **state)
{
    pay_office *o = *state;
    int64_t run_id = pay_draft(o, 40);
    store_query *q;
    ok(store_begin(o->db));
    ok(store_prepare(o->db, "UPDATE payment_rows SET digest = ?1 WHERE bucket = (SELECT min(bucket) FROM payment_rows)", &q));
    store_bind_bytes(q, 1, (text){ "0123456789abcdef0123456789abcdef", 32 });
    ok(store_do(q, NULL));
    ok(store_commit(o->db));
    refused(pay_step_by(o, run_id, PAYMENT_CHECK, REVIEWER, ""), &PAYMENT_BROKEN);
    refused(payment_verify(o->runs, run_id), &PAYMENT_BROKEN);
}

static void a_state_without_its_signatures_moves_nothing(void **state)
{
    pay_office *o = *state;
    int64_t run_id = pay_draft(o, 10);
    store_query *q;
    ok(store_begin(o->db));
    ok(store_prepare(o->db, "UPDATE payment_run SET state = 'authorised'", &q));
    ok(store_do(q, NULL));
    ok(store_commit(o->db));
    refused(payment_verify(o->runs, run_id), &PAYMENT_BROKEN);
    refused(pay_step_by(o, run_id, PAYMENT_SEND, CASHIER, ""), &PAYMENT_BROKEN);
    refused(pay_step_by(o, run_id, PAYMENT_WITHDRAW, MAKER, ""), &PAYMENT_BROKEN);
    assert_int_equal(pay_run_of(o, run_id).state, PAYMENT_AUTHORISED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_way_to_the_bank_leaves_a_signature_out),
        cmocka_unit_test(what_moves_money_takes_more_than_two_people),
        cmocka_unit_test(every_state_and_step_has_its_words),
        OFFICE_TEST_EACH(a_draft_holds_its_lines_in_order),
        OFFICE_TEST_EACH(lines_that_do_not_fit_are_refused),
        OFFICE_TEST_EACH(the_same_draft_again_changes_nothing),
        OFFICE_TEST_EACH(a_run_is_signed_step_by_step),
        OFFICE_TEST_EACH(nobody_takes_two_duties_of_one_run),
        OFFICE_TEST_EACH(a_step_done_again_by_its_key_changes_nothing),
        OFFICE_TEST_EACH(a_signature_of_something_else_is_refused),
        OFFICE_TEST_EACH(a_change_of_the_lines_voids_what_was_signed),
        OFFICE_TEST_EACH(a_withdrawn_run_is_at_its_end),
        OFFICE_TEST_EACH(rows_that_were_tampered_with_cannot_be_signed),
        OFFICE_TEST_EACH(a_state_without_its_signatures_moves_nothing),
    };
    return cmocka_run_group_tests_name("payment", tests, NULL, NULL);
}
