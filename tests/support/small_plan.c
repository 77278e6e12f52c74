#include "support/small_plan.h"

#include <string.h>

#include "calendar/calendar.h"
#include "support/plan_build.h"

enum { POOL_MAX = 64, WIDTH_MAX = 9, SUBJECTS_MAX = 400 };

typedef struct {
    plan_builder *b;
    choices *c;
    vm_node_id pool[2][VM_KIND_COUNT][POOL_MAX]; /* by space */
    size_t count[2][VM_KIND_COUNT];
} maker;

static vm_node_id keep(maker *m, int space, vm_kind kind, vm_node_id id)
{
    if (m->count[space][kind] < POOL_MAX) m->pool[space][kind][m->count[space][kind]++] = id;
    return id;
}

/* One of what is there, the newer the likelier. */
static vm_node_id some(maker *m, int space, vm_kind kind)
{
    size_t count = m->count[space][kind], late = count > 4 ? 4 : count;
    bool is_late = choose_percent(m->c, 60);
    size_t at = is_late ? count - 1 - choose(m->c, (uint32_t)late) : choose(m->c, (uint32_t)count);
    return m->pool[space][kind][at];
}

static vm_node_id constant(maker *m, int space)
{
    static const int DENS[] = { 1, 1, 1, 2, 4, 3, 10, 100 };
    return plan_constant(m->b, VM_NUMBER, (uint16_t)space, choose_between(m->c, -4, 6),
                         DENS[choose(m->c, 8)]);
}

/* A few days around the end of a month, of leap years and others. */
static vm_input days(maker *m)
{
    int32_t month = calendar_month_of(2023 + (int32_t)choose(m->c, 3), 1 + (int32_t)choose(m->c, 12));
    int64_t last = calendar_last_day_of_month(month);
    return (vm_input){ .name = "d", .kind = VM_DAY, .min = last - choose(m->c, 5),
                       .max = last + choose(m->c, 4) };
}

static void add_inputs(maker *m)
{
    size_t count = 1 + choose(m->c, SMALL_INPUTS_MAX);
    for (size_t i = 0; i < count; i++) {
        vm_input input = { .name = "x", .kind = VM_NUMBER };
        uint32_t pick = i == 0 ? choose_percent(m->c, 6) ? 6 : 0 : choose(m->c, 7);
        int64_t from = choose_percent(m->c, 60) ? choose(m->c, 3) : -(int64_t)choose(m->c, 5);
        input.min = from;
        input.max = from + choose(m->c, WIDTH_MAX);
        input.decimals = (uint8_t)(choose_percent(m->c, 40) ? 1 + choose(m->c, 2) : 0);
        if (pick == 4) input = (vm_input){ .name = "b", .kind = VM_BOOL, .min = 0, .max = 1 };
        if (pick == 5) input = (vm_input){ .name = "m", .kind = VM_MONTH, .min = 8, .max = 15 };
        if (pick == 6) input = days(m);
        keep(m, 0, input.kind, plan_input(m->b, input));
    }
}

static vm_node_id lookup(maker *m, int space)
{
    vm_table t = { .name = "t", .kind = VM_NUMBER, .decimals = (uint8_t)choose(m->c, 2) };
    t.key_count = (uint8_t)(1 + choose_percent(m->c, 30));
    vm_node_id keys[] = { VM_NONE, VM_NONE };
    for (size_t k = 0; k < t.key_count; k++) {
        t.key_kind[k] = choose_percent(m->c, 20) && m->count[space][VM_MONTH] ? VM_MONTH : VM_NUMBER;
        t.key_mode[k] = (vm_key_mode)choose(m->c, k + 1u < t.key_count ? 2 : 3);
        keys[k] = some(m, space, t.key_kind[k]);
    }
    vm_cell *cells = ARENA_ARRAY(m->b->memory, vm_cell, 40);
    int64_t first = choose_between(m->c, -3, 2);
    int64_t slope = choose_between(m->c, -2, 2), value = choose_between(m->c, -3, 9);
    for (int64_t i = 0, first_count = t.key_count == 2 ? 2 + choose(m->c, 2) : 1; i < first_count; i++)
        for (int64_t j = 0, key = first; j < 2 + (int64_t)choose(m->c, 5); j++) {
            vm_cell *cell = &cells[t.cell_count++];
            int64_t inner = key + (t.key_kind[t.key_count - 1] == VM_MONTH ? 8 : 0);
            cell->key[0] = t.key_count == 2 ? i + (t.key_kind[0] == VM_MONTH ? 9 : 0) : inner;
            cell->key[1] = t.key_count == 2 ? inner : 0;
            value += choose_percent(m->c, 80) ? slope : choose_between(m->c, -3, 3);
            cell->value = value;
            cell->is_absent = choose_percent(m->c, 4);
            if (cell->is_absent) cell->value = 0;
            key += 1 + choose(m->c, 3);
        }
    t.cells = cells;
    return plan_lookup(m->b, (uint16_t)space, t, keys[0], keys[1], VM_NONE);
}

static vm_node_id number(maker *m, int space)
{
    plan_builder *b = m->b;
    uint16_t s = (uint16_t)space;
    vm_node_id x = some(m, space, VM_NUMBER), y = some(m, space, VM_NUMBER);
    if (choose_percent(m->c, 35)) y = constant(m, space);
    if (choose_percent(m->c, 8)) x = constant(m, space);
    static const vm_op PLAIN[] = { VM_ADD, VM_SUB, VM_MUL, VM_MIN, VM_MAX, VM_DIV,
                                   VM_ADD, VM_MUL, VM_MIN, VM_MAX };
    switch (choose(m->c, 12)) {
    case 0: return plan_op(b, VM_IF, VM_NUMBER, s, some(m, space, VM_BOOL), x, y);
    case 1: return plan_op(b, VM_IF, VM_NUMBER, s, some(m, space, VM_BOOL), y, x);
    case 2: return lookup(m, space);
    case 3: {
        vm_node n = b->nodes[plan_round(b, x, (money_rounding)choose(m->c, MONEY_ROUNDING_COUNT), 1,
                                        choose_percent(m->c, 50) ? 1 : 10)];
        n.space = s;
        b->nodes[b->node_count - 1] = n;
        return (vm_node_id)(b->node_count - 1);
    }
    case 4: return plan_op(b, choose(m->c, 2) ? VM_NEG : VM_ABS, VM_NUMBER, s, x, VM_NONE, VM_NONE);
    case 5: return plan_op(b, VM_ELSE, VM_NUMBER, s, x, y, VM_NONE);
    default: return plan_op(b, PLAIN[choose(m->c, 10)], VM_NUMBER, s, x, y, VM_NONE);
    }
}

static vm_node_id truth(maker *m, int space)
{
    uint16_t s = (uint16_t)space;
    bool is_month = m->count[space][VM_MONTH] && choose_percent(m->c, 25);
    vm_kind kind = is_month ? VM_MONTH : VM_NUMBER;
    vm_node_id x = some(m, space, kind), y = some(m, space, kind);
    if (choose_percent(m->c, 55))
        y = is_month ? plan_constant(m->b, VM_MONTH, s, 8 + choose(m->c, 8), 1) : constant(m, space);
    uint32_t pick = choose(m->c, 12);
    if (m->count[space][VM_BOOL] > 1 && pick == 0)
        return plan_op(m->b, choose(m->c, 2) ? VM_AND : VM_OR, VM_BOOL, s, some(m, space, VM_BOOL),
                       some(m, space, VM_BOOL), VM_NONE);
    if (m->count[space][VM_BOOL] && pick == 1)
        return plan_op(m->b, VM_NOT, VM_BOOL, s, some(m, space, VM_BOOL), VM_NONE, VM_NONE);
    if (pick == 2) return plan_op(m->b, VM_KNOWN, VM_BOOL, s, x, VM_NONE, VM_NONE);
    return plan_op(m->b, (vm_op)(VM_EQ + choose(m->c, 6)), VM_BOOL, s, x, y, VM_NONE);
}

static vm_node_id of_month(maker *m)
{
    vm_node_id x = some(m, 0, VM_MONTH);
    switch (choose(m->c, 3)) {
    case 0: return plan_op(m->b, VM_MONTH_DIFF, VM_NUMBER, 0, x, some(m, 0, VM_MONTH), VM_NONE);
    case 1: return plan_op(m->b, VM_MONTH_IN_YEAR, VM_NUMBER, 0, x, VM_NONE, VM_NONE);
    default: return plan_op(m->b, VM_YEAR_OF_MONTH, VM_NUMBER, 0, x, VM_NONE, VM_NONE);
    }
}

static void of_day(maker *m)
{
    vm_node_id x = some(m, 0, VM_DAY), y = some(m, 0, VM_DAY);
    vm_node_id months = plan_number(m->b, choose_between(m->c, -14, 26), 1);
    switch (choose(m->c, 7)) {
    case 0: keep(m, 0, VM_NUMBER, plan_op(m->b, VM_DAY_DIFF, VM_NUMBER, 0, x, y, VM_NONE)); break;
    case 1: keep(m, 0, VM_NUMBER, plan_op(m->b, VM_DAY_IN_MONTH, VM_NUMBER, 0, x, VM_NONE, VM_NONE)); break;
    case 2: keep(m, 0, VM_NUMBER, plan_op(m->b, VM_FULL_MONTHS, VM_NUMBER, 0, x, y, VM_NONE)); break;
    case 3: keep(m, 0, VM_MONTH, plan_op(m->b, VM_MONTH_OF_DAY, VM_MONTH, 0, x, VM_NONE, VM_NONE)); break;
    case 4: keep(m, 0, VM_DAY, plan_op(m->b, VM_DAY_ADD_MONTHS, VM_DAY, 0, x, months, VM_NONE)); break;
    case 5: keep(m, 0, VM_DAY, plan_op(m->b, VM_DAY_ADD, VM_DAY, 0, x, months, VM_NONE)); break;
    default: {
        vm_op op = choose(m->c, 2) ? VM_FIRST_DAY : VM_LAST_DAY;
        vm_node_id month = plan_op(m->b, VM_MONTH_OF_DAY, VM_MONTH, 0, x, VM_NONE, VM_NONE);
        keep(m, 0, VM_DAY, plan_op(m->b, op, VM_DAY, 0, month, VM_NONE, VM_NONE));
    }
    }
}

static void lack(maker *m, int space)
{
    bool is_unknown = choose_percent(m->c, 60);
    vm_node n = { .op = is_unknown ? VM_UNKNOWN : VM_FAIL, .kind = VM_NUMBER,
                  .space = (uint16_t)space, .a = VM_NONE, .b = VM_NONE, .c = VM_NONE,
                  .aux = is_unknown ? 0 : VM_NOT_SET };
    vm_node_id none = plan_node(m->b, n);
    bool is_first = choose_percent(m->c, 50);
    vm_node_id x = some(m, space, VM_NUMBER);
    keep(m, space, VM_NUMBER,
         plan_op(m->b, VM_IF, VM_NUMBER, (uint16_t)space, some(m, space, VM_BOOL),
                 is_first ? none : x, is_first ? x : none));
}

static void grow(maker *m, int space, size_t steps)
{
    for (size_t i = 0; i < steps; i++) {
        if (choose_percent(m->c, 30) || !m->count[space][VM_BOOL])
            keep(m, space, VM_BOOL, truth(m, space));
        if (m->count[space][VM_MONTH] && space == 0 && choose_percent(m->c, 25))
            keep(m, 0, VM_NUMBER, of_month(m));
        if (m->count[space][VM_DAY] && space == 0 && choose_percent(m->c, 60)) of_day(m);
        if (choose_percent(m->c, 7)) lack(m, space);
        keep(m, space, VM_NUMBER, number(m, space));
        if (choose_percent(m->c, 10)) {
            vm_node_id stored = plan_bound(m->b, plan_round(m->b, some(m, 0, VM_NUMBER),
                                                            MONEY_HALF_UP, 1, 10),
                                           1, -200 + (int64_t)choose(m->c, 200), 400);
            keep(m, 0, VM_NUMBER, stored);
        }
    }
}

static void add_rows(maker *m)
{
    vm_input row = { .name = "r", .kind = VM_NUMBER, .space = 1, .min = -2, .max = 5 };
    keep(m, 1, VM_NUMBER, plan_input(m->b, row));
    row.min = 0;
    keep(m, 1, VM_NUMBER, plan_input(m->b, row));
    for (int i = 0; i < 2; i++)
        keep(m, 1, VM_NUMBER,
             plan_op(m->b, VM_SPREAD, VM_NUMBER, 1, some(m, 0, VM_NUMBER), VM_NONE, VM_NONE));
    grow(m, 1, 3 + choose(m->c, 4));
    if (choose_percent(m->c, 40))
        keep(m, 1, VM_NUMBER,
             plan_op(m->b, VM_PREVIOUS, VM_NUMBER, 1, some(m, 1, VM_NUMBER), VM_NONE, VM_NONE));
    static const vm_op OPS[] = { VM_SUM, VM_SUM, VM_AGG_MIN, VM_AGG_MAX, VM_FIRST, VM_LAST };
    vm_node_id mask = choose_percent(m->c, 40) ? some(m, 1, VM_BOOL) : VM_NONE;
    for (int i = 0; i < 3; i++)
        keep(m, 0, VM_NUMBER,
             plan_op(m->b, OPS[choose(m->c, 6)], VM_NUMBER, 0, some(m, 1, VM_NUMBER),
                     choose_percent(m->c, 70) ? mask : VM_NONE, VM_NONE));
    keep(m, 0, VM_NUMBER, plan_op(m->b, VM_COUNT, VM_NUMBER, 0, some(m, 1, VM_BOOL), VM_NONE, VM_NONE));
    grow(m, 0, 1 + choose(m->c, 3));
}

static vm_node_id stored(maker *m)
{
    vm_node_id rounded = plan_round(m->b, some(m, 0, VM_NUMBER),
                                    (money_rounding)choose(m->c, MONEY_ROUNDING_COUNT), 1, 10);
    return plan_bound(m->b, rounded, 1, choose_percent(m->c, 80) ? -1000000 : 0, 1000000);
}

static void state(maker *m, prove_property *p)
{
    p->kind = (prove_kind[]){ PROVE_MONOTONE, PROVE_MONOTONE, PROVE_MONOTONE, PROVE_BETWEEN,
                              PROVE_ALWAYS, PROVE_ALWAYS, PROVE_TOTAL }[choose(m->c, 7)];
    p->is_rising = choose(m->c, 2);
    p->is_strict = choose_percent(m->c, 10);
    p->slack = choose_percent(m->c, 15) ? choose(m->c, 12) : 0;
    p->where = PROVE_NO_OUTPUT;
    p->low = 1;
    p->high = 2;
    plan_output(m->b, p->kind == PROVE_ALWAYS ? truth(m, 0) : stored(m));
    if (p->kind == PROVE_BETWEEN) {
        plan_output(m->b, choose(m->c, 2) ? stored(m)
                                          : plan_bound(m->b, constant(m, 0), 2, -1000000, 1000000));
        plan_output(m->b, choose(m->c, 2) ? stored(m)
                                          : plan_bound(m->b, plan_number(m->b, 90, 1), 2, 0, 9000));
    }
    if (!choose_percent(m->c, 35)) return;
    p->where = (int32_t)m->b->output_count;
    plan_output(m->b, some(m, 0, VM_BOOL));
}

bool small_property(arena *memory, choices *c, bool has_rows, prove_property *p)
{
    maker m = { .b = plan_builder_open(memory, has_rows, SMALL_ROWS_MAX), .c = c };
    *p = (prove_property){ .has_z3 = false };
    add_inputs(&m);
    if (!m.count[0][VM_NUMBER])
        keep(&m, 0, VM_NUMBER,
             plan_op(m.b, VM_DAY_IN_MONTH, VM_NUMBER, 0, m.pool[0][VM_DAY][0], VM_NONE, VM_NONE));
    grow(&m, 0, 2 + choose(c, has_rows ? 3 : 8));
    if (has_rows) add_rows(&m);
    state(&m, p);
    vm_program *program;
    err e = vm_seal(memory, plan_built(m.b), &program);
    if (e.kind) return false;
    size_t count = m.b->input_count;
    int64_t *fixed = ARENA_ARRAY(memory, int64_t, count + 1);
    bool *is_fixed = ARENA_ARRAY(memory, bool, count + 1);
    for (size_t i = 1; i < count; i++) {
        is_fixed[i] = m.b->inputs[i].space == 0 && choose_percent(c, 20);
        fixed[i] = choose_between(c, m.b->inputs[i].min, m.b->inputs[i].max);
    }
    p->program = program;
    p->fixed = fixed;
    p->is_fixed = is_fixed;
    p->along = 0;
    return true;
}

/* ---- everyone ---- */

typedef struct {
    column *outputs;
    size_t count;
} answers;

/* All subjects, the input that moves the fastest; with rows each few subjects share theirs. */
static answers ask(arena *memory, choices *c, const prove_property *p, size_t *width)
{
    const vm_plan *plan = vm_program_plan(p->program);
    size_t all = 1, repeats = plan->record_count ? 60 : 1;
    for (size_t i = 0; i < plan->input_count; i++)
        if (plan->inputs[i].space == 0 && !p->is_fixed[i])
            all *= (size_t)(plan->inputs[i].max - plan->inputs[i].min) + 1;
    *width = (size_t)(plan->inputs[0].max - plan->inputs[0].min) + 1;
    size_t count = all * repeats;
    column *inputs = ARENA_ARRAY(memory, column, plan->input_count + 1);
    uint32_t *until = ARENA_ARRAY(memory, uint32_t, count + 1);
    const uint32_t **of_record = ARENA_ARRAY(memory, const uint32_t *, 1);
    of_record[0] = until;
    uint32_t rows = 0, own = 0;
    for (size_t i = 0; i < plan->input_count; i++)
        inputs[i] = column_open(memory, plan->inputs[i].space ? count * SMALL_ROWS_MAX : count);
    for (size_t n = 0; n < count; n++) {
        size_t rest = n;
        for (size_t i = 0; i < plan->input_count; i++) {
            const vm_input *about = &plan->inputs[i];
            if (about->space) continue;
            size_t span = p->is_fixed[i] ? 1 : (size_t)(about->max - about->min) + 1;
            inputs[i].value[n] = p->is_fixed[i] ? p->fixed[i] : about->min + (int64_t)(rest % span);
            rest /= span;
        }
        if (!plan->record_count) continue;
        bool is_new = n % *width == 0; /* neighbours have the same rows */
        if (is_new) own = choose(c, SMALL_ROWS_MAX + 1);
        for (uint32_t r = 0; r < own; r++, rows++)
            for (size_t i = 0; i < plan->input_count; i++)
                if (plan->inputs[i].space)
                    inputs[i].value[rows] =
                        is_new ? choose_between(c, plan->inputs[i].min, plan->inputs[i].max)
                               : inputs[i].value[rows - own];
        until[n] = rows;
    }
    for (size_t i = 0; i < plan->input_count; i++)
        inputs[i].count = plan->inputs[i].space ? rows : count;
    vm_batch batch = { count, inputs, of_record };
    column *outputs = plan_open_outputs(memory, plan, &batch);
    vm_run(vm_machine_open(memory, p->program, (vm_machine_options){ 0 }), &batch, outputs);
    return (answers){ outputs, count };
}

static bool is_meant(const prove_property *p, const answers *all, size_t n)
{
    if (p->where == PROVE_NO_OUTPUT) return true;
    const column *where = &all->outputs[p->where];
    return !where->reason[n] && where->value[n];
}

static int64_t in_hundredths(const prove_property *p, const answers *all, size_t output, size_t n)
{
    const vm_plan *plan = vm_program_plan(p->program);
    const vm_node *node = &plan->nodes[plan->outputs[output].node];
    return all->outputs[output].value[n] * (plan->bounds[node->aux].decimals == 1 ? 10 : 1);
}

static bool breaks(const prove_property *p, const answers *all, size_t n)
{
    const column *subject = &all->outputs[0];
    if (!is_meant(p, all, n)) return false;
    if (p->kind == PROVE_TOTAL) return subject->reason[n] != 0;
    if (subject->reason[n]) return false;
    if (p->kind == PROVE_ALWAYS) return !subject->value[n];
    int64_t value = in_hundredths(p, all, 0, n);
    return (!all->outputs[1].reason[n] && value < in_hundredths(p, all, 1, n)) ||
           (!all->outputs[2].reason[n] && value > in_hundredths(p, all, 2, n));
}

bool small_is_broken(arena *memory, choices *c, const prove_property *p)
{
    size_t width;
    answers all = ask(memory, c, p, &width);
    for (size_t n = 0; n < all.count; n++) {
        if (p->kind != PROVE_MONOTONE) {
            if (breaks(p, &all, n)) return true;
            continue;
        }
        if (n % width == width - 1 || !is_meant(p, &all, n) || !is_meant(p, &all, n + 1)) continue;
        if (all.outputs[0].reason[n] || all.outputs[0].reason[n + 1]) continue;
        int64_t change = all.outputs[0].value[n + 1] - all.outputs[0].value[n];
        if (!p->is_rising) change = -change;
        if (p->is_strict ? change <= 0 : change < -p->slack) return true;
    }
    return false;
}
