/* alert/ - alerts that were raised: what each says, who has it, how it ended and why.
 *
 * An alert is a watch, a subject and a cause; the same cause is not opened twice. What a look at the
 * county found is told in one act a bucket: new alerts, those whose facts are other than before,
 * those whose cause is gone. People then take an alert through its states by alert_next and no
 * other way. An alert closes itself when its cause is gone; said to be mended and seen again, it is
 * open again. Knows no law and no people, and acts on nothing: whether a hold stops a payment is the
 * caller's.
 *
 * Ids      of alerts: from 1, one row for the whole office, in the order they were raised.
 * Subjects a kind, which is the caller's, and an id; rows stand in the bucket of the id.
 * Money    int64_t fen; ALERT_NO_RISK where no amount is known.
 * Writing  inside the caller's transaction; events and their projection together. A look that finds
 *          nothing new writes nothing.
 * Memory   answers live in the arena passed first.
 * Errors   only the kinds below, the log's or the store's; after an error the caller rolls back.
 * Threads  one handle a store handle, so one a thread.
 */
#ifndef ALERT_ALERT_H
#define ALERT_ALERT_H

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"
#include "eventlog/eventlog.h"
#include "store/store.h"

extern const err_kind ALERT_NOT_FOUND, ALERT_NO_MOVE, ALERT_BAD_LOOK;

typedef struct alert_book alert_book;
MUST_USE err alert_open(arena *process, store *db, eventlog *log, alert_book **book);
/* This room's tables, for rebuilding them from the log and checking them against it. */
eventlog_room alert_room(alert_book *book);

/* ---- states ---- */

typedef enum {
    ALERT_NONE,
    ALERT_OPEN,
    ALERT_ASSIGNED,
    ALERT_WORKING,
    ALERT_DOUBTED,   /* said to be a false alarm; a hold stands until two others agree */
    ALERT_REVIEWED,  /* one of them has */
    ALERT_MENDED,    /* said to be mended; seen again, it opens again */
    ALERT_DISMISSED, /* a false alarm: not raised again for this cause */
    ALERT_GONE,      /* the cause is no longer there */
    ALERT_STATE_COUNT
} alert_state;

typedef enum {
    ALERT_RAISE, /* by a look: the first time */
    ALERT_AGAIN, /* by a look: the cause of a closed one is there again */
    ALERT_VARY,  /* by a look: other facts, the same cause */
    ALERT_LEAVE, /* by a look: the cause is gone */
    ALERT_ASSIGN,
    ALERT_WORK,
    ALERT_MEND,
    ALERT_DISMISS, /* a false alarm that holds nothing */
    ALERT_DOUBT,   /* a false alarm that holds a payment: proposed, */
    ALERT_REVIEW,  /* checked, */
    ALERT_RELEASE, /* and let go, by three people */
    ALERT_REOPEN,
    ALERT_STEP_COUNT
} alert_step;

typedef struct {
    const char *name, *says, *says_zh;
} alert_word;
const alert_word *alert_state_word(alert_state state);
const alert_word *alert_step_word(alert_step step);
/* The state after `step`, or ALERT_NONE when there is no such move. */
alert_state alert_next(alert_state from, alert_step step);
/* Closed: nobody works on it any more. */
bool alert_is_over(alert_state state);

/* ---- a look at the county ---- */

#define ALERT_NO_RISK (-1)

typedef struct {
    int64_t subject_kind, subject_id;
    text watch;    /* "R01" */
    int64_t cause;
    int64_t severity, action; /* of the caller */
    text target, owner;
    int64_t region;
    int32_t since_day, due_day;
    int64_t risk_fen;
    int64_t facts;   /* a hash of all it says, of the caller: another one is a change */
    text law, says;  /* the article; what is wrong and what to do about it */
    text evidence;   /* facts and values, canonical JSON */
    text record;     /* what it was found from, canonical JSON; or empty */
} alert_terms;

typedef struct {
    int64_t actor_id, known_ms;
    text why, key;
} alert_act;

/* What a look found of one alert that stood: `what` is AGAIN, VARY or LEAVE; of LEAVE terms are not
 * read. */
typedef struct {
    int64_t alert_id;
    alert_step what;
    alert_terms terms;
} alert_change;

typedef struct {
    int32_t day;   /* of business */
    text law;      /* digest of the packs that found it */
    text purpose;
    const alert_terms *raised;
    size_t raised_count;
    const alert_change *changed;
    size_t changed_count;
} alert_look;
/* Of one bucket, as one event; with nothing in it, none. *first_id (or NULL) is the id of raised[0],
 * the others follow. ALERT_BAD_LOOK: a subject of another bucket, or a change there is no move for. */
MUST_USE err alert_seen(alert_book *book, const alert_act *act, uint32_t bucket, const alert_look *look,
                        int64_t *first_id);

/* ---- steps of people ---- */

/* ALERT_NO_MOVE: not from this state. `user_id` is whom ASSIGN gives it to. */
MUST_USE err alert_move(alert_book *book, const alert_act *act, int64_t alert_id, alert_step step,
                        int64_t user_id, text note);

/* ---- what a hold kept back ---- */

typedef struct {
    int64_t alert_id, person_id;
    int32_t month;
    text benefit;
    int64_t fen;
    int64_t released_ms; /* answered: 0 while it is kept back */
} alert_held;
/* Amounts that a run left out, in any order, kept with their alerts; said again, they stay as they
 * were. */
MUST_USE err alert_hold(alert_book *book, const alert_act *act, const alert_held *held, size_t count);
/* All of an alert, by month. */
MUST_USE err alert_held_of(arena *a, alert_book *book, int64_t alert_id, alert_held **held, size_t *count);

/* ---- reading ---- */

typedef struct {
    int64_t alert_id;
    alert_state state;
    alert_terms terms; /* law, says, evidence and record only by alert_read */
    int64_t user_id;
    int32_t opened_day, seen_day;
    text digest;       /* of the packs that saw it last: only by alert_read */
    text purpose;      /* the same */
} alert_row;
MUST_USE err alert_read(arena *a, alert_book *book, int64_t alert_id, alert_row *row);

typedef struct {
    bool has_over, has_open; /* which of the two are wanted */
    text watch, owner;       /* empty: any */
    text watch_from, watch_until; /* watches whose keys lie in [from, until); until empty: any */
    int64_t action;          /* of the caller; 0: any */
    int64_t user_id;         /* 0: any */
    int64_t subject_id;      /* 0: any */
    int64_t region_from, region_until; /* half-open; 0, 0: any */
    int64_t after_id;        /* only what comes behind this alert, ALERT_NOT_FOUND; 0: from the first on */
    int64_t limit;           /* 0: all */
} alert_filter;
/* By money at risk, the greatest first; unknown amounts behind, by severity and id. */
MUST_USE err alert_list(arena *a, alert_book *book, const alert_filter *filter, alert_row **rows,
                        size_t *count);
/* All about these subjects, whatever their kind and state, in the same order; `ids`, none twice, are put in another. */
MUST_USE err alert_of_subjects(arena *a, alert_book *book, int64_t *ids, size_t id_count, alert_row **rows, size_t *count);
/* How many, whatever after_id and limit. */
MUST_USE err alert_count(alert_book *book, const alert_filter *filter, int64_t *count);
/* All of a bucket, whatever their state, by subject, then id. */
MUST_USE err alert_of_bucket(arena *a, alert_book *book, uint32_t bucket, alert_row **rows, size_t *count);

typedef struct {
    alert_step what;
    int32_t day;
    int64_t known_ms, actor_id, user_id;
    text note;
} alert_mark;
/* Who did what, oldest first. */
MUST_USE err alert_marks(arena *a, alert_book *book, int64_t alert_id, alert_mark **marks, size_t *count);

typedef struct {
    text watch;
    int64_t count[ALERT_STATE_COUNT];
    int64_t risk_fen; /* of those not over */
} alert_sum;
/* By watch. */
MUST_USE err alert_sums(arena *a, alert_book *book, alert_sum **sums, size_t *count);

#endif
