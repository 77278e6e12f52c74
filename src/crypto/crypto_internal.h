/* crypto_internal - what the files of this room share.
 *
 * A call into libcrypto that can fail only by our own mistake or for want of memory ends the
 * process like an allocation of base: no caller could do better, and a digest that was not computed
 * must never be used.
 */
#ifndef CRYPTO_CRYPTO_INTERNAL_H
#define CRYPTO_CRYPTO_INTERNAL_H

#include <assert.h>
#include <openssl/evp.h>

#include "crypto/crypto.h"

/* What libcrypto calls a hash. */
const char *crypto_hash_fetch_name(crypto_hash_name name);

#endif
