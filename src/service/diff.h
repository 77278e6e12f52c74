/* service/diff.h - two sides of the law set beside each other: two regions, two dates, or the law
 * and a reform of it.
 *
 * Prefix   diff_
 */
#ifndef SERVICE_DIFF_H
#define SERVICE_DIFF_H

#include "service/files.h"

typedef struct {
    text said;   /* as the caller wrote it */
    text region; /* 中国 when not said */
    int32_t on_day;
    const policy_book *book;
    text packs; /* a folder of packs for a run; empty: those of the call */
} diff_side;

/* The packs of the call with files put in the place of packs of the same name, or beside them. */
MUST_USE err diff_reform(service_call *call, const service_argument *files, diff_side *side);
/* Takes away the folder that diff_reform laid out for a run. */
void diff_reform_clean(service_call *call, const diff_side *side);

/* Runs both sides over the people of --in and puts who gains and who loses into the reply. */
MUST_USE err diff_people(service_call *call, const diff_side sides[2]);

#endif
