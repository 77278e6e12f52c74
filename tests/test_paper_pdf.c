/* Pages of PDF: the same bytes each time, pages counted, tables over pages, and no letter left out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "calendar/calendar.h"
#include "paper/paper.h"

static int32_t some_day(void)
{
    int32_t day = 0;
    assert_true(calendar_day_of(2026, 11, 28, &day));
    return day;
}

static paper_node *put_table(arena *a, paper_node *body, size_t rows, size_t columns, const char *cell)
{
    paper_node *table = paper_put(a, body, PAPER_TABLE);
    for (size_t r = 0; r <= rows; r++) {
        paper_node *row = paper_put(a, table, PAPER_ROW);
        for (size_t c = 0; c < columns; c++)
            paper_say(a, paper_put(a, row, r == 0 ? PAPER_HEAD_CELL : c ? PAPER_NUMBER_CELL : PAPER_CELL),
                      r == 0 ? TEXT("项目") : c ? text_format(a, "%zu.%02zu", r * 1317, c) : text_of(cell));
    }
    return table;
}

static err print(arena *a, const paper_node *body, int32_t day, text *bytes)
{
    const paper_page page = { .title = TEXT("收支表"), .book = TEXT("某县社会保险中心"), .lang = "zh-CN", .body = body,
                              .footer = TEXT("打印日期 2026-11-28") };
    return paper_pdf(a, &page, day, bytes);
}

static size_t count_of(text whole, const char *word)
{
    size_t count = 0, size = strlen(word);
    for (size_t at = 0; at + size <= whole.size_bytes; at++) count += !memcmp(whole.bytes + at, word, size);
    return count;
}

static size_t pages_of(text pdf)
{
    return count_of(pdf, "/Type /Page\n") + count_of(pdf, "/Type /Page ");
}

static void the_same_page_and_day_give_the_same_bytes(void **state)
{
    (void)state;
    text one, two, other;
    arena *a = arena_open();
    paper_node *body = paper_open(a);
    paper_heading(a, body, 1, TEXT_NONE, TEXT("收支表"));
    put_table(a, body, 5, 3, "社会保险费收入");
    assert_null(print(a, body, some_day(), &one).kind);
    assert_null(print(a, body, some_day(), &two).kind);
    assert_null(print(a, body, some_day() + 1, &other).kind);
    assert_int_equal(one.size_bytes, two.size_bytes);
    assert_memory_equal(one.bytes, two.bytes, one.size_bytes);
    assert_true(count_of(one, "20261128000000") >= 1);
    assert_true(count_of(other, "20261129000000") >= 1);
    assert_memory_equal(one.bytes, "%PDF-1.", 7);
    assert_int_equal(pages_of(one), 1);
    arena_close(a);
}

static void a_long_table_goes_over_pages_and_a_wide_one_turns_the_paper(void **state)
{
    (void)state;
    text tall, wide;
    arena *a = arena_open();
    paper_node *body = paper_open(a);
    put_table(a, body, 200, 3, "社会保险费收入");
    assert_null(print(a, body, some_day(), &tall).kind);
    /* About forty rows a page. */
    assert_in_range(pages_of(tall), 4, 7);
    assert_true(count_of(tall, "595.") >= 1);
    body = paper_open(a);
    put_table(a, body, 5, 12, "城乡居民基本养老保险基金");
    assert_null(print(a, body, some_day(), &wide).kind);
    assert_int_equal(pages_of(wide), 1);
    assert_true(count_of(wide, "MediaBox [ 0 0 841.") + count_of(wide, "MediaBox [ 0 0 842") >= 1);
    arena_close(a);
}

static void a_row_longer_than_a_page_is_broken_and_a_page_can_be_empty(void **state)
{
    (void)state;
    text bytes;
    arena *a = arena_open();
    text_builder b = text_builder_open(a);
    for (int i = 0; i < 4000; i++) text_add_cstr(&b, "很长");
    paper_node *body = paper_open(a);
    put_table(a, body, 1, 2, text_built(&b).bytes);
    assert_null(print(a, body, some_day(), &bytes).kind);
    assert_in_range(pages_of(bytes), 2, 12);
    assert_null(print(a, paper_open(a), some_day(), &bytes).kind);
    assert_int_equal(pages_of(bytes), 1);
    arena_close(a);
}

static void every_kind_of_node_can_be_printed(void **state)
{
    (void)state;
    text bytes;
    arena *a = arena_open();
    paper_node *body = paper_open(a);
    for (int kind = PAPER_HEADING; kind < PAPER_KIND_COUNT; kind++) {
        paper_node *n = paper_put(a, body, (paper_kind)kind);
        n->level = 2;
        n->href = TEXT("DD1-8-1-0123456789abcdef");
        n->words = TEXT("│  ├─ 词\n│  └─ 语\n");
        if (kind != PAPER_WORDS && kind != PAPER_TABLE && kind != PAPER_ROW) paper_say_as(a, n, PAPER_WARN, TEXT("未核验\x01"), TEXT_NONE);
    }
    err e = print(a, body, some_day(), &bytes);
    if (e.kind) print_message("%s %s\n", e.kind->code, e.detail);
    assert_null(e.kind);
    body = paper_open(a);
    paper_put(a, body, PAPER_CODE)->href = TEXT("DD1-8-1-0123456789abcdef");
    paper_page page = { .title = TEXT("t"), .lang = "en", .body = body };
    assert_true(count_of(paper_print_alone(a, &page), "<svg class=\"code\"") == 1);
    arena_close(a);
}

static void a_letter_that_no_font_has_is_told_and_not_left_out(void **state)
{
    (void)state;
    text bytes;
    arena *a = arena_open();
    paper_node *body = paper_open(a);
    paper_say(a, paper_put(a, body, PAPER_PARAGRAPH), TEXT("王\xf4\x8f\xbf\xbd")); /* U+10FFFD, of private use */
    err e = print(a, body, some_day(), &bytes);
    assert_ptr_equal(e.kind, &PAPER_NO_LETTER);
    assert_non_null(strstr(e.detail, "\xf4\x8f\xbf\xbd"));
    assert_int_equal(PAPER_PDF_FAILED.class, ERR_BUSY); /* cairo out of memory: cannot be made to happen here */
    arena_close(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_page_and_day_give_the_same_bytes),
        cmocka_unit_test(a_long_table_goes_over_pages_and_a_wide_one_turns_the_paper),
        cmocka_unit_test(a_row_longer_than_a_page_is_broken_and_a_page_can_be_empty),
        cmocka_unit_test(every_kind_of_node_can_be_printed),
        cmocka_unit_test(a_letter_that_no_font_has_is_told_and_not_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
