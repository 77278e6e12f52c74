/* service/payrun_people - the people of a run's lines, met in the order of the lines.
 *
 * Prefix   payrun_people_
 */
#ifndef SERVICE_PAYRUN_PEOPLE_H
#define SERVICE_PAYRUN_PEOPLE_H

#include "service/payrun.h"

typedef struct payrun_people payrun_people;
/* As they are today, with their accounts, secrets sealed. `run_id`: nobody is asked for but payees of its lines, who
 * are read alone where they are few; 0: anybody. Close it whatever happens after. */
MUST_USE err payrun_people_open(county *office, int64_t run_id, payrun_people **people);
void payrun_people_close(payrun_people *people); /* NULL is fine */
/* Bucket by bucket, ids rising; of an employer (refunds) the subject is its payrun_payee. NULL when there is no such
 * payee any more. The row stands until the next. */
MUST_USE err payrun_people_find(payrun_people *people, int64_t person_id, const registry_roster_row **who);
/* Who is paid: the person as the registry knows them now; of an employer the name alone. */
registry_person payrun_payee(const registry_record *record);
/* The account a line was drafted for; NULL when it is no longer theirs. */
const registry_account *payrun_people_account(const registry_roster_row *who, int64_t account);
/* Its number, opened: of those alone who are paid. */
MUST_USE err payrun_people_number(payrun_people *people, arena *a, const registry_roster_row *who,
                                  const registry_account *account, text *number);
/* Of each line of a run, from line 1 on, in `memory`: what it keeps of the account it was drafted for (payrun_account_of). */
MUST_USE err payrun_people_accounts(arena *memory, county *office, const payment_run *run, int64_t **accounts);

#endif
