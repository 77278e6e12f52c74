#include "support/signed.h"

typedef struct {
    crypto_signature made;
    crypto_sm2_public shown;
} signature;

static err sign(arena *a, int64_t actor_id, const crypto_digest *digest, signature *s)
{
    crypto_sm2_private own;
    crypto_signer *signer;
    uint8_t seed[CRYPTO_SM2_SEED_BYTES] = { (uint8_t)actor_id };
    crypto_sm2_from_seed(seed, &own, &s->shown);
    TRY(crypto_signer_open(a, &own, &signer));
    s->made = crypto_sign(signer, (text){ (const char *)digest->bytes, CRYPTO_DIGEST_BYTES });
    crypto_signer_close(signer);
    return ERR_NONE;
}

#define SIGNATURE_OF(s) (text){ (const char *)(s).made.bytes, sizeof (s).made.bytes }
#define KEY_OF(s) (text){ (const char *)(s).shown.bytes, sizeof (s).shown.bytes }

err signed_payment(arena *a, payment *runs, int64_t run_id, payment_step step, int64_t actor_id, int64_t known_ms)
{
    crypto_digest digest;
    signature s;
    payment_act act = { .actor_id = actor_id, .known_ms = known_ms, .why = TEXT("test") };
    if (!payment_is_signature(step)) return payment_move(runs, run_id, step, &act, TEXT_NONE, TEXT_NONE);
    TRY(payment_signing_digest(runs, run_id, step, &digest));
    TRY(sign(a, actor_id, &digest, &s));
    return payment_move(runs, run_id, step, &act, SIGNATURE_OF(s), KEY_OF(s));
}

err signed_revision(arena *a, revision_book *book, int64_t batch_id, revision_step step, int64_t known_ms)
{
    crypto_digest digest;
    signature s;
    revision_act act = { .actor_id = step + 1, .known_ms = known_ms, .why = TEXT("test") };
    TRY(revision_signing_digest(book, batch_id, step, &digest));
    TRY(sign(a, act.actor_id, &digest, &s));
    return revision_move(book, batch_id, step, &act, SIGNATURE_OF(s), KEY_OF(s));
}
