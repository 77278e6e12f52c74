#include <string.h>

#include "policy/policy_internal.h"

/* Parameters written as Markdown tables: what each col is, then a cell at a time. */

typedef enum {
    COLUMN_SINCE,
    COLUMN_UNTIL,
    COLUMN_KEY,
    COLUMN_VALUE,
    COLUMN_LAW,
    COLUMN_SKIP
} column_role;

typedef struct {
    column_role role;
    size_t key;      /* of COLUMN_KEY; of COLUMN_VALUE: the key its header gives, or KEYS_MAX */
    constant header; /* that key's value */
    int32_t region;
} table_column;

typedef struct {
    policy_book *book;
    symbol *symbol;
    const pack *from;
    const decl *decl;
    const version_syntax *under;
    const table_syntax *table;
    table_column *columns;
    hash_map *made; /* "region since until" → index of its version */
} reading;

int tables_constant_order(const constant *a, const constant *b)
{
    if (a->code.bytes || b->code.bytes) return text_compare(a->code, b->code);
    return money_ratio_compare((money_ratio){ a->num, a->den ? a->den : 1 },
                               (money_ratio){ b->num, b->den ? b->den : 1 });
}

bool tables_constant_equal(const constant *a, const constant *b)
{
    return tables_constant_order(a, b) == 0;
}

const table_cell *tables_cell(const version *v, const constant *keys, size_t key_count)
{
    size_t from = 0, until = v->cell_count;
    while (from < until) {
        size_t middle = from + (until - from) / 2;
        int order = 0;
        for (size_t k = 0; k < key_count && order == 0; k++)
            order = tables_constant_order(&v->cells[middle].key[k], &keys[k]);
        if (order == 0) return &v->cells[middle];
        if (order < 0) from = middle + 1;
        else until = middle;
    }
    return NULL;
}

bool tables_day_of(text t, bool is_until, int32_t *day)
{
    int32_t month;
    t = text_trim(t);
    if (!calendar_parse_day(t, day).kind) return true;
    if (t.size_bytes == 4 || text_ends(t, TEXT("年"))) {
        policy_type year = { .base = POLICY_YEAR };
        constant value;
        if (values_read(NULL, NULL, &year, NULL, t, &value)) return false;
        return calendar_day_of((int32_t)value.num, is_until ? 12 : 1, is_until ? 31 : 1, day);
    }
    if (calendar_parse_month(t, &month).kind) return false;
    *day = is_until ? calendar_last_day_of_month(month) : calendar_first_day_of_month(month);
    return true;
}

static void complain(const reading *r, const char *code, const cell_syntax *cell, text more)
{
    mistakes_add(r->book->mistakes, code, cell->at, cell->raw, more,
                 text_of(r->symbol->public->name));
}

/* ---- the header ---- */

static size_t key_named(const symbol *s, text name)
{
    name = text_trim(name);
    for (size_t k = 0; k < s->key_count; k++)
        if (text_equal_cstr(name, s->keys[k].name)) return k;
    return KEYS_MAX;
}

static bool is_one_of(text t, const char *a, const char *b)
{
    return text_equal_cstr(t, a) || text_equal_cstr(t, b);
}

static void plan_named_columns(reading *r, bool *bound, size_t *across)
{
    for (size_t c = 0; c < r->table->column_count; c++) {
        table_column *col = &r->columns[c];
        text head = text_trim(r->table->header[c].raw);
        size_t slash = text_find(head, TEXT("\\"));
        *col = (table_column){ .role = COLUMN_VALUE, .key = KEYS_MAX, .region = r->from->region };
        if (slash != SIZE_MAX) {
            col->role = COLUMN_KEY;
            col->key = key_named(r->symbol, text_sub(head, 0, slash));
            *across = key_named(r->symbol, text_sub(head, slash + 1, head.size_bytes));
            if (col->key == KEYS_MAX || *across == KEYS_MAX) {
                complain(r, "table.header", &r->table->header[c], head);
                col->role = COLUMN_SKIP;
            } else {
                bound[col->key] = true;
            }
        } else if (is_one_of(head, "since", "自")) {
            col->role = COLUMN_SINCE;
        } else if (is_one_of(head, "to", "至")) {
            col->role = COLUMN_UNTIL;
        } else if (is_one_of(head, "law", "依据")) {
            col->role = COLUMN_LAW;
        } else if (is_one_of(head, "note", "备注")) {
            col->role = COLUMN_SKIP;
        } else if (key_named(r->symbol, head) != KEYS_MAX) {
            col->role = COLUMN_KEY;
            col->key = key_named(r->symbol, head);
            bound[col->key] = true;
        }
    }
}

static void plan_value_column(reading *r, size_t c, size_t across)
{
    table_column *col = &r->columns[c];
    const cell_syntax *cell = &r->table->header[c];
    text head = text_trim(cell->raw);
    if (text_begins(head, TEXT("@"))) {
        text name = text_sub(head, 1, head.size_bytes);
        int32_t region = regions_find(r->book, name);
        if (region < 0 || !regions_is_within(r->book, region, r->from->region)) {
            complain(r, "table.region", cell, text_of(r->book->regions[r->from->region].path));
            col->role = COLUMN_SKIP;
        } else {
            col->region = region;
        }
        return;
    }
    if (across == KEYS_MAX) return;
    const param_key *key = &r->symbol->keys[across];
    const char *code =
        values_read(r->book->memory, r->book, &key->type, key->enumeration, head, &col->header);
    col->key = across;
    if (!code) return;
    complain(r, "table.key", cell, text_of(key->name));
    col->role = COLUMN_SKIP;
}

static bool plan_columns(reading *r)
{
    bool bound[KEYS_MAX + 1] = { false };
    size_t across = KEYS_MAX, missing = 0, values = 0;
    plan_named_columns(r, bound, &across);
    for (size_t k = 0; k < r->symbol->key_count; k++)
        if (!bound[k]) {
            missing++;
            across = k;
        }
    if (missing > 1) {
        mistakes_add(r->book->mistakes, "table.keys", r->table->at,
                     text_of(r->symbol->public->name),
                     text_format(r->book->memory, "| %s \\ %s |", r->symbol->keys[0].name,
                                 r->symbol->keys[1].name),
                     TEXT_NONE);
        return false;
    }
    bool is_across = missing == 1;
    for (size_t c = 0; c < r->table->column_count; c++)
        if (r->columns[c].role == COLUMN_VALUE) {
            plan_value_column(r, c, is_across ? across : KEYS_MAX);
            bool is_region = text_begins(text_trim(r->table->header[c].raw), TEXT("@"));
            if (!is_across && !is_region && ++values > 1)
                complain(r, "table.columns", &r->table->header[c], TEXT_NONE);
        }
    return true;
}

/* ---- the rows ---- */

typedef struct {
    int32_t since_day, until_day;
    text law;
    constant keys[KEYS_MAX];
    bool is_bad;
} row_facts;

/* The row's own, else the one above the table, else the document's. */
static const char *law_of(const reading *r, text own)
{
    text law = own.size_bytes ? own : r->from->syntax->law;
    return law.size_bytes ? text_cstr(r->book->memory, law) : NULL;
}

static text law_above(const reading *r)
{
    return r->under && r->under->law.size_bytes ? r->under->law : r->decl->law;
}

static row_facts facts_of_row(reading *r, const cell_syntax *cells)
{
    const version_syntax *under = r->under;
    row_facts facts = { .since_day = under && !under->is_always ? under->since_day : INT32_MIN,
                        .until_day = under && !under->is_always ? under->until_day : INT32_MAX,
                        .law = law_above(r) };
    for (size_t c = 0; c < r->table->column_count; c++) {
        const table_column *col = &r->columns[c];
        const cell_syntax *cell = &cells[c];
        if (col->role == COLUMN_SINCE || col->role == COLUMN_UNTIL) {
            bool is_until = col->role == COLUMN_UNTIL;
            if (is_until && cell->is_empty) continue;
            if (!tables_day_of(cell->raw, is_until,
                               is_until ? &facts.until_day : &facts.since_day)) {
                complain(r, "table.date", cell, TEXT_NONE);
                facts.is_bad = true;
            }
        } else if (col->role == COLUMN_LAW && !cell->is_empty) {
            facts.law = cell->raw;
        } else if (col->role == COLUMN_KEY) {
            const param_key *key = &r->symbol->keys[col->key];
            const char *code = values_read(r->book->memory, r->book, &key->type, key->enumeration,
                                           cell->raw, &facts.keys[col->key]);
            int64_t stored;
            bool is_stored =
                !code && (types_kind(key->type.base) != VM_NUMBER ||
                          values_store(&facts.keys[col->key], key->type.decimals, &stored));
            if (is_stored) continue;
            complain(r, "table.key", cell, text_of(key->name));
            facts.is_bad = true;
        }
    }
    return facts;
}

static version *version_for(reading *r, const row_facts *facts, int32_t region, span at)
{
    arena *a = r->book->memory;
    text key =
        text_format(a, "%d %d %d", (int)region, (int)facts->since_day, (int)facts->until_day);
    size_t known = r->symbol->key_count ? hash_map_get(r->made, key) : SIZE_MAX;
    if (known != SIZE_MAX) return &r->symbol->versions[known];
    hash_map_put(r->made, key, r->symbol->version_count);
    version *v = versions_push(r->book, r->symbol);
    *v = (version){ .region = region,
                    .since_day = facts->since_day,
                    .until_day = facts->until_day,
                    .pack = r->from,
                    .law = law_of(r, r->symbol->key_count ? law_above(r) : facts->law),
                    .at = at,
                    .syntax = r->under };
    return v;
}

static bool value_of_cell(reading *r, const cell_syntax *cell, constant *value)
{
    const policy_type *type = &r->symbol->public->type;
    arena *a = r->book->memory;
    const char *code = values_read(a, r->book, type, r->symbol->enumeration, cell->raw, value);
    if (code) {
        mistakes_add(r->book->mistakes, code, cell->at, cell->raw, text_of(type->text),
                     text_of(values_choices(a, type, r->symbol->enumeration)));
        return false;
    }
    int64_t stored;
    if (types_kind(type->base) == VM_CODE || type->is_exact) return true;
    int decimals = types_is_number(type->base) ? type->decimals : 0;
    if (!values_store(value, decimals, &stored)) code = "value.decimals";
    else if (stored < type->min || stored > type->max) code = "value.out_of_bounds";
    if (code)
        mistakes_add(r->book->mistakes, code, cell->at, cell->raw, text_of(type->text),
                     text_format(a, "%d", decimals));
    return code == NULL;
}

static void read_cell(reading *r, const row_facts *facts, const table_column *col,
                      const cell_syntax *cell)
{
    constant value;
    if (cell->is_empty || !value_of_cell(r, cell, &value)) return;
    version *v = version_for(r, facts, col->region, cell->at);
    const char *mark = cell->mark.size_bytes ? text_cstr(r->book->memory, cell->mark)
                       : r->under && r->under->mark.size_bytes
                           ? text_cstr(r->book->memory, r->under->mark)
                           : NULL;
    if (r->symbol->key_count == 0) {
        v->value = value;
        v->mark = mark;
        v->source = text_cstr(r->book->memory, text_trim(cell->raw));
        return;
    }
    table_cell fresh = {
        .value = value, .mark = mark, .law = law_of(r, facts->law), .at = policy_pos(cell->at)
    };
    memcpy(fresh.key, facts->keys, sizeof fresh.key);
    if (col->key < KEYS_MAX) fresh.key[col->key] = col->header;
    ARENA_PUSH(r->book->memory, v->cells, v->cell_count, v->cell_capacity, fresh);
}

void tables_read(policy_book *book, symbol *s, const pack *from, const decl *d,
                 const version_syntax *under, const table_syntax *table)
{
    reading r = { book, s, from, d, under, table, NULL, hash_map_open(book->memory) };
    r.columns = ARENA_ARRAY(book->memory, table_column, table->column_count + 1);
    if (!plan_columns(&r)) return;
    for (size_t row = 0; row < table->row_count; row++) {
        const cell_syntax *cells = &table->cells[row * table->column_count];
        row_facts facts = facts_of_row(&r, cells);
        if (facts.is_bad) continue;
        for (size_t c = 0; c < table->column_count; c++)
            if (r.columns[c].role == COLUMN_VALUE) read_cell(&r, &facts, &r.columns[c], &cells[c]);
    }
}
