/* base/search - the first of many that stand in the order of a number.
 *
 * Threads  any.
 */
#ifndef BASE_SEARCH_H
#define BASE_SEARCH_H

#include <stddef.h>
#include <stdint.h>

/* The index of the first of `items` whose int64_t `field` is not below `key`; `count` when there is none. The items
 * ascend by that field. */
#define SEARCH_FIRST(items, count, field, key)                                                        \
    search_first((items), offsetof(__typeof__(*(items)), field), (count), sizeof *(items),             \
                 _Generic((items)->field, int64_t: (key)))
size_t search_first(const void *items, size_t field_bytes, size_t count, size_t item_bytes, int64_t key);
/* Whether a number is among those that ascend. */
_Bool search_has(const int64_t *sorted, size_t count, int64_t key);

#endif
