/* Changes of users and their rights, and the log of them, one script for each driver. */
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

/* ---- changes by three ---- */

static const staff_terms GRANT_CLARA = { .kind = STAFF_CHANGE_GRANT, .login = { "clara", 5 },
                                         .roles = { "clerk", 5 } };

static void three_people_make_a_user_and_grant_roles(void **state)
{
    crew o = crew_founded(*state);
    staff_user user;
    staff_terms make = { .kind = STAFF_CHANGE_NEW, .login = TEXT("dora"), .name = TEXT("朵拉"),
                         .password = TEXT("once-dora-2468") };
    staff_terms grant = { .kind = STAFF_CHANGE_GRANT, .login = TEXT("dora"),
                          .roles = TEXT("head reviewer") };
    int64_t change_id;
    crew_change(&o, &make);
    OK(staff_find(o.a, o.staff, TEXT("dora"), &user));
    assert_int_equal(user.state, STAFF_NEW);
    assert_int_equal(user.roles.size_bytes, 0);
    /* A grant is to a key: there is none yet. */
    staff_session *rita = crew_login(&o, "rita");
    staff_act act = crew_act(&o);
    OK(store_begin(o.db));
    IS(staff_propose(rita, &act, &grant, &change_id), STAFF_NO_KEY);
    IS(staff_propose(rita, &act, &make, &change_id), STAFF_LOGIN_TAKEN);
    store_rollback(o.db);
    crew_set_password(&o, "dora", TEXT("once-dora-2468"), crew_password(o.a, "dora"));
    crew_change(&o, &grant);
    OK(staff_find(o.a, o.staff, TEXT("dora"), &user));
    assert_true(text_equal_cstr(user.roles, "reviewer head"));
    staff_session *dora = crew_login(&o, "dora");
    OK(staff_permit(o.a, dora, TEXT("payrun.sign-section")));
    OK(staff_verify(o.a, o.staff));
    staff_session_close(dora);
    staff_session_close(rita);
    crew_leave(&o);
}

static void incompatible_roles_are_not_granted(void **state)
{
    crew o = crew_founded(*state);
    staff_session *rita = crew_login(&o, "rita");
    staff_act act = crew_act(&o);
    staff_terms terms = GRANT_CLARA;
    int64_t change_id;
    static const struct {
        const char *login, *roles;
        const err_kind *kind;
    } CASES[] = {
        { "clara", "reviewer", &DUTY_APART },     { "clara", "auditor", &DUTY_APART },
        { "acco", "cashier", &DUTY_APART },       { "clara", "parameter-keeper", &DUTY_APART },
        { "rita", "clerk", &DUTY_APART },         { "cash", "account-keeper", &DUTY_APART },
        { "clara", "boss", &DUTY_UNKNOWN_ROLE },  { "clara", "", &DUTY_UNKNOWN_ROLE },
        { "nobody", "clerk", &STAFF_NO_USER },
    };
    OK(store_begin(o.db));
    for (size_t i = 0; i < ARRAY_COUNT(CASES); i++) {
        terms.login = text_of(CASES[i].login);
        terms.roles = text_of(CASES[i].roles);
        IS(staff_propose(rita, &act, &terms, &change_id), *CASES[i].kind);
    }
    store_rollback(o.db);
    staff_session_close(rita);
    crew_leave(&o);
}

/* Every way in which two of the office's people, each trying every step, work on one change. */
static void no_two_people_make_a_change(void **state)
{
    crew o = crew_founded(*state);
    static const char *const LOGINS[] = { "rita", "lea", "audrey", "clara", "rex",
                                          "hana", "acco", "cash" };
    static const char *const DUTIES[] = { "staff.propose", "staff.approve", "staff.confirm" };
    staff_session *sessions[ARRAY_COUNT(LOGINS)];
    for (size_t i = 0; i < ARRAY_COUNT(LOGINS); i++) sessions[i] = crew_login(&o, LOGINS[i]);
    size_t made_by_three = 0;
    for (size_t one = 0; one < ARRAY_COUNT(LOGINS); one++)
        for (size_t other = one; other <= ARRAY_COUNT(LOGINS); other++) {
            bool is_made = false;
            int64_t change_id = 0;
            OK(store_begin(o.db));
            size_t who[2] = { one, other % ARRAY_COUNT(LOGINS) };
            staff_terms terms = GRANT_CLARA;
            for (int i = 0; i < 2 && !change_id; i++) {
                staff_act act = crew_act(&o);
                if (staff_propose(sessions[who[i]], &act, &terms, &change_id).kind) change_id = 0;
            }
            for (int try = 0; change_id && try < 12; try++) {
                staff_act act = crew_act(&o);
                err e = staff_change_sign(sessions[who[try % 2]], &act, change_id,
                                          text_of(DUTIES[try / 2 % 3]), &is_made);
                assert_true(!e.kind || e.kind->class == ERR_FORBIDDEN);
                assert_false(is_made);
            }
            if (change_id && who[0] == 0 && who[1] == 1) {
                staff_act act = crew_act(&o);
                OK(staff_change_sign(sessions[2], &act, change_id, TEXT("staff.confirm"), &is_made));
                made_by_three += is_made;
            }
            store_rollback(o.db);
        }
    assert_int_equal(made_by_three, 1);
    for (size_t i = 0; i < ARRAY_COUNT(LOGINS); i++) staff_session_close(sessions[i]);
    crew_leave(&o);
}

static void a_grant_to_a_key_that_changed_is_refused(void **state)
{
    crew o = crew_founded(*state);
    staff_session *rita = crew_login(&o, "rita"), *lea = crew_login(&o, "lea");
    staff_terms terms = { .kind = STAFF_CHANGE_GRANT, .login = TEXT("rex"), .roles = TEXT("head") };
    staff_act act = crew_act(&o);
    int64_t change_id;
    bool is_made;
    staff_change *changes;
    size_t count;
    OK(store_begin(o.db));
    OK(staff_propose(rita, &act, &terms, &change_id));
    OK(store_commit(o.db));
    OK(staff_changes(o.a, o.staff, false, &changes, &count));
    assert_int_equal(count, 1);
    assert_true(text_equal_cstr(changes[0].waits_for, "staff.approve staff.confirm"));
    assert_int_equal(changes[0].key.size_bytes, 130);
    crew_set_password(&o, "rex", crew_password(o.a, "rex"), TEXT("quite another 13579"));
    act = crew_act(&o);
    OK(store_begin(o.db));
    IS(staff_change_sign(lea, &act, change_id, TEXT("staff.approve"), &is_made), STAFF_KEY_CHANGED);
    store_rollback(o.db);
    OK(store_begin(o.db));
    IS(staff_change_sign(lea, &act, 99, TEXT("staff.approve"), &is_made), STAFF_NO_CHANGE);
    store_rollback(o.db);
    staff_session_close(rita);
    staff_session_close(lea);
    crew_leave(&o);
}

static void a_reset_takes_key_and_roles(void **state)
{
    crew o = crew_founded(*state);
    staff_user before, user;
    int64_t owner;
    staff_terms reset = { .kind = STAFF_CHANGE_RESET, .login = TEXT("cash"),
                          .password = TEXT("once-again-1357") };
    staff_session *cash = crew_login(&o, "cash"), *session;
    OK(staff_find(o.a, o.staff, TEXT("cash"), &before));
    crew_change(&o, &reset);
    OK(staff_find(o.a, o.staff, TEXT("cash"), &user));
    assert_int_equal(user.state, STAFF_NEW);
    assert_int_equal(user.roles.size_bytes, 0);
    IS(staff_permit(o.a, cash, TEXT("payrun.send")), STAFF_ENDED);
    IS(staff_key_owner(o.staff, &before.key, o.now_ms + 1, &owner), STAFF_NO_KEY);
    IS(staff_login(o.a, o.staff, TEXT("cash"), TEXT("once-again-1357"), &session), STAFF_MUST_CHANGE);
    crew_set_password(&o, "cash", TEXT("once-again-1357"), crew_password(o.a, "cash"));
    staff_session *again = crew_login(&o, "cash");
    IS(staff_permit(o.a, again, TEXT("payrun.send")), DUTY_NOT_HELD);
    OK(staff_verify(o.a, o.staff));
    staff_session_close(cash);
    staff_session_close(again);
    crew_leave(&o);
}

static void a_new_table_must_hold_and_fit_everybody(void **state)
{
    crew o = crew_founded(*state);
    duty_sources table = duties_sources(o.a), edited = table;
    staff_terms terms = { .kind = STAFF_CHANGE_TABLE, .table = &edited };
    staff_session *rita = crew_login(&o, "rita");
    staff_act act = crew_act(&o);
    int64_t change_id;
    OK(store_begin(o.db));
    edited.csv[DUTY_FILE_ROLES] = duties_edit(o.a, table.csv[DUTY_FILE_ROLES], "\nclerk,", "\nhandler,");
    IS(staff_propose(rita, &act, &terms, &change_id), STAFF_UNFIT);
    edited = table;
    edited.csv[DUTY_FILE_PATHS] = duties_edit(o.a, table.csv[DUTY_FILE_PATHS], "\nstaff,", "\nstuff,");
    IS(staff_propose(rita, &act, &terms, &change_id), STAFF_WEAK_TABLE);
    edited.csv[DUTY_FILE_PATHS] = TEXT("x");
    IS(staff_propose(rita, &act, &terms, &change_id), DUTY_BAD_TABLE);
    store_rollback(o.db);
    edited = table;
    edited.csv[DUTY_FILE_ROLES] = duties_edit(o.a, table.csv[DUTY_FILE_ROLES], "经办员", "柜员");
    crew_change(&o, &terms);
    assert_true(text_equal_cstr(duty_role_at(staff_duties(o.staff), 0)->name, "柜员"));
    staff_session_close(rita);
    crew_leave(&o);
}

/* ---- changes by one ---- */

static void roles_are_taken_away_by_one_but_not_the_last_who_can_grant(void **state)
{
    crew o = crew_founded(*state);
    staff_session *rita = crew_login(&o, "rita"), *clara = crew_login(&o, "clara"), *session;
    staff_user user;
    staff_act act = crew_act(&o);
    OK(store_begin(o.db));
    IS(staff_revoke(clara, &act, TEXT("rex"), TEXT("reviewer")), DUTY_NOT_HELD);
    IS(staff_revoke(rita, &act, TEXT("lea"), TEXT("leader")), STAFF_CANNOT_GRANT);
    IS(staff_disable(rita, &act, TEXT("audrey")), STAFF_CANNOT_GRANT);
    OK(staff_revoke(rita, &act, TEXT("clara"), TEXT("clerk")));
    IS(staff_permit(o.a, clara, TEXT("payrun.draft")), DUTY_NOT_HELD);
    act = crew_act(&o);
    OK(staff_disable(rita, &act, TEXT("clara")));
    IS(staff_permit(o.a, clara, TEXT("policy.read")), STAFF_ENDED);
    OK(store_commit(o.db));
    OK(staff_find(o.a, o.staff, TEXT("clara"), &user));
    assert_int_equal(user.state, STAFF_OUT);
    IS(staff_login(o.a, o.staff, TEXT("clara"), crew_password(o.a, "clara"), &session),
       STAFF_DISABLED);
    IS(staff_login(o.a, o.staff, TEXT("clara"), TEXT("wrong"), &session), STAFF_WRONG_LOGIN);
    staff_session_close(rita);
    staff_session_close(clara);
    crew_leave(&o);
}

/* ---- the log ---- */

static void the_same_act_again_changes_nothing(void **state)
{
    crew o = crew_founded(*state);
    staff_session *rita = crew_login(&o, "rita"), *lea = crew_login(&o, "lea");
    staff_terms terms = { .kind = STAFF_CHANGE_GRANT, .login = TEXT("rex"), .roles = TEXT("head") };
    staff_act act = crew_act(&o), other = crew_act(&o);
    int64_t change_id, again;
    bool is_made;
    act.key = TEXT("p-1");
    other.key = TEXT("a-1");
    OK(store_begin(o.db));
    OK(staff_propose(rita, &act, &terms, &change_id));
    OK(staff_change_sign(lea, &other, change_id, TEXT("staff.approve"), &is_made));
    text before = crew_dump(&o, o.a);
    OK(staff_propose(rita, &act, &terms, &again));
    assert_int_equal(change_id, again);
    OK(staff_change_sign(lea, &other, change_id, TEXT("staff.approve"), &is_made));
    assert_true(text_equal(before, crew_dump(&o, o.a)));
    IS(staff_change_sign(lea, &act, change_id, TEXT("staff.approve"), &is_made), EVENTLOG_KEY_REUSED);
    store_rollback(o.db);
    staff_session_close(rita);
    staff_session_close(lea);
    crew_leave(&o);
}

static void work_on_everything(crew *o)
{
    staff_terms make = { .kind = STAFF_CHANGE_NEW, .login = TEXT("dora"), .name = TEXT("D"),
                         .password = TEXT("once-dora-2468") };
    staff_terms grant = { .kind = STAFF_CHANGE_GRANT, .login = TEXT("rex"), .roles = TEXT("head") };
    staff_terms reset = { .kind = STAFF_CHANGE_RESET, .login = TEXT("cash"),
                          .password = TEXT("once-again-1357") };
    duty_sources table = duties_sources(o->a);
    table.csv[DUTY_FILE_ROLES] = duties_edit(o->a, table.csv[DUTY_FILE_ROLES], "经办员", "柜员");
    staff_terms change = { .kind = STAFF_CHANGE_TABLE, .table = &table };
    crew_change(o, &make);
    crew_change(o, &grant);
    crew_change(o, &reset);
    crew_change(o, &change);
    crew_set_password(o, "cash", TEXT("once-again-1357"), TEXT("quite another 13579"));
    crew_set_password(o, "cash", TEXT("quite another 13579"), TEXT("yet another 13579"));
    staff_session *rita = crew_login(o, "rita");
    staff_act act = crew_act(o);
    OK(store_begin(o->db));
    OK(staff_revoke(rita, &act, TEXT("rex"), TEXT("reviewer")));
    act = crew_act(o);
    OK(staff_disable(rita, &act, TEXT("hana")));
    OK(store_commit(o->db));
    staff_session_close(rita);
}

static void tables_are_rebuilt_from_the_log_to_the_same_bytes(void **state)
{
    crew o = crew_founded(*state);
    work_on_everything(&o);
    text before = crew_dump(&o, o.a);
    OK(staff_verify(o.a, o.staff));
    eventlog_room room = staff_room(o.staff);
    OK(store_begin(o.db));
    OK(eventlog_rebuild(o.log, &room, 1));
    assert_true(text_equal(before, crew_dump(&o, o.a)));
    OK(store_commit(o.db));
    OK(staff_verify(o.a, o.staff));
    /* No password stands anywhere in the log. */
    int64_t found;
    OK(store_scalar(o.db, "SELECT count(*) FROM eventlog_event WHERE body LIKE '%24680%' OR body "
                          "LIKE '%once-%' OR body LIKE '%13579%'", &found));
    assert_int_equal(found, 0);
    crew_leave(&o);
}

static void what_was_edited_behind_the_log_is_found(void **state)
{
    crew o = crew_founded(*state);
    work_on_everything(&o);
    static const char *const EDITS[] = {
        "UPDATE staff_mark SET actor_id = 4 WHERE change_id = 2 AND place = 1",
        "UPDATE staff_mark SET duty = 'staff.confirm' WHERE change_id = 2 AND place = 1",
        "UPDATE staff_mark SET signature = (SELECT signature FROM staff_mark WHERE change_id = 1 "
        "AND place = 0) WHERE change_id = 2 AND place = 0",
        "UPDATE staff_change SET terms = replace(terms, 'head', 'leader') WHERE id = 2",
        "UPDATE staff_key SET public_key = (SELECT public_key FROM staff_key WHERE user_id = 4) "
        "WHERE user_id = 2",
        "DELETE FROM staff_key WHERE user_id = 3",
        "UPDATE staff_key SET signature = public_key WHERE until_sequence = 0 AND user_id = 8",
    };
    for (size_t i = 0; i < ARRAY_COUNT(EDITS); i++) {
        OK(store_begin(o.db));
        OK(store_run(o.db, EDITS[i]));
        if (strcmp(code_of(staff_verify(o.a, o.staff)), STAFF_BROKEN.code))
            fail_msg("not found: %s", EDITS[i]);
        store_rollback(o.db);
    }
    OK(staff_verify(o.a, o.staff));
    /* Roles written into the table stand in no event. */
    eventlog_room room = staff_room(o.staff);
    eventlog_tables_verdict verdict;
    OK(eventlog_check_tables(o.log, &room, 1, &verdict));
    assert_null(verdict.bad_table);
    OK(store_begin(o.db));
    OK(store_run(o.db, "UPDATE staff_user SET roles = 'leader' WHERE login = 'clara'"));
    OK(store_commit(o.db));
    OK(eventlog_check_tables(o.log, &room, 1, &verdict));
    assert_string_equal(verdict.bad_table, "staff_user");
    crew_leave(&o);
}

/* Who has the database puts a key of their own, under a password of their own, into a colleague's rows. */
static void a_key_written_into_the_tables_opens_nothing(void **state)
{
    crew o = crew_founded(*state);
    uint8_t seed[CRYPTO_SM2_SEED_BYTES] = { 9 }, locked[sizeof(crypto_sm2_private) + CRYPTO_LOCK_BYTES];
    crypto_sm2_private own;
    crypto_sm2_public shown;
    staff_user rex;
    staff_session *session;
    store_query *q;
    OK(staff_find(o.a, o.staff, TEXT("rex"), &rex));
    crypto_sm2_from_seed(seed, &own, &shown);
    crypto_lock_options options = { CRYPTO_SUITE_SM, { .log2_n = 1, .r = 1, .p = 1 }, { .bytes = { 3 } } };
    OK(crypto_lock(&options, TEXT("mine 1357 and only"), text_format(o.a, "doudi user %lld", (long long)rex.id),
                   (text){ (const char *)own.bytes, sizeof own.bytes }, locked));
    OK(store_begin(o.db));
    OK(store_prepare(o.db, "UPDATE staff_user SET locked_key = ?1 WHERE id = ?2", &q));
    store_bind_bytes(q, 1, (text){ (const char *)locked, sizeof locked });
    store_bind_int(q, 2, rex.id);
    OK(store_do(q, NULL));
    OK(store_prepare(o.db, "UPDATE staff_key SET public_key = ?1 WHERE user_id = ?2", &q));
    store_bind_bytes(q, 1, (text){ (const char *)shown.bytes, sizeof shown.bytes });
    store_bind_int(q, 2, rex.id);
    OK(store_do(q, NULL));
    assert_string_equal(code_of(staff_login(o.a, o.staff, TEXT("rex"), TEXT("mine 1357 and only"), &session)),
                        STAFF_BROKEN.code);
    store_rollback(o.db);
    session = crew_login(&o, "rex");
    staff_session_close(session);
    crew_leave(&o);
}

static staff_terms bound(const char *login, const char *person)
{
    return (staff_terms){ .kind = STAFF_CHANGE_BIND, .login = text_of(login), .person = text_of(person),
                          .number = TEXT("00ff") };
}

static const char *proposed(crew *o, const staff_terms *terms)
{
    int64_t change_id;
    staff_act act = crew_act(o);
    staff_session *rita = crew_login(o, "rita");
    OK(store_begin(o->db));
    const char *code = code_of(staff_propose(rita, &act, terms, &change_id));
    store_rollback(o->db);
    staff_session_close(rita);
    return code;
}

/* A login shut out and a new one are one person, who has done a step of this business already. */
static void duties_are_counted_by_persons_not_by_logins(void **state)
{
    crew o = crew_founded(*state);
    staff_user clara, rex;
    staff_terms terms = bound("clara", "aa01");
    crew_change(&o, &terms);
    terms = bound("rex", "aa01");
    assert_string_equal(proposed(&o, &terms), STAFF_SAME_PERSON.code);
    terms = bound("clara", "bb02");
    assert_string_equal(proposed(&o, &terms), STAFF_BOUND.code);
    OK(staff_find(o.a, o.staff, TEXT("clara"), &clara));
    OK(staff_find(o.a, o.staff, TEXT("rex"), &rex));
    assert_true(text_equal_cstr(clara.person, "aa01"));
    /* Clara is shut out; the hand that was hers is bound to another login. */
    staff_act act = crew_act(&o);
    staff_session *rita = crew_login(&o, "rita");
    OK(store_begin(o.db));
    OK(staff_disable(rita, &act, TEXT("clara")));
    OK(store_commit(o.db));
    staff_session_close(rita);
    terms = bound("rex", "aa01");
    crew_change(&o, &terms);
    staff_session *session = crew_login(&o, "rex");
    duty_mark made = { duty_find(staff_duties(o.staff), TEXT("payrun.make")), clara.id };
    assert_string_equal(code_of(staff_step(o.a, session, TEXT("payrun.review"), &made, 1)), DUTY_SAME_PERSON.code);
    made.actor_id = rex.id + 1;
    OK(staff_step(o.a, session, TEXT("payrun.review"), &made, 1));
    staff_session_close(session);
    /* She is not let in again beside it. */
    terms = (staff_terms){ .kind = STAFF_CHANGE_RESET, .login = TEXT("clara"), .password = TEXT("once-clara-9999") };
    assert_string_equal(proposed(&o, &terms), STAFF_SAME_PERSON.code);
    OK(staff_verify(o.a, o.staff));
    eventlog_room room = staff_room(o.staff);
    eventlog_tables_verdict verdict;
    OK(eventlog_check_tables(o.log, &room, 1, &verdict));
    assert_null(verdict.bad_table);
    OK(store_begin(o.db));
    OK(store_run(o.db, "UPDATE staff_user SET state = 1 WHERE login = 'clara'"));
    assert_string_equal(code_of(staff_verify(o.a, o.staff)), STAFF_BROKEN.code);
    store_rollback(o.db);
    crew_leave(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST_EACH(three_people_make_a_user_and_grant_roles),
        STORE_TEST_EACH(incompatible_roles_are_not_granted),
        STORE_TEST_EACH(no_two_people_make_a_change),
        STORE_TEST_EACH(a_grant_to_a_key_that_changed_is_refused),
        STORE_TEST_EACH(a_reset_takes_key_and_roles),
        STORE_TEST_EACH(a_new_table_must_hold_and_fit_everybody),
        STORE_TEST_EACH(roles_are_taken_away_by_one_but_not_the_last_who_can_grant),
        STORE_TEST_EACH(the_same_act_again_changes_nothing),
        STORE_TEST_EACH(tables_are_rebuilt_from_the_log_to_the_same_bytes),
        STORE_TEST_EACH(what_was_edited_behind_the_log_is_found),
        STORE_TEST_EACH(a_key_written_into_the_tables_opens_nothing),
        STORE_TEST_EACH(duties_are_counted_by_persons_not_by_logins),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
