/* support/naive_sm - SM3 and SM4 once more, straight from GB/T 32905 and GB/T 32907.
 *
 * For holding room crypto against a second reading of the standards; slow on purpose.
 *
 * Prefix   naive_
 */
#ifndef SUPPORT_NAIVE_SM_H
#define SUPPORT_NAIVE_SM_H

#include <stddef.h>
#include <stdint.h>

void naive_sm3(const uint8_t *bytes, size_t size_bytes, uint8_t digest[32]);
/* HMAC over it, written out; any size of key. */
void naive_hmac_sm3(const uint8_t *key, size_t key_bytes, const uint8_t *bytes, size_t size_bytes,
                    uint8_t digest[32]);
void naive_sm4_block(const uint8_t key[16], const uint8_t in[16], uint8_t out[16]);
/* Counter mode; the whole block counts up, as libcrypto's does. In place is fine. */
void naive_sm4_ctr(const uint8_t key[16], const uint8_t counter[16], const uint8_t *in,
                   size_t size_bytes, uint8_t *out);

#endif
