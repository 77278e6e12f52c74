/* Lives: what each person does, from the first job to the pension. All figures are habits of this
 * county: they make careers that look like careers, and decide nothing that the law decides. */
#include "sample/sample_internal.h"

enum {
    SCHEME_FROM = 92 * 12,             /* 1992-01: contributions begin in this county */
    PUBLIC_SCHEME_FROM = 114 * 12 + 9, /* 2014-10: those of public bodies */
    RESIDENT_SCHEME_FROM = 110 * 12,   /* 2010-01: those of residents */
    AWAY_FROM = 100 * 12,              /* 2000-01: those who work away are insured there */
    USUAL_MONTHS_MIN = 180,            /* who has fewer at the usual age goes on paying */
    RESIDENT_AGE_MONTHS = 720,
    OLD = 60,
};

/* Shares of the tracks in a thousand, by town or country and by age. */
typedef struct {
    uint16_t share[SAMPLE_TRACK_COUNT];
} tracks;
static const tracks TRACKS[2][2] = {
    /* country */ { { { [SAMPLE_TRACK_WORKER] = 130,
                        [SAMPLE_TRACK_PUBLIC] = 20,
                        [SAMPLE_TRACK_FLEXIBLE] = 80,
                        [SAMPLE_TRACK_RESIDENT] = 570,
                        [SAMPLE_TRACK_AWAY] = 130,
                        [SAMPLE_TRACK_NONE] = 70 } },
                    { { [SAMPLE_TRACK_WORKER] = 60,
                        [SAMPLE_TRACK_PUBLIC] = 20,
                        [SAMPLE_TRACK_FLEXIBLE] = 10,
                        [SAMPLE_TRACK_RESIDENT] = 880,
                        [SAMPLE_TRACK_AWAY] = 0,
                        [SAMPLE_TRACK_NONE] = 30 } } },
    /* town */
    { { { [SAMPLE_TRACK_WORKER] = 380,
          [SAMPLE_TRACK_PUBLIC] = 90,
          [SAMPLE_TRACK_FLEXIBLE] = 130,
          [SAMPLE_TRACK_RESIDENT] = 260,
          [SAMPLE_TRACK_AWAY] = 60,
          [SAMPLE_TRACK_NONE] = 80 } },
      { { [SAMPLE_TRACK_WORKER] = 330,
          [SAMPLE_TRACK_PUBLIC] = 100,
          [SAMPLE_TRACK_FLEXIBLE] = 50,
          [SAMPLE_TRACK_RESIDENT] = 470,
          [SAMPLE_TRACK_AWAY] = 0,
          [SAMPLE_TRACK_NONE] = 50 } } },
};

/* What people earn, as permille of the mean wage of the year, sixteen steps of equal shares. The
 * lowest are many, as in contribution records everywhere. */
static const uint16_t INDEX[17] = { 600, 600, 600,  610,  640,  680,  720,  770, 820,
                                    880, 950, 1030, 1130, 1260, 1450, 1800, 2900 };

/* Tiers that residents choose, yuan a year. */
static const uint16_t TIERS[10] = { 200, 200, 200, 200, 300, 300, 500, 500, 1000, 2000 };

static int32_t earlier(int32_t a, int32_t b)
{
    return a < b ? a : b;
}
static int32_t later(int32_t a, int32_t b)
{
    return a > b ? a : b;
}

/* The month from which a pension is due by age alone: after the month of retirement. */
static int32_t due_month(const sample_county *c, const sample_person *p, const sample_life *life)
{
    return 1 + c->options.retire_month(c->options.retire_context, (sample_worker)p->worker,
                                       life->birth_month);
}

static void add_job(sample_life *life, sample_job job)
{
    if (job.from_month < job.until_month && life->job_count < SAMPLE_JOBS_MAX)
        life->jobs[life->job_count++] = job;
}

static int32_t months_of(const sample_life *life)
{
    int32_t months = 0;
    for (int i = 0; i < life->job_count; i++)
        months += life->jobs[i].until_month - life->jobs[i].from_month;
    return months;
}

/* One job: mostly here and with an employer; who is flexible mostly pays alone. */
static sample_job draw_job(const sample_county *c, const sample_life *life, int32_t from,
                           int32_t until, sample_dice *dice)
{
    bool is_flexible = sample_chance(dice, life->track == SAMPLE_TRACK_FLEXIBLE ? 800 : 80);
    bool is_away =
        !is_flexible && sample_chance(dice, life->track == SAMPLE_TRACK_AWAY ? 950 : 110);
    sample_job job = { .from_month = from,
                       .until_month = until,
                       .scheme = SAMPLE_EMPLOYEE_PENSION,
                       .kind = is_flexible ? SAMPLE_FLEXIBLE : SAMPLE_EMPLOYEE };
    if (is_away) job.place = (uint8_t)(1 + sample_below(dice, SAMPLE_PLACES - 1));
    else if (!is_flexible) job.employer_id = sample_employer_draw(c, dice, false);
    return job;
}

/* Jobs and gaps until `until`; the one before the last in the list's room takes all that is left.
 */
static void work_until(const sample_county *c, sample_life *life, int32_t from, int32_t until,
                       sample_dice *dice)
{
    bool ends_in_work = sample_chance(dice, 955);
    while (from < until) {
        int32_t end = from + 14 + sample_below(dice, 90) + sample_below(dice, 90);
        if (life->job_count >= SAMPLE_JOBS_MAX - 3 || (end + 24 > until && ends_in_work))
            end = until;
        add_job(life, draw_job(c, life, from, earlier(end, until), dice));
        from = end + (sample_chance(dice, 400) ? 1 + sample_below(dice, 20) : 0);
    }
    const sample_job *last = life->job_count ? &life->jobs[life->job_count - 1] : NULL;
    if (last && last->until_month < until && last->place == 0 && last->kind == SAMPLE_EMPLOYEE)
        life->out_of_work_month = last->until_month;
}

/* Who reaches the age with too few months pays alone until there are enough. */
static void fill_months(sample_life *life, int32_t due)
{
    int32_t missing = USUAL_MONTHS_MIN - months_of(life);
    life->pension_from_month = due;
    life->out_of_work_month = SAMPLE_UNKNOWN;
    if (missing <= 0) return;
    add_job(life, (sample_job){ .from_month = due,
                                .until_month = earlier(due + missing, life->until_month),
                                .scheme = SAMPLE_EMPLOYEE_PENSION,
                                .kind = SAMPLE_FLEXIBLE });
    life->pension_from_month = due + missing;
}

static void live_worker(const sample_county *c, sample_person *p, sample_life *life,
                        sample_dice *dice)
{
    int32_t start = life->birth_month + 17 * 12 + sample_below(dice, 60);
    int32_t due = due_month(c, p, life), until = earlier(due, life->until_month);
    int32_t first = life->track == SAMPLE_TRACK_AWAY ? AWAY_FROM : SCHEME_FROM;
    if (start < SCHEME_FROM &&
        sample_chance(dice, life->track == SAMPLE_TRACK_WORKER ? 800 : 450)) {
        p->work_from_month = start;
        add_job(life, (sample_job){ .from_month = start,
                                    .until_month = earlier(SCHEME_FROM, until),
                                    .scheme = SAMPLE_EMPLOYEE_PENSION,
                                    .is_deemed = true });
    } else if (start < SCHEME_FROM) {
        start = first + sample_below(dice, 144);
    }
    start = later(start, first);
    if (start < until) {
        if (p->work_from_month == SAMPLE_UNKNOWN) p->work_from_month = start;
        work_until(c, life, start, until, dice);
    }
    if (life->job_count > 0 && due <= life->until_month) fill_months(life, due);
    life->pension = SAMPLE_PAID_EMPLOYEE_PENSION;
}

static void live_public(const sample_county *c, sample_person *p, sample_life *life,
                        sample_dice *dice)
{
    int32_t start = life->birth_month + 20 * 12 + sample_below(dice, 48);
    if (p->sex == SAMPLE_FEMALE && sample_chance(dice, 700)) p->worker = SAMPLE_WOMAN_55;
    int32_t due = due_month(c, p, life), until = earlier(due, life->until_month);
    int64_t employer = sample_employer_draw(c, dice, true);
    p->work_from_month = start < until ? start : SAMPLE_UNKNOWN;
    add_job(life, (sample_job){ .employer_id = employer,
                                .from_month = start,
                                .until_month = earlier(PUBLIC_SCHEME_FROM, until),
                                .scheme = SAMPLE_PUBLIC_PENSION,
                                .is_deemed = true });
    add_job(life, (sample_job){ .employer_id = employer,
                                .from_month = later(start, PUBLIC_SCHEME_FROM),
                                .until_month = until,
                                .scheme = SAMPLE_PUBLIC_PENSION,
                                .kind = SAMPLE_EMPLOYEE });
    if (life->job_count > 0 && due <= life->until_month) life->pension_from_month = due;
    life->pension = SAMPLE_PAID_PUBLIC_PENSION;
}

static void live_resident(sample_life *life, sample_dice *dice)
{
    int32_t sixty = life->birth_month + RESIDENT_AGE_MONTHS;
    int32_t of_age = life->birth_month + 16 * 12 + sample_below(dice, 120);
    life->pays_since_month = later(RESIDENT_SCHEME_FROM, of_age);
    life->tier_fen = TIERS[sample_below(dice, 10)] * 100;
    if (life->pays_since_month >= life->until_month) life->pays_since_month = SAMPLE_UNKNOWN;
    int32_t due = later(RESIDENT_SCHEME_FROM, sixty + 1);
    if (due <= life->until_month) life->pension_from_month = due;
    life->pension = SAMPLE_PAID_RESIDENT_PENSION;
}

static sample_track draw_track(const sample_maker *m, const sample_life *life, sample_dice *dice)
{
    if (life->age < 16 || life->is_student) return SAMPLE_TRACK_CHILD;
    const tracks *t = &TRACKS[m->is_urban][life->age >= OLD];
    return (sample_track)sample_pick(dice, t->share, 1000);
}

static void live(sample_maker *m, int index)
{
    sample_life *life = &m->lives[index];
    sample_person *p = &m->persons[index];
    sample_dice dice = sample_dice_for(m->county->options.seed, SAMPLE_FOR_LIFE, p->person_id);
    life->track = (uint8_t)draw_track(m, life, &dice);
    int step = sample_below(&dice, 16);
    life->index_permille = INDEX[step] + sample_below(&dice, INDEX[step + 1] - INDEX[step] + 1);
    switch ((sample_track)life->track) {
    case SAMPLE_TRACK_WORKER:
    case SAMPLE_TRACK_FLEXIBLE:
    case SAMPLE_TRACK_AWAY:
        live_worker(m->county, p, life, &dice);
        if (life->job_count > 0 || life->age < OLD) break;
        life->track = SAMPLE_TRACK_RESIDENT; /* too old for the scheme when it began */
        live_resident(life, &dice);
        break;
    case SAMPLE_TRACK_PUBLIC:
        life->index_permille += 250;
        live_public(m->county, p, life, &dice);
        break;
    case SAMPLE_TRACK_RESIDENT: live_resident(life, &dice); break;
    case SAMPLE_TRACK_CHILD:
    case SAMPLE_TRACK_NONE:
    case SAMPLE_TRACK_COUNT: break;
    }
    const sample_job *last = life->job_count ? &life->jobs[life->job_count - 1] : NULL;
    bool works_away =
        last && last->place != 0 && last->until_month == m->county->options.as_of_month;
    if (works_away && !life->is_dead) p->lives_in = last->place;
    /* Some are in prison, and their pension rests. */
    bool is_man = p->sex == SAMPLE_MALE;
    if (life->track == SAMPLE_TRACK_NONE && !life->is_dead && is_man && life->age >= 18 &&
        sample_chance(&dice, 25)) {
        p->prison_from_month = m->county->options.as_of_month - 1 - sample_below(&dice, 24);
        p->prison_until_month = m->county->options.as_of_month + 1 + sample_below(&dice, 60);
    }
}

void sample_make_lives(sample_maker *m)
{
    for (int i = 0; i < m->soul_count; i++)
        live(m, i);
}
