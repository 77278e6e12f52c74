#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "registry/registry_internal.h"

/* Every table is emptied and made anew by the function that first wrote it. */

static err empty_table(registry *r, const char *sql, int64_t bucket)
{
    store_query *q;
    TRY(store_prepare(r->db, sql, &q));
    if (bucket >= 0) store_bind_int(q, 1, bucket);
    return store_do(q, NULL);
}

static err empty_bucket(arena *a, registry *r, uint32_t bucket)
{
    for (int kind = 0; kind < REGISTRY_KIND_COUNT; kind++) {
        text sql = text_format(a, "DELETE FROM %s WHERE bucket = ?1", REGISTRY_KINDS[kind].table);
        TRY(empty_table(r, text_cstr(a, sql), bucket));
    }
    return empty_table(r, "DELETE FROM registry_spell_segment WHERE bucket = ?1", bucket);
}

/* ---- events ---- */

static err replay_single(arena *a, registry *r, const eventlog_entry *entry)
{
    application app = { .bucket = entry->event.bucket,
                        .sequence = entry->sequence,
                        .known_ms = entry->event.known_ms,
                        .fresh_from = INT64_MAX,
                        .is_replay = true };
    registry_kind kind;
    void *facts = NULL;
    size_t count;
    TRY(body_parse(a, r, &entry->event, &kind, &facts, &count));
    app.of[kind] = (registry_said){ facts, count };
    return count ? apply_event(r, &app) : ERR_NONE;
}

static err replay_spells(arena *a, registry *r, const eventlog_entry *entry, const char *name)
{
    eventlog_rows rows;
    text bytes;
    size_t column;
    TRY(eventlog_segment_read(a, r->log, entry->event.bucket, entry->sequence, name, &bytes));
    TRY(eventlog_rows_open(bytes, &rows));
    TRY(eventlog_rows_find(&rows, "subject_id", false, &column));
    if (!rows.row_count) return ERR_NONE;
    return apply_spell_segment(
        r, entry->event.bucket, entry->sequence, strtoll(name + sizeof "spell." - 1, NULL, 10),
        entry->event.known_ms, eventlog_rows_number(&rows, column, 0),
        eventlog_rows_number(&rows, column, rows.row_count - 1), (int64_t)rows.row_count);
}

static err replay_bulk(arena *a, registry *r, const eventlog_entry *entry)
{
    const eventlog_event *event = &entry->event;
    int64_t fresh_from = body_number(a, event->body, "fresh_from");
    application app = { .bucket = event->bucket,
                        .sequence = entry->sequence,
                        .known_ms = event->known_ms,
                        .fresh_from = fresh_from ? fresh_from : INT64_MAX,
                        .is_replay = true };
    for (size_t i = 0; i < event->segment_count; i++) {
        const char *name = event->segments[i].name;
        registry_kind kind;
        text bytes;
        void *facts;
        size_t count;
        if (text_begins(text_of(name), TEXT("spell."))) {
            TRY(replay_spells(a, r, entry, name));
            continue;
        }
        if (!kinds_find(text_of(name), &kind))
            return registry_fail(r, &REGISTRY_BROKEN, "segment %s of event %lld", name,
                                 (long long)entry->sequence);
        TRY(eventlog_segment_read(a, r->log, event->bucket, entry->sequence, name, &bytes));
        TRY(segment_read(a, kind, bytes, &facts, &count));
        app.of[kind] = (registry_said){ facts, count };
    }
    return apply_event(r, &app);
}

static err replay(arena *a, registry *r, const eventlog_entry *entry)
{
    const eventlog_event *event = &entry->event;
    if (!text_begins(text_of(event->kind), TEXT("registry."))) return ERR_NONE;
    if (event->segment_count) return replay_bulk(a, r, entry);
    if (strcmp(event->kind, "registry.word_added") == 0) {
        const codec_json *body;
        TRY(codec_json_parse(a, event->body, (codec_json_options){ 0 }, &body));
        const codec_json *word = codec_json_member(body, TEXT("word"));
        return registry_apply_word(r, body_number(a, event->body, "id"),
                                   word ? word->word : TEXT_NONE);
    }
    return replay_single(a, r, entry);
}

static err replay_chain(arena *a, registry *r, uint32_t bucket)
{
    eventlog_cursor *cursor;
    const eventlog_entry *entry = NULL;
    arena *scratch = arena_open();
    TRY(eventlog_read(a, r->log, bucket, 1, &cursor));
    err e = eventlog_next(cursor, &entry);
    while (!e.kind && entry) {
        e = replay(scratch, r, entry);
        arena_reset(scratch);
        if (!e.kind) e = eventlog_next(cursor, &entry);
    }
    eventlog_cursor_close(cursor);
    arena_close(scratch);
    return e;
}

/* ---- what is looked up, from the rows of all buckets ---- */

enum { PAGE_ROWS = 4096 };

static err add_page(registry *r, registry_kind kind, void *facts, size_t *count, bool is_last, lookup_batch *batch)
{
    if (*count < PAGE_ROWS && !is_last) return ERR_NONE;
    err e = lookup_add(r, kind, facts, *count, batch);
    *count = 0;
    return e;
}

static err relist(arena *a, registry *r, registry_kind kind, uint32_t bucket, lookup_batch *batch)
{
    void *facts = arena_alloc(a, PAGE_ROWS * REGISTRY_KINDS[kind].size_bytes);
    size_t count = 0;
    store_query *q;
    bool has_row;
    TRY(store_prepare(r->db, r->sql[kind].export, &q));
    store_bind_int(q, 1, bucket);
    for (;;) {
        TRY(store_step(q, &has_row));
        if (!has_row) return add_page(r, kind, facts, &count, true, batch);
        registry_fact *fact = registry_fact_at(kind, facts, count++);
        rows_take(kind, q, fact);
        kinds_keep(a, kind, fact);
        TRY(add_page(r, kind, facts, &count, false, batch));
    }
}

/* All of a kind at once and in order: the tables are empty, and keys are hashes, so that one by one each would meet
 * another page. */
static err relist_kind(registry *r, registry_kind kind, lookup_batch *batch)
{
    batch->fresh_from = INT64_MIN;
    for (uint32_t bucket = 0; bucket < EVENTLOG_BUCKETS; bucket++) {
        arena *scratch = arena_open();
        err e = relist(scratch, r, kind, bucket, batch);
        arena_close(scratch);
        TRY(e);
    }
    return lookup_pour(r, batch);
}

static err rebuild_lookups(registry *r)
{
    TRY(empty_table(r, "DELETE FROM registry_lookup", -1));
    TRY(empty_table(r, "DELETE FROM registry_name", -1));
    lookup_batch batch = { .memory = arena_open(), .leaves_search = true };
    err e = ERR_NONE;
    for (int kind = 0; !e.kind && kind < REGISTRY_SPELL; kind++) e = relist_kind(r, (registry_kind)kind, &batch);
    lookup_close(&batch);
    return e;
}

/* ---- all of it ---- */

static err rebuild(arena *a, registry *r, uint32_t bucket)
{
    if (bucket == EVENTLOG_OFFICE) TRY(empty_table(r, "DELETE FROM registry_word", -1));
    else TRY(empty_bucket(a, r, bucket));
    TRY(replay_chain(a, r, bucket));
    return bucket == EVENTLOG_OFFICE ? rebuild_lookups(r) : ERR_NONE;
}

/* What is in no export is left as it is: a verification takes its work back. */
static err rebuild_exported(registry *r, uint32_t bucket)
{
    arena *scratch = arena_open();
    err e = rebuild(scratch, r, bucket);
    arena_close(scratch);
    return e;
}

err registry_rebuild(registry *r, uint32_t bucket)
{
    TRY(rebuild_exported(r, bucket));
    return bucket == EVENTLOG_OFFICE ? search_make_anew(r) : ERR_NONE;
}

/* ---- the row that differs ---- */

enum { NAMED_CELLS = 4, NAMED_MAX = 160 };
typedef struct {
    arena *memory;
    uint64_t *hashes; /* of the lines the log makes, in order */
    size_t count, capacity, at;
    char named[NAMED_MAX]; /* the first line that is another */
} lines;

static err keep_line(void *context, text line)
{
    lines *l = context;
    ARENA_PUSH(l->memory, l->hashes, l->count, l->capacity, hash_bytes(line.bytes, line.size_bytes, 0));
    return ERR_NONE;
}

/* The table and the numbers of its key: bucket, subject, event, item. Words are not told: a name is nobody's business. */
static void name_line(lines *l, text line)
{
    text_builder b = text_builder_open(l->memory);
    size_t cells = 0;
    for (size_t from = 0, i = 0; i <= line.size_bytes && cells < NAMED_CELLS; i++) {
        if (i < line.size_bytes && line.bytes[i] != '\t' && line.bytes[i] != '\n') continue;
        text cell = text_sub(line, from, i);
        int64_t number;
        bool is_number = from && codec_parse_scaled(cell, 0, &number);
        if (!from || is_number) text_add_format(&b, "%s%.*s", !from ? "" : cells ? "/" : " ", TEXT_ARG(cell));
        cells += is_number;
        from = i + 1;
    }
    snprintf(l->named, sizeof l->named, "%.*s", TEXT_ARG(text_built(&b)));
}

static err find_line(void *context, text line)
{
    lines *l = context;
    if (*l->named) return ERR_NONE;
    if (l->at >= l->count || l->hashes[l->at++] != hash_bytes(line.bytes, line.size_bytes, 0)) name_line(l, line);
    return ERR_NONE;
}

/* ---- verifying ---- */

static err compare(registry *r, uint32_t bucket, int64_t *row_count, lines *l, bool *is_same)
{
    crypto_digest before, after;
    TRY(registry_export(r, bucket, NULL, NULL, &before, row_count));
    TRY(rebuild_exported(r, bucket));
    TRY(registry_export(r, bucket, NULL, NULL, &after, NULL));
    *is_same = crypto_digest_equal(before, after);
    return *is_same ? ERR_NONE : registry_export(r, bucket, keep_line, l, &after, NULL);
}

err registry_verify(registry *r, uint32_t bucket, int64_t *row_count)
{
    lines l = { .memory = arena_open() };
    bool is_same = true;
    err e = store_begin(r->db);
    if (!e.kind) {
        e = compare(r, bucket, row_count, &l, &is_same);
        store_rollback(r->db);
    }
    if (!e.kind && !is_same) e = registry_export(r, bucket, find_line, &l, NULL, NULL);
    if (!e.kind && !is_same)
        e = registry_fail(r, &REGISTRY_BROKEN, "%u: %s", bucket, *l.named ? l.named : r->is_chinese ? "缺少末尾的行" : "rows are missing at its end");
    arena_close(l.memory);
    return e;
}
