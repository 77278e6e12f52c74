/* Batches of items, and the steps that approve them. */
#include "oneoff/oneoff_internal.h"

static err begin(oneoff_book *book, arena *a, const oneoff_act *act, text purpose, int64_t *batch_id, bool *is_new)
{
    text_builder body = text_builder_open(a);
    codec_json_writer w = codec_json_write(&body, false);
    codec_json_begin_object(&w);
    eventlog_body_add_text(&w, "purpose", purpose);
    codec_json_end_object(&w);
    eventlog_event event = oneoff_event(act, EVENTLOG_OFFICE, "oneoff.begun");
    event.body = text_built(&body);
    return oneoff_record(book, &event, batch_id, is_new);
}

err oneoff_batch_begin(oneoff_book *book, const oneoff_act *act, text purpose, int64_t *batch_id, bool *is_new)
{
    arena *scratch = arena_open();
    return oneoff_leave(book, scratch, begin(book, scratch, act, purpose, batch_id, is_new));
}

static err move(oneoff_book *book, arena *a, const oneoff_act *act, int64_t batch_id, oneoff_step step)
{
    static const char *const NAMES[] = { "batch", "step" };
    int64_t sequence;
    oneoff_batch batch;
    bool told;
    TRY(oneoff_is_told(book, EVENTLOG_OFFICE, act->key, &told));
    TRY(oneoff_batch_find(a, book, batch_id, &batch));
    bool is_undoing = batch.undoing_count > 0, is_barred = is_undoing ? step == ONEOFF_REVIEW || step == ONEOFF_APPROVE
                                                                       : step == ONEOFF_CONFIRM;
    if (!told && (is_barred || oneoff_next(batch.state, step) == ONEOFF_NONE))
        return err_of(&ONEOFF_NO_MOVE, text_format(a, "%lld (%s): %s", (long long)batch_id,
                                                   oneoff_batch_word(batch.state)->name,
                                                   oneoff_step_word(step)->name).bytes);
    bool is_empty = !batch.item_count && !batch.change_count && !batch.closing_count && !is_undoing;
    if (!told && step == ONEOFF_PROPOSE && is_empty) return oneoff_blame(a, &ONEOFF_EMPTY, batch_id);
    int64_t values[] = { batch_id, step };
    eventlog_event event = oneoff_event(act, EVENTLOG_OFFICE, "oneoff.moved");
    event.body = oneoff_body(a, NAMES, values, 2);
    return oneoff_record(book, &event, &sequence, NULL);
}

err oneoff_move(oneoff_book *book, const oneoff_act *act, int64_t batch_id, oneoff_step step)
{
    arena *scratch = arena_open();
    return oneoff_leave(book, scratch, move(book, scratch, act, batch_id, step));
}

err oneoff_is_told(oneoff_book *book, uint32_t bucket, text key, bool *told)
{
    int64_t sequence = 0;
    if (key.size_bytes) TRY(eventlog_find_key(book->log, bucket, key, &sequence));
    *told = sequence != 0;
    return ERR_NONE;
}

err oneoff_may_add(oneoff_book *book, arena *a, const oneoff_act *act, int64_t batch_id, uint32_t bucket)
{
    bool told;
    oneoff_batch batch;
    TRY(oneoff_is_told(book, bucket, act->key, &told));
    TRY(oneoff_batch_find(a, book, batch_id, &batch));
    if (told || batch.state == ONEOFF_DRAFTED) return ERR_NONE;
    return err_of(&ONEOFF_NO_MOVE, text_format(a, "%lld (%s)", (long long)batch_id,
                                               oneoff_batch_word(batch.state)->name).bytes);
}

/* ---- reading ---- */

#define BATCH_SELECT                                                                             \
    "SELECT b.batch_id, b.purpose, b.state, b.known_ms, COALESCE(SUM(r.item_count), 0), "        \
    "COALESCE(SUM(r.pay_fen), 0), COALESCE(SUM(r.recover_fen), 0), "                             \
    "(SELECT COUNT(*) FROM oneoff_change AS c WHERE c.batch_id = b.batch_id), "                  \
    "(SELECT COUNT(*) FROM oneoff_closing AS k WHERE k.batch_id = b.batch_id), "                 \
    "(SELECT COUNT(*) FROM oneoff_undoing AS u WHERE u.batch_id = b.batch_id) FROM oneoff_batch AS b " \
    "LEFT JOIN oneoff_rows AS r ON r.batch_id = b.batch_id "
#define BATCH_GROUP " GROUP BY b.batch_id, b.purpose, b.state, b.known_ms ORDER BY b.batch_id"

static oneoff_batch read_batch(arena *a, const store_query *q)
{
    return (oneoff_batch){ .batch_id = store_int(q, 0), .purpose = text_copy(a, store_text(q, 1)),
                           .state = (oneoff_batch_state)store_int(q, 2), .known_ms = store_int(q, 3),
                           .item_count = store_int(q, 4), .pay_fen = store_int(q, 5),
                           .recover_fen = store_int(q, 6), .change_count = store_int(q, 7),
                           .closing_count = store_int(q, 8), .undoing_count = store_int(q, 9) };
}

err oneoff_batch_find(arena *a, oneoff_book *book, int64_t batch_id, oneoff_batch *batch)
{
    store_query *q;
    bool has_row;
    TRY(store_prepare(book->db, BATCH_SELECT "WHERE b.batch_id = ?1" BATCH_GROUP, &q));
    store_bind_int(q, 1, batch_id);
    TRY(store_step(q, &has_row));
    if (!has_row) return oneoff_blame(a, &ONEOFF_NO_BATCH, batch_id);
    *batch = read_batch(a, q);
    store_reset(q);
    return ERR_NONE;
}

err oneoff_batch_list(arena *a, oneoff_book *book, oneoff_batch_state state, oneoff_batch **batches, size_t *count)
{
    store_query *q;
    size_t capacity = 0;
    *batches = NULL;
    *count = 0;
    TRY(store_prepare(book->db, BATCH_SELECT "WHERE ?1 = 0 OR b.state = ?1" BATCH_GROUP, &q));
    store_bind_int(q, 1, state);
    for (;;) {
        bool has_row;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        ARENA_PUSH(a, *batches, *count, capacity, read_batch(a, q));
    }
}

err oneoff_marks(arena *a, oneoff_book *book, int64_t batch_id, oneoff_mark **marks, size_t *count)
{
    store_query *q;
    size_t capacity = 0;
    *marks = NULL;
    *count = 0;
    TRY(store_prepare(book->db, "SELECT step, actor_id, known_ms FROM oneoff_mark WHERE batch_id = ?1 ORDER BY mark",
                      &q));
    store_bind_int(q, 1, batch_id);
    for (;;) {
        bool has_row;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        oneoff_mark mark = { (oneoff_step)store_int(q, 0), store_int(q, 1), store_int(q, 2) };
        ARENA_PUSH(a, *marks, *count, capacity, mark);
    }
}
