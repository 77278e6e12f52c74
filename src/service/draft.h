/* service/draft - forms that users have begun: kept by the server, sealed, so that they are there at another desk.
 *
 * A draft is its user's alone: of a form (the operation it is for), what it is about, and whom. It is sealed under the key of
 * whom it is about, and is gone with them; it is gone when the form is done, and when nobody came back for DRAFT_DAYS.
 *
 * Prefix   draft_
 */
#ifndef SERVICE_DRAFT_H
#define SERVICE_DRAFT_H

#include "service/county.h"

enum { DRAFT_DAYS = 30 };
extern const service_op DRAFT_KEEP_OP, DRAFT_SHOW_OP, DRAFT_LIST_OP, DRAFT_DROP_OP;

/* The form was done: whoever has logged in need not find it again. In the transaction that did it. */
MUST_USE err draft_done(county *office, text form, text about, int64_t subject_id);

#endif
