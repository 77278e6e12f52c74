/* tests/support/disturb - the business of support/business on a disk that fails, and whether it
 * comes through: what the store says after the fault, and where it ends when it goes on.
 *
 * The undisturbed run is made once, and its state kept after every step; a disturbed one must be in
 * one of these, at or just behind the last step that was acknowledged, and end in the last.
 *
 * Prefix   disturb_
 */
#ifndef TESTS_SUPPORT_DISTURB_H
#define TESTS_SUPPORT_DISTURB_H

#include "support/business.h"
#include "support/fault_vfs.h"
#include "support/store_place.h"

enum { DISTURB_STEPS_MAX = 64 };
typedef struct {
    store_place *place;
    uint64_t seed;
    const char *pragma; /* of the disturbed runs; NULL: as the store sets itself up */
    business_state after[DISTURB_STEPS_MAX + 1]; /* by how many steps are done */
    char complaint[300]; /* of the last disturbed run; empty: it came through */
} disturbed;

/* Makes the undisturbed run. Stores live in memory where there is such a place: only the shim
 * decides what is on a disk. */
disturbed *disturb_open(store_place *place, uint64_t seed);
/* How many calls a fault of this kind may strike in an undisturbed run. */
int64_t disturb_calls(disturbed *d, fault_kind kind);

/* Puts a fresh store in place. */
void disturb_place(disturbed *d);
/* Puts a fresh store in place, arms the fault, and runs until it ends or fails; *acknowledged is
 * how many steps said they were done, kept up while it runs. */
err disturb_run(disturbed *d, fault_plan plan, volatile int *acknowledged);
/* Opens what was left, holds it against the undisturbed run, goes on from where the tables say (or
 * with `repeats` a step before), and holds the end. False: `complaint` says what is wrong. */
bool disturb_comes_through(disturbed *d, int acknowledged, bool repeats);

/* Which calls to strike: of the run of seed 1 all of `calls` when tests are long, else `sample`, one
 * chosen by the seed from each of as many equal stretches. */
int64_t disturb_points(const disturbed *d, int64_t calls, int64_t sample);
int64_t disturb_point(const disturbed *d, int64_t index, int64_t calls, int64_t sample);
/* So many points, or a part of them in a sanitized program, which takes ten times as long for each. */
int64_t disturb_sample(int64_t points);
bool disturb_is_long(void);

#endif
