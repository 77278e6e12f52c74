#include "calendar/calendar.h"
#include "policy/syntax_print.h"

static void print_expr(text_builder *b, const expr *e, int level, bool is_in_then);

static void add_word(text_builder *b, const char *before, word w)
{
    if (w.bytes.size_bytes == 0) return;
    text_add_cstr(b, before);
    text_add(b, w.bytes);
}

static void add_expr(text_builder *b, const char *before, const expr *e)
{
    if (!e) return;
    text_add_cstr(b, before);
    print_expr(b, e, 0, false);
}

/* How tightly each binds, as in the grammar; a weaker one inside a tighter stands in parentheses. */
enum {
    LEVEL_ROUND, LEVEL_IF, LEVEL_OR, LEVEL_AND, LEVEL_NOT, LEVEL_COMPARE, LEVEL_ADD, LEVEL_MUL,
    LEVEL_NEG, LEVEL_ELSE, LEVEL_AT, LEVEL_FIELD, LEVEL_INDEX, LEVEL_PRIMARY
};

typedef struct {
    const char *spelling;
    int level, left, right; /* of its sides, at least */
} op_row;

static const op_row OPS[] = {
    [OP_ADD] = { " + ", LEVEL_ADD, LEVEL_ADD, LEVEL_MUL },
    [OP_SUB] = { " - ", LEVEL_ADD, LEVEL_ADD, LEVEL_MUL },
    [OP_MUL] = { " * ", LEVEL_MUL, LEVEL_MUL, LEVEL_NEG },
    [OP_DIV] = { " / ", LEVEL_MUL, LEVEL_MUL, LEVEL_NEG },
    [OP_NEG] = { "- ", LEVEL_NEG, LEVEL_NEG, LEVEL_NEG },
    [OP_NOT] = { "not ", LEVEL_NOT, LEVEL_NOT, LEVEL_NOT },
    [OP_AND] = { " and ", LEVEL_AND, LEVEL_AND, LEVEL_NOT },
    [OP_OR] = { " or ", LEVEL_OR, LEVEL_OR, LEVEL_AND },
    [OP_EQ] = { " == ", LEVEL_COMPARE, LEVEL_ADD, LEVEL_ADD },
    [OP_NE] = { " != ", LEVEL_COMPARE, LEVEL_ADD, LEVEL_ADD },
    [OP_LT] = { " < ", LEVEL_COMPARE, LEVEL_ADD, LEVEL_ADD },
    [OP_LE] = { " <= ", LEVEL_COMPARE, LEVEL_ADD, LEVEL_ADD },
    [OP_GT] = { " > ", LEVEL_COMPARE, LEVEL_ADD, LEVEL_ADD },
    [OP_GE] = { " >= ", LEVEL_COMPARE, LEVEL_ADD, LEVEL_ADD },
};
_Static_assert(ARRAY_COUNT(OPS) == OP_GE + 1, "an operator has no row");

static const char *const AGGREGATES[] = {
    [AGG_SUM] = "sum", [AGG_COUNT] = "count", [AGG_AVG] = "avg", [AGG_MIN] = "min",
    [AGG_MAX] = "max", [AGG_FIRST] = "first", [AGG_LAST] = "last", [AGG_ANY] = "any",
    [AGG_ALL] = "all",
};

static int level_of(const expr *e)
{
    switch (e->kind) {
    case EXPR_ROUND: return LEVEL_ROUND;
    case EXPR_IF: return LEVEL_IF;
    case EXPR_UNARY:
    case EXPR_BINARY: return OPS[e->op].level;
    case EXPR_MEMBER: return LEVEL_COMPARE;
    case EXPR_ELSE: return LEVEL_ELSE;
    case EXPR_AT:
    case EXPR_IN_REGION: return LEVEL_AT;
    case EXPR_FIELD: return LEVEL_FIELD;
    case EXPR_INDEX: return LEVEL_INDEX;
    default: return LEVEL_PRIMARY;
    }
}

static void print_number(text_builder *b, const expr *e)
{
    static const char *const UNITS[] = {
        [UNIT_NONE] = "", [UNIT_YUAN] = "元", [UNIT_YUAN_PER_DAY] = "元/日",
        [UNIT_YUAN_PER_MONTH] = "元/月", [UNIT_YUAN_PER_YEAR] = "元/年",
        [UNIT_MONTHS] = "个月", [UNIT_DAYS] = "天",
    };
    money_ratio shown;
    char out[MONEY_RATIO_PRINT_BYTES];
    if (!money_ratio_of(e->num, e->den, &shown)) return;
    if (e->is_percent)
        (void)money_ratio_multiply(shown, (money_ratio){ 100, 1 }, &shown);
    money_ratio_print(shown, out);
    text_add_cstr(b, out);
    text_add_cstr(b, e->is_percent ? "%" : UNITS[e->unit]);
}

static void print_point(text_builder *b, const expr *e)
{
    char out[CALENDAR_PRINT_BYTES];
    if (e->unit == UNIT_YEAR) {
        text_add_format(b, "%04d年", (int)e->point);
        return;
    }
    if (e->unit == UNIT_MONTH) calendar_print_month(e->point, out);
    else calendar_print_day(e->point, out);
    text_add_cstr(b, out);
}

static void print_list(text_builder *b, const expr *e, size_t from, int level)
{
    for (size_t i = from; i < e->arg_count; i++) {
        if (i > from) text_add_cstr(b, ", ");
        print_expr(b, e->args[i], level, false);
    }
}

static void print_rows(text_builder *b, const expr *e)
{
    add_word(b, e->args[0] ? " over " : "", e->record);
    add_word(b, " same ", e->same);
    add_expr(b, " where ", e->args[1]);
    text_add_char(b, ')');
}

static void print_fold(text_builder *b, const expr *e)
{
    add_word(b, "fold(", e->name);
    add_expr(b, " from ", e->args[2]);
    add_expr(b, ": ", e->args[0]);
    print_rows(b, e);
}

static void print_aggregate(text_builder *b, const expr *e)
{
    text_add_cstr(b, AGGREGATES[e->aggregate]);
    text_add_char(b, '(');
    add_expr(b, "", e->args[0]);
    print_rows(b, e);
}

static void print_binary(text_builder *b, const expr *e, bool is_in_then)
{
    const op_row *op = &OPS[e->op];
    print_expr(b, e->args[0], op->left, is_in_then);
    text_add_cstr(b, op->spelling);
    print_expr(b, e->args[1], op->right, is_in_then);
}

static void print_if(text_builder *b, const expr *e, bool is_in_then)
{
    text_add_cstr(b, "if ");
    print_expr(b, e->args[0], LEVEL_OR, false);
    text_add_cstr(b, " then ");
    print_expr(b, e->args[1], LEVEL_IF, true);
    text_add_cstr(b, " else ");
    print_expr(b, e->args[2], LEVEL_IF, is_in_then);
}

static void print_round(text_builder *b, const expr *e, bool is_in_then)
{
    static const char *const MODES[] = { [MONEY_HALF_UP] = " half up",
                                         [MONEY_HALF_EVEN] = " half even",
                                         [MONEY_UP] = " up", [MONEY_DOWN] = " down" };
    print_expr(b, e->args[0], LEVEL_ROUND, is_in_then);
    text_add_cstr(b, " round to ");
    print_expr(b, e->args[1], LEVEL_PRIMARY, false);
    text_add_cstr(b, MODES[e->rounding]);
}

/* A field of a plain name would read as pack.name. */
static void print_field(text_builder *b, const expr *e)
{
    bool is_name = e->args[0]->kind == EXPR_NAME && e->args[0]->pack.bytes.size_bytes == 0;
    print_expr(b, e->args[0], is_name ? LEVEL_PRIMARY + 1 : LEVEL_INDEX, false);
    add_word(b, ".", e->name);
}

/* x[K] would read as a value that is not verified. */
static bool is_mark_like(const expr *e)
{
    return e->arg_count == 2 && e->args[1]->kind == EXPR_NAME &&
           e->args[1]->pack.bytes.size_bytes == 0 && text_equal_cstr(e->args[1]->name.bytes, "K");
}

static void print_leaf_or_call(text_builder *b, const expr *e)
{
    switch (e->kind) {
    case EXPR_NUMBER: print_number(b, e); break;
    case EXPR_POINT: print_point(b, e); break;
    case EXPR_BOOL: text_add_cstr(b, e->truth ? "true" : "false"); break;
    case EXPR_UNKNOWN: text_add_cstr(b, "unknown"); break;
    case EXPR_TEXT:
        text_add_char(b, '"');
        text_add(b, e->string);
        text_add_char(b, '"');
        break;
    case EXPR_NAME:
        add_word(b, "", e->pack);
        add_word(b, e->pack.bytes.size_bytes ? "." : "", e->name);
        break;
    case EXPR_CALL:
        add_word(b, "", e->name);
        text_add_char(b, '(');
        print_list(b, e, 0, LEVEL_ROUND);
        text_add_char(b, ')');
        break;
    case EXPR_AGGREGATE: print_aggregate(b, e); break;
    default: print_fold(b, e); break;
    }
}

static void print_composite(text_builder *b, const expr *e, bool is_in_then)
{
    switch (e->kind) {
    case EXPR_FIELD: print_field(b, e); break;
    case EXPR_INDEX:
        print_expr(b, e->args[0], LEVEL_INDEX, is_in_then);
        text_add_char(b, '[');
        print_list(b, e, 1, is_mark_like(e) ? LEVEL_PRIMARY + 1 : LEVEL_ROUND);
        text_add_char(b, ']');
        break;
    case EXPR_AT:
    case EXPR_IN_REGION:
        print_expr(b, e->args[0], LEVEL_AT, is_in_then);
        text_add_cstr(b, e->kind == EXPR_AT ? " at " : " in ");
        print_expr(b, e->args[1], LEVEL_FIELD, is_in_then);
        break;
    case EXPR_UNARY:
        text_add_cstr(b, OPS[e->op].spelling);
        print_expr(b, e->args[0], OPS[e->op].left, is_in_then);
        break;
    case EXPR_BINARY: print_binary(b, e, is_in_then); break;
    case EXPR_MEMBER:
        print_expr(b, e->args[0], LEVEL_ADD, is_in_then);
        text_add_cstr(b, " in {");
        print_list(b, e, 1, LEVEL_ADD);
        text_add_char(b, '}');
        break;
    case EXPR_IF: print_if(b, e, is_in_then); break;
    case EXPR_ELSE:
        print_expr(b, e->args[0], LEVEL_ELSE, is_in_then);
        text_add_cstr(b, " else ");
        print_expr(b, e->args[1], LEVEL_AT, is_in_then);
        break;
    case EXPR_ROUND: print_round(b, e, is_in_then); break;
    default: print_leaf_or_call(b, e); break;
    }
}

/* `is_in_then`: between `then` and its `else`, where an `else` of its own needs parentheses. */
static void print_expr(text_builder *b, const expr *e, int level, bool is_in_then)
{
    bool is_covered = level_of(e) < level || (e->kind == EXPR_ELSE && is_in_then);
    if (is_covered) text_add_char(b, '(');
    print_composite(b, e, is_in_then && !is_covered);
    if (is_covered) text_add_char(b, ')');
}

void syntax_print_expr(text_builder *b, const expr *e)
{
    print_expr(b, e, 0, false);
}

void syntax_print_expr_term(text_builder *b, const expr *e)
{
    print_expr(b, e, LEVEL_ADD, false);
}
