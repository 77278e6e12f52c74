/* doudi bank serve: the bank over HTTP, for one caller on this machine.
 *
 *   PUT  /orders/NAME.csv|xml     takes an instruction and answers what became of it
 *   GET  /answers                 names of answers, returns and statements, a line each
 *   GET  /answers/NAME            one of them
 *   POST /day?day=DATE            the bank's today; returns due are sent
 *   POST /statement?from=DATE     a statement until today (&format=csv|iso20022); answers its name
 *
 * With --fault lost-answer an order is taken and paid, and the connection broken off instead of an answer. One request at a time. */
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "calendar/calendar.h"
#include "counterparty/counterparty_internal.h"
#include "counterparty/mhd.h"
#include "os/os.h"

enum { BODY_BYTES_MAX = 256 << 20, CONNECTIONS_MAX = 64, TIMEOUT_S = 30, NAME_BYTES_MAX = 80 };

typedef struct {
    bank *settings; /* of the command; its day moves on */
} server;

/* A request under way: its body is written into the inbox as it comes. */
typedef struct {
    arena *memory;
    bool is_order, is_too_large;
    const char *path;
    os_writer *file;
    size_t bytes;
    err fault;
} request;

static enum MHD_Result reply(struct MHD_Connection *connection, unsigned status, text words)
{
    struct MHD_Response *response = MHD_create_response_from_buffer(words.size_bytes, (void *)words.bytes, MHD_RESPMEM_MUST_COPY);
    if (!response) return MHD_NO;
    MHD_add_response_header(response, "Content-Type", "text/plain; charset=utf-8");
    MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
    enum MHD_Result sent = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return sent;
}

static enum MHD_Result reply_error(struct MHD_Connection *connection, arena *a, err e, bool is_chinese)
{
    static const unsigned STATUS[ERR_CLASS_COUNT] = { [ERR_BAD_INPUT] = 400, [ERR_NOT_FOUND] = 404, [ERR_CONFLICT] = 409,
                                                      [ERR_FORBIDDEN] = 403, [ERR_BUSY] = 503,      [ERR_BUG] = 500 };
    return reply(connection, STATUS[e.kind->class], err_sentence(a, e, is_chinese));
}

/* A plain file name: no path of the machine is taken from a caller. */
static bool is_name(const char *name)
{
    size_t size = strlen(name);
    if (size == 0 || size > NAME_BYTES_MAX || name[0] == '.') return false;
    for (size_t i = 0; i < size; i++)
        if (!strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_", name[i])) return false;
    return true;
}

static bool is_order_name(const char *name)
{
    return is_name(name) && (text_ends(text_of(name), TEXT(".csv")) || text_ends(text_of(name), TEXT(".xml")));
}

/* ---- what is asked ---- */

static bank bank_of(const server *s, arena *memory, text_builder *said)
{
    bank b = *s->settings;
    b.memory = memory;
    b.said = said;
    return b;
}

static enum MHD_Result take_order(server *s, request *r, struct MHD_Connection *connection)
{
    text_builder said = text_builder_open(r->memory);
    bank b = bank_of(s, r->memory, &said);
    err e = r->fault;
    if (!e.kind) e = os_writer_commit(r->file);
    r->file = NULL;
    if (!e.kind) e = counterparty_take_inbox(&b);
    if (e.kind) {
        /* What cannot be read is not read again with the next order. */
        err gone = os_remove_tree(r->memory, r->path);
        return reply_error(connection, r->memory, gone.kind ? gone : e, b.is_chinese);
    }
    if (b.fault == BANK_LOST) return MHD_NO;
    return reply(connection, MHD_HTTP_OK, text_built(&said));
}

static enum MHD_Result list_answers(server *s, request *r, struct MHD_Connection *connection)
{
    os_entry *entries = NULL;
    size_t count = 0;
    text_builder b = text_builder_open(r->memory);
    if (os_is_folder(s->settings->outbox)) {
        err e = os_list_folder(r->memory, s->settings->outbox, &entries, &count);
        if (e.kind) return reply_error(connection, r->memory, e, s->settings->is_chinese);
    }
    for (size_t i = 0; i < count; i++)
        if (!entries[i].is_folder && is_name(entries[i].name)) text_add_format(&b, "%s\n", entries[i].name);
    return reply(connection, MHD_HTTP_OK, text_built(&b));
}

static enum MHD_Result give_answer(server *s, request *r, struct MHD_Connection *connection, const char *name)
{
    text whole;
    if (!is_name(name)) return reply(connection, MHD_HTTP_NOT_FOUND, TEXT("no such answer\n"));
    err e = os_read_file(r->memory, text_format(r->memory, "%s/%s", s->settings->outbox, name).bytes, BODY_BYTES_MAX, &whole);
    return e.kind ? reply_error(connection, r->memory, e, s->settings->is_chinese) : reply(connection, MHD_HTTP_OK, whole);
}

static bool day_asked(struct MHD_Connection *connection, const char *name, int32_t *day)
{
    const char *said = MHD_lookup_connection_value(connection, MHD_GET_ARGUMENT_KIND, name);
    return said && !calendar_parse_day(text_of(said), day).kind;
}

static enum MHD_Result move_day(server *s, request *r, struct MHD_Connection *connection)
{
    int32_t day;
    text_builder said = text_builder_open(r->memory);
    if (!day_asked(connection, "day", &day) || day < s->settings->day)
        return reply(connection, MHD_HTTP_BAD_REQUEST, TEXT("day=DATE, not before the bank's today\n"));
    s->settings->day = day;
    bank b = bank_of(s, r->memory, &said);
    err e = counterparty_take_inbox(&b);
    return e.kind ? reply_error(connection, r->memory, e, b.is_chinese) : reply(connection, MHD_HTTP_OK, text_built(&said));
}

static enum MHD_Result make_statement(server *s, request *r, struct MHD_Connection *connection)
{
    text_builder said = text_builder_open(r->memory);
    bank b = bank_of(s, r->memory, &said);
    bank_books books;
    const char *format = MHD_lookup_connection_value(connection, MHD_GET_ARGUMENT_KIND, "format");
    if (!day_asked(connection, "from", &b.from_day))
        return reply(connection, MHD_HTTP_BAD_REQUEST, TEXT("from=DATE\n"));
    if (format) b.format = strcmp(format, "iso20022") == 0 ? BANK_ISO : BANK_CSV;
    err e = counterparty_books_open(&b, &books);
    if (!e.kind) e = counterparty_statement(&b, &books);
    if (e.kind) return reply_error(connection, r->memory, e, b.is_chinese);
    return reply(connection, MHD_HTTP_OK,
                 text_format(r->memory, "DZ-%d-%d.%s\n", b.from_day, b.day, b.format == BANK_ISO ? "xml" : "csv"));
}

/* ---- requests ---- */

static request *begin(server *s, const char *url, const char *method)
{
    arena *memory = arena_open();
    request *r = ARENA_NEW(memory, request);
    r->memory = memory;
    r->is_order = strcmp(method, "PUT") == 0 && strncmp(url, "/orders/", 8) == 0 && is_order_name(url + 8);
    if (!r->is_order) return r;
    r->path = text_format(memory, "%s/%s", s->settings->inbox, url + 8).bytes;
    r->fault = os_writer_open(memory, r->path, &r->file);
    if (r->fault.kind) r->file = NULL;
    return r;
}

static void add_body(request *r, const char *bytes, size_t size)
{
    r->bytes += size;
    if (r->bytes > BODY_BYTES_MAX) r->is_too_large = true;
    if (r->file && !r->fault.kind && !r->is_too_large) r->fault = os_writer_add(r->file, (text){ bytes, size });
}

static enum MHD_Result handle(void *context, struct MHD_Connection *connection, const char *url, const char *method,
                              const char *version, const char *body, size_t *body_bytes, void **state)
{
    server *s = context;
    request *r = *state;
    (void)version;
    if (!r) {
        *state = begin(s, url, method);
        return MHD_YES;
    }
    if (*body_bytes) {
        add_body(r, body, *body_bytes);
        *body_bytes = 0;
        return MHD_YES;
    }
    if (r->is_too_large) return reply(connection, MHD_HTTP_CONTENT_TOO_LARGE, TEXT("too large\n"));
    if (r->is_order) return take_order(s, r, connection);
    bool is_get = strcmp(method, "GET") == 0, is_post = strcmp(method, "POST") == 0;
    if (is_get && strcmp(url, "/answers") == 0) return list_answers(s, r, connection);
    if (is_get && strncmp(url, "/answers/", 9) == 0) return give_answer(s, r, connection, url + 9);
    if (is_post && strcmp(url, "/day") == 0) return move_day(s, r, connection);
    if (is_post && strcmp(url, "/statement") == 0) return make_statement(s, r, connection);
    return reply(connection, MHD_HTTP_NOT_FOUND, TEXT("no such place; see doudi bank help\n"));
}

static void end(void *context, struct MHD_Connection *connection, void **state, enum MHD_RequestTerminationCode how)
{
    request *r = *state;
    (void)context, (void)connection, (void)how;
    if (!r) return;
    if (r->file) os_writer_cancel(r->file); /* an order that broke off */
    arena_close(r->memory);
    *state = NULL;
}

/* ---- the command ---- */

static err start(server *s, struct MHD_Daemon **daemon)
{
    bank *b = s->settings;
    struct sockaddr_in here = { .sin_family = AF_INET, .sin_port = htons((uint16_t)b->port) };
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    *daemon = MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD, (uint16_t)b->port, NULL, NULL, handle, s, MHD_OPTION_SOCK_ADDR, &here,
                               MHD_OPTION_NOTIFY_COMPLETED, end, NULL, MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX,
                               MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)TIMEOUT_S, MHD_OPTION_END);
    return *daemon ? ERR_NONE : err_of(&COUNTERPARTY_CANNOT_LISTEN, text_format(b->memory, "127.0.0.1:%lld", (long long)b->port).bytes);
}

static err make_folders(bank *b)
{
    bank_books books;
    if (!b->books) return err_of(&COUNTERPARTY_VALUE, "--books");
    if (b->port > UINT16_MAX) return err_of(&COUNTERPARTY_VALUE, "--port");
    TRY(counterparty_books_open(b, &books));
    TRY(counterparty_books_save(b, &books));
    if (!b->inbox) b->inbox = text_format(b->memory, "%s/inbox", b->books).bytes;
    if (!b->outbox) b->outbox = text_format(b->memory, "%s/outbox", b->books).bytes;
    TRY(os_make_folder(b->memory, b->inbox));
    return os_make_folder(b->memory, b->outbox);
}

/* Until SIGTERM or SIGINT: requests under way are ended first. */
err counterparty_serve(bank *b)
{
    server s = { .settings = b };
    struct MHD_Daemon *daemon;
    sigset_t stops;
    int caught;
    TRY(make_folders(b));
    TRY(counterparty_mhd_load());
    sigemptyset(&stops);
    sigaddset(&stops, SIGTERM);
    sigaddset(&stops, SIGINT);
    pthread_sigmask(SIG_BLOCK, &stops, NULL); /* also of the threads that are to come */
    TRY(start(&s, &daemon));
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT);
    printf(b->is_chinese ? "模拟银行已在 http://127.0.0.1:%u 开门\n" : "the bank is open at http://127.0.0.1:%u\n",
           info ? info->port : (unsigned)b->port);
    fflush(stdout);
    sigwait(&stops, &caught);
    MHD_stop_daemon(daemon);
    counterparty_say(b, "closed", "已停止");
    return ERR_NONE;
}
