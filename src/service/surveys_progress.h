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

#endif
