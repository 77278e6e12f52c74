/* service/recovery - how much of a payment is withheld for an overpayment: the packs say, never C.
 *
 * Purposes recovery.month (of a benefit a month) and recovery.once (of arrears and grants) of
 * packs/adapters/office-recovery.csv. How much a month may be withheld no national rule says: where the region
 * has not set it nothing is withheld, and why is answered. What is decided is kept with its inputs, so that
 * `person explain --withheld` tells it later by the law of then.
 *
 * Prefix   recovery_
 */
#ifndef SERVICE_RECOVERY_H
#define SERVICE_RECOVERY_H

#include "service/adopt.h"
#include "service/ledger.h"

extern const err_kind RECOVERY_NOT_SET;

#define RECOVERY_MONTH "recovery.month"
#define RECOVERY_ONCE "recovery.once"
/* Whether a decision is of these. */
bool recovery_is_purpose(text purpose);

typedef struct recovery recovery;
/* Of payments of this month; the packs are read when first asked. */
recovery *recovery_open(county *office, int32_t month);

typedef struct {
    int64_t person_id;  /* who is paid; the decision is kept as theirs */
    bool is_once;
    int64_t due_fen, open_fen, agreed_fen; /* agreed: 0 where nothing is */
} recovery_case;
/* What is withheld; 0 with a reason where the packs cannot say. Kept until recovery_keep unless it is nothing. */
MUST_USE err recovery_decide(recovery *r, const recovery_case *asked, int64_t *fen, text *why_not);
/* Keeps what was decided of one bucket, in the caller's transaction. */
MUST_USE err recovery_keep(recovery *r, uint32_t bucket);
/* RECOVERY_NOT_SET, with the reason, where nothing can be withheld in this month. */
MUST_USE err recovery_need(recovery *r, bool is_once);


/* "100.00 yuan withheld for 2026-11 to 2026-12, died (item 7)": of a line nothing is withheld from, empty. */
MUST_USE err recovery_words(county *office, const payment_line *line, text *words);

#endif
