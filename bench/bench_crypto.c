/* bench_crypto - hashes, message codes and sealed fields, one core. The reference is the same work by
 * libcrypto's calls alone, in the same run. */
#include <assert.h>
#include <openssl/evp.h>
#include <string.h>

#include "crypto/crypto.h"
#include "support/figures.h"

static uint8_t LARGE[1 << 16];
static uint8_t SMALL[64], OUT[128];
static const crypto_key KEY = { { 1, 2, 3 } };
static const char PLAIN[] = "110105194912310021", PLACE[] = "00000042idno";

typedef struct {
    crypto_hasher *hasher;
    crypto_mac *mac;
    crypto_sealer *sealer;
    EVP_MD *hash;
    EVP_MD_CTX *digest;
    EVP_MAC_CTX *code;
    EVP_CIPHER *cipher;
    EVP_CIPHER_CTX *encrypt;
} things;

/* ---- ours ---- */

static void hash_large(things *t)
{
    SMALL[0] ^= crypto_hash(t->hasher, LARGE, sizeof LARGE).bytes[0];
}

static void hash_small(things *t)
{
    SMALL[0] ^= crypto_hash(t->hasher, SMALL, 32).bytes[0];
}

static void mac_small(things *t)
{
    SMALL[0] ^= crypto_mac_of(t->mac, SMALL, 18).bytes[0];
}

static crypto_nonce next_nonce(void)
{
    static uint64_t index;
    return crypto_nonce_at((crypto_nonce){ 0 }, index++);
}

static void seal_field(things *t)
{
    crypto_seal(t->sealer, next_nonce(), (text){ PLACE, 12 }, (text){ PLAIN, 18 }, OUT);
}

static void unseal_field(things *t)
{
    uint8_t plain[18];
    err e = crypto_unseal(t->sealer, (text){ PLACE, 12 }, (text){ (char *)OUT, 47 }, plain);
    assert(!e.kind);
}

static void rekey_and_seal(things *t)
{
    crypto_sealer_rekey(t->sealer, &KEY);
    seal_field(t);
}

/* ---- libcrypto's ---- */

static void raw_hash(things *t, const void *bytes, size_t size_bytes)
{
    unsigned written;
    EVP_DigestInit_ex2(t->digest, t->hash, NULL);
    EVP_DigestUpdate(t->digest, bytes, size_bytes);
    EVP_DigestFinal_ex(t->digest, OUT + 64, &written);
}

static void raw_large(things *t)
{
    raw_hash(t, LARGE, sizeof LARGE);
}

static void raw_small(things *t)
{
    raw_hash(t, SMALL, 32);
}

static void raw_code(things *t, const void *bytes, size_t size_bytes)
{
    size_t written;
    EVP_MAC_init(t->code, NULL, 0, NULL);
    EVP_MAC_update(t->code, bytes, size_bytes);
    EVP_MAC_final(t->code, OUT + 64, &written, 32);
}

static void raw_mac(things *t)
{
    raw_code(t, SMALL, 18);
}

/* SM4-CTR and HMAC, or AES-256-GCM, with nothing around them. */
static void raw_seal(things *t)
{
    uint8_t counter[16] = { 0 };
    int written;
    *(crypto_nonce *)counter = next_nonce();
    EVP_EncryptInit_ex2(t->encrypt, NULL, NULL, counter, NULL);
    if (EVP_CIPHER_get_mode(t->cipher) == EVP_CIPH_GCM_MODE) {
        EVP_EncryptUpdate(t->encrypt, NULL, &written, (const uint8_t *)PLACE, 12);
        EVP_EncryptUpdate(t->encrypt, OUT, &written, (const uint8_t *)PLAIN, 18);
        EVP_EncryptFinal_ex(t->encrypt, OUT + 18, &written);
        EVP_CIPHER_CTX_ctrl(t->encrypt, EVP_CTRL_AEAD_GET_TAG, 16, OUT + 18);
    } else {
        EVP_EncryptUpdate(t->encrypt, OUT, &written, (const uint8_t *)PLAIN, 18);
        raw_code(t, OUT, 47);
    }
}

/* ---- the table ---- */

static double rate(void (*work)(things *), things *t, long rounds)
{
    double best = 0;
    for (int repeat = 0; repeat < 3; repeat++) {
        double began = figure_seconds();
        for (long i = 0; i < rounds; i++) work(t);
        double found = (double)rounds / (figure_seconds() - began);
        if (found > best) best = found;
    }
    return best;
}

typedef struct {
    const char *name, *unit;
    void (*work)(things *), (*reference)(things *);
    long rounds;
    double scale; /* of the rate, into the unit */
    double goal;
} row;

static void print_rows(const row *rows, size_t count, things *t)
{
    for (size_t i = 0; i < count; i++) {
        double reference = rows[i].reference ? rate(rows[i].reference, t, rows[i].rounds) : 0;
        figure_print((figure){ rows[i].name, rows[i].unit,
                               rate(rows[i].work, t, rows[i].rounds) * rows[i].scale,
                               reference * rows[i].scale, rows[i].goal, 0 });
    }
}

static things open_things(arena *a, crypto_hash_name hash, crypto_suite suite)
{
    things t = { 0 };
    err e = crypto_hasher_open(a, hash, &t.hasher);
    if (!e.kind) e = crypto_mac_open(a, hash, KEY.bytes, 32, &t.mac);
    if (!e.kind) e = crypto_sealer_open(a, suite, CRYPTO_USE_FIELDS, &KEY, &t.sealer);
    assert(!e.kind);
    const char *name = hash == CRYPTO_SM3 ? "SM3" : "SHA2-256";
    OSSL_PARAM parameters[] = { OSSL_PARAM_construct_utf8_string("digest", (char *)name, 0),
                                OSSL_PARAM_construct_end() };
    t.hash = EVP_MD_fetch(NULL, name, NULL);
    t.digest = EVP_MD_CTX_new();
    EVP_MAC *hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    t.code = EVP_MAC_CTX_new(hmac);
    EVP_MAC_free(hmac);
    EVP_MAC_init(t.code, KEY.bytes, 32, parameters);
    t.cipher = EVP_CIPHER_fetch(NULL, suite == CRYPTO_SUITE_SM ? "SM4-CTR" : "AES-256-GCM", NULL);
    t.encrypt = EVP_CIPHER_CTX_new();
    EVP_EncryptInit_ex2(t.encrypt, t.cipher, KEY.bytes, NULL, NULL);
    return t;
}

static void close_things(things *t)
{
    crypto_hasher_close(t->hasher);
    crypto_mac_close(t->mac);
    crypto_sealer_close(t->sealer);
    EVP_MD_CTX_free(t->digest);
    EVP_MD_free(t->hash);
    EVP_MAC_CTX_free(t->code);
    EVP_CIPHER_CTX_free(t->encrypt);
    EVP_CIPHER_free(t->cipher);
}

static void print_suite(arena *a, crypto_hash_name hash, crypto_suite suite)
{
    static const row ROWS[CRYPTO_SUITE_COUNT][6] = {
        [CRYPTO_SUITE_SM] = {
            { "SM3, 64 KiB", "MB/s", hash_large, raw_large, 100, sizeof LARGE / 1e6, 0 },
            { "SM3, 32 bytes", "M/s", hash_small, raw_small, 100000, 1e-6, 1 },
            { "HMAC-SM3, identity numbers", "M/s", mac_small, raw_mac, 100000, 1e-6, 0.8 },
            { "SM4-CTR + HMAC-SM3, fields sealed", "M/s", seal_field, raw_seal, 50000, 1e-6, 0.5 },
            { "SM4-CTR + HMAC-SM3, fields opened", "M/s", unseal_field, NULL, 50000, 1e-6, 0 },
            { "SM4-CTR + HMAC-SM3, a key a field", "M/s", rekey_and_seal, NULL, 30000, 1e-6, 0 },
        },
        [CRYPTO_SUITE_AES] = {
            { "SHA-256, 64 KiB", "MB/s", hash_large, raw_large, 100, sizeof LARGE / 1e6, 0 },
            { "SHA-256, 32 bytes", "M/s", hash_small, raw_small, 100000, 1e-6, 1 },
            { "HMAC-SHA-256, identity numbers", "M/s", mac_small, raw_mac, 100000, 1e-6, 0.8 },
            { "AES-256-GCM, fields sealed", "M/s", seal_field, raw_seal, 100000, 1e-6, 0.5 },
            { "AES-256-GCM, fields opened", "M/s", unseal_field, NULL, 100000, 1e-6, 0 },
            { "AES-256-GCM, a key a field", "M/s", rekey_and_seal, NULL, 30000, 1e-6, 0 },
        },
    };
    things t = open_things(a, hash, suite);
    print_rows(ROWS[suite], sizeof ROWS[suite] / sizeof ROWS[suite][0], &t);
    close_things(&t);
}

/* ---- signatures and passwords ---- */

static crypto_signer *SIGNER;
static crypto_verifier *VERIFIER;
static crypto_signature SIGNATURE;

static void sign(things *t)
{
    (void)t;
    SIGNATURE = crypto_sign(SIGNER, (text){ PLAIN, 18 });
}

static void verify(things *t)
{
    (void)t;
    err e = crypto_verify(VERIFIER, (text){ PLAIN, 18 }, &SIGNATURE);
    assert(!e.kind);
}

static void login(things *t)
{
    (void)t;
    uint8_t out[32];
    err e = crypto_scrypt((text){ PLAIN, 18 }, (text){ PLACE, 12 }, CRYPTO_COST_LOGIN, out, 32);
    assert(!e.kind);
}

static void print_signatures(arena *a)
{
    static const uint8_t SEED[CRYPTO_SM2_SEED_BYTES] = { 5 };
    crypto_sm2_private own;
    crypto_sm2_public shown;
    crypto_sm2_from_seed(SEED, &own, &shown);
    err e = crypto_signer_open(a, &own, &SIGNER);
    if (!e.kind) e = crypto_verifier_open(a, &shown, &VERIFIER);
    assert(!e.kind);
    static const row ROWS[] = {
        { "SM2, signed", "/s", sign, NULL, 100, 1, 0 },
        { "SM2, verified", "/s", verify, NULL, 100, 1, 0 },
        { "scrypt, a login", "/s", login, NULL, 1, 1, 0 },
    };
    print_rows(ROWS, sizeof ROWS / sizeof ROWS[0], NULL);
    crypto_signer_close(SIGNER);
    crypto_verifier_close(VERIFIER);
}

int main(void)
{
    arena *a = arena_open();
    print_suite(a, CRYPTO_SM3, CRYPTO_SUITE_SM);
    print_suite(a, CRYPTO_SHA256, CRYPTO_SUITE_AES);
    print_signatures(a);
    arena_close(a);
    return 0;
}
