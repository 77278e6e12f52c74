/* service/projects - construction projects by the rolls of departments, and their work-injury insurance by the project.
 *
 * Departments that permit works hand in their projects: rolls whose contract links a column `project`, with the contractor's
 * code, contract price, first and last day. Insured is a project that a case has registered (effect `project`), after its
 * premium was paid in full; those rows stand in a book of their own (room docket), which nobody writes by hand. What the
 * premium is the packs say, and what follows from a project without one.
 *
 * Numbers   of projects are held against each other narrow and without blanks, as rolls keep words.
 * Prefix    projects_
 */
#ifndef SERVICE_PROJECTS_H
#define SERVICE_PROJECTS_H

#include "docket/docket.h"
#include "service/rolls.h"

extern const err_kind PROJECTS_UNKNOWN, PROJECTS_BAD_COVER, PROJECTS_OTHER_EMPLOYER;
extern const service_op PROJECTS_LIST_OP, PROJECTS_GATE_OP;

/* ---- insured projects ---- */

typedef struct {
    text no, title;
    int64_t employer_id, case_id, price_fen, paid_fen;
    int32_t paid_day, from_day, until_day; /* the last day is insured */
} projects_cover;
/* By number. */
MUST_USE err projects_covers(county *office, projects_cover **covers, size_t *count);
/* Said again for the same contractor it stands in the place of what stood: PROJECTS_OTHER_EMPLOYER, PROJECTS_BAD_COVER. */
MUST_USE err projects_cover_say(county *office, text why, const projects_cover *cover);
/* As rolls keep a number. */
text projects_number(arena *a, text said);

/* ---- projects of the rolls ---- */

typedef enum {
    PROJECTS_COVERED,
    PROJECTS_WAITING, /* not begun, not insured */
    PROJECTS_BARE,    /* begun, not insured */
    PROJECTS_LARGER,  /* insured for less than the contract price that the roll tells */
    PROJECTS_SHORT,   /* insured until before its last day */
    PROJECTS_OVER,    /* past its last day */
    PROJECTS_STATE_COUNT
} projects_state;
typedef struct {
    text no, title, code, contractor;
    const rolls_contract *contract;
    int64_t employer_id; /* 0: not registered, or to be reviewed */
    int64_t price_fen;   /* -1: the roll does not tell */
    int32_t begin_day, end_day; /* 0: the roll does not tell */
    const projects_cover *cover; /* NULL: none */
} projects_row;
typedef struct {
    projects_row *rows; /* by employer, number and roll */
    size_t count;
    size_t roll_count;
    text missing; /* departments whose roll never came, split by 、; empty: none */
} projects_told;
/* By the rolls that count in the month. */
MUST_USE err projects_read(county *office, int32_t month, projects_told *told);
projects_state projects_state_of(const projects_row *row, int32_t day);
/* Work may begin, and go on: insured on the day and to the end, for the whole price. */
bool projects_may_begin(const projects_row *row, int32_t day);

#endif
