#include "trail/trail.h"

enum { IDS_A_MS = 4096 };

static err next_id(store *db, int64_t known_ms, int64_t *id)
{
    TRY(store_scalar(db, "SELECT coalesce(max(id), 0) FROM trail_look", id));
    *id = *id >= known_ms * IDS_A_MS ? *id + 1 : known_ms * IDS_A_MS;
    return ERR_NONE;
}

err trail_add(store *db, const trail_look *looks, size_t count)
{
    int64_t id = 0;
    for (size_t i = 0; i < count; i++) {
        store_query *q;
        if (i == 0) TRY(next_id(db, looks[i].known_ms, &id));
        else id = id >= looks[i].known_ms * IDS_A_MS ? id + 1 : looks[i].known_ms * IDS_A_MS;
        TRY(store_prepare(db, "INSERT INTO trail_look (id, known_ms, actor_id, subject_id, row_count, operation) VALUES (?1, ?2, ?3, ?4, ?5, ?6)", &q));
        store_bind_int(q, 1, id);
        store_bind_int(q, 2, looks[i].known_ms);
        store_bind_int(q, 3, looks[i].actor_id);
        store_bind_int(q, 4, looks[i].subject_id);
        store_bind_int(q, 5, looks[i].row_count);
        store_bind_text(q, 6, looks[i].operation);
        TRY(store_do(q, NULL));
    }
    return ERR_NONE;
}

#define SELECT "SELECT id, known_ms, actor_id, subject_id, row_count, operation FROM trail_look WHERE id >= ?1 AND id < ?2 "
#define ORDER  "ORDER BY id DESC LIMIT ?3"

/* Each way has its index, in which ids stand in order. */
static err ask(store *db, const trail_filter *f, store_query **q)
{
    if (f->subject_id) TRY(store_prepare(db, SELECT "AND subject_id = ?4 AND subject_id <> 0 " ORDER, q));
    else if (f->actor_id) TRY(store_prepare(db, SELECT "AND actor_id = ?4 " ORDER, q));
    else if (f->operation.size_bytes) TRY(store_prepare(db, SELECT "AND operation = ?4 " ORDER, q));
    else TRY(store_prepare(db, SELECT ORDER, q));
    if (f->subject_id) store_bind_int(*q, 4, f->subject_id);
    else if (f->actor_id) store_bind_int(*q, 4, f->actor_id);
    else if (f->operation.size_bytes) store_bind_text(*q, 4, f->operation);
    return ERR_NONE;
}

static bool fits(const trail_filter *f, const trail_look *look)
{
    if (f->but_actor_id && look->actor_id == f->but_actor_id) return false;
    return (!f->actor_id || look->actor_id == f->actor_id) && (!f->operation.size_bytes || text_equal(look->operation, f->operation));
}

err trail_find(arena *a, store *db, const trail_filter *f, size_t looked_max, trail_look **looks, size_t *count, int64_t *next)
{
    store_query *q;
    size_t capacity = 0, looked = 0;
    int64_t below = f->until_ms < INT64_MAX / IDS_A_MS ? f->until_ms * IDS_A_MS : INT64_MAX;
    *looks = NULL;
    *count = 0;
    *next = 0;
    TRY(ask(db, f, &q));
    store_bind_int(q, 1, f->from_ms > 0 ? f->from_ms * IDS_A_MS : 0);
    store_bind_int(q, 2, f->below_id && f->below_id < below ? f->below_id : below);
    store_bind_int(q, 3, (int64_t)looked_max + 1);
    for (;;) {
        bool has_row;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        trail_look look = { store_int(q, 0), store_int(q, 1), store_int(q, 2), store_int(q, 3), store_int(q, 4), store_text(q, 5) };
        if (*count == f->limit || looked++ == looked_max) {
            *next = look.id + 1;
            store_reset(q);
            return ERR_NONE;
        }
        if (!fits(f, &look)) continue;
        look.operation = text_copy(a, look.operation);
        ARENA_PUSH(a, *looks, *count, capacity, look);
    }
}
