/* The register of individual accounts: batches, balances, control totals, one person's postings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/checked.h"
#include "calendar/calendar.h"
#include "support/books.h"
#include "support/choices.h"

#define FUND BOOKS_EMPLOYEE
enum { CONTRIBUTION = 2, INTEREST = 6, PAID = 8, CORRECTION = 11 };

/* The first `count` persons of a bucket from `from` on. */
static int64_t *people_of(arena *a, uint32_t bucket, int64_t from, size_t count)
{
    int64_t *people = ARENA_ARRAY(a, int64_t, count);
    size_t found = 0;
    for (int64_t id = from; found < count; id++)
        if (eventlog_bucket_of(id) == bucket) people[found++] = id;
    return people;
}

static err credit(books *b, const char *key, uint32_t bucket, const int64_t *people, size_t count,
                  int64_t fen, int32_t kind, int32_t day)
{
    int64_t *amounts = ARENA_ARRAY(b->memory, int64_t, count + 1);
    for (size_t i = 0; i < count; i++) amounts[i] = fen + (fen > 0 ? (int64_t)i : 0);
    ledger_batch batch = { .fund = FUND, .person_id = people, .amount_fen = amounts, .all_day = day,
                           .all_kind = kind, .count = count };
    ledger_stamp stamp = books_stamp(b, key);
    return ledger_credit(b->ledger, &stamp, bucket, &batch);
}

static void postings_add_up_for_one_and_for_all(void **state)
{
    books *b = books_open(*state);
    enum { COUNT = 3000 };
    int64_t *people = people_of(b->memory, 5, 1, COUNT);
    OK(credit(b, "2026-01", 5, people, COUNT, 1000, CONTRIBUTION, books_day(2026, 1, 20)));
    OK(credit(b, "2026-02", 5, people, COUNT, 2000, CONTRIBUTION, books_day(2026, 2, 20)));
    OK(credit(b, "interest", 5, people, COUNT, 30, INTEREST, books_day(2026, 12, 31)));
    OK(credit(b, "paid", 5, people + 7, 1, -500, PAID, books_day(2026, 3, 1)));
    int64_t balance;
    OK(ledger_person_balance(b->ledger, people[7], FUND, &balance));
    assert_int_equal(balance, 1007 + 2007 + 37 - 500);
    OK(ledger_person_balance(b->ledger, people[2999], FUND, &balance));
    assert_int_equal(balance, 3030 + 3 * 2999);
    OK(ledger_person_balance(b->ledger, people[2999] + 1, FUND, &balance));
    assert_int_equal(balance, 0);
    OK(ledger_person_balance(b->ledger, people[7], BOOKS_RESIDENT, &balance));
    assert_int_equal(balance, 0);
    const ledger_posting *postings;
    size_t count;
    OK(ledger_person_postings(b->memory, b->ledger, people[7], FUND, &postings, &count));
    assert_int_equal(count, 4);
    assert_int_equal(postings[3].kind, PAID);
    assert_int_equal(postings[3].balance_fen, 2551);
    assert_int_equal(postings[1].day, books_day(2026, 2, 20));
    assert_true(postings[1].known_ms > postings[0].known_ms);
    const ledger_control *totals;
    int64_t persons_fen, sum = 0;
    OK(ledger_controls(b->memory, b->ledger, FUND, &totals, &count, &persons_fen));
    for (size_t i = 0; i < count; i++) sum += totals[i].amount_fen;
    assert_int_equal(count, 3);
    assert_int_equal(totals[0].posting_count, 2 * COUNT);
    assert_int_equal(sum, persons_fen);
    ledger_register everyone;
    OK(ledger_register_read(b->memory, b->ledger, 5, FUND, &everyone));
    assert_int_equal(everyone.count, COUNT);
    for (size_t i = 0; i < COUNT; i++) assert_int_equal(everyone.person_id[i], people[i]);
    books_verify(b, 0);
    books_close(b);
}

static void a_batch_is_posted_once(void **state)
{
    books *b = books_open(*state);
    int64_t *people = people_of(b->memory, 9, 1, 10), balance;
    OK(credit(b, "k", 9, people, 10, 100, CONTRIBUTION, 46000));
    OK(credit(b, "k", 9, people, 10, 100, CONTRIBUTION, 46000));
    IS(credit(b, "k", 9, people, 10, 101, CONTRIBUTION, 46000), LEDGER_KEY_REUSED);
    IS(credit(b, "k", 9, people, 9, 100, CONTRIBUTION, 46000), LEDGER_KEY_REUSED);
    OK(ledger_person_balance(b->ledger, people[0], FUND, &balance));
    assert_int_equal(balance, 100);
    books_verify(b, 0);
    books_close(b);
}

static void a_bad_batch_is_refused_whole(void **state)
{
    books *b = books_open(*state);
    int64_t *people = people_of(b->memory, 3, 100, 4);
    int64_t turned[] = { people[1], people[0] }, foreign[] = { people[0] + 1 }, none[] = { 0 };
    if (eventlog_bucket_of(foreign[0]) == 3) foreign[0]++;
    static const struct {
        int which, count, kind;
        int64_t fen;
        int32_t day;
    } CASES[] = {
        { 0, 0, CONTRIBUTION, 100, 46000 }, { 1, 2, CONTRIBUTION, 100, 46000 },
        { 2, 1, CONTRIBUTION, 100, 46000 }, { 3, 1, CONTRIBUTION, 100, 46000 },
        { 0, 1, CONTRIBUTION, 0, 46000 },   { 0, 1, CONTRIBUTION, -1, 46000 },
        { 0, 1, PAID, 100, 46000 },         { 0, 1, PAID, -100, 46000 }, /* below 0 */
        { 0, 1, 99, 100, 46000 },           { 0, 1, CONTRIBUTION, 100, INT32_MAX },
        { 0, 1, CORRECTION, INT64_MAX, 46000 },
    };
    const int64_t *whose[] = { people, turned, foreign, none };
    for (size_t i = 0; i < ARRAY_COUNT(CASES); i++) {
        err e = credit(b, NULL, 3, whose[CASES[i].which], (size_t)CASES[i].count, CASES[i].fen,
                       CASES[i].kind, CASES[i].day);
        if (e.kind != &LEDGER_BAD_BATCH) fail_msg("case %zu: %s", i, books_code(e));
        store_rollback(b->db);
        OK(store_begin(b->db));
    }
    /* Work injury has no individual accounts. */
    int64_t amount = 5;
    ledger_batch batch = { .fund = BOOKS_INJURY, .person_id = people, .amount_fen = &amount, .all_day = 46000,
                           .all_kind = CONTRIBUTION, .count = 1 };
    ledger_stamp stamp = books_stamp(b, NULL);
    IS(ledger_credit(b->ledger, &stamp, 3, &batch), LEDGER_BAD_BATCH);
    store_rollback(b->db);
    OK(store_begin(b->db));
    books_verify(b, 0);
    books_close(b);
}

/* ---- any batches, against an array in the test ---- */

enum { PEOPLE = 4000, ROUNDS = 40 };

static int by_value(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void random_batches_match_a_plain_array(void **state)
{
    books *b = books_open(*state);
    choices c = choose_by_seed(20260105);
    int64_t *people = people_of(b->memory, 17, 1, PEOPLE);
    int64_t *plain = ARENA_ARRAY(b->memory, int64_t, PEOPLE);
    for (int round = 0; round < ROUNDS; round++) {
        size_t count = 1 + choose_word(&c, 4) % (round % 3 ? 50 : 6000);
        int64_t *index = ARENA_ARRAY(b->memory, int64_t, count), *person = ARENA_ARRAY(b->memory, int64_t, count);
        int64_t *amount = ARENA_ARRAY(b->memory, int64_t, count);
        int32_t *day = ARENA_ARRAY(b->memory, int32_t, count), *kind = ARENA_ARRAY(b->memory, int32_t, count);
        for (size_t i = 0; i < count; i++) index[i] = (int64_t)(choose_word(&c, 4) % PEOPLE);
        qsort(index, count, sizeof *index, by_value);
        for (size_t i = 0; i < count; i++) {
            bool takes = plain[index[i]] > 10 && choose_word(&c, 4) % 3 == 0;
            person[i] = people[index[i]];
            kind[i] = takes ? PAID : choose_word(&c, 4) % 2 ? CONTRIBUTION : INTEREST;
            amount[i] = takes ? -(plain[index[i]] / 2) : 1 + (int64_t)(choose_word(&c, 4) % 100000);
            day[i] = 45000 + round;
            plain[index[i]] += amount[i];
        }
        ledger_batch batch = { .fund = FUND, .person_id = person, .amount_fen = amount, .day = day,
                               .kind = kind, .count = count };
        ledger_stamp stamp = books_stamp(b, NULL);
        OK(ledger_credit(b->ledger, &stamp, 17, &batch));
    }
    int64_t sum = 0, persons_fen, balance;
    for (size_t i = 0; i < PEOPLE; i++) {
        OK(ledger_person_balance(b->ledger, people[i], FUND, &balance));
        if (balance != plain[i]) fail_msg("person %zu: %lld, %lld", i, (long long)balance, (long long)plain[i]);
        sum += plain[i];
    }
    const ledger_control *totals;
    size_t count;
    OK(ledger_controls(b->memory, b->ledger, FUND, &totals, &count, &persons_fen));
    assert_int_equal(persons_fen, sum);
    books_verify(b, 0);
    books_close(b);
}

/* ---- rebuild, verify ---- */

static void play(books *b)
{
    for (uint32_t bucket = 0; bucket < 3; bucket++) {
        int64_t *people = people_of(b->memory, bucket, 1, 1500);
        OK(credit(b, "a", bucket, people, 1500, 1000, CONTRIBUTION, 46000));
        OK(credit(b, "b", bucket, people + 300, 700, -200, PAID, 46030));
    }
}

static void the_register_is_rebuilt_from_events(void **state)
{
    books *b = books_open(*state);
    play(b);
    ledger_register before, after;
    OK(ledger_register_read(b->memory, b->ledger, 1, FUND, &before));
    OK(store_run(b->db, "DELETE FROM ledger_register; DELETE FROM ledger_control; DELETE FROM ledger_batch"));
    for (uint32_t bucket = 0; bucket <= EVENTLOG_OFFICE; bucket++) {
        eventlog_cursor *cursor;
        const eventlog_entry *entry;
        OK(eventlog_read(b->memory, b->log, bucket, 1, &cursor));
        for (;;) {
            OK(eventlog_next(cursor, &entry));
            if (!entry) break;
            OK(ledger_apply(b->ledger, entry));
        }
        eventlog_cursor_close(cursor);
    }
    OK(ledger_register_read(b->memory, b->ledger, 1, FUND, &after));
    assert_int_equal(before.count, after.count);
    assert_memory_equal(before.person_id, after.person_id, before.count * sizeof *before.person_id);
    assert_memory_equal(before.balance_fen, after.balance_fen, before.count * sizeof *before.balance_fen);
    books_verify(b, 0);
    books_close(b);
}

static void verifying_finds_what_was_changed_in_the_register(void **state)
{
    static const struct {
        const char *sql, *record;
    } CASES[] = {
        { "UPDATE ledger_control SET amount_fen = amount_fen + 1 WHERE bucket = 1 AND kind = 2", "ledger_control 1" },
        { "DELETE FROM ledger_control WHERE bucket = 2 AND kind = 8", "ledger_control 2" },
        { "DELETE FROM ledger_batch WHERE bucket = 0 AND key = 'b'", "ledger_batch 0/2" },
        { "UPDATE ledger_batch SET key = 'x' WHERE bucket = 0 AND key = 'b'", "ledger_batch 0/2" },
        { "UPDATE ledger_batch SET person_min = person_min + 1 WHERE bucket = 0 AND key = 'b'", "ledger_batch 0/2" },
        { "UPDATE ledger_batch SET person_max = person_max - 1 WHERE bucket = 0 AND key = 'b'", "ledger_batch 0/2" },
        { "UPDATE ledger_batch SET amount_fen = amount_fen + 1 WHERE bucket = 0 AND key = 'b'", "ledger_batch 0/2" },
        { "UPDATE ledger_batch SET check_word = check_word + 1 WHERE bucket = 0 AND key = 'b'", "ledger_batch 0/2" },
        { "UPDATE ledger_batch SET known_ms = known_ms + 1 WHERE bucket = 0 AND key = 'b'", "ledger_batch 0/2" },
        { "UPDATE ledger_batch SET fund = 9 WHERE bucket = 0 AND key = 'b'", "ledger_batch 0/2" },
        { "DELETE FROM ledger_register WHERE bucket = 1 AND from_person = 0", NULL },
        { "UPDATE ledger_register SET from_person = 1 WHERE bucket = 2 AND from_person = 0", "register 2/1/1" },
        { "UPDATE ledger_register SET balance_fen = balance_fen + 1 WHERE bucket = 2 AND from_person = 0", "register 2/1/0" },
    };
    books *b = books_open(*state);
    play(b);
    books_commit(b);
    for (size_t i = 0; i < ARRAY_COUNT(CASES); i++) {
        ledger_verdict verdict;
        OK(store_run(b->db, CASES[i].sql));
        OK(ledger_verify(b->memory, b->ledger, &verdict));
        if (!verdict.bad_record || (CASES[i].record && strcmp(verdict.bad_record, CASES[i].record) != 0))
            fail_msg("%s: names %s", CASES[i].sql, verdict.bad_record ? verdict.bad_record : "nothing");
        store_rollback(b->db);
        OK(store_begin(b->db));
    }
    books_verify(b, 0);
    books_close(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST_EACH(postings_add_up_for_one_and_for_all),
        STORE_TEST_EACH(a_batch_is_posted_once),
        STORE_TEST_EACH(a_bad_batch_is_refused_whole),
        STORE_TEST_EACH(random_batches_match_a_plain_array),
        STORE_TEST_EACH(the_register_is_rebuilt_from_events),
        STORE_TEST_EACH(verifying_finds_what_was_changed_in_the_register),
    };
    return cmocka_run_group_tests_name("ledger_register", tests, NULL, NULL);
}
