#include <string.h>

#include "policy/policy_internal.h"

/* The functions of the language, one row each. */

typedef const typed *(*call_check)(scope *s, const expr *e, const typed **args);

typedef struct {
    const char *name;
    size_t arg_min, arg_max;
    call_check check;
} call_row;

enum { CALL_ARGS_MAX = 32 };

static typing plain_type(policy_base_type base)
{
    return (typing){ .base = base };
}

static const typed *refuse(scope *s, const expr *e, const typed *arg, const char *wanted)
{
    if (arg->type.is_any) return check_expr_bad(s, e);
    mistakes_add(s->book->mistakes, "call.type", arg->source->at, e->name.bytes, text_of(wanted),
                 text_of(types_print(s->book->memory, arg->type)));
    return check_expr_bad(s, e);
}

static bool is_base(const typed *t, policy_base_type base)
{
    return !t->type.is_any && t->type.base == base;
}

/* ---- min max clamp abs known ---- */

static const typed *fold_left(scope *s, const expr *e, const typed **args, vm_op op)
{
    const typed *all = args[0];
    for (size_t i = 1; i < e->arg_count; i++) {
        typing both;
        if (!check_expr_unify(s, e->args[i]->at, all, args[i], &both)) return check_expr_bad(s, e);
        vm_kind kind = types_kind(both.base);
        if (!both.is_any && (kind == VM_CODE || kind == VM_BOOL))
            return refuse(s, e, args[i], "number, money, months, days, year, month, date");
        both.is_literal = both.is_zero = false;
        all = check_expr_op(s, e, op, both, all, args[i]);
    }
    return all;
}

static const typed *call_min(scope *s, const expr *e, const typed **args)
{
    return fold_left(s, e, args, VM_MIN);
}

static const typed *call_max(scope *s, const expr *e, const typed **args)
{
    return fold_left(s, e, args, VM_MAX);
}

static const typed *call_clamp(scope *s, const expr *e, const typed **args)
{
    typing both, all;
    if (!check_expr_unify(s, e->args[1]->at, args[0], args[1], &both) ||
        !check_expr_unify(s, e->args[2]->at, args[0], args[2], &all))
        return check_expr_bad(s, e);
    types_unify(both, all, &all);
    vm_kind kind = types_kind(all.base);
    if (!all.is_any && (kind == VM_CODE || kind == VM_BOOL))
        return refuse(s, e, args[0], "number, money, months, days, year, month, date");
    both.is_literal = both.is_zero = all.is_literal = all.is_zero = false;
    const typed *raised = check_expr_op(s, e, VM_MAX, both, args[0], args[1]);
    return check_expr_op(s, e, VM_MIN, all, raised, args[2]);
}

static const typed *call_abs(scope *s, const expr *e, const typed **args)
{
    if (!args[0]->type.is_any && !types_is_number(args[0]->type.base))
        return refuse(s, e, args[0], "number, money, months, days");
    return check_expr_op(s, e, VM_ABS, args[0]->type, args[0], NULL);
}

static const typed *call_known(scope *s, const expr *e, const typed **args)
{
    return check_expr_op(s, e, VM_KNOWN, types_bool(), args[0], NULL);
}

/* ---- calendar ---- */

static const typed *month_of(scope *s, const expr *e, const typed *x)
{
    return is_base(x, POLICY_DATE)
               ? check_expr_op(s, e, VM_MONTH_OF_DAY, plain_type(POLICY_MONTH), x, NULL)
               : x;
}

static const typed *call_year(scope *s, const expr *e, const typed **args)
{
    if (!is_base(args[0], POLICY_DATE) && !is_base(args[0], POLICY_MONTH))
        return refuse(s, e, args[0], "date, month");
    return check_expr_op(s, e, VM_YEAR_OF_MONTH, plain_type(POLICY_YEAR), month_of(s, e, args[0]),
                         NULL);
}

static const typed *call_month(scope *s, const expr *e, const typed **args)
{
    if (e->arg_count == 1)
        return is_base(args[0], POLICY_DATE) ? month_of(s, e, args[0])
                                             : refuse(s, e, args[0], "date");
    if (!is_base(args[0], POLICY_YEAR)) return refuse(s, e, args[0], "year");
    if (args[1]->type.is_any || !types_is_pure(args[1]->type.base))
        return refuse(s, e, args[1], "1 … 12");
    check_expr_whole(s, args[1]);
    return check_expr_op(s, e, VM_MONTH_FROM, plain_type(POLICY_MONTH), args[0], args[1]);
}

static const typed *call_month_number(scope *s, const expr *e, const typed **args)
{
    if (!is_base(args[0], POLICY_DATE) && !is_base(args[0], POLICY_MONTH))
        return refuse(s, e, args[0], "date, month");
    return check_expr_op(s, e, VM_MONTH_IN_YEAR, plain_type(POLICY_COUNT), month_of(s, e, args[0]),
                         NULL);
}

static const typed *call_day_number(scope *s, const expr *e, const typed **args)
{
    if (!is_base(args[0], POLICY_DATE)) return refuse(s, e, args[0], "date");
    return check_expr_op(s, e, VM_DAY_IN_MONTH, plain_type(POLICY_COUNT), args[0], NULL);
}

static const typed *call_edge(scope *s, const expr *e, const typed **args, bool is_last)
{
    const typed *month = month_of(s, e, args[0]);
    if (is_base(args[0], POLICY_YEAR))
        month = check_expr_op(s, e, VM_MONTH_FROM, plain_type(POLICY_MONTH), args[0],
                              check_expr_number(s, e, is_last ? 12 : 1, 1));
    else if (!is_base(month, POLICY_MONTH)) return refuse(s, e, args[0], "month, date, year");
    return check_expr_op(s, e, is_last ? VM_LAST_DAY : VM_FIRST_DAY, plain_type(POLICY_DATE), month,
                         NULL);
}

static const typed *call_first_day(scope *s, const expr *e, const typed **args)
{
    return call_edge(s, e, args, false);
}

static const typed *call_last_day(scope *s, const expr *e, const typed **args)
{
    return call_edge(s, e, args, true);
}

static const typed *call_months_between(scope *s, const expr *e, const typed **args)
{
    typing months = plain_type(POLICY_MONTHS);
    if (is_base(args[0], POLICY_DATE) && is_base(args[1], POLICY_DATE))
        return check_expr_op(s, e, VM_FULL_MONTHS, months, args[0], args[1]);
    if (is_base(args[0], POLICY_MONTH) && is_base(args[1], POLICY_MONTH))
        return check_expr_op(s, e, VM_MONTH_DIFF, months, args[1], args[0]);
    bool is_first_fine = is_base(args[0], POLICY_DATE) || is_base(args[0], POLICY_MONTH);
    return refuse(s, e, args[is_first_fine], "date, date / month, month");
}

static const typed *call_days_between(scope *s, const expr *e, const typed **args)
{
    for (size_t i = 0; i < 2; i++)
        if (!is_base(args[i], POLICY_DATE)) return refuse(s, e, args[i], "date, date");
    return check_expr_op(s, e, VM_DAY_DIFF, plain_type(POLICY_DAYS), args[1], args[0]);
}

/* ---- per month, per year, per day ---- */

static const typed *rescale(scope *s, const expr *e, const typed *x, policy_per to, vm_op op,
                            const typed *by)
{
    typing type = { .base = POLICY_MONEY,
                    .per = to,
                    .decimals = op == VM_MUL ? x->type.decimals : DECIMALS_MANY };
    return check_expr_op(s, e, op, type, x, by);
}

static const typed *call_monthly(scope *s, const expr *e, const typed **args)
{
    if (!is_base(args[0], POLICY_MONEY) || args[0]->type.per != POLICY_PER_YEAR)
        return refuse(s, e, args[0], "money per year");
    return rescale(s, e, args[0], POLICY_PER_MONTH, VM_DIV, check_expr_number(s, e, 12, 1));
}

static const typed *call_yearly(scope *s, const expr *e, const typed **args)
{
    if (!is_base(args[0], POLICY_MONEY) || args[0]->type.per != POLICY_PER_MONTH)
        return refuse(s, e, args[0], "money per month");
    return rescale(s, e, args[0], POLICY_PER_YEAR, VM_MUL, check_expr_number(s, e, 12, 1));
}

static const typed *call_daily(scope *s, const expr *e, const typed **args)
{
    if (!is_base(args[0], POLICY_MONEY) ||
        (args[0]->type.per != POLICY_PER_MONTH && args[0]->type.per != POLICY_PER_YEAR))
        return refuse(s, e, args[0], "money per month, money per year");
    if (args[1]->type.is_any ||
        (!types_is_pure(args[1]->type.base) && args[1]->type.base != POLICY_DAYS))
        return refuse(s, e, args[1], "days, count");
    return rescale(s, e, args[0], POLICY_PER_DAY, VM_DIV, args[1]);
}

/* ---- units on and off ---- */

static const typed *with_type(scope *s, const expr *e, const typed *x, typing type)
{
    typed *t = check_expr_node(s, e, x->kind, type);
    const expr *source = t->source;
    *t = *x;
    t->type = type;
    t->source = source;
    return t;
}

static const typed *call_number(scope *s, const expr *e, const typed **args)
{
    if (args[0]->type.is_any) return args[0];
    if (!types_is_number(args[0]->type.base))
        return refuse(s, e, args[0], "number, months, days, year, money");
    return with_type(s, e, args[0], types_pure(args[0]->type.decimals));
}

static const typed *put_unit(scope *s, const expr *e, const typed *x, policy_base_type base,
                             bool is_whole)
{
    if (x->type.is_any) return x;
    if (!types_is_pure(x->type.base)) return refuse(s, e, x, "number");
    if (is_whole) check_expr_whole(s, x);
    typing type = { .base = base, .decimals = x->type.decimals };
    return with_type(s, e, x, type);
}

static const typed *call_months(scope *s, const expr *e, const typed **args)
{
    return put_unit(s, e, args[0], POLICY_MONTHS, true);
}

static const typed *call_days(scope *s, const expr *e, const typed **args)
{
    return put_unit(s, e, args[0], POLICY_DAYS, true);
}

static const typed *call_yuan(scope *s, const expr *e, const typed **args)
{
    return put_unit(s, e, args[0], POLICY_MONEY, false);
}

/* ---- in a row ---- */

static const typed *call_previous(scope *s, const expr *e, const typed **args)
{
    if (!s->record) {
        check_mistake(s, "call.row_only", e->at, "previous", NULL, NULL);
        return check_expr_bad(s, e);
    }
    return check_expr_op(s, e, VM_PREVIOUS, args[0]->type, args[0], NULL);
}

static const typed *call_row_number(scope *s, const expr *e, const typed **args)
{
    (void)args;
    if (!s->record) {
        check_mistake(s, "call.row_only", e->at, "row_number", NULL, NULL);
        return check_expr_bad(s, e);
    }
    typed *t = check_expr_node(s, e, TYPED_OP, plain_type(POLICY_COUNT));
    t->op = VM_ROW_INDEX;
    return t;
}

static const call_row CALLS[] = {
    { "min", 1, CALL_ARGS_MAX, call_min },
    { "max", 1, CALL_ARGS_MAX, call_max },
    { "clamp", 3, 3, call_clamp },
    { "abs", 1, 1, call_abs },
    { "known", 1, 1, call_known },
    { "year", 1, 1, call_year },
    { "month", 1, 2, call_month },
    { "month_number", 1, 1, call_month_number },
    { "day_number", 1, 1, call_day_number },
    { "first_day", 1, 1, call_first_day },
    { "last_day", 1, 1, call_last_day },
    { "months_between", 2, 2, call_months_between },
    { "days_between", 2, 2, call_days_between },
    { "monthly", 1, 1, call_monthly },
    { "yearly", 1, 1, call_yearly },
    { "daily", 2, 2, call_daily },
    { "number", 1, 1, call_number },
    { "months", 1, 1, call_months },
    { "days", 1, 1, call_days },
    { "yuan", 1, 1, call_yuan },
    { "previous", 1, 1, call_previous },
    { "row_number", 0, 0, call_row_number },
};

static const typed *unknown_call(scope *s, const expr *e)
{
    arena *a = s->book->memory;
    text_builder b = text_builder_open(a);
    for (size_t i = 0; i < ARRAY_COUNT(CALLS); i++)
        text_add_format(&b, "%s%s", i ? " " : "", CALLS[i].name);
    bool is_round = text_equal_cstr(e->name.bytes, "round");
    mistakes_add(s->book->mistakes, is_round ? "call.round" : "call.unknown", e->at, e->name.bytes,
                 text_built(&b), TEXT_NONE);
    return check_expr_bad(s, e);
}

const typed *check_call(scope *s, const expr *e, const typing *wanted)
{
    const call_row *row = NULL;
    for (size_t i = 0; i < ARRAY_COUNT(CALLS); i++)
        if (text_equal_cstr(e->name.bytes, CALLS[i].name)) row = &CALLS[i];
    if (!row) return unknown_call(s, e);
    if (e->arg_count < row->arg_min || e->arg_count > row->arg_max) {
        arena *a = s->book->memory;
        text asked = row->arg_min == row->arg_max
                         ? text_format(a, "%zu", row->arg_min)
                         : text_format(a, "%zu..%zu", row->arg_min, row->arg_max);
        mistakes_add(s->book->mistakes, "call.count", e->at, e->name.bytes, asked,
                     text_format(a, "%zu", e->arg_count));
        return check_expr_bad(s, e);
    }
    const typed *args[CALL_ARGS_MAX] = { NULL };
    bool is_same_type =
        row->check == call_min || row->check == call_max || row->check == call_clamp;
    for (size_t i = 0; i < e->arg_count; i++)
        args[i] = check_expr(s, e->args[i], is_same_type ? wanted : NULL);
    return row->check(s, e, args);
}
