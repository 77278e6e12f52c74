/* lower_choice - comparing, three-valued logic and choosing. */
#include "vm/vm_internal.h"

uint32_t vm_lower_compare_nodes(vm_lowering *l, vm_op op, uint32_t a, uint32_t b)
{
    uint32_t flag = vm_form_compare(l, op, vm_lower_form(l, a), vm_lower_form(l, b));
    return flag ? flag : vm_enclosed_compare(l, op, a, b, (vm_fraction){ 0, 1 });
}

static vm_form flag_form(uint32_t reg, uint32_t mark)
{
    vm_form form = vm_form_of(reg, (vm_fraction){ 1, 1 });
    form.mark = mark;
    return form;
}

static void lower_compare(vm_lowering *l, const vm_node *n, vm_form *out)
{
    const vm_form a = *vm_lower_form(l, n->a), b = *vm_lower_form(l, n->b);
    uint32_t mark = vm_build_merge(l, vm_build_space(l), a.mark, b.mark, 0);
    if (vm_form_is_constant(&a) && vm_form_is_constant(&b)) {
        int order = vm_fraction_compare(a.factor, b.factor);
        bool holds = n->op == VM_EQ   ? order == 0
                     : n->op == VM_NE ? order != 0
                     : n->op == VM_LT ? order < 0
                     : n->op == VM_LE ? order <= 0
                     : n->op == VM_GT ? order > 0
                                      : order >= 0;
        *out = vm_form_constant((vm_fraction){ holds, 1 });
        out->mark = mark;
        return;
    }
    *out = flag_form(vm_lower_compare_nodes(l, n->op, n->a, n->b), mark);
}

static void lower_logic(vm_lowering *l, const vm_node *n, vm_form *out)
{
    const vm_form a = *vm_lower_form(l, n->a), b = *vm_lower_form(l, n->b);
    uint16_t space = vm_build_space(l);
    bool is_and = n->op == VM_AND;
    const vm_form *fixed = vm_form_is_constant(&a) && !a.mark   ? &a
                           : vm_form_is_constant(&b) && !b.mark ? &b
                                                                : NULL;
    if (fixed) { /* true AND x is x; false AND x is false */
        *out = (fixed->factor.num != 0) == is_and ? (fixed == &a ? b : a) : *fixed;
        return;
    }
    uint32_t left = vm_form_flag(l, &a), right = vm_form_flag(l, &b);
    uint32_t dst = vm_build_register(l, space, false, 0, 1);
    uint32_t mark = a.mark || b.mark ? vm_build_mark(l, space) : 0;
    vm_instr *i = vm_build_instr(l, is_and ? VM_I_AND : VM_I_OR, space);
    i->dst = dst, i->a = left, i->b = right, i->ma = a.mark, i->mb = b.mark, i->mark = mark;
    *out = flag_form(dst, mark);
}

static void lower_not(vm_lowering *l, const vm_node *n, vm_form *out)
{
    *out = *vm_lower_form(l, n->a);
    if (vm_form_is_constant(out)) out->factor.num = !out->factor.num;
    else out->num = vm_build_linear(l, vm_form_flag(l, out), -1, 0, 0, 1);
}

/* Either form by a flag, exact or enclosed; no marks. */
static void select_forms(vm_lowering *l, uint32_t flag, const vm_form *a, const vm_form *b,
                         vm_form *out)
{
    if (vm_form_select(l, flag, a, b, out)) return;
    if (!vm_enclosed_select(l, flag, a, b, out)) vm_lower_fail(l, NULL);
}

static uint32_t choose_mark(vm_lowering *l, const vm_node *n, uint32_t flag)
{
    const vm_form a = *vm_lower_form(l, n->a), b = *vm_lower_form(l, n->b),
                  c = *vm_lower_form(l, n->c);
    if (!a.mark && !b.mark && !c.mark) return 0;
    uint32_t equal = 0;
    if (a.mark) {
        l->guard = a.mark;
        equal = vm_lower_compare_nodes(l, VM_EQ, n->b, n->c);
        l->guard = 0;
    }
    uint16_t space = vm_build_space(l);
    uint32_t mark = vm_build_mark(l, space);
    vm_instr *i = vm_build_instr(l, VM_I_CHOOSE, space);
    i->a = flag, i->b = equal, i->ma = a.mark, i->mb = b.mark, i->mc = c.mark, i->mark = mark;
    return mark;
}

static void lower_if(vm_lowering *l, const vm_node *n, vm_form *out)
{
    const vm_form a = *vm_lower_form(l, n->a);
    if (vm_form_is_constant(&a) && !a.mark) {
        *out = *vm_lower_form(l, a.factor.num ? n->b : n->c);
        return;
    }
    uint32_t flag = vm_form_flag(l, &a);
    const vm_form b = *vm_lower_form(l, n->b), c = *vm_lower_form(l, n->c);
    select_forms(l, flag, &b, &c, out);
    if (!l->is_failed) out->mark = choose_mark(l, n, flag);
}

static void lower_known(vm_lowering *l, const vm_node *n, vm_form *out)
{
    const vm_form a = *vm_lower_form(l, n->a);
    *out = vm_form_constant((vm_fraction){ 1, 1 });
    if (!a.mark) return;
    uint16_t space = vm_build_space(l);
    uint32_t dst = vm_build_register(l, space, false, 0, 1), mark = vm_build_mark(l, space);
    vm_instr *i = vm_build_instr(l, VM_I_KNOWN, space);
    i->dst = dst, i->ma = a.mark, i->mark = mark;
    *out = flag_form(dst, mark);
}

static void lower_else(vm_lowering *l, const vm_node *n, vm_form *out)
{
    const vm_form a = *vm_lower_form(l, n->a), b = *vm_lower_form(l, n->b);
    *out = a;
    if (!a.mark) return;
    uint16_t space = vm_build_space(l);
    uint32_t flag = vm_build_register(l, space, false, 0, 1), mark = vm_build_mark(l, space);
    vm_instr *i = vm_build_instr(l, VM_I_ELSE_MARK, space);
    i->dst = flag, i->ma = a.mark, i->mb = b.mark, i->mark = mark;
    select_forms(l, flag, &b, &a, out);
    out->mark = mark;
}

void vm_lower_choice(vm_lowering *l, uint32_t node, vm_form *out)
{
    const vm_node *n = &l->plan->nodes[node];
    switch (n->op) {
    case VM_AND: case VM_OR: lower_logic(l, n, out); break;
    case VM_NOT: lower_not(l, n, out); break;
    case VM_IF: lower_if(l, n, out); break;
    case VM_KNOWN: lower_known(l, n, out); break;
    case VM_ELSE: lower_else(l, n, out); break;
    default: lower_compare(l, n, out); break;
    }
}
