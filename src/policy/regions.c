#include <string.h>

#include "policy/policy_internal.h"

/* Two regions of one last name: neither is found by it alone. */
static const size_t SHARED_NAME = SIZE_MAX - 1;

static int32_t region_push(policy_book *book, text path, text name, int32_t parent)
{
    region_row r = { .parent = parent };
    char *kept = text_cstr(book->memory, path);
    r.path = kept;
    r.name = text_cstr(book->memory, name);
    r.depth = parent < 0 ? 0 : book->regions[parent].depth + 1;
    int32_t index = (int32_t)book->region_count;
    ARENA_PUSH(book->memory, book->regions, book->region_count, book->region_capacity, r);
    hash_map_put(book->region_by_path, text_of(r.path), (size_t)index);
    bool is_shared = hash_map_get(book->region_by_name, text_of(r.name)) != SIZE_MAX;
    hash_map_put(book->region_by_name, text_of(r.name), is_shared ? SHARED_NAME : (size_t)index);
    return index;
}

int32_t regions_add(policy_book *book, text path)
{
    int32_t parent = -1;
    for (size_t from = 0, at = 0; at <= path.size_bytes; at++) {
        if (at < path.size_bytes && path.bytes[at] != '/') continue;
        text whole = text_sub(path, 0, at), name = text_trim(text_sub(path, from, at));
        from = at + 1;
        if (name.size_bytes == 0) continue;
        size_t known = hash_map_get(book->region_by_path, whole);
        parent = known != SIZE_MAX ? (int32_t)known : region_push(book, whole, name, parent);
    }
    return parent < 0 ? REGION_TOP : parent;
}

int32_t regions_find(const policy_book *book, text name)
{
    name = text_trim(name);
    if (name.size_bytes == 0) return REGION_TOP;
    size_t at = hash_map_get(book->region_by_path, name);
    if (at == SIZE_MAX) at = hash_map_get(book->region_by_name, name);
    if (at == SHARED_NAME) return REGION_AMBIGUOUS;
    return at == SIZE_MAX ? REGION_NONE : (int32_t)at;
}

bool regions_is_within(const policy_book *book, int32_t below, int32_t above)
{
    while (below >= 0 && below != above)
        below = book->regions[below].parent;
    return below == above;
}
