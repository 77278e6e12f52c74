/* service/deaths - whose death is known, and what was billed for them after it.
 *
 * Bills of the months after a death are kept back by the packs (gate `alive` of packs/adapters/office-bill.csv). What
 * was billed before the death was known is found here, to be shown and taken off.
 *
 * Prefix   deaths_
 */
#ifndef SERVICE_DEATHS_H
#define SERVICE_DEATHS_H

#include "service/month.h"

typedef struct {
    int64_t person_id;
    int32_t day, month;
} deaths_one;
typedef struct {
    deaths_one *items; /* in the order of ids */
    size_t count, capacity;
} deaths;
/* Of a bucket, by what is known now; `until_day`: deaths told from a later day on are not seen. */
MUST_USE err deaths_read(arena *a, month_call *m, uint32_t bucket, int32_t until_day, deaths *found);
/* NULL: no death is known. */
const deaths_one *deaths_find(const deaths *d, int64_t person_id);

/* What stands in the bills of one purpose and month, after all corrections, for one who had died before the month. */
typedef struct {
    int64_t person_id, fen; /* > 0 */
    text purpose;           /* "employee" */
    int32_t month;
} deaths_billed;
typedef struct {
    deaths_billed *items; /* bucket by bucket */
    size_t count, capacity;
} deaths_bills;
/* Adds those of a bucket; `only_id` 0: everybody of `dead`. */
MUST_USE err deaths_bills_read(arena *a, month_call *m, uint32_t bucket, const deaths *dead, int64_t only_id, deaths_bills *found);

#endif
