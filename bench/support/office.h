/* support/office - an office taken through its operations by a benchmark, each user with a password.
 *
 * Prefix   office_
 */
#ifndef SUPPORT_OFFICE_H
#define SUPPORT_OFFICE_H

#include "base/arena.h"
#include "base/err.h"
#include "service/service.h"

typedef struct {
    double s, own_s; /* by the clock, and of the process's own time */
    double server_s; /* of the time of a store's server, where one is told of */
} lapse;
lapse lapse_now(void);
lapse lapse_since(lapse begun);

typedef struct {
    service *service;
    const char *once;  /* of the user whose password is being set */
    lapse whole;       /* of the steps so far */
    double people;
    double (*server_seconds)(const void *server); /* NULL: the store has no server */
    const void *server;
} office;

#define OFFICE_PASSWORD "bench of a month 1357!" /* of everybody */
/* Says what is wrong and ends the process. */
void office_must(err e);
/* `county` is a file or a URL of PostgreSQL; the master key is kept in `folder`. */
office *office_open(arena *a, const char *county, const char *folder, int32_t today_day);
/* "name=value" each, ended by NULL; a flag has no value. */
lapse office_run(office *o, arena *a, const char *operation, const service_value **reply, const char *const *words);
#define OFFICE_RUN(o, a, operation, ...) office_run(o, a, operation, NULL, (const char *const[]){ __VA_ARGS__, NULL })
/* A user a role: rita, lea, audrey, clara, rob, hana, amy, carl, as in the demonstration. */
void office_found_crew(office *o, arena *a);

/* Figures named by how many people there are. `at_most` 0: no goal. */
void office_tell(const office *o, const char *what, const char *unit, double value, double at_most);
void office_tell_lapse(const office *o, const char *what, lapse took, double at_most);
void office_count(office *o, lapse took);
/* A step: its seconds count for the whole. */
void office_step(office *o, const char *what, lapse took);
/* The peak of memory of this process so far, held against 2 GiB. */
void office_tell_memory(const office *o);

#endif
