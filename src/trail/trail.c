#include "trail/trail.h"

enum { IDS_A_MS = 4096 };

static err next_id(store *db, int64_t known_ms, int64_t *id)
{
    TRY(store_scalar(db, "SELECT coalesce(max(id), 0) FROM trail_look", id));
    *id = *id >= known_ms * IDS_A_MS ? *id + 1 : known_ms * IDS_A_MS;
    return ERR_NONE;
}

static err add_shown(store *db, const trail_look *look, int64_t id)
{
    for (size_t i = 0; i < look->shown_count; i++) {
        store_query *q;
        TRY(store_prepare(db, "INSERT INTO trail_shown (subject_id, look_id) VALUES (?1, ?2)", &q));
        store_bind_int(q, 1, look->shown[i]);
        store_bind_int(q, 2, id);
        TRY(store_do(q, NULL));
    }
    return ERR_NONE;
}

err trail_add(store *db, const trail_look *looks, size_t count)
{
    int64_t id = 0;
    for (size_t i = 0; i < count; i++) {
        store_query *q;
        if (i == 0) TRY(next_id(db, looks[i].known_ms, &id));
        else id = id >= looks[i].known_ms * IDS_A_MS ? id + 1 : looks[i].known_ms * IDS_A_MS;
        TRY(store_prepare(db, "INSERT INTO trail_look (id, known_ms, actor_id, subject_id, row_count, operation, machine) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)", &q));
        store_bind_int(q, 1, id);
        store_bind_int(q, 2, looks[i].known_ms);
        store_bind_int(q, 3, looks[i].actor_id);
        store_bind_int(q, 4, looks[i].subject_id);
        store_bind_int(q, 5, looks[i].row_count);
        store_bind_text(q, 6, looks[i].operation);
        store_bind_text(q, 7, looks[i].machine.size_bytes ? looks[i].machine : TEXT(""));
        TRY(store_do(q, NULL));
        TRY(add_shown(db, &looks[i], id));
    }
    return ERR_NONE;
}

#define COLUMNS "SELECT id, known_ms, actor_id, subject_id, row_count, operation, machine FROM trail_look "
#define SELECT  COLUMNS "WHERE id >= ?1 AND id < ?2 "
#define ORDER   "ORDER BY id DESC LIMIT ?3"
/* Their own reads and the lists that showed them: of each the newest that can be among the answer, then both in order. */
#define OF_SUBJECT                                                                                                                            \
    COLUMNS "WHERE id IN (SELECT id FROM (SELECT id FROM trail_look WHERE id >= ?1 AND id < ?2 AND subject_id = ?4 AND subject_id <> 0 " ORDER \
            ") AS own UNION SELECT look_id FROM (SELECT look_id FROM trail_shown WHERE look_id >= ?1 AND look_id < ?2 AND subject_id = ?4 "    \
            "ORDER BY look_id DESC LIMIT ?3) AS shown) " ORDER

/* Each way has its index, in which ids stand in order. */
static err ask(store *db, const trail_filter *f, store_query **q)
{
    if (f->subject_id) TRY(store_prepare(db, OF_SUBJECT, q));
    else if (f->actor_id) TRY(store_prepare(db, SELECT "AND actor_id = ?4 " ORDER, q));
    else if (f->machine.size_bytes) TRY(store_prepare(db, SELECT "AND machine = ?4 AND machine <> '' " ORDER, q));
    else if (f->operation.size_bytes) TRY(store_prepare(db, SELECT "AND operation = ?4 " ORDER, q));
    else TRY(store_prepare(db, SELECT ORDER, q));
    if (f->subject_id) store_bind_int(*q, 4, f->subject_id);
    else if (f->actor_id) store_bind_int(*q, 4, f->actor_id);
    else if (f->machine.size_bytes) store_bind_text(*q, 4, f->machine);
    else if (f->operation.size_bytes) store_bind_text(*q, 4, f->operation);
    return ERR_NONE;
}

static bool fits(const trail_filter *f, const trail_look *look)
{
    if (f->but_actor_id && look->actor_id == f->but_actor_id) return false;
    if (f->machine.size_bytes && !text_equal(look->machine, f->machine)) return false;
    for (size_t i = 0; i < f->but_operation_count; i++)
        if (text_equal(look->operation, f->but_operations[i])) return false;
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
        trail_look look = { .id = store_int(q, 0), .known_ms = store_int(q, 1), .actor_id = store_int(q, 2), .subject_id = store_int(q, 3),
                            .row_count = store_int(q, 4), .operation = store_text(q, 5), .machine = store_text(q, 6) };
        bool is_end = looked++ == looked_max, is_it = fits(f, &look);
        if (is_end || (is_it && *count == f->limit)) {
            *next = look.id + 1;
            store_reset(q);
            return ERR_NONE;
        }
        if (!is_it) continue;
        look.operation = text_copy(a, look.operation);
        look.machine = text_copy(a, look.machine);
        ARENA_PUSH(a, *looks, *count, capacity, look);
    }
}
