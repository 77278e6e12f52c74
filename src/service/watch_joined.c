/* Who began to be insured with an employer of late: rows of the record `joined`, by employer. */
#include <stdlib.h>
#include <string.h>

#include "base/search.h"
#include "calendar/calendar.h"
#include "service/watch_known_internal.h"

/* Nobody looks further back: the packs say how many days count, up to a year. */
enum { DAYS_BACK = 366 };

static bool is_asked(const decide_plan *plan, size_t *record)
{
    size_t count;
    const char *const *records = decide_records(plan, &count);
    for (*record = 0; *record < count; ++*record)
        if (!strcmp(records[*record], "joined")) return true;
    return false;
}

/* ---- gathered ---- */

/* The first day of an unbroken time with this employer, whatever was declared in it. */
static int64_t began(const registry_record *record, int64_t employer_id, int64_t from)
{
    const registry_enrolment *all = record->facts[REGISTRY_ENROLMENT];
    for (size_t i = 0; i < record->count[REGISTRY_ENROLMENT]; i++) {
        bool is_before = all[i].employer_id == employer_id && all[i].fact.from < from && all[i].fact.until >= from;
        if (!is_before) continue;
        from = all[i].fact.from;
        i = (size_t)-1; /* what went before that */
    }
    return from;
}

/* Whether a tax record is told of them; *is_known: it is told either way. */
static bool is_taxed(const watch_known *k, const registry_record *record, bool *is_known)
{
    const registry_attribute *all = record->facts[REGISTRY_ATTRIBUTE];
    bool is = false;
    *is_known = false;
    for (size_t i = 0; i < record->count[REGISTRY_ATTRIBUTE]; i++) {
        if (!k->taxed || all[i].name != k->taxed || all[i].fact.from > k->day || all[i].fact.until <= k->day) continue;
        *is_known = true;
        is = all[i].value != 0;
    }
    return is;
}

static void note(watch_known *k, const registry_roster_row *who, const registry_record *record, int64_t employer_id, int64_t day)
{
    int64_t birth_day = ((const registry_person *)who->subject)->birth_day;
    watch_known_joined one = { .employer_id = employer_id, .person_id = who->subject_id, .day = day };
    if (birth_day) one.age = calendar_full_years_between((int32_t)birth_day, (int32_t)day);
    one.has_age = birth_day != 0;
    one.is_taxed = is_taxed(k, record, &one.has_tax);
    ARENA_PUSH(k->memory, k->joined, k->joined_count, k->joined_capacity, one);
}

static err take_person(watch_known *k, arena *scratch, registry *people, const registry_roster_row *who)
{
    registry_record record;
    bool is_read = false;
    for (size_t i = 0; i < who->enrolment_count; i++) {
        const registry_enrolment *e = &who->enrolments[i];
        bool is_met = !e->employer_id || e->fact.from <= k->day - DAYS_BACK;
        for (size_t j = 0; j < i && !is_met; j++) is_met = who->enrolments[j].employer_id == e->employer_id;
        if (is_met) continue;
        if (!is_read) TRY(registry_record_read(scratch, people, who->subject_id, REGISTRY_NOW, &record));
        is_read = true;
        int64_t day = began(&record, e->employer_id, e->fact.from);
        if (day > k->day - DAYS_BACK) note(k, who, &record, e->employer_id, day);
    }
    return ERR_NONE;
}

static err take_bucket(watch_known *k, registry *people, uint32_t bucket)
{
    registry_roster *rows;
    registry_roster_options wants = { .day = k->day, .month = k->month, .known_ms = REGISTRY_NOW,
                                      .wants = 1u << REGISTRY_ENROLMENT };
    arena *walk = arena_open(), *scratch = arena_open();
    const registry_roster_row *who = NULL;
    err e = registry_roster_open(walk, people, bucket, &wants, &rows);
    if (!e.kind) {
        do {
            arena_reset(scratch);
            e = registry_roster_next(rows, &who);
            if (!e.kind && who) e = take_person(k, scratch, people, who);
        } while (!e.kind && who);
        registry_roster_close(rows);
    }
    if (e.detail) e.detail = text_cstr(k->memory, text_of(e.detail));
    arena_close(scratch);
    arena_close(walk);
    return e;
}

static int by_employer(const void *one, const void *other)
{
    const watch_known_joined *a = one, *b = other;
    if (a->employer_id != b->employer_id) return a->employer_id < b->employer_id ? -1 : 1;
    if (a->day != b->day) return a->day < b->day ? -1 : 1;
    return (a->person_id > b->person_id) - (a->person_id < b->person_id);
}

err watch_known_gather_joined(watch_known *k, const decide_plan *plan)
{
    registry *people;
    size_t record;
    if (k->has_joined || !is_asked(plan, &record)) return ERR_NONE;
    TRY(county_people(k->office, &people));
    TRY(registry_word_find(people, TEXT("person.is_taxed"), &k->taxed));
    for (uint32_t bucket = 0; bucket < EVENTLOG_BUCKETS; bucket++) TRY(take_bucket(k, people, bucket));
    if (k->joined_count) qsort(k->joined, k->joined_count, sizeof *k->joined, by_employer);
    k->has_joined = true;
    return ERR_NONE;
}

/* ---- handed on ---- */

static bool value_of(const watch_known_joined *row, const char *fact, int64_t *value)
{
    if (!strcmp(fact, "joined.day")) return (*value = row->day), true;
    if (!strcmp(fact, "joined.age")) return (*value = row->age), row->has_age;
    return (*value = row->is_taxed), row->has_tax && !strcmp(fact, "joined.is_taxed");
}

void watch_known_fill_joined(arena *a, const watch_known *k, const decide_plan *plan, decide_block *block,
                             const int64_t *subject_id)
{
    size_t fact_count, record, total = 0;
    const decide_fact *facts = decide_facts(plan, &fact_count);
    if (!is_asked(plan, &record)) return;
    uint32_t *until = (uint32_t *)block->row_until[record]; /* made by the roster for this block, without rows */
    size_t *first = ARENA_ARRAY(a, size_t, block->count + 1);
    for (size_t lane = 0; lane < block->count; lane++) {
        size_t from = first[lane] = SEARCH_FIRST(k->joined, k->joined_count, employer_id, subject_id[lane]);
        while (from < k->joined_count && k->joined[from].employer_id == subject_id[lane]) from++, total++;
        until[lane] = (uint32_t)total;
    }
    for (size_t i = 0; i < fact_count; i++) {
        if (facts[i].record != record) continue;
        column *into = (column *)&block->facts[i];
        *into = column_open(a, total + 1);
        column_ensure_reasons(a, into);
        into->count = total;
        for (size_t lane = 0, at = 0; lane < block->count; lane++)
            for (size_t row = first[lane]; at < until[lane]; row++, at++)
                if (!value_of(&k->joined[row], facts[i].name, &into->value[at])) into->reason[at] = VM_REASON(VM_NOT_KNOWN, 0);
    }
}
