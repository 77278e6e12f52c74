/* check - whether a plan keeps the rules of its header. */
#include "calendar/calendar.h"
#include "vm/vm_internal.h"

const err_kind VM_TOO_WIDE = { "vm.too_wide", ERR_BAD_INPUT,
    "A value of this rule may not fit 128 bits: {}. Narrow an input or round earlier.",
    "此规则的某个值可能超出128位：{}。请缩小输入范围或提前取整。" };
const err_kind VM_BAD_PLAN = { "vm.bad_plan", ERR_BUG,
    "The plan breaks a rule of the engine: {}.", "计划违反引擎的规定：{}。" };

err vm_plan_error(const err_kind *kind, const vm_plan *plan, uint32_t node, const char *detail)
{
    source_pos at = { NULL, 0, 0 };
    if (node < plan->node_count && plan->nodes[node].origin < plan->origin_count)
        at = plan->origins[plan->nodes[node].origin].at;
    return err_at(kind, at, detail);
}

typedef enum {
    K_ANY,    /* whatever the others are */
    K_NUMBER, K_BOOL, K_DAY, K_MONTH, K_NONE,
} kind_rule;
typedef enum { S_OWN, S_ROWS, S_SUBJECT } space_rule;

/* What each argument must be; `same` says that the result's kind is a's (or that of b in IF). */
typedef struct {
    kind_rule out, a, b, c;
    bool is_b_optional;
    bool has_rows_result; /* of a record's space; else where a is of rows the result is not */
    bool is_aggregate;
} op_rule;

#define ARITHMETIC { K_NUMBER, K_NUMBER, K_NUMBER, K_NONE, 0, 0, 0 }
#define ONE_NUMBER { K_NUMBER, K_NUMBER, K_NONE, K_NONE, 0, 0, 0 }
#define COMPARING  { K_BOOL, K_ANY, K_ANY, K_NONE, 0, 0, 0 }
#define OF_ROWS    { K_ANY, K_ANY, K_BOOL, K_NONE, 1, 0, 1 }
#define TRUTHS     { K_BOOL, K_BOOL, K_BOOL, K_NONE, 1, 0, 1 }

static const op_rule RULES[VM_OP_COUNT] = {
    [VM_CONST] = { K_ANY, K_NONE, K_NONE, K_NONE, 0, 0, 0 },
    [VM_INPUT] = { K_ANY, K_NONE, K_NONE, K_NONE, 0, 0, 0 },
    [VM_UNKNOWN] = { K_ANY, K_NONE, K_NONE, K_NONE, 0, 0, 0 },
    [VM_FAIL] = { K_ANY, K_NONE, K_NONE, K_NONE, 0, 0, 0 },
    [VM_CARRY] = { K_NUMBER, K_NONE, K_NONE, K_NONE, 0, 1, 0 },
    [VM_ADD] = ARITHMETIC, [VM_SUB] = ARITHMETIC, [VM_MUL] = ARITHMETIC, [VM_DIV] = ARITHMETIC,
    [VM_MIN] = { K_ANY, K_ANY, K_ANY, K_NONE, 0, 0, 0 },
    [VM_MAX] = { K_ANY, K_ANY, K_ANY, K_NONE, 0, 0, 0 },
    [VM_NEG] = ONE_NUMBER, [VM_ABS] = ONE_NUMBER, [VM_ROUND] = ONE_NUMBER,
    [VM_BOUND] = ONE_NUMBER,
    [VM_EQ] = COMPARING, [VM_NE] = COMPARING, [VM_LT] = COMPARING, [VM_LE] = COMPARING,
    [VM_GT] = COMPARING, [VM_GE] = COMPARING,
    [VM_AND] = { K_BOOL, K_BOOL, K_BOOL, K_NONE, 0, 0, 0 },
    [VM_OR] = { K_BOOL, K_BOOL, K_BOOL, K_NONE, 0, 0, 0 },
    [VM_NOT] = { K_BOOL, K_BOOL, K_NONE, K_NONE, 0, 0, 0 },
    [VM_IF] = { K_ANY, K_BOOL, K_ANY, K_ANY, 0, 0, 0 },
    [VM_KNOWN] = { K_BOOL, K_ANY, K_NONE, K_NONE, 0, 0, 0 },
    [VM_ELSE] = { K_ANY, K_ANY, K_ANY, K_NONE, 0, 0, 0 },
    [VM_MONTH_OF_DAY] = { K_MONTH, K_DAY, K_NONE, K_NONE, 0, 0, 0 },
    [VM_YEAR_OF_MONTH] = { K_NUMBER, K_MONTH, K_NONE, K_NONE, 0, 0, 0 },
    [VM_MONTH_IN_YEAR] = { K_NUMBER, K_MONTH, K_NONE, K_NONE, 0, 0, 0 },
    [VM_DAY_IN_MONTH] = { K_NUMBER, K_DAY, K_NONE, K_NONE, 0, 0, 0 },
    [VM_FIRST_DAY] = { K_DAY, K_MONTH, K_NONE, K_NONE, 0, 0, 0 },
    [VM_LAST_DAY] = { K_DAY, K_MONTH, K_NONE, K_NONE, 0, 0, 0 },
    [VM_MONTH_FROM] = { K_MONTH, K_NUMBER, K_NUMBER, K_NONE, 0, 0, 0 },
    [VM_MONTH_ADD] = { K_MONTH, K_MONTH, K_NUMBER, K_NONE, 0, 0, 0 },
    [VM_MONTH_DIFF] = { K_NUMBER, K_MONTH, K_MONTH, K_NONE, 0, 0, 0 },
    [VM_DAY_ADD] = { K_DAY, K_DAY, K_NUMBER, K_NONE, 0, 0, 0 },
    [VM_DAY_DIFF] = { K_NUMBER, K_DAY, K_DAY, K_NONE, 0, 0, 0 },
    [VM_DAY_ADD_MONTHS] = { K_DAY, K_DAY, K_NUMBER, K_NONE, 0, 0, 0 },
    [VM_FULL_MONTHS] = { K_NUMBER, K_DAY, K_DAY, K_NONE, 0, 0, 0 },
    [VM_LOOKUP] = { K_ANY, K_ANY, K_ANY, K_ANY, 1, 0, 0 },
    [VM_SPREAD] = { K_ANY, K_ANY, K_NONE, K_NONE, 0, 1, 0 },
    [VM_SUM] = { K_NUMBER, K_NUMBER, K_BOOL, K_NONE, 1, 0, 1 },
    [VM_COUNT] = { K_NUMBER, K_BOOL, K_NONE, K_NONE, 0, 0, 1 },
    [VM_AGG_MIN] = OF_ROWS, [VM_AGG_MAX] = OF_ROWS, [VM_FIRST] = OF_ROWS, [VM_LAST] = OF_ROWS,
    [VM_ANY] = TRUTHS, [VM_ALL] = TRUTHS,
    [VM_FOLD] = { K_NUMBER, K_NUMBER, K_BOOL, K_NUMBER, 1, 0, 1 },
    [VM_PREVIOUS] = { K_ANY, K_ANY, K_NONE, K_NONE, 0, 1, 0 },
    [VM_SUM_SAME] = { K_NUMBER, K_NUMBER, K_BOOL, K_ANY, 1, 1, 0 },
    [VM_ROW_INDEX] = { K_NUMBER, K_NONE, K_NONE, K_NONE, 0, 1, 0 },
};

static bool kind_fits(kind_rule rule, vm_kind kind)
{
    switch (rule) {
    case K_NUMBER: return kind == VM_NUMBER;
    case K_BOOL: return kind == VM_BOOL;
    case K_DAY: return kind == VM_DAY;
    case K_MONTH: return kind == VM_MONTH;
    case K_ANY: return kind < VM_KIND_COUNT;
    default: return false;
    }
}

static const char *check_argument(const vm_plan *p, uint32_t node, uint32_t arg, kind_rule rule,
                                  uint16_t space, bool is_optional)
{
    if (arg == VM_NONE) return rule == K_NONE || is_optional ? NULL : "an argument is missing";
    if (rule == K_NONE) return "an argument too many";
    if (arg >= node) return "an argument comes later than its node";
    if (!kind_fits(rule, p->nodes[arg].kind)) return "an argument has the wrong kind";
    if (p->nodes[arg].space != space) return "an argument is of another space";
    return NULL;
}

static const char *check_constant(const vm_plan *p, const vm_node *n)
{
    if (n->aux >= p->constant_count) return "no such constant";
    vm_constant c = p->constants[n->aux];
    if (c.den <= 0 || c.num == I128_MIN) return "a constant without a denominator";
    if (n->op == VM_ROUND) return c.num > 0 && (unsigned)n->mode < MONEY_ROUNDING_COUNT
                                      ? NULL : "rounding to nothing";
    if (n->kind == VM_NUMBER) return NULL;
    if (c.den != 1) return "a constant that is not whole";
    if (n->kind == VM_BOOL && c.num != 0 && c.num != 1) return "a truth that is not 0 or 1";
    if (n->kind == VM_DAY && !calendar_is_day((int64_t)c.num)) return "a day out of range";
    if (n->kind == VM_MONTH && !calendar_is_month((int64_t)c.num)) return "a month out of range";
    return i128_fits_i64(c.num) ? NULL : "a constant too large";
}

static const char *check_lookup(const vm_plan *p, const vm_node *n)
{
    if (n->aux >= p->table_count) return "no such table";
    const vm_table *t = &p->tables[n->aux];
    const uint32_t args[VM_TABLE_KEYS_MAX] = { n->a, n->b, n->c };
    if (t->kind != n->kind) return "a table of another kind";
    for (int k = 0; k < VM_TABLE_KEYS_MAX; k++) {
        if ((args[k] != VM_NONE) != (k < t->key_count)) return "a key too few or too many";
        if (k < t->key_count && p->nodes[args[k]].kind != t->key_kind[k])
            return "a key of another kind";
    }
    return NULL;
}

static const char *check_same_kinds(const vm_plan *p, const vm_node *n)
{
    const vm_node *nodes = p->nodes;
    switch (n->op) {
    case VM_EQ: case VM_NE:
        return nodes[n->a].kind == nodes[n->b].kind ? NULL : "two kinds compared";
    case VM_LT: case VM_LE: case VM_GT: case VM_GE:
        return nodes[n->a].kind == nodes[n->b].kind && nodes[n->a].kind != VM_CODE
                   ? NULL : "two kinds, or codes, compared";
    case VM_MIN: case VM_MAX:
        if (n->kind == VM_CODE) return "codes have no order";
        return nodes[n->a].kind == n->kind && nodes[n->b].kind == n->kind ? NULL : "two kinds compared";
    case VM_IF:
        return nodes[n->b].kind == n->kind && nodes[n->c].kind == n->kind ? NULL
                                                                         : "branches of two kinds";
    case VM_ELSE:
        return nodes[n->a].kind == n->kind && nodes[n->b].kind == n->kind ? NULL
                                                                         : "branches of two kinds";
    case VM_AGG_MIN: case VM_AGG_MAX:
        if (n->kind == VM_CODE) return "codes have no order";
        return nodes[n->a].kind == n->kind ? NULL : "a result of another kind";
    case VM_SPREAD: case VM_FIRST: case VM_LAST: case VM_PREVIOUS:
        return nodes[n->a].kind == n->kind ? NULL : "a result of another kind";
    case VM_FOLD: return nodes[n->a].op == VM_BOUND ? NULL : "a fold's body is not stored";
    default: return NULL;
    }
}

static const char *check_aux(const vm_plan *p, const vm_node *n)
{
    switch (n->op) {
    case VM_CONST: case VM_ROUND: return check_constant(p, n);
    case VM_INPUT:
        if (n->aux >= p->input_count) return "no such input";
        if (p->inputs[n->aux].kind != n->kind) return "an input of another kind";
        return p->inputs[n->aux].space == n->space ? NULL : "an input of another space";
    case VM_FAIL:
        return n->aux > VM_UNKNOWN_LAST && n->aux < VM_REASON_KIND_COUNT ? NULL : "no such fault";
    case VM_BOUND: return n->aux < p->bound_count ? NULL : "no such bound";
    case VM_LOOKUP: return check_lookup(p, n);
    default: return check_same_kinds(p, n);
    }
}

static const char *check_node(const vm_plan *p, uint32_t node)
{
    const vm_node *n = &p->nodes[node];
    if (n->op >= VM_OP_COUNT) return "no such operator";
    const op_rule *rule = &RULES[n->op];
    if (n->kind >= VM_KIND_COUNT || !kind_fits(rule->out, n->kind)) return "a result of a wrong kind";
    if (n->space > p->record_count) return "no such space";
    if (n->origin && n->origin >= p->origin_count) return "no such origin";
    if (rule->has_rows_result && n->space == 0) return "rows wanted, but it is of the subject";
    uint16_t space = n->space;
    if (n->op == VM_SPREAD) space = 0;
    if (rule->is_aggregate) {
        if (n->space != 0) return "an aggregate belongs to the subject";
        if (n->a >= node) return "an argument comes later than its node";
        space = p->nodes[n->a].space;
        if (space == 0) return "an aggregate needs rows";
    }
    bool is_lookup = n->op == VM_LOOKUP;
    const char *bad = check_argument(p, node, n->a, rule->a, space, false);
    if (!bad) bad = check_argument(p, node, n->b, rule->b, space, rule->is_b_optional);
    if (!bad) bad = check_argument(p, node, n->c, rule->c, n->op == VM_FOLD ? 0 : space, is_lookup);
    return bad ? bad : check_aux(p, n);
}

static const char *check_input(const vm_plan *p, const vm_input *i)
{
    if (i->kind >= VM_KIND_COUNT || i->space > p->record_count) return "an input of no kind or space";
    if (i->min > i->max || i->decimals > 18) return "an input without bounds";
    if (i->kind == VM_BOOL && (i->min < 0 || i->max > 1)) return "a truth beyond 0 and 1";
    if (i->kind == VM_DAY && !(calendar_is_day(i->min) && calendar_is_day(i->max)))
        return "an input's days out of range";
    if (i->kind == VM_MONTH && !(calendar_is_month(i->min) && calendar_is_month(i->max)))
        return "an input's months out of range";
    return NULL;
}

static int compare_keys(const vm_cell *a, const vm_cell *b, int count)
{
    for (int k = 0; k < count; k++)
        if (a->key[k] != b->key[k]) return a->key[k] < b->key[k] ? -1 : 1;
    return 0;
}

static const char *check_cell(const vm_table *t, const vm_cell *c)
{
    for (int k = 0; k < t->key_count; k++)
        if (c->key[k] > INT64_MAX / 2 || c->key[k] < INT64_MIN / 2) return "a key too large";
    bool is_fault = c->why > VM_UNKNOWN_LAST && c->why < VM_REASON_KIND_COUNT;
    if (c->why && !(c->is_absent && is_fault)) return "a cell's reason that is no fault";
    if (c->is_absent) return NULL;
    if (t->kind == VM_BOOL && (c->value < 0 || c->value > 1)) return "a truth beyond 0 and 1";
    if (t->kind == VM_DAY && !calendar_is_day(c->value)) return "a table's day out of range";
    if (t->kind == VM_MONTH && !calendar_is_month(c->value)) return "a table's month out of range";
    return NULL;
}

static const char *check_table(const vm_table *t)
{
    if (t->key_count < 1 || t->key_count > VM_TABLE_KEYS_MAX) return "a table without keys";
    if (t->kind >= VM_KIND_COUNT || t->decimals > 18) return "a table of no kind";
    if (t->cell_count > INT32_MAX) return "a table too long";
    for (int k = 0; k < t->key_count; k++) {
        bool is_linear = t->key_mode[k] == VM_KEY_LINEAR;
        if (t->key_mode[k] > VM_KEY_LINEAR || t->key_kind[k] >= VM_KIND_COUNT ||
            t->key_decimals[k] > 18)
            return "a table's key of no kind";
        if (is_linear && (k + 1 < t->key_count || t->kind != VM_NUMBER || t->key_kind[k] == VM_CODE))
            return "a line between things that are not numbers";
    }
    for (size_t n = 0; n < t->cell_count; n++) {
        const char *bad = check_cell(t, &t->cells[n]);
        if (bad) return bad;
        if (n && compare_keys(&t->cells[n - 1], &t->cells[n], t->key_count) >= 0)
            return "a table that is not sorted";
    }
    return NULL;
}

static const char *check_output(const vm_plan *p, const vm_output *o)
{
    if (o->node >= p->node_count) return "an output of no node";
    const vm_node *n = &p->nodes[o->node];
    return n->kind == VM_NUMBER && n->op != VM_BOUND ? "an output that is not stored" : NULL;
}

#define CHECK_EACH(count, call, blamed)                                                          \
    for (uint32_t n = 0; n < (count); n++) {                                                     \
        const char *bad = (call);                                                                \
        if (bad) return vm_plan_error(&VM_BAD_PLAN, plan, (blamed), bad);                        \
    }

static const char *check_bound(const vm_bound *b)
{
    return b->decimals > 18 || b->min > b->max ? "a bound without a span"
                                                                      : NULL;
}

err vm_check_plan(const vm_plan *plan)
{
    if (plan->node_count >= 1u << 24 || plan->rows_max < 0 || plan->record_count > 60000)
        return vm_plan_error(&VM_BAD_PLAN, plan, VM_NONE, "too many nodes, rows or records");
    CHECK_EACH(plan->input_count, check_input(plan, &plan->inputs[n]), VM_NONE)
    CHECK_EACH(plan->bound_count, check_bound(&plan->bounds[n]), VM_NONE)
    CHECK_EACH(plan->table_count, check_table(&plan->tables[n]), VM_NONE)
    CHECK_EACH(plan->node_count, check_node(plan, n), n)
    CHECK_EACH(plan->output_count, check_output(plan, &plan->outputs[n]), plan->outputs[n].node)
    return ERR_NONE;
}
