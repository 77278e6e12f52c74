#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "store/sqlite_query.h"

/* A STRICT table keeps what its columns declare. When a page is damaged it may not, and that is
 * told as an error of the step, not read as a 0. */
typedef struct {
    sqlite3_stmt *statement;
    int column_count;
    int *types; /* SQLITE_INTEGER, _TEXT, _BLOB as declared; 0: an expression */
    sqlite3_value **cells; /* of the row at hand, asked for once: a handle is one thread's, so they need no guard */
    bool has_row;
} sqlite_query;

static sqlite3_stmt *statement_of(const store_query *query)
{
    return ((const sqlite_query *)query->own)->statement;
}

static int type_of(const char *declared)
{
    if (!declared) return 0;
    if (strcmp(declared, "INTEGER") == 0) return SQLITE_INTEGER;
    if (strcmp(declared, "TEXT") == 0) return SQLITE_TEXT;
    return strcmp(declared, "BLOB") == 0 ? SQLITE_BLOB : 0;
}

static void make_query(store_query *query, sqlite3_stmt *statement)
{
    sqlite_query *own = ARENA_NEW(query->db->memory, sqlite_query);
    own->statement = statement;
    own->column_count = sqlite3_column_count(statement);
    own->types = ARENA_ARRAY(query->db->memory, int, own->column_count + 1);
    for (int i = 0; i < own->column_count; i++)
        own->types[i] = type_of(sqlite3_column_decltype(statement, i));
    own->cells = ARENA_ARRAY(query->db->memory, sqlite3_value *, own->column_count + 1);
    query->own = own;
}

err sqlite_prepare(store_query *query)
{
    sqlite3 *c = sqlite_of(query->db);
    sqlite3_stmt *statement = NULL;
    const char *rest = NULL;
    arena *scratch = arena_open();
    int code = sqlite3_prepare_v3(c, sql_for_sqlite(scratch, query->sql), -1,
                                  SQLITE_PREPARE_PERSISTENT, &statement, &rest);
    bool is_one = code == SQLITE_OK && statement && sql_is_blank(rest);
    arena_close(scratch);
    if (is_one) {
        make_query(query, statement);
        return ERR_NONE;
    }
    err e = code == SQLITE_OK
                ? store_fail(query->db, &STORE_BAD_SQL, "not one statement: %.180s", query->sql)
                : sqlite_err(query->db, c, code);
    sqlite3_finalize(statement);
    return e;
}

void sqlite_unprepare(store_query *query)
{
    if (query->own) sqlite3_finalize(statement_of(query));
    query->own = NULL;
}

/* ---- binding ---- */

static void bound(store_query *query, int code, int index)
{
    if (code == SQLITE_OK || query->refused.kind) return;
    query->refused = store_fail(query->db, code == SQLITE_TOOBIG ? &STORE_REFUSED : &STORE_BAD_SQL,
                                "parameter %d: %s", index, sqlite3_errstr(code));
}

void sqlite_bind_int(store_query *query, int index, int64_t value)
{
    bound(query, sqlite3_bind_int64(statement_of(query), index, value), index);
}

/* A NULL pointer would be bound as a NULL, and an empty text is none. */
static const char *bytes_of(text value)
{
    return value.bytes ? value.bytes : "";
}

void sqlite_bind_text(store_query *query, int index, text value)
{
    bound(query,
          sqlite3_bind_text64(statement_of(query), index, bytes_of(value), value.size_bytes,
                              SQLITE_STATIC, SQLITE_UTF8),
          index);
}

void sqlite_bind_bytes(store_query *query, int index, text value)
{
    bound(query,
          sqlite3_bind_blob64(statement_of(query), index, bytes_of(value), value.size_bytes,
                              SQLITE_STATIC),
          index);
}

void sqlite_bind_null(store_query *query, int index)
{
    bound(query, sqlite3_bind_null(statement_of(query), index), index);
}

/* ---- stepping ---- */

/* There is no floating point in a store: avg() and 1.5 are refused here, as by the other driver. */
static err check_row(store_query *query)
{
    sqlite_query *own = query->own;
    int count = sqlite3_column_count(own->statement);
    for (int i = 0; i < count; i++) {
        sqlite3_value *cell = sqlite3_column_value(own->statement, i);
        int type = sqlite3_value_type(cell);
        int declared = count == own->column_count ? own->types[i] : 0;
        if (i < own->column_count) own->cells[i] = cell;
        if (declared && type != declared && type != SQLITE_NULL)
            return store_fail(query->db, &STORE_CORRUPT, "column %s is not of its type",
                              sqlite3_column_name(own->statement, i));
        if (type == SQLITE_FLOAT)
            return store_fail(query->db, &STORE_BAD_SQL, "column %d is no whole number", i);
    }
    own->has_row = count <= own->column_count;
    return ERR_NONE;
}

err sqlite_step(store_query *query, bool *has_row, int64_t *changed)
{
    sqlite3 *c = sqlite_of(query->db);
    int code = sqlite3_step(statement_of(query));
    ((sqlite_query *)query->own)->has_row = false;
    if (code == SQLITE_ROW) {
        *has_row = true;
        return check_row(query);
    }
    if (code != SQLITE_DONE) return sqlite_err(query->db, c, code);
    if (!sqlite3_stmt_readonly(statement_of(query))) *changed = sqlite3_changes64(c);
    return ERR_NONE;
}

int64_t sqlite_get_int(const store_query *query, int column)
{
    const sqlite_query *own = query->own;
    assert(own->types[column] != SQLITE_TEXT && own->types[column] != SQLITE_BLOB);
    return own->has_row ? sqlite3_value_int64(own->cells[column]) : sqlite3_column_int64(own->statement, column);
}

text sqlite_get_bytes(const store_query *query, int column)
{
    const sqlite_query *own = query->own;
    assert(own->types[column] != SQLITE_INTEGER);
    if (own->has_row) {
        const void *at = sqlite3_value_blob(own->cells[column]);
        return (text){ at, (size_t)sqlite3_value_bytes(own->cells[column]) };
    }
    const void *bytes = sqlite3_column_blob(own->statement, column);
    return (text){ bytes, (size_t)sqlite3_column_bytes(own->statement, column) };
}

bool sqlite_is_null(const store_query *query, int column)
{
    return sqlite3_column_type(statement_of(query), column) == SQLITE_NULL;
}

void sqlite_clear(store_query *query)
{
    sqlite3_clear_bindings(statement_of(query));
}

void sqlite_reset(store_query *query)
{
    ((sqlite_query *)query->own)->has_row = false;
    sqlite3_reset(statement_of(query)); /* its code is the last step's, told already */
}

/* ---- rows in bulk: an insert, prepared once ---- */

static void write_insert(text_builder *sql, const store_bulk *bulk)
{
    text_add_format(sql, "INSERT INTO %s (", bulk->table);
    for (size_t i = 0; i < bulk->column_count; i++)
        text_add_format(sql, "%s%s", i ? ", " : "", bulk->columns[i]);
    text_add_cstr(sql, ") VALUES (");
    for (size_t i = 0; i < bulk->column_count; i++)
        text_add_format(sql, "%s?%zu", i ? ", " : "", i + 1);
    text_add_cstr(sql, ")");
}

err sqlite_bulk_open(store_bulk *bulk)
{
    store_query *insert = NULL;
    arena *scratch = arena_open();
    text_builder sql = text_builder_open(scratch);
    write_insert(&sql, bulk);
    err e = query_take(bulk->db, text_built(&sql).bytes, &insert);
    arena_close(scratch);
    bulk->own = insert;
    return e;
}

err sqlite_bulk_cell(store_bulk *bulk, store_column_type type, int64_t number, text value)
{
    sqlite3_stmt *insert = statement_of(bulk->own);
    int index = (int)bulk->cell + 1, code;
    if (type == STORE_INT_COLUMN) code = sqlite3_bind_int64(insert, index, number);
    else if (type == STORE_TEXT_COLUMN)
        code = sqlite3_bind_text64(insert, index, bytes_of(value), value.size_bytes, SQLITE_STATIC,
                                   SQLITE_UTF8);
    else
        code = sqlite3_bind_blob64(insert, index, bytes_of(value), value.size_bytes, SQLITE_STATIC);
    return code == SQLITE_OK ? ERR_NONE : sqlite_err(bulk->db, NULL, code);
}

err sqlite_bulk_null(store_bulk *bulk)
{
    int code = sqlite3_bind_null(statement_of(bulk->own), (int)bulk->cell + 1);
    return code == SQLITE_OK ? ERR_NONE : sqlite_err(bulk->db, NULL, code);
}

err sqlite_bulk_row(store_bulk *bulk)
{
    sqlite3_stmt *insert = statement_of(bulk->own);
    int code = sqlite3_step(insert);
    err e = code == SQLITE_DONE ? ERR_NONE : sqlite_err(bulk->db, sqlite_of(bulk->db), code);
    sqlite3_reset(insert);
    return e;
}

err sqlite_bulk_close(store_bulk *bulk)
{
    sqlite_bulk_drop(bulk);
    return ERR_NONE;
}

void sqlite_bulk_drop(store_bulk *bulk)
{
    if (bulk->own) store_reset(bulk->own);
    bulk->own = NULL;
}
