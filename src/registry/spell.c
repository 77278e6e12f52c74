#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "registry/registry_internal.h"

/* ---- painting: what was said, in order, becomes what is so ---- */

static bool joins_on(const registry_spell *before, const registry_spell *after)
{
    return before->fact.until == after->fact.from &&
           kinds_same_cells(REGISTRY_SPELL, before, after);
}

static int compare_spells(const void *a, const void *b)
{
    return kinds_compare(REGISTRY_SPELL, a, b);
}

/* Takes [from, until) out of a spell: what is left of it, at most two, goes back to the list. */
static void cut(arena *a, registry_spell **list, size_t *count, size_t *capacity, size_t index,
                const registry_fact *by)
{
    registry_spell whole = (*list)[index], after = whole;
    bool has_before = whole.fact.from<by->from, has_after = whole.fact.until> by->until;
    if (has_before) (*list)[index].fact.until = by->from;
    after.fact.from = by->until;
    if (has_after && has_before) ARENA_PUSH(a, *list, *count, *capacity, after);
    else if (has_after) (*list)[index] = after;
    else if (!has_before) (*list)[index] = (*list)[--*count];
}

static bool overlaps(const registry_spell *x, const registry_spell *y)
{
    return x->fact.from < y->fact.until && x->fact.until > y->fact.from && x->scheme == y->scheme &&
           x->employer_id == y->employer_id;
}

size_t spell_paint(arena *a, const registry_spell *said, size_t count, bool joins,
                   registry_spell **spells)
{
    registry_spell *list = ARENA_ARRAY(a, registry_spell, count + 4);
    size_t is = 0, capacity = count + 4;
    for (size_t i = 0; i < count; i++) {
        for (size_t k = is; k-- > 0;)
            if (overlaps(&list[k], &said[i])) cut(a, &list, &is, &capacity, k, &said[i].fact);
        if (!said[i].fact.is_void) ARENA_PUSH(a, list, is, capacity, said[i]);
    }
    bool is_sorted = true; /* as most are said */
    for (size_t i = 1; i < is && is_sorted; i++) is_sorted = compare_spells(&list[i - 1], &list[i]) <= 0;
    if (!is_sorted) qsort(list, is, sizeof *list, compare_spells);
    size_t kept = 0;
    for (size_t i = 0; i < is; i++) {
        if (!joins || !kept || !joins_on(&list[kept - 1], &list[i])) {
            list[kept++] = list[i];
            continue;
        }
        registry_fact *f = &list[kept - 1].fact;
        f->until = list[i].fact.until;
        if (f->known_from_ms < list[i].fact.known_from_ms)
            f->known_from_ms = list[i].fact.known_from_ms;
    }
    *spells = list;
    return kept;
}

/* ---- the sources: segments of bulk events, and the rows said one by one ---- */

enum { CELLS = 9, BLOCK_ROWS = 256 };
/* In the order of a block's columns below. */
static const char *const CELL_NAMES[CELLS] = { "subject_id", "from_month", "until_month",
                                               "is_void",    "scheme",     "employer_id",
                                               "kind",       "region",     "base_fen" };

typedef struct {
    int64_t sequence, part, known_ms, first_id, last_id;
    arena *memory; /* NULL: not open */
    eventlog_rows rows;
    size_t column[CELLS];
    size_t at, block_from, block_count;
    int64_t (*block)[BLOCK_ROWS];
} source;

struct spell_scan {
    registry *r;
    arena *memory;
    uint32_t bucket;
    int64_t from_id;
    source *sources; /* by the first person in them; those before next_source are active, or done */
    size_t source_count, next_source;
    source **active; /* by sequence and part: may hold the person at hand */
    size_t active_count, active_capacity;
    store_query *rows; /* NULL: at its end */
    registry_spell next_row;
    registry_spell *said;
    size_t count, capacity;
};

static void close_source(source *s)
{
    if (s->memory) arena_close(s->memory);
    s->memory = NULL;
}

static err open_source(spell_scan *scan, source *s)
{
    char name[32];
    text bytes;
    s->memory = arena_open();
    snprintf(name, sizeof name, "spell.%04lld", (long long)s->part);
    TRY(eventlog_segment_read(s->memory, scan->r->log, scan->bucket, s->sequence, name, &bytes));
    TRY(eventlog_rows_open(bytes, &s->rows));
    for (size_t i = 0; i < CELLS; i++)
        TRY(eventlog_rows_find(&s->rows, CELL_NAMES[i], false, &s->column[i]));
    s->block = arena_alloc(s->memory, sizeof *s->block * CELLS);
    s->at = eventlog_rows_seek(&s->rows, s->column[0], scan->from_id);
    s->block_count = 0;
    return ERR_NONE;
}

static int64_t cell(source *s, size_t which)
{
    if (s->at < s->block_from || s->at >= s->block_from + s->block_count) {
        size_t rest = s->rows.row_count - s->at;
        s->block_from = s->at;
        s->block_count = rest < BLOCK_ROWS ? rest : BLOCK_ROWS;
        for (size_t i = 0; i < CELLS; i++)
            eventlog_rows_numbers(&s->rows, s->column[i], s->at, s->block_count, s->block[i]);
    }
    return s->block[which][s->at - s->block_from];
}

static registry_spell row_of(source *s)
{
    return (registry_spell){
        .fact = { .subject_id = cell(s, 0),
                  .from = cell(s, 1),
                  .until = cell(s, 2),
                  .is_void = cell(s, 3) != 0,
                  .known_from_ms = s->known_ms,
                  .known_until_ms = REGISTRY_NOW,
                  .sequence = s->sequence },
        .scheme = cell(s, 4),
        .employer_id = cell(s, 5),
        .kind = cell(s, 6),
        .region = cell(s, 7),
        .base_fen = cell(s, 8),
    };
}

static err take_source(spell_scan *scan, source *s, int64_t person_id)
{
    if (!s->memory) TRY(open_source(scan, s));
    while (s->at < s->rows.row_count && cell(s, 0) < person_id)
        s->at++;
    for (int64_t item = 0; s->at < s->rows.row_count && cell(s, 0) == person_id; s->at++) {
        registry_spell spell = row_of(s);
        spell.fact.item = item++;
        ARENA_PUSH(scan->memory, scan->said, scan->count, scan->capacity, spell);
    }
    return ERR_NONE;
}

static bool is_later(const source *a, const source *b)
{
    return a->sequence != b->sequence ? a->sequence > b->sequence : a->part > b->part;
}

/* Lets in the sources that begin at this person or before, and out those that ended before it:
 * there may be hundreds, but of each event one or two at a time. */
static void move_on(spell_scan *scan, int64_t person_id)
{
    size_t kept = 0;
    for (size_t i = 0; i < scan->active_count; i++) {
        source *s = scan->active[i];
        if (s->last_id >= person_id) scan->active[kept++] = s;
        else close_source(s);
    }
    scan->active_count = kept;
    for (; scan->next_source < scan->source_count; scan->next_source++) {
        source *s = &scan->sources[scan->next_source];
        if (s->first_id > person_id) return;
        if (s->last_id < person_id) continue;
        ARENA_PUSH(scan->memory, scan->active, scan->active_count, scan->active_capacity, s);
        for (size_t at = scan->active_count - 1; at && is_later(scan->active[at - 1], s); at--) {
            scan->active[at] = scan->active[at - 1];
            scan->active[at - 1] = s;
        }
    }
}

static err step_rows(spell_scan *scan)
{
    bool has_row;
    TRY(store_step(scan->rows, &has_row));
    if (has_row) rows_take(REGISTRY_SPELL, scan->rows, &scan->next_row);
    else scan->rows = NULL;
    return ERR_NONE;
}

static err take_rows(spell_scan *scan, int64_t person_id)
{
    while (scan->rows && scan->next_row.fact.subject_id < person_id)
        TRY(step_rows(scan));
    while (scan->rows && scan->next_row.fact.subject_id == person_id) {
        ARENA_PUSH(scan->memory, scan->said, scan->count, scan->capacity, scan->next_row);
        TRY(step_rows(scan));
    }
    return ERR_NONE;
}

/* Segments come first, so only rows said one by one may stand too late. */
static void sort_said(spell_scan *scan, size_t sorted)
{
    for (size_t i = sorted; i < scan->count; i++) {
        registry_spell spell = scan->said[i];
        size_t at = i;
        for (; at > 0 && scan->said[at - 1].fact.sequence > spell.fact.sequence; at--)
            scan->said[at] = scan->said[at - 1];
        scan->said[at] = spell;
    }
}

err spell_scan_of(spell_scan *scan, int64_t person_id, const registry_spell **said, size_t *count)
{
    scan->count = 0;
    move_on(scan, person_id);
    for (size_t i = 0; i < scan->active_count; i++)
        TRY(take_source(scan, scan->active[i], person_id));
    size_t sorted = scan->count;
    TRY(take_rows(scan, person_id));
    sort_said(scan, sorted);
    *said = scan->said;
    *count = scan->count;
    return ERR_NONE;
}

/* ---- opening ---- */

static err list_sources(spell_scan *scan, int64_t known_ms, int64_t until_id)
{
    size_t capacity = 0;
    store_query *q;
    bool has_row;
    TRY(store_prepare(scan->r->db,
                      "SELECT sequence, part, known_ms, first_id, last_id "
                      "FROM registry_spell_segment WHERE bucket = ?1 AND known_ms <= ?2 "
                      "AND last_id >= ?3 AND first_id < ?4 ORDER BY first_id, sequence, part",
                      &q));
    store_bind_int(q, 1, scan->bucket);
    store_bind_int(q, 2, known_ms);
    store_bind_int(q, 3, scan->from_id);
    store_bind_int(q, 4, until_id);
    for (;;) {
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        source s = { .sequence = store_int(q, 0),
                     .part = store_int(q, 1),
                     .known_ms = store_int(q, 2),
                     .first_id = store_int(q, 3),
                     .last_id = store_int(q, 4) };
        ARENA_PUSH(scan->memory, scan->sources, scan->source_count, capacity, s);
    }
}

static err list_rows(spell_scan *scan, int64_t known_ms, int64_t until_id)
{
    TRY(store_prepare(scan->r->db,
                      "SELECT bucket, subject_id, sequence, item, from_month, until_month, "
                      "known_from_ms, known_until_ms, scheme, employer_id, kind, region, base_fen "
                      "FROM registry_spell WHERE bucket = ?1 AND subject_id >= ?2 "
                      "AND subject_id < ?3 AND known_from_ms <= ?4 "
                      "ORDER BY subject_id, sequence, item",
                      &scan->rows));
    store_bind_int(scan->rows, 1, scan->bucket);
    store_bind_int(scan->rows, 2, scan->from_id);
    store_bind_int(scan->rows, 3, until_id);
    store_bind_int(scan->rows, 4, known_ms);
    return step_rows(scan);
}

err spell_scan_open(arena *a, registry *r, uint32_t bucket, int64_t known_ms, int64_t from_id,
                    int64_t until_id, spell_scan **scan)
{
    spell_scan *s = ARENA_NEW(a, spell_scan);
    s->r = r;
    s->memory = a;
    s->bucket = bucket;
    s->from_id = from_id;
    TRY(list_sources(s, known_ms, until_id));
    TRY(list_rows(s, known_ms, until_id));
    *scan = s;
    return ERR_NONE;
}

void spell_scan_close(spell_scan *scan)
{
    if (!scan) return;
    for (size_t i = 0; i < scan->source_count; i++)
        close_source(&scan->sources[i]);
    if (scan->rows) store_reset(scan->rows);
    scan->rows = NULL;
}

err spell_read(arena *a, registry *r, int64_t person_id, int64_t known_ms, bool joins,
               registry_spell **spells, size_t *count)
{
    spell_scan *scan;
    const registry_spell *said;
    TRY(spell_scan_open(a, r, eventlog_bucket_of(person_id), known_ms, person_id, person_id + 1,
                        &scan));
    err e = spell_scan_of(scan, person_id, &said, count);
    if (!e.kind) *count = spell_paint(a, said, *count, joins, spells);
    spell_scan_close(scan);
    return e;
}
