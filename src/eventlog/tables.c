/* Tables of other rooms: hashed, made anew from the log, and held against it. */
#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "eventlog/eventlog_internal.h"

static void add_number(crypto_hasher *hasher, uint64_t number)
{
    uint8_t bytes[8];
    for (int i = 0; i < 8; i++) bytes[i] = (uint8_t)(number >> (8 * (7 - i)));
    crypto_hash_add(hasher, bytes, sizeof bytes);
}

static void add_bytes(crypto_hasher *hasher, text bytes)
{
    add_number(hasher, bytes.size_bytes);
    crypto_hash_add(hasher, bytes.bytes, bytes.size_bytes);
}

static void add_row(crypto_hasher *hasher, const store_query *q, const char *columns)
{
    for (int c = 0; columns[c]; c++) {
        if (columns[c] == 'i') add_number(hasher, (uint64_t)store_int(q, c));
        if (columns[c] == 't') add_bytes(hasher, store_text(q, c));
        if (columns[c] == 'b') add_bytes(hasher, store_bytes(q, c));
    }
}

err eventlog_hash_table(eventlog *log, const eventlog_table *table, crypto_digest *hash, int64_t *row_count)
{
    store_query *q;
    arena *scratch = arena_open();
    text sql = text_format(scratch, "SELECT * FROM %s ORDER BY %s", table->name, table->order);
    err e = store_prepare(log->db, text_cstr(scratch, sql), &q);
    int64_t rows = 0;
    if (!e.kind) crypto_hash_begin(log->hasher);
    for (bool has_row = true; !e.kind;) {
        e = store_step(q, &has_row);
        if (e.kind || !has_row) break;
        add_row(log->hasher, q, table->columns);
        rows++;
    }
    if (!e.kind) *hash = crypto_hash_end(log->hasher);
    if (row_count) *row_count = rows;
    arena_close(scratch);
    return e;
}

static err clear(eventlog *log, const eventlog_room *room)
{
    arena *scratch = arena_open();
    err e = ERR_NONE;
    for (size_t t = 0; !e.kind && t < room->table_count; t++)
        e = store_run(log->db, text_cstr(scratch, text_format(scratch, "DELETE FROM %s", room->tables[t].name)));
    arena_close(scratch);
    return e;
}

static err replay(eventlog *log, const eventlog_room *rooms, size_t count, uint32_t bucket)
{
    arena *scratch = arena_open();
    eventlog_cursor *cursor;
    err e = eventlog_read(scratch, log, bucket, 1, &cursor);
    while (!e.kind) {
        const eventlog_entry *entry;
        e = eventlog_next(cursor, &entry);
        if (e.kind || !entry) break;
        for (size_t r = 0; !e.kind && r < count; r++)
            if (text_begins(text_of(entry->event.kind), text_of(rooms[r].events)))
                e = rooms[r].apply(rooms[r].room, entry);
    }
    eventlog_cursor_close(cursor);
    arena_close(scratch);
    return e;
}

err eventlog_rebuild(eventlog *log, const eventlog_room *rooms, size_t count)
{
    for (size_t r = 0; r < count; r++) TRY(clear(log, &rooms[r]));
    for (uint32_t bucket = 0; bucket <= EVENTLOG_OFFICE; bucket++) TRY(replay(log, rooms, count, bucket));
    return ERR_NONE;
}

/* ---- checking ---- */

typedef struct {
    const eventlog_table *table;
    crypto_digest hash;
    int64_t row_count;
} seen;

static err see(arena *a, eventlog *log, const eventlog_room *rooms, size_t count, seen **tables, size_t *table_count)
{
    size_t capacity = 0;
    *tables = NULL;
    *table_count = 0;
    for (size_t r = 0; r < count; r++)
        for (size_t t = 0; t < rooms[r].table_count; t++) {
            seen one = { .table = &rooms[r].tables[t] };
            TRY(eventlog_hash_table(log, &rooms[r].tables[t], &one.hash, &one.row_count));
            ARENA_PUSH(a, *tables, *table_count, capacity, one);
        }
    return ERR_NONE;
}

static err compare(arena *a, eventlog *log, const eventlog_room *rooms, size_t count, eventlog_tables_verdict *verdict,
                   const eventlog_table **bad)
{
    seen *before, *after;
    size_t before_count, after_count;
    TRY(see(a, log, rooms, count, &before, &before_count));
    TRY(eventlog_rebuild(log, rooms, count));
    TRY(see(a, log, rooms, count, &after, &after_count));
    verdict->table_count = (int64_t)before_count;
    for (size_t t = 0; t < before_count; t++) {
        verdict->row_count += before[t].row_count;
        bool is_same = before[t].row_count == after[t].row_count &&
                       crypto_digest_equal(before[t].hash, after[t].hash);
        if (is_same || verdict->bad_table) continue;
        *bad = before[t].table;
        verdict->bad_table = before[t].table->name;
        verdict->bad_rows = before[t].row_count;
        verdict->rebuilt_rows = after[t].row_count;
    }
    return ERR_NONE;
}

/* ---- the row ---- */

typedef struct {
    text key;      /* the columns of the table's order, a stroke between them */
    uint64_t hash; /* of all cells */
} keyed_row;

static text keys_of(arena *a, const char *order)
{
    text_builder b = text_builder_open(a);
    text_add_cstr(&b, "CAST(");
    for (const char *c = order; *c; c++) {
        if (*c == ',') text_add_cstr(&b, " AS TEXT) || '/' || CAST(");
        else if (*c != ' ') text_add_char(&b, *c);
    }
    text_add_cstr(&b, " AS TEXT)");
    return text_built(&b);
}

static uint64_t hash_row(const store_query *q, const char *columns)
{
    uint64_t hash = 0;
    for (int c = 0; columns[c]; c++) {
        if (columns[c] == 'i') hash = hash_mix(hash, (uint64_t)store_int(q, c + 1));
        text bytes = columns[c] == 't' ? store_text(q, c + 1) : columns[c] == 'b' ? store_bytes(q, c + 1) : TEXT_NONE;
        if (columns[c] != 'i') hash = hash_bytes(bytes.bytes, bytes.size_bytes, hash);
    }
    return hash;
}

static err list_rows(arena *a, eventlog *log, const eventlog_table *table, keyed_row **rows, size_t *count)
{
    store_query *q;
    size_t capacity = 0;
    text sql = text_format(a, "SELECT %s AS row_key, %s.* FROM %s ORDER BY %s", keys_of(a, table->order).bytes, table->name, table->name,
                           table->order);
    *rows = NULL;
    *count = 0;
    TRY(store_prepare(log->db, text_cstr(a, sql), &q));
    for (bool has_row;;) {
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        keyed_row one = { text_copy(a, store_text(q, 0)), hash_row(q, table->columns) };
        ARENA_PUSH(a, *rows, *count, capacity, one);
    }
}

/* Where the two first part: `made` are the rows the log makes, `there` those that are there. */
static void name_row(const keyed_row *there, size_t there_count, const keyed_row *made, size_t made_count, eventlog_tables_verdict *v)
{
    size_t i = 0;
    while (i < there_count && i < made_count && there[i].hash == made[i].hash && text_equal(there[i].key, made[i].key)) i++;
    if (i < there_count) snprintf(v->bad_row, sizeof v->bad_row, "%.*s", TEXT_ARG(there[i].key));
    if (i < made_count) snprintf(v->log_row, sizeof v->log_row, "%.*s", TEXT_ARG(made[i].key));
}

err eventlog_check_tables(eventlog *log, const eventlog_room *rooms, size_t count, eventlog_tables_verdict *verdict)
{
    const eventlog_table *bad = NULL;
    keyed_row *made = NULL, *there = NULL;
    size_t made_count = 0, there_count = 0;
    *verdict = (eventlog_tables_verdict){ 0 };
    TRY(store_begin(log->db));
    arena *scratch = arena_open();
    err e = compare(scratch, log, rooms, count, verdict, &bad);
    if (!e.kind && bad) e = list_rows(scratch, log, bad, &made, &made_count);
    store_rollback(log->db);
    if (!e.kind && bad) e = list_rows(scratch, log, bad, &there, &there_count);
    if (!e.kind && bad) name_row(there, there_count, made, made_count, verdict);
    arena_close(scratch);
    return e;
}
