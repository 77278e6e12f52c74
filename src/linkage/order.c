/* The order of rows by their ids: by the first bytes in which ids differ, and where those agree by all. */
#include <stdlib.h>

#include "linkage/linkage_internal.h"

typedef struct {
    uint64_t head;
    uint32_t row;
} headed;

static size_t common_bytes(const linkage_set *s, size_t from, size_t count)
{
    text first = linkage_id(s, (uint32_t)from);
    size_t common = first.size_bytes;
    for (size_t i = 1; i < count && common; i++) {
        text t = linkage_id(s, (uint32_t)(from + i));
        if (t.size_bytes >= common && linkage_same_bytes(t.bytes, first.bytes, common)) continue;
        size_t same = 0;
        while (same < common && same < t.size_bytes && t.bytes[same] == first.bytes[same]) same++;
        common = same;
    }
    return common;
}

/* Eight bytes as a number that orders as they do; a shorter id stands before a longer one that begins so. */
static uint64_t head_of(text t, size_t from)
{
    return t.size_bytes > from ? __builtin_bswap64(linkage_word(t.bytes + from, t.size_bytes - from)) : 0;
}

static headed *sort_heads(headed *from, headed *to, size_t count, uint32_t *at)
{
    uint64_t differs = 0;
    for (size_t i = 1; i < count; i++) differs |= from[i].head ^ from[0].head;
    for (int shift = 0; shift < 64; shift += 16) {
        if (!(differs >> shift & 0xFFFF)) continue;
        memset(at, 0, 65537 * sizeof *at);
        for (size_t i = 0; i < count; i++) at[(from[i].head >> shift & 0xFFFF) + 1]++;
        for (size_t i = 1; i <= 65536; i++) at[i] += at[i - 1];
        for (size_t i = 0; i < count; i++) to[at[from[i].head >> shift & 0xFFFF]++] = from[i];
        headed *other = from;
        from = to;
        to = other;
    }
    return from;
}

static int by_id(const void *x, const void *y, void *set)
{
    return text_compare(linkage_set_id(set, ((const headed *)x)->row), linkage_set_id(set, ((const headed *)y)->row));
}

static int by_head(const void *x, const void *y)
{
    uint64_t p = ((const headed *)x)->head, q = ((const headed *)y)->head;
    return p < q ? -1 : p > q;
}

typedef struct {
    const linkage_set *set;
    uint32_t *order, twice[2]; /* by file */
} ordering;

/* `twice`: a row whose id stands before. */
static void order_file(void *job, size_t file, size_t worker)
{
    enum { SMALL = 20000 };
    (void)worker;
    ordering *all = job;
    const linkage_set *s = all->set;
    size_t from = file ? s->count[0] : 0, count = s->count[file];
    uint32_t *order = all->order, *twice = &all->twice[file];
    *twice = UINT32_MAX;
    if (!count) return;
    arena *work = arena_open();
    headed *rows = ARENA_ARRAY(work, headed, count);
    size_t common = common_bytes(s, from, count);
    bool is_sorted = true;
    for (size_t i = 0; i < count; i++) {
        rows[i] = (headed){ head_of(linkage_id(s, (uint32_t)(from + i)), common), (uint32_t)(from + i) };
        is_sorted = is_sorted && (!i || rows[i - 1].head < rows[i].head);
    }
    if (!is_sorted && count < SMALL) qsort(rows, count, sizeof *rows, by_head);
    else if (!is_sorted) rows = sort_heads(rows, ARENA_ARRAY(work, headed, count), count, ARENA_ARRAY(work, uint32_t, 65537));
    for (size_t i = 0, end; i < count; i = end) {
        for (end = i + 1; end < count && rows[end].head == rows[i].head;) end++;
        if (end - i > 1) qsort_r(rows + i, end - i, sizeof *rows, by_id, (void *)(uintptr_t)s);
        for (size_t k = i; k < end; k++) {
            order[from + k] = rows[k].row;
            bool is_twice = k > i && text_equal(linkage_set_id(s, rows[k].row), linkage_set_id(s, rows[k - 1].row));
            if (is_twice && *twice == UINT32_MAX) *twice = rows[k].row;
        }
    }
    arena_close(work);
}

uint32_t *linkage_id_order(const linkage_set *s, const linkage_crew *crew, arena *work, uint32_t *twice)
{
    ordering all = { .set = s, .order = ARENA_ARRAY(work, uint32_t, linkage_rows(s)) };
    linkage_spread(crew, 2, order_file, &all);
    *twice = all.twice[0] != UINT32_MAX ? all.twice[0] : all.twice[1];
    return all.order;
}
