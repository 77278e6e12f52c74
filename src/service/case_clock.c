/* Working days as the packs tell them, and deadlines. */
#include "service/case.h"

#include <stdlib.h>

/* The parameter that tells days off and Saturdays and Sundays that are worked. */
#define CASE_DAYS_OFF "工作日.放假调休"

static int by_day(const void *one, const void *other)
{
    const calendar_exception *a = one, *b = other;
    return (a->day > b->day) - (a->day < b->day);
}

err case_clock_read(case_call *c)
{
    const policy_symbol *symbol;
    size_t version_count, count = 0, capacity = 0;
    calendar_exception *list = NULL;
    if (policy_find(c->packs, TEXT(CASE_DAYS_OFF), &symbol).kind) return ERR_NONE; /* Saturdays and Sundays, then */
    const policy_version *versions = policy_versions(c->memory, c->packs, symbol, &version_count);
    for (size_t v = 0; v < version_count; v++)
        for (size_t i = 0; i < versions[v].cell_count; i++) {
            calendar_exception one = { .is_worked = text_equal_cstr(text_of(versions[v].cells[i].value), "true") };
            if (calendar_parse_day(text_of(versions[v].cells[i].keys[0]), &one.day).kind) continue;
            ARENA_PUSH(c->memory, list, count, capacity, one);
        }
    if (count) qsort(list, count, sizeof *list, by_day);
    c->working = (calendar_working){ list, count };
    if (count) c->working_until = calendar_first_day_of_month(calendar_month_of(calendar_year_of_day(list[count - 1].day) + 1, 1)) - 1;
    return ERR_NONE;
}

text case_figure(const case_call *c, const char *name)
{
    const policy_symbol *symbol;
    const policy_version *version;
    if (policy_find(c->packs, text_of(name), &symbol).kind) return TEXT_NONE;
    if (policy_version_at(c->memory, c->packs, symbol, c->region, c->day, &version).kind) return TEXT_NONE;
    return version && version->says ? text_of(version->says) : TEXT_NONE;
}

int32_t case_day_after(const case_call *c, int32_t from_day, int32_t days, bool is_working)
{
    if (days <= 0) return 0;
    return is_working ? calendar_step_working_days(&c->working, from_day, days) : from_day + days;
}
