/* watch/ - conditions of the packs, watched over people and tables: alerts raised, kept, closed.
 *
 * A watch is a condition and its evidence among the outputs of one plan; which plan, and what a
 * watch says, is handed in. A lane where the condition is true is an alert; where it is false an
 * alert that stood is closed; where it cannot be known the lane is told with its reason and an
 * alert that stood stands on. Nothing is acted upon: an alert, a hold or a case is the caller's.
 *
 * Alerts   one a watch, subject and key. The key is a hash of the evidence that the watch names as
 *          telling alerts apart; words by their text, so that it is the same on every run.
 * Standing alerts are handed in with the block of their subject, in order of subject; also those a
 *          person has dismissed, so that the same is not raised again.
 * Memory   finds live in the arena passed first; a watcher in its own.
 * Threads  one watcher a thread.
 */
#ifndef WATCH_WATCH_H
#define WATCH_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "column/column.h"
#include "vm/vm.h"

typedef enum { WATCH_LOW, WATCH_MEDIUM, WATCH_HIGH } watch_severity;
typedef enum {
    WATCH_ALERT, /* tell the owner */
    WATCH_HOLD,  /* and stop `target` until it is cleared */
    WATCH_CASE   /* and open a case of the kind `target` */
} watch_action;

typedef struct {
    const char *name, *label; /* 到龄未领; "of age, unpaid" or NULL */
    const char *law, *message, *owner; /* or NULL */
    watch_severity severity;
    watch_action action;
    const char *target;       /* of a hold or case */
    int32_t within_days;      /* to be handled; 0: none */
    bool is_working_days;
    size_t condition;         /* index of the plan's output that is the condition */
    const size_t *evidence;   /* outputs told with an alert */
    const bool *is_key;       /* by evidence */
    size_t evidence_count;
} watch_rule;

/* An alert that stands, open or dismissed. */
typedef struct {
    uint64_t subject;
    uint64_t key;
    uint32_t rule;
    int32_t since_day;
} watch_standing;

typedef enum {
    WATCH_RAISED,   /* the condition is true and no alert stood */
    WATCH_STANDS,   /* one stood, and still does */
    WATCH_CLOSED,   /* one stood, and the condition is false or speaks of other evidence */
    WATCH_UNCHECKED /* the condition cannot be known; with is_standing an alert stands on */
} watch_state;

typedef struct {
    watch_state state;
    uint32_t rule;
    uint64_t subject;
    uint64_t key;              /* of RAISED, STANDS and CLOSED */
    size_t lane;
    int32_t since_day;         /* of the alert; of UNCHECKED the day asked */
    uint32_t reason;           /* of UNCHECKED: of column, for vm_reason_about */
    bool is_standing;          /* of UNCHECKED */
    const int64_t *evidence;   /* by the rule's evidence, as the plan stores them; NULL of CLOSED */
    const uint32_t *reasons;   /* by evidence: 0, or why it is not known */
} watch_find;

typedef struct {
    /* The text of a word's code in this run; NULL: codes are the plan's own. */
    const char *(*word)(void *context, size_t output, int64_t code);
    void *context;
    bool tells_unchecked;      /* else only those where an alert stands */
} watch_options;

typedef struct watcher watcher;
/* Keeps pointers to the program and the rules. */
watcher *watch_open(arena *a, const vm_program *program, const watch_rule *rules, size_t rule_count,
                    watch_options options);

typedef struct {
    int32_t on_day;
    const vm_batch *batch;
    const uint64_t *subjects;         /* by lane, rising */
    const watch_standing *standing;   /* of these subjects, by subject */
    size_t standing_count;
} watch_block;

typedef struct {
    const watch_find *finds;          /* by lane, then rule; of one rule and lane CLOSED first */
    size_t find_count;
    size_t raised, stands, closed, unchecked; /* unchecked: also those not told */
} watch_finds;

watch_finds watch_run(arena *a, watcher *w, const watch_block *block);

#endif
