#include <string.h>

#include "ledger/ledger_internal.h"

const err_kind LEDGER_NO_COLUMN = {
    "ledger.no_column", ERR_BAD_INPUT, "The table has no column '{}'.", "表中没有“{}”这一列。"
};
const err_kind LEDGER_BAD_CELL = {
    "ledger.bad_cell", ERR_BAD_INPUT, "'{}' cannot stand here; packs/ledger/README.md says what can.",
    "此处不能写“{}”；可写内容见 packs/ledger/README.md。"
};
const err_kind LEDGER_UNKNOWN_FUND = {
    "ledger.unknown_fund", ERR_NOT_FOUND, "There is no such fund in funds.csv: {}.",
    "funds.csv 中没有这只基金：{}。"
};

err ledger_table_open(arena *a, const ledger_table_text *table, const char *const *columns,
                      ledger_table_reader *r)
{
    codec_csv_options options = { .file = table->file };
    *r = (ledger_table_reader){ .memory = a, .file = table->file,
                                .reader = codec_csv_open_text(a, table->bytes, options) };
    bool has_row;
    TRY(ledger_table_next(r, &has_row));
    for (size_t wanted = 0; columns[wanted]; wanted++) {
        size_t i = 0;
        while (has_row && i < r->row.count && !text_equal_cstr(r->row.field[i], columns[wanted])) i++;
        if (!has_row || i == r->row.count)
            return err_at(&LEDGER_NO_COLUMN, (source_pos){ table->file, 1, 1 }, columns[wanted]);
        r->place[wanted] = i;
    }
    return ERR_NONE;
}

err ledger_table_next(ledger_table_reader *r, bool *has_row)
{
    do TRY(codec_csv_next(r->reader, &r->row, has_row));
    while (*has_row && r->row.field[0].size_bytes && r->row.field[0].bytes[0] == '#');
    return ERR_NONE;
}

text ledger_cell(const ledger_table_reader *r, size_t column)
{
    size_t place = r->place[column];
    return place < r->row.count ? text_trim(r->row.field[place]) : TEXT("");
}

const char *ledger_cell_copy(const ledger_table_reader *r, size_t column)
{
    return text_cstr(r->memory, ledger_cell(r, column));
}

source_pos ledger_cell_at(const ledger_table_reader *r, size_t column)
{
    return codec_csv_position(r->reader, r->place[column]);
}

err ledger_cell_bad(const ledger_table_reader *r, size_t column, const err_kind *kind)
{
    return err_at(kind, ledger_cell_at(r, column), ledger_cell_copy(r, column));
}

err ledger_cell_number(const ledger_table_reader *r, size_t column, int64_t *number)
{
    if (!codec_parse_scaled(ledger_cell(r, column), 0, number) || *number < 0)
        return ledger_cell_bad(r, column, &LEDGER_BAD_CELL);
    return ERR_NONE;
}

err ledger_cell_choice(const ledger_table_reader *r, size_t column, const char *const *words,
                       size_t count, size_t *choice)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal_cstr(ledger_cell(r, column), words[i])) {
            *choice = i;
            return ERR_NONE;
        }
    return ledger_cell_bad(r, column, &LEDGER_BAD_CELL);
}

err ledger_cell_span(const ledger_table_reader *r, size_t from, int32_t *from_month,
                     int32_t *until_month)
{
    int32_t *ends[2] = { from_month, until_month };
    *from_month = CALENDAR_MONTH_MIN;
    *until_month = LEDGER_MONTH_NONE;
    for (size_t i = 0; i < 2; i++)
        if (ledger_cell(r, from + i).size_bytes &&
            calendar_parse_month(ledger_cell(r, from + i), ends[i]).kind)
            return ledger_cell_bad(r, from + i, &LEDGER_BAD_CELL);
    return *from_month < *until_month ? ERR_NONE : ledger_cell_bad(r, from + 1, &LEDGER_BAD_CELL);
}

bool ledger_list_next(text list, size_t *at, text *item)
{
    text between = TEXT("、");
    if (*at >= list.size_bytes) return false;
    text rest = text_sub(list, *at, list.size_bytes);
    size_t end = text_find(rest, between);
    *at += end == SIZE_MAX ? rest.size_bytes : end + between.size_bytes;
    *item = text_trim(text_sub(rest, 0, end == SIZE_MAX ? rest.size_bytes : end));
    return true;
}

err ledger_cell_funds(const ledger_table_reader *r, size_t column, const ledger_chart *chart,
                      ledger_fund_set *funds)
{
    text cell = ledger_cell(r, column), all = TEXT("全部"), but = TEXT("除"), item;
    ledger_fund_set every = ((ledger_fund_set)1 << chart->fund_count) - 1;
    *funds = every;
    if (text_equal(cell, all)) return ERR_NONE;
    bool is_complement = text_begins(cell, but);
    size_t at = is_complement ? but.size_bytes : 0;
    *funds = 0;
    while (ledger_list_next(cell, &at, &item)) {
        size_t i = 0;
        while (i < chart->fund_count && !text_equal_cstr(item, chart->funds[i].short_zh)) i++;
        if (i == chart->fund_count)
            return err_at(&LEDGER_UNKNOWN_FUND, ledger_cell_at(r, column),
                          text_cstr(chart->memory, item));
        *funds |= (ledger_fund_set)1 << i;
    }
    if (is_complement) *funds = every & ~*funds;
    return *funds ? ERR_NONE : ledger_cell_bad(r, column, &LEDGER_BAD_CELL);
}
