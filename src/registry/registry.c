#include <stdarg.h>
#include <stdio.h>

#include "registry/registry_internal.h"

const err_kind REGISTRY_NOT_FOUND = {
    "registry.not_found",
    ERR_NOT_FOUND,
    "The registry knows nobody and nothing of that: {}.",
    "登记库中没有：{}。",
};
const err_kind REGISTRY_DUPLICATE = {
    "registry.duplicate",
    ERR_CONFLICT,
    "The number is that of another, registered as {}.",
    "该号码已由编号 {} 登记。",
};
const err_kind REGISTRY_BAD_FACT = {
    "registry.bad_fact",
    ERR_BAD_INPUT,
    "What is said cannot be so: {}.",
    "所报内容不成立：{}。",
};
const err_kind REGISTRY_MERGED = {
    "registry.merged",
    ERR_CONFLICT,
    "The person was merged into {}.",
    "此人已并入编号 {}。",
};
const err_kind REGISTRY_NOT_MERGED = {
    "registry.not_merged",
    ERR_CONFLICT,
    "The two were not merged.",
    "这两人并未合并。",
};
const err_kind REGISTRY_FORGOTTEN = {
    "registry.forgotten",
    ERR_NOT_FOUND,
    "What was sealed of {} cannot be opened: its key is not here, or was destroyed.",
    "编号 {} 的加密内容无法打开：密钥不在此处，或已销毁。",
};
const err_kind REGISTRY_BROKEN = {
    "registry.broken",
    ERR_BUG,
    "The registry's tables do not agree with its events: {}.",
    "登记库的表与事件不一致：{}。",
};

err registry_fail(registry *r, const err_kind *kind, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(r->detail, sizeof r->detail, format, args);
    va_end(args);
    return err_of(kind, r->detail);
}

err registry_refuse(registry *r, const char *en, const char *zh)
{
    return registry_fail(r, &REGISTRY_BAD_FACT, "%s", r->is_chinese ? zh : en);
}

err registry_open(arena *process, store *db, eventlog *log, const registry_keys *keys,
                  registry **opened)
{
    registry *r = ARENA_NEW(process, registry);
    r->db = db;
    r->log = log;
    r->memory = process;
    for (int kind = 0; kind < REGISTRY_KIND_COUNT; kind++)
        rows_make_sql(process, (registry_kind)kind, &r->sql[kind]);
    err e = secret_open(r, keys);
    if (e.kind) secret_close(r);
    else *opened = r;
    return e;
}

void registry_speak(registry *r, bool is_chinese)
{
    r->is_chinese = is_chinese;
}

void registry_close(registry *r)
{
    if (r) secret_close(r);
}

/* ---- ids ---- */

static err greatest_of(registry *r, const char *sql, int64_t *greatest)
{
    for (int64_t bucket = 0; bucket < EVENTLOG_BUCKETS; bucket++) {
        store_query *q;
        bool has_row;
        TRY(store_prepare(r->db, sql, &q));
        store_bind_int(q, 1, bucket);
        TRY(store_step(q, &has_row));
        if (has_row && store_int(q, 0) > *greatest) *greatest = store_int(q, 0);
        if (has_row) store_reset(q);
    }
    return ERR_NONE;
}

err registry_take_ids(registry *r, int64_t count, int64_t *first)
{
    if (!r->next_id) {
        int64_t greatest = 0;
        TRY(greatest_of(r,
                        "SELECT subject_id FROM registry_person WHERE bucket = ?1 "
                        "ORDER BY subject_id DESC LIMIT 1",
                        &greatest));
        TRY(greatest_of(r,
                        "SELECT subject_id FROM registry_household WHERE bucket = ?1 "
                        "ORDER BY subject_id DESC LIMIT 1",
                        &greatest));
        TRY(greatest_of(r,
                        "SELECT subject_id FROM registry_employer WHERE bucket = ?1 "
                        "ORDER BY subject_id DESC LIMIT 1",
                        &greatest));
        r->next_id = greatest + 1;
    }
    *first = r->next_id;
    r->next_id += count;
    return ERR_NONE;
}

/* ---- words ---- */

err registry_word_find(registry *r, text word, int64_t *id)
{
    store_query *q;
    bool has_row;
    *id = 0;
    TRY(store_prepare(r->db, "SELECT id FROM registry_word WHERE word = ?1", &q));
    store_bind_text(q, 1, word.bytes ? word : TEXT(""));
    TRY(store_step(q, &has_row));
    if (!has_row) return ERR_NONE;
    *id = store_int(q, 0);
    store_reset(q);
    return ERR_NONE;
}

err registry_word_read(arena *a, registry *r, int64_t id, text *word)
{
    store_query *q;
    bool has_row;
    TRY(store_prepare(r->db, "SELECT word FROM registry_word WHERE id = ?1", &q));
    store_bind_int(q, 1, id);
    TRY(store_step(q, &has_row));
    if (!has_row) return registry_fail(r, &REGISTRY_NOT_FOUND, "word %lld", (long long)id);
    *word = text_copy(a, store_text(q, 0));
    store_reset(q);
    return ERR_NONE;
}

/* The one way into the table: for the first time, and on rebuild. */
err registry_apply_word(registry *r, int64_t id, text word)
{
    store_query *q;
    TRY(store_prepare(r->db, "INSERT INTO registry_word (id, word) VALUES (?1, ?2)", &q));
    store_bind_int(q, 1, id);
    store_bind_text(q, 2, word);
    return store_do(q, NULL);
}

err registry_word_add(registry *r, const registry_act *act, text word, int64_t *id)
{
    TRY(registry_word_find(r, word, id));
    if (*id) return ERR_NONE;
    TRY(check_word(r, word));
    TRY(store_scalar(r->db, "SELECT coalesce(max(id), 0) + 1 FROM registry_word", id));
    arena *scratch = arena_open();
    text_builder body = text_builder_open(scratch);
    codec_json_writer w = codec_json_write(&body, false);
    codec_json_begin_object(&w);
    codec_json_key(&w, TEXT("id"));
    codec_json_add_i64(&w, *id);
    codec_json_key(&w, TEXT("word"));
    codec_json_add_text(&w, word);
    codec_json_end_object(&w);
    eventlog_event event = { .bucket = EVENTLOG_OFFICE,
                             .kind = "registry.word_added",
                             .known_ms = act->known_ms,
                             .actor_id = act->actor_id,
                             .why = act->why,
                             .body = text_built(&body) };
    err e = eventlog_append(r->log, &event, NULL, NULL);
    arena_close(scratch);
    TRY(e);
    return registry_apply_word(r, *id, word);
}

err registry_person_count(registry *r, int64_t *count)
{
    return store_scalar(r->db,
                        "SELECT count(*) FROM registry_person WHERE known_until_ms = "
                        "9223372036854775807 AND until_day = 146097 AND merged_into = 0",
                        count);
}
