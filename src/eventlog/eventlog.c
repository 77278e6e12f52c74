#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "eventlog/eventlog_internal.h"

const err_kind EVENTLOG_KEY_REUSED = {
    "eventlog.key_reused",
    ERR_CONFLICT,
    "The idempotency key was used for another event: {} (bucket/event of the log).",
    "幂等键已用于另一事件：{}（日志的分桶/事件号）。",
};
const err_kind EVENTLOG_TIME_FALLS = {
    "eventlog.time_falls",
    ERR_CONFLICT,
    "The event would be known before the event ahead of it in its chain: {} (bucket, milliseconds).",
    "事件的知悉时间早于链上前一事件：{}（分桶，毫秒）。",
};
const err_kind EVENTLOG_BROKEN = {
    "eventlog.broken",
    ERR_BUG,
    "The event log does not fit its hashes: {} (bucket/event).",
    "事件日志与其散列值不符：{}（分桶/事件号）。",
};
const err_kind EVENTLOG_NOT_FOUND = {
    "eventlog.not_found",
    ERR_NOT_FOUND,
    "There is no such event or segment: {} (bucket/event).",
    "没有这一事件或数据段：{}（分桶/事件号）。",
};
const err_kind EVENTLOG_BAD_EVENT = {
    "eventlog.bad_event",
    ERR_BUG,
    "The event cannot be kept: {}.",
    "事件不合要求，不能记录：{}。",
};
const err_kind EVENTLOG_HASH_SETTLED = {
    "eventlog.hash_settled",
    ERR_CONFLICT,
    "The hash of the log is settled by its first event.",
    "日志的散列算法在第一个事件之后不能再改。",
};

const err_kind EVENTLOG_OTHER_KEY = {
    "eventlog.other_key",
    ERR_FORBIDDEN,
    "The newest event ({}) does not carry the code of this master key: the key is another office's, or the event "
    "was not written by this office. doudi verify tells more.",
    "最新事件（{}）的校验码与主密钥不符：或主密钥属于另一机构，或该事件并非本机构写入。可用 doudi verify 核验。",
};
const err_kind EVENTLOG_NEEDS_KEY = {
    "eventlog.needs_key",
    ERR_FORBIDDEN,
    "Events carry a code of the master key; without the key none can be written.",
    "事件须带主密钥的校验码；没有主密钥不能写入。",
};

err eventlog_fail(eventlog *log, const err_kind *kind, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(log->detail, sizeof log->detail, format, args);
    va_end(args);
    return err_of(kind, log->detail);
}

static void close_hashers(eventlog *log)
{
    if (log->hasher) crypto_hasher_close(log->hasher);
    if (log->digester) crypto_hasher_close(log->digester);
    log->hasher = log->digester = NULL;
}

static err open_hashers(eventlog *log)
{
    close_hashers(log);
    TRY(crypto_hasher_open(log->memory, log->hash_name, &log->hasher));
    return crypto_hasher_open(log->memory, log->hash_name, &log->digester);
}

static err read_hash_name(eventlog *log)
{
    store_query *q;
    bool has_row;
    TRY(store_prepare(log->db, "SELECT hash FROM eventlog_chain WHERE id = 1", &q));
    TRY(store_step(q, &has_row));
    if (!has_row) return ERR_NONE;
    bool is_known = crypto_hash_named(store_text(q, 0), &log->hash_name);
    store_reset(q);
    return is_known ? ERR_NONE
                    : eventlog_fail(log, &EVENTLOG_BROKEN, "eventlog_chain names no known hash");
}

err eventlog_open(arena *process, store *db, eventlog **log)
{
    eventlog *l = ARENA_NEW(process, eventlog);
    l->db = db;
    l->memory = process;
    l->hash_name = CRYPTO_SM3;
    err e = read_hash_name(l);
    if (!e.kind) e = open_hashers(l);
    if (!e.kind) e = eventlog_has_codes(l, &l->needs_key);
    if (e.kind) {
        eventlog_close(l);
        return e;
    }
    *log = l;
    return ERR_NONE;
}

void eventlog_close(eventlog *log)
{
    if (!log) return;
    close_hashers(log);
    eventlog_ahead_close(log);
    if (log->coder) crypto_mac_close(log->coder);
    log->coder = NULL;
}

err eventlog_choose_hash(eventlog *log, crypto_hash_name name)
{
    int64_t count;
    TRY(store_scalar(log->db, "SELECT count(*) FROM (SELECT 1 FROM eventlog_event LIMIT 1) AS one",
                     &count));
    if (count) return err_of(&EVENTLOG_HASH_SETTLED, NULL);
    store_query *q;
    TRY(store_prepare(log->db,
                      "INSERT INTO eventlog_chain (id, hash) VALUES (1, ?1) "
                      "ON CONFLICT (id) DO UPDATE SET hash = excluded.hash",
                      &q));
    store_bind_text(q, 1, text_of(crypto_hash_spelling(name)));
    TRY(store_do(q, NULL));
    log->hash_name = name;
    return open_hashers(log);
}

crypto_hash_name eventlog_hash(const eventlog *log)
{
    return log->hash_name;
}

/* ---- the hash of an event ---- */

enum { FIXED_BYTES = 256 };

/* Gathers the short fields, so that the hash is called a few times an event, not twenty. */
typedef struct {
    crypto_hasher *hasher;
    size_t size_bytes;
    uint8_t bytes[FIXED_BYTES];
} gathered;

static void flush(gathered *g)
{
    if (g->size_bytes) crypto_hash_add(g->hasher, g->bytes, g->size_bytes);
    g->size_bytes = 0;
}

static void add_bytes(gathered *g, const void *bytes, size_t size_bytes)
{
    if (g->size_bytes + size_bytes > FIXED_BYTES) flush(g);
    if (size_bytes > FIXED_BYTES) {
        crypto_hash_add(g->hasher, bytes, size_bytes);
    } else if (size_bytes) {
        memcpy(g->bytes + g->size_bytes, bytes, size_bytes);
        g->size_bytes += size_bytes;
    }
}

static void add_int(gathered *g, int64_t value)
{
    uint8_t bytes[8];
    for (int i = 0; i < 8; i++)
        bytes[i] = (uint8_t)((uint64_t)value >> (8 * i));
    add_bytes(g, bytes, sizeof bytes);
}

static void add_text(gathered *g, text t)
{
    add_int(g, (int64_t)t.size_bytes);
    add_bytes(g, t.bytes, t.size_bytes);
}

crypto_digest eventlog_hash_event(eventlog *log, crypto_digest before, const eventlog_event *event,
                                  int64_t sequence, const crypto_digest *digests)
{
    gathered g = { .hasher = log->hasher };
    crypto_hash_begin(log->hasher);
    add_bytes(&g, before.bytes, sizeof before.bytes);
    add_int(&g, event->bucket);
    add_int(&g, sequence);
    add_int(&g, event->subject_id);
    add_int(&g, event->known_ms);
    add_int(&g, event->actor_id);
    add_text(&g, text_of(event->kind));
    add_text(&g, event->why);
    add_text(&g, event->key);
    add_int(&g, (int64_t)event->segment_count);
    for (size_t i = 0; i < event->segment_count; i++) {
        add_text(&g, text_of(event->segments[i].name));
        add_int(&g, event->segments[i].row_count);
        add_bytes(&g, digests[i].bytes, sizeof digests[i].bytes);
    }
    add_text(&g, event->body);
    flush(&g);
    return crypto_hash_end(log->hasher);
}
