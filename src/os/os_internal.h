/* os/ - turning what the machine says into an err, for the files of this folder only. */
#ifndef OS_OS_INTERNAL_H
#define OS_OS_INTERNAL_H

#include "os/os.h"

/* `number` is an errno; the detail is "path: what it means". */
err os_error(arena *a, const char *path, int number);

#endif
