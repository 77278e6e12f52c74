#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hash.h"
#include "os/os_internal.h"

bool os_is_file(const char *path)
{
    struct stat facts;
    return stat(path, &facts) == 0 && S_ISREG(facts.st_mode);
}

bool os_file_bytes(const char *path, int64_t *size_bytes)
{
    struct stat facts;
    if (stat(path, &facts) != 0 || !S_ISREG(facts.st_mode)) return false;
    *size_bytes = (int64_t)facts.st_size;
    return true;
}

bool os_is_folder(const char *path)
{
    struct stat facts;
    return stat(path, &facts) == 0 && S_ISDIR(facts.st_mode);
}

bool os_is_same(const char *path, const char *other)
{
    struct stat one, two;
    return stat(path, &one) == 0 && stat(other, &two) == 0 && one.st_ino == two.st_ino &&
           one.st_dev == two.st_dev;
}

/* ---- whether anything was changed ---- */

enum { STAMP_DEPTH_MAX = 16 };

typedef struct {
    dev_t device;
    ino_t inode;
} on_way;

static uint64_t stamp_facts(const char *name, const struct stat *facts)
{
    uint64_t hash = hash_bytes(name, strlen(name), (uint64_t)facts->st_ino);
    hash = hash_mix(hash, (uint64_t)facts->st_size);
    hash = hash_mix(hash, (uint64_t)facts->st_mtim.tv_sec);
    hash = hash_mix(hash, (uint64_t)facts->st_mtim.tv_nsec);
    return hash_mix(hash, (uint64_t)facts->st_ctim.tv_sec * 1000000000 + (uint64_t)facts->st_ctim.tv_nsec);
}

static bool is_above(const on_way *way, size_t depth, const struct stat *facts)
{
    for (size_t i = 0; i < depth; i++)
        if (way[i].device == facts->st_dev && way[i].inode == facts->st_ino) return true;
    return false;
}

/* In whatever order the folder names them: sums do not mind. */
static uint64_t stamp_folder(int descriptor, on_way *way, size_t depth)
{
    uint64_t sum = 0;
    DIR *folder = fdopendir(descriptor);
    if (!folder) {
        close(descriptor);
        return 0;
    }
    for (struct dirent *found; (found = readdir(folder)) != NULL;) {
        struct stat facts;
        if (found->d_name[0] == '.' || fstatat(descriptor, found->d_name, &facts, 0) != 0) continue;
        bool is_inner = S_ISDIR(facts.st_mode) && depth < STAMP_DEPTH_MAX && !is_above(way, depth, &facts);
        uint64_t one = S_ISREG(facts.st_mode) ? stamp_facts(found->d_name, &facts) : 0;
        int inner = is_inner ? openat(descriptor, found->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
        way[depth] = (on_way){ facts.st_dev, facts.st_ino };
        if (inner >= 0) one = hash_mix(stamp_folder(inner, way, depth + 1), hash_bytes(found->d_name, strlen(found->d_name), 1));
        sum += one;
    }
    closedir(folder);
    return sum;
}

uint64_t os_tree_stamp(const char *path, uint64_t seed)
{
    struct stat facts;
    on_way way[STAMP_DEPTH_MAX + 1];
    if (stat(path, &facts) != 0) return hash_mix(seed, 0);
    if (!S_ISDIR(facts.st_mode)) return hash_mix(seed, stamp_facts(path, &facts));
    int descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    way[0] = (on_way){ facts.st_dev, facts.st_ino };
    return hash_mix(seed, descriptor < 0 ? 0 : stamp_folder(descriptor, way, 1));
}

static int compare_entries(const void *left, const void *right)
{
    const os_entry *a = left, *b = right;
    return strcmp(a->name, b->name);
}

static bool is_itself(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

err os_list_folder(arena *a, const char *path, os_entry **entries, size_t *count)
{
    DIR *folder = opendir(path);
    if (!folder) return os_error(a, path, errno);
    os_entry *list = NULL;
    size_t listed = 0, capacity = 0;
    errno = 0;
    for (struct dirent *found; (found = readdir(folder)) != NULL; errno = 0) {
        if (is_itself(found->d_name)) continue;
        struct stat facts;
        os_entry entry = { .name = text_cstr(a, text_of(found->d_name)) };
        if (fstatat(dirfd(folder), found->d_name, &facts, 0) == 0) {
            entry.is_folder = S_ISDIR(facts.st_mode);
            entry.is_special = !S_ISDIR(facts.st_mode) && !S_ISREG(facts.st_mode);
        }
        ARENA_PUSH(a, list, listed, capacity, entry);
    }
    int why = errno;
    closedir(folder);
    if (why != 0) return os_error(a, path, why);
    if (listed > 1) qsort(list, listed, sizeof *list, compare_entries);
    *entries = list;
    *count = listed;
    return ERR_NONE;
}

err os_make_folder(arena *a, const char *path)
{
    if (mkdir(path, 0777) == 0 || (errno == EEXIST && os_is_folder(path))) return ERR_NONE;
    return os_error(a, path, errno);
}

err os_make_private_folder(arena *a, const char *path)
{
    return mkdir(path, 0700) == 0 ? ERR_NONE : os_error(a, path, errno);
}

err os_move_folder(arena *a, const char *from, const char *to)
{
    struct stat facts;
    if (lstat(to, &facts) == 0) return os_error(a, to, EEXIST);
    return rename(from, to) == 0 ? ERR_NONE : os_error(a, to, errno);
}

err os_remove_tree(arena *a, const char *path)
{
    struct stat facts;
    if (lstat(path, &facts) != 0) return errno == ENOENT ? ERR_NONE : os_error(a, path, errno);
    if (S_ISDIR(facts.st_mode)) {
        os_entry *entries;
        size_t count;
        TRY(os_list_folder(a, path, &entries, &count));
        for (size_t i = 0; i < count; i++)
            TRY(os_remove_tree(a, text_cstr(a, text_format(a, "%s/%s", path, entries[i].name))));
    }
    if (remove(path) != 0) return os_error(a, path, errno);
    if (S_ISDIR(facts.st_mode)) os_finished_folder(path);
    return ERR_NONE;
}
