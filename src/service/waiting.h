/* service/waiting - what waits for somebody's signature or work, of all that the office does.
 *
 * One list for who has a turn (`doudi todo`) and for who answers for the office (`doudi county status`):
 * a row says what waits, how many and of how much money, for which duty, and where it is looked at.
 *
 * Prefix   waiting_
 */
#ifndef SERVICE_WAITING_H
#define SERVICE_WAITING_H

#include "service/county.h"

typedef struct {
    const char *duty;              /* of packs/duties */
    const char *what, *what_zh;
    const char *command;           /* that shows it */
    int64_t count, fen;            /* fen 0: it is no money */
} waiting_row;
/* In the office's memory; rows of nothing are left out. */
MUST_USE err waiting_read(county *office, waiting_row **rows, size_t *count);
/* The duty's name in the caller's language, or its code where the office has no users. */
text waiting_duty_shown(county *office, text duty);

#endif
