/* service/grant - what employers get without having asked (免申即享): the rule finds who is due, the list stands in
 * public, three people decide it, and a run pays it.
 *
 *   grant_table    packs/ledger/grants.csv: the kinds
 *   grant_decide   every employer by the rule of a kind and year, from the books and the registry
 *   grant_propose  the list, and the batch of room oneoff that it becomes
 *   grant_show     what stands in public; what the employer's own desk sees
 *
 * Prefix   grant_
 */
#ifndef SERVICE_GRANT_H
#define SERVICE_GRANT_H

#include "oneoff/oneoff.h"
#include "service/month.h"

extern const err_kind GRANT_UNKNOWN, GRANT_NOTICE_UNSET, GRANT_IN_NOTICE, GRANT_NOBODY, GRANT_WAITS, GRANT_NOT_THERE, GRANT_BAD_YEAR, GRANT_NOT_YET;
extern const service_op GRANT_KINDS_OP, GRANT_LIST_OP, GRANT_PROPOSE_OP, GRANT_NOTICE_OP, GRANT_SHOW_OP;

/* The purpose of its batches begins so: "grant.stay_job/2025". */
#define GRANT_PURPOSE "grant."

typedef struct {
    text name, title, title_en; /* stay_job, 稳岗返还 */
    text fund, notice;          /* notice: the figure that says how many days it stands in public */
} grant_kind;
MUST_USE err grant_kinds(county *office, grant_kind **kinds, size_t *count);
/* GRANT_UNKNOWN */
MUST_USE err grant_kind_find(county *office, text name, grant_kind *kind);

typedef struct {
    int64_t employer_id, fen, basis_fen, batch_id; /* batch_id: proposed or paid before; 0: not */
    bool is_known, is_due;
    text reason; /* why it is not known */
    text facts;  /* what it was decided from */
} grant_row;
/* Of a year: by the law of its last day, from what the books and the registry say of the year before. */
MUST_USE err grant_decide(month_call *m, const grant_kind *kind, int32_t year, grant_row **rows, size_t *count, text *law);
/* The month its items are of. */
int32_t grant_month(int32_t year);

/* The last day in public of a batch; 0: nothing was said of it. */
MUST_USE err grant_notice_of(county *office, int64_t batch_id, int32_t *until);
/* GRANT_IN_NOTICE: the batch may not be approved yet. */
MUST_USE err grant_bars(county *office, const oneoff_batch *batch);
/* "单位参保人数=19; …": what the record of a decision holds of its inputs; what is not known stands as ?. */
text grant_facts_of(arena *a, text record);
MUST_USE err grant_employer_name(county *office, int64_t employer_id, text *name);

#endif
