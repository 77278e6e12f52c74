/* tests/support/store_place - a place for a store, on each driver.
 *
 * One test script runs on both drivers: list it with STORE_TEST_EACH(name) among the tests of a
 * cmocka group. Its `*state` is a store_place whose url names no store yet.
 *
 *     static void posting_is_kept(void **state)
 *     {
 *         store_place *place = *state;
 *         store *db = store_place_create(place);
 *         ...
 *         store_close(db);
 *     }
 *     const struct CMUnitTest tests[] = { STORE_TEST_EACH(posting_is_kept), ... };
 *
 * Sanitized, the second run would take a room through the same code again, and a server through its own: there only
 * what looks at the driver itself runs on both, by STORE_TEST_BOTH.
 */
#ifndef TESTS_SUPPORT_STORE_PLACE_H
#define TESTS_SUPPORT_STORE_PLACE_H

#include "base/arena.h"
#include "store/store.h"
#include "support/share.h"

typedef struct {
    store_driver driver;
    arena *scratch;     /* closed after the test */
    const char *folder; /* an empty one of the test's own */
    const char *url;
} store_place;

/* A new store there, with this program's schema; the test fails when it cannot be had. */
store *store_place_create(store_place *place);
/* The store that is there. */
store *store_place_open(store_place *place, store_mode mode);
/* A file in the place's folder. */
const char *store_place_file(store_place *place, const char *name);

/* Set-up and tear-down, for tests of one driver alone. */
int store_place_sqlite(void **state);
int store_place_postgres(void **state);
int store_place_leave(void **state);

#define STORE_TEST_SQLITE(test)                                                                    \
    {                                                                                              \
#test " [sqlite]", test, store_place_sqlite, store_place_leave, NULL                       \
    }
#define STORE_TEST_POSTGRES(test)                                                                  \
    {                                                                                              \
#test " [postgresql]", test, store_place_postgres, store_place_leave, NULL                 \
    }
#define STORE_TEST_BOTH(test) STORE_TEST_SQLITE(test), STORE_TEST_POSTGRES(test)
#if SHARE_IS_SANITIZED
#define STORE_TEST_EACH(test) STORE_TEST_SQLITE(test)
#else
#define STORE_TEST_EACH(test) STORE_TEST_BOTH(test)
#endif

#endif
