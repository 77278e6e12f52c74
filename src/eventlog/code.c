/* The code of an event: HMAC of its hash, under a key that is never in the database. */
#include <string.h>

#include "eventlog/eventlog_internal.h"

/* The newest of the office's events, or where it has none of another chain. */
static err newest(eventlog *log, uint32_t *bucket, int64_t *sequence, crypto_digest *hash,
                  uint8_t code[EVENTLOG_CODE_BYTES], bool *has_code)
{
    store_query *q;
    bool has_row;
    *sequence = 0;
    *has_code = false;
    TRY(store_prepare(log->db,
                      "SELECT bucket, sequence, hash, code FROM eventlog_event "
                      "ORDER BY bucket DESC, sequence DESC LIMIT 1",
                      &q));
    TRY(store_step(q, &has_row));
    if (!has_row) return ERR_NONE;
    text kept = store_bytes(q, 2), said = store_is_null(q, 3) ? TEXT_NONE : store_bytes(q, 3);
    *bucket = (uint32_t)store_int(q, 0);
    *sequence = store_int(q, 1);
    *hash = (crypto_digest){ .bytes = { 0 } };
    if (kept.size_bytes == CRYPTO_DIGEST_BYTES) memcpy(hash->bytes, kept.bytes, CRYPTO_DIGEST_BYTES);
    memset(code, 0, EVENTLOG_CODE_BYTES);
    *has_code = said.size_bytes > 0;
    if (said.size_bytes == EVENTLOG_CODE_BYTES) memcpy(code, said.bytes, EVENTLOG_CODE_BYTES);
    store_reset(q);
    return ERR_NONE;
}

err eventlog_has_codes(eventlog *log, bool *has_codes)
{
    uint32_t bucket;
    int64_t sequence;
    crypto_digest hash;
    uint8_t code[EVENTLOG_CODE_BYTES];
    return newest(log, &bucket, &sequence, &hash, code, has_codes);
}

static crypto_digest code_of(crypto_mac *coder, crypto_digest hash)
{
    return crypto_mac_of(coder, hash.bytes, sizeof hash.bytes);
}

bool eventlog_code_fits(eventlog *log, crypto_digest hash, text code)
{
    if (!log->coder) return true;
    crypto_digest is = code_of(log->coder, hash);
    return code.size_bytes == EVENTLOG_CODE_BYTES && crypto_equal(code.bytes, is.bytes, EVENTLOG_CODE_BYTES);
}

static err has_any_code(eventlog *log, bool *has_any)
{
    int64_t count;
    TRY(store_scalar(log->db, "SELECT count(*) FROM (SELECT 1 FROM eventlog_event WHERE code IS NOT NULL LIMIT 1) AS one",
                     &count));
    *has_any = count != 0;
    return ERR_NONE;
}

err eventlog_use_key(eventlog *log, const crypto_key *key)
{
    uint32_t bucket = 0;
    int64_t sequence;
    crypto_digest hash;
    uint8_t code[EVENTLOG_CODE_BYTES];
    bool has_code;
    crypto_mac *coder;
    TRY(newest(log, &bucket, &sequence, &hash, code, &has_code));
    TRY(crypto_mac_open(log->memory, log->hash_name, key->bytes, sizeof key->bytes, &coder));
    crypto_digest is = code_of(coder, hash);
    if (log->coder) crypto_mac_close(log->coder);
    log->coder = coder;
    log->needs_key = has_code && !crypto_equal(code, is.bytes, EVENTLOG_CODE_BYTES);
    if (!has_code && sequence) TRY(has_any_code(log, &log->needs_key));
    if (!log->needs_key) return ERR_NONE;
    return eventlog_fail(log, &EVENTLOG_OTHER_KEY, "%u/%lld", bucket, (long long)sequence);
}

err eventlog_check_entry(arena *a, eventlog *log, uint32_t bucket, int64_t sequence, bool *fits)
{
    eventlog_entry entry;
    crypto_digest before = { .bytes = { 0 } };
    store_query *q;
    bool has_row;
    size_t found = 1;
    *fits = false;
    TRY(eventlog_entry_read(a, log, bucket, sequence, &entry));
    if (sequence > 1) TRY(eventlog_hashes(log, bucket, sequence - 1, 1, 1, &before, &found));
    if (!found || entry.event.segment_count) return ERR_NONE;
    TRY(store_prepare(log->db, "SELECT code FROM eventlog_event WHERE bucket = ?1 AND sequence = ?2", &q));
    store_bind_int(q, 1, bucket);
    store_bind_int(q, 2, sequence);
    TRY(store_step(q, &has_row));
    if (!has_row) return ERR_NONE;
    *fits = eventlog_code_fits(log, entry.hash, store_bytes(q, 0)) &&
            crypto_digest_equal(entry.hash, eventlog_hash_event(log, before, &entry.event, sequence, NULL));
    store_reset(q);
    return ERR_NONE;
}

/* ---- events of an older program ---- */

enum { PAGE_EVENTS = 512 };

static err adopt_page(eventlog *log, uint32_t bucket, int64_t *after, size_t *count)
{
    struct { int64_t sequence; crypto_digest hash; } page[PAGE_EVENTS];
    store_query *q;
    bool has_row;
    *count = 0;
    TRY(store_prepare(log->db,
                      "SELECT sequence, hash FROM eventlog_event WHERE bucket = ?1 AND sequence > ?2 "
                      "AND code IS NULL ORDER BY sequence LIMIT 512",
                      &q));
    store_bind_int(q, 1, bucket);
    store_bind_int(q, 2, *after);
    for (;;) {
        TRY(store_step(q, &has_row));
        if (!has_row) break;
        text hash = store_bytes(q, 1);
        page[*count].sequence = store_int(q, 0);
        page[*count].hash = (crypto_digest){ .bytes = { 0 } };
        if (hash.size_bytes == CRYPTO_DIGEST_BYTES)
            memcpy(page[*count].hash.bytes, hash.bytes, CRYPTO_DIGEST_BYTES);
        ++*count;
    }
    for (size_t i = 0; i < *count; i++) {
        crypto_digest code = code_of(log->coder, page[i].hash);
        TRY(store_prepare(log->db,
                          "UPDATE eventlog_event SET code = ?3 WHERE bucket = ?1 AND sequence = ?2", &q));
        store_bind_int(q, 1, bucket);
        store_bind_int(q, 2, page[i].sequence);
        store_bind_bytes(q, 3, (text){ (const char *)code.bytes, EVENTLOG_CODE_BYTES });
        TRY(store_do(q, NULL));
        *after = page[i].sequence;
    }
    return ERR_NONE;
}

err eventlog_adopt(eventlog *log, int64_t *event_count)
{
    *event_count = 0;
    if (!log->coder) return err_of(&EVENTLOG_NEEDS_KEY, NULL);
    for (uint32_t bucket = 0; bucket <= EVENTLOG_OFFICE; bucket++) {
        int64_t after = 0;
        size_t count = PAGE_EVENTS;
        while (count == PAGE_EVENTS) {
            TRY(adopt_page(log, bucket, &after, &count));
            *event_count += (int64_t)count;
        }
    }
    return ERR_NONE;
}

/* ---- what is kept elsewhere, to compare ---- */

/* In one journey to the store: each is found by its key, however long the chain between. */
err eventlog_hashes(eventlog *log, uint32_t bucket, int64_t from, int64_t stride, size_t count,
                    crypto_digest *hashes, size_t *found)
{
    store_query *q;
    bool has_row;
    *found = 0;
    if (!count) return ERR_NONE;
    TRY(store_prepare(log->db,
                      "WITH RECURSIVE mark (number) AS (SELECT CAST(0 AS BIGINT) UNION ALL "
                      "SELECT number + 1 FROM mark WHERE number < ?4) SELECT number, (SELECT e.hash FROM eventlog_event e "
                      "WHERE e.bucket = ?1 AND e.sequence = CAST(?2 AS BIGINT) + number * CAST(?3 AS BIGINT)) FROM mark "
                      "ORDER BY number",
                      &q));
    store_bind_int(q, 1, bucket);
    store_bind_int(q, 2, from);
    store_bind_int(q, 3, stride);
    store_bind_int(q, 4, (int64_t)count - 1);
    for (;;) {
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        if (store_is_null(q, 1)) break; /* the chain ends before it */
        text hash = store_bytes(q, 1);
        crypto_digest is = { .bytes = { 0 } };
        if (hash.size_bytes == CRYPTO_DIGEST_BYTES) memcpy(is.bytes, hash.bytes, CRYPTO_DIGEST_BYTES);
        hashes[(*found)++] = is;
    }
    store_reset(q);
    return ERR_NONE;
}

err eventlog_last(eventlog *log, uint32_t bucket, const char *kind, int64_t *sequence)
{
    store_query *q;
    bool has_row;
    *sequence = 0;
    TRY(store_prepare(log->db,
                      "SELECT sequence FROM eventlog_event WHERE bucket = ?1 AND kind = ?2 "
                      "ORDER BY sequence DESC LIMIT 1",
                      &q));
    store_bind_int(q, 1, bucket);
    store_bind_text(q, 2, text_of(kind));
    TRY(store_step(q, &has_row));
    if (!has_row) return ERR_NONE;
    *sequence = store_int(q, 0);
    store_reset(q);
    return ERR_NONE;
}
