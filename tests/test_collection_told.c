/* What becomes whole with a receipt may be told with the receipt, or found afterwards: two offices do the one and the
 * other, and agree after every step. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/hash.h"
#include "collection/collection.h"
#include "support/bill_office.h"

#define ok office_ok

enum { PEOPLE = 40, MONTHS = 4, STEPS = 120, PAYERS = 3 };

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

/* ---- what was told, whatever the order of lines ---- */

typedef struct {
    int64_t lines, keys;
    uint64_t mark;
} told;

static err note(void *context, const collection_settled *settled)
{
    told *sum = context;
    sum->lines++;
    for (size_t k = 0; k < settled->terms->key_count; k++) {
        if (!settled->is_paid[k]) continue;
        sum->keys++;
        sum->mark += hash_mix((uint64_t)settled->line->person_id, (uint64_t)settled->terms->month << 8 | k);
    }
    return ERR_NONE;
}

static told settle_all(bill_office *o, collection_whole *whole)
{
    collection_issue_row *issues;
    size_t count;
    told sum = { 0 };
    collection_act act = bill_act_of(o, "");
    ok(collection_issues(o->memory, o->bills, INT32_MIN, &issues, &count));
    for (size_t i = 0; i < count; i++) {
        int64_t lines;
        ok(collection_settle(o->bills, issues[i].issue_id, &act, whole, note, &sum, &lines));
    }
    return sum;
}

/* ---- receipts of some payers at once ---- */

typedef struct {
    collection_receipt receipts[2 * PAYERS + 1];
    size_t count;
} handful;

static handful receipts_by(uint64_t seed)
{
    handful all = { 0 };
    for (uint64_t i = 0; i < 1 + seed % (2 * PAYERS); i++) {
        uint64_t one = hash_mix(seed, i);
        collection_payer payer = { COLLECTION_EMPLOYER, 1 + (int64_t)(one % PAYERS) };
        if (one % 7 == 0) payer = (collection_payer){ COLLECTION_GOVERNMENT, GOVERNMENT_ID };
        int64_t most = one % 3 ? 800000 : 4000000;
        all.receipts[all.count++] = (collection_receipt){
            .payer = payer, .amount_fen = 1 + (int64_t)((one >> 20) % (uint64_t)most), .day = DUE_DAY,
            .for_month = one % 5 ? INT32_MIN : MONTH + (int32_t)(one >> 8) % MONTHS, .reference = TEXT("T-1") };
    }
    return all;
}

static told receive(bill_office *o, const handful *all, bool tells)
{
    collection_receiving *w;
    collection_received received;
    collection_act act = bill_act_of(o, "");
    collection_whole *whole = tells ? collection_whole_open(o->memory) : NULL;
    office_begin(o->house);
    ok(collection_receive_open(o->memory, o->bills, MONTH, &BILL_OLDEST, &act, &w));
    if (tells) collection_receive_tells(w, whole);
    for (size_t i = 0; i < all->count; i++) ok(collection_receive_add(w, &all->receipts[i]));
    ok(collection_receive_finish(w, &received));
    told sum = settle_all(o, whole);
    told again = settle_all(o, whole);
    assert_int_equal(again.lines, 0);
    ok(office_end(o->house, ERR_NONE));
    return sum;
}

/* ---- other things that happen to dues ---- */

static told happen(bill_office *o, uint64_t seed, int32_t *next_month)
{
    collection_payer payer = { COLLECTION_EMPLOYER, 1 + (int64_t)(seed >> 8) % PAYERS };
    collection_due key = bill_due_key(payer, seed % 2 ? PENSION : MEDICAL);
    collection_act act = bill_act_of(o, "");
    collection_received received;
    int64_t credit;
    switch (seed % 6) {
    case 0:
        if (*next_month < MONTH + MONTHS) bill_issue_of(o, (*next_month)++, PEOPLE);
        break;
    case 1:
        key.charge = (seed >> 16) % 2 ? COLLECTION_LATE_FEE : COLLECTION_PREMIUM;
        key.due_fen = 1 + (int64_t)(seed >> 20) % 500;
        key.month += (int32_t)(seed >> 32) % (MONTHS + 1); /* a month that was not billed yet, too */
        office_begin(o->house);
        ok(office_end(o->house, collection_charge_due(o->bills, &key, &act)));
        break;
    case 2: case 3:
        office_begin(o->house);
        (void)!office_end(o->house, collection_adjust(o->bills, &key, (int64_t)(seed >> 16) % 5000 - 4000, &act)).kind;
        break;
    default:
        ok(collection_credit_of(o->bills, payer, &credit));
        if (!credit) break;
        office_begin(o->house);
        ok(office_end(o->house, collection_use_credit(o->memory, o->bills, payer, MONTH, &BILL_OLDEST, &act, &received)));
    }
    return (told){ 0 };
}

/* ---- both ---- */

static int64_t one_number(bill_office *o, const char *sql)
{
    int64_t number;
    ok(store_scalar(o->house->db, sql, &number));
    return number;
}

static void same_dues(bill_office *o, bill_office *other)
{
    static const char *const SUMS[] = {
        "SELECT CAST(coalesce(sum(told), 0) AS BIGINT) FROM collection_due",
        ("SELECT CAST(coalesce(sum((told * 7 + 1) * (received_fen + due_fen * 3) % 1000003 * (fund + charge * 5 + month % 97 + "
         "payer_id)), 0) AS BIGINT) FROM collection_due"),
        "SELECT CAST(coalesce(sum(receipt * 31 + amount_fen * 7 + allocated_fen), 0) AS BIGINT) FROM collection_receipt",
        "SELECT CAST(coalesce(sum(credit_fen), 0) AS BIGINT) FROM collection_credit",
    };
    for (size_t i = 0; i < sizeof SUMS / sizeof *SUMS; i++)
        assert_int_equal(one_number(o, SUMS[i]), one_number(other, SUMS[i]));
}

static void telling_with_receipts_is_telling_afterwards(void **state)
{
    bill_office *o = *state, *other;
    void *second = NULL;
    int32_t next = MONTH, other_next = MONTH;
    uint64_t seed = 7;
    int64_t keys = 0;
    assert_int_equal(store_place_sqlite(&second), 0);
    assert_int_equal(set_up(&second), 0);
    other = second;
    bill_issue_of(o, next++, PEOPLE);
    bill_issue_of(other, other_next++, PEOPLE);
    for (uint64_t i = 0; i < STEPS; i++) {
        seed = hash_mix(seed, i);
        if (seed % 2) {
            handful all = receipts_by(seed >> 1);
            told with = receive(o, &all, true), after = receive(other, &all, false);
            assert_int_equal(with.lines, after.lines);
            assert_int_equal(with.keys, after.keys);
            assert_true(with.mark == after.mark);
            keys += with.keys;
        } else {
            happen(o, seed >> 1, &next);
            happen(other, seed >> 1, &other_next);
        }
        same_dues(o, other);
    }
    assert_true(keys > PEOPLE * MONTHS);
    office_tables_are_the_logs(o->house, collection_room(o->bills));
    assert_int_equal(tear_down(&second), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OFFICE_TEST_EACH(telling_with_receipts_is_telling_afterwards),
    };
    return cmocka_run_group_tests_name("collection_told", tests, NULL, NULL);
}
