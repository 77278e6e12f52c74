/* store/sqlite_copy - checking, checkpoints and copies of the SQLite driver.
 *
 * Prefix   sqlite_
 */
#ifndef STORE_SQLITE_COPY_H
#define STORE_SQLITE_COPY_H

#include "store/sqlite_internal.h"

err sqlite_backup(store *db, const char *part);
err sqlite_check(store *db);
err sqlite_checkpoint(store *db);

#endif
