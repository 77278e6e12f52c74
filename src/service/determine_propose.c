/* What becomes of a determination: decisions, which are proposed to those who review and approve, and stops. */
#include <stdlib.h>
#include <string.h>

#include "calendar/calendar.h"
#include "codec/codec.h"
#include "service/determine.h"
#include "service/month_walk.h"
#include "service/words.h"

/* ---- before ---- */

static int by_number(const void *one, const void *other)
{
    int64_t a = *(const int64_t *)one, b = *(const int64_t *)other;
    return (a > b) - (a < b);
}

static bool is_other(const award_row *row, text benefit)
{
    for (size_t i = 0; i < row->other_count; i++)
        if (text_equal(row->others[i], benefit)) return true;
    return false;
}

err determine_open_awards(determining *d)
{
    decision_book *book;
    decision_award *awards;
    size_t count;
    decision_award_filter filter = { .purpose = TEXT(""), .states = 1u << DECISION_PROPOSED | 1u << DECISION_REVIEWED };
    TRY(county_decisions(d->m->office, &book));
    TRY(decision_awards(d->m->memory, book, &filter, &awards, &count));
    d->open = ARENA_ARRAY(d->m->memory, int64_t, count + 1);
    d->open_other = ARENA_ARRAY(d->m->memory, int64_t, count + 1);
    for (size_t i = 0; i < count; i++) {
        if (text_equal(awards[i].purpose, d->award->purpose)) d->open[d->open_count++] = awards[i].person_id;
        else if (is_other(d->award, awards[i].benefit)) d->open_other[d->open_other_count++] = awards[i].person_id;
    }
    if (d->open_count) qsort(d->open, d->open_count, sizeof *d->open, by_number);
    if (d->open_other_count) qsort(d->open_other, d->open_other_count, sizeof *d->open_other, by_number);
    return ERR_NONE;
}

err determine_household_of(month_call *m, int64_t person_id, int64_t *household_id)
{
    registry *people;
    registry_record record;
    TRY(county_people(m->office, &people));
    TRY(registry_record_read(m->memory, people, person_id, REGISTRY_NOW, &record));
    const registry_member *members = record.facts[REGISTRY_MEMBER];
    *household_id = record.kind == REGISTRY_HOUSEHOLD ? person_id : 0;
    for (size_t i = 0; i < record.count[REGISTRY_MEMBER]; i++)
        if (members[i].fact.until == REGISTRY_OPEN) *household_id = members[i].household_id;
    return ERR_NONE;
}

void determine_forget(determining *d)
{
    arena_reset(d->memory);
    memset(d->drawers, 0, sizeof d->drawers);
    memset(d->made, 0, sizeof d->made);
}

/* ---- stops ---- */

static registry_act act_of(const determining *d)
{
    return (registry_act){ .known_ms = d->m->office->now_ms, .actor_id = d->m->office->actor_id,
                           .why = service_text_of(d->m->call, "why", TEXT("month.determine")) };
}

err determine_stop(determining *d, int64_t person_id, const char *reason, int32_t from_month)
{
    registry *people;
    registry_act act = act_of(d);
    int64_t benefit, why;
    TRY(county_people(d->m->office, &people));
    TRY(county_word_of(d->m->office, d->award->benefit, &benefit));
    TRY(county_word(d->m->office, reason, &why));
    d->tally.stopped++;
    award_drawers_stopped(d->m, person_id, benefit, from_month);
    month_walk_changed(d->m, person_id);
    return registry_benefit_move(people, &act, person_id, benefit, REGISTRY_STOPPED, from_month, why);
}

/* Paid for the month of death; what was paid for months after it is to be recovered, not left out here. */
static err stop_dead(determining *d, const award_drawer *drawer)
{
    int64_t from_month = drawer->death_month + 1;
    if (from_month < d->m->month) from_month = d->m->month;
    if (from_month < drawer->from_month) from_month = drawer->from_month;
    return determine_stop(d, drawer->person_id, "death", (int32_t)from_month);
}

err determine_drawers(determining *d, uint32_t bucket)
{
    award_drawers *drawers = &d->drawers[bucket];
    TRY(award_drawers_read(d->memory, d->m, d->award, bucket, d->from_month, drawers));
    if (d->are_dead_stopped[bucket]) return ERR_NONE;
    d->are_dead_stopped[bucket] = true;
    for (size_t i = 0; i < drawers->count; i++)
        if (drawers->items[i].is_dead && drawers->items[i].draws &&
            (!d->only_person || drawers->items[i].person_id == d->only_person))
            TRY(stop_dead(d, &drawers->items[i]));
    return ERR_NONE;
}

/* ---- decisions and proposals ---- */

text_builder determine_list(month_call *m)
{
    static const char *const HEAD[] = { "purpose", "person", "decision", "amount", "from", "due", "kind", "before" };
    text_builder list = text_builder_open(m->memory);
    codec_csv_writer w = codec_csv_write(&list, ',');
    for (size_t i = 0; i < ARRAY_COUNT(HEAD); i++) codec_csv_add_text(&w, text_of(HEAD[i]));
    codec_csv_end_row(&w);
    return list;
}

static void list_one(determining *d, const decision_award *award)
{
    static const char *const KINDS[] = { [DECISION_BEGINS] = "begins", [DECISION_ONCE] = "once", [DECISION_CHANGES] = "changes" };
    arena *a = d->memory;
    if (!d->list) return;
    codec_csv_writer w = codec_csv_write(d->list, ',');
    codec_csv_add_text(&w, d->award->purpose);
    codec_csv_add_text(&w, text_format(a, "%lld", (long long)award->person_id));
    codec_csv_add_text(&w, text_format(a, "%lld", (long long)award->decision_id));
    codec_csv_add_text(&w, service_yuan(a, award->amount_fen));
    codec_csv_add_text(&w, service_month_text(a, award->from_month));
    codec_csv_add_text(&w, service_month_text(a, award->due_month));
    codec_csv_add_text(&w, text_of(KINDS[award->kind]));
    codec_csv_add_text(&w, award->kind == DECISION_CHANGES ? service_yuan(a, award->before_fen) : TEXT(""));
    codec_csv_end_row(&w);
}

static int by_person(const void *one, const void *other)
{
    const determined *a = one, *b = other;
    return (a->row.person_id > b->row.person_id) - (a->row.person_id < b->row.person_id);
}

static void count_one(determining *d, const decision_award *award)
{
    d->tally.awarded += award->kind != DECISION_CHANGES;
    d->tally.changed += award->kind == DECISION_CHANGES;
    d->tally.amount_fen += award->amount_fen;
}

err determine_keep(determining *d, uint32_t bucket)
{
    determined_list *made = &d->made[bucket];
    decision_book *book;
    if (!made->count) return ERR_NONE;
    TRY(county_decisions(d->m->office, &book));
    qsort(made->items, made->count, sizeof *made->items, by_person);
    decision_row *rows = ARENA_ARRAY(d->memory, decision_row, made->count);
    decision_award *awards = ARENA_ARRAY(d->memory, decision_award, made->count);
    int64_t *ids = ARENA_ARRAY(d->memory, int64_t, made->count);
    decision_act act = { .actor_id = d->m->office->actor_id, .known_ms = d->m->office->now_ms,
                         .why = service_text_of(d->m->call, "why", TEXT("month.determine")) };
    for (size_t i = 0; i < made->count; i++) rows[i] = made->items[i].row;
    TRY(decision_make(book, &act, bucket, &d->terms, rows, made->count, ids));
    for (size_t i = 0; i < made->count; i++) {
        awards[i] = made->items[i].award;
        awards[i].decision_id = ids[i];
        count_one(d, &awards[i]);
        list_one(d, &awards[i]);
    }
    return decision_propose(book, &act, bucket, d->m->month, d->award->purpose, d->award->benefit, awards, made->count);
}
