/* What a first look at few facts can settle: whom a gate shuts out, whatever the other facts are. */
#include "service/decide_internal.h"

/* Of a node: whether a fact not known at first stands behind it, and whether more knowledge could take back a value
 * it had. By vm.h a value never goes when unknown arguments become known, but where something asks whether there is
 * a value (KNOWN, ELSE), chooses by a condition that may turn out a fault (IF), or counts rows. */
typedef struct {
    bool is_open, is_unsure;
} standing;

static bool opens(const decide_plan *plan, const vm_node *node, const bool *is_known)
{
    if (node->op != VM_INPUT) return false;
    size_t fact = plan->bound[node->aux].fact;
    return fact != SIZE_MAX && !is_known[fact];
}

static bool is_unsure(const vm_node *node, const standing *of)
{
    bool asks = node->op == VM_KNOWN || node->op == VM_ELSE || node->op == VM_IF;
    return node->space > 0 || (asks && of[node->a].is_open);
}

static void stand(const decide_plan *plan, const bool *is_known, standing *of)
{
    const vm_plan *vm = &plan->planned.plan;
    for (size_t i = 0; i < vm->node_count; i++) {
        const vm_node *node = &vm->nodes[i];
        const vm_node_id arguments[] = { node->a, node->b, node->c };
        of[i] = (standing){ opens(plan, node, is_known), node->space > 0 };
        if (node->op == VM_CONST || node->op == VM_INPUT || node->op == VM_UNKNOWN || node->op == VM_FAIL) continue;
        for (size_t k = 0; k < ARRAY_COUNT(arguments); k++) {
            if (arguments[k] == VM_NONE || arguments[k] >= i) continue;
            of[i].is_open |= of[arguments[k]].is_open;
            of[i].is_unsure |= of[arguments[k]].is_unsure;
        }
        of[i].is_unsure |= is_unsure(node, of);
    }
}

size_t decide_shutting(arena *a, const decide_plan *plan, const bool *is_known, bool *shuts)
{
    size_t count = 0;
    const vm_plan *vm = &plan->planned.plan;
    standing *of = ARENA_ARRAY(a, standing, vm->node_count + 1);
    stand(plan, is_known, of);
    for (size_t i = 0; i < plan->answer_count; i++) {
        shuts[i] = plan->answers[i].kind == DECIDE_GATE && !of[vm->outputs[i].node].is_unsure;
        count += shuts[i];
    }
    return count;
}

bool decide_is_shut(const decide_plan *plan, const decide_results *results, const bool *shuts, size_t lane)
{
    for (size_t i = 0; i < plan->answer_count; i++)
        if (shuts[i] && column_is_valid(&results->answers[i], lane) && !results->answers[i].value[lane]) return true;
    return false;
}
