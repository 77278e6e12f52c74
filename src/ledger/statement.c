#include <string.h>

#include "ledger/ledger_internal.h"

const err_kind LEDGER_NO_STATEMENT = {
    "ledger.no_statement", ERR_NOT_FOUND, "statements.csv has no statement '{}' for this fund and month.",
    "statements.csv 中没有适用于本基金、本月份的报表“{}”。"
};

/* Figures over one span of months. */
typedef struct {
    const ledger_balance *balances;
    size_t count;
    int32_t from_month, until_month;
} span_figures;

/* The accounts a figure is made of; NULL: nobody asks. */
typedef struct {
    arena *a;
    ledger_statement_part *all;
    size_t count, capacity;
    int64_t sign;
} parts_said;

typedef struct {
    arena *a;
    ledger *books;
    ledger_fund_set fund;
    const ledger_form_row **rows;
    size_t row_count;
    span_figures span[3]; /* turnovers of the two columns; balances are those at START, and at
                             the end of FIRST */
} statement_making;

enum { FIRST, SECOND, START };

static int64_t taken(const ledger_balance *b, ledger_take take)
{
    switch (take) {
    case FORM_DEBIT_BALANCE: return b->closing_fen;
    case FORM_CREDIT_BALANCE: return -b->closing_fen;
    case FORM_NET_DEBIT: return b->debit_fen - b->credit_fen;
    case FORM_NET_CREDIT: return b->credit_fen - b->debit_fen;
    case FORM_DEBIT: return b->debit_fen;
    case FORM_CREDIT: return b->credit_fen;
    default: return 0;
    }
}

static bool is_balance(ledger_take take)
{
    return take == FORM_DEBIT_BALANCE || take == FORM_CREDIT_BALANCE;
}

static int64_t figure_of(const span_figures *span, ledger_take take, int64_t account, parts_said *said)
{
    int64_t sum = 0;
    for (size_t i = 0; i < span->count; i++) {
        const ledger_balance *b = &span->balances[i];
        if (!ledger_is_below(b->account, account)) continue;
        int64_t fen = taken(b, take);
        sum += fen;
        ledger_statement_part part = { .account = b->account, .from_month = span->from_month, .until_month = span->until_month,
                                       .is_balance = is_balance(take), .fen = said ? said->sign * fen : fen };
        if (said && fen) ARENA_PUSH(said->a, said->all, said->count, said->capacity, part);
    }
    return sum;
}

/* A sum of sums is as deep as the form's lines; one that goes round stops there. */
static int64_t value_of(const statement_making *m, const ledger_form_row *row, int column, size_t depth, parts_said *said)
{
    int64_t sum = 0, sign = said ? said->sign : 1;
    for (size_t t = 0; t < row->term_count; t++) {
        int64_t term = row->term[t] < 0 ? -row->term[t] : row->term[t], value = 0;
        if (said) said->sign = row->term[t] < 0 ? -sign : sign;
        if (row->take == FORM_SUM) {
            for (size_t i = 0; i < m->row_count && depth < m->row_count; i++)
                if (m->rows[i]->line == term) value = value_of(m, m->rows[i], column, depth + 1, said);
        } else {
            int span = !is_balance(row->take) ? column : column == FIRST ? START : FIRST;
            value = figure_of(&m->span[span], row->take, term, said);
        }
        sum += row->term[t] < 0 ? -value : value;
    }
    if (said) said->sign = sign;
    return sum;
}

static err find_rows(statement_making *m, text form, int32_t month, bool is_yearly,
                     const ledger_form_row **title)
{
    const ledger_chart *chart = m->books->chart;
    m->rows = ARENA_ARRAY(m->a, const ledger_form_row *, chart->form_count + 1);
    *title = NULL;
    for (size_t i = 0; i < chart->form_count; i++) {
        const ledger_form_row *row = &chart->forms[i];
        if (!text_equal_cstr(form, row->form) || !(row->funds & m->fund) ||
            month < row->from_month || month >= row->until_month ||
            !(is_yearly ? row->is_yearly : row->is_monthly))
            continue;
        if (row->take == FORM_TITLE) *title = row;
        else m->rows[m->row_count++] = row;
    }
    return *title ? ERR_NONE : err_of(&LEDGER_NO_STATEMENT, text_cstr(m->a, form));
}

/* Monthly: this month and the year so far; yearly: this year and the last. The balance at the start
 * of the year is that at the end of the month before, or before the books began. */
static err read_spans(statement_making *m, int32_t fund, int32_t month, bool is_yearly,
                      const ledger_months *months)
{
    int32_t year_from = month - (calendar_month_of_year(month) - 1), year_until = year_from + 12;
    int32_t end = is_yearly ? year_until : month + 1;
    int32_t spans[3][2] = {
        [FIRST] = { is_yearly ? year_from : month, end },
        [SECOND] = { is_yearly ? year_from - 12 : year_from, is_yearly ? year_from : end },
        [START] = { year_from, year_from > months->first_month ? year_from : months->first_month },
    };
    for (size_t i = 0; i < ARRAY_COUNT(spans); i++) {
        m->span[i].from_month = spans[i][0];
        m->span[i].until_month = spans[i][1];
        TRY(ledger_balances(m->a, m->books, fund, spans[i][0], spans[i][1], &m->span[i].balances,
                            &m->span[i].count));
    }
    return ERR_NONE;
}

/* "本月数=This month；本年累计数=This year so far" */
static void read_heads(arena *a, text source, ledger_statement *statement)
{
    const char **into[2][2] = { { &statement->first, &statement->first_zh },
                                { &statement->second, &statement->second_zh } };
    text between = TEXT("；");
    for (size_t i = 0; i < 2; i++) {
        size_t end = text_find(source, between), equal;
        text part = text_sub(source, 0, end == SIZE_MAX ? source.size_bytes : end);
        equal = text_find(part, TEXT("="));
        if (equal == SIZE_MAX) equal = part.size_bytes;
        *into[i][1] = text_cstr(a, text_sub(part, 0, equal));
        *into[i][0] = equal < part.size_bytes
                          ? text_cstr(a, text_sub(part, equal + 1, part.size_bytes)) : *into[i][1];
        source = end == SIZE_MAX ? TEXT("")
                                 : text_sub(source, end + between.size_bytes, source.size_bytes);
    }
}

err ledger_statement_of(arena *a, ledger *books, int32_t fund, text form, int32_t month,
                        bool is_yearly, ledger_statement *statement)
{
    statement_making m = { .a = a, .books = books, .fund = ledger_fund_bit(books->chart, fund) };
    const ledger_form_row *title;
    ledger_months months;
    if (!m.fund) return err_of(&LEDGER_UNKNOWN_FUND, text_format(a, "%d", fund).bytes);
    TRY(find_rows(&m, form, month, is_yearly, &title));
    TRY(ledger_months_of(books, fund, &months));
    TRY(read_spans(&m, fund, month, is_yearly, &months));
    int32_t last = is_yearly ? month - calendar_month_of_year(month) + 12 : month;
    *statement = (ledger_statement){ .form = title->form, .title = title->item,
                                     .title_zh = title->item_zh, .row_count = m.row_count,
                                     .is_closed = last < months.closed_until };
    read_heads(a, title->source, statement);
    ledger_statement_row *rows = ARENA_ARRAY(a, ledger_statement_row, m.row_count + 1);
    for (size_t i = 0; i < m.row_count; i++) {
        const ledger_form_row *row = m.rows[i];
        bool has_figure = row->take != FORM_HEADING;
        rows[i] = (ledger_statement_row){ .line = row->line, .level = row->level, .item = row->item,
                                          .item_zh = row->item_zh, .column = row->column,
                                          .has_figure = has_figure, .public_as = row->public_as,
                                          .first_fen = has_figure ? value_of(&m, row, FIRST, 0, NULL) : 0,
                                          .second_fen = has_figure ? value_of(&m, row, SECOND, 0, NULL) : 0 };
    }
    statement->rows = rows;
    return ERR_NONE;
}

err ledger_statement_parts(arena *a, ledger *books, int32_t fund, text form, int32_t month, bool is_yearly,
                           int32_t line, int column, const ledger_statement_part **parts, size_t *count)
{
    statement_making m = { .a = a, .books = books, .fund = ledger_fund_bit(books->chart, fund) };
    const ledger_form_row *title;
    ledger_months months;
    parts_said said = { .a = a, .sign = 1 };
    if (!m.fund) return err_of(&LEDGER_UNKNOWN_FUND, text_format(a, "%d", fund).bytes);
    TRY(find_rows(&m, form, month, is_yearly, &title));
    TRY(ledger_months_of(books, fund, &months));
    TRY(read_spans(&m, fund, month, is_yearly, &months));
    for (size_t i = 0; i < m.row_count; i++) {
        if (m.rows[i]->line != line || m.rows[i]->take == FORM_HEADING) continue;
        value_of(&m, m.rows[i], column ? SECOND : FIRST, 0, &said);
        *parts = said.all;
        *count = said.count;
        return ERR_NONE;
    }
    return err_of(&LEDGER_NO_STATEMENT, text_format(a, "%.*s, %d", TEXT_ARG(form), line).bytes);
}
