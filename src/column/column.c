#include "column/column.h"

#include <assert.h>

column column_open(arena *a, size_t count)
{
    return (column){ .value = ARENA_ARRAY(a, int64_t, count), .reason = NULL, .count = count };
}

void column_ensure_reasons(arena *a, column *c)
{
    if (!c->reason) c->reason = ARENA_ARRAY(a, uint32_t, c->count);
}

void column_fail(arena *a, column *c, size_t lane, uint32_t reason)
{
    assert(lane < c->count && reason != 0);
    column_ensure_reasons(a, c);
    if (c->reason[lane] == 0) c->reason[lane] = reason;
    c->value[lane] = 0;
}

column column_slice(const column *whole, size_t from, size_t count)
{
    assert(from <= whole->count && count <= whole->count - from);
    return (column){
        .value = whole->value + from,
        .reason = whole->reason ? whole->reason + from : NULL,
        .count = count,
    };
}

void column_join_reasons(arena *a, column *target, const column *source)
{
    assert(target->count == source->count);
    if (!source->reason) return;
    for (size_t lane = 0; lane < source->count; lane++)
        if (source->reason[lane] != 0) column_fail(a, target, lane, source->reason[lane]);
}

size_t column_failed_count(const column *c)
{
    size_t failed = 0;
    if (!c->reason) return 0;
    for (size_t lane = 0; lane < c->count; lane++) failed += c->reason[lane] != 0;
    return failed;
}
