/* Pages: everything escaped, prose with its blocks handed over, charts, the same bytes each time.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "calendar/calendar.h"
#include "paper/paper.h"

static text print_body(arena *a, const paper_node *body)
{
    const paper_page page = { .title = TEXT("<页>"),
                              .book = TEXT("书"),
                              .lang = "zh-CN",
                              .body = body,
                              .footer = TEXT("a & b"),
                              .search = TEXT("\"查\""),
                              .contents = TEXT("目录") };
    return paper_print(a, &page);
}

static bool has(text page, const char *words)
{
    return text_find(page, text_of(words)) != SIZE_MAX;
}

static void words_ids_and_addresses_are_escaped(void **state)
{
    (void)state;
    arena *a = arena_open();
    paper_node *body = paper_open(a);
    paper_heading(a, body, 2, TEXT("x\"><script>"), TEXT("<script>alert(1)</script>"));
    paper_say_as(a, body, PAPER_WARN, TEXT("'&"), TEXT("a.html#\"onclick=\"x"));
    text page = print_body(a, body);
    assert_false(has(page, "<script>alert"));
    assert_true(has(page, "&lt;script&gt;alert(1)&lt;/script&gt;"));
    assert_true(has(page, "id=\"x&quot;&gt;&lt;script&gt;\""));
    assert_true(has(page, "href=\"a.html#&quot;onclick=&quot;x\""));
    assert_true(has(page, "class=\"warn\""));
    assert_true(has(page, "<title>&lt;页&gt; · 书</title>"));
    assert_true(has(page, "placeholder=\"&quot;查&quot;\""));
    arena_close(a);
}

typedef struct {
    size_t count;
    paper_block last;
} seen;

static void note_block(void *context, paper_node *into, const paper_block *block)
{
    seen *s = context;
    (void)into;
    s->count++;
    s->last = *block;
}

static const char *const FENCES[] = { "rule", "test", NULL };

static void prose_hands_over_its_blocks_with_their_lines(void **state)
{
    (void)state;
    arena *a = arena_open();
    seen s = { 0 };
    const paper_blocks blocks = { FENCES, &s, note_block };
    paper_node *body = paper_open(a);
    paper_prose(
        a, body,
        TEXT("---\npack: 甲\n---\n\n# 题\n\n- 项\n\n  ```test [C1] \"a & b\" on 2025-06-01\n"
             "  | x < 1 |\n  ```\n\n```text\nrule\n```\n\n```ruler\nno\n```\n"),
        &blocks);
    text page = print_body(a, body);
    assert_int_equal(s.count, 1);
    assert_int_equal(s.last.line, 9);
    assert_true(has(s.last.info, "[C1] \"a & b\" "));
    assert_true(has(s.last.info, "on 2025-06-01"));
    assert_true(text_equal_cstr(s.last.body, "| x < 1 |\n"));
    assert_true(has(page, "<h1 id=\"s1\">题</h1>"));
    assert_true(has(page, "language-text"));
    assert_true(has(page, "language-ruler"));
    assert_false(has(page, "pack: 甲"));
    arena_close(a);
}

/* Found by fuzz_paper_prose: other white space ended the first line's one word. */
static void prose_knows_a_block_by_its_line_whatever_its_first_line_holds(void **state)
{
    (void)state;
    arena *a = arena_open();
    seen s = { 0 };
    const paper_blocks blocks = { FENCES, &s, note_block };
    paper_prose(a, paper_open(a), TEXT("\n```rule a\vb\fc\nx\n```\n"), &blocks);
    assert_int_equal(s.count, 1);
    assert_int_equal(s.last.line, 2);
    paper_prose(a, paper_open(a), TEXT("```a&#31;7\nx\n```\n"), NULL);
    arena_close(a);
}

static void prose_brings_in_no_html_and_no_script(void **state)
{
    (void)state;
    arena *a = arena_open();
    paper_node *body = paper_open(a);
    paper_prose(a, body,
                TEXT("a <b onclick=x>b</b>\n\n[x](javascript:alert(1)) [y](JAVASCRIPT&#58;alert) "
                     "[z](https://example.org/a?b=1) [w](other.md)\n\n<script>alert(2)</script>\n"
                     "\n| a |\n|---|\n| 1 |\n"),
                NULL);
    text page = print_body(a, body);
    assert_false(has(page, "<b onclick"));
    assert_false(has(page, "javascript:"));
    assert_false(has(page, "JAVASCRIPT"));
    assert_false(has(page, "<script>alert(2)"));
    assert_true(has(page, "href=\"https://example.org/a?b=1\""));
    assert_true(has(page, "href=\"other.md\""));
    assert_true(has(page, "<div class=\"scroll\"><table>"));
    arena_close(a);
}

static void a_chart_draws_steps_only_where_there_are_any(void **state)
{
    (void)state;
    arena *a = arena_open();
    paper_point points[3] = { { 36525, 100, TEXT("1.00") },
                              { 36890, 300, TEXT("3<") },
                              { 37255, INT64_MAX, TEXT("最大") } };
    const paper_series one = { TEXT("甲"), points, 1 }, three = { TEXT("甲&"), points, 3 };
    paper_node *body = paper_open(a);
    paper_chart(a, body, &one, 1);
    paper_chart(a, body, NULL, 0);
    assert_null(body->first);
    points[1].value = 100;
    const paper_series flat = { TEXT("甲"), points, 2 };
    paper_chart(a, body, &flat, 1);
    assert_null(body->first);
    paper_chart(a, body, &three, 1);
    text page = print_body(a, body);
    assert_true(has(page, "<path d=\"M8 98H"));
    assert_true(has(page, "V18"));
    assert_true(has(page, "甲&amp; 最大"));
    assert_true(has(page, "3&lt;"));
    arena_close(a);
}

static void contents_list_headings_and_cards(void **state)
{
    (void)state;
    arena *a = arena_open();
    paper_node *body = paper_open(a);
    paper_heading(a, body, 2, TEXT("s1"), TEXT("章"));
    paper_node *card = paper_put(a, body, PAPER_CARD);
    card->id = TEXT("计发月数");
    paper_say(a, paper_put(a, card, PAPER_CARD_TITLE), TEXT("计发月数"));
    text page = print_body(a, body);
    assert_true(has(page, "<a class=\"l2\" href=\"#s1\">章</a>"));
    assert_true(has(page, "<a class=\"l4\" href=\"#计发月数\">计发月数</a>"));
    assert_true(text_equal(page, print_body(a, body)));
    arena_close(a);
}

static void the_script_holds_names_that_cannot_break_out(void **state)
{
    (void)state;
    arena *a = arena_open();
    const paper_name names[] = { { TEXT("a\"</script>"), TEXT("l\\"), TEXT("p"),
                                   TEXT("p.html#a") } };
    text script = paper_script(a, names, 1);
    assert_true(has(script, "[\"a\\u0022\\u003c/script>\",\"l\\u005c\",\"p\",\"p.html#a\"]"));
    assert_true(has(paper_style(), "@media print"));
    text_builder b = text_builder_open(a);
    paper_escape(&b, TEXT("<'>"));
    assert_true(text_equal_cstr(text_built(&b), "&lt;&#39;&gt;"));
    arena_close(a);
}

static void a_page_alone_names_no_other_file(void **state)
{
    (void)state;
    arena *a = arena_open();
    paper_node *body = paper_open(a);
    paper_heading(a, body, 1, TEXT_NONE, TEXT("收支表 <1>"));
    paper_page page = { .title = TEXT("收支表"), .lang = "zh-CN", .body = body };
    text html = paper_print_alone(a, &page);
    assert_true(has(html, "收支表 &lt;1&gt;"));
    assert_true(has(html, "@media print"));
    assert_false(has(html, "href="));
    assert_false(has(html, "<script"));
    arena_close(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_ids_and_addresses_are_escaped),
        cmocka_unit_test(prose_hands_over_its_blocks_with_their_lines),
        cmocka_unit_test(prose_knows_a_block_by_its_line_whatever_its_first_line_holds),
        cmocka_unit_test(prose_brings_in_no_html_and_no_script),
        cmocka_unit_test(a_chart_draws_steps_only_where_there_are_any),
        cmocka_unit_test(contents_list_headings_and_cards),
        cmocka_unit_test(the_script_holds_names_that_cannot_break_out),
        cmocka_unit_test(a_page_alone_names_no_other_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
