/* revision/ - batches that change what was decided: entered, reviewed, approved, taken back.
 *
 * A yearly adjustment, awards computed again, a change of law for months past: each is one batch, the
 * business of three people. A row says of one person which decision now counts, which it replaces,
 * what the benefit's part was and is a month, and by how much it differs in which months that were
 * paid already. A batch that was approved is taken back by another batch, its mirror; nothing is
 * edited. Knows no law and no people: decisions and benefits are numbers and names.
 *
 * Money     int64_t fen. A piece is more or less than before, a month, of months [from, until).
 * Months    since 1900-01.
 * Digest    over the rows of all buckets; every step but a withdrawal signs it, with the step and the
 *           signature before.
 * Writing   inside the caller's transaction; events and their projection together.
 * Memory    answers live in the arena passed first.
 * Errors    only the kinds below, the log's, crypto's or the store's; after an error the caller rolls
 *           back.
 * Threads   one handle a store handle, so one a thread.
 */
#ifndef REVISION_REVISION_H
#define REVISION_REVISION_H

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"
#include "crypto/crypto.h"
#include "eventlog/eventlog.h"
#include "store/store.h"

extern const err_kind REVISION_NOT_FOUND, REVISION_NO_MOVE, REVISION_BAD_ROW, REVISION_EMPTY,
    REVISION_BAD_SIGNATURE, REVISION_BROKEN;

typedef enum {
    REVISION_DRAFTED = 1, /* rows stand, nobody has signed: only inside the entering transaction */
    REVISION_ENTERED,
    REVISION_REVIEWED,
    REVISION_APPROVED, /* the rows count */
    REVISION_WITHDRAWN,
    REVISION_REVERSED, /* was approved, and another batch took it back */
    REVISION_STATE_COUNT
} revision_state;
typedef enum {
    REVISION_ENTER,
    REVISION_REVIEW,
    REVISION_APPROVE,
    REVISION_WITHDRAW,
    REVISION_STEP_COUNT
} revision_step;
typedef struct {
    const char *name, *says, *says_zh;
} revision_word;
const revision_word *revision_state_word(revision_state state);
const revision_word *revision_step_word(revision_step step);
/* A batch that waits for its next signature. */
bool revision_is_pending(revision_state state);

typedef struct revision_book revision_book;
MUST_USE err revision_open(arena *process, store *db, eventlog *log, revision_book **book);
void revision_close(revision_book *book); /* NULL is fine */
/* This room's tables, for rebuilding them from the log and checking them against it. */
eventlog_room revision_room(revision_book *book);

/* ---- a batch ---- */

typedef struct {
    text kind;          /* "adjust", "recompute", "reverse" */
    text benefit;       /* whose amounts change */
    text purpose;       /* what it was decided for; empty: several */
    text law;           /* digest of the packs that decided; of a reversal empty */
    int32_t from_month; /* the first month that differs */
    int32_t pay_month;  /* from which payment runs pay the new amounts */
    int64_t reverses;   /* the batch this one takes back; 0: none */
} revision_terms;

typedef struct {
    int32_t from_month, until_month;
    int64_t fen;
} revision_piece;

/* What the difference is made of: lines of the awards, which are booked apart. */
typedef struct {
    text name;       /* "basic", "increase"; no blanks */
    bool is_account; /* out of the individual account; else the pool */
    int64_t fen;     /* a month, more or less than before */
} revision_part;

typedef struct {
    int64_t person_id;
    int64_t decision_id; /* which counts from now on; of a reversal: the one taken back */
    int64_t replaces_id; /* which no longer counts; 0: none */
    int64_t before_id;   /* the decision the benefit named before; 0: none */
    int32_t from_month;  /* from which its amount is due */
    bool is_paid;        /* in pay_month and later: else only months before differ */
    int64_t level_fen;   /* on a person's first row: what the whole benefit paid a month before; 0: nothing */
    int64_t old_fen, new_fen; /* of this decision's part, a month */
    const revision_piece *pieces;
    const revision_part *parts; /* they come to new_fen less old_fen */
    size_t piece_count, part_count;
} revision_row;
int64_t revision_piece_fen(const revision_row *row); /* the sum over its months */

typedef struct {
    int64_t actor_id, known_ms;
    text why;
} revision_act;

/* Rows come bucket by bucket, each in order of persons: REVISION_BAD_ROW names the first that does not
 * fit. With the end the batch is drafted; REVISION_EMPTY without a row. */
typedef struct revision_draft revision_draft;
MUST_USE err revision_draft_open(arena *a, revision_book *book, const revision_terms *terms,
                                 const revision_act *act, revision_draft **draft);
MUST_USE err revision_draft_add(revision_draft *draft, uint32_t bucket, const revision_row *rows,
                                size_t count);
MUST_USE err revision_draft_end(revision_draft *draft, int64_t *batch_id);

typedef struct {
    int64_t batch_id;
    revision_state state;
    revision_terms terms;
    int64_t person_count;                  /* a person once, with however many rows */
    int64_t level_fen, old_fen, new_fen;   /* a month, of rows that are paid */
    int64_t more_fen, less_fen;            /* of months before: to pay; to recover, > 0 */
    int64_t set_aside_count;               /* persons who changed before approval */
    int64_t reversed_by;                   /* 0: none */
    int64_t entered_ms;
    crypto_digest digest;
} revision_batch;
MUST_USE err revision_find(arena *a, revision_book *book, int64_t batch_id, revision_batch *batch);
MUST_USE err revision_list(arena *a, revision_book *book, revision_batch **batches, size_t *count);

/* ---- steps ---- */

typedef struct {
    revision_step step;
    int64_t actor_id, known_ms;
    text signature, public_key;
} revision_mark;
MUST_USE err revision_marks(arena *a, revision_book *book, int64_t batch_id, revision_mark **marks,
                            size_t *count);
/* What the next signature signs. */
MUST_USE err revision_signing_digest(revision_book *book, int64_t batch_id, revision_step step,
                                     crypto_digest *digest);
/* Takes a step; a withdrawal has no signature. REVISION_NO_MOVE when the batch is not there for it. The
 * approval of a reversal makes the batch it reverses `reversed`. */
MUST_USE err revision_move(revision_book *book, int64_t batch_id, revision_step step,
                           const revision_act *act, text signature, text public_key);
/* These people of a bucket changed since the batch was entered: their rows never count. */
MUST_USE err revision_set_aside(revision_book *book, int64_t batch_id, uint32_t bucket,
                                const revision_act *act, const int64_t *person_id, size_t count);
/* Rows, digest, totals and signatures fit: else REVISION_BROKEN or REVISION_BAD_SIGNATURE. */
MUST_USE err revision_verify(revision_book *book, int64_t batch_id);

/* ---- rows ---- */

/* Of one bucket, in order of persons; those set aside are left out when `counting`. */
MUST_USE err revision_rows(arena *a, revision_book *book, int64_t batch_id, uint32_t bucket,
                           bool counting, revision_row **rows, size_t *count);
typedef struct {
    int64_t batch_id;
    revision_state state;
    revision_terms terms;
    bool is_set_aside;
    revision_row row;
} revision_said;
/* For many people of one bucket: each event is read once and kept in the reader's arena, where answers
 * live. What is written later is not seen. */
typedef struct revision_reader revision_reader;
revision_reader *revision_reader_open(arena *a, revision_book *book);
/* All rows of a person, oldest batch first. */
MUST_USE err revision_of_person(revision_reader *reader, int64_t person_id, revision_said **rows,
                                size_t *count);
/* Sets the month from which a draft's rows differ, known at its end. */
void revision_draft_due(revision_draft *draft, int32_t from_month);
/* Whether rows of this kind stand and count, of an approved or (with `pending`) a waiting batch. */
bool revision_counts(const revision_said *said);

#endif
