/* service/surveys_progress - how each household of a round stands.
 *
 * Prefix   surveys_
 */
#ifndef SERVICE_SURVEYS_PROGRESS_H
#define SERVICE_SURVEYS_PROGRESS_H

#include "service/surveys.h"

typedef struct {
    survey_visit visit;
    bool is_met, is_surveyed; /* somebody has said how the visit ended; and that it was surveyed */
    int64_t first_ms;         /* when the office came to know it; 0: not yet */
} surveys_standing;
/* Of the round at hand, in the caller's township. */
MUST_USE err surveys_standings(surveys *s, surveys_standing **standings, size_t *count);

/* Somebody whom a round found and the office did not know in that household, and what came of it by a day: who they are in the
 * registry by the number that was said, or by what two people decided of their line of the round's roll, and the first day since the round began on which they were newly insured in a
 * pension. The round has won them when it met them on that day or before, no longer before than the days of
 * attribution, and no campaign's contact had. */
typedef struct {
    int64_t household_id, region, person_id; /* person_id 0: not registered */
    text subject, name, number;
    int32_t met_day, enrolled_day;           /* enrolled_day 0: not yet */
    bool is_won;
} surveys_newcomer;
/* Of the round at hand, in the caller's township. */
MUST_USE err surveys_newcomers(surveys *s, int32_t on, surveys_newcomer **newcomers, size_t *count);

#endif
