/* The books against the bank: matched, in transit, not booked; suspense still open. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/checked.h"
#include "calendar/calendar.h"
#include "support/books.h"
#include "support/choices.h"

#define FUND BOOKS_EMPLOYEE

static void post(books *b, int32_t day, const char *kind, int64_t debit, int64_t credit, int64_t fen, const char *reference)
{
    ledger_stamp stamp = books_stamp(b, NULL);
    ledger_amount amount = { NULL, debit, credit, fen };
    ledger_business business = { FUND, day, kind, text_of(reference), &amount, 1 };
    ledger_voucher_id id;
    OK(ledger_post(b->ledger, &stamp, &business, &id));
}

static books *begun(void **state)
{
    static const ledger_line OPENING[] = { { 1004, LEDGER_DEBIT, 100000 }, { 3001, LEDGER_CREDIT, 100000 } };
    books *b = books_open(*state);
    ledger_stamp stamp = books_stamp(b, "begin");
    OK(ledger_begin(b->ledger, &stamp, FUND, calendar_month_of(2026, 1), OPENING, 2));
    return b;
}

static const ledger_item *item_of(const ledger_reconciliation *r, const char *reference, ledger_match how)
{
    for (size_t i = 0; i < r->count; i++)
        if (r->items[i].how == how && text_equal_cstr(r->items[i].reference, reference)) return &r->items[i];
    fail_msg("no item %s", reference);
    return NULL;
}

static void each_line_is_matched_once_and_the_rest_explains_the_difference(void **state)
{
    books *b = begun(state);
    int32_t day = books_day(2026, 1, 10);
    post(b, day, "benefit.paid", 50010101, 1004, 30000, "run-1");      /* at the bank: three lines */
    post(b, day + 1, "benefit.returned", 1004, 50010101, 500, "run-1-r"); /* the same */
    post(b, day + 2, "transfer.out", 0, 0, 700, "");                    /* at the bank by amount, a day later */
    post(b, day + 20, "transfer.out", 0, 0, 900, "late");               /* not there yet */
    const ledger_bank_line LINES[] = {
        { day, -10000, TEXT("run-1") },   { day, -15000, TEXT("run-1") }, { day, -5000, TEXT("run-1") },
        { day + 1, 500, TEXT("run-1-r") }, { day + 3, -700, TEXT("bank's own words") },
        { day + 5, 33, TEXT("interest") }, { day + 5, -700, TEXT("twice") }, { day + 60, -1, TEXT("after") },
    };
    ledger_bank bank = { .fund = FUND, .account = 1004, .from_day = books_day(2026, 1, 1),
                         .on_day = books_day(2026, 1, 31), .days_apart = 5, .bank_opening_fen = 100000,
                         .lines = LINES, .line_count = ARRAY_COUNT(LINES) };
    ledger_reconciliation r;
    OK(ledger_reconcile(b->memory, b->ledger, &bank, &r));
    assert_int_equal(r.book_fen, 100000 - 30000 + 500 - 700 - 900);
    assert_int_equal(r.bank_fen, 100000 - 30000 + 500 - 700 + 33 - 700);
    assert_int_equal(r.adjusted_book_fen, r.adjusted_bank_fen);
    assert_int_equal(item_of(&r, "late", LEDGER_IN_TRANSIT)->age_days, 1);
    assert_int_equal(item_of(&r, "interest", LEDGER_NOT_BOOKED)->amount_fen, 33);
    assert_int_equal(item_of(&r, "interest", LEDGER_NOT_BOOKED)->age_days, 16);
    assert_int_equal(item_of(&r, "twice", LEDGER_NOT_BOOKED)->line, 6);
    assert_string_equal(item_of(&r, "run-1", LEDGER_MATCHED)->by, "reference and sum");
    assert_string_equal(item_of(&r, "run-1-r", LEDGER_MATCHED)->by, "reference");
    assert_string_equal(item_of(&r, "", LEDGER_MATCHED)->by, "amount and day");
    bank.fund = BOOKS_RESIDENT;
    IS(ledger_reconcile(b->memory, b->ledger, &bank, &r), LEDGER_NO_BOOKS);
    books_close(b);
}

/* Whatever the bank sends, both adjusted balances agree when the openings do, and no line is lost. */
static void any_lines_reconcile(void **state)
{
    books *b = begun(state);
    choices c = choose_by_seed(7);
    enum { COUNT = 200 };
    static const char *const REFERENCES[] = { "", "a", "b", "c" };
    ledger_bank_line lines[COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        int32_t day = books_day(2026, 1, 1) + (int32_t)(choose_word(&c, 4) % 30);
        int64_t fen = 1 + (int64_t)(choose_word(&c, 4) % 9);
        const char *reference = REFERENCES[choose_word(&c, 4) % 4];
        if (choose_word(&c, 4) % 2) post(b, day, "transfer.out", 0, 0, fen, reference);
        lines[i] = (ledger_bank_line){ day, choose_word(&c, 4) % 5 ? -fen : fen, text_of(reference) };
    }
    ledger_bank bank = { .fund = FUND, .account = 1004, .from_day = books_day(2026, 1, 1),
                         .on_day = books_day(2026, 1, 31), .days_apart = 3, .bank_opening_fen = 100000,
                         .lines = lines, .line_count = COUNT };
    ledger_reconciliation r;
    OK(ledger_reconcile(b->memory, b->ledger, &bank, &r));
    assert_int_equal(r.adjusted_book_fen, r.adjusted_bank_fen);
    bool seen[COUNT] = { false };
    for (size_t i = 0; i < r.count; i++)
        if (r.items[i].line != SIZE_MAX && strcmp(r.items[i].by ? r.items[i].by : "", "reference and sum") != 0) {
            assert_false(seen[r.items[i].line]);
            seen[r.items[i].line] = true;
        }
    books_close(b);
}

static void suspense_is_open_until_it_is_settled(void **state)
{
    books *b = begun(state);
    int32_t day = books_day(2026, 1, 10);
    const ledger_item *items;
    size_t count;
    post(b, day, "suspense.received", 1003, 200105, 5000, "stranger");
    post(b, day + 1, "suspense.received", 1003, 200105, 800, "known");
    post(b, day + 2, "suspense.identified", 200105, 400101, 800, "known");
    post(b, day + 3, "suspense.settled", 200105, 1003, 2000, "stranger");
    OK(ledger_open_items(b->memory, b->ledger, FUND, 2001, day + 10, &items, &count));
    assert_int_equal(count, 1);
    assert_int_equal(items[0].amount_fen, -3000);
    assert_int_equal(items[0].age_days, 10);
    assert_true(text_equal(items[0].reference, TEXT("stranger")));
    OK(ledger_open_items(b->memory, b->ledger, FUND, 2001, day + 1, &items, &count));
    assert_int_equal(count, 2);
    books_close(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST_EACH(each_line_is_matched_once_and_the_rest_explains_the_difference),
        STORE_TEST_EACH(any_lines_reconcile),
        STORE_TEST_EACH(suspense_is_open_until_it_is_settled),
    };
    return cmocka_run_group_tests_name("ledger_bank", tests, NULL, NULL);
}
