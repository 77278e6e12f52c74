/* oneoff/oneoff_internal.h - what the files of this room share; of this folder only.
 *
 * An event's body and segments are written once and read by one function, oneoff_apply, both when it
 * is new and when the tables are rebuilt. A batch's steps are events of the office, its items events
 * of their buckets; since a rebuild takes the buckets first, an item's row never holds what a step
 * changed: its state is joined from the batch when it is read.
 */
#ifndef ONEOFF_ONEOFF_INTERNAL_H
#define ONEOFF_ONEOFF_INTERNAL_H

#include "codec/codec.h"
#include "oneoff/oneoff.h"

struct oneoff_book {
    arena *process;
    store *db;
    eventlog *log;
};

/* Puts one event of this room into its tables. */
MUST_USE err oneoff_apply(oneoff_book *book, const eventlog_entry *entry);
/* Appends one event and applies it, unless it was there already. *is_new may be NULL. */
MUST_USE err oneoff_record(oneoff_book *book, const eventlog_event *event, int64_t *sequence, bool *is_new);
/* Closes `scratch`, and keeps an error's detail. */
err oneoff_leave(oneoff_book *book, arena *scratch, err e);
err oneoff_blame(arena *a, const err_kind *kind, int64_t number);
eventlog_event oneoff_event(const oneoff_act *act, uint32_t bucket, const char *kind);
/* A body of whole numbers, by names in byte order. */
text oneoff_body(arena *a, const char *const *names, const int64_t *values, size_t count);
/* Columns of numbers as a segment. */
MUST_USE err oneoff_pack(arena *a, const char *const *names, int64_t *const *columns, size_t column_count,
                         size_t row_count, text *bytes);
/* A segment's rows, and the columns named. */
MUST_USE err oneoff_unpack(arena *a, oneoff_book *book, const eventlog_entry *entry, const char *segment,
                           const char *const *names, const bool *is_word, size_t *columns, size_t column_count,
                           eventlog_rows **rows);

enum { ONEOFF_NUMBERS = 12, ONEOFF_WORDS = 3, ONEOFF_ITEM_COLUMNS = ONEOFF_NUMBERS + ONEOFF_WORDS };
typedef const char *const oneoff_name;
extern oneoff_name ONEOFF_ITEM_NAMES[ONEOFF_ITEM_COLUMNS], ONEOFF_TAKING_NAMES[3], ONEOFF_CHANGE_NAMES[6];
/* Whether an act of this key was told before: then nothing is checked, the event is compared whole. */
MUST_USE err oneoff_is_told(oneoff_book *book, uint32_t bucket, text key, bool *told);
/* ONEOFF_NO_MOVE unless the batch is being drafted, or the act was told before. */
MUST_USE err oneoff_may_add(oneoff_book *book, arena *a, const oneoff_act *act, int64_t batch_id, uint32_t bucket);

#endif
/* A body of whole numbers and one text, whose name comes last in byte order. */
text oneoff_body_with(arena *a, const char *const *names, const int64_t *values, size_t count, const char *name, text word);
MUST_USE err oneoff_apply_undoing(oneoff_book *book, const eventlog_entry *entry, const codec_json *body);
MUST_USE err oneoff_apply_undone(oneoff_book *book, const eventlog_entry *entry, const codec_json *body);
