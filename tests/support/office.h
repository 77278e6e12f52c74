/* tests/support/office - a store with its log in a folder of its own, for tests of rooms that keep
 * state. Errors of the test's own making fail it.
 */
#ifndef TESTS_SUPPORT_OFFICE_H
#define TESTS_SUPPORT_OFFICE_H

#include "eventlog/eventlog.h"
#include "store/store.h"
#include "support/store_place.h"

typedef struct {
    store_place *place;
    arena *memory;
    store *db;
    eventlog *log;
    int64_t now_ms; /* of the last act */
} office;

/* `*state` is a store_place; the office is made there, and closed into `*state` again. */
office *office_open(void **state);
int office_close(office *o, void **state);

/* A test on each driver, of a file whose set_up makes its room upon `*state` (a store_place) and whose
 * tear_down undoes that. */
#define OFFICE_TEST_EACH(test)                                                                   \
    { #test " [sqlite]", test, set_up_sqlite, tear_down, NULL },                                 \
    { #test " [postgresql]", test, set_up_postgres, tear_down, NULL }
#define OFFICE_SET_UPS                                                                           \
    static int set_up_sqlite(void **state)                                                       \
    {                                                                                            \
        return store_place_sqlite(state) ? 1 : set_up(state);                                    \
    }                                                                                            \
    static int set_up_postgres(void **state)                                                     \
    {                                                                                            \
        return store_place_postgres(state) ? 1 : set_up(state);                                  \
    }

void office_ok(err e);
void office_refused(err e, const err_kind *kind);
/* A transaction around an act: kept when all was well, else rolled back. */
void office_begin(office *o);
err office_end(office *o, err e);

/* The room's tables, made anew from the log, are the same; and are found out when a row is lost. */
void office_tables_are_the_logs(office *o, eventlog_room room);

#endif
