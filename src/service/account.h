/* service/account - changes of people's bank accounts, by three people.
 *
 * One enters, one reviews, the auditor confirms; each signs. Until the last the account known is the one
 * paid into, and then the new one is said to the registry in the same transaction.
 *
 * Prefix   account_
 */
#ifndef SERVICE_ACCOUNT_H
#define SERVICE_ACCOUNT_H

#include "service/county.h"

/* What a change answers. */
#define ACCOUNT_OUTPUT                                                                            \
    { .name = "change", .type = SERVICE_COUNT, .summary = "change", .summary_zh = "变更编号" },       \
    { .name = "people", .type = SERVICE_COUNT, .summary = "people", .summary_zh = "人数" },         \
    { .name = "state", .type = SERVICE_STATE, .summary = "state", .summary_zh = "状态" }
MUST_USE err account_put(county *office, int64_t change_id, service_value *into);
payment_act account_act(const county *office);
/* By the user who has logged in. */
MUST_USE err account_sign(county *office, const crypto_digest *digest, crypto_signature *made, text *signature,
                          text *public_key);
/* What the registry seals a number as. */
#define ACCOUNT_FIELD "account_number"

#endif
