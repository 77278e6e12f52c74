#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "os/os.h"
#include "support/postgres_server.h"
#include "support/store_place.h"

static store_place *new_place(store_driver driver)
{
    arena *scratch = arena_open();
    store_place *place = ARENA_NEW(scratch, store_place);
    place->driver = driver;
    place->scratch = scratch;
    if (os_temp_folder(scratch, &place->folder).kind) return NULL;
    return place;
}

int store_place_sqlite(void **state)
{
    store_place *place = new_place(STORE_SQLITE);
    if (!place) return -1;
    place->url = store_place_file(place, "county.db");
    *state = place;
    return 0;
}

int store_place_postgres(void **state)
{
    const postgres_server *server = postgres_server_shared();
    store_place *place = server ? new_place(STORE_POSTGRES) : NULL;
    if (!place) return -1;
    place->url = postgres_server_schema(server, place->scratch);
    *state = place;
    return place->url ? 0 : -1;
}

int store_place_leave(void **state)
{
    store_place *place = *state;
    int failed = os_remove_tree(place->scratch, place->folder).kind != NULL;
    arena_close(place->scratch);
    return failed;
}

const char *store_place_file(store_place *place, const char *name)
{
    return text_cstr(place->scratch, text_format(place->scratch, "%s/%s", place->folder, name));
}

store *store_place_open(store_place *place, store_mode mode)
{
    store *db;
    err e = store_open(place->scratch, &(store_options){ .url = place->url, .mode = mode }, &db);
    if (e.kind) {
        print_error("%s: %s\n", e.kind->code, e.detail ? e.detail : "");
        fail();
    }
    return db;
}

store *store_place_create(store_place *place)
{
    return store_place_open(place, STORE_CREATE);
}
