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

static int by_odds(const void *x, const void *y, void *pairs)
{
    uint32_t i = *(const uint32_t *)x, k = *(const uint32_t *)y;
    const linkage_pair *p = (const linkage_pair *)pairs + i, *q = (const linkage_pair *)pairs + k;
    if (p->odds != q->odds) return p->odds > q->odds ? -1 : 1;
    return i < k ? -1 : i > k;
}

/* The pairs in order of the first file's rows, the likeliest first. */
static uint32_t *claims_of(const linkage_run *run, arena *work)
{
    const linkage_pair *pairs = run->pairs.items;
    size_t rows = run->set->count[0], n = run->pair_count;
    uint32_t *at = ARENA_ARRAY(work, uint32_t, rows + 2), *claims = ARENA_ARRAY(work, uint32_t, n + 1);
    for (size_t i = 0; i < n; i++) at[pairs[i].a + 2]++;
    for (size_t i = 2; i < rows + 2; i++) at[i] += at[i - 1];
    for (size_t i = 0; i < n; i++) claims[at[pairs[i].a + 1]++] = (uint32_t)i;
    for (size_t i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && pairs[claims[end]].a == pairs[claims[i]].a;) end++;
        if (end - i > 1) qsort_r(claims + i, end - i, sizeof *claims, by_odds, run->pairs.items);
    }
    return claims;
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

/* A record of the first file that one of the second has claimed already is claimed again only where the second has
 * duplicates: how often it has is seen in the claims that are sure anyway. */
static void settle_second_claims(linkage_run *run, double matches, arena *work)
{
    linkage_pair *pairs = run->pairs.items;
    const uint32_t *claims = claims_of(run, work);
    double first = 0, again = 0;
    for (size_t i = 0; i < run->pair_count; i++) {
        const linkage_pair *p = &pairs[claims[i]];
        bool is_first = !i || p->a != pairs[claims[i - 1]].a;
        first += is_first && p->odds > 0;
        again += !is_first && (double)p->odds > SURE;
    }
    double term = log((again + 0.5) / (first + 1) * (double)run->set->count[0] / (matches < 1 ? 1 : matches));
    bool is_claimed = false;
    uint32_t own = 0;
    for (size_t i = 0; i < run->pair_count; i++) {
        linkage_pair *p = &pairs[claims[i]];
        bool is_first = !i || p->a != pairs[claims[i - 1]].a;
        float adds = 0;
        if (is_first) own = linkage_own_number(run->set, p->a);
        if (is_first) is_claimed = p->odds > 0;
        else if (is_claimed && term < 0) adds = (float)term;
        if (is_others(run, p, &own) && p->odds + adds > OTHERS_CLAIM) adds = OTHERS_CLAIM - p->odds;
        p->rivals += adds;
        p->odds += adds;
    }
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
    arena *work = arena_open();
    settle_rivals(run, run->model.prior);
    settle_second_claims(run, run->matches, work);
    arena_close(work);
}
