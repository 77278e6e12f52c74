/* store/ inside - what the files of the SQLite driver share. */
#ifndef STORE_SQLITE_INTERNAL_H
#define STORE_SQLITE_INTERNAL_H

#include <sqlite3.h>

#include "store/store_internal.h"

typedef struct {
    sqlite3 *connection;
    lock_file lock;
    const char *path;
    const char *vfs;
    int log_pages, moved_pages; /* of a writer's log: at its last commit; moved into the file of them */
} sqlite_own;

static inline sqlite3 *sqlite_of(const store *db)
{
    return ((sqlite_own *)db->own)->connection;
}

/* The error of a result code, with what the connection says of it. */
err sqlite_err(store *db, sqlite3 *connection, int code);

#endif
