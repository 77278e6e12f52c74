/* prove/ - the inside of the Z3 lemmas: a plan as terms of Z3. The only room that sees z3.h. */
#ifndef PROVE_LEMMA_H
#define PROVE_LEMMA_H

#include "prove/lemma_z3.h"
#include "prove/prove_internal.h"

enum { LEMMA_MONTHS_MAX = 24 };

/* The months of days, shared by the copies of the graph: the same day has the same month. */
typedef struct {
    Z3_ast days[LEMMA_MONTHS_MAX], months[LEMMA_MONTHS_MAX];
    size_t count;
    Z3_ast axioms; /* what is so of them, or NULL */
} lemma_months;

/* One copy of the graph: the terms of its nodes under one assignment of inputs. */
typedef struct {
    const prove_property *p;
    const vm_plan *plan;
    Z3_context z3;
    Z3_ast *terms;   /* by node */
    Z3_ast *faults;  /* by node: a boolean 'this node has no value', or NULL for never */
    Z3_ast *inputs;  /* by input: stored integers */
    lemma_months *months;
    bool is_refused; /* an operator this encoding leaves out */
    vm_op refused;   /* which */
    int products;    /* that were spread over choices */
} encoding;

Z3_ast lemma_encode_number(encoding *e, i128 num, i128 den);
Z3_ast lemma_encode_binary(encoding *e, Z3_ast (*make)(Z3_context, unsigned, Z3_ast const[]), Z3_ast a,
                    Z3_ast b);
/* a or b, where NULL is never. */
Z3_ast lemma_encode_either(encoding *e, Z3_ast a, Z3_ast b);
void lemma_table_lookup(encoding *e, const vm_node *n, vm_node_id id);
/* False: no operator of the calendar. */
bool lemma_calendar(encoding *e, const vm_node *n, Z3_ast a, Z3_ast b, vm_node_id id);
/* All nodes of the cone; is_refused where one is left out. */
encoding lemma_encode(arena *a, const prove_property *p, Z3_context z3, const bool *cone,
                      Z3_ast *inputs, lemma_months *months);

#endif
