/* Room linkage: what no weight may overrule, what huge groups may cost, and what is found among persons in letters. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/hash.h"
#include "codec/codec.h"
#include "linkage/linkage.h"
#include "sample/sample.h"
#include "support/ready_spec.h"

static arena *memory;

static int open_memory(void **state)
{
    (void)state;
    memory = arena_open();
    return 0;
}

static int close_memory(void **state)
{
    (void)state;
    arena_close(memory);
    return 0;
}

typedef struct {
    const linkage_spec *spec;
    linkage_set *set;
    linkage_run *run;
    linkage_answer answer;
} linked;

static void add_csv(linked *l, text csv)
{
    codec_csv_reader *r = codec_csv_open_text(memory, csv, (codec_csv_options){ 0 });
    codec_csv_row row;
    bool has_row;
    size_t input_of[32], count = 0;
    for (bool is_header = true; !codec_csv_next(r, &row, &has_row).kind && has_row; is_header = false) {
        text values[LINKAGE_INPUTS_MAX] = { { 0 } };
        for (size_t c = 0; is_header && c < row.count; c++) input_of[count++] = linkage_input_named(l->spec, row.field[c]);
        for (size_t c = 1; !is_header && c < count; c++)
            if (input_of[c] != SIZE_MAX) values[input_of[c]] = row.field[c];
        if (!is_header) assert_null(linkage_set_add(l->set, memory, row.field[0], values).kind);
    }
}

/* `b` bytes NULL: duplicates within `a`. */
static linked link_csv(const char *spec, text a, text b)
{
    linked l = { .spec = ready_spec(memory, spec) };
    l.set = linkage_set_open(l.spec);
    add_csv(&l, a);
    if (b.bytes) linkage_set_second(l.set);
    if (b.bytes) add_csv(&l, b);
    assert_null(linkage_set_ready(l.set, NULL, memory).kind);
    assert_null(linkage_run_open(l.set, (linkage_options){ 0 }, memory, &l.run, &l.answer).kind);
    return l;
}

static void unlink_all(linked *l)
{
    linkage_run_close(l->run);
    linkage_set_close(l->set);
}

static bool is_linked(const linked *l, const char *a, const char *b)
{
    for (size_t i = 0; i < l->answer.pair_count; i++) {
        const linkage_pair *p = &l->answer.pairs[i];
        text x = linkage_set_id(l->set, p->a), y = linkage_set_id(l->set, p->b);
        bool is_it = (text_equal_cstr(x, a) && text_equal_cstr(y, b)) || (text_equal_cstr(x, b) && text_equal_cstr(y, a));
        if (is_it) return linkage_is_link(p);
    }
    return false;
}

/* X and Y agree in all but a sound number of their own; Z, without one, is like both. Only one of them can have Z, in
 * one file as in two; and a second number that is not sound is only a number that differs. */
static const char X[] = "X,欧阳小明,男,590121196509100012,1965-09-10,石桥村,3组12号,13900001111\n";
static const char Y[] = "Y,欧阳小明,男,590121196509100039,1965-09-10,石桥村,3组12号,13900001111\n";
static const char Z[] = "Z,欧阳小明,男,,1965-09-10,石桥村,3组12号,13900001111\n";
static const char W[] = "W,欧阳小明,男,590121196509100030,1965-09-10,石桥村,3组12号,13900001111\n";

static void two_sound_numbers_are_never_one(void **state)
{
    (void)state;
    sample_rolls rolls;
    sample_rolls_make(memory, &(sample_rolls_options){ 400, 5, 100, 10, 0 }, &rolls);
    text one = text_format(memory, "%.*s%s%s%s", TEXT_ARG(rolls.a), X, Y, Z);
    linked l = link_csv("cn-person", one, TEXT_NONE);
    assert_false(is_linked(&l, "X", "Y"));
    assert_int_equal(is_linked(&l, "X", "Z") + is_linked(&l, "Y", "Z"), 1);
    unlink_all(&l);

    text a = text_format(memory, "%.*s%s", TEXT_ARG(rolls.a), Z), b = text_format(memory, "%.*s%s%s", TEXT_ARG(rolls.b), X, Y);
    l = link_csv("cn-person", a, b);
    assert_int_equal(is_linked(&l, "Z", "X") + is_linked(&l, "Z", "Y"), 1);
    unlink_all(&l);

    l = link_csv("cn-person", text_format(memory, "%.*s%s", TEXT_ARG(rolls.a), X), text_format(memory, "%.*s%s%s", TEXT_ARG(rolls.b), Y, W));
    assert_false(is_linked(&l, "X", "Y"));
    assert_true(is_linked(&l, "X", "W"));
    unlink_all(&l);
}

static void a_veto_needs_an_identity_number(void **state)
{
    (void)state;
    static const char *const SOURCES[] = { "field a name\nveto a\nkey a\n", "field a name\nveto\nkey a\n",
                                           "field a name\nwithin a a\nkey a\n", "field a name\nwithin a\nkey a\n" };
    for (size_t i = 0; i < sizeof SOURCES / sizeof *SOURCES; i++) {
        const linkage_spec *spec;
        err e = linkage_spec_read(memory, "t.spec", text_of(SOURCES[i]), &spec);
        assert_ptr_equal(e.kind, &LINKAGE_SPEC_SYNTAX);
        assert_int_equal(e.at.line, 2);
    }
}

/* A house number says nothing of two villages. */
static void a_house_counts_within_its_village(void **state)
{
    (void)state;
    sample_rolls rolls;
    sample_rolls_make(memory, &(sample_rolls_options){ 400, 5, 100, 10, 0 }, &rolls);
    text a = text_format(memory, "%.*s%s", TEXT_ARG(rolls.a), X);
    text b = text_format(memory, "%.*sY,欧阳小明,男,590121196509100012,1965-09-10,林家湾社区,9组44号,13900001111\n", TEXT_ARG(rolls.b));
    linked l = link_csv("cn-person", a, b);
    assert_true(is_linked(&l, "X", "Y"));
    for (size_t i = 0; i < l.answer.pair_count; i++) {
        text_builder says = text_builder_open(memory);
        linkage_evidence(l.run, &l.answer.pairs[i], &says);
        bool is_elsewhere = strstr(text_built(&says).bytes, "village differs");
        assert_false(is_elsewhere && strstr(text_built(&says).bytes, "house "));
    }
    unlink_all(&l);
}

/* Ten thousand rows with one telephone and one name, and as many that are the same in all: answered, and neither time nor
 * memory goes with the square. */
static void huge_groups_are_borne(void **state)
{
    (void)state;
    enum { ROWS = 10000 };
    text_builder agent = text_builder_open(memory), same = text_builder_open(memory);
    text_add_cstr(&agent, "id,name,sex,id_number,birth_date,village,house,phone\n");
    text_add_cstr(&same, "id,name,sex,id_number,birth_date,village,house,phone\n");
    for (int i = 0; i < ROWS; i++) {
        text_add_format(&agent, "a%d,王伟,男,,%d-%02d-%02d,村%d,%d号,13900001111\n", i, 1940 + i % 60, i / 60 % 12 + 1,
                        i / 720 % 28 + 1, i % 50, i);
        text_add_format(&same, "s%d,王伟,男,,1965-09-10,石桥村,12号,13900001111\n", i);
    }
    linked l = link_csv("cn-person", text_built(&agent), TEXT_NONE);
    assert_true(l.answer.compared < 3000000 && l.answer.pair_count < 1000000);
    unlink_all(&l);
    l = link_csv("cn-person", text_built(&agent), text_built(&agent));
    assert_true(l.answer.compared < 3000000 && l.answer.pair_count < 100000);
    unlink_all(&l);
    l = link_csv("cn-person", text_built(&same), TEXT_NONE);
    assert_true(l.answer.pair_count < 1000000);
    unlink_all(&l);
    l = link_csv("cn-person", text_built(&same), text_built(&same));
    assert_true(l.answer.pair_count < 100000);
    unlink_all(&l);
}

/* What one name brings of thousands of rows is narrowed by a field more, or said. */
static void large_blocks_are_narrowed_or_said(void **state)
{
    (void)state;
    enum { ROWS = 5000 };
    text_builder names = text_builder_open(memory), houses = text_builder_open(memory);
    text_add_cstr(&names, "id,name\n");
    text_add_cstr(&houses, "id,name,house\n");
    for (int i = 0; i < ROWS; i++) {
        text_add_format(&names, "r%04d,王伟\n", i);
        text_add_format(&houses, "r%04d,王伟,%d号\n", i, i / 2);
    }
    linked l = link_csv("cn-person", text_built(&names), TEXT_NONE);
    assert_int_equal(l.answer.compared, 0);
    assert_int_equal(l.answer.alone, ROWS);
    assert_int_equal(l.answer.crowd_count, 1);
    assert_string_equal(l.answer.crowds[0].key, "name");
    assert_string_equal(l.answer.crowds[0].value, "王伟");
    assert_string_equal(l.answer.crowds[0].narrowed_by, "");
    assert_int_equal(l.answer.crowds[0].largest, ROWS);
    unlink_all(&l);
    l = link_csv("cn-person", text_built(&houses), TEXT_NONE);
    assert_int_equal(l.answer.compared, ROWS / 2);
    assert_int_equal(l.answer.alone, 0);
    assert_string_equal(l.answer.crowds[0].narrowed_by, "house");
    assert_true(is_linked(&l, "r0000", "r0001") && is_linked(&l, "r4998", "r4999"));
    unlink_all(&l);
    l = link_csv("cn-person", text_built(&houses), text_built(&houses));
    assert_int_equal(l.answer.compared, 2 * ROWS);
    assert_int_equal(l.answer.alone, 0);
    unlink_all(&l);
}

/* Pairs of rows that the truth says are of one person, by its column cluster_id. */
static double f1_of(const linked *l, text csv)
{
    hash_map *cluster_of = hash_map_open(memory), *size_of = hash_map_open(memory);
    text *cluster = ARENA_ARRAY(memory, text, linkage_set_count(l->set, 0) + 1);
    codec_csv_reader *r = codec_csv_open_text(memory, csv, (codec_csv_options){ 0 });
    codec_csv_row row;
    bool has_row;
    size_t rows = 0, true_count = 0, found = 0, links = 0;
    assert_null(codec_csv_next(r, &row, &has_row).kind);
    while (!codec_csv_next(r, &row, &has_row).kind && has_row) {
        cluster[rows] = text_copy(memory, row.field[1]);
        hash_map_put(cluster_of, text_copy(memory, row.field[0]), rows);
        size_t size = hash_map_get(size_of, cluster[rows]);
        size = size == SIZE_MAX ? 0 : size;
        true_count += size;
        hash_map_put(size_of, cluster[rows++], size + 1);
    }
    for (size_t i = 0; i < l->answer.pair_count; i++) {
        const linkage_pair *p = &l->answer.pairs[i];
        if (!linkage_is_link(p)) continue;
        size_t x = hash_map_get(cluster_of, linkage_set_id(l->set, p->a)), y = hash_map_get(cluster_of, linkage_set_id(l->set, p->b));
        links++;
        found += text_equal(cluster[x], cluster[y]);
    }
    return 2.0 * (double)found / (double)(links + true_count);
}

static void persons_in_letters_are_found(void **state)
{
    (void)state;
    for (int is_historical = 0; is_historical < 2; is_historical++) {
        sample_persons persons;
        sample_persons_make(memory, &(sample_persons_options){ 2500, 3, is_historical }, &persons);
        linked l = link_csv("latin-person", persons.csv, TEXT_NONE);
        double f1 = f1_of(&l, persons.csv);
        if (f1 < (is_historical ? 0.92 : 0.96)) fail_msg("F1 %.4f, historical %d", f1, is_historical);
        unlink_all(&l);
    }
}

/* Each row of the second file, looked for by itself, is found to be of whom the run has linked it to; what it says adds
 * up; and looked for again it finds the same, whoever was looked for between. */
static void one_record_finds_whom_a_run_links_it_to(void **state)
{
    (void)state;
    sample_rolls rolls;
    sample_rolls_make(memory, &(sample_rolls_options){ 3000, 7, 200, 33, 100 }, &rolls);
    linked l = link_csv("cn-person", rolls.a, rolls.b);
    uint32_t first = (uint32_t)linkage_set_count(l.set, 0), *link_of = ARENA_ARRAY(memory, uint32_t, linkage_set_count(l.set, 1));
    for (size_t i = 0; i < l.answer.pair_count; i++)
        if (linkage_is_link(&l.answer.pairs[i])) link_of[l.answer.pairs[i].b - first] = l.answer.pairs[i].a + 1;
    linkage_finder *finder = linkage_finder_open(l.set, l.run);
    linkage_pair pairs[LINKAGE_FOUND_MAX];
    double sum[2] = { 0 };
    size_t same = 0, rows = 0;
    for (int turn = 0; turn < 2; turn++) {
        codec_csv_reader *r = codec_csv_open_text(memory, rolls.b, (codec_csv_options){ 0 });
        codec_csv_row row;
        bool has_row;
        assert_null(codec_csv_next(r, &row, &has_row).kind);
        for (rows = same = 0; !codec_csv_next(r, &row, &has_row).kind && has_row; rows++) {
            size_t count = linkage_find(finder, row.field + 1, pairs);
            uint32_t b = linkage_set_find(l.set, 1, row.field[0]), found = count && pairs[0].odds > 0 ? pairs[0].a + 1 : 0;
            same += found == link_of[b - first];
            for (size_t i = 1; i < count; i++) assert_true(pairs[i - 1].odds >= pairs[i].odds);
            for (size_t i = 0; i < count; i++) sum[turn] += (double)pairs[i].odds * (double)(pairs[i].a + 1);
        }
    }
    assert_true(sum[0] == sum[1]);
    if (same * 1000 < rows * 990) fail_msg("%zu of %zu as the run", same, rows);
    /* A stranger whose values no row has is nobody's; one row's own values are that row's. */
    text stranger[8] = { TEXT("Ōkubo"), TEXT("男"), TEXT("110101200102030018"), TEXT("2001-02-03"), TEXT("nowhere"),
                         TEXT("99999"), TEXT("13712345678"), TEXT_NONE };
    size_t count = linkage_find(finder, stranger, pairs);
    assert_true(!count || pairs[0].odds < 0);
    linkage_finder_close(finder);
    unlink_all(&l);
}

/* The odds of the pair x, y, each the last row of a roll. */
static double odds_of_last(text a, const char *x, text b, const char *y)
{
    linked l = link_csv("cn-person", text_format(memory, "%.*sx,%s", (int)a.size_bytes, a.bytes, x),
                        text_format(memory, "%.*sy,%s", (int)b.size_bytes, b.bytes, y));
    uint32_t row = linkage_set_find(l.set, 0, TEXT("x")), other = linkage_set_find(l.set, 1, TEXT("y"));
    double odds = -100;
    for (size_t i = 0; i < l.answer.pair_count; i++)
        if (l.answer.pairs[i].a == row && l.answer.pairs[i].b == other) odds = (double)l.answer.pairs[i].odds;
    unlink_all(&l);
    return odds;
}

/* Where nearly all records are somebody's, two that are left over and alike are each other's; where few are, they need
 * more; and who has somebody else already is not left over. */
static void who_is_left_over_is_each_others(void **state)
{
    (void)state;
    sample_rolls rolls, others;
    sample_rolls_make(memory, &(sample_rolls_options){ 3000, 21, 100, 10, 0 }, &rolls);
    sample_rolls_make(memory, &(sample_rolls_options){ 3000, 22, 100, 10, 0 }, &others);
    const char *x = "褚雁鸿,女,,1971-03-05,石桥村,3组12号,13900001111\n", *y = "褚雁鸿,女,,,马塘村,1组9号,13900002222\n";
    double alone = odds_of_last(rolls.a, x, rolls.b, y), among_strangers = odds_of_last(rolls.a, x, others.b, y);
    if (alone < among_strangers + 1.5) fail_msg("%.2f beside rolls of one town, %.2f of two", alone, among_strangers);
    text second = text_format(memory, "%.*sz,%s", (int)rolls.b.size_bytes, rolls.b.bytes, x);
    double claimed = odds_of_last(rolls.a, x, second, y);
    if (claimed > alone - 1.5) fail_msg("%.2f though another has claimed it, %.2f alone", claimed, alone);
}

/* Both characters of the given name another's: a twin, however much else agrees; one of one: a slip of the pen. */
static void a_twin_is_not_a_slip_of_the_pen(void **state)
{
    (void)state;
    sample_rolls rolls;
    sample_rolls_make(memory, &(sample_rolls_options){ 3000, 21, 200, 33, 0 }, &rolls);
    const char *x = "李雁鸿,女,,1971-03-05,石桥村,3组12号,\n";
    double slip = odds_of_last(rolls.a, x, rolls.b, "李雁洪,女,,1971-03-05,石桥村,3组12号,\n");
    double twin = odds_of_last(rolls.a, x, rolls.b, "李春桃,女,,1971-03-05,石桥村,3组12号,\n");
    if (slip < 3 || twin > slip - 4) fail_msg("a slip %.2f, a twin %.2f", slip, twin);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(two_sound_numbers_are_never_one, open_memory, close_memory),
        cmocka_unit_test_setup_teardown(a_veto_needs_an_identity_number, open_memory, close_memory),
        cmocka_unit_test_setup_teardown(a_house_counts_within_its_village, open_memory, close_memory),
        cmocka_unit_test_setup_teardown(huge_groups_are_borne, open_memory, close_memory),
        cmocka_unit_test_setup_teardown(large_blocks_are_narrowed_or_said, open_memory, close_memory),
        cmocka_unit_test_setup_teardown(who_is_left_over_is_each_others, open_memory, close_memory),
        cmocka_unit_test_setup_teardown(a_twin_is_not_a_slip_of_the_pen, open_memory, close_memory),
        cmocka_unit_test_setup_teardown(one_record_finds_whom_a_run_links_it_to, open_memory, close_memory),
        cmocka_unit_test_setup_teardown(persons_in_letters_are_found, open_memory, close_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
