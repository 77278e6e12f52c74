/* service/month_walk - everybody of the registry, bucket by bucket: read by several threads at once, told one after another.
 *
 * Reading takes most of a step that looks at everybody. Each thread reads on a handle of its own, which sees what was
 * committed before the transaction at hand; rows are told in the order of buckets and ids, under one lock, so that what is
 * done with them does not depend on how many threads there are. Whom the transaction has changed (month_walk_changed) is
 * read again by its own handle.
 *
 * Threads  those of the service's settings, at most four. One: rows are told as they are read. So are they unless
 *          month_call.walks_aside says that the transaction had written nothing of the registry before its walks.
 * Memory   a row lives until the next one; with threads, buckets in number one more than threads lie in memory.
 * Prefix   month_walk_
 */
#ifndef SERVICE_MONTH_WALK_H
#define SERVICE_MONTH_WALK_H

#include "service/month.h"

typedef struct month_walk month_walk;

typedef struct {
    /* With what a bucket's rows are read; by any thread, which owns `a` and `people`. `has_any` false: nobody is read. */
    err (*want)(void *context, arena *a, registry *people, uint32_t bucket, registry_roster_options *wanted, bool *has_any);
    /* A bucket's rows, by month_walk_next; never two at a time. */
    err (*tell)(void *context, uint32_t bucket, month_walk *rows);
    void *context;
} month_walk_hands;
MUST_USE err month_walk_all(month_call *m, const month_walk_hands *hands);
/* NULL at the end, and again. */
MUST_USE err month_walk_next(month_walk *rows, const registry_roster_row **row);
/* A person of whom this transaction wrote something. */
void month_walk_changed(month_call *m, int64_t person_id);
/* Before the transaction is committed; county_close does it too. */
void month_walk_close(county *office);

#endif
