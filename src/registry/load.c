#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "registry/registry_internal.h"

/* Facts wait in the store-room of their bucket; when it is full it is written as one event. */

enum { POURED_ENTRIES = 1 << 20, ROOM_BYTES = 2 << 20, ROOM_FACTS = 1 << 16, PART_ROWS = 4096 };

typedef struct {
    arena *memory; /* of facts and their words */
    size_t fact_count;
    void *facts[REGISTRY_KIND_COUNT];
    size_t count[REGISTRY_KIND_COUNT], capacity[REGISTRY_KIND_COUNT];
    bool is_sorted[REGISTRY_KIND_COUNT];
    size_t new_count;
    int64_t fresh_from; /* ids given out from here on are in no event yet */
    int64_t part;       /* of the next event */
} room;

struct registry_load {
    registry *r;
    registry_act act;
    const char *event;
    registry_load_options options;
    registry_load_tally tally;
    arena *memory;     /* of numbers */
    hash_map *numbers; /* to the id they came with, until all is written */
    lookup_batch batch;
    room rooms[EVENTLOG_BUCKETS];
};

err registry_load_open(arena *a, registry *r, const registry_act *act, const char *event,
                       const registry_load_options *options, registry_load **load)
{
    registry_load *l = ARENA_NEW(a, registry_load);
    int64_t first;
    TRY(registry_take_ids(r, 0, &first));
    l->r = r;
    l->act = *act;
    l->act.why = text_copy(a, act->why);
    l->act.key = text_copy(a, act->key);
    l->event = text_cstr(a, text_format(a, "registry.%s", event));
    if (options) l->options = *options;
    l->memory = arena_open();
    l->batch = (lookup_batch){ .memory = arena_open(), .fresh_from = first, .names_max = l->options.names_max };
    l->numbers = hash_map_open(l->memory);
    for (size_t i = 0; i < EVENTLOG_BUCKETS; i++) {
        l->rooms[i].memory = arena_open();
        l->rooms[i].fresh_from = first;
    }
    *load = l;
    return ERR_NONE;
}

/* ---- writing a room ---- */

/* Stable, so that of one subject what was said first stays first. */
static void sort_facts(arena *a, room *m, registry_kind kind)
{
    size_t size = REGISTRY_KINDS[kind].size_bytes, count = m->count[kind];
    if (m->is_sorted[kind]) return;
    char *from = m->facts[kind], *into = arena_alloc(a, size * count);
    for (size_t run = 1; run < count; run *= 2) {
        for (size_t at = 0; at < count; at += 2 * run) {
            size_t left = at, middle = at + run < count ? at + run : count;
            size_t right = middle, until = at + 2 * run < count ? at + 2 * run : count;
            for (size_t i = at; i < until; i++) {
                bool takes_left =
                    left < middle &&
                    (right == until || registry_fact_at(kind, from, left)->subject_id <=
                                           registry_fact_at(kind, from, right)->subject_id);
                size_t taken = takes_left ? left++ : right++;
                memcpy(into + i * size, from + taken * size, size);
            }
        }
        char *swapped = from;
        from = into;
        into = swapped;
    }
    m->facts[kind] = from;
}

static err seal_new(registry_load *load, room *m)
{
    int64_t *ids = ARENA_ARRAY(m->memory, int64_t, m->fact_count);
    size_t count = 0;
    for (int kind = REGISTRY_PERSON; kind <= REGISTRY_EMPLOYER; kind++)
        for (size_t i = 0; i < m->count[kind]; i++) {
            int64_t id = registry_fact_at((registry_kind)kind, m->facts[kind], i)->subject_id;
            bool is_again = count && ids[count - 1] == id; /* said anew in the same load */
            if (id >= m->fresh_from && !is_again) ids[count++] = id;
        }
    return secret_new_subjects(load->r, ids, count);
}

static err spell_segments(arena *a, const registry_spell *spells, size_t count,
                          eventlog_segment **segments, size_t *segment_count)
{
    size_t parts = (count + PART_ROWS - 1) / PART_ROWS;
    *segments = ARENA_ARRAY(a, eventlog_segment, parts);
    *segment_count = parts;
    for (size_t part = 0; part < parts; part++) {
        size_t from = part * PART_ROWS;
        size_t rows = count - from < PART_ROWS ? count - from : PART_ROWS;
        eventlog_segment *s = &(*segments)[part];
        s->name = text_cstr(a, text_format(a, "spell.%04zu", part));
        s->row_count = (int64_t)rows;
        TRY(segment_write(a, REGISTRY_SPELL, spells + from, rows, &s->bytes));
    }
    return ERR_NONE;
}

static err make_segments(arena *a, room *m, eventlog_segment *segments, size_t *count)
{
    *count = 0;
    for (int kind = 0; kind < REGISTRY_SPELL; kind++) {
        if (!m->count[kind]) continue;
        eventlog_segment *s = &segments[(*count)++];
        s->name = REGISTRY_KINDS[kind].name;
        s->row_count = (int64_t)m->count[kind];
        TRY(segment_write(a, (registry_kind)kind, m->facts[kind], m->count[kind], &s->bytes));
    }
    eventlog_segment *spells;
    size_t spell_count;
    TRY(spell_segments(a, m->facts[REGISTRY_SPELL], m->count[REGISTRY_SPELL], &spells,
                       &spell_count));
    if (spell_count) memcpy(segments + *count, spells, sizeof *spells * spell_count);
    *count += spell_count;
    return ERR_NONE;
}

static err note_spells(registry *r, uint32_t bucket, int64_t sequence, int64_t known_ms,
                       const registry_spell *spells, size_t count)
{
    for (size_t from = 0, part = 0; from < count; from += PART_ROWS, part++) {
        size_t rows = count - from < PART_ROWS ? count - from : PART_ROWS;
        TRY(apply_spell_segment(r, bucket, sequence, (int64_t)part, known_ms,
                                spells[from].fact.subject_id,
                                spells[from + rows - 1].fact.subject_id, (int64_t)rows));
    }
    return ERR_NONE;
}

static err append_room(registry_load *load, room *m, uint32_t bucket, application *app,
                       bool *is_new)
{
    eventlog_segment segments[REGISTRY_KIND_COUNT + ROOM_FACTS / PART_ROWS + 1];
    eventlog_event event = {
        .bucket = bucket,
        .kind = load->event,
        .known_ms = load->act.known_ms,
        .actor_id = load->act.actor_id,
        .why = load->act.why,
        .segments = segments,
    };
    TRY(make_segments(m->memory, m, segments, &event.segment_count));
    event.body = text_format(m->memory, "{\"fresh_from\":%lld}", (long long)m->fresh_from);
    if (load->act.key.size_bytes)
        event.key =
            text_format(m->memory, "%.*s/%lld", TEXT_ARG(load->act.key), (long long)m->part);
    for (size_t i = 0; i < event.segment_count; i++)
        load->tally.segment_byte_count += (int64_t)segments[i].bytes.size_bytes;
    return eventlog_append(load->r->log, &event, &app->sequence, is_new);
}

static err write_room(registry_load *load, room *m, uint32_t bucket, application *app)
{
    bool is_new;
    TRY(seal_new(load, m));
    TRY(append_room(load, m, bucket, app, &is_new));
    if (!is_new) return ERR_NONE;
    load->tally.event_count++;
    registry_said spells = app->of[REGISTRY_SPELL];
    app->of[REGISTRY_SPELL].count = 0;
    TRY(apply_event(load->r, app));
    app->changed += (int64_t)spells.count;
    return note_spells(load->r, bucket, app->sequence, app->known_ms, spells.facts, spells.count);
}

/* Of people who were there before: spells that are so already are dropped. */
static err drop_known_spells(arena *scratch, registry_load *load, room *m, uint32_t bucket)
{
    registry_spell *spells = m->facts[REGISTRY_SPELL];
    size_t count = m->count[REGISTRY_SPELL], kept = 0;
    spell_scan *scan;
    painting p;
    if (!count || spells[0].fact.subject_id >= m->fresh_from) return ERR_NONE;
    paint_open(&p, scratch, REGISTRY_SPELL, 0, 0);
    TRY(spell_scan_open(scratch, load->r, bucket, REGISTRY_NOW, spells[0].fact.subject_id,
                        m->fresh_from, &scan));
    for (size_t i = 0; i < count; i++) {
        int64_t id = spells[i].fact.subject_id, before = p.changed;
        if (id < m->fresh_from && (i == 0 || spells[i - 1].fact.subject_id != id)) {
            const registry_spell *known;
            registry_spell *painted;
            size_t known_count;
            TRY(spell_scan_of(scan, id, &known, &known_count));
            known_count = spell_paint(scratch, known, known_count, false, &painted);
            paint_begin(&p, painted, known_count);
        }
        if (id < m->fresh_from) paint_say(&p, &spells[i]);
        registry_spell spell = spells[i];
        if (id >= m->fresh_from || p.changed > before) spells[kept++] = spell;
    }
    spell_scan_close(scan);
    m->count[REGISTRY_SPELL] = kept;
    return ERR_NONE;
}

static err make_application(registry_load *load, room *m, application *app)
{
    for (int kind = 0; kind < REGISTRY_KIND_COUNT; kind++)
        sort_facts(m->memory, m, (registry_kind)kind);
    arena *scratch = arena_open();
    err e = drop_known_spells(scratch, load, m, app->bucket);
    arena_close(scratch);
    for (int kind = 0; kind < REGISTRY_KIND_COUNT; kind++)
        app->of[kind] = (registry_said){ m->facts[kind], m->count[kind] };
    return e;
}

static err flush_room(registry_load *load, uint32_t bucket)
{
    room *m = &load->rooms[bucket];
    bool is_dry = load->options.is_dry_run;
    application app = { .bucket = bucket,
                        .known_ms = load->act.known_ms,
                        .fresh_from = m->fresh_from,
                        .stops_early = !is_dry,
                        .batch = &load->batch };
    if (!m->fact_count) return ERR_NONE;
    TRY(make_application(load, m, &app));
    /* Where all is so already, there is no event: the same file again changes nothing. */
    if (is_dry || !m->new_count) TRY(apply_would_change(load->r, &app));
    if (!is_dry && (m->new_count || app.changed)) TRY(write_room(load, m, bucket, &app));
    load->tally.changed_count += app.changed;
    load->tally.same_count += (int64_t)m->fact_count - app.changed;
    room emptied = { .memory = m->memory,
                     .part = m->part + 1,
                     .fresh_from = is_dry ? m->fresh_from : load->r->next_id };
    arena_reset(m->memory);
    *m = emptied;
    return ERR_NONE;
}

/* What was gathered is in the tables, and found there: nothing of it need be remembered. */
static void begin_anew(registry_load *load)
{
    arena_reset(load->memory);
    load->numbers = hash_map_open(load->memory);
    for (uint32_t bucket = 0; bucket < EVENTLOG_BUCKETS && !load->options.is_dry_run; bucket++)
        load->rooms[bucket].fresh_from = load->r->next_id;
}

err registry_load_flush(registry_load *load)
{
    for (uint32_t bucket = 0; bucket < EVENTLOG_BUCKETS; bucket++)
        TRY(flush_room(load, bucket));
    TRY(lookup_pour(load->r, &load->batch));
    begin_anew(load);
    return ERR_NONE;
}

err registry_load_close(registry_load *load, registry_load_tally *tally)
{
    err e = registry_load_flush(load);
    for (size_t i = 0; i < EVENTLOG_BUCKETS; i++)
        arena_close(load->rooms[i].memory);
    arena_close(load->memory);
    lookup_close(&load->batch);
    if (tally) *tally = load->tally;
    return e;
}

/* ---- gathering ---- */

/* Asked before an id is given out: what is written takes all ids so far for known ones. */
static err empty_if_full(registry_load *load, uint32_t bucket)
{
    const room *m = &load->rooms[bucket];
    if (load->batch.entry_count + load->batch.other_count > POURED_ENTRIES) TRY(lookup_pour(load->r, &load->batch));
    if (arena_used_bytes(m->memory) < ROOM_BYTES && m->fact_count < ROOM_FACTS) return ERR_NONE;
    return flush_room(load, bucket);
}

static err add_fact(registry_load *load, registry_kind kind, const void *fact)
{
    size_t size = REGISTRY_KINDS[kind].size_bytes;
    uint32_t bucket = eventlog_bucket_of(((const registry_fact *)fact)->subject_id);
    room *m = &load->rooms[bucket];
    if (m->count[kind] == m->capacity[kind])
        m->facts[kind] = arena_grow(m->memory, m->facts[kind], &m->capacity[kind], size);
    registry_fact *kept = registry_fact_at(kind, m->facts[kind], m->count[kind]);
    memcpy(kept, fact, size);
    kinds_keep(m->memory, kind, kept);
    int64_t id = kept->subject_id;
    if (!m->count[kind]) m->is_sorted[kind] = true;
    else if (registry_fact_at(kind, m->facts[kind], m->count[kind] - 1)->subject_id > id)
        m->is_sorted[kind] = false;
    m->count[kind]++;
    m->fact_count++;
    load->tally.row_count++;
    return secret_seal_fact(m->memory, load->r, kind, kept, id >= m->fresh_from);
}

/* Numbers and codes of this load's subjects: those in rooms are in no table yet. */
static err note_number(registry_load *load, text number, int64_t id)
{
    if (!number.size_bytes) return ERR_NONE;
    size_t other = hash_map_get(load->numbers, number);
    if (other != SIZE_MAX && (int64_t)other != id)
        return registry_fail(load->r, &REGISTRY_DUPLICATE, "%zu", other);
    hash_map_put(load->numbers, text_copy(load->memory, number), (size_t)id);
    return ERR_NONE;
}

typedef union {
    registry_fact fact;
    registry_person person;
    registry_household household;
    registry_employer employer;
} subject_fact;

/* Adds a fact that makes or corrects a subject. */
static err add_subject(registry_load *load, registry_kind kind, subject_fact *made)
{
    err e = ERR_NONE;
    arena *scratch = arena_open();
    if (kind == REGISTRY_PERSON) made->person.merged_into = 0;
    if (!load->options.trusts_numbers) {
        e = person_check_unique(scratch, load->r, kind, made);
        text number = kind == REGISTRY_PERSON     ? made->person.number.plain
                      : kind == REGISTRY_EMPLOYER ? made->employer.code
                                                  : TEXT_NONE;
        if (!e.kind) e = note_number(load, number, made->fact.subject_id);
    }
    if (!e.kind) e = add_fact(load, kind, made);
    arena_close(scratch);
    return e;
}

err registry_load_say(registry_load *load, registry_kind kind, const void *fact)
{
    const registry_fact *f = fact;
    registry_kind subject;
    TRY(check_fact(load->r, kind, fact));
    TRY(empty_if_full(load, eventlog_bucket_of(f->subject_id)));
    const room *m = &load->rooms[eventlog_bucket_of(f->subject_id)];
    bool is_fresh = f->subject_id >= m->fresh_from && f->subject_id < load->r->next_id;
    if (!is_fresh) TRY(check_subject(load->r, f->subject_id, &subject));
    if (!REGISTRY_KINDS[kind].is_subject) return add_fact(load, kind, fact);
    subject_fact said;
    memcpy(&said, fact, REGISTRY_KINDS[kind].size_bytes);
    return add_subject(load, kind, &said);
}

err registry_load_new(registry_load *load, registry_kind kind, const void *fact,
                      int64_t *subject_id)
{
    subject_fact made;
    memcpy(&made, fact, REGISTRY_KINDS[kind].size_bytes);
    TRY(registry_take_ids(load->r, 0, subject_id));
    TRY(empty_if_full(load, eventlog_bucket_of(*subject_id)));
    TRY(registry_take_ids(load->r, 1, subject_id));
    made.fact =
        (registry_fact){ .subject_id = *subject_id, .from = REGISTRY_EVER, .until = REGISTRY_OPEN };
    TRY(check_fact(load->r, kind, &made));
    TRY(add_subject(load, kind, &made));
    load->tally.new_count++;
    load->rooms[eventlog_bucket_of(*subject_id)].new_count++;
    return ERR_NONE;
}

/* ---- a month of paid contributions ---- */

static registry_spell *spells_of(arena *a, const registry_spell_columns *c, size_t count)
{
    registry_spell *spells = ARENA_ARRAY(a, registry_spell, count);
    for (size_t i = 0; i < count; i++)
        spells[i] = (registry_spell){
            .fact = { .subject_id = c->person_id[i],
                      .from = c->from_month[i],
                      .until = c->until_month[i] },
            .scheme = c->scheme[i],
            .employer_id = c->employer_id[i],
            .kind = c->kind[i],
            .region = c->region[i],
            .base_fen = c->base_fen[i],
        };
    return spells;
}

static err extend(arena *a, registry *r, const registry_act *act, uint32_t bucket,
                  const registry_spell *spells, size_t count, bool *is_new)
{
    eventlog_segment *segments;
    int64_t sequence;
    for (size_t i = 0; i < count; i++) {
        TRY(check_fact(r, REGISTRY_SPELL, &spells[i]));
        bool is_here = eventlog_bucket_of(spells[i].fact.subject_id) == bucket;
        if (!is_here || (i && spells[i].fact.subject_id < spells[i - 1].fact.subject_id))
            return registry_refuse(r, "people out of order, or of another bucket", "人员顺序不对，或不属于本分组");
    }
    eventlog_event event = {
        .bucket = bucket,
        .kind = "registry.spells_extended",
        .known_ms = act->known_ms,
        .actor_id = act->actor_id,
        .why = act->why,
        .key = act->key,
        .body = TEXT("{}"),
    };
    TRY(spell_segments(a, spells, count, &segments, &event.segment_count));
    event.segments = segments;
    TRY(eventlog_append(r->log, &event, &sequence, is_new));
    return *is_new ? note_spells(r, bucket, sequence, act->known_ms, spells, count) : ERR_NONE;
}

err registry_spells_extend(registry *r, const registry_act *act, uint32_t bucket,
                           const registry_spell_columns *columns, size_t count, bool *is_new)
{
    bool unasked;
    if (!is_new) is_new = &unasked;
    *is_new = false;
    if (!count) return ERR_NONE;
    arena *scratch = arena_open();
    err e = extend(scratch, r, act, bucket, spells_of(scratch, columns, count), count, is_new);
    arena_close(scratch);
    return e;
}
