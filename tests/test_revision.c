#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "revision/revision.h"
#include "support/office.h"

#define ok office_ok
#define refused office_refused

enum { ANNE, BEN, CAROL, PEOPLE };

typedef struct {
    office *house;
    arena *memory;
    revision_book *book;
    crypto_signer *signer[PEOPLE];
    crypto_sm2_public key[PEOPLE];
} revision_office;

static int set_up(void **state)
{
    office *house = office_open(state);
    revision_office *o = ARENA_NEW(house->memory, revision_office);
    *o = (revision_office){ .house = house, .memory = house->memory };
    ok(revision_open(o->memory, house->db, house->log, &o->book));
    for (int p = 0; p < PEOPLE; p++) {
        crypto_sm2_private own;
        uint8_t seed[CRYPTO_SM2_SEED_BYTES] = { (uint8_t)(p + 1) };
        crypto_sm2_from_seed(seed, &own, &o->key[p]);
        ok(crypto_signer_open(o->memory, &own, &o->signer[p]));
    }
    *state = o;
    return 0;
}

static int tear_down(void **state)
{
    revision_office *o = *state;
    for (int p = 0; p < PEOPLE; p++) crypto_signer_close(o->signer[p]);
    revision_close(o->book);
    return office_close(o->house, state);
}

OFFICE_SET_UPS

static revision_act act(revision_office *o, int person)
{
    return (revision_act){ .actor_id = person + 1, .known_ms = ++o->house->now_ms, .why = TEXT("test") };
}

/* People of the bucket of person 1: each 100 fen more a month, for two months already paid. */
static size_t neighbours(revision_office *o, revision_row *rows, size_t wanted)
{
    size_t count = 0;
    for (int64_t id = 1; count < wanted; id++) {
        if (eventlog_bucket_of(id) != eventlog_bucket_of(1)) continue;
        revision_piece *pieces = ARENA_ARRAY(o->memory, revision_piece, 1);
        revision_part *parts = ARENA_ARRAY(o->memory, revision_part, 2);
        pieces[0] = (revision_piece){ 1512, 1514, 100 };
        parts[0] = (revision_part){ TEXT("basic"), false, 130 };
        parts[1] = (revision_part){ TEXT("account"), true, -30 };
        rows[count++] = (revision_row){ .person_id = id, .decision_id = 9000 + id, .before_id = 8000 + id,
                                        .from_month = 1512, .is_paid = true, .level_fen = 300000, .new_fen = 100,
                                        .pieces = pieces, .piece_count = 1, .parts = parts, .part_count = 2 };
    }
    return count;
}

static revision_terms terms(int64_t reverses)
{
    return (revision_terms){ .kind = reverses ? TEXT("reverse") : TEXT("adjust"), .benefit = TEXT("employee_pension"),
                             .purpose = TEXT("adjust.yearly"), .law = TEXT("aa01"), .from_month = 1512,
                             .pay_month = 1514, .reverses = reverses };
}

static err draft(revision_office *o, int64_t reverses, const revision_row *rows, size_t count, int64_t *id)
{
    revision_draft *d;
    revision_terms t = terms(reverses);
    revision_act by = act(o, ANNE);
    office_begin(o->house);
    err e = revision_draft_open(o->memory, o->book, &t, &by, &d);
    if (!e.kind) e = revision_draft_add(d, eventlog_bucket_of(1), rows, count);
    if (!e.kind) e = revision_draft_end(d, id);
    return office_end(o->house, e);
}

static err move(revision_office *o, int64_t id, revision_step step, int person)
{
    crypto_digest digest;
    revision_act by = act(o, person);
    text none = TEXT_NONE;
    office_begin(o->house);
    err e = revision_signing_digest(o->book, id, step, &digest);
    if (!e.kind && step == REVISION_WITHDRAW) e = revision_move(o->book, id, step, &by, none, none);
    else if (!e.kind) {
        crypto_signature made = crypto_sign(o->signer[person], (text){ (const char *)digest.bytes, sizeof digest.bytes });
        e = revision_move(o->book, id, step, &by, (text){ (const char *)made.bytes, sizeof made.bytes },
                          (text){ (const char *)o->key[person].bytes, sizeof o->key[person].bytes });
    }
    return office_end(o->house, e);
}

static int64_t approved(revision_office *o, int64_t reverses)
{
    int64_t id;
    revision_row rows[3];
    ok(draft(o, reverses, rows, neighbours(o, rows, 3), &id));
    ok(move(o, id, REVISION_ENTER, ANNE));
    ok(move(o, id, REVISION_REVIEW, BEN));
    ok(move(o, id, REVISION_APPROVE, CAROL));
    return id;
}

static void a_batch_comes_to_what_its_rows_come_to(void **state)
{
    revision_office *o = *state;
    revision_batch b;
    int64_t id = approved(o, 0);
    ok(revision_find(o->memory, o->book, id, &b));
    assert_int_equal(b.state, REVISION_APPROVED);
    assert_int_equal(b.person_count, 3);
    assert_int_equal(b.level_fen, 900000);
    assert_int_equal(b.new_fen - b.old_fen, 300);
    assert_int_equal(b.more_fen, 600);
    assert_int_equal(b.less_fen, 0);
    ok(revision_verify(o->book, id));
    revision_said *said;
    size_t count;
    ok(revision_of_person(revision_reader_open(o->memory, o->book), 1, &said, &count));
    assert_int_equal(count, 1);
    assert_true(revision_counts(&said[0]));
    assert_int_equal(said[0].row.decision_id, 9001);
    assert_int_equal(said[0].row.before_id, 8001);
    assert_int_equal(revision_piece_fen(&said[0].row), 200);
    assert_int_equal(said[0].row.part_count, 2);
    assert_true(text_equal_cstr(said[0].row.parts[1].name, "account"));
    assert_true(said[0].row.parts[1].is_account && said[0].row.parts[1].fen == -30);
    revision_mark *marks;
    ok(revision_marks(o->memory, o->book, id, &marks, &count));
    assert_int_equal(count, 3);
    assert_int_equal(marks[2].actor_id, CAROL + 1);
}

static void steps_come_in_their_order(void **state)
{
    revision_office *o = *state;
    revision_row rows[2];
    int64_t id;
    revision_batch b;
    ok(draft(o, 0, rows, neighbours(o, rows, 2), &id));
    refused(move(o, id, REVISION_REVIEW, BEN), &REVISION_NO_MOVE);
    ok(move(o, id, REVISION_ENTER, ANNE));
    refused(move(o, id, REVISION_APPROVE, CAROL), &REVISION_NO_MOVE);
    ok(move(o, id, REVISION_WITHDRAW, ANNE));
    refused(move(o, id, REVISION_REVIEW, BEN), &REVISION_NO_MOVE);
    ok(revision_find(o->memory, o->book, id, &b));
    assert_int_equal(b.state, REVISION_WITHDRAWN);
    ok(revision_verify(o->book, id));
    refused(revision_find(o->memory, o->book, id + 1, &b), &REVISION_NOT_FOUND);
}

static void a_signature_over_something_else_is_refused(void **state)
{
    revision_office *o = *state;
    revision_row rows[2];
    int64_t id;
    crypto_digest digest;
    ok(draft(o, 0, rows, neighbours(o, rows, 2), &id));
    ok(move(o, id, REVISION_ENTER, ANNE));
    ok(revision_signing_digest(o->book, id, REVISION_APPROVE, &digest));
    crypto_signature made = crypto_sign(o->signer[BEN], (text){ (const char *)digest.bytes, sizeof digest.bytes });
    revision_act by = act(o, BEN);
    office_begin(o->house);
    refused(office_end(o->house, revision_move(o->book, id, REVISION_REVIEW, &by, (text){ (const char *)made.bytes, sizeof made.bytes },
                                               (text){ (const char *)o->key[BEN].bytes, sizeof o->key[BEN].bytes })),
            &REVISION_BAD_SIGNATURE);
}

static void whoever_is_set_aside_does_not_count(void **state)
{
    revision_office *o = *state;
    revision_row rows[3], *left;
    size_t count = neighbours(o, rows, 3);
    int64_t id;
    revision_batch b;
    revision_said *said;
    ok(draft(o, 0, rows, count, &id));
    ok(move(o, id, REVISION_ENTER, ANNE));
    ok(move(o, id, REVISION_REVIEW, BEN));
    revision_act by = act(o, CAROL);
    office_begin(o->house);
    ok(office_end(o->house, revision_set_aside(o->book, id, eventlog_bucket_of(1), &by, &rows[1].person_id, 1)));
    ok(move(o, id, REVISION_APPROVE, CAROL));
    ok(revision_find(o->memory, o->book, id, &b));
    assert_int_equal(b.set_aside_count, 1);
    ok(revision_rows(o->memory, o->book, id, eventlog_bucket_of(1), true, &left, &count));
    assert_int_equal(count, 2);
    ok(revision_of_person(revision_reader_open(o->memory, o->book), rows[1].person_id, &said, &count));
    assert_false(revision_counts(&said[0]));
    ok(revision_verify(o->book, id));
    office_tables_are_the_logs(o->house, revision_room(o->book));
}

static void a_reversal_ends_the_batch_it_takes_back(void **state)
{
    revision_office *o = *state;
    revision_batch b;
    int64_t id = approved(o, 0), mirror = approved(o, id);
    ok(revision_find(o->memory, o->book, id, &b));
    assert_int_equal(b.state, REVISION_REVERSED);
    assert_int_equal(b.reversed_by, mirror);
    ok(revision_verify(o->book, id));
    ok(revision_verify(o->book, mirror));
    office_tables_are_the_logs(o->house, revision_room(o->book));
}

static void rows_that_do_not_fit_are_refused(void **state)
{
    revision_office *o = *state;
    revision_row rows[3];
    int64_t id;
    size_t count = neighbours(o, rows, 3);
    refused(draft(o, 0, rows, 0, &id), &REVISION_EMPTY);
    revision_row first = rows[0];
    rows[0] = rows[2];
    refused(draft(o, 0, rows, count, &id), &REVISION_BAD_ROW);
    rows[0] = first;
    rows[2].new_fen++;
    refused(draft(o, 0, rows, count, &id), &REVISION_BAD_ROW);
    rows[2].new_fen--;
    revision_piece backward = { 1514, 1512, 1 };
    rows[1].pieces = &backward;
    refused(draft(o, 0, rows, count, &id), &REVISION_BAD_ROW);
}

static void a_changed_total_is_found(void **state)
{
    revision_office *o = *state;
    int64_t id = approved(o, 0);
    office_begin(o->house);
    ok(office_end(o->house, store_run(o->house->db, "UPDATE revision_batch SET new_fen = new_fen + 1")));
    refused(revision_verify(o->book, id), &REVISION_BROKEN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OFFICE_TEST_EACH(a_batch_comes_to_what_its_rows_come_to),
        OFFICE_TEST_EACH(steps_come_in_their_order),
        OFFICE_TEST_EACH(a_signature_over_something_else_is_refused),
        OFFICE_TEST_EACH(whoever_is_set_aside_does_not_count),
        OFFICE_TEST_EACH(a_reversal_ends_the_batch_it_takes_back),
        OFFICE_TEST_EACH(rows_that_do_not_fit_are_refused),
        OFFICE_TEST_EACH(a_changed_total_is_found),
    };
    return cmocka_run_group_tests_name("revision", tests, NULL, NULL);
}
