/* The calendar as terms: whole numbers of days and months, by the formulas of room calendar. Years
 * begin in March 1600 inside, so that each quotient is of a number above zero. Every formula here
 * holds of all whole numbers, also of those outside the calendar. */
#include "calendar/calendar.h"
#include "prove/lemma.h"

static Z3_ast number(encoding *e, int64_t n)
{
    return lemma_encode_number(e, n, 1);
}

static Z3_ast plus(encoding *e, Z3_ast a, Z3_ast b)
{
    return lemma_encode_binary(e, Z3_mk_add, a, b);
}

static Z3_ast minus(encoding *e, Z3_ast a, Z3_ast b)
{
    return lemma_encode_binary(e, Z3_mk_sub, a, b);
}

static Z3_ast times(encoding *e, Z3_ast a, int64_t n)
{
    return lemma_encode_binary(e, Z3_mk_mul, a, number(e, n));
}

/* Simplified as it grows: what stands still becomes a number at once. */
static Z3_ast quotient(encoding *e, Z3_ast a, int64_t n)
{
    Z3_ast exact = lemma_encode_binary(e, Z3_mk_mul, a, lemma_encode_number(e, 1, n));
    return Z3_simplify(e->z3, Z3_mk_int2real(e->z3, Z3_mk_real2int(e->z3, exact)));
}

/* A whole number of months or days; a result outside the calendar has no value. */
static Z3_ast in_calendar(encoding *e, Z3_ast term, vm_kind kind, vm_node_id id)
{
    Z3_context z = e->z3;
    int64_t min = kind == VM_DAY ? CALENDAR_DAY_MIN : CALENDAR_MONTH_MIN;
    int64_t max = kind == VM_DAY ? CALENDAR_DAY_MAX : CALENDAR_MONTH_MAX;
    Z3_ast outside = lemma_encode_binary(e, Z3_mk_or, Z3_mk_lt(z, term, number(e, min)),
                                         Z3_mk_gt(z, term, number(e, max)));
    e->faults[id] = lemma_encode_either(e, e->faults[id], outside);
    return term;
}

static Z3_ast year_of(encoding *e, Z3_ast month)
{
    return plus(e, quotient(e, month, 12), number(e, 1900));
}

static Z3_ast month_in_year(encoding *e, Z3_ast month)
{
    return plus(e, minus(e, month, times(e, quotient(e, month, 12), 12)), number(e, 1));
}

/* (year - 1900) · 12 + month - 1, for a month of 1 to 12 */
static Z3_ast month_from(encoding *e, Z3_ast year, Z3_ast month, vm_node_id id)
{
    Z3_context z = e->z3;
    Z3_ast outside = lemma_encode_binary(e, Z3_mk_or, Z3_mk_lt(z, month, number(e, 1)),
                                         Z3_mk_gt(z, month, number(e, 12)));
    e->faults[id] = lemma_encode_either(e, e->faults[id], outside);
    Z3_ast sum = plus(e, times(e, year, 12), month);
    return in_calendar(e, minus(e, sum, number(e, 1900 * 12 + 1)), VM_MONTH, id);
}

static void suppose(encoding *e, Z3_ast truth)
{
    Z3_ast *axioms = &e->months->axioms;
    *axioms = *axioms ? lemma_encode_binary(e, Z3_mk_and, *axioms, truth) : truth;
}

static void suppose_between(encoding *e, Z3_ast term, Z3_ast min, Z3_ast max)
{
    suppose(e, Z3_mk_le(e->z3, min, term));
    suppose(e, Z3_mk_le(e->z3, term, max));
}

static Z3_ast count_to_first(encoding *e, Z3_ast month)
{
    Z3_ast months = plus(e, month, number(e, CALENDAR_MONTHS_FROM_MARCH_1600));
    Z3_ast years = quotient(e, months, 12);
    Z3_ast days = minus(e, times(e, years, 365), quotient(e, years, 100));
    days = plus(e, plus(e, days, quotient(e, years, 4)), quotient(e, years, 400));
    Z3_ast in_year = minus(e, months, times(e, years, 12));
    days = plus(e, days, quotient(e, plus(e, times(e, in_year, 153), number(e, 2)), 5));
    return Z3_simplify(e->z3, minus(e, days, number(e, CALENDAR_DAYS_FROM_MARCH_1600)));
}

/* 400 years, 4800 months, have 146,097 days, and no month begins further than 4 days from where
 * even months would. Z3 could find that from the quotients, but only by trying. */
static Z3_ast first_day(encoding *e, Z3_ast month)
{
    Z3_ast first = count_to_first(e, month);
    Z3_ast even = lemma_encode_binary(e, Z3_mk_mul, month, lemma_encode_number(e, 146097, 4800));
    suppose_between(e, minus(e, first, even), number(e, -4), number(e, 4));
    return first;
}

static Z3_ast last_day(encoding *e, Z3_ast month)
{
    Z3_ast last = minus(e, first_day(e, plus(e, month, number(e, 1))), number(e, 1));
    suppose_between(e, minus(e, last, first_day(e, month)), number(e, 27), number(e, 30));
    return last;
}

/* The month from whose first day to whose last the day lies. There is one for every whole number,
 * also outside the calendar, so that supposing it leaves no subject out. */
static Z3_ast month_of(encoding *e, Z3_ast day)
{
    Z3_context z = e->z3;
    lemma_months *known = e->months;
    Z3_ast whole = quotient(e, day, 1);
    for (size_t i = 0; i < known->count; i++)
        if (known->days[i] == whole) return known->months[i];
    if (known->count == LEMMA_MONTHS_MAX) {
        e->is_refused = true;
        return whole;
    }
    Z3_ast month = Z3_mk_int2real(z, Z3_mk_fresh_const(z, "month", Z3_mk_int_sort(z)));
    Z3_ast first = first_day(e, month), last = last_day(e, month);
    suppose_between(e, whole, first, last);
    known->days[known->count] = whole;
    known->months[known->count++] = month;
    return month;
}

/* The same day of `month`, or its last where it is shorter. */
static Z3_ast day_in(encoding *e, Z3_ast month, Z3_ast day)
{
    Z3_ast past = minus(e, day, first_day(e, month_of(e, day)));
    Z3_ast same = plus(e, first_day(e, month), past), last = last_day(e, month);
    return Z3_mk_ite(e->z3, Z3_mk_lt(e->z3, same, last), same, last);
}

static Z3_ast full_months(encoding *e, Z3_ast from, Z3_ast to)
{
    Z3_context z = e->z3;
    Z3_ast is_forward = Z3_mk_le(z, from, to);
    Z3_ast early = Z3_mk_ite(z, is_forward, from, to), late = Z3_mk_ite(z, is_forward, to, from);
    Z3_ast last = month_of(e, late);
    Z3_ast months = minus(e, last, month_of(e, early));
    Z3_ast is_short = Z3_mk_gt(z, day_in(e, last, early), late);
    months = Z3_mk_ite(z, is_short, minus(e, months, number(e, 1)), months);
    return Z3_mk_ite(z, is_forward, months, Z3_mk_unary_minus(z, months));
}

bool lemma_calendar(encoding *e, const vm_node *n, Z3_ast a, Z3_ast b, vm_node_id id)
{
    Z3_ast *into = &e->terms[id];
    switch (n->op) {
    case VM_MONTH_ADD:
    case VM_DAY_ADD: *into = in_calendar(e, plus(e, a, b), n->kind, id); return true;
    case VM_MONTH_DIFF:
    case VM_DAY_DIFF: *into = minus(e, a, b); return true;
    case VM_YEAR_OF_MONTH: *into = year_of(e, a); return true;
    case VM_MONTH_IN_YEAR: *into = month_in_year(e, a); return true;
    case VM_MONTH_FROM: *into = month_from(e, a, b, id); return true;
    case VM_MONTH_OF_DAY: *into = month_of(e, a); return true;
    case VM_DAY_IN_MONTH:
        *into = plus(e, minus(e, a, first_day(e, month_of(e, a))), number(e, 1));
        return true;
    case VM_FIRST_DAY: *into = first_day(e, a); return true;
    case VM_LAST_DAY: *into = last_day(e, a); return true;
    case VM_DAY_ADD_MONTHS: {
        Z3_ast month = in_calendar(e, plus(e, month_of(e, a), b), VM_MONTH, id);
        *into = day_in(e, month, a);
        return true;
    }
    case VM_FULL_MONTHS: *into = full_months(e, a, b); return true;
    default: return false;
    }
}
