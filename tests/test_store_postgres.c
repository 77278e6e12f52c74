/* What only PostgreSQL does: its types, its wire, its death. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/checked.h"
#include "os/os.h"
#include "support/postgres_server.h"
#include "support/store_place.h"

#define OK(call)         assert_null((call).kind)
#define IS(call, wanted) assert_string_equal(code_of(call), (wanted).code)

/* A sanitizer keeps freed memory for a while, so that its peak tells nothing. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define IS_SANITIZED true
#endif
#endif
#ifndef IS_SANITIZED
#define IS_SANITIZED false
#endif

static const char *code_of(err e)
{
    return e.kind ? e.kind->code : "no error";
}

static void fill(store *db, const char *table, int64_t count)
{
    static const char *const COLUMNS[] = { "id", "name" };
    static const store_column_type TYPES[] = { STORE_INT_COLUMN, STORE_TEXT_COLUMN };
    store_bulk *bulk;
    OK(store_begin(db));
    OK(store_bulk_open(db, table, COLUMNS, TYPES, 2, &bulk));
    for (int64_t i = 0; i < count; i++) {
        OK(store_bulk_int(bulk, i));
        OK(store_bulk_text(bulk, i % 3 ? TEXT("a name that takes up some room") : TEXT("")));
    }
    OK(store_bulk_close(bulk, NULL));
    OK(store_commit(db));
}

static store *with_rows(store_place *place, int64_t count)
{
    store *db = store_place_create(place);
    OK(store_run(db, "CREATE TABLE store_t (id BIGINT NOT NULL, name TEXT, PRIMARY KEY (id));"
                     "CREATE TABLE store_u (id BIGINT NOT NULL, name TEXT, PRIMARY KEY (id))"));
    fill(db, "store_t", count);
    return db;
}

static int64_t scalar(store *db, const char *sql)
{
    int64_t value;
    OK(store_scalar(db, sql, &value));
    return value;
}

/* ---- types ---- */

static void whole_numbers_of_every_type_are_read(void **state)
{
    static const struct {
        const char *sql;
        int64_t value;
    } CASES[] = {
        { "SELECT 1 = 1", 1 },
        { "SELECT 1 = 2", 0 },
        { "SELECT CAST(-7 AS SMALLINT)", -7 },
        { "SELECT -2147483648", INT32_MIN },
        { "SELECT CAST(-1 AS BIGINT)", -1 },
        { "SELECT CAST(4294967295 AS OID)", 4294967295 },
        { "SELECT CAST(0 AS NUMERIC)", 0 },
        { "SELECT CAST(-9223372036854775808 AS NUMERIC)", INT64_MIN },
        { "SELECT CAST(9223372036854775807 AS NUMERIC)", INT64_MAX },
        { "SELECT CAST(100000000 AS NUMERIC)", 100000000 },
        { "SELECT CAST(-10001 AS NUMERIC)", -10001 },
    };
    static const char *const NOT_WHOLE[] = {
        "SELECT 0.5",
        "SELECT CAST(9223372036854775808 AS NUMERIC)",
        "SELECT CAST('NaN' AS NUMERIC)",
        "SELECT CAST(1 AS REAL)",
        "SELECT CAST('Infinity' AS NUMERIC)",
        "SELECT current_date",
        "SELECT avg(id) FROM store_t",
        "SELECT 9223372036854775807 + 1",
        "SELECT 1 / 0",
    };
    store *db = with_rows(*state, 2);
    int64_t value;
    for (size_t i = 0; i < ARRAY_COUNT(CASES); i++)
        assert_int_equal(scalar(db, CASES[i].sql), CASES[i].value);
    for (size_t i = 0; i < ARRAY_COUNT(NOT_WHOLE); i++)
        IS(store_scalar(db, NOT_WHOLE[i], &value), STORE_BAD_SQL);
    store_close(db);
}

static err bind_and_do(store *db, const char *sql, int64_t number, bool is_text)
{
    store_query *q;
    bool has_row;
    TRY(store_prepare(db, sql, &q));
    if (is_text) store_bind_text(q, 1, TEXT("x"));
    else store_bind_int(q, 1, number);
    err e = store_step(q, &has_row);
    store_reset(q);
    return e;
}

static void a_parameter_is_of_the_type_of_its_place(void **state)
{
    store *db = with_rows(*state, 10);
    OK(bind_and_do(db, "SELECT 1 FROM store_t HAVING sum(id) > ?1", INT64_MIN, false));
    OK(bind_and_do(db, "SELECT 1 FROM store_t HAVING sum(id) > ?1", -123456789012, false));
    OK(bind_and_do(db, "SELECT substr(name, ?1) FROM store_t", 2, false));
    OK(bind_and_do(db, "SELECT id FROM store_t LIMIT ?1", 2, false));
    OK(bind_and_do(db, "SELECT 1 WHERE CAST(?1 AS BIGINT) IS NULL", 2, false));
    IS(bind_and_do(db, "SELECT substr(name, ?1) FROM store_t", 1L << 40, false), STORE_REFUSED);
    IS(bind_and_do(db, "SELECT id FROM store_t WHERE id = ?1", 0, true), STORE_BAD_SQL);
    IS(bind_and_do(db, "SELECT id FROM store_t WHERE name = ?1", 0, false), STORE_BAD_SQL);
    IS(bind_and_do(db, "SELECT id FROM store_t", 0, false), STORE_BAD_SQL);
    store_close(db);
}

/* The sum of numerics as sent, against the sum of what came back. */
static void numerics_go_and_come_back(void **state)
{
    store *db = store_place_create(*state);
    store_query *q;
    bool has_row;
    uint64_t value = 1;
    OK(store_prepare(db, "SELECT CAST(?1 AS NUMERIC)", &q));
    for (int i = 0; i < 500; i++) {
        value = value * 6364136223846793005u + 1442695040888963407u;
        int64_t wanted = (int64_t)value >> (i % 64);
        store_bind_int(q, 1, wanted);
        OK(store_step(q, &has_row));
        assert_int_equal(store_int(q, 0), wanted);
        OK(store_step(q, &has_row));
    }
    store_close(db);
}

/* ---- the wire ---- */

/* 300,000 rows do not fit the part of a spool that stands in memory. */
static void rows_wait_while_other_statements_run(void **state)
{
    enum { ROWS = 300000 };
    store *db = with_rows(*state, ROWS);
    store_query *q;
    bool has_row;
    int64_t next = 0;
    OK(store_prepare(db, "SELECT id, name FROM store_t ORDER BY id", &q));
    for (OK(store_step(q, &has_row)); has_row; OK(store_step(q, &has_row))) {
        assert_int_equal(store_int(q, 0), next);
        assert_int_equal(store_text(q, 1).size_bytes, next % 3 ? 30 : 0);
        if (next == 10) fill(db, "store_u", 50000);
        if (next == 200000) assert_int_equal(scalar(db, "SELECT count(*) FROM store_u"), 50000);
        next++;
    }
    assert_int_equal(next, ROWS);
    if (!IS_SANITIZED) assert_true(os_peak_memory_bytes() < 200u << 20);
    store_close(db);
}

static void an_error_on_the_way_is_told_by_its_query(void **state)
{
    store *db = with_rows(*state, 1000);
    store_query *q;
    bool has_row;
    OK(store_prepare(db, "SELECT 100 / (id - 500) FROM store_t ORDER BY id", &q));
    OK(store_step(q, &has_row));
    IS(store_run(db, "SELECT 1"), STORE_BAD_SQL); /* it had to take the rows off the wire */
    err e = ERR_NONE;
    int64_t rows = 1;
    for (; !e.kind && has_row; rows++)
        e = store_step(q, &has_row);
    IS(e, STORE_BAD_SQL);
    assert_true(rows <= 501);
    OK(store_run(db, "SELECT 1"));
    store_close(db);
}

static void a_query_may_be_left_in_the_middle(void **state)
{
    store *db = with_rows(*state, 5000);
    store_query *q;
    bool has_row;
    for (int i = 0; i < 3; i++) {
        OK(store_prepare(db, "SELECT id FROM store_t ORDER BY id", &q));
        OK(store_step(q, &has_row));
        assert_int_equal(store_int(q, 0), 0);
        if (i) assert_int_equal(scalar(db, "SELECT count(*) FROM store_u"), 0);
        store_reset(q);
    }
    store_close(db);
}

/* ---- errors ---- */

static void no_error_tells_a_value(void **state)
{
    store *db = with_rows(*state, 0);
    store_query *q;
    int64_t value;
    for (int i = 0; i < 2; i++) {
        OK(store_prepare(db, "INSERT INTO store_t VALUES (4711, ?1)", &q));
        store_bind_text(q, 1, TEXT("secret"));
        err e = store_do(q, NULL);
        if (!i) continue;
        IS(e, STORE_DUPLICATE);
        assert_null(strstr(e.detail, "4711"));
    }
    err e = store_scalar(db, "SELECT CAST(name AS BIGINT) FROM store_t", &value);
    IS(e, STORE_BAD_SQL);
    assert_null(strstr(e.detail, "secret"));
    store_close(db);
}

static void a_server_that_is_not_there_is_told(void **state)
{
    static const char *const URLS[] = {
        "postgresql://me:secret@/postgres?host=/nowhere",
        "postgresql://me:secret@127.0.0.1:1/postgres?connect_timeout=2",
    };
    store_place *place = *state;
    store *db;
    for (size_t i = 0; i < ARRAY_COUNT(URLS); i++) {
        err e = store_open(place->scratch, &(store_options){ .url = URLS[i] }, &db);
        IS(e, STORE_UNREACHABLE);
        assert_null(strstr(e.detail, "secret"));
    }
    err e =
        store_open(place->scratch, &(store_options){ .url = "postgresql://me:secret@[bad" }, &db);
    IS(e, STORE_BAD_URL);
    assert_null(strstr(e.detail, "secret"));
}

static void a_database_or_schema_must_be_there(void **state)
{
    store_place *place = *state;
    store *db;
    const char *folder = postgres_server_shared()->folder;
    text url = text_format(place->scratch, "postgresql://doudi@/absent?host=%s", folder);
    IS(store_open(place->scratch, &(store_options){ .url = url.bytes }, &db), STORE_NOT_FOUND);
    url = text_format(place->scratch,
                      "postgresql://doudi@/postgres?host=%s&options=-csearch_path"
                      "%%3Dabsent",
                      folder);
    IS(store_open(place->scratch, &(store_options){ .url = url.bytes, .mode = STORE_CREATE }, &db),
       STORE_NOT_FOUND);
    url = text_format(place->scratch, "postgresql://doudi@/postgres?host=%s", folder);
    IS(store_open(place->scratch, &(store_options){ .url = url.bytes, .mode = STORE_WRITE }, &db),
       STORE_NOT_A_STORE);
}

static void another_s_lock_is_waited_for_and_told(void **state)
{
    store_place *place = *state;
    store_close(with_rows(place, 1));
    store *db, *other = store_place_open(place, STORE_READ);
    OK(store_open(place->scratch,
                  &(store_options){ .url = place->url, .mode = STORE_WRITE, .wait_ms = 1 }, &db));
    OK(store_begin(other));
    OK(store_run(other, "LOCK TABLE store_t IN ACCESS SHARE MODE"));
    IS(store_run(db, "ALTER TABLE store_t ADD COLUMN more BIGINT"), STORE_BUSY);
    store_rollback(other);
    OK(store_run(db, "ALTER TABLE store_t ADD COLUMN more BIGINT"));
    store_close(db);
    store_close(other);
}

/* ---- promises of the server ---- */

/* One that may be killed and spoilt. */
static const postgres_server *own_server(void)
{
    static const postgres_server *server;
    static arena *memory;
    if (!memory) server = postgres_server_own(memory = arena_open());
    assert_non_null(server);
    return server;
}

static void commits_wait_for_the_disk(void **state)
{
    store_place *place = *state;
    store *db = store_place_create(place);
    static const char SQL[] =
        "SELECT count(*) FROM pg_settings WHERE name IN ('synchronous_commit',"
        " 'fsync', 'full_page_writes') AND setting = 'on'";
    assert_int_equal(scalar(db, SQL), 3);
    store_close(db);
    /* A role or a database may have it switched off; a store switches it on for itself. */
    const char *url = place->url;
    place->url = text_format(place->scratch, "%s%%20-csynchronous_commit%%3Doff", url).bytes;
    db = store_place_open(place, STORE_WRITE);
    assert_int_equal(scalar(db, SQL), 3);
    store_close(db);
}

static void a_server_that_does_not_sync_is_refused(void **state)
{
    store_place *place = *state;
    const postgres_server *server = own_server();
    place->url = postgres_server_schema(server, place->scratch);
    store_close(store_place_create(place));
    assert_true(postgres_server_run(server, "ALTER SYSTEM SET fsync = off"));
    assert_true(postgres_server_run(server, "SELECT pg_reload_conf()"));
    store *db;
    err e = ERR_NONE;
    for (int i = 0; i < 100 && !e.kind; i++) { /* until the reload has come through */
        e = store_open(place->scratch, &(store_options){ .url = place->url, .mode = STORE_WRITE },
                       &db);
        if (!e.kind) store_close(db);
        usleep(20000);
    }
    IS(e, STORE_REFUSED);
    assert_non_null(strstr(e.detail, "fsync"));
    OK(store_open(place->scratch, &(store_options){ .url = place->url }, &db));
    store_close(db);
}

static void a_killed_server_keeps_what_was_committed(void **state)
{
    store_place *place = *state;
    const postgres_server *server = own_server();
    place->url = postgres_server_schema(server, place->scratch);
    store *db = with_rows(place, 1000);
    for (int round = 1; round <= 3; round++) {
        store_query *q;
        OK(store_begin(db));
        OK(store_run(db, "DELETE FROM store_t WHERE id < 100"));
        OK(store_run(db, "INSERT INTO store_t SELECT max(id) + 1, 'new' FROM store_t"));
        OK(store_commit(db));
        OK(store_begin(db));
        OK(store_run(db, "DELETE FROM store_t"));
        assert_true(postgres_server_kill(server));
        IS(store_run(db, "SELECT 1"), STORE_UNREACHABLE);
        IS(store_commit(db), STORE_UNREACHABLE);
        store_rollback(db);
        IS(store_begin(db), STORE_UNREACHABLE); /* a lost connection is not made again by itself */
        IS(store_prepare(db, "SELECT 2", &q), STORE_UNREACHABLE);
        store_close(db);
        assert_true(postgres_server_start(server));
        db = store_place_open(place, STORE_WRITE);
        assert_int_equal(scalar(db, "SELECT count(*) FROM store_t"), 900 + round);
    }
    store_close(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST_POSTGRES(whole_numbers_of_every_type_are_read),
        STORE_TEST_POSTGRES(a_parameter_is_of_the_type_of_its_place),
        STORE_TEST_POSTGRES(numerics_go_and_come_back),
        STORE_TEST_POSTGRES(rows_wait_while_other_statements_run),
        STORE_TEST_POSTGRES(an_error_on_the_way_is_told_by_its_query),
        STORE_TEST_POSTGRES(a_query_may_be_left_in_the_middle),
        STORE_TEST_POSTGRES(no_error_tells_a_value),
        STORE_TEST_POSTGRES(a_server_that_is_not_there_is_told),
        STORE_TEST_POSTGRES(a_database_or_schema_must_be_there),
        STORE_TEST_POSTGRES(another_s_lock_is_waited_for_and_told),
        STORE_TEST_POSTGRES(commits_wait_for_the_disk),
        STORE_TEST_POSTGRES(a_killed_server_keeps_what_was_committed),
        STORE_TEST_POSTGRES(a_server_that_does_not_sync_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
