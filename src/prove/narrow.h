/* prove/ - the inside of narrowing: a plan that is being made smaller. */
#ifndef PROVE_NARROW_H
#define PROVE_NARROW_H

#include "prove/prove_internal.h"

typedef struct {
    const prove_property *p;
    vm_plan plan;
    vm_node *nodes;
    vm_constant *constants;
    size_t constant_count;
    vm_table *tables;
    size_t table_count;
    vm_input *inputs;
    const vm_trace *trace;
    bool *is_kept; /* by node: an output, which must stay stored */
    bool is_loose; /* a comparison may be decided by ranges, though its arguments may have no value */
} narrower;

/* floor or ceiling of c * scale */
bool narrow_stored_near(vm_constant c, i128 scale, bool is_up, i128 *stored);
/* Between what stored values the node lies; false: not seen. */
bool narrow_limits(const narrower *w, vm_node_id id, i128 *min, i128 *max, int *decimals);
/* A look-up in a table of fewer keys and cells. */
void narrow_table_lookup(arena *a, narrower *w, vm_node *n);

#endif
