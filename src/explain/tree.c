/* Builds the tree: one reason a named thing, its children what it was computed from. */
#include <string.h>

#include "explain/explain_internal.h"

typedef struct {
    vm_node_id *items;
    size_t count, capacity;
} node_list;

/* Two nodes that tell the same: one figure of the law taken twice. */
static bool tells_same(const teller *t, vm_node_id a, vm_node_id b)
{
    const vm_node *x = explain_node(t, a), *y = explain_node(t, b);
    const vm_origin *o = explain_origin(t, a), *p = explain_origin(t, b);
    if (a == b) return true;
    if (x->op != y->op || o->role != p->role || !o->name || !p->name || strcmp(o->name, p->name))
        return false;
    bool is_same_argument = x->a == y->a && x->b == y->b && x->c == y->c;
    if (x->op == VM_CONST) {
        vm_constant c = t->plan->constants[x->aux], d = t->plan->constants[y->aux];
        return c.num == d.num && c.den == d.den;
    }
    return x->op == VM_FAIL || (is_same_argument && x->aux == y->aux);
}

static void list_add(teller *t, node_list *list, vm_node_id id)
{
    for (size_t i = 0; i < list->count; i++)
        if (tells_same(t, id, list->items[i])) return;
    ARENA_PUSH(t->memory, list->items, list->count, list->capacity, id);
}

/* What a walk below one rule collects: leaves of the subject, aggregates with rows, conditions. */
typedef struct {
    teller *t;
    vm_node_id root;
    node_list leaves, aggregates, conditions;
    bool *seen;
} gathering;

static void gather(gathering *g, vm_node_id id);

static void gather_condition(gathering *g, vm_node_id id)
{
    if (formula_is_leaf(g->t, id, g->root) || explain_node(g->t, id)->space != 0) return;
    list_add(g->t, &g->conditions, id);
}

static void gather_choice(gathering *g, const vm_node *node)
{
    vm_value condition = explain_at(g->t, node->a, 0);
    gather(g, node->a);
    if (node->op == VM_ELSE) {
        if (vm_reason_is_unknown(condition.reason)) gather(g, node->b);
        return;
    }
    gather_condition(g, node->a);
    if (condition.reason) return; /* which branch is not known: the condition is the reason */
    gather(g, condition.num ? node->b : node->c);
}

static void gather(gathering *g, vm_node_id id)
{
    teller *t = g->t;
    if (id == VM_NONE || id >= t->plan->node_count || g->seen[id]) return;
    g->seen[id] = true;
    const vm_node *node = explain_node(t, id);
    if (formula_is_leaf(t, id, g->root)) {
        if (node->op == VM_SPREAD) gather(g, node->a);
        else if (node->space == 0) list_add(t, &g->leaves, id);
        if (node->op == VM_LOOKUP && node->space == 0) {
            gather(g, node->a);
            gather(g, node->b);
            gather(g, node->c);
        }
        return;
    }
    if (node->space == 0 && (node->op == VM_IF || node->op == VM_ELSE)) {
        gather_choice(g, node);
        return;
    }
    if (node->space == 0 && node->a != VM_NONE && explain_node(t, node->a)->space != 0)
        list_add(t, &g->aggregates, id);
    if (node->op == VM_CONST || node->op == VM_INPUT || node->op == VM_UNKNOWN ||
        node->op == VM_FAIL || node->op == VM_CARRY)
        return;
    gather(g, node->a);
    gather(g, node->b);
    gather(g, node->c);
}

/* ---- rows ---- */

static void gather_columns(teller *t, vm_node_id id, node_list *columns, bool *seen)
{
    if (id == VM_NONE || seen[id]) return;
    seen[id] = true;
    const vm_node *node = explain_node(t, id);
    if (node->space == 0) return;
    const vm_origin *origin = explain_origin(t, id);
    bool is_named =
        origin->name && (origin->role == VM_ROLE_INPUT || origin->role == VM_ROLE_PARAMETER ||
                         origin->role == VM_ROLE_VARIABLE);
    if (node->op != VM_CONST && node->op != VM_INPUT && node->op != VM_SPREAD) {
        gather_columns(t, node->a, columns, seen);
        gather_columns(t, node->b, columns, seen);
        gather_columns(t, node->c, columns, seen);
    }
    if (!is_named || node->op == VM_CONST || node->op == VM_SPREAD || node->op == VM_FAIL) return;
    for (size_t i = 0; i < columns->count; i++)
        if (explain_origin(t, columns->items[i]) == origin) {
            columns->items[i] = id; /* the outermost node of a variable is its value */
            return;
        }
    ARENA_PUSH(t->memory, columns->items, columns->count, columns->capacity, id);
}

/* The column is named above: the fault alone is enough. */
static text fault_of_cell(const teller *t, uint32_t reason)
{
    const vm_reason_row *row = vm_reason_about(VM_REASON_KIND(reason));
    return text_of(t->is_chinese ? row->says_zh : row->says);
}

/* A figure that is missing in every row did not enter a sum that has a value. */
static void drop_unused(const teller *t, node_list *columns)
{
    size_t kept = 0;
    for (size_t c = 0; c < columns->count; c++) {
        vm_node_id id = columns->items[c];
        bool is_used = t->trace.lanes[id] == 0;
        for (size_t r = 0; r < t->trace.lanes[id]; r++) {
            uint32_t reason = explain_at(t, id, r).reason;
            is_used = is_used || reason == 0 || vm_reason_is_unknown(reason);
        }
        if (is_used) columns->items[kept++] = id;
    }
    columns->count = kept;
}

static void rows_fill(teller *t, explain_rows *rows, const node_list *columns)
{
    rows->column_count = columns->count;
    rows->names = ARENA_ARRAY(t->memory, const char *, columns->count + 1);
    rows->cells = ARENA_ARRAY(t->memory, const char *, rows->row_count * columns->count + 1);
    for (size_t c = 0; c < columns->count; c++) {
        vm_node_id id = columns->items[c];
        rows->names[c] = explain_origin(t, id)->name;
        for (size_t r = 0; r < rows->row_count; r++) {
            vm_value value = explain_at(t, id, r);
            text cell = value.reason
                            ? (vm_reason_is_unknown(value.reason) ? TEXT("?")
                                                                  : fault_of_cell(t, value.reason))
                            : explain_value(t->memory, t->plan, id, value, t->is_chinese);
            rows->cells[r * columns->count + c] = cell.bytes;
        }
    }
}

static explain_rows *rows_build(teller *t, const node_list *aggregates, size_t *count)
{
    explain_rows *all = ARENA_ARRAY(t->memory, explain_rows, aggregates->count + 1);
    *count = 0;
    for (size_t i = 0; i < aggregates->count; i++) {
        const vm_node *node = explain_node(t, aggregates->items[i]);
        uint16_t space = explain_node(t, node->a)->space;
        const char *record = t->plan->records[space - 1].name;
        explain_rows *rows = NULL;
        for (size_t k = 0; k < *count; k++)
            if (strcmp(all[k].record, record) == 0) rows = &all[k];
        if (rows) continue; /* one table a record: the columns of all its aggregates */
        rows = &all[(*count)++];
        rows->record = record;
        rows->row_count = t->trace.lanes[node->a];
        node_list columns = { 0 };
        bool *seen = ARENA_ARRAY(t->memory, bool, t->plan->node_count);
        bool is_valid = true;
        for (size_t k = i; k < aggregates->count; k++) {
            const vm_node *other = explain_node(t, aggregates->items[k]);
            if (explain_node(t, other->a)->space != space) continue;
            is_valid = is_valid && explain_at(t, aggregates->items[k], 0).reason == 0;
            gather_columns(t, other->a, &columns, seen);
            gather_columns(t, other->b, &columns, seen);
        }
        if (is_valid) drop_unused(t, &columns);
        rows_fill(t, rows, &columns);
    }
    return all;
}

/* ---- reasons ---- */

static explain_condition condition_of(teller *t, vm_node_id id, vm_node_id root)
{
    const vm_origin *origin = explain_origin(t, id);
    vm_value value = explain_at(t, id, 0);
    bool is_said = origin->role == VM_ROLE_CONDITION;
    return (explain_condition){
        .node = id,
        .reads = formula_print(t, id, root, false).bytes,
        .filled = formula_print(t, id, root, true).bytes,
        .because = !is_said ? NULL : t->is_chinese || !origin->note_en ? origin->note : origin->note_en,
        .law = is_said ? origin->law : NULL,
        .is_known = value.reason == 0,
        .is_true = value.reason == 0 && value.num != 0,
    };
}

static void tell_formula(teller *t, explain_reason *reason, vm_node_id root)
{
    const vm_node *node = explain_node(t, root);
    bool is_plain = node->op == VM_INPUT || node->op == VM_CONST || node->op == VM_LOOKUP;
    vm_role role = reason->origin->role;
    if (is_plain || role == VM_ROLE_PARAMETER || role == VM_ROLE_INPUT) return;
    vm_node_id taken = formula_taken(t, root, 0);
    if (explain_node(t, taken)->op == VM_CONST && !formula_is_leaf(t, taken, root)) return;
    reason->rounding = formula_rounding(t, taken);
    vm_node_id inner = taken;
    if (reason->rounding) {
        inner = explain_node(t, taken)->a;
        vm_value before = explain_at(t, inner, 0), after = explain_at(t, taken, 0);
        if (!before.reason && (before.num != after.num || before.den != after.den))
            reason->unrounded =
                explain_value(t->memory, t->plan, root, before, t->is_chinese).bytes;
    }
    const char *source = explain_origin(t, taken)->source;
    reason->formula = source && !formula_is_leaf(t, taken, root)
                          ? source
                          : formula_print(t, inner, root, false).bytes;
    reason->filled = formula_print(t, inner, root, true).bytes;
}

static void tell_children(teller *t, explain_reason *reason, const node_list *leaves)
{
    const explain_reason **children =
        ARENA_ARRAY(t->memory, const explain_reason *, leaves->count + 1);
    for (size_t i = 0; i < leaves->count; i++)
        children[i] = tree_build(t, leaves->items[i]);
    reason->children = children;
    reason->child_count = leaves->count;
}

/* The dated row of a table that the lookup found, else the node's own origin. */
static const vm_origin *cell_origin(const teller *t, vm_node_id id)
{
    const vm_node *node = explain_node(t, id);
    const vm_origin *own = explain_origin(t, id);
    if (node->op != VM_LOOKUP || node->space != 0 || explain_at(t, id, 0).reason) return own;
    const vm_table *table = &t->plan->tables[node->aux];
    const vm_node_id keys[] = { node->a, node->b, node->c };
    const vm_cell *found = NULL;
    for (size_t i = 0; i < table->cell_count; i++) {
        bool is_here = true;
        for (size_t k = 0; k < table->key_count && is_here; k++) {
            vm_value key = explain_at(t, keys[k], 0);
            i128 scaled = key.num * i128_pow10(table->key_decimals[k]) / key.den;
            is_here = table->key_mode[k] == VM_KEY_EXACT ? table->cells[i].key[k] == scaled
                                                         : table->cells[i].key[k] <= scaled;
        }
        if (is_here) found = &table->cells[i];
    }
    return found && found->origin && t->plan->origins[found->origin].role == own->role
               ? &t->plan->origins[found->origin]
               : own;
}

const explain_reason *tree_build(teller *t, vm_node_id root)
{
    explain_reason *reason = ARENA_NEW(t->memory, explain_reason);
    vm_value value = explain_at(t, root, 0);
    reason->node = root;
    reason->origin = cell_origin(t, root);
    reason->is_valid = value.reason == 0;
    bool is_input = reason->origin->role == VM_ROLE_INPUT;
    reason->is_not_given = is_input && vm_reason_is_unknown(value.reason);
    reason->value = reason->is_not_given ? explain_say(t, "unknown", "未知")
                    : value.reason
                        ? value_reason(t, value.reason).bytes
                        : explain_value(t->memory, t->plan, root, value, t->is_chinese).bytes;
    bool has_inside = explain_node(t, root)->op != VM_INPUT &&
                      explain_node(t, root)->op != VM_CONST &&
                      reason->origin->role != VM_ROLE_PARAMETER && !is_input;
    if (t->told[root]) {
        reason->is_repeat = has_inside;
        return reason;
    }
    t->told[root] = reason;
    if (!has_inside) return reason;
    tell_formula(t, reason, root);
    gathering g = { .t = t,
                    .root = root,
                    .seen = ARENA_ARRAY(t->memory, bool, t->plan->node_count) };
    gather(&g, root);
    explain_condition *conditions =
        ARENA_ARRAY(t->memory, explain_condition, g.conditions.count + 1);
    for (size_t i = 0; i < g.conditions.count; i++)
        conditions[i] = condition_of(t, g.conditions.items[i], root);
    reason->conditions = conditions;
    reason->condition_count = g.conditions.count;
    reason->rows = rows_build(t, &g.aggregates, &reason->rows_count);
    tell_children(t, reason, &g.leaves);
    return reason;
}

static void missing_walk(const teller *t, vm_node_id id, bool *seen, const char **names,
                         size_t *count)
{
    if (id == VM_NONE || seen[id]) return;
    seen[id] = true;
    const vm_node *node = explain_node(t, id);
    bool is_unknown = false;
    for (size_t lane = 0; lane < t->trace.lanes[id]; lane++)
        is_unknown = is_unknown || vm_reason_is_unknown(t->trace.values[id][lane].reason);
    if (!is_unknown) return;
    if (node->op == VM_INPUT) {
        const char *name = t->plan->inputs[node->aux].name;
        for (size_t i = 0; i < *count; i++)
            if (strcmp(names[i], name) == 0) return;
        names[(*count)++] = name;
        return;
    }
    if (node->op == VM_CONST || node->op == VM_UNKNOWN || node->op == VM_FAIL ||
        node->op == VM_CARRY)
        return;
    missing_walk(t, node->a, seen, names, count);
    missing_walk(t, node->b, seen, names, count);
    missing_walk(t, node->c, seen, names, count);
}

const char *const *tree_missing(const teller *t, vm_node_id root, size_t *count)
{
    const char **names = ARENA_ARRAY(t->memory, const char *, t->plan->input_count + 1);
    bool *seen = ARENA_ARRAY(t->memory, bool, t->plan->node_count);
    *count = 0;
    missing_walk(t, root, seen, names, count);
    return names;
}
