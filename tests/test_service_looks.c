/* Which reads are noted, and that none is answered which could not be. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "service/looks.h"
#include "service/service_internal.h"

static bool is_noted(const char *name)
{
    const service_op *op = service_find(text_of(name));
    assert_non_null(op);
    return looks_are_of(op);
}

static void reads_of_people_are_noted_and_others_are_not(void **state)
{
    (void)state;
    static const char *const OF_PEOPLE[] = { "person.show", "person.find", "person.history", "person.contributions", "person.payments", "ledger.person",
                                             "employer.show", "employer.staff", "award.list", "award.show", "payrun.lines", "case.show", "case.file",
                                             "county.export", "alert.show", "account.list", "audit.looks", "person.looks" };
    static const char *const OTHERS[] = { "county.status", "ledger.accounts", "policy.calc", "user.whoami", "view.list", "packs.status", "case.types", "person.merge" };
    for (size_t i = 0; i < sizeof OF_PEOPLE / sizeof *OF_PEOPLE; i++)
        if (!is_noted(OF_PEOPLE[i])) fail_msg("%s leaves nothing", OF_PEOPLE[i]);
    for (size_t i = 0; i < sizeof OTHERS / sizeof *OTHERS; i++)
        if (is_noted(OTHERS[i])) fail_msg("%s is noted", OTHERS[i]);
}

static void while_too_many_wait_nothing_is_read(void **state)
{
    (void)state;
    arena *process = arena_open(), *request = arena_open();
    service_settings settings = { .packs = "", .county = "/nowhere/county.db", .thread_count = 1, .shelf = service_shelf_open(process) };
    service *office = service_open(process, &settings);
    service_session session = { .user_id = 1 };
    trail_look look = { .known_ms = 1, .actor_id = 1, .operation = TEXT("person.show") };
    for (int i = 0; i < SERVICE_LOOKS_MAX; i++) service_shelf_look(settings.shelf, &look);
    service_call *call = service_call_open(office, request, service_find(TEXT("person.show")), false);
    call->session = &session;
    assert_null(service_give(call, TEXT("who"), TEXT("700")).kind);
    assert_ptr_equal(service_run(call).kind, &LOOKS_FULL);
    assert_true(service_has_looks(office));
    /* there is no store to write them to: they go on waiting */
    service_keep_looks(office);
    assert_true(service_shelf_is_full(settings.shelf));
    service_shelf_looks_kept(settings.shelf, 1);
    assert_false(service_shelf_is_full(settings.shelf));
    assert_ptr_not_equal(service_run(call).kind, &LOOKS_FULL);
    service_close(office);
    service_shelf_close(settings.shelf);
    arena_close(request);
    arena_close(process);
}

/* Whom a look showed goes with it, in whatever portions it is written. */
static void whom_lists_showed_waits_with_them(void **state)
{
    (void)state;
    enum { EACH = 300, LOOKS = 40 };
    arena *process = arena_open();
    service_shelf *shelf = service_shelf_open(process);
    static int64_t shown[EACH], taken[SERVICE_SHOWN_AT_ONCE + LOOKS_SHOWN_MAX];
    trail_look into[LOOKS];
    for (int i = 0; i < LOOKS; i++) {
        trail_look look = { .known_ms = i, .operation = TEXT("person.find"), .shown = shown, .shown_count = i % 3 ? EACH : 0 };
        for (int k = 0; k < EACH; k++) shown[k] = i * 1000 + k;
        service_shelf_look(shelf, &look);
    }
    memset(shown, 0, sizeof shown);
    int seen = 0, turns = 0;
    for (size_t count; (count = service_shelf_looks(shelf, into, LOOKS, taken)) > 0; turns++) {
        for (size_t i = 0; i < count; i++, seen++) {
            assert_int_equal(into[i].known_ms, seen);
            assert_int_equal(into[i].shown_count, seen % 3 ? EACH : 0);
            for (size_t k = 0; k < into[i].shown_count; k++) assert_int_equal(into[i].shown[k], seen * 1000 + (int)k);
        }
        service_shelf_looks_kept(shelf, count);
    }
    assert_int_equal(seen, LOOKS);
    assert_int_equal(turns, 2);
    service_shelf_close(shelf);
    arena_close(process);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_of_people_are_noted_and_others_are_not),
        cmocka_unit_test(while_too_many_wait_nothing_is_read),
        cmocka_unit_test(whom_lists_showed_waits_with_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
