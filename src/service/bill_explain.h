/* service/bill_explain - why a contribution is what it is: the line that was billed, and the same decided
 * again by the law that was kept for the bill and what the registry knew then.
 *
 * Prefix   bill_explain_
 */
#ifndef SERVICE_BILL_EXPLAIN_H
#define SERVICE_BILL_EXPLAIN_H

#include "service/county.h"
#include "service/decide.h"
#include "service/ledger.h"

extern const err_kind BILL_EXPLAIN_NONE;

/* An issue of bills, and the law it was decided by. */
typedef struct {
    collection_issue_row issue;
    text purpose;     /* "bill.employee" */
    text digest;
    int64_t known_ms; /* when it was issued */
} bill_explain_issue;
/* Those in which a month was billed: of its own month, or of the year. */
MUST_USE err bill_explain_issues(county *office, int32_t month, bill_explain_issue **issues, size_t *count);
/* What was billed of the month besides, or taken off again, oldest first. */
MUST_USE err bill_explain_changes(county *office, int32_t month, bill_explain_issue **issues, size_t *count);

/* The line of a person in the month's bills: the first, or that of `employer_id` when it is not 0, or in the bill of
 * `purpose` ("unemployed") when one is said. */
typedef struct {
    bill_explain_issue of;
    collection_terms terms;
    collection_line line;
} bill_explain_line;
MUST_USE err bill_explain_find(county *office, int64_t person_id, int32_t month, int64_t employer_id, text purpose,
                               bill_explain_line *line);

/* `person explain --bill`: answers the lines, what they come to now, and the tree of reasons. */
MUST_USE err bill_explain_person(service_call *call);
void bill_explain_print(const service_call *call, text_builder *out);

#endif
