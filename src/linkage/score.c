/* Pairs found and weighed: each row of the second file looks for its like in the index of every key. */
#include <stdlib.h>

#include "linkage/linkage_internal.h"

/* Odds below which a pair is forgotten. */
#define HOPELESS (-6.0)
/* So sure of a row of the first file that no other is looked for: beyond what any rival could say. */
#define SURE 16.0
enum { PART_ROWS = 2048, KEPT_OF_TWO = 8, KEPT_OF_ONE = 64, LOOKED_AT = 2048, SEEN_BITS = 13 };

static double rareness(const linkage_run *run, int field, int level, uint32_t code)
{
    return level == 1 && code && run->model.rare[field] ? (double)run->model.rare[field][code] : 0;
}

double linkage_weight(const linkage_run *run, int field, int level, uint32_t code_a)
{
    if (!level) return 0;
    return run->log_m[field][level] + rareness(run, field, level, code_a);
}

linkage_pair linkage_weigh(const linkage_run *run, linkage_memo *memo, uint32_t a, uint32_t b)
{
    const linkage_model *model = &run->model;
    const linkage_set *s = run->set;
    linkage_levels l = linkage_compare(s, memo, a, b);
    const uint32_t *row = linkage_row(s, a);
    double fields = 0, kin_fields = 0;
    for (int k = 0; k < s->seen_count; k++) {
        int f = s->seen[k], level = l.level[f];
        if (!level) continue;
        double rare = rareness(run, f, level, row[k] & ~LINKAGE_TOLD);
        fields += run->log_m[f][level] + rare;
        kin_fields += run->log_h[f][level] + rare;
    }
    linkage_pair pair = { .a = a, .b = b, .fields = (float)fields };
    if (model->has_kin) pair.kin = (float)-log1p(exp(model->kin_prior + kin_fields));
    pair.odds = (float)(model->prior + (double)pair.fields + (double)pair.kin);
    if (s->spec->has_veto && l.level[s->spec->citizen] == LINKAGE_CITIZEN_TWO) pair.odds = LINKAGE_VETOED;
    return pair;
}

/* ---- a row among its candidates ---- */

typedef struct {
    arena *own;
    linkage_memo *memo;
    uint32_t *seen, *used; /* a set of rows by hash: row + 1; the slots in use */
    uint32_t used_count;
    uint32_t found[LOOKED_AT], found_count; /* to be weighed */
    linkage_pair kept[KEPT_OF_ONE + 1];
    int kept_count;
} looker;

typedef struct {
    linkage_vec pairs;
    size_t count;
    uint64_t compared;
} part_found;

typedef struct {
    linkage_run *run;
    looker *lookers[LINKAGE_WORKERS_MAX];
    part_found *parts;
    size_t from, until;
    int kept_max;
    int key[LINKAGE_KEYS_MAX], key_count; /* that bring pairs */
} search;

static looker *looker_open(const linkage_set *s)
{
    arena *own = arena_open();
    looker *l = ARENA_NEW(own, looker);
    l->own = own;
    l->memo = linkage_memo_open(s, own);
    l->seen = ARENA_ARRAY(own, uint32_t, 1 << SEEN_BITS);
    l->used = ARENA_ARRAY(own, uint32_t, LOOKED_AT);
    return l;
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

/* What each field can add at most: when it is the same, and when it is not. */
typedef struct {
    double same[LINKAGE_FIELDS_MAX], other[LINKAGE_FIELDS_MAX];
} bounds;

/* Rows not looked at before, of a bucket, into the list of those to weigh. */
static void gather(looker *l, linkage_bucket bucket, uint32_t before)
{
    for (uint32_t i = 0; i < bucket.count && bucket.rows[i] < before; i++)
        if (bucket.tags[i] == bucket.tag && is_new(l, bucket.rows[i])) l->found[l->found_count++] = bucket.rows[i];
}

static void weigh_found(const search *all, looker *l, const bounds *most, uint32_t b)
{
    const linkage_run *run = all->run;
    const linkage_set *s = run->set;
    const uint32_t *row = linkage_row(s, b);
    for (uint32_t i = 0; i < l->found_count; i++) __builtin_prefetch(linkage_row(s, l->found[i]));
    for (uint32_t i = 0; i < l->found_count; i++) {
        const uint32_t *other = linkage_row(s, l->found[i]);
        double bound = run->model.prior;
        for (int p = 0; p < s->seen_count; p++) {
            double adds = !other[p] ? 0 : (other[p] ^ row[p]) & ~LINKAGE_TOLD ? most->other[p] : most->same[p];
            bound += adds < 0 && (other[p] | row[p]) & LINKAGE_TOLD ? 0 : adds; /* what is told may be passed over */
        }
        if (bound < HOPELESS) continue;
        linkage_pair pair = linkage_weigh(run, l->memo, l->found[i], b);
        if ((double)pair.odds >= HOPELESS) keep(l, &pair, all->kept_max);
    }
    l->found_count = 0;
}

static bounds bounds_of(const linkage_run *run, const uint32_t *row)
{
    bounds most;
    for (int k = 0; k < run->set->seen_count; k++) {
        int f = run->set->seen[k];
        uint32_t code = row[k] & ~LINKAGE_TOLD;
        most.same[k] = code ? run->log_m[f][1] + rareness(run, f, 1, code) : 0;
        most.other[k] = code ? run->most[f] : 0;
        if (most.same[k] < most.other[k]) most.same[k] = most.other[k];
        if (run->set->spec->fields[f].within < 0) continue;
        if (most.same[k] < 0) most.same[k] = 0;
        if (most.other[k] < 0) most.other[k] = 0;
    }
    return most;
}

/* The first key alone, then the others together: their memory is asked for before it is read. `hash` is of the first. */
static void look_up(const search *all, looker *l, part_found *found, uint32_t b, uint32_t hash)
{
    linkage_run *run = all->run;
    const linkage_blocks *blocks = &run->blocks;
    const uint32_t *row = linkage_row(run->set, b);
    uint32_t before = run->set->is_two ? UINT32_MAX : b, hashes[LINKAGE_KEYS_MAX];
    bounds most = bounds_of(run, row);
    gather(l, linkage_bucket_of(&blocks->index[all->key[0]], hash), before);
    weigh_found(all, l, &most, b);
    bool is_sure = run->set->is_two && l->kept_count && (double)l->kept[0].odds > SURE;
    if (!is_sure) {
        for (int i = 1; i < all->key_count; i++) {
            const linkage_index *at = &blocks->index[all->key[i]];
            hashes[i] = linkage_block_key(blocks, all->key[i], row);
            __builtin_prefetch(&at->from[hashes[i] >> at->shift]);
        }
        linkage_bucket bucket[LINKAGE_KEYS_MAX];
        for (int i = 1; i < all->key_count; i++) {
            bucket[i] = linkage_bucket_of(&blocks->index[all->key[i]], hashes[i]);
            __builtin_prefetch(bucket[i].rows);
            __builtin_prefetch(bucket[i].tags);
        }
        for (int i = 1; i < all->key_count; i++) gather(l, bucket[i], before);
        weigh_found(all, l, &most, b);
    }
    found->compared += l->used_count;
    for (uint32_t i = 0; i < l->used_count; i++) l->seen[l->used[i]] = 0;
    l->used_count = 0;
}

/* What the first key's bucket holds is asked for some rows ahead. */
static uint32_t first_hash(const search *all, uint32_t b)
{
    const linkage_index *at = &all->run->blocks.index[all->key[0]];
    uint32_t hash = linkage_block_key(&all->run->blocks, all->key[0], linkage_row(all->run->set, b));
    __builtin_prefetch(&at->from[hash >> at->shift]);
    return hash;
}

static void fetch_first(const search *all, uint32_t hash)
{
    linkage_bucket bucket = linkage_bucket_of(&all->run->blocks.index[all->key[0]], hash);
    __builtin_prefetch(bucket.rows);
    __builtin_prefetch(bucket.tags);
}

static void look_up_part(void *job, size_t part, size_t worker)
{
    search *all = job;
    if (!all->lookers[worker]) all->lookers[worker] = looker_open(all->run->set);
    looker *l = all->lookers[worker];
    part_found *found = &all->parts[part];
    size_t from = all->from + part * PART_ROWS, until = from + PART_ROWS;
    if (until > all->until) until = all->until;
    enum { AHEAD = 8 };
    uint32_t hash[2 * AHEAD];
    for (size_t b = from; b < until + AHEAD; b++) {
        if (b < until) hash[b % (2 * AHEAD)] = first_hash(all, (uint32_t)b);
        if (b >= from + AHEAD / 2 && b - AHEAD / 2 < until) fetch_first(all, hash[(b - AHEAD / 2) % (2 * AHEAD)]);
        if (b < from + AHEAD) continue;
        look_up(all, l, found, (uint32_t)(b - AHEAD), hash[(b - AHEAD) % (2 * AHEAD)]);
        if (!l->kept_count) continue;
        linkage_pair *pairs = linkage_vec_need(&found->pairs, found->count + (size_t)l->kept_count, sizeof *pairs);
        memcpy(pairs + found->count, l->kept, (size_t)l->kept_count * sizeof *pairs);
        found->count += (size_t)l->kept_count;
        l->kept_count = 0;
    }
}

/* ---- all ---- */

static void take_logs(linkage_run *run)
{
    const linkage_model *model = &run->model;
    for (int f = 0; f < run->set->spec->field_count; f++) {
        run->most[f] = -INFINITY;
        for (int level = 1; level < linkage_levels_of(run->set->spec->fields[f].kind); level++) {
            run->log_m[f][level] = log(model->m[f][level] / model->u[f][level]);
            run->log_h[f][level] = model->has_kin ? log(model->h[f][level] / model->u[f][level]) : 0;
            if (level > 1 && run->log_m[f][level] > run->most[f]) run->most[f] = run->log_m[f][level];
        }
    }
}

void linkage_find_pairs(linkage_run *run)
{
    take_logs(run);
    const linkage_set *s = run->set;
    search all = { .run = run, .from = s->is_two ? s->count[0] : 0, .until = linkage_rows(s),
                   .kept_max = s->is_two ? KEPT_OF_TWO : KEPT_OF_ONE };
    for (int k = 0; k < run->blocks.count; k++)
        if (!run->blocks.keys[k]->is_only_household) all.key[all.key_count++] = k;
    size_t parts = (all.until - all.from + PART_ROWS - 1) / PART_ROWS, sum = 0;
    arena *work = arena_open();
    all.parts = ARENA_ARRAY(work, part_found, parts);
    linkage_spread(&run->crew, parts, look_up_part, &all);
    for (size_t i = 0; i < parts; i++) sum += all.parts[i].count;
    linkage_pair *pairs = linkage_vec_need(&run->pairs, sum, sizeof *pairs);
    for (size_t i = 0; i < parts; i++) {
        const part_found *found = &all.parts[i];
        if (found->count) memcpy(pairs + run->pair_count, found->pairs.items, found->count * sizeof *pairs);
        run->pair_count += found->count;
        run->compared += found->compared;
        linkage_vec_close(&all.parts[i].pairs);
    }
    for (size_t i = 0; i < LINKAGE_WORKERS_MAX; i++)
        if (all.lookers[i]) arena_close(all.lookers[i]->own);
    arena_close(work);
}

/* The pairs come in order of b, and of equal b in any order of a: counted into their a's places, they are in order. */
void linkage_pairs_sort(linkage_run *run)
{
    arena *work = arena_open();
    size_t rows = linkage_rows(run->set), n = run->pair_count;
    uint32_t *at = ARENA_ARRAY(work, uint32_t, rows + 2);
    linkage_vec sorted = { 0 };
    linkage_pair *from = run->pairs.items, *to = linkage_vec_need(&sorted, n, sizeof *to);
    for (size_t i = 0; i < n; i++) at[from[i].a + 1]++;
    for (size_t i = 1; i <= rows; i++) at[i] += at[i - 1];
    for (size_t i = 0; i < n; i++) to[at[from[i].a]++] = from[i];
    linkage_vec_close(&run->pairs);
    run->pairs = sorted;
    arena_close(work);
}
