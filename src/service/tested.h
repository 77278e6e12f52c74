/* service/tested.h - which names of the packs their tests speak of.
 *
 * All tests are run once a book and what they reached is kept with it.
 *
 * Prefix   service_
 */
#ifndef SERVICE_TESTED_H
#define SERVICE_TESTED_H

#include "policy/policy.h"
#include "service/service_internal.h"

extern const err_kind SERVICE_PACK_UNKNOWN;

/* A pack by its name (policy_pack.c); SERVICE_PACK_UNKNOWN. */
MUST_USE err service_pack_named(service_call *call, const policy_book *book, text name, const policy_pack **found);
/* In the order of policy_symbols. */
MUST_USE err service_tested(service_call *call, const policy_book *book, const policy_tested **tested);
/* "expected", "reached", "none" */
const char *service_tested_word(policy_tested tested);
/* A figure, a rule, a watch or an indicator: what a test could speak of. */
bool service_is_provision(const policy_symbol *symbol);
/* "variable", "参数" ... (policy_show.c) */
const char *service_symbol_kind(const service_call *call, policy_symbol_kind kind);

#endif
