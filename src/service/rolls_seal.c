/* What the lines of a roll say, sealed under the office's key, and the hashes lines are told apart by. */
#include "os/os.h"
#include "service/rolls.h"

struct rolls_keys {
    crypto_mac *mac;
    crypto_sealer *sealer;
};

err rolls_keys_open(county *office, rolls_keys **keys)
{
    crypto_key search = { 0 }, field = { 0 }, own;
    rolls_keys *k = ARENA_NEW(office->memory, rolls_keys);
    *k = (rolls_keys){ 0 };
    err e = county_key(office, "key.search", false, &search);
    if (!e.kind) e = county_key(office, "key.field", false, &field);
    if (!e.kind) e = crypto_key_derive(&search, "doudi 1 hmac-sm3 lines of rolls", &own);
    if (!e.kind) e = crypto_mac_open(office->memory, CRYPTO_SM3, own.bytes, sizeof own.bytes, &k->mac);
    if (!e.kind) e = crypto_key_derive(&field, "doudi 1 lines of rolls", &own);
    if (!e.kind) e = crypto_sealer_open(office->memory, CRYPTO_SUITE_SM, CRYPTO_USE_SECRETS, &own, &k->sealer);
    crypto_wipe(&search, sizeof search);
    crypto_wipe(&field, sizeof field);
    crypto_wipe(&own, sizeof own);
    if (e.kind) rolls_keys_close(k);
    *keys = e.kind ? NULL : k;
    return e;
}

void rolls_keys_close(rolls_keys *keys)
{
    if (!keys) return;
    if (keys->mac) crypto_mac_close(keys->mac);
    if (keys->sealer) crypto_sealer_close(keys->sealer);
}

int64_t rolls_hash(rolls_keys *keys, text what)
{
    enum { BYTES = 8 };
    uint64_t hash = 0;
    crypto_digest digest = crypto_mac_of(keys->mac, what.bytes, what.size_bytes);
    for (int i = 0; i < BYTES; i++) hash = hash << 8 | digest.bytes[i];
    return (int64_t)(hash >> 2) + 1;
}

static text about(arena *a, const roll_terms *terms)
{
    return text_format(a, "roll %.*s %d %.*s", TEXT_ARG(terms->roll), terms->month, TEXT_ARG(terms->digest));
}

static const char *column_name(arena *a, size_t field)
{
    return text_format(a, "c%zu", field).bytes;
}

err rolls_seal(arena *a, rolls_keys *keys, const roll_terms *terms, size_t column_count, text *const *cells, size_t count,
               text *sealed)
{
    eventlog_column columns[ROLLS_COLUMNS_MAX];
    crypto_nonce nonce;
    text plain;
    for (size_t c = 0; c < column_count; c++) columns[c] = (eventlog_column){ .name = column_name(a, c), .word = cells[c] };
    TRY(eventlog_rows_write(a, columns, column_count, count, &plain));
    uint8_t *bytes = arena_alloc(a, plain.size_bytes + CRYPTO_SEAL_BYTES);
    os_random_bytes(nonce.bytes, sizeof nonce.bytes);
    crypto_seal(keys->sealer, nonce, about(a, terms), plain, bytes);
    *sealed = (text){ (const char *)bytes, plain.size_bytes + CRYPTO_SEAL_BYTES };
    return ERR_NONE;
}

err rolls_unseal(arena *a, rolls_keys *keys, roll_book *book, const roll_receipt *receipt, eventlog_rows *cells)
{
    text sealed;
    TRY(roll_sealed(a, book, receipt->receipt_id, &sealed));
    if (sealed.size_bytes < CRYPTO_SEAL_BYTES) return err_of(&EVENTLOG_BROKEN, "cells");
    uint8_t *plain = arena_alloc(a, sealed.size_bytes);
    TRY(crypto_unseal(keys->sealer, about(a, &receipt->terms), sealed, plain));
    return eventlog_rows_open((text){ (const char *)plain, sealed.size_bytes - CRYPTO_SEAL_BYTES }, cells);
}
