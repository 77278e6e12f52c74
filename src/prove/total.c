/* Has everyone a value? Node by node: what it may lack although all inputs are known and within
 * their bounds, and no subject has more rows than the plan allows. */
#include "prove/prove_internal.h"

typedef enum { LACKS_NOTHING = 0, MAY_BE_UNKNOWN = 1, MAY_FAULT = 2 } lack;

static lack fault_if(bool may_fault)
{
    return may_fault ? MAY_FAULT : LACKS_NOTHING;
}

static lack of_bound(const prove_property *p, const vm_node *n)
{
    vm_range range = vm_node_range(p->program, n->a);
    vm_bound bound = prove_plan(p)->bounds[n->aux];
    if (range.decimals < 0 || range.decimals != bound.decimals) return MAY_FAULT;
    return fault_if(range.min < bound.min || range.max > bound.max);
}

/* What the node itself brings in, when its arguments have values. */
static lack own(const prove_property *p, const vm_node *n)
{
    vm_range range;
    switch (n->op) {
    case VM_UNKNOWN: return MAY_BE_UNKNOWN;
    case VM_FAIL: return MAY_FAULT;
    case VM_DIV:
        range = vm_node_range(p->program, n->b);
        return fault_if(range.min <= 0 && range.max >= 0);
    case VM_BOUND: return of_bound(p, n);
    case VM_LOOKUP: return MAY_BE_UNKNOWN | MAY_FAULT; /* absent, for whatever reason */
    case VM_MONTH_FROM:
    case VM_MONTH_ADD:
    case VM_DAY_ADD:
    case VM_DAY_ADD_MONTHS: return MAY_FAULT;
    case VM_AGG_MIN:
    case VM_AGG_MAX:
    case VM_FIRST:
    case VM_LAST:
    case VM_ANY:
    case VM_ALL:
    case VM_PREVIOUS: return MAY_BE_UNKNOWN; /* over no rows */
    default: return LACKS_NOTHING;           /* sums and counts over no rows are 0 */
    }
}

static lack of_node(const prove_property *p, const lack *lacks, const vm_node *n)
{
    const vm_node_id args[] = { n->a, n->b, n->c };
    lack of[3] = { LACKS_NOTHING, LACKS_NOTHING, LACKS_NOTHING };
    for (size_t k = 0; k < 3; k++)
        if (n->op >= VM_ADD && args[k] != VM_NONE) of[k] = lacks[args[k]];
    if (n->op == VM_KNOWN) return of[0] & MAY_FAULT;
    if (n->op == VM_ELSE) return of[0] & MAY_BE_UNKNOWN ? (of[0] & MAY_FAULT) | of[1] : of[0];
    return of[0] | of[1] | of[2] | own(p, n);
}

bool prove_total(arena *a, const prove_property *p, prove_result *result)
{
    const vm_plan *plan = prove_plan(p);
    const bool *cone = prove_cone_nodes(a, p);
    lack *lacks = ARENA_ARRAY(a, lack, plan->node_count + 1);
    for (size_t n = 0; n < plan->node_count; n++)
        if (cone[n]) lacks[n] = of_node(p, lacks, &plan->nodes[n]);
    if (lacks[prove_node(p, p->subject)] != LACKS_NOTHING) return false;
    result->verdict = PROVE_PROVED;
    result->way = "composition";
    return true;
}
