/* base/arena - memory that belongs to a lifetime.
 *
 * An arena hands out zeroed memory that is freed all at once; nothing is freed one by one. The
 * name of an arena variable says the lifetime: `process`, `request`, `pack`, `scratch`.
 *
 * Memory   arena_alloc never returns NULL: when the machine has none left the process stops
 *          with one clear line, because no caller could do better.
 * Limits   arena_limit bounds an arena; arena_try_alloc answers NULL past it, for callers that
 *          work on outside input and must refuse rather than grow.
 * Threads  an arena belongs to one thread at a time.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>
#include <stdint.h>

typedef struct arena arena;

arena *arena_open(void);
void arena_close(arena *a);
/* Frees everything but keeps one block for reuse. */
void arena_reset(arena *a);

/* Zeroed, aligned to 64 bytes when size_bytes >= 64, else to 16. */
void *arena_alloc(arena *a, size_t size_bytes);
/* As arena_alloc, but NULL when the arena's limit would be passed, or the machine does not give so much at once. */
void *arena_try_alloc(arena *a, size_t size_bytes);
void arena_limit(arena *a, size_t size_bytes_max);
size_t arena_used_bytes(const arena *a);
/* Memory that is soon to be written: its pages are given by the machine now, on this thread. What is no longer there is passed over. */
void arena_meet(void *from, size_t size_bytes);

/* Copies `size_bytes` bytes and adds a NUL behind them. */
char *arena_copy(arena *a, const void *bytes, size_t size_bytes);

#define ARENA_NEW(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define ARENA_ARRAY(a, type, count) ((type *)arena_alloc((a), sizeof(type) * (size_t)(count)))

/* A growing array in an arena: ARENA_PUSH doubles it when full (the old copy stays in the arena).
 * Needs three lvalues: pointer, count, capacity. */
#define ARENA_PUSH(a, items, count, capacity, value)                                            \
    do {                                                                                         \
        if ((count) == (capacity)) {                                                             \
            (items) = arena_grow((a), (items), &(capacity), sizeof *(items));                    \
        }                                                                                        \
        (items)[(count)++] = (value);                                                            \
    } while (0)
void *arena_grow(arena *a, const void *items, size_t *capacity, size_t item_bytes);

#endif
