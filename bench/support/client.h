/* support/client - an HTTP client for benchmarks: many connections to one server of this machine, one thread.
 *
 * Rate     calls are due at fixed moments, whatever became of those before: who waits for a connection, or behind a slow
 *          answer, waits on the client's clock (a client that sends its next call only after an answer would not see it).
 * Memory   as long as the client's arena. What a call is told of its answer lasts until client_load goes on.
 * Prefix   client_
 */
#ifndef SUPPORT_CLIENT_H
#define SUPPORT_CLIENT_H

#include <stdint.h>

#include "base/arena.h"
#include "base/text.h"

typedef struct client client;

typedef struct {
    uint64_t number;   /* from 0 */
    const char *method, *path, *token; /* token NULL: nobody */
    text body;         /* of a POST, JSON */
    int kind;          /* the caller's own */
    /* the answer */
    int64_t due_ns, answered_ns;
    unsigned status;   /* 0: the connection broke off */
    text said;
} client_call;

/* NULL when not that many can be opened; `opened` says how many could. */
client *client_open(arena *a, uint16_t port, size_t connections, size_t *opened);
void client_close(client *c);
/* One call, waited for. */
void client_do(client *c, client_call *call);
/* On every connection once, all at a time: how many were answered by 200. */
size_t client_do_on_all(client *c, const char *path);
/* `make` fills in method, path, token, body and kind of call `number`; `done` is told the answer. */
typedef struct {
    double rate, seconds;
    void (*make)(void *context, arena *a, client_call *call);
    void (*done)(void *context, const client_call *call);
    void *context;
} client_plan;
void client_load(client *c, const client_plan *plan);

#endif
