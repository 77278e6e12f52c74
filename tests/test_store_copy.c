/* Backups of both drivers, restored into both. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/checked.h"
#include "base/hash.h"
#include "support/postgres_server.h"
#include "support/store_place.h"

#define OK(call)         assert_null((call).kind)
#define IS(call, wanted) assert_string_equal(code_of(call), (wanted).code)

static const char *code_of(err e)
{
    return e.kind ? e.kind->code : "no error";
}

/* Settings are of the program's own schema, which is all that a backup between drivers carries. */
static void fill(store *db, int64_t count)
{
    store_query *q;
    OK(store_begin(db));
    OK(store_prepare(db, "INSERT INTO store_setting (name, value) VALUES (?1, ?2)", &q));
    for (int64_t i = 0; i < count; i++) {
        char name[32], value[3000];
        snprintf(name, sizeof name, "test.名%06d", (int)(i * 7919 % count));
        memset(value, 'a' + (int)(i % 26), sizeof value);
        store_bind_text(q, 1, text_of(name));
        store_bind_text(q, 2, (text){ value, (size_t)(i % 100 * i % 3000) });
        OK(store_do(q, NULL));
    }
    OK(store_commit(db));
}

static uint64_t digest_of(store *db)
{
    store_query *q;
    bool has_row;
    uint64_t digest = 0;
    OK(store_prepare(db, "SELECT name, value FROM store_setting ORDER BY name", &q));
    for (OK(store_step(q, &has_row)); has_row; OK(store_step(q, &has_row)))
        for (int i = 0; i < 2; i++)
            digest = hash_bytes(store_text(q, i).bytes, store_text(q, i).size_bytes, digest);
    return digest;
}

static uint64_t digest_at(store_place *place, const char *url, store_mode mode)
{
    store *db;
    OK(store_open(place->scratch, &(store_options){ .url = url, .mode = mode }, &db));
    uint64_t digest = digest_of(db);
    OK(store_check(db));
    store_close(db);
    return digest;
}

static void a_backup_is_restored_into_either_driver(void **state)
{
    store_place *place = *state;
    const char *copy = store_place_file(place, "copy.db");
    store *db = store_place_create(place);
    fill(db, 3000);
    uint64_t digest = digest_of(db);
    OK(store_backup(db, copy));
    IS(store_backup(db, copy), STORE_EXISTS);
    OK(store_run(db, "DELETE FROM store_setting"));
    OK(store_begin(db));
    IS(store_backup(db, store_place_file(place, "other.db")), STORE_REFUSED);
    store_close(db);
    assert_true(digest_at(place, copy, STORE_READ) == digest);

    const char *urls[] = { store_place_file(place, "again.db"),
                           postgres_server_schema(postgres_server_shared(), place->scratch) };
    for (size_t i = 0; i < ARRAY_COUNT(urls); i++) {
        OK(store_restore(place->scratch, copy, urls[i]));
        assert_true(digest_at(place, urls[i], STORE_WRITE) == digest);
        IS(store_restore(place->scratch, copy, urls[i]), STORE_EXISTS);
    }
}

static void a_backup_is_one_file_of_its_owner(void **state)
{
    static const char *const BESIDE[] = { "-wal", "-shm", "-lock", ".part", ".part-lock" };
    store_place *place = *state;
    const char *copy = store_place_file(place, "copy.db");
    store *db = store_place_create(place);
    fill(db, 10);
    OK(store_backup(db, copy));
    struct stat found;
    assert_int_equal(stat(copy, &found), 0);
    assert_int_equal(found.st_mode & 0777, 0600);
    for (size_t i = 0; i < ARRAY_COUNT(BESIDE); i++)
        assert_int_not_equal(
            stat(text_format(place->scratch, "%s%s", copy, BESIDE[i]).bytes, &found), 0);
    store_close(db);
}

/* The copy holds what was committed when it began, whatever another connection does meanwhile. */
static void a_reader_backs_up_beside_the_writer(void **state)
{
    store_place *place = *state;
    const char *copy = store_place_file(place, "copy.db");
    store *db = store_place_create(place), *reader = store_place_open(place, STORE_READ);
    fill(db, 100);
    uint64_t digest = digest_of(db);
    OK(store_begin(db));
    OK(store_run(db, "DELETE FROM store_setting"));
    OK(store_backup(reader, copy));
    OK(store_commit(db));
    assert_true(digest_at(place, copy, STORE_READ) == digest);
    store_close(reader);
    store_close(db);
}

static void what_cannot_be_restored_leaves_nothing(void **state)
{
    store_place *place = *state;
    const char *absent = store_place_file(place, "absent.db");
    const char *copy = store_place_file(place, "copy.db");
    IS(store_restore(place->scratch, absent, place->url), STORE_NOT_FOUND);
    IS(store_restore(place->scratch, absent, "mysql://x"), STORE_NOT_FOUND);
    store *db;
    OK(store_open(place->scratch, &(store_options){ .url = copy, .mode = STORE_CREATE }, &db));
    fill(db, 10);
    uint64_t digest = digest_of(db);
    store_close(db);
    IS(store_restore(place->scratch, copy, "mysql://x"), STORE_BAD_URL);
    OK(store_restore(place->scratch, copy, place->url));
    assert_true(digest_at(place, place->url, STORE_WRITE) == digest);
}

/* A backup is made to be read years later, by a program that has more migrations. */
static void an_older_backup_is_brought_up(void **state)
{
    store_place *place = *state;
    static const store_migration NONE[] = { { 0, "", "" } };
    const char *old = store_place_file(place, "old.db");
    store *db;
    OK(store_open(place->scratch,
                  &(store_options){ .url = old, .mode = STORE_CREATE, .migrations = NONE }, &db));
    assert_int_equal(store_schema_version(db), 0);
    store_close(db);
    OK(store_restore(place->scratch, old, place->url));
    db = store_place_open(place, STORE_WRITE);
    assert_true(store_schema_version(db) > 0);
    int64_t count;
    OK(store_scalar(db, "SELECT count(*) FROM store_setting", &count));
    assert_int_equal(count, 0);
    store_close(db);
    IS(store_open(place->scratch, &(store_options){ .url = old }, &db), STORE_OLDER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST_BOTH(a_backup_is_restored_into_either_driver),
        STORE_TEST_BOTH(a_backup_is_one_file_of_its_owner),
        STORE_TEST_BOTH(a_reader_backs_up_beside_the_writer),
        STORE_TEST_BOTH(what_cannot_be_restored_leaves_nothing),
        STORE_TEST_BOTH(an_older_backup_is_brought_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
