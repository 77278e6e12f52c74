/* What the bank says of a run, what comes back, and the rebuild of room payment. */
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

/* ---- the bank ---- */

static void an_answer_is_kept_line_by_line(void **state)
{
    pay_office *o = *state;
    int64_t run_id = pay_draft(o, 200);
    lines_of lines = pay_some_lines(200);
    bool is_new;
    refused(pay_answer(o, run_id, "A1", &lines, pay_some_refused, &is_new), &PAYMENT_NO_MOVE);
    pay_send(o, run_id);
    refused(pay_step_by(o, run_id, PAYMENT_BOOK, ACCOUNTANT, ""), &PAYMENT_HAS_OPEN_LINES);
    ok(pay_answer(o, run_id, "A1", &lines, pay_some_refused, &is_new));
    assert_true(is_new);
    payment_run run = pay_run_of(o, run_id);
    assert_int_equal(run.refused_count, 20);
    assert_int_equal(run.paid_count, 180);
    assert_int_equal(run.paid_fen + run.refused_fen, run.total_fen);
    payment_sums sums;
    ok(payment_sums_of(o->runs, run_id, &sums));
    assert_int_equal(sums.refused_count, 20);
    assert_int_equal(sums.open_count, 0);
    assert_int_equal(sums.paid_fen[0] + sums.paid_fen[1], run.paid_fen);
    payment_paid *unpaid;
    size_t count;
    ok(payment_unpaid(o->memory, o->runs, &unpaid, &count));
    assert_int_equal(count, 20);
    assert_true(text_equal_cstr(unpaid[0].reason, "AC04"));
    assert_memory_equal(&unpaid[0].line, &lines.lines[3], sizeof unpaid[0].line);
    ok(pay_step_by(o, run_id, PAYMENT_BOOK, ACCOUNTANT, ""));
}

static void the_same_answer_again_changes_nothing_and_another_is_refused(void **state)
{
    pay_office *o = *state;
    int64_t run_id = pay_draft(o, 30);
    lines_of lines = pay_some_lines(30);
    bool is_new;
    pay_send(o, run_id);
    ok(pay_answer(o, run_id, "A1", &lines, pay_all_paid, &is_new));
    payment_run before = pay_run_of(o, run_id);
    ok(pay_answer(o, run_id, "A1", &lines, pay_all_paid, &is_new));
    assert_false(is_new);
    refused(pay_answer(o, run_id, "A1", &lines, pay_some_refused, &is_new), &PAYMENT_ANSWER_DIFFERS);
    refused(pay_answer(o, run_id, "A2", &lines, pay_all_paid, &is_new), &PAYMENT_ANSWERED);
    assert_int_equal(pay_run_of(o, run_id).paid_fen, before.paid_fen);
}

static err answer_one(pay_office *o, int64_t run_id, const char *name, int64_t number, int64_t fen,
                      payment_outcome outcome, payment_control control)
{
    payment_answer *a;
    bool is_new;
    payment_act act = pay_act_of(o, ACCOUNTANT, name);
    ok(store_begin(o->db));
    ok(payment_answer_open(o->memory, o->runs, run_id, &act, &a));
    err e = payment_answer_add(a, number, fen, outcome, TEXT("late"));
    if (!e.kind) e = payment_answer_finish(a, &control, &is_new);
    else payment_answer_close(a);
    if (e.kind) store_rollback(o->db);
    else ok(store_commit(o->db));
    return e;
}

static void answers_that_do_not_fit_are_refused_whole(void **state)
{
    pay_office *o = *state;
    int64_t run_id = pay_draft(o, 30);
    lines_of lines = pay_some_lines(30);
    int64_t fen = payment_line_fen(&lines.lines[4]);
    pay_send(o, run_id);
    refused(answer_one(o, run_id, "B", 31, fen, PAYMENT_PAID, (payment_control){ 1, fen }), &PAYMENT_UNKNOWN_LINE);
    refused(answer_one(o, run_id, "B", 0, fen, PAYMENT_PAID, (payment_control){ 1, fen }), &PAYMENT_UNKNOWN_LINE);
    refused(answer_one(o, run_id, "B", 5, fen + 1, PAYMENT_PAID, (payment_control){ 1, fen }), &PAYMENT_OTHER_AMOUNT);
    refused(answer_one(o, run_id, "B", 5, fen, PAYMENT_PAID, (payment_control){ 2, fen }), &PAYMENT_CUT_SHORT);
    refused(answer_one(o, run_id, "B", 5, fen, PAYMENT_PAID, (payment_control){ 1, fen + 1 }), &PAYMENT_CUT_SHORT);
    assert_int_equal(pay_run_of(o, run_id).paid_count, 0);
    ok(answer_one(o, run_id, "B", 5, fen, PAYMENT_PAID, (payment_control){ 1, fen }));
    assert_int_equal(pay_run_of(o, run_id).paid_count, 1);
}

static void a_line_may_come_back_after_the_run_was_closed_and_be_paid_again(void **state)
{
    pay_office *o = *state;
    int64_t run_id = pay_draft(o, 30);
    lines_of lines = pay_some_lines(30);
    bool is_new;
    pay_send(o, run_id);
    ok(pay_answer(o, run_id, "A1", &lines, pay_all_paid, &is_new));
    ok(pay_step_by(o, run_id, PAYMENT_BOOK, ACCOUNTANT, ""));
    payment_run run = pay_run_of(o, run_id);
    payment_balance off = { .business_fen = run.paid_fen, .finance_fen = run.paid_fen - 1, .bank_fen = run.paid_fen };
    payment_act act = pay_act_of(o, REVIEWER, "");
    ok(store_begin(o->db));
    refused(payment_reconcile(o->runs, run_id, &act, &off), &PAYMENT_UNRECONCILED);
    store_rollback(o->db);
    payment_item item = { .reference = TEXT("B77"), .amount_fen = -500, .day = 46000 };
    payment_balance even = { .business_fen = run.paid_fen, .finance_fen = run.paid_fen,
                             .bank_fen = run.paid_fen - 500, .in_transit_fen = -500, .items = &item, .item_count = 1 };
    act = pay_act_of(o, REVIEWER, "");
    ok(store_begin(o->db));
    ok(payment_reconcile(o->runs, run_id, &act, &even));
    ok(store_commit(o->db));
    ok(pay_step_by(o, run_id, PAYMENT_CLOSE, HEAD, ""));
    int64_t fen = payment_line_fen(&lines.lines[6]);
    ok(answer_one(o, run_id, "LATE", 7, fen, PAYMENT_RETURNED, (payment_control){ 1, fen }));
    payment_run after = pay_run_of(o, run_id);
    assert_int_equal(after.state, PAYMENT_CLOSED);
    assert_int_equal(after.returned_count, 1);
    assert_int_equal(after.paid_fen, run.paid_fen - fen);
    lines_of again = { .count = 1 };
    again.lines[0] = lines.lines[6];
    again.lines[0].reissue_of_run = run_id;
    again.lines[0].reissue_of_line = 7;
    int64_t second, third;
    ok(store_begin(o->db));
    ok(pay_try_draft(o, &again, "", &second, &is_new));
    ok(store_commit(o->db));
    ok(store_begin(o->db));
    refused(pay_try_draft(o, &again, "", &third, &is_new), &PAYMENT_NOT_UNPAID);
    store_rollback(o->db);
    payment_paid *found;
    size_t count;
    ok(payment_unpaid(o->memory, o->runs, &found, &count));
    assert_int_equal(count, 0);
    ok(payment_of_person(o->memory, o->runs, lines.lines[6].person_id, &found, &count));
    assert_int_equal(count, 2);
    assert_int_equal(found[0].outcome, PAYMENT_RETURNED);
    assert_int_equal(found[1].outcome, PAYMENT_OPEN);
    ok(pay_step_by(o, second, PAYMENT_WITHDRAW, MAKER, ""));
    ok(payment_unpaid(o->memory, o->runs, &found, &count));
    assert_int_equal(count, 1);
}

static void a_lost_answer_is_noted_and_then_comes(void **state)
{
    pay_office *o = *state;
    int64_t run_id = pay_draft(o, 12);
    lines_of lines = pay_some_lines(12);
    bool is_new;
    pay_send(o, run_id);
    ok(pay_step_by(o, run_id, PAYMENT_LOSE, CASHIER, ""));
    refused(pay_step_by(o, run_id, PAYMENT_SEND, CASHIER, ""), &PAYMENT_NO_MOVE);
    ok(pay_answer(o, run_id, "A1", &lines, pay_all_paid, &is_new));
    ok(pay_step_by(o, run_id, PAYMENT_BOOK, ACCOUNTANT, ""));
}

/* ---- the tables are what the log says ---- */

static void tables_rebuilt_from_the_log_are_the_same(void **state)
{
    pay_office *o = *state;
    a_line_may_come_back_after_the_run_was_closed_and_be_paid_again(state);
    int64_t changed = pay_draft(o, 30), same;
    bool is_new;
    lines_of lines = pay_some_lines(29);
    payment_draft *d;
    payment_act act = pay_act_of(o, MAKER, "");
    ok(store_begin(o->db));
    ok(payment_redraft_open(o->memory, o->runs, changed, &act, &d));
    ok(pay_draft_lines(o, d, &lines, &same, &is_new));
    ok(store_commit(o->db));
    office_tables_are_the_logs(o->house, payment_room(o->runs));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OFFICE_TEST_EACH(an_answer_is_kept_line_by_line),
        OFFICE_TEST_EACH(the_same_answer_again_changes_nothing_and_another_is_refused),
        OFFICE_TEST_EACH(answers_that_do_not_fit_are_refused_whole),
        OFFICE_TEST_EACH(a_line_may_come_back_after_the_run_was_closed_and_be_paid_again),
        OFFICE_TEST_EACH(a_lost_answer_is_noted_and_then_comes),
        OFFICE_TEST_EACH(tables_rebuilt_from_the_log_are_the_same),
    };
    return cmocka_run_group_tests_name("payment_bank", tests, NULL, NULL);
}
