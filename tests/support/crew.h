/* support/crew - an office with users, for tests of what they may do.
 *
 * Prefix   crew_
 */
#ifndef SUPPORT_CREW_H
#define SUPPORT_CREW_H

#include "staff/staff.h"
#include "support/store_place.h"

typedef struct {
    arena *a;
    store *db;
    eventlog *log;
    staff *staff;
    int64_t now_ms;
} crew;

/* A founded office whose users all have keys: rita (rights-manager), lea (leader), audrey (auditor),
 * clara (clerk), rex (reviewer), hana (head), acco (accountant), cash (cashier). The password of each
 * is crew_password of the login. Scrypt at the least cost. */
crew crew_founded(store_place *place);
/* Only founded: nobody has changed the one-time password, "once-" and the login and "-2468". */
crew crew_new(store_place *place);
void crew_leave(crew *o);
text crew_password(arena *a, const char *login);
text crew_once(arena *a, const char *login);

/* The next act: the time goes on, no key. */
staff_act crew_act(crew *o);
staff_chance crew_chance(crew *o);
staff_session *crew_login(crew *o, const char *login);
/* Each of these is one committed transaction that must succeed. */
void crew_set_password(crew *o, const char *login, text old_password, text new_password);
/* Proposed by rita, approved by lea, confirmed by audrey. */
void crew_change(crew *o, const staff_terms *terms);
/* All tables of room staff, for comparing. */
text crew_dump(crew *o, arena *a);

#endif
