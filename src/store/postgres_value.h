/* store/postgres_value - whole numbers in the binary formats of PostgreSQL.
 *
 * Prefix   postgres_
 */
#ifndef STORE_POSTGRES_VALUE_H
#define STORE_POSTGRES_VALUE_H

#include "store/postgres_libpq.h"
#include "store/store_internal.h"

/* Types by their fixed object ids; anything else is none that a store keeps. */
typedef enum {
    POSTGRES_INT,     /* of 1 (boolean), 2, 4 or 8 bytes */
    POSTGRES_NUMERIC, /* what sum() answers */
    POSTGRES_TEXT,
    POSTGRES_BYTES,
    POSTGRES_OTHER
} postgres_type;
postgres_type postgres_type_of(Oid oid);

enum { POSTGRES_NUMBER_BYTES = 24 };
/* Writes `value` as the type of `oid`; its size, or 0 when it does not fit. */
int postgres_write_int(Oid oid, int64_t value, char out[POSTGRES_NUMBER_BYTES]);
/* False when the bytes are no whole number of 64 bits. */
bool postgres_read_int(Oid oid, text bytes, int64_t *value);

static inline char *postgres_put_big(char *out, uint64_t value, int size_bytes)
{
    for (int i = size_bytes - 1; i >= 0; i--, value >>= 8)
        out[i] = (char)(value & 0xff);
    return out + size_bytes;
}

#endif
