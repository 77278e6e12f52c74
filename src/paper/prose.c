/* Markdown by md4c-html, read again: headings get ids, tables a frame that scrolls, addresses are
 * looked at, and the blocks the caller knows are handed over. */
#include <md4c-html.h>
#include <string.h>

#include "paper/paper_internal.h"

/* Blanks of a fence's first line travel as this byte: the renderer keeps one word of it only. */
enum { BLANK = 0x1f };

typedef struct {
    arena *memory;
    paper_node *into;
    const paper_blocks *blocks;
    text_builder html; /* not yet put */
    size_t heading_count;
} reading;

/* ---- before: the line number and the whole first line into one word ---- */

static size_t fence_at(text line, const char *const *fences)
{
    size_t at = 0;
    while (at < line.size_bytes && strchr(" \t>-*+", line.bytes[at]))
        at++;
    if (!text_begins(text_sub(line, at, line.size_bytes), TEXT("```"))) return SIZE_MAX;
    at += 3;
    for (; *fences; fences++) {
        size_t size = strlen(*fences);
        text rest = text_sub(line, at, line.size_bytes);
        bool is_whole =
            rest.size_bytes == size || (rest.size_bytes > size && rest.bytes[size] == ' ');
        if (text_begins(rest, text_of(*fences)) && is_whole) return at;
    }
    return SIZE_MAX;
}

static text mark_fences(arena *a, text markdown, const char *const *fences)
{
    text_builder b = text_builder_open(a);
    int number = 0;
    bool is_front = text_begins(markdown, TEXT("---\n"));
    for (size_t at = 0; at < markdown.size_bytes;) {
        const char *end = memchr(markdown.bytes + at, '\n', markdown.size_bytes - at);
        size_t until = end ? (size_t)(end - markdown.bytes) : markdown.size_bytes;
        text line = text_sub(markdown, at, until);
        at = until + 1;
        number++;
        if (line.size_bytes && line.bytes[line.size_bytes - 1] == '\r') line.size_bytes--;
        if (is_front) {
            if (number > 1 && text_equal_cstr(line, "---")) is_front = false;
            continue;
        }
        size_t info = fence_at(line, fences);
        for (size_t i = 0; i < line.size_bytes; i++) {
            char c = line.bytes[i];
            if (c == BLANK) c = ' ';
            if (info != SIZE_MAX && i >= info && (unsigned char)c <= ' ') c = BLANK;
            bool is_info = info != SIZE_MAX && i >= info;
            if (is_info && c == '\\') text_add_char(&b, c); /* the renderer takes one away */
            if (is_info && c == '&') text_add_cstr(&b, "&amp");
            if (is_info && c == '&') c = ';';
            text_add_char(&b, c);
        }
        if (info != SIZE_MAX) text_add_format(&b, "%c%d", BLANK, number);
        text_add_char(&b, '\n');
    }
    return text_built(&b);
}

/* ---- after ---- */

static text plain(arena *a, text html)
{
    static const struct {
        text escaped;
        char is;
    } MARKS[] = {
        { { "&lt;", 4 }, '<' },
        { { "&gt;", 4 }, '>' },
        { { "&quot;", 6 }, '"' },
        { { "&amp;", 5 }, '&' },
    };
    text_builder b = text_builder_open(a);
    bool is_tag = false;
    for (size_t i = 0; i < html.size_bytes; i++) {
        char c = html.bytes[i];
        if (c == '<') is_tag = true;
        if (c == '&')
            for (size_t m = 0; m < sizeof MARKS / sizeof *MARKS; m++)
                if (text_begins(text_sub(html, i, html.size_bytes), MARKS[m].escaped)) {
                    c = MARKS[m].is;
                    i += MARKS[m].escaped.size_bytes - 1;
                    break;
                }
        if (!is_tag) text_add_char(&b, c == BLANK ? ' ' : c);
        if (html.bytes[i] == '>' && c == '>') is_tag = false;
    }
    return text_built(&b);
}

static void flush(reading *r)
{
    if (!r->html.size_bytes) return;
    paper_put(r->memory, r->into, PAPER_PROSE)->words = text_built(&r->html);
    r->html = text_builder_open(r->memory);
}

static size_t find_from(text t, size_t at, text needle)
{
    size_t found = text_find(text_sub(t, at, t.size_bytes), needle);
    return found == SIZE_MAX ? t.size_bytes : at + found;
}

/* <h2>words</h2> */
static size_t take_heading(reading *r, text html, size_t at)
{
    size_t until = find_from(html, at, TEXT("</h"));
    flush(r);
    text id = text_format(r->memory, "s%zu", ++r->heading_count);
    text words = plain(r->memory, text_sub(html, at + 4, until));
    paper_heading(r->memory, r->into, html.bytes[at + 2] - '0', id, text_trim(words));
    return find_from(html, until, TEXT(">")) + 1;
}

/* <pre><code class="language-INFO\x1fLINE">lines</code></pre>, or SIZE_MAX when it is another's. */
static size_t take_block(reading *r, text html, size_t at)
{
    static const text OPEN = { "<pre><code class=\"language-", 27 };
    static const text CLOSE = { "</code></pre>", 13 };
    if (!text_begins(text_sub(html, at, html.size_bytes), OPEN)) return SIZE_MAX;
    size_t end = find_from(html, at, TEXT("\">")), last = end;
    size_t until = find_from(html, end, CLOSE);
    while (last > at && html.bytes[last - 1] != BLANK)
        last--;
    if (last <= at + OPEN.size_bytes) return SIZE_MAX;
    int32_t line = 0;
    for (size_t i = last; i < end && html.bytes[i] >= '0' && html.bytes[i] <= '9'; i++)
        line = line > 1 << 24 ? line : line * 10 + (html.bytes[i] - '0');
    if (!line || !r->blocks) return SIZE_MAX;
    flush(r);
    paper_block block = { .info = plain(r->memory, text_sub(html, at + OPEN.size_bytes, last - 1)),
                          .body = plain(r->memory, text_sub(html, end + 2, until)),
                          .line = line };
    r->blocks->show(r->blocks->context, r->into, &block);
    return until + CLOSE.size_bytes;
}

static bool is_safe(text address)
{
    if (text_begins(address, TEXT("http://")) || text_begins(address, TEXT("https://")))
        return true;
    for (size_t i = 0; i < address.size_bytes; i++) {
        if (address.bytes[i] == ':' || address.bytes[i] == '&') return false;
        if (strchr("/#?", address.bytes[i])) break;
    }
    return true;
}

/* Copies a tag; its address is replaced where its scheme is not wanted. */
static size_t take_tag(reading *r, text html, size_t at)
{
    size_t until = find_from(html, at, TEXT(">")) + 1;
    text tag = text_sub(html, at, until);
    size_t from = text_find(tag, TEXT("href=\"")), size = 6;
    if (from == SIZE_MAX) from = text_find(tag, TEXT("src=\"")), size = 5;
    if (from == SIZE_MAX) {
        text_add(&r->html, tag);
        return until;
    }
    size_t end = find_from(tag, from + size, TEXT("\""));
    text_add(&r->html, text_sub(tag, 0, from + size));
    text address = text_sub(tag, from + size, end);
    text_add(&r->html, is_safe(address) ? address : TEXT("#"));
    text_add(&r->html, text_sub(tag, end, tag.size_bytes));
    return until;
}

static void read_html(reading *r, text html)
{
    for (size_t at = 0; at < html.size_bytes;) {
        char c = html.bytes[at];
        if (c != '<') {
            text_add_char(&r->html, c == BLANK ? ' ' : c);
            at++;
            continue;
        }
        text rest = text_sub(html, at, html.size_bytes);
        size_t next = SIZE_MAX;
        bool is_heading = rest.size_bytes > 4 && rest.bytes[1] == 'h' && rest.bytes[2] >= '1' &&
                          rest.bytes[2] <= '6' && rest.bytes[3] == '>';
        if (is_heading) next = take_heading(r, html, at);
        else next = take_block(r, html, at);
        if (next == SIZE_MAX) {
            if (text_begins(rest, TEXT("<table>")))
                text_add_cstr(&r->html, "<div class=\"scroll\">");
            next = take_tag(r, html, at);
            if (text_begins(rest, TEXT("</table>"))) text_add_cstr(&r->html, "</div>");
        }
        at = next;
    }
    flush(r);
}

static void collect(const MD_CHAR *bytes, MD_SIZE size, void *builder)
{
    text_add(builder, (text){ bytes, size });
}

void paper_prose(arena *a, paper_node *into, text markdown, const paper_blocks *blocks)
{
    static const char *const NONE[] = { NULL };
    text marked = mark_fences(a, markdown, blocks ? blocks->fences : NONE);
    text_builder html = text_builder_open(a);
    reading r = { .memory = a, .into = into, .blocks = blocks, .html = text_builder_open(a) };
    unsigned flags = MD_FLAG_TABLES | MD_FLAG_NOHTML | MD_FLAG_STRIKETHROUGH;
    if (md_html(marked.bytes, (MD_SIZE)marked.size_bytes, collect, &html, flags, 0) == 0)
        read_html(&r, text_built(&html));
}
