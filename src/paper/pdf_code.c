/* A square that a telephone can read (QR), with words beside it. */
#include "paper/pdf_internal.h"

#include <qrencode.h>

enum { QUIET = 4 }; /* columns of white around it, as the standard wants */

static QRcode *encode(arena *a, text words)
{
    return QRcode_encodeString(text_cstr(a, words), 0, QR_ECLEVEL_M, QR_MODE_8, 1);
}

void paper_code_print(text_builder *b, const paper_node *code)
{
    QRcode *qr = encode(b->memory, code->href);
    if (!qr) return;
    int side = qr->width + 2 * QUIET;
    text_add_format(b, "<svg class=\"code\" viewBox=\"0 0 %d %d\" width=\"110\" height=\"110\" role=\"img\"><path d=\"", side, side);
    for (int i = 0; i < qr->width * qr->width; i++)
        if (qr->data[i] & 1) text_add_format(b, "M%d %dh1v1h-1z", i % qr->width + QUIET, i / qr->width + QUIET);
    text_add_cstr(b, "\"/></svg>\n<div class=\"law\">");
    paper_escape(b, code->words);
    text_add_cstr(b, "</div>\n");
    QRcode_free(qr);
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
