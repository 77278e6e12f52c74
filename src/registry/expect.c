#include <stdlib.h>
#include <string.h>

#include "base/search.h"
#include "registry/registry_internal.h"

/* A list of a thousand rows about people asks the store the same two things a row: who has this number, and whether
 * they are still there. Asked of many rows at once these are a few journeys to the store instead of thousands. What
 * was answered stands until the transaction ends or a row of a person or a number is written. */

enum {
    HELD_SOME = 128, /* keys asked for in one journey */
    NEAR_IDS = 4     /* ids read for one that is asked for, where they lie near one another */
};
typedef struct {
    int64_t key, subject_id;
} held;
typedef struct {
    int64_t subject_id, merged_into;
} alive;

struct expectation {
    arena *memory;
    uint64_t transaction; /* 0: nothing stands */
    int64_t *keys;        /* asked, ascending */
    size_t key_count;
    held *helds; /* by key, then subject */
    size_t held_count, held_capacity;
    alive *people; /* ascending */
    size_t person_count, person_capacity;
};

static bool stands(const registry *r)
{
    return r->expected && r->expected->transaction && store_is_in_transaction(r->db) &&
           r->expected->transaction == store_transaction_number(r->db);
}

void expect_nothing(registry *r)
{
    if (r->expected) r->expected->transaction = 0;
}

void expect_close(registry *r)
{
    if (r->expected) arena_close(r->expected->memory);
    r->expected = NULL;
}

/* By the first member, which is a number. */
static int compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static size_t unique(int64_t *ids, size_t count)
{
    size_t kept = 0;
    if (count) qsort(ids, count, sizeof *ids, compare);
    for (size_t i = 0; i < count; i++)
        if (!kept || ids[kept - 1] != ids[i]) ids[kept++] = ids[i];
    return kept;
}

static int compare_helds(const void *a, const void *b)
{
    const held *x = a, *y = b;
    if (x->key != y->key) return x->key < y->key ? -1 : 1;
    return (x->subject_id > y->subject_id) - (x->subject_id < y->subject_id);
}

/* ---- asking ---- */

/* Sorted here, not by the store: PostgreSQL may go through a whole index to have the order for nothing. */

static err ask_held(registry *r, expectation *x, const char *sql)
{
    for (size_t from = 0; from < x->key_count; from += HELD_SOME) {
        size_t rest = x->key_count - from;
        store_query *q;
        TRY(store_prepare(r->db, sql, &q));
        store_bind_int(q, 1, LOOKUP_NUMBER);
        for (size_t i = 0; i < HELD_SOME; i++)
            if (i < rest) store_bind_int(q, (int)i + 2, x->keys[from + i]);
            else store_bind_null(q, (int)i + 2); /* is nobody's */
        for (;;) {
            bool has_row;
            TRY(store_step(q, &has_row));
            if (!has_row) break;
            held one = { store_int(q, 0), store_int(q, 1) };
            ARENA_PUSH(x->memory, x->helds, x->held_count, x->held_capacity, one);
        }
    }
    return ERR_NONE;
}

static err take_alive(expectation *x, store_query *q)
{
    for (;;) {
        bool has_row;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        alive one = { store_int(q, 0), store_int(q, 1) };
        ARENA_PUSH(x->memory, x->people, x->person_count, x->person_capacity, one);
    }
}

/* Of people who came in one after another: all between the first and the last. */
static err ask_alive_near(registry *r, expectation *x, const char *sql, int64_t first, int64_t last)
{
    store_query *q;
    TRY(store_prepare(r->db, sql, &q));
    store_bind_int(q, 1, first);
    store_bind_int(q, 2, last);
    return take_alive(x, q);
}

static err ask_alive(registry *r, expectation *x, const char *sql, const int64_t *ids, size_t count)
{
    for (size_t from = 0; from < count; from += REGISTRY_SOME) {
        store_query *q;
        TRY(store_prepare(r->db, sql, &q));
        for (size_t i = 0; i < REGISTRY_SOME; i++) {
            int64_t id = from + i < count ? ids[from + i] : 0; /* 0 is nobody's */
            store_bind_int(q, (int)(2 * i + 1), eventlog_bucket_of(id));
            store_bind_int(q, (int)(2 * i + 2), id);
        }
        TRY(take_alive(x, q));
    }
    return ERR_NONE;
}

/* One beside another, each found by its key: of a list PostgreSQL may think that going through all is cheaper. */
static const char *held_text(arena *a)
{
    text_builder out = text_builder_open(a);
    for (int i = 0; i < HELD_SOME; i++)
        text_add_format(&out, "%sSELECT key, subject_id FROM registry_lookup WHERE kind = ?1 AND key = ?%d",
                        i ? " UNION ALL " : "", i + 2);
    return text_built(&out).bytes;
}

static const char *alive_text(arena *a)
{
    text_builder out = text_builder_open(a);
    for (int i = 0; i < REGISTRY_SOME; i++)
        text_add_format(&out, "%sSELECT subject_id, merged_into FROM registry_person WHERE bucket = ?%d AND "
                              "subject_id = ?%d AND known_until_ms = 9223372036854775807",
                        i ? " UNION ALL " : "", 2 * i + 1, 2 * i + 2);
    return text_built(&out).bytes;
}

static const char *alive_near_text(arena *a)
{
    text_builder out = text_builder_open(a);
    for (int bucket = 0; bucket < EVENTLOG_BUCKETS; bucket++)
        text_add_format(&out, "%sSELECT subject_id, merged_into FROM registry_person WHERE bucket = %d AND subject_id BETWEEN "
                              "?1 AND ?2 AND known_until_ms = 9223372036854775807",
                        bucket ? " UNION ALL " : "", bucket);
    return text_built(&out).bytes;
}

static err ask(registry *r, expectation *x, const text *numbers, size_t count)
{
    x->keys = ARENA_ARRAY(x->memory, int64_t, count + 1);
    for (size_t i = 0; i < count; i++) {
        int64_t key = lookup_number_key(x->memory, r, numbers[i]);
        if (key) x->keys[x->key_count++] = key;
    }
    x->key_count = unique(x->keys, x->key_count);
    TRY(ask_held(r, x, held_text(x->memory)));
    if (x->held_count) qsort(x->helds, x->held_count, sizeof *x->helds, compare_helds);
    int64_t *ids = ARENA_ARRAY(x->memory, int64_t, x->held_count + 1);
    for (size_t i = 0; i < x->held_count; i++) ids[i] = x->helds[i].subject_id;
    size_t id_count = unique(ids, x->held_count);
    bool is_near = id_count > REGISTRY_SOME && ids[id_count - 1] - ids[0] <= (int64_t)id_count * NEAR_IDS;
    if (is_near) TRY(ask_alive_near(r, x, alive_near_text(x->memory), ids[0], ids[id_count - 1]));
    else TRY(ask_alive(r, x, alive_text(x->memory), ids, id_count));
    if (x->person_count) qsort(x->people, x->person_count, sizeof *x->people, compare);
    return ERR_NONE;
}

err registry_expect_numbers(registry *r, const text *numbers, size_t count)
{
    if (!store_is_in_transaction(r->db) || !r->has_keys) return ERR_NONE;
    arena *memory = r->expected ? r->expected->memory : arena_open();
    arena_reset(memory);
    expectation *x = r->expected = ARENA_NEW(memory, expectation);
    *x = (expectation){ .memory = memory };
    TRY(ask(r, x, numbers, count));
    x->transaction = store_transaction_number(r->db);
    return ERR_NONE;
}

/* ---- answering ---- */

bool expect_held(arena *a, registry *r, int64_t key, int64_t **ids, size_t *count)
{
    expectation *x = r->expected;
    size_t capacity = 0;
    if (!stands(r) || !search_has(x->keys, x->key_count, key)) return false;
    *ids = NULL;
    *count = 0;
    for (size_t low = SEARCH_FIRST(x->helds, x->held_count, key, key); low < x->held_count && x->helds[low].key == key; low++)
        ARENA_PUSH(a, *ids, *count, capacity, x->helds[low].subject_id);
    return true;
}

bool expect_alive(registry *r, int64_t subject_id, int64_t *merged_into)
{
    expectation *x = r->expected;
    if (!stands(r)) return false;
    size_t at = SEARCH_FIRST(x->people, x->person_count, subject_id, subject_id);
    bool is_there = at < x->person_count && x->people[at].subject_id == subject_id;
    if (is_there) *merged_into = x->people[at].merged_into;
    return is_there;
}
