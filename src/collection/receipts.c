/* Receipts of one event, as rows: numbered on from each payer's last. */
#include "collection/collection_internal.h"

/* The number of each payer's last receipt, as they stand in a bucket, in the order of payers. */
typedef struct {
    collection_payer payer;
    int64_t receipt;
} numbered;
typedef struct {
    numbered *items;
    size_t count, capacity, at;
} numbers;

/* Of one payer alone, or, with payer.id 0, of all of the bucket: a list of many reads them once. */
static err read_numbers(collection *bills, arena *a, uint32_t bucket, collection_payer payer, numbers *all)
{
    store_query *q;
    *all = (numbers){ 0 };
    TRY(store_prepare(bills->db,
                      payer.id ? "SELECT payer_kind, payer_id, max(receipt) FROM collection_receipt WHERE bucket = ?1 AND "
                                 "payer_kind = ?2 AND payer_id = ?3 GROUP BY payer_kind, payer_id"
                               : "SELECT payer_kind, payer_id, max(receipt) FROM collection_receipt WHERE bucket = ?1 "
                                 "GROUP BY payer_kind, payer_id ORDER BY payer_kind, payer_id", &q));
    store_bind_int(q, 1, bucket);
    if (payer.id) {
        store_bind_int(q, 2, payer.kind);
        store_bind_int(q, 3, payer.id);
    }
    for (;;) {
        bool has_row;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        numbered one = { { (collection_payer_kind)store_int(q, 0), store_int(q, 1) }, store_int(q, 2) };
        ARENA_PUSH(a, all->items, all->count, all->capacity, one);
    }
}

static int64_t last_number(numbers *all, collection_payer payer)
{
    while (all->at < all->count && collection_compare_payers(&all->items[all->at].payer, &payer) < 0) all->at++;
    return all->at < all->count && !collection_compare_payers(&all->items[all->at].payer, &payer) ? all->items[all->at].receipt : 0;
}

static const char *const RECEIPT_TABLE_COLUMNS[] = { "bucket", "payer_kind", "payer_id", "receipt", "day", "for_month",
                                                     "amount_fen", "allocated_fen", "reference", "known_ms" };
static const store_column_type RECEIPT_TABLE_TYPES[] = {
    STORE_INT_COLUMN, STORE_INT_COLUMN, STORE_INT_COLUMN, STORE_INT_COLUMN,  STORE_INT_COLUMN,
    STORE_INT_COLUMN, STORE_INT_COLUMN, STORE_INT_COLUMN, STORE_TEXT_COLUMN, STORE_INT_COLUMN
};

static err bulk_receipt(store_bulk *bulk, const eventlog_entry *entry, const collection_table *t, size_t r, int64_t number)
{
    static const int AFTER[] = { RECEIPT_DAY, RECEIPT_FOR_MONTH, RECEIPT_AMOUNT, RECEIPT_ALLOCATED };
    TRY(store_bulk_int(bulk, entry->event.bucket));
    TRY(store_bulk_int(bulk, t->number[RECEIPT_KIND][r]));
    TRY(store_bulk_int(bulk, t->number[RECEIPT_PAYER][r]));
    TRY(store_bulk_int(bulk, number));
    for (size_t i = 0; i < 4; i++) TRY(store_bulk_int(bulk, t->number[AFTER[i]][r]));
    TRY(store_bulk_text(bulk, t->word[r]));
    return store_bulk_int(bulk, entry->event.known_ms);
}

/* Rows stand in the order of payers, so that each payer's are numbered on from their last. */
err collection_apply_receipts(collection *bills, arena *a, const eventlog_entry *entry)
{
    enum { MANY = 64 };
    collection_table t = collection_table_open(COLLECTION_RECEIPT_NAMES, RECEIPT_COLUMNS, "reference");
    numbers known = { 0 };
    store_bulk *bulk;
    TRY(collection_table_read(a, bills, entry->event.bucket, entry->sequence, "receipts", &t));
    bool is_many = t.row_count >= MANY;
    int64_t *number = ARENA_ARRAY(a, int64_t, t.row_count + 1);
    if (is_many) TRY(read_numbers(bills, a, entry->event.bucket, (collection_payer){ 0 }, &known));
    collection_payer last = { 0 };
    for (size_t r = 0; r < t.row_count; r++) {
        collection_payer payer = { (collection_payer_kind)t.number[RECEIPT_KIND][r], t.number[RECEIPT_PAYER][r] };
        bool is_next = r && !collection_compare_payers(&payer, &last);
        if (!is_next && !is_many) TRY(read_numbers(bills, a, entry->event.bucket, payer, &known));
        number[r] = is_next ? number[r - 1] + 1 : last_number(&known, payer) + 1;
        last = payer;
    }
    TRY(store_bulk_open(bills->db, "collection_receipt", RECEIPT_TABLE_COLUMNS, RECEIPT_TABLE_TYPES, 10, &bulk));
    for (size_t r = 0; r < t.row_count; r++) TRY(bulk_receipt(bulk, entry, &t, r, number[r]));
    TRY(store_bulk_close(bulk, NULL));
    for (size_t r = 0; r < t.row_count; r++) {
        collection_payer payer = { (collection_payer_kind)t.number[RECEIPT_KIND][r], t.number[RECEIPT_PAYER][r] };
        TRY(collection_add_credit(bills, payer, t.number[RECEIPT_AMOUNT][r] - t.number[RECEIPT_ALLOCATED][r]));
    }
    return ERR_NONE;
}
