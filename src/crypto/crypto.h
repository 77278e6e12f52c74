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

/* ---- secrets in memory ---- */

/* Takes the same time wherever the first difference lies. */
bool crypto_equal(const void *a, const void *b, size_t size_bytes);
/* Zeros that no compiler leaves out. */
void crypto_wipe(void *bytes, size_t size_bytes);

#endif
