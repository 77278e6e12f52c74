/* Changes of bank accounts: kept here until the third of three people confirms them. */
#include <string.h>

#include "payment/payment_internal.h"

const err_kind PAYMENT_NO_CHANGE = {
    "payment.no_change", ERR_NOT_FOUND,
    "There is no change of accounts {}; `doudi account list` shows those there are.",
    "没有编号为 {} 的账户变更；用 doudi account list 查看。"
};
const err_kind PAYMENT_CHANGE_SETTLED = {
    "payment.change_settled", ERR_CONFLICT,
    "This step cannot be taken now: the change of accounts is {}.",
    "现在不能办理这一步：该账户变更状态为“{}”。"
};
const err_kind PAYMENT_CHANGE_WAITS = {
    "payment.change_waits", ERR_CONFLICT,
    "This person's account is in a change that waits already: {}; have that one confirmed or refused first.",
    "该人员的账户已在待办的变更中：{}；请先确认或退回该变更。"
};
const err_kind PAYMENT_CHANGE_EMPTY = {
    "payment.change_empty", ERR_BAD_INPUT,
    "A change of accounts has 1 to 2000 people, each with an account number, and this has {}.",
    "一次账户变更须为 1 至 2000 人，且各有账号；现为 {}。"
};

static const payment_word STATES[] = {
    [PAYMENT_ACCOUNT_NONE] = { "none", "none", "无" },
    [PAYMENT_ACCOUNT_ENTERED] = { "entered", "entered, waits for review", "已登记，待复核" },
    [PAYMENT_ACCOUNT_REVIEWED] = { "reviewed", "reviewed, waits for the auditor", "已复核，待稽核确认" },
    [PAYMENT_ACCOUNT_CONFIRMED] = { "confirmed", "confirmed", "已确认生效" },
    [PAYMENT_ACCOUNT_REFUSED] = { "refused", "refused", "已退回" },
};
_Static_assert(sizeof STATES / sizeof STATES[0] == PAYMENT_ACCOUNT_STATE_COUNT, "a state has no row");
static const payment_word STEPS[] = {
    [PAYMENT_ACCOUNT_ENTER] = { "enter", "enter", "登记" },
    [PAYMENT_ACCOUNT_REVIEW] = { "review", "review", "复核" },
    [PAYMENT_ACCOUNT_CONFIRM] = { "confirm", "confirm", "稽核确认" },
    [PAYMENT_ACCOUNT_REFUSE] = { "refuse", "refuse", "退回" },
};
_Static_assert(sizeof STEPS / sizeof STEPS[0] == PAYMENT_ACCOUNT_STEP_COUNT, "a step has no row");
static const uint8_t NEXT[PAYMENT_ACCOUNT_STATE_COUNT][PAYMENT_ACCOUNT_STEP_COUNT] = {
    [PAYMENT_ACCOUNT_NONE] = { [PAYMENT_ACCOUNT_ENTER] = PAYMENT_ACCOUNT_ENTERED },
    [PAYMENT_ACCOUNT_ENTERED] = { [PAYMENT_ACCOUNT_REVIEW] = PAYMENT_ACCOUNT_REVIEWED,
                                  [PAYMENT_ACCOUNT_REFUSE] = PAYMENT_ACCOUNT_REFUSED },
    [PAYMENT_ACCOUNT_REVIEWED] = { [PAYMENT_ACCOUNT_CONFIRM] = PAYMENT_ACCOUNT_CONFIRMED,
                                   [PAYMENT_ACCOUNT_REFUSE] = PAYMENT_ACCOUNT_REFUSED },
};

const payment_word *payment_account_state_word(payment_account_state state) { return &STATES[state]; }
const payment_word *payment_account_step_word(payment_account_step step) { return &STEPS[step]; }
payment_account_state payment_account_next(payment_account_state from, payment_account_step step)
{
    return (payment_account_state)NEXT[from][step];
}

static err no_such(payment *runs, const err_kind *kind, int64_t change_id)
{
    return err_of(kind, text_format(runs->process, "%lld", (long long)change_id).bytes);
}

/* ---- reading ---- */

static void read_change(arena *a, const store_query *q, payment_account_change *c)
{
    int64_t state = store_int(q, 1);
    bool is_known = state > PAYMENT_ACCOUNT_NONE && state < PAYMENT_ACCOUNT_STATE_COUNT;
    *c = (payment_account_change){ .change_id = store_int(q, 0), .row_count = store_int(q, 2),
                                   .state = is_known ? (payment_account_state)state : PAYMENT_ACCOUNT_NONE,
                                   .known_ms = store_int(q, 3), .settled_ms = store_int(q, 4),
                                   .why = text_copy(a, store_text(q, 6)) };
    text digest = store_bytes(q, 5);
    if (digest.size_bytes == CRYPTO_DIGEST_BYTES) memcpy(c->digest.bytes, digest.bytes, CRYPTO_DIGEST_BYTES);
}

#define CHANGE_COLUMNS "change_id, state, row_count, known_ms, settled_ms, digest, why"

err payment_account_find(arena *a, payment *runs, int64_t change_id, payment_account_change *change)
{
    store_query *q;
    bool has_row;
    TRY(store_prepare(runs->db, "SELECT " CHANGE_COLUMNS " FROM payment_account_change WHERE change_id = ?1", &q));
    store_bind_int(q, 1, change_id);
    TRY(store_step(q, &has_row));
    if (has_row) read_change(a, q, change);
    store_reset(q);
    return has_row ? ERR_NONE : no_such(runs, &PAYMENT_NO_CHANGE, change_id);
}

err payment_account_list(arena *a, payment *runs, payment_account_state state, payment_account_change **changes,
                         size_t *count)
{
    store_query *q;
    size_t capacity = 0;
    *changes = NULL;
    *count = 0;
    TRY(store_prepare(runs->db,
                      "SELECT " CHANGE_COLUMNS " FROM payment_account_change WHERE ?1 = 0 OR state = ?1 ORDER BY change_id",
                      &q));
    store_bind_int(q, 1, state);
    for (;;) {
        bool has_row;
        payment_account_change one;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        read_change(a, q, &one);
        ARENA_PUSH(a, *changes, *count, capacity, one);
    }
}

err payment_account_rows(arena *a, payment *runs, int64_t change_id, payment_account_row **rows, size_t *count)
{
    store_query *q;
    size_t capacity = 0;
    *rows = NULL;
    *count = 0;
    TRY(store_prepare(runs->db,
                      "SELECT person_id, bank, account_key, sealed, holder FROM payment_account_row WHERE change_id = ?1 "
                      "ORDER BY number", &q));
    store_bind_int(q, 1, change_id);
    for (;;) {
        bool has_row;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        payment_account_row row = { .person_id = store_int(q, 0), .bank = store_int(q, 1), .key = store_int(q, 2),
                                    .sealed = text_copy(a, store_bytes(q, 3)), .holder = text_copy(a, store_text(q,
                                                                                                                 4)) };
        ARENA_PUSH(a, *rows, *count, capacity, row);
    }
}

err payment_account_marks(arena *a, payment *runs, int64_t change_id, payment_account_mark **marks, size_t *count)
{
    store_query *q;
    size_t capacity = 0;
    *marks = NULL;
    *count = 0;
    TRY(store_prepare(runs->db,
                      "SELECT step, actor_id, known_ms, signature, public_key FROM payment_account_mark WHERE "
                      "change_id = ?1 ORDER BY mark", &q));
    store_bind_int(q, 1, change_id);
    for (;;) {
        bool has_row;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        int64_t step = store_int(q, 0);
        payment_account_mark mark = { .step = (payment_account_step)(step >= 0 &&
                                                                     step < PAYMENT_ACCOUNT_STEP_COUNT ? step : 0),
                                      .actor_id = store_int(q, 1), .known_ms = store_int(q, 2),
                                      .signature = text_copy(a, store_bytes(q, 3)),
                                      .public_key = text_copy(a, store_bytes(q, 4)) };
        ARENA_PUSH(a, *marks, *count, capacity, mark);
    }
}

err payment_account_confirmed(payment *runs, int64_t person_id, int64_t *known_ms)
{
    store_query *q;
    bool has_row;
    TRY(store_prepare(runs->db,
                      "SELECT coalesce(max(c.settled_ms), 0) FROM payment_account_row r JOIN payment_account_change c ON "
                      "c.change_id = r.change_id WHERE r.person_id = ?1 AND c.state = ?2", &q));
    store_bind_int(q, 1, person_id);
    store_bind_int(q, 2, PAYMENT_ACCOUNT_CONFIRMED);
    TRY(store_step(q, &has_row));
    *known_ms = has_row ? store_int(q, 0) : 0;
    store_reset(q);
    return ERR_NONE;
}

/* ---- what is signed ---- */

err payment_account_digest(payment *runs, const payment_account_row *rows, size_t count, crypto_digest *digest)
{
    crypto_hasher *h = runs->hasher;
    crypto_hash_begin(h);
    payment_sign_piece(h, TEXT("doudi account change 1"));
    for (size_t i = 0; i < count; i++) {
        payment_sign_number(h, rows[i].person_id);
        payment_sign_number(h, rows[i].bank);
        payment_sign_number(h, rows[i].key);
        payment_sign_piece(h, rows[i].sealed);
        payment_sign_piece(h, rows[i].holder);
    }
    *digest = crypto_hash_end(h);
    return ERR_NONE;
}

static crypto_digest digest_of_step(payment *runs, int64_t change_id, const crypto_digest *rows,
                                    payment_account_step step,
                                    text signature_before)
{
    crypto_hasher *h = runs->hasher;
    crypto_hash_begin(h);
    payment_sign_piece(h, text_of(STEPS[step].name));
    payment_sign_number(h, change_id);
    payment_sign_piece(h, (text){ (const char *)rows->bytes, CRYPTO_DIGEST_BYTES });
    payment_sign_piece(h, signature_before);
    return crypto_hash_end(h);
}

/* Leaves with the error's words kept. */
static err leave(payment *runs, arena *scratch, err e)
{
    if (e.detail) e.detail = arena_copy(runs->process, e.detail, strlen(e.detail));
    arena_close(scratch);
    return e;
}

static err signing(arena *a, payment *runs, int64_t change_id, payment_account_step step, crypto_digest *digest)
{
    payment_account_change change;
    payment_account_mark *marks;
    size_t count;
    TRY(payment_account_find(a, runs, change_id, &change));
    TRY(payment_account_marks(a, runs, change_id, &marks, &count));
    *digest = digest_of_step(runs, change_id, &change.digest, step, count ? marks[count - 1].signature : TEXT_NONE);
    return ERR_NONE;
}

err payment_account_signing(payment *runs, int64_t change_id, payment_account_step step, crypto_digest *digest)
{
    arena *scratch = arena_open();
    return leave(runs, scratch, signing(scratch, runs, change_id, step, digest));
}

/* ---- entering ---- */

static err check_free(arena *a, payment *runs, const payment_account_row *row)
{
    store_query *q;
    bool has_row;
    TRY(store_prepare(runs->db,
                      "SELECT c.change_id FROM payment_account_row r JOIN payment_account_change c ON "
                      "c.change_id = r.change_id WHERE r.person_id = ?1 AND c.state IN (?2, ?3)", &q));
    store_bind_int(q, 1, row->person_id);
    store_bind_int(q, 2, PAYMENT_ACCOUNT_ENTERED);
    store_bind_int(q, 3, PAYMENT_ACCOUNT_REVIEWED);
    TRY(store_step(q, &has_row));
    int64_t waits = has_row ? store_int(q, 0) : 0;
    store_reset(q);
    if (!waits) return ERR_NONE;
    return err_of(&PAYMENT_CHANGE_WAITS, text_format(a, "%lld", (long long)waits).bytes);
}

static void add_row(codec_json_writer *w, const payment_account_row *row)
{
    codec_json_begin_object(w);
    eventlog_body_add_int(w, "bank", row->bank);
    eventlog_body_add_text(w, "holder", row->holder);
    eventlog_body_add_int(w, "key", row->key);
    eventlog_body_add_int(w, "person", row->person_id);
    eventlog_body_add_bytes(w, "sealed", row->sealed);
    codec_json_end_object(w);
}

static err enter(arena *a, payment *runs, const payment_act *act, const payment_account_row *rows, size_t count,
                 text signature, text public_key, int64_t *change_id)
{
    crypto_digest digest;
    char hex[CRYPTO_DIGEST_HEX_BYTES];
    bool is_new, is_sound = count > 0 && count <= PAYMENT_ACCOUNT_ROWS_MAX;
    for (size_t i = 0; is_sound && i < count; i++) is_sound = rows[i].person_id > 0 && rows[i].key;
    if (!is_sound) return err_of(&PAYMENT_CHANGE_EMPTY, text_format(a, "%zu", count).bytes);
    for (size_t i = 0; i < count; i++) TRY(check_free(a, runs, &rows[i]));
    TRY(payment_account_digest(runs, rows, count, &digest));
    TRY(payment_check_signature(STEPS[PAYMENT_ACCOUNT_ENTER].says, &digest, signature, public_key));
    TRY(store_scalar(runs->db, "SELECT coalesce(max(change_id), 0) + 1 FROM payment_account_change", change_id));
    crypto_print_digest(digest, hex);
    text_builder body = text_builder_open(a);
    codec_json_writer w = codec_json_write(&body, false);
    codec_json_begin_object(&w);
    eventlog_body_add_int(&w, "change", *change_id);
    eventlog_body_add_text(&w, "digest", text_of(hex));
    eventlog_body_add_bytes(&w, "public_key", public_key);
    codec_json_key(&w, TEXT("rows"));
    codec_json_begin_array(&w);
    for (size_t i = 0; i < count; i++) add_row(&w, &rows[i]);
    codec_json_end_array(&w);
    eventlog_body_add_bytes(&w, "signature", signature);
    codec_json_end_object(&w);
    eventlog_event event = { .bucket = EVENTLOG_OFFICE, .kind = "payment.account_entered", .subject_id = *change_id,
                             .known_ms = act->known_ms, .actor_id = act->actor_id, .why = act->why, .key = act->key,
                             .body = text_built(&body) };
    return payment_record(runs, &event, NULL, &is_new);
}

err payment_account_enter(payment *runs, const payment_act *act, const payment_account_row *rows, size_t count,
                          text signature, text public_key, int64_t *change_id)
{
    arena *scratch = arena_open();
    return leave(runs, scratch, enter(scratch, runs, act, rows, count, signature, public_key, change_id));
}

/* ---- the steps after ---- */

static err move(arena *a, payment *runs, const payment_act *act, int64_t change_id, payment_account_step step,
                text signature, text public_key)
{
    payment_account_change change;
    payment_account_mark *marks;
    size_t count;
    crypto_digest digest;
    bool is_new;
    TRY(payment_account_find(a, runs, change_id, &change));
    if (payment_account_next(change.state, step) == PAYMENT_ACCOUNT_NONE)
        return err_of(&PAYMENT_CHANGE_SETTLED, STATES[change.state].says);
    TRY(payment_account_marks(a, runs, change_id, &marks, &count));
    for (size_t i = 0; i < count; i++)
        if (marks[i].actor_id == act->actor_id && step != PAYMENT_ACCOUNT_REFUSE)
            return err_of(&PAYMENT_SAME_PERSON, STEPS[marks[i].step].says);
    TRY(signing(a, runs, change_id, step, &digest));
    TRY(payment_check_signature(STEPS[step].says, &digest, signature, public_key));
    text_builder body = text_builder_open(a);
    codec_json_writer w = codec_json_write(&body, false);
    codec_json_begin_object(&w);
    eventlog_body_add_int(&w, "change", change_id);
    eventlog_body_add_bytes(&w, "public_key", public_key);
    eventlog_body_add_bytes(&w, "signature", signature);
    eventlog_body_add_int(&w, "step", step);
    codec_json_end_object(&w);
    eventlog_event event = { .bucket = EVENTLOG_OFFICE, .kind = "payment.account_moved", .subject_id = change_id,
                             .known_ms = act->known_ms, .actor_id = act->actor_id, .why = act->why, .key = act->key,
                             .body = text_built(&body) };
    return payment_record(runs, &event, NULL, &is_new);
}

err payment_account_move(payment *runs, const payment_act *act, int64_t change_id, payment_account_step step,
                         text signature, text public_key)
{
    arena *scratch = arena_open();
    return leave(runs, scratch, move(scratch, runs, act, change_id, step, signature, public_key));
}

static err verify(arena *a, payment *runs, int64_t change_id)
{
    payment_account_change change;
    payment_account_row *rows;
    payment_account_mark *marks;
    size_t row_count, count;
    crypto_digest digest;
    text before = TEXT_NONE;
    payment_account_state state = PAYMENT_ACCOUNT_NONE;
    TRY(payment_account_find(a, runs, change_id, &change));
    TRY(payment_account_rows(a, runs, change_id, &rows, &row_count));
    TRY(payment_account_marks(a, runs, change_id, &marks, &count));
    TRY(payment_account_digest(runs, rows, row_count, &digest));
    bool is_whole = crypto_digest_equal(digest, change.digest) && (int64_t)row_count == change.row_count;
    for (size_t i = 0; i < count; i++) {
        state = payment_account_next(state, marks[i].step);
        crypto_digest one = i ? digest_of_step(runs, change_id, &digest, marks[i].step, before) : digest;
        TRY(payment_check_signature(STEPS[marks[i].step].says, &one, marks[i].signature, marks[i].public_key));
        before = marks[i].signature;
    }
    return is_whole && state == change.state ? ERR_NONE : no_such(runs, &PAYMENT_BROKEN, change_id);
}

err payment_account_verify(payment *runs, int64_t change_id)
{
    arena *scratch = arena_open();
    return leave(runs, scratch, verify(scratch, runs, change_id));
}

/* ---- into the tables ---- */

static err apply_mark(payment *runs, arena *a, const eventlog_entry *entry, const codec_json *body, int64_t step)
{
    store_query *q;
    bool has_row;
    text signature, public_key;
    int64_t change_id = eventlog_body_int(body, "change");
    TRY(eventlog_body_bytes(a, body, "signature", &signature));
    TRY(eventlog_body_bytes(a, body, "public_key", &public_key));
    TRY(store_prepare(runs->db, "SELECT count(*) FROM payment_account_mark WHERE change_id = ?1", &q));
    store_bind_int(q, 1, change_id);
    TRY(store_step(q, &has_row));
    int64_t mark = store_int(q, 0) + 1;
    store_reset(q);
    TRY(store_prepare(runs->db, "INSERT INTO payment_account_mark VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)", &q));
    const int64_t numbers[] = { change_id, mark, step, entry->event.actor_id, entry->event.known_ms };
    for (int i = 0; i < 5; i++) store_bind_int(q, i + 1, numbers[i]);
    store_bind_bytes(q, 6, signature);
    store_bind_bytes(q, 7, public_key);
    return store_do(q, NULL);
}

static err apply_row(payment *runs, arena *a, int64_t change_id, int64_t number, const codec_json *row)
{
    store_query *q;
    text sealed;
    TRY(eventlog_body_bytes(a, row, "sealed", &sealed));
    TRY(store_prepare(runs->db, "INSERT INTO payment_account_row VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)", &q));
    store_bind_int(q, 1, change_id);
    store_bind_int(q, 2, number);
    store_bind_int(q, 3, eventlog_body_int(row, "person"));
    store_bind_int(q, 4, eventlog_body_int(row, "bank"));
    store_bind_int(q, 5, eventlog_body_int(row, "key"));
    store_bind_bytes(q, 6, sealed);
    store_bind_text(q, 7, eventlog_body_text(row, "holder"));
    return store_do(q, NULL);
}

static err apply_entered(payment *runs, arena *a, const eventlog_entry *entry, const codec_json *body)
{
    store_query *q;
    const codec_json *rows = codec_json_member(body, TEXT("rows"));
    int64_t change_id = eventlog_body_int(body, "change");
    crypto_digest digest = eventlog_body_digest(body, "digest");
    TRY(store_prepare(runs->db, "INSERT INTO payment_account_change VALUES (?1, ?2, ?3, ?4, 0, ?5, ?6)", &q));
    store_bind_int(q, 1, change_id);
    store_bind_int(q, 2, PAYMENT_ACCOUNT_ENTERED);
    store_bind_int(q, 3, rows ? (int64_t)rows->count : 0);
    store_bind_int(q, 4, entry->event.known_ms);
    store_bind_bytes(q, 5, (text){ (const char *)digest.bytes, CRYPTO_DIGEST_BYTES });
    store_bind_text(q, 6, entry->event.why);
    TRY(store_do(q, NULL));
    for (size_t i = 0; rows && i < rows->count; i++) TRY(apply_row(runs, a, change_id, (int64_t)i + 1,
                                                                   &rows->items[i]));
    return apply_mark(runs, a, entry, body, PAYMENT_ACCOUNT_ENTER);
}

static err apply_moved(payment *runs, arena *a, const eventlog_entry *entry, const codec_json *body)
{
    store_query *q;
    payment_account_change change;
    int64_t change_id = eventlog_body_int(body, "change"), step = eventlog_body_int(body, "step");
    TRY(payment_account_find(a, runs, change_id, &change));
    if (step < 0 || step >= PAYMENT_ACCOUNT_STEP_COUNT) return no_such(runs, &PAYMENT_BROKEN, change_id);
    payment_account_state state = payment_account_next(change.state, (payment_account_step)step);
    bool is_settled = state == PAYMENT_ACCOUNT_CONFIRMED || state == PAYMENT_ACCOUNT_REFUSED;
    TRY(store_prepare(runs->db, "UPDATE payment_account_change SET state = ?2, settled_ms = ?3 WHERE change_id = ?1",
                      &q));
    store_bind_int(q, 1, change_id);
    store_bind_int(q, 2, state);
    store_bind_int(q, 3, is_settled ? entry->event.known_ms : 0);
    TRY(store_do(q, NULL));
    return apply_mark(runs, a, entry, body, step);
}

err payment_account_apply(payment *runs, arena *a, const eventlog_entry *entry, const codec_json *body)
{
    bool is_entered = text_equal_cstr(text_of(entry->event.kind), "payment.account_entered");
    return is_entered ? apply_entered(runs, a, entry, body) : apply_moved(runs, a, entry, body);
}
