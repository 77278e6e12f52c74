/* Case by case: the inputs of few values are fixed in turn, the input that moves is held to one
 * step, and composition (then Z3, where the cases are few) settles each. One case that is not
 * proved leaves the whole open. */
#include "prove/prove_internal.h"

enum { CASES_MAX = 4000, LEMMAS_MAX = 64, WIDTH_MAX = 1500, INPUTS_MAX = 64 };

bool prove_may_be_unknown(const vm_plan *plan, vm_node_id node)
{
    /* arguments come before their nodes, so one walk down the list sees the whole cone */
    bool in[4096] = { false };
    if (plan->node_count > ARRAY_COUNT(in)) return true;
    in[node] = true;
    for (size_t i = (size_t)node + 1; i-- > 0;) {
        const vm_node *n = &plan->nodes[i];
        if (!in[i]) continue;
        switch (n->op) {
        case VM_UNKNOWN:
        case VM_CARRY:
        case VM_AGG_MIN:
        case VM_AGG_MAX:
        case VM_FIRST:
        case VM_LAST:
        case VM_ANY:
        case VM_ALL:
        case VM_PREVIOUS: return true;
        default: break;
        }
        if (n->op == VM_KNOWN) continue; /* true or false */
        /* unknown only where its second is, too */
        const vm_node_id args[] = { n->op == VM_ELSE ? VM_NONE : n->a, n->b, n->c };
        for (size_t k = 0; k < 3; k++)
            if (n->op >= VM_ADD && args[k] != VM_NONE) in[args[k]] = true;
    }
    return false;
}

bool prove_may_be_loose(const prove_property *p)
{
    const vm_plan *plan = prove_plan(p);
    bool asks = false, may_lack = false;
    for (size_t i = 0; i < plan->node_count; i++) {
        vm_op op = plan->nodes[i].op;
        asks = asks || op == VM_ELSE || op == VM_KNOWN;
        may_lack = may_lack || op == VM_UNKNOWN || plan->nodes[i].space != 0;
    }
    return p->kind != PROVE_TOTAL && !(asks && may_lack);
}

/* What is split, and into how many. */
typedef struct {
    const prove_property *p;
    size_t input[INPUTS_MAX], width[INPUTS_MAX], count, cases;
    bool is_loose, has_z3;
} splitting;

static size_t width_of(const prove_property *p, size_t input)
{
    const vm_input *about = &prove_plan(p)->inputs[input];
    bool is_moving = p->kind == PROVE_MONOTONE && input == p->along;
    if (p->members && p->members[input].count && about->min != about->max)
        return p->members[input].count;
    if (about->kind == VM_CODE) return SIZE_MAX;
    i128 width = (i128)about->max - about->min + !is_moving;
    return width < 1 ? 1 : width > WIDTH_MAX ? SIZE_MAX : (size_t)width;
}

static void split_input(splitting *s, size_t input)
{
    size_t width = width_of(s->p, input);
    if (width < 2 || width == SIZE_MAX || s->count == INPUTS_MAX || s->cases > CASES_MAX / width)
        return;
    s->input[s->count] = input;
    s->width[s->count++] = width;
    s->cases *= width;
}

static void limit_case(const splitting *s, size_t index, prove_limits *limits)
{
    const prove_property *p = s->p;
    const vm_plan *plan = prove_plan(p);
    for (size_t i = 0; i < plan->input_count; i++) {
        limits->min[i] = plan->inputs[i].min;
        limits->max[i] = plan->inputs[i].max;
    }
    for (size_t k = 0; k < s->count; k++) {
        size_t i = s->input[k], at = index % s->width[k];
        index /= s->width[k];
        bool is_moving = p->kind == PROVE_MONOTONE && i == p->along;
        bool is_member = p->members && p->members[i].count;
        limits->min[i] = is_member ? p->members[i].codes[at] : plan->inputs[i].min + (int64_t)at;
        limits->max[i] = limits->min[i] + is_moving;
    }
}

static bool compose(arena *a, const prove_property *p, prove_result *result)
{
    return p->kind == PROVE_MONOTONE ? compose_monotone(a, p, result)
           : p->kind == PROVE_TOTAL  ? prove_total(a, p, result)
                                     : compose_range(a, p, result);
}

static bool settle_case(arena *scratch, const splitting *s, const prove_limits *limits,
                        prove_result *whole, const char **way)
{
    prove_result result = { .verdict = PROVE_NOT_PROVED };
    prove_property p = prove_narrow(scratch, s->p, limits, s->is_loose);
    if (s->is_loose) p = prove_narrow(scratch, &p, limits, true);
    bool is_settled = compose(scratch, &p, &result);
    if (!is_settled && s->has_z3 && s->cases <= LEMMAS_MAX && !prove_has_rows(&p))
        is_settled = prove_lemma(scratch, &p, &result);
    whole->z3_steps += result.z3_steps;
    if (is_settled && result.verdict == PROVE_PROVED) *way = result.way;
    return is_settled && result.verdict == PROVE_PROVED;
}

static bool settle_all(arena *a, const splitting *s, prove_result *result)
{
    size_t count = prove_plan(s->p)->input_count;
    prove_limits limits = { ARENA_ARRAY(a, int64_t, count + 1),
                            ARENA_ARRAY(a, int64_t, count + 1) };
    arena *scratch = arena_open();
    bool is_proved = true;
    const char *way = "cases";
    for (size_t i = 0; i < s->cases && is_proved; i++) {
        limit_case(s, i, &limits);
        is_proved = settle_case(scratch, s, &limits, result, &way);
        arena_reset(scratch);
    }
    arena_close(scratch);
    if (!is_proved) return false;
    result->verdict = PROVE_PROVED;
    result->way = s->cases > 1 ? "cases" : way;
    result->because = result->because_zh = NULL;
    return true;
}

bool prove_cases(arena *a, const prove_property *p, prove_result *result)
{
    const vm_plan *plan = prove_plan(p);
    const bool *cone = prove_cone_inputs(a, p);
    /* first by words and truths alone, then the step that moves, then all that is short */
    for (int round = 0; round < 3; round++) {
        splitting s = { .p = p, .cases = 1, .is_loose = prove_may_be_loose(p) };
        s.has_z3 = p->has_z3 && prove_has_z3();
        if (round > 0 && p->kind == PROVE_MONOTONE) split_input(&s, p->along);
        for (size_t i = 0; i < plan->input_count; i++) {
            const vm_input *about = &plan->inputs[i];
            bool is_word = about->kind == VM_CODE || about->kind == VM_BOOL;
            bool is_moving = p->kind == PROVE_MONOTONE && i == p->along;
            bool is_left = !cone[i] || about->space != 0 || is_moving;
            if (!is_left && (is_word || round == 2)) split_input(&s, i);
        }
        if (settle_all(a, &s, result)) return true;
    }
    return false;
}
