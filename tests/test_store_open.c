/* Opening, locking and migrating a store. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
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

static err try_open(store_place *place, store_mode mode, const store_migration *migrations,
                    size_t count)
{
    store *db;
    err e = store_open(
        place->scratch,
        &(store_options){
            .url = place->url, .mode = mode, .migrations = migrations, .migration_count = count },
        &db);
    store_close(db);
    return e;
}

static void a_url_must_name_a_store(void **state)
{
    static const char *const BAD[] = {
        "", "sqlite:", ":memory:", "postgresql://", "postgres://", "mysql://u:secret@host/db", NULL
    };
    store_place place = *(store_place *)*state;
    for (size_t i = 0; i < ARRAY_COUNT(BAD); i++) {
        place.url = BAD[i];
        err e = try_open(&place, STORE_READ, NULL, 0);
        IS(e, STORE_BAD_URL);
        assert_null(strstr(e.detail, "secret"));
    }
}

static void opening_asks_for_what_is_there(void **state)
{
    store_place *place = *state;
    IS(try_open(place, STORE_READ, NULL, 0), STORE_NOT_FOUND);
    IS(try_open(place, STORE_WRITE, NULL, 0), STORE_NOT_FOUND);
    OK(try_open(place, STORE_CREATE, NULL, 0));
    IS(try_open(place, STORE_CREATE, NULL, 0), STORE_EXISTS);
    OK(try_open(place, STORE_READ, NULL, 0));
    OK(try_open(place, STORE_WRITE, NULL, 0));
    place->url = store_place_file(place, "absent/county.db");
    IS(try_open(place, STORE_CREATE, NULL, 0), STORE_NOT_FOUND);
}

static void what_is_no_store_is_left_alone(void **state)
{
    store_place *place = *state;
    static const char WORDS[] = "This is a letter to the office, and no store, however long it is.";
    OK(os_write_file(place->scratch, place->url, TEXT(WORDS)));
    for (store_mode mode = STORE_READ; mode <= STORE_CREATE; mode++)
        IS(try_open(place, mode, NULL, 0), STORE_NOT_A_STORE);
    text after;
    OK(os_read_file(place->scratch, place->url, 1000, &after));
    assert_string_equal(after.bytes, WORDS);
    place->url = place->folder;
    IS(try_open(place, STORE_WRITE, NULL, 0), STORE_NOT_A_STORE);
}

static void an_unfinished_store_can_be_made_again(void **state)
{
    store_place *place = *state;
    OK(os_write_file(place->scratch, place->url, TEXT("")));
    IS(try_open(place, STORE_READ, NULL, 0), STORE_NOT_A_STORE);
    IS(try_open(place, STORE_WRITE, NULL, 0), STORE_NOT_A_STORE);
    OK(try_open(place, STORE_CREATE, NULL, 0));
}

static void the_files_are_the_owners_alone(void **state)
{
    static const char *const ENDINGS[] = { "", "-wal", "-shm", "-lock" };
    store_place *place = *state;
    mode_t before = umask(0);
    store *db = store_place_create(place);
    OK(store_run(db, "CREATE TABLE store_t (id BIGINT)"));
    for (size_t i = 0; i < ARRAY_COUNT(ENDINGS); i++) {
        struct stat found;
        text name = text_format(place->scratch, "%s%s", place->url, ENDINGS[i]);
        assert_int_equal(stat(name.bytes, &found), 0);
        assert_int_equal(found.st_mode & 0777, 0600);
    }
    umask(before);
    store_close(db);
}

/* ---- one writer ---- */

static void a_second_writer_is_told_who_writes(void **state)
{
    store_place *place = *state;
    store *db = store_place_create(place);
    err e = try_open(place, STORE_WRITE, NULL, 0);
    IS(e, STORE_LOCKED);
    text wanted = text_format(place->scratch, "pid %d", (int)getpid());
    assert_string_equal(e.detail, wanted.bytes);
    OK(try_open(place, STORE_READ, NULL, 0));
    store_close(db);
    OK(try_open(place, STORE_WRITE, NULL, 0));
}

static void a_killed_writer_leaves_no_lock(void **state)
{
    store_place *place = *state;
    OK(try_open(place, STORE_CREATE, NULL, 0));
    pid_t child = fork();
    if (child == 0) {
        store *db;
        err e = store_open(place->scratch,
                           &(store_options){ .url = place->url, .mode = STORE_WRITE }, &db);
        _exit(e.kind != NULL);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    OK(try_open(place, STORE_WRITE, NULL, 0));
}

/* ---- migrations ---- */

static const store_migration STEPS[] = {
    { 1, "0001_store_a",
      "CREATE TABLE store_a (id BIGINT NOT NULL, PRIMARY KEY (id));\n"
      "INSERT INTO store_a VALUES (5);\n-- verify 1: SELECT count(*) FROM store_a;\n" },
    { 2, "0002_store_b",
      "ALTER TABLE store_a ADD COLUMN b BIGINT;\n"
      "UPDATE store_a SET b = id;\n-- verify 5: SELECT sum(b) FROM store_a;\n" },
    { 4, "0004_store_c",
      "INSERT INTO store_a VALUES (6, 6);\n-- verify 6: SELECT max(b) FROM store_a;\n" },
};

static void a_store_is_brought_up_to_the_program(void **state)
{
    store_place *place = *state;
    OK(try_open(place, STORE_CREATE, STEPS, 1));
    IS(try_open(place, STORE_READ, STEPS, 3), STORE_OLDER);
    OK(try_open(place, STORE_WRITE, STEPS, 3));
    OK(try_open(place, STORE_READ, STEPS, 3));
    IS(try_open(place, STORE_READ, STEPS, 2), STORE_NEWER);
    IS(try_open(place, STORE_WRITE, STEPS, 2), STORE_NEWER);
    store *db;
    OK(store_open(place->scratch,
                  &(store_options){ .url = place->url, .migrations = STEPS, .migration_count = 3 },
                  &db));
    assert_int_equal(store_schema_version(db), 4);
    int64_t sum;
    OK(store_scalar(db, "SELECT sum(b) FROM store_a", &sum));
    assert_int_equal(sum, 11);
    store_close(db);
}

/* Two branches may land their numbers in either order. */
static void a_migration_that_was_late_is_still_applied(void **state)
{
    store_place *place = *state;
    const store_migration without[] = { STEPS[0], { 9, "0009_store_z", "SELECT 1;" } };
    const store_migration with[] = { STEPS[0], STEPS[1], { 9, "0009_store_z", "SELECT 1;" } };
    OK(try_open(place, STORE_CREATE, without, 2));
    OK(try_open(place, STORE_WRITE, with, 3));
    OK(try_open(place, STORE_READ, with, 3));
}

static void an_edited_migration_is_refused(void **state)
{
    store_place *place = *state;
    store_migration edited[] = { STEPS[0], STEPS[1] };
    OK(try_open(place, STORE_CREATE, STEPS, 2));
    edited[1].sql = "ALTER TABLE store_a ADD COLUMN b BIGINT;\n";
    for (store_mode mode = STORE_READ; mode <= STORE_WRITE; mode++) {
        err e = try_open(place, mode, edited, 2);
        IS(e, STORE_EDITED);
        assert_string_equal(e.detail, "0002_store_b");
    }
}

static void migrations_come_all_or_none(void **state)
{
    store_place *place = *state;
    const store_migration unverified[] = {
        STEPS[0],
        STEPS[1],
        { 3, "0003_store_x",
          "INSERT INTO store_a VALUES (9, 9);\n-- verify 3: SELECT count(*) FROM store_a;\n" }
    };
    const store_migration wrong[] = { STEPS[0],
                                      STEPS[1],
                                      { 3, "0003_store_x", "CREATE NONSENSE;" } };
    OK(try_open(place, STORE_CREATE, STEPS, 1));
    err e = try_open(place, STORE_WRITE, unverified, 3);
    IS(e, STORE_UNVERIFIED);
    assert_non_null(strstr(e.detail, "0003_store_x: 2, not 3"));
    e = try_open(place, STORE_WRITE, wrong, 3);
    IS(e, STORE_BAD_SQL);
    assert_non_null(strstr(e.detail, "0003_store_x"));
    OK(try_open(place, STORE_READ, STEPS, 1)); /* 0002 was taken back too */
    OK(try_open(place, STORE_WRITE, STEPS, 2));
}

static void a_creation_that_fails_can_be_done_again(void **state)
{
    store_place *place = *state;
    const store_migration wrong[] = { STEPS[0], { 2, "0002_store_x", "CREATE NONSENSE;" } };
    IS(try_open(place, STORE_CREATE, wrong, 2), STORE_BAD_SQL);
    OK(try_open(place, STORE_CREATE, STEPS, 2));
}

static void tables_of_sqlite_are_strict(void **state)
{
    store *db = store_place_create(*state);
    int64_t value;
    OK(store_run(db, "CREATE TABLE store_k (id BIGINT, body BYTEA, /* ) */ CHECK (id <> 3),"
                     " PRIMARY KEY (id)) -- ;\n; CREATE TABLE store_n (id BIGINT)"));
    OK(store_scalar(db, "SELECT strict * 10 + wr FROM pragma_table_list('store_k')", &value));
    assert_int_equal(value, 11);
    OK(store_scalar(db, "SELECT strict * 10 + wr FROM pragma_table_list('store_n')", &value));
    assert_int_equal(value, 10);
    IS(store_run(db, "INSERT INTO store_n VALUES ('x')"), STORE_REFUSED);
    store_close(db);
}

/* A reader that is kept from one errand to the next: what the last one asked is let go, and each sees the last commit. */
static void a_reader_rests_and_wakes(void **state)
{
    store_place *place = *state;
    store *writer = store_place_create(place);
    int64_t value;
    store_query *q;
    bool has_row;
    OK(store_run(writer, "CREATE TABLE store_r (id BIGINT NOT NULL, PRIMARY KEY (id)); INSERT INTO store_r VALUES (1), (2)"));
    assert_false(store_rest(writer)); /* whoever makes a store closes it */
    store *reader = store_place_open(place, STORE_READ);
    for (int errand = 0; errand < 3; errand++) {
        assert_true(store_wake(reader));
        OK(store_begin(reader));
        OK(store_scalar(reader, "SELECT count(*) FROM store_r", &value));
        assert_int_equal(value, 2 + errand);
        OK(store_prepare(reader, "SELECT id FROM store_r ORDER BY id", &q)); /* left in the midst of its rows */
        OK(store_step(q, &has_row));
        assert_true(has_row);
        assert_true(store_rest(reader));
        assert_false(store_is_in_transaction(reader));
        OK(store_prepare(writer, "INSERT INTO store_r VALUES (?1)", &q));
        store_bind_int(q, 1, 10 + errand);
        OK(store_do(q, NULL));
    }
    OK(store_run(writer, "INSERT INTO store_migration (number, name, digest) VALUES (99999, 'of a newer program', 'x')"));
    assert_false(store_wake(reader));
    store_close(reader);
    store_close(writer);
}

/* Another store was put where this one stood: the handle still reads the old one, and says so. */
static void a_reader_sees_that_its_store_is_gone(void **state)
{
    store_place *place = *state;
    store_close(store_place_create(place));
    store *reader = store_place_open(place, STORE_READ);
    assert_true(store_rest(reader));
    assert_true(store_wake(reader));
    assert_int_equal(rename(place->url, store_place_file(place, "old.db")), 0);
    assert_false(store_wake(reader));
    store_close(store_place_create(place));
    assert_false(store_wake(reader));
    store_close(reader);
}

/* A writer that is kept lets others write while it rests, sees what they wrote, and writes again; while another writes
 * it does not wake. */
static void a_writer_rests_without_its_lock(void **state)
{
    store_place *place = *state;
    store_query *q;
    int64_t count;
    store *made = store_place_create(place);
    OK(store_run(made, "CREATE TABLE store_w (id BIGINT NOT NULL, PRIMARY KEY (id))"));
    store_close(made);
    store *kept = store_place_open(place, STORE_WRITE);
    for (int errand = 0; errand < 3; errand++) {
        OK(store_begin(kept));
        OK(store_prepare(kept, "INSERT INTO store_w VALUES (?1)", &q));
        store_bind_int(q, 1, 10 * errand);
        OK(store_do(q, NULL));
        OK(store_commit(kept));
        OK(store_begin(kept)); /* and what is not committed is gone */
        OK(store_run(kept, "INSERT INTO store_w VALUES (-1)"));
        IS(try_open(place, STORE_WRITE, NULL, 0), STORE_LOCKED);
        assert_true(store_rest(kept));
        store *other = store_place_open(place, STORE_WRITE);
        OK(store_prepare(other, "INSERT INTO store_w VALUES (?1)", &q));
        store_bind_int(q, 1, 10 * errand + 1);
        OK(store_do(q, NULL));
        if (errand == 2) {
            assert_false(store_wake(kept));
            store_close(kept);
            OK(store_scalar(other, "SELECT count(*) FROM store_w", &count));
            assert_int_equal(count, 6);
            store_close(other);
            return;
        }
        store_close(other);
        assert_true(store_wake(kept));
        OK(store_scalar(kept, "SELECT count(*) FROM store_w", &count));
        assert_int_equal(count, 2 * errand + 2);
    }
}

/* Whoever puts another store in the place of one that rests is not written over. */
static void a_writer_sees_that_its_store_is_gone(void **state)
{
    store_place *place = *state;
    store_close(store_place_create(place));
    store *kept = store_place_open(place, STORE_WRITE);
    assert_true(store_rest(kept));
    assert_int_equal(rename(place->url, store_place_file(place, "old.db")), 0);
    store_close(store_place_create(place));
    assert_false(store_wake(kept));
    store_close(kept);
    OK(try_open(place, STORE_WRITE, NULL, 0));
}

/* ---- rehearsals ---- */

static err put_row(store *db, int64_t id)
{
    store_query *q;
    TRY(store_prepare(db, "INSERT INTO store_t (id) VALUES (?1)", &q));
    store_bind_int(q, 1, id);
    return store_do(q, &(int64_t){ 0 });
}

static void expect_rows(store *db, int64_t wanted)
{
    int64_t count;
    OK(store_scalar(db, "SELECT count(*) FROM store_t", &count));
    assert_int_equal(count, wanted);
}

static void what_is_rehearsed_stands_until_the_end_alone(void **state)
{
    store *db = store_place_create(*state);
    OK(store_run(db, "CREATE TABLE store_t (id BIGINT NOT NULL, PRIMARY KEY (id))"));
    store_close(db);
    db = store_place_open(*state, STORE_WRITE);
    OK(store_rehearse(db));
    OK(store_begin(db));
    OK(put_row(db, 1));
    OK(store_commit(db));
    OK(store_begin(db));
    OK(put_row(db, 2));
    store_rollback(db); /* takes back its own rows, not those before */
    expect_rows(db, 1);
    OK(store_begin(db));
    IS(put_row(db, 1), STORE_DUPLICATE);
    store_rollback(db);
    expect_rows(db, 1);
    if (store_rest(db)) assert_true(store_wake(db));
    expect_rows(db, 0);
    OK(store_begin(db)); /* in earnest again */
    IS(store_rehearse(db), STORE_REFUSED);
    OK(put_row(db, 3));
    OK(store_commit(db));
    OK(store_rehearse(db));
    OK(store_begin(db));
    OK(put_row(db, 4));
    store_close(db);
    db = store_place_open(*state, STORE_READ);
    expect_rows(db, 1);
    store_close(db);
}

static void what_was_held_is_kept_as_one(void **state)
{
    store *db = store_place_create(*state);
    OK(store_run(db, "CREATE TABLE store_t (id BIGINT NOT NULL, PRIMARY KEY (id))"));
    store_close(db);
    db = store_place_open(*state, STORE_WRITE);
    store *reader = store_place_open(*state, STORE_READ);
    OK(store_keep(db)); /* nothing was held */
    OK(store_rehearse(db));
    assert_false(store_is_ahead(db));
    OK(store_begin(db));
    OK(put_row(db, 1));
    assert_false(store_is_ahead(db));
    OK(store_commit(db));
    assert_true(store_is_ahead(db));
    expect_rows(reader, 0);
    OK(store_begin(db));
    OK(put_row(db, 2));
    OK(store_commit(db));
    OK(store_begin(db));
    IS(put_row(db, 1), STORE_DUPLICATE);
    uint64_t before = store_transaction_number(db);
    OK(store_keep(db)); /* what is open is taken back, and what was committed stands */
    assert_true(store_transaction_number(db) > before && !store_is_ahead(db) && !store_is_in_transaction(db));
    expect_rows(reader, 2);
    OK(store_begin(db)); /* from here on as any other */
    OK(put_row(db, 3));
    OK(store_commit(db));
    assert_false(store_is_ahead(db));
    expect_rows(reader, 3);
    store_close(db);
    store_close(reader);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST_SQLITE(a_url_must_name_a_store),
        STORE_TEST_SQLITE(opening_asks_for_what_is_there),
        STORE_TEST_SQLITE(what_is_no_store_is_left_alone),
        STORE_TEST_SQLITE(an_unfinished_store_can_be_made_again),
        STORE_TEST_SQLITE(the_files_are_the_owners_alone),
        STORE_TEST_BOTH(a_second_writer_is_told_who_writes),
        STORE_TEST_BOTH(a_killed_writer_leaves_no_lock),
        STORE_TEST_BOTH(a_store_is_brought_up_to_the_program),
        STORE_TEST_BOTH(a_migration_that_was_late_is_still_applied),
        STORE_TEST_BOTH(an_edited_migration_is_refused),
        STORE_TEST_BOTH(migrations_come_all_or_none),
        STORE_TEST_BOTH(a_creation_that_fails_can_be_done_again),
        STORE_TEST_SQLITE(tables_of_sqlite_are_strict),
        STORE_TEST_BOTH(a_reader_rests_and_wakes),
        STORE_TEST_SQLITE(a_reader_sees_that_its_store_is_gone),
        STORE_TEST_BOTH(a_writer_rests_without_its_lock),
        STORE_TEST_SQLITE(a_writer_sees_that_its_store_is_gone),
        STORE_TEST_BOTH(what_is_rehearsed_stands_until_the_end_alone),
        STORE_TEST_BOTH(what_was_held_is_kept_as_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
