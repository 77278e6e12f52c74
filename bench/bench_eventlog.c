/* bench_eventlog - events a second, one by one in batches on SQLite; segments written, read and
 * verified. The reference of events is the same rows without chain, key and subject; of segments
 * hashing the same bytes; of rows copying them. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "eventlog/eventlog.h"
#include "os/os.h"
#include "support/figures.h"

static void must(err e)
{
    if (e.kind) printf("%s %s\n", e.kind->code, e.detail ? e.detail : "");
    assert(!e.kind);
}

typedef struct {
    arena *memory;
    store *db;
    eventlog *log;
} book;

static book open_book(arena *a, const char *folder)
{
    book b = { .memory = a };
    const char *url = text_cstr(a, text_format(a, "%s/log.db", folder));
    must(store_open(a, &(store_options){ .url = url, .mode = STORE_CREATE }, &b.db));
    must(eventlog_open(a, b.db, &b.log));
    must(eventlog_use_key(b.log, &(crypto_key){ .bytes = { 7 } })); /* as an office's is */
    return b;
}

/* ---- single events ---- */

enum { EVENTS = 600000, BATCH = 20000 };
static const text BODY =
    TEXT("{\"facts\":[{\"base_fen\":512300,\"employer_id\":1234,\"from\":46000,"
         "\"kind\":\"enrolment\",\"scheme\":3,\"until\":146097}]}");

static double append_events(book b, bool has_key, int64_t first_ms)
{
    arena *scratch = arena_open();
    double begun = figure_seconds();
    for (int64_t i = 0; i < EVENTS; i++) {
        if (i % BATCH == 0) must(store_begin(b.db));
        int64_t subject = i % 300000 + 1;
        eventlog_event e = { .bucket = eventlog_bucket_of(subject),
                             .kind = "bench.enrolled",
                             .subject_id = subject,
                             .known_ms = first_ms + i,
                             .actor_id = 3,
                             .why = TEXT("import 2026-11"),
                             .body = BODY };
        if (has_key) e.key = text_format(scratch, "import-2026-11/%lld", (long long)i);
        must(eventlog_append(b.log, &e, NULL, NULL));
        if (i % BATCH == BATCH - 1) {
            must(store_commit(b.db));
            arena_reset(scratch);
        }
    }
    arena_close(scratch);
    return EVENTS / (figure_seconds() - begun) / 1e3;
}

static double insert_rows(book b)
{
    double begun = figure_seconds();
    store_query *q;
    must(store_run(b.db, "CREATE TABLE eventlog_plain (bucket BIGINT NOT NULL, id BIGINT NOT NULL, "
                         "body TEXT NOT NULL, PRIMARY KEY (bucket, id))"));
    must(store_prepare(b.db, "INSERT INTO eventlog_plain VALUES (?1, ?2, ?3)", &q));
    for (int64_t i = 0; i < EVENTS; i++) {
        if (i % BATCH == 0) must(store_begin(b.db));
        store_bind_int(q, 1, eventlog_bucket_of(i % 300000 + 1));
        store_bind_int(q, 2, i);
        store_bind_text(q, 3, BODY);
        must(store_do(q, NULL));
        if (i % BATCH == BATCH - 1) must(store_commit(b.db));
    }
    return EVENTS / (figure_seconds() - begun) / 1e3;
}

static void bench_events(book b)
{
    double plain = insert_rows(b);
    figure_print(
        (figure){ "events of one subject, k/s", "k/s", append_events(b, false, 0), plain, 300, 0 });
    figure_print((figure){ "the same with an idempotency key, k/s", "k/s",
                           append_events(b, true, EVENTS), plain, 0, 0 });
}

static double verify_all(book b, int64_t *events, int64_t *bytes)
{
    double begun = figure_seconds();
    *events = *bytes = 0;
    for (uint32_t bucket = 0; bucket <= EVENTLOG_OFFICE; bucket++) {
        eventlog_verdict v;
        must(eventlog_verify(b.memory, b.log, bucket, 1, &v));
        assert(!v.bad_says);
        *events += v.event_count;
        *bytes += v.byte_count;
    }
    return figure_seconds() - begun;
}

/* ---- segments: a month of five bills a person ---- */

enum { ROWS = 2000000, ROUNDS = 4 };

static const int64_t *make_column(arena *a, int64_t least, int64_t step, int64_t span)
{
    int64_t *number = ARENA_ARRAY(a, int64_t, ROWS);
    for (int64_t i = 0; i < ROWS; i++)
        number[i] = least + i * step % span;
    return number;
}

static double hash_speed(arena *a, text bytes)
{
    crypto_hasher *hasher;
    must(crypto_hasher_open(a, CRYPTO_SM3, &hasher));
    double begun = figure_seconds();
    crypto_hash(hasher, bytes.bytes, bytes.size_bytes);
    double speed = (double)bytes.size_bytes / (figure_seconds() - begun) / 1e6;
    crypto_hasher_close(hasher);
    return speed;
}

static void bench_rows(arena *a, const eventlog_column *columns, size_t count, text *bytes)
{
    double begun = figure_seconds();
    must(eventlog_rows_write(a, columns, count, ROWS, bytes));
    double wrote = figure_seconds() - begun;
    int64_t *into = ARENA_ARRAY(a, int64_t, ROWS);
    begun = figure_seconds();
    for (size_t c = 0; c < count; c++)
        memcpy(into, columns[c].number, sizeof *into * ROWS);
    double copied = figure_seconds() - begun;
    eventlog_rows rows;
    must(eventlog_rows_open(*bytes, &rows));
    begun = figure_seconds();
    for (size_t c = 0; c < count; c++)
        eventlog_rows_numbers(&rows, c, 0, ROWS, into);
    double read = figure_seconds() - begun;
    double values = (double)ROWS * (double)count / 1e6;
    figure_print(
        (figure){ "rows packed, M values/s", "M/s", values / wrote, values / copied, 100, 0 });
    figure_print(
        (figure){ "rows unpacked, M values/s", "M/s", values / read, values / copied, 200, 0 });
    figure_print((figure){ "bytes a row of six columns, fewer is better", "B",
                           (double)bytes->size_bytes / ROWS, 48, 0, 0 });
}

static void bench_segments(book b)
{
    arena *a = arena_open();
    const eventlog_column columns[] = {
        { "person_id", make_column(a, 1, 3, INT64_MAX), NULL },
        { "scheme", make_column(a, 1, 1, 5), NULL },
        { "employer_id", make_column(a, 1, 7919, 30000), NULL },
        { "base_fen", make_column(a, 480000, 7907, 1900000), NULL },
        { "due_fen", make_column(a, 0, 104729, 600000), NULL },
        { "month", make_column(a, 1523, 0, 2), NULL },
    };
    text bytes;
    bench_rows(a, columns, 6, &bytes);
    double hashed = hash_speed(a, bytes), size = (double)bytes.size_bytes * ROUNDS / 1e6;
    eventlog_segment segment = { "bills", ROWS, bytes };
    double begun = figure_seconds();
    for (int i = 0; i < ROUNDS; i++) {
        eventlog_event e = { .bucket = (uint32_t)i,
                             .kind = "bench.billed",
                             .known_ms = INT64_C(1) << 50,
                             .segments = &segment,
                             .segment_count = 1 };
        must(store_begin(b.db));
        must(eventlog_append(b.log, &e, NULL, NULL));
        must(store_commit(b.db));
    }
    figure_print((figure){ "segments appended, MB/s", "MB/s", size / (figure_seconds() - begun),
                           hashed, 100, 0 });
    int64_t events, byte_count;
    double seconds = verify_all(b, &events, &byte_count);
    figure_print((figure){ "segments verified, MB/s", "MB/s", (double)byte_count / seconds / 1e6,
                           hashed, 300, 0 });
    arena_close(a);
}

int main(void)
{
    arena *a = arena_open();
    const char *folder;
    must(os_temp_folder(a, &folder));
    const char *other = text_cstr(a, text_format(a, "%s/segments", folder));
    book b = open_book(a, folder);
    bench_events(b);
    int64_t events, bytes;
    double seconds = verify_all(b, &events, &bytes);
    figure_print(
        (figure){ "events verified, k/s", "k/s", (double)events / seconds / 1e3, 0, 300, 0 });
    eventlog_close(b.log);
    store_close(b.db);
    must(os_make_folder(a, other));
    b = open_book(a, other);
    bench_segments(b);
    eventlog_close(b.log);
    store_close(b.db);
    must(os_remove_tree(a, folder));
    arena_close(a);
    return 0;
}
