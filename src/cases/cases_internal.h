/* cases/cases_internal.h - what the files of this room share.
 *
 * Prefix   cases_
 */
#ifndef CASES_CASES_INTERNAL_H
#define CASES_CASES_INTERNAL_H

#include "cases/cases.h"

struct cases_book {
    arena *process;
    store *db;
    eventlog *log;
};

/* Ends a call's scratch; what an error says outlives it. */
err cases_leave(cases_book *book, arena *scratch, err e);
/* The one place that turns events into rows. */
err cases_apply(cases_book *book, const eventlog_entry *entry);

#endif
