/* Duplicates of one file: records joined by what all pairs between two clusters say together, so that a chain of
 * likely neighbours does not make one person of many. */
#include <stdlib.h>

#include "linkage/linkage_internal.h"

/* What one pair can say for or against joining two clusters. */
#define MOST_FOR     8.0
#define MOST_AGAINST (-12.0)
/* Odds given to a pair that its cluster decides against its own. */
#define AGAINST_OWN  0.5
/* Of a large cluster so many members speak for it; and the pairs of one still larger are those that were found. */
enum { SPEAKERS = 8, ALL_PAIRS_MAX = 400, PART_ROWS = 2048, APART_BITS = 14 };

/* Clusters that were not joined, and their sizes then: while neither grows, no other pair between them need be asked. */
typedef struct {
    uint32_t x, y, size_x, size_y; /* 0: none */
} apart;
typedef struct {
    linkage_run *run;
    linkage_memo *memo;
    const uint32_t *rows; /* of the set, in order of ids, when they are some; NULL: all */
    uint32_t *cluster, *next, *size; /* by row: its cluster's first row; the next row; by first row */
    uint32_t *last;
    uint32_t *own; /* the identity number of its own that some row has; 0: none */
    apart *apart; /* by hash */
    int apart_bits;
} clusters;

/* ---- the likeliest pairs first ---- */

typedef struct {
    uint32_t key, pair;
} ranked;

static int by_key(const void *x, const void *y)
{
    const ranked *p = x, *q = y;
    if (p->key != q->key) return p->key < q->key ? -1 : 1;
    return (p->pair > q->pair) - (p->pair < q->pair);
}

/* Pairs likelier than not, which stand in order of rows, the likeliest first; of equals, the earlier: by the bits of the odds. */
static const ranked *rank(const linkage_pair *pairs, size_t pair_count, arena *work, size_t *count)
{
    enum { BITS = 11, PASSES = 3, SLOTS = 1 << BITS, FEW = 512 };
    ranked *from = ARENA_ARRAY(work, ranked, pair_count + 1), *to = ARENA_ARRAY(work, ranked, pair_count + 1);
    *count = 0;
    for (size_t i = 0; i < pair_count; i++) {
        uint32_t bits;
        memcpy(&bits, &pairs[i].odds, sizeof bits);
        if (pairs[i].odds > 0) from[(*count)++] = (ranked){ ~bits, (uint32_t)i };
    }
    if (*count < FEW) {
        qsort(from, *count, sizeof *from, by_key);
        return from;
    }
    for (int shift = 0; shift < PASSES * BITS; shift += BITS) {
        uint32_t at[SLOTS + 1] = { 0 };
        for (size_t i = 0; i < *count; i++) at[(from[i].key >> shift & (SLOTS - 1)) + 1]++;
        for (int i = 1; i <= SLOTS; i++) at[i] += at[i - 1];
        for (size_t i = 0; i < *count; i++) to[at[from[i].key >> shift & (SLOTS - 1)]++] = from[i];
        ranked *other = from;
        from = to;
        to = other;
    }
    return from;
}

/* ---- clusters ---- */

static double bounded(double odds)
{
    return odds > MOST_FOR ? MOST_FOR : odds < MOST_AGAINST ? MOST_AGAINST : odds;
}

typedef struct {
    uint32_t row[SPEAKERS];
    int count;
} speakers;

static speakers speakers_of(const clusters *c, uint32_t x)
{
    speakers all = { .count = 0 };
    uint32_t step = (c->size[x] + SPEAKERS - 1) / SPEAKERS, at = 0;
    for (uint32_t i = x; i != UINT32_MAX; i = c->next[i], at++)
        if (at % step == 0) all.row[all.count++] = i;
    return all;
}

static double odds_of(const clusters *c, linkage_memo *memo, uint32_t i, uint32_t j)
{
    uint32_t x = i < j ? i : j, y = i < j ? j : i;
    return bounded((double)linkage_weigh(c->run, memo, c->rows ? c->rows[x] : x, c->rows ? c->rows[y] : y).odds);
}

static bool should_join(const clusters *c, uint32_t x, uint32_t y)
{
    if (c->own[x] && c->own[y] && c->own[x] != c->own[y]) return false;
    speakers of_x = speakers_of(c, x), of_y = speakers_of(c, y);
    double sum = 0;
    for (int i = 0; i < of_x.count; i++)
        for (int j = 0; j < of_y.count; j++) sum += odds_of(c, c->memo, of_x.row[i], of_y.row[j]);
    return sum > 0;
}

/* Answers as should_join does, and asks it no more than once. */
static bool will_join(const clusters *c, uint32_t x, uint32_t y)
{
    apart *last = &c->apart[linkage_mixed((uint64_t)x << 32 | y) >> (64 - c->apart_bits)];
    if (last->x == x && last->y == y && last->size_x == c->size[x] && last->size_y == c->size[y]) return false;
    bool joins = should_join(c, x, y);
    if (!joins) *last = (apart){ x, y, c->size[x], c->size[y] };
    return joins;
}

static void join(clusters *c, uint32_t x, uint32_t y)
{
    for (uint32_t j = y; j != UINT32_MAX; j = c->next[j]) c->cluster[j] = x;
    c->next[c->last[x]] = y;
    c->last[x] = c->last[y];
    c->size[x] += c->size[y];
    if (!c->own[x]) c->own[x] = c->own[y];
}

/* The mean of what a cluster's pairs say; of one that hangs together it is well above 0. */
static double mean_of(const clusters *c, linkage_memo *memo, uint32_t x)
{
    speakers all = speakers_of(c, x);
    double sum = 0, count = 0;
    for (int i = 0; i < all.count; i++)
        for (int j = i + 1; j < all.count; j++, count++) sum += odds_of(c, memo, all.row[i], all.row[j]);
    double mean = count > 0 ? sum / count : 0;
    return mean < AGAINST_OWN ? AGAINST_OWN : mean;
}

static void say(linkage_pair *p, double odds)
{
    p->rivals = (float)(odds - (double)p->odds);
    p->odds = (float)odds;
}

/* The clusters that begin in some rows, by themselves. */
typedef struct {
    linkage_vec pairs;
    size_t count;
} part_put;
typedef struct {
    const clusters *c;
    part_put *parts;
    arena *memory[LINKAGE_WORKERS_MAX];
    linkage_memo *memo[LINKAGE_WORKERS_MAX];
} putting;

static void put_cluster(const clusters *c, linkage_memo *memo, uint32_t x, part_put *put)
{
    double mean = mean_of(c, memo, x);
    for (uint32_t i = x; i != UINT32_MAX; i = c->next[i])
        for (uint32_t j = c->next[i]; j != UINT32_MAX; j = c->next[j]) {
            linkage_pair p = linkage_weigh(c->run, memo, i < j ? i : j, i < j ? j : i);
            if ((double)p.odds < mean) say(&p, mean);
            linkage_pair *pairs = linkage_vec_need(&put->pairs, put->count + 1, sizeof *pairs);
            pairs[put->count++] = p;
        }
}

static void put_part(void *job, size_t part, size_t worker)
{
    putting *all = job;
    const clusters *c = all->c;
    if (!all->memo[worker]) {
        all->memory[worker] = arena_open();
        all->memo[worker] = linkage_memo_open(c->run->set, all->memory[worker]);
    }
    size_t rows = linkage_rows(c->run->set), until = (part + 1) * PART_ROWS < rows ? (part + 1) * PART_ROWS : rows;
    for (uint32_t x = (uint32_t)part * PART_ROWS; x < until; x++)
        if (c->cluster[x] == x && c->size[x] > 1 && c->size[x] <= ALL_PAIRS_MAX) put_cluster(c, all->memo[worker], x, &all->parts[part]);
}

static void put_clusters(const clusters *c, arena *work)
{
    linkage_run *run = c->run;
    size_t parts = (linkage_rows(run->set) + PART_ROWS - 1) / PART_ROWS, sum = run->pair_count;
    putting all = { .c = c, .parts = ARENA_ARRAY(work, part_put, parts + 1) };
    linkage_spread(&run->crew, parts, put_part, &all);
    for (size_t i = 0; i < parts; i++) sum += all.parts[i].count;
    linkage_pair *pairs = linkage_vec_need(&run->pairs, sum + 1, sizeof *pairs);
    for (size_t i = 0; i < parts; i++) {
        if (all.parts[i].count) memcpy(pairs + run->pair_count, all.parts[i].pairs.items, all.parts[i].count * sizeof *pairs);
        run->pair_count += all.parts[i].count;
        linkage_vec_close(&all.parts[i].pairs);
    }
    for (size_t i = 0; i < LINKAGE_WORKERS_MAX; i++)
        if (all.memory[i]) arena_close(all.memory[i]);
}

/* All pairs inside a cluster, and those outside that are not hopeless. */
static void put_pairs(const clusters *c, arena *work)
{
    linkage_run *run = c->run;
    size_t kept = 0;
    linkage_pair *pairs = run->pairs.items;
    for (size_t i = 0; i < run->pair_count; i++) {
        uint32_t x = c->cluster[pairs[i].a];
        bool is_inside = x == c->cluster[pairs[i].b];
        if (is_inside && c->size[x] <= ALL_PAIRS_MAX) continue;
        if (is_inside && pairs[i].odds < (float)AGAINST_OWN) say(&pairs[i], AGAINST_OWN);
        if (!is_inside && pairs[i].odds > (float)-AGAINST_OWN) say(&pairs[i], -AGAINST_OWN);
        pairs[kept++] = pairs[i];
    }
    run->pair_count = kept;
    put_clusters(c, work);
}

static clusters open_clusters(linkage_run *run, const uint32_t *rows, size_t count, int apart_bits, arena *work)
{
    clusters c = { .run = run, .rows = rows, .cluster = ARENA_ARRAY(work, uint32_t, count), .next = ARENA_ARRAY(work, uint32_t, count),
                   .size = ARENA_ARRAY(work, uint32_t, count), .last = ARENA_ARRAY(work, uint32_t, count), .own = ARENA_ARRAY(work, uint32_t, count),
                   .apart = ARENA_ARRAY(work, apart, (size_t)1 << apart_bits), .apart_bits = apart_bits };
    for (uint32_t i = 0; i < count; i++) {
        c.cluster[i] = c.last[i] = i;
        c.next[i] = UINT32_MAX;
        c.size[i] = 1;
        c.own[i] = run->set->spec->has_veto ? linkage_own_number(run->set, rows ? rows[i] : i) : 0;
    }
    return c;
}

static void join_pairs(clusters *c, const linkage_pair *pairs, size_t pair_count, arena *work)
{
    size_t count;
    const ranked *best = rank(pairs, pair_count, work, &count);
    for (size_t i = 0; i < count; i++) {
        uint32_t x = c->cluster[pairs[best[i].pair].a], y = c->cluster[pairs[best[i].pair].b];
        if (x != y && will_join(c, x, y)) join(c, x, y);
    }
}

void linkage_settle_clusters(linkage_run *run)
{
    arena *work = arena_open();
    clusters c = open_clusters(run, NULL, linkage_rows(run->set), APART_BITS, work);
    c.memo = linkage_memo_open(run->set, work);
    linkage_pairs_sort(run);
    join_pairs(&c, run->pairs.items, run->pair_count, work);
    put_pairs(&c, work);
    linkage_pairs_sort(run);
    arena_close(work);
}

const uint32_t *linkage_cluster_some(linkage_run *run, const uint32_t *rows, size_t count, const linkage_pair *pairs, size_t pair_count, arena *work)
{
    enum { FEW_ROWS = 256, FEW_BITS = 6 };
    clusters c = open_clusters(run, rows, count, count < FEW_ROWS ? FEW_BITS : APART_BITS, work);
    join_pairs(&c, pairs, pair_count, work);
    return c.cluster;
}
