/* Pairs found: each row of the second file looks for its like among the first's, by the first key, by the second, and
 * by all others when it is not sure yet. */
#include <stdlib.h>

#include "linkage/linkage_internal.h"

/* Odds below which a pair is forgotten; of two files, where the prior holds that nobody else claims its records. */
#define HOPELESS_OF_ONE (-6.0)
#define HOPELESS_OF_TWO (-4.0)
/* So sure of a row of the first file that no other is looked for: beyond what any rival could say. */
#define SURE 16.0
enum { PART_ROWS = 2048, KEPT_OF_TWO = 8, KEPT_OF_ONE = 64, LOOKED_AT = 2048, SEEN_BITS = 13, TOGETHER = 32 };

static double hopeless(const linkage_run *run)
{
    return run->set->is_two ? HOPELESS_OF_TWO : HOPELESS_OF_ONE;
}

/* A pair whose fields are being compared. */
typedef struct {
    double bound; /* what its odds can be at most */
    uint32_t a;
    linkage_levels l;
} underway;

/* A row among its candidates. */
typedef struct linkage_looker {
    arena *own;
    linkage_memo *memo;
    uint32_t *seen, *used; /* a set of rows by hash: row + 1; the slots in use */
    uint32_t used_count;
    uint32_t found[LOOKED_AT], found_count; /* to be weighed */
    underway left[LOOKED_AT];
    linkage_pair kept[KEPT_OF_ONE + 1];
    int kept_count;
    uint32_t slot[TOGETHER][LINKAGE_KEYS_MAX];
} looker;

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
    looker *lookers[LINKAGE_WORKERS_MAX];
    part_found *parts;
} stage;

looker *linkage_looker_open(const linkage_set *s)
{
    arena *own = arena_open();
    looker *l = ARENA_NEW(own, looker);
    l->own = own;
    l->memo = linkage_memo_open(s, own);
    l->seen = ARENA_ARRAY(own, uint32_t, 1 << SEEN_BITS);
    l->used = ARENA_ARRAY(own, uint32_t, LOOKED_AT);
    return l;
}

void linkage_looker_close(looker *l)
{
    arena_close(l->own);
}

/* False when the row was looked at before, or too many were. */
static bool is_new(looker *l, uint32_t row)
{
    uint32_t at = (row * UINT32_C(0x9E3779B1)) >> (32 - SEEN_BITS);
    while (l->seen[at]) {
        if (l->seen[at] == row + 1) return false;
        at = (at + 1) & ((1 << SEEN_BITS) - 1);
    }
    if (l->used_count == LOOKED_AT) return false;
    l->seen[at] = row + 1;
    l->used[l->used_count++] = at;
    return true;
}

/* The likeliest first; of equals, the earlier row. */
static void keep(looker *l, const linkage_pair *pair, int most)
{
    int at = l->kept_count;
    while (at && (l->kept[at - 1].odds < pair->odds || (l->kept[at - 1].odds == pair->odds && l->kept[at - 1].a > pair->a))) {
        l->kept[at] = l->kept[at - 1];
        at--;
    }
    if (at == most) return;
    l->kept[at] = *pair;
    if (l->kept_count < most) l->kept_count++;
}

/* ---- candidates ---- */

/* Rows not looked at before, of a block, into the list of those to weigh. */
static void gather(looker *l, const linkage_index *at, int c, uint32_t slot, uint32_t before, bool is_alone)
{
    const uint32_t *rows = at->rows[c] + at->from[c][slot];
    uint32_t count = linkage_block_size(at, c, slot);
    for (uint32_t i = 0; i < count && rows[i] < before; i++) {
        if (is_alone ? l->found_count == LOOKED_AT : !is_new(l, rows[i])) continue;
        l->found[l->found_count++] = rows[i];
    }
}

/* What each field can add at most: when it is the same, and when it is not. */
typedef struct {
    double same[LINKAGE_FIELDS_MAX], other[LINKAGE_FIELDS_MAX];
} bounds;

/* What a value that is not the same can say for a pair at most. */
static double most_of(const linkage_run *run, int field, uint32_t code)
{
    double most = run->most[field];
    for (int level = 2; run->has_parts >> field & 1 && level < LINKAGE_LEVELS; level++) {
        double weight = run->model.rare[field][level] ? linkage_weight(run, field, level, code) : most;
        if (weight > most) most = weight;
    }
    return most;
}

static bounds bounds_of(const linkage_run *run, const uint32_t *row)
{
    bounds most;
    for (int k = 0; k < run->set->seen_count; k++) {
        int f = run->set->seen[k];
        uint32_t code = row[k] & ~LINKAGE_TOLD;
        most.same[k] = code ? linkage_weight(run, f, 1, code) : 0;
        most.other[k] = code ? most_of(run, f, code) : 0;
        if (most.same[k] < most.other[k]) most.same[k] = most.other[k];
        if (run->set->spec->fields[f].within < 0) continue;
        if (most.same[k] < 0) most.same[k] = 0;
        if (most.other[k] < 0) most.other[k] = 0;
    }
    return most;
}

/* Begins a pair with what each field can add; false when that is not enough. */
static bool begin_pair(const linkage_run *run, const bounds *most, const uint32_t *x, const uint32_t *y, underway *w)
{
    const linkage_set *s = run->set;
    w->bound = run->model.prior;
    for (int p = 0; p < s->seen_count; p++) {
        double adds = !x[p] ? 0 : (x[p] ^ y[p]) & ~LINKAGE_TOLD ? most->other[p] : most->same[p];
        w->bound += adds < 0 && (x[p] | y[p]) & LINKAGE_TOLD ? 0 : adds; /* what is told may be passed over */
    }
    w->l = (linkage_levels){ 0 };
    int number = s->spec->has_veto ? s->place[s->spec->citizen] : -1;
    if (number >= 0 && x[number] & y[number] & LINKAGE_OWN && x[number] != y[number]) return false;
    return w->bound >= hopeless(run);
}

/* Goes on with the fields from..until - 1 of the order, and gives up as soon as what is left cannot make it likely. */
static bool compare_on(const linkage_run *run, linkage_memo *memo, const bounds *most, const uint32_t *x, const uint32_t *y,
                       int from, int until, underway *w)
{
    const linkage_set *s = run->set;
    bool have_numbers = linkage_have_numbers(s, x, y);
    for (int i = from; i < until; i++) {
        int p = run->order[i], f = s->seen[p];
        bool is_told = (x[p] | y[p]) & LINKAGE_TOLD && f != s->spec->citizen;
        if (!(x[p] & ~LINKAGE_TOLD) || !(y[p] & ~LINKAGE_TOLD) || (have_numbers && is_told)) continue;
        int level = w->l.level[f] = (uint8_t)linkage_compare_cells(s, memo, f, x[p], y[p]);
        if (level == 1 || s->spec->fields[f].swaps_with >= 0) continue;
        double now = linkage_weight(run, f, level, x[p] & ~LINKAGE_TOLD), before = most->other[p];
        if (!((x[p] ^ y[p]) & ~LINKAGE_TOLD)) before = most->same[p];
        if (now < 0 && (is_told || s->spec->fields[f].within >= 0)) now = 0;
        if (before < 0 && (x[p] | y[p]) & LINKAGE_TOLD) before = 0;
        w->bound += now - before;
        if (w->bound < hopeless(run)) return false;
    }
    return true;
}

/* What the fields from..until - 1 have to be read for is asked of the memory: first where it stands, then itself. */
static void fetch_values(const linkage_run *run, uint32_t a, const uint32_t *y, int from, int until, bool is_place)
{
    const linkage_set *s = run->set;
    const uint32_t *x = linkage_row(s, a);
    for (int i = from; i < until; i++) {
        int p = run->order[i], f = s->seen[p];
        uint32_t code = x[p] & ~LINKAGE_TOLD;
        const linkage_dict *d = &s->dict[f];
        if (!code || !((x[p] ^ y[p]) & ~LINKAGE_TOLD) || !y[p]) continue;
        if (!is_place) {
            __builtin_prefetch(linkage_dict_text(d, code).bytes);
            continue;
        }
        if (i >= run->cheap_count[1]) __builtin_prefetch((const uint32_t *)d->from.items + code);
        if (d->packed.items) __builtin_prefetch((const uint64_t *)d->packed.items + code);
        if (d->forms.items) __builtin_prefetch((const linkage_form *)d->forms.items + code);
    }
}

static void weigh_one(const stage *all, looker *l, uint32_t a, uint32_t b)
{
    linkage_pair pair = linkage_weigh(all->run, l->memo, a, b);
    if ((double)pair.odds >= hopeless(all->run)) keep(l, &pair, all->kept_max);
}

static int by_bound(const void *x, const void *y)
{
    const underway *p = x, *q = y;
    if (p->bound != q->bound) return p->bound > q->bound ? -1 : 1;
    return p->a < q->a ? -1 : p->a > q->a;
}

/* Of more than `most` the likeliest so far. */
static uint32_t likeliest(underway *w, uint32_t count, uint32_t most)
{
    if (count <= most) return count;
    qsort(w, count, sizeof *w, by_bound);
    return most;
}

/* The cheapest fields of all that was found, then others of what is left, then the dear ones; of the record of an asker (`is_asked`) only
 * of the likeliest. */
static void weigh_found(const linkage_run *run, int kept_max, looker *l, uint32_t b, bool is_asked)
{
    enum { ASKED_MIDDLE = 32, ASKED_DEAR = 10 };
    const linkage_set *s = run->set;
    const uint32_t *y = linkage_row(s, b);
    const int *cheap = run->cheap_count;
    bounds most = bounds_of(run, y);
    for (uint32_t i = 0; i < l->found_count; i++) __builtin_prefetch(linkage_row(s, l->found[i]));
    uint32_t left = 0, begun = 0;
    for (uint32_t i = 0; i < l->found_count; i++) {
        const uint32_t *x = linkage_row(s, l->found[i]);
        underway *w = &l->left[begun];
        w->a = l->found[i];
        if (!begin_pair(run, &most, x, y, w) || !compare_on(run, l->memo, &most, x, y, 0, cheap[0], w)) continue;
        fetch_values(run, w->a, y, cheap[0], cheap[1], true);
        begun++;
    }
    if (is_asked) begun = likeliest(l->left, begun, ASKED_MIDDLE);
    for (uint32_t i = 0; i < begun; i++) {
        underway *w = &l->left[i];
        if (!compare_on(run, l->memo, &most, linkage_row(s, w->a), y, cheap[0], cheap[1], w)) continue;
        fetch_values(run, w->a, y, cheap[1], s->seen_count, true);
        l->left[left++] = *w;
    }
    if (is_asked) left = likeliest(l->left, left, ASKED_DEAR);
    for (uint32_t i = 0; i < left; i++) fetch_values(run, l->left[i].a, y, cheap[1], s->seen_count, false);
    for (uint32_t i = 0; i < left; i++) {
        underway *w = &l->left[i];
        if (!compare_on(run, l->memo, &most, linkage_row(s, w->a), y, cheap[1], s->seen_count, w)) continue;
        linkage_compare_end(s, w->a, b, &w->l);
        linkage_pair pair = linkage_weigh_levels(run, &w->l, w->a, b);
        if ((double)pair.odds >= hopeless(run)) keep(l, &pair, kept_max);
    }
}

bool linkage_is_sure(const linkage_pair *pair)
{
    return (double)pair->odds > SURE;
}

size_t linkage_look(const linkage_run *run, looker *l, uint32_t b, const uint32_t *rows, uint32_t count, linkage_pair *pairs,
                    size_t kept)
{
    linkage_memo *memo = l->memo;
    l->memo = NULL; /* the codes of a record's own values stand for others with the next */
    memcpy(l->kept, pairs, kept * sizeof *pairs);
    memcpy(l->found, rows, count * sizeof *rows);
    l->kept_count = (int)kept;
    l->found_count = count;
    if (count) weigh_found(run, LINKAGE_FOUND_MAX, l, b, true);
    l->memo = memo;
    l->found_count = 0;
    kept = (size_t)l->kept_count;
    l->kept_count = 0;
    memcpy(pairs, l->kept, kept * sizeof *pairs);
    return kept;
}

static void look_up(const stage *all, looker *l, part_found *found, size_t i, const uint32_t *slots)
{
    const linkage_set *s = all->run->set;
    uint32_t b = linkage_seeker(&all->seekers, i), before = s->is_two ? UINT32_MAX : b;
    bool has_own = linkage_has_own(s, b);
    size_t kept_from = all->before && i ? ((const uint32_t *)all->before->ends.items)[i - 1] : 0;
    size_t kept_until = all->before ? ((const uint32_t *)all->before->ends.items)[i] : 0;
    for (size_t k = kept_from; k < kept_until; k++) {
        l->kept[l->kept_count++] = ((const linkage_pair *)all->before->kept.items)[k];
        is_new(l, l->kept[l->kept_count - 1].a);
    }
    bool is_crowded = false, has_others = false, is_alone = all->key_count == 1 && kept_from == kept_until;
    for (int k = 0; k < all->key_count; k++) {
        const linkage_index *at = &all->index[k];
        int lists = has_own ? 1 : at->lists;
        uint32_t size = linkage_shown_size(s, at, slots[k], b);
        is_crowded = is_crowded || size > all->run->blocks.largest[all->key[k]];
        if (!size || size > all->run->blocks.largest[all->key[k]]) continue;
        has_others = has_others || size > !s->is_two;
        for (int c = 0; c < lists; c++) gather(l, at, c, slots[k], before, is_alone);
    }
    found->compared += l->found_count;
    found->alone += is_crowded && all->is_last && !has_others && kept_from == kept_until;
    if (l->found_count == 1) weigh_one(all, l, l->found[0], b);
    else if (l->found_count) weigh_found(all->run, all->kept_max, l, b, false);
    l->found_count = 0;
    for (uint32_t k = 0; k < l->used_count; k++) l->seen[l->used[k]] = 0;
    l->used_count = 0;
}

/* ---- a part of the rows ---- */

static void put_kept(const stage *all, looker *l, part_found *found, uint32_t b)
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
static void fetch_blocks(const stage *all, looker *l, size_t from, size_t until)
{
    const linkage_set *s = all->run->set;
    for (size_t i = from; i < until; i++) {
        uint32_t row = linkage_seeker(&all->seekers, i);
        for (int k = 0; k < all->key_count; k++) {
            const linkage_index *at = &all->index[k];
            uint32_t slot = l->slot[i - from][k] = linkage_slot(s, at, i, row);
            for (int c = 0; c < at->lists; c++) __builtin_prefetch(&at->from[c][slot]);
        }
    }
    for (size_t i = from; i < until; i++)
        for (int k = 0; k < all->key_count; k++) {
            const linkage_index *at = &all->index[k];
            for (int c = 0; c < at->lists; c++) __builtin_prefetch(&at->rows[c][at->from[c][l->slot[i - from][k]]]);
        }
    for (size_t i = from; i < until; i++) {
        const uint32_t *row = linkage_row(s, linkage_seeker(&all->seekers, i));
        for (int k = 0; k < s->seen_count; k++) {
            const float *rare = all->run->model.rare[s->seen[k]][1];
            if (rare) __builtin_prefetch(&rare[row[k] & ~LINKAGE_TOLD]);
        }
        for (int k = 0; k < all->key_count; k++) {
            const linkage_index *at = &all->index[k];
            uint32_t slot = l->slot[i - from][k];
            for (int c = 0; c < at->lists; c++)
                if (linkage_block_size(at, c, slot)) __builtin_prefetch(linkage_row(s, at->rows[c][at->from[c][slot]]));
        }
    }
}

static void look_up_part(void *job, size_t part, size_t worker)
{
    stage *all = job;
    if (!all->lookers[worker]) all->lookers[worker] = linkage_looker_open(all->run->set);
    looker *l = all->lookers[worker];
    part_found *found = &all->parts[part];
    size_t from = part * PART_ROWS, until = from + PART_ROWS < all->seekers.count ? from + PART_ROWS : all->seekers.count;
    for (size_t at = from; at < until; at += TOGETHER) {
        size_t end = at + TOGETHER < until ? at + TOGETHER : until;
        fetch_blocks(all, l, at, end);
        for (size_t i = at; i < end; i++) {
            look_up(all, l, found, i, l->slot[i - at]);
            put_kept(all, l, found, linkage_seeker(&all->seekers, i));
        }
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
}

static void run_stage(stage *all, waiting *after)
{
    linkage_run *run = all->run;
    linkage_indexes_open(all->index, all->key, all->key_count, &run->blocks, &all->seekers, &run->crew);
    size_t parts = (all->seekers.count + PART_ROWS - 1) / PART_ROWS;
    arena *work = arena_open();
    all->key_count = linkage_narrow(run, all->index, all->key, all->key_count, &all->seekers, work);
    all->parts = ARENA_ARRAY(work, part_found, parts + 1);
    linkage_spread(&run->crew, parts, look_up_part, all);
    for (int k = 0; k < all->key_count; k++) linkage_index_close(&all->index[k]);
    for (size_t i = 0; i < parts; i++) take_part(run, &all->parts[i], after);
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
                      .kept_max = s->is_two ? KEPT_OF_TWO : KEPT_OF_ONE, .before = i ? &before : NULL,
                      .seekers = { .rows = i ? before.rows.items : NULL, .from = first,
                                   .count = i ? before.count : linkage_rows(s) - first } };
        memcpy(all.key, key + from, (size_t)all.key_count * sizeof *key);
        run_stage(&all, &after);
        close_waiting(&before);
        before = after;
    }
    close_waiting(&before);
}
