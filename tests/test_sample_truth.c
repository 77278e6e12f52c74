#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/checked.h"
#include "base/hash.h"
#include "calendar/calendar.h"
#include "codec/codec.h"
#include "ident/ident.h"
#include "sample/sample.h"

#define AS_OF 1517 /* 2026-06 */
enum { SIZE = 60000 };

/* An office's view of one person, gathered from the rows. */
typedef struct {
    const sample_person *p;
    int open_pensions, open_benefits; /* benefits that are in payment */
    int paid_months, months_away;     /* of employees, deemed ones too */
    int64_t open_employer;
    bool is_open_employee, is_open_resident, is_paid_unemployment, has_resident_history,
        has_pension, is_public;
    uint32_t truths; /* a bit a kind */
} view;

typedef struct {
    arena *a;
    const sample_county *county;
    const sample_block *b;
    view views[SAMPLE_BLOCK_PEOPLE];
} office;

static view *view_of(office *o, int64_t person_id)
{
    size_t at = (size_t)(person_id - o->b->first_person_id);
    assert_true(at < o->b->person_count);
    return &o->views[at];
}

static bool is_open(int32_t until_month)
{
    return until_month == SAMPLE_OPEN;
}

static void look_at_enrolments(office *o)
{
    for (size_t i = 0; i < o->b->enrolment_count; i++) {
        const sample_enrolment *e = &o->b->enrolments[i];
        view *v = view_of(o, e->person_id);
        assert_true(e->from_month < e->until_month && e->from_month < AS_OF + 1);
        assert_true(e->from_month >= calendar_month_of_day(v->p->birth_day) ||
                    v->p->birth_day == SAMPLE_UNKNOWN);
        bool is_pension =
            e->scheme == SAMPLE_EMPLOYEE_PENSION || e->scheme == SAMPLE_PUBLIC_PENSION;
        if (is_pension && is_open(e->until_month))
            v->is_open_employee = true, v->open_employer = e->employer_id;
        if (e->scheme == SAMPLE_PUBLIC_PENSION) v->is_public = true;
        if (e->scheme == SAMPLE_RESIDENT_PENSION) v->has_resident_history = true;
        if (e->scheme == SAMPLE_RESIDENT_PENSION && is_open(e->until_month))
            v->is_open_resident = true;
        assert_int_equal(e->wage_fen > 0,
                         is_pension || (e->kind != SAMPLE_RESIDENT && e->kind != SAMPLE_RETIRED));
        assert_int_equal(e->tier_fen > 0, e->scheme == SAMPLE_RESIDENT_PENSION);
    }
}

static void look(office *o, sample_maker *maker, int64_t block)
{
    o->b = sample_make(maker, block);
    memset(o->views, 0, sizeof o->views);
    for (size_t i = 0; i < o->b->person_count; i++)
        o->views[i].p = &o->b->persons[i];
    look_at_enrolments(o);
    for (size_t i = 0; i < o->b->spell_count; i++) {
        const sample_spell *s = &o->b->spells[i];
        view *v = view_of(o, s->person_id);
        if (s->scheme != SAMPLE_RESIDENT_PENSION) v->paid_months += s->until_month - s->from_month;
        if (s->scheme == SAMPLE_PUBLIC_PENSION) v->is_public = true;
    }
    for (size_t i = 0; i < o->b->benefit_count; i++) {
        const sample_benefit *f = &o->b->benefits[i];
        view *v = view_of(o, f->person_id);
        assert_true(f->amount_fen > 0 && f->amount_fen < 10000000 && f->from_month < AS_OF);
        bool is_pension = f->kind <= SAMPLE_PAID_RESIDENT_PENSION;
        v->has_pension |= is_pension;
        v->open_pensions += is_pension && is_open(f->until_month);
        v->open_benefits += is_open(f->until_month);
        v->is_paid_unemployment |= f->kind == SAMPLE_PAID_UNEMPLOYMENT && is_open(f->until_month);
    }
    for (size_t i = 0; i < o->b->truth_count; i++)
        view_of(o, o->b->truths[i].person_id)->truths |= 1u << o->b->truths[i].kind;
}

static void open_office(office *o, sample_options options, sample_maker **maker)
{
    sample_county *county;
    options.as_of_month = AS_OF;
    assert_null(sample_open(o->a, &options, &county).kind);
    o->county = county;
    *maker = sample_maker_open(o->a, county);
}

/* ---- what detectors find is what was planted, no more and no less ---- */

/* The office of this test retires everybody at the usual ages, and counts from the month after. */
static int32_t retire(void *context, sample_worker worker, int32_t birth_month)
{
    static const int32_t AGES[SAMPLE_WORKER_COUNT] = { 720, 600, 660 };
    (*(int64_t *)context)++;
    return birth_month + AGES[worker];
}

static bool is_due_but_unpaid(const view *v)
{
    int64_t asked = 0;
    const sample_person *p = v->p;
    if (p->birth_day == SAMPLE_UNKNOWN || p->death_day != SAMPLE_UNKNOWN || v->has_pension)
        return false;
    int32_t born = calendar_month_of_day(p->birth_day);
    if (v->paid_months >= (v->is_public ? 1 : 180))
        return retire(&asked, (sample_worker)p->worker, born) + 1 < AS_OF && !v->is_open_employee;
    return v->has_resident_history && !v->paid_months && born + 720 + 1 < AS_OF;
}

static bool detects(const view *v, sample_truth_kind kind)
{
    const sample_person *p = v->p;
    switch (kind) {
    case SAMPLE_PAID_AFTER_DEATH: return p->death_day != SAMPLE_UNKNOWN && v->open_benefits > 0;
    case SAMPLE_PAID_TWICE: return v->open_pensions > 1;
    case SAMPLE_INSURED_TWICE: return v->is_open_employee && v->is_open_resident;
    case SAMPLE_UNEMPLOYED_BUT_EMPLOYED: return v->is_paid_unemployment && v->is_open_employee;
    case SAMPLE_PAID_IN_PRISON:
        return p->prison_from_month != SAMPLE_UNKNOWN && p->prison_from_month < AS_OF &&
               p->prison_until_month > AS_OF && v->open_benefits > 0;
    case SAMPLE_DUE_BUT_UNPAID: return is_due_but_unpaid(v);
    default: return false;
    }
}

static const sample_truth_kind DETECTED[] = {
    SAMPLE_PAID_AFTER_DEATH,        SAMPLE_PAID_TWICE,     SAMPLE_INSURED_TWICE,
    SAMPLE_UNEMPLOYED_BUT_EMPLOYED, SAMPLE_PAID_IN_PRISON, SAMPLE_DUE_BUT_UNPAID
};

static void detectors_find_all_that_was_planted_and_nothing_else(void **state)
{
    (void)state;
    office *o = &(office){ .a = arena_open() };
    sample_maker *maker;
    int64_t asked = 0, found = 0;
    open_office(o,
                (sample_options){
                    .seed = 11, .size = SIZE, .retire_month = retire, .retire_context = &asked },
                &maker);
    for (int64_t block = 0; block < sample_block_count(o->county); block++) {
        look(o, maker, block);
        for (size_t i = 0; i < o->b->person_count; i++)
            for (size_t k = 0; k < ARRAY_COUNT(DETECTED); k++) {
                bool is_planted = o->views[i].truths >> DETECTED[k] & 1;
                if (detects(&o->views[i], DETECTED[k]) != is_planted)
                    fail_msg("person %d, kind %d: %s", (int)o->views[i].p->person_id,
                             (int)DETECTED[k], is_planted ? "not found" : "not planted");
                found += is_planted;
            }
    }
    assert_true(found > 80 && asked > 1000);
    arena_close(o->a);
}

static void a_death_that_nobody_reported_leaves_no_mark_but_in_the_truth(void **state)
{
    (void)state;
    office *o = &(office){ .a = arena_open() };
    sample_maker *maker;
    int64_t count = 0;
    open_office(o, (sample_options){ .seed = 12, .size = SIZE }, &maker);
    for (int64_t block = 0; block < sample_block_count(o->county); block++) {
        look(o, maker, block);
        for (size_t i = 0; i < o->b->truth_count; i++) {
            const sample_truth *t = &o->b->truths[i];
            if (t->kind != SAMPLE_DEATH_UNREPORTED && t->kind != SAMPLE_PAID_AFTER_DEATH) continue;
            const view *v = view_of(o, t->person_id);
            assert_true(v->open_pensions == 1 && t->day < calendar_first_day_of_month(AS_OF));
            assert_int_equal(t->from_month, calendar_month_of_day(t->day) + 1);
            assert_int_equal(v->p->death_day,
                             t->kind == SAMPLE_DEATH_UNREPORTED ? SAMPLE_UNKNOWN : t->day);
            count++;
        }
        for (size_t i = 0; i < o->b->person_count; i++) {
            const sample_person *p = &o->b->persons[i];
            assert_int_equal(p->death_day == SAMPLE_UNKNOWN, p->death_known_day == SAMPLE_UNKNOWN);
            if (p->death_day == SAMPLE_UNKNOWN) continue;
            assert_true(p->death_day <= p->death_known_day &&
                        p->death_known_day < calendar_first_day_of_month(AS_OF));
            assert_true(p->birth_day == SAMPLE_UNKNOWN || p->birth_day <= p->death_day);
        }
    }
    assert_true(count > 30);
    arena_close(o->a);
}

/* ---- how many ---- */

/* In a thousand full blocks, as docs/sample-county.md says. */
static const int64_t RATES[SAMPLE_TRUTH_COUNT] = { 700, 1500, 300, 300, 700, 700, 800,
                                                   250, 250,  250, 200, 400, 200, 100 };

static void count_truths(arena *a, sample_options options, int64_t counts[SAMPLE_TRUTH_COUNT])
{
    sample_county *county;
    options.as_of_month = AS_OF;
    assert_null(sample_open(a, &options, &county).kind);
    sample_maker *maker = sample_maker_open(a, county);
    memset(counts, 0, SAMPLE_TRUTH_COUNT * sizeof *counts);
    for (int64_t block = 0; block < sample_block_count(county); block++) {
        const sample_block *b = sample_make(maker, block);
        int64_t last = 0;
        for (size_t i = 0; i < b->truth_count; i++) {
            counts[b->truths[i].kind]++;
            assert_true(b->truths[i].person_id > last); /* in order, and one a person */
            last = b->truths[i].person_id;
        }
    }
}

static void counties_hold_as_many_cases_as_promised_and_none_when_left_out(void **state)
{
    (void)state;
    arena *a = arena_open();
    static const int64_t SIZES[] = { 3000, 30000, 120000 };
    for (size_t k = 0; k < ARRAY_COUNT(SIZES); k++) {
        int64_t counts[SAMPLE_TRUTH_COUNT], full = SIZES[k] / SAMPLE_BLOCK_PEOPLE;
        count_truths(a, (sample_options){ .seed = 21 + k, .size = SIZES[k] }, counts);
        for (int kind = 0; kind < SAMPLE_TRUTH_COUNT; kind++)
            assert_int_equal(counts[kind], (full * RATES[kind] + 999) / 1000);
        count_truths(a,
                     (sample_options){ .seed = 21 + k, .size = SIZES[k], .leaves_out_cases = true },
                     counts);
        for (int kind = 0; kind < SAMPLE_TRUTH_COUNT; kind++)
            assert_int_equal(counts[kind] > 0, kind <= SAMPLE_DUPLICATE);
        count_truths(
            a, (sample_options){ .seed = 21 + k, .size = SIZES[k], .leaves_out_mistakes = true },
            counts);
        for (int kind = 0; kind < SAMPLE_TRUTH_COUNT; kind++)
            assert_int_equal(counts[kind] > 0, kind > SAMPLE_DUPLICATE);
    }
    arena_close(a);
}

/* ---- mistakes ---- */

static void check_wrong_number(const sample_truth *t, const sample_person *p)
{
    static const err_kind *const REFUSED[SAMPLE_TRUTH_COUNT] = {
        [SAMPLE_NUMBER_15_DIGITS] = &IDENT_WRONG_LENGTH,
        [SAMPLE_NUMBER_LETTER] = &IDENT_BAD_CHARACTER,
    };
    ident_citizen right, wrong;
    char upgraded[IDENT_CODE_BYTES];
    assert_string_equal(t->recorded, p->citizen_number);
    assert_null(ident_check_citizen(text_of(t->truth), &right).kind);
    err e = ident_check_citizen(text_of(t->recorded), &wrong);
    if (REFUSED[t->kind]) assert_ptr_equal(e.kind, REFUSED[t->kind]);
    if (t->kind == SAMPLE_NUMBER_15_DIGITS) {
        assert_null(ident_upgrade_citizen(text_of(t->recorded), upgraded).kind);
        assert_string_equal(upgraded, t->truth);
    }
    if (t->kind == SAMPLE_NUMBER_SWAPPED)
        assert_true(e.kind == &IDENT_WRONG_CHECK || e.kind == &IDENT_NO_SUCH_BIRTHDAY);
    if (t->kind == SAMPLE_NUMBER_WRONG_SEX) {
        assert_null(e.kind);
        assert_int_not_equal(wrong.is_male, p->sex == SAMPLE_MALE);
    }
    assert_int_equal(right.birth_day, p->birth_day);
    assert_int_equal(right.is_male, p->sex == SAMPLE_MALE);
}

static void check_duplicate(office *o, const sample_truth *t, const sample_person *p)
{
    const sample_person *first = view_of(o, t->other_id)->p;
    assert_int_equal(view_of(o, t->other_id)->truths, 0);
    assert_true(first->birth_day == p->birth_day && first->sex == p->sex &&
                first->person_id < p->person_id);
    bool is_name = strcmp(first->citizen_number, p->citizen_number) == 0;
    assert_string_equal(t->recorded, is_name ? p->name : p->citizen_number);
    assert_string_equal(t->truth, is_name ? first->name : first->citizen_number);
    assert_string_not_equal(t->recorded, t->truth);
    assert_int_equal(p->household_id, p->person_id);
}

static void check_truth(office *o, const sample_truth *t)
{
    const sample_person *p = view_of(o, t->person_id)->p;
    if (t->kind <= SAMPLE_NUMBER_LETTER) check_wrong_number(t, p);
    if (t->kind == SAMPLE_DUPLICATE) check_duplicate(o, t, p);
    if (t->kind == SAMPLE_NAME_LOOKALIKE) {
        assert_string_equal(t->recorded, p->name);
        assert_string_not_equal(t->recorded, t->truth);
        assert_int_equal(strlen(t->recorded), strlen(t->truth));
        assert_true(text_is_utf8(text_of(t->recorded), NULL));
    }
    if (t->kind == SAMPLE_BIRTH_MISSING) {
        ident_citizen citizen;
        assert_null(ident_check_citizen(text_of(p->citizen_number), &citizen).kind);
        assert_true(p->birth_day == SAMPLE_UNKNOWN && t->day == citizen.birth_day);
    }
}

static void records_are_right_but_where_the_truth_says_otherwise(void **state)
{
    (void)state;
    office *o = &(office){ .a = arena_open() };
    sample_maker *maker;
    open_office(o, (sample_options){ .seed = 13, .size = SIZE }, &maker);
    for (int64_t block = 0; block < sample_block_count(o->county); block++) {
        look(o, maker, block);
        for (size_t i = 0; i < o->b->truth_count; i++)
            check_truth(o, &o->b->truths[i]);
        for (size_t i = 0; i < o->b->person_count; i++) {
            const sample_person *p = &o->b->persons[i];
            ident_citizen citizen;
            if (o->views[i].truths & ((2u << SAMPLE_DUPLICATE) - 1)) continue;
            assert_null(ident_check_citizen(text_of(p->citizen_number), &citizen).kind);
            assert_true(citizen.birth_day == p->birth_day &&
                        citizen.is_male == (p->sex == SAMPLE_MALE));
        }
    }
    arena_close(o->a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(detectors_find_all_that_was_planted_and_nothing_else),
        cmocka_unit_test(a_death_that_nobody_reported_leaves_no_mark_but_in_the_truth),
        cmocka_unit_test(counties_hold_as_many_cases_as_promised_and_none_when_left_out),
        cmocka_unit_test(records_are_right_but_where_the_truth_says_otherwise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
