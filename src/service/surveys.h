/* service/surveys - the household survey (入户调查) in the office: its form, rounds, who takes which households along,
 * uploads, what of them is in conflict, and what it says of each person.
 *
 * Form      packs/adapters/office-survey.csv: questions, whose answers are inputs of the packs; a round keeps the form it began with.
 * Secrets   what is said is sealed under the office's key, but of open questions. Telephones leave the office with stars.
 * Registry  a question of the form may be a cell of the registry (SURVEYS_PHONE, _ADDRESS). What changes it is proposed by one
 *           and confirmed by another; whether the registry changed meanwhile is told by what the form had said it was.
 * Prefix    surveys_
 */
#ifndef SERVICE_SURVEYS_H
#define SERVICE_SURVEYS_H

#include "service/county.h"
#include "service/scope.h"
#include "survey/survey.h"

extern const err_kind SURVEYS_BAD_TABLE, SURVEYS_NOT_YOURS, SURVEYS_NO_CELL, SURVEYS_BAD_VALUE, SURVEYS_BAD_DAYS, SURVEYS_NOBODY,
    SURVEYS_NO_LINE;
extern const service_op SURVEYS_FORM_OP, SURVEYS_BEGIN_OP, SURVEYS_ASSIGN_OP, SURVEYS_LIST_OP, SURVEYS_PROGRESS_OP, SURVEYS_TAKE_OP,
    SURVEYS_UPLOAD_OP, SURVEYS_SHOW_OP, SURVEYS_CONFLICTS_OP, SURVEYS_DECIDE_OP, SURVEYS_CONFIRM_OP, SURVEYS_RESULTS_OP, SURVEYS_HAND_IN_OP,
    SURVEYS_NEWCOMERS_OP;

/* The roll a round hands in: whom it met, by ability and wish. */
#define SURVEYS_ROLL TEXT("township.survey")

/* What answers are used for: roles of the form's questions. */
#define SURVEYS_OUTCOME TEXT("outcome") /* how the visit ended; its first choice is the one that counts as surveyed */
#define SURVEYS_NAME    TEXT("name")    /* a newcomer's name, number and birth day */
#define SURVEYS_NUMBER  TEXT("number")
#define SURVEYS_BORN    TEXT("born")
#define SURVEYS_STAYS   TEXT("stays")   /* where somebody is */
#define SURVEYS_PENSION TEXT("pension") /* the telephone shows the registry's word beside it */
#define SURVEYS_WISH    TEXT("wish")    /* the telephone shows the forecast beside it */
/* Cells of the registry. */
#define SURVEYS_IN_EMPLOYEE TEXT("参加职工养老") /* of `enrolled` */
#define SURVEYS_PHONE   TEXT("phone")
#define SURVEYS_ADDRESS TEXT("address")

typedef struct surveys_keys surveys_keys;
typedef struct {
    service_call *call;
    county *office;
    registry *people;
    survey_book *book;
    surveys_keys *keys;
    survey_round round;  /* by the argument `round`, where the operation has one */
    survey_form form;    /* of the round */
    scope_span span;     /* to which whoever calls is confined */
} surveys;
/* `round`: empty, none is asked for. A writer is in a transaction, and logged in. */
MUST_USE err surveys_open(service_call *call, county_need need, text round, surveys *s);
/* Keys are wiped; a detail outlives them. */
err surveys_close(surveys *s, err e);
survey_act surveys_act(const surveys *s);
MUST_USE err surveys_book(county *office, survey_book **book);
MUST_USE err surveys_keys_open(county *office, surveys_keys **keys); /* for who has no surveys_open; surveys_close */

/* The form as the packs declare it now. SURVEYS_BAD_TABLE, as where a role has no question. */
MUST_USE err surveys_form(service_call *call, survey_form *form);
/* What of the packs tells the results: a fact that comes from the registry, and variables. */
typedef struct {
    text age, able, target; /* 包.名 */
} surveys_rules;
MUST_USE err surveys_rules_read(service_call *call, surveys_rules *rules);
text surveys_title(const service_call *call, const survey_question *question);
/* A choice in the caller's language; any other value as it is. */
text surveys_value_shown(const service_call *call, const survey_question *question, text value);

/* ---- what was said ---- */

/* Of what somebody said: sealed with its hash. */
MUST_USE err surveys_seal(surveys *s, const survey_question *question, const survey_said *said, survey_saying *saying);
typedef struct {
    text value, seen;
} surveys_words;
MUST_USE err surveys_unseal(surveys *s, const survey_saying *saying, surveys_words *words);
MUST_USE err surveys_seal_choice(surveys *s, survey_choice *choice, text value);
MUST_USE err surveys_unseal_choice(surveys *s, const survey_choice *choice, text *value);

/* One question about one subject: what stands. */
typedef struct {
    int64_t household_id;
    text subject;
    const survey_question *question; /* NULL: the form has it no more */
    const survey_saying *heads;      /* of which there is at least one */
    const surveys_words *words;      /* by head */
    size_t count;
    bool is_split;                   /* heads say different things */
} surveys_cell;
/* In the order of household, subject and question. household 0: all; the question empty: all. */
MUST_USE err surveys_cells(surveys *s, int64_t household_id, text question, surveys_cell **cells, size_t *count);
/* The ids of its heads with blanks between. */
text surveys_in_view(arena *a, const surveys_cell *cell);

/* ---- the registry beside it ---- */

typedef struct {
    int64_t person_id;
    text name, number, phone; /* number and phone with stars */
    int64_t sex, birth_day;
    text enrolled;            /* which pension, in the words of the form; empty: none */
    text category;            /* retirement category, where one is registered */
} surveys_member;
/* Who lives in the household today by the registry, the dead left out; and its address and place. */
MUST_USE err surveys_members(surveys *s, int64_t household_id, surveys_member **members, size_t *count);
MUST_USE err surveys_household(surveys *s, int64_t household_id, registry_household *household);
MUST_USE err surveys_member_of(surveys *s, int64_t person_id, surveys_member *member);
/* What the registry says now in the cell of the question; as it may be seen. */
MUST_USE err surveys_registry_now(surveys *s, int64_t household_id, text subject, const survey_question *question, text *now);
/* Whether the registry already says this value there. */
MUST_USE err surveys_is_registered(surveys *s, int64_t household_id, text subject, const survey_question *question, text value, bool *is_so);
/* The registry is to say it. */
MUST_USE err surveys_register(surveys *s, int64_t household_id, text subject, const survey_question *question, text value);
/* SURVEYS_NOT_YOURS unless the household is of the round and of the caller's township. */
MUST_USE err surveys_visit_of(surveys *s, int64_t household_id, survey_visit *visit);
/* Somebody as a list shows them: their name, "the household", or a newcomer's name by the survey. */
MUST_USE err surveys_who(surveys *s, int64_t household_id, text subject, text *who);

#define SURVEYS_ROUND_FIELD                                                                      \
    { .name = "round", .type = SERVICE_TEXT, .is_positional = true, .is_required = true, .shows = "ROUND", \
      .summary = "the round, by name or number (doudi survey list)", .summary_zh = "调查轮次名称或编号（见 doudi survey list）" }
#define SURVEYS_HOUSEHOLD_FIELD                                                                  \
    { .name = "household", .type = SERVICE_COUNT, .is_positional = true, .is_required = true, .shows = "HOUSEHOLD", \
      .summary = "number of the household", .summary_zh = "家庭编号" }
#define SURVEYS_CELL_FIELDS                                                                      \
    SURVEYS_ROUND_FIELD, SURVEYS_HOUSEHOLD_FIELD,                                                \
    { .name = "subject", .type = SERVICE_TEXT, .is_positional = true, .is_required = true, .shows = "SUBJECT", \
      .summary = "h, p17 or a newcomer's mark, as survey conflicts tells", .summary_zh = "对象：h、p17 或新发现人员的标记（见 survey conflicts）" }, \
    { .name = "question", .type = SERVICE_TEXT, .is_positional = true, .is_required = true, .shows = "QUESTION", \
      .summary = "which question", .summary_zh = "问题" }

#endif
