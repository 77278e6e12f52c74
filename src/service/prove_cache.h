/* service/prove_cache.h - what was proved before, by the digest of plan and property.
 *
 * Only PROVED is kept: a refutation is found again with its example, and what was left open may be
 * settled by a better prover. A file that is not of this form, or of another prover, counts as
 * empty.
 *
 * Prefix   prove_
 */
#ifndef SERVICE_PROVE_CACHE_H
#define SERVICE_PROVE_CACHE_H

#include "base/hash.h"
#include "prove/prove.h"
#include "service/files.h"

typedef struct {
    arena *memory;
    text path; /* empty: nothing is kept */
    hash_map *ways;
    const char **items;
    size_t count, capacity;
    text_builder lines;
    bool has_new;
} prove_cache;

prove_cache prove_cache_open(arena *a, text path);
/* The way it was proved by, or NULL. */
const char *prove_cache_find(const prove_cache *cache, text key);
void prove_cache_keep(prove_cache *cache, text key, const char *way);
MUST_USE err prove_cache_write(const prove_cache *cache);
/* Of all that decides the verdict. */
text prove_cache_key(arena *a, const prove_property *property);

#endif
