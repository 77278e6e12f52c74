#include "archive/archive.h"

#include <string.h>

#include "codec/codec.h"

const err_kind ARCHIVE_NO_PAPER = {
    "archive.no_paper", ERR_NOT_FOUND, "The office has issued no paper {}; paper list shows those it has.",
    "本机构没有出具过编号为 {} 的文书；可用 paper list 查看已出具的文书。"
};
const err_kind ARCHIVE_NO_FILE = {
    "archive.no_file", ERR_NOT_FOUND, "No file {} was handed in; case files shows those of a case.",
    "没有编号为 {} 的收件文件；可用 case files 查看一件业务的文件。"
};

struct archive_book {
    arena *process;
    store *db;
    eventlog *log;
};

err archive_open(arena *process, store *db, eventlog *log, archive_book **book)
{
    archive_book *b = ARENA_NEW(process, archive_book);
    *b = (archive_book){ .process = process, .db = db, .log = log };
    *book = b;
    return ERR_NONE;
}

static err leave(archive_book *book, arena *scratch, err e)
{
    if (e.detail) e.detail = arena_copy(book->process, e.detail, strlen(e.detail));
    arena_close(scratch);
    return e;
}

/* ---- the one place that turns events into rows ---- */

static err apply_paper(archive_book *book, const eventlog_entry *entry, const codec_json *body)
{
    store_query *q;
    TRY(store_prepare(book->db, "INSERT INTO archive_paper VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)", &q));
    store_bind_int(q, 1, eventlog_body_int(body, "number"));
    store_bind_text(q, 2, eventlog_body_text(body, "kind"));
    store_bind_text(q, 3, eventlog_body_text(body, "about"));
    store_bind_int(q, 4, eventlog_body_int(body, "subject_kind"));
    store_bind_int(q, 5, eventlog_body_int(body, "subject"));
    store_bind_int(q, 6, eventlog_body_int(body, "case"));
    store_bind_text(q, 7, eventlog_body_text(body, "whom"));
    store_bind_int(q, 8, eventlog_body_int(body, "day"));
    store_bind_text(q, 9, eventlog_body_text(body, "law"));
    store_bind_text(q, 10, eventlog_body_text(body, "digest"));
    store_bind_int(q, 11, entry->event.known_ms);
    store_bind_int(q, 12, entry->event.actor_id);
    store_bind_int(q, 13, entry->sequence);
    return store_do(q, NULL);
}

static err apply_file(archive_book *book, const eventlog_entry *entry, const codec_json *body)
{
    store_query *q;
    TRY(store_prepare(book->db, "INSERT INTO archive_file VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)", &q));
    store_bind_int(q, 1, eventlog_body_int(body, "file"));
    store_bind_int(q, 2, eventlog_body_int(body, "case"));
    store_bind_text(q, 3, eventlog_body_text(body, "paper"));
    store_bind_text(q, 4, eventlog_body_text(body, "name"));
    store_bind_text(q, 5, eventlog_body_text(body, "media"));
    store_bind_int(q, 6, eventlog_body_int(body, "size"));
    store_bind_text(q, 7, eventlog_body_text(body, "digest"));
    store_bind_int(q, 8, eventlog_body_int(body, "day"));
    store_bind_int(q, 9, entry->event.known_ms);
    store_bind_int(q, 10, entry->event.actor_id);
    store_bind_int(q, 11, entry->sequence);
    return store_do(q, NULL);
}

static err apply(void *room, const eventlog_entry *entry)
{
    archive_book *book = room;
    text kind = text_of(entry->event.kind);
    arena *scratch = arena_open();
    const codec_json *body;
    err e = codec_json_parse(scratch, entry->event.body, (codec_json_options){ 0 }, &body);
    if (!e.kind && text_equal_cstr(kind, "archive.issued")) e = apply_paper(book, entry, body);
    if (!e.kind && text_equal_cstr(kind, "archive.handed_in")) e = apply_file(book, entry, body);
    return leave(book, scratch, e);
}

static const eventlog_table TABLES[] = {
    { "archive_paper", "number", "ittiiititti" "ii" },
    { "archive_file", "file_id", "iitttitiiii" },
};

eventlog_room archive_room(archive_book *book)
{
    return (eventlog_room){ .events = "archive.", .tables = TABLES, .table_count = sizeof TABLES / sizeof TABLES[0],
                            .apply = apply, .room = book };
}

/* ---- writing: both stand in the office's chain, whose order their numbers follow ---- */

static err next_number(archive_book *book, const char *sql, int64_t *number)
{
    store_query *q;
    bool has_row;
    TRY(store_prepare(book->db, sql, &q));
    TRY(store_step(q, &has_row));
    *number = (has_row ? store_int(q, 0) : 0) + 1;
    store_reset(q);
    return ERR_NONE;
}

static err record(archive_book *book, const archive_act *act, const char *kind, int64_t subject_id, text body, text sealed)
{
    eventlog_segment segment = { .name = "sealed", .row_count = 1, .bytes = sealed };
    eventlog_event event = { .bucket = EVENTLOG_OFFICE, .kind = kind, .subject_id = subject_id, .known_ms = act->known_ms,
                             .actor_id = act->actor_id, .why = act->why, .body = body, .segments = &segment, .segment_count = 1 };
    int64_t sequence;
    TRY(eventlog_append(book->log, &event, &sequence, NULL));
    eventlog_entry entry = { .event = event, .sequence = sequence };
    return apply(book, &entry);
}

err archive_next_paper(archive_book *book, int64_t *number)
{
    return next_number(book, "SELECT coalesce(max(number), 0) FROM archive_paper", number);
}

err archive_issue(archive_book *book, const archive_act *act, const archive_paper *p, text sealed)
{
    arena *scratch = arena_open();
    text_builder body = text_builder_open(scratch);
    codec_json_writer w = codec_json_write(&body, false);
    codec_json_begin_object(&w);
    eventlog_body_add_text(&w, "about", p->about);
    eventlog_body_add_int(&w, "case", p->case_id);
    eventlog_body_add_int(&w, "day", p->day);
    eventlog_body_add_text(&w, "digest", p->digest);
    eventlog_body_add_text(&w, "kind", p->kind);
    eventlog_body_add_text(&w, "law", p->law);
    eventlog_body_add_int(&w, "number", p->number);
    eventlog_body_add_int(&w, "subject", p->subject_id);
    eventlog_body_add_int(&w, "subject_kind", p->subject_kind);
    eventlog_body_add_text(&w, "whom", p->whom);
    codec_json_end_object(&w);
    return leave(book, scratch, record(book, act, "archive.issued", p->subject_id, text_built(&body), sealed));
}

err archive_hand_in(archive_book *book, const archive_act *act, const archive_file *f, text sealed, int64_t *file_id)
{
    TRY(next_number(book, "SELECT coalesce(max(file_id), 0) FROM archive_file", file_id));
    arena *scratch = arena_open();
    text_builder body = text_builder_open(scratch);
    codec_json_writer w = codec_json_write(&body, false);
    codec_json_begin_object(&w);
    eventlog_body_add_int(&w, "case", f->case_id);
    eventlog_body_add_int(&w, "day", f->day);
    eventlog_body_add_text(&w, "digest", f->digest);
    eventlog_body_add_int(&w, "file", *file_id);
    eventlog_body_add_text(&w, "media", f->media);
    eventlog_body_add_text(&w, "name", f->name);
    eventlog_body_add_text(&w, "paper", f->paper);
    eventlog_body_add_int(&w, "size", f->size_bytes);
    codec_json_end_object(&w);
    return leave(book, scratch, record(book, act, "archive.handed_in", 0, text_built(&body), sealed));
}

/* ---- reading ---- */

#define PAPER_COLUMNS                                                                            \
    "SELECT number, kind, about, subject_kind, subject_id, case_id, whom, day, law, digest, known_ms, actor_id, sequence " \
    "FROM archive_paper "
#define FILE_COLUMNS                                                                             \
    "SELECT file_id, case_id, paper, name, media, size_bytes, digest, day, known_ms, actor_id, sequence FROM archive_file "

static archive_paper paper_of(arena *a, store_query *q)
{
    return (archive_paper){ .number = store_int(q, 0), .kind = text_copy(a, store_text(q, 1)), .about = text_copy(a, store_text(q, 2)),
                            .subject_kind = store_int(q, 3), .subject_id = store_int(q, 4), .case_id = store_int(q, 5),
                            .whom = text_copy(a, store_text(q, 6)), .day = (int32_t)store_int(q, 7),
                            .law = text_copy(a, store_text(q, 8)), .digest = text_copy(a, store_text(q, 9)),
                            .known_ms = store_int(q, 10), .actor_id = store_int(q, 11), .sequence = store_int(q, 12) };
}

static archive_file file_of(arena *a, store_query *q)
{
    return (archive_file){ .file_id = store_int(q, 0), .case_id = store_int(q, 1), .paper = text_copy(a, store_text(q, 2)),
                           .name = text_copy(a, store_text(q, 3)), .media = text_copy(a, store_text(q, 4)),
                           .size_bytes = store_int(q, 5), .digest = text_copy(a, store_text(q, 6)),
                           .day = (int32_t)store_int(q, 7), .known_ms = store_int(q, 8), .actor_id = store_int(q, 9),
                           .sequence = store_int(q, 10) };
}

static err not_found(archive_book *book, const err_kind *kind, int64_t number)
{
    return err_of(kind, text_format(book->process, "%lld", (long long)number).bytes);
}

err archive_paper_read(arena *a, archive_book *book, int64_t number, archive_paper *paper)
{
    store_query *q;
    bool has_row;
    TRY(store_prepare(book->db, PAPER_COLUMNS "WHERE number = ?1", &q));
    store_bind_int(q, 1, number);
    TRY(store_step(q, &has_row));
    if (has_row) *paper = paper_of(a, q);
    store_reset(q);
    return has_row ? ERR_NONE : not_found(book, &ARCHIVE_NO_PAPER, number);
}

err archive_paper_same(arena *a, archive_book *book, text kind, text about, text digest, archive_paper *paper)
{
    store_query *q;
    bool has_row;
    *paper = (archive_paper){ 0 };
    TRY(store_prepare(book->db, PAPER_COLUMNS "WHERE kind = ?1 AND about = ?2 AND digest = ?3 ORDER BY number DESC LIMIT 1", &q));
    store_bind_text(q, 1, kind);
    store_bind_text(q, 2, about);
    store_bind_text(q, 3, digest);
    TRY(store_step(q, &has_row));
    if (has_row) *paper = paper_of(a, q);
    store_reset(q);
    return ERR_NONE;
}

err archive_papers(arena *a, archive_book *book, const archive_filter *f, archive_paper **papers, size_t *count)
{
    store_query *q;
    size_t capacity = 0;
    *papers = NULL;
    *count = 0;
    TRY(store_prepare(book->db,
                      PAPER_COLUMNS "WHERE (?1 = '' OR kind = ?1) AND (?2 = 0 OR (subject_id = ?2 AND subject_kind = ?3)) "
                                    "AND (?4 = 0 OR case_id = ?4) ORDER BY number DESC LIMIT ?5", &q));
    store_bind_text(q, 1, f->kind);
    store_bind_int(q, 2, f->subject_id);
    store_bind_int(q, 3, f->subject_kind);
    store_bind_int(q, 4, f->case_id);
    store_bind_int(q, 5, f->limit ? f->limit : INT32_MAX);
    for (;;) {
        bool has_row;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        ARENA_PUSH(a, *papers, *count, capacity, paper_of(a, q));
    }
}

err archive_paper_sealed(arena *a, archive_book *book, const archive_paper *paper, text *sealed)
{
    return eventlog_segment_read(a, book->log, EVENTLOG_OFFICE, paper->sequence, "sealed", sealed);
}

err archive_file_read(arena *a, archive_book *book, int64_t file_id, archive_file *file)
{
    store_query *q;
    bool has_row;
    TRY(store_prepare(book->db, FILE_COLUMNS "WHERE file_id = ?1", &q));
    store_bind_int(q, 1, file_id);
    TRY(store_step(q, &has_row));
    if (has_row) *file = file_of(a, q);
    store_reset(q);
    return has_row ? ERR_NONE : not_found(book, &ARCHIVE_NO_FILE, file_id);
}

err archive_files(arena *a, archive_book *book, int64_t case_id, archive_file **files, size_t *count)
{
    store_query *q;
    size_t capacity = 0;
    *files = NULL;
    *count = 0;
    TRY(store_prepare(book->db, FILE_COLUMNS "WHERE case_id = ?1 ORDER BY file_id", &q));
    store_bind_int(q, 1, case_id);
    for (;;) {
        bool has_row;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        ARENA_PUSH(a, *files, *count, capacity, file_of(a, q));
    }
}

err archive_file_sealed(arena *a, archive_book *book, const archive_file *file, text *sealed)
{
    return eventlog_segment_read(a, book->log, EVENTLOG_OFFICE, file->sequence, "sealed", sealed);
}
