#include <string.h>

#include "charter/charter.h"
#include "codec/codec.h"

const err_kind CHARTER_NO_LAW = {
    "charter.no_law", ERR_NOT_FOUND,
    "The packs of digest {} were never used by this office.",
    "本机构从未使用过摘要为 {} 的政策包。"
};
const err_kind CHARTER_BAD_NAME = {
    "charter.bad_name", ERR_BAD_INPUT,
    "A setting needs a name of at most 63 letters, digits and dots: {}.",
    "设置项须有名称，由字母、数字和点组成，不超过 63 个：{}。"
};

struct charter {
    arena *process;
    store *db;
    eventlog *log;
};

err charter_open(arena *process, store *db, eventlog *log, charter **office)
{
    charter *c = ARENA_NEW(process, charter);
    *c = (charter){ .process = process, .db = db, .log = log };
    *office = c;
    return ERR_NONE;
}

/* ---- the one place that turns events into rows ---- */

static err apply_said(charter *office, const eventlog_entry *entry, const codec_json *body)
{
    store_query *q;
    TRY(store_prepare(office->db, "INSERT INTO charter_setting VALUES (?1, ?2, ?3, ?4)", &q));
    store_bind_text(q, 1, eventlog_body_text(body, "name"));
    store_bind_int(q, 2, entry->sequence);
    store_bind_int(q, 3, entry->event.known_ms);
    store_bind_text(q, 4, eventlog_body_text(body, "value"));
    return store_do(q, NULL);
}

static err apply_kept(charter *office, const eventlog_entry *entry, const codec_json *body)
{
    store_query *q;
    TRY(store_prepare(office->db, "INSERT INTO charter_law VALUES (?1, ?2, ?3, ?4)", &q));
    store_bind_text(q, 1, eventlog_body_text(body, "digest"));
    store_bind_int(q, 2, entry->sequence);
    store_bind_int(q, 3, entry->event.known_ms);
    store_bind_int(q, 4, eventlog_body_int(body, "size"));
    return store_do(q, NULL);
}

static err charter_apply(charter *office, const eventlog_entry *entry)
{
    text kind = text_of(entry->event.kind);
    if (!text_begins(kind, TEXT("charter."))) return ERR_NONE;
    arena *scratch = arena_open();
    const codec_json *body;
    err e = codec_json_parse(scratch, entry->event.body, (codec_json_options){ 0 }, &body);
    if (!e.kind && text_equal_cstr(kind, "charter.said")) e = apply_said(office, entry, body);
    if (!e.kind && text_equal_cstr(kind, "charter.law_kept")) e = apply_kept(office, entry, body);
    if (e.detail) e.detail = arena_copy(office->process, e.detail, strlen(e.detail));
    arena_close(scratch);
    return e;
}

static err record(charter *office, const eventlog_event *event)
{
    int64_t sequence;
    bool is_new;
    TRY(eventlog_append(office->log, event, &sequence, &is_new));
    if (!is_new) return ERR_NONE;
    eventlog_entry entry = { .event = *event, .sequence = sequence };
    return charter_apply(office, &entry);
}

static eventlog_event event_of(const charter_act *act, const char *kind)
{
    return (eventlog_event){ .bucket = EVENTLOG_OFFICE, .kind = kind, .known_ms = act->known_ms,
                             .actor_id = act->actor_id, .why = act->why };
}

/* ---- settings ---- */

static bool is_name(text name)
{
    for (size_t i = 0; i < name.size_bytes; i++) {
        char c = name.bytes[i];
        bool is_allowed = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_';
        if (!is_allowed) return false;
    }
    return name.size_bytes > 0 && name.size_bytes < 64;
}

static err say(charter *office, arena *a, const charter_act *act, text name, text value)
{
    text now;
    if (!is_name(name)) return err_of(&CHARTER_BAD_NAME, text_cstr(a, name));
    TRY(charter_read(a, office, name, CHARTER_NOW, &now));
    if (now.size_bytes && text_equal(now, value)) return ERR_NONE;
    text_builder body = text_builder_open(a);
    codec_json_writer w = codec_json_write(&body, false);
    codec_json_begin_object(&w);
    eventlog_body_add_text(&w, "name", name);
    eventlog_body_add_text(&w, "value", value);
    codec_json_end_object(&w);
    eventlog_event event = event_of(act, "charter.said");
    event.body = text_built(&body);
    return record(office, &event);
}

err charter_say(charter *office, const charter_act *act, text name, text value)
{
    arena *scratch = arena_open();
    err e = say(office, scratch, act, name, value);
    if (e.detail) e.detail = arena_copy(office->process, e.detail, strlen(e.detail));
    arena_close(scratch);
    return e;
}

err charter_read(arena *a, charter *office, text name, int64_t known_ms, text *value)
{
    store_query *q;
    bool has_row;
    *value = TEXT_NONE;
    TRY(store_prepare(office->db,
                      "SELECT value FROM charter_setting WHERE name = ?1 AND known_ms <= ?2 "
                      "ORDER BY sequence DESC LIMIT 1", &q));
    store_bind_text(q, 1, name);
    store_bind_int(q, 2, known_ms);
    TRY(store_step(q, &has_row));
    if (has_row) *value = text_copy(a, store_text(q, 0));
    store_reset(q);
    return ERR_NONE;
}

err charter_list(arena *a, charter *office, charter_setting **settings, size_t *count)
{
    store_query *q;
    size_t capacity = 0;
    *settings = NULL;
    *count = 0;
    TRY(store_prepare(office->db,
                      "SELECT s.name, s.value, s.known_ms FROM charter_setting AS s WHERE s.sequence = (SELECT "
                      "max(t.sequence) FROM charter_setting AS t WHERE t.name = s.name) ORDER BY s.name", &q));
    for (;;) {
        bool has_row;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        charter_setting one = { .name = text_copy(a, store_text(q, 0)), .value = text_copy(a, store_text(q, 1)),
                                .known_ms = store_int(q, 2) };
        ARENA_PUSH(a, *settings, *count, capacity, one);
    }
}

/* ---- laws ---- */

static err find_law(charter *office, text digest, int64_t *sequence)
{
    store_query *q;
    bool has_row;
    *sequence = 0;
    TRY(store_prepare(office->db, "SELECT sequence FROM charter_law WHERE digest = ?1", &q));
    store_bind_text(q, 1, digest);
    TRY(store_step(q, &has_row));
    if (has_row) *sequence = store_int(q, 0);
    store_reset(q);
    return ERR_NONE;
}

err charter_keep_law(charter *office, const charter_act *act, text digest, text bytes)
{
    int64_t sequence;
    TRY(find_law(office, digest, &sequence));
    if (sequence) return ERR_NONE;
    arena *scratch = arena_open();
    text_builder body = text_builder_open(scratch);
    codec_json_writer w = codec_json_write(&body, false);
    codec_json_begin_object(&w);
    eventlog_body_add_text(&w, "digest", digest);
    eventlog_body_add_int(&w, "size", (int64_t)bytes.size_bytes);
    codec_json_end_object(&w);
    eventlog_segment segment = { .name = "law", .row_count = 1, .bytes = bytes };
    eventlog_event event = event_of(act, "charter.law_kept");
    event.body = text_built(&body);
    event.segments = &segment;
    event.segment_count = 1;
    err e = record(office, &event);
    if (e.detail) e.detail = arena_copy(office->process, e.detail, strlen(e.detail));
    arena_close(scratch);
    return e;
}

err charter_law(arena *a, charter *office, text digest, text *bytes)
{
    int64_t sequence;
    TRY(find_law(office, digest, &sequence));
    if (!sequence) return err_of(&CHARTER_NO_LAW, text_cstr(a, digest));
    return eventlog_segment_read(a, office->log, EVENTLOG_OFFICE, sequence, "law", bytes);
}

err charter_laws(arena *a, charter *office, charter_law_row **laws, size_t *count)
{
    store_query *q;
    size_t capacity = 0;
    *laws = NULL;
    *count = 0;
    TRY(store_prepare(office->db, "SELECT digest, known_ms, size_bytes FROM charter_law ORDER BY sequence", &q));
    for (;;) {
        bool has_row;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        charter_law_row one = { .digest = text_copy(a, store_text(q, 0)), .known_ms = store_int(q, 1),
                                .size_bytes = store_int(q, 2) };
        ARENA_PUSH(a, *laws, *count, capacity, one);
    }
}

static const eventlog_table TABLES[] = {
    { "charter_setting", "name, sequence", "tiit" },
    { "charter_law", "digest", "tiii" },
};

static err apply_any(void *room, const eventlog_entry *entry)
{
    return charter_apply(room, entry);
}

eventlog_room charter_room(charter *office)
{
    return (eventlog_room){ .events = "charter.", .tables = TABLES,
                            .table_count = sizeof TABLES / sizeof TABLES[0], .apply = apply_any,
                            .room = office };
}
