/* crypto/ - hashes, message codes, sealed fields, wrapped keys, passwords and signatures.
 *
 * All ciphers and hashes are libcrypto's; this room chooses which, in what order, and what a
 * sealed thing looks like. Keys, nonces, salts and seeds are handed in: nothing is drawn from
 * chance here, and no key outlives the handle it was given to.
 *
 * Suites   each choice has a Chinese form (SM2, SM3, SM4: the default) and another by setting.
 * Memory   a handle lives in the arena passed first, but libcrypto's part of it does not: close it.
 * Errors   only the kinds below; after an error the answer is untouched, or wiped. A refusal never
 *          says which byte was wrong, and no plaintext leaves before its tag was checked.
 * Threads  a handle belongs to one thread at a time.
 */
#ifndef CRYPTO_CRYPTO_H
#define CRYPTO_CRYPTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"

extern const err_kind CRYPTO_UNAVAILABLE, CRYPTO_BAD_HEX;
extern const err_kind CRYPTO_BAD_SEAL, CRYPTO_OTHER_SUITE, CRYPTO_NOT_AUTHENTIC;
extern const err_kind CRYPTO_WRONG_PASSWORD, CRYPTO_BAD_PASSWORD_HASH, CRYPTO_COST_REFUSED,
    CRYPTO_NO_MEMORY;
extern const err_kind CRYPTO_BAD_KEY, CRYPTO_BAD_SIGNATURE;

/* ---- hashes: SM3 (GB/T 32905-2016) and SHA-256 (FIPS 180-4) ---- */

typedef enum { CRYPTO_SM3, CRYPTO_SHA256, CRYPTO_HASH_COUNT } crypto_hash_name;

#define CRYPTO_DIGEST_BYTES 32
typedef struct {
    uint8_t bytes[CRYPTO_DIGEST_BYTES];
} crypto_digest;

/* Made once and used for any number of messages: what a message costs is then the hash itself. */
typedef struct crypto_hasher crypto_hasher;
MUST_USE err crypto_hasher_open(arena *a, crypto_hash_name name, crypto_hasher **hasher);
void crypto_hasher_close(crypto_hasher *hasher);
/* The digest of one message. */
crypto_digest crypto_hash(crypto_hasher *hasher, const void *bytes, size_t size_bytes);
/* The same, a piece at a time. Begin forgets a message that was not ended. */
void crypto_hash_begin(crypto_hasher *hasher);
void crypto_hash_add(crypto_hasher *hasher, const void *bytes, size_t size_bytes);
crypto_digest crypto_hash_end(crypto_hasher *hasher);

bool crypto_digest_equal(crypto_digest a, crypto_digest b);

/* "sm3", "sha256": how settings and exported files name a hash. False for any other text. */
const char *crypto_hash_spelling(crypto_hash_name name);
bool crypto_hash_named(text spelling, crypto_hash_name *name);

/* Lower-case hex and a NUL into 2 * size_bytes + 1 bytes. */
void crypto_print_hex(const void *bytes, size_t size_bytes, char *out);
#define CRYPTO_DIGEST_HEX_BYTES (2 * CRYPTO_DIGEST_BYTES + 1)
void crypto_print_digest(crypto_digest digest, char *out);
/* Exactly 2 * size_bytes digits in either case, else CRYPTO_BAD_HEX and `out` untouched. */
MUST_USE err crypto_parse_hex(text hex, void *out, size_t size_bytes);
MUST_USE err crypto_parse_digest(text hex, crypto_digest *digest);

/* ---- HMAC (RFC 2104, GB/T 15852.2) over either hash ---- */

/* A key made ready: both pads are hashed once, so that a short message costs two blocks. */
typedef struct crypto_mac crypto_mac;
MUST_USE err crypto_mac_open(arena *a, crypto_hash_name name, const void *key, size_t key_bytes,
                             crypto_mac **mac);
/* Puts another key into the same handle. */
void crypto_mac_rekey(crypto_mac *mac, const void *key, size_t key_bytes);
void crypto_mac_close(crypto_mac *mac);
crypto_digest crypto_mac_of(crypto_mac *mac, const void *bytes, size_t size_bytes);
void crypto_mac_begin(crypto_mac *mac);
void crypto_mac_add(crypto_mac *mac, const void *bytes, size_t size_bytes);
crypto_digest crypto_mac_end(crypto_mac *mac);

/* The code of six digits of a 30-second step (RFC 6238, HMAC-SHA-1, as authenticator programs have it). */
#define CRYPTO_TOTP_SECRET_BYTES 20
#define CRYPTO_TOTP_STEP_S 30
MUST_USE err crypto_totp(text secret, uint64_t step, uint32_t *code);

/* ---- secrets in memory ---- */

/* Takes the same time wherever the first difference lies. */
bool crypto_equal(const void *a, const void *b, size_t size_bytes);
/* Zeros that no compiler leaves out. */
void crypto_wipe(void *bytes, size_t size_bytes);

/* ---- sealing: bytes that only the key opens, and only where they belong ----
 *
 * form (1 byte) | nonce (12) | body (as long as the plaintext) | tag (16)
 *
 * form 1   SM4-CTR (GB/T 17964), the counter being nonce | 32 bits from 0; then over
 *          size of `about` (4 bytes) | about | form | nonce | body
 *          HMAC-SM3, its first 16 bytes: encrypt-then-MAC. Keys: the halves of the derived key.
 * form 2   AES-256-GCM (NIST SP 800-38D), associated data form | about.
 * Keys     what is used is HKDF-Expand (RFC 5869) of the key handed in, one block, with the suite's
 *          HMAC and a label of suite and use: a key of one use opens nothing of another.
 * about    binds the sealed bytes to their place: a person's id and the field's name. Of two fields
 *          one must not be readable as the other: ids of fixed size first.
 * nonce    never twice with one key. It is drawn once for an event, and its fields take
 *          crypto_nonce_at(drawn, 0, 1, 2 ...). What was sealed is copied ever after (the event holds
 *          it), so a rebuild needs no nonce and gives the same bytes.
 */
typedef enum { CRYPTO_SUITE_SM, CRYPTO_SUITE_AES, CRYPTO_SUITE_COUNT } crypto_suite;
typedef enum { CRYPTO_USE_FIELDS, CRYPTO_USE_KEYS, CRYPTO_USE_SECRETS, CRYPTO_USE_COUNT } crypto_use;

#define CRYPTO_KEY_BYTES 32
typedef struct {
    uint8_t bytes[CRYPTO_KEY_BYTES];
} crypto_key;

#define CRYPTO_NONCE_BYTES 12
typedef struct {
    uint8_t bytes[CRYPTO_NONCE_BYTES];
} crypto_nonce;
/* The drawn nonce as a number of 96 bits, plus `index`. */
crypto_nonce crypto_nonce_at(crypto_nonce drawn, uint64_t index);

/* A key of one purpose out of another: HKDF-Expand with SM3, one block; `label` names the purpose. */
MUST_USE err crypto_key_derive(const crypto_key *key, const char *label, crypto_key *derived);

const char *crypto_suite_spelling(crypto_suite suite); /* "sm", "aes" */
bool crypto_suite_named(text spelling, crypto_suite *suite);

typedef struct crypto_sealer crypto_sealer;
MUST_USE err crypto_sealer_open(arena *a, crypto_suite suite, crypto_use use,
                                const crypto_key *key, crypto_sealer **sealer);
/* Puts another key into the same handle: for a key a person. */
void crypto_sealer_rekey(crypto_sealer *sealer, const crypto_key *key);
void crypto_sealer_close(crypto_sealer *sealer);

#define CRYPTO_SEAL_BYTES 29 /* a sealed thing is so much longer than its plaintext */
#define CRYPTO_PLAIN_BYTES_MAX ((size_t)1 << 30)
/* Writes plain.size_bytes + CRYPTO_SEAL_BYTES bytes; `plain` lies outside them. */
void crypto_seal(crypto_sealer *sealer, crypto_nonce nonce, text about, text plain,
                 uint8_t *sealed);
/* Writes sealed.size_bytes - CRYPTO_SEAL_BYTES bytes. CRYPTO_NOT_AUTHENTIC: another key, another
 * place, or altered. */
MUST_USE err crypto_unseal(crypto_sealer *sealer, text about, text sealed, uint8_t *plain);
/* Which suite sealed this; CRYPTO_BAD_SEAL when it is nothing sealed. */
MUST_USE err crypto_sealed_suite(text sealed, crypto_suite *suite);

/* Wrapping: a data key sealed under a master key (a sealer for CRYPTO_USE_KEYS), which NIST SP
 * 800-38F section 3.1 admits beside its own modes. `about` names whose key it is. */
#define CRYPTO_WRAPPED_BYTES (CRYPTO_KEY_BYTES + CRYPTO_SEAL_BYTES)
typedef struct {
    uint8_t bytes[CRYPTO_WRAPPED_BYTES];
} crypto_wrapped;
crypto_wrapped crypto_wrap(crypto_sealer *master, crypto_nonce nonce, text about,
                           const crypto_key *key);
MUST_USE err crypto_unwrap(crypto_sealer *master, text about, const crypto_wrapped *wrapped,
                           crypto_key *key);
/* The same data key under another master key: rotation touches no ciphertext. */
MUST_USE err crypto_rewrap(crypto_sealer *from, crypto_sealer *to, crypto_nonce nonce, text about,
                           crypto_wrapped *wrapped);

/* ---- passwords: scrypt (RFC 7914) ---- */

typedef struct {
    uint8_t log2_n, r, p; /* memory is 128 * 2^log2_n * r bytes; time goes with p too */
} crypto_cost;
/* 32 MiB, p = 3: what a server pays for each login. 128 MiB, p = 1: once, for a master key. */
extern const crypto_cost CRYPTO_COST_LOGIN, CRYPTO_COST_VAULT;
/* 128 KiB: an office of invented people, for tests and practice. It keeps nobody out for long. */
extern const crypto_cost CRYPTO_COST_PRACTICE;

#define CRYPTO_SALT_BYTES 16
typedef struct {
    uint8_t bytes[CRYPTO_SALT_BYTES];
} crypto_salt;

/* CRYPTO_COST_REFUSED past 1 GiB or 2^24 blocks (log2_n 1..20, r 1..32, p 1..16), so that a
 * stranger's file cannot ask for more; CRYPTO_NO_MEMORY when the machine has not even that. */
MUST_USE err crypto_scrypt(text password, text salt, crypto_cost cost, uint8_t *out,
                           size_t out_bytes);

/* "$scrypt$ln=15,r=8,p=3$<salt>$<32 bytes>" (base64 without padding) and a NUL. */
#define CRYPTO_PASSWORD_HASH_BYTES 96
MUST_USE err crypto_password_hash(text password, crypto_salt salt, crypto_cost cost,
                                  char out[CRYPTO_PASSWORD_HASH_BYTES]);
/* ERR_NONE, CRYPTO_WRONG_PASSWORD, or why the encoded text cannot be used. */
MUST_USE err crypto_password_verify(text password, text encoded);
/* Whether it was made at this cost; if not, it is made anew at the next login. */
bool crypto_password_has_cost(text encoded, crypto_cost cost);

/* A secret under a password: a master key, or a person's signing key.
 *
 * form (1: 0x11 or 0x12) | log2_n | r | p | salt (16) | sealed, with all before it and `about` bound in
 *
 * The salt is fresh each time: the nonce within is 0. */
#define CRYPTO_LOCK_BYTES (20 + CRYPTO_SEAL_BYTES)
typedef struct {
    crypto_suite suite;
    crypto_cost cost;
    crypto_salt salt;
} crypto_lock_options;
/* Writes secret.size_bytes + CRYPTO_LOCK_BYTES bytes. */
MUST_USE err crypto_lock(const crypto_lock_options *options, text password, text about,
                         text secret, uint8_t *locked);
/* Writes locked.size_bytes - CRYPTO_LOCK_BYTES bytes. CRYPTO_WRONG_PASSWORD also when it was
 * altered: nobody can tell the two apart. */
MUST_USE err crypto_unlock(text password, text about, text locked, uint8_t *secret);

/* ---- signatures: SM2 with SM3 (GB/T 32918.2-2016, curve of .5), identity 1234567812345678 ---- */

typedef struct {
    uint8_t bytes[32]; /* d, in [1, n - 2] */
} crypto_sm2_private;
typedef struct {
    uint8_t bytes[65]; /* 0x04 | x | y */
} crypto_sm2_public;
typedef struct {
    uint8_t bytes[64]; /* r | s */
} crypto_signature;

/* A key pair of 40 bytes of chance: d = seed mod (n - 2) + 1, whose bias is below 2^-64. */
#define CRYPTO_SM2_SEED_BYTES 40
void crypto_sm2_from_seed(const uint8_t seed[CRYPTO_SM2_SEED_BYTES], crypto_sm2_private *own,
                          crypto_sm2_public *shown);
/* CRYPTO_BAD_KEY when d is out of its range. */
MUST_USE err crypto_sm2_public_of(const crypto_sm2_private *own, crypto_sm2_public *shown);
/* CRYPTO_BAD_KEY when it is no point of the curve. */
MUST_USE err crypto_sm2_check(const crypto_sm2_public *shown);
/* SubjectPublicKeyInfo as PEM (of a key that was checked), and a signature as DER: for an auditor's
 * own tools. */
text crypto_sm2_public_pem(arena *a, const crypto_sm2_public *shown);
text crypto_signature_der(arena *a, const crypto_signature *signature);

/* Signing draws its own number k inside libcrypto: the one place where chance enters this room. So
 * a signature is made once and kept in the event; it is never made again for comparing. */
typedef struct crypto_signer crypto_signer;
MUST_USE err crypto_signer_open(arena *a, const crypto_sm2_private *own, crypto_signer **signer);
void crypto_signer_close(crypto_signer *signer);
crypto_signature crypto_sign(crypto_signer *signer, text message);

typedef struct crypto_verifier crypto_verifier;
MUST_USE err crypto_verifier_open(arena *a, const crypto_sm2_public *shown,
                                  crypto_verifier **verifier);
void crypto_verifier_close(crypto_verifier *verifier);
MUST_USE err crypto_verify(crypto_verifier *verifier, text message,
                           const crypto_signature *signature);

#endif
