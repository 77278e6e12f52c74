/* Lines of letters of one width. What stands before a line to draw a tree is drawn, so that it joins over lines that are broken. */
#include "paper/pdf_internal.h"

enum { COLUMN = 4080, LINES_MAX = 64 }; /* half a letter of the style's size */

/* Runes of the prefix: lines of a tree and blanks; `next` is where the words begin. */
static size_t prefix_of(text line, uint32_t *runes, size_t *next)
{
    size_t count = 0, at = 0;
    *next = 0;
    while (at < line.size_bytes && count < LINES_MAX) {
        uint32_t rune = text_next_rune(line, &at);
        if (rune != ' ' && rune != 0x2502 && rune != 0x251C && rune != 0x2514 && rune != 0x2500) break;
        runes[count++] = rune;
        *next = at;
    }
    return count;
}

static void draw_prefix(pdf *p, const uint32_t *runes, size_t count, bool is_first, int height)
{
    enum { THIN = 400 };
    for (size_t i = 0; i < count; i++) {
        int x = PDF_SIDE + (int)i * COLUMN, middle = x + COLUMN / 2, half = p->y + height / 2;
        if (runes[i] == 0x2502 || runes[i] == 0x251C) pdf_rule(p, middle, p->y, middle, p->y + height, THIN);
        if (!is_first) continue;
        if (runes[i] == 0x2514) pdf_rule(p, middle, p->y, middle, half, THIN);
        if (runes[i] == 0x251C || runes[i] == 0x2514) pdf_rule(p, middle, half, x + COLUMN, half, THIN);
        if (runes[i] == 0x2500) pdf_rule(p, x, half, x + COLUMN, half, THIN);
    }
}

static void put_line(pdf *p, text line)
{
    enum { LEAST_COLUMNS = 20 };
    uint32_t runes[LINES_MAX];
    size_t next, count = prefix_of(line, runes, &next);
    int indent = (int)count * COLUMN, room = pdf_room(p);
    pdf_set_words(p, p->layout, PDF_FIXED, text_sub(line, next, line.size_bytes));
    pango_layout_set_width(p->layout, room - indent > LEAST_COLUMNS * COLUMN ? room - indent : LEAST_COLUMNS * COLUMN);
    int lines = pango_layout_get_line_count(p->layout), height = pdf_line_height(p->layout);
    for (int i = 0; i < lines; i++) {
        pdf_need(p, height);
        draw_prefix(p, runes, count, i == 0, height);
        pdf_draw_line(p, p->layout, i, PDF_SIDE + indent, p->y);
        p->y += height;
    }
}

void pdf_source(pdf *p, text words)
{
    for (size_t at = 0; at < words.size_bytes;) {
        size_t end = at;
        while (end < words.size_bytes && words.bytes[end] != '\n') end++;
        arena_reset(p->scratch);
        put_line(p, text_sub(words, at, end));
        at = end + 1;
    }
}
