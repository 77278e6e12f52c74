#include "store/store_internal.h"

/* Copies rows from one driver to the other. One of the two sides is always SQLite, and both are at
 * this program's version, so SQLite's schema tells which tables and columns there are; what else
 * may stand in a schema of PostgreSQL is not ours. */

typedef struct {
    const char *name;
    size_t column_count;
    const char *columns[STORE_BULK_COLUMNS];
    store_column_type types[STORE_BULK_COLUMNS];
    const char *select; /* in the order of the key */
} table;

typedef struct {
    arena *memory;
    store *from, *to, *schema;
    const char **tables;
    size_t table_count;
} copy;

/* ---- the schema ---- */

static err read_tables(copy *c)
{
    store_query *q;
    bool has_row;
    size_t capacity = 0;
    TRY(store_prepare(c->schema,
                      "SELECT name FROM sqlite_schema WHERE type = 'table' AND"
                      " name <> 'store_migration' ORDER BY name",
                      &q));
    for (;;) {
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        const char *name = text_cstr(c->memory, store_text(q, 0));
        ARENA_PUSH(c->memory, c->tables, c->table_count, capacity, name);
    }
}

static store_column_type type_of(text declared)
{
    if (text_equal_cstr(declared, "INTEGER")) return STORE_INT_COLUMN;
    return text_equal_cstr(declared, "TEXT") ? STORE_TEXT_COLUMN : STORE_BYTES_COLUMN;
}

static const char *write_select(copy *c, const table *t, const size_t *key, size_t key_count)
{
    text_builder sql = text_builder_open(c->memory);
    for (size_t i = 0; i < t->column_count; i++)
        text_add_format(&sql, "%s%s", i ? ", " : "SELECT ", t->columns[i]);
    text_add_format(&sql, " FROM %s", t->name);
    for (size_t i = 0; i < key_count; i++)
        text_add_format(&sql, "%s%s", i ? ", " : " ORDER BY ", t->columns[key[i]]);
    return text_built(&sql).bytes;
}

static err read_table(copy *c, const char *name, table *t)
{
    store_query *q;
    bool has_row;
    size_t key[STORE_BULK_COLUMNS], key_count = 0;
    *t = (table){ .name = name };
    TRY(store_prepare(c->schema, "SELECT name, type, pk FROM pragma_table_info(?1) ORDER BY cid",
                      &q));
    store_bind_text(q, 1, text_of(name));
    for (;;) {
        TRY(store_step(q, &has_row));
        if (!has_row) break;
        if (t->column_count == STORE_BULK_COLUMNS)
            return store_fail(c->schema, &STORE_BAD_SQL, "%s has too many columns", name);
        size_t place = (size_t)store_int(q, 2);
        if (place) key[place - 1] = t->column_count;
        if (place > key_count) key_count = place;
        t->columns[t->column_count] = text_cstr(c->memory, store_text(q, 0));
        t->types[t->column_count++] = type_of(store_text(q, 1));
    }
    t->select = write_select(c, t, key, key_count);
    return ERR_NONE;
}

/* ---- rows ---- */

static err copy_cell(store_bulk *bulk, const store_query *row, int column, store_column_type type)
{
    if (store_is_null(row, column)) return store_bulk_null(bulk);
    switch (type) {
    case STORE_INT_COLUMN: return store_bulk_int(bulk, store_int(row, column));
    case STORE_TEXT_COLUMN: return store_bulk_text(bulk, store_text(row, column));
    default: return store_bulk_bytes(bulk, store_bytes(row, column));
    }
}

static err copy_rows(copy *c, const table *t, store_bulk *bulk)
{
    store_query *q;
    bool has_row;
    TRY(store_prepare(c->from, t->select, &q));
    for (;;) {
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        for (size_t i = 0; i < t->column_count; i++)
            TRY(copy_cell(bulk, q, (int)i, t->types[i]));
    }
}

/* The target has what its migrations put there, and shall have what the source has. */
static err copy_table(copy *c, const char *name)
{
    table t;
    store_bulk *bulk;
    int64_t sent, kept;
    TRY(read_table(c, name, &t));
    TRY(store_run(c->to, text_format(c->memory, "DELETE FROM %s", name).bytes));
    TRY(store_bulk_open(c->to, name, t.columns, t.types, t.column_count, &bulk));
    TRY(copy_rows(c, &t, bulk));
    TRY(store_bulk_close(bulk, &sent));
    TRY(store_scalar(c->to, text_format(c->memory, "SELECT count(*) FROM %s", name).bytes, &kept));
    if (sent == kept) return ERR_NONE;
    return store_fail(c->to, &STORE_IO, "%s: %lld rows went, %lld came", name, (long long)sent,
                      (long long)kept);
}

static err copy_all(copy *c)
{
    TRY(read_tables(c));
    for (size_t i = 0; i < c->table_count; i++)
        TRY(copy_table(c, c->tables[i]));
    return ERR_NONE;
}

err copy_store(store *from, store *to)
{
    copy c = { .memory = arena_open(),
               .from = from,
               .to = to,
               .schema = from->driver == STORE_SQLITE ? from : to };
    err e = store_begin(from); /* one state of all tables */
    if (!e.kind) e = store_begin(to);
    if (!e.kind) e = copy_all(&c);
    if (!e.kind) e = store_commit(to);
    store_rollback(to);
    store_rollback(from);
    arena_close(c.memory);
    return e;
}

err copy_undo(store *schema, store *to)
{
    copy c = { .memory = arena_open(), .from = schema, .to = to, .schema = schema };
    err e = read_tables(&c);
    for (size_t i = 0; i < c.table_count && !e.kind; i++)
        e = store_run(to, text_format(c.memory, "DROP TABLE %s", c.tables[i]).bytes);
    if (!e.kind) e = store_run(to, "DROP TABLE store_migration");
    arena_close(c.memory);
    return e;
}

err copy_to_file(store *db, const char *part)
{
    store *to;
    TRY(store_open(db->memory, &(store_options){ .url = part, .mode = STORE_CREATE }, &to));
    err e = copy_store(db, to);
    if (!e.kind) e = store_check(to);
    if (e.kind) e = store_fail(db, e.kind, "%s", e.detail ? e.detail : "");
    store_close(to); /* the last to close: all is in the one file */
    return e;
}
