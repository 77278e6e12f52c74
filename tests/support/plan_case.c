#include "support/plan_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "support/plan_diff.h"

static const char *skip_blanks(const char *at)
{
    while (*at == ' ') at++;
    return at;
}

static size_t count_words(const char *words)
{
    size_t count = 0;
    for (const char *at = skip_blanks(words); *at; at = skip_blanks(at)) {
        count++;
        while (*at && *at != ' ') at++;
    }
    return count;
}

static column read_cells(arena *memory, const char *words)
{
    column cells = column_open(memory, count_words(words));
    column_ensure_reasons(memory, &cells);
    const char *at = skip_blanks(words);
    for (size_t lane = 0; lane < cells.count; lane++) {
        if (*at == '?' || *at == 'x') {
            cells.reason[lane] = VM_REASON(*at == '?' ? VM_NOT_KNOWN : VM_BAD_CELL, 0);
            at++;
        } else {
            char *end;
            cells.value[lane] = strtoll(at, &end, 10);
            at = end;
        }
        at = skip_blanks(at);
    }
    return cells;
}

vm_batch plan_batch_of(arena *memory, const vm_plan *plan, size_t subject_count,
                       const char *const *rows, const char *const *cells)
{
    const uint32_t **until = ARENA_ARRAY(memory, const uint32_t *, plan->record_count + 1);
    for (size_t r = 0; r < plan->record_count; r++) {
        column counts = read_cells(memory, rows[r]);
        assert_int_equal(counts.count, subject_count);
        uint32_t *ends = ARENA_ARRAY(memory, uint32_t, subject_count + 1), end = 0;
        for (size_t s = 0; s < subject_count; s++) ends[s] = end += (uint32_t)counts.value[s];
        until[r] = ends;
    }
    column *inputs = ARENA_ARRAY(memory, column, plan->input_count + 1);
    vm_batch batch = { .count = subject_count, .inputs = inputs, .row_until = until };
    for (size_t i = 0; i < plan->input_count; i++) {
        inputs[i] = read_cells(memory, cells[i]);
        assert_int_equal(inputs[i].count, plan_input_lanes(plan, &batch, i));
    }
    return batch;
}

const char *plan_lanes_text(arena *memory, const column *lanes)
{
    text_builder out = text_builder_open(memory);
    for (size_t i = 0; i < lanes->count; i++) {
        uint32_t reason = column_reason(lanes, i);
        text_add_cstr(&out, i ? " " : "");
        if (reason)
            text_add_format(&out, "%s@%u", plan_reason_name(VM_REASON_KIND(reason)),
                            VM_REASON_NODE(reason));
        else
            text_add_format(&out, "%lld", (long long)lanes->value[i]);
    }
    return out.size_bytes ? text_built(&out).bytes : "";
}

void plan_expect(plan_builder *b, size_t subject_count, const char *const *rows,
                 const char *const *cells, const char *const *answers)
{
    const vm_plan *plan = plan_built(b);
    vm_batch batch = plan_batch_of(b->memory, plan, subject_count, rows, cells);
    vm_program *program;
    err e = vm_seal(b->memory, plan, &program);
    if (e.kind) print_error("%s: %s\n", e.kind->code, e.detail ? e.detail : "");
    assert_null(e.kind);
    vm_machine *machine = vm_machine_open(b->memory, program, (vm_machine_options){ 0 });
    column *outputs = plan_open_outputs(b->memory, plan, &batch);
    vm_run(machine, &batch, outputs);
    for (size_t i = 0; i < plan->output_count; i++)
        assert_string_equal(plan_lanes_text(b->memory, &outputs[i]), answers[i]);
    assert_null(answers[plan->output_count]);
    diff_counts counts = { 0 };
    diff_options options = { .is_thorough = true, .trace_count = subject_count };
    assert_int_equal(diff_compare(plan, &batch, options, &counts, stderr), DIFF_SAME);
}
