/* Pairs found: each row of the second file looks for its like among the first's, by the first key, by the second, and
 * by all others when it is not sure yet. */
#include "linkage/linkage_looking.h"

enum { PART_ROWS = 2048, WAVE_PARTS = 256 };

/* Rows that are not sure yet, each with the pairs it keeps: those of the i-th end at ends[i]. */
typedef struct {
    linkage_vec rows, ends, kept;
    size_t count, kept_count;
} waiting;

typedef struct {
    linkage_vec pairs;
    size_t count;
    uint64_t compared, alone; /* pairs; rows whose blocks were all too large */
    waiting waiting;
} part_found;

/* One stage: some keys, for the rows that are not sure yet. */
typedef struct {
    linkage_run *run;
    linkage_seekers seekers;
    const waiting *before; /* NULL: the first stage */
    int key[LINKAGE_KEYS_MAX], key_count;
    linkage_index index[LINKAGE_KEYS_MAX];
    bool is_last;
    int kept_max;
    linkage_looker *lookers[LINKAGE_WORKERS_MAX];
    part_found *parts; /* of a wave, whose first part is `first` */
    size_t first;
} stage;

/* ---- candidates ---- */

/* Rows not looked at before, of a block, into the list of those to weigh. */
static void gather(linkage_looker *l, const linkage_seeking *g, const linkage_index *at, int c, uint32_t slot, uint32_t before, bool is_alone)
{
    const uint32_t *rows = at->rows[c] + at->from[c][slot];
    uint32_t count = linkage_block_size(at, c, slot);
    for (uint32_t i = 0; i < count && rows[i] < before; i++) {
        if (is_alone ? l->found_count - g->from == LINKAGE_LOOKED_AT : !linkage_is_new(l, rows[i])) continue;
        l->found[l->found_count++] = rows[i];
    }
}

/* The pairs that the i-th of the rows has from the stages before: from *from, so many. */
static const linkage_pair *kept_before(const stage *all, size_t i, size_t *count)
{
    const uint32_t *ends = all->before ? all->before->ends.items : NULL;
    size_t from = ends && i ? ends[i - 1] : 0;
    *count = ends ? ends[i] - from : 0;
    return *count ? (const linkage_pair *)all->before->kept.items + from : NULL;
}

static void look_up(const stage *all, linkage_looker *l, part_found *found, size_t i, const uint32_t *slots)
{
    const linkage_set *s = all->run->set;
    uint32_t b = linkage_seeker(&all->seekers, i), before = s->is_two ? UINT32_MAX : b;
    linkage_seeking *g = &l->seeking[l->seeking_count++];
    bool has_own = linkage_has_own(s, b);
    size_t kept_count;
    const linkage_pair *kept = kept_before(all, i, &kept_count);
    for (size_t k = 0; k < kept_count; k++) linkage_is_new(l, kept[k].a);
    bool is_crowded = false, has_others = false, is_alone = all->key_count == 1 && !kept_count;
    g->b = b;
    g->at = i;
    g->from = l->found_count;
    for (int k = 0; k < all->key_count; k++) {
        const linkage_index *at = &all->index[k];
        int lists = has_own ? 1 : at->lists;
        uint32_t size = linkage_shown_size(s, at, slots[k], b);
        is_crowded = is_crowded || size > all->run->blocks.largest[all->key[k]];
        if (!size || size > all->run->blocks.largest[all->key[k]]) continue;
        has_others = has_others || size > !s->is_two;
        for (int c = 0; c < lists; c++) gather(l, g, at, c, slots[k], before, is_alone);
    }
    g->until = l->found_count;
    g->is_one = g->until - g->from == 1;
    found->compared += g->until - g->from;
    found->alone += is_crowded && all->is_last && !has_others && !kept_count;
    linkage_new_again(l);
}

/* ---- a part of the rows ---- */

static void put_kept(const stage *all, linkage_looker *l, part_found *found, uint32_t b)
{
    size_t count = (size_t)l->kept_count;
    l->kept_count = 0;
    waiting *w = &found->waiting;
    bool is_done = all->is_last || (count && linkage_is_sure(&l->kept[0]));
    linkage_vec *to = is_done ? &found->pairs : &w->kept;
    size_t *at = is_done ? &found->count : &w->kept_count;
    if (count) {
        linkage_pair *pairs = linkage_vec_need(to, *at + count, sizeof *pairs);
        memcpy(pairs + *at, l->kept, count * sizeof *pairs);
        *at += count;
    }
    if (is_done) return;
    ((uint32_t *)linkage_vec_need(&w->rows, w->count + 1, 4))[w->count] = b;
    ((uint32_t *)linkage_vec_need(&w->ends, w->count + 1, 4))[w->count] = (uint32_t)w->kept_count;
    w->count++;
}

/* What the blocks of some rows hold is asked of the memory before it is read. */
static void fetch_blocks(const stage *all, linkage_looker *l, size_t from, size_t until)
{
    const linkage_set *s = all->run->set;
    for (size_t i = from; i < until; i++) {
        uint32_t row = linkage_seeker(&all->seekers, i);
        for (int k = 0; k < all->key_count; k++) {
            const linkage_index *at = &all->index[k];
            uint32_t slot = l->slot[i - from][k] = linkage_slot(s, at, i, row);
            for (int c = 0; c < at->lists; c++) linkage_fetch(&at->from[c][slot]);
        }
    }
    for (size_t i = from; i < until; i++)
        for (int k = 0; k < all->key_count; k++) {
            const linkage_index *at = &all->index[k];
            for (int c = 0; c < at->lists; c++) linkage_fetch(&at->rows[c][at->from[c][l->slot[i - from][k]]]);
        }
    for (size_t i = from; i < until; i++) {
        const uint32_t *row = linkage_row(s, linkage_seeker(&all->seekers, i));
        for (int k = 0; k < s->seen_count; k++) {
            const float *rare = all->run->model.rare[s->seen[k]][1];
            if (rare) linkage_fetch(&rare[row[k] & ~LINKAGE_TOLD]);
        }
        for (int k = 0; k < all->key_count; k++) {
            const linkage_index *at = &all->index[k];
            uint32_t slot = l->slot[i - from][k];
            for (int c = 0; c < at->lists; c++)
                if (linkage_block_size(at, c, slot)) linkage_fetch(linkage_row(s, at->rows[c][at->from[c][slot]]));
        }
    }
}

/* What rows have found is weighed, of all of them side by side; each keeps the likeliest. */
static void weigh_found(const stage *all, linkage_looker *l, part_found *found)
{
    linkage_seek(all->run, l);
    for (int k = 0; k < l->seeking_count; k++) {
        linkage_seeking *g = &l->seeking[k];
        size_t count;
        const linkage_pair *kept = kept_before(all, g->at, &count);
        if (count) memcpy(l->kept, kept, count * sizeof *kept);
        l->kept_count = (int)count;
        linkage_seek_end(all->run, l, g, all->kept_max);
        put_kept(all, l, found, g->b);
    }
    l->seeking_count = 0;
    l->found_count = 0;
}

static void look_up_part(void *job, size_t part, size_t worker)
{
    stage *all = job;
    if (!all->lookers[worker]) all->lookers[worker] = linkage_looker_open(all->run->set);
    linkage_looker *l = all->lookers[worker];
    part_found *found = &all->parts[part];
    size_t from = (all->first + part) * PART_ROWS, until = from + PART_ROWS < all->seekers.count ? from + PART_ROWS : all->seekers.count;
    for (size_t at = from; at < until; at += LINKAGE_TOGETHER) {
        size_t end = at + LINKAGE_TOGETHER < until ? at + LINKAGE_TOGETHER : until;
        fetch_blocks(all, l, at, end);
        for (size_t i = at; i < end; i++) {
            look_up(all, l, found, i, l->slot[i - at]);
            bool may_wait = linkage_is_far(all->run->set) && l->found_count < LINKAGE_LOOKED_AT; /* the next may find as many */
            if (!may_wait) weigh_found(all, l, found);
        }
        weigh_found(all, l, found);
    }
}

/* ---- a stage ---- */

static void close_waiting(waiting *w)
{
    linkage_vec *all[] = { &w->rows, &w->ends, &w->kept };
    for (size_t i = 0; i < ARRAY_COUNT(all); i++) linkage_vec_close(all[i]);
    w->count = w->kept_count = 0;
}

static void take_part(linkage_run *run, part_found *found, waiting *after)
{
    linkage_pair *pairs = linkage_vec_need(&run->pairs, run->pair_count + found->count, sizeof *pairs);
    if (found->count) memcpy(pairs + run->pair_count, found->pairs.items, found->count * sizeof *pairs);
    run->pair_count += found->count;
    run->compared += found->compared;
    run->alone += found->alone;
    waiting *w = &found->waiting;
    uint32_t *rows = linkage_vec_need(&after->rows, after->count + w->count, 4);
    uint32_t *ends = linkage_vec_need(&after->ends, after->count + w->count, 4);
    linkage_pair *kept = linkage_vec_need(&after->kept, after->kept_count + w->kept_count, sizeof *kept);
    for (size_t i = 0; i < w->count; i++) {
        rows[after->count + i] = ((const uint32_t *)w->rows.items)[i];
        ends[after->count + i] = (uint32_t)after->kept_count + ((const uint32_t *)w->ends.items)[i];
    }
    if (w->kept_count) memcpy(kept + after->kept_count, w->kept.items, w->kept_count * sizeof *kept);
    after->count += w->count;
    after->kept_count += w->kept_count;
    linkage_vec_close(&found->pairs);
    close_waiting(w);
    found->count = 0;
    found->compared = found->alone = 0;
}

static void run_stage(stage *all, waiting *after)
{
    linkage_run *run = all->run;
    linkage_indexes_open(all->index, all->key, all->key_count, &run->blocks, &all->seekers, &run->crew);
    size_t parts = (all->seekers.count + PART_ROWS - 1) / PART_ROWS;
    arena *work = arena_open();
    all->key_count = linkage_narrow(run, all->index, all->key, all->key_count, &all->seekers, work);
    all->parts = ARENA_ARRAY(work, part_found, WAVE_PARTS);
    for (; all->first < parts; all->first += WAVE_PARTS) { /* what is found is put together while it is at hand */
        size_t count = parts - all->first < WAVE_PARTS ? parts - all->first : WAVE_PARTS;
        linkage_spread(&run->crew, count, look_up_part, all);
        for (size_t i = 0; i < count; i++) take_part(run, &all->parts[i], after);
    }
    for (int k = 0; k < all->key_count; k++) linkage_index_close(&all->index[k]);
    for (size_t i = 0; i < LINKAGE_WORKERS_MAX; i++)
        if (all->lookers[i]) linkage_looker_close(all->lookers[i]);
    arena_close(work);
}

static void take_logs(linkage_run *run)
{
    const linkage_model *model = &run->model;
    for (int f = 0; f < run->set->spec->field_count; f++) {
        run->most[f] = -INFINITY;
        linkage_kind kind = run->set->spec->fields[f].kind;
        if (kind == LINKAGE_HAN_NAME || kind == LINKAGE_NAME) run->has_parts |= UINT64_C(1) << f;
        for (int level = 1; level < linkage_levels_of(run->set->spec->fields[f].kind); level++) {
            run->log_m[f][level] = log(model->m[f][level] / model->u[f][level]);
            run->log_h[f][level] = model->has_kin ? log(model->h[f][level] / model->u[f][level]) : 0;
            if (level > 1 && run->log_m[f][level] > run->most[f]) run->most[f] = run->log_m[f][level];
        }
    }
}

/* What costs least to compare comes first: words and numbers that lie anywhere in memory last. */
static void take_order(linkage_run *run)
{
    static const int COST[LINKAGE_KIND_COUNT] = {
        [LINKAGE_SEX] = 0,   [LINKAGE_CATEGORY] = 0, [LINKAGE_DATE] = 1,  [LINKAGE_HAN_NAME] = 2, [LINKAGE_NUMBER] = 2,
        [LINKAGE_PLACE] = 3, [LINKAGE_NAME] = 4,     [LINKAGE_WORDS] = 5, [LINKAGE_CODE] = 6,     [LINKAGE_PHONE] = 7,
        [LINKAGE_CITIZEN] = 8, [LINKAGE_CREDIT] = 8,
    };
    enum { CHEAPEST = 1, CHEAP = 3 };
    const linkage_set *s = run->set;
    int count = 0;
    for (int cost = 0; cost <= 8; cost++) {
        for (int p = 0; p < s->seen_count; p++)
            if (COST[s->spec->fields[s->seen[p]].kind] == cost) run->order[count++] = p;
        if (cost == CHEAPEST || cost == CHEAP) run->cheap_count[cost == CHEAP] = count;
    }
}

void linkage_logs_take(linkage_run *run)
{
    take_logs(run);
    take_order(run);
    linkage_asks_take(run);
}

void linkage_find_pairs(linkage_run *run)
{
    const linkage_set *s = run->set;
    int key[LINKAGE_KEYS_MAX], key_count = 0;
    for (int k = 0; k < run->blocks.count; k++)
        if (!run->blocks.keys[k]->is_only_household) key[key_count++] = k;
    /* Of one file all is wanted: a sure duplicate says nothing of a third. */
    int ends[3] = { 1, 2, key_count }, from = 0;
    if (!s->is_two) ends[0] = key_count;
    uint32_t first = s->is_two ? (uint32_t)s->count[0] : 0;
    waiting before = { 0 };
    for (int i = 0; i < 3 && from < key_count && (!i || before.count); from = ends[i++]) {
        waiting after = { 0 };
        stage all = { .run = run, .key_count = ends[i] - from, .is_last = ends[i] == key_count,
                      .kept_max = s->is_two ? LINKAGE_KEPT_OF_TWO : LINKAGE_KEPT_OF_ONE, .before = i ? &before : NULL,
                      .seekers = { .rows = i ? before.rows.items : NULL, .from = first,
                                   .count = i ? before.count : linkage_rows(s) - first } };
        memcpy(all.key, key + from, (size_t)all.key_count * sizeof *key);
        run_stage(&all, &after);
        close_waiting(&before);
        before = after;
    }
    close_waiting(&before);
}
