#include <string.h>

#include "policy/policy_internal.h"

/* Expressions as written → typed trees. What is wrong is reported once, where it stands; a part
 * that could not be typed then fits everywhere, so that one mistake is not told five times. */

enum { EXPR_DEPTH_MAX = 240 };

void check_mistake(const scope *s, const char *code, span at, const char *hole0, const char *hole1,
                   const char *hole2)
{
    mistakes_add(s->book->mistakes, code, at, policy_text(hole0), policy_text(hole1),
                 policy_text(hole2));
}

typed *check_expr_node(scope *s, const expr *e, typed_kind kind, typing type)
{
    typed *t = ARENA_NEW(s->book->memory, typed);
    t->kind = kind;
    t->type = type;
    t->source = e;
    return t;
}

const typed *check_expr_bad(scope *s, const expr *e)
{
    return check_expr_node(s, e, TYPED_UNKNOWN, types_any());
}

const typed *check_expr_op(scope *s, const expr *e, vm_op op, typing type, const typed *a,
                           const typed *b)
{
    typed *t = check_expr_node(s, e, TYPED_OP, type);
    t->op = op;
    t->args[0] = a;
    t->args[1] = b;
    t->arg_count = b ? 2 : 1;
    return t;
}

const typed *check_expr_number(scope *s, const expr *e, i128 num, i128 den)
{
    typing type = types_pure(types_decimals_of_fraction(num, den));
    type.is_literal = true;
    type.is_zero = num == 0;
    typed *t = check_expr_node(s, e, TYPED_CONST, type);
    t->value = (constant){ .is_set = true, .num = num, .den = den };
    return t;
}

/* ---- where the operator stands ---- */

static size_t offset_of(text bytes, int32_t line, int32_t place)
{
    size_t at = 0;
    for (int32_t now = 1; now < line && at < bytes.size_bytes;)
        now += bytes.bytes[at++] == '\n';
    for (int32_t now = 1; now < place && at < bytes.size_bytes; now++)
        text_next_rune(bytes, &at);
    return at;
}

static bool is_operator_rune(uint32_t r)
{
    if (r < 0x80) return r > 0x20 && !strchr("()[]{}", (int)r);
    return r != 0x3000 && r != 0xff08 && r != 0xff09;
}

/* Of a binary expression: the sign between its two sides. */
static span operator_span(const scope *s, const expr *e)
{
    const span left = e->args[0]->at, right = e->args[1]->at;
    text bytes = s->pack->syntax->bytes;
    span at = { left.file, left.line_until, left.column_until, 0, 0 };
    size_t from = offset_of(bytes, at.line, at.column);
    size_t until = offset_of(bytes, right.line, right.column);
    for (; from < until;) {
        size_t next = from;
        uint32_t rune = text_next_rune(bytes, &next);
        if (is_operator_rune(rune)) break;
        from = next;
        at.column++;
        if (rune == '\n') {
            at.line++;
            at.column = 1;
        }
    }
    if (from >= until) return e->at;
    at.line_until = at.line;
    at.column_until = at.column;
    while (from < until && is_operator_rune(text_next_rune(bytes, &from)))
        at.column_until++;
    return at;
}

/* ---- two sides that must be of one unit ---- */

static const char *suffix_of(typing t)
{
    static const char *const MONEY[] = { "元", "元/日", "元/月", "元/年" };
    switch (t.base) {
    case POLICY_MONEY: return MONEY[t.per];
    case POLICY_MONTHS: return "个月";
    case POLICY_DAYS: return "天";
    case POLICY_YEAR: return "年";
    default: return NULL;
    }
}

static bool report_plain(scope *s, const typed *plain, typing other, span at)
{
    const char *suffix = suffix_of(other);
    bool is_step = !other.is_any && (other.base == POLICY_DATE || other.base == POLICY_MONTH);
    bool is_plain =
        plain->type.is_literal && plain->kind == TYPED_CONST && plain->type.base != POLICY_RATE;
    if (!is_plain || (!suffix && !is_step)) return false;
    char number[MONEY_RATIO_PRINT_BYTES];
    money_ratio_print((money_ratio){ plain->value.num, plain->value.den }, number);
    if (is_step) {
        check_mistake(s, "type.date_step", at, types_print(s->book->memory, other), number, NULL);
        return true;
    }
    check_mistake(s, "type.plain_number", at, types_print(s->book->memory, other), number,
                  text_format(s->book->memory, "%s%s", number, suffix).bytes);
    return true;
}

void check_expr_mismatch(scope *s, span at, const typed *a, const typed *b)
{
    arena *m = s->book->memory;
    if (report_plain(s, a, b->type, at) || report_plain(s, b, a->type, at)) return;
    bool is_periods = a->type.base == POLICY_MONEY && b->type.base == POLICY_MONEY;
    check_mistake(s, is_periods ? "type.periods" : "type.mismatch", at, types_print(m, a->type),
                  types_print(m, b->type), NULL);
}

bool check_expr_unify(scope *s, span at, const typed *a, const typed *b, typing *both)
{
    if (types_unify(a->type, b->type, both)) return true;
    check_expr_mismatch(s, at, a, b);
    *both = types_any();
    return false;
}

bool check_expr_whole(scope *s, const typed *t)
{
    if (t->type.is_any || t->type.decimals == 0) return true;
    check_mistake(s, "type.whole", t->source->at, types_print(s->book->memory, t->type), NULL,
                  NULL);
    return false;
}

const typed *check_expr_bool(scope *s, const expr *e)
{
    typing wanted = types_bool();
    const typed *t = check_expr(s, e, &wanted);
    if (t->type.is_any || t->type.base == POLICY_BOOL) return t;
    check_mistake(s, "type.condition", e->at, types_print(s->book->memory, t->type), NULL, NULL);
    return check_expr_bad(s, e);
}

/* ---- arithmetic ---- */

static bool is_point(typing t)
{
    return !t.is_any && (t.base == POLICY_YEAR || t.base == POLICY_MONTH || t.base == POLICY_DATE);
}

static typing type_of_base(policy_base_type base)
{
    return (typing){ .base = base };
}

/* A point in time and a length, or two points; NULL: not such a pair. */
static const typed *point_arithmetic(scope *s, const expr *e, const typed *a, const typed *b)
{
    bool is_minus = e->op == OP_SUB;
    policy_base_type left = a->type.base, right = b->type.base;
    if (is_point(a->type) && is_point(b->type)) {
        if (!is_minus || left != right) return NULL;
        if (left == POLICY_YEAR)
            return check_expr_op(s, e, VM_SUB, type_of_base(POLICY_COUNT), a, b);
        bool is_month = left == POLICY_MONTH;
        return check_expr_op(s, e, is_month ? VM_MONTH_DIFF : VM_DAY_DIFF,
                             type_of_base(is_month ? POLICY_MONTHS : POLICY_DAYS), a, b);
    }
    if (is_point(b->type)) {
        if (is_minus) return NULL;
        const typed *swap = a;
        a = b;
        b = swap;
        left = a->type.base;
        right = b->type.base;
    }
    vm_op op;
    if (left == POLICY_YEAR && types_is_pure(right)) op = is_minus ? VM_SUB : VM_ADD;
    else if (left == POLICY_MONTH && right == POLICY_MONTHS) op = VM_MONTH_ADD;
    else if (left == POLICY_DATE && right == POLICY_MONTHS) op = VM_DAY_ADD_MONTHS;
    else if (left == POLICY_DATE && right == POLICY_DAYS) op = VM_DAY_ADD;
    else return NULL;
    check_expr_whole(s, b);
    if (is_minus && op != VM_SUB) b = check_expr_op(s, b->source, VM_NEG, b->type, b, NULL);
    return check_expr_op(s, e, op, type_of_base(left), a, b);
}

static const typed *check_sum(scope *s, const expr *e, const typed *a, const typed *b)
{
    typing type;
    if (!a->type.is_any && !b->type.is_any && (is_point(a->type) || is_point(b->type))) {
        const typed *moved = point_arithmetic(s, e, a, b);
        if (moved) return moved;
        check_expr_mismatch(s, operator_span(s, e), a, b);
        return check_expr_bad(s, e);
    }
    if (!types_unify(a->type, b->type, &type)) {
        check_expr_mismatch(s, operator_span(s, e), a, b);
        return check_expr_bad(s, e);
    }
    if (!type.is_any && !types_is_number(type.base)) {
        check_mistake(s, "type.arithmetic", operator_span(s, e), types_print(s->book->memory, type),
                      NULL, NULL);
        return check_expr_bad(s, e);
    }
    type.is_literal = false;
    type.is_zero = false;
    return check_expr_op(s, e, e->op == OP_ADD ? VM_ADD : VM_SUB, type, a, b);
}

/* money per year * months: a twelfth for each month. */
static const typed *yearly_product(scope *s, const expr *e, const typed *a, const typed *b)
{
    const typed *money = a->type.base == POLICY_MONEY ? a : b, *length = money == a ? b : a;
    bool is_yearly = !a->type.is_any && !b->type.is_any && money->type.base == POLICY_MONEY &&
                     money->type.per == POLICY_PER_YEAR && length->type.base == POLICY_MONTHS;
    if (!is_yearly || e->op != OP_MUL) return NULL;
    typing type = { .base = POLICY_MONEY, .decimals = DECIMALS_MANY };
    bool is_years =
        length->kind == TYPED_CONST && length->value.den == 1 && length->value.num % 12 == 0;
    if (is_years) type.decimals = money->type.decimals;
    const typed *months = check_expr_op(s, e, VM_MUL, type, a, b);
    return check_expr_op(s, e, VM_DIV, type, months, check_expr_number(s, e, 12, 1));
}

static const typed *check_product(scope *s, const expr *e, const typed *a, const typed *b)
{
    typing type;
    bool is_product = e->op == OP_MUL;
    const typed *yearly = yearly_product(s, e, a, b);
    if (yearly) return yearly;
    if (!(is_product ? types_multiply : types_divide)(a->type, b->type, &type)) {
        check_mistake(s, is_product ? "type.multiply" : "type.divide", operator_span(s, e),
                      types_print(s->book->memory, a->type), types_print(s->book->memory, b->type),
                      NULL);
        return check_expr_bad(s, e);
    }
    if (!is_product && b->kind == TYPED_CONST && b->value.num == 0 && !b->type.is_any)
        check_mistake(s, "expr.divides_by_zero", operator_span(s, e), NULL, NULL, NULL);
    if (!is_product && b->kind == TYPED_CONST && b->value.num > 0 &&
        a->type.decimals != DECIMALS_MANY) {
        int more = types_decimals_of_fraction(b->value.den, b->value.num);
        if (more != DECIMALS_MANY) type.decimals = a->type.decimals + more;
    }
    type.is_literal = false;
    type.is_zero = false;
    return check_expr_op(s, e, is_product ? VM_MUL : VM_DIV, type, a, b);
}

static const typed *check_comparison(scope *s, const expr *e, const typed *a, const typed *b)
{
    static const vm_op OPS[] = { [OP_EQ] = VM_EQ, [OP_NE] = VM_NE, [OP_LT] = VM_LT,
                                 [OP_LE] = VM_LE, [OP_GT] = VM_GT, [OP_GE] = VM_GE };
    typing both;
    if (!types_unify(a->type, b->type, &both)) {
        check_expr_mismatch(s, operator_span(s, e), a, b);
        return check_expr_node(s, e, TYPED_UNKNOWN, types_bool());
    }
    vm_kind kind = types_kind(both.base);
    bool is_ordered = both.is_any || (kind != VM_CODE && kind != VM_BOOL);
    if (!is_ordered && e->op != OP_EQ && e->op != OP_NE) {
        check_mistake(s, "type.order", operator_span(s, e), types_print(s->book->memory, both),
                      NULL, NULL);
        return check_expr_node(s, e, TYPED_UNKNOWN, types_bool());
    }
    return check_expr_op(s, e, OPS[e->op], types_bool(), a, b);
}

static bool is_bare_name(const expr *e)
{
    return e->kind == EXPR_NAME || e->kind == EXPR_TEXT;
}

/* Both sides, each helped by what the other is: `人员类别 == 女干部`. */
static void check_sides(scope *s, const expr *e, const typed **a, const typed **b)
{
    if (is_bare_name(e->args[0]) && !is_bare_name(e->args[1])) {
        *b = check_expr(s, e->args[1], NULL);
        *a = check_expr(s, e->args[0], &(*b)->type);
        return;
    }
    *a = check_expr(s, e->args[0], NULL);
    *b = check_expr(s, e->args[1], &(*a)->type);
}

static const typed *check_binary(scope *s, const expr *e)
{
    const typed *a, *b;
    if (e->op == OP_AND || e->op == OP_OR) {
        a = check_expr_bool(s, e->args[0]);
        b = check_expr_bool(s, e->args[1]);
        return check_expr_op(s, e, e->op == OP_AND ? VM_AND : VM_OR, types_bool(), a, b);
    }
    check_sides(s, e, &a, &b);
    switch (e->op) {
    case OP_ADD:
    case OP_SUB: return check_sum(s, e, a, b);
    case OP_MUL:
    case OP_DIV: return check_product(s, e, a, b);
    default: return check_comparison(s, e, a, b);
    }
}

static const typed *check_unary(scope *s, const expr *e)
{
    if (e->op == OP_NOT)
        return check_expr_op(s, e, VM_NOT, types_bool(), check_expr_bool(s, e->args[0]), NULL);
    const typed *a = check_expr(s, e->args[0], NULL);
    if (a->type.is_any) return a;
    if (!types_is_number(a->type.base) || a->type.base == POLICY_YEAR) {
        check_mistake(s, "type.arithmetic", e->at, types_print(s->book->memory, a->type), NULL,
                      NULL);
        return check_expr_bad(s, e);
    }
    if (a->kind == TYPED_CONST) {
        typed *t = check_expr_node(s, e, TYPED_CONST, a->type);
        t->value = a->value;
        t->value.num = -t->value.num;
        return t;
    }
    return check_expr_op(s, e, VM_NEG, a->type, a, NULL);
}

/* ---- choices ---- */

static const typed *check_member(scope *s, const expr *e)
{
    const typed *a = check_expr(s, e->args[0], NULL), *any = NULL;
    for (size_t i = 1; i < e->arg_count; i++) {
        const typed *b = check_expr(s, e->args[i], &a->type);
        typing both;
        if (!check_expr_unify(s, e->args[i]->at, a, b, &both)) continue;
        const typed *same = check_expr_op(s, e, VM_EQ, types_bool(), a, b);
        any = any ? check_expr_op(s, e, VM_OR, types_bool(), any, same) : same;
    }
    return any ? any : check_expr_node(s, e, TYPED_UNKNOWN, types_bool());
}

static const typed *check_if(scope *s, const expr *e, const typing *wanted)
{
    const typed *condition = check_expr_bool(s, e->args[0]);
    const typed *yes = check_expr(s, e->args[1], wanted);
    const typed *no = check_expr(s, e->args[2], wanted ? wanted : &yes->type);
    typing type;
    if (!check_expr_unify(s, e->args[2]->at, yes, no, &type)) return check_expr_bad(s, e);
    typed *t = check_expr_node(s, e, TYPED_OP, type);
    t->op = VM_IF;
    t->args[0] = condition;
    t->args[1] = yes;
    t->args[2] = no;
    t->arg_count = 3;
    return t;
}

static const typed *check_else(scope *s, const expr *e, const typing *wanted)
{
    const typed *a = check_expr(s, e->args[0], wanted);
    const typed *b = check_expr(s, e->args[1], wanted ? wanted : &a->type);
    typing type;
    if (!check_expr_unify(s, e->args[1]->at, a, b, &type)) return check_expr_bad(s, e);
    return check_expr_op(s, e, VM_ELSE, type, a, b);
}

static const typed *check_round(scope *s, const expr *e, const typing *wanted)
{
    const typed *a = check_expr(s, e->args[0], wanted);
    const expr *unit = e->args[1];
    if (a->type.is_any) return a;
    bool is_money = a->type.base == POLICY_MONEY;
    typing unit_type = values_unit_type(unit->unit);
    bool is_unit = unit->kind == EXPR_NUMBER && types_is_number(a->type.base) &&
                   (is_money ? unit->unit == UNIT_YUAN : types_fits(unit_type, a->type));
    int decimals = is_unit ? types_decimals_of_fraction(unit->num, unit->den) : DECIMALS_MANY;
    if (!is_unit || unit->num <= 0 || decimals == DECIMALS_MANY) {
        static const char *const FITTING[] = {
            [POLICY_MONEY] = "分, 角, 元", [POLICY_MONTHS] = "1个月",  [POLICY_DAYS] = "1天",
            [POLICY_RATE] = "0.01%",       [POLICY_NUMBER] = "0.0001", [POLICY_COUNT] = "1",
            [POLICY_ENUM] = NULL,
        };
        const char *fitting = FITTING[a->type.base] ? FITTING[a->type.base] : "a numeric unit";
        check_mistake(s, "round.unit_type", unit->at, types_print(s->book->memory, a->type),
                      fitting, NULL);
        return check_expr_bad(s, e);
    }
    typing type = a->type;
    type.decimals = decimals;
    type.is_literal = false;
    type.is_zero = false;
    typed *t = check_expr_node(s, e, TYPED_ROUND, type);
    t->args[0] = a;
    t->arg_count = 1;
    t->rounding = e->rounding;
    t->value = (constant){ .is_set = true, .num = unit->num, .den = unit->den };
    return t;
}

static const typed *check_any(scope *s, const expr *e, const typing *wanted)
{
    switch (e->kind) {
    case EXPR_NUMBER: return check_literal_number(s, e);
    case EXPR_POINT: return check_literal_point(s, e);
    case EXPR_BOOL: return check_literal_truth(s, e);
    case EXPR_UNKNOWN: return check_expr_bad(s, e);
    case EXPR_TEXT: return check_literal_text(s, e, wanted);
    case EXPR_NAME:
    case EXPR_FIELD: return check_name(s, e, wanted);
    case EXPR_INDEX:
    case EXPR_AT:
    case EXPR_IN_REGION: return check_name_param(s, e);
    case EXPR_CALL: return check_call(s, e, wanted);
    case EXPR_UNARY: return check_unary(s, e);
    case EXPR_BINARY: return check_binary(s, e);
    case EXPR_MEMBER: return check_member(s, e);
    case EXPR_IF: return check_if(s, e, wanted);
    case EXPR_ELSE: return check_else(s, e, wanted);
    case EXPR_ROUND: return check_round(s, e, wanted);
    case EXPR_AGGREGATE: return check_group_aggregate(s, e);
    case EXPR_FOLD: return check_group_fold(s, e);
    }
    return check_expr_bad(s, e);
}

const typed *check_expr(scope *s, const expr *e, const typing *wanted)
{
    if (s->depth >= EXPR_DEPTH_MAX) {
        check_mistake(s, "expr.too_deep", e->at, NULL, NULL, NULL);
        return check_expr_bad(s, e);
    }
    s->depth++;
    const typed *t = check_any(s, e, wanted);
    s->depth--;
    return t;
}
