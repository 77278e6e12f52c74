/* Room linkage: one person's record in another form - birthdays by the moon, names in pinyin and in characters nearly alike,
 * addresses with and without their divisions, telephones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

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
    linkage_set *set;
    linkage_run *run;
    linkage_answer answer;
} linked;

/* name|sex|number|birthday|village|house|phone */
static void add(linkage_set *set, text id, const char *row)
{
    text values[LINKAGE_INPUTS_MAX] = { { 0 } };
    size_t count = 0;
    for (const char *at = row;; at++) {
        const char *end = strchr(at, '|');
        size_t size = end ? (size_t)(end - at) : strlen(at);
        if (size) values[count] = (text){ at, size };
        count++;
        at += size;
        if (!*at) break;
    }
    assert_null(linkage_set_add(set, memory, id, values).kind);
}

static void add_rolls(linkage_set *set, text csv)
{
    codec_csv_reader *r = codec_csv_open_text(memory, csv, (codec_csv_options){ 0 });
    codec_csv_row row;
    bool has_row;
    assert_null(codec_csv_next(r, &row, &has_row).kind);
    while (!codec_csv_next(r, &row, &has_row).kind && has_row) assert_null(linkage_set_add(set, memory, row.field[0], row.field + 1).kind);
}

/* What the model says of row `x` of the first file beside row `y` of the second, whether they were held likely or not. */
static const char *says_of(const linked *l, const char *x, const char *y)
{
    linkage_pair pair = { .a = linkage_set_find(l->set, 0, text_of(x)), .b = linkage_set_find(l->set, 1, text_of(y)) };
    text_builder out = text_builder_open(memory);
    linkage_evidence(l->run, &pair, &out);
    return text_built(&out).bytes;
}

static const struct {
    const char *x, *y, *says;
} FORMS[] = {
    /* by the moon: 1965-09-10 was the fifteenth of the eighth month; 1987 and 2033 have leap months that simple tables miss */
    { "欧阳明|男||1965-09-10|石桥村|3组12号|", "欧阳明|男||农历1965年8月15日|石桥村|3组12号|", "birth_date same " },
    { "欧阳明|男||1965-09-10|石桥村|3组12号|", "欧阳明|男||一九六五年八月十五|石桥村|3组12号|", "birth_date same " },
    { "欧阳明|男||1965-09-10|石桥村|3组12号|", "欧阳明|男||1965.8.15（阴历）|石桥村|3组12号|", "birth_date same " },
    { "欧阳明|男||1965-09-10|石桥村|3组12号|", "欧阳明|男||农历19650815|石桥村|3组12号|", "birth_date same " },
    { "欧阳明|男||1966-01-13|石桥村|3组12号|", "欧阳明|男||1965年腊月廿二|石桥村|3组12号|", "birth_date same " },
    { "欧阳明|男||1987-07-26|石桥村|3组12号|", "欧阳明|男||1987年闰六月初一|石桥村|3组12号|", "birth_date same " },
    { "欧阳明|男||1965-08-15|石桥村|3组12号|", "欧阳明|男||一九六五年八月十五日|石桥村|3组12号|", "birth_date same " },
    { "欧阳明|男||1965-11-30|石桥村|3组12号|", "欧阳明|男||一九六五年十一月三十日|石桥村|3组12号|", "birth_date same " },
    { "欧阳明|男||1965-09-10|石桥村|3组12号|", "欧阳明|男||1965-08-15|石桥村|3组12号|", "birth_date one-slip " },
    { "欧阳明|男||1965-09-10|石桥村|3组12号|", "欧阳明|男||1965-08-17|石桥村|3组12号|", "birth_date two-digits " },
    /* a birthday by the moon is no other person's number */
    { "欧阳明|男|590121196509100012|1965-08-15|石桥村|3组12号|", "欧阳明|男|590121196509100012|1965-09-10|石桥村|3组12号|", "id_number same " },
    /* names: written nearly alike, one of each kind; surnames as they are read; pinyin */
    { "李季明|男||1965-09-10|石桥村||", "季李明|男||1965-09-10|石桥村||", "name alike " },
    { "陈建国|男||1965-09-10|石桥村||", "阵健国|男||1965-09-10|石桥村||", "name alike " },
    { "单小明|男||1965-09-10|石桥村||", "山晓明|男||1965-09-10|石桥村||", "name alike " },
    { "仇小明|男||1965-09-10|石桥村||", "邱小明|男||1965-09-10|石桥村||", "name alike " },
    { "王解放|男||1965-09-10|石桥村||", "王杰放|男||1965-09-10|石桥村||", "name alike " },
    { "解小明|男||1965-09-10|石桥村||", "谢小明|男||1965-09-10|石桥村||", "name alike " },
    { "尉迟明|男||1965-09-10|石桥村||", "YUCHI Ming|男||1965-09-10|石桥村||", "name alike " },
    { "吕单伟|男||1965-09-10|石桥村||", "Lyu Danwei|男||1965-09-10|石桥村||", "name alike " },
    { "陈建国|男||1965-09-10|石桥村||", "陈建军|男||1965-09-10|石桥村||", "name one-given " },
    /* addresses */
    { "欧阳明|男|||石桥村|3组12号|", "欧阳明|男|||永安县白河镇石桥村民委员会|三组十二号|", "village same " },
    { "欧阳明|男|||石桥村|3组12号|", "欧阳明|男|||永安县白河镇石桥村|第三村民小组门牌12号|", "house same " },
    { "欧阳明|男|||石桥村|23组120号|", "欧阳明|男|||石桥村|二十三社一百二十#|", "house same " },
    { "欧阳明|男|||石桥村|3组12号|", "欧阳明|男||||青州省永安县白河镇石桥村3组12号|", "village same " },
    { "欧阳明|男|||石桥村|3组12号|", "欧阳明|男||||青州省永安县白河镇石桥村3组12号|", "house same " },
    { "欧阳明|男|||石桥村|3组12号|", "欧阳明|男|||白河镇石桥村|石桥村三组-12号|", "house same " },
    { "欧阳明|男|||城关镇东门社区|5栋2单元301|", "欧阳明|男|||东门社区居委会|5栋2单元301|", "village same " },
    { "欧阳明|男|||石桥村|3组12号|", "欧阳明|男|||石桥村|3组21号|", "house " },
    /* a name that two towns have stays with its town, and alone is neither's */
    { "欧阳明|男|||东河镇新民村|1组1号|", "欧阳明|男|||西河镇新民村|1组1号|", "village differs " },
    { "欧阳明|男|||东河镇新民村|1组1号|", "欧阳明|男|||永安县东河镇新民村|1组1号|", "village same " },
    { "欧阳明|男|||新民村|1组1号|", "欧阳明|男|||西河镇新民村|1组1号|", "village part-or-number " },
    { "欧阳明|男|||柳树湾村|1组1号|", "欧阳明|男|||柳树湾村|1组1号|", "village same " },
    /* telephones */
    { "欧阳明|男||1965-09-10|||13900001111", "欧阳明|男||1965-09-10|||+86 139 0000 1111", "phone same " },
    { "欧阳明|男||1965-09-10|||13900001111", "欧阳明|男||1965-09-10|||028-85551234/0139-0000-1111", "phone same " },
    { "欧阳明|男||1965-09-10|||13900001111", "欧阳明|男||1965-09-10|||17951 13900001111", "phone same " },
    { "欧阳明|男||1965-09-10|||028-85551234", "欧阳明|男||1965-09-10|||85551234；85559999", "phone same " },
    { "欧阳明|男||1965-09-10|||0816-2221234", "欧阳明|男||1965-09-10|||2221234", "phone same " },
    { "欧阳明|男||1965-09-10|||13900001111", "欧阳明|男||1965-09-10|||13900001121", "phone one-edit " },
    { "欧阳明|男||1965-09-10|||13900001112", "欧阳明|男||1965-09-10|||13900001121", "phone one-edit " },
    { "欧阳明|男||1965-09-10|||13900012111", "欧阳明|男||1965-09-10|||1390012111", "phone one-edit " },
    { "欧阳明|男||1965-09-10|||13912345678", "欧阳明|男||1965-09-10|||13912435687", "phone two-edits " },
    { "欧阳明|男||1965-09-10|||13912345678", "欧阳明|男||1965-09-10|||1391234569", "phone two-edits " },
    { "欧阳明|男||1965-09-10|||13912345678", "欧阳明|男||1965-09-10|||139123456", "phone two-edits " },
    { "欧阳明|男||1965-09-10|||13912345678", "欧阳明|男||1965-09-10|||13912399999", "phone beginning " },
    { "欧阳明|男||1965-09-10|||13912345678", "欧阳明|男||1965-09-10|||13987654321", "phone differs " },
    { "欧阳明|男||1965-09-10|||13912345678", "欧阳明|男||1965-09-10|||15066660000", "phone differs " },
    /* numbers that are no number: hidden places, an old form, two written into one */
    { "欧阳明|男|59012119650910001*|1965-09-10|石桥村||", "欧阳明|男|59012119650910001*|1965-09-10|石桥村||", "id_number same-unfit " },
    { "欧阳明|男|59012119650910001*|1965-09-10|石桥村||", "欧阳明|男|590121196509100012|1965-09-10|石桥村||", "id_number one-edit " },
    { "欧阳明|男|59012119650910***2|1965-09-10|石桥村||", "欧阳明|男|59012119650911***2|1965-09-10|石桥村||", "id_number one-edit " },
    { "欧阳明|男||1965-09-10|石桥村||13900001111139000022223", "欧阳明|男||1965-09-10|石桥村||13900001111139000022223", "phone same " },
    { "欧阳明|男||1965-09-10|石桥村||13900001111139000022223", "欧阳明|男||1965-09-10|石桥村||13900001111139000022224", "phone one-edit " },
    { "欧阳明|男||1965-09-10|石桥村||13900001111139000022223", "欧阳明|男||1965-09-10|石桥村||13900001111", "phone beginning " },
};

static void records_in_other_forms_agree(void **state)
{
    (void)state;
    linked l = { .set = linkage_set_open(ready_spec(memory, "cn-person")) };
    sample_rolls rolls;
    sample_rolls_make(memory, &(sample_rolls_options){ 600, 5, 100, 10, 100 }, &rolls);
    size_t count = sizeof FORMS / sizeof *FORMS;
    add_rolls(l.set, rolls.a);
    for (size_t i = 0; i < count; i++) add(l.set, text_format(memory, "x%02zu", i), FORMS[i].x);
    linkage_set_second(l.set);
    add_rolls(l.set, rolls.b);
    for (size_t i = 0; i < count; i++) add(l.set, text_format(memory, "y%02zu", i), FORMS[i].y);
    assert_null(linkage_set_ready(l.set, NULL, memory).kind);
    assert_null(linkage_run_open(l.set, (linkage_options){ 0 }, memory, &l.run, &l.answer).kind);
    for (size_t i = 0; i < count; i++) {
        const char *says = says_of(&l, text_format(memory, "x%02zu", i).bytes, text_format(memory, "y%02zu", i).bytes);
        if (!strstr(says, FORMS[i].says)) fail_msg("%s and %s: '%s' not in '%s'", FORMS[i].x, FORMS[i].y, FORMS[i].says, says);
    }
    /* One record that names divisions no row has: of a village that is met without any, and of one that two towns have. */
    linkage_finder *finder = linkage_finder_open(l.set, l.run);
    static const char *const ASKED[][2] = { { "永安县白河镇柳树湾村", "village same " }, { "南山镇新民村", "village " } };
    for (size_t i = 0; i < 2; i++) {
        linkage_pair pairs[LINKAGE_FOUND_MAX] = { 0 };
        text values[LINKAGE_INPUTS_MAX] = { TEXT("欧阳明"), TEXT("男"), TEXT_NONE, TEXT("1965-09-10"), text_of(ASKED[i][0]), TEXT("3组12号") };
        assert_true(linkage_find(finder, values, pairs) > 0);
        text_builder out = text_builder_open(memory);
        pairs[0].a = linkage_set_find(l.set, 0, i ? TEXT("x30") : TEXT("x31"));
        linkage_evidence(l.run, &pairs[0], &out);
        bool is_same = strstr(text_built(&out).bytes, "village same ");
        if (!strstr(text_built(&out).bytes, ASKED[i][1]) || is_same != (i == 0)) fail_msg("%s: %s", ASKED[i][0], text_built(&out).bytes);
    }
    linkage_finder_close(finder);
    linkage_run_close(l.run);
    linkage_set_close(l.set);
}

/* What is found of pairs of which one row is written in the form, in rolls with all kinds of slips. */
static void forms_do_not_hide_who_somebody_is(void **state)
{
    (void)state;
    static const struct {
        sample_roll_error form;
        double recall;
    } LEAST[] = {
        { SAMPLE_ROLL_DATE_MOON, 0.985 },      { SAMPLE_ROLL_DATE_MOON_UNSAID, 0.98 }, { SAMPLE_ROLL_PLACE_DIVISION, 0.99 },
        { SAMPLE_ROLL_PLACE_IN_HOUSE, 0.99 },  { SAMPLE_ROLL_HOUSE_WORDS, 0.99 },      { SAMPLE_ROLL_PHONE_FORM, 0.99 },
        { SAMPLE_ROLL_NAME_ALIKE, 0.985 },
    };
    sample_rolls rolls;
    sample_rolls_make(memory, &(sample_rolls_options){ 12000, 9, 100, 33, 100 }, &rolls);
    linked l = { .set = linkage_set_open(ready_spec(memory, "cn-person")) };
    add_rolls(l.set, rolls.a);
    linkage_set_second(l.set);
    add_rolls(l.set, rolls.b);
    assert_null(linkage_set_ready(l.set, NULL, memory).kind);
    assert_null(linkage_run_open(l.set, (linkage_options){ 0 }, memory, &l.run, &l.answer).kind);
    uint32_t first = (uint32_t)linkage_set_count(l.set, 0), *link_of = ARENA_ARRAY(memory, uint32_t, linkage_set_count(l.set, 1));
    for (size_t i = 0; i < l.answer.pair_count; i++)
        if (linkage_is_link(&l.answer.pairs[i])) link_of[l.answer.pairs[i].b - first] = l.answer.pairs[i].a + 1;
    size_t met[SAMPLE_ROLL_ERROR_COUNT] = { 0 }, found[SAMPLE_ROLL_ERROR_COUNT] = { 0 };
    for (size_t i = 0; i < rolls.pair_count; i++) {
        uint32_t a = linkage_set_find(l.set, 0, text_format(memory, "a%013lld", (long long)rolls.pairs[i].id_a));
        uint32_t b = linkage_set_find(l.set, 1, text_format(memory, "b%014lld", (long long)rolls.pairs[i].id_b));
        for (int e = 0; e < SAMPLE_ROLL_ERROR_COUNT; e++) {
            met[e] += rolls.pairs[i].errors >> e & 1;
            found[e] += rolls.pairs[i].errors >> e & 1 && link_of[b - first] == a + 1;
        }
    }
    for (size_t i = 0; i < sizeof LEAST / sizeof *LEAST; i++) {
        size_t is = found[LEAST[i].form], all = met[LEAST[i].form];
        if (all < 100 || (double)is < LEAST[i].recall * (double)all)
            fail_msg("%s: %zu of %zu", sample_roll_error_name(LEAST[i].form), is, all);
    }
    linkage_run_close(l.run);
    linkage_set_close(l.set);
}

/* Names in letters that one person goes by, whatever the letters; others that only begin alike. */
static void nicknames_are_of_one_name(void **state)
{
    (void)state;
    static const struct {
        const char *x, *y, *says;
    } NAMES[] = {
        { "William", "Bill", "given_name nickname " },      { "Elizabeth", "Bess", "given_name nickname " },
        { "Katharine", "Kitty", "given_name nickname " },   { "Jno.", "John", "given_name nickname " },
        { "Peggy", "Margaret", "given_name nickname " },    { "Edward", "Ted", "given_name nickname " },
        { "Theodore", "Ted", "given_name nickname " },      { "Mary Ann", "Polly", "given_name nickname " },
        { "Bill", "Bob", "given_name differs " },           { "Henry", "Richard", "given_name differs " },
        { "Edwina", "Theodora", "given_name differs " },    { "Robert", "Roberta", "given_name one-edit " },
    };
    enum { COUNT = sizeof NAMES / sizeof *NAMES, STRANGERS = 900 };
    linked l = { .set = linkage_set_open(ready_spec(memory, "latin-person")) };
    const linkage_spec *spec = ready_spec(memory, "latin-person");
    size_t given = linkage_input_named(spec, TEXT("given_name")), surname = linkage_input_named(spec, TEXT("surname")),
           birth = linkage_input_named(spec, TEXT("birth_date"));
    sample_persons persons;
    sample_persons_make(memory, &(sample_persons_options){ STRANGERS, 3, true }, &persons);
    codec_csv_reader *r = codec_csv_open_text(memory, persons.csv, (codec_csv_options){ 0 });
    codec_csv_row row;
    bool has_row;
    size_t input_of[64] = { 0 }, columns = 0;
    for (bool is_header = true; !codec_csv_next(r, &row, &has_row).kind && has_row; is_header = false) {
        text values[LINKAGE_INPUTS_MAX] = { { 0 } };
        for (size_t c = 0; is_header && c < row.count; c++) input_of[columns++] = linkage_input_named(spec, row.field[c]);
        for (size_t c = 1; !is_header && c < columns; c++)
            if (input_of[c] != SIZE_MAX) values[input_of[c]] = row.field[c];
        if (!is_header) assert_null(linkage_set_add(l.set, memory, row.field[0], values).kind);
    }
    for (size_t i = 0; i < 2 * COUNT; i++) {
        text values[LINKAGE_INPUTS_MAX] = { { 0 } };
        values[given] = text_of(i % 2 ? NAMES[i / 2].y : NAMES[i / 2].x);
        values[surname] = TEXT("Fairhurst");
        values[birth] = TEXT("1861-04-09");
        assert_null(linkage_set_add(l.set, memory, text_format(memory, "zz%02zu", i), values).kind);
    }
    assert_null(linkage_set_ready(l.set, NULL, memory).kind);
    assert_null(linkage_run_open(l.set, (linkage_options){ 0 }, memory, &l.run, &l.answer).kind);
    for (size_t i = 0; i < COUNT; i++) {
        linkage_pair pair = { .a = linkage_set_find(l.set, 0, text_format(memory, "zz%02zu", 2 * i)),
                              .b = linkage_set_find(l.set, 0, text_format(memory, "zz%02zu", 2 * i + 1)) };
        text_builder out = text_builder_open(memory);
        linkage_evidence(l.run, &pair, &out);
        if (!strstr(text_built(&out).bytes, NAMES[i].says)) fail_msg("%s, %s: %s", NAMES[i].x, NAMES[i].y, text_built(&out).bytes);
    }
    linkage_run_close(l.run);
    linkage_set_close(l.set);
}

static void only_a_date_is_by_the_moon(void **state)
{
    (void)state;
    static const char *const SOURCES[] = { "field a name\nby-moon a\nkey a\n", "field a date\nby-moon\nkey a\n", "field a date\nby-moon a a\nkey a\n" };
    for (size_t i = 0; i < sizeof SOURCES / sizeof *SOURCES; i++) {
        const linkage_spec *spec;
        err e = linkage_spec_read(memory, "t.spec", text_of(SOURCES[i]), &spec);
        assert_ptr_equal(e.kind, &LINKAGE_SPEC_SYNTAX);
        assert_int_equal(e.at.line, 2);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(records_in_other_forms_agree, open_memory, close_memory),
        cmocka_unit_test_setup_teardown(forms_do_not_hide_who_somebody_is, open_memory, close_memory),
        cmocka_unit_test_setup_teardown(nicknames_are_of_one_name, open_memory, close_memory),
        cmocka_unit_test_setup_teardown(only_a_date_is_by_the_moon, open_memory, close_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
