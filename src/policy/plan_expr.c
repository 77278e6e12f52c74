#include "policy/plan_internal.h"

/* Typed trees → nodes. */

static vm_kind kind_of(const typed *t, vm_kind wanted)
{
    return t->type.is_any ? wanted : types_kind(t->type.base);
}

static uint32_t step_origin(plan_builder *b, const typed *t)
{
    const expr *e = t->source;
    if (!e || !b->pack) return 0;
    return policy_plan_origin(
        b, (vm_origin){ .role = VM_ROLE_STEP,
                        .unit = types_print(b->memory, t->type),
                        .source = syntax_source_of(b->memory, b->pack->syntax, e->at).bytes,
                        .at = policy_pos(e->at),
                        .since_day = INT32_MIN,
                        .until_day = INT32_MAX });
}

bool policy_plan_expr_is_shared(const typed *t)
{
    return t->kind == TYPED_SYMBOL || t->kind == TYPED_CARRY || t->kind == TYPED_PARAM ||
           (t->kind == TYPED_TIME);
}

static vm_node_id plan_symbol(plan_builder *b, const symbol *s, plan_place *at)
{
    bool is_rule =
        s->public->kind == POLICY_SYMBOL_VAR || s->public->kind == POLICY_SYMBOL_INDICATOR;
    vm_node_id node = is_rule ? policy_plan_rule(b, s, at) : policy_plan_fact(b, s);
    if (b->nodes[node].space == at->space || at->space == 0) return node;
    return policy_plan_spread(b, node, at->space);
}

static vm_node_id plan_time(plan_builder *b, const typed *t, plan_place *at)
{
    uint32_t origin = step_origin(b, t);
    int32_t month = calendar_month_of_day(at->on_day);
    bool is_row = policy_plan_row_day(b, at) != VM_NONE;
    switch (t->time) {
    case TIME_TODAY:
        return is_row ? at->day : policy_plan_constant(b, at, VM_DAY, at->on_day, 1, origin);
    case TIME_MONTH:
        return is_row ? at->month : policy_plan_constant(b, at, VM_MONTH, month, 1, origin);
    default: break;
    }
    bool is_last = t->time == TIME_LAST_YEAR;
    if (!is_row)
        return policy_plan_constant(b, at, VM_NUMBER, calendar_year_of_month(month) - is_last, 1,
                                    origin);
    if (!is_last) return at->year;
    return policy_plan_op(b, at, VM_SUB, VM_NUMBER, at->year,
                          policy_plan_constant(b, at, VM_NUMBER, 1, 1, 0), origin);
}

static vm_kind kind_of_arguments(const typed *t, vm_kind own)
{
    switch (t->op) {
    case VM_EQ:
    case VM_NE:
    case VM_LT:
    case VM_LE:
    case VM_GT:
    case VM_GE:
    case VM_KNOWN:
        return kind_of(t->args[0], t->arg_count > 1 ? kind_of(t->args[1], VM_NUMBER) : VM_NUMBER);
    case VM_AND:
    case VM_OR:
    case VM_NOT: return VM_BOOL;
    case VM_ELSE:
    case VM_MIN:
    case VM_MAX:
    case VM_PREVIOUS:
    case VM_IF: return own;
    case VM_MONTH_OF_DAY:
    case VM_DAY_IN_MONTH:
    case VM_DAY_DIFF:
    case VM_FULL_MONTHS:
    case VM_DAY_ADD:
    case VM_DAY_ADD_MONTHS: return VM_DAY;
    case VM_YEAR_OF_MONTH:
    case VM_MONTH_IN_YEAR:
    case VM_FIRST_DAY:
    case VM_LAST_DAY:
    case VM_MONTH_DIFF:
    case VM_MONTH_ADD: return VM_MONTH;
    default: return VM_NUMBER;
    }
}

static vm_node_id plan_operator(plan_builder *b, const typed *t, plan_place *at, vm_kind wanted)
{
    vm_kind kind = kind_of(t, wanted), inner = kind_of_arguments(t, kind);
    if (t->op == VM_IF) {
        vm_node_id condition = policy_plan_expr(b, t->args[0], at, VM_BOOL);
        vm_node_id yes = policy_plan_expr(b, t->args[1], at, kind);
        vm_node_id no = policy_plan_expr(b, t->args[2], at, kind);
        return policy_plan_if(b, condition, yes, no, step_origin(b, t));
    }
    vm_node_id a = VM_NONE, c = VM_NONE;
    bool is_step = t->op == VM_MONTH_ADD || t->op == VM_DAY_ADD || t->op == VM_DAY_ADD_MONTHS;
    if (t->arg_count > 0) a = policy_plan_expr(b, t->args[0], at, inner);
    if (t->arg_count > 1) c = policy_plan_expr(b, t->args[1], at, is_step ? VM_NUMBER : inner);
    return policy_plan_op(b, at, t->op, kind, a, c, step_origin(b, t));
}

static vm_node_id plan_round(plan_builder *b, const typed *t, plan_place *at)
{
    vm_node node = { .op = VM_ROUND,
                     .kind = VM_NUMBER,
                     .space = at->space,
                     .mode = t->rounding,
                     .a = policy_plan_expr(b, t->args[0], at, VM_NUMBER),
                     .b = VM_NONE,
                     .c = VM_NONE,
                     .aux = policy_plan_rational(b, t->value.num, t->value.den),
                     .origin = step_origin(b, t) };
    return policy_plan_node(b, node);
}

/* ---- over rows ---- */

static vm_node_id plan_group(plan_builder *b, const plan_place *at, vm_op op, vm_kind kind,
                             vm_node_id a, vm_node_id where, uint32_t origin)
{
    (void)at;
    return policy_plan_node(b, (vm_node){ .op = op,
                                          .kind = kind,
                                          .space = 0,
                                          .a = a,
                                          .b = where,
                                          .c = VM_NONE,
                                          .origin = origin });
}

static vm_node_id plan_aggregate(plan_builder *b, const typed *t, plan_place *at)
{
    static const vm_op OPS[] = {
        [AGG_SUM] = VM_SUM,     [AGG_COUNT] = VM_COUNT, [AGG_AVG] = VM_SUM,
        [AGG_MIN] = VM_AGG_MIN, [AGG_MAX] = VM_AGG_MAX, [AGG_FIRST] = VM_FIRST,
        [AGG_LAST] = VM_LAST,   [AGG_ANY] = VM_ANY,     [AGG_ALL] = VM_ALL
    };
    plan_place *rows = policy_plan_rows(b, t->symbol);
    uint32_t origin = step_origin(b, t);
    vm_node_id body = t->args[0] ? policy_plan_expr(b, t->args[0], rows, VM_NUMBER) : VM_NONE;
    vm_node_id where = t->args[1] ? policy_plan_expr(b, t->args[1], rows, VM_BOOL) : VM_NONE;
    vm_node_id counted = where;
    bool is_counting = t->aggregate == AGG_COUNT || t->aggregate == AGG_AVG;
    if (is_counting && counted == VM_NONE)
        counted = policy_plan_constant(b, rows, VM_BOOL, 1, 1, 0);
    if (t->aggregate == AGG_COUNT)
        return plan_group(b, at, VM_COUNT, VM_NUMBER, counted, VM_NONE, origin);
    vm_kind kind = b->nodes[body].kind;
    if (t->aggregate != AGG_AVG)
        return plan_group(b, at, OPS[t->aggregate], kind, body, where, origin);
    /* The mean over no rows is unknown, not a division by zero. */
    plan_place *base = &b->base;
    vm_node_id sum = plan_group(b, at, VM_SUM, VM_NUMBER, body, where, 0);
    vm_node_id count = plan_group(b, at, VM_COUNT, VM_NUMBER, counted, VM_NONE, 0);
    vm_node_id zero = policy_plan_constant(b, base, VM_NUMBER, 0, 1, 0);
    vm_node_id is_none = policy_plan_op(b, base, VM_EQ, VM_BOOL, count, zero, 0);
    vm_node_id mean = policy_plan_op(b, base, VM_DIV, VM_NUMBER, sum, count, origin);
    vm_node unknown = { .op = VM_UNKNOWN,
                        .kind = VM_NUMBER,
                        .a = VM_NONE,
                        .b = VM_NONE,
                        .c = VM_NONE,
                        .origin = origin };
    return policy_plan_if(b, is_none, policy_plan_node(b, unknown), mean, origin);
}

static vm_node_id plan_same(plan_builder *b, const typed *t)
{
    plan_place *rows = policy_plan_rows(b, t->symbol);
    vm_node_id body = t->args[0] ? policy_plan_expr(b, t->args[0], rows, VM_NUMBER)
                                 : policy_plan_constant(b, rows, VM_NUMBER, 1, 1, 0);
    vm_node_id where = t->args[1] ? policy_plan_expr(b, t->args[1], rows, VM_BOOL) : VM_NONE;
    vm_node_id key = policy_plan_expr(b, t->args[2], rows, VM_NUMBER);
    return policy_plan_node(b, (vm_node){ .op = VM_SUM_SAME,
                                          .kind = VM_NUMBER,
                                          .space = rows->space,
                                          .a = body,
                                          .b = where,
                                          .c = key,
                                          .origin = step_origin(b, t) });
}

/* Bounds of a carried number: its type's, as far as 64 bits hold them at its places. */
static policy_type carried_type(const typed *t)
{
    int places = t->carry_decimals;
    i128 most = t->type.base == POLICY_MONEY ? i128_pow10(14) : i128_pow10(9);
    i128 stored = most * i128_pow10(places);
    if (stored > i128_pow10(18)) stored = i128_pow10(18);
    return (policy_type){ .base = t->type.base,
                          .decimals = (uint8_t)places,
                          .min = (int64_t)-stored,
                          .max = (int64_t)stored };
}

static vm_node_id plan_fold(plan_builder *b, const typed *t)
{
    plan_place rows = *policy_plan_rows(b, t->symbol);
    vm_kind kind = kind_of(t, VM_NUMBER);
    uint32_t origin = step_origin(b, t);
    vm_node_id start = policy_plan_expr(b, t->args[2], &b->base, kind);
    vm_node_id where =
        t->args[1] ? policy_plan_expr(b, t->args[1], policy_plan_rows(b, t->symbol), VM_BOOL)
                   : VM_NONE;
    policy_plan_row_day(b, policy_plan_rows(b, t->symbol));
    rows = *policy_plan_rows(b, t->symbol);
    rows.carry = policy_plan_node(b, (vm_node){ .op = VM_CARRY,
                                                .kind = kind,
                                                .space = rows.space,
                                                .a = VM_NONE,
                                                .b = VM_NONE,
                                                .c = VM_NONE,
                                                .origin = origin });
    vm_node_id body = policy_plan_expr(b, t->args[0], &rows, kind);
    if (kind == VM_NUMBER) {
        policy_type type = carried_type(t);
        body = policy_plan_bound(b, body, &type, t->carry_decimals, origin);
    }
    return policy_plan_node(b, (vm_node){ .op = VM_FOLD,
                                          .kind = kind,
                                          .space = 0,
                                          .a = body,
                                          .b = where,
                                          .c = start,
                                          .origin = origin });
}

static vm_node_id plan_here(plan_builder *b, const typed *t, plan_place *at, vm_kind wanted)
{
    vm_kind kind = kind_of(t, wanted);
    switch (t->kind) {
    case TYPED_CONST:
        if (kind == VM_CODE)
            return policy_plan_constant(b, at, kind, policy_plan_code(b, t->value.code), 1,
                                        step_origin(b, t));
        return policy_plan_constant(b, at, kind, t->value.num, t->value.den, step_origin(b, t));
    case TYPED_UNKNOWN:
        return policy_plan_node(b, (vm_node){ .op = VM_UNKNOWN,
                                              .kind = kind,
                                              .space = at->space,
                                              .a = VM_NONE,
                                              .b = VM_NONE,
                                              .c = VM_NONE,
                                              .origin = step_origin(b, t) });
    case TYPED_SYMBOL: return plan_symbol(b, t->symbol, at);
    case TYPED_PARAM: return policy_plan_param(b, t, at);
    case TYPED_CARRY: return at->carry;
    case TYPED_TIME: return plan_time(b, t, at);
    case TYPED_OP: return plan_operator(b, t, at, wanted);
    case TYPED_ROUND: return plan_round(b, t, at);
    case TYPED_AGGREGATE: return plan_aggregate(b, t, at);
    case TYPED_SAME: return plan_same(b, t);
    case TYPED_FOLD: return plan_fold(b, t);
    }
    return 0;
}

vm_node_id policy_plan_expr(plan_builder *b, const typed *t, plan_place *at, vm_kind wanted)
{
    vm_node_id node = plan_here(b, t, at, wanted);
    return at->space && b->nodes[node].space == 0 ? policy_plan_spread(b, node, at->space) : node;
}
