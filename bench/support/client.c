#include "support/client.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "os/os.h"

enum { EVENTS = 256, WAIT_S = 60 };

typedef struct connection {
    int socket;
    bool is_busy;
    arena *memory; /* of the call at hand */
    client_call call;
    char *heard;
    size_t heard_bytes, heard_room, wanted; /* of the whole answer; 0: its head is not whole yet */
    struct connection *next;                /* among the idle */
} connection;

struct client {
    arena *memory;
    uint16_t port;
    int events;
    size_t count, busy;
    connection *all, *idle;
};

static int connect_to(uint16_t port)
{
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
    if (s < 0) return -1;
    if (connect(s, (void *)&to, sizeof to) != 0) {
        close(s);
        return -1;
    }
    setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return s;
}

static bool watch(client *c, connection *k)
{
    k->socket = connect_to(c->port);
    struct epoll_event event = { .events = EPOLLIN | EPOLLRDHUP, .data.ptr = k };
    return k->socket >= 0 && epoll_ctl(c->events, EPOLL_CTL_ADD, k->socket, &event) == 0;
}

static void put_idle(client *c, connection *k)
{
    k->is_busy = false;
    k->next = c->idle;
    c->idle = k;
}

client *client_open(arena *a, uint16_t port, size_t connections, size_t *opened)
{
    client *c = ARENA_NEW(a, client);
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < files.rlim_max) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
    *c = (client){ .memory = a, .port = port, .events = epoll_create1(EPOLL_CLOEXEC),
                   .all = ARENA_ARRAY(a, connection, connections) };
    for (; c->count < connections; c->count++) {
        connection *k = &c->all[c->count];
        if (!watch(c, k)) break;
        k->memory = arena_open();
        put_idle(c, k);
    }
    *opened = c->count;
    if (c->count == connections) return c;
    client_close(c);
    return NULL;
}

void client_close(client *c)
{
    for (size_t i = 0; i < c->count; i++) {
        close(c->all[i].socket);
        free(c->all[i].heard);
        arena_close(c->all[i].memory);
    }
    close(c->events);
}

/* ---- one call ---- */

static void send_call(client *c, connection *k)
{
    client_call *call = &k->call;
    text_builder b = text_builder_open(k->memory);
    text_add_format(&b, "%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\n", call->method, call->path);
    if (call->token) text_add_format(&b, "Authorization: Bearer %s\r\n", call->token);
    if (call->body.size_bytes)
        text_add_format(&b, "Content-Type: application/json\r\nContent-Length: %zu\r\n", call->body.size_bytes);
    text_add_cstr(&b, "\r\n");
    text_add(&b, call->body);
    k->heard_bytes = k->wanted = 0;
    k->is_busy = true;
    c->busy++;
    for (size_t at = 0; at < b.size_bytes;) {
        ssize_t n = send(k->socket, b.bytes + at, b.size_bytes - at, MSG_NOSIGNAL);
        if (n <= 0) break; /* the answer will be missing, which is told */
        at += (size_t)n;
    }
}

/* How long the whole answer is, once its head is there. */
static void read_head(connection *k)
{
    char *end = memmem(k->heard, k->heard_bytes, "\r\n\r\n", 4);
    if (!end) return;
    size_t head = (size_t)(end - k->heard) + 4, body = 0;
    for (char *line = k->heard; line < end; line = (char *)memmem(line, (size_t)(end + 2 - line), "\r\n", 2) + 2)
        if (strncasecmp(line, "Content-Length:", 15) == 0) body = strtoul(line + 15, NULL, 10);
    k->wanted = head + body;
    k->call.status = (unsigned)strtoul(k->heard + 9, NULL, 10);
    k->call.said = (text){ k->heard + head, body };
}

/* True when the answer is whole, or none will come. */
static bool hear(client *c, connection *k)
{
    if (k->heard_room - k->heard_bytes < 65536) {
        k->heard_room = 2 * k->heard_room + 131072;
        k->heard = realloc(k->heard, k->heard_room);
        if (!k->heard) abort();
    }
    ssize_t n = recv(k->socket, k->heard + k->heard_bytes, k->heard_room - k->heard_bytes - 1, MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return false;
    if (n <= 0) { /* broken off, or closed while nothing was asked: another one */
        close(k->socket);
        k->call.status = 0;
        k->call.said = TEXT_NONE;
        if (!watch(c, k)) abort();
        return k->is_busy;
    }
    k->heard_bytes += (size_t)n;
    k->heard[k->heard_bytes] = 0;
    if (!k->wanted) read_head(k);
    if (k->wanted && k->call.said.bytes) k->call.said.bytes = k->heard + (k->wanted - k->call.said.size_bytes);
    return k->wanted && k->heard_bytes >= k->wanted;
}

/* Waits at most until `until_ns`; of each that is answered `done` is told. */
static void turn(client *c, int64_t until_ns, void (*done)(void *context, const client_call *call), void *context)
{
    struct epoll_event events[EVENTS];
    int64_t left = until_ns - os_monotonic_ns();
    if (left < 0) left = 0;
    struct timespec wait = { left / 1000000000, left % 1000000000 };
    int count = epoll_pwait2(c->events, events, EVENTS, &wait, NULL);
    for (int i = 0; i < count; i++) {
        connection *k = events[i].data.ptr;
        if (!hear(c, k) || !k->is_busy) continue;
        k->call.answered_ns = os_monotonic_ns();
        c->busy--;
        if (done) done(context, &k->call);
        put_idle(c, k);
    }
}

static connection *take_idle(client *c)
{
    connection *k = c->idle;
    if (k) c->idle = k->next;
    return k;
}

void client_do(client *c, client_call *call)
{
    connection *k = take_idle(c);
    arena_reset(k->memory);
    k->call = *call;
    k->call.due_ns = os_monotonic_ns();
    send_call(c, k);
    while (c->busy) turn(c, os_monotonic_ns() + 1000000000, NULL, NULL);
    *call = k->call;
}

static void count_good(void *context, const client_call *call)
{
    *(size_t *)context += call->status == 200;
}

size_t client_do_on_all(client *c, const char *path)
{
    size_t good = 0;
    for (connection *k; (k = take_idle(c));) {
        arena_reset(k->memory);
        k->call = (client_call){ .method = "GET", .path = path, .due_ns = os_monotonic_ns() };
        send_call(c, k);
    }
    int64_t until = os_monotonic_ns() + (int64_t)WAIT_S * 1000000000;
    while (c->busy && os_monotonic_ns() < until) turn(c, until, count_good, &good);
    return good;
}

void client_load(client *c, const client_plan *plan)
{
    int64_t begun = os_monotonic_ns();
    uint64_t number = 0, count = (uint64_t)(plan->rate * plan->seconds);
    while (number < count || c->busy) {
        int64_t due = begun + (int64_t)((double)number * 1e9 / plan->rate), now = os_monotonic_ns();
        connection *k = number < count && due <= now ? take_idle(c) : NULL;
        if (k) {
            arena_reset(k->memory);
            k->call = (client_call){ .number = number++, .due_ns = due, .method = "GET" };
            plan->make(plan->context, k->memory, &k->call);
            send_call(c, k);
            continue;
        }
        turn(c, number < count && due > now ? due : now + 100000000, plan->done, plan->context);
    }
}
