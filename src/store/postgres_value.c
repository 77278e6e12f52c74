#include "store/postgres_value.h"

enum { DIGITS_BASE = 10000, NEGATIVE = 0x4000, DIGITS_MAX = 10 };

static const struct {
    Oid oid;
    postgres_type type;
    int size_bytes; /* of a POSTGRES_INT */
} TYPES[] = {
    { 16, POSTGRES_INT, 1 },                                 /* boolean */
    { 20, POSTGRES_INT, 8 },                                 /* bigint */
    { 21, POSTGRES_INT, 2 },                                 /* smallint */
    { 23, POSTGRES_INT, 4 },                                 /* integer */
    { 26, POSTGRES_INT, 4 },                                 /* oid */
    { 1700, POSTGRES_NUMERIC, 0 }, { 25, POSTGRES_TEXT, 0 }, /* text */
    { 19, POSTGRES_TEXT, 0 },                                /* name */
    { 705, POSTGRES_TEXT, 0 },                               /* a literal without a type */
    { 1042, POSTGRES_TEXT, 0 },                              /* char(n) */
    { 1043, POSTGRES_TEXT, 0 },                              /* varchar */
    { 17, POSTGRES_BYTES, 0 },                               /* bytea */
};

static size_t row_of(Oid oid)
{
    size_t i = 0;
    while (i < ARRAY_COUNT(TYPES) && TYPES[i].oid != oid)
        i++;
    return i;
}

postgres_type postgres_type_of(Oid oid)
{
    size_t row = row_of(oid);
    return row < ARRAY_COUNT(TYPES) ? TYPES[row].type : POSTGRES_OTHER;
}

/* ---- writing ---- */

/* A numeric is: how many digits of base 10,000, the weight of the first, sign, digits behind the
 * point that are shown, and the digits. */
static int write_numeric(int64_t value, char *out)
{
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    unsigned digits[DIGITS_MAX];
    int count = 0;
    for (; rest; rest /= DIGITS_BASE)
        digits[count++] = (unsigned)(rest % DIGITS_BASE);
    char *at = postgres_put_big(out, (uint64_t)count, 2);
    at = postgres_put_big(at, (uint64_t)(count ? count - 1 : 0), 2);
    at = postgres_put_big(at, value < 0 ? NEGATIVE : 0, 2);
    at = postgres_put_big(at, 0, 2);
    while (count)
        at = postgres_put_big(at, digits[--count], 2);
    return (int)(at - out);
}

int postgres_write_int(Oid oid, int64_t value, char out[POSTGRES_NUMBER_BYTES])
{
    size_t row = row_of(oid);
    if (TYPES[row].type == POSTGRES_NUMERIC) return write_numeric(value, out);
    int size = TYPES[row].size_bytes;
    if (size == 1 && value != 0 && value != 1) return 0;
    if (size == 2 && value != (int16_t)value) return 0;
    if (size == 4 && value != (int32_t)value) return 0;
    postgres_put_big(out, (uint64_t)value, size);
    return size;
}

/* ---- reading ---- */

static uint64_t big(const char *bytes, size_t size)
{
    uint64_t value = 0;
    for (size_t i = 0; i < size; i++)
        value = value << 8 | (unsigned char)bytes[i];
    return value;
}

static bool read_numeric(text bytes, int64_t *value)
{
    if (bytes.size_bytes < 8) return false;
    int count = (int16_t)big(bytes.bytes, 2), weight = (int16_t)big(bytes.bytes + 2, 2);
    unsigned sign = (unsigned)big(bytes.bytes + 4, 2), shown = (unsigned)big(bytes.bytes + 6, 2);
    if (shown || (sign && sign != NEGATIVE) || weight > DIGITS_MAX || weight < count - 1)
        return false;
    if (count < 0 || bytes.size_bytes < 8 + 2 * (size_t)count) return false;
    i128 sum = 0;
    for (int i = 0; i <= weight && count; i++) {
        unsigned digit = i < count ? (unsigned)big(bytes.bytes + 8 + 2 * i, 2) : 0;
        if (!i128_mul(sum, DIGITS_BASE, &sum) || !i128_add(sum, digit, &sum)) return false;
    }
    if (sign) sum = -sum;
    *value = (int64_t)sum;
    return i128_fits_i64(sum);
}

bool postgres_read_int(Oid oid, text bytes, int64_t *value)
{
    if (postgres_type_of(oid) == POSTGRES_NUMERIC) return read_numeric(bytes, value);
    uint64_t raw = big(bytes.bytes, bytes.size_bytes);
    switch (bytes.size_bytes) {
    case 1: *value = (int64_t)raw; return true;
    case 2: *value = (int16_t)raw; return true;
    case 4: *value = oid == 26 ? (int64_t)raw : (int32_t)raw; return true;
    case 8: *value = (int64_t)raw; return true;
    default: return false;
    }
}
