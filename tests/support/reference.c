#include "support/reference.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "support/naive_calendar.h"

typedef struct {
    exact x;
    uint32_t reason;
    bool is_here; /* evaluated for this subject */
} lane;

struct reference {
    const vm_plan *plan;
    exact_pool *pool;
    const vm_batch *batch;
    size_t subject;
    bool *in_fold;     /* depends on a VM_CARRY */
    vm_node_id **body; /* of a fold: the nodes computed anew in each row, VM_NONE at the end */
    size_t *lane_from; /* of each node in lanes */
    size_t *lane_count;
    lane *lanes;
    size_t lane_capacity;
};

/* ---- the plan ---- */

int reference_argument_count(vm_op op)
{
    switch (op) {
    case VM_CONST: case VM_INPUT: case VM_UNKNOWN: case VM_FAIL: case VM_CARRY: case VM_ROW_INDEX:
        return 0;
    case VM_NEG: case VM_ABS: case VM_ROUND: case VM_BOUND: case VM_NOT: case VM_KNOWN:
    case VM_MONTH_OF_DAY: case VM_YEAR_OF_MONTH: case VM_MONTH_IN_YEAR: case VM_DAY_IN_MONTH:
    case VM_FIRST_DAY: case VM_LAST_DAY: case VM_SPREAD: case VM_COUNT: case VM_PREVIOUS:
        return 1;
    case VM_IF: case VM_LOOKUP: case VM_FOLD: case VM_SUM_SAME:
        return 3;
    default:
        return 2;
    }
}

static vm_node_id argument(const vm_node *node, int index)
{
    return index == 0 ? node->a : index == 1 ? node->b : node->c;
}

/* The nodes that a fold's body stands on and that depend on its carry, arguments first. */
static vm_node_id *body_of(const reference *r, vm_node_id body)
{
    const vm_plan *plan = r->plan;
    bool *is_needed = calloc((size_t)body + 1, sizeof *is_needed);
    vm_node_id *list = malloc(((size_t)body + 2) * sizeof *list);
    assert(is_needed && list);
    is_needed[body] = true;
    for (vm_node_id n = body + 1; n-- > 0;)
        /* What does not depend on a carry was evaluated before; another fold may stand behind it. */
        for (int i = 0; is_needed[n] && r->in_fold[n] && i < reference_argument_count(plan->nodes[n].op); i++)
            if (argument(&plan->nodes[n], i) != VM_NONE) is_needed[argument(&plan->nodes[n], i)] = true;
    size_t count = 0;
    for (vm_node_id n = 0; n <= body; n++)
        if (is_needed[n] && r->in_fold[n]) list[count++] = n;
    list[count] = VM_NONE;
    free(is_needed);
    return list;
}

reference *reference_open(const vm_plan *plan)
{
    reference *r = calloc(1, sizeof *r);
    assert(r);
    r->plan = plan;
    r->pool = exact_pool_open();
    r->in_fold = calloc(plan->node_count + 1, sizeof *r->in_fold);
    r->lane_from = calloc(plan->node_count + 1, sizeof *r->lane_from);
    r->lane_count = calloc(plan->node_count + 1, sizeof *r->lane_count);
    r->body = calloc(plan->node_count + 1, sizeof *r->body);
    assert(r->in_fold && r->lane_from && r->lane_count && r->body);
    for (size_t n = 0; n < plan->node_count; n++) {
        const vm_node *node = &plan->nodes[n];
        r->in_fold[n] = node->op == VM_CARRY;
        if (node->op == VM_FOLD) {
            r->body[n] = body_of(r, node->a);
            continue;
        }
        for (int i = 0; i < reference_argument_count(node->op); i++)
            if (argument(node, i) != VM_NONE && r->in_fold[argument(node, i)]) r->in_fold[n] = true;
    }
    return r;
}

void reference_close(reference *r)
{
    exact_pool_close(r->pool);
    for (size_t n = 0; n < r->plan->node_count; n++) free(r->body[n]);
    free(r->body);
    free(r->in_fold);
    free(r->lane_from);
    free(r->lane_count);
    free(r->lanes);
    free(r);
}

/* ---- lanes ---- */

static lane here(exact x)
{
    return (lane){ .x = x, .is_here = true };
}

static lane whole(i128 value)
{
    return here(exact_of(value, 1));
}

static lane failed(uint32_t reason)
{
    return (lane){ .x = exact_of(0, 1), .reason = reason, .is_here = true };
}

static lane fails(vm_reason_kind kind, vm_node_id at)
{
    return failed(VM_REASON(kind, at));
}

static lane *at(const reference *r, vm_node_id node, size_t row)
{
    assert(row < r->lane_count[node]);
    return &r->lanes[r->lane_from[node] + row];
}

static bool is_true(const lane *l)
{
    return l->x.num != 0;
}

static bool is_fault(uint32_t reason)
{
    return reason != 0 && !vm_reason_is_unknown(reason);
}

/* The reason of a list of lanes: the first fault, else the first unknown, else 0. */
typedef struct {
    uint32_t fault, unknown;
} reasons;

static void reasons_add(reasons *all, uint32_t reason)
{
    if (is_fault(reason) && !all->fault) all->fault = reason;
    if (vm_reason_is_unknown(reason) && !all->unknown) all->unknown = reason;
}

static uint32_t reasons_first(const reasons *all)
{
    return all->fault ? all->fault : all->unknown;
}

static uint32_t rows_from(const reference *r, uint16_t space)
{
    return r->subject == 0 ? 0 : r->batch->row_until[space - 1][r->subject - 1];
}

static uint32_t rows_count(const reference *r, uint16_t space)
{
    return r->batch->row_until[space - 1][r->subject] - rows_from(r, space);
}

static bool has_too_many_rows(const reference *r, uint16_t space)
{
    return rows_count(r, space) > (uint32_t)r->plan->rows_max;
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
    if (cells->reason && cells->reason[cell]) return fails(VM_REASON_KIND(cells->reason[cell]), n);
    int64_t value = cells->value[cell];
    if (value < input->min || value > input->max) return fails(VM_OUT_OF_RANGE, n);
    return here(stored(value, input->kind == VM_NUMBER ? input->decimals : 0));
}

/* ---- operators over values that are all there ---- */

static lane eval_number(const reference *r, vm_node_id n, exact x, exact y)
{
    const vm_node *node = &r->plan->nodes[n];
    exact_pool *pool = r->pool;
    switch (node->op) {
    case VM_ADD: return here(exact_add(pool, x, y));
    case VM_SUB: return here(exact_subtract(pool, x, y));
    case VM_MUL: return here(exact_multiply(pool, x, y));
    case VM_DIV:
        if (exact_sign(y) == 0) return fails(VM_DIVIDED_BY_ZERO, n);
        return here(exact_divide(pool, x, y));
    case VM_NEG: return here(exact_negate(pool, x));
    case VM_ABS: return here(exact_sign(x) < 0 ? exact_negate(pool, x) : x);
    case VM_MIN: return here(exact_compare(pool, x, y) <= 0 ? x : y);
    case VM_MAX: return here(exact_compare(pool, x, y) >= 0 ? x : y);
    case VM_ROUND: {
        const vm_constant *unit = &r->plan->constants[node->aux];
        return here(exact_round(pool, x, exact_of(unit->num, unit->den), node->mode));
    }
    case VM_BOUND: {
        const vm_bound *bound = &r->plan->bounds[node->aux];
        bool is_inside = exact_compare(pool, x, stored(bound->min, bound->decimals)) >= 0 &&
                         exact_compare(pool, x, stored(bound->max, bound->decimals)) <= 0;
        return is_inside ? here(x) : fails(VM_OVERFLOW, n);
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
    return whole(holds);
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
    return naive_is_day(day) ? whole(day) : fails(VM_DATE_OUT_OF_RANGE, n);
}

static lane month_or_fail(i128 month, vm_node_id n)
{
    return naive_is_month(month) ? whole(month) : fails(VM_DATE_OUT_OF_RANGE, n);
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
    case VM_MONTH_OF_DAY: return whole(naive_month_of_day((int64_t)a));
    case VM_YEAR_OF_MONTH: return whole((a + 1200) / 12 + 1800);
    case VM_MONTH_IN_YEAR: return whole((a + 1200) % 12 + 1);
    case VM_DAY_IN_MONTH:
        return whole(a - naive_first_day(naive_month_of_day((int64_t)a)) + 1);
    case VM_FIRST_DAY: return whole(naive_first_day((int64_t)a));
    case VM_LAST_DAY: return whole(naive_last_day((int64_t)a));
    case VM_MONTH_FROM:
        if (b < 1 || b > 12) return fails(VM_DATE_OUT_OF_RANGE, n);
        return month_or_fail((a - 1900) * 12 + b - 1, n);
    case VM_MONTH_ADD: return month_or_fail(a + b, n);
    case VM_MONTH_DIFF: return whole(a - b);
    case VM_DAY_ADD: return day_or_fail(a + b, n);
    case VM_DAY_DIFF: return whole(a - b);
    case VM_DAY_ADD_MONTHS:
        if (!naive_step_months((int64_t)a, b, &day)) return fails(VM_DATE_OUT_OF_RANGE, n);
        return whole(day);
    case VM_FULL_MONTHS: return whole(naive_full_months((int64_t)a, (int64_t)b));
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
    return fails(cell && cell->is_absent && cell->why ? cell->why : VM_NOT_IN_TABLE, n);
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
    if (high->is_absent) return fails(VM_NOT_IN_TABLE, n);
    int decimals = table->kind == VM_NUMBER ? table->decimals : 0;
    exact from = stored(low->value, decimals);
    int last = table->key_count - 1;
    if (low->key[last] == high->key[last]) return here(from);
    int key_decimals = table->key_kind[last] == VM_NUMBER ? table->key_decimals[last] : 0;
    exact key_low = stored(low->key[last], key_decimals);
    exact key_high = stored(high->key[last], key_decimals);
    exact share = exact_divide(r->pool, exact_subtract(r->pool, keys[last], key_low),
                               exact_subtract(r->pool, key_high, key_low));
    exact rise = exact_subtract(r->pool, stored(high->value, decimals), from);
    return here(exact_add(r->pool, from, exact_multiply(r->pool, share, rise)));
}

/* ---- lazy operators ---- */

static lane eval_and_or(const lane *a, const lane *b, bool deciding)
{
    if (!a->reason && is_true(a) == deciding) return whole(deciding);
    if (!b->reason && is_true(b) == deciding) return whole(deciding);
    reasons all = { 0 };
    reasons_add(&all, a->reason);
    reasons_add(&all, b->reason);
    return reasons_first(&all) ? failed(reasons_first(&all)) : whole(!deciding);
}

static lane eval_if(const reference *r, const lane *a, const lane *b, const lane *c)
{
    if (!a->reason) return is_true(a) ? *b : *c;
    bool is_same = vm_reason_is_unknown(a->reason) && !b->reason && !c->reason &&
                   exact_compare(r->pool, b->x, c->x) == 0;
    return is_same ? *b : failed(a->reason);
}

/* ---- one lane of a node that looks at one row only ---- */

static lane eval_strict(const reference *r, vm_node_id n, lane *const *args, int count)
{
    const vm_node *node = &r->plan->nodes[n];
    reasons all = { 0 };
    exact x[3] = { exact_of(0, 1), exact_of(0, 1), exact_of(0, 1) };
    for (int i = 0; i < count; i++) {
        if (!args[i]) continue;
        reasons_add(&all, args[i]->reason);
        x[i] = args[i]->x;
    }
    if (reasons_first(&all)) return failed(reasons_first(&all));
    switch (node->op) {
    case VM_EQ: case VM_NE: case VM_LT: case VM_LE: case VM_GT: case VM_GE:
        return eval_compare(r, node->op, x[0], x[1]);
    case VM_NOT: return whole(!is_true(args[0]));
    case VM_LOOKUP: return eval_lookup(r, n, x);
    case VM_SPREAD: return here(x[0]);
    default:
        return node->op < VM_EQ ? eval_number(r, n, x[0], x[1]) : eval_calendar(r, n, x[0], x[1]);
    }
}

static lane eval_lane(const reference *r, vm_node_id n, size_t row)
{
    const vm_node *node = &r->plan->nodes[n];
    lane *args[3] = { NULL, NULL, NULL };
    int count = reference_argument_count(node->op);
    for (int i = 0; i < count; i++) {
        vm_node_id id = argument(node, i);
        if (id == VM_NONE) continue;
        assert(id < n);
        args[i] = at(r, id, node->op == VM_SPREAD ? 0 : row);
    }
    switch (node->op) {
    case VM_CONST: {
        const vm_constant *constant = &r->plan->constants[node->aux];
        return here(exact_of(constant->num, constant->den));
    }
    case VM_INPUT: return eval_input(r, n, row);
    case VM_UNKNOWN: return fails(VM_NOT_KNOWN, n);
    case VM_FAIL: return fails((vm_reason_kind)node->aux, n);
    case VM_AND: return eval_and_or(args[0], args[1], false);
    case VM_OR: return eval_and_or(args[0], args[1], true);
    case VM_IF: return eval_if(r, args[0], args[1], args[2]);
    case VM_KNOWN:
        if (is_fault(args[0]->reason)) return *args[0];
        return whole(args[0]->reason == 0);
    case VM_ELSE: return vm_reason_is_unknown(args[0]->reason) ? *args[1] : *args[0];
    default: return eval_strict(r, n, args, count);
    }
}

/* ---- over the rows of a subject ---- */

/* What row `row` brings to an aggregate under mask b: nothing (false), or a reason, or its a. A
 * mask with a reason brings that reason, whatever a is. */
static bool takes_part(const reference *r, const vm_node *node, size_t row, lane *brings)
{
    if (node->b != VM_NONE) {
        const lane *mask = at(r, node->b, row);
        if (mask->reason) {
            *brings = failed(mask->reason);
            return true;
        }
        if (!is_true(mask)) return false;
    }
    *brings = *at(r, node->a, row);
    return true;
}

static lane eval_aggregate(const reference *r, vm_node_id n)
{
    const vm_node *node = &r->plan->nodes[n];
    uint16_t space = r->plan->nodes[node->a].space;
    if (has_too_many_rows(r, space)) return fails(VM_TOO_MANY_ROWS, n);
    reasons all = { 0 };
    lane result = whole(0);
    size_t taken = 0;
    for (size_t row = 0; row < rows_count(r, space); row++) {
        lane brings;
        if (!takes_part(r, node, row, &brings)) continue;
        taken++;
        reasons_add(&all, brings.reason);
        if (brings.reason) continue;
        int order = taken == 1 ? 0 : exact_compare(r->pool, brings.x, result.x);
        switch (node->op) {
        case VM_SUM: result.x = exact_add(r->pool, result.x, brings.x); break;
        case VM_COUNT: result.x.num += is_true(&brings); break;
        case VM_AGG_MIN: if (taken == 1 || order < 0) result = brings; break;
        case VM_AGG_MAX: if (taken == 1 || order > 0) result = brings; break;
        case VM_FIRST: if (taken == 1) result = brings; break;
        case VM_LAST: result = brings; break;
        default: assert(!"not an aggregate"); abort();
        }
    }
    if (reasons_first(&all)) return failed(reasons_first(&all));
    if (taken == 0 && node->op != VM_SUM && node->op != VM_COUNT) return fails(VM_EMPTY, n);
    return result;
}

static lane eval_any_all(const reference *r, vm_node_id n)
{
    const vm_node *node = &r->plan->nodes[n];
    uint16_t space = r->plan->nodes[node->a].space;
    if (has_too_many_rows(r, space)) return fails(VM_TOO_MANY_ROWS, n);
    bool deciding = node->op == VM_ANY, is_decided = false;
    reasons all = { 0 };
    size_t taken = 0;
    for (size_t row = 0; row < rows_count(r, space); row++) {
        lane brings;
        if (!takes_part(r, node, row, &brings)) continue;
        taken++;
        reasons_add(&all, brings.reason);
        if (!brings.reason && is_true(&brings) == deciding) is_decided = true;
    }
    if (is_decided) return whole(deciding);
    if (reasons_first(&all)) return failed(reasons_first(&all));
    return taken == 0 ? fails(VM_EMPTY, n) : whole(!deciding);
}

static void eval_fold_row(reference *r, const vm_node_id *body, size_t row, lane carry)
{
    for (; *body != VM_NONE; body++)
        *at(r, *body, row) = r->plan->nodes[*body].op == VM_CARRY ? carry : eval_lane(r, *body, row);
}

static lane eval_fold(reference *r, vm_node_id n)
{
    const vm_node *node = &r->plan->nodes[n];
    uint16_t space = r->plan->nodes[node->a].space;
    if (has_too_many_rows(r, space)) return fails(VM_TOO_MANY_ROWS, n);
    lane carry = *at(r, node->c, 0);
    for (size_t row = 0; row < rows_count(r, space) && !carry.reason; row++) {
        const lane *mask = node->b == VM_NONE ? NULL : at(r, node->b, row);
        if (mask && mask->reason) return failed(mask->reason);
        if (mask && !is_true(mask)) continue;
        eval_fold_row(r, r->body[n], row, carry);
        carry = *at(r, node->a, row);
    }
    return carry;
}

static lane eval_sum_same(const reference *r, vm_node_id n, size_t own_row)
{
    const vm_node *node = &r->plan->nodes[n];
    const lane *own = at(r, node->c, own_row);
    if (own->reason) return failed(own->reason);
    reasons all = { 0 };
    exact sum = exact_of(0, 1);
    for (size_t row = 0; row < rows_count(r, node->space); row++) {
        lane brings;
        if (!takes_part(r, node, row, &brings)) continue;
        bool is_masked_by_reason = node->b != VM_NONE && at(r, node->b, row)->reason;
        const lane *key = at(r, node->c, row);
        if (!is_masked_by_reason && key->reason) {
            reasons_add(&all, key->reason);
            continue;
        }
        if (!is_masked_by_reason && exact_compare(r->pool, key->x, own->x) != 0) continue;
        reasons_add(&all, brings.reason);
        if (!brings.reason) sum = exact_add(r->pool, sum, brings.x);
    }
    return reasons_first(&all) ? failed(reasons_first(&all)) : here(sum);
}

static lane eval_within_rows(const reference *r, vm_node_id n, size_t row)
{
    const vm_node *node = &r->plan->nodes[n];
    if (has_too_many_rows(r, node->space)) return fails(VM_TOO_MANY_ROWS, n);
    switch (node->op) {
    case VM_PREVIOUS: return row == 0 ? fails(VM_EMPTY, n) : *at(r, node->a, row - 1);
    case VM_SUM_SAME: return eval_sum_same(r, n, row);
    default: return whole((i128)row + 1);
    }
}

/* ---- a subject ---- */

static void lay_out(reference *r)
{
    size_t count = 0;
    for (size_t n = 0; n < r->plan->node_count; n++) {
        uint16_t space = r->plan->nodes[n].space;
        r->lane_from[n] = count;
        r->lane_count[n] = space == 0 ? 1 : rows_count(r, space);
        count += r->lane_count[n];
    }
    if (count > r->lane_capacity) {
        r->lane_capacity = count * 2;
        free(r->lanes);
        r->lanes = malloc(r->lane_capacity * sizeof *r->lanes);
        assert(r->lanes);
    }
    for (size_t i = 0; i < count; i++) r->lanes[i].is_here = false;
}

void reference_subject(reference *r, const vm_batch *batch, size_t subject)
{
    r->batch = batch;
    r->subject = subject;
    exact_pool_reset(r->pool);
    lay_out(r);
    for (vm_node_id n = 0; n < r->plan->node_count; n++) {
        vm_op op = r->plan->nodes[n].op;
        if (r->in_fold[n]) continue;
        for (size_t row = 0; row < r->lane_count[n]; row++)
            *at(r, n, row) = op == VM_FOLD                    ? eval_fold(r, n)
                             : op == VM_ANY || op == VM_ALL   ? eval_any_all(r, n)
                             : op >= VM_SUM && op <= VM_LAST  ? eval_aggregate(r, n)
                             : op >= VM_PREVIOUS              ? eval_within_rows(r, n, row)
                                                              : eval_lane(r, n, row);
    }
}

/* ---- answers ---- */

size_t reference_lanes(const reference *r, vm_node_id node)
{
    return r->lane_count[node];
}

bool reference_has(const reference *r, vm_node_id node, size_t row)
{
    return at(r, node, row)->is_here;
}

uint32_t reference_reason(const reference *r, vm_node_id node, size_t row)
{
    return at(r, node, row)->reason;
}

exact reference_value(const reference *r, vm_node_id node, size_t row)
{
    return at(r, node, row)->x;
}

exact_pool *reference_pool(reference *r)
{
    return r->pool;
}

bool reference_is_in_fold(const reference *r, vm_node_id node)
{
    return r->in_fold[node];
}

int reference_output_decimals(const vm_plan *plan, size_t output)
{
    const vm_node *node = &plan->nodes[plan->outputs[output].node];
    return node->kind == VM_NUMBER ? plan->bounds[node->aux].decimals : 0;
}
