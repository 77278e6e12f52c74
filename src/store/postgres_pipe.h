/* store/postgres_pipe - statements sent without waiting for what they answer.
 *
 * A statement that changes rows, and whose count nobody asks for, need not cost a journey to the
 * server and back: it goes into libpq's pipeline, and its outcome is read together with that of
 * the next statement somebody waits for. The first that fails fails all behind it, as it spoils
 * the transaction in any case.
 *
 * Prefix   pipe_
 */
#ifndef STORE_POSTGRES_PIPE_H
#define STORE_POSTGRES_PIPE_H

#include "store/postgres_internal.h"

/* Lets statements be sent one behind another, until pipe_end. */
err pipe_begin(store *db);
/* Notes that one more was sent for which nobody waits. */
err pipe_sent(store *db);
/* Asks the server to answer all that was sent, and reads the outcomes of what nobody waited for. */
err pipe_sync(store *db);
/* The one result of the statement next in the pipeline. NULL: there is none; PQclear it. */
PGresult *pipe_take(store *db);
/* Reads what is left of the answers, and leaves the pipeline; the first error counts. */
err pipe_end(store *db);
/* pipe_sync and pipe_end. */
err pipe_settle(store *db);

#endif
