/* tests/support/signed - steps of payment runs and of batches of changed benefits, signed by a key of the actor's number. */
#ifndef TESTS_SUPPORT_SIGNED_H
#define TESTS_SUPPORT_SIGNED_H

#include "payment/payment.h"
#include "revision/revision.h"

MUST_USE err signed_payment(arena *a, payment *runs, int64_t run_id, payment_step step, int64_t actor_id, int64_t known_ms);
/* Each step by an actor of its own. */
MUST_USE err signed_revision(arena *a, revision_book *book, int64_t batch_id, revision_step step, int64_t known_ms);

#endif
