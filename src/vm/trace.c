/* trace - every node's value for one subject, by the kernels of vm_run with a batch of one. */
#include "vm/vm_internal.h"

typedef struct vm_trace_sink {
    vm_value **values;
} vm_trace_sink;

static vm_value value_of(vm_state *s, const vm_form *f, uint32_t node, uint16_t space, size_t lane)
{
    vm_value out = { .num = 0, .den = 1, .reason = vm_mark_at(s, f->mark, lane) };
    if (out.reason) return out;
    vm_fraction value = f->factor, part;
    i128 num = f->num ? vm_lane(s, f->num, lane) : 1, den = f->den ? vm_lane(s, f->den, lane) : 1;
    bool is_done = !f->is_enclosed && vm_fraction_make(num, den, &part) &&
                   vm_fraction_mul(value, part, &value);
    if (!is_done) out.is_approximate = !vm_exact_value(s, space, lane, node, &value);
    out.num = value.num, out.den = value.den;
    return out;
}

void vm_trace_step(vm_state *s, const vm_fold *f, const uint32_t *rows, size_t count)
{
    const vm_plan *plan = s->program->plan;
    for (uint32_t n = 0; n < plan->node_count; n++) {
        if (!f->is_body[n]) continue;
        for (size_t lane = 0; lane < count; lane++)
            s->sink->values[n][rows[lane]] = value_of(s, &f->forms[n], n, f->space, lane);
    }
}

static vm_batch batch_of_one(arena *a, const vm_machine *m, const vm_batch *batch, size_t subject)
{
    const vm_plan *plan = m->program->plan;
    vm_batch one = { .count = 1 };
    column *inputs = ARENA_ARRAY(a, column, plan->input_count + 1);
    const uint32_t **until = ARENA_ARRAY(a, const uint32_t *, plan->record_count + 1);
    uint32_t *count = ARENA_ARRAY(a, uint32_t, plan->record_count + 1);
    size_t *from = ARENA_ARRAY(a, size_t, plan->record_count + 1);
    for (size_t r = 0; r < plan->record_count; r++) {
        from[r] = subject ? batch->row_until[r][subject - 1] : 0;
        count[r] = batch->row_until[r][subject] - (uint32_t)from[r];
        until[r] = &count[r];
    }
    for (size_t i = 0; i < plan->input_count; i++) {
        uint16_t space = plan->inputs[i].space;
        size_t at = space ? from[space - 1] : subject;
        inputs[i] = column_slice(&batch->inputs[i], at, space ? count[space - 1] : 1);
    }
    one.inputs = inputs, one.row_until = until;
    return one;
}

/* The machine for traces: one subject, a buffer for each register, the stated bounds. */
static vm_state *trace_state(vm_machine *m)
{
    if (m->trace) return m->trace;
    vm_machine_options options = m->options;
    options.block_lanes = 1;
    vm_machine *single = vm_machine_open(m->memory, m->program, options);
    m->trace = ARENA_NEW(m->memory, vm_state);
    *m->trace = vm_state_open(m->memory, single, &m->program->tiers[VM_TIER_STATED], true);
    return m->trace;
}

static void collect(vm_state *s, vm_value **values)
{
    const vm_program *p = s->program;
    for (uint32_t n = 0; n < p->plan->node_count; n++) {
        uint16_t space = p->plan->nodes[n].space;
        if (!p->is_used[n] || p->is_carried[n]) continue;
        for (size_t k = 0; k < s->lanes[space]; k++) /* the batch of one begins at row 0 */
            values[n][s->lane_base[space] + k] = value_of(s, &s->tier->forms[n], n, space, k);
    }
}

vm_trace vm_trace_subject(arena *a, vm_machine *m, const vm_batch *batch, size_t subject)
{
    const vm_program *p = m->program;
    const vm_plan *plan = p->plan;
    vm_state *s = trace_state(m);
    vm_batch one = batch_of_one(a, m, batch, subject);
    vm_value **values = ARENA_ARRAY(a, vm_value *, plan->node_count + 1);
    size_t *lanes = ARENA_ARRAY(a, size_t, plan->node_count + 1);
    for (uint32_t n = 0; n < plan->node_count; n++) {
        uint16_t space = plan->nodes[n].space;
        if (!p->is_used[n]) continue;
        lanes[n] = space ? one.row_until[space - 1][0] : 1;
        values[n] = ARENA_ARRAY(a, vm_value, lanes[n] + 1);
        for (size_t k = 0; k < lanes[n]; k++)
            values[n][k] = (vm_value){ 0, 1, VM_REASON(VM_EMPTY, n), false };
    }
    vm_trace_sink sink = { values };
    s->sink = &sink;
    for (size_t pass = 0, pass_count = 1; pass < pass_count; pass++) {
        vm_machine_choose(s->machine, &one, 0, 1, pass); /* looks at the inputs only */
        vm_state_place(s, &one, 0, 1, pass);
        vm_state_run(s);
        collect(s, values);
        pass_count = s->pass_count;
    }
    s->sink = NULL;
    return (vm_trace){ (const vm_value *const *)values, lanes };
}
