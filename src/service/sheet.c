#include "service/sheet.h"

#include "os/os.h"
#include "service/files.h"

const err_kind SHEET_NO_HEADER = {
    "sheet.no_header", ERR_BAD_INPUT, "The file {} has no first row with the names of its columns.",
    "文件 {} 没有写列名的首行。"
};
const err_kind SHEET_COLUMN_TWICE = {
    "sheet.column_twice", ERR_BAD_INPUT,
    "The column {} stands twice in the first row; rename or remove the one that does not count.",
    "首行中“{}”列出现两次；请改名或删去不用的一列。"
};
const err_kind SHEET_ROW_WIDTH = {
    "sheet.row_width", ERR_BAD_INPUT,
    "The row has another number of fields than the first row names ({}); is there a comma without quotation marks?",
    "该行的字段数与首行列名数不同（{}）；是否有未加引号的逗号？"
};

struct sheet {
    arena *memory;
    os_reader *file;
    codec_utf8_reader *utf8;
    codec_csv_reader *csv;
    codec_xlsx_reader *xlsx;
    uint64_t done_bytes;
    int64_t all_bytes;
    text *columns;
    size_t column_count;
    arena *request; /* outlives the sheet: for what an error says */
    const char *path;
    char *head; /* read to see what it is; given out first */
    size_t head_bytes, head_taken;
};

/* What was looked at comes first. */
static err read_file(void *context, char *into, size_t size_max, size_t *size_bytes)
{
    sheet *s = context;
    size_t left = s->head_bytes - s->head_taken;
    if (left) {
        *size_bytes = left < size_max ? left : size_max;
        for (size_t i = 0; i < *size_bytes; i++) into[i] = s->head[s->head_taken + i];
        s->head_taken += *size_bytes;
    } else {
        TRY(os_reader_read(s->file, into, size_max, size_bytes));
    }
    s->done_bytes += *size_bytes;
    return ERR_NONE;
}

static err open_xlsx(sheet *s, const char *path, text file)
{
    text bytes;
    TRY(service_read_file(s->memory, file, &bytes));
    s->done_bytes = bytes.size_bytes;
    return codec_xlsx_open(s->memory, bytes, (codec_xlsx_options){ .file = path }, &s->xlsx);
}

static void open_csv(sheet *s, const char *path)
{
    s->utf8 = codec_utf8_open(s->memory, (codec_source){ read_file, s });
    s->csv = codec_csv_open(s->memory, codec_utf8_source(s->utf8), (codec_csv_options){ .file = path });
}

static err read_header(sheet *s, const char *path)
{
    codec_csv_row row;
    bool has_row;
    TRY(sheet_next(s, &row, &has_row));
    if (!has_row || !row.count) return err_of(&SHEET_NO_HEADER, path);
    s->columns = ARENA_ARRAY(s->memory, text, row.count);
    s->column_count = row.count;
    for (size_t i = 0; i < row.count; i++) s->columns[i] = text_copy(s->memory, text_trim(row.field[i]));
    return ERR_NONE;
}

static err open_rows(sheet *s, const char *path, text file)
{
    enum { HEAD_BYTES = 64 };
    s->head = arena_alloc(s->memory, HEAD_BYTES);
    TRY(os_reader_open(s->memory, path, &s->file));
    TRY(os_reader_read(s->file, s->head, HEAD_BYTES, &s->head_bytes));
    if (codec_is_xlsx((text){ s->head, s->head_bytes }) && !text_equal_cstr(file, "-")) TRY(open_xlsx(s, path, file));
    else open_csv(s, path);
    return read_header(s, path);
}

err sheet_open(service_call *call, text path, sheet **opened)
{
    arena *memory = arena_open();
    sheet *s = ARENA_NEW(memory, sheet);
    *s = (sheet){ .memory = memory };
    *opened = s;
    const char *name = text_cstr(call->request, path);
    s->request = call->request;
    s->path = name;
    if (!os_file_bytes(name, &s->all_bytes)) s->all_bytes = 0;
    return open_rows(s, name, path);
}

void sheet_close(sheet *s)
{
    if (!s) return;
    if (s->utf8) codec_utf8_close(s->utf8);
    if (s->xlsx) codec_xlsx_close(s->xlsx);
    if (s->file) os_reader_close(s->file);
    arena_close(s->memory);
}

const text *sheet_columns(const sheet *s, size_t *count)
{
    *count = s->column_count;
    return s->columns;
}

err sheet_once(const sheet *s, size_t place)
{
    if (place == SIZE_MAX || !s->columns[place].size_bytes) return ERR_NONE;
    for (size_t i = 0; i < s->column_count; i++)
        if (i != place && text_equal(s->columns[i], s->columns[place]))
            return err_at(&SHEET_COLUMN_TWICE, (source_pos){ .file = s->path, .line = 1, .column = 1 },
                          text_cstr(s->request, s->columns[place]));
    return ERR_NONE;
}

err sheet_fits(const sheet *s, const codec_csv_row *row)
{
    bool is_short = !s->xlsx && row->count < s->column_count, is_long = false;
    for (size_t i = s->column_count; i < row->count; i++) is_long |= text_trim(row->field[i]).size_bytes > 0;
    if (!is_short && !is_long) return ERR_NONE;
    return err_at(&SHEET_ROW_WIDTH, sheet_position(s, 0),
                  text_format(s->request, "%zu, %zu", row->count, s->column_count).bytes);
}

err sheet_next(sheet *s, codec_csv_row *row, bool *has_row)
{
    err e = s->xlsx ? codec_xlsx_next(s->xlsx, row, has_row) : codec_csv_next(s->csv, row, has_row);
    if (e.kind && !e.at.file) e.at.file = s->path; /* bytes of no encoding know no file */
    return e;
}

source_pos sheet_position(const sheet *s, size_t field)
{
    return s->xlsx ? codec_xlsx_position(s->xlsx, field) : codec_csv_position(s->csv, field);
}

void sheet_progress(const sheet *s, uint64_t *done, uint64_t *all)
{
    *all = (uint64_t)s->all_bytes;
    *done = s->done_bytes < *all ? s->done_bytes : *all;
}
