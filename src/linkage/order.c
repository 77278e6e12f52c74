/* The order of rows by their ids: by a number of their first bytes, and where those agree by all. */
#include <stdlib.h>

#include "linkage/linkage_internal.h"

/* What ids have in their first places, or in those behind bytes that all begin with: the least and the greatest byte, 0 where one has ended. */
enum { PLACES = 32, PLACES_LOST = 8, DIGIT_BITS = 11 };
typedef struct {
    unsigned char least[PLACES], greatest[PLACES];
} reach_of_places;

/* A number that orders as the bytes do, as far as it goes: places in which ids differ, each as large as it has to be. */
typedef struct {
    size_t place[PLACES], last; /* last: of them */
    uint64_t times[PLACES];
    uint64_t less; /* what the least bytes make, taken away */
    int count;
} numbering;

static reach_of_places reach(const linkage_set *s, size_t from, size_t count, size_t skipped)
{
    reach_of_places r;
    memset(r.least, 255, sizeof r.least);
    memset(r.greatest, 0, sizeof r.greatest);
    for (size_t i = 0; i < count; i++) {
        text t = linkage_id(s, (uint32_t)(from + i));
        unsigned char bytes[PLACES] = { 0 };
        size_t size = t.size_bytes > skipped ? t.size_bytes - skipped : 0;
        memcpy(bytes, t.bytes + (t.size_bytes - size), size < PLACES ? size : PLACES);
        for (int k = 0; k < PLACES; k++) r.least[k] = bytes[k] < r.least[k] ? bytes[k] : r.least[k];
        for (int k = 0; k < PLACES; k++) r.greatest[k] = bytes[k] > r.greatest[k] ? bytes[k] : r.greatest[k];
    }
    return r;
}

static size_t common_places(const reach_of_places *r)
{
    size_t k = 0;
    while (k < PLACES && r->greatest[k] && r->least[k] == r->greatest[k]) k++;
    return k;
}

/* As many places as make a number of no more than `bits` bits. */
static numbering number_places(const reach_of_places *r, size_t skipped, int bits)
{
    numbering n = { .count = 0 };
    uint64_t most = ~UINT64_C(0) >> (64 - bits), all = 1;
    for (size_t k = 0; k < PLACES; k++) {
        uint64_t size = (uint64_t)(r->greatest[k] - r->least[k]) + 1;
        if (size == 1) continue;
        if (all > most / size) break;
        all *= size;
        n.place[n.count++] = n.last = skipped + k;
        for (int i = 0; i < n.count; i++) n.times[i] = i + 1 < n.count ? n.times[i] * size : 1;
    }
    for (int i = 0; i < n.count; i++) n.less -= r->least[n.place[i] - skipped] * n.times[i];
    return n;
}

static uint64_t number_of(const numbering *n, text t)
{
    uint64_t number = n->less;
    if (t.size_bytes > n->last) {
        for (int i = 0; i < n->count; i++) number += (unsigned char)t.bytes[n->place[i]] * n->times[i];
        return number;
    }
    for (int i = 0; i < n->count; i++) number += (n->place[i] < t.size_bytes ? (unsigned char)t.bytes[n->place[i]] : 0) * n->times[i];
    return number;
}

/* By all bits from `low` on. */
static uint64_t *sort_numbers(uint64_t *from, uint64_t *to, size_t count, int low)
{
    uint64_t differs = 0;
    for (size_t i = 1; i < count; i++) differs |= from[i] ^ from[0];
    for (int shift = low; shift < 64; shift += DIGIT_BITS) {
        enum { DIGITS = 1 << DIGIT_BITS };
        size_t at[DIGITS + 1] = { 0 };
        if (!(differs >> shift & (DIGITS - 1))) continue;
        for (size_t i = 0; i < count; i++) at[(from[i] >> shift & (DIGITS - 1)) + 1]++;
        for (size_t i = 1; i <= DIGITS; i++) at[i] += at[i - 1];
        for (size_t i = 0; i < count; i++) to[at[from[i] >> shift & (DIGITS - 1)]++] = from[i];
        uint64_t *other = from;
        from = to;
        to = other;
    }
    return from;
}

static int by_id(const void *x, const void *y, void *set)
{
    return text_compare(linkage_set_id(set, *(const uint32_t *)x), linkage_set_id(set, *(const uint32_t *)y));
}

typedef struct {
    const linkage_set *set;
    uint32_t *order, twice[2]; /* by file */
} ordering;

/* `twice`: a row whose id stands before. */
static void order_file(void *job, size_t file, size_t worker)
{
    (void)worker;
    ordering *all = job;
    const linkage_set *s = all->set;
    size_t from = file ? s->count[0] : 0, count = s->count[file];
    uint32_t *order = all->order + from, *twice = &all->twice[file];
    *twice = UINT32_MAX;
    if (!count) return;
    int row_bits = 64 - __builtin_clzll(count);
    size_t skipped = 0;
    reach_of_places r = reach(s, from, count, skipped);
    /* Long ids may begin alike for all that is numbered: they would be compared one by one. */
    for (size_t same = common_places(&r); same > PLACES_LOST && r.greatest[PLACES - 1]; same = common_places(&r))
        r = reach(s, from, count, skipped += same);
    numbering n = number_places(&r, skipped, 64 - row_bits);
    arena *work = arena_open();
    uint64_t *rows = ARENA_ARRAY(work, uint64_t, count);
    bool is_sorted = true;
    for (size_t i = 0; i < count; i++) {
        rows[i] = number_of(&n, linkage_id(s, (uint32_t)(from + i))) << row_bits | i;
        is_sorted = is_sorted && (!i || rows[i - 1] < rows[i]);
    }
    if (!is_sorted) rows = sort_numbers(rows, ARENA_ARRAY(work, uint64_t, count), count, row_bits);
    for (size_t i = 0, end; i < count; i = end) {
        for (end = i + 1; end < count && rows[end] >> row_bits == rows[i] >> row_bits;) end++;
        for (size_t k = i; k < end; k++) order[k] = (uint32_t)(from + (rows[k] & ((UINT64_C(1) << row_bits) - 1)));
        if (end - i > 1) qsort_r(order + i, end - i, sizeof *order, by_id, (void *)(uintptr_t)s);
        for (size_t k = i + 1; k < end && *twice == UINT32_MAX; k++)
            if (text_equal(linkage_set_id(s, order[k]), linkage_set_id(s, order[k - 1]))) *twice = order[k];
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
