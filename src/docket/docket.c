#include "docket/docket.h"

#include <string.h>

#include "codec/codec.h"

const err_kind DOCKET_NO_ROW = {
    "docket.no_row", ERR_NOT_FOUND,
    "The docket has no row {}; doudi docket list shows those there are.",
    "台账中没有第 {} 行；用 doudi docket list 查看。"
};

struct docket_book {
    arena *process;
    store *db;
    eventlog *log;
};

err docket_open(arena *process, store *db, eventlog *log, docket_book **book)
{
    docket_book *b = ARENA_NEW(process, docket_book);
    *b = (docket_book){ .process = process, .db = db, .log = log };
    *book = b;
    return ERR_NONE;
}

static err leave(docket_book *book, arena *scratch, err e)
{
    if (e.detail) e.detail = arena_copy(book->process, e.detail, strlen(e.detail));
    arena_close(scratch);
    return e;
}

/* ---- the one place that turns events into rows ---- */

static err apply_said(docket_book *book, const eventlog_entry *entry, const codec_json *body)
{
    store_query *q;
    TRY(store_prepare(book->db, "DELETE FROM docket_row WHERE docket = ?1 AND row_id = ?2", &q));
    store_bind_text(q, 1, eventlog_body_text(body, "docket"));
    store_bind_int(q, 2, eventlog_body_int(body, "row"));
    TRY(store_do(q, NULL));
    TRY(store_prepare(book->db, "INSERT INTO docket_row VALUES (?1, ?2, ?3, ?4, 0, ?5, ?6)", &q));
    store_bind_text(q, 1, eventlog_body_text(body, "docket"));
    store_bind_int(q, 2, eventlog_body_int(body, "row"));
    store_bind_text(q, 3, eventlog_body_text(body, "key"));
    store_bind_text(q, 4, eventlog_body_text(body, "cells"));
    store_bind_int(q, 5, entry->event.known_ms);
    store_bind_int(q, 6, entry->event.actor_id);
    return store_do(q, NULL);
}

static err apply_struck(docket_book *book, const eventlog_entry *entry, const codec_json *body)
{
    store_query *q;
    TRY(store_prepare(book->db, "UPDATE docket_row SET is_struck = 1, known_ms = ?3, actor_id = ?4 WHERE docket = ?1 AND row_id = ?2", &q));
    store_bind_text(q, 1, eventlog_body_text(body, "docket"));
    store_bind_int(q, 2, eventlog_body_int(body, "row"));
    store_bind_int(q, 3, entry->event.known_ms);
    store_bind_int(q, 4, entry->event.actor_id);
    return store_do(q, NULL);
}

static err apply(docket_book *book, arena *a, const eventlog_entry *entry)
{
    const codec_json *body;
    text kind = text_of(entry->event.kind);
    TRY(codec_json_parse(a, entry->event.body, (codec_json_options){ 0 }, &body));
    if (text_equal_cstr(kind, "docket.said")) return apply_said(book, entry, body);
    return text_equal_cstr(kind, "docket.struck") ? apply_struck(book, entry, body) : ERR_NONE;
}

static err apply_any(void *room, const eventlog_entry *entry)
{
    docket_book *book = room;
    arena *scratch = arena_open();
    return leave(book, scratch, apply(book, scratch, entry));
}

static const eventlog_table TABLES[] = { { "docket_row", "docket, row_id", "tittiii" } };

eventlog_room docket_room(docket_book *book)
{
    return (eventlog_room){ .events = "docket.", .tables = TABLES, .table_count = sizeof TABLES / sizeof TABLES[0],
                            .apply = apply_any, .room = book };
}

static err record(docket_book *book, const docket_act *act, const char *kind, text body)
{
    eventlog_event event = { .bucket = EVENTLOG_OFFICE, .kind = kind, .known_ms = act->known_ms, .actor_id = act->actor_id,
                             .why = act->why, .body = body };
    eventlog_entry entry = { .event = event };
    TRY(eventlog_append(book->log, &event, &entry.sequence, NULL));
    return apply_any(book, &entry);
}

/* ---- saying ---- */

/* *row_id 0: none of this key stands. */
static err find(docket_book *book, arena *a, text docket, text key, int64_t *row_id, text *cells)
{
    store_query *q;
    bool has_row;
    *row_id = 0;
    TRY(store_prepare(book->db, "SELECT row_id, cells FROM docket_row WHERE docket = ?1 AND row_key = ?2 AND is_struck = 0", &q));
    store_bind_text(q, 1, docket);
    store_bind_text(q, 2, key);
    TRY(store_step(q, &has_row));
    if (!has_row) return ERR_NONE;
    *row_id = store_int(q, 0);
    *cells = text_copy(a, store_text(q, 1));
    store_reset(q);
    return ERR_NONE;
}

static err next_row(docket_book *book, text docket, int64_t *row_id)
{
    store_query *q;
    bool has_row;
    TRY(store_prepare(book->db, "SELECT COALESCE(MAX(row_id), 0) + 1 FROM docket_row WHERE docket = ?1", &q));
    store_bind_text(q, 1, docket);
    TRY(store_step(q, &has_row));
    *row_id = store_int(q, 0);
    store_reset(q);
    return ERR_NONE;
}

static err say(docket_book *book, arena *a, const docket_act *act, text docket, text key, text cells, docket_said *said)
{
    int64_t row_id;
    text now;
    TRY(find(book, a, docket, key, &row_id, &now));
    *said = !row_id ? DOCKET_ADDED : text_equal(now, cells) ? DOCKET_SAME : DOCKET_CHANGED;
    if (*said == DOCKET_SAME) return ERR_NONE;
    if (!row_id) TRY(next_row(book, docket, &row_id));
    text_builder body = text_builder_open(a);
    codec_json_writer w = codec_json_write(&body, false);
    codec_json_begin_object(&w);
    eventlog_body_add_text(&w, "cells", cells);
    eventlog_body_add_text(&w, "docket", docket);
    eventlog_body_add_text(&w, "key", key);
    eventlog_body_add_int(&w, "row", row_id);
    codec_json_end_object(&w);
    return record(book, act, "docket.said", text_built(&body));
}

err docket_say(docket_book *book, const docket_act *act, text docket, text key, text cells, docket_said *said)
{
    arena *scratch = arena_open();
    return leave(book, scratch, say(book, scratch, act, docket, key, cells, said));
}

static err strike(docket_book *book, arena *a, const docket_act *act, text docket, int64_t row_id, bool *is_new)
{
    store_query *q;
    bool has_row;
    TRY(store_prepare(book->db, "SELECT is_struck FROM docket_row WHERE docket = ?1 AND row_id = ?2", &q));
    store_bind_text(q, 1, docket);
    store_bind_int(q, 2, row_id);
    TRY(store_step(q, &has_row));
    if (!has_row) return err_of(&DOCKET_NO_ROW, text_format(a, "%lld", (long long)row_id).bytes);
    *is_new = store_int(q, 0) == 0;
    store_reset(q);
    if (!*is_new) return ERR_NONE;
    text_builder body = text_builder_open(a);
    codec_json_writer w = codec_json_write(&body, false);
    codec_json_begin_object(&w);
    eventlog_body_add_text(&w, "docket", docket);
    eventlog_body_add_int(&w, "row", row_id);
    codec_json_end_object(&w);
    return record(book, act, "docket.struck", text_built(&body));
}

err docket_strike(docket_book *book, const docket_act *act, text docket, int64_t row_id, bool *is_new)
{
    arena *scratch = arena_open();
    return leave(book, scratch, strike(book, scratch, act, docket, row_id, is_new));
}

err docket_rows(arena *a, docket_book *book, text docket, docket_row **rows, size_t *count)
{
    store_query *q;
    size_t capacity = 0;
    *rows = NULL;
    *count = 0;
    TRY(store_prepare(book->db,
                      "SELECT row_id, row_key, cells, known_ms, actor_id FROM docket_row WHERE docket = ?1 AND is_struck = 0 "
                      "ORDER BY row_id", &q));
    store_bind_text(q, 1, docket);
    for (;;) {
        bool has_row;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        docket_row one = { .row_id = store_int(q, 0), .key = text_copy(a, store_text(q, 1)), .cells = text_copy(a, store_text(q, 2)),
                           .known_ms = store_int(q, 3), .actor_id = store_int(q, 4) };
        ARENA_PUSH(a, *rows, *count, capacity, one);
    }
}
