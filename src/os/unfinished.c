#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/os_internal.h"

/* What is half-written: removed when the program is told to stop, and, where it had no time for that
 * (a kill, a power cut), by the next that writes to the same place. Who writes holds a lock on what
 * it writes, so that nobody takes away what another is still writing; the machine lets go of the
 * lock with the program. */

/* ---- for a signal to remove ---- */

enum { FILES_MAX = 1024, FOLDERS_MAX = 8, LISTED_BYTES = 4096 };

static _Atomic(const char *) files[FILES_MAX];
static struct {
    _Atomic(bool) is_used;
    char path[PATH_MAX];
    int lock;
} folders[FOLDERS_MAX];

/* One more than there is room for is only not removed when the program is stopped. */
void os_unfinished_file(const char *path)
{
    for (int i = 0; i < FILES_MAX; i++) {
        const char *nobody = NULL;
        if (atomic_compare_exchange_strong(&files[i], &nobody, path)) return;
    }
}

void os_finished_file(const char *path)
{
    for (int i = 0; i < FILES_MAX; i++) {
        const char *mine = path;
        if (atomic_compare_exchange_strong(&files[i], &mine, NULL)) return;
    }
}

/* With calls that a signal may make: what lies in the folder, not in folders of it. */
static void empty_folder(const char *path)
{
    int folder = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    _Alignas(struct dirent64) char listed[LISTED_BYTES];
    for (ssize_t size; folder >= 0 && (size = getdents64(folder, listed, sizeof listed)) > 0;)
        for (ssize_t at = 0; at < size;) {
            const struct dirent64 *entry = (const struct dirent64 *)(listed + at);
            (void)unlinkat(folder, entry->d_name, 0);
            at += entry->d_reclen;
        }
    if (folder >= 0) close(folder);
    (void)rmdir(path);
}

static void stopped(int number)
{
    for (int i = 0; i < FILES_MAX; i++) {
        const char *path = atomic_load(&files[i]);
        if (path) (void)unlink(path);
    }
    for (int i = 0; i < FOLDERS_MAX; i++)
        if (atomic_load(&folders[i].is_used)) empty_folder(folders[i].path);
    (void)signal(number, SIG_DFL);
    (void)raise(number);
}

void os_clear_up_when_stopped(void)
{
    static const int SIGNALS[] = { SIGINT, SIGTERM, SIGHUP };
    for (size_t i = 0; i < sizeof SIGNALS / sizeof *SIGNALS; i++) {
        struct sigaction now, wanted = { .sa_handler = stopped };
        if (sigaction(SIGNALS[i], NULL, &now) == 0 && now.sa_handler != SIG_IGN)
            (void)sigaction(SIGNALS[i], &wanted, NULL);
    }
}

/* ---- locks ---- */

bool os_lock_unfinished(int descriptor, const char *path)
{
    struct stat held, there;
    /* Between the making and the locking another may have taken it for left behind: held, it is about to
     * be removed; gone or another's, it was. Where there are no locks there is nobody who asks for one. */
    if (flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) return false;
    return fstat(descriptor, &held) == 0 && lstat(path, &there) == 0 &&
           held.st_ino == there.st_ino && held.st_dev == there.st_dev;
}

/* Ours, of the kind looked for, and nobody holds it. */
static int lock_left_behind(const char *path, int flags, mode_t kind)
{
    struct stat facts;
    int descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | flags);
    if (descriptor < 0) return -1;
    bool is_left = fstat(descriptor, &facts) == 0 && (facts.st_mode & S_IFMT) == kind &&
                   facts.st_uid == geteuid() && flock(descriptor, LOCK_EX | LOCK_NB) == 0;
    if (is_left) return descriptor;
    close(descriptor);
    return -1;
}

/* ---- what was left behind ---- */

enum { CHANCE_DIGITS = 16, FOLDER_CHANCE = 6 };

/* Is it how a file `of` is named while it is written? */
static bool is_unfinished_name(const char *name, const char *of)
{
    size_t size = strlen(of);
    if (strncmp(name, of, size) != 0 || name[size] != '.') return false;
    const char *digits = name + size + 1;
    return strspn(digits, "0123456789abcdef") == CHANCE_DIGITS &&
           strcmp(digits + CHANCE_DIGITS, ".tmp") == 0;
}

void os_remove_unfinished_of(arena *a, const char *path)
{
    const char *slash = strrchr(path, '/');
    size_t size = slash ? (size_t)(slash - path) + 1 : 0;
    const char *within = size ? text_cstr(a, (text){ path, size }) : "./";
    DIR *folder = opendir(within);
    if (!folder) return;
    for (struct dirent *found; (found = readdir(folder)) != NULL;) {
        if (!is_unfinished_name(found->d_name, path + size)) continue;
        const char *left = text_cstr(a, text_format(a, "%s%s", within, found->d_name));
        int lock = lock_left_behind(left, 0, S_IFREG);
        if (lock < 0) continue;
        (void)unlink(left);
        close(lock);
    }
    closedir(folder);
}

static void remove_unfinished_folders(arena *a, const char *under)
{
    static const char PREFIX[] = "doudi-";
    DIR *folder = opendir(under);
    if (!folder) return;
    for (struct dirent *found; (found = readdir(folder)) != NULL;) {
        if (strncmp(found->d_name, PREFIX, sizeof PREFIX - 1) != 0 ||
            strlen(found->d_name) != sizeof PREFIX - 1 + FOLDER_CHANCE)
            continue;
        const char *left = text_cstr(a, text_format(a, "%s/%s", under, found->d_name));
        int lock = lock_left_behind(left, O_DIRECTORY, S_IFDIR);
        if (lock < 0) continue;
        (void)!os_remove_tree(a, left).kind;
        close(lock);
    }
    closedir(folder);
}

/* ---- folders of our own ---- */

static void remember_folder(const char *path, int lock)
{
    for (int i = 0; i < FOLDERS_MAX && strlen(path) < PATH_MAX; i++) {
        if (atomic_load(&folders[i].is_used)) continue;
        memcpy(folders[i].path, path, strlen(path) + 1);
        folders[i].lock = lock;
        atomic_store(&folders[i].is_used, true);
        return;
    }
}

void os_finished_folder(const char *path)
{
    for (int i = 0; i < FOLDERS_MAX; i++) {
        if (!atomic_load(&folders[i].is_used) || strcmp(folders[i].path, path) != 0) continue;
        atomic_store(&folders[i].is_used, false);
        close(folders[i].lock);
        return;
    }
}

err os_temp_folder(arena *a, const char **path)
{
    const char *under = getenv("TMPDIR");
    if (!under || !*under) under = "/tmp";
    remove_unfinished_folders(a, under);
    for (int attempt = 0; attempt < 100; attempt++) {
        char *name = text_cstr(a, text_format(a, "%s/doudi-XXXXXX", under));
        if (!mkdtemp(name)) return os_error(a, name, errno);
        int lock = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (lock < 0 && errno == ENOENT) continue; /* taken for left behind already */
        if (lock < 0) return os_error(a, name, errno);
        *path = name;
        if (os_lock_unfinished(lock, name)) return remember_folder(name, lock), ERR_NONE;
        close(lock);
    }
    return os_error(a, under, EBUSY);
}
