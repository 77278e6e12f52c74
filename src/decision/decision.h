/* decision/ - what was decided about whom, with what it was decided from, and who stands for it.
 *
 * A decision is a purpose ("award.retirement"), a person, the record of its inputs and the amounts
 * that came of it, by key. It is written once; a later decision of the same purpose stands beside it.
 * What is to be paid for it is an award: proposed by one person, reviewed by a second, approved by a
 * third, or returned. Knows neither law nor people: records are texts, keys are names.
 *
 * Money     int64_t fen; EVENTLOG_NONE for a key without a value.
 * Ids       of a decision: unique in the person's bucket, and rising with time.
 * Writing   inside the caller's transaction; one event a bucket and batch, with its projection.
 * Memory    answers live in the arena passed first.
 * Errors    only the kinds below, the log's or the store's; after an error the caller rolls back.
 * Threads   one handle a store handle, so one a thread.
 */
#ifndef DECISION_DECISION_H
#define DECISION_DECISION_H

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"
#include "crypto/crypto.h"
#include "eventlog/eventlog.h"
#include "store/store.h"

extern const err_kind DECISION_NOT_FOUND, DECISION_BAD_BATCH;
extern const err_kind DECISION_NO_AWARD, /* nobody has such an award */
    DECISION_AWARD_STATE,                /* its state does not allow this step */
    DECISION_SAME_PERSON;                /* this person did another step of the same award */

typedef struct decision_book decision_book;
MUST_USE err decision_open(arena *process, store *db, eventlog *log, decision_book **book);
/* This room's tables, for rebuilding them from the log and checking them against it. */
eventlog_room decision_room(decision_book *book);

#define DECISION_KEYS_MAX 32
#define DECISION_ROWS_MAX (1 << 20) /* in one bucket of a batch */

typedef struct {
    text purpose;            /* "award.retirement" */
    text law;                /* digest of the packs that decided */
    int32_t on_day;          /* whose law held */
    int32_t for_month;       /* from which the amounts are due */
    const char *const *keys; /* names of the amounts */
    size_t key_count;
} decision_terms;

typedef struct {
    int64_t actor_id, known_ms;
    text why, key; /* key: idempotency of the batch in its bucket */
} decision_act;

typedef struct {
    int64_t person_id;
    text record; /* the inputs, canonical JSON */
    int64_t fen[DECISION_KEYS_MAX];
} decision_row;

/* The decisions of one bucket, in order of persons. ids[i] is what became of rows[i]. The same batch
 * again changes nothing and answers the same ids. DECISION_BAD_BATCH: another bucket, or no order. */
MUST_USE err decision_make(decision_book *book, const decision_act *act, uint32_t bucket,
                           const decision_terms *terms, const decision_row *rows, size_t count,
                           int64_t *ids);

typedef struct {
    int64_t decision_id, person_id, known_ms, actor_id;
    decision_terms terms;
    decision_row row;
    text why;
} decision_made;
MUST_USE err decision_read(arena *a, decision_book *book, int64_t person_id, int64_t decision_id,
                           decision_made *made);
/* Many decisions of one bucket: each event is read once and kept in the reader's arena, where answers live. */
typedef struct decision_reader decision_reader;
decision_reader *decision_reader_open(arena *a, decision_book *book);
MUST_USE err decision_reader_read(decision_reader *reader, int64_t person_id, int64_t decision_id,
                                  decision_made *made);
/* Who has decisions in a bucket, in order. */
MUST_USE err decision_persons(arena *a, decision_book *book, uint32_t bucket, int64_t **person_id, size_t *count);
/* All of a person, oldest first; of one purpose, or with an empty text of all. */
MUST_USE err decision_of_person(arena *a, decision_book *book, int64_t person_id, text purpose,
                                decision_made **made, size_t *count);

/* ---- awards: what is to be paid for a decision, by three people ---- */

typedef enum {
    DECISION_BEGINS = 1, /* a benefit a month */
    DECISION_ONCE,       /* a sum */
    DECISION_CHANGES     /* another amount a month */
} decision_award_kind;

typedef enum {
    DECISION_PROPOSED = 1,
    DECISION_REVIEWED,
    DECISION_APPROVED,
    DECISION_RETURNED, /* with a reason; its person may be proposed again */
    DECISION_STATE_COUNT
} decision_award_state;

typedef struct {
    int64_t person_id, decision_id;
    decision_award_kind kind;
    int64_t amount_fen, before_fen;
    int32_t from_month, due_month; /* first month paid; since when it is due */
    int32_t event_day;             /* of ONCE: what it came of; 0: none */
    /* answered: */
    int32_t month; /* of business, in which it was proposed */
    text purpose, benefit;
    decision_award_state state;
    int64_t maker_id, reviewer_id, decider_id;
    text why; /* of a return */
} decision_award;

/* Awards of one bucket and purpose, in order of persons, one for each decision just made. */
MUST_USE err decision_propose(decision_book *book, const decision_act *act, uint32_t bucket, int32_t month,
                              text purpose, text benefit, const decision_award *awards, size_t count);

/* Which awards: 0, or an empty text, is any. */
typedef struct {
    int32_t month;
    text purpose;
    uint32_t states; /* bits 1u << DECISION_PROPOSED ... */
    int64_t person_id, decision_id;
} decision_award_filter;
/* In order of persons and decisions. */
MUST_USE err decision_awards(arena *a, decision_book *book, const decision_award_filter *filter,
                             decision_award **awards, size_t *count);
/* The digest of these awards, whatever their state: what is shown to those who stand for them, and what
 * they sign. */
MUST_USE err decision_award_digest(arena *scratch, const decision_award *awards, size_t count, crypto_digest *digest);
/* A step of all of these, which were answered by decision_awards, by the actor of `act`, with their
 * signature of the digest and their public key; both may be empty in a return. All or none. */
typedef struct {
    decision_award_state to;
    crypto_digest shown;
    text signature, public_key;
} decision_award_step;
MUST_USE err decision_award_move(decision_book *book, const decision_act *act, const decision_award_step *step,
                                 const decision_award *awards, size_t count);

/* A review or an approval as it was signed, with its awards in the order that was signed, as they stand now. */
typedef struct {
    decision_award_step step;
    uint32_t bucket; /* of its first event */
    int64_t sequence, actor_id, known_ms;
    decision_award *awards;
    size_t count;
    bool is_said_well; /* all its awards are there, and it says a digest */
} decision_award_signed;
MUST_USE err decision_award_steps(arena *a, decision_book *book, decision_award_signed **steps, size_t *count);

#endif
