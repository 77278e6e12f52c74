/* service/scope - officials of one township: they read and change what is about people, households and employers who
 * live or stand there by the registry of today, and nobody else.
 *
 * Three people confine a user to a township or village (doudi user bind --region). An operation whose row says nothing
 * of `scope` is then refused to them; one that says it is shown to be about their region before it runs. Whom it is
 * about they name by the id, in digits, so that a name or number of another place tells them nothing. Who was merged
 * into another is the other; who has no region, or none but the county, is in no township. One place decides it, where
 * every operation asks whether its user may (county_permit); lists ask scope_holds of each row.
 *
 * Prefix   scope_
 */
#ifndef SERVICE_SCOPE_H
#define SERVICE_SCOPE_H

#include "service/county.h"

extern const err_kind SCOPE_WHOLE, SCOPE_OTHER, SCOPE_BY_ID, SCOPE_BAD_REGION;

/* Whether the session's user, who has the duty, may do the operation with these arguments. */
MUST_USE err scope_permit(county *office);
/* The places, half-open, to which the session's user is confined: 12 digits; 0, 0: to none. */
typedef struct {
    int64_t from, until;
} scope_span;
MUST_USE err scope_of(county *office, scope_span *span);
/* Whether a person, household or employer lives or stands there today; everybody does in no span. */
MUST_USE err scope_holds(county *office, scope_span span, int64_t subject_id, bool *holds);
bool scope_has_place(scope_span span, int64_t region);
/* Where they live or stand today, as the registry says it; 0: it does not. */
MUST_USE err scope_place(county *office, int64_t subject_id, int64_t *region);
/* Of alerts those about somebody there, each with the place of today; all stay in no span. Of an account nobody says whose it is. */
MUST_USE err scope_keep_alerts(county *office, scope_span span, alert_row *rows, size_t *count);
/* All alerts about somebody of a span there today, in the order of alert_list: looked for from the people, not among all alerts. */
MUST_USE err scope_alerts(county *office, alert_book *book, scope_span span, alert_row **rows, size_t *count);
/* The digits of the user's township or village; empty in no span. */
text scope_text(arena *a, scope_span span);
/* Tells whoever reads a list that it is of their region alone; nothing of no span. */
void scope_say(service_call *call, scope_span span);
/* The places of a region as staff keeps it. */
MUST_USE err scope_span_of(text region, scope_span *span);
/* --region of the office's county, as staff keeps it. */
MUST_USE err scope_read(county *office, text said, text *region);

#endif
