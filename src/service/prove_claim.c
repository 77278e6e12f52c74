#include "service/prove_claim.h"

/* The words that each input of an enum's type may take. */
static const prove_members *members_of(arena *a, const policy_book *book, const policy_proof *proof)
{
    size_t count = proof->planned.plan.input_count;
    prove_members *members = ARENA_ARRAY(a, prove_members, count + 1);
    policy_codes *codes = policy_codes_open(a, book, &proof->planned);
    for (size_t i = 0; i < count; i++) {
        const policy_symbol *symbol = proof->planned.input_symbols[i];
        if (symbol->type.base != POLICY_ENUM) continue;
        const policy_symbol *enumeration = NULL;
        err e = policy_find(book, text_of(symbol->type.enum_name), &enumeration);
        if (e.kind || !enumeration) continue;
        int64_t *list = ARENA_ARRAY(a, int64_t, enumeration->member_count + 1);
        for (size_t m = 0; m < enumeration->member_count; m++) {
            err bad = policy_parse_value(a, codes, &symbol->type, text_of(enumeration->members[m]),
                                         &list[m]);
            if (bad.kind) return NULL;
        }
        members[i] = (prove_members){ list, enumeration->member_count };
    }
    return members;
}

err claim_property(arena *a, const policy_book *book, const policy_proof *proof, bool has_z3,
                   prove_property *property)
{
    static const prove_kind KINDS[] = {
        [POLICY_PROOF_MONOTONE] = PROVE_MONOTONE, [POLICY_PROOF_BETWEEN] = PROVE_BETWEEN,
        [POLICY_PROOF_ALWAYS] = PROVE_ALWAYS,     [POLICY_PROOF_CLIFFS] = PROVE_CLIFFS,
        [POLICY_PROOF_COMPLETE] = PROVE_TOTAL,
    };
    vm_program *program;
    TRY(vm_seal(a, &proof->planned.plan, &program));
    *property = (prove_property){
        .kind = KINDS[proof->kind],
        .program = program,
        .low = 1,
        .high = 2,
        .where = proof->where_output,
        .along = proof->along_input,
        .is_rising = proof->is_rising,
        .is_strict = proof->is_strict,
        .slack = proof->slack_stored,
        .from = proof->from,
        .until = proof->until,
        .step = proof->step > 0 ? proof->step : 1,
        .threshold = proof->threshold,
        .fixed = proof->fixed,
        .is_fixed = proof->is_fixed,
        .members = members_of(a, book, proof),
        .has_z3 = has_z3,
    };
    return ERR_NONE;
}

bool claim_is_expected(const policy_proof *proof, const prove_result *r)
{
    if (proof->kind == POLICY_PROOF_CLIFFS) return true; /* a list, not a promise */
    /* not proved is no failure: nobody was found who breaks it; the list says it is open */
    return r->verdict == PROVE_NOT_PROVED ||
           r->verdict == (proof->is_known_refuted ? PROVE_REFUTED : PROVE_PROVED);
}
