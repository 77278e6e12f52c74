#include <string.h>

#include "ledger/ledger_internal.h"

/* The public lines of every form a fund has in a month. */
static err read_forms(arena *a, ledger *books, int32_t fund, int32_t month, bool is_yearly,
                      int64_t figures[LEDGER_PUBLIC_COUNT][2], bool *is_closed)
{
    const ledger_chart *chart = books->chart;
    ledger_fund_set bit = ledger_fund_bit(chart, fund);
    for (size_t i = 0; i < chart->form_count; i++) {
        const ledger_form_row *title = &chart->forms[i];
        bool is_of_period = is_yearly ? title->is_yearly : title->is_monthly;
        if (title->take != FORM_TITLE || !(title->funds & bit) || !is_of_period ||
            month < title->from_month || month >= title->until_month)
            continue;
        ledger_statement s;
        TRY(ledger_statement_of(a, books, fund, text_of(title->form), month, is_yearly, &s));
        *is_closed = s.is_closed;
        for (size_t r = 0; r < s.row_count; r++) {
            figures[s.rows[r].public_as][0] = s.rows[r].first_fen;
            figures[s.rows[r].public_as][1] = s.rows[r].second_fen;
        }
    }
    return ERR_NONE;
}

/* This year so far, and what came after this month in the year before. */
static err read_12(arena *a, ledger *books, int32_t fund, int32_t month, int64_t so_far_fen, int64_t *fen)
{
    int64_t year[LEDGER_PUBLIC_COUNT][2] = { 0 }, before[LEDGER_PUBLIC_COUNT][2] = { 0 };
    bool is_closed;
    *fen = so_far_fen;
    if (calendar_month_of_year(month) == 12) return ERR_NONE;
    TRY(read_forms(a, books, fund, month - 12, true, year, &is_closed));
    TRY(read_forms(a, books, fund, month - 12, false, before, &is_closed));
    *fen += year[LEDGER_PUBLIC_EXPENSE][0] - before[LEDGER_PUBLIC_EXPENSE][1];
    return ERR_NONE;
}

/* What months still open have brought and spent, which their closing will carry into the net assets. */
static err read_open(arena *a, ledger *books, int32_t fund, int32_t month, int64_t *fen)
{
    const ledger_balance *balances;
    size_t count;
    ledger_fund_set bit = ledger_fund_bit(books->chart, fund);
    TRY(ledger_balances(a, books, fund, month, month + 1, &balances, &count));
    for (size_t i = 0; i < count; i++) {
        const ledger_chart_row *row = ledger_row_of(books->chart, bit, balances[i].account, month);
        if (row && row->shown.carries_to) *fen -= balances[i].closing_fen;
    }
    return ERR_NONE;
}

err ledger_bulletin_of(arena *a, ledger *books, int32_t fund, int32_t month, ledger_bulletin *bulletin)
{
    int64_t figures[LEDGER_PUBLIC_COUNT][2] = { 0 };
    ledger_months months;
    if (!ledger_fund_bit(books->chart, fund))
        return err_of(&LEDGER_UNKNOWN_FUND, text_format(a, "%d", fund).bytes);
    TRY(ledger_months_of(books, fund, &months));
    *bulletin = (ledger_bulletin){ .has_12 = months.first_month <= month - 11 };
    TRY(read_forms(a, books, fund, month, false, figures, &bulletin->is_closed));
    memcpy(bulletin->income_fen, figures[LEDGER_PUBLIC_INCOME], sizeof bulletin->income_fen);
    memcpy(bulletin->expense_fen, figures[LEDGER_PUBLIC_EXPENSE], sizeof bulletin->expense_fen);
    memcpy(bulletin->surplus_fen, figures[LEDGER_PUBLIC_SURPLUS], sizeof bulletin->surplus_fen);
    bulletin->balance_fen = figures[LEDGER_PUBLIC_BALANCE][1];
    TRY(read_open(a, books, fund, month, &bulletin->balance_fen));
    if (!bulletin->has_12) return ERR_NONE;
    return read_12(a, books, fund, month, figures[LEDGER_PUBLIC_EXPENSE][1], &bulletin->expense_12_fen);
}
