#include <string.h>

#include "crypto/crypto_internal.h"

const err_kind CRYPTO_UNAVAILABLE = {
    "crypto.unavailable", ERR_BUG, "The machine's libcrypto does not offer {}.",
    "本机的 libcrypto 不提供 {}。"
};

typedef struct {
    const char *spelling; /* ours */
    const char *fetched;  /* libcrypto's */
} hash_row;

static const hash_row HASHES[] = {
    [CRYPTO_SM3] = { "sm3", "SM3" },
    [CRYPTO_SHA256] = { "sha256", "SHA2-256" },
};
_Static_assert(sizeof HASHES / sizeof HASHES[0] == CRYPTO_HASH_COUNT, "a hash has no row");

struct crypto_hasher {
    EVP_MD *hash; /* fetched once: looking it up by name costs more than a short message */
    EVP_MD_CTX *context;
};

const char *crypto_hash_fetch_name(crypto_hash_name name)
{
    return HASHES[name].fetched;
}

const char *crypto_hash_spelling(crypto_hash_name name)
{
    return HASHES[name].spelling;
}

bool crypto_hash_named(text spelling, crypto_hash_name *name)
{
    for (int i = 0; i < CRYPTO_HASH_COUNT; i++)
        if (text_equal_cstr(spelling, HASHES[i].spelling)) {
            *name = (crypto_hash_name)i;
            return true;
        }
    return false;
}

err crypto_hasher_open(arena *a, crypto_hash_name name, crypto_hasher **hasher)
{
    crypto_hasher *made = ARENA_NEW(a, crypto_hasher);
    made->hash = EVP_MD_fetch(NULL, HASHES[name].fetched, NULL);
    if (!made->hash) return err_of(&CRYPTO_UNAVAILABLE, HASHES[name].fetched);
    made->context = EVP_MD_CTX_new();
    assert(made->context);
    crypto_hash_begin(made);
    *hasher = made;
    return ERR_NONE;
}

void crypto_hasher_close(crypto_hasher *hasher)
{
    EVP_MD_CTX_free(hasher->context);
    EVP_MD_free(hasher->hash);
    memset(hasher, 0, sizeof *hasher);
}

void crypto_hash_begin(crypto_hasher *hasher)
{
    int is_done = EVP_DigestInit_ex2(hasher->context, hasher->hash, NULL);
    assert(is_done == 1);
}

void crypto_hash_add(crypto_hasher *hasher, const void *bytes, size_t size_bytes)
{
    int is_done = EVP_DigestUpdate(hasher->context, bytes, size_bytes);
    assert(is_done == 1);
}

crypto_digest crypto_hash_end(crypto_hasher *hasher)
{
    crypto_digest digest;
    unsigned size_bytes = 0;
    int is_done = EVP_DigestFinal_ex(hasher->context, digest.bytes, &size_bytes);
    assert(is_done == 1 && size_bytes == CRYPTO_DIGEST_BYTES);
    return digest;
}

crypto_digest crypto_hash(crypto_hasher *hasher, const void *bytes, size_t size_bytes)
{
    crypto_hash_begin(hasher);
    crypto_hash_add(hasher, bytes, size_bytes);
    return crypto_hash_end(hasher);
}

bool crypto_digest_equal(crypto_digest a, crypto_digest b)
{
    return crypto_equal(a.bytes, b.bytes, CRYPTO_DIGEST_BYTES);
}
