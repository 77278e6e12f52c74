/* survey/survey_internal.h - the book, and the one place that turns events into rows.
 *
 * Prefix   survey_
 */
#ifndef SURVEY_SURVEY_INTERNAL_H
#define SURVEY_SURVEY_INTERNAL_H

#include "codec/codec.h"
#include "survey/survey.h"

struct survey_book {
    arena *process;
    store *db;
    eventlog *log;
};

/* Closes the scratch memory; the error's detail outlives it. */
err survey_leave(survey_book *book, arena *scratch, err e);
/* Appends the event and applies it. */
MUST_USE err survey_record(survey_book *book, const survey_act *act, const char *kind, text body);
MUST_USE err survey_apply(void *book, const eventlog_entry *entry);

#endif
