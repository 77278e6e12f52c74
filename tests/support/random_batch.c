#include "support/random_plan.h"

#include <string.h>

#include "support/plan_build.h"

/* How a batch is filled, in percent of cells; a batch is of one kind, so that whole blocks of
 * ordinary figures are tried as well as blocks full of holes. */
typedef struct {
    uint8_t reasons;  /* empty or unreadable */
    uint8_t outside;  /* past the stated bounds */
    uint8_t extreme;  /* at the bounds, or one before */
    uint8_t small;    /* -10 .. 10: zeros, ties, equal keys */
    uint8_t repeated; /* as the cell before */
} profile;

static const profile PROFILES[] = {
    { 0, 0, 1, 15, 10 }, { 1, 0, 2, 15, 10 }, { 2, 1, 3, 20, 10 }, { 0, 0, 10, 20, 10 },
    { 10, 5, 20, 20, 10 }, { 0, 0, 0, 90, 30 }, { 40, 5, 5, 20, 10 }, { 0, 0, 60, 10, 10 },
};

static int64_t clamp(int64_t value, const vm_input *input)
{
    return value < input->min ? input->min : value > input->max ? input->max : value;
}

static int64_t choose_outside(choices *c, const vm_input *input)
{
    bool is_below = choose(c, 2) == 0;
    if (is_below && input->min > INT64_MIN)
        return choose(c, 3) ? input->min - 1 : choose_between(c, INT64_MIN, input->min - 1);
    if (input->max < INT64_MAX)
        return choose(c, 3) ? input->max + 1 : choose_between(c, input->max + 1, INT64_MAX);
    return input->min;
}

static int64_t choose_inside(choices *c, const profile *p, const vm_input *input)
{
    if (choose_percent(c, p->extreme)) {
        static const int64_t OFF[] = { 0, 0, 0, 1, 2 };
        int64_t off = OFF[choose(c, 5)];
        return choose(c, 2) ? clamp(input->max - off, input) : clamp(input->min + off, input);
    }
    if (choose_percent(c, p->small)) return clamp(choose_between(c, -10, 10), input);
    uint64_t span = (uint64_t)input->max - (uint64_t)input->min;
    if (span > 1000000 && choose_percent(c, 80)) /* an ordinary figure of so many digits */
        return clamp(choose_between(c, choose(c, 4) ? 0 : -1000000, 100 << choose(c, 24)), input);
    return choose_between(c, input->min, input->max);
}

static column choose_cells(arena *memory, choices *c, const profile *p, const vm_input *input,
                           size_t count)
{
    column cells = column_open(memory, count);
    if (p->reasons) column_ensure_reasons(memory, &cells);
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && choose_percent(c, p->repeated)) {
            cells.value[i] = cells.value[i - 1];
            if (cells.reason) cells.reason[i] = cells.reason[i - 1];
        } else if (choose_percent(c, p->reasons)) {
            cells.reason[i] = VM_REASON(choose(c, 3) ? VM_NOT_KNOWN : VM_BAD_CELL, 0);
            cells.value[i] = choose(c, 4) ? 0 : choose_between(c, INT64_MIN, INT64_MAX);
        } else if (choose_percent(c, p->outside)) {
            cells.value[i] = choose_outside(c, input);
        } else {
            cells.value[i] = choose_inside(c, p, input);
        }
    }
    return cells;
}

static uint32_t choose_row_count(choices *c, int32_t rows_max, bool is_crowded)
{
    uint32_t most = rows_max < 40 ? (uint32_t)rows_max : 40;
    switch (choose(c, 8)) {
    case 0: return 0;
    case 1: case 2: return 1;
    case 3: return is_crowded ? most : most < 3 ? most : 3;
    case 4: return is_crowded && rows_max < 40 ? (uint32_t)rows_max + choose(c, 3) : most < 2 ? most : 2;
    default: return choose(c, (most < 5 ? most : 5) + 1);
    }
}

static const uint32_t *choose_rows_until(arena *memory, choices *c, int32_t rows_max, size_t count)
{
    uint32_t *until = ARENA_ARRAY(memory, uint32_t, count + 1);
    bool is_crowded = choose_percent(c, 40);
    uint32_t end = 0;
    for (size_t s = 0; s < count; s++) {
        /* Now and then a crowd too large to go into any block. */
        bool is_crowd = is_crowded && rows_max < 100 && choose_percent(c, 1) && choose(c, 8) == 7;
        end += is_crowd ? 1500 : choose_row_count(c, rows_max, is_crowded);
        until[s] = end;
    }
    return until;
}

vm_batch random_batch(arena *memory, choices *c, const vm_plan *plan, size_t subject_count)
{
    const profile *p = &PROFILES[choose(c, ARRAY_COUNT(PROFILES))];
    const uint32_t **until = ARENA_ARRAY(memory, const uint32_t *, plan->record_count + 1);
    for (size_t r = 0; r < plan->record_count; r++)
        until[r] = choose_rows_until(memory, c, plan->rows_max, subject_count);
    column *inputs = ARENA_ARRAY(memory, column, plan->input_count + 1);
    vm_batch batch = { .count = subject_count, .inputs = inputs, .row_until = until };
    for (size_t i = 0; i < plan->input_count; i++)
        inputs[i] = choose_cells(memory, c, p, &plan->inputs[i], plan_input_lanes(plan, &batch, i));
    return batch;
}
