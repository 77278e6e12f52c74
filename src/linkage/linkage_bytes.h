/* linkage/ inside - bytes read as words, and memory that grows.
 *
 * Prefix   linkage_
 */
#ifndef LINKAGE_LINKAGE_BYTES_H
#define LINKAGE_LINKAGE_BYTES_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"

/* A word mixed so that each of its bits moves all others; only 0 gives 0. */
static inline uint64_t linkage_mixed(uint64_t word)
{
    word ^= word >> 32;
    word *= UINT64_C(0xd6e8feb86659fd93);
    word ^= word >> 32;
    word *= UINT64_C(0xd6e8feb86659fd93);
    return word ^ word >> 32;
}

/* Up to eight bytes as a word; LINKAGE_SLACK more may be read. */
#define LINKAGE_SLACK 8
static inline uint64_t linkage_word(const char *bytes, size_t size)
{
    uint64_t word;
    memcpy(&word, bytes, 8);
    return size < 8 ? word & ((UINT64_C(1) << 8 * size) - 1) : word;
}
/* Whether each of a word's eight bytes is a digit. */
static inline bool linkage_is_digits(uint64_t word)
{
    const uint64_t UPPER = UINT64_C(0xF0F0F0F0F0F0F0F0), THREES = UINT64_C(0x3030303030303030);
    return (word & UPPER) == THREES && ((word + UINT64_C(0x0606060606060606)) & UPPER) == THREES;
}
/* Where eight bytes more than `size` may be read and written. */
static inline void linkage_copy_bytes(char *to, const char *from, size_t size)
{
    for (size_t at = 0; at < size; at += 8) memcpy(to + at, from + at, 8);
}
static inline uint64_t linkage_text_hash(const char *bytes, size_t size)
{
    uint64_t hash = (size + 1) * UINT64_C(0x9E3779B97F4A7C15);
    for (; size > 8; bytes += 8, size -= 8) {
        hash = (hash ^ linkage_word(bytes, 8)) * UINT64_C(0xd6e8feb86659fd93);
        hash ^= hash >> 32;
    }
    return linkage_mixed(hash ^ linkage_word(bytes, size));
}
static inline bool linkage_same_bytes(const char *x, const char *y, size_t size)
{
    for (; size > 8; x += 8, y += 8, size -= 8)
        if (linkage_word(x, 8) != linkage_word(y, 8)) return false;
    return linkage_word(x, size) == linkage_word(y, size);
}

/* A character as UTF-8; answers its bytes. */
static inline size_t linkage_put_rune(uint32_t rune, char *out)
{
    if (rune < 0x80) {
        *out = (char)rune;
        return 1;
    }
    size_t size = 0;
    if (rune >= 0x10000) {
        out[size++] = (char)(0xF0 | rune >> 18);
        out[size++] = (char)(0x80 | (rune >> 12 & 0x3F));
    } else {
        out[size++] = (char)(rune >= 0x800 ? 0xE0 | rune >> 12 : 0xC0 | rune >> 6);
    }
    if (rune >= 0x800) out[size++] = (char)(0x80 | (rune >> 6 & 0x3F));
    out[size++] = (char)(0x80 | (rune & 0x3F));
    return size;
}

/* Soon to be read: asked of the memory. The empty statement keeps a function that does nothing else from being taken for one that
 * does nothing at all, whose calls a compiler leaves out. */
static inline void linkage_fetch(const void *at)
{
    __builtin_prefetch(at);
    __asm__ volatile("");
}

/* ---- memory that grows and is given back ---- */

typedef struct {
    arena *own;
    void *items;
    size_t capacity, item_bytes;
    size_t met_bytes; /* whose pages are there, or will be */
} linkage_vec;
void *linkage_vec_grow(linkage_vec *v, size_t count, size_t item_bytes);
static inline void *linkage_vec_need(linkage_vec *v, size_t count, size_t item_bytes)
{
    return count <= v->capacity ? v->items : linkage_vec_grow(v, count, item_bytes);
}
void *linkage_vec_exact(linkage_vec *v, size_t count, size_t item_bytes); /* new, no more than asked for */
void linkage_vec_trim(linkage_vec *v, size_t count); /* no more will follow */
void linkage_vec_close(linkage_vec *v);
static inline size_t linkage_vec_bytes(const linkage_vec *v) { return v->capacity * v->item_bytes; }

#endif
