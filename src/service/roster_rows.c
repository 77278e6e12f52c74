#include <stddef.h>
#include <string.h>

#include "calendar/calendar.h"
#include "service/roster_internal.h"

static const roster_rows_source SOURCES[] = {
    { "years", true, false },     /* a row a spell and calendar year */
    { "spells", false, false },   /* a row a spell */
    { "dependants", false, true }, /* determine_dependants.c */
    { "joined", false, true }      /* watch_joined.c */
};

const roster_rows_source *roster_rows_find(const char *record)
{
    for (size_t i = 0; i < ARRAY_COUNT(SOURCES); i++)
        if (strcmp(SOURCES[i].record, record) == 0) return &SOURCES[i];
    return NULL;
}

static void add_row(arena *a, const registry_spell *s, int64_t from, int64_t until,
                    roster_row_list *rows)
{
    int64_t year = calendar_year_of_month((int32_t)from);
    roster_row row = { from, until, s->base_fen, s->region, year, until - from };
    ARENA_PUSH(a, rows->items, rows->count, rows->capacity, row);
}

/* What goes on is cut off at the month asked: what comes is not yet paid. */
static void take_spell(arena *a, const roster_rows_source *source, const registry_spell *s,
                       int64_t month, roster_row_list *rows)
{
    int64_t until = s->fact.until < month ? s->fact.until : month;
    for (int64_t from = s->fact.from; from < until;) {
        int32_t year = calendar_year_of_month((int32_t)from);
        int64_t next = source->is_by_year ? calendar_month_of(year + 1, 1) : until;
        if (next > until) next = until;
        add_row(a, s, from, next, rows);
        from = next;
    }
}

void roster_rows_take(arena *a, const roster_rows_source *source, const roster_lane *lane,
                      int64_t scheme, int64_t paid, roster_row_list *rows)
{
    for (size_t i = 0; !source->is_elsewhere && i < lane->row->spell_count; i++) {
        const registry_spell *s = &lane->row->spells[i];
        if (s->scheme == scheme && s->kind == paid) take_spell(a, source, s, lane->month, rows);
    }
}

bool roster_rows_field(const roster_row *row, const char *field, int64_t *value)
{
    static const struct { const char *name; size_t offset; } FIELDS[] = {
        { "from", offsetof(roster_row, from_month) }, { "until", offsetof(roster_row, until_month) },
        { "base", offsetof(roster_row, base_fen) },   { "place", offsetof(roster_row, region) },
        { "year", offsetof(roster_row, year) },       { "months", offsetof(roster_row, months) },
    };
    for (size_t i = 0; i < ARRAY_COUNT(FIELDS); i++) {
        if (strcmp(FIELDS[i].name, field) != 0) continue;
        memcpy(value, (const char *)row + FIELDS[i].offset, sizeof *value);
        return true;
    }
    return false;
}
