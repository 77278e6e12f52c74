#include <stdio.h>
#include <unistd.h>

#include "store/store_internal.h"

/* ---- backup ---- */

static err write_part(store *db, const char *path, const char *ending, char part[PLACE_BYTES])
{
    if (snprintf(part, PLACE_BYTES, "%s%s", path, ending) >= PLACE_BYTES)
        return store_fail(db, &STORE_BAD_URL, "a path that is too long");
    place_remove(part); /* of one that was stopped */
    return db->port->backup(db, part);
}

err store_backup(store *db, const char *path)
{
    char part[PLACE_BYTES];
    if (db->is_in_transaction) return store_fail(db, &STORE_REFUSED, "a transaction is open");
    if (place_is_taken(path)) return store_fail(db, &STORE_EXISTS, "%s", path);
    err e = write_part(db, path, ".part", part);
    if (!e.kind) e = place_put(db, part, path);
    place_remove(part);
    return e;
}

/* ---- restore ---- */

static err keep(arena *process, err e)
{
    if (e.detail) e.detail = text_cstr(process, text_of(e.detail));
    return e;
}

/* What fails half way is taken back, so that it can be done again. */
static err restore_rows(arena *process, store *from, const char *url)
{
    store *to;
    TRY(store_open(process, &(store_options){ .url = url, .mode = STORE_CREATE }, &to));
    err e = keep(process, copy_store(from, to));
    if (e.kind && copy_undo(from, to).kind)
        e.detail = text_format(process, "%s; its tables are left there", e.detail).bytes;
    store_close(to);
    return e;
}

/* Rows can only be copied between schemas of one version: an older backup is brought up in a copy,
 * and itself left as it is. */
static err restore_older(arena *process, store *from, const char *path, const char *url)
{
    char part[PLACE_BYTES];
    store *copy;
    err e = write_part(from, path, ".newer.part", part);
    if (!e.kind)
        e = store_open(process, &(store_options){ .url = part, .mode = STORE_WRITE }, &copy);
    if (!e.kind) {
        e = restore_rows(process, copy, url);
        store_close(copy);
    }
    place_remove(part);
    return e;
}

static err restore_from(arena *process, store *from, const char *path, const char *url)
{
    store_driver driver;
    const char *place;
    store *latest;
    TRY(store_read_url(process, url, &driver, &place));
    TRY(store_check(from));
    if (driver == STORE_SQLITE) return store_backup(from, place);
    const store_options options = { .url = path, .mode = STORE_READ };
    err e = store_open(process, &options, &latest);
    if (e.kind == &STORE_OLDER) return restore_older(process, from, path, url);
    if (e.kind) return e;
    e = restore_rows(process, latest, url);
    store_close(latest);
    return e;
}

err store_restore(arena *process, const char *path, const char *url)
{
    store *from;
    const store_options options = { .url = path, .mode = STORE_READ };
    TRY(store_open_version(process, &options, true, &from));
    err e = keep(process, restore_from(process, from, path, url));
    store_close(from);
    return e;
}
