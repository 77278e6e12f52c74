/* A square that a telephone can read (QR), with words beside it. */
#include "paper/pdf_internal.h"

#include <qrencode.h>

enum { QUIET = 4 }; /* columns of white around it, as the standard wants */

static QRcode *encode(arena *a, text words)
{
    return QRcode_encodeString(text_cstr(a, words), 0, QR_ECLEVEL_M, QR_MODE_8, 1);
}

/* The drawing alone; false when there is more to say than such a square can hold. */
static bool draw(text_builder *b, text words, const char *attributes)
{
    QRcode *qr = encode(b->memory, words);
    if (!qr) return false;
    int side = qr->width + 2 * QUIET;
    text_add_format(b, "<svg %sviewBox=\"0 0 %d %d\" width=\"110\" height=\"110\" role=\"img\"><path d=\"", attributes, side, side);
    for (int i = 0; i < qr->width * qr->width; i++)
        if (qr->data[i] & 1) text_add_format(b, "M%d %dh1v1h-1z", i % qr->width + QUIET, i / qr->width + QUIET);
    text_add_cstr(b, "\"/></svg>");
    QRcode_free(qr);
    return true;
}

text paper_code_svg(arena *a, text words)
{
    text_builder b = text_builder_open(a);
    draw(&b, words, "xmlns=\"http://www.w3.org/2000/svg\" ");
    return text_built(&b);
}

/* Two rows of modules a line, light on dark as a terminal is. */
text paper_code_lines(arena *a, text words)
{
    static const char *const HALVES[] = { "\u2588", "\u2584", "\u2580", " " };
    text_builder b = text_builder_open(a);
    QRcode *qr = encode(a, words);
    if (!qr) return TEXT("");
    for (int y = -QUIET; y < qr->width + QUIET; y += 2) {
        for (int x = -QUIET; x < qr->width + QUIET; x++) {
            bool is_in = x >= 0 && x < qr->width;
            bool upper = is_in && y >= 0 && y < qr->width && (qr->data[y * qr->width + x] & 1);
            bool lower = is_in && y + 1 >= 0 && y + 1 < qr->width && (qr->data[(y + 1) * qr->width + x] & 1);
            text_add_cstr(&b, HALVES[(upper ? (lower ? 3 : 1) : (lower ? 2 : 0))]);
        }
        text_add_char(&b, '\n');
    }
    QRcode_free(qr);
    return text_built(&b);
}

void paper_code_print(text_builder *b, const paper_node *code)
{
    if (!draw(b, code->href, "class=\"code\" ")) return;
    text_add_cstr(b, "\n<div class=\"law\">");
    paper_escape(b, code->words);
    text_add_cstr(b, "</div>\n");
}

void pdf_code(pdf *p, const paper_node *code)
{
    enum { SIDE = PDF_MM(26), BESIDE = PDF_MM(30) };
    QRcode *qr = encode(p->scratch, code->href);
    if (!qr) return;
    pdf_need(p, SIDE);
    int top = p->y, module = SIDE / qr->width;
    for (int i = 0; p->is_drawing && i < qr->width * qr->width; i++)
        if (qr->data[i] & 1)
            cairo_rectangle(p->cr, PDF_POINTS(PDF_SIDE + i % qr->width * module), PDF_POINTS(top + i / qr->width * module),
                            PDF_POINTS(module), PDF_POINTS(module));
    if (p->is_drawing) cairo_fill(p->cr);
    QRcode_free(qr);
    pdf_set_words(p, p->layout, PDF_SMALL, code->words);
    pango_layout_set_width(p->layout, pdf_room(p) - BESIDE);
    pdf_flow(p, p->layout, PDF_SIDE + BESIDE);
    if (p->y < top + SIDE) p->y = top + SIDE;
}
