#include "store/store_internal.h"

/* TODO(#3): the driver comes with the next landing; until then a URL of PostgreSQL is refused. */
static err open_postgres(arena *process, const store_options *options, const char *place, store *db)
{
    (void)process;
    (void)options;
    (void)place;
    return store_fail(db, &STORE_UNREACHABLE, "PostgreSQL is not built in yet");
}

static void close_postgres(store *db)
{
    (void)db;
}

const store_port POSTGRES_PORT = { .open = open_postgres, .close = close_postgres };
