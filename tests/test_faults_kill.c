/* Billing, posting and a payment run in a process that is killed at a write call; then another goes
 * on. Nothing is lost, nothing is there twice, and the end is the same bytes. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "support/disturb.h"

enum { POINTS = 100, LONG_POINTS_MIN = 1000 };

/* Runs in a child that dies at the call; answers whether it was killed. */
static bool kill_at(disturbed *d, fault_plan plan, volatile int *acknowledged)
{
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        err e = disturb_run(d, plan, acknowledged);
        _exit(e.kind != NULL);
    }
    assert_true(child > 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

static int64_t kill_all_over(store_place *place, uint64_t seed, int64_t sample, volatile int *acknowledged)
{
    disturbed *d = disturb_open(place, seed);
    int64_t calls = disturb_calls(d, FAULT_KILL), points = disturb_points(d, calls, sample), killed = 0;
    for (int64_t i = 0; i < points; i++) {
        int64_t at = disturb_point(d, i, calls, sample);
        fault_plan plan = { .kind = FAULT_KILL, .at_call = at, .seed = (uint64_t)i };
        if (!kill_at(d, plan, acknowledged)) fail_msg("call %d of %d was not reached", (int)at, (int)calls);
        killed++;
        if (!disturb_comes_through(d, *acknowledged, i % 2))
            fail_msg("seed %d, killed at write call %d of %d: %s", (int)seed, (int)at, (int)calls, d->complaint);
    }
    print_message("            killed at %d of %d write calls, seed %d\n", (int)killed, (int)calls, (int)seed);
    return killed;
}

static void a_process_killed_at_any_write_call_is_gone_on_with(void **state)
{
    int *acknowledged = mmap(NULL, sizeof *acknowledged, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(acknowledged != MAP_FAILED);
    int64_t wanted = disturb_is_long() ? LONG_POINTS_MIN : disturb_sample(POINTS), killed = 0;
    for (uint64_t seed = 1; killed < wanted; seed++)
        killed += kill_all_over(*state, seed, wanted - killed, acknowledged);
    munmap(acknowledged, sizeof *acknowledged);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST_SQLITE(a_process_killed_at_any_write_call_is_gone_on_with),
    };
    if (access("/dev/shm", W_OK) == 0) setenv("TMPDIR", "/dev/shm", 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
