#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "store/store_internal.h"

const err_kind STORE_BAD_URL = {
    "store.bad_url", ERR_BAD_INPUT,
    "This names no store: {}; give a file, sqlite:FILE or postgresql://USER@HOST/NAME.",
    "这不是存储地址：{}；应为文件名、sqlite:文件 或 postgresql://用户@主机/库名。"
};
const err_kind STORE_NOT_FOUND = { "store.not_found", ERR_NOT_FOUND,
                                   "There is no such store or row: {}.",
                                   "没有这个存储或记录：{}。" };
const err_kind STORE_NOT_A_STORE = { "store.not_a_store", ERR_BAD_INPUT,
                                     "This is no store of Doudi: {}.", "这不是兜底的存储：{}。" };
const err_kind STORE_EXISTS = { "store.exists", ERR_CONFLICT, "There is one already: {}.",
                                "已经存在：{}。" };
const err_kind STORE_LOCKED = { "store.locked", ERR_BUSY, "Another process writes this store ({}); try again when it has ended.",
                                "另一进程正在写这个存储（{}），请稍后再试。" };
const err_kind STORE_NEWER = { "store.newer", ERR_CONFLICT,
                               "A newer program has changed this store: {}.",
                               "这个存储已被更新版本的程序改过：{}。" };
const err_kind STORE_OLDER = {
    "store.older", ERR_CONFLICT,
    "This store is older than the program, and only a writer may bring it up to date: {}.",
    "这个存储比程序旧，须以写方式打开一次来升级：{}。"
};
const err_kind STORE_UNREACHABLE = { "store.unreachable", ERR_BUSY,
                                     "The store cannot be reached: {}.", "无法连接存储：{}。" };
const err_kind STORE_EDITED = { "store.edited", ERR_CONFLICT,
                                "A migration was edited after this store had applied it: {}.",
                                "这个存储执行过的迁移后来被改动：{}。" };
const err_kind STORE_UNVERIFIED = { "store.unverified", ERR_BUG,
                                    "A migration does not prove itself: {}.",
                                    "迁移的自检不符：{}。" };
const err_kind STORE_DUPLICATE = { "store.duplicate", ERR_CONFLICT, "The key is taken: {}.",
                                   "键已被占用：{}。" };
const err_kind STORE_REFUSED = { "store.refused", ERR_CONFLICT,
                                 "The store does not allow this: {}.", "存储不允许此操作：{}。" };
const err_kind STORE_BUSY = { "store.busy", ERR_BUSY, "The store is busy; try again: {}.",
                              "存储正忙，请稍后再试：{}。" };
const err_kind STORE_FULL = { "store.full", ERR_BUSY, "There is no space left for the store: {}.",
                              "存储空间已满：{}。" };
const err_kind STORE_IO = { "store.io", ERR_BUSY, "The disk or the machine failed the store: {}.",
                            "磁盘或机器读写失败：{}。" };
const err_kind STORE_CORRUPT = { "store.corrupt", ERR_BUG, "The store is damaged: {}.",
                                 "存储已损坏：{}。" };
const err_kind STORE_BAD_SQL = { "store.bad_sql", ERR_BUG,
                                 "The store does not understand a statement of the program: {}.",
                                 "程序的语句存储无法执行：{}。" };

err store_fail(store *db, const err_kind *kind, const char *format, ...)
{
    char *detail = db->details[db->detail_next++ % STORE_DETAILS];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(detail, STORE_DETAIL_BYTES, format, arguments);
    va_end(arguments);
    return err_of(kind, detail);
}

err store_spoil(store *db, err e)
{
    if (e.kind && db->is_in_transaction && !db->spoilt.kind) {
        char *detail = db->spoilt_detail;
        snprintf(detail, STORE_DETAIL_BYTES, "%s", e.detail ? e.detail : "");
        db->spoilt = err_of(e.kind, detail);
    }
    return e;
}

/* ---- opening ---- */

static const struct {
    const char *scheme;
    store_driver driver;
    bool is_kept; /* the scheme is a part of what the driver reads */
} SCHEMES[] = {
    { "sqlite:", STORE_SQLITE, false },
    { "postgresql://", STORE_POSTGRES, true },
    { "postgres://", STORE_POSTGRES, true },
};

static const store_port *const PORTS[STORE_DRIVER_COUNT] = {
    [STORE_SQLITE] = &SQLITE_PORT,
    [STORE_POSTGRES] = &POSTGRES_PORT,
};

err store_read_url(arena *process, const char *url, store_driver *driver, const char **place)
{
    if (!url) return err_of(&STORE_BAD_URL, "");
    *driver = STORE_SQLITE;
    *place = url;
    for (size_t i = 0; i < ARRAY_COUNT(SCHEMES); i++) {
        size_t size = strlen(SCHEMES[i].scheme);
        if (strncmp(url, SCHEMES[i].scheme, size) != 0) continue;
        *driver = SCHEMES[i].driver;
        *place = SCHEMES[i].is_kept ? url : url + size;
        if (url[size]) return ERR_NONE;
        return err_of(&STORE_BAD_URL, SCHEMES[i].scheme);
    }
    /* Never more than the scheme is told: what follows may hold a password. */
    const char *rest = strstr(url, "://");
    if (!rest && *url && (*url != ':' || strchr(url, '/'))) return ERR_NONE;
    size_t size = rest ? (size_t)(rest - url) + 3 : strlen(url);
    return err_of(&STORE_BAD_URL, text_cstr(process, (text){ url, size }));
}

/* Errors outlive a handle that could not be opened. */
static err keep(arena *process, err e)
{
    if (e.detail) e.detail = text_cstr(process, text_of(e.detail));
    return e;
}

err store_open_version(arena *process, const store_options *options, bool accepts_older, store **db)
{
    const char *place;
    store_driver driver;
    *db = NULL;
    TRY(store_read_url(process, options->url, &driver, &place));
    store *s = ARENA_NEW(process, store);
    s->port = PORTS[driver];
    s->driver = driver;
    s->mode = options->mode;
    s->memory = process;
    s->queries = hash_map_open(process);
    err e = s->port->open(process, options, place, s);
    if (!e.kind) e = schema_settle(s, options, accepts_older);
    if (e.kind) {
        e = keep(process, e);
        store_close(s);
        return e;
    }
    *db = s;
    return ERR_NONE;
}

err store_open(arena *process, const store_options *options, store **db)
{
    return store_open_version(process, options, false, db);
}

/* ---- rehearsals: transactions within one that is committed by store_keep, or never ---- */

static err begin(store *db)
{
    return db->is_rehearsal ? db->port->run(db, "SAVEPOINT rehearsed") : db->port->begin(db);
}

static err commit(store *db)
{
    return db->is_rehearsal ? db->port->run(db, "RELEASE SAVEPOINT rehearsed") : db->port->commit(db);
}

/* Where the driver has ended all already there is nothing to go back to. */
static void go_back(store *db)
{
    if (!db->is_rehearsal) {
        db->port->rollback(db);
        return;
    }
    err e = db->port->run(db, "ROLLBACK TO SAVEPOINT rehearsed");
    if (!e.kind) e = db->port->run(db, "RELEASE SAVEPOINT rehearsed");
    (void)e;
}

err store_rehearse(store *db)
{
    if (db->is_in_transaction) return store_fail(db, &STORE_REFUSED, "a transaction is open");
    if (db->is_rehearsal) return ERR_NONE;
    TRY(db->port->begin(db));
    db->is_rehearsal = true;
    return ERR_NONE;
}

static void rehearsal_end(store *db)
{
    if (!db->is_rehearsal) return;
    store_rollback(db);
    query_reset_all(db);
    db->is_rehearsal = db->is_ahead = false;
    db->port->rollback(db);
    db->transaction_number++;
}

err store_keep(store *db)
{
    if (!db->is_rehearsal) return ERR_NONE;
    if (db->is_in_transaction) store_rollback(db);
    query_reset_all(db);
    db->is_rehearsal = db->is_ahead = false;
    err e = db->port->commit(db);
    if (e.kind) db->port->rollback(db);
    db->transaction_number++;
    return e;
}

bool store_is_ahead(const store *db)
{
    return db->is_ahead;
}

void store_close(store *db)
{
    if (!db) return;
    if (db->is_in_transaction) store_rollback(db);
    rehearsal_end(db);
    query_close_all(db);
    db->port->close(db);
}

bool store_rest(store *db)
{
    if (db->mode == STORE_CREATE || db->open_bulks) return false;
    store_rollback(db);
    rehearsal_end(db);
    query_reset_all(db);
    return db->mode == STORE_READ || db->port->lock_drop(db);
}

bool store_wake(store *db)
{
    int64_t newest;
    if (db->mode == STORE_WRITE && !db->port->lock_take(db)) return false;
    if (!db->port->is_in_place(db)) return false;
    err e = store_scalar(db, "SELECT max(number) FROM store_migration", &newest);
    return !e.kind && newest == db->schema_version;
}

void store_tidy(store *db)
{
    if (db->mode == STORE_WRITE && db->port->tidy) db->port->tidy(db);
}

store_driver store_driver_of(const store *db)
{
    return db->driver;
}

int32_t store_schema_version(const store *db)
{
    return db->schema_version;
}

/* ---- transactions ---- */

err store_begin(store *db)
{
    if (db->is_in_transaction) return store_fail(db, &STORE_REFUSED, "a transaction is open");
    TRY(begin(db));
    db->is_in_transaction = true;
    db->transaction_number++;
    db->spoilt = ERR_NONE;
    return ERR_NONE;
}

uint64_t store_transaction_number(const store *db)
{
    return db->transaction_number;
}

/* After an error the driver has no transaction any more either: it is closed here, so that the
 * caller's store_rollback has nothing left to do. */
err store_commit(store *db)
{
    if (!db->is_in_transaction) return store_fail(db, &STORE_REFUSED, "no transaction is open");
    if (db->spoilt.kind) return db->spoilt;
    if (db->open_bulks) /* its last rows may not have been sent */
        return store_spoil(db, store_fail(db, &STORE_REFUSED, "a bulk is still open"));
    err e = commit(db);
    if (e.kind) store_rollback(db);
    else db->is_ahead = db->is_rehearsal;
    db->is_in_transaction = false;
    return e;
}

void store_rollback(store *db)
{
    if (!db->is_in_transaction) return;
    bulk_cut_transaction(db);
    query_cut_transaction(db);
    go_back(db);
    db->is_in_transaction = false;
    db->spoilt = ERR_NONE;
}

bool store_is_in_transaction(const store *db)
{
    return db->is_in_transaction;
}

/* ---- statements and upkeep ---- */

err store_run(store *db, const char *sql)
{
    if (db->spoilt.kind) return db->spoilt;
    return store_spoil(db, db->port->run(db, sql));
}

err store_check(store *db)
{
    if (db->spoilt.kind) return db->spoilt;
    return store_spoil(db, db->port->check(db));
}

err store_checkpoint(store *db)
{
    if (db->is_in_transaction) return store_fail(db, &STORE_REFUSED, "a transaction is open");
    if (db->mode == STORE_READ) return ERR_NONE;
    return db->port->checkpoint(db);
}
