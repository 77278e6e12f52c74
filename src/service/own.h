/* service/own - logins from outside the office: an insured person sees their own record, an employer's agent their
 * employer's, and nobody else's.
 *
 * An operation whose row names the argument that says whose (own_person, own_employer) is permitted also to whom
 * three people of the office have bound to that person or employer and given the duty own.person or own.employer.
 * The argument must then be the id of the own record, in digits: no name, no number, no other id. A row with own_case is
 * permitted for a case about that record, and for one that the person asked for as another's agent (case open --agent ID);
 * one that is not there is told as another's. One place decides it, where every operation asks whether its user may
 * (county_permit).
 *
 * Prefix   own_
 */
#ifndef SERVICE_OWN_H
#define SERVICE_OWN_H

#include "service/county.h"

extern const err_kind OWN_OTHER, OWN_NOT_BOUND;

/* When the operation's own permission is not held, which `refused` says. */
MUST_USE err own_permit(county *office, err refused);
/* Whether the session's user may call the operation about their own record. */
bool own_may(county *office, const service_op *op);
/* Whether the session's user is here for the own record alone, without the duty of the operation; false at the machine. */
bool own_is_only(county *office);
/* Whether the case is about the own record of the session's user, or was asked for by them as an agent. */
MUST_USE err own_has_case(county *office, const cases_row *row, bool *has);
/* Whom the session's user is bound to; 0: nobody. OWN_NOT_BOUND when the registry does not know the person. */
MUST_USE err own_person(county *office, int64_t *person_id);
MUST_USE err own_employer(county *office, int64_t *employer_id);

#endif
