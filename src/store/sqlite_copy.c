#include <string.h>

#include "store/sqlite_copy.h"

/* ---- checking ---- */

/* The first line that integrity_check has to say, unless it is "ok". */
static err check_connection(store *db, sqlite3 *c)
{
    sqlite3_stmt *statement;
    int code = sqlite3_prepare_v2(c, "PRAGMA integrity_check(1)", -1, &statement, NULL);
    if (code != SQLITE_OK) return sqlite_err(db, c, code);
    code = sqlite3_step(statement);
    err e = ERR_NONE;
    if (code != SQLITE_ROW) e = sqlite_err(db, c, code);
    else {
        const char *says = (const char *)sqlite3_column_text(statement, 0);
        if (!says || strcmp(says, "ok") != 0)
            e = store_fail(db, &STORE_CORRUPT, "%.200s", says ? says : "");
    }
    sqlite3_finalize(statement);
    return e;
}

err sqlite_check(store *db)
{
    return check_connection(db, sqlite_of(db));
}

err sqlite_checkpoint(store *db)
{
    sqlite3 *c = sqlite_of(db);
    int code = sqlite3_wal_checkpoint_v2(c, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    if ((code & 0xff) == SQLITE_BUSY) /* a reader still needs the log: what could be moved was */
        return ERR_NONE;
    return code == SQLITE_OK ? ERR_NONE : sqlite_err(db, c, code);
}

/* ---- a copy ---- */

/* Copies in one go, so that the copy is one state of the store; the log lets others write on. */
static err copy_pages(store *db, sqlite3 *into)
{
    sqlite3_backup *copy = sqlite3_backup_init(into, "main", sqlite_of(db), "main");
    if (!copy) return sqlite_err(db, into, sqlite3_extended_errcode(into));
    int code = sqlite3_backup_step(copy, -1);
    sqlite3_backup_finish(copy);
    if (code != SQLITE_DONE) return sqlite_err(db, NULL, code);
    /* One file, without a log beside it: it is carried about. */
    code = sqlite3_exec(into, "PRAGMA journal_mode=DELETE", NULL, NULL, NULL);
    if (code != SQLITE_OK) return sqlite_err(db, into, code);
    return check_connection(db, into);
}

err sqlite_backup(store *db, const char *part)
{
    sqlite3 *into = NULL;
    TRY(place_make(db, part));
    int code = sqlite3_open_v2(part, &into,
                               SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
                               ((sqlite_own *)db->own)->vfs);
    err e = code == SQLITE_OK ? copy_pages(db, into) : sqlite_err(db, into, code);
    sqlite3_close(into);
    return e;
}
