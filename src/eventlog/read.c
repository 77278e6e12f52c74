#include <assert.h>
#include <string.h>

#include "eventlog/eventlog_internal.h"

enum { PAGE_EVENTS = 256 };

/* Events are read a page at a time and copied, so that no query stays open between two steps: the
 * reader may write tables, append, or read another chain meanwhile. */
struct eventlog_cursor {
    eventlog *log;
    uint32_t bucket;
    int64_t next_sequence;
    bool is_last_page, is_lenient;
    arena *page;
    eventlog_entry *entries;
    size_t count, at;
};

#define SELECT_EVENTS                                                                              \
    "SELECT sequence, known_ms, subject_id, actor_id, kind, key, segment_count, hash, why, body, code "  \
    "FROM eventlog_event WHERE bucket = ?1 "

/* Lenient is how verify reads: a hash that is not whole is zeros, lost segments are NULL, and it
 * is verify that says so, of the first such event and not of the page. */
static err take_row(arena *a, eventlog *log, uint32_t bucket, const store_query *q, bool is_lenient,
                    eventlog_entry *entry)
{
    entry->sequence = store_int(q, 0);
    eventlog_event *e = &entry->event;
    e->bucket = bucket;
    e->known_ms = store_int(q, 1);
    e->subject_id = store_int(q, 2);
    e->actor_id = store_int(q, 3);
    e->kind = text_cstr(a, store_text(q, 4));
    e->key = text_copy(a, store_text(q, 5));
    e->segment_count = (size_t)store_int(q, 6);
    e->why = text_copy(a, store_text(q, 8));
    e->body = text_copy(a, store_text(q, 9));
    text hash = store_bytes(q, 7);
    bool is_whole = hash.size_bytes == CRYPTO_DIGEST_BYTES;
    if (is_whole) memcpy(entry->hash.bytes, hash.bytes, CRYPTO_DIGEST_BYTES);
    /* Only verify asks for it, which alone reads leniently. */
    entry->has_code = is_lenient && !store_is_null(q, 10);
    entry->code_fits = is_lenient && eventlog_code_fits(log, entry->hash, store_bytes(q, 10));
    if (is_whole || is_lenient) return ERR_NONE;
    return eventlog_fail(log, &EVENTLOG_BROKEN, "%u/%lld", bucket,
                         (long long)entry->sequence);
}

/* Of events in order of their sequence, all at once. */
static err list_segments(arena *a, eventlog *log, bool is_lenient, eventlog_entry *entries, size_t count)
{
    store_query *q;
    bool has_row;
    size_t at = 0;
    size_t *capacity = ARENA_ARRAY(a, size_t, count + 1), *listed = ARENA_ARRAY(a, size_t, count + 1);
    eventlog_segment **segments = ARENA_ARRAY(a, eventlog_segment *, count + 1);
    TRY(store_prepare(log->db,
                      "SELECT sequence, name, row_count FROM eventlog_segment WHERE bucket = ?1 "
                      "AND sequence BETWEEN ?2 AND ?3 ORDER BY sequence, name",
                      &q));
    store_bind_int(q, 1, entries[0].event.bucket);
    store_bind_int(q, 2, entries[0].sequence);
    store_bind_int(q, 3, entries[count - 1].sequence);
    for (;;) {
        TRY(store_step(q, &has_row));
        if (!has_row) break;
        while (at < count && entries[at].sequence < store_int(q, 0)) at++;
        if (at == count || entries[at].sequence != store_int(q, 0)) continue; /* of an event between them */
        eventlog_segment s = { .name = text_cstr(a, store_text(q, 1)), .row_count = store_int(q, 2) };
        ARENA_PUSH(a, segments[at], listed[at], capacity[at], s);
    }
    for (size_t i = 0; i < count; i++) {
        eventlog_event *e = &entries[i].event;
        if (!e->segment_count) continue;
        bool are_all = listed[i] == e->segment_count;
        e->segments = are_all ? segments[i] : NULL;
        if (are_all || is_lenient) continue;
        return eventlog_fail(log, &EVENTLOG_BROKEN, "%u/%lld", e->bucket, (long long)entries[i].sequence);
    }
    return ERR_NONE;
}

/* Events that stand near one another are asked of together; between others lie segments of too many. */
static err list_all_segments(arena *a, eventlog *log, bool is_lenient, eventlog_entry *entries, size_t count)
{
    enum { APART = 8 };
    for (size_t from = 0, until; from < count; from = until) {
        until = from + 1;
        if (!entries[from].event.segment_count) continue;
        size_t last = from;
        for (; until < count && entries[until].sequence - entries[last].sequence <= APART; until++)
            if (entries[until].event.segment_count) last = until;
        TRY(list_segments(a, log, is_lenient, entries + from, last - from + 1));
        until = last + 1;
    }
    return ERR_NONE;
}

/* Takes all rows of the query, then lists their segments: one query is open at a time. */
static err take_rows(arena *a, eventlog *log, uint32_t bucket, store_query *q, bool is_lenient,
                     eventlog_entry **entries, size_t *count)
{
    size_t capacity = 0;
    bool has_row;
    *entries = NULL;
    *count = 0;
    for (;;) {
        TRY(store_step(q, &has_row));
        if (!has_row) break;
        eventlog_entry entry = { .sequence = 0 };
        err e = take_row(a, log, bucket, q, is_lenient, &entry);
        if (e.kind) {
            store_reset(q);
            return e;
        }
        ARENA_PUSH(a, *entries, *count, capacity, entry);
    }
    return list_all_segments(a, log, is_lenient, *entries, *count);
}

err eventlog_read(arena *a, eventlog *log, uint32_t bucket, int64_t from_sequence,
                  eventlog_cursor **cursor)
{
    eventlog_cursor *c = ARENA_NEW(a, eventlog_cursor);
    c->log = log;
    c->bucket = bucket;
    c->next_sequence = from_sequence;
    c->page = arena_open();
    *cursor = c;
    return ERR_NONE;
}

void eventlog_cursor_be_lenient(eventlog_cursor *cursor)
{
    cursor->is_lenient = true;
}

static err next_page(eventlog_cursor *c)
{
    arena_reset(c->page);
    c->at = c->count = 0;
    store_query *q;
    TRY(store_prepare(c->log->db, SELECT_EVENTS "AND sequence >= ?2 ORDER BY sequence LIMIT ?3",
                      &q));
    store_bind_int(q, 1, c->bucket);
    store_bind_int(q, 2, c->next_sequence);
    store_bind_int(q, 3, PAGE_EVENTS);
    TRY(take_rows(c->page, c->log, c->bucket, q, c->is_lenient, &c->entries, &c->count));
    c->is_last_page = c->count < PAGE_EVENTS;
    if (c->count) c->next_sequence = c->entries[c->count - 1].sequence + 1;
    return ERR_NONE;
}

err eventlog_next(eventlog_cursor *cursor, const eventlog_entry **entry)
{
    *entry = NULL;
    if (cursor->at == cursor->count && !cursor->is_last_page) TRY(next_page(cursor));
    if (cursor->at < cursor->count) *entry = &cursor->entries[cursor->at++];
    return ERR_NONE;
}

void eventlog_cursor_close(eventlog_cursor *cursor)
{
    if (!cursor) return;
    arena_close(cursor->page);
    cursor->page = NULL;
    cursor->at = cursor->count = 0;
    cursor->is_last_page = true;
}

err eventlog_entry_read(arena *a, eventlog *log, uint32_t bucket, int64_t sequence,
                        eventlog_entry *entry)
{
    store_query *q;
    eventlog_entry *entries;
    size_t count;
    TRY(store_prepare(log->db, SELECT_EVENTS "AND sequence = ?2", &q));
    store_bind_int(q, 1, bucket);
    store_bind_int(q, 2, sequence);
    TRY(take_rows(a, log, bucket, q, false, &entries, &count));
    if (!count)
        return eventlog_fail(log, &EVENTLOG_NOT_FOUND, "%u/%lld", bucket,
                             (long long)sequence);
    *entry = entries[0];
    return ERR_NONE;
}

err eventlog_of_subject(arena *a, eventlog *log, uint32_t bucket, int64_t subject_id,
                        eventlog_entry **entries, size_t *count)
{
    store_query *q;
    TRY(store_prepare(
        log->db, SELECT_EVENTS "AND subject_id = ?2 AND subject_id <> 0 ORDER BY sequence", &q));
    store_bind_int(q, 1, bucket);
    store_bind_int(q, 2, subject_id);
    return take_rows(a, log, bucket, q, false, entries, count);
}

err eventlog_segment_read(arena *a, eventlog *log, uint32_t bucket, int64_t sequence,
                          const char *name, text *bytes)
{
    text digest, kept;
    bool has_row;
    TRY(eventlog_ahead_take(log, bucket, sequence, name, &digest, &kept, &has_row));
    if (!has_row)
        return eventlog_fail(log, &EVENTLOG_NOT_FOUND, "%u/%lld/%.60s",
                             bucket, (long long)sequence, name);
    eventlog_fitted place = eventlog_place_of(bucket, sequence, name, kept);
    if (eventlog_segment_fits(log, &place, kept, digest)) {
        *bytes = text_copy(a, kept);
        return ERR_NONE;
    }
    return eventlog_fail(log, &EVENTLOG_BROKEN, "%u/%lld/%.60s", bucket,
                         (long long)sequence, name);
}
