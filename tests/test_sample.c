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
#include "os/os.h"
#include "sample/sample.h"

#define AS_OF 1517 /* 2026-06 */

static sample_county *open_county(arena *a, sample_options options)
{
    sample_county *county;
    if (!options.as_of_month) options.as_of_month = AS_OF;
    assert_null(sample_open(a, &options, &county).kind);
    return county;
}

/* ---- the same bytes ---- */

static uint64_t mix_text(uint64_t h, const char *t)
{
    return hash_bytes(t, strlen(t), h);
}

static uint64_t digest_people(const sample_block *b)
{
    uint64_t h = b->person_count;
    for (size_t i = 0; i < b->person_count; i++) {
        const sample_person *p = &b->persons[i];
        const int64_t fields[] = { p->person_id,
                                   p->household_id,
                                   p->birth_day,
                                   p->death_day,
                                   p->death_known_day,
                                   p->prison_from_month,
                                   p->prison_until_month,
                                   p->permit_from_month,
                                   p->work_from_month,
                                   p->region,
                                   p->sex,
                                   p->ethnic,
                                   p->relation,
                                   p->residence,
                                   p->registered_in,
                                   p->lives_in,
                                   p->group,
                                   p->disability,
                                   p->disability_grade,
                                   p->worker,
                                   p->is_student,
                                   p->care };
        h = mix_text(
            mix_text(mix_text(hash_bytes(fields, sizeof fields, h), p->name), p->citizen_number),
            p->phone);
    }
    for (size_t i = 0; i < b->household_count; i++) {
        const sample_household *x = &b->households[i];
        const int64_t fields[] = { x->household_id, x->head_id, x->income_fen,        x->region,
                                   x->member_count, x->group,   x->is_property_within };
        h = hash_bytes(fields, sizeof fields, h);
    }
    return h;
}

static uint64_t digest(const sample_block *b)
{
    uint64_t h = digest_people(b);
    for (size_t i = 0; i < b->enrolment_count; i++) {
        const sample_enrolment *e = &b->enrolments[i];
        const int64_t fields[] = { e->person_id,  e->employer_id, e->wage_fen, e->tier_fen,
                                   e->from_month, e->until_month, e->scheme,   e->kind };
        h = hash_bytes(fields, sizeof fields, h);
    }
    for (size_t i = 0; i < b->spell_count; i++) {
        const sample_spell *s = &b->spells[i];
        const int64_t fields[] = { s->person_id,  s->employer_id, s->base_fen,
                                   s->from_month, s->until_month, s->scheme,
                                   s->kind,       s->place,       s->is_deemed };
        h = hash_bytes(fields, sizeof fields, h);
    }
    for (size_t i = 0; i < b->benefit_count; i++) {
        const sample_benefit *f = &b->benefits[i];
        const int64_t fields[] = { f->person_id, f->amount_fen, f->from_month, f->until_month,
                                   f->kind };
        h = hash_bytes(fields, sizeof fields, h);
    }
    for (size_t i = 0; i < b->account_count; i++)
        h = mix_text(h + (uint64_t)b->accounts[i].person_id + b->accounts[i].bank,
                     b->accounts[i].number);
    for (size_t i = 0; i < b->truth_count; i++) {
        const sample_truth *t = &b->truths[i];
        const int64_t fields[] = { t->person_id, t->other_id, t->day, t->from_month, t->kind };
        h = mix_text(mix_text(hash_bytes(fields, sizeof fields, h), t->recorded), t->truth);
    }
    return h;
}

static uint64_t digest_county(arena *a, sample_options options)
{
    const sample_county *county = open_county(a, options);
    sample_maker *maker = sample_maker_open(a, county);
    uint64_t h = 0;
    for (int64_t i = 0; i < sample_block_count(county); i++)
        h = hash_mix(h, digest(sample_make(maker, i)));
    for (int64_t id = 1; id <= sample_employer_count(county); id++) {
        sample_employer e = sample_employer_at(county, id);
        h = mix_text(mix_text(hash_mix(h, (uint64_t)e.staff), e.name), e.uscc);
    }
    return h;
}

static void one_seed_and_size_make_the_same_county_and_others_another(void **state)
{
    (void)state;
    arena *a = arena_open();
    uint64_t first = digest_county(a, (sample_options){ .seed = 1, .size = 5000 });
    assert_true(first == digest_county(a, (sample_options){ .seed = 1, .size = 5000 }));
    assert_true(first != digest_county(a, (sample_options){ .seed = 2, .size = 5000 }));
    assert_true(first != digest_county(a, (sample_options){ .seed = 1, .size = 5001 }));
    assert_true(first != digest_county(a, (sample_options){
                                              .seed = 1, .size = 5000, .as_of_month = AS_OF + 1 }));
    arena_close(a);
}

static void blocks_are_the_same_in_any_order_and_by_any_maker(void **state)
{
    (void)state;
    arena *a = arena_open();
    const sample_county *county = open_county(a, (sample_options){ .seed = 3, .size = 20000 });
    sample_maker *forward = sample_maker_open(a, county), *backward = sample_maker_open(a, county);
    int64_t count = sample_block_count(county);
    uint64_t *seen = ARENA_ARRAY(a, uint64_t, count);
    for (int64_t i = 0; i < count; i++)
        seen[i] = digest(sample_make(forward, i));
    for (int64_t i = count - 1; i >= 0; i--)
        assert_true(seen[i] == digest(sample_make(backward, i)));
    for (int64_t i = 0; i < count; i++) /* 5 shares no factor with 28 */
        assert_true(seen[i * 5 % count] == digest(sample_make(forward, i * 5 % count)));
    arena_close(a);
}

static void ids_are_1_to_size_whatever_the_last_block_holds(void **state)
{
    (void)state;
    arena *a = arena_open();
    static const int64_t SIZES[] = { 3000, 3650, 3651, 3652, 4379, 4380, 29200 };
    for (size_t k = 0; k < ARRAY_COUNT(SIZES); k++) {
        const sample_county *county =
            open_county(a, (sample_options){ .seed = k, .size = SIZES[k] });
        sample_maker *maker = sample_maker_open(a, county);
        int64_t id = 0;
        for (int64_t i = 0; i < sample_block_count(county); i++) {
            const sample_block *b = sample_make(maker, i);
            assert_int_equal(b->first_person_id, id + 1);
            for (size_t n = 0; n < b->person_count; n++)
                assert_int_equal(b->persons[n].person_id, ++id);
        }
        assert_int_equal(id, SIZES[k]);
    }
    arena_close(a);
}

static void sizes_and_months_out_of_range_are_refused(void **state)
{
    (void)state;
    static const struct {
        int64_t size;
        int32_t month;
        const err_kind *kind;
        const char *detail;
    } CASES[] = {
        { 2999, AS_OF, &SAMPLE_SIZE_OUT_OF_RANGE, "2999" },
        { -1, AS_OF, &SAMPLE_SIZE_OUT_OF_RANGE, "-1" },
        { 10000001, AS_OF, &SAMPLE_SIZE_OUT_OF_RANGE, "10000001" },
        { 3000, SAMPLE_MONTH_MIN - 1, &SAMPLE_MONTH_OUT_OF_RANGE, "2015-12" },
        { 3000, SAMPLE_MONTH_MAX + 1, &SAMPLE_MONTH_OUT_OF_RANGE, "2036-01" },
        { 3000, INT32_MAX, &SAMPLE_MONTH_OUT_OF_RANGE, "" },
        { 3000, SAMPLE_MONTH_MIN, NULL, NULL },
        { 10000000, SAMPLE_MONTH_MAX, NULL, NULL },
    };
    arena *a = arena_open();
    for (size_t i = 0; i < ARRAY_COUNT(CASES); i++) {
        sample_county *county = NULL;
        sample_options options = { .size = CASES[i].size, .as_of_month = CASES[i].month };
        err e = sample_open(a, &options, &county);
        assert_ptr_equal(e.kind, CASES[i].kind);
        if (e.kind) assert_string_equal(e.detail, CASES[i].detail);
        assert_int_equal(county == NULL, e.kind != NULL);
    }
    arena_close(a);
}

static void every_month_of_the_range_makes_a_county(void **state)
{
    (void)state;
    arena *a = arena_open();
    for (int32_t month = SAMPLE_MONTH_MIN; month <= SAMPLE_MONTH_MAX; month += 17)
        digest_county(
            a, (sample_options){ .seed = (uint64_t)month, .size = 3000, .as_of_month = month });
    arena_close(a);
}

/* ---- the census ---- */

enum { GROUPS = 21 };

/* Adds a file's column to groups of five years and two sexes. */
static void read_census(arena *a, const char *file, int64_t group[GROUPS][2])
{
    text bytes;
    assert_null(os_read_file(a, file, 1 << 20, &bytes).kind);
    codec_csv_reader *r = codec_csv_open_text(a, bytes, (codec_csv_options){ 0 });
    codec_csv_row row;
    bool has_row = true;
    assert_null(codec_csv_next(r, &row, &has_row).kind);
    while (!codec_csv_next(r, &row, &has_row).kind && has_row) {
        int64_t age = 0, count = 0;
        assert_true(codec_parse_scaled(row.field[0], 0, &age) &&
                    codec_parse_scaled(row.field[2], 0, &count));
        group[age / 5][text_equal_cstr(row.field[1], "female")] += count;
    }
}

static void ages_sexes_and_deaths_are_those_of_the_census(void **state)
{
    (void)state;
    arena *a = arena_open();
    static const uint64_t SEEDS[] = { 1, 42, 20260601 };
    int64_t people[GROUPS][2] = { 0 }, deaths[GROUPS][2] = { 0 }, total = 0, total_deaths = 0;
    read_census(a, "data/china/census2020-single-age.csv", people);
    read_census(a, "data/china/census2020-single-age-deaths.csv", deaths);
    for (int g = 0; g < GROUPS; g++)
        for (int sex = 0; sex < 2; sex++)
            total += people[g][sex], total_deaths += deaths[g][sex];
    assert_int_equal(total, 1408350446);
    assert_int_equal(total_deaths, 7965772);
    for (size_t k = 0; k < ARRAY_COUNT(SEEDS); k++) {
        const sample_county *county = open_county(a, (sample_options){ .seed = SEEDS[k],
                                                                       .size = 73000,
                                                                       .leaves_out_mistakes = true,
                                                                       .leaves_out_cases = true });
        sample_maker *maker = sample_maker_open(a, county);
        int64_t found[GROUPS][2] = { 0 }, living = 0, dead = 0;
        for (int64_t i = 0; i < sample_block_count(county); i++) {
            const sample_block *b = sample_make(maker, i);
            for (size_t n = 0; n < b->person_count; n++) {
                const sample_person *p = &b->persons[n];
                int32_t age =
                    calendar_full_years_between(p->birth_day, calendar_first_day_of_month(AS_OF));
                if (p->death_day != SAMPLE_UNKNOWN) dead++;
                else found[age > 100 ? 20 : age / 5][p->sex]++, living++;
            }
        }
        /* 42 groups: a county drawn by chance would come to about 41; parts drawn each once stay
         * below. */
        int64_t chi_thousandths = 0;
        for (int g = 0; g < GROUPS; g++)
            for (int sex = 0; sex < 2; sex++) {
                int64_t expected = people[g][sex] * living / total + 1,
                        off = found[g][sex] - expected;
                chi_thousandths += off * off * 1000 / expected;
            }
        assert_in_range(chi_thousandths, 0, 41000);
        /* The dead of three years. */
        int64_t expected_dead = living * 3 * total_deaths / total;
        assert_in_range(dead, expected_dead * 93 / 100, expected_dead * 107 / 100);
    }
    arena_close(a);
}

/* ---- numbers ---- */

static void put_once(hash_map *seen, text key)
{
    if (hash_map_get(seen, key) != SIZE_MAX) fail_msg("twice: %.*s", TEXT_ARG(key));
    hash_map_put(seen, key, 1);
}

static void check_numbers(arena *a, const sample_block *b, hash_map *seen)
{
    for (size_t i = 0; i < b->person_count; i++) {
        const sample_person *p = &b->persons[i];
        ident_citizen citizen;
        assert_null(ident_check_citizen(text_of(p->citizen_number), &citizen).kind);
        assert_string_equal(citizen.id, p->citizen_number);
        assert_false(citizen.is_region_known); /* nobody's */
        assert_int_equal(citizen.is_male, p->sex == SAMPLE_MALE);
        assert_int_equal(citizen.birth_day, p->birth_day);
        put_once(seen, text_copy(a, text_of(p->citizen_number)));
        if (!p->phone[0]) continue;
        assert_int_equal(strlen(p->phone), 11);
        assert_true(text_begins(text_of(p->phone), TEXT("154")));
        put_once(seen, text_copy(a, text_of(p->phone)));
    }
    for (size_t i = 0; i < b->account_count; i++) {
        ident_card card;
        assert_null(ident_check_card(text_of(b->accounts[i].number), &card).kind);
        assert_true(text_begins(text_of(card.number), TEXT("9156")));
        put_once(seen, text_copy(a, text_of(card.number)));
    }
}

static void numbers_are_well_made_nobodys_and_no_two_are_the_same(void **state)
{
    (void)state;
    arena *a = arena_open();
    static const struct {
        int64_t size, step;
    } CASES[] = { { 30000, 1 }, { 1000000, 37 }, { 10000000, 250 }, { 10000000, 241 } };
    for (size_t k = 0; k < ARRAY_COUNT(CASES); k++) {
        const sample_county *county = open_county(
            a, (sample_options){ .seed = k, .size = CASES[k].size, .leaves_out_mistakes = true });
        sample_maker *maker = sample_maker_open(a, county);
        hash_map *seen = hash_map_open(a);
        for (int64_t i = 0; i < sample_block_count(county); i += CASES[k].step)
            check_numbers(a, sample_make(maker, i), seen);
    }
    arena_close(a);
}

static void employers_have_valid_codes_and_about_the_staff_that_is_insured(void **state)
{
    (void)state;
    arena *a = arena_open();
    const sample_county *county = open_county(a, (sample_options){ .seed = 9, .size = 200000 });
    int64_t count = sample_employer_count(county), staff = 0, insured = 0, largest = 0, small = 0;
    hash_map *seen = hash_map_open(a);
    for (int64_t id = 1; id <= count; id++) {
        sample_employer e = sample_employer_at(county, id);
        ident_uscc uscc;
        assert_null(ident_check_uscc(text_of(e.uscc), &uscc).kind);
        assert_true(text_begins(text_sub(text_of(e.uscc), 2, 8), TEXT("590121")));
        put_once(seen, text_copy(a, text_of(e.uscc)));
        assert_true(e.employer_id == id && e.staff > 0 && e.revenue_fen > 0 && e.assets_fen > 0 &&
                    e.name[0]);
        assert_true(e.kind < SAMPLE_EMPLOYER_KIND_COUNT && e.trade[0] && e.founded_month < AS_OF);
        assert_in_range(e.region, 1, sample_region_count(county) - 1);
        staff += e.staff;
        small += e.staff <= 5;
        if (e.staff > largest) largest = e.staff;
    }
    sample_maker *maker = sample_maker_open(a, county);
    for (int64_t i = 0; i < sample_block_count(county); i++) {
        const sample_block *b = sample_make(maker, i);
        for (size_t n = 0; n < b->enrolment_count; n++) {
            const sample_enrolment *e = &b->enrolments[n];
            if (e->kind == SAMPLE_EMPLOYEE) assert_in_range(e->employer_id, 1, count);
            else assert_int_equal(e->employer_id, 0);
            insured += e->scheme == SAMPLE_INJURY && e->until_month == SAMPLE_OPEN;
        }
    }
    assert_in_range(insured, staff * 85 / 100, staff * 115 / 100);
    assert_true(largest >= 300 && small * 100 / count >= 40);
    arena_close(a);
}

/* ---- words, places ---- */

static void measured_staff_is_who_is_insured_and_who_is_hidden(void **state)
{
    (void)state;
    arena *a = arena_open();
    const sample_county *county =
        open_county(a, (sample_options){ .seed = 9, .size = 60000, .measures_staff = true });
    const sample_county *plain = open_county(a, (sample_options){ .seed = 9, .size = 60000 });
    int64_t count = sample_employer_count(county), hiding = 0;
    int64_t *insured = ARENA_ARRAY(a, int64_t, count + 1);
    sample_maker *maker = sample_maker_open(a, county), *other = sample_maker_open(a, plain);
    for (int64_t i = 0; i < sample_block_count(county); i++) {
        const sample_block *b = sample_make(maker, i);
        assert_true(digest(b) == digest(sample_make(other, i))); /* people do not change by it */
        for (size_t n = 0; n < b->enrolment_count; n++) {
            const sample_enrolment *e = &b->enrolments[n];
            insured[e->employer_id] += e->scheme == SAMPLE_INJURY && e->until_month == SAMPLE_OPEN;
        }
    }
    for (int64_t id = 1; id <= count; id++) {
        sample_employer e = sample_employer_at(county, id), about = sample_employer_at(plain, id);
        assert_int_equal(e.staff, insured[id] + e.hidden_staff);
        assert_int_equal(e.hidden_staff > 0, about.hidden_staff > 0);
        assert_string_equal(e.uscc, about.uscc);
        hiding += e.hidden_staff > 0;
    }
    assert_in_range(hiding * 1000 / count, 15, 50);
    arena_close(a);
}

static void every_list_has_a_word_for_each_of_its_rows(void **state)
{
    (void)state;
    static const size_t COUNTS[SAMPLE_LIST_COUNT] = {
        [SAMPLE_LIST_SEX] = SAMPLE_SEX_COUNT,
        [SAMPLE_LIST_RELATION] = SAMPLE_RELATION_COUNT,
        [SAMPLE_LIST_RESIDENCE] = SAMPLE_RESIDENCE_COUNT,
        [SAMPLE_LIST_GROUP] = SAMPLE_GROUP_COUNT,
        [SAMPLE_LIST_DISABILITY] = SAMPLE_DISABILITY_COUNT,
        [SAMPLE_LIST_CARE] = SAMPLE_CARE_COUNT,
        [SAMPLE_LIST_SCHEME] = SAMPLE_SCHEME_COUNT,
        [SAMPLE_LIST_KIND] = SAMPLE_KIND_COUNT,
        [SAMPLE_LIST_BENEFIT] = SAMPLE_BENEFIT_COUNT,
        [SAMPLE_LIST_EMPLOYER_KIND] = SAMPLE_EMPLOYER_KIND_COUNT,
        [SAMPLE_LIST_WORKER] = SAMPLE_WORKER_COUNT,
        [SAMPLE_LIST_TRUTH] = SAMPLE_TRUTH_COUNT,
        [SAMPLE_LIST_ETHNIC] = 8,
        [SAMPLE_LIST_PLACE] = 8,
        [SAMPLE_LIST_BANK] = 5,
    };
    for (size_t list = 0; list < SAMPLE_LIST_COUNT; list++) {
        for (size_t i = 0; i < COUNTS[list]; i++)
            assert_true(sample_word((sample_list)list, i).size_bytes > 0);
        assert_null(sample_word((sample_list)list, COUNTS[list]).bytes);
    }
    assert_null(sample_word(SAMPLE_LIST_COUNT, 0).bytes);
}

static void regions_are_a_tree_with_codes_of_their_own(void **state)
{
    (void)state;
    arena *a = arena_open();
    static const int64_t SIZES[] = { 3000, 30000, 1000000, 10000000 };
    for (size_t k = 0; k < ARRAY_COUNT(SIZES); k++) {
        const sample_county *county =
            open_county(a, (sample_options){ .seed = 5, .size = SIZES[k] });
        hash_map *codes = hash_map_open(a), *names = hash_map_open(a);
        bool has_town = false, has_country = false;
        for (int32_t i = 0; i < sample_region_count(county); i++) {
            sample_region r = sample_region_at(county, i);
            put_once(codes, text_copy(a, text_of(r.code)));
            put_once(names, text_format(a, "%d %s", r.parent, r.name));
            if (i == 0) continue;
            sample_region parent = sample_region_at(county, r.parent);
            assert_true(r.parent < i && text_begins(text_of(r.code), text_of(parent.code)));
            assert_int_equal(strlen(r.code), strlen(parent.code) + 3);
            if (r.parent == 0) continue;
            assert_int_equal(r.is_urban, parent.is_urban);
            has_town |= r.is_urban;
            has_country |= !r.is_urban;
        }
        assert_true(has_town && has_country);
    }
    arena_close(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_seed_and_size_make_the_same_county_and_others_another),
        cmocka_unit_test(blocks_are_the_same_in_any_order_and_by_any_maker),
        cmocka_unit_test(ids_are_1_to_size_whatever_the_last_block_holds),
        cmocka_unit_test(sizes_and_months_out_of_range_are_refused),
        cmocka_unit_test(every_month_of_the_range_makes_a_county),
        cmocka_unit_test(ages_sexes_and_deaths_are_those_of_the_census),
        cmocka_unit_test(numbers_are_well_made_nobodys_and_no_two_are_the_same),
        cmocka_unit_test(employers_have_valid_codes_and_about_the_staff_that_is_insured),
        cmocka_unit_test(measured_staff_is_who_is_insured_and_who_is_hidden),
        cmocka_unit_test(every_list_has_a_word_for_each_of_its_rows),
        cmocka_unit_test(regions_are_a_tree_with_codes_of_their_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
