#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "store/postgres_bulk.h"
#include "store/postgres_query.h"

enum {
    WAIT_MS = 5000,
    LOCK_CLASS = 0x446f7564, /* "Doud": of the writer's advisory lock */
    LOCK_TRIES = 20,
    LOCK_PAUSE_MS = 50 /* the server may notice late that a writer has died */
};

/* ---- errors ---- */

static const struct {
    const char *state; /* the beginning of an SQLSTATE; the first that fits counts */
    const err_kind *kind;
} KINDS[] = {
    { "08", &STORE_UNREACHABLE }, { "22", &STORE_BAD_SQL },    { "23505", &STORE_DUPLICATE },
    { "23", &STORE_REFUSED },     { "25006", &STORE_REFUSED }, { "25", &STORE_BAD_SQL },
    { "28", &STORE_UNREACHABLE }, { "3D", &STORE_NOT_FOUND },  { "40003", &STORE_UNREACHABLE },
    { "40", &STORE_BUSY },        { "42501", &STORE_REFUSED }, { "53100", &STORE_FULL },
    { "53200", &STORE_IO },       { "53", &STORE_BUSY },       { "54", &STORE_REFUSED },
    { "55P03", &STORE_BUSY },     { "57014", &STORE_BUSY },    { "57", &STORE_UNREACHABLE },
    { "58", &STORE_IO },          { "XX001", &STORE_CORRUPT }, { "XX002", &STORE_CORRUPT },
    { "XX", &STORE_IO },
};

static const err_kind *kind_of(const char *state)
{
    for (size_t i = 0; i < ARRAY_COUNT(KINDS); i++)
        if (strncmp(state, KINDS[i].state, strlen(KINDS[i].state)) == 0) return KINDS[i].kind;
    return &STORE_BAD_SQL;
}

/* Only the primary message: the server's detail shows the values of a key, and a data exception
 * (22) shows values in the message itself. */
err postgres_err(store *db, const PGresult *result)
{
    PGconn *c = postgres_of(db)->connection;
    const char *state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
    if (!state) {
        const char *says = PQerrorMessage(c);
        return store_fail(db, PQstatus(c) == CONNECTION_BAD ? &STORE_UNREACHABLE : &STORE_IO,
                          "%.*s", (int)strcspn(says, "\n"), says);
    }
    const char *says = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    if (!says || strncmp(state, "22", 2) == 0) says = "a value does not suit the statement";
    return store_fail(db, kind_of(state), "%s (%s)", says, state);
}

err postgres_ask(store *db, const char *sql, PGresult **result)
{
    TRY(postgres_quiet(db));
    *result = PQexec(postgres_of(db)->connection, sql);
    ExecStatusType status = PQresultStatus(*result);
    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK || status == PGRES_EMPTY_QUERY)
        return ERR_NONE;
    err e = postgres_err(db, *result);
    PQclear(*result);
    *result = NULL;
    return e;
}

static err tell(store *db, const char *sql)
{
    PGresult *result;
    TRY(postgres_ask(db, sql, &result));
    PQclear(result);
    return ERR_NONE;
}

/* ---- opening ---- */

static void ignore_notice(void *context, const char *message)
{
    (void)context;
    (void)message;
}

/* What a URL leaves open. Without the time limits a host that died hangs its client for minutes. */
static PGconn *connect_to(const char *url, const char *name)
{
    const char *const keys[] = { "connect_timeout",
                                 "tcp_user_timeout",
                                 "keepalives_idle",
                                 "application_name",
                                 "dbname",
                                 "client_encoding",
                                 NULL };
    const char *const values[] = { "10", "30000", "30", name, url, "UTF8", NULL };
    return PQconnectdbParams(keys, values, 1); /* what stands in the URL comes later, and counts */
}

/* Where the store is, without its password. */
static const char *place_of(arena *memory, const PGconn *c)
{
    const char *host = PQhost(c), *name = PQdb(c);
    return text_format(memory, "postgresql://%s/%s", host ? host : "", name ? name : "").bytes;
}

static err expect_setting(store *db, const char *name, const char *wanted)
{
    char sql[64];
    PGresult *result;
    snprintf(sql, sizeof sql, "SHOW %s", name);
    TRY(postgres_ask(db, sql, &result));
    err e = ERR_NONE;
    const char *got = PQgetvalue(result, 0, 0);
    if (strcmp(got, wanted) != 0)
        e = store_fail(db, &STORE_REFUSED, "the server has %s %s, and a store needs %s", name, got,
                       wanted);
    PQclear(result);
    return e;
}

static err expect_schema(store *db)
{
    PGresult *result;
    TRY(postgres_ask(db, "SELECT current_schema() IS NULL", &result));
    bool is_nowhere = *PQgetvalue(result, 0, 0) == 't';
    PQclear(result);
    return is_nowhere ? store_fail(db, &STORE_NOT_FOUND, "the search path names no schema")
                      : ERR_NONE;
}

static err configure(store *db, const store_options *options)
{
    char sql[512];
    snprintf(sql, sizeof sql,
             "SET synchronous_commit = on; SET default_transaction_isolation = 'repeatable read';"
             "SET default_transaction_read_only = %s; SET lock_timeout = %" PRIu32 ";"
             "SET standard_conforming_strings = on; SET client_min_messages = warning;"
             "SET jit = off; SET max_parallel_workers_per_gather = 0",
             db->mode == STORE_READ ? "on" : "off", options->wait_ms ? options->wait_ms : WAIT_MS);
    TRY(tell(db, sql));
    TRY(expect_schema(db));
    TRY(expect_setting(db, "server_encoding", "UTF8"));
    if (db->mode == STORE_READ) return ERR_NONE;
    TRY(expect_setting(db, "synchronous_commit", "on"));
    TRY(expect_setting(db, "fsync", "on"));
    return expect_setting(db, "full_page_writes", "on");
}

/* `is_nobody`: whoever had it has ended since. */
static err locked_by(store *db, bool *is_nobody)
{
    char sql[512];
    PGresult *result;
    snprintf(sql, sizeof sql,
             "SELECT a.application_name, coalesce(host(a.client_addr), '') FROM pg_locks l"
             " JOIN pg_stat_activity a USING (pid) WHERE l.locktype = 'advisory'"
             " AND l.classid::bigint = %d AND l.objid = hashtext(current_schema())::oid"
             " AND l.granted AND a.datname = current_database()",
             LOCK_CLASS);
    TRY(postgres_ask(db, sql, &result));
    *is_nobody = PQntuples(result) == 0;
    const char *name = PQntuples(result) ? PQgetvalue(result, 0, 0) : "";
    const char *host = PQntuples(result) ? PQgetvalue(result, 0, 1) : "";
    const char *pid = strrchr(name, ' ');
    err e =
        store_fail(db, &STORE_LOCKED, "pid %s%s%s", pid ? pid + 1 : "?", *host ? " at " : "", host);
    PQclear(result);
    return e;
}

/* An advisory lock ends with its connection, so a writer that died leaves none, and one that lost
 * its connection can write no more. */
static err try_lock(store *db, bool *is_taken)
{
    char sql[128];
    snprintf(sql, sizeof sql, "SELECT pg_try_advisory_lock(%d, hashtext(current_schema()))",
             LOCK_CLASS);
    for (int i = 0; i < LOCK_TRIES; i++) {
        PGresult *result;
        TRY(postgres_ask(db, sql, &result));
        *is_taken = *PQgetvalue(result, 0, 0) == 't';
        PQclear(result);
        if (*is_taken) return ERR_NONE;
        nanosleep(&(struct timespec){ .tv_nsec = LOCK_PAUSE_MS * 1000000L }, NULL);
    }
    return ERR_NONE;
}

/* Asked once more where whoever had it is gone by the time they are looked for. */
static err take_lock(store *db)
{
    enum { ROUNDS = 2 };
    bool is_taken, is_nobody = true;
    err e = ERR_NONE;
    for (int round = 0; round < ROUNDS && is_nobody; round++) {
        TRY(try_lock(db, &is_taken));
        if (is_taken) return ERR_NONE;
        e = locked_by(db, &is_nobody);
    }
    return e;
}

static bool take_postgres_lock(store *db)
{
    return !take_lock(db).kind;
}

static bool drop_postgres_lock(store *db)
{
    char sql[128];
    snprintf(sql, sizeof sql, "SELECT pg_advisory_unlock(%d, hashtext(current_schema()))", LOCK_CLASS);
    return !tell(db, sql).kind;
}

static err open_postgres(arena *process, const store_options *options, const char *place, store *db)
{
    TRY(postgres_libpq_load());
    /* What libpq says of a URL that it cannot read is the URL, with its password. */
    PQconninfoOption *read = PQconninfoParse(place, NULL);
    if (!read) return err_of(&STORE_BAD_URL, "postgresql://...");
    PQconninfoFree(read);
    char name[32];
    snprintf(name, sizeof name, "doudi %ld", (long)getpid());
    postgres_own *own = ARENA_NEW(process, postgres_own);
    db->own = own;
    own->connection = connect_to(place, name);
    db->place = place_of(process, own->connection);
    if (PQstatus(own->connection) != CONNECTION_OK) {
        const char *says = PQerrorMessage(own->connection);
        bool is_absent = strstr(says, "does not exist") && strstr(says, "database");
        return store_fail(db, is_absent ? &STORE_NOT_FOUND : &STORE_UNREACHABLE, "%.*s",
                          (int)strcspn(says, "\n"), says);
    }
    PQsetNoticeProcessor(own->connection, ignore_notice, NULL);
    TRY(configure(db, options));
    return db->mode == STORE_READ ? ERR_NONE : take_lock(db);
}

static void close_postgres(store *db)
{
    postgres_own *own = db->own;
    if (own) PQfinish(own->connection);
    db->own = NULL;
}

static bool is_postgres_in_place(store *db)
{
    return PQstatus(postgres_of(db)->connection) == CONNECTION_OK;
}

static err look_at_postgres(store *db, bool *is_store, bool *is_empty)
{
    PGresult *result;
    TRY(postgres_ask(db,
                     "SELECT count(*) FROM pg_tables WHERE schemaname ="
                     " current_schema() AND tablename = 'store_migration'",
                     &result));
    *is_store = *PQgetvalue(result, 0, 0) != '0';
    *is_empty = !*is_store; /* what else is in the schema has other names, and is not ours */
    PQclear(result);
    return ERR_NONE;
}

/* ---- transactions ---- */

static err run_postgres(store *db, const char *sql)
{
    arena *scratch = arena_open();
    err e = tell(db, sql_for_postgres(scratch, sql));
    arena_close(scratch);
    return e;
}

static err begin_postgres(store *db)
{
    return tell(db, "BEGIN");
}

/* The server answers COMMIT with ROLLBACK, and no error, when the transaction had failed. */
static err commit_postgres(store *db)
{
    PGresult *result;
    TRY(postgres_ask(db, "COMMIT", &result));
    bool is_kept = strcmp(PQcmdStatus(result), "COMMIT") == 0;
    PQclear(result);
    return is_kept ? ERR_NONE : store_fail(db, &STORE_REFUSED, "the server rolled back");
}

static void rollback_postgres(store *db)
{
    err e = postgres_quiet(db); /* what failed before is undone with the rest */
    e = tell(db, "ROLLBACK");
    (void)e; /* only when the connection is gone, and the transaction with it */
}

/* ---- upkeep ---- */

/* Reads every page of every table, which tells a damaged one where the server has checksums, and
 * asks for indexes that are not valid. */
static err check_postgres(store *db)
{
    store_query *q;
    bool has_row;
    int64_t bad;
    arena *scratch = arena_open();
    err e = store_prepare(db,
                          "SELECT tablename FROM pg_tables WHERE schemaname ="
                          " current_schema() ORDER BY tablename",
                          &q);
    if (!e.kind) e = store_step(q, &has_row);
    while (!e.kind && has_row) {
        text sql =
            text_format(scratch, "SELECT count(*) FROM \"%.*s\"", TEXT_ARG(store_text(q, 0)));
        e = run_postgres(db, sql.bytes);
        if (!e.kind) e = store_step(q, &has_row);
    }
    arena_close(scratch);
    if (e.kind) return e;
    TRY(store_scalar(db,
                     "SELECT count(*) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
                     " WHERE NOT i.indisvalid AND c.relnamespace = current_schema()"
                     "::regnamespace",
                     &bad));
    return bad ? store_fail(db, &STORE_CORRUPT, "an index is not valid") : ERR_NONE;
}

static err checkpoint_postgres(store *db)
{
    (void)db;
    return ERR_NONE;
}

const store_port POSTGRES_PORT = {
    .open = open_postgres,
    .close = close_postgres,
    .look = look_at_postgres,
    .is_in_place = is_postgres_in_place,
    .lock_drop = drop_postgres_lock,
    .lock_take = take_postgres_lock,
    .birth = "",
    .begin = begin_postgres,
    .commit = commit_postgres,
    .rollback = rollback_postgres,
    .run = run_postgres,
    .prepare = postgres_prepare,
    .unprepare = postgres_unprepare,
    .bind_int = postgres_bind_int,
    .bind_text = postgres_bind_text,
    .bind_bytes = postgres_bind_bytes,
    .bind_null = postgres_bind_null,
    .step = postgres_step,
    .send = postgres_send,
    .get_int = postgres_get_int,
    .get_bytes = postgres_get_bytes,
    .is_null = postgres_is_null,
    .clear = postgres_clear,
    .reset = postgres_reset,
    .bulk_open = postgres_bulk_open,
    .bulk_cell = postgres_bulk_cell,
    .bulk_null = postgres_bulk_null,
    .bulk_row = postgres_bulk_row,
    .bulk_close = postgres_bulk_close,
    .bulk_drop = postgres_bulk_drop,
    .backup = copy_to_file,
    .check = check_postgres,
    .checkpoint = checkpoint_postgres,
};
