/* linkage/ inside - a row that looks for its like: what it has found, and how that is weighed step by step.
 *
 * Prefix   linkage_
 */
#ifndef LINKAGE_LINKAGE_LOOKING_H
#define LINKAGE_LINKAGE_LOOKING_H

#include "linkage/linkage_internal.h"

enum { LINKAGE_KEPT_OF_TWO = 8, LINKAGE_KEPT_OF_ONE = 64, LINKAGE_LOOKED_AT = 2048 };

/* A pair whose fields are being compared. */
typedef struct {
    double bound; /* what its odds can be at most */
    uint32_t a;
    linkage_levels l;
} linkage_underway;

/* A row that looks; what it has found stands from `from` to `until` of its looker, what is left of that from `from` on. Several
 * are under way side by side, each step of all of them before the next, so that what a step reads has time to come. */
typedef struct {
    uint32_t b, from, until, left;
    size_t at;   /* which of the rows that look */
    bool is_one; /* what it has found: compared in all fields, whatever it looks like */
    struct {
        double same[LINKAGE_FIELDS_MAX], other[LINKAGE_FIELDS_MAX];
    } most; /* what each field can add: when it is the same, and when it is not */
} linkage_seeking;
enum { LINKAGE_TOGETHER = 32 };

typedef struct linkage_looker {
    arena *own;
    linkage_memo *memo;
    uint32_t *seen, *used; /* a set of rows by hash: row + 1; the slots in use */
    uint32_t used_count;
    uint32_t found[2 * LINKAGE_LOOKED_AT], found_count; /* to be weighed */
    linkage_underway left[2 * LINKAGE_LOOKED_AT];
    linkage_seeking seeking[LINKAGE_TOGETHER];
    int seeking_count;
    linkage_pair kept[LINKAGE_KEPT_OF_ONE + 1];
    int kept_count;
    uint32_t slot[LINKAGE_TOGETHER][LINKAGE_KEYS_MAX];
} linkage_looker;
linkage_looker *linkage_looker_open(const linkage_set *s);
void linkage_looker_close(linkage_looker *l);

/* A small set is at hand as it is: nothing is asked of the memory, and rows look one after another. */
static inline bool linkage_is_far(const linkage_set *s)
{
    enum { ROWS_AT_HAND = 1 << 17 };
    return linkage_rows(s) > ROWS_AT_HAND;
}

/* False when the row was looked at before, or too many were; and all forgotten. */
bool linkage_is_new(linkage_looker *l, uint32_t row);
void linkage_new_again(linkage_looker *l);

/* The steps of all that are under way, but for the last: rows are asked of the memory, the cheapest fields compared, then
 * others of what is left. The last is of one row, whose pairs go into `kept`. */
void linkage_seek(const linkage_run *run, linkage_looker *l);
void linkage_seek_end(const linkage_run *run, linkage_looker *l, linkage_seeking *g, int kept_max);

/* A row among candidates that a caller has; `pairs`, the likeliest first, hold `kept` and hold the answered number. */
size_t linkage_look(const linkage_run *run, linkage_looker *l, uint32_t b, const uint32_t *rows, uint32_t count,
                    linkage_pair *pairs, size_t kept);
bool linkage_is_sure(const linkage_pair *pair); /* beyond what any rival could say */

#endif
