#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/checked.h"
#include "base/hash.h"
#include "collection/collection_internal.h"
#include "support/bill_office.h"

#define ok office_ok
#define refused office_refused

static int set_up(void **state)
{
    office *house = office_open(state);
    bill_office *o = ARENA_NEW(house->memory, bill_office);
    *o = (bill_office){ .house = house, .memory = house->memory };
    ok(collection_open(o->memory, house->db, house->log, &o->bills));
    *state = o;
    return 0;
}

static int tear_down(void **state)
{
    bill_office *o = *state;
    return office_close(o->house, state);
}

OFFICE_SET_UPS

/* ---- issuing ---- */

static void bills_are_the_sums_of_their_lines(void **state)
{
    bill_office *o = *state;
    collection_issued issued;
    ok(bill_try_issue(o, MONTH, 100, "", &issued));
    assert_int_equal(issued.line_count, 100);
    assert_int_equal(issued.payer_count, 4);
    int64_t total = 0, by_payer = 0;
    for (int64_t p = 1; p <= 100; p++)
        for (int k = 0; k < 4; k++) total += bill_line_of(p).fen[k];
    for (int64_t id = 1; id <= 3; id++) by_payer += bill_owed(o, (collection_payer){ COLLECTION_EMPLOYER, id }, false);
    int64_t government = bill_owed(o, (collection_payer){ COLLECTION_GOVERNMENT, GOVERNMENT_ID }, false);
    assert_int_equal(government, 50 * 1000);
    assert_int_equal(issued.total_fen, total);
    assert_int_equal(by_payer + government, total);
    collection_total *totals;
    size_t count;
    ok(collection_totals(o->memory, o->bills, MONTH, &totals, &count));
    assert_int_equal(count, 2);
    assert_int_equal(totals[0].due_fen + totals[1].due_fen, total);
    collection_issue_row *issues;
    ok(collection_issues(o->memory, o->bills, INT32_MIN, &issues, &count));
    assert_int_equal(count, 1);
    assert_int_equal(issues[0].total_fen, total);
}

static void lines_are_read_back_as_they_were_issued(void **state)
{
    bill_office *o = *state;
    int64_t issue_id = bill_issue_of(o, MONTH, 100);
    collection_cursor *cursor;
    const collection_line *line;
    int count = 0;
    ok(collection_lines(o->memory, o->bills, issue_id, EVENTLOG_BUCKETS, &cursor));
    assert_string_equal(collection_cursor_terms(cursor)->keys[3].name, "medical.government");
    for (;;) {
        ok(collection_next_line(cursor, &line));
        if (!line) break;
        collection_line expected = bill_line_of(line->person_id);
        assert_int_equal(line->payer.kind, expected.payer.kind);
        assert_int_equal(line->payer.id, expected.payer.id);
        assert_int_equal(line->base_fen, expected.base_fen);
        assert_int_equal(line->decision, expected.decision);
        assert_memory_equal(line->fen, expected.fen, sizeof expected.fen);
        count++;
    }
    collection_lines_close(cursor);
    assert_int_equal(count, 100);
    refused(collection_lines(o->memory, o->bills, 99, 0, &cursor), &COLLECTION_BROKEN);
}

static void a_month_is_billed_once(void **state)
{
    bill_office *o = *state;
    collection_issued first, again;
    ok(bill_try_issue(o, MONTH, 20, "bill-1511", &first));
    ok(bill_try_issue(o, MONTH, 20, "bill-1511", &again));
    assert_true(first.is_new && !again.is_new);
    assert_int_equal(again.total_fen, first.total_fen);
    refused(bill_try_issue(o, MONTH, 20, "another", &again), &COLLECTION_ISSUED);
    refused(bill_try_issue(o, MONTH, 21, "bill-1511", &again), &EVENTLOG_KEY_REUSED);
    assert_int_equal(bill_owed(o, (collection_payer){ COLLECTION_EMPLOYER, 1 }, false) +
                         bill_owed(o, (collection_payer){ COLLECTION_EMPLOYER, 2 }, false) +
                         bill_owed(o, (collection_payer){ COLLECTION_EMPLOYER, 3 }, false) +
                         bill_owed(o, (collection_payer){ COLLECTION_GOVERNMENT, GOVERNMENT_ID }, false),
                     first.total_fen);
}

static void lines_that_do_not_fit_are_refused(void **state)
{
    bill_office *o = *state;
    collection_terms terms = bill_terms_of(MONTH);
    for (int fault = 0; fault < 5; fault++) {
        collection_issue *issue;
        collection_act act = bill_act_of(o, "");
        collection_line line = bill_line_of(5);
        office_begin(o->house);
        ok(collection_issue_open(o->memory, o->bills, &terms, &act, &issue));
        if (fault == 0) line.fen[1] = -1;
        if (fault == 1) memset(line.fen, 0, sizeof line.fen);
        if (fault == 2) line.fen[4] = 1;
        if (fault == 3) line.payer.id = 0;
        if (fault == 4) ok(collection_issue_add(issue, &line));
        refused(collection_issue_add(issue, &line), &COLLECTION_BAD_LINE);
        collection_issue_cancel(issue);
        store_rollback(o->house->db);
    }
    collection_issued issued;
    refused(bill_try_issue(o, MONTH, 0, "", &issued), &COLLECTION_EMPTY);
    assert_int_equal(bill_owed(o, bill_employer_of(5), false), 0);
}

/* ---- money ---- */

static void a_receipt_is_matched_exactly_in_part_and_over(void **state)
{
    bill_office *o = *state;
    bill_issue_of(o, MONTH, 30);
    collection_payer first = { COLLECTION_EMPLOYER, 1 };
    int64_t due = bill_owed(o, first, true);
    collection_received part = bill_receive(o, first, due - 100);
    assert_int_equal(part.allocated_fen, due - 100);
    assert_int_equal(bill_owed(o, first, true), 100);
    collection_received over = bill_receive(o, first, 350);
    assert_int_equal(over.allocated_fen, 100);
    assert_int_equal(over.credit_fen, 250);
    assert_int_equal(over.unmatched_count, 0);
    int64_t credit;
    ok(collection_credit_of(o->bills, first, &credit));
    assert_int_equal(credit, 250);
    collection_received stray = bill_receive(o, (collection_payer){ COLLECTION_EMPLOYER, 500 }, 77);
    assert_int_equal(stray.unmatched_count, 1);
    assert_int_equal(stray.unmatched_fen, 77);
    collection_received_row *rows;
    size_t count;
    ok(collection_receipts_of(o->memory, o->bills, first, &rows, &count));
    assert_int_equal(count, 2);
    assert_int_equal(rows[1].allocated_fen, 100);
    assert_true(text_equal_cstr(rows[1].receipt.reference, "T-1"));
}

static void the_same_receipts_again_change_nothing(void **state)
{
    bill_office *o = *state;
    bill_issue_of(o, MONTH, 30);
    collection_payer first = { COLLECTION_EMPLOYER, 1 };
    collection_received received;
    ok(bill_try_receive(o, first, 500, "file-7", &BILL_OLDEST, &received));
    assert_true(received.is_new);
    int64_t open = bill_owed(o, first, true);
    ok(bill_try_receive(o, first, 500, "file-7", &BILL_OLDEST, &received));
    assert_false(received.is_new);
    refused(bill_try_receive(o, first, 501, "file-7", &BILL_OLDEST, &received), &EVENTLOG_KEY_REUSED);
    assert_int_equal(bill_owed(o, first, true), open);
    refused(bill_try_receive(o, first, 0, "", &BILL_OLDEST, &received), &COLLECTION_BAD_AMOUNT);
}

static void credit_is_used_or_given_back(void **state)
{
    bill_office *o = *state;
    collection_payer first = { COLLECTION_EMPLOYER, 1 };
    bill_receive(o, first, 1000);
    bill_issue_of(o, MONTH, 3);
    int64_t due = bill_owed(o, first, true), credit;
    collection_received received;
    collection_act act = bill_act_of(o, "");
    office_begin(o->house);
    ok(office_end(o->house, collection_use_credit(o->memory, o->bills, first, MONTH, &BILL_OLDEST, &act, &received)));
    assert_int_equal(received.allocated_fen, 1000);
    assert_int_equal(bill_owed(o, first, true), due - 1000);
    bill_receive(o, first, due);
    ok(collection_credit_of(o->bills, first, &credit));
    assert_int_equal(credit, 1000);
    act = bill_act_of(o, "refund-1");
    office_begin(o->house);
    refused(office_end(o->house, collection_refund(o->bills, first, 1001, &act)), &COLLECTION_NO_CREDIT);
    for (int i = 0; i < 2; i++) {
        act = bill_act_of(o, "refund-1");
        office_begin(o->house);
        ok(office_end(o->house, collection_refund(o->bills, first, 1000, &act)));
    }
    ok(collection_credit_of(o->bills, first, &credit));
    assert_int_equal(credit, 0);
    act = bill_act_of(o, "");
    office_begin(o->house);
    refused(office_end(o->house, collection_use_credit(o->memory, o->bills, first, MONTH, &BILL_OLDEST, &act, &received)),
            &COLLECTION_NO_CREDIT);
}

static void relief_lowers_what_is_due_and_frees_what_was_paid(void **state)
{
    bill_office *o = *state;
    bill_issue_of(o, MONTH, 30);
    collection_payer first = { COLLECTION_EMPLOYER, 1 };
    int64_t due = bill_owed(o, first, true), credit;
    collection_due key = bill_due_key(first, PENSION);
    collection_act act = bill_act_of(o, "relief");
    office_begin(o->house);
    ok(office_end(o->house, collection_adjust(o->bills, &key, -500, &act)));
    assert_int_equal(bill_owed(o, first, true), due - 500);
    bill_receive(o, first, due - 500);
    act = bill_act_of(o, "relief-2");
    office_begin(o->house);
    ok(office_end(o->house, collection_adjust(o->bills, &key, -300, &act)));
    ok(collection_credit_of(o->bills, first, &credit));
    assert_int_equal(credit, 300);
    assert_int_equal(bill_owed(o, first, true), 0);
    act = bill_act_of(o, "");
    office_begin(o->house);
    refused(office_end(o->house, collection_adjust(o->bills, &key, -100000000, &act)), &COLLECTION_BAD_AMOUNT);
    key.fund = 9;
    office_begin(o->house);
    refused(office_end(o->house, collection_adjust(o->bills, &key, -1, &act)), &COLLECTION_NO_DUE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OFFICE_TEST_EACH(bills_are_the_sums_of_their_lines),
        OFFICE_TEST_EACH(lines_are_read_back_as_they_were_issued),
        OFFICE_TEST_EACH(a_month_is_billed_once),
        OFFICE_TEST_EACH(lines_that_do_not_fit_are_refused),
        OFFICE_TEST_EACH(a_receipt_is_matched_exactly_in_part_and_over),
        OFFICE_TEST_EACH(the_same_receipts_again_change_nothing),
        OFFICE_TEST_EACH(credit_is_used_or_given_back),
        OFFICE_TEST_EACH(relief_lowers_what_is_due_and_frees_what_was_paid),
    };
    return cmocka_run_group_tests_name("collection", tests, NULL, NULL);
}
