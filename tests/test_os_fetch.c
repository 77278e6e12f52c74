/* Files over HTTP against a server that says what the test wants, whole or not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "os/os.h"

typedef struct {
    int listener;
    unsigned port;
    const char *says; /* bytes of the answer; NULL: closes without a word; "": says nothing for long */
    char heard[65536];
    size_t heard_bytes;
    pthread_t thread;
} teller;

/* Takes one connection, reads the head and what of the body is named, and says its piece. */
static void *tell(void *context)
{
    teller *t = context;
    int c = accept(t->listener, NULL, NULL);
    const char *end = NULL;
    while (t->heard_bytes < sizeof t->heard - 1) {
        ssize_t n = recv(c, t->heard + t->heard_bytes, sizeof t->heard - 1 - t->heard_bytes, 0);
        if (n <= 0) break;
        t->heard_bytes += (size_t)n;
        end = strstr(t->heard, "\r\n\r\n");
        if (!end) continue;
        const char *length = strstr(t->heard, "Content-Length: ");
        size_t body = length ? (size_t)strtoul(length + 16, NULL, 10) : 0;
        if (t->heard_bytes >= (size_t)(end + 4 - t->heard) + body) break;
    }
    if (t->says && t->says[0]) (void)!write(c, t->says, strlen(t->says));
    if (t->says && !t->says[0]) (void)recv(c, t->heard, 1, 0); /* until the other side gives up */
    close(c);
    return NULL;
}

static teller *open_teller(arena *a, const char *says)
{
    teller *t = ARENA_NEW(a, teller);
    struct sockaddr_in here = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t size = sizeof here;
    t->says = says;
    t->listener = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(t->listener, (void *)&here, sizeof here), 0);
    assert_int_equal(listen(t->listener, 4), 0);
    assert_int_equal(getsockname(t->listener, (void *)&here, &size), 0);
    t->port = ntohs(here.sin_port);
    assert_int_equal(pthread_create(&t->thread, NULL, tell, t), 0);
    return t;
}

static void close_teller(teller *t)
{
    pthread_join(t->thread, NULL);
    close(t->listener);
}

static void what_is_sent_and_fetched_is_whole_or_refused(void **state)
{
    (void)state;
    static const struct {
        const char *says;
        const err_kind *put, *get;
    } CASES[] = {
        { "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", NULL, NULL },
        { "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello", &OS_NO_REPLY, &OS_NO_REPLY },
        { "HTTP/1.1 404 Not Found\r\nContent-Length: 8\r\n\r\nnot here", &OS_REFUSED, &OS_REFUSED },
        { "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", &OS_REFUSED, &OS_REFUSED },
        { NULL, &OS_NO_REPLY, &OS_NO_REPLY },
        { "", &OS_NO_REPLY, &OS_NO_REPLY },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        for (int is_get = 0; is_get < 2; is_get++) {
            arena *a = arena_open();
            const char *folder;
            text whole;
            assert_null(os_temp_folder(a, &folder).kind);
            os_exchange x = { .path = text_format(a, "%s/file", folder).bytes, .silent_s = CASES[i].says && !CASES[i].says[0] ? 1 : 60 };
            assert_null(os_write_file(a, x.path, TEXT("the order")).kind);
            teller *t = open_teller(a, CASES[i].says);
            x.url = text_format(a, "http://127.0.0.1:%u/orders/one.csv", t->port).bytes;
            err e = is_get ? os_get_file(a, &x) : os_put_file(a, &x);
            close_teller(t);
            const err_kind *wanted = is_get ? CASES[i].get : CASES[i].put;
            if (e.kind != wanted) fail_msg("case %zu, %s: %s", i, is_get ? "get" : "put", e.kind ? e.kind->code : "done");
            if (!is_get) assert_non_null(strstr(t->heard, "\r\n\r\nthe order"));
            if (wanted == &OS_REFUSED) assert_non_null(strstr(e.detail, i == 2 ? "404, not here" : "302"));
            /* After a failure the file is as before. */
            assert_null(os_read_file(a, x.path, 100, &whole).kind);
            assert_true(text_equal(whole, is_get && !wanted ? TEXT("hello") : TEXT("the order")));
            assert_null(os_remove_tree(a, folder).kind);
            arena_close(a);
        }
}

static void what_could_not_be_reached_was_not_sent(void **state)
{
    (void)state;
    static const char *const URLS[] = { "http://127.0.0.1:1/x", "http://no.such.host.invalid/x", "file:///etc/passwd", "http://" };
    arena *a = arena_open();
    const char *folder;
    assert_null(os_temp_folder(a, &folder).kind);
    os_exchange x = { .path = text_format(a, "%s/file", folder).bytes };
    assert_ptr_equal(os_put_file(a, &x).kind, &OS_NOT_FOUND);
    assert_null(os_write_file(a, x.path, TEXT("the order")).kind);
    for (size_t i = 0; i < sizeof URLS / sizeof *URLS; i++) {
        x.url = URLS[i];
        assert_ptr_equal(os_put_file(a, &x).kind, &OS_UNREACHABLE);
        assert_ptr_equal(os_get_file(a, &x).kind, &OS_UNREACHABLE);
    }
    assert_int_equal(OS_NO_HTTP.class, ERR_NOT_FOUND); /* a machine without libcurl cannot be made here */
    assert_true(os_is_url("https://bank") && os_is_url("http://bank") && !os_is_url("httpx://") && !os_is_url("/http://"));
    assert_null(os_remove_tree(a, folder).kind);
    arena_close(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_sent_and_fetched_is_whole_or_refused),
        cmocka_unit_test(what_could_not_be_reached_was_not_sent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
