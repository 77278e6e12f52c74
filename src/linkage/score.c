/* Pairs weighed: each key's groups are walked once, and what is not hopeless is kept. */
#include <stdlib.h>

#include "linkage/linkage_internal.h"

/* Odds below which a pair is forgotten. */
#define HOPELESS (-6.0)

static double rareness(const linkage_run *run, int field, int level, uint32_t code)
{
    return level == 1 && code && run->model.rare[field] ? run->model.rare[field][code] : 0;
}

double linkage_weight(const linkage_run *run, int field, int level, uint32_t code_a)
{
    if (!level) return 0;
    return log(run->model.m[field][level] / run->model.u[field][level]) + rareness(run, field, level, code_a);
}

linkage_sums linkage_score(const linkage_run *run, const linkage_levels *l, uint32_t a, uint32_t b)
{
    (void)b;
    const linkage_model *model = &run->model;
    linkage_sums sums = { 0 };
    for (int f = 0; f < run->set->spec->field_count; f++) {
        int level = l->level[f];
        if (!level) continue;
        double rare = rareness(run, f, level, linkage_code(run->set, f, a));
        sums.fields += run->log_m[f][level] + rare;
        if (model->has_kin) sums.kin_fields += run->log_h[f][level] + rare;
    }
    return sums;
}

linkage_pair linkage_weigh(const linkage_run *run, uint32_t a, uint32_t b)
{
    linkage_levels l = linkage_compare(run->set, a, b);
    linkage_sums sums = linkage_score(run, &l, a, b);
    linkage_pair pair = { .a = a, .b = b, .fields = (float)sums.fields };
    if (run->model.has_kin) pair.kin = (float)-log1p(exp(run->model.kin_prior + sums.kin_fields));
    pair.odds = (float)(run->model.prior + (double)pair.fields + (double)pair.kin);
    return pair;
}

static void weigh_group(linkage_run *run, int key, const linkage_keyed *group, size_t count)
{
    const linkage_set *s = run->set;
    for (size_t x = 0; x < count; x++) {
        if (s->is_two && group[x].row >= s->count[0]) break; /* rows of the first file stand first */
        for (size_t y = x + 1; y < count; y++) {
            uint32_t a = group[x].row, b = group[y].row;
            if ((s->is_two && b < s->count[0]) || linkage_blocks_seen(&run->blocks, key, a, b)) continue;
            run->compared++;
            linkage_pair pair = linkage_weigh(run, a, b);
            if (pair.odds < HOPELESS) continue;
            linkage_pair *pairs = linkage_vec_need(&run->pairs, run->pair_count + 1, sizeof *pairs);
            pairs[run->pair_count++] = pair;
        }
    }
}

static int by_rows(const void *x, const void *y)
{
    const linkage_pair *p = x, *q = y;
    if (p->a != q->a) return p->a < q->a ? -1 : 1;
    return p->b < q->b ? -1 : p->b > q->b;
}

void linkage_pairs_sort(linkage_run *run)
{
    if (run->pair_count) qsort(run->pairs.items, run->pair_count, sizeof(linkage_pair), by_rows);
}

static void take_logs(linkage_run *run)
{
    const linkage_model *model = &run->model;
    for (int f = 0; f < run->set->spec->field_count; f++) {
        for (int level = 1; level < linkage_levels_of(run->set->spec->fields[f].kind); level++) {
            run->log_m[f][level] = log(model->m[f][level] / model->u[f][level]);
            run->log_h[f][level] = model->has_kin ? log(model->h[f][level] / model->u[f][level]) : 0;
        }
    }
}

void linkage_find_pairs(linkage_run *run)
{
    take_logs(run);
    for (int k = 0; k < run->blocks.count; k++) {
        if (run->blocks.keys[k]->is_only_household) continue;
        arena *work = arena_open();
        size_t count;
        linkage_keyed *rows = linkage_blocks_sort(&run->blocks, k, work, &count);
        for (size_t i = 0, end; i < count; i = end) {
            for (end = i + 1; end < count && rows[end].key == rows[i].key;) end++;
            bool is_too_large = run->blocks.too_large[k][rows[i].row / 64] >> rows[i].row % 64 & 1;
            if (end - i > 1 && !is_too_large) weigh_group(run, k, rows + i, end - i);
        }
        arena_close(work);
    }
    linkage_pairs_sort(run);
}
