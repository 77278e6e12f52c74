/* Spells of contribution: each job cut at each January, with the base of that year. */
#include "sample/sample_internal.h"

enum {
    INDEX_LEAST = 600,
    INDEX_MOST = 3000, /* permille of the mean wage; recorded bases seldom go beyond */
    RESIDENT_SKIPS_PERMILLE = 110,
    RAISE_A_YEAR_PERMILLE = 9,
    RAISE_YEARS_MOST = 30,
};

/* Mean wages elsewhere against those here, permille, as SAMPLE_LIST_PLACE. */
static const uint16_t PLACE_LEVEL[SAMPLE_PLACES] = {
    1000, 1280, 1300, 1270, 1650, 1120, 1050, 1000
};

static int32_t index_of_year(const sample_life *life, int32_t years_worked, sample_dice *dice)
{
    int32_t years = years_worked < RAISE_YEARS_MOST ? years_worked : RAISE_YEARS_MOST;
    int32_t index = life->index_permille * (850 + RAISE_A_YEAR_PERMILLE * years) / 1000;
    index = index * (960 + sample_below(dice, 81)) / 1000;
    return index < INDEX_LEAST ? INDEX_LEAST : index > INDEX_MOST ? INDEX_MOST : index;
}

static void add_year(sample_maker *m, int index, const sample_job *job, int32_t from, int32_t until,
                     sample_dice *dice)
{
    const sample_life *life = &m->lives[index];
    int32_t year = calendar_year_of_month(from);
    sample_spell *s = sample_add_spell(m, m->persons[index].person_id);
    s->employer_id = job->employer_id;
    s->from_month = from;
    s->until_month = until;
    s->scheme = job->scheme;
    s->kind = job->kind;
    s->place = job->place;
    s->is_deemed = job->is_deemed;
    if (job->is_deemed) return;
    /* By the mean wage of the year before, in whole yuan. */
    int32_t share = index_of_year(life, (from - life->jobs[0].from_month) / 12, dice);
    int64_t fen =
        sample_level_fen(m->county, year - 1) * PLACE_LEVEL[job->place] / 1000 * share / 1000;
    s->base_fen = (fen + 99) / 100 * 100;
}

static void add_job(sample_maker *m, int index, const sample_job *job, sample_dice *dice)
{
    for (int32_t from = job->from_month; from < job->until_month;) {
        int32_t january = (from / 12 + 1) * 12;
        int32_t until = job->is_deemed || january > job->until_month ? job->until_month : january;
        add_year(m, index, job, from, until, dice);
        from = until;
    }
}

/* Residents pay a year at once; of the year of as_of and of the 60th birthday's nothing is paid. */
static void add_resident_years(sample_maker *m, int index, int32_t since, int32_t until,
                               sample_dice *dice)
{
    const sample_life *life = &m->lives[index];
    for (int32_t year = (since + 11) / 12; (year + 1) * 12 <= until; year++) {
        if (sample_chance(dice, RESIDENT_SKIPS_PERMILLE)) continue;
        sample_spell *s = sample_add_spell(m, m->persons[index].person_id);
        s->base_fen = life->tier_fen;
        s->from_month = year * 12;
        s->until_month = (year + 1) * 12;
        s->scheme = SAMPLE_RESIDENT_PENSION;
        s->kind = SAMPLE_RESIDENT;
    }
}

void sample_add_career(sample_maker *m, int index)
{
    const sample_life *life = &m->lives[index];
    sample_dice dice =
        sample_dice_for(m->county->options.seed, SAMPLE_FOR_SPELLS, m->persons[index].person_id);
    for (int i = 0; i < life->job_count; i++)
        add_job(m, index, &life->jobs[i], &dice);
    if (life->pays_since_month == SAMPLE_UNKNOWN) return;
    int32_t until = life->pension_from_month;
    if (until == SAMPLE_UNKNOWN || until > life->until_month) until = life->until_month;
    if (life->case_kind == SAMPLE_INSURED_TWICE) until = m->county->options.as_of_month;
    add_resident_years(m, index, life->pays_since_month, until, &dice);
}
