#include <stdlib.h>
#include <string.h>

#include "policy/plan_internal.h"

/* Figures of the law: a constant where date, region and keys are known while planning, else one
 * look-up in a table with the unknown ones as its first keys, [region] [day] [key] [key]. */

typedef struct {
    const symbol *param;
    plan_place *at;
    int32_t on_day, region;
    vm_node_id day, place; /* VM_NONE: on_day, region hold for all */
    vm_node_id keys[KEYS_MAX];
} figure;

uint32_t policy_plan_param_origin(plan_builder *b, const symbol *s, const version *v,
                                  const table_cell *cell)
{
    const policy_symbol *p = s->public;
    vm_origin o = { .role = VM_ROLE_PARAMETER,
                    .name = p->name,
                    .label = p->label,
                    .law = p->law,
                    .note = p->note,
                    .unit = p->type.text,
                    .at = p->at,
                    .since_day = INT32_MIN,
                    .until_day = INT32_MAX };
    if (v) {
        o.law = v->law ? v->law : o.law;
        o.unverified = v->mark;
        o.source = v->source;
        o.at = policy_pos(v->at);
        o.since_day = v->since_day;
        o.until_day = v->until_day;
        o.region = b->book->regions[v->region].path;
    }
    if (cell) {
        o.law = cell->law ? cell->law : o.law;
        o.unverified = cell->mark ? cell->mark : o.unverified;
        o.at = cell->at;
        o.source = values_print(b->memory, &p->type, &cell->value);
    }
    return policy_plan_origin(b, o);
}

static vm_node_id missing(plan_builder *b, const figure *f, vm_reason_kind why)
{
    uint32_t origin = policy_plan_param_origin(b, f->param, NULL, NULL);
    return policy_plan_fail(b, f->at, types_kind(f->param->public->type.base), why, origin);
}

static vm_reason_kind why_nothing(const policy_book *book, const symbol *s, int32_t region)
{
    return versions_has_any(book, s, region) ? VM_NOT_IN_FORCE : VM_NOT_SET;
}

static vm_reason_kind why_missing(const plan_builder *b, const figure *f)
{
    return why_nothing(b->book, f->param, f->region);
}

static vm_node_id constant_node(plan_builder *b, const figure *f, const version *v,
                                const table_cell *cell)
{
    const constant *value = cell ? &cell->value : &v->value;
    vm_kind kind = types_kind(f->param->public->type.base);
    uint32_t origin = policy_plan_param_origin(b, f->param, v, cell);
    if (kind == VM_CODE)
        return policy_plan_constant(b, f->at, kind, policy_plan_code(b, value->code), 1, origin);
    return policy_plan_constant(b, f->at, kind, value->num, value->den, origin);
}

/* ---- keys known while planning ---- */

static bool constant_keys(const plan_builder *b, const figure *f, constant *keys)
{
    for (size_t k = 0; k < f->param->key_count; k++) {
        vm_constant value;
        if (f->param->keys[k].mode != KEY_EXACT || !policy_plan_is_constant(b, f->keys[k], &value))
            return false;
        keys[k] = (constant){ .is_set = true, .num = value.num, .den = value.den };
        if (types_kind(f->param->keys[k].type.base) == VM_CODE)
            keys[k].code = text_of(b->codes[(size_t)value.num]);
    }
    return true;
}

static vm_node_id known_cell(plan_builder *b, const figure *f, const constant *keys)
{
    const version *v = NULL;
    bool is_in_force = false;
    while ((v = versions_at(b->book, f->param, f->region, f->on_day, v))) {
        is_in_force = true;
        const table_cell *cell = tables_cell(v, keys, f->param->key_count);
        if (cell) return constant_node(b, f, v, cell);
    }
    return missing(b, f, is_in_force ? VM_NOT_IN_TABLE : why_missing(b, f));
}

/* ---- tables ---- */

typedef struct {
    plan_builder *b;
    const symbol *param;
    vm_cell *cells;
    size_t count, capacity;
    bool has_region, has_day;
} cell_list;

static int64_t stored_key(plan_builder *b, const param_key *key, const constant *value)
{
    int64_t stored = 0;
    if (types_kind(key->type.base) == VM_CODE) return policy_plan_code(b, value->code);
    int decimals = types_is_number(key->type.base) ? key->type.decimals : 0;
    if (!values_store(value, decimals, &stored)) return INT64_MIN;
    return stored;
}

static bool stored_value(plan_builder *b, const symbol *s, const constant *value, int64_t *stored)
{
    if (types_kind(s->public->type.base) == VM_CODE) {
        *stored = policy_plan_code(b, value->code);
        return true;
    }
    int decimals = types_is_number(s->public->type.base) ? s->public->type.decimals : 0;
    return values_store(value, decimals, stored);
}

/* No version: the place, or the days from this one on, have no value. */
static void push_cell(cell_list *list, int32_t region, int32_t day, const version *v,
                      const table_cell *cell)
{
    plan_builder *b = list->b;
    size_t at = 0;
    vm_cell out = { .is_absent = v == NULL,
                    .why = v ? VM_OK : why_nothing(b->book, list->param, region) };
    if (list->has_region)
        out.key[at++] = policy_plan_code(b, text_of(b->book->regions[region].path));
    if (list->has_day) out.key[at++] = day;
    if (v) {
        for (size_t k = 0; k < list->param->key_count; k++)
            out.key[at++] = stored_key(b, &list->param->keys[k], &cell->key[k]);
        if (!stored_value(b, list->param, cell ? &cell->value : &v->value, &out.value)) return;
        out.origin = policy_plan_param_origin(b, list->param, v, cell);
    }
    ARENA_PUSH(b->memory, list->cells, list->count, list->capacity, out);
}

static int cell_order(const void *left, const void *right)
{
    const vm_cell *a = left, *b = right;
    for (size_t k = 0; k < VM_TABLE_KEYS_MAX; k++)
        if (a->key[k] != b->key[k]) return a->key[k] < b->key[k] ? -1 : 1;
    return (a->origin > b->origin) - (a->origin < b->origin); /* nearer layers come earlier */
}

static bool is_same_key(const vm_cell *a, const vm_cell *b)
{
    return memcmp(a->key, b->key, sizeof a->key) == 0;
}

/* What holds on one day in one region: single cells of layers above show through only where
 * keys are exact, since bands of two tables have nothing to do with each other. */
static void push_day(cell_list *list, int32_t region, int32_t day)
{
    const version *v = NULL;
    bool is_any = false, is_exact = true;
    for (size_t k = 0; k < list->param->key_count; k++)
        is_exact = is_exact && list->param->keys[k].mode == KEY_EXACT;
    while ((v = versions_at(list->b->book, list->param, region, day, v))) {
        if (list->param->key_count == 0) {
            push_cell(list, region, day, v, NULL);
            return;
        }
        for (size_t i = 0; i < v->cell_count; i++)
            push_cell(list, region, day, v, &v->cells[i]);
        is_any = is_any || v->cell_count > 0;
        if (!is_exact && is_any) return;
    }
    if (!is_any && (list->has_day || list->has_region)) push_cell(list, region, day, NULL, NULL);
}

static void push_region(cell_list *list, const figure *f, int32_t region)
{
    if (!list->has_day) {
        push_day(list, region, f->on_day);
        return;
    }
    int32_t *days;
    size_t count = versions_breaks(list->b->memory, list->b->book, list->param, region, &days);
    for (size_t i = 0; i < count; i++)
        push_day(list, region, days[i]);
}

static void describe_keys(vm_table *t, const figure *f, const cell_list *list)
{
    static const vm_key_mode MODES[] = {
        [KEY_EXACT] = VM_KEY_EXACT, [KEY_BAND] = VM_KEY_BAND, [KEY_LINEAR] = VM_KEY_LINEAR
    };
    if (list->has_region) t->key_kind[t->key_count++] = VM_CODE;
    if (list->has_day) {
        t->key_mode[t->key_count] = VM_KEY_BAND;
        t->key_kind[t->key_count++] = VM_DAY;
    }
    for (size_t k = 0; k < f->param->key_count; k++) {
        const param_key *key = &f->param->keys[k];
        t->key_mode[t->key_count] = MODES[key->mode];
        t->key_decimals[t->key_count] = types_is_number(key->type.base) ? key->type.decimals : 0;
        t->key_kind[t->key_count++] = types_kind(key->type.base);
    }
}

/* The table's index, or SIZE_MAX when it has no cell. */
static size_t table_of(plan_builder *b, const figure *f, bool has_region, bool has_day)
{
    text name = text_format(b->memory, "table %u %d %d %d %d", f->param->index, has_region, has_day,
                            has_region ? -1 : (int)f->region, has_day ? 0 : (int)f->on_day);
    size_t known = hash_map_get(b->known, name);
    if (known != SIZE_MAX) return known;
    cell_list list = { .b = b, .param = f->param, .has_region = has_region, .has_day = has_day };
    if (has_region)
        for (size_t r = 0; r < b->book->region_count; r++)
            push_region(&list, f, (int32_t)r);
    else push_region(&list, f, f->region);
    if (list.count == 0) return SIZE_MAX;
    qsort(list.cells, list.count, sizeof *list.cells, cell_order);
    size_t kept = 1;
    for (size_t i = 1; i < list.count; i++)
        if (!is_same_key(&list.cells[i], &list.cells[kept - 1])) list.cells[kept++] = list.cells[i];
    const policy_type *type = &f->param->public->type;
    vm_table t = { .name = f->param->public->name,
                   .kind = types_kind(type->base),
                   .decimals = types_is_number(type->base) ? type->decimals : 0,
                   .cells = list.cells,
                   .cell_count = kept,
                   .origin = policy_plan_param_origin(b, f->param, NULL, NULL) };
    describe_keys(&t, f, &list);
    ARENA_PUSH(b->memory, b->tables, b->table_count, b->table_capacity, t);
    hash_map_put(b->known, name, b->table_count - 1);
    return b->table_count - 1;
}

static vm_node_id lookup(plan_builder *b, const figure *f, bool has_region, bool has_day)
{
    size_t table = table_of(b, f, has_region, has_day);
    if (table == SIZE_MAX) {
        bool is_in_force = versions_at(b->book, f->param, f->region, f->on_day, NULL) != NULL;
        return missing(b, f, is_in_force ? VM_NOT_IN_TABLE : why_missing(b, f));
    }
    vm_node_id args[VM_TABLE_KEYS_MAX] = { VM_NONE, VM_NONE, VM_NONE };
    size_t count = 0;
    if (has_region) args[count++] = f->place;
    if (has_day) args[count++] = f->day;
    for (size_t k = 0; k < f->param->key_count; k++)
        args[count++] = f->keys[k];
    return policy_plan_node(b, (vm_node){ .op = VM_LOOKUP,
                                          .kind = b->tables[table].kind,
                                          .space = f->at->space,
                                          .a = args[0],
                                          .b = args[1],
                                          .c = args[2],
                                          .aux = (uint32_t)table,
                                          .origin = b->tables[table].origin });
}

/* Too many keys for one table: a choice between the regions' own tables. */
static vm_node_id lookup_by_region(plan_builder *b, const figure *f)
{
    vm_node_id result = missing(b, f, VM_NOT_SET);
    for (size_t r = 0; r < b->book->region_count; r++) {
        figure here = *f;
        here.region = (int32_t)r;
        text path = text_of(b->book->regions[r].path);
        vm_node_id code = policy_plan_constant(b, f->at, VM_CODE, policy_plan_code(b, path), 1, 0);
        vm_node_id is_here = policy_plan_op(b, f->at, VM_EQ, VM_BOOL, f->place, code, 0);
        result = policy_plan_if(b, is_here, lookup(b, &here, false, true), result, 0);
    }
    return result;
}

/* A fraction that no places hold stands in no table: a choice by date. */
static vm_node_id choose_by_date(plan_builder *b, const figure *f)
{
    int32_t *days;
    size_t count = versions_breaks(b->memory, b->book, f->param, f->region, &days);
    vm_node_id result = VM_NONE;
    for (size_t i = 0; i < count; i++) {
        const version *v = versions_at(b->book, f->param, f->region, days[i], NULL);
        vm_node_id value = v ? constant_node(b, f, v, NULL) : missing(b, f, why_missing(b, f));
        if (result == VM_NONE) {
            result = value;
            continue;
        }
        vm_node_id since = policy_plan_constant(b, f->at, VM_DAY, days[i], 1, 0);
        vm_node_id is_since = policy_plan_op(b, f->at, VM_GE, VM_BOOL, f->day, since, 0);
        result = policy_plan_if(b, is_since, value, result, 0);
    }
    return result;
}

/* ---- where and when ---- */

static vm_node_id day_of(plan_builder *b, plan_place *at, const typed *date)
{
    vm_node_id node = policy_plan_expr(b, date, at, VM_DAY);
    if (date->type.is_any || date->type.base == POLICY_DATE) return node;
    if (date->type.base == POLICY_YEAR)
        node = policy_plan_op(b, at, VM_MONTH_FROM, VM_MONTH, node,
                              policy_plan_constant(b, at, VM_NUMBER, 1, 1, 0), 0);
    return policy_plan_op(b, at, VM_FIRST_DAY, VM_DAY, node, VM_NONE, 0);
}

static void choose_day(plan_builder *b, const typed *t, figure *f)
{
    f->on_day = f->at->on_day;
    f->day = VM_NONE;
    if (!t->date) {
        /* One version for all dates needs no date. */
        int32_t *days;
        bool is_steady = versions_breaks(b->memory, b->book, f->param, f->region, &days) == 1;
        if (!is_steady || f->param->has_layers) f->day = policy_plan_row_day(b, f->at);
        return;
    }
    vm_constant value;
    f->day = day_of(b, f->at, t->date);
    if (!policy_plan_is_constant(b, f->day, &value)) return;
    f->on_day = (int32_t)value.num;
    f->day = VM_NONE;
}

/* False: a place written in the pack that no pack knows. */
static bool choose_place(plan_builder *b, const typed *t, figure *f)
{
    f->region = f->at->region;
    f->place = VM_NONE;
    if (!f->param->has_layers) {
        f->region = f->param->pack->region;
        return true;
    }
    if (!t->place) {
        f->place = policy_plan_row_place(b, f->at);
        return true;
    }
    vm_constant value;
    f->place = policy_plan_expr(b, t->place, f->at, VM_CODE);
    if (!policy_plan_is_constant(b, f->place, &value)) return true;
    f->region = regions_find(b->book, text_of(b->codes[(size_t)value.num]));
    f->place = VM_NONE;
    return f->region >= 0;
}

static vm_node_id plan_figure(plan_builder *b, const figure *f)
{
    bool has_day = f->day != VM_NONE, has_region = f->place != VM_NONE;
    constant keys[KEYS_MAX];
    if (!has_day && !has_region) {
        if (f->param->key_count == 0) {
            const version *v = versions_at(b->book, f->param, f->region, f->on_day, NULL);
            return v ? constant_node(b, f, v, NULL) : missing(b, f, why_missing(b, f));
        }
        if (constant_keys(b, f, keys)) return known_cell(b, f, keys);
    }
    if (f->param->key_count == 0 && f->param->public->type.is_exact && !has_region)
        return choose_by_date(b, f);
    if (has_day + has_region + f->param->key_count > VM_TABLE_KEYS_MAX)
        return lookup_by_region(b, f);
    return lookup(b, f, has_region, has_day);
}

vm_node_id policy_plan_param(plan_builder *b, const typed *t, plan_place *at)
{
    const symbol *s = t->symbol;
    bool is_open = b->opens_figures && s->public->is_local &&
                   !versions_has_any(b->book, s, b->base.region);
    if (is_open) b->is_given[s->index] = true;
    if (b->is_given[s->index]) return policy_plan_spread(b, policy_plan_fact(b, s), at->space);
    policy_plan_touch(b, s);
    figure f = { .param = s, .at = at };
    if (!choose_place(b, t, &f)) return missing(b, &f, VM_NOT_SET);
    choose_day(b, t, &f);
    for (size_t k = 0; k < s->key_count; k++)
        f.keys[k] = policy_plan_expr(b, t->args[k], at, types_kind(s->keys[k].type.base));
    return plan_figure(b, &f);
}
