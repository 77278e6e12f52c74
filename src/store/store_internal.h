/* store/ inside - the port that both drivers fill, and what the room's files share.
 *
 * store.c, query.c, bulk.c and schema.c know only `store_port`; sqlite*.c and postgres*.c know the
 * port and never each other. What must be the same in both (spoilt transactions, the cache of
 * queries, checks of what is bound) is done once, above the port.
 */
#ifndef STORE_STORE_INTERNAL_H
#define STORE_STORE_INTERNAL_H

#include "base/checked.h"
#include "base/hash.h"
#include "store/store.h"

/* Made by tools/embed_migrations from db/migrations. */
extern const store_migration STORE_MIGRATIONS[];
extern const size_t STORE_MIGRATION_COUNT;

/* What a driver can do, all in one row. `own` below is the driver's. After an error of `step` or
 * `run` the layer above calls `reset`; drivers do not keep count of spoilt transactions. */
typedef struct {
    err (*open)(arena *process, const store_options *options, const char *place, store *db);
    void (*close)(store *db); /* also of a handle whose `open` stopped half way */
    /* Whether store_migration is there, and whether there is nothing at all. */
    err (*look)(store *db, bool *is_store, bool *is_empty);
    bool (*is_in_place)(store *db); /* what was opened is what stands there now */
    /* Of a writer: the lock is let go of, and taken again; false when it cannot be. */
    bool (*lock_drop)(store *db);
    bool (*lock_take)(store *db);
    const char *birth; /* SQL run before the first migration, in its transaction */

    err (*begin)(store *db);
    err (*commit)(store *db);
    void (*rollback)(store *db);
    err (*run)(store *db, const char *sql);

    err (*prepare)(store_query *query); /* query->sql is set */
    void (*unprepare)(store_query *query);
    void (*bind_int)(store_query *query, int index, int64_t value);
    void (*bind_text)(store_query *query, int index, text value);
    void (*bind_bytes)(store_query *query, int index, text value);
    void (*bind_null)(store_query *query, int index);
    err (*step)(store_query *query, bool *has_row, int64_t *changed);
    /* Sends a statement whose answer nobody waits for; NULL: the driver knows no such thing. */
    err (*send)(store_query *query);
    int64_t (*get_int)(const store_query *query, int column);
    text (*get_bytes)(const store_query *query, int column); /* text too */
    bool (*is_null)(const store_query *query, int column);
    void (*clear)(store_query *query); /* forgets what was bound */
    void (*reset)(store_query *query);

    err (*bulk_open)(store_bulk *bulk);
    err (*bulk_cell)(store_bulk *bulk, store_column_type type, int64_t number, text value);
    err (*bulk_null)(store_bulk *bulk);
    err (*bulk_row)(store_bulk *bulk); /* the row is whole */
    err (*bulk_close)(store_bulk *bulk);
    void (*bulk_drop)(store_bulk *bulk); /* its transaction is rolled back, or it never opened */

    err (*backup)(store *db, const char *part); /* a new and checked file of SQLite */
    err (*check)(store *db);
    err (*checkpoint)(store *db);
    void (*tidy)(store *db); /* NULL: there is nothing to tidy */
} store_port;

extern const store_port SQLITE_PORT, POSTGRES_PORT;

enum { STORE_DETAILS = 16, STORE_DETAIL_BYTES = 240, STORE_BULK_COLUMNS = 64 };

struct store {
    const store_port *port;
    store_driver driver;
    store_mode mode;
    arena *memory;
    const char *place; /* for messages: without a password */
    void *own;
    int32_t schema_version;
    bool is_in_transaction;
    bool is_rehearsal; /* the driver's transaction is around them all; each is a savepoint in it */
    bool is_ahead;     /* one of them was committed */
    uint64_t transaction_number;
    err spoilt; /* the first error inside the open transaction */
    char spoilt_detail[STORE_DETAIL_BYTES];
    hash_map *queries; /* sql -> index in `heads` */
    store_query **heads;
    size_t head_count, head_capacity;
    store_bulk *free_bulks, *open_bulks;
    uint32_t detail_next;
    char details[STORE_DETAILS][STORE_DETAIL_BYTES];
};

struct store_query {
    store *db;
    const char *sql;
    store_query *next_same; /* another of the same text, while this one is taken */
    bool is_taken;          /* from prepare, bind or step until its end */
    bool is_of_transaction; /* taken inside the open transaction */
    bool is_cut;            /* its transaction was rolled back under it */
    err refused;            /* what was bound cannot be kept; told by the next step */
    void *own;
};

struct store_bulk {
    store *db;
    store_bulk *next;
    const char *table; /* the caller's until it is closed, like the names of the columns */
    const char *columns[STORE_BULK_COLUMNS];
    store_column_type types[STORE_BULK_COLUMNS];
    size_t column_count, cell;
    int64_t row_count;
    void *own;
};

/* An error whose detail is kept in the handle. */
err store_fail(store *db, const err_kind *kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Notes an error as what spoilt the open transaction, and hands it on. */
err store_spoil(store *db, err e);

/* query.c: resets the queries taken in this transaction; or all and unprepares them. */
void query_cut_transaction(store *db);
void query_reset_all(store *db);
void query_close_all(store *db);
/* The query of `sql` in the cache, or a new one. */
err query_take(store *db, const char *sql, store_query **query);
/* UTF-8 without NUL: what a TEXT can hold in both drivers. */
bool query_is_text(text value);

/* bulk.c: drops the bulks that a transaction rolled back leaves open. */
void bulk_cut_transaction(store *db);

/* schema.c: brings the schema up, or says why not. */
err schema_settle(store *db, const store_options *options, bool accepts_older);

/* store.c: which driver a URL asks for, and what it is told. As store_open, and with
 * `accepts_older` also a reader of an older schema. */
err store_read_url(arena *process, const char *url, store_driver *driver, const char **place);
err store_open_version(arena *process, const store_options *options, bool accepts_older,
                       store **db);

/* copy.c: all rows of `from` into `to`, one of which is SQLite. copy_to_file is the backup of any
 * driver but SQLite. */
err copy_store(store *from, store *to);
err copy_to_file(store *db, const char *part);
/* Takes out of `to` every table that `schema` knows. */
err copy_undo(store *schema, store *to);

/* place.c: files and the folders they are in. */
enum { PLACE_BYTES = 4096 }; /* of a path, at most */
/* Makes the file unless it is there, readable by its owner alone, and its name lasting: SQLite
 * syncs the folders of its logs, not of the file itself. */
err place_make(store *db, const char *path);
err place_find(store *db, const char *path);
bool place_is_taken(const char *path);
/* Gives a file its last name, where nothing may stand. */
err place_put(store *db, const char *part, const char *path);
/* A file of SQLite and all that is beside it. */
void place_remove(const char *path);

/* lock.c: the writer's lock of a file. */
typedef struct {
    int descriptor; /* -1: not held */
} lock_file;
err lock_take(store *db, const char *path, lock_file *lock);
void lock_drop(lock_file *lock);

/* ---- sql.c: enough of SQL to read the common subset in two dialects ---- */

typedef enum { SQL_END, SQL_WORD, SQL_QUOTED, SQL_BLANK, SQL_PARAMETER, SQL_SIGN } sql_token_kind;
typedef struct {
    sql_token_kind kind;
    text is;
} sql_token;
sql_token sql_next(const char **at);
/* Nothing but blanks, comments and semicolons. */
bool sql_is_blank(const char *sql);
bool sql_is_word(sql_token token, const char *upper);
const char *sql_for_sqlite(arena *memory, const char *sql);
const char *sql_for_postgres(arena *memory, const char *sql);

#endif
