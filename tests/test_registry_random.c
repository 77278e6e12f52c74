/* Random acts against a naive replay: at every instant there ever was, a record shows what painting
 * day by day all that was said until then shows; and tables rebuilt from events are the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/checked.h"
#include "support/choices.h"
#include "support/registered.h"
#include "support/share.h"

enum { PEOPLE = 5, DAYS = 24, SAYINGS = 140, FIRST_DAY = 1000, SEEDS = 6 };

/* All that was said, in order: person, lane, days, value (0: void), and when. */
typedef struct {
    registry_kind kind;
    int person;
    int64_t lane, from, until, value, known_ms;
} saying;
typedef struct {
    saying said[SAYINGS];
    size_t count;
    int64_t person[PEOPLE];
} past;

/* ---- the naive replay: a value for each day ---- */

static void paint_days(const past *p, registry_kind kind, int person, int64_t lane,
                       int64_t known_ms, int64_t days[DAYS])
{
    memset(days, 0, sizeof *days * DAYS);
    for (size_t i = 0; i < p->count; i++) {
        const saying *s = &p->said[i];
        if (s->kind != kind || s->person != person || s->lane != lane) continue;
        if (s->known_ms > known_ms) continue;
        for (int64_t day = s->from; day < s->until; day++)
            days[day - FIRST_DAY] = s->value;
    }
}

/* ---- saying it ---- */

static void fill(registry_kind kind, const saying *s, int64_t id, void *fact)
{
    registry_fact *f = fact;
    *f = (registry_fact){
        .subject_id = id, .from = s->from, .until = s->until, .is_void = s->value == 0
    };
    if (kind == REGISTRY_ENROLMENT) {
        registry_enrolment *e = fact;
        e->scheme = s->lane;
        e->base_fen = s->value;
    } else if (kind == REGISTRY_ATTRIBUTE) {
        registry_attribute *a = fact;
        a->name = s->lane;
        a->value = s->value;
    } else {
        registry_spell *spell = fact;
        spell->scheme = s->lane;
        spell->kind = s->value ? 1 : 0;
        spell->base_fen = s->value;
    }
}

typedef union {
    registry_fact fact;
    registry_enrolment enrolment;
    registry_attribute attribute;
    registry_spell spell;
} any_fact;

static any_fact fact_of(const past *p, const saying *s)
{
    any_fact any;
    memset(&any, 0, sizeof any);
    fill(s->kind, s, p->person[s->person], &any);
    if (s->kind == REGISTRY_SPELL && !s->value) any.spell.kind = 1; /* void says nothing else */
    return any;
}

static saying choose_saying(choices *c, int64_t known_ms)
{
    static const registry_kind KINDS[] = { REGISTRY_ENROLMENT, REGISTRY_ATTRIBUTE, REGISTRY_SPELL };
    saying s = { .kind = KINDS[choose(c, 3)],
                 .person = (int)choose(c, PEOPLE),
                 .lane = 1 + choose(c, 2),
                 .value = choose(c, 4),
                 .known_ms = known_ms };
    s.from = FIRST_DAY + choose(c, DAYS - 1);
    s.until = s.from + 1 + choose(c, (uint32_t)(FIRST_DAY + DAYS - s.from));
    return s;
}

static void say_one(registered *o, past *p, choices *c)
{
    saying s = choose_saying(c, o->act.known_ms);
    any_fact fact = fact_of(p, &s);
    OK(registry_say(o->r, &o->act, "said", s.kind, &fact, 1, NULL));
    p->said[p->count++] = s;
}

static void say_in_bulk(registered *o, past *p, choices *c)
{
    registry_load *load;
    OK(registry_load_open(o->memory, o->r, &o->act, "loaded", NULL, &load));
    for (uint32_t i = 0, count = 1 + choose(c, 6); i < count && p->count < SAYINGS; i++) {
        saying s = choose_saying(c, o->act.known_ms);
        any_fact fact = fact_of(p, &s);
        OK(registry_load_say(load, s.kind, &fact));
        p->said[p->count++] = s;
    }
    OK(registry_load_close(load, NULL));
}

/* ---- comparing ---- */

static void expect_lane(const past *p, registry_kind kind, int person, int64_t lane,
                        int64_t known_ms, const registry_record *record)
{
    int64_t wanted[DAYS], is[DAYS] = { 0 };
    paint_days(p, kind, person, lane, known_ms, wanted);
    for (size_t i = 0; i < record->count[kind]; i++) {
        const void *fact;
        int64_t at, value;
        if (kind == REGISTRY_ENROLMENT) {
            const registry_enrolment *e = (const registry_enrolment *)record->facts[kind] + i;
            fact = e, at = e->scheme, value = e->base_fen;
        } else if (kind == REGISTRY_ATTRIBUTE) {
            const registry_attribute *a = (const registry_attribute *)record->facts[kind] + i;
            fact = a, at = a->name, value = a->value;
        } else {
            const registry_spell *s = (const registry_spell *)record->facts[kind] + i;
            fact = s, at = s->scheme, value = s->base_fen;
        }
        const registry_fact *f = fact;
        for (int64_t day = f->from; at == lane && day < f->until; day++) {
            assert_int_equal(is[day - FIRST_DAY], 0); /* rows of a lane never overlap */
            is[day - FIRST_DAY] = value;
        }
    }
    assert_memory_equal(is, wanted, sizeof is);
}

static void expect_all(registered *o, const past *p, int64_t known_ms)
{
    for (int person = 0; person < PEOPLE; person++) {
        registry_record record;
        OK(registry_record_read(o->memory, o->r, p->person[person], known_ms, &record));
        for (int64_t lane = 1; lane <= 2; lane++) {
            expect_lane(p, REGISTRY_ENROLMENT, person, lane, known_ms, &record);
            expect_lane(p, REGISTRY_ATTRIBUTE, person, lane, known_ms, &record);
            expect_lane(p, REGISTRY_SPELL, person, lane, known_ms, &record);
        }
    }
}

static int person_of(const past *p, int64_t id)
{
    for (int i = 0; i < PEOPLE; i++)
        if (p->person[i] == id) return i;
    return -1;
}

/* The roster of one day and instant shows the same. */
static void expect_roster(registered *o, const past *p, int64_t day, int64_t known_ms)
{
    registry_roster_options options = {
        .day = day,
        .month = day,
        .known_ms = known_ms,
        .wants = 1u << REGISTRY_ENROLMENT | 1u << REGISTRY_ATTRIBUTE | 1u << REGISTRY_SPELL,
    };
    for (uint32_t bucket = 0; bucket < EVENTLOG_BUCKETS; bucket++) {
        registry_roster *roster;
        const registry_roster_row *row;
        OK(registry_roster_open(o->memory, o->r, bucket, &options, &roster));
        for (OK(registry_roster_next(roster, &row)); row; OK(registry_roster_next(roster, &row))) {
            int person = person_of(p, row->subject_id);
            if (person < 0) continue; /* of a seed before */
            size_t wanted[3] = { 0 };
            static const registry_kind KINDS[] = { REGISTRY_ENROLMENT, REGISTRY_ATTRIBUTE,
                                                   REGISTRY_SPELL };
            for (int k = 0; k < 3; k++)
                for (int64_t lane = 1; lane <= 2; lane++) {
                    int64_t days[DAYS];
                    paint_days(p, KINDS[k], person, lane, known_ms, days);
                    wanted[k] += days[day - FIRST_DAY] != 0;
                }
            assert_int_equal(row->enrolment_count, wanted[0]);
            assert_int_equal(row->attribute_count, wanted[1]);
            assert_int_equal(row->spell_count, wanted[2]);
        }
        registry_roster_close(roster);
    }
}

/* ---- all of it ---- */

static void run(registered *o, uint64_t seed)
{
    choices c = choose_by_seed(seed);
    past p = { .count = 0 };
    for (int i = 0; i < PEOPLE; i++) {
        registry_person person = { .name = TEXT("人") };
        OK(registry_person_new(o->r, &o->act, &person, REGISTRY_REFUSE, &p.person[i]));
    }
    int64_t first_ms = o->act.known_ms;
    while (p.count < SAYINGS) {
        if (choose_percent(&c, 70)) registered_later(o);
        if (choose_percent(&c, 30)) say_in_bulk(o, &p, &c);
        else say_one(o, &p, &c);
    }
    for (int64_t ms = first_ms; ms <= o->act.known_ms; ms += 60000)
        expect_all(o, &p, ms);
    expect_all(o, &p, REGISTRY_NOW);
    for (int i = 0; i < 4; i++) {
        int64_t steps = (o->act.known_ms - first_ms) / 60000;
        int64_t ms = first_ms + 60000 * choose(&c, (uint32_t)steps);
        expect_roster(o, &p, FIRST_DAY + choose(&c, DAYS), ms);
    }
    expect_roster(o, &p, FIRST_DAY + DAYS / 2, REGISTRY_NOW);
    registered_check(o);
}

static void every_instant_shows_what_was_said_until_then(void **state)
{
    registered o = registered_create(*state);
    for (uint64_t seed = 1; seed <= share_of(SEEDS); seed++)
        run(&o, seed);
    registered_close(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST_EACH(every_instant_shows_what_was_said_until_then),
    };
    return cmocka_run_group_tests_name("registry at random", tests, NULL, NULL);
}
