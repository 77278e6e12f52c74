#include "alert/alert_internal.h"

#include <string.h>

const err_kind ALERT_NOT_FOUND = {
    "alert.not_found", ERR_NOT_FOUND,
    "There is no alert {}; doudi alert list shows those there are.",
    "没有编号为 {} 的预警；用 doudi alert list 查看。"
};
const err_kind ALERT_NO_MOVE = {
    "alert.no_move", ERR_CONFLICT,
    "This cannot be done with the alert as it stands ({}); doudi alert show tells what was done about it.",
    "按预警现在的状态不能这样办（{}）；用 doudi alert show 查看办理情况。"
};
const err_kind ALERT_BAD_LOOK = {
    "alert.bad_look", ERR_BUG,
    "A look must tell subjects of its own bucket, and moves there are (row {}).",
    "监测结果须属于同一分片，且为可行的变动（第 {} 行）。"
};

/* ---- states ---- */

static const alert_word STATES[ALERT_STATE_COUNT] = {
    [ALERT_NONE] = { "none", "none", "无" },
    [ALERT_OPEN] = { "open", "open", "待办" },
    [ALERT_ASSIGNED] = { "assigned", "assigned", "已派" },
    [ALERT_WORKING] = { "working", "in work", "办理中" },
    [ALERT_DOUBTED] = { "doubted", "said to be false, to be reviewed", "报误报待复核" },
    [ALERT_REVIEWED] = { "reviewed", "said to be false, to be approved", "误报待审批" },
    [ALERT_MENDED] = { "mended", "mended", "已整改" },
    [ALERT_DISMISSED] = { "dismissed", "false alarm", "误报" },
    [ALERT_GONE] = { "gone", "the cause is gone", "情形已消失" },
};
static const alert_word STEPS[ALERT_STEP_COUNT] = {
    [ALERT_RAISE] = { "raise", "raised", "发现" },
    [ALERT_AGAIN] = { "again", "seen again, opened again", "再次出现，重新打开" },
    [ALERT_VARY] = { "vary", "its facts changed", "情况有变" },
    [ALERT_LEAVE] = { "leave", "the cause is gone, closed by itself", "情形消失，自动结束" },
    [ALERT_ASSIGN] = { "assign", "assigned", "派办" },
    [ALERT_WORK] = { "work", "worked on", "办理" },
    [ALERT_MEND] = { "mend", "closed as mended", "整改办结" },
    [ALERT_DISMISS] = { "dismiss", "closed as a false alarm", "误报办结" },
    [ALERT_DOUBT] = { "doubt", "said to be a false alarm", "提出误报" },
    [ALERT_REVIEW] = { "review", "false alarm reviewed", "误报复核" },
    [ALERT_RELEASE] = { "release", "false alarm approved, hold released", "误报审批，解除暂停" },
    [ALERT_REOPEN] = { "reopen", "opened again", "重新打开" },
};

const alert_word *alert_state_word(alert_state state)
{
    return &STATES[state < ALERT_STATE_COUNT ? state : ALERT_NONE];
}

const alert_word *alert_step_word(alert_step step)
{
    return &STEPS[step];
}

/* A step that people take leaves from any state somebody works in; a look's from where it says. A
 * dismissed alert whose facts vary stays dismissed: the cause is the same. */
#define WORKED(then) \
    [ALERT_OPEN] = (then), [ALERT_ASSIGNED] = (then), [ALERT_WORKING] = (then)
static const uint8_t NEXT[ALERT_STEP_COUNT][ALERT_STATE_COUNT] = {
    [ALERT_RAISE] = { [ALERT_NONE] = ALERT_OPEN },
    [ALERT_AGAIN] = { [ALERT_MENDED] = ALERT_OPEN, [ALERT_GONE] = ALERT_OPEN },
    [ALERT_VARY] = { [ALERT_OPEN] = ALERT_OPEN, [ALERT_ASSIGNED] = ALERT_ASSIGNED,
                     [ALERT_WORKING] = ALERT_WORKING, [ALERT_DOUBTED] = ALERT_DOUBTED,
                     [ALERT_REVIEWED] = ALERT_REVIEWED, [ALERT_DISMISSED] = ALERT_DISMISSED },
    [ALERT_LEAVE] = { WORKED(ALERT_GONE), [ALERT_DOUBTED] = ALERT_GONE, [ALERT_REVIEWED] = ALERT_GONE,
                      [ALERT_MENDED] = ALERT_GONE, [ALERT_DISMISSED] = ALERT_GONE },
    [ALERT_ASSIGN] = { WORKED(ALERT_ASSIGNED) },
    [ALERT_WORK] = { WORKED(ALERT_WORKING), [ALERT_DOUBTED] = ALERT_WORKING, [ALERT_REVIEWED] = ALERT_WORKING },
    [ALERT_MEND] = { WORKED(ALERT_MENDED) },
    [ALERT_DISMISS] = { WORKED(ALERT_DISMISSED) },
    [ALERT_DOUBT] = { WORKED(ALERT_DOUBTED) },
    [ALERT_REVIEW] = { [ALERT_DOUBTED] = ALERT_REVIEWED },
    [ALERT_RELEASE] = { [ALERT_REVIEWED] = ALERT_DISMISSED },
    [ALERT_REOPEN] = { [ALERT_MENDED] = ALERT_OPEN, [ALERT_DISMISSED] = ALERT_OPEN },
};

alert_state alert_next(alert_state from, alert_step step)
{
    bool is_known = from < ALERT_STATE_COUNT && step < ALERT_STEP_COUNT;
    return is_known ? (alert_state)NEXT[step][from] : ALERT_NONE;
}

bool alert_is_over(alert_state state)
{
    return state == ALERT_MENDED || state == ALERT_DISMISSED || state == ALERT_GONE;
}

/* ---- opening ---- */

err alert_open(arena *process, store *db, eventlog *log, alert_book **book)
{
    alert_book *b = ARENA_NEW(process, alert_book);
    *b = (alert_book){ .process = process, .db = db, .log = log };
    *book = b;
    return ERR_NONE;
}

err alert_leave(alert_book *book, arena *scratch, err e)
{
    if (e.detail) e.detail = arena_copy(book->process, e.detail, strlen(e.detail));
    arena_close(scratch);
    return e;
}

/* ---- a look ---- */

static const char *const COLUMNS[ALERT_COLUMN_COUNT] = {
    [ALERT_AT_WHAT] = "what", [ALERT_AT_ID] = "alert", [ALERT_AT_KIND] = "kind", [ALERT_AT_SUBJECT] = "subject",
    [ALERT_AT_CAUSE] = "cause", [ALERT_AT_SEVERITY] = "severity", [ALERT_AT_ACTION] = "action",
    [ALERT_AT_REGION] = "region", [ALERT_AT_SINCE] = "since", [ALERT_AT_DUE] = "due", [ALERT_AT_RISK] = "risk",
    [ALERT_AT_FACTS] = "facts",
    [ALERT_AT_WATCH] = "watch", [ALERT_AT_TARGET] = "target", [ALERT_AT_OWNER] = "owner", [ALERT_AT_LAW] = "law",
    [ALERT_AT_SAYS] = "says", [ALERT_AT_EVIDENCE] = "evidence", [ALERT_AT_RECORD] = "record",
};

const char *alert_column_name(int column)
{
    return COLUMNS[column];
}

typedef struct {
    int64_t *number[ALERT_NUMBER_COUNT];
    text *word[ALERT_COLUMN_COUNT]; /* from ALERT_NUMBER_COUNT on */
    size_t count;
} packing;

static void pack_row(packing *p, alert_step what, int64_t id, const alert_terms *t)
{
    size_t at = p->count++;
    const int64_t numbers[ALERT_NUMBER_COUNT] = {
        [ALERT_AT_WHAT] = what, [ALERT_AT_ID] = id, [ALERT_AT_KIND] = t->subject_kind,
        [ALERT_AT_SUBJECT] = t->subject_id, [ALERT_AT_CAUSE] = t->cause, [ALERT_AT_SEVERITY] = t->severity,
        [ALERT_AT_ACTION] = t->action, [ALERT_AT_REGION] = t->region, [ALERT_AT_SINCE] = t->since_day,
        [ALERT_AT_DUE] = t->due_day, [ALERT_AT_RISK] = t->risk_fen, [ALERT_AT_FACTS] = t->facts,
    };
    const text words[ALERT_COLUMN_COUNT] = {
        [ALERT_AT_WATCH] = t->watch, [ALERT_AT_TARGET] = t->target, [ALERT_AT_OWNER] = t->owner,
        [ALERT_AT_LAW] = t->law, [ALERT_AT_SAYS] = t->says, [ALERT_AT_EVIDENCE] = t->evidence,
        [ALERT_AT_RECORD] = t->record,
    };
    for (int c = 0; c < ALERT_NUMBER_COUNT; c++) p->number[c][at] = numbers[c];
    for (int c = ALERT_NUMBER_COUNT; c < ALERT_COLUMN_COUNT; c++) p->word[c][at] = words[c];
}

static err pack(arena *a, const alert_look *look, int64_t first_id, text *bytes)
{
    packing p = { 0 };
    size_t count = look->raised_count + look->changed_count;
    eventlog_column columns[ALERT_COLUMN_COUNT];
    for (int c = 0; c < ALERT_COLUMN_COUNT; c++) {
        columns[c] = (eventlog_column){ .name = COLUMNS[c] };
        if (c < ALERT_NUMBER_COUNT) columns[c].number = p.number[c] = ARENA_ARRAY(a, int64_t, count);
        else columns[c].word = p.word[c] = ARENA_ARRAY(a, text, count);
    }
    for (size_t i = 0; i < look->raised_count; i++)
        pack_row(&p, ALERT_RAISE, first_id + (int64_t)i, &look->raised[i]);
    for (size_t i = 0; i < look->changed_count; i++)
        pack_row(&p, look->changed[i].what, look->changed[i].alert_id, &look->changed[i].terms);
    return eventlog_rows_write(a, columns, ALERT_COLUMN_COUNT, count, bytes);
}

static err bad_look(arena *a, size_t row)
{
    return err_of(&ALERT_BAD_LOOK, text_format(a, "%zu", row + 1).bytes);
}

static err check_look(arena *a, uint32_t bucket, const alert_look *look)
{
    for (size_t i = 0; i < look->raised_count; i++)
        if (eventlog_bucket_of(look->raised[i].subject_id) != bucket) return bad_look(a, i);
    for (size_t i = 0; i < look->changed_count; i++) {
        alert_step what = look->changed[i].what;
        if (what != ALERT_AGAIN && what != ALERT_VARY && what != ALERT_LEAVE)
            return bad_look(a, look->raised_count + i);
    }
    return ERR_NONE;
}

static text look_body(arena *a, const alert_look *look)
{
    text_builder body = text_builder_open(a);
    codec_json_writer w = codec_json_write(&body, false);
    codec_json_begin_object(&w);
    eventlog_body_add_int(&w, "day", look->day);
    eventlog_body_add_text(&w, "law", look->law);
    eventlog_body_add_text(&w, "purpose", look->purpose);
    codec_json_end_object(&w);
    return text_built(&body);
}

static err append(alert_book *book, const eventlog_event *event, bool *is_new)
{
    eventlog_entry entry = { .event = *event };
    bool is_appended;
    TRY(eventlog_append(book->log, event, &entry.sequence, &is_appended));
    if (is_new) *is_new = is_appended;
    return is_appended ? alert_apply(book, &entry) : ERR_NONE;
}

static err see(alert_book *book, arena *a, const alert_act *act, uint32_t bucket, const alert_look *look,
               int64_t *first_id)
{
    int64_t last;
    text bytes;
    TRY(check_look(a, bucket, look));
    TRY(store_scalar(book->db, "SELECT COALESCE(MAX(alert_id), 0) FROM alert_alert", &last));
    if (first_id) *first_id = last + 1;
    if (!look->raised_count && !look->changed_count) return ERR_NONE;
    TRY(pack(a, look, last + 1, &bytes));
    eventlog_segment segment = { .name = "alerts", .bytes = bytes,
                                 .row_count = (int64_t)(look->raised_count + look->changed_count) };
    eventlog_event event = { .bucket = bucket, .kind = "alert.seen", .known_ms = act->known_ms,
                             .actor_id = act->actor_id, .why = act->why, .key = act->key,
                             .body = look_body(a, look), .segments = &segment, .segment_count = 1 };
    return append(book, &event, NULL);
}

err alert_seen(alert_book *book, const alert_act *act, uint32_t bucket, const alert_look *look, int64_t *first_id)
{
    arena *scratch = arena_open();
    return alert_leave(book, scratch, see(book, scratch, act, bucket, look, first_id));
}

/* ---- steps of people ---- */

static err state_of(alert_book *book, arena *a, int64_t alert_id, alert_state *state, int64_t *subject_id)
{
    store_query *q;
    bool has_row;
    TRY(store_prepare(book->db, "SELECT state, subject_id FROM alert_alert WHERE alert_id = ?1", &q));
    store_bind_int(q, 1, alert_id);
    TRY(store_step(q, &has_row));
    if (!has_row) return err_of(&ALERT_NOT_FOUND, text_format(a, "%lld", (long long)alert_id).bytes);
    *state = (alert_state)store_int(q, 0);
    *subject_id = store_int(q, 1);
    store_reset(q);
    return ERR_NONE;
}

static err move(alert_book *book, arena *a, const alert_act *act, int64_t alert_id, alert_step step,
                int64_t user_id, text note)
{
    alert_state state;
    int64_t subject_id;
    TRY(state_of(book, a, alert_id, &state, &subject_id));
    if (step < ALERT_ASSIGN || !alert_next(state, step)) return err_of(&ALERT_NO_MOVE, STATES[state].name);
    text_builder body = text_builder_open(a);
    codec_json_writer w = codec_json_write(&body, false);
    codec_json_begin_object(&w);
    eventlog_body_add_int(&w, "alert", alert_id);
    eventlog_body_add_text(&w, "note", note);
    eventlog_body_add_int(&w, "step", step);
    eventlog_body_add_int(&w, "user", user_id);
    codec_json_end_object(&w);
    eventlog_event event = { .bucket = eventlog_bucket_of(subject_id), .kind = "alert.moved",
                             .subject_id = subject_id, .known_ms = act->known_ms, .actor_id = act->actor_id,
                             .why = act->why, .key = act->key, .body = text_built(&body) };
    return append(book, &event, NULL);
}

err alert_move(alert_book *book, const alert_act *act, int64_t alert_id, alert_step step, int64_t user_id,
               text note)
{
    arena *scratch = arena_open();
    return alert_leave(book, scratch, move(book, scratch, act, alert_id, step, user_id, note));
}

/* ---- what a hold kept back ---- */

static err is_held(alert_book *book, const alert_held *held, bool *is)
{
    store_query *q;
    TRY(store_prepare(book->db, "SELECT 1 FROM alert_held WHERE person_id = ?1 AND month = ?2 AND benefit = ?3", &q));
    store_bind_int(q, 1, held->person_id);
    store_bind_int(q, 2, held->month);
    store_bind_text(q, 3, held->benefit);
    TRY(store_step(q, is));
    if (*is) store_reset(q);
    return ERR_NONE;
}

enum { HELD_ALERT, HELD_PERSON, HELD_MONTH, HELD_FEN, HELD_NUMBERS };
typedef struct {
    int64_t *number[HELD_NUMBERS];
    text *benefit;
    size_t count;
} held_rows;

/* Those whose alerts stand in the bucket, and which are not known yet. */
static err take_held(alert_book *book, arena *a, uint32_t bucket, const alert_held *held, size_t count, held_rows *rows)
{
    for (size_t i = 0; i < count; i++) {
        alert_state state;
        int64_t subject_id;
        bool is_known;
        TRY(state_of(book, a, held[i].alert_id, &state, &subject_id));
        if (eventlog_bucket_of(subject_id) != bucket) continue;
        TRY(is_held(book, &held[i], &is_known));
        if (is_known) continue;
        rows->number[HELD_ALERT][rows->count] = held[i].alert_id;
        rows->number[HELD_PERSON][rows->count] = held[i].person_id;
        rows->number[HELD_MONTH][rows->count] = held[i].month;
        rows->number[HELD_FEN][rows->count] = held[i].fen;
        rows->benefit[rows->count++] = held[i].benefit;
    }
    return ERR_NONE;
}

static err hold_bucket(alert_book *book, arena *a, const alert_act *act, uint32_t bucket, const alert_held *held,
                       size_t count)
{
    static const char *const NAMES[HELD_NUMBERS] = { "alert", "person", "month", "fen" };
    held_rows rows = { .benefit = ARENA_ARRAY(a, text, count + 1) };
    eventlog_column columns[HELD_NUMBERS + 1] = { [HELD_NUMBERS] = { .name = "benefit", .word = rows.benefit } };
    text bytes;
    for (int c = 0; c < HELD_NUMBERS; c++) {
        rows.number[c] = ARENA_ARRAY(a, int64_t, count + 1);
        columns[c] = (eventlog_column){ .name = NAMES[c], .number = rows.number[c] };
    }
    TRY(take_held(book, a, bucket, held, count, &rows));
    if (!rows.count) return ERR_NONE;
    TRY(eventlog_rows_write(a, columns, HELD_NUMBERS + 1, rows.count, &bytes));
    eventlog_segment segment = { .name = "held", .row_count = (int64_t)rows.count, .bytes = bytes };
    eventlog_event event = { .bucket = bucket, .kind = "alert.held", .known_ms = act->known_ms,
                             .actor_id = act->actor_id, .why = act->why, .body = TEXT("{}"),
                             .segments = &segment, .segment_count = 1 };
    return append(book, &event, NULL);
}

/* An event in the bucket of the alert's subject, whoever's money it keeps back: there the alert is
 * let go, and tables are made anew in the same order. */
static err hold(alert_book *book, arena *a, const alert_act *act, const alert_held *held, size_t count)
{
    bool has[EVENTLOG_BUCKETS] = { false };
    for (size_t i = 0; i < count; i++) {
        alert_state state;
        int64_t subject_id;
        TRY(state_of(book, a, held[i].alert_id, &state, &subject_id));
        has[eventlog_bucket_of(subject_id)] = true;
    }
    for (uint32_t bucket = 0; bucket < EVENTLOG_BUCKETS; bucket++)
        if (has[bucket]) TRY(hold_bucket(book, a, act, bucket, held, count));
    return ERR_NONE;
}

err alert_hold(alert_book *book, const alert_act *act, const alert_held *held, size_t count)
{
    arena *scratch = arena_open();
    return alert_leave(book, scratch, hold(book, scratch, act, held, count));
}
