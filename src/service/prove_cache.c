#include "service/prove_cache.h"


/* Raised whenever the prover may judge otherwise. */
static const text FORM = { "doudi proofs 1", 14 };
enum { KEY_BYTES = 32 };

static bool next_line(text whole, size_t *at, text *line)
{
    if (*at >= whole.size_bytes) return false;
    text rest = text_sub(whole, *at, whole.size_bytes);
    size_t end = text_find(rest, TEXT("\n"));
    *line = text_sub(rest, 0, end == SIZE_MAX ? rest.size_bytes : end);
    *at += line->size_bytes + 1;
    return true;
}

static void remember(prove_cache *c, text key, text way)
{
    hash_map_put(c->ways, key, c->count);
    ARENA_PUSH(c->memory, c->items, c->count, c->capacity, text_cstr(c->memory, way));
    text_add_format(&c->lines, "%.*s %.*s\n", TEXT_ARG(key), TEXT_ARG(way));
}

static bool is_key(text t)
{
    for (size_t i = 0; i < t.size_bytes; i++) {
        char c = t.bytes[i];
        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) return false;
    }
    return t.size_bytes == KEY_BYTES;
}

prove_cache prove_cache_open(arena *a, text path)
{
    prove_cache c = { .memory = a, .path = path, .ways = hash_map_open(a) };
    c.lines = text_builder_open(a);
    text_add_format(&c.lines, "%.*s\n", TEXT_ARG(FORM));
    text whole, line;
    if (!path.size_bytes ||
        os_read_file(a, text_cstr(a, path), SERVICE_FILE_BYTES_MAX, &whole).kind)
        return c;
    size_t at = 0;
    if (!next_line(whole, &at, &line) || !text_equal(line, FORM)) return c;
    while (next_line(whole, &at, &line)) {
        text key = text_sub(line, 0, KEY_BYTES);
        text way = text_trim(text_sub(line, KEY_BYTES, line.size_bytes));
        if (is_key(key) && way.size_bytes) remember(&c, key, way);
    }
    return c;
}

const char *prove_cache_find(const prove_cache *cache, text key)
{
    size_t at = hash_map_get(cache->ways, key);
    return at == SIZE_MAX ? NULL : cache->items[at];
}

void prove_cache_keep(prove_cache *cache, text key, const char *way)
{
    if (!cache->path.size_bytes || prove_cache_find(cache, key)) return;
    remember(cache, text_copy(cache->memory, key), text_of(way));
    cache->has_new = true;
}

err prove_cache_write(const prove_cache *cache)
{
    if (!cache->has_new) return ERR_NONE;
    return os_write_file(cache->memory, text_cstr(cache->memory, cache->path),
                         text_built(&cache->lines));
}

static uint64_t mix_property(const prove_property *p, uint64_t seed)
{
    const vm_plan *plan = vm_program_plan(p->program);
    const uint64_t words[] = { vm_program_digest(p->program),
                               p->kind,
                               p->subject,
                               p->low,
                               p->high,
                               (uint64_t)p->where,
                               p->along,
                               p->is_rising,
                               p->is_strict,
                               (uint64_t)p->slack,
                               p->has_z3,
                               plan->input_count };
    uint64_t hash = seed;
    for (size_t i = 0; i < ARRAY_COUNT(words); i++)
        hash = hash_mix(hash, words[i]);
    for (size_t i = 0; i < plan->input_count; i++) {
        bool is_fixed = p->is_fixed && p->is_fixed[i];
        hash = hash_mix(hash, (uint64_t)plan->inputs[i].min);
        hash = hash_mix(hash, (uint64_t)plan->inputs[i].max);
        hash = hash_mix(hash, is_fixed ? (uint64_t)p->fixed[i] + 1 : 0);
        size_t count = p->members ? p->members[i].count : 0;
        for (size_t m = 0; m < count; m++)
            hash = hash_mix(hash, (uint64_t)p->members[i].codes[m]);
        hash = hash_mix(hash, count << 1 | is_fixed);
    }
    return hash;
}

text prove_cache_key(arena *a, const prove_property *property)
{
    return text_format(a, "%016llx%016llx",
                       (unsigned long long)mix_property(property, 0x9e3779b97f4a7c15u),
                       (unsigned long long)mix_property(property, 0xd1b54a32d192ed03u));
}
