/* Why not: the nearest change of one fact that turns a condition round, found by running the same
 * machine again on other inputs. */
#include <string.h>

#include "explain/explain_internal.h"

enum { FLIPS_MAX = 8, MEMBERS_MAX = 64, STEPS_MAX = 48 };

/* A private copy of one subject's inputs, in which one value may be moved. */
typedef struct {
    teller *t;
    vm_machine *machine;
    vm_batch batch;
    column *inputs;
    vm_node_id condition, root;
    bool was_true;
} experiment;

static void copy_lanes(arena *a, const column *from, size_t first, size_t count, column *to)
{
    to->count = count;
    to->value = ARENA_ARRAY(a, int64_t, count + 1);
    to->reason = ARENA_ARRAY(a, uint32_t, count + 1);
    for (size_t i = 0; i < count; i++) {
        to->value[i] = from->value[first + i];
        to->reason[i] = column_reason(from, first + i);
    }
}

static experiment experiment_open(teller *t, vm_machine *machine, const vm_batch *batch,
                                  size_t subject)
{
    const vm_plan *plan = t->plan;
    experiment e = { .t = t, .machine = machine };
    e.inputs = ARENA_ARRAY(t->memory, column, plan->input_count + 1);
    uint32_t **until = ARENA_ARRAY(t->memory, uint32_t *, plan->record_count + 1);
    for (size_t r = 0; r < plan->record_count; r++) {
        until[r] = ARENA_ARRAY(t->memory, uint32_t, 1);
        uint32_t from = subject ? batch->row_until[r][subject - 1] : 0;
        until[r][0] = batch->row_until[r][subject] - from;
    }
    for (size_t i = 0; i < plan->input_count; i++) {
        uint16_t space = plan->inputs[i].space;
        size_t from = subject, count = 1;
        if (space) {
            from = subject ? batch->row_until[space - 1][subject - 1] : 0;
            count = until[space - 1][0];
        }
        copy_lanes(t->memory, &batch->inputs[i], from, count, &e.inputs[i]);
    }
    e.batch = (vm_batch){ 1, e.inputs, (const uint32_t *const *)until };
    return e;
}

/* Sets one input and runs: has the condition turned? */
static bool has_turned(experiment *e, arena *scratch, size_t input, int64_t value)
{
    column *c = &e->inputs[input];
    int64_t kept = c->value[0];
    c->value[0] = value;
    vm_trace trace = vm_trace_subject(scratch, e->machine, &e->batch, 0);
    c->value[0] = kept;
    const vm_value *now = trace.values[e->condition];
    return now && now->reason == 0 && (now->num != 0) != e->was_true;
}

static bool search_members(experiment *e, arena *scratch, size_t input, int64_t *found)
{
    const vm_input *about = &e->t->plan->inputs[input];
    for (int64_t v = about->min; v <= about->max && v - about->min < MEMBERS_MAX; v++)
        if (has_turned(e, scratch, input, v)) {
            *found = v;
            return true;
        }
    return false;
}

/* Doubles the step in one direction until the condition turns, then halves back to the nearest
 * value: right where the condition turns once on the way, as comparisons do. */
static bool search_line(experiment *e, arena *scratch, size_t input, int sign, int64_t *found)
{
    const vm_input *about = &e->t->plan->inputs[input];
    int64_t start = e->inputs[input].value[0];
    int64_t near = start, far = start, step = 1;
    for (int i = 0; i < STEPS_MAX; i++) {
        int64_t room = sign > 0 ? about->max - far : far - about->min;
        if (room <= 0) return false;
        far += sign * (step < room ? step : room);
        if (has_turned(e, scratch, input, far)) break;
        near = far;
        if (step <= INT64_MAX / 4) step *= 2;
        if (i == STEPS_MAX - 1) return false;
    }
    while (far - near > 1 || near - far > 1) {
        int64_t middle = near + (far - near) / 2;
        if (has_turned(e, scratch, input, middle)) far = middle;
        else near = middle;
    }
    *found = far;
    return true;
}

static bool search(experiment *e, arena *scratch, size_t input, int64_t *found)
{
    const vm_input *about = &e->t->plan->inputs[input];
    if (about->kind == VM_BOOL || about->kind == VM_CODE)
        return search_members(e, scratch, input, found);
    int64_t below = 0, above = 0, start = e->inputs[input].value[0];
    bool has_below = search_line(e, scratch, input, -1, &below);
    bool has_above = search_line(e, scratch, input, 1, &above);
    if (!has_below && !has_above) return false;
    *found = has_above && (!has_below || above - start <= start - below) ? above : below;
    return true;
}

static void mark_inputs(const teller *t, vm_node_id id, bool *seen, bool *is_input)
{
    if (id == VM_NONE || seen[id]) return;
    seen[id] = true;
    const vm_node *node = explain_node(t, id);
    if (node->op == VM_INPUT && node->space == 0) is_input[node->aux] = true;
    if (node->op == VM_CONST || node->op == VM_INPUT || node->op == VM_FAIL) return;
    mark_inputs(t, node->a, seen, is_input);
    mark_inputs(t, node->b, seen, is_input);
    mark_inputs(t, node->c, seen, is_input);
}

static vm_node_id input_node(const teller *t, size_t input)
{
    for (size_t n = 0; n < t->plan->node_count; n++)
        if (t->plan->nodes[n].op == VM_INPUT && t->plan->nodes[n].aux == input)
            return (vm_node_id)n;
    return 0;
}

static const char *show_stored(const teller *t, size_t input, int64_t stored)
{
    const vm_input *about = &t->plan->inputs[input];
    i128 den = about->kind == VM_NUMBER ? i128_pow10(about->decimals) : 1;
    vm_value value = { stored, den, 0, false };
    return explain_value(t->memory, t->plan, input_node(t, input), value, t->is_chinese).bytes;
}

static const char *value_after(experiment *e, size_t input, int64_t value)
{
    column *c = &e->inputs[input];
    int64_t kept = c->value[0];
    c->value[0] = value;
    vm_trace trace = vm_trace_subject(e->t->memory, e->machine, &e->batch, 0);
    c->value[0] = kept;
    vm_value now = trace.values[e->root][0];
    if (now.reason) return value_reason(e->t, now.reason).bytes;
    return explain_value(e->t->memory, e->t->plan, e->root, now, e->t->is_chinese).bytes;
}

static void flip_condition(experiment *e, const explain_condition *condition, explain_flip *flips,
                           size_t *count)
{
    const vm_plan *plan = e->t->plan;
    arena *scratch = arena_open();
    bool *is_input = ARENA_ARRAY(scratch, bool, plan->input_count + 1);
    mark_inputs(e->t, condition->node, ARENA_ARRAY(scratch, bool, plan->node_count), is_input);
    e->condition = condition->node;
    e->was_true = condition->is_true;
    arena *runs = arena_open();
    for (size_t i = 0; i < plan->input_count && *count < FLIPS_MAX; i++) {
        int64_t found;
        if (!is_input[i] || e->inputs[i].reason[0]) continue;
        if (search(e, runs, i, &found))
            flips[(*count)++] =
                (explain_flip){ condition, plan->inputs[i].name,
                                show_stored(e->t, i, e->inputs[i].value[0]),
                                show_stored(e->t, i, found), value_after(e, i, found) };
        arena_reset(runs);
    }
    arena_close(runs);
    arena_close(scratch);
}

/* Conditions that decided against the person come first: those that are true and carry a
 * 'because'; then the plain choices of the rule asked about. */
static void flip_tree(experiment *e, const explain_reason *reason, explain_flip *flips,
                      size_t *count, int depth)
{
    for (size_t i = 0; i < reason->condition_count && *count < FLIPS_MAX; i++) {
        const explain_condition *c = &reason->conditions[i];
        if (c->is_known && c->is_true && c->because) flip_condition(e, c, flips, count);
    }
    if (depth > 6) return;
    for (size_t i = 0; i < reason->child_count && *count < FLIPS_MAX; i++)
        flip_tree(e, reason->children[i], flips, count, depth + 1);
}

/* Asked why something does not hold, that itself is what to turn round. */
static void flip_truth(experiment *e, const explain_reason *root, explain_flip *flips, size_t *count)
{
    bool is_refused = root->is_valid && explain_node(e->t, root->node)->kind == VM_BOOL && root->formula &&
                      explain_at(e->t, root->node, 0).num == 0;
    if (!is_refused) return;
    explain_condition *c = ARENA_NEW(e->t->memory, explain_condition);
    *c = (explain_condition){ .node = root->node, .reads = root->formula, .filled = root->filled, .is_known = true };
    flip_condition(e, c, flips, count);
}

const explain_flip *whynot_find(teller *t, vm_machine *machine, const vm_batch *batch,
                                size_t subject, const explain_reason *root, size_t *count)
{
    explain_flip *flips = ARENA_ARRAY(t->memory, explain_flip, FLIPS_MAX);
    *count = 0;
    experiment e = experiment_open(t, machine, batch, subject);
    e.root = root->node;
    flip_tree(&e, root, flips, count, 0);
    if (!*count) flip_truth(&e, root, flips, count);
    return flips;
}
