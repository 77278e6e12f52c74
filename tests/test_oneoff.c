#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/checked.h"
#include "oneoff/oneoff.h"
#include "support/choices.h"
#include "support/items.h"

static void an_item_is_read_back_with_its_lines(void **state)
{
    items_office *o = *state;
    int64_t ids[2], batch_id = begin_batch(o, "");
    oneoff_item items[2] = { item_of(person(0), ONEOFF_ARREARS), item_of(person(2), ONEOFF_RECOVERY) };
    items[1].lines = LINES + 2;
    items[1].line_count = 3;
    ok(propose(o, batch_id, items, 2, ids));
    oneoff_standing s = standing(o, person(2), ids[1]);
    assert_int_equal(s.amount_fen, 500000); /* 2000 + 1000 + 2000 */
    assert_int_equal(s.remaining_fen, 500000);
    assert_int_equal(s.from_month, 1501);
    assert_int_equal(s.until_month, 1503);
    assert_int_equal(s.item.kind, ONEOFF_RECOVERY);
    assert_int_equal(s.item.payee_id, person(2));
    assert_int_equal(s.item.decision_id, 9);
    assert_int_equal(s.item.limit_fen, 50000);
    assert_int_equal(s.state, ONEOFF_STATE_PROPOSED);
    assert_true(text_equal_cstr(s.item.benefit, "employee_pension") && text_equal_cstr(s.item.reason, "lapse"));
    oneoff_line *lines;
    size_t count;
    ok(oneoff_lines(o->memory, o->book, person(2), ids[1], &lines, &count));
    assert_int_equal(count, 3);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(lines[i].month, LINES[2 + i].month);
        assert_int_equal(lines[i].fen, LINES[2 + i].fen);
        assert_int_equal(lines[i].is_account, LINES[2 + i].is_account);
        assert_true(text_equal(lines[i].part, LINES[2 + i].part));
    }
    oneoff_batch batch;
    ok(oneoff_batch_find(o->memory, o->book, batch_id, &batch));
    assert_int_equal(batch.item_count, 2);
    assert_int_equal(batch.pay_fen, 900000);
    assert_int_equal(batch.recover_fen, 500000);
    oneoff_standing none;
    refused(oneoff_read(o->memory, o->book, person(1), ids[1], &none), &ONEOFF_NO_ITEM);
    refused(oneoff_batch_find(o->memory, o->book, 99, &batch), &ONEOFF_NO_BATCH);
}

static void nothing_moves_before_three_have_approved(void **state)
{
    items_office *o = *state;
    int64_t id, batch_id = begin_batch(o, "");
    oneoff_item item = item_of(person(0), ONEOFF_ARREARS);
    refused(move(o, batch_id, ONEOFF_PROPOSE), &ONEOFF_EMPTY);
    ok(propose(o, batch_id, &item, 1, &id));
    static const oneoff_step STEPS[] = { ONEOFF_PROPOSE, ONEOFF_REVIEW, ONEOFF_APPROVE };
    for (size_t i = 0; i < 3; i++) {
        oneoff_standing *due;
        size_t count;
        ok(oneoff_due(o->memory, o->book, bucket(), &due, &count));
        assert_int_equal(count, 0);
        refused(take(o, 1, person(0), id, 100), &ONEOFF_NOT_APPROVED);
        for (size_t k = i + 1; k < 3; k++) refused(move(o, batch_id, STEPS[k]), &ONEOFF_NO_MOVE);
        ok(move(o, batch_id, STEPS[i]));
        refused(propose(o, batch_id, &item, 1, &id), &ONEOFF_NO_MOVE);
    }
    refused(move(o, batch_id, ONEOFF_REFUSE), &ONEOFF_NO_MOVE);
    oneoff_mark *marks;
    oneoff_standing *due;
    size_t count;
    ok(oneoff_marks(o->memory, o->book, batch_id, &marks, &count));
    assert_int_equal(count, 3);
    assert_int_equal(marks[2].step, ONEOFF_APPROVE);
    assert_int_equal(marks[2].actor_id, 7);
    ok(oneoff_due(o->memory, o->book, bucket(), &due, &count));
    assert_int_equal(count, 1);
    assert_int_equal(due[0].item_id, id);
    oneoff_batch *batches;
    ok(oneoff_batch_list(o->memory, o->book, ONEOFF_APPROVED, &batches, &count));
    assert_int_equal(count, 1);
}

static void a_refused_batch_pays_nothing(void **state)
{
    items_office *o = *state;
    int64_t id, batch_id = begin_batch(o, "");
    oneoff_item item = item_of(person(0), ONEOFF_ARREARS);
    ok(propose(o, batch_id, &item, 1, &id));
    ok(move(o, batch_id, ONEOFF_PROPOSE));
    ok(move(o, batch_id, ONEOFF_REFUSE));
    assert_int_equal(standing(o, person(0), id).state, ONEOFF_STATE_CANCELLED);
    refused(take(o, 1, person(0), id, 100), &ONEOFF_NOT_APPROVED);
}

static void items_that_do_not_fit_are_refused(void **state)
{
    items_office *o = *state;
    int64_t ids[2], batch_id = begin_batch(o, "");
    oneoff_item items[2] = { item_of(person(1), ONEOFF_ARREARS), item_of(person(0), ONEOFF_ARREARS) };
    refused(propose(o, batch_id, items, 2, ids), &ONEOFF_BAD_ITEM); /* order */
    refused(propose(o, batch_id, items, 0, ids), &ONEOFF_BAD_ITEM);
    oneoff_line lines[2] = { LINES[2], LINES[0] };
    items[0].lines = lines;
    items[0].line_count = 2;
    refused(propose(o, batch_id, items, 1, ids), &ONEOFF_BAD_ITEM); /* months fall */
    items[0].line_count = 1;
    lines[0].fen = 0;
    refused(propose(o, batch_id, items, 1, ids), &ONEOFF_BAD_ITEM);
    lines[0].fen = 1;
    items[0].fund = TEXT_NONE;
    refused(propose(o, batch_id, items, 1, ids), &ONEOFF_BAD_ITEM);
    items[0] = item_of(person(0) + 1, ONEOFF_ARREARS);
    while (eventlog_bucket_of(items[0].subject_id) == bucket()) items[0].subject_id++;
    refused(propose(o, batch_id, items, 1, ids), &ONEOFF_BAD_ITEM); /* another bucket */
}

static void a_run_takes_and_settles_or_releases(void **state)
{
    items_office *o = *state;
    int64_t id = approved(o, person(0), ONEOFF_RECOVERY);
    refused(take(o, 12, person(0), id, 900001), &ONEOFF_TOO_MUCH);
    refused(take(o, 12, person(0), id, 0), &ONEOFF_TOO_MUCH);
    refused(take(o, 12, person(1), id, 100), &ONEOFF_NO_ITEM);
    ok(take(o, 12, person(0), id, 50000));
    oneoff_standing s = standing(o, person(0), id);
    assert_int_equal(s.state, ONEOFF_STATE_IN_RUN);
    assert_int_equal(s.run_id, 12);
    assert_int_equal(s.remaining_fen, 900000);
    refused(take(o, 13, person(0), id, 100), &ONEOFF_IN_RUN);
    refused(answer(o, 13, person(0), id, true), &ONEOFF_NO_ITEM);
    ok(answer(o, 12, person(0), id, false)); /* refused by the bank: free again */
    assert_int_equal(standing(o, person(0), id).state, ONEOFF_STATE_APPROVED);
    ok(take(o, 12, person(0), id, 50000)); /* drafted anew */
    ok(answer(o, 12, person(0), id, true));
    s = standing(o, person(0), id);
    assert_int_equal(s.settled_fen, 50000);
    assert_int_equal(s.remaining_fen, 850000);
    ok(take(o, 14, person(0), id, 850000));
    ok(answer(o, 14, person(0), id, true));
    assert_int_equal(standing(o, person(0), id).state, ONEOFF_STATE_SETTLED);
    oneoff_taking *takings;
    size_t count;
    ok(oneoff_takings(o->memory, o->book, 14, bucket(), &takings, &count));
    assert_int_equal(count, 1);
    assert_true(takings[0].is_settled && takings[0].fen == 850000);
}

static void the_same_act_again_changes_nothing(void **state)
{
    items_office *o = *state;
    assert_int_equal(begin_batch(o, "b"), begin_batch(o, "b"));
    int64_t ids[2] = { 0 }, again[2] = { 0 }, batch_id = begin_batch(o, "b");
    oneoff_item items[2] = { item_of(person(0), ONEOFF_ARREARS), item_of(person(1), ONEOFF_ARREARS) };
    for (int i = 0; i < 2; i++) {
        oneoff_act act = act_of(o, "p");
        office_begin(o->house);
        ok(office_end(o->house, oneoff_propose(o->book, &act, batch_id, bucket(), items, 2, i ? again : ids)));
    }
    assert_memory_equal(ids, again, sizeof ids);
    static const oneoff_step STEPS[] = { ONEOFF_PROPOSE, ONEOFF_REVIEW, ONEOFF_APPROVE };
    static const char *const KEYS[] = { "s0", "s1", "s2" };
    for (int round = 0; round < 2; round++)
        for (size_t i = 0; i < 3; i++) {
            oneoff_act act = act_of(o, KEYS[i]);
            office_begin(o->house);
            ok(office_end(o->house, oneoff_move(o->book, &act, batch_id, STEPS[i])));
        }
    oneoff_taking takings[2] = { { person(0), ids[0], 10, true }, { person(1), ids[1], 20, false } };
    for (int round = 0; round < 2; round++) {
        oneoff_act act = act_of(o, "take");
        office_begin(o->house);
        ok(office_end(o->house, oneoff_take(o->book, &act, 3, bucket(), takings, 2)));
    }
    for (int round = 0; round < 2; round++) {
        oneoff_act act = act_of(o, "answer");
        office_begin(o->house);
        ok(office_end(o->house, oneoff_answer(o->book, &act, 3, bucket(), takings, 2)));
    }
    assert_int_equal(standing(o, person(0), ids[0]).settled_fen, 10);
    assert_int_equal(standing(o, person(1), ids[1]).settled_fen, 0);
    oneoff_act act = act_of(o, "take");
    takings[0].fen++;
    office_begin(o->house);
    refused(office_end(o->house, oneoff_take(o->book, &act, 3, bucket(), takings, 2)), &EVENTLOG_KEY_REUSED);
}

static err reopen(items_office *o, int64_t run_id, const oneoff_taking *taking)
{
    oneoff_act act = act_of(o, "");
    office_begin(o->house);
    return office_end(o->house, oneoff_reopen(o->book, &act, run_id, bucket(), taking, 1));
}

static void what_came_back_is_open_again_until_it_is_paid_again(void **state)
{
    items_office *o = *state;
    oneoff_taking t = { person(0), approved(o, person(0), ONEOFF_ARREARS), 900000, false };
    ok(take(o, 4, t.subject_id, t.item_id, t.fen));
    ok(answer(o, 4, t.subject_id, t.item_id, true));
    refused(reopen(o, 5, &t), &ONEOFF_NO_ITEM);
    ok(reopen(o, 4, &t));
    assert_int_equal(standing(o, t.subject_id, t.item_id).remaining_fen, 900000);
    refused(reopen(o, 4, &t), &ONEOFF_NO_ITEM);                           /* once */
    refused(take(o, 6, t.subject_id, t.item_id, t.fen), &ONEOFF_IN_RUN); /* nobody else's */
    ok(answer(o, 4, t.subject_id, t.item_id, true));
    assert_int_equal(standing(o, t.subject_id, t.item_id).settled_fen, 900000);
}

static void what_is_settled_covers_the_lines_in_order(void **state)
{
    (void)state;
    oneoff_line into[ARRAY_COUNT(LINES)];
    /* 2500.00 were settled: all of the first line, half of the second's 1000.00. 1800.00 more: the other
     * 500.00, and 1300.00 of the third's 2000.00. */
    size_t count = oneoff_share(LINES, ARRAY_COUNT(LINES), 250000, 180000, into);
    assert_int_equal(count, 2);
    assert_true(into[0].is_account && into[0].fen == 50000 && into[0].month == 1500);
    assert_true(!into[1].is_account && into[1].fen == 130000 && into[1].month == 1501);
    /* However an amount is cut, the pieces come to the lines. */
    for (int64_t step = 1000; step < 900000; step = step * 3 + 7) {
        int64_t sums[ARRAY_COUNT(LINES)] = { 0 };
        for (int64_t at = 0; at < 900000; at += step) {
            count = oneoff_share(LINES, ARRAY_COUNT(LINES), at, step, into);
            for (size_t i = 0; i < count; i++)
                for (size_t k = 0; k < ARRAY_COUNT(LINES); k++)
                    if (LINES[k].month == into[i].month && LINES[k].is_account == into[i].is_account)
                        sums[k] += into[i].fen;
        }
        for (size_t k = 0; k < ARRAY_COUNT(LINES); k++) assert_int_equal(sums[k], LINES[k].fen);
    }
}

/* Random takings and answers of several items: amount is what was settled and what remains, counted here. */
static void nothing_is_lost_on_the_way(void **state)
{
    items_office *o = *state;
    enum { ITEMS = 4 };
    int64_t ids[ITEMS], settled[ITEMS] = { 0 }, in_run[ITEMS] = { 0 }, run_of[ITEMS] = { 0 };
    for (size_t i = 0; i < ITEMS; i++) ids[i] = approved(o, person(i), i % 2 ? ONEOFF_RECOVERY : ONEOFF_ARREARS);
    choices c = choose_by_seed(20261128);
    for (int64_t step = 1; step < 80; step++) {
        size_t i = (size_t)choose_between(&c, 0, ITEMS - 1);
        int64_t left = 900000 - settled[i];
        if (!in_run[i] && left) {
            in_run[i] = choose_between(&c, 1, left);
            run_of[i] = step;
            ok(take(o, step, person(i), ids[i], in_run[i]));
        } else if (in_run[i]) {
            bool is_settled = choose_between(&c, 0, 2) > 0;
            ok(answer(o, run_of[i], person(i), ids[i], is_settled));
            settled[i] += is_settled ? in_run[i] : 0;
            in_run[i] = run_of[i] = 0;
        }
        oneoff_standing s = standing(o, person(i), ids[i]);
        assert_int_equal(s.settled_fen, settled[i]);
        assert_int_equal(s.run_fen, in_run[i]);
        assert_int_equal(s.settled_fen + s.remaining_fen, 900000);
    }
    oneoff_standing *of_one;
    size_t count;
    ok(oneoff_of_subject(o->memory, o->book, person(1), &of_one, &count));
    assert_int_equal(count, 1);
    ok(oneoff_of_batch(o->memory, o->book, of_one[0].batch_id, &of_one, &count));
    assert_int_equal(count, 1);
    office_tables_are_the_logs(o->house, oneoff_room(o->book));
}

static void approve_all(items_office *o, int64_t batch_id)
{
    ok(move(o, batch_id, ONEOFF_PROPOSE));
    ok(move(o, batch_id, ONEOFF_REVIEW));
    ok(move(o, batch_id, ONEOFF_APPROVE));
}

/* 9000.00 owed: 2500.00 brought, the rest written off by a batch of its own. */
static void an_overpayment_is_repaid_and_the_rest_written_off(void **state)
{
    items_office *o = *state;
    int64_t id = approved(o, person(0), ONEOFF_RECOVERY), arrears = approved(o, person(1), ONEOFF_ARREARS);
    bool is_new;
    refused(repay(o, person(0), id, 900001, "", NULL), &ONEOFF_TOO_MUCH);
    refused(repay(o, person(1), arrears, 1, "", NULL), &ONEOFF_TOO_MUCH);
    for (int i = 0; i < 2; i++) {
        ok(repay(o, person(0), id, 250000, "bank/1", &is_new));
        assert_int_equal(is_new, i == 0);
    }
    oneoff_receipt *receipts;
    size_t count;
    ok(oneoff_receipts(o->memory, o->book, person(0), id, &receipts, &count));
    assert_int_equal(count, 1);
    assert_true(receipts[0].fen == 250000 && text_equal_cstr(receipts[0].reference, "r-1"));
    oneoff_act act = act_of(o, "");
    office_begin(o->house);
    ok(office_end(o->house, oneoff_plan(o->book, &act, person(0), id, ONEOFF_WAY_REPAID, 10000)));
    assert_int_equal(standing(o, person(0), id).item.limit_fen, 10000);

    int64_t batch_id = begin_batch(o, "");
    oneoff_closing closing = { person(0), id, ONEOFF_STATE_WRITTEN_OFF, TEXT("no_heirs") }, *closings;
    office_begin(o->house);
    ok(office_end(o->house, oneoff_propose_closing(o->book, &act, batch_id, &closing)));
    office_begin(o->house);
    refused(office_end(o->house, oneoff_close_item(o->book, &act, batch_id, &closing)), &ONEOFF_NOT_APPROVED);
    approve_all(o, batch_id);
    ok(oneoff_closings(o->memory, o->book, batch_id, &closings, &count));
    assert_int_equal(count, 1);
    act = act_of(o, "");
    office_begin(o->house);
    ok(office_end(o->house, oneoff_close_item(o->book, &act, batch_id, &closings[0])));
    oneoff_standing s = standing(o, person(0), id);
    assert_int_equal(s.closed_fen, 650000);
    assert_int_equal(s.remaining_fen, 0);
    assert_int_equal(s.state, ONEOFF_STATE_WRITTEN_OFF);
    refused(repay(o, person(0), id, 1, "", NULL), &ONEOFF_TOO_MUCH);
    office_tables_are_the_logs(o->house, oneoff_room(o->book));
}

static void a_batch_holds_changes_of_benefits(void **state)
{
    items_office *o = *state;
    int64_t batch_id = begin_batch(o, "");
    oneoff_change changes[2] = { { person(0), TEXT("employee_pension"), 2, 1512, 2000, TEXT("certified") },
                                 { person(1), TEXT("employee_pension"), 2, 1512, 1512, TEXT("certified") } };
    oneoff_act act = act_of(o, "");
    office_begin(o->house);
    refused(office_end(o->house, oneoff_propose_changes(o->book, &act, batch_id, bucket(), changes, 2)), &ONEOFF_BAD_ITEM);
    changes[1].until_month = 1513;
    office_begin(o->house);
    ok(office_end(o->house, oneoff_propose_changes(o->book, &act, batch_id, bucket(), changes, 2)));
    approve_all(o, batch_id);
    oneoff_change *read;
    oneoff_batch batch;
    size_t count;
    ok(oneoff_changes(o->memory, o->book, batch_id, &read, &count));
    assert_int_equal(count, 2);
    assert_true(read[1].subject_id == person(1) && read[1].until_month == 1513 && read[0].state == 2);
    assert_true(text_equal_cstr(read[0].benefit, "employee_pension") && text_equal_cstr(read[1].reason, "certified"));
    ok(oneoff_batch_find(o->memory, o->book, batch_id, &batch));
    assert_int_equal(batch.change_count, 2);
    assert_int_equal(batch.item_count, 0);
    office_begin(o->house);
    refused(office_end(o->house, oneoff_propose_changes(o->book, &act, batch_id, bucket(), changes, 2)), &ONEOFF_NO_MOVE);
}

static void words_are_there_for_all(void **state)
{
    (void)state;
    for (int i = 0; i < ONEOFF_STATE_COUNT; i++) assert_non_null(oneoff_state_word((oneoff_state)i)->says_zh);
    for (int i = 0; i < ONEOFF_BATCH_STATE_COUNT; i++)
        assert_non_null(oneoff_batch_word((oneoff_batch_state)i)->says_zh);
    for (int i = 0; i < ONEOFF_KIND_COUNT; i++) assert_non_null(oneoff_kind_word((oneoff_kind)i)->says_zh);
    for (int i = 0; i < ONEOFF_WAY_COUNT; i++) assert_non_null(oneoff_way_word((oneoff_way)i)->says_zh);
    for (int i = 0; i < ONEOFF_STEP_COUNT; i++) assert_non_null(oneoff_step_word((oneoff_step)i)->says_zh);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OFFICE_TEST_EACH(an_item_is_read_back_with_its_lines),
        OFFICE_TEST_EACH(nothing_moves_before_three_have_approved),
        OFFICE_TEST_EACH(a_refused_batch_pays_nothing),
        OFFICE_TEST_EACH(items_that_do_not_fit_are_refused),
        OFFICE_TEST_EACH(a_run_takes_and_settles_or_releases),
        OFFICE_TEST_EACH(what_came_back_is_open_again_until_it_is_paid_again),
        OFFICE_TEST_EACH(the_same_act_again_changes_nothing),
        OFFICE_TEST_EACH(nothing_is_lost_on_the_way),
        OFFICE_TEST_EACH(an_overpayment_is_repaid_and_the_rest_written_off),
        OFFICE_TEST_EACH(a_batch_holds_changes_of_benefits),
        cmocka_unit_test(what_is_settled_covers_the_lines_in_order),
        cmocka_unit_test(words_are_there_for_all),
    };
    return cmocka_run_group_tests_name("oneoff", tests, NULL, NULL);
}
