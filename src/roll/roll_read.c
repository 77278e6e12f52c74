/* Receipts, and lines as they are now. */
#include "base/search.h"
#include "roll/roll_internal.h"

err roll_find(arena *a, roll_book *book, int64_t receipt_id, int64_t *sequence)
{
    store_query *q;
    bool has_row;
    TRY(store_prepare(book->db, "SELECT sequence FROM roll_receipt WHERE receipt_id = ?1", &q));
    store_bind_int(q, 1, receipt_id);
    TRY(store_step(q, &has_row));
    if (!has_row) return err_of(&ROLL_NO_RECEIPT, text_format(a, "%lld", (long long)receipt_id).bytes);
    *sequence = store_int(q, 0);
    store_reset(q);
    return ERR_NONE;
}

#define RECEIPT_COLUMNS                                                                          \
    "SELECT receipt_id, roll, month, file, digest, contract, known_ms, actor_id, line_count, mended, before_id, added, " \
    "removed, changed FROM roll_receipt "

static err read_receipts(arena *a, store_query *q, roll_receipt **receipts, size_t *count)
{
    size_t capacity = 0;
    *receipts = NULL;
    *count = 0;
    for (;;) {
        bool has_row;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        roll_receipt one = { .receipt_id = store_int(q, 0),
                             .terms = { .roll = text_copy(a, store_text(q, 1)), .month = (int32_t)store_int(q, 2),
                                        .file = text_copy(a, store_text(q, 3)), .digest = text_copy(a, store_text(q, 4)),
                                        .contract = text_copy(a, store_text(q, 5)), .mended = store_int(q, 9),
                                        .before_id = store_int(q, 10), .added = store_int(q, 11),
                                        .removed = store_int(q, 12), .changed = store_int(q, 13) },
                             .known_ms = store_int(q, 6), .actor_id = store_int(q, 7), .line_count = store_int(q, 8) };
        ARENA_PUSH(a, *receipts, *count, capacity, one);
    }
}

static err read_counts(roll_book *book, roll_receipt *receipt)
{
    store_query *q;
    TRY(store_prepare(book->db, "SELECT state, line_count FROM roll_count WHERE receipt_id = ?1", &q));
    store_bind_int(q, 1, receipt->receipt_id);
    for (;;) {
        bool has_row;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        int64_t state = store_int(q, 0);
        if (state > 0 && state < ROLL_STATE_COUNT) receipt->count[state] = store_int(q, 1);
    }
}

err roll_receipt_read(arena *a, roll_book *book, int64_t receipt_id, roll_receipt *receipt)
{
    store_query *q;
    roll_receipt *found;
    size_t count;
    TRY(store_prepare(book->db, RECEIPT_COLUMNS "WHERE receipt_id = ?1", &q));
    store_bind_int(q, 1, receipt_id);
    TRY(read_receipts(a, q, &found, &count));
    if (!count) return err_of(&ROLL_NO_RECEIPT, text_format(a, "%lld", (long long)receipt_id).bytes);
    *receipt = found[0];
    return read_counts(book, receipt);
}

err roll_receipts(arena *a, roll_book *book, text roll, roll_receipt **receipts, size_t *count)
{
    store_query *q;
    TRY(store_prepare(book->db, RECEIPT_COLUMNS "WHERE ?1 = '' OR roll = ?1 ORDER BY roll, month, receipt_id", &q));
    store_bind_text(q, 1, roll.bytes ? roll : TEXT(""));
    TRY(read_receipts(a, q, receipts, count));
    for (size_t i = 0; i < *count; i++) TRY(read_counts(book, &(*receipts)[i]));
    return ERR_NONE;
}

err roll_latest(roll_book *book, text roll, int32_t month, int64_t *receipt_id)
{
    store_query *q;
    bool has_row;
    TRY(store_prepare(book->db,
                      "SELECT receipt_id FROM roll_receipt WHERE roll = ?1 AND month <= ?2 "
                      "ORDER BY month DESC, receipt_id DESC LIMIT 1", &q));
    store_bind_text(q, 1, roll);
    store_bind_int(q, 2, month);
    TRY(store_step(q, &has_row));
    *receipt_id = has_row ? store_int(q, 0) : 0;
    store_reset(q);
    return ERR_NONE;
}

err roll_lines(arena *a, roll_book *book, int64_t receipt_id, roll_line **lines, size_t *count)
{
    int64_t sequence;
    store_query *q;
    TRY(roll_find(a, book, receipt_id, &sequence));
    TRY(roll_lines_told(a, book, sequence, "lines", lines, count));
    TRY(store_prepare(book->db, "SELECT line, state, subject_id FROM roll_settled WHERE receipt_id = ?1 ORDER BY line", &q));
    store_bind_int(q, 1, receipt_id);
    for (;;) {
        bool has_row;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        int64_t line = store_int(q, 0);
        size_t at = SEARCH_FIRST(*lines, *count, line, line);
        if (at == *count || (*lines)[at].line != line) continue;
        (*lines)[at].state = (roll_state)store_int(q, 1);
        (*lines)[at].subject_id = store_int(q, 2);
    }
}

err roll_sealed(arena *a, roll_book *book, int64_t receipt_id, text *sealed)
{
    int64_t sequence;
    text bytes;
    size_t column;
    eventlog_rows *rows = ARENA_NEW(a, eventlog_rows);
    TRY(roll_find(a, book, receipt_id, &sequence));
    TRY(eventlog_segment_read(a, book->log, EVENTLOG_OFFICE, sequence, "cells", &bytes));
    TRY(eventlog_rows_open(bytes, rows));
    TRY(eventlog_rows_find(rows, "sealed", true, &column));
    if (rows->row_count != 1) return err_of(&EVENTLOG_BROKEN, "cells");
    *sealed = eventlog_rows_word(rows, column, 0);
    return ERR_NONE;
}
