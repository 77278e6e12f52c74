/* tests/support/choices - where chance comes from: a seed, or the bytes of a fuzzer.
 *
 * Prefix   choose_
 * Both give the same run for the same seed or bytes. Bytes that have run out answer 0, the first
 * and simplest of all choices.
 */
#ifndef SUPPORT_CHOICES_H
#define SUPPORT_CHOICES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint64_t state;
    const uint8_t *bytes; /* NULL: by seed */
    size_t size_bytes, at;
} choices;

static inline choices choose_by_seed(uint64_t seed)
{
    return (choices){ .state = seed };
}

static inline choices choose_by_bytes(const uint8_t *bytes, size_t size_bytes)
{
    return (choices){ .bytes = bytes, .size_bytes = size_bytes };
}

static inline uint64_t choose_word(choices *c, int bytes_wanted)
{
    if (!c->bytes) { /* splitmix64 */
        uint64_t z = (c->state += 0x9e3779b97f4a7c15u);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
        return z ^ (z >> 31);
    }
    uint64_t word = 0;
    for (int i = 0; i < bytes_wanted; i++)
        word |= (uint64_t)(c->at < c->size_bytes ? c->bytes[c->at++] : 0) << (8 * i);
    return word;
}

/* 0 .. count - 1 */
static inline uint32_t choose(choices *c, uint32_t count)
{
    if (count <= 1) return 0;
    uint64_t word = choose_word(c, count <= 256 ? 1 : 4);
    return (uint32_t)((c->bytes ? word : word >> 32) % count);
}

static inline bool choose_percent(choices *c, uint32_t percent)
{
    return choose(c, 100) >= 100 - percent; /* bytes that ran out say no */
}

static inline int64_t choose_between(choices *c, int64_t min, int64_t max)
{
    uint64_t span = (uint64_t)max - (uint64_t)min;
    if (span == 0) return min;
    uint64_t word = choose_word(c, span < 256 ? 1 : span < 65536 ? 2 : 8);
    return (int64_t)((uint64_t)min + (span == UINT64_MAX ? word : word % (span + 1)));
}

#endif
