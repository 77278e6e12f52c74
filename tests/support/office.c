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

void office_tables_are_the_logs(office *o, eventlog_room room)
{
    eventlog_tables_verdict verdict;
    office_ok(eventlog_check_tables(o->log, &room, 1, &verdict));
    if (verdict.bad_table) fail_msg("%s is not what the log says", verdict.bad_table);
    assert_true(verdict.row_count > 0);
    for (size_t t = 0; t < room.table_count; t++) {
        int64_t rows;
        text name = text_of(room.tables[t].name);
        office_ok(store_scalar(o->db, text_format(o->memory, "SELECT count(*) FROM %.*s", TEXT_ARG(name)).bytes, &rows));
        if (!rows) continue;
        office_begin(o);
        office_ok(store_run(o->db, text_format(o->memory, "DELETE FROM %.*s", TEXT_ARG(name)).bytes));
        office_ok(store_commit(o->db));
        office_ok(eventlog_check_tables(o->log, &room, 1, &verdict));
        assert_string_equal(verdict.bad_table, room.tables[t].name);
        assert_int_equal(verdict.rebuilt_rows, rows);
        office_begin(o);
        office_ok(eventlog_rebuild(o->log, &room, 1));
        office_ok(store_commit(o->db));
    }
}
