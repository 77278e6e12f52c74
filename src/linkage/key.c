/* Blocking keys: an index a key of the first file's rows, in which the second's look for theirs. */
#include "linkage/linkage_internal.h"

/* A row is looked at beside so many others at most a key; what a key brings beyond its budget is passed over, the
 * largest groups first: they say little of anybody, and other keys have their rows. */
enum { BUDGET_PAIRS = 300000, BUDGET_A_ROW = 20, BUCKET_MAX = 2048, PROBES = 20000 };

static void fill_shape(void *job, size_t part, size_t worker)
{
    (void)worker;
    linkage_blocks *b = job;
    int field = (int)part / LINKAGE_SHAPE_COUNT;
    linkage_shape shape = (linkage_shape)((int)part % LINKAGE_SHAPE_COUNT);
    uint32_t *column = b->shape[field][shape];
    if (!column) return;
    const linkage_dict *d = &b->set->dict[field];
    for (uint32_t c = 1; c < d->count; c++) {
        uint64_t key = linkage_shape_key(b->set, b->set->spec->fields[field].kind, shape, linkage_dict_text(d, c));
        uint32_t folded = (uint32_t)(hash_mix(key, 3) >> 20);
        column[c] = key ? (folded ? folded : 1) : 0;
    }
}

void linkage_blocks_open(linkage_blocks *b, const linkage_set *s, arena *memory, const linkage_crew *crew)
{
    *b = (linkage_blocks){ .set = s };
    for (int k = 0; k < s->spec->key_count; k++) {
        const linkage_key *key = &s->spec->keys[k];
        bool is_there = true;
        for (int p = 0; p < key->count; p++) is_there = is_there && s->field_seen >> key->field[p] & 1;
        if (!is_there) continue;
        for (int p = 0; p < key->count; p++) {
            uint32_t **column = &b->shape[key->field[p]][key->shape[p]];
            bool wants = !*column && key->shape[p] != LINKAGE_ALL_OF;
            if (wants) *column = ARENA_ARRAY(memory, uint32_t, s->dict[key->field[p]].count);
        }
        b->keys[b->count++] = key;
    }
    linkage_spread(crew, (size_t)s->spec->field_count * LINKAGE_SHAPE_COUNT, fill_shape, b);
}

uint32_t linkage_block_key(const linkage_blocks *b, int k, const uint32_t *row)
{
    const linkage_key *key = b->keys[k];
    uint64_t sum = 0, mixed = 17;
    for (int p = 0; p < key->count; p++) {
        int field = key->field[p];
        uint32_t part = row[b->set->place[field]] & ~LINKAGE_TOLD;
        const uint32_t *column = b->shape[field][key->shape[p]];
        if (column) part = column[part];
        if (!part) return 0;
        if (key->is_any_order) sum += hash_mix(part, 29);
        else mixed = (mixed ^ part) * UINT64_C(0x9E3779B97F4A7C15), mixed ^= mixed >> 29;
    }
    uint32_t folded = (uint32_t)(((key->is_any_order ? sum : mixed) * UINT64_C(0xD6E8FEB86659FD93)) >> 32);
    return folded ? folded : 1;
}

/* Rows are counted into buckets and then put there, in their order. */
static void fill_index(linkage_index *at, const linkage_blocks *b, int key)
{
    const linkage_set *s = b->set;
    size_t rows = s->is_two ? s->count[0] : linkage_rows(s);
    arena *work = arena_open();
    uint32_t *hash = ARENA_ARRAY(work, uint32_t, rows + 1);
    at->shift = 31;
    while (at->shift > 8 && (UINT64_C(1) << (32 - at->shift)) * 2 < rows) at->shift--;
    size_t buckets = (size_t)1 << (32 - at->shift), n = 0;
    at->from = ARENA_ARRAY(at->own, uint32_t, buckets + 2);
    for (size_t i = 0; i < rows; i++) {
        hash[i] = linkage_block_key(b, key, linkage_row(s, (uint32_t)i));
        if (!hash[i]) continue;
        at->from[(hash[i] >> at->shift) + 2]++;
        n++;
    }
    for (size_t i = 2; i <= buckets + 1; i++) at->from[i] += at->from[i - 1];
    at->rows = ARENA_ARRAY(at->own, uint32_t, n + 1);
    at->tags = ARENA_ARRAY(at->own, uint16_t, n + 1);
    for (size_t i = 0; i < rows; i++) {
        if (!hash[i]) continue;
        uint32_t to = at->from[(hash[i] >> at->shift) + 1]++;
        at->rows[to] = (uint32_t)i;
        at->tags[to] = (uint16_t)hash[i];
    }
    arena_close(work);
}

/* How large a bucket may be, so that the pairs that the key brings stay within the budget: by a share of the rows. */
static void bound_index(linkage_index *at, const linkage_blocks *b, int key)
{
    const linkage_set *s = b->set;
    size_t rows = linkage_rows(s), from = s->is_two ? s->count[0] : 0, looking = rows - from;
    size_t step = looking / PROBES + 1;
    uint64_t sum[33] = { 0 }, all = 0;
    for (size_t i = from; i < rows; i += step) {
        uint32_t hash = linkage_block_key(b, key, linkage_row(s, (uint32_t)i));
        if (!hash) continue;
        uint32_t size = at->from[(hash >> at->shift) + 1] - at->from[hash >> at->shift];
        if (!s->is_two) size = (size - (size > 0)) / 2; /* only rows before it, and not itself */
        if (size) sum[32 - __builtin_clz(size)] += size;
    }
    uint64_t most = rows * BUDGET_A_ROW > BUDGET_PAIRS ? rows * BUDGET_A_ROW : BUDGET_PAIRS;
    uint32_t log = 1, largest = s->is_two ? BUCKET_MAX : 2 * BUCKET_MAX;
    while (log <= 32 && (all + sum[log]) * step <= most) all += sum[log++];
    at->largest = log > 16 ? largest : (UINT32_C(1) << (log - 1)) * (s->is_two ? 1 : 2);
    if (at->largest > largest) at->largest = largest;
    at->pairs = all * step;
}

void linkage_index_open(linkage_index *at, const linkage_blocks *b, int key)
{
    *at = (linkage_index){ .own = arena_open() };
    fill_index(at, b, key);
    bound_index(at, b, key);
}

void linkage_index_close(linkage_index *at)
{
    if (at->own) arena_close(at->own);
    *at = (linkage_index){ 0 };
}
