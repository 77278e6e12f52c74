/* tests/support/plan_build - plans made node by node, by hand or by chance.
 *
 * Prefix   plan_
 * Memory   all in the arena of plan_builder_open; the plan is valid until the next call that adds.
 */
#ifndef SUPPORT_PLAN_BUILD_H
#define SUPPORT_PLAN_BUILD_H

#include <stdio.h>

#include "vm/vm.h"

typedef struct {
    arena *memory;
    vm_node *nodes;
    size_t node_count, node_capacity;
    vm_constant *constants;
    size_t constant_count, constant_capacity;
    vm_input *inputs;
    size_t input_count, input_capacity;
    vm_bound *bounds;
    size_t bound_count, bound_capacity;
    vm_table *tables;
    size_t table_count, table_capacity;
    vm_output *outputs;
    size_t output_count, output_capacity;
    size_t record_count;
    int32_t rows_max;
    vm_plan plan;
} plan_builder;

plan_builder *plan_builder_open(arena *memory, size_t record_count, int32_t rows_max);
/* The same plan again, to be changed. */
plan_builder *plan_builder_of(arena *memory, const vm_plan *plan);
const vm_plan *plan_built(plan_builder *b);

vm_node_id plan_node(plan_builder *b, vm_node node);
vm_node_id plan_constant(plan_builder *b, vm_kind kind, uint16_t space, i128 num, i128 den);
vm_node_id plan_number(plan_builder *b, i128 num, i128 den); /* a constant of the subject */
/* A new input and a node that reads it. */
vm_node_id plan_input(plan_builder *b, vm_input input);
vm_node_id plan_op(plan_builder *b, vm_op op, vm_kind kind, uint16_t space, vm_node_id a,
                   vm_node_id b_, vm_node_id c);
/* VM_ROUND to a multiple of num / den. */
vm_node_id plan_round(plan_builder *b, vm_node_id a, money_rounding mode, i128 num, i128 den);
vm_node_id plan_bound(plan_builder *b, vm_node_id a, uint8_t decimals, int64_t min, int64_t max);
vm_node_id plan_lookup(plan_builder *b, uint16_t space, vm_table table, vm_node_id a,
                       vm_node_id b_, vm_node_id c);
void plan_output(plan_builder *b, vm_node_id node);

/* The plan, one node a line, with its tables; and the inputs of a batch, one subject a line. Does
 * not ask the room vm, so that it can print what vm refuses. */
void plan_print(FILE *out, const vm_plan *plan);
void plan_print_batch(FILE *out, const vm_plan *plan, const vm_batch *batch);
const char *plan_op_name(vm_op op);
const char *plan_kind_name(vm_kind kind);
const char *plan_reason_name(vm_reason_kind kind);
const char *plan_rounding_name(money_rounding mode);

/* The cells a batch needs for one input, and subjects [from, from + count) as a batch of their own
 * in which no cell is shared with the first. */
size_t plan_input_lanes(const vm_plan *plan, const vm_batch *batch, size_t input);
vm_batch plan_batch_slice(arena *memory, const vm_plan *plan, const vm_batch *batch, size_t from,
                          size_t count);
/* The rows of one subject but one. */
vm_batch plan_batch_without_row(arena *memory, const vm_plan *plan, const vm_batch *batch,
                                size_t record, uint32_t row);
/* Lanes of an output: subjects or rows. */
size_t plan_output_lanes(const vm_plan *plan, const vm_batch *batch, size_t output);
/* Columns ready for vm_run, filled with rubbish that a run must write over. */
column *plan_open_outputs(arena *memory, const vm_plan *plan, const vm_batch *batch);

#endif
