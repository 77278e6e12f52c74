#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "store/store_internal.h"

/* The lock is flock's, on a file beside the store, and dies with its holder; the pid in the file
 * only serves to tell who it is. The file stays, but where a store that failed in the making is removed whole: so
 * that no two processes hold locks on two files of one name, a lock counts only on the file that has the name. */

static long holder_of(int descriptor)
{
    char digits[24] = "";
    ssize_t size = pread(descriptor, digits, sizeof digits - 1, 0);
    return size > 0 ? strtol(digits, NULL, 10) : 0;
}

static void write_pid(int descriptor)
{
    char digits[24];
    int size = snprintf(digits, sizeof digits, "%ld\n", (long)getpid());
    /* A full disk must not keep the writer out that is to free it. */
    if (ftruncate(descriptor, 0) == 0 && pwrite(descriptor, digits, (size_t)size, 0) < size) return;
}

static err open_lock(store *db, const char *name, int *descriptor)
{
    *descriptor = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (*descriptor >= 0) return ERR_NONE;
    return store_fail(db,
                      errno == ENOSPC   ? &STORE_FULL
                      : errno == ENOENT ? &STORE_NOT_FOUND
                                        : &STORE_UNREACHABLE,
                      "%s: %s", name, strerror(errno));
}

/* Most writers are done in some milliseconds: whoever comes meanwhile waits a moment, and is told of one that stays. */
static int take(int descriptor)
{
    enum { TRIES = 100 };
    const struct timespec moment = { .tv_nsec = 4000000 };
    for (int i = 0; i < TRIES; i++) {
        if (flock(descriptor, LOCK_EX | LOCK_NB) == 0) return 0;
        if (errno != EWOULDBLOCK) return errno;
        nanosleep(&moment, NULL);
    }
    return EWOULDBLOCK;
}

static err lock(store *db, const char *name, int descriptor)
{
    int reason = take(descriptor);
    if (!reason) return ERR_NONE;
    long pid = reason == EWOULDBLOCK ? holder_of(descriptor) : 0;
    if (reason != EWOULDBLOCK) return store_fail(db, &STORE_IO, "%s: %s", name, strerror(reason));
    if (pid <= 0) return store_fail(db, &STORE_LOCKED, "pid ?"); /* it has only just begun */
    return store_fail(db, &STORE_LOCKED, "pid %ld", pid);
}

/* False when it was removed between opening and locking. */
static bool has_name(int descriptor, const char *name)
{
    struct stat held, there;
    return fstat(descriptor, &held) == 0 && stat(name, &there) == 0 && held.st_ino == there.st_ino &&
           held.st_dev == there.st_dev;
}

err lock_take(store *db, const char *path, lock_file *taken)
{
    enum { TRIES = 100 };
    char name[4096];
    if (snprintf(name, sizeof name, "%s-lock", path) >= (int)sizeof name)
        return store_fail(db, &STORE_BAD_URL, "a path that is too long");
    for (int i = 0; i < TRIES; i++) {
        int descriptor;
        TRY(open_lock(db, name, &descriptor));
        err e = lock(db, name, descriptor);
        if (!e.kind && has_name(descriptor, name)) {
            write_pid(descriptor);
            taken->descriptor = descriptor;
            return ERR_NONE;
        }
        close(descriptor);
        TRY(e);
    }
    return store_fail(db, &STORE_LOCKED, "pid ?");
}

void lock_drop(lock_file *taken)
{
    if (taken->descriptor >= 0) close(taken->descriptor);
    taken->descriptor = -1;
}
