/* store/postgres_spool - rows taken off the wire before they are asked for.
 *
 * Written whole, then read once. The first SPOOL_BYTES stand in memory, the rest in a file without
 * a name. A row is its cells one after another, each behind its size.
 *
 * Prefix   spool_
 */
#ifndef STORE_POSTGRES_SPOOL_H
#define STORE_POSTGRES_SPOOL_H

#include <stdio.h>

#include "store/store_internal.h"

typedef struct {
    arena *memory; /* the spool's own; NULL: never used */
    char *bytes;   /* cells in memory */
    size_t size_bytes, capacity, at;
    FILE *rest;
    char *row; /* a row read from `rest` */
    size_t row_capacity;
    int64_t row_count, taken_count, memory_rows;
} spool;

/* False when the file cannot be written. */
bool spool_add(spool *s, const text *cells, const bool *is_null, int count);
void spool_written(spool *s);
static inline bool spool_has_row(const spool *s)
{
    return s->taken_count < s->row_count;
}
/* The cells of the next row, until the next call. False when the file cannot be read. */
bool spool_take(spool *s, text *cells, bool *is_null, int count);
void spool_clear(spool *s);
void spool_close(spool *s);

#endif
