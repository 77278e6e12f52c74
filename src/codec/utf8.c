/* Checking UTF-8, eight bytes at a time while they are ASCII. */
#include <string.h>

#include "codec/codec.h"

static const uint64_t HIGH_BITS = 0x8080808080808080u;

/* Size of the character at p, of which `left` > 0 bytes are there; 0 when it is malformed. Two
 * and three bytes, which is nearly all of Chinese, are tried first. */
static size_t rune_bytes(const unsigned char *p, size_t left)
{
    unsigned char lead = p[0];
    if (lead < 0x80) return lead != 0;
    if (lead < 0xC2 || left < 2 || (p[1] & 0xC0) != 0x80) return 0;
    if (lead < 0xE0) return 2;
    if (left < 3 || (p[2] & 0xC0) != 0x80) return 0;
    if (lead < 0xF0) {
        bool is_overlong = lead == 0xE0 && p[1] < 0xA0;
        bool is_surrogate = lead == 0xED && p[1] >= 0xA0;
        return is_overlong || is_surrogate ? 0 : 3;
    }
    if (lead > 0xF4 || left < 4 || (p[3] & 0xC0) != 0x80) return 0;
    bool is_overlong = lead == 0xF0 && p[1] < 0x90;
    bool is_past_last = lead == 0xF4 && p[1] >= 0x90;
    return is_overlong || is_past_last ? 0 : 4;
}

/* How many bytes stand before the first with its high bit set: one that is NUL or not ASCII. What follows a NUL may
 * be marked too, but nothing before it. */
static size_t first_byte(uint64_t special)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    return (size_t)__builtin_ctzll(special) / 8;
#else
    (void)special;
    return 0;
#endif
}

bool codec_is_utf8(text t, size_t *bad_at)
{
    const unsigned char *p = (const unsigned char *)t.bytes;
    size_t at = 0;
    while (at < t.size_bytes) {
        uint64_t word;
        while (t.size_bytes - at >= 8) {
            memcpy(&word, p + at, 8);
            uint64_t special = ((word - 0x0101010101010101u) | word) & HIGH_BITS;
            if (special) {
                at += first_byte(special);
                break;
            }
            at += 8;
        }
        /* Characters of three bytes follow one another: leads E1 to EC are never too long and no surrogates. */
        while (t.size_bytes - at >= 4 && (unsigned char)(p[at] - 0xE1) < 12 && (p[at + 1] & 0xC0) == 0x80 && (p[at + 2] & 0xC0) == 0x80)
            at += 3;
        if (at == t.size_bytes) break;
        size_t size = rune_bytes(p + at, t.size_bytes - at);
        if (size == 0) {
            if (bad_at) *bad_at = at;
            return false;
        }
        at += size;
    }
    return true;
}
