/* fold - steps row k of all subjects at once; lanes without a row k drop out. */
#include "vm/vm_internal.h"

static void begin_fold(vm_state *s, const vm_instr *i, const vm_fold *f)
{
    size_t count = s->lanes[0];
    uint32_t *mark = s->marks[i->mark] = vm_mark_new(s, 0);
    for (size_t n = 0; n < count; n++) {
        i128 start = f->start ? vm_lane(s, f->start, n) * f->start_k : f->start_k;
        vm_lane_put(s, i->dst, n, start);
        mark[n] = vm_mark_at(s, f->start_mark, n);
        if (s->is_too_many[f->rows_space - 1])
            mark[n] = VM_REASON(VM_TOO_MANY_ROWS, i->node);
    }
}

/* The subjects whose row k takes part; their numbers and rows go to `rows`. */
static size_t take_lanes(vm_state *s, const vm_instr *i, const vm_fold *f, size_t k,
                         uint32_t *subjects, uint32_t *rows, bool *is_over)
{
    const uint32_t *start = s->row_start[f->rows_space - 1];
    uint32_t *mark = s->marks[i->mark];
    size_t used = 0;
    *is_over = true;
    for (size_t n = 0; n < s->lanes[0]; n++) {
        size_t row = start[n] + k;
        if (row >= start[n + 1] || mark[n]) continue;
        *is_over = false;
        uint32_t unsure = vm_mark_at(s, f->filter_mark, row);
        if (unsure) mark[n] = unsure;
        if (unsure || (f->filter && !vm_i64(s, f->filter)[row])) continue;
        subjects[used] = (uint32_t)n;
        rows[used++] = (uint32_t)row;
    }
    return used;
}

static void gather(vm_state *s, const vm_fold *f, const uint32_t *rows, size_t count)
{
    for (size_t g = 0; g < f->gather_count; g++) {
        const vm_gather *at = &f->gathers[g];
        if (!at->is_mark) {
            for (size_t n = 0; n < count; n++)
                vm_lane_put(s, at->into, n, vm_lane(s, at->from, rows[n]));
            continue;
        }
        s->marks[at->into] = NULL;
        if (!s->marks[at->from]) continue;
        uint32_t *mark = s->marks[at->into] = vm_mark_new(s, f->space);
        for (size_t n = 0; n < count; n++) mark[n] = s->marks[at->from][rows[n]];
    }
}

size_t vm_execute_fold(vm_state *s, const vm_instr *i)
{
    const vm_fold *f = s->tier->folds[i->aux - s->program->space_count];
    uint32_t *rows = s->fold_rows[i->aux - s->program->space_count];
    uint32_t *subjects = rows + s->machine->block_lanes;
    begin_fold(s, i, f);
    uint32_t *mark = s->marks[i->mark];
    size_t used = s->mark_used;
    bool is_over = false;
    for (size_t k = 0; !is_over; k++) {
        size_t count = take_lanes(s, i, f, k, subjects, rows, &is_over);
        if (!count) continue;
        s->lanes[f->space] = count;
        gather(s, f, rows, count);
        for (size_t n = 0; n < count; n++)
            vm_lane_put(s, f->carry, n, vm_lane(s, i->dst, subjects[n]));
        vm_execute(s, f->begin, f->end);
        for (size_t n = 0; n < count; n++) {
            vm_lane_put(s, i->dst, subjects[n], vm_lane(s, f->body, n));
            mark[subjects[n]] = vm_mark_at(s, f->body_mark, n);
        }
        if (s->sink) vm_trace_step(s, f, rows, count);
        s->mark_used = used;
    }
    return f->end;
}
