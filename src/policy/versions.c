#include <stdlib.h>
#include <string.h>

#include "policy/policy_internal.h"

/* The dated values of parameters and variables, in layers by region: what is nearest below wins
 * from its own first day on, and where it has lapsed the layer above holds again. */

version *versions_push(policy_book *book, symbol *s)
{
    version fresh = { .since_day = INT32_MIN, .until_day = INT32_MAX };
    ARENA_PUSH(book->memory, s->versions, s->version_count, s->version_capacity, fresh);
    return &s->versions[s->version_count - 1];
}

static const char *law_of(policy_book *book, const pack *from, const decl *d, text own)
{
    text law = own.size_bytes ? own : d->law.size_bytes ? d->law : from->syntax->law;
    return law.size_bytes ? text_cstr(book->memory, law) : NULL;
}

static void read_version(policy_book *book, symbol *s, const pack *from, const decl *d,
                         const version_syntax *written)
{
    bool is_param = s->public->kind == POLICY_SYMBOL_PARAM;
    if (written->table && is_param) {
        tables_read(book, s, from, d, written, written->table);
        return;
    }
    constant value = { 0 };
    if (is_param) {
        if (!written->value) return;
        if (s->key_count) {
            mistakes_add(book->mistakes, "param.needs_table", written->at, d->name.bytes,
                         text_of(s->keys[0].name), TEXT_NONE);
            return;
        }
        if (!values_of_expr(book, from, written->value, &s->public->type, s->enumeration, &value))
            return;
    } else if (!written->value) {
        return;
    }
    version *v = versions_push(book, s);
    *v =
        (version){ .region = from->region,
                   .since_day = written->is_always ? INT32_MIN : written->since_day,
                   .until_day = written->is_always ? INT32_MAX : written->until_day,
                   .pack = from,
                   .law = law_of(book, from, d, written->law),
                   .mark = written->mark.size_bytes ? text_cstr(book->memory, written->mark) : NULL,
                   .at = written->at,
                   .syntax = written,
                   .value = value };
    if (written->value)
        v->source = syntax_source_of(book->memory, from->syntax, written->value->at).bytes;
}

static void read_declaration(policy_book *book, symbol *s, const pack *from, const decl *d)
{
    for (size_t i = 0; i < d->version_count; i++)
        read_version(book, s, from, d, &d->versions[i]);
    if (d->table && s->public->kind == POLICY_SYMBOL_PARAM)
        tables_read(book, s, from, d, NULL, d->table);
}

/* ---- set ---- */

static symbol *set_target(const policy_book *book, const pack *from, text name)
{
    size_t count;
    symbol *found = bind_find(book, from, TEXT_NONE, name, &count);
    if (found && count == 1) return found;
    /* Not in view: whatever a pack of this region or one above declares under the name. */
    size_t dot = text_find(name, TEXT("."));
    if (dot != SIZE_MAX)
        return bind_find(book, from, text_sub(name, 0, dot),
                         text_sub(name, dot + 1, name.size_bytes), &count);
    size_t first = hash_map_get(book->by_name, name);
    symbol *above = NULL;
    for (symbol *s = first == SIZE_MAX ? NULL : &book->symbols[first]; s; s = s->next_named) {
        policy_symbol_kind kind = s->public->kind;
        if (kind != POLICY_SYMBOL_PARAM && kind != POLICY_SYMBOL_VAR) continue;
        if (!regions_is_within(book, from->region, s->pack->region)) continue;
        if (above) return NULL;
        above = s;
    }
    return above;
}

static text article_of(policy_book *book, const char *law, const char *pack_name)
{
    return text_format(book->memory, "%s (%s)", law ? law : "-", pack_name);
}

static void read_set(policy_book *book, const pack *from, const decl *d)
{
    symbol *s = set_target(book, from, d->name.bytes);
    span at = d->name.at;
    if (!s) {
        mistakes_add(book->mistakes, "set.unknown", at, d->name.bytes,
                     bind_nearest_or_dash(book, from, d->name.bytes), TEXT_NONE);
        return;
    }
    if (s->public->kind != POLICY_SYMBOL_PARAM && s->public->kind != POLICY_SYMBOL_VAR) {
        mistakes_add(book->mistakes, "set.kind", at, d->name.bytes, TEXT_NONE, TEXT_NONE);
        return;
    }
    text above = article_of(book, s->public->law, s->public->pack);
    text below = article_of(book, law_of(book, from, d, TEXT_NONE), from->public.name);
    if (!s->public->is_local) {
        mistakes_add(book->mistakes, "set.unified", at, d->name.bytes, above, below);
        return;
    }
    if (!regions_is_within(book, from->region, s->pack->region)) {
        mistakes_add(book->mistakes, "set.not_below", at, d->name.bytes,
                     text_of(book->regions[from->region].path),
                     text_of(book->regions[s->pack->region].path));
        return;
    }
    if (from->level[s->pack->index] > 1) from->level[s->pack->index] = 1;
    read_declaration(book, s, from, d);
}

/* ---- order, gaps, limits ---- */

static int version_order(const void *left, const void *right)
{
    const version *a = left, *b = right;
    if (a->region != b->region) return a->region < b->region ? -1 : 1;
    if (a->since_day != b->since_day) return a->since_day < b->since_day ? -1 : 1;
    return (a->at.line > b->at.line) - (a->at.line < b->at.line);
}

/* Two tables of one region that both hold from the same day are one table in two pieces. */
static bool is_joined(policy_book *book, symbol *s, version *into, const version *more)
{
    if (s->key_count == 0 || into->region != more->region || into->since_day != more->since_day)
        return false;
    for (size_t i = 0; i < more->cell_count; i++)
        ARENA_PUSH(book->memory, into->cells, into->cell_count, into->cell_capacity,
                   more->cells[i]);
    return true;
}

static void close_versions(policy_book *book, symbol *s)
{
    if (s->version_count == 0) return;
    qsort(s->versions, s->version_count, sizeof *s->versions, version_order);
    size_t kept = 1;
    for (size_t i = 1; i < s->version_count; i++)
        if (!is_joined(book, s, &s->versions[kept - 1], &s->versions[i]))
            s->versions[kept++] = s->versions[i];
    s->version_count = kept;
    for (size_t i = 0; i < kept; i++) {
        version *v = &s->versions[i];
        if (v->region != s->pack->region) s->has_layers = true;
        if (v->since_day > v->until_day)
            mistakes_add(book->mistakes, "version.order", v->at, text_of(s->public->name),
                         TEXT_NONE, TEXT_NONE);
        if (i + 1 == kept || s->versions[i + 1].region != v->region) continue;
        version *next = &s->versions[i + 1];
        char day[CALENDAR_PRINT_BYTES] = "-";
        if (next->since_day != INT32_MIN) calendar_print_day(next->since_day, day);
        if (next->since_day == v->since_day)
            mistakes_add(book->mistakes, "version.twice", next->at, text_of(s->public->name),
                         text_of(day), TEXT_NONE);
        else if (v->until_day >= next->since_day) v->until_day = next->since_day - 1;
    }
}

static void check_within(policy_book *book, symbol *s, const version *v, const constant *value,
                         source_pos at)
{
    money_ratio given = { value->num, value->den };
    bool is_low =
        s->within_low.is_set &&
        money_ratio_compare(given, (money_ratio){ s->within_low.num, s->within_low.den }) < 0;
    bool is_high =
        s->within_high.is_set &&
        money_ratio_compare(given, (money_ratio){ s->within_high.num, s->within_high.den }) > 0;
    if (!is_low && !is_high) return;
    const policy_type *type = &s->public->type;
    arena *a = book->memory;
    span where = { at.file, at.line, at.column, at.line, at.column + 1 };
    text range = text_format(a, "%s..%s", values_print(a, type, &s->within_low),
                             values_print(a, type, &s->within_high));
    mistakes_add(book->mistakes, "set.outside", where,
                 text_format(a, "%s = %s", s->public->name, values_print(a, type, value)), range,
                 text_format(a, "%s / %s", s->public->law ? s->public->law : s->public->pack,
                             v->law ? v->law : v->pack->public.name));
}

static int cell_order(const void *left, const void *right)
{
    const table_cell *a = left, *b = right;
    for (size_t k = 0; k < KEYS_MAX; k++) {
        int order = tables_constant_order(&a->key[k], &b->key[k]);
        if (order) return order;
    }
    return (a->at.line > b->at.line) - (a->at.line < b->at.line);
}

static void close_cells(policy_book *book, symbol *s, version *v)
{
    if (v->cell_count) qsort(v->cells, v->cell_count, sizeof *v->cells, cell_order);
    for (size_t i = 0; i < v->cell_count; i++) {
        table_cell *c = &v->cells[i];
        check_within(book, s, v, &c->value, c->at);
        if (i == 0 || !tables_constant_equal(&c[-1].key[0], &c->key[0]) ||
            !tables_constant_equal(&c[-1].key[1], &c->key[1]))
            continue;
        span at = { c->at.file, c->at.line, c->at.column, c->at.line, c->at.column + 1 };
        mistakes_add(book->mistakes, "table.key_twice", at,
                     text_of(values_print(book->memory, &s->keys[0].type, &c->key[0])),
                     text_format(book->memory, "%d", (int)c[-1].at.line), TEXT_NONE);
    }
}

static void read_limits(policy_book *book, symbol *s)
{
    const decl *d = s->decl;
    const policy_type *type = &s->public->type;
    if (!d->within_low && !d->within_high) return;
    if (!s->public->is_local) {
        mistakes_add(book->mistakes, "param.within_unified", d->name.at, d->name.bytes, TEXT_NONE,
                     TEXT_NONE);
        return;
    }
    if (!types_is_number(type->base)) return;
    if (d->within_low) values_of_expr(book, s->pack, d->within_low, type, NULL, &s->within_low);
    if (d->within_high) values_of_expr(book, s->pack, d->within_high, type, NULL, &s->within_high);
}

/* What the nation says is what its document says: only what a region may set can stand unverified. */
static void refuse_mark(policy_book *book, const symbol *s)
{
    if (s->public->is_local) return;
    for (size_t i = 0; i < s->version_count; i++) {
        const version *v = &s->versions[i];
        if (v->mark) {
            mistakes_add(book->mistakes, "param.mark_unified", v->at, s->decl->name.bytes, text_of(v->mark), TEXT_NONE);
            return;
        }
        for (size_t k = 0; k < v->cell_count; k++) {
            const table_cell *c = &v->cells[k];
            if (!c->mark) continue;
            span at = { c->at.file, c->at.line, c->at.column, c->at.line, c->at.column + 1 };
            mistakes_add(book->mistakes, "param.mark_unified", at, s->decl->name.bytes, text_of(c->mark), TEXT_NONE);
            return;
        }
    }
}

void versions_gather(policy_book *book)
{
    for (size_t i = 0; i < book->symbol_count; i++) {
        symbol *s = &book->symbols[i];
        policy_symbol_kind kind = s->public->kind;
        if (kind != POLICY_SYMBOL_PARAM && kind != POLICY_SYMBOL_VAR) continue;
        if (kind == POLICY_SYMBOL_PARAM) read_limits(book, s);
        if (!s->decl->is_broken) read_declaration(book, s, s->pack, s->decl);
    }
    for (size_t p = 0; p < book->pack_count; p++)
        for (size_t i = 0; i < book->packs[p].syntax->decl_count; i++)
            if (book->packs[p].syntax->decls[i].kind == DECL_SET &&
                !book->packs[p].syntax->decls[i].is_broken)
                read_set(book, &book->packs[p], &book->packs[p].syntax->decls[i]);
    for (size_t i = 0; i < book->symbol_count; i++) {
        symbol *s = &book->symbols[i];
        refuse_mark(book, s);
        close_versions(book, s);
        for (size_t v = 0; v < s->version_count; v++)
            if (s->versions[v].since_day > book->newest_day)
                book->newest_day = s->versions[v].since_day;
        for (size_t v = 0; v < s->version_count; v++) {
            if (s->public->kind != POLICY_SYMBOL_PARAM) continue;
            if (s->key_count) close_cells(book, s, &s->versions[v]);
            else
                check_within(book, s, &s->versions[v], &s->versions[v].value,
                             policy_pos(s->versions[v].at));
        }
        bool is_needed =
            s->public->kind == POLICY_SYMBOL_PARAM || s->public->kind == POLICY_SYMBOL_VAR;
        const decl *d = s->decl;
        bool is_bare = d->version_count == 0 && !d->table && !s->public->is_local;
        if (is_needed && is_bare && s->version_count == 0 && !s->is_doubtful)
            mistakes_add(book->mistakes, "version.none", s->decl->name.at, s->decl->name.bytes,
                         TEXT_NONE, TEXT_NONE);
    }
}

/* ---- choosing ---- */

const version *versions_at(const policy_book *book, const symbol *s, int32_t place, int32_t day,
                           const version *after)
{
    int32_t at = after ? book->regions[after->region].parent : place;
    for (; at >= 0; at = book->regions[at].parent)
        for (size_t i = 0; i < s->version_count; i++) {
            const version *v = &s->versions[i];
            if (v->region == at && v->since_day <= day && day <= v->until_day) return v;
        }
    return NULL;
}

bool versions_has_any(const policy_book *book, const symbol *s, int32_t place)
{
    for (size_t i = 0; i < s->version_count; i++)
        if (regions_is_within(book, place, s->versions[i].region)) return true;
    return false;
}

static int day_order(const void *left, const void *right)
{
    int32_t a = *(const int32_t *)left, b = *(const int32_t *)right;
    return (a > b) - (a < b);
}

size_t versions_breaks(arena *a, const policy_book *book, const symbol *s, int32_t place,
                       int32_t **days)
{
    int32_t *all = ARENA_ARRAY(a, int32_t, s->version_count * 2 + 1);
    size_t count = 0, kept = 1;
    all[count++] = INT32_MIN;
    for (size_t i = 0; i < s->version_count; i++) {
        const version *v = &s->versions[i];
        if (!regions_is_within(book, place, v->region)) continue;
        all[count++] = v->since_day;
        if (v->until_day != INT32_MAX) all[count++] = v->until_day + 1;
    }
    qsort(all, count, sizeof *all, day_order);
    for (size_t i = 1; i < count; i++)
        if (all[i] != all[kept - 1]) all[kept++] = all[i];
    *days = all;
    return kept;
}
