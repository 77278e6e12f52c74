/* slots - which registers share a buffer: those that are never needed at the same time. */
#include "vm/vm_internal.h"

typedef struct {
    vm_tier *tier;
    size_t *last; /* by register: index of the last instruction that reads it */
} liveness;

static void reads(liveness *v, uint32_t reg, size_t at)
{
    if (reg && v->last[reg] < at) v->last[reg] = at;
}

static const vm_fold *fold_of(const vm_tier *t, const vm_instr *i, size_t space_count)
{
    return i->code == VM_I_FOLD ? t->folds[i->aux - space_count] : NULL;
}

static void read_all(liveness *v, const vm_instr *i, size_t at)
{
    reads(v, i->a, at);
    reads(v, i->b, at);
    reads(v, i->c, at);
    reads(v, i->d, at);
    reads(v, i->e, at);
    for (size_t k = 0; k < i->keep_count; k++) reads(v, i->keep[k], at);
}

/* What may be left out of a block may be made up for at any time. */
static void read_fused(liveness *v, const vm_instr *i)
{
    const uint32_t regs[4] = { i->dst, i->a, i->b, i->c };
    for (int k = 0; k < 4; k++) reads(v, regs[k], v->tier->instr_count);
}

/* Rows that a fold reads stay until its last step; so does all that lives in its own space. */
static void read_fold(liveness *v, const vm_fold *f)
{
    vm_tier *t = v->tier;
    for (size_t k = 0; k < f->gather_count; k++) {
        if (f->gathers[k].is_mark) continue;
        reads(v, f->gathers[k].from, f->end);
        reads(v, f->gathers[k].into, f->end);
    }
    reads(v, f->start, f->end);
    reads(v, f->filter, f->end);
    reads(v, f->carry, f->end);
    reads(v, f->body, f->end);
    for (size_t n = f->begin; n < f->end; n++)
        for (size_t k = 0; k < t->instrs[n].keep_count; k++)
            reads(v, t->instrs[n].keep[k], f->end);
}

/* Pure instructions that no other reads: their numbers are wanted by traces only. */
static void find_dead(vm_tier *t, size_t *read_count)
{
    for (size_t n = t->instr_count; n-- > 0;) {
        vm_instr *i = &t->instrs[n];
        bool is_pure = i->code < VM_I_LANE_COUNT || i->code == VM_I_WIDEN ||
                       i->code == VM_I_NARROW || i->code == VM_I_CELL || i->code == VM_I_FILL;
        i->is_dead = is_pure && read_count[i->dst] == 0;
        const uint32_t args[5] = { i->a, i->b, i->c, i->d, i->e };
        for (int k = 0; k < 5 && i->is_dead; k++)
            if (args[k]) read_count[args[k]]--;
    }
}

static size_t *count_reads(arena *process, const vm_program *program, const vm_tier *t)
{
    size_t *count = ARENA_ARRAY(process, size_t, t->reg_count);
    for (size_t n = 0; n < t->instr_count; n++) {
        const vm_instr *i = &t->instrs[n];
        const uint32_t args[5] = { i->a, i->b, i->c, i->d, i->e };
        for (int k = 0; k < 5; k++) count[args[k]]++;
        for (size_t k = 0; k < i->keep_count; k++) count[i->keep[k]]++;
        const vm_fold *f = fold_of(t, i, program->space_count);
        for (size_t k = 0; f && k < f->gather_count; k++)
            if (!f->gathers[k].is_mark) count[f->gathers[k].from]++;
        if (f) count[f->start]++, count[f->filter]++, count[f->body]++, count[f->carry]++;
    }
    for (size_t o = 0; o < program->plan->output_count; o++) count[t->outputs[o].num]++;
    return count;
}

typedef struct {
    arena *memory;
    vm_tier *tier;
    uint32_t *free; /* slots nobody uses now */
    size_t free_count, free_capacity;
} slot_pool;

static void take_slot(slot_pool *p, uint32_t reg)
{
    vm_register *r = &p->tier->regs[reg];
    for (size_t n = p->free_count; n-- > 0;) {
        uint32_t slot = p->free[n];
        if (p->tier->slots[slot].space != r->space || p->tier->slots[slot].is_wide != r->is_wide)
            continue;
        p->free[n] = p->free[--p->free_count];
        r->slot = slot;
        return;
    }
    vm_slot fresh = { r->space, r->is_wide };
    vm_tier *t = p->tier;
    ARENA_PUSH(p->memory, t->slots, t->slot_count, t->slot_capacity, fresh);
    r->slot = (uint32_t)(t->slot_count - 1);
}

static void give_slots(slot_pool *p, const uint32_t *dying, size_t count)
{
    for (size_t n = 0; n < count; n++) {
        uint32_t slot = p->tier->regs[dying[n]].slot;
        if (slot != VM_NONE) ARENA_PUSH(p->memory, p->free, p->free_count, p->free_capacity, slot);
    }
}

/* An output's register is its column when the two are the same numbers. */
static void place_outputs(const vm_program *program, vm_tier *t)
{
    for (uint32_t o = 0; o < program->plan->output_count; o++) {
        vm_register *reg = &t->regs[t->outputs[o].num];
        if (!reg->is_wide && reg->output == VM_NONE && !reg->is_input) reg->output = o;
    }
}

void vm_assign_slots(arena *process, const vm_program *program, vm_tier *t)
{
    liveness v = { t, ARENA_ARRAY(process, size_t, t->reg_count) };
    for (size_t n = 0; n < t->instr_count; n++)
        if (t->instrs[n].code == VM_I_LOAD) t->regs[t->instrs[n].dst].is_input = true;
    place_outputs(program, t);
    find_dead(t, count_reads(process, program, t));
    vm_find_fusions(process, program, t);
    for (size_t n = 0; n < t->instr_count; n++) {
        const vm_fold *f = fold_of(t, &t->instrs[n], program->space_count);
        read_all(&v, &t->instrs[n], n);
        if (f) read_fold(&v, f);
        if (t->instrs[n].fused) read_fused(&v, &t->instrs[n]);
    }
    for (size_t o = 0; o < program->plan->output_count; o++)
        reads(&v, t->outputs[o].num, t->instr_count);
    /* registers by the instruction after which they die, as linked lists */
    uint32_t *head = ARENA_ARRAY(process, uint32_t, t->instr_count + 1);
    uint32_t *next = ARENA_ARRAY(process, uint32_t, t->reg_count);
    slot_pool pool = { process, t, NULL, 0, 0 };
    for (size_t n = 0; n < t->instr_count; n++) {
        const vm_instr *i = &t->instrs[n];
        const vm_fold *f = fold_of(t, i, program->space_count);
        uint32_t made[2] = { i->dst, i->dst2 };
        for (int k = 0; k < 2; k++) {
            uint32_t reg = made[k];
            if (!reg) continue;
            if (t->regs[reg].output == VM_NONE && !(t->regs[reg].is_input)) take_slot(&pool, reg);
            size_t end = v.last[reg] > n ? v.last[reg] : n;
            next[reg] = head[end], head[end] = reg;
        }
        if (f) {
            take_slot(&pool, f->carry);
            for (size_t k = 0; k < f->gather_count; k++)
                if (!f->gathers[k].is_mark) take_slot(&pool, f->gathers[k].into);
        }
        for (uint32_t reg = head[n]; reg; reg = next[reg]) give_slots(&pool, &reg, 1);
    }
}
