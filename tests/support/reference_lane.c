#include "support/reference_internal.h"

#include <assert.h>
#include <stdlib.h>

#include "support/naive_calendar.h"

/* ---- lanes ---- */

lane reference_here(exact x)
{
    return (lane){ .x = x, .is_here = true };
}

lane reference_whole(i128 value)
{
    return reference_here(exact_of(value, 1));
}

lane reference_failed(uint32_t reason)
{
    return (lane){ .x = exact_of(0, 1), .reason = reason, .is_here = true };
}

lane reference_fails(vm_reason_kind kind, vm_node_id at)
{
    return reference_failed(VM_REASON(kind, at));
}

lane *reference_at(const reference *r, vm_node_id node, size_t row)
{
    assert(row < r->lane_count[node]);
    return &r->lanes[r->lane_from[node] + row];
}

bool reference_is_true(const lane *l)
{
    return l->x.num != 0;
}

static bool is_fault(uint32_t reason)
{
    return reason != 0 && !vm_reason_is_unknown(reason);
}

void reference_reasons_add(reasons *all, uint32_t reason)
{
    if (is_fault(reason) && !all->fault) all->fault = reason;
    if (vm_reason_is_unknown(reason) && !all->unknown) all->unknown = reason;
}

uint32_t reference_reasons_first(const reasons *all)
{
    return all->fault ? all->fault : all->unknown;
}

static uint32_t rows_from(const reference *r, uint16_t space)
{
    return r->subject == 0 ? 0 : r->batch->row_until[space - 1][r->subject - 1];
}

uint32_t reference_rows_count(const reference *r, uint16_t space)
{
    return r->batch->row_until[space - 1][r->subject] - rows_from(r, space);
}

bool reference_has_too_many_rows(const reference *r, uint16_t space)
{
    return reference_rows_count(r, space) > (uint32_t)r->plan->rows_max;
}

/* ---- leaves ---- */

static exact stored(int64_t value, int decimals)
{
    i128 den = 1;
    for (int i = 0; i < decimals; i++) den *= 10;
    return exact_of(value, den);
}

static lane eval_input(const reference *r, vm_node_id n, size_t row)
{
    const vm_node *node = &r->plan->nodes[n];
    const vm_input *input = &r->plan->inputs[node->aux];
    const column *cells = &r->batch->inputs[node->aux];
    size_t cell = node->space == 0 ? r->subject : rows_from(r, node->space) + row;
    assert(cell < cells->count);
    if (cells->reason && cells->reason[cell]) return reference_fails(VM_REASON_KIND(cells->reason[cell]), n);
    int64_t value = cells->value[cell];
    if (value < input->min || value > input->max) return reference_fails(VM_OUT_OF_RANGE, n);
    return reference_here(stored(value, input->kind == VM_NUMBER ? input->decimals : 0));
}

/* ---- operators over values that are all there ---- */

static lane eval_number(const reference *r, vm_node_id n, exact x, exact y)
{
    const vm_node *node = &r->plan->nodes[n];
    exact_pool *pool = r->pool;
    switch (node->op) {
    case VM_ADD: return reference_here(exact_add(pool, x, y));
    case VM_SUB: return reference_here(exact_subtract(pool, x, y));
    case VM_MUL: return reference_here(exact_multiply(pool, x, y));
    case VM_DIV:
        if (exact_sign(y) == 0) return reference_fails(VM_DIVIDED_BY_ZERO, n);
        return reference_here(exact_divide(pool, x, y));
    case VM_NEG: return reference_here(exact_negate(pool, x));
    case VM_ABS: return reference_here(exact_sign(x) < 0 ? exact_negate(pool, x) : x);
    case VM_MIN: return reference_here(exact_compare(pool, x, y) <= 0 ? x : y);
    case VM_MAX: return reference_here(exact_compare(pool, x, y) >= 0 ? x : y);
    case VM_ROUND: {
        const vm_constant *unit = &r->plan->constants[node->aux];
        return reference_here(exact_round(pool, x, exact_of(unit->num, unit->den), node->mode));
    }
    case VM_BOUND: {
        const vm_bound *bound = &r->plan->bounds[node->aux];
        bool is_inside = exact_compare(pool, x, stored(bound->min, bound->decimals)) >= 0 &&
                         exact_compare(pool, x, stored(bound->max, bound->decimals)) <= 0;
        return is_inside ? reference_here(x) : reference_fails(VM_OVERFLOW, n);
    }
    default: assert(!"not an operator of numbers"); abort();
    }
}

static lane eval_compare(const reference *r, vm_op op, exact x, exact y)
{
    int order = exact_compare(r->pool, x, y);
    bool holds = op == VM_EQ   ? order == 0
                 : op == VM_NE ? order != 0
                 : op == VM_LT ? order < 0
                 : op == VM_LE ? order <= 0
                 : op == VM_GT ? order > 0
                               : order >= 0;
    return reference_whole(holds);
}

/* A whole number of any size as i128; far outside every date when it does not fit. */
static i128 whole_of(exact_pool *pool, exact x)
{
    i128 value;
    if (exact_scaled(pool, x, 0, &value)) return value;
    i128 num, den;
    bool is_fraction = exact_lowest_terms(pool, x, &num, &den) && den != 1;
    assert(!is_fraction);
    return exact_sign(x) < 0 ? -((i128)1 << 100) : (i128)1 << 100;
}

static lane day_or_fail(i128 day, vm_node_id n)
{
    return naive_is_day(day) ? reference_whole(day) : reference_fails(VM_DATE_OUT_OF_RANGE, n);
}

static lane month_or_fail(i128 month, vm_node_id n)
{
    return naive_is_month(month) ? reference_whole(month) : reference_fails(VM_DATE_OUT_OF_RANGE, n);
}

static i128 clipped(i128 value)
{
    const i128 far = (i128)1 << 100;
    return value > far ? far : value < -far ? -far : value;
}

static lane eval_calendar(const reference *r, vm_node_id n, exact x, exact y)
{
    i128 a = clipped(whole_of(r->pool, x)), b = clipped(whole_of(r->pool, y));
    int64_t day;
    switch (r->plan->nodes[n].op) {
    case VM_MONTH_OF_DAY: return reference_whole(naive_month_of_day((int64_t)a));
    case VM_YEAR_OF_MONTH: return reference_whole((a + 1200) / 12 + 1800);
    case VM_MONTH_IN_YEAR: return reference_whole((a + 1200) % 12 + 1);
    case VM_DAY_IN_MONTH:
        return reference_whole(a - naive_first_day(naive_month_of_day((int64_t)a)) + 1);
    case VM_FIRST_DAY: return reference_whole(naive_first_day((int64_t)a));
    case VM_LAST_DAY: return reference_whole(naive_last_day((int64_t)a));
    case VM_MONTH_FROM:
        if (b < 1 || b > 12) return reference_fails(VM_DATE_OUT_OF_RANGE, n);
        return month_or_fail((a - 1900) * 12 + b - 1, n);
    case VM_MONTH_ADD: return month_or_fail(a + b, n);
    case VM_MONTH_DIFF: return reference_whole(a - b);
    case VM_DAY_ADD: return day_or_fail(a + b, n);
    case VM_DAY_DIFF: return reference_whole(a - b);
    case VM_DAY_ADD_MONTHS:
        if (!naive_step_months((int64_t)a, b, &day)) return reference_fails(VM_DATE_OUT_OF_RANGE, n);
        return reference_whole(day);
    case VM_FULL_MONTHS: return reference_whole(naive_full_months((int64_t)a, (int64_t)b));
    default: assert(!"not an operator of the calendar"); abort();
    }
}

/* ---- tables ---- */

static bool keys_before_are(const vm_cell *cell, const int64_t *chosen, int count)
{
    for (int k = 0; k < count; k++)
        if (cell->key[k] != chosen[k]) return false;
    return true;
}

static lane absent(const vm_cell *cell, vm_node_id n)
{
    return reference_fails(cell && cell->is_absent && cell->why ? cell->why : VM_NOT_IN_TABLE, n);
}

/* Key by key from the left: each narrows the cells to those that hold the chosen key; there is no
 * going back to another group. */
static lane eval_lookup(const reference *r, vm_node_id n, const exact *keys)
{
    const vm_table *table = &r->plan->tables[r->plan->nodes[n].aux];
    int64_t chosen[VM_TABLE_KEYS_MAX] = { 0 };
    const vm_cell *low = NULL, *high = NULL; /* of the last key: at or below, and at or above */
    for (int k = 0; k < table->key_count; k++) {
        int decimals = table->key_kind[k] == VM_NUMBER ? table->key_decimals[k] : 0;
        low = high = NULL;
        const vm_cell *lone = NULL; /* the only one of the group, or NULL */
        size_t group = 0;
        for (size_t c = 0; c < table->cell_count; c++) {
            const vm_cell *cell = &table->cells[c];
            if (!keys_before_are(cell, chosen, k)) continue;
            lone = group++ == 0 ? cell : NULL;
            int order = exact_compare(r->pool, stored(cell->key[k], decimals), keys[k]);
            if (order <= 0 && (!low || cell->key[k] > low->key[k])) low = cell;
            if (order >= 0 && (!high || cell->key[k] < high->key[k])) high = cell;
        }
        if (!low) return absent(lone, n);
        bool is_exact = high && high->key[k] == low->key[k];
        if (table->key_mode[k] == VM_KEY_EXACT && !is_exact) return absent(lone, n);
        if (table->key_mode[k] == VM_KEY_LINEAR && !high) return absent(low, n);
        if (table->key_mode[k] != VM_KEY_LINEAR) high = low;
        chosen[k] = low->key[k];
    }
    if (low->is_absent) return absent(low, n);
    if (high->is_absent) return reference_fails(VM_NOT_IN_TABLE, n);
    int decimals = table->kind == VM_NUMBER ? table->decimals : 0;
    exact from = stored(low->value, decimals);
    int last = table->key_count - 1;
    if (low->key[last] == high->key[last]) return reference_here(from);
    int key_decimals = table->key_kind[last] == VM_NUMBER ? table->key_decimals[last] : 0;
    exact key_low = stored(low->key[last], key_decimals);
    exact key_high = stored(high->key[last], key_decimals);
    exact share = exact_divide(r->pool, exact_subtract(r->pool, keys[last], key_low),
                               exact_subtract(r->pool, key_high, key_low));
    exact rise = exact_subtract(r->pool, stored(high->value, decimals), from);
    return reference_here(exact_add(r->pool, from, exact_multiply(r->pool, share, rise)));
}

/* ---- lazy operators ---- */

static lane eval_and_or(const lane *a, const lane *b, bool deciding)
{
    if (!a->reason && reference_is_true(a) == deciding) return reference_whole(deciding);
    if (!b->reason && reference_is_true(b) == deciding) return reference_whole(deciding);
    reasons all = { 0 };
    reference_reasons_add(&all, a->reason);
    reference_reasons_add(&all, b->reason);
    return reference_reasons_first(&all) ? reference_failed(reference_reasons_first(&all)) : reference_whole(!deciding);
}

static lane eval_if(const reference *r, const lane *a, const lane *b, const lane *c)
{
    if (!a->reason) return reference_is_true(a) ? *b : *c;
    bool is_same = vm_reason_is_unknown(a->reason) && !b->reason && !c->reason &&
                   exact_compare(r->pool, b->x, c->x) == 0;
    return is_same ? *b : reference_failed(a->reason);
}

/* ---- one lane of a node that looks at one row only ---- */

static lane eval_strict(const reference *r, vm_node_id n, lane *const *args, int count)
{
    const vm_node *node = &r->plan->nodes[n];
    reasons all = { 0 };
    exact x[3] = { exact_of(0, 1), exact_of(0, 1), exact_of(0, 1) };
    for (int i = 0; i < count; i++) {
        if (!args[i]) continue;
        reference_reasons_add(&all, args[i]->reason);
        x[i] = args[i]->x;
    }
    if (reference_reasons_first(&all)) return reference_failed(reference_reasons_first(&all));
    switch (node->op) {
    case VM_EQ: case VM_NE: case VM_LT: case VM_LE: case VM_GT: case VM_GE:
        return eval_compare(r, node->op, x[0], x[1]);
    case VM_NOT: return reference_whole(!reference_is_true(args[0]));
    case VM_LOOKUP: return eval_lookup(r, n, x);
    case VM_SPREAD: return reference_here(x[0]);
    default:
        return node->op < VM_EQ ? eval_number(r, n, x[0], x[1]) : eval_calendar(r, n, x[0], x[1]);
    }
}

lane reference_eval_lane(const reference *r, vm_node_id n, size_t row)
{
    const vm_node *node = &r->plan->nodes[n];
    lane *args[3] = { NULL, NULL, NULL };
    int count = reference_argument_count(node->op);
    for (int i = 0; i < count; i++) {
        vm_node_id id = reference_argument(node, i);
        if (id == VM_NONE) continue;
        assert(id < n);
        args[i] = reference_at(r, id, node->op == VM_SPREAD ? 0 : row);
    }
    switch (node->op) {
    case VM_CONST: {
        const vm_constant *constant = &r->plan->constants[node->aux];
        return reference_here(exact_of(constant->num, constant->den));
    }
    case VM_INPUT: return eval_input(r, n, row);
    case VM_UNKNOWN: return reference_fails(VM_NOT_KNOWN, n);
    case VM_FAIL: return reference_fails((vm_reason_kind)node->aux, n);
    case VM_AND: return eval_and_or(args[0], args[1], false);
    case VM_OR: return eval_and_or(args[0], args[1], true);
    case VM_IF: return eval_if(r, args[0], args[1], args[2]);
    case VM_KNOWN:
        if (is_fault(args[0]->reason)) return *args[0];
        return reference_whole(args[0]->reason == 0);
    case VM_ELSE: return vm_reason_is_unknown(args[0]->reason) ? *args[1] : *args[0];
    default: return eval_strict(r, n, args, count);
    }
}
