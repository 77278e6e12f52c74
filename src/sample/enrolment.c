/* Who is enrolled where, and what is paid to whom, when as_of_month begins. */
#include "sample/sample_internal.h"

enum {
    FLEXIBLE_MEDICAL_PERMILLE = 600, /* flexible workers in the medical scheme of employees */
    RESIDENT_MEDICAL_PERMILLE = 950,
    UPLIFT_UNTIL_2015_PERMILLE = 95,
    UPLIFT_PERMILLE = 35, /* a year, of pensions in payment */
    UNEMPLOYED_MONTHS_MAX = 14,
    PAID_MONTHS_MAX = 12,    /* nobody draws unemployment benefit for longer */
    SURVIVOR_PERMILLE = 120, /* of the mean wage */
    UNEMPLOYMENT_PERMILLE = 230,
    RESIDENT_PENSION_YUAN = 190,
    RESIDENT_YUAN_A_YEAR = 4,
};

const sample_job *sample_current_job(const sample_maker *m, const sample_life *life)
{
    if (life->job_count == 0) return NULL;
    const sample_job *last = &life->jobs[life->job_count - 1];
    return !last->is_deemed && last->until_month == m->county->options.as_of_month ? last : NULL;
}

/* ---- enrolments ---- */

/* SAMPLE_OPEN unless the office knows that the person is dead. */
static int32_t end_of_enrolment(const sample_person *p, const sample_life *life)
{
    return p->death_day != SAMPLE_UNKNOWN ? life->until_month : SAMPLE_OPEN;
}

/* Before floor and ceiling, so that packs have something to hold: some earn less than the least
 * base and some more than the most. */
static int64_t declared_wage(const sample_maker *m, const sample_life *life, sample_dice *dice)
{
    int32_t year = calendar_year_of_month(m->county->options.as_of_month);
    int64_t spread = 550 + sample_below(dice, 450) + sample_below(dice, 450);
    int64_t fen =
        sample_level_fen(m->county, year - 1) * life->index_permille / 1000 * spread / 1000;
    return (fen + 999) / 1000 * 1000;
}

static void add_employee(sample_maker *m, int index, const sample_job *job, int32_t until,
                         sample_dice *dice)
{
    static const sample_scheme LINES[] = { SAMPLE_EMPLOYEE_PENSION, SAMPLE_EMPLOYEE_MEDICAL,
                                           SAMPLE_UNEMPLOYMENT, SAMPLE_INJURY, SAMPLE_MATERNITY };
    int64_t wage_fen = declared_wage(m, &m->lives[index], dice);
    for (size_t i = 0; i < ARRAY_COUNT(LINES); i++) {
        if (LINES[i] == SAMPLE_UNEMPLOYMENT &&
            !sample_employer_insures_unemployment(m->county, job->employer_id))
            continue;
        sample_scheme scheme = i == 0 ? (sample_scheme)job->scheme : LINES[i];
        sample_enrolment *e =
            sample_add_enrolment(m, m->persons[index].person_id, scheme, SAMPLE_EMPLOYEE);
        e->employer_id = job->employer_id;
        e->wage_fen = wage_fen;
        e->from_month = job->from_month;
        e->until_month = until;
    }
}

/* True when it brings the medical scheme of employees too. */
static bool add_flexible(sample_maker *m, int index, const sample_job *job, int32_t until,
                         sample_dice *dice)
{
    const sample_life *life = &m->lives[index];
    int32_t year = calendar_year_of_month(m->county->options.as_of_month);
    int64_t fen = sample_level_fen(m->county, year - 1) *
                  (sample_chance(dice, 700) ? 600 : life->index_permille);
    bool has_medical = sample_chance(dice, FLEXIBLE_MEDICAL_PERMILLE);
    for (int i = 0; i < 1 + has_medical; i++) {
        sample_enrolment *e = sample_add_enrolment(
            m, m->persons[index].person_id, i ? SAMPLE_EMPLOYEE_MEDICAL : SAMPLE_EMPLOYEE_PENSION,
            SAMPLE_FLEXIBLE);
        e->wage_fen = (fen / 1000 + 99) / 100 * 100;
        e->from_month = job->from_month;
        e->until_month = until;
    }
    return has_medical;
}

static void add_resident_pension(sample_maker *m, int index)
{
    const sample_life *life = &m->lives[index];
    int32_t due = life->pension_from_month;
    bool is_second = life->case_kind == SAMPLE_INSURED_TWICE;
    if (life->pays_since_month == SAMPLE_UNKNOWN) return;
    if (!is_second && due != SAMPLE_UNKNOWN && due <= life->pays_since_month)
        return; /* was 60 already */
    sample_enrolment *e = sample_add_enrolment(m, m->persons[index].person_id,
                                               SAMPLE_RESIDENT_PENSION, SAMPLE_RESIDENT);
    e->tier_fen = life->tier_fen;
    e->from_month = life->pays_since_month;
    e->until_month = end_of_enrolment(&m->persons[index], life);
    if (!is_second && due != SAMPLE_UNKNOWN && due < life->until_month) e->until_month = due;
}

/* Of those who lost a job lately the ended enrolments are still there. */
static void add_lost_job(sample_maker *m, int index, sample_dice *dice)
{
    const sample_life *life = &m->lives[index];
    const sample_job *last = &life->jobs[life->job_count - 1];
    if (life->out_of_work_month < m->county->options.as_of_month - UNEMPLOYED_MONTHS_MAX) return;
    add_employee(m, index, last, life->out_of_work_month, dice);
}

static void add_medical(sample_maker *m, int index, sample_dice *dice)
{
    const sample_life *life = &m->lives[index];
    bool was_employee = life->pension != SAMPLE_PAID_RESIDENT_PENSION &&
                        sample_is_pensioner(life) && life->track != SAMPLE_TRACK_AWAY;
    if (!was_employee && !sample_chance(dice, RESIDENT_MEDICAL_PERMILLE)) return;
    sample_enrolment *e =
        sample_add_enrolment(m, m->persons[index].person_id,
                             was_employee ? SAMPLE_EMPLOYEE_MEDICAL : SAMPLE_RESIDENT_MEDICAL,
                             was_employee ? SAMPLE_RETIRED : SAMPLE_RESIDENT);
    int32_t january = m->county->options.as_of_month / 12 * 12 - 12 * sample_below(dice, 12);
    e->from_month = was_employee                  ? life->pension_from_month
                    : january > life->birth_month ? january
                                                  : life->birth_month;
    e->until_month = end_of_enrolment(&m->persons[index], life);
    if (e->from_month >= e->until_month) m->made.enrolment_count--;
}

void sample_add_enrolments(sample_maker *m, int index)
{
    const sample_life *life = &m->lives[index];
    const sample_job *job = life->is_dead ? NULL : sample_current_job(m, life);
    sample_dice dice =
        sample_dice_for(m->county->options.seed, SAMPLE_FOR_ROWS, m->persons[index].person_id);
    bool has_medical = false;
    if (job && job->place == 0 && job->kind == SAMPLE_FLEXIBLE) {
        has_medical = add_flexible(m, index, job, SAMPLE_OPEN, &dice);
    } else if (job && job->place == 0) {
        add_employee(m, index, job, SAMPLE_OPEN, &dice);
        has_medical = true;
    } else if (!life->is_dead && life->out_of_work_month != SAMPLE_UNKNOWN) {
        add_lost_job(m, index, &dice);
    }
    add_resident_pension(m, index);
    if (!has_medical) add_medical(m, index, &dice);
}

/* ---- benefits ---- */

static int64_t uplifted(const sample_county *c, int64_t fen, int32_t from_year)
{
    int32_t until_year = calendar_year_of_month(c->options.as_of_month);
    for (int32_t year = from_year; year < until_year; year++)
        fen = fen * (1000 + (year < 2016 ? UPLIFT_UNTIL_2015_PERMILLE : UPLIFT_PERMILLE)) / 1000;
    return fen / 10 * 10;
}

static int64_t pension_fen(const sample_county *c, const sample_life *life)
{
    int32_t months = 0, year = calendar_year_of_month(life->pension_from_month);
    for (int i = 0; i < life->job_count; i++)
        months += life->jobs[i].until_month - life->jobs[i].from_month;
    int64_t share = life->pension == SAMPLE_PAID_PUBLIC_PENSION
                        ? 250 + months * 13 / 12
                        : 120 + (int64_t)months * (6000 + life->index_permille * 6) / 12000;
    return uplifted(c, sample_level_fen(c, year - 1) * share / 1000, year);
}

static int64_t resident_fen(const sample_life *life, sample_dice *dice)
{
    int32_t years = life->pays_since_month == SAMPLE_UNKNOWN
                        ? 0
                        : (life->pension_from_month - life->pays_since_month) / 12;
    if (years < 0) years = 0;
    return (RESIDENT_PENSION_YUAN + RESIDENT_YUAN_A_YEAR * years) * 100 +
           (int64_t)years * life->tier_fen / 139 + sample_below(dice, 4) * 500;
}

static void add_pension(sample_maker *m, int index, sample_dice *dice)
{
    const sample_life *life = &m->lives[index];
    bool goes_on = !life->is_dead || life->case_kind == SAMPLE_DEATH_UNREPORTED ||
                   life->case_kind == SAMPLE_PAID_AFTER_DEATH;
    if (!sample_is_pensioner(life) || life->case_kind == SAMPLE_DUE_BUT_UNPAID) return;
    sample_benefit *b =
        sample_add_benefit(m, m->persons[index].person_id, (sample_benefit_kind)life->pension);
    b->from_month = life->pension_from_month;
    b->until_month = goes_on ? SAMPLE_OPEN : life->until_month;
    b->amount_fen = life->pension == SAMPLE_PAID_RESIDENT_PENSION ? resident_fen(life, dice)
                                                                  : pension_fen(m->county, life);
}

/* A share of the mean wage, to ten yuan. */
static int64_t share_fen(const sample_maker *m, int32_t permille)
{
    int32_t year = calendar_year_of_month(m->county->options.as_of_month);
    return sample_level_fen(m->county, year - 1) * permille / 1000 / 1000 * 1000;
}

static void add_other(sample_maker *m, int index, sample_benefit_kind kind, int32_t from_month, int64_t amount_fen)
{
    sample_benefit *b = sample_add_benefit(m, m->persons[index].person_id, kind);
    b->from_month = from_month;
    b->until_month = SAMPLE_OPEN;
    b->amount_fen = amount_fen;
}

static void add_unemployment(sample_maker *m, int index, int32_t from_month)
{
    int64_t by_packs = m->county->options.unemployment_fen;
    add_other(m, index, SAMPLE_PAID_UNEMPLOYMENT, from_month, by_packs ? by_packs : share_fen(m, UNEMPLOYMENT_PERMILLE));
}

void sample_add_benefits(sample_maker *m, int index)
{
    const sample_life *life = &m->lives[index];
    int32_t as_of = m->county->options.as_of_month, lost = life->out_of_work_month;
    sample_dice dice =
        sample_dice_for(m->county->options.seed ^ 1, SAMPLE_FOR_ROWS, m->persons[index].person_id);
    add_pension(m, index, &dice);
    if (life->case_kind == SAMPLE_PAID_TWICE) {
        sample_benefit *b =
            sample_add_benefit(m, m->persons[index].person_id, SAMPLE_PAID_RESIDENT_PENSION);
        b->from_month = as_of - 1 - sample_below(&dice, 11);
        b->until_month = SAMPLE_OPEN;
        b->amount_fen = resident_fen(life, &dice);
    }
    if (life->case_kind == SAMPLE_UNEMPLOYED_BUT_EMPLOYED)
        add_unemployment(m, index, as_of - 3);
    else if (!life->is_dead && lost != SAMPLE_UNKNOWN && lost < as_of - 1 &&
             lost >= as_of - PAID_MONTHS_MAX)
        add_unemployment(m, index, lost + 1);
    if (life->survivor_from_month != SAMPLE_UNKNOWN)
        add_other(m, index, SAMPLE_PAID_SURVIVOR, life->survivor_from_month, share_fen(m, SURVIVOR_PERMILLE));
}
