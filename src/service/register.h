/* service/register - whom the coverage drive is after, one row a person: groups, owner, day; and who is left out, and why.
 *
 * The target register is no table of its own: it is what the watches of purposes watch.register… have raised, with all that
 * was done about each (room alert); who is left out is decided by the purpose register.excluded.
 *
 * Prefix   register_
 */
#ifndef SERVICE_REGISTER_H
#define SERVICE_REGISTER_H

#include "service/service.h"

extern const err_kind REGISTER_NO_GROUP;
/* The watches that put somebody on the register: group.hardship ... */
MUST_USE err register_watches(service_call *call, text **watches, size_t *count);
bool register_has_watch(const text *watches, size_t count, text watch);

extern const service_op REGISTER_LIST_OP, REGISTER_ZERO_OP;

#endif
