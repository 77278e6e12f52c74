#include <string.h>

#include "base/hash.h"
#include "service/run.h"

const err_kind SERVICE_RUN_MEMORY = {
    "run.memory", ERR_BUSY,
    "There are more ids than fit the memory allowed; give more with --memory, or sort the file by id ({}).",
    "编号太多，超出允许的内存；请用 --memory 放宽，或先按编号排序（{}）。"
};

/* Ids by their 64-bit hash, with their number. While ids come in ascending order no table is
 * needed to know that none comes twice, so a sorted file of any size fits once the table is full.
 */
typedef struct {
    uint64_t hash;   /* 0: free */
    uint64_t number;
} seen_slot;

struct run_seen {
    arena *memory;
    seen_slot *slots;
    size_t slot_count, bytes_max;
    uint64_t id_count;
    bool is_ascending, is_dropped;
    char last[256]; /* the id met last, cut */
    size_t last_bytes;
};

enum { SEEN_SLOTS_FIRST = 1 << 12 };

run_seen *run_seen_open(size_t bytes_max)
{
    arena *memory = arena_open();
    run_seen *seen = ARENA_NEW(memory, run_seen);
    *seen = (run_seen){ .memory = memory, .bytes_max = bytes_max, .is_ascending = true,
                        .slot_count = SEEN_SLOTS_FIRST };
    return seen;
}

void run_seen_close(run_seen *seen)
{
    if (!seen) return;
    if (seen->slots) arena_close(*(arena **)(void *)((char *)seen->slots - 64));
    arena_close(seen->memory);
}

/* A table lies in an arena of its own, so that the one it outgrew is given back; the arena stands
 * in the 64 bytes before it. */
static seen_slot *slots_open(size_t count)
{
    arena *own = arena_open();
    char *memory = arena_alloc(own, 64 + count * sizeof(seen_slot));
    *(arena **)(void *)memory = own;
    return (seen_slot *)(void *)(memory + 64);
}

static seen_slot *slot_of(const run_seen *seen, uint64_t hash)
{
    size_t mask = seen->slot_count - 1;
    size_t i = (size_t)hash & mask;
    while (seen->slots[i].hash && seen->slots[i].hash != hash) i = (i + 1) & mask;
    return &seen->slots[i];
}

static uint64_t id_hash(text id)
{
    uint64_t hash = hash_bytes(id.bytes, id.size_bytes, 0);
    return hash ? hash : 1;
}

static void slots_double(run_seen *seen)
{
    seen_slot *old = seen->slots;
    size_t old_count = seen->slot_count;
    seen->slot_count *= 2;
    seen->slots = slots_open(seen->slot_count);
    for (size_t i = 0; i < old_count; i++)
        if (old[i].hash) *slot_of(seen, old[i].hash) = old[i];
    arena_close(*(arena **)(void *)((char *)old - 64));
}

static bool is_after_last(const run_seen *seen, text id)
{
    text last = { seen->last, seen->last_bytes };
    return seen->id_count == 0 || text_compare(id, last) > 0;
}

err run_seen_add(run_seen *seen, text id, uint64_t *number, bool *is_new)
{
    if (!seen->slots) seen->slots = slots_open(seen->slot_count);
    bool is_after = is_after_last(seen, id);
    *is_new = true;
    if (!is_after || id.size_bytes > sizeof seen->last) seen->is_ascending = false;
    *number = seen->id_count;
    if (!seen->is_dropped) {
        bool is_full = (seen->id_count + 1) * 2 > seen->slot_count;
        bool may_grow = 2 * seen->slot_count * sizeof(seen_slot) <= seen->bytes_max;
        if (is_full && may_grow) slots_double(seen);
        seen->is_dropped = is_full && !may_grow;
    }
    if (seen->is_dropped) {
        if (!seen->is_ascending) return err_of(&SERVICE_RUN_MEMORY, text_cstr(seen->memory, id));
    } else {
        uint64_t hash = id_hash(id);
        seen_slot *slot = slot_of(seen, hash);
        *is_new = slot->hash == 0;
        if (!*is_new) *number = slot->number;
        else *slot = (seen_slot){ hash, seen->id_count };
    }
    seen->id_count += *is_new;
    seen->last_bytes = id.size_bytes < sizeof seen->last ? id.size_bytes : sizeof seen->last;
    if (seen->last_bytes) memcpy(seen->last, id.bytes, seen->last_bytes);
    return ERR_NONE;
}

uint64_t run_seen_find(const run_seen *seen, text id)
{
    if (!seen->slots) return SIZE_MAX;
    const seen_slot *slot = slot_of(seen, id_hash(id));
    return slot->hash ? slot->number : SIZE_MAX;
}
