/* Where CSV may be cut into blocks: behind a line end that no quotes are around. */
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "codec/codec_internal.h"

#ifdef __SSE2__
static inline uint64_t find_one(const char *p, char wanted)
{
    uint64_t mask = 0;
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++) {
        __m128i v = _mm_loadu_si128((const __m128i *)(const void *)(p + 16 * i));
        mask |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(v, _mm_set1_epi8(wanted))) << (16 * i);
    }
    return mask;
}
#else
static inline uint64_t find_one(const char *p, char wanted)
{
    uint64_t mask = 0;
    for (int i = 0; i < 64; i++) mask |= (uint64_t)(p[i] == wanted) << i;
    return mask;
}
#endif

/* A quote toggles being inside quotes, and a doubled one does so twice, so counting is enough. */
size_t codec_csv_whole_rows(text bytes, int32_t *line_count)
{
    size_t whole = 0;
    int32_t lines = 0, lines_whole = 0;
    bool is_quoted = false;
    for (size_t base = 0; base < bytes.size_bytes; base += 64) {
        char tail[64] = { 0 };
        const char *p = bytes.bytes + base;
        if (bytes.size_bytes - base < 64) p = memcpy(tail, p, bytes.size_bytes - base);
        uint64_t quotes = find_one(p, '"'), ends = find_one(p, '\n');
        for (uint64_t mask = quotes | ends; mask; mask &= mask - 1) {
            int at = __builtin_ctzll(mask);
            is_quoted ^= quotes >> at & 1;
            if (!(ends >> at & 1)) continue;
            lines++;
            if (is_quoted) continue;
            whole = base + (size_t)at + 1;
            lines_whole = lines;
        }
    }
    *line_count += lines_whole;
    return whole;
}
