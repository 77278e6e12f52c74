/* service/alert - what the operations on kept alerts share: finding one, and how it is shown.
 *
 * Prefix   alert_
 */
#ifndef SERVICE_ALERT_H
#define SERVICE_ALERT_H

#include "service/county.h"
#include "service/ledger.h"

#define ALERT_ID_FIELD                                                                           \
    { .name = "alert", .type = SERVICE_COUNT, .shows = "ALERT", .is_required = true,             \
      .is_positional = true, .summary = "number of the alert", .summary_zh = "预警编号" }

/* The kind of an alert about the county or a township, whose id is its place; others are a decide_each. */
enum { ALERT_OF_PLACE = 100 };
/* "place", "person", "household", "employer" or "account", in the caller's language. */
const char *alert_subject_word(const service_call *call, int64_t kind);
/* Who or what the alert is about, for a person to read; of an account nothing but that it is one. */
MUST_USE err alert_subject_name(county *office, const alert_row *row, text *name);
text alert_user_name(county *office, int64_t user_id);
const char *alert_severity_word(const service_call *call, int64_t severity);
const char *alert_action_word(const service_call *call, int64_t action);
/* "-" where no amount is known. */
text alert_risk_text(arena *a, int64_t risk_fen);
/* 9 digits of the township where a place has 12; "-" where none is known. */
/* --town as a span of regions, half-open; 0, 0 when it was not given. */
MUST_USE err alert_read_town(service_call *call, int64_t *from, int64_t *until);
text alert_town_text(arena *a, int64_t region);
text alert_day_text(arena *a, int32_t day);

#endif
