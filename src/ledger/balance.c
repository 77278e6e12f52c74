#include <stdlib.h>

#include "ledger/ledger_internal.h"

static int by_account(const void *left, const void *right)
{
    return ledger_compare_numbers(((const ledger_balance *)left)->account,
                                  ((const ledger_balance *)right)->account);
}

err ledger_balances(arena *a, ledger *books, int32_t fund, int32_t from_month, int32_t until_month,
                    const ledger_balance **balances, size_t *count)
{
    ledger_balance *out = NULL;
    size_t out_count = 0, capacity = 0;
    store_query *q;
    /* A row a month that an account moved in: some thousands in ten years. */
    TRY(store_prepare(books->db,
                      "SELECT account, month, debit_fen, credit_fen, carried_fen FROM ledger_balance "
                      "WHERE fund = ?1 AND month < ?2 ORDER BY account, month", &q));
    store_bind_int(q, 1, fund);
    store_bind_int(q, 2, until_month);
    for (;;) {
        bool has_row;
        TRY(store_step(q, &has_row));
        if (!has_row) break;
        ledger_balance *last = out_count ? &out[out_count - 1] : NULL;
        if (!last || last->account != store_int(q, 0)) {
            ledger_balance fresh = { .account = store_int(q, 0) };
            ARENA_PUSH(a, out, out_count, capacity, fresh);
            last = &out[out_count - 1];
        }
        int64_t debit = store_int(q, 2), credit = store_int(q, 3), carried = store_int(q, 4);
        int64_t moved = debit - credit + carried;
        if (store_int(q, 1) < from_month) {
            last->opening_fen += moved;
        } else {
            last->debit_fen += debit;
            last->credit_fen += credit;
            last->carried_fen += carried;
        }
        last->closing_fen += moved;
    }
    if (out_count) qsort(out, out_count, sizeof *out, by_account);
    *balances = out;
    *count = out_count;
    return ERR_NONE;
}
