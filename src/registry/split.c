#include <stdlib.h>
#include <string.h>

#include "registry/registry_internal.h"

/* A split holds what stood before the merge, just after it, and now against each other, lane by lane: where now is as
 * just after, what stood before stands again; where something was said since, that stays. */

/* Rows of one kind at three times; `sequence` is of the merge's event. */
typedef struct {
    registry_kind kind;
    int64_t sequence, known_ms;
    void *rows[3];
    size_t count[3];
} times;
enum { BEFORE, AFTER, NOW, TIMES };

typedef struct {
    registry_parting *items;
    size_t count, capacity;
} partings;

static bool stands(const times *t, int when, const registry_fact *f)
{
    if (when == NOW) return f->known_until_ms == REGISTRY_NOW;
    if (f->known_from_ms > t->known_ms || f->sequence > t->sequence - (when == BEFORE)) return false;
    return when == BEFORE ? f->known_until_ms >= t->known_ms : f->known_until_ms > t->known_ms;
}

static err read_rows(merging *m, arena *a, times *t)
{
    void *all;
    size_t count, size = REGISTRY_KINDS[t->kind].size_bytes;
    TRY(rows_read(a, m->r, t->kind, m->r->sql[t->kind].all, m->person_id, -1, &all, &count));
    for (int when = 0; when < TIMES; when++) {
        t->rows[when] = arena_alloc(a, size * (count + 1));
        for (size_t i = 0; i < count; i++)
            if (stands(t, when, registry_fact_at(t->kind, all, i)))
                memcpy(registry_fact_at(t->kind, t->rows[when], t->count[when]++), registry_fact_at(t->kind, all, i), size);
    }
    return ERR_NONE;
}

static err read_spells(merging *m, arena *a, times *t)
{
    spell_scan *scan;
    const registry_spell *said;
    size_t count;
    TRY(spell_scan_open(a, m->r, eventlog_bucket_of(m->person_id), REGISTRY_NOW, m->person_id, m->person_id + 1, &scan));
    err e = spell_scan_of(scan, m->person_id, &said, &count);
    for (int when = 0; !e.kind && when < TIMES; when++) {
        registry_spell *spells;
        size_t known = 0;
        while (known < count && (when == NOW || said[known].fact.sequence <= t->sequence - (when == BEFORE))) known++;
        t->count[when] = spell_paint(a, said, known, false, &spells);
        t->rows[when] = spells;
    }
    spell_scan_close(scan);
    return e;
}

static const registry_fact *row_of(const times *t, int when, size_t index)
{
    return registry_fact_at(t->kind, t->rows[when], index);
}

/* What stands at a moment in the lane; what was said last, where rows of one instant overlap. */
static const registry_fact *at(const times *t, int when, const registry_fact *lane, int64_t moment)
{
    const registry_fact *found = NULL;
    for (size_t i = 0; i < t->count[when]; i++) {
        const registry_fact *f = row_of(t, when, i);
        if (f->from > moment || f->until <= moment || !kinds_same_lane(t->kind, f, lane)) continue;
        if (!found || f->sequence > found->sequence) found = f;
    }
    return found;
}

static bool is_same(const times *t, const registry_fact *a, const registry_fact *b)
{
    return a && b ? kinds_same_cells(t->kind, a, b) : a == b;
}

static int compare_edges(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void add(merging *m, arena *a, partings *p, const times *t, const registry_fact *like, int64_t from, int64_t until,
                registry_parting what)
{
    size_t size = REGISTRY_KINDS[t->kind].size_bytes;
    registry_fact *fact = arena_alloc(a, size);
    memcpy(fact, like, size);
    fact->subject_id = m->person_id;
    fact->from = from;
    fact->until = until;
    fact->is_void = what.is_taken;
    what.kind = t->kind;
    what.fact = fact;
    ARENA_PUSH(a, p->items, p->count, p->capacity, what);
}

/* Months said again since were said, even if alike; what is left of another row is a new one of its own. */
static bool is_untouched(const times *t, const registry_fact *lane, int64_t moment)
{
    const registry_fact *after = at(t, AFTER, lane, moment), *now = at(t, NOW, lane, moment);
    return is_same(t, after, now) && (t->kind != REGISTRY_SPELL || !now || now->sequence == after->sequence);
}

static void part_lane(merging *m, arena *a, partings *p, const times *t, const registry_fact *lane)
{
    size_t room = 2 * (t->count[BEFORE] + t->count[AFTER] + t->count[NOW]), count = 0;
    int64_t *edges = ARENA_ARRAY(a, int64_t, room + 1);
    for (int when = 0; when < TIMES; when++)
        for (size_t i = 0; i < t->count[when]; i++) {
            if (!kinds_same_lane(t->kind, row_of(t, when, i), lane)) continue;
            edges[count++] = row_of(t, when, i)->from;
            edges[count++] = row_of(t, when, i)->until;
        }
    qsort(edges, count, sizeof *edges, compare_edges);
    for (size_t i = 0; i + 1 < count; i++) {
        size_t first = i;
        const registry_fact *before = at(t, BEFORE, lane, edges[i]), *after = at(t, AFTER, lane, edges[i]),
                            *now = at(t, NOW, lane, edges[i]);
        if (edges[i] == edges[i + 1]) continue;
        if (!is_untouched(t, lane, edges[i])) {
            add(m, a, p, t, now ? now : after, edges[i], edges[i + 1], (registry_parting){ .is_since = true, .is_taken = !now });
        } else if (!is_same(t, before, after)) {
            /* The row that stood before stands again whole, as far as nothing was said since. */
            while (before && first && edges[first] > before->from && is_untouched(t, lane, edges[first - 1])) first--;
            while (before && i + 2 < count && edges[i + 1] < before->until && is_untouched(t, lane, edges[i + 1])) i++;
            add(m, a, p, t, before ? before : after, edges[first], edges[i + 1], (registry_parting){ .is_taken = !before });
        }
    }
}

static bool is_first_of_lane(const times *t, int when, size_t index)
{
    const registry_fact *lane = row_of(t, when, index);
    for (int w = 0; w <= when; w++)
        for (size_t i = 0; i < (w == when ? index : t->count[w]); i++)
            if (kinds_same_lane(t->kind, row_of(t, w, i), lane)) return false;
    return true;
}

static err part_kind(merging *m, arena *a, partings *p, registry_kind kind, int64_t sequence, int64_t known_ms)
{
    times t = { .kind = kind, .sequence = sequence, .known_ms = known_ms };
    TRY(kind == REGISTRY_SPELL ? read_spells(m, a, &t) : read_rows(m, a, &t));
    for (int when = 0; when < TIMES; when++)
        for (size_t i = 0; i < t.count[when]; i++)
            if (is_first_of_lane(&t, when, i)) part_lane(m, a, p, &t, row_of(&t, when, i));
    return ERR_NONE;
}

/* Of each kind the event that brought something, or the last before the merge was done. */
static err find_events(merging *m, int64_t since_ms, int64_t sequences[REGISTRY_KIND_COUNT])
{
    eventlog_entry *entries;
    size_t count;
    int64_t last = 0;
    arena *a = m->scratch;
    TRY(eventlog_of_subject(a, m->r->log, eventlog_bucket_of(m->person_id), m->person_id, &entries, &count));
    for (size_t i = 0; i < REGISTRY_KIND_COUNT; i++) sequences[i] = 0;
    for (size_t i = 0; i < count; i++) {
        const eventlog_event *event = &entries[i].event;
        registry_kind kind;
        void *facts;
        size_t fact_count;
        if (event->known_ms != since_ms || strcmp(event->kind, "registry.merged") != 0 ||
            body_number(a, event->body, "other") != m->other_id)
            continue;
        TRY(body_parse(a, m->r, event, &kind, &facts, &fact_count));
        sequences[kind] = last = entries[i].sequence;
    }
    for (size_t i = 0; i < REGISTRY_KIND_COUNT; i++)
        if (!sequences[i]) sequences[i] = last;
    return ERR_NONE;
}

/* REGISTRY_MERGED when the person itself is part of another record by now. */
static err check_merged(merging *m, int64_t *since_ms)
{
    int64_t into;
    registry_kind kind;
    TRY(registry_merged_into(m->r, m->other_id, REGISTRY_NOW, &into, since_ms));
    if (into != m->person_id || !into) return err_of(&REGISTRY_NOT_MERGED, NULL);
    return check_subject(m->r, m->person_id, &kind);
}

static err part(merging *m, arena *a, partings *p)
{
    int64_t since_ms, sequences[REGISTRY_KIND_COUNT];
    TRY(check_merged(m, &since_ms));
    TRY(find_events(m, since_ms, sequences));
    if (sequences[REGISTRY_PERSON]) TRY(part_kind(m, a, p, REGISTRY_PERSON, sequences[REGISTRY_PERSON], since_ms));
    for (size_t i = 0; i < MERGE_MOVED_COUNT; i++)
        if (sequences[MERGE_MOVED[i]]) TRY(part_kind(m, a, p, MERGE_MOVED[i], sequences[MERGE_MOVED[i]], since_ms));
    return ERR_NONE;
}

err registry_split_look(arena *a, registry *r, int64_t person_id, int64_t other_id, registry_parting **items, size_t *count)
{
    merging m = { .scratch = arena_open(), .r = r, .person_id = person_id, .other_id = other_id };
    partings p = { .count = 0 };
    err e = part(&m, a, &p);
    arena_close(m.scratch);
    *items = p.items;
    *count = p.count;
    return e;
}

static err put_back(merging *m, const partings *p, registry_kind kind)
{
    size_t size = REGISTRY_KINDS[kind].size_bytes, count = 0;
    int64_t changed;
    void *facts = arena_alloc(m->scratch, size * (p->count + 1));
    for (size_t i = 0; i < p->count; i++)
        if (p->items[i].kind == kind && !p->items[i].is_since) memcpy(registry_fact_at(kind, facts, count++), p->items[i].fact, size);
    if (!count) return ERR_NONE;
    const saying how = {
        .event = "split", .more = "other", .more_value = m->other_id, .fresh_from = INT64_MAX
    };
    registry_act act = merge_act(m, kind, "split");
    return say_ready(m->scratch, m->r, &act, &how, kind, facts, count, &changed);
}

static err split(merging *m)
{
    bool is_done;
    partings p = { .count = 0 };
    TRY(merge_was_done(m, "split_from", &is_done));
    if (is_done) return ERR_NONE;
    TRY(part(m, m->scratch, &p));
    for (int kind = 0; kind < REGISTRY_KIND_COUNT; kind++) TRY(put_back(m, &p, (registry_kind)kind));
    TRY(person_review(m->scratch, m->r, m->act, "merge_conflict", m->person_id, m->other_id, true));
    return merge_point(m, "split_from", 0);
}

err registry_person_split(registry *r, const registry_act *act, int64_t person_id, int64_t other_id)
{
    merging m = {
        .scratch = arena_open(), .r = r, .act = act, .person_id = person_id, .other_id = other_id
    };
    err e = split(&m);
    arena_close(m.scratch);
    return e;
}
