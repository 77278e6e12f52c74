/* Names by their parts: a row a part and name, whoever is called so. Made from names alone, so it is no fact and in no
 * export; the row of the empty part says by which cutting of names the others were made. */
#include <stdlib.h>

#include "base/hash.h"
#include "registry/registry_internal.h"

#define SEARCH_CUTTING "2" /* another when ident_name_keys answers others */

typedef struct {
    text key, name;
} search_row;

static const ident_names *names_of(registry *r)
{
    if (!r->names) r->names = ident_names_open(r->memory);
    return r->names;
}

/* ---- adding ---- */

static err insert(registry *r, text key, text name)
{
    store_query *q;
    TRY(store_prepare(r->db, "INSERT INTO registry_search (key, name) VALUES (?1, ?2) ON CONFLICT DO NOTHING", &q));
    store_bind_text(q, 1, key);
    store_bind_text(q, 2, name);
    return store_do(q, NULL);
}

static err insert_keys(arena *scratch, registry *r, text name)
{
    text *keys;
    size_t count = ident_name_keys(scratch, names_of(r), name, &keys);
    for (size_t i = 0; i < count; i++) TRY(insert(r, keys[i], name));
    return ERR_NONE;
}

static err empty(registry *r)
{
    store_query *q;
    TRY(store_prepare(r->db, "DELETE FROM registry_search", &q));
    TRY(store_do(q, NULL));
    return insert(r, TEXT(""), TEXT(SEARCH_CUTTING));
}

/* Of a new store: what is added from now on is cut as this program cuts it. */
static err begin_if_empty(registry *r)
{
    store_query *q;
    bool has_row;
    TRY(store_prepare(r->db, "SELECT 1 FROM registry_name LIMIT 1", &q));
    TRY(store_step(q, &has_row));
    if (has_row) store_reset(q);
    return has_row ? ERR_NONE : empty(r);
}

err search_add(registry *r, text name)
{
    TRY(begin_if_empty(r));
    arena *scratch = arena_open();
    err e = insert_keys(scratch, r, name);
    arena_close(scratch);
    return e;
}

struct search_known {
    arena *memory;
    hash_map *names;
};

void search_known_close(search_known *known)
{
    if (known) arena_close(known->memory);
}

static err know(registry *r, search_known **known)
{
    store_query *q;
    bool has_row;
    arena *memory = arena_open();
    search_known *k = ARENA_NEW(memory, search_known);
    *k = (search_known){ memory, hash_map_open(memory) };
    *known = k;
    TRY(store_prepare(r->db, "SELECT name FROM registry_name", &q));
    for (;;) {
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        text name = store_text(q, 0);
        if (hash_map_get(k->names, name) == SIZE_MAX) hash_map_put(k->names, text_copy(memory, name), 1);
    }
}

static int compare_rows(const void *a, const void *b)
{
    const search_row *x = a, *y = b;
    int by_key = text_compare(x->key, y->key);
    return by_key ? by_key : text_compare(x->name, y->name);
}

static err pour_rows(registry *r, search_row *rows, size_t count)
{
    static const char *const COLUMNS[] = { "key", "name" };
    static const store_column_type TYPES[] = { STORE_TEXT_COLUMN, STORE_TEXT_COLUMN };
    store_bulk *bulk;
    if (!count) return ERR_NONE;
    qsort(rows, count, sizeof *rows, compare_rows);
    TRY(store_bulk_open(r->db, "registry_search", COLUMNS, TYPES, 2, &bulk));
    for (size_t i = 0; i < count; i++) {
        TRY(store_bulk_text(bulk, rows[i].key));
        TRY(store_bulk_text(bulk, rows[i].name));
    }
    return store_bulk_close(bulk, NULL);
}

static err pour_new(arena *a, registry *r, const lookup_name *names, size_t count, search_known *known)
{
    search_row *rows = NULL;
    size_t row_count = 0, capacity = 0;
    for (size_t i = 0; i < count; i++) {
        text *keys, name = names[i].name;
        if ((i && text_equal(name, names[i - 1].name)) || hash_map_get(known->names, name) != SIZE_MAX) continue;
        hash_map_put(known->names, text_copy(known->memory, name), 1);
        size_t key_count = ident_name_keys(a, names_of(r), name, &keys);
        for (size_t k = 0; k < key_count; k++) {
            search_row row = { keys[k], name };
            ARENA_PUSH(a, rows, row_count, capacity, row);
        }
    }
    return pour_rows(r, rows, row_count);
}

err search_pour(registry *r, const lookup_name *names, size_t count, search_known **known)
{
    if (!*known) TRY(begin_if_empty(r));
    if (!*known) TRY(know(r, known));
    arena *scratch = arena_open();
    err e = pour_new(scratch, r, names, count, *known);
    arena_close(scratch);
    return e;
}

/* ---- made anew ---- */

static err list_names(arena *a, registry *r, lookup_name **names, size_t *count)
{
    store_query *q;
    bool has_row;
    size_t capacity = 0;
    *names = NULL;
    *count = 0;
    TRY(store_prepare(r->db, "SELECT DISTINCT name FROM registry_name ORDER BY name", &q));
    for (;;) {
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        lookup_name name = { .name = text_copy(a, store_text(q, 0)) };
        ARENA_PUSH(a, *names, *count, capacity, name);
    }
}

static err make_anew(arena *scratch, registry *r)
{
    lookup_name *names;
    size_t count;
    search_known known = { scratch, hash_map_open(scratch) };
    TRY(empty(r));
    TRY(list_names(scratch, r, &names, &count));
    return pour_new(scratch, r, names, count, &known);
}

err search_make_anew(registry *r)
{
    arena *scratch = arena_open();
    err e = make_anew(scratch, r);
    arena_close(scratch);
    return e;
}

err registry_search_ready(registry *r, bool makes, bool *is_ready)
{
    store_query *q;
    TRY(store_prepare(r->db, "SELECT 1 FROM registry_search WHERE key = '' AND name = ?1", &q));
    store_bind_text(q, 1, TEXT(SEARCH_CUTTING));
    TRY(store_step(q, is_ready));
    if (*is_ready) store_reset(q);
    if (*is_ready || !makes) return ERR_NONE;
    TRY(search_make_anew(r));
    *is_ready = true;
    return ERR_NONE;
}

/* ---- finding ---- */

typedef struct {
    arena *memory;
    registry *r;
    text *names;
    size_t count, capacity;
    hash_map *seen;
} search_names;

/* No character is greater than U+10FFFF, so all that begins so lies before it. */
static err take_names(search_names *s, const char *sql, text beginning, size_t count_max)
{
    store_query *q;
    bool has_row;
    TRY(store_prepare(s->r->db, sql, &q));
    text until = text_format(s->memory, "%.*s\xF4\x8F\xBF\xBF", TEXT_ARG(beginning));
    store_bind_text(q, 1, beginning);
    store_bind_text(q, 2, until);
    store_bind_int(q, 3, (int64_t)count_max);
    for (;;) {
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        text name = store_text(q, 0);
        if (hash_map_get(s->seen, name) != SIZE_MAX) continue;
        name = text_copy(s->memory, name);
        hash_map_put(s->seen, name, s->count);
        ARENA_PUSH(s->memory, s->names, s->count, s->capacity, name);
    }
}

static err called(arena *a, registry *r, text name, size_t count_max, registry_found **found, size_t *count, size_t *capacity)
{
    store_query *q;
    bool has_row;
    TRY(store_prepare(r->db, "SELECT subject_id FROM registry_name WHERE name = ?1 ORDER BY subject_id LIMIT ?2", &q));
    store_bind_text(q, 1, name);
    store_bind_int(q, 2, (int64_t)(count_max - *count));
    for (;;) {
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        registry_found one = { store_int(q, 0), name };
        ARENA_PUSH(a, *found, *count, *capacity, one);
    }
}

#define BY_PART "SELECT name FROM registry_search WHERE key >= ?1 AND key < ?2 ORDER BY key, name LIMIT ?3"

err registry_search(arena *a, registry *r, text part, size_t count_max, registry_found **found, size_t *count)
{
    search_names s = { .memory = a, .r = r, .seen = hash_map_open(a) };
    text typed = text_trim(part), query = ident_name_query(a, names_of(r), part);
    size_t capacity = 0;
    *found = NULL;
    *count = 0;
    if (!query.size_bytes) return ERR_NONE;
    TRY(take_names(&s, "SELECT DISTINCT name FROM registry_name WHERE name >= ?1 AND name < ?2 ORDER BY name LIMIT ?3", typed, count_max));
    TRY(take_names(&s, BY_PART, text_format(a, "%s%.*s", IDENT_NAME_WHOLE, TEXT_ARG(query)), count_max));
    if (s.count < count_max) TRY(take_names(&s, BY_PART, query, count_max));
    for (size_t i = 0; i < s.count && *count < count_max; i++) TRY(called(a, r, s.names[i], count_max, found, count, &capacity));
    return ERR_NONE;
}
