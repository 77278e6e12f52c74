/* The letters of a line, drawn from their own outlines.
 *
 * A font of CFF outlines, as those of Chinese letters are, is shortened by Cairo to the letters in use. Cairo 1.16 loses count of the
 * hints of some letters and throws away what they are made of: on a certificate the letter 如 was a blank, though a reader of its
 * text found it there, and so would be whoever is named 如意. What is drawn by a font of our own is not shortened: each letter of it is the
 * outline that Pango's font has, told once a file.
 */
#include "paper/pdf_internal.h"

static const cairo_user_data_key_t OUTLINES; /* on a face of ours: the font whose outlines it draws */

static cairo_status_t draw_letter(cairo_scaled_font_t *font, unsigned long index, cairo_t *cr, cairo_text_extents_t *extents)
{
    cairo_scaled_font_t *of = cairo_font_face_get_user_data(cairo_scaled_font_get_font_face(font), &OUTLINES);
    cairo_glyph_t letter = { index, 0, 0 };
    cairo_set_font_face(cr, cairo_scaled_font_get_font_face(of));
    cairo_set_font_size(cr, 1);
    cairo_glyph_extents(cr, &letter, 1, extents);
    cairo_glyph_path(cr, &letter, 1);
    cairo_fill(cr);
    return cairo_status(cr);
}

static cairo_status_t measure_font(cairo_scaled_font_t *font, cairo_t *cr, cairo_font_extents_t *extents)
{
    cairo_set_font_face(cr, cairo_scaled_font_get_font_face(cairo_font_face_get_user_data(cairo_scaled_font_get_font_face(font), &OUTLINES)));
    cairo_set_font_size(cr, 1);
    cairo_font_extents(cr, extents);
    return cairo_status(cr);
}

static cairo_scaled_font_t *open_font(cairo_scaled_font_t *of)
{
    cairo_matrix_t size, page;
    cairo_font_face_t *face = cairo_user_font_face_create();
    cairo_font_options_t *options = cairo_font_options_create();
    cairo_user_font_face_set_init_func(face, measure_font);
    cairo_user_font_face_set_render_glyph_func(face, draw_letter);
    cairo_font_face_set_user_data(face, &OUTLINES, of, NULL);
    cairo_scaled_font_get_font_matrix(of, &size);
    cairo_scaled_font_get_ctm(of, &page);
    cairo_scaled_font_get_font_options(of, options);
    cairo_scaled_font_t *ours = cairo_scaled_font_create(face, &size, &page, options);
    cairo_font_options_destroy(options);
    cairo_font_face_destroy(face);
    return ours;
}

/* NULL: there is no room for more fonts; Pango draws those itself. */
static cairo_scaled_font_t *font_of(pdf *p, PangoFont *font)
{
    cairo_scaled_font_t *of = pango_cairo_font_get_scaled_font((PangoCairoFont *)font);
    for (size_t i = 0; i < p->font_count; i++)
        if (p->fonts[i].of == of) return p->fonts[i].ours;
    if (!of || p->font_count == PDF_FONTS_MAX) return NULL;
    p->fonts[p->font_count].of = cairo_scaled_font_reference(of);
    p->fonts[p->font_count].ours = open_font(of);
    return p->fonts[p->font_count++].ours;
}

void pdf_close_letters(pdf *p)
{
    for (size_t i = 0; i < p->font_count; i++) {
        cairo_scaled_font_destroy(p->fonts[i].ours);
        cairo_scaled_font_destroy(p->fonts[i].of);
    }
    p->font_count = 0;
}

static void set_ink(pdf *p, const PangoItem *item)
{
    cairo_set_source_rgb(p->cr, 0, 0, 0);
    for (const GSList *at = item->analysis.extra_attrs; at; at = at->next) {
        const PangoAttribute *look = at->data;
        if (look->klass->type != PANGO_ATTR_FOREGROUND) continue;
        const PangoColor *ink = &((const PangoAttrColor *)look)->color;
        cairo_set_source_rgb(p->cr, ink->red / 65535.0, ink->green / 65535.0, ink->blue / 65535.0);
    }
}

/* Letters with the words they stand for, so that a reader of the file's text finds them. */
static void show_run(pdf *p, const char *words, PangoGlyphItem *run, cairo_scaled_font_t *font, int x, int y)
{
    const PangoGlyphString *letters = run->glyphs;
    cairo_glyph_t *drawn = ARENA_ARRAY(p->scratch, cairo_glyph_t, (size_t)letters->num_glyphs + 1);
    cairo_text_cluster_t *clusters = ARENA_ARRAY(p->scratch, cairo_text_cluster_t, (size_t)letters->num_glyphs + 1);
    int count = 0, cluster_count = 0;
    PangoGlyphItemIter at;
    for (gboolean has = pango_glyph_item_iter_init_start(&at, run, words); has; has = pango_glyph_item_iter_next_cluster(&at)) {
        int before = count;
        for (int i = at.start_glyph; i < at.end_glyph; i++) {
            const PangoGlyphInfo *letter = &letters->glyphs[i];
            if (letter->glyph != PANGO_GLYPH_EMPTY)
                drawn[count++] = (cairo_glyph_t){ letter->glyph, PDF_POINTS(x + letter->geometry.x_offset), PDF_POINTS(y + letter->geometry.y_offset) };
            x += letter->geometry.width;
        }
        clusters[cluster_count++] = (cairo_text_cluster_t){ at.end_index - at.start_index, count - before };
    }
    cairo_set_scaled_font(p->cr, font);
    cairo_show_text_glyphs(p->cr, words + run->item->offset, run->item->length, drawn, count, clusters, cluster_count, 0);
}

void pdf_show_line(pdf *p, PangoLayout *layout, PangoLayoutLine *line, int x, int y)
{
    const char *words = pango_layout_get_text(layout);
    for (const GSList *at = line->runs; at; at = at->next) {
        PangoGlyphItem *run = at->data;
        cairo_scaled_font_t *font = run->item->analysis.level % 2 ? NULL : font_of(p, run->item->analysis.font);
        set_ink(p, run->item);
        cairo_move_to(p->cr, PDF_POINTS(x), PDF_POINTS(y));
        if (font) show_run(p, words, run, font, x, y);
        else pango_cairo_show_glyph_item(p->cr, words, run); /* from right to left: Pango knows the order of such words */
        for (int i = 0; i < run->glyphs->num_glyphs; i++) x += run->glyphs->glyphs[i].geometry.width;
    }
    cairo_set_source_rgb(p->cr, 0, 0, 0);
}
