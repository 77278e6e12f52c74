/* lower_fold - a fold becomes a body of its own, run once for each row number. */
#include "vm/vm_internal.h"

static void mark_body(const vm_lowering *l, uint32_t node, bool *is_body)
{
    if (node == VM_NONE || is_body[node] || !l->program->is_carried[node]) return;
    const vm_node *n = &l->plan->nodes[node];
    is_body[node] = true;
    mark_body(l, n->a, is_body);
    mark_body(l, n->b, is_body);
    mark_body(l, n->c, is_body);
}

/* The carry's register: wide enough for the start and for whatever the body's bound lets by. */
static bool make_carry(vm_lowering *l, vm_fold *f, const vm_form *start, const vm_bound *bound,
                       vm_form *carry)
{
    vm_fraction unit = vm_form_unit(bound->decimals), g;
    i128 k_start, k_body, low, high, min, max;
    if (start->den || start->is_enclosed) {
        vm_lower_fail(l, "the start of a fold must be a decimal");
        return false;
    }
    if (!vm_fraction_common(start->factor, unit, &k_start, &k_body, &g)) return false;
    if (!vm_build_scaled(l, start->num, k_start, &low, &high)) return false;
    if (!i128_mul(bound->min, k_body, &min) || !i128_mul(bound->max, k_body, &max)) return false;
    if (low < min) min = low;
    if (high > max) max = high;
    if (min < -VM_WIDE_MAX || max > VM_WIDE_MAX) return false;
    bool is_wide = !i128_fits_i64(min) || !i128_fits_i64(max);
    f->carry = vm_build_register(l, f->space, is_wide, min, max);
    f->start = start->num, f->start_k = k_start, f->start_mark = start->mark;
    *carry = vm_form_of(f->carry, g);
    return true;
}

static void lower_body(vm_lowering *l, vm_fold *f, uint32_t body, const vm_form *carry)
{
    bool *is_body = ARENA_ARRAY(l->memory, bool, l->plan->node_count);
    mark_body(l, body, is_body);
    f->is_body = is_body;
    l->fold = f;
    for (uint32_t n = 0; n <= body && !l->is_failed; n++) {
        if (!is_body[n]) continue;
        l->node = n;
        vm_form form = *carry;
        if (l->plan->nodes[n].op != VM_CARRY) vm_lower_node(l, n, &form);
        f->forms[n] = form;
    }
}

/* The body's value in the carry's unit, still in the fold's space. */
static void finish_body(vm_lowering *l, vm_fold *f, uint32_t body, vm_fraction unit)
{
    if (l->is_failed) return;
    const vm_form form = *vm_lower_form(l, body);
    f->body = vm_form_whole(l, &form, unit);
    if (!f->body)
        vm_lower_fail(l, vm_form_is_fraction(&form, unit)
                             ? "the body of a fold is not a decimal of its places" : NULL);
    f->body_mark = form.mark;
}

void vm_lower_fold(vm_lowering *l, uint32_t node, vm_form *out)
{
    const vm_node *n = &l->plan->nodes[node];
    vm_tier *t = l->tier;
    const vm_bound *bound = &l->plan->bounds[l->plan->nodes[n->a].aux];
    vm_fold *f = ARENA_NEW(l->memory, vm_fold);
    f->node = node;
    f->rows_space = l->plan->nodes[n->a].space;
    f->space = (uint16_t)(l->program->space_count + t->fold_count);
    f->forms = ARENA_ARRAY(l->memory, vm_form, l->plan->node_count);
    ARENA_PUSH(l->memory, t->folds, t->fold_count, t->fold_capacity, f);
    vm_form start = *vm_lower_form(l, n->c), carry = { 0 };
    if (!make_carry(l, f, &start, bound, &carry)) {
        vm_lower_fail(l, NULL);
        return;
    }
    if (n->b != VM_NONE) {
        const vm_form filter = *vm_lower_form(l, n->b);
        f->filter = filter.num ? filter.num
                               : vm_build_fill(l, f->rows_space, filter.factor.num);
        f->filter_mark = filter.mark;
    }
    const vm_register reg = *vm_reg(l, f->carry);
    uint32_t dst = vm_build_register(l, 0, reg.is_wide, reg.min, reg.max);
    uint32_t mark = vm_build_mark(l, 0);
    vm_instr *i = vm_build_instr(l, VM_I_FOLD, 0);
    i->dst = dst, i->mark = mark, i->aux = f->space;
    size_t at = t->instr_count - 1;
    f->begin = at + 1;
    lower_body(l, f, n->a, &carry);
    finish_body(l, f, n->a, carry.factor);
    l->fold = NULL;
    l->node = node;
    f->end = t->instr_count;
    *out = vm_form_of(dst, carry.factor);
    out->mark = mark;
}
