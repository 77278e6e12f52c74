/* Dependants of one who died of work: each draws a share of their own, and what all of them come to has a ceiling, so
 * that each is asked with all of them at hand. Who depended on whom is told of the dependant (dependant.of). */
#include <stdlib.h>
#include <string.h>

#include "calendar/calendar.h"
#include "service/determine.h"

enum { RELATION, ALONE, REMARRIED, OF, DEATH, DIED_ON, WAGE, NAME_COUNT };
static const char *const NAMES[NAME_COUNT] = {
    [RELATION] = "dependant.relation", [ALONE] = "dependant.alone", [REMARRIED] = "dependant.remarried",
    [OF] = "dependant.of", [DEATH] = "person.death_day", [DIED_ON] = "injury.died_on", [WAGE] = "injury.wage",
};

typedef struct {
    bool is_told;
    int64_t value;
    text note;
} told;
typedef struct {
    int64_t person_id, of_id; /* by of_id, then person */
    int32_t birth_day;        /* 0: not known */
    bool is_dead;
    told said[NAME_COUNT];
} dependant;
typedef struct {
    int64_t person_id;
    told said[NAME_COUNT];
} deceased;

struct determine_dependants {
    int64_t names[NAME_COUNT]; /* words of the registry */
    int32_t day;
    dependant *items;
    deceased *dead; /* by person */
    size_t count, capacity, dead_count;
    size_t record;  /* of the plan */
};

/* ---- reading ---- */

static void take(const struct determine_dependants *all, const registry_roster_row *who, told *said, arena *a)
{
    for (size_t i = 0; i < who->attribute_count; i++)
        for (size_t n = 0; n < NAME_COUNT; n++)
            if (all->names[n] && who->attributes[i].name == all->names[n])
                said[n] = (told){ true, who->attributes[i].value, text_copy(a, who->attributes[i].note) };
}

typedef err (*taking)(determining *d, const registry_roster_row *who);

static err take_dependant(determining *d, const registry_roster_row *who)
{
    struct determine_dependants *all = d->dependants;
    dependant one = { .person_id = who->subject_id, .birth_day = (int32_t)((const registry_person *)who->subject)->birth_day };
    take(all, who, one.said, d->m->memory);
    one.of_id = one.said[OF].value;
    one.is_dead = one.said[DEATH].is_told && one.said[DEATH].value <= all->day;
    ARENA_PUSH(d->m->memory, all->items, all->count, all->capacity, one);
    return ERR_NONE;
}

static int by_person(const void *one, const void *other)
{
    const deceased *a = one, *b = other;
    return (a->person_id > b->person_id) - (a->person_id < b->person_id);
}

static deceased *dead_of(const struct determine_dependants *all, int64_t person_id)
{
    deceased sought = { .person_id = person_id };
    return all->dead_count ? bsearch(&sought, all->dead, all->dead_count, sizeof *all->dead, by_person) : NULL;
}

static err take_deceased(determining *d, const registry_roster_row *who)
{
    deceased *one = dead_of(d->dependants, who->subject_id);
    if (one) take(d->dependants, who, one->said, d->m->memory);
    return ERR_NONE;
}

static err walk(determining *d, uint32_t bucket, const int64_t *subjects, size_t count, taking hand)
{
    registry *people;
    registry_roster *rows;
    arena *memory = arena_open();
    struct determine_dependants *all = d->dependants;
    registry_roster_options wants = { .day = all->day, .month = d->m->month, .known_ms = REGISTRY_NOW,
                                      .wants = 1u << REGISTRY_ATTRIBUTE, .attributes = all->names,
                                      .attribute_count = NAME_COUNT, .has_subjects = true, .subjects = subjects,
                                      .subject_count = count };
    err e = county_people(d->m->office, &people);
    if (!e.kind) e = registry_roster_open(memory, people, bucket, &wants, &rows);
    if (!e.kind) {
        for (;;) {
            const registry_roster_row *who;
            e = registry_roster_next(rows, &who);
            if (!e.kind && who) e = hand(d, who);
            if (e.kind || !who) break;
        }
        registry_roster_close(rows);
    }
    if (e.detail) e.detail = text_cstr(d->m->call->request, text_of(e.detail));
    arena_close(memory);
    return e;
}

static int by_death(const void *one, const void *other)
{
    const dependant *a = one, *b = other;
    if (a->of_id != b->of_id) return a->of_id < b->of_id ? -1 : 1;
    return (a->person_id > b->person_id) - (a->person_id < b->person_id);
}

/* Each of the dead once, in order of persons; those of a bucket are read together. */
static err read_deceased(determining *d)
{
    arena *a = d->m->memory;
    struct determine_dependants *all = d->dependants;
    int64_t *subjects = ARENA_ARRAY(a, int64_t, all->count + 1);
    all->dead = ARENA_ARRAY(a, deceased, all->count + 1);
    for (size_t i = 0; i < all->count; i++)
        if (!i || all->items[i].of_id != all->items[i - 1].of_id)
            all->dead[all->dead_count++] = (deceased){ .person_id = all->items[i].of_id };
    for (uint32_t bucket = 0; bucket < EVENTLOG_BUCKETS; bucket++) {
        size_t count = 0;
        for (size_t i = 0; i < all->dead_count; i++)
            if (all->dead[i].person_id > 0 && eventlog_bucket_of(all->dead[i].person_id) == bucket)
                subjects[count++] = all->dead[i].person_id;
        if (count) TRY(walk(d, bucket, subjects, count, take_deceased));
    }
    return ERR_NONE;
}

static size_t record_of(const decide_plan *plan)
{
    size_t count;
    const char *const *names = decide_records(plan, &count);
    for (size_t i = 0; i < count; i++)
        if (!strcmp(names[i], "dependants")) return i;
    return SIZE_MAX;
}

err determine_dependants_read(determining *d)
{
    registry *people;
    arena *a = d->m->memory;
    size_t record = record_of(d->d.plan);
    d->dependants = NULL;
    if (record == SIZE_MAX) return ERR_NONE;
    struct determine_dependants *all = ARENA_NEW(a, struct determine_dependants);
    *all = (struct determine_dependants){ .record = record, .day = calendar_last_day_of_month(d->m->month) };
    d->dependants = all;
    TRY(county_people(d->m->office, &people));
    for (size_t n = 0; n < NAME_COUNT; n++) TRY(registry_word_find(people, text_of(NAMES[n]), &all->names[n]));
    for (uint32_t bucket = 0; all->names[OF] && bucket < EVENTLOG_BUCKETS; bucket++) {
        int64_t *subjects;
        size_t count;
        registry_holding what = { REGISTRY_ATTRIBUTE, all->names[OF], all->day, REGISTRY_NOW };
        TRY(registry_roster_who(a, people, bucket, what, &subjects, &count));
        if (count) TRY(walk(d, bucket, subjects, count, take_dependant));
    }
    if (all->count) qsort(all->items, all->count, sizeof *all->items, by_death);
    return read_deceased(d);
}

/* ---- into a block ---- */

static void put(column *c, size_t at, bool is_known, int64_t value)
{
    c->value[at] = is_known ? value : 0;
    c->reason[at] = is_known ? 0 : VM_REASON(VM_NOT_KNOWN, 0);
}

static void put_row(determining *d, size_t fact, const char *field, column *c, size_t at, const dependant *one)
{
    int64_t code = 0;
    bool is_known = true;
    if (!strcmp(field, "relation")) {
        is_known = one->said[RELATION].is_told && !decide_code(d->d.with, fact, one->said[RELATION].note, &code).kind;
    } else if (!strcmp(field, "age")) {
        is_known = one->birth_day != 0;
        if (is_known) code = calendar_full_years_between(one->birth_day, d->on_day);
    } else {
        code = one->said[strcmp(field, "alone") ? REMARRIED : ALONE].value != 0; /* who is not told so is not */
    }
    put(c, at, is_known && code >= 0, code);
}

/* The rows of a lane: all who draw by the same death and live. */
static const dependant *all_of(const struct determine_dependants *all, int64_t person_id, size_t *count)
{
    const dependant *own = NULL;
    for (size_t i = 0; i < all->count; i++)
        if (all->items[i].person_id == person_id) own = &all->items[i];
    *count = 0;
    if (!own) return NULL;
    while (own > all->items && own[-1].of_id == own->of_id) own--;
    while (own + *count < all->items + all->count && own[*count].of_id == own->of_id) (*count)++;
    return own;
}

static void fill_record(determining *d, roster_block *block)
{
    struct determine_dependants *all = d->dependants;
    arena *a = d->d.block_memory;
    size_t fact_count, record_count, lanes = block->people.count, room = 0, count;
    const decide_fact *said = decide_facts(d->d.plan, &fact_count);
    (void)decide_records(d->d.plan, &record_count);
    for (size_t lane = 0; lane < lanes; lane++) {
        (void)all_of(all, block->subject_id[lane], &count);
        room += count;
    }
    const uint32_t **until = ARENA_ARRAY(a, const uint32_t *, record_count + 1);
    uint32_t *ends = ARENA_ARRAY(a, uint32_t, lanes + 1), used = 0;
    for (size_t r = 0; r < record_count; r++) until[r] = r == all->record ? ends : block->people.row_until[r];
    for (size_t i = 0; i < fact_count; i++) {
        if (said[i].record != all->record) continue;
        column *c = (column *)&block->people.facts[i]; /* made by the roster for this block */
        *c = column_open(a, room + 1);
        column_ensure_reasons(a, c);
        c->count = 0;
    }
    for (size_t lane = 0; lane < lanes; lane++) {
        const dependant *first = all_of(all, block->subject_id[lane], &count);
        for (size_t k = 0; k < count; k++) {
            if (first[k].is_dead) continue;
            for (size_t i = 0; i < fact_count; i++) {
                if (said[i].record != all->record) continue;
                column *c = (column *)&block->people.facts[i];
                put_row(d, i, strchr(said[i].name, '.') + 1, c, used, &first[k]);
                c->count = used + 1;
            }
            used++;
        }
        ends[lane] = used;
    }
    block->people.row_until = until;
}

static void fill_deceased(determining *d, roster_block *block, const char *name, size_t of)
{
    size_t fact = decide_fact_index(d->d.plan, name), count;
    if (fact == SIZE_MAX) return;
    column *c = (column *)&block->people.facts[fact];
    for (size_t lane = 0; lane < block->people.count; lane++) {
        const dependant *first = all_of(d->dependants, block->subject_id[lane], &count);
        const deceased *dead = first ? dead_of(d->dependants, first->of_id) : NULL;
        put(c, lane, dead && dead->said[of].is_told, dead ? dead->said[of].value : 0);
    }
}

err determine_dependants_fill(determining *d, roster_block *block)
{
    if (!d->dependants) return ERR_NONE;
    fill_record(d, block);
    fill_deceased(d, block, "dependant.died_on", DIED_ON);
    fill_deceased(d, block, "dependant.wage", WAGE);
    return ERR_NONE;
}
