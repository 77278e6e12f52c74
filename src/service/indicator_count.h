/* service/indicator_count - everybody of the registry counted by place: who is of a figure, who newly, who no longer.
 *
 * Whether somebody is of a figure, the packs say: answers of the purposes `count.…` of the office's tables, true or
 * false, or an amount to be summed. A figure's key is what indicators call it ("pension.insured"); behind it may
 * stand /year_new, /year_gone, /month_new, /month_gone: who is of it at the month's end and was not at the end of the
 * year or month before, and the other way about. Of whom it cannot be told is counted apart, in no figure.
 *
 * Places   twelve digits: the office's own, townships, villages; each holds those below it. People without a place,
 *          or of one elsewhere, are of the office's own alone.
 * Prefix   indicator_count_
 */
#ifndef SERVICE_INDICATOR_COUNT_H
#define SERVICE_INDICATOR_COUNT_H

#include "service/month.h"

extern const err_kind INDICATOR_TOO_MANY;

typedef struct indicator_count indicator_count;

/* All of the county at the end of the call's month. `wanted` are facts: earlier ends are looked at only for those
 * that ask for it. */
MUST_USE err indicator_count_all(arena *a, month_call *m, const char *const *wanted, size_t wanted_count,
                                 indicator_count **made);
/* The first is the office's own; the others rise. */
const int64_t *indicator_count_places(const indicator_count *c, size_t *count);
/* Whether the fact is counted here. */
bool indicator_count_has(const indicator_count *c, const char *fact);
/* Its value in a place; *unknown: of how many it could not be told. */
int64_t indicator_count_of(const indicator_count *c, const char *fact, size_t place, int64_t *unknown);

/* Whether the tables count this fact at all. */
MUST_USE err indicator_count_knows(service_call *call, text fact, bool *knows);

#endif
