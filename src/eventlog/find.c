/* Events by who did them, whom they are about and when, the newest first: for an auditor. */
#include <string.h>

#include "eventlog/eventlog_internal.h"

#define SELECT                                                                                     \
    "SELECT bucket, sequence, known_ms, subject_id, actor_id, kind, why FROM eventlog_event "       \
    "WHERE known_ms >= ?1 AND (known_ms, bucket, sequence) < (?2, ?3, ?4) "
#define ORDER "ORDER BY known_ms DESC, bucket DESC, sequence DESC LIMIT ?5"

/* Each way has its index. What is about one subject is in one chain, and little. */
static err ask(eventlog *log, const eventlog_filter *f, store_query **q)
{
    if (f->subject_id) TRY(store_prepare(log->db, SELECT "AND bucket = ?6 AND subject_id = ?7 AND subject_id <> 0 " ORDER, q));
    else if (f->actor_id) TRY(store_prepare(log->db, SELECT "AND actor_id = ?6 AND actor_id <> 0 " ORDER, q));
    else TRY(store_prepare(log->db, SELECT ORDER, q));
    if (f->subject_id) {
        store_bind_int(*q, 6, eventlog_bucket_of(f->subject_id));
        store_bind_int(*q, 7, f->subject_id);
    } else if (f->actor_id) {
        store_bind_int(*q, 6, f->actor_id);
    }
    return ERR_NONE;
}

static bool fits(const eventlog_filter *f, const eventlog_found *e)
{
    return (!f->actor_id || e->actor_id == f->actor_id) && (!f->kind.size_bytes || text_begins(text_of(e->kind), f->kind));
}

err eventlog_find(arena *a, eventlog *log, const eventlog_filter *f, size_t looked_max, eventlog_found **found, size_t *count,
                  eventlog_place *next)
{
    store_query *q;
    size_t capacity = 0, looked = 0;
    eventlog_place last = f->below.known_ms ? f->below : (eventlog_place){ f->until_ms, 0, 0 };
    if (last.known_ms > f->until_ms) last = (eventlog_place){ f->until_ms, 0, 0 };
    *found = NULL;
    *count = 0;
    *next = (eventlog_place){ 0, 0, 0 };
    TRY(ask(log, f, &q));
    store_bind_int(q, 1, f->from_ms);
    store_bind_int(q, 2, last.known_ms);
    store_bind_int(q, 3, last.bucket);
    store_bind_int(q, 4, last.sequence);
    store_bind_int(q, 5, (int64_t)looked_max + 1);
    for (;;) {
        bool has_row;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        if (*count == f->limit || looked++ == looked_max) {
            *next = last; /* below the last that was looked at */
            store_reset(q);
            return ERR_NONE;
        }
        last = (eventlog_place){ store_int(q, 2), (uint32_t)store_int(q, 0), store_int(q, 1) };
        eventlog_found row = { .place = last, .subject_id = store_int(q, 3), .actor_id = store_int(q, 4),
                               .kind = text_cstr(a, store_text(q, 5)), .why = store_text(q, 6) };
        if (!fits(f, &row)) continue;
        row.why = text_copy(a, row.why);
        ARENA_PUSH(a, *found, *count, capacity, row);
    }
}
