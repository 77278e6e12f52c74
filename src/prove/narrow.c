/* Narrowing: the same property over a smaller plan. What is fixed by `with`, by a case, or by a
 * comparison in `where` narrows the inputs; nodes that can then have one value only become
 * constants (the machine computes them), choices that can then go one way only are cut, and tables
 * keep the cells that can still be reached. Node and output numbers stay as they are. */
#include <string.h>

#include "prove/narrow.h"

static void narrow_input(vm_input *input, i128 min, i128 max)
{
    if (min > input->min) input->min = (int64_t)(min > input->max ? input->max : min);
    if (max < input->max) input->max = (int64_t)(max < input->min ? input->min : max);
}

bool narrow_stored_near(vm_constant c, i128 scale, bool is_up, i128 *stored)
{
    i128 top;
    if (!i128_mul(c.num, scale, &top)) return false;
    *stored = top / c.den;
    bool is_whole = top % c.den == 0;
    if (!is_whole && top < 0 && !is_up) --*stored;
    if (!is_whole && top > 0 && is_up) ++*stored;
    return true;
}

/* `input op constant` is true: what is left of the input. */
static void narrow_by(narrower *w, const vm_node *input, vm_op op, const vm_node *constant)
{
    bool is_code = input->kind == VM_CODE && op != VM_EQ; /* codes have no order */
    if (input->op != VM_INPUT || constant->op != VM_CONST || is_code) return;
    vm_input *about = &w->inputs[input->aux];
    i128 scale = about->kind == VM_NUMBER ? i128_pow10(about->decimals) : 1, low, high;
    vm_constant c = w->constants[constant->aux];
    bool is_strict = op == VM_LT || op == VM_GT;
    /* x > 2.5 is x >= 3, and x > 2 is x >= 3 too */
    if (!narrow_stored_near(c, scale, !is_strict, &low) ||
        !narrow_stored_near(c, scale, is_strict, &high))
        return;
    bool is_below = op == VM_LT || op == VM_LE || op == VM_EQ;
    bool is_above = op == VM_GT || op == VM_GE || op == VM_EQ;
    narrow_input(about, is_above ? low + is_strict : INT64_MIN,
                 is_below ? high - is_strict : INT64_MAX);
}

static vm_op mirrored(vm_op op)
{
    switch (op) {
    case VM_LT: return VM_GT;
    case VM_LE: return VM_GE;
    case VM_GT: return VM_LT;
    case VM_GE: return VM_LE;
    default: return op;
    }
}

static void narrow_by_condition(narrower *w, vm_node_id id)
{
    const vm_node *n = &w->nodes[id];
    if (n->op == VM_AND) {
        narrow_by_condition(w, n->a);
        narrow_by_condition(w, n->b);
        return;
    }
    if (n->op == VM_INPUT) narrow_input(&w->inputs[n->aux], 1, 1);
    if (n->op == VM_NOT && w->nodes[n->a].op == VM_INPUT)
        narrow_input(&w->inputs[w->nodes[n->a].aux], 0, 0);
    if (n->op < VM_EQ || n->op > VM_GE || n->op == VM_NE) return;
    narrow_by(w, &w->nodes[n->a], n->op, &w->nodes[n->b]);
    narrow_by(w, &w->nodes[n->b], mirrored(n->op), &w->nodes[n->a]);
}

static bool is_const(const narrower *w, vm_node_id id)
{
    return id != VM_NONE && w->nodes[id].op == VM_CONST;
}

static i128 const_of(const narrower *w, vm_node_id id)
{
    return w->constants[w->nodes[id].aux].num;
}

static void become_constant(narrower *w, vm_node *n, i128 num, i128 den)
{
    w->constants[w->constant_count] = (vm_constant){ num, den };
    n->op = VM_CONST;
    n->mode = 0;
    n->a = n->b = n->c = VM_NONE;
    n->aux = (uint32_t)w->constant_count++;
}

/* A constant for the machine to compute: all that it looks at stands still. */
static bool stands_still(const narrower *w, vm_node_id id)
{
    const vm_node *n = &w->nodes[id];
    if (n->space != 0 || w->is_kept[id] || n->op >= VM_SPREAD) return false;
    if (n->op == VM_INPUT) return w->inputs[n->aux].min == w->inputs[n->aux].max;
    if (n->op < VM_ADD) return false;
    return (n->a == VM_NONE || is_const(w, n->a)) && (n->b == VM_NONE || is_const(w, n->b)) &&
           (n->c == VM_NONE || is_const(w, n->c));
}

static vm_node_id without_bound(const narrower *w, vm_node_id id)
{
    while (w->nodes[id].op == VM_BOUND)
        id = w->nodes[id].a;
    return id;
}

bool narrow_limits(const narrower *w, vm_node_id id, i128 *min, i128 *max, int *decimals)
{
    const vm_node *n = &w->nodes[w->is_loose ? without_bound(w, id) : id];
    *decimals = 0;
    if (n->op == VM_CONST && n->kind != VM_NUMBER) {
        *min = *max = w->constants[n->aux].num;
        return true;
    }
    if (n->op == VM_CONST && w->constants[n->aux].den == 1) {
        *min = *max = w->constants[n->aux].num;
        return true;
    }
    if (n->op == VM_INPUT) {
        *min = w->inputs[n->aux].min;
        *max = w->inputs[n->aux].max;
        if (n->kind == VM_NUMBER) *decimals = w->inputs[n->aux].decimals;
        return true;
    }
    if (!w->is_loose || n->kind != VM_NUMBER) return false;
    vm_range range = vm_node_range(w->p->program, id);
    if (range.decimals < 0 || range.decimals > 18) return false;
    *min = range.min;
    *max = range.max;
    *decimals = range.decimals;
    return true;
}

/* Does the comparison come out the same for all that is left? -1: no; else 0 or 1. */
static int decided(const narrower *w, const vm_node *n)
{
    i128 a_min, a_max, b_min, b_max, k, l;
    int a_places, b_places;
    if (n->op < VM_EQ || n->op > VM_GE || w->nodes[n->a].kind == VM_CODE ||
        w->nodes[n->a].kind == VM_BOOL)
        return -1;
    if (!narrow_limits(w, n->a, &a_min, &a_max, &a_places) ||
        !narrow_limits(w, n->b, &b_min, &b_max, &b_places))
        return -1;
    k = i128_pow10(a_places > b_places ? 0 : b_places - a_places);
    l = i128_pow10(a_places > b_places ? a_places - b_places : 0);
    if (!i128_mul(a_min, k, &a_min) || !i128_mul(a_max, k, &a_max) || !i128_mul(b_min, l, &b_min) ||
        !i128_mul(b_max, l, &b_max))
        return -1;
    switch (n->op) {
    case VM_LT: return a_max < b_min ? 1 : a_min >= b_max ? 0 : -1;
    case VM_LE: return a_max <= b_min ? 1 : a_min > b_max ? 0 : -1;
    case VM_GT: return a_min > b_max ? 1 : a_max <= b_min ? 0 : -1;
    case VM_GE: return a_min >= b_max ? 1 : a_max < b_min ? 0 : -1;
    case VM_EQ: return a_max < b_min || a_min > b_max ? 0 : -1;
    default: return a_max < b_min || a_min > b_max ? 1 : -1;
    }
}

/* The node that always has this node's value, or the node itself. */
static vm_node_id same_as(const narrower *w, vm_node_id id)
{
    const vm_node *n = &w->nodes[id];
    if (n->op == VM_IF && is_const(w, n->a)) return const_of(w, n->a) ? n->b : n->c;
    if (n->op == VM_AND && is_const(w, n->a)) return const_of(w, n->a) ? n->b : n->a;
    if (n->op == VM_AND && is_const(w, n->b)) return const_of(w, n->b) ? n->a : n->b;
    if (n->op == VM_OR && is_const(w, n->a)) return const_of(w, n->a) ? n->a : n->b;
    if (n->op == VM_OR && is_const(w, n->b)) return const_of(w, n->b) ? n->b : n->a;
    if (n->op == VM_ELSE && (n->a == n->b || !prove_may_be_unknown(&w->plan, n->a))) return n->a;
    return id;
}

/* ---- the whole ---- */

static void narrow_node(arena *a, narrower *w, vm_node_id id)
{
    vm_node *n = &w->nodes[id];
    if (stands_still(w, id)) {
        const vm_value *value = w->trace->values[id];
        if (w->trace->lanes[id] && !value->reason && !value->is_approximate)
            become_constant(w, n, value->num, n->kind == VM_NUMBER ? value->den : 1);
        return;
    }
    int truth = decided(w, n);
    if (truth >= 0) {
        become_constant(w, n, truth, 1);
        return;
    }
    if (n->op != VM_LOOKUP) return;
    narrow_table_lookup(a, w, n);
}

static vm_trace trace_at_least(arena *a, const prove_property *p, const vm_input *inputs)
{
    const vm_plan *plan = prove_plan(p);
    column *columns = ARENA_ARRAY(a, column, plan->input_count + 1);
    const uint32_t **until = ARENA_ARRAY(a, const uint32_t *, plan->record_count + 1);
    for (size_t r = 0; r < plan->record_count; r++)
        until[r] = ARENA_ARRAY(a, uint32_t, 1);
    for (size_t i = 0; i < plan->input_count; i++) {
        columns[i] = column_open(a, 1);
        columns[i].count = plan->inputs[i].space == 0;
        columns[i].value[0] = inputs[i].min;
    }
    vm_batch batch = { 1, columns, until };
    vm_machine *machine = vm_machine_open(a, p->program, (vm_machine_options){ .block_lanes = 1 });
    return vm_trace_subject(a, machine, &batch, 0);
}

static void open_copies(arena *a, narrower *w, const prove_limits *limits)
{
    const vm_plan *plan = prove_plan(w->p);
    w->plan = *plan;
    w->nodes = ARENA_ARRAY(a, vm_node, plan->node_count + 1);
    memcpy(w->nodes, plan->nodes, plan->node_count * sizeof *w->nodes);
    w->plan.nodes = w->nodes;
    w->constants = ARENA_ARRAY(a, vm_constant, plan->constant_count + plan->node_count + 1);
    if (plan->constant_count)
        memcpy(w->constants, plan->constants, plan->constant_count * sizeof *w->constants);
    w->constant_count = plan->constant_count;
    w->tables = ARENA_ARRAY(a, vm_table, plan->table_count + 3 * plan->node_count + 1);
    if (plan->table_count) memcpy(w->tables, plan->tables, plan->table_count * sizeof *w->tables);
    w->table_count = plan->table_count;
    w->inputs = ARENA_ARRAY(a, vm_input, plan->input_count + 1);
    for (size_t i = 0; i < plan->input_count; i++) {
        vm_input *input = &w->inputs[i];
        *input = plan->inputs[i];
        bool is_fixed = prove_is_fixed(w->p, i) && w->p->fixed[i] >= input->min &&
                        w->p->fixed[i] <= input->max && input->space == 0;
        if (is_fixed) input->min = input->max = w->p->fixed[i];
        if (limits) narrow_input(input, limits->min[i], limits->max[i]);
    }
}

prove_property prove_narrow(arena *a, const prove_property *p, const prove_limits *limits,
                            bool is_loose)
{
    const vm_plan *plan = prove_plan(p);
    narrower w = { .p = p, .is_loose = is_loose };
    open_copies(a, &w, limits);
    if (p->where != PROVE_NO_OUTPUT && p->kind != PROVE_CLIFFS)
        narrow_by_condition(&w, prove_node(p, (size_t)p->where));
    vm_trace trace = trace_at_least(a, p, w.inputs);
    w.trace = &trace;
    w.is_kept = ARENA_ARRAY(a, bool, plan->node_count + 1);
    for (size_t o = 0; o < plan->output_count; o++)
        w.is_kept[plan->outputs[o].node] = plan->nodes[plan->outputs[o].node].kind == VM_NUMBER;
    vm_node_id *now = ARENA_ARRAY(a, vm_node_id, plan->node_count + 1);
    for (size_t id = 0; id < plan->node_count; id++) {
        vm_node *n = &w.nodes[id];
        vm_node_id *args[] = { &n->a, &n->b, &n->c };
        for (size_t k = 0; k < 3; k++)
            if (*args[k] != VM_NONE && n->op >= VM_ADD) *args[k] = now[*args[k]];
        narrow_node(a, &w, (vm_node_id)id);
        now[id] = same_as(&w, (vm_node_id)id);
    }
    vm_output *outputs = ARENA_ARRAY(a, vm_output, plan->output_count + 1);
    for (size_t o = 0; o < plan->output_count; o++) {
        outputs[o] = plan->outputs[o];
        outputs[o].node = now[outputs[o].node];
    }
    vm_plan *made = ARENA_NEW(a, vm_plan);
    *made = w.plan;
    made->nodes = w.nodes;
    made->constants = w.constants;
    made->constant_count = w.constant_count;
    made->tables = w.tables;
    made->table_count = w.table_count;
    made->inputs = w.inputs;
    made->outputs = outputs;
    prove_property out = *p;
    vm_program *program;
    if (vm_seal(a, made, &program).kind) return *p;
    out.program = program;
    return out;
}
