#include <string.h>

#include "registry/registry_internal.h"

/* ---- SQL of a kind, from its row in the table of kinds ---- */

static void add_column(registry_sql *sql, const char *name, store_column_type type)
{
    sql->columns[sql->column_count] = name;
    sql->types[sql->column_count++] = type;
}

static void list_columns(arena *a, const registry_kind_row *k, registry_sql *sql)
{
    const char *const common[REGISTRY_COMMON] = { "bucket",        "subject_id",    "sequence",
                                                  "item",          k->from,         k->until,
                                                  "known_from_ms", "known_until_ms" };
    for (size_t i = 0; i < REGISTRY_COMMON; i++)
        add_column(sql, common[i], STORE_INT_COLUMN);
    for (size_t i = 0; i < k->cell_count; i++) {
        const registry_cell *c = &k->cells[i];
        if (c->type == CELL_NUMBER) add_column(sql, c->name, STORE_INT_COLUMN);
        if (c->type == CELL_WORD) add_column(sql, c->name, STORE_TEXT_COLUMN);
        if (c->type != CELL_SECRET) continue;
        add_column(sql, text_cstr(a, text_format(a, "%s_sealed", c->name)), STORE_BYTES_COLUMN);
        add_column(sql, text_cstr(a, text_format(a, "%s_key", c->name)), STORE_INT_COLUMN);
    }
}

static const char *columns_text(arena *a, const registry_sql *sql)
{
    text_builder out = text_builder_open(a);
    for (size_t i = 0; i < sql->column_count; i++)
        text_add_format(&out, "%s%s", i ? ", " : "", sql->columns[i]);
    return text_built(&out).bytes;
}

static const char *insert_text(arena *a, const registry_kind_row *k, const registry_sql *sql,
                               const char *columns)
{
    text_builder out = text_builder_open(a);
    text_add_format(&out, "INSERT INTO %s (%s) VALUES (", k->table, columns);
    for (size_t i = 0; i < sql->column_count; i++)
        text_add_format(&out, "%s?%zu", i ? ", " : "", i + 1);
    text_add_char(&out, ')');
    return text_built(&out).bytes;
}

/* Subjects by the parameters from `first` on, which rise. PostgreSQL, to have the rows in order, may go through all
 * and pick out: so it is told between which. */
static const char *some_text(arena *a, int first)
{
    text_builder out = text_builder_open(a);
    text_add_format(&out, "subject_id BETWEEN ?%d AND ?%d AND subject_id IN (", first, first + REGISTRY_SOME - 1);
    for (int i = 0; i < REGISTRY_SOME; i++) text_add_format(&out, "%s?%d", i ? ", " : "", first + i);
    text_add_char(&out, ')');
    return text_built(&out).bytes;
}

void rows_bind_some(store_query *q, int first, const int64_t *some, size_t count)
{
    for (size_t i = 0; i < REGISTRY_SOME; i++) store_bind_int(q, first + (int)i, some[i < count ? i : count - 1]);
}

void rows_make_sql(arena *a, registry_kind kind, registry_sql *sql)
{
    const registry_kind_row *k = &REGISTRY_KINDS[kind];
    list_columns(a, k, sql);
    const char *columns = columns_text(a, sql);
    sql->insert = insert_text(a, k, sql, columns);
#define SQL(...) text_cstr(a, text_format(a, __VA_ARGS__))
    sql->close = SQL("UPDATE %s SET known_until_ms = ?5 WHERE bucket = ?1 AND subject_id = ?2 "
                     "AND sequence = ?3 AND item = ?4",
                     k->table);
    const char *one =
        SQL("SELECT %s FROM %s WHERE bucket = ?1 AND subject_id = ?2", columns, k->table);
    sql->all = SQL("%s ORDER BY sequence, item", one);
    sql->live = SQL("%s AND known_until_ms = 9223372036854775807 ORDER BY sequence, item", one);
    sql->live_some = SQL("SELECT %s FROM %s WHERE bucket = ?1 AND %s AND known_until_ms = 9223372036854775807 "
                         "ORDER BY subject_id, sequence, item", columns, k->table, some_text(a, 2));
    sql->live_range = SQL("SELECT %s FROM %s WHERE bucket = ?1 AND subject_id BETWEEN ?2 AND ?3 AND "
                          "known_until_ms = 9223372036854775807 ORDER BY subject_id, sequence, item", columns, k->table);
    sql->known =
        SQL("%s AND known_from_ms <= ?3 AND known_until_ms > ?3 ORDER BY sequence, item", one);
    /* Of a whole bucket at one instant and one day or month. */
    const char *on = SQL("FROM %s WHERE bucket = ?1 AND known_from_ms <= ?2 AND known_until_ms > ?2 AND %s <= ?3 AND %s > ?3",
                         k->table, k->from, k->until);
    const char *some = some_text(a, 4);
    sql->roster = SQL("SELECT %s %s ORDER BY subject_id, sequence, item", columns, on);
    sql->roster_some = SQL("SELECT %s %s AND %s ORDER BY subject_id, sequence, item", columns, on, some);
    if (kind == REGISTRY_ATTRIBUTE) { /* of one name, found by the store */
        sql->roster_named = SQL("SELECT %s %s AND name = ?4 ORDER BY subject_id, sequence, item", columns, on);
        sql->roster_some_named = SQL("SELECT %s %s AND %s AND name = ?%d ORDER BY subject_id, sequence, item", columns,
                                     on, some, 4 + REGISTRY_SOME);
    }
    if (kind == REGISTRY_ATTRIBUTE || kind == REGISTRY_BENEFIT)
        sql->who = SQL("SELECT DISTINCT subject_id %s AND %s = ?4 ORDER BY subject_id", on,
                       kind == REGISTRY_BENEFIT ? "benefit" : "name");
    sql->export = SQL("SELECT %s FROM %s WHERE bucket = ?1 ORDER BY subject_id, sequence, item",
                      columns, k->table);
#undef SQL
}

/* ---- reading ---- */

void rows_take(registry_kind kind, const store_query *q, void *fact)
{
    const registry_kind_row *k = &REGISTRY_KINDS[kind];
    registry_fact *f = fact;
    f->subject_id = store_int(q, 1);
    f->sequence = store_int(q, 2);
    f->item = store_int(q, 3);
    f->from = store_int(q, 4);
    f->until = store_int(q, 5);
    f->known_from_ms = store_int(q, 6);
    f->known_until_ms = store_int(q, 7);
    f->is_void = false;
    int column = REGISTRY_COMMON;
    for (size_t i = 0; i < k->cell_count; i++) {
        const registry_cell *c = &k->cells[i];
        if (c->type == CELL_NUMBER) *registry_cell_number(fact, c) = store_int(q, column++);
        if (c->type == CELL_WORD) *registry_cell_word(fact, c) = store_text(q, column++);
        if (c->type != CELL_SECRET) continue;
        text sealed = store_bytes(q, column++);
        *registry_cell_secret(fact, c) = (registry_secret){ .sealed = sealed,
                                                            .field = c->secret,
                                                            .key = store_int(q, column++) };
    }
    /* What clears months is kept as a spell of no kind. */
    if (kind == REGISTRY_SPELL) f->is_void = ((const registry_spell *)fact)->kind == 0;
}

/* The facts of a query that was bound, copied into `a`. */
static err take_all(arena *a, registry_kind kind, store_query *q, void **facts, size_t *count)
{
    size_t size = REGISTRY_KINDS[kind].size_bytes, capacity = 0;
    bool has_row;
    *facts = NULL;
    *count = 0;
    for (;;) {
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        if (*count == capacity) *facts = arena_grow(a, *facts, &capacity, size);
        registry_fact *fact = registry_fact_at(kind, *facts, (*count)++);
        rows_take(kind, q, fact);
        kinds_keep(a, kind, fact);
    }
}

err rows_read(arena *a, registry *r, registry_kind kind, const char *sql, int64_t subject_id,
              int64_t known_ms, void **facts, size_t *count)
{
    uint32_t bucket = eventlog_bucket_of(subject_id);
    store_query *q;
    TRY(store_prepare(r->db, sql, &q));
    store_bind_int(q, 1, bucket);
    store_bind_int(q, 2, subject_id);
    if (known_ms >= 0) store_bind_int(q, 3, known_ms);
    return take_all(a, kind, q, facts, count);
}

enum { RANGE_IDS = 4 /* for one that is wanted */ };

static bool is_near(const int64_t *subjects, size_t count)
{
    return count > REGISTRY_SOME && subjects[count - 1] - subjects[0] <= (int64_t)count * RANGE_IDS * EVENTLOG_BUCKETS;
}

size_t rows_ahead(const int64_t *subjects, size_t count)
{
    size_t many = count < REGISTRY_RANGE ? count : REGISTRY_RANGE;
    if (is_near(subjects, many)) return many;
    return count < REGISTRY_SOME ? count : REGISTRY_SOME;
}

err rows_read_live(arena *a, registry *r, registry_kind kind, uint32_t bucket, const int64_t *some, size_t some_count,
                   void **facts, size_t *count)
{
    store_query *q;
    bool is_range = is_near(some, some_count);
    TRY(store_prepare(r->db, is_range ? r->sql[kind].live_range : r->sql[kind].live_some, &q));
    store_bind_int(q, 1, bucket);
    if (is_range) store_bind_int(q, 2, some[0]);
    if (is_range) store_bind_int(q, 3, some[some_count - 1]);
    if (!is_range) rows_bind_some(q, 2, some, some_count);
    return take_all(a, kind, q, facts, count);
}

/* ---- writing ---- */

/* Where a row's cells go: a bulk, or the parameters of an insert. */
typedef struct {
    store_bulk *bulk;
    store_query *query;
    int index;
} target;

static err put_int(target *t, int64_t value)
{
    if (t->bulk) return store_bulk_int(t->bulk, value);
    store_bind_int(t->query, ++t->index, value);
    return ERR_NONE;
}

static err put_text(target *t, text value)
{
    if (!value.bytes) value = TEXT("");
    if (t->bulk) return store_bulk_text(t->bulk, value);
    store_bind_text(t->query, ++t->index, value);
    return ERR_NONE;
}

static err put_bytes(target *t, text value)
{
    if (!value.bytes) value = TEXT("");
    if (t->bulk) return store_bulk_bytes(t->bulk, value);
    store_bind_bytes(t->query, ++t->index, value);
    return ERR_NONE;
}

static err put_cell(target *t, const registry_cell *c, const void *fact)
{
    if (c->type == CELL_NUMBER) return put_int(t, *registry_cell_number(fact, c));
    if (c->type == CELL_WORD) return put_text(t, *registry_cell_word(fact, c));
    const registry_secret *s = registry_cell_secret(fact, c);
    TRY(put_bytes(t, s->sealed));
    return put_int(t, s->key);
}

static err put_row(target *t, registry_kind kind, uint32_t bucket, const void *fact)
{
    const registry_kind_row *k = &REGISTRY_KINDS[kind];
    const registry_fact *f = fact;
    TRY(put_int(t, bucket));
    TRY(put_int(t, f->subject_id));
    TRY(put_int(t, f->sequence));
    TRY(put_int(t, f->item));
    TRY(put_int(t, f->from));
    TRY(put_int(t, f->until));
    TRY(put_int(t, f->known_from_ms));
    TRY(put_int(t, f->known_until_ms));
    for (size_t i = 0; i < k->cell_count; i++)
        TRY(put_cell(t, &k->cells[i], fact));
    return ERR_NONE;
}

enum { FEW_ROWS = 8 }; /* for so few a bulk is not worth opening */

static err insert_few(registry *r, registry_kind kind, uint32_t bucket, const void *facts,
                      size_t count)
{
    for (size_t i = 0; i < count; i++) {
        target t = { .index = 0 };
        TRY(store_prepare(r->db, r->sql[kind].insert, &t.query));
        TRY(put_row(&t, kind, bucket, registry_fact_at(kind, facts, i)));
        TRY(store_do(t.query, NULL));
    }
    return ERR_NONE;
}

err rows_insert(registry *r, registry_kind kind, uint32_t bucket, const void *facts, size_t count)
{
    if (kind == REGISTRY_PERSON && count) expect_nothing(r);
    if (count <= FEW_ROWS) return insert_few(r, kind, bucket, facts, count);
    const registry_sql *sql = &r->sql[kind];
    target t = { .index = 0 };
    TRY(store_bulk_open(r->db, REGISTRY_KINDS[kind].table, sql->columns, sql->types,
                        sql->column_count, &t.bulk));
    for (size_t i = 0; i < count; i++)
        TRY(put_row(&t, kind, bucket, registry_fact_at(kind, facts, i)));
    return store_bulk_close(t.bulk, NULL);
}

err rows_close(registry *r, registry_kind kind, uint32_t bucket, const registry_fact *fact,
               int64_t known_ms)
{
    store_query *q;
    int64_t changed = 0;
    if (kind == REGISTRY_PERSON) expect_nothing(r);
    TRY(store_prepare(r->db, r->sql[kind].close, &q));
    store_bind_int(q, 1, bucket);
    store_bind_int(q, 2, fact->subject_id);
    store_bind_int(q, 3, fact->sequence);
    store_bind_int(q, 4, fact->item);
    store_bind_int(q, 5, known_ms);
    TRY(store_do(q, &changed));
    if (changed == 1) return ERR_NONE;
    return registry_fail(r, &REGISTRY_BROKEN, "%s of %lld", REGISTRY_KINDS[kind].table,
                         (long long)fact->subject_id);
}
