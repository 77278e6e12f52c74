#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/os_internal.h"

struct os_writer {
    arena *memory;
    const char *path; /* where the file shall stand; links have been followed */
    const char *temp; /* where it is being written; NULL: directly */
    int descriptor;
    uint64_t size_bytes, sent_bytes; /* sent: on their way to the disk */
};

void os_hold_standard_streams(void)
{
    /* Opened the wrong way round, so that using it is still an error. */
    for (int d = STDIN_FILENO; d <= STDERR_FILENO; d++)
        if (fcntl(d, F_GETFD) < 0) (void)open("/dev/null", d == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

/* Opens a name beside `path` that nobody has. */
static err open_temp(os_writer *w, mode_t mode)
{
    os_remove_unfinished_of(w->memory, w->path);
    w->descriptor = -1;
    for (int attempt = 0; attempt < 100; attempt++) {
        uint64_t chance;
        os_random_bytes(&chance, sizeof chance);
        w->temp = text_cstr(w->memory, text_format(w->memory, "%s.%016llx.tmp", w->path,
                                                   (unsigned long long)chance));
        w->descriptor = open(w->temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (w->descriptor < 0 && errno != EEXIST) return os_error(w->memory, w->path, errno);
        if (w->descriptor >= 0 && os_lock_unfinished(w->descriptor, w->temp)) break;
        if (w->descriptor >= 0) close(w->descriptor);
        w->descriptor = -1;
    }
    if (w->descriptor < 0) return os_error(w->memory, w->path, EEXIST);
    os_unfinished_file(w->temp);
    if (mode != 0) (void)fchmod(w->descriptor, mode & 07777);
    return ERR_NONE;
}

static err open_target(os_writer *w)
{
    struct stat facts;
    if (stat(w->path, &facts) != 0) {
        if (errno != ENOENT) return os_error(w->memory, w->path, errno);
        return open_temp(w, 0);
    }
    if (S_ISDIR(facts.st_mode)) return os_error(w->memory, w->path, EISDIR);
    if (S_ISREG(facts.st_mode)) return open_temp(w, facts.st_mode);
    w->descriptor = open(w->path, O_WRONLY | O_CLOEXEC);
    return w->descriptor < 0 ? os_error(w->memory, w->path, errno) : ERR_NONE;
}

err os_writer_open(arena *a, const char *path, os_writer **writer)
{
    os_writer *w = ARENA_NEW(a, os_writer);
    *w = (os_writer){ .memory = a, .descriptor = STDOUT_FILENO };
    char real[PATH_MAX];
    const char *followed = realpath(path, real) ? real : path;
    w->path = text_cstr(a, text_of(followed));
    if (strcmp(path, "-") != 0) TRY(open_target(w));
    *writer = w;
    return ERR_NONE;
}

/* What is written goes on its way to the disk while the rest is made, so that the commit waits for little. */
static void send_on(os_writer *w)
{
    enum { SENT_TOGETHER = 8 << 20 };
    if (!w->temp || w->size_bytes - w->sent_bytes < SENT_TOGETHER) return;
    (void)sync_file_range(w->descriptor, (off_t)w->sent_bytes, (off_t)(w->size_bytes - w->sent_bytes), SYNC_FILE_RANGE_WRITE);
    w->sent_bytes = w->size_bytes;
}

err os_writer_add(os_writer *w, text piece)
{
    w->size_bytes += piece.size_bytes;
    while (piece.size_bytes > 0) {
        ssize_t size = write(w->descriptor, piece.bytes, piece.size_bytes);
        if (size < 0 && errno == EINTR) continue;
        if (size < 0) return os_error(w->memory, w->path, errno);
        piece = text_sub(piece, (size_t)size, piece.size_bytes);
    }
    send_on(w);
    return ERR_NONE;
}

/* The renaming itself must reach the disk; not every file system can promise it. */
static void sync_folder(os_writer *w)
{
    const char *slash = strrchr(w->path, '/');
    size_t size = slash ? (size_t)(slash - w->path) + 1 : 0;
    const char *folder = size ? text_cstr(w->memory, (text){ w->path, size }) : ".";
    int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) return;
    (void)fsync(descriptor);
    close(descriptor);
}

static int close_descriptor(os_writer *w)
{
    int descriptor = w->descriptor;
    w->descriptor = -1;
    return descriptor > STDERR_FILENO ? close(descriptor) : 0;
}

void os_writer_cancel(os_writer *w)
{
    (void)close_descriptor(w);
    if (w->temp) {
        (void)unlink(w->temp);
        os_finished_file(w->temp);
    }
    w->temp = NULL;
}

err os_writer_commit(os_writer *w)
{
    assert(w->descriptor >= 0);
    bool is_good = !w->temp || fsync(w->descriptor) == 0;
    int why = errno;
    /* Closing may fail too, and the lock must be held until the file has its name. */
    int lock = w->temp ? fcntl(w->descriptor, F_DUPFD_CLOEXEC, 0) : -1;
    if (close_descriptor(w) != 0 && is_good) {
        is_good = false;
        why = errno;
    }
    if (is_good && w->temp && rename(w->temp, w->path) != 0) {
        is_good = false;
        why = errno;
    }
    if (lock >= 0) close(lock);
    if (!is_good) {
        os_writer_cancel(w);
        return os_error(w->memory, w->path, why);
    }
    if (w->temp) {
        os_finished_file(w->temp);
        sync_folder(w);
    }
    w->temp = NULL;
    return ERR_NONE;
}

err os_write_file(arena *a, const char *path, text whole)
{
    os_writer *w;
    TRY(os_writer_open(a, path, &w));
    err e = os_writer_add(w, whole);
    if (!e.kind) return os_writer_commit(w);
    os_writer_cancel(w);
    return e;
}

err os_write_secret(arena *a, const char *path, text whole)
{
    os_writer w = { .memory = a, .path = path };
    w.descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (w.descriptor < 0) return os_error(a, path, errno);
    err e = os_writer_add(&w, whole);
    if (!e.kind && fsync(w.descriptor) != 0) e = os_error(a, path, errno);
    if (close(w.descriptor) != 0 && !e.kind) e = os_error(a, path, errno);
    if (e.kind) (void)unlink(path);
    else sync_folder(&w);
    return e;
}
