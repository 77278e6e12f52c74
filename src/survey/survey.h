/* survey/ - household surveys (入户调查): rounds, who visits which household, and answers that merge in any order.
 *
 * What somebody says of one question about one subject is a saying, with an id its author has drawn and the ids of the
 * sayings it was said in view of. The cell's sayings that no other was said in view of are its heads: one head is the
 * answer, several that differ are a conflict for people to settle. So the same sayings make the same answers in whatever
 * order, how often and by whichever clock they come, and none is lost.
 *
 * Form     the questions as they were when the round began; read and held to by this room, in one small JSON.
 * Secrets  what is said comes sealed, but of open questions; the caller seals and opens.
 * Choices  what the registry is to say by the survey: proposed by one, confirmed by another. Carried out by the caller.
 * Writing  inside the caller's transaction; events and their projection together, in the office's chain.
 * Memory   answers live in the arena passed first.
 * Errors   only the kinds below, the log's, the store's or codec's; after an error the caller rolls back.
 * Threads  one handle a store handle, so one a thread; forms and uploads may be shared.
 * Prefix   survey_
 */
#ifndef SURVEY_SURVEY_H
#define SURVEY_SURVEY_H

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"
#include "eventlog/eventlog.h"
#include "store/store.h"

extern const err_kind SURVEY_NO_ROUND, SURVEY_OTHER, SURVEY_ID_REUSED, SURVEY_NO_CHOICE, SURVEY_SAME_PERSON, SURVEY_MOVED;
extern const err_kind SURVEY_BAD_FORM, SURVEY_BAD_UPLOAD;

/* ---- the form ---- */

typedef enum { SURVEY_BOOL, SURVEY_CHOICE, SURVEY_COUNT, SURVEY_MONEY, SURVEY_DATE, SURVEY_TEXT, SURVEY_KIND_COUNT } survey_kind;
typedef struct {
    text value, zh, en;
} survey_choice_word;
typedef struct {
    text name, zh, en;
    survey_kind kind;
    bool is_of_household, is_needed;
    bool is_open;             /* kept unsealed: how a visit ended */
    bool is_new_only;         /* asked of somebody who is not registered */
    int64_t least, most;      /* of a count; of money in fen */
    const survey_choice_word *choices;
    size_t choice_count;
    text when;                /* asked only when this question of the subject, or of the household, */
    const text *when_values;  /* is answered by one of these; empty: always */
    size_t when_count;
    text registry;            /* which cell of the registry it is; empty: none */
    text input;               /* which input of the packs it answers; empty: none */
    text role;                /* what its answer is used for; a form that was begun before this was told: its name */
} survey_question;
typedef struct {
    const survey_question *questions;
    size_t count;
} survey_form;
text survey_form_write(arena *a, const survey_form *form);
/* SURVEY_BAD_FORM tells what. */
MUST_USE err survey_form_read(arena *a, text json, survey_form *form);
/* NULL: there is none. */
const survey_question *survey_question_of(const survey_form *form, text name);
/* The one whose answer is used for this; NULL: there is none. */
const survey_question *survey_question_for(const survey_form *form, text role);
/* Whether it can be an answer; empty always can, and takes back what was said. */
bool survey_value_fits(const survey_question *question, text value);
const char *survey_kind_name(survey_kind kind);

/* ---- what a telephone sends ---- */

enum { SURVEY_ID_BYTES = 32, SURVEY_SAYINGS_MAX = 2000, SURVEY_REPLACES_MAX = 64, SURVEY_VALUE_BYTES_MAX = 600 };
typedef struct {
    text id, subject, question, replaces; /* replaces: ids with a blank between, in order, each once */
    int64_t household_id;
    text value, seen;                     /* seen: what the registry said when the form was taken along */
    int64_t phone_ms;
} survey_said;
typedef struct {
    text round;
    const survey_said *said;
    size_t count;
} survey_upload;
/* Reads it whole; SURVEY_BAD_UPLOAD tells where it is wrong. Whether it fits a form: survey_upload_fits. */
MUST_USE err survey_upload_read(arena *a, text json, survey_upload *upload);
text survey_upload_write(arena *a, const survey_upload *upload);
MUST_USE err survey_upload_fits(arena *a, const survey_form *form, const survey_upload *upload);
bool survey_is_id(text said);
/* h, p17 or n and 32 hex digits. `person_id` is 0 of others. */
bool survey_is_subject(text said, int64_t *person_id);

/* ---- kept ---- */

typedef struct survey_book survey_book;
MUST_USE err survey_open(arena *process, store *db, eventlog *log, survey_book **book);
/* This room's tables, for rebuilding them from the log and checking them against it. */
eventlog_room survey_room(survey_book *book);

typedef struct {
    int64_t actor_id, known_ms;
    text why;
} survey_act;

typedef struct {
    int64_t round_id;
    text name, form;
    int32_t from_day, until_day;
    int64_t known_ms, actor_id; /* answered */
} survey_round;
/* The same again changes nothing; of this name with other days SURVEY_OTHER. The form of the first stays. */
MUST_USE err survey_begin(survey_book *book, const survey_act *act, const survey_round *round, int64_t *round_id, bool *is_new);
/* In the order they were begun. */
MUST_USE err survey_rounds(arena *a, survey_book *book, survey_round **rounds, size_t *count);
/* By name or number; SURVEY_NO_ROUND. */
MUST_USE err survey_round_of(arena *a, survey_book *book, text said, survey_round *round);

typedef struct {
    int64_t household_id, region, surveyor_id;
} survey_visit;
/* Gives households to a surveyor; those of another are taken over. *changed: how many were not so already. */
MUST_USE err survey_assign(survey_book *book, const survey_act *act, int64_t round_id, const survey_visit *visits, size_t count,
                           int64_t *changed);
/* In the order of households. */
MUST_USE err survey_visits(arena *a, survey_book *book, int64_t round_id, survey_visit **visits, size_t *count);

typedef struct {
    text id, subject, question, replaces, value;
    int64_t household_id, content, phone_ms;
    int64_t known_ms, actor_id; /* answered */
} survey_saying;
/* Takes those whose id is new; *taken is how many. An id that was said before with other content is SURVEY_ID_REUSED. */
MUST_USE err survey_merge(survey_book *book, const survey_act *act, int64_t round_id, const survey_saying *sayings, size_t count,
                          int64_t *taken);
/* By household, subject, question and id; household 0, question empty: all. */
MUST_USE err survey_sayings(arena *a, survey_book *book, int64_t round_id, int64_t household_id, text question, survey_saying **sayings,
                            size_t *count);
/* Of the sayings of one cell, which are heads: the answer does not depend on their order. Where sayings name each other
 * in a ring, which no telephone does, those of the ring that nothing outside it was said in view of are heads too. */
void survey_heads(arena *scratch, const survey_saying *sayings, size_t count, bool *is_head);
/* How many from `at` on are of one cell. */
size_t survey_cell_size(const survey_saying *sayings, size_t count, size_t at);

typedef struct {
    int64_t household_id;
    text subject, question, value, in_view;
    int64_t known_ms, actor_id; /* answered */
} survey_choice;
/* In the place of one proposed before. */
MUST_USE err survey_propose(survey_book *book, const survey_act *act, int64_t round_id, const survey_choice *choice);
MUST_USE err survey_choices(arena *a, survey_book *book, int64_t round_id, survey_choice **choices, size_t *count);
/* The choice of the cell, which stands no longer: SURVEY_NO_CHOICE, SURVEY_SAME_PERSON of who proposed it, SURVEY_MOVED when
 * other sayings stand than were in view. With `is_refused` it is only taken off, by whoever it is. */
MUST_USE err survey_confirm(arena *a, survey_book *book, const survey_act *act, int64_t round_id, const survey_choice *cell, text in_view,
                            bool is_refused, survey_choice *choice);

#endif
