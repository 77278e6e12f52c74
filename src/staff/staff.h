/* staff/ - the office's users: what they were granted, how they prove who they are, and with which key
 * they sign.
 *
 * Holds the duty table in force (room duty) and the users. Does not know what an operation does;
 * `service` asks before each step.
 *
 * Founding  makes the first users with their roles, each with a one-time password: once, and with
 *           enough of them that the path `staff` can be gone.
 * Own       who a change is about signs and refuses nothing of it (STAFF_OWN_CHANGE); a binding to their own person they sign where nobody
 *           else could. Once those who are bound to the person they are can grant by themselves, nobody else signs, nor takes from
 *           them what they need for it (STAFF_UNBOUND).
 * Changes   a new user, a grant, a reset of a password, a new duty table: proposed, approved and
 *           confirmed by three people, each with a signature over the change and the signature
 *           before. To take roles away, or to shut a user out, takes one; not so that nobody is
 *           left who could grant.
 * Persons   a user is bound, by three, to the person they are: a keyed hash of a citizen number, made by the
 *           caller. One person is one user at a time, and who did what in a business is asked of persons.
 *           An employer's own user is bound, by three too, to the employer they act for, and an official may be to
 *           the township whose business is theirs; that nobody is left who could grant is refused.
 * Keys      a user's SM2 key is made when they set their own password, and sealed by it: that it opens
 *           is the proof of the password. A new password makes a new key, signed by the old one,
 *           and old passwords open nothing that still counts. A grant is to a key: a reset by
 *           others leaves neither key nor roles.
 * Views     filters of a list that a user keeps under a name: theirs alone, no evidence and no event.
 * Factor    a user may take a second one, whose secret the caller seals; the duty table says whose roles need it.
 *           Two people end one that was lost: key, password and roles stay, so that it opens nothing by itself.
 * Joint     many logins of people from outside the office, whose roles show their own record alone, are made, shut out and
 *           reset by one change of three people: whole, or not at all. Their one-time passwords are drawn when it is made, and
 *           handed out once to whoever proposed it; what is kept of them is a hash.
 * Writing   inside the caller's transaction; one event of the office's chain each, kinds `staff.*`.
 * Chance    salts and seeds are handed in, fresh each time.
 * Memory    answers live in the arena passed first; a session lives in its arena until closed.
 * Errors    only the kinds below, those of duty, eventlog, store and crypto; after an error the caller
 *           rolls back, and after a rollback opens the office anew. Passwords are in no error, event or table.
 * Threads   one handle a store handle, so one a thread.
 */
#ifndef STAFF_STAFF_H
#define STAFF_STAFF_H

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"
#include "crypto/crypto.h"
#include "duty/duty.h"
#include "eventlog/eventlog.h"
#include "store/store.h"

extern const err_kind STAFF_FOUNDED, STAFF_NOT_FOUNDED, STAFF_CANNOT_GRANT, STAFF_WEAK_TABLE,
    STAFF_UNFIT;
extern const err_kind STAFF_BAD_LOGIN, STAFF_LOGIN_TAKEN, STAFF_NO_USER, STAFF_NO_KEY,
    STAFF_WEAK_PASSWORD;
extern const err_kind STAFF_WRONG_LOGIN, STAFF_MUST_CHANGE, STAFF_DISABLED, STAFF_ENDED;
extern const err_kind STAFF_NO_CHANGE, STAFF_KEY_CHANGED, STAFF_BROKEN, STAFF_SAME_PERSON, STAFF_BOUND;
extern const err_kind STAFF_NO_FACTOR, STAFF_NOT_PROPOSER, STAFF_WHY_ENDED, STAFF_OWN_CHANGE, STAFF_UNBOUND;
extern const err_kind STAFF_JOINT_ROLE, STAFF_JOINT_OFFICIAL, STAFF_JOINT_TWICE, STAFF_JOINT_OTHER, STAFF_JOINT_OUT,
    STAFF_JOINT_LACKS, STAFF_JOINT_COUNT, STAFF_JOINT_WAITS;
extern const err_kind STAFF_HANDED, STAFF_HAND_OTHER, STAFF_HAND_NOTHING;
extern const err_kind STAFF_BAD_VIEW, STAFF_NO_VIEW, STAFF_MANY_VIEWS, STAFF_BAD_DRAFT, STAFF_MANY_DRAFTS;

typedef struct staff staff;
/* `cost` of passwords from now on; NULL: CRYPTO_COST_LOGIN. */
MUST_USE err staff_open(arena *process, store *db, eventlog *log, const crypto_cost *cost,
                        staff **office);
void staff_close(staff *office);
/* The table in force; NULL before the founding. */
const duty_table *staff_duties(const staff *office);
/* Its four files as they were adopted. */
MUST_USE err staff_duty_sources(arena *a, staff *office, duty_sources *sources);

typedef struct {
    int64_t known_ms;
    text why;
    text key; /* idempotency: the same act again changes nothing; empty: none */
} staff_act;

/* ---- founding ---- */

typedef struct {
    text login, name, roles;
    text password; /* one-time */
    crypto_salt salt;
} staff_founder;
/* STAFF_CANNOT_GRANT when these could not grant anything later; STAFF_WEAK_TABLE when two people
 * can move money by this table. */
MUST_USE err staff_found(staff *office, const staff_act *act, const duty_sources *table,
                         const staff_founder *founders, size_t founder_count);

/* ---- users ---- */

typedef enum {
    STAFF_NEW,    /* has a one-time password, and can only change it */
    STAFF_ACTIVE, /* has a key */
    STAFF_OUT,    /* shut out; a reset lets them in again, without roles */
    STAFF_STATE_COUNT
} staff_state;
typedef struct {
    int64_t id;
    text login, name, roles;
    staff_state state;
    crypto_sm2_public key; /* of an active user */
    text person;           /* hex; empty: not bound */
    text number;           /* hex: the person's citizen number, sealed; empty: not bound */
    int64_t employer;      /* for which they act; 0: none */
    text region;           /* to which they are confined: 9 or 12 digits; empty: to none */
} staff_user;
MUST_USE err staff_list(arena *a, staff *office, staff_user **users, size_t *count);
/* STAFF_NO_USER. */
MUST_USE err staff_find(arena *a, staff *office, text login, staff_user *user);
/* One row, by its key: what every call asks of whoever calls. Nobody's id is 0 in the answer. */
MUST_USE err staff_user_read(arena *a, staff *office, int64_t user_id, staff_user *user);
/* Whose key this was at an instant; STAFF_NO_KEY when it was nobody's. */
MUST_USE err staff_key_owner(staff *office, const crypto_sm2_public *key, int64_t known_ms,
                             int64_t *user_id);

/* ---- who is there ---- */

typedef struct staff_session staff_session;
/* STAFF_WRONG_LOGIN for an unknown user and for a wrong password, after the same time. */
MUST_USE err staff_login(arena *a, staff *office, text login, text password,
                         staff_session **session);
void staff_session_close(staff_session *session); /* wipes the key; NULL is fine */
int64_t staff_session_user(const staff_session *session);
/* The first time with the one-time password. STAFF_WEAK_PASSWORD: under 12 bytes or 5 different
 * characters, or with the login in it. */
typedef struct {
    crypto_salt salt;
    uint8_t seed[CRYPTO_SM2_SEED_BYTES];
} staff_chance;
MUST_USE err staff_set_password(staff *office, const staff_act *act, text login, text old_password,
                                text new_password, const staff_chance *chance);

/* Whether the session's user may do this now: roles are read anew each time. STAFF_ENDED when the
 * key was replaced, or the user shut out, since. */
MUST_USE err staff_permit(arena *a, staff_session *session, text permission);
/* The same for a duty in a business in which others have done theirs. */
MUST_USE err staff_step(arena *a, staff_session *session, text duty, const duty_mark *done,
                        size_t done_count);
MUST_USE err staff_sign(staff_session *session, text message, crypto_signature *signature);
const crypto_sm2_public *staff_session_key(const staff_session *session);

/* A session for calls to come, each by another handle: the user's key, sealed under a key that whoever
 * comes back shows. Nothing is kept unsealed meanwhile. */
#define STAFF_TICKET_BYTES (sizeof(crypto_sm2_private) + CRYPTO_SEAL_BYTES)
typedef struct {
    int64_t user_id;
    crypto_sm2_public key;
    uint8_t sealed[STAFF_TICKET_BYTES];
} staff_ticket;
/* `nonce` is drawn, and never used again with this key. */
MUST_USE err staff_ticket_make(arena *a, staff *office, text login, text password,
                               const crypto_key *with, crypto_nonce nonce, staff_ticket *ticket);
/* STAFF_ENDED under another key. What the user may is asked as ever, so that an ended user finds out. */
MUST_USE err staff_ticket_use(arena *a, staff *office, const staff_ticket *ticket,
                              const crypto_key *with, staff_session **session);

/* ---- a second factor ---- */

/* Of a user, as the caller sealed it; empty: none. It ends with a reset by three. */
typedef struct {
    text sealed, offered;
} staff_factor;
/* STAFF_BROKEN when the log knows of one in force and the table does not. */
MUST_USE err staff_factor_read(arena *a, staff *office, int64_t user_id, staff_factor *factor);
/* Shown to the session's user; what is in force stays so until the offered one is taken, with a code of it. */
MUST_USE err staff_factor_offer(staff_session *session, const staff_act *act, text sealed);
MUST_USE err staff_factor_take(staff_session *session, const staff_act *act);
/* The users who have one in force, by id. */
MUST_USE err staff_factors(arena *a, staff *office, int64_t **user_ids, size_t *count);
/* Whether the table in force asks for one of whoever has the session's user's roles. */
MUST_USE err staff_needs_factor(arena *a, staff_session *session, bool *needs);

/* ---- changes by three ---- */

typedef enum {
    STAFF_CHANGE_NEW,   /* login, name, password, salt */
    STAFF_CHANGE_GRANT, /* login, roles: added to those held */
    STAFF_CHANGE_RESET, /* login, password, salt */
    STAFF_CHANGE_TABLE, /* table */
    STAFF_CHANGE_BIND,  /* login, person, number; or login, employer; or login, region */
    STAFF_CHANGE_FACTOR, /* login: ends the user's second factor and nothing else; made by the second signature */
    STAFF_CHANGE_JOINT, /* rows: many logins */
    STAFF_CHANGE_COUNT
} staff_change_kind;
/* A login of somebody from outside the office. To shut one out, and to reset it, what else is said must be its own; a reset
 * leaves the role and the binding, and gives the role to one that has none. */
typedef enum { STAFF_JOINT_NEW, STAFF_JOINT_LOCK, STAFF_JOINT_RESET, STAFF_JOINT_ACT_COUNT } staff_joint_act;
const char *staff_joint_act_name(staff_joint_act act); /* "new" ... */
typedef struct {
    staff_joint_act act;
    text login, name, role;
    text person, number; /* hex, as of staff_terms */
    int64_t employer;
} staff_joint_row;
enum { STAFF_JOINT_ROWS_MAX = 2000 };
#define STAFF_WHOLE "county"
typedef struct {
    staff_change_kind kind;
    text login, name, roles, password;
    text person, number; /* hex: the keyed hash of a citizen number, and the number sealed */
    int64_t employer;
    text region; /* STAFF_WHOLE: the whole county again */
    crypto_salt salt;
    const duty_sources *table;
    const staff_joint_row *rows;
    size_t row_count;
} staff_terms;
MUST_USE err staff_propose(staff_session *session, const staff_act *act, const staff_terms *terms,
                           int64_t *change_id);
/* `duty` is staff.approve or staff.confirm, in either order; with the last the change is made. */
MUST_USE err staff_change_sign(staff_session *session, const staff_act *act, int64_t change_id,
                               text duty, bool *is_made);

/* Taken back by whoever proposed it, or refused by somebody who should sign it (`duty`: staff.approve or staff.confirm); of a change that
 * waits, with a reason, and for good. It is not signed: nothing comes of it but that nothing changes. */
MUST_USE err staff_change_withdraw(staff_session *session, const staff_act *act, int64_t change_id);
MUST_USE err staff_change_refuse(staff_session *session, const staff_act *act, int64_t change_id, text duty);

typedef enum { STAFF_CHANGE_WAITS, STAFF_CHANGE_MADE, STAFF_CHANGE_WITHDRAWN, STAFF_CHANGE_REFUSED } staff_change_state;
typedef struct {
    int64_t id;
    bool is_made;
    staff_change_state state;
    staff_change_kind kind;
    text login, name, roles;
    text region; /* of a binding to one */
    text key; /* of a grant: the hex of the user's public key, to be read out to them */
    text waits_for; /* duties still to be done, split by blanks */
    size_t row_count; /* of a joint one */
} staff_change;
MUST_USE err staff_changes(arena *a, staff *office, bool has_made, staff_change **changes,
                           size_t *count);

/* ---- many logins in one change ---- */

/* Of each row why it cannot be done now, or ERR_NONE: reasons[row_count]. */
MUST_USE err staff_joint_check(arena *a, staff *office, const staff_joint_row *rows, size_t count, err *reasons);
typedef struct {
    bool is_joint, is_made, is_handed;
    staff_change_state state;
    staff_joint_row *rows; /* of another kind of change: none */
    size_t row_count;
    int64_t proposer_id;
    int64_t ended_by;  /* of one that was withdrawn or refused: who did, and why */
    text ended_why;
    char digest[17]; /* of the terms: who signs says what they were shown */
} staff_joint;
MUST_USE err staff_joint_read(arena *a, staff *office, int64_t change_id, staff_joint *joint);
/* The users of a change that is made who wait for their one-time password; to whoever proposed it, until it was done. */
MUST_USE err staff_hand_due(arena *a, staff_session *session, int64_t change_id, staff_user **users, size_t *count);
typedef struct {
    int64_t user_id;
    text password; /* by chance, 90 bits at least: it is kept with little work */
    crypto_salt salt;
} staff_handed;
MUST_USE err staff_hand_out(staff_session *session, const staff_act *act, int64_t change_id, const staff_handed *handed,
                            size_t count);

/* ---- changes by one ---- */

MUST_USE err staff_revoke(staff_session *session, const staff_act *act, text login, text roles);
MUST_USE err staff_disable(staff_session *session, const staff_act *act, text login);

/* ---- views ---- */

/* `place` is the list it is of. */
typedef struct {
    text place, name;
    text *filters;
    size_t filter_count;
} staff_view;
/* One of the same place and name makes way. STAFF_BAD_VIEW, STAFF_MANY_VIEWS. */
MUST_USE err staff_view_keep(staff_session *session, const staff_view *view);
MUST_USE err staff_view_drop(staff_session *session, text place, text name); /* STAFF_NO_VIEW */
/* Of one place, or with an empty one of all; by place and name. */
MUST_USE err staff_views(arena *a, staff_session *session, text place, staff_view **views, size_t *count);

/* ---- drafts ---- */

typedef struct {
    text form, about;
    int64_t subject_id; /* 0: nobody */
    int64_t kept_ms;
    text sealed;
} staff_draft;
/* One of the same form, about and subject makes way. STAFF_BAD_DRAFT, STAFF_MANY_DRAFTS. */
MUST_USE err staff_draft_keep(staff_session *session, const staff_draft *draft);
/* *found is false when the user keeps none, or none since. */
MUST_USE err staff_draft_read(arena *a, staff_session *session, int64_t since_ms, staff_draft *draft, bool *found);
/* The newest first, without what they hold. */
MUST_USE err staff_drafts(arena *a, staff_session *session, int64_t since_ms, staff_draft **drafts, size_t *count);
MUST_USE err staff_draft_drop(staff_session *session, text form, text about, int64_t subject_id);
/* Of all users: those kept before an instant, and those about somebody. */
MUST_USE err staff_drafts_expire(staff *office, int64_t before_ms);
MUST_USE err staff_drafts_forget(staff *office, int64_t subject_id);

/* ---- answers ---- */

/* What a user was answered to an operation under the key of their request; `asked` is a digest of what they asked with. */
typedef struct {
    text operation, key;
    int64_t kept_ms;
    text asked, sealed;
} staff_answer;
/* By operation and key, if it was kept at `since_ms` or later. */
MUST_USE err staff_answer_find(arena *a, staff_session *session, int64_t since_ms, staff_answer *answer, bool *found);
/* In the transaction of what was done; what was kept before `since_ms`, by whomever, is forgotten. */
MUST_USE err staff_answer_keep(staff_session *session, int64_t since_ms, const staff_answer *answer);

/* ---- the log ---- */

/* This room's tables, for rebuilding them from the log and checking them against it. */
eventlog_room staff_room(staff *office);
/* Every signature of every change and every change of key, against the keys of their time:
 * STAFF_BROKEN names the first that does not fit. */
MUST_USE err staff_verify(arena *a, staff *office);

#endif
