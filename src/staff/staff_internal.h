/* staff_internal - what the files of this room share. */
#ifndef STAFF_STAFF_INTERNAL_H
#define STAFF_STAFF_INTERNAL_H

#include <assert.h>

#include "base/checked.h"
#include "codec/codec.h"
#include "staff/staff.h"

struct staff {
    arena *process;
    store *db;
    eventlog *log;
    crypto_cost cost;
    arena *table_memory; /* of the table in force; replaced with it */
    duty_table *duties;
};

struct staff_session {
    staff *office;
    arena *memory;
    int64_t user_id;
    crypto_sm2_public key;
    bool is_open;
    crypto_sm2_private own;  /* wiped when it is closed */
    crypto_signer *signer;   /* made when first signed with: that takes as long as most reads */
};

/* What is to change, as it stands in the event: without plain passwords, with the key granted to. */
typedef struct {
    staff_change_kind kind;
    text login, name, roles;
    text password; /* its scrypt */
    text key;      /* hex */
    text person, number; /* hex */
    int64_t employer;
    text region;
    text csv[DUTY_FILE_COUNT];
    const codec_json *rows; /* of a joint one: joint.c */
} staff_body;

/* A lost factor is ended by two: what it stood before, password, key and roles, stays. */
enum { STAFF_FACTOR_SIGNERS = 2 };

/* ---- body.c: event bodies, canonical JSON ---- */
text staff_body_print(arena *a, const staff_body *body);
MUST_USE err staff_body_read(const codec_json *terms, staff_body *body);
MUST_USE err staff_json(arena *a, text body, const codec_json **json);
/* A member's text; empty when it is not there. */
text staff_json_text(const codec_json *object, const char *name);
int64_t staff_json_int(const codec_json *object, const char *name);
void staff_put_text(codec_json_writer *w, const char *name, text value);
void staff_put_int(codec_json_writer *w, const char *name, int64_t value);
void staff_put_hex(codec_json_writer *w, arena *a, const char *name, const void *bytes,
                   size_t size_bytes);

/* ---- joint.c ---- */
MUST_USE err staff_joint_put(arena *a, const staff_joint_row *rows, size_t count, const codec_json **json);
MUST_USE err staff_joint_take(arena *a, const codec_json *json, staff_joint_row **rows, size_t *count);
MUST_USE err staff_joint_fits(arena *a, staff *office, const staff_body *body);
/* That its user may propose each row, and that it does not wait already. */
MUST_USE err staff_joint_may(arena *a, staff_session *session, const staff_terms *terms);
/* How a password by chance is kept: stretching it adds nothing, and two thousand are to be made in a second. */
#define STAFF_ONCE_COST ((crypto_cost){ .log2_n = 7, .r = 8, .p = 1 })
#define STAFF_ONCE_PREFIX "$scrypt$ln=7,"

/* ---- read.c ---- */
typedef struct {
    staff_user user;
    text password, locked_key;
} staff_row;
/* By login, or with an empty one by id. */
MUST_USE err staff_row_find(arena *a, staff *office, text login, int64_t id, staff_row *row);
MUST_USE err staff_table_load(staff *office);
/* The first user this person was; of one who is not bound, themselves. */
MUST_USE err staff_person_of(staff *office, int64_t user_id, int64_t *first_id);
/* STAFF_SAME_PERSON when a user who is not shut out, other than `but_id`, is this person. */
MUST_USE err staff_person_free(arena *a, staff *office, text person, int64_t but_id);
MUST_USE err staff_change_read(arena *a, staff *office, int64_t change_id, text *terms,
                               staff_change_state *state);
/* How a state stands in the table: handed out is made, and its passwords are out. */
enum { STAFF_STORED_WAITS, STAFF_STORED_MADE, STAFF_STORED_HANDED, STAFF_STORED_WITHDRAWN, STAFF_STORED_REFUSED };
/* The key of the event that ends a change without making it: there is one at most. */
text staff_end_key(arena *a, int64_t change_id);
typedef struct {
    duty_mark mark;
    text duty;
    int64_t sequence, known_ms;
    text signature;
} staff_mark_row;
MUST_USE err staff_marks(arena *a, staff *office, int64_t change_id, staff_mark_row **marks,
                         size_t *count);
/* Whether the active users, with `but_id` holding `but_roles` instead of theirs, can go the path
 * `staff`. */
MUST_USE err staff_can_grant(arena *a, staff *office, int64_t but_id, duty_roles but_roles,
                             bool *can_grant);
/* The same of those alone who have a key and are bound to the person they are. */
MUST_USE err staff_bound_can_grant(arena *a, staff *office, int64_t but_id, duty_roles but_roles, bool *can_grant);

/* ---- found.c ---- */
MUST_USE err staff_login_check(arena *a, text login);
/* STAFF_WEAK_TABLE when fewer than three people can move money, or nobody can be proved not to. */
MUST_USE err staff_table_prove(arena *a, const duty_table *table);

/* ---- login.c ---- */
bool staff_password_is_strong(text login, text password);
text staff_key_about(arena *a, int64_t user_id);
/* What a key signs when it makes way for the next. */
text staff_key_message(arena *a, int64_t user_id, text public_hex);

/* ---- change.c ---- */
/* What a signature of a change is over. */
text staff_change_message(arena *a, int64_t change_id, text terms, text duty,
                          text signature_before);

/* ---- apply.c ---- */
/* Puts one event into the tables, the first time and when they are rebuilt. */
MUST_USE err staff_apply(staff *office, const eventlog_entry *entry);
/* Appends the event and puts it into the tables, unless its key was there already. */
MUST_USE err staff_record(staff *office, const staff_act *act, int64_t actor_id, const char *kind,
                          int64_t user_id, text body, int64_t *sequence, bool *is_new);

#endif
