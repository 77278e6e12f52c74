/* The distinct values of a field, each once. */
#include <assert.h>

#include "linkage/linkage_internal.h"

/* ---- memory that grows and is given back ---- */

void *linkage_vec_grow(linkage_vec *v, size_t count, size_t item_bytes)
{
    /* What is not used costs nothing: what is large is reserved so largely, where the machine lets it, that it is seldom copied, and its
     * pages seldom met anew. */
    enum { LARGE_BYTES = 2 << 20, HUGE_BYTES = 1 << 30 };
    size_t bytes = v->capacity * item_bytes, doubled = v->capacity ? v->capacity * 2 : 1024, capacity = doubled;
    if (bytes >= LARGE_BYTES) capacity = bytes < HUGE_BYTES ? HUGE_BYTES / item_bytes : v->capacity * 4;
    if (capacity < count) capacity = count;
    arena *own = arena_open();
    void *items = capacity > doubled ? arena_try_alloc(own, capacity * item_bytes) : NULL;
    if (!items) {
        capacity = doubled < count ? count : doubled;
        items = arena_alloc(own, capacity * item_bytes);
    }
    if (v->capacity) memcpy(items, v->items, v->capacity * item_bytes);
    linkage_vec_close(v);
    *v = (linkage_vec){ .own = own, .items = items, .capacity = capacity, .item_bytes = item_bytes };
    return items;
}

void *linkage_vec_exact(linkage_vec *v, size_t count, size_t item_bytes)
{
    linkage_vec_close(v);
    arena *own = arena_open();
    *v = (linkage_vec){ .own = own, .items = arena_alloc(own, count * item_bytes), .capacity = count, .item_bytes = item_bytes };
    return v->items;
}

void linkage_vec_trim(linkage_vec *v, size_t count)
{
    if (count < v->capacity) v->capacity = count;
}

void linkage_vec_close(linkage_vec *v)
{
    if (v->own) arena_close(v->own);
    *v = (linkage_vec){ 0 };
}

/* ---- distinct values ---- */

void linkage_dict_open(linkage_dict *d, linkage_kind kind)
{
    *d = (linkage_dict){ .count = 1, .kind = kind };
    linkage_vec_need(&d->from, 2, 4);
    if (linkage_is_packed(kind)) linkage_vec_need(&d->packed, 1, sizeof(uint64_t));
}

void linkage_dict_close(linkage_dict *d)
{
    linkage_vec *all[] = { &d->bytes, &d->from, &d->slots, &d->packed, &d->forms, &d->next };
    for (size_t i = 0; i < ARRAY_COUNT(all); i++) linkage_vec_close(all[i]);
}

void linkage_dict_trim(linkage_dict *d)
{
    linkage_vec_close(&d->slots);
    linkage_vec_close(&d->next);
    d->moved = 0;
    linkage_vec_trim(&d->bytes, d->size_bytes + LINKAGE_SLACK);
    linkage_vec_trim(&d->from, linkage_dict_texts(d) + 1);
    if (d->packed.capacity) linkage_vec_trim(&d->packed, d->count);
}

size_t linkage_dict_bytes(const linkage_dict *d)
{
    return linkage_vec_bytes(&d->bytes) + linkage_vec_bytes(&d->from) + linkage_vec_bytes(&d->slots) +
           linkage_vec_bytes(&d->packed) + linkage_vec_bytes(&d->forms);
}

/* Which text of `from` a code has. */
static uint32_t place_of(const linkage_dict *d, uint32_t code)
{
    return linkage_is_number(d->kind) ? (uint32_t)linkage_dict_packed(d, code) : code;
}

text linkage_dict_read(const linkage_dict *d, uint32_t code, char room[LINKAGE_NUMBER_BYTES])
{
    if (!linkage_is_number(d->kind)) return linkage_dict_text(d, code);
    uint64_t number = linkage_dict_packed(d, code);
    return linkage_is_odd(number) ? linkage_dict_text(d, (uint32_t)number) : linkage_unpack(d->kind, number, room);
}

static uint64_t hash_of(const linkage_dict *d, uint32_t code)
{
    if (linkage_is_number(d->kind) && !linkage_is_odd(linkage_dict_packed(d, code))) return linkage_mixed(linkage_dict_packed(d, code));
    text t = linkage_dict_text(d, place_of(d, code));
    return linkage_text_hash(t.bytes, t.size_bytes);
}

/* Values that a table does not have, from..until - 1. */
static void fill_slots(const linkage_dict *d, linkage_vec *table, uint32_t from, uint32_t until)
{
    enum { TOGETHER = 64 };
    uint32_t *slots = table->items, mask = (uint32_t)(table->capacity - 1);
    for (uint32_t end; from < until; from = end) {
        uint64_t hash[TOGETHER];
        end = until - from < TOGETHER ? until : from + TOGETHER;
        for (uint32_t c = from; c < end; c++) linkage_fetch(&slots[(hash[c - from] = hash_of(d, c)) & mask]);
        for (uint32_t c = from; c < end; c++) {
            uint32_t at = (uint32_t)hash[c - from] & mask;
            while (slots[at]) at = (at + 1) & mask;
            slots[at] = linkage_slot_tag(table, hash[c - from]) | c;
        }
    }
}

void linkage_dict_move(linkage_dict *d, uint32_t count)
{
    if (!d->next.items) return;
    uint32_t from = d->moved ? d->moved : 1, until = d->count - from < count ? d->count : from + count;
    fill_slots(d, &d->next, from, until);
    d->moved = until;
}

static void rehash(linkage_dict *d)
{
    size_t size = d->slots.capacity ? d->slots.capacity * 2 : 1024;
    if (!d->next.items) linkage_vec_exact(&d->next, size, sizeof(uint32_t));
    linkage_dict_move(d, UINT32_MAX);
    linkage_vec_close(&d->slots);
    d->slots = d->next;
    d->next = (linkage_vec){ 0 };
    d->moved = 0;
}

void linkage_dict_index(linkage_dict *d)
{
    size_t size = 1024;
    while (size * 2 < (size_t)d->count * 3) size *= 2;
    linkage_vec_exact(&d->slots, size, sizeof(uint32_t));
    fill_slots(d, &d->slots, 1, d->count);
}

/* The slot of a value: its own, or a free one. */
static uint32_t *slot_of_text(const linkage_dict *d, text t, uint64_t hash)
{
    uint32_t *slots = d->slots.items, mask = (uint32_t)(d->slots.capacity - 1), at = (uint32_t)hash & mask, tag = linkage_dict_tag(d, hash);
    for (; slots[at]; at = (at + 1) & mask) {
        uint32_t code = slots[at] & mask;
        if ((slots[at] & ~mask) != tag || (linkage_is_number(d->kind) && !linkage_is_odd(linkage_dict_packed(d, code)))) continue;
        text there = linkage_dict_text(d, place_of(d, code));
        if (there.size_bytes == t.size_bytes && linkage_same_bytes(there.bytes, t.bytes, t.size_bytes)) break;
    }
    return &slots[at];
}

static uint32_t *slot_of_number(const linkage_dict *d, uint64_t number, uint64_t hash)
{
    uint32_t *slots = d->slots.items, mask = (uint32_t)(d->slots.capacity - 1), at = (uint32_t)hash & mask, tag = linkage_dict_tag(d, hash);
    while (slots[at] && ((slots[at] & ~mask) != tag || linkage_dict_packed(d, slots[at] & mask) != number)) at = (at + 1) & mask;
    return &slots[at];
}

uint32_t linkage_dict_find(const linkage_dict *d, text t, uint64_t hash)
{
    uint64_t number = linkage_is_number(d->kind) ? linkage_pack(d->kind, t) : LINKAGE_ODD;
    const uint32_t *slot = linkage_is_odd(number) ? slot_of_text(d, t, hash) : slot_of_number(d, number, linkage_mixed(number));
    return *slot & (uint32_t)(d->slots.capacity - 1);
}

/* One value more will follow. */
static void need_slot(linkage_dict *d)
{
    if ((size_t)d->count * 4 >= d->slots.capacity * 3) rehash(d);
}

uint32_t linkage_dict_number(linkage_dict *d, uint64_t number, uint64_t hash)
{
    need_slot(d);
    uint32_t *slot = slot_of_number(d, number, hash);
    if (*slot) return *slot & (uint32_t)(d->slots.capacity - 1);
    uint32_t code = d->count++;
    *slot = linkage_dict_tag(d, hash) | code;
    ((uint64_t *)linkage_vec_need(&d->packed, d->count, 8))[code] = number;
    return code;
}

void linkage_dict_put(linkage_dict *d, text t)
{
    uint32_t code = d->count, at = code;
    if (d->packed.items) linkage_vec_need(&d->packed, code + (size_t)1, 8);
    uint64_t *packed = d->packed.items;
    if (linkage_is_packed(d->kind)) packed[code] = linkage_pack(d->kind, t);
    if (linkage_is_number(d->kind)) {
        if (!linkage_is_odd(packed[code])) return;
        at = d->odd;
        packed[code] |= at;
    }
    assert(d->size_bytes + t.size_bytes <= UINT32_MAX); /* `from` says no more */
    char *bytes = linkage_vec_need(&d->bytes, d->size_bytes + t.size_bytes + LINKAGE_SLACK, 1);
    memcpy(bytes + d->size_bytes, t.bytes, t.size_bytes);
    ((uint32_t *)linkage_vec_need(&d->from, at + (size_t)2, 4))[at + 1] = (uint32_t)(d->size_bytes + t.size_bytes);
}

void linkage_dict_keep(linkage_dict *d)
{
    uint32_t at = d->count++;
    if (linkage_is_number(d->kind)) {
        if (!linkage_is_odd(linkage_dict_packed(d, at))) return;
        at = d->odd++;
    }
    d->size_bytes = ((const uint32_t *)d->from.items)[at + 1];
}

uint32_t linkage_dict_code(linkage_dict *d, text t, uint64_t hash)
{
    uint64_t number = linkage_is_number(d->kind) ? linkage_pack(d->kind, t) : LINKAGE_ODD;
    if (!linkage_is_odd(number)) return linkage_dict_number(d, number, linkage_mixed(number));
    need_slot(d);
    uint32_t *slot = slot_of_text(d, t, hash);
    if (*slot) return *slot & (uint32_t)(d->slots.capacity - 1);
    uint32_t code = d->count;
    *slot = linkage_dict_tag(d, hash) | code;
    linkage_dict_put(d, t);
    linkage_dict_keep(d);
    return code;
}
