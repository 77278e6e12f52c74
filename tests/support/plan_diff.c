#include "support/plan_diff.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "support/plan_build.h"

enum { SAID_MAX = 4, RUNS_MAX = 16 };

typedef struct {
    size_t block_lanes;
    vm_isa isa;
} run;

/* The first is always made; the rest in turn, or all. */
static const run RUNS[] = {
    { 0, VM_ISA_BEST },   { 1024, VM_ISA_BASE }, { 1024, VM_ISA_AVX2 }, { 1024, VM_ISA_AVX512 },
    { 7, VM_ISA_BEST },   { 64, VM_ISA_BASE },   { 64, VM_ISA_AVX2 },   { 64, VM_ISA_AVX512 },
    { 3, VM_ISA_BASE },   { 3, VM_ISA_AVX2 },    { 3, VM_ISA_AVX512 },  { 1, VM_ISA_BASE },
    { 1, VM_ISA_AVX2 },   { 1, VM_ISA_AVX512 },  { 7, VM_ISA_BASE },
};
static const char *const ISAS[] = { "best", "base", "avx2", "avx512" };
_Static_assert(ARRAY_COUNT(RUNS) <= RUNS_MAX, "too many runs");

typedef struct {
    const vm_plan *plan;
    const vm_program *program;
    const vm_batch *batch;
    diff_options options;
    diff_counts *counts;
    FILE *say;
    size_t said;
    size_t run_count;
    run runs[RUNS_MAX];
    column *outputs[RUNS_MAX];
    bool *is_outside; /* of folds: must be traced */
} comparison;

static double seconds_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void choose_runs(comparison *k)
{
    for (size_t i = 0; i < ARRAY_COUNT(RUNS); i++) {
        bool is_due = i == 0 || (k->options.turn + i) % 7 == 0 || k->options.is_thorough;
        if (is_due) k->runs[k->run_count++] = RUNS[i];
    }
}

static bool may_say(comparison *k)
{
    return k->say && k->said++ < SAID_MAX;
}

static void print_value(FILE *out, const exact *x)
{
    if (x->big) {
        gmp_fprintf(out, "%Qd", x->big);
        return;
    }
    char digits[48];
    i128_print(x->num, digits);
    fprintf(out, "%s", digits);
    if (x->den == 1) return;
    i128_print(x->den, digits);
    fprintf(out, "/%s", digits);
}

static void print_reason(FILE *out, uint32_t reason)
{
    fprintf(out, "%s at #%u", plan_reason_name(VM_REASON_KIND(reason)), VM_REASON_NODE(reason));
}

/* ---- outputs ---- */

static bool lane_is_same(comparison *k, size_t output, size_t lane, uint32_t reason, int64_t stored)
{
    bool is_same = true;
    for (size_t i = 0; i < k->run_count; i++) {
        const column *found = &k->outputs[i][output];
        if (found->reason[lane] == reason && found->value[lane] == stored) continue;
        is_same = false;
        if (!may_say(k)) continue;
        fprintf(k->say, "%s lane %zu, blocks of %zu, %s: machine ", k->plan->outputs[output].name, lane,
                k->runs[i].block_lanes, ISAS[k->runs[i].isa]);
        if (found->reason[lane]) print_reason(k->say, found->reason[lane]);
        if (!found->reason[lane] || found->value[lane])
            fprintf(k->say, " %lld", (long long)found->value[lane]);
        fprintf(k->say, ", reference ");
        if (reason)
            print_reason(k->say, reason);
        else
            fprintf(k->say, "%lld", (long long)stored);
        fprintf(k->say, "\n");
    }
    return is_same;
}

static diff_verdict compare_outputs(comparison *k, reference *r, size_t subject)
{
    diff_verdict verdict = DIFF_SAME;
    for (size_t o = 0; o < k->plan->output_count; o++) {
        vm_node_id node = k->plan->outputs[o].node;
        uint16_t space = k->plan->nodes[node].space;
        size_t first = space == 0     ? subject
                       : subject == 0 ? 0
                                      : k->batch->row_until[space - 1][subject - 1];
        for (size_t lane = 0; lane < reference_lanes(r, node); lane++) {
            uint32_t reason = reference_reason(r, node, lane);
            i128 stored = 0;
            if (!reason && (!exact_scaled(reference_pool(r), reference_value(r, node, lane),
                                          reference_output_decimals(k->plan, o), &stored) ||
                            !i128_fits_i64(stored)))
                return DIFF_MALFORMED;
            k->counts->lanes++;
            k->counts->coverage.reasons[VM_REASON_KIND(reason)]++;
            if (!lane_is_same(k, o, first + lane, reason, (int64_t)stored)) verdict = DIFF_DIFFERENT;
        }
    }
    return verdict;
}

/* ---- traces ---- */

static bool is_near(exact_pool *pool, exact x, const vm_value *found)
{
    exact off = exact_subtract(pool, x, exact_of(found->num, found->den));
    exact size = exact_sign(x) < 0 ? exact_negate(pool, x) : x;
    if (exact_sign(off) < 0) off = exact_negate(pool, off);
    exact allowed = exact_multiply(pool, exact_add(pool, size, exact_of(1, 1)), exact_of(1, 1000000000000));
    return exact_compare(pool, off, allowed) <= 0;
}

static bool value_is_same(reference *r, vm_node_id node, size_t lane, const vm_value *found)
{
    uint32_t reason = reference_reason(r, node, lane);
    if (found->reason != reason) return false;
    if (reason) return true;
    exact x = reference_value(r, node, lane);
    if (found->is_approximate) return is_near(reference_pool(r), x, found);
    i128 num, den;
    if (!exact_lowest_terms(reference_pool(r), x, &num, &den)) return false;
    return found->num == num && found->den == den;
}

/* Whether an output stands on the node other than through the body of a fold, whose nodes need
 * not be traced. */
static bool *nodes_outside_folds(const vm_plan *plan)
{
    bool *is_outside = calloc(plan->node_count + 1, sizeof *is_outside);
    assert(is_outside);
    for (size_t i = 0; i < plan->output_count; i++) is_outside[plan->outputs[i].node] = true;
    for (size_t n = plan->node_count; n-- > 0;) {
        const vm_node *node = &plan->nodes[n];
        const vm_node_id args[3] = { node->op == VM_FOLD ? VM_NONE : node->a, node->b, node->c };
        for (int i = 0; i < 3 && is_outside[n]; i++)
            if (args[i] != VM_NONE) is_outside[args[i]] = true;
    }
    return is_outside;
}

static diff_verdict compare_trace(comparison *k, reference *r, size_t subject, const vm_trace *trace)
{
    diff_verdict verdict = DIFF_SAME;
    for (vm_node_id n = 0; n < k->plan->node_count; n++) {
        size_t lanes = reference_lanes(r, n);
        if (trace->lanes[n] == 0 && !k->is_outside[n]) continue;
        if (trace->lanes[n] != lanes) {
            if (may_say(k))
                fprintf(k->say, "trace of subject %zu, #%u: %zu lanes, reference %zu\n", subject, n,
                        trace->lanes[n], lanes);
            verdict = DIFF_TRACE;
            continue;
        }
        for (size_t lane = 0; lane < lanes; lane++) {
            if (!reference_has(r, n, lane)) continue; /* a row that the fold passed over */
            const vm_value *found = &trace->values[n][lane];
            k->counts->traced++;
            if (value_is_same(r, n, lane, found)) continue;
            verdict = DIFF_TRACE;
            if (!may_say(k)) continue;
            fprintf(k->say, "trace of subject %zu, #%u lane %zu: machine ", subject, n, lane);
            if (found->reason) print_reason(k->say, found->reason);
            exact value = exact_of(found->num, found->den);
            fprintf(k->say, " %s", found->is_approximate ? "about " : "");
            print_value(k->say, &value);
            fprintf(k->say, ", reference ");
            if (reference_reason(r, n, lane)) print_reason(k->say, reference_reason(r, n, lane));
            value = reference_value(r, n, lane);
            fprintf(k->say, " ");
            print_value(k->say, &value);
            fprintf(k->say, "\n");
        }
    }
    return verdict;
}

/* ---- ranges ---- */

static bool is_in_range(exact_pool *pool, exact x, vm_range range)
{
    if (range.decimals < 0)
        return exact_compare(pool, x, exact_of(range.min, 1)) >= 0 &&
               exact_compare(pool, x, exact_of(range.max, 1)) <= 0;
    i128 stored;
    return exact_scaled(pool, x, range.decimals, &stored) && stored >= range.min && stored <= range.max;
}

/* What range analysis promised holds for what was computed; the prover and the checker lean on it. */
static diff_verdict compare_ranges(comparison *k, reference *r, size_t subject)
{
    diff_verdict verdict = DIFF_SAME;
    for (vm_node_id n = 0; n < k->plan->node_count; n++) {
        if (k->plan->nodes[n].kind != VM_NUMBER || !k->is_outside[n]) continue;
        vm_range range = vm_node_range(k->program, n);
        for (size_t lane = 0; lane < reference_lanes(r, n); lane++) {
            if (!reference_has(r, n, lane) || reference_reason(r, n, lane)) continue;
            exact x = reference_value(r, n, lane);
            if (is_in_range(reference_pool(r), x, range)) continue;
            verdict = DIFF_RANGE;
            if (!may_say(k)) continue;
            char min[48], max[48];
            i128_print(range.min, min);
            i128_print(range.max, max);
            fprintf(k->say, "subject %zu, #%u lane %zu is ", subject, n, lane);
            print_value(k->say, &x);
            fprintf(k->say, ", its range %s..%s, %d decimals\n", min, max, range.decimals);
        }
    }
    return verdict;
}

/* ---- coverage ---- */

static void cover_node(comparison *k, reference *r, vm_node_id n, size_t lane)
{
    diff_coverage *c = &k->counts->coverage;
    const vm_node *node = &k->plan->nodes[n];
    uint32_t reason = reference_reason(r, n, lane);
    if (reason) {
        if (VM_REASON_NODE(reason) == n) c->reasons_by_op[node->op]++;
        return;
    }
    c->values[node->op][node->kind]++;
    if (node->op == VM_ROUND) {
        const vm_constant *unit = &k->plan->constants[node->aux];
        bool is_known = !reference_is_in_fold(r, n);
        c->roundings[node->mode][is_known && exact_is_tie(reference_pool(r), reference_value(r, node->a, lane),
                                                          exact_of(unit->num, unit->den))]++;
    }
    if (node->op == VM_LOOKUP) {
        const vm_table *table = &k->plan->tables[node->aux];
        c->lookups[table->key_mode[table->key_count - 1]][table->key_count - 1]++;
        for (int i = 0; i < table->key_count; i++) c->key_kinds[table->key_mode[i]][table->key_kind[i]]++;
    }
}

static void cover_subject(comparison *k, reference *r)
{
    for (vm_node_id n = 0; n < k->plan->node_count; n++)
        for (size_t lane = 0; lane < reference_lanes(r, n); lane++)
            if (reference_has(r, n, lane)) cover_node(k, r, n, lane);
}

/* ---- the whole ---- */

static diff_verdict compare_subjects(comparison *k, vm_machine *machine, arena *scratch)
{
    enum { COVERED_MAX = 40 };
    diff_verdict verdict = DIFF_SAME;
    reference *r = reference_open(k->plan);
    k->is_outside = nodes_outside_folds(k->plan);
    for (size_t s = 0; s < k->batch->count && verdict != DIFF_MALFORMED; s++) {
        reference_subject(r, k->batch, s);
        diff_verdict found = compare_outputs(k, r, s);
        if (s < COVERED_MAX) cover_subject(k, r);
        if (found == DIFF_SAME && s < COVERED_MAX) found = compare_ranges(k, r, s);
        if (found == DIFF_SAME && s < k->options.trace_count) {
            vm_trace trace = vm_trace_subject(scratch, machine, k->batch, s);
            found = compare_trace(k, r, s, &trace);
        }
        if (found == DIFF_MALFORMED || verdict == DIFF_SAME) verdict = found;
    }
    k->counts->coverage.past_128_bits += exact_pool_used_count(reference_pool(r));
    free(k->is_outside);
    reference_close(r);
    return verdict;
}

static diff_verdict compare_in(arena *memory, comparison *k)
{
    vm_program *program;
    double started = seconds_now();
    err e = vm_seal(memory, k->plan, &program);
    if (e.kind == &VM_TOO_WIDE) return DIFF_TOO_WIDE;
    if (e.kind) {
        if (may_say(k)) fprintf(k->say, "vm_seal: %s %s\n", e.kind->code, e.detail ? e.detail : "");
        return DIFF_BAD_PLAN;
    }
    k->program = program;
    choose_runs(k);
    vm_machine *first = NULL;
    for (size_t i = 0; i < k->run_count; i++) {
        vm_machine_options options = { .block_lanes = k->runs[i].block_lanes, .isa = k->runs[i].isa };
        vm_machine *machine = vm_machine_open(memory, program, options);
        k->outputs[i] = plan_open_outputs(memory, k->plan, k->batch);
        vm_run(machine, k->batch, k->outputs[i]);
        if (!first) first = machine;
    }
    double ran = seconds_now();
    diff_verdict verdict = DIFF_SAME;
    if (k->options.is_machine_alone) {
        for (size_t s = 0; s < k->batch->count && s < k->options.trace_count; s++)
            vm_trace_subject(memory, first, k->batch, s);
    } else {
        verdict = compare_subjects(k, first, memory);
    }
    k->counts->pairs += k->batch->count;
    for (size_t i = 0; i < k->plan->record_count && k->batch->count; i++)
        k->counts->rows += k->batch->row_until[i][k->batch->count - 1];
    k->counts->machine_s += ran - started;
    k->counts->reference_s += seconds_now() - ran;
    return verdict;
}

diff_verdict diff_compare(const vm_plan *plan, const vm_batch *batch, diff_options options,
                          diff_counts *counts, FILE *say)
{
    comparison k = { .plan = plan, .batch = batch, .options = options, .counts = counts, .say = say };
    arena *memory = arena_open();
    diff_verdict verdict = compare_in(memory, &k);
    arena_close(memory);
    return verdict;
}

void diff_counts_add(diff_counts *sum, const diff_counts *more)
{
    sum->pairs += more->pairs;
    sum->rows += more->rows;
    sum->lanes += more->lanes;
    sum->traced += more->traced;
    sum->machine_s += more->machine_s;
    sum->reference_s += more->reference_s;
    uint64_t *into = (uint64_t *)&sum->coverage;
    const uint64_t *from = (const uint64_t *)&more->coverage;
    _Static_assert(sizeof(diff_coverage) % sizeof(uint64_t) == 0, "coverage is counters only");
    for (size_t i = 0; i < sizeof(diff_coverage) / sizeof(uint64_t); i++) into[i] += from[i];
}
