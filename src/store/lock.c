#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "store/store_internal.h"

/* The lock is flock's, on a file beside the store, and dies with its holder; the pid in the file
 * only serves to tell who it is. The file is never removed: two processes could then hold locks
 * on two files of one name. */

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

err lock_take(store *db, const char *path, lock_file *lock)
{
    char name[4096];
    if (snprintf(name, sizeof name, "%s-lock", path) >= (int)sizeof name)
        return store_fail(db, &STORE_BAD_URL, "a path that is too long");
    int descriptor = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0)
        return store_fail(db,
                          errno == ENOSPC   ? &STORE_FULL
                          : errno == ENOENT ? &STORE_NOT_FOUND
                                            : &STORE_UNREACHABLE,
                          "%s: %s", name, strerror(errno));
    if (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        long pid = errno == EWOULDBLOCK ? holder_of(descriptor) : 0;
        int reason = errno;
        close(descriptor);
        if (reason != EWOULDBLOCK)
            return store_fail(db, &STORE_IO, "%s: %s", name, strerror(reason));
        if (pid <= 0) return store_fail(db, &STORE_LOCKED, "pid ?"); /* it has only just begun */
        return store_fail(db, &STORE_LOCKED, "pid %ld", pid);
    }
    write_pid(descriptor);
    lock->descriptor = descriptor;
    return ERR_NONE;
}

void lock_drop(lock_file *lock)
{
    if (lock->descriptor >= 0) close(lock->descriptor);
    lock->descriptor = -1;
}
