/* Who is left out of a run waits, and is paid once by a later one. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/checked.h"
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

enum { SOMEBODY = 5, OTHER = 1000 };

static payment_line line_of(int64_t person_id, int64_t account)
{
    return (payment_line){ .person_id = person_id, .account = account, .decision = 3, .for_month = 1511,
                           .part_fen = { 90000, 10000 } };
}

static payment_draft *open_draft(pay_office *o, int64_t redraft_of, const char *key)
{
    payment_draft *draft;
    payment_act act = pay_act_of(o, MAKER, key);
    payment_terms terms = pay_terms();
    if (redraft_of) ok(payment_redraft_open(o->memory, o->runs, redraft_of, &act, &draft));
    else ok(payment_draft_open(o->memory, o->runs, &terms, &act, &draft));
    return draft;
}

static int64_t finish(pay_office *o, payment_draft *draft)
{
    int64_t run_id;
    bool is_new;
    ok(payment_draft_finish(draft, &run_id, &is_new));
    ok(store_commit(o->db));
    return run_id;
}

/* A run that pays OTHER and leaves SOMEBODY out. */
static int64_t draft_without(pay_office *o, int64_t redraft_of, const char *key)
{
    payment_line paid = line_of(OTHER, 77), left = line_of(SOMEBODY, 0);
    ok(store_begin(o->db));
    payment_draft *draft = open_draft(o, redraft_of, key);
    ok(payment_draft_add(draft, &paid));
    ok(payment_draft_leave(draft, &left, PAYMENT_LEFT_NO_ACCOUNT));
    return finish(o, draft);
}

static size_t waiting(pay_office *o, int64_t by_run, payment_waiting **found)
{
    size_t count;
    ok(payment_waiting_of(o->memory, o->runs, eventlog_bucket_of(SOMEBODY), by_run, found, &count));
    return count;
}

static err try_taking(pay_office *o, int64_t of_run, int64_t fen_more)
{
    payment_line line = line_of(SOMEBODY, 88);
    line.left_of_run = of_run;
    line.left_number = 1;
    line.part_fen[0] += fen_more;
    payment_draft *draft = open_draft(o, 0, "");
    err e = payment_draft_add(draft, &line);
    payment_draft_cancel(draft);
    return e;
}

static int64_t take(pay_office *o, int64_t of_run)
{
    payment_line line = line_of(SOMEBODY, 88);
    line.left_of_run = of_run;
    line.left_number = 1;
    ok(store_begin(o->db));
    payment_draft *draft = open_draft(o, 0, "");
    ok(payment_draft_add(draft, &line));
    return finish(o, draft);
}

static void who_is_left_out_is_paid_once_by_a_later_run(void **state)
{
    pay_office *o = *state;
    payment_waiting *found;
    int64_t count, first = draft_without(o, 0, "first");
    assert_int_equal(waiting(o, 0, &found), 1);
    assert_false(found[0].is_final);
    assert_int_equal(found[0].left, PAYMENT_LEFT_NO_ACCOUNT);
    assert_int_equal(payment_line_fen(&found[0].line), 100000);
    assert_int_equal(found[0].line.part_fen[0], 90000);
    assert_int_equal(found[0].line.for_month, 1511);
    /* Drafted anew it is the same one left out, once. */
    assert_int_equal(draft_without(o, first, "again"), first);
    assert_int_equal(waiting(o, 0, &found), 1);
    ok(payment_left_count(o->runs, first, &count));
    assert_int_equal(count, 1);
    pay_send(o, first);
    assert_int_equal(waiting(o, 0, &found), 1);
    assert_true(found[0].is_final);
    refused(try_taking(o, first, 1), &PAYMENT_NOT_UNPAID);
    refused(try_taking(o, first + 7, 0), &PAYMENT_NOT_UNPAID);
    int64_t second = take(o, first);
    assert_int_equal(waiting(o, 0, &found), 0);
    assert_int_equal(waiting(o, second, &found), 1);
    refused(try_taking(o, first, 0), &PAYMENT_NOT_UNPAID);
    ok(pay_step_by(o, second, PAYMENT_WITHDRAW, MAKER, ""));
    assert_int_equal(waiting(o, 0, &found), 1);
    int64_t third = take(o, first);
    assert_int_equal(waiting(o, 0, &found), 0);
    ok(payment_verify(o->runs, third));
    office_tables_are_the_logs(o->house, payment_room(o->runs));
}

static void a_withdrawn_run_leaves_nobody_waiting(void **state)
{
    pay_office *o = *state;
    payment_waiting *found;
    payment_line wrong = line_of(SOMEBODY, 0);
    int64_t first = draft_without(o, 0, "");
    ok(pay_step_by(o, first, PAYMENT_WITHDRAW, MAKER, ""));
    assert_int_equal(waiting(o, 0, &found), 0);
    payment_draft *draft = open_draft(o, 0, "");
    refused(payment_draft_leave(draft, &wrong, PAYMENT_LEFT_NONE), &PAYMENT_BAD_LINE);
    wrong.part_fen[0] = wrong.part_fen[1] = 0;
    refused(payment_draft_leave(draft, &wrong, PAYMENT_LEFT_NO_ACCOUNT), &PAYMENT_BAD_LINE);
    payment_draft_cancel(draft);
    for (int r = 0; r < PAYMENT_LEFT_REASON_COUNT; r++)
        assert_true(payment_left_word((payment_left_reason)r)->says_zh[0]);
}

/* What a line says besides its amounts comes back, and is what is signed. */
static void a_line_keeps_what_was_withheld_and_what_it_is_for(void **state)
{
    pay_office *o = *state;
    payment_cursor *cursor;
    const payment_numbered *line;
    payment_line said = line_of(SOMEBODY, 88);
    said.item = 4711;
    said.item_subject = 12;
    said.withheld_item = 815;
    said.withheld_fen = 20000;
    said.withheld_part = 1;
    ok(store_begin(o->db));
    payment_draft *draft = open_draft(o, 0, "");
    ok(payment_draft_add(draft, &said));
    int64_t run_id = finish(o, draft), plain_id;
    said.withheld_fen = said.withheld_item = 0;
    ok(store_begin(o->db));
    draft = open_draft(o, 0, "");
    ok(payment_draft_add(draft, &said));
    plain_id = finish(o, draft);
    ok(payment_lines(o->memory, o->runs, run_id, &cursor));
    ok(payment_next_line(cursor, &line));
    assert_int_equal(line->line.item, 4711);
    assert_int_equal(line->line.item_subject, 12);
    assert_int_equal(line->line.withheld_item, 815);
    assert_int_equal(line->line.withheld_fen, 20000);
    assert_int_equal(line->line.withheld_part, 1);
    assert_int_equal(line->outcome, PAYMENT_OPEN);
    payment_lines_close(cursor);
    crypto_digest one = pay_run_of(o, run_id).lines_digest, other = pay_run_of(o, plain_id).lines_digest;
    assert_false(crypto_digest_equal(one, other));
}

static payment_outcome all_refused(size_t index)
{
    (void)index;
    return PAYMENT_REFUSED;
}

static void a_line_paid_again_and_again_is_known_by_its_first(void **state)
{
    pay_office *o = *state;
    payment_waiting *found;
    bool is_new;
    lines_of lines = { .lines = { line_of(SOMEBODY, 88) }, .count = 1 };
    lines.lines[0].item = 99;
    int64_t run_id = 0;
    for (int again = 0; again < 3; again++) {
        ok(store_begin(o->db));
        payment_draft *draft = open_draft(o, 0, "");
        ok(payment_draft_add(draft, &lines.lines[0]));
        run_id = finish(o, draft);
        pay_send(o, run_id);
        ok(pay_answer(o, run_id, again ? again > 1 ? "c" : "b" : "a", &lines, all_refused, &is_new));
        assert_int_equal(waiting(o, 0, &found), 1);
        lines.lines[0] = line_of(SOMEBODY, 89 + again);
        lines.lines[0].reissue_of_run = run_id;
        lines.lines[0].reissue_of_line = 1;
    }
    payment_numbered last = { .number = 1, .line = found[0].line };
    payment_line root;
    int64_t root_run;
    ok(payment_line_root(o->memory, o->runs, run_id, &last, &root_run, &root));
    assert_int_equal(root_run, run_id - 2);
    assert_int_equal(root.item, 99);
    office_tables_are_the_logs(o->house, payment_room(o->runs));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OFFICE_TEST_EACH(who_is_left_out_is_paid_once_by_a_later_run),
        OFFICE_TEST_EACH(a_withdrawn_run_leaves_nobody_waiting),
        OFFICE_TEST_EACH(a_line_keeps_what_was_withheld_and_what_it_is_for),
        OFFICE_TEST_EACH(a_line_paid_again_and_again_is_known_by_its_first),
    };
    return cmocka_run_group_tests_name("payment_left", tests, NULL, NULL);
}
