/* A flipped byte anywhere in the event log is found and named: each byte of each cell of each row
 * of a small log is altered, one at a time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/checked.h"
#include "eventlog/eventlog.h"
#include "support/store_place.h"

#define OK(call) assert_null((call).kind)

typedef struct {
    store *db;
    eventlog *log;
    arena *memory;
} book;

static void append(book b, eventlog_event e)
{
    OK(eventlog_append(b.log, &e, NULL, NULL));
}

static const crypto_key KEY = { .bytes = { 1, 2, 3 } }, OTHER_KEY = { .bytes = { 4 } };

/* Three events in one chain (the middle with two segments), one in the next and two in the
 * office's. */
static book small_book(store_place *place)
{
    book b = { .db = store_place_create(place), .memory = place->scratch };
    OK(eventlog_open(place->scratch, b.db, &b.log));
    OK(eventlog_use_key(b.log, &KEY));
    const eventlog_segment rows[] = { { "bills.pension", 3, TEXT("some rows") },
                                      { "bills.medical", 1, TEXT("others") } };
    eventlog_event e = { .bucket = 5,
                         .kind = "test.said",
                         .subject_id = 5,
                         .known_ms = 10,
                         .actor_id = 2,
                         .why = TEXT("案卷"),
                         .body = TEXT("{\"a\":1}"),
                         .key = TEXT("k1") };
    OK(store_begin(b.db));
    append(b, e);
    e = (eventlog_event){ .bucket = 5,
                          .kind = "test.billed",
                          .known_ms = 20,
                          .body = TEXT("{}"),
                          .segments = rows,
                          .segment_count = 2 };
    append(b, e);
    e = (eventlog_event){ .bucket = 5, .kind = "test.said", .subject_id = 300, .known_ms = 30 };
    append(b, e);
    e.bucket = 6;
    append(b, e);
    e.bucket = EVENTLOG_OFFICE;
    append(b, e);
    append(b, e);
    OK(store_commit(b.db));
    return b;
}

static eventlog_verdict verify_all(book b)
{
    eventlog_verdict first = { .bad_says = NULL };
    for (uint32_t bucket = 0; bucket <= EVENTLOG_OFFICE; bucket++) {
        eventlog_verdict v;
        OK(eventlog_verify(b.memory, b.log, bucket, 1, &v));
        first.event_count += v.event_count;
        first.segment_count += v.segment_count;
        if (v.bad_says && !first.bad_says) {
            v.event_count = first.event_count;
            v.segment_count = first.segment_count;
            first = v;
        }
    }
    return first;
}

static void an_untouched_log_is_whole(void **state)
{
    book b = small_book(*state);
    eventlog_verdict v = verify_all(b);
    assert_null(v.bad_says);
    assert_int_equal(v.event_count, 6);
    assert_int_equal(v.segment_count, 2);
    eventlog_close(b.log);
    store_close(b.db);
}

/* ---- every byte ---- */

typedef enum { NUMBER, WORD, BYTES } cell_type;
typedef struct {
    const char *table, *cell;
    cell_type type;
} cell;
static const cell CELLS[] = {
    { "eventlog_event", "bucket", NUMBER },      { "eventlog_event", "sequence", NUMBER },
    { "eventlog_event", "known_ms", NUMBER },    { "eventlog_event", "subject_id", NUMBER },
    { "eventlog_event", "actor_id", NUMBER },    { "eventlog_event", "kind", WORD },
    { "eventlog_event", "key", WORD },           { "eventlog_event", "segment_count", NUMBER },
    { "eventlog_event", "hash", BYTES },         { "eventlog_event", "why", WORD },
    { "eventlog_event", "body", WORD },          { "eventlog_event", "code", BYTES },
    { "eventlog_segment", "bucket", NUMBER },
    { "eventlog_segment", "sequence", NUMBER },  { "eventlog_segment", "name", WORD },
    { "eventlog_segment", "row_count", NUMBER }, { "eventlog_segment", "digest", BYTES },
    { "eventlog_segment", "bytes", BYTES },
};

static const char *sql_of(book b, const char *format, const cell *c, const char *which)
{
    text_builder out = text_builder_open(b.memory);
    for (const char *at = format; *at; at++) {
        if (*at == '$') text_add_cstr(&out, c->table);
        else if (*at == '%') text_add_cstr(&out, c->cell);
        else if (*at == '&') text_add_cstr(&out, which);
        else text_add_char(&out, *at);
    }
    return text_built(&out).bytes;
}

/* The cell's bytes; false when there is none. */
static bool read_cell(book b, const cell *c, const char *which, text *is, int64_t *number)
{
    store_query *q;
    bool has_row;
    OK(store_prepare(b.db, sql_of(b, "SELECT % FROM $ WHERE &", c, which), &q));
    OK(store_step(q, &has_row));
    if (!has_row) return false;
    bool is_null = store_is_null(q, 0);
    if (c->type == NUMBER) {
        *number = store_int(q, 0);
        *is = (text){ (const char *)number, sizeof *number };
    } else {
        *is = text_copy(b.memory, c->type == WORD ? store_text(q, 0) : store_bytes(q, 0));
    }
    store_reset(q);
    return !is_null;
}

/* Alters the cell inside a transaction, verifies, and takes it back. */
static void alter(book b, const cell *c, const char *which, text to)
{
    store_query *q;
    OK(store_begin(b.db));
    OK(store_prepare(b.db, sql_of(b, "UPDATE $ SET % = ?1 WHERE &", c, which), &q));
    int64_t number = 0;
    if (c->type == NUMBER) memcpy(&number, to.bytes, sizeof number);
    if (c->type == NUMBER) store_bind_int(q, 1, number);
    else if (c->type == WORD) store_bind_text(q, 1, to);
    else store_bind_bytes(q, 1, to);
    int64_t changed;
    err e = store_do(q, &changed);
    /* Some are refused by a key of the table: then nothing was altered. */
    if (!e.kind) {
        assert_int_equal(changed, 1);
        eventlog_verdict v = verify_all(b);
        if (!v.bad_says) fail_msg("%s.%s where %s: not found", c->table, c->cell, which);
        assert_non_null(v.bad_says_zh);
        assert_true(v.bad_sequence >= 1 || c->type == NUMBER);
    }
    store_rollback(b.db);
}

static size_t flip_each_byte(book b, const cell *c, const char *which)
{
    text is;
    int64_t number;
    if (!read_cell(b, c, which, &is, &number)) return 0;
    char *bytes = arena_copy(b.memory, is.bytes, is.size_bytes);
    for (size_t i = 0; i < is.size_bytes; i++) {
        bytes[i] ^= 1; /* keeps ASCII ASCII: a TEXT of other bytes cannot be written at all */
        if (c->type != WORD || text_is_utf8((text){ bytes, is.size_bytes }, NULL))
            alter(b, c, which, (text){ bytes, is.size_bytes });
        bytes[i] ^= 1;
    }
    if (is.size_bytes && c->type != NUMBER) alter(b, c, which, text_sub(is, 0, is.size_bytes - 1));
    return is.size_bytes;
}

static void a_flipped_byte_anywhere_is_found(void **state)
{
    static const char *const EVENTS[] = { "bucket = 5 AND sequence = 1",
                                          "bucket = 5 AND sequence = 2",
                                          "bucket = 5 AND sequence = 3", "bucket = 6",
                                          "bucket = 64 AND sequence = 2" };
    static const char *const SEGMENTS[] = { "name = 'bills.medical'", "name = 'bills.pension'" };
    book b = small_book(*state);
    size_t flipped = 0;
    for (size_t i = 0; i < ARRAY_COUNT(CELLS); i++) {
        bool is_event = strcmp(CELLS[i].table, "eventlog_event") == 0;
        size_t count = is_event ? ARRAY_COUNT(EVENTS) : ARRAY_COUNT(SEGMENTS);
        for (size_t k = 0; k < count; k++)
            flipped += flip_each_byte(b, &CELLS[i], is_event ? EVENTS[k] : SEGMENTS[k]);
    }
    assert_true(flipped > 500);
    assert_null(verify_all(b).bad_says);
    eventlog_close(b.log);
    store_close(b.db);
}

/* ---- rows taken out or put in ---- */

typedef struct {
    const char *sql;
    int64_t bucket, sequence;
    const char *segment;
} tampering;
static const tampering TAMPERINGS[] = {
    { "DELETE FROM eventlog_event WHERE bucket = 5 AND sequence = 1", 5, 1, NULL },
    { "DELETE FROM eventlog_event WHERE bucket = 5 AND sequence = 2", 5, 2, NULL },
    { "DELETE FROM eventlog_segment WHERE name = 'bills.medical'", 5, 2, NULL },
    { "UPDATE eventlog_segment SET bytes = digest WHERE name = 'bills.pension'", 5, 2,
      "bills.pension" },
    { "INSERT INTO eventlog_segment SELECT bucket, 3, name, row_count, digest, bytes "
      "FROM eventlog_segment WHERE name = 'bills.medical'",
      5, 3, "bills.medical" },
    { "INSERT INTO eventlog_segment SELECT bucket, sequence, 'other', row_count, digest, bytes "
      "FROM eventlog_segment WHERE name = 'bills.medical'",
      5, 2, NULL },
    { "UPDATE eventlog_event SET bucket = 70 WHERE bucket = 6", 64, 1, NULL },
    { "UPDATE eventlog_event SET known_ms = 25 WHERE bucket = 5 AND sequence = 1", 5, 1, NULL },
};

static void what_was_taken_out_or_put_in_is_named(void **state)
{
    book b = small_book(*state);
    for (size_t i = 0; i < ARRAY_COUNT(TAMPERINGS); i++) {
        const tampering *t = &TAMPERINGS[i];
        OK(store_begin(b.db));
        OK(store_run(b.db, t->sql));
        eventlog_verdict v = verify_all(b);
        assert_non_null(v.bad_says);
        assert_int_equal(v.bad_bucket, t->bucket);
        assert_int_equal(v.bad_sequence, t->sequence);
        if (t->segment) assert_string_equal(v.bad_segment, t->segment);
        else assert_null(v.bad_segment);
        store_rollback(b.db);
    }
    eventlog_close(b.log);
    store_close(b.db);
}

static void a_rewritten_chain_is_found_by_its_head(void **state)
{
    book b = small_book(*state);
    eventlog_head before[EVENTLOG_BUCKETS + 1], after[EVENTLOG_BUCKETS + 1];
    OK(eventlog_heads(b.log, before));
    OK(store_begin(b.db));
    OK(store_run(b.db, "DELETE FROM eventlog_event WHERE bucket = 5 AND sequence = 3"));
    OK(store_commit(b.db));
    OK(store_begin(b.db));
    append(
        b,
        (eventlog_event){
            .bucket = 5, .kind = "test.said", .subject_id = 300, .known_ms = 30, .actor_id = 99 });
    OK(store_commit(b.db));
    assert_null(verify_all(b).bad_says);
    OK(eventlog_heads(b.log, after));
    assert_int_equal(after[5].sequence, before[5].sequence);
    assert_false(crypto_digest_equal(after[5].hash, before[5].hash));
    assert_true(crypto_digest_equal(after[6].hash, before[6].hash));
    eventlog_close(b.log);
    store_close(b.db);
}

/* ---- who writes the database, but has not the key ---- */

/* The chain of bucket 5 written anew from its third event on, hashes and all, by a program without the
 * key; the codes of the events that stayed are as they were. */
static void rewrite_without_key(book b)
{
    eventlog *forger;
    OK(store_begin(b.db));
    OK(store_run(b.db, "CREATE TABLE eventlog_kept AS SELECT bucket AS b, sequence AS s, code AS c FROM eventlog_event;"
                       "DELETE FROM eventlog_event WHERE bucket = 5 AND sequence = 3;"
                       "UPDATE eventlog_event SET code = NULL"));
    OK(eventlog_open(b.memory, b.db, &forger));
    OK(eventlog_append(forger, &(eventlog_event){ .bucket = 5, .kind = "test.said", .known_ms = 30, .actor_id = 99 },
                       NULL, NULL));
    eventlog_close(forger);
    OK(store_run(b.db, "UPDATE eventlog_event SET code = (SELECT c FROM eventlog_kept WHERE b = bucket AND s = sequence)"));
}

static void a_chain_written_anew_without_the_key_is_named(void **state)
{
    book b = small_book(*state);
    rewrite_without_key(b);
    eventlog_verdict v = verify_all(b);
    assert_non_null(v.bad_says);
    assert_int_equal(v.bad_bucket, 5);
    assert_int_equal(v.bad_sequence, 3);
    /* Without the key it looks whole: that is what the code is for. */
    eventlog *keyless;
    OK(eventlog_open(b.memory, b.db, &keyless));
    assert_null(verify_all((book){ b.db, keyless, b.memory }).bad_says);
    eventlog_close(keyless);
    OK(store_run(b.db, "UPDATE eventlog_event SET code = NULL"));
    v = verify_all(b);
    assert_non_null(v.bad_says);
    assert_int_equal(v.bad_sequence, 1);
    store_rollback(b.db);
    eventlog_close(b.log);
    store_close(b.db);
}

static void without_the_key_or_with_another_nothing_is_written(void **state)
{
    book b = small_book(*state);
    eventlog *keyless;
    OK(eventlog_open(b.memory, b.db, &keyless));
    OK(store_begin(b.db));
    const eventlog_event e = { .bucket = 5, .kind = "test.said", .known_ms = 40 };
    assert_ptr_equal(eventlog_append(keyless, &e, NULL, NULL).kind, &EVENTLOG_NEEDS_KEY);
    assert_ptr_equal(eventlog_use_key(keyless, &OTHER_KEY).kind, &EVENTLOG_OTHER_KEY);
    assert_ptr_equal(eventlog_append(keyless, &e, NULL, NULL).kind, &EVENTLOG_NEEDS_KEY);
    OK(eventlog_use_key(keyless, &KEY));
    OK(eventlog_append(keyless, &e, NULL, NULL));
    assert_null(verify_all(b).bad_says);
    store_rollback(b.db);
    eventlog_close(keyless);
    eventlog_close(b.log);
    store_close(b.db);
}

/* An event put at the end of a chain without the key, its hash right: nothing is appended behind it. */
static void nothing_is_built_upon_a_forged_event(void **state)
{
    book b = small_book(*state);
    bool fits;
    rewrite_without_key(b);
    const eventlog_event e = { .bucket = 5, .kind = "test.said", .known_ms = 40 };
    OK(store_commit(b.db));
    OK(store_begin(b.db));
    assert_ptr_equal(eventlog_append(b.log, &e, NULL, NULL).kind, &EVENTLOG_BROKEN);
    OK(eventlog_check_entry(b.memory, b.log, 5, 3, &fits));
    assert_false(fits);
    OK(eventlog_check_entry(b.memory, b.log, 5, 1, &fits));
    assert_true(fits);
    /* In the office's chain the next opening says so. */
    OK(store_run(b.db, "UPDATE eventlog_event SET code = NULL WHERE bucket = 64 AND sequence = 2"));
    assert_ptr_equal(eventlog_use_key(b.log, &KEY).kind, &EVENTLOG_OTHER_KEY);
    store_rollback(b.db);
    eventlog_close(b.log);
    store_close(b.db);
}

static void the_log_of_an_older_program_is_adopted(void **state)
{
    book b = small_book(*state);
    int64_t adopted, left;
    bool has_codes;
    OK(store_begin(b.db));
    OK(store_run(b.db, "UPDATE eventlog_event SET code = NULL"));
    OK(eventlog_has_codes(b.log, &has_codes));
    assert_false(has_codes);
    OK(eventlog_adopt(b.log, &adopted));
    assert_int_equal(adopted, 6);
    assert_null(verify_all(b).bad_says);
    OK(eventlog_adopt(b.log, &adopted));
    assert_int_equal(adopted, 0);
    OK(store_scalar(b.db, "SELECT count(*) FROM eventlog_event WHERE code IS NULL", &left));
    assert_int_equal(left, 0);
    store_rollback(b.db);
    eventlog_close(b.log);
    store_close(b.db);
}

static void hashes_of_a_chain_are_told_by_a_stride(void **state)
{
    book b = small_book(*state);
    crypto_digest hashes[3];
    size_t found;
    int64_t last;
    eventlog_entry third;
    OK(eventlog_hashes(b.log, 5, 1, 2, 3, hashes, &found));
    assert_int_equal(found, 2);
    OK(eventlog_entry_read(b.memory, b.log, 5, 3, &third));
    assert_true(crypto_digest_equal(hashes[1], third.hash));
    OK(eventlog_last(b.log, 5, "test.said", &last));
    assert_int_equal(last, 3);
    OK(eventlog_last(b.log, 5, "test.unsaid", &last));
    assert_int_equal(last, 0);
    eventlog_close(b.log);
    store_close(b.db);
}

static void verifying_may_begin_at_a_trusted_head(void **state)
{
    book b = small_book(*state);
    eventlog_verdict v;
    OK(eventlog_verify(b.memory, b.log, 5, 3, &v));
    assert_null(v.bad_says);
    assert_int_equal(v.event_count, 1);
    eventlog_head heads[EVENTLOG_BUCKETS + 1];
    OK(eventlog_heads(b.log, heads));
    err e = eventlog_verify(b.memory, b.log, 5, 5, &v);
    assert_ptr_equal(e.kind, &EVENTLOG_NOT_FOUND);
    eventlog_close(b.log);
    store_close(b.db);
}

/* More events than verify hashes in one query, and more segments than are read ahead; each has its own bytes. */
enum { LONG_CHAIN = 600, LARGE = 300000 };

static size_t segments_of(int n)
{
    return (size_t)(n % 3);
}

static text bytes_of(arena *a, int n, size_t i)
{
    text says = text_format(a, "%d/%zu", n, i);
    if (n % 50 != 7) return says;
    char *large = arena_alloc(a, LARGE); /* so that fewer are read at once */
    memset(large, 'x', LARGE);
    memcpy(large, says.bytes, says.size_bytes);
    return (text){ large, LARGE };
}

static book long_book(store_place *place)
{
    static const char *const NAMES[] = { "early", "late" };
    book b = { .db = store_place_create(place), .memory = place->scratch };
    OK(eventlog_open(place->scratch, b.db, &b.log));
    OK(store_begin(b.db));
    for (int n = 1; n <= LONG_CHAIN; n++) {
        eventlog_segment rows[2];
        for (size_t i = 0; i < segments_of(n); i++) rows[i] = (eventlog_segment){ NAMES[i], 1, bytes_of(b.memory, n, i) };
        append(b, (eventlog_event){ .bucket = 5, .kind = "test.billed", .known_ms = n, .body = TEXT("{}"), .segments = rows,
                                    .segment_count = segments_of(n) });
    }
    OK(store_commit(b.db));
    return b;
}

static void expect_bytes(book b, int n, size_t i)
{
    text bytes;
    err e = eventlog_segment_read(b.memory, b.log, 5, n, i ? "late" : "early", &bytes);
    if (i < segments_of(n)) assert_true(!e.kind && text_equal(bytes, bytes_of(b.memory, n, i)));
    else assert_ptr_equal(e.kind, &EVENTLOG_NOT_FOUND);
}

static void a_long_chain_is_read_in_ranges(void **state)
{
    book b = long_book(*state);
    eventlog_verdict v = verify_all(b);
    assert_null(v.bad_says);
    assert_int_equal(v.segment_count, LONG_CHAIN);
    for (int round = 0; round < 2; round++) { /* ahead, and outside of a transaction one by one */
        if (!round) OK(store_begin(b.db));
        for (int n = 1; n <= LONG_CHAIN; n++)
            for (size_t i = 0; i < 2; i++) expect_bytes(b, n, i);
        for (int n = LONG_CHAIN; n > 0; n -= 7) expect_bytes(b, n, 0);
        if (!round) store_rollback(b.db);
    }
    OK(store_begin(b.db));
    OK(store_run(b.db, "UPDATE eventlog_segment SET bytes = digest WHERE sequence = 430 AND name = 'early'"));
    OK(store_commit(b.db));
    v = verify_all(b);
    assert_int_equal(v.bad_sequence, 430);
    assert_string_equal(v.bad_segment, "early");
    eventlog_close(b.log);
    store_close(b.db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST_BOTH(an_untouched_log_is_whole),
        STORE_TEST_BOTH(a_flipped_byte_anywhere_is_found),
        STORE_TEST_BOTH(what_was_taken_out_or_put_in_is_named),
        STORE_TEST_BOTH(a_rewritten_chain_is_found_by_its_head),
        STORE_TEST_BOTH(verifying_may_begin_at_a_trusted_head),
        STORE_TEST_BOTH(a_chain_written_anew_without_the_key_is_named),
        STORE_TEST_BOTH(without_the_key_or_with_another_nothing_is_written),
        STORE_TEST_BOTH(nothing_is_built_upon_a_forged_event),
        STORE_TEST_BOTH(the_log_of_an_older_program_is_adopted),
        STORE_TEST_BOTH(a_long_chain_is_read_in_ranges),
        STORE_TEST_BOTH(hashes_of_a_chain_are_told_by_a_stride),
    };
    return cmocka_run_group_tests_name("eventlog verify", tests, NULL, NULL);
}
