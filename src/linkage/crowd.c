/* Crowds: blocks too large for all their pairs to be compared, as those of a name that thousands bear. They are narrowed
 * by a further field, and what remains is said. */
#include "linkage/linkage_internal.h"

static bool has_part(const linkage_key *key, int field, linkage_shape shape)
{
    for (int p = 0; p < key->count; p++)
        if (key->field[p] == field && (key->shape[p] == shape || key->shape[p] == LINKAGE_ALL_OF)) return true;
    return false;
}

/* Whether rows that agree in `narrow` agree in `wide` as well, and so are brought together by it. */
static bool is_within(const linkage_key *narrow, const linkage_key *wide)
{
    for (int p = 0; p < wide->count; p++)
        if (!has_part(narrow, wide->field[p], wide->shape[p])) return false;
    return !narrow->is_any_order || wide->is_any_order;
}

/* The key and a further field, when no key of the spec has those pairs already. */
static bool narrows(const linkage_run *run, const linkage_key *key, int field, linkage_key *narrow)
{
    const linkage_spec *spec = run->set->spec;
    linkage_kind kind = spec->fields[field].kind;
    if (kind == LINKAGE_SEX || kind == LINKAGE_CATEGORY || key->is_any_order || key->count > LINKAGE_KEY_PARTS) return false;
    for (int p = 0; p < key->count; p++)
        if (key->field[p] == field) return false;
    *narrow = *key;
    narrow->field[narrow->count] = field;
    narrow->shape[narrow->count++] = LINKAGE_ALL_OF;
    for (int k = 0; k < run->blocks.count; k++) {
        const linkage_key *other = run->blocks.keys[k];
        if (other != key && !other->is_only_household && is_within(narrow, other)) return false;
    }
    return true;
}

/* The rows that look into too large a block of the key: a byte each; NULL: none does. */
static uint8_t *find_crowd(linkage_run *run, const linkage_index *at, int key, const linkage_seekers *seekers, arena *work)
{
    const linkage_set *s = run->set;
    linkage_crowded *crowd = &run->crowded[key];
    uint32_t largest = run->blocks.largest[key];
    uint8_t *is_in = NULL, *is_met = NULL;
    for (size_t i = 0; i < seekers->count; i++) {
        uint32_t row = linkage_seeker(seekers, i), slot = linkage_slot(s, at, i, row), size = linkage_shown_size(s, at, slot, row);
        if (size <= largest) continue;
        if (!is_in) {
            is_in = ARENA_ARRAY(work, uint8_t, seekers->count);
            is_met = ARENA_ARRAY(work, uint8_t, at->slots + 1);
        }
        is_in[i] = 1;
        crowd->seekers++;
        crowd->blocks += !is_met[slot];
        is_met[slot] = 1;
        if (size > crowd->largest) crowd->row = row;
        if (size > crowd->largest) crowd->largest = size;
    }
    return is_in;
}

typedef struct {
    const linkage_run *run;
    const linkage_index *at;
    const int *keys;
    int count;
    const linkage_seekers *seekers;
    uint64_t *crowded; /* a part of the rows: bit a key */
} watching;
enum { WATCHED_ROWS = 1 << 14 };

static void watch_part(void *job, size_t part, size_t worker)
{
    (void)worker;
    const watching *all = job;
    const linkage_set *s = all->run->set;
    size_t until = (part + 1) * WATCHED_ROWS < all->seekers->count ? (part + 1) * WATCHED_ROWS : all->seekers->count;
    for (int k = 0; k < all->count; k++) {
        const linkage_index *at = &all->at[k];
        uint32_t largest = all->run->blocks.largest[all->keys[k]];
        bool is_crowded = false;
        if (at->most <= largest) continue;
        for (size_t i = part * WATCHED_ROWS; i < until && !is_crowded; i++) {
            uint32_t row = linkage_seeker(all->seekers, i);
            is_crowded = linkage_shown_size(s, at, linkage_slot(s, at, i, row), row) > largest;
        }
        all->crowded[part] |= (uint64_t)is_crowded << k;
    }
}

/* Which keys have too large a block that some row looks into: most have none. */
static uint64_t watch(const linkage_run *run, const linkage_index *at, const int *keys, int count, const linkage_seekers *seekers, arena *work)
{
    size_t parts = (seekers->count + WATCHED_ROWS - 1) / WATCHED_ROWS;
    watching all = { run, at, keys, count, seekers, ARENA_ARRAY(work, uint64_t, parts + 1) };
    uint64_t crowded = 0;
    linkage_spread(&run->crew, parts, watch_part, &all);
    for (size_t i = 0; i < parts; i++) crowded |= all.crowded[i];
    return crowded;
}

int linkage_narrow(linkage_run *run, linkage_index *at, int *keys, int count, const linkage_seekers *seekers, arena *work)
{
    const linkage_set *s = run->set;
    linkage_blocks *b = &run->blocks;
    uint64_t crowded = watch(run, at, keys, count, seekers, work);
    for (int i = 0, base = count; i < base; i++) {
        if (!(crowded >> i & 1)) continue;
        uint8_t *is_in = find_crowd(run, &at[i], keys[i], seekers, work);
        for (int p = 0; p < s->seen_count && is_in && count < LINKAGE_KEYS_MAX; p++) {
            linkage_key *narrow = ARENA_NEW(run->memory, linkage_key);
            if (b->narrow_count == LINKAGE_KEYS_MAX || !narrows(run, b->keys[keys[i]], s->seen[p], narrow)) continue;
            int k = b->count + b->narrow_count++;
            linkage_blocks_key(b, k, narrow);
            b->largest[k] = b->largest[keys[i]];
            linkage_seekers crowd = *seekers;
            crowd.only = is_in;
            linkage_indexes_open(&at[count], &k, 1, b, &crowd, &run->crew);
            run->crowded[keys[i]].by |= UINT64_C(1) << s->seen[p];
            keys[count++] = k;
        }
    }
    return count;
}

/* ---- said ---- */

static void add_key(const linkage_spec *spec, const linkage_key *key, text_builder *out)
{
    for (int p = 0; p < key->count; p++) {
        const char *shape = linkage_shape_name(key->shape[p]), *field = spec->fields[key->field[p]].name;
        if (p) text_add_cstr(out, " + ");
        if (*shape) text_add_format(out, "%s(%s)", shape, field);
        else text_add_cstr(out, field);
    }
}

void linkage_crowds_tell(linkage_run *run, linkage_answer *answer)
{
    const linkage_set *s = run->set;
    linkage_crowd *all = ARENA_ARRAY(run->memory, linkage_crowd, run->blocks.count + 1);
    for (int k = 0; k < run->blocks.count; k++) {
        const linkage_crowded *crowd = &run->crowded[k];
        const linkage_key *key = run->blocks.keys[k];
        if (!crowd->blocks) continue;
        text_builder name = text_builder_open(run->memory), value = text_builder_open(run->memory), by = text_builder_open(run->memory);
        add_key(s->spec, key, &name);
        for (int p = 0; p < key->count; p++) {
            uint32_t code = linkage_code(s, key->field[p], crowd->row);
            if (p) text_add_cstr(&value, " + ");
            char room[LINKAGE_NUMBER_BYTES];
            if (code) text_add(&value, linkage_dict_read(&s->dict[key->field[p]], code, room));
        }
        for (int f = 0; f < s->spec->field_count; f++) {
            if (!(crowd->by >> f & 1)) continue;
            if (by.size_bytes) text_add_cstr(&by, ", ");
            text_add_cstr(&by, s->spec->fields[f].name);
        }
        all[answer->crowd_count++] = (linkage_crowd){
            .key = text_cstr(run->memory, text_built(&name)), .value = text_cstr(run->memory, text_built(&value)),
            .narrowed_by = text_cstr(run->memory, text_built(&by)), .blocks = crowd->blocks, .largest = crowd->largest,
            .seekers = crowd->seekers };
    }
    answer->crowds = all;
    answer->alone = run->alone;
}
