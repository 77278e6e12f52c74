/* service/payer - from which account a fund pays: set by three people, never by whoever drafts a run.
 *
 * The account of a fund stands in the charter (bank.payer.FUND) with the signatures of the three who set it:
 * account.enter, account.review, account.confirm, each another person's. One account for all funds may be told
 * when the office is made (county new --payer), before it has users: bank.payer. An office of before this
 * table goes on paying from the account that the fund's last booked run was paid from.
 *
 * Prefix   payer_
 */
#ifndef SERVICE_PAYER_H
#define SERVICE_PAYER_H

#include "service/three.h"

extern const err_kind PAYER_NOT_SET, PAYER_OTHER, PAYER_BAD_ACCOUNT, PAYER_BROKEN, PAYER_NONE_WAITS,
    PAYER_DONE;

typedef struct {
    text fund, account;
    three by;
} payer_terms;

/* Digits, blanks and hyphens left out, 5 to 34 of them: PAYER_BAD_ACCOUNT. */
MUST_USE err payer_account_read(arena *a, text said, text *account);
/* The fund's account; with `said` it must be that one (PAYER_OTHER), and PAYER_NOT_SET when there is none. */
MUST_USE err payer_account_of(county *office, text fund, text said, text *account);
/* Three signatures of three people whose keys these were: PAYER_BROKEN. */
MUST_USE err payer_verify(county *office, const payer_terms *terms);
/* All funds' accounts that are set, checked; `bad` names the first that is not sound, else NULL. */
MUST_USE err payer_verify_all(county *office, const char **bad);

/* ---- payer.c: terms as they are kept ---- */
MUST_USE err payer_read(county *office, const char *form, text fund, payer_terms *terms);
#define PAYER_SET "bank.payer.%.*s"
#define PAYER_WAITING "bank.payer.%.*s.proposed"
text payer_print(arena *a, const payer_terms *terms);
/* What the three sign. */
text payer_message(arena *a, const payer_terms *terms);

#endif
