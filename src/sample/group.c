/* Special groups: households of low income, the destitute, the disabled, survivors. Shares are
 * habits of this county, near the national ones (docs/sample-county.md). */
#include "sample/sample_internal.h"

/* Of a thousand households without wage or employee's pension: country, town. */
typedef struct {
    sample_group group;
    uint16_t share[2];
} group_share;
static const group_share GROUPS[] = {
    { SAMPLE_MINIMUM_LIVING, { 70, 60 } }, { SAMPLE_EDGE_OF_LOW_INCOME, { 25, 25 } },
    { SAMPLE_POVERTY_RELIEF, { 90, 0 } },  { SAMPLE_POVERTY_RETURNED, { 3, 0 } },
    { SAMPLE_POVERTY_EDGE, { 7, 0 } },     { SAMPLE_POVERTY_UNSTABLE, { 7, 0 } },
    { SAMPLE_SUDDEN_HARDSHIP, { 5, 5 } },
};
enum { DESTITUTE_PERMILLE = 130 }; /* of the old without family and income */

/* Income a head, permille of the mean wage, least and most. */
static const uint16_t INCOME[SAMPLE_GROUP_COUNT][2] = {
    [SAMPLE_NO_GROUP] = { 180, 800 },       [SAMPLE_MINIMUM_LIVING] = { 15, 95 },
    [SAMPLE_DESTITUTE] = { 0, 20 },         [SAMPLE_EDGE_OF_LOW_INCOME] = { 110, 155 },
    [SAMPLE_POVERTY_RELIEF] = { 130, 260 }, [SAMPLE_POVERTY_RETURNED] = { 60, 110 },
    [SAMPLE_POVERTY_EDGE] = { 100, 140 },   [SAMPLE_POVERTY_UNSTABLE] = { 90, 130 },
    [SAMPLE_SUDDEN_HARDSHIP] = { 90, 200 },
};

static int first_of(const sample_maker *m, const sample_household *h)
{
    return (int)(h->household_id - m->made.first_person_id);
}

static bool has_means(const sample_maker *m, int begin, int end)
{
    for (int i = begin; i < end; i++) {
        const sample_life *life = &m->lives[i];
        if (life->is_dead) continue;
        if (sample_current_job(m, life)) return true;
        if (sample_is_pensioner(life) && life->pension != SAMPLE_PAID_RESIDENT_PENSION) return true;
    }
    return false;
}

static sample_group draw_group(const sample_maker *m, int begin, int end, sample_dice *dice)
{
    if (has_means(m, begin, end)) return SAMPLE_NO_GROUP;
    bool is_alone = end - begin == 1 && m->lives[begin].age >= 60 && !m->lives[begin].is_dead;
    if (is_alone && sample_chance(dice, DESTITUTE_PERMILLE)) return SAMPLE_DESTITUTE;
    int32_t at = sample_below(dice, 1000);
    for (size_t i = 0; i < ARRAY_COUNT(GROUPS); i++) {
        at -= GROUPS[i].share[m->is_urban];
        if (at < 0) return GROUPS[i].group;
    }
    return SAMPLE_NO_GROUP;
}

/* Kinds and grades of disability, of a thousand; certificates are held by few of the young. */
static const uint16_t KINDS[] = { 110, 80, 20, 540, 100, 100, 50 };
static const uint16_t GRADES[] = { 150, 300, 270, 280 };

static void draw_disability(sample_person *p, int age, sample_dice *dice)
{
    if (!sample_chance(dice, age < 18 ? 9 : age < 60 ? 22 : 60)) return;
    p->disability = (uint8_t)(1 + sample_pick(dice, KINDS, 1000));
    p->disability_grade = (uint8_t)(1 + sample_pick(dice, GRADES, 1000));
}

/* Who needs care: some of the old, and most of the severely disabled. */
static void draw_care(sample_person *p, int age, sample_dice *dice)
{
    int32_t permille = age >= 90 ? 420 : age >= 80 ? 200 : age >= 70 ? 70 : age >= 60 ? 25 : 0;
    if (p->disability_grade == 1 || p->disability_grade == 2) permille = 700;
    if (sample_chance(dice, permille))
        p->care = sample_chance(dice, 400) ? SAMPLE_FULL_CARE : SAMPLE_HALF_CARE;
}

void sample_make_groups(sample_maker *m)
{
    int64_t level =
        sample_level_fen(m->county, calendar_year_of_month(m->county->options.as_of_month) - 1);
    for (size_t i = 0; i < m->made.household_count; i++) {
        sample_household *h = &m->households[i];
        sample_dice dice =
            sample_dice_for(m->county->options.seed, SAMPLE_FOR_GROUPS, h->household_id);
        int begin = first_of(m, h), end = begin + h->member_count, living = 0;
        h->group = (uint8_t)draw_group(m, begin, end, &dice);
        const uint16_t *income = INCOME[h->group];
        for (int k = begin; k < end; k++) {
            m->persons[k].group = m->lives[k].is_dead ? SAMPLE_NO_GROUP : h->group;
            living += !m->lives[k].is_dead;
            draw_disability(&m->persons[k], m->lives[k].age, &dice);
            draw_care(&m->persons[k], m->lives[k].age, &dice);
        }
        bool is_helped = h->group == SAMPLE_MINIMUM_LIVING || h->group == SAMPLE_DESTITUTE;
        h->is_property_within =
            is_helped || !sample_chance(&dice, h->group == SAMPLE_NO_GROUP ? 450 : 80);
        int32_t permille = income[0] + sample_below(&dice, income[1] - income[0] + 1);
        h->income_fen = level * permille / 1000 / 1000 * 1000 * living;
    }
}

/* ---- survivors ---- */

static bool fed_others(const sample_maker *m, const sample_life *life)
{
    return life->is_dead && life->job_count > 0 && life->track != SAMPLE_TRACK_AWAY &&
           life->until_month < m->county->options.as_of_month &&
           life->case_kind == SAMPLE_TRUTH_COUNT;
}

static bool was_fed(const sample_person *p, const sample_life *life)
{
    if (life->is_dead || life->job_count > 0 || life->case_kind != SAMPLE_TRUTH_COUNT) return false;
    if (p->prison_from_month != SAMPLE_UNKNOWN) return false;
    bool is_child = (p->relation == SAMPLE_SON || p->relation == SAMPLE_DAUGHTER) && life->age < 18;
    bool is_old = (p->relation == SAMPLE_SPOUSE || p->relation == SAMPLE_HEAD) && life->age >= 60;
    return is_child || (is_old && !sample_is_pensioner(life));
}

/* Children and old spouses of insured people who died are paid from the month after. */
void sample_find_survivors(sample_maker *m)
{
    for (size_t i = 0; i < m->made.household_count; i++) {
        int begin = first_of(m, &m->households[i]), end = begin + m->households[i].member_count;
        int dead = begin;
        while (dead < end && !fed_others(m, &m->lives[dead]))
            dead++;
        for (int k = begin; k < end && dead < end; k++)
            if (was_fed(&m->persons[k], &m->lives[k]))
                m->lives[k].survivor_from_month = m->lives[dead].until_month;
    }
}
