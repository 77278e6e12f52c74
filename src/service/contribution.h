/* service/contribution - what the lists share that employers and departments hand in.
 *
 * Prefix   contribution_
 */
#ifndef SERVICE_CONTRIBUTION_H
#define SERVICE_CONTRIBUTION_H

#include "service/dues.h"

extern const err_kind CONTRIBUTION_NO_COLUMN, CONTRIBUTION_NO_LIST;

typedef struct {
    const char *names[6]; /* any of them heads the column; the first is told in Chinese */
    const char *en;
    bool is_optional;
} contribution_column;
enum { CONTRIBUTION_COLUMNS_MAX = 8 };
/* Each row of a CSV or workbook: trimmed cells in the order of the columns. CONTRIBUTION_NO_COLUMN. */
MUST_USE err contribution_file_read(dues_call *d, text path, const contribution_column *columns, size_t count,
                                    err (*take)(void *context, const text *cells, int64_t line), void *context);
/* The single values of a reply, a line each. */
void contribution_print_fields(const service_call *call, text_builder *out);

#endif
