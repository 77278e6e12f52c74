/* From which account a fund pays: told at the founding, or set by three signatures that fit; no other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/checked.h"
#include "service/payer.h"
#include "support/office.h"

static store_place *place;
static err (*deed)(county *c);
static county_need need;
static text said, name; /* a setting, and its value */

static err open_and_do(service_call *call)
{
    county *c;
    TRY(county_open(call, need, &c));
    return deed(c);
}

static const service_field INPUT[] = { SERVICE_COUNTY_FIELD, SERVICE_AS_FIELD, SERVICE_PACKS_FIELD };
static const service_op OP = { .name = "test.payer", .input = INPUT, .input_count = ARRAY_COUNT(INPUT),
                               .run = open_and_do };

static err act(county_need wanted, err (*what)(county *c))
{
    arena *request = arena_open(), *process = arena_open();
    service_settings settings = { .county = place->url, .packs = "packs",
                                  .key_file = store_place_file(place, "master.key") };
    service *s = service_open(process, &settings);
    service_call *call = service_call_open(s, request, &OP, false);
    need = wanted;
    deed = what;
    err e = service_run(call);
    if (e.detail) e.detail = arena_copy(place->scratch, e.detail, strlen(e.detail) + 1);
    service_close(s);
    arena_close(request);
    arena_close(process);
    return e;
}

static err say(county *c)
{
    charter *room;
    charter_act how = { .known_ms = c->now_ms, .why = TEXT("test") };
    TRY(county_charter(c, &room));
    TRY(store_begin(c->db));
    TRY(charter_say(room, &how, name, said));
    return store_commit(c->db);
}

static void say_setting(county_need wanted, const char *setting, const char *value)
{
    name = text_of(setting);
    said = text_of(value);
    office_ok(act(wanted, say));
}

static err ask(county *c)
{
    text account;
    TRY(payer_account_of(c, TEXT("企业养老"), TEXT_NONE, &account));
    assert_true(text_equal_cstr(account, "6200001"));
    return payer_account_of(c, TEXT("employee_pension"), TEXT("6200 002"), &account);
}

static err ask_own(county *c)
{
    text account;
    return payer_account_of(c, TEXT("employee_pension"), TEXT("6200-001"), &account);
}

static err read_bad(county *c)
{
    text account;
    return payer_account_read(c->memory, TEXT("1234x"), &account);
}

static err check_all(county *c)
{
    const char *bad;
    TRY(payer_verify_all(c, &bad));
    assert_string_equal(bad, "employee_pension");
    return ERR_NONE;
}

static void an_account_is_what_was_set_and_no_other(void **state)
{
    place = *state;
    say_setting(COUNTY_NEW, "office.name", "示例县社保中心");
    office_refused(act(COUNTY_READ, ask), &PAYER_NOT_SET);
    say_setting(COUNTY_WRITE, "bank.payer", "6200001");
    office_refused(act(COUNTY_READ, ask), &PAYER_OTHER);
    office_ok(act(COUNTY_READ, ask_own));
    office_refused(act(COUNTY_READ, read_bad), &PAYER_BAD_ACCOUNT);
}

/* As who has the database and the key may write it, but not the keys of three people. */
static void signatures_that_do_not_fit_set_nothing(void **state)
{
    place = *state;
    say_setting(COUNTY_NEW, "bank.payer", "6200001");
    say_setting(COUNTY_WRITE, "bank.payer.employee_pension",
                "{\"account\":\"9558800001\",\"fund\":\"employee_pension\",\"marks\":[{\"duty\":\"account.enter\","
                "\"key\":\"04\",\"known_ms\":1,\"signature\":\"00\",\"user\":1}]}");
    office_refused(act(COUNTY_READ, ask_own), &PAYER_BROKEN);
    office_ok(act(COUNTY_READ, check_all));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST_EACH(an_account_is_what_was_set_and_no_other),
        STORE_TEST_EACH(signatures_that_do_not_fit_set_nothing),
    };
    return cmocka_run_group_tests_name("service_payer", tests, NULL, NULL);
}
