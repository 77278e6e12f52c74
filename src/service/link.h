/* service/link.h - rows of files into a set of room linkage.
 *
 * Prefix   link_
 */
#ifndef SERVICE_LINK_H
#define SERVICE_LINK_H

#include "linkage/linkage.h"
#include "service/sheet.h"

extern const err_kind LINK_NO_ID_COLUMN, LINK_NO_COLUMN, LINK_NO_SUCH_FIELD, LINK_WRONG_COLUMNS, LINK_NO_SPEC,
    LINK_TOO_MANY_FILES, LINK_BAD_LABEL, LINK_NO_SUCH_ID, LINK_BAD_COLUMNS;

/* --spec: a name that comes with the program, else a file. */
MUST_USE err link_spec(service_call *call, const linkage_spec **spec);
/* Reads all files; what they call the fields may be said by --columns FIELD=COLUMN,... */
MUST_USE err link_read(service_call *call, const linkage_spec *spec, const linkage_crew *crew, linkage_set *set);
/* --train: id_a, id_b and match (1 or 0). */
MUST_USE err link_labels(service_call *call, const linkage_set *set, linkage_options *options);

typedef struct {
    int64_t tier[LINKAGE_TIER_COUNT], links;
} link_tally;
/* --out: the pairs, with what each rests on unless --evidence none. */
MUST_USE err link_write(service_call *call, const linkage_set *set, const linkage_run *run, const linkage_answer *answer,
                        size_t workers, link_tally *tally);

#endif
