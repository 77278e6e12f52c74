/* Who is asked whether something is due: who draws already, who has died, what happened to whom, and to whom a
 * household's benefit is paid. Each a pass over the roster with only what it needs. */
#include <stdlib.h>

#include "calendar/calendar.h"
#include "service/award.h"
#include "service/words.h"

/* ---- who draws, who has died ---- */

typedef struct {
    int64_t benefit, death;
    const int64_t *others;
    size_t other_count;
} drawer_words;

static err find_drawer_words(month_call *m, const award_row *row, drawer_words *words)
{
    registry *people;
    int64_t *others = ARENA_ARRAY(m->memory, int64_t, row->other_count + 1);
    TRY(county_people(m->office, &people));
    TRY(registry_word_find(people, row->benefit, &words->benefit));
    TRY(registry_word_find(people, TEXT("person.death_day"), &words->death));
    for (size_t i = 0; i < row->other_count; i++) TRY(registry_word_find(people, row->others[i], &others[i]));
    words->others = others;
    words->other_count = row->other_count;
    return ERR_NONE;
}

static void take_benefit(const drawer_words *words, const registry_benefit *b, award_drawer *one)
{
    bool is_drawn = b->state == REGISTRY_PAYING || b->state == REGISTRY_SUSPENDED || b->state == REGISTRY_ENTITLED;
    for (size_t i = 0; i < words->other_count; i++)
        one->draws_other |= is_drawn && words->others[i] && b->benefit == words->others[i];
    if (b->benefit != words->benefit || !words->benefit || !is_drawn) return;
    one->draws = true;
    one->is_paying = b->state == REGISTRY_PAYING;
    one->amount_fen = b->amount_fen;
    one->from_month = b->fact.from;
}

static void take_death(const drawer_words *words, const registry_roster_row *who, int32_t until_day, award_drawer *one)
{
    for (size_t i = 0; i < who->attribute_count; i++) {
        const registry_attribute *t = &who->attributes[i];
        if (!words->death || t->name != words->death || t->value > until_day || !calendar_is_day(t->value)) continue;
        one->is_dead = true;
        one->death_month = calendar_month_of_day((int32_t)t->value);
    }
}

typedef struct {
    int64_t *ids;
    size_t count, capacity;
} id_list;

static int by_id(const void *one, const void *other)
{
    int64_t a = *(const int64_t *)one, b = *(const int64_t *)other;
    return (a > b) - (a < b);
}

static err add_who(arena *a, registry *people, uint32_t bucket, registry_holding what, id_list *list)
{
    int64_t *ids;
    size_t count;
    if (!what.name) return ERR_NONE;
    TRY(registry_roster_who(a, people, bucket, what, &ids, &count));
    for (size_t i = 0; i < count; i++) ARENA_PUSH(a, list->ids, list->count, list->capacity, ids[i]);
    return ERR_NONE;
}

/* Who has died or has one of the benefits: few of a county. */
static err find_drawers(arena *a, registry *people, uint32_t bucket, const drawer_words *words, registry_roster_options *wants)
{
    id_list list = { 0 };
    size_t kept = 0;
    TRY(add_who(a, people, bucket, (registry_holding){ REGISTRY_ATTRIBUTE, words->death, wants->day, wants->known_ms }, &list));
    registry_holding benefit = { REGISTRY_BENEFIT, words->benefit, wants->month, wants->known_ms };
    TRY(add_who(a, people, bucket, benefit, &list));
    for (size_t i = 0; i < words->other_count; i++) {
        benefit.name = words->others[i];
        TRY(add_who(a, people, bucket, benefit, &list));
    }
    if (list.count) qsort(list.ids, list.count, sizeof *list.ids, by_id);
    for (size_t i = 0; i < list.count; i++)
        if (!kept || list.ids[kept - 1] != list.ids[i]) list.ids[kept++] = list.ids[i];
    wants->has_subjects = true;
    wants->subjects = list.ids;
    wants->subject_count = kept;
    return ERR_NONE;
}

err award_drawers_read(arena *a, month_call *m, const award_row *row, uint32_t bucket, int32_t month, award_drawers *drawers)
{
    registry *people;
    registry_roster *people_of;
    drawer_words words;
    int32_t until_day = calendar_last_day_of_month(m->month);
    *drawers = (award_drawers){ 0 };
    TRY(find_drawer_words(m, row, &words));
    registry_roster_options wants = { .day = until_day, .month = month, .known_ms = REGISTRY_NOW,
                                      .wants = 1u << REGISTRY_BENEFIT | 1u << REGISTRY_ATTRIBUTE,
                                      .attributes = &words.death, .attribute_count = 1 };
    TRY(county_people(m->office, &people));
    TRY(find_drawers(a, people, bucket, &words, &wants));
    TRY(registry_roster_open(a, people, bucket, &wants, &people_of));
    err e;
    for (;;) {
        const registry_roster_row *who;
        e = registry_roster_next(people_of, &who);
        if (e.kind || !who) break;
        award_drawer one = { .person_id = who->subject_id };
        take_death(&words, who, until_day, &one);
        for (size_t i = 0; i < who->benefit_count; i++) take_benefit(&words, &who->benefits[i], &one);
        if (one.is_dead || one.draws || one.draws_other)
            ARENA_PUSH(a, drawers->items, drawers->count, drawers->capacity, one);
    }
    registry_roster_close(people_of);
    return e;
}

const award_drawer *award_drawers_find(const award_drawers *d, int64_t person_id)
{
    size_t low = 0, high = d->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (d->items[middle].person_id < person_id) low = middle + 1;
        else high = middle;
    }
    return low < d->count && d->items[low].person_id == person_id ? &d->items[low] : NULL;
}

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
    size_t low = 0, high = events->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (events->items[middle].person_id < person_id) low = middle + 1;
        else high = middle;
    }
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

static err payees_of_bucket(month_call *m, registry *people, uint32_t bucket, int64_t head, int64_t death, award_payees *payees)
{
    registry_roster *people_of;
    arena *memory = arena_open();
    int32_t day = calendar_last_day_of_month(m->month);
    registry_roster_options wants = { .day = day, .month = m->month, .known_ms = REGISTRY_NOW, .attributes = &death,
                                      .attribute_count = 1, .wants = 1u << REGISTRY_ATTRIBUTE | 1u << REGISTRY_MEMBER };
    err e = registry_roster_open(memory, people, bucket, &wants, &people_of);
    if (!e.kind) {
        for (;;) {
            const registry_roster_row *who;
            e = registry_roster_next(people_of, &who);
            if (e.kind || !who) break;
            bool is_dead = death && who->attribute_count && who->attributes[0].value <= day;
            if (!who->member || is_dead) continue;
            award_payee one = { who->member->household_id, who->subject_id, head && who->member->relation == head };
            ARENA_PUSH(m->memory, payees->items, payees->count, payees->capacity, one);
        }
        registry_roster_close(people_of);
    }
    if (e.detail) e.detail = text_cstr(m->call->request, text_of(e.detail));
    arena_close(memory);
    return e;
}

err award_payees_read(month_call *m, award_payees *payees)
{
    registry *people;
    int64_t head, death;
    *payees = (award_payees){ 0 };
    TRY(county_people(m->office, &people));
    TRY(registry_word_find(people, TEXT("户主"), &head));
    TRY(registry_word_find(people, TEXT("person.death_day"), &death));
    for (uint32_t bucket = 0; bucket < EVENTLOG_BUCKETS; bucket++)
        TRY(payees_of_bucket(m, people, bucket, head, death, payees));
    if (payees->count) qsort(payees->items, payees->count, sizeof *payees->items, by_household);
    return ERR_NONE;
}

int64_t award_payees_find(const award_payees *payees, int64_t household_id)
{
    size_t low = 0, high = payees->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (payees->items[middle].household_id < household_id) low = middle + 1;
        else high = middle;
    }
    return low < payees->count && payees->items[low].household_id == household_id ? payees->items[low].person_id : 0;
}
