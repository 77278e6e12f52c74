/* The event log, one script for each driver: appending, keys, reading; test_eventlog_verify.c
 * alters what was written, and test_eventlog_rows.c holds the layout of segments. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/checked.h"
#include "eventlog/eventlog.h"
#include "support/store_place.h"

#define OK(call)         assert_null((call).kind)
#define IS(call, wanted) assert_string_equal(code_of(call), (wanted).code)

static const char *code_of(err e)
{
    return e.kind ? e.kind->code : "no error";
}

typedef struct {
    store *db;
    eventlog *log;
    arena *memory;
} book;

static book open_book(store_place *place)
{
    book b = { .db = store_place_create(place), .memory = place->scratch };
    OK(eventlog_open(place->scratch, b.db, &b.log));
    return b;
}

static void close_book(book b)
{
    eventlog_close(b.log);
    store_close(b.db);
}

static eventlog_event an_event(int64_t subject, int64_t known_ms)
{
    return (eventlog_event){ .bucket = eventlog_bucket_of(subject),
                             .kind = "test.said",
                             .subject_id = subject,
                             .known_ms = known_ms,
                             .actor_id = 7,
                             .why = TEXT("case 1"),
                             .body = TEXT("{\"a\":1}") };
}

static int64_t append(book b, eventlog_event e)
{
    int64_t sequence;
    bool is_new;
    OK(store_begin(b.db));
    OK(eventlog_append(b.log, &e, &sequence, &is_new));
    OK(store_commit(b.db));
    assert_true(is_new);
    return sequence;
}

static void refuse(book b, eventlog_event e, const err_kind *kind)
{
    OK(store_begin(b.db));
    err is = eventlog_append(b.log, &e, NULL, NULL);
    IS(is, *kind);
    store_rollback(b.db);
}

static int64_t count_of(book b)
{
    int64_t count;
    OK(store_scalar(b.db, "SELECT count(*) FROM eventlog_event", &count));
    return count;
}

static void buckets_are_even_and_never_change(void **state)
{
    (void)state;
    size_t counts[EVENTLOG_BUCKETS] = { 0 };
    for (int64_t id = 1; id <= 64000; id++)
        counts[eventlog_bucket_of(id)]++;
    for (size_t i = 0; i < EVENTLOG_BUCKETS; i++)
        assert_in_range(counts[i], 990, 1010);
    /* Written down: a store lives longer than a program. */
    static const uint32_t FIRST[] = { 39, 15, 54, 30, 5, 45, 20, 60 };
    for (int64_t id = 1; id <= 8; id++)
        assert_int_equal(eventlog_bucket_of(id), FIRST[id - 1]);
}

static void sequences_count_from_one_in_each_chain(void **state)
{
    book b = open_book(*state);
    assert_int_equal(append(b, an_event(1, 10)), 1);
    assert_int_equal(append(b, an_event(1, 10)), 2);
    assert_int_equal(append(b, an_event(2, 5)), 1);
    eventlog_event office = an_event(0, 3);
    office.bucket = EVENTLOG_OFFICE;
    assert_int_equal(append(b, office), 1);
    eventlog_head heads[EVENTLOG_BUCKETS + 1];
    OK(eventlog_heads(b.log, heads));
    assert_int_equal(heads[eventlog_bucket_of(1)].sequence, 2);
    assert_int_equal(heads[eventlog_bucket_of(1)].known_ms, 10);
    assert_int_equal(heads[EVENTLOG_OFFICE].sequence, 1);
    assert_int_equal(heads[3].sequence, 0);
    close_book(b);
}

static void what_was_rolled_back_leaves_no_trace(void **state)
{
    book b = open_book(*state);
    append(b, an_event(1, 10));
    for (int round = 0; round < 2; round++) {
        OK(store_begin(b.db));
        eventlog_event e = an_event(1, 99);
        OK(eventlog_append(b.log, &e, NULL, NULL));
        store_rollback(b.db);
    }
    assert_int_equal(append(b, an_event(1, 20)), 2);
    eventlog_verdict verdict;
    OK(eventlog_verify(b.memory, b.log, eventlog_bucket_of(1), 1, &verdict));
    assert_null(verdict.bad_says);
    assert_int_equal(verdict.event_count, 2);
    close_book(b);
}

static void falling_time_is_refused(void **state)
{
    book b = open_book(*state);
    append(b, an_event(1, 10));
    refuse(b, an_event(1, 9), &EVENTLOG_TIME_FALLS);
    assert_int_equal(count_of(b), 1);
    append(b, an_event(1, 10));
    close_book(b);
}

static void what_is_no_event_is_refused(void **state)
{
    book b = open_book(*state);
    eventlog_event e = an_event(1, 10);
    e.bucket = 65;
    refuse(b, e, &EVENTLOG_BAD_EVENT);
    e = an_event(1, 10);
    e.kind = "";
    refuse(b, e, &EVENTLOG_BAD_EVENT);
    const eventlog_segment twice[] = { { "rows", 1, TEXT("a") }, { "rows", 1, TEXT("b") } };
    e = an_event(1, 10);
    e.segments = twice;
    e.segment_count = 2;
    refuse(b, e, &EVENTLOG_BAD_EVENT);
    const eventlog_segment unnamed[] = { { "", 1, TEXT("a") } };
    e.segments = unnamed;
    e.segment_count = 1;
    refuse(b, e, &EVENTLOG_BAD_EVENT);
    assert_int_equal(count_of(b), 0);
    close_book(b);
}

/* ---- keys ---- */

static void again(book b, eventlog_event e, int64_t first)
{
    int64_t sequence;
    bool is_new;
    OK(store_begin(b.db));
    OK(eventlog_append(b.log, &e, &sequence, &is_new));
    OK(store_commit(b.db));
    assert_false(is_new);
    assert_int_equal(sequence, first);
}

static void the_same_key_and_event_change_nothing(void **state)
{
    book b = open_book(*state);
    const eventlog_segment rows[] = { { "b", 1, TEXT("rows b") }, { "a", 2, TEXT("rows a") } };
    const eventlog_segment turned[] = { rows[1], rows[0] };
    eventlog_event e = an_event(1, 10);
    e.key = TEXT("key 1");
    e.segments = rows;
    e.segment_count = 2;
    int64_t first = append(b, e);
    append(b, an_event(1, 20));
    e.known_ms = 30; /* tried again later */
    e.segments = turned;
    again(b, e, first);
    e.known_ms = 5; /* by another clock */
    again(b, e, first);
    assert_int_equal(count_of(b), 2);
    int64_t found;
    OK(eventlog_find_key(b.log, e.bucket, e.key, &found));
    assert_int_equal(found, first);
    OK(eventlog_find_key(b.log, e.bucket, TEXT("key 2"), &found));
    assert_int_equal(found, 0);
    close_book(b);
}

static void a_key_of_another_event_is_refused(void **state)
{
    book b = open_book(*state);
    const eventlog_segment rows[] = { { "a", 1, TEXT("rows a") } };
    const eventlog_segment other[] = { { "a", 1, TEXT("rows b") } };
    eventlog_event e = an_event(1, 10);
    e.key = TEXT("key 1");
    e.segments = rows;
    e.segment_count = 1;
    append(b, e);
    eventlog_event wrong[6] = { e, e, e, e, e, e };
    wrong[0].body = TEXT("{\"a\":2}");
    wrong[1].why = TEXT("case 2");
    wrong[2].kind = "test.unsaid";
    wrong[3].actor_id = 8;
    wrong[4].segments = other;
    wrong[5].segment_count = 0;
    for (size_t i = 0; i < ARRAY_COUNT(wrong); i++)
        refuse(b, wrong[i], &EVENTLOG_KEY_REUSED);
    wrong[0].known_ms = 1; /* what is wrong is the key, not the time */
    refuse(b, wrong[0], &EVENTLOG_KEY_REUSED);
    assert_int_equal(count_of(b), 1);
    /* In another bucket the key is free. */
    e.bucket = (e.bucket + 1) % EVENTLOG_BUCKETS;
    append(b, e);
    close_book(b);
}

/* ---- reading ---- */

static void a_chain_is_read_in_order_and_whole(void **state)
{
    enum { COUNT = 700 };
    book b = open_book(*state);
    OK(store_begin(b.db));
    for (int64_t i = 0; i < COUNT; i++) {
        eventlog_event e = an_event(1, i);
        e.body = text_format(b.memory, "{\"n\":%d}", (int)i);
        OK(eventlog_append(b.log, &e, NULL, NULL));
    }
    OK(store_commit(b.db));
    eventlog_cursor *cursor;
    const eventlog_entry *entry;
    OK(eventlog_read(b.memory, b.log, eventlog_bucket_of(1), 101, &cursor));
    for (int64_t i = 100; i < COUNT; i++) {
        OK(eventlog_next(cursor, &entry));
        assert_int_equal(entry->sequence, i + 1);
        assert_int_equal(entry->event.known_ms, i);
        assert_true(text_equal(entry->event.body, text_format(b.memory, "{\"n\":%d}", (int)i)));
        assert_true(text_equal(entry->event.why, TEXT("case 1")));
        assert_string_equal(entry->event.kind, "test.said");
        assert_int_equal(entry->event.actor_id, 7);
    }
    OK(eventlog_next(cursor, &entry));
    assert_null(entry);
    OK(eventlog_next(cursor, &entry));
    assert_null(entry);
    eventlog_cursor_close(cursor);
    close_book(b);
}

static void a_subject_has_its_own_events_only(void **state)
{
    book b = open_book(*state);
    int64_t same_bucket = 2;
    while (eventlog_bucket_of(same_bucket) != eventlog_bucket_of(1))
        same_bucket++;
    append(b, an_event(1, 10));
    append(b, an_event(same_bucket, 10));
    append(b, an_event(1, 20));
    eventlog_entry *entries;
    size_t count;
    OK(eventlog_of_subject(b.memory, b.log, eventlog_bucket_of(1), 1, &entries, &count));
    assert_int_equal(count, 2);
    assert_int_equal(entries[1].sequence, 3);
    eventlog_entry entry;
    OK(eventlog_entry_read(b.memory, b.log, eventlog_bucket_of(1), 2, &entry));
    assert_int_equal(entry.event.subject_id, same_bucket);
    IS(eventlog_entry_read(b.memory, b.log, eventlog_bucket_of(1), 4, &entry), EVENTLOG_NOT_FOUND);
    close_book(b);
}

/* Across all chains, the newest first; by each way; page by page without a gap, also where many are of one moment. */
static void events_are_found_across_chains_page_by_page(void **state)
{
    book b = open_book(*state);
    eventlog_found *found;
    eventlog_place next;
    size_t count;
    for (int64_t i = 1; i <= 40; i++) {
        eventlog_event e = an_event(1 + i % 5, 100 + i / 4);
        e.actor_id = i % 3; /* 0 is the system */
        if (i % 10 == 0) e.kind = "other.done";
        append(b, e);
    }
    eventlog_filter filter = { .kind = TEXT(""), .until_ms = INT64_MAX, .limit = 7 };
    size_t all = 0;
    eventlog_place last = { INT64_MAX, 0, 0 };
    do {
        OK(eventlog_find(b.memory, b.log, &filter, 1000, &found, &count, &next));
        for (size_t i = 0; i < count; i++) {
            eventlog_place at = found[i].place;
            bool is_below = at.known_ms < last.known_ms || (at.known_ms == last.known_ms && (at.bucket < last.bucket || (at.bucket == last.bucket && at.sequence < last.sequence)));
            assert_true(is_below);
            last = at;
        }
        all += count;
        filter.below = next;
    } while (next.known_ms);
    assert_int_equal(all, 40);
    filter = (eventlog_filter){ .kind = TEXT(""), .until_ms = INT64_MAX, .limit = 100, .actor_id = 2 };
    OK(eventlog_find(b.memory, b.log, &filter, 1000, &found, &count, &next));
    assert_int_equal(count, 13);
    for (size_t i = 0; i < count; i++) assert_int_equal(found[i].actor_id, 2);
    filter.subject_id = 3;
    OK(eventlog_find(b.memory, b.log, &filter, 1000, &found, &count, &next));
    for (size_t i = 0; i < count; i++) assert_true(found[i].actor_id == 2 && found[i].subject_id == 3);
    assert_in_range(count, 2, 3);
    filter = (eventlog_filter){ .kind = TEXT("other."), .until_ms = INT64_MAX, .limit = 100 };
    OK(eventlog_find(b.memory, b.log, &filter, 1000, &found, &count, &next));
    assert_int_equal(count, 4);
    assert_string_equal(found[0].kind, "other.done");
    /* of what is rare a few events are looked at, and the place told */
    OK(eventlog_find(b.memory, b.log, &filter, 5, &found, &count, &next));
    assert_true(count <= 1 && next.known_ms > 0);
    /* a span is half-open */
    filter = (eventlog_filter){ .kind = TEXT(""), .from_ms = 101, .until_ms = 103, .limit = 100 };
    OK(eventlog_find(b.memory, b.log, &filter, 1000, &found, &count, &next));
    assert_int_equal(count, 8);
    close_book(b);
}

static void segments_are_kept_beside_their_event(void **state)
{
    book b = open_book(*state);
    const eventlog_segment rows[] = { { "late", 2, TEXT("z\0z") }, { "early", 1, TEXT_NONE } };
    eventlog_event e = an_event(1, 10);
    e.segments = rows;
    e.segment_count = 2;
    append(b, e);
    eventlog_entry entry;
    text bytes;
    OK(eventlog_entry_read(b.memory, b.log, e.bucket, 1, &entry));
    assert_int_equal(entry.event.segment_count, 2);
    assert_string_equal(entry.event.segments[0].name, "early");
    assert_int_equal(entry.event.segments[1].row_count, 2);
    OK(eventlog_segment_read(b.memory, b.log, e.bucket, 1, "late", &bytes));
    assert_true(text_equal(bytes, TEXT("z\0z")));
    OK(eventlog_segment_read(b.memory, b.log, e.bucket, 1, "early", &bytes));
    assert_int_equal(bytes.size_bytes, 0);
    IS(eventlog_segment_read(b.memory, b.log, e.bucket, 1, "none", &bytes), EVENTLOG_NOT_FOUND);
    OK(store_begin(b.db));
    OK(store_run(b.db, "UPDATE eventlog_segment SET digest = bytes WHERE name = 'late'"));
    OK(store_commit(b.db));
    IS(eventlog_segment_read(b.memory, b.log, e.bucket, 1, "late", &bytes), EVENTLOG_BROKEN);
    close_book(b);
}

/* ---- the hash ---- */

static void the_hash_is_settled_by_the_first_event(void **state)
{
    book b = open_book(*state);
    assert_int_equal(eventlog_hash(b.log), CRYPTO_SM3);
    OK(store_begin(b.db));
    OK(eventlog_choose_hash(b.log, CRYPTO_SHA256));
    OK(store_commit(b.db));
    append(b, an_event(1, 10));
    OK(store_begin(b.db));
    IS(eventlog_choose_hash(b.log, CRYPTO_SM3), EVENTLOG_HASH_SETTLED);
    store_rollback(b.db);
    eventlog *again_open;
    OK(eventlog_open(b.memory, b.db, &again_open));
    assert_int_equal(eventlog_hash(again_open), CRYPTO_SHA256);
    eventlog_verdict verdict;
    OK(eventlog_verify(b.memory, again_open, eventlog_bucket_of(1), 1, &verdict));
    assert_null(verdict.bad_says);
    eventlog_close(again_open);
    close_book(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(buckets_are_even_and_never_change),
        STORE_TEST_BOTH(sequences_count_from_one_in_each_chain),
        STORE_TEST_BOTH(what_was_rolled_back_leaves_no_trace),
        STORE_TEST_BOTH(falling_time_is_refused),
        STORE_TEST_BOTH(what_is_no_event_is_refused),
        STORE_TEST_BOTH(the_same_key_and_event_change_nothing),
        STORE_TEST_BOTH(a_key_of_another_event_is_refused),
        STORE_TEST_BOTH(a_chain_is_read_in_order_and_whole),
        STORE_TEST_BOTH(a_subject_has_its_own_events_only),
        STORE_TEST_BOTH(events_are_found_across_chains_page_by_page),
        STORE_TEST_BOTH(segments_are_kept_beside_their_event),
        STORE_TEST_BOTH(the_hash_is_settled_by_the_first_event),
    };
    return cmocka_run_group_tests_name("eventlog", tests, NULL, NULL);
}
