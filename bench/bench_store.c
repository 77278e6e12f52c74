/* bench_store - rows, commits and bytes of both drivers; the references do the same on the bare
 * libraries in the same run. Bulk and reading of SQLite are counted in the process's own time,
 * commits and PostgreSQL, which works elsewhere, by the wall clock. The data of PostgreSQL lie in
 * memory, SQLite's on the disk of TMPDIR. */
#include <assert.h>
#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "os/os.h"
#include "store/store.h"
#include "support/figures.h"
#include "support/postgres_server.h"

enum { BLOB_BYTES = 1 << 20, POINTS = 100000 };

static int64_t row_count = 1000000, commit_count = 2000, blob_count = 200;
static arena *memory;
static const char *folder;

static void well(err e)
{
    if (!e.kind) return;
    fprintf(stderr, "bench_store: %s: %s\n", e.kind->code, e.detail ? e.detail : "");
    exit(1);
}

static double wall(void)
{
    return (double)os_monotonic_ns() * 1e-9;
}

static const char TABLES[] =
    "CREATE TABLE store_row (bucket BIGINT NOT NULL, person_id BIGINT NOT NULL, month BIGINT NOT"
    " NULL, amount_fen BIGINT NOT NULL, PRIMARY KEY (bucket, person_id, month));"
    "CREATE TABLE store_one (id BIGINT NOT NULL, note TEXT NOT NULL, PRIMARY KEY (id));"
    "CREATE TABLE store_blob (id BIGINT NOT NULL, body BYTEA NOT NULL, PRIMARY KEY (id))";
static const char *const ROW[] = { "bucket", "person_id", "month", "amount_fen" };
static const store_column_type INTS[] = { STORE_INT_COLUMN, STORE_INT_COLUMN, STORE_INT_COLUMN,
                                          STORE_INT_COLUMN };
#define SCAN  "SELECT bucket, person_id, month, amount_fen FROM store_row"
#define POINT "SELECT amount_fen FROM store_row WHERE bucket = ?1 AND person_id = ?2 AND month = ?3"

static void row_of(int64_t i, int64_t row[4])
{
    row[0] = i * 64 / row_count;
    row[1] = 1000000 + i / 12;
    row[2] = 1200 + i % 12;
    row[3] = i * 7919 % 1500000;
}

static const char *blob(void)
{
    static char *bytes;
    if (!bytes) {
        bytes = arena_alloc(memory, BLOB_BYTES);
        os_random_bytes(bytes, BLOB_BYTES);
    }
    return bytes;
}

typedef struct {
    double bulk, commit, scan, point, blob_in, blob_out; /* a second */
} rates;

/* ---- through the port ---- */

static double bulk_rows(store *db, double (*now)(void))
{
    double from = now();
    store_bulk *bulk;
    well(store_begin(db));
    well(store_bulk_open(db, "store_row", ROW, INTS, 4, &bulk));
    for (int64_t i = 0, row[4]; i < row_count; i++) {
        row_of(i, row);
        for (int c = 0; c < 4; c++)
            well(store_bulk_int(bulk, row[c]));
    }
    well(store_bulk_close(bulk, NULL));
    well(store_commit(db));
    return (double)row_count / (now() - from);
}

static double commits(store *db)
{
    double from = wall();
    for (int64_t i = 0; i < commit_count; i++) {
        store_query *q;
        well(store_begin(db));
        well(store_prepare(db, "INSERT INTO store_one VALUES (?1, ?2)", &q));
        store_bind_int(q, 1, i);
        store_bind_text(q, 2, TEXT("a note"));
        well(store_do(q, NULL));
        well(store_commit(db));
    }
    return (double)commit_count / (wall() - from);
}

static double scan(store *db, double (*now)(void))
{
    double from = now();
    store_query *q;
    bool has_row;
    int64_t sum = 0, count = 0;
    well(store_prepare(db, SCAN, &q));
    for (well(store_step(q, &has_row)); has_row; well(store_step(q, &has_row)), count++)
        for (int c = 0; c < 4; c++)
            sum += store_int(q, c);
    assert(count == row_count && sum);
    return (double)count / (now() - from);
}

static double points(store *db, int64_t count, double (*now)(void))
{
    double from = now();
    for (int64_t k = 0; k < count; k++) {
        int64_t row[4];
        store_query *q;
        bool has_row;
        row_of(k * 7919 % row_count, row);
        well(store_prepare(db, POINT, &q));
        for (int c = 0; c < 3; c++)
            store_bind_int(q, c + 1, row[c]);
        well(store_step(q, &has_row));
        assert(has_row && store_int(q, 0) == row[3]);
        store_reset(q);
    }
    return (double)count / (now() - from);
}

static double blobs_in(store *db, double (*now)(void))
{
    static const char *const COLUMNS[] = { "id", "body" };
    static const store_column_type TYPES[] = { STORE_INT_COLUMN, STORE_BYTES_COLUMN };
    double from = now();
    store_bulk *bulk;
    well(store_begin(db));
    well(store_bulk_open(db, "store_blob", COLUMNS, TYPES, 2, &bulk));
    for (int64_t i = 0; i < blob_count; i++) {
        well(store_bulk_int(bulk, i));
        well(store_bulk_bytes(bulk, (text){ blob(), BLOB_BYTES }));
    }
    well(store_bulk_close(bulk, NULL));
    well(store_commit(db));
    return (double)blob_count * BLOB_BYTES * 1e-6 / (now() - from);
}

static double blobs_out(store *db, double (*now)(void))
{
    double from = now();
    store_query *q;
    bool has_row;
    int64_t size = 0;
    well(store_prepare(db, "SELECT body FROM store_blob ORDER BY id", &q));
    for (well(store_step(q, &has_row)); has_row; well(store_step(q, &has_row)))
        size += (int64_t)store_bytes(q, 0).size_bytes;
    return (double)size * 1e-6 / (now() - from);
}

static rates measure(const char *url, double (*now)(void))
{
    store *db;
    well(store_open(memory, &(store_options){ .url = url, .mode = STORE_CREATE }, &db));
    well(store_run(db, TABLES));
    rates r = { .bulk = bulk_rows(db, now), .commit = commits(db), .blob_in = blobs_in(db, now) };
    r.scan = scan(db, now);
    r.point = points(db, store_driver_of(db) == STORE_SQLITE ? POINTS : POINTS / 10, now);
    r.blob_out = blobs_out(db, now);
    store_close(db);
    return r;
}

/* ---- the bare SQLite ---- */

static void exec(sqlite3 *c, const char *sql)
{
    if (sqlite3_exec(c, sql, NULL, NULL, NULL) == SQLITE_OK) return;
    fprintf(stderr, "bench_store: %s: %s\n", sql, sqlite3_errmsg(c));
    exit(1);
}

static sqlite3_stmt *prepare(sqlite3 *c, const char *sql)
{
    sqlite3_stmt *s;
    int code = sqlite3_prepare_v2(c, sql, -1, &s, NULL);
    assert(code == SQLITE_OK);
    return s;
}

static sqlite3 *open_bare(void)
{
    sqlite3 *c;
    const char *path = text_format(memory, "%s/bare.db", folder).bytes;
    int code = sqlite3_open(path, &c);
    assert(code == SQLITE_OK);
    exec(c, "PRAGMA page_size=8192; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA "
            "cache_size=-65536;"
            "PRAGMA wal_autocheckpoint=2048;"
            "CREATE TABLE store_row (bucket INTEGER NOT NULL, person_id INTEGER NOT NULL, month"
            " INTEGER NOT NULL, amount_fen INTEGER NOT NULL, PRIMARY KEY (bucket, person_id,"
            " month)) STRICT, WITHOUT ROWID;"
            "CREATE TABLE store_one (id INTEGER NOT NULL, note TEXT NOT NULL, PRIMARY KEY (id))"
            " STRICT, WITHOUT ROWID;"
            "CREATE TABLE store_blob (id INTEGER NOT NULL, body BLOB NOT NULL, PRIMARY KEY (id))"
            " STRICT, WITHOUT ROWID;");
    return c;
}

static double bare_bulk(sqlite3 *c)
{
    double from = figure_seconds();
    exec(c, "BEGIN IMMEDIATE");
    sqlite3_stmt *s = prepare(c, "INSERT INTO store_row VALUES (?1, ?2, ?3, ?4)");
    for (int64_t i = 0, row[4]; i < row_count; i++) {
        row_of(i, row);
        for (int k = 0; k < 4; k++)
            sqlite3_bind_int64(s, k + 1, row[k]);
        sqlite3_step(s);
        sqlite3_reset(s);
    }
    sqlite3_finalize(s);
    exec(c, "COMMIT");
    return (double)row_count / (figure_seconds() - from);
}

static double bare_commits(sqlite3 *c)
{
    double from = wall();
    sqlite3_stmt *begin = prepare(c, "BEGIN IMMEDIATE"), *end = prepare(c, "COMMIT"),
                 *s = prepare(c, "INSERT INTO store_one VALUES (?1, ?2)");
    for (int64_t i = 0; i < commit_count; i++) {
        sqlite3_step(begin);
        sqlite3_reset(begin);
        sqlite3_bind_int64(s, 1, i);
        sqlite3_bind_text(s, 2, "a note", 6, SQLITE_STATIC);
        sqlite3_step(s);
        sqlite3_reset(s);
        sqlite3_step(end);
        sqlite3_reset(end);
    }
    sqlite3_finalize(begin);
    sqlite3_finalize(end);
    sqlite3_finalize(s);
    return (double)commit_count / (wall() - from);
}

static double bare_scan(sqlite3 *c)
{
    double from = figure_seconds();
    sqlite3_stmt *s = prepare(c, SCAN);
    int64_t sum = 0;
    while (sqlite3_step(s) == SQLITE_ROW)
        for (int k = 0; k < 4; k++)
            sum += sqlite3_column_int64(s, k);
    sqlite3_finalize(s);
    assert(sum);
    return (double)row_count / (figure_seconds() - from);
}

static double bare_points(sqlite3 *c)
{
    double from = figure_seconds();
    sqlite3_stmt *s = prepare(c, POINT);
    int64_t sum = 0;
    for (int64_t k = 0; k < POINTS; k++) {
        int64_t row[4];
        row_of(k * 7919 % row_count, row);
        for (int i = 0; i < 3; i++)
            sqlite3_bind_int64(s, i + 1, row[i]);
        sqlite3_step(s);
        sum += sqlite3_column_int64(s, 0);
        sqlite3_reset(s);
    }
    sqlite3_finalize(s);
    assert(sum);
    return (double)POINTS / (figure_seconds() - from);
}

static double bare_blobs_in(sqlite3 *c)
{
    double from = figure_seconds();
    exec(c, "BEGIN IMMEDIATE");
    sqlite3_stmt *s = prepare(c, "INSERT INTO store_blob VALUES (?1, ?2)");
    for (int64_t i = 0; i < blob_count; i++) {
        sqlite3_bind_int64(s, 1, i);
        sqlite3_bind_blob(s, 2, blob(), BLOB_BYTES, SQLITE_STATIC);
        sqlite3_step(s);
        sqlite3_reset(s);
    }
    sqlite3_finalize(s);
    exec(c, "COMMIT");
    return (double)blob_count * BLOB_BYTES * 1e-6 / (figure_seconds() - from);
}

static double bare_blobs_out(sqlite3 *c)
{
    double from = figure_seconds();
    sqlite3_stmt *s = prepare(c, "SELECT body FROM store_blob ORDER BY id");
    int64_t size = 0;
    while (sqlite3_step(s) == SQLITE_ROW)
        if (sqlite3_column_blob(s, 0)) size += sqlite3_column_bytes(s, 0);
    sqlite3_finalize(s);
    return (double)size * 1e-6 / (figure_seconds() - from);
}

static rates measure_bare(void)
{
    sqlite3 *c = open_bare();
    rates r = { .bulk = bare_bulk(c), .commit = bare_commits(c), .blob_in = bare_blobs_in(c) };
    r.scan = bare_scan(c);
    r.point = bare_points(c);
    r.blob_out = bare_blobs_out(c);
    sqlite3_close(c);
    return r;
}

/* ---- the bare PostgreSQL ---- */

static void done(PGconn *c, PGresult *r)
{
    ExecStatusType status = PQresultStatus(r);
    bool is_well = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK ||
                   status == PGRES_COPY_IN || status == PGRES_COPY_OUT;
    if (!is_well) {
        fprintf(stderr, "bench_store: %s\n", PQerrorMessage(c));
        exit(1);
    }
    PQclear(r);
}

static char *put(char *at, uint64_t value, int size)
{
    for (int i = size - 1; i >= 0; i--, value >>= 8)
        at[i] = (char)value;
    return at + size;
}

/* One COPY of all, whose bytes are made before the clock runs. */
static double postgres_bulk(PGconn *c)
{
    enum { ROW_BYTES = 2 + 4 * 12 };
    char *bytes = arena_alloc(memory, (size_t)row_count * ROW_BYTES + 32), *at = bytes + 19;
    memcpy(bytes, "PGCOPY\n\377\r\n", 11);
    for (int64_t i = 0, row[4]; i < row_count; i++) {
        row_of(i, row);
        at = put(at, 4, 2);
        for (int k = 0; k < 4; k++)
            at = put(put(at, 8, 4), (uint64_t)row[k], 8);
    }
    at = put(at, UINT64_MAX, 2);
    double from = wall();
    done(c, PQexec(c, "COPY store_row FROM STDIN (FORMAT binary)"));
    for (char *piece = bytes; piece < at; piece += 1 << 16)
        PQputCopyData(c, piece, at - piece < 1 << 16 ? (int)(at - piece) : 1 << 16);
    PQputCopyEnd(c, NULL);
    for (PGresult *r; (r = PQgetResult(c));)
        done(c, r);
    return (double)row_count / (wall() - from);
}

static double postgres_commits(PGconn *c)
{
    char sql[80];
    double from = wall();
    for (int64_t i = 0; i < commit_count; i++) {
        snprintf(sql, sizeof sql, "INSERT INTO store_one VALUES (%d, 'a note')", (int)i);
        done(c, PQexec(c, "BEGIN"));
        done(c, PQexec(c, sql));
        done(c, PQexec(c, "COMMIT"));
    }
    return (double)commit_count / (wall() - from);
}

static double postgres_scan(PGconn *c)
{
    double from = wall();
    int64_t rows = -2; /* the head and the end */
    char *piece;
    done(c, PQexec(c, "COPY store_row TO STDOUT (FORMAT binary)"));
    while (PQgetCopyData(c, &piece, 0) > 0) {
        rows++;
        PQfreemem(piece);
    }
    for (PGresult *r; (r = PQgetResult(c));)
        done(c, r);
    assert(rows >= row_count - 2);
    return (double)row_count / (wall() - from);
}

static double postgres_points(PGconn *c)
{
    done(c, PQprepare(c, "point",
                      "SELECT amount_fen FROM store_row WHERE bucket = $1 AND person_id"
                      " = $2 AND month = $3",
                      0, NULL));
    double from = wall();
    for (int64_t k = 0; k < POINTS / 10; k++) {
        int64_t row[4];
        char numbers[3][8];
        row_of(k * 7919 % row_count, row);
        for (int i = 0; i < 3; i++)
            put(numbers[i], (uint64_t)row[i], 8);
        done(c,
             PQexecPrepared(c, "point", 3, (const char *[]){ numbers[0], numbers[1], numbers[2] },
                            (int[]){ 8, 8, 8 }, (int[]){ 1, 1, 1 }, 1));
    }
    return POINTS / 10 / (wall() - from);
}

static rates measure_bare_postgres(const char *url)
{
    PGconn *c = PQconnectdb(url);
    done(c, PQexec(c, TABLES));
    rates r = { .bulk = postgres_bulk(c), .commit = postgres_commits(c) };
    r.scan = postgres_scan(c);
    r.point = postgres_points(c);
    PQfinish(c);
    return r;
}

/* ---- the table ---- */

static void print(const char *driver, rates r, rates bare, double bulk_goal, double bulk_ratio)
{
    const figure FIGURES[] = {
        { .name = "narrow rows in, bulk",
          .unit = "M rows/s",
          .value = r.bulk * 1e-6,
          .reference = bare.bulk * 1e-6,
          .goal = bulk_goal,
          .ratio_goal = bulk_ratio },
        { .name = "narrow rows out",
          .unit = "M rows/s",
          .value = r.scan * 1e-6,
          .reference = bare.scan * 1e-6 },
        { .name = "rows by key",
          .unit = "k rows/s",
          .value = r.point * 1e-3,
          .reference = bare.point * 1e-3 },
        { .name = "commits of a row",
          .unit = "k/s",
          .value = r.commit * 1e-3,
          .reference = bare.commit * 1e-3 },
        { .name = "blobs of 1 MiB in",
          .unit = "MB/s",
          .value = r.blob_in,
          .reference = bare.blob_in },
        { .name = "blobs of 1 MiB out",
          .unit = "MB/s",
          .value = r.blob_out,
          .reference = bare.blob_out },
    };
    for (size_t i = 0; i < sizeof FIGURES / sizeof *FIGURES; i++) {
        figure f = FIGURES[i];
        f.name = text_format(memory, "store, %s: %s", driver, f.name).bytes;
        figure_print(f);
    }
}

int main(int argc, char **argv)
{
    memory = arena_open();
    if (argc > 1 && strcmp(argv[1], "--long") == 0) {
        row_count *= 10;
        blob_count *= 5;
    }
    well(os_temp_folder(memory, &folder));
    rates bare = measure_bare();
    rates sqlite = measure(text_format(memory, "%s/store.db", folder).bytes, figure_seconds);
    print("SQLite", sqlite, bare, 0.5, 0);
    const postgres_server *server = postgres_server_shared();
    if (server) {
        rates postgres = measure(postgres_server_schema(server, memory), wall);
        rates bare_postgres = measure_bare_postgres(postgres_server_schema(server, memory));
        print("PostgreSQL", postgres, bare_postgres, 0, 0.7);
    } else {
        printf("store: PostgreSQL is not measured, for there is none here\n");
    }
    well(os_remove_tree(memory, folder));
    arena_close(memory);
    return 0;
}
