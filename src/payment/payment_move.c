#include <string.h>

#include "payment/payment_internal.h"

const err_kind PAYMENT_NO_MOVE = {
    "payment.no_move", ERR_CONFLICT,
    "This step cannot be taken now: the run is {}.",
    "现在不能办理这一步：批次状态为“{}”。"
};
const err_kind PAYMENT_SAME_PERSON = {
    "payment.same_person", ERR_FORBIDDEN,
    "The same person did the step '{}' of this run; another person must take this one.",
    "本批次的“{}”由同一人办理；这一步须由另一人办理。"
};
const err_kind PAYMENT_BAD_SIGNATURE = {
    "payment.bad_signature", ERR_FORBIDDEN,
    "The signature of the step '{}' is not one over this run as it stands.",
    "“{}”的签名与批次现状不符。"
};
const err_kind PAYMENT_HAS_OPEN_LINES = {
    "payment.has_open_lines", ERR_CONFLICT,
    "The bank has not answered {} lines of this run; book its answers first.",
    "本批次还有 {} 笔银行未答复；请先登记回盘。"
};

const err_kind PAYMENT_UNRECONCILED = {
    "payment.unreconciled", ERR_CONFLICT,
    "Business, finance and bank differ by {} yuan; list what is in transit or in suspense, or find the mistake.",
    "业务、财务、银行三方相差 {} 元；请列明未达账项和暂收款，或查明差错。"
};

err payment_check_actor(arena *a, payment *runs, int64_t run_id, payment_step step, int64_t actor_id)
{
    payment_mark *marks;
    size_t count;
    TRY(payment_marks(a, runs, run_id, &marks, &count));
    /* Marks that a redraft voided bind too: who reviewed the first version is no maker of the next. */
    for (size_t i = 0; i < count; i++)
        if (marks[i].actor_id == actor_id && !payment_may_share(marks[i].step, step))
            return err_of(&PAYMENT_SAME_PERSON, payment_step_word(marks[i].step)->says);
    return ERR_NONE;
}

err payment_was_done(payment *runs, int64_t run_id, payment_step step, text key, bool *was_done)
{
    store_query *q;
    *was_done = false;
    if (!key.size_bytes) return ERR_NONE;
    TRY(store_prepare(runs->db,
                      "SELECT count(*) FROM payment_mark WHERE run_id = ?1 AND step = ?2 AND key = ?3", &q));
    store_bind_int(q, 1, run_id);
    store_bind_text(q, 2, text_of(payment_step_word(step)->name));
    store_bind_text(q, 3, key);
    bool has_row;
    TRY(store_step(q, &has_row));
    *was_done = has_row && store_int(q, 0) > 0;
    store_reset(q);
    return ERR_NONE;
}

void payment_sign_piece(crypto_hasher *hasher, text piece)
{
    uint8_t size[8];
    for (int i = 0; i < 8; i++) size[i] = (uint8_t)((uint64_t)piece.size_bytes >> (8 * (7 - i)));
    crypto_hash_add(hasher, size, sizeof size);
    crypto_hash_add(hasher, piece.bytes, piece.size_bytes);
}

void payment_sign_number(crypto_hasher *hasher, int64_t number)
{
    char digits[24];
    size_t size = codec_print_scaled(number, 0, digits);
    payment_sign_piece(hasher, (text){ digits, size });
}

/* Every piece is told by its size, so that no two runs have the same bytes to sign. */
static crypto_digest signing_digest(payment *runs, const payment_run *run, payment_step step,
                                    text signature_before)
{
    crypto_hasher *h = runs->hasher;
    crypto_hash_begin(h);
    payment_sign_piece(h, TEXT("doudi payment signature 1"));
    payment_sign_piece(h, text_of(payment_step_word(step)->name));
    payment_sign_number(h, run->run_id);
    payment_sign_number(h, run->version);
    payment_sign_number(h, run->terms.month);
    payment_sign_piece(h, run->terms.kind);
    payment_sign_piece(h, run->terms.fund);
    payment_sign_piece(h, run->terms.payer_account);
    for (size_t p = 0; p < run->terms.part_count; p++) payment_sign_piece(h, run->terms.parts[p]);
    payment_sign_number(h, run->line_count);
    payment_sign_number(h, run->total_fen);
    payment_sign_piece(h, (text){ (const char *)run->lines_digest.bytes, CRYPTO_DIGEST_BYTES });
    payment_sign_piece(h, signature_before);
    return crypto_hash_end(h);
}

static text last_signature(const payment_mark *marks, size_t count, int64_t version)
{
    text last = TEXT_NONE;
    for (size_t i = 0; i < count; i++)
        if (marks[i].version == version && payment_is_signature(marks[i].step)) last = marks[i].signature;
    return last;
}

err payment_signing_digest(payment *runs, int64_t run_id, payment_step step, crypto_digest *digest)
{
    arena *scratch = arena_open();
    payment_run run;
    payment_mark *marks;
    size_t count;
    err e = payment_find(scratch, runs, run_id, &run);
    if (!e.kind) e = payment_marks(scratch, runs, run_id, &marks, &count);
    if (!e.kind) *digest = signing_digest(runs, &run, step, last_signature(marks, count, run.version));
    if (e.detail) e.detail = arena_copy(runs->process, e.detail, strlen(e.detail));
    arena_close(scratch);
    return e;
}

/* The rows of every bucket, read again and held against what the run says of them. */
static err check_lines(payment *runs, const payment_run *run)
{
    arena *scratch = arena_open(), *one = arena_open();
    payment_place *places;
    size_t count;
    int64_t line_count = 0, total_fen = 0;
    err e = payment_places(scratch, runs, run->run_id, run->version, &places, &count);
    for (size_t i = 0; !e.kind && i < count; i++) {
        payment_rows rows;
        e = payment_rows_read(one, runs, run, &places[i], &rows);
        line_count += (int64_t)rows.count;
        total_fen += rows.total_fen;
        if (e.detail) e.detail = arena_copy(runs->process, e.detail, strlen(e.detail));
        arena_reset(one);
    }
    bool is_whole = !e.kind && line_count == run->line_count && total_fen == run->total_fen &&
                    crypto_digest_equal(payment_digest_of_places(runs, places, count), run->lines_digest);
    if (!e.kind && !is_whole)
        e = err_of(&PAYMENT_BROKEN, text_format(runs->process, "%lld", (long long)run->run_id).bytes);
    arena_close(one);
    arena_close(scratch);
    return e;
}

err payment_check_signature(const char *says, const crypto_digest *digest, text signature, text public_key)
{
    crypto_sm2_public key;
    crypto_signature signed_by;
    crypto_verifier *verifier;
    err bad = err_of(&PAYMENT_BAD_SIGNATURE, says);
    if (signature.size_bytes != sizeof signed_by.bytes || public_key.size_bytes != sizeof key.bytes) return bad;
    memcpy(key.bytes, public_key.bytes, sizeof key.bytes);
    memcpy(signed_by.bytes, signature.bytes, sizeof signed_by.bytes);
    arena *scratch = arena_open();
    err e = crypto_verifier_open(scratch, &key, &verifier);
    if (!e.kind) {
        e = crypto_verify(verifier, (text){ (const char *)digest->bytes, CRYPTO_DIGEST_BYTES }, &signed_by);
        crypto_verifier_close(verifier);
    }
    arena_close(scratch);
    return e.kind ? bad : ERR_NONE;
}

/* The state is what the steps taken lead to: a state that stands in the row alone, without the marks of
 * those who signed, is nobody's decision and pays nothing. */
static err check_way(payment *runs, const payment_run *run, const payment_mark *marks, size_t count)
{
    payment_state state = PAYMENT_NONE;
    for (size_t i = 0; i < count; i++) {
        state = payment_next(state, marks[i].step);
        if (state == PAYMENT_NONE) break;
    }
    if (state == run->state && state != PAYMENT_NONE) return ERR_NONE;
    return err_of(&PAYMENT_BROKEN, text_format(runs->process, "%lld", (long long)run->run_id).bytes);
}

err payment_verify(payment *runs, int64_t run_id)
{
    arena *scratch = arena_open();
    payment_run run;
    payment_mark *marks;
    size_t count;
    text before = TEXT_NONE;
    err e = payment_find(scratch, runs, run_id, &run);
    if (!e.kind) e = payment_marks(scratch, runs, run_id, &marks, &count);
    if (!e.kind) e = check_way(runs, &run, marks, count);
    if (!e.kind) e = check_lines(runs, &run);
    for (size_t i = 0; !e.kind && i < count; i++) {
        if (marks[i].is_void || !payment_is_signature(marks[i].step)) continue;
        crypto_digest digest = signing_digest(runs, &run, marks[i].step, before);
        e = payment_check_signature(payment_step_word(marks[i].step)->says, &digest, marks[i].signature, marks[i].public_key);
        before = marks[i].signature;
    }
    if (e.detail) e.detail = arena_copy(runs->process, e.detail, strlen(e.detail));
    arena_close(scratch);
    return e;
}

static void add_balance(codec_json_writer *w, const payment_balance *balance)
{
    codec_json_key(w, TEXT("balance"));
    codec_json_begin_object(w);
    eventlog_body_add_int(w, "bank_fen", balance->bank_fen);
    eventlog_body_add_int(w, "business_fen", balance->business_fen);
    eventlog_body_add_int(w, "finance_fen", balance->finance_fen);
    eventlog_body_add_int(w, "in_transit_fen", balance->in_transit_fen);
    codec_json_key(w, TEXT("items"));
    codec_json_begin_array(w);
    for (size_t i = 0; i < balance->item_count; i++) {
        codec_json_begin_object(w);
        eventlog_body_add_int(w, "day", balance->items[i].day);
        eventlog_body_add_int(w, "fen", balance->items[i].amount_fen);
        eventlog_body_add_text(w, "reference", balance->items[i].reference);
        codec_json_end_object(w);
    }
    codec_json_end_array(w);
    eventlog_body_add_int(w, "suspense_fen", balance->suspense_fen);
    codec_json_end_object(w);
}

/* The figures of a reconciliation stand with its step; `balance` is NULL in all others. */
typedef struct {
    const payment_act *act;
    text signature, public_key;
    const payment_balance *balance;
} step_given;

static text moved_body(arena *a, const payment_run *run, payment_step step, const crypto_digest *digest,
                       const step_given *given)
{
    char hex[CRYPTO_DIGEST_HEX_BYTES];
    crypto_print_digest(*digest, hex);
    text_builder body = text_builder_open(a);
    codec_json_writer w = codec_json_write(&body, false);
    codec_json_begin_object(&w);
    if (given->balance) add_balance(&w, given->balance);
    eventlog_body_add_text(&w, "digest", text_of(hex));
    eventlog_body_add_bytes(&w, "public_key", given->public_key);
    eventlog_body_add_int(&w, "run", run->run_id);
    eventlog_body_add_bytes(&w, "signature", given->signature);
    eventlog_body_add_text(&w, "state", text_of(payment_state_word(payment_next(run->state, step))->name));
    eventlog_body_add_text(&w, "step", text_of(payment_step_word(step)->name));
    eventlog_body_add_int(&w, "version", run->version);
    codec_json_end_object(&w);
    return text_built(&body);
}

static err check_signature(payment *runs, const payment_run *run, payment_step step,
                           const crypto_digest *digest, const step_given *given)
{
    if (!payment_is_signature(step)) return ERR_NONE;
    TRY(check_lines(runs, run));
    return payment_check_signature(payment_step_word(step)->says, digest, given->signature, given->public_key);
}

static int64_t open_count(const payment_run *run)
{
    return run->line_count - run->paid_count - run->refused_count - run->returned_count;
}

/* Business, finance and bank tell the same once what is listed is counted. */
static err check_balance(arena *a, const payment_run *run, const payment_balance *given)
{
    int64_t listed = 0;
    for (size_t i = 0; i < given->item_count; i++) listed += given->items[i].amount_fen;
    int64_t explained = given->in_transit_fen + given->suspense_fen;
    int64_t off_finance = run->paid_fen - given->finance_fen;
    int64_t off_bank = given->bank_fen - run->paid_fen - explained;
    if (given->business_fen == run->paid_fen && !off_finance && !off_bank && listed == explained)
        return ERR_NONE;
    int64_t off = off_finance ? off_finance : off_bank ? off_bank : listed - explained;
    if (!off) off = given->business_fen - run->paid_fen;
    char fen[CODEC_SCALED_BYTES];
    size_t size = codec_print_scaled(off, 2, fen);
    return err_of(&PAYMENT_UNRECONCILED, text_format(a, "%.*s", (int)size, fen).bytes);
}

static err check_step(arena *a, payment *runs, const payment_run *run, payment_step step,
                      const step_given *given)
{
    bool is_own_way = step == PAYMENT_DRAFT || step == PAYMENT_REDRAFT ||
                      (step == PAYMENT_RECONCILE) != (given->balance != NULL);
    if (is_own_way || payment_next(run->state, step) == PAYMENT_NONE)
        return err_of(&PAYMENT_NO_MOVE, payment_state_word(run->state)->says);
    TRY(payment_check_actor(a, runs, run->run_id, step, given->act->actor_id));
    if (step == PAYMENT_BOOK && open_count(run))
        return err_of(&PAYMENT_HAS_OPEN_LINES, text_format(a, "%lld", (long long)open_count(run)).bytes);
    return given->balance ? check_balance(a, run, given->balance) : ERR_NONE;
}

static err move(arena *a, payment *runs, int64_t run_id, payment_step step, const step_given *given)
{
    payment_run run;
    payment_mark *marks;
    size_t count;
    bool was_done, is_new;
    TRY(payment_find(a, runs, run_id, &run));
    TRY(payment_was_done(runs, run_id, step, given->act->key, &was_done));
    if (was_done) return ERR_NONE;
    TRY(check_step(a, runs, &run, step, given));
    TRY(payment_marks(a, runs, run_id, &marks, &count));
    TRY(check_way(runs, &run, marks, count));
    crypto_digest digest = signing_digest(runs, &run, step, last_signature(marks, count, run.version));
    TRY(check_signature(runs, &run, step, &digest, given));
    eventlog_event event = { .bucket = EVENTLOG_OFFICE, .kind = "payment.moved", .subject_id = run_id,
                             .known_ms = given->act->known_ms, .actor_id = given->act->actor_id,
                             .why = given->act->why, .key = given->act->key,
                             .body = moved_body(a, &run, step, &digest, given) };
    return payment_record(runs, &event, NULL, &is_new);
}

static err move_kept(payment *runs, int64_t run_id, payment_step step, const step_given *given)
{
    arena *scratch = arena_open();
    err e = move(scratch, runs, run_id, step, given);
    if (e.detail) e.detail = arena_copy(runs->process, e.detail, strlen(e.detail));
    arena_close(scratch);
    return e;
}

err payment_move(payment *runs, int64_t run_id, payment_step step, const payment_act *act,
                 text signature, text public_key)
{
    step_given given = { .act = act, .signature = signature, .public_key = public_key };
    return move_kept(runs, run_id, step, &given);
}

err payment_reconcile(payment *runs, int64_t run_id, const payment_act *act,
                      const payment_balance *balance)
{
    step_given given = { .act = act, .balance = balance };
    return move_kept(runs, run_id, PAYMENT_RECONCILE, &given);
}
