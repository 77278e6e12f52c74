#include <string.h>

#include "registry/registry_internal.h"

/* Facts as columns: subject_id, from, until, is_void, then the cells; a secret is two. */

static int64_t *numbers(arena *a, eventlog_column *columns, size_t *count, const char *name,
                        size_t row_count)
{
    int64_t *number = ARENA_ARRAY(a, int64_t, row_count);
    columns[(*count)++] = (eventlog_column){ .name = name, .number = number };
    return number;
}

static text *words(arena *a, eventlog_column *columns, size_t *count, const char *name,
                   size_t row_count)
{
    text *word = ARENA_ARRAY(a, text, row_count);
    columns[(*count)++] = (eventlog_column){ .name = name, .word = word };
    return word;
}

static void add_common(arena *a, registry_kind kind, const void *facts, size_t rows,
                       eventlog_column *columns, size_t *count)
{
    int64_t *subject = numbers(a, columns, count, "subject_id", rows);
    int64_t *from = numbers(a, columns, count, REGISTRY_KINDS[kind].from, rows);
    int64_t *until = numbers(a, columns, count, REGISTRY_KINDS[kind].until, rows);
    int64_t *is_void = numbers(a, columns, count, "is_void", rows);
    for (size_t i = 0; i < rows; i++) {
        const registry_fact *f = registry_fact_at(kind, facts, i);
        subject[i] = f->subject_id;
        from[i] = f->from;
        until[i] = f->until;
        is_void[i] = f->is_void;
    }
}

static const char *named(arena *a, const registry_cell *c, const char *ending)
{
    return text_cstr(a, text_format(a, "%s_%s", c->name, ending));
}

static void add_cell(arena *a, registry_kind kind, const registry_cell *c, const void *facts,
                     size_t rows, eventlog_column *columns, size_t *count)
{
    if (c->type == CELL_NUMBER) {
        int64_t *number = numbers(a, columns, count, c->name, rows);
        for (size_t i = 0; i < rows; i++)
            number[i] = *registry_cell_number(registry_fact_at(kind, facts, i), c);
    } else if (c->type == CELL_WORD) {
        text *word = words(a, columns, count, c->name, rows);
        for (size_t i = 0; i < rows; i++)
            word[i] = *registry_cell_word(registry_fact_at(kind, facts, i), c);
    } else {
        text *sealed = words(a, columns, count, named(a, c, "sealed"), rows);
        int64_t *key = numbers(a, columns, count, named(a, c, "key"), rows);
        for (size_t i = 0; i < rows; i++) {
            const registry_secret *s = registry_cell_secret(registry_fact_at(kind, facts, i), c);
            sealed[i] = s->sealed;
            key[i] = s->key;
        }
    }
}

err segment_write(arena *a, registry_kind kind, const void *facts, size_t count, text *bytes)
{
    const registry_kind_row *k = &REGISTRY_KINDS[kind];
    eventlog_column columns[EVENTLOG_COLUMNS_MAX];
    size_t column_count = 0;
    arena *scratch = arena_open();
    add_common(scratch, kind, facts, count, columns, &column_count);
    for (size_t i = 0; i < k->cell_count; i++)
        add_cell(scratch, kind, &k->cells[i], facts, count, columns, &column_count);
    err e = eventlog_rows_write(a, columns, column_count, count, bytes);
    arena_close(scratch);
    return e;
}

/* ---- and back ---- */

typedef struct {
    eventlog_rows rows;
    registry_kind kind;
    void *facts;
} taken;

/* Puts a column of numbers at `offset` of each fact. */
static err take_numbers(arena *a, taken *t, const char *name, size_t offset)
{
    size_t column;
    TRY(eventlog_rows_find(&t->rows, name, false, &column));
    int64_t *number = ARENA_ARRAY(a, int64_t, t->rows.row_count);
    eventlog_rows_numbers(&t->rows, column, 0, t->rows.row_count, number);
    for (size_t i = 0; i < t->rows.row_count; i++)
        memcpy((char *)registry_fact_at(t->kind, t->facts, i) + offset, &number[i], sizeof *number);
    return ERR_NONE;
}

static err take_words(taken *t, const char *name, size_t offset)
{
    size_t column;
    TRY(eventlog_rows_find(&t->rows, name, true, &column));
    for (size_t i = 0; i < t->rows.row_count; i++) {
        text word = eventlog_rows_word(&t->rows, column, i);
        memcpy((char *)registry_fact_at(t->kind, t->facts, i) + offset, &word, sizeof word);
    }
    return ERR_NONE;
}

static err take_cell(arena *a, taken *t, const registry_cell *c)
{
    if (c->type == CELL_NUMBER) return take_numbers(a, t, c->name, c->offset);
    if (c->type == CELL_WORD) return take_words(t, c->name, c->offset);
    TRY(take_words(t, named(a, c, "sealed"), c->offset + offsetof(registry_secret, sealed)));
    return take_numbers(a, t, named(a, c, "key"), c->offset + offsetof(registry_secret, key));
}

static err take_common(arena *a, taken *t)
{
    const registry_kind_row *k = &REGISTRY_KINDS[t->kind];
    size_t column;
    TRY(take_numbers(a, t, "subject_id", offsetof(registry_fact, subject_id)));
    TRY(take_numbers(a, t, k->from, offsetof(registry_fact, from)));
    TRY(take_numbers(a, t, k->until, offsetof(registry_fact, until)));
    TRY(eventlog_rows_find(&t->rows, "is_void", false, &column));
    for (size_t i = 0; i < t->rows.row_count; i++)
        registry_fact_at(t->kind, t->facts, i)->is_void =
            eventlog_rows_number(&t->rows, column, i) != 0;
    return ERR_NONE;
}

err segment_read(arena *a, registry_kind kind, text bytes, void **facts, size_t *count)
{
    const registry_kind_row *k = &REGISTRY_KINDS[kind];
    taken t = { .kind = kind };
    TRY(eventlog_rows_open(bytes, &t.rows));
    t.facts = arena_alloc(a, t.rows.row_count * k->size_bytes);
    *facts = t.facts;
    *count = t.rows.row_count;
    TRY(take_common(a, &t));
    for (size_t i = 0; i < k->cell_count; i++)
        TRY(take_cell(a, &t, &k->cells[i]));
    return ERR_NONE;
}
