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

void linkage_dict_open(linkage_dict *d)
{
    *d = (linkage_dict){ .count = 1 };
    linkage_vec_need(&d->from, 2, 4);
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
    linkage_vec_trim(&d->from, d->count + (size_t)1);
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

void linkage_dict_index(linkage_dict *d)
{
    size_t size = 1024;
    while (size * 2 < (size_t)d->count * 3) size *= 2;
    linkage_vec_exact(&d->slots, size, sizeof(uint64_t));
    for (uint32_t c = 1; c < d->count; c++) {
        text t = linkage_dict_text(d, c);
        put_slot(d, linkage_text_hash(t.bytes, t.size_bytes), c);
    }
}

uint32_t linkage_dict_find(const linkage_dict *d, text t, uint64_t hash)
{
    const uint64_t *slots = d->slots.items;
    size_t mask = d->slots.capacity - 1;
    for (size_t at = (hash >> 32) & mask; slots[at]; at = (at + 1) & mask) {
        if (slots[at] >> 32 != hash >> 32) continue;
        text there = linkage_dict_text(d, (uint32_t)slots[at]);
        if (there.size_bytes == t.size_bytes && linkage_same_bytes(there.bytes, t.bytes, t.size_bytes)) return (uint32_t)slots[at];
    }
    return 0;
}

uint32_t linkage_dict_code(linkage_dict *d, linkage_kind kind, text t, uint64_t hash)
{
    if ((size_t)d->count * 3 >= d->slots.capacity * 2) rehash(d);
    uint64_t *slots = d->slots.items, upper = hash >> 32;
    size_t mask = d->slots.capacity - 1, at = upper & mask;
    for (; slots[at]; at = (at + 1) & mask) {
        if (slots[at] >> 32 != upper) continue;
        text there = linkage_dict_text(d, (uint32_t)slots[at]);
        if (there.size_bytes == t.size_bytes && linkage_same_bytes(there.bytes, t.bytes, t.size_bytes)) return (uint32_t)slots[at];
    }
    uint32_t code = d->count++;
    slots[at] = upper << 32 | code;
    char *bytes = linkage_vec_need(&d->bytes, d->size_bytes + t.size_bytes + LINKAGE_SLACK, 1);
    linkage_copy_bytes(bytes + d->size_bytes, t.bytes, t.size_bytes);
    d->size_bytes += t.size_bytes;
    ((uint32_t *)linkage_vec_need(&d->from, code + 2, 4))[code + 1] = (uint32_t)d->size_bytes;
    if (linkage_is_packed(kind))
        ((uint64_t *)linkage_vec_need(&d->packed, code + 1, 8))[code] = linkage_pack(kind, t);
    return code;
}
