/* service/payrun_file - the file of a run for the bank.
 *
 * Prefix   payrun_file_
 */
#ifndef SERVICE_PAYRUN_FILE_H
#define SERVICE_PAYRUN_FILE_H

#include "os/os.h"
#include "service/payrun.h"

/* Writes all lines beside `path`; the caller puts the file in its place (os_writer_commit) when the
 * step is on the disk, or drops it. The same run gives the same bytes, so a file that was lost between
 * the two is written again. PAYRUN_ACCOUNT_CHANGED when an account is not the one signed for. */
MUST_USE err payrun_file_write(payrun *p, const char *path, text format, int32_t day, os_writer **out);

#endif
