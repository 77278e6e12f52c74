/* What came in becomes vouchers, by packs/ledger/receipts.csv. */
#include <string.h>

#include "service/ledger_csv.h"
#include "service/month.h"

const err_kind MONTH_NOT_BOOKED = {
    "month.not_booked", ERR_NOT_FOUND,
    "packs/ledger/receipts.csv does not say how to book {}.", "packs/ledger/receipts.csv 没有规定 {} 如何记账。"
};

struct month_booking_row {
    text what, when, fund, kind;
    int64_t debit, credit;
};
struct month_posting {
    int32_t fund;
    const struct month_booking_row *row;
    int64_t fen;
};

enum { WHAT, WHEN, FUND, KIND, DEBIT, CREDIT };
static const service_csv_column COLUMNS[] = {
    [WHAT] = { "款项", "what", false }, [WHEN] = { "期", "when", false },    [FUND] = { "基金", "fund", false },
    [KIND] = { "事件", "event", false }, [DEBIT] = { "借", "debit", false }, [CREDIT] = { "贷", "credit", false },
    { NULL, NULL, false },
};

static err read_row(const service_csv *csv, arena *a, struct month_booking_row *row)
{
    *row = (struct month_booking_row){ .what = text_copy(a, service_csv_cell(csv, WHAT)),
                                       .when = text_copy(a, service_csv_cell(csv, WHEN)),
                                       .fund = text_copy(a, service_csv_cell(csv, FUND)),
                                       .kind = text_copy(a, service_csv_cell(csv, KIND)) };
    TRY(service_csv_number(csv, DEBIT, &row->debit));
    return service_csv_number(csv, CREDIT, &row->credit);
}

err month_booking_open(month_call *m, text key, int32_t day, month_booking *b)
{
    service_csv csv;
    size_t capacity = 0;
    *b = (month_booking){ .m = m, .key = key, .day = day };
    TRY(month_table(m, "receipts.csv", COLUMNS, &csv));
    for (;;) {
        bool has_row;
        struct month_booking_row row;
        TRY(service_csv_next(&csv, &has_row));
        if (!has_row) return ERR_NONE;
        TRY(read_row(&csv, m->memory, &row));
        ARENA_PUSH(m->memory, b->rows, b->count, capacity, row);
    }
}

static const ledger_fund *fund_of(const month_booking *b, int32_t number)
{
    size_t count;
    const ledger_fund *funds = ledger_funds(b->m->office->chart, &count);
    for (size_t i = 0; i < count; i++)
        if (funds[i].number == number) return &funds[i];
    return NULL;
}

/* The fund's own row wins over the one for all funds; a row without a period holds for each. */
static const struct month_booking_row *row_for(const month_booking *b, const ledger_fund *fund, const char *what,
                                               const char *when)
{
    const struct month_booking_row *rest = NULL;
    for (size_t i = 0; i < b->count; i++) {
        const struct month_booking_row *row = &b->rows[i];
        if (!text_equal_cstr(row->what, what)) continue;
        if (row->when.size_bytes && !text_equal_cstr(row->when, when)) continue;
        if (text_equal_cstr(row->fund, fund->code)) return row;
        if (!row->fund.size_bytes && !rest) rest = row;
    }
    return rest;
}

bool month_books(const month_booking *b, int32_t fund_number, const char *what, const char *when)
{
    const ledger_fund *fund = fund_of(b, fund_number);
    return fund && row_for(b, fund, what, when);
}

err month_booked_under(const month_booking *b, int32_t fund_number, const char *what, const char *when, int64_t *account)
{
    const ledger_fund *fund = fund_of(b, fund_number);
    const struct month_booking_row *row = fund ? row_for(b, fund, what, when) : NULL;
    if (!row) return err_of(&MONTH_NOT_BOOKED, text_format(b->m->memory, "%s %s", what, when).bytes);
    *account = row->credit;
    return *account ? ERR_NONE : err_of(&MONTH_BAD_TABLE, text_format(b->m->memory, "receipts.csv: %s", what).bytes);
}

err month_book(month_booking *b, int32_t fund_number, const char *what, const char *when, int64_t fen)
{
    if (!fen) return ERR_NONE;
    const ledger_fund *fund = fund_of(b, fund_number);
    const struct month_booking_row *row = fund ? row_for(b, fund, what, when) : NULL;
    if (!row)
        return err_of(&MONTH_NOT_BOOKED, text_format(b->m->memory, "%s %s %s", what, when, fund ? fund->code : "?").bytes);
    for (size_t i = 0; i < b->item_count; i++)
        if (b->items[i].fund == fund_number && b->items[i].row == row) {
            b->items[i].fen += fen;
            return ERR_NONE;
        }
    struct month_posting item = { fund_number, row, fen };
    ARENA_PUSH(b->m->memory, b->items, b->item_count, b->item_capacity, item);
    return ERR_NONE;
}

static err post(month_booking *b, int32_t fund, text kind, const ledger_amount *amounts, size_t count)
{
    month_call *m = b->m;
    ledger *books;
    ledger_voucher_id id;
    TRY(county_books(m->office, &books));
    ledger_business business = { .fund = fund, .day = b->day, .kind = text_cstr(m->memory, kind),
                                 .reference = b->reference.size_bytes ? b->reference : b->key,
                                 .amounts = amounts, .amount_count = count };
    ledger_stamp stamp = { .key = text_format(m->memory, "%.*s/%.*s", TEXT_ARG(b->key), TEXT_ARG(kind)),
                           .known_ms = m->office->now_ms, .actor_id = m->office->actor_id,
                           .why = service_text_of(m->call, "why", text_of(m->call->op->name)) };
    b->voucher_count++;
    return ledger_post(books, &stamp, &business, &id);
}

/* All amounts of the first item's fund and business, which are then done. What went into the account
 * that the table moves on from is told in *into_treasury. */
static err post_one(month_booking *b, size_t first, int64_t treasury, int64_t *into_treasury)
{
    size_t count = 0;
    const struct month_posting *lead = &b->items[first];
    ledger_amount *amounts = ARENA_ARRAY(b->m->memory, ledger_amount, b->item_count);
    for (size_t i = first; i < b->item_count; i++) {
        const struct month_posting *item = &b->items[i];
        if (!item->fen || item->fund != lead->fund || !text_equal(item->row->kind, lead->row->kind)) continue;
        amounts[count++] = (ledger_amount){ .debit = item->row->debit, .credit = item->row->credit,
                                            .amount_fen = item->fen };
        if (!item->row->debit || item->row->debit == treasury) *into_treasury += item->fen;
    }
    TRY(post(b, lead->fund, lead->row->kind, amounts, count));
    for (size_t i = b->item_count; i-- > first;) /* the lead itself last */
        if (b->items[i].fund == lead->fund && text_equal(b->items[i].row->kind, lead->row->kind)) b->items[i].fen = 0;
    return ERR_NONE;
}

static err move_on(month_booking *b, int32_t fund_number, int64_t fen)
{
    const ledger_fund *fund = fund_of(b, fund_number);
    const struct month_booking_row *row = row_for(b, fund, "special", "");
    if (!row) return err_of(&MONTH_NOT_BOOKED, "special");
    ledger_amount amount = { .debit = row->debit, .credit = row->credit, .amount_fen = fen };
    return fen ? post(b, fund_number, row->kind, &amount, 1) : ERR_NONE;
}

err month_post(month_booking *b, bool is_moved)
{
    size_t fund_count;
    const ledger_fund *funds = ledger_funds(b->m->office->chart, &fund_count);
    for (size_t f = 0; f < fund_count; f++) {
        int64_t into_treasury = 0, treasury;
        TRY(month_booked_under(b, funds[f].number, "special", "", &treasury));
        for (size_t i = 0; i < b->item_count; i++)
            if (b->items[i].fund == funds[f].number && b->items[i].fen) TRY(post_one(b, i, treasury, &into_treasury));
        if (is_moved) TRY(move_on(b, funds[f].number, into_treasury));
    }
    b->item_count = 0;
    return ERR_NONE;
}
