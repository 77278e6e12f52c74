/* Facts of what was so before: what somebody has drawn, since when they are out of work, what they were
 * when they died. Read of the subject's whole record, over all spans. */
#include <string.h>

#include "calendar/calendar.h"
#include "service/roster_internal.h"

/* ---- what was paid ---- */

static const registry_benefit *benefits_of(const roster_lane *lane, size_t *count)
{
    *count = lane->record->count[REGISTRY_BENEFIT];
    return lane->record->facts[REGISTRY_BENEFIT];
}

static bool is_one_of(const roster_reading *r, int64_t word)
{
    for (size_t i = 0; word && i < r->word_count; i++)
        if (r->words[i] == word) return true;
    return false;
}

/* Months in [from, until) in which one of the reading's benefits was paid. */
static int64_t months_paid(const roster_reading *r, const roster_lane *lane, int64_t from, int64_t until)
{
    size_t count;
    int64_t months = 0;
    const registry_benefit *benefits = benefits_of(lane, &count);
    for (size_t i = 0; i < count; i++) {
        const registry_benefit *b = &benefits[i];
        int64_t since = b->fact.from > from ? b->fact.from : from;
        int64_t end = b->fact.until < until ? b->fact.until : until;
        if (b->state == REGISTRY_PAYING && is_one_of(r, b->benefit) && end > since) months += end - since;
    }
    return months;
}

/* ---- attributes ---- */

static bool told(const roster_lane *lane, int64_t name, int64_t *value)
{
    const registry_attribute *a = roster_attribute(lane->row->attributes, lane->row->attribute_count, name);
    if (a) *value = a->value;
    return a != NULL;
}

/* The month of a day told as the attribute `name`; REGISTRY_EVER when nobody told it. */
static int64_t month_told(const roster_lane *lane, int64_t name)
{
    int64_t day = 0;
    if (!told(lane, name, &day) || !calendar_is_day(day)) return REGISTRY_EVER;
    return calendar_month_of_day((int32_t)day);
}

/* ---- out of work: words are the benefit and the attribute that says since when ---- */

/* Since the spell began, the month whose facts hold among them, and what was told of months before these books. */
static bool months_drawn(const roster_reading *r, const roster_lane *lane, int64_t *value, text *word)
{
    int64_t before = 0;
    (void)word;
    (void)told(lane, r->attribute, &before);
    *value = before + months_paid(r, lane, month_told(lane, r->words[1]), lane->known_month + 1);
    return true;
}

/* The first month behind all that was drawn in an earlier spell. */
static int64_t drawn_until(const roster_reading *r, const roster_lane *lane, int64_t since)
{
    size_t count;
    int64_t until = REGISTRY_EVER;
    const registry_benefit *benefits = benefits_of(lane, &count);
    for (size_t i = 0; i < count; i++) {
        const registry_benefit *b = &benefits[i];
        if (b->benefit != r->words[0] || b->state != REGISTRY_PAYING || b->fact.from >= since) continue;
        int64_t end = b->fact.until < since ? b->fact.until : since;
        if (end > until) until = end;
    }
    return until;
}

/* Months paid since the last spell was drawn: 再次失业的，缴费时间重新计算. Words: the benefit, which is also
 * the line of insurance; the attribute that says since when; paid. */
static bool months_paid_in(const roster_reading *r, const roster_lane *lane, int64_t *value, text *word)
{
    int64_t since = month_told(lane, r->words[1]), from = drawn_until(r, lane, since);
    (void)word;
    if (told(lane, r->attribute, value)) return true;
    *value = 0;
    for (size_t i = 0; i < lane->row->spell_count; i++) {
        const registry_spell *s = &lane->row->spells[i];
        int64_t begins = s->fact.from > from ? s->fact.from : from;
        int64_t end = s->fact.until < lane->known_month ? s->fact.until : lane->known_month;
        if (s->scheme == r->words[0] && s->kind == r->words[2] && end > begins) *value += end - begins;
    }
    return true;
}

/* ---- the dead: words are the day of death, then pensions ---- */

static int64_t month_of_death(const roster_reading *r, const roster_lane *lane)
{
    int64_t month = month_told(lane, r->words[0]);
    return month == REGISTRY_EVER ? lane->month : month;
}

static bool months_of_pension(const roster_reading *r, const roster_lane *lane, int64_t *value, text *word)
{
    int64_t before = 0;
    (void)word;
    (void)told(lane, r->attribute, &before);
    *value = before + months_paid(r, lane, REGISTRY_EVER, month_of_death(r, lane) + 1);
    return true;
}

/* Retired is who had come to a pension before the month of death was over. */
static bool state_at_death(const roster_reading *r, const roster_lane *lane, int64_t *value, text *word)
{
    static const char RETIRED[] = "退休", WORKING[] = "在职";
    size_t count;
    int64_t month = month_of_death(r, lane);
    const registry_attribute *a = roster_attribute(lane->row->attributes, lane->row->attribute_count, r->attribute);
    (void)value;
    if (a) {
        *word = a->note;
        return true;
    }
    *word = text_of(WORKING);
    const registry_benefit *benefits = benefits_of(lane, &count);
    for (size_t i = 0; i < count; i++) {
        bool is_drawn = benefits[i].state == REGISTRY_PAYING || benefits[i].state == REGISTRY_SUSPENDED;
        if (is_drawn && is_one_of(r, benefits[i].benefit) && benefits[i].fact.from <= month) *word = text_of(RETIRED);
    }
    return true;
}

/* Drew the public sector's pension, or was in it on the day of death. Words: the day, and the scheme. */
static bool was_public(const roster_reading *r, const roster_lane *lane, int64_t *value, text *word)
{
    size_t count;
    int64_t day = lane->day;
    (void)word;
    (void)told(lane, r->words[0], &day);
    const registry_benefit *benefits = benefits_of(lane, &count);
    const registry_enrolment *enrolments = lane->record->facts[REGISTRY_ENROLMENT];
    *value = 0;
    for (size_t i = 0; i < count; i++) *value |= r->words[1] && benefits[i].benefit == r->words[1];
    for (size_t i = 0; i < lane->record->count[REGISTRY_ENROLMENT]; i++) {
        const registry_enrolment *e = &enrolments[i];
        *value |= r->words[1] && e->scheme == r->words[1] && e->fact.from <= day && e->fact.until >= day;
    }
    return true;
}

static const roster_fact HISTORY[] = {
    { "pension.is_public", was_public, { "person.death_day", "public_pension" } },
    { "unemployment.months_drawn", months_drawn, { "unemployment", "unemployment.since" } },
    { "unemployment.months", months_paid_in, { "unemployment", "unemployment.since", "paid" } },
    { "pension.months_drawn", months_of_pension, { "person.death_day", "employee_pension", "public_pension" } },
    { "person.status", state_at_death, { "person.death_day", "employee_pension", "public_pension" } },
};

const roster_fact *roster_history_find(const char *name)
{
    for (size_t i = 0; i < ARRAY_COUNT(HISTORY); i++)
        if (strcmp(HISTORY[i].name, name) == 0) return &HISTORY[i];
    return NULL;
}
