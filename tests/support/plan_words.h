/* tests/support/plan_words - short words for the nodes of plans by hand.
 *
 * Prefix   none: for the tests that include it alone.
 * Spaces   an operator is of its first argument's space.
 */
#ifndef SUPPORT_PLAN_WORDS_H
#define SUPPORT_PLAN_WORDS_H

#include "support/plan_case.h"

static inline vm_node_id number(plan_builder *b, uint16_t space, uint8_t decimals, int64_t min, int64_t max)
{
    return plan_input(b, (vm_input){ .kind = VM_NUMBER, .space = space, .decimals = decimals,
                                     .min = min, .max = max });
}

static inline vm_node_id of_kind(plan_builder *b, vm_kind kind, uint16_t space, int64_t min, int64_t max)
{
    return plan_input(b, (vm_input){ .kind = kind, .space = space, .min = min, .max = max });
}

static inline vm_node_id flag(plan_builder *b, uint16_t space)
{
    return of_kind(b, VM_BOOL, space, 0, 1);
}

static inline vm_node_id day(plan_builder *b, uint16_t space)
{
    return of_kind(b, VM_DAY, space, -36524, 146096);
}

static inline vm_node_id op1(plan_builder *b, vm_op op, vm_kind kind, vm_node_id a)
{
    return plan_op(b, op, kind, b->nodes[a].space, a, VM_NONE, VM_NONE);
}

static inline vm_node_id op2(plan_builder *b, vm_op op, vm_kind kind, vm_node_id a, vm_node_id c)
{
    return plan_op(b, op, kind, b->nodes[a].space, a, c, VM_NONE);
}

static inline vm_node_id whole(plan_builder *b, vm_node_id a)
{
    return plan_bound(b, a, 0, -1000000000, 1000000000);
}

static inline vm_node_id over_rows(plan_builder *b, vm_op op, vm_kind kind, vm_node_id a, vm_node_id mask)
{
    return plan_op(b, op, kind, 0, a, mask, VM_NONE);
}

#endif
