/* Links between two files: the pairs of one record are rivals. */
#include <assert.h>
#include <stdlib.h>

#include "linkage/linkage_internal.h"

enum { PRIOR_ROUNDS = 3, RIVALS_MAX = 64 };
/* A claim beyond this is sure without any rival. */
#define SURE 7.0

static double prior_of(const linkage_run *run, double matches)
{
    const linkage_set *s = run->set;
    double n = (double)s->count[0];
    double all = s->is_two ? n * (double)s->count[1] : n * (n - 1) / 2;
    return log((matches < 1 ? 1 : matches) / all);
}

/* A record of the second file is of one person of the first at most: the odds of one pair are against none and all
 * the others together. The pairs of a record stand beside one another. Answers the matches expected. */
static double settle_rivals(linkage_run *run, double prior)
{
    linkage_pair *pairs = run->pairs.items;
    double matches = 0, before[RIVALS_MAX + 1], odds[RIVALS_MAX];
    for (size_t i = 0, end; i < run->pair_count; i = end) {
        for (end = i; end < run->pair_count && pairs[end].b == pairs[i].b; end++) continue;
        size_t count = end - i;
        assert(count <= RIVALS_MAX);
        before[0] = 0;
        for (size_t k = 0; k < count && count > 1; k++) {
            odds[k] = exp(prior + (double)pairs[i + k].fields + (double)pairs[i + k].kin);
            before[k + 1] = before[k] + odds[k];
        }
        double after = 0; /* never the sum less its own: the smaller would be lost */
        for (size_t k = count; k-- > 0;) {
            linkage_pair *p = &pairs[i + k];
            p->rivals = count > 1 ? (float)-log1p(before[k] + after) : 0;
            p->odds = (float)(prior + (double)p->fields + (double)p->kin + (double)p->rivals);
            matches += linkage_probability((double)p->odds);
            if (count > 1) after += odds[k];
        }
    }
    return matches;
}

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

/* Claims to one record, pairs of one a that stand beside one another: what a second costs, and whose they are. */
static void settle_claims(linkage_run *run, linkage_pair *pairs, size_t count, double term, linkage_vec *order)
{
    uint32_t *claims = linkage_vec_need(order, count, 4);
    for (size_t i = 0; i < count; i++) claims[i] = (uint32_t)i;
    qsort_r(claims, count, sizeof *claims, by_odds, pairs);
    uint32_t own = linkage_own_number(run->set, pairs[0].a);
    bool is_claimed = pairs[claims[0]].odds > 0;
    for (size_t i = 0; i < count; i++) {
        linkage_pair *p = &pairs[claims[i]];
        float adds = i && is_claimed && term < 0 ? (float)term : 0;
        if (is_others(run, p, &own) && p->odds + adds > OTHERS_CLAIM) adds = OTHERS_CLAIM - p->odds;
        p->rivals += adds;
        p->odds += adds;
    }
}

static size_t end_of(const linkage_run *run, size_t from)
{
    const linkage_pair *pairs = run->pairs.items;
    size_t end = from + 1;
    while (end < run->pair_count && pairs[end].a == pairs[from].a) end++;
    return end;
}

/* A record of the first file that one of the second has claimed already is claimed again only where the second has
 * duplicates: how often it has is seen in the claims that are sure anyway. */
static void settle_second_claims(linkage_run *run, double matches)
{
    linkage_pair *pairs = run->pairs.items;
    double first = 0, again = 0;
    linkage_vec order = { 0 };
    for (size_t i = 0, end; i < run->pair_count; i = end) {
        end = end_of(run, i);
        size_t best = i;
        for (size_t k = i + 1; k < end; k++) best = pairs[k].odds > pairs[best].odds ? k : best;
        for (size_t k = i; k < end; k++) again += k != best && (double)pairs[k].odds > SURE;
        first += pairs[best].odds > 0;
    }
    double term = log((again + 0.5) / (first + 1) * (double)run->set->count[0] / (matches < 1 ? 1 : matches));
    for (size_t i = 0, end; i < run->pair_count; i = end) {
        end = end_of(run, i);
        if (end - i > 1) settle_claims(run, pairs + i, end - i, term, &order);
    }
    linkage_vec_close(&order);
}

void linkage_settle_prior(linkage_run *run)
{
    linkage_pair *pairs = run->pairs.items;
    for (int round = 0; round < PRIOR_ROUNDS; round++) {
        double matches = 0;
        if (run->set->is_two) matches = settle_rivals(run, run->model.prior);
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
}

void linkage_settle_links(linkage_run *run)
{
    settle_rivals(run, run->model.prior);
    linkage_pairs_sort(run);
    settle_second_claims(run, run->matches);
}
