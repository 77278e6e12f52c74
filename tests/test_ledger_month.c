/* The worked month of a county's employee pension fund, to the fen, by two ways; closing of months
 * and years; the statements. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/checked.h"
#include "calendar/calendar.h"
#include "support/books.h"

#define YUAN(yuan) (INT64_C(100) * (yuan))
#define FUND BOOKS_EMPLOYEE

static const ledger_line OPENING[] = {
    { 1003, LEDGER_DEBIT, YUAN(8000000) },
    { 1004, LEDGER_DEBIT, YUAN(500000) },
    { 3001, LEDGER_CREDIT, YUAN(8500000) },
};

typedef struct {
    int day;
    const char *kind;
    int64_t debit, credit, yuan;
} event_row;

static const event_row MONTH[] = {
    { 5, "contribution.to_treasury", 1005, 400101, 3200000 },
    { 6, "treasury.to_special", 0, 0, 3200000 },
    { 7, "subsidy.received", 0, 0, 900000 },
    { 8, "plan.funded", 0, 0, 3600000 },
    { 12, "benefit.returned", 1004, 50010101, 12000 },
    { 13, "benefit.recovered_prior_year", 1003, 450102, 6000 },
    { 14, "transfer.in", 0, 0, 45000 },
    { 15, "income.to_special", 0, 0, 45000 },
    { 16, "transfer.out", 0, 0, 80000 },
    { 17, "sweep.up", 5301, 1003, 1000000 },
    { 21, "interest.received", 1003, 420101, 21000 },
    { 21, "interest.received", 1004, 420101, 300 },
    { 22, "interest.to_special", 0, 0, 300 },
};

static void begin(books *b, int32_t month)
{
    ledger_stamp stamp = books_stamp(b, "begin");
    OK(ledger_begin(b->ledger, &stamp, FUND, month, OPENING, ARRAY_COUNT(OPENING)));
}

static void pay(books *b, int32_t day)
{
    static const ledger_amount PAID[] = {
        { NULL, 50010101, 0, YUAN(2300000) },
        { NULL, 5001010201, 0, YUAN(1000000) },
        { NULL, 50010103, 0, YUAN(350000) },
    };
    ledger_stamp stamp = books_stamp(b, NULL);
    ledger_business business = { FUND, day, "benefit.paid", TEXT("run-1"), PAID, ARRAY_COUNT(PAID) };
    ledger_voucher_id id;
    OK(ledger_post(b->ledger, &stamp, &business, &id));
}

static void play_month(books *b, int year, int month)
{
    for (size_t i = 0; i < ARRAY_COUNT(MONTH); i++) {
        if (i == 4) pay(b, books_day(year, month, 10));
        books_post(b, FUND, books_day(year, month, MONTH[i].day), MONTH[i].kind, MONTH[i].debit,
                   MONTH[i].credit, YUAN(MONTH[i].yuan));
    }
}

static ledger_voucher_id close_month(books *b, int32_t month, const char *key)
{
    ledger_stamp stamp = books_stamp(b, key);
    ledger_voucher_id id;
    OK(ledger_close_month(b->ledger, &stamp, FUND, month, &id));
    return id;
}

static int64_t row_of(const ledger_statement *s, const char *item_zh, bool is_second)
{
    for (size_t i = 0; i < s->row_count; i++)
        if (strcmp(s->rows[i].item_zh, item_zh) == 0)
            return is_second ? s->rows[i].second_fen : s->rows[i].first_fen;
    fail_msg("no row %s", item_zh);
    return 0;
}

typedef struct {
    const char *item_zh;
    int64_t yuan;
} expected_row;

static void check_rows(const ledger_statement *s, bool is_second, const expected_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (row_of(s, rows[i].item_zh, is_second) != YUAN(rows[i].yuan))
            fail_msg("%s: %lld", rows[i].item_zh, (long long)row_of(s, rows[i].item_zh, is_second));
}

/* A second way: all lines of all vouchers, added up without balances, carrying or statements. */
static int64_t by_hand(books *b, int64_t account_from, int64_t account_until, int32_t until_month)
{
    const ledger_voucher *vouchers;
    size_t count;
    int64_t sum = 0;
    OK(ledger_vouchers(b->memory, b->ledger, FUND, 0, until_month, &vouchers, &count));
    for (size_t v = 0; v < count; v++)
        for (size_t i = 0; i < vouchers[v].line_count; i++) {
            const ledger_line *line = &vouchers[v].lines[i];
            int64_t top = line->account;
            while (top > 9999) top /= 100;
            if (top < account_from || top >= account_until) continue;
            if (strcmp(vouchers[v].kind, "ledger.closed") == 0) continue;
            sum += line->side == LEDGER_DEBIT ? line->amount_fen : -line->amount_fen;
        }
    return sum;
}

static void the_worked_month_is_right_to_the_fen(void **state)
{
    books *b = books_open(*state);
    int32_t month = calendar_month_of(2026, 1);
    ledger_statement s;
    begin(b, month);
    play_month(b, 2026, 1);
    static const expected_row INCOME[] = {
        { "一、基金收入", 4172300 }, { "社会保险费收入", 3200000 }, { "财政补贴收入", 900000 },
        { "利息收入", 21300 },       { "转移收入", 45000 },          { "其他收入", 6000 },
        { "二、基金支出", 4718000 }, { "社会保险待遇支出", 3638000 }, { "其中：基本养老金", 3638000 },
        { "转移支出", 80000 },       { "上解上级支出", 1000000 },     { "三、本期基金结余", -545700 },
    };
    OK(ledger_statement_of(b->memory, b->ledger, FUND, TEXT("会社保02表"), month, false, &s));
    assert_false(s.is_closed);
    check_rows(&s, false, INCOME, ARRAY_COUNT(INCOME));
    check_rows(&s, true, INCOME, ARRAY_COUNT(INCOME));
    close_month(b, month, "close");
    static const expected_row START[] = { { "财政专户存款", 8000000 }, { "支出户存款", 500000 },
                                          { "资产总计", 8500000 }, { "一般基金结余", 8500000 } };
    static const expected_row END[] = {
        { "收入户存款", 0 }, { "国库存款", 0 }, { "财政专户存款", 7572300 }, { "支出户存款", 382000 },
        { "资产总计", 7954300 }, { "负债合计", 0 }, { "一般基金结余", 7954300 },
        { "净资产合计", 7954300 }, { "负债及净资产总计", 7954300 },
    };
    OK(ledger_statement_of(b->memory, b->ledger, FUND, TEXT("会社保01表"), month, false, &s));
    assert_true(s.is_closed);
    assert_string_equal(s.first_zh, "年初余额");
    assert_string_equal(s.second, "At the end");
    check_rows(&s, false, START, ARRAY_COUNT(START));
    check_rows(&s, true, END, ARRAY_COUNT(END));
    /* The closed month says the same of its turnovers. */
    OK(ledger_statement_of(b->memory, b->ledger, FUND, TEXT("会社保02表"), month, false, &s));
    check_rows(&s, false, INCOME, ARRAY_COUNT(INCOME));
    /* By hand. */
    assert_int_equal(by_hand(b, 1003, 1004, month + 1), YUAN(7572300));
    assert_int_equal(by_hand(b, 1004, 1005, month + 1), YUAN(382000));
    assert_int_equal(-by_hand(b, 4000, 5000, month + 1), YUAN(4172300));
    assert_int_equal(by_hand(b, 5000, 6000, month + 1), YUAN(4718000));
    assert_int_equal(-by_hand(b, 3000, 6000, month + 1), YUAN(7954300));
    books_verify(b, 16);
    books_close(b);
}

static void a_closed_month_takes_nothing_and_months_close_in_order(void **state)
{
    books *b = books_open(*state);
    int32_t month = calendar_month_of(2026, 1);
    ledger_stamp stamp = books_stamp(b, "k");
    ledger_voucher_id id, again;
    IS(books_try(b, NULL, FUND, books_day(2026, 1, 5), "plan.funded", 0, 0, 1), LEDGER_NO_BOOKS);
    IS(ledger_close_month(b->ledger, &stamp, FUND, month, &id), LEDGER_NO_BOOKS);
    begin(b, month);
    IS(books_try(b, NULL, FUND, books_day(2025, 12, 31), "plan.funded", 0, 0, 1), LEDGER_MONTH_CLOSED);
    books_post(b, FUND, books_day(2026, 1, 5), "plan.funded", 0, 0, 100);
    books_post(b, FUND, books_day(2026, 2, 5), "plan.funded", 0, 0, 200);
    IS(books_try(b, NULL, FUND, books_day(2026, 3, 1), "plan.funded", 0, 0, 1), LEDGER_MONTH_NOT_OPEN);
    IS(ledger_close_month(b->ledger, &stamp, FUND, month + 1, &id), LEDGER_NOT_IN_ORDER);
    id = close_month(b, month, "close-1");
    again = close_month(b, month, "close-1");
    assert_int_equal(id.number, again.number);
    IS(books_try(b, NULL, FUND, books_day(2026, 1, 31), "plan.funded", 0, 0, 1), LEDGER_MONTH_CLOSED);
    IS(ledger_close_month(b->ledger, &stamp, FUND, month, &id), LEDGER_MONTH_CLOSED);
    stamp = books_stamp(b, "close-1");
    IS(ledger_close_month(b->ledger, &stamp, FUND, month + 1, &id), LEDGER_KEY_REUSED);
    books_post(b, FUND, books_day(2026, 3, 1), "plan.funded", 0, 0, 300);
    ledger_months months;
    OK(ledger_months_of(b->ledger, FUND, &months));
    assert_int_equal(months.first_month, month);
    assert_int_equal(months.closed_until, month + 1);
    assert_int_equal(months.last_month, month + 2);
    books_verify(b, 5);
    books_close(b);
}

/* A fund that booked nothing in a month takes what comes in the next; the month it passed over stays
 * open for what is told late, and closes in its turn. */
static void a_month_of_no_business_is_passed_over_and_still_closes(void **state)
{
    books *b = books_open(*state);
    int32_t november = calendar_month_of(2025, 11);
    ledger_months months;
    ledger_statement s;
    begin(b, november);
    err e = books_try(b, NULL, FUND, books_day(2026, 1, 1), "plan.funded", 0, 0, 1);
    IS(e, LEDGER_MONTH_NOT_OPEN);
    assert_string_equal(e.detail, "2025-11..2026-01");
    play_month(b, 2025, 12);
    OK(ledger_months_of(b->ledger, FUND, &months));
    assert_int_equal(months.closed_until, november);
    assert_int_equal(months.last_month, november + 1);
    ledger_stamp stamp = books_stamp(b, "k");
    ledger_voucher_id id;
    IS(ledger_close_month(b->ledger, &stamp, FUND, november + 1, &id), LEDGER_NOT_IN_ORDER);
    IS(books_try(b, NULL, FUND, books_day(2026, 1, 1), "plan.funded", 0, 0, 1), LEDGER_MONTH_NOT_OPEN);
    /* 1 yuan into the expenditure account, told late; December's opening follows it. */
    books_post(b, FUND, books_day(2025, 11, 20), "plan.funded", 0, 0, 100);
    close_month(b, november, "close-11");
    OK(ledger_statement_of(b->memory, b->ledger, FUND, TEXT("会社保02表"), november, false, &s));
    assert_true(s.is_closed);
    assert_int_equal(row_of(&s, "一、基金收入", false), 0);
    OK(ledger_statement_of(b->memory, b->ledger, FUND, TEXT("会社保01表"), november, false, &s));
    assert_int_equal(row_of(&s, "支出户存款", true), YUAN(500000) + 100);
    assert_int_equal(row_of(&s, "一般基金结余", true), YUAN(8500000));
    IS(books_try(b, NULL, FUND, books_day(2025, 11, 30), "plan.funded", 0, 0, 1), LEDGER_MONTH_CLOSED);
    close_month(b, november + 1, "close-12");
    /* The same figures as of the worked month that nothing came before. */
    OK(ledger_statement_of(b->memory, b->ledger, FUND, TEXT("会社保02表"), november + 1, false, &s));
    assert_int_equal(row_of(&s, "一、基金收入", false), YUAN(4172300));
    assert_int_equal(row_of(&s, "二、基金支出", false), YUAN(4718000));
    OK(ledger_statement_of(b->memory, b->ledger, FUND, TEXT("会社保01表"), november + 1, false, &s));
    assert_int_equal(row_of(&s, "支出户存款", true), YUAN(382000) + 100);
    assert_int_equal(row_of(&s, "负债及净资产总计", true), YUAN(7954300));
    /* Over the turn of the year too: nothing in January, and February waits for no closing. */
    books_post(b, FUND, books_day(2026, 2, 2), "plan.funded", 0, 0, 700);
    IS(books_try(b, NULL, FUND, books_day(2026, 3, 1), "plan.funded", 0, 0, 1), LEDGER_MONTH_NOT_OPEN);
    close_month(b, november + 2, "close-1");
    close_month(b, november + 3, "close-2");
    OK(ledger_statement_of(b->memory, b->ledger, FUND, TEXT("会社保01表"), november + 3, false, &s));
    assert_int_equal(row_of(&s, "支出户存款", false), YUAN(382000) + 100);
    assert_int_equal(row_of(&s, "支出户存款", true), YUAN(382000) + 800);
    books_verify(b, 16 + 1 + 3 + 1);
    /* Nobody closes a month behind one that is open. */
    books_commit(b);
    ledger_verdict verdict;
    OK(store_run(b->db, "DELETE FROM ledger_month WHERE month = 1512"));
    OK(store_run(b->db, "DELETE FROM ledger_voucher WHERE month = 1512"));
    OK(ledger_verify(b->memory, b->ledger, &verdict));
    assert_string_equal(verdict.bad_record, "month 1/2026-02");
    books_close(b);
}

/* A month without any business closes too. */
static void a_year_closes_by_its_months(void **state)
{
    books *b = books_open(*state);
    ledger_statement s;
    begin(b, calendar_month_of(2025, 1));
    for (int month = 1; month <= 12; month++) {
        if (month == 3 || month == 12) play_month(b, 2025, month);
        close_month(b, calendar_month_of(2025, month), NULL);
    }
    OK(ledger_statement_of(b->memory, b->ledger, FUND, TEXT("会社保02表"),
                           calendar_month_of(2025, 12), true, &s));
    assert_string_equal(s.second_zh, "上年数");
    assert_int_equal(row_of(&s, "社会保险费收入", false), YUAN(6400000));
    assert_int_equal(row_of(&s, "社会保险费收入", true), 0);
    OK(ledger_statement_of(b->memory, b->ledger, FUND, TEXT("会社保02表"),
                           calendar_month_of(2025, 12), false, &s));
    assert_int_equal(row_of(&s, "社会保险费收入", false), YUAN(3200000));
    assert_int_equal(row_of(&s, "社会保险费收入", true), YUAN(6400000));
    OK(ledger_statement_of(b->memory, b->ledger, FUND, TEXT("会社保01表"),
                           calendar_month_of(2025, 12), true, &s));
    assert_int_equal(row_of(&s, "资产总计", true), row_of(&s, "负债及净资产总计", true));
    assert_int_equal(row_of(&s, "资产总计", false), YUAN(8500000));
    IS(ledger_statement_of(b->memory, b->ledger, FUND, TEXT("会社保03表"), 1512, false, &s),
       LEDGER_NO_STATEMENT);
    books_close(b);
}

static void money_to_be_divided_may_pass_a_month_but_not_a_year(void **state)
{
    books *b = books_open(*state);
    ledger_stamp stamp = books_stamp(b, "m-begin");
    ledger_voucher_id id;
    ledger_statement s;
    int32_t november = calendar_month_of(2025, 11);
    OK(ledger_begin(b->ledger, &stamp, BOOKS_MEDICAL, november, NULL, 0));
    books_post(b, BOOKS_MEDICAL, books_day(2025, 11, 3), "contribution.undivided", 1005, 0, 1000);
    stamp = books_stamp(b, "m-11");
    OK(ledger_close_month(b->ledger, &stamp, BOOKS_MEDICAL, november, &id));
    OK(ledger_statement_of(b->memory, b->ledger, BOOKS_MEDICAL, TEXT("会社保01表"), november, false, &s));
    assert_int_equal(row_of(&s, "其中：待转基金", true), 1000);
    assert_int_equal(row_of(&s, "负债及净资产总计", true), 1000);
    books_post(b, BOOKS_MEDICAL, books_day(2025, 12, 3), "contribution.divided", 0, 40010501, 700);
    stamp = books_stamp(b, "m-12");
    IS(ledger_close_month(b->ledger, &stamp, BOOKS_MEDICAL, november + 1, &id), LEDGER_NOT_CLEARED);
    books_post(b, BOOKS_MEDICAL, books_day(2025, 12, 3), "contribution.divided", 0, 40010601, 300);
    stamp = books_stamp(b, "m-12");
    OK(ledger_close_month(b->ledger, &stamp, BOOKS_MEDICAL, november + 1, &id));
    OK(ledger_statement_of(b->memory, b->ledger, BOOKS_MEDICAL, TEXT("会社保01表"), november + 1, true, &s));
    assert_int_equal(row_of(&s, "其中：统筹基金", true), 700);
    assert_int_equal(row_of(&s, "其中：个人账户基金", true), 300);
    assert_int_equal(row_of(&s, "一般基金结余", true), 1000);
    books_verify(b, 6);
    books_close(b);
}

static void the_public_figures_look_back_over_twelve_months(void **state)
{
    books *b = books_open(*state);
    ledger_bulletin v;
    int32_t first = calendar_month_of(2025, 2);
    begin(b, first);
    for (int32_t month = first; month < first + 13; month++) {
        books_post(b, FUND, calendar_first_day_of_month(month), "plan.funded", 0, 0, 1000);
        books_post(b, FUND, calendar_first_day_of_month(month), "benefit.paid", 50010101, 0, 1000 + (month - first));
        close_month(b, month, NULL);
    }
    OK(ledger_bulletin_of(b->memory, b->ledger, FUND, first + 10, &v)); /* 2025-12: eleven months */
    assert_false(v.has_12);
    assert_int_equal(v.expense_fen[1], 11 * 1000 + 55);
    OK(ledger_bulletin_of(b->memory, b->ledger, FUND, first + 11, &v)); /* 2026-01 */
    assert_true(v.has_12 && v.is_closed);
    assert_int_equal(v.expense_12_fen, 12 * 1000 + 66);
    assert_int_equal(v.expense_fen[0], 1011);
    assert_int_equal(v.expense_fen[1], 1011);
    OK(ledger_bulletin_of(b->memory, b->ledger, FUND, first + 12, &v)); /* 2026-02: not that of 2025-02 */
    assert_int_equal(v.expense_12_fen, 12 * 1000 + 78);
    assert_int_equal(v.surplus_fen[1], -2023);
    assert_int_equal(v.balance_fen, YUAN(8500000) - 13 * 1000 - 78);
    IS(ledger_bulletin_of(b->memory, b->ledger, 99, first, &v), LEDGER_UNKNOWN_FUND);
    books_close(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST_EACH(the_worked_month_is_right_to_the_fen),
        STORE_TEST_EACH(a_closed_month_takes_nothing_and_months_close_in_order),
        STORE_TEST_EACH(a_month_of_no_business_is_passed_over_and_still_closes),
        STORE_TEST_EACH(a_year_closes_by_its_months),
        STORE_TEST_EACH(money_to_be_divided_may_pass_a_month_but_not_a_year),
        STORE_TEST_EACH(the_public_figures_look_back_over_twelve_months),
    };
    return cmocka_run_group_tests_name("ledger_month", tests, NULL, NULL);
}
