/* tests/support/registered - a store with its log and its registry, open in a transaction.
 *
 * Prefix   registered_
 */
#ifndef TESTS_SUPPORT_REGISTERED_H
#define TESTS_SUPPORT_REGISTERED_H

#include "registry/registry.h"
#include "support/store_place.h"

#define OK(call)         registered_expect((call), NULL, __FILE__, __LINE__)
#define IS(call, wanted) registered_expect((call), &(wanted), __FILE__, __LINE__)
void registered_expect(err e, const err_kind *wanted, const char *file, int line);

typedef struct {
    arena *memory;
    store *db;
    eventlog *log;
    registry *r;
    registry_act act;
} registered;

registered registered_create(store_place *place);
/* Commits and checks that tables, events and chains agree. */
void registered_check(registered *o);
void registered_close(registered *o); /* checks too */
void registered_later(registered *o); /* some time passes */
int64_t registered_event_count(registered *o);

#endif
