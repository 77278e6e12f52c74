/* range - what the lowering proved of a node's values. */
#include "vm/vm_internal.h"

static const vm_form *form_of(const vm_program *program, vm_node_id node)
{
    const vm_tier *t = &program->tiers[VM_TIER_STATED];
    if (t->forms[node].is_made) return &t->forms[node];
    for (size_t f = 0; f < t->fold_count; f++)
        if (t->folds[f]->forms[node].is_made) return &t->folds[f]->forms[node];
    return NULL;
}

/* The least decimals at which every value is whole, or -1. */
static int decimals_of(const vm_form *f)
{
    if (f->den || f->is_enclosed) return -1;
    for (int d = 0; d <= 38; d++)
        if (i128_pow10(d) % f->factor.den == 0) return d;
    return -1;
}

vm_range vm_node_range(const vm_program *program, vm_node_id node)
{
    const vm_form *f = form_of(program, node);
    vm_range out = { -VM_WIDE_MAX, VM_WIDE_MAX, -1 };
    vm_fraction min, max;
    if (!f) return (vm_range){ 0, 0, 0 };
    int decimals = decimals_of(f);
    if (!vm_form_limits(&program->tiers[VM_TIER_STATED], f, &min, &max)) return out;
    i128 scale = decimals > 0 ? i128_pow10(decimals) : 1, low, high;
    if (!vm_fraction_floor_mul(min, scale, false, &low) ||
        !vm_fraction_floor_mul(max, scale, true, &high))
        return out;
    return (vm_range){ low, high, decimals };
}
