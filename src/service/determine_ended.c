/* Who draws what is renewed every month and is asked by it no more: whom a fact makes a lane is none once that fact has ended,
 * and would be paid on without end. What has ended is stopped; of whom nothing says why they are paid, that is told. */
#include <stdlib.h>

#include "base/search.h"
#include "service/determine.h"
#include "service/words.h"

static bool is_asked_by_fact(const determining *d)
{
    decide_lane lane = decide_plan_lane(d->d.plan);
    bool is_of_fact = lane.each == DECIDE_EACH_PERSON || lane.each == DECIDE_EACH_HOUSEHOLD;
    return d->award->is_renewed && !d->award->is_once && is_of_fact && lane.word.size_bytes;
}

static err word_of_lane(const determining *d, registry **people, int64_t *word)
{
    TRY(county_people(d->m->office, people));
    return registry_word_find(*people, decide_plan_lane(d->d.plan).word, word);
}

/* ---- of one ---- */

err determine_title(const determining *d, int64_t person_id, determine_title_state *state)
{
    registry *people;
    registry_record record;
    int64_t word, subject_id = person_id;
    bool has_ended = false, holds = false;
    arena *scratch = arena_open();
    *state = DETERMINE_UNTOLD;
    err e = word_of_lane(d, &people, &word);
    if (!e.kind && d->is_household) e = determine_household_of(d->m, person_id, &subject_id);
    if (!e.kind && word && subject_id && is_asked_by_fact(d)) {
        e = registry_record_read(scratch, people, subject_id, REGISTRY_NOW, &record);
        const registry_attribute *told = e.kind ? NULL : record.facts[REGISTRY_ATTRIBUTE];
        for (size_t i = 0; !e.kind && i < record.count[REGISTRY_ATTRIBUTE]; i++) {
            if (told[i].name != word || told[i].fact.from > d->d.facts_day) continue;
            if (told[i].fact.until > d->d.facts_day) holds = true;
            else has_ended = true;
        }
    }
    if (holds) *state = DETERMINE_TOLD;
    else if (has_ended) *state = DETERMINE_ENDED;
    if (e.detail) e.detail = text_cstr(d->m->call->request, text_of(e.detail));
    arena_close(scratch);
    return e;
}

/* ---- of all who draw ---- */

static text untold_says(const determining *d, determine_title_state state, bool is_chinese)
{
    text word = decide_plan_lane(d->d.plan).word;
    const county_word_row *row = county_word_row_of(COUNTY_ATTRIBUTE, word);
    if (state == DETERMINE_TOLD)
        return text_of(is_chinese ? "在领，但该户的待遇现由另一成员领取" : "draws it, though the household is paid to another of its members");
    return text_format(d->m->memory, is_chinese ? "在领，但没有登记据以发放的信息：%.*s" : "draws it, and nothing on record says why: %.*s",
                       TEXT_ARG(row ? text_of(is_chinese ? row->zh : row->en) : word));
}

static void tell_untold(determining *d, int64_t person_id, determine_title_state state)
{
    text said = untold_says(d, state, d->m->call->is_chinese);
    month_undecided_add(d->undecided, d->award->purpose, person_id, 0, said);
    for (size_t zh = 0; d->only_person && zh < ARRAY_COUNT(d->why); zh++) text_add(&d->why[zh], untold_says(d, state, zh));
    d->tally.undecided++;
}

static bool is_paid(const determining *d, const award_drawer *one)
{
    return one->draws && one->is_paying && !one->is_dead && (!d->only_person || one->person_id == d->only_person);
}

static err look_at(determining *d, const award_drawer *one)
{
    determine_title_state state;
    if (!is_paid(d, one) || search_has(d->open, d->open_count, one->person_id)) return ERR_NONE;
    TRY(determine_title(d, one->person_id, &state));
    if (state == DETERMINE_ENDED) return determine_stop(d, one->person_id, "ended", d->from_month);
    tell_untold(d, one->person_id, state);
    return ERR_NONE;
}

static int by_number(const void *one, const void *other)
{
    int64_t a = *(const int64_t *)one, b = *(const int64_t *)other;
    return (a > b) - (a < b);
}

/* Whom the lanes speak of: of a household the one it is paid to, whatever bucket it is of. */
static err read_asked(determining *d, uint32_t bucket, const int64_t **asked, size_t *count)
{
    registry *people;
    int64_t word, *all = NULL;
    size_t capacity = 0;
    uint32_t first = d->is_household ? 0 : bucket, end = d->is_household ? EVENTLOG_BUCKETS : bucket + 1;
    *count = 0;
    TRY(word_of_lane(d, &people, &word));
    for (uint32_t b = first; word && b < end; b++) {
        int64_t *told;
        size_t told_count;
        registry_holding what = { REGISTRY_ATTRIBUTE, word, d->d.facts_day, REGISTRY_NOW };
        TRY(registry_roster_who(d->memory, people, b, what, &told, &told_count));
        for (size_t i = 0; i < told_count; i++) {
            int64_t id = d->is_household ? award_payees_find(&d->payees, told[i]) : told[i];
            if (id) ARENA_PUSH(d->memory, all, *count, capacity, id);
        }
    }
    if (*count) qsort(all, *count, sizeof *all, by_number);
    *asked = all;
    return ERR_NONE;
}

err determine_ended(determining *d, uint32_t bucket)
{
    const int64_t *asked;
    size_t count;
    uint32_t first = d->is_household ? 0 : bucket, end = d->is_household ? EVENTLOG_BUCKETS : bucket + 1;
    bool has_any = false;
    for (uint32_t b = first; b < end; b++)
        for (size_t i = 0; i < d->drawers[b].count; i++) has_any |= is_paid(d, &d->drawers[b].items[i]);
    if (!has_any || !is_asked_by_fact(d)) return ERR_NONE;
    TRY(read_asked(d, bucket, &asked, &count));
    for (uint32_t b = first; b < end; b++)
        for (size_t i = 0; i < d->drawers[b].count; i++)
            if (!search_has(asked, count, d->drawers[b].items[i].person_id)) TRY(look_at(d, &d->drawers[b].items[i]));
    return ERR_NONE;
}
