#include <string.h>

#include "crypto/crypto_internal.h"

const err_kind CRYPTO_BAD_SEAL = {
    "crypto.bad_seal", ERR_BAD_INPUT, "These bytes were not sealed or locked by this program.",
    "这些字节不是本系统加密的数据。"
};
const err_kind CRYPTO_OTHER_SUITE = {
    "crypto.other_suite", ERR_BAD_INPUT, "This was sealed by the other suite of ciphers.",
    "此数据由另一套密码算法加密。"
};
const err_kind CRYPTO_NOT_AUTHENTIC = {
    "crypto.not_authentic", ERR_FORBIDDEN,
    "This cannot be opened: the key is another one, it belongs elsewhere, or it was altered.",
    "无法解密：密钥不符、位置不符或数据已被改动。"
};

#define FORM_BYTES 1
#define HEAD_BYTES (FORM_BYTES + CRYPTO_NONCE_BYTES)
#define TAG_BYTES 16
#define BLOCK_BYTES 16
_Static_assert(HEAD_BYTES + TAG_BYTES == CRYPTO_SEAL_BYTES, "the layout in crypto.h");

typedef struct {
    const char *spelling;
    uint8_t form;
    crypto_hash_name hash; /* of the derivation, and of the tag where the cipher gives none */
    const char *cipher;    /* libcrypto's name */
    bool cipher_has_tag;
    const char *label[CRYPTO_USE_COUNT];
} suite_row;

static const suite_row SUITES[] = {
    [CRYPTO_SUITE_SM] = { "sm", 1, CRYPTO_SM3, "SM4-ECB", false,
                          { "doudi 1 sm4-ctr hmac-sm3 fields", "doudi 1 sm4-ctr hmac-sm3 keys",
                            "doudi 1 sm4-ctr hmac-sm3 secrets" } },
    [CRYPTO_SUITE_AES] = { "aes", 2, CRYPTO_SHA256, "AES-256-GCM", true,
                           { "doudi 1 aes-256-gcm fields", "doudi 1 aes-256-gcm keys",
                             "doudi 1 aes-256-gcm secrets" } },
};
_Static_assert(sizeof SUITES / sizeof SUITES[0] == CRYPTO_SUITE_COUNT, "a suite has no row");

struct crypto_sealer {
    const suite_row *suite;
    crypto_use use;
    EVP_CIPHER *cipher;
    EVP_CIPHER_CTX *encrypt, *decrypt; /* keyed; `decrypt` only where it differs */
    crypto_mac *derive;
    crypto_mac *tag; /* NULL where the cipher has its own */
};

const char *crypto_suite_spelling(crypto_suite suite)
{
    return SUITES[suite].spelling;
}

bool crypto_suite_named(text spelling, crypto_suite *suite)
{
    for (int i = 0; i < CRYPTO_SUITE_COUNT; i++)
        if (text_equal_cstr(spelling, SUITES[i].spelling)) {
            *suite = (crypto_suite)i;
            return true;
        }
    return false;
}

crypto_nonce crypto_nonce_at(crypto_nonce drawn, uint64_t index)
{
    unsigned carry = 0;
    for (int i = CRYPTO_NONCE_BYTES - 1; i >= 0; i--, index >>= 8) {
        unsigned sum = drawn.bytes[i] + (unsigned)(index & 0xff) + carry;
        drawn.bytes[i] = (uint8_t)sum;
        carry = sum >> 8;
    }
    return drawn;
}

/* ---- the handle ---- */

err crypto_sealer_open(arena *a, crypto_suite suite, crypto_use use, const crypto_key *key,
                       crypto_sealer **sealer)
{
    crypto_sealer *made = ARENA_NEW(a, crypto_sealer);
    made->suite = &SUITES[suite];
    made->use = use;
    made->cipher = EVP_CIPHER_fetch(NULL, made->suite->cipher, NULL);
    if (!made->cipher) return err_of(&CRYPTO_UNAVAILABLE, made->suite->cipher);
    made->encrypt = EVP_CIPHER_CTX_new();
    made->decrypt = EVP_CIPHER_CTX_new();
    assert(made->encrypt && made->decrypt);
    err e = crypto_mac_open(a, made->suite->hash, NULL, 0, &made->derive);
    if (!e.kind && !made->suite->cipher_has_tag)
        e = crypto_mac_open(a, made->suite->hash, NULL, 0, &made->tag);
    if (e.kind) {
        crypto_sealer_close(made);
        return e;
    }
    crypto_sealer_rekey(made, key);
    *sealer = made;
    return ERR_NONE;
}

void crypto_sealer_close(crypto_sealer *sealer)
{
    EVP_CIPHER_CTX_free(sealer->encrypt); /* wipes the round keys */
    EVP_CIPHER_CTX_free(sealer->decrypt);
    EVP_CIPHER_free(sealer->cipher);
    if (sealer->derive) crypto_mac_close(sealer->derive);
    if (sealer->tag) crypto_mac_close(sealer->tag);
    memset(sealer, 0, sizeof *sealer);
}

void crypto_sealer_rekey(crypto_sealer *sealer, const crypto_key *key)
{
    const char *label = sealer->suite->label[sealer->use];
    crypto_mac_rekey(sealer->derive, key->bytes, CRYPTO_KEY_BYTES);
    crypto_mac_add(sealer->derive, label, strlen(label));
    crypto_mac_add(sealer->derive, "\1", 1); /* the number of the block, RFC 5869 section 2.3 */
    crypto_digest derived = crypto_mac_end(sealer->derive);
    int is_done =
        EVP_EncryptInit_ex2(sealer->encrypt, sealer->cipher, derived.bytes, NULL, NULL);
    if (sealer->tag) {
        crypto_mac_rekey(sealer->tag, derived.bytes + BLOCK_BYTES, CRYPTO_DIGEST_BYTES - BLOCK_BYTES);
        is_done &= EVP_CIPHER_CTX_set_padding(sealer->encrypt, 0);
    } else {
        is_done &= EVP_DecryptInit_ex2(sealer->decrypt, sealer->cipher, derived.bytes, NULL, NULL);
    }
    assert(is_done == 1);
    crypto_wipe(&derived, sizeof derived);
}

/* ---- form 1: SM4-CTR, then HMAC-SM3 ---- */

/* Counter mode over the block cipher: its blocks encrypt the counters. libcrypto's SM4-CTR gives the
 * same bytes (a test holds it against that mode written out), but starting it anew takes as long as
 * encrypting a field. */
static void count_and_xor(crypto_sealer *sealer, const uint8_t *nonce, const uint8_t *from,
                          size_t size_bytes, uint8_t *into)
{
    enum { BLOCKS_AT_ONCE = 64 };
    uint8_t counters[BLOCKS_AT_ONCE * BLOCK_BYTES], stream[BLOCKS_AT_ONCE * BLOCK_BYTES];
    uint32_t counter = 0;
    for (size_t at = 0; at < size_bytes;) {
        size_t piece_bytes = size_bytes - at < sizeof stream ? size_bytes - at : sizeof stream;
        size_t block_count = (piece_bytes + BLOCK_BYTES - 1) / BLOCK_BYTES;
        for (size_t i = 0; i < block_count; i++, counter++) {
            uint32_t big_endian = __builtin_bswap32(counter);
            memcpy(counters + i * BLOCK_BYTES, nonce, CRYPTO_NONCE_BYTES);
            memcpy(counters + i * BLOCK_BYTES + CRYPTO_NONCE_BYTES, &big_endian, 4);
        }
        int written = 0;
        int is_done = EVP_EncryptUpdate(sealer->encrypt, stream, &written, counters,
                                        (int)(block_count * BLOCK_BYTES));
        assert(is_done == 1);
        for (size_t i = 0; i < piece_bytes; i++) into[at + i] = from[at + i] ^ stream[i];
        crypto_wipe(stream, block_count * BLOCK_BYTES);
        at += piece_bytes;
    }
}
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "counters are swapped to big-endian");

static crypto_digest tag_of(crypto_sealer *sealer, text about, const uint8_t *sealed,
                            size_t size_bytes)
{
    uint32_t about_bytes = __builtin_bswap32((uint32_t)about.size_bytes);
    crypto_mac_begin(sealer->tag);
    crypto_mac_add(sealer->tag, &about_bytes, sizeof about_bytes);
    crypto_mac_add(sealer->tag, about.bytes, about.size_bytes);
    crypto_mac_add(sealer->tag, sealed, size_bytes);
    return crypto_mac_end(sealer->tag);
}

static void seal_then_mac(crypto_sealer *sealer, text about, text plain, uint8_t *sealed)
{
    count_and_xor(sealer, sealed + FORM_BYTES, (const uint8_t *)plain.bytes, plain.size_bytes,
                  sealed + HEAD_BYTES);
    crypto_digest tag = tag_of(sealer, about, sealed, HEAD_BYTES + plain.size_bytes);
    memcpy(sealed + HEAD_BYTES + plain.size_bytes, tag.bytes, TAG_BYTES);
}

static bool check_then_open(crypto_sealer *sealer, text about, const uint8_t *sealed,
                            size_t plain_bytes, uint8_t *plain)
{
    crypto_digest tag = tag_of(sealer, about, sealed, HEAD_BYTES + plain_bytes);
    if (!crypto_equal(tag.bytes, sealed + HEAD_BYTES + plain_bytes, TAG_BYTES)) return false;
    count_and_xor(sealer, sealed + FORM_BYTES, sealed + HEAD_BYTES, plain_bytes, plain);
    return true;
}

/* ---- form 2: AES-256-GCM ---- */

static int add_about(EVP_CIPHER_CTX *context, uint8_t form, text about)
{
    int written = 0;
    return EVP_CipherUpdate(context, NULL, &written, &form, 1) &&
           (about.size_bytes == 0 ||
            EVP_CipherUpdate(context, NULL, &written, (const uint8_t *)about.bytes,
                             (int)about.size_bytes));
}

static void seal_gcm(crypto_sealer *sealer, text about, text plain, uint8_t *sealed)
{
    EVP_CIPHER_CTX *context = sealer->encrypt;
    uint8_t *body = sealed + HEAD_BYTES;
    int written = 0;
    int is_done = EVP_EncryptInit_ex2(context, NULL, NULL, sealed + FORM_BYTES, NULL) &&
                  add_about(context, sealed[0], about) &&
                  (plain.size_bytes == 0 ||
                   EVP_EncryptUpdate(context, body, &written, (const uint8_t *)plain.bytes,
                                     (int)plain.size_bytes)) &&
                  EVP_EncryptFinal_ex(context, body + plain.size_bytes, &written) &&
                  EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, TAG_BYTES,
                                      body + plain.size_bytes) == 1;
    assert(is_done == 1);
}

static bool open_gcm(crypto_sealer *sealer, text about, const uint8_t *sealed, size_t plain_bytes,
                     uint8_t *plain)
{
    EVP_CIPHER_CTX *context = sealer->decrypt;
    const uint8_t *body = sealed + HEAD_BYTES;
    uint8_t tag[TAG_BYTES], none[BLOCK_BYTES];
    int written = 0;
    memcpy(tag, body + plain_bytes, TAG_BYTES);
    int is_done = EVP_DecryptInit_ex2(context, NULL, NULL, sealed + FORM_BYTES, NULL) &&
                  add_about(context, sealed[0], about) &&
                  (plain_bytes == 0 ||
                   EVP_DecryptUpdate(context, plain, &written, body, (int)plain_bytes)) &&
                  EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, TAG_BYTES, tag) == 1;
    assert(is_done == 1);
    if (EVP_DecryptFinal_ex(context, none, &written) == 1) return true;
    crypto_wipe(plain, plain_bytes); /* GCM decrypts before it knows */
    return false;
}

/* ---- both ---- */

void crypto_seal(crypto_sealer *sealer, crypto_nonce nonce, text about, text plain,
                 uint8_t *sealed)
{
    assert(plain.size_bytes <= CRYPTO_PLAIN_BYTES_MAX && about.size_bytes <= CRYPTO_PLAIN_BYTES_MAX);
    sealed[0] = sealer->suite->form;
    memcpy(sealed + FORM_BYTES, nonce.bytes, CRYPTO_NONCE_BYTES);
    if (sealer->tag)
        seal_then_mac(sealer, about, plain, sealed);
    else
        seal_gcm(sealer, about, plain, sealed);
}

err crypto_sealed_suite(text sealed, crypto_suite *suite)
{
    if (sealed.size_bytes < CRYPTO_SEAL_BYTES ||
        sealed.size_bytes - CRYPTO_SEAL_BYTES > CRYPTO_PLAIN_BYTES_MAX)
        return err_of(&CRYPTO_BAD_SEAL, NULL);
    for (int i = 0; i < CRYPTO_SUITE_COUNT; i++)
        if ((uint8_t)sealed.bytes[0] == SUITES[i].form) {
            *suite = (crypto_suite)i;
            return ERR_NONE;
        }
    return err_of(&CRYPTO_BAD_SEAL, NULL);
}

err crypto_unseal(crypto_sealer *sealer, text about, text sealed, uint8_t *plain)
{
    crypto_suite suite;
    TRY(crypto_sealed_suite(sealed, &suite));
    if (&SUITES[suite] != sealer->suite) return err_of(&CRYPTO_OTHER_SUITE, NULL);
    assert(about.size_bytes <= CRYPTO_PLAIN_BYTES_MAX);
    const uint8_t *from = (const uint8_t *)sealed.bytes;
    size_t plain_bytes = sealed.size_bytes - CRYPTO_SEAL_BYTES;
    bool is_authentic = sealer->tag ? check_then_open(sealer, about, from, plain_bytes, plain)
                                    : open_gcm(sealer, about, from, plain_bytes, plain);
    return is_authentic ? ERR_NONE : err_of(&CRYPTO_NOT_AUTHENTIC, NULL);
}
