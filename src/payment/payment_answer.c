/* One answer of the bank: held against the lines as they come, kept whole or not at all. */
#include <string.h>

#include "base/hash.h"
#include "payment/payment_internal.h"

const err_kind PAYMENT_UNKNOWN_LINE = {
    "payment.unknown_line", ERR_BAD_INPUT,
    "The bank's answer names line {}, which this run does not have; the answer was refused whole.",
    "银行回盘中的第 {} 笔不在本批次内；整个回盘未登记。"
};
const err_kind PAYMENT_OTHER_AMOUNT = {
    "payment.other_amount", ERR_BAD_INPUT,
    "The bank's answer has another amount for line {}; the answer was refused whole.",
    "银行回盘中第 {} 笔的金额与批次不符；整个回盘未登记。"
};
const err_kind PAYMENT_ANSWERED = {
    "payment.answered", ERR_CONFLICT,
    "Line {} was answered before and cannot be answered so again; the answer was refused whole.",
    "第 {} 笔此前已有答复，不能再这样答复；整个回盘未登记。"
};
const err_kind PAYMENT_ANSWER_DIFFERS = {
    "payment.answer_differs", ERR_CONFLICT,
    "The answer {} was booked before, and now has another content; nothing of it was booked: ask the bank which one holds.",
    "回盘 {} 此前已登记，而这次内容不同；整份未登记，请向银行核实以哪份为准。"
};
const err_kind PAYMENT_CUT_SHORT = {
    "payment.cut_short", ERR_BAD_INPUT,
    "The bank's answer is not whole: its head says {}; ask the bank for the file again.",
    "银行回盘不完整：文件头为 {}；请向银行重新索取。"
};

struct payment_answer {
    payment *runs;
    arena *memory;
    payment_act act;
    payment_run run;
    payment_place *places;
    size_t place_count;
    payment_outcomes before;
    uint8_t *said;       /* a line: 0 (nothing), or the payment_outcome it says */
    int64_t *amount_fen; /* a line */
    uint32_t *reason;    /* a line; index into reasons */
    text *reasons;
    size_t reason_count, reason_capacity;
    hash_map *reason_index;
    int64_t count, total_fen;
    crypto_hasher *content; /* over all that was said, in its order */
    crypto_digest kept;     /* the same of the answer of this name that is there already */
    bool was_done;
    payment_sums sums;
};

static bool takes_answers(payment_state state)
{
    return state == PAYMENT_SENT || state == PAYMENT_UNANSWERED || state == PAYMENT_BOOKED ||
           state == PAYMENT_RECONCILED || state == PAYMENT_CLOSED;
}

static err read_amounts(payment_answer *w)
{
    arena *one = arena_open();
    err e = ERR_NONE;
    w->amount_fen = ARENA_ARRAY(w->memory, int64_t, w->run.line_count + 1);
    for (size_t i = 0; !e.kind && i < w->place_count; i++) {
        payment_rows rows = { 0 };
        e = payment_rows_read(one, w->runs, &w->run, &w->places[i], &rows);
        for (size_t r = 0; !e.kind && r < rows.count; r++)
            w->amount_fen[rows.first_number - 1 + (int64_t)r] = payment_rows_fen(&rows, r);
        if (e.detail) e.detail = arena_copy(w->memory, e.detail, strlen(e.detail));
        arena_reset(one);
    }
    arena_close(one);
    return e;
}

static err was_answered(payment_answer *w)
{
    store_query *q;
    bool has_row;
    TRY(store_prepare(w->runs->db, "SELECT digest FROM payment_answer WHERE run_id = ?1 AND name = ?2", &q));
    store_bind_int(q, 1, w->run.run_id);
    store_bind_text(q, 2, w->act.key);
    TRY(store_step(q, &has_row));
    w->was_done = has_row;
    text digest = has_row ? store_bytes(q, 0) : TEXT_NONE;
    if (digest.size_bytes == CRYPTO_DIGEST_BYTES)
        memcpy(w->kept.bytes, digest.bytes, CRYPTO_DIGEST_BYTES);
    store_reset(q);
    return ERR_NONE;
}

err payment_answer_open(arena *a, payment *runs, int64_t run_id, const payment_act *act,
                        payment_answer **answer)
{
    payment_answer *w = ARENA_NEW(a, payment_answer);
    *w = (payment_answer){ .runs = runs, .memory = a, .act = *act };
    TRY(payment_find(a, runs, run_id, &w->run));
    if (!takes_answers(w->run.state))
        return err_of(&PAYMENT_NO_MOVE, payment_state_word(w->run.state)->says);
    TRY(payment_check_actor(a, runs, run_id, PAYMENT_BOOK, act->actor_id));
    TRY(was_answered(w));
    TRY(payment_places(a, runs, run_id, w->run.version, &w->places, &w->place_count));
    TRY(payment_outcomes_read(a, runs, &w->run, NULL, &w->before));
    TRY(read_amounts(w));
    w->said = ARENA_ARRAY(a, uint8_t, w->run.line_count + 1);
    w->reason = ARENA_ARRAY(a, uint32_t, w->run.line_count + 1);
    w->reason_index = hash_map_open(a);
    TRY(crypto_hasher_open(a, CRYPTO_SM3, &w->content));
    crypto_hash_begin(w->content);
    *answer = w;
    return ERR_NONE;
}

static uint32_t reason_number(payment_answer *w, text reason)
{
    size_t known = hash_map_get(w->reason_index, reason);
    if (known != SIZE_MAX) return (uint32_t)known;
    text kept = text_copy(w->memory, reason);
    hash_map_put(w->reason_index, kept, w->reason_count);
    ARENA_PUSH(w->memory, w->reasons, w->reason_count, w->reason_capacity, kept);
    return (uint32_t)(w->reason_count - 1);
}

/* An open line may get any answer, and a paid one may come back; nothing else. */
static bool may_follow(payment_outcome before, payment_outcome now)
{
    return before == PAYMENT_OPEN || (before == PAYMENT_PAID && now == PAYMENT_RETURNED);
}

static err blame(payment_answer *w, const err_kind *kind, int64_t number)
{
    return err_of(kind, text_format(w->memory, "%lld", (long long)number).bytes);
}

static void hear(payment_answer *w, int64_t number, payment_outcome outcome, text reason)
{
    uint8_t head[12];
    for (int i = 0; i < 8; i++) head[i] = (uint8_t)((uint64_t)number >> (8 * (7 - i)));
    head[8] = (uint8_t)outcome;
    for (int i = 0; i < 3; i++) head[9 + i] = (uint8_t)(reason.size_bytes >> (8 * (2 - i)));
    crypto_hash_add(w->content, head, sizeof head);
    crypto_hash_add(w->content, reason.bytes, reason.size_bytes);
}

err payment_answer_add(payment_answer *w, int64_t number, int64_t amount_fen, payment_outcome outcome,
                       text reason)
{
    if (number < 1 || number > w->run.line_count) return blame(w, &PAYMENT_UNKNOWN_LINE, number);
    if (w->amount_fen[number - 1] != amount_fen) return blame(w, &PAYMENT_OTHER_AMOUNT, number);
    if (__builtin_add_overflow(w->total_fen, amount_fen, &w->total_fen))
        return blame(w, &PAYMENT_OTHER_AMOUNT, number);
    w->count++;
    hear(w, number, outcome, reason);
    if (w->was_done) return ERR_NONE;
    bool is_open = !w->said[number - 1] && outcome != PAYMENT_OPEN;
    if (!is_open || !may_follow((payment_outcome)w->before.of[number - 1], outcome))
        return blame(w, &PAYMENT_ANSWERED, number);
    w->said[number - 1] = (uint8_t)outcome;
    if (outcome != PAYMENT_PAID) w->reason[number - 1] = reason_number(w, reason);
    return ERR_NONE;
}

/* ---- keeping it ---- */

typedef struct {
    int64_t *from, *until; /* ranges of paid lines */
    size_t range_count;
    int64_t *column[4];    /* person, number, outcome, reason */
    size_t exception_count;
} said_rows;

static void gather(arena *a, payment_answer *w, const payment_rows *rows, said_rows *s)
{
    for (int c = 0; c < 4; c++) s->column[c] = ARENA_ARRAY(a, int64_t, rows->count + 1);
    s->from = ARENA_ARRAY(a, int64_t, rows->count + 1);
    s->until = ARENA_ARRAY(a, int64_t, rows->count + 1);
    for (size_t r = 0; r < rows->count; r++) {
        int64_t number = rows->first_number + (int64_t)r;
        payment_outcome said = (payment_outcome)w->said[number - 1];
        if (!w->said[number - 1]) continue;
        payment_sums_add(&w->sums, rows, r, said, 1);
        if (said == PAYMENT_PAID) {
            bool goes_on = s->range_count && s->until[s->range_count - 1] == number;
            if (!goes_on) s->from[s->range_count++] = number;
            s->until[s->range_count - 1] = number + 1;
            continue;
        }
        size_t at = s->exception_count++;
        s->column[0][at] = rows->column[PAYMENT_PERSON][r];
        s->column[1][at] = number;
        s->column[2][at] = said;
        s->column[3][at] = w->reason[number - 1];
    }
}

static err keep_bucket(payment_answer *w, arena *a, const payment_place *place, int64_t answer_number)
{
    payment_rows rows;
    said_rows said = { 0 };
    TRY(payment_rows_read(a, w->runs, &w->run, place, &rows));
    gather(a, w, &rows, &said);
    if (!said.range_count && !said.exception_count) return ERR_NONE;
    text paid, exceptions;
    int64_t *ranges[] = { said.from, said.until };
    TRY(payment_pack(a, PAYMENT_RANGE_NAMES, ranges, 2, said.range_count, &paid));
    TRY(payment_pack(a, PAYMENT_EXCEPTION_NAMES, said.column, 4, said.exception_count, &exceptions));
    eventlog_segment segments[] = {
        { .name = "paid", .row_count = (int64_t)said.range_count, .bytes = paid },
        { .name = "exceptions", .row_count = (int64_t)said.exception_count, .bytes = exceptions },
    };
    text_builder body = text_builder_open(a);
    codec_json_writer j = codec_json_write(&body, false);
    codec_json_begin_object(&j);
    eventlog_body_add_int(&j, "answer", answer_number);
    codec_json_key(&j, TEXT("reasons"));
    codec_json_begin_array(&j);
    for (size_t i = 0; i < w->reason_count; i++) codec_json_add_text(&j, w->reasons[i]);
    codec_json_end_array(&j);
    eventlog_body_add_int(&j, "run", w->run.run_id);
    codec_json_end_object(&j);
    eventlog_event event = { .bucket = place->bucket, .kind = "payment.outcomes",
                             .known_ms = w->act.known_ms, .actor_id = w->act.actor_id, .why = w->act.why,
                             .body = text_built(&body), .segments = segments, .segment_count = 2 };
    bool is_new;
    return payment_record(w->runs, &event, NULL, &is_new);
}

static int64_t fen_of(const payment_answer *w, const int64_t *fen)
{
    int64_t sum = 0;
    for (size_t p = 0; p < w->run.terms.part_count; p++) sum += fen[p];
    return sum;
}

/* Lines that come back were paid or open before: what leaves the count of the paid. */
static void count_taken_back(const payment_answer *w, int64_t *count, int64_t *fen)
{
    *count = *fen = 0;
    for (int64_t i = 0; i < w->run.line_count; i++) {
        if (w->said[i] != PAYMENT_RETURNED || w->before.of[i] != PAYMENT_PAID) continue;
        ++*count;
        *fen += w->amount_fen[i];
    }
}

static text answered_body(payment_answer *w, int64_t answer_number, const crypto_digest *digest)
{
    int64_t back_count, back_fen;
    char hex[CRYPTO_DIGEST_HEX_BYTES];
    crypto_print_digest(*digest, hex);
    count_taken_back(w, &back_count, &back_fen);
    text_builder body = text_builder_open(w->memory);
    codec_json_writer j = codec_json_write(&body, false);
    codec_json_begin_object(&j);
    eventlog_body_add_int(&j, "answer", answer_number);
    eventlog_body_add_int(&j, "count", w->count);
    eventlog_body_add_text(&j, "digest", text_of(hex));
    eventlog_body_add_text(&j, "name", w->act.key);
    eventlog_body_add_int(&j, "paid_count", w->sums.paid_count - back_count);
    eventlog_body_add_int(&j, "paid_fen", fen_of(w, w->sums.paid_fen) - back_fen);
    eventlog_body_add_int(&j, "refused_count", w->sums.refused_count);
    eventlog_body_add_int(&j, "refused_fen", fen_of(w, w->sums.refused_fen));
    eventlog_body_add_int(&j, "returned_count", w->sums.returned_count);
    eventlog_body_add_int(&j, "returned_fen", fen_of(w, w->sums.returned_fen));
    eventlog_body_add_int(&j, "run", w->run.run_id);
    eventlog_body_add_int(&j, "total_fen", w->total_fen);
    codec_json_end_object(&j);
    return text_built(&body);
}

static err next_answer(payment_answer *w, int64_t *number)
{
    store_query *q;
    bool has_row;
    TRY(store_prepare(w->runs->db, "SELECT count(*) FROM payment_answer WHERE run_id = ?1", &q));
    store_bind_int(q, 1, w->run.run_id);
    TRY(store_step(q, &has_row));
    *number = store_int(q, 0) + 1;
    store_reset(q);
    return ERR_NONE;
}

static err keep(payment_answer *w, const crypto_digest *digest)
{
    int64_t number;
    bool is_new;
    TRY(next_answer(w, &number));
    arena *one = arena_open();
    err e = ERR_NONE;
    for (size_t i = 0; !e.kind && i < w->place_count; i++) {
        e = keep_bucket(w, one, &w->places[i], number);
        if (e.detail) e.detail = arena_copy(w->memory, e.detail, strlen(e.detail));
        arena_reset(one);
    }
    arena_close(one);
    TRY(e);
    eventlog_event event = { .bucket = EVENTLOG_OFFICE, .kind = "payment.answered",
                             .subject_id = w->run.run_id, .known_ms = w->act.known_ms,
                             .actor_id = w->act.actor_id, .why = w->act.why,
                             .body = answered_body(w, number, digest) };
    return payment_record(w->runs, &event, NULL, &is_new);
}

void payment_answer_close(payment_answer *answer)
{
    if (answer->content) crypto_hasher_close(answer->content);
    answer->content = NULL;
}

static err finish(payment_answer *w, const payment_control *control, bool *is_new)
{
    if (control->count != w->count || control->total_fen != w->total_fen) {
        char fen[CODEC_SCALED_BYTES];
        size_t size = codec_print_scaled(control->total_fen, 2, fen);
        return err_of(&PAYMENT_CUT_SHORT, text_format(w->memory, "%lld / %.*s", (long long)control->count,
                                                      (int)size, fen).bytes);
    }
    crypto_digest digest = crypto_hash_end(w->content);
    *is_new = !w->was_done;
    if (!w->was_done) return keep(w, &digest);
    return crypto_digest_equal(digest, w->kept) ? ERR_NONE
                                                : err_of(&PAYMENT_ANSWER_DIFFERS, text_cstr(w->memory, w->act.key));
}

err payment_answer_finish(payment_answer *answer, const payment_control *control, bool *is_new)
{
    err e = finish(answer, control, is_new);
    payment_answer_close(answer);
    return e;
}

const payment_sums *payment_answer_sums(const payment_answer *answer)
{
    return &answer->sums;
}
