/* Which segments were found to fit their digest in the transaction at hand. */
#include <string.h>

#include "base/hash.h"
#include "eventlog/eventlog_internal.h"

eventlog_fitted eventlog_place_of(uint32_t bucket, int64_t sequence, const char *name, text bytes)
{
    return (eventlog_fitted){ .sequence = sequence,
                              .bucket = bucket,
                              .name = hash_bytes(name, strlen(name), 0),
                              .bytes = hash_bytes(bytes.bytes, bytes.size_bytes, 0) };
}

static bool is_same(const eventlog_fitted *a, const eventlog_fitted *b)
{
    return a->sequence == b->sequence && a->bucket == b->bucket && a->name == b->name;
}

/* Where it stands, or would. */
static eventlog_fitted *find(const eventlog *log, const eventlog_fitted *place)
{
    size_t at = hash_mix(hash_mix(place->name, place->bucket), (uint64_t)place->sequence) & (log->fitted_room - 1);
    while (log->fitted[at].sequence && !is_same(&log->fitted[at], place)) at = (at + 1) & (log->fitted_room - 1);
    return &log->fitted[at];
}

/* What another transaction found may have been rolled back, or changed by whoever wrote since. */
static bool is_current(eventlog *log)
{
    uint64_t transaction = store_transaction_number(log->db);
    if (!store_is_in_transaction(log->db)) return false;
    if (log->fitted_of_transaction == transaction) return true;
    if (log->fitted_count) memset(log->fitted, 0, log->fitted_room * sizeof *log->fitted);
    log->fitted_count = 0;
    log->fitted_of_transaction = transaction;
    return true;
}

static void widen(eventlog *log)
{
    eventlog_fitted *before = log->fitted;
    size_t room = log->fitted_room;
    log->fitted_room = room ? 2 * room : 256;
    log->fitted = ARENA_ARRAY(log->memory, eventlog_fitted, log->fitted_room);
    for (size_t i = 0; i < room; i++)
        if (before[i].sequence) *find(log, &before[i]) = before[i];
}

void eventlog_segment_fitted(eventlog *log, const eventlog_fitted *place)
{
    if (!is_current(log)) return;
    if (2 * (log->fitted_count + 1) > log->fitted_room) widen(log);
    eventlog_fitted *at = find(log, place);
    log->fitted_count += !at->sequence;
    *at = *place;
}

bool eventlog_segment_fits(eventlog *log, const eventlog_fitted *place, text bytes, text digest)
{
    if (is_current(log) && log->fitted_count) {
        const eventlog_fitted *known = find(log, place);
        if (known->sequence && known->bytes == place->bytes) return true;
    }
    crypto_digest is = crypto_hash(log->digester, bytes.bytes, bytes.size_bytes);
    bool fits = digest.size_bytes == CRYPTO_DIGEST_BYTES && memcmp(digest.bytes, is.bytes, CRYPTO_DIGEST_BYTES) == 0;
    if (fits) eventlog_segment_fitted(log, place);
    return fits;
}
