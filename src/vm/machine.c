/* machine - cuts a batch into blocks, takes the tier that holds for each and runs it. */
#include "vm/vm_internal.h"

enum { BLOCK_LANES = 1024, ROW_LANES = 4096 };

const vm_kernel *vm_kernels_for(vm_isa isa)
{
#if defined(__x86_64__)
    __builtin_cpu_init();
    bool has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2");
    bool has_avx512 = has_avx2 && __builtin_cpu_supports("avx512dq") &&
                      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
    if (has_avx512 && (isa == VM_ISA_BEST || isa == VM_ISA_AVX512)) return vm_kernels_avx512;
    if (has_avx2 && (isa == VM_ISA_BEST || isa == VM_ISA_AVX2)) return vm_kernels_avx2;
#else
    (void)isa;
#endif
    return vm_kernels_base;
}

static size_t lanes_of_space(const vm_machine *m, const vm_tier *t, uint16_t space)
{
    (void)t;
    bool is_rows = space >= 1 && space < m->program->space_count;
    return is_rows ? m->row_lanes_max : m->block_lanes;
}

static void *new_buffer(arena *a, const vm_machine *m, const vm_tier *t, uint16_t space,
                        bool is_wide)
{
    size_t lanes = lanes_of_space(m, t, space);
    return arena_alloc(a, lanes * (is_wide ? sizeof(i128) : sizeof(int64_t)) + 64);
}

/* Each mark is made at most once in a block, but those of a fold's body once a step. */
static size_t mark_bytes(const vm_machine *m, const vm_tier *t)
{
    size_t bytes = 0;
    for (size_t n = 0; n < t->mark_count; n++)
        bytes += lanes_of_space(m, t, t->mark_spaces[n]) * sizeof(uint32_t) + 64;
    return bytes;
}

vm_state vm_state_open(arena *a, vm_machine *m, const vm_tier *t, bool is_traced)
{
    const vm_plan *plan = m->program->plan;
    size_t spaces = m->program->space_count + t->fold_count;
    vm_state s = { .machine = m, .program = m->program, .tier = t };
    s.kernels = vm_kernels_for(m->options.isa);
    s.regs = ARENA_ARRAY(a, void *, t->reg_count + 1);
    s.marks = ARENA_ARRAY(a, uint32_t *, t->mark_count + 1);
    s.lanes = ARENA_ARRAY(a, size_t, spaces);
    s.lane_base = ARENA_ARRAY(a, size_t, spaces);
    s.row_start = ARENA_ARRAY(a, uint32_t *, plan->record_count + 1);
    s.is_too_many = ARENA_ARRAY(a, bool, plan->record_count + 1);
    s.fold_rows = ARENA_ARRAY(a, uint32_t *, t->fold_count + 1);
    s.is_fused = ARENA_ARRAY(a, bool, t->fusion_count + 1);
    for (size_t r = 0; r < plan->record_count; r++)
        s.row_start[r] = ARENA_ARRAY(a, uint32_t, m->block_lanes + 1);
    for (size_t f = 0; f < t->fold_count; f++)
        s.fold_rows[f] = ARENA_ARRAY(a, uint32_t, 2 * m->block_lanes);
    void **buffers = ARENA_ARRAY(a, void *, t->slot_count + 1);
    for (size_t n = 0; n < t->slot_count && !is_traced; n++)
        buffers[n] = new_buffer(a, m, t, t->slots[n].space, t->slots[n].is_wide);
    for (size_t n = 1; n < t->reg_count; n++) {
        const vm_register *reg = &t->regs[n];
        if (is_traced) s.regs[n] = new_buffer(a, m, t, reg->space, reg->is_wide);
        else if (reg->slot != VM_NONE) s.regs[n] = buffers[reg->slot];
    }
    s.mark_size = mark_bytes(m, t);
    s.is_traced = is_traced;
    return s;
}

uint32_t *vm_mark_new(vm_state *s, uint16_t space)
{
    size_t bytes = (lanes_of_space(s->machine, s->tier, space) * sizeof(uint32_t) + 63) & ~(size_t)63;
    if (!s->mark_pool) s->mark_pool = arena_alloc(s->machine->memory, s->mark_size + 64);
    assert(s->mark_used + bytes <= s->mark_size + 64);
    uint32_t *made = (uint32_t *)(void *)(s->mark_pool + s->mark_used);
    s->mark_used += bytes;
    return made;
}

/* ---- inputs ---- */

/* Reasons of the batch's cells, and values outside their bounds; such lanes get a value inside. */
static void load_faulty(vm_state *s, const vm_instr *i, const int64_t *value,
                        const uint32_t *reason)
{
    const vm_input *input = &s->program->plan->inputs[i->aux];
    const vm_register *reg = &s->tier->regs[i->dst];
    size_t count = s->lanes[i->space];
    uint32_t *mark = s->marks[i->mark] = vm_mark_new(s, i->space);
    int64_t *copy = vm_load_buffer(s, i);
    for (size_t n = 0; n < count; n++) {
        uint32_t kind = reason ? reason[n] >> 24 : 0;
        bool is_outside = value[n] < input->min || value[n] > input->max;
        if (!kind && reason && reason[n]) kind = VM_BAD_CELL;
        if (!kind && is_outside) kind = VM_OUT_OF_RANGE;
        mark[n] = kind ? VM_REASON(kind, i->node) : 0;
        copy[n] = kind ? (int64_t)vm_near_zero(reg->min, reg->max) : value[n];
    }
    s->regs[i->dst] = copy;
}

int64_t *vm_load_buffer(vm_state *s, const vm_instr *i)
{
    if (!s->load_buffers) s->load_buffers = ARENA_ARRAY(s->machine->memory, int64_t *,
                                                        s->tier->reg_count);
    if (!s->load_buffers[i->dst])
        s->load_buffers[i->dst] = new_buffer(s->machine->memory, s->machine, s->tier, i->space,
                                             false);
    return s->load_buffers[i->dst];
}

static bool has_reason(const uint32_t *reason, size_t count)
{
    uint32_t any = 0;
    for (size_t n = 0; reason && n < count; n++) any |= reason[n];
    return any != 0;
}

void vm_execute_load(vm_state *s, const vm_instr *i)
{
    const vm_plan *plan = s->program->plan;
    const vm_machine *m = s->machine;
    const column *c = &s->batch->inputs[i->aux];
    size_t base = s->lane_base[i->space], count = s->lanes[i->space];
    const uint32_t *reason = m->input_has_reason[i->aux] ? c->reason + base : NULL;
    const vm_input *input = &plan->inputs[i->aux];
    bool is_inside = m->input_low[i->aux] >= input->min && m->input_high[i->aux] <= input->max;
    s->marks[i->mark] = NULL;
    if (count && (reason || !is_inside)) load_faulty(s, i, c->value + base, reason);
    else s->regs[i->dst] = count ? (void *)(c->value + base) : c->value; /* no rows: perhaps no column */
}

/* Looks at the block's inputs; answers the first tier whose bounds they keep. */
static int look_at_inputs(vm_machine *m, const vm_state *s, const vm_batch *batch)
{
    const vm_plan *plan = m->program->plan;
    int tier = 0;
    for (size_t i = 0; i < plan->input_count; i++) {
        if (!m->program->is_input_used[i]) continue;
        const column *c = &batch->inputs[i];
        size_t base = s->lane_base[plan->inputs[i].space], count = s->lanes[plan->inputs[i].space];
        int64_t ends[2];
        /* A record without rows has no column to point into. */
        const int64_t *values = count ? c->value + base : NULL;
        s->kernels[VM_I_SCAN](NULL, ends, values, NULL, NULL, count);
        m->input_low[i] = ends[0], m->input_high[i] = ends[1];
        m->input_has_reason[i] = c->reason && count && has_reason(c->reason + base, count);
        for (; count && tier < VM_TIER_STATED; tier++) {
            const vm_tier *t = &m->program->tiers[tier];
            if (ends[0] >= t->input_min[i] && ends[1] <= t->input_max[i]) break;
        }
    }
    return tier;
}

/* ---- blocks ---- */

static void run_lanes(vm_state *s, const vm_instr *i)
{
    const vm_kernel *table = i->is_wide ? vm_kernels_wide : s->kernels;
    table[i->code](i, s->regs[i->dst], s->regs[i->a], s->regs[i->b], s->regs[i->c],
                   s->lanes[i->space]);
}

void vm_execute_one(vm_state *s, const vm_instr *i)
{
    if (i->code < VM_I_LANE_COUNT) run_lanes(s, i);
    else if (i->code == VM_I_LOAD) vm_execute_load(s, i);
    else if (i->code <= VM_I_ELSE_MARK) vm_execute_mark(s, i);
    else if (i->code == VM_I_CALENDAR) vm_execute_calendar(s, i);
    else if (i->code <= VM_I_CELL) vm_execute_table(s, i);
    else if (i->code < VM_I_FOLD) vm_execute_rows(s, i);
    else vm_execute_enclosed(s, i);
}

void vm_execute(vm_state *s, size_t begin, size_t end)
{
    for (size_t n = begin; n < end; n++) {
        const vm_instr *i = &s->tier->instrs[n];
        s->at = n;
        if ((i->guard && !s->marks[i->guard]) || (i->is_dead && !s->is_traced)) continue;
        if (i->fused && vm_fusion_skips(s, i, n)) continue;
        if (i->code == VM_I_FOLD) n = vm_execute_fold(s, i) - 1;
        else vm_execute_one(s, i);
    }
}

static size_t output_from(const vm_state *s, size_t index, size_t *count)
{
    uint16_t space = s->program->plan->nodes[s->program->plan->outputs[index].node].space;
    *count = s->lanes[space];
    return s->lane_base[space];
}

static void copy_output(vm_state *s, size_t index)
{
    size_t count, from = output_from(s, index, &count);
    const int64_t *made = s->regs[s->tier->outputs[index].num];
    int64_t *value = s->outputs[index].value + from;
    if (made != value) memcpy(value, made, count * sizeof *value);
}

static void mark_output(vm_state *s, size_t index)
{
    size_t count, from = output_from(s, index, &count);
    int64_t *value = s->outputs[index].value + from;
    uint32_t *reason = s->outputs[index].reason + from;
    const uint32_t *mark = s->marks[s->tier->outputs[index].mark];
    if (!mark) {
        memset(reason, 0, count * sizeof *reason);
        return;
    }
    memcpy(reason, mark, count * sizeof *reason);
    for (size_t n = 0; n < count; n++) value[n] = mark[n] ? 0 : value[n];
}

/* Two outputs may share a register, which lies in the column of one, and have different reasons: all
 * are copied before any lane is emptied. */
static void finish_outputs(vm_state *s)
{
    size_t count = s->program->plan->output_count;
    for (size_t o = 0; o < count; o++) copy_output(s, o);
    for (size_t o = 0; o < count; o++) mark_output(s, o);
}

/* Rows of a record in this pass. A subject with too many rows is a block of its own; its rows are
 * still computed one by one, in as many passes as they need. */
static void place_rows(vm_state *s, size_t r, size_t from, size_t until, size_t pass)
{
    const uint32_t *row_until = s->batch->row_until[r];
    size_t base = from ? row_until[from - 1] : 0, rows = row_until[until - 1] - base;
    size_t step = s->program->plan->rows_max > 0 ? (size_t)s->program->plan->rows_max : 1;
    s->is_too_many[r] = until == from + 1 && (int64_t)rows > s->program->plan->rows_max;
    s->row_start[r][0] = 0;
    for (size_t n = from; n < until && !s->is_too_many[r]; n++)
        s->row_start[r][n - from + 1] = (uint32_t)(row_until[n] - base);
    if (s->is_too_many[r]) {
        size_t passes = (rows + step - 1) / step, at = pass < passes ? pass : passes - 1;
        base += at * step;
        rows = rows - at * step < step ? rows - at * step : step;
        s->row_start[r][1] = (uint32_t)rows;
        if (passes > s->pass_count) s->pass_count = passes;
    }
    s->lanes[r + 1] = rows;
    s->lane_base[r + 1] = base;
}

void vm_state_place(vm_state *s, const vm_batch *batch, size_t from, size_t until, size_t pass)
{
    s->batch = batch;
    s->pass_count = 1;
    s->lanes[0] = until - from, s->lane_base[0] = from;
    for (size_t r = 0; r < s->program->plan->record_count; r++)
        place_rows(s, r, from, until, pass);
}

void vm_state_run(vm_state *s)
{
    const vm_tier *t = s->tier;
    s->mark_used = 0;
    memset(s->is_fused, 0, t->fusion_count * sizeof *s->is_fused);
    for (size_t o = 0; o < s->program->plan->output_count && s->outputs; o++) {
        uint32_t reg = t->outputs[o].num;
        if (t->regs[reg].output != o) continue;
        s->regs[reg] = s->outputs[o].value + s->lane_base[t->regs[reg].space];
    }
    vm_execute(s, 0, t->instr_count);
}

static size_t block_end(const vm_machine *m, const vm_batch *batch, size_t from)
{
    const vm_plan *plan = m->program->plan;
    size_t until = from + m->block_lanes < batch->count ? from + m->block_lanes : batch->count;
    for (size_t r = 0; r < plan->record_count; r++) {
        const uint32_t *row_until = batch->row_until[r];
        uint32_t base = from ? row_until[from - 1] : 0, last = base;
        for (size_t n = from; n < until; n++) {
            bool is_over = row_until[n] - base > m->row_lanes_max;
            bool is_too_many = (int64_t)row_until[n] - last > plan->rows_max;
            if (is_over || is_too_many) {
                until = n > from ? n : from + 1;
                break;
            }
            last = row_until[n];
        }
    }
    return until;
}

vm_machine *vm_machine_open(arena *process, const vm_program *program, vm_machine_options options)
{
    vm_machine *m = ARENA_NEW(process, vm_machine);
    size_t rows_max = program->plan->rows_max > 0 ? (size_t)program->plan->rows_max : 1;
    m->memory = process, m->program = program, m->options = options;
    m->block_lanes = options.block_lanes ? options.block_lanes : BLOCK_LANES;
    m->row_lanes_max = options.block_lanes ? m->block_lanes : ROW_LANES;
    if (m->row_lanes_max < rows_max) m->row_lanes_max = rows_max;
    size_t inputs = program->plan->input_count + 1;
    m->input_low = ARENA_ARRAY(process, int64_t, inputs);
    m->input_high = ARENA_ARRAY(process, int64_t, inputs);
    m->input_has_reason = ARENA_ARRAY(process, bool, inputs);
    m->lane_flags = ARENA_ARRAY(process, uint8_t,
                                m->row_lanes_max > m->block_lanes ? m->row_lanes_max
                                                                  : m->block_lanes);
    for (int t = 0; t < VM_TIER_COUNT; t++)
        m->states[t] = vm_state_open(process, m, &program->tiers[t], false);
    return m;
}

vm_state *vm_machine_choose(vm_machine *m, const vm_batch *batch, size_t from, size_t until,
                            size_t pass)
{
    vm_state_place(&m->states[0], batch, from, until, pass);
    int tier = look_at_inputs(m, &m->states[0], batch);
    if (tier) vm_state_place(&m->states[tier], batch, from, until, pass);
    return &m->states[tier];
}

void vm_run(vm_machine *m, const vm_batch *batch, column *outputs)
{
    for (size_t from = 0; from < batch->count;) {
        size_t until = block_end(m, batch, from), pass_count = 1;
        for (size_t pass = 0; pass < pass_count; pass++) {
            vm_state *s = vm_machine_choose(m, batch, from, until, pass);
            s->outputs = outputs;
            vm_state_run(s);
            finish_outputs(s);
            pass_count = s->pass_count;
        }
        from = until;
    }
}
