/* tests/support/bill_office - an office that issues bills and receives money, for tests of room
 * collection.
 */
#ifndef TESTS_SUPPORT_BILL_OFFICE_H
#define TESTS_SUPPORT_BILL_OFFICE_H

#include "collection/collection.h"
#include "support/office.h"

enum { PENSION = 1, MEDICAL = 2, MONTH = 1511, DUE_DAY = 46000, GOVERNMENT_ID = 77 };
typedef struct {
    office *house;
    arena *memory;
    collection *bills;
} bill_office;

extern const collection_order BILL_OLDEST;
collection_act bill_act_of(bill_office *o, const char *key);
collection_terms bill_terms_of(int32_t month);
collection_payer bill_employer_of(int64_t person);
collection_line bill_line_of(int64_t person);
err bill_try_issue(bill_office *o, int32_t month, int people, const char *key, collection_issued *issued);
int64_t bill_issue_of(bill_office *o, int32_t month, int people);
int64_t bill_owed(bill_office *o, collection_payer payer, bool only_open);
err bill_try_receive(bill_office *o, collection_payer payer, int64_t fen, const char *key, const collection_order *order, collection_received *received);
collection_received bill_receive(bill_office *o, collection_payer payer, int64_t fen);
collection_due bill_due_key(collection_payer payer, int32_t fund);

#endif
