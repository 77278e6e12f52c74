/* explain/ - the inside: what the files of the room share.
 *
 * A `teller` carries the plan, the trace and the language through the building of one tree.
 */
#ifndef EXPLAIN_INTERNAL_H
#define EXPLAIN_INTERNAL_H

#include "explain/explain.h"

typedef struct {
    arena *memory;
    const vm_plan *plan;
    vm_trace trace;
    bool is_chinese;
    const explain_reason **told; /* by node: what was told already */
} teller;

static inline const vm_node *explain_node(const teller *t, vm_node_id id)
{
    return &t->plan->nodes[id];
}
static inline const vm_origin *explain_origin(const teller *t, vm_node_id id)
{
    return &t->plan->origins[t->plan->nodes[id].origin];
}
/* The value of a node; lane 0 for the subject. */
static inline vm_value explain_at(const teller *t, vm_node_id id, size_t lane)
{
    return t->trace.values[id] && lane < t->trace.lanes[id] ? t->trace.values[id][lane]
                                                            : (vm_value){ .den = 1 };
}
/* Does the node stand for something with a name, other than what `root` stands for? */
bool formula_is_leaf(const teller *t, vm_node_id id, vm_node_id root);
/* Through BOUND and the branches that were taken, to what was really computed. */
vm_node_id formula_taken(const teller *t, vm_node_id id, size_t lane);
/* As the law writes it (names) or with this subject's numbers. */
text formula_print(const teller *t, vm_node_id id, vm_node_id root, bool has_numbers);
/* 四舍五入到分; NULL when the node is no rounding. */
const char *formula_rounding(const teller *t, vm_node_id id);
/* Why a lane has no value. */
text value_reason(const teller *t, uint32_t reason);
/* The bare number without unit, for formulas. */
text value_bare(arena *a, const vm_plan *plan, vm_node_id node, vm_value value, bool is_chinese);
const char *explain_say(const teller *t, const char *english, const char *chinese);

const explain_reason *tree_build(teller *t, vm_node_id root);
const explain_flip *whynot_find(teller *t, vm_machine *machine, const vm_batch *batch,
                                size_t subject, const explain_reason *root, size_t *count);
const char *const *tree_missing(const teller *t, vm_node_id root, size_t *count);

#endif
