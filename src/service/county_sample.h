/* service/county_sample.h - the sample county put into an office: registry in bulk, books begun.
 *
 *   county_sample   the transactions, a block of people at a time
 *   county_people what a block's rows are in the registry
 *   county_opening what the funds begin with, and each individual account
 *   county_news    what departments tell in the first month, as a list to be imported
 *   county_retire the month of retirement, by the packs
 *
 * Nothing here decides an amount that is paid: docs/sample-county.md says what is invented.
 *
 * Prefix   county_
 */
#ifndef SERVICE_COUNTY_SAMPLE_H
#define SERVICE_COUNTY_SAMPLE_H

#include "sample/sample.h"
#include "service/words.h"

extern const err_kind COUNTY_RETIRE_UNDECIDED;

typedef struct {
    int64_t people;
    uint64_t seed;
    int32_t month; /* all is as the office knows it on its first day */
    text region;   /* of the office: a path of the packs */
    bool leaves_out_mistakes;
    bool has_news; /* what departments tell in that month: a list, beside the store */
} county_sample_options;

/* Sums of opening balances are gathered while people are loaded. */
typedef enum {
    COUNTY_EMPLOYEE_ACCOUNT, COUNTY_PUBLIC_ACCOUNT, COUNTY_RESIDENT_ACCOUNT, COUNTY_MEDICAL_ACCOUNT,
    COUNTY_ACCOUNT_COUNT
} county_account;
typedef struct {
    int64_t *person_id, *fen;
    size_t count, person_capacity, fen_capacity;
} county_openings;

typedef struct {
    county *office;
    county_sample_options options;
    const sample_county *sample;
    registry *people;
    registry_load *load;
    registry_act act;
    int32_t as_of_day;
    int64_t first_employer_id; /* of the registry */
    int64_t scheme[SAMPLE_SCHEME_COUNT], standing[SAMPLE_KIND_COUNT], benefit[SAMPLE_BENEFIT_COUNT];
    int64_t paid, deemed;
    county_openings openings[COUNTY_ACCOUNT_COUNT][EVENTLOG_BUCKETS];
    int64_t account_fen[COUNTY_ACCOUNT_COUNT];
    int64_t benefit_fen[SAMPLE_BENEFIT_COUNT];   /* a month, of those in payment */
    int64_t insured_count[SAMPLE_SCHEME_COUNT];  /* paying */
    struct {
        int64_t people, households, employers, enrolments, spells, benefits, accounts, attributes,
            reviews, events, segment_bytes, news;
    } made;
    text_builder *news; /* while it loads; NULL: not asked for */
    text listed;        /* what was told, as CSV */
} county_sample;

/* Loads people and begins the books, in transactions of its own; none is open before or after. */
MUST_USE err county_sample_load(county *office, const county_sample_options *options,
                                county_sample **made);

/* county_people.c */
MUST_USE err county_people_words(county_sample *s);
MUST_USE err county_people_employer(county_sample *s, const sample_employer *e);
MUST_USE err county_people_block(county_sample *s, arena *scratch, const sample_block *b);
/* county_news.c */
typedef struct {
    const sample_enrolment *enrolments;
    const sample_spell *spells;
    size_t enrolment_count, spell_count, benefit_count;
} county_news_rows;
/* What its townships and villages are called, as figures that others publish. */
text county_news_places(arena *a, const county_sample *s);
void county_news_head(county_sample *s);
void county_news_person(county_sample *s, const sample_person *p, int64_t id, const county_news_rows *rows);
/* county_opening.c: inside a transaction */
MUST_USE err county_opening_books(county_sample *s);
/* What the person's own accounts open with. */
void county_opening_accounts(county_sample *s, int64_t person_id, const sample_spell *spells, size_t spell_count,
                            const sample_benefit *benefits, size_t benefit_count);
/* county_retire.c: every month of birth asked of the packs once; the answer serves sample_options */
typedef struct county_retire county_retire;
MUST_USE err county_retire_open(county *office, text region, int32_t month, county_retire **table);
/* The benefit that the packs give the jobless in the month; 0: they do not say, of a region that has set nothing. */
MUST_USE err county_unemployment_fen(county *office, text region, int32_t month, int64_t *fen);
int32_t county_retire_month(void *table, sample_worker worker, int32_t birth_month);

#endif
