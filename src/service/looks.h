/* service/looks - who read what about people: noted of each answer, kept in room trail.
 *
 * Which     each read that answers of persons, employers or households, or gives a file away, by whoever has logged in. It is seen by
 *           the operation's own table: what it takes and answers. Whom a list showed is noted of each, in the one look, up to
 *           LOOKS_SHOWN_MAX; of a longer one, and of a file that was taken away, only how many.
 * Machine   at the machine reads ask for no login: noted is the user of the operating system, and the office's own user whose login
 *           that is, if there is one. A verification there is noted when its user has logged in.
 *           A step that was rehearsed, or tried by a dry run of its own, is one: it answers as it would, and leaves no event. That a store was verified is noted too, by
 *           whom and with how many faults.
 * When      a server gathers looks and writes them some times a second, between two calls that write (service_keep_looks): until then a
 *           crash loses them. While more wait than it keeps, such reads are refused (LOOKS_FULL): none is answered that cannot be noted.
 *           The command line writes its own before the answer is shown; while another process writes it waits some seconds, and then
 *           says that it could not.
 * Prefix    looks_
 */
#ifndef SERVICE_LOOKS_H
#define SERVICE_LOOKS_H

#include "service/county.h"
#include "trail/trail.h"

extern const err_kind LOOKS_FULL;
enum { LOOKS_SHOWN_MAX = 10000 };

bool looks_are_of(const service_op *op);
/* Before the operation. */
MUST_USE err looks_may(const service_call *call);
/* The record the operation was asked about, where it was found; of several the first, and each other was shown. */
void looks_saw(county *office, int64_t subject_id);
/* One more whom the answer showed, where no number of it says so by its name. */
void looks_showed(county *office, int64_t subject_id);
/* Of an operation that has answered, before its county is closed; false: there is nothing to note. */
bool looks_of(const service_call *call, trail_look *look);
/* After its county is closed. */
void looks_keep(service_call *call, const trail_look *look);

#endif
