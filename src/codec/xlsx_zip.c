/* The container: parts unpacked under one limit, and what refers to what. */
#include <string.h>

#include "codec/xlsx.h"

/* Of a hostile workbook only the claim is large; what counts is what comes out. */
enum { ENTRIES_MAX = 10000, RELATIONS_MAX = 10000 };

static err refused(const xlsx_zip *zip, const err_kind *kind, const char *detail)
{
    source_pos at = { .file = zip->file };
    return err_at(kind, at, text_cstr(zip->memory, text_of(detail)));
}

err codec_xlsx_damaged(const xlsx_zip *zip, const char *part, err e)
{
    bool is_of_workbook = e.kind == &CODEC_XLSX_DAMAGED || e.kind == &CODEC_XLSX_TOO_LARGE ||
                          e.kind == &CODEC_XLSX_BAD_CELL || e.kind == &CODEC_XLSX_MERGED ||
                          e.kind == &CODEC_XLSX_UNCOMPUTED;
    if (!e.kind || is_of_workbook) return e;
    return refused(zip, &CODEC_XLSX_DAMAGED,
                   text_format(zip->memory, "%s: %s", part, e.kind->code).bytes);
}

bool codec_is_xlsx(text beginning)
{
    return text_begins(beginning, TEXT("PK\x03\x04")) ||
           text_begins(beginning, TEXT("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"));
}

err codec_xlsx_zip_open(arena *a, text bytes, codec_xlsx_options options, xlsx_zip *zip)
{
    *zip = (xlsx_zip){ .memory = a, .file = options.file };
    zip->inflated_bytes_max =
        options.inflated_bytes_max ? options.inflated_bytes_max : (size_t)1 << 30;
    if (!codec_is_xlsx(bytes)) return refused(zip, &CODEC_XLSX_NOT_WORKBOOK, "no ZIP");
    if (bytes.bytes[0] != 'P') return refused(zip, &CODEC_XLSX_OLD, "");
    zip_error_t why;
    zip_error_init(&why);
    zip_source_t *source = zip_source_buffer_create(bytes.bytes, bytes.size_bytes, 0, &why);
    if (source) zip->zip = zip_open_from_source(source, ZIP_RDONLY, &why);
    err e = ERR_NONE;
    if (!zip->zip) e = refused(zip, &CODEC_XLSX_DAMAGED, zip_error_strerror(&why));
    if (!zip->zip && source) zip_source_free(source);
    zip_error_fini(&why);
    if (e.kind) return e;
    if (zip_get_num_entries(zip->zip, 0) <= ENTRIES_MAX) return ERR_NONE;
    codec_xlsx_zip_close(zip);
    return refused(zip, &CODEC_XLSX_TOO_LARGE, "parts");
}

void codec_xlsx_zip_close(xlsx_zip *zip)
{
    if (zip->zip) zip_discard(zip->zip);
    zip->zip = NULL;
}

/* ---- parts ---- */

err codec_xlsx_part_open(xlsx_zip *zip, const char *name, xlsx_part *part)
{
    *part = (xlsx_part){ .zip = zip, .name = name };
    part->part = zip_fopen(zip->zip, name, ZIP_FL_NOCASE);
    if (part->part) return ERR_NONE;
    return refused(zip, &CODEC_XLSX_DAMAGED, text_format(zip->memory, "%s?", name).bytes);
}

static err read_part(void *context, char *into, size_t size_max, size_t *size_bytes)
{
    xlsx_part *part = context;
    *size_bytes = 0;
    zip_int64_t size = zip_fread(part->part, into, size_max);
    if (size < 0) return refused(part->zip, &CODEC_XLSX_DAMAGED, part->name);
    part->zip->inflated_bytes += (size_t)size;
    if (part->zip->inflated_bytes > part->zip->inflated_bytes_max)
        return refused(part->zip, &CODEC_XLSX_TOO_LARGE, "unpacked");
    *size_bytes = (size_t)size;
    return ERR_NONE;
}

codec_source codec_xlsx_part_source(xlsx_part *part)
{
    return (codec_source){ read_part, part };
}

void codec_xlsx_part_close(xlsx_part *part)
{
    if (part->part) zip_fclose(part->part);
    part->part = NULL;
}

/* ---- what refers to what ---- */

static text after_last(text t, char c, text *before)
{
    size_t at = t.size_bytes;
    while (at > 0 && t.bytes[at - 1] != c) at--;
    *before = text_sub(t, 0, at);
    return text_sub(t, at, t.size_bytes);
}

/* "../a.xml" as seen from a folder "xl/b/" is "xl/a.xml"; "/a.xml" is from the top. */
static const char *resolve(arena *a, text folder, text target)
{
    if (text_begins(target, TEXT("/"))) return text_cstr(a, text_sub(target, 1, target.size_bytes));
    while (text_begins(target, TEXT("../")) && folder.size_bytes > 0) {
        text up = text_sub(folder, 0, folder.size_bytes - 1);
        (void)after_last(up, '/', &folder);
        target = text_sub(target, 3, target.size_bytes);
    }
    return text_format(a, "%.*s%.*s", TEXT_ARG(folder), TEXT_ARG(target)).bytes;
}

static err read_relations(xlsx_zip *zip, codec_xml_reader *xml, text folder,
                          xlsx_relation **relations, size_t *count)
{
    size_t capacity = 0;
    for (;;) {
        codec_xml_event event;
        TRY(codec_xml_next(xml, &event));
        if (event.type == CODEC_XML_DONE) return ERR_NONE;
        if (event.type != CODEC_XML_OPEN || !text_equal_cstr(event.name, "Relationship")) continue;
        if (*count == RELATIONS_MAX) return refused(zip, &CODEC_XLSX_TOO_LARGE, "relations");
        text before, type = after_last(codec_xml_attribute_of(&event, "", "Type"), '/', &before);
        xlsx_relation one = { .id = text_copy(zip->memory, codec_xml_attribute_of(&event, "", "Id")),
                              .type = text_copy(zip->memory, type) };
        one.target = resolve(zip->memory, folder, codec_xml_attribute_of(&event, "", "Target"));
        ARENA_PUSH(zip->memory, *relations, *count, capacity, one);
    }
}

err codec_xlsx_relations(xlsx_zip *zip, const char *name, xlsx_relation **relations, size_t *count)
{
    text folder, file = after_last(text_of(name), '/', &folder);
    *relations = NULL;
    *count = 0;
    const char *rels =
        text_format(zip->memory, "%.*s_rels/%.*s.rels", TEXT_ARG(folder), TEXT_ARG(file)).bytes;
    if (zip_name_locate(zip->zip, rels, ZIP_FL_NOCASE) < 0) return ERR_NONE;
    xlsx_part part;
    TRY(codec_xlsx_part_open(zip, rels, &part));
    codec_xml_reader *xml =
        codec_xml_open(zip->memory, codec_xlsx_part_source(&part), (codec_xml_options){ 0 });
    err e = read_relations(zip, xml, folder, relations, count);
    codec_xml_close(xml);
    codec_xlsx_part_close(&part);
    return codec_xlsx_damaged(zip, rels, e);
}
