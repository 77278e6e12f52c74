/* The rows of a linkage that stands: values that no row had before, and blocks that rows enter and leave.
 *
 * A value is looked up among those of the base first and then among those that came later, so that what it is taken for does not depend
 * on which of the later rows came before it. */
#include "linkage/linkage_met.h"
#include "linkage/linkage_standing.h"

/* ---- values ---- */

static void open_values(linkage_standing *l)
{
    const linkage_set *s = l->set;
    for (int p = 0; p < s->seen_count; p++) {
        int f = s->seen[p];
        linkage_dict_index(&l->set->dict[f]);
        l->room[f] = s->dict[f].count;
        l->values[f] = hash_map_open(l->own);
        for (int level = 1; level < LINKAGE_LEVELS; level++) {
            const float *rare = l->run->model.rare[f][level];
            for (uint32_t c = 1; rare && c < l->room[f]; c++)
                if (c == 1 || rare[c] > l->rarest[f][level]) l->rarest[f][level] = rare[c];
        }
    }
}

/* Room in all that is looked up by code. */
static void grow_codes(linkage_standing *l, int field)
{
    linkage_blocks *b = &l->run->blocks;
    uint32_t n = l->room[field], room = n + n / 2 + 256;
    for (int shape = 0; shape < LINKAGE_SHAPE_COUNT; shape++) {
        if (!b->shape[field][shape]) continue;
        uint32_t *column = ARENA_ARRAY(l->own, uint32_t, room);
        memcpy(column, b->shape[field][shape], n * sizeof *column);
        b->shape[field][shape] = column;
    }
    for (int level = 1; level < LINKAGE_LEVELS; level++) {
        if (!l->run->model.rare[field][level]) continue;
        float *rare = ARENA_ARRAY(l->own, float, room);
        memcpy(rare, l->run->model.rare[field][level], n * sizeof *rare);
        l->run->model.rare[field][level] = rare;
    }
    for (int k = 0; k < b->count; k++) linkage_blocks_key(b, k, b->keys[k]);
    l->room[field] = room;
}

/* It may be as rare as any. */
static uint32_t put_value(linkage_standing *l, int field, text value)
{
    linkage_set *s = l->set;
    linkage_dict *d = &s->dict[field];
    uint32_t code = d->count;
    if (code >= l->room[field]) grow_codes(l, field);
    linkage_dict_put(d, value);
    linkage_dict_keep(d);
    if (d->forms.items) linkage_vec_need(&d->forms, code + (size_t)1, sizeof(linkage_form));
    linkage_form_put(s, field, code);
    for (int shape = 0; shape < LINKAGE_SHAPE_COUNT; shape++) {
        uint32_t *column = l->run->blocks.shape[field][shape];
        if (column) column[code] = linkage_shape_code(s, field, (linkage_shape)shape, value);
    }
    for (int level = 1; level < LINKAGE_LEVELS; level++)
        if (l->run->model.rare[field][level]) l->run->model.rare[field][level][code] = l->rarest[field][level];
    hash_map_put(l->values[field], text_copy(l->own, value), code);
    return code;
}

static uint32_t code_of(linkage_standing *l, int field, text value, uint64_t hash)
{
    char bytes[LINKAGE_VALUE_BYTES + LINKAGE_SLACK];
    bool is_place = l->set->spec->fields[field].kind == LINKAGE_PLACE;
    uint32_t code = is_place ? linkage_place_find(l->set, field, &value, bytes) : linkage_dict_find(&l->set->dict[field], value, hash);
    if (code || !value.size_bytes) return code;
    size_t later = hash_map_get(l->values[field], value);
    return later != SIZE_MAX ? (uint32_t)later : put_value(l, field, value);
}

/* ---- rows ---- */

uint32_t linkage_standing_find(const linkage_standing *l, text id)
{
    id = text_trim(id);
    size_t later = hash_map_get(l->later, id);
    if (later != SIZE_MAX && linkage_standing_is(l, (uint32_t)later)) return (uint32_t)later;
    uint32_t row = linkage_set_find(l->set, 0, id);
    return row != UINT32_MAX && linkage_standing_is(l, row) ? row : UINT32_MAX;
}

static void need_rows(linkage_standing *l, size_t rows)
{
    linkage_vec_need(&l->stands, rows, sizeof(bool));
    linkage_vec_need(&l->cluster, rows, 4);
    linkage_vec_need(&l->met, rows, 4);
    linkage_vec_need(&l->place, rows, 4);
    linkage_vec_need(&l->seen, rows, 4);
    for (int k = 0; k < l->run->blocks.count; k++) {
        linkage_vec_need(&l->keys[k].tag, rows, 4);
        linkage_vec_need(&l->keys[k].next, rows, 4);
    }
}

err linkage_standing_append(linkage_standing *l, text id, const text *values, uint32_t *at)
{
    linkage_set *s = l->set;
    uint32_t row = l->count;
    id = text_trim(id);
    linkage_batch_empty(l->batch);
    TRY(linkage_batch_add(l->batch, id, values));
    linkage_vec_need(&s->cells, ((size_t)row + 1) * (size_t)s->stride, 4);
    for (int p = 0; p < s->seen_count; p++) {
        uint64_t hash;
        bool is_told;
        text value = linkage_batch_value(l->batch, s->seen[p], &hash, &is_told);
        uint32_t code = value.size_bytes ? code_of(l, s->seen[p], value, hash) : 0;
        ((uint32_t *)s->cells.items)[(size_t)row * (size_t)s->stride + (size_t)p] = code && is_told ? code | LINKAGE_TOLD : code;
    }
    linkage_own_mark_row(s, row);
    need_rows(l, (size_t)row + 1);
    text kept = text_copy(l->own, id);
    ((text *)linkage_vec_need(&l->ids, row - l->base + (size_t)1, sizeof(text)))[row - l->base] = kept;
    hash_map_put(l->later, kept, row);
    ((bool *)l->stands.items)[row] = false;
    ((uint32_t *)l->cluster.items)[row] = ((uint32_t *)l->met.items)[row] = ((uint32_t *)l->seen.items)[row] = 0;
    for (int k = 0; k < l->run->blocks.count; k++) {
        uint64_t h = 0;
        if (!l->run->blocks.keys[k]->is_only_household) linkage_block_keys(&l->run->blocks, k, &row, 1, &h);
        ((uint32_t *)l->keys[k].tag.items)[row] = h ? (uint32_t)(h >> 32) | 1 : 0;
    }
    l->count++;
    *at = row;
    return ERR_NONE;
}

/* ---- blocks ---- */

static void open_heads(linkage_chains *c, size_t rows)
{
    if (c->own) arena_close(c->own);
    c->own = arena_open();
    c->bits = 10;
    while (c->bits < 31 && (UINT64_C(1) << c->bits) < rows) c->bits++;
    c->head = ARENA_ARRAY(c->own, uint32_t, (size_t)1 << c->bits);
}

static inline uint32_t *head_of(const linkage_chains *c, uint32_t tag) { return &c->head[tag >> (32 - c->bits)]; }

static void put_first(linkage_chains *c, uint32_t row)
{
    uint32_t *head = head_of(c, ((const uint32_t *)c->tag.items)[row]);
    ((uint32_t *)c->next.items)[row] = *head;
    *head = row + 1;
}

/* Twice as many chains: those that stand are put anew. */
static void grow_heads(linkage_standing *l, linkage_chains *c)
{
    open_heads(c, c->used * 2);
    for (uint32_t row = 0; row < l->count; row++)
        if (linkage_standing_is(l, row) && ((const uint32_t *)c->tag.items)[row]) put_first(c, row);
}

void linkage_standing_enter(linkage_standing *l, uint32_t row)
{
    for (int k = 0; k < l->run->blocks.count; k++) {
        linkage_chains *c = &l->keys[k];
        if (!((const uint32_t *)c->tag.items)[row]) continue;
        if (c->used >= (size_t)2 << c->bits) grow_heads(l, c);
        put_first(c, row);
        c->used++;
    }
    ((bool *)l->stands.items)[row] = true;
    l->standing++;
}

void linkage_standing_leave(linkage_standing *l, uint32_t row)
{
    for (int k = 0; k < l->run->blocks.count; k++) {
        linkage_chains *c = &l->keys[k];
        uint32_t tag = ((const uint32_t *)c->tag.items)[row], *next = c->next.items;
        if (!tag) continue;
        uint32_t *at = head_of(c, tag);
        while (*at != row + 1) at = &next[*at - 1];
        *at = next[row];
        c->used--;
    }
    ((bool *)l->stands.items)[row] = false;
    l->standing--;
}

uint32_t linkage_standing_block(const linkage_standing *l, int key, uint32_t row, uint32_t *rows, uint32_t most)
{
    const linkage_chains *c = &l->keys[key];
    const uint32_t *tags = c->tag.items, *next = c->next.items;
    uint32_t tag = tags[row], count = 0;
    for (uint32_t at = tag ? *head_of(c, tag) : 0; at && count < most; at = next[at - 1])
        if (tags[at - 1] == tag) rows[count++] = at - 1;
    return count;
}

void linkage_standing_rows_open(linkage_standing *l)
{
    enum { RUN_ROWS = 512 };
    open_values(l);
    l->keys = ARENA_ARRAY(l->own, linkage_chains, l->run->blocks.count + 1);
    need_rows(l, l->count + (size_t)1);
    for (int k = 0; k < l->run->blocks.count; k++) {
        linkage_chains *c = &l->keys[k];
        open_heads(c, l->count);
        if (l->run->blocks.keys[k]->is_only_household) continue;
        for (uint32_t from = 0; from < l->count; from += RUN_ROWS) {
            uint32_t row[RUN_ROWS], count = l->count - from < RUN_ROWS ? l->count - from : RUN_ROWS;
            uint64_t hash[RUN_ROWS];
            for (uint32_t i = 0; i < count; i++) row[i] = from + i;
            linkage_block_keys(&l->run->blocks, k, row, count, hash);
            for (uint32_t i = 0; i < count; i++) {
                ((uint32_t *)c->tag.items)[from + i] = hash[i] ? (uint32_t)(hash[i] >> 32) | 1 : 0;
                if (hash[i]) put_first(c, from + i);
                c->used += hash[i] != 0;
            }
        }
    }
    memset(l->stands.items, true, l->count);
    l->standing = l->count;
}

void linkage_standing_rows_close(linkage_standing *l)
{
    linkage_vec *all[] = { &l->stands, &l->ids, &l->cluster, &l->met, &l->place, &l->seen };
    for (size_t i = 0; i < ARRAY_COUNT(all); i++) linkage_vec_close(all[i]);
    for (int k = 0; k < l->run->blocks.count; k++) {
        linkage_vec_close(&l->keys[k].tag);
        linkage_vec_close(&l->keys[k].next);
        arena_close(l->keys[k].own);
    }
}
