/* service/second - a second factor beside the password: codes by time, of a secret that a telephone keeps.
 *
 * Whoever has one is asked for a code at each login, by both doors. Roles that the duty table marks (second_factor) are
 * good for nothing until their holder has one. It ends with the key: by a reset, which three people make; or
 * alone, when two people end one that was lost (doudi user second-reset).
 *
 * Codes    RFC 6238; one step to either side is taken, for clocks that differ. A server takes each code once.
 * Keeping  the secret is sealed under a key of the master key: who has the database alone cannot compute codes.
 * Prefix   second_
 */
#ifndef SERVICE_SECOND_H
#define SERVICE_SECOND_H

#include "service/county.h"

extern const err_kind SECOND_NEEDED, SECOND_WRONG, SECOND_TO_TAKE, SECOND_NOT_OFFERED, SECOND_CURRENT;

/* After the password was right: asks for the code where the user has a second factor. */
MUST_USE err second_ask(county *office, int64_t user_id);
/* SECOND_TO_TAKE when the session's user must have one, has none, and this operation is not the way to it. */
MUST_USE err second_permit(county *office);

#endif
