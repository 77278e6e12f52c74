/* sample/ inside - what its files share: dice, the county, and a block in the making.
 *
 * Prefix   sample_
 */
#ifndef SAMPLE_SAMPLE_INTERNAL_H
#define SAMPLE_SAMPLE_INTERNAL_H

#include "base/checked.h"
#include "base/hash.h"
#include "calendar/calendar.h"
#include "sample/sample.h"

/* ---- dice: a stream for each purpose and number, so that no order of making matters ---- */

typedef struct {
    uint64_t state;
} sample_dice;

enum {
    SAMPLE_FOR_HOMES = 1,
    SAMPLE_FOR_PERSON,
    SAMPLE_FOR_LIFE,
    SAMPLE_FOR_SPELLS,
    SAMPLE_FOR_ROWS,
    SAMPLE_FOR_GROUPS,
    SAMPLE_FOR_CASES,
    SAMPLE_FOR_MISTAKES,
    SAMPLE_FOR_EMPLOYER,
    SAMPLE_FOR_REGION,
};

static inline sample_dice sample_dice_for(uint64_t seed, uint64_t purpose, int64_t number)
{
    return (sample_dice){ hash_mix(hash_mix(seed, purpose), (uint64_t)number) };
}

static inline uint64_t sample_roll(sample_dice *dice)
{
    dice->state += UINT64_C(0x2d358dccaa6c78a5);
    u128 wide = (u128)dice->state * (dice->state ^ UINT64_C(0x8bb84b93962eacc9));
    return (uint64_t)wide ^ (uint64_t)(wide >> 64);
}

/* 0..count - 1. */
static inline int32_t sample_below(sample_dice *dice, int32_t count)
{
    return (int32_t)(((sample_roll(dice) >> 32) * (uint64_t)count) >> 32);
}

/* True so many times in a thousand. */
static inline bool sample_chance(sample_dice *dice, int32_t permille)
{
    return sample_below(dice, 1000) < permille;
}

/* The row of a table of weights that sum to `total`. */
static inline size_t sample_pick(sample_dice *dice, const uint16_t *weights, int32_t total)
{
    int32_t at = sample_below(dice, total);
    size_t row = 0;
    while (at >= weights[row]) at -= weights[row++];
    return row;
}

/* ---- the census ---- */

#define SAMPLE_AGES 101 /* 100 stands for 100 and over */
#define SAMPLE_DEATH_YEARS 3 /* the dead of so many years are still in the records */
typedef struct {
    int32_t people[SAMPLE_SEX_COUNT];
    int32_t deaths[SAMPLE_SEX_COUNT]; /* in a year */
} sample_census_row;
extern const sample_census_row SAMPLE_CENSUS[SAMPLE_AGES];

/* ---- the county ---- */

#define SAMPLE_PLACES 8
#define SAMPLE_LEVEL_FROM 1980 /* years of the table of wages */
#define SAMPLE_LEVEL_UNTIL 2037

struct sample_county {
    sample_options options;
    int64_t block_count;
    int32_t as_of_day;
    int64_t level_fen[SAMPLE_LEVEL_UNTIL - SAMPLE_LEVEL_FROM]; /* mean monthly wage of a year */
    int32_t village_count, urban_village_count, blocks_per_village;
    int32_t township_count, urban_township_count;
    /* Employers stand in order of id: public bodies first. Each has places for staff; a worker
     * draws a place, `guide` says where to begin to look. */
    int64_t employer_count, public_count;
    uint32_t *place_until;
    uint32_t *insured; /* by employer, when measured; else NULL */
    uint32_t *guide;
    int32_t guide_shift;
};

int64_t sample_level_fen(const sample_county *county, int32_t year);
void sample_levels_open(sample_county *county);
void sample_regions_open(sample_county *county);
void sample_employers_open(arena *process, sample_county *county);
/* Counts who is insured with each, in a pass over all blocks. */
void sample_employers_measure(arena *process, sample_county *county);
/* The region of a block's people. */
int32_t sample_region_of_block(const sample_county *county, int64_t block);
bool sample_region_is_urban(const sample_county *county, int32_t region);
/* Draws an employer of public bodies or of the others by its staff. */
int64_t sample_employer_draw(const sample_county *county, sample_dice *dice, bool is_public);
/* True when the employer takes part in the unemployment insurance. */
bool sample_employer_insures_unemployment(const sample_county *county, int64_t employer_id);

/* ---- names and numbers ---- */

#define SAMPLE_SURNAMES 112
size_t sample_surname_draw(sample_dice *dice);
void sample_name_make(sample_dice *dice, size_t surname, sample_sex sex, int32_t birth_year,
                      char name[20]);
/* Replaces one character by one that looks like it; false when the name has none. */
bool sample_name_blur(sample_dice *dice, const char *name, char blurred[28]);
/* The surname itself, for places. */
const char *sample_surname_at(size_t index);

/* Writes `count` decimal digits. */
void sample_digits(char *out, int count, int64_t number);
/* The 18 characters: no two people of a county get the same. `turn` is below 2 * blocks. */
void sample_citizen_number(int32_t birth_day, sample_sex sex, int64_t turn, bool is_from_elsewhere,
                           char number[28]);
void sample_phone(int64_t person_id, char phone[12]);
void sample_card(int64_t person_id, uint8_t bank, char number[20]);
void sample_uscc(int64_t employer_id, sample_employer_kind kind, char uscc[19]);

/* ---- a block in the making ---- */

/* Somebody of a certain age who is to be put into a household. */
typedef struct {
    int16_t age, partner, home, next;
    uint8_t sex, relation;
    bool is_dead;
} sample_soul;

typedef struct {
    int16_t head, wife_age, next;
    int16_t child_count, child_max;
    bool has_elders, is_gone;
} sample_home;

typedef enum {
    SAMPLE_TRACK_CHILD, /* also students */
    SAMPLE_TRACK_WORKER,
    SAMPLE_TRACK_PUBLIC,
    SAMPLE_TRACK_FLEXIBLE,
    SAMPLE_TRACK_RESIDENT,
    SAMPLE_TRACK_AWAY, /* works in another province */
    SAMPLE_TRACK_NONE, /* in no pension scheme */
    SAMPLE_TRACK_COUNT
} sample_track;

#define SAMPLE_JOBS_MAX 16
typedef struct {
    int64_t employer_id;
    int32_t from_month, until_month;
    uint8_t kind, place, scheme;
    bool is_deemed;
} sample_job;

/* A person's life as it is, before the office knows of it. */
typedef struct {
    int32_t birth_month, until_month; /* the month after death, or as_of_month */
    int32_t death_day;                /* the true one */
    int32_t pension_from_month;       /* SAMPLE_UNKNOWN: not, or not yet before as_of_month */
    int32_t pays_since_month;         /* RESIDENT */
    int32_t tier_fen, index_permille;
    int32_t out_of_work_month;        /* without a job since */
    int32_t survivor_from_month;      /* is paid for a dead breadwinner since */
    int16_t age;
    uint8_t track, job_count, pension;
    bool is_dead, is_student;
    uint8_t case_kind; /* sample_truth_kind, or SAMPLE_TRUTH_COUNT */
    sample_job jobs[SAMPLE_JOBS_MAX];
} sample_life;

struct sample_maker {
    const sample_county *county;
    int64_t block;
    int32_t region;
    bool is_urban;
    int32_t soul_count, home_count, duplicate_count;
    sample_soul souls[SAMPLE_BLOCK_PEOPLE];
    sample_home homes[SAMPLE_BLOCK_PEOPLE];
    int16_t order[SAMPLE_BLOCK_PEOPLE]; /* souls in the order of their ids */
    sample_life lives[SAMPLE_BLOCK_PEOPLE];
    sample_person persons[SAMPLE_BLOCK_PEOPLE];
    sample_household households[SAMPLE_BLOCK_PEOPLE];
    sample_enrolment *enrolments;
    sample_spell *spells;
    sample_benefit *benefits;
    sample_account *accounts;
    sample_truth *truths;
    sample_block made;
};

/* The steps of sample_make, in this order. */
void sample_make_souls(sample_maker *m, sample_dice *dice);
void sample_make_homes(sample_maker *m, sample_dice *dice);
void sample_make_persons(sample_maker *m, sample_dice *dice);
void sample_make_lives(sample_maker *m);
void sample_make_groups(sample_maker *m);
void sample_choose_cases(sample_maker *m);
void sample_find_survivors(sample_maker *m);
void sample_make_rows(sample_maker *m);
void sample_make_mistakes(sample_maker *m);

/* In payment when as_of_month begins, or was at death. */
static inline bool sample_is_pensioner(const sample_life *life)
{
    return life->pension_from_month != SAMPLE_UNKNOWN && life->pension_from_month < life->until_month;
}
/* The job of as_of_month; NULL when there is none. */
const sample_job *sample_current_job(const sample_maker *m, const sample_life *life);

/* Rows of one person. */
void sample_add_career(sample_maker *m, int index);
void sample_add_enrolments(sample_maker *m, int index);
void sample_add_benefits(sample_maker *m, int index);

sample_spell *sample_add_spell(sample_maker *m, int64_t person_id);
sample_enrolment *sample_add_enrolment(sample_maker *m, int64_t person_id, sample_scheme scheme,
                                       sample_kind kind);
sample_benefit *sample_add_benefit(sample_maker *m, int64_t person_id, sample_benefit_kind kind);
sample_truth *sample_add_truth(sample_maker *m, int64_t person_id, sample_truth_kind kind);

/* How many of a kind this block holds; none in a last block that is not full. */
int32_t sample_count_in_block(const sample_county *county, int64_t block, sample_truth_kind kind);

/* ---- what a roll writes in another form ---- */

text sample_moon_date(arena *a, sample_dice *dice, int32_t day, bool is_said);
text sample_village_form(arena *a, sample_dice *dice, int32_t village, text name);
text sample_house_form(arena *a, sample_dice *dice, int32_t group, int32_t number);
text sample_phone_form(arena *a, sample_dice *dice, const char *phone);

#endif
