/* CSV: rows or one error with a place, never both; the same whole, from a source in small pieces,
 * and (when it is well formed) in blocks; and what is written from the rows reads the same. */
#include <assert.h>
#include <string.h>

#include "codec/codec.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size_bytes);

typedef struct {
    text left;
    size_t piece;
} drip;

static err read_drip(void *context, char *into, size_t size_max, size_t *size_bytes)
{
    drip *d = context;
    size_t size = d->left.size_bytes < d->piece ? d->left.size_bytes : d->piece;
    if (size > size_max) size = size_max;
    if (size > 0) memcpy(into, d->left.bytes, size);
    d->left = text_sub(d->left, size, d->left.size_bytes);
    *size_bytes = size;
    return ERR_NONE;
}

/* Writes all rows as CSV; the error, if any, is answered. Each field's place is asked for. */
static err copy_rows(arena *a, codec_csv_reader *reader, text_builder *out)
{
    (void)a;
    codec_csv_writer w = codec_csv_write(out, 0);
    for (;;) {
        codec_csv_row row;
        bool has_row;
        err e = codec_csv_next(reader, &row, &has_row);
        assert(!e.kind || (!has_row && e.at.line > 0 && e.at.column > 0));
        if (e.kind || !has_row) return e;
        assert(row.count > 0);
        for (size_t i = 0; i < row.count; i++) {
            assert(codec_csv_position(reader, i).line >= row.line);
            codec_csv_add_text(&w, row.field[i]);
        }
        codec_csv_end_row(&w);
    }
}

static text copy_blocks(arena *a, text csv)
{
    text_builder out = text_builder_open(a);
    int32_t line = 1;
    while (csv.size_bytes > 0) {
        codec_csv_options options = { .first_line = line };
        size_t rows = codec_csv_whole_rows(text_sub(csv, 0, csv.size_bytes / 2), &line);
        text block = text_sub(csv, 0, rows ? rows : csv.size_bytes);
        err e = copy_rows(a, codec_csv_open_text(a, block, options), &out);
        assert(!e.kind);
        csv = text_sub(csv, block.size_bytes, csv.size_bytes);
    }
    return text_built(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size_bytes)
{
    if (size_bytes == 0) return 0;
    arena *scratch = arena_open();
    drip d = { .left = { (const char *)bytes + 1, size_bytes - 1 }, .piece = bytes[0] % 16 + 1 };
    text csv = d.left;
    codec_csv_options none = { 0 };
    text_builder whole = text_builder_open(scratch), dripped = text_builder_open(scratch),
                 again = text_builder_open(scratch);
    err e = copy_rows(scratch, codec_csv_open_text(scratch, csv, none), &whole);
    err e_dripped = copy_rows(
        scratch, codec_csv_open(scratch, (codec_source){ read_drip, &d }, none), &dripped);
    assert(e.kind == e_dripped.kind && e.at.line == e_dripped.at.line &&
           e.at.column == e_dripped.at.column);
    assert(text_equal(text_built(&whole), text_built(&dripped)));
    assert(!copy_rows(scratch, codec_csv_open_text(scratch, text_built(&whole), none), &again).kind);
    assert(text_equal(text_built(&whole), text_built(&again)));
    if (!e.kind) assert(text_equal(text_built(&whole), copy_blocks(scratch, csv)));
    arena_close(scratch);
    return 0;
}
