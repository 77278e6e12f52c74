/* tests/support/random_plan - plans and batches by chance, well formed and of every kind.
 *
 * A plan reaches for every operator, kind, rounding, way of looking up and reason; widths are
 * watched so that few plans are refused as too wide. A batch holds what a county's files hold:
 * ordinary figures, figures at the bounds and past them, empty cells, unreadable cells, people
 * with no rows, with one, with more than may be.
 *
 * Memory   plan and batch live in the arena passed first.
 */
#ifndef SUPPORT_RANDOM_PLAN_H
#define SUPPORT_RANDOM_PLAN_H

#include "support/choices.h"
#include "vm/vm.h"

const vm_plan *random_plan(arena *memory, choices *c);
vm_batch random_batch(arena *memory, choices *c, const vm_plan *plan, size_t subject_count);

#endif
