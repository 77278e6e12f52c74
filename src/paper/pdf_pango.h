/* paper/pdf_pango - Pango and Cairo, loaded with the first PDF (base/late.h). */
#ifndef PAPER_PDF_PANGO_H
#define PAPER_PDF_PANGO_H

#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#include "base/late.h"

#define PDF_PANGO(X) \
    X(cairo_create) X(cairo_destroy) X(cairo_fill) X(cairo_font_options_create) X(cairo_font_options_destroy) \
    X(cairo_font_options_set_antialias) X(cairo_font_options_set_hint_metrics) X(cairo_font_options_set_hint_style) \
    X(cairo_line_to) X(cairo_move_to) X(cairo_pdf_surface_create_for_stream) X(cairo_pdf_surface_set_metadata) \
    X(cairo_rectangle) X(cairo_set_line_width) X(cairo_set_source_rgb) X(cairo_show_page) X(cairo_status) \
    X(cairo_status_to_string) X(cairo_stroke) X(cairo_surface_destroy) X(cairo_surface_finish) \
    X(cairo_surface_status) X(g_object_unref) X(pango_attr_foreground_new) X(pango_attr_insert_hyphens_new) \
    X(pango_attr_list_insert) X(pango_attr_list_new) X(pango_attr_list_unref) X(pango_attr_weight_new) \
    X(pango_cairo_context_set_font_options) X(pango_cairo_context_set_resolution) X(pango_cairo_font_map_new) \
    X(pango_cairo_show_layout_line) X(pango_context_set_base_dir) X(pango_context_set_language) \
    X(pango_context_set_round_glyph_positions) X(pango_font_description_free) X(pango_font_description_new) \
    X(pango_font_description_set_absolute_size) X(pango_font_description_set_family_static) \
    X(pango_font_description_set_weight) X(pango_font_map_create_context) X(pango_language_from_string) \
    X(pango_layout_get_font_description) X(pango_layout_get_line_count) X(pango_layout_get_line_readonly) \
    X(pango_layout_get_size) X(pango_layout_get_text) X(pango_layout_get_unknown_glyphs_count) \
    X(pango_layout_index_to_pos) X(pango_layout_line_get_extents) X(pango_layout_new) X(pango_layout_set_alignment) \
    X(pango_layout_set_attributes) X(pango_layout_set_auto_dir) X(pango_layout_set_font_description) \
    X(pango_layout_set_text) X(pango_layout_set_width) X(pango_layout_set_wrap)

typedef struct {
    PDF_PANGO(LATE_FIELD)
} pdf_pango_functions;
extern pdf_pango_functions pdf_pango;
/* Before any of them is called. */
MUST_USE err pdf_pango_load(void);

#define cairo_create pdf_pango.late_cairo_create
#define cairo_destroy pdf_pango.late_cairo_destroy
#define cairo_fill pdf_pango.late_cairo_fill
#define cairo_font_options_create pdf_pango.late_cairo_font_options_create
#define cairo_font_options_destroy pdf_pango.late_cairo_font_options_destroy
#define cairo_font_options_set_antialias pdf_pango.late_cairo_font_options_set_antialias
#define cairo_font_options_set_hint_metrics pdf_pango.late_cairo_font_options_set_hint_metrics
#define cairo_font_options_set_hint_style pdf_pango.late_cairo_font_options_set_hint_style
#define cairo_line_to pdf_pango.late_cairo_line_to
#define cairo_move_to pdf_pango.late_cairo_move_to
#define cairo_pdf_surface_create_for_stream pdf_pango.late_cairo_pdf_surface_create_for_stream
#define cairo_pdf_surface_set_metadata pdf_pango.late_cairo_pdf_surface_set_metadata
#define cairo_rectangle pdf_pango.late_cairo_rectangle
#define cairo_set_line_width pdf_pango.late_cairo_set_line_width
#define cairo_set_source_rgb pdf_pango.late_cairo_set_source_rgb
#define cairo_show_page pdf_pango.late_cairo_show_page
#define cairo_status pdf_pango.late_cairo_status
#define cairo_status_to_string pdf_pango.late_cairo_status_to_string
#define cairo_stroke pdf_pango.late_cairo_stroke
#define cairo_surface_destroy pdf_pango.late_cairo_surface_destroy
#define cairo_surface_finish pdf_pango.late_cairo_surface_finish
#define cairo_surface_status pdf_pango.late_cairo_surface_status
#define g_object_unref pdf_pango.late_g_object_unref
#define pango_attr_foreground_new pdf_pango.late_pango_attr_foreground_new
#define pango_attr_insert_hyphens_new pdf_pango.late_pango_attr_insert_hyphens_new
#define pango_attr_list_insert pdf_pango.late_pango_attr_list_insert
#define pango_attr_list_new pdf_pango.late_pango_attr_list_new
#define pango_attr_list_unref pdf_pango.late_pango_attr_list_unref
#define pango_attr_weight_new pdf_pango.late_pango_attr_weight_new
#define pango_cairo_context_set_font_options pdf_pango.late_pango_cairo_context_set_font_options
#define pango_cairo_context_set_resolution pdf_pango.late_pango_cairo_context_set_resolution
#define pango_cairo_font_map_new pdf_pango.late_pango_cairo_font_map_new
#define pango_cairo_show_layout_line pdf_pango.late_pango_cairo_show_layout_line
#define pango_context_set_base_dir pdf_pango.late_pango_context_set_base_dir
#define pango_context_set_language pdf_pango.late_pango_context_set_language
#define pango_context_set_round_glyph_positions pdf_pango.late_pango_context_set_round_glyph_positions
#define pango_font_description_free pdf_pango.late_pango_font_description_free
#define pango_font_description_new pdf_pango.late_pango_font_description_new
#define pango_font_description_set_absolute_size pdf_pango.late_pango_font_description_set_absolute_size
#define pango_font_description_set_family_static pdf_pango.late_pango_font_description_set_family_static
#define pango_font_description_set_weight pdf_pango.late_pango_font_description_set_weight
#define pango_font_map_create_context pdf_pango.late_pango_font_map_create_context
#define pango_language_from_string pdf_pango.late_pango_language_from_string
#define pango_layout_get_font_description pdf_pango.late_pango_layout_get_font_description
#define pango_layout_get_line_count pdf_pango.late_pango_layout_get_line_count
#define pango_layout_get_line_readonly pdf_pango.late_pango_layout_get_line_readonly
#define pango_layout_get_size pdf_pango.late_pango_layout_get_size
#define pango_layout_get_text pdf_pango.late_pango_layout_get_text
#define pango_layout_get_unknown_glyphs_count pdf_pango.late_pango_layout_get_unknown_glyphs_count
#define pango_layout_index_to_pos pdf_pango.late_pango_layout_index_to_pos
#define pango_layout_line_get_extents pdf_pango.late_pango_layout_line_get_extents
#define pango_layout_new pdf_pango.late_pango_layout_new
#define pango_layout_set_alignment pdf_pango.late_pango_layout_set_alignment
#define pango_layout_set_attributes pdf_pango.late_pango_layout_set_attributes
#define pango_layout_set_auto_dir pdf_pango.late_pango_layout_set_auto_dir
#define pango_layout_set_font_description pdf_pango.late_pango_layout_set_font_description
#define pango_layout_set_text pdf_pango.late_pango_layout_set_text
#define pango_layout_set_width pdf_pango.late_pango_layout_set_width
#define pango_layout_set_wrap pdf_pango.late_pango_layout_set_wrap

#endif
