/* Who draws, who has died: read once of everybody, for all purposes of a call. */
#include <string.h>

#include "base/search.h"
#include "calendar/calendar.h"
#include "service/award.h"

/* Of millions: words are numbered from 1, states are few. */
typedef struct {
    int64_t person_id, amount_fen;
    int32_t from;
    uint32_t benefit : 28, state : 4;
} drawn;
enum { BENEFIT_END = 1 << 28, STATE_END = 1 << 4 };
typedef struct {
    int64_t person_id;
    int32_t month;
} death;

/* Of a bucket, each by person. */
typedef struct {
    drawn *drawn;
    death *deaths;
    size_t drawn_count, drawn_capacity, death_count, death_capacity;
} holders;

struct award_holders {
    int32_t month; /* in which benefits hold */
    holders of[EVENTLOG_BUCKETS];
};

/* ---- reading ---- */

static err take(county *office, arena *a, holders *h, const registry_roster_row *who, int32_t until_day)
{
    for (size_t i = 0; i < who->benefit_count; i++) {
        const registry_benefit *b = &who->benefits[i];
        bool fits = b->benefit > 0 && b->benefit < BENEFIT_END && b->state >= 0 && b->state < STATE_END;
        if (!fits) return err_of(&REGISTRY_BROKEN, text_format(office->call->request, "%lld", (long long)who->subject_id).bytes);
        int64_t from = b->fact.from < INT32_MIN ? INT32_MIN : b->fact.from > INT32_MAX ? INT32_MAX : b->fact.from;
        drawn one = { .person_id = who->subject_id, .amount_fen = b->amount_fen, .from = (int32_t)from,
                      .benefit = (uint32_t)b->benefit, .state = (uint32_t)b->state };
        ARENA_PUSH(a, h->drawn, h->drawn_count, h->drawn_capacity, one);
    }
    for (size_t i = 0; i < who->attribute_count; i++) {
        const registry_attribute *told = &who->attributes[i];
        if (told->value > until_day || !calendar_is_day(told->value)) continue;
        death one = { who->subject_id, calendar_month_of_day((int32_t)told->value) };
        ARENA_PUSH(a, h->deaths, h->death_count, h->death_capacity, one);
    }
    return ERR_NONE;
}

/* What was gathered is copied without the room it grew in. */
static holders keep(arena *a, const holders *h)
{
    holders kept = *h;
    kept.drawn = ARENA_ARRAY(a, drawn, h->drawn_count + 1);
    kept.deaths = ARENA_ARRAY(a, death, h->death_count + 1);
    if (h->drawn_count) memcpy(kept.drawn, h->drawn, h->drawn_count * sizeof *h->drawn);
    if (h->death_count) memcpy(kept.deaths, h->deaths, h->death_count * sizeof *h->deaths);
    return kept;
}

static err read_bucket(month_call *m, registry *people, uint32_t bucket, int32_t month, int64_t died, holders *h)
{
    registry_roster *walk;
    holders gathered = { 0 };
    arena *memory = arena_open();
    int32_t until_day = calendar_last_day_of_month(m->month);
    registry_roster_options wants = { .day = until_day, .month = month, .known_ms = REGISTRY_NOW, .attributes = &died,
                                      .wants = 1u << REGISTRY_BENEFIT | (died ? 1u << REGISTRY_ATTRIBUTE : 0),
                                      .attribute_count = 1 };
    err e = registry_roster_open(memory, people, bucket, &wants, &walk);
    bool is_open = !e.kind;
    while (!e.kind) {
        const registry_roster_row *who;
        e = registry_roster_next(walk, &who);
        if (e.kind || !who) break;
        e = take(m->office, memory, &gathered, who, until_day);
    }
    *h = keep(m->memory, &gathered);
    if (is_open) registry_roster_close(walk);
    if (e.detail) e.detail = text_cstr(m->call->request, text_of(e.detail));
    arena_close(memory);
    return e;
}

static err read_all(month_call *m, int32_t month)
{
    registry *people;
    int64_t died;
    award_holders *all = ARENA_NEW(m->memory, award_holders);
    *all = (award_holders){ .month = month };
    TRY(county_people(m->office, &people));
    TRY(registry_word_find(people, TEXT("person.death_day"), &died));
    for (uint32_t bucket = 0; bucket < EVENTLOG_BUCKETS; bucket++)
        TRY(read_bucket(m, people, bucket, month, died, &all->of[bucket]));
    m->holders = all;
    return ERR_NONE;
}

/* ---- of one purpose ---- */

typedef struct {
    int64_t benefit;
    const int64_t *others;
    size_t other_count;
} drawer_words;

static err find_words(arena *a, month_call *m, const award_row *row, drawer_words *words)
{
    registry *people;
    int64_t *others = ARENA_ARRAY(a, int64_t, row->other_count + 1);
    TRY(county_people(m->office, &people));
    TRY(registry_word_find(people, row->benefit, &words->benefit));
    for (size_t i = 0; i < row->other_count; i++) TRY(registry_word_find(people, row->others[i], &others[i]));
    words->others = others;
    words->other_count = row->other_count;
    return ERR_NONE;
}

static void take_benefit(const drawer_words *words, const drawn *b, award_drawer *one)
{
    bool is_drawn = b->state == REGISTRY_PAYING || b->state == REGISTRY_SUSPENDED || b->state == REGISTRY_ENTITLED;
    for (size_t i = 0; i < words->other_count; i++)
        one->draws_other |= is_drawn && words->others[i] && b->benefit == words->others[i];
    if (b->benefit != words->benefit || !words->benefit || !is_drawn) return;
    one->draws = true;
    one->is_paying = b->state == REGISTRY_PAYING;
    one->amount_fen = b->amount_fen;
    one->from_month = b->from;
}

err award_drawers_read(arena *a, month_call *m, const award_row *row, uint32_t bucket, int32_t month, award_drawers *drawers)
{
    drawer_words words;
    *drawers = (award_drawers){ 0 };
    if (!m->holders || m->holders->month != month) TRY(read_all(m, month));
    TRY(find_words(a, m, row, &words));
    const holders *h = &m->holders->of[bucket];
    for (size_t b = 0, d = 0; b < h->drawn_count || d < h->death_count;) {
        bool is_drawn = d == h->death_count || (b < h->drawn_count && h->drawn[b].person_id <= h->deaths[d].person_id);
        award_drawer one = { .person_id = is_drawn ? h->drawn[b].person_id : h->deaths[d].person_id };
        for (; b < h->drawn_count && h->drawn[b].person_id == one.person_id; b++) take_benefit(&words, &h->drawn[b], &one);
        for (; d < h->death_count && h->deaths[d].person_id == one.person_id; d++) {
            one.is_dead = true;
            one.death_month = h->deaths[d].month;
        }
        if (one.is_dead || one.draws || one.draws_other)
            ARENA_PUSH(a, drawers->items, drawers->count, drawers->capacity, one);
    }
    return ERR_NONE;
}

void award_drawers_stopped(month_call *m, int64_t person_id, int64_t benefit, int32_t from_month)
{
    if (!m->holders || from_month > m->holders->month) return;
    holders *h = &m->holders->of[eventlog_bucket_of(person_id)];
    for (size_t i = 0; i < h->drawn_count; i++)
        if (h->drawn[i].person_id == person_id && h->drawn[i].benefit == benefit) h->drawn[i].state = REGISTRY_STOPPED;
}

const award_drawer *award_drawers_find(const award_drawers *d, int64_t person_id)
{
    size_t low = SEARCH_FIRST(d->items, d->count, person_id, person_id);
    return low < d->count && d->items[low].person_id == person_id ? &d->items[low] : NULL;
}
