/* The registry beside the survey: who lives in a household, and what stands in the cells that the form shares with it. */
#include "calendar/calendar.h"
#include "service/record_rows.h"
#include "service/surveys.h"

const err_kind SURVEYS_NOT_YOURS = {
    "surveys.not_yours", ERR_FORBIDDEN, "The household {} is not in this round, or not in your township; the office assigns it (doudi survey assign).",
    "家庭 {} 不在本轮调查中，或不在您的管辖范围；由县级分派（doudi survey assign）。"
};

err surveys_visit_of(surveys *s, int64_t household_id, survey_visit *visit)
{
    survey_visit *visits;
    size_t count;
    TRY(survey_visits(s->office->memory, s->book, s->round.round_id, &visits, &count));
    for (size_t i = 0; i < count; i++) {
        *visit = visits[i];
        if (visits[i].household_id == household_id && scope_has_place(s->span, visits[i].region)) return ERR_NONE;
    }
    return err_of(&SURVEYS_NOT_YOURS, text_format(s->call->request, "%lld", (long long)household_id).bytes);
}

err surveys_household(surveys *s, int64_t household_id, registry_household *household)
{
    registry_record record;
    TRY(registry_record_who(s->office->memory, s->people, household_id, &record));
    size_t count = record.kind == REGISTRY_HOUSEHOLD ? record.count[REGISTRY_HOUSEHOLD] : 0;
    if (!count) return err_of(&REGISTRY_NOT_FOUND, text_format(s->call->request, "%lld", (long long)household_id).bytes);
    *household = ((const registry_household *)record.facts[REGISTRY_HOUSEHOLD])[count - 1];
    return ERR_NONE;
}

static bool holds(const registry_fact *fact, int64_t day)
{
    return !fact->is_void && fact->from <= day && day < fact->until;
}

/* Which pension somebody is in, in the words of the form. */
static err pension_of(surveys *s, const registry_record *record, int64_t day, text *word)
{
    const registry_enrolment *enrolments = record->facts[REGISTRY_ENROLMENT];
    *word = TEXT("");
    for (size_t i = 0; i < record->count[REGISTRY_ENROLMENT]; i++) {
        text scheme;
        if (!holds(&enrolments[i].fact, day)) continue;
        TRY(county_word_text(s->office, enrolments[i].scheme, &scheme));
        bool is_employee = text_equal_cstr(scheme, "employee_pension") || text_equal_cstr(scheme, "public_pension");
        if (is_employee) *word = SURVEYS_IN_EMPLOYEE;
        else if (text_equal_cstr(scheme, "resident_pension") && !word->size_bytes) *word = TEXT("参加居民养老");
    }
    return ERR_NONE;
}

/* A word of the registry that somebody has today; empty: none. */
static err attribute_of(surveys *s, const registry_record *record, text name, int64_t day, text *word)
{
    int64_t id;
    const registry_attribute *told = record->facts[REGISTRY_ATTRIBUTE];
    *word = TEXT("");
    TRY(registry_word_find(s->people, name, &id));
    for (size_t i = 0; id && i < record->count[REGISTRY_ATTRIBUTE]; i++)
        if (told[i].name == id && holds(&told[i].fact, day)) *word = told[i].note;
    return ERR_NONE;
}

static err fill_member(surveys *s, int64_t person_id, const registry_record *record, surveys_member *m)
{
    const registry_person *people = record->facts[REGISTRY_PERSON];
    registry_person p = people[record->count[REGISTRY_PERSON] - 1];
    record_view view = { .office = s->office };
    *m = (surveys_member){ .person_id = person_id, .name = p.name, .sex = p.sex, .birth_day = p.birth_day };
    TRY(attribute_of(s, record, TEXT("person.category"), s->call->office->settings.today_day, &m->category));
    TRY(record_secret(&view, person_id, &p.number, &m->number));
    TRY(record_secret(&view, person_id, &p.phone, &m->phone));
    return pension_of(s, record, s->call->office->settings.today_day, &m->enrolled);
}

err surveys_member_of(surveys *s, int64_t person_id, surveys_member *member)
{
    registry_record record;
    TRY(registry_record_read(s->office->memory, s->people, person_id, REGISTRY_NOW, &record));
    if (record.kind != REGISTRY_PERSON || !record.count[REGISTRY_PERSON])
        return err_of(&REGISTRY_NOT_FOUND, text_format(s->call->request, "%lld", (long long)person_id).bytes);
    return fill_member(s, person_id, &record, member);
}

static bool has_died(const registry_record *record, int64_t death)
{
    const registry_attribute *told = record->facts[REGISTRY_ATTRIBUTE];
    for (size_t i = 0; death && i < record->count[REGISTRY_ATTRIBUTE]; i++)
        if (told[i].name == death && !told[i].fact.is_void) return true;
    return false;
}

err surveys_members(surveys *s, int64_t household_id, surveys_member **members, size_t *count)
{
    arena *a = s->office->memory;
    int64_t *ids, death, day = s->call->office->settings.today_day;
    size_t id_count, capacity = 0;
    *members = NULL;
    *count = 0;
    TRY(registry_word_find(s->people, TEXT("person.death_day"), &death));
    TRY(registry_find_members(a, s->people, household_id, &ids, &id_count));
    for (size_t i = 0; i < id_count; i++) {
        registry_record record;
        surveys_member one;
        bool is_here = false;
        TRY(registry_record_read(a, s->people, ids[i], REGISTRY_NOW, &record));
        const registry_member *of = record.facts[REGISTRY_MEMBER];
        for (size_t m = 0; m < record.count[REGISTRY_MEMBER]; m++) is_here |= holds(&of[m].fact, day) && of[m].household_id == household_id;
        if (!is_here || has_died(&record, death)) continue;
        TRY(fill_member(s, ids[i], &record, &one));
        ARENA_PUSH(a, *members, *count, capacity, one);
    }
    return ERR_NONE;
}

err surveys_registry_now(surveys *s, int64_t household_id, text subject, const survey_question *question, text *now)
{
    int64_t person_id;
    *now = TEXT("");
    if (!question->registry.size_bytes || !survey_is_subject(subject, &person_id)) return ERR_NONE;
    if (text_equal(question->registry, SURVEYS_ADDRESS)) {
        registry_household household;
        TRY(surveys_household(s, household_id, &household));
        *now = household.address;
    } else if (person_id) {
        surveys_member member;
        TRY(surveys_member_of(s, person_id, &member));
        *now = member.phone;
    }
    return ERR_NONE;
}

static err person_now(surveys *s, int64_t person_id, registry_person *person)
{
    registry_record record;
    TRY(registry_record_who(s->office->memory, s->people, person_id, &record));
    size_t count = record.kind == REGISTRY_PERSON ? record.count[REGISTRY_PERSON] : 0;
    if (!count) return err_of(&REGISTRY_NOT_FOUND, text_format(s->call->request, "%lld", (long long)person_id).bytes);
    *person = ((const registry_person *)record.facts[REGISTRY_PERSON])[count - 1];
    return ERR_NONE;
}

err surveys_is_registered(surveys *s, int64_t household_id, text subject, const survey_question *question, text value, bool *is_so)
{
    int64_t person_id;
    registry_person person;
    registry_household household;
    *is_so = false;
    if (!survey_is_subject(subject, &person_id)) return ERR_NONE;
    if (text_equal(question->registry, SURVEYS_ADDRESS)) {
        TRY(surveys_household(s, household_id, &household));
        *is_so = text_equal(household.address, value);
        return ERR_NONE;
    }
    if (!person_id) return ERR_NONE; /* a newcomer has no cell yet */
    TRY(person_now(s, person_id, &person));
    if (!person.phone.key) {
        *is_so = !value.size_bytes;
        return ERR_NONE;
    }
    TRY(registry_reveal(s->office->memory, s->people, person_id, &person.phone));
    *is_so = text_equal(person.phone.plain, value);
    return ERR_NONE;
}

err surveys_register(surveys *s, int64_t household_id, text subject, const survey_question *question, text value)
{
    int64_t person_id, changed;
    registry_person person;
    registry_household household;
    registry_act act = { .known_ms = s->office->now_ms, .actor_id = s->office->actor_id,
                         .why = service_text_of(s->call, "why", text_of(s->call->op->name)) };
    if (!survey_is_subject(subject, &person_id)) return ERR_NONE;
    if (text_equal(question->registry, SURVEYS_ADDRESS)) {
        TRY(surveys_household(s, household_id, &household));
        household.address = value;
        household.fact.from = s->call->office->settings.today_day;
        return registry_say(s->people, &act, "household_surveyed", REGISTRY_HOUSEHOLD, &household, 1, &changed);
    }
    TRY(person_now(s, person_id, &person));
    person.phone = (registry_secret){ .plain = value };
    person.fact.from = s->call->office->settings.today_day;
    return registry_say(s->people, &act, "person_surveyed", REGISTRY_PERSON, &person, 1, &changed);
}

err surveys_who(surveys *s, int64_t household_id, text subject, text *who)
{
    int64_t person_id;
    surveys_member member;
    surveys_cell *cells;
    size_t count;
    *who = text_of(service_say(s->call, "the household", "本户"));
    if (!survey_is_subject(subject, &person_id) || text_equal_cstr(subject, "h")) return ERR_NONE;
    if (person_id) {
        TRY(surveys_member_of(s, person_id, &member));
        *who = member.name;
        return ERR_NONE;
    }
    *who = text_of(service_say(s->call, "somebody new", "新发现人员"));
    const survey_question *name = survey_question_for(&s->form, SURVEYS_NAME);
    if (!name) return ERR_NONE;
    TRY(surveys_cells(s, household_id, name->name, &cells, &count));
    for (size_t i = 0; i < count; i++)
        if (text_equal(cells[i].subject, subject) && cells[i].words[0].value.size_bytes) *who = cells[i].words[0].value;
    return ERR_NONE;
}
