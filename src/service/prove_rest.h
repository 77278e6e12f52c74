/* service/prove_rest.h - what no proof speaks of and a run would meet: exceptions that may clash,
 * and days between two versions on which a rule is silent.
 *
 * Prefix   rest_
 */
#ifndef SERVICE_PROVE_REST_H
#define SERVICE_PROVE_REST_H

#include "policy/policy.h"
#include "service/service_internal.h"

extern const service_field REST_CLASH_FIELDS[], REST_GAP_FIELDS[];
enum { REST_CLASH_FIELD_COUNT = 8, REST_GAP_FIELD_COUNT = 7 };

/* The lists `clashes` and `gaps` of the reply. */
void rest_put(service_call *call, const policy_book *book, text only_pack);
void rest_print(const service_call *call, bool is_all, text_builder *out);

#endif
