#include <assert.h>
#include <string.h>

#include "eventlog/eventlog_internal.h"

/* ---- the end of a chain ---- */

/* Of the row a query stands on: sequence, known_ms, hash, code, from column `at` on. */
static err take_head(eventlog *log, store_query *q, int at, eventlog_head *head, bool *code_fits)
{
    head->sequence = store_int(q, at);
    head->known_ms = store_int(q, at + 1);
    text hash = store_bytes(q, at + 2);
    bool is_whole = hash.size_bytes == CRYPTO_DIGEST_BYTES;
    if (is_whole) memcpy(head->hash.bytes, hash.bytes, CRYPTO_DIGEST_BYTES);
    *code_fits = is_whole && eventlog_code_fits(log, head->hash, store_bytes(q, at + 3));
    if (is_whole) return ERR_NONE;
    store_reset(q);
    return eventlog_fail(log, &EVENTLOG_BROKEN, "%u/%lld", head->bucket, (long long)head->sequence);
}

static eventlog_head no_head(uint32_t bucket)
{
    return (eventlog_head){ .bucket = bucket, .known_ms = INT64_MIN };
}

static err read_head(eventlog *log, uint32_t bucket, eventlog_head *head, bool *code_fits)
{
    store_query *q;
    bool has_row;
    *code_fits = true;
    *head = no_head(bucket);
    TRY(store_prepare(log->db,
                      "SELECT sequence, known_ms, hash, code FROM eventlog_event WHERE bucket = ?1 "
                      "ORDER BY sequence DESC LIMIT 1",
                      &q));
    store_bind_int(q, 1, bucket);
    TRY(store_step(q, &has_row));
    if (!has_row) return ERR_NONE;
    TRY(take_head(log, q, 0, head, code_fits));
    store_reset(q);
    return ERR_NONE;
}

/* What this handle appended since the transaction began needs no asking. */
static err current_head(eventlog *log, uint32_t bucket, eventlog_head **head)
{
    uint64_t transaction = store_transaction_number(log->db);
    if (log->head_of_transaction[bucket] != transaction) {
        bool code_fits;
        TRY(read_head(log, bucket, &log->heads[bucket], &code_fits));
        /* Nothing is built upon an event that somebody without the key put there. */
        if (!code_fits)
            return eventlog_fail(log, &EVENTLOG_BROKEN, "bucket %u, event %lld was not written with the master key",
                                 bucket, (long long)log->heads[bucket].sequence);
        log->head_of_transaction[bucket] = transaction;
    }
    *head = &log->heads[bucket];
    return ERR_NONE;
}

/* All in one journey to the store. A transaction then knows them, but for one that nothing may be built upon. */
err eventlog_heads(eventlog *log, eventlog_head heads[EVENTLOG_BUCKETS + 1])
{
    store_query *q;
    bool is_written = store_is_in_transaction(log->db);
    uint64_t transaction = store_transaction_number(log->db);
    for (uint32_t bucket = 0; bucket <= EVENTLOG_OFFICE; bucket++) heads[bucket] = no_head(bucket);
    TRY(store_prepare(log->db,
                      "WITH RECURSIVE chain (bucket) AS (SELECT CAST(0 AS BIGINT) UNION ALL "
                      "SELECT bucket + 1 FROM chain WHERE bucket < ?1) "
                      "SELECT e.bucket, e.sequence, e.known_ms, e.hash, e.code FROM chain JOIN eventlog_event e "
                      "ON e.bucket = chain.bucket AND e.sequence = "
                      "(SELECT max(m.sequence) FROM eventlog_event m WHERE m.bucket = chain.bucket)",
                      &q));
    store_bind_int(q, 1, EVENTLOG_OFFICE);
    for (;;) {
        bool has_row, code_fits;
        TRY(store_step(q, &has_row));
        if (!has_row) break;
        eventlog_head *head = &heads[store_int(q, 0)];
        TRY(take_head(log, q, 1, head, &code_fits));
        if (!code_fits || !is_written) continue;
        log->heads[head->bucket] = *head;
        log->head_of_transaction[head->bucket] = transaction;
    }
    for (uint32_t bucket = 0; is_written && bucket <= EVENTLOG_OFFICE; bucket++) {
        if (heads[bucket].sequence) continue;
        log->heads[bucket] = heads[bucket];
        log->head_of_transaction[bucket] = transaction;
    }
    return ERR_NONE;
}

/* ---- checks ---- */

const eventlog_segment *eventlog_sort_segments(arena *a, const eventlog_segment *segments,
                                               size_t count)
{
    eventlog_segment *sorted = ARENA_ARRAY(a, eventlog_segment, count);
    for (size_t i = 0; i < count; i++) {
        size_t at = i;
        for (; at > 0 && strcmp(sorted[at - 1].name, segments[i].name) > 0; at--)
            sorted[at] = sorted[at - 1];
        sorted[at] = segments[i];
    }
    return sorted;
}

static const char *fault_of_segments(const eventlog_segment *sorted, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!sorted[i].name[0]) return "a segment has no name";
        if (i && strcmp(sorted[i - 1].name, sorted[i].name) == 0)
            return "two segments have one name";
        if (sorted[i].row_count < 0) return "a segment has fewer than no rows";
    }
    return NULL;
}

static const char *fault_of(const eventlog_event *event)
{
    if (event->bucket > EVENTLOG_OFFICE) return "there is no such bucket";
    if (!event->kind || !event->kind[0]) return "it is of no kind";
    return NULL;
}

/* ---- rows ---- */

static text empty_if_null(text t)
{
    return t.bytes ? t : TEXT("");
}

#define INSERT_EVENT                                                                               \
    "INSERT INTO eventlog_event (bucket, sequence, known_ms, subject_id, actor_id, kind, key, "    \
    "segment_count, hash, why, body, code) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)"

/* With a key, the row stays away when the key is there: one look instead of two. */
static err insert_event(eventlog *log, const eventlog_event *event, const eventlog_head *head,
                        bool *is_new)
{
    bool has_key = event->key.size_bytes > 0;
    store_query **kept = &log->insert[has_key];
    if (!*kept)
        TRY(store_prepare(log->db, has_key ? INSERT_EVENT " ON CONFLICT DO NOTHING" : INSERT_EVENT,
                          kept));
    store_query *q = *kept;
    store_bind_int(q, 1, event->bucket);
    store_bind_int(q, 2, head->sequence);
    store_bind_int(q, 3, event->known_ms);
    store_bind_int(q, 4, event->subject_id);
    store_bind_int(q, 5, event->actor_id);
    store_bind_text(q, 6, text_of(event->kind));
    if (has_key) store_bind_text(q, 7, event->key);
    else store_bind_null(q, 7);
    store_bind_int(q, 8, (int64_t)event->segment_count);
    store_bind_bytes(q, 9, (text){ (const char *)head->hash.bytes, CRYPTO_DIGEST_BYTES });
    store_bind_text(q, 10, empty_if_null(event->why));
    store_bind_text(q, 11, empty_if_null(event->body));
    crypto_digest code;
    if (log->coder) code = crypto_mac_of(log->coder, head->hash.bytes, CRYPTO_DIGEST_BYTES);
    if (log->coder) store_bind_bytes(q, 12, (text){ (const char *)code.bytes, EVENTLOG_CODE_BYTES });
    else store_bind_null(q, 12);
    int64_t changed = 0;
    TRY(store_do(q, &changed));
    *is_new = changed == 1;
    return ERR_NONE;
}

static err insert_segment(eventlog *log, const eventlog_event *event, int64_t sequence,
                          const eventlog_segment *segment, const crypto_digest *digest)
{
    store_query *q;
    TRY(store_prepare(log->db,
                      "INSERT INTO eventlog_segment (bucket, sequence, name, row_count, digest, "
                      "bytes) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                      &q));
    store_bind_int(q, 1, event->bucket);
    store_bind_int(q, 2, sequence);
    store_bind_text(q, 3, text_of(segment->name));
    store_bind_int(q, 4, segment->row_count);
    store_bind_bytes(q, 5, (text){ (const char *)digest->bytes, CRYPTO_DIGEST_BYTES });
    store_bind_bytes(q, 6, empty_if_null(segment->bytes));
    return store_do(q, NULL);
}

/* ---- the same event again ---- */

err eventlog_find_key(eventlog *log, uint32_t bucket, text key, int64_t *sequence)
{
    store_query *q;
    bool has_row;
    *sequence = 0;
    TRY(store_prepare(log->db, "SELECT sequence FROM eventlog_event WHERE bucket = ?1 AND key = ?2",
                      &q));
    store_bind_int(q, 1, bucket);
    store_bind_text(q, 2, empty_if_null(key));
    TRY(store_step(q, &has_row));
    if (!has_row) return ERR_NONE;
    *sequence = store_int(q, 0);
    store_reset(q);
    return ERR_NONE;
}

/* Two events are one when all but the time they became known is the same; made comparable by
 * hashing both as if they stood at the same place. */
static err is_same_event(arena *scratch, eventlog *log, const eventlog_event *event,
                         const crypto_digest *digests, int64_t sequence, bool *is_same)
{
    eventlog_entry kept;
    TRY(eventlog_entry_read(scratch, log, event->bucket, sequence, &kept));
    crypto_digest *kept_digests = ARENA_ARRAY(scratch, crypto_digest, kept.event.segment_count);
    for (size_t i = 0; i < kept.event.segment_count; i++) {
        text bytes;
        TRY(eventlog_segment_read(scratch, log, event->bucket, sequence,
                                  kept.event.segments[i].name, &bytes));
        kept_digests[i] = crypto_hash(log->digester, bytes.bytes, bytes.size_bytes);
    }
    kept.event.known_ms = event->known_ms;
    crypto_digest none = { { 0 } };
    *is_same = crypto_digest_equal(eventlog_hash_event(log, none, event, 0, digests),
                                   eventlog_hash_event(log, none, &kept.event, 0, kept_digests));
    return ERR_NONE;
}

static err meet_again(eventlog *log, const eventlog_event *event, const crypto_digest *digests,
                      int64_t *sequence)
{
    TRY(eventlog_find_key(log, event->bucket, event->key, sequence));
    bool is_same = false;
    if (*sequence) {
        arena *scratch = arena_open();
        err e = is_same_event(scratch, log, event, digests, *sequence, &is_same);
        arena_close(scratch);
        TRY(e);
    }
    if (is_same) return ERR_NONE;
    return eventlog_fail(log, &EVENTLOG_KEY_REUSED, "%u/%lld", event->bucket,
                         (long long)*sequence);
}

/* ---- append ---- */

/* `event` has its segments sorted; the head moves on only when all is written. */
static err append(eventlog *log, const eventlog_event *event, const crypto_digest *digests,
                  int64_t *sequence, bool *is_new)
{
    eventlog_head *head = NULL;
    TRY(current_head(log, event->bucket, &head));
    eventlog_head next = { .bucket = event->bucket,
                           .sequence = head->sequence + 1,
                           .known_ms = event->known_ms };
    /* A key used before answers with its event whatever the time; so time is asked after it. */
    bool is_late = event->known_ms < head->known_ms;
    if (is_late && event->key.size_bytes) {
        TRY(eventlog_find_key(log, event->bucket, event->key, sequence));
        is_late = *sequence == 0;
        if (!is_late) {
            *is_new = false;
            return meet_again(log, event, digests, sequence);
        }
    }
    if (is_late)
        return eventlog_fail(log, &EVENTLOG_TIME_FALLS, "%u, %lld < %lld", event->bucket,
                             (long long)event->known_ms, (long long)head->known_ms);
    next.hash = eventlog_hash_event(log, head->hash, event, next.sequence, digests);
    TRY(insert_event(log, event, &next, is_new));
    if (!*is_new) return meet_again(log, event, digests, sequence);
    for (size_t i = 0; i < event->segment_count; i++) {
        const eventlog_segment *segment = &event->segments[i];
        TRY(insert_segment(log, event, next.sequence, segment, &digests[i]));
        eventlog_fitted place = eventlog_place_of(event->bucket, next.sequence, segment->name, segment->bytes);
        eventlog_segment_fitted(log, &place);
    }
    *head = next;
    *sequence = next.sequence;
    return ERR_NONE;
}

static err append_with_segments(arena *scratch, eventlog *log, eventlog_event event,
                                int64_t *sequence, bool *is_new)
{
    for (size_t i = 0; i < event.segment_count; i++)
        if (!event.segments[i].name)
            return eventlog_fail(log, &EVENTLOG_BAD_EVENT, "%s: a segment has no name", event.kind);
    event.segments = eventlog_sort_segments(scratch, event.segments, event.segment_count);
    const char *fault = fault_of_segments(event.segments, event.segment_count);
    if (fault) return eventlog_fail(log, &EVENTLOG_BAD_EVENT, "%s: %s", event.kind, fault);
    crypto_digest *digests = ARENA_ARRAY(scratch, crypto_digest, event.segment_count);
    for (size_t i = 0; i < event.segment_count; i++)
        digests[i] = crypto_hash(log->digester, event.segments[i].bytes.bytes,
                                 event.segments[i].bytes.size_bytes);
    return append(log, &event, digests, sequence, is_new);
}

err eventlog_append(eventlog *log, const eventlog_event *event, int64_t *sequence, bool *is_new)
{
    assert(store_is_in_transaction(log->db));
    bool unasked;
    int64_t unasked_sequence;
    if (!is_new) is_new = &unasked;
    if (!sequence) sequence = &unasked_sequence;
    const char *fault = fault_of(event);
    if (fault) return eventlog_fail(log, &EVENTLOG_BAD_EVENT, "%s", fault);
    if (log->needs_key) return err_of(&EVENTLOG_NEEDS_KEY, NULL);
    if (!event->segment_count) return append(log, event, NULL, sequence, is_new);
    arena *scratch = arena_open();
    err e = append_with_segments(scratch, log, *event, sequence, is_new);
    arena_close(scratch);
    return e;
}
