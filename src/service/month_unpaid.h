/* service/month_unpaid - benefits in payment that no run of the month pays.
 *
 * A month may be closed without them: what was missed is found and proposed later (doudi benefit sweep).
 * Whoever closes must know it, so closing tells it.
 *
 * Prefix   month_
 */
#ifndef SERVICE_MONTH_UNPAID_H
#define SERVICE_MONTH_UNPAID_H

#include "service/month.h"

#define MONTH_UNPAID_OUTPUT                                                                      \
    { .name = "unpaid", .type = SERVICE_OBJECT, .is_list = true,                                 \
      .summary = "benefits in payment that no run of the month pays", .summary_zh = "当月在发待遇中没有编制支付批次的", \
      .fields = MONTH_UNPAID, .field_count = 3 }
extern const service_field MONTH_UNPAID[3];

/* Puts the list `unpaid` into the reply: kind of run, people, yuan a month; and says so in a note. */
MUST_USE err month_unpaid_put(month_call *m);

#endif
