/* The one place that turns this room's events into rows of its tables. */
#include <string.h>

#include "collection/collection_internal.h"

static err scalar_of(store_query *q, int64_t *value)
{
    bool has_row;
    *value = 0;
    TRY(store_step(q, &has_row));
    if (has_row) *value = store_int(q, 0);
    store_reset(q);
    return ERR_NONE;
}

/* ---- totals of a month ---- */

static err add_total(collection *bills, const collection_due *due, int64_t payers, int64_t due_fen,
                     int64_t received_fen)
{
    store_query *q;
    TRY(store_prepare(bills->db,
                      "INSERT INTO collection_total VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) "
                      "ON CONFLICT (month, purpose, fund, charge) DO UPDATE SET "
                      "payer_count = collection_total.payer_count + excluded.payer_count, "
                      "due_fen = collection_total.due_fen + excluded.due_fen, "
                      "received_fen = collection_total.received_fen + excluded.received_fen", &q));
    store_bind_int(q, 1, due->month);
    store_bind_text(q, 2, due->purpose);
    store_bind_int(q, 3, due->fund);
    store_bind_int(q, 4, due->charge);
    store_bind_int(q, 5, payers);
    store_bind_int(q, 6, due_fen);
    store_bind_int(q, 7, received_fen);
    return store_do(q, NULL);
}

/* Sums of one event by month, purpose, fund and charge, so that each is written once. */
typedef struct {
    collection_due key;
    int64_t payers, due_fen, received_fen;
} total;
typedef struct {
    arena *memory;
    total *items;
    size_t count, capacity;
} totals;

static total *total_of(totals *all, const collection_due *due)
{
    for (size_t i = 0; i < all->count; i++) {
        const collection_due *key = &all->items[i].key;
        if (key->month == due->month && key->fund == due->fund && key->charge == due->charge &&
            text_equal(key->purpose, due->purpose))
            return &all->items[i];
    }
    total fresh = { .key = *due };
    ARENA_PUSH(all->memory, all->items, all->count, all->capacity, fresh);
    return &all->items[all->count - 1];
}

static err keep_totals(collection *bills, const totals *all)
{
    for (size_t i = 0; i < all->count; i++)
        TRY(add_total(bills, &all->items[i].key, all->items[i].payers, all->items[i].due_fen,
                      all->items[i].received_fen));
    return ERR_NONE;
}

/* ---- one due ---- */

static err add_due(collection *bills, const collection_due *due, int64_t due_fen)
{
    store_query *q;
    TRY(store_prepare(bills->db,
                      "INSERT INTO collection_due VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0, 0) "
                      "ON CONFLICT (bucket, payer_kind, payer_id, month, purpose, fund, charge) DO UPDATE "
                      "SET due_fen = collection_due.due_fen + excluded.due_fen, "
                      "due_day = excluded.due_day", &q));
    collection_bind_due(q, due);
    store_bind_int(q, 8, due->due_day);
    store_bind_int(q, 9, due_fen);
    return store_do(q, NULL);
}

static err receive_due(collection *bills, const collection_due *due, int64_t fen, bool is_told)
{
    store_query *q;
#define OF_DUE \
    " WHERE bucket = ?1 AND payer_kind = ?2 AND payer_id = ?3 AND month = ?4 AND purpose = ?5 AND fund = ?6 AND charge = ?7"
    TRY(store_prepare(bills->db,
                      is_told ? "UPDATE collection_due SET received_fen = received_fen + ?8, told = 1" OF_DUE
                              : "UPDATE collection_due SET received_fen = received_fen + ?8" OF_DUE, &q));
    collection_bind_due(q, due);
    store_bind_int(q, 8, fen);
    return store_do(q, NULL);
}

err collection_add_credit(collection *bills, collection_payer payer, int64_t fen)
{
    store_query *q;
    if (!fen) return ERR_NONE;
    TRY(store_prepare(bills->db,
                      "INSERT INTO collection_credit VALUES (?1, ?2, ?3, ?4) "
                      "ON CONFLICT (bucket, payer_kind, payer_id) DO UPDATE "
                      "SET credit_fen = collection_credit.credit_fen + excluded.credit_fen", &q));
    store_bind_int(q, 1, eventlog_bucket_of(payer.id));
    store_bind_int(q, 2, payer.kind);
    store_bind_int(q, 3, payer.id);
    store_bind_int(q, 4, fen);
    return store_do(q, NULL);
}

/* Credit taken is a change of a row that must be there: an upsert of a negative sum is refused. */
static err take_credit(collection *bills, collection_payer payer, int64_t fen)
{
    store_query *q;
    if (!fen) return ERR_NONE;
    TRY(store_prepare(bills->db,
                      "UPDATE collection_credit SET credit_fen = credit_fen - ?4 WHERE bucket = ?1 AND "
                      "payer_kind = ?2 AND payer_id = ?3", &q));
    store_bind_int(q, 1, eventlog_bucket_of(payer.id));
    store_bind_int(q, 2, payer.kind);
    store_bind_int(q, 3, payer.id);
    store_bind_int(q, 4, fen);
    return store_do(q, NULL);
}

/* ---- events ---- */

static err apply_rows(collection *bills, const eventlog_entry *entry, const codec_json *body)
{
    store_query *q;
    TRY(store_prepare(bills->db, "INSERT INTO collection_rows VALUES (?1, ?2, ?3, ?4)", &q));
    store_bind_int(q, 1, eventlog_body_int(body, "issue"));
    store_bind_int(q, 2, entry->event.bucket);
    store_bind_int(q, 3, entry->sequence);
    store_bind_int(q, 4, eventlog_body_int(body, "count"));
    return store_do(q, NULL);
}

static collection_due due_of_body(const codec_json *body)
{
    return (collection_due){
        .payer = { (collection_payer_kind)eventlog_body_int(body, "payer_kind"),
                   eventlog_body_int(body, "payer") },
        .purpose = eventlog_body_text(body, "purpose"),
        .month = (int32_t)eventlog_body_int(body, "month"),
        .fund = (int32_t)eventlog_body_int(body, "fund"),
        .charge = (collection_charge)eventlog_body_int(body, "charge"),
        .due_day = (int32_t)eventlog_body_int(body, "due_day"),
    };
}

/* Whether some due of this purpose and month stands already; when none does, rows go in as a bulk. */
static err stands(collection *bills, const codec_json *body, uint32_t bucket, bool *is_there)
{
    store_query *q;
    int64_t count;
    TRY(store_prepare(bills->db,
                      "SELECT count(*) FROM (SELECT 1 AS one FROM collection_due WHERE month = ?1 AND "
                      "purpose = ?2 AND bucket >= ?3 AND bucket <= ?3 AND told = 0 LIMIT 1) AS found", &q));
    store_bind_int(q, 1, eventlog_body_int(body, "month"));
    store_bind_text(q, 2, eventlog_body_text(body, "purpose"));
    store_bind_int(q, 3, bucket);
    TRY(scalar_of(q, &count));
    *is_there = count > 0;
    return ERR_NONE;
}

static const char *const DUE_TABLE_COLUMNS[] = { "bucket", "payer_kind", "payer_id", "month", "purpose",
                                                 "fund", "charge", "due_day", "due_fen", "received_fen",
                                                 "told" };
static const store_column_type DUE_TABLE_TYPES[] = {
    STORE_INT_COLUMN, STORE_INT_COLUMN, STORE_INT_COLUMN, STORE_INT_COLUMN, STORE_TEXT_COLUMN, STORE_INT_COLUMN,
    STORE_INT_COLUMN, STORE_INT_COLUMN, STORE_INT_COLUMN, STORE_INT_COLUMN, STORE_INT_COLUMN
};

static err bulk_due(store_bulk *bulk, uint32_t bucket, const collection_due *due)
{
    TRY(store_bulk_int(bulk, bucket));
    TRY(store_bulk_int(bulk, due->payer.kind));
    TRY(store_bulk_int(bulk, due->payer.id));
    TRY(store_bulk_int(bulk, due->month));
    TRY(store_bulk_text(bulk, due->purpose));
    TRY(store_bulk_int(bulk, due->fund));
    TRY(store_bulk_int(bulk, due->charge));
    TRY(store_bulk_int(bulk, due->due_day));
    TRY(store_bulk_int(bulk, due->due_fen));
    TRY(store_bulk_int(bulk, 0));
    return store_bulk_int(bulk, 0);
}

static err apply_dues(collection *bills, arena *a, const eventlog_entry *entry, const codec_json *body)
{
    collection_table t = collection_table_open(COLLECTION_DUE_NAMES, DUE_COLUMNS, NULL);
    totals all = { .memory = a };
    store_bulk *bulk = NULL;
    bool is_there;
    TRY(collection_table_read(a, bills, entry->event.bucket, entry->sequence, "dues", &t));
    TRY(stands(bills, body, entry->event.bucket, &is_there));
    if (!is_there)
        TRY(store_bulk_open(bills->db, "collection_due", DUE_TABLE_COLUMNS, DUE_TABLE_TYPES, 11, &bulk));
    for (size_t r = 0; r < t.row_count; r++) {
        collection_due due = due_of_body(body);
        due.payer = (collection_payer){ (collection_payer_kind)t.number[DUE_KIND][r], t.number[DUE_PAYER][r] };
        due.fund = (int32_t)t.number[DUE_FUND][r];
        due.charge = (collection_charge)t.number[DUE_CHARGE][r];
        due.due_fen = t.number[DUE_FEN][r];
        if (bulk) TRY(bulk_due(bulk, entry->event.bucket, &due));
        else TRY(add_due(bills, &due, due.due_fen));
        total *sum = total_of(&all, &due);
        sum->payers++;
        sum->due_fen += due.due_fen;
    }
    if (bulk) TRY(store_bulk_close(bulk, NULL));
    return keep_totals(bills, &all);
}

static err apply_issued(collection *bills, const codec_json *body)
{
    store_query *q;
    static const char *const NUMBERS[] = { "issue", "month", "due_day", "government", "payer_kind",
                                           "count", "payers", "total_fen" };
    static const int AT[] = { 1, 3, 4, 5, 6, 8, 9, 10 };
    TRY(store_prepare(bills->db,
                      "INSERT INTO collection_issue VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)", &q));
    for (int i = 0; i < 8; i++) store_bind_int(q, AT[i], eventlog_body_int(body, NUMBERS[i]));
    store_bind_text(q, 2, eventlog_body_text(body, "purpose"));
    store_bind_text(q, 7, eventlog_body_text(body, "keys"));
    return store_do(q, NULL);
}

/* Allocations of money that came, or of credit that stood there (`takes_credit`). */
static err apply_allotted(collection *bills, arena *a, const eventlog_entry *entry, const codec_json *body,
                          bool takes_credit)
{
    bool tells = eventlog_body_int(body, ALLOT_TELLS) != 0;
    collection_table t = collection_table_open(COLLECTION_ALLOT_NAMES, tells ? ALLOT_TELLING_COLUMNS : ALLOT_COLUMNS,
                                               "purpose");
    totals all = { .memory = a };
    TRY(collection_table_read(a, bills, entry->event.bucket, entry->sequence, "allotted", &t));
    for (size_t r = 0; r < t.row_count; r++) {
        collection_due due = {
            .payer = { (collection_payer_kind)t.number[ALLOT_KIND][r], t.number[ALLOT_PAYER][r] },
            .month = (int32_t)t.number[ALLOT_MONTH][r], .purpose = t.word[r],
            .fund = (int32_t)t.number[ALLOT_FUND][r], .charge = (collection_charge)t.number[ALLOT_CHARGE][r],
        };
        int64_t fen = t.number[ALLOT_FEN][r];
        TRY(receive_due(bills, &due, fen, tells && t.number[ALLOT_TOLD][r]));
        if (takes_credit) TRY(take_credit(bills, due.payer, fen));
        total_of(&all, &due)->received_fen += fen;
    }
    return keep_totals(bills, &all);
}

static err apply_received(collection *bills, arena *a, const eventlog_entry *entry, const codec_json *body)
{
    TRY(collection_apply_receipts(bills, a, entry));
    return apply_allotted(bills, a, entry, body, false);
}

static err apply_told(collection *bills, arena *a, const eventlog_entry *entry, const codec_json *body)
{
    collection_table t = collection_table_open(COLLECTION_DUE_NAMES, DUE_COLUMNS, NULL);
    store_query *q;
    TRY(collection_table_read(a, bills, entry->event.bucket, entry->sequence, "dues", &t));
    for (size_t r = 0; r < t.row_count; r++) {
        collection_due due = due_of_body(body);
        due.payer = (collection_payer){ (collection_payer_kind)t.number[DUE_KIND][r], t.number[DUE_PAYER][r] };
        due.fund = (int32_t)t.number[DUE_FUND][r];
        due.charge = (collection_charge)t.number[DUE_CHARGE][r];
        TRY(store_prepare(bills->db, "UPDATE collection_due SET told = 1" OF_DUE, &q));
        collection_bind_due(q, &due);
        TRY(store_do(q, NULL));
    }
    return ERR_NONE;
}

static err apply_charged(collection *bills, const codec_json *body)
{
    collection_due due = due_of_body(body);
    int64_t fen = eventlog_body_int(body, "fen");
    TRY(add_due(bills, &due, fen));
    return add_total(bills, &due, 1, fen, 0);
}

static err apply_adjusted(collection *bills, const codec_json *body)
{
    store_query *q;
    collection_due due = due_of_body(body);
    int64_t delta = eventlog_body_int(body, "delta_fen"), freed = eventlog_body_int(body, "freed_fen");
    TRY(store_prepare(bills->db,
                      "UPDATE collection_due SET due_fen = due_fen + ?8, received_fen = received_fen - ?9 WHERE "
                      "bucket = ?1 AND payer_kind = ?2 AND payer_id = ?3 AND month = ?4 AND purpose = ?5 AND "
                      "fund = ?6 AND charge = ?7", &q));
    collection_bind_due(q, &due);
    store_bind_int(q, 8, delta);
    store_bind_int(q, 9, freed);
    TRY(store_do(q, NULL));
    TRY(collection_add_credit(bills, due.payer, freed));
    return add_total(bills, &due, 0, delta, -freed);
}

static err apply_deferred(collection *bills, const codec_json *body)
{
    store_query *q;
    int64_t payer = eventlog_body_int(body, "payer");
    TRY(store_prepare(bills->db,
                      "UPDATE collection_due SET due_day = ?5 WHERE bucket = ?1 AND payer_kind = ?2 AND "
                      "payer_id = ?3 AND month = ?4 AND received_fen < due_fen", &q));
    store_bind_int(q, 1, eventlog_bucket_of(payer));
    store_bind_int(q, 2, eventlog_body_int(body, "payer_kind"));
    store_bind_int(q, 3, payer);
    store_bind_int(q, 4, eventlog_body_int(body, "month"));
    store_bind_int(q, 5, eventlog_body_int(body, "due_day"));
    return store_do(q, NULL);
}

static err apply_refunded(collection *bills, const codec_json *body)
{
    collection_due due = due_of_body(body);
    return take_credit(bills, due.payer, eventlog_body_int(body, "fen"));
}

static err apply_agreed(collection *bills, const codec_json *body)
{
    store_query *q;
    int64_t payer = eventlog_body_int(body, "payer");
    TRY(store_prepare(bills->db,
                      "INSERT INTO collection_agreement VALUES (?1, ?2, ?3, ?4, ?5, ?6) "
                      "ON CONFLICT (bucket, payer_kind, payer_id) DO UPDATE SET made_day = excluded.made_day, "
                      "received_before_fen = excluded.received_before_fen, "
                      "instalments = excluded.instalments", &q));
    store_bind_int(q, 1, eventlog_bucket_of(payer));
    store_bind_int(q, 2, eventlog_body_int(body, "payer_kind"));
    store_bind_int(q, 3, payer);
    store_bind_int(q, 4, eventlog_body_int(body, "made_day"));
    store_bind_int(q, 5, eventlog_body_int(body, "received_before_fen"));
    store_bind_text(q, 6, eventlog_body_text(body, "instalments"));
    return store_do(q, NULL);
}

static err apply_body(collection *bills, arena *a, const eventlog_entry *entry, const codec_json *body)
{
    text what = text_sub(text_of(entry->event.kind), strlen("collection."), SIZE_MAX);
    if (text_equal_cstr(what, "rows")) return apply_rows(bills, entry, body);
    if (text_equal_cstr(what, "dues")) return apply_dues(bills, a, entry, body);
    if (text_equal_cstr(what, "issued")) return apply_issued(bills, body);
    if (text_equal_cstr(what, "received")) return apply_received(bills, a, entry, body);
    if (text_equal_cstr(what, "credited")) return apply_allotted(bills, a, entry, body, true);
    if (text_equal_cstr(what, "told")) return apply_told(bills, a, entry, body);
    if (text_equal_cstr(what, "charged")) return apply_charged(bills, body);
    if (text_equal_cstr(what, "adjusted")) return apply_adjusted(bills, body);
    if (text_equal_cstr(what, "deferred")) return apply_deferred(bills, body);
    if (text_equal_cstr(what, "refunded")) return apply_refunded(bills, body);
    if (text_equal_cstr(what, "agreed")) return apply_agreed(bills, body);
    if (text_equal_cstr(what, "case_entered")) return collection_apply_case(bills, entry, body, true);
    if (text_equal_cstr(what, "case_moved")) return collection_apply_case(bills, entry, body, false);
    return ERR_NONE;
}

err collection_apply(collection *bills, const eventlog_entry *entry)
{
    if (!text_begins(text_of(entry->event.kind), TEXT("collection."))) return ERR_NONE;
    arena *scratch = arena_open();
    const codec_json *body;
    err e = codec_json_parse(scratch, entry->event.body, (codec_json_options){ 0 }, &body);
    if (!e.kind) e = apply_body(bills, scratch, entry, body);
    return collection_leave(bills, scratch, e);
}

static const eventlog_table TABLES[] = {
    { "collection_case", "case_id", "itiiiiittiiiiii" },
    { "collection_agreement", "bucket, payer_kind, payer_id", "iiiiit" },
    { "collection_credit", "bucket, payer_kind, payer_id", "iiii" },
    { "collection_receipt", "bucket, payer_kind, payer_id, receipt", "iiiiiiiiti" },
    { "collection_total", "month, purpose, fund, charge", "itiiiii" },
    { "collection_due", "bucket, payer_kind, payer_id, month, purpose, fund, charge", "iiiitiiiiii" },
    { "collection_rows", "issue_id, bucket", "iiii" },
    { "collection_issue", "issue_id", "itiiiitiii" },
};

static err apply_any(void *room, const eventlog_entry *entry)
{
    return collection_apply(room, entry);
}

eventlog_room collection_room(collection *bills)
{
    return (eventlog_room){ .events = "collection.", .tables = TABLES,
                            .table_count = sizeof TABLES / sizeof TABLES[0], .apply = apply_any,
                            .room = bills };
}
