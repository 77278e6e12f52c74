/* service/watch_known.h - what only the whole county knows of one: how many are paid into an account,
 * what the members of a household earn, who has the same name and birth day.
 *
 * The registry's roster tells of a person what stands in their own rows. Facts that need everybody
 * else's rows are gathered here, in one pass, and put into the lanes of a block; those that stand
 * beside the registry (open reviews, bills of the month, arrears) are gathered with them. Sums and
 * counts only: what is too many, the packs say.
 *
 * Prefix   watch_known_
 */
#ifndef SERVICE_WATCH_KNOWN_H
#define SERVICE_WATCH_KNOWN_H

#include "service/county.h"
#include "service/decide.h"

typedef struct watch_known watch_known;

/* Of the county in this month; gathers nothing until it is needed. `office` must outlive it. */
watch_known *watch_known_open(county *office, int32_t month);
void watch_known_close(watch_known *known);

/* Whether a fact is gathered so, and told of nobody by themselves. */
bool watch_known_has(const char *fact);
/* Gathers what the plan asks for, once. */
MUST_USE err watch_known_gather(watch_known *known, const decide_plan *plan);
/* Puts it into the lanes of a block about these subjects. */
void watch_known_fill(const watch_known *known, const decide_plan *plan, decide_block *block,
                      const int64_t *subject_id);
/* The rows of its record `joined`, of employers, where the plan asks for them. */
void watch_known_fill_joined(arena *a, const watch_known *known, const decide_plan *plan, decide_block *block,
                             const int64_t *subject_id);

/* Whom a fact of this subject speaks of besides: the people paid into an account, those of the same
 * name or number; ids split by blanks, empty when there are none. */
text watch_known_others(arena *a, const watch_known *known, decide_each each, int64_t subject_id);

/* ---- accounts: lanes of their own, since the registry has no roster of them ---- */

/* Accounts that are anybody's, by bucket and key: those of a bucket are [first, until). */
typedef struct {
    decide_block block;
    const int64_t *subject_id; /* the account number's keyed hash; > 0 */
} watch_known_lanes;
void watch_known_accounts_of(const watch_known *known, uint32_t bucket, size_t *first, size_t *until);
watch_known_lanes watch_known_accounts(arena *a, const watch_known *known, const decide_plan *plan, size_t first,
                                       size_t count);

#endif
