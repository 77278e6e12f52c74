/* service/prove_claim.h - a proof of a pack as a property for the prover, and whether what came of
 * it is what the pack says.
 *
 * Prefix   claim_
 */
#ifndef SERVICE_PROVE_CLAIM_H
#define SERVICE_PROVE_CLAIM_H

#include "policy/policy.h"
#include "prove/prove.h"

MUST_USE err claim_property(arena *a, const policy_book *book, const policy_proof *proof,
                            bool has_z3, prove_property *property);
bool claim_is_expected(const policy_proof *proof, const prove_result *result);

#endif
