/* A page as PDF: pages with head and foot, headings, paragraphs; tables stand in pdf_table.c. */
#include "paper/pdf_internal.h"

#include <string.h>

#include "calendar/calendar.h"

const err_kind PAPER_NO_LETTER = {
    "paper.no_letter", ERR_NOT_FOUND,
    "No font of this machine has the letter {}; install one that does (package fonts-noto-cjk for Chinese).",
    "本机没有含“{}”字的字体，无法生成 PDF；请安装字体（中文用软件包 fonts-noto-cjk）。"
};
const err_kind PAPER_PDF_FAILED = {
    "paper.pdf_failed", ERR_BUSY, "The PDF could not be made: {}.", "无法生成 PDF：{}。"
};

/* Fonts are asked for by name, so that the same letters come out on every machine that has them. */
#define PLAIN "Noto Sans CJK SC,Source Han Sans SC,WenQuanYi Micro Hei,Droid Sans Fallback,Sans"
#define FIXED "Noto Sans Mono CJK SC,WenQuanYi Micro Hei Mono,Noto Sans CJK SC,Monospace"
static const struct {
    const char *family;
    int size; /* tenths of a point */
    bool is_bold;
} STYLES[PDF_STYLE_COUNT] = {
    [PDF_TITLE] = { PLAIN, 160, true },    [PDF_HEADING] = { PLAIN, 120, true },
    [PDF_TEXT] = { PLAIN, 100, false },    [PDF_SMALL] = { PLAIN, 85, false },
    [PDF_CELL] = { PLAIN, 90, false },     [PDF_HEAD_CELL] = { PLAIN, 90, true },
    [PDF_FIXED] = { FIXED, 80, false },    [PDF_FURNITURE] = { PLAIN, 75, false },
};
enum { UNITS_OF_TENTH = 102, GAP = 6 * 1024 };

int pdf_right(const pdf *p)
{
    return p->width - PDF_SIDE;
}

int pdf_bottom(const pdf *p)
{
    return p->height - PDF_FOOT;
}

int pdf_room(const pdf *p)
{
    return p->width - 2 * PDF_SIDE;
}

/* ---- letters ---- */

/* A code that is broken over lines must not gain a hyphen. */
static PangoAttrList *plain_look(void)
{
    PangoAttrList *list = pango_attr_list_new();
    pango_attr_list_insert(list, pango_attr_insert_hyphens_new(FALSE));
    return list;
}

static void set_style(pdf *p, PangoLayout *layout, pdf_style style)
{
    PangoFontDescription *font = pango_font_description_new();
    int percent = style == PDF_CELL || style == PDF_HEAD_CELL ? p->percent : 100;
    pango_font_description_set_family_static(font, STYLES[style].family);
    pango_font_description_set_absolute_size(font, STYLES[style].size * UNITS_OF_TENTH * percent / 100);
    pango_font_description_set_weight(font, STYLES[style].is_bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    pango_layout_set_font_description(layout, font);
    pango_font_description_free(font);
    pango_layout_set_width(layout, -1);
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    PangoAttrList *list = plain_look();
    pango_layout_set_attributes(layout, list);
    pango_attr_list_unref(list);
}

static void add_look(PangoAttrList *list, paper_tone tone, size_t from, size_t until)
{
    PangoAttribute *a = NULL;
    switch (tone) {
    case PAPER_STRONG: a = pango_attr_weight_new(PANGO_WEIGHT_BOLD); break;
    case PAPER_QUIET: a = pango_attr_foreground_new(0x6000, 0x6000, 0x6000); break;
    case PAPER_WARN:
    case PAPER_BAD: a = pango_attr_foreground_new(0xa000, 0x1000, 0x1000); break;
    default: return;
    }
    a->start_index = (guint)from;
    a->end_index = (guint)until;
    pango_attr_list_insert(list, a);
}

/* What no eye sees is shown by its code point, as everywhere; line ends become blanks. */
static void add_words(pdf *p, text_builder *b, PangoAttrList *list, const paper_node *n)
{
    size_t from = b->size_bytes;
    if (n->words.size_bytes && n->kind != PAPER_PROSE) text_add(b, text_shown(p->scratch, n->words, SIZE_MAX / 4));
    add_look(list, n->tone, from, b->size_bytes);
    for (const paper_node *child = n->first; child; child = child->next) {
        if (child->kind != PAPER_WORDS && b->size_bytes) text_add_char(b, '\n');
        add_words(p, b, list, child);
    }
}

static void look_for_missing(pdf *p, PangoLayout *layout)
{
    if (p->missing || !pango_layout_get_unknown_glyphs_count(layout)) return;
    text words = text_of(pango_layout_get_text(layout));
    for (size_t at = 0, from = 0; at < words.size_bytes; from = at) {
        PangoLayout *one = pango_layout_new(p->context);
        (void)text_next_rune(words, &at);
        pango_layout_set_font_description(one, pango_layout_get_font_description(layout));
        pango_layout_set_text(one, words.bytes + from, (int)(at - from));
        if (pango_layout_get_unknown_glyphs_count(one)) p->missing = text_cstr(p->memory, text_sub(words, from, at));
        g_object_unref(one);
        if (p->missing) return;
    }
    p->missing = text_cstr(p->memory, words);
}

void pdf_set_words(pdf *p, PangoLayout *layout, pdf_style style, text words)
{
    text shown = text_shown(p->scratch, words, SIZE_MAX / 4);
    set_style(p, layout, style);
    pango_layout_set_text(layout, shown.bytes ? shown.bytes : "", (int)shown.size_bytes);
    look_for_missing(p, layout);
}

void pdf_set_node(pdf *p, PangoLayout *layout, pdf_style style, const paper_node *n)
{
    text_builder b = text_builder_open(p->scratch);
    PangoAttrList *list = plain_look();
    add_words(p, &b, list, n);
    set_style(p, layout, style);
    pango_layout_set_text(layout, b.bytes ? b.bytes : "", (int)b.size_bytes);
    pango_layout_set_attributes(layout, list);
    pango_attr_list_unref(list);
    look_for_missing(p, layout);
}

/* ---- ink ---- */

int pdf_line_height(PangoLayout *layout)
{
    PangoRectangle box;
    pango_layout_line_get_extents(pango_layout_get_line_readonly(layout, 0), NULL, &box);
    return box.height;
}

void pdf_draw_line(pdf *p, PangoLayout *layout, int line, int x, int y)
{
    PangoRectangle box;
    if (!p->is_drawing) return;
    PangoLayoutLine *l = pango_layout_get_line_readonly(layout, line);
    pango_layout_line_get_extents(l, NULL, &box);
    pdf_show_line(p, layout, l, x, y - box.y);
}

void pdf_rule(pdf *p, int x0, int y0, int x1, int y1, int thousandths)
{
    if (!p->is_drawing) return;
    cairo_set_line_width(p->cr, thousandths / 1000.0);
    cairo_move_to(p->cr, PDF_POINTS(x0), PDF_POINTS(y0));
    cairo_line_to(p->cr, PDF_POINTS(x1), PDF_POINTS(y1));
    cairo_stroke(p->cr);
}

void pdf_grey(pdf *p, int x, int y, int width, int height)
{
    if (!p->is_drawing) return;
    cairo_set_source_rgb(p->cr, 0.93, 0.93, 0.93);
    cairo_rectangle(p->cr, PDF_POINTS(x), PDF_POINTS(y), PDF_POINTS(width), PDF_POINTS(height));
    cairo_fill(p->cr);
    cairo_set_source_rgb(p->cr, 0, 0, 0);
}

/* ---- pages ---- */

static void furniture(pdf *p, text words, int y, int place)
{
    if (!words.size_bytes) return;
    pdf_set_words(p, p->edge, PDF_FURNITURE, words);
    int width, room = pdf_room(p);
    pango_layout_get_size(p->edge, &width, NULL);
    pdf_draw_line(p, p->edge, 0, PDF_SIDE + (room - width) * place / 2, y);
}

void pdf_begin_page(pdf *p)
{
    p->page_number++;
    p->y = PDF_HEAD;
    if (p->page_number > 1) {
        furniture(p, p->page->title, PDF_MM(11), 0);
        furniture(p, p->page->book, PDF_MM(11), 2);
        pdf_rule(p, PDF_SIDE, PDF_MM(16), pdf_right(p), PDF_MM(16), 300);
    }
}

void pdf_end_page(pdf *p)
{
    bool is_chinese = !strncmp(p->page->lang, "zh", 2);
    int y = p->height - PDF_MM(14);
    furniture(p, p->page->footer, y, 0);
    furniture(p, text_format(p->scratch, is_chinese ? "第 %d 页，共 %d 页" : "page %d of %d", p->page_number, p->page_count),
              y, 2);
    if (p->is_drawing) cairo_show_page(p->cr);
}

void pdf_next_page(pdf *p)
{
    pdf_end_page(p);
    pdf_begin_page(p);
}

void pdf_need(pdf *p, int height)
{
    if (p->y + height > pdf_bottom(p) && p->y > PDF_HEAD) pdf_next_page(p);
}

void pdf_flow(pdf *p, PangoLayout *layout, int x)
{
    int count = pango_layout_get_line_count(layout), height = pdf_line_height(layout);
    int lead = height / 10;
    for (int i = 0; i < count; i++) {
        pdf_need(p, height);
        pdf_draw_line(p, layout, i, x, p->y);
        p->y += height + lead;
    }
}

/* ---- the tree ---- */

static void flow_node(pdf *p, pdf_style style, const paper_node *n, int indent, int gap)
{
    pdf_set_node(p, p->layout, style, n);
    pango_layout_set_width(p->layout, pdf_room(p) - indent);
    pdf_flow(p, p->layout, PDF_SIDE + indent);
    p->y += gap;
}

static void put_heading(pdf *p, const paper_node *n)
{
    pdf_style style = n->level == 1 ? PDF_TITLE : PDF_HEADING;
    if (p->y > PDF_HEAD) p->y += GAP;
    pdf_set_node(p, p->layout, style, n);
    pango_layout_set_width(p->layout, pdf_room(p));
    pango_layout_set_alignment(p->layout, n->level == 1 ? PANGO_ALIGN_CENTER : PANGO_ALIGN_LEFT);
    /* A heading does not stand alone at the foot of a page. */
    pdf_need(p, 4 * pdf_line_height(p->layout));
    int count = pango_layout_get_line_count(p->layout), height = pdf_line_height(p->layout);
    for (int i = 0; i < count; i++) {
        PangoRectangle box;
        pango_layout_line_get_extents(pango_layout_get_line_readonly(p->layout, i), NULL, &box);
        int x = n->level == 1 ? PDF_SIDE + (pdf_room(p) - box.width) / 2 : PDF_SIDE;
        pdf_need(p, height);
        pdf_draw_line(p, p->layout, i, x, p->y);
        p->y += height;
    }
    pango_layout_set_alignment(p->layout, PANGO_ALIGN_LEFT);
    p->y += GAP;
}

static void put_aligned(pdf *p, const paper_node *n, int halves)
{
    pdf_set_node(p, p->layout, PDF_TEXT, n);
    pango_layout_set_width(p->layout, pdf_room(p));
    int count = pango_layout_get_line_count(p->layout), height = pdf_line_height(p->layout);
    for (int i = 0; i < count; i++, p->y += height) {
        PangoRectangle box;
        pango_layout_line_get_extents(pango_layout_get_line_readonly(p->layout, i), NULL, &box);
        pdf_need(p, height);
        pdf_draw_line(p, p->layout, i, PDF_SIDE + (pdf_room(p) - box.width) * halves / 2, p->y);
    }
    p->y += GAP / 2;
}

static void put_node(pdf *p, const paper_node *n);

static void put_children(pdf *p, const paper_node *n)
{
    for (const paper_node *child = n->first; child; child = child->next) put_node(p, child);
}

static void put_node(pdf *p, const paper_node *n)
{
    enum { INDENT = 12 * 1024 };
    arena_reset(p->scratch);
    switch (n->kind) {
    case PAPER_HEADING: put_heading(p, n); return;
    case PAPER_CENTRE: put_aligned(p, n, 1); return;
    case PAPER_RIGHT: put_aligned(p, n, 2); return;
    case PAPER_TABLE: pdf_table(p, n); p->y += GAP; return;
    case PAPER_SOURCE: pdf_source(p, n->words); p->y += GAP; return;
    case PAPER_CODE: pdf_code(p, n); return;
    case PAPER_LAW: flow_node(p, PDF_SMALL, n, 0, GAP / 2); return;
    case PAPER_ITEM: flow_node(p, PDF_TEXT, n, INDENT, 0); return;
    case PAPER_CARD_TITLE:
    case PAPER_FOLD_TITLE: flow_node(p, PDF_HEADING, n, 0, GAP / 2); return;
    case PAPER_CHART:
    case PAPER_PROSE: return; /* of the book, which is pages of HTML */
    case PAPER_BODY:
    case PAPER_CARD:
    case PAPER_LIST:
    case PAPER_FOLD:
    case PAPER_FOLD_OPEN: put_children(p, n); return;
    default: flow_node(p, PDF_TEXT, n, 0, GAP / 2); return;
    }
}

static int widest_table(pdf *p, const paper_node *n)
{
    int widest = n->kind == PAPER_TABLE ? pdf_table_width(p, n) : 0;
    for (const paper_node *child = n->first; child && n->kind != PAPER_TABLE; child = child->next) {
        int width = widest_table(p, child);
        if (width > widest) widest = width;
    }
    return widest;
}

/* ---- the file ---- */

static cairo_status_t add_bytes(void *context, const unsigned char *bytes, unsigned int count)
{
    text_add(context, (text){ (const char *)bytes, count });
    return CAIRO_STATUS_SUCCESS;
}

static void walk(pdf *p)
{
    p->page_number = 0;
    pdf_begin_page(p);
    put_children(p, p->page->body);
    pdf_end_page(p);
}

static void say_properties(pdf *p, int32_t made_day)
{
    char day[CALENDAR_PRINT_BYTES];
    calendar_print_day(made_day, day);
    text made = text_format(p->memory, "%sT00:00:00Z", day);
    cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_TITLE, text_cstr(p->memory, p->page->title));
    cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_AUTHOR, text_cstr(p->memory, p->page->book));
    cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_CREATE_DATE, made.bytes);
    cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_MOD_DATE, made.bytes);
}

/* Metrics of letters that know no screen, and the Chinese forms of Han letters whatever the locale. */
static PangoContext *open_context(PangoFontMap *fonts)
{
    PangoContext *context = pango_font_map_create_context(fonts);
    cairo_font_options_t *options = cairo_font_options_create();
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
    pango_cairo_context_set_font_options(context, options);
    pango_cairo_context_set_resolution(context, 72);
    pango_context_set_language(context, pango_language_from_string("zh-cn"));
    pango_context_set_base_dir(context, PANGO_DIRECTION_LTR);
    pango_context_set_round_glyph_positions(context, FALSE);
    cairo_font_options_destroy(options);
    return context;
}

static void open_layouts(pdf *p)
{
    p->layout = pango_layout_new(p->context);
    p->edge = pango_layout_new(p->context);
    pango_layout_set_auto_dir(p->edge, FALSE);
    pango_layout_set_auto_dir(p->layout, FALSE);
    for (size_t c = 0; c < PDF_COLUMNS_MAX; c++) {
        p->cells[c] = pango_layout_new(p->context);
        pango_layout_set_auto_dir(p->cells[c], FALSE);
    }
}

static err print_pdf(pdf *p, int32_t made_day, text_builder *out)
{
    if (widest_table(p, p->page->body) > pdf_room(p)) {
        p->is_landscape = true;
        p->width = PDF_LONG;
        p->height = PDF_SHORT;
    }
    walk(p);
    if (p->missing) return err_of(&PAPER_NO_LETTER, p->missing);
    p->page_count = p->page_number;
    p->surface = cairo_pdf_surface_create_for_stream(add_bytes, out, PDF_POINTS(p->width), PDF_POINTS(p->height));
    p->cr = cairo_create(p->surface);
    p->is_drawing = true;
    say_properties(p, made_day);
    walk(p);
    cairo_status_t status = cairo_status(p->cr);
    cairo_destroy(p->cr);
    cairo_surface_finish(p->surface);
    pdf_close_letters(p);
    if (!status) status = cairo_surface_status(p->surface);
    cairo_surface_destroy(p->surface);
    return status ? err_of(&PAPER_PDF_FAILED, cairo_status_to_string(status)) : ERR_NONE;
}

err paper_pdf(arena *a, const paper_page *page, int32_t made_day, text *bytes)
{
    TRY(pdf_pango_load());
    PangoFontMap *fonts = pango_cairo_font_map_new();
    pdf p = { .memory = a, .scratch = arena_open(), .page = page, .context = open_context(fonts),
              .width = PDF_SHORT, .height = PDF_LONG, .percent = 100 };
    text_builder out = text_builder_open(a);
    open_layouts(&p);
    err e = print_pdf(&p, made_day, &out);
    for (size_t c = 0; c < PDF_COLUMNS_MAX; c++) g_object_unref(p.cells[c]);
    g_object_unref(p.layout);
    g_object_unref(p.edge);
    g_object_unref(p.context);
    g_object_unref(fonts);
    arena_close(p.scratch);
    *bytes = text_built(&out);
    return e;
}
