/* service/contribution_list - lists that others hand in, each row decided by the packs (packs/ledger/lists.csv).
 *
 * Prefix   contribution_list_
 */
#ifndef SERVICE_CONTRIBUTION_LIST_H
#define SERVICE_CONTRIBUTION_LIST_H

#include "service/contribution.h"

/* What the table says of one list. */
typedef struct {
    text name, zh, en; /* "tax-heads" */
    contribution_column columns[CONTRIBUTION_COLUMNS_MAX];
    text facts[CONTRIBUTION_COLUMNS_MAX]; /* by column; the first is employer or person, or name */
    size_t column_count;
} contribution_list_form;
/* CONTRIBUTION_NO_LIST tells which there are. */
MUST_USE err contribution_list_form_read(dues_call *d, text name, contribution_list_form *form);

typedef struct {
    int64_t id; /* of the registry; 0: nobody there */
    text said, name;
    int64_t line;
    bool is_repeated;
    text cells[CONTRIBUTION_COLUMNS_MAX];
} contribution_list_row;

/* What the office itself knows of the rows: who is insured where, what was paid. */
typedef struct {
    dues_call *d;
    const contribution_list_row *rows;
    size_t count;
    bool is_employers;
    struct hash_map *place;       /* ids to rows */
    int64_t *insured;             /* by row: people enrolled with the employer */
    int64_t *paid_fen;            /* by row: what came in for the month of the person's bill */
    struct contribution_list_other *others; /* employers with staff who are not on the list */
    size_t other_count, other_capacity;
} contribution_list_known;
typedef struct contribution_list_other {
    int64_t employer_id, insured;
} contribution_list_other;
MUST_USE err contribution_list_insured(contribution_list_known *k);
MUST_USE err contribution_list_paid(contribution_list_known *k);

#endif
