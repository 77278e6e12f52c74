#include "support/naive_gcm.h"

#include <string.h>

/* ---- AES-256: FIPS 197 ---- */

static uint8_t times(uint8_t a, uint8_t b) /* in GF(2^8) */
{
    uint8_t product = 0;
    for (; b; b >>= 1) {
        if (b & 1) product ^= a;
        a = (uint8_t)(a << 1 ^ (a & 0x80 ? 0x1b : 0));
    }
    return product;
}

static uint8_t substitute(uint8_t a)
{
    uint8_t inverse = 0;
    for (int b = 1; b < 256 && !inverse; b++)
        if (times(a, (uint8_t)b) == 1) inverse = (uint8_t)b;
    uint8_t out = 0x63;
    for (int i = 0; i < 5; i++) out ^= (uint8_t)(inverse << i | inverse >> (8 - i));
    return out;
}

static void encrypt_block(const uint8_t key[32], const uint8_t in[16], uint8_t out[16])
{
    uint8_t w[60][4], s[16], t[16], rcon = 1;
    static uint8_t sbox[256];
    if (!sbox[0])
        for (int i = 0; i < 256; i++) sbox[i] = substitute((uint8_t)i);
    memcpy(w, key, 32);
    for (int i = 8; i < 60; i++) {
        uint8_t temp[4];
        memcpy(temp, w[i - 1], 4);
        if (i % 8 == 0) {
            uint8_t first = temp[0];
            for (int j = 0; j < 3; j++) temp[j] = sbox[temp[j + 1]];
            temp[3] = sbox[first];
            temp[0] ^= rcon;
            rcon = times(rcon, 2);
        } else if (i % 8 == 4) {
            for (int j = 0; j < 4; j++) temp[j] = sbox[temp[j]];
        }
        for (int j = 0; j < 4; j++) w[i][j] = w[i - 8][j] ^ temp[j];
    }
    for (int i = 0; i < 16; i++) s[i] = in[i] ^ w[i / 4][i % 4];
    for (int round = 1; round <= 14; round++) {
        for (int i = 0; i < 16; i++) t[i] = sbox[s[(i + 4 * (i % 4)) % 16]];
        for (int c = 0; c < 16; c += 4)
            for (int i = 0; i < 4; i++)
                s[c + i] = round == 14
                               ? t[c + i]
                               : times(t[c + i], 2) ^ times(t[c + (i + 1) % 4], 3) ^
                                     t[c + (i + 2) % 4] ^ t[c + (i + 3) % 4];
        for (int i = 0; i < 16; i++) s[i] ^= w[4 * round + i / 4][i % 4];
    }
    memcpy(out, s, 16);
}

/* ---- GCM: SP 800-38D ---- */

static void multiply(uint8_t x[16], const uint8_t h[16])
{
    uint8_t z[16] = { 0 }, v[16];
    memcpy(v, h, 16);
    for (int bit = 0; bit < 128; bit++) {
        if (x[bit / 8] >> (7 - bit % 8) & 1)
            for (int i = 0; i < 16; i++) z[i] ^= v[i];
        int is_odd = v[15] & 1;
        for (int i = 15; i > 0; i--) v[i] = (uint8_t)(v[i] >> 1 | v[i - 1] << 7);
        v[0] = (uint8_t)(v[0] >> 1 ^ (is_odd ? 0xe1 : 0));
    }
    memcpy(x, z, 16);
}

static void absorb(uint8_t x[16], const uint8_t h[16], const uint8_t *bytes, size_t size_bytes)
{
    for (size_t at = 0; at < size_bytes; at += 16) {
        for (size_t i = 0; i < 16 && at + i < size_bytes; i++) x[i] ^= bytes[at + i];
        multiply(x, h);
    }
}

void naive_gcm_seal(const uint8_t key[32], const uint8_t nonce[12], const uint8_t *about,
                    size_t about_bytes, const uint8_t *plain, size_t plain_bytes, uint8_t *body,
                    uint8_t tag[16])
{
    uint8_t h[16] = { 0 }, counter[16] = { 0 }, stream[16], x[16] = { 0 }, sizes[16] = { 0 };
    encrypt_block(key, h, h);
    memcpy(counter, nonce, 12);
    for (size_t i = 0; i < plain_bytes; i++) {
        if (i % 16 == 0) {
            size_t number = i / 16 + 2;
            for (int j = 0; j < 4; j++) counter[15 - j] = (uint8_t)(number >> (8 * j));
            encrypt_block(key, counter, stream);
        }
        body[i] = plain[i] ^ stream[i % 16];
    }
    absorb(x, h, about, about_bytes);
    absorb(x, h, body, plain_bytes);
    for (int j = 0; j < 8; j++) {
        sizes[7 - j] = (uint8_t)((uint64_t)about_bytes * 8 >> (8 * j));
        sizes[15 - j] = (uint8_t)((uint64_t)plain_bytes * 8 >> (8 * j));
    }
    absorb(x, h, sizes, 16);
    memcpy(counter, nonce, 12);
    memcpy(counter + 12, "\0\0\0\1", 4);
    encrypt_block(key, counter, stream);
    for (int i = 0; i < 16; i++) tag[i] = x[i] ^ stream[i];
}
