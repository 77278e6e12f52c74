#include "base/search.h"

#include <string.h>

size_t search_first(const void *items, size_t field_bytes, size_t count, size_t item_bytes, int64_t key)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int64_t number;
        memcpy(&number, (const char *)items + middle * item_bytes + field_bytes, sizeof number);
        if (number < key) low = middle + 1;
        else high = middle;
    }
    return low;
}

_Bool search_has(const int64_t *sorted, size_t count, int64_t key)
{
    size_t at = search_first(sorted, 0, count, sizeof *sorted, key);
    return at < count && sorted[at] == key;
}
