/* lower_lookup - a table becomes one search for the cell and columns read at it. */
#include "vm/vm_internal.h"

typedef struct {
    uint32_t key;       /* int64 register of whole stored units, rounded down */
    uint32_t has_rest;  /* flag: there was a rest; 0: never */
} table_key;

static void key_span(const vm_table *t, int level, int64_t *min, int64_t *max)
{
    *min = INT64_MAX, *max = INT64_MIN;
    for (size_t n = 0; n < t->cell_count; n++) {
        int64_t key = t->cells[n].key[level];
        if (key < *min) *min = key;
        if (key > *max) *max = key;
    }
}

/* Keys beyond the table's are all the same to it, so that a wide argument fits 64 bits. */
static uint32_t fit_key(vm_lowering *l, uint32_t reg, int64_t min, int64_t max)
{
    if (!vm_reg(l, reg)->is_wide) return reg;
    reg = vm_build_extreme(l, false, reg, 1, 0, (i128)max + 1);
    reg = vm_build_extreme(l, true, reg, 1, 0, (i128)min - 1);
    return vm_build_narrowest(l, reg);
}

static table_key lower_key(vm_lowering *l, const vm_table *t, int level, uint32_t node)
{
    table_key out = { 0 };
    const vm_form form = *vm_lower_form(l, node);
    vm_fraction one = { 1, 1 }, k;
    vm_fraction unit = t->key_kind[level] == VM_NUMBER ? vm_form_unit(t->key_decimals[level]) : one;
    int64_t min, max;
    key_span(t, level, &min, &max);
    out.key = vm_form_whole(l, &form, unit);
    if (!out.key && !form.is_enclosed && vm_fraction_div(form.factor, unit, &k)) {
        uint32_t num = form.num ? form.num : vm_build_fill(l, vm_build_space(l), 1);
        out.key = vm_build_round(l, VM_FLOOR, num, k.num, form.den, k.den);
        if (out.key && t->key_mode[level] != VM_KEY_BAND) {
            vm_form floor = vm_form_of(out.key, unit);
            out.has_rest = vm_form_compare(l, VM_NE, &form, &floor);
            if (!out.has_rest) out.key = 0;
        }
    }
    if (!out.key) {
        vm_lower_fail(l, NULL);
        return out;
    }
    out.key = fit_key(l, out.key, min, max);
    if (out.has_rest && t->key_mode[level] == VM_KEY_EXACT) {
        out.key = vm_build_select(l, out.has_rest, 0, (i128)min - 1, out.key, 1);
        out.has_rest = 0;
    }
    return out;
}

uint32_t vm_build_cell(vm_lowering *l, uint32_t index, const int64_t *values, size_t count)
{
    vm_tier *t = l->tier;
    int64_t min = values[0], max = values[0];
    for (size_t n = 1; n < count; n++) {
        if (values[n] < min) min = values[n];
        if (values[n] > max) max = values[n];
    }
    ARENA_PUSH(l->memory, t->cells, t->cell_count, t->cell_capacity, values);
    uint16_t space = vm_reg(l, index)->space;
    uint32_t dst = vm_build_register(l, space, false, min, max);
    vm_instr *i = vm_build_instr(l, VM_I_CELL, space);
    i->dst = dst, i->a = index, i->aux = (uint32_t)(t->cell_count - 1);
    return dst;
}

static int64_t *new_column(vm_lowering *l, size_t count)
{
    return ARENA_ARRAY(l->memory, int64_t, count ? count : 1);
}

/* Gap to the next key of the same group, and the value's rise over it; 1 and 0 at the end. */
static bool steps_of(const vm_table *t, int64_t *gap, int64_t *rise)
{
    int last = t->key_count - 1;
    for (size_t n = 0; n < t->cell_count; n++) {
        const vm_cell *here = &t->cells[n], *next = here + 1;
        bool is_last = n + 1 == t->cell_count;
        for (int k = 0; k < last && !is_last; k++) is_last = next->key[k] != here->key[k];
        gap[n] = 1, rise[n] = 0;
        if (is_last || here->is_absent || next->is_absent) continue;
        i128 g = (i128)next->key[last] - here->key[last], r = (i128)next->value - here->value;
        i128 common = i128_gcd(g, r);
        g /= common, r /= common;
        if (!i128_fits_i64(g) || !i128_fits_i64(r)) return false;
        gap[n] = (int64_t)g, rise[n] = (int64_t)r;
    }
    return true;
}

/* value + (x - key) * rise / gap */
static bool interpolate(vm_lowering *l, const vm_table *t, uint32_t index, uint32_t node,
                        vm_form *out)
{
    int last = t->key_count - 1;
    size_t count = t->cell_count;
    int64_t *gap = new_column(l, count), *rise = new_column(l, count), *key = new_column(l, count);
    if (!steps_of(t, gap, rise)) return false;
    i128 common_gap = 1;
    for (size_t n = 0; n < count; n++) {
        key[n] = t->cells[n].key[last];
        common_gap = common_gap / i128_gcd(common_gap, gap[n]) * gap[n];
        if (common_gap > 1000000000) common_gap = INT64_MAX / (i128)2;
    }
    bool is_common = common_gap <= 1000000000;
    for (size_t n = 0; n < count && is_common; n++)
        is_common = i128_fits_i64((i128)rise[n] * (common_gap / gap[n]));
    for (size_t n = 0; n < count && is_common; n++)
        rise[n] *= (int64_t)(common_gap / gap[n]);
    vm_fraction key_unit = t->key_kind[last] == VM_NUMBER ? vm_form_unit(t->key_decimals[last])
                                                         : (vm_fraction){ 1, 1 };
    vm_fraction unit = vm_form_unit(t->decimals), per;
    if (!vm_fraction_div(unit, key_unit, &per)) return false;
    vm_form from = vm_form_of(vm_build_cell(l, index, key, count), key_unit);
    vm_form slope = vm_form_of(vm_build_cell(l, index, rise, count), per), base = *out, way, climb;
    if (is_common) {
        if (!vm_fraction_div(slope.factor, (vm_fraction){ common_gap, 1 }, &slope.factor))
            return false;
    } else {
        slope.den = vm_build_cell(l, index, gap, count);
    }
    return vm_form_add(l, vm_lower_form(l, node), &from, true, &way) &&
           vm_form_mul(l, &way, &slope, &climb) && vm_form_add(l, &base, &climb, false, out);
}

void vm_lower_lookup(vm_lowering *l, uint32_t node, vm_form *out)
{
    const vm_node *n = &l->plan->nodes[node];
    const vm_table *t = &l->plan->tables[n->aux];
    uint32_t args[VM_TABLE_KEYS_MAX] = { n->a, n->b, n->c };
    table_key keys[VM_TABLE_KEYS_MAX] = { { 0 } };
    uint32_t mark = 0, rest = 0;
    for (int k = 0; k < t->key_count && !l->is_failed; k++) {
        mark = vm_build_merge(l, vm_build_space(l), mark, vm_lower_form(l, args[k])->mark, 0);
        keys[k] = lower_key(l, t, k, args[k]);
        rest = keys[k].has_rest ? keys[k].has_rest : rest;
    }
    if (l->is_failed) return;
    uint16_t space = vm_build_space(l);
    int64_t last = t->cell_count ? (int64_t)t->cell_count - 1 : 0;
    uint32_t index = vm_build_register(l, space, false, 0, last), made = vm_build_mark(l, space);
    vm_instr *i = vm_build_instr(l, VM_I_FIND, space);
    i->dst = index, i->a = keys[0].key, i->b = keys[1].key, i->c = keys[2].key, i->d = rest;
    i->aux = n->aux, i->ma = mark, i->mark = made;
    int64_t *values = new_column(l, t->cell_count);
    for (size_t c = 0; c < t->cell_count; c++)
        values[c] = t->cells[c].is_absent ? 0 : t->cells[c].value;
    *out = vm_form_of(vm_build_cell(l, index, values, t->cell_count ? t->cell_count : 1),
                      vm_form_unit(t->kind == VM_NUMBER ? t->decimals : 0));
    bool is_linear = t->key_mode[t->key_count - 1] == VM_KEY_LINEAR;
    if (is_linear && !interpolate(l, t, index, args[t->key_count - 1], out))
        vm_lower_fail(l, NULL);
    out->mark = made;
}
