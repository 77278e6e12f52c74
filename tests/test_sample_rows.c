#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/checked.h"
#include "calendar/calendar.h"
#include "codec/codec.h"
#include "sample/sample.h"

#define AS_OF 1517 /* 2026-06 */

static const sample_county *open_county(arena *a, uint64_t seed, int64_t size)
{
    sample_county *county;
    sample_options options = { .seed = seed, .size = size, .as_of_month = AS_OF };
    assert_null(sample_open(a, &options, &county).kind);
    return county;
}

static int32_t age_of(const sample_person *p)
{
    if (p->birth_day == SAMPLE_UNKNOWN) return -1;
    return calendar_full_years_between(p->birth_day, calendar_first_day_of_month(AS_OF));
}

/* ---- households ---- */

static bool has_surname_of(const sample_person *a, const sample_person *b)
{
    return memcmp(a->name, b->name, 3) == 0;
}

static void check_member(const sample_person *head, const sample_person *p)
{
    int32_t older = age_of(head) - age_of(p);
    assert_int_equal(p->household_id, head->household_id);
    assert_int_equal(p->relation == SAMPLE_HEAD, p == head);
    if (age_of(p) < 0 || age_of(head) < 0) return;
    switch ((sample_relation)p->relation) {
    case SAMPLE_SPOUSE: assert_true(p->sex != head->sex && older > -14 && older < 18); break;
    case SAMPLE_SON:
    case SAMPLE_DAUGHTER: assert_in_range(older, 16, 60); break;
    case SAMPLE_GRANDSON:
    case SAMPLE_GRANDDAUGHTER: assert_true(older >= 38); break;
    case SAMPLE_FATHER:
    case SAMPLE_MOTHER: assert_in_range(-older, 18, 60); break;
    default: break;
    }
    bool is_man = p->sex == SAMPLE_MALE;
    if (p->relation == SAMPLE_SON || p->relation == SAMPLE_FATHER) assert_true(is_man);
    if (p->relation == SAMPLE_DAUGHTER || p->relation == SAMPLE_MOTHER) assert_false(is_man);
}

static void households_are_families_of_plausible_ages_and_sizes(void **state)
{
    (void)state;
    arena *a = arena_open();
    const sample_county *county = open_county(a, 31, 73000);
    sample_maker *maker = sample_maker_open(a, county);
    int64_t people = 0, households = 0, alone = 0, three = 0, sons = 0, named = 0, minors_alone = 0;
    for (int64_t block = 0; block < sample_block_count(county); block++) {
        const sample_block *b = sample_make(maker, block);
        size_t next = 0;
        for (size_t i = 0; i < b->household_count; i++) {
            const sample_household *h = &b->households[i];
            const sample_person *head = &b->persons[next];
            assert_true(h->household_id == head->person_id && h->head_id == head->person_id &&
                        h->member_count > 0);
            for (int32_t k = 0; k < h->member_count; k++) {
                const sample_person *p = &b->persons[next++];
                check_member(head, p);
                three += p->relation >= SAMPLE_FATHER && p->relation <= SAMPLE_GRANDDAUGHTER &&
                         h->member_count > 3;
                if (p->relation != SAMPLE_SON || head->sex != SAMPLE_MALE) continue;
                sons++;
                named += has_surname_of(head, p);
            }
            alone += h->member_count == 1;
            minors_alone += h->member_count == 1 && age_of(head) >= 0 && age_of(head) < 16;
        }
        assert_int_equal(next, b->person_count);
        people += (int64_t)b->person_count;
        households += (int64_t)b->household_count;
    }
    /* The census of 2020 found 2.62 people a household, and a quarter of households of one. */
    assert_in_range(people * 100 / households, 235, 285);
    assert_in_range(alone * 100 / households, 20, 32);
    assert_in_range(minors_alone * 10000 / households, 0, 5);
    assert_true(three * 100 / households >= 3);
    assert_true(named >= sons * 98 / 100); /* look-alikes change a few */
    arena_close(a);
}

/* ---- careers ---- */

static void check_spell(const sample_county *county, const sample_spell *s, const sample_person *p)
{
    assert_true(s->from_month < s->until_month && s->until_month <= AS_OF);
    if (p->birth_day != SAMPLE_UNKNOWN)
        assert_true(s->from_month >= calendar_month_of_day(p->birth_day) + 15 * 12);
    assert_int_equal(s->base_fen == 0, s->is_deemed);
    assert_int_equal(s->base_fen % 100, 0);
    assert_in_range(s->employer_id, 0, sample_employer_count(county));
    if (s->scheme == SAMPLE_EMPLOYEE_PENSION)
        assert_int_equal(s->from_month < 92 * 12, s->is_deemed);
    if (s->scheme == SAMPLE_PUBLIC_PENSION)
        assert_int_equal(s->from_month < 114 * 12 + 9, s->is_deemed);
    if (s->is_deemed) return;
    assert_int_equal((s->until_month - 1) / 12, s->from_month / 12); /* within a year */
    if (s->scheme == SAMPLE_RESIDENT_PENSION) assert_in_range(s->base_fen, 20000, 200000);
    else assert_true(s->base_fen >= 10000 && s->base_fen < 10000000);
    if (s->place != 0) assert_int_equal(s->employer_id, 0);
}

static void spells_follow_each_other_within_a_scheme(void **state)
{
    (void)state;
    arena *a = arena_open();
    const sample_county *county = open_county(a, 32, 73000);
    sample_maker *maker = sample_maker_open(a, county);
    int64_t spells = 0, gaps = 0, moves = 0, deemed = 0, raises = 0, falls = 0;
    for (int64_t block = 0; block < sample_block_count(county); block++) {
        const sample_block *b = sample_make(maker, block);
        const sample_spell *before = NULL;
        for (size_t i = 0; i < b->spell_count; i++) {
            const sample_spell *s = &b->spells[i];
            check_spell(county, s, &b->persons[s->person_id - b->first_person_id]);
            if (before) assert_true(s->person_id >= before->person_id);
            spells++;
            deemed += s->is_deemed;
            bool is_next =
                before && before->person_id == s->person_id && before->scheme == s->scheme;
            if (is_next) {
                assert_true(before->until_month <= s->from_month);
                gaps += before->until_month < s->from_month;
                moves += before->place != s->place;
                raises += s->base_fen > before->base_fen;
                falls += s->base_fen < before->base_fen;
            }
            before = s;
        }
    }
    assert_in_range(spells / 73000, 8, 14);
    assert_true(gaps > 20000 && moves > 3000 && deemed > 5000 && raises > 5 * falls);
    arena_close(a);
}

/* Between half and twice the mean in this county's share of all: what a county looks like. */
static void schemes_and_benefits_come_in_plausible_shares(void **state)
{
    (void)state;
    arena *a = arena_open();
    const sample_county *county = open_county(a, 33, 146000);
    sample_maker *maker = sample_maker_open(a, county);
    int64_t open[SAMPLE_SCHEME_COUNT] = { 0 }, paid[SAMPLE_BENEFIT_COUNT] = { 0 },
            group[SAMPLE_GROUP_COUNT] = { 0 };
    int64_t fen[SAMPLE_BENEFIT_COUNT] = { 0 }, disabled = 0, permits = 0, students = 0, away = 0,
            wages = 0, staff = 0;
    for (int64_t block = 0; block < sample_block_count(county); block++) {
        const sample_block *b = sample_make(maker, block);
        for (size_t i = 0; i < b->enrolment_count; i++) {
            const sample_enrolment *e = &b->enrolments[i];
            open[e->scheme] += e->until_month == SAMPLE_OPEN;
            if (e->scheme == SAMPLE_INJURY) wages += e->wage_fen, staff++;
        }
        for (size_t i = 0; i < b->benefit_count; i++)
            paid[b->benefits[i].kind]++, fen[b->benefits[i].kind] += b->benefits[i].amount_fen;
        for (size_t i = 0; i < b->person_count; i++) {
            const sample_person *p = &b->persons[i];
            group[p->group]++;
            disabled += p->disability != SAMPLE_NOT_DISABLED;
            assert_int_equal(p->disability != SAMPLE_NOT_DISABLED, p->disability_grade > 0);
            assert_true(p->disability_grade <= 4 && p->ethnic < 8);
            assert_int_equal(p->residence == SAMPLE_PERMIT, p->registered_in != 0);
            permits += p->residence == SAMPLE_PERMIT;
            students += p->is_student;
            away += p->lives_in != 0;
        }
    }
    static const struct {
        const char *what;
        int16_t least, most; /* of a thousand people */
    } SHARES[] = { { "employees' pension", 120, 220 },
                   { "residents' pension", 180, 320 },
                   { "medical", 900, 990 },
                   { "enterprise pensioners", 45, 90 },
                   { "public pensioners", 8, 20 },
                   { "resident pensioners", 100, 170 },
                   { "minimum living", 12, 40 },
                   { "disabled", 20, 32 },
                   { "permits", 8, 30 },
                   { "students", 130, 220 },
                   { "away", 30, 90 },
                   { "survivors", 0, 4 },
                   { "unemployed", 0, 4 } };
    const int64_t found[] = { open[SAMPLE_EMPLOYEE_PENSION],
                              open[SAMPLE_RESIDENT_PENSION],
                              open[SAMPLE_EMPLOYEE_MEDICAL] + open[SAMPLE_RESIDENT_MEDICAL],
                              paid[SAMPLE_PAID_EMPLOYEE_PENSION],
                              paid[SAMPLE_PAID_PUBLIC_PENSION],
                              paid[SAMPLE_PAID_RESIDENT_PENSION],
                              group[SAMPLE_MINIMUM_LIVING],
                              disabled,
                              permits,
                              students,
                              away,
                              paid[SAMPLE_PAID_SURVIVOR],
                              paid[SAMPLE_PAID_UNEMPLOYMENT] };
    for (size_t i = 0; i < ARRAY_COUNT(SHARES); i++)
        if (found[i] < SHARES[i].least * 146 || found[i] > SHARES[i].most * 146)
            fail_msg("%s: %d of a thousand", SHARES[i].what, (int)(found[i] / 146));
    for (int i = 1; i < SAMPLE_GROUP_COUNT; i++)
        assert_true(group[i] > 0);
    for (int i = 0; i < SAMPLE_BENEFIT_COUNT; i++)
        assert_true(paid[i] > 0);
    assert_in_range(wages / staff, 500000, 900000);
    assert_in_range(fen[SAMPLE_PAID_EMPLOYEE_PENSION] / paid[SAMPLE_PAID_EMPLOYEE_PENSION], 220000,
                    420000);
    assert_in_range(fen[SAMPLE_PAID_RESIDENT_PENSION] / paid[SAMPLE_PAID_RESIDENT_PENSION], 18000,
                    35000);
    arena_close(a);
}

/* ---- files ---- */

typedef struct {
    text_builder out[SAMPLE_FILE_COUNT];
    int64_t pieces, pieces_max;
} files;

static const err_kind FULL = { "test.full", ERR_BUSY, "The disk is full.", "磁盘已满。" };

static err keep(void *context, sample_file file, text bytes)
{
    files *f = context;
    if (f->pieces++ >= f->pieces_max) return err_of(&FULL, NULL);
    text_add(&f->out[file], bytes);
    return ERR_NONE;
}

static size_t count_rows(arena *a, text csv, size_t *field_count)
{
    codec_csv_reader *r = codec_csv_open_text(a, csv, (codec_csv_options){ 0 });
    codec_csv_row row;
    bool has_row = true;
    size_t rows = 0;
    for (; !codec_csv_next(r, &row, &has_row).kind && has_row; rows++) {
        if (rows == 0) *field_count = row.count;
        assert_int_equal(row.count, *field_count);
        for (size_t i = 0; rows == 0 && i < row.count; i++)
            assert_true(row.field[i].size_bytes > 0);
    }
    assert_false(has_row); /* and no error */
    return rows - 1;
}

static void files_hold_all_rows_with_as_many_cells_as_names(void **state)
{
    (void)state;
    arena *a = arena_open();
    const sample_county *county = open_county(a, 34, 5000);
    files f = { .pieces_max = INT64_MAX };
    for (int i = 0; i < SAMPLE_FILE_COUNT; i++)
        f.out[i] = text_builder_open(a);
    assert_null(sample_write(county, (sample_sink){ keep, &f }).kind);
    size_t expected[SAMPLE_FILE_COUNT] = { [SAMPLE_REGIONS_CSV] =
                                               (size_t)sample_region_count(county),
                                           [SAMPLE_EMPLOYERS_CSV] =
                                               (size_t)sample_employer_count(county) };
    for (int64_t id = 1; id <= sample_employer_count(county); id++)
        expected[SAMPLE_EMPLOYER_TRUTH_CSV] += sample_employer_at(county, id).hidden_staff > 0;
    sample_maker *maker = sample_maker_open(a, county);
    for (int64_t block = 0; block < sample_block_count(county); block++) {
        const sample_block *b = sample_make(maker, block);
        expected[SAMPLE_PERSONS_CSV] += b->person_count;
        expected[SAMPLE_HOUSEHOLDS_CSV] += b->household_count;
        expected[SAMPLE_ENROLMENTS_CSV] += b->enrolment_count;
        expected[SAMPLE_SPELLS_CSV] += b->spell_count;
        expected[SAMPLE_BENEFITS_CSV] += b->benefit_count;
        expected[SAMPLE_ACCOUNTS_CSV] += b->account_count;
        expected[SAMPLE_TRUTH_CSV] += b->truth_count;
    }
    for (int i = 0; i < SAMPLE_FILE_COUNT; i++) {
        size_t fields = 0;
        text csv = text_built(&f.out[i]);
        assert_true(codec_is_utf8(csv, NULL));
        assert_true(text_ends(text_of(sample_file_name((sample_file)i)), TEXT(".csv")));
        assert_int_equal(count_rows(a, csv, &fields), expected[i]);
    }
    arena_close(a);
}

static void a_sink_that_refuses_ends_the_writing_with_its_error(void **state)
{
    (void)state;
    arena *a = arena_open();
    const sample_county *county = open_county(a, 34, 3000);
    for (int64_t pieces_max = 0; pieces_max < 24; pieces_max++) {
        files f = { .pieces_max = pieces_max };
        for (int i = 0; i < SAMPLE_FILE_COUNT; i++)
            f.out[i] = text_builder_open(a);
        assert_ptr_equal(sample_write(county, (sample_sink){ keep, &f }).kind, &FULL);
        assert_int_equal(f.pieces, pieces_max + 1);
    }
    arena_close(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(households_are_families_of_plausible_ages_and_sizes),
        cmocka_unit_test(spells_follow_each_other_within_a_scheme),
        cmocka_unit_test(schemes_and_benefits_come_in_plausible_shares),
        cmocka_unit_test(files_hold_all_rows_with_as_many_cells_as_names),
        cmocka_unit_test(a_sink_that_refuses_ends_the_writing_with_its_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
