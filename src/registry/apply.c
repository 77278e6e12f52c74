#include <string.h>

#include "registry/registry_internal.h"

/* New rows of one kind, gathered over the subjects of an event and written at once: a driver may
 * allow no other query while rows are poured in. */
typedef struct {
    arena *memory;
    void *rows;
    size_t count, capacity;
} poured;

static void pour(poured *out, registry_kind kind, const void *fact)
{
    size_t size = REGISTRY_KINDS[kind].size_bytes;
    if (out->count == out->capacity)
        out->rows = arena_grow(out->memory, out->rows, &out->capacity, size);
    memcpy(registry_fact_at(kind, out->rows, out->count++), fact, size);
}

/* Closes what was overtaken and hands on what is new, numbered within the subject. */
static err settle(registry *r, painting *p, uint32_t bucket, poured *out)
{
    int64_t item = 0;
    for (size_t i = 0; i < p->count; i++) {
        registry_fact *row = registry_fact_at(p->kind, p->rows, i);
        if (i < p->old_count) {
            if (p->is_gone[i]) TRY(rows_close(r, p->kind, bucket, row, p->known_ms));
        } else if (!p->is_gone[i]) {
            row->item = item++;
            pour(out, p->kind, row);
        }
    }
    return ERR_NONE;
}

/* How many facts from `from` on are of the same subject. */
static size_t run_of(registry_kind kind, const registry_said *s, size_t from)
{
    int64_t subject = registry_fact_at(kind, s->facts, from)->subject_id;
    size_t until = from + 1;
    while (until < s->count && registry_fact_at(kind, s->facts, until)->subject_id == subject)
        until++;
    return until - from;
}

/* The live rows of the subjects ahead, of some in one journey to the store; in order of subjects. */
typedef struct {
    arena *memory; /* until all is written: what is left of a row keeps its words */
    void *facts;
    size_t count, at;
    int64_t until_id; /* of subjects below it there are no others */
} live_rows;

static err read_live(registry *r, application *a, registry_kind kind, size_t from, live_rows *live)
{
    const registry_said *s = &a->of[kind];
    int64_t some[REGISTRY_RANGE];
    size_t count = 0;
    for (size_t at = from; at < s->count && count < REGISTRY_RANGE; at++) {
        int64_t subject = registry_fact_at(kind, s->facts, at)->subject_id;
        if (subject < a->fresh_from && (!count || some[count - 1] != subject)) some[count++] = subject;
    }
    count = rows_ahead(some, count);
    live->at = 0;
    live->until_id = some[count - 1] + 1;
    return rows_read_live(live->memory, r, kind, a->bucket, some, count, &live->facts, &live->count);
}

static err paint_subject(registry *r, application *a, painting *p, live_rows *live, size_t from, size_t count)
{
    const registry_said *s = &a->of[p->kind];
    int64_t subject = registry_fact_at(p->kind, s->facts, from)->subject_id;
    if (subject < a->fresh_from && subject >= live->until_id) TRY(read_live(r, a, p->kind, from, live));
    while (live->at < live->count && registry_fact_at(p->kind, live->facts, live->at)->subject_id < subject) live->at++;
    size_t first = live->at;
    while (live->at < live->count && registry_fact_at(p->kind, live->facts, live->at)->subject_id == subject)
        live->at++;
    paint_begin(p, live->at > first ? registry_fact_at(p->kind, live->facts, first) : NULL, live->at - first);
    for (size_t i = from; i < from + count; i++)
        paint_say(p, registry_fact_at(p->kind, s->facts, i));
    return ERR_NONE;
}

static err apply_kind(arena *scratch, registry *r, application *a, registry_kind kind, bool writes)
{
    const registry_said *s = &a->of[kind];
    painting p;
    poured out = { .memory = scratch };
    live_rows live = { .memory = scratch, .until_id = INT64_MIN };
    paint_open(&p, scratch, kind, a->sequence, a->known_ms);
    for (size_t from = 0, count; from < s->count; from += count) {
        count = run_of(kind, s, from);
        TRY(paint_subject(r, a, &p, &live, from, count));
        if (writes) TRY(settle(r, &p, a->bucket, &out));
        else if (p.changed && a->stops_early) break;
    }
    a->changed += p.changed;
    if (!writes) return ERR_NONE;
    TRY(rows_insert(r, kind, a->bucket, out.rows, out.count));
    return a->is_replay ? ERR_NONE : lookup_add(r, kind, out.rows, out.count, a->batch);
}

/* Spells are kept as they were said and painted when read: a month's contributions would else be a
 * million rows closed and a million added. */
static err apply_spells(arena *scratch, registry *r, application *a, bool writes)
{
    const registry_said *s = &a->of[REGISTRY_SPELL];
    a->changed += (int64_t)s->count;
    if (!writes || !s->count) return ERR_NONE;
    registry_spell *rows = ARENA_ARRAY(scratch, registry_spell, s->count);
    memcpy(rows, s->facts, sizeof *rows * s->count);
    for (size_t i = 0; i < s->count; i++) {
        registry_fact *f = &rows[i].fact;
        bool is_first = i == 0 || rows[i - 1].fact.subject_id != f->subject_id;
        f->item = is_first ? 0 : rows[i - 1].fact.item + 1;
        f->sequence = a->sequence;
        f->known_from_ms = a->known_ms;
        f->known_until_ms = REGISTRY_NOW;
        if (f->is_void) rows[i].kind = 0;
    }
    return rows_insert(r, REGISTRY_SPELL, a->bucket, rows, s->count);
}

static err apply_all(arena *scratch, registry *r, application *a, bool writes)
{
    a->changed = 0;
    for (int kind = 0; kind < REGISTRY_KIND_COUNT; kind++) {
        if (!a->of[kind].count) continue;
        if (!writes && a->changed && a->stops_early) return ERR_NONE;
        if (kind == REGISTRY_SPELL) TRY(apply_spells(scratch, r, a, writes));
        else TRY(apply_kind(scratch, r, a, (registry_kind)kind, writes));
    }
    return ERR_NONE;
}

err apply_event(registry *r, application *a)
{
    arena *scratch = arena_open();
    err e = apply_all(scratch, r, a, true);
    arena_close(scratch);
    return e;
}

err apply_would_change(registry *r, application *a)
{
    arena *scratch = arena_open();
    err e = apply_all(scratch, r, a, false);
    arena_close(scratch);
    return e;
}

err apply_spell_segment(registry *r, uint32_t bucket, int64_t sequence, int64_t part,
                        int64_t known_ms, int64_t first_id, int64_t last_id, int64_t row_count)
{
    const int64_t cells[] = { bucket, sequence, part, known_ms, first_id, last_id, row_count };
    store_query *q;
    TRY(store_prepare(r->db,
                      "INSERT INTO registry_spell_segment (bucket, sequence, part, known_ms, "
                      "first_id, last_id, row_count) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                      &q));
    for (size_t i = 0; i < ARRAY_COUNT(cells); i++)
        store_bind_int(q, (int)i + 1, cells[i]);
    return store_do(q, NULL);
}
