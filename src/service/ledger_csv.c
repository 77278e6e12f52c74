#include "service/ledger_csv.h"

#include "calendar/calendar.h"
#include "service/files.h"

const err_kind SERVICE_CSV_NO_COLUMN = {
    "service.csv_no_column", ERR_BAD_INPUT, "The file has no column {}.", "文件缺少“{}”列。"
};
const err_kind SERVICE_CSV_BAD_CELL = {
    "service.csv_bad_cell", ERR_BAD_INPUT, "'{}' cannot be read here.", "此处的“{}”无法识别。"
};
const err_kind SERVICE_CSV_COLUMN_TWICE = {
    "service.csv_column_twice", ERR_BAD_INPUT, "The column {} stands twice in the first row.", "首行中“{}”列出现两次。"
};
const err_kind SERVICE_CSV_WORKBOOK = {
    "csv.workbook", ERR_BAD_INPUT, "The file {} is a workbook, and this list is taken as CSV; save it as CSV (UTF-8).",
    "文件 {} 是工作簿，此处只收 CSV；请另存为 CSV（UTF-8）。"
};
const err_kind SERVICE_CSV_UNEVEN = {
    "service.csv_uneven", ERR_BAD_INPUT,
    "The row has another number of fields than the first row names ({}); is there a comma without quotation marks?",
    "该行的字段数与首行不符（{}）；是否有未加引号的逗号？"
};

static err find_column(service_csv *csv, const char *file, size_t c)
{
    const service_csv_column *wanted = &csv->columns[c];
    const char *shown = text_format(csv->memory, "%s / %s", wanted->zh, wanted->en).bytes;
    csv->place[c] = SIZE_MAX;
    for (size_t i = 0; i < csv->header_count; i++) {
        text name = text_trim(csv->row.field[i]);
        if (!text_equal_cstr(name, wanted->zh) && !text_equal_cstr(name, wanted->en)) continue;
        if (csv->place[c] != SIZE_MAX)
            return err_at(&SERVICE_CSV_COLUMN_TWICE, codec_csv_position(csv->reader, i), shown);
        csv->place[c] = i;
    }
    if (csv->place[c] != SIZE_MAX || wanted->is_optional) return ERR_NONE;
    return err_at(&SERVICE_CSV_NO_COLUMN, (source_pos){ file, 1, 1 }, shown);
}

err service_csv_open(service_call *call, text path, const service_csv_column *columns, service_csv *csv)
{
    text bytes;
    TRY(service_read_file(call->request, path, &bytes));
    if (codec_is_xlsx(bytes)) return err_of(&SERVICE_CSV_WORKBOOK, text_cstr(call->request, path));
    TRY(service_read_utf8(call->request, path, &bytes));
    return service_csv_read(call, path, bytes, columns, csv);
}

err service_csv_read(service_call *call, text path, text bytes, const service_csv_column *columns, service_csv *csv)
{
    arena *a = call->request;
    bool has_row;
    const char *file = text_cstr(a, path);
    *csv = (service_csv){ .memory = a, .columns = columns };
    csv->reader = codec_csv_open_text(a, bytes, (codec_csv_options){ .file = file });
    TRY(codec_csv_next(csv->reader, &csv->row, &has_row));
    csv->header_count = has_row ? csv->row.count : 0;
    for (size_t c = 0; columns[c].zh; c++) TRY(find_column(csv, file, c));
    return ERR_NONE;
}

err service_csv_next(service_csv *csv, bool *has_row)
{
    do TRY(codec_csv_next(csv->reader, &csv->row, has_row));
    while (*has_row && codec_csv_is_blank(&csv->row));
    if (!*has_row || csv->row.count == csv->header_count) return ERR_NONE;
    /* 1,200,000.00 without quotation marks would be an amount of 1 yuan, and a number of 200. */
    return err_at(&SERVICE_CSV_UNEVEN, codec_csv_position(csv->reader, 0),
                  text_format(csv->memory, "%zu, %zu", csv->row.count, csv->header_count).bytes);
}

text service_csv_cell(const service_csv *csv, size_t index)
{
    size_t place = csv->place[index];
    return place < csv->row.count ? text_trim(csv->row.field[place]) : TEXT("");
}

static err bad_cell(const service_csv *csv, size_t index)
{
    return service_csv_blame(csv, index,
                             err_of(&SERVICE_CSV_BAD_CELL, text_cstr(csv->memory, service_csv_cell(csv, index))));
}

err service_csv_blame(const service_csv *csv, size_t index, err e)
{
    if (e.kind && !e.at.line) e.at = codec_csv_position(csv->reader, csv->place[index]);
    return e;
}

err service_csv_day(const service_csv *csv, size_t index, int32_t *day)
{
    return calendar_parse_day(service_csv_cell(csv, index), day).kind ? bad_cell(csv, index) : ERR_NONE;
}

err service_csv_fen(const service_csv *csv, size_t index, int64_t *fen)
{
    *fen = 0;
    text cell = service_csv_cell(csv, index);
    if (cell.size_bytes && service_fen_of(csv->memory, cell, fen).kind) return bad_cell(csv, index);
    return ERR_NONE;
}

err service_csv_number(const service_csv *csv, size_t index, int64_t *number)
{
    *number = 0;
    text cell = service_csv_cell(csv, index);
    if (cell.size_bytes && (!codec_parse_scaled(cell, 0, number) || *number < 0)) return bad_cell(csv, index);
    return ERR_NONE;
}
