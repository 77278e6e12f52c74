/* The parts that a sheet's cells point into: shared strings, and styles. */
#include <string.h>

#include "codec/xlsx.h"

/* ---- strings ---- */

static err too_large(xlsx_zip *zip, const char *what)
{
    return err_at(&CODEC_XLSX_TOO_LARGE, (source_pos){ .file = zip->file }, what);
}

/* Collects <t> of a string, but not what stands in <rPh>: how it is pronounced. */
static err collect(xlsx_zip *zip, codec_xml_reader *xml, size_t size_bytes_max, text **strings,
                   size_t *count)
{
    size_t capacity = 0, size_bytes = 0;
    int in_text = 0, in_reading = 0;
    text_builder one = text_builder_open(zip->memory);
    for (;;) {
        codec_xml_event event;
        TRY(codec_xml_next(xml, &event));
        int step = event.type == CODEC_XML_OPEN ? 1 : -1;
        if (event.type == CODEC_XML_DONE) return ERR_NONE;
        if (event.type == CODEC_XML_TEXT) {
            if (in_text && !in_reading) text_add(&one, event.word);
            continue;
        }
        if (text_equal_cstr(event.name, "t")) in_text += step;
        if (text_equal_cstr(event.name, "rPh")) in_reading += step;
        if (!text_equal_cstr(event.name, "si")) continue;
        if (step > 0) {
            one.size_bytes = 0;
            continue;
        }
        size_bytes += one.size_bytes + sizeof(text);
        if (size_bytes > size_bytes_max) return too_large(zip, "shared strings");
        text kept = text_copy(zip->memory, (text){ one.bytes, one.size_bytes });
        ARENA_PUSH(zip->memory, *strings, *count, capacity, kept);
    }
}

err codec_xlsx_read_strings(xlsx_zip *zip, const char *name, size_t size_bytes_max, text **strings,
                      size_t *count)
{
    xlsx_part part;
    TRY(codec_xlsx_part_open(zip, name, &part));
    codec_xml_reader *xml = codec_xml_open(zip->memory, codec_xlsx_part_source(&part),
                                           (codec_xml_options){ .keeps_blank_text = true });
    err e = collect(zip, xml, size_bytes_max, strings, count);
    codec_xml_close(xml);
    codec_xlsx_part_close(&part);
    return codec_xlsx_damaged(zip, name, e);
}

/* ---- styles ---- */

enum { STYLES_MAX = 65536, FORMATS_MAX = 4096 };

typedef struct {
    int64_t id;
    xlsx_look look;
} number_format;

/* Formats that Excel knows without their being written down. */
static xlsx_look built_in_look(int64_t id)
{
    bool is_date = (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) ||
                   (id >= 50 && id <= 58);
    return is_date ? XLSX_DATE : XLSX_NUMBER;
}

/* A format of days or times has y, m, d, h or s outside quotes, brackets and escapes. */
static xlsx_look look_of_code(text code)
{
    char closes = '\0';
    for (size_t i = 0; i < code.size_bytes; i++) {
        char c = code.bytes[i];
        if (closes) {
            if (c == closes) closes = '\0';
        } else if (c == '"') {
            closes = '"';
        } else if (c == '[') {
            closes = ']';
        } else if (c == '\\' || c == '_' || c == '*') {
            i++;
        } else if (c == ';') {
            break;
        } else if (strchr("ymdhsYMDHS", c)) {
            return XLSX_DATE;
        }
    }
    return XLSX_NUMBER;
}

static xlsx_look find_look(const number_format *formats, size_t count, int64_t id)
{
    for (size_t i = 0; i < count; i++)
        if (formats[i].id == id) return formats[i].look;
    return built_in_look(id);
}

static err collect_styles(xlsx_zip *zip, codec_xml_reader *xml, xlsx_look **looks, size_t *count)
{
    number_format *formats = NULL;
    size_t format_count = 0, format_capacity = 0, capacity = 0;
    bool in_cells = false;
    for (;;) {
        codec_xml_event event;
        TRY(codec_xml_next(xml, &event));
        if (event.type == CODEC_XML_DONE) return ERR_NONE;
        if (event.type == CODEC_XML_TEXT) continue;
        if (text_equal_cstr(event.name, "cellXfs")) in_cells = event.type == CODEC_XML_OPEN;
        if (event.type != CODEC_XML_OPEN) continue;
        int64_t id = 0;
        text written = codec_xml_attribute_of(&event, "", "numFmtId");
        if (!written.bytes || !codec_parse_scaled(written, 0, &id)) id = 0;
        if (format_count > FORMATS_MAX || *count > STYLES_MAX) return too_large(zip, "styles");
        if (text_equal_cstr(event.name, "numFmt")) {
            number_format f = { id, look_of_code(codec_xml_attribute_of(&event, "", "formatCode")) };
            ARENA_PUSH(zip->memory, formats, format_count, format_capacity, f);
        } else if (in_cells && text_equal_cstr(event.name, "xf")) {
            xlsx_look look = find_look(formats, format_count, id);
            ARENA_PUSH(zip->memory, *looks, *count, capacity, look);
        }
    }
}

err codec_xlsx_read_styles(xlsx_zip *zip, const char *name, xlsx_look **looks, size_t *count)
{
    xlsx_part part;
    TRY(codec_xlsx_part_open(zip, name, &part));
    codec_xml_reader *xml =
        codec_xml_open(zip->memory, codec_xlsx_part_source(&part), (codec_xml_options){ 0 });
    err e = collect_styles(zip, xml, looks, count);
    codec_xml_close(xml);
    codec_xlsx_part_close(&part);
    return codec_xlsx_damaged(zip, name, e);
}
