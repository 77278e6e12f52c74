/* base/hash - a fast hash of bytes and a map from text to index.
 *
 * Not for secrets: the seed is fixed so that results are the same on every run and machine.
 */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

uint64_t hash_bytes(const void *bytes, size_t size_bytes, uint64_t seed);
/* Mixes one more word into a hash. */
uint64_t hash_mix(uint64_t hash, uint64_t word);

/* An open-addressing map from text to a size_t; keys are not copied. */
typedef struct hash_map hash_map;
hash_map *hash_map_open(arena *memory);
/* SIZE_MAX when absent. */
size_t hash_map_get(const hash_map *m, text key);
/* Sets or replaces. */
void hash_map_put(hash_map *m, text key, size_t value);
size_t hash_map_count(const hash_map *m);

#endif
