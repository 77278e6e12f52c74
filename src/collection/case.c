/* Proposals: entered by one, reviewed by another, done or refused by a third; what is done is the caller's. */
#include <string.h>

#include "collection/collection_internal.h"

const err_kind COLLECTION_NO_CASE = {
    "collection.no_case", ERR_NOT_FOUND,
    "There is no proposal {}; doudi dues list shows them.", "没有编号为 {} 的单据；用 doudi dues list 查看。"
};
const err_kind COLLECTION_BAD_MOVE = {
    "collection.bad_move", ERR_CONFLICT,
    "The proposal cannot take this step: it is {}. It is entered, then reviewed, then approved.",
    "该单据不能办理此环节：目前为“{}”。须依次录入、审核、审批。"
};

#define CASE_FIELDS "case_id, kind, state, payer_kind, payer_id, month, total_fen, body, why, entered_by, " \
                    "entered_ms, reviewed_by, reviewed_ms, ended_by, ended_ms"

static void read_case(arena *a, const store_query *q, collection_case *c)
{
    *c = (collection_case){
        .case_id = store_int(q, 0), .kind = text_copy(a, store_text(q, 1)),
        .state = (collection_case_state)store_int(q, 2),
        .payer = { (collection_payer_kind)store_int(q, 3), store_int(q, 4) }, .month = (int32_t)store_int(q, 5),
        .total_fen = store_int(q, 6), .body = text_copy(a, store_text(q, 7)), .why = text_copy(a, store_text(q, 8)),
        .entered_by = store_int(q, 9), .entered_ms = store_int(q, 10), .reviewed_by = store_int(q, 11),
        .reviewed_ms = store_int(q, 12), .ended_by = store_int(q, 13), .ended_ms = store_int(q, 14) };
}

err collection_case_find(arena *a, collection *bills, int64_t case_id, collection_case *found)
{
    store_query *q;
    bool has_row;
    TRY(store_prepare(bills->db, "SELECT " CASE_FIELDS " FROM collection_case WHERE case_id = ?1", &q));
    store_bind_int(q, 1, case_id);
    TRY(store_step(q, &has_row));
    if (has_row) read_case(a, q, found);
    store_reset(q);
    return has_row ? ERR_NONE : err_of(&COLLECTION_NO_CASE, text_format(a, "%lld", (long long)case_id).bytes);
}

err collection_cases(arena *a, collection *bills, collection_payer payer, collection_case_state state,
                     collection_case **cases, size_t *count)
{
    store_query *q;
    size_t capacity = 0;
    *cases = NULL;
    *count = 0;
    TRY(store_prepare(bills->db,
                      "SELECT " CASE_FIELDS " FROM collection_case WHERE (?1 = 0 OR (payer_kind = ?2 AND "
                      "payer_id = ?1)) AND (?3 = 0 OR state = ?3) ORDER BY case_id", &q));
    store_bind_int(q, 1, payer.id);
    store_bind_int(q, 2, payer.kind);
    store_bind_int(q, 3, state);
    for (;;) {
        bool has_row;
        collection_case one;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        read_case(a, q, &one);
        ARENA_PUSH(a, *cases, *count, capacity, one);
    }
}

/* ---- writing ---- */

static text entered_body(arena *a, const collection_case *wanted, int64_t case_id)
{
    text_builder body = text_builder_open(a);
    codec_json_writer j = codec_json_write(&body, false);
    codec_json_begin_object(&j);
    eventlog_body_add_text(&j, "body", wanted->body);
    eventlog_body_add_int(&j, "case", case_id);
    eventlog_body_add_text(&j, "kind", wanted->kind);
    eventlog_body_add_int(&j, "month", wanted->month);
    eventlog_body_add_int(&j, "payer", wanted->payer.id);
    eventlog_body_add_int(&j, "payer_kind", wanted->payer.kind);
    eventlog_body_add_int(&j, "total_fen", wanted->total_fen);
    codec_json_end_object(&j);
    return text_built(&body);
}

/* The case that an event with this key made. */
static err case_of_event(arena *a, collection *bills, int64_t sequence, int64_t *case_id)
{
    eventlog_entry entry;
    TRY(eventlog_entry_read(a, bills->log, EVENTLOG_OFFICE, sequence, &entry));
    *case_id = entry.event.subject_id;
    return ERR_NONE;
}

err collection_case_enter(arena *a, collection *bills, const collection_case *wanted, const collection_act *act,
                          int64_t *case_id, bool *is_new)
{
    int64_t done = 0;
    *is_new = false;
    if (act->key.size_bytes) TRY(eventlog_find_key(bills->log, EVENTLOG_OFFICE, act->key, &done));
    if (done) return case_of_event(a, bills, done, case_id);
    TRY(store_scalar(bills->db, "SELECT coalesce(max(case_id), 0) + 1 FROM collection_case", case_id));
    eventlog_event event = collection_event(act, EVENTLOG_OFFICE, "collection.case_entered");
    event.subject_id = *case_id;
    event.body = entered_body(a, wanted, *case_id);
    return collection_record(bills, &event, is_new);
}

static const char *state_word(collection_case_state state)
{
    static const char *const WORDS[] = { "", "entered", "reviewed", "done", "refused", "withdrawn" };
    return WORDS[state];
}

static bool may_move(collection_case_state from, collection_case_state to)
{
    switch (to) {
    case COLLECTION_CASE_REVIEWED: return from == COLLECTION_CASE_ENTERED;
    case COLLECTION_CASE_DONE: return from == COLLECTION_CASE_REVIEWED;
    case COLLECTION_CASE_REFUSED:
    case COLLECTION_CASE_WITHDRAWN: return from == COLLECTION_CASE_ENTERED || from == COLLECTION_CASE_REVIEWED;
    case COLLECTION_CASE_ENTERED: break;
    }
    return false;
}

err collection_case_move(collection *bills, int64_t case_id, collection_case_state state, const collection_act *act,
                         bool *is_new)
{
    collection_case found;
    arena *scratch = arena_open();
    *is_new = false;
    err e = collection_case_find(scratch, bills, case_id, &found);
    if (e.kind || found.state == state) return collection_leave(bills, scratch, e);
    if (!may_move(found.state, state))
        return collection_leave(bills, scratch, err_of(&COLLECTION_BAD_MOVE, state_word(found.state)));
    eventlog_event event = collection_event(act, EVENTLOG_OFFICE, "collection.case_moved");
    event.subject_id = case_id;
    event.body = text_format(scratch, "{\"case\":%lld,\"state\":%d}", (long long)case_id, (int)state);
    return collection_leave(bills, scratch, collection_record(bills, &event, is_new));
}

/* ---- into the table ---- */

static err apply_entered(collection *bills, const eventlog_entry *entry, const codec_json *body)
{
    store_query *q;
    TRY(store_prepare(bills->db,
                      "INSERT INTO collection_case VALUES (?1, ?2, 1, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 0, 0, 0, 0)",
                      &q));
    store_bind_int(q, 1, eventlog_body_int(body, "case"));
    store_bind_text(q, 2, eventlog_body_text(body, "kind"));
    store_bind_int(q, 3, eventlog_body_int(body, "payer_kind"));
    store_bind_int(q, 4, eventlog_body_int(body, "payer"));
    store_bind_int(q, 5, eventlog_body_int(body, "month"));
    store_bind_int(q, 6, eventlog_body_int(body, "total_fen"));
    store_bind_text(q, 7, eventlog_body_text(body, "body"));
    store_bind_text(q, 8, entry->event.why);
    store_bind_int(q, 9, entry->event.actor_id);
    store_bind_int(q, 10, entry->event.known_ms);
    return store_do(q, NULL);
}

err collection_apply_case(collection *bills, const eventlog_entry *entry, const codec_json *body, bool is_entered)
{
    store_query *q;
    if (is_entered) return apply_entered(bills, entry, body);
    int64_t state = eventlog_body_int(body, "state");
    const char *sql = state == COLLECTION_CASE_REVIEWED
        ? "UPDATE collection_case SET state = ?2, reviewed_by = ?3, reviewed_ms = ?4 WHERE case_id = ?1"
        : "UPDATE collection_case SET state = ?2, ended_by = ?3, ended_ms = ?4 WHERE case_id = ?1";
    TRY(store_prepare(bills->db, sql, &q));
    store_bind_int(q, 1, eventlog_body_int(body, "case"));
    store_bind_int(q, 2, state);
    store_bind_int(q, 3, entry->event.actor_id);
    store_bind_int(q, 4, entry->event.known_ms);
    return store_do(q, NULL);
}
