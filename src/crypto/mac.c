#include <string.h>

#include <openssl/crypto.h>

#include "crypto/crypto_internal.h"

#define BLOCK_BYTES 64 /* of both hashes */

/* HMAC(k, m) = H(k ^ opad, H(k ^ ipad, m)). The states behind both pads are kept and copied: with a
 * short message that halves the blocks to hash, and libcrypto's own HMAC is slower by its
 * look-up of parameters. */
struct crypto_mac {
    EVP_MD *hash;
    EVP_MD_CTX *inner, *outer; /* after their pad */
    EVP_MD_CTX *running;
};

err crypto_mac_open(arena *a, crypto_hash_name name, const void *key, size_t key_bytes,
                    crypto_mac **mac)
{
    crypto_mac *made = ARENA_NEW(a, crypto_mac);
    made->hash = EVP_MD_fetch(NULL, crypto_hash_fetch_name(name), NULL);
    if (!made->hash) return err_of(&CRYPTO_UNAVAILABLE, crypto_hash_fetch_name(name));
    made->inner = EVP_MD_CTX_new();
    made->outer = EVP_MD_CTX_new();
    made->running = EVP_MD_CTX_new();
    assert(made->inner && made->outer && made->running);
    crypto_mac_rekey(made, key, key_bytes);
    *mac = made;
    return ERR_NONE;
}

/* libcrypto wipes the states as it frees them. */
void crypto_mac_close(crypto_mac *mac)
{
    EVP_MD_CTX_free(mac->inner);
    EVP_MD_CTX_free(mac->outer);
    EVP_MD_CTX_free(mac->running);
    EVP_MD_free(mac->hash);
    memset(mac, 0, sizeof *mac);
}

static void begin_with_pad(crypto_mac *mac, EVP_MD_CTX *context, const uint8_t *key, uint8_t pad)
{
    uint8_t padded[BLOCK_BYTES];
    for (size_t i = 0; i < BLOCK_BYTES; i++) padded[i] = key[i] ^ pad;
    int is_done = EVP_DigestInit_ex2(context, mac->hash, NULL) &&
                  EVP_DigestUpdate(context, padded, BLOCK_BYTES);
    assert(is_done == 1);
    crypto_wipe(padded, sizeof padded);
}

void crypto_mac_rekey(crypto_mac *mac, const void *key, size_t key_bytes)
{
    uint8_t block[BLOCK_BYTES] = { 0 };
    if (key_bytes > BLOCK_BYTES) {
        unsigned size_bytes = 0;
        int is_done = EVP_DigestInit_ex2(mac->running, mac->hash, NULL) &&
                      EVP_DigestUpdate(mac->running, key, key_bytes) &&
                      EVP_DigestFinal_ex(mac->running, block, &size_bytes);
        assert(is_done == 1);
    } else if (key_bytes > 0) {
        memcpy(block, key, key_bytes);
    }
    begin_with_pad(mac, mac->inner, block, 0x36);
    begin_with_pad(mac, mac->outer, block, 0x5c);
    crypto_mac_begin(mac);
    crypto_wipe(block, sizeof block);
}

void crypto_mac_begin(crypto_mac *mac)
{
    int is_done = EVP_MD_CTX_copy_ex(mac->running, mac->inner);
    assert(is_done == 1);
}

void crypto_mac_add(crypto_mac *mac, const void *bytes, size_t size_bytes)
{
    int is_done = EVP_DigestUpdate(mac->running, bytes, size_bytes);
    assert(is_done == 1);
}

crypto_digest crypto_mac_end(crypto_mac *mac)
{
    crypto_digest digest;
    unsigned size_bytes = 0;
    int is_done = EVP_DigestFinal_ex(mac->running, digest.bytes, &size_bytes) &&
                  EVP_MD_CTX_copy_ex(mac->running, mac->outer) &&
                  EVP_DigestUpdate(mac->running, digest.bytes, CRYPTO_DIGEST_BYTES) &&
                  EVP_DigestFinal_ex(mac->running, digest.bytes, &size_bytes);
    assert(is_done == 1 && size_bytes == CRYPTO_DIGEST_BYTES);
    return digest;
}

crypto_digest crypto_mac_of(crypto_mac *mac, const void *bytes, size_t size_bytes)
{
    crypto_mac_begin(mac);
    crypto_mac_add(mac, bytes, size_bytes);
    return crypto_mac_end(mac);
}

err crypto_key_derive(const crypto_key *key, const char *label, crypto_key *derived)
{
    static const uint8_t FIRST_BLOCK = 1;
    arena *scratch = arena_open();
    crypto_mac *mac;
    err e = crypto_mac_open(scratch, CRYPTO_SM3, key->bytes, sizeof key->bytes, &mac);
    if (!e.kind) {
        crypto_mac_add(mac, label, strlen(label));
        crypto_mac_add(mac, &FIRST_BLOCK, 1);
        crypto_digest made = crypto_mac_end(mac);
        memcpy(derived->bytes, made.bytes, sizeof derived->bytes);
        crypto_wipe(&made, sizeof made);
        crypto_mac_close(mac);
    }
    arena_close(scratch);
    return e;
}

bool crypto_equal(const void *a, const void *b, size_t size_bytes)
{
    return CRYPTO_memcmp(a, b, size_bytes) == 0;
}

void crypto_wipe(void *bytes, size_t size_bytes)
{
    OPENSSL_cleanse(bytes, size_bytes);
}
