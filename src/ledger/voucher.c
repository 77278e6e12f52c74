#include <string.h>

#include "ledger/ledger_internal.h"

#define VOUCHER_COLUMNS \
    "SELECT v.month, v.number, v.day, v.kind, v.reference, v.key, v.reverses_month, " \
    "v.reverses_number, v.known_ms, v.actor_id, l.account, l.side, l.amount_fen " \
    "FROM ledger_voucher v LEFT JOIN ledger_line l " \
    "ON l.fund = v.fund AND l.month = v.month AND l.number = v.number "

static void read_head(arena *a, const store_query *q, int32_t fund, ledger_voucher *v)
{
    *v = (ledger_voucher){ .id = { fund, (int32_t)store_int(q, 0), (int32_t)store_int(q, 1) },
                           .day = (int32_t)store_int(q, 2), .kind = text_cstr(a, store_text(q, 3)),
                           .reference = text_copy(a, store_text(q, 4)),
                           .key = text_copy(a, store_text(q, 5)), .known_ms = store_int(q, 8),
                           .actor_id = store_int(q, 9) };
    if (!store_is_null(q, 7))
        v->reverses = (ledger_voucher_id){ fund, (int32_t)store_int(q, 6), (int32_t)store_int(q, 7) };
}

/* Gathers the vouchers of a query made of VOUCHER_COLUMNS, its values bound. */
static err gather(arena *a, store_query *q, int32_t fund, const ledger_voucher **vouchers, size_t *count)
{
    ledger_voucher *out = NULL;
    size_t out_count = 0, capacity = 0, line_count = 0, line_capacity = 0;
    ledger_line *lines = NULL;
    for (;;) {
        bool has_row;
        TRY(store_step(q, &has_row));
        if (!has_row) break;
        ledger_voucher *last = out_count ? &out[out_count - 1] : NULL;
        if (!last || last->id.month != store_int(q, 0) || last->id.number != store_int(q, 1)) {
            ledger_voucher v;
            read_head(a, q, fund, &v);
            ARENA_PUSH(a, out, out_count, capacity, v);
            last = &out[out_count - 1];
            lines = NULL;
            line_count = line_capacity = 0;
        }
        if (store_is_null(q, 10)) continue; /* a voucher without lines */
        ledger_line line = { store_int(q, 10), store_int(q, 11) ? LEDGER_CREDIT : LEDGER_DEBIT,
                             store_int(q, 12) };
        ARENA_PUSH(a, lines, line_count, line_capacity, line);
        last->lines = lines;
        last->line_count = line_count;
    }
    *vouchers = out;
    *count = out_count;
    return ERR_NONE;
}

err ledger_vouchers(arena *a, ledger *books, int32_t fund, int32_t from_month, int32_t until_month,
                    const ledger_voucher **vouchers, size_t *count)
{
    store_query *q;
    TRY(store_prepare(books->db,
                      VOUCHER_COLUMNS "WHERE v.fund = ?1 AND v.month >= ?2 AND v.month < ?3 "
                      "ORDER BY v.month, v.number, l.line", &q));
    store_bind_int(q, 1, fund);
    store_bind_int(q, 2, from_month);
    store_bind_int(q, 3, until_month);
    return gather(a, q, fund, vouchers, count);
}

err ledger_voucher_read(arena *a, ledger *books, ledger_voucher_id id, const ledger_voucher **voucher)
{
    size_t count;
    store_query *q;
    TRY(store_prepare(books->db,
                      VOUCHER_COLUMNS "WHERE v.fund = ?1 AND v.month = ?2 AND v.number = ?3 "
                      "ORDER BY l.line", &q));
    store_bind_int(q, 1, id.fund);
    store_bind_int(q, 2, id.month);
    store_bind_int(q, 3, id.number);
    TRY(gather(a, q, id.fund, voucher, &count));
    if (count) return ERR_NONE;
    return ledger_err(books, &LEDGER_NO_VOUCHER,
                      text_format(a, "%d/%.*s/%d", id.fund, TEXT_ARG(ledger_month_text(a, id.month)),
                                  id.number));
}
