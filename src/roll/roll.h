/* roll/ - rolls that departments hand in: receipts, lines and what became of each.
 *
 * A roll is a department's list of a month: those on minimum living, who died, who is taxed. Each file
 * that is taken leaves a receipt with every line it had, in one event: linked to somebody, about
 * somebody who is not registered, to be reviewed, or rejected with its reason. A line's state is changed
 * later by roll_settle alone, and both stay. Knows no law and no people: subjects are numbers, what a
 * line says is sealed by the caller.
 *
 * Months    since 1900-01. Lines are numbered as in the file: rising, not always from 1.
 * Keys      a keyed hash of what names a line's subject in the roll, of the caller; lines of two months
 *           with one key are the same. 0: the line has none, and is compared with no other.
 * The one that counts   of a roll and month the newest receipt.
 * Writing   inside the caller's transaction; events and their projection together.
 * Memory    answers live in the arena passed first.
 * Errors    only the kinds below, the log's or the store's; after an error the caller rolls back.
 * Threads   one handle a store handle, so one a thread.
 */
#ifndef ROLL_ROLL_H
#define ROLL_ROLL_H

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"
#include "eventlog/eventlog.h"
#include "store/store.h"

extern const err_kind ROLL_NO_RECEIPT, ROLL_NO_LINE, ROLL_BAD_LINES, ROLL_NO_MOVE, ROLL_NO_PROPOSAL,
    ROLL_SAME_PERSON;

typedef struct roll_book roll_book;
MUST_USE err roll_open(arena *process, store *db, eventlog *log, roll_book **book);
/* This room's tables, for rebuilding them from the log and checking them against it. */
eventlog_room roll_room(roll_book *book);

typedef enum {
    ROLL_LINKED = 1, /* to a subject of the registry */
    ROLL_ABSENT,     /* nobody is registered by this number or code */
    ROLL_REVIEW,     /* a person has to decide whom it is about */
    ROLL_REJECTED,   /* the line could not be taken; it says why */
    ROLL_STATE_COUNT
} roll_state;
typedef struct {
    const char *name, *says, *says_zh;
} roll_word;
const roll_word *roll_state_word(roll_state state);

typedef struct {
    int64_t line;
    roll_state state;
    int64_t subject_id; /* of the linked; of those to be reviewed whom it may be about, or 0 */
    int64_t key, cells; /* keyed hashes: of its subject, and of all it says */
    text why;           /* a code of the caller: why to be reviewed or rejected, or what was mended; or empty */
} roll_line;

typedef struct {
    int64_t actor_id, known_ms;
    text why;
} roll_act;

typedef struct {
    text roll;
    int32_t month;
    text file, digest, contract;
    int64_t mended;
    int64_t before_id; /* what it was held against */
    int64_t added, removed, changed;
} roll_terms;

/* Takes a roll. The same digest, contract, roll and month as the receipt that counts is taken once: *is_new is false and
 * *receipt_id that one. `sealed` is what the lines say, for roll_sealed. ROLL_BAD_LINES: lines do not rise, or a linked
 * one names nobody. */
MUST_USE err roll_receive(roll_book *book, const roll_act *act, const roll_terms *terms, const roll_line *lines,
                          size_t count, text sealed, int64_t *receipt_id, bool *is_new);

typedef struct {
    int64_t line;
    roll_state state;
    int64_t subject_id;
} roll_settling;
/* What lines turned out to be: those that were absent or to be reviewed become linked, or absent; a decision is undone by
 * saying the state of before. A rejected line stays rejected (ROLL_NO_MOVE). Said again, nothing is written. */
MUST_USE err roll_settle(roll_book *book, const roll_act *act, int64_t receipt_id, const roll_settling *settled,
                         size_t count, int64_t *changed);

/* ---- by two people ---- */

/* What one person says of lines; a later word takes the place of an earlier. *new_count leaves out those that are so already,
 * or were said. */
MUST_USE err roll_propose(roll_book *book, const roll_act *act, int64_t receipt_id, const roll_settling *said, size_t count, int64_t *new_count);
/* Another agrees, and the line is settled. ROLL_NO_PROPOSAL, ROLL_SAME_PERSON. */
MUST_USE err roll_confirm(roll_book *book, const roll_act *act, int64_t receipt_id, int64_t line);
/* Another agrees to all that waits, but to what they proposed themselves: *own. */
MUST_USE err roll_agree(roll_book *book, const roll_act *act, int64_t receipt_id, int64_t *agreed, int64_t *own);
/* What the line was when it came: proposed, it undoes what was decided. */
MUST_USE err roll_received(arena *a, roll_book *book, int64_t receipt_id, int64_t line, roll_settling *as);
typedef struct {
    int64_t line;
    roll_state state;
    int64_t subject_id, known_ms, actor_id;
    text why;
} roll_proposal;
/* Those that wait, by line. */
MUST_USE err roll_proposals(arena *a, roll_book *book, int64_t receipt_id, roll_proposal **waiting, size_t *count);

/* ---- reading ---- */

typedef struct {
    int64_t receipt_id;
    roll_terms terms;
    int64_t known_ms, actor_id, line_count;
    int64_t count[ROLL_STATE_COUNT]; /* as received */
} roll_receipt;
MUST_USE err roll_receipt_read(arena *a, roll_book *book, int64_t receipt_id, roll_receipt *receipt);
/* By roll, month and number; `roll` empty: all. */
MUST_USE err roll_receipts(arena *a, roll_book *book, text roll, roll_receipt **receipts, size_t *count);
/* The one that counts of the newest month up to `month`; *receipt_id 0: there is none. */
MUST_USE err roll_latest(roll_book *book, text roll, int32_t month, int64_t *receipt_id);
/* All lines as they are now, in order. */
MUST_USE err roll_lines(arena *a, roll_book *book, int64_t receipt_id, roll_line **lines, size_t *count);
MUST_USE err roll_sealed(arena *a, roll_book *book, int64_t receipt_id, text *sealed);

#endif
