/* Who acts: an operation that asks for its actor, their password and their duty. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/checked.h"
#include "service/county.h"
#include "support/crew.h"

static const char *code_of(err e)
{
    return e.kind ? e.kind->code : "no error";
}

static const service_field INPUT[] = { SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD };

/* Checks a run that user 4, clara, has made. */
static err check_a_run(service_call *call)
{
    county *c;
    staff *people;
    TRY(county_open(call, COUNTY_WRITE, &c));
    TRY(county_staff(c, &people));
    if (!staff_duties(people)) return county_login(c, NULL);
    duty_mark done[] = { { duty_find(staff_duties(people), TEXT("payrun.make")), 4 } };
    TRY(county_login(c, NULL));
    TRY(county_step(c, TEXT("payrun.review"), done, 1));
    done[0].actor_id = c->actor_id;
    err again = county_step(c, TEXT("payrun.review"), done, 1);
    assert_ptr_equal(again.kind, &DUTY_SAME_PERSON);
    assert_int_equal(c->actor_id, staff_session_user(c->session));
    return ERR_NONE;
}

static const service_op OP = { .name = "payrun.check", .permission = "payrun.check", .input = INPUT,
                               .input_count = 2, .run = check_a_run };

typedef struct {
    text password;
    int asked;
} person;

static err answer(void *context, arena *a, const char *prompt, bool is_new, text *secret)
{
    person *p = context;
    assert_non_null(strstr(prompt, "Password of "));
    assert_false(is_new);
    p->asked++;
    *secret = text_copy(a, p->password);
    return ERR_NONE;
}

/* The code of what comes of it; each login asks at most once. */
static const char *call_as(store_place *place, const char *login, text password, bool has_person)
{
    arena *process = arena_open(), *request = arena_open();
    person p = { .password = password };
    service_settings settings = { .county = place->url, .ask_secret = has_person ? answer : NULL,
                                  .secret_context = &p };
    service *s = service_open(process, &settings);
    service_call *call = service_call_open(s, request, &OP, false);
    if (login) assert_null(service_give(call, TEXT("as"), text_of(login)).kind);
    const char *code = code_of(service_run(call));
    assert_true(p.asked <= 1);
    service_close(s);
    arena_close(request);
    arena_close(process);
    return code;
}

static void an_operation_asks_for_its_actor(void **state)
{
    store_place *place = *state;
    crew office = crew_founded(place);
    crew_leave(&office);
    static const struct {
        const char *login;
        const char *password_of;
        bool has_person;
        const char *code;
    } CASES[] = {
        { "rex", "rex", true, "no error" },
        { NULL, "rex", true, "county.no_actor" },
        { "rex", "rex", false, "county.nobody_to_ask" },
        { "rex", "hana", true, "staff.wrong_login" },
        { "nobody", "rex", true, "staff.wrong_login" },
        { "clara", "clara", true, "duty.not_held" },
        { "rita", "rita", true, "duty.not_held" },
    };
    for (size_t i = 0; i < ARRAY_COUNT(CASES); i++) {
        text password = crew_password(place->scratch, CASES[i].password_of);
        assert_string_equal(call_as(place, CASES[i].login, password, CASES[i].has_person),
                            CASES[i].code);
    }
}

static void a_one_time_password_does_no_duty(void **state)
{
    store_place *place = *state;
    crew office = crew_new(place);
    crew_leave(&office);
    assert_string_equal(call_as(place, "rex", crew_once(place->scratch, "rex"), true),
                        "staff.must_change");
}

static void an_office_without_users_lets_nobody_act(void **state)
{
    store_place *place = *state;
    store_close(store_place_create(place));
    assert_string_equal(call_as(place, "rex", TEXT("x"), true), "staff.not_founded");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST_EACH(an_operation_asks_for_its_actor),
        STORE_TEST_EACH(a_one_time_password_does_no_duty),
        STORE_TEST_EACH(an_office_without_users_lets_nobody_act),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
