/* The one place that turns this room's events into rows of its tables. */
#include <string.h>

#include "payment/payment_internal.h"

static void bind_digest(store_query *q, int index, const crypto_digest *digest)
{
    store_bind_bytes(q, index, (text){ (const char *)digest->bytes, CRYPTO_DIGEST_BYTES });
}

static err apply_rows(payment *runs, const eventlog_entry *entry, const codec_json *body)
{
    store_query *q;
    crypto_digest digest = eventlog_body_digest(body, "digest");
    TRY(store_prepare(runs->db, "INSERT INTO payment_rows VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)", &q));
    store_bind_int(q, 1, eventlog_body_int(body, "run"));
    store_bind_int(q, 2, eventlog_body_int(body, "version"));
    store_bind_int(q, 3, entry->event.bucket);
    store_bind_int(q, 4, eventlog_body_int(body, "first"));
    store_bind_int(q, 5, eventlog_body_int(body, "count"));
    store_bind_int(q, 6, eventlog_body_int(body, "total_fen"));
    store_bind_int(q, 7, entry->sequence);
    bind_digest(q, 8, &digest);
    return store_do(q, NULL);
}

/* Every step, the drafting too, leaves its mark. */
static err apply_mark(payment *runs, arena *a, const eventlog_entry *entry, const codec_json *body,
                      text step)
{
    store_query *q;
    int64_t run_id = eventlog_body_int(body, "run"), mark;
    crypto_digest digest = eventlog_body_digest(body, "digest");
    text signature, public_key;
    TRY(eventlog_body_bytes(a, body, "signature", &signature));
    TRY(eventlog_body_bytes(a, body, "public_key", &public_key));
    TRY(store_prepare(runs->db, "SELECT count(*) FROM payment_mark WHERE run_id = ?1", &q));
    store_bind_int(q, 1, run_id);
    bool has_row;
    TRY(store_step(q, &has_row));
    mark = store_int(q, 0) + 1;
    store_reset(q);
    TRY(store_prepare(runs->db,
                      "INSERT INTO payment_mark VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)", &q));
    store_bind_int(q, 1, run_id);
    store_bind_int(q, 2, mark);
    store_bind_text(q, 3, step);
    store_bind_int(q, 4, eventlog_body_int(body, "version"));
    store_bind_int(q, 5, entry->event.actor_id);
    store_bind_int(q, 6, entry->event.known_ms);
    bind_digest(q, 7, &digest);
    store_bind_bytes(q, 8, signature);
    store_bind_bytes(q, 9, public_key);
    store_bind_text(q, 10, entry->event.key);
    return store_do(q, NULL);
}

static err insert_run(payment *runs, const codec_json *body, text key)
{
    store_query *q;
    TRY(store_prepare(runs->db,
                      "INSERT INTO payment_run VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'drafted', 1, ?7, ?8, ?9, "
                      "0, 0, 0, 0, 0, 0, ?10)", &q));
    crypto_digest digest = eventlog_body_digest(body, "lines");
    store_bind_int(q, 1, eventlog_body_int(body, "run"));
    store_bind_int(q, 2, eventlog_body_int(body, "month"));
    store_bind_text(q, 3, eventlog_body_text(body, "kind"));
    store_bind_text(q, 4, eventlog_body_text(body, "fund"));
    store_bind_text(q, 5, eventlog_body_text(body, "payer"));
    store_bind_text(q, 6, eventlog_body_text(body, "parts"));
    store_bind_int(q, 7, eventlog_body_int(body, "count"));
    store_bind_int(q, 8, eventlog_body_int(body, "total_fen"));
    bind_digest(q, 9, &digest);
    store_bind_text(q, 10, key);
    return store_do(q, NULL);
}

static err update_lines(payment *runs, const codec_json *body)
{
    store_query *q;
    crypto_digest digest = eventlog_body_digest(body, "lines");
    TRY(store_prepare(runs->db,
                      "UPDATE payment_run SET version = ?2, line_count = ?3, total_fen = ?4, "
                      "lines_digest = ?5, state = 'drafted' WHERE run_id = ?1", &q));
    store_bind_int(q, 1, eventlog_body_int(body, "run"));
    store_bind_int(q, 2, eventlog_body_int(body, "version"));
    store_bind_int(q, 3, eventlog_body_int(body, "count"));
    store_bind_int(q, 4, eventlog_body_int(body, "total_fen"));
    bind_digest(q, 5, &digest);
    return store_do(q, NULL);
}

/* Lines that an earlier run could not pay belong to this run now, or to none again. */
static err take_reissued(payment *runs, int64_t run_id, const codec_json *list)
{
    store_query *q;
    TRY(store_prepare(runs->db, "UPDATE payment_exception SET reissued_by = 0 WHERE reissued_by = ?1", &q));
    store_bind_int(q, 1, run_id);
    TRY(store_do(q, NULL));
    for (size_t i = 0; list && i + 1 < list->count; i += 2) {
        int64_t run, number;
        if (!codec_parse_scaled(list->items[i].word, 0, &run) ||
            !codec_parse_scaled(list->items[i + 1].word, 0, &number))
            continue;
        TRY(store_prepare(runs->db,
                          "UPDATE payment_exception SET reissued_by = ?1 WHERE run_id = ?2 AND number = ?3",
                          &q));
        store_bind_int(q, 1, run_id);
        store_bind_int(q, 2, run);
        store_bind_int(q, 3, number);
        TRY(store_do(q, NULL));
    }
    return ERR_NONE;
}

static err apply_drafted(payment *runs, arena *a, const eventlog_entry *entry, const codec_json *body)
{
    bool is_first = eventlog_body_int(body, "version") == 1;
    if (is_first) TRY(insert_run(runs, body, entry->event.key));
    else TRY(update_lines(runs, body));
    TRY(take_reissued(runs, eventlog_body_int(body, "run"), codec_json_member(body, TEXT("reissues"))));
    TRY(payment_left_void(runs, eventlog_body_int(body, "run"), eventlog_body_int(body, "version")));
    TRY(payment_left_take(runs, eventlog_body_int(body, "run"), codec_json_member(body, TEXT("lefts"))));
    return apply_mark(runs, a, entry, body, is_first ? TEXT("draft") : TEXT("redraft"));
}

static err apply_moved(payment *runs, arena *a, const eventlog_entry *entry, const codec_json *body)
{
    store_query *q;
    text state = eventlog_body_text(body, "state");
    TRY(store_prepare(runs->db, "UPDATE payment_run SET state = ?2 WHERE run_id = ?1", &q));
    store_bind_int(q, 1, eventlog_body_int(body, "run"));
    store_bind_text(q, 2, state);
    TRY(store_do(q, NULL));
    if (text_equal_cstr(state, "withdrawn")) {
        TRY(take_reissued(runs, eventlog_body_int(body, "run"), NULL));
        TRY(payment_left_void(runs, eventlog_body_int(body, "run"), INT64_MAX));
        TRY(payment_left_take(runs, eventlog_body_int(body, "run"), NULL));
    }
    return apply_mark(runs, a, entry, body, eventlog_body_text(body, "step"));
}

static err apply_answered(payment *runs, const codec_json *body)
{
    store_query *q;
    crypto_digest digest = eventlog_body_digest(body, "digest");
    TRY(store_prepare(runs->db, "INSERT INTO payment_answer VALUES (?1, ?2, ?3, ?4, ?5, ?6)", &q));
    store_bind_int(q, 1, eventlog_body_int(body, "run"));
    store_bind_int(q, 2, eventlog_body_int(body, "answer"));
    store_bind_text(q, 3, eventlog_body_text(body, "name"));
    store_bind_int(q, 4, eventlog_body_int(body, "count"));
    store_bind_int(q, 5, eventlog_body_int(body, "total_fen"));
    bind_digest(q, 6, &digest);
    TRY(store_do(q, NULL));
    TRY(store_prepare(runs->db,
                      "UPDATE payment_run SET paid_count = paid_count + ?2, paid_fen = paid_fen + ?3, "
                      "refused_count = refused_count + ?4, refused_fen = refused_fen + ?5, "
                      "returned_count = returned_count + ?6, returned_fen = returned_fen + ?7 "
                      "WHERE run_id = ?1", &q));
    static const char *const CHANGES[] = { "paid_count", "paid_fen", "refused_count", "refused_fen",
                                           "returned_count", "returned_fen" };
    store_bind_int(q, 1, eventlog_body_int(body, "run"));
    for (int i = 0; i < 6; i++) store_bind_int(q, i + 2, eventlog_body_int(body, CHANGES[i]));
    return store_do(q, NULL);
}

/* One line that was refused or returned. */
static err apply_exception(payment *runs, const eventlog_entry *entry, int64_t run_id,
                           const payment_exception *one, text reason)
{
    store_query *q;
    TRY(store_prepare(runs->db,
                      "INSERT INTO payment_exception VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0)", &q));
    store_bind_int(q, 1, entry->event.bucket);
    store_bind_int(q, 2, one->person_id);
    store_bind_int(q, 3, run_id);
    store_bind_int(q, 4, one->number);
    store_bind_int(q, 5, one->outcome);
    store_bind_text(q, 6, reason);
    store_bind_int(q, 7, entry->event.known_ms);
    return store_do(q, NULL);
}

static err apply_outcomes(payment *runs, arena *a, const eventlog_entry *entry, const codec_json *body)
{
    store_query *q;
    int64_t run_id = eventlog_body_int(body, "run");
    TRY(store_prepare(runs->db, "INSERT INTO payment_answer_rows VALUES (?1, ?2, ?3, ?4)", &q));
    store_bind_int(q, 1, run_id);
    store_bind_int(q, 2, eventlog_body_int(body, "answer"));
    store_bind_int(q, 3, entry->event.bucket);
    store_bind_int(q, 4, entry->sequence);
    TRY(store_do(q, NULL));
    payment_exception *exceptions;
    size_t count;
    TRY(payment_exceptions_read(a, runs, entry->event.bucket, entry->sequence, &exceptions, &count));
    const codec_json *reasons = codec_json_member(body, TEXT("reasons"));
    for (size_t i = 0; i < count; i++) {
        bool has_reason = reasons && (size_t)exceptions[i].reason < reasons->count;
        text reason = has_reason ? reasons->items[exceptions[i].reason].word : TEXT_NONE;
        TRY(apply_exception(runs, entry, run_id, &exceptions[i], reason));
    }
    return ERR_NONE;
}

err payment_apply(payment *runs, const eventlog_entry *entry)
{
    text kind = text_of(entry->event.kind);
    if (!text_begins(kind, TEXT("payment."))) return ERR_NONE;
    arena *scratch = arena_open();
    const codec_json *body;
    err e = codec_json_parse(scratch, entry->event.body, (codec_json_options){ 0 }, &body);
    if (e.kind) e = err_of(&PAYMENT_BROKEN, NULL);
    else if (text_equal_cstr(kind, "payment.rows")) e = apply_rows(runs, entry, body);
    else if (text_equal_cstr(kind, "payment.left")) e = payment_left_apply(runs, scratch, entry, body);
    else if (text_equal_cstr(kind, "payment.drafted")) e = apply_drafted(runs, scratch, entry, body);
    else if (text_equal_cstr(kind, "payment.moved")) e = apply_moved(runs, scratch, entry, body);
    else if (text_equal_cstr(kind, "payment.outcomes")) e = apply_outcomes(runs, scratch, entry, body);
    else if (text_equal_cstr(kind, "payment.answered")) e = apply_answered(runs, body);
    else if (text_begins(kind, TEXT("payment.account"))) e = payment_account_apply(runs, scratch, entry, body);
    if (e.detail) e.detail = arena_copy(runs->process, e.detail, strlen(e.detail));
    arena_close(scratch);
    return e;
}

static const eventlog_table TABLES[] = {
    { "payment_account_mark", "change_id, mark", "iiiiibb" },
    { "payment_account_row", "change_id, number", "iiiiibt" },
    { "payment_account_change", "change_id", "iiiiibt" },
    { "payment_exception", "bucket, person_id, run_id, number", "iiiiitii" },
    { "payment_answer_rows", "run_id, answer, bucket", "iiii" },
    { "payment_answer", "run_id, answer", "iitiib" },
    { "payment_mark", "run_id, mark", "iitiiibbbt" },
    { "payment_left", "run_id, version, bucket, number", "iiiiiiiiiii" },
    { "payment_rows", "run_id, version, bucket", "iiiiiiib" },
    { "payment_run", "run_id", "iitttttiiibiiiiiit" },
};

static err apply_any(void *room, const eventlog_entry *entry)
{
    return payment_apply(room, entry);
}

eventlog_room payment_room(payment *runs)
{
    return (eventlog_room){ .events = "payment.", .tables = TABLES,
                            .table_count = sizeof TABLES / sizeof TABLES[0], .apply = apply_any,
                            .room = runs };
}
