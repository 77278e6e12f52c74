/* service/reveal - numbers shown whole: by duty, and the log says who saw whose.
 *
 * An office with users asks who looks, whether they may (person.reveal), and keeps an event before it shows
 * anything: of one person in the chain of the person, so that their history tells it; of a list in the
 * office's. An office without users has nobody to ask, and keeps none.
 *
 * Prefix   reveal_
 */
#ifndef SERVICE_REVEAL_H
#define SERVICE_REVEAL_H

#include "service/county.h"

#define REVEAL_KIND "access.revealed"

/* What an operation that may reveal opens the county for. */
county_need reveal_need(const service_call *call);
/* When --reveal is given. `subject_id` 0: of many, `what` says which. */
MUST_USE err reveal_ask(county *office, int64_t subject_id, text what);
/* The same by another permission, without one of before it. */
MUST_USE err reveal_ask_for(county *office, text permission, int64_t subject_id, text what);

#endif
