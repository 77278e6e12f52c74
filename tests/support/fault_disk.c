#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/fault_disk.h"

enum { FILES_MAX = 64, SECTOR_BYTES = 512, PATH_BYTES = 512 };

typedef struct {
    bool is_truncate;
    int64_t at, size;          /* of a truncate: `at` is the new size */
    int64_t size_before;       /* of the file */
    unsigned char *now, *then; /* the bytes written; those that were there */
    int64_t then_size;
} change;

struct disk_file {
    char path[PATH_BYTES];
    bool is_new;
    bool is_gone;    /* deleted, and that is lasting */
    bool is_deleted; /* its bytes are kept in `kept` until the loss is settled */
    unsigned char *kept;
    int64_t kept_size;
    change *changes;
    int count, capacity;
};

static disk_file *files[FILES_MAX];
static int file_count;

static void *memory(size_t size)
{
    void *bytes = calloc(1, size + 1);
    if (!bytes) abort();
    return bytes;
}

static disk_file *find(const char *path)
{
    for (int i = 0; i < file_count; i++)
        if (strcmp(files[i]->path, path) == 0) return files[i];
    return NULL;
}

static void forget_changes(disk_file *file)
{
    for (int i = 0; i < file->count; i++) {
        free(file->changes[i].now);
        free(file->changes[i].then);
    }
    file->count = 0;
}

disk_file *disk_of(const char *path, bool is_new)
{
    disk_file *file = find(path);
    if (!file) {
        if (file_count == FILES_MAX) abort();
        file = files[file_count++] = memory(sizeof *file);
        snprintf(file->path, sizeof file->path, "%s", path);
    }
    file->is_gone = false;
    /* A file made again in the place of one whose deletion may not last: taken as lasting. */
    if (is_new) {
        forget_changes(file);
        free(file->kept);
        file->kept = NULL;
        file->is_deleted = false;
        file->is_new = true;
    }
    return file;
}

/* ---- noting ---- */

static change *new_change(disk_file *file)
{
    if (file->count == file->capacity) {
        file->capacity = file->capacity ? file->capacity * 2 : 64;
        file->changes = realloc(file->changes, (size_t)file->capacity * sizeof *file->changes);
        if (!file->changes) abort();
    }
    change *c = &file->changes[file->count++];
    *c = (change){ .is_truncate = false };
    return c;
}

static unsigned char *read_bytes(const char *path, int64_t at, int64_t size, int64_t *got,
                                 int64_t *whole)
{
    struct stat found;
    unsigned char *bytes = memory((size_t)(size > 0 ? size : 0));
    *got = *whole = 0;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return bytes;
    if (fstat(file, &found) == 0) *whole = found.st_size;
    ssize_t count = size > 0 ? pread(file, bytes, (size_t)size, at) : 0;
    *got = count > 0 ? count : 0;
    close(file);
    return bytes;
}

void disk_write(disk_file *file, const void *bytes, int64_t size, int64_t at)
{
    change *c = new_change(file);
    c->at = at;
    c->size = size;
    c->now = memory((size_t)size);
    memcpy(c->now, bytes, (size_t)size);
    c->then = read_bytes(file->path, at, size, &c->then_size, &c->size_before);
}

void disk_truncate(disk_file *file, int64_t size)
{
    change *c = new_change(file);
    struct stat found;
    c->is_truncate = true;
    c->at = size;
    c->size_before = stat(file->path, &found) == 0 ? found.st_size : 0;
    c->then = read_bytes(file->path, size, c->size_before - size, &c->then_size, &c->size_before);
}

/* The first sync of a new file makes the whole folder lasting: SQLite syncs it too, and with it
 * what was deleted before. */
void disk_sync(disk_file *file)
{
    forget_changes(file);
    for (int i = 0; i < file_count && file->is_new; i++)
        if (files[i]->is_deleted) {
            forget_changes(files[i]);
            files[i]->is_deleted = false;
            files[i]->is_gone = true;
        }
    file->is_new = false;
}

void disk_delete(const char *path, bool is_lasting)
{
    disk_file *file = find(path);
    if (!file) return;
    int64_t whole;
    if (!is_lasting && !file->is_new) {
        struct stat found;
        int64_t size = stat(path, &found) == 0 ? found.st_size : 0;
        file->kept = read_bytes(path, 0, size, &file->kept_size, &whole);
        file->is_deleted = true;
        return;
    }
    forget_changes(file);
    file->is_new = false;
    file->is_gone = true;
}

/* ---- losing ---- */

static uint64_t chance;

static bool one_in(unsigned count)
{
    chance ^= chance << 13;
    chance ^= chance >> 7;
    chance ^= chance << 17;
    return (chance >> 20) % count == 0;
}

static void put(int file, const unsigned char *bytes, int64_t size, int64_t at)
{
    if (size > 0 && pwrite(file, bytes, (size_t)size, at) != size) abort();
}

static void cut(int file, int64_t size)
{
    if (ftruncate(file, size) != 0) abort();
}

static void undo(int file, const change *c)
{
    put(file, c->then, c->then_size, c->at);
    cut(file, c->size_before);
}

static void redo(int file, const change *c, bool is_torn)
{
    if (c->is_truncate) {
        cut(file, c->at);
        return;
    }
    for (int64_t from = 0; from < c->size;) {
        int64_t until = (c->at + from) / SECTOR_BYTES * SECTOR_BYTES + SECTOR_BYTES - c->at;
        if (until > c->size) until = c->size;
        if (!is_torn || one_in(2)) put(file, c->now + from, until - from, c->at + from);
        from = until;
    }
}

/* How much a loss keeps: all but the last, none, or each by chance; in order, or in any. */
static void settle_changes(const disk_file *file, int descriptor)
{
    for (int i = file->count - 1; i >= 0; i--)
        undo(descriptor, &file->changes[i]);
    bool keeps_all = one_in(4), keeps_none = !keeps_all && one_in(3), is_shuffled = one_in(2);
    for (int i = file->count - 1; i > 0 && is_shuffled; i--) {
        int j = (int)(chance % (uint64_t)(i + 1));
        change c = file->changes[i];
        file->changes[i] = file->changes[j];
        file->changes[j] = c;
        one_in(2);
    }
    for (int i = 0; i < file->count && !keeps_none; i++)
        if (keeps_all || one_in(2)) redo(descriptor, &file->changes[i], one_in(3));
}

static void settle(disk_file *file)
{
    char shared[PATH_BYTES + 8];
    snprintf(shared, sizeof shared, "%s-shm", file->path);
    unlink(shared);
    if (file->is_gone) return;
    bool is_back = file->is_deleted && one_in(2);
    int descriptor = -1;
    if (is_back) {
        descriptor = open(file->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        put(descriptor, file->kept, file->kept_size, 0);
    } else if (!file->is_deleted) {
        descriptor = open(file->path, O_RDWR | O_CLOEXEC);
    }
    if (descriptor < 0) return;
    settle_changes(file, descriptor);
    close(descriptor);
    if (file->is_new && one_in(2)) unlink(file->path);
}

void disk_forget(void)
{
    for (int i = 0; i < file_count; i++) {
        forget_changes(files[i]);
        free(files[i]->changes);
        free(files[i]->kept);
        free(files[i]);
    }
    file_count = 0;
}

void disk_lose(uint64_t seed)
{
    chance = seed * 0x9e3779b97f4a7c15u + 0x1234567;
    for (int i = 0; i < 8; i++)
        one_in(2);
    for (int i = 0; i < file_count; i++)
        settle(files[i]);
    disk_forget();
}
