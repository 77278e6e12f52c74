/* service/link.h - rows of files into a set of room linkage.
 *
 * Prefix   link_
 */
#ifndef SERVICE_LINK_H
#define SERVICE_LINK_H

#include "linkage/linkage.h"
#include "service/sheet.h"

extern const err_kind LINK_NO_ID_COLUMN, LINK_NO_COLUMN, LINK_NO_SUCH_FIELD, LINK_WRONG_COLUMNS, LINK_NO_SPEC,
    LINK_TOO_MANY_FILES, LINK_BAD_LABEL, LINK_NO_SUCH_ID, LINK_BAD_COLUMNS, LINK_NOBODY_ASKED, LINK_NEEDS_OUT, LINK_NO_CLUSTER, LINK_BEFORE_ALONE,
    LINK_OTHER_MODEL, LINK_BAD_STATE, LINK_BAD_CHANGE, LINK_HALF_A_CHANGE;

/* --spec: a name that comes with the program, else a file. */
MUST_USE err link_spec(service_call *call, const linkage_spec **spec);
/* What files call the fields, by --columns FIELD=COLUMN,... */
typedef struct link_columns link_columns;
MUST_USE err link_columns_open(service_call *call, const linkage_spec *spec, link_columns **columns);
/* Each column that was said stands in some file; LINK_NO_COLUMN. */
MUST_USE err link_columns_met(service_call *call, const link_columns *columns);
/* An error as whoever calls may hear it. */
err link_told(service_call *call, err e);
/* An error of columns that make no key, with what the files call them. */
err link_named(service_call *call, const link_columns *columns, err e);
/* Reads the first `count` of the files. */
MUST_USE err link_read(service_call *call, const linkage_spec *spec, const linkage_crew *crew, link_columns *columns, size_t count,
                       linkage_set *set);
/* Row by row. `extra`: what stands in the columns of those names, which the file must have (ended by NULL; NULL: none). `columns`
 * NULL: the file names the fields as the spec does. link_columns_met is the caller's to ask, once all files are read. */
/* How the rows of a file that follow write dates, as link_read sees by itself. */
void link_dates(service_call *call, const linkage_spec *spec, const link_columns *columns, text path, linkage_set *set);
enum { LINK_EXTRA_MAX = 3 };
typedef err (*link_visit)(void *context, text id, const text *values, const text *extra);
MUST_USE err link_each(service_call *call, const linkage_spec *spec, link_columns *columns, const char *const *extra, text path, link_visit visit,
                       void *context);
/* --clusters: of each row whose it is, under an id that it keeps of --before. */
typedef struct {
    int64_t clusters, kept, gone;
} link_cluster_tally;
MUST_USE err link_clusters(service_call *call, const linkage_set *set, const linkage_answer *answer, link_cluster_tally *tally);
/* A level whose weight has moved so far that it matters, or that one of the models alone knows. */
bool link_has_drifted(const linkage_drift *row);
/* A model that --model names; bytes NULL: none. */
MUST_USE err link_model(service_call *call, linkage_options *options);
/* --record: of one record; `id` NULL: it has none. */
MUST_USE err link_record(service_call *call, const linkage_spec *spec, text *values, text *id);
void link_run_crew(void *context, size_t parts, linkage_task task, void *job);
/* --train: id_a, id_b and match (1 or 0). */
MUST_USE err link_labels(service_call *call, const linkage_set *set, linkage_options *options);

typedef struct {
    int64_t tier[LINKAGE_TIER_COUNT], links;
} link_tally;
/* --out: the pairs, with what each rests on unless --evidence none. */
MUST_USE err link_write(service_call *call, const linkage_set *set, const linkage_run *run, const linkage_answer *answer,
                        size_t workers, link_tally *tally);

#endif
