/* http/ - the door for browsers and programs: `doudi serve`.
 *
 * The operation table over HTTP: policy.check is GET /v1/policy/check, month.open is POST
 * /v1/month/open; GET /v1/openapi.json describes them all. Arguments travel in the query or in a JSON
 * object, the reply is the operation's, amounts are decimal strings. docs/api.md tells the rest.
 *
 * Who       POST /v1/session makes a session; its token is shown as a bearer's or stands in a cookie.
 *           Only the holder of the token can open the user's key: the server keeps it sealed.
 * Files     an argument that names a file to read takes the id of an upload; one that names a file to
 *           write takes a plain name, and the reply says where to fetch it. No path of the machine is
 *           ever taken from a caller.
 * Threads   one for the sockets, and workers that each run one operation at a time; of operations that
 *           write one runs at a time.
 * Stop      SIGTERM and SIGINT: no new requests, those under way are ended and what the office has sent is done, then it
 *           returns; guests who wait are told 503, and after HTTP_STOP_S whoever still waits.
 * Prefix    http_
 */
#ifndef HTTP_HTTP_H
#define HTTP_HTTP_H

#include "service/service.h"

extern const err_kind HTTP_NO_ROUTE, HTTP_WRONG_METHOD, HTTP_NO_SESSION, HTTP_BAD_BODY, HTTP_TOO_LARGE,
    HTTP_TOO_MANY, HTTP_TOO_BUSY, HTTP_NO_UPLOAD, HTTP_BAD_NAME, HTTP_CSRF,
    HTTP_NOT_OVER_HTTP, HTTP_CANNOT_LISTEN, HTTP_BAD_WORDS, HTTP_UPLOADS_FULL,
    HTTP_UNKNOWN_ARGUMENT, HTTP_BAD_PAGE, HTTP_NO_LIST, HTTP_NO_COLUMN, HTTP_ENDING;

typedef struct {
    service_settings service;
    int32_t (*today)(void); /* the day, which changes while a server runs; NULL: that of the service */
    bool is_chinese;
    const char *version;
} http_settings;

/* Runs `doudi serve ...`: words[0] is the word behind `serve`. Answers the exit code. */
int http_run(const http_settings *settings, int word_count, const char *const *words);

/* ---- the same in pieces, for tests ---- */

typedef struct {
    service_settings service; /* its shelf is the server's own */
    int32_t (*today)(void);
    const char *version;
    const char *host;         /* "127.0.0.1", "0.0.0.0", "::1" */
    uint16_t port;            /* 0: any that is free */
    const char *certificate, *key; /* PEM files; NULL: no TLS */
    const char *web;          /* folder of the console; NULL: none */
    uint32_t worker_count;    /* 0: two a core, at least 2 */
    int64_t idle_s, longest_s; /* of a session; 0: 30 minutes, 12 hours */
    uint32_t rate;            /* requests a second of one address; 0: no limit */
    int64_t uploads_max;      /* bytes of all uploads together; 0: 8 GiB */
    const char *proxy;        /* the address whose X-Forwarded-For is believed, as the machine writes it; NULL: nobody's */
    bool logs;                /* a line a request to the standard error */
} http_options;

typedef struct http_server http_server;
MUST_USE err http_start(arena *process, const http_options *options, http_server **server);
uint16_t http_port(const http_server *server);
void http_stop(http_server *server);
/* The status that says an error. */
unsigned http_status_of(err e);
/* Whether Chinese is worth more to an asker than English; `ranges` as in Accept-Language. What cannot be read is worth nothing. */
bool http_reads_chinese(const char *ranges);
/* The description of the API, as GET /v1/openapi.json gives it. */
text http_openapi(arena *a, const char *version);

#endif
