/* Several at one store: readers beside a writer, and writers that are killed. */
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/checked.h"
#include "support/store_place.h"

#define OK(call) assert_null((call).kind)

/* ---- readers beside a writer ---- */

enum { ACCOUNTS = 50, TRANSFERS = 120, READERS = 2, TOTAL = ACCOUNTS * 1000 };

typedef struct {
    const char *url;
    atomic_bool *is_over;
    int64_t reads, wrong; /* sums that were not TOTAL, and errors */
} reader;

static err read_twice(store *db, reader *r)
{
    int64_t sums[2] = { 0 };
    TRY(store_begin(db));
    for (int i = 0; i < 2; i++)
        TRY(store_scalar(db, "SELECT sum(fen) FROM store_t", &sums[i]));
    r->wrong += sums[0] != TOTAL || sums[1] != TOTAL;
    return store_commit(db);
}

static void *read_on(void *context)
{
    reader *r = context;
    store *db;
    arena *own = arena_open();
    err e = store_open(own, &(store_options){ .url = r->url }, &db);
    for (; !e.kind && !atomic_load(r->is_over); r->reads++) {
        e = read_twice(db, r);
        if (e.kind) store_rollback(db);
    }
    r->wrong += e.kind != NULL;
    if (db) store_close(db);
    arena_close(own);
    return NULL;
}

static void transfer(store *db, int64_t i)
{
    store_query *q;
    int64_t from = i * 7 % ACCOUNTS, to = (i * 13 + 1) % ACCOUNTS;
    OK(store_begin(db));
    for (int side = 0; side < 2; side++) {
        OK(store_prepare(db, "UPDATE store_t SET fen = fen + ?1 WHERE id = ?2", &q));
        store_bind_int(q, 1, side ? i : -i);
        store_bind_int(q, 2, side ? to : from);
        OK(store_do(q, NULL));
    }
    OK(store_commit(db));
    if (i % 20 == 0) OK(store_checkpoint(db));
}

static void readers_see_whole_transactions_only(void **state)
{
    store_place *place = *state;
    store *db = store_place_create(place);
    OK(store_run(db, "CREATE TABLE store_t (id BIGINT NOT NULL, fen BIGINT NOT NULL,"
                     " PRIMARY KEY (id));"
                     "INSERT INTO store_t WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1"
                     " FROM n WHERE i < 49) SELECT i, 1000 FROM n"));
    atomic_bool is_over = false;
    pthread_t threads[READERS];
    reader readers[READERS];
    for (int i = 0; i < READERS; i++) {
        readers[i] = (reader){ .url = place->url, .is_over = &is_over };
        assert_int_equal(pthread_create(&threads[i], NULL, read_on, &readers[i]), 0);
    }
    for (int64_t i = 1; i <= TRANSFERS; i++)
        transfer(db, i);
    atomic_store(&is_over, true);
    for (int i = 0; i < READERS; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(readers[i].wrong, 0);
    }
    OK(store_check(db));
    store_close(db);
}

/* ---- writers that are killed ---- */

static err write_round(store *db, int64_t round)
{
    store_query *q;
    TRY(store_begin(db));
    TRY(store_prepare(db, "INSERT INTO store_t VALUES (?1, ?2)", &q));
    store_bind_int(q, 1, round);
    store_bind_text(q, 2, TEXT("a row of this round"));
    TRY(store_do(q, NULL));
    TRY(store_prepare(db, "UPDATE store_n SET n = ?1", &q));
    store_bind_int(q, 1, round);
    TRY(store_do(q, NULL));
    TRY(store_commit(db));
    return round % 10 == 0 ? store_checkpoint(db) : ERR_NONE;
}

/* Tells each commit through the pipe, until it is killed. */
static void write_until_killed(const store_place *place, int64_t round, int pipe_end)
{
    store *db;
    err e =
        store_open(place->scratch, &(store_options){ .url = place->url, .mode = STORE_WRITE }, &db);
    while (!e.kind) {
        e = write_round(db, round);
        if (!e.kind && write(pipe_end, &round, sizeof round) != sizeof round) break;
        round++;
    }
    _exit(1);
}

/* The last round acknowledged by a writer that was killed after about `count` of them. */
static int64_t kill_a_writer(const store_place *place, int64_t from, int count)
{
    int ends[2], status;
    int64_t told = from - 1, next;
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) write_until_killed(place, from, ends[1]);
    close(ends[1]);
    for (int i = 0; i < count && read(ends[0], &next, sizeof next) == sizeof next; i++)
        told = next;
    usleep((useconds_t)(count * 137 % 2000));
    kill(child, SIGKILL);
    while (read(ends[0], &next, sizeof next) == sizeof next)
        told = next;
    close(ends[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status)); /* it had not ended by itself */
    return told;
}

static void a_killed_writer_loses_no_commit_it_told(void **state)
{
    store_place *place = *state;
    store *db = store_place_create(place);
    int64_t n = 0;
    OK(store_run(db, "CREATE TABLE store_t (id BIGINT NOT NULL, note TEXT, PRIMARY KEY (id));"
                     "CREATE TABLE store_n (n BIGINT NOT NULL, PRIMARY KEY (n));"
                     "INSERT INTO store_n VALUES (0)"));
    store_close(db);
    for (int i = 0; i < 12; i++) {
        int64_t rows, told = kill_a_writer(place, n + 1, i * 5 % 17);
        db = store_place_open(place, STORE_WRITE);
        OK(store_scalar(db, "SELECT n FROM store_n", &n));
        OK(store_scalar(db, "SELECT count(*) FROM store_t", &rows));
        assert_true(n == told || n == told + 1);
        assert_int_equal(rows, n);
        OK(store_check(db));
        store_close(db);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST_BOTH(readers_see_whole_transactions_only),
        STORE_TEST_BOTH(a_killed_writer_loses_no_commit_it_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
