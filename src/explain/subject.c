#include "explain/explain_internal.h"

explain_answer explain_subject(arena *a, vm_machine *machine, const vm_program *program,
                               const vm_batch *batch, size_t subject, size_t output,
                               explain_options options)
{
    const vm_plan *plan = vm_program_plan(program);
    teller t = {
        .memory = a,
        .plan = plan,
        .trace = vm_trace_subject(a, machine, batch, subject),
        .is_chinese = options.is_chinese,
        .told = ARENA_ARRAY(a, const explain_reason *, plan->node_count + 1),
    };
    vm_node_id root = plan->outputs[output].node;
    explain_answer answer = { .root = tree_build(&t, root) };
    answer.flips = whynot_find(&t, machine, batch, subject, answer.root, &answer.flip_count);
    answer.missing = tree_missing(&t, root, &answer.missing_count);
    return answer;
}
