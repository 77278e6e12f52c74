/* service/prove_claim.h - a proof of a pack as a property for the prover, and whether what came of
 * it is what the pack says.
 *
 * Prefix   claim_
 */
#ifndef SERVICE_PROVE_CLAIM_H
#define SERVICE_PROVE_CLAIM_H

#include "policy/policy.h"
#include "prove/prove.h"
#include "service/service_internal.h"

MUST_USE err claim_property(arena *a, const policy_book *book, const policy_proof *proof,
                            bool has_z3, prove_property *property);
/* The words of a property as a reader of the language has them: names by their labels in English, words of the
 * language in Chinese. */
text claim_said(arena *a, const policy_book *book, const char *pack, text words, bool is_chinese);
/* A condition of a case's type: as written; for a reader of English with the labels of its names, those of the form too. */
text claim_condition(const service_call *call, const policy_book *book, const policy_case *type, const char *says);
/* The names of packs in them, each once. */
void claim_put_names(arena *a, const policy_book *book, const char *pack, text words, service_value *list);
bool claim_is_expected(const policy_proof *proof, const prove_result *result);

#endif
