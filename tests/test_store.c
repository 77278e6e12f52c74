/* The port of room store, one script for each driver. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/checked.h"
#include "support/store_place.h"

#define OK(call)         assert_null((call).kind)
#define IS(call, wanted) assert_string_equal(code_of(call), (wanted).code)

static const char *code_of(err e)
{
    return e.kind ? e.kind->code : "no error";
}

static store *with_table(store_place *place)
{
    store *db = store_place_create(place);
    OK(store_run(db, "CREATE TABLE store_t (id BIGINT NOT NULL, name TEXT, body BYTEA,"
                     " PRIMARY KEY (id)); -- the end"));
    return db;
}

static void put(store *db, int64_t id, const char *name)
{
    store_query *q;
    OK(store_prepare(db, "INSERT INTO store_t (id, name) VALUES (?1, ?2)", &q));
    store_bind_int(q, 1, id);
    store_bind_text(q, 2, text_of(name));
    OK(store_do(q, NULL));
}

static int64_t count_of(store *db)
{
    int64_t count;
    OK(store_scalar(db, "SELECT count(*) FROM store_t", &count));
    return count;
}

/* ---- values ---- */

static void expect_row(store *db, int64_t id, text name, text body)
{
    store_query *q;
    bool has_row;
    OK(store_prepare(db, "SELECT id, name, body FROM store_t WHERE id = ?1", &q));
    store_bind_int(q, 1, id);
    OK(store_step(q, &has_row));
    assert_true(has_row);
    assert_int_equal(store_int(q, 0), id);
    assert_true(text_equal(store_text(q, 1), name));
    assert_true(text_equal(store_bytes(q, 2), body));
    assert_int_equal(store_is_null(q, 2), body.bytes == NULL);
    OK(store_step(q, &has_row));
    assert_false(has_row);
}

static void values_come_back_as_they_went(void **state)
{
    static const struct {
        int64_t id;
        text name, body;
    } CASES[] = {
        { 0, { "", 0 }, { "", 0 } },
        { INT64_MIN, { "中文 𠮷", 11 }, { "\0\1\xff\0", 4 } },
        { INT64_MAX, { "'quoted' ?1 \"x\"", 15 }, { NULL, 0 } },
        { -1, { "x", 1 }, { "\x80", 1 } },
    };
    store *db = with_table(*state);
    store_query *q;
    for (size_t i = 0; i < ARRAY_COUNT(CASES); i++) {
        OK(store_prepare(db, "INSERT INTO store_t VALUES (?1, ?2, ?3)", &q));
        store_bind_int(q, 1, CASES[i].id);
        store_bind_text(q, 2, CASES[i].name);
        if (CASES[i].body.bytes) store_bind_bytes(q, 3, CASES[i].body);
        else store_bind_null(q, 3);
        int64_t changed;
        OK(store_do(q, &changed));
        assert_int_equal(changed, 1);
    }
    for (size_t i = 0; i < ARRAY_COUNT(CASES); i++)
        expect_row(db, CASES[i].id, CASES[i].name, CASES[i].body);
    store_close(db);
}

static void sums_and_counts_are_whole_numbers(void **state)
{
    store *db = with_table(*state);
    int64_t value;
    for (int64_t i = 1; i <= 4; i++)
        put(db, i * 3000000000, "a");
    OK(store_scalar(db, "SELECT sum(id) FROM store_t", &value));
    assert_int_equal(value, 30000000000);
    OK(store_scalar(db, "SELECT max(id) - min(id) FROM store_t", &value));
    assert_int_equal(value, 9000000000);
    OK(store_scalar(db, "SELECT CAST(7 / 2 AS BIGINT)", &value));
    assert_int_equal(value, 3);
    IS(store_scalar(db, "SELECT id * 0.3 FROM store_t", &value), STORE_BAD_SQL);
    IS(store_scalar(db, "SELECT id FROM store_t WHERE id = 5", &value), STORE_NOT_FOUND);
    store_close(db);
}

static void text_is_ordered_by_its_bytes(void **state)
{
    static const char *const NAMES[] = { "Z", "a", "ä", "中", "B", "_" };
    store *db = with_table(*state);
    for (size_t i = 0; i < ARRAY_COUNT(NAMES); i++)
        put(db, (int64_t)i, NAMES[i]);
    store_query *q;
    bool has_row;
    text before = TEXT_NONE;
    char kept[8];
    OK(store_prepare(db, "SELECT name FROM store_t ORDER BY name", &q));
    for (OK(store_step(q, &has_row)); has_row; OK(store_step(q, &has_row))) {
        assert_true(text_compare(before, store_text(q, 0)) < 0);
        before = (text){ memcpy(kept, store_text(q, 0).bytes, store_text(q, 0).size_bytes),
                         store_text(q, 0).size_bytes };
    }
    int64_t count;
    OK(store_scalar(db, "SELECT count(*) FROM store_t WHERE name LIKE 'A%'", &count));
    assert_int_equal(count, 0);
    store_close(db);
}

static void what_is_no_text_is_refused(void **state)
{
    static const text BAD[] = { { "a\0b", 3 }, { "\xff", 1 }, { "\xe4\xb8", 2 } };
    store *db = with_table(*state);
    store_query *q;
    for (size_t i = 0; i < ARRAY_COUNT(BAD); i++) {
        OK(store_prepare(db, "INSERT INTO store_t (id, name) VALUES (1, ?1)", &q));
        store_bind_text(q, 1, BAD[i]);
        IS(store_do(q, NULL), STORE_REFUSED);
    }
    assert_int_equal(count_of(db), 0);
    store_close(db);
}

/* ---- what nobody waits for ---- */

enum { UNWAITED = 2500 }; /* more than a driver lets wait */

static void put_unwaited(store *db, int64_t from, int64_t count)
{
    for (int64_t i = from; i < from + count; i++) {
        store_query *q;
        OK(store_prepare(db, "INSERT INTO store_t (id, name) VALUES (?1, ?2)", &q));
        store_bind_int(q, 1, i);
        store_bind_text(q, 2, i % 3 ? TEXT("x") : TEXT("a name that is longer"));
        OK(store_do(q, NULL));
    }
}

static void statements_nobody_waits_for_are_done_in_their_order(void **state)
{
    store *db = with_table(*state);
    store_query *q, *loop;
    int64_t count, rows = 0;
    bool has_row;
    OK(store_begin(db));
    put_unwaited(db, 0, UNWAITED);
    assert_int_equal(count_of(db), UNWAITED);
    put_unwaited(db, UNWAITED, 10);
    OK(store_prepare(db, "UPDATE store_t SET name = 'y' WHERE id >= ?1", &q)); /* prepared behind them */
    store_bind_int(q, 1, UNWAITED);
    OK(store_do(q, &count));
    assert_int_equal(count, 10);
    /* Inside the loop over rows that were there before, and behind it. */
    OK(store_prepare(db, "SELECT id FROM store_t ORDER BY id", &loop));
    for (;;) {
        OK(store_step(loop, &has_row));
        if (!has_row) break;
        assert_int_equal(store_int(loop, 0), rows++);
        OK(store_prepare(db, "DELETE FROM store_t WHERE id = ?1", &q));
        store_bind_int(q, 1, store_int(loop, 0));
        OK(store_do(q, NULL));
    }
    assert_int_equal(rows, UNWAITED + 10);
    assert_int_equal(count_of(db), 0);
    put_unwaited(db, 7, 1);
    OK(store_commit(db));
    assert_int_equal(count_of(db), 1);
    OK(store_begin(db));
    put_unwaited(db, 8, 5);
    store_rollback(db);
    assert_int_equal(count_of(db), 1);
    store_close(db);
}

/* However late it is told, the first error is the one that is told, and nothing of the transaction stays. */
static void what_failed_unwaited_is_told_by_what_comes_after(void **state)
{
    store *db = with_table(*state);
    put(db, 3, "three");
    for (int way = 0; way < 4; way++) {
        store_query *q;
        int64_t value;
        err e = ERR_NONE;
        OK(store_begin(db));
        for (int64_t id = 1; id < 6 && !e.kind; id++) { /* the third is there already */
            OK(store_prepare(db, "INSERT INTO store_t (id) VALUES (?1)", &q));
            store_bind_int(q, 1, id);
            e = store_do(q, NULL);
        }
        if (!e.kind && way == 0) e = store_commit(db);
        if (!e.kind && way == 1) e = store_scalar(db, "SELECT count(*) FROM store_t", &value);
        if (!e.kind && way == 2) e = store_run(db, "DELETE FROM store_t");
        if (!e.kind && way == 3) e = store_prepare(db, "SELECT id FROM store_t WHERE id = 1", &q);
        IS(e, STORE_DUPLICATE);
        store_rollback(db);
        assert_int_equal(count_of(db), 1);
    }
    store_close(db);
}

/* ---- what goes wrong ---- */

static void each_wrong_statement_has_its_kind(void **state)
{
    static const struct {
        const char *sql;
        const err_kind *kind;
    } CASES[] = {
        { "INSERT INTO store_t (id) VALUES (1)", &STORE_DUPLICATE },
        { "INSERT INTO store_t (id) VALUES (NULL)", &STORE_REFUSED },
        { "INSERT INTO store_u (a) VALUES (1)", &STORE_DUPLICATE },
        { "INSERT INTO store_u (a) VALUES (-1)", &STORE_REFUSED },
        { "SELECT nothing FROM store_t", &STORE_BAD_SQL },
        { "SELECT \"a text\"", &STORE_BAD_SQL },
        { "SELEC", &STORE_BAD_SQL },
        { "INSERT INTO absent VALUES (1)", &STORE_BAD_SQL },
    };
    store *db = with_table(*state);
    OK(store_run(db, "CREATE TABLE store_u (a BIGINT CHECK (a > 0)); CREATE UNIQUE INDEX store_u_a"
                     " ON store_u (a); INSERT INTO store_u VALUES (1)"));
    put(db, 1, "one");
    for (size_t i = 0; i < ARRAY_COUNT(CASES); i++) {
        store_query *q;
        OK(store_begin(db));
        err e = store_prepare(db, CASES[i].sql, &q);
        int64_t changed;
        if (!e.kind) e = store_do(q, &changed);
        IS(e, *CASES[i].kind);
        assert_non_null(e.detail);
        IS(store_scalar(db, "SELECT 1", &(int64_t){ 0 }), *CASES[i].kind); /* spoilt */
        IS(store_commit(db), *CASES[i].kind);
        store_rollback(db);
        IS(store_run(db, CASES[i].sql), *CASES[i].kind);
    }
    assert_int_equal(count_of(db), 1);
    store_close(db);
}

static void a_reader_may_not_write(void **state)
{
    store_place *place = *state;
    store_close(with_table(place));
    store *reader = store_place_open(place, STORE_READ);
    IS(store_run(reader, "INSERT INTO store_t (id) VALUES (1)"), STORE_REFUSED);
    assert_int_equal(count_of(reader), 0);
    store_close(reader);
}

static void a_transaction_is_whole_or_not(void **state)
{
    store *db = with_table(*state);
    OK(store_begin(db));
    assert_true(store_is_in_transaction(db));
    IS(store_begin(db), STORE_REFUSED);
    put(db, 1, "a");
    store_rollback(db);
    assert_false(store_is_in_transaction(db));
    assert_int_equal(count_of(db), 0);
    IS(store_commit(db), STORE_REFUSED);
    OK(store_begin(db));
    put(db, 1, "a");
    put(db, 2, "b");
    OK(store_commit(db));
    assert_int_equal(count_of(db), 2);
    store_close(db);
}

static void what_was_not_committed_is_gone_at_the_close(void **state)
{
    store_place *place = *state;
    store *db = with_table(place);
    OK(store_begin(db));
    put(db, 1, "a");
    store_close(db);
    db = store_place_open(place, STORE_WRITE);
    assert_int_equal(count_of(db), 0);
    store_close(db);
}

static void a_reader_sees_one_state_in_its_transaction(void **state)
{
    store_place *place = *state;
    store *db = with_table(place), *reader = store_place_open(place, STORE_READ);
    OK(store_begin(reader));
    assert_int_equal(count_of(reader), 0);
    put(db, 1, "a");
    assert_int_equal(count_of(reader), 0);
    OK(store_commit(reader));
    assert_int_equal(count_of(reader), 1);
    store_close(reader);
    store_close(db);
}

/* ---- queries inside queries ---- */

static void a_query_may_run_inside_itself(void **state)
{
    static const char SQL[] = "SELECT id FROM store_t WHERE id > ?1 ORDER BY id";
    store *db = with_table(*state);
    for (int64_t i = 1; i <= 20; i++)
        put(db, i, "a");
    store_query *outer, *inner;
    bool has_outer, has_inner;
    int64_t pairs = 0;
    OK(store_prepare(db, SQL, &outer));
    store_bind_int(outer, 1, 0);
    for (OK(store_step(outer, &has_outer)); has_outer; OK(store_step(outer, &has_outer))) {
        OK(store_prepare(db, SQL, &inner));
        assert_ptr_not_equal(inner, outer);
        store_bind_int(inner, 1, store_int(outer, 0));
        for (OK(store_step(inner, &has_inner)); has_inner; OK(store_step(inner, &has_inner)))
            pairs++;
    }
    assert_int_equal(pairs, 190);
    OK(store_prepare(db, SQL, &inner));
    assert_ptr_equal(inner, outer);
    store_reset(inner);
    store_close(db);
}

static void a_query_ends_with_its_transaction(void **state)
{
    store *db = with_table(*state);
    put(db, 1, "a");
    put(db, 2, "b");
    store_query *q;
    bool has_row;
    OK(store_begin(db));
    OK(store_prepare(db, "SELECT id FROM store_t", &q));
    OK(store_step(q, &has_row));
    store_rollback(db);
    IS(store_step(q, &has_row), STORE_REFUSED);
    assert_false(has_row);
    OK(store_run(db, "DELETE FROM store_t")); /* nothing holds it any more */
    store_close(db);
}

static void what_was_bound_is_forgotten_by_prepare(void **state)
{
    store *db = with_table(*state);
    put(db, 1, "a");
    store_query *q;
    OK(store_prepare(db, "INSERT INTO store_t (id, name) VALUES (?1, ?2)", &q));
    store_bind_int(q, 1, 2);
    OK(store_do(q, NULL)); /* the name is a NULL */
    int64_t count;
    OK(store_scalar(db, "SELECT count(*) FROM store_t WHERE name IS NULL", &count));
    assert_int_equal(count, 1);
    store_close(db);
}

/* ---- bulk ---- */

static const char *const COLUMNS[] = { "id", "name", "body" };
static const store_column_type TYPES[] = { STORE_INT_COLUMN, STORE_TEXT_COLUMN,
                                           STORE_BYTES_COLUMN };

static void bulk_rows_are_rows(void **state)
{
    store *db = with_table(*state);
    store_bulk *bulk;
    IS(store_bulk_open(db, "store_t", COLUMNS, TYPES, 3, &bulk), STORE_REFUSED);
    OK(store_begin(db));
    OK(store_bulk_open(db, "store_t", COLUMNS, TYPES, 3, &bulk));
    for (int64_t i = 0; i < 20000; i++) {
        OK(store_bulk_int(bulk, i));
        OK(i % 2 ? store_bulk_text(bulk, TEXT("某人")) : store_bulk_null(bulk));
        OK(store_bulk_bytes(bulk, (text){ (const char *)&i, sizeof i }));
    }
    int64_t count, odd = 1;
    OK(store_bulk_close(bulk, &count));
    assert_int_equal(count, 20000);
    assert_int_equal(count_of(db), 20000);
    OK(store_commit(db));
    expect_row(db, 1, TEXT("某人"), (text){ (const char *)&odd, sizeof odd });
    store_close(db);
}

static void two_bulks_and_a_query_go_side_by_side(void **state)
{
    store *db = with_table(*state);
    OK(store_run(db, "CREATE TABLE store_u (id BIGINT NOT NULL, PRIMARY KEY (id))"));
    store_bulk *a, *b;
    OK(store_begin(db));
    OK(store_bulk_open(db, "store_t", COLUMNS, TYPES, 1, &a));
    OK(store_bulk_open(db, "store_u", COLUMNS, TYPES, 1, &b));
    for (int64_t i = 0; i < 100; i++) {
        OK(store_bulk_int(a, i));
        OK(store_bulk_int(b, i));
        OK(store_run(db, "UPDATE store_t SET name = 'x' WHERE id = -1"));
    }
    OK(store_bulk_close(a, NULL));
    IS(store_commit(db), STORE_REFUSED); /* b is still open */
    store_rollback(db);
    assert_int_equal(count_of(db), 0);
    store_close(db);
}

static void a_bulk_refuses_what_the_table_refuses(void **state)
{
    store *db = with_table(*state);
    store_bulk *bulk;
    put(db, 7, "there");
    OK(store_begin(db));
    OK(store_bulk_open(db, "store_t", COLUMNS, TYPES, 1, &bulk));
    err e = ERR_NONE;
    for (int64_t i = 0; i < 10 && !e.kind; i++)
        e = store_bulk_int(bulk, i);
    if (!e.kind) e = store_bulk_close(bulk, NULL);
    IS(e, STORE_DUPLICATE);
    IS(store_commit(db), STORE_DUPLICATE);
    store_rollback(db);
    OK(store_begin(db));
    IS(store_bulk_open(db, "absent", COLUMNS, TYPES, 1, &bulk), STORE_BAD_SQL);
    store_rollback(db);
    OK(store_begin(db));
    OK(store_bulk_open(db, "store_t", COLUMNS, TYPES, 2, &bulk));
    OK(store_bulk_int(bulk, 1));
    IS(store_bulk_text(bulk, (text){ "\xc0", 1 }), STORE_REFUSED);
    store_rollback(db);
    assert_int_equal(count_of(db), 1);
    store_close(db);
}

static void each_transaction_has_a_number_of_its_own(void **state)
{
    store *db = with_table(*state);
    uint64_t last = store_transaction_number(db);
    for (int i = 0; i < 4; i++) {
        OK(store_begin(db));
        assert_true(store_transaction_number(db) > last);
        last = store_transaction_number(db);
        if (i % 2) store_rollback(db);
        else OK(store_commit(db));
        assert_int_equal(store_transaction_number(db), last);
    }
    store_close(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST_BOTH(each_transaction_has_a_number_of_its_own),
        STORE_TEST_BOTH(values_come_back_as_they_went),
        STORE_TEST_BOTH(sums_and_counts_are_whole_numbers),
        STORE_TEST_BOTH(text_is_ordered_by_its_bytes),
        STORE_TEST_BOTH(what_is_no_text_is_refused),
        STORE_TEST_BOTH(statements_nobody_waits_for_are_done_in_their_order),
        STORE_TEST_BOTH(what_failed_unwaited_is_told_by_what_comes_after),
        STORE_TEST_BOTH(each_wrong_statement_has_its_kind),
        STORE_TEST_BOTH(a_reader_may_not_write),
        STORE_TEST_BOTH(a_transaction_is_whole_or_not),
        STORE_TEST_BOTH(what_was_not_committed_is_gone_at_the_close),
        STORE_TEST_BOTH(a_reader_sees_one_state_in_its_transaction),
        STORE_TEST_BOTH(a_query_may_run_inside_itself),
        STORE_TEST_BOTH(a_query_ends_with_its_transaction),
        STORE_TEST_BOTH(what_was_bound_is_forgotten_by_prepare),
        STORE_TEST_BOTH(bulk_rows_are_rows),
        STORE_TEST_BOTH(two_bulks_and_a_query_go_side_by_side),
        STORE_TEST_BOTH(a_bulk_refuses_what_the_table_refuses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
