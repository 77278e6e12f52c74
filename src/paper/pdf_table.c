/* Tables of a PDF: columns as wide as they need, numbers under each other by their point, heads on every page. */
#include "paper/pdf_internal.h"

#include <string.h>

typedef struct {
    int count;
    bool is_number[PDF_COLUMNS_MAX];
    int whole[PDF_COLUMNS_MAX];    /* of numbers: widest part before the point */
    int fraction[PDF_COLUMNS_MAX]; /* widest part from the point on */
    int width[PDF_COLUMNS_MAX];    /* with the padding */
} columns;

enum { LEAST_TEXT = 46 * 1024, LEAST_PERCENT = 55, CELL_LEAD = 2560 };

static bool is_cell(const paper_node *n)
{
    return n->kind == PAPER_CELL || n->kind == PAPER_NUMBER_CELL || n->kind == PAPER_HEAD_CELL;
}

static bool is_head(const paper_node *row)
{
    return row->first && row->first->kind == PAPER_HEAD_CELL;
}

static pdf_style style_of(const paper_node *cell)
{
    return cell->kind == PAPER_HEAD_CELL ? PDF_HEAD_CELL : PDF_CELL;
}

/* The width of the layout before its decimal point, and from there on; without a point all is before it. */
static void split_width(PangoLayout *layout, int *whole, int *fraction)
{
    const char *words = pango_layout_get_text(layout), *point = strrchr(words, '.');
    pango_layout_get_size(layout, whole, NULL);
    *fraction = 0;
    if (!point) return;
    PangoRectangle at;
    pango_layout_index_to_pos(layout, (int)(point - words), &at);
    *fraction = *whole - at.x;
    *whole = at.x;
}

/* Bytes of a cell, and of them from the last point on. */
static void weigh(const paper_node *n, size_t *bytes, size_t *tail)
{
    for (size_t i = 0; i < n->words.size_bytes; i++) *tail = n->words.bytes[i] == '.' ? 1 : *tail ? *tail + 1 : 0;
    *bytes += n->words.size_bytes;
    for (const paper_node *child = n->first; child; child = child->next) weigh(child, bytes, tail);
}

/* What cannot be wider than what was measured is not measured: of numbers, letters are of one width or narrower; a text with
 * half the bytes of another is narrower. */
static bool is_passed(const paper_node *cell, size_t *most, size_t *most_tail)
{
    size_t bytes = 0, tail = 0;
    weigh(cell, &bytes, &tail);
    bool is_number = cell->kind == PAPER_NUMBER_CELL;
    if (is_number) bytes -= tail;
    if (is_number ? bytes <= *most && tail <= *most_tail : bytes * 2 < *most) return true;
    if (bytes > *most) *most = bytes;
    if (tail > *most_tail) *most_tail = tail;
    return false;
}

static void measure_cell(pdf *p, columns *c, int at, const paper_node *cell)
{
    int whole, fraction = 0;
    pdf_set_node(p, p->layout, style_of(cell), cell);
    if (cell->kind == PAPER_NUMBER_CELL) {
        c->is_number[at] = true;
        split_width(p->layout, &whole, &fraction);
        if (whole > c->whole[at]) c->whole[at] = whole;
        if (fraction > c->fraction[at]) c->fraction[at] = fraction;
        return;
    }
    pango_layout_get_size(p->layout, &whole, NULL);
    /* A head may be broken over lines; what it needs is decided by the cells under it. */
    if (cell->kind == PAPER_HEAD_CELL && whole > 2 * LEAST_TEXT) whole = 2 * LEAST_TEXT;
    if (whole + 2 * PDF_PADDING > c->width[at]) c->width[at] = whole + 2 * PDF_PADDING;
}

static void measure(pdf *p, const paper_node *table, columns *c)
{
    size_t most[PDF_COLUMNS_MAX] = { 0 }, tail[PDF_COLUMNS_MAX] = { 0 };
    *c = (columns){ 0 };
    for (const paper_node *row = table->first; row; row = row->next) {
        int at = 0;
        if (row->kind != PAPER_ROW) continue;
        arena_reset(p->scratch);
        for (const paper_node *cell = row->first; cell && at < PDF_COLUMNS_MAX; cell = cell->next, at++)
            if (cell->kind == PAPER_HEAD_CELL || !is_passed(cell, &most[at], &tail[at])) measure_cell(p, c, at, cell);
        if (at > c->count) c->count = at;
    }
    for (int i = 0; i < c->count; i++) {
        int width = c->whole[i] + c->fraction[i] + 2 * PDF_PADDING;
        if (width > c->width[i]) c->width[i] = width;
    }
}

static int sum_of(const columns *c)
{
    int sum = 0;
    for (int i = 0; i < c->count; i++) sum += c->width[i];
    return sum;
}

int pdf_table_width(pdf *p, const paper_node *table)
{
    columns c;
    p->percent = 100;
    measure(p, table, &c);
    /* A long text is broken over lines before the paper is turned. */
    for (int i = 0; i < c.count; i++)
        if (!c.is_number[i] && c.width[i] > 5 * LEAST_TEXT) c.width[i] = 5 * LEAST_TEXT;
    return sum_of(&c);
}

/* What is over goes to all columns in proportion; what is lacking is taken from the texts first. */
static void fit(pdf *p, const paper_node *table, columns *c)
{
    int room = pdf_room(p);
    for (p->percent = 100;; p->percent -= 5) {
        measure(p, table, c);
        int fixed = 0, texts = 0, least = 0;
        for (int i = 0; i < c->count; i++) {
            if (c->is_number[i] || c->width[i] <= LEAST_TEXT) fixed += c->width[i];
            else {
                texts += c->width[i];
                least += LEAST_TEXT;
            }
        }
        if (fixed + texts <= room) break;
        if (fixed + least > room && p->percent > LEAST_PERCENT) continue;
        int64_t left = room - fixed - least, over = texts - least;
        for (int i = 0; i < c->count && over > 0; i++)
            if (!c->is_number[i] && c->width[i] > LEAST_TEXT)
                c->width[i] = LEAST_TEXT + (int)(left > 0 ? (c->width[i] - LEAST_TEXT) * left / over : 0);
        return;
    }
    int64_t sum = sum_of(c), spare = room - sum;
    for (int i = 0; i < c->count; i++) c->width[i] += (int)(spare * c->width[i] / (sum ? sum : 1));
}

/* ---- rows ---- */

static void draw_cell_line(pdf *p, const columns *c, const paper_node *cell, int column, int line, int x, int y)
{
    PangoLayout *layout = p->cells[column];
    PangoRectangle box;
    int inner = c->width[column] - 2 * PDF_PADDING;
    if (line >= pango_layout_get_line_count(layout)) return;
    pango_layout_line_get_extents(pango_layout_get_line_readonly(layout, line), NULL, &box);
    x += PDF_PADDING;
    if (cell->kind == PAPER_NUMBER_CELL) {
        int whole, fraction;
        split_width(layout, &whole, &fraction);
        x += inner - c->fraction[column] - whole;
    } else if (cell->kind == PAPER_HEAD_CELL) {
        x += (inner - box.width) / (c->is_number[column] ? 1 : 2);
    }
    pdf_draw_line(p, layout, line, x, y);
}

static void close_part(pdf *p, const columns *c, int top)
{
    enum { THIN = 300 };
    int x = PDF_SIDE;
    pdf_rule(p, x, p->y, PDF_SIDE + sum_of(c), p->y, THIN);
    pdf_rule(p, x, top, PDF_SIDE + sum_of(c), top, THIN);
    for (int i = 0; i <= c->count; i++) {
        pdf_rule(p, x, top, x, p->y, THIN);
        if (i < c->count) x += c->width[i];
    }
}

static void put_row(pdf *p, const columns *c, const paper_node *row, const paper_node *heads);

static void put_heads(pdf *p, const columns *c, const paper_node *heads)
{
    for (const paper_node *row = heads; row && is_head(row); row = row->next) put_row(p, c, row, NULL);
}

static void row_page(pdf *p, const columns *c, const paper_node *heads)
{
    pdf_next_page(p);
    put_heads(p, c, heads);
}

/* The words of a row's cells; its lines, and the height of one. */
static int set_row(pdf *p, const columns *c, const paper_node *row, int *height)
{
    int lines = 1, column = 0;
    *height = 0;
    arena_reset(p->scratch);
    for (const paper_node *cell = row->first; cell && column < c->count; cell = cell->next, column++) {
        PangoLayout *layout = p->cells[column];
        pdf_set_node(p, layout, style_of(cell), cell);
        if (cell->kind != PAPER_NUMBER_CELL) pango_layout_set_width(layout, c->width[column] - 2 * PDF_PADDING);
        int count = pango_layout_get_line_count(layout), one = pdf_line_height(layout);
        if (count > lines) lines = count;
        if (one > *height) *height = one;
    }
    return lines;
}

static void draw_row_line(pdf *p, const columns *c, const paper_node *row, int line)
{
    int x = PDF_SIDE, column = 0;
    for (const paper_node *cell = row->first; cell && column < c->count; cell = cell->next, column++) {
        draw_cell_line(p, c, cell, column, line, x, p->y);
        x += c->width[column];
    }
}

/* A row goes to the next page whole, unless it is longer than a page. Heads are rows that use the same layouts. */
static void put_row(pdf *p, const columns *c, const paper_node *row, const paper_node *heads)
{
    int height, lines = set_row(p, c, row, &height), whole = lines * height + 2 * CELL_LEAD;
    if (heads && p->y + whole > pdf_bottom(p) && p->y > PDF_HEAD) {
        row_page(p, c, heads);
        lines = set_row(p, c, row, &height);
    }
    int top = p->y;
    if (is_head(row)) pdf_grey(p, PDF_SIDE, top, sum_of(c), whole);
    p->y += CELL_LEAD;
    for (int line = 0; line < lines; line++) {
        if (heads && p->y + height > pdf_bottom(p)) {
            close_part(p, c, top);
            row_page(p, c, heads);
            lines = set_row(p, c, row, &height);
            top = p->y;
            p->y += CELL_LEAD;
        }
        draw_row_line(p, c, row, line);
        p->y += height;
    }
    p->y += CELL_LEAD;
    close_part(p, c, top);
}

void pdf_table(pdf *p, const paper_node *table)
{
    enum { ROWS_TOGETHER = 40 * 1024 };
    columns c;
    fit(p, table, &c);
    pdf_need(p, ROWS_TOGETHER);
    const paper_node *heads = table->first;
    for (const paper_node *row = table->first; row; row = row->next)
        if (row->kind == PAPER_ROW && row->first && is_cell(row->first)) put_row(p, &c, row, heads);
    p->percent = 100;
}
