/* store/ inside - what the files of the PostgreSQL driver share.
 *
 * A connection does one thing at a time, and a store's queries may run inside one another. So a
 * query reads its rows off the wire while it is alone (`reading`); as soon as anything else is to
 * be sent, postgres_quiet puts the rest of its rows into its spool, whose memory is bounded.
 * Statements that nobody waits for stand in the pipeline (postgres_pipe.h) until somebody does;
 * while rows are on the wire there are none.
 */
#ifndef STORE_POSTGRES_INTERNAL_H
#define STORE_POSTGRES_INTERNAL_H

#include "store/postgres_libpq.h"
#include "store/store_internal.h"

typedef struct {
    PGconn *connection;
    store_query *reading; /* its rows are still on the wire */
    bool is_piped;        /* libpq is in pipeline mode */
    uint32_t sent_count;  /* statements in the pipeline whose outcome nobody waits for */
    uint32_t statement_count;
    hash_map *copied; /* statements of bulks whose table and columns were there; NULL: none */
} postgres_own;

static inline postgres_own *postgres_of(const store *db)
{
    return db->own;
}

/* The error that a result tells, by its SQLSTATE. */
err postgres_err(store *db, const PGresult *result);
/* Empties the wire and the pipeline, so that something else may be sent; what failed there is told. */
err postgres_quiet(store *db);
/* Runs one statement without parameters whose answer may be looked at; PQclear it. */
err postgres_ask(store *db, const char *sql, PGresult **result);

#endif
