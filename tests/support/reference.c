#include "support/reference_internal.h"

#include <assert.h>
#include <stdlib.h>

/* ---- the plan ---- */

int reference_argument_count(vm_op op)
{
    switch (op) {
    case VM_CONST: case VM_INPUT: case VM_UNKNOWN: case VM_FAIL: case VM_CARRY: case VM_ROW_INDEX:
        return 0;
    case VM_NEG: case VM_ABS: case VM_ROUND: case VM_BOUND: case VM_NOT: case VM_KNOWN:
    case VM_MONTH_OF_DAY: case VM_YEAR_OF_MONTH: case VM_MONTH_IN_YEAR: case VM_DAY_IN_MONTH:
    case VM_FIRST_DAY: case VM_LAST_DAY: case VM_SPREAD: case VM_COUNT: case VM_PREVIOUS:
        return 1;
    case VM_IF: case VM_LOOKUP: case VM_FOLD: case VM_SUM_SAME:
        return 3;
    default:
        return 2;
    }
}

vm_node_id reference_argument(const vm_node *node, int index)
{
    return index == 0 ? node->a : index == 1 ? node->b : node->c;
}

/* The nodes that a fold's body stands on and that depend on its carry, arguments first. */
static vm_node_id *body_of(const reference *r, vm_node_id body)
{
    const vm_plan *plan = r->plan;
    bool *is_needed = calloc((size_t)body + 1, sizeof *is_needed);
    vm_node_id *list = malloc(((size_t)body + 2) * sizeof *list);
    assert(is_needed && list);
    is_needed[body] = true;
    for (vm_node_id n = body + 1; n-- > 0;)
        /* What does not depend on a carry was evaluated before; another fold may stand behind it. */
        for (int i = 0; is_needed[n] && r->in_fold[n] && i < reference_argument_count(plan->nodes[n].op); i++)
            if (reference_argument(&plan->nodes[n], i) != VM_NONE) is_needed[reference_argument(&plan->nodes[n], i)] = true;
    size_t count = 0;
    for (vm_node_id n = 0; n <= body; n++)
        if (is_needed[n] && r->in_fold[n]) list[count++] = n;
    list[count] = VM_NONE;
    free(is_needed);
    return list;
}

reference *reference_open(const vm_plan *plan)
{
    reference *r = calloc(1, sizeof *r);
    assert(r);
    r->plan = plan;
    r->pool = exact_pool_open();
    r->in_fold = calloc(plan->node_count + 1, sizeof *r->in_fold);
    r->lane_from = calloc(plan->node_count + 1, sizeof *r->lane_from);
    r->lane_count = calloc(plan->node_count + 1, sizeof *r->lane_count);
    r->body = calloc(plan->node_count + 1, sizeof *r->body);
    assert(r->in_fold && r->lane_from && r->lane_count && r->body);
    for (size_t n = 0; n < plan->node_count; n++) {
        const vm_node *node = &plan->nodes[n];
        r->in_fold[n] = node->op == VM_CARRY;
        if (node->op == VM_FOLD) {
            r->body[n] = body_of(r, node->a);
            continue;
        }
        for (int i = 0; i < reference_argument_count(node->op); i++)
            if (reference_argument(node, i) != VM_NONE && r->in_fold[reference_argument(node, i)]) r->in_fold[n] = true;
    }
    return r;
}

void reference_close(reference *r)
{
    exact_pool_close(r->pool);
    for (size_t n = 0; n < r->plan->node_count; n++) free(r->body[n]);
    free(r->body);
    free(r->in_fold);
    free(r->lane_from);
    free(r->lane_count);
    free(r->lanes);
    free(r);
}

/* ---- a subject ---- */

static void lay_out(reference *r)
{
    size_t count = 0;
    for (size_t n = 0; n < r->plan->node_count; n++) {
        uint16_t space = r->plan->nodes[n].space;
        r->lane_from[n] = count;
        r->lane_count[n] = space == 0 ? 1 : reference_rows_count(r, space);
        count += r->lane_count[n];
    }
    if (count > r->lane_capacity) {
        r->lane_capacity = count * 2;
        free(r->lanes);
        r->lanes = malloc(r->lane_capacity * sizeof *r->lanes);
        assert(r->lanes);
    }
    for (size_t i = 0; i < count; i++) r->lanes[i].is_here = false;
}

void reference_subject(reference *r, const vm_batch *batch, size_t subject)
{
    r->batch = batch;
    r->subject = subject;
    exact_pool_reset(r->pool);
    lay_out(r);
    for (vm_node_id n = 0; n < r->plan->node_count; n++) {
        vm_op op = r->plan->nodes[n].op;
        if (r->in_fold[n]) continue;
        for (size_t row = 0; row < r->lane_count[n]; row++)
            *reference_at(r, n, row) = op == VM_FOLD                    ? reference_eval_fold(r, n)
                             : op == VM_ANY || op == VM_ALL   ? reference_eval_any_all(r, n)
                             : op >= VM_SUM && op <= VM_LAST  ? reference_eval_aggregate(r, n)
                             : op >= VM_PREVIOUS              ? reference_eval_within_rows(r, n, row)
                                                              : reference_eval_lane(r, n, row);
    }
}

/* ---- answers ---- */

size_t reference_lanes(const reference *r, vm_node_id node)
{
    return r->lane_count[node];
}

bool reference_has(const reference *r, vm_node_id node, size_t row)
{
    return reference_at(r, node, row)->is_here;
}

uint32_t reference_reason(const reference *r, vm_node_id node, size_t row)
{
    return reference_at(r, node, row)->reason;
}

exact reference_value(const reference *r, vm_node_id node, size_t row)
{
    return reference_at(r, node, row)->x;
}

exact_pool *reference_pool(reference *r)
{
    return r->pool;
}

bool reference_is_in_fold(const reference *r, vm_node_id node)
{
    return r->in_fold[node];
}

int reference_output_decimals(const vm_plan *plan, size_t output)
{
    const vm_node *node = &plan->nodes[plan->outputs[output].node];
    return node->kind == VM_NUMBER ? plan->bounds[node->aux].decimals : 0;
}
