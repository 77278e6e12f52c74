#include "store/postgres_pipe.h"

enum {
    SENT_MAX = 1024, /* outcomes that may wait to be read */
    SENT_TOGETHER = 32 /* the server works on these while more are made */
};

static bool is_lost(const postgres_own *own)
{
    return PQstatus(own->connection) == CONNECTION_BAD;
}

err pipe_begin(store *db)
{
    postgres_own *own = postgres_of(db);
    if (own->is_piped) return ERR_NONE;
    if (!PQenterPipelineMode(own->connection)) return postgres_err(db, NULL);
    own->is_piped = true;
    own->sent_count = 0;
    return ERR_NONE;
}

err pipe_sent(store *db)
{
    postgres_own *own = postgres_of(db);
    own->sent_count++;
    if (own->sent_count >= SENT_MAX) return pipe_settle(db);
    if (own->sent_count % SENT_TOGETHER == 0 && PQflush(own->connection) != 0) return postgres_err(db, NULL);
    return ERR_NONE;
}

PGresult *pipe_take(store *db)
{
    PGconn *connection = postgres_of(db)->connection;
    PGresult *result = PQgetResult(connection);
    if (!result) return NULL;
    for (PGresult *more; (more = PQgetResult(connection)); PQclear(more))
        if (PQstatus(connection) == CONNECTION_BAD) {
            PQclear(more);
            break;
        }
    return result;
}

/* Of a statement that stood behind one which failed nothing is told: that one told it. */
static err outcome_of(store *db, const PGresult *result)
{
    switch (PQresultStatus(result)) {
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
    case PGRES_SINGLE_TUPLE:
    case PGRES_PIPELINE_SYNC:
    case PGRES_PIPELINE_ABORTED: return ERR_NONE;
    default: return postgres_err(db, result);
    }
}

static err outcome_of_sent(store *db, const PGresult *result)
{
    if (PQresultStatus(result) == PGRES_TUPLES_OK && PQntuples(result))
        return store_fail(db, &STORE_BAD_SQL, "a statement that is done answers a row");
    return outcome_of(db, result);
}

err pipe_sync(store *db)
{
    postgres_own *own = postgres_of(db);
    err e = ERR_NONE;
    if (!PQpipelineSync(own->connection)) return postgres_err(db, NULL);
    for (; own->sent_count; own->sent_count--) {
        PGresult *result = pipe_take(db);
        err one = result ? outcome_of_sent(db, result) : postgres_err(db, NULL);
        PQclear(result);
        if (!e.kind) e = one;
        if (!result || is_lost(own)) break;
    }
    return e;
}

err pipe_end(store *db)
{
    postgres_own *own = postgres_of(db);
    err e = ERR_NONE;
    bool is_synced = false, was_null = false;
    while (!is_synced && !is_lost(own)) {
        PGresult *result = PQgetResult(own->connection);
        if (!result && was_null) break; /* nothing is left, and no sync came */
        was_null = !result;
        is_synced = result && PQresultStatus(result) == PGRES_PIPELINE_SYNC;
        if (result && !e.kind) e = outcome_of(db, result);
        PQclear(result);
    }
    own->is_piped = false;
    own->sent_count = 0;
    if (!PQexitPipelineMode(own->connection) && !e.kind) e = postgres_err(db, NULL);
    return e;
}

err pipe_settle(store *db)
{
    err e = pipe_sync(db);
    err last = pipe_end(db);
    return e.kind ? e : last;
}
