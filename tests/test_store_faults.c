/* A script of transactions on a disk that fails at each of its calls in turn. After any fault the
 * store is as before or as after the transaction at hand, and what was committed is there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/checked.h"
#include "base/hash.h"
#include "support/fault_vfs.h"
#include "support/share.h"
#include "support/store_place.h"

enum { TRANSACTIONS = 12, ROWS = 8, ROUNDS_KEPT = 3, BODY_BYTES = 700, LARGE_BYTES = 2200000 };

static const store_migration STEPS[] = {
    { 1, "0001_store_t",
      "CREATE TABLE store_t (round BIGINT NOT NULL, id BIGINT NOT NULL, body BYTEA NOT NULL,"
      " PRIMARY KEY (round, id));\n-- verify 0: SELECT count(*) FROM store_t;\n" },
    { 2, "0002_store_n",
      "CREATE TABLE store_n (n BIGINT NOT NULL, PRIMARY KEY (n));\nINSERT INTO store_n VALUES "
      "(0);\n"
      "-- verify 1: SELECT count(*) FROM store_n;\n" },
    { 3, "0003_store_b", "CREATE TABLE store_b (body BYTEA NOT NULL);\n-- verify 0: SELECT count(*) FROM store_b;\n" },
};

typedef struct {
    store_place *place;
    const char *pragma; /* NULL: as the store sets itself up */
    bool goes_on;       /* after an error that may pass */
    bool is_servers;    /* the writer rests, tidies up and wakes between two rounds */
    bool was_created;
    int failures;
    int64_t acknowledged; /* the last round whose commit was well */
    char complaint[200];
} script;

/* ---- the script ---- */

static text body_of(int64_t round, int64_t id, char out[BODY_BYTES])
{
    uint64_t word = hash_mix((uint64_t)round, (uint64_t)id);
    for (size_t i = 0; i < BODY_BYTES; i++)
        out[i] = (char)(word >> (i % 56));
    return (text){ out, BODY_BYTES };
}

static err write_rows(store *db, int64_t round)
{
    static const char *const COLUMNS[] = { "round", "id", "body" };
    static const store_column_type TYPES[] = { STORE_INT_COLUMN, STORE_INT_COLUMN,
                                               STORE_BYTES_COLUMN };
    char body[BODY_BYTES];
    store_bulk *bulk;
    TRY(store_bulk_open(db, "store_t", COLUMNS, TYPES, 3, &bulk));
    for (int64_t id = 0; id < ROWS; id++) {
        TRY(store_bulk_int(bulk, round));
        TRY(store_bulk_int(bulk, id));
        TRY(store_bulk_bytes(bulk, body_of(round, id, body)));
    }
    return store_bulk_close(bulk, NULL);
}

static err write_round(store *db, int64_t round)
{
    store_query *q;
    TRY(store_prepare(db, "UPDATE store_n SET n = ?1", &q));
    store_bind_int(q, 1, round);
    TRY(store_do(q, NULL));
    TRY(write_rows(db, round));
    TRY(store_prepare(db, "DELETE FROM store_t WHERE round <= ?1", &q));
    store_bind_int(q, 1, round - ROUNDS_KEPT);
    return store_do(q, NULL);
}

static err run_round(store *db, int64_t round)
{
    TRY(store_begin(db));
    err e = write_round(db, round);
    if (!e.kind) e = store_commit(db);
    if (e.kind) store_rollback(db);
    if (!e.kind && round % 5 == 0) return store_checkpoint(db);
    return e;
}

static void check_kind(script *s, err e)
{
    static const err_kind *const CLEAR[] = { &STORE_IO, &STORE_FULL, &STORE_UNREACHABLE,
                                             &STORE_BUSY, &STORE_NOT_FOUND };
    for (size_t i = 0; i < ARRAY_COUNT(CLEAR); i++)
        if (e.kind == CLEAR[i] && e.detail) return;
    snprintf(s->complaint, sizeof s->complaint, "told as %s: %s", e.kind->code,
             e.detail ? e.detail : "");
}

/* After a round that failed the store tells whether it is before it or after. */
static bool look_again(script *s, store *db, int64_t round)
{
    int64_t n;
    if (!s->goes_on || ++s->failures > 3 || store_scalar(db, "SELECT n FROM store_n", &n).kind)
        return false;
    if (n != round - 1 && n != round)
        snprintf(s->complaint, sizeof s->complaint, "round %d failed, and the handle says %d",
                 (int)round, (int)n);
    s->acknowledged = n;
    return true;
}

static err open_fault(script *s, store_mode mode, store **db)
{
    return store_open(s->place->scratch,
                      &(store_options){ .url = s->place->url,
                                        .mode = mode,
                                        .vfs = FAULT_VFS,
                                        .migrations = STEPS,
                                        .migration_count = ARRAY_COUNT(STEPS),
                                        .wait_ms = 1 },
                      db);
}

/* What a server's log grows by in minutes, at once: enough of it to be moved when the writer rests. */
static err write_large(store *db)
{
    store_query *q;
    char *body = calloc(1, LARGE_BYTES);
    TRY(store_begin(db));
    TRY(store_run(db, "DELETE FROM store_b"));
    TRY(store_prepare(db, "INSERT INTO store_b VALUES (?1)", &q));
    store_bind_bytes(q, 1, (text){ body, LARGE_BYTES });
    err e = store_do(q, NULL);
    free(body);
    if (!e.kind) e = store_commit(db);
    if (e.kind) store_rollback(db);
    return e;
}

/* As a server's kept writer: a round a call, each acknowledged before the log is moved. */
static void run_calls(script *s)
{
    store *db;
    err e = open_fault(s, STORE_WRITE, &db);
    for (int64_t round = 1; !e.kind && round <= TRANSACTIONS; round++) {
        e = run_round(db, round);
        if (!e.kind) s->acknowledged = round;
        if (!e.kind && round % 4 == 2) e = write_large(db);
        if (!e.kind && !store_rest(db)) e = err_of(&STORE_IO, "rest");
        if (!e.kind) store_tidy(db);
        if (!e.kind && !store_wake(db)) e = err_of(&STORE_IO, "wake");
    }
    store_close(db);
}

static void run_script(script *s)
{
    store *db;
    err e = open_fault(s, STORE_CREATE, &db);
    if (e.kind) {
        check_kind(s, e);
        return;
    }
    s->was_created = true;
    if (s->pragma) e = store_run(db, s->pragma);
    if (s->is_servers) {
        store_close(db);
        run_calls(s);
        return;
    }
    for (int64_t round = 1; round <= TRANSACTIONS && !s->complaint[0]; round++) {
        e = run_round(db, round);
        if (e.kind) check_kind(s, e);
        if (!e.kind) s->acknowledged = round;
        else if (!look_again(s, db, round)) break;
        else round = s->acknowledged;
    }
    store_close(db);
}

/* ---- what must hold afterwards ---- */

static err expect_rows(script *s, store *db, int64_t n)
{
    store_query *q;
    bool has_row;
    char body[BODY_BYTES];
    int64_t from = n > ROUNDS_KEPT ? n - ROUNDS_KEPT + 1 : 1, at = from * ROWS;
    TRY(store_prepare(db, "SELECT round, id, body FROM store_t ORDER BY round, id", &q));
    TRY(store_step(q, &has_row));
    for (; has_row; at++) {
        int64_t round = at / ROWS, id = at % ROWS;
        if (store_int(q, 0) != round || store_int(q, 1) != id ||
            !text_equal(store_bytes(q, 2), body_of(round, id, body)))
            snprintf(s->complaint, sizeof s->complaint, "of round %d: row %d of %d is another",
                     (int)n, (int)id, (int)round);
        TRY(store_step(q, &has_row));
    }
    if (at != (n + 1) * ROWS && !s->complaint[0])
        snprintf(s->complaint, sizeof s->complaint, "of round %d: rows are missing", (int)n);
    return ERR_NONE;
}

static err expect_state(script *s)
{
    store *db;
    int64_t n;
    err e = open_fault(s, STORE_WRITE, &db);
    if (!s->was_created && (e.kind == &STORE_NOT_A_STORE || e.kind == &STORE_NOT_FOUND))
        e = open_fault(s, STORE_CREATE, &db);
    TRY(e);
    e = store_check(db);
    if (!e.kind) e = store_scalar(db, "SELECT n FROM store_n", &n);
    if (!e.kind && (n < s->acknowledged || n > s->acknowledged + 1))
        snprintf(s->complaint, sizeof s->complaint, "%d rounds were acknowledged, %d are there",
                 (int)s->acknowledged, (int)n);
    if (!e.kind && !s->complaint[0]) e = expect_rows(s, db, n);
    if (!e.kind) e = run_round(db, n + 1); /* and it can go on */
    if (e.kind && e.detail) e.detail = text_cstr(s->place->scratch, text_of(e.detail));
    store_close(db);
    return e;
}

/* True when the store held; otherwise `complaint` says what is wrong. */
static bool holds(script *s)
{
    if (s->complaint[0]) return false;
    err e = expect_state(s);
    if (e.kind && !s->complaint[0])
        snprintf(s->complaint, sizeof s->complaint, "afterwards: %s: %s", e.kind->code,
                 e.detail ? e.detail : "");
    return !s->complaint[0];
}

static void clear_place(store_place *place)
{
    static const char *const ENDINGS[] = { "", "-wal", "-shm", "-lock", "-journal" };
    char path[512];
    for (size_t i = 0; i < ARRAY_COUNT(ENDINGS); i++) {
        snprintf(path, sizeof path, "%s%s", place->url, ENDINGS[i]);
        unlink(path);
    }
}

static int64_t call_count(store_place *place, fault_kind counted, bool is_servers)
{
    script s = { .place = place, .is_servers = is_servers };
    clear_place(place);
    fault_vfs_arm((fault_plan){ .kind = counted });
    run_script(&s);
    int64_t calls = fault_vfs_calls();
    assert_int_equal(s.acknowledged, TRANSACTIONS);
    fault_vfs_arm((fault_plan){ .kind = FAULT_NONE });
    assert_true(holds(&s));
    return calls;
}

static bool is_long(void)
{
    const char *wanted = getenv("DOUDI_LONG");
    return wanted && *wanted;
}

/* ---- errors ---- */

static void fail_at_each_call(store_place *place, fault_kind kind, int64_t stride)
{
    int64_t calls = call_count(place, kind, false), struck = 0;
    if (is_long()) stride = 1;
    for (int lasts = 0; lasts < 2; lasts++)
        for (int64_t at = 1 + lasts % stride; at <= calls; at += stride) {
            script s = { .place = place, .goes_on = true };
            clear_place(place);
            fault_vfs_arm((fault_plan){ .kind = kind, .at_call = at, .lasts = lasts });
            run_script(&s);
            struck += fault_vfs_has_struck();
            fault_vfs_arm((fault_plan){ .kind = FAULT_NONE });
            if (!holds(&s))
                fail_msg("call %d of %d%s: %s", (int)at, (int)calls, lasts ? ", and after" : "",
                         s.complaint);
        }
    print_message("            %d of %d calls failed\n", (int)struck, (int)calls * 2);
}

static void an_io_error_at_any_call_is_clear(void **state)
{
    fail_at_each_call(*state, FAULT_IO, 5);
}

static void a_short_write_at_any_call_is_clear(void **state)
{
    fail_at_each_call(*state, FAULT_SHORT, 1);
}

static void a_full_disk_at_any_call_is_clear(void **state)
{
    fail_at_each_call(*state, FAULT_FULL, 1);
}

/* ---- power ---- */

typedef struct {
    int64_t runs, lost,
        torn; /* commits or the whole store gone; anything else that does not hold */
    script last;
} losses;

static void count_loss(losses *all, const script *s)
{
    bool is_lost = strstr(s->complaint, "were acknowledged") || strstr(s->complaint, "not_a_store");
    all->lost += is_lost;
    all->torn += !is_lost;
    all->last = *s;
}

/* Runs of the script with the power lost at its calls, one after another. */
static losses lose_power(store_place *place, const char *pragma, bool is_servers, int64_t stride, int64_t seeds)
{
    int64_t calls = call_count(place, FAULT_POWER, is_servers);
    losses all = { .runs = 0 };
    for (int64_t at = 1; at <= calls; at += stride)
        for (int64_t seed = 1; seed <= seeds; seed++, all.runs++) {
            script s = { .place = place, .pragma = pragma, .is_servers = is_servers };
            clear_place(place);
            fault_vfs_arm((fault_plan){
                .kind = FAULT_POWER, .at_call = at, .seed = (uint64_t)(at * 1000 + seed) });
            run_script(&s);
            fault_vfs_power_on();
            s.complaint[0] = 0; /* a machine that is off tells nothing */
            if (holds(&s)) continue;
            count_loss(&all, &s);
            if (!pragma)
                fail_msg("power lost at call %d of %d, seed %d: %s", (int)at, (int)calls, (int)seed,
                         s.complaint);
        }
    print_message("            %s: power lost %d times at %d calls: %d lost, %d torn %s\n",
                  pragma ? pragma : "as it is", (int)all.runs, (int)calls, (int)all.lost,
                  (int)all.torn, all.last.complaint);
    return all;
}

static void power_loss_at_any_call_loses_no_commit(void **state)
{
    losses all = lose_power(*state, NULL, false, 1, is_long() ? 50 : (int64_t)share_of(5));
    assert_int_equal(all.lost + all.torn, 0);
}

/* A server acknowledges, and moves its log afterwards, by a writer that it keeps. */
static void power_loss_under_a_server_loses_no_commit(void **state)
{
    losses all = lose_power(*state, NULL, true, is_long() ? 1 : 61, 1);
    assert_int_equal(all.lost + all.torn, 0);
    assert_true(all.runs > 20);
}

/* The suite above is worth what it finds: when the store does not wait for the disk it must fail.
 */
static void without_synchronous_the_loss_is_seen(void **state)
{
    losses off = lose_power(*state, "PRAGMA synchronous=OFF", false, 5, 2);
    assert_true(off.lost > off.runs / 2);
    assert_true(off.torn > 0);
    losses normal = lose_power(*state, "PRAGMA synchronous=NORMAL", false, 5, 2);
    assert_true(normal.lost > normal.runs / 4);
    assert_int_equal(normal.torn, 0); /* old, but never between */
}

/* ---- damage ---- */

static uint64_t next_chance(uint64_t *chance)
{
    return *chance = *chance * 6364136223846793005u + 1442695040888963407u;
}

/* Flips some bytes, or fills a stretch. */
static void damage(const char *path, uint64_t *chance)
{
    FILE *file = fopen(path, "r+");
    assert_non_null(file);
    fseek(file, 0, SEEK_END);
    uint64_t size = (uint64_t)ftell(file);
    int spots = (int)(next_chance(chance) >> 60) + 1;
    for (int i = 0; i < spots; i++) {
        uint64_t at = (next_chance(chance) >> 20) % (i % 2 ? size : 6000);
        int length = next_chance(chance) >> 62 ? 1 : 300;
        fseek(file, (long)at, SEEK_SET);
        for (int k = 0; k < length; k++)
            fputc((int)(next_chance(chance) >> 40) & 0xff, file);
    }
    fclose(file);
}

/* Reads and writes all there is; how the first thing that fails is told. */
static err use(script *s, store_mode mode)
{
    store *db;
    TRY(open_fault(s, mode, &db));
    err e = store_check(db);
    if (!e.kind) e = expect_rows(s, db, TRANSACTIONS);
    if (!e.kind && mode == STORE_WRITE) e = run_round(db, TRANSACTIONS + 1);
    store_close(db);
    return e;
}

/* What exactly is found depends on the place; that nothing crashes, hangs or goes unsaid does not.
 */
static void damage_anywhere_is_an_error_or_seen_in_the_rows(void **state)
{
    store_place *place = *state;
    int64_t told = 0, seen = 0, runs = is_long() ? 5000 : (int64_t)share_of(300);
    fault_vfs_arm((fault_plan){ .kind = FAULT_NONE });
    for (int64_t run = 0; run < runs; run++) {
        uint64_t chance = (uint64_t)run;
        script s = { .place = place };
        clear_place(place);
        run_script(&s);
        damage(place->url, &chance);
        err e = use(&s, run % 2 ? STORE_READ : STORE_WRITE);
        told += e.kind != NULL;
        seen += !e.kind && s.complaint[0];
        if (e.kind) assert_non_null(e.detail);
    }
    print_message("            damaged %d times: %d told, %d seen in the rows\n", (int)runs,
                  (int)told, (int)seen);
    assert_true(told > runs / 8 && told + seen > runs / 2);
}

/* Thousands of stores are made here, and only the shim decides what is on a disk. */
static void live_in_memory(void)
{
    if (access("/dev/shm", W_OK) == 0) setenv("TMPDIR", "/dev/shm", 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST_SQLITE(an_io_error_at_any_call_is_clear),
        STORE_TEST_SQLITE(a_short_write_at_any_call_is_clear),
        STORE_TEST_SQLITE(a_full_disk_at_any_call_is_clear),
        STORE_TEST_SQLITE(power_loss_at_any_call_loses_no_commit),
        STORE_TEST_SQLITE(power_loss_under_a_server_loses_no_commit),
        STORE_TEST_SQLITE(without_synchronous_the_loss_is_seen),
        STORE_TEST_SQLITE(damage_anywhere_is_an_error_or_seen_in_the_rows),
    };
    live_in_memory();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
