#include <string.h>

#include "collection/collection_internal.h"

const err_kind COLLECTION_NO_DUE = {
    "collection.no_due", ERR_NOT_FOUND,
    "This payer owes nothing for {}; list the payer's dues first.",
    "该缴费主体在 {} 没有应缴；请先列出其应缴明细。"
};

void collection_bind_due(store_query *q, const collection_due *due)
{
    store_bind_int(q, 1, eventlog_bucket_of(due->payer.id));
    store_bind_int(q, 2, due->payer.kind);
    store_bind_int(q, 3, due->payer.id);
    store_bind_int(q, 4, due->month);
    store_bind_text(q, 5, due->purpose);
    store_bind_int(q, 6, due->fund);
    store_bind_int(q, 7, due->charge);
}

#define DUE_FIELDS "payer_kind, payer_id, month, purpose, fund, charge, due_day, due_fen, received_fen, told"

static void read_due(const store_query *q, collection_due *due)
{
    *due = (collection_due){
        .payer = { (collection_payer_kind)store_int(q, 0), store_int(q, 1) },
        .month = (int32_t)store_int(q, 2), .purpose = store_text(q, 3), .fund = (int32_t)store_int(q, 4),
        .charge = (collection_charge)store_int(q, 5), .due_day = (int32_t)store_int(q, 6),
        .due_fen = store_int(q, 7), .received_fen = store_int(q, 8), .is_told = store_int(q, 9) != 0 };
}

err collection_due_find(arena *a, collection *bills, const collection_due *key, collection_due *due)
{
    store_query *q;
    bool has_row;
    TRY(store_prepare(bills->db,
                      "SELECT " DUE_FIELDS " FROM collection_due WHERE bucket = ?1 AND payer_kind = ?2 AND "
                      "payer_id = ?3 AND month = ?4 AND purpose = ?5 AND fund = ?6 AND charge = ?7", &q));
    collection_bind_due(q, key);
    TRY(store_step(q, &has_row));
    if (has_row) {
        read_due(q, due);
        due->purpose = text_copy(a, due->purpose);
    }
    store_reset(q);
    return has_row ? ERR_NONE : err_of(&COLLECTION_NO_DUE, text_cstr(a, key->purpose));
}

static err read_dues(arena *a, collection *bills, collection_payer payer, const char *sql, collection_due **dues,
                     size_t *count)
{
    store_query *q;
    size_t capacity = 0;
    *dues = NULL;
    *count = 0;
    TRY(store_prepare(bills->db, sql, &q));
    store_bind_int(q, 1, eventlog_bucket_of(payer.id));
    store_bind_int(q, 2, payer.kind);
    store_bind_int(q, 3, payer.id);
    for (;;) {
        bool has_row;
        collection_due due;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        read_due(q, &due);
        due.purpose = text_copy(a, due.purpose);
        ARENA_PUSH(a, *dues, *count, capacity, due);
    }
}

#define DUES_OF "SELECT " DUE_FIELDS " FROM collection_due WHERE bucket = ?1 AND payer_kind = ?2 AND payer_id = ?3 "
#define IN_ORDER "ORDER BY month, purpose, fund, charge"

err collection_dues_of(arena *a, collection *bills, collection_payer payer, bool only_open,
                       collection_due **dues, size_t *count)
{
    return read_dues(a, bills, payer, only_open ? DUES_OF "AND received_fen < due_fen " IN_ORDER : DUES_OF IN_ORDER,
                     dues, count);
}

err collection_dues_unsettled(arena *a, collection *bills, collection_payer payer, collection_due **dues, size_t *count)
{
    return read_dues(a, bills, payer, DUES_OF "AND (received_fen < due_fen OR told = 0) " IN_ORDER, dues, count);
}

/* What an agreement that is kept is about is left out: the law leaves its payer in peace for it, and for nothing else.
 * *made_day is INT32_MIN where there is none, or it is not kept. */
static err kept_agreement(arena *scratch, collection *bills, collection_payer payer, int32_t on_day, int32_t *made_day)
{
    collection_agreement agreement;
    bool has_one;
    TRY(collection_agreement_of(scratch, bills, payer, on_day, &agreement, &has_one));
    *made_day = has_one && agreement.is_kept ? agreement.made_day : INT32_MIN;
    return ERR_NONE;
}

static err has_agreements(collection *bills, bool *has_any)
{
    int64_t count;
    TRY(store_scalar(bills->db, "SELECT count(*) FROM (SELECT 1 FROM collection_agreement LIMIT 1) AS one", &count));
    *has_any = count > 0;
    return ERR_NONE;
}

static err tell_all(collection *bills, arena *scratch, store_query *q, int32_t on_day,
                    err (*tell)(void *context, const collection_due *due), void *context)
{
    collection_payer last = { 0 };
    int32_t made_day = INT32_MIN;
    bool has_any;
    TRY(has_agreements(bills, &has_any));
    for (;;) {
        bool has_row, is_agreed = false;
        collection_due due;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        read_due(q, &due);
        if (has_any && (due.payer.id != last.id || due.payer.kind != last.kind)) {
            arena_reset(scratch);
            TRY(kept_agreement(scratch, bills, due.payer, on_day, &made_day));
            last = due.payer;
        }
        if (made_day != INT32_MIN) TRY(collection_is_agreed(bills, &due, made_day, &is_agreed));
        if (!is_agreed) TRY(tell(context, &due));
    }
}

err collection_arrears(collection *bills, int32_t on_day,
                       err (*tell)(void *context, const collection_due *due), void *context)
{
    store_query *q;
    TRY(store_prepare(bills->db,
                      "SELECT " DUE_FIELDS " FROM collection_due WHERE due_day < ?1 AND "
                      "received_fen < due_fen ORDER BY payer_kind, payer_id, month, purpose, fund, charge", &q));
    store_bind_int(q, 1, on_day);
    arena *scratch = arena_open();
    err e = tell_all(bills, scratch, q, on_day, tell, context);
    if (e.kind) store_reset(q);
    return collection_leave(bills, scratch, e);
}

err collection_totals(arena *a, collection *bills, int32_t month, collection_total **totals, size_t *count)
{
    store_query *q;
    size_t capacity = 0;
    *totals = NULL;
    *count = 0;
    TRY(store_prepare(bills->db,
                      "SELECT purpose, fund, charge, payer_count, due_fen, received_fen FROM "
                      "collection_total WHERE month = ?1 ORDER BY purpose, fund, charge", &q));
    store_bind_int(q, 1, month);
    for (;;) {
        bool has_row;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        collection_total one = { .purpose = text_copy(a, store_text(q, 0)), .fund = (int32_t)store_int(q, 1),
                                 .charge = (collection_charge)store_int(q, 2), .payer_count = store_int(q, 3),
                                 .due_fen = store_int(q, 4), .received_fen = store_int(q, 5) };
        ARENA_PUSH(a, *totals, *count, capacity, one);
    }
}
