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
enum { SPEAKERS = 8, ALL_PAIRS_MAX = 400 };

typedef struct {
    linkage_run *run;
    linkage_memo *memo;
    uint32_t *cluster, *next, *size; /* by row: its cluster's first row; the next row; by first row */
    uint32_t *last;
    uint32_t *own; /* the identity number of its own that some row has; 0: none */
} clusters;

static int by_odds(const void *x, const void *y)
{
    const linkage_pair *p = x, *q = y;
    if (p->odds != q->odds) return p->odds > q->odds ? -1 : 1;
    if (p->a != q->a) return p->a < q->a ? -1 : 1;
    return p->b < q->b ? -1 : p->b > q->b;
}

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

static double odds_of(const clusters *c, uint32_t i, uint32_t j)
{
    return bounded((double)linkage_weigh(c->run, c->memo, i < j ? i : j, i < j ? j : i).odds);
}

static bool should_join(const clusters *c, uint32_t x, uint32_t y)
{
    if (c->own[x] && c->own[y] && c->own[x] != c->own[y]) return false;
    speakers of_x = speakers_of(c, x), of_y = speakers_of(c, y);
    double sum = 0;
    for (int i = 0; i < of_x.count; i++)
        for (int j = 0; j < of_y.count; j++) sum += odds_of(c, of_x.row[i], of_y.row[j]);
    return sum > 0;
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
static double mean_of(const clusters *c, uint32_t x)
{
    speakers all = speakers_of(c, x);
    double sum = 0, count = 0;
    for (int i = 0; i < all.count; i++)
        for (int j = i + 1; j < all.count; j++, count++) sum += odds_of(c, all.row[i], all.row[j]);
    double mean = count > 0 ? sum / count : 0;
    return mean < AGAINST_OWN ? AGAINST_OWN : mean;
}

static void say(linkage_pair *p, double odds)
{
    p->rivals = (float)(odds - (double)p->odds);
    p->odds = (float)odds;
}

static void put_cluster(clusters *c, uint32_t x)
{
    linkage_run *run = c->run;
    double mean = mean_of(c, x);
    for (uint32_t i = x; i != UINT32_MAX; i = c->next[i])
        for (uint32_t j = c->next[i]; j != UINT32_MAX; j = c->next[j]) {
            linkage_pair p = linkage_weigh(run, c->memo, i < j ? i : j, i < j ? j : i);
            if ((double)p.odds < mean) say(&p, mean);
            linkage_pair *pairs = linkage_vec_need(&run->pairs, run->pair_count + 1, sizeof *pairs);
            pairs[run->pair_count++] = p;
        }
}

/* All pairs inside a cluster, and those outside that are not hopeless. */
static void put_pairs(clusters *c)
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
    for (uint32_t x = 0; x < linkage_rows(run->set); x++)
        if (c->cluster[x] == x && c->size[x] > 1 && c->size[x] <= ALL_PAIRS_MAX) put_cluster(c, x);
}

void linkage_settle_clusters(linkage_run *run)
{
    size_t rows = linkage_rows(run->set);
    arena *work = arena_open();
    clusters c = { .run = run, .memo = linkage_memo_open(run->set, work), .cluster = ARENA_ARRAY(work, uint32_t, rows), .next = ARENA_ARRAY(work, uint32_t, rows),
                   .size = ARENA_ARRAY(work, uint32_t, rows), .last = ARENA_ARRAY(work, uint32_t, rows), .own = ARENA_ARRAY(work, uint32_t, rows) };
    for (uint32_t i = 0; i < rows; i++) {
        c.cluster[i] = c.last[i] = i;
        c.next[i] = UINT32_MAX;
        c.size[i] = 1;
        c.own[i] = run->set->spec->has_veto ? linkage_own_number(run->set, i) : 0;
    }
    if (run->pair_count) qsort(run->pairs.items, run->pair_count, sizeof(linkage_pair), by_odds);
    const linkage_pair *pairs = run->pairs.items;
    for (size_t i = 0; i < run->pair_count && pairs[i].odds > 0; i++) {
        uint32_t x = c.cluster[pairs[i].a], y = c.cluster[pairs[i].b];
        if (x != y && should_join(&c, x, y)) join(&c, x, y);
    }
    put_pairs(&c);
    linkage_pairs_sort(run);
    arena_close(work);
}
