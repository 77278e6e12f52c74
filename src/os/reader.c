#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/os_internal.h"

struct os_reader {
    arena *memory;
    const char *path;
    int descriptor;
};

err os_reader_open(arena *a, const char *path, os_reader **reader)
{
    int descriptor = STDIN_FILENO;
    if (strcmp(path, "-") != 0) descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return os_error(a, path, errno);
    struct stat facts;
    if (fstat(descriptor, &facts) == 0 && S_ISDIR(facts.st_mode)) {
        close(descriptor);
        return os_error(a, path, EISDIR);
    }
    /* The whole file will be wanted in order: only a hint, so its answer does not matter. */
    (void)posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL);
    os_reader *r = ARENA_NEW(a, os_reader);
    *r = (os_reader){ .memory = a, .path = text_cstr(a, text_of(path)), .descriptor = descriptor };
    *reader = r;
    return ERR_NONE;
}

err os_reader_read(void *reader, char *into, size_t size_max, size_t *size_bytes)
{
    os_reader *r = reader;
    *size_bytes = 0;
    for (;;) {
        ssize_t size = read(r->descriptor, into, size_max);
        if (size >= 0) {
            *size_bytes = (size_t)size;
            return ERR_NONE;
        }
        if (errno != EINTR) return os_error(r->memory, r->path, errno);
    }
}

void os_reader_close(os_reader *r)
{
    if (r->descriptor != STDIN_FILENO) close(r->descriptor);
    r->descriptor = STDIN_FILENO;
}

/* How much to make room for at first: a plain file's size, and one byte to meet its end. */
static size_t first_room(int descriptor, size_t size_bytes_max)
{
    struct stat facts;
    size_t room = 64 * 1024;
    if (fstat(descriptor, &facts) == 0 && S_ISREG(facts.st_mode)) room = (size_t)facts.st_size + 1;
    return room > size_bytes_max ? size_bytes_max + 1 : room;
}

static err read_all(arena *a, os_reader *r, size_t size_bytes_max, text *whole)
{
    size_t room = first_room(r->descriptor, size_bytes_max), size = 0;
    char *bytes = arena_alloc(a, room + 1);
    for (;;) {
        size_t more;
        TRY(os_reader_read(r, bytes + size, room - size, &more));
        if (more == 0) break;
        size += more;
        if (size > size_bytes_max)
            return err_of(&OS_TOO_LARGE, text_cstr(a, text_format(a, "%s: > %zu", r->path,
                                                                  size_bytes_max)));
        if (size < room) continue;
        char *grown = arena_alloc(a, 2 * room + 1);
        memcpy(grown, bytes, size);
        bytes = grown;
        room *= 2;
    }
    *whole = (text){ bytes, size };
    return ERR_NONE;
}

err os_read_file(arena *a, const char *path, size_t size_bytes_max, text *whole)
{
    os_reader *r;
    TRY(os_reader_open(a, path, &r));
    err e = read_all(a, r, size_bytes_max, whole);
    os_reader_close(r);
    return e;
}
