/* bench_vm - the policy engine against hand-fused C of the same formulas, in the same run.
 *
 * Both sides check every input against its bounds, carry a reason a lane and store money and
 * reason; batches of 16384 subjects go by as they would in a bulk run, from memory that holds all.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/figures.h"
#include "vm/vm.h"

enum { BATCH = 16384, REPEATS = 4 };

typedef struct {
    vm_node nodes[96];
    vm_constant constants[48];
    vm_input inputs[16];
    vm_bound bounds[24];
    vm_table table;
    vm_output outputs[16];
    vm_record record;
    vm_origin origin;
    vm_plan plan;
} draft;

static uint64_t checksum;

static uint64_t next_random(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return *state >> 33;
}

/* ---- plans by hand ---- */

static draft *draft_open(arena *a)
{
    draft *d = ARENA_NEW(a, draft);
    d->plan = (vm_plan){ .nodes = d->nodes, .constants = d->constants, .inputs = d->inputs,
                         .bounds = d->bounds, .tables = &d->table, .records = &d->record,
                         .outputs = d->outputs, .origins = &d->origin,
                         .origin_count = 1, .rows_max = 480 };
    return d;
}

static vm_node_id node(draft *d, vm_op op, vm_kind kind, uint16_t space, vm_node_id a, vm_node_id b,
                       uint32_t aux)
{
    d->nodes[d->plan.node_count] = (vm_node){ .op = op, .kind = kind, .space = space, .a = a,
                                              .b = b, .c = VM_NONE, .aux = aux };
    return (vm_node_id)d->plan.node_count++;
}

static vm_node_id op(draft *d, vm_op o, vm_node_id a, vm_node_id b)
{
    return node(d, o, VM_NUMBER, d->nodes[a].space, a, b, 0);
}

static uint32_t constant(draft *d, int64_t num, int64_t den)
{
    d->constants[d->plan.constant_count] = (vm_constant){ num, den };
    return (uint32_t)d->plan.constant_count++;
}

static vm_node_id number(draft *d, int64_t num, int64_t den)
{
    return node(d, VM_CONST, VM_NUMBER, 0, VM_NONE, VM_NONE, constant(d, num, den));
}

static vm_node_id input(draft *d, vm_kind kind, uint16_t space, uint8_t decimals, int64_t min,
                        int64_t max)
{
    d->inputs[d->plan.input_count] = (vm_input){ "in", kind, space, decimals, min, max, 0 };
    return node(d, VM_INPUT, kind, space, VM_NONE, VM_NONE, (uint32_t)d->plan.input_count++);
}

static const int64_t MONEY_MAX = 10000000000000000;

/* Rounded half up to fen, bounded and put out. */
static vm_node_id variable(draft *d, vm_node_id a)
{
    vm_node_id r = node(d, VM_ROUND, VM_NUMBER, d->nodes[a].space, a, VM_NONE, constant(d, 1, 100));
    d->nodes[r].mode = MONEY_HALF_UP;
    d->bounds[d->plan.bound_count] = (vm_bound){ 2, -MONEY_MAX, MONEY_MAX };
    vm_node_id b = node(d, VM_BOUND, VM_NUMBER, d->nodes[a].space, r, VM_NONE,
                        (uint32_t)d->plan.bound_count++);
    d->outputs[d->plan.output_count++] = (vm_output){ "out", b, 0 };
    return b;
}

/* ---- runs ---- */

typedef struct {
    const vm_plan *plan;
    size_t count;            /* subjects */
    column *inputs;          /* all of them */
    const uint32_t *until;   /* rows, or NULL */
} population;

static column slice(const column *all, size_t from, size_t count)
{
    return (column){ all->value + from, NULL, count };
}

static column *open_outputs(arena *a, const vm_plan *plan)
{
    column *out = ARENA_ARRAY(a, column, plan->output_count);
    for (size_t o = 0; o < plan->output_count; o++) {
        out[o] = column_open(a, BATCH);
        column_ensure_reasons(a, &out[o]);
    }
    return out;
}

static void run_batch(vm_machine *m, const population *p, size_t from, size_t count, column *out,
                      uint32_t *until)
{
    column inputs[16];
    size_t row = p->until && from ? p->until[from - 1] : 0;
    size_t rows = p->until ? p->until[from + count - 1] - row : 0;
    for (size_t n = 0; p->until && n < count; n++) until[n] = (uint32_t)(p->until[from + n] - row);
    for (size_t i = 0; i < p->plan->input_count; i++)
        inputs[i] = p->plan->inputs[i].space ? slice(&p->inputs[i], row, rows)
                                             : slice(&p->inputs[i], from, count);
    const uint32_t *rows_until[1] = { until };
    vm_batch batch = { count, inputs, rows_until };
    vm_run(m, &batch, out);
}

/* The best of some runs over the whole population, in seconds. */
static double time_engine(const population *p, vm_isa isa, column *out, size_t batch)
{
    arena *a = arena_open();
    vm_program *program;
    err e = vm_seal(a, p->plan, &program);
    if (e.kind) {
        printf("%s: %s\n", e.kind->code, e.detail);
        exit(1);
    }
    vm_machine *m = vm_machine_open(a, program, (vm_machine_options){ 0, isa });
    uint32_t *until = ARENA_ARRAY(a, uint32_t, BATCH);
    double best = 1e9;
    for (int r = 0; r < REPEATS; r++) {
        double started = figure_seconds();
        for (size_t from = 0; from < p->count; from += batch)
            run_batch(m, p, from, p->count - from < batch ? p->count - from : batch, out, until);
        double took = figure_seconds() - started;
        if (took < best) best = took;
    }
    arena_close(a);
    return best;
}

typedef void (*fused)(const population *p, size_t from, size_t count, column *out);

static double time_fused(const population *p, fused run, column *out, size_t batch)
{
    double best = 1e9;
    for (int r = 0; r < REPEATS; r++) {
        double started = figure_seconds();
        for (size_t from = 0; from < p->count; from += batch)
            run(p, from, p->count - from < batch ? p->count - from : batch, out);
        double took = figure_seconds() - started;
        if (took < best) best = took;
    }
    return best;
}

static uint64_t digest(const column *out, size_t outputs, size_t count)
{
    uint64_t sum = 0;
    for (size_t o = 0; o < outputs; o++)
        for (size_t n = 0; n < count; n++)
            sum = sum * 31 + (uint64_t)out[o].value[n] + out[o].reason[n];
    return sum;
}

/* Both sides must have left the same last batch. */
static void must_agree(const column *engine, const column *hand, size_t outputs, size_t count)
{
    uint64_t a = digest(engine, outputs, count), b = digest(hand, outputs, count);
    checksum ^= a;
    if (a == b) return;
    printf("engine and fused C disagree\n");
    exit(1);
}

/* ---- 1: contributions of one month ---- */

enum { AVERAGE_FEN = 800000 };
static const struct { int64_t num, den; } RATES[4] = { { 16, 100 }, { 8, 100 }, { 5, 1000 }, { 4, 1000 } };

static const vm_plan *contribution_plan(arena *a)
{
    draft *d = draft_open(a);
    vm_node_id wage = input(d, VM_NUMBER, 0, 2, 0, MONEY_MAX), average = number(d, AVERAGE_FEN, 100);
    vm_node_id low = op(d, VM_MUL, number(d, 6, 10), average), high = op(d, VM_MUL, number(d, 3, 1), average);
    vm_node_id base = variable(d, op(d, VM_MIN, op(d, VM_MAX, wage, low), high));
    for (int k = 0; k < 4; k++)
        variable(d, op(d, VM_MUL, number(d, RATES[k].num, RATES[k].den), base));
    return &d->plan;
}

/* target_clones: the fused side gets the same instruction sets. */
#define CLONES __attribute__((target_clones("default", "avx2", "arch=skylake-avx512")))

#define OVERFLOWS(x) ((x) > MONEY_MAX || (x) < -MONEY_MAX)

CLONES static void contribution_fused(const population *p, size_t from, size_t count, column *out)
{
    const int64_t *wage = p->inputs[0].value + from;
    for (size_t n = 0; n < count; n++) {
        int64_t w = wage[n];
        uint32_t reason = w < 0 || w > MONEY_MAX ? VM_REASON(VM_OUT_OF_RANGE, 0) : 0;
        int64_t base = w < AVERAGE_FEN * 6 / 10 ? AVERAGE_FEN * 6 / 10 : w;
        base = base > AVERAGE_FEN * 3 ? AVERAGE_FEN * 3 : base;
        int64_t v[5] = { base, (base * 16 + 50) / 100, (base * 8 + 50) / 100, (base * 5 + 500) / 1000,
                         (base * 4 + 500) / 1000 };
        for (int k = 0; k < 5; k++) {
            bool is_over = OVERFLOWS(v[k]);
            out[k].value[n] = reason || is_over ? 0 : v[k];
            out[k].reason[n] = reason ? reason : is_over ? VM_REASON(VM_OVERFLOW, 0) : 0;
        }
    }
}

static const struct { vm_isa isa; const char *name; double goal; } ISAS[] = {
    { VM_ISA_AVX512, "AVX-512", 1.2 }, { VM_ISA_AVX2, "AVX2", 0.6 }, { VM_ISA_BASE, "SSE2", 0.3 }
};

static const double RATIO_GOAL = 0.6;

static void print(const char *what, const char *isa, const char *unit, double count, double engine,
                  double hand, double goal, double ratio_goal)
{
    char name[96];
    snprintf(name, sizeof name, "%s, %s", what, isa);
    figure_print((figure){ name, unit, count / engine, count / hand, goal, ratio_goal });
}

static void bench_contributions(void)
{
    arena *a = arena_open();
    population p = { contribution_plan(a), 1000000, ARENA_ARRAY(a, column, 1), NULL };
    p.inputs[0] = column_open(a, p.count);
    uint64_t seed = 1;
    for (size_t n = 0; n < p.count; n++) p.inputs[0].value[n] = (int64_t)(next_random(&seed) % 4000000);
    column *out = open_outputs(a, p.plan), *hand_out = open_outputs(a, p.plan);
    double hand = time_fused(&p, contribution_fused, hand_out, BATCH);
    for (size_t k = 0; k < 3; k++) {
        double took = time_engine(&p, ISAS[k].isa, out, BATCH);
        must_agree(out, hand_out, 5, p.count % BATCH);
        print("contribution block", ISAS[k].name, "G values/s", (double)p.count * 5 / 1e9, took, hand,
              ISAS[k].goal, 0);
        if (k == 0) print("contribution block, to fused C", ISAS[k].name, "G values/s", (double)p.count * 5 / 1e9, took, hand, 0, RATIO_GOAL);
    }
    arena_close(a);
}

/* ---- 2: a pension award from eight inputs ---- */

static const vm_plan *award_plan(arena *a)
{
    draft *d = draft_open(a);
    vm_node_id reference = input(d, VM_NUMBER, 0, 2, 0, MONEY_MAX);   /* calculation base */
    vm_node_id index = input(d, VM_NUMBER, 0, 4, 0, 1000000);         /* average index */
    vm_node_id months = input(d, VM_NUMBER, 0, 0, 0, 12000);
    vm_node_id deemed = input(d, VM_NUMBER, 0, 0, 0, 12000);
    vm_node_id account = input(d, VM_NUMBER, 0, 2, 0, MONEY_MAX);
    vm_node_id divisor = input(d, VM_NUMBER, 0, 0, 1, 300);           /* annuity months */
    vm_node_id rate = input(d, VM_NUMBER, 0, 4, 0, 100000);           /* of the transition */
    vm_node_id floor = input(d, VM_NUMBER, 0, 2, 0, MONEY_MAX);
    vm_node_id mean = op(d, VM_DIV, op(d, VM_ADD, reference, op(d, VM_MUL, reference, index)), number(d, 2, 1));
    vm_node_id basic = variable(d, op(d, VM_DIV, op(d, VM_MUL, op(d, VM_MUL, mean, months), number(d, 1, 100)), number(d, 12, 1)));
    vm_node_id personal = variable(d, op(d, VM_DIV, account, divisor));
    vm_node_id transition = variable(d, op(d, VM_DIV, op(d, VM_MUL, op(d, VM_MUL, op(d, VM_MUL, reference, index), deemed), rate), number(d, 12, 1)));
    variable(d, op(d, VM_MAX, op(d, VM_ADD, op(d, VM_ADD, basic, personal), transition), floor));
    return &d->plan;
}

static const int64_t AWARD_MAX[8] = { 10000000000000000, 1000000, 12000, 12000, 10000000000000000, 300, 100000, 10000000000000000 };
static const int64_t AWARD_MIN[8] = { 0, 0, 0, 0, 0, 1, 0, 0 };

static int64_t divided(i128 num, int64_t den, bool *is_over)
{
    /* checked as the engine does: 64 bits where they hold the numerator, else 128 */
    i128 q = i128_fits_i64(num + den / 2) ? (i128)(((int64_t)num + den / 2) / den) : (num + den / 2) / den;
    *is_over = *is_over || q > MONEY_MAX;
    return *is_over ? 0 : (int64_t)q;
}

static void award_fused(const population *p, size_t from, size_t count, column *out)
{
    for (size_t n = 0; n < count; n++) {
        int64_t x[8];
        uint32_t reason = 0;
        for (int k = 0; k < 8; k++) {
            x[k] = p->inputs[k].value[from + n];
            if (!reason && (x[k] < AWARD_MIN[k] || x[k] > AWARD_MAX[k])) reason = VM_REASON(VM_OUT_OF_RANGE, k);
        }
        bool is_over = false;
        int64_t v[4];
        v[0] = divided((i128)x[0] * (10000 + x[1]) * x[2], 24000000, &is_over);
        v[1] = divided(x[4], x[5] ? x[5] : 1, &is_over);
        v[2] = divided((i128)x[0] * x[1] * x[3] * x[6], 1200000000, &is_over);
        int64_t sum = v[0] + v[1] + v[2];
        v[3] = sum > x[7] ? sum : x[7];
        for (int k = 0; k < 4; k++) {
            out[k].value[n] = reason || is_over ? 0 : v[k];
            out[k].reason[n] = reason ? reason : is_over ? VM_REASON(VM_OVERFLOW, k) : 0;
        }
    }
}

static void bench_award(void)
{
    arena *a = arena_open();
    population p = { award_plan(a), 1000000, ARENA_ARRAY(a, column, 8), NULL };
    static const struct { int64_t base, span; } VALUES[8] = { { 600000, 600000 }, { 4000, 26000 }, { 180, 300 },
        { 0, 200 }, { 1000000, 40000000 }, { 100, 200 }, { 80, 60 }, { 100000, 100000 } };
    uint64_t seed = 2;
    for (int k = 0; k < 8; k++) {
        p.inputs[k] = column_open(a, p.count);
        for (size_t n = 0; n < p.count; n++)
            p.inputs[k].value[n] = VALUES[k].base + (int64_t)(next_random(&seed) % (uint64_t)VALUES[k].span);
    }
    column *out = open_outputs(a, p.plan), *hand_out = open_outputs(a, p.plan);
    double hand = time_fused(&p, award_fused, hand_out, BATCH);
    for (size_t k = 0; k < 3; k++) {
        double took = time_engine(&p, ISAS[k].isa, out, BATCH);
        must_agree(out, hand_out, 4, p.count % BATCH);
        print("award of 8 inputs", ISAS[k].name, "M persons/s", (double)p.count / 1e6, took, hand, 0, RATIO_GOAL);
    }
    arena_close(a);
}

/* ---- 3: the award from a history of 360 months ---- */

enum { MONTHS = 360, YEARS = 40, FIRST_YEAR = 1990 };

static const vm_plan *history_plan(arena *a)
{
    draft *d = draft_open(a);
    d->plan.record_count = 1;
    vm_cell *cells = ARENA_ARRAY(a, vm_cell, YEARS);
    for (int y = 0; y < YEARS; y++) {
        cells[y].key[0] = FIRST_YEAR + y;
        cells[y].value = 20000 + y * y * 700;
    }
    d->table = (vm_table){ .name = "average", .kind = VM_NUMBER, .decimals = 2, .key_count = 1,
                           .key_kind = { VM_NUMBER }, .cells = cells, .cell_count = YEARS };
    d->plan.table_count = 1;
    vm_node_id reference = input(d, VM_NUMBER, 0, 2, 0, MONEY_MAX);
    vm_node_id base = input(d, VM_NUMBER, 1, 2, 0, MONEY_MAX);
    vm_node_id month = input(d, VM_MONTH, 1, 0, 0, 4799);
    vm_node_id year = node(d, VM_YEAR_OF_MONTH, VM_NUMBER, 1, month, VM_NONE, 0);
    vm_node_id average = node(d, VM_LOOKUP, VM_NUMBER, 1, year, VM_NONE, 0);
    vm_node_id sum = node(d, VM_SUM, VM_NUMBER, 0, op(d, VM_DIV, base, average), VM_NONE, 0);
    d->nodes[sum].space = 0;
    vm_node_id all = node(d, VM_GE, VM_BOOL, 1, base, base, 0);
    vm_node_id count = node(d, VM_COUNT, VM_NUMBER, 0, all, VM_NONE, 0);
    vm_node_id index = op(d, VM_DIV, sum, count);
    vm_node_id mean = op(d, VM_DIV, op(d, VM_ADD, reference, op(d, VM_MUL, reference, index)), number(d, 2, 1));
    variable(d, op(d, VM_DIV, op(d, VM_MUL, op(d, VM_MUL, mean, count), number(d, 1, 100)), number(d, 12, 1)));
    return &d->plan;
}

/* What a programmer would write: one pass over the rows, by reciprocals with 22 bits to spare. */
CLONES static void history_fused(const population *p, size_t from, size_t count, column *out)
{
    static int64_t reciprocal[YEARS * 12];
    const vm_cell *cells = p->plan->tables[0].cells;
    for (int m = 0; m < YEARS * 12; m++) reciprocal[m] = ((int64_t)1 << 62) / cells[m / 12].value;
    const int64_t *base = p->inputs[1].value, *month = p->inputs[2].value;
    for (size_t n = from; n < from + count; n++) {
        size_t row = n ? p->until[n - 1] : 0, months = p->until[n] - row;
        uint64_t total = 0;
        int64_t bad = 0;
        for (size_t k = row; k < row + months; k++) {
            int64_t at = month[k] - (FIRST_YEAR - 1900) * 12;
            bool is_out = at < 0 || at >= YEARS * 12;
            uint64_t x = (uint64_t)base[k], y = (uint64_t)reciprocal[is_out ? 0 : at];
            bad |= is_out | (base[k] < 0) | (base[k] > UINT32_MAX);
            total += (x * (uint32_t)y >> 32) + x * (y >> 32);
        }
        int64_t reference = p->inputs[0].value[n];
        uint32_t reason = bad ? VM_REASON(VM_NOT_IN_TABLE, 0)
                          : reference < 0 || reference > MONEY_MAX ? VM_REASON(VM_OUT_OF_RANGE, 0) : 0;
        u128 unit = (u128)2400 << 30, num = (u128)reference * (((u128)months << 30) + total);
        out->value[n - from] = reason ? 0 : (int64_t)((num + unit / 2) / unit);
        out->reason[n - from] = reason;
    }
}

/* From memory: more people than a cache holds. From cache: as when a reader has just filled the batch. */
static void bench_history(const char *what, size_t person_count, double goal)
{
    arena *a = arena_open();
    population p = { history_plan(a), person_count, ARENA_ARRAY(a, column, 3), NULL };
    uint32_t *until = ARENA_ARRAY(a, uint32_t, p.count);
    size_t rows = p.count * MONTHS, repeats = 4000 / p.count;
    p.inputs[0] = column_open(a, p.count);
    p.inputs[1] = column_open(a, rows);
    p.inputs[2] = column_open(a, rows);
    uint64_t seed = 3;
    for (size_t n = 0; n < p.count; n++) {
        until[n] = (uint32_t)((n + 1) * MONTHS);
        p.inputs[0].value[n] = 700000 + (int64_t)(next_random(&seed) % 300000);
        for (int m = 0; m < MONTHS; m++) {
            p.inputs[1].value[n * MONTHS + (size_t)m] = 20000 + (int64_t)(next_random(&seed) % 1500000);
            p.inputs[2].value[n * MONTHS + (size_t)m] = (FIRST_YEAR + 5 - 1900) * 12 + m;
        }
    }
    p.until = until;
    column *out = open_outputs(a, p.plan), *hand_out = open_outputs(a, p.plan);
    for (size_t k = 0; k < 3; k++) {
        double hand = 1e9, took = 1e9;
        for (size_t r = 0; r < repeats; r++) { /* side by side */
            double hand_now = time_fused(&p, history_fused, hand_out, 1024);
            double took_now = time_engine(&p, ISAS[k].isa, out, 1024);
            hand = hand_now < hand ? hand_now : hand;
            took = took_now < took ? took_now : took;
        }
        must_agree(out, hand_out, 1, (p.count - 1) % 1024 + 1);
        print(what, ISAS[k].name, "M persons/s", (double)p.count / 1e6, took, hand, k == 0 ? goal : 0, 0);
    }
    arena_close(a);
}

/* With a number, only that part. */
int main(int count, char **words)
{
    int only = count > 1 ? atoi(words[1]) : 0;
    if (!only || only == 1) bench_contributions();
    if (!only || only == 2) bench_award();
    if (!only || only == 3) bench_history("award of 360 months, from cache", 150, 1);
    if (!only || only == 3) bench_history("award of 360 months, from memory", 4000, 1);
    if (checksum == 1) printf("\n"); /* so that nothing is left out */
    return 0;
}
