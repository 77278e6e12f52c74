/* archive/ - papers the office issued, and files handed in with a case: sealed, numbered, never changed.
 *
 * What a paper says and what a file holds stand as a segment of their event, sealed by the caller; what they are found
 * by stands in tables. Knows no paper's meaning and opens no seal.
 *
 * Numbers  of papers and of files: from 1, one row each for the whole office.
 * Digests  of what was sealed, lower-case hex, made by the caller before sealing.
 * Writing  inside the caller's transaction; events and their projection together.
 * Memory   answers live in the arena passed first.
 * Errors   only the kinds below, the log's or the store's; after an error the caller rolls back.
 * Threads  one handle a store handle, so one a thread.
 */
#ifndef ARCHIVE_ARCHIVE_H
#define ARCHIVE_ARCHIVE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"
#include "eventlog/eventlog.h"
#include "store/store.h"

extern const err_kind ARCHIVE_NO_PAPER, ARCHIVE_NO_FILE;

typedef struct archive_book archive_book;
MUST_USE err archive_open(arena *process, store *db, eventlog *log, archive_book **book);
/* This room's tables, for rebuilding them from the log and checking them against it. */
eventlog_room archive_room(archive_book *book);

typedef struct {
    int64_t actor_id, known_ms;
    text why;
} archive_act;

/* ---- papers ---- */

typedef struct {
    int64_t number, subject_kind, subject_id, case_id, known_ms, actor_id, sequence;
    text kind, about, whom, law, digest;
    int32_t day;
} archive_paper;
/* The number the next paper will have: it may stand in what is sealed. */
MUST_USE err archive_next_paper(archive_book *book, int64_t *number);
/* `number` of archive_next_paper, in the same transaction; known_ms, actor_id and sequence are the act's. */
MUST_USE err archive_issue(archive_book *book, const archive_act *act, const archive_paper *paper, text sealed);
MUST_USE err archive_paper_read(arena *a, archive_book *book, int64_t number, archive_paper *paper);
/* The last of this kind about the same that says the same; its number is 0 when there is none. */
MUST_USE err archive_paper_same(arena *a, archive_book *book, text kind, text about, text digest, archive_paper *paper);
MUST_USE err archive_paper_sealed(arena *a, archive_book *book, const archive_paper *paper, text *sealed);
typedef struct {
    text kind;                        /* empty: any */
    int64_t subject_kind, subject_id; /* of subject_id 0: any */
    int64_t case_id, limit;           /* 0: any; all */
} archive_filter;
/* The newest first. */
MUST_USE err archive_papers(arena *a, archive_book *book, const archive_filter *filter, archive_paper **papers, size_t *count);

/* ---- files ---- */

typedef struct {
    int64_t file_id, case_id, size_bytes, known_ms, actor_id, sequence;
    text paper, name, media, digest;
    int32_t day;
} archive_file;
/* file_id, known_ms, actor_id and sequence are the act's. */
MUST_USE err archive_hand_in(archive_book *book, const archive_act *act, const archive_file *file, text sealed, int64_t *file_id);
MUST_USE err archive_file_read(arena *a, archive_book *book, int64_t file_id, archive_file *file);
/* By their numbers. */
MUST_USE err archive_files(arena *a, archive_book *book, int64_t case_id, archive_file **files, size_t *count);
MUST_USE err archive_file_sealed(arena *a, archive_book *book, const archive_file *file, text *sealed);

#endif
