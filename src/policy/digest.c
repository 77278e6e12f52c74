#include <stdlib.h>

#include "policy/policy_internal.h"

/* The order in which sources are handed in must not matter: their hashes are summed. */
uint64_t digest_of(const policy_source *sources, size_t source_count)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < source_count; i++)
        sum += hash_bytes(sources[i].bytes.bytes, sources[i].bytes.size_bytes, 20261128);
    return hash_mix(sum, source_count);
}

uint64_t policy_digest(const policy_book *book)
{
    return book->digest;
}
