/* service/watch_look - a look at the county: one purpose's watches over everybody, and what they find
 * kept as alerts.
 *
 * The packs say what is wrong (watch blocks), office-watch.csv which facts it is read from; room watch
 * finds, room alert keeps. The same cause is not opened twice: what stands is left as it is, what was
 * closed and is there again opens again, what was dismissed stays dismissed, and what is gone closes
 * itself. Run again over the same county, a look writes nothing.
 *
 * Writing  inside the caller's transaction.
 * Prefix   watch_
 */
#ifndef SERVICE_WATCH_LOOK_H
#define SERVICE_WATCH_LOOK_H

#include "service/alerts.h"
#include "service/watch_known.h"

/* What became of a watch's finds. */
typedef struct {
    int64_t raised, again, varied, stands, closed, dismissed, unchecked;
    int64_t risk_fen; /* of those that stand or were raised */
} watch_tally;

/* Who cannot be checked, and why. */
typedef struct {
    size_t rule;
    text reason;
    int64_t count;
} watch_unchecked;

typedef struct watch_look watch_look;
/* On the last day of the month. `known` may be shared by several looks. */
MUST_USE err watch_look_open(county *office, text purpose, int32_t month, watch_known *known, watch_look **look);
void watch_look_close(watch_look *look);

/* Looks at one bucket, and keeps what was found. */
MUST_USE err watch_look_bucket(watch_look *look, uint32_t bucket);

const alerts *watch_look_alerts(const watch_look *look);
decide_each watch_look_each(const watch_look *look);
const watch_tally *watch_look_tally(const watch_look *look, size_t rule);
/* In the order met. */
const watch_unchecked *watch_look_unchecked(const watch_look *look, size_t *count);
/* Told of each who cannot be checked; NULL: only counted. */
typedef void (*watch_tell)(void *context, size_t rule, int64_t subject_id, text reason);
void watch_look_tell_unchecked(watch_look *look, watch_tell tell, void *context);

/* Those of the bucket looked at last whose condition is true and who were not dismissed. */
typedef struct {
    int64_t subject_id, alert_id;
    size_t rule;
} watch_stands_now;
const watch_stands_now *watch_look_standing(const watch_look *look, size_t *count);

/* At the act (watch_acts.c): the watches of a purpose over the office as the caller's transaction leaves it, kept in it, so that
 * nobody waits for the month's look. What a region has not set is not watched: 0 raised. *raised: new ones and those that are
 * there again. */
MUST_USE err watch_at_act(county *office, text purpose, int32_t month, int64_t *raised);
/* What the registry does not keep or a region has not set: such a purpose is told, and the others are watched. */
bool watch_is_left_out(err e);

#endif
