/* The same business on a PostgreSQL whose postmaster is killed: at a step's end before its commit,
 * and at any instant. The states are those of the undisturbed run on SQLite, cell for cell. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/checked.h"
#include "support/disturb.h"
#include "support/office.h"
#include "support/postgres_server.h"

enum { INSTANTS = 2, LONG_INSTANTS = 20 };

typedef struct {
    disturbed *d;
    store_place place; /* of the disturbed runs */
    const postgres_server *server;
    int kill_at_step;  /* -1: none */
} stricken;

static const postgres_server *own_server(void)
{
    static const postgres_server *server; /* of this process; its memory is never given back */
    if (!server) server = postgres_server_own(arena_open());
    return server;
}

static stricken *strike_open(store_place *file)
{
    stricken *s = ARENA_NEW(file->scratch, stricken);
    *s = (stricken){ .d = disturb_open(file, 1), .place = *file, .server = own_server() };
    assert_non_null(s->server);
    s->place.driver = STORE_POSTGRES;
    s->d->place = &s->place;
    return s;
}

static void kill_before_commit(void *context, int step)
{
    stricken *s = context;
    if (step == s->kill_at_step) assert_true(postgres_server_kill(s->server));
}

/* On a schema of its own; how many steps were acknowledged, and how the run ended. */
static err run(stricken *s, int kill_at_step, int *acknowledged)
{
    business *b;
    s->kill_at_step = kill_at_step;
    business_place at = { .url = s->place.url, .seed = s->d->seed, .before_commit = kill_before_commit, .context = s };
    *acknowledged = 0;
    err e = business_open(&at, STORE_WRITE, &b);
    for (int step = 0; !e.kind && step < business_step_count(); step++) {
        e = business_step(b, step);
        if (!e.kind) *acknowledged = step + 1;
    }
    business_close(b);
    return e;
}

static void new_schema(stricken *s)
{
    business *b;
    s->place.url = postgres_server_schema(s->server, s->place.scratch);
    assert_non_null(s->place.url);
    office_ok(business_open(&(business_place){ .url = s->place.url, .seed = s->d->seed }, STORE_CREATE, &b));
    business_close(b);
}

static void restart_and_go_on(stricken *s, int acknowledged, const char *when)
{
    assert_true(postgres_server_start(s->server));
    if (!disturb_comes_through(s->d, acknowledged, true)) fail_msg("killed %s: %s", when, s->d->complaint);
}

static void a_server_killed_in_any_step_is_gone_on_with(void **state)
{
    stricken *s = strike_open(*state);
    int stride = disturb_is_long() ? 1 : 11, killed = 0;
    for (int step = 4; step < business_step_count(); step += stride, killed++) {
        int acknowledged;
        new_schema(s);
        err e = run(s, step, &acknowledged);
        if (e.kind != &STORE_UNREACHABLE) fail_msg("%s", e.kind ? e.kind->code : "went well");
        assert_int_equal(acknowledged, step);
        restart_and_go_on(s, acknowledged, business_step_name(step));
    }
    print_message("            killed in %d of %d steps\n", killed, business_step_count());
}

static int64_t now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000;
}

static void a_server_killed_at_any_instant_is_gone_on_with(void **state)
{
    stricken *s = strike_open(*state);
    int acknowledged, count = disturb_is_long() ? LONG_INSTANTS : INSTANTS;
    new_schema(s);
    int64_t began = now_us();
    office_ok(run(s, -1, &acknowledged));
    int64_t whole_us = now_us() - began;
    if (!disturb_comes_through(s->d, acknowledged, false)) fail_msg("undisturbed: %s", s->d->complaint);
    for (int i = 0; i < count; i++) {
        new_schema(s);
        pid_t child = fork();
        if (child == 0) {
            usleep((useconds_t)(whole_us * (2 * i + 1) / (2 * count)));
            _exit(postgres_server_kill(s->server) ? 0 : 1);
        }
        err e = run(s, -1, &acknowledged);
        int status = 1;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_int_equal(status, 0);
        if (e.kind && e.kind != &STORE_UNREACHABLE) fail_msg("told as %s", e.kind->code);
        restart_and_go_on(s, acknowledged, "at an instant");
        print_message("            killed after %d of %d steps\n", acknowledged, business_step_count());
    }
}

#define HELD_AGAINST_SQLITE(test) { #test " [postgresql]", test, store_place_sqlite, store_place_leave, NULL }

int main(void)
{
    const struct CMUnitTest tests[] = {
        HELD_AGAINST_SQLITE(a_server_killed_in_any_step_is_gone_on_with),
        HELD_AGAINST_SQLITE(a_server_killed_at_any_instant_is_gone_on_with),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
