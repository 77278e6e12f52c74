#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "calendar/calendar.h"
#include "policy/syntax.h"
#include "support/broken.h"

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

/* The value of `root` for one person, as text; a reason as ?code or !code. */
static const char *value(const char *root, const char *on, const char *region,
                         const char *const *names, const char *const *values, size_t count)
{
    text root_text = text_of(root);
    policy_request wanted = {
        .on_day = day(on), .region = text_of(region), .roots = &root_text, .root_count = 1
    };
    policy_planned planned;
    vm_program *program;
    err e = policy_plan(memory, book, &wanted, &planned);
    assert_null(e.kind);
    e = vm_seal(memory, &planned.plan, &program);
    assert_null(e.kind);
    policy_codes *codes = policy_codes_open(memory, book, &planned);
    column *inputs = ARENA_ARRAY(memory, column, planned.plan.input_count + 1);
    for (size_t i = 0; i < planned.plan.input_count; i++) {
        inputs[i] = column_open(memory, 1);
        column_ensure_reasons(memory, &inputs[i]);
        inputs[i].reason[0] = VM_REASON(VM_NOT_KNOWN, 0);
        for (size_t n = 0; n < count; n++) {
            if (strcmp(names[n], planned.input_symbols[i]->name) != 0) continue;
            e = policy_parse_value(memory, codes, &planned.input_symbols[i]->type,
                                   text_of(values[n]), &inputs[i].value[0]);
            assert_null(e.kind);
            inputs[i].reason[0] = 0;
        }
    }
    column out = column_open(memory, 1);
    column_ensure_reasons(memory, &out);
    vm_batch batch = { 1, inputs, NULL };
    vm_run(vm_machine_open(memory, program, (vm_machine_options){ 0 }), &batch, &out);
    if (out.reason[0]) {
        vm_reason_kind kind = VM_REASON_KIND(out.reason[0]);
        return text_format(memory, "%c%s", vm_reason_is_unknown(out.reason[0]) ? '?' : '!',
                           vm_reason_about(kind)->code)
            .bytes;
    }
    return policy_print_value(memory, codes, &planned.output_types[0], out.value[0]).bytes;
}

static const char *given(const char *root, const char *name, const char *text_value)
{
    return value(root, "2025-06-01", "", &name, &text_value, 1);
}

/* ---- versions, exceptions, units ---- */

static void a_rule_uses_the_version_of_its_day(void **state)
{
    (void)state;
    compile("input x : money\n"
            "param 比例 : rate\n  since 2000-01-01 = 8%\n  since 2010-01-01 to 2019-12-31 = 10%\n"
            "var y : money\n  since 2000-01-01 = x * 比例 round to 分 half up\n");
    const char *name = "x", *yuan = "100";
    assert_string_equal(value("y", "2005-01-01", "", &name, &yuan, 1), "8.00");
    assert_string_equal(value("y", "2015-01-01", "", &name, &yuan, 1), "10.00");
    assert_string_equal(value("y", "2020-01-01", "", &name, &yuan, 1), "!not_in_force");
    assert_string_equal(value("y", "1999-12-31", "", &name, &yuan, 1), "!not_in_force");
}

static void an_overriding_exception_wins(void **state)
{
    (void)state;
    compile("input n : count from 0 to 100\n"
            "var y : count = 1\n  unless n > 10: 2\n  unless overriding n > 20: 3\n");
    assert_string_equal(given("y", "n", "5"), "1");
    assert_string_equal(given("y", "n", "15"), "2");
    assert_string_equal(given("y", "n", "25"), "3");
}

static void units_multiply_and_divide(void **state)
{
    (void)state;
    compile("input 工资 : money per month\ninput 月数 : months from 0 to 600\n"
            "var 总额 : money = 工资 * 月数\n"
            "var 月均 : money per month = 总额 / 月数 round to 分 half up\n"
            "var 年数 : number = 月数 / 12个月 round to 0.01 half up\n");
    const char *names[] = { "工资", "月数" }, *values[] = { "1000.50", "7" };
    assert_string_equal(value("总额", "2025-01-01", "", names, values, 2), "7003.50");
    assert_string_equal(value("月均", "2025-01-01", "", names, values, 2), "1000.50");
    assert_string_equal(value("年数", "2025-01-01", "", names, values, 2), "0.58");
}

/* ---- regions ---- */

static void compile_layers(void)
{
    policy_source packs[] = {
        pack_of("国", "",
                "local param 标准 : money per month\n"
                "local param 比例 : rate\n  within 5%..10%\n  since 2000-01-01 = 6% [K]\n"
                "var 金额 : money per month = 标准 * 比例 round to 分 half up"),
        pack_of("省", "region: 中国/示例省\nuses: 国\n",
                "set 标准\n  law 省文\n  since 2020-01-01 = 1000"),
        pack_of("市", "region: 中国/示例省/示例市\nuses: 国\n",
                "set 比例\n  law 市文\n  since 2022-01-01 = 8%"),
    };
    err e = policy_compile(memory, packs, 3, &book);
    assert_null(e.kind);
}

static void the_nearest_region_wins_from_its_day(void **state)
{
    (void)state;
    compile_layers();
    assert_string_equal(value("金额", "2021-01-01", "示例市", NULL, NULL, 0), "60.00");
    assert_string_equal(value("金额", "2022-01-01", "中国/示例省/示例市", NULL, NULL, 0), "80.00");
    assert_string_equal(value("金额", "2022-01-01", "示例省", NULL, NULL, 0), "60.00");
    assert_string_equal(value("金额", "2022-01-01", "中国", NULL, NULL, 0), "!not_set");
    assert_string_equal(value("金额", "2019-01-01", "示例省", NULL, NULL, 0), "!not_in_force");
}

/* ---- what cannot be asked ---- */

static const char *code_of_plan(const char *root, const char *region)
{
    text name = text_of(root);
    policy_request wanted = {
        .on_day = day("2025-01-01"), .region = text_of(region), .roots = &name, .root_count = 1
    };
    policy_planned planned;
    err e = policy_plan(memory, book, &wanted, &planned);
    return e.kind ? e.kind->code : "planned";
}

static void names_and_regions_are_refused_by_kind(void **state)
{
    (void)state;
    policy_source packs[] = {
        pack_of("国", "",
                "var 同名 : count = 1\nparam 表 : count by year\n  | year | 表 |\n  | 2024 | 3 |"),
        pack_of("乡", "region: 中国/示例省\n", "var 同名 : count = 2"),
    };
    assert_null(policy_compile(memory, packs, 2, &book).kind);
    assert_string_equal(code_of_plan("无此名", ""), "policy.unknown_name");
    assert_string_equal(code_of_plan("同名", ""), "policy.ambiguous_name");
    assert_string_equal(code_of_plan("国.同名", ""), "planned");
    assert_string_equal(code_of_plan("国.同名", "外省"), "policy.unknown_region");
    assert_string_equal(code_of_plan("表", ""), "policy.not_computable");
}

static void a_book_with_mistakes_plans_nothing(void **state)
{
    (void)state;
    policy_source one = pack_of("甲", "", "var y : count = 无此名");
    err e = policy_compile(memory, &one, 1, &book);
    assert_string_equal(e.kind->code, "policy.has_mistakes");
    assert_string_equal(code_of_plan("y", ""), "policy.has_mistakes");
}

static void values_are_read_by_type(void **state)
{
    (void)state;
    compile("enum 类别 = 男职工 \"male\", 女干部 \"female 55\"\n"
            "input a : money\ninput b : rate\ninput c : months\ninput d : date\ninput e : month\n"
            "input f : bool\ninput g : 类别\ninput h : number decimals 3\ninput i : money per month\n"
            "var y : bool = known(a) and known(b) and known(c) and known(d) and known(e) and "
            "known(f) and known(g) and known(h) and known(i)\n");
    text root = TEXT("y");
    policy_request wanted = { .on_day = 0, .roots = &root, .root_count = 1 };
    policy_planned planned;
    assert_null(policy_plan(memory, book, &wanted, &planned).kind);
    policy_codes *codes = policy_codes_open(memory, book, &planned);
    static const struct {
        const char *name, *written, *printed;
    } CASES[] = {
        { "a", "1,234.5", "1234.50" },
        { "a", "3万元", "30000.00" },
        { "a", "8000元/月", NULL },
        { "i", "8000元/月", "8000.00" },
        { "i", "8000元", "8000.00" },
        { "i", "96000元/年", NULL },
        { "a", "1.234", NULL },
        { "a", "1e3", NULL },
        { "b", "8%", "0.08" },
        { "b", "0.08", "0.08" },
        { "c", "15年", "180" },
        { "c", "180个月", "180" },
        { "c", "1.5", NULL },
        { "d", "2025-02-29", NULL },
        { "d", "2024-2-29", "2024-02-29" },
        { "e", "2025-01", "2025-01" },
        { "f", "是", "true" },
        { "f", "maybe", NULL },
        { "g", "女干部", "女干部" },
        { "g", "Female_55", "女干部" },
        { "g", "老板", NULL },
        { "h", "0.125", "0.125" },
        { "h", "0.1255", NULL },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        const policy_symbol *s;
        int64_t stored;
        assert_null(policy_find(book, text_of(CASES[i].name), &s).kind);
        err e = policy_parse_value(memory, codes, &s->type, text_of(CASES[i].written), &stored);
        if (!CASES[i].printed) {
            assert_non_null(e.kind);
            assert_string_equal(e.kind->code, "policy.bad_value");
            continue;
        }
        assert_null(e.kind);
        text printed = policy_print_value(memory, codes, &s->type, stored);
        assert_string_equal(text_cstr(memory, printed), CASES[i].printed);
    }
}

/* ---- packs that compile, with tests of their own ---- */

/* Packs of one book are divided by a line of percent signs. */
static size_t divide(text bytes, policy_source *sources, size_t max)
{
    size_t count = 0;
    while (count < max) {
        size_t at = text_find(bytes, TEXT("\n%%%%\n"));
        sources[count].file = text_format(memory, "%zu.md", count + 1).bytes;
        sources[count++].bytes = text_sub(bytes, 0, at);
        if (at == SIZE_MAX) break;
        bytes = text_sub(bytes, at + 6, bytes.size_bytes);
    }
    return count;
}

enum { PACKS_MAX = 4 };

static err compile_file(const char *path)
{
    policy_source sources[PACKS_MAX];
    size_t count = divide(broken_read(memory, path), sources, PACKS_MAX);
    return policy_compile(memory, sources, count, &book);
}

static void packs_with_histories_pass_their_own_tests(void **state)
{
    (void)state;
    err e = compile_file("fuzz/seeds/fuzz_policy_compile/rows");
    assert_null(e.kind);
    const policy_test_result *results;
    size_t count;
    assert_null(policy_run_tests(memory, book, TEXT_NONE, &results, &count).kind);
    assert_true(count >= 9);
    for (size_t i = 0; i < count; i++)
        if (!results[i].passed) fail_msg("%s: %s", results[i].name, results[i].says);
}

static void a_failing_test_says_what_came(void **state)
{
    (void)state;
    policy_source one = pack_of("甲", "", "input x : count\nvar y : count = x + 1");
    text more = TEXT("\n```test \"加一\"\n| x | y |\n| 1 | 3 |\n| ? | 1 |\n| 1 | ? |\n| 5 | 6 |\n| z | 6 |\n```\n");
    one.bytes = text_format(memory, "%.*s%.*s", TEXT_ARG(one.bytes), TEXT_ARG(more));
    assert_null(policy_compile(memory, &one, 1, &book).kind);
    const policy_test_result *r;
    size_t count;
    assert_null(policy_run_tests(memory, book, TEXT_NONE, &r, &count).kind);
    assert_int_equal(count, 5);
    assert_string_equal(r[0].says, "y: expected 3, came 2");
    assert_string_equal(r[0].says_zh, "y：应为 3，得到 2");
    assert_non_null(strstr(r[1].says, "came ?not_known (x: "));
    assert_string_equal(r[2].says, "y: expected ?, came 2");
    assert_true(r[3].passed);
    assert_false(r[4].passed);
}

/* ---- what a plan says of itself ---- */

static void origins_carry_law_date_region_and_mark(void **state)
{
    (void)state;
    compile_layers();
    text root = TEXT("金额");
    policy_request wanted = { .on_day = day("2021-05-01"), .region = TEXT("示例市"),
                              .roots = &root, .root_count = 1 };
    policy_planned planned;
    assert_null(policy_plan(memory, book, &wanted, &planned).kind);
    bool is_wage = false, is_rate = false, is_rule = false;
    for (size_t n = 0; n < planned.plan.node_count; n++) {
        const vm_origin *o = &planned.plan.origins[planned.plan.nodes[n].origin];
        if (!o->name) continue;
        if (strcmp(o->name, "标准") == 0) {
            is_wage = true;
            assert_int_equal(o->role, VM_ROLE_PARAMETER);
            assert_string_equal(o->law, "省文");
            assert_string_equal(o->region, "中国/示例省");
            assert_int_equal(o->since_day, day("2020-01-01"));
            assert_null(o->unverified);
        }
        if (strcmp(o->name, "比例") == 0) {
            is_rate = true;
            assert_string_equal(o->unverified, "K");
            assert_string_equal(o->source, "6%");
        }
        if (strcmp(o->name, "金额") == 0 && planned.plan.nodes[n].op == VM_BOUND) {
            is_rule = true;
            assert_int_equal(o->role, VM_ROLE_VARIABLE);
            assert_string_equal(o->unit, "money per month");
            assert_string_equal(o->source, "标准 * 比例 round to 分 half up");
        }
    }
    assert_true(is_wage && is_rate && is_rule);
}

static void proofs_name_what_moves_and_what_is_fixed(void **state)
{
    (void)state;
    policy_source one = pack_of("甲", "", "input x : money from 0 to 1000\ninput n : count from 1 to 9\n"
                                         "param 率 : rate\n  since 2000-01-01 = 8%\n"
                                         "var y : money = x * 率 * n round to 分 half up");
    text more = TEXT("\n```proof\nproof 一: y never falls as x rises up to 1分 where x > 1元 with n = 3\n"
                     "proof 二: cliffs of y along x from 0 to 100 by 0.01 over 1元\n"
                     "proof 三: y between 0元 and x * 9\nproof 四: always y >= 0元 refuted because \"无\"\n"
                     "proof 五: y never falls as 率 rises\n```\n");
    one.bytes = text_format(memory, "%.*s%.*s", TEXT_ARG(one.bytes), TEXT_ARG(more));
    assert_null(policy_compile(memory, &one, 1, &book).kind);
    const policy_proof *p;
    size_t count;
    assert_null(policy_proofs(memory, book, TEXT_NONE, &p, &count).kind);
    assert_int_equal(count, 5);
    assert_string_equal(p[0].planned.input_symbols[p[0].along_input]->name, "x");
    assert_int_equal(p[0].slack_stored, 1);
    assert_int_equal(p[0].where_output, 1);
    size_t n = 1 - p[0].along_input;
    assert_true(p[0].is_fixed[n] && p[0].fixed[n] == 3);
    assert_int_equal(p[1].until, 10000);
    assert_int_equal(p[1].step, 1);
    assert_int_equal(p[1].threshold, 100);
    assert_int_equal(p[2].planned.plan.output_count, 3);
    assert_true(p[3].is_known_refuted);
    assert_string_equal(p[4].planned.input_symbols[p[4].along_input]->name, "率");
}

/* ---- mistakes ---- */

static void broken_pack_gives_its_messages(void **state)
{
    const char *name = *state;
    memory = arena_open();
    err e = compile_file(text_format(memory, "tests/broken/%s.md", name).bytes);
    assert_non_null(e.kind);
    size_t count, unshown;
    const policy_mistake *all = policy_mistakes(book, &count, &unshown);
    broken_expect(name, all, count, unshown);
    arena_close(memory);
}

static void every_code_of_the_checker_has_a_broken_pack(void **state)
{
    (void)state;
    /* What the parser refuses first, and what is too large to keep as a file. */
    static const char *const ELSEWHERE[] = { "param.keys", "rule.not_planned", "case.steps",
                                             "type.per_where", "type.bound" };
    const char *names[BROKEN_MAX];
    size_t name_count = broken_list(memory, "check-", names);
    bool *is_seen = ARENA_ARRAY(memory, bool, 500);
    for (size_t i = 0; i < name_count; i++) {
        assert_non_null(compile_file(text_format(memory, "tests/broken/%s.md", names[i]).bytes).kind);
        size_t count, unshown, row_index = 0;
        const policy_mistake *all = policy_mistakes(book, &count, &unshown);
        for (const mistake_row *row = MISTAKES_CHECK; row->code; row++, row_index++)
            for (size_t j = 0; j < count; j++)
                if (strcmp(all[j].code, row->code) == 0) is_seen[row_index] = true;
    }
    size_t row_index = 0;
    for (const mistake_row *row = MISTAKES_CHECK; row->code; row++, row_index++) {
        for (size_t i = 0; i < ARRAY_COUNT(ELSEWHERE); i++)
            is_seen[row_index] |= strcmp(ELSEWHERE[i], row->code) == 0;
        if (!is_seen[row_index]) fail_msg("no broken pack gives %s", row->code);
        assert_non_null(row->says);
        assert_non_null(row->says_zh);
    }
}

#define SENTENCE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    static const struct CMUnitTest FIXED[] = {
        SENTENCE(a_rule_uses_the_version_of_its_day),
        SENTENCE(an_overriding_exception_wins),
        SENTENCE(units_multiply_and_divide),
        SENTENCE(the_nearest_region_wins_from_its_day),
        SENTENCE(names_and_regions_are_refused_by_kind),
        SENTENCE(a_book_with_mistakes_plans_nothing),
        SENTENCE(values_are_read_by_type),
        SENTENCE(packs_with_histories_pass_their_own_tests),
        SENTENCE(a_failing_test_says_what_came),
        SENTENCE(origins_carry_law_date_region_and_mark),
        SENTENCE(proofs_name_what_moves_and_what_is_fixed),
        SENTENCE(every_code_of_the_checker_has_a_broken_pack),
    };
    arena *a = arena_open();
    const char *names[BROKEN_MAX];
    size_t count = broken_list(a, "check-", names), fixed = ARRAY_COUNT(FIXED);
    struct CMUnitTest *tests = ARENA_ARRAY(a, struct CMUnitTest, fixed + count);
    memcpy(tests, FIXED, sizeof FIXED);
    for (size_t i = 0; i < count; i++)
        tests[fixed + i] = (struct CMUnitTest){ names[i], broken_pack_gives_its_messages, NULL,
                                                NULL, (void *)(uintptr_t)names[i] };
    int failed = _cmocka_run_group_tests("policy check", tests, fixed + count, NULL, NULL);
    arena_close(a);
    return failed;
}
