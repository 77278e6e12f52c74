/* The one place that turns events into rows: when an act is done, and when tables are made anew. */
#include "alert/alert_internal.h"

#include <string.h>

err alert_rows_of(arena *a, alert_book *book, uint32_t bucket, int64_t sequence, eventlog_rows *rows)
{
    text bytes;
    TRY(eventlog_segment_read(a, book->log, bucket, sequence, "alerts", &bytes));
    TRY(eventlog_rows_open(bytes, rows));
    for (int c = 0; c < ALERT_COLUMN_COUNT; c++) {
        size_t column;
        TRY(eventlog_rows_find(rows, alert_column_name(c), c >= ALERT_NUMBER_COUNT, &column));
    }
    return ERR_NONE;
}

/* alert_rows_of has found every column. */
static size_t column_of(const eventlog_rows *rows, alert_column column)
{
    size_t found = 0;
    (void)!eventlog_rows_find(rows, alert_column_name(column), column >= ALERT_NUMBER_COUNT, &found).kind;
    return found;
}

int64_t alert_cell(const eventlog_rows *rows, alert_column column, size_t at)
{
    return eventlog_rows_number(rows, column_of(rows, column), at);
}

static text word(const eventlog_rows *rows, alert_column column, size_t at)
{
    return eventlog_rows_word(rows, column_of(rows, column), at);
}

void alert_terms_of_row(const eventlog_rows *rows, size_t at, alert_terms *t)
{
    *t = (alert_terms){ .subject_kind = alert_cell(rows, ALERT_AT_KIND, at),
                        .subject_id = alert_cell(rows, ALERT_AT_SUBJECT, at),
                        .watch = word(rows, ALERT_AT_WATCH, at),
                        .cause = alert_cell(rows, ALERT_AT_CAUSE, at),
                        .severity = alert_cell(rows, ALERT_AT_SEVERITY, at),
                        .action = alert_cell(rows, ALERT_AT_ACTION, at),
                        .target = word(rows, ALERT_AT_TARGET, at),
                        .owner = word(rows, ALERT_AT_OWNER, at),
                        .region = alert_cell(rows, ALERT_AT_REGION, at),
                        .since_day = (int32_t)alert_cell(rows, ALERT_AT_SINCE, at),
                        .due_day = (int32_t)alert_cell(rows, ALERT_AT_DUE, at),
                        .risk_fen = alert_cell(rows, ALERT_AT_RISK, at),
                        .facts = alert_cell(rows, ALERT_AT_FACTS, at),
                        .law = word(rows, ALERT_AT_LAW, at),
                        .says = word(rows, ALERT_AT_SAYS, at),
                        .evidence = word(rows, ALERT_AT_EVIDENCE, at),
                        .record = word(rows, ALERT_AT_RECORD, at) };
}

/* ---- totals: what an event adds to them and takes away ---- */

typedef struct {
    text watch;
    alert_state state;
    int64_t alerts, risk_fen;
} addend;
typedef struct {
    arena *a;
    addend *items;
    size_t count, capacity;
} tally;

static void tell(tally *t, text watch, alert_state state, int64_t alerts, int64_t risk_fen)
{
    addend *at = NULL;
    for (size_t i = 0; i < t->count && !at; i++)
        if (t->items[i].state == state && text_equal(t->items[i].watch, watch)) at = &t->items[i];
    if (!at) {
        ARENA_PUSH(t->a, t->items, t->count, t->capacity, ((addend){ .watch = text_copy(t->a, watch), .state = state }));
        at = &t->items[t->count - 1];
    }
    at->alerts += alerts;
    at->risk_fen += risk_fen > 0 ? alerts * risk_fen : 0;
}

static err put_totals(alert_book *book, const tally *t)
{
    store_query *q;
    for (size_t i = 0; i < t->count; i++) {
        const addend *one = &t->items[i];
        if (!one->alerts && !one->risk_fen) continue;
        TRY(store_prepare(book->db,
                          "INSERT INTO alert_total (watch, state, alerts, risk_fen) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (watch, state) "
                          "DO UPDATE SET alerts = alert_total.alerts + excluded.alerts, risk_fen = alert_total.risk_fen + excluded.risk_fen", &q));
        store_bind_text(q, 1, one->watch);
        store_bind_int(q, 2, one->state);
        store_bind_int(q, 3, one->alerts);
        store_bind_int(q, 4, one->risk_fen);
        TRY(store_do(q, NULL));
    }
    if (!t->count) return ERR_NONE;
    TRY(store_prepare(book->db, "DELETE FROM alert_total WHERE alerts = 0", &q));
    return store_do(q, NULL);
}

/* ---- steps ---- */

typedef struct {
    alert_step what;
    int64_t alert_id, user_id;
    int32_t day;
    text note;
} stepping;

static err add_step(alert_book *book, const eventlog_entry *entry, const stepping *s)
{
    store_query *q;
    bool has_row;
    TRY(store_prepare(book->db, "SELECT COALESCE(MAX(step), 0) + 1 FROM alert_step WHERE alert_id = ?1", &q));
    store_bind_int(q, 1, s->alert_id);
    TRY(store_step(q, &has_row));
    int64_t step = store_int(q, 0);
    store_reset(q);
    TRY(store_prepare(book->db, "INSERT INTO alert_step VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)", &q));
    store_bind_int(q, 1, s->alert_id);
    store_bind_int(q, 2, step);
    store_bind_int(q, 3, s->what);
    store_bind_int(q, 4, s->day);
    store_bind_int(q, 5, entry->event.known_ms);
    store_bind_int(q, 6, entry->event.actor_id);
    store_bind_int(q, 7, s->user_id);
    store_bind_text(q, 8, s->note);
    return store_do(q, NULL);
}

/* What it was is taken off the totals; what it becomes is told by the caller, with its watch and the risk there was. */
static err next_state(alert_book *book, tally *t, int64_t alert_id, alert_step step, addend *next)
{
    store_query *q;
    bool has_row;
    TRY(store_prepare(book->db, "SELECT state, watch, risk_fen FROM alert_alert WHERE alert_id = ?1", &q));
    store_bind_int(q, 1, alert_id);
    TRY(store_step(q, &has_row));
    *next = (addend){ .state = ALERT_NONE };
    if (!has_row) return ERR_NONE;
    alert_state was = (alert_state)store_int(q, 0);
    *next = (addend){ .watch = text_copy(t->a, store_text(q, 1)), .state = alert_next(was, step), .risk_fen = store_int(q, 2) };
    store_reset(q);
    if (next->state) tell(t, next->watch, was, -1, next->risk_fen);
    return ERR_NONE;
}

static err set_state(alert_book *book, int64_t alert_id, alert_state state)
{
    store_query *q;
    TRY(store_prepare(book->db, "UPDATE alert_alert SET state = ?2 WHERE alert_id = ?1", &q));
    store_bind_int(q, 1, alert_id);
    store_bind_int(q, 2, state);
    return store_do(q, NULL);
}

/* ---- a look ---- */

static err raise_alert(alert_book *book, const eventlog_entry *entry, int64_t id, int32_t day, const alert_terms *t,
                       size_t at)
{
    store_query *q;
    TRY(store_prepare(book->db,
                      "INSERT INTO alert_alert VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, 0, ?13, "
                      "?14, ?14, ?15, ?16, ?17, ?18, ?19)", &q));
    store_bind_int(q, 1, id);
    store_bind_int(q, 2, entry->event.bucket);
    store_bind_int(q, 3, t->subject_kind);
    store_bind_int(q, 4, t->subject_id);
    store_bind_text(q, 5, t->watch);
    store_bind_int(q, 6, t->cause);
    store_bind_int(q, 7, ALERT_OPEN);
    store_bind_int(q, 8, t->severity);
    store_bind_int(q, 9, t->action);
    store_bind_text(q, 10, t->target);
    store_bind_int(q, 11, t->region);
    store_bind_text(q, 12, t->owner);
    store_bind_int(q, 13, t->since_day);
    store_bind_int(q, 14, day);
    store_bind_int(q, 15, t->due_day);
    store_bind_int(q, 16, t->risk_fen);
    store_bind_int(q, 17, t->facts);
    store_bind_int(q, 18, entry->sequence);
    store_bind_int(q, 19, (int64_t)at);
    return store_do(q, NULL);
}

/* Seen with other facts, or again: what it says of itself is what was seen last. */
static err restate(alert_book *book, const eventlog_entry *entry, int64_t id, int32_t day, const alert_terms *t,
                   size_t at, bool is_again)
{
    store_query *q;
    TRY(store_prepare(book->db,
                      "UPDATE alert_alert SET severity = ?2, action = ?3, target = ?4, region = ?5, owner = ?6, "
                      "since_day = ?7, opened_day = CASE WHEN ?8 = 1 THEN ?9 ELSE opened_day END, seen_day = ?9, "
                      "due_day = CASE WHEN ?8 = 1 THEN ?10 ELSE due_day END, risk_fen = ?11, facts = ?12, "
                      "seen_sequence = ?13, seen_row = ?14 WHERE alert_id = ?1", &q));
    store_bind_int(q, 1, id);
    store_bind_int(q, 2, t->severity);
    store_bind_int(q, 3, t->action);
    store_bind_text(q, 4, t->target);
    store_bind_int(q, 5, t->region);
    store_bind_text(q, 6, t->owner);
    store_bind_int(q, 7, t->since_day);
    store_bind_int(q, 8, is_again);
    store_bind_int(q, 9, day);
    store_bind_int(q, 10, t->due_day);
    store_bind_int(q, 11, t->risk_fen);
    store_bind_int(q, 12, t->facts);
    store_bind_int(q, 13, entry->sequence);
    store_bind_int(q, 14, (int64_t)at);
    return store_do(q, NULL);
}

static err apply_row(alert_book *book, tally *t, const eventlog_entry *entry, const eventlog_rows *rows, size_t at, int32_t day)
{
    alert_terms terms;
    addend next;
    stepping step = { .what = (alert_step)alert_cell(rows, ALERT_AT_WHAT, at),
                      .alert_id = alert_cell(rows, ALERT_AT_ID, at), .day = day };
    alert_terms_of_row(rows, at, &terms);
    if (step.what == ALERT_RAISE) {
        TRY(raise_alert(book, entry, step.alert_id, day, &terms, at));
        tell(t, terms.watch, ALERT_OPEN, 1, terms.risk_fen);
        return add_step(book, entry, &step);
    }
    TRY(next_state(book, t, step.alert_id, step.what, &next));
    if (!next.state) return err_of(&ALERT_NO_MOVE, alert_step_word(step.what)->name);
    if (step.what != ALERT_LEAVE) {
        TRY(restate(book, entry, step.alert_id, day, &terms, at, step.what == ALERT_AGAIN));
        next.risk_fen = terms.risk_fen;
    }
    tell(t, next.watch, next.state, 1, next.risk_fen);
    TRY(set_state(book, step.alert_id, next.state));
    return add_step(book, entry, &step);
}

static err apply_seen(alert_book *book, tally *t, arena *a, const eventlog_entry *entry, const codec_json *body)
{
    eventlog_rows *rows = ARENA_NEW(a, eventlog_rows);
    int32_t day = (int32_t)eventlog_body_int(body, "day");
    TRY(alert_rows_of(a, book, entry->event.bucket, entry->sequence, rows));
    for (size_t at = 0; at < rows->row_count; at++) TRY(apply_row(book, t, entry, rows, at, day));
    return ERR_NONE;
}

/* ---- people's steps, and holds ---- */

static err give_to(alert_book *book, int64_t alert_id, int64_t user_id)
{
    store_query *q;
    TRY(store_prepare(book->db, "UPDATE alert_alert SET user_id = ?2 WHERE alert_id = ?1", &q));
    store_bind_int(q, 1, alert_id);
    store_bind_int(q, 2, user_id);
    return store_do(q, NULL);
}

static err let_go(alert_book *book, int64_t alert_id, int64_t known_ms)
{
    store_query *q;
    TRY(store_prepare(book->db, "UPDATE alert_held SET released_ms = ?2 WHERE alert_id = ?1 AND released_ms = 0", &q));
    store_bind_int(q, 1, alert_id);
    store_bind_int(q, 2, known_ms);
    return store_do(q, NULL);
}

static err apply_moved(alert_book *book, tally *t, const eventlog_entry *entry, const codec_json *body)
{
    addend next;
    stepping step = { .what = (alert_step)eventlog_body_int(body, "step"),
                      .alert_id = eventlog_body_int(body, "alert"), .user_id = eventlog_body_int(body, "user"),
                      .note = eventlog_body_text(body, "note") };
    TRY(next_state(book, t, step.alert_id, step.what, &next));
    if (!next.state) return err_of(&ALERT_NO_MOVE, alert_step_word(step.what)->name);
    tell(t, next.watch, next.state, 1, next.risk_fen);
    TRY(set_state(book, step.alert_id, next.state));
    if (step.what == ALERT_ASSIGN) TRY(give_to(book, step.alert_id, step.user_id));
    if (step.what == ALERT_RELEASE) TRY(let_go(book, step.alert_id, entry->event.known_ms));
    return add_step(book, entry, &step);
}

static err apply_held(alert_book *book, arena *a, const eventlog_entry *entry)
{
    static const char *const NUMBERS[] = { "alert", "person", "month", "fen" };
    size_t number[4], benefit;
    text bytes;
    eventlog_rows *rows = ARENA_NEW(a, eventlog_rows);
    TRY(eventlog_segment_read(a, book->log, entry->event.bucket, entry->sequence, "held", &bytes));
    TRY(eventlog_rows_open(bytes, rows));
    for (size_t c = 0; c < 4; c++) TRY(eventlog_rows_find(rows, NUMBERS[c], false, &number[c]));
    TRY(eventlog_rows_find(rows, "benefit", true, &benefit));
    for (size_t at = 0; at < rows->row_count; at++) {
        store_query *q;
        TRY(store_prepare(book->db, "INSERT INTO alert_held VALUES (?1, ?2, ?3, ?4, ?5, 0)", &q));
        store_bind_int(q, 1, eventlog_rows_number(rows, number[0], at));
        store_bind_int(q, 2, eventlog_rows_number(rows, number[1], at));
        store_bind_int(q, 3, eventlog_rows_number(rows, number[2], at));
        store_bind_text(q, 4, eventlog_rows_word(rows, benefit, at));
        store_bind_int(q, 5, eventlog_rows_number(rows, number[3], at));
        TRY(store_do(q, NULL));
    }
    return ERR_NONE;
}

static err apply(alert_book *book, arena *a, const eventlog_entry *entry)
{
    const codec_json *body;
    TRY(codec_json_parse(a, entry->event.body, (codec_json_options){ 0 }, &body));
    text kind = text_of(entry->event.kind);
    tally t = { .a = a };
    if (text_equal_cstr(kind, "alert.seen")) TRY(apply_seen(book, &t, a, entry, body));
    if (text_equal_cstr(kind, "alert.moved")) TRY(apply_moved(book, &t, entry, body));
    if (text_equal_cstr(kind, "alert.held")) TRY(apply_held(book, a, entry));
    return put_totals(book, &t);
}

err alert_apply(alert_book *book, const eventlog_entry *entry)
{
    arena *scratch = arena_open();
    return alert_leave(book, scratch, apply(book, scratch, entry));
}

static const eventlog_table TABLES[] = {
    { "alert_alert", "alert_id", "iiiitiiiititiiiiiiiii" },
    { "alert_step", "alert_id, step", "iiiiiiit" },
    { "alert_held", "person_id, month, benefit", "iiitii" },
    { "alert_total", "watch, state", "tiii" },
};

static err apply_any(void *room, const eventlog_entry *entry)
{
    return alert_apply(room, entry);
}

eventlog_room alert_room(alert_book *book)
{
    return (eventlog_room){ .events = "alert.", .tables = TABLES, .table_count = sizeof TABLES / sizeof TABLES[0],
                            .apply = apply_any, .room = book };
}
