/* A bank account is changed by three people, each with a signature, or not at all. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
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

enum { KEEPER, SECOND, AUDITOR, FOURTH };

static void sign(pay_office *o, int who, const crypto_digest *digest, crypto_signature *made)
{
    crypto_signer *signer;
    ok(crypto_signer_open(o->memory, &o->own[who], &signer));
    *made = crypto_sign(signer, (text){ (const char *)digest->bytes, CRYPTO_DIGEST_BYTES });
    crypto_signer_close(signer);
}

static text shown(const pay_office *o, int who)
{
    return (text){ (const char *)o->shown[who].bytes, sizeof o->shown[who].bytes };
}

static err enter(pay_office *o, const payment_account_row *rows, size_t count, int64_t *change_id)
{
    crypto_digest digest;
    crypto_signature made;
    payment_act act = pay_act_of(o, KEEPER, "");
    ok(payment_account_digest(o->runs, rows, count, &digest));
    sign(o, KEEPER, &digest, &made);
    ok(store_begin(o->db));
    err e = payment_account_enter(o->runs, &act, rows, count, (text){ (const char *)made.bytes, sizeof made.bytes },
                                  shown(o, KEEPER), change_id);
    if (e.kind) store_rollback(o->db);
    else ok(store_commit(o->db));
    return e;
}

static err move_with(pay_office *o, int64_t change_id, payment_account_step step, int who, int key_of)
{
    crypto_digest digest;
    crypto_signature made;
    payment_act act = pay_act_of(o, who, "");
    err e = payment_account_signing(o->runs, change_id, step, &digest);
    if (e.kind) return e;
    sign(o, key_of, &digest, &made);
    ok(store_begin(o->db));
    e = payment_account_move(o->runs, &act, change_id, step, (text){ (const char *)made.bytes, sizeof made.bytes },
                             shown(o, who));
    if (e.kind) store_rollback(o->db);
    else ok(store_commit(o->db));
    return e;
}

static err move(pay_office *o, int64_t change_id, payment_account_step step, int who)
{
    return move_with(o, change_id, step, who, who);
}

static const payment_account_row ROWS[] = {
    { .person_id = 12, .bank = 3, .key = 77, .sealed = { "\1\2\3", 3 }, .holder = { "A", 1 } },
    { .person_id = 5, .bank = 3, .key = 78, .sealed = { "\4", 1 }, .holder = { "B", 1 } },
};

static void three_people_change_an_account(void **state)
{
    pay_office *o = *state;
    int64_t change_id, other, known_ms;
    payment_account_change change;
    payment_account_row *rows, none = { .person_id = 7 };
    size_t count;
    refused(enter(o, ROWS, 0, &change_id), &PAYMENT_CHANGE_EMPTY);
    refused(enter(o, &none, 1, &change_id), &PAYMENT_CHANGE_EMPTY);
    ok(enter(o, ROWS, 2, &change_id));
    refused(enter(o, &ROWS[1], 1, &other), &PAYMENT_CHANGE_WAITS);
    refused(move(o, change_id, PAYMENT_ACCOUNT_CONFIRM, AUDITOR), &PAYMENT_CHANGE_SETTLED);
    refused(move(o, change_id, PAYMENT_ACCOUNT_REVIEW, KEEPER), &PAYMENT_SAME_PERSON);
    refused(move_with(o, change_id, PAYMENT_ACCOUNT_REVIEW, SECOND, FOURTH), &PAYMENT_BAD_SIGNATURE);
    refused(move(o, change_id + 1, PAYMENT_ACCOUNT_REVIEW, SECOND), &PAYMENT_NO_CHANGE);
    ok(move(o, change_id, PAYMENT_ACCOUNT_REVIEW, SECOND));
    refused(move(o, change_id, PAYMENT_ACCOUNT_REVIEW, FOURTH), &PAYMENT_CHANGE_SETTLED);
    refused(move(o, change_id, PAYMENT_ACCOUNT_CONFIRM, SECOND), &PAYMENT_SAME_PERSON);
    ok(payment_account_confirmed(o->runs, 12, &known_ms));
    assert_int_equal(known_ms, 0);
    ok(move(o, change_id, PAYMENT_ACCOUNT_CONFIRM, AUDITOR));
    ok(payment_account_confirmed(o->runs, 12, &known_ms));
    assert_true(known_ms > 0);
    refused(move(o, change_id, PAYMENT_ACCOUNT_REFUSE, FOURTH), &PAYMENT_CHANGE_SETTLED);
    ok(payment_account_find(o->memory, o->runs, change_id, &change));
    assert_int_equal(change.state, PAYMENT_ACCOUNT_CONFIRMED);
    ok(payment_account_rows(o->memory, o->runs, change_id, &rows, &count));
    assert_int_equal(count, 2);
    assert_int_equal(rows[0].person_id, 12);
    assert_memory_equal(rows[0].sealed.bytes, "\1\2\3", 3);
    ok(payment_account_verify(o->runs, change_id));
    /* Settled, the people are free for the next change, and one sent back changes nothing. */
    ok(enter(o, ROWS, 1, &other));
    ok(move(o, other, PAYMENT_ACCOUNT_REFUSE, SECOND));
    ok(payment_account_verify(o->runs, other));
    for (int s = 0; s < PAYMENT_ACCOUNT_STATE_COUNT; s++)
        assert_true(payment_account_state_word((payment_account_state)s)->says_zh[0]);
    for (int s = 0; s < PAYMENT_ACCOUNT_STEP_COUNT; s++)
        assert_true(payment_account_step_word((payment_account_step)s)->says_zh[0]);
    office_tables_are_the_logs(o->house, payment_room(o->runs));
}

static void an_altered_row_is_found(void **state)
{
    pay_office *o = *state;
    int64_t change_id;
    ok(enter(o, ROWS, 2, &change_id));
    ok(payment_account_verify(o->runs, change_id));
    ok(store_begin(o->db));
    store_query *q;
    ok(store_prepare(o->db, "UPDATE payment_account_row SET account_key = 79 WHERE person_id = 5", &q));
    ok(store_do(q, NULL));
    err e = payment_account_verify(o->runs, change_id);
    assert_true(e.kind == &PAYMENT_BAD_SIGNATURE || e.kind == &PAYMENT_BROKEN);
    store_rollback(o->db);
}

int main(void)
{
    const struct CMUnitTest tests[] = { OFFICE_TEST_EACH(three_people_change_an_account),
                                        OFFICE_TEST_EACH(an_altered_row_is_found) };
    return cmocka_run_group_tests_name("payment_account", tests, NULL, NULL);
}
