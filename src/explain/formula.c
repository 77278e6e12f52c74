/* A rule's expression in words: as the law writes it, or with one person's numbers put in. */
#include <string.h>

#include "explain/explain_internal.h"
#include "money/money.h"

/* How tightly an operator binds; arguments that bind less stand in parentheses. */
enum { LOOSE, OR_LEVEL, AND_LEVEL, NOT_LEVEL, COMPARE_LEVEL, SUM_LEVEL, PRODUCT_LEVEL, ATOM_LEVEL };

typedef struct {
    const char *sign;
    int level;
} infix_row;

static const infix_row INFIX[VM_OP_COUNT] = {
    [VM_ADD] = { " + ", SUM_LEVEL },
    [VM_SUB] = { " - ", SUM_LEVEL },
    [VM_MUL] = { " × ", PRODUCT_LEVEL },
    [VM_DIV] = { " ÷ ", PRODUCT_LEVEL },
    [VM_EQ] = { " = ", COMPARE_LEVEL },
    [VM_NE] = { " ≠ ", COMPARE_LEVEL },
    [VM_LT] = { " < ", COMPARE_LEVEL },
    [VM_LE] = { " ≤ ", COMPARE_LEVEL },
    [VM_GT] = { " > ", COMPARE_LEVEL },
    [VM_GE] = { " ≥ ", COMPARE_LEVEL },
    [VM_AND] = { NULL, AND_LEVEL },
    [VM_OR] = { NULL, OR_LEVEL },
    [VM_MONTH_DIFF] = { " - ", SUM_LEVEL },
    [VM_DAY_DIFF] = { " - ", SUM_LEVEL },
    [VM_MONTH_ADD] = { " + ", SUM_LEVEL },
    [VM_DAY_ADD] = { " + ", SUM_LEVEL },
    [VM_DAY_ADD_MONTHS] = { " + ", SUM_LEVEL },
};

/* Operators that read as a function's name before their arguments. */
typedef struct {
    const char *name, *name_zh;
} call_row;

static const call_row CALLS[VM_OP_COUNT] = {
    [VM_ABS] = { "abs", "绝对值" },
    [VM_MIN] = { "min", "取小" },
    [VM_MAX] = { "max", "取大" },
    [VM_KNOWN] = { "known", "已知" },
    [VM_MONTH_OF_DAY] = { "month", "所在月" },
    [VM_YEAR_OF_MONTH] = { "year", "所在年" },
    [VM_MONTH_IN_YEAR] = { "month number", "月份" },
    [VM_DAY_IN_MONTH] = { "day number", "日" },
    [VM_FIRST_DAY] = { "first day", "首日" },
    [VM_LAST_DAY] = { "last day", "末日" },
    [VM_MONTH_FROM] = { "month", "年月" },
    [VM_FULL_MONTHS] = { "full months between", "足月数" },
    [VM_SUM] = { "sum", "合计" },
    [VM_COUNT] = { "count", "计数" },
    [VM_AGG_MIN] = { "least of", "最小" },
    [VM_AGG_MAX] = { "greatest of", "最大" },
    [VM_FIRST] = { "first of", "首行" },
    [VM_LAST] = { "last of", "末行" },
    [VM_ANY] = { "any of", "任一" },
    [VM_ALL] = { "all of", "全部" },
    [VM_FOLD] = { "row by row", "逐行累计" },
    [VM_PREVIOUS] = { "previous", "上一行" },
    [VM_SUM_SAME] = { "sum of same", "同类合计" },
    [VM_ROW_INDEX] = { "row number", "行号" },
};

bool formula_is_leaf(const teller *t, vm_node_id id, vm_node_id root)
{
    if (id == root) return false;
    const vm_origin *origin = explain_origin(t, id);
    if (origin == explain_origin(t, root)) return false;
    return origin->name && (origin->role == VM_ROLE_INPUT || origin->role == VM_ROLE_PARAMETER ||
                            origin->role == VM_ROLE_VARIABLE);
}

static bool takes_first(const teller *t, const vm_node *node, size_t lane, vm_node_id *next)
{
    vm_value condition = explain_at(t, node->a, lane);
    if (node->op == VM_ELSE) {
        *next = vm_reason_is_unknown(condition.reason) ? node->b : node->a;
        return true;
    }
    if (condition.reason) return false;
    *next = condition.num ? node->b : node->c;
    return true;
}

vm_node_id formula_taken(const teller *t, vm_node_id id, size_t lane)
{
    for (;;) {
        const vm_node *node = explain_node(t, id);
        vm_node_id next = VM_NONE;
        if (node->op == VM_BOUND || node->op == VM_SPREAD) next = node->a;
        else if ((node->op == VM_IF || node->op == VM_ELSE) && takes_first(t, node, lane, &next)) {
        } else return id;
        id = next;
        if (explain_origin(t, id)->role == VM_ROLE_VARIABLE) return id;
    }
}

const char *formula_rounding(const teller *t, vm_node_id id)
{
    static const char *const MODES[MONEY_ROUNDING_COUNT] = { "half up", "half even", "up", "down" };
    static const char *const MODES_ZH[MONEY_ROUNDING_COUNT] = { "四舍五入", "四舍六入五成双",
                                                                "进一", "去尾" };
    const vm_node *node = explain_node(t, id);
    if (node->op != VM_ROUND) return NULL;
    vm_constant step = t->plan->constants[node->aux];
    vm_value as_value = { step.num, step.den, 0, false };
    const char *unit = explain_value(t->memory, t->plan, id, as_value, t->is_chinese).bytes;
    bool is_money = strstr(unit, "元") || strstr(unit, "yuan");
    if (is_money && step.num * 100 == step.den) unit = explain_say(t, "the fen", "分");
    if (is_money && step.num * 10 == step.den) unit = explain_say(t, "the jiao", "角");
    if (is_money && step.num == step.den) unit = explain_say(t, "the yuan", "元");
    return t->is_chinese
               ? text_format(t->memory, "%s到%s", MODES_ZH[node->mode], unit).bytes
               : text_format(t->memory, "rounded %s to %s", MODES[node->mode], unit).bytes;
}

typedef struct {
    const teller *t;
    text_builder out;
    vm_node_id root;
    bool has_numbers;
    int depth;
} printer;

static void put(printer *p, vm_node_id id, int level);

static void put_leaf(printer *p, vm_node_id id)
{
    const teller *t = p->t;
    const vm_node *node = explain_node(t, id);
    vm_value value = explain_at(t, id, 0);
    if (!p->has_numbers || node->space != 0) {
        text_add_cstr(&p->out, explain_origin(t, id)->name);
        if (node->op == VM_LOOKUP && !p->has_numbers && node->a != VM_NONE) {
            text_add_cstr(&p->out, "[");
            put(p, node->a, LOOSE);
            if (node->b != VM_NONE) {
                text_add_cstr(&p->out, ", ");
                put(p, node->b, LOOSE);
            }
            text_add_cstr(&p->out, "]");
        }
        return;
    }
    if (value.reason) text_add_cstr(&p->out, "?");
    else text_add(&p->out, value_bare(t->memory, t->plan, id, value, t->is_chinese));
}

static void put_constant(printer *p, vm_node_id id)
{
    const teller *t = p->t;
    const vm_origin *origin = explain_origin(t, id);
    vm_constant c = t->plan->constants[explain_node(t, id)->aux];
    vm_value value = { c.num, c.den, 0, false };
    bool is_truth = explain_node(t, id)->kind == VM_BOOL;
    if (origin->source && origin->role == VM_ROLE_STEP && !is_truth && !p->has_numbers) {
        text_add_cstr(&p->out, origin->source);
        return;
    }
    text_add(&p->out, value_bare(t->memory, t->plan, id, value, t->is_chinese));
}

/* The machine takes two at a time what one call of the law says: min(a, b, c), clamp(x, low, high).
 * Is the first argument the inner part of the same call? */
static bool is_same_call(const printer *p, const vm_node *node, vm_op inner)
{
    bool is_pair = node->op == VM_MIN || node->op == VM_MAX;
    if (!is_pair || explain_node(p->t, node->a)->op != inner) return false;
    const vm_origin *here = &p->t->plan->origins[node->origin], *below = explain_origin(p->t, node->a);
    return below->role == VM_ROLE_STEP && below->source && here->source &&
           strcmp(here->source, below->source) == 0;
}

static void put_clamp(printer *p, const vm_node *node)
{
    const vm_node *inner = explain_node(p->t, node->a);
    text_add_cstr(&p->out, explain_say(p->t, "clamp(", "限幅("));
    put(p, inner->a, LOOSE);
    text_add_cstr(&p->out, explain_say(p->t, ", from ", "，下限 "));
    put(p, inner->b, LOOSE);
    text_add_cstr(&p->out, explain_say(p->t, " to ", "，上限 "));
    put(p, node->b, LOOSE);
    text_add_cstr(&p->out, ")");
}

static void put_arguments(printer *p, const vm_node *node)
{
    const vm_node_id arguments[] = { node->a, node->b, node->c };
    bool is_first = true;
    for (size_t i = 0; i < 3; i++) {
        if (arguments[i] == VM_NONE) continue;
        if (!is_first) text_add_cstr(&p->out, ", ");
        if (is_first && is_same_call(p, node, node->op))
            put_arguments(p, explain_node(p->t, arguments[i]));
        else put(p, arguments[i], LOOSE);
        is_first = false;
    }
}

static void put_call(printer *p, const vm_node *node, const call_row *row)
{
    if (node->op == VM_MIN && is_same_call(p, node, VM_MAX)) {
        put_clamp(p, node);
        return;
    }
    text_add_cstr(&p->out, explain_say(p->t, row->name, row->name_zh));
    text_add_cstr(&p->out, "(");
    put_arguments(p, node);
    text_add_cstr(&p->out, ")");
}

static void put_infix(printer *p, const vm_node *node)
{
    infix_row row = INFIX[node->op];
    const char *sign = row.sign;
    if (node->op == VM_AND) sign = explain_say(p->t, " and ", " 且 ");
    if (node->op == VM_OR) sign = explain_say(p->t, " or ", " 或 ");
    put(p, node->a, row.level);
    text_add_cstr(&p->out, sign);
    bool is_strict = node->op == VM_SUB || node->op == VM_DIV || row.level == COMPARE_LEVEL;
    put(p, node->b, row.level + (is_strict ? 1 : 0));
}

static void put_choice(printer *p, const vm_node *node)
{
    if (node->op == VM_ELSE) {
        put(p, node->a, ATOM_LEVEL);
        text_add_cstr(&p->out, explain_say(p->t, " (if unknown ", "（未知时为"));
        put(p, node->b, LOOSE);
        text_add_cstr(&p->out, explain_say(p->t, ")", "）"));
        return;
    }
    text_add_cstr(&p->out, explain_say(p->t, "if ", "若 "));
    put(p, node->a, OR_LEVEL);
    text_add_cstr(&p->out, explain_say(p->t, " then ", " 则 "));
    put(p, node->b, OR_LEVEL);
    text_add_cstr(&p->out, explain_say(p->t, " else ", " 否则 "));
    put(p, node->c, OR_LEVEL);
}

static int level_of(const vm_node *node)
{
    if (INFIX[node->op].level) return INFIX[node->op].level;
    if (node->op == VM_NOT) return NOT_LEVEL;
    if (node->op == VM_NEG) return PRODUCT_LEVEL;
    bool is_loose = node->op == VM_ROUND || node->op == VM_IF;
    return is_loose ? LOOSE : ATOM_LEVEL;
}

static void put_node(printer *p, vm_node_id id, const vm_node *node)
{
    switch (node->op) {
    case VM_CONST: put_constant(p, id); return;
    case VM_UNKNOWN: text_add_cstr(&p->out, "?"); return;
    case VM_FAIL: text_add_cstr(&p->out, "!"); return;
    case VM_CARRY: text_add_cstr(&p->out, explain_say(p->t, "value so far", "上期值")); return;
    case VM_NEG:
        text_add_cstr(&p->out, "-");
        put(p, node->a, ATOM_LEVEL);
        return;
    case VM_NOT:
        if (p->has_numbers && node->space == 0 && explain_at(p->t, id, 0).reason == 0) {
            vm_value value = explain_at(p->t, id, 0);
            text_add(&p->out, value_bare(p->t->memory, p->t->plan, id, value, p->t->is_chinese));
            return;
        }
        text_add_cstr(&p->out, explain_say(p->t, "not ", "非 "));
        put(p, node->a, ATOM_LEVEL);
        return;
    case VM_ROUND:
        put(p, node->a, LOOSE);
        text_add_cstr(&p->out, explain_say(p->t, ", ", "，"));
        text_add_cstr(&p->out, formula_rounding(p->t, id));
        return;
    case VM_IF:
    case VM_ELSE: put_choice(p, node); return;
    case VM_LOOKUP: put_leaf(p, id); return;
    default: break;
    }
    if (INFIX[node->op].level) put_infix(p, node);
    else if (CALLS[node->op].name) put_call(p, node, &CALLS[node->op]);
    else put_leaf(p, id);
}

/* The aggregate of rows is one number to the person: with numbers it is shown as that number. */
static bool is_aggregate(const teller *t, const vm_node *node)
{
    return node->space == 0 && node->a != VM_NONE && node->a < t->plan->node_count &&
           t->plan->nodes[node->a].space != 0;
}

/* A choice that the law itself writes, and not one by date, by exception or to say a name. */
static bool is_written_choice(const teller *t, vm_node_id id, const vm_node *node)
{
    const vm_origin *origin = explain_origin(t, id);
    return origin->source && node->a != node->b && explain_node(t, node->a)->origin != 0 &&
           (origin->role == VM_ROLE_STEP || origin->role == VM_ROLE_CONDITION);
}

static void put(printer *p, vm_node_id id, int level)
{
    const teller *t = p->t;
    while ((explain_node(t, id)->op == VM_BOUND || explain_node(t, id)->op == VM_SPREAD) &&
           !formula_is_leaf(t, id, p->root))
        id = explain_node(t, id)->a;
    const vm_node *node = explain_node(t, id);
    vm_node_id next;
    if (p->depth > 200) {
        text_add_cstr(&p->out, "…");
        return;
    }
    if (formula_is_leaf(t, id, p->root)) {
        put_leaf(p, id);
        return;
    }
    bool is_choice = node->op == VM_IF || node->op == VM_ELSE;
    bool is_whole = !p->has_numbers && is_choice && is_written_choice(t, id, node);
    if (is_choice && !is_whole && node->space == 0 && takes_first(t, node, 0, &next)) {
        p->depth++;
        put(p, next, level);
        p->depth--;
        return;
    }
    if (p->has_numbers && is_aggregate(t, node)) {
        vm_value value = explain_at(t, id, 0);
        if (value.reason) text_add_cstr(&p->out, "?");
        else text_add(&p->out, value_bare(t->memory, t->plan, id, value, t->is_chinese));
        return;
    }
    p->depth++;
    bool is_wrapped = level_of(node) < level;
    if (is_wrapped) text_add_cstr(&p->out, "(");
    put_node(p, id, node);
    if (is_wrapped) text_add_cstr(&p->out, ")");
    p->depth--;
}

text formula_print(const teller *t, vm_node_id id, vm_node_id root, bool has_numbers)
{
    printer p = {
        .t = t, .out = text_builder_open(t->memory), .root = root, .has_numbers = has_numbers
    };
    put(&p, id, LOOSE);
    return text_built(&p.out);
}
