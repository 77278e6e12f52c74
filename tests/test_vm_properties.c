/* Laws of the machine that need no reference: how a batch is cut never shows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "support/plan_build.h"
#include "support/random_plan.h"
#include "support/share.h"

enum { PROGRAMS = 120, SUBJECTS = 60 };

typedef struct {
    arena *memory;
    const vm_plan *plan;
    vm_program *program;
    vm_batch batch;
    column *whole; /* outputs of one run over the batch */
} example;

static column *outputs_of(example *e, const vm_batch *batch, vm_machine_options options)
{
    column *outputs = plan_open_outputs(e->memory, e->plan, batch);
    vm_run(vm_machine_open(e->memory, e->program, options), batch, outputs);
    return outputs;
}

/* False when the plan is too wide for the machine. */
static bool open_example(example *e, uint64_t seed)
{
    choices c = choose_by_seed(0x70726f70u + seed);
    *e = (example){ .memory = arena_open() };
    e->plan = random_plan(e->memory, &c);
    e->batch = random_batch(e->memory, &c, e->plan, SUBJECTS);
    err error = vm_seal(e->memory, e->plan, &e->program);
    if (error.kind) {
        assert_ptr_equal(error.kind, &VM_TOO_WIDE);
        arena_close(e->memory);
        return false;
    }
    e->whole = outputs_of(e, &e->batch, (vm_machine_options){ 0 });
    return true;
}

static void assert_same(const column *a, size_t from, const column *b, size_t lanes)
{
    if (lanes == 0) return;
    assert_memory_equal(a->value + from, b->value, lanes * sizeof b->value[0]);
    assert_memory_equal(a->reason + from, b->reason, lanes * sizeof b->reason[0]);
}

/* Outputs of subjects [from, from + count) alone, against those lanes of the whole. */
static void assert_slice_same(example *e, size_t from, size_t count)
{
    vm_batch slice = plan_batch_slice(e->memory, e->plan, &e->batch, from, count);
    column *outputs = outputs_of(e, &slice, (vm_machine_options){ 0 });
    for (size_t i = 0; i < e->plan->output_count; i++) {
        uint16_t space = e->plan->nodes[e->plan->outputs[i].node].space;
        size_t first = space == 0  ? from
                       : from == 0 ? 0
                                   : e->batch.row_until[space - 1][from - 1];
        assert_same(&e->whole[i], first, &outputs[i], plan_output_lanes(e->plan, &slice, i));
    }
}

static void any_block_size_and_instruction_set_gives_the_same_bytes(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < share_of(PROGRAMS); seed++) {
        example e;
        if (!open_example(&e, seed)) continue;
        static const size_t BLOCKS[] = { 1, 3, 7, 32, 1024, 4096 };
        for (size_t i = 0; i < ARRAY_COUNT(BLOCKS); i++)
            for (vm_isa isa = VM_ISA_BASE; isa <= VM_ISA_AVX512; isa++) {
                column *again = outputs_of(&e, &e.batch, (vm_machine_options){ BLOCKS[i], isa });
                for (size_t o = 0; o < e.plan->output_count; o++)
                    assert_same(&e.whole[o], 0, &again[o], plan_output_lanes(e.plan, &e.batch, o));
            }
        arena_close(e.memory);
    }
}

static void a_batch_of_n_equals_n_batches_of_one(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < share_of(PROGRAMS / 4); seed++) {
        example e;
        if (!open_example(&e, seed)) continue;
        for (size_t s = 0; s < e.batch.count; s++) assert_slice_same(&e, s, 1);
        arena_close(e.memory);
    }
}

static void a_batch_may_be_cut_between_any_subjects(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < share_of(PROGRAMS); seed++) {
        example e;
        if (!open_example(&e, seed)) continue;
        size_t cut = seed % (e.batch.count + 1);
        assert_slice_same(&e, 0, cut);
        assert_slice_same(&e, cut, e.batch.count - cut);
        arena_close(e.memory);
    }
}

static void a_machine_remembers_nothing_of_the_batch_before(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < share_of(PROGRAMS); seed++) {
        example e;
        if (!open_example(&e, seed)) continue;
        choices c = choose_by_seed(seed);
        vm_batch other = random_batch(e.memory, &c, e.plan, SUBJECTS);
        vm_machine *machine = vm_machine_open(e.memory, e.program, (vm_machine_options){ 0 });
        vm_run(machine, &other, plan_open_outputs(e.memory, e.plan, &other));
        vm_trace_subject(e.memory, machine, &other, seed % SUBJECTS);
        column *again = plan_open_outputs(e.memory, e.plan, &e.batch);
        vm_run(machine, &e.batch, again);
        for (size_t o = 0; o < e.plan->output_count; o++)
            assert_same(&e.whole[o], 0, &again[o], plan_output_lanes(e.plan, &e.batch, o));
        arena_close(e.memory);
    }
}

static void a_lane_with_a_reason_has_the_value_0(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < share_of(PROGRAMS); seed++) {
        example e;
        if (!open_example(&e, seed)) continue;
        for (size_t o = 0; o < e.plan->output_count; o++)
            for (size_t lane = 0; lane < plan_output_lanes(e.plan, &e.batch, o); lane++)
                if (e.whole[o].reason[lane]) assert_int_equal(e.whole[o].value[lane], 0);
        arena_close(e.memory);
    }
}

static void the_digest_is_of_what_decides_and_of_nothing_else(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < share_of(PROGRAMS); seed++) {
        example e;
        if (!open_example(&e, seed)) continue;
        uint64_t digest = vm_program_digest(e.program);
        vm_program *again;
        plan_builder *same = plan_builder_of(e.memory, e.plan);
        assert_null(vm_seal(e.memory, plan_built(same), &again).kind);
        assert_true(vm_program_digest(again) == digest);
        plan_builder *other = plan_builder_of(e.memory, e.plan);
        other->rows_max++;
        if (!vm_seal(e.memory, plan_built(other), &again).kind)
            assert_true(vm_program_digest(again) != digest);
        arena_close(e.memory);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_block_size_and_instruction_set_gives_the_same_bytes),
        cmocka_unit_test(a_batch_of_n_equals_n_batches_of_one),
        cmocka_unit_test(a_batch_may_be_cut_between_any_subjects),
        cmocka_unit_test(a_machine_remembers_nothing_of_the_batch_before),
        cmocka_unit_test(a_lane_with_a_reason_has_the_value_0),
        cmocka_unit_test(the_digest_is_of_what_decides_and_of_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
