/* Blocking keys: which rows are looked at together, and at what most. */
#include "linkage/linkage_internal.h"

/* A group of more pairs than this says little of anybody: it is passed over, other keys have it. */
enum { GROUP_PAIRS_LOG_MAX = 18 };

static uint32_t *shape_column(linkage_blocks *b, int field, linkage_shape shape)
{
    const linkage_set *s = b->set;
    const linkage_dict *d = &s->dict[field];
    uint32_t *column = ARENA_ARRAY(b->memory, uint32_t, d->count);
    for (uint32_t c = 1; c < d->count; c++) {
        uint64_t key = linkage_shape_key(s, s->spec->fields[field].kind, shape, linkage_dict_text(d, c));
        uint32_t folded = (uint32_t)(hash_mix(key, 3) >> 20);
        column[c] = key ? (folded ? folded : 1) : 0;
    }
    return column;
}

void linkage_blocks_open(linkage_blocks *b, const linkage_set *s, arena *memory)
{
    *b = (linkage_blocks){ .set = s, .memory = memory };
    for (int k = 0; k < s->spec->key_count; k++) {
        const linkage_key *key = &s->spec->keys[k];
        bool is_there = true;
        for (int p = 0; p < key->count; p++) is_there = is_there && s->field_seen >> key->field[p] & 1;
        if (!is_there) continue;
        for (int p = 0; p < key->count; p++) {
            uint32_t **column = &b->shape[key->field[p]][key->shape[p]];
            if (!*column) *column = shape_column(b, key->field[p], key->shape[p]);
        }
        b->keys[b->count++] = key;
    }
    for (int k = 0; k < b->count; k++) b->too_large[k] = ARENA_ARRAY(memory, uint64_t, linkage_rows(s) / 64 + 1);
}

uint64_t linkage_block_key(const linkage_blocks *b, int k, uint32_t row)
{
    const linkage_key *key = b->keys[k];
    uint64_t sum = 0, mixed = 17;
    for (int p = 0; p < key->count; p++) {
        uint32_t code = linkage_code(b->set, key->field[p], row);
        uint32_t part = code ? b->shape[key->field[p]][key->shape[p]][code] : 0;
        if (!part) return 0;
        sum += hash_mix(part, 29);
        mixed = hash_mix(mixed, part);
    }
    return (key->is_any_order ? sum : mixed) | 1;
}

linkage_keyed *linkage_blocks_sort(const linkage_blocks *b, int key, arena *work, size_t *count)
{
    size_t rows = linkage_rows(b->set), n = 0;
    linkage_keyed *from = ARENA_ARRAY(work, linkage_keyed, rows + 1), *to = ARENA_ARRAY(work, linkage_keyed, rows + 1);
    for (size_t i = 0; i < rows; i++) {
        uint64_t k = linkage_block_key(b, key, (uint32_t)i);
        if (k) from[n++] = (linkage_keyed){ k, (uint32_t)i };
    }
    for (int shift = 0; shift < 64; shift += 16) {
        uint32_t *at = ARENA_ARRAY(work, uint32_t, 65537);
        for (size_t i = 0; i < n; i++) at[(from[i].key >> shift & 0xFFFF) + 1]++;
        for (size_t i = 1; i <= 65536; i++) at[i] += at[i - 1];
        for (size_t i = 0; i < n; i++) to[at[from[i].key >> shift & 0xFFFF]++] = from[i];
        linkage_keyed *other = from;
        from = to;
        to = other;
    }
    *count = n;
    return from;
}

uint64_t linkage_group_pairs(const linkage_set *s, const linkage_keyed *group, size_t count)
{
    if (!s->is_two) return (uint64_t)count * (count - 1) / 2;
    size_t first = 0;
    while (first < count && group[first].row < s->count[0]) first++;
    return (uint64_t)first * (count - first);
}

static size_t group_end(const linkage_keyed *rows, size_t count, size_t from)
{
    size_t end = from + 1;
    while (end < count && rows[end].key == rows[from].key) end++;
    return end;
}

static int log_of(uint64_t pairs)
{
    int log = 0;
    while (pairs >> log > 1) log++;
    return log;
}

void linkage_blocks_bound(linkage_blocks *b, int key, const linkage_keyed *rows, size_t count, uint64_t pairs_max)
{
    uint64_t sum[64] = { 0 }, all = 0;
    for (size_t i = 0, end; i < count; i = end) {
        end = group_end(rows, count, i);
        uint64_t pairs = linkage_group_pairs(b->set, rows + i, end - i);
        if (pairs) sum[log_of(pairs)] += pairs;
    }
    int log = 0;
    while (log <= GROUP_PAIRS_LOG_MAX && all + sum[log] <= pairs_max) all += sum[log++];
    for (size_t i = 0, end; i < count; i = end) {
        end = group_end(rows, count, i);
        uint64_t pairs = linkage_group_pairs(b->set, rows + i, end - i);
        for (size_t k = i; pairs && log_of(pairs) >= log && k < end; k++)
            b->too_large[key][rows[k].row / 64] |= UINT64_C(1) << rows[k].row % 64;
    }
}

bool linkage_blocks_seen(const linkage_blocks *b, int key, uint32_t x, uint32_t y)
{
    for (int k = 0; k < key; k++) {
        if (b->keys[k]->is_only_household || b->too_large[k][x / 64] >> x % 64 & 1) continue;
        uint64_t of_x = linkage_block_key(b, k, x);
        if (of_x && of_x == linkage_block_key(b, k, y)) return true;
    }
    return false;
}
