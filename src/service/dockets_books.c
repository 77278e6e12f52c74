/* What a docket says of vouchers, held against the books: sums that differ from the voucher they name, vouchers that are
 * not in the books or were taken back, and vouchers of the event that no row names. */
#include <string.h>

#include "service/dockets.h"
#include "service/ledger.h"

enum { FEN_OF_YUAN = 100 };

typedef struct {
    county *office;
    const dockets_row *rows;
    size_t count, amount, voucher;
    bool *is_met; /* by row: its voucher is in the books */
    dockets_finding *found;
    size_t found_count, capacity;
    int64_t booked_fen, told_fen;
} holding;

static void add(holding *h, dockets_finding one)
{
    ARENA_PUSH(h->office->call->request, h->found, h->found_count, h->capacity, one);
}

static bool is_taken_back(const ledger_voucher *all, size_t count, ledger_voucher_id id)
{
    for (size_t i = 0; i < count; i++)
        if (all[i].reverses.number == id.number && all[i].reverses.month == id.month) return true;
    return false;
}

/* The fund by its number or name, then the voucher: 居民养老 2026-11/3. */
static bool names(const holding *h, const ledger_fund *fund, text voucher, size_t row)
{
    text said = h->rows[row].cells[h->voucher], which, last;
    size_t at = text_find(said, TEXT(" "));
    if (at == SIZE_MAX) return false;
    which = text_trim(text_sub(said, 0, at));
    last = text_trim(text_sub(said, at + 1, said.size_bytes));
    return ledger_fund_find(h->office->chart, which) == fund && text_equal(last, voucher);
}

static void hold_voucher(holding *h, const ledger_fund *fund, const ledger_voucher *one)
{
    service_call *call = h->office->call;
    arena *a = call->request;
    text id = service_voucher_text(a, one->id);
    text shown = text_format(a, "%s %.*s", service_say(call, fund->name, fund->name_zh), TEXT_ARG(id));
    int64_t booked_fen = 0, told_fen = 0;
    bool is_named = false;
    for (size_t i = 0; i < one->line_count; i++) booked_fen += one->lines[i].side == LEDGER_DEBIT ? one->lines[i].amount_fen : 0;
    for (size_t i = 0; i < h->count; i++) {
        if (!names(h, fund, id, i)) continue;
        is_named = h->is_met[i] = true;
        told_fen += dockets_number(h->rows[i].cells[h->amount]) * FEN_OF_YUAN;
    }
    h->booked_fen += booked_fen;
    h->told_fen += told_fen;
    if (is_named && told_fen == booked_fen) return;
    add(h, (dockets_finding){ is_named ? DOCKETS_FOUND_DIFFERS : DOCKETS_FOUND_UNTOLD, shown, service_yuan(a, told_fen), booked_fen });
}

static err hold_fund(holding *h, const ledger_fund *fund, ledger *books, text event)
{
    ledger_months months;
    const ledger_voucher *all;
    size_t count;
    arena *a = h->office->call->request;
    err e = ledger_months_of(books, fund->number, &months);
    if (e.kind == &LEDGER_NO_BOOKS) return ERR_NONE;
    TRY(e);
    TRY(ledger_vouchers(a, books, fund->number, months.first_month, months.last_month + 1, &all, &count));
    for (size_t i = 0; i < count; i++)
        if (text_equal_cstr(event, all[i].kind) && !is_taken_back(all, count, all[i].id)) hold_voucher(h, fund, &all[i]);
    return ERR_NONE;
}

err dockets_hold_books(county *office, const dockets_type *of, const dockets_row *rows, size_t count, const dockets_check *check, dockets_held *held)
{
    ledger *books;
    size_t fund_count;
    arena *a = office->call->request;
    holding h = { .office = office, .rows = rows, .count = count, .amount = dockets_column_of(of, check->column), .voucher = dockets_column_of(of, check->other) };
    h.is_met = ARENA_ARRAY(a, bool, count + 1);
    memset(h.is_met, 0, (count + 1) * sizeof *h.is_met);
    TRY(county_books(office, &books));
    const ledger_fund *funds = ledger_funds(office->chart, &fund_count);
    for (size_t i = 0; i < fund_count; i++) TRY(hold_fund(&h, &funds[i], books, check->says));
    for (size_t i = 0; i < count; i++) {
        text said = rows[i].cells[h.amount];
        if (h.is_met[i] || !dockets_number(said)) continue;
        add(&h, (dockets_finding){ DOCKETS_FOUND_UNBOOKED, dockets_shown_key(a, of, rows[i].cells), rows[i].cells[h.voucher], dockets_number(said) * FEN_OF_YUAN });
    }
    *held = (dockets_held){ h.found, h.found_count, h.told_fen, h.booked_fen };
    return ERR_NONE;
}
