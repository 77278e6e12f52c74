/* service/watch_known_internal.h - what was gathered of the whole county.
 *
 *   watch_known       the pass over everybody, and the facts read of it
 *   watch_rolls       what the rolls of departments say of each
 *   watch_open_lines  whom lines of rolls that nobody has decided yet may mean
 *   watch_accounts    lanes of accounts, and whom a fact speaks of besides
 *   watch_projects    construction projects of contractors, by rolls and by what is insured
 *   watch_premiums    what employers paid of the unemployment insurance, by the books
 *   watch_acts        what the month's runs pay each, what employers are billed and were the month before
 *   watch_headcount   how many employers insured a quarter and a year before
 *   watch_amounts     what is paid a month, and what the law of now gives
 *   watch_joined      who began to be insured with an employer of late
 *
 * Prefix   watch_known_
 */
#ifndef SERVICE_WATCH_KNOWN_INTERNAL_H
#define SERVICE_WATCH_KNOWN_INTERNAL_H

#include "service/projects.h"
#include "service/watch_known.h"

/* Who is paid into an account, or has it on record. */
typedef struct {
    int64_t account, person_id, paid_fen;
    int32_t from_day;  /* since when it is theirs */
    bool is_paid, is_other; /* draws something; its holder has another name */
} watch_known_payee;

/* Sums by the id of a household or employer; ids are dense. */
typedef struct {
    int64_t *fen;
    size_t capacity;
} watch_known_sums;

typedef struct {
    uint64_t who; /* a hash of name, sex, birth day and township */
    int64_t person_id, count; /* others of the same */
} watch_known_likeness;

/* Somebody who began to be insured with the employer within a year. */
typedef struct {
    int64_t employer_id, person_id, day, age;
    bool has_age, has_tax, is_taxed; /* has_tax: it is told whether they have a tax record */
} watch_known_joined;

/* Whom a line to be reviewed of a receipt may mean. */
typedef struct {
    int64_t receipt_id, person_id;
} watch_open_line;

struct watch_known {
    county *office;
    arena *memory;
    int32_t month, day;
    bool has_people, has_reviews, has_bills, has_issue, has_joined, has_projects, has_premiums, has_insured_3, has_insured_12, has_paying, has_paying_3, has_paying_12, has_billing, has_billing_before, has_amounts, has_open_lines;
    bool has_premium_year; /* the books hold the whole of the month's year */
    projects_told projects;
    watch_known_sums income, insured, billable, billed, arrears, arrears_month, premium, premium_months, insured_3, insured_12, paying_lines, paying_lines_3, paying_lines_before, paying_most, paying_sum, billing_now, billing_before;
    watch_known_sums amount_paid, amount_due, amount_over, amount_under, amount_ended, amount_unknown;
    watch_known_payee *payees;
    size_t payee_count, payee_capacity;
    size_t *account_from; /* by account: its first payee */
    size_t account_count;
    watch_known_likeness *alike;
    size_t alike_count, alike_capacity;
    registry_review *reviews;
    size_t review_count;
    struct watch_rolls_fact **roll_facts;
    size_t roll_fact_count, roll_fact_capacity;
    watch_open_line *open_lines;
    size_t open_line_count, open_line_capacity;
    watch_known_joined *joined; /* by employer, day, person */
    size_t joined_count, joined_capacity;
    int64_t same_number, wrong_number, employee_pension, taxed; /* words */
};

/* Compares two likenesses by the person. */
int watch_known_by_person(const void *a, const void *b);

/* ---- watch_open_lines.c: of all rolls of which a watch asks for it, once ---- */
MUST_USE err watch_open_lines_gather(watch_known *k);

/* Facts called roll.…, of the rolls that count in the month. */
MUST_USE err watch_rolls_gather(watch_known *known, const decide_plan *plan);
void watch_rolls_fill(const watch_known *known, const decide_plan *plan, decide_block *block, const int64_t *subject_id);

void watch_known_add(arena *a, watch_known_sums *s, int64_t id, int64_t fen);
int64_t watch_known_sum(const watch_known_sums *s, int64_t id);

/* ---- watch_premiums.c ---- */
MUST_USE err watch_known_gather_premiums(watch_known *k);
bool watch_known_premium(const watch_known *k, int64_t id, int64_t *value);
bool watch_known_premium_months(const watch_known *k, int64_t id, int64_t *value);

/* ---- watch_acts.c ---- */
MUST_USE err watch_acts_gather_paying(watch_known *k);
MUST_USE err watch_acts_gather_paying_3(watch_known *k);
MUST_USE err watch_acts_gather_paying_12(watch_known *k);
MUST_USE err watch_acts_gather_billing(watch_known *k);
bool watch_acts_lines(const watch_known *k, int64_t id, int64_t *value);
bool watch_acts_lines_3(const watch_known *k, int64_t id, int64_t *value);
bool watch_acts_lines_12(const watch_known *k, int64_t id, int64_t *value);
bool watch_acts_most(const watch_known *k, int64_t id, int64_t *value);
bool watch_acts_sum(const watch_known *k, int64_t id, int64_t *value);
bool watch_acts_now(const watch_known *k, int64_t id, int64_t *value);
bool watch_acts_before(const watch_known *k, int64_t id, int64_t *value);

/* ---- watch_headcount.c ---- */
MUST_USE err watch_headcount_gather_3(watch_known *k);
MUST_USE err watch_headcount_gather_12(watch_known *k);
bool watch_headcount_3(const watch_known *k, int64_t id, int64_t *value);
bool watch_headcount_12(const watch_known *k, int64_t id, int64_t *value);

/* ---- watch_amounts.c ---- */
MUST_USE err watch_amounts_gather(watch_known *k);
bool watch_amounts_paid(const watch_known *k, int64_t id, int64_t *value);
bool watch_amounts_due(const watch_known *k, int64_t id, int64_t *value);
bool watch_amounts_over(const watch_known *k, int64_t id, int64_t *value);
bool watch_amounts_under(const watch_known *k, int64_t id, int64_t *value);
bool watch_amounts_ended(const watch_known *k, int64_t id, int64_t *value);

/* ---- watch_joined.c ---- */
MUST_USE err watch_known_gather_joined(watch_known *k, const decide_plan *plan);

/* ---- watch_projects.c ---- */
MUST_USE err watch_projects_gather(watch_known *k);
bool watch_projects_bare(const watch_known *k, int64_t employer_id, int64_t *value);
bool watch_projects_less(const watch_known *k, int64_t employer_id, int64_t *value);

#endif
