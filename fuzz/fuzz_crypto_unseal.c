/* Opening: what was sealed opens to the same; what was altered anywhere is refused, and leaves no
 * plaintext. Free bytes are never opened, nor read past their end. */
#include <assert.h>
#include <string.h>

#include "crypto/crypto.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size_bytes);

static text bytes_of(const void *bytes, size_t size_bytes)
{
    return (text){ bytes, size_bytes };
}

/* Free bytes as sealed field, locked secret and password hash; the costs are cheap or refused. */
static void hold_free_bytes(arena *a, crypto_sealer *sealer, const uint8_t *bytes, size_t size_bytes)
{
    uint8_t *out = arena_alloc(a, size_bytes + 1);
    text all = bytes_of(bytes, size_bytes);
    assert(crypto_unseal(sealer, TEXT("x"), all, out).kind);
    if (size_bytes < 2 || bytes[1] > 8) return;
    assert(crypto_unlock(TEXT("pw"), TEXT("x"), all, out).kind);
}

/* One byte altered, or the end cut off. */
static void hold_altered(crypto_sealer *sealer, text about, text sealed, uint8_t *plain, size_t at,
                         uint8_t by)
{
    uint8_t *altered = (uint8_t *)sealed.bytes;
    size_t plain_bytes = sealed.size_bytes - CRYPTO_SEAL_BYTES;
    memset(plain, 0, plain_bytes);
    altered[at % sealed.size_bytes] ^= by;
    err e = crypto_unseal(sealer, about, sealed, plain);
    assert(e.kind == &CRYPTO_NOT_AUTHENTIC || e.kind == &CRYPTO_BAD_SEAL ||
           e.kind == &CRYPTO_OTHER_SUITE);
    for (size_t i = 0; i < plain_bytes; i++) assert(plain[i] == 0);
    altered[at % sealed.size_bytes] ^= by;
    sealed.size_bytes = at % sealed.size_bytes;
    assert(crypto_unseal(sealer, about, sealed, plain).kind);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size_bytes)
{
    if (size_bytes < 64) return 0;
    arena *a = arena_open();
    crypto_key key;
    crypto_nonce nonce;
    crypto_sealer *sealer;
    memcpy(&key, bytes, sizeof key);
    memcpy(&nonce, bytes + 32, sizeof nonce);
    crypto_suite suite = bytes[44] % CRYPTO_SUITE_COUNT;
    err e = crypto_sealer_open(a, suite, CRYPTO_USE_FIELDS, &key, &sealer);
    assert(!e.kind);
    size_t at = (size_t)bytes[45] << 8 | bytes[46];
    uint8_t by = bytes[47] ? bytes[47] : 1;
    size_t about_bytes = bytes[48] % (size_bytes - 63);
    text about = bytes_of(bytes + 64, about_bytes);
    text plain = bytes_of(bytes + 64 + about_bytes, size_bytes - 64 - about_bytes);
    uint8_t *sealed = arena_alloc(a, plain.size_bytes + CRYPTO_SEAL_BYTES);
    uint8_t *opened = arena_alloc(a, plain.size_bytes + 1);
    crypto_seal(sealer, nonce, about, plain, sealed);
    text s = bytes_of(sealed, plain.size_bytes + CRYPTO_SEAL_BYTES);
    e = crypto_unseal(sealer, about, s, opened);
    assert(!e.kind && (!plain.size_bytes || !memcmp(opened, plain.bytes, plain.size_bytes)));
    hold_altered(sealer, about, s, opened, at, by);
    hold_free_bytes(a, sealer, bytes + 64, size_bytes - 64);
    crypto_sealer_close(sealer);
    arena_close(a);
    return 0;
}
