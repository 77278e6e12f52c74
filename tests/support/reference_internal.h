/* tests/support/reference - the inside: one lane, and what is kept of a subject. For the files of
 * the reference only. */
#ifndef SUPPORT_REFERENCE_INTERNAL_H
#define SUPPORT_REFERENCE_INTERNAL_H

#include "support/reference.h"

typedef struct {
    exact x;
    uint32_t reason;
    bool is_here; /* evaluated for this subject */
} lane;

struct reference {
    const vm_plan *plan;
    exact_pool *pool;
    const vm_batch *batch;
    size_t subject;
    bool *in_fold;     /* depends on a VM_CARRY */
    vm_node_id **body; /* of a fold: the nodes computed anew in each row, VM_NONE at the end */
    size_t *lane_from; /* of each node in lanes */
    size_t *lane_count;
    lane *lanes;
    size_t lane_capacity;
};

/* The reason of a list of lanes: the first fault, else the first unknown, else 0. */
typedef struct {
    uint32_t fault, unknown;
} reasons;

/* reference.c */
vm_node_id reference_argument(const vm_node *node, int index);

/* reference_lane.c */
lane reference_here(exact x);
lane reference_whole(i128 value);
lane reference_failed(uint32_t reason);
lane reference_fails(vm_reason_kind kind, vm_node_id at);
lane *reference_at(const reference *r, vm_node_id node, size_t row);
bool reference_is_true(const lane *l);
void reference_reasons_add(reasons *all, uint32_t reason);
uint32_t reference_reasons_first(const reasons *all);
uint32_t reference_rows_count(const reference *r, uint16_t space);
bool reference_has_too_many_rows(const reference *r, uint16_t space);
lane reference_eval_lane(const reference *r, vm_node_id n, size_t row);

/* reference_rows.c */
lane reference_eval_aggregate(const reference *r, vm_node_id n);
lane reference_eval_any_all(const reference *r, vm_node_id n);
lane reference_eval_fold(reference *r, vm_node_id n);
lane reference_eval_within_rows(const reference *r, vm_node_id n, size_t row);

#endif
