/* tests/support/small_plan - plans by chance over few subjects, each with a property of them.
 *
 * Prefix   small_
 * The inputs take so few values together that all subjects can be run, so that what is claimed of
 * all of them can be looked up. Small numbers, zero among them, and rules that turn at one unit:
 * every way of proving that is wrong at a corner finds its corner here.
 */
#ifndef SUPPORT_SMALL_PLAN_H
#define SUPPORT_SMALL_PLAN_H

#include "prove/prove.h"
#include "support/choices.h"

enum { SMALL_INPUTS_MAX = 3, SMALL_ROWS_MAX = 4 };

/* A sealed plan and a property of it; false when the plan is too wide. With rows, one record. */
bool small_property(arena *memory, choices *c, bool has_rows, prove_property *p);
/* Is there a subject (of all of them; with rows, of many by chance) who breaks the property? */
bool small_is_broken(arena *memory, choices *c, const prove_property *p);

#endif
