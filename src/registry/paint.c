#include <string.h>

#include "registry/registry_internal.h"

void paint_open(painting *p, arena *a, registry_kind kind, int64_t sequence, int64_t known_ms)
{
    *p = (painting){ .kind = kind, .memory = a, .sequence = sequence, .known_ms = known_ms };
}

static void make_room(painting *p, size_t count)
{
    size_t size = REGISTRY_KINDS[p->kind].size_bytes, capacity = p->capacity;
    while (p->capacity < count) {
        p->rows = arena_grow(p->memory, p->rows, &p->capacity, size);
        p->is_gone = arena_grow(p->memory, p->is_gone, &capacity, sizeof(bool));
    }
}

static registry_fact *row_at(const painting *p, size_t index)
{
    return registry_fact_at(p->kind, p->rows, index);
}

void paint_begin(painting *p, const void *live, size_t count)
{
    make_room(p, count);
    if (count) memcpy(p->rows, live, count * REGISTRY_KINDS[p->kind].size_bytes);
    if (count) memset(p->is_gone, 0, count);
    p->old_count = p->count = count;
}

/* Adds a row over [from, until); `like` may be one of the painting's own. */
static void add_row(painting *p, size_t like, const void *fact, int64_t from, int64_t until)
{
    make_room(p, p->count + 1);
    registry_fact *row = row_at(p, p->count);
    memcpy(row, fact ? fact : row_at(p, like), REGISTRY_KINDS[p->kind].size_bytes);
    row->from = from;
    row->until = until;
    row->known_from_ms = p->known_ms;
    row->known_until_ms = REGISTRY_NOW;
    row->sequence = p->sequence;
    p->is_gone[p->count++] = false;
}

/* Rows of the fact's lane that overlap it. */
static bool meets(const painting *p, size_t index, const registry_fact *fact)
{
    const registry_fact *row = row_at(p, index);
    return !p->is_gone[index] && row->from < fact->until && row->until > fact->from &&
           kinds_same_lane(p->kind, row, fact);
}

/* Whether all of the fact is so already: rows of a lane never overlap, so lengths add up. */
static bool is_so_already(const painting *p, const registry_fact *fact)
{
    int64_t alike = 0;
    for (size_t i = 0; i < p->count; i++) {
        if (!meets(p, i, fact)) continue;
        if (fact->is_void || !kinds_same_cells(p->kind, row_at(p, i), fact)) return false;
        const registry_fact *row = row_at(p, i);
        int64_t from = row->from > fact->from ? row->from : fact->from;
        int64_t until = row->until < fact->until ? row->until : fact->until;
        alike += until - from;
    }
    return fact->is_void || alike == fact->until - fact->from;
}

void paint_say(painting *p, const void *said)
{
    const registry_fact *fact = said;
    if (is_so_already(p, fact)) return;
    p->changed++;
    for (size_t i = 0, count = p->count; i < count; i++) {
        if (!meets(p, i, fact)) continue;
        int64_t from = row_at(p, i)->from, until = row_at(p, i)->until;
        p->is_gone[i] = true;
        if (from < fact->from) add_row(p, i, NULL, from, fact->from);
        if (until > fact->until) add_row(p, i, NULL, fact->until, until);
    }
    if (!fact->is_void) add_row(p, 0, fact, fact->from, fact->until);
}
