/* One pension told: values, formulas, parameters and their dates, rows, exceptions, what is missing
 * and what would have to change. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "explain/explain.h"
#include "policy/policy.h"
#include "support/golden.h"

static const char PACK[] =
    "---\npack: 示例\n---\n```rule\n"
    "entity 参保人 \"person\"\n"
    "enum 户别 \"household\" = 城镇 \"urban\", 农村 \"rural\"\n"
    "record 年度 of 参保人 \"years\"\n"
    "  年份 : year at \"year\"\n"
    "  基数 : money per month from 0 to 100000 \"base\"\n"
    "  月数 : months from 0 to 12 \"months\"\n"
    "param 平均工资 : money per month by 年 : year \"average wage\"\n"
    "  law 统计公报\n"
    "  | 年 | 平均工资 |\n  | 2022 | 7500 |\n  | 2023 | 8000 |\n"
    "local param 计发基数 : money per month \"benefit base\"\n"
    "  law 示例文〔2025〕1号\n"
    "  since 2025-01-01 = 8001.50 [K]\n"
    "param 最低月数 : months \"least months\"\n  law 社会保险法 第十六条\n  since 2011-07-01 = "
    "180\n"
    "input 视同月数 : months from 0 to 480 of 参保人 \"deemed months\"\n"
    "input 户口 : 户别 of 参保人 \"kind\"\n"
    "var 缴费月数 : months of 参保人 \"months paid\"\n  law 示例法 第一条\n"
    "  = sum(月数 over 年度) + 视同月数\n"
    "var 平均指数 : number decimals 4 of 参保人 \"index\"\n  law 示例法 第二条\n"
    "  = sum(基数 / 平均工资[年份] * number(月数) over 年度) / number(sum(月数 over 年度)) round "
    "to "
    "0.0001 half up\n"
    "var 养老金 : money per month of 参保人 \"pension\"\n  law 示例法 第三条\n"
    "  since 2006-01-01 = (计发基数 + 计发基数 * 平均指数) / 2 * (缴费月数 / 12个月) * 1% round to "
    "分 "
    "half up\n"
    "    unless 缴费月数 < 最低月数: 0 because \"缴费年限不足\" law 社会保险法 第十六条\n"
    "input 农民工 : bool of 参保人 \"rural worker\"\n"
    "input 工资 : money per month from 0 to 100000 of 参保人 \"wage\"\n"
    "var 个人缴费 : money per month of 参保人 \"own contribution\"\n  law 示例法 第四条\n"
    "  = clamp(工资, 1000元/月, 计发基数) * 12个月 / 12个月\n    round to 分 half up\n"
    "    unless 农民工 else false: 0 because \"农民工不缴\"\n"
    "    unless overriding 工资 > (if 农民工 else true then 9000元/月 else 7000元/月): 1元/月\n"
    "input 已核 : bool of 参保人 \"checked\"\n"
    "var 试算 : money per month of 参保人 \"trial\"\n  law 示例法 第五条\n"
    "  = sum(if 月数 > 0个月 then 1元/月 else 平均工资[年份 + 30] over 年度)\n"
    "    unless not 已核: 0元/月\n"
    "```\n";

static arena *memory;
static policy_book *book;

static int open_book(void **state)
{
    (void)state;
    memory = arena_open();
    policy_source source = { "example.md", TEXT(PACK) };
    err e = policy_compile(memory, &source, 1, &book);
    size_t count, unshown;
    const policy_mistake *mistakes = policy_mistakes(book, &count, &unshown);
    for (size_t i = 0; i < count; i++)
        print_message("%s\n", policy_mistake_print(memory, &mistakes[i], false).bytes);
    return e.kind ? -1 : 0;
}

static int close_book(void **state)
{
    (void)state;
    arena_close(memory);
    return 0;
}

typedef struct {
    const char *name, *value; /* NULL value: unknown */
} fact;

static const int64_t YEARS[][3] = { { 2022, 450000, 12 }, { 2023, 640000, 12 } };

/* Explains `root` with two years of rows and the facts given. */
static explain_answer explain(const char *root, const fact *facts, size_t fact_count,
                              explain_options options)
{
    text roots[] = { text_of(root) };
    policy_request wanted = { .on_day = 45800, .roots = roots, .root_count = 1 };
    policy_planned p;
    assert_null(policy_plan(memory, book, &wanted, &p).kind);
    vm_program *program;
    assert_null(vm_seal(memory, &p.plan, &program).kind);
    policy_codes *codes = policy_codes_open(memory, book, &p);
    column *inputs = ARENA_ARRAY(memory, column, p.plan.input_count + 1);
    for (size_t i = 0; i < p.plan.input_count; i++) {
        bool is_row = p.plan.inputs[i].space != 0;
        inputs[i] = column_open(memory, is_row ? 2 : 1);
        column_ensure_reasons(memory, &inputs[i]);
        const char *name = p.input_symbols[i]->name;
        int field = strcmp(name, "年份") == 0 ? 0 : strcmp(name, "基数") == 0 ? 1 : 2;
        if (is_row) {
            for (size_t r = 0; r < 2; r++)
                inputs[i].value[r] = YEARS[r][field];
            continue;
        }
        inputs[i].reason[0] = VM_REASON(VM_NOT_KNOWN, 0);
        for (size_t f = 0; f < fact_count; f++) {
            if (strcmp(facts[f].name, name) != 0 || !facts[f].value) continue;
            inputs[i].reason[0] = 0;
            assert_null(policy_parse_value(memory, codes, &p.input_symbols[i]->type,
                                           text_of(facts[f].value), inputs[i].value)
                            .kind);
        }
    }
    static const uint32_t UNTIL[] = { 2 };
    static const uint32_t *const ROWS[] = { UNTIL };
    vm_batch batch = { 1, inputs, ROWS };
    vm_machine *machine = vm_machine_open(memory, program, (vm_machine_options){ 0 });
    return explain_subject(memory, machine, program, &batch, 0, 0, options);
}

static const explain_options ZH = { .is_chinese = true };
static const explain_options EN = { .is_chinese = false };

static bool says(text t, const char *part)
{
    bool is_there = text_find(t, text_of(part)) != SIZE_MAX;
    if (!is_there) print_message("no \"%s\" in:\n%.*s\n", part, TEXT_ARG(t));
    return is_there;
}

static void golden(const char *name, text t)
{
    golden_expect("explain", name, t.bytes, t.size_bytes);
}

static void a_choice_in_the_law_is_told_whole(void **state)
{
    (void)state;
    fact facts[] = { { "工资", "6000" } };
    explain_answer answer = explain("个人缴费", facts, 1, ZH);
    text t = explain_text(memory, &answer, ZH);
    assert_true(says(t, "条件 农民工（未知时为否）  （否，不成立）"));
    assert_true(says(t, "条件 工资 > (若 农民工（未知时为是） 则 9000元/月 否则 7000元/月)  "
                        "（6,000.00 > 9,000.00，不成立）"));
    assert_true(says(t, "＝ 限幅(6,000.00，下限 1,000.00，上限 8,001.50) × 12 ÷ 12，四舍五入到分"));
    assert_true(says(t, "农民工  未知  · 未登记"));
    answer = explain("个人缴费", facts, 1, EN);
    t = explain_text(memory, &answer, EN);
    assert_true(says(t, "if 农民工 (if unknown no)  (no: does not hold)"));
    assert_true(says(t, "农民工  unknown  · not given"));
    fact none[] = { { "工资", NULL } };
    answer = explain("个人缴费", none, 1, ZH);
    assert_true(says(explain_text(memory, &answer, ZH), "个人缴费  不能计算：“工资”未知"));
}

static void a_pension_is_told_with_formula_numbers_and_articles(void **state)
{
    (void)state;
    fact facts[] = { { "视同月数", "200" } };
    explain_answer answer = explain("养老金", facts, 1, ZH);
    assert_true(answer.root->is_valid);
    golden("pension_zh", explain_text(memory, &answer, ZH));
    golden("pension_json", explain_json(memory, &answer, ZH));
    assert_int_equal(answer.missing_count, 0);
    explain_answer english = explain("养老金", facts, 1, EN);
    golden("pension_en", explain_text(memory, &english, EN));
}

static void a_figure_nobody_checked_says_so(void **state)
{
    (void)state;
    fact facts[] = { { "视同月数", "200" } };
    explain_answer answer = explain("养老金", facts, 1, ZH);
    assert_true(says(explain_text(memory, &answer, ZH), "未核验"));
    assert_true(says(explain_html(memory, &answer, ZH), "未核验"));
    assert_true(says(explain_json(memory, &answer, ZH), "\"unverified\": \"K\""));
}

static void an_exception_says_why_and_the_nearest_change_that_turns_it(void **state)
{
    (void)state;
    fact facts[] = { { "视同月数", "150" } };
    explain_answer answer = explain("养老金", facts, 1, ZH);
    text told = explain_text(memory, &answer, ZH);
    assert_true(says(told, "缴费年限不足"));
    assert_true(says(told, "社会保险法 第十六条"));
    assert_int_equal(answer.flip_count, 1);
    assert_string_equal(answer.flips[0].input, "视同月数");
    assert_string_equal(answer.flips[0].to, "156 个月");
    assert_true(says(told, "156 个月"));
}

static void what_is_missing_is_named(void **state)
{
    (void)state;
    explain_answer answer = explain("养老金", NULL, 0, EN);
    assert_false(answer.root->is_valid);
    assert_int_equal(answer.missing_count, 1);
    assert_string_equal(answer.missing[0], "视同月数");
    assert_true(says(explain_text(memory, &answer, EN), "Missing: 视同月数"));
    assert_true(says(explain_html(memory, &answer, EN), "Missing: 视同月数"));
}

static void rows_stand_behind_a_sum(void **state)
{
    (void)state;
    explain_answer answer = explain("平均指数", NULL, 0, ZH);
    assert_string_equal(answer.root->value, "0.7");
    assert_int_equal(answer.root->rows_count, 1);
    assert_int_equal(answer.root->rows[0].row_count, 2);
    assert_true(says(explain_text(memory, &answer, ZH), "年度：2 行"));
}

static void a_figure_that_no_row_needed_has_no_column(void **state)
{
    (void)state;
    fact facts[] = { { "已核", "是" } };
    explain_answer answer = explain("试算", facts, 1, ZH);
    text t = explain_text(memory, &answer, ZH);
    assert_true(says(t, "试算 = 2.00 元/月"));
    assert_true(says(t, "条件 非 已核  （否，不成立）"));
    assert_true(says(t, "年度：2 行  (月数 | 年份)"));
}

static void long_tellings_are_folded_and_say_how_much(void **state)
{
    (void)state;
    fact facts[] = { { "视同月数", "200" } };
    explain_options few = { .is_chinese = false, .lines_max = 4 };
    explain_answer answer = explain("养老金", facts, 1, few);
    text told = explain_text(memory, &answer, few);
    size_t lines = 0;
    for (size_t i = 0; i < told.size_bytes; i++)
        lines += told.bytes[i] == '\n';
    assert_int_equal(lines, 5);
    assert_true(says(told, "more lines folded"));
}

static void html_escapes_what_a_pack_says(void **state)
{
    (void)state;
    fact facts[] = { { "视同月数", "150" } };
    explain_answer answer = explain("养老金", facts, 1, ZH);
    text page = explain_html(memory, &answer, ZH);
    assert_true(says(page, "缴费月数 &lt; 最低月数"));
    assert_true(text_begins(page, TEXT("<!doctype html>")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_pension_is_told_with_formula_numbers_and_articles,
                                        open_book, close_book),
        cmocka_unit_test_setup_teardown(a_choice_in_the_law_is_told_whole, open_book, close_book),
        cmocka_unit_test_setup_teardown(a_figure_nobody_checked_says_so, open_book, close_book),
        cmocka_unit_test_setup_teardown(an_exception_says_why_and_the_nearest_change_that_turns_it,
                                        open_book, close_book),
        cmocka_unit_test_setup_teardown(what_is_missing_is_named, open_book, close_book),
        cmocka_unit_test_setup_teardown(rows_stand_behind_a_sum, open_book, close_book),
        cmocka_unit_test_setup_teardown(a_figure_that_no_row_needed_has_no_column, open_book,
                                        close_book),
        cmocka_unit_test_setup_teardown(long_tellings_are_folded_and_say_how_much, open_book,
                                        close_book),
        cmocka_unit_test_setup_teardown(html_escapes_what_a_pack_says, open_book, close_book),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
