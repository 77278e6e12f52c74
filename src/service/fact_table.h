/* service/fact_table.h - CSV files as the facts of a purpose: a column a fact, a row a subject.
 *
 * The first column holds the ids; the others are headed by facts of office-facts.csv, in any order.
 * Rows of a record stand in a file of their own, headed by the fields ("base" or "years.base"), and
 * are joined by id, keeping their order. An empty cell or ? is not known.
 *
 * Prefix   fact_
 */
#ifndef SERVICE_FACT_TABLE_H
#define SERVICE_FACT_TABLE_H

#include "service/decide_internal.h"

extern const err_kind FACT_TABLE_NO_FACT, FACT_TABLE_ID_TWICE, FACT_TABLE_NO_ID,
    FACT_TABLE_NEEDS_ROWS, FACT_TABLE_BAD_ROW;

typedef struct {
    const text *ids; /* by lane */
    size_t count;
    column *facts;   /* by decide_facts */
    const uint32_t **row_until;
    size_t bad_cell_count;
    err first_bad;   /* where the first cell that cannot be read stands */
} fact_table;

/* Of the call: --in FILE.csv and --rows RECORD=FILE.csv. */
MUST_USE err fact_table_read(service_call *call, const decide_plan *plan, decider *with,
                             fact_table *table);
/* Lanes [from, from + count) as a block. */
decide_block fact_table_block(arena *a, const decide_plan *plan, const fact_table *table,
                              size_t from, size_t count);

#endif
