#include <string.h>

#include "ledger/ledger_internal.h"

const err_kind LEDGER_NO_BOOKS = {
    "ledger.no_books", ERR_NOT_FOUND, "Fund {} has no books yet; begin them first: doudi ledger begin --fund.",
    "基金 {} 尚未建账，请先建账：doudi ledger begin --fund。"
};
const err_kind LEDGER_HAS_BOOKS = {
    "ledger.has_books", ERR_CONFLICT,
    "Fund {} has books already, and they begin once; what they began with is corrected by vouchers: doudi ledger post.",
    "基金 {} 已经建账，且只建一次；期初数有误的用凭证更正：doudi ledger post。"
};
const err_kind LEDGER_MONTH_CLOSED = {
    "ledger.month_closed", ERR_CONFLICT, "The month {} is closed and takes no voucher.",
    "{} 已经结账，不能再记账。"
};
const err_kind LEDGER_MONTH_NOT_OPEN = {
    "ledger.month_not_open", ERR_CONFLICT,
    "The months {} would all stand open, and at most two may; close the earliest first: doudi month close --month.",
    "{} 将同时未结，尚不能开账：最多两个月未结，请先结最早的月份：doudi month close --month。"
};
const err_kind LEDGER_NOT_IN_ORDER = {
    "ledger.not_in_order", ERR_CONFLICT, "Months close in order; the next to close is {}.",
    "月份须依次结账；下一个应结的是 {}。"
};
const err_kind LEDGER_NOT_CLEARED = {
    "ledger.not_cleared", ERR_CONFLICT, "The year cannot close while there is a balance on {}.",
    "科目 {} 尚有余额，不能年结。"
};

text ledger_month_text(arena *a, int32_t month)
{
    char out[CALENDAR_PRINT_BYTES];
    calendar_print_month(month, out);
    return text_copy(a, text_of(out));
}

err ledger_months_of(ledger *books, int32_t fund, ledger_months *months)
{
    store_query *q;
    TRY(store_prepare(books->db,
                      "SELECT MIN(month), MAX(month), "
                      "MAX(CASE WHEN is_closed = 1 THEN month ELSE NULL END), COUNT(*) "
                      "FROM ledger_month WHERE fund = ?1", &q));
    store_bind_int(q, 1, fund);
    bool has_row;
    TRY(store_step(q, &has_row));
    bool has_books = has_row && store_int(q, 3) > 0;
    /* The first row is the month before the books begin: what was there stands in it. */
    *months = (ledger_months){ (int32_t)store_int(q, 0) + 1, (int32_t)store_int(q, 1),
                               (int32_t)store_int(q, 2) + 1 };
    store_reset(q);
    return has_books ? ERR_NONE
                     : err_of(&LEDGER_NO_BOOKS, text_format(books->process, "%d", fund).bytes);
}

err ledger_check_month(ledger *books, arena *scratch, int32_t fund, int32_t month)
{
    ledger_months m;
    TRY(ledger_months_of(books, fund, &m));
    if (month < m.closed_until)
        return ledger_err(books, &LEDGER_MONTH_CLOSED, ledger_month_text(scratch, month));
    /* Open are the first month not closed and the one behind it, whether or not anything was booked
     * there: nobody needs to close a month of no business before the next can begin. */
    if (month <= m.closed_until + 1) return ERR_NONE;
    return ledger_err(books, &LEDGER_MONTH_NOT_OPEN,
                      text_format(scratch, "%.*s..%.*s", TEXT_ARG(ledger_month_text(scratch, m.closed_until)),
                                  TEXT_ARG(ledger_month_text(scratch, month))));
}

/* ---- beginning ---- */

static err check_opening(ledger *books, arena *scratch, const ledger_voucher *v)
{
    ledger_fund_set fund = ledger_fund_bit(books->chart, v->id.fund);
    int32_t month = v->id.month + 1;
    for (size_t i = 0; i < v->line_count; i++) {
        const ledger_line *line = &v->lines[i];
        const ledger_chart_row *row = ledger_row_of(books->chart, fund, line->account, month);
        text number = text_format(scratch, "%lld", (long long)line->account);
        if (!row) return ledger_err(books, &LEDGER_UNKNOWN_ACCOUNT, number);
        if (row->shown.carries_to || !ledger_is_leaf(books->chart, fund, line->account, month))
            return ledger_err(books, &LEDGER_WRONG_ACCOUNT, number);
        if (line->amount_fen <= 0 || line->amount_fen > LEDGER_AMOUNT_FEN_MAX)
            return ledger_err(books, &LEDGER_BAD_AMOUNT,
                              text_of(ledger_yuan_text(scratch, line->amount_fen)));
    }
    return ERR_NONE;
}

static err begin(ledger *books, arena *scratch, const ledger_stamp *stamp, ledger_voucher *v)
{
    bool is_there;
    ledger_voucher_id id;
    ledger_months months;
    text number = text_format(scratch, "%d", v->id.fund);
    if (!ledger_fund_bit(books->chart, v->id.fund))
        return ledger_err(books, &LEDGER_UNKNOWN_FUND, number);
    TRY(ledger_written_before(books, scratch, stamp, v, &is_there, &id));
    if (is_there) return ERR_NONE;
    err e = ledger_months_of(books, v->id.fund, &months);
    if (!e.kind) return ledger_err(books, &LEDGER_HAS_BOOKS, number);
    if (e.kind != &LEDGER_NO_BOOKS) return e;
    TRY(check_opening(books, scratch, v));
    return ledger_write(books, scratch, stamp, v, &id);
}

err ledger_begin(ledger *books, const ledger_stamp *stamp, int32_t fund, int32_t month,
                 const ledger_line *lines, size_t line_count)
{
    arena *scratch = arena_open();
    ledger_voucher v = { .id = { fund, month - 1, 0 },
                         .day = calendar_last_day_of_month(month - 1), .kind = LEDGER_BEGUN,
                         .lines = lines, .line_count = line_count };
    err e = begin(books, scratch, stamp, &v);
    arena_close(scratch);
    return e;
}

/* ---- closing ---- */

/* One line an account that closes, and a debit and a credit for each account they close into. */
static err carry_lines(ledger *books, arena *scratch, ledger_voucher *v)
{
    const ledger_balance *balances;
    size_t count, line_count = 0;
    ledger_fund_set fund = ledger_fund_bit(books->chart, v->id.fund);
    bool is_year_end = calendar_month_of_year(v->id.month) == 12;
    TRY(ledger_balances(scratch, books, v->id.fund, v->id.month, v->id.month + 1, &balances, &count));
    ledger_line *lines = ARENA_ARRAY(scratch, ledger_line, 3 * count + 1);
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < count; i++) {
            const ledger_chart_row *row = ledger_row_of(books->chart, fund, balances[i].account,
                                                        v->id.month);
            int64_t fen = balances[i].closing_fen;
            text number = text_format(scratch, "%lld", (long long)balances[i].account);
            if (!row) return ledger_err(books, &LEDGER_UNKNOWN_ACCOUNT, number);
            if (!fen) continue;
            if (row->shown.closes_by_year && is_year_end)
                return ledger_err(books, &LEDGER_NOT_CLEARED, number);
            if (!row->shown.carries_to) continue;
            ledger_side side = (fen > 0) == (pass == 0) ? LEDGER_CREDIT : LEDGER_DEBIT;
            ledger_line line = { pass == 0 ? row->shown.number : row->shown.carries_to, side,
                                 fen > 0 ? fen : -fen };
            size_t k = 0;
            while (k < line_count && (lines[k].account != line.account || lines[k].side != side)) k++;
            if (k == line_count) lines[line_count++] = line;
            else lines[k].amount_fen += line.amount_fen;
        }
    v->lines = lines;
    v->line_count = line_count;
    return ERR_NONE;
}

static err close_month(ledger *books, arena *scratch, const ledger_stamp *stamp, ledger_voucher *v,
                       ledger_voucher_id *id)
{
    ledger_months months;
    TRY(ledger_months_of(books, v->id.fund, &months));
    store_query *q;
    /* The same closing again answers its voucher; what it carried cannot be asked anew. */
    TRY(store_prepare(books->db, "SELECT month, number, kind FROM ledger_voucher WHERE fund = ?1 AND key = ?2", &q));
    store_bind_int(q, 1, v->id.fund);
    store_bind_text(q, 2, stamp->key);
    bool has_row;
    TRY(store_step(q, &has_row));
    if (has_row) {
        *id = (ledger_voucher_id){ v->id.fund, (int32_t)store_int(q, 0), (int32_t)store_int(q, 1) };
        bool is_same = id->month == v->id.month && text_equal_cstr(store_text(q, 2), LEDGER_CLOSED);
        store_reset(q);
        return is_same ? ERR_NONE : ledger_err(books, &LEDGER_KEY_REUSED, stamp->key);
    }
    if (v->id.month < months.closed_until)
        return ledger_err(books, &LEDGER_MONTH_CLOSED, ledger_month_text(scratch, v->id.month));
    if (v->id.month != months.closed_until)
        return ledger_err(books, &LEDGER_NOT_IN_ORDER, ledger_month_text(scratch, months.closed_until));
    TRY(carry_lines(books, scratch, v));
    return ledger_write(books, scratch, stamp, v, id);
}

err ledger_close_month(ledger *books, const ledger_stamp *stamp, int32_t fund, int32_t month,
                       ledger_voucher_id *voucher)
{
    arena *scratch = arena_open();
    ledger_voucher v = { .id = { fund, month, 0 }, .day = calendar_last_day_of_month(month),
                         .kind = LEDGER_CLOSED };
    err e = close_month(books, scratch, stamp, &v, voucher);
    arena_close(scratch);
    return e;
}
