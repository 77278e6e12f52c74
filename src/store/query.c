#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "store/store_internal.h"

/* ---- the cache ---- */

static err make_query(store *db, const char *sql, store_query **query)
{
    store_query *q = ARENA_NEW(db->memory, store_query);
    q->db = db;
    q->sql = sql;
    TRY(db->port->prepare(q));
    *query = q;
    return ERR_NONE;
}

static void take(store_query *query)
{
    query->is_taken = true;
    query->is_cut = false;
    query->refused = ERR_NONE;
    query->is_of_transaction = query->db->is_in_transaction;
}

err query_take(store *db, const char *sql, store_query **query)
{
    text key = text_of(sql);
    size_t index = hash_map_get(db->queries, key);
    store_query *last = NULL;
    for (store_query *q = index == SIZE_MAX ? NULL : db->heads[index]; q; q = q->next_same) {
        last = q;
        if (q->is_taken) continue;
        db->port->clear(q);
        take(q);
        *query = q;
        return ERR_NONE;
    }
    if (last) {
        TRY(make_query(db, last->sql, &last->next_same));
        *query = last->next_same;
    } else {
        char *kept = text_cstr(db->memory, key);
        TRY(make_query(db, kept, query));
        hash_map_put(db->queries, (text){ kept, key.size_bytes }, db->head_count);
        ARENA_PUSH(db->memory, db->heads, db->head_count, db->head_capacity, *query);
    }
    take(*query);
    return ERR_NONE;
}

err store_prepare(store *db, const char *sql, store_query **query)
{
    if (db->spoilt.kind) return db->spoilt;
    return store_spoil(db, query_take(db, sql, query));
}

void store_reset(store_query *query)
{
    query->db->port->reset(query);
    query->is_taken = false;
    query->is_cut = false;
}

void query_cut_transaction(store *db)
{
    for (size_t i = 0; i < db->head_count; i++)
        for (store_query *q = db->heads[i]; q; q = q->next_same) {
            if (!q->is_taken || !q->is_of_transaction) continue;
            store_reset(q);
            q->is_cut = true; /* a loop over its rows must end, not begin again */
        }
}

void query_reset_all(store *db)
{
    for (size_t i = 0; i < db->head_count; i++)
        for (store_query *q = db->heads[i]; q; q = q->next_same)
            if (q->is_taken) store_reset(q);
}

void query_close_all(store *db)
{
    for (size_t i = 0; i < db->head_count; i++)
        for (store_query *q = db->heads[i]; q; q = q->next_same)
            db->port->unprepare(q);
    db->head_count = 0;
}

/* ---- binding ---- */

bool query_is_text(text value)
{
    if (!value.size_bytes) return true;
    return !memchr(value.bytes, 0, value.size_bytes) && text_is_utf8(value, NULL);
}

static void take_to_bind(store_query *query)
{
    if (!query->is_taken) take(query);
}

void store_bind_int(store_query *query, int index, int64_t value)
{
    take_to_bind(query);
    query->db->port->bind_int(query, index, value);
}

void store_bind_text(store_query *query, int index, text value)
{
    take_to_bind(query);
    if (query_is_text(value)) query->db->port->bind_text(query, index, value);
    else if (!query->refused.kind)
        query->refused = store_fail(query->db, &STORE_REFUSED,
                                    "parameter %d is no UTF-8 text, or holds a NUL", index);
}

void store_bind_bytes(store_query *query, int index, text value)
{
    take_to_bind(query);
    query->db->port->bind_bytes(query, index, value);
}

void store_bind_null(store_query *query, int index)
{
    take_to_bind(query);
    query->db->port->bind_null(query, index);
}

/* ---- stepping ---- */

static err may_step(store_query *query)
{
    store *db = query->db;
    if (db->spoilt.kind) return db->spoilt;
    if (query->is_cut)
        return store_fail(db, &STORE_REFUSED, "the query's transaction was rolled back");
    if (!query->is_taken) take(query);
    return query->refused;
}

static err step(store_query *query, bool *has_row, int64_t *changed)
{
    *has_row = false;
    *changed = 0;
    err e = may_step(query);
    if (!e.kind) e = query->db->port->step(query, has_row, changed);
    if (e.kind) {
        store_reset(query);
        return store_spoil(query->db, e);
    }
    if (!*has_row) store_reset(query);
    return ERR_NONE;
}

err store_step(store_query *query, bool *has_row)
{
    int64_t changed;
    return step(query, has_row, &changed);
}

/* Inside a transaction an error is no less known for being told later: it spoils it all the same. */
static err send(store_query *query)
{
    err e = may_step(query);
    if (!e.kind) e = query->db->port->send(query);
    store_reset(query);
    return store_spoil(query->db, e);
}

err store_do(store_query *query, int64_t *changed)
{
    bool has_row;
    int64_t count;
    if (!changed && query->db->is_in_transaction && query->db->port->send) return send(query);
    TRY(step(query, &has_row, &count));
    if (has_row) {
        store_reset(query);
        return store_spoil(query->db, store_fail(query->db, &STORE_BAD_SQL,
                                                 "a statement that is done answers a row"));
    }
    if (changed) *changed = count;
    return ERR_NONE;
}

err store_scalar(store *db, const char *sql, int64_t *value)
{
    store_query *query;
    bool has_row;
    TRY(store_prepare(db, sql, &query));
    TRY(store_step(query, &has_row));
    if (!has_row) return store_fail(db, &STORE_NOT_FOUND, "%.200s", sql);
    *value = store_int(query, 0);
    store_reset(query);
    return ERR_NONE;
}

int64_t store_int(const store_query *query, int column)
{
    return query->db->port->get_int(query, column);
}

text store_text(const store_query *query, int column)
{
    return query->db->port->get_bytes(query, column);
}

text store_bytes(const store_query *query, int column)
{
    return query->db->port->get_bytes(query, column);
}

bool store_is_null(const store_query *query, int column)
{
    return query->db->port->is_null(query, column);
}
