/* One-time codes by time, RFC 6238 over RFC 4226: what authenticator programs of any maker compute, and so HMAC-SHA-1. */
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "crypto/crypto_internal.h"

err crypto_totp(text secret, uint64_t step, uint32_t *code)
{
    enum { DIGITS_BELOW = 1000000, SHA1_BYTES = 20 };
    uint8_t counter[8], digest[SHA1_BYTES];
    unsigned size = 0;
    for (int i = 0; i < 8; i++) counter[i] = (uint8_t)(step >> (56 - 8 * i));
    if (!HMAC(EVP_sha1(), secret.bytes, (int)secret.size_bytes, counter, sizeof counter, digest, &size) || size != SHA1_BYTES)
        return err_of(&CRYPTO_UNAVAILABLE, "HMAC-SHA-1");
    const uint8_t *at = digest + (digest[SHA1_BYTES - 1] & 15);
    uint32_t whole = (uint32_t)(at[0] & 127) << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
    *code = whole % DIGITS_BELOW;
    crypto_wipe(digest, sizeof digest);
    return ERR_NONE;
}
