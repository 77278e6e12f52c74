/* column/ - a column of int64 values, each lane valid or with the reason why not.
 *
 * A lane that fails is marked and the batch goes on: one person's bad figure must not stop the
 * others, nor quietly become zero. Does not know what a column or a reason means: reasons are
 * nonzero codes made by the room that fails the lane.
 *
 * Validity reason == NULL: every lane is valid. Otherwise reason[lane] == 0 is valid. The value of
 *          a failed lane is 0 and says nothing.
 * Memory   columns live in the arena passed first.
 * Threads  one writer a column.
 */
#ifndef COLUMN_COLUMN_H
#define COLUMN_COLUMN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

typedef struct {
    int64_t *value;
    uint32_t *reason; /* NULL: all lanes are valid */
    size_t count;
} column;

/* `count` lanes of 0, all valid. */
column column_open(arena *a, size_t count);
/* Marks one lane; the first reason stays, since later ones only follow from it. */
void column_fail(arena *a, column *c, size_t lane, uint32_t reason);
/* A view of lanes [from, from + count) of `whole`, sharing its memory. Give `whole` its reasons
 * first (column_ensure_reasons) if failures in the view shall be seen in the whole. */
column column_slice(const column *whole, size_t from, size_t count);
void column_ensure_reasons(arena *a, column *c);
/* Marks each lane that failed in `source`; both have the same count. */
void column_join_reasons(arena *a, column *target, const column *source);
size_t column_failed_count(const column *c);

/* 0 when the lane is valid. */
static inline uint32_t column_reason(const column *c, size_t lane)
{
    return c->reason ? c->reason[lane] : 0;
}

static inline bool column_is_valid(const column *c, size_t lane)
{
    return column_reason(c, lane) == 0;
}

#endif
