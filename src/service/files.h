/* service/files.h - files of the person who asks, by way of os.
 *
 * Prefix   service_
 */
#ifndef SERVICE_FILES_H
#define SERVICE_FILES_H

#include "codec/codec.h"
#include "os/os.h"
#include "service/service_internal.h"

enum { SERVICE_FILE_BYTES_MAX = 256 << 20 };

/* The whole file; "-" is the standard input. */
MUST_USE err service_read_file(arena *a, text path, text *bytes);
/* The same as UTF-8 without a byte order mark; GB18030 is converted. */
MUST_USE err service_read_utf8(arena *a, text path, text *bytes);
MUST_USE err service_write_file(arena *a, text path, text bytes);
/* The files below a folder whose names end so, in order of their paths. */
MUST_USE err service_list_files(arena *a, text folder, text suffix, const text **files,
                                size_t *count);
bool service_is_folder(arena *a, text path);

#endif
