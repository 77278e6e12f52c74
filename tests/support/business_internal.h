/* tests/support/business_internal - what the files of the scenario share. */
#ifndef TESTS_SUPPORT_BUSINESS_INTERNAL_H
#define TESTS_SUPPORT_BUSINESS_INTERNAL_H

#include "support/business.h"

enum {
    BUSINESS_CLERK = 1, BUSINESS_REVIEWER, BUSINESS_HEAD, BUSINESS_LEADER, BUSINESS_ACCOUNTANT, BUSINESS_CASHIER,
    BUSINESS_DAY = 45985, /* of all vouchers, in BUSINESS_MONTH */
    BUSINESS_POSTED_OPENING = 1, BUSINESS_POSTED_CONTRIBUTION = 2, BUSINESS_POSTED_PAID = 8,
    BUSINESS_POSTED_CORRECTION = 11
};
extern const text BUSINESS_WHY;

typedef struct {
    int64_t person, fen;
} business_posting;
typedef struct {
    business *b;
    business_posting items[4 * BUSINESS_PEOPLE_MAX];
    size_t count;
} business_postings;

int64_t business_ms(int step);
text business_key(business *b, int step, const char *what, int64_t number);
ledger_stamp business_stamp(business *b, int step, const char *what, int64_t number, int64_t actor);
/* A voucher, if there is anything to book. */
err business_post(business *b, int step, int32_t fund, const char *kind, text reference,
                  const ledger_amount *amounts, size_t count);
err business_post_one(business *b, int step, int32_t fund, const char *kind, text reference, int64_t debit,
                      int64_t credit, int64_t fen);
void business_add_posting(business_postings *all, int64_t person, int64_t fen);
/* To the accounts of the pension fund, a batch a bucket. */
err business_credit(business_postings *all, int step, int32_t kind);

/* business_run.c */
err business_draft(business *b, int step);
err business_move(business *b, int step);
err business_answer(business *b, int step);
err business_come_back(business *b, int step);
err business_reconcile(business *b, int step);

/* business_people.c */
err business_people_open(business *b);
err business_users_open(business *b);
err business_enrol(business *b, int step);
err business_say(business *b, int step);
err business_correct(business *b, int step);
err business_extend(business *b, int step);
err business_merge(business *b, int step);
err business_forget(business *b, int step);
err business_found_users(business *b, int step);
err business_key_users(business *b, int step);
err business_shut_out(business *b, int step);

#endif
