/* What payment runs take of items, and what became of it. */
#include "oneoff/oneoff_internal.h"

oneoff_name ONEOFF_TAKING_NAMES[3] = { "subject", "item", "value" };

/* The rows of an event: of a taking the amount, of an answer whether it is settled. */
static err record(oneoff_book *book, arena *a, eventlog_event *event, int64_t run_id, const oneoff_taking *takings,
                  size_t count, bool is_answer)
{
    static const char *const NAMES[] = { "count", "run" };
    int64_t *columns[3], sequence, values[] = { (int64_t)count, run_id };
    for (size_t c = 0; c < 3; c++) columns[c] = ARENA_ARRAY(a, int64_t, count);
    for (size_t i = 0; i < count; i++) {
        columns[0][i] = takings[i].subject_id;
        columns[1][i] = takings[i].item_id;
        columns[2][i] = is_answer ? takings[i].is_settled : takings[i].fen;
    }
    eventlog_segment segment = { .name = "takings", .row_count = (int64_t)count };
    TRY(oneoff_pack(a, ONEOFF_TAKING_NAMES, columns, 3, count, &segment.bytes));
    event->body = oneoff_body(a, NAMES, values, 2);
    event->segments = &segment;
    event->segment_count = 1;
    return oneoff_record(book, event, &sequence, NULL);
}

static err may_take(oneoff_book *book, arena *a, uint32_t bucket, const oneoff_taking *taking)
{
    oneoff_standing item;
    if (eventlog_bucket_of(taking->subject_id) != bucket) return oneoff_blame(a, &ONEOFF_NO_ITEM, taking->item_id);
    TRY(oneoff_read(a, book, taking->subject_id, taking->item_id, &item));
    if (item.state == ONEOFF_STATE_PROPOSED || item.state == ONEOFF_STATE_CANCELLED)
        return oneoff_blame(a, &ONEOFF_NOT_APPROVED, taking->item_id);
    if (item.run_id) return oneoff_blame(a, &ONEOFF_IN_RUN, taking->item_id);
    if (taking->fen <= 0 || taking->fen > item.remaining_fen) return oneoff_blame(a, &ONEOFF_TOO_MUCH, taking->item_id);
    return ERR_NONE;
}

static err take(oneoff_book *book, arena *a, const oneoff_act *act, int64_t run_id, uint32_t bucket,
                const oneoff_taking *takings, size_t count)
{
    bool told;
    if (!count) return ERR_NONE;
    TRY(oneoff_is_told(book, bucket, act->key, &told));
    for (size_t i = 0; i < count && !told; i++) TRY(may_take(book, a, bucket, &takings[i]));
    eventlog_event event = oneoff_event(act, bucket, "oneoff.taken");
    return record(book, a, &event, run_id, takings, count, false);
}

err oneoff_take(oneoff_book *book, const oneoff_act *act, int64_t run_id, uint32_t bucket, const oneoff_taking *takings,
                size_t count)
{
    arena *scratch = arena_open();
    return oneoff_leave(book, scratch, take(book, scratch, act, run_id, bucket, takings, count));
}

static err may_answer(oneoff_book *book, arena *a, int64_t run_id, const oneoff_taking *taking)
{
    oneoff_standing item;
    TRY(oneoff_read(a, book, taking->subject_id, taking->item_id, &item));
    return item.run_id == run_id ? ERR_NONE : oneoff_blame(a, &ONEOFF_NO_ITEM, taking->item_id);
}

static err answer(oneoff_book *book, arena *a, const oneoff_act *act, int64_t run_id, uint32_t bucket,
                  const oneoff_taking *takings, size_t count)
{
    bool told;
    if (!count) return ERR_NONE;
    TRY(oneoff_is_told(book, bucket, act->key, &told));
    for (size_t i = 0; i < count && !told; i++) TRY(may_answer(book, a, run_id, &takings[i]));
    eventlog_event event = oneoff_event(act, bucket, "oneoff.answered");
    return record(book, a, &event, run_id, takings, count, true);
}

err oneoff_answer(oneoff_book *book, const oneoff_act *act, int64_t run_id, uint32_t bucket,
                  const oneoff_taking *takings, size_t count)
{
    arena *scratch = arena_open();
    return oneoff_leave(book, scratch, answer(book, scratch, act, run_id, bucket, takings, count));
}

/* ---- what came back ---- */

static err may_reopen(oneoff_book *book, arena *a, int64_t run_id, uint32_t bucket, const oneoff_taking *taking)
{
    oneoff_standing item;
    oneoff_taking *kept;
    size_t count;
    bool is_kept = false;
    TRY(oneoff_read(a, book, taking->subject_id, taking->item_id, &item));
    TRY(oneoff_takings(a, book, run_id, bucket, &kept, &count));
    for (size_t i = 0; i < count; i++)
        is_kept |= kept[i].subject_id == taking->subject_id && kept[i].item_id == taking->item_id &&
                   kept[i].is_settled && kept[i].fen == taking->fen;
    return is_kept && !item.run_id ? ERR_NONE : oneoff_blame(a, &ONEOFF_NO_ITEM, taking->item_id);
}

static err reopen(oneoff_book *book, arena *a, const oneoff_act *act, int64_t run_id, uint32_t bucket,
                  const oneoff_taking *takings, size_t count)
{
    bool told;
    if (!count) return ERR_NONE;
    TRY(oneoff_is_told(book, bucket, act->key, &told));
    for (size_t i = 0; i < count && !told; i++) TRY(may_reopen(book, a, run_id, bucket, &takings[i]));
    eventlog_event event = oneoff_event(act, bucket, "oneoff.reopened");
    return record(book, a, &event, run_id, takings, count, false);
}

err oneoff_reopen(oneoff_book *book, const oneoff_act *act, int64_t run_id, uint32_t bucket,
                  const oneoff_taking *takings, size_t count)
{
    arena *scratch = arena_open();
    return oneoff_leave(book, scratch, reopen(book, scratch, act, run_id, bucket, takings, count));
}

err oneoff_takings(arena *a, oneoff_book *book, int64_t run_id, uint32_t bucket, oneoff_taking **takings, size_t *count)
{
    store_query *q;
    size_t capacity = 0;
    *takings = NULL;
    *count = 0;
    TRY(store_prepare(book->db,
                      "SELECT subject_id, item_id, fen, is_settled FROM oneoff_taking WHERE run_id = ?1 AND bucket = ?2 "
                      "ORDER BY subject_id, item_id", &q));
    store_bind_int(q, 1, run_id);
    store_bind_int(q, 2, bucket);
    for (;;) {
        bool has_row;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        oneoff_taking taking = { store_int(q, 0), store_int(q, 1), store_int(q, 2), store_int(q, 3) != 0 };
        ARENA_PUSH(a, *takings, *count, capacity, taking);
    }
}
