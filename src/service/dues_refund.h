/* service/dues_refund - contributions that are given back (退费): items of room oneoff of what stands to a payer's credit.
 *
 * A refund is proposed item by item, one a fund that holds the money. The credit is the payer's until the batch is
 * approved; then it is taken, so that neither a due nor another refund can have it, and a run pays it.
 *
 * Prefix   dues_refund_
 */
#ifndef SERVICE_DUES_REFUND_H
#define SERVICE_DUES_REFUND_H

#include "oneoff/oneoff.h"
#include "service/dues.h"

extern const err_kind DUES_REFUND_TOO_MUCH, DUES_REFUND_WAITS, DUES_REFUND_OF_STATE, DUES_REFUND_NO_RUN,
    DUES_REFUND_NO_AMOUNT, DUES_REFUND_DEAD, DUES_REFUND_TO, DUES_REFUND_CHANGED;

/* The purpose of its batches. */
#define DUES_REFUND "dues.refund"

/* A batch has been approved: the credit is taken. DUES_REFUND_CHANGED when it is no longer what it was. */
MUST_USE err dues_refund_approved(county *office, oneoff_book *book, int64_t batch_id);
/* An item is closed unpaid: its remainder stands to the credit again. */
MUST_USE err dues_refund_closed(county *office, const oneoff_standing *item);
/* Of approved refunds, by fund: what no bank has paid yet. */
MUST_USE err dues_refund_on_the_way(county *office, arena *a, dues_held **held, size_t *count);

#endif
