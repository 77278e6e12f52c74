/* os/ - turning what the machine says into an err, for the files of this folder only. */
#ifndef OS_OS_INTERNAL_H
#define OS_OS_INTERNAL_H

#include "os/os.h"

/* `number` is an errno; the detail is "path: what it means". */
err os_error(arena *a, const char *path, int number);

/* unfinished.c: what a stop removes, and the next start if there was no time for it */
void os_unfinished_file(const char *path);
void os_finished_file(const char *path);
void os_finished_folder(const char *path);
/* Locks what was just made at `path`; false when another has taken it away meanwhile. */
bool os_lock_unfinished(int descriptor, const char *path);
/* Removes what was left behind half-written beside `path` by programs that are no more. */
void os_remove_unfinished_of(arena *a, const char *path);

#endif
