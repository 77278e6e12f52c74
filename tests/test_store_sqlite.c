/* What only SQLite does: its files, its faults, its copies. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/checked.h"
#include "os/os.h"
#include "support/store_place.h"

#define OK(call)         assert_null((call).kind)
#define IS(call, wanted) assert_string_equal(code_of(call), (wanted).code)

static const char *code_of(err e)
{
    return e.kind ? e.kind->code : "no error";
}

static store *with_rows(store_place *place, int64_t count)
{
    static const char *const COLUMNS[] = { "id", "name" };
    static const store_column_type TYPES[] = { STORE_INT_COLUMN, STORE_TEXT_COLUMN };
    store *db = store_place_create(place);
    store_bulk *bulk;
    OK(store_run(db, "CREATE TABLE store_t (id BIGINT NOT NULL, name TEXT, PRIMARY KEY (id))"));
    OK(store_begin(db));
    OK(store_bulk_open(db, "store_t", COLUMNS, TYPES, 2, &bulk));
    for (int64_t i = 0; i < count; i++) {
        OK(store_bulk_int(bulk, i));
        OK(store_bulk_text(bulk, TEXT("a name that takes up some room in its page")));
    }
    OK(store_bulk_close(bulk, NULL));
    OK(store_commit(db));
    return db;
}

static int64_t count_of(store *db)
{
    int64_t count;
    OK(store_scalar(db, "SELECT count(*) FROM store_t", &count));
    return count;
}

static err try_open(store_place *place, const char *url, store_mode mode)
{
    store *db;
    err e = store_open(place->scratch, &(store_options){ .url = url, .mode = mode }, &db);
    store_close(db);
    return e;
}

/* ---- kinds that need a machine in trouble ---- */

static void another_s_write_lock_is_waited_for_and_told(void **state)
{
    store_place *place = *state;
    store_close(with_rows(place, 1));
    store *db, *other = store_place_open(place, STORE_READ);
    OK(store_open(place->scratch,
                  &(store_options){ .url = place->url, .mode = STORE_WRITE, .wait_ms = 1 }, &db));
    OK(store_run(other, "PRAGMA query_only=OFF; BEGIN IMMEDIATE"));
    IS(store_begin(db), STORE_BUSY);
    assert_false(store_is_in_transaction(db));
    OK(store_run(other, "ROLLBACK"));
    OK(store_begin(db));
    store_close(db);
    store_close(other);
}

static void a_full_store_is_as_before(void **state)
{
    store *db = with_rows(*state, 10);
    OK(store_run(db, "PRAGMA max_page_count=20"));
    OK(store_begin(db));
    err e = store_run(db, "INSERT INTO store_t WITH RECURSIVE n (i) AS (SELECT 100 UNION ALL"
                          " SELECT i + 1 FROM n WHERE i < 9999) SELECT i, 'x' || i FROM n");
    IS(e, STORE_FULL);
    store_rollback(db);
    assert_int_equal(count_of(db), 10);
    OK(store_check(db));
    store_close(db);
}

static void a_log_that_cannot_be_opened_is_told(void **state)
{
    store_place *place = *state;
    store_close(with_rows(place, 1));
    assert_int_equal(mkdir(store_place_file(place, "county.db-wal"), 0700), 0);
    IS(try_open(place, place->url, STORE_WRITE), STORE_IO);
}

static void a_place_that_cannot_be_reached_is_told(void **state)
{
    store_place *place = *state;
    const char *loop = store_place_file(place, "loop.db");
    assert_int_equal(symlink("loop.db", loop), 0);
    IS(try_open(place, loop, STORE_READ), STORE_UNREACHABLE);
}

static void overwrite(const char *path, off_t at, size_t size)
{
    char noise[4096];
    memset(noise, 0xA5, sizeof noise);
    int file = open(path, O_WRONLY);
    assert_int_equal(pwrite(file, noise, size, at), size);
    close(file);
}

/* A page of the rows: they were written last. */
static void damage_a_page(store_place *place)
{
    struct stat is;
    assert_int_equal(stat(place->url, &is), 0);
    overwrite(place->url, is.st_size - 20 * 4096, 4096);
}

static void a_damaged_page_is_found(void **state)
{
    store_place *place = *state;
    store_close(with_rows(place, 5000));
    damage_a_page(place);
    store *db = store_place_open(place, STORE_READ);
    IS(store_check(db), STORE_CORRUPT);
    store_query *q;
    bool has_row = true;
    err e = store_prepare(db, "SELECT id, name FROM store_t", &q);
    while (!e.kind && has_row)
        e = store_step(q, &has_row);
    IS(e, STORE_CORRUPT);
    store_close(db);
}

static void a_damaged_head_is_no_store(void **state)
{
    store_place *place = *state;
    store_close(with_rows(place, 10));
    overwrite(place->url, 0, 100);
    IS(try_open(place, place->url, STORE_READ), STORE_NOT_A_STORE);
    IS(try_open(place, place->url, STORE_WRITE), STORE_NOT_A_STORE);
}

/* ---- the log ---- */

static off_t size_of(const char *path)
{
    struct stat found;
    return stat(path, &found) == 0 ? found.st_size : -1;
}

static void only_the_writer_checkpoints(void **state)
{
    store_place *place = *state;
    const char *log = store_place_file(place, "county.db-wal");
    store *db = with_rows(place, 10), *reader = store_place_open(place, STORE_READ);
    OK(store_checkpoint(db));
    assert_int_equal(size_of(log), 0);
    OK(store_run(db, "UPDATE store_t SET name = 'x'"));
    off_t size = size_of(log);
    assert_true(size > 0);
    OK(store_checkpoint(reader));
    assert_int_equal(size_of(log), size);
    store_close(db);
    store_close(reader); /* the last to close, and leaves the log alone */
    assert_int_equal(size_of(log), size);
    db = store_place_open(place, STORE_WRITE);
    assert_int_equal(count_of(db), 10);
    store_close(db);
    assert_int_equal(size_of(log), -1);
}

/* What commits left in the log comes into the file when the writer rests, unless another writes. */
static void a_writer_at_rest_tidies_up(void **state)
{
    store_place *place = *state;
    store_close(with_rows(place, 10));
    store *kept = store_place_open(place, STORE_WRITE);
    off_t size = size_of(place->url);
    OK(store_run(kept, "CREATE TABLE store_v (id BIGINT NOT NULL, body BYTEA NOT NULL, PRIMARY KEY (id));"
                       "INSERT INTO store_v SELECT id, zeroblob(300000) FROM store_t"));
    assert_true(store_rest(kept));
    assert_int_equal(size_of(place->url), size);
    store *other = store_place_open(place, STORE_WRITE);
    store_tidy(kept);
    assert_int_equal(size_of(place->url), size);
    store *reader = store_place_open(place, STORE_READ); /* so that the other's end takes nothing in */
    store_close(other);
    store_tidy(kept);
    assert_true(size_of(place->url) > size + 2000000);
    assert_true(store_wake(kept));
    OK(store_check(kept));
    store_close(kept);
    store_close(reader);
}

/* Room that was freed is used again, and a log that one large transaction made is cut back. */
static void the_files_do_not_grow_without_need(void **state)
{
    store_place *place = *state;
    const char *log = store_place_file(place, "county.db-wal");
    store *db = with_rows(place, 20000);
    OK(store_checkpoint(db));
    off_t size = size_of(place->url);
    for (int round = 0; round < 10; round++) {
        OK(store_begin(db));
        OK(store_run(db, "CREATE TABLE store_u (id BIGINT NOT NULL, name TEXT, PRIMARY KEY (id));"
                         "INSERT INTO store_u SELECT id, name FROM store_t;"
                         "DELETE FROM store_t; INSERT INTO store_t SELECT id, name FROM store_u;"
                         "DROP TABLE store_u"));
        OK(store_commit(db));
    }
    assert_true(size_of(log) < 32 << 20);
    OK(store_checkpoint(db));
    assert_int_equal(size_of(log), 0);
    assert_true(size_of(place->url) < 3 * size);
    OK(store_check(db));
    store_close(db);
}

/* ---- copies ---- */

static void a_backup_is_the_store_as_it_was(void **state)
{
    store_place *place = *state;
    const char *copy = store_place_file(place, "copy.db");
    store *db = with_rows(place, 1000);
    OK(store_backup(db, copy));
    OK(store_run(db, "DELETE FROM store_t"));
    IS(store_backup(db, copy), STORE_EXISTS);
    store_close(db);
    assert_int_equal(size_of(store_place_file(place, "copy.db-wal")), -1);
    place->url = copy;
    db = store_place_open(place, STORE_WRITE);
    assert_int_equal(count_of(db), 1000);
    store_close(db);
}

static void a_reader_may_back_up_while_a_writer_writes(void **state)
{
    store_place *place = *state;
    const char *copy = store_place_file(place, "copy.db");
    store *db = with_rows(place, 1000), *reader = store_place_open(place, STORE_READ);
    OK(store_begin(db));
    OK(store_run(db, "DELETE FROM store_t"));
    OK(store_backup(reader, copy));
    OK(store_commit(db));
    store_close(reader);
    store_close(db);
    const char *again = store_place_file(place, "again.db");
    OK(store_restore(place->scratch, copy, again));
    IS(store_restore(place->scratch, copy, again), STORE_EXISTS);
    place->url = again;
    db = store_place_open(place, STORE_WRITE);
    assert_int_equal(count_of(db), 1000);
    store_close(db);
}

static void a_backup_of_a_damaged_store_is_refused(void **state)
{
    store_place *place = *state;
    const char *copy = store_place_file(place, "copy.db");
    store_close(with_rows(place, 5000));
    damage_a_page(place);
    store *db = store_place_open(place, STORE_READ);
    IS(store_backup(db, copy), STORE_CORRUPT);
    store_close(db);
    assert_int_equal(size_of(copy), -1);
    assert_int_equal(size_of(store_place_file(place, "copy.db.part")), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST_SQLITE(another_s_write_lock_is_waited_for_and_told),
        STORE_TEST_SQLITE(a_full_store_is_as_before),
        STORE_TEST_SQLITE(a_log_that_cannot_be_opened_is_told),
        STORE_TEST_SQLITE(a_place_that_cannot_be_reached_is_told),
        STORE_TEST_SQLITE(a_damaged_page_is_found),
        STORE_TEST_SQLITE(a_damaged_head_is_no_store),
        STORE_TEST_SQLITE(only_the_writer_checkpoints),
        STORE_TEST_SQLITE(a_writer_at_rest_tidies_up),
        STORE_TEST_SQLITE(the_files_do_not_grow_without_need),
        STORE_TEST_SQLITE(a_backup_is_the_store_as_it_was),
        STORE_TEST_SQLITE(a_reader_may_back_up_while_a_writer_writes),
        STORE_TEST_SQLITE(a_backup_of_a_damaged_store_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
