/* revision/revision_internal.h - what the files of this room share.
 *
 *   revision        opening, words, the tables and the one place that makes them of events
 *   revision_draft  a batch being entered
 *   revision_rows   rows of a batch, read back from their events
 *   revision_steps  steps, signatures, verification
 *
 * Prefix   revision_
 */
#ifndef REVISION_REVISION_INTERNAL_H
#define REVISION_REVISION_INTERNAL_H

#include "codec/codec.h"
#include "revision/revision.h"

struct revision_book {
    arena *process;
    store *db;
    eventlog *log;
    crypto_hasher *hasher;
};

/* Appends the event and makes its rows. */
MUST_USE err revision_record(revision_book *book, const eventlog_event *event, int64_t *sequence);
/* Closes the scratch arena; an error's detail outlives it. */
err revision_leave(revision_book *book, arena *scratch, err e);
revision_state revision_state_named(text name);
err revision_not_found(arena *a, int64_t batch_id);

/* The bytes of a bucket's rows, and back. */
MUST_USE err revision_rows_write(arena *a, const revision_row *rows, size_t count, text *bytes);
MUST_USE err revision_rows_open(arena *a, revision_book *book, uint32_t bucket, int64_t sequence,
                                eventlog_rows *rows);
MUST_USE err revision_rows_read(arena *a, const eventlog_rows *rows, size_t at, revision_row *row);

/* What the rows of a batch come to. */
typedef struct {
    int64_t person_count, level_fen, old_fen, new_fen, more_fen, less_fen;
    int64_t last_person_id;
    crypto_digest digest; /* of the buckets so far */
} revision_totals;
void revision_totals_add(revision_book *book, revision_totals *t, uint32_t bucket,
                         const revision_row *rows, size_t count, text bytes);

#endif
