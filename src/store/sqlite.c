#include <stdio.h>
#include <string.h>

#include "store/sqlite_copy.h"
#include "store/sqlite_query.h"

/* "Doud", in the header of the file: tells a store from any other SQLite file. */
#define APPLICATION_ID 0x446f7564

enum {
    WAIT_MS = 5000,
    CACHE_BYTES = 64 << 20,
    PAGE_BYTES =
        8192, /* of a new store: an event's body fits its page; blobs go in a quarter faster */
    CHECKPOINT_PAGES = 2048,  /* of the log, after which a commit moves them into the file */
    TIDY_PAGES = 256,         /* which are moved where nobody waits for it */
    LOG_BYTES_KEPT = 64 << 20 /* a log grown by one large transaction is cut back to this */
};

/* ---- errors ---- */

static const struct {
    int code; /* extended, or primary for all of its family not named before */
    const err_kind *kind;
} KINDS[] = {
    { SQLITE_CONSTRAINT_UNIQUE, &STORE_DUPLICATE },
    { SQLITE_CONSTRAINT_PRIMARYKEY, &STORE_DUPLICATE },
    { SQLITE_CONSTRAINT, &STORE_REFUSED },
    { SQLITE_READONLY, &STORE_REFUSED },
    { SQLITE_MISMATCH, &STORE_REFUSED },
    { SQLITE_TOOBIG, &STORE_REFUSED },
    { SQLITE_AUTH, &STORE_REFUSED },
    { SQLITE_BUSY, &STORE_BUSY },
    { SQLITE_LOCKED, &STORE_BUSY },
    { SQLITE_INTERRUPT, &STORE_BUSY },
    { SQLITE_FULL, &STORE_FULL },
    { SQLITE_IOERR_CORRUPTFS, &STORE_CORRUPT },
    { SQLITE_IOERR_DATA, &STORE_CORRUPT },
    { SQLITE_IOERR, &STORE_IO },
    { SQLITE_NOMEM, &STORE_IO },
    { SQLITE_PROTOCOL, &STORE_IO },
    { SQLITE_NOLFS, &STORE_IO },
    { SQLITE_CANTOPEN, &STORE_IO },
    { SQLITE_PERM, &STORE_UNREACHABLE },
    { SQLITE_CORRUPT, &STORE_CORRUPT },
    { SQLITE_NOTADB, &STORE_NOT_A_STORE },
    { SQLITE_FORMAT, &STORE_CORRUPT },
};

err sqlite_err(store *db, sqlite3 *connection, int code)
{
    const err_kind *kind = &STORE_BAD_SQL;
    for (size_t i = 0; i < ARRAY_COUNT(KINDS); i++)
        if (KINDS[i].code == code || KINDS[i].code == (code & 0xff)) {
            kind = KINDS[i].kind;
            break;
        }
    const char *says = connection ? sqlite3_errmsg(connection) : sqlite3_errstr(code);
    if ((code & 0xff) == SQLITE_NOMEM) says = "out of memory";
    return store_fail(db, kind, "%s (%d)", says, code);
}

/* ---- opening ---- */

/* What every connection of ours is like. */
static err configure(store *db, const store_options *options)
{
    sqlite3 *c = sqlite_of(db);
    static const struct {
        int option, value;
    } SWITCHES[] = {
        { SQLITE_DBCONFIG_DEFENSIVE, 1 },      { SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0 },
        { SQLITE_DBCONFIG_DQS_DML, 0 }, /* "x" is a name, never a text, as in PostgreSQL */
        { SQLITE_DBCONFIG_DQS_DDL, 0 },        { SQLITE_DBCONFIG_ENABLE_FKEY, 0 },
        { SQLITE_DBCONFIG_ENABLE_TRIGGER, 1 },
    };
    for (size_t i = 0; i < ARRAY_COUNT(SWITCHES); i++)
        sqlite3_db_config(c, SWITCHES[i].option, SWITCHES[i].value, NULL);
    sqlite3_extended_result_codes(c, 1);
    sqlite3_busy_timeout(c, (int)(options->wait_ms ? options->wait_ms : WAIT_MS));
    char sql[512];
    size_t cache_kib = (options->cache_bytes ? options->cache_bytes : CACHE_BYTES) / 1024;
    snprintf(sql, sizeof sql,
             "PRAGMA page_size=%d; PRAGMA cell_size_check=ON; PRAGMA mmap_size=0; PRAGMA "
             "case_sensitive_like=ON;"
             "PRAGMA temp_store=MEMORY; PRAGMA synchronous=FULL; PRAGMA cache_size=-%zu;",
             PAGE_BYTES, cache_kib);
    return db->port->run(db, sql);
}

/* Debian's SQLite 3.40 has the WAL-reset bug (3.7.0 to 3.51.2): a checkpoint of one connection
 * beside the commit of another can lose pages. So readers never checkpoint, not even when they
 * are the last to close, and the one writer does it all. */
static err configure_reader(store *db)
{
    sqlite3_db_config(sqlite_of(db), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    return db->port->run(db, "PRAGMA query_only=ON; PRAGMA wal_autocheckpoint=0;");
}

static err expect_answer(store *db, const char *sql, const char *wanted)
{
    sqlite3_stmt *statement;
    sqlite3 *c = sqlite_of(db);
    if (sqlite3_prepare_v2(c, sql, -1, &statement, NULL) != SQLITE_OK)
        return sqlite_err(db, c, sqlite3_extended_errcode(c));
    int code = sqlite3_step(statement);
    const char *got = code == SQLITE_ROW ? (const char *)sqlite3_column_text(statement, 0) : "";
    err e = ERR_NONE;
    if (code != SQLITE_ROW) e = sqlite_err(db, c, sqlite3_extended_errcode(c));
    else if (!got || strcmp(got, wanted) != 0)
        e = store_fail(db, &STORE_IO, "%s answers %s, not %s", sql, got ? got : "", wanted);
    sqlite3_finalize(statement);
    return e;
}

static void move_log(sqlite_own *own)
{
    sqlite3_wal_checkpoint_v2(own->connection, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    own->moved_pages = own->log_pages; /* or as many as readers allowed; the log has them all */
}

/* As the automatic checkpoint of SQLite, but that it is known how long the log is. */
static int after_commit(void *context, sqlite3 *connection, const char *name, int pages)
{
    (void)connection, (void)name;
    sqlite_own *own = context;
    if (pages < own->moved_pages) own->moved_pages = 0; /* the log began anew */
    own->log_pages = pages;
    if (pages >= CHECKPOINT_PAGES) move_log(own);
    return SQLITE_OK;
}

static void tidy_sqlite(store *db)
{
    sqlite_own *own = db->own;
    if (own->log_pages - own->moved_pages >= TIDY_PAGES && db->port->lock_take(db)) {
        move_log(own);
        db->port->lock_drop(db);
    }
}

static err configure_writer(store *db)
{
    char sql[128];
    TRY(expect_answer(db, "PRAGMA journal_mode=WAL", "wal"));
    TRY(expect_answer(db, "PRAGMA synchronous", "2"));
    snprintf(sql, sizeof sql, "PRAGMA journal_size_limit=%d;", LOG_BYTES_KEPT);
    sqlite3_wal_hook(sqlite_of(db), after_commit, db->own);
    return db->port->run(db, sql);
}

static err open_sqlite(arena *process, const store_options *options, const char *place, store *db)
{
    sqlite_own *own = ARENA_NEW(process, sqlite_own);
    own->lock.descriptor = -1;
    own->path = db->place = text_cstr(process, text_of(place));
    own->vfs = options->vfs;
    db->own = own;
    if (db->mode != STORE_CREATE) TRY(place_find(db, place));
    if (db->mode != STORE_READ) TRY(lock_take(db, place, &own->lock));
    if (db->mode == STORE_CREATE) TRY(place_make(db, place));
    int code = sqlite3_open_v2(place, &own->connection,
                               SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
                               own->vfs);
    if (code != SQLITE_OK) return sqlite_err(db, own->connection, code);
    TRY(configure(db, options));
    return db->mode == STORE_READ ? configure_reader(db) : ERR_NONE;
}

static void close_sqlite(store *db)
{
    sqlite_own *own = db->own;
    if (!own) return;
    sqlite3_close(own->connection);
    own->connection = NULL;
    lock_drop(&own->lock);
}

static err look_at_sqlite(store *db, bool *is_store, bool *is_empty)
{
    int64_t id, tables;
    TRY(store_scalar(db, "SELECT count(*) FROM sqlite_schema", &tables));
    TRY(store_scalar(db, "PRAGMA application_id", &id));
    *is_empty = tables == 0;
    *is_store = tables > 0 && id == APPLICATION_ID;
    if (db->mode == STORE_READ || !(*is_store || *is_empty)) return ERR_NONE;
    return configure_writer(db);
}

/* A file that was put in its place, or taken away, leaves this handle with the old one. */
static bool is_sqlite_in_place(store *db)
{
    int has_moved = 0;
    int code = sqlite3_file_control(sqlite_of(db), "main", SQLITE_FCNTL_HAS_MOVED, &has_moved);
    return code == SQLITE_OK && !has_moved;
}

/* Without the lock it leaves the log alone, also when it is closed: another may be writing. */
static bool drop_sqlite_lock(store *db)
{
    sqlite_own *own = db->own;
    sqlite3_db_config(own->connection, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    lock_drop(&own->lock);
    return true;
}

static bool take_sqlite_lock(store *db)
{
    sqlite_own *own = db->own;
    if (lock_take(db, own->path, &own->lock).kind) return false;
    if (!is_sqlite_in_place(db)) {
        lock_drop(&own->lock);
        return false;
    }
    sqlite3_db_config(own->connection, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
    return true;
}

/* ---- transactions ---- */

static err run_sqlite(store *db, const char *sql)
{
    sqlite3 *c = sqlite_of(db);
    arena *scratch = arena_open();
    int code = sqlite3_exec(c, sql_for_sqlite(scratch, sql), NULL, NULL, NULL);
    arena_close(scratch);
    return code == SQLITE_OK ? ERR_NONE : sqlite_err(db, c, code);
}

static err begin_sqlite(store *db)
{
    return run_sqlite(db, db->mode == STORE_READ ? "BEGIN" : "BEGIN IMMEDIATE");
}

static err commit_sqlite(store *db)
{
    return run_sqlite(db, "COMMIT");
}

static void rollback_sqlite(store *db)
{
    sqlite3 *c = sqlite_of(db);
    if (!sqlite3_get_autocommit(c)) sqlite3_exec(c, "ROLLBACK", NULL, NULL, NULL);
}

#define STRING_(x) #x
#define STRING(x)  STRING_(x)

const store_port SQLITE_PORT = {
    .open = open_sqlite,
    .close = close_sqlite,
    .look = look_at_sqlite,
    .is_in_place = is_sqlite_in_place,
    .lock_drop = drop_sqlite_lock,
    .lock_take = take_sqlite_lock,
    .birth = "PRAGMA application_id=" STRING(APPLICATION_ID),
    .begin = begin_sqlite,
    .commit = commit_sqlite,
    .rollback = rollback_sqlite,
    .run = run_sqlite,
    .prepare = sqlite_prepare,
    .unprepare = sqlite_unprepare,
    .bind_int = sqlite_bind_int,
    .bind_text = sqlite_bind_text,
    .bind_bytes = sqlite_bind_bytes,
    .bind_null = sqlite_bind_null,
    .step = sqlite_step,
    .get_int = sqlite_get_int,
    .get_bytes = sqlite_get_bytes,
    .is_null = sqlite_is_null,
    .clear = sqlite_clear,
    .reset = sqlite_reset,
    .bulk_open = sqlite_bulk_open,
    .bulk_cell = sqlite_bulk_cell,
    .bulk_null = sqlite_bulk_null,
    .bulk_row = sqlite_bulk_row,
    .bulk_close = sqlite_bulk_close,
    .bulk_drop = sqlite_bulk_drop,
    .backup = sqlite_backup,
    .check = sqlite_check,
    .checkpoint = sqlite_checkpoint,
    .tidy = tidy_sqlite,
};
