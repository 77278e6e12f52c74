/* What detectors should find, chosen before any row is made, so that the rows of a case are made
 * like all others. Nobody has two cases, and nobody has one by accident. */
#include "sample/sample_internal.h"

/* Cases and mistakes in a thousand full blocks; the first block has one of each kind. */
static const uint16_t IN_A_THOUSAND[SAMPLE_TRUTH_COUNT] = {
    [SAMPLE_NUMBER_SWAPPED] = 700,
    [SAMPLE_NUMBER_15_DIGITS] = 1500,
    [SAMPLE_NUMBER_WRONG_SEX] = 300,
    [SAMPLE_NUMBER_LETTER] = 300,
    [SAMPLE_NAME_LOOKALIKE] = 700,
    [SAMPLE_BIRTH_MISSING] = 700,
    [SAMPLE_DUPLICATE] = 800,
    [SAMPLE_DEATH_UNREPORTED] = 250,
    [SAMPLE_PAID_AFTER_DEATH] = 250,
    [SAMPLE_DUE_BUT_UNPAID] = 250,
    [SAMPLE_PAID_TWICE] = 200,
    [SAMPLE_INSURED_TWICE] = 400,
    [SAMPLE_UNEMPLOYED_BUT_EMPLOYED] = 200,
    [SAMPLE_PAID_IN_PRISON] = 100,
};

static bool is_left_out(const sample_options *options, sample_truth_kind kind)
{
    return kind <= SAMPLE_DUPLICATE ? options->leaves_out_mistakes : options->leaves_out_cases;
}

int32_t sample_count_in_block(const sample_county *c, int64_t block, sample_truth_kind kind)
{
    bool is_full = (block + 1) * SAMPLE_BLOCK_PEOPLE <= c->options.size;
    if (!is_full || is_left_out(&c->options, kind)) return 0;
    int64_t rate = IN_A_THOUSAND[kind];
    return (int32_t)(((block + 1) * rate + 999) / 1000 - (block * rate + 999) / 1000);
}

static bool can_have(const sample_maker *m, const sample_life *life, sample_truth_kind kind)
{
    int32_t as_of = m->county->options.as_of_month;
    const sample_job *job = sample_current_job(m, life);
    bool works_here = !life->is_dead && job && job->place == 0 && job->kind == SAMPLE_EMPLOYEE;
    bool is_paid = sample_is_pensioner(life);
    switch (kind) {
    case SAMPLE_DEATH_UNREPORTED:
    case SAMPLE_PAID_AFTER_DEATH: return life->is_dead && is_paid && life->until_month <= as_of - 3;
    case SAMPLE_DUE_BUT_UNPAID: /* who paid, so that the records show that something is due */
        return !life->is_dead && is_paid && life->pension_from_month <= as_of - 3 &&
               (life->job_count > 0 || life->pension_from_month > life->pays_since_month);
    case SAMPLE_PAID_TWICE:
        return !life->is_dead && is_paid && life->age >= 61 &&
               life->pension != SAMPLE_PAID_RESIDENT_PENSION;
    case SAMPLE_INSURED_TWICE:
        return works_here && job->scheme == SAMPLE_EMPLOYEE_PENSION &&
               job->from_month <= as_of - 36;
    case SAMPLE_UNEMPLOYED_BUT_EMPLOYED:
        return works_here && job->scheme == SAMPLE_EMPLOYEE_PENSION && job->from_month <= as_of - 6;
    case SAMPLE_PAID_IN_PRISON: return !life->is_dead && is_paid && life->age < 85;
    default: return false;
    }
}

/* The records and the life of a case. */
static void make_case(sample_maker *m, int index, sample_truth_kind kind, sample_dice *dice)
{
    sample_life *life = &m->lives[index];
    sample_person *p = &m->persons[index];
    int32_t as_of = m->county->options.as_of_month;
    life->case_kind = (uint8_t)kind;
    sample_truth *t = sample_add_truth(m, p->person_id, kind);
    if (kind == SAMPLE_DEATH_UNREPORTED || kind == SAMPLE_PAID_AFTER_DEATH) {
        t->day = life->death_day;
        t->from_month = life->until_month;
    }
    if (kind == SAMPLE_DEATH_UNREPORTED) p->death_day = p->death_known_day = SAMPLE_UNKNOWN;
    if (kind == SAMPLE_DUE_BUT_UNPAID) t->from_month = life->pension_from_month;
    if (kind == SAMPLE_INSURED_TWICE) {
        life->pays_since_month = as_of / 12 * 12 - 24;
        life->tier_fen = 30000;
        t->from_month = life->pays_since_month;
    }
    if (kind == SAMPLE_UNEMPLOYED_BUT_EMPLOYED) t->from_month = as_of - 3;
    if (kind == SAMPLE_PAID_IN_PRISON) {
        int32_t from = as_of - 2 - sample_below(dice, 20);
        p->prison_from_month = from > life->pension_from_month ? from : life->pension_from_month;
        p->prison_until_month = as_of + 3 + sample_below(dice, 60);
        t->from_month = p->prison_from_month;
    }
}

void sample_choose_cases(sample_maker *m)
{
    for (int kind = SAMPLE_DUPLICATE + 1; kind < SAMPLE_TRUTH_COUNT; kind++) {
        sample_dice dice =
            sample_dice_for(m->county->options.seed + (uint64_t)kind, SAMPLE_FOR_CASES, m->block);
        int32_t wanted = sample_count_in_block(m->county, m->block, (sample_truth_kind)kind);
        int begin = sample_below(&dice, m->soul_count);
        for (int i = 0; i < m->soul_count && wanted > 0; i++) {
            int index = (begin + i) % m->soul_count;
            const sample_life *life = &m->lives[index];
            if (life->case_kind != SAMPLE_TRUTH_COUNT ||
                !can_have(m, life, (sample_truth_kind)kind))
                continue;
            make_case(m, index, (sample_truth_kind)kind, &dice);
            wanted--;
        }
    }
}
