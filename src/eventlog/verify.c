#include <string.h>

#include "eventlog/eventlog_internal.h"

/* What verify says of a record that does not fit, in both languages. */
typedef struct {
    const char *says, *says_zh;
} finding;
static const finding WRONG_HASH = { "the event does not have the hash it was written with",
                                    "事件内容与其散列值不符" };
static const finding NO_CODE = { "the event carries no code of the master key",
                                 "事件没有主密钥的校验码" };
static const finding WRONG_CODE = { "the event was not written with the office's master key",
                                    "事件不是用本机构的主密钥写入的" };
static const finding MISSING = { "an event is missing from the chain", "链上缺少一个事件" };
static const finding TIME_FALLS = { "the event is known before the one ahead of it",
                                    "事件的知悉时间早于前一事件" };
static const finding SEGMENT_LOST = { "a segment of the event is missing, or one is too many",
                                      "事件的数据段缺少或多余" };
static const finding SEGMENT_BYTES = { "a segment's bytes do not have their digest",
                                       "数据段内容与其摘要不符" };
static const finding SEGMENT_STRAY = { "a segment belongs to no event", "数据段不属于任何事件" };
static const finding NO_CHAIN = { "a record is in a bucket that does not exist",
                                  "记录所在的分区不存在" };

/* Digests made of the segments of the events at hand, read in one query; their bytes are not kept. */
typedef struct {
    int64_t sequence;
    crypto_digest digest;
    int64_t byte_count;
    bool fits; /* the one it was written with */
} digested;

enum { EVENTS_AHEAD = 256 };

typedef struct {
    arena *memory; /* for the verdict */
    eventlog *log;
    uint32_t bucket;
    eventlog_verdict *verdict;
    crypto_digest before;
    int64_t expected, known_ms;
    crypto_digest *digests;
    size_t digest_capacity;
    digested *ahead;
    size_t ahead_count, ahead_capacity, ahead_at;
    int64_t ahead_until; /* of events before it all segments are among them */
} check;

static bool found(check *c, int64_t sequence, const char *segment, finding f)
{
    eventlog_verdict *v = c->verdict;
    if (v->bad_says) return false;
    v->bad_bucket = c->bucket;
    v->bad_sequence = sequence;
    v->bad_segment = segment ? text_cstr(c->memory, text_of(segment)) : NULL;
    v->bad_says = f.says;
    v->bad_says_zh = f.says_zh;
    return false;
}

static err digest_ahead(check *c, int64_t sequence)
{
    store_query *q;
    bool has_row;
    c->ahead_count = c->ahead_at = 0;
    TRY(store_prepare(c->log->db,
                      "SELECT sequence, digest, bytes FROM eventlog_segment WHERE bucket = ?1 "
                      "AND sequence BETWEEN ?2 AND ?3 ORDER BY sequence, name",
                      &q));
    store_bind_int(q, 1, c->bucket);
    store_bind_int(q, 2, sequence);
    store_bind_int(q, 3, sequence + EVENTS_AHEAD - 1);
    for (;;) {
        TRY(store_step(q, &has_row));
        if (!has_row) break;
        text digest = store_bytes(q, 1), bytes = store_bytes(q, 2);
        digested one = { .sequence = store_int(q, 0), .byte_count = (int64_t)bytes.size_bytes,
                         .digest = crypto_hash(c->log->digester, bytes.bytes, bytes.size_bytes) };
        one.fits = digest.size_bytes == CRYPTO_DIGEST_BYTES && memcmp(digest.bytes, one.digest.bytes, CRYPTO_DIGEST_BYTES) == 0;
        ARENA_PUSH(c->memory, c->ahead, c->ahead_count, c->ahead_capacity, one);
    }
    c->ahead_until = sequence + EVENTS_AHEAD;
    return ERR_NONE;
}

/* Leaves the digests of an event's segments. */
static err check_segments(check *c, const eventlog_entry *entry, bool *fits)
{
    size_t at = 0;
    if (entry->sequence >= c->ahead_until) TRY(digest_ahead(c, entry->sequence));
    while (c->ahead_at < c->ahead_count && c->ahead[c->ahead_at].sequence < entry->sequence) c->ahead_at++;
    for (; c->ahead_at < c->ahead_count && c->ahead[c->ahead_at].sequence == entry->sequence; c->ahead_at++) {
        const digested *one = &c->ahead[c->ahead_at];
        c->verdict->segment_count++;
        c->verdict->byte_count += one->byte_count;
        if (!one->fits) {
            *fits = found(c, entry->sequence, entry->event.segments[at].name, SEGMENT_BYTES);
            return ERR_NONE;
        }
        while (at >= c->digest_capacity)
            c->digests = arena_grow(c->memory, c->digests, &c->digest_capacity, sizeof *c->digests);
        c->digests[at++] = one->digest;
    }
    return ERR_NONE;
}

static err check_event(check *c, const eventlog_entry *entry, bool *fits)
{
    const eventlog_event *e = &entry->event;
    *fits = true;
    if (entry->sequence != c->expected) *fits = found(c, c->expected, NULL, MISSING);
    else if (e->known_ms < c->known_ms) *fits = found(c, entry->sequence, NULL, TIME_FALLS);
    else if (e->segment_count && !e->segments)
        *fits = found(c, entry->sequence, NULL, SEGMENT_LOST);
    if (*fits && e->segment_count) TRY(check_segments(c, entry, fits));
    if (!*fits) return ERR_NONE;
    crypto_digest is = eventlog_hash_event(c->log, c->before, e, entry->sequence, c->digests);
    if (!crypto_digest_equal(is, entry->hash)) *fits = found(c, entry->sequence, NULL, WRONG_HASH);
    else if (c->log->coder && !entry->has_code) *fits = found(c, entry->sequence, NULL, NO_CODE);
    else if (!entry->code_fits) *fits = found(c, entry->sequence, NULL, WRONG_CODE);
    c->verdict->event_count++;
    c->verdict->byte_count += (int64_t)(e->body.size_bytes + e->why.size_bytes);
    c->before = entry->hash;
    c->known_ms = e->known_ms;
    c->expected = entry->sequence + 1;
    return ERR_NONE;
}

static err check_chain(check *c, int64_t from_sequence)
{
    eventlog_cursor *cursor;
    const eventlog_entry *entry;
    bool fits = true;
    TRY(eventlog_read(c->memory, c->log, c->bucket, from_sequence, &cursor));
    eventlog_cursor_be_lenient(cursor);
    err e = ERR_NONE;
    while (!e.kind && fits) {
        e = eventlog_next(cursor, &entry);
        if (e.kind || !entry) break;
        e = check_event(c, entry, &fits);
    }
    eventlog_cursor_close(cursor);
    return e;
}

/* The first row of a query of (sequence, name), as a finding. */
static err find_stray(check *c, const char *sql, bool has_bucket, finding f)
{
    store_query *q;
    bool has_row;
    if (c->verdict->bad_says) return ERR_NONE;
    TRY(store_prepare(c->log->db, sql, &q));
    if (has_bucket) store_bind_int(q, 1, c->bucket);
    TRY(store_step(q, &has_row));
    if (!has_row) return ERR_NONE;
    found(c, store_int(q, 0), store_is_null(q, 1) ? NULL : text_cstr(c->memory, store_text(q, 1)),
          f);
    store_reset(q);
    return ERR_NONE;
}

static err find_strays(check *c)
{
    TRY(find_stray(c,
                   "SELECT s.sequence, s.name FROM eventlog_segment AS s "
                   "LEFT JOIN eventlog_event AS e ON e.bucket = s.bucket AND "
                   "e.sequence = s.sequence AND e.segment_count > 0 WHERE s.bucket = ?1 AND "
                   "e.sequence IS NULL "
                   "ORDER BY s.sequence LIMIT 1",
                   true, SEGMENT_STRAY));
    if (c->bucket != EVENTLOG_OFFICE) return ERR_NONE;
    TRY(find_stray(c,
                   "SELECT sequence, NULL FROM eventlog_event WHERE bucket < 0 OR bucket > 64 "
                   "LIMIT 1",
                   false, NO_CHAIN));
    return find_stray(c,
                      "SELECT sequence, name FROM eventlog_segment WHERE bucket < 0 "
                      "OR bucket > 64 LIMIT 1",
                      false, NO_CHAIN);
}

static err trust_head(check *c, int64_t sequence)
{
    eventlog_entry head;
    TRY(eventlog_entry_read(c->memory, c->log, c->bucket, sequence, &head));
    c->before = head.hash;
    c->known_ms = head.event.known_ms;
    return ERR_NONE;
}

err eventlog_verify(arena *a, eventlog *log, uint32_t bucket, int64_t from_sequence,
                    eventlog_verdict *verdict)
{
    *verdict = (eventlog_verdict){ .bad_bucket = bucket };
    check c = { .memory = a,
                .log = log,
                .bucket = bucket,
                .verdict = verdict,
                .known_ms = INT64_MIN,
                .ahead_until = INT64_MIN,
                .expected = from_sequence > 1 ? from_sequence : 1 };
    if (from_sequence > 1) TRY(trust_head(&c, from_sequence - 1));
    TRY(check_chain(&c, from_sequence > 1 ? from_sequence : INT64_MIN));
    return find_strays(&c);
}
