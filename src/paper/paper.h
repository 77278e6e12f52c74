/* paper/ - trees of words, tables and charts → pages of HTML and PDF.
 *
 * A page is composed as a tree of nodes by whoever knows what it says, and printed here. Nothing is
 * computed: values come as words, a chart only places them. The bytes depend on the tree alone.
 *
 * Escaping  all words, ids and addresses are escaped here; only what paper_prose made itself from
 *           Markdown is taken as it is. Addresses of other schemes than http(s) become "#".
 * Memory    nodes and what is printed live in the arena passed; words must outlive the printing.
 * Errors    none as HTML; as PDF the kinds below: a letter that no font has is not left out.
 * PDF       A4, turned where a table is too wide; heads of tables and numbers of pages on each; fonts are the machine's.
 */
#ifndef PAPER_PAPER_H
#define PAPER_PAPER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"

extern const err_kind PAPER_NO_LETTER, PAPER_PDF_FAILED;

typedef enum {
    PAPER_BODY,
    PAPER_HEADING, /* level 1 to 4; with an id it stands in the table of contents */
    PAPER_PARAGRAPH,
    PAPER_CENTRE, /* a paragraph in the middle */
    PAPER_RIGHT,  /* one at the right: where a seal goes */
    PAPER_CARD, /* something with a name: id */
    PAPER_CARD_TITLE,
    PAPER_TABLE,
    PAPER_ROW,
    PAPER_HEAD_CELL,
    PAPER_CELL,
    PAPER_NUMBER_CELL,
    PAPER_FORMULA,
    PAPER_EXCEPTION,
    PAPER_LAW,
    PAPER_LIST,
    PAPER_ITEM,
    PAPER_FOLD,
    PAPER_FOLD_OPEN,
    PAPER_FOLD_TITLE,
    PAPER_SOURCE,
    PAPER_CHART,
    PAPER_CODE,  /* a square for a telephone: href what it says, words beside it */
    PAPER_PROSE, /* HTML made by paper_prose */
    PAPER_WORDS,
    PAPER_KIND_COUNT
} paper_kind;

typedef enum {
    PAPER_PLAIN,
    PAPER_QUIET,
    PAPER_STRONG,
    PAPER_TAG,  /* a small framed word: 参数 */
    PAPER_WARN, /* 未核验 */
    PAPER_GOOD,
    PAPER_BAD,
    PAPER_TONE_COUNT
} paper_tone;

typedef struct {
    int32_t day;   /* from which the value holds; days since 1900-01-01 */
    int64_t value; /* scaled by whatever, the same in all points of a chart */
    text words;    /* as shown */
} paper_point;
typedef struct {
    text name;
    const paper_point *points; /* by day */
    size_t point_count;
} paper_series;

typedef struct paper_node paper_node;
struct paper_node {
    paper_kind kind;
    int level;        /* HEADING */
    text id;          /* or empty */
    text words, href; /* WORDS, CODE; PROSE and SOURCE: words */
    paper_tone tone;
    const paper_series *series; /* CHART */
    size_t series_count;
    paper_node *first, *last, *next;
};

paper_node *paper_open(arena *a);
paper_node *paper_put(arena *a, paper_node *into, paper_kind kind);
paper_node *paper_say(arena *a, paper_node *into, text words);
paper_node *paper_say_as(arena *a, paper_node *into, paper_tone tone, text words, text href);
paper_node *paper_heading(arena *a, paper_node *into, int level, text id, text words);
/* Steps over time; nothing when no series has two points or all values are one. */
void paper_chart(arena *a, paper_node *into, const paper_series *series, size_t count);

/* A fenced block of the Markdown that the caller shows in its own way. */
typedef struct {
    text info;    /* "rule", "test \"name\" on 2025-06-01" */
    text body;    /* lines, without the fence */
    int32_t line; /* of the opening fence, from 1 */
} paper_block;
typedef struct {
    const char *const *fences; /* first words of the blocks to hand over, ended by NULL */
    void *context;
    void (*show)(void *context, paper_node *into, const paper_block *block);
} paper_blocks;
/* Markdown without its front matter: headings, prose, and blocks in their places. */
void paper_prose(arena *a, paper_node *into, text markdown, const paper_blocks *blocks);

typedef struct {
    text title, book;         /* the page; the whole */
    const char *lang;         /* "zh-CN", "en" */
    const paper_node *crumbs; /* a BODY of WORDS, or NULL */
    const paper_node *body;
    text footer;
    text search, contents; /* "search a name", "on this page" */
} paper_page;
text paper_print(arena *a, const paper_page *page);
/* A page that needs no other file: title, body and footer, with its style inside. */
text paper_print_alone(arena *a, const paper_page *page);
/* The same as PDF. `book` stands at the head of each page but the first, `footer` at the foot; the day is all that is said of
 * when it was made: the same page and day give the same bytes. */
MUST_USE err paper_pdf(arena *a, const paper_page *page, int32_t made_day, text *bytes);
/* book.css and book.js, which the pages name; the second holds the names to search. */
text paper_style(void);
typedef struct {
    text name, label, where, href;
} paper_name;
text paper_script(arena *a, const paper_name *names, size_t count);

/* What a telephone reads (QR), alone: as a drawing, and as lines for a terminal. Empty when it is too much for one. */
text paper_code_svg(arena *a, text words);
text paper_code_lines(arena *a, text words);

void paper_escape(text_builder *b, text words);

#endif
