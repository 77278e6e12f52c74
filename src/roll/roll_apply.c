/* The one place that turns events into rows: when a roll is taken, and when tables are made anew. */
#include "roll/roll_internal.h"

static err add_counts(roll_book *book, int64_t receipt_id, const roll_line *lines, size_t count)
{
    int64_t of[ROLL_STATE_COUNT] = { 0 };
    for (size_t i = 0; i < count; i++) of[lines[i].state]++;
    for (int state = ROLL_LINKED; state < ROLL_STATE_COUNT; state++) {
        store_query *q;
        TRY(store_prepare(book->db, "INSERT INTO roll_count VALUES (?1, ?2, ?3)", &q));
        store_bind_int(q, 1, receipt_id);
        store_bind_int(q, 2, state);
        store_bind_int(q, 3, of[state]);
        TRY(store_do(q, NULL));
    }
    return ERR_NONE;
}

static err apply_received(roll_book *book, arena *a, const eventlog_entry *entry, const codec_json *body)
{
    static const char *const REST[] = { "mended", "before", "added", "removed", "changed" };
    enum { FIRST_OF_REST = 11 };
    store_query *q;
    roll_line *lines;
    size_t count;
    int64_t receipt_id = eventlog_body_int(body, "receipt");
    TRY(roll_lines_told(a, book, entry->sequence, "lines", &lines, &count));
    TRY(store_prepare(book->db,
                      "INSERT INTO roll_receipt VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)", &q));
    store_bind_int(q, 1, receipt_id);
    store_bind_text(q, 2, eventlog_body_text(body, "roll"));
    store_bind_int(q, 3, eventlog_body_int(body, "month"));
    store_bind_int(q, 4, entry->sequence);
    store_bind_text(q, 5, eventlog_body_text(body, "file"));
    store_bind_text(q, 6, eventlog_body_text(body, "digest"));
    store_bind_text(q, 7, eventlog_body_text(body, "contract"));
    store_bind_int(q, 8, entry->event.known_ms);
    store_bind_int(q, 9, entry->event.actor_id);
    store_bind_int(q, 10, (int64_t)count);
    for (int i = 0; i < (int)(sizeof REST / sizeof REST[0]); i++)
        store_bind_int(q, FIRST_OF_REST + i, eventlog_body_int(body, REST[i]));
    TRY(store_do(q, NULL));
    return add_counts(book, receipt_id, lines, count);
}

static err forget(roll_book *book, const char *sql, int64_t receipt_id, int64_t line)
{
    store_query *q;
    TRY(store_prepare(book->db, sql, &q));
    store_bind_int(q, 1, receipt_id);
    store_bind_int(q, 2, line);
    return store_do(q, NULL);
}

static err apply_proposed(roll_book *book, const eventlog_entry *entry, const codec_json *body)
{
    store_query *q;
    int64_t receipt_id = eventlog_body_int(body, "receipt"), line = eventlog_body_int(body, "line");
    TRY(forget(book, "DELETE FROM roll_proposed WHERE receipt_id = ?1 AND line = ?2", receipt_id, line));
    TRY(store_prepare(book->db, "INSERT INTO roll_proposed VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)", &q));
    store_bind_int(q, 1, receipt_id);
    store_bind_int(q, 2, line);
    store_bind_int(q, 3, eventlog_body_int(body, "state"));
    store_bind_int(q, 4, eventlog_body_int(body, "subject"));
    store_bind_int(q, 5, entry->event.known_ms);
    store_bind_int(q, 6, entry->event.actor_id);
    store_bind_text(q, 7, entry->event.why);
    return store_do(q, NULL);
}

static err apply_settled(roll_book *book, arena *a, const eventlog_entry *entry, const codec_json *body)
{
    roll_line *lines;
    size_t count;
    int64_t receipt_id = eventlog_body_int(body, "receipt");
    TRY(roll_lines_told(a, book, entry->sequence, "lines", &lines, &count));
    for (size_t i = 0; i < count; i++) {
        store_query *q;
        TRY(forget(book, "DELETE FROM roll_settled WHERE receipt_id = ?1 AND line = ?2", receipt_id, lines[i].line));
        TRY(forget(book, "DELETE FROM roll_proposed WHERE receipt_id = ?1 AND line = ?2", receipt_id, lines[i].line));
        TRY(store_prepare(book->db, "INSERT INTO roll_settled VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)", &q));
        store_bind_int(q, 1, receipt_id);
        store_bind_int(q, 2, lines[i].line);
        store_bind_int(q, 3, lines[i].state);
        store_bind_int(q, 4, lines[i].subject_id);
        store_bind_int(q, 5, entry->event.known_ms);
        store_bind_int(q, 6, entry->event.actor_id);
        store_bind_text(q, 7, entry->event.why);
        TRY(store_do(q, NULL));
    }
    return ERR_NONE;
}

static err apply(roll_book *book, arena *a, const eventlog_entry *entry)
{
    const codec_json *body;
    text kind = text_of(entry->event.kind);
    TRY(codec_json_parse(a, entry->event.body, (codec_json_options){ 0 }, &body));
    if (text_equal_cstr(kind, "roll.received")) return apply_received(book, a, entry, body);
    if (text_equal_cstr(kind, "roll.proposed")) return apply_proposed(book, entry, body);
    return text_equal_cstr(kind, "roll.settled") ? apply_settled(book, a, entry, body) : ERR_NONE;
}

err roll_apply(roll_book *book, const eventlog_entry *entry)
{
    arena *scratch = arena_open();
    return roll_leave(book, scratch, apply(book, scratch, entry));
}

static const eventlog_table TABLES[] = {
    { "roll_receipt", "receipt_id", "itiitttiiiiiiii" },
    { "roll_count", "receipt_id, state", "iii" },
    { "roll_settled", "receipt_id, line", "iiiiiit" },
    { "roll_proposed", "receipt_id, line", "iiiiiit" },
};

static err apply_any(void *room, const eventlog_entry *entry)
{
    return roll_apply(room, entry);
}

eventlog_room roll_room(roll_book *book)
{
    return (eventlog_room){ .events = "roll.", .tables = TABLES, .table_count = sizeof TABLES / sizeof TABLES[0],
                            .apply = apply_any, .room = book };
}
