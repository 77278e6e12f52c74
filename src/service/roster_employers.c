#include <stdlib.h>
#include <string.h>

#include "service/roster_internal.h"

struct roster_employers {
    roster_employer *items;
    size_t count, capacity;
};

/* Words asked before: an industry is one of a few dozen. */
typedef struct {
    arena *a;
    registry *r;
    int64_t *ids;
    const char **texts;
    size_t count, id_capacity, text_capacity;
} word_cache;

static err word_text(word_cache *c, int64_t id, const char **said)
{
    *said = NULL;
    if (!id) return ERR_NONE;
    for (size_t i = 0; i < c->count; i++)
        if (c->ids[i] == id) {
            *said = c->texts[i];
            return ERR_NONE;
        }
    text word;
    size_t count = c->count;
    TRY(registry_word_read(c->a, c->r, id, &word));
    *said = text_cstr(c->a, word);
    ARENA_PUSH(c->a, c->ids, count, c->id_capacity, id);
    ARENA_PUSH(c->a, c->texts, c->count, c->text_capacity, *said);
    return ERR_NONE;
}

static err take(arena *a, word_cache *words, const registry_roster_row *row, roster_employers *list)
{
    const registry_employer *e = row->subject;
    roster_employer one = { .employer_id = row->subject_id,
                            .attribute_count = row->attribute_count };
    TRY(word_text(words, e->industry, &one.industry));
    registry_attribute *kept = ARENA_ARRAY(a, registry_attribute, row->attribute_count + 1);
    for (size_t i = 0; i < row->attribute_count; i++) {
        kept[i] = row->attributes[i];
        kept[i].note = text_copy(a, kept[i].note);
    }
    one.attributes = kept;
    ARENA_PUSH(a, list->items, list->count, list->capacity, one);
    return ERR_NONE;
}

static err take_bucket(arena *a, word_cache *words, uint32_t bucket,
                       const registry_roster_options *options, roster_employers *list)
{
    registry_roster *rows;
    const registry_roster_row *row;
    err e = registry_roster_open(a, words->r, bucket, options, &rows);
    if (e.kind) return e;
    do {
        e = registry_roster_next(rows, &row);
        if (!e.kind && row) e = take(a, words, row, list);
    } while (!e.kind && row);
    registry_roster_close(rows);
    return e;
}

static int by_id(const void *a, const void *b)
{
    int64_t x = ((const roster_employer *)a)->employer_id;
    int64_t y = ((const roster_employer *)b)->employer_id;
    return (x > y) - (x < y);
}

err roster_employers_load(arena *a, registry *r, int32_t day, int64_t known_ms,
                          const roster_employers **employers)
{
    roster_employers *list = ARENA_NEW(a, roster_employers);
    word_cache words = { .a = a, .r = r };
    registry_roster_options options = { .day = day,
                                        .known_ms = known_ms,
                                        .wants = 1u << REGISTRY_ATTRIBUTE,
                                        .of = REGISTRY_EMPLOYER };
    for (uint32_t bucket = 0; bucket < EVENTLOG_BUCKETS; bucket++)
        TRY(take_bucket(a, &words, bucket, &options, list));
    if (list->count) qsort(list->items, list->count, sizeof *list->items, by_id);
    *employers = list;
    return ERR_NONE;
}

const roster_employer *roster_employers_find(const roster_employers *list, int64_t employer_id)
{
    roster_employer key = { .employer_id = employer_id };
    if (!list || !list->count || !employer_id) return NULL;
    return bsearch(&key, list->items, list->count, sizeof *list->items, by_id);
}
