/* service/award_owed - months that were paid by an old standard and are due by a new one.
 *
 * Prefix   award_owed_
 */
#ifndef SERVICE_AWARD_OWED_H
#define SERVICE_AWARD_OWED_H

#include "oneoff/oneoff.h"
#include "service/award.h"

typedef struct {
    month_call *m;
    const decide_law *law; /* of the change */
} award_owing;
typedef struct {
    oneoff_line *lines; /* by month; in the office's memory */
    size_t count, capacity;
} award_owed_lines;
/* Of a benefit that is renewed and changes from the month `until`: by how much more each month before is due, for which the decision
 * now in payment was paid. None where the law is the same, or the amount is not the decision's alone. */
MUST_USE err award_owed_by_law(award_owing *o, const award_row *row, int64_t person_id, int32_t until, award_owed_lines *owed);

/* Added to `owed`: of a change that was determined for the month `from` and is approved so late that it is paid from `until` only, by
 * how much more each month between is due than it was paid by. */
MUST_USE err award_owed_late(award_owing *o, const award_row *row, int64_t person_id, const decision_made *now, int32_t from, int32_t until,
                             award_owed_lines *owed);
/* Of an award that is paid from `month` only, later than it was determined for: since when it is due, asked again for that month. What may
 * be drawn for so many months at most is due for as many fewer. *due is raised, or left. */
MUST_USE err award_owed_begin(award_owing *o, const award_row *row, const decision_made *made, int32_t month, int32_t *due);

#endif
