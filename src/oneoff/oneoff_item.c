/* Items: proposed bucket by bucket, and read with their lines. */
#include "oneoff/oneoff_internal.h"

/* Numbers first, then words; oneoff_apply reads them in this order. */
oneoff_name ONEOFF_ITEM_NAMES[ONEOFF_ITEM_COLUMNS] = {
    "subject", "payee", "kind", "decision", "way", "limit", "from", "until", "amount", "first_line", "lines", "batch",
    "fund", "benefit", "reason",
};
static const char *const LINE_NAMES[] = { "month", "paid_month", "is_account", "fen", "part" };

/* ---- proposing ---- */

static bool sum_lines(const oneoff_item *item, int64_t *amount_fen)
{
    *amount_fen = 0;
    for (size_t i = 0; i < item->line_count; i++) {
        const oneoff_line *line = &item->lines[i];
        bool is_in_order = !i || line[-1].month <= line->month;
        if (line->fen <= 0 || !is_in_order || __builtin_add_overflow(*amount_fen, line->fen, amount_fen)) return false;
    }
    return item->line_count > 0 && item->line_count <= ONEOFF_LINES_MAX;
}

static err check(arena *a, uint32_t bucket, const oneoff_item *items, size_t count, int64_t *amounts)
{
    if (!count || count > ONEOFF_ITEMS_MAX) return oneoff_blame(a, &ONEOFF_BAD_ITEM, 0);
    for (size_t i = 0; i < count; i++) {
        bool is_ours = eventlog_bucket_of(items[i].subject_id) == bucket &&
                       (!i || items[i - 1].subject_id <= items[i].subject_id);
        bool is_whole = items[i].fund.size_bytes && items[i].kind < ONEOFF_KIND_COUNT &&
                        items[i].way < ONEOFF_WAY_COUNT && items[i].limit_fen >= 0;
        if (!is_ours || !is_whole || !sum_lines(&items[i], &amounts[i]))
            return oneoff_blame(a, &ONEOFF_BAD_ITEM, (int64_t)i + 1);
    }
    return ERR_NONE;
}

static err pack_items(arena *a, int64_t batch_id, const oneoff_item *items, size_t count, const int64_t *amounts,
                      text *bytes)
{
    eventlog_column columns[ONEOFF_ITEM_COLUMNS];
    int64_t *number[ONEOFF_NUMBERS];
    text *word[ONEOFF_WORDS];
    for (size_t c = 0; c < ONEOFF_NUMBERS; c++) {
        number[c] = ARENA_ARRAY(a, int64_t, count);
        columns[c] = (eventlog_column){ .name = ONEOFF_ITEM_NAMES[c], .number = number[c] };
    }
    for (size_t c = 0; c < ONEOFF_WORDS; c++) {
        word[c] = ARENA_ARRAY(a, text, count);
        columns[ONEOFF_NUMBERS + c] =
            (eventlog_column){ .name = ONEOFF_ITEM_NAMES[ONEOFF_NUMBERS + c], .word = word[c] };
    }
    int64_t line_at = 0;
    for (size_t i = 0; i < count; i++) {
        const oneoff_item *item = &items[i];
        int64_t values[ONEOFF_NUMBERS] = { item->subject_id, item->payee_id ? item->payee_id : item->subject_id,
                                           item->kind, item->decision_id, item->way, item->limit_fen,
                                           item->lines[0].month, item->lines[item->line_count - 1].month + 1,
                                           amounts[i], line_at, (int64_t)item->line_count, batch_id };
        for (size_t c = 0; c < ONEOFF_NUMBERS; c++) number[c][i] = values[c];
        word[0][i] = item->fund;
        word[1][i] = item->benefit;
        word[2][i] = item->reason;
        line_at += values[10];
    }
    return eventlog_rows_write(a, columns, ONEOFF_ITEM_COLUMNS, count, bytes);
}

static err pack_lines(arena *a, const oneoff_item *items, size_t count, size_t line_count, text *bytes)
{
    eventlog_column columns[5];
    int64_t *number[4];
    text *part = ARENA_ARRAY(a, text, line_count);
    for (size_t c = 0; c < 4; c++) {
        number[c] = ARENA_ARRAY(a, int64_t, line_count);
        columns[c] = (eventlog_column){ .name = LINE_NAMES[c], .number = number[c] };
    }
    columns[4] = (eventlog_column){ .name = LINE_NAMES[4], .word = part };
    for (size_t i = 0, at = 0; i < count; i++)
        for (size_t k = 0; k < items[i].line_count; k++, at++) {
            const oneoff_line *line = &items[i].lines[k];
            number[0][at] = line->month;
            number[1][at] = line->paid_month;
            number[2][at] = line->is_account;
            number[3][at] = line->fen;
            part[at] = line->part;
        }
    return eventlog_rows_write(a, columns, 5, line_count, bytes);
}

static err propose(oneoff_book *book, arena *a, const oneoff_act *act, int64_t batch_id, uint32_t bucket,
                   const oneoff_item *items, size_t count, int64_t *ids)
{
    static const char *const NAMES[] = { "batch", "count" };
    int64_t *amounts = ARENA_ARRAY(a, int64_t, count + 1), sequence;
    size_t line_count = 0;
    TRY(check(a, bucket, items, count, amounts));
    TRY(oneoff_may_add(book, a, act, batch_id, bucket));
    for (size_t i = 0; i < count; i++) line_count += items[i].line_count;
    eventlog_segment segments[2] = { { .name = "items", .row_count = (int64_t)count },
                                     { .name = "lines", .row_count = (int64_t)line_count } };
    TRY(pack_items(a, batch_id, items, count, amounts, &segments[0].bytes));
    TRY(pack_lines(a, items, count, line_count, &segments[1].bytes));
    int64_t values[] = { batch_id, (int64_t)count };
    eventlog_event event = oneoff_event(act, bucket, "oneoff.proposed");
    event.body = oneoff_body(a, NAMES, values, 2);
    event.segments = segments;
    event.segment_count = 2;
    event.subject_id = count == 1 ? items[0].subject_id : 0;
    TRY(oneoff_record(book, &event, &sequence, NULL));
    for (size_t i = 0; i < count; i++) ids[i] = sequence * ONEOFF_ITEMS_MAX + (int64_t)i;
    return ERR_NONE;
}

err oneoff_propose(oneoff_book *book, const oneoff_act *act, int64_t batch_id, uint32_t bucket, const oneoff_item *items,
                   size_t count, int64_t *ids)
{
    arena *scratch = arena_open();
    return oneoff_leave(book, scratch, propose(book, scratch, act, batch_id, bucket, items, count, ids));
}

/* ---- reading ---- */

#define ITEM_SELECT                                                                              \
    "SELECT i.subject_id, i.item_id, i.batch_id, i.kind, i.payee_id, i.fund, i.benefit, i.reason, i.decision_id, " \
    "i.way, i.limit_fen, i.from_month, i.until_month, i.amount_fen, i.settled_fen, i.closed_fen, i.closed_as, " \
    "i.run_id, i.run_fen, b.state FROM oneoff_item AS i JOIN oneoff_batch AS b ON b.batch_id = i.batch_id "

static oneoff_state state_of(const oneoff_standing *s, oneoff_batch_state batch, oneoff_state closed_as)
{
    if (batch == ONEOFF_REFUSED) return ONEOFF_STATE_CANCELLED;
    if (batch != ONEOFF_APPROVED) return ONEOFF_STATE_PROPOSED;
    if (s->run_id) return ONEOFF_STATE_IN_RUN;
    if (s->remaining_fen) return ONEOFF_STATE_APPROVED;
    return s->closed_fen ? closed_as : ONEOFF_STATE_SETTLED;
}

static oneoff_standing read_item(arena *a, const store_query *q)
{
    oneoff_standing s = {
        .item = { .subject_id = store_int(q, 0), .payee_id = store_int(q, 4), .kind = (oneoff_kind)store_int(q, 3),
                  .fund = text_copy(a, store_text(q, 5)), .benefit = text_copy(a, store_text(q, 6)),
                  .reason = text_copy(a, store_text(q, 7)), .decision_id = store_int(q, 8),
                  .way = (oneoff_way)store_int(q, 9), .limit_fen = store_int(q, 10) },
        .item_id = store_int(q, 1), .batch_id = store_int(q, 2), .from_month = (int32_t)store_int(q, 11),
        .until_month = (int32_t)store_int(q, 12), .amount_fen = store_int(q, 13), .settled_fen = store_int(q, 14),
        .closed_fen = store_int(q, 15), .run_id = store_int(q, 17), .run_fen = store_int(q, 18),
    };
    s.remaining_fen = s.amount_fen - s.settled_fen - s.closed_fen;
    s.state = state_of(&s, (oneoff_batch_state)store_int(q, 19), (oneoff_state)store_int(q, 16));
    return s;
}

static err read_all(arena *a, store_query *q, oneoff_standing **items, size_t *count)
{
    size_t capacity = 0;
    *items = NULL;
    *count = 0;
    for (;;) {
        bool has_row;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        ARENA_PUSH(a, *items, *count, capacity, read_item(a, q));
    }
}

err oneoff_read(arena *a, oneoff_book *book, int64_t subject_id, int64_t item_id, oneoff_standing *item)
{
    store_query *q;
    bool has_row;
    TRY(store_prepare(book->db, ITEM_SELECT "WHERE i.bucket = ?1 AND i.subject_id = ?2 AND i.item_id = ?3", &q));
    store_bind_int(q, 1, eventlog_bucket_of(subject_id));
    store_bind_int(q, 2, subject_id);
    store_bind_int(q, 3, item_id);
    TRY(store_step(q, &has_row));
    if (!has_row) return oneoff_blame(a, &ONEOFF_NO_ITEM, item_id);
    *item = read_item(a, q);
    store_reset(q);
    return ERR_NONE;
}

err oneoff_of_subject(arena *a, oneoff_book *book, int64_t subject_id, oneoff_standing **items, size_t *count)
{
    store_query *q;
    TRY(store_prepare(book->db, ITEM_SELECT "WHERE i.bucket = ?1 AND i.subject_id = ?2 ORDER BY i.item_id", &q));
    store_bind_int(q, 1, eventlog_bucket_of(subject_id));
    store_bind_int(q, 2, subject_id);
    return read_all(a, q, items, count);
}

err oneoff_of_batch(arena *a, oneoff_book *book, int64_t batch_id, oneoff_standing **items, size_t *count)
{
    store_query *q;
    TRY(store_prepare(book->db, ITEM_SELECT "WHERE i.batch_id = ?1 ORDER BY i.bucket, i.subject_id, i.item_id", &q));
    store_bind_int(q, 1, batch_id);
    return read_all(a, q, items, count);
}

err oneoff_due(arena *a, oneoff_book *book, uint32_t bucket, oneoff_standing **items, size_t *count)
{
    store_query *q;
    TRY(store_prepare(book->db,
                      ITEM_SELECT "WHERE i.bucket = ?1 AND i.settled_fen + i.closed_fen < i.amount_fen AND i.run_id = 0 "
                                  "AND b.state = ?2 ORDER BY i.subject_id, i.item_id", &q));
    store_bind_int(q, 1, bucket);
    store_bind_int(q, 2, ONEOFF_APPROVED);
    return read_all(a, q, items, count);
}

/* ---- lines ---- */

static err read_lines(arena *a, const eventlog_rows *rows, size_t from, size_t count, oneoff_line *lines)
{
    size_t column[5];
    for (size_t c = 0; c < 5; c++) TRY(eventlog_rows_find(rows, LINE_NAMES[c], c == 4, &column[c]));
    for (size_t i = 0; i < count; i++)
        lines[i] = (oneoff_line){ .month = (int32_t)eventlog_rows_number(rows, column[0], from + i),
                                  .paid_month = (int32_t)eventlog_rows_number(rows, column[1], from + i),
                                  .is_account = eventlog_rows_number(rows, column[2], from + i) != 0,
                                  .fen = eventlog_rows_number(rows, column[3], from + i),
                                  .part = text_copy(a, eventlog_rows_word(rows, column[4], from + i)) };
    return ERR_NONE;
}

err oneoff_lines_proposed(arena *a, oneoff_book *book, int64_t subject_id, int64_t item_id, oneoff_line **lines,
                          size_t *count)
{
    oneoff_standing item;
    eventlog_rows *rows, *all = ARENA_NEW(a, eventlog_rows);
    text bytes;
    size_t column[2];
    static const char *const NAMES[] = { "first_line", "lines" };
    TRY(oneoff_read(a, book, subject_id, item_id, &item));
    size_t at = (size_t)(item_id % ONEOFF_ITEMS_MAX);
    eventlog_entry entry = { .event = { .bucket = eventlog_bucket_of(subject_id) },
                             .sequence = item_id / ONEOFF_ITEMS_MAX };
    TRY(oneoff_unpack(a, book, &entry, "items", NAMES, NULL, column, 2, &rows));
    if (at >= rows->row_count) return oneoff_blame(a, &ONEOFF_NO_ITEM, item_id);
    TRY(eventlog_segment_read(a, book->log, entry.event.bucket, entry.sequence, "lines", &bytes));
    TRY(eventlog_rows_open(bytes, all));
    size_t from = (size_t)eventlog_rows_number(rows, column[0], at);
    *count = (size_t)eventlog_rows_number(rows, column[1], at);
    if (from + *count > all->row_count) return oneoff_blame(a, &ONEOFF_NO_ITEM, item_id);
    *lines = ARENA_ARRAY(a, oneoff_line, *count + 1);
    return read_lines(a, all, from, *count, *lines);
}

size_t oneoff_share(const oneoff_line *lines, size_t count, int64_t settled_fen, int64_t fen, oneoff_line *into)
{
    size_t made = 0;
    for (size_t i = 0; i < count && fen > 0; i++) {
        int64_t left = lines[i].fen;
        if (settled_fen >= left) {
            settled_fen -= left;
            continue;
        }
        left -= settled_fen;
        settled_fen = 0;
        into[made] = lines[i];
        into[made].fen = left < fen ? left : fen;
        fen -= into[made++].fen;
    }
    return made;
}
