/* Persons and households of a block: what a register of inhabitants knows. */
#include <string.h>

#include "sample/sample_internal.h"

enum {
    FROM_ELSEWHERE_PERMILLE = 60, /* born in another county of the province */
    PERMIT_PERMILLE = 35,         /* registered elsewhere, among town people */
    PHONE_PERMILLE = 930,
    MINORITY_VILLAGE = 12, /* one village in so many is of a minority */
    DAYS_OF_YEAR = 365,
};

/* A share of those who still study, from 16 years on. */
static const uint16_t STUDENTS[] = { 960, 930, 780, 600, 500, 410, 180, 60, 40 };

/* Days of the year before as_of, each twice in a full block: the birthdays, so that no two people
 * of one block share a birthday and a turn, and numbers are unique without looking at others. */
static void shuffle_days(sample_dice *dice, int16_t days[SAMPLE_BLOCK_PEOPLE])
{
    for (int16_t i = 0; i < SAMPLE_BLOCK_PEOPLE; i++)
        days[i] = i;
    for (int i = SAMPLE_BLOCK_PEOPLE - 1; i > 0; i--) {
        int other = sample_below(dice, i + 1);
        int16_t kept = days[i];
        days[i] = days[other];
        days[other] = kept;
    }
}

/* A day within the years of which the dead are kept, after birth. */
static int32_t death_day(const sample_county *c, int32_t birth_day, sample_dice *dice)
{
    int32_t day = c->as_of_day - 1 - sample_below(dice, SAMPLE_DEATH_YEARS * DAYS_OF_YEAR);
    return day >= birth_day ? day : birth_day + (c->as_of_day - birth_day) / 2;
}

static void tell_death(const sample_county *c, const sample_life *life, sample_person *p,
                       sample_dice *dice)
{
    p->death_day = life->death_day;
    p->death_known_day = life->death_day + 3 + sample_below(dice, 40);
    if (p->death_known_day >= c->as_of_day) p->death_known_day = c->as_of_day - 1;
}

static sample_worker worker_of(sample_dice *dice, uint8_t sex)
{
    if (sex == SAMPLE_MALE) return SAMPLE_MAN;
    return sample_chance(dice, 300) ? SAMPLE_WOMAN_55 : SAMPLE_WOMAN_50;
}

static uint8_t ethnic_of(const sample_maker *m, sample_dice *dice)
{
    sample_dice village = sample_dice_for(m->county->options.seed, SAMPLE_FOR_REGION, m->region);
    bool is_minority = sample_below(&village, MINORITY_VILLAGE) == 0;
    if (!sample_chance(dice, is_minority ? 700 : 25)) return 0;
    return (uint8_t)(1 + (is_minority ? sample_below(&village, 7) : sample_below(dice, 7)));
}

static void tell_residence(sample_maker *m, sample_person *p, sample_dice *dice)
{
    p->residence = m->is_urban ? SAMPLE_URBAN : SAMPLE_RURAL;
    if (!m->is_urban || !sample_chance(dice, PERMIT_PERMILLE)) return;
    p->residence = SAMPLE_PERMIT;
    p->registered_in = (uint8_t)(1 + sample_below(dice, SAMPLE_PLACES - 1));
    int32_t age_months = m->county->options.as_of_month - calendar_month_of_day(p->birth_day);
    p->permit_from_month = m->county->options.as_of_month - 1 -
                           sample_below(dice, age_months < 96 ? age_months + 1 : 96);
}

static void begin_person(sample_maker *m, int index, int16_t turn)
{
    const sample_soul *s = &m->souls[m->order[index]];
    int32_t birthday = calendar_step_months(m->county->as_of_day, -12 * s->age);
    int32_t birth_day = birthday - turn % DAYS_OF_YEAR;
    m->persons[index] = (sample_person){
        .person_id = m->made.first_person_id + index,
        .birth_day = birth_day,
        .sex = s->sex,
        .relation = s->relation,
        .region = m->region,
        .death_day = SAMPLE_UNKNOWN,
        .death_known_day = SAMPLE_UNKNOWN,
        .prison_from_month = SAMPLE_UNKNOWN,
        .prison_until_month = SAMPLE_UNKNOWN,
        .permit_from_month = SAMPLE_UNKNOWN,
        .work_from_month = SAMPLE_UNKNOWN,
    };
    m->lives[index] = (sample_life){
        .age = s->age,
        .is_dead = s->is_dead,
        .birth_month = calendar_month_of_day(birth_day),
        .until_month = m->county->options.as_of_month,
        .pension_from_month = SAMPLE_UNKNOWN,
        .pays_since_month = SAMPLE_UNKNOWN,
        .out_of_work_month = SAMPLE_UNKNOWN,
        .survivor_from_month = SAMPLE_UNKNOWN,
        .death_day = SAMPLE_UNKNOWN,
        .case_kind = SAMPLE_TRUTH_COUNT,
    };
}

static bool draw_student(int age, sample_dice *dice)
{
    if (age < 16) return age >= 6;
    return age < 16 + (int)ARRAY_COUNT(STUDENTS) && sample_chance(dice, STUDENTS[age - 16]);
}

static void make_person(sample_maker *m, int index, int16_t turn, sample_dice *dice)
{
    begin_person(m, index, turn);
    sample_person *p = &m->persons[index];
    sample_life *life = &m->lives[index];
    sample_citizen_number(p->birth_day, (sample_sex)p->sex, m->block * 2 + turn / DAYS_OF_YEAR,
                          sample_chance(dice, FROM_ELSEWHERE_PERMILLE), p->citizen_number);
    p->worker = (uint8_t)worker_of(dice, p->sex);
    p->ethnic = ethnic_of(m, dice);
    tell_residence(m, p, dice);
    if (life->age >= 14 && life->age < 82 && sample_chance(dice, PHONE_PERMILLE))
        sample_phone(p->person_id, p->phone);
    life->is_student = draw_student(life->age, dice) && !life->is_dead;
    p->is_student = life->is_student;
    if (!life->is_dead) return;
    life->death_day = death_day(m->county, p->birth_day, dice);
    life->until_month = calendar_month_of_day(life->death_day) + 1;
    tell_death(m->county, life, p, dice);
}

/* ---- names, by family ---- */

static bool is_child_of_house(uint8_t relation)
{
    return relation == SAMPLE_SON || relation == SAMPLE_DAUGHTER || relation == SAMPLE_GRANDSON ||
           relation == SAMPLE_GRANDDAUGHTER;
}

/* Children and the head's father bear the name of the house; who marries in keeps his or her own.
 */
static void name_household(sample_maker *m, int begin, int end, sample_dice *dice)
{
    size_t family = sample_surname_draw(dice);
    for (int i = begin; i < end; i++) {
        sample_person *p = &m->persons[i];
        bool is_head_man = m->persons[begin].sex == SAMPLE_MALE;
        bool is_family =
            is_child_of_house(p->relation) ||
            (is_head_man && (p->relation == SAMPLE_HEAD || p->relation == SAMPLE_FATHER)) ||
            (!is_head_man && p->relation == SAMPLE_SPOUSE);
        if (p->relation == SAMPLE_HEAD && end - begin == 1) is_family = true;
        size_t surname = is_family ? family : sample_surname_draw(dice);
        sample_name_make(dice, surname, (sample_sex)p->sex, calendar_year_of_day(p->birth_day),
                         p->name);
    }
}

static void close_household(sample_maker *m, int begin, int end, sample_dice *dice)
{
    sample_person *head = &m->persons[begin];
    m->households[m->made.household_count++] = (sample_household){
        .household_id = head->person_id,
        .head_id = head->person_id,
        .region = m->region,
        .member_count = end - begin,
    };
    for (int i = begin; i < end; i++) {
        sample_person *p = &m->persons[i];
        p->household_id = head->person_id;
        p->ethnic = p->relation == SAMPLE_SPOUSE ? p->ethnic : head->ethnic;
        if (p->relation >= SAMPLE_SON && p->relation <= SAMPLE_DAUGHTER && m->lives[i].age < 18) {
            p->residence = head->residence;
            p->registered_in = head->registered_in;
            int32_t permit = head->permit_from_month, born = m->lives[i].birth_month;
            p->permit_from_month = permit == SAMPLE_UNKNOWN || permit >= born ? permit : born;
        }
    }
    name_household(m, begin, end, dice);
}

void sample_make_persons(sample_maker *m, sample_dice *dice)
{
    int16_t turns[SAMPLE_BLOCK_PEOPLE];
    shuffle_days(dice, turns);
    for (int i = 0; i < m->soul_count; i++)
        make_person(m, i, turns[i], dice);
    m->made.household_count = 0;
    for (int begin = 0; begin < m->soul_count;) {
        int end = begin + 1, home = m->souls[m->order[begin]].home;
        while (end < m->soul_count && m->souls[m->order[end]].home == home)
            end++;
        close_household(m, begin, end, dice);
        begin = end;
    }
}
