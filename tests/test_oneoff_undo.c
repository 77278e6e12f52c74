#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "support/items.h"

/* undo: proposed in a batch of its own, and confirmed. */
static void undo(items_office *o, int64_t id, int64_t receipt_id, const char *key)
{
    int64_t batch_id = begin_batch(o, key);
    oneoff_undoing undoing = { .subject_id = person(0), .item_id = id, .receipt_id = receipt_id, .from_day = 45990,
                               .on_day = 46010, .lines = TEXT("digest"), .reason = TEXT("not at the bank") }, *kept;
    size_t count;
    oneoff_act act = act_of(o, "");
    office_begin(o->house);
    ok(office_end(o->house, oneoff_propose_undoing(o->book, &act, batch_id, &undoing)));
    office_begin(o->house);
    refused(office_end(o->house, oneoff_undo(o->book, &act, batch_id, &undoing)), &ONEOFF_NOT_APPROVED);
    ok(move(o, batch_id, ONEOFF_PROPOSE));
    refused(move(o, batch_id, ONEOFF_REVIEW), &ONEOFF_NO_MOVE);
    ok(move(o, batch_id, ONEOFF_CONFIRM));
    ok(oneoff_undoings(o->memory, o->book, batch_id, &kept, &count));
    assert_int_equal(count, 1);
    assert_true(kept[0].fen > 0 && kept[0].on_day == 46010 && text_equal_cstr(kept[0].lines, "digest"));
    act = act_of(o, "");
    office_begin(o->house);
    ok(office_end(o->house, oneoff_undo(o->book, &act, batch_id, &kept[0])));
    office_begin(o->house);
    refused(office_end(o->house, oneoff_undo(o->book, &act, batch_id, &kept[0])), &ONEOFF_NO_RECEIPT);
}

/* Three receipts over 9000.00; those in the middle and in front never came, in either order. What each standing one covered, it
 * covers still, and what is owed again is owed last. */
static void a_repayment_that_never_came_is_owed_again(void **state)
{
    static const int64_t FEN[] = { 250000, 200000, 300000 };
    static const size_t ORDERS[][2] = { { 1, 0 }, { 0, 1 } };
    items_office *o = *state;
    for (size_t k = 0; k < ARRAY_COUNT(ORDERS); k++) {
        int64_t id = approved(o, person(0), ONEOFF_RECOVERY);
        oneoff_receipt *receipts;
        oneoff_line *whole, *lines, *was = ARENA_ARRAY(o->memory, oneoff_line, 8), *is = ARENA_ARRAY(o->memory, oneoff_line, 16);
        size_t count, line_count, whole_count;
        refused(move(o, begin_batch(o, ""), ONEOFF_CONFIRM), &ONEOFF_NO_MOVE);
        for (size_t i = 0; i < ARRAY_COUNT(FEN); i++) ok(repay(o, person(0), id, FEN[i], "", NULL));
        ok(oneoff_lines_proposed(o->memory, o->book, person(0), id, &whole, &whole_count));
        ok(oneoff_receipts(o->memory, o->book, person(0), id, &receipts, &count));
        assert_int_equal(count, 3);
        for (size_t i = 0; i < 2; i++) undo(o, id, receipts[ORDERS[k][i]].receipt_id, "");
        oneoff_standing s = standing(o, person(0), id);
        assert_int_equal(s.settled_fen, 300000);
        assert_int_equal(s.remaining_fen, 600000);
        assert_int_equal(s.state, ONEOFF_STATE_APPROVED);
        /* The third stands where it stood: behind 4500.00 of the lines as they were proposed. */
        ok(oneoff_lines(o->memory, o->book, person(0), id, &lines, &line_count));
        size_t before = oneoff_share(whole, whole_count, 450000, 300000, was);
        assert_int_equal(oneoff_share(lines, line_count, 0, 300000, is), before);
        for (size_t i = 0; i < before; i++)
            assert_true(is[i].fen == was[i].fen && is[i].month == was[i].month && is[i].paid_month == was[i].paid_month);
        int64_t sum = 0;
        for (size_t i = 0; i < line_count; i++) sum += lines[i].fen;
        assert_int_equal(sum, 900000);
        ok(oneoff_receipts(o->memory, o->book, person(0), id, &receipts, &count));
        assert_true(receipts[0].undone_in && receipts[1].undone_in && !receipts[2].undone_in && !receipts[2].waits_in);
        ok(repay(o, person(0), id, 600000, "", NULL));
        assert_int_equal(standing(o, person(0), id).state, ONEOFF_STATE_SETTLED);
    }
    office_tables_are_the_logs(o->house, oneoff_room(o->book));
}

/* What a payment run withheld between two receipts keeps its place as well; while a run has the item nothing is undone. */
static void what_a_run_withheld_keeps_its_place(void **state)
{
    items_office *o = *state;
    int64_t id = approved(o, person(0), ONEOFF_RECOVERY);
    oneoff_receipt *receipts;
    oneoff_line *lines, is[8];
    size_t count, line_count;
    ok(repay(o, person(0), id, 100000, "", NULL));
    ok(take(o, 31, person(0), id, 150000));
    ok(answer(o, 31, person(0), id, true));
    ok(repay(o, person(0), id, 50000, "", NULL));
    ok(oneoff_receipts(o->memory, o->book, person(0), id, &receipts, &count));
    ok(take(o, 32, person(0), id, 1));
    int64_t batch_id = begin_batch(o, "");
    oneoff_act act = act_of(o, "");
    oneoff_undoing undoing = { .subject_id = person(0), .item_id = id, .receipt_id = receipts[1].receipt_id };
    office_begin(o->house);
    refused(office_end(o->house, oneoff_propose_undoing(o->book, &act, batch_id, &undoing)), &ONEOFF_IN_RUN);
    ok(answer(o, 32, person(0), id, false));
    undo(o, id, receipts[1].receipt_id, "");
    /* Of the lines the first 2500.00 are settled, and then what follows on the 500.00 that never came. */
    ok(oneoff_lines(o->memory, o->book, person(0), id, &lines, &line_count));
    size_t last = oneoff_share(lines, line_count, 850000, 50000, is);
    oneoff_line *whole, *was = ARENA_ARRAY(o->memory, oneoff_line, 8);
    ok(oneoff_lines_proposed(o->memory, o->book, person(0), id, &whole, &count));
    assert_int_equal(oneoff_share(whole, count, 250000, 50000, was), last);
    assert_true(last > 0 && is[0].month == was[0].month && is[0].fen == was[0].fen);
    assert_int_equal(standing(o, person(0), id).settled_fen, 250000);
    office_tables_are_the_logs(o->house, oneoff_room(o->book));
}

/* Whoever proposed to give up what remains saw less than would remain then. */
static void no_more_is_given_up_than_was_proposed(void **state)
{
    items_office *o = *state;
    int64_t id = approved(o, person(0), ONEOFF_RECOVERY);
    oneoff_receipt *receipts;
    size_t count;
    ok(repay(o, person(0), id, 300000, "", NULL));
    ok(oneoff_receipts(o->memory, o->book, person(0), id, &receipts, &count));
    int64_t closing_batch = begin_batch(o, ""), batch_id = begin_batch(o, "");
    oneoff_act act = act_of(o, "");
    oneoff_closing closing = { .subject_id = person(0), .item_id = id, .as = ONEOFF_STATE_WRITTEN_OFF, .reason = TEXT("gone") };
    oneoff_undoing undoing = { .subject_id = person(0), .item_id = id, .receipt_id = receipts[0].receipt_id };
    office_begin(o->house);
    ok(office_end(o->house, oneoff_propose_closing(o->book, &act, closing_batch, &closing)));
    for (int step = 0; step < 2; step++) {
        office_begin(o->house);
        refused(office_end(o->house, oneoff_propose_undoing(o->book, &act, batch_id, &undoing)), &ONEOFF_CLOSING_WAITS);
        ok(move(o, closing_batch, step ? ONEOFF_REFUSE : ONEOFF_PROPOSE));
    }
    undo(o, id, receipts[0].receipt_id, "");
    assert_int_equal(standing(o, person(0), id).remaining_fen, 900000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OFFICE_TEST_EACH(a_repayment_that_never_came_is_owed_again),
        OFFICE_TEST_EACH(what_a_run_withheld_keeps_its_place),
        OFFICE_TEST_EACH(no_more_is_given_up_than_was_proposed),
    };
    return cmocka_run_group_tests_name("oneoff_undo", tests, NULL, NULL);
}
