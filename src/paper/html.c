/* The tree as HTML: a row a kind, a row a tone. */
#include "paper/paper_internal.h"

static const struct {
    const char *open, *close;
} KINDS[PAPER_KIND_COUNT] = {
    [PAPER_BODY] = { "<div", "</div>\n" },
    [PAPER_HEADING] = { NULL, NULL },
    [PAPER_PARAGRAPH] = { "<p", "</p>\n" },
    [PAPER_CENTRE] = { "<p class=\"c\"", "</p>\n" },
    [PAPER_RIGHT] = { "<p class=\"r\"", "</p>\n" },
    [PAPER_CARD] = { "<article", "</article>\n" },
    [PAPER_CARD_TITLE] = { "<header", "</header>\n" },
    [PAPER_TABLE] = { "<div class=\"scroll\"><table", "</table></div>\n" },
    [PAPER_ROW] = { "<tr", "</tr>\n" },
    [PAPER_HEAD_CELL] = { "<th", "</th>" },
    [PAPER_CELL] = { "<td", "</td>" },
    [PAPER_NUMBER_CELL] = { "<td class=\"n\"", "</td>" },
    [PAPER_FORMULA] = { "<div class=\"f\"", "</div>\n" },
    [PAPER_EXCEPTION] = { "<div class=\"x\"", "</div>\n" },
    [PAPER_LAW] = { "<div class=\"law\"", "</div>\n" },
    [PAPER_LIST] = { "<ul", "</ul>\n" },
    [PAPER_ITEM] = { "<li", "</li>\n" },
    [PAPER_FOLD] = { "<details", "</details>\n" },
    [PAPER_FOLD_OPEN] = { "<details open", "</details>\n" },
    [PAPER_FOLD_TITLE] = { "<summary", "</summary>\n" },
    [PAPER_SOURCE] = { "<pre", "</pre>\n" },
    [PAPER_CHART] = { NULL, NULL },
    [PAPER_CODE] = { NULL, NULL },
    [PAPER_PROSE] = { NULL, NULL },
    [PAPER_WORDS] = { NULL, NULL },
};

static const char *const TONES[PAPER_TONE_COUNT] = {
    [PAPER_PLAIN] = NULL,  [PAPER_QUIET] = "q", [PAPER_STRONG] = "s", [PAPER_TAG] = "tag",
    [PAPER_WARN] = "warn", [PAPER_GOOD] = "ok", [PAPER_BAD] = "bad",
};

void paper_escape(text_builder *b, text words)
{
    for (size_t i = 0; i < words.size_bytes; i++) {
        switch (words.bytes[i]) {
        case '<': text_add_cstr(b, "&lt;"); break;
        case '>': text_add_cstr(b, "&gt;"); break;
        case '&': text_add_cstr(b, "&amp;"); break;
        case '"': text_add_cstr(b, "&quot;"); break;
        case '\'': text_add_cstr(b, "&#39;"); break;
        default: text_add_char(b, words.bytes[i]);
        }
    }
}

static void attribute(text_builder *b, const char *name, text value)
{
    if (!value.size_bytes) return;
    text_add_format(b, " %s=\"", name);
    paper_escape(b, value);
    text_add_char(b, '"');
}

static void print_words(text_builder *b, const paper_node *n)
{
    const char *tone = TONES[n->tone];
    const char *tag = n->href.size_bytes ? "a" : "span";
    bool is_bare = !tone && !n->href.size_bytes;
    if (!is_bare) {
        text_add_format(b, "<%s", tag);
        if (tone) attribute(b, "class", text_of(tone));
        attribute(b, "href", n->href);
        text_add_char(b, '>');
    }
    paper_escape(b, n->words);
    if (!is_bare) text_add_format(b, "</%s>", tag);
}

/* A cell that says a day or a month and nothing else: it is not broken at its hyphens. */
static bool is_day_cell(const paper_node *n)
{
    if (n->kind != PAPER_CELL) return false;
    text said = n->words;
    if (!said.size_bytes && n->first && !n->first->next) said = n->first->words;
    if (said.size_bytes < 7 || said.size_bytes > 10) return false;
    for (size_t i = 0; i < said.size_bytes; i++)
        if ((said.bytes[i] < '0' || said.bytes[i] > '9') && said.bytes[i] != '-') return false;
    return said.bytes[4] == '-';
}

/* The tree is as deep as its composer made it: cards, folds, tables. */
static void print_node(text_builder *b, const paper_node *n)
{
    switch (n->kind) {
    case PAPER_WORDS: print_words(b, n); return;
    case PAPER_PROSE: text_add(b, n->words); return;
    case PAPER_CHART: paper_chart_print(b, n); return;
    case PAPER_CODE: paper_code_print(b, n); return;
    default: break;
    }
    if (n->kind == PAPER_HEADING) text_add_format(b, "<h%d", n->level);
    else text_add_cstr(b, KINDS[n->kind].open);
    if (is_day_cell(n)) text_add_cstr(b, " class=\"d\"");
    attribute(b, "id", n->id);
    text_add_char(b, '>');
    paper_escape(b, n->words);
    for (const paper_node *child = n->first; child; child = child->next)
        print_node(b, child);
    if (n->kind == PAPER_HEADING) text_add_format(b, "</h%d>\n", n->level);
    else text_add_cstr(b, KINDS[n->kind].close);
}

/* Headings below the first, and the named cards under them. */
static void print_contents(text_builder *b, const paper_node *body)
{
    for (const paper_node *n = body->first; n; n = n->next) {
        bool is_heading = n->kind == PAPER_HEADING && n->level > 1 && n->level < 4;
        if ((!is_heading && n->kind != PAPER_CARD) || !n->id.size_bytes || !n->first) continue;
        text_add_format(b, "<a class=\"l%d\" href=\"#", is_heading ? n->level : 4);
        paper_escape(b, n->id);
        text_add_cstr(b, "\">");
        paper_escape(b, is_heading ? n->first->words : n->first->first->words);
        text_add_cstr(b, "</a>\n");
    }
}

text paper_print(arena *a, const paper_page *page)
{
    text_builder b = text_builder_open(a);
    text_add_format(&b, "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n",
                    page->lang);
    text_add_cstr(&b, "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
                      "<link rel=\"stylesheet\" href=\"book.css\">\n<title>");
    paper_escape(&b, page->title);
    text_add_cstr(&b, " · ");
    paper_escape(&b, page->book);
    text_add_cstr(
        &b, "</title>\n</head>\n<body>\n<div class=\"top\"><a class=\"book\" href=\"index.html\">");
    paper_escape(&b, page->book);
    text_add_cstr(
        &b, "</a><div class=\"find\"><input id=\"find\" type=\"search\" autocomplete=\"off\"");
    attribute(&b, "placeholder", page->search);
    attribute(&b, "aria-label", page->search);
    text_add_cstr(&b, "><div id=\"found\"></div></div></div>\n");
    text_builder toc = text_builder_open(a);
    print_contents(&toc, page->body);
    text_add_format(&b, "<div class=\"page%s\">\n", toc.size_bytes ? "" : " wide");
    if (toc.size_bytes) {
        text_add_cstr(&b, "<nav><details class=\"toc\" open><summary>");
        paper_escape(&b, page->contents);
        text_add_cstr(&b, "</summary>\n");
        text_add(&b, text_built(&toc));
        text_add_cstr(&b, "</details></nav>\n");
    }
    text_add_cstr(&b, "<main>\n");
    if (page->crumbs) {
        text_add_cstr(&b, "<div class=\"crumbs\">");
        for (const paper_node *n = page->crumbs->first; n; n = n->next)
            print_node(&b, n);
        text_add_cstr(&b, "</div>\n");
    }
    print_node(&b, page->body);
    text_add_cstr(&b, "<footer>");
    paper_escape(&b, page->footer);
    text_add_cstr(&b,
                  "</footer>\n</main>\n</div>\n<script>if(innerWidth<800)document.querySelectorAll("
                  "'.toc').forEach(function(d){d.open=false})</script>\n"
                  "<script src=\"book.js\"></script>\n</body>\n</html>\n");
    return text_built(&b);
}

text paper_print_alone(arena *a, const paper_page *page)
{
    text_builder b = text_builder_open(a);
    text_add_format(&b, "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n",
                    page->lang);
    text_add_cstr(&b, "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n<title>");
    paper_escape(&b, page->title);
    text_add_cstr(&b, "</title>\n<style>\n");
    text_add(&b, paper_style());
    text_add_cstr(&b, "</style>\n</head>\n<body>\n<div class=\"page wide alone\">\n<main>\n");
    print_node(&b, page->body);
    text_add_cstr(&b, "<footer>");
    paper_escape(&b, page->footer);
    text_add_cstr(&b, "</footer>\n</main>\n</div>\n</body>\n</html>\n");
    return text_built(&b);
}
