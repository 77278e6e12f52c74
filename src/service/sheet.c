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
const err_kind SHEET_LOST_DIGITS = {
    "sheet.lost_digits", ERR_BAD_INPUT,
    "The spreadsheet has kept only 15 digits of this number, and the rest is lost: {}. Format the column as text, and enter the "
    "numbers again from their source.",
    "电子表格只保留了该号码的前 15 位，其余已丢失：{}。请把该列设为“文本”格式，按原始材料重新录入。"
};
const err_kind SHEET_ERROR_CELL = {
    "sheet.error_cell", ERR_BAD_INPUT, "The spreadsheet could not compute this cell: {}. Mend its formula, or enter the value.",
    "电子表格未能算出该单元格：{}。请改正公式，或直接填写数值。"
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
    service_call *call;
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
    } else if (!s->file) {
        *size_bytes = 0; /* of words in memory, all was at hand */
    } else {
        TRY(os_reader_read(s->file, into, size_max, size_bytes));
    }
    s->done_bytes += *size_bytes;
    return ERR_NONE;
}

/* What a clerk may take for read and is not, and the other way round. */
static void note_sheets(const sheet *s)
{
    size_t count = codec_xlsx_sheet_count(s->xlsx), read = codec_xlsx_sheet_read(s->xlsx);
    text_builder others = text_builder_open(s->request);
    if (count < 2) return;
    for (size_t i = 0; i < count; i++) {
        text name = codec_xlsx_sheet_name(s->xlsx, i);
        const char *between = others.size_bytes ? service_say(s->call, ", ", "、") : "";
        if (i != read) text_add_format(&others, "%s%.*s", between, TEXT_ARG(name));
    }
    service_note(s->call, "the workbook has several sheets, and only one is read: ", "工作簿有多张工作表，只读入一张：",
                 text_format(s->request, service_say(s->call, "%.*s; not read: %.*s", "%.*s；未读：%.*s"),
                             TEXT_ARG(codec_xlsx_sheet_name(s->xlsx, read)), TEXT_ARG(text_built(&others))));
}

static void note_hidden(const sheet *s)
{
    int64_t hidden = codec_xlsx_hidden_rows(s->xlsx);
    if (hidden)
        service_note(s->call, "rows that are hidden in the workbook (as by a filter) were read too: ",
                     "工作簿中隐藏（如被筛选）的行也已读入，行数：", text_format(s->request, "%lld", (long long)hidden));
}

static err open_xlsx(sheet *s, const char *path, text file)
{
    text bytes;
    TRY(service_read_file(s->memory, file, &bytes));
    s->done_bytes = bytes.size_bytes;
    TRY(codec_xlsx_open(s->memory, bytes, (codec_xlsx_options){ .file = path }, &s->xlsx));
    note_sheets(s);
    return ERR_NONE;
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
    s->call = call;
    s->request = call->request;
    s->path = name;
    if (!os_file_bytes(name, &s->all_bytes)) s->all_bytes = 0;
    return open_rows(s, name, path);
}

err sheet_open_words(service_call *call, const char *name, text words, sheet **opened)
{
    arena *memory = arena_open();
    sheet *s = ARENA_NEW(memory, sheet);
    *s = (sheet){ .memory = memory, .call = call, .request = call->request, .path = name, .all_bytes = (int64_t)words.size_bytes,
                  .head = text_cstr(memory, words), .head_bytes = words.size_bytes };
    *opened = s;
    open_csv(s, name);
    return read_header(s, name);
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

/* 1.10105194912310E+17: what is left of a number that was entered as one. */
static bool has_lost_digits(text cell)
{
    enum { KEPT_DIGITS = 15 };
    int64_t exponent;
    size_t e = text_find(cell, TEXT("E+"));
    if (e == SIZE_MAX) e = text_find(cell, TEXT("e+"));
    if (e == SIZE_MAX || e == 0) return false;
    for (size_t i = 0; i < e; i++) {
        bool is_point = i == 1 && cell.bytes[i] == '.';
        if (!is_point && (cell.bytes[i] < '0' || cell.bytes[i] > '9')) return false;
    }
    return codec_parse_scaled(text_sub(cell, e + 2, cell.size_bytes), 0, &exponent) && exponent >= KEPT_DIGITS - 1;
}

static bool is_error(text cell)
{
    static const char *const ERRORS[] = { "#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!" };
    for (size_t i = 0; cell.size_bytes && cell.bytes[0] == '#' && i < ARRAY_COUNT(ERRORS); i++)
        if (text_equal_cstr(cell, ERRORS[i])) return true;
    return false;
}

static err check_cells(const sheet *s, const codec_csv_row *row)
{
    for (size_t i = 0; i < row->count && i < s->column_count; i++) {
        text cell = text_trim(row->field[i]);
        const err_kind *kind = has_lost_digits(cell) ? &SHEET_LOST_DIGITS : is_error(cell) ? &SHEET_ERROR_CELL : NULL;
        if (kind)
            return err_at(kind, sheet_position(s, i),
                          text_format(s->request, "%.*s %.*s", TEXT_ARG(s->columns[i]), TEXT_ARG(cell)).bytes);
    }
    return ERR_NONE;
}

err sheet_fits(const sheet *s, const codec_csv_row *row)
{
    bool is_short = !s->xlsx && row->count < s->column_count, is_long = false;
    for (size_t i = s->column_count; i < row->count; i++) is_long |= text_trim(row->field[i]).size_bytes > 0;
    if (!is_short && !is_long) return check_cells(s, row);
    return err_at(&SHEET_ROW_WIDTH, sheet_position(s, 0),
                  text_format(s->request, "%zu, %zu", row->count, s->column_count).bytes);
}

err sheet_next(sheet *s, codec_csv_row *row, bool *has_row)
{
    err e;
    do e = s->xlsx ? codec_xlsx_next(s->xlsx, row, has_row) : codec_csv_next(s->csv, row, has_row);
    while (!e.kind && *has_row && codec_csv_is_blank(row));
    if (e.kind && !e.at.file) e.at.file = s->path; /* bytes of no encoding know no file */
    if (!e.kind && !*has_row && s->xlsx) note_hidden(s);
    return e;
}

static void keep_row(sheet *s, arena *a, const codec_csv_row *row, sheet_row *kept)
{
    text *fields = ARENA_ARRAY(a, text, row->count + 1);
    for (size_t i = 0; i < row->count; i++) fields[i] = text_copy(a, row->field[i]);
    *kept = (sheet_row){ .row = *row, .fits = sheet_fits(s, row), .at = sheet_position(s, 0) };
    kept->row.field = fields;
}

void sheet_next_block(sheet *s, sheet_block *block)
{
    arena_reset(block->memory);
    block->rows = ARENA_ARRAY(block->memory, sheet_row, SHEET_BLOCK_ROWS);
    block->count = 0;
    block->end = ERR_NONE;
    while (block->count < SHEET_BLOCK_ROWS) {
        codec_csv_row row;
        bool has_row;
        block->end = sheet_next(s, &row, &has_row);
        if (block->end.kind || !has_row) return;
        keep_row(s, block->memory, &row, &block->rows[block->count++]);
    }
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
