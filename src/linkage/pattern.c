/* Patterns of levels and how often each was met; EM over them. */
#include <stdlib.h>

#include "linkage/linkage_internal.h"

void linkage_patterns_open(linkage_patterns *p)
{
    *p = (linkage_patterns){ .own = arena_open(), .size = 4096 };
    p->pattern = ARENA_ARRAY(p->own, uint64_t, p->size);
    p->count = ARENA_ARRAY(p->own, uint32_t, p->size);
}

uint64_t linkage_pattern_of(const linkage_levels *l, int field_count)
{
    uint64_t pattern = 0;
    for (int f = 0; f < field_count; f++) pattern |= (uint64_t)l->level[f] << 3 * f;
    return pattern;
}

static void grow(linkage_patterns *p)
{
    linkage_patterns old = *p;
    *p = (linkage_patterns){ .own = arena_open(), .size = old.size * 2 };
    p->pattern = ARENA_ARRAY(p->own, uint64_t, p->size);
    p->count = ARENA_ARRAY(p->own, uint32_t, p->size);
    for (size_t i = 0; i < old.size; i++)
        if (old.count[i]) linkage_patterns_add(p, old.pattern[i], old.count[i]);
    arena_close(old.own);
}

void linkage_patterns_add(linkage_patterns *p, uint64_t pattern, uint32_t count)
{
    if (p->used * 2 >= p->size) grow(p);
    size_t at = hash_mix(pattern, 23) & (p->size - 1);
    while (p->count[at] && p->pattern[at] != pattern) at = (at + 1) & (p->size - 1);
    p->used += !p->count[at];
    p->pattern[at] = pattern;
    p->count[at] += count;
}

typedef struct {
    uint64_t pattern;
    uint32_t count;
} met;

static int by_pattern(const void *x, const void *y)
{
    uint64_t p = ((const met *)x)->pattern, q = ((const met *)y)->pattern;
    return p < q ? -1 : p > q;
}

/* Sums of doubles depend on their order, so patterns are put in one before anything is learned of them. */
void linkage_patterns_sort(linkage_patterns *p)
{
    met *all = ARENA_ARRAY(p->own, met, p->used + 1);
    size_t n = 0;
    for (size_t i = 0; i < p->size; i++)
        if (p->count[i]) all[n++] = (met){ p->pattern[i], p->count[i] };
    qsort(all, n, sizeof *all, by_pattern);
    for (size_t i = 0; i < n; i++) {
        p->pattern[i] = all[i].pattern;
        p->count[i] = all[i].count;
    }
    p->size = n;
}

enum { ROUNDS_MAX = 60 };
/* So many invented pairs stand behind each first guess, so that no level is held impossible. */
#define GUESS_PAIRS 3.0

typedef struct {
    double matched[LINKAGE_FIELDS_MAX][LINKAGE_LEVELS], other[LINKAGE_FIELDS_MAX][LINKAGE_LEVELS];
    double matches, kin, all;
} tally;

static void expect(const linkage_patterns *p, int field_count, uint64_t fields, const linkage_session *s, tally *t)
{
    *t = (tally){ 0 };
    for (size_t i = 0; i < p->size; i++) {
        double match = s->share, kin = s->h ? s->kin : 0, other = 1 - s->share - kin;
        for (int f = 0; f < field_count; f++) {
            int level = linkage_pattern_level(p->pattern[i], f);
            if (!level || !(fields >> f & 1)) continue;
            match *= s->m[f][level];
            other *= s->u[f][level];
            if (s->h) kin *= s->h[f][level];
        }
        double sum = match + kin + other, is_match = match / sum, is_other = other / sum, count = p->count[i];
        t->matches += is_match * count;
        t->kin += kin / sum * count;
        t->all += count;
        for (int f = 0; f < field_count; f++) {
            int level = linkage_pattern_level(p->pattern[i], f);
            t->matched[f][level] += is_match * count;
            t->other[f][level] += is_other * count;
        }
    }
}

static void learn(double *to, const double *met_, const double *guess, double guess_pairs)
{
    double sum = guess_pairs;
    for (int level = 1; level < LINKAGE_LEVELS; level++) sum += met_[level];
    for (int level = 1; level < LINKAGE_LEVELS; level++) to[level] = (met_[level] + guess_pairs * guess[level]) / sum;
}

/* Dempster, Laird and Rubin (1977), for the mixture of Fellegi and Sunter. `session` comes with first guesses. */
void linkage_em(const linkage_patterns *p, const linkage_spec *spec, uint64_t fields, bool learns_u,
                linkage_session *s)
{
    linkage_session guess = *s;
    tally t = { 0 };
    for (int round = 0; round < ROUNDS_MAX; round++) {
        expect(p, spec->field_count, fields, s, &t);
        if (t.all <= 0) return;
        double share = (t.matches + 0.01) / (t.all + 0.02), change = fabs(share - s->share);
        s->share = share;
        s->kin = (t.kin + 0.01) / (t.all + 0.03);
        for (int f = 0; f < spec->field_count; f++) {
            if (!(fields >> f & 1)) continue;
            if (learns_u) learn(s->u[f], t.other[f], guess.u[f], GUESS_PAIRS);
            else learn(s->m[f], t.matched[f], guess.m[f], GUESS_PAIRS);
        }
        if (change < 1e-7 && round > 5) break;
    }
    s->pairs = t.all;
}
