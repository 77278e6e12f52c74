/* http/http_internal.h - what the door's files share; of this folder only. */
#ifndef HTTP_HTTP_INTERNAL_H
#define HTTP_HTTP_INTERNAL_H

#include <pthread.h>

#include "http/http.h"
#include "http/mhd.h"

enum {
    HTTP_BODY_MAX = 4 << 20,         /* of a JSON body */
    HTTP_QUEUE_MAX = 2048,           /* operations that wait */
    HTTP_GUESTS_MAX = 256,           /* of them, those of whoever has not logged in */
    HTTP_CONNECTIONS_MAX = 12000,
    HTTP_SLOW_S = 60,                /* for the whole of a request that is no upload */
    HTTP_IDLE_S = 75,                /* of a connection */
    HTTP_STOP_S = 20,                /* so long what waits is still begun when the server ends */
    HTTP_ADDRESS_BYTES = 64,
    HTTP_ID_BYTES = 16,
    HTTP_ID_HEX = 2 * HTTP_ID_BYTES
};
#define HTTP_UPLOAD_MAX ((int64_t)1 << 30)
#define HTTP_UPLOADS_MAX ((int64_t)8 << 30) /* of all together, unless told */

/* ---- sessions.c ---- */

typedef struct http_sessions http_sessions;
http_sessions *http_sessions_open(arena *a, int64_t idle_s, int64_t longest_s);
void http_sessions_close(http_sessions *all);
#define HTTP_TOKEN_BYTES (2 * (HTTP_ID_BYTES + SERVICE_SECRET_BYTES) + 2)
/* Keeps the ticket; `token` is what opens it again, `csrf` what a page must show beside a cookie. */
void http_sessions_add(http_sessions *all, const service_session *session, text login, const char *address,
                       char token[HTTP_TOKEN_BYTES], char csrf[HTTP_ID_HEX + 1]);
/* False when there is none, or it is over. */
bool http_sessions_find(http_sessions *all, text token, service_session *session,
                        char csrf[HTTP_ID_HEX + 1]);
void http_sessions_end(http_sessions *all, text token);
/* All of a user, when their password was changed. */
void http_sessions_end_user(http_sessions *all, int64_t user_id);
size_t http_sessions_count(http_sessions *all);
/* Those of one user, which they may look at and end. */
typedef struct {
    text handle, address;
    int64_t began_ago_s, seen_ago_s;
    bool is_this; /* the one that asks */
} http_session_row;
size_t http_sessions_of(arena *a, http_sessions *all, int64_t user_id, text token, http_session_row **rows);
/* False when this user has none by this handle. */
bool http_sessions_end_one(http_sessions *all, int64_t user_id, text handle);

/* ---- limits.c: how often ---- */

typedef struct http_limits http_limits;
http_limits *http_limits_open(arena *a);
void http_limits_close(http_limits *limits);
/* What is told of it: at once at most, left now, seconds until all are there again, and until the next one; 0: it may now. */
typedef struct {
    uint32_t limit, left, full_s, wait_s;
} http_allowance;
/* Whether `who` may once more: so many a minute, `burst` at once. */
bool http_limits_take(http_limits *limits, uint64_t who, uint32_t a_minute, uint32_t burst, http_allowance *allowance);
/* Once more than was left; the next take holds it to its burst again. */
void http_limits_give(http_limits *limits, uint64_t who);

/* ---- files.c: what was sent, and what can be fetched ---- */

typedef struct http_files http_files;
MUST_USE err http_files_open(arena *a, int64_t uploads_max, http_files **files);
void http_files_close(http_files *files);
typedef struct {
    char id[HTTP_ID_HEX + 1];
    const char *path; /* NULL once it is kept */
    int descriptor;
    int64_t size_bytes;
} http_upload;
MUST_USE err http_files_begin(arena *a, http_files *files, http_upload *upload);
/* HTTP_UPLOADS_FULL when all uploads together would be more than the server keeps. */
MUST_USE err http_files_more(http_files *files, http_upload *upload, const void *bytes, size_t size_bytes);
MUST_USE err http_files_done(arena *a, http_files *files, http_upload *upload, int64_t user_id, text name);
void http_files_drop(http_files *files, http_upload *upload);
/* The path of an upload of this user. */
MUST_USE err http_files_find(arena *a, http_files *files, text id, int64_t user_id, text *path);
/* The text without the places of these files: they are the server's own. */
text http_files_hide(arena *a, const http_files *files, text t);
/* The same without the folders of the machine in which the packs and the store lie. */
text http_hide_places(arena *a, const service_settings *settings, text t);
/* A place for a file of this name that an operation is to write, and the id to fetch it by. */
MUST_USE err http_files_place(arena *a, http_files *files, int64_t user_id, text name, text *path,
                              text *id);

/* ---- metrics.c ---- */

typedef struct http_metrics http_metrics;
http_metrics *http_metrics_open(arena *a);
void http_metrics_close(http_metrics *m);
void http_metrics_add(http_metrics *m, const char *operation, unsigned status, int64_t ns);
/* The same for people, as county.health answers it. */
void http_metrics_put(arena *a, http_metrics *m, service_value *into);
text http_metrics_print(arena *a, http_metrics *m, size_t session_count, size_t waiting);

/* ---- a request ---- */

typedef struct http_request http_request;
struct http_request {
    http_server *server;
    struct MHD_Connection *connection;
    arena *memory;
    const char *method, *url; /* HEAD is a GET here, whose body nobody is sent */
    bool is_head;
    int64_t began_ns;
    text_builder body;
    bool is_upload, is_done, is_refused, is_queued;
    http_upload upload;
    /* who and what; route.c */
    const service_op *op;
    bool is_chinese, is_pretty, has_session, is_cookie;
    bool is_who; /* GET /v1/session */
    bool is_rehearsal; /* ?rehearse=yes: nothing is kept */
    text csrf;   /* of the session that a cookie opened */
    text token;
    service_session session;
    const text *secrets;
    size_t secret_count, secret_next;
    /* the answer */
    unsigned status;
    const char *content_type;
    text answer;
    const char *file; /* sent instead of `answer` */
    text file_name;
    text cookie, etag;
    const char *allow;  /* of a 405, and of OPTIONS: the methods there are, or NULL */
    int64_t total;    /* of a list that was cut; -1: none was */
    http_allowance allowance; /* of the address; limit 0: nothing is limited */
    uint32_t wait_s;  /* of a refusal: when it may be tried again; 0: it was none of these */
    http_request *next; /* in the queue */
};

/* ---- route.c ---- */

/* What can be answered at once is, and true comes back; false: a worker must. */
bool http_route(http_request *r);
/* Whether the head of an upload is in order; else it is answered. */
bool http_route_upload(http_request *r);
/* An address may try thirty passwords a minute, and five of one user. */
bool http_is_guessing(http_request *r, text user);
/* By a worker. */
void http_work(http_request *r, service *office);

/* ---- etag.c ---- */

/* Whether If-None-Match names the ETag: *, or one of a list, weak or strong. */
bool http_etag_is_among(text list, text etag);

/* ---- ways.c ---- */

/* The methods at the address of the request, as Allow says them, and its operation where it is one's; NULL: there is nothing. */
const char *http_methods_at(http_request *r);
bool http_is_method_among(const char *method, const char *methods);
/* The first argument in the address that the door's own way does not take, with those it takes; NULL: there is none. */
const char *http_bad_query(http_request *r, const char *taken);

/* ---- calls.c ---- */
/* An argument that belongs to the machine, or to the session. */
/* An argument RECORD=FILE.csv, as the table shows it: what stands behind the name is a file, and over HTTP an upload. */
bool http_names_file(const service_field *field);
bool http_is_ours(const char *name);
MUST_USE err http_call_run(http_request *r, service *office);

/* ---- page.c ---- */

/* ?page= &page_size= cut the lists of an answer; page_find, page_sort ("amount", "-amount") go over all rows before; page_of
 * names the one list it is about, else it is all on the top level. */
typedef struct {
    int64_t at, size; /* from 1; 0: all */
    text of, find, sort;
    bool is_asked;
} http_page;
/* Not taken: the name is none of these. */
MUST_USE err http_page_take(arena *a, http_page *page, text name, text value, bool *is_taken);
/* Before the operation is run: whether its answer will have such a list, and the list such a member. */
MUST_USE err http_page_check(arena *a, const service_op *op, const http_page *page);
/* How many rows there are on all pages; -1: nothing was asked. */
int64_t http_page_cut(arena *a, const http_page *page, service_value *reply);

/* ---- reply.c ---- */
void http_reply_error(http_request *r, err e);
void http_reply_json(http_request *r, unsigned status, text json);
void http_reply_call(http_request *r, const service_call *call, const service_value *downloads);

/* ---- asked.c ---- */

/* A message that names options, for whoever fills in the fields of a form: op NULL, of no operation. *argument: the first that it names,
 * as a program gives it; NULL: none. */
text http_message_asked(arena *a, const service_op *op, text said, bool is_chinese, const char **argument);

/* ---- static.c: the console's files ---- */
bool http_static(http_request *r);

/* ---- server.c ---- */
struct http_server {
    arena *memory;
    http_options options;
    struct MHD_Daemon *daemon;
    uint16_t port;
    http_sessions *sessions;
    http_limits *limits;
    http_files *files;
    http_metrics *metrics;
    text openapi, openapi_etag;
    /* the queue */
    pthread_mutex_t lock;
    pthread_cond_t has_work, has_ended;
    http_request *first, *last;
    size_t waiting, working;
    size_t guests_waiting, guests_working, guests_max; /* of them, of whoever has not logged in */
    size_t unsent; /* answered by a worker, and not sent to its end yet */
    bool is_writing, is_ending;
    pthread_t workers[64];
    uint32_t worker_count;
    pthread_t keeper; /* of looks */
    bool has_keeper, are_workers_over;
};
/* Whoever calls: the other end of the connection or, where that is the proxy the server was told to believe, the one it names. */
uint64_t http_address(const http_request *r, char shown[64]);
/* "::1" of "0:0:0:0:0:0:0:1"; false: no address. */
bool http_address_read(text said, char shown[64]);

/* ---- own_sessions.c: GET /v1/sessions, DELETE /v1/sessions/HANDLE ---- */
bool http_own_sessions(http_request *r);

/* ---- openapi_own.c ---- */
extern const char http_own_paths[], http_own_components[];

void http_print_hex(const uint8_t *bytes, size_t size_bytes, char *hex);
bool http_parse_hex(const char *hex, size_t size_bytes, uint8_t *bytes);

#endif
