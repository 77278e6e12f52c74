#include "base/hash.h"

#include <string.h>

uint64_t hash_mix(uint64_t hash, uint64_t word)
{
    hash ^= word;
    hash ^= hash >> 32;
    hash *= 0xd6e8feb86659fd93u;
    hash ^= hash >> 32;
    hash *= 0xd6e8feb86659fd93u;
    hash ^= hash >> 32;
    return hash;
}

uint64_t hash_bytes(const void *bytes, size_t size_bytes, uint64_t seed)
{
    const unsigned char *p = bytes;
    uint64_t hash = hash_mix(seed + 0x9e3779b97f4a7c15u, size_bytes);
    while (size_bytes >= 8) {
        uint64_t word;
        memcpy(&word, p, 8);
        hash = hash_mix(hash, word);
        p += 8;
        size_bytes -= 8;
    }
    uint64_t tail = 0;
    if (size_bytes) memcpy(&tail, p, size_bytes);
    return hash_mix(hash, tail);
}

typedef struct {
    text key;
    size_t value;
    uint64_t hash;
} slot;

struct hash_map {
    arena *memory;
    slot *slots; /* key.bytes NULL: free */
    size_t capacity, count;
};

hash_map *hash_map_open(arena *memory)
{
    hash_map *m = ARENA_NEW(memory, hash_map);
    m->memory = memory;
    m->capacity = 64;
    m->slots = ARENA_ARRAY(memory, slot, m->capacity);
    return m;
}

static slot *slot_of(slot *slots, size_t capacity, text key, uint64_t hash)
{
    for (size_t i = hash & (capacity - 1);; i = (i + 1) & (capacity - 1)) {
        slot *s = &slots[i];
        if (!s->key.bytes || (s->hash == hash && text_equal(s->key, key))) return s;
    }
}

size_t hash_map_get(const hash_map *m, text key)
{
    const slot *s = slot_of(m->slots, m->capacity, key, text_hash(key));
    return s->key.bytes ? s->value : SIZE_MAX;
}

void hash_map_put(hash_map *m, text key, size_t value)
{
    if (m->count * 2 >= m->capacity) {
        size_t grown = m->capacity * 2;
        slot *slots = ARENA_ARRAY(m->memory, slot, grown);
        for (size_t i = 0; i < m->capacity; i++)
            if (m->slots[i].key.bytes)
                *slot_of(slots, grown, m->slots[i].key, m->slots[i].hash) = m->slots[i];
        m->slots = slots;
        m->capacity = grown;
    }
    if (!key.bytes) key.bytes = "";
    uint64_t hash = text_hash(key);
    slot *s = slot_of(m->slots, m->capacity, key, hash);
    if (!s->key.bytes) m->count++;
    *s = (slot){ key, value, hash };
}

size_t hash_map_count(const hash_map *m)
{
    return m->count;
}
