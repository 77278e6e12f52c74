/* Vouchers: what a business event may post, keys, taking back, and what verifying finds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/checked.h"
#include "calendar/calendar.h"
#include "support/books.h"

#define FUND BOOKS_EMPLOYEE

static books *begun(void **state)
{
    books *b = books_open(*state);
    ledger_stamp stamp = books_stamp(b, "begin");
    OK(ledger_begin(b->ledger, &stamp, FUND, calendar_month_of(2026, 1), NULL, 0));
    return b;
}

static void a_business_names_only_accounts_of_its_rule(void **state)
{
    books *b = begun(state);
    int32_t day = books_day(2026, 1, 9);
    IS(books_try(b, NULL, FUND, day, "benefit.dreamt", 0, 0, 1), LEDGER_UNKNOWN_KIND);
    IS(books_try(b, NULL, FUND, day, "reserve.used", 0, 0, 1), LEDGER_UNKNOWN_KIND); /* of work injury */
    IS(books_try(b, NULL, FUND, day, "bond.redeemed", 0, 0, 1), LEDGER_UNKNOWN_PART);
    IS(books_try(b, NULL, FUND, day, "benefit.paid", 0, 0, 1), LEDGER_NEEDS_ACCOUNT);
    IS(books_try(b, NULL, FUND, day, "benefit.paid", 500101, 0, 1), LEDGER_NEEDS_ACCOUNT);
    IS(books_try(b, NULL, FUND, day, "benefit.paid", 500111, 0, 1), LEDGER_WRONG_ACCOUNT); /* residents' */
    IS(books_try(b, NULL, FUND, day, "benefit.paid", 5201, 0, 1), LEDGER_WRONG_ACCOUNT);
    /* 支出户只收财政专户拨款: contributions never reach it. */
    IS(books_try(b, NULL, FUND, day, "contribution.to_income", 1004, 400101, 1), LEDGER_WRONG_ACCOUNT);
    IS(books_try(b, NULL, FUND, day, "plan.funded", 0, 0, 0), LEDGER_BAD_AMOUNT);
    IS(books_try(b, NULL, FUND, day, "plan.funded", 0, 0, -5), LEDGER_BAD_AMOUNT);
    IS(books_try(b, NULL, FUND, day, "plan.funded", 0, 0, INT64_MAX), LEDGER_BAD_AMOUNT);
    IS(books_try(b, NULL, 77, day, "plan.funded", 0, 0, 1), LEDGER_UNKNOWN_FUND);
    books_verify(b, 1);
    books_close(b);
}

static void a_choice_of_one_need_not_be_said(void **state)
{
    books *b = begun(state);
    ledger_amount parts[] = { { "本金", 0, 0, 1000 }, { "利息", 0, 0, 30 } };
    ledger_stamp stamp = books_stamp(b, NULL);
    ledger_business business = { FUND, books_day(2026, 1, 9), "bond.redeemed", TEXT("bond"), parts, 2 };
    ledger_voucher_id id;
    const ledger_voucher *v;
    OK(ledger_post(b->ledger, &stamp, &business, &id));
    OK(ledger_voucher_read(b->memory, b->ledger, id, &v));
    static const ledger_line LINES[] = { { 1003, LEDGER_DEBIT, 1030 }, { 1201, LEDGER_CREDIT, 1000 },
                                         { 420102, LEDGER_CREDIT, 30 } };
    assert_int_equal(v->line_count, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(v->lines[i].account, LINES[i].account);
        assert_int_equal(v->lines[i].side, LINES[i].side);
        assert_int_equal(v->lines[i].amount_fen, LINES[i].amount_fen);
    }
    assert_string_equal(v->kind, "bond.redeemed");
    assert_int_equal(v->actor_id, 7);
    parts[1].part = "利";
    stamp = books_stamp(b, NULL);
    IS(ledger_post(b->ledger, &stamp, &business, &id), LEDGER_UNKNOWN_PART);
    books_close(b);
}

static void the_same_key_posts_once(void **state)
{
    books *b = begun(state);
    int32_t day = books_day(2026, 1, 9);
    OK(books_try(b, "once", FUND, day, "plan.funded", 0, 0, 500));
    OK(books_try(b, "once", FUND, day, "plan.funded", 0, 0, 500));
    IS(books_try(b, "once", FUND, day, "plan.funded", 0, 0, 501), LEDGER_KEY_REUSED);
    IS(books_try(b, "once", FUND, day + 1, "plan.funded", 0, 0, 500), LEDGER_KEY_REUSED);
    IS(books_try(b, "begin", FUND, day, "plan.funded", 0, 0, 500), LEDGER_KEY_REUSED);
    assert_int_equal(books_balance(b, FUND, 1004, calendar_month_of(2026, 1)), 500);
    ledger_stamp stamp = books_stamp(b, "begin");
    OK(ledger_begin(b->ledger, &stamp, FUND, calendar_month_of(2026, 1), NULL, 0));
    stamp = books_stamp(b, "begin again");
    IS(ledger_begin(b->ledger, &stamp, FUND, calendar_month_of(2026, 1), NULL, 0), LEDGER_HAS_BOOKS);
    /* Another fund's books have keys of their own. */
    stamp = books_stamp(b, "begin");
    OK(ledger_begin(b->ledger, &stamp, BOOKS_RESIDENT, calendar_month_of(2026, 1), NULL, 0));
    OK(books_try(b, "once", BOOKS_RESIDENT, day, "plan.funded", 0, 0, 9));
    books_verify(b, 4);
    books_close(b);
}

static void books_begin_balanced_and_without_income(void **state)
{
    books *b = books_open(*state);
    static const struct {
        ledger_line lines[2];
        const err_kind *kind;
    } CASES[] = {
        { { { 1003, LEDGER_DEBIT, 5 }, { 3001, LEDGER_CREDIT, 4 } }, &LEDGER_UNBALANCED },
        { { { 1003, LEDGER_DEBIT, 5 }, { 400101, LEDGER_CREDIT, 5 } }, &LEDGER_WRONG_ACCOUNT },
        { { { 1003, LEDGER_DEBIT, 5 }, { 2001, LEDGER_CREDIT, 5 } }, &LEDGER_WRONG_ACCOUNT },
        { { { 1003, LEDGER_DEBIT, 5 }, { 3201, LEDGER_CREDIT, 5 } }, &LEDGER_UNKNOWN_ACCOUNT },
        { { { 1003, LEDGER_DEBIT, 0 }, { 3001, LEDGER_CREDIT, 0 } }, &LEDGER_BAD_AMOUNT },
    };
    for (size_t i = 0; i < ARRAY_COUNT(CASES); i++) {
        ledger_stamp stamp = books_stamp(b, NULL);
        IS(ledger_begin(b->ledger, &stamp, FUND, calendar_month_of(2026, 1), CASES[i].lines, 2), *CASES[i].kind);
        store_rollback(b->db);
        OK(store_begin(b->db));
    }
    ledger_stamp stamp = books_stamp(b, NULL);
    IS(ledger_begin(b->ledger, &stamp, 77, calendar_month_of(2026, 1), NULL, 0), LEDGER_UNKNOWN_FUND);
    books_close(b);
}

static void a_voucher_is_taken_back_once(void **state)
{
    books *b = begun(state);
    int32_t january = calendar_month_of(2026, 1);
    ledger_voucher_id paid = books_post(b, FUND, books_day(2026, 1, 9), "sweep.up", 5301, 1003, 700), back;
    ledger_stamp stamp = books_stamp(b, "back");
    OK(ledger_reverse(b->ledger, &stamp, paid, books_day(2026, 2, 3), &back));
    assert_int_equal(back.month, january + 1);
    OK(ledger_reverse(b->ledger, &stamp, paid, books_day(2026, 2, 3), &back));
    ledger_stamp other = books_stamp(b, NULL);
    IS(ledger_reverse(b->ledger, &other, paid, books_day(2026, 2, 3), &back), LEDGER_REVERSED);
    IS(ledger_reverse(b->ledger, &other, back, books_day(2026, 2, 3), &back), LEDGER_REVERSED);
    ledger_voucher_id none = { FUND, january, 99 };
    IS(ledger_reverse(b->ledger, &other, none, books_day(2026, 2, 3), &back), LEDGER_NO_VOUCHER);
    ledger_voucher_id opening = { FUND, january - 1, 1 };
    IS(ledger_reverse(b->ledger, &other, opening, books_day(2026, 2, 3), &back), LEDGER_REVERSED);
    /* 红字: the turnover of the second month is as if the mistake had not been, with its sign. */
    const ledger_balance *balances;
    size_t count;
    OK(ledger_balances(b->memory, b->ledger, FUND, january + 1, january + 2, &balances, &count));
    for (size_t i = 0; i < count; i++)
        if (balances[i].account == 5301) {
            assert_int_equal(balances[i].debit_fen, -700);
            assert_int_equal(balances[i].credit_fen, 0);
            assert_int_equal(balances[i].closing_fen, 0);
        }
    stamp = books_stamp(b, NULL);
    OK(ledger_close_month(b->ledger, &stamp, FUND, january, &back));
    stamp = books_stamp(b, NULL);
    IS(ledger_reverse(b->ledger, &stamp, paid, books_day(2026, 1, 31), &back), LEDGER_MONTH_CLOSED);
    books_verify(b, 4);
    books_close(b);
}

/* ---- rebuild and verify ---- */

static const char *const TABLES[] = { "ledger_voucher", "ledger_line", "ledger_balance", "ledger_month" };

static text dump(books *b, arena *a)
{
    static const char *const QUERIES[] = {
        ("SELECT fund, month, number, day, kind, reference, key, reverses_month, reverses_number, known_ms, "
         "actor_id, sequence FROM ledger_voucher ORDER BY 1, 2, 3"),
        "SELECT fund, month, number, line, account, side, amount_fen, 0, 0, 0, 0, 0 FROM ledger_line ORDER BY 1, 2, 3, 4",
        "SELECT fund, account, month, debit_fen, credit_fen, carried_fen, 0, 0, 0, 0, 0, 0 FROM ledger_balance ORDER BY 1, 2, 3",
        "SELECT fund, month, is_closed, 0, 0, 0, 0, 0, 0, 0, 0, 0 FROM ledger_month ORDER BY 1, 2",
    };
    text_builder out = text_builder_open(a);
    for (size_t i = 0; i < ARRAY_COUNT(QUERIES); i++) {
        store_query *q;
        bool has_row;
        OK(store_prepare(b->db, QUERIES[i], &q));
        for (;;) {
            OK(store_step(q, &has_row));
            if (!has_row) break;
            for (int c = 0; c < 12; c++) {
                if (i == 0 && c >= 4 && c <= 6) text_add(&out, store_text(q, c));
                else text_add_format(&out, "%lld", (long long)store_int(q, c));
                text_add_char(&out, '|');
            }
            text_add_char(&out, '\n');
        }
    }
    return text_built(&out);
}

static void play(books *b)
{
    books_post(b, FUND, books_day(2026, 1, 5), "contribution.to_treasury", 1005, 400101, 9000);
    books_post(b, FUND, books_day(2026, 1, 6), "treasury.to_special", 0, 0, 9000);
    ledger_voucher_id id = books_post(b, FUND, books_day(2026, 1, 7), "sweep.up", 5301, 1003, 400);
    ledger_stamp stamp = books_stamp(b, NULL);
    OK(ledger_reverse(b->ledger, &stamp, id, books_day(2026, 1, 8), &id));
    stamp = books_stamp(b, NULL);
    OK(ledger_close_month(b->ledger, &stamp, FUND, id.month, &id));
}

static void the_tables_are_rebuilt_from_events_to_the_same_bytes(void **state)
{
    books *b = begun(state);
    play(b);
    text before = dump(b, b->memory);
    for (size_t i = 0; i < ARRAY_COUNT(TABLES); i++)
        OK(store_run(b->db, text_format(b->memory, "DELETE FROM %s", TABLES[i]).bytes));
    eventlog_cursor *cursor;
    const eventlog_entry *entry;
    OK(eventlog_read(b->memory, b->log, EVENTLOG_OFFICE, 1, &cursor));
    for (;;) {
        OK(eventlog_next(cursor, &entry));
        if (!entry) break;
        OK(ledger_apply(b->ledger, entry));
    }
    eventlog_cursor_close(cursor);
    assert_string_equal(dump(b, b->memory).bytes, before.bytes);
    books_verify(b, 6);
    books_close(b);
}

static void an_event_the_ledger_cannot_have_written_is_refused(void **state)
{
    books *b = begun(state);
    static const char *const BODIES[] = { "{}", "[", ("{\"fund\":1,\"day\":1,\"month\":1,\"number\":1,\"key\":\"k\","
        "\"kind\":\"a\",\"lines\":[{\"account\":1}],\"reference\":\"\"}") };
    eventlog_entry entry = { .event = { .bucket = EVENTLOG_OFFICE, .kind = "ledger.posted" }, .sequence = 9 };
    for (size_t i = 0; i < ARRAY_COUNT(BODIES); i++) {
        entry.event.body = text_of(BODIES[i]);
        IS(ledger_apply(b->ledger, &entry), LEDGER_BAD_EVENT);
    }
    entry.event.kind = "registry.person_enrolled";
    OK(ledger_apply(b->ledger, &entry));
    books_close(b);
}

static void verifying_names_the_first_record_that_does_not_fit(void **state)
{
    static const struct {
        const char *sql, *record;
    } CASES[] = {
        { "UPDATE ledger_line SET amount_fen = 8999 WHERE number = 1 AND line = 1 AND month = 1512", "voucher 1/2026-01/1" },
        { "UPDATE ledger_line SET amount_fen = 8999 WHERE number = 1 AND month = 1512", "voucher 1/2026-01/1" },
        { "UPDATE ledger_line SET account = 1002 WHERE number = 2 AND line = 2", "voucher 1/2026-01/2" },
        { "UPDATE ledger_voucher SET reference = 'x' WHERE number = 3", "voucher 1/2026-01/3" },
        { "UPDATE ledger_voucher SET actor_id = 8 WHERE number = 4", "voucher 1/2026-01/4" },
        { "UPDATE ledger_voucher SET sequence = sequence + 1 WHERE number = 4", "voucher 1/2026-01/4" },
        { "DELETE FROM ledger_voucher WHERE number = 2", "voucher 1/2026-01/2" },
        { "DELETE FROM ledger_voucher WHERE number = 5", "voucher 1/2026-01/5" },
        { "UPDATE ledger_voucher SET reverses_number = 88 WHERE number = 4", "voucher 1/2026-01/4" },
        { "UPDATE ledger_balance SET debit_fen = debit_fen + 1 WHERE account = 1003", "balance 1/1003/2026-01" },
        { "UPDATE ledger_balance SET carried_fen = 0 WHERE account = 3001", "balance 1/3001/2026-01" },
        { "DELETE FROM ledger_balance WHERE account = 1005", "balance 1/1005/2026-01" },
        { "UPDATE ledger_month SET is_closed = 0 WHERE month = 1512", "month 1/2026-01" },
        { "DELETE FROM ledger_month WHERE month = 1512", "voucher 1/2026-01/1" },
    };
    books *b = begun(state);
    play(b);
    books_verify(b, 6);
    books_commit(b);
    for (size_t i = 0; i < ARRAY_COUNT(CASES); i++) {
        ledger_verdict verdict;
        OK(store_run(b->db, CASES[i].sql));
        OK(ledger_verify(b->memory, b->ledger, &verdict));
        if (!verdict.bad_record || strcmp(verdict.bad_record, CASES[i].record) != 0)
            fail_msg("%s: names %s", CASES[i].sql, verdict.bad_record ? verdict.bad_record : "nothing");
        assert_non_null(verdict.says_zh);
        store_rollback(b->db);
        OK(store_begin(b->db));
    }
    books_verify(b, 6);
    books_close(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST_EACH(a_business_names_only_accounts_of_its_rule),
        STORE_TEST_EACH(a_choice_of_one_need_not_be_said),
        STORE_TEST_EACH(the_same_key_posts_once),
        STORE_TEST_EACH(books_begin_balanced_and_without_income),
        STORE_TEST_EACH(a_voucher_is_taken_back_once),
        STORE_TEST_EACH(the_tables_are_rebuilt_from_events_to_the_same_bytes),
        STORE_TEST_EACH(an_event_the_ledger_cannot_have_written_is_refused),
        STORE_TEST_EACH(verifying_names_the_first_record_that_does_not_fit),
    };
    return cmocka_run_group_tests_name("ledger_posting", tests, NULL, NULL);
}
