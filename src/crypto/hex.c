#include "crypto/crypto_internal.h"

const err_kind CRYPTO_BAD_HEX = {
    "crypto.bad_hex", ERR_BAD_INPUT, "This is not the expected number of hexadecimal digits.",
    "不是规定位数的十六进制数字。"
};

void crypto_print_hex(const void *bytes, size_t size_bytes, char *out)
{
    static const char DIGITS[] = "0123456789abcdef";
    const uint8_t *from = bytes;
    for (size_t i = 0; i < size_bytes; i++) {
        out[2 * i] = DIGITS[from[i] >> 4];
        out[2 * i + 1] = DIGITS[from[i] & 15];
    }
    out[2 * size_bytes] = 0;
}

void crypto_print_digest(crypto_digest digest, char *out)
{
    crypto_print_hex(digest.bytes, CRYPTO_DIGEST_BYTES, out);
}

/* -1 when it is no digit. */
static int digit_of(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

err crypto_parse_hex(text hex, void *out, size_t size_bytes)
{
    if (hex.size_bytes != 2 * size_bytes) return err_of(&CRYPTO_BAD_HEX, NULL);
    for (size_t i = 0; i < hex.size_bytes; i++)
        if (digit_of(hex.bytes[i]) < 0) return err_of(&CRYPTO_BAD_HEX, NULL);
    uint8_t *into = out;
    for (size_t i = 0; i < size_bytes; i++)
        into[i] = (uint8_t)(digit_of(hex.bytes[2 * i]) << 4 | digit_of(hex.bytes[2 * i + 1]));
    return ERR_NONE;
}

err crypto_parse_digest(text hex, crypto_digest *digest)
{
    return crypto_parse_hex(hex, digest->bytes, CRYPTO_DIGEST_BYTES);
}
