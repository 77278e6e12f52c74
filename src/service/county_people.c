#include "base/hash.h"
#include "calendar/calendar.h"
#include "ident/ident.h"
#include "service/county_sample.h"

/* Of the invented county: when lines of insurance began there, and a full floating step. */
enum { MEDICAL_FROM_MONTH = 1212 /* 2001-01 */, UNEMPLOYMENT_FROM_MONTH = 1188 /* 1999-01 */ };
enum { FULL_RATE = 100000000 };

static const char *const SCHEMES[SAMPLE_SCHEME_COUNT] = {
    [SAMPLE_EMPLOYEE_PENSION] = "employee_pension", [SAMPLE_PUBLIC_PENSION] = "public_pension",
    [SAMPLE_RESIDENT_PENSION] = "resident_pension", [SAMPLE_EMPLOYEE_MEDICAL] = "employee_medical",
    [SAMPLE_RESIDENT_MEDICAL] = "resident_medical", [SAMPLE_UNEMPLOYMENT] = "unemployment",
    [SAMPLE_INJURY] = "work_injury",                [SAMPLE_MATERNITY] = "maternity",
};
static const char *const STANDINGS[SAMPLE_KIND_COUNT] = {
    [SAMPLE_EMPLOYEE] = "employee", [SAMPLE_FLEXIBLE] = "flexible",
    [SAMPLE_RESIDENT] = "resident", [SAMPLE_RETIRED] = "retired",
};
static const char *const BENEFITS[SAMPLE_BENEFIT_COUNT] = {
    [SAMPLE_PAID_EMPLOYEE_PENSION] = "employee_pension",
    [SAMPLE_PAID_PUBLIC_PENSION] = "public_pension",
    [SAMPLE_PAID_RESIDENT_PENSION] = "resident_pension",
    [SAMPLE_PAID_SURVIVOR] = "survivor",
    [SAMPLE_PAID_UNEMPLOYMENT] = "unemployment",
};

err county_people_words(county_sample *s)
{
    for (size_t i = 0; i < SAMPLE_SCHEME_COUNT; i++) TRY(county_word(s->office, SCHEMES[i], &s->scheme[i]));
    for (size_t i = 0; i < SAMPLE_KIND_COUNT; i++) TRY(county_word(s->office, STANDINGS[i], &s->standing[i]));
    for (size_t i = 0; i < SAMPLE_BENEFIT_COUNT; i++) TRY(county_word(s->office, BENEFITS[i], &s->benefit[i]));
    TRY(county_word(s->office, "paid", &s->paid));
    return county_word(s->office, "deemed", &s->deemed);
}

/* ---- what several say ---- */

static int64_t digits_of(const char *digits)
{
    int64_t code = 0;
    for (; *digits; digits++) code = code * 10 + (*digits - '0');
    return code;
}

static int64_t region_of(const county_sample *s, int32_t index)
{
    return index < 0 ? 0 : digits_of(sample_region_at(s->sample, index).code);
}

static int64_t place_code(uint8_t place)
{
    return county_region_code(sample_word(SAMPLE_LIST_PLACE, place));
}

static int64_t day_of(int32_t month)
{
    return month == SAMPLE_OPEN ? REGISTRY_OPEN : calendar_first_day_of_month(month);
}

static int64_t month_of(int32_t month)
{
    return month == SAMPLE_OPEN ? REGISTRY_OPEN : month;
}

static err attribute_over(county_sample *s, registry_fact over, const char *name, int64_t value, text note)
{
    registry_attribute a = { .fact = over, .value = value, .note = note };
    TRY(county_word(s->office, name, &a.name));
    s->made.attributes++;
    return registry_load_say(s->load, REGISTRY_ATTRIBUTE, &a);
}

static err attribute(county_sample *s, int64_t id, const char *name, int64_t value, text note)
{
    registry_fact ever = { .subject_id = id, .from = REGISTRY_EVER, .until = REGISTRY_OPEN };
    return attribute_over(s, ever, name, value, note);
}

static err review(county_sample *s, int64_t id, const char *reason, int64_t other_id)
{
    registry_review r = { .fact = { .subject_id = id, .from = REGISTRY_EVER, .until = REGISTRY_OPEN },
                          .other_id = other_id };
    TRY(county_word(s->office, reason, &r.reason));
    s->made.reviews++;
    return registry_load_say(s->load, REGISTRY_REVIEW, &r);
}

/* ---- employers ---- */

err county_people_employer(county_sample *s, const sample_employer *e)
{
    int64_t id;
    registry_employer employer = { .name = text_of(e->name), .code = text_of(e->uscc),
                                   .region = region_of(s, e->region) };
    TRY(county_word_of(s->office, sample_word(SAMPLE_LIST_EMPLOYER_KIND, e->kind), &employer.kind));
    TRY(county_word_of(s->office, text_of(e->trade), &employer.industry));
    TRY(registry_load_new(s->load, REGISTRY_EMPLOYER, &employer, &id));
    if (e->employer_id == 1) s->first_employer_id = id;
    s->made.employers++;
    if (e->size_trade[0]) TRY(attribute(s, id, "employer.size_trade", 0, text_of(e->size_trade)));
    TRY(attribute(s, id, "employer.staff", e->staff, TEXT_NONE));
    TRY(attribute(s, id, "employer.revenue", e->revenue_fen, TEXT_NONE));
    TRY(attribute(s, id, "employer.assets", e->assets_fen, TEXT_NONE));
    TRY(attribute(s, id, "employer.founded", e->founded_month, TEXT_NONE));
    return attribute(s, id, "employer.injury_step", FULL_RATE, TEXT_NONE);
}

static int64_t employer_of(const county_sample *s, int64_t sample_id)
{
    return sample_id ? s->first_employer_id + sample_id - 1 : 0;
}

/* ---- a block ---- */

typedef struct {
    county_sample *s;
    const sample_block *b;
    int64_t *person_ids, *household_ids; /* of the registry, by place in the block */
    hash_map *numbers;                   /* of the block: to the place of who came first */
    arena *scratch;
} block_load;

static err load_households(block_load *l)
{
    county_sample *s = l->s;
    for (size_t i = 0; i < l->b->household_count; i++) {
        const sample_household *h = &l->b->households[i];
        registry_household household = { .region = region_of(s, h->region) };
        int64_t *id = &l->household_ids[i];
        TRY(registry_load_new(s->load, REGISTRY_HOUSEHOLD, &household, id));
        s->made.households++;
        if (h->group == SAMPLE_NO_GROUP) continue; /* asked for nothing, so declared nothing */
        TRY(attribute(s, *id, "household.income", h->income_fen, TEXT_NONE));
        TRY(attribute(s, *id, "household.members", h->member_count, TEXT_NONE));
        TRY(attribute(s, *id, "household.property_fits", h->is_property_within, TEXT_NONE));
        TRY(attribute(s, *id, "household.group", 0, sample_word(SAMPLE_LIST_GROUP, h->group)));
    }
    return ERR_NONE;
}

/* As the registry keeps it: 18 places where it can be; what cannot be right is reviewed. */
static text number_of(arena *scratch, const sample_person *p, bool *is_wrong)
{
    char id18[IDENT_CODE_BYTES];
    ident_citizen read;
    text number = text_of(p->citizen_number);
    if (!ident_upgrade_citizen(number, id18).kind) number = text_of(id18);
    *is_wrong = ident_check_citizen(number, &read).kind != NULL;
    return text_copy(scratch, number);
}

static err load_person(block_load *l, size_t place)
{
    county_sample *s = l->s;
    const sample_person *p = &l->b->persons[place];
    bool is_wrong;
    registry_person person = {
        .name = text_of(p->name), .phone.plain = text_of(p->phone), .sex = p->sex + 1,
        .birth_day = p->birth_day == SAMPLE_UNKNOWN ? 0 : p->birth_day,
        .region = region_of(s, p->region), .hukou_region = place_code(p->registered_in),
    };
    TRY(county_word_of(s->office, sample_word(SAMPLE_LIST_RESIDENCE, p->residence), &person.hukou_kind));
    person.number.plain = number_of(l->scratch, p, &is_wrong);
    TRY(registry_load_new(s->load, REGISTRY_PERSON, &person, &l->person_ids[place]));
    s->made.people++;
    if (is_wrong) return review(s, l->person_ids[place], "wrong_number", 0);
    size_t first = hash_map_get(l->numbers, person.number.plain);
    if (first == SIZE_MAX) {
        hash_map_put(l->numbers, person.number.plain, place);
        return ERR_NONE;
    }
    TRY(review(s, l->person_ids[place], "duplicate_number", l->person_ids[first]));
    return review(s, l->person_ids[first], "duplicate_number", l->person_ids[place]);
}

static err load_member(block_load *l, size_t place, size_t household)
{
    const sample_person *p = &l->b->persons[place];
    registry_member m = { .fact = { .subject_id = l->person_ids[place], .from = REGISTRY_EVER,
                                    .until = REGISTRY_OPEN },
                          .household_id = l->household_ids[household] };
    TRY(county_word_of(l->s->office, sample_word(SAMPLE_LIST_RELATION, p->relation), &m.relation));
    return registry_load_say(l->s->load, REGISTRY_MEMBER, &m);
}

/* ---- what departments tell ---- */

static text hardship_of(uint8_t group)
{
    if (group == SAMPLE_MINIMUM_LIVING || group == SAMPLE_DESTITUTE) return TEXT("低保");
    return group == SAMPLE_EDGE_OF_LOW_INCOME ? TEXT("低收入") : TEXT("一般");
}

static err load_disability(county_sample *s, const sample_person *p, int64_t id)
{
    if (p->disability == SAMPLE_NOT_DISABLED) return ERR_NONE;
    TRY(attribute(s, id, "disability.kind", 0, sample_word(SAMPLE_LIST_DISABILITY, p->disability)));
    TRY(attribute(s, id, "disability.grade", p->disability_grade, TEXT_NONE));
    TRY(attribute(s, id, "disability.hardship", 0, hardship_of(p->group)));
    TRY(attribute(s, id, "disability.needs_care", p->care != SAMPLE_SELF_CARE, TEXT_NONE));
    TRY(attribute(s, id, "disability.is_destitute", p->group == SAMPLE_DESTITUTE, TEXT_NONE));
    return attribute(s, id, "disability.has_nursing_fee", 0, TEXT_NONE);
}

static err load_death(county_sample *s, const sample_person *p, int64_t id)
{
    if (p->death_day == SAMPLE_UNKNOWN) return ERR_NONE;
    registry_fact since = { .subject_id = id, .from = p->death_day, .until = REGISTRY_OPEN };
    TRY(attribute_over(s, since, "person.death_day", p->death_day, TEXT_NONE));
    if (p->death_known_day == SAMPLE_UNKNOWN) return ERR_NONE;
    return attribute_over(s, since, "person.death_known_day", p->death_known_day, TEXT_NONE);
}

static err load_span(county_sample *s, int64_t id, const char *name, int32_t from, int32_t until)
{
    if (from == SAMPLE_UNKNOWN) return ERR_NONE;
    registry_fact span = { .subject_id = id, .from = day_of(from),
                           .until = until == SAMPLE_UNKNOWN ? REGISTRY_OPEN : day_of(until) };
    return attribute_over(s, span, name, 1, TEXT_NONE);
}

static err load_told(county_sample *s, const sample_person *p, int64_t id)
{
    enum { OLD_DAYS = 60 * 365 };
    bool is_old = p->birth_day != SAMPLE_UNKNOWN && s->as_of_day - p->birth_day >= OLD_DAYS;
    bool is_helped = p->group == SAMPLE_MINIMUM_LIVING || p->group == SAMPLE_DESTITUTE;
    if (is_old || p->disability) TRY(attribute(s, id, "person.is_local", p->registered_in == 0, TEXT_NONE));
    if (is_old && is_helped) TRY(attribute(s, id, "person.is_poor", 1, TEXT_NONE));
    if (p->group) TRY(attribute(s, id, "person.group", 0, sample_word(SAMPLE_LIST_GROUP, p->group)));
    if (p->is_student) TRY(attribute(s, id, "person.is_student", 1, TEXT_NONE));
    if (p->care) TRY(attribute(s, id, "care.level", 0, sample_word(SAMPLE_LIST_CARE, p->care)));
    TRY(load_span(s, id, "person.permit", p->permit_from_month, SAMPLE_UNKNOWN));
    TRY(load_span(s, id, "person.in_prison", p->prison_from_month, p->prison_until_month));
    TRY(load_disability(s, p, id));
    return load_death(s, p, id);
}

/* ---- enrolments ---- */

/* The groups for whom government pays (the list of packs/china/resident-pension-contributions.md);
 * who is on no list has no row. */
static err load_resident_group(county_sample *s, const sample_person *p, int64_t id)
{
    bool is_severe = p->disability_grade == 1 || p->disability_grade == 2;
    if (p->group == SAMPLE_POVERTY_RELIEF && !is_severe) return ERR_NONE;
    if (p->group != SAMPLE_NO_GROUP && p->group != SAMPLE_POVERTY_RELIEF)
        return attribute(s, id, "resident.group", 0, sample_word(SAMPLE_LIST_GROUP, p->group));
    return is_severe ? attribute(s, id, "resident.group", 0, TEXT("重度残疾人")) : ERR_NONE;
}

static err load_choices(county_sample *s, const sample_person *p, const sample_enrolment *e, int64_t id)
{
    enum { LEAST_RATIO = 60000000 };
    if (e->kind == SAMPLE_FLEXIBLE && e->scheme == SAMPLE_EMPLOYEE_PENSION) {
        TRY(attribute(s, id, "flexible.ratio", LEAST_RATIO, TEXT_NONE));
        TRY(attribute(s, id, "flexible.frequency", 0, TEXT("按月")));
    }
    if (e->scheme == SAMPLE_PUBLIC_PENSION && e->employer_id) {
        sample_employer employer = sample_employer_at(s->sample, e->employer_id);
        TRY(attribute(s, id, "public.full_budget", employer.kind == SAMPLE_GOVERNMENT, TEXT_NONE));
    }
    return e->scheme == SAMPLE_RESIDENT_PENSION ? load_resident_group(s, p, id) : ERR_NONE;
}

/* Who pays medical insurance by oneself has paid since the enrolment. */
static err load_own_medical(county_sample *s, const sample_enrolment *e, int64_t id)
{
    if (e->kind != SAMPLE_FLEXIBLE || e->scheme != SAMPLE_EMPLOYEE_MEDICAL) return ERR_NONE;
    int32_t until = e->until_month < s->options.month ? e->until_month : s->options.month;
    registry_spell spell = { .fact = { .subject_id = id, .from = e->from_month, .until = until },
                             .scheme = s->scheme[SAMPLE_EMPLOYEE_MEDICAL], .kind = s->paid,
                             .region = county_region_code(s->options.region) };
    if (e->from_month >= until) return ERR_NONE;
    s->made.spells++;
    return registry_load_say(s->load, REGISTRY_SPELL, &spell);
}

static err load_enrolment(block_load *l, const sample_person *p, const sample_enrolment *e, int64_t id)
{
    county_sample *s = l->s;
    registry_enrolment said = {
        .fact = { .subject_id = id, .from = day_of(e->from_month), .until = day_of(e->until_month) },
        .scheme = s->scheme[e->scheme], .employer_id = employer_of(s, e->employer_id),
        .standing = s->standing[e->kind], .region = county_region_code(s->options.region),
        .base_fen = e->wage_fen, .tier = e->tier_fen,
    };
    s->made.enrolments++;
    if (e->until_month == SAMPLE_OPEN && e->kind != SAMPLE_RETIRED) s->insured_count[e->scheme]++;
    TRY(registry_load_say(s->load, REGISTRY_ENROLMENT, &said));
    TRY(load_own_medical(s, e, id));
    return load_choices(s, p, e, id);
}

/* ---- careers ---- */

static err say_spell(county_sample *s, const registry_spell *spell)
{
    s->made.spells++;
    return registry_load_say(s->load, REGISTRY_SPELL, spell);
}

/* Months of one line paid on the same bill, a span a job: the base stands in the pension's. */
static err line_of_bill(county_sample *s, const registry_spell *job, sample_scheme line, int32_t since)
{
    registry_spell spell = *job;
    spell.scheme = s->scheme[line];
    spell.base_fen = 0;
    if (spell.fact.from < since) spell.fact.from = since;
    return spell.fact.from < spell.fact.until ? say_spell(s, &spell) : ERR_NONE;
}

static err lines_of_bill(county_sample *s, const registry_spell *job)
{
    if (job->fact.from == job->fact.until) return ERR_NONE;
    TRY(line_of_bill(s, job, SAMPLE_EMPLOYEE_MEDICAL, MEDICAL_FROM_MONTH));
    if (job->scheme != s->scheme[SAMPLE_EMPLOYEE_PENSION]) return ERR_NONE;
    return line_of_bill(s, job, SAMPLE_UNEMPLOYMENT, UNEMPLOYMENT_FROM_MONTH);
}

static err load_spells(block_load *l, const sample_spell *spells, size_t count, int64_t id)
{
    county_sample *s = l->s;
    registry_spell job = { 0 };
    for (size_t i = 0; i < count; i++) {
        const sample_spell *sp = &spells[i];
        registry_spell said = {
            .fact = { .subject_id = id, .from = sp->from_month, .until = month_of(sp->until_month) },
            .scheme = s->scheme[sp->scheme], .employer_id = employer_of(s, sp->employer_id),
            .kind = sp->is_deemed ? s->deemed : s->paid, .region = place_code(sp->place),
            .base_fen = sp->base_fen,
        };
        TRY(say_spell(s, &said));
        if (sp->kind != SAMPLE_EMPLOYEE || sp->is_deemed || sp->place) continue;
        bool goes_on = job.fact.until == said.fact.from && job.employer_id == said.employer_id &&
                       job.scheme == said.scheme;
        if (goes_on) {
            job.fact.until = said.fact.until;
            continue;
        }
        TRY(lines_of_bill(s, &job));
        job = said;
    }
    return lines_of_bill(s, &job);
}

/* ---- what is paid ---- */

static int64_t months_before(const sample_spell *spells, size_t count, uint8_t scheme, int32_t month)
{
    int64_t months = 0;
    for (size_t i = 0; i < count; i++) {
        int32_t until = spells[i].until_month < month ? spells[i].until_month : month;
        if (spells[i].scheme == scheme && until > spells[i].from_month) months += until - spells[i].from_month;
    }
    return months;
}

static err load_pensioner(county_sample *s, const sample_person *p, const sample_benefit *b, int64_t id,
                          const sample_spell *spells, size_t spell_count)
{
    bool is_public = b->kind == SAMPLE_PAID_PUBLIC_PENSION;
    uint8_t scheme = is_public ? SAMPLE_PUBLIC_PENSION : SAMPLE_EMPLOYEE_PENSION;
    if (p->work_from_month != SAMPLE_UNKNOWN)
        TRY(attribute(s, id, "pension.work_began", day_of(p->work_from_month), TEXT_NONE));
    TRY(attribute(s, id, "pension.retired_on", day_of(b->from_month), TEXT_NONE));
    TRY(attribute(s, id, "pension.unit", 0, is_public ? TEXT("机关事业退休") : TEXT("企业退休")));
    TRY(attribute(s, id, "pension.was_farmer", 0, TEXT_NONE));
    return attribute(s, id, "pension.months_counted",
                     months_before(spells, spell_count, scheme, b->from_month), TEXT_NONE);
}

static err load_jobless(county_sample *s, const sample_benefit *b, int64_t id)
{
    TRY(attribute(s, id, "unemployment.since", day_of(b->from_month), TEXT_NONE));
    TRY(attribute(s, id, "unemployment.months_left", 0, TEXT_NONE));
    TRY(attribute(s, id, "unemployment.involuntary", 1, TEXT_NONE));
    TRY(attribute(s, id, "unemployment.is_seeking", 1, TEXT_NONE));
    return attribute(s, id, "unemployment.still_out", 1, TEXT_NONE);
}

static err load_benefit(county_sample *s, const sample_person *p, const sample_benefit *b, int64_t id,
                        const sample_spell *spells, size_t spell_count)
{
    registry_benefit said = {
        .fact = { .subject_id = id, .from = b->from_month, .until = month_of(b->until_month) },
        .benefit = s->benefit[b->kind], .state = REGISTRY_PAYING, .amount_fen = b->amount_fen,
        .region = county_region_code(s->options.region),
    };
    s->made.benefits++;
    if (b->until_month == SAMPLE_OPEN) s->benefit_fen[b->kind] += b->amount_fen;
    TRY(registry_load_say(s->load, REGISTRY_BENEFIT, &said));
    if (b->kind == SAMPLE_PAID_EMPLOYEE_PENSION || b->kind == SAMPLE_PAID_PUBLIC_PENSION)
        return load_pensioner(s, p, b, id, spells, spell_count);
    return b->kind == SAMPLE_PAID_UNEMPLOYMENT ? load_jobless(s, b, id) : ERR_NONE;
}

static err load_account(block_load *l, const sample_person *p, const sample_account *a, int64_t id)
{
    registry_account said = { .fact = { .subject_id = id, .from = REGISTRY_EVER, .until = REGISTRY_OPEN },
                              .number.plain = text_of(a->number), .holder = text_of(p->name) };
    TRY(county_word_of(l->s->office, sample_word(SAMPLE_LIST_BANK, a->bank), &said.bank));
    l->s->made.accounts++;
    return registry_load_say(l->s->load, REGISTRY_ACCOUNT, &said);
}

/* ---- rows of a block, which all come in order of people ---- */

typedef struct {
    size_t household, enrolment, spell, benefit;
} places;

static places rows_until(const sample_block *b, places at, int64_t person_id)
{
    while (at.enrolment < b->enrolment_count && b->enrolments[at.enrolment].person_id == person_id) at.enrolment++;
    while (at.spell < b->spell_count && b->spells[at.spell].person_id == person_id) at.spell++;
    while (at.benefit < b->benefit_count && b->benefits[at.benefit].person_id == person_id) at.benefit++;
    return at;
}

static err load_rows(block_load *l, size_t place, places from, places until)
{
    county_sample *s = l->s;
    const sample_block *b = l->b;
    const sample_person *p = &b->persons[place];
    const sample_spell *spells = b->spells + from.spell;
    size_t spell_count = until.spell - from.spell;
    int64_t id = l->person_ids[place];
    bool has_career = spell_count > 0;
    TRY(load_told(s, p, id));
    for (size_t i = from.enrolment; i < until.enrolment; i++) {
        has_career |= b->enrolments[i].scheme != SAMPLE_RESIDENT_MEDICAL;
        TRY(load_enrolment(l, p, &b->enrolments[i], id));
    }
    TRY(load_spells(l, spells, spell_count, id));
    for (size_t i = from.benefit; i < until.benefit; i++)
        TRY(load_benefit(s, p, &b->benefits[i], id, spells, spell_count));
    county_opening_accounts(s, id, spells, spell_count, b->benefits + from.benefit, until.benefit - from.benefit);
    county_news_rows told = { b->enrolments + from.enrolment, spells, until.enrolment - from.enrolment, spell_count,
                              until.benefit - from.benefit };
    county_news_person(s, p, id, &told);
    if (!has_career) return ERR_NONE;
    return attribute(s, id, "person.category", 0, sample_word(SAMPLE_LIST_WORKER, p->worker));
}

err county_people_block(county_sample *s, arena *scratch, const sample_block *b)
{
    block_load l = { .s = s, .b = b, .scratch = scratch, .numbers = hash_map_open(scratch),
                     .person_ids = ARENA_ARRAY(scratch, int64_t, b->person_count + 1),
                     .household_ids = ARENA_ARRAY(scratch, int64_t, b->household_count + 1) };
    places at = { 0 };
    TRY(load_households(&l));
    for (size_t i = 0, account = 0; i < b->person_count; i++) {
        TRY(load_person(&l, i));
        /* At once: what is sealed of one person is sealed under one key, which is costly to set. */
        for (; account < b->account_count && b->accounts[account].person_id == b->persons[i].person_id; account++)
            TRY(load_account(&l, &b->persons[i], &b->accounts[account], l.person_ids[i]));
    }
    for (size_t i = 0; i < b->person_count; i++) {
        while (at.household + 1 < b->household_count &&
               b->households[at.household + 1].household_id <= b->persons[i].household_id)
            at.household++;
        TRY(load_member(&l, i, at.household));
        places until = rows_until(b, at, b->persons[i].person_id);
        TRY(load_rows(&l, i, at, until));
        at = until;
    }
    return ERR_NONE;
}
