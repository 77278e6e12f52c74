#include <string.h>

#include "decision/decision_internal.h"

const err_kind DECISION_NOT_FOUND = {
    "decision.not_found", ERR_NOT_FOUND,
    "This person has no decision {}; list the person's decisions.",
    "此人没有编号为 {} 的核定；请先列出其核定。"
};
const err_kind DECISION_BAD_BATCH = {
    "decision.bad_batch", ERR_BUG,
    "Decisions must come by bucket and in order of persons (row {}).",
    "核定须按分片、按人员顺序提交（第 {} 行）。"
};

err decision_open(arena *process, store *db, eventlog *log, decision_book **book)
{
    decision_book *b = ARENA_NEW(process, decision_book);
    *b = (decision_book){ .process = process, .db = db, .log = log };
    *book = b;
    return ERR_NONE;
}

err decision_leave(decision_book *book, arena *scratch, err e)
{
    if (e.detail) e.detail = arena_copy(book->process, e.detail, strlen(e.detail));
    arena_close(scratch);
    return e;
}

static const char *const KEY_NAMES[DECISION_KEYS_MAX] = {
    "k1", "k2", "k3", "k4", "k5", "k6", "k7", "k8", "k9", "k10", "k11", "k12", "k13", "k14", "k15", "k16",
    "k17", "k18", "k19", "k20", "k21", "k22", "k23", "k24", "k25", "k26", "k27", "k28", "k29", "k30", "k31", "k32",
};

static err decision_apply(decision_book *book, const eventlog_entry *entry);

/* ---- writing ---- */

static err check(arena *a, uint32_t bucket, const decision_terms *terms, const decision_row *rows, size_t count)
{
    bool is_sized = count && count <= DECISION_ROWS_MAX && terms->key_count <= DECISION_KEYS_MAX;
    for (size_t i = 0; i < count; i++) {
        bool is_in_order = eventlog_bucket_of(rows[i].person_id) == bucket &&
                           (!i || rows[i - 1].person_id <= rows[i].person_id);
        if (!is_sized || !is_in_order)
            return err_of(&DECISION_BAD_BATCH, text_format(a, "%zu", i + 1).bytes);
    }
    return is_sized ? ERR_NONE : err_of(&DECISION_BAD_BATCH, "0");
}

static err pack(arena *a, const decision_terms *terms, const decision_row *rows, size_t count, text *bytes)
{
    eventlog_column columns[DECISION_KEYS_MAX + 2];
    int64_t *person = ARENA_ARRAY(a, int64_t, count + 1);
    text *record = ARENA_ARRAY(a, text, count + 1);
    for (size_t i = 0; i < count; i++) {
        person[i] = rows[i].person_id;
        record[i] = rows[i].record;
    }
    columns[0] = (eventlog_column){ .name = "person", .number = person };
    columns[1] = (eventlog_column){ .name = "record", .word = record };
    for (size_t k = 0; k < terms->key_count; k++) {
        int64_t *fen = ARENA_ARRAY(a, int64_t, count + 1);
        for (size_t i = 0; i < count; i++) fen[i] = rows[i].fen[k];
        columns[2 + k] = (eventlog_column){ .name = KEY_NAMES[k], .number = fen };
    }
    return eventlog_rows_write(a, columns, 2 + terms->key_count, count, bytes);
}

static text body_of(arena *a, const decision_terms *terms, size_t count)
{
    text_builder body = text_builder_open(a);
    codec_json_writer w = codec_json_write(&body, false);
    codec_json_begin_object(&w);
    eventlog_body_add_int(&w, "count", (int64_t)count);
    eventlog_body_add_int(&w, "for_month", terms->for_month);
    codec_json_key(&w, TEXT("keys"));
    codec_json_begin_array(&w);
    for (size_t k = 0; k < terms->key_count; k++) codec_json_add_text(&w, text_of(terms->keys[k]));
    codec_json_end_array(&w);
    eventlog_body_add_text(&w, "law", terms->law);
    eventlog_body_add_int(&w, "on_day", terms->on_day);
    eventlog_body_add_text(&w, "purpose", terms->purpose);
    codec_json_end_object(&w);
    return text_built(&body);
}

static err make(decision_book *book, arena *a, const decision_act *act, uint32_t bucket,
                const decision_terms *terms, const decision_row *rows, size_t count, int64_t *ids)
{
    text bytes;
    int64_t sequence;
    bool is_new;
    TRY(check(a, bucket, terms, rows, count));
    TRY(pack(a, terms, rows, count, &bytes));
    eventlog_segment segment = { .name = "decisions", .row_count = (int64_t)count, .bytes = bytes };
    eventlog_event event = { .bucket = bucket, .kind = "decision.made", .known_ms = act->known_ms,
                             .actor_id = act->actor_id, .why = act->why, .key = act->key,
                             .body = body_of(a, terms, count), .segments = &segment, .segment_count = 1,
                             .subject_id = count == 1 ? rows[0].person_id : 0 };
    TRY(eventlog_append(book->log, &event, &sequence, &is_new));
    for (size_t i = 0; i < count; i++) ids[i] = sequence * DECISION_ROWS_MAX + (int64_t)i;
    if (!is_new) return ERR_NONE;
    eventlog_entry entry = { .event = event, .sequence = sequence };
    return decision_apply(book, &entry);
}

err decision_make(decision_book *book, const decision_act *act, uint32_t bucket, const decision_terms *terms,
                  const decision_row *rows, size_t count, int64_t *ids)
{
    arena *scratch = arena_open();
    return decision_leave(book, scratch, make(book, scratch, act, bucket, terms, rows, count, ids));
}

/* ---- the one place that turns events into rows ---- */

static err read_rows(arena *a, decision_book *book, uint32_t bucket, int64_t sequence, eventlog_rows *rows)
{
    text bytes;
    TRY(eventlog_segment_read(a, book->log, bucket, sequence, "decisions", &bytes));
    return eventlog_rows_open(bytes, rows);
}

static err apply_made(decision_book *book, arena *a, const eventlog_entry *entry, const codec_json *body)
{
    eventlog_rows *rows = ARENA_NEW(a, eventlog_rows);
    size_t person;
    store_query *q;
    TRY(read_rows(a, book, entry->event.bucket, entry->sequence, rows));
    TRY(eventlog_rows_find(rows, "person", false, &person));
    for (size_t i = 0; i < rows->row_count; i++) {
        TRY(store_prepare(book->db, "INSERT INTO decision_made VALUES (?1, ?2, ?3, ?4, ?5)", &q));
        store_bind_int(q, 1, entry->event.bucket);
        store_bind_int(q, 2, eventlog_rows_number(rows, person, i));
        store_bind_int(q, 3, entry->sequence * DECISION_ROWS_MAX + (int64_t)i);
        store_bind_text(q, 4, eventlog_body_text(body, "purpose"));
        store_bind_int(q, 5, eventlog_body_int(body, "for_month"));
        TRY(store_do(q, NULL));
    }
    return ERR_NONE;
}

static err decision_apply(decision_book *book, const eventlog_entry *entry)
{
    if (!text_equal_cstr(text_of(entry->event.kind), "decision.made")) return ERR_NONE;
    arena *scratch = arena_open();
    const codec_json *body;
    err e = codec_json_parse(scratch, entry->event.body, (codec_json_options){ 0 }, &body);
    if (!e.kind) e = apply_made(book, scratch, entry, body);
    return decision_leave(book, scratch, e);
}

/* ---- reading ---- */

static err not_found(arena *a, int64_t decision_id)
{
    return err_of(&DECISION_NOT_FOUND, text_format(a, "%lld", (long long)decision_id).bytes);
}

static void read_terms(arena *a, const codec_json *body, decision_terms *terms)
{
    const codec_json *keys = codec_json_member(body, TEXT("keys"));
    *terms = (decision_terms){ .purpose = eventlog_body_text(body, "purpose"),
                               .law = eventlog_body_text(body, "law"),
                               .on_day = (int32_t)eventlog_body_int(body, "on_day"),
                               .for_month = (int32_t)eventlog_body_int(body, "for_month") };
    const char **names = ARENA_ARRAY(a, const char *, DECISION_KEYS_MAX);
    for (size_t k = 0; keys && k < keys->count && k < DECISION_KEYS_MAX; k++)
        names[terms->key_count++] = text_cstr(a, keys->items[k].word);
    terms->keys = names;
}

static err read_row(const eventlog_rows *rows, size_t at, decision_made *made)
{
    size_t column;
    TRY(eventlog_rows_find(rows, "person", false, &column));
    made->row.person_id = eventlog_rows_number(rows, column, at);
    TRY(eventlog_rows_find(rows, "record", true, &column));
    made->row.record = eventlog_rows_word(rows, column, at);
    for (size_t k = 0; k < made->terms.key_count; k++) {
        TRY(eventlog_rows_find(rows, KEY_NAMES[k], false, &column));
        made->row.fen[k] = eventlog_rows_number(rows, column, at);
    }
    return ERR_NONE;
}

/* One event as it is read: its head and its rows. */
typedef struct kept_event {
    int64_t sequence;
    uint32_t bucket;
    eventlog_entry entry;
    decision_terms terms;
    eventlog_rows rows;
    struct kept_event *next;
} kept_event;

struct decision_reader {
    arena *memory;
    decision_book *book;
    kept_event *first;
};

decision_reader *decision_reader_open(arena *a, decision_book *book)
{
    decision_reader *reader = ARENA_NEW(a, decision_reader);
    *reader = (decision_reader){ .memory = a, .book = book };
    return reader;
}

static err read_event(decision_reader *reader, uint32_t bucket, int64_t decision_id, kept_event **event)
{
    arena *a = reader->memory;
    const codec_json *body;
    int64_t sequence = decision_id / DECISION_ROWS_MAX;
    kept_event *e = ARENA_NEW(a, kept_event);
    *e = (kept_event){ .sequence = sequence, .bucket = bucket, .next = reader->first };
    err failed = eventlog_entry_read(a, reader->book->log, bucket, sequence, &e->entry);
    bool is_none = failed.kind == &EVENTLOG_NOT_FOUND;
    if (is_none || (!failed.kind && strcmp(e->entry.event.kind, "decision.made") != 0)) return not_found(a, decision_id);
    TRY(failed);
    TRY(codec_json_parse(a, e->entry.event.body, (codec_json_options){ 0 }, &body));
    TRY(read_rows(a, reader->book, bucket, sequence, &e->rows));
    read_terms(a, body, &e->terms);
    reader->first = e;
    *event = e;
    return ERR_NONE;
}

err decision_reader_read(decision_reader *reader, int64_t person_id, int64_t decision_id, decision_made *made)
{
    uint32_t bucket = eventlog_bucket_of(person_id);
    int64_t sequence = decision_id / DECISION_ROWS_MAX;
    size_t at = (size_t)(decision_id % DECISION_ROWS_MAX);
    kept_event *event = reader->first;
    if (decision_id < DECISION_ROWS_MAX) return not_found(reader->memory, decision_id);
    while (event && (event->sequence != sequence || event->bucket != bucket)) event = event->next;
    if (!event) TRY(read_event(reader, bucket, decision_id, &event));
    if (at >= event->rows.row_count) return not_found(reader->memory, decision_id);
    *made = (decision_made){ .decision_id = decision_id, .known_ms = event->entry.event.known_ms,
                             .actor_id = event->entry.event.actor_id, .why = event->entry.event.why, .terms = event->terms };
    TRY(read_row(&event->rows, at, made));
    made->person_id = made->row.person_id;
    return made->person_id == person_id ? ERR_NONE : not_found(reader->memory, decision_id);
}

err decision_read(arena *a, decision_book *book, int64_t person_id, int64_t decision_id, decision_made *made)
{
    return decision_reader_read(decision_reader_open(a, book), person_id, decision_id, made);
}

err decision_persons(arena *a, decision_book *book, uint32_t bucket, int64_t **person_id, size_t *count)
{
    store_query *q;
    size_t capacity = 0;
    *person_id = NULL;
    *count = 0;
    TRY(store_prepare(book->db, "SELECT DISTINCT person_id FROM decision_made WHERE bucket = ?1 ORDER BY person_id", &q));
    store_bind_int(q, 1, bucket);
    for (;;) {
        bool has_row;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        ARENA_PUSH(a, *person_id, *count, capacity, store_int(q, 0));
    }
}

static err ids_of(arena *a, decision_book *book, int64_t person_id, text purpose, int64_t **ids, size_t *count)
{
    store_query *q;
    size_t capacity = 0;
    *ids = NULL;
    *count = 0;
    TRY(store_prepare(book->db,
                      "SELECT decision_id FROM decision_made WHERE bucket = ?1 AND person_id = ?2 AND "
                      "(?3 = '' OR purpose = ?3) ORDER BY decision_id", &q));
    store_bind_int(q, 1, eventlog_bucket_of(person_id));
    store_bind_int(q, 2, person_id);
    store_bind_text(q, 3, purpose);
    for (;;) {
        bool has_row;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        ARENA_PUSH(a, *ids, *count, capacity, store_int(q, 0));
    }
}

err decision_of_person(arena *a, decision_book *book, int64_t person_id, text purpose, decision_made **made,
                       size_t *count)
{
    int64_t *ids;
    TRY(ids_of(a, book, person_id, purpose, &ids, count));
    *made = ARENA_ARRAY(a, decision_made, *count + 1);
    decision_reader *reader = decision_reader_open(a, book);
    for (size_t i = 0; i < *count; i++) TRY(decision_reader_read(reader, person_id, ids[i], &(*made)[i]));
    return ERR_NONE;
}

static const eventlog_table TABLES[] = {
    { "decision_made", "bucket, person_id, decision_id", "iiiti" },
    { "decision_award", "bucket, person_id, decision_id", "iiiittiiiiiiiiiit" },
};

static err apply_any(void *room, const eventlog_entry *entry)
{
    TRY(decision_apply(room, entry));
    return decision_award_apply(room, entry);
}

eventlog_room decision_room(decision_book *book)
{
    return (eventlog_room){ .events = "decision.", .tables = TABLES,
                            .table_count = sizeof TABLES / sizeof TABLES[0], .apply = apply_any,
                            .room = book };
}
