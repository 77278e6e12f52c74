/* The business that the fault tests disturb, undisturbed: it holds, step for step and again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/checked.h"
#include "support/business.h"
#include "support/office.h"

#define ok office_ok

static business *open_at(store_place *place, uint64_t seed, store_mode mode)
{
    business *b;
    ok(business_open(&(business_place){ .url = place->url, .seed = seed }, mode, &b));
    return b;
}

static void holds(business *b)
{
    text says;
    ok(business_verify(b, &says));
    if (says.size_bytes) fail_msg("%.*s", TEXT_ARG(says));
}

static void same(business *b, const business_state *one, const business_state *other, int step)
{
    const char *table = business_differs(b, one, other);
    if (table) fail_msg("after %s: %s is another", business_step_name(step), table);
}

static void every_step_is_known_by_the_tables_and_changes_nothing_again(void **state)
{
    business *b = open_at(*state, 1, STORE_CREATE);
    business_state before, after;
    for (int step = 0; step < business_step_count(); step++) {
        int done;
        ok(business_done(b, &done));
        assert_int_equal(done, step);
        err e = business_step(b, step);
        if (e.kind) fail_msg("%s: %s: %s", business_step_name(step), e.kind->code, e.detail ? e.detail : "");
        ok(business_look(b, &before));
        ok(business_step(b, step));
        ok(business_look(b, &after));
        same(b, &before, &after, step);
    }
    holds(b);
    for (int step = 0; step < business_step_count(); step++) {
        ok(business_step(b, step));
        ok(business_look(b, &after));
        same(b, &before, &after, step);
    }
    holds(b);
    business_close(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST_EACH(every_step_is_known_by_the_tables_and_changes_nothing_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
