/* paper/pdf_internal.h - a tree being laid out on pages; measured first, then drawn by the same code.
 *
 * Lengths  whole Pango units, 1024 to a point.
 * Passes   the first counts the pages and is thrown away, the second draws.
 */
#ifndef PAPER_PDF_INTERNAL_H
#define PAPER_PDF_INTERNAL_H

#include "paper/paper_internal.h"
#include "paper/pdf_pango.h"

/* From units to what cairo takes. */
#define PDF_POINTS(units) ((units) / 1024.0)
#define PDF_MM(mm) ((mm) * 2902)

enum {
    PDF_SHORT = PDF_MM(210), PDF_LONG = PDF_MM(297), /* A4 */
    PDF_SIDE = PDF_MM(18), PDF_HEAD = PDF_MM(20), PDF_FOOT = PDF_MM(20),
    PDF_PADDING = 4096, /* within a cell, left and right */
    PDF_COLUMNS_MAX = 24,
    PDF_FONTS_MAX = 32 /* a style, and its letters that another font has */
};

typedef enum {
    PDF_TITLE,    /* a heading of level 1, in the middle */
    PDF_HEADING,
    PDF_TEXT,
    PDF_SMALL,
    PDF_CELL,
    PDF_HEAD_CELL,
    PDF_FIXED,    /* letters of one width */
    PDF_FURNITURE, /* heads and feet of pages */
    PDF_STYLE_COUNT
} pdf_style;

typedef struct {
    arena *memory, *scratch;
    const paper_page *page;
    cairo_surface_t *surface;
    cairo_t *cr;
    PangoContext *context;
    PangoLayout *layout, *edge, *cells[PDF_COLUMNS_MAX]; /* edge: of heads and feet, which come in the midst of others */
    bool is_drawing, is_landscape;
    int width, height; /* of the paper */
    int y;
    int page_number, page_count;
    int percent;       /* of the letters of the table at hand */
    struct {
        cairo_scaled_font_t *of, *ours;
    } fonts[PDF_FONTS_MAX]; /* pdf_letters.c */
    size_t font_count;
    const char *missing; /* what no font has; NULL: nothing */
} pdf;

int pdf_right(const pdf *p);
int pdf_bottom(const pdf *p);
int pdf_room(const pdf *p); /* width between the margins */
void pdf_begin_page(pdf *p);
void pdf_end_page(pdf *p);
void pdf_next_page(pdf *p);
/* A new page unless so much still stands on this one. */
void pdf_need(pdf *p, int height);

/* Sets words and looks of a layout; the node's words and those below it. */
void pdf_set_node(pdf *p, PangoLayout *layout, pdf_style style, const paper_node *n);
void pdf_set_words(pdf *p, PangoLayout *layout, pdf_style style, text words);
int pdf_line_height(PangoLayout *layout);
/* One line of the layout at its place, y its top. */
void pdf_draw_line(pdf *p, PangoLayout *layout, int line, int x, int y);
void pdf_rule(pdf *p, int x0, int y0, int x1, int y1, int thousandths);
void pdf_grey(pdf *p, int x, int y, int width, int height);
/* All lines from the left, over pages. */
void pdf_flow(pdf *p, PangoLayout *layout, int x);

/* pdf_letters.c: the letters of a line, y their baseline. */
void pdf_show_line(pdf *p, PangoLayout *layout, PangoLayoutLine *line, int x, int y);
void pdf_close_letters(pdf *p);
/* pdf_table.c */
void pdf_table(pdf *p, const paper_node *table);
/* How wide the table would like to be. */
int pdf_table_width(pdf *p, const paper_node *table);
/* pdf_source.c: lines of letters of one width; the lines of a tree before them are drawn. */
void pdf_source(pdf *p, text words);
/* pdf_code.c */
void pdf_code(pdf *p, const paper_node *code);

#endif
