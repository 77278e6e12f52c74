/* support/people - invented people and careers for benchmarks, from a seed.
 *
 * The same seed gives the same bytes. Not for anything that must look like a county: only the
 * sizes and shapes of cells are like those of real files.
 */
#ifndef SUPPORT_PEOPLE_H
#define SUPPORT_PEOPLE_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

typedef struct {
    uint64_t seed;
    int64_t person_count;
    int64_t years;       /* of each career; 0: no history is written */
    bool is_shuffled;    /* careers in another order than the people */
} people_plan;

/* id,姓名,平均缴费指数,累计缴费月数,个人账户余额,类别,出生日期 */
MUST_USE err people_write(arena *a, const people_plan *plan, const char *path);
/* id,年份,缴费基数,缴费月数: a row a year. */
MUST_USE err people_write_careers(arena *a, const people_plan *plan, const char *path);

#endif
