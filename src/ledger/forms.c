#include <string.h>

#include "ledger/ledger_internal.h"

enum { FORM, PERIOD, LINE, LEVEL, COLUMN, ITEM, ENGLISH, TAKE, SOURCE, FUNDS, FROM, UNTIL, PUBLIC };

static const char *const TAKES[] = {
    [FORM_TITLE] = "表名",           [FORM_HEADING] = "标题",        [FORM_SUM] = "合计",
    [FORM_DEBIT_BALANCE] = "借方余额", [FORM_CREDIT_BALANCE] = "贷方余额",
    [FORM_NET_DEBIT] = "借方净额",    [FORM_NET_CREDIT] = "贷方净额",
    [FORM_DEBIT] = "借方发生额",      [FORM_CREDIT] = "贷方发生额",
};
_Static_assert(ARRAY_COUNT(TAKES) == FORM_TAKE_COUNT, "a way to take a figure has no word");

/* "2+3-4": accounts, or lines of the form. */
static err read_terms(const ledger_table_reader *r, ledger_form_row *row)
{
    text cell = ledger_cell(r, SOURCE);
    int sign = 1;
    for (size_t at = 0; at < cell.size_bytes;) {
        size_t end = at;
        while (end < cell.size_bytes && cell.bytes[end] >= '0' && cell.bytes[end] <= '9') end++;
        int64_t number;
        if (!codec_parse_scaled(text_sub(cell, at, end), 0, &number) || number == 0 ||
            row->term_count == ARRAY_COUNT(row->term))
            return ledger_cell_bad(r, SOURCE, &LEDGER_BAD_CELL);
        row->term[row->term_count++] = sign * number;
        if (end == cell.size_bytes) break;
        if (cell.bytes[end] != '+' && cell.bytes[end] != '-')
            return ledger_cell_bad(r, SOURCE, &LEDGER_BAD_CELL);
        sign = cell.bytes[end] == '-' ? -1 : 1;
        at = end + 1;
        if (at == cell.size_bytes) return ledger_cell_bad(r, SOURCE, &LEDGER_BAD_CELL);
    }
    return row->term_count ? ERR_NONE : ledger_cell_bad(r, SOURCE, &LEDGER_BAD_CELL);
}

static err check_terms(const ledger_chart *chart, const ledger_table_reader *r,
                       const ledger_form_row *row)
{
    if (row->take == FORM_SUM || !row->term_count) return ERR_NONE;
    int64_t numbers[ARRAY_COUNT(row->term)];
    for (size_t i = 0; i < row->term_count; i++)
        numbers[i] = row->term[i] < 0 ? -row->term[i] : row->term[i];
    return ledger_check_accounts(chart, numbers, row->term_count, row->funds, row->from_month,
                                 ledger_cell_at(r, SOURCE));
}

static err read_row(ledger_chart *chart, ledger_table_reader *r)
{
    static const char *const PERIODS[] = { "", "月", "年" };
    static const char *const SIDES[] = { "", "左", "右" };
    static const char *const SIDE_NAMES[] = { "", "left", "right" };
    static const char *const PUBLIC_AS[] = {
        [LEDGER_NOT_PUBLIC] = "",            [LEDGER_PUBLIC_INCOME] = "收入",
        [LEDGER_PUBLIC_EXPENSE] = "支出",     [LEDGER_PUBLIC_SURPLUS] = "本期结余",
        [LEDGER_PUBLIC_BALANCE] = "累计结余",
    };
    _Static_assert(ARRAY_COUNT(PUBLIC_AS) == LEDGER_PUBLIC_COUNT, "a public figure has no word");
    size_t period, side, take, public_as;
    int64_t line, level;
    ledger_form_row row = { .form = ledger_cell_copy(r, FORM), .item = ledger_cell_copy(r, ENGLISH),
                            .item_zh = ledger_cell_copy(r, ITEM), .at = ledger_cell_at(r, FORM) };
    TRY(ledger_cell_choice(r, PERIOD, PERIODS, 3, &period));
    TRY(ledger_cell_number(r, LINE, &line));
    TRY(ledger_cell_number(r, LEVEL, &level));
    TRY(ledger_cell_choice(r, COLUMN, SIDES, 3, &side));
    TRY(ledger_cell_choice(r, TAKE, TAKES, FORM_TAKE_COUNT, &take));
    TRY(ledger_cell_choice(r, PUBLIC, PUBLIC_AS, LEDGER_PUBLIC_COUNT, &public_as));
    TRY(ledger_cell_funds(r, FUNDS, chart, &row.funds));
    TRY(ledger_cell_span(r, FROM, &row.from_month, &row.until_month));
    if (line > INT32_MAX) return ledger_cell_bad(r, LINE, &LEDGER_BAD_CELL);
    if (level > 2) return ledger_cell_bad(r, LEVEL, &LEDGER_BAD_CELL);
    row.is_monthly = period != 2;
    row.is_yearly = period != 1;
    row.column = SIDE_NAMES[side];
    row.line = (int32_t)line;
    row.level = (int32_t)level;
    row.take = (ledger_take)take;
    row.public_as = (ledger_public)public_as;
    row.source = text_copy(chart->memory, ledger_cell(r, SOURCE));
    if (row.take != FORM_TITLE && row.take != FORM_HEADING) TRY(read_terms(r, &row));
    TRY(check_terms(chart, r, &row));
    for (size_t i = 0; i < chart->form_count; i++) {
        const ledger_form_row *other = &chart->forms[i];
        if (strcmp(other->form, row.form) == 0 && other->line == row.line &&
            (other->funds & row.funds) && other->from_month < row.until_month &&
            row.from_month < other->until_month &&
            ((other->is_monthly && row.is_monthly) || (other->is_yearly && row.is_yearly)))
            return ledger_cell_bad(r, LINE, &LEDGER_TWICE);
    }
    ARENA_PUSH(chart->memory, chart->forms, chart->form_count, chart->form_capacity, row);
    return ERR_NONE;
}

/* A sum takes lines that the form has for some fund, and no line of its own making. */
static err check_sum(const ledger_chart *chart, const ledger_form_row *row)
{
    for (size_t t = 0; t < row->term_count; t++) {
        int64_t line = row->term[t] < 0 ? -row->term[t] : row->term[t];
        bool is_there = false;
        for (size_t i = 0; i < chart->form_count; i++)
            is_there |= strcmp(chart->forms[i].form, row->form) == 0 && chart->forms[i].line == line;
        if (!is_there || line == row->line)
            return err_at(&LEDGER_BAD_CELL, row->at,
                          text_format(chart->memory, "%lld", (long long)line).bytes);
    }
    return ERR_NONE;
}

err ledger_chart_forms(ledger_chart *chart, const ledger_table_text *table)
{
    static const char *const COLUMNS[] = { "表", "期", "行", "层", "栏", "项目", "英文",
                                           "取数", "来源", "适用", "起", "止", "公开", NULL };
    ledger_table_reader r;
    TRY(ledger_table_open(chart->memory, table, COLUMNS, &r));
    for (;;) {
        bool has_row;
        TRY(ledger_table_next(&r, &has_row));
        if (!has_row) break;
        TRY(read_row(chart, &r));
    }
    for (size_t i = 0; i < chart->form_count; i++)
        if (chart->forms[i].take == FORM_SUM) TRY(check_sum(chart, &chart->forms[i]));
    return ERR_NONE;
}
