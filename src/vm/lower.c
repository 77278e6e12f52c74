/* lower - a plan becomes instructions: each node a form, in order of dependence. */
#include "vm/vm_internal.h"

void vm_lower_fail(vm_lowering *l, const char *failure)
{
    if (l->is_failed) return;
    l->is_failed = true;
    l->failure = failure;
}

static uint32_t gather(vm_lowering *l, uint32_t from, bool is_mark)
{
    vm_fold *f = l->fold;
    for (size_t n = 0; n < f->gather_count; n++)
        if (f->gathers[n].from == from && f->gathers[n].is_mark == is_mark)
            return f->gathers[n].into;
    vm_gather g = { .from = from, .is_mark = is_mark };
    if (is_mark) {
        g.into = vm_build_mark(l, f->space);
    } else {
        const vm_register reg = *vm_reg(l, from);
        g.into = vm_build_register(l, f->space, reg.is_wide, reg.min, reg.max);
    }
    ARENA_PUSH(l->memory, f->gathers, f->gather_count, f->gather_capacity, g);
    return g.into;
}

static uint32_t gather_register(vm_lowering *l, uint32_t reg, const void *context)
{
    (void)context;
    return gather(l, reg, false);
}

const vm_form *vm_lower_form(vm_lowering *l, uint32_t node)
{
    if (!l->fold) {
        assert(l->tier->forms[node].is_made);
        return &l->tier->forms[node];
    }
    vm_form *form = &l->fold->forms[node];
    if (!form->is_made) {
        assert(l->tier->forms[node].is_made);
        *form = vm_form_each(l, &l->tier->forms[node], gather_register, NULL);
        if (form->mark) form->mark = gather(l, form->mark, true);
    }
    return form;
}

uint32_t vm_lower_checked(vm_lowering *l, uint32_t reg, i128 low, i128 high,
                          vm_reason_kind kind, uint32_t *mark)
{
    const vm_register old = *vm_reg(l, reg);
    if (old.min >= low && old.max <= high) return reg;
    i128 min = old.min > low ? old.min : low, max = old.max < high ? old.max : high;
    if (min > max) min = max = 0; /* every lane is at fault */
    uint32_t dst = vm_build_register(l, old.space, old.is_wide, min, max);
    uint32_t made = vm_build_mark(l, old.space);
    vm_instr *i = vm_build_instr(l, VM_I_BOUND, old.space);
    i->dst = dst, i->a = reg, i->is_wide = old.is_wide, i->ma = *mark, i->mark = made;
    i->k1 = low, i->k2 = high, i->k3 = vm_near_zero(min, max), i->aux = kind;
    *mark = made;
    return vm_build_narrowest(l, dst);
}

/* A reason in every lane that has none yet. */
static uint32_t mark_all(vm_lowering *l, uint32_t under, vm_reason_kind kind)
{
    uint16_t space = vm_build_space(l);
    uint32_t mark = vm_build_mark(l, space);
    vm_instr *i = vm_build_instr(l, VM_I_MARK, space);
    i->mark = mark, i->ma = under, i->aux = kind;
    return mark;
}

static void lower_input(vm_lowering *l, uint32_t node, vm_form *out)
{
    uint32_t index = l->plan->nodes[node].aux;
    const vm_input *input = &l->plan->inputs[index];
    const vm_tier *t = l->tier;
    uint32_t reg = vm_build_register(l, input->space, false, t->input_min[index],
                                     t->input_max[index]);
    uint32_t mark = vm_build_mark(l, input->space);
    vm_instr *i = vm_build_instr(l, VM_I_LOAD, input->space);
    i->dst = reg, i->mark = mark, i->aux = index;
    *out = vm_form_of(reg, vm_form_unit(input->kind == VM_NUMBER ? input->decimals : 0));
    out->mark = mark;
}

void vm_lower_divisor_check(vm_lowering *l, vm_form *b, uint32_t *mark)
{
    const vm_register reg = *vm_reg(l, b->num);
    if (reg.min > 0 || reg.max < 0) return;
    /* 0 becomes 1, so that no lane divides by nothing */
    i128 min = reg.min == 0 ? 1 : reg.min, max = reg.max < 1 ? 1 : reg.max;
    uint32_t dst = vm_build_register(l, reg.space, reg.is_wide, min, max);
    uint32_t made = vm_build_mark(l, reg.space);
    vm_instr *i = vm_build_instr(l, VM_I_DIVISOR, reg.space);
    i->dst = dst, i->a = b->num, i->is_wide = reg.is_wide, i->ma = *mark, i->mark = made;
    i->aux = VM_DIVIDED_BY_ZERO;
    b->num = dst;
    *mark = made;
}

static bool lower_division(vm_lowering *l, const vm_form *a, const vm_form *b, vm_form *out,
                           uint32_t *mark)
{
    if (b->is_enclosed) return false;
    if (b->factor.num == 0) {
        *mark = mark_all(l, *mark, VM_DIVIDED_BY_ZERO);
        *out = vm_form_constant((vm_fraction){ 0, 1 });
        return true;
    }
    if (a->is_enclosed) return false;
    vm_form divisor = *b;
    if (b->num) vm_lower_divisor_check(l, &divisor, mark);
    return vm_form_div(l, a, &divisor, out);
}

static bool lower_abs(vm_lowering *l, const vm_form *a, vm_form *out)
{
    if (a->is_enclosed) return false;
    *out = *a;
    if (out->factor.num < 0) out->factor.num = -out->factor.num;
    if (a->num) out->num = vm_build_abs(l, a->num);
    return true;
}

void vm_lower_arithmetic(vm_lowering *l, uint32_t node, vm_form *out)
{
    const vm_node *n = &l->plan->nodes[node];
    vm_form a = *vm_lower_form(l, n->a), b = { 0 };
    if (n->b != VM_NONE) b = *vm_lower_form(l, n->b);
    uint32_t mark = vm_build_merge(l, vm_build_space(l), a.mark, b.mark, 0);
    bool is_done = false;
    switch (n->op) {
    case VM_ADD:
    case VM_SUB: is_done = vm_form_add(l, &a, &b, n->op == VM_SUB, out); break;
    case VM_MUL: is_done = vm_form_mul(l, &a, &b, out); break;
    case VM_DIV: is_done = lower_division(l, &a, &b, out, &mark); break;
    case VM_ABS: is_done = lower_abs(l, &a, out); break;
    case VM_NEG:
        *out = a;
        out->factor.num = -out->factor.num;
        is_done = !a.is_enclosed;
        break;
    default: is_done = vm_form_extreme(l, n->op == VM_MAX, &a, &b, out); break;
    }
    out->mark = mark;
    if (!is_done) vm_enclosed_arithmetic(l, node, out);
}

static void lower_round(vm_lowering *l, uint32_t node, vm_form *out)
{
    const vm_node *n = &l->plan->nodes[node];
    const vm_form a = *vm_lower_form(l, n->a);
    vm_constant step = l->plan->constants[n->aux];
    vm_fraction unit, k;
    bool is_exact = !a.is_enclosed && vm_fraction_make(step.num, step.den, &unit) &&
                    vm_fraction_div(a.factor, unit, &k);
    *out = vm_form_constant((vm_fraction){ 0, 1 });
    if (is_exact && vm_form_is_constant(&a)) {
        i128 count = money_divide_round(k.num, k.den, n->mode);
        is_exact = vm_fraction_mul((vm_fraction){ count, 1 }, unit, &out->factor);
    } else if (is_exact && k.num != 0) {
        uint32_t num = a.num ? a.num : vm_build_fill(l, vm_build_space(l), 1);
        uint32_t reg = vm_build_round(l, n->mode, num, k.num, a.den, k.den);
        *out = vm_form_of(reg, unit);
        is_exact = reg != 0;
    }
    out->mark = a.mark;
    if (!is_exact) vm_enclosed_round(l, node, out);
}

/* Numbers of `reg` that keep reg * factor within [min, max]; false: every number does. */
static void limits_of(vm_fraction factor, vm_fraction min, vm_fraction max, i128 *low, i128 *high)
{
    vm_fraction a, b;
    if (factor.num < 0) { /* turn the interval over */
        vm_fraction old = min;
        min = (vm_fraction){ -max.num, max.den };
        max = (vm_fraction){ -old.num, old.den };
        factor.num = -factor.num;
    }
    *low = -VM_WIDE_MAX, *high = VM_WIDE_MAX;
    if (factor.num == 0) return;
    if (vm_fraction_div(min, factor, &a)) *low = vm_divide(a.num, a.den, VM_CEILING);
    if (vm_fraction_div(max, factor, &b)) *high = vm_divide(b.num, b.den, VM_FLOOR);
}

/* One side of the bound of a quotient or an enclosure, by comparing. */
static void check_side(vm_lowering *l, uint32_t node, vm_op op, vm_fraction k, vm_form *out)
{
    uint32_t arg = l->plan->nodes[node].a;
    vm_form limit = vm_form_constant(k);
    uint32_t flag = vm_form_compare(l, op, vm_lower_form(l, arg), &limit);
    if (!flag) flag = vm_enclosed_compare(l, op, arg, VM_NONE, k);
    if (flag) vm_lower_checked(l, flag, 0, 0, VM_OVERFLOW, &out->mark);
}

static void lower_bound(vm_lowering *l, uint32_t node, vm_form *out)
{
    const vm_node *n = &l->plan->nodes[node];
    const vm_bound *bound = &l->plan->bounds[n->aux];
    *out = *vm_lower_form(l, n->a);
    vm_fraction unit = vm_form_unit(bound->decimals), min, max, low, high;
    vm_fraction_make(bound->min, unit.den, &min);
    vm_fraction_make(bound->max, unit.den, &max);
    if (vm_form_is_constant(out)) {
        bool holds = vm_fraction_compare(out->factor, min) >= 0 &&
                     vm_fraction_compare(out->factor, max) <= 0;
        if (holds) return;
        uint32_t mark = mark_all(l, out->mark, VM_OVERFLOW);
        *out = vm_form_constant((vm_fraction){ 0, 1 });
        out->mark = mark;
        return;
    }
    bool is_known = vm_form_limits(l->tier, out, &low, &high);
    bool may_be_low = !is_known || vm_fraction_compare(low, min) < 0;
    bool may_be_high = !is_known || vm_fraction_compare(high, max) > 0;
    if (!out->den && !out->is_enclosed) {
        i128 least, greatest;
        limits_of(out->factor, min, max, &least, &greatest);
        out->num = vm_lower_checked(l, out->num, least, greatest, VM_OVERFLOW, &out->mark);
        return;
    }
    if (may_be_low) check_side(l, node, VM_LT, min, out);
    if (may_be_high) check_side(l, node, VM_GT, max, out);
}

static void lower_leaf(vm_lowering *l, uint32_t node, vm_form *out)
{
    const vm_node *n = &l->plan->nodes[node];
    *out = vm_form_constant((vm_fraction){ 0, 1 });
    if (n->op == VM_CONST) {
        vm_constant c = l->plan->constants[n->aux];
        if (!vm_fraction_make(c.num, c.den, &out->factor)) vm_lower_fail(l, NULL);
    } else if (n->op == VM_INPUT) {
        lower_input(l, node, out);
    } else {
        out->mark = mark_all(l, 0, n->op == VM_UNKNOWN ? VM_NOT_KNOWN : (vm_reason_kind)n->aux);
    }
}

void vm_lower_node(vm_lowering *l, uint32_t node, vm_form *out)
{
    const vm_node *n = &l->plan->nodes[node];
    switch (n->op) {
    case VM_CONST: case VM_INPUT: case VM_UNKNOWN: case VM_FAIL: lower_leaf(l, node, out); break;
    case VM_CARRY: *out = l->fold->forms[node]; break; /* made with the fold */
    case VM_ADD: case VM_SUB: case VM_MUL: case VM_DIV: case VM_NEG: case VM_ABS: case VM_MIN:
    case VM_MAX: vm_lower_arithmetic(l, node, out); break;
    case VM_ROUND: lower_round(l, node, out); break;
    case VM_BOUND: lower_bound(l, node, out); break;
    case VM_EQ: case VM_NE: case VM_LT: case VM_LE: case VM_GT: case VM_GE: case VM_AND:
    case VM_OR: case VM_NOT: case VM_IF: case VM_KNOWN: case VM_ELSE:
        vm_lower_choice(l, node, out);
        break;
    case VM_MONTH_OF_DAY: case VM_YEAR_OF_MONTH: case VM_MONTH_IN_YEAR: case VM_DAY_IN_MONTH:
    case VM_FIRST_DAY: case VM_LAST_DAY: case VM_MONTH_FROM: case VM_MONTH_ADD:
    case VM_MONTH_DIFF: case VM_DAY_ADD: case VM_DAY_DIFF: case VM_DAY_ADD_MONTHS:
    case VM_FULL_MONTHS: vm_lower_calendar(l, node, out); break;
    case VM_LOOKUP: vm_lower_lookup(l, node, out); break;
    case VM_FOLD: vm_lower_fold(l, node, out); break;
    default: vm_lower_rows(l, node, out); break;
    }
    /* 0 times anything is the constant 0: what tells lanes apart looks at registers alone */
    if (!out->is_enclosed && out->factor.num == 0)
        out->num = out->den = 0, out->factor.den = 1;
    out->is_made = true;
}

static void prepare_tier(vm_lowering *l)
{
    vm_tier *t = l->tier;
    vm_build_register(l, 0, false, 1, 1); /* register 0 and mark 0 are none */
    vm_build_mark(l, 0);
    t->forms = ARENA_ARRAY(l->memory, vm_form, l->plan->node_count + 1);
}

/* An output is stored: as whole units of its decimals. */
static bool lower_output(vm_lowering *l, const vm_output *o, vm_form *out)
{
    const vm_node *n = &l->plan->nodes[o->node];
    l->node = o->node;
    vm_fraction unit = n->kind == VM_NUMBER ? vm_form_unit(l->plan->bounds[n->aux].decimals)
                                            : (vm_fraction){ 1, 1 };
    vm_form form = l->tier->forms[o->node];
    uint32_t reg = vm_form_whole(l, &form, unit);
    if (!reg) {
        bool is_wide = form.is_enclosed || !vm_form_is_fraction(&form, unit);
        vm_lower_fail(l, is_wide ? NULL : "an output is not a decimal of its places");
        return false;
    }
    reg = vm_build_narrowest(l, reg);
    *out = vm_form_of(reg, unit);
    out->mark = form.mark;
    if (vm_reg(l, reg)->is_wide) vm_lower_fail(l, NULL);
    return !l->is_failed;
}

bool vm_lower_tier(arena *process, vm_program *program, vm_tier *tier, vm_lower_fault *fault)
{
    const vm_plan *plan = program->plan;
    vm_lowering l = { .memory = process, .program = program, .plan = plan, .tier = tier };
    prepare_tier(&l);
    for (uint32_t n = 0; n < plan->node_count && !l.is_failed; n++) {
        if (!program->is_used[n] || program->is_carried[n]) continue;
        l.node = n;
        vm_form form = { 0 };
        vm_lower_node(&l, n, &form);
        tier->forms[n] = form;
    }
    tier->outputs = ARENA_ARRAY(process, vm_form, plan->output_count + 1);
    for (size_t n = 0; n < plan->output_count && !l.is_failed; n++)
        lower_output(&l, &plan->outputs[n], &tier->outputs[n]);
    *fault = (vm_lower_fault){ l.node, l.failure };
    if (l.is_failed) return false;
    vm_assign_slots(process, program, tier);
    return true;
}
