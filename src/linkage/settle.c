/* Pairs settled: how many are matches; of two files, whose a record is that two people claim. */
#include <stdlib.h>

#include "linkage/linkage_internal.h"

enum { PRIOR_ROUNDS = 3, PART_PAIRS = 1 << 15 };

/* Two claims to one record by two people, each with an identity number of its own: the likelier stays. */
#define OTHERS_CLAIM (-8.0f)
static bool is_others(const linkage_run *run, const linkage_pair *p, uint32_t *own)
{
    if (!run->set->spec->has_veto) return false;
    uint32_t number = linkage_own_number(run->set, p->b);
    if (*own && number && number != *own) return true;
    if (number && p->odds > 0) *own = number;
    return false;
}

/* The likeliest first; of equals, the earlier row. */
static int by_odds(const void *x, const void *y, void *pairs)
{
    uint32_t i = *(const uint32_t *)x, k = *(const uint32_t *)y;
    const linkage_pair *p = (const linkage_pair *)pairs + i, *q = (const linkage_pair *)pairs + k;
    if (p->odds != q->odds) return p->odds > q->odds ? -1 : 1;
    return i < k ? -1 : i > k;
}

/* Claims to one record, pairs of one a that stand beside one another: whose they are, where numbers tell. */
static void settle_claims(linkage_run *run, linkage_pair *pairs, size_t count, linkage_vec *order)
{
    uint32_t *claims = linkage_vec_need(order, count, 4);
    for (size_t i = 0; i < count; i++) claims[i] = (uint32_t)i;
    qsort_r(claims, count, sizeof *claims, by_odds, pairs);
    uint32_t own = linkage_own_number(run->set, pairs[0].a);
    for (size_t i = 0; i < count; i++) {
        linkage_pair *p = &pairs[claims[i]];
        if (!is_others(run, p, &own) || p->odds <= OTHERS_CLAIM) continue;
        p->odds = OTHERS_CLAIM;
        p->rivals = (float)((double)OTHERS_CLAIM - run->model.prior - (double)p->fields - (double)p->kin);
    }
}

typedef struct {
    linkage_run *run;
    double *matches; /* by part of the pairs */
} weighing;

static void weigh_part(void *job, size_t part, size_t worker)
{
    (void)worker;
    const weighing *all = job;
    linkage_run *run = all->run;
    linkage_pair *pairs = run->pairs.items;
    size_t from = part * PART_PAIRS, until = from + PART_PAIRS < run->pair_count ? from + PART_PAIRS : run->pair_count;
    double matches = 0;
    for (size_t i = from; i < until; i++) {
        pairs[i].odds = (float)(run->model.prior + (double)pairs[i].fields + (double)pairs[i].kin);
        matches += linkage_probability((double)pairs[i].odds);
    }
    all->matches[part] = matches;
}

/* Of one file: how many pairs are matches, by the pairs themselves. */
void linkage_settle_prior(linkage_run *run)
{
    size_t parts = (run->pair_count + PART_PAIRS - 1) / PART_PAIRS;
    arena *work = arena_open();
    weighing all = { run, ARENA_ARRAY(work, double, parts + 1) };
    for (int round = 0; round <= PRIOR_ROUNDS; round++) {
        double matches = 0;
        linkage_spread(&run->crew, parts, weigh_part, &all);
        for (size_t i = 0; i < parts; i++) matches += all.matches[i];
        if (round < PRIOR_ROUNDS) linkage_prior_set(run, matches, matches);
    }
    arena_close(work);
}

/* Those of the first file's rows whose pairs begin in the part. */
static void settle_part(void *job, size_t part, size_t worker)
{
    (void)worker;
    linkage_run *run = job;
    linkage_pair *pairs = run->pairs.items;
    size_t from = part * PART_PAIRS, until = from + PART_PAIRS < run->pair_count ? from + PART_PAIRS : run->pair_count;
    while (from && from < until && pairs[from].a == pairs[from - 1].a) from++;
    linkage_vec order = { 0 };
    for (size_t i = from, end; i < until; i = end) {
        for (end = i + 1; end < run->pair_count && pairs[end].a == pairs[i].a; end++) continue;
        if (end - i > 1) settle_claims(run, pairs + i, end - i, &order);
    }
    linkage_vec_close(&order);
}

void linkage_settle_links(linkage_run *run)
{
    linkage_pairs_sort(run);
    linkage_settle_rivals(run);
    if (run->set->spec->has_veto) linkage_spread(&run->crew, (run->pair_count + PART_PAIRS - 1) / PART_PAIRS, settle_part, run);
}
