/* service/roster.h - people, households and employers of the registry as facts of a purpose.
 *
 * Walks a bucket's roster in the order of ids and makes decide_blocks of it. What a lane is, the
 * purpose's table says (way `each`); where each fact stands in the registry, the table FACTS of
 * roster_facts.c and roster_history.c say. A fact without a row there is an attribute of that name. Nothing is computed
 * but calendar: a birth day's month, a spell cut into calendar years.
 *
 * Words    of the registry, as `county new` and imports give them: schemes employee_pension,
 *          public_pension, resident_pension, employee_medical, resident_medical, unemployment,
 *          work_injury, maternity; standings employee, flexible, resident, retired; spells paid and
 *          deemed; benefits by the name of what is paid (employee_pension ...); attributes by the
 *          fact's name, their words as packs write them, in `note`.
 * Memory   blocks live in the arena passed first; employers in theirs.
 * Errors   ROSTER_NO_SOURCE, and the registry's.
 * Threads  one roster a worker, over a registry of its own; employers are read-only once loaded.
 */
#ifndef SERVICE_ROSTER_H
#define SERVICE_ROSTER_H

#include "registry/registry.h"
#include "service/decide.h"

/* A record that the registry does not keep: its rows cannot be made up. */
extern const err_kind ROSTER_NO_SOURCE;

/* What the people of any bucket need of their employers, by employer id. */
typedef struct roster_employers roster_employers;
MUST_USE err roster_employers_load(arena *a, registry *r, int32_t day, int64_t known_ms,
                                   const roster_employers **employers);

typedef struct {
    uint32_t bucket;
    int64_t known_ms;                  /* REGISTRY_NOW, or an instant */
    const roster_employers *employers; /* NULL: facts of employers are not known */
    int32_t facts_day; /* facts that hold on it; 0: on the plan's day, whose law holds in any case */
    /* Regions of the registry are digits of GB/T 2260, those of packs are paths. 0 and the office's
     * own code are the plan's region; another's path is asked for, empty: not known. */
    int64_t region_code;
    text (*region_path)(void *context, int64_t code); /* or NULL */
    void *region_context;
    bool has_subjects; /* only those of `subjects`, in the order of ids */
    const int64_t *subjects;
    size_t subject_count;
    bool is_first_look; /* only the subject's own row is read; no other fact is known */
} roster_options;

typedef struct roster roster;
MUST_USE err roster_open(arena *worker, registry *r, const decide_plan *plan, decider *with,
                         const roster_options *options, roster **people);

typedef struct {
    decide_block people;
    const int64_t *subject_id;  /* person, household or employer; by lane */
    const int64_t *employer_id; /* of the employment a lane stands for; 0: none */
    const int64_t *region;      /* where the subject lives or stands: digits of GB/T 2260; 0: not known */
} roster_block;

/* The next lanes, about `lanes_wanted` of them; people.count is 0 at the end. */
MUST_USE err roster_next(arena *a, roster *people, size_t lanes_wanted, roster_block *block);
void roster_close(roster *people);

/* ---- several plans over one walk ---- */

/* A roster that reads nothing itself: rows are handed to it. `subjects` of the options are not looked at. */
MUST_USE err roster_bind(arena *worker, registry *r, const decide_plan *plan, decider *with,
                         const roster_options *options, roster **people);
/* What its rows must be read with. */
registry_roster_options roster_wanted(const roster *people);
/* The same, and who alone is read; asked of the registry it is bound to. */
MUST_USE err roster_wants(const roster *people, registry_roster_options *wanted);
/* Whether its lanes are sought among all people: then it may go along with others of its day. */
bool roster_is_of_everybody(const roster *people);
/* Facts, by decide_facts, that a first look knows. */
void roster_known_first(const roster *people, bool *is_known);
/* A block is begun in an arena, rows are added, and it is ended. */
void roster_begin(arena *a, roster *people);
MUST_USE err roster_add(roster *people, const registry_roster_row *row, size_t *lane_count);
void roster_end(roster *people, roster_block *block);

#endif
