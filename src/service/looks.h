/* service/looks - who read what about people: noted of each answer, kept in room trail.
 *
 * Which     each read that answers of persons, employers or households, or gives a file away, by whoever has logged in. It is seen by
 *           the operation's own table: what it takes and answers. At the machine reads ask for no login, and leave nothing.
 *           A step that was rehearsed is one: it answers as it would, and leaves no event. That a store was verified is noted too, by
 *           whom and with how many faults.
 * When      a server gathers looks and writes them some times a second, between two calls that write (service_keep_looks): until then a
 *           crash loses them. While more wait than it keeps, such reads are refused (LOOKS_FULL): none is answered that cannot be noted.
 *           The command line writes its own behind the answer.
 * Prefix    looks_
 */
#ifndef SERVICE_LOOKS_H
#define SERVICE_LOOKS_H

#include "service/county.h"
#include "trail/trail.h"

extern const err_kind LOOKS_FULL;

bool looks_are_of(const service_op *op);
/* Before the operation. */
MUST_USE err looks_may(const service_call *call);
/* The record the operation was asked about, where it was found; the first counts. */
void looks_saw(county *office, int64_t subject_id);
/* Of an operation that has answered, before its county is closed; false: there is nothing to note. */
bool looks_of(const service_call *call, trail_look *look);
/* After its county is closed. */
void looks_keep(service_call *call, const trail_look *look);

#endif
