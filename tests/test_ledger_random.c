/* Whatever business comes, in whatever order: debits equal credits, assets equal liabilities and net
 * assets, statements agree with a plain sum of lines, the period's balance is what closing carries, the public is told
 * the same before closing and after, no line of a fund is met in another's books. */
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

enum { FUNDS = 8, MONTHS = 14, EVENTS_A_MONTH = 12, VOUCHERS_MAX = 4000 };

typedef struct {
    books *b;
    choices c;
    int32_t first_month;
    ledger_voucher_id posted[FUNDS + 1][VOUCHERS_MAX];
    size_t posted_count[FUNDS + 1];
    int64_t voucher_count;
} play;

static bool is_below(int64_t number, int64_t above)
{
    while (number > above) number = number > 9999 ? number / 100 : 0;
    return number == above;
}

/* A leaf among those a rule's side leaves to choose from. */
static int64_t any_leaf(play *p, int32_t fund, int32_t month, const int64_t *of, size_t of_count)
{
    const ledger_account *accounts;
    size_t count, found = 0;
    int64_t leaf[64];
    OK(ledger_accounts(p->b->memory, p->b->chart, fund, month, &accounts, &count));
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < of_count; k++)
            if (accounts[i].is_leaf && is_below(accounts[i].number, of[k]) && found < ARRAY_COUNT(leaf))
                leaf[found++] = accounts[i].number;
    assert_true(found > 0);
    return leaf[choose_word(&p->c, 4) % found];
}

static void post_any(play *p, int32_t fund, int32_t month)
{
    const ledger_rule *rules;
    size_t count;
    OK(ledger_rules(p->b->memory, p->b->chart, fund, month, &rules, &count));
    const ledger_rule *rule = &rules[choose_word(&p->c, 4) % count];
    ledger_amount amounts[3];
    size_t amount_count = 1 + choose_word(&p->c, 4) % ARRAY_COUNT(amounts);
    for (size_t i = 0; i < amount_count; i++)
        amounts[i] = (ledger_amount){ rule->part, any_leaf(p, fund, month, rule->debit, rule->debit_count),
                                      any_leaf(p, fund, month, rule->credit, rule->credit_count),
                                      1 + (int64_t)(choose_word(&p->c, 8) % 100000000) };
    ledger_stamp stamp = books_stamp(p->b, NULL);
    int32_t day = calendar_first_day_of_month(month) + (int32_t)(choose_word(&p->c, 4) % 28);
    ledger_business business = { fund, day, rule->kind, stamp.key, amounts, amount_count };
    ledger_voucher_id id;
    OK(ledger_post(p->b->ledger, &stamp, &business, &id));
    p->posted[fund][p->posted_count[fund]++] = id;
    p->voucher_count++;
}

static void reverse_any(play *p, int32_t fund, int32_t month)
{
    if (!p->posted_count[fund]) return;
    ledger_stamp stamp = books_stamp(p->b, NULL);
    ledger_voucher_id id, old = p->posted[fund][choose_word(&p->c, 4) % p->posted_count[fund]];
    err e = ledger_reverse(p->b->ledger, &stamp, old, calendar_first_day_of_month(month) + 27, &id);
    if (e.kind == &LEDGER_REVERSED) return;
    OK(e);
    p->voucher_count++;
}

/* Medical money to be divided must be gone by December; a residue is divided by its sign. */
static void divide(play *p, int32_t month)
{
    static const struct {
        int64_t from, to;
        const char *kind;
    } KINDS[] = { { 4601, 40010501, "contribution.divided" }, { 4602, 42010301, "interest.divided" } };
    for (size_t i = 0; i < ARRAY_COUNT(KINDS); i++) {
        int64_t balance = books_balance(p->b, BOOKS_MEDICAL, KINDS[i].from, month);
        const char *kind = balance < 0 ? KINDS[i].kind : KINDS[i].from == 4601 ? "contribution.undivided" : "interest.undivided";
        if (!balance) continue;
        books_post(p->b, BOOKS_MEDICAL, calendar_last_day_of_month(month), kind,
                   balance < 0 ? 0 : 1003, balance < 0 ? KINDS[i].to : 0, balance < 0 ? -balance : balance);
        p->voucher_count++;
    }
}

static int64_t row_of(const ledger_statement *s, const char *item_zh, bool is_second)
{
    for (size_t i = 0; i < s->row_count; i++)
        if (strcmp(s->rows[i].item_zh, item_zh) == 0)
            return is_second ? s->rows[i].second_fen : s->rows[i].first_fen;
    fail_msg("no row %s", item_zh);
    return 0;
}

static void check_month(play *p, int32_t fund, int32_t month)
{
    arena *a = p->b->memory;
    const ledger_balance *balances;
    size_t count;
    int64_t debit = 0, credit = 0, closing = 0, carried = 0, into_net = 0;
    OK(ledger_balances(a, p->b->ledger, fund, month, month + 1, &balances, &count));
    for (size_t i = 0; i < count; i++) {
        debit += balances[i].debit_fen;
        credit += balances[i].credit_fen;
        closing += balances[i].closing_fen;
        carried += balances[i].carried_fen;
        int64_t top = balances[i].account;
        while (top > 9999) top /= 100;
        if (top / 1000 == 3) into_net -= balances[i].carried_fen;
        bool is_carried = top / 1000 >= 4 && top != 4601 && top != 4602;
        if (is_carried) assert_int_equal(balances[i].closing_fen, 0);
    }
    assert_int_equal(debit, credit);
    assert_int_equal(closing, 0);
    assert_int_equal(carried, 0);
    ledger_statement s;
    OK(ledger_statement_of(a, p->b->ledger, fund, TEXT("会社保01表"), month, false, &s));
    assert_true(s.is_closed);
    assert_int_equal(row_of(&s, "资产总计", true), row_of(&s, "负债及净资产总计", true));
    assert_int_equal(row_of(&s, "资产总计", false), row_of(&s, "负债及净资产总计", false));
    OK(ledger_statement_of(a, p->b->ledger, fund, TEXT("会社保02表"), month, false, &s));
    assert_int_equal(row_of(&s, "三、本期基金结余", false), into_net);
}

/* What the public is told of an open month already has what the month brought. */
static void close_as_told(play *p, int32_t fund, int32_t month)
{
    ledger_stamp stamp = books_stamp(p->b, NULL);
    ledger_voucher_id id;
    ledger_bulletin open, closed;
    OK(ledger_bulletin_of(p->b->memory, p->b->ledger, fund, month, &open));
    OK(ledger_close_month(p->b->ledger, &stamp, fund, month, &id));
    OK(ledger_bulletin_of(p->b->memory, p->b->ledger, fund, month, &closed));
    assert_false(open.is_closed);
    assert_int_equal(open.surplus_fen[0], open.income_fen[0] - open.expense_fen[0]);
    open.is_closed = closed.is_closed;
    assert_memory_equal(&open, &closed, sizeof open);
    p->voucher_count++;
}

/* Balances again from nothing but the lines. */
static void check_lines(play *p, int32_t fund)
{
    const ledger_voucher *vouchers;
    const ledger_balance *balances;
    size_t count, balance_count;
    OK(ledger_vouchers(p->b->memory, p->b->ledger, fund, 0, p->first_month + MONTHS, &vouchers, &count));
    OK(ledger_balances(p->b->memory, p->b->ledger, fund, 0, p->first_month + MONTHS, &balances, &balance_count));
    for (size_t k = 0; k < balance_count; k++) {
        int64_t sum = 0;
        for (size_t v = 0; v < count; v++)
            for (size_t i = 0; i < vouchers[v].line_count; i++) {
                const ledger_line *line = &vouchers[v].lines[i];
                if (line->account != balances[k].account) continue;
                sum += line->side == LEDGER_DEBIT ? line->amount_fen : -line->amount_fen;
            }
        assert_int_equal(sum, balances[k].closing_fen);
    }
}

static void play_fund(play *p, int32_t fund)
{
    ledger_line opening[] = { { 1003, LEDGER_DEBIT, 5000000 },
                              { fund == BOOKS_MEDICAL ? 300101 : 3001, LEDGER_CREDIT, 5000000 } };
    ledger_stamp stamp = books_stamp(p->b, NULL);
    OK(ledger_begin(p->b->ledger, &stamp, fund, p->first_month, opening, 2));
    p->voucher_count++;
    for (int32_t month = p->first_month; month < p->first_month + MONTHS; month++) {
        for (int i = 0; i < EVENTS_A_MONTH; i++) post_any(p, fund, month);
        reverse_any(p, fund, month);
        if (fund == BOOKS_MEDICAL && calendar_month_of_year(month) == 12) divide(p, month);
        close_as_told(p, fund, month);
        check_month(p, fund, month);
    }
    check_lines(p, fund);
}

static void any_business_keeps_the_books_balanced(void **state)
{
    static play p;
    p = (play){ .b = books_open(*state), .c = choose_by_seed(5), .first_month = calendar_month_of(2025, 6) };
    for (int32_t fund = 1; fund <= FUNDS; fund++) play_fund(&p, fund);
    books_verify(p.b, p.voucher_count);
    books_close(p.b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST_EACH(any_business_keeps_the_books_balanced),
    };
    return cmocka_run_group_tests_name("ledger_random", tests, NULL, NULL);
}
