/* fuzz_vm_plan - bytes choose a plan and a batch; the machine equals the reference in every lane. */
#include <stdlib.h>

#include "support/plan_build.h"
#include "support/plan_diff.h"
#include "support/random_plan.h"

enum { SUBJECTS_MAX = 24 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size_bytes);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size_bytes)
{
    arena *memory = arena_open();
    choices c = choose_by_bytes(bytes, size_bytes);
    uint32_t turn = choose(&c, 7);
    const vm_plan *plan = random_plan(memory, &c);
    vm_batch batch = random_batch(memory, &c, plan, choose(&c, SUBJECTS_MAX + 1));
    diff_counts counts = { 0 };
    diff_options options = { .turn = turn, .trace_count = 1 };
    diff_verdict verdict = diff_compare(plan, &batch, options, &counts, stderr);
    if (verdict != DIFF_SAME && verdict != DIFF_TOO_WIDE) {
        plan_print(stderr, plan);
        plan_print_batch(stderr, plan, &batch);
        abort();
    }
    arena_close(memory);
    return 0;
}
