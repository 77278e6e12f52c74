#include <string.h>

#include "calendar/calendar.h"
#include "service/roster_internal.h"

/* ---- of the person ---- */

static const registry_person *person_of(const roster_lane *lane)
{
    return lane->row->subject;
}

static bool birth_day(const roster_reading *r, const roster_lane *lane, int64_t *value, text *word)
{
    (void)r, (void)word;
    *value = person_of(lane)->birth_day;
    return *value != 0;
}

static bool age(const roster_reading *r, const roster_lane *lane, int64_t *value, text *word)
{
    if (!birth_day(r, lane, value, word)) return false;
    *value = calendar_full_years_between((int32_t)*value, lane->day);
    return *value >= 0;
}

static bool birth_month(const roster_reading *r, const roster_lane *lane, int64_t *value, text *word)
{
    if (!birth_day(r, lane, value, word)) return false;
    *value = calendar_month_of_day((int32_t)*value);
    return true;
}

static bool sex(const roster_reading *r, const roster_lane *lane, int64_t *value, text *word)
{
    static const char *const SEXES[] = { "", "男", "女" };
    (void)r;
    *value = person_of(lane)->sex;
    if (*value != 1 && *value != 2) return false;
    *word = text_of(SEXES[*value]);
    return true;
}

/* ---- attributes: told by departments, each by the name of its fact ---- */

const registry_attribute *roster_attribute(const registry_attribute *list, size_t count, int64_t name)
{
    for (size_t i = 0; name && i < count; i++)
        if (list[i].name == name) return &list[i];
    return NULL;
}

static bool attribute(const roster_reading *r, const roster_lane *lane, int64_t *value, text *word)
{
    const registry_attribute *told =
        roster_attribute(lane->row->attributes, lane->row->attribute_count, r->attribute);
    if (!told) return false;
    *value = told->value;
    *word = told->note;
    return true;
}

/* A list on which a person stands or does not: who is not on it, of whom it is not so. */
static bool flag(const roster_reading *r, const roster_lane *lane, int64_t *value, text *word)
{
    *value = 0;
    if (attribute(r, lane, value, word)) *value = *value != 0;
    return true;
}

/* Who stands on no list is told by the word for that, the fact's own in FACTS. */
static bool listed(const roster_reading *r, const roster_lane *lane, int64_t *value, text *word)
{
    if (!attribute(r, lane, value, word)) *word = text_of(r->otherwise);
    return true;
}

/* Told by the fact's own word of all men, who are of one category; of women the office must be told. */
static bool category(const roster_reading *r, const roster_lane *lane, int64_t *value, text *word)
{
    if (attribute(r, lane, value, word)) return true;
    *word = text_of(r->otherwise);
    return person_of(lane)->sex == 1;
}

/* On a list of those in need; who was lifted out of it is not. */
static bool in_need(const roster_reading *r, const roster_lane *lane, int64_t *value, text *word)
{
    roster_reading group = *r;
    text told = TEXT_NONE;
    (void)word;
    group.attribute = r->words[0];
    *value = attribute(&group, lane, value, &told) && told.size_bytes;
    for (size_t i = 1; i < r->word_count && r->said[i]; i++)
        if (text_equal_cstr(told, r->said[i])) *value = 0;
    return true;
}

/* The attribute of the first word says the second. */
static bool is_said(const roster_reading *r, const roster_lane *lane, int64_t *value, text *word)
{
    roster_reading list = *r;
    text told = TEXT_NONE;
    (void)word;
    list.attribute = r->words[0];
    *value = attribute(&list, lane, value, &told) && text_equal_cstr(told, r->said[1]);
    return true;
}

/* Whose household is registered in the office's own region, where nobody told otherwise. */
static bool local(const roster_reading *r, const roster_lane *lane, int64_t *value, text *word)
{
    if (attribute(r, lane, value, word)) {
        *value = *value != 0;
        return true;
    }
    enum { COUNTY_DIGITS = 1000000 };
    int64_t registered = person_of(lane)->hukou_region;
    while (registered >= COUNTY_DIGITS) registered /= 1000; /* of a town or village: down to its county */
    *value = registered == lane->office_region;
    return registered && lane->office_region;
}

static bool month_of_attribute(const roster_reading *r, const roster_lane *lane, int64_t *value,
                               text *word)
{
    roster_reading day = *r;
    day.attribute = r->words[0];
    if (!attribute(&day, lane, value, word) || !calendar_is_day(*value)) return false;
    *value = calendar_month_of_day((int32_t)*value);
    return true;
}

static bool year_of_attribute(const roster_reading *r, const roster_lane *lane, int64_t *value, text *word)
{
    if (!month_of_attribute(r, lane, value, word)) return false;
    *value = calendar_year_of_month((int32_t)*value);
    return true;
}

static bool employer_attribute(const roster_reading *r, const roster_lane *lane, int64_t *value,
                               text *word)
{
    const roster_employer *e = lane->employer;
    const registry_attribute *told =
        e ? roster_attribute(e->attributes, e->attribute_count, r->attribute) : NULL;
    if (!told) return false;
    *value = told->value;
    *word = told->note;
    return true;
}

static bool industry(const roster_reading *r, const roster_lane *lane, int64_t *value, text *word)
{
    (void)r, (void)value;
    if (!lane->employer || !lane->employer->industry) return false;
    *word = text_of(lane->employer->industry);
    return true;
}

/* ---- enrolments ---- */

static bool has_word(const roster_reading *r, int64_t word)
{
    for (size_t i = 0; word && i < r->word_count; i++)
        if (r->words[i] == word) return true;
    return false;
}

/* Of the employment a lane stands for, or of all where it stands for none. */
static bool is_of_lane(const registry_enrolment *e, const roster_lane *lane)
{
    return !lane->employer_id || e->employer_id == lane->employer_id;
}

static bool enrolled(const roster_reading *r, const roster_lane *lane, int64_t *value, text *word)
{
    (void)word;
    *value = 0;
    for (size_t i = 0; i < lane->row->enrolment_count; i++) {
        const registry_enrolment *e = &lane->row->enrolments[i];
        if (is_of_lane(e, lane) && has_word(r, e->scheme)) *value = 1;
    }
    return true;
}

static bool by_employer(const roster_reading *r, const roster_lane *lane, int64_t *value, text *word)
{
    (void)word;
    *value = 0;
    for (size_t i = 0; i < lane->row->enrolment_count; i++)
        if (lane->row->enrolments[i].employer_id && has_word(r, lane->row->enrolments[i].scheme)) *value = 1;
    return true;
}

static bool standing(const roster_reading *r, const roster_lane *lane, int64_t *value, text *word)
{
    (void)word;
    *value = 0;
    for (size_t i = 0; i < lane->row->enrolment_count; i++)
        if (has_word(r, lane->row->enrolments[i].standing)) *value = 1;
    return true;
}

/* The base declared in the schemes named, else in any: one bill has one base. */
static bool wage(const roster_reading *r, const roster_lane *lane, int64_t *value, text *word)
{
    (void)word;
    *value = 0;
    for (size_t i = 0; i < lane->row->enrolment_count; i++) {
        const registry_enrolment *e = &lane->row->enrolments[i];
        if (!is_of_lane(e, lane) || !e->base_fen) continue;
        if (r->word_count && !has_word(r, e->scheme)) continue;
        *value = e->base_fen;
        return true;
    }
    return false;
}

static bool tier(const roster_reading *r, const roster_lane *lane, int64_t *value, text *word)
{
    (void)word;
    for (size_t i = 0; i < lane->row->enrolment_count; i++) {
        const registry_enrolment *e = &lane->row->enrolments[i];
        if (!has_word(r, e->scheme) || !e->tier) continue;
        *value = e->tier;
        return true;
    }
    return false;
}

/* ---- benefits ---- */

static const registry_benefit *benefit_of(const roster_reading *r, const roster_lane *lane,
                                          registry_benefit_state state)
{
    for (size_t i = 0; i < lane->row->benefit_count; i++) {
        const registry_benefit *b = &lane->row->benefits[i];
        bool is_meant = r->word_count == 0 || has_word(r, b->benefit);
        if (is_meant && b->state == (int64_t)state) return b;
    }
    return NULL;
}

static bool paid(const roster_reading *r, const roster_lane *lane, int64_t *value, text *word)
{
    (void)word;
    *value = benefit_of(r, lane, REGISTRY_PAYING) != NULL;
    return true;
}

static bool suspended(const roster_reading *r, const roster_lane *lane, int64_t *value, text *word)
{
    (void)word;
    *value = benefit_of(r, lane, REGISTRY_SUSPENDED) != NULL;
    return true;
}

static bool amount(const roster_reading *r, const roster_lane *lane, int64_t *value, text *word)
{
    (void)word;
    const registry_benefit *b = benefit_of(r, lane, REGISTRY_PAYING);
    if (!b) return false;
    *value = b->amount_fen;
    return true;
}

/* All that is paid of the benefits named, or of any: nothing is 0. */
static bool amounts(const roster_reading *r, const roster_lane *lane, int64_t *value, text *word)
{
    (void)word;
    *value = 0;
    for (size_t i = 0; i < lane->row->benefit_count; i++) {
        const registry_benefit *b = &lane->row->benefits[i];
        bool is_meant = r->word_count == 0 || has_word(r, b->benefit);
        if (is_meant && b->state == REGISTRY_PAYING) *value += b->amount_fen;
    }
    return true;
}

static bool paid_month(const roster_reading *r, const roster_lane *lane, int64_t *value, text *word)
{
    (void)word;
    *value = lane->month;
    return benefit_of(r, lane, REGISTRY_PAYING) != NULL;
}

/* ---- spells: words are the kind of months, then the schemes ---- */

static bool is_spell_of(const roster_reading *r, const registry_spell *s)
{
    if (s->kind != r->words[0]) return false;
    for (size_t i = 1; i < r->word_count; i++)
        if (r->words[i] == s->scheme) return true;
    return false;
}

static int64_t months_until(const registry_spell *s, int64_t month)
{
    int64_t until = s->fact.until < month ? s->fact.until : month;
    return until > s->fact.from ? until - s->fact.from : 0;
}

static bool months(const roster_reading *r, const roster_lane *lane, int64_t *value, text *word)
{
    (void)word;
    *value = 0;
    for (size_t i = 0; i < lane->row->spell_count; i++) {
        const registry_spell *s = &lane->row->spells[i];
        if (is_spell_of(r, s)) *value += months_until(s, lane->month);
    }
    return true;
}

/* Calendar years in which something was paid. Spells come in order of months. */
static bool years(const roster_reading *r, const roster_lane *lane, int64_t *value, text *word)
{
    (void)word;
    int64_t last = INT64_MIN;
    *value = 0;
    for (size_t i = 0; i < lane->row->spell_count; i++) {
        const registry_spell *s = &lane->row->spells[i];
        int64_t length = months_until(s, lane->month);
        if (!is_spell_of(r, s) || !length) continue;
        int64_t from = calendar_year_of_month((int32_t)s->fact.from);
        int64_t until = calendar_year_of_month((int32_t)(s->fact.from + length - 1)) + 1;
        if (from <= last) from = last + 1;
        if (until > from) *value += until - from;
        if (until - 1 > last) last = until - 1;
    }
    return true;
}

/* ---- of the day asked ---- */

static bool asked_month(const roster_reading *r, const roster_lane *lane, int64_t *value, text *word)
{
    (void)r, (void)word;
    *value = lane->month;
    return true;
}

static bool asked_year(const roster_reading *r, const roster_lane *lane, int64_t *value, text *word)
{
    (void)r, (void)word;
    *value = calendar_year_of_month(lane->month);
    return true;
}

/* ---- the table ---- */

#define PENSIONS "employee_pension", "public_pension"

static const roster_fact FACTS[] = {
    { "person.birth_day", birth_day, { NULL } },
    { "person.birth_month", birth_month, { NULL } },
    { "person.sex", sex, { NULL } },
    { "person.is_local", local, { NULL } },
    { "person.category", category, { "男职工" } },
    { "person.death_month", month_of_attribute, { "person.death_day" } },
    { "person.retired", standing, { "retired" } },
    { "person.rural_contract", flag, { NULL } },
    { "person.in_prison", flag, { NULL } },
    { "person.is_poor", flag, { NULL } },
    { "person.is_student", flag, { NULL } },
    { "person.permit", flag, { NULL } },
    { "person.age", age, { NULL } },
    { "person.in_hardship", in_need, { "person.group", "无", "脱贫人口" } },
    { "household.on_minimum_living", is_said, { "household.group", "低保对象" } },
    { "insured.pension", enrolled, { PENSIONS } },
    { "enrolled.by_employer", by_employer, { PENSIONS } },
    { "person.deemed_months", months, { "deemed", PENSIONS } },
    { "survivor.other_grant", flag, { NULL } },
    { "dependant.alone", flag, { NULL } },
    { "dependant.remarried", flag, { NULL } },
    { "injury.death_year", year_of_attribute, { "injury.died_on" } },
    { "wage", wage, { NULL } },
    { "public.wage", wage, { "public_pension" } },
    { "enrolled.pension", enrolled, { "employee_pension" } },
    { "enrolled.public", enrolled, { "public_pension" } },
    { "enrolled.medical", enrolled, { "employee_medical" } },
    { "enrolled.unemployment", enrolled, { "unemployment" } },
    { "enrolled.injury", enrolled, { "work_injury" } },
    { "enrolled.maternity", enrolled, { "maternity" } },
    { "medical.months", months, { "paid", "employee_medical" } },
    { "resident.in_pension", enrolled, { "resident_pension" } },
    { "resident.in_medical", enrolled, { "resident_medical" } },
    { "resident.tier", tier, { "resident_pension" } },
    { "resident.group", listed, { "无" } },
    { "resident.years_paid", years, { "paid", "resident_pension" } },
    { "resident.other_pension", paid, { PENSIONS } },
    { "resident.medical_year", asked_year, { NULL } },
    { "allowance.month", asked_month, { NULL } },
    { "pension.pay_month", asked_month, { NULL } },
    { "pension.monthly", amount, { "employee_pension" } },
    { "benefit.any", paid, { PENSIONS, "resident_pension" } },
    { "benefit.employee_pension", paid, { PENSIONS } },
    { "benefit.resident_pension", paid, { "resident_pension" } },
    { "benefit.unemployment", paid, { "unemployment" } },
    { "benefit.suspended", suspended, { PENSIONS, "resident_pension" } },
    { "benefit.last_month", paid_month, { NULL } },
    { "benefit.amount", amounts, { NULL } },
    { "benefit.pension_amount", amounts, { PENSIONS, "resident_pension" } },
    { "benefit.resident_amount", amounts, { "resident_pension" } },
    { "benefit.unemployment_amount", amounts, { "unemployment" } },
    { "employer.trade", industry, { NULL } },
};

static const roster_fact *fact_of(const char *name)
{
    for (size_t i = 0; i < ARRAY_COUNT(FACTS); i++)
        if (strcmp(FACTS[i].name, name) == 0) return &FACTS[i];
    return NULL;
}

err roster_facts_bind(registry *r, const char *name, roster_reading *reading)
{
    bool is_of_employer = text_begins(text_of(name), TEXT("employer."));
    const roster_fact *history = roster_history_find(name), *fact = history ? history : fact_of(name);
    *reading = (roster_reading){ .read = is_of_employer ? employer_attribute : attribute, .needs_record = history != NULL };
    TRY(registry_word_find(r, text_of(name), &reading->attribute));
    if (!fact) return ERR_NONE;
    reading->read = fact->read;
    for (size_t w = 0; w < ROSTER_WORDS_MAX && fact->words[w]; w++)
        TRY(registry_word_find(r, text_of(fact->words[w]), &reading->words[reading->word_count++]));
    for (size_t w = 0; w < ROSTER_WORDS_MAX; w++) reading->said[w] = fact->words[w];
    reading->otherwise = fact->words[0];
    return ERR_NONE;
}

/* What is read of: the facts of the registry behind each way of reading, and of attributes which. */
typedef enum { NAMED_NONE, NAMED_AS_FACT, NAMED_BY_WORD } naming;
static const struct {
    roster_read read;
    uint32_t wants;
    naming attribute;
} WANTS[] = {
    { birth_day, 0, NAMED_NONE },
    { birth_month, 0, NAMED_NONE },
    { age, 0, NAMED_NONE },
    { sex, 0, NAMED_NONE },
    { asked_month, 0, NAMED_NONE },
    { asked_year, 0, NAMED_NONE },
    { employer_attribute, 0, NAMED_NONE },
    { industry, 0, NAMED_NONE },
    { attribute, 1u << REGISTRY_ATTRIBUTE, NAMED_AS_FACT },
    { flag, 1u << REGISTRY_ATTRIBUTE, NAMED_AS_FACT },
    { listed, 1u << REGISTRY_ATTRIBUTE, NAMED_AS_FACT },
    { category, 1u << REGISTRY_ATTRIBUTE, NAMED_AS_FACT },
    { local, 1u << REGISTRY_ATTRIBUTE, NAMED_AS_FACT },
    { in_need, 1u << REGISTRY_ATTRIBUTE, NAMED_BY_WORD },
    { is_said, 1u << REGISTRY_ATTRIBUTE, NAMED_BY_WORD },
    { month_of_attribute, 1u << REGISTRY_ATTRIBUTE, NAMED_BY_WORD },
    { year_of_attribute, 1u << REGISTRY_ATTRIBUTE, NAMED_BY_WORD },
    { enrolled, 1u << REGISTRY_ENROLMENT, NAMED_NONE },
    { by_employer, 1u << REGISTRY_ENROLMENT, NAMED_NONE },
    { standing, 1u << REGISTRY_ENROLMENT, NAMED_NONE },
    { wage, 1u << REGISTRY_ENROLMENT, NAMED_NONE },
    { tier, 1u << REGISTRY_ENROLMENT, NAMED_NONE },
    { paid, 1u << REGISTRY_BENEFIT, NAMED_NONE },
    { suspended, 1u << REGISTRY_BENEFIT, NAMED_NONE },
    { amount, 1u << REGISTRY_BENEFIT, NAMED_NONE },
    { amounts, 1u << REGISTRY_BENEFIT, NAMED_NONE },
    { paid_month, 1u << REGISTRY_BENEFIT, NAMED_NONE },
    { months, 1u << REGISTRY_SPELL, NAMED_NONE },
    { years, 1u << REGISTRY_SPELL, NAMED_NONE },
};

uint32_t roster_facts_wants(const roster_reading *reading, int64_t *attribute_name)
{
    *attribute_name = 0;
    for (size_t i = 0; i < ARRAY_COUNT(WANTS); i++) {
        if (WANTS[i].read != reading->read) continue;
        if (WANTS[i].attribute == NAMED_AS_FACT) *attribute_name = reading->attribute;
        if (WANTS[i].attribute == NAMED_BY_WORD) *attribute_name = reading->words[0];
        return WANTS[i].wants;
    }
    return ROSTER_WANTS_ALL; /* what was so before: all that is known of the person */
}

bool roster_facts_is_of_subject(const roster_reading *reading)
{
    int64_t name;
    bool is_of_employer = reading->read == employer_attribute || reading->read == industry;
    return !roster_facts_wants(reading, &name) && !is_of_employer;
}
