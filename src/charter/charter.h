/* charter/ - what the office itself is: its settings, and the law it ever decided by.
 *
 * A setting is a name and a text, with the instants between which it held. A law is the whole of the
 * packs and tables of one digest, kept for as long as a decision may be asked about. Knows no
 * setting's meaning and compiles nothing.
 *
 * Names    begin with who reads them: "office.region", "key.field".
 * Secrets  none stands here in the clear: keys are wrapped by whoever says them.
 * Writing  inside the caller's transaction; events and their projection together.
 * Memory   answers live in the arena passed first.
 * Errors   only the kinds below, the log's or the store's; after an error the caller rolls back.
 * Threads  one handle a store handle, so one a thread.
 */
#ifndef CHARTER_CHARTER_H
#define CHARTER_CHARTER_H

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"
#include "eventlog/eventlog.h"
#include "store/store.h"

extern const err_kind CHARTER_NO_LAW, CHARTER_BAD_NAME;

typedef struct charter charter;
MUST_USE err charter_open(arena *process, store *db, eventlog *log, charter **office);
/* This room's tables, for rebuilding them from the log and checking them against it. */
eventlog_room charter_room(charter *office);

typedef struct {
    int64_t actor_id, known_ms;
    text why;
} charter_act;

/* What is so already is not said again. */
MUST_USE err charter_say(charter *office, const charter_act *act, text name, text value);
#define CHARTER_NOW INT64_MAX
/* As known at an instant; empty when nothing was said by then. */
MUST_USE err charter_read(arena *a, charter *office, text name, int64_t known_ms, text *value);
typedef struct {
    text name, value;
    int64_t known_ms;
} charter_setting;
/* All that hold now, by name. */
MUST_USE err charter_list(arena *a, charter *office, charter_setting **settings, size_t *count);

/* Keeps the bytes under their digest, a lower-case hex; what is kept already is not kept again. */
MUST_USE err charter_keep_law(charter *office, const charter_act *act, text digest, text bytes);
/* CHARTER_NO_LAW when none of this digest was kept. */
MUST_USE err charter_law(arena *a, charter *office, text digest, text *bytes);
typedef struct {
    text digest;
    int64_t known_ms, size_bytes;
} charter_law_row;
MUST_USE err charter_laws(arena *a, charter *office, charter_law_row **laws, size_t *count);

#endif
