/* service/once - a step asked for twice under one key is done once, also when the server died in between.
 *
 * What is done and the answer to it are one transaction of the store: the step runs as in a rehearsal, its own transactions
 * savepoints in one around them, and the answer is written before that one is committed. A step that failed is not kept:
 * what it had committed stands, and the same key is tried anew.
 *
 * Not kept    what hands out a word that opens something (it would lie in the store), and what asks for one.
 * Not held    what is handed to a bank: that it was sent must stand in the store before. Its answer is kept after it.
 * Prefix      once_
 */
#ifndef SERVICE_ONCE_H
#define SERVICE_ONCE_H

#include "service/county.h"

/* Whether the answer has a word that opens something. */
bool once_hands_out(const service_op *op);
/* Whether the writer's transactions are to be held until the answer is there. */
bool once_holds(const service_call *call);
/* Whether the call was answered before: then once->is_again. With the reader that asks for the permission. */
MUST_USE err once_find(county *office);
/* After the step: its answer is kept, and what it did with it. */
MUST_USE err once_end(service_call *call, err e);

#endif
