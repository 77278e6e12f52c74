/* tests/support/plan_case - a plan by hand, its inputs and its answers as short texts.
 *
 * Prefix   plan_
 * Cells    one text an input, lanes apart by blanks: a stored value, `?` for an empty cell, `x` for
 *          an unreadable one. Row counts: one text a record, a number a subject.
 * Answers  one text an output: a stored value, or kind@node of its reason.
 */
#ifndef SUPPORT_PLAN_CASE_H
#define SUPPORT_PLAN_CASE_H

#include "support/plan_build.h"

/* Ends with NULL each; rows may be NULL without records. Fails the test when the machine, by any
 * block size and instruction set, or the reference answers anything else. */
#define PLAN_TEXTS(...) ((const char *const[]){ __VA_ARGS__, NULL })
vm_batch plan_batch_of(arena *memory, const vm_plan *plan, size_t subject_count,
                       const char *const *rows, const char *const *cells);
void plan_expect(plan_builder *b, size_t subject_count, const char *const *rows,
                 const char *const *cells, const char *const *answers);
/* The column as such a text. */
const char *plan_lanes_text(arena *memory, const column *lanes);

#endif
