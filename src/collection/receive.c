/* Money that came: allocated payer by payer, a bucket of payers an event. */
#include <stdlib.h>
#include <string.h>

#include "collection/collection_internal.h"

const err_kind COLLECTION_BAD_AMOUNT = {
    "collection.bad_amount", ERR_BAD_INPUT,
    "The amount {} does not fit: it must be above zero and leave no due below zero.",
    "金额 {} 不合适：须大于零，且不得使应缴额为负。"
};
const err_kind COLLECTION_NO_CREDIT = {
    "collection.no_credit", ERR_CONFLICT,
    "Only {} yuan stand to this payer's credit.",
    "该缴费主体只有 {} 元余额可用。"
};

typedef struct {
    collection_receipt receipt;
    size_t order; /* as handed in */
} coming;

struct collection_receiving {
    collection *bills;
    arena *memory, *bucket_memory, *payer_memory;
    int32_t month;
    collection_order order;
    collection_act act;
    coming *receipts;
    size_t count, capacity;
    collection_table receipt_rows, allotted;
    collection_allocated *sums;
    size_t sum_count, sum_capacity;
    collection_received answer;
    collection_whole *whole; /* NULL: nothing is told with the receipts */
    bool any_new;
};

err collection_receive_open(arena *a, collection *bills, int32_t month, const collection_order *order,
                            const collection_act *act, collection_receiving **receiving)
{
    collection_receiving *w = ARENA_NEW(a, collection_receiving);
    *w = (collection_receiving){ .bills = bills, .memory = a, .bucket_memory = arena_open(),
                                 .payer_memory = arena_open(), .month = month, .order = *order, .act = *act };
    *receiving = w;
    return ERR_NONE;
}

void collection_receive_tells(collection_receiving *receiving, collection_whole *whole)
{
    receiving->whole = whole;
}

void collection_receive_cancel(collection_receiving *receiving)
{
    if (receiving->bucket_memory) arena_close(receiving->bucket_memory);
    if (receiving->payer_memory) arena_close(receiving->payer_memory);
    receiving->bucket_memory = receiving->payer_memory = NULL;
}

static err bad_amount(arena *a, int64_t fen)
{
    char digits[CODEC_SCALED_BYTES];
    size_t size = codec_print_scaled(fen, 2, digits);
    return err_of(&COLLECTION_BAD_AMOUNT, text_format(a, "%.*s", (int)size, digits).bytes);
}

err collection_receive_add(collection_receiving *w, const collection_receipt *receipt)
{
    bool is_whole = receipt->amount_fen > 0 && receipt->payer.id > 0 &&
                    !__builtin_add_overflow(w->answer.received_fen, receipt->amount_fen, &w->answer.received_fen);
    if (!is_whole) return bad_amount(w->memory, receipt->amount_fen);
    coming one = { .receipt = *receipt, .order = w->count };
    one.receipt.reference = text_copy(w->memory, receipt->reference);
    ARENA_PUSH(w->memory, w->receipts, w->count, w->capacity, one);
    return ERR_NONE;
}

int collection_compare_payers(const collection_payer *a, const collection_payer *b)
{
    uint32_t one = eventlog_bucket_of(a->id), other = eventlog_bucket_of(b->id);
    if (one != other) return one < other ? -1 : 1;
    if (a->kind != b->kind) return a->kind < b->kind ? -1 : 1;
    return (a->id > b->id) - (a->id < b->id);
}

static int by_payer(const void *left, const void *right)
{
    const coming *a = left, *b = right;
    int by = collection_compare_payers(&a->receipt.payer, &b->receipt.payer);
    return by ? by : (a->order > b->order) - (a->order < b->order);
}

static void sum_up(collection_receiving *w, const collection_due *due, int64_t fen)
{
    collection_allocated *sum = NULL;
    for (size_t i = 0; i < w->sum_count; i++)
        if (w->sums[i].fund == due->fund && w->sums[i].charge == due->charge) sum = &w->sums[i];
    if (!sum) {
        collection_allocated fresh = { .fund = due->fund, .charge = due->charge };
        ARENA_PUSH(w->memory, w->sums, w->sum_count, w->sum_capacity, fresh);
        sum = &w->sums[w->sum_count - 1];
    }
    if (due->month == w->month) sum->current_fen += fen;
    else if (due->month < w->month) sum->earlier_fen += fen;
    else sum->later_fen += fen;
    w->answer.allocated_fen += fen;
}

enum { NO_ROW = -1 };

/* Lays one sum of money over the payer's dues, which change with it; `row`: of each due its last one. */
static int64_t allot(collection_receiving *w, collection_due *dues, int64_t *row, size_t count, int32_t for_month,
                     int64_t fen)
{
    int64_t *parts = ARENA_ARRAY(w->payer_memory, int64_t, count + 1);
    int64_t left = collection_allocate(w->payer_memory, dues, count, &w->order, for_month, fen, parts);
    for (size_t i = 0; i < count; i++) {
        if (!parts[i]) continue;
        size_t at = collection_table_add(w->bucket_memory, &w->allotted);
        w->allotted.number[ALLOT_KIND][at] = dues[i].payer.kind;
        w->allotted.number[ALLOT_PAYER][at] = dues[i].payer.id;
        w->allotted.number[ALLOT_MONTH][at] = dues[i].month;
        w->allotted.number[ALLOT_FUND][at] = dues[i].fund;
        w->allotted.number[ALLOT_CHARGE][at] = dues[i].charge;
        w->allotted.number[ALLOT_FEN][at] = parts[i];
        w->allotted.word[at] = text_copy(w->bucket_memory, dues[i].purpose);
        if (w->whole) w->allotted.number[ALLOT_TOLD][at] = 0;
        row[i] = (int64_t)at;
        dues[i].received_fen += parts[i];
        sum_up(w, &dues[i], parts[i]);
    }
    return left;
}

static void keep_receipt(collection_receiving *w, const collection_receipt *receipt, int64_t allocated_fen)
{
    size_t at = collection_table_add(w->bucket_memory, &w->receipt_rows);
    w->receipt_rows.number[RECEIPT_KIND][at] = receipt->payer.kind;
    w->receipt_rows.number[RECEIPT_PAYER][at] = receipt->payer.id;
    w->receipt_rows.number[RECEIPT_DAY][at] = receipt->day;
    w->receipt_rows.number[RECEIPT_FOR_MONTH][at] = receipt->for_month;
    w->receipt_rows.number[RECEIPT_AMOUNT][at] = receipt->amount_fen;
    w->receipt_rows.number[RECEIPT_ALLOCATED][at] = allocated_fen;
    w->receipt_rows.word[at] = receipt->reference;
}

/* A fund's dues that all became whole by this money are told with it; where one of them was whole before, or
 * where nothing was billed yet, they are left to collection_settle. */
static void tell_whole(collection_receiving *w, const collection_due *dues, const int64_t *row, size_t from, size_t until)
{
    bool is_whole = true, has_premium = false;
    collection_whole_set *set = collection_whole_find(w->whole, dues[from].month, dues[from].purpose);
    for (size_t i = from; i < until; i++) {
        if (dues[i].is_told || dues[i].charge == COLLECTION_LATE_FEE) continue;
        has_premium = true;
        is_whole &= dues[i].received_fen == dues[i].due_fen && row[i] != NO_ROW;
    }
    if (!set || !is_whole || !has_premium) return;
    for (size_t i = from; i < until; i++) {
        if (dues[i].is_told || dues[i].charge == COLLECTION_LATE_FEE) continue;
        w->allotted.number[ALLOT_TOLD][row[i]] = 1;
        collection_whole_add(w->whole, set, dues[i].payer, dues[i].fund, dues[i].charge);
    }
}

static void tell_payer(collection_receiving *w, const collection_due *dues, const int64_t *row, size_t count)
{
    for (size_t from = 0, until; from < count; from = until) {
        for (until = from; until < count && dues[until].month == dues[from].month &&
                           dues[until].fund == dues[from].fund && text_equal(dues[until].purpose, dues[from].purpose);)
            until++;
        tell_whole(w, dues, row, from, until);
    }
}

static err receive_payer(collection_receiving *w, size_t from, size_t until)
{
    collection_due *dues;
    size_t count;
    bool owes = false;
    arena_reset(w->payer_memory);
    collection_payer payer = w->receipts[from].receipt.payer;
    TRY(w->whole ? collection_dues_unsettled(w->payer_memory, w->bills, payer, &dues, &count)
                 : collection_dues_of(w->payer_memory, w->bills, payer, true, &dues, &count));
    int64_t *row = ARENA_ARRAY(w->payer_memory, int64_t, count + 1);
    for (size_t i = 0; i < count; i++) {
        row[i] = NO_ROW;
        owes |= dues[i].received_fen < dues[i].due_fen;
    }
    for (size_t i = from; i < until; i++) {
        const collection_receipt *receipt = &w->receipts[i].receipt;
        int64_t left = allot(w, dues, row, count, receipt->for_month, receipt->amount_fen);
        keep_receipt(w, receipt, receipt->amount_fen - left);
        w->answer.credit_fen += left;
        w->answer.unmatched_count += !owes;
        w->answer.unmatched_fen += owes ? 0 : left;
    }
    if (w->whole) tell_payer(w, dues, row, count);
    return ERR_NONE;
}

static err keep(collection_receiving *w, uint32_t bucket, const char *kind, const char *suffix)
{
    eventlog_segment segments[2];
    size_t count = 0;
    if (w->receipt_rows.row_count) {
        segments[count].name = "receipts";
        segments[count].row_count = (int64_t)w->receipt_rows.row_count;
        TRY(collection_table_bytes(w->bucket_memory, &w->receipt_rows, &segments[count++].bytes));
    }
    segments[count].name = "allotted";
    segments[count].row_count = (int64_t)w->allotted.row_count;
    TRY(collection_table_bytes(w->bucket_memory, &w->allotted, &segments[count++].bytes));
    eventlog_event event = collection_event(&w->act, bucket, kind);
    event.body = text_format(w->bucket_memory, w->whole ? "{\"month\":%d,\"" ALLOT_TELLS "\":1}" : "{\"month\":%d}", w->month);
    event.segments = segments;
    event.segment_count = count;
    if (event.key.size_bytes) event.key = text_format(w->bucket_memory, "%.*s/%s", TEXT_ARG(w->act.key), suffix);
    bool is_new;
    TRY(collection_record(w->bills, &event, &is_new));
    w->any_new |= is_new;
    return ERR_NONE;
}

static void next_event(collection_receiving *w)
{
    arena_reset(w->bucket_memory);
    w->receipt_rows = collection_table_open(COLLECTION_RECEIPT_NAMES, RECEIPT_COLUMNS, "reference");
    w->allotted = collection_table_open(COLLECTION_ALLOT_NAMES, w->whole ? ALLOT_TELLING_COLUMNS : ALLOT_COLUMNS, "purpose");
}

static err receive_bucket(collection_receiving *w, size_t from, size_t until)
{
    next_event(w);
    for (size_t one = from, next; one < until; one = next) {
        for (next = one; next < until && !collection_compare_payers(&w->receipts[one].receipt.payer,
                                                         &w->receipts[next].receipt.payer);)
            next++;
        TRY(receive_payer(w, one, next));
    }
    return keep(w, eventlog_bucket_of(w->receipts[from].receipt.payer.id), "collection.received", "received");
}

/* A batch whose key is known has been received: what it said then is in the office's event, and must
 * be said again. */
static text received_body(collection_receiving *w)
{
    text_builder body = text_builder_open(w->memory);
    codec_json_writer j = codec_json_write(&body, false);
    codec_json_begin_object(&j);
    eventlog_body_add_int(&j, "count", (int64_t)w->count);
    eventlog_body_add_int(&j, "month", w->month);
    eventlog_body_add_int(&j, "received_fen", w->answer.received_fen);
    codec_json_end_object(&j);
    return text_built(&body);
}

/* What was billed has a set each, to be told of. */
static err find_issues(collection_receiving *w)
{
    collection_issue_row *issues;
    size_t count;
    if (!w->whole) return ERR_NONE;
    TRY(collection_issues(w->memory, w->bills, INT32_MIN, &issues, &count));
    for (size_t i = 0; i < count; i++) collection_whole_of(w->whole, issues[i].month, issues[i].purpose);
    return ERR_NONE;
}

static err finish(collection_receiving *w, collection_received *received)
{
    bool is_new;
    w->answer.receipt_count = (int64_t)w->count;
    if (!w->count) return err_of(&COLLECTION_EMPTY, NULL);
    eventlog_event event = collection_event(&w->act, EVENTLOG_OFFICE, "collection.received_batch");
    event.body = received_body(w);
    TRY(collection_record(w->bills, &event, &is_new));
    w->answer.is_new = is_new;
    *received = w->answer;
    if (!is_new) return ERR_NONE;
    TRY(find_issues(w));
    qsort(w->receipts, w->count, sizeof *w->receipts, by_payer);
    for (size_t from = 0, until; from < w->count; from = until) {
        uint32_t bucket = eventlog_bucket_of(w->receipts[from].receipt.payer.id);
        for (until = from; until < w->count && eventlog_bucket_of(w->receipts[until].receipt.payer.id) == bucket;)
            until++;
        TRY(receive_bucket(w, from, until));
    }
    w->answer.allocated = w->sums;
    w->answer.allocated_count = w->sum_count;
    *received = w->answer;
    return ERR_NONE;
}

err collection_receive_finish(collection_receiving *receiving, collection_received *received)
{
    err e = finish(receiving, received);
    collection_receive_cancel(receiving);
    return e;
}

/* ---- credit ---- */

err collection_credit_of(collection *bills, collection_payer payer, int64_t *credit_fen)
{
    store_query *q;
    bool has_row;
    *credit_fen = 0;
    TRY(store_prepare(bills->db,
                      "SELECT credit_fen FROM collection_credit WHERE bucket = ?1 AND payer_kind = ?2 AND "
                      "payer_id = ?3", &q));
    store_bind_int(q, 1, eventlog_bucket_of(payer.id));
    store_bind_int(q, 2, payer.kind);
    store_bind_int(q, 3, payer.id);
    TRY(store_step(q, &has_row));
    if (has_row) *credit_fen = store_int(q, 0);
    store_reset(q);
    return ERR_NONE;
}

err collection_credits(arena *a, collection *bills, collection_credit **credits, size_t *count)
{
    store_query *q;
    size_t capacity = 0;
    *credits = NULL;
    *count = 0;
    TRY(store_prepare(bills->db,
                      "SELECT payer_kind, payer_id, credit_fen FROM collection_credit WHERE credit_fen > 0 "
                      "ORDER BY payer_kind, payer_id", &q));
    for (;;) {
        bool has_row;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        collection_credit one = { { (collection_payer_kind)store_int(q, 0), store_int(q, 1) }, store_int(q, 2) };
        ARENA_PUSH(a, *credits, *count, capacity, one);
    }
}

static err use_credit(collection_receiving *w, collection_payer payer)
{
    collection_due *dues;
    size_t count;
    int64_t credit_fen;
    TRY(collection_credit_of(w->bills, payer, &credit_fen));
    if (!credit_fen) return err_of(&COLLECTION_NO_CREDIT, "0.00");
    TRY(collection_dues_of(w->payer_memory, w->bills, payer, true, &dues, &count));
    next_event(w);
    allot(w, dues, ARENA_ARRAY(w->payer_memory, int64_t, count + 1), count, w->month, credit_fen);
    if (w->allotted.row_count)
        TRY(keep(w, eventlog_bucket_of(payer.id), "collection.credited", "credited"));
    w->answer.is_new = w->any_new;
    w->answer.allocated = w->sums;
    w->answer.allocated_count = w->sum_count;
    return ERR_NONE;
}

err collection_use_credit(arena *a, collection *bills, collection_payer payer, int32_t month,
                          const collection_order *order, const collection_act *act,
                          collection_received *received)
{
    collection_receiving *w;
    TRY(collection_receive_open(a, bills, month, order, act, &w));
    err e = use_credit(w, payer);
    *received = w->answer;
    collection_receive_cancel(w);
    return e;
}

/* `fund` 0: out of the credit; else back into what that fund holds. */
static err refund(collection *bills, collection_payer payer, int32_t fund, int64_t amount_fen, const collection_act *act)
{
    int64_t credit_fen;
    char digits[CODEC_SCALED_BYTES];
    bool is_new;
    if (amount_fen <= 0) return bad_amount(bills->process, amount_fen);
    TRY(collection_credit_of(bills, payer, &credit_fen));
    arena *scratch = arena_open();
    text_builder body = text_builder_open(scratch);
    codec_json_writer j = codec_json_write(&body, false);
    codec_json_begin_object(&j);
    collection_add_booked(&j, act, 0);
    eventlog_body_add_int(&j, "fen", fund ? -amount_fen : amount_fen);
    if (fund) eventlog_body_add_int(&j, "fund", fund);
    eventlog_body_add_int(&j, "payer", payer.id);
    eventlog_body_add_int(&j, "payer_kind", payer.kind);
    codec_json_end_object(&j);
    eventlog_event event = collection_event(act, eventlog_bucket_of(payer.id), "collection.refunded");
    event.subject_id = payer.id;
    event.body = text_built(&body);
    int64_t done = 0;
    err e = act->key.size_bytes ? eventlog_find_key(bills->log, event.bucket, act->key, &done) : ERR_NONE;
    if (!e.kind && !done && !fund && credit_fen < amount_fen) {
        size_t size = codec_print_scaled(credit_fen, 2, digits);
        e = err_of(&COLLECTION_NO_CREDIT, text_format(scratch, "%.*s", (int)size, digits).bytes);
    }
    if (!e.kind) e = collection_record(bills, &event, &is_new);
    return collection_leave(bills, scratch, e);
}

err collection_refund(collection *bills, collection_payer payer, int64_t amount_fen, const collection_act *act)
{
    return refund(bills, payer, 0, amount_fen, act);
}

err collection_refund_undo(collection *bills, collection_payer payer, int32_t fund, int64_t amount_fen,
                           const collection_act *act)
{
    return refund(bills, payer, fund, amount_fen, act);
}

err collection_receipts_of(arena *a, collection *bills, collection_payer payer,
                           collection_received_row **receipts, size_t *count)
{
    store_query *q;
    size_t capacity = 0;
    *receipts = NULL;
    *count = 0;
    TRY(store_prepare(bills->db,
                      "SELECT day, for_month, amount_fen, allocated_fen, reference, known_ms FROM "
                      "collection_receipt WHERE bucket = ?1 AND payer_kind = ?2 AND payer_id = ?3 "
                      "ORDER BY receipt", &q));
    store_bind_int(q, 1, eventlog_bucket_of(payer.id));
    store_bind_int(q, 2, payer.kind);
    store_bind_int(q, 3, payer.id);
    for (;;) {
        bool has_row;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        collection_received_row row = {
            .receipt = { .payer = payer, .day = (int32_t)store_int(q, 0), .for_month = (int32_t)store_int(q, 1),
                         .amount_fen = store_int(q, 2), .reference = text_copy(a, store_text(q, 4)) },
            .allocated_fen = store_int(q, 3), .known_ms = store_int(q, 5) };
        ARENA_PUSH(a, *receipts, *count, capacity, row);
    }
}
