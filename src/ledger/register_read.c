#include <stdlib.h>
#include <string.h>

#include "ledger/ledger_internal.h"

err ledger_register_read(arena *a, ledger *books, uint32_t bucket, int32_t fund, ledger_register *everyone)
{
    store_query *q;
    int64_t *persons = NULL, *balances = NULL;
    size_t count = 0, person_capacity = 0, balance_capacity = 0, balance_count = 0;
    TRY(store_prepare(books->db,
                      "SELECT persons FROM ledger_register WHERE bucket = ?1 AND fund = ?2 "
                      "ORDER BY from_person", &q));
    store_bind_int(q, 1, bucket);
    store_bind_int(q, 2, fund);
    for (;;) {
        bool has_row;
        TRY(store_step(q, &has_row));
        if (!has_row) break;
        text bytes = store_bytes(q, 0);
        size_t in_chunk = bytes.size_bytes / (2 * sizeof(int64_t));
        for (size_t i = 0; i < in_chunk; i++) {
            int64_t person, balance;
            memcpy(&person, bytes.bytes + i * sizeof person, sizeof person);
            memcpy(&balance, bytes.bytes + (in_chunk + i) * sizeof balance, sizeof balance);
            ARENA_PUSH(a, persons, count, person_capacity, person);
            ARENA_PUSH(a, balances, balance_count, balance_capacity, balance);
        }
    }
    *everyone = (ledger_register){ persons, balances, count };
    return ERR_NONE;
}

err ledger_person_balance(ledger *books, int64_t person_id, int32_t fund, int64_t *balance_fen)
{
    store_query *q;
    bool has_row;
    *balance_fen = 0;
    TRY(store_prepare(books->db,
                      "SELECT persons FROM ledger_register WHERE bucket = ?1 AND fund = ?2 "
                      "AND from_person <= ?3 ORDER BY from_person DESC LIMIT 1", &q));
    store_bind_int(q, 1, eventlog_bucket_of(person_id));
    store_bind_int(q, 2, fund);
    store_bind_int(q, 3, person_id);
    TRY(store_step(q, &has_row));
    text bytes = has_row ? store_bytes(q, 0) : TEXT("");
    size_t count = bytes.size_bytes / (2 * sizeof(int64_t)), low = 0, high = count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int64_t person;
        memcpy(&person, bytes.bytes + middle * sizeof person, sizeof person);
        if (person == person_id)
            memcpy(balance_fen, bytes.bytes + (count + middle) * sizeof person, sizeof person);
        if (person < person_id) low = middle + 1;
        else high = middle;
    }
    store_reset(q);
    return ERR_NONE;
}

typedef struct {
    int64_t *sequence, *known_ms;
    size_t count, sequence_capacity, known_count, known_capacity;
} batch_list;

static err batches_of(arena *a, ledger *books, uint32_t bucket, int32_t fund, int64_t person,
                      batch_list *list)
{
    store_query *q;
    TRY(store_prepare(books->db,
                      "SELECT sequence, known_ms FROM ledger_batch WHERE bucket = ?1 AND fund = ?2 "
                      "AND person_min <= ?3 AND person_max >= ?3 ORDER BY sequence", &q));
    store_bind_int(q, 1, bucket);
    store_bind_int(q, 2, fund);
    store_bind_int(q, 3, person);
    for (;;) {
        bool has_row;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        ARENA_PUSH(a, list->sequence, list->count, list->sequence_capacity, store_int(q, 0));
        ARENA_PUSH(a, list->known_ms, list->known_count, list->known_capacity, store_int(q, 1));
    }
}

static err batch_postings(arena *scratch, ledger *books, int64_t sequence, int64_t person, ledger_segment *s)
{
    text bytes;
    arena_reset(scratch);
    TRY(eventlog_segment_read(scratch, books->log, eventlog_bucket_of(person), sequence, "postings", &bytes));
    return ledger_segment_open(scratch, bytes, person, s);
}

err ledger_person_postings(arena *a, ledger *books, int64_t person_id, int32_t fund,
                           const ledger_posting **postings, size_t *count)
{
    batch_list list = { 0 };
    ledger_posting *out = NULL;
    size_t out_count = 0, capacity = 0;
    int64_t balance = 0;
    TRY(batches_of(a, books, eventlog_bucket_of(person_id), fund, person_id, &list));
    arena *scratch = arena_open();
    err e = ERR_NONE;
    for (size_t b = 0; b < list.count && !e.kind; b++) {
        ledger_segment s = { 0 };
        e = batch_postings(scratch, books, list.sequence[b], person_id, &s);
        for (int64_t i = 0; !e.kind && i < s.count; i++) {
            balance += s.amount_fen[i];
            ledger_posting p = { (int32_t)s.day[i], (int32_t)s.kind[i], s.amount_fen[i], balance,
                                 list.known_ms[b] };
            ARENA_PUSH(a, out, out_count, capacity, p);
        }
    }
    if (e.detail) e.detail = text_cstr(a, text_of(e.detail));
    arena_close(scratch);
    *postings = out;
    *count = out_count;
    return e;
}

/* ---- everybody's ---- */

typedef struct {
    ledger_register_posting posting;
    size_t order;
} ordered;

static int by_person(const void *a, const void *b)
{
    const ordered *x = a, *y = b;
    if (x->posting.person_id != y->posting.person_id) return x->posting.person_id < y->posting.person_id ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

static err batches_of_bucket(arena *a, ledger *books, uint32_t bucket, int32_t fund, int64_t **sequence, size_t *count)
{
    store_query *q;
    size_t capacity = 0;
    *sequence = NULL;
    *count = 0;
    TRY(store_prepare(books->db, "SELECT sequence FROM ledger_batch WHERE bucket = ?1 AND fund = ?2 ORDER BY sequence", &q));
    store_bind_int(q, 1, bucket);
    store_bind_int(q, 2, fund);
    for (;;) {
        bool has_row;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        ARENA_PUSH(a, *sequence, *count, capacity, store_int(q, 0));
    }
}

err ledger_register_postings(arena *a, ledger *books, uint32_t bucket, int32_t fund,
                             const ledger_register_posting **postings, size_t *count)
{
    int64_t *sequence;
    size_t batch_count, capacity = 0;
    ordered *all = NULL;
    *count = 0;
    TRY(batches_of_bucket(a, books, bucket, fund, &sequence, &batch_count));
    for (size_t b = 0; b < batch_count; b++) {
        text bytes;
        ledger_segment s = { 0 };
        TRY(eventlog_segment_read(a, books->log, bucket, sequence[b], "postings", &bytes));
        TRY(ledger_segment_open(a, bytes, 0, &s));
        for (int64_t i = 0; i < s.count; i++) {
            ordered one = { { s.person_id[i], s.amount_fen[i], (int32_t)s.day[i], (int32_t)s.kind[i] }, *count };
            ARENA_PUSH(a, all, *count, capacity, one);
        }
    }
    if (*count) qsort(all, *count, sizeof *all, by_person);
    ledger_register_posting *out = ARENA_ARRAY(a, ledger_register_posting, *count + 1);
    for (size_t i = 0; i < *count; i++) out[i] = all[i].posting;
    *postings = out;
    return ERR_NONE;
}

err ledger_controls(arena *a, ledger *books, int32_t fund, const ledger_control **totals,
                    size_t *count, int64_t *persons_fen)
{
    ledger_control *out = NULL;
    size_t out_count = 0, capacity = 0;
    store_query *q;
    bool has_row;
    TRY(store_prepare(books->db,
                      "SELECT kind, CAST(SUM(posting_count) AS BIGINT), CAST(SUM(amount_fen) AS BIGINT) "
                      "FROM ledger_control WHERE fund = ?1 GROUP BY kind ORDER BY kind", &q));
    store_bind_int(q, 1, fund);
    for (;;) {
        TRY(store_step(q, &has_row));
        if (!has_row) break;
        ledger_control total = { (int32_t)store_int(q, 0), store_int(q, 1), store_int(q, 2) };
        ARENA_PUSH(a, out, out_count, capacity, total);
    }
    TRY(store_prepare(books->db,
                      "SELECT CAST(COALESCE(SUM(balance_fen), 0) AS BIGINT) FROM ledger_register "
                      "WHERE fund = ?1", &q));
    store_bind_int(q, 1, fund);
    TRY(store_step(q, &has_row));
    *persons_fen = store_int(q, 0);
    store_reset(q);
    *totals = out;
    *count = out_count;
    return ERR_NONE;
}
