/* tests/support/pay_office - an office with people of each duty and their signing keys, for tests of
 * room payment.
 */
#ifndef TESTS_SUPPORT_PAY_OFFICE_H
#define TESTS_SUPPORT_PAY_OFFICE_H

#include "payment/payment.h"
#include "support/office.h"

enum { PEOPLE = 7 };
/* People of the office, by duty; ids are their index and one. */
enum { MAKER, REVIEWER, HEAD, LEADER, ACCOUNTANT, CASHIER, STRANGER };
typedef struct {
    office *house;
    arena *memory;
    store *db;
    eventlog *log;
    payment *runs;
    crypto_sm2_private own[PEOPLE];
    crypto_sm2_public shown[PEOPLE];
} pay_office;
typedef struct { payment_line lines[400]; size_t count; } lines_of;
typedef payment_outcome (*outcome_of)(size_t index);

/* The steps from a draft to the bank, and whose they are. */
typedef struct {
    payment_step step;
    int who;
} pay_way;
enum { PAY_WAY_STEPS = 5 };
extern const pay_way PAY_TO_THE_BANK[PAY_WAY_STEPS];

payment_act pay_act_of(pay_office *o, int who, const char *key);
payment_terms pay_terms(void);
lines_of pay_some_lines(int people);
int64_t pay_total_of(const lines_of *lines);
err pay_draft_lines(pay_office *o, payment_draft *pay_draft, const lines_of *lines, int64_t *run_id, bool *is_new);
err pay_try_draft(pay_office *o, const lines_of *lines, const char *key, int64_t *run_id, bool *is_new);
int64_t pay_draft(pay_office *o, int people);
err pay_step_by(pay_office *o, int64_t run_id, payment_step step, int who, const char *key);
void pay_send(pay_office *o, int64_t run_id);
payment_run pay_run_of(pay_office *o, int64_t run_id);
payment_outcome pay_all_paid(size_t index);
payment_outcome pay_some_refused(size_t index);
err pay_answer(pay_office *o, int64_t run_id, const char *name, const lines_of *lines, outcome_of says, bool *is_new);

#endif
