/* Blocking keys of rows, as hashes. */
#include "linkage/linkage_internal.h"

uint32_t linkage_shape_code(const linkage_set *s, int field, linkage_shape shape, text value)
{
    uint64_t key = linkage_shape_key(s, s->spec->fields[field].kind, shape, value);
    uint32_t folded = (uint32_t)(hash_mix(key, 3) >> 20);
    return key ? (folded ? folded : 1) : 0;
}

typedef struct {
    linkage_blocks *blocks;
    uint32_t *ends; /* of identity numbers: by linkage_end_of, the shape of their last four characters */
} shaping;

static uint32_t *list_ends(const linkage_set *s, arena *work)
{
    uint32_t *ends = ARENA_ARRAY(work, uint32_t, LINKAGE_ENDS);
    for (uint32_t i = 0; i < LINKAGE_ENDS && s->spec->citizen >= 0; i++) {
        uint32_t digits = i / 11;
        const char last[4] = { (char)('0' + digits / 100), (char)('0' + digits / 10 % 10), (char)('0' + digits % 10), "0123456789X"[i % 11] };
        ends[i] = linkage_shape_code(s, s->spec->citizen, LINKAGE_LAST4_OF, (text){ last, 4 });
    }
    return ends;
}

static void fill_shapes(void *job, size_t part, size_t worker)
{
    (void)worker;
    const shaping *all = job;
    const linkage_set *s = all->blocks->set;
    linkage_codes codes = linkage_codes_of(s, part);
    const linkage_dict *d = &s->dict[codes.field];
    for (int shape = 0; shape < LINKAGE_SHAPE_COUNT; shape++) {
        uint32_t *column = all->blocks->shape[codes.field][shape];
        if (!column) continue;
        bool is_end = shape == LINKAGE_LAST4_OF && d->kind == LINKAGE_CITIZEN;
        char room[LINKAGE_NUMBER_BYTES];
        for (uint32_t c = codes.from; c < codes.until; c++) {
            if (is_end && !linkage_is_odd(linkage_dict_packed(d, c))) column[c] = all->ends[linkage_end_of(linkage_dict_packed(d, c))];
            else column[c] = linkage_shape_code(s, codes.field, (linkage_shape)shape, linkage_dict_read(d, c, room));
        }
    }
}

void linkage_blocks_key(linkage_blocks *b, int k, const linkage_key *key)
{
    b->keys[k] = key;
    for (int p = 0; p < key->count; p++) {
        b->parts[k].place[p] = b->set->place[key->field[p]];
        b->parts[k].column[p] = b->shape[key->field[p]][key->shape[p]];
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
    arena *work = arena_open();
    linkage_spread(crew, linkage_codes_parts(s), fill_shapes, &(shaping){ b, list_ends(s, work) });
    arena_close(work);
    for (int k = 0; k < b->count; k++) linkage_blocks_key(b, k, b->keys[k]);
}

static const uint64_t TIMES[LINKAGE_KEY_PARTS + 1] = {
    UINT64_C(0x9E3779B97F4A7C15), UINT64_C(0xC2B2AE3D27D4EB4F), UINT64_C(0x165667B19E3779F9),
    UINT64_C(0xD6E8FEB86659FD93), UINT64_C(0xA0761D6478BD642F),
};

static inline uint64_t with_part(const linkage_key *key, int p, uint64_t sum, uint32_t part)
{
    uint64_t adds = key->is_any_order ? linkage_mixed(part) : part * TIMES[p];
    return part && sum ? sum + adds : 0;
}

static inline uint64_t ended(uint64_t hash)
{
    uint64_t sum = (hash ^ hash >> 32) * UINT64_C(0xd6e8feb86659fd93);
    return hash ? sum ^ sum >> 29 : 0;
}

static inline uint32_t part_of(const uint32_t *cell, const uint32_t *column)
{
    uint32_t code = *cell & ~LINKAGE_TOLD;
    return column ? column[code] : code;
}

/* One part of rows that stand one after another; whether it is looked up is asked of the part and not of each row. */
static inline void add_part(const uint32_t *cell, size_t stride, const uint32_t *column, uint64_t times, bool is_first, size_t count, uint64_t *hash)
{
    for (size_t i = 0; i < count; i++, cell += stride) {
        uint64_t part = part_of(cell, column), sum = is_first ? 1 : hash[i];
        hash[i] = part && sum ? sum + part * times : 0;
    }
}

/* Rows that stand one after another come by themselves. */
static void keys_of_run(const linkage_blocks *b, int k, uint32_t first, size_t count, uint64_t *hash)
{
    const linkage_key *key = b->keys[k];
    size_t stride = (size_t)b->set->stride;
    for (int p = 0; p < key->count; p++) {
        const uint32_t *column = b->parts[k].column[p], *cell = linkage_row(b->set, first) + b->parts[k].place[p];
        if (key->is_any_order)
            for (size_t i = 0; i < count; i++) hash[i] = with_part(key, p, p ? hash[i] : 1, part_of(cell + i * stride, column));
        else if (column && !p) add_part(cell, stride, column, TIMES[p], true, count, hash);
        else if (column) add_part(cell, stride, column, TIMES[p], false, count, hash);
        else if (!p) add_part(cell, stride, NULL, TIMES[p], true, count, hash);
        else add_part(cell, stride, NULL, TIMES[p], false, count, hash);
    }
    for (size_t i = 0; i < count; i++) hash[i] = ended(hash[i]);
}

/* Part after part, so that what a part is looked up in stays at hand; a row that lacks one has no key. */
void linkage_block_keys(const linkage_blocks *b, int k, const uint32_t *rows, size_t count, uint64_t *hash)
{
    enum { AHEAD = 16 }; /* a row; what its value is looked up in is asked for on half the way */
    const linkage_set *s = b->set;
    const linkage_key *key = b->keys[k];
    if (count && rows[count - 1] - rows[0] == count - 1) {
        keys_of_run(b, k, rows[0], count, hash);
        return;
    }
    for (int p = 0; p < key->count; p++) {
        const uint32_t *column = b->parts[k].column[p];
        size_t place = (size_t)b->parts[k].place[p];
        for (size_t i = 0; i < count; i++) {
            if (!p) linkage_fetch(linkage_row(s, rows[i + AHEAD < count ? i + AHEAD : i]) + place);
            if (column && i + AHEAD / 2 < count) linkage_fetch(&column[linkage_row(s, rows[i + AHEAD / 2])[place] & ~LINKAGE_TOLD]);
            uint32_t part = linkage_row(s, rows[i])[place] & ~LINKAGE_TOLD;
            hash[i] = with_part(key, p, p ? hash[i] : 1, column ? column[part] : part);
        }
    }
    for (size_t i = 0; i < count; i++) hash[i] = ended(hash[i]);
}
