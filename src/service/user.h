/* service/user - what the operations on users share; the first users of a new office.
 *
 * Prefix   user_
 */
#ifndef SERVICE_USER_H
#define SERVICE_USER_H

#include "service/county.h"

extern const err_kind USER_NOT_SHOWN;

/* The four files of a duty table: of `folder`, or with an empty one of `duties` in the first folder of
 * packs that has it. */
MUST_USE err user_table_read(service_call *call, text folder, duty_sources *sources);

/* Founds the office's users, inside the open transaction; writes a one-time password to each. */
typedef struct {
    text login, name, roles;
    text password; /* answered */
} user_founder;
MUST_USE err user_found(county *office, const duty_sources *table, user_founder *founders,
                        size_t founder_count);

/* A one-time password: 20 letters and digits that cannot be mistaken, 99 bits. */
text user_once(arena *a);
/* Ten bytes of the SM3 of a public key, in groups of four: to be read out over a telephone. */
MUST_USE err user_fingerprint(arena *a, const crypto_sm2_public *key, text *print);
/* The person of a change that binds a user: the citizen number `said`, hashed and sealed; the kinds of ident. */
MUST_USE err user_person(county *office, text login, text said, staff_terms *terms);
/* The citizen number of a user, opened. */
MUST_USE err user_number(county *office, text login, text hex, text *number);
staff_act user_act(const county *office);
/* Of a change of many logins: what a row does, in the call's language; a number as it may be seen. */
text user_act_said(const service_call *call, staff_joint_act act);
text user_number_masked(arena *a, text number);
/* USER_NOT_SHOWN when the change is one of many logins and the call's `digest` is not that of its rows. */
MUST_USE err user_was_shown(service_call *call, staff *room, int64_t change_id);
/* The users of the call's county, to read; STAFF_NOT_FOUNDED when there are none. */
MUST_USE err user_open_to_read(service_call *call, staff **room);

#endif
