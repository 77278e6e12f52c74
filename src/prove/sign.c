/* Signs: is a node never negative, also where the ranges of the vm are too wide to say so? */
#include "prove/prove_internal.h"

enum { DEPTH_MAX = 40 };

/* A value looked up, also on a line between two cells, lies between the least and the greatest. */
static vm_range range_of_table(const vm_table *t, vm_range wide)
{
    vm_range range = { 0, 0, t->decimals };
    bool has_any = false;
    for (size_t i = 0; i < t->cell_count; i++) {
        if (t->cells[i].is_absent) continue;
        int64_t value = t->cells[i].value;
        if (!has_any || value < range.min) range.min = value;
        if (!has_any || value > range.max) range.max = value;
        has_any = true;
    }
    return has_any ? range : wide;
}

static vm_node_id bare(const vm_plan *plan, vm_node_id id)
{
    while (plan->nodes[id].op == VM_BOUND || plan->nodes[id].op == VM_SPREAD)
        id = plan->nodes[id].a;
    return id;
}

vm_range sign_range(const prove_property *p, vm_node_id id)
{
    const vm_plan *plan = prove_plan(p);
    const vm_node *n = &plan->nodes[bare(plan, id)];
    vm_range wide = vm_node_range(p->program, id);
    if (n->op != VM_LOOKUP || n->kind != VM_NUMBER) return wide;
    vm_range table = range_of_table(&plan->tables[n->aux], wide);
    return table.min >= 0 || wide.decimals < 0 ? table : wide;
}

static bool is_not_negative(const prove_property *p, vm_node_id id, int depth)
{
    const vm_plan *plan = prove_plan(p);
    const vm_node *n = &plan->nodes[id];
    if (n->kind != VM_NUMBER || depth > DEPTH_MAX) return false;
    if (vm_node_range(p->program, id).min >= 0) return true;
    bool (*const is)(const prove_property *, vm_node_id, int) = is_not_negative;
    switch (n->op) {
    case VM_LOOKUP: return sign_range(p, id).min >= 0;
    case VM_BOUND:
    case VM_SPREAD:
    case VM_ROUND: return is(p, n->a, depth + 1);
    case VM_ABS: return true;
    case VM_MAX: return is(p, n->a, depth + 1) || is(p, n->b, depth + 1);
    case VM_ADD:
    case VM_MUL:
    case VM_DIV:
    case VM_MIN:
    case VM_ELSE: return is(p, n->a, depth + 1) && is(p, n->b, depth + 1);
    case VM_IF: return is(p, n->b, depth + 1) && is(p, n->c, depth + 1);
    case VM_COUNT: return true;
    case VM_SUM:
    case VM_SUM_SAME:
    case VM_AGG_MIN:
    case VM_AGG_MAX:
    case VM_FIRST:
    case VM_LAST:
    case VM_PREVIOUS: return is(p, n->a, depth + 1);
    default: return false;
    }
}

bool sign_is_not_negative(const prove_property *p, vm_node_id id)
{
    return is_not_negative(p, id, 0);
}
