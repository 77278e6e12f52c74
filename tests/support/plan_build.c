#include "support/plan_build.h"

#include <assert.h>
#include <string.h>

static const vm_origin ORIGINS[1] = { { .role = VM_ROLE_NONE } };
static const char *const CODES[] = { "甲", "乙", "丙", "丁" };
static const vm_record RECORDS[] = { { .name = "row" }, { .name = "spell" } };

plan_builder *plan_builder_open(arena *memory, size_t record_count, int32_t rows_max)
{
    assert(record_count <= ARRAY_COUNT(RECORDS));
    plan_builder *b = ARENA_NEW(memory, plan_builder);
    b->memory = memory;
    b->record_count = record_count;
    b->rows_max = rows_max;
    return b;
}

plan_builder *plan_builder_of(arena *memory, const vm_plan *plan)
{
    plan_builder *b = plan_builder_open(memory, plan->record_count, plan->rows_max);
    for (size_t i = 0; i < plan->node_count; i++) plan_node(b, plan->nodes[i]);
    for (size_t i = 0; i < plan->constant_count; i++)
        ARENA_PUSH(memory, b->constants, b->constant_count, b->constant_capacity, plan->constants[i]);
    for (size_t i = 0; i < plan->input_count; i++)
        ARENA_PUSH(memory, b->inputs, b->input_count, b->input_capacity, plan->inputs[i]);
    for (size_t i = 0; i < plan->bound_count; i++)
        ARENA_PUSH(memory, b->bounds, b->bound_count, b->bound_capacity, plan->bounds[i]);
    for (size_t i = 0; i < plan->table_count; i++)
        ARENA_PUSH(memory, b->tables, b->table_count, b->table_capacity, plan->tables[i]);
    for (size_t i = 0; i < plan->output_count; i++)
        ARENA_PUSH(memory, b->outputs, b->output_count, b->output_capacity, plan->outputs[i]);
    return b;
}

const vm_plan *plan_built(plan_builder *b)
{
    b->plan = (vm_plan){
        .nodes = b->nodes, .node_count = b->node_count,
        .constants = b->constants, .constant_count = b->constant_count,
        .inputs = b->inputs, .input_count = b->input_count,
        .bounds = b->bounds, .bound_count = b->bound_count,
        .tables = b->tables, .table_count = b->table_count,
        .records = RECORDS, .record_count = b->record_count,
        .origins = ORIGINS, .origin_count = 1,
        .outputs = b->outputs, .output_count = b->output_count,
        .codes = CODES, .code_count = ARRAY_COUNT(CODES),
        .rows_max = b->rows_max,
    };
    return &b->plan;
}

vm_node_id plan_node(plan_builder *b, vm_node node)
{
    ARENA_PUSH(b->memory, b->nodes, b->node_count, b->node_capacity, node);
    return (vm_node_id)(b->node_count - 1);
}

vm_node_id plan_constant(plan_builder *b, vm_kind kind, uint16_t space, i128 num, i128 den)
{
    vm_constant constant = { num, den };
    ARENA_PUSH(b->memory, b->constants, b->constant_count, b->constant_capacity, constant);
    return plan_node(b, (vm_node){ .op = VM_CONST, .kind = kind, .space = space, .a = VM_NONE,
                                   .b = VM_NONE, .c = VM_NONE,
                                   .aux = (uint32_t)(b->constant_count - 1) });
}

vm_node_id plan_number(plan_builder *b, i128 num, i128 den)
{
    return plan_constant(b, VM_NUMBER, 0, num, den);
}

vm_node_id plan_input(plan_builder *b, vm_input input)
{
    if (!input.name) input.name = text_format(b->memory, "in%zu", b->input_count).bytes;
    ARENA_PUSH(b->memory, b->inputs, b->input_count, b->input_capacity, input);
    return plan_node(b, (vm_node){ .op = VM_INPUT, .kind = input.kind, .space = input.space,
                                   .a = VM_NONE, .b = VM_NONE, .c = VM_NONE,
                                   .aux = (uint32_t)(b->input_count - 1) });
}

vm_node_id plan_op(plan_builder *b, vm_op op, vm_kind kind, uint16_t space, vm_node_id a,
                   vm_node_id b_, vm_node_id c)
{
    return plan_node(b, (vm_node){ .op = op, .kind = kind, .space = space, .a = a, .b = b_, .c = c });
}

vm_node_id plan_round(plan_builder *b, vm_node_id a, money_rounding mode, i128 num, i128 den)
{
    vm_constant unit = { num, den };
    ARENA_PUSH(b->memory, b->constants, b->constant_count, b->constant_capacity, unit);
    return plan_node(b, (vm_node){ .op = VM_ROUND, .kind = VM_NUMBER, .space = b->nodes[a].space,
                                   .mode = mode, .a = a, .b = VM_NONE, .c = VM_NONE,
                                   .aux = (uint32_t)(b->constant_count - 1) });
}

vm_node_id plan_bound(plan_builder *b, vm_node_id a, uint8_t decimals, int64_t min, int64_t max)
{
    vm_bound bound = { decimals, min, max };
    ARENA_PUSH(b->memory, b->bounds, b->bound_count, b->bound_capacity, bound);
    return plan_node(b, (vm_node){ .op = VM_BOUND, .kind = VM_NUMBER, .space = b->nodes[a].space,
                                   .a = a, .b = VM_NONE, .c = VM_NONE,
                                   .aux = (uint32_t)(b->bound_count - 1) });
}

vm_node_id plan_lookup(plan_builder *b, uint16_t space, vm_table table, vm_node_id a,
                       vm_node_id b_, vm_node_id c)
{
    if (!table.name) table.name = text_format(b->memory, "table%zu", b->table_count).bytes;
    ARENA_PUSH(b->memory, b->tables, b->table_count, b->table_capacity, table);
    return plan_node(b, (vm_node){ .op = VM_LOOKUP, .kind = table.kind, .space = space, .a = a,
                                   .b = b_, .c = c, .aux = (uint32_t)(b->table_count - 1) });
}

void plan_output(plan_builder *b, vm_node_id node)
{
    vm_output output = { .name = text_format(b->memory, "out%zu", b->output_count).bytes,
                         .node = node };
    ARENA_PUSH(b->memory, b->outputs, b->output_count, b->output_capacity, output);
}

/* ---- batches ---- */

static uint32_t row_begin(const vm_batch *batch, size_t record, size_t subject)
{
    return subject == 0 ? 0 : batch->row_until[record][subject - 1];
}

size_t plan_input_lanes(const vm_plan *plan, const vm_batch *batch, size_t input)
{
    uint16_t space = plan->inputs[input].space;
    return space == 0 ? batch->count : row_begin(batch, space - 1u, batch->count);
}

size_t plan_output_lanes(const vm_plan *plan, const vm_batch *batch, size_t output)
{
    uint16_t space = plan->nodes[plan->outputs[output].node].space;
    return space == 0 ? batch->count : row_begin(batch, space - 1u, batch->count);
}

static column copy_lanes(arena *memory, const column *from, size_t first, size_t count)
{
    column copy = column_open(memory, count);
    if (from->reason) column_ensure_reasons(memory, &copy);
    for (size_t i = 0; i < count; i++) {
        copy.value[i] = from->value[first + i];
        if (from->reason) copy.reason[i] = from->reason[first + i];
    }
    return copy;
}

vm_batch plan_batch_slice(arena *memory, const vm_plan *plan, const vm_batch *batch, size_t from,
                          size_t count)
{
    const uint32_t **until = ARENA_ARRAY(memory, const uint32_t *, plan->record_count + 1);
    for (size_t r = 0; r < plan->record_count; r++) {
        uint32_t *ends = ARENA_ARRAY(memory, uint32_t, count + 1);
        for (size_t s = 0; s < count; s++)
            ends[s] = batch->row_until[r][from + s] - row_begin(batch, r, from);
        until[r] = ends;
    }
    column *inputs = ARENA_ARRAY(memory, column, plan->input_count + 1);
    vm_batch slice = { .count = count, .inputs = inputs, .row_until = until };
    for (size_t i = 0; i < plan->input_count; i++) {
        uint16_t space = plan->inputs[i].space;
        size_t first = space == 0 ? from : row_begin(batch, space - 1u, from);
        inputs[i] = copy_lanes(memory, &batch->inputs[i], first, plan_input_lanes(plan, &slice, i));
    }
    return slice;
}

vm_batch plan_batch_without_row(arena *memory, const vm_plan *plan, const vm_batch *batch,
                                size_t record, uint32_t row)
{
    vm_batch less = plan_batch_slice(memory, plan, batch, 0, batch->count);
    uint32_t *ends = (uint32_t *)less.row_until[record];
    for (size_t s = 0; s < less.count; s++)
        if (ends[s] > row) ends[s]--;
    for (size_t i = 0; i < plan->input_count; i++) {
        if (plan->inputs[i].space != record + 1) continue;
        column *cells = (column *)&less.inputs[i];
        cells->count--;
        for (size_t lane = row; lane < cells->count; lane++) {
            cells->value[lane] = cells->value[lane + 1];
            if (cells->reason) cells->reason[lane] = cells->reason[lane + 1];
        }
    }
    return less;
}

column *plan_open_outputs(arena *memory, const vm_plan *plan, const vm_batch *batch)
{
    column *outputs = ARENA_ARRAY(memory, column, plan->output_count + 1);
    for (size_t i = 0; i < plan->output_count; i++) {
        size_t lanes = plan_output_lanes(plan, batch, i);
        outputs[i] = column_open(memory, lanes);
        outputs[i].reason = ARENA_ARRAY(memory, uint32_t, lanes + 1);
        if (lanes) memset(outputs[i].value, 0xa5, lanes * sizeof outputs[i].value[0]);
        if (lanes) memset(outputs[i].reason, 0x5a, lanes * sizeof outputs[i].reason[0]);
    }
    return outputs;
}
