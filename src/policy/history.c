/* What a parameter or a variable says over time, for those who show it: the law book, comparisons
 * of regions and dates. */
#include "policy/policy_internal.h"

static const symbol *inside_of(const policy_book *book, const policy_symbol *wanted)
{
    size_t index = (size_t)(wanted - book->public_symbols);
    return index < book->symbol_count ? &book->symbols[index] : NULL;
}

static policy_cell cell_of(arena *a, const symbol *s, const table_cell *cell)
{
    policy_cell out = { .value = values_print(a, &s->public->type, &cell->value),
                        .mark = cell->mark,
                        .law = cell->law };
    for (size_t k = 0; k < s->key_count && k < ARRAY_COUNT(out.keys); k++)
        out.keys[k] = values_print(a, &s->keys[k].type, &cell->key[k]);
    return out;
}

static const policy_exception *exceptions_of(arena *a, const version *v, size_t *count)
{
    *count = v->syntax ? v->syntax->exception_count : 0;
    policy_exception *out = ARENA_ARRAY(a, policy_exception, *count + 1);
    for (size_t i = 0; i < *count; i++) {
        const exception_syntax *e = &v->syntax->exceptions[i];
        const pack_syntax *from = v->pack->syntax;
        if (e->condition)
            out[i].condition = text_cstr(a, syntax_source_of(a, from, e->condition->at));
        if (e->value) out[i].value = text_cstr(a, syntax_source_of(a, from, e->value->at));
        if (e->because.size_bytes) out[i].because = text_cstr(a, e->because);
        if (e->because_en.size_bytes) out[i].because_en = text_cstr(a, e->because_en);
        if (e->law.size_bytes) out[i].law = text_cstr(a, e->law);
        out[i].is_overriding = e->is_overriding;
    }
    return out;
}

static policy_version version_of(arena *a, const policy_book *book, const symbol *s,
                                 const version *v)
{
    policy_version out = { .region = book->region_paths[v->region],
                           .pack = v->pack->public.name,
                           .law = v->law,
                           .mark = v->mark,
                           .since_day = v->since_day,
                           .until_day = v->until_day,
                           .at = policy_pos(v->at) };
    if (s->public->kind == POLICY_SYMBOL_VAR) out.says = v->source;
    else if (v->value.is_set) out.says = values_print(a, &s->public->type, &v->value);
    out.exceptions = exceptions_of(a, v, &out.exception_count);
    policy_cell *cells = ARENA_ARRAY(a, policy_cell, v->cell_count + 1);
    for (size_t i = 0; i < v->cell_count; i++)
        cells[i] = cell_of(a, s, &v->cells[i]);
    out.cells = cells;
    out.cell_count = v->cell_count;
    return out;
}

const policy_version *policy_versions(arena *a, const policy_book *book,
                                      const policy_symbol *symbol_wanted, size_t *count)
{
    const symbol *s = inside_of(book, symbol_wanted);
    *count = s ? s->version_count : 0;
    policy_version *out = ARENA_ARRAY(a, policy_version, *count + 1);
    for (size_t i = 0; i < *count; i++)
        out[i] = version_of(a, book, s, &s->versions[i]);
    return out;
}

err policy_version_at(arena *a, const policy_book *book, const policy_symbol *symbol_wanted,
                      text region, int32_t day, const policy_version **found)
{
    const symbol *s = inside_of(book, symbol_wanted);
    int32_t place = regions_find(book, region);
    *found = NULL;
    if (place < 0) return err_of(&POLICY_UNKNOWN_REGION, text_cstr(a, region));
    const version *v = s ? versions_at(book, s, place, day, NULL) : NULL;
    if (!v) return ERR_NONE;
    policy_version *out = ARENA_NEW(a, policy_version);
    *out = version_of(a, book, s, v);
    *found = out;
    return ERR_NONE;
}

const policy_symbol *policy_find_in(const policy_book *book, text pack_name, text name)
{
    size_t index = hash_map_get(book->pack_by_name, pack_name), count;
    const pack *from = index == SIZE_MAX ? NULL : &book->packs[index];
    const symbol *found = bind_find(book, from, TEXT_NONE, name, &count);
    size_t dot = text_find(name, TEXT("."));
    if (!found && dot != SIZE_MAX)
        found = bind_find(book, from, text_sub(name, 0, dot),
                          text_sub(name, dot + 1, name.size_bytes), &count);
    return found ? found->public : NULL;
}
