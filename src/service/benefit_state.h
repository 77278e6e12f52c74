/* service/benefit_state - a benefit of a person in another state over some months.
 *
 * Prefix   benefit_
 */
#ifndef SERVICE_BENEFIT_STATE_H
#define SERVICE_BENEFIT_STATE_H

#include "service/words.h"

extern const err_kind BENEFIT_NONE;

typedef struct {
    int64_t person_id;
    text benefit; /* "employee_pension" */
    registry_benefit_state state;
    int32_t from_month, until_month; /* REGISTRY_OPEN: without end */
    text reason;                     /* a word of the registry, or empty */
} benefit_change;
/* Amounts, regions and decisions stay as they are; months in which there is no benefit are passed over.
 * *changed is how many facts are new, 0 when all was so already. BENEFIT_NONE: there is none at all. */
MUST_USE err benefit_state_say(county *office, const benefit_change *change, int64_t *changed);
/* All facts of one benefit of a person, by month. */
MUST_USE err benefit_facts(county *office, int64_t person_id, text benefit, registry_benefit **facts, size_t *count);
/* "in payment", for a person. */
void benefit_put_state(const service_call *call, service_value *into, int64_t state);

#endif
