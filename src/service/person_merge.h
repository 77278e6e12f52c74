/* service/person_merge - two records of one person made one, and made two again, by three people.
 *
 * One enters (record.enter), a second reviews (record.review), a third approves (record.approve); each signs what is
 * brought together, what was chosen where both records speak, and the digest of what stood in them: when anything of it
 * has changed since, nobody can go on and it is entered anew. With the third signature the registry's merge or split is
 * done, and what stands in individual accounts is moved by postings of their own (a memorandum: no fund's money moves),
 * in the same transaction. Proposals stand in the charter, person.merge.ID of the record given up.
 *
 * Prefix   person_merge_
 */
#ifndef SERVICE_PERSON_MERGE_H
#define SERVICE_PERSON_MERGE_H

#include "service/three.h"

extern const err_kind PERSON_MERGE_BOTH_DRAW, PERSON_MERGE_DRAWS, PERSON_MERGE_OWES, PERSON_MERGE_CREDIT, PERSON_MERGE_UNPAID,
    PERSON_MERGE_AWARD, PERSON_MERGE_RUN, PERSON_MERGE_ONEOFF, PERSON_MERGE_CASE, PERSON_MERGE_ACCOUNT, PERSON_MERGE_DEPENDANT,
    PERSON_MERGE_UNDECIDED, PERSON_MERGE_BAD_LABEL, PERSON_MERGE_CHANGED, PERSON_MERGE_NONE_WAITS, PERSON_MERGE_NO_KIND,
    PERSON_MERGE_SPENT, PERSON_MERGE_SAME, PERSON_MERGE_DONE, PERSON_MERGE_AGAINST_NUMBER;

typedef struct {
    bool is_split;
    int64_t kept, other; /* the record given up */
    text choices;        /* "1=keep 3=take" */
    text digest;         /* of what stood in both */
    text state;          /* waiting, done, refused; empty: nothing was ever entered */
    text why;
    three by;
} person_merge_terms;

/* ---- person_merge_terms.c ---- */

MUST_USE err person_merge_read(county *office, int64_t other, person_merge_terms *terms);
MUST_USE err person_merge_say(county *office, const person_merge_terms *terms);
/* All that were entered, by record. */
MUST_USE err person_merge_list(county *office, person_merge_terms **terms, size_t *count);
text person_merge_message(arena *a, const person_merge_terms *terms);
/* What was done bears three signatures, and no record was merged without them: `bad` names the first record, else 0. */
MUST_USE err person_merge_verify_all(county *office, int64_t *bad);
/* The duty of a step, and which one waits: NULL when none does. */
const char *person_merge_duty(size_t step);
const char *person_merge_waits_for(const person_merge_terms *terms);

/* ---- person_merge_look.c ---- */

/* Postings of the record given up in one fund, a day at a time; interest apart, for its day is its year's last. */
typedef struct {
    int32_t day;
    bool is_interest;
    int64_t fen;
} person_merge_posting;
typedef struct {
    int32_t fund;
    int64_t kept_fen, other_fen, moved_fen;
    person_merge_posting *postings;
    size_t count, capacity;
} person_merge_account;

typedef struct {
    county *office;
    registry *people;
    person_merge_terms *terms;
    registry_record kept, other;
    int32_t month; /* the open one */
    bool is_brief; /* only who and in what state */
    registry_meeting *meetings;
    size_t *labels; /* of each meeting; 0: nothing to choose */
    size_t meeting_count, label_count;
    registry_parting *partings;
    size_t parting_count;
    person_merge_account *accounts;
    size_t account_count, account_capacity;
    err *bars; /* why it cannot be done now */
    size_t bar_count, bar_capacity;
} person_merge_view;

/* Everything of both records, what meets, and what bars the way; PERSON_MERGE_BAD_LABEL. */
MUST_USE err person_merge_look(county *office, person_merge_terms *terms, person_merge_view *view);
void person_merge_bar(person_merge_view *view, const err_kind *kind, text detail);
MUST_USE err person_merge_digest(const person_merge_view *view, text *hex);

/* ---- person_merge_bars.c ---- */
MUST_USE err person_merge_bars(person_merge_view *view);

/* ---- person_merge_money.c ---- */
MUST_USE err person_merge_accounts(person_merge_view *view);
MUST_USE err person_merge_move_accounts(person_merge_view *view);

/* ---- person_merge_show.c ---- */

#define PERSON_MERGE_OUTPUT_COUNT 13
extern const service_field PERSON_MERGE_OUTPUT[PERSON_MERGE_OUTPUT_COUNT];
MUST_USE err person_merge_put(const person_merge_view *view);
void person_merge_print(const service_call *call, text_builder *out);
text person_merge_name(const registry_record *record);

#endif
