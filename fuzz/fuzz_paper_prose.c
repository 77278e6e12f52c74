/* Markdown to a page: no tag but ours, every block with its line, the same bytes twice. */
#include <assert.h>
#include <string.h>

#include "paper/paper.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size_bytes);

static const char *const FENCES[] = { "rule", "test", "proof", NULL };

static void show(void *context, paper_node *into, const paper_block *block)
{
    arena *a = context;
    assert(block->line > 0);
    paper_put(a, into, PAPER_SOURCE)->words = block->body;
    paper_say(a, into, block->info);
}

/* Tags that Markdown can make and the page has; an opening of any other was let through. */
static void check(text page)
{
    static const char *const NEVER[] = {
        "<iframe",      "<object", "<b ", "<style", "<img src=\"javascript:", "href=\"javascript:",
        "href=\"data:", "<form"
    };
    for (size_t i = 0; i < sizeof NEVER / sizeof *NEVER; i++)
        assert(text_find(page, text_of(NEVER[i])) == SIZE_MAX);
    size_t scripts = 0;
    for (size_t at = 0; at < page.size_bytes; scripts++) {
        size_t found = text_find(text_sub(page, at, page.size_bytes), TEXT("<script"));
        if (found == SIZE_MAX) break;
        at += found + 1;
    }
    assert(scripts == 2); /* the page's own */
}

static text print(arena *a, text markdown)
{
    const paper_blocks blocks = { FENCES, a, show };
    paper_node *body = paper_open(a);
    paper_prose(a, body, markdown, &blocks);
    const paper_page page = { .title = TEXT("t"), .book = TEXT("b"), .lang = "en", .body = body };
    return paper_print(a, &page);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size_bytes)
{
    arena *scratch = arena_open();
    text markdown = { (const char *)bytes, size_bytes };
    text page = print(scratch, markdown);
    check(page);
    assert(text_equal(page, print(scratch, markdown)));
    arena_close(scratch);
    return 0;
}
