/* lower_calendar - dates and months: linear steps and range checks, and a few kernels. */
#include "calendar/calendar.h"
#include "vm/vm_internal.h"

enum { FAR = 1 << 28 }; /* months or days beyond any date: stands for all numbers further out */

static uint32_t argument(vm_lowering *l, uint32_t node)
{
    uint32_t reg = vm_form_whole(l, vm_lower_form(l, node), (vm_fraction){ 1, 1 });
    if (!reg) {
        vm_lower_fail(l, "a calendar operator needs whole numbers");
        return vm_build_fill(l, vm_build_space(l), 0);
    }
    if (vm_reg(l, reg)->max > FAR) reg = vm_build_extreme(l, false, reg, 1, 0, FAR);
    if (vm_reg(l, reg)->min < -FAR) reg = vm_build_extreme(l, true, reg, 1, 0, -FAR);
    return vm_build_narrowest(l, reg);
}

static uint32_t in_days(vm_lowering *l, uint32_t reg, uint32_t *mark)
{
    return vm_lower_checked(l, reg, CALENDAR_DAY_MIN, CALENDAR_DAY_MAX, VM_DATE_OUT_OF_RANGE,
                            mark);
}

static uint32_t in_months(vm_lowering *l, uint32_t reg, uint32_t *mark)
{
    return vm_lower_checked(l, reg, CALENDAR_MONTH_MIN, CALENDAR_MONTH_MAX, VM_DATE_OUT_OF_RANGE,
                            mark);
}

static uint32_t kernel(vm_lowering *l, vm_op op, uint32_t a, uint32_t b, i128 min, i128 max)
{
    uint16_t space = vm_reg(l, a)->space;
    uint32_t dst = vm_build_register(l, space, false, min, max);
    vm_instr *i = vm_build_instr(l, VM_I_CALENDAR, space);
    i->dst = dst, i->mode = (uint8_t)op, i->a = a, i->b = b;
    return dst;
}

static uint32_t month_of_day(vm_lowering *l, uint32_t day)
{
    const vm_register reg = *vm_reg(l, day);
    return kernel(l, VM_MONTH_OF_DAY, day, 0, calendar_month_of_day((int32_t)reg.min),
                  calendar_month_of_day((int32_t)reg.max));
}

static uint32_t month_from(vm_lowering *l, uint32_t year, uint32_t month, uint32_t *mark)
{
    month = vm_lower_checked(l, month, 1, 12, VM_DATE_OUT_OF_RANGE, mark);
    return in_months(l, vm_build_linear(l, year, 12, month, 1, -1900 * 12 - 1), mark);
}

static uint32_t lower_one(vm_lowering *l, vm_op op, uint32_t a, uint32_t b, uint32_t *mark)
{
    const vm_register reg = *vm_reg(l, a);
    int32_t min = (int32_t)reg.min, max = (int32_t)reg.max;
    switch (op) {
    case VM_MONTH_OF_DAY: return month_of_day(l, a);
    case VM_YEAR_OF_MONTH:
        return kernel(l, op, a, 0, calendar_year_of_month(min), calendar_year_of_month(max));
    case VM_MONTH_IN_YEAR: return kernel(l, op, a, 0, 1, 12);
    case VM_DAY_IN_MONTH: return kernel(l, op, a, 0, 1, 31);
    case VM_FIRST_DAY:
        return kernel(l, op, a, 0, calendar_first_day_of_month(min),
                      calendar_first_day_of_month(max));
    case VM_LAST_DAY:
        return kernel(l, op, a, 0, calendar_last_day_of_month(min),
                      calendar_last_day_of_month(max));
    case VM_MONTH_FROM: return month_from(l, a, b, mark);
    case VM_MONTH_ADD: return in_months(l, vm_build_linear(l, a, 1, b, 1, 0), mark);
    case VM_DAY_ADD: return in_days(l, vm_build_linear(l, a, 1, b, 1, 0), mark);
    case VM_MONTH_DIFF:
    case VM_DAY_DIFF: return vm_build_linear(l, a, 1, b, -1, 0);
    case VM_DAY_ADD_MONTHS:
        b = in_months(l, vm_build_linear(l, month_of_day(l, a), 1, b, 1, 0), mark);
        return kernel(l, op, a, b, calendar_first_day_of_month((int32_t)vm_reg(l, b)->min),
                      calendar_last_day_of_month((int32_t)vm_reg(l, b)->max));
    default: return kernel(l, VM_FULL_MONTHS, a, b, -6000, 6000);
    }
}

void vm_lower_calendar(vm_lowering *l, uint32_t node, vm_form *out)
{
    const vm_node *n = &l->plan->nodes[node];
    uint32_t a = argument(l, n->a), b = n->b == VM_NONE ? 0 : argument(l, n->b);
    uint32_t mark = vm_build_merge(l, vm_build_space(l), vm_lower_form(l, n->a)->mark,
                                   b ? vm_lower_form(l, n->b)->mark : 0, 0);
    if (l->is_failed) return;
    uint32_t reg = lower_one(l, n->op, a, b, &mark);
    *out = vm_form_of(reg, (vm_fraction){ 1, 1 });
    out->mark = mark;
}

static int64_t add_months(int64_t day, int64_t month)
{
    int32_t past = calendar_day_of_month((int32_t)day);
    int32_t days = calendar_days_in_month((int32_t)month);
    return calendar_first_day_of_month((int32_t)month) + (past < days ? past : days) - 1;
}

#define EACH(expression)                                                                         \
    for (size_t n = 0; n < count; n++) {                                                         \
        int32_t x = (int32_t)a[n];                                                               \
        dst[n] = (expression);                                                                   \
    }                                                                                            \
    break

void vm_execute_calendar(vm_state *s, const vm_instr *i)
{
    size_t count = s->lanes[i->space];
    int64_t *dst = vm_i64(s, i->dst);
    const int64_t *a = vm_i64(s, i->a), *b = i->b ? vm_i64(s, i->b) : NULL;
    switch ((vm_op)i->mode) {
    case VM_MONTH_OF_DAY: EACH(calendar_month_of_day(x));
    case VM_YEAR_OF_MONTH: EACH(calendar_year_of_month(x));
    case VM_MONTH_IN_YEAR: EACH(calendar_month_of_year(x));
    case VM_DAY_IN_MONTH: EACH(calendar_day_of_month(x));
    case VM_FIRST_DAY: EACH(calendar_first_day_of_month(x));
    case VM_LAST_DAY: EACH(calendar_last_day_of_month(x));
    case VM_DAY_ADD_MONTHS: EACH(add_months(x, b[n]));
    default: EACH(calendar_full_months_between(x, (int32_t)b[n]));
    }
}
