/* service/event_words - what the log's events and the office's settings are called, for a person.
 *
 * Kinds of events and names of settings are codes: programs ask by them and the log keeps them. What they say stands
 * here beside each other in both languages, in one place; one that is not here is said by its code.
 *
 * Prefix   event_
 */
#ifndef SERVICE_EVENT_WORDS_H
#define SERVICE_EVENT_WORDS_H

#include "service/service_internal.h"

/* "staff.key_made": what was done. */
const char *event_said(const service_call *call, const char *kind);
/* "interest.posted.<fund>": what the setting is, by how its name begins. */
text event_setting_said(const service_call *call, text name);

#endif
