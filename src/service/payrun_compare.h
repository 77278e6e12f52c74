/* service/payrun_compare - a run's lines beside those of the run of its kind before it.
 *
 * Both go by bucket and person, so they are read side by side. What is compared is what is paid for the
 * run's own month; arrears, lines paid again and supplementary runs stand for themselves.
 *
 * Prefix   payrun_compare_
 */
#ifndef SERVICE_PAYRUN_COMPARE_H
#define SERVICE_PAYRUN_COMPARE_H

#include "service/payrun.h"

typedef enum {
    PAYRUN_SAME,
    PAYRUN_NEW,
    PAYRUN_CHANGED,
    PAYRUN_STOPPED, /* a line of the run before, which this one has not */
    PAYRUN_ONCE,    /* not of the month: arrears, paid again */
    PAYRUN_CHANGE_COUNT
} payrun_change;

typedef struct {
    const char *name, *says, *says_zh; /* "new", "new", "新增" */
} payrun_change_word;
extern const payrun_change_word PAYRUN_CHANGES[PAYRUN_CHANGE_COUNT];

typedef struct {
    payrun_change change;
    payment_numbered at; /* of a stopped one: in the run before */
    int64_t fen, before_fen;
    text benefit; /* as packs/ledger/payroll.csv calls it */
} payrun_entry;

typedef struct payrun_comparison payrun_comparison;
/* Close it whatever happens after. */
MUST_USE err payrun_compare_open(arena *a, county *office, const payment_run *run, payrun_comparison **comparison);
/* NULL at the end; stands until the next. */
MUST_USE err payrun_compare_next(payrun_comparison *comparison, const payrun_entry **entry);
void payrun_compare_close(payrun_comparison *comparison); /* NULL is fine */
/* The run compared with; 0: there is none. */
int64_t payrun_compare_before(const payrun_comparison *comparison);

#endif
