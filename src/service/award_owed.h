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

#endif
