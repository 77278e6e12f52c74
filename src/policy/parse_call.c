#include "policy/parse.h"

typedef struct {
    const char *spelling;
    aggregate_kind kind;
    bool is_function_too; /* min(a, b) */
} aggregate_row;

static const aggregate_row AGGREGATES[] = {
    { "sum", AGG_SUM, false },     { "count", AGG_COUNT, false }, { "avg", AGG_AVG, false },
    { "min", AGG_MIN, true },      { "max", AGG_MAX, true },      { "first", AGG_FIRST, false },
    { "last", AGG_LAST, false },   { "any", AGG_ANY, false },     { "all", AGG_ALL, false },
};

static const aggregate_row *aggregate_of(const token *name)
{
    for (size_t i = 0; i < ARRAY_COUNT(AGGREGATES); i++)
        if (parse_is_word(name, AGGREGATES[i].spelling)) return &AGGREGATES[i];
    return NULL;
}

/* R [same S] [where c], after `over` or in count( ). */
static bool rows(parser *p, word *record, word *same, expr **where)
{
    if (!parse_used_name(p, true, record)) return false;
    for (;;) {
        if (!same->at.line && parse_word(p, "same")) {
            if (!parse_used_name(p, false, same)) return false;
        } else if (!*where && parse_word(p, "where")) {
            *where = parse_expr(p);
            if (!*where) return false;
        } else {
            return true;
        }
    }
}

static expr *counted(parser *p, const token *name)
{
    word record = { 0 }, same = { 0 };
    expr *where = NULL;
    if (!rows(p, &record, &same, &where)) return NULL;
    expr *e = parse_expr_new(p, EXPR_AGGREGATE, name->at, (expr *[]){ NULL, where }, 2);
    if (!e) return NULL;
    e->aggregate = AGG_COUNT;
    e->record = record;
    e->same = same;
    return e;
}

/* carry from START: BODY over R [where c] */
static expr *folded(parser *p, const token *name)
{
    word carry, record = { 0 }, same = { 0 };
    expr *where = NULL;
    if (!parse_new_name(p, &carry) || !parse_need_word(p, "from")) return NULL;
    expr *start = parse_expr(p);
    if (!start || !parse_need_mark(p, ':', ":")) return NULL;
    expr *body = parse_expr(p);
    if (!body || !parse_need_word(p, "over")) return NULL;
    same.at.line = 1; /* taken: a fold has none */
    if (!rows(p, &record, &same, &where)) return NULL;
    expr *e = parse_expr_new(p, EXPR_FOLD, name->at, (expr *[]){ body, where, start }, 3);
    if (!e) return NULL;
    e->name = carry;
    e->record = record;
    return e;
}

static expr *aggregated(parser *p, const token *name, const aggregate_row *row, expr *body)
{
    word record = { 0 }, same = { 0 };
    expr *where = NULL;
    if (!parse_word(p, "over")) {
        const token *t = parse_peek(p);
        if (t->kind == TOKEN_BAD) parse_fail_wanted(p, "over");
        else parse_fail(p, "aggregate.over", t->at, text_of(row->spelling), TEXT_NONE);
        return NULL;
    }
    if (!rows(p, &record, &same, &where)) return NULL;
    expr *e = parse_expr_new(p, EXPR_AGGREGATE, name->at, (expr *[]){ body, where }, 2);
    if (!e) return NULL;
    e->aggregate = row->kind;
    e->record = record;
    e->same = same;
    return e;
}

static expr *called(parser *p, const token *name, expr *first)
{
    enum { ARGS_MAX = 32 };
    expr *args[ARGS_MAX];
    size_t count = 0;
    if (first) args[count++] = first;
    while (first && parse_mark(p, ',')) {
        if (count == ARGS_MAX) {
            parse_fail(p, "call.args", parse_peek(p)->at, name->bytes, TEXT_NONE);
            return NULL;
        }
        args[count] = parse_expr(p);
        if (!args[count++]) return NULL;
    }
    expr *e = parse_expr_new(p, EXPR_CALL, name->at, args, count);
    if (e) e->name = parse_word_of(name);
    return e;
}

static expr *inside(parser *p, const token *name)
{
    const aggregate_row *row = aggregate_of(name);
    if (row && row->kind == AGG_COUNT) return counted(p, name);
    if (parse_is_word(name, "fold")) return folded(p, name);
    if (!row && parse_is_mark(parse_peek(p), ')')) return called(p, name, NULL);
    expr *first = parse_expr(p);
    if (!first) return NULL;
    bool is_aggregate = row && (!row->is_function_too || parse_is_word(parse_peek(p), "over"));
    return is_aggregate ? aggregated(p, name, row, first) : called(p, name, first);
}

expr *parse_call(parser *p)
{
    const token *name = parse_take(p), *open = parse_take(p);
    bool was_else_taken = p->is_else_taken;
    p->is_else_taken = false;
    expr *e = NULL;
    if (++p->depth > PARSE_DEPTH_MAX) parse_fail(p, "expr.too_deep", name->at, TEXT_NONE, TEXT_NONE);
    else e = inside(p, name);
    p->depth--;
    p->is_else_taken = was_else_taken;
    if (!e) return NULL;
    if (!parse_mark(p, ')')) {
        if (parse_peek(p)->kind == TOKEN_BAD) parse_fail_wanted(p, ")");
        else parse_fail(p, "paren.open", open->at, TEXT("("), TEXT(")"));
        return NULL;
    }
    e->at = parse_span_from(p, name->at);
    return e;
}
