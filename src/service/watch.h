/* service/watch - what a watch is called: by its stable key, as the packs of now say it.
 *
 * Prefix   watch_
 */
#ifndef SERVICE_WATCH_H
#define SERVICE_WATCH_H

#include "service/decide.h"

/* "死亡后发放"; the key itself when the tables no longer know it. */
text watch_title(service_call *call, text key);
/* What an alert says, or whose it is: in English where the reader and the packs have it. */
text watch_words(service_call *call, text said);

#endif
