/* The same business on a disk that answers errors, writes half, or is full: the step says so, the
 * store is as before it or as after it, and the office goes on, with the same handles or new ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/checked.h"
#include "support/disturb.h"

enum { POINTS = 20 };

static void is_clear(err e, const char *step, int64_t at)
{
    static const err_kind *const CLEAR[] = { &STORE_IO, &STORE_FULL, &STORE_UNREACHABLE, &STORE_BUSY,
                                             &STORE_NOT_FOUND };
    for (size_t i = 0; i < ARRAY_COUNT(CLEAR); i++)
        if (e.kind == CLEAR[i] && e.detail) return;
    fail_msg("call %d, step %s: told as %s: %s", (int)at, step, e.kind->code, e.detail ? e.detail : "");
}

/* Goes on with the same handles after the one call that failed; the state must be between no two
 * steps. Answers whether the run came to its end. */
static bool goes_on(disturbed *d, business *b, int step, int64_t at)
{
    int done;
    business_state state;
    err e = business_done(b, &done);
    if (!e.kind) e = business_look(b, &state);
    if (e.kind) return false; /* the handle is no good any more; a new one must be */
    if (done != step && done != step + 1) fail_msg("call %d: %d steps done, %d are there", (int)at, step, done);
    const char *table = business_differs(b, &state, &d->after[done]);
    if (table) fail_msg("call %d: after %s failed, %s is between", (int)at, business_step_name(step), table);
    return !business_run(b, done, business_step_count()).kind;
}

/* Steps acknowledged; *is_end when the same handles came to the end after the fault. */
static int run_on(disturbed *d, fault_plan plan, bool *is_end)
{
    business *b;
    int step = 0, count = business_step_count();
    business_place where = { .url = d->place->url, .vfs = FAULT_VFS, .seed = d->seed };
    *is_end = false;
    fault_vfs_arm(plan);
    err e = business_open(&where, STORE_WRITE, &b);
    if (e.kind) is_clear(e, "opening", plan.at_call);
    while (!e.kind && step < count) {
        e = business_step(b, step);
        if (!e.kind) step++;
    }
    if (e.kind && b->books) is_clear(e, business_step_name(step), plan.at_call);
    if (e.kind && b->books && !plan.lasts && goes_on(d, b, step, plan.at_call)) {
        *is_end = true;
        step = count;
    }
    business_close(b);
    return step;
}

static void strike(store_place *place, fault_kind kind, const char *name)
{
    disturbed *d = disturb_open(place, 1);
    int64_t calls = disturb_calls(d, kind), sample = disturb_sample(POINTS), struck = 0, once = 0, ended = 0;
    int64_t points = disturb_points(d, calls, sample);
    bool is_all = points == calls;
    /* Each call both ways in a sample; in turn when all are struck, so that it ends in minutes. */
    for (int64_t run = 0; run < (is_all ? points : 2 * points); run++) {
        bool is_end, lasts = is_all ? run % 2 : run >= points;
        int64_t i = run % points, at = disturb_point(d, i, calls, sample);
        fault_plan plan = { .kind = kind, .at_call = at, .lasts = lasts };
        disturb_place(d);
        int step = run_on(d, plan, &is_end);
        struck += fault_vfs_has_struck();
        once += !lasts;
        ended += is_end;
        fault_vfs_arm((fault_plan){ .kind = FAULT_NONE });
        if (!disturb_comes_through(d, step, i / 2 % 2))
            fail_msg("%s at call %d of %d%s: %s", name, (int)at, (int)calls, lasts ? ", and after" : "", d->complaint);
    }
    print_message("            %s at %d of %d calls: %d once, of which %d went on with the same handles, %d for good\n",
                  name, (int)points, (int)calls, (int)once, (int)ended, (int)(struck - once));
    assert_true(struck == (is_all ? points : 2 * points) && ended > once / 2);
}

static void an_io_error_at_any_call_is_gone_on_from(void **state)
{
    strike(*state, FAULT_IO, "I/O error");
}

static void a_short_write_at_any_call_is_gone_on_from(void **state)
{
    strike(*state, FAULT_SHORT, "short write");
}

static void a_full_disk_at_any_call_is_gone_on_from(void **state)
{
    strike(*state, FAULT_FULL, "full disk");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST_SQLITE(an_io_error_at_any_call_is_gone_on_from),
        STORE_TEST_SQLITE(a_short_write_at_any_call_is_gone_on_from),
        STORE_TEST_SQLITE(a_full_disk_at_any_call_is_gone_on_from),
    };
    if (access("/dev/shm", W_OK) == 0) setenv("TMPDIR", "/dev/shm", 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
