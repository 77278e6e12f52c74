/* trail/ - who looked at whose record.
 *
 * Keeps looks: a user, an operation, whom it was about, whom a list showed. They are no events: nothing follows from them, and
 * they stand in no chain. A look is written by whoever answered, together with others; it is never changed or taken away.
 *
 * Order    by id, which ascends with time; the newest comes first, and a page goes on below the last id seen.
 * Writing  inside the caller's transaction.
 * Memory   answers live in the arena passed first.
 * Errors   the store's.
 * Threads  those of the store's handle.
 */
#ifndef TRAIL_TRAIL_H
#define TRAIL_TRAIL_H

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"
#include "store/store.h"

typedef struct {
    int64_t id; /* answered */
    int64_t known_ms, actor_id;
    int64_t subject_id; /* 0: a list, or nobody alone */
    int64_t row_count;
    text operation;
    text machine;         /* user of the operating system who read at the machine; empty: over a door */
    const int64_t *shown; /* whom its list showed, each once; not answered: a look is found by each of them */
    size_t shown_count;
} trail_look;

/* In the order they were seen. */
MUST_USE err trail_add(store *db, const trail_look *looks, size_t count);

typedef struct {
    int64_t actor_id, subject_id; /* 0: any */
    int64_t but_actor_id;         /* not of this user; 0: of all */
    text operation, machine;      /* empty: any */
    const text *but_operations;   /* not by these */
    size_t but_operation_count;
    int64_t from_ms, until_ms;    /* [from, until) */
    int64_t below_id;             /* 0: from the newest on */
    size_t limit;
} trail_filter;
/* Of several that are asked for at once the subject (also shown in a list) is looked up, then the user, then the machine's user, then the
 * operation; the others are held against what is found there. At most `looked_max` are held so: *next_id tells where to go on, 0: that was all. A full page
 * ends where one more that fits was seen: that there are others is not told by it. */
MUST_USE err trail_find(arena *a, store *db, const trail_filter *filter, size_t looked_max, trail_look **looks, size_t *count,
                        int64_t *next_id);

#endif
