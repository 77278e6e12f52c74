#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/store_internal.h"

static err sync_folder(store *db, const char *path)
{
    char folder[4096];
    const char *slash = strrchr(path, '/');
    snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - path) + 1 : 1,
             slash ? path : ".");
    int above = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool is_lasting = above >= 0 && fsync(above) == 0;
    int reason = errno;
    if (above >= 0) close(above);
    return is_lasting ? ERR_NONE : store_fail(db, &STORE_IO, "%s: %s", folder, strerror(reason));
}

err place_make(store *db, const char *path)
{
    int file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file >= 0) {
        close(file);
        return sync_folder(db, path);
    }
    if (errno == EEXIST) return ERR_NONE; /* an unfinished store, or a full one: schema.c looks */
    const err_kind *kind = errno == ENOENT || errno == ENOTDIR ? &STORE_NOT_FOUND
                           : errno == ENOSPC                   ? &STORE_FULL
                                                               : &STORE_UNREACHABLE;
    return store_fail(db, kind, "%s: %s", path, strerror(errno));
}

err place_find(store *db, const char *path)
{
    struct stat found;
    if (stat(path, &found) != 0)
        return store_fail(
            db, errno == ENOENT || errno == ENOTDIR ? &STORE_NOT_FOUND : &STORE_UNREACHABLE,
            "%s: %s", path, strerror(errno));
    if (S_ISREG(found.st_mode)) return ERR_NONE;
    return store_fail(db, &STORE_NOT_A_STORE, "%s", path);
}

bool place_is_taken(const char *path)
{
    struct stat found;
    return lstat(path, &found) == 0;
}

err place_put(store *db, const char *part, const char *path)
{
    /* Unlike a rename, a link never takes the place of what stands there. */
    if (link(part, path) != 0)
        return store_fail(db, errno == EEXIST ? &STORE_EXISTS : &STORE_IO, "%s: %s", path,
                          strerror(errno));
    unlink(part);
    return sync_folder(db, path);
}

void place_remove(const char *path)
{
    static const char *const ENDINGS[] = { "", "-wal", "-shm", "-journal", "-lock" };
    char name[PLACE_BYTES + 16];
    for (size_t i = 0; i < ARRAY_COUNT(ENDINGS); i++) {
        snprintf(name, sizeof name, "%s%s", path, ENDINGS[i]);
        unlink(name);
    }
}
