/* tests/support/postgres_server - a private PostgreSQL for tests, started when first asked for.
 *
 * It runs as an unprivileged user in a folder of its own, is reached only through a socket there,
 * and ends with the run, even if the run is killed. tools/run_tests makes all test programs share
 * one (DOUDI_RUN_PID, DOUDI_RUN_FOLDER); a program that is run alone has its own. Its default
 * collation is English, so that a text ordered by the server's locale is noticed.
 *
 * DOUDI_POSTGRES_FOLDER is where the folder is made, /dev/shm else; DOUDI_POSTGRES_OPTIONS more words for the server.
 *
 * Needs initdb and pg_ctl in /usr/lib/postgresql/VERSION/bin, or in the path.
 */
#ifndef TESTS_SUPPORT_POSTGRES_SERVER_H
#define TESTS_SUPPORT_POSTGRES_SERVER_H

#include <stdbool.h>

#include "base/arena.h"

typedef struct {
    const char *folder, *bin;
    arena *memory;
} postgres_server;

/* The shared server; NULL, with the reason printed, when there can be none. */
const postgres_server *postgres_server_shared(void);
/* One of the caller's own, which it may kill. */
const postgres_server *postgres_server_own(arena *a);
/* kill -9 of the postmaster, and its start again on the same data; false: it did not work. */
bool postgres_server_kill(const postgres_server *server);
bool postgres_server_start(const postgres_server *server);

/* The processor's seconds that the server's processes have used so far, those that ended included. */
double postgres_server_seconds(const postgres_server *server);

/* The URL of a new, empty schema. */
const char *postgres_server_schema(const postgres_server *server, arena *a);
/* Runs a statement outside of any store, as an administrator would; false: it failed. */
bool postgres_server_run(const postgres_server *server, const char *sql);

#endif
