/* support/naive_gcm - AES-256-GCM once more, bit by bit from FIPS 197 and SP 800-38D.
 *
 * Nonces of 12 bytes; slow on purpose.
 *
 * Prefix   naive_
 */
#ifndef SUPPORT_NAIVE_GCM_H
#define SUPPORT_NAIVE_GCM_H

#include <stddef.h>
#include <stdint.h>

void naive_gcm_seal(const uint8_t key[32], const uint8_t nonce[12], const uint8_t *about,
                    size_t about_bytes, const uint8_t *plain, size_t plain_bytes, uint8_t *body,
                    uint8_t tag[16]);

#endif
