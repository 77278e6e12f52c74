/* alert/alert_internal.h - what the files of this room share.
 *
 * Prefix   alert_
 */
#ifndef ALERT_ALERT_INTERNAL_H
#define ALERT_ALERT_INTERNAL_H

#include "alert/alert.h"

struct alert_book {
    arena *process;
    store *db;
    eventlog *log;
};

/* Ends a call's scratch; what an error says outlives it. */
err alert_leave(alert_book *book, arena *scratch, err e);

/* The columns of a look's segment, one row an alert. */
typedef enum {
    ALERT_AT_WHAT, ALERT_AT_ID, ALERT_AT_KIND, ALERT_AT_SUBJECT, ALERT_AT_CAUSE, ALERT_AT_SEVERITY,
    ALERT_AT_ACTION, ALERT_AT_REGION, ALERT_AT_SINCE, ALERT_AT_DUE, ALERT_AT_RISK, ALERT_AT_FACTS, ALERT_NUMBER_COUNT,
    ALERT_AT_WATCH = ALERT_NUMBER_COUNT, ALERT_AT_TARGET, ALERT_AT_OWNER, ALERT_AT_LAW, ALERT_AT_SAYS,
    ALERT_AT_EVIDENCE, ALERT_AT_RECORD, ALERT_COLUMN_COUNT
} alert_column;
const char *alert_column_name(int column);
MUST_USE err alert_rows_of(arena *a, alert_book *book, uint32_t bucket, int64_t sequence, eventlog_rows *rows);
void alert_terms_of_row(const eventlog_rows *rows, size_t at, alert_terms *terms);
int64_t alert_cell(const eventlog_rows *rows, alert_column column, size_t at);

/* The one place that turns events into rows. */
err alert_apply(alert_book *book, const eventlog_entry *entry);

#endif
