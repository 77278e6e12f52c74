/* policy/ inside - a vm plan being made from typed trees, for one date, region and set of givens.
 *
 * Every variable is planned once and its node shared; a row's variable stands in the rows' space,
 * where the date and the region may be nodes themselves (the record's `at` fields).
 */
#ifndef POLICY_PLAN_INTERNAL_H
#define POLICY_PLAN_INTERNAL_H

#include "policy/policy_internal.h"

typedef struct {
    uint16_t space;
    const symbol *record; /* NULL in space 0 */
    int32_t on_day;
    int32_t region;
    vm_node_id day; /* of the row; VM_NONE: on_day holds for all */
    vm_node_id month, year;
    vm_node_id place; /* of the row; VM_NONE: region holds for all */
    vm_node_id carry;
} plan_place;

typedef struct {
    arena *memory;
    const policy_book *book;
    const pack *pack; /* of the expression being planned, for its source text */
    plan_place base;
    plan_place **rows; /* by record_index; NULL: not used yet */
    vm_node_id *made;  /* by symbol: its node in its own space, or VM_NONE */
    bool *is_given;    /* by symbol */
    bool opens_figures; /* a local parameter that is not set comes in as an input */
    hash_map *known;   /* spreads and tables already made → node or table */
    hash_map *codes_by_text;
    vm_node *nodes;
    size_t node_count, node_capacity;
    vm_constant *constants;
    size_t constant_count, constant_capacity;
    vm_input *inputs;
    size_t input_count, input_capacity;
    const policy_symbol **input_symbols;
    size_t input_symbol_count, input_symbol_capacity;
    vm_bound *bounds;
    size_t bound_count, bound_capacity;
    vm_table *tables;
    size_t table_count, table_capacity;
    vm_record *records;
    size_t record_count, record_capacity;
    uint8_t *touched; /* of plan_wanted */
    vm_origin *origins;
    size_t origin_count, origin_capacity;
    vm_output *outputs;
    size_t output_count, output_capacity;
    const char **codes;
    size_t code_count, code_capacity;
    bool is_too_large;
} plan_builder;

enum { PLAN_ROWS_MAX = 10000, PLAN_NODES_MAX = 1 << 22 };

/* plan.c */
vm_node_id policy_plan_node(plan_builder *b, vm_node node);
vm_node_id policy_plan_constant(plan_builder *b, const plan_place *at, vm_kind kind, i128 num,
                                i128 den, uint32_t origin);
vm_node_id policy_plan_op(plan_builder *b, const plan_place *at, vm_op op, vm_kind kind,
                          vm_node_id a, vm_node_id c, uint32_t origin);
vm_node_id policy_plan_if(plan_builder *b, vm_node_id condition, vm_node_id yes, vm_node_id no,
                          uint32_t origin);
vm_node_id policy_plan_fail(plan_builder *b, const plan_place *at, vm_kind kind, vm_reason_kind why,
                            uint32_t origin);
vm_node_id policy_plan_bound(plan_builder *b, vm_node_id a, const policy_type *type, int decimals,
                             uint32_t origin);
uint32_t policy_plan_origin(plan_builder *b, vm_origin origin);
void policy_plan_touch(const plan_builder *b, const symbol *s);
uint32_t policy_plan_code(plan_builder *b, text t);
uint32_t policy_plan_rational(plan_builder *b, i128 num, i128 den);
/* A node of space 0 as the rows see it. */
vm_node_id policy_plan_spread(plan_builder *b, vm_node_id node, uint16_t space);
plan_place *policy_plan_rows(plan_builder *b, const symbol *record);
vm_node_id policy_plan_fact(plan_builder *b, const symbol *s);
/* The row's date as a day, month or year; VM_NONE where the plan's own date holds. */
vm_node_id policy_plan_row_day(plan_builder *b, plan_place *at);
vm_node_id policy_plan_row_place(plan_builder *b, plan_place *at);
bool policy_plan_is_constant(const plan_builder *b, vm_node_id node, vm_constant *value);

/* plan_expr.c */
vm_node_id policy_plan_expr(plan_builder *b, const typed *t, plan_place *at, vm_kind wanted);
bool policy_plan_expr_is_shared(const typed *t);
/* plan_rule.c: the node of a variable in its own space; of one that belongs to nobody, in the
 * space it is used from */
vm_node_id policy_plan_rule(plan_builder *b, const symbol *s, const plan_place *used_at);
/* plan_param.c */
vm_node_id policy_plan_param(plan_builder *b, const typed *t, plan_place *at);
uint32_t policy_plan_param_origin(plan_builder *b, const symbol *s, const version *v,
                                  const table_cell *cell);

/* plan.c */
typedef struct {
    int32_t on_day;
    int32_t region;
    const symbol *const *roots;
    size_t root_count;
    const symbol *const *given;
    size_t given_count;
    const typed *const *extra; /* more outputs, named "where" */
    const char *const *extra_names;
    size_t extra_count;
    const pack *extra_pack;
    uint8_t *touched;   /* by symbol: set to 1 where the plan computes with it; NULL: nobody asks */
    bool opens_figures; /* local parameters that are not set come in as inputs: for proofs */
} plan_wanted;
MUST_USE err policy_plan_make(arena *request, const policy_book *book, const plan_wanted *wanted,
                              policy_planned *planned);

#endif
