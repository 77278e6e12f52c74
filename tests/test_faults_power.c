/* The same business on a machine that loses power at a write call: what was not synced is dropped,
 * reordered or torn. What was acknowledged is there, and the rest is gone on with. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "support/disturb.h"

enum { POINTS = 100, LONG_POINTS_MIN = 1000, SPOILT_POINTS = 25 };

typedef struct {
    int64_t points, calls, lost;
    char last[300];
} losses;

static losses lose_power(disturbed *d, const char *pragma, int64_t sample, uint64_t lot)
{
    d->pragma = pragma;
    losses all = { .calls = disturb_calls(d, FAULT_POWER) };
    all.points = disturb_points(d, all.calls, sample);
    for (int64_t i = 0; i < all.points; i++) {
        int acknowledged;
        int64_t at = disturb_point(d, i, all.calls, sample);
        fault_plan plan = { .kind = FAULT_POWER, .at_call = at, .seed = lot * 1000000 + (uint64_t)i };
        err e = disturb_run(d, plan, &acknowledged);
        if (!e.kind && !fault_vfs_has_struck()) fail_msg("call %d was not reached", (int)at);
        fault_vfs_power_on();
        if (disturb_comes_through(d, acknowledged, i % 2)) continue;
        all.lost++;
        memcpy(all.last, d->complaint, sizeof all.last);
        if (!pragma)
            fail_msg("seed %d, power lost at write call %d of %d: %s", (int)d->seed, (int)at, (int)all.calls,
                     d->complaint);
    }
    print_message("            %s: power lost at %d of %d write calls, seed %d: %d did not come through%s%s\n",
                  pragma ? pragma : "as it is", (int)all.points, (int)all.calls, (int)d->seed, (int)all.lost,
                  all.lost ? ": " : "", all.last);
    return all;
}

static void power_lost_at_any_write_call_is_gone_on_with(void **state)
{
    int64_t wanted = disturb_is_long() ? LONG_POINTS_MIN : disturb_sample(POINTS), struck = 0;
    for (uint64_t seed = 1; struck < wanted; seed++)
        struck += lose_power(disturb_open(*state, seed), NULL, wanted - struck, seed).points;
}

/* The test above is worth what it finds: on a store that does not wait for the disk it must fail. */
static void without_synchronous_the_loss_is_seen(void **state)
{
    disturbed *d = disturb_open(*state, 1);
    losses off = lose_power(d, "PRAGMA synchronous=OFF", disturb_sample(SPOILT_POINTS), 1);
    assert_true(off.lost > off.points / 2);
    losses normal = lose_power(d, "PRAGMA synchronous=NORMAL", disturb_sample(SPOILT_POINTS), 2);
    assert_true(normal.lost > normal.points / 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST_SQLITE(power_lost_at_any_write_call_is_gone_on_with),
        STORE_TEST_SQLITE(without_synchronous_the_loss_is_seen),
    };
    if (access("/dev/shm", W_OK) == 0) setenv("TMPDIR", "/dev/shm", 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
