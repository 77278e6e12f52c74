/* tests/support/plan_diff - the machine held against the reference, lane by lane.
 *
 * Prefix   diff_
 * A difference is first made small (fewer outputs, subjects, rows, nodes, simpler cells) and then
 * printed with its plan and inputs, so that it can be acted on without running anything.
 * Trials run in a process of their own, so that a crash or a hang of the machine is a finding too.
 */
#ifndef SUPPORT_PLAN_DIFF_H
#define SUPPORT_PLAN_DIFF_H

#include <stdio.h>

#include "support/reference.h"
#include "vm/vm.h"

typedef enum {
    DIFF_SAME,
    DIFF_TOO_WIDE,  /* vm_seal refused: VM_TOO_WIDE */
    DIFF_DIFFERENT, /* a lane of an output differs */
    DIFF_TRACE,     /* a lane of a trace differs */
    DIFF_RANGE,     /* a value outside what vm_node_range promises */
    DIFF_BAD_PLAN,  /* vm_seal refused what is well formed */
    DIFF_CRASH,     /* the machine did not come back */
    DIFF_MALFORMED  /* no plan at all: an output is not stored as it says */
} diff_verdict;

/* What was computed, counted on the reference's side. */
typedef struct {
    uint64_t values[VM_OP_COUNT][VM_KIND_COUNT];   /* lanes with a value */
    uint64_t reasons_by_op[VM_OP_COUNT];           /* lanes where a reason arose at that operator */
    uint64_t reasons[VM_REASON_KIND_COUNT];        /* lanes of outputs */
    uint64_t roundings[MONEY_ROUNDING_COUNT][2];   /* [1]: ties */
    uint64_t lookups[3][VM_TABLE_KEYS_MAX];        /* mode of the last key, number of keys */
    uint64_t key_kinds[3][VM_KIND_COUNT];          /* mode and kind of a key */
    uint64_t past_128_bits;                        /* fractions that needed GMP */
} diff_coverage;

typedef struct {
    uint64_t pairs;      /* (program, subject) */
    uint64_t rows;       /* rows of records belonging to them */
    uint64_t lanes;      /* lanes of outputs compared, each against every run */
    uint64_t traced;     /* lanes of nodes compared with vm_trace_subject */
    double machine_s, reference_s;
    diff_coverage coverage;
} diff_counts;

typedef struct {
    bool is_thorough; /* every block size with every instruction set; else a few in turn */
    uint32_t turn;
    size_t trace_count; /* subjects to trace */
    bool is_machine_alone; /* leave the reference out: only look whether the machine comes back */
} diff_options;

/* Compares; `say` (may be NULL) gets one line a difference, at most a few. */
diff_verdict diff_compare(const vm_plan *plan, const vm_batch *batch, diff_options options,
                          diff_counts *counts, FILE *say);
/* Makes a difference small and prints it whole. */
void diff_report(FILE *out, const vm_plan *plan, const vm_batch *batch, diff_options options,
                 diff_verdict verdict);
/* Counts added to counts. */
void diff_counts_add(diff_counts *sum, const diff_counts *more);
/* Prints what was reached; answers how many places of the table are empty. */
size_t diff_print_coverage(FILE *out, const diff_coverage *c);

#endif
