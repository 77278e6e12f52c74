/* service/payrun_list - lines of runs: which of them are asked for, as rows of a reply and as a file.
 *
 * Prefix   payrun_list_
 */
#ifndef SERVICE_PAYRUN_LIST_H
#define SERVICE_PAYRUN_LIST_H

#include "service/payrun_compare.h"
#include "service/payrun_people.h"

extern const err_kind PAYRUN_OTHER_LIST, PAYRUN_NO_RUN_NAMED;

/* What is asked for; what is not said holds for every line. */
typedef struct {
    text benefit, bank; /* by name, in either language */
    int64_t person_id;
    int64_t fen_min, fen_max;
    int change, outcome; /* -1: any */
} payrun_filter;
MUST_USE err payrun_list_filter(county *office, payrun_filter *filter);
/* Whether the line is one of those; `who` is only asked for banks, and may be NULL otherwise. */
MUST_USE err payrun_list_takes(county *office, const payrun_filter *filter, const payrun_entry *entry,
                               const registry_roster_row *who, bool *takes);

/* One line with the words for a person. */
typedef struct {
    text person, name, number, benefit, for_month, amount, before, difference, change, outcome, reason, bank,
        account, note;
    const char *outcome_code;
} payrun_list_row;
/* `people` holds the account of today; number and account are masked unless `reveals`. */
MUST_USE err payrun_list_words(county *office, arena *a, const payment_run *run, const payrun_entry *entry,
                               const registry_roster_row *who, bool reveals, payrun_list_row *row);

/* The whole list of a run as a file (.xlsx: a workbook), with the sums and the digest that is signed below; or, with
 * `is_check`, held against such a file: PAYRUN_OTHER_LIST names the first place that differs. */
MUST_USE err payrun_list_file(county *office, const payment_run *run, const payrun_filter *filter, text path,
                              bool reveals, bool is_check, int64_t *row_count);

#endif
