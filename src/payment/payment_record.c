#include "payment/payment_internal.h"

err payment_record(payment *runs, const eventlog_event *event, int64_t *sequence, bool *is_new)
{
    int64_t at = 0;
    TRY(eventlog_append(runs->log, event, &at, is_new));
    if (sequence) *sequence = at;
    if (!*is_new) return ERR_NONE;
    eventlog_entry entry = { .event = *event, .sequence = at };
    return payment_apply(runs, &entry);
}
