/* One record against a file that stands: its like are found in a few microseconds, by what a run has learned.
 *
 * The record is a row behind the last. A value of its own that no row has gets the code behind the last of its field,
 * and what is known of a code is worked out for it anew with each record. */
#include <stdlib.h>

#include "linkage/linkage_looking.h"
#include "linkage/linkage_met.h"

enum { RUN_ROWS = 512, CANDIDATES = 48, SEEN = 1024 };

/* Rows by key: bucket i is rows[from[i]] .. rows[from[i + 1] - 1], in their order; tags: other bits of the key, and in
 * the last whether the row has a number of its own. */
#define OWN_TAG 1u
typedef struct {
    uint32_t *from, *rows;
    uint16_t *tags;
    int shift;
} buckets;
typedef struct {
    int key;
    uint32_t from, count;
    uint16_t tag;
} bucket;

struct linkage_finder {
    arena *own;
    linkage_set *set;
    linkage_run *run;
    linkage_batch *batch;
    linkage_looker *looker;
    buckets *keys;
    uint32_t row;                         /* of the record */
    uint32_t codes[LINKAGE_FIELDS_MAX];   /* of a field, as the rows have them */
    uint32_t seen[SEEN], found[CANDIDATES], used[CANDIDATES];
};

/* ---- opened ---- */

static void fill_buckets(linkage_finder *f, int k)
{
    buckets *b = &f->keys[k];
    size_t n = f->set->count[0];
    arena *work = arena_open();
    uint64_t *hash = ARENA_ARRAY(work, uint64_t, n + 1);
    uint32_t row[RUN_ROWS];
    b->shift = 63;
    while (b->shift > 36 && (UINT64_C(1) << (64 - b->shift)) * 2 < n) b->shift--;
    size_t count = (size_t)1 << (64 - b->shift);
    b->from = ARENA_ARRAY(f->own, uint32_t, count + 2);
    for (size_t from = 0; from < n; from += RUN_ROWS) {
        size_t rows = n - from < RUN_ROWS ? n - from : RUN_ROWS;
        for (size_t i = 0; i < rows; i++) row[i] = (uint32_t)(from + i);
        linkage_block_keys(&f->run->blocks, k, row, rows, hash + from);
    }
    uint32_t sum = 0;
    for (size_t i = 0; i < n; i++) {
        if (hash[i]) b->from[(hash[i] >> b->shift) + 2]++;
        sum += hash[i] != 0;
    }
    for (size_t i = 2; i < count + 2; i++) b->from[i] += b->from[i - 1];
    b->rows = ARENA_ARRAY(f->own, uint32_t, sum + 1);
    b->tags = ARENA_ARRAY(f->own, uint16_t, sum + 1);
    for (size_t i = 0; i < n; i++) {
        if (!hash[i]) continue;
        uint32_t to = b->from[(hash[i] >> b->shift) + 1]++;
        b->rows[to] = (uint32_t)i;
        b->tags[to] = (uint16_t)((hash[i] & ~(uint64_t)OWN_TAG) | linkage_has_own(f->set, (uint32_t)i));
    }
    arena_close(work);
}

/* A value that no row has may be as rare as any. */
static void make_rare_room(linkage_finder *f, float **of, uint32_t n)
{
    if (!*of) return;
    float *rare = ARENA_ARRAY(f->run->memory, float, n + 1);
    memcpy(rare, *of, n * sizeof *rare);
    for (uint32_t c = 1; c < n; c++) rare[n] = c == 1 || rare[c] > rare[n] ? rare[c] : rare[n];
    *of = rare;
}

/* Room for one code more in all that is looked up by code. */
static void make_room(linkage_finder *f)
{
    linkage_set *s = f->set;
    linkage_blocks *b = &f->run->blocks;
    for (int p = 0; p < s->seen_count; p++) {
        int field = s->seen[p];
        linkage_dict *d = &s->dict[field];
        uint32_t n = f->codes[field] = d->count;
        linkage_dict_index(d);
        linkage_vec_need(&d->from, (linkage_is_number(d->kind) ? d->odd : n) + (size_t)2, 4);
        linkage_vec_need(&d->bytes, d->size_bytes + LINKAGE_VALUE_BYTES + LINKAGE_SLACK, 1);
        if (d->packed.items) linkage_vec_need(&d->packed, n + (size_t)1, 8);
        if (d->forms.items) linkage_vec_need(&d->forms, n + (size_t)1, sizeof(linkage_form));
        for (int shape = 0; shape < LINKAGE_SHAPE_COUNT; shape++) {
            if (!b->shape[field][shape]) continue;
            uint32_t *column = ARENA_ARRAY(f->run->memory, uint32_t, n + 1);
            memcpy(column, b->shape[field][shape], n * sizeof *column);
            b->shape[field][shape] = column;
        }
        for (int level = 1; level < LINKAGE_LEVELS; level++) make_rare_room(f, &f->run->model.rare[field][level], n);
    }
    for (int k = 0; k < b->count; k++) linkage_blocks_key(b, k, b->keys[k]);
    f->row = (uint32_t)linkage_rows(s);
    linkage_vec_need(&s->cells, ((size_t)f->row + 1) * (size_t)s->stride, 4);
}

linkage_finder *linkage_finder_open(linkage_set *set, linkage_run *run)
{
    arena *own = arena_open();
    linkage_finder *f = ARENA_NEW(own, linkage_finder);
    f->own = own;
    f->set = set;
    f->run = run;
    f->batch = linkage_batch_open(set);
    f->looker = linkage_looker_open(set);
    make_room(f);
    linkage_asks_take(run);
    f->keys = ARENA_ARRAY(own, buckets, run->blocks.count);
    for (int k = 0; k < run->blocks.count; k++)
        if (!run->blocks.keys[k]->is_only_household) fill_buckets(f, k);
    return f;
}

void linkage_finder_close(linkage_finder *f)
{
    if (!f) return;
    linkage_batch_close(f->batch);
    linkage_looker_close(f->looker);
    arena_close(f->own);
}

/* ---- one record ---- */

/* The code of a value that no row has. */
static uint32_t put_unknown(linkage_finder *f, int field, text value)
{
    linkage_dict *d = &f->set->dict[field];
    uint32_t code = f->codes[field];
    linkage_dict_put(d, value);
    linkage_form_put(f->set, field, code);
    for (int shape = 0; shape < LINKAGE_SHAPE_COUNT; shape++) {
        uint32_t *column = f->run->blocks.shape[field][shape];
        if (column) column[code] = linkage_shape_code(f->set, field, (linkage_shape)shape, value);
    }
    return code;
}

static void put_row(linkage_finder *f)
{
    const linkage_set *s = f->set;
    uint32_t *row = (uint32_t *)s->cells.items + (size_t)f->row * (size_t)s->stride;
    for (int p = 0; p < s->seen_count; p++) {
        int field = s->seen[p];
        uint64_t hash;
        bool is_told;
        text value = linkage_batch_value(f->batch, field, &hash, &is_told);
        row[p] = 0;
        if (!value.size_bytes) continue;
        char bytes[LINKAGE_VALUE_BYTES + LINKAGE_SLACK];
        bool is_place = s->spec->fields[field].kind == LINKAGE_PLACE;
        uint32_t code = is_place ? linkage_place_find(s, field, &value, bytes) : linkage_dict_find(&s->dict[field], value, hash);
        if (!value.size_bytes) continue;
        if (!code) code = put_unknown(f, field, value);
        row[p] = is_told ? code | LINKAGE_TOLD : code;
    }
    linkage_own_mark_row(f->set, f->row);
}

static bool is_new(linkage_finder *f, uint32_t row, uint32_t count)
{
    uint32_t at = (row * UINT32_C(0x9E3779B1)) >> 22;
    while (f->seen[at]) {
        if (f->seen[at] == row + 1) return false;
        at = (at + 1) & (SEEN - 1);
    }
    f->seen[at] = row + 1;
    f->used[count] = at;
    return true;
}

static int by_count(const void *x, const void *y)
{
    const bucket *p = x, *q = y;
    if (p->count != q->count) return p->count < q->count ? -1 : 1;
    return p->key < q->key ? -1 : p->key > q->key;
}

static bool is_of_number(const linkage_finder *f, int key)
{
    const linkage_key *k = f->run->blocks.keys[key];
    for (int p = 0; p < k->count; p++)
        if (k->field[p] == f->set->spec->citizen && k->shape[p] == LINKAGE_ALL_OF) return true;
    return false;
}

/* Of two rows with a number each of their own only those of one number can be one person. */
static uint32_t gather(linkage_finder *f, const bucket *b, uint32_t count)
{
    const buckets *all = &f->keys[b->key];
    bool passes_own = f->set->spec->has_veto && linkage_has_own(f->set, f->row) && !is_of_number(f, b->key);
    uint16_t wanted = (uint16_t)(b->tag & ~OWN_TAG), mask = passes_own ? UINT16_MAX : (uint16_t)~OWN_TAG;
    for (uint32_t i = b->from; i < b->from + b->count && count < CANDIDATES; i++)
        if ((all->tags[i] & mask) == wanted && is_new(f, all->rows[i], count)) f->found[count++] = all->rows[i];
    return count;
}

/* The buckets of the keys from..until - 1, smallest first. */
static int take_buckets(linkage_finder *f, int from, int until, bucket *b)
{
    uint64_t hash[LINKAGE_KEYS_MAX];
    int count = 0;
    for (int k = from; k < until; k++) {
        hash[k] = 0;
        if (!f->keys[k].from) continue;
        linkage_block_keys(&f->run->blocks, k, &f->row, 1, &hash[k]);
        if (hash[k]) linkage_fetch(&f->keys[k].from[hash[k] >> f->keys[k].shift]);
    }
    for (int k = from; k < until; k++) {
        if (!hash[k]) continue;
        const uint32_t *at = &f->keys[k].from[hash[k] >> f->keys[k].shift];
        b[count] = (bucket){ k, at[0], at[1] - at[0], (uint16_t)hash[k] };
        linkage_fetch(&f->keys[k].rows[at[0]]);
        linkage_fetch(&f->keys[k].tags[at[0]]);
        count += b[count].count != 0;
    }
    qsort(b, (size_t)count, sizeof *b, by_count);
    return count;
}

/* Each against none and all the others together, as of a row of a second file. */
static void settle(const linkage_run *run, linkage_pair *pairs, size_t count)
{
    double odds[LINKAGE_FOUND_MAX];
    for (size_t i = 0; i < count; i++) odds[i] = exp(run->model.prior + (double)pairs[i].fields + (double)pairs[i].kin);
    for (size_t i = 0; i < count; i++) {
        double others = 0;
        for (size_t k = 0; k < count; k++) others += k == i ? 0 : odds[k];
        pairs[i].rivals = count > 1 ? (float)-log1p(others) : 0;
        double sum = run->model.prior + (double)pairs[i].fields + (double)pairs[i].kin + (double)pairs[i].rivals;
        pairs[i].odds = (float)linkage_cautious(sum, run->model.worth);
    }
}

size_t linkage_find(linkage_finder *f, const text *values, linkage_pair pairs[LINKAGE_FOUND_MAX])
{
    linkage_batch_empty(f->batch);
    err e = linkage_batch_add(f->batch, TEXT("-"), values);
    if (e.kind) return 0;
    put_row(f);
    bucket b[LINKAGE_KEYS_MAX];
    uint32_t found = 0, weighed = 0;
    size_t kept = 0;
    int count_of_keys = f->run->blocks.count, ends[3] = { 1, 2, count_of_keys };
    for (int stage = 0, from = 0; stage < 3 && from < count_of_keys; from = ends[stage++]) {
        int until = ends[stage];
        int count = take_buckets(f, from, until, b);
        for (int i = 0; i < count; i++) found = gather(f, &b[i], found);
        kept = linkage_look(f->run, f->looker, f->row, f->found + weighed, found - weighed, pairs, kept);
        weighed = found;
        if (kept && linkage_is_sure(&pairs[0])) break;
    }
    for (uint32_t i = 0; i < found; i++) f->seen[f->used[i]] = 0;
    settle(f->run, pairs, kept);
    return kept;
}
