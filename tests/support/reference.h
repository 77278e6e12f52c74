/* tests/support/reference - a plan evaluated the slow way: one subject, one row, one node at a time.
 *
 * Written from vm.h alone and over unbounded fractions, so that the machine has something to be
 * held against. Where vm.h lets two readings stand, the one taken is said at the operator.
 *
 * Memory   one reference per plan; answers hold until the next reference_subject.
 * Threads  a reference belongs to one thread.
 */
#ifndef SUPPORT_REFERENCE_H
#define SUPPORT_REFERENCE_H

#include "support/exact.h"
#include "vm/vm.h"

typedef struct reference reference;

/* `plan` must outlive the reference. */
reference *reference_open(const vm_plan *plan);
void reference_close(reference *r);

/* Evaluates every node for one subject of the batch. */
void reference_subject(reference *r, const vm_batch *batch, size_t subject);

/* 1, or the subject's rows. */
size_t reference_lanes(const reference *r, vm_node_id node);
/* False for a node of a fold's body in a row the fold did not evaluate. */
bool reference_has(const reference *r, vm_node_id node, size_t lane);
uint32_t reference_reason(const reference *r, vm_node_id node, size_t lane);
exact reference_value(const reference *r, vm_node_id node, size_t lane);
exact_pool *reference_pool(reference *r);
/* How an output stores its value: by the bound's decimals, 0 for other kinds than numbers. */
int reference_output_decimals(const vm_plan *plan, size_t output);

/* How many arguments an operator can have: 0..3. */
int reference_argument_count(vm_op op);
/* Whether the node is computed anew in each row of a fold. */
bool reference_is_in_fold(const reference *r, vm_node_id node);

#endif
