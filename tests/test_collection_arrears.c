/* Arrears, agreements, settling, and the rebuild of room collection. */
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

/* ---- arrears ---- */

typedef struct {
    int64_t count, fen;
} arrears;
static err count_arrears(void *context, const collection_due *due)
{
    arrears *sum = context;
    sum->count++;
    sum->fen += due->due_fen - due->received_fen;
    return ERR_NONE;
}

static arrears arrears_on(bill_office *o, int32_t day)
{
    arrears sum = { 0 };
    ok(collection_arrears(o->bills, day, count_arrears, &sum));
    return sum;
}

static void dues_are_in_arrears_from_the_day_after(void **state)
{
    bill_office *o = *state;
    bill_issue_of(o, MONTH, 30);
    collection_payer first = { COLLECTION_EMPLOYER, 1 };
    assert_int_equal(arrears_on(o, DUE_DAY).count, 0);
    arrears all = arrears_on(o, DUE_DAY + 1);
    assert_int_equal(all.count, 7);
    int64_t open = bill_owed(o, first, true);
    collection_due fee = bill_due_key(first, PENSION);
    fee.charge = COLLECTION_LATE_FEE;
    fee.due_fen = 55;
    collection_act act = bill_act_of(o, "late-1");
    office_begin(o->house);
    ok(office_end(o->house, collection_charge_due(o->bills, &fee, &act)));
    assert_int_equal(bill_owed(o, first, true), open + 55);
    fee.due_fen = 0;
    office_begin(o->house);
    refused(office_end(o->house, collection_charge_due(o->bills, &fee, &act)), &COLLECTION_BAD_AMOUNT);
    act = bill_act_of(o, "");
    office_begin(o->house);
    ok(office_end(o->house, collection_defer(o->bills, first, MONTH, DUE_DAY + 90, &act)));
    assert_int_equal(arrears_on(o, DUE_DAY + 1).fen, all.fen - open);
    assert_int_equal(arrears_on(o, DUE_DAY + 91).fen, all.fen + 55);
}

static void who_keeps_an_agreement_is_left_in_peace(void **state)
{
    bill_office *o = *state;
    bill_issue_of(o, MONTH, 30);
    collection_payer first = { COLLECTION_EMPLOYER, 1 };
    int64_t open = bill_owed(o, first, true), before = arrears_on(o, DUE_DAY + 10).fen;
    collection_instalment plan[] = { { DUE_DAY + 30, open / 2 }, { DUE_DAY + 60, open - open / 2 } };
    collection_act act = bill_act_of(o, "");
    plan[1].amount_fen++;
    office_begin(o->house);
    refused(office_end(o->house, collection_agree(o->bills, first, DUE_DAY + 10, plan, 2, &act)), &COLLECTION_BAD_PLAN);
    plan[1].amount_fen--;
    office_begin(o->house);
    ok(office_end(o->house, collection_agree(o->bills, first, DUE_DAY + 10, plan, 2, &act)));
    assert_int_equal(arrears_on(o, DUE_DAY + 30).fen, before - open);
    assert_int_equal(arrears_on(o, DUE_DAY + 31).fen, before);
    bill_receive(o, first, open / 2);
    assert_int_equal(arrears_on(o, DUE_DAY + 31).fen, before - open);
    collection_agreement *agreements;
    size_t count;
    ok(collection_agreements(o->memory, o->bills, DUE_DAY + 31, &agreements, &count));
    assert_int_equal(count, 1);
    assert_true(agreements[0].is_kept);
    assert_int_equal(agreements[0].count, 2);
    ok(collection_agreements(o->memory, o->bills, DUE_DAY + 61, &agreements, &count));
    assert_false(agreements[0].is_kept);
}

static collection_agreement only_agreement(bill_office *o, int32_t day)
{
    collection_agreement *agreements;
    size_t count;
    ok(collection_agreements(o->memory, o->bills, day, &agreements, &count));
    assert_int_equal(count, 1);
    return agreements[0];
}

/* Peace is for what was agreed: a later month is in arrears as anybody's, and what is paid of it is no instalment. */
static void an_agreement_is_about_what_was_late_then(void **state)
{
    bill_office *o = *state;
    collection_payer first = { COLLECTION_EMPLOYER, 1 };
    bill_issue_of(o, MONTH, 30);
    int64_t open = bill_owed(o, first, true), others = arrears_on(o, DUE_DAY + 10).fen - open;
    collection_instalment plan[] = { { DUE_DAY + 30, open / 2 }, { DUE_DAY + 60, open - open / 2 } };
    collection_act act = bill_act_of(o, "");
    office_begin(o->house);
    ok(office_end(o->house, collection_agree(o->bills, first, DUE_DAY + 10, plan, 2, &act)));
    /* A due of a later month is none of it. */
    collection_due later = bill_due_key(first, PENSION);
    later.month = MONTH + 1;
    later.due_day = DUE_DAY + 31;
    later.due_fen = open;
    act = bill_act_of(o, "later");
    office_begin(o->house);
    ok(office_end(o->house, collection_charge_due(o->bills, &later, &act)));
    assert_int_equal(arrears_on(o, DUE_DAY + 30).fen, others);
    assert_int_equal(arrears_on(o, DUE_DAY + 40).fen, others + open + open); /* not kept: all of it */
    /* A fee of the agreed month follows it, also charged later; the first instalment is laid over the fee too. */
    collection_due fee = bill_due_key(first, PENSION);
    fee.charge = COLLECTION_LATE_FEE;
    fee.due_day = DUE_DAY + 20;
    fee.due_fen = 55;
    act = bill_act_of(o, "fee");
    office_begin(o->house);
    ok(office_end(o->house, collection_charge_due(o->bills, &fee, &act)));
    bill_receive(o, first, open / 2);
    assert_int_equal(only_agreement(o, DUE_DAY + 40).received_fen, open / 2);
    assert_true(only_agreement(o, DUE_DAY + 40).is_kept);
    assert_int_equal(arrears_on(o, DUE_DAY + 40).fen, others + open); /* the later month alone */
    /* All that was agreed is paid, and the fee: the payer is in peace no more for what came after. */
    bill_receive(o, first, open - open / 2 + 55);
    assert_int_equal(only_agreement(o, DUE_DAY + 70).received_fen, open + 55);
    assert_int_equal(arrears_on(o, DUE_DAY + 70).fen, others + open);
}

/* What is relieved need not be paid: an instalment is kept when no more is open than is still to come. */
static void what_is_relieved_of_an_agreement_is_as_good_as_paid(void **state)
{
    bill_office *o = *state;
    collection_payer first = { COLLECTION_EMPLOYER, 1 };
    bill_issue_of(o, MONTH, 30);
    collection_due due = bill_due_key(first, PENSION), now;
    ok(collection_due_find(o->memory, o->bills, &due, &now));
    int64_t open = bill_owed(o, first, true), relieved = now.due_fen / 2;
    collection_instalment plan[] = { { DUE_DAY + 30, relieved }, { DUE_DAY + 60, open - relieved } };
    collection_act act = bill_act_of(o, "");
    office_begin(o->house);
    ok(office_end(o->house, collection_agree(o->bills, first, DUE_DAY + 10, plan, 2, &act)));
    assert_false(only_agreement(o, DUE_DAY + 31).is_kept);
    act = bill_act_of(o, "relief");
    office_begin(o->house);
    ok(office_end(o->house, collection_adjust(o->bills, &due, -relieved, &act)));
    assert_true(only_agreement(o, DUE_DAY + 31).is_kept);
    assert_int_equal(only_agreement(o, DUE_DAY + 31).received_fen, 0);
    assert_false(only_agreement(o, DUE_DAY + 61).is_kept);
}

/* ---- settling ---- */

typedef struct {
    int lines, keys;
} told;
static err count_told(void *context, const collection_settled *settled)
{
    told *sum = context;
    sum->lines++;
    for (size_t k = 0; k < settled->terms->key_count; k++) sum->keys += settled->is_paid[k];
    return ERR_NONE;
}

static told settle(bill_office *o, int64_t issue_id)
{
    told sum = { 0 };
    int64_t count;
    collection_act act = bill_act_of(o, "");
    office_begin(o->house);
    ok(office_end(o->house, collection_settle(o->bills, issue_id, &act, NULL, count_told, &sum, &count)));
    assert_int_equal(count, sum.lines);
    return sum;
}

static void lines_are_told_once_when_they_are_paid(void **state)
{
    bill_office *o = *state;
    int64_t issue_id = bill_issue_of(o, MONTH, 30);
    collection_payer first = { COLLECTION_EMPLOYER, 1 };
    assert_int_equal(settle(o, issue_id).lines, 0);
    int64_t due = bill_owed(o, first, true);
    bill_receive(o, first, due - 1);
    told nearly = settle(o, issue_id);
    bill_receive(o, first, 1);
    told rest = settle(o, issue_id);
    assert_int_equal(nearly.keys + rest.keys, 10 * 3);
    assert_int_equal(settle(o, issue_id).lines, 0);
    bill_receive(o, (collection_payer){ COLLECTION_GOVERNMENT, GOVERNMENT_ID }, 15000);
    told government = settle(o, issue_id);
    assert_int_equal(government.lines, 15);
    assert_int_equal(government.keys, 15);
}

/* ---- the tables are what the log says ---- */

static void random_step(bill_office *o, uint64_t seed, int32_t *next_month)
{
    collection_payer payer = { COLLECTION_EMPLOYER, 1 + (int64_t)(seed >> 8) % 3 };
    collection_act act = bill_act_of(o, "");
    collection_due key = bill_due_key(payer, PENSION);
    collection_received received;
    int64_t credit, count;
    told sum = { 0 };
    switch (seed % 8) {
    case 0:
        if (*next_month < MONTH + 6) bill_issue_of(o, (*next_month)++, 40);
        return;
    case 1: case 2: case 3: bill_receive(o, payer, 1 + (int64_t)(seed >> 16) % 3000000); return;
    case 4:
        key.due_fen = 1 + (int64_t)(seed >> 16) % 500;
        key.charge = COLLECTION_LATE_FEE;
        office_begin(o->house);
        ok(office_end(o->house, collection_charge_due(o->bills, &key, &act)));
        return;
    case 5:
        office_begin(o->house);
        (void)!office_end(o->house, collection_adjust(o->bills, &key, (int64_t)(seed >> 16) % 5000 - 2500, &act)).kind;
        return;
    case 6:
        ok(collection_credit_of(o->bills, payer, &credit));
        if (!credit) return;
        office_begin(o->house);
        ok(office_end(o->house, collection_use_credit(o->memory, o->bills, payer, MONTH, &BILL_OLDEST, &act, &received)));
        return;
    case 7:
        office_begin(o->house);
        ok(office_end(o->house, collection_settle(o->bills, 1, &act, NULL, count_told, &sum, &count)));
        return;
    }
}

/* All money that came is in dues or to somebody's credit. */
static void check_money(bill_office *o)
{
    int64_t came, received, credit;
    ok(store_scalar(o->house->db, "SELECT CAST(coalesce(sum(amount_fen), 0) AS BIGINT) FROM collection_receipt", &came));
    ok(store_scalar(o->house->db, "SELECT CAST(coalesce(sum(received_fen), 0) AS BIGINT) FROM collection_due", &received));
    ok(store_scalar(o->house->db, "SELECT CAST(coalesce(sum(credit_fen), 0) AS BIGINT) FROM collection_credit", &credit));
    assert_int_equal(came, received + credit);
    int64_t off;
    ok(store_scalar(o->house->db,
                    "SELECT count(*) FROM collection_total AS t WHERE due_fen <> (SELECT sum(due_fen) FROM "
                    "collection_due AS d WHERE d.month = t.month AND d.purpose = t.purpose AND d.fund = t.fund AND "
                    "d.charge = t.charge) OR received_fen <> (SELECT sum(received_fen) FROM collection_due AS d "
                    "WHERE d.month = t.month AND d.purpose = t.purpose AND d.fund = t.fund AND d.charge = t.charge)", &off));
    assert_int_equal(off, 0);
}

/* ---- the second way: what the log tells of each payer, against the tables ---- */

typedef struct {
    int64_t due_fen, received_fen, credit_fen, came_fen;
} balance;
static err add_entry(void *context, const collection_entry *entry)
{
    balance *sum = context;
    switch (entry->kind) {
    case COLLECTION_ENTRY_BILLED:
    case COLLECTION_ENTRY_CHARGED: sum->due_fen += entry->fen; break;
    case COLLECTION_ENTRY_ADJUSTED:
        sum->due_fen += entry->fen;
        sum->received_fen -= entry->freed_fen;
        sum->credit_fen += entry->freed_fen;
        break;
    case COLLECTION_ENTRY_RECEIVED:
        sum->came_fen += entry->fen;
        sum->credit_fen += entry->freed_fen;
        break;
    case COLLECTION_ENTRY_ALLOTTED: sum->received_fen += entry->fen; break;
    case COLLECTION_ENTRY_CREDITED:
        sum->received_fen += entry->fen;
        sum->credit_fen -= entry->fen;
        break;
    case COLLECTION_ENTRY_REFUNDED: sum->credit_fen -= entry->fen; break;
    case COLLECTION_ENTRY_DEFERRED:
    case COLLECTION_ENTRY_AGREED: break;
    }
    return ERR_NONE;
}

static balance told_of(bill_office *o, collection_payer payer)
{
    balance sum = { 0 };
    ok(collection_history(o->bills, eventlog_bucket_of(payer.id), payer, add_entry, &sum));
    return sum;
}

static void check_history(bill_office *o)
{
    for (int64_t id = 1; id <= 3; id++) {
        collection_payer payer = { COLLECTION_EMPLOYER, id };
        balance log = told_of(o, payer);
        int64_t credit;
        ok(collection_credit_of(o->bills, payer, &credit));
        assert_int_equal(log.due_fen, bill_owed(o, payer, false));
        assert_int_equal(log.due_fen - log.received_fen, bill_owed(o, payer, true));
        assert_int_equal(log.credit_fen, credit);
        assert_int_equal(log.came_fen, log.received_fen + log.credit_fen);
    }
    balance all = { 0 };
    for (uint32_t bucket = 0; bucket < EVENTLOG_BUCKETS; bucket++)
        ok(collection_history(o->bills, bucket, (collection_payer){ 0 }, add_entry, &all));
    int64_t due;
    ok(store_scalar(o->house->db, "SELECT CAST(sum(due_fen) AS BIGINT) FROM collection_due", &due));
    assert_int_equal(all.due_fen, due);
}

static void what_was_adjusted_says_as_what_and_frees_what_was_paid(void **state)
{
    bill_office *o = *state;
    bill_issue_of(o, MONTH, 30);
    collection_payer first = { COLLECTION_EMPLOYER, 1 };
    int64_t due = bill_owed(o, first, true), freed;
    bill_receive(o, first, due);
    collection_due key = bill_due_key(first, PENSION);
    collection_act act = bill_act_of(o, "relief-1");
    act.month = MONTH + 1;
    for (int i = 0; i < 2; i++) { /* the second changes nothing */
        office_begin(o->house);
        ok(office_end(o->house, collection_adjust_as(o->bills, &key, -700, TEXT("relief"), &act, &freed)));
        assert_int_equal(freed, i ? 0 : 700);
    }
    balance log = told_of(o, first);
    assert_int_equal(log.due_fen, due - 700);
    assert_int_equal(log.credit_fen, 700);
}

/* ---- proposals ---- */

static err move(bill_office *o, int64_t id, collection_case_state state, bool *is_new)
{
    collection_act act = bill_act_of(o, "");
    office_begin(o->house);
    return office_end(o->house, collection_case_move(o->bills, id, state, &act, is_new));
}

static void proposals_take_their_steps_in_order_and_once(void **state)
{
    bill_office *o = *state;
    collection_case wanted = { .kind = TEXT("relief"), .payer = { COLLECTION_EMPLOYER, 3 }, .month = MONTH,
                               .total_fen = 700, .body = TEXT("{}") }, found, *all;
    collection_act act = bill_act_of(o, "case-1");
    int64_t id, again;
    bool is_new;
    size_t count;
    office_begin(o->house);
    ok(office_end(o->house, collection_case_enter(o->memory, o->bills, &wanted, &act, &id, &is_new)));
    assert_true(is_new);
    office_begin(o->house);
    ok(office_end(o->house, collection_case_enter(o->memory, o->bills, &wanted, &act, &again, &is_new)));
    assert_true(!is_new && again == id);
    refused(move(o, id, COLLECTION_CASE_DONE, &is_new), &COLLECTION_BAD_MOVE);
    refused(move(o, id + 1, COLLECTION_CASE_REVIEWED, &is_new), &COLLECTION_NO_CASE);
    ok(move(o, id, COLLECTION_CASE_REVIEWED, &is_new));
    assert_true(is_new);
    ok(move(o, id, COLLECTION_CASE_REVIEWED, &is_new));
    assert_false(is_new);
    ok(move(o, id, COLLECTION_CASE_DONE, &is_new));
    refused(move(o, id, COLLECTION_CASE_WITHDRAWN, &is_new), &COLLECTION_BAD_MOVE);
    ok(collection_case_find(o->memory, o->bills, id, &found));
    assert_int_equal(found.state, COLLECTION_CASE_DONE);
    assert_int_equal(found.total_fen, 700);
    ok(collection_cases(o->memory, o->bills, wanted.payer, COLLECTION_CASE_DONE, &all, &count));
    assert_int_equal(count, 1);
    ok(collection_cases(o->memory, o->bills, (collection_payer){ COLLECTION_EMPLOYER, 2 }, 0, &all, &count));
    assert_int_equal(count, 0);
    office_tables_are_the_logs(o->house, collection_room(o->bills));
}

static void after_any_run_of_steps_money_adds_up_and_the_log_tells_the_tables(void **state)
{
    bill_office *o = *state;
    int32_t next_month = MONTH;
    uint64_t seed = 42;
    bill_issue_of(o, next_month++, 40);
    for (int i = 0; i < 150; i++) {
        seed = hash_mix(seed, (uint64_t)i);
        random_step(o, seed, &next_month);
    }
    check_money(o);
    check_history(o);
    office_tables_are_the_logs(o->house, collection_room(o->bills));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OFFICE_TEST_EACH(dues_are_in_arrears_from_the_day_after),
        OFFICE_TEST_EACH(who_keeps_an_agreement_is_left_in_peace),
        OFFICE_TEST_EACH(an_agreement_is_about_what_was_late_then),
        OFFICE_TEST_EACH(what_is_relieved_of_an_agreement_is_as_good_as_paid),
        OFFICE_TEST_EACH(lines_are_told_once_when_they_are_paid),
        OFFICE_TEST_EACH(what_was_adjusted_says_as_what_and_frees_what_was_paid),
        OFFICE_TEST_EACH(proposals_take_their_steps_in_order_and_once),
        OFFICE_TEST_EACH(after_any_run_of_steps_money_adds_up_and_the_log_tells_the_tables),
    };
    return cmocka_run_group_tests_name("collection_arrears", tests, NULL, NULL);
}
