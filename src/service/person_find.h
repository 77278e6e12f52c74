/* service/person_find - people and employers by what somebody has in hand of them, for the operations that look for them.
 *
 * Prefix   person_find_
 */
#ifndef SERVICE_PERSON_FIND_H
#define SERVICE_PERSON_FIND_H

#include "service/scope.h"

extern const err_kind PERSON_FIND_TAIL_ALONE;

/* Opens the county for finding: a store of before gets the parts of its names from the first who looks. */
MUST_USE err person_find_open(service_call *call, county **office);
/* Adds to the two lists what person.find tells of each, at most `limit` of either, of the user's span alone; `what` "person" or
 * "employer": only of these. */
MUST_USE err person_find_people(county *office, scope_span span, text said, text what, size_t limit, service_value *people, service_value *employers,
                         bool *is_more);
/* --limit, at most `most`; without it `otherwise`, and whoever pages the answer walks `most`. */
size_t person_find_limit(const service_call *call, size_t otherwise, size_t most);
/* Whether there are more, into the reply; whoever pages is told that the list ends before them. */
void person_find_put_more(service_call *call, bool is_more, size_t limit);
/* Full-width letters and digits made usual, blanks made one. */
text person_find_narrowed(arena *a, text said);

extern const service_op SEARCH_ALL_OP;

#endif
