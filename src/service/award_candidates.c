/* Who is asked whether something is due: what happened to whom, and to whom a household's benefit is paid. Each a pass
 * over the roster with only what it needs. */
#include <stdlib.h>

#include "base/search.h"
#include "calendar/calendar.h"
#include "service/award.h"
#include "service/month_walk.h"
#include "service/words.h"

/* ---- what happened ---- */

/* What was told before the office began, of days before, its predecessor has settled. */
static err is_ours(month_call *m, const registry_attribute *told, int32_t since_month, int32_t first_month, bool *is)
{
    text open;
    int32_t month = calendar_month_of_day((int32_t)told->value);
    *is = month >= (since_month == INT32_MIN ? first_month : since_month);
    if (*is) return ERR_NONE;
    TRY(charter_read(m->memory, m->charter, TEXT("month.open"), told->fact.known_from_ms, &open));
    *is = open.size_bytes > 0;
    return ERR_NONE;
}

static int by_day(const void *one, const void *other)
{
    const decision_award *a = one, *b = other;
    if (a->person_id != b->person_id) return a->person_id < b->person_id ? -1 : 1;
    return (a->event_day > b->event_day) - (a->event_day < b->event_day);
}

typedef struct {
    month_call *m;
    const decision_award *awards; /* of the purpose, not returned, by person and day */
    size_t award_count;
    int32_t since_month, first_month;
    award_events *events;
} gathering;

static bool is_awarded(const gathering *g, int64_t person_id, int32_t day)
{
    decision_award sought = { .person_id = person_id, .event_day = day };
    return g->award_count && bsearch(&sought, g->awards, g->award_count, sizeof *g->awards, by_day);
}

static err gather(gathering *g, const registry_roster_row *who)
{
    for (size_t i = 0; i < who->attribute_count; i++) {
        const registry_attribute *told = &who->attributes[i];
        bool is;
        if (!calendar_is_day(told->value) || told->value > calendar_last_day_of_month(g->m->month)) continue;
        TRY(is_ours(g->m, told, g->since_month, g->first_month, &is));
        award_event event = { who->subject_id, (int32_t)told->value };
        if (!is) g->events->settled_before++;
        else if (!is_awarded(g, event.person_id, event.day))
            ARENA_PUSH(g->m->memory, g->events->items, g->events->count, g->events->capacity, event);
    }
    return ERR_NONE;
}

static err gather_bucket(gathering *g, registry *people, uint32_t bucket, int64_t name)
{
    registry_roster *people_of;
    arena *memory = arena_open();
    int64_t *told;
    registry_roster_options wants = { .day = calendar_last_day_of_month(g->m->month), .month = g->m->month,
                                      .known_ms = REGISTRY_NOW, .wants = 1u << REGISTRY_ATTRIBUTE, .attributes = &name,
                                      .attribute_count = 1, .has_subjects = true };
    registry_holding what = { REGISTRY_ATTRIBUTE, name, wants.day, wants.known_ms };
    err e = registry_roster_who(memory, people, bucket, what, &told, &wants.subject_count);
    wants.subjects = told;
    if (!e.kind) e = registry_roster_open(memory, people, bucket, &wants, &people_of);
    if (!e.kind) {
        for (;;) {
            const registry_roster_row *who;
            e = registry_roster_next(people_of, &who);
            if (e.kind || !who) break;
            e = gather(g, who);
            if (e.kind) break;
        }
        registry_roster_close(people_of);
    }
    if (e.detail) e.detail = text_cstr(g->m->call->request, text_of(e.detail));
    arena_close(memory);
    return e;
}

static int by_person(const void *one, const void *other)
{
    const award_event *a = one, *b = other;
    return (a->person_id > b->person_id) - (a->person_id < b->person_id);
}

err award_events_read(month_call *m, const award_row *row, int32_t since_month, award_events *events)
{
    registry *people;
    decision_book *book;
    text first;
    int64_t name;
    gathering g = { .m = m, .since_month = since_month, .events = events };
    decision_award_filter filter = { .purpose = row->purpose, .states = ~(1u << DECISION_RETURNED) };
    decision_award *awards;
    *events = (award_events){ 0 };
    TRY(county_people(m->office, &people));
    TRY(county_decisions(m->office, &book));
    TRY(county_setting(m->office, "office.month", &first));
    TRY(calendar_parse_month(first, &g.first_month));
    TRY(decision_awards(m->memory, book, &filter, &awards, &g.award_count));
    if (g.award_count) qsort(awards, g.award_count, sizeof *awards, by_day);
    g.awards = awards;
    TRY(registry_word_find(people, row->event, &name));
    for (uint32_t bucket = 0; name && bucket < EVENTLOG_BUCKETS; bucket++) TRY(gather_bucket(&g, people, bucket, name));
    if (events->count) qsort(events->items, events->count, sizeof *events->items, by_person);
    return ERR_NONE;
}

int32_t award_events_find(const award_events *events, int64_t person_id)
{
    size_t low = SEARCH_FIRST(events->items, events->count, person_id, person_id);
    return low < events->count && events->items[low].person_id == person_id ? events->items[low].day : 0;
}

/* ---- households ---- */

static int by_household(const void *one, const void *other)
{
    const award_payee *a = one, *b = other;
    if (a->household_id != b->household_id) return a->household_id < b->household_id ? -1 : 1;
    if (a->is_head != b->is_head) return a->is_head ? -1 : 1;
    return (a->person_id > b->person_id) - (a->person_id < b->person_id);
}

typedef struct {
    month_call *m;
    int64_t head, death; /* words */
    award_payees *payees;
} payees_reading;

static err want_members(void *context, arena *a, registry *people, uint32_t bucket, registry_roster_options *wanted, bool *has_any)
{
    const payees_reading *r = context;
    (void)a, (void)people, (void)bucket;
    *has_any = true;
    *wanted = (registry_roster_options){ .day = calendar_last_day_of_month(r->m->month), .month = r->m->month,
                                         .known_ms = REGISTRY_NOW, .attributes = &r->death, .attribute_count = 1,
                                         .wants = 1u << REGISTRY_ATTRIBUTE | 1u << REGISTRY_MEMBER };
    return ERR_NONE;
}

static err tell_members(void *context, uint32_t bucket, month_walk *rows)
{
    payees_reading *r = context;
    award_payees *payees = r->payees;
    int32_t day = calendar_last_day_of_month(r->m->month);
    (void)bucket;
    for (;;) {
        const registry_roster_row *who;
        TRY(month_walk_next(rows, &who));
        if (!who) return ERR_NONE;
        bool is_dead = r->death && who->attribute_count && who->attributes[0].value <= day;
        if (!who->member || is_dead) continue;
        award_payee one = { who->member->household_id, who->subject_id, r->head && who->member->relation == r->head };
        ARENA_PUSH(r->m->memory, payees->items, payees->count, payees->capacity, one);
    }
}

err award_payees_read(month_call *m, award_payees *payees)
{
    registry *people;
    payees_reading r = { .m = m, .payees = payees };
    month_walk_hands hands = { .want = want_members, .tell = tell_members, .context = &r };
    *payees = (award_payees){ 0 };
    TRY(county_people(m->office, &people));
    TRY(registry_word_find(people, TEXT("户主"), &r.head));
    TRY(registry_word_find(people, TEXT("person.death_day"), &r.death));
    TRY(month_walk_all(m, &hands));
    if (payees->count) qsort(payees->items, payees->count, sizeof *payees->items, by_household);
    return ERR_NONE;
}

int64_t award_payees_find(const award_payees *payees, int64_t household_id)
{
    size_t low = SEARCH_FIRST(payees->items, payees->count, household_id, household_id);
    return low < payees->count && payees->items[low].household_id == household_id ? payees->items[low].person_id : 0;
}
