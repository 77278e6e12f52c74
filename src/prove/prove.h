/* prove/ - a sealed program and a property → proved, refuted with an example, or not proved.
 *
 * A property speaks of every subject whose inputs lie in their stated bounds and for whom the
 * program has a value. What is fixed is computed first, once. Then these ways are tried in this order:
 * composition (monotone of monotone, with roundings and ranges), exhaustion (when what may vary is
 * small), a search for a counter-example at boundaries and at random, composition case by case (each
 * word, each step of a short input), and Z3 on neighbours. Only a way that covers every subject answers
 * PROVED; a way that gives up answers NOT_PROVED with its reason, never PROVED.
 *
 * Time     no clock: work is bounded by counts of rows and by Z3's own resource limit, so that the
 *          answer is the same on every machine.
 * Values   inputs and outputs are stored values, as in vm.h.
 * Memory   results live in the arena passed first.
 * Errors   none: a property that cannot be looked at is NOT_PROVED with the reason.
 */
#ifndef PROVE_PROVE_H
#define PROVE_PROVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "vm/vm.h"

typedef enum {
    PROVE_MONOTONE, /* the subject never falls (rises) as `along` rises, up to `slack` */
    PROVE_BETWEEN,  /* low <= subject <= high */
    PROVE_ALWAYS,   /* the subject, a boolean, is true */
    PROVE_CLIFFS,   /* list the jumps along one input */
    PROVE_TOTAL,    /* a subject with all inputs known has a value: no overflow, no gap, no clash */
    PROVE_KIND_COUNT
} prove_kind;

typedef enum { PROVE_PROVED, PROVE_REFUTED, PROVE_NOT_PROVED } prove_verdict;

enum { PROVE_NO_OUTPUT = -1 };

/* The codes that an input of words may take. */
typedef struct {
    const int64_t *codes;
    size_t count; /* 0: all from the input's min to its max */
} prove_members;

typedef struct {
    prove_kind kind;
    const vm_program *program;
    size_t subject; /* index of outputs; low and high for BETWEEN */
    size_t low, high;
    int32_t where;                        /* output of the condition, or PROVE_NO_OUTPUT */
    uint32_t along;                       /* index of inputs, for MONOTONE and CLIFFS; of space 0 */
    bool is_rising;                       /* MONOTONE: never falls, else never rises */
    bool is_strict;                       /* always moves */
    int64_t slack;                        /* stored by the subject's decimals */
    int64_t from, until, step, threshold; /* CLIFFS: stored; step > 0 */
    const int64_t *fixed;                 /* by input; NULL: none is */
    const bool *is_fixed;
    const prove_members *members; /* by input; NULL: none has any */
    bool has_z3;                  /* false: leave Z3 out, as on machines without it */
    bool is_unscanned; /* leave exhaustion and search out: tests hold the other ways against them */
} prove_property;

typedef struct {
    int64_t at;            /* value of `along` after the step */
    int64_t before, after; /* of the subject */
} prove_cliff;

typedef struct {
    prove_verdict verdict;
    const char *way;     /* "composition", "cases", "exhaustion", "search", "z3" */
    const char *because; /* NOT_PROVED: why; else NULL */
    const char *because_zh;
    /* REFUTED: two neighbours (MONOTONE) or one subject (others), by input */
    const int64_t *inputs, *inputs_after;
    int64_t value, value_after; /* of the subject */
    uint32_t reason;            /* TOTAL: why there is no value */
    const prove_cliff *cliffs;
    size_t cliff_count, cliffs_unshown;
    uint64_t rows_run; /* how many subjects were computed on the way */
    uint64_t z3_steps; /* how much of its resources Z3 used; alike on every machine */
    bool is_limited;   /* NOT_PROVED because Z3 reached its limit: another limit may settle it */
} prove_result;

prove_result prove_run(arena *a, const prove_property *property);
const char *prove_verdict_name(prove_verdict verdict, bool is_chinese);
/* Whether this build can call Z3. */
bool prove_has_z3(void);

#endif
