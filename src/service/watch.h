/* service/watch - what a watch is called: by its stable key, as the packs of now say it.
 *
 * Prefix   watch_
 */
#ifndef SERVICE_WATCH_H
#define SERVICE_WATCH_H

#include "service/decide.h"

/* Watches of indicators are called by the key of the indicator behind this. */
#define WATCH_OF_INDICATORS "indicator."
/* What an alert of an indicator says; watch_words has it in English. */
#define WATCH_SAYS_BEHIND "指标到了告警线：查明差在哪些村、哪些人，定措施、定时间"

/* "死亡后发放"; the key itself when the tables no longer know it. */
text watch_title(service_call *call, text key);
/* What an alert says, or whose it is: in English where the reader and the packs have it. */
text watch_words(service_call *call, text said);

#endif
