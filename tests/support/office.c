#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "support/office.h"

void office_ok(err e)
{
    if (e.kind) fail_msg("%s: %s", e.kind->code, e.detail ? e.detail : "");
}

void office_refused(err e, const err_kind *kind)
{
    if (!e.kind) fail_msg("went well instead of %s", kind->code);
    if (e.kind != kind) fail_msg("%s (%s) instead of %s", e.kind->code, e.detail ? e.detail : "", kind->code);
}

office *office_open(void **state)
{
    store_place *place = *state;
    arena *memory = arena_open();
    office *o = ARENA_NEW(memory, office);
    *o = (office){ .place = place, .memory = memory, .now_ms = 1000, .db = store_place_create(place) };
    office_ok(eventlog_open(memory, o->db, &o->log));
    return o;
}

int office_close(office *o, void **state)
{
    *state = o->place;
    eventlog_close(o->log);
    store_close(o->db);
    arena_close(o->memory);
    return store_place_leave(state);
}

void office_begin(office *o)
{
    office_ok(store_begin(o->db));
}

err office_end(office *o, err e)
{
    if (e.kind) store_rollback(o->db);
    else office_ok(store_commit(o->db));
    return e;
}

static void dump_row(text_builder *out, const store_query *q, const char *columns)
{
    for (int c = 0; columns[c]; c++) {
        if (columns[c] == 'i') text_add_format(out, "%lld", (long long)store_int(q, c));
        if (columns[c] == 't') text_add(out, store_text(q, c));
        if (columns[c] == 'b') text_add(out, store_bytes(q, c));
        text_add_char(out, '\t');
    }
    text_add_char(out, '\n');
}

text office_dump(office *o, const office_table *tables, size_t count)
{
    text_builder out = text_builder_open(o->memory);
    for (size_t t = 0; t < count; t++) {
        store_query *q;
        bool has_row = true;
        text sql = text_format(o->memory, "SELECT * FROM %s ORDER BY %s", tables[t].table, tables[t].order);
        text_add_format(&out, "%s\n", tables[t].table);
        office_ok(store_prepare(o->db, sql.bytes, &q));
        for (;;) {
            office_ok(store_step(q, &has_row));
            if (!has_row) break;
            dump_row(&out, q, tables[t].columns);
        }
    }
    return text_built(&out);
}

void office_replay(office *o, err (*apply)(void *room, const eventlog_entry *entry), void *room)
{
    for (uint32_t bucket = 0; bucket <= EVENTLOG_OFFICE; bucket++) {
        eventlog_cursor *cursor;
        const eventlog_entry *entry;
        office_ok(eventlog_read(o->memory, o->log, bucket, 1, &cursor));
        for (;;) {
            office_ok(eventlog_next(cursor, &entry));
            if (!entry) break;
            office_ok(apply(room, entry));
        }
        eventlog_cursor_close(cursor);
    }
}
