/* Scanning: every subject where they are few, else the likely trouble spots; and cliffs. */
#include <string.h>

#include "prove/prove_internal.h"

enum {
    LANES = 4096,
    EXHAUST_ROWS_MAX = 4 * 1000 * 1000,
    SEARCH_BLOCKS = 96,
    WITNESS_BLOCKS = 16,
    SPOTS_MAX = 64,
    CLIFFS_MAX = 200
};

static const prove_members *members_of(const prove_property *p, size_t input)
{
    return p->members && p->members[input].count ? &p->members[input] : NULL;
}

/* How many values an input may take, and the one of a number among them. */
static u128 width_of(const prove_property *p, size_t input)
{
    const prove_members *members = members_of(p, input);
    const vm_input *about = &prove_plan(p)->inputs[input];
    return members ? members->count : (u128)((i128)about->max - about->min) + 1;
}

static int64_t value_of(const prove_property *p, size_t input, u128 index)
{
    const prove_members *members = members_of(p, input);
    if (members) return members->codes[(size_t)index];
    return (int64_t)((i128)prove_plan(p)->inputs[input].min + (i128)index);
}

static int64_t resting_value(const vm_input *about)
{
    return about->min > 0 ? about->min : about->max < 0 ? about->max : 0;
}

static column *columns_open(arena *a, const prove_property *p)
{
    const vm_plan *plan = prove_plan(p);
    column *inputs = ARENA_ARRAY(a, column, plan->input_count + 1);
    for (size_t i = 0; i < plan->input_count; i++) {
        inputs[i].value = ARENA_ARRAY(a, int64_t, LANES);
        for (size_t lane = 0; lane < LANES; lane++)
            inputs[i].value[lane] =
                prove_is_fixed(p, i) ? p->fixed[i] : resting_value(&plan->inputs[i]);
    }
    return inputs;
}

static void set_count(const prove_property *p, column *inputs, size_t count)
{
    for (size_t i = 0; i < prove_plan(p)->input_count; i++)
        inputs[i].count = count;
}

typedef struct {
    const prove_property *p;
    runner before, after;
    column *inputs, *inputs_after;
    bool is_pair;
} scanner;

static scanner scanner_open(arena *a, const prove_property *p)
{
    scanner s = { .p = p, .is_pair = p->kind == PROVE_MONOTONE };
    s.before = prove_runner_open(a, p, LANES);
    s.inputs = columns_open(a, p);
    if (s.is_pair) {
        s.after = prove_runner_open(a, p, LANES);
        const vm_plan *plan = prove_plan(p);
        s.inputs_after = ARENA_ARRAY(a, column, plan->input_count + 1);
        for (size_t i = 0; i < plan->input_count; i++)
            s.inputs_after[i] = s.inputs[i];
        s.inputs_after[p->along].value = ARENA_ARRAY(a, int64_t, LANES);
    }
    return s;
}

/* Runs the lanes that stand in s->inputs (for pairs: with their right neighbours); true when one
 * breaks the property. */
static bool scanner_breaks(arena *a, scanner *s, size_t count, prove_result *result,
                           const char *way)
{
    const prove_property *p = s->p;
    set_count(p, s->inputs, count);
    prove_runner_run(&s->before, p, s->inputs, count);
    result->rows_run += count;
    if (s->is_pair) {
        set_count(p, s->inputs_after, count);
        for (size_t lane = 0; lane < count; lane++)
            s->inputs_after[p->along].value[lane] = s->inputs[p->along].value[lane] + 1;
        prove_runner_run(&s->after, p, s->inputs_after, count);
        result->rows_run += count;
    }
    for (size_t lane = 0; lane < count; lane++) {
        bool breaks = s->is_pair ? prove_breaks_pair(p, &s->before, &s->after, lane)
                                 : prove_breaks_one(p, &s->before, lane);
        if (!breaks) continue;
        prove_refute(a, p, result, s->inputs, lane, way);
        result->value = s->before.outputs[p->subject].value[lane];
        result->reason = s->before.outputs[p->subject].reason[lane];
        if (s->is_pair) {
            size_t count_inputs = prove_plan(p)->input_count;
            int64_t *after = ARENA_ARRAY(a, int64_t, count_inputs + 1);
            memcpy(after, result->inputs, count_inputs * sizeof *after);
            after[p->along]++;
            result->inputs_after = after;
            result->value_after = s->after.outputs[p->subject].value[lane];
        }
        return true;
    }
    return false;
}

/* The inputs that vary, and how many subjects there are; SIZE_MAX when too many. */
static size_t domain_size(const prove_property *p, const bool *cone)
{
    const vm_plan *plan = prove_plan(p);
    u128 size = 1;
    for (size_t i = 0; i < plan->input_count; i++) {
        if (!cone[i] || prove_is_fixed(p, i)) continue;
        size *= width_of(p, i);
        if (size > EXHAUST_ROWS_MAX) return SIZE_MAX;
    }
    return (size_t)size;
}

bool scan_exhaust(arena *a, const prove_property *p, prove_result *result)
{
    const vm_plan *plan = prove_plan(p);
    const bool *cone = prove_cone_inputs(a, p);
    size_t size = domain_size(p, cone);
    if (size == SIZE_MAX) return false;
    scanner s = scanner_open(a, p);
    for (size_t from = 0; from < size; from += LANES) {
        size_t count = size - from < LANES ? size - from : LANES;
        for (size_t lane = 0; lane < count; lane++) {
            size_t rest = from + lane;
            for (size_t i = 0; i < plan->input_count; i++) {
                if (!cone[i] || prove_is_fixed(p, i)) continue;
                size_t width = (size_t)width_of(p, i);
                s.inputs[i].value[lane] = value_of(p, i, rest % width);
                rest /= width;
            }
        }
        if (scanner_breaks(a, &s, count, result, "exhaustion")) return true;
    }
    result->verdict = PROVE_PROVED;
    result->way = "exhaustion";
    return true;
}

/* ---- search ---- */

typedef struct {
    int64_t spots[SPOTS_MAX];
    size_t count;
} spot_list;

static void spot_add(spot_list *list, const vm_input *about, i128 value)
{
    for (int around = -1; around <= 1; around++) {
        i128 v = value + around;
        if (v < about->min || v > about->max || list->count == SPOTS_MAX) continue;
        list->spots[list->count++] = (int64_t)v;
    }
}

/* Where rules tend to turn: the ends, zero, the constants and the keys of tables. */
static spot_list spots_of(const vm_plan *plan, size_t input)
{
    const vm_input *about = &plan->inputs[input];
    spot_list list = { .count = 0 };
    spot_add(&list, about, about->min);
    spot_add(&list, about, about->max);
    spot_add(&list, about, 0);
    i128 scale = about->kind == VM_NUMBER ? i128_pow10(about->decimals) : 1;
    for (size_t c = 0; c < plan->constant_count && list.count < SPOTS_MAX - 16; c++) {
        i128 scaled;
        if (!i128_mul(plan->constants[c].num, scale, &scaled)) continue;
        spot_add(&list, about, scaled / plan->constants[c].den);
    }
    for (size_t t = 0; t < plan->table_count; t++)
        for (size_t k = 0; k < plan->tables[t].cell_count && list.count < SPOTS_MAX - 4; k++)
            if (plan->tables[t].key_decimals[0] == about->decimals)
                spot_add(&list, about, plan->tables[t].cells[k].key[0]);
    return list;
}

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static int64_t draw(uint64_t *state, const vm_input *about, const spot_list *spots)
{
    uint64_t r = next_random(state);
    if ((r & 3) == 0 && spots->count) return spots->spots[(r >> 8) % spots->count];
    u128 width = (u128)((i128)about->max - about->min) + 1;
    if ((r & 3) == 1) return (int64_t)((i128)about->min + (i128)(next_random(state) % width));
    /* by size: as many small values as large ones */
    int bits = (int)((r >> 8) % 48) + 1;
    i128 v = resting_value(about) + (i128)(next_random(state) & (((uint64_t)1 << bits) - 1));
    return v > about->max ? about->max : v < about->min ? about->min : (int64_t)v;
}

static void draw_block(const prove_property *p, scanner *s, const bool *cone,
                       const spot_list *spots, uint64_t *state)
{
    const vm_plan *plan = prove_plan(p);
    for (size_t i = 0; i < plan->input_count; i++) {
        if (!cone[i] || prove_is_fixed(p, i)) continue;
        for (size_t lane = 0; lane < LANES; lane++) {
            int64_t v = members_of(p, i) ? value_of(p, i, next_random(state) % width_of(p, i))
                                         : draw(state, &plan->inputs[i], &spots[i]);
            if (s->is_pair && i == p->along && v == plan->inputs[i].max) v--;
            s->inputs[i].value[lane] = v;
        }
    }
}

static spot_list *all_spots(arena *a, const vm_plan *plan)
{
    spot_list *spots = ARENA_ARRAY(a, spot_list, plan->input_count + 1);
    for (size_t i = 0; i < plan->input_count; i++)
        spots[i] = spots_of(plan, i);
    return spots;
}

bool scan_speaks_of_someone(arena *a, const prove_property *p)
{
    const bool *cone = prove_cone_inputs(a, p);
    scanner s = scanner_open(a, p);
    const spot_list *spots = all_spots(a, prove_plan(p));
    uint64_t state = 0x2545f4914f6cdd1du;
    for (int block = 0; block < WITNESS_BLOCKS; block++) {
        draw_block(p, &s, cone, spots, &state);
        set_count(p, s.inputs, LANES);
        prove_runner_run(&s.before, p, s.inputs, LANES);
        for (size_t lane = 0; lane < LANES; lane++)
            if (prove_is_spoken_of(p, &s.before, lane) &&
                (p->kind == PROVE_TOTAL || !s.before.outputs[p->subject].reason[lane]))
                return true;
    }
    return false;
}

bool scan_search(arena *a, const prove_property *p, prove_result *result)
{
    const bool *cone = prove_cone_inputs(a, p);
    scanner s = scanner_open(a, p);
    const spot_list *spots = all_spots(a, prove_plan(p));
    uint64_t state = 0x9e3779b97f4a7c15u;
    for (int block = 0; block < SEARCH_BLOCKS; block++) {
        draw_block(p, &s, cone, spots, &state);
        if (scanner_breaks(a, &s, LANES, result, "search")) return true;
    }
    return false;
}

/* ---- cliffs ---- */

void scan_cliffs(arena *a, const prove_property *p, prove_result *result)
{
    prove_cliff *cliffs = ARENA_ARRAY(a, prove_cliff, CLIFFS_MAX);
    column *inputs = columns_open(a, p);
    runner r = prove_runner_open(a, p, LANES);
    bool has_last = false;
    int64_t last = 0;
    result->cliffs = cliffs;
    for (int64_t from = p->from; from <= p->until;) {
        size_t count = 0;
        for (; count < LANES && from <= p->until; count++, from += p->step)
            inputs[p->along].value[count] = from;
        set_count(p, inputs, count);
        prove_runner_run(&r, p, inputs, count);
        result->rows_run += count;
        const column *out = &r.outputs[p->subject];
        for (size_t lane = 0; lane < count; lane++) {
            bool is_known = out->reason[lane] == 0;
            i128 change = is_known && has_last ? (i128)out->value[lane] - last : 0;
            if (change > p->threshold || -change > p->threshold) {
                prove_cliff c = { inputs[p->along].value[lane], last, out->value[lane] };
                if (result->cliff_count < CLIFFS_MAX) cliffs[result->cliff_count++] = c;
                else result->cliffs_unshown++;
            }
            has_last = is_known;
            last = out->value[lane];
        }
    }
    result->verdict = result->cliff_count ? PROVE_REFUTED : PROVE_PROVED;
    result->way = "exhaustion";
}
