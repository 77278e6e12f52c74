#include <string.h>

#include "store/postgres_bulk.h"
#include "store/postgres_value.h"

enum { CHUNK_BYTES = 1 << 20, HEAD_BYTES = 19, CELL_BYTES = 4 + 8, END_BYTES = 2 };

typedef struct {
    arena *memory; /* its own; what a large row made it grow is given back */
    char *bytes;
    size_t size_bytes, capacity;
    const char *copy; /* the statement */
} chunk;

/* ---- the bytes of a chunk ---- */

static void begin_chunk(chunk *c)
{
    static const char HEAD[HEAD_BYTES] = "PGCOPY\n\377\r\n"; /* then 0: flags, and no extension */
    memcpy(c->bytes, HEAD, HEAD_BYTES);
    c->size_bytes = HEAD_BYTES;
}

static char *room_for(chunk *c, size_t size)
{
    size_t wanted = c->size_bytes + size + END_BYTES;
    if (wanted > c->capacity) {
        size_t larger = c->capacity * 2 > wanted ? c->capacity * 2 : wanted;
        char *bytes = arena_alloc(c->memory, larger);
        memcpy(bytes, c->bytes, c->size_bytes);
        c->bytes = bytes;
        c->capacity = larger;
    }
    return c->bytes + c->size_bytes;
}

/* ---- sending ---- */

static err send_chunk(store *db, chunk *c)
{
    PGconn *connection = postgres_of(db)->connection;
    TRY(postgres_quiet(db));
    PGresult *result = PQexec(connection, c->copy);
    err e = PQresultStatus(result) == PGRES_COPY_IN ? ERR_NONE : postgres_err(db, result);
    PQclear(result);
    if (e.kind) return e;
    postgres_put_big(c->bytes + c->size_bytes, UINT64_MAX, END_BYTES);
    c->size_bytes += END_BYTES;
    if (PQputCopyData(connection, c->bytes, (int)c->size_bytes) != 1 ||
        PQputCopyEnd(connection, NULL) != 1)
        e = postgres_err(db, NULL);
    while ((result = PQgetResult(connection))) {
        if (PQresultStatus(result) != PGRES_COMMAND_OK && !e.kind) e = postgres_err(db, result);
        PQclear(result);
        if (PQstatus(connection) == CONNECTION_BAD) break;
    }
    return e;
}

/* ---- the port ---- */

static const char *write_copy(arena *memory, const store_bulk *bulk)
{
    text_builder sql = text_builder_open(memory);
    text_add_format(&sql, "COPY %s (", bulk->table);
    for (size_t i = 0; i < bulk->column_count; i++)
        text_add_format(&sql, "%s%s", i ? ", " : "", bulk->columns[i]);
    text_add_cstr(&sql, ") FROM STDIN (FORMAT binary)");
    return text_built(&sql).bytes;
}

static void make_room(chunk *c)
{
    c->capacity = CHUNK_BYTES + CHUNK_BYTES / 4;
    c->bytes = arena_alloc(c->memory, c->capacity);
    begin_chunk(c);
}

/* The first time a chunk without rows is sent at once: a table or column that is not there is told here. */
err postgres_bulk_open(store_bulk *bulk)
{
    postgres_own *own = postgres_of(bulk->db);
    arena *memory = arena_open();
    chunk *c = bulk->own = ARENA_NEW(memory, chunk);
    c->memory = memory;
    c->copy = write_copy(memory, bulk);
    make_room(c);
    if (!own->copied) own->copied = hash_map_open(bulk->db->memory);
    if (hash_map_get(own->copied, text_of(c->copy)) != SIZE_MAX) return ERR_NONE;
    err e = send_chunk(bulk->db, c);
    begin_chunk(c);
    if (!e.kind) hash_map_put(own->copied, text_copy(bulk->db->memory, text_of(c->copy)), 1);
    return e;
}

static char *begin_cell(store_bulk *bulk, size_t size)
{
    char *at = room_for(bulk->own, END_BYTES + sizeof(int32_t) + size);
    return bulk->cell ? at : postgres_put_big(at, bulk->column_count, 2);
}

static void end_cell(store_bulk *bulk, const char *at)
{
    chunk *c = bulk->own;
    c->size_bytes = (size_t)(at - c->bytes);
}

err postgres_bulk_cell(store_bulk *bulk, store_column_type type, int64_t number, text value)
{
    size_t size = type == STORE_INT_COLUMN ? sizeof number : value.size_bytes;
    char *at = postgres_put_big(begin_cell(bulk, size), size, 4);
    if (type == STORE_INT_COLUMN) at = postgres_put_big(at, (uint64_t)number, 8);
    else if (size) at = (char *)memcpy(at, value.bytes, size) + size;
    end_cell(bulk, at);
    return ERR_NONE;
}

err postgres_bulk_null(store_bulk *bulk)
{
    end_cell(bulk, postgres_put_big(begin_cell(bulk, 0), UINT64_MAX, 4));
    return ERR_NONE;
}

err postgres_bulk_row(store_bulk *bulk)
{
    chunk *c = bulk->own;
    if (c->size_bytes < CHUNK_BYTES) return ERR_NONE;
    err e = send_chunk(bulk->db, c);
    begin_chunk(c);
    return e;
}

err postgres_bulk_close(store_bulk *bulk)
{
    chunk *c = bulk->own;
    err e = c->size_bytes > HEAD_BYTES ? send_chunk(bulk->db, c) : ERR_NONE;
    postgres_bulk_drop(bulk);
    return e;
}

void postgres_bulk_drop(store_bulk *bulk)
{
    chunk *c = bulk->own;
    if (c) arena_close(c->memory);
    bulk->own = NULL;
}
