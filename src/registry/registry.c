#include <stdarg.h>
#include <stdio.h>

#include "base/hash.h"
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
    if (!r) return;
    secret_close(r);
    if (r->word_memory) arena_close(r->word_memory);
    r->word_memory = NULL;
    r->words = NULL;
    expect_close(r);
}

/* ---- ids ---- */

/* Of all buckets in one journey to the store. */
#define GREATEST_OF(table)                                                                         \
    "WITH RECURSIVE chain (bucket) AS (SELECT CAST(0 AS BIGINT) UNION ALL "                        \
    "SELECT bucket + 1 FROM chain WHERE bucket < 63) SELECT coalesce(max(last), 0) FROM "          \
    "(SELECT (SELECT max(subject_id) FROM " table " WHERE bucket = chain.bucket) AS last FROM chain) AS each_last"

err registry_take_ids(registry *r, int64_t count, int64_t *first)
{
    static const char *const GREATEST[] = { GREATEST_OF("registry_person"), GREATEST_OF("registry_household"),
                                            GREATEST_OF("registry_employer") };
    _Static_assert(EVENTLOG_BUCKETS == 64, "the statement counts to the last bucket");
    if (!r->next_id) {
        int64_t greatest = 0, of;
        for (size_t i = 0; i < ARRAY_COUNT(GREATEST); i++) {
            TRY(store_scalar(r->db, GREATEST[i], &of));
            if (of > greatest) greatest = of;
        }
        r->next_id = greatest + 1;
    }
    *first = r->next_id;
    r->next_id += count;
    return ERR_NONE;
}

/* ---- words ---- */

/* Words stay as they are once they are there; only a rollback takes back those of its transaction. */
static hash_map *words_known(registry *r)
{
    uint64_t now = store_is_in_transaction(r->db) ? store_transaction_number(r->db) : 0;
    if (!r->word_memory) r->word_memory = arena_open();
    if (!r->words || r->words_of_transaction != now) {
        arena_reset(r->word_memory);
        r->words = hash_map_open(r->word_memory);
    }
    r->words_of_transaction = now;
    return r->words;
}

err registry_word_find(registry *r, text word, int64_t *id)
{
    store_query *q;
    bool has_row;
    if (!word.bytes) word = TEXT("");
    hash_map *known = words_known(r);
    size_t found = hash_map_get(known, word);
    *id = found == SIZE_MAX ? 0 : (int64_t)found;
    if (*id) return ERR_NONE;
    TRY(store_prepare(r->db, "SELECT id FROM registry_word WHERE word = ?1", &q));
    store_bind_text(q, 1, word);
    TRY(store_step(q, &has_row));
    if (!has_row) return ERR_NONE;
    *id = store_int(q, 0);
    store_reset(q);
    hash_map_put(known, text_copy(r->word_memory, word), (size_t)*id);
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
