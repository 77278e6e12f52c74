#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "calendar/calendar.h"
#include "policy/syntax_print.h"
#include "support/broken.h"
#include "support/golden.h"

#define FRONT "---\npack: 例\n---\n"

static pack_syntax parse(arena *a, mistakes *m, const char *file, text bytes)
{
    pack_syntax pack;
    syntax_parse(a, (policy_source){ file, bytes }, m, &pack);
    return pack;
}

static void fail_with_mistakes(arena *a, mistakes *m)
{
    size_t count, unshown;
    const policy_mistake *all = mistakes_sorted(m, &count, &unshown);
    if (count) fail_msg("%s", policy_mistake_print(a, &all[0], false).bytes);
}

/* The value of `var x : number = …`. */
static expr *value_of(arena *a, const char *written)
{
    mistakes *m = mistakes_open(a);
    text pack = text_format(a, FRONT "```rule\nvar x : number\n  = %s\n```\n", written);
    pack_syntax read = parse(a, m, "x.md", pack);
    fail_with_mistakes(a, m);
    return read.decls[0].versions[0].value;
}

static const char *printed(arena *a, const expr *e)
{
    text_builder b = text_builder_open(a);
    syntax_print_expr(&b, e);
    return text_built(&b).bytes;
}

/* The first mistake's code, or "" when there is none. */
static const char *first_code(arena *a, text pack)
{
    mistakes *m = mistakes_open(a);
    (void)parse(a, m, "x.md", pack);
    size_t count, unshown;
    const policy_mistake *all = mistakes_sorted(m, &count, &unshown);
    return count ? all[0].code : "";
}

/* ---- literals ---- */

static void literals_are_exact_and_keep_their_unit(void **state)
{
    (void)state;
    static const struct {
        const char *written;
        int64_t num, den;
        literal_unit unit;
        bool is_percent;
    } CASES[] = {
        { "0", 0, 1, UNIT_NONE, false },
        { "0.60", 3, 5, UNIT_NONE, false },
        { "8%", 2, 25, UNIT_NONE, true },
        { "8 ％", 2, 25, UNIT_NONE, true },
        { "5‰", 1, 200, UNIT_NONE, true },
        { "８．５", 17, 2, UNIT_NONE, false },
        { "3倍", 3, 1, UNIT_NONE, false },
        { "2.5万", 25000, 1, UNIT_NONE, false },
        { "2.5万元", 25000, 1, UNIT_YUAN, false },
        { "3 亿元", 300000000, 1, UNIT_YUAN, false },
        { "5角", 1, 2, UNIT_YUAN, false },
        { "3分", 3, 100, UNIT_YUAN, false },
        { "8000元/月", 8000, 1, UNIT_YUAN_PER_MONTH, false },
        { "8000元／年", 8000, 1, UNIT_YUAN_PER_YEAR, false },
        { "30 yuan per day", 30, 1, UNIT_YUAN_PER_DAY, false },
        { "12个月", 12, 1, UNIT_MONTHS, false },
        { "12 months", 12, 1, UNIT_MONTHS, false },
        { "15年", 180, 1, UNIT_MONTHS, false },
        { "1 year", 12, 1, UNIT_MONTHS, false },
        { "98天", 98, 1, UNIT_DAYS, false },
        { "20日", 20, 1, UNIT_DAYS, false },
    };
    for (size_t i = 0; i < ARRAY_COUNT(CASES); i++) {
        arena *a = arena_open();
        const expr *e = value_of(a, CASES[i].written);
        if (e->kind != EXPR_NUMBER || e->num != CASES[i].num || e->den != CASES[i].den ||
            e->unit != CASES[i].unit || e->is_percent != CASES[i].is_percent)
            fail_msg("%s is read as %s", CASES[i].written, printed(a, e));
        arena_close(a);
    }
}

static void points_in_time_are_read_in_every_form(void **state)
{
    (void)state;
    int32_t day;
    assert_true(calendar_day_of(2025, 3, 9, &day));
    const struct {
        const char *written;
        literal_unit unit;
        int32_t point;
    } cases[] = {
        { "2025-03-09", UNIT_DATE, day },
        { "2025年3月9日", UNIT_DATE, day },
        { "２０２５－０３－０９", UNIT_DATE, day },
        { "2025-03", UNIT_MONTH, calendar_month_of(2025, 3) },
        { "2025年3月", UNIT_MONTH, calendar_month_of(2025, 3) },
        { "2025年", UNIT_YEAR, 2025 },
        { "1800年", UNIT_YEAR, 1800 },
    };
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        arena *a = arena_open();
        const expr *e = value_of(a, cases[i].written);
        if (e->kind != EXPR_POINT || e->unit != cases[i].unit || e->point != cases[i].point)
            fail_msg("%s is read as %s", cases[i].written, printed(a, e));
        arena_close(a);
    }
}

/* ---- expressions ---- */

static void expressions_bind_as_documented(void **state)
{
    (void)state;
    static const struct {
        const char *written, *canonical;
    } CASES[] = {
        { "a - b - c", "a - b - c" },
        { "a - (b - c)", "a - (b - c)" },
        { "(a * b) / c", "a * b / c" },
        { "a * (b / c)", "a * (b / c)" },
        { "a + b * c", "a + b * c" },
        { "(a + b) * c", "(a + b) * c" },
        { "- a * b", "- a * b" },
        { "-(a * b)", "- (a * b)" },
        { "a else b * c", "a else b * c" },
        { "a else -1", "a else (- 1)" },
        { "not a == b and c or d", "not a == b and c or d" },
        { "not (a and b)", "not (a and b)" },
        { "(a or b) and c", "(a or b) and c" },
        { "a is not b", "a != b" },
        { "a ≥ b", "a >= b" },
        { "a in {甲、乙}", "a in {甲, 乙}" },
        { "a in b", "a in b" },
        { "x[去年] at d in r", "x[去年] at d in r" },
        { "x[a, b]", "x[a, b]" },
        { "p.x + q", "p.x + q" },
        { "(if a then b else c) + d", "(if a then b else c) + d" },
        { "if a then b else c round to 分 half up", "if a then b else c round to 0.01元 half up" },
        { "if a then (b else c) else d", "if a then (b else c) else d" },
        { "if a then if b then c else d else e", "if a then if b then c else d else e" },
        { "if a else false then b else c", "if a else false then b else c" },
        { "a / 3 round to 0.0001 down * 2", NULL },
        { "(a / 3 round to 1% half even) * 2", "(a / 3 round to 1% half even) * 2" },
        { "sum(x over R)", "sum(x over R)" },
        { "sum(x over R same s where c and d)", "sum(x over R same s where c and d)" },
        { "count(R where c)", "count(R where c)" },
        { "min(a, b) + min(a over R)", "min(a, b) + min(a over R)" },
        { "fold(余额 from 期初: 余额 * (1 + 利率) round to 0.01 up over 年度)",
          "fold(余额 from 期初: 余额 * (1 + 利率) round to 0.01 up over 年度)" },
        { "month(y, 3)", "month(y, 3)" },
        { "x[(K)]", "x[(K)]" },
    };
    for (size_t i = 0; i < ARRAY_COUNT(CASES); i++) {
        arena *a = arena_open();
        text pack = text_format(a, FRONT "```rule\nvar x : number\n  = %s\n```\n",
                                CASES[i].written);
        if (!CASES[i].canonical) assert_string_equal(first_code(a, pack), "line.rest");
        else assert_string_equal(printed(a, value_of(a, CASES[i].written)), CASES[i].canonical);
        arena_close(a);
    }
}

static void an_expression_goes_on_over_lines_and_comments(void **state)
{
    (void)state;
    arena *a = arena_open();
    const expr *e = value_of(a, "a +  # the first\n      b\n      * c");
    assert_string_equal(printed(a, e), "a + b * c");
    assert_int_equal(e->at.line, 6);
    assert_int_equal(e->at.line_until, 8);
    arena_close(a);
}

/* ---- places ---- */

static void places_are_those_of_the_file(void **state)
{
    (void)state;
    static const struct {
        const char *pack;
        int32_t line, place, place_until; /* of the name 乙 */
    } CASES[] = {
        { FRONT "```rule\nvar 甲 : money\n  = 乙\n```\n", 6, 5, 6 },
        { FRONT "```rule\r\nvar 甲 : money\r\n\t= 乙\r\n```\r\n", 6, 4, 5 },
        { FRONT "\n- 一\n\n  ```rule\n  var 甲 : money\n    = 乙\n  ```\n", 9, 7, 8 },
        { FRONT "\n> ~~~rule\n> var 甲 : money\n>   = 丙 ＋ 乙\n> ~~~\n", 7, 11, 12 },
        { "\xef\xbb\xbf" FRONT "# 标题\n\n```rule\nvar 甲 : money\n\n\n  = 乙\n```\n", 10, 5, 6 },
    };
    for (size_t i = 0; i < ARRAY_COUNT(CASES); i++) {
        arena *a = arena_open();
        mistakes *m = mistakes_open(a);
        pack_syntax pack = parse(a, m, "x.md", text_of(CASES[i].pack));
        fail_with_mistakes(a, m);
        const expr *e = pack.decls[0].versions[0].value;
        while (e->arg_count) e = e->args[1];
        assert_int_equal(e->at.line, CASES[i].line);
        assert_int_equal(e->at.column, CASES[i].place);
        assert_int_equal(e->at.column_until, CASES[i].place_until);
        assert_string_equal(syntax_source_of(a, &pack, e->at).bytes, "乙");
        arena_close(a);
    }
}

static void a_law_belongs_to_what_it_is_indented_under(void **state)
{
    (void)state;
    arena *a = arena_open();
    mistakes *m = mistakes_open(a);
    pack_syntax pack = parse(a, m, "x.md", TEXT(FRONT "```rule\nparam 甲 : rate\n"
        "  law 甲一\n  law 甲二\n  since 2020-01-01 = 1% law 乙一\n    law 乙二\n"
        "    unless 丙: 2% because \"x\" law 丁一\n      law 丁二\n"
        "  since 2021-01-01 = 3%\n  law 甲三\n```\n"));
    fail_with_mistakes(a, m);
    const decl *d = &pack.decls[0];
    assert_true(text_equal(d->law, TEXT("甲一；甲二；甲三")));
    assert_true(text_equal(d->versions[0].law, TEXT("乙一；乙二")));
    assert_true(text_equal(d->versions[0].exceptions[0].law, TEXT("丁一；丁二")));
    assert_int_equal(d->versions[1].law.size_bytes, 0);
    arena_close(a);
}

static void rows_keep_marks_bars_and_comments_apart(void **state)
{
    (void)state;
    arena *a = arena_open();
    mistakes *m = mistakes_open(a);
    pack_syntax pack = parse(a, m, "x.md", TEXT(FRONT "```test\n"
        "| # | 甲 \\| 乙 |   # heading\n| --- | :-: |\n｜ 1 ｜ 5 [K] ｜\n| 2 | [?] | # x\n| 3 | - |\n```\n"));
    fail_with_mistakes(a, m);
    const table_syntax *t = pack.decls[0].test->lines;
    assert_int_equal(t->column_count, 2);
    assert_int_equal(t->row_count, 3);
    assert_true(text_equal(t->header[1].raw, TEXT("甲 \\| 乙")));
    assert_true(text_equal(t->cells[1].raw, TEXT("5")));
    assert_true(text_equal(t->cells[1].mark, TEXT("K")));
    assert_true(t->cells[3].is_empty && text_equal(t->cells[3].mark, TEXT("?")));
    assert_true(t->cells[5].is_empty);
    arena_close(a);
}

/* ---- printing gives the same tree ---- */

static void same_after_printing(const char *path)
{
    arena *a = arena_open();
    mistakes *m = mistakes_open(a);
    pack_syntax pack = parse(a, m, path, broken_read(a, path));
    fail_with_mistakes(a, m);
    pack_syntax again = parse(a, m, "printed.md", syntax_print(a, &pack));
    fail_with_mistakes(a, m);
    if (!syntax_same(&pack, &again)) fail_msg("%s changes when it is printed", path);
    arena_close(a);
}

static void packs_print_and_parse_to_the_same_tree(void **state)
{
    (void)state;
    static const char *const PATHS[] = {
        "tests/packs/everything.md", "fuzz/seeds/fuzz_policy_parse/full0",
        "fuzz/seeds/fuzz_policy_parse/part1", "fuzz/seeds/fuzz_policy_parse/part4",
        "fuzz/seeds/fuzz_policy_parse/part5",
    };
    for (size_t i = 0; i < ARRAY_COUNT(PATHS); i++) same_after_printing(PATHS[i]);
}

static void the_canonical_form_is_as_remembered(void **state)
{
    (void)state;
    arena *a = arena_open();
    mistakes *m = mistakes_open(a);
    pack_syntax pack = parse(a, m, "e.md", broken_read(a, "tests/packs/everything.md"));
    text canonical = syntax_print(a, &pack);
    golden_expect("policy", "everything", canonical.bytes, canonical.size_bytes);
    arena_close(a);
}

/* ---- mistakes ---- */

static void broken_pack_gives_its_messages(void **state)
{
    const char *name = *state;
    arena *a = arena_open();
    mistakes *m = mistakes_open(a);
    text path = text_format(a, "tests/broken/%s.md", name);
    (void)parse(a, m, "x.md", broken_read(a, path.bytes));
    size_t count, unshown;
    const policy_mistake *all = mistakes_sorted(m, &count, &unshown);
    assert_true(count > 0);
    broken_expect(name, all, count, unshown);
    arena_close(a);
}

/* What is too large to keep as a file. */
static const char *oversized(arena *a, int which)
{
    text_builder b = text_builder_open(a);
    text_add_cstr(&b, FRONT);
    if (which == 0)
        for (int i = 0; i < 5 << 20; i += 8) text_add_cstr(&b, "正文。\n");
    if (which == 1)
        for (int i = 0; i < 5001; i++) text_add_cstr(&b, "```rule\nentity 人\n```\n\n");
    if (which == 2) {
        text_add_cstr(&b, "```rule\nvar x : number\n");
        for (int i = 0; i < 90000; i++) text_add_cstr(&b, "  a b c\n");
        text_add_cstr(&b, "```\n");
    }
    if (which == 3) {
        text_add_cstr(&b, "```test\n| a | b | c | d | e | f | g | h |\n");
        for (int i = 0; i < 60000; i++) text_add_cstr(&b, "| 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 |\n");
        text_add_cstr(&b, "```\n");
    }
    return first_code(a, text_built(&b));
}

static void what_is_too_large_is_refused(void **state)
{
    (void)state;
    static const char *const CODES[] = { "file.too_big", "block.count", "file.tokens",
                                         "table.cells" };
    for (size_t i = 0; i < ARRAY_COUNT(CODES); i++) {
        arena *a = arena_open();
        assert_string_equal(oversized(a, (int)i), CODES[i]);
        arena_close(a);
    }
}

static void every_code_of_the_parser_has_a_broken_pack(void **state)
{
    (void)state;
    static const char *const OVERSIZED[] = { "file.too_big", "block.count", "file.tokens",
                                             "table.cells" };
    arena *a = arena_open();
    mistakes *m = mistakes_open(a);
    const char *names[BROKEN_MAX];
    size_t name_count = broken_list(a, "syntax-", names), count, unshown;
    for (size_t i = 0; i < name_count; i++) {
        text path = text_format(a, "tests/broken/%s.md", names[i]);
        (void)parse(a, m, path.bytes, broken_read(a, path.bytes));
    }
    const policy_mistake *all = mistakes_sorted(m, &count, &unshown);
    for (const mistake_row *row = MISTAKES_SYNTAX; row->code; row++) {
        bool is_seen = false;
        for (size_t i = 0; i < ARRAY_COUNT(OVERSIZED); i++)
            is_seen |= strcmp(OVERSIZED[i], row->code) == 0;
        for (size_t i = 0; i < count && !is_seen; i++) is_seen = strcmp(all[i].code, row->code) == 0;
        if (!is_seen) fail_msg("no broken pack gives %s", row->code);
        assert_non_null(row->says);
        assert_non_null(row->says_zh);
    }
    arena_close(a);
}

static void messages_point_under_wide_characters(void **state)
{
    (void)state;
    static const char *const NAMES[] = { "syntax-wide-columns", "syntax-tab-columns",
                                         "syntax-in-list-and-quote", "syntax-too-many" };
    arena *a = arena_open();
    text_builder b = text_builder_open(a);
    for (size_t i = 0; i < ARRAY_COUNT(NAMES); i++) {
        mistakes *m = mistakes_open(a);
        text path = text_format(a, "tests/broken/%s.md", NAMES[i]);
        (void)parse(a, m, NAMES[i], broken_read(a, path.bytes));
        size_t count, unshown;
        const policy_mistake *all = mistakes_sorted(m, &count, &unshown);
        for (size_t j = 0; j < count; j++) text_add(&b, policy_mistake_print(a, &all[j], j % 2 == 0));
    }
    text built = text_built(&b);
    golden_expect("policy", "messages", built.bytes, built.size_bytes);
    arena_close(a);
}

static void a_mistake_leaves_its_declaration_named_and_marked(void **state)
{
    (void)state;
    arena *a = arena_open();
    mistakes *m = mistakes_open(a);
    pack_syntax pack = parse(a, m, "x.md",
                             TEXT(FRONT "```rule\nvar 甲 : money\n  = 1 +\nvar 乙 : money\n  = 2元\n```\n"));
    assert_int_equal(mistakes_count(m), 1);
    assert_int_equal(pack.decl_count, 2);
    assert_true(pack.decls[0].is_broken);
    assert_false(pack.decls[1].is_broken);
    arena_close(a);
}

int main(void)
{
    arena *a = arena_open();
    const char *names[BROKEN_MAX];
    size_t count = broken_list(a, "syntax-", names);
    static const struct CMUnitTest FIXED[] = {
        cmocka_unit_test(literals_are_exact_and_keep_their_unit),
        cmocka_unit_test(points_in_time_are_read_in_every_form),
        cmocka_unit_test(expressions_bind_as_documented),
        cmocka_unit_test(an_expression_goes_on_over_lines_and_comments),
        cmocka_unit_test(places_are_those_of_the_file),
        cmocka_unit_test(a_law_belongs_to_what_it_is_indented_under),
        cmocka_unit_test(rows_keep_marks_bars_and_comments_apart),
        cmocka_unit_test(packs_print_and_parse_to_the_same_tree),
        cmocka_unit_test(the_canonical_form_is_as_remembered),
        cmocka_unit_test(what_is_too_large_is_refused),
        cmocka_unit_test(every_code_of_the_parser_has_a_broken_pack),
        cmocka_unit_test(messages_point_under_wide_characters),
        cmocka_unit_test(a_mistake_leaves_its_declaration_named_and_marked),
    };
    struct CMUnitTest tests[ARRAY_COUNT(FIXED) + BROKEN_MAX];
    memcpy(tests, FIXED, sizeof FIXED);
    for (size_t i = 0; i < count; i++)
        tests[ARRAY_COUNT(FIXED) + i] = (struct CMUnitTest){
            .name = names[i], .test_func = broken_pack_gives_its_messages,
            .initial_state = (void *)(uintptr_t)names[i],
        };
    int failed = _cmocka_run_group_tests("policy syntax", tests, ARRAY_COUNT(FIXED) + count, NULL, NULL);
    arena_close(a);
    return failed;
}
