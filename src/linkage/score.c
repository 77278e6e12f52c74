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

/* Rows of the first file in ranges, of which each worker puts the pairs of one. */
typedef struct {
    const linkage_pair *from;
    linkage_pair *to;
    size_t count, rows, ranges;
    uint32_t *at; /* by row: where its pairs begin, and then end */
    size_t *met;  /* by range: so many pairs */
} sorting;

static void range_of(const sorting *all, size_t part, uint32_t *from, uint32_t *until)
{
    *from = (uint32_t)(all->rows * part / all->ranges);
    *until = (uint32_t)(all->rows * (part + 1) / all->ranges);
}

static void count_range(void *job, size_t part, size_t worker)
{
    (void)worker;
    const sorting *all = job;
    uint32_t from, until;
    range_of(all, part, &from, &until);
    size_t met = 0;
    for (size_t i = 0; i < all->count; i++) {
        uint32_t a = all->from[i].a;
        if (a - from >= until - from) continue;
        all->at[a]++;
        met++;
    }
    all->met[part] = met;
}

/* Counted into their a's places, and there by b. */
static void sort_range(void *job, size_t part, size_t worker)
{
    enum { AHEAD = 12 };
    (void)worker;
    const sorting *all = job;
    const linkage_pair *pairs = all->from;
    linkage_pair *to = all->to;
    uint32_t from, until, *at = all->at;
    range_of(all, part, &from, &until);
    size_t begin = 0, n = all->count;
    for (size_t i = 0; i < part; i++) begin += all->met[i];
    size_t end = begin + all->met[part], sum = begin;
    for (uint32_t a = from; a < until; a++) {
        uint32_t own = at[a];
        at[a] = (uint32_t)sum;
        sum += own;
    }
    for (size_t i = 0; i < n; i++) {
        uint32_t far = i + AHEAD < n ? pairs[i + AHEAD].a : until, a = pairs[i].a;
        if (far - from < until - from) __builtin_prefetch(&to[at[far]], 1);
        if (a - from < until - from) to[at[a]++] = pairs[i];
    }
    for (size_t i = begin, next; i < end; i = next) {
        bool is_sorted = true;
        for (next = i + 1; next < end && to[next].a == to[i].a; next++) is_sorted = is_sorted && to[next - 1].b < to[next].b;
        if (!is_sorted) sort_second(to + i, next - i);
    }
}

void linkage_pairs_sort(linkage_run *run)
{
    arena *work = arena_open();
    linkage_vec sorted = { 0 };
    sorting all = { .from = run->pairs.items, .count = run->pair_count, .ranges = run->crew.run ? run->crew.workers : 1,
                    .rows = run->set->is_two ? run->set->count[0] : linkage_rows(run->set) };
    all.to = linkage_vec_exact(&sorted, all.count + 1, sizeof *all.to);
    all.at = ARENA_ARRAY(work, uint32_t, all.rows + 1);
    all.met = ARENA_ARRAY(work, size_t, all.ranges);
    linkage_spread(&run->crew, all.ranges, count_range, &all);
    linkage_spread(&run->crew, all.ranges, sort_range, &all);
    linkage_vec_close(&run->pairs);
    run->pairs = sorted;
    arena_close(work);
}
