#include "service/ledger_csv.h"

#include "calendar/calendar.h"
#include "service/files.h"

const err_kind SERVICE_CSV_NO_COLUMN = {
    "service.csv_no_column", ERR_BAD_INPUT, "The file has no column {}.", "文件缺少“{}”列。"
};
const err_kind SERVICE_CSV_BAD_CELL = {
    "service.csv_bad_cell", ERR_BAD_INPUT, "'{}' cannot be read here.", "此处的“{}”无法识别。"
};

err service_csv_open(service_call *call, text path, const service_csv_column *columns, service_csv *csv)
{
    arena *a = call->request;
    text bytes;
    bool has_row;
    const char *file = text_cstr(a, path);
    TRY(service_read_utf8(a, path, &bytes));
    *csv = (service_csv){ .memory = a, .columns = columns };
    csv->reader = codec_csv_open_text(a, bytes, (codec_csv_options){ .file = file });
    TRY(codec_csv_next(csv->reader, &csv->row, &has_row));
    for (size_t c = 0; columns[c].zh; c++) {
        csv->place[c] = SIZE_MAX;
        for (size_t i = 0; has_row && i < csv->row.count; i++) {
            text name = text_trim(csv->row.field[i]);
            if (text_equal_cstr(name, columns[c].zh) || text_equal_cstr(name, columns[c].en)) csv->place[c] = i;
        }
        if (csv->place[c] == SIZE_MAX && !columns[c].is_optional)
            return err_at(&SERVICE_CSV_NO_COLUMN, (source_pos){ file, 1, 1 },
                          text_format(a, "%s / %s", columns[c].zh, columns[c].en).bytes);
    }
    return ERR_NONE;
}

err service_csv_next(service_csv *csv, bool *has_row)
{
    return codec_csv_next(csv->reader, &csv->row, has_row);
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
