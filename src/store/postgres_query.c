#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/postgres_pipe.h"
#include "store/postgres_query.h"
#include "store/postgres_spool.h"
#include "store/postgres_value.h"

typedef struct {
    char name[16];
    int parameter_count;
    Oid *types; /* of the parameters, as the server reads the statement */
    const char **values;
    int *sizes, *formats;
    char (*numbers)[POSTGRES_NUMBER_BYTES];

    bool is_running;
    int column_count, column_capacity;
    Oid *column_types;
    PGresult *row; /* whose memory the cells are in, unless they are in the spool */
    text *cells;
    bool *is_null;
    int64_t *ints;
    err failed; /* while its rows were put into the spool */
    spool rows;
} statement;

static statement *statement_of(const store_query *query)
{
    return query->own;
}

/* ---- preparing ---- */

static void make_parameters(arena *memory, statement *s, const PGresult *described)
{
    int count = s->parameter_count = PQnparams(described);
    if (!count) return;
    s->types = ARENA_ARRAY(memory, Oid, count);
    s->values = ARENA_ARRAY(memory, const char *, count);
    s->sizes = ARENA_ARRAY(memory, int, count);
    s->formats = ARENA_ARRAY(memory, int, count);
    s->numbers = arena_alloc(memory, (size_t)count * sizeof *s->numbers);
    for (int i = 0; i < count; i++) {
        s->types[i] = PQparamtype(described, i);
        s->formats[i] = 1;
    }
}

/* Of a statement that was sent, the one result; NULL with the error when it failed. */
static PGresult *take_well(store *db, err *e)
{
    PGresult *result = pipe_take(db);
    if (result && PQresultStatus(result) == PGRES_COMMAND_OK) return result;
    if (!e->kind) *e = postgres_err(db, result);
    PQclear(result);
    return NULL;
}

/* Prepared and described in one journey, behind whatever stands in the pipeline. */
static err prepare(store *db, statement *s, const char *sql)
{
    PGconn *connection = postgres_of(db)->connection;
    TRY(pipe_begin(db));
    if (!PQsendPrepare(connection, s->name, sql, 0, NULL) || !PQsendDescribePrepared(connection, s->name))
        return postgres_err(db, NULL);
    err e = pipe_sync(db);
    PGresult *made = e.kind ? NULL : take_well(db, &e);
    PGresult *described = e.kind ? NULL : take_well(db, &e);
    if (described) make_parameters(db->memory, s, described);
    PQclear(made);
    PQclear(described);
    err last = pipe_end(db);
    return e.kind ? e : last;
}

err postgres_prepare(store_query *query)
{
    store *db = query->db;
    postgres_own *own = postgres_of(db);
    if (own->reading) TRY(postgres_quiet(db));
    statement *s = ARENA_NEW(db->memory, statement);
    snprintf(s->name, sizeof s->name, "q%u", (unsigned)++own->statement_count);
    arena *scratch = arena_open();
    err e = prepare(db, s, sql_for_postgres(scratch, query->sql));
    arena_close(scratch);
    query->own = s;
    return e;
}

/* The server forgets its statements with the connection, and until then none is dropped. */
void postgres_unprepare(store_query *query)
{
    statement *s = statement_of(query);
    if (!s) return;
    PQclear(s->row);
    spool_close(&s->rows);
    query->own = NULL;
}

/* ---- binding ---- */

static const char *const TYPE_NAMES[] = {
    [POSTGRES_INT] = "a whole number",
    [POSTGRES_NUMERIC] = "a whole number",
    [POSTGRES_TEXT] = "text",
    [POSTGRES_BYTES] = "bytes",
    [POSTGRES_OTHER] = "a type that a store does not keep",
};

/* Whether the parameter is there and of the type bound to it. */
static bool accepts(store_query *query, int index, postgres_type type)
{
    statement *s = statement_of(query);
    if (query->refused.kind) return false;
    if (index < 1 || index > s->parameter_count) {
        query->refused = store_fail(query->db, &STORE_BAD_SQL, "there is no parameter %d", index);
        return false;
    }
    postgres_type wanted = postgres_type_of(s->types[index - 1]);
    if (wanted == type || (type == POSTGRES_INT && wanted == POSTGRES_NUMERIC)) return true;
    query->refused = store_fail(query->db, &STORE_BAD_SQL, "parameter %d is %s, not %s", index,
                                TYPE_NAMES[wanted], TYPE_NAMES[type]);
    return false;
}

void postgres_bind_int(store_query *query, int index, int64_t value)
{
    statement *s = statement_of(query);
    if (!accepts(query, index, POSTGRES_INT)) return;
    char *number = s->numbers[index - 1];
    s->values[index - 1] = number;
    s->sizes[index - 1] = postgres_write_int(s->types[index - 1], value, number);
    if (!s->sizes[index - 1])
        query->refused = store_fail(query->db, &STORE_REFUSED, "parameter %d does not fit", index);
}

static void bind(store_query *query, int index, text value, postgres_type type)
{
    statement *s = statement_of(query);
    if (!accepts(query, index, type)) return;
    s->values[index - 1] = value.bytes ? value.bytes : "";
    s->sizes[index - 1] = (int)value.size_bytes;
}

void postgres_bind_text(store_query *query, int index, text value)
{
    bind(query, index, value, POSTGRES_TEXT);
}

void postgres_bind_bytes(store_query *query, int index, text value)
{
    bind(query, index, value, POSTGRES_BYTES);
}

void postgres_bind_null(store_query *query, int index)
{
    statement *s = statement_of(query);
    if (index >= 1 && index <= s->parameter_count) s->values[index - 1] = NULL;
    else query->refused = store_fail(query->db, &STORE_BAD_SQL, "there is no parameter %d", index);
}

void postgres_clear(store_query *query)
{
    statement *s = statement_of(query);
    for (int i = 0; i < s->parameter_count; i++)
        s->values[i] = NULL;
}

/* ---- rows ---- */

static void make_columns(store *db, statement *s, const PGresult *result)
{
    s->column_count = PQnfields(result);
    if (s->column_count > s->column_capacity) {
        size_t count = (size_t)s->column_count;
        s->column_types = ARENA_ARRAY(db->memory, Oid, count);
        s->cells = ARENA_ARRAY(db->memory, text, count);
        s->is_null = ARENA_ARRAY(db->memory, bool, count);
        s->ints = ARENA_ARRAY(db->memory, int64_t, count);
        s->column_capacity = s->column_count;
    }
    for (int i = 0; i < s->column_count; i++)
        s->column_types[i] = PQftype(result, i);
}

static void take_cells(statement *s, const PGresult *result)
{
    for (int i = 0; i < s->column_count; i++) {
        s->is_null[i] = PQgetisnull(result, 0, i);
        s->cells[i] = (text){ PQgetvalue(result, 0, i), (size_t)PQgetlength(result, 0, i) };
    }
}

/* Numbers are read at once, so that one that is not whole is an error of the step. */
static err read_ints(store *db, statement *s)
{
    for (int i = 0; i < s->column_count; i++) {
        postgres_type type = postgres_type_of(s->column_types[i]);
        s->ints[i] = 0;
        if (s->is_null[i]) continue;
        if (type == POSTGRES_OTHER)
            return store_fail(db, &STORE_BAD_SQL, "column %d has %s", i, TYPE_NAMES[type]);
        if (type != POSTGRES_INT && type != POSTGRES_NUMERIC) continue;
        if (!postgres_read_int(s->column_types[i], s->cells[i], &s->ints[i]))
            return store_fail(db, &STORE_BAD_SQL, "column %d is no whole number", i);
    }
    return ERR_NONE;
}

/* Reads what is left of a statement on the wire; the first error counts. */
static err finish(store *db)
{
    postgres_own *own = postgres_of(db);
    err e = ERR_NONE;
    own->reading = NULL;
    if (own->is_piped) return pipe_end(db);
    for (PGresult *r; (r = PQgetResult(own->connection)); PQclear(r)) {
        ExecStatusType status = PQresultStatus(r);
        bool is_well =
            status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_SINGLE_TUPLE;
        if (!is_well && !e.kind) e = postgres_err(db, r);
        if (PQstatus(own->connection) == CONNECTION_BAD && !e.kind) e = postgres_err(db, r);
    }
    return e;
}

err postgres_quiet(store *db)
{
    postgres_own *own = postgres_of(db);
    if (!own->reading) return own->is_piped ? pipe_settle(db) : ERR_NONE;
    statement *s = statement_of(own->reading);
    arena *scratch = arena_open();
    text *cells = ARENA_ARRAY(scratch, text, s->column_count + 1);
    bool *is_null = ARENA_ARRAY(scratch, bool, s->column_count + 1);
    PGresult *r;
    while ((r = PQgetResult(own->connection)) && PQresultStatus(r) == PGRES_SINGLE_TUPLE) {
        for (int i = 0; i < s->column_count; i++) {
            is_null[i] = PQgetisnull(r, 0, i);
            cells[i] = (text){ PQgetvalue(r, 0, i), (size_t)PQgetlength(r, 0, i) };
        }
        if (!s->failed.kind && !spool_add(&s->rows, cells, is_null, s->column_count))
            s->failed = store_fail(db, &STORE_FULL, "no room for the rows of a query");
        PQclear(r);
    }
    err e = r && PQresultStatus(r) != PGRES_TUPLES_OK ? postgres_err(db, r) : ERR_NONE;
    PQclear(r);
    err last = finish(db);
    if (!e.kind) e = last;
    if (!s->failed.kind) s->failed = e;
    spool_written(&s->rows);
    arena_close(scratch);
    return e;
}

/* ---- stepping ---- */

static err write(store_query *query)
{
    statement *s = statement_of(query);
    bool is_sent = PQsendQueryPrepared(postgres_of(query->db)->connection, s->name, s->parameter_count, s->values,
                                       s->sizes, s->formats, 1);
    return is_sent ? ERR_NONE : postgres_err(query->db, NULL);
}

/* Behind statements that nobody waits for it makes one journey with them. */
static err ask(store_query *query)
{
    store *db = query->db;
    postgres_own *own = postgres_of(db);
    statement *s = statement_of(query);
    if (own->reading) TRY(postgres_quiet(db));
    TRY(write(query));
    err e = own->is_piped ? pipe_sync(db) : ERR_NONE;
    if (e.kind) {
        err last = pipe_end(db);
        (void)last; /* the first error counts */
        return e;
    }
    PQsetSingleRowMode(own->connection);
    own->reading = query;
    s->is_running = true;
    s->column_count = 0;
    return ERR_NONE;
}

err postgres_send(store_query *query)
{
    store *db = query->db;
    if (postgres_of(db)->reading) TRY(postgres_quiet(db));
    TRY(pipe_begin(db));
    TRY(write(query));
    return pipe_sent(db);
}

/* The last result of a statement: how many rows it changed. */
static err end_of(store_query *query, PGresult *result, int64_t *changed)
{
    err e = ERR_NONE;
    ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_COMMAND_OK) *changed = strtoll(PQcmdTuples(result), NULL, 10);
    else if (status != PGRES_TUPLES_OK) e = postgres_err(query->db, result);
    PQclear(result);
    err last = finish(query->db);
    return e.kind ? e : last;
}

static err next_on_wire(store_query *query, bool *has_row, int64_t *changed)
{
    statement *s = statement_of(query);
    PGresult *result = PQgetResult(postgres_of(query->db)->connection);
    if (PQresultStatus(result) != PGRES_SINGLE_TUPLE) return end_of(query, result, changed);
    if (!s->column_count) make_columns(query->db, s, result);
    PQclear(s->row);
    s->row = result;
    take_cells(s, result);
    *has_row = true;
    return read_ints(query->db, s);
}

err postgres_step(store_query *query, bool *has_row, int64_t *changed)
{
    store *db = query->db;
    statement *s = statement_of(query);
    if (!s->is_running) TRY(ask(query));
    if (postgres_of(db)->reading == query) return next_on_wire(query, has_row, changed);
    if (spool_has_row(&s->rows)) {
        if (!spool_take(&s->rows, s->cells, s->is_null, s->column_count))
            return store_fail(db, &STORE_IO, "the rows of a query cannot be read back");
        *has_row = true;
        return read_ints(db, s);
    }
    return s->failed;
}

void postgres_reset(store_query *query)
{
    store *db = query->db;
    statement *s = statement_of(query);
    if (postgres_of(db)->reading == query) {
        err e = finish(db);
        (void)e; /* the rows are not wanted; an open transaction tells what spoilt it */
    }
    PQclear(s->row);
    s->row = NULL;
    spool_clear(&s->rows);
    s->failed = ERR_NONE;
    s->is_running = false;
    s->column_count = 0;
}

int64_t postgres_get_int(const store_query *query, int column)
{
    statement *s = statement_of(query);
    assert(column >= 0 && column < s->column_count);
    assert(s->is_null[column] || postgres_type_of(s->column_types[column]) <= POSTGRES_NUMERIC);
    return s->ints[column];
}

text postgres_get_bytes(const store_query *query, int column)
{
    statement *s = statement_of(query);
    assert(column >= 0 && column < s->column_count);
    assert(s->is_null[column] || postgres_type_of(s->column_types[column]) > POSTGRES_NUMERIC);
    return s->is_null[column] ? TEXT_NONE : s->cells[column];
}

bool postgres_is_null(const store_query *query, int column)
{
    statement *s = statement_of(query);
    assert(column >= 0 && column < s->column_count);
    return s->is_null[column];
}
