/* seal - a plan is checked, its cone found, and lowered for each tier's bounds. */
#include "vm/vm_internal.h"

static void find_cone(const vm_plan *plan, bool *is_used)
{
    for (size_t o = 0; o < plan->output_count; o++) is_used[plan->outputs[o].node] = true;
    for (size_t n = plan->node_count; n-- > 0;) {
        if (!is_used[n]) continue;
        const uint32_t args[3] = { plan->nodes[n].a, plan->nodes[n].b, plan->nodes[n].c };
        for (int k = 0; k < 3; k++)
            if (args[k] != VM_NONE) is_used[args[k]] = true;
    }
}

/* Nodes that depend on the value a fold has so far; they live only in the fold's body. */
static const char *find_carried(const vm_program *p, uint32_t node)
{
    const vm_node *n = &p->plan->nodes[node];
    const uint32_t args[3] = { n->a, n->b, n->c };
    bool is_carried = n->op == VM_CARRY;
    for (int k = 0; k < 3; k++) {
        if (args[k] == VM_NONE || !p->is_carried[args[k]]) continue;
        if (n->op == VM_FOLD && k == 0) continue;
        if (n->op == VM_FOLD || n->op == VM_PREVIOUS || n->op == VM_SUM_SAME ||
            p->plan->nodes[args[k]].space != n->space)
            return "a fold's value so far leaves its body";
        is_carried = true;
    }
    p->is_carried[node] = is_carried;
    return NULL;
}

/* Bounds that most or nearly all blocks keep, by decimals: rates and indexes have many, money two. */
static const int64_t LIMITS[VM_TIER_STATED][9] = {
    [VM_TIER_TIGHT] = { 1000, 10000, 100000000, 1000000, 100000, 1000000, 10000000, 100000000,
                        1000000000 },
    [VM_TIER_NARROW] = { 100000, 1000000, 10000000000, 100000000, 100000000, 1000000000, 100000000,
                         1000000000, 10000000000 },
};

static void narrow_bounds(const vm_input *i, int tier, int64_t *min, int64_t *max)
{
    *min = i->min, *max = i->max;
    if (i->kind != VM_NUMBER || tier == VM_TIER_STATED || i->decimals >= 9) return;
    int64_t limit = LIMITS[tier][i->decimals];
    if (*min < -limit && *max > -limit) *min = -limit;
    if (*max > limit && *min < limit) *max = limit;
}

static void set_bounds(arena *process, const vm_plan *plan, vm_program *p, int tier)
{
    int64_t *min = ARENA_ARRAY(process, int64_t, plan->input_count + 1);
    int64_t *max = ARENA_ARRAY(process, int64_t, plan->input_count + 1);
    for (size_t i = 0; i < plan->input_count; i++)
        narrow_bounds(&plan->inputs[i], tier, &min[i], &max[i]);
    p->tiers[tier].input_min = min, p->tiers[tier].input_max = max;
}

static err lower_tiers(arena *process, vm_program *p)
{
    for (int t = VM_TIER_COUNT; t-- > 0;) {
        vm_lower_fault fault;
        set_bounds(process, p->plan, p, t);
        if (vm_lower_tier(process, p, &p->tiers[t], &fault)) continue;
        if (fault.failure) return vm_plan_error(&VM_BAD_PLAN, p->plan, fault.node, fault.failure);
        char *which = text_cstr(process, text_format(process, "node %u (%s)", fault.node,
                                                     vm_op_about(p->plan->nodes[fault.node].op)->name));
        return vm_plan_error(&VM_TOO_WIDE, p->plan, fault.node, which);
    }
    return ERR_NONE;
}

err vm_seal(arena *process, const vm_plan *plan, vm_program **program)
{
    TRY(vm_check_plan(plan));
    vm_program *p = ARENA_NEW(process, vm_program);
    p->plan = plan;
    p->space_count = plan->record_count + 1;
    p->is_used = ARENA_ARRAY(process, bool, plan->node_count + 1);
    p->is_carried = ARENA_ARRAY(process, bool, plan->node_count + 1);
    p->is_input_used = ARENA_ARRAY(process, bool, plan->input_count + 1);
    find_cone(plan, p->is_used);
    for (uint32_t n = 0; n < plan->node_count; n++) {
        const char *bad = find_carried(p, n);
        if (bad) return vm_plan_error(&VM_BAD_PLAN, plan, n, bad);
        const vm_node *node = &plan->nodes[n];
        if (node->op == VM_INPUT && p->is_used[n]) p->is_input_used[node->aux] = true;
    }
    for (size_t o = 0; o < plan->output_count; o++)
        if (p->is_carried[plan->outputs[o].node])
            return vm_plan_error(&VM_BAD_PLAN, plan, plan->outputs[o].node,
                                 "a fold's value so far leaves its body");
    p->finders = ARENA_ARRAY(process, vm_finder, plan->table_count + 1);
    for (size_t t = 0; t < plan->table_count; t++)
        vm_finder_open(process, &plan->tables[t], &p->finders[t]);
    TRY(lower_tiers(process, p));
    *program = p;
    return ERR_NONE;
}

const vm_plan *vm_program_plan(const vm_program *program)
{
    return program->plan;
}
