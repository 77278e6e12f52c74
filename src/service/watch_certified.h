/* service/watch_certified.h - the lanes of a watch over life certification: whoever draws or has lapsed, with the traces
 * they left, as certify hands them to the packs.
 *
 * Prefix   watch_certified_
 */
#ifndef SERVICE_WATCH_CERTIFIED_H
#define SERVICE_WATCH_CERTIFIED_H

#include "service/county.h"
#include "service/decide.h"

typedef struct watch_certified watch_certified;

/* NULL when the plan asks of no traces. */
MUST_USE err watch_certified_open(county *office, arena *memory, const decide_plan *plan, int32_t month, watch_certified **opened);
/* Those of a bucket, in order of ids; they stand in `a` until the next bucket. */
MUST_USE err watch_certified_bucket(arena *a, watch_certified *of, uint32_t bucket, size_t *count);
MUST_USE err watch_certified_lanes(arena *a, const watch_certified *of, decider *with, size_t from, size_t count,
                                   decide_block *block, const int64_t **subject_id, const int64_t **region);

#endif
