/* prove/ - the inside: what the four ways share. */
#ifndef PROVE_INTERNAL_H
#define PROVE_INTERNAL_H

#include "prove/prove.h"

/* Runs `count` subjects; inputs[i] are columns by input. Lanes of rows' inputs are not supported:
 * such programs are left to composition. */
typedef struct {
    vm_machine *machine;
    column *outputs;
    size_t lanes_max;
} runner;
runner prove_runner_open(arena *a, const prove_property *p, size_t lanes_max);
void prove_runner_run(runner *r, const prove_property *p, const column *inputs, size_t count);

/* Stored bounds of the inputs, by input, tighter than the plan's. */
typedef struct {
    int64_t *min, *max;
} prove_limits;
/* The same property over a plan in which all that stands still is a constant. Strictly: with the
 * same values and reasons for all it speaks of. Loosely: whoever had a value has the same one, and
 * more may have one, so that what is then proved holds, and what is refuted need not be. */
prove_property prove_narrow(arena *a, const prove_property *p, const prove_limits *limits,
                            bool is_loose);
/* May loosely narrowed values stand in for the true ones? */
bool prove_may_be_loose(const prove_property *p);
/* Can the node be unknown although all inputs are known: no row to look at, or never known? */
bool prove_may_be_unknown(const vm_plan *plan, vm_node_id node);

/* A way answers true when it has settled the property and filled the result. */
bool compose_monotone(arena *a, const prove_property *p, prove_result *result);
bool compose_range(arena *a, const prove_property *p, prove_result *result);
bool prove_total(arena *a, const prove_property *p, prove_result *result);
/* Case by case: each word, each truth, each step of a short input. */
bool prove_cases(arena *a, const prove_property *p, prove_result *result);
bool scan_exhaust(arena *a, const prove_property *p, prove_result *result);
bool scan_search(arena *a, const prove_property *p, prove_result *result);
/* Has anyone, among many looked at, a value that the property speaks of? A property of no one would
 * be proved of nothing. */
bool scan_speaks_of_someone(arena *a, const prove_property *p);
bool prove_is_spoken_of(const prove_property *p, const runner *r, size_t lane);
void scan_cliffs(arena *a, const prove_property *p, prove_result *result);
bool prove_lemma(arena *a, const prove_property *p, prove_result *result);

/* Is node a never less than node b, for every subject for whom both have values (and for whom the
 * condition is so)? False: not seen. */
bool order_not_less(const prove_property *p, vm_node_id a, vm_node_id b);
bool order_not_less_when(const prove_property *p, vm_node_id condition, bool is_true, vm_node_id a,
                         vm_node_id b);

/* What the ranges of the vm leave out: lines of a table stay between its cells. */
vm_range sign_range(const prove_property *p, vm_node_id id);
bool sign_is_not_negative(const prove_property *p, vm_node_id id);

/* The inputs that the property's outputs depend on. */
bool *prove_cone_inputs(arena *a, const prove_property *p);
bool *prove_cone_nodes(arena *a, const prove_property *p);
static inline const vm_plan *prove_plan(const prove_property *p)
{
    return vm_program_plan(p->program);
}
static inline bool prove_is_fixed(const prove_property *p, size_t input)
{
    return p->is_fixed && p->is_fixed[input];
}
static inline vm_node_id prove_node(const prove_property *p, size_t output)
{
    return prove_plan(p)->outputs[output].node;
}

bool prove_has_rows(const prove_property *p);

/* Does the pair (or the single lane) break the property? Lanes without a value never do, but for
 * TOTAL. */
bool prove_breaks_pair(const prove_property *p, const runner *before, const runner *after,
                       size_t lane);
bool prove_breaks_one(const prove_property *p, const runner *r, size_t lane);
void prove_refute(arena *a, const prove_property *p, prove_result *result, const column *inputs,
                  size_t lane, const char *way);

#endif
