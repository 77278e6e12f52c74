/* The sockets, the queue and the workers. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/checked.h"
#include "base/hash.h"
#include "http/http_internal.h"
#include "os/os.h"

const err_kind HTTP_ENDING = {
    "http.ending", ERR_BUSY, "The server is being stopped and begins nothing new: try again in a moment.",
    "服务器正在停止，不再受理新的请求，请稍后再试。"
};
const err_kind HTTP_CANNOT_LISTEN = {
    "http.cannot_listen", ERR_BUSY, "The server cannot listen at {}: is the port taken?",
    "无法在 {} 监听：端口是否已被占用？"
};

enum { SEND_S = 5 };

/* ---- workers ---- */

/* Whoever has not logged in and asks for more than to be let in: calculators, the policy book. */
static bool is_guest(const http_request *r)
{
    return r->op && !r->has_session && r->op->kind == SERVICE_READ;
}

/* The first request that may run now: of those that write one at a time, of guests as many as leave room for the office. */
static http_request *take(http_server *s)
{
    http_request *before = NULL;
    for (http_request *r = s->first; r; before = r, r = r->next) {
        bool writes = r->op && r->op->kind == SERVICE_WRITE, waits = is_guest(r) && s->guests_working >= s->guests_max;
        if (waits || (writes && s->is_writing)) continue;
        if (before) before->next = r->next;
        else s->first = r->next;
        if (s->last == r) s->last = before;
        s->is_writing = s->is_writing || writes;
        s->waiting--;
        s->working++;
        s->guests_waiting -= is_guest(r);
        s->guests_working += is_guest(r);
        return r;
    }
    return NULL;
}

static void *work(void *context)
{
    http_server *s = context;
    arena *process = arena_open();
    service *office = service_open(process, &s->options.service);
    pthread_mutex_lock(&s->lock);
    for (;;) {
        http_request *r = take(s);
        if (!r && s->is_ending && !s->first) break;
        if (!r) {
            pthread_cond_wait(&s->has_work, &s->lock);
            continue;
        }
        pthread_mutex_unlock(&s->lock);
        bool writes = r->op && r->op->kind == SERVICE_WRITE, was_guest = is_guest(r);
        if (s->options.today) service_set_today(office, s->options.today());
        http_work(r, office);
        r->is_done = true; /* from here on it is its connection's */
        MHD_resume_connection(r->connection);
        if (writes) service_tidy(office); /* the next that writes comes after it */
        pthread_mutex_lock(&s->lock);
        s->working--;
        s->guests_working -= was_guest;
        if (writes) s->is_writing = false;
        pthread_cond_broadcast(&s->has_work);
        pthread_cond_signal(&s->has_ended);
    }
    pthread_mutex_unlock(&s->lock);
    service_close(office);
    arena_close(process);
    return NULL;
}

/* Reads that concern people are noted together, some times a second, where no other call writes. */
static void *keep_looks(void *context)
{
    enum { PAUSE_MS = 100 };
    http_server *s = context;
    arena *process = arena_open();
    service *office = service_open(process, &s->options.service);
    bool is_over = false;
    while (!is_over) {
        nanosleep(&(struct timespec){ .tv_nsec = PAUSE_MS * 1000000L }, NULL);
        pthread_mutex_lock(&s->lock);
        is_over = s->are_workers_over;
        bool is_mine = !s->is_writing && service_has_looks(office);
        s->is_writing = s->is_writing || is_mine;
        pthread_mutex_unlock(&s->lock);
        if (!is_mine) continue;
        service_keep_looks(office);
        pthread_mutex_lock(&s->lock);
        s->is_writing = false;
        pthread_cond_broadcast(&s->has_work);
        pthread_mutex_unlock(&s->lock);
    }
    service_close(office);
    arena_close(process);
    return NULL;
}

static bool enqueue(http_server *s, http_request *r, bool *is_ending)
{
    bool is_taken = false;
    pthread_mutex_lock(&s->lock);
    *is_ending = s->is_ending;
    if (!s->is_ending && s->waiting < HTTP_QUEUE_MAX && !(is_guest(r) && s->guests_waiting >= HTTP_GUESTS_MAX)) {
        MHD_suspend_connection(r->connection);
        if (s->last) s->last->next = r;
        else s->first = r;
        s->last = r;
        s->waiting++;
        s->unsent++;
        r->is_queued = true;
        s->guests_waiting += is_guest(r);
        is_taken = true;
        pthread_cond_signal(&s->has_work);
    }
    pthread_mutex_unlock(&s->lock);
    return is_taken;
}

/* ---- one request ---- */

static const char POLICY[] =
    "default-src 'self'; img-src 'self' data:; object-src 'none'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

static void add_number(const http_request *r, struct MHD_Response *response, const char *name, uint32_t value)
{
    MHD_add_response_header(response, name, text_format(r->memory, "%u", value).bytes);
}

/* How often this address may still ask, and when a refusal may be tried again. */
static void add_allowance(const http_request *r, struct MHD_Response *response)
{
    enum { BUSY_S = 2 };
    if (r->status == 429 || r->status == 503) add_number(r, response, "Retry-After", r->wait_s ? r->wait_s : BUSY_S);
    if (!r->allowance.limit) return;
    add_number(r, response, "RateLimit-Limit", r->allowance.limit);
    add_number(r, response, "RateLimit-Remaining", r->allowance.left);
    add_number(r, response, "RateLimit-Reset", r->allowance.full_s);
}

static void add_headers(http_request *r, struct MHD_Response *response)
{
    bool is_api = strncmp(r->url, "/v1/", 4) == 0 || strcmp(r->url, "/metrics") == 0;
    bool is_hashed = strncmp(r->url, "/assets/", 8) == 0;
    MHD_add_response_header(response, "Content-Type", r->content_type ? r->content_type : "text/plain");
    MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
    MHD_add_response_header(response, "X-Frame-Options", "DENY");
    MHD_add_response_header(response, "Referrer-Policy", "no-referrer");
    MHD_add_response_header(response, "Content-Security-Policy", is_api ? "default-src 'none'" : POLICY);
    MHD_add_response_header(response, "Cache-Control",
                            is_api ? "no-store" : is_hashed ? "public, max-age=31536000, immutable" : "no-cache");
    if (r->server->options.certificate)
        MHD_add_response_header(response, "Strict-Transport-Security", "max-age=31536000");
    if (r->cookie.size_bytes) MHD_add_response_header(response, "Set-Cookie", text_cstr(r->memory, r->cookie));
    if (r->etag.size_bytes) MHD_add_response_header(response, "ETag", text_cstr(r->memory, r->etag));
    if (r->status == 401) MHD_add_response_header(response, "WWW-Authenticate", "Bearer realm=\"doudi\"");
    add_allowance(r, response);
    if (r->allow) MHD_add_response_header(response, "Allow", r->allow);
    if (r->total >= 0)
        MHD_add_response_header(response, "X-Total-Count",
                                text_format(r->memory, "%lld", (long long)r->total).bytes);
}

/* A name in any script in a header: RFC 6266 and RFC 5987. */
static void add_file_name(http_request *r, struct MHD_Response *response)
{
    text_builder b = text_builder_open(r->memory);
    text_add_cstr(&b, "attachment; filename*=UTF-8''");
    for (size_t i = 0; i < r->file_name.size_bytes; i++) {
        unsigned char c = (unsigned char)r->file_name.bytes[i];
        bool is_plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                        c == '-' || c == '_' || c == '.';
        if (is_plain) text_add_char(&b, (char)c);
        else text_add_format(&b, "%%%02X", c);
    }
    MHD_add_response_header(response, "Content-Disposition", text_built(&b).bytes);
}

static struct MHD_Response *response_of(http_request *r)
{
    if (!r->file) {
        if (r->status != 200 || strcmp(r->method, "GET") != 0)
            return MHD_create_response_from_buffer(r->answer.size_bytes, (void *)r->answer.bytes,
                                                   MHD_RESPMEM_MUST_COPY);
        r->etag = text_format(r->memory, "\"%016llx\"",
                              (unsigned long long)hash_bytes(r->answer.bytes, r->answer.size_bytes, 5));
        const char *known = MHD_lookup_connection_value(r->connection, MHD_HEADER_KIND, "If-None-Match");
        if (known && http_etag_is_among(text_of(known), r->etag)) {
            r->status = 304;
            return MHD_create_response_from_buffer(0, (void *)"", MHD_RESPMEM_PERSISTENT);
        }
        return MHD_create_response_from_buffer(r->answer.size_bytes, (void *)r->answer.bytes,
                                               MHD_RESPMEM_MUST_COPY);
    }
    struct stat facts;
    int descriptor = open(r->file, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0 || fstat(descriptor, &facts) != 0) {
        if (descriptor >= 0) close(descriptor);
        r->status = 404;
        return MHD_create_response_from_buffer(0, (void *)"", MHD_RESPMEM_PERSISTENT);
    }
    return MHD_create_response_from_fd64((uint64_t)facts.st_size, descriptor);
}

static enum MHD_Result send_answer(http_request *r)
{
    struct MHD_Response *response = response_of(r);
    if (!response) return MHD_NO;
    add_headers(r, response);
    if (r->file_name.size_bytes) add_file_name(r, response);
    enum MHD_Result sent = MHD_queue_response(r->connection, r->status, response);
    MHD_destroy_response(response);
    return sent;
}

/* What can be refused before a byte of the body is read. */
static void begin(http_request *r)
{
    const char *length = MHD_lookup_connection_value(r->connection, MHD_HEADER_KIND, "Content-Length");
    bool is_upload = strcmp(r->url, "/v1/uploads") == 0 && strcmp(r->method, "POST") == 0;
    int64_t size = length ? atoll(length) : 0;
    r->upload.descriptor = -1;
    if (size > (is_upload ? HTTP_UPLOAD_MAX : HTTP_BODY_MAX)) {
        http_reply_error(r, err_of(&HTTP_TOO_LARGE, is_upload ? "1 GiB" : "4 MiB"));
        r->is_refused = true;
        return;
    }
    if (!is_upload) return;
    if (http_route_upload(r)) {
        err e = http_files_begin(r->memory, r->server->files, &r->upload);
        r->is_upload = !e.kind;
        if (e.kind) http_reply_error(r, e);
    }
    r->is_refused = !r->is_upload;
}

static err take_body(http_request *r, const char *bytes, size_t size_bytes)
{
    if (r->is_upload) return http_files_more(r->server->files, &r->upload, bytes, size_bytes);
    if (r->body.size_bytes + size_bytes > HTTP_BODY_MAX) return err_of(&HTTP_TOO_LARGE, "4 MiB");
    text_add(&r->body, (text){ bytes, size_bytes });
    return ERR_NONE;
}

static enum MHD_Result handle(void *context, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *upload_data,
                              size_t *upload_data_size, void **state)
{
    (void)version;
    http_server *s = context;
    http_request *r = *state;
    if (!r) {
        arena *memory = arena_open();
        r = ARENA_NEW(memory, http_request);
        bool is_head = strcmp(method, "HEAD") == 0;
        *r = (http_request){ .server = s, .connection = connection, .memory = memory, .total = -1,
                             .method = is_head ? "GET" : text_cstr(memory, text_of(method)), .is_head = is_head,
                             .url = text_cstr(memory, text_of(url)), .began_ns = os_monotonic_ns(),
                             .body = text_builder_open(memory) };
        *state = r;
        begin(r);
        return r->is_refused ? send_answer(r) : MHD_YES;
    }
    if (*upload_data_size) {
        bool is_slow = !r->is_upload && os_monotonic_ns() - r->began_ns > (int64_t)HTTP_SLOW_S * 1000000000;
        if (is_slow) return MHD_NO;
        err e = r->is_refused ? ERR_NONE : take_body(r, upload_data, *upload_data_size);
        if (e.kind) {
            http_reply_error(r, e);
            r->is_refused = true;
        }
        *upload_data_size = 0;
        return MHD_YES;
    }
    if (!r->is_refused && !r->is_done && !http_route(r)) {
        bool is_ending;
        if (enqueue(s, r, &is_ending)) return MHD_YES;
        http_reply_error(r, err_of(is_ending ? &HTTP_ENDING : &HTTP_TOO_BUSY, NULL));
    }
    return send_answer(r);
}

/* No query stands in the log: it may hold a citizen's number. */
static void log_line(const http_request *r, int64_t ns)
{
    char address[64], at[32];
    time_t now = time(NULL);
    struct tm parts;
    (void)http_address(r, address);
    strftime(at, sizeof at, "%Y-%m-%dT%H:%M:%S%z", localtime_r(&now, &parts));
    text shown = text_shown(r->memory, text_of(r->url), 200);
    fprintf(stderr, "%s %s %s %.*s %u %lld us user %lld\n", at, address, r->is_head ? "HEAD" : r->method, TEXT_ARG(shown), r->status,
            (long long)(ns / 1000), r->has_session ? (long long)r->session.user_id : 0LL);
}

static void completed(void *context, struct MHD_Connection *connection, void **state,
                      enum MHD_RequestTerminationCode why)
{
    (void)connection, (void)why;
    http_server *s = context;
    http_request *r = *state;
    if (!r) return;
    int64_t ns = os_monotonic_ns() - r->began_ns;
    http_metrics_add(s->metrics, r->op ? r->op->name : "other", r->status, ns);
    if (s->options.logs && r->status) log_line(r, ns);
    http_files_drop(s->files, &r->upload);
    pthread_mutex_lock(&s->lock);
    s->unsent -= r->is_queued;
    if (s->is_ending) pthread_cond_signal(&s->has_ended);
    pthread_mutex_unlock(&s->lock);
    arena_close(r->memory);
    *state = NULL;
}

/* ---- start and stop ---- */

static bool address_of(const http_options *o, struct sockaddr_storage *address)
{
    struct sockaddr_in *v4 = (void *)address;
    struct sockaddr_in6 *v6 = (void *)address;
    memset(address, 0, sizeof *address);
    if (inet_pton(AF_INET, o->host, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons(o->port);
        return true;
    }
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(o->port);
    return inet_pton(AF_INET6, o->host, &v6->sin6_addr) == 1;
}

/* The library by itself would speak TLS 1.0 to whoever asks for it. */
static const char TLS_SPOKEN[] = "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2";

static err listen_at(http_server *s, const char *certificate, const char *key)
{
    struct sockaddr_storage address;
    const http_options *o = &s->options;
    const char *place = text_format(s->memory, "%s:%u", o->host, o->port).bytes;
    if (!address_of(o, &address)) return err_of(&HTTP_CANNOT_LISTEN, place);
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC |
                     (address.ss_family == AF_INET6 ? MHD_USE_IPv6 : 0) | (certificate ? MHD_USE_TLS : 0);
    struct MHD_OptionItem tls[] = {
        { MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)certificate },
        { MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)key },
        { MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)TLS_SPOKEN },
        { MHD_OPTION_END, 0, NULL },
    };
    s->daemon = MHD_start_daemon(flags, 0, NULL, NULL, handle, s, MHD_OPTION_SOCK_ADDR, &address,
                                 MHD_OPTION_NOTIFY_COMPLETED, completed, s, MHD_OPTION_CONNECTION_TIMEOUT,
                                 (unsigned)HTTP_IDLE_S, MHD_OPTION_CONNECTION_LIMIT, (unsigned)HTTP_CONNECTIONS_MAX,
                                 MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)32768, MHD_OPTION_STRICT_FOR_CLIENT, 1,
                                 MHD_OPTION_ARRAY, certificate ? tls : &tls[ARRAY_COUNT(tls) - 1], MHD_OPTION_END);
    if (!s->daemon) return err_of(&HTTP_CANNOT_LISTEN, place);
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_BIND_PORT);
    s->port = info ? info->port : o->port;
    return ERR_NONE;
}

static err start_workers(http_server *s)
{
    uint32_t wanted = s->options.worker_count ? s->options.worker_count : 2 * (uint32_t)os_core_count();
    if (wanted < 2) wanted = 2;
    if (wanted > ARRAY_COUNT(s->workers)) wanted = ARRAY_COUNT(s->workers);
    s->guests_max = wanted < 8 ? 1 : wanted / 4;
    for (; s->worker_count < wanted; s->worker_count++)
        if (pthread_create(&s->workers[s->worker_count], NULL, work, s) != 0) break;
    s->has_keeper = s->worker_count && pthread_create(&s->keeper, NULL, keep_looks, s) == 0;
    return s->has_keeper ? ERR_NONE : err_of(&OS_FAILED, "threads");
}

err http_start(arena *process, const http_options *options, http_server **server)
{
    http_server *s = ARENA_NEW(process, http_server);
    text certificate = TEXT_NONE, key = TEXT_NONE;
    s->memory = process;
    s->options = *options;
    if (!s->options.idle_s) s->options.idle_s = 30 * 60;
    if (!s->options.longest_s) s->options.longest_s = 12 * 3600;
    if (options->certificate) {
        TRY(os_read_file(process, options->certificate, 1 << 20, &certificate));
        TRY(os_read_file(process, options->key, 1 << 20, &key));
    }
    TRY(http_mhd_load());
    TRY(http_files_open(process, options->uploads_max, &s->files));
    s->options.service.shelf = service_shelf_open(process);
    s->sessions = http_sessions_open(process, s->options.idle_s, s->options.longest_s);
    s->limits = http_limits_open(process);
    s->metrics = http_metrics_open(process);
    s->openapi = http_openapi(process, options->version);
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->has_work, NULL);
    pthread_cond_init(&s->has_ended, NULL);
    *server = s;
    err e = start_workers(s);
    if (!e.kind) e = listen_at(s, certificate.bytes, key.bytes);
    if (e.kind) http_stop(s);
    return e;
}

uint16_t http_port(const http_server *server)
{
    return server->port;
}

/* Whoever waits is told to come again: guests alone, or all. Under the lock. */
static void refuse_waiting(http_server *s, bool is_all)
{
    http_request *kept = NULL, *next;
    http_request **end = &kept;
    s->last = NULL;
    for (http_request *r = s->first; r; r = next) {
        next = r->next;
        r->next = NULL;
        if (!is_all && !is_guest(r)) {
            *end = s->last = r;
            end = &r->next;
            continue;
        }
        s->waiting--;
        s->guests_waiting -= is_guest(r);
        http_reply_error(r, err_of(&HTTP_ENDING, NULL));
        r->is_done = true;
        MHD_resume_connection(r->connection);
    }
    s->first = kept;
}

/* What is under way is ended, and what the office had sent is done; for the bound's length, after which nothing new is begun. */
static void end_work(http_server *s)
{
    struct timespec bound;
    clock_gettime(CLOCK_REALTIME, &bound);
    bound.tv_sec += HTTP_STOP_S;
    pthread_mutex_lock(&s->lock);
    s->is_ending = true;
    refuse_waiting(s, false);
    pthread_cond_broadcast(&s->has_work);
    while (s->first || s->working) {
        if (!s->first) pthread_cond_wait(&s->has_ended, &s->lock);
        else if (pthread_cond_timedwait(&s->has_ended, &s->lock, &bound) == ETIMEDOUT) refuse_waiting(s, true);
    }
    pthread_cond_broadcast(&s->has_work);
    /* An answer that was made is sent: the socket's thread sends on until the server is closed. */
    clock_gettime(CLOCK_REALTIME, &bound);
    bound.tv_sec += SEND_S;
    while (s->unsent)
        if (pthread_cond_timedwait(&s->has_ended, &s->lock, &bound) == ETIMEDOUT) break;
    pthread_mutex_unlock(&s->lock);
}

void http_stop(http_server *s)
{
    int listening = s->daemon ? MHD_quiesce_daemon(s->daemon) : -1;
    if (listening >= 0) close(listening);
    end_work(s);
    for (uint32_t i = 0; i < s->worker_count; i++) pthread_join(s->workers[i], NULL);
    pthread_mutex_lock(&s->lock);
    s->are_workers_over = true; /* what they noted last is still to be written */
    pthread_mutex_unlock(&s->lock);
    if (s->has_keeper) pthread_join(s->keeper, NULL);
    service_settle(&s->options.service);
    if (s->daemon) MHD_stop_daemon(s->daemon);
    service_shelf_close(s->options.service.shelf);
    http_metrics_close(s->metrics);
    http_limits_close(s->limits);
    http_sessions_close(s->sessions);
    http_files_close(s->files);
    pthread_cond_destroy(&s->has_work);
    pthread_cond_destroy(&s->has_ended);
    pthread_mutex_destroy(&s->lock);
}
