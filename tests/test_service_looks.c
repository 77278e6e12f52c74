/* Which reads are noted, and that none is answered which could not be. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "service/looks.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_of_people_are_noted_and_others_are_not),
        cmocka_unit_test(while_too_many_wait_nothing_is_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
