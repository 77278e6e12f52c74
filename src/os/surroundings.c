/* The clock, chance, the terminal, the environment. */
#include <assert.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "os/os_internal.h"

int64_t os_monotonic_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

const char *os_program(arena *a)
{
    char path[4096];
    ssize_t size = readlink("/proc/self/exe", path, sizeof path);
    return size > 0 && size < (ssize_t)sizeof path ? text_cstr(a, (text){ path, (size_t)size }) : "doudi";
}

/* The kernel's word is set once, when somebody logs in, and stays whoever they become afterwards. */
static uid_t who_logged_in(void)
{
    char digits[24] = "";
    int descriptor = open("/proc/self/loginuid", O_RDONLY | O_CLOEXEC);
    ssize_t size = descriptor < 0 ? 0 : read(descriptor, digits, sizeof digits - 1);
    if (descriptor >= 0) close(descriptor);
    unsigned long uid = size > 0 ? strtoul(digits, NULL, 10) : UINT32_MAX;
    return uid >= UINT32_MAX ? getuid() : (uid_t)uid; /* its word for nobody: -1 */
}

const char *os_user(arena *a)
{
    enum { ENTRY_BYTES = 16384 };
    struct passwd entry, *found = NULL;
    uid_t uid = who_logged_in();
    char *room = arena_alloc(a, ENTRY_BYTES);
    if (getpwuid_r(uid, &entry, room, ENTRY_BYTES, &found) == 0 && found && found->pw_name[0]) return found->pw_name;
    snprintf(room, ENTRY_BYTES, "uid %lu", (unsigned long)uid);
    return room;
}

int64_t os_unix_seconds(void)
{
    return (int64_t)time(NULL);
}

os_date os_today(void)
{
    time_t now = time(NULL);
    struct tm local;
    localtime_r(&now, &local);
    return (os_date){ local.tm_year + 1900, local.tm_mon + 1, local.tm_mday };
}

void os_random_bytes(void *out, size_t size_bytes)
{
    char *at = out;
    while (size_bytes > 0) {
        ssize_t size = getrandom(at, size_bytes, 0);
        if (size < 0) continue; /* interrupted: the only way it fails with these arguments */
        at += size;
        size_bytes -= (size_t)size;
    }
}

bool os_is_terminal(int descriptor)
{
    return isatty(descriptor) == 1;
}

int os_terminal_width(int descriptor, int otherwise)
{
    struct winsize size;
    if (ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return otherwise;
    return size.ws_col;
}

bool os_wants_chinese(void)
{
    static const char *const NAMES[] = { "LC_ALL", "LC_MESSAGES", "LANG" };
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
        const char *value = getenv(NAMES[i]);
        if (value && *value) return strncmp(value, "zh", 2) == 0;
    }
    return false;
}

bool os_disk_bytes(const char *path, int64_t *free_bytes, int64_t *all_bytes)
{
    struct statvfs facts;
    if (statvfs(path, &facts) != 0) return false;
    *free_bytes = (int64_t)(facts.f_bavail * facts.f_frsize);
    *all_bytes = (int64_t)(facts.f_blocks * facts.f_frsize);
    return true;
}

size_t os_peak_memory_bytes(void)
{
    struct rusage use;
    getrusage(RUSAGE_SELF, &use);
    return (size_t)use.ru_maxrss * 1024;
}
