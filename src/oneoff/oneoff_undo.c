/* What a debtor is said to have brought, and what of it never came.
 *
 * A receipt that is undone leaves a hole in the lines that were settled. Later receipts were booked by lines of their
 * own, so the hole is not closed by moving them: its lines are owed again, behind all that were not settled yet. */
#include "oneoff/oneoff_internal.h"

/* ---- receipts ---- */

#define RECEIPT_SELECT                                                                           \
    "SELECT r.receipt_id, r.day, r.fen, r.reference, r.actor_id, r.subject_id, r.item_id, "      \
    "(SELECT COALESCE(MAX(u.batch_id), 0) FROM oneoff_undoing AS u WHERE u.bucket = r.bucket AND " \
    "u.subject_id = r.subject_id AND u.item_id = r.item_id AND u.receipt_id = r.receipt_id AND u.done_id > 0), " \
    "(SELECT COALESCE(MAX(u.batch_id), 0) FROM oneoff_undoing AS u JOIN oneoff_batch AS b ON b.batch_id = u.batch_id " \
    "WHERE u.bucket = r.bucket AND u.subject_id = r.subject_id AND u.item_id = r.item_id AND " \
    "u.receipt_id = r.receipt_id AND u.done_id = 0 AND b.state IN (1, 2)) FROM oneoff_receipt AS r "
_Static_assert(ONEOFF_DRAFTED == 1 && ONEOFF_PROPOSED == 2, "RECEIPT_SELECT names the states of batches that wait");

static err read_receipts(arena *a, store_query *q, oneoff_receipt **receipts, size_t *count)
{
    size_t capacity = 0;
    *receipts = NULL;
    *count = 0;
    for (;;) {
        bool has_row;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        oneoff_receipt receipt = { .receipt_id = store_int(q, 0), .day = (int32_t)store_int(q, 1), .fen = store_int(q, 2),
                                   .reference = text_copy(a, store_text(q, 3)), .actor_id = store_int(q, 4),
                                   .subject_id = store_int(q, 5), .item_id = store_int(q, 6),
                                   .undone_in = store_int(q, 7), .waits_in = store_int(q, 8) };
        ARENA_PUSH(a, *receipts, *count, capacity, receipt);
    }
}

err oneoff_receipts(arena *a, oneoff_book *book, int64_t subject_id, int64_t item_id, oneoff_receipt **receipts,
                    size_t *count)
{
    store_query *q;
    TRY(store_prepare(book->db, RECEIPT_SELECT "WHERE r.bucket = ?1 AND r.subject_id = ?2 AND r.item_id = ?3 "
                                               "ORDER BY r.receipt_id", &q));
    store_bind_int(q, 1, eventlog_bucket_of(subject_id));
    store_bind_int(q, 2, subject_id);
    store_bind_int(q, 3, item_id);
    return read_receipts(a, q, receipts, count);
}

err oneoff_receipts_all(arena *a, oneoff_book *book, oneoff_receipt **receipts, size_t *count)
{
    store_query *q;
    TRY(store_prepare(book->db, RECEIPT_SELECT "ORDER BY r.day DESC, r.bucket, r.subject_id, r.item_id, r.receipt_id", &q));
    return read_receipts(a, q, receipts, count);
}

/* What is given up is what remains when it is approved: that would be more than whoever proposed it saw. */
static err no_closing_waits(oneoff_book *book, arena *a, const oneoff_undoing *undoing)
{
    store_query *q;
    bool has_row;
    TRY(store_prepare(book->db, "SELECT k.batch_id FROM oneoff_closing AS k JOIN oneoff_batch AS b ON b.batch_id = k.batch_id "
                                "WHERE k.bucket = ?1 AND k.subject_id = ?2 AND k.item_id = ?3 AND b.state IN (1, 2, 3) LIMIT 1", &q));
    _Static_assert(ONEOFF_DRAFTED == 1 && ONEOFF_PROPOSED == 2 && ONEOFF_REVIEWED == 3, "the states of batches that wait");
    store_bind_int(q, 1, eventlog_bucket_of(undoing->subject_id));
    store_bind_int(q, 2, undoing->subject_id);
    store_bind_int(q, 3, undoing->item_id);
    TRY(store_step(q, &has_row));
    return has_row ? oneoff_blame(a, &ONEOFF_CLOSING_WAITS, undoing->item_id) : ERR_NONE;
}

/* The receipt, which stands, of an item that no run has. */
static err standing_receipt(oneoff_book *book, arena *a, const oneoff_undoing *undoing, oneoff_standing *item,
                            oneoff_receipt *receipt)
{
    oneoff_receipt *all;
    size_t count, at = 0;
    TRY(oneoff_read(a, book, undoing->subject_id, undoing->item_id, item));
    TRY(oneoff_receipts(a, book, undoing->subject_id, undoing->item_id, &all, &count));
    while (at < count && all[at].receipt_id != undoing->receipt_id) at++;
    if (at == count || all[at].undone_in) return oneoff_blame(a, &ONEOFF_NO_RECEIPT, undoing->receipt_id);
    if (item->run_id) return oneoff_blame(a, &ONEOFF_IN_RUN, undoing->item_id);
    *receipt = all[at];
    return no_closing_waits(book, a, undoing);
}

/* ---- proposed ---- */

static text undoing_body(arena *a, int64_t batch_id, const oneoff_undoing *u, int64_t fen)
{
    text_builder body = text_builder_open(a);
    codec_json_writer w = codec_json_write(&body, false);
    codec_json_begin_object(&w);
    eventlog_body_add_int(&w, "batch", batch_id);
    eventlog_body_add_int(&w, "fen", fen);
    eventlog_body_add_int(&w, "from", u->from_day);
    eventlog_body_add_int(&w, "item", u->item_id);
    eventlog_body_add_text(&w, "lines", u->lines);
    eventlog_body_add_int(&w, "on", u->on_day);
    eventlog_body_add_text(&w, "reason", u->reason);
    eventlog_body_add_int(&w, "receipt", u->receipt_id);
    codec_json_end_object(&w);
    return text_built(&body);
}

static err propose(oneoff_book *book, arena *a, const oneoff_act *act, int64_t batch_id, const oneoff_undoing *undoing)
{
    int64_t sequence;
    uint32_t bucket = eventlog_bucket_of(undoing->subject_id);
    oneoff_standing item;
    oneoff_receipt receipt;
    TRY(oneoff_may_add(book, a, act, batch_id, bucket));
    TRY(standing_receipt(book, a, undoing, &item, &receipt));
    if (receipt.waits_in) return oneoff_blame(a, &ONEOFF_NO_RECEIPT, undoing->receipt_id);
    eventlog_event event = oneoff_event(act, bucket, "oneoff.undoing_proposed");
    event.body = undoing_body(a, batch_id, undoing, receipt.fen);
    event.subject_id = undoing->subject_id;
    return oneoff_record(book, &event, &sequence, NULL);
}

err oneoff_propose_undoing(oneoff_book *book, const oneoff_act *act, int64_t batch_id, const oneoff_undoing *undoing)
{
    arena *scratch = arena_open();
    return oneoff_leave(book, scratch, propose(book, scratch, act, batch_id, undoing));
}

err oneoff_apply_undoing(oneoff_book *book, const eventlog_entry *entry, const codec_json *body)
{
    static const char *const NAMES[] = { "item", "receipt", "batch", "fen", "from", "on" };
    store_query *q;
    TRY(store_prepare(book->db, "INSERT INTO oneoff_undoing (bucket, subject_id, item_id, receipt_id, batch_id, fen, from_day, "
                                "on_day, lines, reason, done_id, at_fen) "
                                "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 0, 0)", &q));
    store_bind_int(q, 1, entry->event.bucket);
    store_bind_int(q, 2, entry->event.subject_id);
    for (int i = 0; i < 6; i++) store_bind_int(q, 3 + i, eventlog_body_int(body, NAMES[i]));
    store_bind_text(q, 9, eventlog_body_text(body, "lines"));
    store_bind_text(q, 10, eventlog_body_text(body, "reason"));
    return store_do(q, NULL);
}

err oneoff_undoings(arena *a, oneoff_book *book, int64_t batch_id, oneoff_undoing **undoings, size_t *count)
{
    store_query *q;
    size_t capacity = 0;
    *undoings = NULL;
    *count = 0;
    TRY(store_prepare(book->db, "SELECT subject_id, item_id, receipt_id, fen, from_day, on_day, lines, reason FROM oneoff_undoing "
                                "WHERE batch_id = ?1 ORDER BY bucket, subject_id, item_id, receipt_id", &q));
    store_bind_int(q, 1, batch_id);
    for (;;) {
        bool has_row;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        oneoff_undoing one = { .subject_id = store_int(q, 0), .item_id = store_int(q, 1), .receipt_id = store_int(q, 2),
                               .fen = store_int(q, 3), .from_day = (int32_t)store_int(q, 4), .on_day = (int32_t)store_int(q, 5),
                               .lines = text_copy(a, store_text(q, 6)), .reason = text_copy(a, store_text(q, 7)) };
        ARENA_PUSH(a, *undoings, *count, capacity, one);
    }
}

/* ---- carried out ---- */

/* Of the item's history, as the log tells it: what was settled, and where in it the receipt stands. */
typedef struct {
    oneoff_book *book;
    int64_t subject_id, item_id, receipt_id;
    int64_t settled_fen, at_fen; /* at_fen < 0: not met yet */
    struct {
        int64_t run_id, fen;
    } *taken;
    size_t count, capacity;
} placing;

static err place_run(placing *p, arena *keep, arena *a, const eventlog_entry *entry, const codec_json *body)
{
    eventlog_rows *rows;
    size_t column[3];
    int64_t run_id = eventlog_body_int(body, "run");
    text kind = text_of(entry->event.kind);
    TRY(oneoff_unpack(a, p->book, entry, "takings", ONEOFF_TAKING_NAMES, NULL, column, 3, &rows));
    for (size_t i = 0; i < rows->row_count; i++) {
        bool is_ours = eventlog_rows_number(rows, column[0], i) == p->subject_id &&
                       eventlog_rows_number(rows, column[1], i) == p->item_id;
        int64_t value = eventlog_rows_number(rows, column[2], i), fen = 0;
        if (!is_ours) continue;
        for (size_t k = 0; k < p->count; k++)
            if (p->taken[k].run_id == run_id) fen = p->taken[k].fen;
        if (text_equal_cstr(kind, "oneoff.answered") && value) p->settled_fen += fen;
        if (text_equal_cstr(kind, "oneoff.reopened")) p->settled_fen -= value;
        if (!text_equal_cstr(kind, "oneoff.taken")) continue;
        ARENA_PUSH(keep, p->taken, p->count, p->capacity, ((__typeof__(*p->taken)){ run_id, value }));
    }
    return ERR_NONE;
}

static err place_entry(placing *p, arena *keep, arena *a, const eventlog_entry *entry)
{
    const codec_json *body;
    text kind = text_of(entry->event.kind);
    bool is_run = text_equal_cstr(kind, "oneoff.taken") || text_equal_cstr(kind, "oneoff.answered") ||
                  text_equal_cstr(kind, "oneoff.reopened");
    bool is_repaid = text_equal_cstr(kind, "oneoff.repaid"), is_undone = text_equal_cstr(kind, "oneoff.undone");
    bool is_about = entry->event.subject_id == p->subject_id && (is_repaid || is_undone);
    if (!is_run && !is_about) return ERR_NONE;
    TRY(codec_json_parse(a, entry->event.body, (codec_json_options){ 0 }, &body));
    if (is_run) return place_run(p, keep, a, entry, body);
    if (eventlog_body_int(body, "item") != p->item_id) return ERR_NONE;
    int64_t fen = eventlog_body_int(body, "fen");
    if (is_repaid && entry->sequence == p->receipt_id) p->at_fen = p->settled_fen;
    /* What stood before it and is owed again moved it forward. */
    if (is_undone && p->at_fen > eventlog_body_int(body, "at")) p->at_fen -= fen;
    p->settled_fen += is_repaid ? fen : -fen;
    return ERR_NONE;
}

static err place(placing *p, arena *a)
{
    eventlog_cursor *cursor;
    const eventlog_entry *entry;
    err e;
    TRY(eventlog_read(a, p->book->log, eventlog_bucket_of(p->subject_id), p->item_id / ONEOFF_ITEMS_MAX, &cursor));
    for (;;) {
        e = eventlog_next(cursor, &entry);
        if (e.kind || !entry) break;
        arena *scratch = arena_open();
        e = oneoff_leave(p->book, scratch, place_entry(p, a, scratch, entry));
        if (e.kind) break;
    }
    eventlog_cursor_close(cursor);
    return e;
}

static err undo(oneoff_book *book, arena *a, const oneoff_act *act, int64_t batch_id, const oneoff_undoing *undoing)
{
    static const char *const NAMES[] = { "at", "batch", "fen", "item", "receipt" };
    int64_t sequence;
    oneoff_batch batch;
    oneoff_standing item;
    oneoff_receipt receipt;
    TRY(oneoff_batch_find(a, book, batch_id, &batch));
    TRY(standing_receipt(book, a, undoing, &item, &receipt));
    if (batch.state != ONEOFF_APPROVED) return oneoff_blame(a, &ONEOFF_NOT_APPROVED, undoing->item_id);
    placing p = { .book = book, .subject_id = undoing->subject_id, .item_id = undoing->item_id,
                  .receipt_id = undoing->receipt_id, .at_fen = -1 };
    TRY(place(&p, a));
    /* A payment that came back since may have left less settled than stood before it. */
    int64_t last = item.settled_fen - receipt.fen, at = p.at_fen < last ? p.at_fen : last;
    int64_t values[] = { at > 0 ? at : 0, batch_id, receipt.fen, undoing->item_id, undoing->receipt_id };
    eventlog_event event = oneoff_event(act, eventlog_bucket_of(undoing->subject_id), "oneoff.undone");
    event.body = oneoff_body(a, NAMES, values, 5);
    event.subject_id = undoing->subject_id;
    return oneoff_record(book, &event, &sequence, NULL);
}

err oneoff_undo(oneoff_book *book, const oneoff_act *act, int64_t batch_id, const oneoff_undoing *undoing)
{
    arena *scratch = arena_open();
    return oneoff_leave(book, scratch, undo(book, scratch, act, batch_id, undoing));
}

err oneoff_apply_undone(oneoff_book *book, const eventlog_entry *entry, const codec_json *body)
{
    store_query *q;
    int64_t key[] = { entry->event.bucket, entry->event.subject_id, eventlog_body_int(body, "item") };
    TRY(store_prepare(book->db, "UPDATE oneoff_undoing SET done_id = ?6, at_fen = ?7 WHERE bucket = ?1 AND subject_id = ?2 AND "
                                "item_id = ?3 AND receipt_id = ?4 AND batch_id = ?5", &q));
    for (int i = 0; i < 3; i++) store_bind_int(q, i + 1, key[i]);
    store_bind_int(q, 4, eventlog_body_int(body, "receipt"));
    store_bind_int(q, 5, eventlog_body_int(body, "batch"));
    store_bind_int(q, 6, entry->sequence);
    store_bind_int(q, 7, eventlog_body_int(body, "at"));
    TRY(store_do(q, NULL));
    TRY(store_prepare(book->db, "UPDATE oneoff_item SET settled_fen = settled_fen - ?4 "
                                "WHERE bucket = ?1 AND subject_id = ?2 AND item_id = ?3", &q));
    for (int i = 0; i < 3; i++) store_bind_int(q, i + 1, key[i]);
    store_bind_int(q, 4, eventlog_body_int(body, "fen"));
    return store_do(q, NULL);
}

/* ---- the order of lines ---- */

/* The lines that [at, at + fen) covers, behind all others. */
static void move_behind(arena *a, int64_t at_fen, int64_t fen, oneoff_line **lines, size_t *count)
{
    int64_t all = 0;
    oneoff_line *moved = ARENA_ARRAY(a, oneoff_line, *count + 3);
    for (size_t i = 0; i < *count; i++) all += (*lines)[i].fen;
    size_t made = oneoff_share(*lines, *count, 0, at_fen, moved);
    made += oneoff_share(*lines, *count, at_fen + fen, all - at_fen - fen, moved + made);
    made += oneoff_share(*lines, *count, at_fen, fen, moved + made);
    *lines = moved;
    *count = made;
}

err oneoff_lines(arena *a, oneoff_book *book, int64_t subject_id, int64_t item_id, oneoff_line **lines, size_t *count)
{
    store_query *q;
    TRY(oneoff_lines_proposed(a, book, subject_id, item_id, lines, count));
    TRY(store_prepare(book->db, "SELECT at_fen, fen FROM oneoff_undoing WHERE bucket = ?1 AND subject_id = ?2 AND item_id = ?3 AND "
                                "done_id > 0 ORDER BY done_id", &q));
    store_bind_int(q, 1, eventlog_bucket_of(subject_id));
    store_bind_int(q, 2, subject_id);
    store_bind_int(q, 3, item_id);
    for (;;) {
        bool has_row;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        move_behind(a, store_int(q, 0), store_int(q, 1), lines, count);
    }
}
