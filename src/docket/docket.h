/* docket/ - standing books (台账): rows that people keep, with who said them and when.
 *
 * A row has an id in its docket, a key that names it and cells. Said again it stands in the place of what stood; struck
 * it is no longer told. The log keeps all. What columns there are, and what they mean, the caller knows.
 *
 * Writing  inside the caller's transaction; events and their projection together, in the office's chain.
 * Memory   answers live in the arena passed first.
 * Errors   only the kind below, the log's or the store's; after an error the caller rolls back.
 * Threads  one handle a store handle, so one a thread.
 * Prefix   docket_
 */
#ifndef DOCKET_DOCKET_H
#define DOCKET_DOCKET_H

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"
#include "eventlog/eventlog.h"
#include "store/store.h"

extern const err_kind DOCKET_NO_ROW;

typedef struct docket_book docket_book;
MUST_USE err docket_open(arena *process, store *db, eventlog *log, docket_book **book);
/* This room's table, for rebuilding it from the log and checking it against it. */
eventlog_room docket_room(docket_book *book);

typedef struct {
    int64_t actor_id, known_ms;
    text why;
} docket_act;

typedef struct {
    int64_t row_id;
    text key, cells; /* cells: canonical JSON */
    int64_t known_ms, actor_id;
} docket_row;

typedef enum { DOCKET_SAME, DOCKET_ADDED, DOCKET_CHANGED } docket_said;
/* The row of this key, else a new one. */
MUST_USE err docket_say(docket_book *book, const docket_act *act, text docket, text key, text cells, docket_said *said);
/* DOCKET_NO_ROW; struck already it stays so. */
MUST_USE err docket_strike(docket_book *book, const docket_act *act, text docket, int64_t row_id, bool *is_new);
/* Those that stand, by id. */
MUST_USE err docket_rows(arena *a, docket_book *book, text docket, docket_row **rows, size_t *count);

#endif
