/* tests/support/fault_disk - what a disk has been given, and what of it may be lost.
 *
 * Each file has the list of what was done to it since its last sync, with what it undid; from
 * these a power loss makes any state that a disk without write barriers may be found in.
 *
 * Prefix   disk_
 */
#ifndef TESTS_SUPPORT_FAULT_DISK_H
#define TESTS_SUPPORT_FAULT_DISK_H

#include <stdbool.h>
#include <stdint.h>

typedef struct disk_file disk_file;

/* `is_new`: its name is not lasting before the file's first sync. */
disk_file *disk_of(const char *path, bool is_new);
/* Before the real call. */
void disk_write(disk_file *file, const void *bytes, int64_t size, int64_t at);
void disk_truncate(disk_file *file, int64_t size);
void disk_sync(disk_file *file);
void disk_delete(const char *path, bool is_lasting);
/* Leaves in the files what may be left, and forgets all; shared memory (-shm) is gone. */
void disk_lose(uint64_t seed);
void disk_forget(void);

#endif
