/* XLSX: a workbook whose parts are the input, cut at bytes 0xFF; or the input itself. Rows or one
 * error, and what is written from the rows reads the same. */
#include <assert.h>
#include <string.h>
#include <zip.h>

#include "codec/codec.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size_bytes);

#define TYPE "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
static const char TOP[] = "<R><Relationship Id='a' Type='" TYPE "officeDocument' Target='b.xml'/></R>";
static const char BOOK[] = "<w xmlns:r='urn:r'><workbookPr date1904='0'/><sheet name='s' r:id='1'/></w>";
static const char BOOK_RELATIONS[] =
    "<R><Relationship Id='1' Type='" TYPE "worksheet' Target='1.xml'/>"
    "<Relationship Id='2' Type='" TYPE "sharedStrings' Target='2.xml'/>"
    "<Relationship Id='3' Type='" TYPE "styles' Target='3.xml'/></R>";

static void add(zip_t *zip, const char *name, text part)
{
    zip_source_t *source = zip_source_buffer(zip, part.bytes, part.size_bytes, 0);
    zip_int64_t index = zip_file_add(zip, name, source, 0);
    assert(index >= 0);
    zip_set_file_compression(zip, (zip_uint64_t)index, ZIP_CM_STORE, 0);
}

static text next_part(text *left)
{
    size_t at = text_find(*left, TEXT("\xFF"));
    text part = text_sub(*left, 0, at);
    *left = at == SIZE_MAX ? TEXT("") : text_sub(*left, at + 1, left->size_bytes);
    return part.bytes ? part : TEXT("");
}

static text workbook(arena *a, text left)
{
    zip_source_t *source = zip_source_buffer_create(NULL, 0, 0, NULL);
    zip_t *zip = zip_open_from_source(source, ZIP_TRUNCATE, NULL);
    zip_source_keep(source);
    add(zip, "_rels/.rels", TEXT(TOP));
    add(zip, "b.xml", TEXT(BOOK));
    add(zip, "_rels/b.xml.rels", TEXT(BOOK_RELATIONS));
    add(zip, "1.xml", next_part(&left));
    add(zip, "2.xml", next_part(&left));
    add(zip, "3.xml", next_part(&left));
    int is_wrong = zip_close(zip);
    assert(!is_wrong);
    zip_stat_t facts;
    zip_source_open(source);
    zip_source_stat(source, &facts);
    char *bytes = arena_alloc(a, facts.size);
    zip_source_read(source, bytes, facts.size);
    zip_source_close(source);
    zip_source_free(source);
    return (text){ bytes, facts.size };
}

/* Fields a line, and the same as a workbook of texts. */
static err copy_rows(arena *a, text bytes, text_builder *out, codec_xlsx_writer *w)
{
    codec_xlsx_reader *r;
    codec_xlsx_options options = { .inflated_bytes_max = 1 << 22, .field_count_max = 64 };
    TRY(codec_xlsx_open(a, bytes, options, &r));
    codec_csv_row row;
    bool has_row = true;
    err e;
    while (!(e = codec_xlsx_next(r, &row, &has_row)).kind && has_row) {
        assert(row.count > 0 && row.field[row.count - 1].size_bytes > 0);
        for (size_t i = 0; i < row.count; i++) {
            assert(text_is_utf8(row.field[i], NULL));
            text_add(out, row.field[i]);
            text_add_char(out, i + 1 < row.count ? '\x1E' : '\x1F');
            codec_xlsx_add_text(w, row.field[i]);
        }
        err full = codec_xlsx_end_row(w);
        assert(!full.kind);
    }
    codec_xlsx_close(r);
    return e;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size_bytes)
{
    arena *scratch = arena_open();
    text input = { size_bytes ? (const char *)bytes : "", size_bytes };
    text book = codec_is_xlsx(input) ? input : workbook(scratch, input);
    text_builder once = text_builder_open(scratch), again = text_builder_open(scratch);
    codec_xlsx_writer *w = codec_xlsx_write(scratch, TEXT("s"));
    codec_xlsx_writer *unused = codec_xlsx_write(scratch, TEXT("s"));
    err e = copy_rows(scratch, book, &once, w);
    if (!e.kind) {
        text copy;
        e = codec_xlsx_finish(w, &copy);
        assert(!e.kind);
        e = copy_rows(scratch, copy, &again, unused);
        assert(!e.kind && text_equal(text_built(&once), text_built(&again)));
    }
    arena_close(scratch);
    return 0;
}
