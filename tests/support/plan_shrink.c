#include "support/plan_diff.h"

#include <assert.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/plan_build.h"

enum { TRIAL_SECONDS = 10, TRIALS_MAX = 4000 };

/* The smallest plan and batch so far that still show the difference. */
typedef struct {
    arena *memory;
    const vm_plan *plan;
    vm_batch batch;
    diff_options options;
    diff_verdict verdict;
    size_t trials;
} shrink;

/* In a process of its own: the verdict, or DIFF_CRASH when it does not come back. */
static diff_verdict verdict_apart(const vm_plan *plan, const vm_batch *batch, diff_options options)
{
    fflush(NULL);
    pid_t child = fork();
    assert(child >= 0);
    if (child == 0) {
        diff_counts counts = { 0 };
        if (!freopen("/dev/null", "w", stderr)) _exit(DIFF_CRASH);
        struct itimerval limit = { .it_value = { .tv_sec = TRIAL_SECONDS } };
        setitimer(ITIMER_PROF, &limit, NULL); /* seconds of a core: a busy machine is no hang */
        _exit((int)diff_compare(plan, batch, options, &counts, NULL));
    }
    int status;
    if (waitpid(child, &status, 0) != child || !WIFEXITED(status) || WEXITSTATUS(status) > DIFF_MALFORMED)
        return DIFF_CRASH;
    return (diff_verdict)WEXITSTATUS(status);
}

static bool still_shows(shrink *s, const vm_plan *plan, const vm_batch *batch)
{
    return s->trials++ < TRIALS_MAX && verdict_apart(plan, batch, s->options) == s->verdict;
}

static bool accept(shrink *s, const vm_plan *plan, vm_batch batch)
{
    if (!still_shows(s, plan, &batch)) return false;
    s->plan = plan;
    s->batch = batch;
    return true;
}

/* ---- plans ---- */

/* Only what the outputs stand on; inputs nobody reads go, with their columns. */
static const vm_plan *compacted(arena *memory, const vm_plan *plan, vm_batch *batch)
{
    bool *is_needed = ARENA_ARRAY(memory, bool, plan->node_count + 1);
    vm_node_id *now = ARENA_ARRAY(memory, vm_node_id, plan->node_count + 1);
    for (size_t i = 0; i < plan->output_count; i++) is_needed[plan->outputs[i].node] = true;
    for (size_t n = plan->node_count; n-- > 0;) {
        const vm_node_id args[3] = { plan->nodes[n].a, plan->nodes[n].b, plan->nodes[n].c };
        for (int i = 0; i < 3 && is_needed[n]; i++)
            if (args[i] != VM_NONE) is_needed[args[i]] = true;
    }
    plan_builder *b = plan_builder_of(memory, plan);
    uint32_t *input_now = ARENA_ARRAY(memory, uint32_t, plan->input_count + 1);
    bool *is_read = ARENA_ARRAY(memory, bool, plan->input_count + 1);
    for (size_t n = 0; n < plan->node_count; n++)
        if (is_needed[n] && plan->nodes[n].op == VM_INPUT) is_read[plan->nodes[n].aux] = true;
    column *columns = ARENA_ARRAY(memory, column, plan->input_count + 1);
    b->input_count = 0;
    for (size_t i = 0; i < plan->input_count; i++) {
        if (!is_read[i]) continue;
        input_now[i] = (uint32_t)b->input_count;
        columns[b->input_count] = batch->inputs[i];
        b->inputs[b->input_count++] = plan->inputs[i];
    }
    batch->inputs = columns;
    b->node_count = 0;
    for (size_t n = 0; n < plan->node_count; n++) {
        if (!is_needed[n]) continue;
        vm_node node = plan->nodes[n];
        vm_node_id *args[3] = { &node.a, &node.b, &node.c };
        for (int i = 0; i < 3; i++)
            if (*args[i] != VM_NONE) *args[i] = now[*args[i]];
        if (node.op == VM_INPUT) node.aux = input_now[node.aux];
        now[n] = plan_node(b, node);
    }
    for (size_t i = 0; i < b->output_count; i++) b->outputs[i].node = now[b->outputs[i].node];
    return plan_built(b);
}

static bool accept_compacted(shrink *s, plan_builder *b)
{
    vm_batch batch = s->batch;
    const vm_plan *plan = compacted(s->memory, plan_built(b), &batch);
    return accept(s, plan, batch);
}

static void drop_outputs(shrink *s)
{
    for (size_t o = 0; o < s->plan->output_count; o++) {
        plan_builder *b = plan_builder_of(s->memory, s->plan);
        b->outputs[0] = b->outputs[o];
        b->output_count = 1;
        if (accept_compacted(s, b)) return;
    }
}

static bool is_stored(const vm_plan *plan, vm_node_id n)
{
    return plan->nodes[n].kind != VM_NUMBER || plan->nodes[n].op == VM_BOUND;
}

static bool move_outputs(shrink *s)
{
    for (vm_node_id n = 0; n < s->plan->node_count; n++) {
        if (!is_stored(s->plan, n) || s->plan->outputs[0].node == n) continue;
        plan_builder *b = plan_builder_of(s->memory, s->plan);
        b->outputs[0].node = n;
        b->output_count = 1;
        if (accept_compacted(s, b)) return true;
    }
    return false;
}

/* Puts another node in the place of one, everywhere it is used. */
static bool replace(shrink *s, vm_node_id old, vm_node_id by)
{
    plan_builder *b = plan_builder_of(s->memory, s->plan);
    for (size_t n = 0; n < b->node_count; n++) {
        vm_node *node = &b->nodes[n];
        if (node->a == old) node->a = by;
        if (node->b == old) node->b = by;
        if (node->c == old) node->c = by;
    }
    for (size_t i = 0; i < b->output_count; i++)
        if (b->outputs[i].node == old) b->outputs[i].node = by;
    for (size_t i = 0; i < b->output_count; i++)
        if (!is_stored(plan_built(b), b->outputs[i].node)) return false;
    return accept_compacted(s, b);
}

static bool replace_by_constant(shrink *s, vm_node_id old, i128 num)
{
    plan_builder *b = plan_builder_of(s->memory, s->plan);
    vm_constant constant = { num, 1 };
    ARENA_PUSH(b->memory, b->constants, b->constant_count, b->constant_capacity, constant);
    vm_node *node = &b->nodes[old];
    *node = (vm_node){ .op = VM_CONST, .kind = node->kind, .space = node->space, .a = VM_NONE,
                       .b = VM_NONE, .c = VM_NONE, .aux = (uint32_t)(b->constant_count - 1) };
    for (size_t i = 0; i < b->output_count; i++)
        if (!is_stored(plan_built(b), b->outputs[i].node)) return false;
    return accept_compacted(s, b);
}

static bool drop_mask(shrink *s, vm_node_id n)
{
    vm_op op = s->plan->nodes[n].op;
    bool has_mask = (op >= VM_SUM && op <= VM_FOLD) || op == VM_SUM_SAME;
    if (!has_mask || s->plan->nodes[n].b == VM_NONE) return false;
    plan_builder *b = plan_builder_of(s->memory, s->plan);
    b->nodes[n].b = VM_NONE;
    return accept_compacted(s, b);
}

static bool simplify_node(shrink *s, vm_node_id n)
{
    const vm_node *node = &s->plan->nodes[n];
    const vm_node_id args[3] = { node->a, node->b, node->c };
    if (node->op == VM_CONST || node->op == VM_CARRY) return false;
    if (node->op != VM_INPUT && drop_mask(s, n)) return true;
    for (int i = 0; i < 3; i++)
        if (args[i] != VM_NONE && s->plan->nodes[args[i]].kind == node->kind &&
            s->plan->nodes[args[i]].space == node->space && replace(s, n, args[i]))
            return true;
    return replace_by_constant(s, n, 1) || replace_by_constant(s, n, 0);
}

static bool drop_nodes(shrink *s)
{
    bool has_changed = false;
    for (size_t n = s->plan->node_count; n-- > 0;) {
        if (n >= s->plan->node_count) continue;
        if (simplify_node(s, (vm_node_id)n)) has_changed = true;
    }
    return has_changed;
}

static bool drop_cells_of_tables(shrink *s)
{
    bool has_changed = false;
    for (size_t t = 0; t < s->plan->table_count; t++)
        for (size_t c = 0; c < s->plan->tables[t].cell_count && s->plan->tables[t].cell_count > 1;) {
            plan_builder *b = plan_builder_of(s->memory, s->plan);
            vm_table *table = &b->tables[t];
            vm_cell *cells = ARENA_ARRAY(s->memory, vm_cell, table->cell_count);
            size_t kept = 0;
            for (size_t i = 0; i < table->cell_count; i++)
                if (i != c) cells[kept++] = table->cells[i];
            table->cells = cells;
            table->cell_count = kept;
            if (accept(s, plan_built(b), s->batch))
                has_changed = true;
            else
                c++;
        }
    return has_changed;
}

/* ---- batches ---- */

static bool drop_subjects(shrink *s)
{
    bool has_changed = false;
    for (size_t size = s->batch.count / 2; size >= 1; size /= 2)
        for (size_t from = 0; from < s->batch.count && s->batch.count > size; ) {
            size_t count = size < s->batch.count - from ? size : s->batch.count - from;
            if (accept(s, s->plan, plan_batch_slice(s->memory, s->plan, &s->batch, from, count))) {
                has_changed = true;
                break;
            }
            from += size;
        }
    return has_changed;
}

static bool drop_first_or_last(shrink *s)
{
    bool has_changed = false;
    while (s->batch.count > 1 &&
           (accept(s, s->plan, plan_batch_slice(s->memory, s->plan, &s->batch, 1, s->batch.count - 1)) ||
            accept(s, s->plan, plan_batch_slice(s->memory, s->plan, &s->batch, 0, s->batch.count - 1))))
        has_changed = true;
    return has_changed;
}

static bool drop_rows(shrink *s)
{
    bool has_changed = false;
    for (size_t r = 0; r < s->plan->record_count; r++)
        for (uint32_t row = s->batch.count ? s->batch.row_until[r][s->batch.count - 1] : 0; row-- > 0;)
            if (accept(s, s->plan, plan_batch_without_row(s->memory, s->plan, &s->batch, r, row)))
                has_changed = true;
    return has_changed;
}

static bool simplify_cell(shrink *s, size_t input, size_t lane)
{
    const column *now = &s->batch.inputs[input];
    const vm_input *about = &s->plan->inputs[input];
    int64_t tries[4] = { 0, 1, now->value[lane] / 10, about->min };
    if (column_reason(now, lane) == 0 && now->value[lane] == 0) return false;
    for (int i = 0; i < 4; i++) {
        if (tries[i] < about->min || tries[i] > about->max) continue;
        if (column_reason(now, lane) == 0 && tries[i] == now->value[lane]) continue;
        if (i == 1 && now->value[lane] >= 0 && now->value[lane] < 2) continue;
        if (i == 3 && about->min < 0) continue;
        vm_batch simpler = plan_batch_slice(s->memory, s->plan, &s->batch, 0, s->batch.count);
        simpler.inputs[input].value[lane] = tries[i];
        if (simpler.inputs[input].reason) simpler.inputs[input].reason[lane] = 0;
        if (accept(s, s->plan, simpler)) return true;
    }
    return false;
}

static bool simplify_cells(shrink *s)
{
    bool has_changed = false;
    for (size_t i = 0; i < s->plan->input_count; i++)
        for (size_t lane = 0; lane < s->batch.inputs[i].count && lane < 64; lane++)
            if (simplify_cell(s, i, lane)) has_changed = true;
    return has_changed;
}

void diff_report(FILE *out, const vm_plan *plan, const vm_batch *batch, diff_options options,
                 diff_verdict verdict)
{
    static const char *const VERDICTS[] = { "same", "too wide", "different", "trace differs", "outside its range",
                                            "refused as a bad plan", "crash", "malformed" };
    arena *memory = arena_open();
    shrink s = { .memory = memory, .plan = plan, .batch = *batch, .options = options, .verdict = verdict };
    s.options.is_machine_alone = verdict == DIFF_CRASH;
    if (verdict == DIFF_TRACE || verdict == DIFF_RANGE || verdict == DIFF_CRASH) s.options.trace_count = batch->count;
    if (still_shows(&s, plan, batch)) {
        s.options.is_thorough = verdict == DIFF_DIFFERENT || verdict == DIFF_CRASH;
        drop_subjects(&s);
        drop_outputs(&s);
        bool has_changed = true;
        while (has_changed && s.trials < TRIALS_MAX) {
            /* each is tried, whatever the one before it found */
            has_changed = false;
            if (verdict != DIFF_BAD_PLAN) {
                if (move_outputs(&s)) has_changed = true;
                if (drop_nodes(&s)) has_changed = true;
            }
            if (drop_first_or_last(&s)) has_changed = true;
            if (drop_rows(&s)) has_changed = true;
            if (drop_cells_of_tables(&s)) has_changed = true;
            if (simplify_cells(&s)) has_changed = true;
        }
    } else {
        fprintf(out, "(does not show again in a process of its own)\n");
    }
    fprintf(out, "---- %s, %zu trials\n", VERDICTS[verdict], s.trials);
    plan_print(out, s.plan);
    if (s.batch.count <= 8) plan_print_batch(out, s.plan, &s.batch);
    else fprintf(out, "%zu subjects\n", s.batch.count);
    if (verdict != DIFF_CRASH) {
        diff_counts counts = { 0 };
        diff_compare(s.plan, &s.batch, s.options, &counts, out);
    }
    fflush(out);
    arena_close(memory);
}
