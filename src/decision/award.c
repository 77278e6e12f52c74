/* Awards: proposed, reviewed, approved or returned; each step is an event of the person's bucket. */
#include <string.h>

#include "decision/decision_internal.h"

const err_kind DECISION_NO_AWARD = {
    "decision.no_award", ERR_NOT_FOUND,
    "There is no award {} of this person; doudi award list shows those there are.",
    "此人没有编号为 {} 的待遇核定；请用 doudi award list 查看。"
};
const err_kind DECISION_AWARD_STATE = {
    "decision.award_state", ERR_CONFLICT,
    "This step does not follow: the award is {}.",
    "不能办理这一步：该核定{}。"
};
const err_kind DECISION_SAME_PERSON = {
    "decision.same_person", ERR_FORBIDDEN,
    "Whoever determined or reviewed an award cannot do its next step; person {}.",
    "经办、复核、审批须由三个人分别办理，不得由同一人办两步；所涉人员编号 {}。"
};

/* By state: its word, from which state one comes to it, and the event that says so. */
static const struct {
    const char *event;
    decision_award_state from, or_from;
} STEPS[DECISION_STATE_COUNT] = {
    [DECISION_REVIEWED] = { "decision.reviewed", DECISION_PROPOSED, DECISION_PROPOSED },
    [DECISION_APPROVED] = { "decision.approved", DECISION_REVIEWED, DECISION_REVIEWED },
    [DECISION_RETURNED] = { "decision.returned", DECISION_PROPOSED, DECISION_REVIEWED },
};

/* ---- proposing ---- */

enum { PERSON, DECISION, ACT, AMOUNT, BEFORE, FROM, DUE, EVENT, COLUMN_COUNT };
static const char *const COLUMN_NAMES[COLUMN_COUNT] = { "person", "decision", "act", "amount",
                                                        "before", "from", "due", "event" };

static err pack(arena *a, const decision_award *awards, size_t count, int column_count, text *bytes)
{
    eventlog_column columns[COLUMN_COUNT];
    int64_t *number[COLUMN_COUNT];
    for (int c = 0; c < column_count; c++) {
        number[c] = ARENA_ARRAY(a, int64_t, count + 1);
        columns[c] = (eventlog_column){ .name = COLUMN_NAMES[c], .number = number[c] };
    }
    for (size_t i = 0; i < count; i++) {
        const decision_award *w = &awards[i];
        int64_t cells[COLUMN_COUNT] = { w->person_id, w->decision_id, w->kind, w->amount_fen,
                                        w->before_fen, w->from_month, w->due_month, w->event_day };
        for (int c = 0; c < column_count; c++) number[c][i] = cells[c];
    }
    return eventlog_rows_write(a, columns, (size_t)column_count, count, bytes);
}

static err append(decision_book *book, const char *kind, const decision_act *act, uint32_t bucket, text body,
                  const decision_award *awards, size_t count, text bytes)
{
    int64_t sequence;
    bool is_new;
    eventlog_segment segment = { .name = "awards", .row_count = (int64_t)count, .bytes = bytes };
    eventlog_event event = { .bucket = bucket, .kind = kind, .known_ms = act->known_ms, .actor_id = act->actor_id,
                             .why = act->why, .key = act->key, .body = body, .segments = &segment,
                             .segment_count = 1, .subject_id = count == 1 ? awards[0].person_id : 0 };
    TRY(eventlog_append(book->log, &event, &sequence, &is_new));
    if (!is_new) return ERR_NONE;
    eventlog_entry entry = { .event = event, .sequence = sequence };
    return decision_award_apply(book, &entry);
}

static err check(arena *a, uint32_t bucket, const decision_award *awards, size_t count)
{
    bool is_sized = count && count <= DECISION_ROWS_MAX;
    for (size_t i = 0; i < count; i++) {
        bool is_sound = eventlog_bucket_of(awards[i].person_id) == bucket && awards[i].amount_fen > 0 &&
                        (!i || awards[i - 1].person_id <= awards[i].person_id);
        if (!is_sized || !is_sound) return err_of(&DECISION_BAD_BATCH, text_format(a, "%zu", i + 1).bytes);
    }
    return is_sized ? ERR_NONE : err_of(&DECISION_BAD_BATCH, "0");
}

static err propose(decision_book *book, arena *a, const decision_act *act, uint32_t bucket, int32_t month, text purpose,
                   text benefit, const decision_award *awards, size_t count)
{
    text bytes;
    text_builder body = text_builder_open(a);
    codec_json_writer w = codec_json_write(&body, false);
    TRY(check(a, bucket, awards, count));
    TRY(pack(a, awards, count, COLUMN_COUNT, &bytes));
    codec_json_begin_object(&w);
    eventlog_body_add_text(&w, "benefit", benefit);
    eventlog_body_add_int(&w, "count", (int64_t)count);
    eventlog_body_add_int(&w, "month", month);
    eventlog_body_add_text(&w, "purpose", purpose);
    codec_json_end_object(&w);
    return append(book, "decision.proposed", act, bucket, text_built(&body), awards, count, bytes);
}

err decision_propose(decision_book *book, const decision_act *act, uint32_t bucket, int32_t month, text purpose,
                     text benefit, const decision_award *awards, size_t count)
{
    arena *scratch = arena_open();
    return decision_leave(book, scratch, propose(book, scratch, act, bucket, month, purpose, benefit, awards, count));
}

/* ---- steps ---- */

static const char *state_says(decision_award_state state)
{
    static const char *const SAYS[DECISION_STATE_COUNT] = {
        [DECISION_PROPOSED] = "proposed 待复核", [DECISION_REVIEWED] = "reviewed 待审批",
        [DECISION_APPROVED] = "approved 已审批", [DECISION_RETURNED] = "returned 已退回",
    };
    return SAYS[state];
}

static err check_step(arena *a, const decision_act *act, decision_award_state to, const decision_award *w)
{
    bool follows = w->state == STEPS[to].from || w->state == STEPS[to].or_from;
    if (!follows) return err_of(&DECISION_AWARD_STATE, state_says(w->state));
    /* Giving back moves no money: whoever holds the duty may. */
    bool did_before = act->actor_id && (act->actor_id == w->maker_id || act->actor_id == w->reviewer_id);
    if (to == DECISION_RETURNED || !did_before) return ERR_NONE;
    return err_of(&DECISION_SAME_PERSON, text_format(a, "%lld", (long long)w->person_id).bytes);
}

err decision_award_digest(arena *scratch, const decision_award *awards, size_t count, crypto_digest *digest)
{
    crypto_hasher *hasher;
    text_builder lines = text_builder_open(scratch);
    for (size_t i = 0; i < count; i++) {
        const decision_award *w = &awards[i];
        text_add_format(&lines, "%.*s %lld %lld %d %lld %lld %d %d %d\n", TEXT_ARG(w->purpose), (long long)w->person_id,
                        (long long)w->decision_id, w->kind, (long long)w->amount_fen, (long long)w->before_fen,
                        w->from_month, w->due_month, w->event_day);
    }
    text all = text_built(&lines);
    TRY(crypto_hasher_open(scratch, CRYPTO_SM3, &hasher));
    *digest = crypto_hash(hasher, all.bytes, all.size_bytes);
    crypto_hasher_close(hasher);
    return ERR_NONE;
}

static err move(decision_book *book, arena *a, const decision_act *act, const decision_award_step *step,
                const decision_award *awards, size_t count)
{
    decision_award_state to = step->to;
    char shown[CRYPTO_DIGEST_HEX_BYTES];
    crypto_print_digest(step->shown, shown);
    for (size_t i = 0; i < count; i++) TRY(check_step(a, act, to, &awards[i]));
    for (size_t from = 0, until; from < count; from = until) {
        uint32_t bucket = eventlog_bucket_of(awards[from].person_id);
        text bytes;
        text_builder body = text_builder_open(a);
        codec_json_writer w = codec_json_write(&body, false);
        for (until = from; until < count && eventlog_bucket_of(awards[until].person_id) == bucket;) until++;
        TRY(pack(a, awards + from, until - from, DECISION + 1, &bytes));
        codec_json_begin_object(&w);
        eventlog_body_add_int(&w, "count", (int64_t)(until - from));
        eventlog_body_add_bytes(&w, "public_key", step->public_key);
        eventlog_body_add_text(&w, "shown", text_of(shown));
        eventlog_body_add_bytes(&w, "signature", step->signature);
        eventlog_body_add_int(&w, "to", to);
        codec_json_end_object(&w);
        TRY(append(book, STEPS[to].event, act, bucket, text_built(&body), awards + from, until - from, bytes));
    }
    return ERR_NONE;
}

err decision_award_move(decision_book *book, const decision_act *act, const decision_award_step *step,
                        const decision_award *awards, size_t count)
{
    arena *scratch = arena_open();
    return decision_leave(book, scratch, move(book, scratch, act, step, awards, count));
}

/* ---- the one place that turns events into rows ---- */

static err apply_proposed(decision_book *book, const eventlog_entry *entry, const codec_json *body,
                          const eventlog_rows *rows)
{
    size_t column[COLUMN_COUNT];
    for (int c = 0; c < COLUMN_COUNT; c++) TRY(eventlog_rows_find(rows, COLUMN_NAMES[c], false, &column[c]));
    for (size_t i = 0; i < rows->row_count; i++) {
        store_query *q;
        int64_t cell[COLUMN_COUNT];
        for (int c = 0; c < COLUMN_COUNT; c++) cell[c] = eventlog_rows_number(rows, column[c], i);
        TRY(store_prepare(book->db,
                          "INSERT INTO decision_award VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, 1, ?13, "
                          "0, 0, '')", &q));
        store_bind_int(q, 1, entry->event.bucket);
        store_bind_int(q, 2, cell[PERSON]);
        store_bind_int(q, 3, cell[DECISION]);
        store_bind_int(q, 4, eventlog_body_int(body, "month"));
        store_bind_text(q, 5, eventlog_body_text(body, "purpose"));
        store_bind_text(q, 6, eventlog_body_text(body, "benefit"));
        for (int c = ACT; c < COLUMN_COUNT; c++) store_bind_int(q, 7 + c - ACT, cell[c]);
        store_bind_int(q, 13, entry->event.actor_id);
        TRY(store_do(q, NULL));
    }
    return ERR_NONE;
}

static err apply_step(decision_book *book, const eventlog_entry *entry, int64_t to, const eventlog_rows *rows)
{
    size_t person, decision;
    TRY(eventlog_rows_find(rows, COLUMN_NAMES[PERSON], false, &person));
    TRY(eventlog_rows_find(rows, COLUMN_NAMES[DECISION], false, &decision));
    for (size_t i = 0; i < rows->row_count; i++) {
        store_query *q;
        TRY(store_prepare(book->db,
                          to == DECISION_REVIEWED
                              ? "UPDATE decision_award SET state = ?4, reviewer_id = ?5, why = ?6 "
                                "WHERE bucket = ?1 AND person_id = ?2 AND decision_id = ?3"
                              : "UPDATE decision_award SET state = ?4, decider_id = ?5, why = ?6 "
                                "WHERE bucket = ?1 AND person_id = ?2 AND decision_id = ?3", &q));
        store_bind_int(q, 1, entry->event.bucket);
        store_bind_int(q, 2, eventlog_rows_number(rows, person, i));
        store_bind_int(q, 3, eventlog_rows_number(rows, decision, i));
        store_bind_int(q, 4, to);
        store_bind_int(q, 5, entry->event.actor_id);
        store_bind_text(q, 6, to == DECISION_RETURNED ? entry->event.why : TEXT(""));
        TRY(store_do(q, NULL));
    }
    return ERR_NONE;
}

static err apply(decision_book *book, arena *a, const eventlog_entry *entry)
{
    text kind = text_of(entry->event.kind), bytes;
    const codec_json *body;
    eventlog_rows *rows = ARENA_NEW(a, eventlog_rows);
    bool is_proposed = text_equal_cstr(kind, "decision.proposed"), is_step = false;
    for (size_t s = DECISION_REVIEWED; s < DECISION_STATE_COUNT; s++)
        is_step |= text_equal_cstr(kind, STEPS[s].event);
    if (!is_proposed && !is_step) return ERR_NONE;
    TRY(codec_json_parse(a, entry->event.body, (codec_json_options){ 0 }, &body));
    TRY(eventlog_segment_read(a, book->log, entry->event.bucket, entry->sequence, "awards", &bytes));
    TRY(eventlog_rows_open(bytes, rows));
    return is_proposed ? apply_proposed(book, entry, body, rows)
                       : apply_step(book, entry, eventlog_body_int(body, "to"), rows);
}

err decision_award_apply(decision_book *book, const eventlog_entry *entry)
{
    arena *scratch = arena_open();
    return decision_leave(book, scratch, apply(book, scratch, entry));
}

/* ---- reading ---- */

static void read_award(arena *a, store_query *q, decision_award *w)
{
    *w = (decision_award){
        .person_id = store_int(q, 0), .decision_id = store_int(q, 1), .month = (int32_t)store_int(q, 2),
        .purpose = text_copy(a, store_text(q, 3)), .benefit = text_copy(a, store_text(q, 4)),
        .kind = (decision_award_kind)store_int(q, 5), .amount_fen = store_int(q, 6), .before_fen = store_int(q, 7),
        .from_month = (int32_t)store_int(q, 8), .due_month = (int32_t)store_int(q, 9),
        .event_day = (int32_t)store_int(q, 10), .state = (decision_award_state)store_int(q, 11),
        .maker_id = store_int(q, 12), .reviewer_id = store_int(q, 13), .decider_id = store_int(q, 14),
        .why = text_copy(a, store_text(q, 15)),
    };
}

static bool is_asked(const decision_award_filter *f, const decision_award *w)
{
    return !f->states || (f->states & 1u << w->state);
}

err decision_awards(arena *a, decision_book *book, const decision_award_filter *filter, decision_award **awards,
                    size_t *count)
{
    store_query *q;
    size_t capacity = 0;
    *awards = NULL;
    *count = 0;
    TRY(store_prepare(book->db,
                      "SELECT person_id, decision_id, month, purpose, benefit, act, amount_fen, before_fen, from_month, "
                      "due_month, event_day, state, maker_id, reviewer_id, decider_id, why FROM decision_award "
                      "WHERE (?1 = 0 OR month = ?1) AND (?2 = '' OR purpose = ?2) AND (?3 = 0 OR person_id = ?3) AND "
                      "(?4 = 0 OR decision_id = ?4) ORDER BY bucket, person_id, decision_id", &q));
    store_bind_int(q, 1, filter->month);
    store_bind_text(q, 2, filter->purpose);
    store_bind_int(q, 3, filter->person_id);
    store_bind_int(q, 4, filter->decision_id);
    for (;;) {
        bool has_row;
        decision_award one;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        read_award(a, q, &one);
        if (is_asked(filter, &one)) ARENA_PUSH(a, *awards, *count, capacity, one);
    }
}
