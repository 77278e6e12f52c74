#include <stdio.h>
#include <string.h>

#include "crypto/crypto_internal.h"

const err_kind CRYPTO_WRONG_PASSWORD = {
    "crypto.wrong_password", ERR_FORBIDDEN, "The password is wrong.", "密码不正确。"
};
const err_kind CRYPTO_BAD_PASSWORD_HASH = {
    "crypto.bad_password_hash", ERR_BAD_INPUT, "The stored form of the password is not readable.",
    "所存密码摘要的格式不正确。"
};
const err_kind CRYPTO_COST_REFUSED = {
    "crypto.cost_refused", ERR_BAD_INPUT,
    "The cost of this password hash lies outside what is accepted.",
    "密码摘要的计算参数超出允许范围。"
};
const err_kind CRYPTO_NO_MEMORY = {
    "crypto.no_memory", ERR_BUSY, "There is too little memory to check a password now.",
    "内存不足，暂时无法校验密码。"
};

const crypto_cost CRYPTO_COST_LOGIN = { .log2_n = 15, .r = 8, .p = 3 };
const crypto_cost CRYPTO_COST_VAULT = { .log2_n = 17, .r = 8, .p = 1 };
const crypto_cost CRYPTO_COST_PRACTICE = { .log2_n = 7, .r = 8, .p = 1 };

/* ---- scrypt ---- */

enum { LOG2_N_MAX = 20, R_MAX = 32, P_MAX = 16 };
#define MEMORY_BYTES_MAX ((uint64_t)1 << 30)
#define WORK_MAX ((uint64_t)1 << 24) /* blocks of 128 bytes */

static bool cost_is_accepted(crypto_cost cost)
{
    if (cost.log2_n < 1 || cost.log2_n > LOG2_N_MAX || cost.r < 1 || cost.r > R_MAX || cost.p < 1 ||
        cost.p > P_MAX)
        return false;
    uint64_t blocks = ((uint64_t)1 << cost.log2_n) * cost.r;
    return 128 * blocks <= MEMORY_BYTES_MAX && blocks * cost.p <= WORK_MAX;
}

err crypto_scrypt(text password, text salt, crypto_cost cost, uint8_t *out, size_t out_bytes)
{
    if (!cost_is_accepted(cost)) return err_of(&CRYPTO_COST_REFUSED, NULL);
    /* libcrypto takes a missing password for an empty one, but not a missing salt. */
    const char *bytes = password.size_bytes ? password.bytes : "";
    const char *salt_bytes = salt.size_bytes ? salt.bytes : "";
    int is_done = EVP_PBE_scrypt(bytes, password.size_bytes, (const uint8_t *)salt_bytes,
                                 salt.size_bytes, (uint64_t)1 << cost.log2_n, cost.r, cost.p,
                                 2 * MEMORY_BYTES_MAX, out, out_bytes);
    return is_done == 1 ? ERR_NONE : err_of(&CRYPTO_NO_MEMORY, NULL);
}

/* ---- the encoded form ---- */

enum { SALT_CHARS = 22, HASH_CHARS = 43 };

static err encode(text password, crypto_salt salt, crypto_cost cost,
                  char out[CRYPTO_PASSWORD_HASH_BYTES])
{
    uint8_t hash[CRYPTO_DIGEST_BYTES];
    text salt_text = { (const char *)salt.bytes, CRYPTO_SALT_BYTES };
    TRY(crypto_scrypt(password, salt_text, cost, hash, sizeof hash));
    char salt_base64[SALT_CHARS + 3], hash_base64[HASH_CHARS + 2]; /* with padding and a NUL */
    EVP_EncodeBlock((uint8_t *)salt_base64, salt.bytes, CRYPTO_SALT_BYTES);
    EVP_EncodeBlock((uint8_t *)hash_base64, hash, sizeof hash);
    snprintf(out, CRYPTO_PASSWORD_HASH_BYTES, "$scrypt$ln=%d,r=%d,p=%d$%.*s$%.*s", cost.log2_n,
             cost.r, cost.p, SALT_CHARS, salt_base64, HASH_CHARS, hash_base64);
    crypto_wipe(hash, sizeof hash);
    return ERR_NONE;
}

err crypto_password_hash(text password, crypto_salt salt, crypto_cost cost,
                         char out[CRYPTO_PASSWORD_HASH_BYTES])
{
    return encode(password, salt, cost, out);
}

static bool take(text *rest, const char *literal)
{
    if (!text_begins(*rest, text_of(literal))) return false;
    *rest = text_sub(*rest, strlen(literal), rest->size_bytes);
    return true;
}

/* A number of at most 255 without leading zeros. */
static bool take_number(text *rest, uint8_t *number)
{
    size_t count = 0;
    unsigned value = 0;
    while (count < rest->size_bytes && count < 3 && rest->bytes[count] >= '0' &&
           rest->bytes[count] <= '9')
        value = 10 * value + (unsigned)(rest->bytes[count++] - '0');
    if (count == 0 || value > 255 || (count > 1 && rest->bytes[0] == '0')) return false;
    *number = (uint8_t)value;
    *rest = text_sub(*rest, count, rest->size_bytes);
    return true;
}

static bool take_base64(text *rest, size_t char_count)
{
    static const char ALPHABET[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    if (rest->size_bytes < char_count) return false;
    for (size_t i = 0; i < char_count; i++)
        if (!memchr(ALPHABET, rest->bytes[i], sizeof ALPHABET - 1)) return false;
    *rest = text_sub(*rest, char_count, rest->size_bytes);
    return true;
}

static bool decode(text encoded, crypto_cost *cost, crypto_salt *salt)
{
    text rest = encoded;
    if (!(take(&rest, "$scrypt$ln=") && take_number(&rest, &cost->log2_n) && take(&rest, ",r=") &&
          take_number(&rest, &cost->r) && take(&rest, ",p=") && take_number(&rest, &cost->p) &&
          take(&rest, "$")))
        return false;
    uint8_t padded[SALT_CHARS + 2] = { [SALT_CHARS] = '=', [SALT_CHARS + 1] = '=' };
    uint8_t bytes[CRYPTO_SALT_BYTES + 2];
    text salt_text = rest;
    if (!take_base64(&rest, SALT_CHARS) || !take(&rest, "$") || !take_base64(&rest, HASH_CHARS) ||
        rest.size_bytes)
        return false;
    memcpy(padded, salt_text.bytes, SALT_CHARS);
    if (EVP_DecodeBlock(bytes, padded, sizeof padded) != (int)sizeof bytes) return false;
    memcpy(salt->bytes, bytes, CRYPTO_SALT_BYTES);
    return true;
}

/* The whole text is made again and compared: no second reading of the hash could differ. */
err crypto_password_verify(text password, text encoded)
{
    crypto_cost cost;
    crypto_salt salt;
    if (!decode(encoded, &cost, &salt)) return err_of(&CRYPTO_BAD_PASSWORD_HASH, NULL);
    char again[CRYPTO_PASSWORD_HASH_BYTES];
    TRY(encode(password, salt, cost, again));
    bool is_right = strlen(again) == encoded.size_bytes &&
                    crypto_equal(again, encoded.bytes, encoded.size_bytes);
    crypto_wipe(again, sizeof again);
    return is_right ? ERR_NONE : err_of(&CRYPTO_WRONG_PASSWORD, NULL);
}

bool crypto_password_has_cost(text encoded, crypto_cost cost)
{
    crypto_cost found;
    crypto_salt salt;
    return decode(encoded, &found, &salt) && found.log2_n == cost.log2_n && found.r == cost.r &&
           found.p == cost.p;
}

/* ---- secrets under a password ---- */

#define LOCK_HEAD_BYTES (CRYPTO_LOCK_BYTES - CRYPTO_SEAL_BYTES)
#define LOCK_FORM 0x11 /* and the suite */
#define ABOUT_BYTES_MAX 256

typedef struct {
    uint8_t bytes[LOCK_HEAD_BYTES + ABOUT_BYTES_MAX];
    size_t size_bytes;
} bound_text;

/* What the sealed part is bound to: the head, and the caller's words. */
static bound_text bound_of(const uint8_t *head, text about)
{
    bound_text bound = { .size_bytes = LOCK_HEAD_BYTES + about.size_bytes };
    assert(about.size_bytes <= ABOUT_BYTES_MAX);
    memcpy(bound.bytes, head, LOCK_HEAD_BYTES);
    if (about.size_bytes) memcpy(bound.bytes + LOCK_HEAD_BYTES, about.bytes, about.size_bytes);
    return bound;
}

/* A sealer under the password; its handle lives in an arena of its own. */
static err open_by_password(arena *scratch, text password, const crypto_lock_options *options,
                            crypto_sealer **sealer)
{
    crypto_key key;
    text salt = { (const char *)options->salt.bytes, CRYPTO_SALT_BYTES };
    TRY(crypto_scrypt(password, salt, options->cost, key.bytes, sizeof key));
    err e = crypto_sealer_open(scratch, options->suite, CRYPTO_USE_SECRETS, &key, sealer);
    crypto_wipe(&key, sizeof key);
    return e;
}

err crypto_lock(const crypto_lock_options *options, text password, text about, text secret,
                uint8_t *locked)
{
    arena *scratch = arena_open();
    crypto_sealer *sealer;
    err e = open_by_password(scratch, password, options, &sealer);
    if (!e.kind) {
        locked[0] = (uint8_t)(LOCK_FORM + options->suite);
        locked[1] = options->cost.log2_n;
        locked[2] = options->cost.r;
        locked[3] = options->cost.p;
        memcpy(locked + 4, options->salt.bytes, CRYPTO_SALT_BYTES);
        bound_text bound = bound_of(locked, about);
        crypto_seal(sealer, (crypto_nonce){ 0 },
                    (text){ (const char *)bound.bytes, bound.size_bytes }, secret,
                    locked + LOCK_HEAD_BYTES);
        crypto_sealer_close(sealer);
    }
    arena_close(scratch);
    return e;
}

err crypto_unlock(text password, text about, text locked, uint8_t *secret)
{
    const uint8_t *head = (const uint8_t *)locked.bytes;
    if (locked.size_bytes < CRYPTO_LOCK_BYTES || head[0] < LOCK_FORM ||
        head[0] >= LOCK_FORM + CRYPTO_SUITE_COUNT)
        return err_of(&CRYPTO_BAD_SEAL, NULL);
    crypto_lock_options options = { .suite = (crypto_suite)(head[0] - LOCK_FORM),
                                    .cost = { head[1], head[2], head[3] } };
    memcpy(options.salt.bytes, head + 4, CRYPTO_SALT_BYTES);
    arena *scratch = arena_open();
    crypto_sealer *sealer;
    err e = open_by_password(scratch, password, &options, &sealer);
    if (!e.kind) {
        bound_text bound = bound_of(head, about);
        text sealed = text_sub(locked, LOCK_HEAD_BYTES, locked.size_bytes);
        e = crypto_unseal(sealer, (text){ (const char *)bound.bytes, bound.size_bytes }, sealed,
                          secret);
        if (e.kind == &CRYPTO_NOT_AUTHENTIC) e = err_of(&CRYPTO_WRONG_PASSWORD, NULL);
        crypto_sealer_close(sealer);
    }
    arena_close(scratch);
    return e;
}
