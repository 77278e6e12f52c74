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

/* ---- which names were there before ----
 *
 * Names met while many are added are remembered, up to a bound. As long as all there are were met here, no other
 * is known; else the store is asked, for some at once. */

enum { NAMES_MAX = 1 << 18 };

struct search_known {
    arena *memory, *words; /* its own, and that of the names */
    hash_map *names;
    size_t names_max;
    bool is_all; /* began with none, and none was forgotten since */
};

void search_known_close(search_known *known)
{
    if (!known) return;
    arena_close(known->words);
    arena_close(known->memory);
}

static err know(registry *r, size_t names_max, search_known **known)
{
    store_query *q;
    bool has_row;
    TRY(store_prepare(r->db, "SELECT 1 FROM registry_name LIMIT 1", &q));
    TRY(store_step(q, &has_row));
    if (has_row) store_reset(q);
    arena *memory = arena_open();
    search_known *k = ARENA_NEW(memory, search_known);
    *k = (search_known){ .memory = memory, .words = arena_open(), .is_all = !has_row,
                         .names_max = names_max ? names_max : NAMES_MAX };
    k->names = hash_map_open(k->words);
    *known = k;
    return has_row ? ERR_NONE : empty(r);
}

static void remember(search_known *k, text name)
{
    if (hash_map_count(k->names) >= k->names_max) {
        arena_reset(k->words);
        k->names = hash_map_open(k->words);
        k->is_all = false;
    }
    hash_map_put(k->names, text_copy(k->words, name), 1);
}

/* A number of each name that is there, found by its key. */
static const char *there_text(arena *a)
{
    text_builder out = text_builder_open(a);
    for (int i = 0; i < REGISTRY_SOME; i++)
        text_add_format(&out, "%sSELECT %d WHERE EXISTS (SELECT 1 FROM registry_name WHERE name = ?%d)", i ? " UNION ALL " : "",
                        i, i + 1);
    return text_built(&out).bytes;
}

/* Leaves those of the names that the store has not got. */
static err drop_there(arena *a, registry *r, text *names, size_t *count)
{
    const char *sql = there_text(a);
    size_t kept = 0;
    for (size_t from = 0; from < *count; from += REGISTRY_SOME) {
        bool is_there[REGISTRY_SOME] = { false }, has_row;
        size_t some = *count - from < REGISTRY_SOME ? *count - from : REGISTRY_SOME;
        store_query *q;
        TRY(store_prepare(r->db, sql, &q));
        for (size_t i = 0; i < REGISTRY_SOME; i++) store_bind_text(q, (int)i + 1, names[from + (i < some ? i : some - 1)]);
        for (;;) {
            TRY(store_step(q, &has_row));
            if (!has_row) break;
            is_there[store_int(q, 0)] = true;
        }
        for (size_t i = 0; i < some; i++)
            if (!is_there[i]) names[kept++] = names[from + i];
    }
    *count = kept;
    return ERR_NONE;
}

/* Of names in order those that nobody had before, each once; all are remembered. */
static err take_new(arena *a, registry *r, const lookup_name *names, size_t count, search_known *known, text **fresh,
                    size_t *fresh_count)
{
    size_t capacity = 0;
    *fresh = NULL;
    *fresh_count = 0;
    for (size_t i = 0; i < count; i++) {
        text name = names[i].name;
        if ((i && text_equal(name, names[i - 1].name)) || hash_map_get(known->names, name) != SIZE_MAX) continue;
        remember(known, name);
        ARENA_PUSH(a, *fresh, *fresh_count, capacity, name);
    }
    return known->is_all ? ERR_NONE : drop_there(a, r, *fresh, fresh_count);
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

static err pour_parts(arena *a, registry *r, const text *names, size_t count)
{
    search_row *rows = NULL;
    size_t row_count = 0, capacity = 0;
    for (size_t i = 0; i < count; i++) {
        text *keys;
        size_t key_count = ident_name_keys(a, names_of(r), names[i], &keys);
        for (size_t k = 0; k < key_count; k++) {
            search_row row = { keys[k], names[i] };
            ARENA_PUSH(a, rows, row_count, capacity, row);
        }
    }
    return pour_rows(r, rows, row_count);
}

static err pour_new(arena *a, registry *r, const lookup_name *names, size_t count, search_known *known)
{
    text *fresh;
    size_t fresh_count;
    TRY(take_new(a, r, names, count, known, &fresh, &fresh_count));
    return pour_parts(a, r, fresh, fresh_count);
}

err search_pour(registry *r, const lookup_name *names, size_t count, size_t names_max, search_known **known)
{
    if (!*known) TRY(know(r, names_max, known));
    arena *scratch = arena_open();
    err e = pour_new(scratch, r, names, count, *known);
    arena_close(scratch);
    return e;
}

/* ---- made anew ---- */

static err list_names(arena *a, registry *r, text **names, size_t *count)
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
        text name = text_copy(a, store_text(q, 0));
        ARENA_PUSH(a, *names, *count, capacity, name);
    }
}

static err make_anew(arena *scratch, registry *r)
{
    text *names;
    size_t count;
    TRY(empty(r));
    TRY(list_names(scratch, r, &names, &count));
    return pour_parts(scratch, r, names, count);
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
