/* How many people employers insured at an earlier month's end: facts employer.insured_3 and employer.insured_12, by what
 * is known today of those months. */
#include "calendar/calendar.h"
#include "service/watch_known_internal.h"

/* Each person counts once an employer, whatever they are insured in. */
static void take_person(watch_known *k, watch_known_sums *into, const registry_roster_row *who)
{
    for (size_t i = 0; i < who->enrolment_count; i++) {
        int64_t employer_id = who->enrolments[i].employer_id;
        bool is_met = !employer_id;
        for (size_t j = 0; j < i && !is_met; j++) is_met = who->enrolments[j].employer_id == employer_id;
        if (!is_met) watch_known_add(k->memory, into, employer_id, 1);
    }
}

static err take_bucket(watch_known *k, registry *people, watch_known_sums *into, int32_t month, uint32_t bucket)
{
    registry_roster *rows;
    registry_roster_options wants = { .day = calendar_last_day_of_month(month), .month = month, .known_ms = REGISTRY_NOW,
                                      .wants = 1u << REGISTRY_ENROLMENT };
    arena *scratch = arena_open();
    const registry_roster_row *who = NULL;
    err e = registry_roster_open(scratch, people, bucket, &wants, &rows);
    if (!e.kind) {
        do {
            e = registry_roster_next(rows, &who);
            if (!e.kind && who) take_person(k, into, who);
        } while (!e.kind && who);
        registry_roster_close(rows);
    }
    if (e.detail) e.detail = text_cstr(k->memory, text_of(e.detail));
    arena_close(scratch);
    return e;
}

static err gather(watch_known *k, watch_known_sums *into, int32_t months_back)
{
    registry *people;
    TRY(county_people(k->office, &people));
    for (uint32_t bucket = 0; bucket < EVENTLOG_BUCKETS; bucket++) TRY(take_bucket(k, people, into, k->month - months_back, bucket));
    return ERR_NONE;
}

enum { QUARTER = 3, YEAR = 12 };

err watch_headcount_gather_3(watch_known *k)
{
    if (!k->has_insured_3) TRY(gather(k, &k->insured_3, QUARTER));
    k->has_insured_3 = true;
    return ERR_NONE;
}

err watch_headcount_gather_12(watch_known *k)
{
    if (!k->has_insured_12) TRY(gather(k, &k->insured_12, YEAR));
    k->has_insured_12 = true;
    return ERR_NONE;
}

bool watch_headcount_3(const watch_known *k, int64_t id, int64_t *value)
{
    *value = watch_known_sum(&k->insured_3, id);
    return true;
}

bool watch_headcount_12(const watch_known *k, int64_t id, int64_t *value)
{
    *value = watch_known_sum(&k->insured_12, id);
    return true;
}
