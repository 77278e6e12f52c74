/* store/ - one SQL port, two drivers: SQLite (default) and PostgreSQL.
 *
 * Keeps bytes for the rooms above: it knows tables, not what they mean. Which driver is behind a
 * handle shows only in its URL; sqlite3.h and libpq-fe.h are included nowhere else.
 *
 * SQL      the common subset, written for PostgreSQL's types: BIGINT, TEXT, BYTEA. The SQLite
 *          driver reads BIGINT as INTEGER and BYTEA as BLOB, and makes every table STRICT, WITHOUT
 *          ROWID when it has a PRIMARY KEY. Parameters are ?1, ?2 ... in both. Times, amounts and
 *          ids are BIGINT; there is no floating point and no date type. docs/store.md says more.
 * Text     UTF-8 without NUL, ordered by its bytes.
 * Writers  one handle writes a store: STORE_WRITE takes a lock beside it and answers STORE_LOCKED
 *          with the holder's pid otherwise. Readers see the last commit.
 * Commits  are on the disk when store_commit returns (synchronous FULL; synchronous_commit on).
 *          After an error of store_commit the transaction may be there or not, but whole. Any
 *          other error inside a transaction spoils it: until store_rollback each call repeats it.
 * Memory   handles live in the arena passed first; text and bytes of a row live until the next
 *          step or reset of its query: copy what must stay.
 * Errors   only the kinds below; `detail` is what the machine said, never a value bound, and lives
 *          until sixteen errors later.
 * Threads  one handle a thread; open another handle for another thread.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"

extern const err_kind STORE_BAD_URL, STORE_NOT_FOUND, STORE_NOT_A_STORE, STORE_EXISTS, STORE_LOCKED,
    STORE_NEWER, STORE_OLDER, STORE_UNREACHABLE;
extern const err_kind STORE_EDITED,    /* a migration was edited after this store had applied it */
    STORE_UNVERIFIED;                  /* a migration's verify line answers another number */
extern const err_kind STORE_DUPLICATE, /* a unique key is taken */
    STORE_REFUSED,                     /* another constraint, or a write without STORE_WRITE */
    STORE_BUSY, STORE_FULL, STORE_IO, STORE_CORRUPT, STORE_BAD_SQL;

typedef struct store store;
typedef struct store_query store_query;
typedef struct store_bulk store_bulk;

typedef enum {
    STORE_READ,
    STORE_WRITE, /* takes the writer's lock; the schema must be this program's or older */
    STORE_CREATE /* makes a new store; STORE_EXISTS when there is one */
} store_mode;

typedef enum { STORE_SQLITE, STORE_POSTGRES, STORE_DRIVER_COUNT } store_driver;

/* A step of the schema: a file of db/migrations. */
typedef struct {
    int32_t number;
    const char *name; /* of the file, without its ending */
    const char *sql;  /* the whole file */
} store_migration;

typedef struct {
    const char *url; /* "county.db", "sqlite:county.db", or "postgresql://user@host/name" */
    store_mode mode;
    const char *vfs;    /* of SQLite, for tests that make disks fail; NULL: the machine's own */
    uint32_t wait_ms;   /* how long another's short lock is waited for; 0: 5,000 */
    size_t cache_bytes; /* 0: 64 MiB */
    const store_migration *migrations; /* in order of number; NULL: those of this program */
    size_t migration_count;
} store_options;

/* STORE_CREATE and STORE_WRITE bring the schema up to this program's, all of it or nothing;
 * STORE_READ of an older schema is STORE_OLDER. In PostgreSQL the database must exist: a store is
 * the first schema of its search_path, so that one database may hold several. */
MUST_USE err store_open(arena *process, const store_options *options, store **db);
void store_close(store *db); /* rolls back what was begun; NULL is fine */
/* A handle that is kept from one errand to the next. store_rest lets go of all that the last one asked, a writer also of
 * its lock, so that others may write meanwhile; false: it cannot be kept. store_wake tells whether it still answers, of the
 * same schema, from the store at its place, and a writer that it has its lock again; false: close it and open another,
 * which says why. A writer at rest is only woken or closed. */
bool store_rest(store *db);
bool store_wake(store *db);
/* Of a writer at rest: what its commits left to be done is done, where it is much and nobody else writes. */
void store_tidy(store *db);
store_driver store_driver_of(const store *db);
/* The greatest number of the migrations applied. */
int32_t store_schema_version(const store *db);

/* ---- transactions ---- */

/* A writer's transaction takes the driver's write lock at once; a reader's sees one state of the
 * store from its first query on. */
MUST_USE err store_begin(store *db);
MUST_USE err store_commit(store *db);
/* Also resets the queries prepared since store_begin. */
void store_rollback(store *db);
bool store_is_in_transaction(const store *db);
/* From here until it is closed or rests, what a writer commits stands for this handle alone, and is then taken back: an
 * errand is done to its end, and nothing of it is kept. No transaction may be open. */
MUST_USE err store_rehearse(store *db);
/* Nothing is taken back after all: what was committed since store_rehearse is committed for all, as one, and the handle goes
 * on as any other. With an error nothing of it is. Without store_rehearse there is nothing to do. */
MUST_USE err store_keep(store *db);
/* Whether this handle has committed what no other sees yet. */
bool store_is_ahead(const store *db);
/* Another number for each transaction begun on this handle, never 0: what a room keeps in memory of
 * the store stands only as long as the number does, since a rollback takes the rows back. */
uint64_t store_transaction_number(const store *db);

/* ---- queries ---- */

/* Prepares `sql`, or takes it from the handle's cache: text literals are the cache's keys, by
 * content. A query is its caller's until its rows end, store_do or store_reset; one that is still
 * another's is prepared anew. Nothing is ever dropped from the cache, so values are bound, not
 * written into the text. */
MUST_USE err store_prepare(store *db, const char *sql, store_query **query);
/* Parameters count from 1. Text and bytes must stay until the query is stepped to its end. */
void store_bind_int(store_query *query, int index, int64_t value);
void store_bind_text(store_query *query, int index, text value);
void store_bind_bytes(store_query *query, int index, text value);
void store_bind_null(store_query *query, int index);
/* The next row; *has_row false at the end, and the query is then reset and free. */
MUST_USE err store_step(store_query *query, bool *has_row);
/* Runs a statement that answers no row, and resets it; *changed may be NULL. What was bound stays
 * bound until it is bound anew or the query is prepared again. With `changed` NULL inside a
 * transaction PostgreSQL is not waited for: an error may be told as late as by the next query or
 * bulk, or by store_commit. */
MUST_USE err store_do(store_query *query, int64_t *changed);
/* Columns count from 0. A NULL reads as 0 or empty; ask store_is_null. */
int64_t store_int(const store_query *query, int column);
text store_text(const store_query *query, int column);
text store_bytes(const store_query *query, int column);
bool store_is_null(const store_query *query, int column);
void store_reset(store_query *query);
/* Prepare, step once, reset: the integer of the one row; STORE_NOT_FOUND when there is none. */
MUST_USE err store_scalar(store *db, const char *sql, int64_t *value);
/* Statements without parameters, separated by ';'. */
MUST_USE err store_run(store *db, const char *sql);

/* ---- rows in bulk ---- */

typedef enum { STORE_INT_COLUMN, STORE_TEXT_COLUMN, STORE_BYTES_COLUMN } store_column_type;
/* Appends rows to a table inside the open transaction, the fastest way the driver has (a prepared
 * insert; COPY BINARY). Rows in the order of the primary key are fastest. Rows may be seen, and be
 * refused, as late as store_bulk_close; store_commit refuses while a bulk is open. */
MUST_USE err store_bulk_open(store *db, const char *table, const char *const *columns,
                             const store_column_type *types, size_t column_count,
                             store_bulk **bulk);
/* The cells of one row, one after another, in the order of the columns; text and bytes must stay
 * until the row is whole. */
MUST_USE err store_bulk_int(store_bulk *bulk, int64_t value);
MUST_USE err store_bulk_text(store_bulk *bulk, text value);
MUST_USE err store_bulk_bytes(store_bulk *bulk, text value);
MUST_USE err store_bulk_null(store_bulk *bulk);
MUST_USE err store_bulk_close(store_bulk *bulk, int64_t *row_count); /* may be NULL */

/* ---- upkeep ---- */

/* A whole copy while the store is in use; checked before it is put in its place, where nothing may
 * stand (STORE_EXISTS). PostgreSQL: a consistent snapshot of all tables into a SQLite file, which
 * `store_restore` reads back. */
MUST_USE err store_backup(store *db, const char *path);
MUST_USE err store_restore(arena *process, const char *path, const char *url);
/* What the driver itself can check of its pages and indexes. */
MUST_USE err store_check(store *db);
/* Checkpoints the write-ahead log; a no-op in PostgreSQL, and for readers. */
MUST_USE err store_checkpoint(store *db);

#endif
