#include <string.h>

#include "revision/revision_internal.h"

const err_kind REVISION_NOT_FOUND = {
    "revision.not_found", ERR_NOT_FOUND,
    "There is no batch {}; doudi revision list shows those there are.",
    "没有编号为 {} 的批量变更；用 doudi revision list 查看已有的。"
};
const err_kind REVISION_NO_MOVE = {
    "revision.no_move", ERR_CONFLICT,
    "This step cannot be taken now: {}.", "现在不能办理这一步：{}。"
};
const err_kind REVISION_BAD_ROW = {
    "revision.bad_row", ERR_BUG,
    "Rows of a batch must come by bucket and in order of persons, with months in order and parts that come to the "
    "difference ({}).",
    "批量变更须按分片、按人员顺序提交，各段月份依次排列，各分项之和等于差额（{}）。"
};
const err_kind REVISION_EMPTY = {
    "revision.empty", ERR_CONFLICT, "The batch would change nobody.", "该批量变更没有涉及任何人。"
};
const err_kind REVISION_BAD_SIGNATURE = {
    "revision.bad_signature", ERR_FORBIDDEN,
    "The signature of this step of the batch does not fit: {}.", "该批量变更这一步的签名不符：{}。"
};
const err_kind REVISION_BROKEN = {
    "revision.broken", ERR_CONFLICT,
    "Batch {} is not what was entered: its rows, totals or steps do not fit.",
    "批量变更 {} 与录入时不符：明细、合计或步骤对不上。"
};

static const revision_word STATES[REVISION_STATE_COUNT] = {
    [0] = { "", "", "" },
    [REVISION_DRAFTED] = { "drafted", "drafted", "未签名" },
    [REVISION_ENTERED] = { "entered", "entered, waits for review", "已录入，待复核" },
    [REVISION_REVIEWED] = { "reviewed", "reviewed, waits for approval", "已复核，待审批" },
    [REVISION_APPROVED] = { "approved", "approved", "已审批生效" },
    [REVISION_WITHDRAWN] = { "withdrawn", "withdrawn", "已撤回" },
    [REVISION_REVERSED] = { "reversed", "reversed", "已冲回" },
};
static const revision_word STEPS[REVISION_STEP_COUNT] = {
    [REVISION_ENTER] = { "enter", "entering", "录入" },
    [REVISION_REVIEW] = { "review", "review", "复核" },
    [REVISION_APPROVE] = { "approve", "approval", "审批" },
    [REVISION_WITHDRAW] = { "withdraw", "withdrawal", "撤回" },
};

const revision_word *revision_state_word(revision_state state)
{
    return &STATES[state];
}

const revision_word *revision_step_word(revision_step step)
{
    return &STEPS[step];
}

bool revision_is_pending(revision_state state)
{
    return state == REVISION_DRAFTED || state == REVISION_ENTERED || state == REVISION_REVIEWED;
}

revision_state revision_state_named(text name)
{
    for (int s = REVISION_DRAFTED; s < REVISION_STATE_COUNT; s++)
        if (text_equal_cstr(name, STATES[s].name)) return (revision_state)s;
    return REVISION_DRAFTED;
}

err revision_open(arena *process, store *db, eventlog *log, revision_book **book)
{
    revision_book *b = ARENA_NEW(process, revision_book);
    *b = (revision_book){ .process = process, .db = db, .log = log };
    TRY(crypto_hasher_open(process, CRYPTO_SM3, &b->hasher));
    *book = b;
    return ERR_NONE;
}

void revision_close(revision_book *book)
{
    if (book) crypto_hasher_close(book->hasher);
}

err revision_leave(revision_book *book, arena *scratch, err e)
{
    if (e.detail) e.detail = arena_copy(book->process, e.detail, strlen(e.detail));
    arena_close(scratch);
    return e;
}

err revision_not_found(arena *a, int64_t batch_id)
{
    return err_of(&REVISION_NOT_FOUND, text_format(a, "%lld", (long long)batch_id).bytes);
}

int64_t revision_piece_fen(const revision_row *row)
{
    int64_t sum = 0;
    for (size_t i = 0; i < row->piece_count; i++)
        sum += row->pieces[i].fen * (row->pieces[i].until_month - row->pieces[i].from_month);
    return sum;
}

bool revision_counts(const revision_said *said)
{
    return !said->is_set_aside && said->state == REVISION_APPROVED && !said->terms.reverses;
}

/* ---- the one place that turns events into rows ---- */

static err apply_rows(revision_book *book, arena *a, const eventlog_entry *entry, const codec_json *body)
{
    eventlog_rows *rows = ARENA_NEW(a, eventlog_rows);
    int64_t batch_id = eventlog_body_int(body, "batch");
    size_t person;
    store_query *q;
    TRY(revision_rows_open(a, book, entry->event.bucket, entry->sequence, rows));
    TRY(eventlog_rows_find(rows, "person", false, &person));
    TRY(store_prepare(book->db, "INSERT INTO revision_rows VALUES (?1, ?2, ?3, ?4)", &q));
    store_bind_int(q, 1, batch_id);
    store_bind_int(q, 2, entry->event.bucket);
    store_bind_int(q, 3, entry->sequence);
    store_bind_int(q, 4, (int64_t)rows->row_count);
    TRY(store_do(q, NULL));
    for (size_t i = 0; i < rows->row_count; i++) {
        TRY(store_prepare(book->db, "INSERT INTO revision_row VALUES (?1, ?2, ?3, ?4, 0)", &q));
        store_bind_int(q, 1, entry->event.bucket);
        store_bind_int(q, 2, eventlog_rows_number(rows, person, i));
        store_bind_int(q, 3, batch_id);
        store_bind_int(q, 4, (int64_t)i);
        TRY(store_do(q, NULL));
    }
    return ERR_NONE;
}

static err apply_drafted(revision_book *book, const eventlog_entry *entry, const codec_json *body)
{
    static const char *const TEXTS[] = { "kind", "benefit", "purpose", "law" };
    static const char *const NUMBERS[] = { "from", "pay", "reverses" };
    static const char *const TOTALS[] = { "persons", "level", "old", "new", "more", "less" };
    store_query *q;
    crypto_digest digest = eventlog_body_digest(body, "digest");
    TRY(store_prepare(book->db,
                      "INSERT INTO revision_batch VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0, "
                      "?10, ?11, ?12, ?13, ?14, ?15, 0, ?16, ?17)", &q));
    store_bind_int(q, 1, eventlog_body_int(body, "batch"));
    store_bind_text(q, 2, text_of(STATES[REVISION_DRAFTED].name));
    for (int i = 0; i < 4; i++) store_bind_text(q, 3 + i, eventlog_body_text(body, TEXTS[i]));
    for (int i = 0; i < 3; i++) store_bind_int(q, 7 + i, eventlog_body_int(body, NUMBERS[i]));
    for (int i = 0; i < 6; i++) store_bind_int(q, 10 + i, eventlog_body_int(body, TOTALS[i]));
    store_bind_int(q, 16, entry->event.known_ms);
    store_bind_bytes(q, 17, (text){ (const char *)digest.bytes, CRYPTO_DIGEST_BYTES });
    return store_do(q, NULL);
}

static err set_state(revision_book *book, int64_t batch_id, revision_state state)
{
    store_query *q;
    TRY(store_prepare(book->db, "UPDATE revision_batch SET state = ?2 WHERE batch_id = ?1", &q));
    store_bind_int(q, 1, batch_id);
    store_bind_text(q, 2, text_of(STATES[state].name));
    return store_do(q, NULL);
}

static err add_mark(revision_book *book, arena *a, const eventlog_entry *entry, const codec_json *body)
{
    store_query *q;
    text signature, public_key;
    TRY(eventlog_body_bytes(a, body, "signature", &signature));
    TRY(eventlog_body_bytes(a, body, "public_key", &public_key));
    TRY(store_prepare(book->db, "INSERT INTO revision_mark VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)", &q));
    store_bind_int(q, 1, eventlog_body_int(body, "batch"));
    store_bind_int(q, 2, eventlog_body_int(body, "mark"));
    store_bind_text(q, 3, eventlog_body_text(body, "step"));
    store_bind_int(q, 4, entry->event.actor_id);
    store_bind_int(q, 5, entry->event.known_ms);
    store_bind_bytes(q, 6, signature);
    store_bind_bytes(q, 7, public_key);
    return store_do(q, NULL);
}

static err apply_moved(revision_book *book, arena *a, const eventlog_entry *entry, const codec_json *body)
{
    store_query *q;
    int64_t batch_id = eventlog_body_int(body, "batch"), reverses = eventlog_body_int(body, "reverses");
    revision_state state = revision_state_named(eventlog_body_text(body, "state"));
    TRY(add_mark(book, a, entry, body));
    TRY(set_state(book, batch_id, state));
    TRY(store_prepare(book->db, "UPDATE revision_batch SET set_aside_count = ?2 WHERE batch_id = ?1", &q));
    store_bind_int(q, 1, batch_id);
    store_bind_int(q, 2, eventlog_body_int(body, "set_aside"));
    TRY(store_do(q, NULL));
    if (state != REVISION_APPROVED || !reverses) return ERR_NONE;
    TRY(set_state(book, reverses, REVISION_REVERSED));
    TRY(store_prepare(book->db, "UPDATE revision_batch SET reversed_by = ?2 WHERE batch_id = ?1", &q));
    store_bind_int(q, 1, reverses);
    store_bind_int(q, 2, batch_id);
    return store_do(q, NULL);
}

static err apply_set_aside(revision_book *book, const eventlog_entry *entry, const codec_json *body)
{
    store_query *q;
    int64_t batch_id = eventlog_body_int(body, "batch");
    const codec_json *persons = codec_json_member(body, TEXT("persons"));
    for (size_t i = 0; persons && i < persons->count; i++) {
        int64_t person_id = 0;
        (void)codec_parse_scaled(persons->items[i].word, 0, &person_id);
        TRY(store_prepare(book->db,
                          "UPDATE revision_row SET is_set_aside = 1 WHERE bucket = ?1 AND person_id = ?2 "
                          "AND batch_id = ?3", &q));
        store_bind_int(q, 1, entry->event.bucket);
        store_bind_int(q, 2, person_id);
        store_bind_int(q, 3, batch_id);
        TRY(store_do(q, NULL));
    }
    return ERR_NONE;
}

static err apply(revision_book *book, const eventlog_entry *entry)
{
    text kind = text_of(entry->event.kind);
    if (!text_begins(kind, TEXT("revision."))) return ERR_NONE;
    arena *scratch = arena_open();
    const codec_json *body;
    err e = codec_json_parse(scratch, entry->event.body, (codec_json_options){ 0 }, &body);
    if (!e.kind && text_equal_cstr(kind, "revision.rows")) e = apply_rows(book, scratch, entry, body);
    if (!e.kind && text_equal_cstr(kind, "revision.drafted")) e = apply_drafted(book, entry, body);
    if (!e.kind && text_equal_cstr(kind, "revision.moved")) e = apply_moved(book, scratch, entry, body);
    if (!e.kind && text_equal_cstr(kind, "revision.set_aside")) e = apply_set_aside(book, entry, body);
    return revision_leave(book, scratch, e);
}

err revision_record(revision_book *book, const eventlog_event *event, int64_t *sequence)
{
    bool is_new;
    TRY(eventlog_append(book->log, event, sequence, &is_new));
    if (!is_new) return ERR_NONE;
    eventlog_entry entry = { .event = *event, .sequence = *sequence };
    return apply(book, &entry);
}

static const eventlog_table TABLES[] = {
    { "revision_batch", "batch_id", "itttttiiiiiiiiiiiib" },
    { "revision_mark", "batch_id, mark", "iitiibb" },
    { "revision_rows", "batch_id, bucket", "iiii" },
    { "revision_row", "bucket, person_id, batch_id, place", "iiiii" },
};

static err apply_any(void *room, const eventlog_entry *entry)
{
    return apply(room, entry);
}

eventlog_room revision_room(revision_book *book)
{
    return (eventlog_room){ .events = "revision.", .tables = TABLES,
                            .table_count = sizeof TABLES / sizeof TABLES[0], .apply = apply_any, .room = book };
}
