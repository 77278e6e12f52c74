/* Loading in bulk, the month's contributions, and the roster, held against single records. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/checked.h"
#include "support/registered.h"

enum { PEOPLE = 300, PENSION = 1, MEDICAL = 2, DISABLED = 5, STUDENT = 6 };

static registry_load *open_load(registered *o, const registry_load_options *options)
{
    registry_load *load;
    OK(registry_load_open(o->memory, o->r, &o->act, "imported", options, &load));
    return load;
}

static registry_fact over(int64_t id, int64_t from, int64_t until)
{
    return (registry_fact){ .subject_id = id, .from = from, .until = until };
}

static int64_t load_person(registered *o, registry_load *load, int n)
{
    int64_t id;
    registry_person p = { .name = text_format(o->memory, "人%d", n),
                          .sex = 1 + n % 2,
                          .phone.plain = text_format(o->memory, "139%08d", n),
                          .birth_day = 20000 + n };
    OK(registry_load_new(load, REGISTRY_PERSON, &p, &id));
    return id;
}

static void load_facts(registry_load *load, int64_t id, int n)
{
    registry_enrolment e = { .fact = over(id, 40000, REGISTRY_OPEN),
                             .scheme = PENSION,
                             .employer_id = 7,
                             .base_fen = 400000 + n };
    OK(registry_load_say(load, REGISTRY_ENROLMENT, &e));
    e.scheme = MEDICAL;
    if (n % 3) OK(registry_load_say(load, REGISTRY_ENROLMENT, &e));
    registry_account a = { .fact = over(id, 30000, REGISTRY_OPEN),
                           .number.plain = TEXT("62220"),
                           .holder = TEXT("本人") };
    OK(registry_load_say(load, REGISTRY_ACCOUNT, &a));
    registry_attribute t = { .fact = over(id, 30000, 45000),
                             .name = n % 2 ? DISABLED : STUDENT,
                             .value = n };
    OK(registry_load_say(load, REGISTRY_ATTRIBUTE, &t));
    registry_spell s = { .fact = over(id, 1300, 1312),
                         .scheme = PENSION,
                         .employer_id = 7,
                         .kind = 1,
                         .base_fen = 300000 };
    OK(registry_load_say(load, REGISTRY_SPELL, &s));
    s.fact = over(id, 1312, 1320 + n % 5);
    s.base_fen = 350000;
    OK(registry_load_say(load, REGISTRY_SPELL, &s));
}

/* A county of a few people; answers the first id. */
static int64_t load_county(registered *o)
{
    registry_load_tally tally;
    registry_load *load = open_load(o, &(registry_load_options){ .trusts_numbers = true });
    int64_t first = 0;
    for (int n = 0; n < PEOPLE; n++) {
        int64_t id = load_person(o, load, n);
        if (!n) first = id;
        load_facts(load, id, n);
        if (n == 100) OK(registry_load_flush(load));
    }
    OK(registry_load_close(load, &tally));
    assert_int_equal(tally.new_count, PEOPLE);
    assert_int_equal(tally.row_count, PEOPLE * 7 - PEOPLE / 3);
    assert_int_equal(tally.changed_count, tally.row_count);
    assert_true(tally.event_count > EVENTLOG_BUCKETS / 2);
    return first;
}

/* ---- the roster against records ---- */

static bool holds(const registry_fact *f, int64_t at)
{
    return f->from <= at && at < f->until;
}

static void expect_kind(const registry_record *record, registry_kind kind, size_t size, int64_t at,
                        const void *facts, size_t count)
{
    size_t seen = 0;
    for (size_t i = 0; i < record->count[kind]; i++) {
        const registry_fact *f =
            (const registry_fact *)((const char *)record->facts[kind] + i * size);
        if (!holds(f, at)) continue;
        bool is_there = false;
        for (size_t k = 0; k < count; k++) {
            const registry_fact *is = (const registry_fact *)((const char *)facts + k * size);
            is_there |= is->from == f->from && is->until == f->until && is->item == f->item &&
                        is->sequence == f->sequence;
        }
        assert_true(is_there);
        seen++;
    }
    assert_int_equal(seen, count);
}

static int expect_roster(registered *o, const registry_roster_options *options)
{
    int people = 0;
    for (uint32_t bucket = 0; bucket < EVENTLOG_BUCKETS; bucket++) {
        registry_roster *roster;
        const registry_roster_row *row;
        int64_t last = 0;
        OK(registry_roster_open(o->memory, o->r, bucket, options, &roster));
        for (OK(registry_roster_next(roster, &row)); row; OK(registry_roster_next(roster, &row))) {
            registry_record record;
            assert_true(row->subject_id > last);
            last = row->subject_id;
            assert_int_equal(eventlog_bucket_of(last), bucket);
            OK(registry_record_read(o->memory, o->r, last, options->known_ms, &record));
            expect_kind(&record, REGISTRY_ENROLMENT, sizeof(registry_enrolment), options->day,
                        row->enrolments, row->enrolment_count);
            expect_kind(&record, REGISTRY_ACCOUNT, sizeof(registry_account), options->day,
                        row->accounts, row->account_count);
            expect_kind(&record, REGISTRY_BENEFIT, sizeof(registry_benefit), options->month,
                        row->benefits, row->benefit_count);
            expect_kind(&record, REGISTRY_SPELL, sizeof(registry_spell), options->month,
                        row->spells, row->spell_count);
            people++;
        }
        registry_roster_close(roster);
    }
    return people;
}

#define ALL_KINDS                                                                                  \
    (1u << REGISTRY_ENROLMENT | 1u << REGISTRY_ACCOUNT | 1u << REGISTRY_BENEFIT |                  \
     1u << REGISTRY_ATTRIBUTE | 1u << REGISTRY_SPELL | 1u << REGISTRY_MEMBER)

static void a_roster_shows_what_records_hold(void **state)
{
    registered o = registered_create(*state);
    int64_t first = load_county(&o), before = o.act.known_ms;
    registry_roster_options options = {
        .day = 40100, .month = 1315, .known_ms = REGISTRY_NOW, .wants = ALL_KINDS
    };
    assert_int_equal(expect_roster(&o, &options), PEOPLE);
    registered_later(&o);
    for (int n = 0; n < 50; n++)
        OK(registry_stop(o.r, &o.act, first + n, PENSION, 7, 40050));
    assert_int_equal(expect_roster(&o, &options), PEOPLE);
    options.known_ms = before;
    assert_int_equal(expect_roster(&o, &options), PEOPLE);
    options.known_ms = before - 1;
    assert_int_equal(expect_roster(&o, &options), 0);
    registered_close(&o);
}

static void a_roster_shows_what_is_asked_for(void **state)
{
    registered o = registered_create(*state);
    load_county(&o);
    const int64_t names[] = { DISABLED };
    registry_roster_options options = {
        .day = 40100,
        .month = 1300,
        .known_ms = REGISTRY_NOW,
        .reveals = true,
        .wants = 1u << REGISTRY_ATTRIBUTE | 1u << REGISTRY_ACCOUNT | 1u << REGISTRY_SPELL,
        .attributes = names,
        .attribute_count = 1,
        .has_career = true,
    };
    size_t attributes = 0;
    for (uint32_t bucket = 0; bucket < EVENTLOG_BUCKETS; bucket++) {
        registry_roster *roster;
        const registry_roster_row *row;
        OK(registry_roster_open(o.memory, o.r, bucket, &options, &roster));
        for (OK(registry_roster_next(roster, &row)); row; OK(registry_roster_next(roster, &row))) {
            const registry_person *p = row->subject;
            assert_true(text_begins(p->name, TEXT("人")));
            assert_true(text_begins(p->phone.plain, TEXT("139")));
            assert_true(text_equal(row->accounts[0].number.plain, TEXT("62220")));
            assert_true(text_equal(row->accounts[0].holder, TEXT("本人")));
            assert_int_equal(row->enrolment_count, 0);
            assert_int_equal(row->spell_count, 2);
            attributes += row->attribute_count;
            if (row->attribute_count) assert_int_equal(row->attributes[0].name, DISABLED);
        }
        registry_roster_close(roster);
    }
    assert_int_equal(attributes, PEOPLE / 2);
    options.of = REGISTRY_BENEFIT;
    registry_roster *none;
    IS(registry_roster_open(o.memory, o.r, 0, &options, &none), REGISTRY_BAD_FACT);
    registered_close(&o);
}

static void households_and_employers_have_rosters(void **state)
{
    registered o = registered_create(*state);
    registry_load *load = open_load(&o, NULL);
    int64_t id, seen = 0;
    for (int n = 0; n < 40; n++) {
        registry_employer e = { .name = TEXT("厂"), .size = n };
        registry_household h = { .address = TEXT("街") };
        OK(registry_load_new(load, n % 2 ? REGISTRY_EMPLOYER : REGISTRY_HOUSEHOLD,
                             n % 2 ? (const void *)&e : (const void *)&h, &id));
    }
    OK(registry_load_close(load, NULL));
    registry_roster_options options = { .day = 40100,
                                        .known_ms = REGISTRY_NOW,
                                        .of = REGISTRY_EMPLOYER };
    for (uint32_t bucket = 0; bucket < EVENTLOG_BUCKETS; bucket++) {
        registry_roster *roster;
        const registry_roster_row *row;
        OK(registry_roster_open(o.memory, o.r, bucket, &options, &roster));
        for (OK(registry_roster_next(roster, &row)); row; OK(registry_roster_next(roster, &row))) {
            assert_true(text_equal(((const registry_employer *)row->subject)->name, TEXT("厂")));
            seen++;
        }
        registry_roster_close(roster);
    }
    assert_int_equal(seen, 20);
    registered_close(&o);
}

static void what_is_full_is_written_in_between(void **state)
{
    enum { NOTE_BYTES = 65536, MANY = 64 * 40 };
    registered o = registered_create(*state);
    registry_load_tally tally;
    registry_load *load = open_load(&o, NULL);
    char *note = arena_alloc(o.memory, NOTE_BYTES);
    memset(note, 'x', NOTE_BYTES);
    for (int n = 0; n < MANY; n++) {
        int64_t id = load_person(&o, load, n);
        registry_attribute t = { .fact = over(id, 1, 2), .name = 1, .note = { note, NOTE_BYTES } };
        if (eventlog_bucket_of(id) != 5) continue;
        OK(registry_load_say(load, REGISTRY_ATTRIBUTE, &t));
    }
    OK(registry_load_close(load, &tally));
    assert_int_equal(tally.event_count, EVENTLOG_BUCKETS + 1);
    assert_int_equal(tally.changed_count, tally.row_count);
    registered_close(&o);
}

/* ---- loading again ---- */

static void say_all_again(registered *o, int64_t first, registry_load_options options,
                          registry_load_tally *tally)
{
    registry_load *load = open_load(o, &options);
    for (int n = PEOPLE - 1; n >= 0; n--)
        load_facts(load, first + n, n); /* in another order */
    OK(registry_load_close(load, tally));
}

static void the_same_again_changes_nothing(void **state)
{
    registered o = registered_create(*state);
    int64_t first = load_county(&o), events = registered_event_count(&o);
    registry_load_tally tally;
    registered_later(&o);
    say_all_again(&o, first, (registry_load_options){ 0 }, &tally);
    assert_int_equal(registered_event_count(&o), events);
    assert_int_equal(tally.changed_count, 0);
    assert_int_equal(tally.same_count, tally.row_count);
    registered_close(&o);
}

static void a_dry_run_counts_and_writes_nothing(void **state)
{
    registered o = registered_create(*state);
    int64_t first = load_county(&o), events = registered_event_count(&o);
    registry_load_tally tally;
    OK(registry_stop(o.r, &o.act, first, PENSION, 7, 40050));
    registry_load *load = open_load(&o, &(registry_load_options){ .is_dry_run = true });
    for (int n = 0; n < PEOPLE; n++) {
        load_facts(load, first + n, n);
        if (n == 7) load_facts(load, load_person(&o, load, 9999), 1);
        if (n == 50) OK(registry_load_flush(load));
    }
    OK(registry_load_close(load, &tally));
    assert_int_equal(registered_event_count(&o), events + 1);
    assert_int_equal(tally.new_count, 1);
    assert_int_equal(tally.changed_count, 1 + 7); /* the one stopped, and the new one's facts */
    registered_close(&o);
}

static void a_number_twice_in_a_load_is_refused(void **state)
{
    registered o = registered_create(*state);
    registry_load *load = open_load(&o, NULL);
    registry_person p = { .name = TEXT("甲"), .number.plain = TEXT("130182196708280017") };
    int64_t id, people;
    OK(registry_load_new(load, REGISTRY_PERSON, &p, &id));
    p.number.plain = TEXT("130182670828001"); /* the same, in 15 places */
    IS(registry_load_new(load, REGISTRY_PERSON, &p, &id), REGISTRY_DUPLICATE);
    p.number.plain = TEXT("");
    OK(registry_load_new(load, REGISTRY_PERSON, &p, &id)); /* the rest of the file goes on */
    OK(registry_load_flush(load));
    p.number.plain = TEXT("130182196708280017");
    IS(registry_load_new(load, REGISTRY_PERSON, &p, &id), REGISTRY_DUPLICATE);
    registry_employer e = { .name = TEXT("厂"), .code = TEXT("91350100M000100Y43") };
    OK(registry_load_new(load, REGISTRY_EMPLOYER, &e, &id));
    IS(registry_load_new(load, REGISTRY_EMPLOYER, &e, &id), REGISTRY_DUPLICATE);
    registry_attribute t = { .fact = over(9999, 1, 2), .name = 1 };
    IS(registry_load_say(load, REGISTRY_ATTRIBUTE, &t), REGISTRY_NOT_FOUND);
    OK(registry_load_close(load, NULL));
    OK(registry_person_count(o.r, &people));
    assert_int_equal(people, 2);
    registered_close(&o);
}

/* ---- the month's contributions ---- */

enum { MONTHS = 5 };

static void a_new_person_may_be_said_again_in_the_same_load(void **state)
{
    registered o = registered_create(*state);
    registry_load *load = open_load(&o, NULL);
    registry_person again = { .name = TEXT("改名"), .phone.plain = TEXT("139") };
    again.fact = over(load_person(&o, load, 1), REGISTRY_EVER, REGISTRY_OPEN);
    OK(registry_load_say(load, REGISTRY_PERSON, &again));
    OK(registry_load_close(load, NULL));
    registry_record record;
    OK(registry_record_read(o.memory, o.r, again.fact.subject_id, REGISTRY_NOW, &record));
    assert_int_equal(record.count[REGISTRY_PERSON], 1);
    assert_true(text_equal(((const registry_person *)record.facts[REGISTRY_PERSON])->name, again.name));
    registered_close(&o);
}

static void extend_month(registered *o, int64_t first, int64_t month, bool is_new_wanted)
{
    for (uint32_t bucket = 0; bucket < EVENTLOG_BUCKETS; bucket++) {
        int64_t person[PEOPLE], scheme[PEOPLE], employer[PEOPLE], kind[PEOPLE], region[PEOPLE],
            from[PEOPLE], until[PEOPLE], base[PEOPLE];
        size_t count = 0;
        bool is_new;
        for (int n = 0; n < PEOPLE; n++) {
            if (eventlog_bucket_of(first + n) != bucket || n % 7 == 0) continue;
            person[count] = first + n;
            scheme[count] = PENSION;
            employer[count] = 7;
            kind[count] = 1;
            region[count] = 0;
            from[count] = month;
            until[count] = month + 1;
            base[count++] = 350000;
        }
        registry_spell_columns c = { person, scheme, employer, kind, region, from, until, base };
        registry_act act = o->act;
        act.key = text_format(o->memory, "month %d", (int)month);
        OK(registry_spells_extend(o->r, &act, bucket, &c, count, &is_new));
        if (count) assert_int_equal(is_new, is_new_wanted);
    }
}

static void paid_months_lengthen_a_spell(void **state)
{
    registered o = registered_create(*state);
    int64_t first = load_county(&o), before = o.act.known_ms;
    for (int64_t month = 1320; month < 1320 + MONTHS; month++) {
        registered_later(&o);
        extend_month(&o, first, month, true);
    }
    extend_month(&o, first, 1322, false); /* tried again */
    for (int n = 0; n < PEOPLE; n += 11) {
        registry_record record;
        OK(registry_record_read(o.memory, o.r, first + n, REGISTRY_NOW, &record));
        const registry_spell *s = record.facts[REGISTRY_SPELL];
        assert_int_equal(record.count[REGISTRY_SPELL], 2);
        assert_int_equal(s[1].fact.until, n % 7 ? 1320 + MONTHS : 1320 + n % 5);
        OK(registry_record_read(o.memory, o.r, first + n, before, &record));
        s = record.facts[REGISTRY_SPELL];
        assert_int_equal(s[1].fact.until, 1320 + n % 5);
    }
    registry_roster_options options = {
        .day = 40100, .month = 1323, .known_ms = REGISTRY_NOW, .wants = ALL_KINDS
    };
    assert_int_equal(expect_roster(&o, &options), PEOPLE);
    registered_close(&o);
}

static void a_spell_corrected_one_by_one_wins_over_segments(void **state)
{
    registered o = registered_create(*state);
    int64_t first = load_county(&o);
    registry_spell s = { .fact = over(first, 1310, 1315),
                         .scheme = PENSION,
                         .employer_id = 7,
                         .kind = 2,
                         .base_fen = 200000 };
    registered_later(&o);
    OK(registry_spell_say(o.r, &o.act, &s));
    int64_t events = registered_event_count(&o);
    OK(registry_spell_say(o.r, &o.act, &s));
    assert_int_equal(registered_event_count(&o), events);
    registered_later(&o);
    s.fact = (registry_fact){ .subject_id = first, .from = 1302, .until = 1304, .is_void = true };
    OK(registry_spell_say(o.r, &o.act, &s));
    registry_record record;
    OK(registry_record_read(o.memory, o.r, first, REGISTRY_NOW, &record));
    static const int64_t WANTED[][3] = { { 1300, 1302, 300000 },
                                         { 1304, 1310, 300000 },
                                         { 1310, 1315, 200000 },
                                         { 1315, 1320, 350000 } };
    const registry_spell *is = record.facts[REGISTRY_SPELL];
    assert_int_equal(record.count[REGISTRY_SPELL], ARRAY_COUNT(WANTED));
    for (size_t i = 0; i < ARRAY_COUNT(WANTED); i++) {
        assert_int_equal(is[i].fact.from, WANTED[i][0]);
        assert_int_equal(is[i].fact.until, WANTED[i][1]);
        assert_int_equal(is[i].base_fen, WANTED[i][2]);
    }
    OK(registry_history_read(o.memory, o.r, first, &record));
    assert_int_equal(record.count[REGISTRY_SPELL], 4); /* as they were said */
    registered_close(&o);
}

static void a_segment_is_cut_into_parts(void **state)
{
    enum { ROWS = 9000, EACH = 1500 };
    registered o = registered_create(*state);
    int64_t person[ROWS], from[ROWS], until[ROWS], one[ROWS], parts, id = 0;
    registry_load *load = open_load(&o, NULL);
    int64_t known[ROWS / EACH];
    size_t count = 0;
    while (count < ROWS / EACH) {
        id = load_person(&o, load, 0);
        if (eventlog_bucket_of(id) == 5) known[count++] = id;
    }
    OK(registry_load_close(load, NULL));
    for (int i = 0; i < ROWS; i++) {
        person[i] = known[i / EACH];
        from[i] = i % EACH;
        until[i] = i % EACH + 1;
        one[i] = 1;
    }
    registry_spell_columns c = { person, one, one, one, one, from, until, one };
    OK(registry_spells_extend(o.r, &o.act, 5, &c, ROWS, NULL));
    OK(store_scalar(o.db, "SELECT count(*) FROM registry_spell_segment", &parts));
    assert_int_equal(parts, 3);
    for (size_t i = 0; i < count; i++) {
        registry_record record;
        OK(registry_record_read(o.memory, o.r, known[i], REGISTRY_NOW, &record));
        const registry_spell *s = record.facts[REGISTRY_SPELL];
        assert_int_equal(record.count[REGISTRY_SPELL], 1);
        assert_int_equal(s->fact.from, 0);
        assert_int_equal(s->fact.until, EACH);
    }
    registry_roster_options options = {
        .day = 40100, .month = 700, .known_ms = REGISTRY_NOW, .wants = ALL_KINDS
    };
    expect_roster(&o, &options);
    registered_close(&o);
}

static void people_out_of_order_are_refused(void **state)
{
    registered o = registered_create(*state);
    int64_t first = load_county(&o);
    int64_t other = first + 1;
    while (eventlog_bucket_of(other) != eventlog_bucket_of(first))
        other++;
    const int64_t person[] = { other, first }, one[] = { 1, 1 }, from[] = { 1320, 1320 },
                  until[] = { 1321, 1321 };
    registry_spell_columns c = { person, one, one, one, one, from, until, one };
    uint32_t bucket = eventlog_bucket_of(first);
    IS(registry_spells_extend(o.r, &o.act, bucket, &c, 2, NULL), REGISTRY_BAD_FACT);
    IS(registry_spells_extend(o.r, &o.act, (bucket + 1) % 64, &c, 1, NULL), REGISTRY_BAD_FACT);
    registered_close(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST_EACH(a_roster_shows_what_records_hold),
        STORE_TEST_EACH(a_roster_shows_what_is_asked_for),
        STORE_TEST_EACH(households_and_employers_have_rosters),
        STORE_TEST_EACH(what_is_full_is_written_in_between),
        STORE_TEST_EACH(the_same_again_changes_nothing),
        STORE_TEST_EACH(a_dry_run_counts_and_writes_nothing),
        STORE_TEST_EACH(a_number_twice_in_a_load_is_refused),
        STORE_TEST_EACH(a_new_person_may_be_said_again_in_the_same_load),
        STORE_TEST_EACH(paid_months_lengthen_a_spell),
        STORE_TEST_EACH(a_spell_corrected_one_by_one_wins_over_segments),
        STORE_TEST_EACH(a_segment_is_cut_into_parts),
        STORE_TEST_EACH(people_out_of_order_are_refused),
    };
    return cmocka_run_group_tests_name("registry in bulk", tests, NULL, NULL);
}
