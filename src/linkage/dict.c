/* The distinct values of a field, each once. */
#include "linkage/linkage_internal.h"

/* ---- memory that grows and is given back ---- */

void *linkage_vec_grow(linkage_vec *v, size_t count, size_t item_bytes)
{
    /* What is not used costs nothing; what is large is so seldom copied, and its pages seldom zeroed anew. */
    enum { LARGE_BYTES = 2 << 20, HUGE_BYTES = 64 << 20 };
    size_t bytes = v->capacity * item_bytes, times = bytes < LARGE_BYTES ? 2 : bytes < HUGE_BYTES ? 32 : 4, capacity = v->capacity ? v->capacity * times : 1024;
    if (capacity < count) capacity = count;
    arena *own = arena_open();
    void *items = arena_alloc(own, capacity * item_bytes);
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
    linkage_vec_trim(&d->bytes, d->size_bytes + LINKAGE_SLACK);
    linkage_vec_trim(&d->from, (linkage_is_number(d->kind) ? d->odd : d->count) + (size_t)1);
    if (d->packed.capacity) linkage_vec_trim(&d->packed, d->count);
}

size_t linkage_dict_bytes(const linkage_dict *d)
{
    return linkage_vec_bytes(&d->bytes) + linkage_vec_bytes(&d->from) + linkage_vec_bytes(&d->slots) +
           linkage_vec_bytes(&d->packed) + linkage_vec_bytes(&d->forms);
}

/* A slot: the upper half of the value's hash, then its code. */
static void rehash(linkage_dict *d)
{
    size_t size = d->slots.capacity ? d->slots.capacity * 2 : 256;
    linkage_vec old = d->slots;
    d->slots = d->next;
    d->next = (linkage_vec){ 0 };
    uint64_t *slots = linkage_vec_need(&d->slots, size < 1024 ? 1024 : size, sizeof *slots);
    size_t mask = d->slots.capacity - 1;
    for (size_t i = 0; i < old.capacity; i++) {
        uint64_t slot = ((const uint64_t *)old.items)[i];
        if (!slot) continue;
        size_t at = (slot >> 32) & mask;
        while (slots[at]) at = (at + 1) & mask;
        slots[at] = slot;
    }
    linkage_vec_close(&old);
}

static void put_slot(linkage_dict *d, uint64_t hash, uint32_t code)
{
    uint64_t *slots = d->slots.items;
    size_t mask = d->slots.capacity - 1, at = (hash >> 32) & mask;
    while (slots[at]) at = (at + 1) & mask;
    slots[at] = hash >> 32 << 32 | code;
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

void linkage_dict_index(linkage_dict *d)
{
    size_t size = 1024;
    while (size * 2 < (size_t)d->count * 3) size *= 2;
    linkage_vec_exact(&d->slots, size, sizeof(uint64_t));
    for (uint32_t c = 1; c < d->count; c++) {
        bool is_word = linkage_is_number(d->kind) && !linkage_is_odd(linkage_dict_packed(d, c));
        text t = is_word ? TEXT_NONE : linkage_dict_text(d, place_of(d, c));
        put_slot(d, is_word ? linkage_mixed(linkage_dict_packed(d, c)) : linkage_text_hash(t.bytes, t.size_bytes), c);
    }
}

/* The slot of a value: its own, or a free one. */
static size_t slot_of_text(const linkage_dict *d, text t, uint64_t hash)
{
    const uint64_t *slots = d->slots.items;
    size_t mask = d->slots.capacity - 1, at = (hash >> 32) & mask;
    for (; slots[at]; at = (at + 1) & mask) {
        uint32_t code = (uint32_t)slots[at];
        if (slots[at] >> 32 != hash >> 32 || (linkage_is_number(d->kind) && !linkage_is_odd(linkage_dict_packed(d, code)))) continue;
        text there = linkage_dict_text(d, place_of(d, code));
        if (there.size_bytes == t.size_bytes && linkage_same_bytes(there.bytes, t.bytes, t.size_bytes)) break;
    }
    return at;
}

static size_t slot_of_number(const linkage_dict *d, uint64_t number)
{
    const uint64_t *slots = d->slots.items;
    uint64_t upper = linkage_mixed(number) >> 32;
    size_t mask = d->slots.capacity - 1, at = upper & mask;
    while (slots[at] && (slots[at] >> 32 != upper || linkage_dict_packed(d, (uint32_t)slots[at]) != number)) at = (at + 1) & mask;
    return at;
}

uint32_t linkage_dict_find(const linkage_dict *d, text t, uint64_t hash)
{
    uint64_t number = linkage_is_number(d->kind) ? linkage_pack(d->kind, t) : LINKAGE_ODD;
    size_t at = linkage_is_odd(number) ? slot_of_text(d, t, hash) : slot_of_number(d, number);
    return (uint32_t)((const uint64_t *)d->slots.items)[at];
}

static void need_slot(linkage_dict *d)
{
    if ((size_t)d->count * 3 >= d->slots.capacity * 2) rehash(d);
}

uint32_t linkage_dict_number(linkage_dict *d, uint64_t number)
{
    need_slot(d);
    uint64_t *slot = (uint64_t *)d->slots.items + slot_of_number(d, number);
    if (*slot) return (uint32_t)*slot;
    uint32_t code = d->count++;
    *slot = linkage_mixed(number) >> 32 << 32 | code;
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
    if (!linkage_is_odd(number)) return linkage_dict_number(d, number);
    need_slot(d);
    uint64_t *slot = (uint64_t *)d->slots.items + slot_of_text(d, t, hash);
    if (*slot) return (uint32_t)*slot;
    uint32_t code = d->count;
    *slot = hash >> 32 << 32 | code;
    linkage_dict_put(d, t);
    linkage_dict_keep(d);
    return code;
}
