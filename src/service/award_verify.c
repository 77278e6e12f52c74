/* The signatures of those who stood for awards, once more: each is of the digest of its batch, whose awards are as they
 * were then, and of the signer's own key. */
#include "service/award.h"

#include <string.h>

/* NULL: it fits. */
static err find_fault(county *office, staff *room, const decision_award_signed *one, bool *fits)
{
    crypto_digest digest;
    crypto_sm2_public key;
    crypto_signature made;
    crypto_verifier *verifier;
    int64_t owner_id = 0;
    arena *a = office->memory;
    *fits = false;
    bool is_sized = one->step.public_key.size_bytes == sizeof key.bytes && one->step.signature.size_bytes == sizeof made.bytes;
    if (!one->is_said_well || !is_sized) return ERR_NONE;
    TRY(decision_award_digest(a, one->awards, one->count, &digest));
    if (!crypto_digest_equal(digest, one->step.shown)) return ERR_NONE;
    memcpy(key.bytes, one->step.public_key.bytes, sizeof key.bytes);
    memcpy(made.bytes, one->step.signature.bytes, sizeof made.bytes);
    if (crypto_verifier_open(a, &key, &verifier).kind) return ERR_NONE;
    err bad = crypto_verify(verifier, (text){ (const char *)digest.bytes, CRYPTO_DIGEST_BYTES }, &made);
    crypto_verifier_close(verifier);
    if (bad.kind) return ERR_NONE;
    err e = staff_key_owner(room, &key, one->known_ms, &owner_id);
    if (e.kind == &STAFF_NO_KEY) return ERR_NONE;
    *fits = owner_id == one->actor_id;
    return e;
}

err award_verify(county *office, int64_t *batches, void (*tell)(void *context, text where), void *context)
{
    decision_book *book;
    staff *room;
    decision_award_signed *steps;
    size_t count;
    TRY(county_decisions(office, &book));
    TRY(county_staff(office, &room));
    TRY(decision_award_steps(office->memory, book, &steps, &count));
    *batches = (int64_t)count;
    for (size_t i = 0; i < count; i++) {
        bool fits;
        TRY(find_fault(office, room, &steps[i], &fits));
        if (!fits) tell(context, text_format(office->memory, "%u/%lld", steps[i].bucket, (long long)steps[i].sequence));
    }
    return ERR_NONE;
}
