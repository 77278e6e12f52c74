/* Figures of the law in the rows of a record: which region's, which day's, and whose citation. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "calendar/calendar.h"
#include "policy/policy.h"

static arena *memory;
static policy_book *book;

static int set_up(void **state)
{
    (void)state;
    memory = arena_open();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_close(memory);
    return 0;
}

/* A pack of the nation around one block of rules. */
static policy_source pack_of(const char *name, const char *head, const char *rules)
{
    text bytes =
        text_format(memory, "---\npack: %s\n%s---\n\n```rule\n%s\n```\n", name, head, rules);
    return (policy_source){ text_format(memory, "%s.md", name).bytes, bytes };
}

static void compile(const char *rules)
{
    policy_source one = pack_of("甲", "", rules);
    err e = policy_compile(memory, &one, 1, &book);
    size_t count, unshown;
    const policy_mistake *m = policy_mistakes(book, &count, &unshown);
    for (size_t i = 0; i < count; i++)
        print_message("%.*s", TEXT_ARG(policy_mistake_print(memory, &m[i], false)));
    assert_null(e.kind);
}

static int32_t day(const char *iso)
{
    int32_t d = 0;
    assert_null(calendar_parse_day(text_of(iso), &d).kind);
    return d;
}

/* All tests of two packs, of the nation and of a province, pass. */
static void tests_pass(const char *nation, const char *province, const char *tests)
{
    policy_source packs[] = { pack_of("国", "", nation),
                              pack_of("省", "region: 中国/示例省\nuses: 国\n", province),
                              pack_of("邻省", "region: 中国/邻省\n", "entity 户") };
    packs[0].bytes = text_format(memory, "%.*s%s", TEXT_ARG(packs[0].bytes), tests);
    err e = policy_compile(memory, packs, 3, &book);
    size_t count, unshown;
    const policy_mistake *m = policy_mistakes(book, &count, &unshown);
    for (size_t i = 0; i < count; i++)
        print_message("%.*s", TEXT_ARG(policy_mistake_print(memory, &m[i], false)));
    assert_null(e.kind);
    const policy_test_result *r;
    assert_null(policy_run_tests(memory, book, TEXT_NONE, &r, &count).kind);
    assert_true(count > 0);
    for (size_t i = 0; i < count; i++)
        if (!r[i].passed) fail_msg("%s: %s", r[i].name, r[i].says);
}

static const char ROWS[] = "entity 人\nrecord 行 of 人\n  月 : month at\n  地 : region at\n"
                           "record 年行 of 人\n  年 : year at\n";

static void a_table_that_no_region_above_sets_is_not_set(void **state)
{
    (void)state;
    tests_pass(text_format(memory,
                           "%slocal param 利率 : rate by year\nlocal param 档 : rate by n : count\n"
                           "var a : rate exact of 行 = 利率[2020年]\n"
                           "var b : rate exact of 年行 = 利率[年]\n"
                           "var c : rate exact of 行 = 档[1]\nvar d : rate exact of 人 = 利率[2020年]\n",
                           ROWS)
                   .bytes,
               "set 利率\n  | year | 利率 |\n  | 2020 | 3% |\n"
               "set 档\n  since 2020-01-01\n  | n | 档 |\n  | 1 | 4% |\n",
               "\n```test on 2021-01-01\nrows 行\n| # | 月 | 地 |\n| 1 | 2020-02 | 中国/示例省 |\n"
               "| 1 | 2020-02 | 中国/邻省 |\n| 1 | 2019-12 | 示例省 |\nrows 年行\n| # | 年 |\n"
               "| 1 | 2020 |\nexpect\n| # | a | b | c | d |\n"
               "| 1 | 3%; !not_set; 3% | !not_set | 4%; !not_set; !not_in_force | !not_set |\n```\n"
               "```test on 2021-01-01 region 示例省\nrows 年行\n| # | 年 |\n| 1 | 2020 |\n"
               "| 1 | 2021 |\nexpect\n| # | b | d |\n| 1 | 3%; !not_in_table | 3% |\n```\n");
}

static void a_gap_between_versions_is_not_in_force(void **state)
{
    (void)state;
    tests_pass(text_format(memory,
                           "%sparam 率 : rate\n  since 2000-01-01 to 2009-12-31 = 1%%\n"
                           "  since 2020-01-01 = 2%%\n"
                           "param 档 : rate by n : count\n  since 2000-01-01 to 2009-12-31\n"
                           "  | n | 档 |\n  | 1 | 3%% |\n  since 2020-01-01\n  | n | 档 |\n  | 2 | 4%% |\n"
                           "input 日 : date of 人\n"
                           "var a : rate exact of 年行 = 率\nvar b : rate exact of 年行 = 档[1]\n"
                           "var c : rate exact of 人 = 率 at 日\n",
                           ROWS)
                   .bytes,
               "entity 家",
               "\n```test on 2021-01-01\nrows 年行\n| # | 年 |\n| 1 | 2009 |\n| 1 | 2010 |\n"
               "| 1 | 2020 |\n| 1 | 1999 |\nexpect\n| # | 日 | a | b | c |\n"
               "| 1 | 2015-01-01 | 1%; !not_in_force; 2%; !not_in_force |"
               " 3%; !not_in_force; !not_in_table; !not_in_force | !not_in_force |\n```\n");
}

static void a_variable_of_nobody_is_taken_where_and_when_the_row_is(void **state)
{
    (void)state;
    tests_pass(text_format(memory,
                           "%slocal param 工资 : money by year\nparam 比例 : rate\n"
                           "  since 2000-01-01 = 50%%\n  since 2020-07-01 = 60%%\n"
                           "var 上年工资 : money = 工资[去年]\n"
                           "local var 下限 : money = 上年工资 * 比例 round to 分 half up\n"
                           "var 本人下限 : money of 人 = 下限\n"
                           "var a : money of 行 = 下限\nvar b : money of 行 = 本人下限\n"
                           "var c : money of 人 = sum(下限 over 行) + 下限\n",
                           ROWS)
                   .bytes,
               "set 工资\n  | year | 工资 |\n  | 2018 | 1000 |\n  | 2019 | 2000 |\n  | 2020 | 3000 |\n"
               "set 下限\n  since 2021-01-01 = 7元\n",
               "\n```test on 2020-12-01 region 示例省\nrows 行\n| # | 月 | 地 |\n| 1 | 2019-06 | 示例省 |\n"
               "| 1 | 2020-06 | 示例省 |\n| 1 | 2020-07 | 示例省 |\n| 1 | 2021-02 | 示例省 |\n"
               "expect\n| # | a | b | c |\n| 1 | 500; 1000; 1200; 7 | 1200; 1200; 1200; 1200 | 3907 |\n"
               "```\n");
}

static void a_row_of_a_table_is_cited_with_its_own_law(void **state)
{
    (void)state;
    compile("param 月数 : months by 级 : count\n  law 条例\n  since 2011-01-01\n"
            "  | 级 | 月数 | law |\n  | 1 | 27 | 条例 甲款 |\n  | 2 | 25 | |\n  | 3 | 23 | 条例 丙款 |\n"
            "var y : months = 月数[3]\n");
    const policy_symbol *s;
    assert_null(policy_find(book, TEXT("月数"), &s).kind);
    size_t count;
    const policy_version *v = policy_versions(memory, book, s, &count);
    assert_int_equal(count, 1);
    assert_string_equal(v->law, "条例");
    assert_int_equal(v->cell_count, 3);
    assert_string_equal(v->cells[0].law, "条例 甲款");
    assert_string_equal(v->cells[1].law, "条例");
    assert_string_equal(v->cells[2].law, "条例 丙款");
    text root = TEXT("y");
    policy_request wanted = { .on_day = day("2025-01-01"), .roots = &root, .root_count = 1 };
    policy_planned planned;
    assert_null(policy_plan(memory, book, &wanted, &planned).kind);
    bool is_cited = false;
    for (size_t n = 0; n < planned.plan.origin_count; n++) {
        const vm_origin *o = &planned.plan.origins[n];
        is_cited = is_cited || (o->name && o->law && strcmp(o->name, "月数") == 0 &&
                                strcmp(o->law, "条例 丙款") == 0);
    }
    assert_true(is_cited);
}

#define SENTENCE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    static const struct CMUnitTest TESTS[] = {
        SENTENCE(a_table_that_no_region_above_sets_is_not_set),
        SENTENCE(a_gap_between_versions_is_not_in_force),
        SENTENCE(a_variable_of_nobody_is_taken_where_and_when_the_row_is),
        SENTENCE(a_row_of_a_table_is_cited_with_its_own_law),
    };
    return cmocka_run_group_tests(TESTS, NULL, NULL);
}
