/* The one place that turns this room's events into rows. */
#include "oneoff/oneoff_internal.h"

/* Binds a list of whole numbers from parameter 1 on. */
static void bind(store_query *q, const int64_t *values, int count)
{
    for (int i = 0; i < count; i++) store_bind_int(q, i + 1, values[i]);
}

static err apply_begun(oneoff_book *book, const eventlog_entry *entry, const codec_json *body)
{
    store_query *q;
    TRY(store_prepare(book->db, "INSERT INTO oneoff_batch VALUES (?1, ?2, ?3, ?4)", &q));
    store_bind_int(q, 1, entry->sequence);
    store_bind_text(q, 2, eventlog_body_text(body, "purpose"));
    store_bind_int(q, 3, ONEOFF_DRAFTED);
    store_bind_int(q, 4, entry->event.known_ms);
    return store_do(q, NULL);
}

static err apply_moved(oneoff_book *book, const eventlog_entry *entry, const codec_json *body)
{
    store_query *q;
    bool has_row;
    int64_t batch_id = eventlog_body_int(body, "batch"), step = eventlog_body_int(body, "step");
    TRY(store_prepare(book->db, "SELECT state FROM oneoff_batch WHERE batch_id = ?1", &q));
    store_bind_int(q, 1, batch_id);
    TRY(store_step(q, &has_row));
    int64_t state = has_row ? store_int(q, 0) : ONEOFF_NONE;
    store_reset(q);
    if (step < 0 || step >= ONEOFF_STEP_COUNT) return ERR_NONE;
    TRY(store_prepare(book->db, "UPDATE oneoff_batch SET state = ?2 WHERE batch_id = ?1", &q));
    bind(q, (int64_t[]){ batch_id, oneoff_next((oneoff_batch_state)state, (oneoff_step)step) }, 2);
    TRY(store_do(q, NULL));
    TRY(store_prepare(book->db,
                      "INSERT INTO oneoff_mark SELECT ?1, COUNT(*) + 1, ?2, ?3, ?4 FROM oneoff_mark WHERE batch_id = ?1",
                      &q));
    bind(q, (int64_t[]){ batch_id, step, entry->event.actor_id, entry->event.known_ms }, 4);
    return store_do(q, NULL);
}

/* ---- items ---- */

static err insert_item(oneoff_book *book, const eventlog_entry *entry, const eventlog_rows *rows,
                       const size_t *column, size_t at)
{
    store_query *q;
    int64_t n[ONEOFF_NUMBERS];
    for (size_t c = 0; c < ONEOFF_NUMBERS; c++) n[c] = eventlog_rows_number(rows, column[c], at);
    TRY(store_prepare(book->db,
                      "INSERT INTO oneoff_item (bucket, subject_id, item_id, batch_id, kind, payee_id, decision_id, way, "
                      "limit_fen, from_month, until_month, amount_fen, settled_fen, closed_fen, closed_as, run_id, "
                      "run_fen, fund, benefit, reason) "
                      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, 0, 0, 0, 0, 0, ?13, ?14, ?15)", &q));
    bind(q, (int64_t[]){ entry->event.bucket, n[0], entry->sequence * ONEOFF_ITEMS_MAX + (int64_t)at, n[11], n[2], n[1],
                         n[3], n[4], n[5], n[6], n[7], n[8] }, 12);
    for (size_t c = 0; c < ONEOFF_WORDS; c++)
        store_bind_text(q, 13 + (int)c, eventlog_rows_word(rows, column[ONEOFF_NUMBERS + c], at));
    return store_do(q, NULL);
}

static err apply_proposed(oneoff_book *book, arena *a, const eventlog_entry *entry, const codec_json *body)
{
    static const bool IS_WORD[ONEOFF_ITEM_COLUMNS] = { [ONEOFF_NUMBERS] = true, true, true };
    eventlog_rows *rows;
    size_t column[ONEOFF_ITEM_COLUMNS];
    int64_t pay_fen = 0, recover_fen = 0;
    store_query *q;
    TRY(oneoff_unpack(a, book, entry, "items", ONEOFF_ITEM_NAMES, IS_WORD, column, ONEOFF_ITEM_COLUMNS, &rows));
    for (size_t i = 0; i < rows->row_count; i++) {
        int64_t fen = eventlog_rows_number(rows, column[8], i);
        bool is_out = oneoff_is_paid_out((oneoff_kind)eventlog_rows_number(rows, column[2], i));
        *(is_out ? &pay_fen : &recover_fen) += fen;
        TRY(insert_item(book, entry, rows, column, i));
    }
    TRY(store_prepare(book->db, "INSERT INTO oneoff_rows VALUES (?1, ?2, ?3, ?4, ?5, ?6)", &q));
    bind(q, (int64_t[]){ eventlog_body_int(body, "batch"), entry->event.bucket, entry->sequence,
                         (int64_t)rows->row_count, pay_fen, recover_fen }, 6);
    return store_do(q, NULL);
}

/* ---- runs ---- */

static err take_one(oneoff_book *book, uint32_t bucket, int64_t run_id, int64_t subject_id, int64_t item_id, int64_t fen)
{
    store_query *q;
    TRY(store_prepare(book->db, "INSERT INTO oneoff_taking VALUES (?1, ?2, ?3, ?4, ?5, 0)", &q));
    bind(q, (int64_t[]){ run_id, bucket, subject_id, item_id, fen }, 5);
    TRY(store_do(q, NULL));
    TRY(store_prepare(book->db,
                      "UPDATE oneoff_item SET run_id = ?4, run_fen = ?5 "
                      "WHERE bucket = ?1 AND subject_id = ?2 AND item_id = ?3", &q));
    bind(q, (int64_t[]){ bucket, subject_id, item_id, run_id, fen }, 5);
    return store_do(q, NULL);
}

static err answer_one(oneoff_book *book, uint32_t bucket, int64_t run_id, int64_t subject_id, int64_t item_id,
                      bool is_settled)
{
    store_query *q;
    TRY(store_prepare(book->db, is_settled ? "UPDATE oneoff_taking SET is_settled = 1 WHERE run_id = ?1 AND bucket = ?2 "
                                             "AND subject_id = ?3 AND item_id = ?4"
                                           : "DELETE FROM oneoff_taking WHERE run_id = ?1 AND bucket = ?2 "
                                             "AND subject_id = ?3 AND item_id = ?4", &q));
    bind(q, (int64_t[]){ run_id, bucket, subject_id, item_id }, 4);
    TRY(store_do(q, NULL));
    TRY(store_prepare(book->db,
                      is_settled ? "UPDATE oneoff_item SET settled_fen = settled_fen + run_fen, run_id = 0, run_fen = 0 "
                                   "WHERE bucket = ?1 AND subject_id = ?2 AND item_id = ?3"
                                 : "UPDATE oneoff_item SET run_id = 0, run_fen = 0 "
                                   "WHERE bucket = ?1 AND subject_id = ?2 AND item_id = ?3", &q));
    bind(q, (int64_t[]){ bucket, subject_id, item_id }, 3);
    return store_do(q, NULL);
}

static err reopen_one(oneoff_book *book, uint32_t bucket, int64_t run_id, int64_t subject_id, int64_t item_id, int64_t fen)
{
    store_query *q;
    TRY(store_prepare(book->db, "UPDATE oneoff_taking SET is_settled = 0 WHERE run_id = ?1 AND bucket = ?2 "
                                "AND subject_id = ?3 AND item_id = ?4", &q));
    bind(q, (int64_t[]){ run_id, bucket, subject_id, item_id }, 4);
    TRY(store_do(q, NULL));
    TRY(store_prepare(book->db, "UPDATE oneoff_item SET settled_fen = settled_fen - ?5, run_id = ?4, run_fen = ?5 "
                                "WHERE bucket = ?1 AND subject_id = ?2 AND item_id = ?3", &q));
    bind(q, (int64_t[]){ bucket, subject_id, item_id, run_id, fen }, 5);
    return store_do(q, NULL);
}

typedef enum { RUN_TAKES, RUN_ANSWERED, RUN_REOPENS } run_act;

static err apply_run(oneoff_book *book, arena *a, const eventlog_entry *entry, const codec_json *body, run_act what)
{
    uint32_t bucket = entry->event.bucket;
    eventlog_rows *rows;
    size_t column[3];
    int64_t run_id = eventlog_body_int(body, "run");
    TRY(oneoff_unpack(a, book, entry, "takings", ONEOFF_TAKING_NAMES, NULL, column, 3, &rows));
    for (size_t i = 0; i < rows->row_count; i++) {
        int64_t subject_id = eventlog_rows_number(rows, column[0], i), item_id = eventlog_rows_number(rows, column[1], i);
        int64_t value = eventlog_rows_number(rows, column[2], i);
        if (what == RUN_TAKES) TRY(take_one(book, bucket, run_id, subject_id, item_id, value));
        if (what == RUN_ANSWERED) TRY(answer_one(book, bucket, run_id, subject_id, item_id, value != 0));
        if (what == RUN_REOPENS) TRY(reopen_one(book, bucket, run_id, subject_id, item_id, value));
    }
    return ERR_NONE;
}

/* ---- changes, closings, receipts ---- */

static err apply_changed(oneoff_book *book, arena *a, const eventlog_entry *entry, const codec_json *body)
{
    static const bool IS_WORD[6] = { [4] = true, true };
    eventlog_rows *rows;
    size_t column[6];
    store_query *q;
    TRY(oneoff_unpack(a, book, entry, "changes", ONEOFF_CHANGE_NAMES, IS_WORD, column, 6, &rows));
    for (size_t i = 0; i < rows->row_count; i++) {
        int64_t n[4];
        for (size_t c = 0; c < 4; c++) n[c] = eventlog_rows_number(rows, column[c], i);
        TRY(store_prepare(book->db, "INSERT INTO oneoff_change (batch_id, bucket, subject_id, change_id, state, from_month, "
                                    "until_month, benefit, reason) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)", &q));
        bind(q, (int64_t[]){ eventlog_body_int(body, "batch"), entry->event.bucket, n[0],
                             entry->sequence * ONEOFF_ITEMS_MAX + (int64_t)i, n[1], n[2], n[3] }, 7);
        store_bind_text(q, 8, eventlog_rows_word(rows, column[4], i));
        store_bind_text(q, 9, eventlog_rows_word(rows, column[5], i));
        TRY(store_do(q, NULL));
    }
    return ERR_NONE;
}

static err apply_closing(oneoff_book *book, const eventlog_entry *entry, const codec_json *body)
{
    store_query *q;
    TRY(store_prepare(book->db, "INSERT INTO oneoff_closing VALUES (?1, ?2, ?3, ?4, ?5, ?6)", &q));
    bind(q, (int64_t[]){ eventlog_body_int(body, "batch"), entry->event.bucket, entry->event.subject_id,
                         eventlog_body_int(body, "item"), eventlog_body_int(body, "as") }, 5);
    store_bind_text(q, 6, eventlog_body_text(body, "reason"));
    return store_do(q, NULL);
}

static err apply_closed(oneoff_book *book, const eventlog_entry *entry, const codec_json *body)
{
    store_query *q;
    TRY(store_prepare(book->db, "UPDATE oneoff_item SET closed_fen = closed_fen + ?4, closed_as = ?5 "
                                "WHERE bucket = ?1 AND subject_id = ?2 AND item_id = ?3", &q));
    bind(q, (int64_t[]){ entry->event.bucket, entry->event.subject_id, eventlog_body_int(body, "item"),
                         eventlog_body_int(body, "fen"), eventlog_body_int(body, "as") }, 5);
    return store_do(q, NULL);
}

static err apply_planned(oneoff_book *book, const eventlog_entry *entry, const codec_json *body)
{
    store_query *q;
    TRY(store_prepare(book->db, "UPDATE oneoff_item SET way = ?4, limit_fen = ?5 "
                                "WHERE bucket = ?1 AND subject_id = ?2 AND item_id = ?3", &q));
    bind(q, (int64_t[]){ entry->event.bucket, entry->event.subject_id, eventlog_body_int(body, "item"),
                         eventlog_body_int(body, "way"), eventlog_body_int(body, "limit") }, 5);
    return store_do(q, NULL);
}

static err apply_repaid(oneoff_book *book, const eventlog_entry *entry, const codec_json *body)
{
    store_query *q;
    int64_t key[] = { entry->event.bucket, entry->event.subject_id, eventlog_body_int(body, "item") };
    TRY(store_prepare(book->db, "INSERT INTO oneoff_receipt (bucket, subject_id, item_id, receipt_id, day, fen, actor_id, "
                                "reference) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)", &q));
    bind(q, (int64_t[]){ key[0], key[1], key[2], entry->sequence, eventlog_body_int(body, "day"),
                         eventlog_body_int(body, "fen"), entry->event.actor_id }, 7);
    store_bind_text(q, 8, eventlog_body_text(body, "reference"));
    TRY(store_do(q, NULL));
    TRY(store_prepare(book->db, "UPDATE oneoff_item SET settled_fen = settled_fen + ?4 "
                                "WHERE bucket = ?1 AND subject_id = ?2 AND item_id = ?3", &q));
    bind(q, (int64_t[]){ key[0], key[1], key[2], eventlog_body_int(body, "fen") }, 4);
    return store_do(q, NULL);
}

/* ---- all ---- */

static err apply(oneoff_book *book, arena *a, const eventlog_entry *entry)
{
    text kind = text_of(entry->event.kind);
    const codec_json *body;
    TRY(codec_json_parse(a, entry->event.body, (codec_json_options){ 0 }, &body));
    if (text_equal_cstr(kind, "oneoff.begun")) return apply_begun(book, entry, body);
    if (text_equal_cstr(kind, "oneoff.moved")) return apply_moved(book, entry, body);
    if (text_equal_cstr(kind, "oneoff.proposed")) return apply_proposed(book, a, entry, body);
    if (text_equal_cstr(kind, "oneoff.taken")) return apply_run(book, a, entry, body, RUN_TAKES);
    if (text_equal_cstr(kind, "oneoff.answered")) return apply_run(book, a, entry, body, RUN_ANSWERED);
    if (text_equal_cstr(kind, "oneoff.reopened")) return apply_run(book, a, entry, body, RUN_REOPENS);
    if (text_equal_cstr(kind, "oneoff.change_proposed")) return apply_changed(book, a, entry, body);
    if (text_equal_cstr(kind, "oneoff.closing_proposed")) return apply_closing(book, entry, body);
    if (text_equal_cstr(kind, "oneoff.closed")) return apply_closed(book, entry, body);
    if (text_equal_cstr(kind, "oneoff.planned")) return apply_planned(book, entry, body);
    if (text_equal_cstr(kind, "oneoff.repaid")) return apply_repaid(book, entry, body);
    if (text_equal_cstr(kind, "oneoff.undoing_proposed")) return oneoff_apply_undoing(book, entry, body);
    if (text_equal_cstr(kind, "oneoff.undone")) return oneoff_apply_undone(book, entry, body);
    return ERR_NONE;
}

err oneoff_apply(oneoff_book *book, const eventlog_entry *entry)
{
    if (!text_begins(text_of(entry->event.kind), TEXT("oneoff."))) return ERR_NONE;
    arena *scratch = arena_open();
    return oneoff_leave(book, scratch, apply(book, scratch, entry));
}

static const eventlog_table TABLES[] = {
    { "oneoff_batch", "batch_id", "itii" },
    { "oneoff_mark", "batch_id, mark", "iiiii" },
    { "oneoff_rows", "batch_id, bucket, sequence", "iiiiii" },
    { "oneoff_item", "bucket, subject_id, item_id", "iiiiiitttiiiiiiiiiii" },
    { "oneoff_taking", "run_id, bucket, subject_id, item_id", "iiiiii" },
    { "oneoff_change", "batch_id, bucket, subject_id, change_id", "iiiitiiit" },
    { "oneoff_closing", "batch_id, bucket, subject_id, item_id", "iiiiit" },
    { "oneoff_receipt", "bucket, subject_id, item_id, receipt_id", "iiiiiiti" },
    { "oneoff_undoing", "bucket, subject_id, item_id, receipt_id, batch_id", "iiiiiiiittii" },
};

static err apply_any(void *room, const eventlog_entry *entry)
{
    return oneoff_apply(room, entry);
}

eventlog_room oneoff_room(oneoff_book *book)
{
    return (eventlog_room){ .events = "oneoff.", .tables = TABLES, .table_count = sizeof TABLES / sizeof TABLES[0],
                            .apply = apply_any, .room = book };
}
