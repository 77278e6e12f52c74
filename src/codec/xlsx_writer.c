/* A workbook of one sheet. Texts stand in their cells, not in a shared table, so that rows can be
 * written as they come; nothing tells the time, so that the same rows give the same bytes. */
#include <assert.h>
#include <string.h>
#include <zip.h>

#include "codec/codec_internal.h"

enum { ROWS_MAX = 1048576, COLUMNS_MAX = 16384, NUMBER_DIGITS_MAX = 15 };

/* Index of a style in the part below. */
enum { STYLE_PLAIN, STYLE_HEADER, STYLE_DAY, STYLE_MONEY };

struct codec_xlsx_writer {
    arena *memory;
    text sheet;
    text_builder out;
    codec_xml_writer xml;
    int64_t row;
    size_t column;
    bool is_row_open;
};

#define MAIN "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
#define RELATIONS "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define PACKAGE "http://schemas.openxmlformats.org/package/2006/"
#define DECLARATION "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
#define SHEET_TYPE "application/vnd.openxmlformats-officedocument.spreadsheetml."

static const char CONTENT_TYPES[] =
    DECLARATION "<Types xmlns=\"" PACKAGE "content-types\">"
    "<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
    "<Default Extension=\"xml\" ContentType=\"application/xml\"/>"
    "<Override PartName=\"/xl/workbook.xml\" ContentType=\"" SHEET_TYPE "sheet.main+xml\"/>"
    "<Override PartName=\"/xl/styles.xml\" ContentType=\"" SHEET_TYPE "styles+xml\"/>"
    "<Override PartName=\"/xl/worksheets/sheet1.xml\" ContentType=\"" SHEET_TYPE "worksheet+xml\"/>"
    "</Types>";

static const char PACKAGE_RELATIONS[] =
    DECLARATION "<Relationships xmlns=\"" PACKAGE "relationships\">"
    "<Relationship Id=\"rId1\" Type=\"" RELATIONS "/officeDocument\" Target=\"xl/workbook.xml\"/>"
    "</Relationships>";

static const char WORKBOOK_RELATIONS[] =
    DECLARATION "<Relationships xmlns=\"" PACKAGE "relationships\">"
    "<Relationship Id=\"rId1\" Type=\"" RELATIONS "/worksheet\" Target=\"worksheets/sheet1.xml\"/>"
    "<Relationship Id=\"rId2\" Type=\"" RELATIONS "/styles\" Target=\"styles.xml\"/>"
    "</Relationships>";

static const char STYLES[] =
    DECLARATION "<styleSheet xmlns=\"" MAIN "\">"
    "<numFmts count=\"1\"><numFmt numFmtId=\"164\" formatCode=\"yyyy\\-mm\\-dd\"/></numFmts>"
    "<fonts count=\"2\"><font><sz val=\"11\"/></font><font><b/><sz val=\"11\"/></font></fonts>"
    "<fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill>"
    "<fill><patternFill patternType=\"gray125\"/></fill></fills>"
    "<borders count=\"1\"><border/></borders>"
    "<cellStyleXfs count=\"1\"><xf/></cellStyleXfs>"
    "<cellXfs count=\"4\"><xf numFmtId=\"0\" xfId=\"0\"/>"
    "<xf numFmtId=\"0\" fontId=\"1\" applyFont=\"1\" xfId=\"0\"/>"
    "<xf numFmtId=\"164\" applyNumberFormat=\"1\" xfId=\"0\"/>"
    "<xf numFmtId=\"4\" applyNumberFormat=\"1\" xfId=\"0\"/></cellXfs>"
    "</styleSheet>";

codec_xlsx_writer *codec_xlsx_write(arena *a, text sheet)
{
    codec_xlsx_writer *w = ARENA_NEW(a, codec_xlsx_writer);
    *w = (codec_xlsx_writer){ .memory = a, .sheet = text_copy(a, sheet) };
    w->out = text_builder_open(a);
    w->xml = codec_xml_write(&w->out);
    codec_xml_begin(&w->xml, "worksheet");
    codec_xml_add_attribute(&w->xml, "xmlns", text_of(MAIN));
    codec_xml_begin(&w->xml, "sheetData");
    return w;
}

/* ---- cells ---- */

static void add_number_attribute(codec_xml_writer *xml, const char *name, int64_t number)
{
    char digits[CODEC_SCALED_BYTES];
    codec_xml_add_attribute(xml, name, (text){ digits, codec_print_scaled(number, 0, digits) });
}

static void begin_cell(codec_xlsx_writer *w, int style)
{
    assert(w->column < COLUMNS_MAX);
    if (!w->is_row_open) {
        codec_xml_begin(&w->xml, "row");
        add_number_attribute(&w->xml, "r", w->row + 1);
        w->is_row_open = true;
    }
    char letters[4];
    int at = sizeof letters;
    for (size_t n = w->column + 1; n > 0; n = (n - 1) / 26) letters[--at] = (char)('A' + (n - 1) % 26);
    char reference[32];
    size_t size = sizeof letters - (size_t)at;
    memcpy(reference, letters + at, size);
    size += codec_print_scaled(w->row + 1, 0, reference + size);
    codec_xml_begin(&w->xml, "c");
    codec_xml_add_attribute(&w->xml, "r", (text){ reference, size });
    if (w->row == 0) style = STYLE_HEADER;
    if (style != STYLE_PLAIN) add_number_attribute(&w->xml, "s", style);
    w->column++;
}

void codec_xlsx_add_text(codec_xlsx_writer *w, text field)
{
    begin_cell(w, STYLE_PLAIN);
    codec_xml_add_attribute(&w->xml, "t", TEXT("inlineStr"));
    codec_xml_begin(&w->xml, "is");
    codec_xml_begin(&w->xml, "t");
    codec_xml_add_attribute(&w->xml, "xml:space", TEXT("preserve"));
    codec_xml_add_text(&w->xml, field);
    codec_xml_end(&w->xml);
    codec_xml_end(&w->xml);
    codec_xml_end(&w->xml);
}

void codec_xlsx_add_scaled(codec_xlsx_writer *w, int64_t scaled, int decimals)
{
    char digits[CODEC_SCALED_BYTES];
    text number = { digits, codec_print_scaled(scaled, decimals, digits) };
    if (number.size_bytes - (scaled < 0) - (decimals > 0) > NUMBER_DIGITS_MAX) {
        codec_xlsx_add_text(w, number);
        return;
    }
    begin_cell(w, decimals == 2 ? STYLE_MONEY : STYLE_PLAIN);
    codec_xml_add_leaf(&w->xml, "v", number);
    codec_xml_end(&w->xml);
}

void codec_xlsx_add_day(codec_xlsx_writer *w, int32_t day)
{
    /* 1900-01-01 is 1, and 1900-03-01 is 61: Excel has a 29 February that never was. Before 1900 it
     * has nothing. */
    assert(day >= 0);
    char digits[CODEC_SCALED_BYTES];
    size_t size = codec_print_scaled(day + 1 + (day >= 59), 0, digits);
    begin_cell(w, STYLE_DAY);
    codec_xml_add_leaf(&w->xml, "v", (text){ digits, size });
    codec_xml_end(&w->xml);
}

void codec_xlsx_add_empty(codec_xlsx_writer *w)
{
    assert(w->column < COLUMNS_MAX);
    w->column++;
}

err codec_xlsx_end_row(codec_xlsx_writer *w)
{
    if (w->row == ROWS_MAX) return err_of(&CODEC_XLSX_TOO_LARGE, "> 1048576");
    if (w->is_row_open) codec_xml_end(&w->xml);
    w->is_row_open = false;
    w->column = 0;
    w->row++;
    return ERR_NONE;
}

/* ---- the container ---- */

static text workbook_part(codec_xlsx_writer *w)
{
    text_builder out = text_builder_open(w->memory);
    codec_xml_writer xml = codec_xml_write(&out);
    codec_xml_begin(&xml, "workbook");
    codec_xml_add_attribute(&xml, "xmlns", text_of(MAIN));
    codec_xml_add_attribute(&xml, "xmlns:r", text_of(RELATIONS));
    codec_xml_begin(&xml, "sheets");
    codec_xml_begin(&xml, "sheet");
    codec_xml_add_attribute(&xml, "name", w->sheet);
    codec_xml_add_attribute(&xml, "sheetId", TEXT("1"));
    codec_xml_add_attribute(&xml, "r:id", TEXT("rId1"));
    for (int i = 0; i < 3; i++) codec_xml_end(&xml);
    return text_built(&out);
}

static bool add_part(zip_t *zip, const char *name, text bytes)
{
    zip_source_t *source = zip_source_buffer(zip, bytes.bytes, bytes.size_bytes, 0);
    zip_int64_t index = source ? zip_file_add(zip, name, source, ZIP_FL_ENC_UTF_8) : -1;
    if (index < 0) {
        if (source) zip_source_free(source);
        return false;
    }
    /* 1980-01-01, the earliest a ZIP can tell. */
    return zip_file_set_dostime(zip, (zip_uint64_t)index, 0, (1 << 5) | 1, 0) == 0;
}

static bool add_parts(codec_xlsx_writer *w, zip_t *zip)
{
    return add_part(zip, "[Content_Types].xml", text_of(CONTENT_TYPES)) &&
           add_part(zip, "_rels/.rels", text_of(PACKAGE_RELATIONS)) &&
           add_part(zip, "xl/workbook.xml", workbook_part(w)) &&
           add_part(zip, "xl/_rels/workbook.xml.rels", text_of(WORKBOOK_RELATIONS)) &&
           add_part(zip, "xl/styles.xml", text_of(STYLES)) &&
           add_part(zip, "xl/worksheets/sheet1.xml", text_built(&w->out));
}

static bool take_bytes(arena *a, zip_source_t *source, text *bytes)
{
    if (zip_source_open(source) != 0) return false;
    zip_stat_t facts;
    bool is_right = zip_source_stat(source, &facts) == 0 && (facts.valid & ZIP_STAT_SIZE);
    if (is_right) {
        char *copy = arena_alloc(a, (size_t)facts.size + 1);
        is_right = zip_source_read(source, copy, facts.size) == (zip_int64_t)facts.size;
        *bytes = (text){ copy, (size_t)facts.size };
    }
    zip_source_close(source);
    return is_right;
}

err codec_xlsx_finish(codec_xlsx_writer *w, text *bytes)
{
    while (w->xml.depth > 0) codec_xml_end(&w->xml);
    zip_source_t *source = zip_source_buffer_create(NULL, 0, 0, NULL);
    zip_t *zip = source ? zip_open_from_source(source, ZIP_TRUNCATE, NULL) : NULL;
    if (!zip) {
        if (source) zip_source_free(source);
        return err_of(&CODEC_XLSX_TOO_LARGE, "memory");
    }
    zip_source_keep(source);
    bool is_right = add_parts(w, zip);
    if (is_right) is_right = zip_close(zip) == 0;
    if (!is_right) zip_discard(zip);
    if (is_right) is_right = take_bytes(w->memory, source, bytes);
    zip_source_free(source);
    return is_right ? ERR_NONE : err_of(&CODEC_XLSX_TOO_LARGE, "memory");
}
