/* fusion - a sum of quotients by a table's column in one pass over the rows.
 *
 * The chain month -> year -> cell -> reciprocal -> product -> sum is six passes. When the keys of a
 * block all lie within the table, the sum reads its factor at the key itself, from a column made
 * here, and the passes of the chain are left out; exact.c has them made up for when it needs them.
 */
#include "calendar/calendar.h"
#include "vm/vm_internal.h"

enum { CELLS_MAX = 8192 };

/* The instruction outside folds that makes a register in every block, or NULL. */
static vm_instr *maker_of(const vm_tier *t, uint32_t reg, uint16_t space)
{
    for (size_t n = 0; reg && n < t->instr_count; n++) {
        vm_instr *i = &t->instrs[n];
        if (i->dst == reg || i->dst2 == reg)
            return i->space == space && !i->guard && !i->is_dead && !i->fused ? i : NULL;
    }
    return NULL;
}

static bool is_read_by_folds(const vm_tier *t, uint32_t reg)
{
    for (size_t k = 0; k < t->fold_count; k++) {
        const vm_fold *f = t->folds[k];
        if (f->start == reg || f->filter == reg || f->body == reg) return true;
        for (size_t g = 0; g < f->gather_count; g++)
            if (!f->gathers[g].is_mark && f->gathers[g].from == reg) return true;
    }
    return false;
}

/* Whether none but `reader` and instructions left out already read what i makes; exact.c aside. */
static bool is_left_out(const vm_program *p, const vm_tier *t, const vm_instr *i,
                        const vm_instr *reader, uint32_t fused)
{
    for (size_t n = 0; n < t->instr_count; n++) {
        const vm_instr *other = &t->instrs[n];
        if (other == reader || other->is_dead || (fused && other->fused == fused)) continue;
        const uint32_t args[5] = { other->a, other->b, other->c, other->d, other->e };
        for (int k = 0; k < 5; k++)
            if (args[k] == i->dst) return false;
    }
    for (size_t o = 0; o < p->plan->output_count; o++)
        if (t->outputs[o].num == i->dst) return false;
    return !is_read_by_folds(t, i->dst);
}

/* The column of factors by the source's own number, from vm_fusion.base on. */
static bool make_cells(arena *process, const vm_finder *f, const int64_t *factors, bool is_year,
                       vm_fusion *out)
{
    if (!f->dense_count) return false;
    size_t first = f->dense_count; /* of the keys from here on each has its cell */
    while (first > 0 && f->dense[first - 1] >= 0) first--;
    size_t keys = f->dense_count - first, per = is_year ? 12 : 1;
    if (!keys || keys * per > CELLS_MAX) return false;
    bool is_open = f->table->key_mode[0] == VM_KEY_BAND; /* the last cell holds for good */
    out->count = is_open ? CELLS_MAX : keys * per;
    out->base = f->base + (int64_t)first;
    if (is_year) out->base = (out->base - 1900) * 12;
    if (out->base < CALENDAR_MONTH_MIN && is_year) return false;
    int64_t *cells = ARENA_ARRAY(process, int64_t, out->count);
    for (size_t n = 0; n < out->count; n++) {
        size_t key = n / per < keys ? n / per : keys - 1;
        cells[n] = factors[f->dense[first + key]];
    }
    out->cells = cells;
    return true;
}

static bool is_made_between(const vm_tier *t, uint32_t mark, size_t from, size_t until)
{
    for (size_t n = from; mark && n < until; n++)
        if (t->instrs[n].mark == mark) return true;
    return false;
}

static void find_fusion(arena *process, const vm_program *p, vm_tier *t, vm_instr *sum)
{
    uint16_t space = (uint16_t)sum->aux;
    vm_instr *product = maker_of(t, sum->a, space);
    if (!product || product->code != VM_I_MUL_SHIFT || product->is_wide) return;
    vm_instr *cell = maker_of(t, product->b, space);
    if (!cell || cell->code != VM_I_CELL) return;
    vm_instr *find = maker_of(t, cell->a, space);
    if (!find || find->code != VM_I_FIND || find->b || find->c || find->d) return;
    vm_instr *key = maker_of(t, find->a, space), *first = find;
    bool is_year = key && key->code == VM_I_CALENDAR && key->mode == VM_YEAR_OF_MONTH;
    const vm_instr *load = maker_of(t, is_year ? key->a : find->a, space);
    bool is_input = load && load->code == VM_I_LOAD;
    vm_fusion f = { .source = is_year ? key->a : find->a, .factor = product->a,
                    .input = is_input ? load->aux : VM_NONE,
                    .shift = (int)product->k1, .find = (size_t)(find - t->instrs) };
    if (t->regs[f.source].is_wide ||
        !make_cells(process, &p->finders[find->aux], t->cells[cell->aux], is_year, &f))
        return;
    uint32_t number = (uint32_t)t->fusion_count + 1;
    if (!is_left_out(p, t, product, sum, 0) || !is_left_out(p, t, cell, product, 0)) return;
    product->fused = cell->fused = number;
    if (cell < first) first = cell;
    /* The other columns read at the same cell are for exact.c, or the search must be made. */
    for (size_t n = 0; n < t->instr_count; n++) {
        vm_instr *other = &t->instrs[n];
        bool is_column = other->code == VM_I_CELL && other->a == find->dst && !other->fused &&
                         !other->guard && !other->is_dead;
        if (is_column && is_left_out(p, t, other, NULL, 0)) other->fused = number;
    }
    if (is_left_out(p, t, find, NULL, number)) {
        find->fused = number;
        if (is_year && is_left_out(p, t, key, find, 0)) key->fused = number, first = key;
    }
    f.first = (size_t)(first - t->instrs);
    if (find->fused && is_made_between(t, find->ma, f.first, f.find)) {
        for (size_t n = 0; n < t->instr_count; n++)
            if (t->instrs[n].fused == number) t->instrs[n].fused = 0;
        return;
    }
    f.end = (size_t)(sum - t->instrs);
    f.under = find->ma;
    sum->fused = number;
    ARENA_PUSH(process, t->fusions, t->fusion_count, t->fusion_capacity, f);
}

void vm_find_fusions(arena *process, const vm_program *program, vm_tier *t)
{
    for (size_t n = 0; n < t->instr_count; n++) {
        vm_instr *i = &t->instrs[n];
        if (i->code == VM_I_SUM && !i->is_wide && !i->c && i->a && !i->guard && !i->is_dead)
            find_fusion(process, program, t, i);
    }
}

/* Whether every key of the block lies within the column, and no lane lacks one. */
static bool holds(vm_state *s, const vm_fusion *f)
{
    const vm_register *reg = &s->tier->regs[f->source];
    size_t count = s->lanes[reg->space];
    if (s->is_traced || !count || s->marks[f->under]) return false;
    int64_t last = f->base + (int64_t)f->count - 1;
    if (reg->min >= f->base && reg->max <= last) return true;
    int64_t ends[2];
    if (f->input != VM_NONE)
        return s->machine->input_low[f->input] >= f->base && s->machine->input_high[f->input] <= last;
    s->kernels[VM_I_SCAN](NULL, ends, vm_i64(s, f->source), NULL, NULL, count);
    return ends[0] >= f->base && ends[1] <= last;
}

bool vm_fusion_skips(vm_state *s, const vm_instr *i, size_t at)
{
    const vm_fusion *f = &s->tier->fusions[i->fused - 1];
    if (at == f->first) s->is_fused[i->fused - 1] = holds(s, f);
    if (!s->is_fused[i->fused - 1] || at == f->end) return false;
    if (at == f->find) s->marks[i->mark] = NULL; /* each key has its cell */
    return true;
}

/* ---- the rows of the next block ---- */

enum { AHEAD_COLUMNS = 4, AHEAD_ROWS = 96, LINE_ROWS = 8, CACHE_BYTES = 1 << 20 };

/* Where the inputs of these rows go on after the block, and for how many rows. None, when the whole
 * batch is small enough to lie in a core's own cache, where a reader has just put it. */
typedef struct {
    const int64_t *columns[AHEAD_COLUMNS];
    size_t column_count, row_count;
} ahead;

static ahead ahead_of(const vm_state *s, uint16_t space)
{
    const vm_plan *plan = s->program->plan;
    const uint32_t *row_until = s->batch->row_until[space - 1];
    size_t until = s->lane_base[space] + s->lanes[space];
    size_t all = row_until[s->batch->count - 1];
    ahead out = { .row_count = all - until };
    for (size_t n = 0; n < plan->input_count && out.column_count < AHEAD_COLUMNS; n++)
        if (plan->inputs[n].space == space && s->program->is_input_used[n])
            out.columns[out.column_count++] = s->batch->inputs[n].value + until;
    if (all * out.column_count * sizeof(int64_t) <= CACHE_BYTES) out.row_count = 0;
    return out;
}

static void call_for(const ahead *next, size_t from, size_t until)
{
    if (until > next->row_count) until = next->row_count;
    for (size_t c = 0; c < next->column_count; c++)
        for (size_t row = from; row < until; row += LINE_ROWS)
            __builtin_prefetch(next->columns[c] + row, 0, 2);
}

/* A few rows at a time; while they are added up, as many of the next block come from memory. */
void vm_fusion_sum(vm_state *s, const vm_instr *i, const uint32_t *row_start)
{
    const vm_fusion *f = &s->tier->fusions[i->fused - 1];
    const int64_t *factor = vm_i64(s, f->factor), *source = vm_i64(s, f->source);
    const ahead next = ahead_of(s, (uint16_t)i->aux);
    vm_instr total = { .k1 = f->shift, .k2 = f->base };
    total.mode = s->tier->regs[f->factor].max <= UINT32_MAX;
    for (size_t n = 0; n < s->lanes[0]; n++) {
        size_t until = row_start[n + 1];
        int64_t sum = 0;
        for (size_t row = row_start[n], end; row < until; row = end) {
            int64_t part;
            end = next.row_count && row + AHEAD_ROWS < until ? row + AHEAD_ROWS : until;
            call_for(&next, row, end);
            s->kernels[VM_I_TOTAL_TAKEN](&total, &part, factor + row, source + row, f->cells,
                                         end - row);
            sum += part;
        }
        vm_i64(s, i->dst)[n] = sum;
    }
}

void vm_fusion_make_up(vm_state *s)
{
    for (size_t k = 0; k < s->tier->fusion_count; k++) {
        if (!s->is_fused[k]) continue;
        s->is_fused[k] = false;
        const vm_fusion *f = &s->tier->fusions[k];
        for (size_t n = f->first; n < f->end && n < s->at; n++) /* those behind come in their turn */
            if (s->tier->instrs[n].fused == k + 1) vm_execute_one(s, &s->tier->instrs[n]);
    }
}
