#include <string.h>

#include "payment/payment_internal.h"

const err_kind PAYMENT_EMPTY = {
    "payment.empty", ERR_BAD_INPUT,
    "A payment run needs at least one line; nothing was drafted.",
    "支付批次至少要有一笔明细；没有编制。"
};
const err_kind PAYMENT_BAD_LINE = {
    "payment.bad_line", ERR_BAD_INPUT,
    "Line {} does not fit a payment run: amounts must be above zero, with people in order and an account each.",
    "第 {} 笔不能列入支付批次：金额须大于零，人员须按顺序，且各有账户。"
};
const err_kind PAYMENT_NOT_UNPAID = {
    "payment.not_unpaid", ERR_CONFLICT,
    "Line {} is not a refused or returned line that waits to be paid again.",
    "{} 不是等待重发的拒付或退票明细。"
};

struct payment_draft {
    payment *runs;
    arena *memory;  /* lives as long as the draft */
    arena *rows_memory; /* one bucket's rows */
    payment_terms terms;
    payment_act act;
    int64_t run_id, version, line_count, total_fen;
    payment_rows rows;
    int64_t last_person;
    payment_place places[EVENTLOG_BUCKETS];
    size_t place_count;
    int64_t *reissues; /* pairs of run and number */
    size_t reissue_count, reissue_capacity;
    int64_t *lefts; /* triples of run, bucket and number */
    size_t left_count, left_capacity;
    arena *left_memory; /* of the rows left out of one bucket */
    payment_rows left;
};

static err next_run_id(payment *runs, text key, int64_t *run_id)
{
    store_query *q;
    bool has_row;
    if (key.size_bytes) {
        TRY(store_prepare(runs->db, "SELECT run_id FROM payment_run WHERE key = ?1", &q));
        store_bind_text(q, 1, key);
        TRY(store_step(q, &has_row));
        if (has_row) *run_id = store_int(q, 0);
        store_reset(q);
        if (has_row) return ERR_NONE;
    }
    TRY(store_scalar(runs->db, "SELECT coalesce(max(run_id), 0) + 1 FROM payment_run", run_id));
    return ERR_NONE;
}

static void open_draft(arena *a, payment *runs, const payment_act *act, payment_draft **draft)
{
    payment_draft *d = ARENA_NEW(a, payment_draft);
    *d = (payment_draft){ .runs = runs, .memory = a, .rows_memory = arena_open(),
                          .left_memory = arena_open(), .act = *act };
    d->act.key = text_copy(a, act->key);
    d->act.why = text_copy(a, act->why);
    *draft = d;
}

err payment_draft_open(arena *a, payment *runs, const payment_terms *terms, const payment_act *act,
                       payment_draft **draft)
{
    int64_t run_id;
    if (!terms->part_count || terms->part_count > PAYMENT_PARTS_MAX) return err_of(&PAYMENT_EMPTY, NULL);
    TRY(next_run_id(runs, act->key, &run_id));
    open_draft(a, runs, act, draft);
    (*draft)->terms = *terms;
    (*draft)->run_id = run_id;
    (*draft)->version = 1;
    return ERR_NONE;
}

err payment_redraft_open(arena *a, payment *runs, int64_t run_id, const payment_act *act,
                         payment_draft **draft)
{
    payment_run run;
    TRY(payment_find(a, runs, run_id, &run));
    if (payment_next(run.state, PAYMENT_REDRAFT) == PAYMENT_NONE)
        return err_of(&PAYMENT_NO_MOVE, payment_state_word(run.state)->says);
    TRY(payment_check_actor(a, runs, run_id, PAYMENT_REDRAFT, act->actor_id));
    open_draft(a, runs, act, draft);
    (*draft)->terms = run.terms;
    (*draft)->run_id = run_id;
    (*draft)->version = run.version + 1;
    return ERR_NONE;
}

void payment_draft_cancel(payment_draft *draft)
{
    arena_close(draft->rows_memory);
    arena_close(draft->left_memory);
    draft->rows_memory = draft->left_memory = NULL;
}

/* The event of one bucket's rows. */
static err finish_bucket(payment_draft *d)
{
    if (!d->rows.count) return ERR_NONE;
    text bytes;
    TRY(payment_rows_bytes(d->rows_memory, &d->rows, &bytes));
    payment_place *place = &d->places[d->place_count++];
    *place = (payment_place){ .bucket = d->rows.bucket, .first_number = d->rows.first_number,
                              .line_count = (int64_t)d->rows.count, .total_fen = d->rows.total_fen };
    place->digest = crypto_hash(d->runs->hasher, bytes.bytes, bytes.size_bytes);
    char hex[CRYPTO_DIGEST_HEX_BYTES];
    crypto_print_digest(place->digest, hex);
    text_builder body = text_builder_open(d->rows_memory);
    codec_json_writer w = codec_json_write(&body, false);
    codec_json_begin_object(&w);
    eventlog_body_add_int(&w, "count", place->line_count);
    eventlog_body_add_text(&w, "digest", text_of(hex));
    eventlog_body_add_int(&w, "first", place->first_number);
    eventlog_body_add_int(&w, "run", d->run_id);
    eventlog_body_add_int(&w, "total_fen", place->total_fen);
    eventlog_body_add_int(&w, "version", d->version);
    codec_json_end_object(&w);
    eventlog_segment segment = { .name = "lines", .row_count = place->line_count, .bytes = bytes };
    eventlog_event event = { .bucket = place->bucket, .kind = "payment.rows", .known_ms = d->act.known_ms,
                             .actor_id = d->act.actor_id, .why = d->act.why, .body = text_built(&body),
                             .segments = &segment, .segment_count = 1 };
    if (d->act.key.size_bytes)
        event.key = text_format(d->rows_memory, "%.*s/rows/%lld", TEXT_ARG(d->act.key), (long long)d->version);
    bool is_new;
    TRY(payment_record(d->runs, &event, &place->sequence, &is_new));
    d->line_count += place->line_count;
    arena_reset(d->rows_memory);
    return __builtin_add_overflow(d->total_fen, place->total_fen, &d->total_fen)
               ? err_of(&PAYMENT_BAD_LINE, "total") : ERR_NONE;
}

static bool is_sound(const payment_draft *d, uint32_t bucket, const payment_line *line)
{
    for (size_t p = 0; p < PAYMENT_PARTS_MAX; p++) {
        bool is_used = p < d->terms.part_count;
        if (line->part_fen[p] < 0 || (!is_used && line->part_fen[p])) return false;
    }
    bool has_begun = d->rows.count || d->place_count;
    bool is_in_order = !has_begun || bucket > d->rows.bucket ||
                       (bucket == d->rows.bucket && line->person_id >= d->last_person);
    return is_in_order && payment_line_fen(line) > 0 && line->person_id > 0 && line->account > 0 &&
           d->line_count + (int64_t)d->rows.count < PAYMENT_LINES_MAX;
}

/* A line paid again must be of the same person and amount as the one that came back. */
static err check_reissue(payment_draft *d, uint32_t bucket, const payment_line *line)
{
    store_query *q;
    bool has_row;
    TRY(store_prepare(d->runs->db,
                      "SELECT reissued_by FROM payment_exception WHERE bucket = ?1 AND person_id = ?2 "
                      "AND run_id = ?3 AND number = ?4", &q));
    store_bind_int(q, 1, bucket);
    store_bind_int(q, 2, line->person_id);
    store_bind_int(q, 3, line->reissue_of_run);
    store_bind_int(q, 4, line->reissue_of_line);
    TRY(store_step(q, &has_row));
    int64_t by = has_row ? store_int(q, 0) : -1;
    store_reset(q);
    bool is_waiting = by == 0 || by == d->run_id;
    for (size_t i = 0; i < d->reissue_count; i += 2)
        if (d->reissues[i] == line->reissue_of_run && d->reissues[i + 1] == line->reissue_of_line)
            is_waiting = false;
    if (!is_waiting)
        return err_of(&PAYMENT_NOT_UNPAID, text_format(d->memory, "%lld/%lld", (long long)line->reissue_of_run,
                                                       (long long)line->reissue_of_line).bytes);
    ARENA_PUSH(d->memory, d->reissues, d->reissue_count, d->reissue_capacity, line->reissue_of_run);
    ARENA_PUSH(d->memory, d->reissues, d->reissue_count, d->reissue_capacity, line->reissue_of_line);
    return ERR_NONE;
}

static err check_left(payment_draft *d, uint32_t bucket, const payment_line *line)
{
    TRY(payment_left_check(d->memory, d->runs, d->run_id, bucket, line));
    for (size_t i = 0; i < d->left_count; i += 3)
        if (d->lefts[i] == line->left_of_run && d->lefts[i + 1] == bucket && d->lefts[i + 2] == line->left_number)
            return err_of(&PAYMENT_NOT_UNPAID, text_format(d->memory, "%lld/%lld", (long long)line->left_of_run,
                                                           (long long)line->left_number).bytes);
    ARENA_PUSH(d->memory, d->lefts, d->left_count, d->left_capacity, line->left_of_run);
    ARENA_PUSH(d->memory, d->lefts, d->left_count, d->left_capacity, bucket);
    ARENA_PUSH(d->memory, d->lefts, d->left_count, d->left_capacity, line->left_number);
    return ERR_NONE;
}

static err finish_left(payment_draft *d)
{
    if (!d->left.count) return ERR_NONE;
    TRY(payment_left_keep(d->runs, d->left_memory, &d->act, d->run_id, d->version, &d->left));
    arena_reset(d->left_memory);
    d->left.count = 0;
    return ERR_NONE;
}

err payment_draft_leave(payment_draft *draft, const payment_line *line, payment_left_reason reason)
{
    uint32_t bucket = eventlog_bucket_of(line->person_id);
    bool is_sound = line->person_id > 0 && payment_line_fen(line) > 0 && reason > PAYMENT_LEFT_NONE &&
                    reason < PAYMENT_LEFT_REASON_COUNT && (!draft->left.count || bucket >= draft->left.bucket);
    if (!is_sound)
        return err_of(&PAYMENT_BAD_LINE, text_format(draft->memory, "%lld", (long long)draft->left.count + 1).bytes);
    if (!draft->left.count || bucket != draft->left.bucket) {
        TRY(finish_left(draft));
        draft->left = payment_rows_open(bucket, 1, draft->terms.part_count);
    }
    payment_rows_add(draft->left_memory, &draft->left, line, reason);
    return ERR_NONE;
}

err payment_draft_add(payment_draft *draft, const payment_line *line)
{
    uint32_t bucket = eventlog_bucket_of(line->person_id);
    if (!is_sound(draft, bucket, line)) {
        long long number = (long long)(draft->line_count + (int64_t)draft->rows.count + 1);
        return err_of(&PAYMENT_BAD_LINE, text_format(draft->memory, "%lld", number).bytes);
    }
    if (line->reissue_of_run) TRY(check_reissue(draft, bucket, line));
    if (line->left_of_run) TRY(check_left(draft, bucket, line));
    if (!draft->rows.count || bucket != draft->rows.bucket) {
        TRY(finish_bucket(draft));
        draft->rows = payment_rows_open(bucket, draft->line_count + 1, draft->terms.part_count);
    }
    payment_rows_add(draft->rows_memory, &draft->rows, line, PAYMENT_LEFT_NONE);
    draft->last_person = line->person_id;
    return ERR_NONE;
}

static void add_parts(codec_json_writer *w, const payment_terms *terms)
{
    text_builder parts = text_builder_open(w->out->memory);
    for (size_t p = 0; p < terms->part_count; p++) {
        if (p) text_add_char(&parts, '\n');
        text_add(&parts, terms->parts[p]);
    }
    eventlog_body_add_text(w, "parts", text_built(&parts));
}

static text drafted_body(payment_draft *d, const char *lines_hex)
{
    text_builder body = text_builder_open(d->memory);
    codec_json_writer w = codec_json_write(&body, false);
    codec_json_begin_object(&w);
    eventlog_body_add_int(&w, "count", d->line_count);
    eventlog_body_add_text(&w, "digest", text_of(lines_hex));
    eventlog_body_add_text(&w, "fund", d->terms.fund);
    eventlog_body_add_text(&w, "kind", d->terms.kind);
    if (d->left_count) {
        codec_json_key(&w, TEXT("lefts"));
        codec_json_begin_array(&w);
        for (size_t i = 0; i < d->left_count; i++) codec_json_add_i64(&w, d->lefts[i]);
        codec_json_end_array(&w);
    }
    eventlog_body_add_text(&w, "lines", text_of(lines_hex));
    eventlog_body_add_int(&w, "month", d->terms.month);
    add_parts(&w, &d->terms);
    eventlog_body_add_text(&w, "payer", d->terms.payer_account);
    codec_json_key(&w, TEXT("reissues"));
    codec_json_begin_array(&w);
    for (size_t i = 0; i < d->reissue_count; i++) codec_json_add_i64(&w, d->reissues[i]);
    codec_json_end_array(&w);
    eventlog_body_add_int(&w, "run", d->run_id);
    eventlog_body_add_int(&w, "total_fen", d->total_fen);
    eventlog_body_add_int(&w, "version", d->version);
    codec_json_end_object(&w);
    return text_built(&body);
}

static err finish(payment_draft *d, int64_t *run_id, bool *is_new)
{
    TRY(finish_bucket(d));
    TRY(finish_left(d));
    if (!d->line_count) return err_of(&PAYMENT_EMPTY, NULL);
    char hex[CRYPTO_DIGEST_HEX_BYTES];
    crypto_print_digest(payment_digest_of_places(d->runs, d->places, d->place_count), hex);
    eventlog_event event = { .bucket = EVENTLOG_OFFICE, .kind = "payment.drafted",
                             .subject_id = d->run_id, .known_ms = d->act.known_ms,
                             .actor_id = d->act.actor_id, .why = d->act.why, .key = d->act.key,
                             .body = drafted_body(d, hex) };
    *run_id = d->run_id;
    return payment_record(d->runs, &event, NULL, is_new);
}

err payment_draft_finish(payment_draft *draft, int64_t *run_id, bool *is_new)
{
    err e = finish(draft, run_id, is_new);
    payment_draft_cancel(draft);
    return e;
}
