#include "support/reference_internal.h"

#include <assert.h>
#include <stdlib.h>

/* ---- over the rows of a subject ---- */

/* What row `row` brings to an aggregate under mask b: nothing (false), or a reason, or its a. A
 * mask with a reason brings that reason, whatever a is. */
static bool takes_part(const reference *r, const vm_node *node, size_t row, lane *brings)
{
    if (node->b != VM_NONE) {
        const lane *mask = reference_at(r, node->b, row);
        if (mask->reason) {
            *brings = reference_failed(mask->reason);
            return true;
        }
        if (!reference_is_true(mask)) return false;
    }
    *brings = *reference_at(r, node->a, row);
    return true;
}

lane reference_eval_aggregate(const reference *r, vm_node_id n)
{
    const vm_node *node = &r->plan->nodes[n];
    uint16_t space = r->plan->nodes[node->a].space;
    if (reference_has_too_many_rows(r, space)) return reference_fails(VM_TOO_MANY_ROWS, n);
    reasons all = { 0 };
    lane result = reference_whole(0);
    size_t taken = 0;
    for (size_t row = 0; row < reference_rows_count(r, space); row++) {
        lane brings;
        if (!takes_part(r, node, row, &brings)) continue;
        taken++;
        reference_reasons_add(&all, brings.reason);
        if (brings.reason) continue;
        int order = taken == 1 ? 0 : exact_compare(r->pool, brings.x, result.x);
        switch (node->op) {
        case VM_SUM: result.x = exact_add(r->pool, result.x, brings.x); break;
        case VM_COUNT: result.x.num += reference_is_true(&brings); break;
        case VM_AGG_MIN: if (taken == 1 || order < 0) result = brings; break;
        case VM_AGG_MAX: if (taken == 1 || order > 0) result = brings; break;
        case VM_FIRST: if (taken == 1) result = brings; break;
        case VM_LAST: result = brings; break;
        default: assert(!"not an aggregate"); abort();
        }
    }
    if (reference_reasons_first(&all)) return reference_failed(reference_reasons_first(&all));
    if (taken == 0 && node->op != VM_SUM && node->op != VM_COUNT) return reference_fails(VM_EMPTY, n);
    return result;
}

lane reference_eval_any_all(const reference *r, vm_node_id n)
{
    const vm_node *node = &r->plan->nodes[n];
    uint16_t space = r->plan->nodes[node->a].space;
    if (reference_has_too_many_rows(r, space)) return reference_fails(VM_TOO_MANY_ROWS, n);
    bool deciding = node->op == VM_ANY, is_decided = false;
    reasons all = { 0 };
    size_t taken = 0;
    for (size_t row = 0; row < reference_rows_count(r, space); row++) {
        lane brings;
        if (!takes_part(r, node, row, &brings)) continue;
        taken++;
        reference_reasons_add(&all, brings.reason);
        if (!brings.reason && reference_is_true(&brings) == deciding) is_decided = true;
    }
    if (is_decided) return reference_whole(deciding);
    if (reference_reasons_first(&all)) return reference_failed(reference_reasons_first(&all));
    return taken == 0 ? reference_fails(VM_EMPTY, n) : reference_whole(!deciding);
}

static void eval_fold_row(reference *r, const vm_node_id *body, size_t row, lane carry)
{
    for (; *body != VM_NONE; body++)
        *reference_at(r, *body, row) = r->plan->nodes[*body].op == VM_CARRY ? carry : reference_eval_lane(r, *body, row);
}

lane reference_eval_fold(reference *r, vm_node_id n)
{
    const vm_node *node = &r->plan->nodes[n];
    uint16_t space = r->plan->nodes[node->a].space;
    if (reference_has_too_many_rows(r, space)) return reference_fails(VM_TOO_MANY_ROWS, n);
    lane carry = *reference_at(r, node->c, 0);
    for (size_t row = 0; row < reference_rows_count(r, space) && !carry.reason; row++) {
        const lane *mask = node->b == VM_NONE ? NULL : reference_at(r, node->b, row);
        if (mask && mask->reason) return reference_failed(mask->reason);
        if (mask && !reference_is_true(mask)) continue;
        eval_fold_row(r, r->body[n], row, carry);
        carry = *reference_at(r, node->a, row);
    }
    return carry;
}

static lane eval_sum_same(const reference *r, vm_node_id n, size_t own_row)
{
    const vm_node *node = &r->plan->nodes[n];
    const lane *own = reference_at(r, node->c, own_row);
    if (own->reason) return reference_failed(own->reason);
    reasons all = { 0 };
    exact sum = exact_of(0, 1);
    for (size_t row = 0; row < reference_rows_count(r, node->space); row++) {
        lane brings;
        if (!takes_part(r, node, row, &brings)) continue;
        bool is_masked_by_reason = node->b != VM_NONE && reference_at(r, node->b, row)->reason;
        const lane *key = reference_at(r, node->c, row);
        if (!is_masked_by_reason && key->reason) {
            reference_reasons_add(&all, key->reason);
            continue;
        }
        if (!is_masked_by_reason && exact_compare(r->pool, key->x, own->x) != 0) continue;
        reference_reasons_add(&all, brings.reason);
        if (!brings.reason) sum = exact_add(r->pool, sum, brings.x);
    }
    return reference_reasons_first(&all) ? reference_failed(reference_reasons_first(&all)) : reference_here(sum);
}

lane reference_eval_within_rows(const reference *r, vm_node_id n, size_t row)
{
    const vm_node *node = &r->plan->nodes[n];
    if (reference_has_too_many_rows(r, node->space)) return reference_fails(VM_TOO_MANY_ROWS, n);
    switch (node->op) {
    case VM_PREVIOUS: return row == 0 ? reference_fails(VM_EMPTY, n) : *reference_at(r, node->a, row - 1);
    case VM_SUM_SAME: return eval_sum_same(r, n, row);
    default: return reference_whole((i128)row + 1);
    }
}
