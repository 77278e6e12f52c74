/* Pairs weighed. */
#include <stdlib.h>

#include "linkage/linkage_internal.h"

/* Log odds of a household below which it takes nothing from a pair that could be seen. */
#define NO_KIN (-18.0)

double linkage_weight(const linkage_run *run, int field, int level, uint32_t code_a)
{
    if (!level) return 0;
    return run->log_m[field][level] + linkage_rareness(run, field, level, code_a);
}

/* What a value says at its level more than others, for one person and for two of a household alike. */
static double of_value(const linkage_run *run, const linkage_levels *l, int field, uint32_t code)
{
    int level = l->level[field];
    double beside = run->named >= 0 ? run->beside[l->level[run->named]][field][level] : 0;
    return linkage_rareness(run, field, level, code) + beside;
}

double linkage_term(const linkage_run *run, const linkage_levels *l, int field, uint32_t code_a)
{
    return l->level[field] ? run->log_m[field][l->level[field]] + of_value(run, l, field, code_a) : 0;
}

linkage_pair linkage_weigh_levels(const linkage_run *run, const linkage_levels *l, uint32_t a, uint32_t b)
{
    const linkage_model *model = &run->model;
    const linkage_set *s = run->set;
    const uint32_t *row = linkage_row(s, a);
    double fields = 0, kin_fields = 0;
    for (int k = 0; k < s->seen_count; k++) {
        int f = s->seen[k], level = l->level[f];
        if (!level) continue;
        double rare = of_value(run, l, f, row[k] & ~LINKAGE_TOLD);
        fields += run->log_m[f][level] + rare;
        kin_fields += run->log_h[f][level] + rare;
    }
    linkage_pair pair = { .a = a, .b = b, .fields = (float)fields };
    double kin = model->kin_prior + kin_fields;
    if (model->has_kin && kin > NO_KIN) pair.kin = (float)-log1p(exp(kin));
    pair.odds = (float)(model->prior + (double)pair.fields + (double)pair.kin);
    if (s->spec->has_veto && l->level[s->spec->citizen] == LINKAGE_CITIZEN_TWO) pair.odds = LINKAGE_VETOED;
    return pair;
}

linkage_pair linkage_weigh(const linkage_run *run, linkage_memo *memo, uint32_t a, uint32_t b)
{
    linkage_levels l = linkage_compare(run->set, memo, a, b);
    return linkage_weigh_levels(run, &l, a, b);
}

static int by_second(const void *x, const void *y)
{
    const linkage_pair *p = x, *q = y;
    return p->b < q->b ? -1 : p->b > q->b;
}

/* Pairs of one a, few but for those of huge groups. */
static void sort_second(linkage_pair *pairs, size_t count)
{
    enum { FEW = 16 };
    if (count > FEW) {
        qsort(pairs, count, sizeof *pairs, by_second);
        return;
    }
    for (size_t i = 1; i < count; i++) {
        linkage_pair pair = pairs[i];
        size_t at = i;
        for (; at && pairs[at - 1].b > pair.b; at--) pairs[at] = pairs[at - 1];
        pairs[at] = pair;
    }
}

/* Counted into their a's places, and there by b. */
void linkage_pairs_sort(linkage_run *run)
{
    enum { AHEAD = 12 };
    arena *work = arena_open();
    size_t rows = run->set->is_two ? run->set->count[0] : linkage_rows(run->set), n = run->pair_count;
    uint32_t *at = ARENA_ARRAY(work, uint32_t, rows + 2);
    linkage_vec sorted = { 0 };
    linkage_pair *from = run->pairs.items, *to = linkage_vec_exact(&sorted, n + 1, sizeof *to);
    for (size_t i = 0; i < n; i++) at[from[i].a + 1]++;
    for (size_t i = 1; i <= rows; i++) at[i] += at[i - 1];
    for (size_t i = 0; i < n; i++) {
        if (i + 2 * AHEAD < n) __builtin_prefetch(&at[from[i + 2 * AHEAD].a], 1);
        if (i + AHEAD < n) __builtin_prefetch(&to[at[from[i + AHEAD].a]], 1);
        to[at[from[i].a]++] = from[i];
    }
    for (size_t i = 0, end; i < n; i = end) {
        bool is_sorted = true;
        for (end = i + 1; end < n && to[end].a == to[i].a; end++) is_sorted = is_sorted && to[end - 1].b < to[end].b;
        if (!is_sorted) sort_second(to + i, end - i);
    }
    linkage_vec_close(&run->pairs);
    run->pairs = sorted;
    arena_close(work);
}
