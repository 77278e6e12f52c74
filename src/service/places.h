/* service/places - what the townships and villages of the office are called, for whoever shows one.
 *
 * Their names are told to the office, and stand in no pack: as the figure place.name (doudi indicator enter), else in
 * the standing book of areas (doudi docket enter area). The figure of the latest month goes first.
 *
 * Prefix   places_
 */
#ifndef SERVICE_PLACES_H
#define SERVICE_PLACES_H

#include "service/county.h"

typedef struct places places;
/* As they are called in `month`. */
MUST_USE err places_open(county *office, int32_t month, places **all);
/* Of 6, 9 or 12 digits; empty where nobody told it. */
text places_name(const places *all, int64_t region);
/* Twelve digits of six, nine or twelve. */
int64_t places_whole(int64_t region);

/* doudi place list: all of them, for whoever chooses one. */
extern const service_op PLACES_LIST_OP;

#endif
