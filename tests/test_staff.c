/* Users and their rights, one script for each driver. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/checked.h"
#include "support/duties.h"
#include "support/crew.h"

static const char *code_of(err e)
{
    return e.kind ? e.kind->code : "no error";
}
#define OK(call)         assert_string_equal(code_of(call), "no error")
#define IS(call, wanted) assert_string_equal(code_of(call), (wanted).code)

/* ---- founding ---- */

static void an_office_is_founded_once_by_people_who_can_grant(void **state)
{
    store_place *place = *state;
    crew o = { .a = place->scratch, .now_ms = 1, .db = store_place_create(place) };
    duty_sources table = duties_sources(o.a), weak = table;
    staff_founder founders[] = {
        { TEXT("rita"), TEXT("R"), TEXT("rights-manager"), TEXT("once"), { { 0 } } },
        { TEXT("lea"), TEXT("L"), TEXT("leader"), TEXT("once"), { { 0 } } },
        { TEXT("audrey"), TEXT("A"), TEXT("auditor"), TEXT("once"), { { 0 } } },
    };
    staff_act act = crew_act(&o);
    crypto_cost cheap = { 1, 1, 1 };
    OK(eventlog_open(o.a, o.db, &o.log));
    OK(staff_open(o.a, o.db, o.log, &cheap, &o.staff));
    assert_null(staff_duties(o.staff));
    staff_session *session;
    IS(staff_login(o.a, o.staff, TEXT("rita"), TEXT("once"), &session), STAFF_NOT_FOUNDED);
    OK(store_begin(o.db));
    IS(staff_found(o.staff, &act, &table, founders, 2), STAFF_CANNOT_GRANT);
    founders[1].login = TEXT("Lea");
    IS(staff_found(o.staff, &act, &table, founders, 3), STAFF_BAD_LOGIN);
    founders[1].login = TEXT("rita");
    IS(staff_found(o.staff, &act, &table, founders, 3), STAFF_LOGIN_TAKEN);
    founders[1].login = TEXT("lea");
    founders[1].roles = TEXT("leader auditor");
    IS(staff_found(o.staff, &act, &table, founders, 3), DUTY_APART);
    founders[1].roles = TEXT("leader");
    weak.csv[DUTY_FILE_PATHS] = duties_edit(o.a, table.csv[DUTY_FILE_PATHS],
                                            "account.enter account.review account.confirm",
                                            "account.enter account.confirm\n"
                                            "more,m,m,account.enter account.review account.confirm");
    err e = staff_found(o.staff, &act, &weak, founders, 3);
    IS(e, STAFF_WEAK_TABLE);
    assert_string_equal(e.detail, "account: auditor + account-keeper");
    OK(staff_found(o.staff, &act, &table, founders, 3));
    OK(store_commit(o.db));
    assert_non_null(staff_duties(o.staff));
    IS(staff_found(o.staff, &act, &table, founders, 3), STAFF_FOUNDED);
    crew_leave(&o);
}

/* ---- passwords and keys ---- */

static void a_one_time_password_can_only_be_changed(void **state)
{
    crew o = crew_new(*state);
    staff_session *session = NULL;
    staff_user user;
    text once = crew_once(o.a, "clara");
    IS(staff_login(o.a, o.staff, TEXT("clara"), once, &session), STAFF_MUST_CHANGE);
    IS(staff_login(o.a, o.staff, TEXT("clara"), TEXT("other"), &session), STAFF_WRONG_LOGIN);
    IS(staff_login(o.a, o.staff, TEXT("nobody"), once, &session), STAFF_WRONG_LOGIN);
    IS(staff_login(o.a, o.staff, TEXT(""), once, &session), STAFF_WRONG_LOGIN);
    assert_null(session);
    OK(staff_find(o.a, o.staff, TEXT("clara"), &user));
    assert_int_equal(user.state, STAFF_NEW);
    crew_set_password(&o, "clara", once, crew_password(o.a, "clara"));
    OK(staff_find(o.a, o.staff, TEXT("clara"), &user));
    assert_int_equal(user.state, STAFF_ACTIVE);
    OK(crypto_sm2_check(&user.key));
    IS(staff_login(o.a, o.staff, TEXT("clara"), once, &session), STAFF_WRONG_LOGIN);
    staff_session_close(crew_login(&o, "clara"));
    crew_leave(&o);
}

static void weak_passwords_are_refused(void **state)
{
    crew o = crew_new(*state);
    static const char *const WEAK[] = { "", "short-pw", "aaaaaaaaaaaaaaaa", "abababababababab",
                                        "my clara 24680", "once-clara-2468" };
    staff_act act = crew_act(&o);
    staff_chance chance = crew_chance(&o);
    text once = crew_once(o.a, "clara");
    OK(store_begin(o.db));
    for (size_t i = 0; i < ARRAY_COUNT(WEAK); i++)
        IS(staff_set_password(o.staff, &act, TEXT("clara"), once, text_of(WEAK[i]), &chance),
           STAFF_WEAK_PASSWORD);
    IS(staff_set_password(o.staff, &act, TEXT("clara"), TEXT("wrong"), TEXT("兜底口令要长"), &chance),
       STAFF_WRONG_LOGIN);
    OK(staff_set_password(o.staff, &act, TEXT("clara"), once, TEXT("兜底口令要长"), &chance));
    IS(staff_set_password(o.staff, &act, TEXT("clara"), TEXT("兜底口令要长"), TEXT("兜底口令要长"),
                          &chance),
       STAFF_WEAK_PASSWORD);
    store_rollback(o.db);
    crew_leave(&o);
}

static void a_new_password_makes_a_new_key_signed_by_the_old(void **state)
{
    crew o = crew_founded(*state);
    staff_user before, after;
    int64_t owner = 0;
    text old = crew_password(o.a, "clara"), fresh = TEXT("quite another 13579");
    staff_session *session = crew_login(&o, "clara"), *other;
    OK(staff_find(o.a, o.staff, TEXT("clara"), &before));
    OK(staff_permit(o.a, session, TEXT("payrun.draft")));
    int64_t then_ms = o.now_ms;
    crew_set_password(&o, "clara", old, fresh);
    OK(staff_find(o.a, o.staff, TEXT("clara"), &after));
    assert_memory_not_equal(&before.key, &after.key, sizeof before.key);
    assert_true(text_equal(before.roles, after.roles));
    /* What was opened under the old password has ended, and the old password opens nothing. */
    IS(staff_permit(o.a, session, TEXT("payrun.draft")), STAFF_ENDED);
    crypto_signature signature;
    IS(staff_sign(session, TEXT("x"), &signature), STAFF_ENDED);
    IS(staff_login(o.a, o.staff, TEXT("clara"), old, &other), STAFF_WRONG_LOGIN);
    OK(staff_login(o.a, o.staff, TEXT("clara"), fresh, &other));
    OK(staff_permit(o.a, other, TEXT("payrun.draft")));
    /* Whose key it was can be told at each instant. */
    OK(staff_key_owner(o.staff, &before.key, then_ms, &owner));
    assert_int_equal(owner, before.id);
    IS(staff_key_owner(o.staff, &before.key, o.now_ms + 1, &owner), STAFF_NO_KEY);
    IS(staff_key_owner(o.staff, &after.key, then_ms, &owner), STAFF_NO_KEY);
    OK(staff_key_owner(o.staff, &after.key, o.now_ms, &owner));
    OK(staff_verify(o.a, o.staff));
    staff_session_close(session);
    staff_session_close(other);
    crew_leave(&o);
}

/* Shown is not taken; a new password leaves it, three people's reset ends it; and who writes the table alone ends nothing. */
static void a_second_factor_stays_until_a_reset(void **state)
{
    crew o = crew_founded(*state);
    staff_factor factor;
    staff_user clara;
    bool needs = true;
    staff_terms reset = { .kind = STAFF_CHANGE_RESET, .login = TEXT("clara"), .password = TEXT("once-again-2468") };
    staff_session *session = crew_login(&o, "clara");
    OK(staff_find(o.a, o.staff, TEXT("clara"), &clara));
    OK(staff_needs_factor(o.a, session, &needs));
    assert_false(needs);
    for (int taken = 0; taken < 2; taken++) {
        staff_act act = crew_act(&o);
        OK(store_begin(o.db));
        OK(staff_factor_offer(session, &act, taken ? TEXT("sealed again") : TEXT("sealed")));
        OK(store_commit(o.db));
        OK(staff_factor_read(o.a, o.staff, clara.id, &factor));
        assert_true(text_equal(factor.sealed, taken ? TEXT("sealed") : TEXT("")));
        act = crew_act(&o);
        OK(store_begin(o.db));
        OK(staff_factor_take(session, &act));
        OK(store_commit(o.db));
        OK(staff_factor_read(o.a, o.staff, clara.id, &factor));
        assert_true(text_equal(factor.sealed, taken ? TEXT("sealed again") : TEXT("sealed")));
        assert_int_equal(factor.offered.size_bytes, 0);
    }
    crew_set_password(&o, "clara", crew_password(o.a, "clara"), TEXT("quite another 13579"));
    OK(staff_factor_read(o.a, o.staff, clara.id, &factor));
    assert_true(text_equal(factor.sealed, TEXT("sealed again")));
    OK(store_begin(o.db));
    OK(store_run(o.db, "DELETE FROM staff_factor"));
    IS(staff_factor_read(o.a, o.staff, clara.id, &factor), STAFF_BROKEN);
    store_rollback(o.db);
    eventlog_room room = staff_room(o.staff);
    text before = crew_dump(&o, o.a);
    OK(store_begin(o.db));
    OK(eventlog_rebuild(o.log, &room, 1));
    assert_true(text_equal(before, crew_dump(&o, o.a)));
    OK(store_commit(o.db));
    crew_change(&o, &reset);
    crew_set_password(&o, "clara", TEXT("once-again-2468"), crew_password(o.a, "clara"));
    OK(staff_factor_read(o.a, o.staff, clara.id, &factor));
    assert_int_equal(factor.sealed.size_bytes, 0);
    OK(staff_verify(o.a, o.staff));
    staff_session_close(session);
    crew_leave(&o);
}

static void what_a_session_signs_its_public_key_verifies(void **state)
{
    crew o = crew_founded(*state);
    staff_session *session = crew_login(&o, "hana");
    crypto_signature signature;
    crypto_verifier *verifier;
    OK(staff_sign(session, TEXT("run 17"), &signature));
    OK(crypto_verifier_open(o.a, staff_session_key(session), &verifier));
    OK(crypto_verify(verifier, TEXT("run 17"), &signature));
    IS(crypto_verify(verifier, TEXT("run 18"), &signature), CRYPTO_BAD_SIGNATURE);
    crypto_verifier_close(verifier);
    staff_session_close(session);
    crew_leave(&o);
}

/* ---- what a user may do ---- */

static void a_step_needs_its_duty_and_another_person(void **state)
{
    crew o = crew_founded(*state);
    staff_session *rex = crew_login(&o, "rex");
    const duty_table *table = staff_duties(o.staff);
    duty_mark done[] = { { duty_find(table, TEXT("payrun.make")), 4 } };
    OK(staff_permit(o.a, rex, TEXT("payrun.check")));
    IS(staff_permit(o.a, rex, TEXT("payrun.draft")), DUTY_NOT_HELD);
    OK(staff_step(o.a, rex, TEXT("payrun.review"), done, 1));
    done[0].actor_id = staff_session_user(rex);
    IS(staff_step(o.a, rex, TEXT("payrun.review"), done, 1), DUTY_SAME_PERSON);
    IS(staff_step(o.a, rex, TEXT("no.such"), done, 1), DUTY_NOT_IN_TABLE);
    staff_session_close(rex);
    crew_leave(&o);
}

/* ---- views ---- */

static staff_view view_of(const char *place, const char *name)
{
    return (staff_view){ .place = text_of(place), .name = text_of(name) };
}

static void views_are_their_users_own_and_no_event(void **state)
{
    crew o = crew_founded(*state);
    staff_session *clara = crew_login(&o, "clara"), *rex = crew_login(&o, "rex");
    text before = crew_dump(&o, o.a), filters[] = { TEXT("state=open"), TEXT("a\nb") }, first = TEXT("x=1");
    staff_view *views, one = view_of("alert.alerts", "急办"), many = view_of("dues.owed", "n");
    size_t count;
    OK(store_begin(o.db));
    one.filters = filters;
    one.filter_count = 2;
    IS(staff_view_keep(clara, &one), STAFF_BAD_VIEW);
    one.filter_count = 1;
    OK(staff_view_keep(clara, &one));
    one.filters = &first;
    OK(staff_view_keep(clara, &one));
    OK(staff_views(o.a, clara, TEXT(""), &views, &count));
    assert_int_equal(count, 1);
    assert_true(views[0].filter_count == 1 && text_equal(views[0].filters[0], first));
    OK(staff_views(o.a, clara, TEXT("alert"), &views, &count));
    assert_int_equal(count, 0);
    OK(staff_views(o.a, rex, TEXT(""), &views, &count));
    assert_int_equal(count, 0);
    IS(staff_view_drop(rex, one.place, one.name), STAFF_NO_VIEW);
    const staff_view bad[] = { view_of("", "n"), view_of("a b", "n"), view_of("a/b", "n"), view_of("a", ""), view_of("a", "x\ny") };
    for (size_t i = 0; i < ARRAY_COUNT(bad); i++) IS(staff_view_keep(clara, &bad[i]), STAFF_BAD_VIEW);
    for (int i = 0; i < 20; i++) {
        many.name = text_format(o.a, "n%d", i);
        OK(staff_view_keep(clara, &many));
    }
    OK(staff_view_keep(clara, &many));
    many.name = TEXT("one more");
    IS(staff_view_keep(clara, &many), STAFF_MANY_VIEWS);
    OK(staff_view_drop(clara, one.place, one.name));
    IS(staff_view_drop(clara, one.place, one.name), STAFF_NO_VIEW);
    OK(store_commit(o.db));
    assert_true(text_equal(before, crew_dump(&o, o.a)));
    OK(staff_verify(o.a, o.staff));
    staff_session_close(clara);
    staff_session_close(rex);
    crew_leave(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST_EACH(an_office_is_founded_once_by_people_who_can_grant),
        STORE_TEST_EACH(a_one_time_password_can_only_be_changed),
        STORE_TEST_EACH(weak_passwords_are_refused),
        STORE_TEST_EACH(a_new_password_makes_a_new_key_signed_by_the_old),
        STORE_TEST_EACH(a_second_factor_stays_until_a_reset),
        STORE_TEST_EACH(what_a_session_signs_its_public_key_verifies),
        STORE_TEST_EACH(a_step_needs_its_duty_and_another_person),
        STORE_TEST_EACH(views_are_their_users_own_and_no_event),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
