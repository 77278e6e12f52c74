/* decision/ inside - what its files share.
 *
 *   decision  what was decided, and from what
 *   award     proposed, reviewed, approved or returned
 *
 * Prefix   decision_
 */
#ifndef DECISION_DECISION_INTERNAL_H
#define DECISION_DECISION_INTERNAL_H

#include "codec/codec.h"
#include "decision/decision.h"

struct decision_book {
    arena *process;
    store *db;
    eventlog *log;
};

/* Closes the scratch; a detail that stood in it goes on. */
err decision_leave(decision_book *book, arena *scratch, err e);

/* Events of awards into their table; events of other kinds are passed over. */
err decision_award_apply(decision_book *book, const eventlog_entry *entry);

#endif
