/* Dues that have become whole, by month and purpose, for those who tell the people of it. */
#include <string.h>

#include "base/hash.h"
#include "collection/collection_internal.h"

/* One payer's due that has become whole; open addressing by payer, fund and charge. */
typedef struct {
    int64_t payer_id;
    int32_t fund;
    uint8_t payer_kind, charge;
    bool is_used;
} entry;

struct collection_whole_set {
    entry *items;
    size_t count, room;
    int32_t month;
    text purpose;
    collection_whole_set *next;
};

struct collection_whole {
    arena *memory;
    collection_whole_set *first; /* of an issue each */
};

static entry entry_of(collection_payer payer, int32_t fund, collection_charge charge)
{
    return (entry){ .payer_id = payer.id, .payer_kind = (uint8_t)payer.kind, .fund = fund, .charge = (uint8_t)charge,
                    .is_used = true };
}

static size_t place_of(const collection_whole_set *set, const entry *key)
{
    uint64_t h = hash_mix((uint64_t)key->payer_id,
                          (uint64_t)key->fund << 16 | (uint64_t)key->payer_kind << 8 | key->charge);
    size_t at = h & (set->room - 1);
    while (set->items[at].is_used &&
           (set->items[at].payer_id != key->payer_id || set->items[at].fund != key->fund ||
            set->items[at].payer_kind != key->payer_kind || set->items[at].charge != key->charge))
        at = (at + 1) & (set->room - 1);
    return at;
}

static void widen(arena *a, collection_whole_set *set)
{
    collection_whole_set wider = *set;
    wider.room = set->room ? 2 * set->room : 256;
    wider.items = ARENA_ARRAY(a, entry, wider.room);
    for (size_t i = 0; i < set->room; i++)
        if (set->items[i].is_used) wider.items[place_of(&wider, &set->items[i])] = set->items[i];
    *set = wider;
}

collection_whole *collection_whole_open(arena *a)
{
    collection_whole *whole = ARENA_NEW(a, collection_whole);
    *whole = (collection_whole){ .memory = a };
    return whole;
}

collection_whole_set *collection_whole_find(const collection_whole *whole, int32_t month, text purpose)
{
    for (collection_whole_set *set = whole->first; set; set = set->next)
        if (set->month == month && text_equal(set->purpose, purpose)) return set;
    return NULL;
}

collection_whole_set *collection_whole_of(collection_whole *whole, int32_t month, text purpose)
{
    collection_whole_set *set = collection_whole_find(whole, month, purpose);
    if (set) return set;
    set = ARENA_NEW(whole->memory, collection_whole_set);
    *set = (collection_whole_set){ .month = month, .purpose = text_copy(whole->memory, purpose), .next = whole->first };
    whole->first = set;
    return set;
}

void collection_whole_add(collection_whole *whole, collection_whole_set *set, collection_payer payer, int32_t fund,
                          collection_charge charge)
{
    entry key = entry_of(payer, fund, charge);
    if (2 * (set->count + 1) > set->room) widen(whole->memory, set);
    size_t at = place_of(set, &key);
    set->count += !set->items[at].is_used;
    set->items[at] = key;
}

bool collection_whole_any(const collection_whole_set *set)
{
    return set->count > 0;
}

void collection_whole_clear(collection_whole_set *set)
{
    set->count = set->room = 0;
    set->items = NULL;
}

bool collection_whole_has(const collection_whole_set *set, collection_payer payer, int32_t fund, collection_charge charge)
{
    entry key = entry_of(payer, fund, charge);
    return set->count && set->items[place_of(set, &key)].is_used;
}
