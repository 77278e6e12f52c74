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

/* ---- SM4: GB/T 32907, sections 6 and 7 ---- */

static const uint8_t SBOX[256] = {
    0xd6, 0x90, 0xe9, 0xfe, 0xcc, 0xe1, 0x3d, 0xb7, 0x16, 0xb6, 0x14, 0xc2, 0x28, 0xfb, 0x2c, 0x05,
    0x2b, 0x67, 0x9a, 0x76, 0x2a, 0xbe, 0x04, 0xc3, 0xaa, 0x44, 0x13, 0x26, 0x49, 0x86, 0x06, 0x99,
    0x9c, 0x42, 0x50, 0xf4, 0x91, 0xef, 0x98, 0x7a, 0x33, 0x54, 0x0b, 0x43, 0xed, 0xcf, 0xac, 0x62,
    0xe4, 0xb3, 0x1c, 0xa9, 0xc9, 0x08, 0xe8, 0x95, 0x80, 0xdf, 0x94, 0xfa, 0x75, 0x8f, 0x3f, 0xa6,
    0x47, 0x07, 0xa7, 0xfc, 0xf3, 0x73, 0x17, 0xba, 0x83, 0x59, 0x3c, 0x19, 0xe6, 0x85, 0x4f, 0xa8,
    0x68, 0x6b, 0x81, 0xb2, 0x71, 0x64, 0xda, 0x8b, 0xf8, 0xeb, 0x0f, 0x4b, 0x70, 0x56, 0x9d, 0x35,
    0x1e, 0x24, 0x0e, 0x5e, 0x63, 0x58, 0xd1, 0xa2, 0x25, 0x22, 0x7c, 0x3b, 0x01, 0x21, 0x78, 0x87,
    0xd4, 0x00, 0x46, 0x57, 0x9f, 0xd3, 0x27, 0x52, 0x4c, 0x36, 0x02, 0xe7, 0xa0, 0xc4, 0xc8, 0x9e,
    0xea, 0xbf, 0x8a, 0xd2, 0x40, 0xc7, 0x38, 0xb5, 0xa3, 0xf7, 0xf2, 0xce, 0xf9, 0x61, 0x15, 0xa1,
    0xe0, 0xae, 0x5d, 0xa4, 0x9b, 0x34, 0x1a, 0x55, 0xad, 0x93, 0x32, 0x30, 0xf5, 0x8c, 0xb1, 0xe3,
    0x1d, 0xf6, 0xe2, 0x2e, 0x82, 0x66, 0xca, 0x60, 0xc0, 0x29, 0x23, 0xab, 0x0d, 0x53, 0x4e, 0x6f,
    0xd5, 0xdb, 0x37, 0x45, 0xde, 0xfd, 0x8e, 0x2f, 0x03, 0xff, 0x6a, 0x72, 0x6d, 0x6c, 0x5b, 0x51,
    0x8d, 0x1b, 0xaf, 0x92, 0xbb, 0xdd, 0xbc, 0x7f, 0x11, 0xd9, 0x5c, 0x41, 0x1f, 0x10, 0x5a, 0xd8,
    0x0a, 0xc1, 0x31, 0x88, 0xa5, 0xcd, 0x7b, 0xbd, 0x2d, 0x74, 0xd0, 0x12, 0xb8, 0xe5, 0xb4, 0xb0,
    0x89, 0x69, 0x97, 0x4a, 0x0c, 0x96, 0x77, 0x7e, 0x65, 0xb9, 0xf1, 0x09, 0xc5, 0x6e, 0xc6, 0x84,
    0x18, 0xf0, 0x7d, 0xec, 0x3a, 0xdc, 0x4d, 0x20, 0x79, 0xee, 0x5f, 0x3e, 0xd7, 0xcb, 0x39, 0x48,
};

static uint32_t substitute(uint32_t x)
{
    uint8_t b[4];
    put_word(b, x);
    for (int i = 0; i < 4; i++) b[i] = SBOX[b[i]];
    return word_at(b);
}

void naive_sm4_block(const uint8_t key[16], const uint8_t in[16], uint8_t out[16])
{
    static const uint32_t FK[4] = { 0xa3b1bac6, 0x56aa3350, 0x677d9197, 0xb27022dc };
    uint32_t k[36], x[36];
    for (int i = 0; i < 4; i++) k[i] = word_at(key + 4 * i) ^ FK[i];
    for (int i = 0; i < 4; i++) x[i] = word_at(in + 4 * i);
    for (int i = 0; i < 32; i++) {
        uint8_t ck[4];
        for (int j = 0; j < 4; j++) ck[j] = (uint8_t)((4 * i + j) * 7);
        uint32_t t = substitute(k[i + 1] ^ k[i + 2] ^ k[i + 3] ^ word_at(ck));
        k[i + 4] = k[i] ^ t ^ rotate(t, 13) ^ rotate(t, 23);
        t = substitute(x[i + 1] ^ x[i + 2] ^ x[i + 3] ^ k[i + 4]);
        x[i + 4] = x[i] ^ t ^ rotate(t, 2) ^ rotate(t, 10) ^ rotate(t, 18) ^ rotate(t, 24);
    }
    for (int i = 0; i < 4; i++) put_word(out + 4 * i, x[35 - i]);
}

void naive_sm4_ctr(const uint8_t key[16], const uint8_t counter[16], const uint8_t *in,
                   size_t size_bytes, uint8_t *out)
{
    uint8_t at[16], stream[16];
    memcpy(at, counter, 16);
    for (size_t i = 0; i < size_bytes; i++) {
        if (i % 16 == 0) {
            naive_sm4_block(key, at, stream);
            for (int j = 15; j >= 0 && ++at[j] == 0; j--)
                ;
        }
        out[i] = in[i] ^ stream[i % 16];
    }
}
