#include <stdlib.h>
#include <string.h>

#include "ledger/ledger_internal.h"

/* Derives the balances of a bucket again, by another way than register.c: all postings of all its
 * batches, sorted, added up from the first. */

typedef struct {
    int64_t fund, person, amount_fen;
} loose_posting;

/* A row of ledger_batch, made of its event anew. */
typedef struct {
    text key;
    int64_t sequence, known_ms, fund, person_min, person_max, posting_count, amount_fen, check_word;
} loose_batch;

typedef struct {
    loose_posting *items;
    size_t count, capacity;
    struct {
        int64_t fund, kind, posting_count, amount_fen;
    } *totals;
    size_t total_count, total_capacity;
    loose_batch *batches;
    size_t batch_count, batch_capacity;
} loose;

static void add_total(arena *a, loose *l, int64_t fund, int64_t kind, int64_t amount_fen)
{
    size_t i = 0;
    while (i < l->total_count && (l->totals[i].fund != fund || l->totals[i].kind != kind)) i++;
    if (i == l->total_count) {
        __typeof__(*l->totals) fresh = { .fund = fund, .kind = kind };
        ARENA_PUSH(a, l->totals, l->total_count, l->total_capacity, fresh);
    }
    l->totals[i].posting_count++;
    l->totals[i].amount_fen += amount_fen;
}

static err add_batch(arena *a, ledger *books, uint32_t bucket, loose_batch *batch, loose *l)
{
    text bytes;
    ledger_segment s;
    TRY(eventlog_segment_read(a, books->log, bucket, batch->sequence, "postings", &bytes));
    TRY(ledger_segment_open(a, bytes, 0, &s));
    for (int64_t i = 0; i < s.count; i++) {
        loose_posting p = { s.fund, s.person_id[i], s.amount_fen[i] };
        ARENA_PUSH(a, l->items, l->count, l->capacity, p);
        add_total(a, l, s.fund, s.kind[i], s.amount_fen[i]);
        batch->amount_fen += s.amount_fen[i];
    }
    batch->fund = s.fund;
    batch->posting_count = s.count;
    batch->person_min = s.count ? s.person_id[0] : 0;
    batch->person_max = s.count ? s.person_id[s.count - 1] : 0;
    batch->check_word = ledger_check_word(bytes);
    return ERR_NONE;
}

static err read_events(arena *a, ledger *books, uint32_t bucket, loose *l)
{
    eventlog_cursor *cursor;
    const eventlog_entry *entry;
    err e;
    TRY(eventlog_read(a, books->log, bucket, 1, &cursor));
    while (!(e = eventlog_next(cursor, &entry)).kind && entry) {
        if (strcmp(entry->event.kind, LEDGER_CREDITED) != 0) continue;
        loose_batch batch = { .sequence = entry->sequence, .known_ms = entry->event.known_ms };
        e = ledger_batch_key(books, a, entry, &batch.key);
        if (e.kind) break;
        ARENA_PUSH(a, l->batches, l->batch_count, l->batch_capacity, batch);
    }
    eventlog_cursor_close(cursor);
    for (size_t i = 0; i < l->batch_count && !e.kind; i++) e = add_batch(a, books, bucket, &l->batches[i], l);
    return e;
}

static int by_person(const void *left, const void *right)
{
    const loose_posting *a = left, *b = right;
    if (a->fund != b->fund) return a->fund < b->fund ? -1 : 1;
    return (a->person > b->person) - (a->person < b->person);
}

static err check_persons(arena *answer, arena *a, ledger *books, uint32_t bucket, int32_t fund,
                         const loose *l, ledger_verdict *verdict)
{
    ledger_register everyone;
    TRY(ledger_register_read(a, books, bucket, fund, &everyone));
    size_t at = 0;
    while (at < l->count && l->items[at].fund < fund) at++;
    for (size_t i = 0; i < everyone.count || (at < l->count && l->items[at].fund == fund); i++) {
        bool is_derived = at < l->count && l->items[at].fund == fund;
        int64_t person = is_derived ? l->items[at].person : everyone.person_id[i], balance = 0;
        for (; at < l->count && l->items[at].fund == fund && l->items[at].person == person; at++)
            balance += l->items[at].amount_fen;
        bool is_kept = i < everyone.count && everyone.person_id[i] == person;
        if (!is_derived || !is_kept || everyone.balance_fen[i] != balance) {
            ledger_blame(verdict, text_format(answer, "account %d/%lld", fund, (long long)person).bytes,
                         "its balance is not the sum of its postings", "余额不等于记账之和");
            return ERR_NONE;
        }
        verdict->person_count++;
    }
    return ERR_NONE;
}

/* Chunks divide the numbers of persons: the first begins with 0, and each holds persons from its beginning on, below
 * the next one's. */
static bool is_in_place(const store_query *q, const int64_t *persons, size_t count, int64_t *fund_before, int64_t *last)
{
    int64_t fund = store_int(q, 0), from = store_int(q, 1);
    bool is_first = fund != *fund_before;
    bool is_right = (is_first ? from == 0 : from > *last) && (!count || persons[0] >= from);
    *fund_before = fund;
    *last = count ? persons[count - 1] : from;
    return is_right;
}

/* What a chunk says of itself. */
static err check_chunks(arena *answer, ledger *books, uint32_t bucket, ledger_verdict *verdict)
{
    store_query *q;
    TRY(store_prepare(books->db,
                      "SELECT fund, from_person, person_count, balance_fen, persons FROM ledger_register "
                      "WHERE bucket = ?1 ORDER BY fund, from_person", &q));
    store_bind_int(q, 1, bucket);
    int64_t fund = -1, last = 0;
    for (;;) {
        bool has_row;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        text bytes = store_bytes(q, 4);
        size_t count = bytes.size_bytes / (2 * sizeof(int64_t));
        int64_t sum = 0, ends[2] = { 0 };
        if (count) {
            memcpy(&ends[0], bytes.bytes, sizeof ends[0]);
            memcpy(&ends[1], bytes.bytes + (count - 1) * sizeof ends[1], sizeof ends[1]);
        }
        for (size_t i = count; i < 2 * count; i++) {
            int64_t balance;
            memcpy(&balance, bytes.bytes + i * sizeof balance, sizeof balance);
            sum += balance;
        }
        if (!is_in_place(q, ends, count ? 2 : 0, &fund, &last) ||
            (int64_t)count != store_int(q, 2) || sum != store_int(q, 3) ||
            bytes.size_bytes % (2 * sizeof(int64_t)))
            ledger_blame(verdict, text_format(answer, "register %u/%lld/%lld", bucket, (long long)store_int(q, 0),
                                              (long long)store_int(q, 1)).bytes,
                         "does not hold what it says of itself: its persons, their number or their total", "与其所记的人员、人数或合计不符");
    }
}

static err check_controls(arena *answer, ledger *books, uint32_t bucket, const loose *l,
                          ledger_verdict *verdict)
{
    store_query *q;
    size_t found = 0;
    TRY(store_prepare(books->db,
                      "SELECT fund, kind, posting_count, amount_fen FROM ledger_control WHERE bucket = ?1", &q));
    store_bind_int(q, 1, bucket);
    for (;;) {
        bool has_row;
        TRY(store_step(q, &has_row));
        if (!has_row) break;
        size_t i = 0;
        while (i < l->total_count && (l->totals[i].fund != store_int(q, 0) || l->totals[i].kind != store_int(q, 1))) i++;
        if (i < l->total_count && l->totals[i].posting_count == store_int(q, 2) &&
            l->totals[i].amount_fen == store_int(q, 3))
            found++;
        else
            found = SIZE_MAX / 2;
    }
    if (found != l->total_count)
        ledger_blame(verdict, text_format(answer, "ledger_control %u", bucket).bytes,
                     "are not the sums of the postings", "控制总数不等于记账之和");
    return ERR_NONE;
}

static bool is_same_batch(const store_query *q, const loose_batch *made)
{
    const int64_t numbers[] = { made->sequence, made->fund, made->person_min, made->person_max,
                                made->posting_count, made->amount_fen, made->check_word, made->known_ms };
    for (size_t i = 0; i < ARRAY_COUNT(numbers); i++)
        if (store_int(q, (int)i) != numbers[i]) return false;
    return text_equal(store_text(q, (int)ARRAY_COUNT(numbers)), made->key);
}

/* The rows and what the events make, side by side, up to the first that differs. */
static err check_batches(arena *answer, ledger *books, uint32_t bucket, const loose *l,
                         ledger_verdict *verdict)
{
    store_query *q;
    TRY(store_prepare(books->db,
                      "SELECT sequence, fund, person_min, person_max, posting_count, amount_fen, check_word, "
                      "known_ms, key FROM ledger_batch WHERE bucket = ?1 ORDER BY sequence", &q));
    store_bind_int(q, 1, bucket);
    for (size_t i = 0;; i++) {
        bool has_row;
        TRY(store_step(q, &has_row));
        if (!has_row && i == l->batch_count) return ERR_NONE;
        if (has_row && i < l->batch_count && is_same_batch(q, &l->batches[i])) continue;
        int64_t kept = has_row ? store_int(q, 0) : INT64_MAX;
        int64_t made = i < l->batch_count ? l->batches[i].sequence : INT64_MAX;
        if (has_row) store_reset(q);
        ledger_blame(verdict, text_format(answer, "ledger_batch %u/%lld", bucket, (long long)(kept < made ? kept : made)).bytes,
                     "is not what its event says", "与其事件不一致");
        return ERR_NONE;
    }
}

static err check_bucket(arena *answer, arena *a, ledger *books, uint32_t bucket, ledger_verdict *verdict)
{
    loose l = { 0 };
    TRY(read_events(a, books, bucket, &l));
    verdict->posting_count += (int64_t)l.count;
    if (l.count) qsort(l.items, l.count, sizeof *l.items, by_person);
    TRY(check_batches(answer, books, bucket, &l, verdict));
    TRY(check_controls(answer, books, bucket, &l, verdict));
    TRY(check_chunks(answer, books, bucket, verdict));
    for (size_t f = 0; f < books->chart->fund_count && !verdict->bad_record; f++)
        TRY(check_persons(answer, a, books, bucket, books->chart->funds[f].number, &l, verdict));
    return ERR_NONE;
}

err ledger_verify_register(arena *a, ledger *books, ledger_verdict *verdict)
{
    arena *scratch = arena_open();
    err e = ERR_NONE;
    for (uint32_t bucket = 0; bucket < EVENTLOG_BUCKETS && !e.kind && !verdict->bad_record; bucket++) {
        arena_reset(scratch);
        e = check_bucket(a, scratch, books, bucket, verdict);
    }
    if (e.detail) e.detail = text_cstr(a, text_of(e.detail));
    arena_close(scratch);
    return e;
}
