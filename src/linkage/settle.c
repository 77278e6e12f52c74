/* Links between two files: the pairs of one record are rivals. */
#include <stdlib.h>

#include "linkage/linkage_internal.h"

enum { PRIOR_ROUNDS = 3 };
/* A claim beyond this is sure without any rival. */
#define SURE 7.0

typedef struct {
    uint32_t row, pair;
    float odds;
} claim;

static int by_row_and_odds(const void *x, const void *y)
{
    const claim *p = x, *q = y;
    if (p->row != q->row) return p->row < q->row ? -1 : 1;
    if (p->odds != q->odds) return p->odds > q->odds ? -1 : 1;
    return p->pair < q->pair ? -1 : p->pair > q->pair;
}

/* The pairs in order of one side's rows, the likeliest first. */
static claim *claims_of(const linkage_run *run, bool of_b, arena *work)
{
    const linkage_pair *pairs = run->pairs.items;
    claim *claims = ARENA_ARRAY(work, claim, run->pair_count + 1);
    for (size_t i = 0; i < run->pair_count; i++)
        claims[i] = (claim){ of_b ? pairs[i].b : pairs[i].a, (uint32_t)i, pairs[i].odds };
    if (run->pair_count) qsort(claims, run->pair_count, sizeof *claims, by_row_and_odds);
    return claims;
}

static double prior_of(const linkage_run *run, double matches)
{
    const linkage_set *s = run->set;
    double n = (double)s->count[0];
    double all = s->is_two ? n * (double)s->count[1] : n * (n - 1) / 2;
    return log((matches < 1 ? 1 : matches) / all);
}

/* A record of the second file is of one person of the first at most: the odds of one pair are against none and all
 * the others together. Answers the matches expected. */
static double settle_rivals(linkage_run *run, const claim *claims, double prior)
{
    linkage_pair *pairs = run->pairs.items;
    double matches = 0;
    for (size_t i = 0, end; i < run->pair_count; i = end) {
        for (end = i; end < run->pair_count && claims[end].row == claims[i].row; end++) continue;
        for (size_t k = i; k < end; k++) {
            linkage_pair *p = &pairs[claims[k].pair];
            double own = prior + (double)p->fields + (double)p->kin, others = 0;
            if (end - i > 1)
                for (size_t o = i; o < end; o++)
                    if (o != k) {
                        const linkage_pair *q = &pairs[claims[o].pair];
                        others += exp(prior + (double)q->fields + (double)q->kin);
                    }
            p->rivals = (float)-log1p(others);
            p->odds = (float)(own + (double)p->rivals);
            matches += linkage_probability((double)p->odds);
        }
    }
    return matches;
}

/* A record of the first file that one of the second has claimed already is claimed again only where the second has
 * duplicates: how often it has is seen in the claims that are sure anyway. */
static void settle_second_claims(linkage_run *run, double matches, arena *work)
{
    linkage_pair *pairs = run->pairs.items;
    const claim *claims = claims_of(run, false, work);
    double first = 0, again = 0;
    for (size_t i = 0; i < run->pair_count; i++) {
        bool is_first = !i || claims[i].row != claims[i - 1].row;
        first += is_first && claims[i].odds > 0;
        again += !is_first && (double)claims[i].odds > SURE;
    }
    double term = log((again + 0.5) / (first + 1) * (double)run->set->count[0] / (matches < 1 ? 1 : matches));
    if (term >= 0) return;
    for (size_t i = 0; i < run->pair_count; i++) {
        bool is_first = !i || claims[i].row != claims[i - 1].row;
        size_t lead = i;
        while (lead && claims[lead - 1].row == claims[i].row) lead--;
        if (is_first || claims[lead].odds <= 0) continue;
        linkage_pair *p = &pairs[claims[i].pair];
        p->rivals += (float)term;
        p->odds += (float)term;
    }
}

void linkage_settle_prior(linkage_run *run)
{
    linkage_pair *pairs = run->pairs.items;
    arena *work = arena_open();
    claim *claims = run->set->is_two ? claims_of(run, true, work) : NULL;
    for (int round = 0; round < PRIOR_ROUNDS; round++) {
        double matches = 0;
        if (run->set->is_two) matches = settle_rivals(run, claims, run->model.prior);
        else
            for (size_t i = 0; i < run->pair_count; i++) {
                pairs[i].odds = (float)(run->model.prior + (double)pairs[i].fields + (double)pairs[i].kin);
                matches += linkage_probability((double)pairs[i].odds);
            }
        run->matches = matches;
        run->model.prior = prior_of(run, matches);
    }
    for (size_t i = 0; i < run->pair_count; i++)
        pairs[i].odds = (float)(run->model.prior + (double)pairs[i].fields + (double)pairs[i].kin + (double)pairs[i].rivals);
    arena_close(work);
}

void linkage_settle_links(linkage_run *run)
{
    arena *work = arena_open();
    claim *claims = claims_of(run, true, work);
    settle_rivals(run, claims, run->model.prior);
    settle_second_claims(run, run->matches, work);
    arena_close(work);
}
