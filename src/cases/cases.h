/* cases/ - business cases: what somebody asked the office to do, where it stands, and who did what.
 *
 * A case has a type (a `case` block of a pack), a subject, a form, papers, a step it stands at and the
 * day by which that step is to be done. Where it may go next, whose turn it is and by when, the caller
 * reads from the packs and hands in; kept here are the states, the marks of what was done and the clock
 * as it was set. Knows no law, no scheme and no people, and moves no money.
 *
 * Ids      of cases: from 1, one row for the whole office.
 * Subjects a kind, which is the caller's, and an id; events stand in the bucket of the id.
 * Days     of calendar; 0 is no day.
 * Clock    while a case waits for its applicant no day counts: due_day is the caller's to move on
 *          when it goes on.
 * Writing  inside the caller's transaction; events and their projection together.
 * Memory   answers live in the arena passed first.
 * Errors   only the kinds below, the log's or the store's; after an error the caller rolls back.
 * Threads  one handle a store handle, so one a thread.
 */
#ifndef CASES_CASES_H
#define CASES_CASES_H

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"
#include "eventlog/eventlog.h"
#include "store/store.h"

extern const err_kind CASES_NOT_FOUND, CASES_NO_MOVE, CASES_ELSEWHERE, CASES_BAD_ACT;

typedef struct cases_book cases_book;
MUST_USE err cases_open(arena *process, store *db, eventlog *log, cases_book **book);
/* This room's tables, for rebuilding them from the log and checking them against it. */
eventlog_room cases_room(cases_book *book);

/* ---- states ---- */

typedef enum {
    CASES_NONE,
    CASES_IN_HAND,
    CASES_ASKED,     /* waits for what the applicant is to bring; the clock stands */
    CASES_DONE,      /* its last step was done */
    CASES_ENDED,     /* came to an end of its type: refused, returned ... */
    CASES_WITHDRAWN,
    CASES_STATE_COUNT
} cases_state;

typedef enum {
    CASES_OPEN,
    CASES_FILL,     /* values of the form, or of what was computed */
    CASES_PAPERS,   /* papers brought, promised, lacking ... */
    CASES_PASS,     /* its step is done, it goes on to another */
    CASES_FINISH,   /* its step is done, and it was the last */
    CASES_END,      /* to an end of its type */
    CASES_RETURN,   /* back to a step before */
    CASES_ASK,      /* of the applicant: to bring what is missing */
    CASES_GIVE,     /* they have: the clock goes on */
    CASES_WITHDRAW, /* by the applicant */
    CASES_OBJECT,   /* somebody objects to what was made public */
    CASES_ANSWER,   /* an objection was dealt with */
    CASES_EFFECT,   /* what came of a step: an event, a decision ... */
    CASES_RATE,     /* whoever asked says how it was, once it is over */
    CASES_WHAT_COUNT
} cases_what;

typedef struct {
    const char *name, *says, *says_zh;
} cases_word;
const cases_word *cases_state_word(cases_state state);
const cases_word *cases_what_word(cases_what what);
/* The state after an act, or CASES_NONE when there is no such move. */
cases_state cases_next(cases_state from, cases_what what);
bool cases_is_over(cases_state state);

/* ---- acts ---- */

typedef enum { CASES_SAID, CASES_FROM_REGISTRY, CASES_COMPUTED, CASES_SOURCE_COUNT } cases_source;
typedef struct {
    text field, value;
    cases_source source;
} cases_value;

typedef enum {
    CASES_PAPER_NONE,
    CASES_BROUGHT,
    CASES_PROMISED,  /* in writing, to be checked later */
    CASES_LACKING,   /* taken on without it, to be brought by a day */
    CASES_SHARED,    /* what it would show is known to the office already */
    CASES_KEPT,      /* a promise that was checked and is true */
    CASES_BROKEN,    /* and one that is not */
    CASES_MENDED,    /* brought after all, when the promise had turned out untrue */
    CASES_PAPER_STATE_COUNT
} cases_paper_state;
const cases_word *cases_paper_word(cases_paper_state state);
typedef struct {
    text paper;
    cases_paper_state state;
    int32_t day, due_day;
    text digest, note;
} cases_paper;

typedef struct {
    int64_t actor_id, known_ms;
    text why, key;
} cases_act;

/* Where a case stands then: of OPEN, PASS, FINISH, END, RETURN, ASK and GIVE. */
typedef struct {
    text step, duty;
    int32_t due_day, notice_day;
} cases_place;

typedef struct {
    text type, law, channel, agent, said;
    text priority; /* why it goes before others; empty: it does not */
    int64_t subject_kind, subject_id, region, parent_id;
    int32_t day;
    cases_place place;
    const cases_value *values;
    size_t value_count;
    const cases_paper *papers;
    size_t paper_count;
    text duty, note; /* by which it was opened */
} cases_terms;
MUST_USE err cases_begin(cases_book *book, const cases_act *act, const cases_terms *terms, int64_t *case_id);

typedef struct {
    cases_what what; /* any but OPEN */
    int32_t day;
    text from; /* the step it must stand at (CASES_ELSEWHERE); empty: any */
    cases_place place;
    text duty, note;
    const cases_value *values;
    size_t value_count;
    const cases_paper *papers;
    size_t paper_count;
    text who;       /* of OBJECT */
    int64_t number; /* of ANSWER: which objection; of RATE: the score, 1 to 5 */
} cases_move;
/* CASES_NO_MOVE: not in this state. */
MUST_USE err cases_do(cases_book *book, const cases_act *act, int64_t case_id, const cases_move *move);

/* ---- reading ---- */

typedef struct {
    int64_t case_id, subject_kind, subject_id, region, parent_id;
    text type, law, channel, agent, said, step, duty, priority;
    cases_state state;
    int32_t opened_day, entered_day, due_day, notice_day, asked_day, closed_day;
} cases_row;
MUST_USE err cases_read(arena *a, cases_book *book, int64_t case_id, cases_row *row);
/* By field and paper. */
MUST_USE err cases_values(arena *a, cases_book *book, int64_t case_id, cases_value **values, size_t *count);
MUST_USE err cases_papers(arena *a, cases_book *book, int64_t case_id, cases_paper **papers, size_t *count);
/* Each field that was said, with the step at which it was said last. It is settled when the case has gone on from there: until it is
 * back at that step, or before it, whoever passed it has not decided anew. */
typedef struct {
    text field, step;
    bool is_settled;
} cases_settled;
/* With the steps it passed on the way to where it stands. */
typedef struct {
    const cases_settled *fields;
    const text *passed;
    size_t field_count, passed_count;
} cases_path;
MUST_USE err cases_path_of(arena *a, cases_book *book, int64_t case_id, cases_path *path);

/* Those that this agent asked for, whatever their state, by their number. */
MUST_USE err cases_of_agent(arena *a, cases_book *book, text agent, cases_row **rows, size_t *count);

typedef struct {
    int64_t case_id, score; /* 0: not rated */
    int32_t day;
    text type, note;
} cases_rating;
MUST_USE err cases_rating_of(arena *a, cases_book *book, int64_t case_id, cases_rating *rating);
/* Of a span of days, both counted, by their case. */
MUST_USE err cases_ratings(arena *a, cases_book *book, int32_t from_day, int32_t until_day, cases_rating **ratings, size_t *count);

typedef struct {
    int64_t case_id, subject_id;
    text type;
    bool is_over; /* the case */
    cases_paper paper;
} cases_promise;
/* Papers of all cases that are in this state, by their case. */
MUST_USE err cases_promises(arena *a, cases_book *book, cases_paper_state state, cases_promise **promises, size_t *count);

typedef struct {
    cases_what what;
    int32_t day;
    int64_t known_ms, actor_id;
    text step, reached, duty, note;
} cases_mark;
/* Who did what, oldest first. */
MUST_USE err cases_marks(arena *a, cases_book *book, int64_t case_id, cases_mark **marks, size_t *count);

typedef struct {
    int64_t number;
    int32_t day, answered_day;
    text who, says, answer;
} cases_objection;
MUST_USE err cases_objections(arena *a, cases_book *book, int64_t case_id, cases_objection **objections, size_t *count);

typedef struct {
    bool has_over, has_open;           /* which of the two are wanted */
    text type, duty;                   /* empty: any */
    int64_t subject_id, parent_id;     /* 0: any */
    int64_t region_from, region_until; /* half-open; 0, 0: any */
    int32_t due_until;                 /* in hand and due on or before this day: what waits for the applicant is nobody's delay; 0: any */
    int64_t after_id;                  /* behind this one in the order of ids; 0: all in the order of what is due */
    int64_t limit;                     /* 0: all */
} cases_filter;
/* What is due first stands first, what has no day last. */
MUST_USE err cases_list(arena *a, cases_book *book, const cases_filter *filter, cases_row **rows, size_t *count);
/* How many cases_list would answer without its limit. */
MUST_USE err cases_count(cases_book *book, const cases_filter *filter, int64_t *count);
/* Of all that are not over; counted along an index. */
typedef struct {
    int64_t open, waits, late; /* in hand; of them waiting for the applicant; and past their day */
} cases_total;
MUST_USE err cases_total_read(cases_book *book, int32_t today, cases_total *total);

typedef struct {
    text type, duty;
    int64_t open, waits, late; /* in hand; of them waiting for the applicant; and past their day */
} cases_sum;
/* Of those not over, by duty and type. */
MUST_USE err cases_sums(arena *a, cases_book *book, int32_t today, cases_sum **sums, size_t *count);

#endif
