/* What a batch changes beside its items: states of benefits, and items that are given up. */
#include "oneoff/oneoff_internal.h"

oneoff_name ONEOFF_CHANGE_NAMES[6] = { "subject", "state", "from", "until", "benefit", "reason" };

/* ---- changes ---- */

static err pack(arena *a, const oneoff_change *changes, size_t count, text *bytes)
{
    eventlog_column columns[6];
    int64_t *number[4];
    text *word[2];
    for (size_t c = 0; c < 4; c++) number[c] = ARENA_ARRAY(a, int64_t, count);
    for (size_t c = 0; c < 2; c++) word[c] = ARENA_ARRAY(a, text, count);
    for (size_t c = 0; c < 6; c++)
        columns[c] = c < 4 ? (eventlog_column){ .name = ONEOFF_CHANGE_NAMES[c], .number = number[c] }
                           : (eventlog_column){ .name = ONEOFF_CHANGE_NAMES[c], .word = word[c - 4] };
    for (size_t i = 0; i < count; i++) {
        number[0][i] = changes[i].subject_id;
        number[1][i] = changes[i].state;
        number[2][i] = changes[i].from_month;
        number[3][i] = changes[i].until_month;
        word[0][i] = changes[i].benefit;
        word[1][i] = changes[i].reason;
    }
    return eventlog_rows_write(a, columns, 6, count, bytes);
}

static err check(arena *a, uint32_t bucket, const oneoff_change *changes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        bool is_ours = eventlog_bucket_of(changes[i].subject_id) == bucket &&
                       (!i || changes[i - 1].subject_id <= changes[i].subject_id);
        if (!is_ours || !changes[i].benefit.size_bytes || changes[i].from_month >= changes[i].until_month)
            return oneoff_blame(a, &ONEOFF_BAD_ITEM, (int64_t)i + 1);
    }
    return count && count <= ONEOFF_ITEMS_MAX ? ERR_NONE : oneoff_blame(a, &ONEOFF_BAD_ITEM, 0);
}

static err propose(oneoff_book *book, arena *a, const oneoff_act *act, int64_t batch_id, uint32_t bucket,
                   const oneoff_change *changes, size_t count)
{
    static const char *const NAMES[] = { "batch", "count" };
    int64_t values[] = { batch_id, (int64_t)count }, sequence;
    TRY(check(a, bucket, changes, count));
    TRY(oneoff_may_add(book, a, act, batch_id, bucket));
    eventlog_segment segment = { .name = "changes", .row_count = (int64_t)count };
    TRY(pack(a, changes, count, &segment.bytes));
    eventlog_event event = oneoff_event(act, bucket, "oneoff.change_proposed");
    event.body = oneoff_body(a, NAMES, values, 2);
    event.segments = &segment;
    event.segment_count = 1;
    event.subject_id = count == 1 ? changes[0].subject_id : 0;
    return oneoff_record(book, &event, &sequence, NULL);
}

err oneoff_propose_changes(oneoff_book *book, const oneoff_act *act, int64_t batch_id, uint32_t bucket,
                           const oneoff_change *changes, size_t count)
{
    arena *scratch = arena_open();
    return oneoff_leave(book, scratch, propose(book, scratch, act, batch_id, bucket, changes, count));
}

err oneoff_changes(arena *a, oneoff_book *book, int64_t batch_id, oneoff_change **changes, size_t *count)
{
    store_query *q;
    size_t capacity = 0;
    *changes = NULL;
    *count = 0;
    TRY(store_prepare(book->db, "SELECT subject_id, benefit, state, from_month, until_month, reason FROM oneoff_change "
                                "WHERE batch_id = ?1 ORDER BY bucket, subject_id, change_id", &q));
    store_bind_int(q, 1, batch_id);
    for (;;) {
        bool has_row;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        oneoff_change change = { .subject_id = store_int(q, 0), .benefit = text_copy(a, store_text(q, 1)),
                                 .state = store_int(q, 2), .from_month = (int32_t)store_int(q, 3),
                                 .until_month = (int32_t)store_int(q, 4), .reason = text_copy(a, store_text(q, 5)) };
        ARENA_PUSH(a, *changes, *count, capacity, change);
    }
}

/* ---- closings ---- */

text oneoff_body_with(arena *a, const char *const *names, const int64_t *values, size_t count, const char *name, text word)
{
    text_builder body = text_builder_open(a);
    codec_json_writer w = codec_json_write(&body, false);
    codec_json_begin_object(&w);
    for (size_t i = 0; i < count; i++) eventlog_body_add_int(&w, names[i], values[i]);
    eventlog_body_add_text(&w, name, word);
    codec_json_end_object(&w);
    return text_built(&body);
}

static err standing_free(oneoff_book *book, arena *a, int64_t subject_id, int64_t item_id, oneoff_standing *item)
{
    TRY(oneoff_read(a, book, subject_id, item_id, item));
    if (item->state == ONEOFF_STATE_PROPOSED || item->state == ONEOFF_STATE_CANCELLED)
        return oneoff_blame(a, &ONEOFF_NOT_APPROVED, item_id);
    if (item->run_id) return oneoff_blame(a, &ONEOFF_IN_RUN, item_id);
    return item->remaining_fen ? ERR_NONE : oneoff_blame(a, &ONEOFF_TOO_MUCH, item_id);
}

static err propose_closing(oneoff_book *book, arena *a, const oneoff_act *act, int64_t batch_id,
                           const oneoff_closing *closing)
{
    static const char *const NAMES[] = { "as", "batch", "item" };
    int64_t values[] = { closing->as, batch_id, closing->item_id }, sequence;
    uint32_t bucket = eventlog_bucket_of(closing->subject_id);
    oneoff_standing item;
    bool told;
    TRY(oneoff_is_told(book, bucket, act->key, &told));
    TRY(oneoff_may_add(book, a, act, batch_id, bucket));
    if (!told) TRY(standing_free(book, a, closing->subject_id, closing->item_id, &item));
    eventlog_event event = oneoff_event(act, bucket, "oneoff.closing_proposed");
    event.body = oneoff_body_with(a, NAMES, values, 3, "reason", closing->reason);
    event.subject_id = closing->subject_id;
    return oneoff_record(book, &event, &sequence, NULL);
}

err oneoff_propose_closing(oneoff_book *book, const oneoff_act *act, int64_t batch_id, const oneoff_closing *closing)
{
    arena *scratch = arena_open();
    return oneoff_leave(book, scratch, propose_closing(book, scratch, act, batch_id, closing));
}

err oneoff_closings(arena *a, oneoff_book *book, int64_t batch_id, oneoff_closing **closings, size_t *count)
{
    store_query *q;
    size_t capacity = 0;
    *closings = NULL;
    *count = 0;
    TRY(store_prepare(book->db, "SELECT subject_id, item_id, closed_as, reason FROM oneoff_closing WHERE batch_id = ?1 "
                                "ORDER BY bucket, subject_id, item_id", &q));
    store_bind_int(q, 1, batch_id);
    for (;;) {
        bool has_row;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        oneoff_closing closing = { store_int(q, 0), store_int(q, 1), (oneoff_state)store_int(q, 2),
                                   text_copy(a, store_text(q, 3)) };
        ARENA_PUSH(a, *closings, *count, capacity, closing);
    }
}

static err close_item(oneoff_book *book, arena *a, const oneoff_act *act, int64_t batch_id, const oneoff_closing *closing)
{
    static const char *const NAMES[] = { "as", "batch", "fen", "item" };
    int64_t sequence;
    oneoff_standing item;
    oneoff_batch batch;
    TRY(oneoff_batch_find(a, book, batch_id, &batch));
    if (batch.state != ONEOFF_APPROVED) return oneoff_blame(a, &ONEOFF_NOT_APPROVED, closing->item_id);
    TRY(standing_free(book, a, closing->subject_id, closing->item_id, &item));
    int64_t values[] = { closing->as, batch_id, item.remaining_fen, closing->item_id };
    eventlog_event event = oneoff_event(act, eventlog_bucket_of(closing->subject_id), "oneoff.closed");
    event.body = oneoff_body(a, NAMES, values, 4);
    event.subject_id = closing->subject_id;
    return oneoff_record(book, &event, &sequence, NULL);
}

err oneoff_close_item(oneoff_book *book, const oneoff_act *act, int64_t batch_id, const oneoff_closing *closing)
{
    arena *scratch = arena_open();
    return oneoff_leave(book, scratch, close_item(book, scratch, act, batch_id, closing));
}

/* ---- what a debtor agrees, and brings ---- */

static err plan(oneoff_book *book, arena *a, const oneoff_act *act, int64_t subject_id, int64_t item_id, oneoff_way way,
                int64_t limit_fen)
{
    static const char *const NAMES[] = { "item", "limit", "way" };
    int64_t values[] = { item_id, limit_fen, way }, sequence;
    oneoff_standing item;
    TRY(oneoff_read(a, book, subject_id, item_id, &item));
    if (item.item.kind != ONEOFF_RECOVERY || !item.remaining_fen) return oneoff_blame(a, &ONEOFF_TOO_MUCH, item_id);
    if (item.item.way == way && item.item.limit_fen == limit_fen) return ERR_NONE;
    eventlog_event event = oneoff_event(act, eventlog_bucket_of(subject_id), "oneoff.planned");
    event.body = oneoff_body(a, NAMES, values, 3);
    event.subject_id = subject_id;
    return oneoff_record(book, &event, &sequence, NULL);
}

err oneoff_plan(oneoff_book *book, const oneoff_act *act, int64_t subject_id, int64_t item_id, oneoff_way way,
                int64_t limit_fen)
{
    arena *scratch = arena_open();
    return oneoff_leave(book, scratch, plan(book, scratch, act, subject_id, item_id, way, limit_fen));
}

static err repay(oneoff_book *book, arena *a, const oneoff_act *act, int64_t subject_id, int64_t item_id,
                 const oneoff_receipt *receipt, bool *is_new)
{
    static const char *const NAMES[] = { "day", "fen", "item" };
    int64_t values[] = { receipt->day, receipt->fen, item_id }, sequence;
    uint32_t bucket = eventlog_bucket_of(subject_id);
    oneoff_standing item;
    bool told;
    TRY(oneoff_is_told(book, bucket, act->key, &told));
    if (!told) {
        TRY(standing_free(book, a, subject_id, item_id, &item));
        bool is_fitting = receipt->fen > 0 && receipt->fen <= item.remaining_fen && item.item.kind == ONEOFF_RECOVERY;
        if (!is_fitting) return oneoff_blame(a, &ONEOFF_TOO_MUCH, item_id);
    }
    eventlog_event event = oneoff_event(act, bucket, "oneoff.repaid");
    event.body = oneoff_body_with(a, NAMES, values, 3, "reference", receipt->reference);
    event.subject_id = subject_id;
    return oneoff_record(book, &event, &sequence, is_new);
}

err oneoff_repay(oneoff_book *book, const oneoff_act *act, int64_t subject_id, int64_t item_id,
                 const oneoff_receipt *receipt, bool *is_new)
{
    arena *scratch = arena_open();
    return oneoff_leave(book, scratch, repay(book, scratch, act, subject_id, item_id, receipt, is_new));
}
