/* The business that the fault tests disturb, undisturbed: it holds, step for step and again, and so
 * does any other that chance makes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/checked.h"
#include "support/disturb.h"
#include "support/office.h"

#define ok office_ok

static business *open_at(store_place *place, uint64_t seed, store_mode mode)
{
    business *b;
    ok(business_open(&(business_place){ .url = place->url, .seed = seed }, mode, &b));
    return b;
}

static void holds(business *b)
{
    text says;
    ok(business_verify(b, &says));
    if (says.size_bytes) fail_msg("%.*s", TEXT_ARG(says));
}

static void same(business *b, const business_state *one, const business_state *other, int step)
{
    const char *table = business_differs(b, one, other);
    if (table) fail_msg("after %s: %s is another", business_step_name(step), table);
}

static void every_step_is_known_by_the_tables_and_changes_nothing_again(void **state)
{
    business *b = open_at(*state, 1, STORE_CREATE);
    business_state before, after;
    for (int step = 0; step < business_step_count(); step++) {
        int done;
        ok(business_done(b, &done));
        assert_int_equal(done, step);
        err e = business_step(b, step);
        if (e.kind) fail_msg("%s: %s: %s", business_step_name(step), e.kind->code, e.detail ? e.detail : "");
        ok(business_look(b, &before));
        ok(business_step(b, step));
        ok(business_look(b, &after));
        same(b, &before, &after, step);
    }
    holds(b);
    for (int step = 0; step < business_step_count(); step++) {
        ok(business_step(b, step));
        ok(business_look(b, &after));
        same(b, &before, &after, step);
    }
    holds(b);
    business_close(b);
}

/* ---- any business ---- */

static void debits_equal_credits(business *b, int32_t fund)
{
    const ledger_voucher *vouchers;
    const ledger_balance *balances;
    size_t count;
    int64_t debit = 0, credit = 0, closing = 0;
    ok(ledger_vouchers(b->memory, b->books, fund, BUSINESS_MONTH - 1, BUSINESS_MONTH + 1, &vouchers, &count));
    assert_true(count > 1);
    for (size_t v = 0; v < count; v++) {
        int64_t left = 0;
        for (size_t l = 0; l < vouchers[v].line_count; l++)
            left += vouchers[v].lines[l].side == LEDGER_DEBIT ? vouchers[v].lines[l].amount_fen
                                                              : -vouchers[v].lines[l].amount_fen;
        assert_int_equal(left, 0);
    }
    ok(ledger_balances(b->memory, b->books, fund, BUSINESS_MONTH, BUSINESS_MONTH + 1, &balances, &count));
    for (size_t i = 0; i < count; i++) {
        debit += balances[i].debit_fen;
        credit += balances[i].credit_fen;
        closing += balances[i].closing_fen;
    }
    assert_int_equal(debit, credit);
    assert_int_equal(closing, 0);
}

static void persons_are_the_control_total(business *b)
{
    const ledger_control *totals;
    size_t count;
    int64_t persons_fen, of_kinds = 0, of_persons = 0;
    ok(ledger_controls(b->memory, b->books, BUSINESS_PENSION, &totals, &count, &persons_fen));
    for (size_t i = 0; i < count; i++) of_kinds += totals[i].amount_fen;
    for (int p = 0; p < b->people_count; p++) {
        int64_t balance, of_postings = 0;
        const ledger_posting *postings;
        size_t posting_count;
        ok(ledger_person_balance(b->books, b->people[p], BUSINESS_PENSION, &balance));
        ok(ledger_person_postings(b->memory, b->books, b->people[p], BUSINESS_PENSION, &postings, &posting_count));
        for (size_t i = 0; i < posting_count; i++) of_postings += postings[i].amount_fen;
        assert_int_equal(of_postings, balance);
        of_persons += balance;
    }
    assert_true(count >= 3);
    assert_int_equal(of_kinds, persons_fen);
    assert_int_equal(of_persons, persons_fen);
}

/* What the bills say was received is what the books of the fund took in, fen for fen. */
static void receipts_are_income(business *b, int32_t fund)
{
    int64_t received = 0, income = 0;
    const ledger_balance *balances;
    size_t count;
    for (int32_t month = BUSINESS_MONTH - 1; month <= BUSINESS_MONTH; month++) {
        collection_total *totals;
        ok(collection_totals(b->memory, b->bills, month, &totals, &count));
        for (size_t i = 0; i < count; i++)
            if (totals[i].fund == fund) received += totals[i].received_fen;
    }
    ok(ledger_balances(b->memory, b->books, fund, BUSINESS_MONTH, BUSINESS_MONTH + 1, &balances, &count));
    for (size_t i = 0; i < count; i++)
        if (balances[i].account == 400101 || balances[i].account == 40010501)
            income += balances[i].credit_fen - balances[i].debit_fen;
    assert_true(received > 0);
    assert_int_equal(received, income);
}

/* Draft, four signatures, sending and booking, each by whom it is to be. */
static void has_its_chain(business *b, int64_t run_id)
{
    static const payment_step CHAIN[] = { PAYMENT_DRAFT, PAYMENT_CHECK, PAYMENT_SIGN_SECTION, PAYMENT_SIGN_LEADER,
                                          PAYMENT_AUTHORISE, PAYMENT_SEND, PAYMENT_BOOK };
    payment_mark *marks;
    size_t count;
    ok(payment_verify(b->runs, run_id));
    ok(payment_marks(b->memory, b->runs, run_id, &marks, &count));
    assert_true(count >= ARRAY_COUNT(CHAIN));
    for (size_t i = 0; i < ARRAY_COUNT(CHAIN); i++) {
        assert_int_equal(marks[i].step, CHAIN[i]);
        assert_int_equal(marks[i].signature.size_bytes > 0, payment_is_signature(CHAIN[i]));
        for (size_t k = 0; k < i; k++)
            assert_true(marks[k].actor_id != marks[i].actor_id || payment_may_share(marks[k].step, marks[i].step));
    }
}

/* Vouchers of the run's batch: paid less returned, of each part's account. */
static int64_t booked_fen(business *b, int64_t run_id, int64_t account)
{
    const ledger_voucher *vouchers;
    size_t count;
    int64_t sum = 0;
    text batch = text_format(b->memory, "P%lld-1", (long long)run_id);
    ok(ledger_vouchers(b->memory, b->books, BUSINESS_PENSION, BUSINESS_MONTH, BUSINESS_MONTH + 1, &vouchers, &count));
    for (size_t v = 0; v < count; v++)
        for (size_t l = 0; text_equal(vouchers[v].reference, batch) && l < vouchers[v].line_count; l++)
            if (vouchers[v].lines[l].account == account)
                sum += vouchers[v].lines[l].side == LEDGER_DEBIT ? vouchers[v].lines[l].amount_fen
                                                                 : -vouchers[v].lines[l].amount_fen;
    return sum;
}

static void every_paid_line_has_decision_chain_and_voucher(business *b)
{
    int64_t paid[2][2] = { { 0 } }, lines = 0;
    for (int p = 0; p < b->people_count; p++) {
        payment_paid *found;
        size_t count;
        int64_t times_paid = 0;
        ok(payment_of_person(b->memory, b->runs, b->people[p], &found, &count));
        for (size_t i = 0; i < count; i++) {
            decision_made made;
            if (found[i].outcome != PAYMENT_PAID) continue;
            ok(decision_read(b->memory, b->decisions, b->people[p], found[i].line.decision, &made));
            has_its_chain(b, found[i].run_id);
            for (int part = 0; part < 2; part++) {
                assert_int_equal(made.row.fen[part], found[i].line.part_fen[part]);
                paid[found[i].run_id - 1][part] += found[i].line.part_fen[part];
            }
            times_paid++;
        }
        assert_int_equal(times_paid, p >= b->insured_count); /* each pensioner once in the end */
        lines += times_paid;
    }
    assert_int_equal(lines, b->people_count - b->insured_count);
    for (int run = 0; run < 2; run++) {
        assert_int_equal(booked_fen(b, run + 1, 50010101), paid[run][0]);
        assert_int_equal(booked_fen(b, run + 1, 5001010201), paid[run][1]);
    }
}

static void any_business_keeps_the_promises(void **state)
{
    store_place *place = *state;
    uint64_t seeds = disturb_is_long() ? 100 : 6;
    for (uint64_t seed = 11; seed < 11 + seeds; seed++) {
        store_place one = *place;
        one.url = store_place_file(place, text_format(place->scratch, "%d.db", (int)seed).bytes);
        business *b = open_at(&one, seed, STORE_CREATE);
        err e = business_run(b, 0, business_step_count());
        if (e.kind) fail_msg("seed %d: %s: %s", (int)seed, e.kind->code, e.detail ? e.detail : "");
        holds(b);
        debits_equal_credits(b, BUSINESS_PENSION);
        debits_equal_credits(b, BUSINESS_MEDICAL);
        persons_are_the_control_total(b);
        receipts_are_income(b, BUSINESS_PENSION);
        receipts_are_income(b, BUSINESS_MEDICAL);
        every_paid_line_has_decision_chain_and_voucher(b);
        business_close(b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST_EACH(every_step_is_known_by_the_tables_and_changes_nothing_again),
        STORE_TEST_SQLITE(any_business_keeps_the_promises),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
