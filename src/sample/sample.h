/* sample/ - an invented county and its truth, made from a seed.
 *
 * Makes people with households, numbers, careers, enrolments, benefits in payment and bank
 * accounts, the employers they work for and the villages they live in; then spoils some of it as
 * offices do, and says what is true. Nobody in it exists: identity numbers, telephones, cards and
 * credit codes are well made but of ranges that are not assigned (docs/sample-county.md). Knows no
 * law: its ages, wages and amounts are habits of an invented county, the law stands in packs.
 *
 * Blocks   people are made in blocks of SAMPLE_BLOCK_PEOPLE, each from the seed, the size and the
 *          block's number alone: in any order, on any thread, the same bytes. Households do not
 *          cross blocks. Person ids are 1..size in the order of blocks.
 * Days     int32_t days and months of `calendar`; spans are half-open; SAMPLE_UNKNOWN is none.
 * Money    int64_t fen.
 * Memory   a maker holds one block, about 4 MB, whatever the county's size; a county holds a few
 *          bytes an employer.
 * Errors   only the kinds below, or the sink's.
 * Threads  a county is read only once open; one maker a thread.
 */
#ifndef SAMPLE_SAMPLE_H
#define SAMPLE_SAMPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"

extern const err_kind SAMPLE_SIZE_OUT_OF_RANGE, SAMPLE_MONTH_OUT_OF_RANGE;

#define SAMPLE_SIZE_MIN     3000
#define SAMPLE_SIZE_MAX     10000000
#define SAMPLE_MONTH_MIN    1392 /* 2016-01 */
#define SAMPLE_MONTH_MAX    1631 /* 2035-12 */
#define SAMPLE_BLOCK_PEOPLE 730
#define SAMPLE_UNKNOWN      INT32_MIN /* no such day or month, or not known */
#define SAMPLE_OPEN         INT32_MAX /* an until_month that is not set */

/* ---- words: each list below in Chinese, as packs and files write it ---- */

typedef enum { SAMPLE_MALE, SAMPLE_FEMALE, SAMPLE_SEX_COUNT } sample_sex;

typedef enum {
    SAMPLE_HEAD,
    SAMPLE_SPOUSE,
    SAMPLE_SON,
    SAMPLE_DAUGHTER,
    SAMPLE_FATHER,
    SAMPLE_MOTHER,
    SAMPLE_GRANDSON,
    SAMPLE_GRANDDAUGHTER,
    SAMPLE_OTHER_RELATIVE,
    SAMPLE_RELATION_COUNT
} sample_relation;

typedef enum {
    SAMPLE_URBAN,
    SAMPLE_RURAL,
    SAMPLE_PERMIT, /* registered elsewhere, here by a residence permit */
    SAMPLE_RESIDENCE_COUNT
} sample_residence;

typedef enum {
    SAMPLE_NO_GROUP,
    SAMPLE_MINIMUM_LIVING,
    SAMPLE_DESTITUTE,
    SAMPLE_EDGE_OF_LOW_INCOME,
    SAMPLE_POVERTY_RELIEF, /* once on the list of the poor, and off it */
    SAMPLE_POVERTY_RETURNED,
    SAMPLE_POVERTY_EDGE,
    SAMPLE_POVERTY_UNSTABLE,
    SAMPLE_SUDDEN_HARDSHIP,
    SAMPLE_GROUP_COUNT
} sample_group;

typedef enum {
    SAMPLE_NOT_DISABLED,
    SAMPLE_VISUAL,
    SAMPLE_HEARING,
    SAMPLE_SPEECH,
    SAMPLE_PHYSICAL,
    SAMPLE_INTELLECTUAL,
    SAMPLE_MENTAL,
    SAMPLE_MULTIPLE,
    SAMPLE_DISABILITY_COUNT
} sample_disability;

/* How much care somebody needs. */
typedef enum { SAMPLE_SELF_CARE, SAMPLE_HALF_CARE, SAMPLE_FULL_CARE, SAMPLE_CARE_COUNT } sample_care;

typedef enum {
    SAMPLE_EMPLOYEE_PENSION,
    SAMPLE_PUBLIC_PENSION,
    SAMPLE_RESIDENT_PENSION,
    SAMPLE_EMPLOYEE_MEDICAL,
    SAMPLE_RESIDENT_MEDICAL,
    SAMPLE_UNEMPLOYMENT,
    SAMPLE_INJURY,
    SAMPLE_MATERNITY,
    SAMPLE_SCHEME_COUNT
} sample_scheme;

typedef enum {
    SAMPLE_EMPLOYEE,
    SAMPLE_FLEXIBLE,
    SAMPLE_RESIDENT,
    SAMPLE_RETIRED, /* in the medical schemes of employees, without paying */
    SAMPLE_KIND_COUNT
} sample_kind;

typedef enum {
    SAMPLE_PAID_EMPLOYEE_PENSION,
    SAMPLE_PAID_PUBLIC_PENSION,
    SAMPLE_PAID_RESIDENT_PENSION,
    SAMPLE_PAID_SURVIVOR,
    SAMPLE_PAID_UNEMPLOYMENT,
    SAMPLE_BENEFIT_COUNT
} sample_benefit_kind;

typedef enum {
    SAMPLE_GOVERNMENT,
    SAMPLE_INSTITUTION, /* 事业单位 */
    SAMPLE_ENTERPRISE,
    SAMPLE_SOLE_TRADER,
    SAMPLE_EMPLOYER_KIND_COUNT
} sample_employer_kind;

/* Who a person is to the rules of retirement. */
typedef enum {
    SAMPLE_MAN,
    SAMPLE_WOMAN_50, /* workers */
    SAMPLE_WOMAN_55, /* cadres, professionals */
    SAMPLE_WORKER_COUNT
} sample_worker;

typedef enum {
    /* mistakes of data entry */
    SAMPLE_NUMBER_SWAPPED,    /* two neighbouring digits changed places */
    SAMPLE_NUMBER_15_DIGITS,  /* the number used before 1999 */
    SAMPLE_NUMBER_WRONG_SEX,  /* well made, but its sex digit is not the person's */
    SAMPLE_NUMBER_LETTER,     /* O for 0, l for 1 */
    SAMPLE_NAME_LOOKALIKE,    /* 己 for 已 */
    SAMPLE_BIRTH_MISSING,
    SAMPLE_DUPLICATE,         /* a second record of other_id, itself with a mistake */
    /* what detectors should find */
    SAMPLE_DEATH_UNREPORTED,  /* nothing in the record says so; still paid */
    SAMPLE_PAID_AFTER_DEATH,  /* the death is known, the benefit goes on */
    SAMPLE_DUE_BUT_UNPAID,    /* reached the age with the years, and no pension */
    SAMPLE_PAID_TWICE,        /* a pension of employees and of residents */
    SAMPLE_INSURED_TWICE,     /* enrolled as employee and as resident, paying both */
    SAMPLE_UNEMPLOYED_BUT_EMPLOYED,
    SAMPLE_PAID_IN_PRISON,
    SAMPLE_TRUTH_COUNT
} sample_truth_kind;

typedef enum {
    SAMPLE_LIST_SEX,
    SAMPLE_LIST_RELATION,
    SAMPLE_LIST_RESIDENCE,
    SAMPLE_LIST_GROUP,
    SAMPLE_LIST_DISABILITY,
    SAMPLE_LIST_CARE,
    SAMPLE_LIST_SCHEME,
    SAMPLE_LIST_KIND,
    SAMPLE_LIST_BENEFIT,
    SAMPLE_LIST_EMPLOYER_KIND,
    SAMPLE_LIST_WORKER,
    SAMPLE_LIST_TRUTH,
    SAMPLE_LIST_ETHNIC,
    SAMPLE_LIST_PLACE, /* 0 the county itself, then provinces: 中国/广东省 */
    SAMPLE_LIST_BANK,
    SAMPLE_LIST_COUNT
} sample_list;

/* The word; TEXT_NONE past the list's end. */
text sample_word(sample_list list, size_t index);

/* ---- the county ---- */

/* The month in which somebody born in `birth_month` retires; called by makers, on their threads. */
typedef int32_t (*sample_retire_month)(void *context, sample_worker worker, int32_t birth_month);

typedef struct {
    uint64_t seed;
    int64_t size;              /* records of people */
    int32_t as_of_month;       /* all is as the office knows it on this month's first day */
    bool leaves_out_mistakes;  /* no mistakes of data entry, no duplicates */
    bool leaves_out_cases;     /* nothing for detectors */
    bool measures_staff;       /* a pass over all people: see sample_employer.staff */
    sample_retire_month retire_month; /* by packs; NULL: by the county's own habit */
    void *retire_context;
    int64_t unemployment_fen;  /* unemployment benefit a month, by packs; 0: by the county's own habit */
} sample_options;

typedef struct sample_county sample_county;
MUST_USE err sample_open(arena *process, const sample_options *options, sample_county **county);

/* The county, its townships, their villages: a tree, parents before children. */
typedef struct {
    char code[13];  /* 6, 9 or 12 digits; the county is 590121 */
    char name[48];
    int32_t parent; /* -1 for the county, which is region 0 */
    bool is_urban;
} sample_region;
int32_t sample_region_count(const sample_county *county);
sample_region sample_region_at(const sample_county *county, int32_t index);

typedef struct {
    int64_t employer_id; /* 1..sample_employer_count */
    char name[80];
    char uscc[19];
    char trade[36];        /* 工伤行业 of packs/china/injury-contributions.md */
    char size_trade[40];   /* 划型行业 of packs/china/enterprise-size.md; "" when it has none */
    int64_t staff;         /* as the employer reports it: those insured with it, and the hidden; only
                              about so many unless measures_staff, since nobody has counted */
    int64_t hidden_staff;  /* the truth: of them not insured at all */
    int64_t revenue_fen;   /* of last year */
    int64_t assets_fen;
    int32_t founded_month;
    int32_t region;        /* a village or neighbourhood */
    uint8_t kind;          /* sample_employer_kind */
} sample_employer;
int64_t sample_employer_count(const sample_county *county);
sample_employer sample_employer_at(const sample_county *county, int64_t employer_id);

/* ---- people, a block at a time ---- */

typedef struct {
    int64_t person_id;
    int64_t household_id;       /* the person_id of its first member */
    char name[20];
    char citizen_number[28];    /* as recorded */
    char phone[12];             /* "": none */
    int32_t birth_day;          /* as recorded */
    int32_t death_day;          /* as another office reported it */
    int32_t death_known_day;    /* when it did */
    int32_t prison_from_month, prison_until_month;
    int32_t permit_from_month;  /* of residence permits */
    int32_t work_from_month;    /* began to work */
    int32_t region;             /* village of household registration, or of the permit */
    uint8_t sex;                /* sample_sex, as recorded */
    uint8_t ethnic;             /* SAMPLE_LIST_ETHNIC */
    uint8_t relation;           /* to the head: sample_relation */
    uint8_t residence;          /* sample_residence */
    uint8_t registered_in;      /* SAMPLE_LIST_PLACE: where the household registration is */
    uint8_t lives_in;           /* SAMPLE_LIST_PLACE: who works away lives away */
    uint8_t group;              /* sample_group */
    uint8_t disability;         /* sample_disability */
    uint8_t disability_grade;   /* 1..4; 0 */
    uint8_t care;               /* sample_care */
    uint8_t worker;             /* sample_worker */
    bool is_student;
} sample_person;

typedef struct {
    int64_t household_id, head_id;
    int64_t income_fen;  /* of the whole household, a month, as declared */
    int32_t region;
    int32_t member_count; /* whose person ids follow household_id */
    uint8_t group;       /* sample_group */
    bool is_property_within; /* what assistance allows */
} sample_household;

typedef struct {
    int64_t person_id;
    int64_t employer_id; /* 0: none */
    int64_t wage_fen;    /* declared, a month, before any floor and ceiling; 0: none */
    int64_t tier_fen;    /* chosen by a resident, a year; 0: none */
    int32_t from_month, until_month; /* SAMPLE_OPEN: goes on */
    uint8_t scheme;      /* sample_scheme */
    uint8_t kind;        /* sample_kind */
} sample_enrolment;

/* Months of contribution with one base. Those of an employee stand for all lines of insurance that
 * are paid on one bill. Spells of one person are in order of from_month within each scheme, and do
 * not overlap but where SAMPLE_INSURED_TWICE says so. */
typedef struct {
    int64_t person_id;
    int64_t employer_id; /* 0: none, or one elsewhere */
    int64_t base_fen;    /* a month; of residents: the year's tier; of deemed months 0 */
    int32_t from_month, until_month;
    uint8_t scheme;      /* sample_scheme: one of the three pensions */
    uint8_t kind;        /* sample_kind */
    uint8_t place;       /* SAMPLE_LIST_PLACE */
    bool is_deemed;
} sample_spell;

typedef struct {
    int64_t person_id;
    int64_t amount_fen;  /* a month */
    int32_t from_month, until_month; /* SAMPLE_OPEN: in payment */
    uint8_t kind;        /* sample_benefit_kind */
} sample_benefit;

typedef struct {
    int64_t person_id;
    char number[20]; /* a card of 19 digits */
    uint8_t bank;    /* SAMPLE_LIST_BANK */
} sample_account;

/* What is true where the rows above are not, or what they should raise. */
typedef struct {
    int64_t person_id;
    int64_t other_id;   /* SAMPLE_DUPLICATE: the first record of the same person; else 0 */
    int32_t day;        /* of birth or death */
    int32_t from_month; /* since when it is so */
    char recorded[28];  /* the number or name that stands in the record */
    char truth[28];     /* what it should be */
    uint8_t kind;       /* sample_truth_kind */
} sample_truth;

/* All rows are in order of person_id, and stay until the maker makes another block. */
typedef struct {
    int64_t first_person_id;
    const sample_person *persons;
    const sample_household *households;
    const sample_enrolment *enrolments;
    const sample_spell *spells;
    const sample_benefit *benefits;
    const sample_account *accounts;
    const sample_truth *truths;
    size_t person_count, household_count, enrolment_count, spell_count, benefit_count,
        account_count, truth_count;
} sample_block;

int64_t sample_block_count(const sample_county *county);

typedef struct sample_maker sample_maker;
/* `county` must outlive the maker. */
sample_maker *sample_maker_open(arena *process, const sample_county *county);
/* `block` is 0..sample_block_count - 1. */
const sample_block *sample_make(sample_maker *maker, int64_t block);

/* ---- the county as files ---- */

typedef enum {
    SAMPLE_REGIONS_CSV,
    SAMPLE_EMPLOYERS_CSV,
    SAMPLE_PERSONS_CSV,
    SAMPLE_HOUSEHOLDS_CSV,
    SAMPLE_ENROLMENTS_CSV,
    SAMPLE_SPELLS_CSV,
    SAMPLE_BENEFITS_CSV,
    SAMPLE_ACCOUNTS_CSV,
    SAMPLE_TRUTH_CSV,
    SAMPLE_EMPLOYER_TRUTH_CSV, /* those who hide staff */
    SAMPLE_FILE_COUNT
} sample_file;

/* "persons.csv". */
const char *sample_file_name(sample_file file);

/* Takes the next bytes of one file; what it refuses ends the writing. */
typedef struct {
    err (*write)(void *context, sample_file file, text bytes);
    void *context;
} sample_sink;

/* Writes all files, UTF-8 with a line of Chinese names, a block at a time; pieces of a file come
 * in order, pieces of several files in turn. Memory in an arena of its own. */
MUST_USE err sample_write(const sample_county *county, sample_sink sink);

/* ---- two rolls, for linking ---- */

typedef enum {
    SAMPLE_ROLL_NAME_ALIKE, SAMPLE_ROLL_NAME_CUT, SAMPLE_ROLL_NAME_CHARACTER, SAMPLE_ROLL_NAME_BLANKS,
    SAMPLE_ROLL_NUMBER_TYPO, SAMPLE_ROLL_NUMBER_SWAP, SAMPLE_ROLL_NUMBER_MISSING, SAMPLE_ROLL_NUMBER_SHORT,
    SAMPLE_ROLL_NUMBER_OF_SPOUSE, SAMPLE_ROLL_DATE_TYPO, SAMPLE_ROLL_DATE_SWAP, SAMPLE_ROLL_DATE_YEAR,
    SAMPLE_ROLL_DATE_MISSING, SAMPLE_ROLL_DATE_FORM, SAMPLE_ROLL_MOVED, SAMPLE_ROLL_PLACE_FORM, SAMPLE_ROLL_PHONE_TYPO,
    SAMPLE_ROLL_PHONE_NEW, SAMPLE_ROLL_PHONE_MISSING, SAMPLE_ROLL_PHONE_AGENT, SAMPLE_ROLL_SEX_WRONG,
    SAMPLE_ROLL_DATE_MOON, SAMPLE_ROLL_DATE_MOON_UNSAID, SAMPLE_ROLL_PLACE_DIVISION, SAMPLE_ROLL_HOUSE_WORDS,
    SAMPLE_ROLL_PLACE_IN_HOUSE, SAMPLE_ROLL_PHONE_FORM,
    SAMPLE_ROLL_ERROR_COUNT
} sample_roll_error;
const char *sample_roll_error_name(sample_roll_error error);

typedef struct {
    int64_t people;
    uint64_t seed;
    int32_t noise_percent;      /* 100: ordinary */
    int32_t numberless_percent; /* rows without an identity number */
    int32_t forms_percent;      /* of what is written in another form: dates by the moon, addresses by division; 100: often */
} sample_rolls_options;
typedef struct {
    int64_t id_a, id_b; /* rows "a%013lld" and "b%014lld" are of one person */
    uint32_t errors;    /* a bit each, of either row */
} sample_roll_pair;
typedef struct {
    text a, b; /* CSV: id, name, sex, id_number, birth_date, village, house, phone */
    size_t rows_a, rows_b;
    sample_roll_pair *pairs; /* the truth */
    size_t pair_count;
} sample_rolls;
/* Of a population in households, with twins, moves, agents' telephones and spouses' numbers; most people are in both
 * rolls, some in one, few twice in the second. */
void sample_rolls_make(arena *a, const sample_rolls_options *options, sample_rolls *rolls);

/* ---- persons in letters, met more than once ---- */

typedef struct {
    int64_t rows;
    uint64_t seed;
    bool is_historical; /* each met ten times on average, seldom spelt alike; else a register with few duplicates */
} sample_persons_options;
typedef struct {
    text csv; /* rows of one cluster_id are of one person; the first column is the row's id */
    size_t rows, people;
} sample_persons;
void sample_persons_make(arena *a, const sample_persons_options *options, sample_persons *persons);

#endif
