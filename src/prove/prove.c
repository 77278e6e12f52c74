#include "prove/prove_internal.h"

#include <string.h>

const char *prove_verdict_name(prove_verdict verdict, bool is_chinese)
{
    static const char *const NAMES[][2] = {
        [PROVE_PROVED] = { "proved", "已证明" },
        [PROVE_REFUTED] = { "refuted", "已反驳" },
        [PROVE_NOT_PROVED] = { "not proved", "未证明" },
    };
    return NAMES[verdict][is_chinese];
}

static void cone_walk(const vm_plan *plan, vm_node_id id, bool *in)
{
    if (id == VM_NONE || in[id]) return;
    in[id] = true;
    const vm_node *node = &plan->nodes[id];
    if (node->op == VM_CONST || node->op == VM_INPUT || node->op == VM_UNKNOWN ||
        node->op == VM_FAIL || node->op == VM_CARRY || node->op == VM_ROW_INDEX)
        return;
    cone_walk(plan, node->a, in);
    cone_walk(plan, node->b, in);
    cone_walk(plan, node->c, in);
}

bool *prove_cone_nodes(arena *a, const prove_property *p)
{
    const vm_plan *plan = prove_plan(p);
    bool *in = ARENA_ARRAY(a, bool, plan->node_count + 1);
    cone_walk(plan, prove_node(p, p->subject), in);
    if (p->kind == PROVE_BETWEEN) {
        cone_walk(plan, prove_node(p, p->low), in);
        cone_walk(plan, prove_node(p, p->high), in);
    }
    if (p->where != PROVE_NO_OUTPUT) cone_walk(plan, prove_node(p, (size_t)p->where), in);
    return in;
}

bool *prove_cone_inputs(arena *a, const prove_property *p)
{
    const vm_plan *plan = prove_plan(p);
    const bool *nodes = prove_cone_nodes(a, p);
    bool *inputs = ARENA_ARRAY(a, bool, plan->input_count + 1);
    for (size_t n = 0; n < plan->node_count; n++)
        if (nodes[n] && plan->nodes[n].op == VM_INPUT) inputs[plan->nodes[n].aux] = true;
    return inputs;
}

bool prove_has_rows(const prove_property *p)
{
    const vm_plan *plan = prove_plan(p);
    for (size_t n = 0; n < plan->node_count; n++)
        if (plan->nodes[n].space != 0) return true;
    return false;
}

runner prove_runner_open(arena *a, const prove_property *p, size_t lanes_max)
{
    const vm_plan *plan = prove_plan(p);
    runner r = { .machine = vm_machine_open(a, p->program, (vm_machine_options){ 0 }),
                 .lanes_max = lanes_max };
    r.outputs = ARENA_ARRAY(a, column, plan->output_count + 1);
    for (size_t o = 0; o < plan->output_count; o++) {
        r.outputs[o].value = ARENA_ARRAY(a, int64_t, lanes_max);
        r.outputs[o].reason = ARENA_ARRAY(a, uint32_t, lanes_max);
    }
    return r;
}

void prove_runner_run(runner *r, const prove_property *p, const column *inputs, size_t count)
{
    for (size_t o = 0; o < prove_plan(p)->output_count; o++)
        r->outputs[o].count = count;
    vm_batch batch = { .count = count, .inputs = inputs, .row_until = NULL };
    vm_run(r->machine, &batch, r->outputs);
}

bool prove_is_spoken_of(const prove_property *p, const runner *r, size_t lane)
{
    if (p->where == PROVE_NO_OUTPUT) return true;
    const column *where = &r->outputs[p->where];
    return where->reason[lane] == 0 && where->value[lane] != 0;
}

bool prove_breaks_pair(const prove_property *p, const runner *before, const runner *after,
                       size_t lane)
{
    const column *b = &before->outputs[p->subject], *a = &after->outputs[p->subject];
    if (b->reason[lane] || a->reason[lane]) return false;
    if (!prove_is_spoken_of(p, before, lane) || !prove_is_spoken_of(p, after, lane)) return false;
    i128 change = (i128)a->value[lane] - b->value[lane];
    if (!p->is_rising) change = -change;
    return p->is_strict ? change <= 0 : change < -(i128)p->slack;
}

/* Outputs may be stored by different decimals: compared by the most there are. */
static i128 scaled(const prove_property *p, size_t output, int64_t stored)
{
    const vm_plan *plan = prove_plan(p);
    const vm_node *node = &plan->nodes[plan->outputs[output].node];
    int decimals = node->op == VM_BOUND ? plan->bounds[node->aux].decimals : 0;
    return (i128)stored * i128_pow10(18 - decimals);
}

bool prove_breaks_one(const prove_property *p, const runner *r, size_t lane)
{
    const column *s = &r->outputs[p->subject];
    if (!prove_is_spoken_of(p, r, lane)) return false;
    if (p->kind == PROVE_TOTAL) return s->reason[lane] != 0;
    if (s->reason[lane]) return false;
    if (p->kind == PROVE_ALWAYS) return s->value[lane] == 0;
    const column *low = &r->outputs[p->low], *high = &r->outputs[p->high];
    i128 value = scaled(p, p->subject, s->value[lane]);
    return (!low->reason[lane] && value < scaled(p, p->low, low->value[lane])) ||
           (!high->reason[lane] && value > scaled(p, p->high, high->value[lane]));
}

void prove_refute(arena *a, const prove_property *p, prove_result *result, const column *inputs,
                  size_t lane, const char *way)
{
    size_t count = prove_plan(p)->input_count;
    int64_t *values = ARENA_ARRAY(a, int64_t, count + 1);
    for (size_t i = 0; i < count; i++)
        values[i] = inputs[i].value[lane];
    result->verdict = PROVE_REFUTED;
    result->way = way;
    result->inputs = values;
}

static bool is_bound_to_inputs(const prove_property *p)
{
    return p->kind == PROVE_CLIFFS || p->kind == PROVE_MONOTONE;
}

static bool give_up(prove_result *result, const char *because, const char *because_zh)
{
    result->verdict = PROVE_NOT_PROVED;
    result->because = because;
    result->because_zh = because_zh;
    return false;
}

static void run_ways(arena *a, const prove_property *property, prove_result *result)
{
    bool (*const compose)(arena *, const prove_property *, prove_result *) =
        property->kind == PROVE_MONOTONE ? compose_monotone
        : property->kind == PROVE_TOTAL  ? prove_total
                                         : compose_range;
    if (compose(a, property, result)) return;
    if (prove_has_rows(property)) {
        if (prove_cases(a, property, result)) return;
        give_up(result, "it looks at rows, and composition did not settle it",
                "规则涉及多行记录，且组合推理未能得出结论");
        return;
    }
    if (!property->is_unscanned && scan_exhaust(a, property, result)) return;
    if (!property->is_unscanned && scan_search(a, property, result)) return;
    if (prove_cases(a, property, result)) return;
    if (property->has_z3 && prove_has_z3()) {
        prove_lemma(a, property, result);
        return;
    }
    give_up(result, "composition and search did not settle it and Z3 is not there",
            "组合推理与搜索未能得出结论，且本机没有 Z3");
}

prove_result prove_run(arena *a, const prove_property *asked)
{
    prove_result result = { .verdict = PROVE_NOT_PROVED };
    const prove_property *property = asked;
    const vm_plan *plan = prove_plan(property);
    if (is_bound_to_inputs(property) && property->along >= plan->input_count) {
        give_up(&result, "the rule does not depend on that input", "规则与该输入无关");
        return result;
    }
    if (property->kind == PROVE_CLIFFS) {
        scan_cliffs(a, property, &result);
        return result;
    }
    prove_property narrow = prove_narrow(a, asked, NULL, false);
    property = &narrow;
    run_ways(a, property, &result);
    bool may_be_empty = result.verdict == PROVE_PROVED && !prove_has_rows(property);
    if (may_be_empty && !scan_speaks_of_someone(a, property))
        give_up(&result, "nobody among those looked at has a value: it may speak of no one",
                "所查各例均无结果，命题可能不涉及任何人");
    return result;
}
