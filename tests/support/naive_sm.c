#include "support/naive_sm.h"

#include <stdlib.h>
#include <string.h>

static uint32_t rotate(uint32_t x, unsigned by)
{
    by %= 32;
    return by ? x << by | x >> (32 - by) : x;
}

static uint32_t word_at(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static void put_word(uint8_t *bytes, uint32_t word)
{
    for (int i = 0; i < 4; i++) bytes[i] = (uint8_t)(word >> (24 - 8 * i));
}

/* ---- SM3: GB/T 32905, section 5 ---- */

static uint32_t p0(uint32_t x)
{
    return x ^ rotate(x, 9) ^ rotate(x, 17);
}

static uint32_t p1(uint32_t x)
{
    return x ^ rotate(x, 15) ^ rotate(x, 23);
}

static void compress(uint32_t v[8], const uint8_t *block)
{
    uint32_t w[68], w1[64];
    for (int j = 0; j < 16; j++) w[j] = word_at(block + 4 * j);
    for (int j = 16; j < 68; j++)
        w[j] = p1(w[j - 16] ^ w[j - 9] ^ rotate(w[j - 3], 15)) ^ rotate(w[j - 13], 7) ^ w[j - 6];
    for (int j = 0; j < 64; j++) w1[j] = w[j] ^ w[j + 4];
    uint32_t a = v[0], b = v[1], c = v[2], d = v[3], e = v[4], f = v[5], g = v[6], h = v[7];
    for (unsigned j = 0; j < 64; j++) {
        uint32_t t = j < 16 ? 0x79cc4519 : 0x7a879d8a;
        uint32_t ss1 = rotate(rotate(a, 12) + e + rotate(t, j), 7);
        uint32_t ss2 = ss1 ^ rotate(a, 12);
        uint32_t ff = j < 16 ? a ^ b ^ c : (a & b) | (a & c) | (b & c);
        uint32_t gg = j < 16 ? e ^ f ^ g : (e & f) | (~e & g);
        uint32_t tt1 = ff + d + ss2 + w1[j];
        uint32_t tt2 = gg + h + ss1 + w[j];
        d = c, c = rotate(b, 9), b = a, a = tt1;
        h = g, g = rotate(f, 19), f = e, e = p0(tt2);
    }
    const uint32_t next[8] = { a, b, c, d, e, f, g, h };
    for (int i = 0; i < 8; i++) v[i] ^= next[i];
}

void naive_sm3(const uint8_t *bytes, size_t size_bytes, uint8_t digest[32])
{
    uint32_t v[8] = { 0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600,
                      0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e };
    size_t padded_bytes = (size_bytes + 9 + 63) / 64 * 64;
    uint8_t *padded = calloc(1, padded_bytes);
    if (size_bytes) memcpy(padded, bytes, size_bytes);
    padded[size_bytes] = 0x80;
    put_word(padded + padded_bytes - 8, (uint32_t)((uint64_t)size_bytes * 8 >> 32));
    put_word(padded + padded_bytes - 4, (uint32_t)(size_bytes * 8));
    for (size_t at = 0; at < padded_bytes; at += 64) compress(v, padded + at);
    free(padded);
    for (int i = 0; i < 8; i++) put_word(digest + 4 * i, v[i]);
}

void naive_hmac_sm3(const uint8_t *key, size_t key_bytes, const uint8_t *bytes, size_t size_bytes,
                    uint8_t digest[32])
{
    uint8_t block[64] = { 0 }, outer[96], *inner = malloc(64 + size_bytes);
    if (key_bytes > 64)
        naive_sm3(key, key_bytes, block);
    else if (key_bytes)
        memcpy(block, key, key_bytes);
    for (int i = 0; i < 64; i++) inner[i] = block[i] ^ 0x36, outer[i] = block[i] ^ 0x5c;
    if (size_bytes) memcpy(inner + 64, bytes, size_bytes);
    naive_sm3(inner, 64 + size_bytes, outer + 64);
    naive_sm3(outer, 96, digest);
    free(inner);
}
