#include <string.h>

#include "policy/literal.h"
#include "policy/parse.h"

/* ---- nodes ---- */

expr *parse_expr_new(parser *p, expr_kind kind, span at, expr *const *args, size_t arg_count)
{
    int32_t depth = 1;
    for (size_t i = 0; i < arg_count; i++)
        if (args[i] && args[i]->depth >= depth) depth = args[i]->depth + 1;
    if (depth > PARSE_EXPR_DEPTH_MAX) {
        parse_fail(p, "expr.too_deep", at, TEXT_NONE, TEXT_NONE);
        return NULL;
    }
    expr *e = ARENA_NEW(p->memory, expr);
    e->kind = kind;
    e->at = at;
    e->depth = depth;
    e->arg_count = arg_count;
    if (arg_count) {
        e->args = ARENA_ARRAY(p->memory, expr *, arg_count);
        memcpy(e->args, args, sizeof(expr *) * arg_count);
    }
    return e;
}

expr *parse_expr_binary(parser *p, expr_op op, expr *left, expr *right)
{
    if (!left || !right) return NULL;
    expr *e = parse_expr_new(p, EXPR_BINARY, parse_join(left->at, right->at),
                             (expr *[]){ left, right }, 2);
    if (e) e->op = op;
    return e;
}

/* Counts one more nesting of the reader itself; every way down passes here. */
static bool enter(parser *p, span at)
{
    if (++p->depth <= PARSE_DEPTH_MAX) return true;
    parse_fail(p, "expr.too_deep", at, TEXT_NONE, TEXT_NONE);
    return false;
}

/* ---- the smallest parts ---- */

static expr *literal_node(parser *p, const token *t)
{
    const lexer_literal *l = t->literal;
    expr *e = parse_expr_new(p, l->is_point ? EXPR_POINT : EXPR_NUMBER, t->at, NULL, 0);
    e->unit = l->unit;
    e->is_percent = l->is_percent;
    e->point = l->point;
    e->num = l->num;
    e->den = l->den;
    return e;
}

static expr *parenthesis(parser *p)
{
    const token *open = parse_take(p);
    bool was_else_taken = p->is_else_taken;
    p->is_else_taken = false;
    expr *inner = enter(p, open->at) ? parse_expr(p) : NULL;
    p->depth--;
    p->is_else_taken = was_else_taken;
    if (!inner) return NULL;
    if (!parse_is_mark(parse_peek(p), ')')) {
        const token *t = parse_peek(p);
        if (t->kind == TOKEN_BAD) parse_fail_wanted(p, ")");
        else parse_fail(p, "paren.open", open->at, TEXT("("), TEXT(")"));
        return NULL;
    }
    parse_take(p);
    inner->at = parse_span_from(p, open->at);
    return inner;
}

static expr *name_node(parser *p)
{
    static const char *const VALUES[] = { "today", "this_month", "this_year", "last_year",
                                          "row_number", "今日", "本月", "今年", "去年" };
    const token *t = parse_peek(p);
    if (parse_is_mark(parse_peek_next(p), '(')) return parse_call(p);
    bool is_value = !lexer_is_reserved(t->bytes);
    for (size_t i = 0; i < ARRAY_COUNT(VALUES) && !is_value; i++)
        is_value = parse_is_word(t, VALUES[i]);
    if (!is_value) {
        const char *code = parse_is_word(t, "if") || parse_is_word(t, "not") ? "expr.loose"
                                                                             : "expr.word";
        parse_fail(p, code, t->at, t->bytes, TEXT_NONE);
        return NULL;
    }
    parse_take(p);
    expr *e = parse_expr_new(p, EXPR_NAME, t->at, NULL, 0);
    e->name = parse_word_of(t);
    if (!parse_is_mark(parse_peek(p), '.')) return e;
    parse_take(p);
    e->pack = e->name;
    if (!parse_used_name(p, false, &e->name)) return NULL;
    e->at = parse_span_from(p, t->at);
    return e;
}

static expr *primary(parser *p)
{
    const token *t = parse_peek(p);
    expr *e;
    switch (t->kind) {
    case TOKEN_LITERAL: return literal_node(p, parse_take(p));
    case TOKEN_STRING:
        parse_take(p);
        e = parse_expr_new(p, EXPR_TEXT, t->at, NULL, 0);
        e->string = t->value;
        return e;
    case TOKEN_NAME: break;
    default:
        if (parse_is_mark(t, '(')) return parenthesis(p);
        if (t->kind == TOKEN_BAD) parse_fail_wanted(p, "");
        else if (t->kind == TOKEN_END) parse_fail(p, "expr.at_end", t->at, TEXT_NONE, TEXT_NONE);
        else parse_fail(p, "expr.wanted", t->at, t->bytes, TEXT_NONE);
        return NULL;
    }
    bool is_true = parse_is_word(t, "true");
    if (is_true || parse_is_word(t, "false")) {
        parse_take(p);
        e = parse_expr_new(p, EXPR_BOOL, t->at, NULL, 0);
        e->truth = is_true;
        return e;
    }
    if (!parse_is_word(t, "unknown")) return name_node(p);
    parse_take(p);
    return parse_expr_new(p, EXPR_UNKNOWN, t->at, NULL, 0);
}

/* ---- [ ] at in else ---- */

/* [K] and [?] behind a value mark it as unverified. */
static bool is_verification_mark(const parser *p)
{
    if (p->at + 2 >= p->count || !parse_is_mark(&p->tokens[p->at], '[')) return false;
    const token *inner = &p->tokens[p->at + 1];
    return (parse_is_word(inner, "K") || parse_is_mark(inner, '?')) &&
           parse_is_mark(&p->tokens[p->at + 2], ']');
}

static expr *indexed(parser *p, expr *base)
{
    enum { KEYS_MAX = 2 };
    const token *open = parse_take(p);
    bool was_else_taken = p->is_else_taken;
    p->is_else_taken = false;
    expr *args[KEYS_MAX + 1] = { base };
    size_t count = 1;
    bool is_read = enter(p, open->at);
    do {
        if (is_read && count > KEYS_MAX)
            is_read = parse_fail(p, "expr.keys", parse_peek(p)->at, TEXT_NONE, TEXT_NONE);
        is_read = is_read && (args[count++] = parse_expr(p));
    } while (is_read && parse_mark(p, ','));
    p->depth--;
    p->is_else_taken = was_else_taken;
    if (!is_read) return NULL;
    if (!parse_mark(p, ']')) {
        if (parse_peek(p)->kind == TOKEN_BAD) parse_fail_wanted(p, "]");
        else parse_fail(p, "paren.open", open->at, TEXT("["), TEXT("]"));
        return NULL;
    }
    return parse_expr_new(p, EXPR_INDEX, parse_span_from(p, base->at), args, count);
}

static expr *with_index(parser *p)
{
    expr *e = primary(p);
    if (e && e->kind == EXPR_NUMBER) return e; /* no table; what follows can only be a mark */
    while (e && parse_is_mark(parse_peek(p), '[') && !is_verification_mark(p)) e = indexed(p, e);
    if (e && parse_is_mark(parse_peek(p), '.')) {
        parse_take(p);
        expr *field = parse_expr_new(p, EXPR_FIELD, e->at, (expr *[]){ e }, 1);
        if (!field || !parse_used_name(p, false, &field->name)) return NULL;
        field->at = parse_span_from(p, e->at);
        return field;
    }
    return e;
}

static expr *postfix(parser *p)
{
    expr *e = with_index(p);
    while (e) {
        bool is_at = parse_is_word(parse_peek(p), "at");
        bool is_in = parse_is_word(parse_peek(p), "in") && !parse_is_mark(parse_peek_next(p), '{');
        if (!is_at && !is_in) break;
        parse_take(p);
        expr *place = with_index(p);
        if (!place) return NULL;
        e = parse_expr_new(p, is_at ? EXPR_AT : EXPR_IN_REGION, parse_join(e->at, place->at),
                           (expr *[]){ e, place }, 2);
    }
    return e;
}

static expr *unary(parser *p);

static expr *with_else(parser *p)
{
    expr *e = postfix(p);
    while (e && !p->is_else_taken && parse_is_word(parse_peek(p), "else")) {
        parse_take(p);
        expr *other = parse_is_mark(parse_peek(p), '-') ? unary(p) : postfix(p);
        if (!other) return NULL;
        e = parse_expr_new(p, EXPR_ELSE, parse_join(e->at, other->at), (expr *[]){ e, other }, 2);
    }
    return e;
}

static expr *unary(parser *p)
{
    const token *t = parse_peek(p);
    if (!parse_is_mark(t, '-')) return with_else(p);
    parse_take(p);
    expr *inner = enter(p, t->at) ? unary(p) : NULL;
    p->depth--;
    if (!inner) return NULL;
    expr *e = parse_expr_new(p, EXPR_UNARY, parse_join(t->at, inner->at), &inner, 1);
    if (e) e->op = OP_NEG;
    return e;
}

/* ---- operators between two ---- */

static expr *factor(parser *p)
{
    expr *e = unary(p);
    while (e) {
        bool is_times = parse_is_mark(parse_peek(p), '*');
        if (!is_times && !parse_is_mark(parse_peek(p), '/')) break;
        parse_take(p);
        e = parse_expr_binary(p, is_times ? OP_MUL : OP_DIV, e, unary(p));
    }
    return e;
}

expr *parse_expr_term(parser *p)
{
    expr *e = factor(p);
    while (e) {
        bool is_plus = parse_is_mark(parse_peek(p), '+');
        if (!is_plus && !parse_is_mark(parse_peek(p), '-')) break;
        parse_take(p);
        e = parse_expr_binary(p, is_plus ? OP_ADD : OP_SUB, e, factor(p));
    }
    return e;
}

/* { A, B } after `in`. */
static expr *member(parser *p, expr *left)
{
    enum { MEMBERS_MAX = 200 };
    parse_take(p);
    const token *open = parse_take(p);
    expr *args[MEMBERS_MAX + 1] = { left };
    size_t count = 1;
    do {
        if (count > MEMBERS_MAX) {
            parse_fail_too_many(p, "list.long", parse_peek(p)->at, MEMBERS_MAX);
            return NULL;
        }
        args[count] = parse_expr_term(p);
        if (!args[count++]) return NULL;
    } while (parse_mark(p, ','));
    if (!parse_mark(p, '}')) {
        if (parse_peek(p)->kind == TOKEN_BAD) parse_fail_wanted(p, "}");
        else parse_fail(p, "paren.open", open->at, TEXT("{"), TEXT("}"));
        return NULL;
    }
    return parse_expr_new(p, EXPR_MEMBER, parse_span_from(p, left->at), args, count);
}

typedef struct {
    int32_t mark;
    expr_op op;
} comparison_row;

static const comparison_row COMPARISONS[] = {
    { MARK_EQ, OP_EQ }, { MARK_NE, OP_NE }, { '<', OP_LT },
    { MARK_LE, OP_LE }, { '>', OP_GT },     { MARK_GE, OP_GE },
};

/* Takes a comparison sign when one comes. */
static bool comparison_sign(parser *p, expr_op *op)
{
    if (parse_word(p, "is")) {
        *op = parse_word(p, "not") ? OP_NE : OP_EQ;
        return true;
    }
    for (size_t i = 0; i < ARRAY_COUNT(COMPARISONS); i++)
        if (parse_mark(p, COMPARISONS[i].mark)) {
            *op = COMPARISONS[i].op;
            return true;
        }
    return false;
}

static expr *comparison(parser *p)
{
    expr_op op, again;
    expr *left = parse_expr_term(p);
    if (!left) return NULL;
    if (parse_is_word(parse_peek(p), "in")) return member(p, left);
    const token *sign = parse_peek(p);
    if (parse_is_mark(sign, '=') && !sign->is_first) {
        parse_fail(p, "expr.equals", sign->at, TEXT_NONE, TEXT_NONE);
        return NULL;
    }
    if (!comparison_sign(p, &op)) return left;
    expr *e = parse_expr_binary(p, op, left, parse_expr_term(p));
    sign = parse_peek(p);
    if (e && comparison_sign(p, &again)) {
        parse_fail(p, "expr.chain", sign->at, sign->bytes, TEXT_NONE);
        return NULL;
    }
    return e;
}

static expr *negation(parser *p)
{
    const token *t = parse_peek(p);
    if (!parse_is_word(t, "not")) return comparison(p);
    parse_take(p);
    expr *inner = enter(p, t->at) ? negation(p) : NULL;
    p->depth--;
    if (!inner) return NULL;
    expr *e = parse_expr_new(p, EXPR_UNARY, parse_join(t->at, inner->at), &inner, 1);
    if (e) e->op = OP_NOT;
    return e;
}

static expr *conjunction(parser *p)
{
    expr *e = negation(p);
    while (e && parse_word(p, "and")) e = parse_expr_binary(p, OP_AND, e, negation(p));
    return e;
}

static expr *disjunction(parser *p)
{
    expr *e = conjunction(p);
    while (e && parse_word(p, "or")) e = parse_expr_binary(p, OP_OR, e, conjunction(p));
    return e;
}

/* ---- if, round ---- */

static expr *choice(parser *p);

/* `round` in a branch covers the branch only in parentheses. */
static bool need_branch_word(parser *p, const char *spelling)
{
    const token *t = parse_peek(p);
    if (parse_is_word(t, "round")) return parse_fail(p, "expr.round_in_branch", t->at, TEXT_NONE, TEXT_NONE);
    return parse_need_word(p, spelling);
}

static expr *branches(parser *p, const token *start)
{
    bool was_else_taken = p->is_else_taken;
    p->is_else_taken = false;
    expr *condition = disjunction(p);
    if (!condition || !need_branch_word(p, "then")) return NULL;
    p->is_else_taken = true;
    expr *yes = choice(p);
    if (!yes || !need_branch_word(p, "else")) return NULL;
    p->is_else_taken = was_else_taken;
    expr *no = choice(p);
    if (!no) return NULL;
    return parse_expr_new(p, EXPR_IF, parse_join(start->at, no->at),
                          (expr *[]){ condition, yes, no }, 3);
}

static expr *choice(parser *p)
{
    const token *t = parse_peek(p);
    if (!parse_is_word(t, "if")) return disjunction(p);
    parse_take(p);
    expr *e = enter(p, t->at) ? branches(p, t) : NULL;
    p->depth--;
    return e;
}

static expr *rounding_unit(parser *p)
{
    const token *t = parse_peek(p);
    lexer_literal value;
    bool is_word = t->kind == TOKEN_NAME && literal_round_unit(t->bytes, &value);
    bool is_number = t->kind == TOKEN_LITERAL && !t->literal->is_point && t->literal->num > 0;
    if (!is_word && !is_number) {
        if (t->kind == TOKEN_BAD) parse_fail_wanted(p, "");
        else parse_fail(p, "round.unit", t->at, t->bytes, TEXT_NONE);
        return NULL;
    }
    parse_take(p);
    token one = *t;
    if (is_word) one.literal = &value;
    return literal_node(p, &one);
}

static bool rounding_mode(parser *p, money_rounding *mode)
{
    const token *t = parse_peek(p);
    bool is_half = parse_word(p, "half");
    if (is_half && parse_word(p, "even")) *mode = MONEY_HALF_EVEN;
    else if (parse_word(p, "up")) *mode = is_half ? MONEY_HALF_UP : MONEY_UP;
    else if (!is_half && parse_word(p, "down")) *mode = MONEY_DOWN;
    else {
        if (parse_peek(p)->kind == TOKEN_BAD) return parse_fail_wanted(p, "");
        return parse_fail(p, "round.mode", t->at, t->bytes, TEXT_NONE);
    }
    return true;
}

expr *parse_expr(parser *p)
{
    expr *e = choice(p);
    while (e && parse_word(p, "round")) {
        if (!parse_need_word(p, "to")) return NULL;
        expr *unit = rounding_unit(p);
        money_rounding mode;
        if (!unit || !rounding_mode(p, &mode)) return NULL;
        e = parse_expr_new(p, EXPR_ROUND, parse_span_from(p, e->at), (expr *[]){ e, unit }, 2);
        if (e) e->rounding = mode;
    }
    return e;
}
