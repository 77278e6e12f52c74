#include "store/store_internal.h"

err store_restore(arena *process, const char *path, const char *url)
{
    store *from;
    TRY(store_open(process, &(store_options){ .url = path, .mode = STORE_READ }, &from));
    err e = store_check(from);
    if (!e.kind) e = store_backup(from, url);
    if (e.detail) e.detail = text_cstr(process, text_of(e.detail));
    store_close(from);
    return e;
}
