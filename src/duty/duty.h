/* duty/ - which duties an office has, which of them one person may hold, and who can move money.
 *
 * The table is data (packs/duties): duties with the permissions they give, roles made of duties,
 * pairs that must be apart (不相容岗位), and the paths by which money can be moved. Knows no user
 * and keeps nothing: roles and marks are handed in.
 *
 * Office   two duties that the table sets apart are never one person's, in any business.
 * Case     in one business no person does two duties, whichever they are (同一人不得在同一笔业务上兼任
 *          任意两个环节); the same duty may be done again by whoever did it.
 * Paths    a path is a list of steps, each a duty; when all are done, money has moved, or can be moved
 *          by people who do their own duty in good faith: a false award is paid by an honest run.
 *          Rights over roles, bank accounts, parameters, keys and the store are paths too. Every
 *          duty is on a path, or says why it is harmless.
 * Sets     of duties and of roles are bits of a uint64_t, by their index.
 * Memory   the table lives in the arena passed first, with all that it answers.
 * Errors   only the kinds below; of a table that is not sound the first fault, at its place.
 */
#ifndef DUTY_DUTY_H
#define DUTY_DUTY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"

extern const err_kind DUTY_BAD_TABLE, DUTY_UNKNOWN_ROLE, DUTY_APART, DUTY_NOT_HELD,
    DUTY_NOT_IN_TABLE, DUTY_SAME_PERSON;

#define DUTY_MAX 64
typedef uint64_t duty_set;
typedef uint64_t duty_roles;

/* ---- the table ---- */

/* The texts of the four files; `folder` names them in errors. */
typedef enum { DUTY_FILE_DUTIES, DUTY_FILE_ROLES, DUTY_FILE_APART, DUTY_FILE_PATHS, DUTY_FILE_COUNT } duty_file;
typedef struct {
    const char *folder;
    text csv[DUTY_FILE_COUNT];
} duty_sources;
/* "duties.csv" ... */
const char *duty_file_name(duty_file file);

typedef struct duty_table duty_table;
MUST_USE err duty_read(arena *a, const duty_sources *sources, duty_table **table);

typedef struct {
    text code;       /* "payrun.make" */
    text class_code; /* "handle": what the table sets apart */
    text name, name_en;
    const text *permits; /* permissions of operations */
    size_t permit_count;
    text harmless; /* why no path needs it; empty when it is on one */
    text law;
} duty_row;
typedef struct {
    text code, name, name_en;
    duty_set duties;
    bool needs_second; /* whoever has it logs in with a second factor */
} duty_role;
typedef struct {
    uint8_t duty;     /* index */
    uint8_t business; /* from 0: within one, each step is another person's */
} duty_path_step;
typedef struct {
    text code, name, name_en;
    const duty_path_step *steps;
    size_t step_count;
} duty_path;

size_t duty_count(const duty_table *table);
size_t duty_role_count(const duty_table *table);
size_t duty_path_count(const duty_table *table);
const duty_row *duty_at(const duty_table *table, size_t index);
const duty_role *duty_role_at(const duty_table *table, size_t index);
const duty_path *duty_path_at(const duty_table *table, size_t index);
/* The index, or SIZE_MAX. */
size_t duty_find(const duty_table *table, text code);
size_t duty_path_find(const duty_table *table, text code);
/* Codes split by blanks or commas; DUTY_UNKNOWN_ROLE names the first that is none. */
MUST_USE err duty_roles_parse(arena *a, const duty_table *table, text codes, duty_roles *roles);
/* Their codes, in the table's order, split by one blank. */
text duty_roles_print(arena *a, const duty_table *table, duty_roles roles);

/* ---- one person ---- */

duty_set duty_of_roles(const duty_table *table, duty_roles roles);
/* Whether one of them is to be logged in with by a second factor. */
bool duty_needs_second(const duty_table *table, duty_roles roles);
/* Whether one person may hold them: DUTY_APART names the two duties and why. */
MUST_USE err duty_roles_fit(arena *a, const duty_table *table, duty_roles roles);
/* The duties that give a permission; 0 when none does. */
duty_set duty_permitting(const duty_table *table, text permission);
/* DUTY_NOT_HELD names the permission and the roles that would give it; DUTY_NOT_IN_TABLE: no role does. */
MUST_USE err duty_permit(arena *a, const duty_table *table, duty_roles roles, text permission);

/* ---- one business ---- */

typedef struct {
    size_t duty;
    int64_t actor_id;
} duty_mark; /* who has done what in this business */

/* Whether this actor may do this duty next to what was done: DUTY_NOT_HELD or DUTY_SAME_PERSON. */
MUST_USE err duty_step(arena *a, const duty_table *table, duty_roles roles, duty_mark next,
                       const duty_mark *done, size_t done_count);
/* Whether every step of a path's business has its mark, each by another person. */
bool duty_is_done(const duty_path *path, uint8_t business, const duty_mark *done,
                  size_t done_count);

/* ---- the proof ---- */

/* Tries every way in which `person_count` (1 to 4) people can hold roles that fit, and every way in
 * which they can share the steps of every path. */
#define DUTY_PERSONS_MAX 4
typedef struct {
    bool can_move_money;
    size_t path;                        /* the first path they can go, ... */
    duty_roles roles[DUTY_PERSONS_MAX]; /* ... and who they then are */
    bool is_cut_short;                  /* too many sets of roles fit: nothing is proved */
    uint64_t role_sets;                 /* that fit one person */
    uint64_t tried;                     /* ways to be so many people */
} duty_verdict;
/* Whether these people (the first 64 of them) can share the steps of the path, each step of a
 * business another person's. */
bool duty_can_go(const duty_path *path, const duty_set *held, size_t person_count);
duty_verdict duty_prove(arena *scratch, const duty_table *table, size_t person_count);

#endif
